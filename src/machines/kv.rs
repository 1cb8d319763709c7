//! Registers with names: read, write, compare-and-set, and every version of all of them for a while.

use super::Sessions;
use crate::model::{Command, Key, Op, Outcome, RequestId, Value};
use std::collections::{BTreeMap, VecDeque};

/// How many versions back the store can be read: what is older is below the watermark, and collected.
pub const VERSIONS_KEPT: u32 = 16;

/// A map of registers that applies each request at most once.
///
/// Every command that changes it makes a *version* of the whole store, counted from 1. A snapshot read
/// names a version and is answered as if nothing had happened since.
///
/// ```
/// use quorate::machines::Kv;
/// use quorate::model::{Command, ClientId, Key, Op, Outcome, RequestId, Value};
/// let (key, request) = (Key(0), |seq| RequestId { client: ClientId(0), seq });
/// let mut kv = Kv::default();
/// let write = |seq, value| Command { request: request(seq), op: Op::Write { key, value: Value(value) } };
/// assert_eq!(kv.apply(&write(1, 3)), Outcome::Done);
/// assert_eq!(kv.apply(&write(2, 4)), Outcome::Done);
/// let read = |seq, version| Command { request: request(seq), op: Op::ReadAt { key, version } };
/// assert_eq!(kv.apply(&read(3, 1)), Outcome::Value(Some(Value(3))));
/// assert_eq!(kv.apply(&read(4, 2)), Outcome::Value(Some(Value(4))));
/// assert_eq!(kv.apply(&read(5, 3)), Outcome::Refused, "not made yet");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kv {
    registers: BTreeMap<Key, Value>,
    /// How many commands have changed the store.
    version: u32,
    /// What was overwritten above the watermark, in that order.
    old: VecDeque<Old>,
    applied: Sessions,
    /// The compare-and-sets among them that found another value.
    differed: Sessions,
}

/// What a register held before a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Old {
    key: Key,
    value: Option<Value>,
    /// The version that overwrote it.
    until: u32,
}

impl Kv {
    /// What its registers take on the wire, about.
    pub(super) fn bytes(&self) -> u32 {
        8 * self.registers.len() as u32 + 12 * self.old.len() as u32 + self.differed.bytes()
    }

    /// Applies a command and says how it ended. A request that was applied before changes nothing.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        let Command { request, op } = *command;
        if let Some(outcome) = self.read(op) {
            // Reading again is harmless, and the only way to answer a retry.
            self.applied.insert(request);
            return outcome;
        }
        match op {
            Op::Write { .. } | Op::Cas { .. } if !self.applied.insert(request) => self.before(request),
            Op::Write { key, value } => self.commit(key, value),
            Op::Cas { key, expect, value } if self.get(key) == Some(expect) => self.commit(key, value),
            Op::Cas { .. } => {
                self.differed.insert(request);
                Outcome::Differs
            }
            Op::Noop | Op::Clock { .. } => Outcome::Done,
            Op::Read { .. }
            | Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::End { .. }
            | Op::Tree(_) => Outcome::Refused,
        }
    }

    /// The answer to what only reads; `None` for everything else.
    #[must_use]
    pub fn read(&self, op: Op) -> Option<Outcome> {
        match op {
            Op::Read { key } => Some(Outcome::Value(self.get(key))),
            Op::ReadAt { key, version } => {
                Some(self.get_at(key, version).map_or(Outcome::Refused, Outcome::Value))
            }
            Op::Noop
            | Op::Clock { .. }
            | Op::End { .. }
            | Op::Write { .. }
            | Op::Cas { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Tree(_) => None,
        }
    }

    /// Notes a request that somebody else has applied.
    pub fn note(&mut self, request: RequestId) {
        self.applied.insert(request);
    }

    /// Sets a register, in a version of its own.
    fn commit(&mut self, key: Key, value: Value) -> Outcome {
        self.version = self.version.saturating_add(1);
        let before = self.registers.insert(key, value);
        self.old.push_back(Old { key, value: before, until: self.version });
        let watermark = self.watermark();
        while self.old.front().is_some_and(|old| old.until <= watermark) {
            self.old.pop_front();
        }
        Outcome::Done
    }

    /// What a register holds.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Value> {
        self.registers.get(&key).copied()
    }

    /// What a register held in a version; `None` where that version has been collected, or not been made.
    #[must_use]
    pub fn get_at(&self, key: Key, version: u32) -> Option<Option<Value>> {
        if version < self.watermark() || version > self.version {
            return None;
        }
        // The first that was overwritten after that version is what it held then.
        let old = self.old.iter().find(|old| old.key == key && old.until > version);
        Some(old.map_or_else(|| self.get(key), |old| old.value))
    }

    /// The latest version: how many commands have changed the store.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The oldest version that can still be read.
    #[must_use]
    pub const fn watermark(&self) -> u32 {
        self.version.saturating_sub(VERSIONS_KEPT)
    }

    /// Every register that was written, with the version in which it was, if that is not collected.
    pub fn registers(&self) -> impl Iterator<Item = (Key, Value, Option<u32>)> + '_ {
        self.registers.iter().map(|(key, value)| {
            let written = self.old.iter().rfind(|old| old.key == *key).map(|old| old.until);
            (*key, *value, written)
        })
    }

    /// Whether a request has been applied.
    #[must_use]
    pub fn has_applied(&self, request: RequestId) -> bool {
        self.applied.contains(request)
    }

    /// How a request that changes something and has been applied ended.
    fn before(&self, request: RequestId) -> Outcome {
        if self.differed.contains(request) { Outcome::Differs } else { Outcome::Done }
    }

    /// How a retry is to be answered, if the request has been applied and need not be again: a read
    /// is read again instead.
    #[must_use]
    pub fn answer(&self, request: RequestId, op: Op) -> Option<Outcome> {
        match op {
            Op::Write { .. } | Op::Cas { .. } => self.has_applied(request).then(|| self.before(request)),
            Op::Noop
            | Op::Clock { .. }
            | Op::End { .. }
            | Op::Read { .. }
            | Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Tree(_) => None,
        }
    }

    /// Which requests have been applied.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.applied
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ClientId;

    fn command(seq: u32, op: Op) -> Command {
        Command { request: RequestId { client: ClientId(0), seq }, op }
    }

    #[test]
    fn a_retry_changes_nothing_and_ends_the_same() {
        let key = Key(0);
        let cas =
            |seq, expect, value| command(seq, Op::Cas { key, expect: Value(expect), value: Value(value) });
        let mut kv = Kv::default();
        assert_eq!(kv.apply(&cas(1, 0, 1)), Outcome::Differs, "never written is no value");
        assert_eq!(kv.apply(&command(2, Op::Write { key, value: Value(0) })), Outcome::Done);
        assert_eq!(kv.apply(&cas(3, 0, 1)), Outcome::Done);
        assert_eq!(kv.apply(&command(2, Op::Write { key, value: Value(0) })), Outcome::Done);
        assert_eq!(kv.apply(&cas(1, 1, 7)), Outcome::Differs);
        assert_eq!(kv.apply(&cas(3, 1, 7)), Outcome::Done);
        assert_eq!(kv.get(key), Some(Value(1)));
        assert_eq!(kv.version(), 2, "only what changes the store makes a version");
        assert_eq!(kv.answer(cas(1, 1, 7).request, Op::Read { key }), None);
        assert_eq!(kv.answer(cas(1, 1, 7).request, cas(1, 1, 7).op), Some(Outcome::Differs));
    }

    #[test]
    fn a_retry_ends_the_same_however_late_it_comes() {
        let cas = Op::Cas { key: Key(0), expect: Value(1), value: Value(2) };
        let write = Op::Write { key: Key(0), value: Value(0) };
        let mut kv = Kv::default();
        // Two differ, one is done, so that they are not all in one run.
        let op = |seq| if seq % 3 == 0 { write } else { cas };
        let first: Vec<Outcome> = (1..=2_000).map(|seq| kv.apply(&command(seq, op(seq)))).collect();
        let again: Vec<Outcome> = (1..=2_000).map(|seq| kv.apply(&command(seq, op(seq)))).collect();
        assert!(first == again, "all of them");
        assert_eq!(kv.answer(command(1, cas).request, cas), Some(Outcome::Differs));
    }

    #[test]
    fn a_snapshot_is_the_whole_store_as_it_was_until_it_is_collected() {
        // Beside it, every version in full.
        let (mut kv, mut all, mut state) = (Kv::default(), vec![BTreeMap::new()], 7u32);
        for seq in 1..=400 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (key, value) = (Key((state >> 30) as u8), Value(state >> 24 & 3));
            let op = match state >> 20 & 1 {
                0 => Op::Cas { key, expect: Value(1), value },
                _ => Op::Write { key, value },
            };
            let mut now: BTreeMap<Key, Value> = all[all.len() - 1].clone();
            if kv.apply(&command(seq, op)) == Outcome::Done {
                now.insert(key, value);
                all.push(now);
            }
            assert_eq!(kv.version() as usize, all.len() - 1);
            for version in 0..=kv.version() + 1 {
                let kept = (kv.watermark()..=kv.version()).contains(&version);
                for key in (0..4).map(Key) {
                    let plain = kept.then(|| all[version as usize].get(&key).copied());
                    assert_eq!(kv.get_at(key, version), plain, "{key} in version {version}");
                }
            }
        }
        assert!(kv.watermark() > 100, "most are collected");
        assert!(kv.old.len() <= VERSIONS_KEPT as usize);
    }
}
