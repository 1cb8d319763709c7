//! Registers with names: read, write, compare-and-set.

use super::Sessions;
use crate::model::{Command, Key, Op, Outcome, RequestId, Value};
use std::collections::BTreeMap;

/// A map of registers that applies each request at most once.
///
/// ```
/// use quorate::machines::Kv;
/// use quorate::model::{Command, ClientId, Key, Op, Outcome, RequestId, Value};
/// let (key, request) = (Key(0), |seq| RequestId { client: ClientId(0), seq });
/// let mut kv = Kv::default();
/// let write = Command { request: request(1), op: Op::Write { key, value: Value(3) } };
/// let read = Command { request: request(2), op: Op::Read { key } };
/// assert_eq!(kv.apply(&write), Outcome::Done);
/// assert_eq!(kv.apply(&read), Outcome::Value(Some(Value(3))));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kv {
    registers: BTreeMap<Key, Value>,
    applied: Sessions,
    /// The compare-and-sets among them that found another value.
    differed: Sessions,
}

impl Kv {
    /// Applies a command and says how it ended. A request that was applied before changes nothing.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        let Command { request, op } = *command;
        match op {
            Op::Noop => Outcome::Done,
            // Reading again is harmless, and the only way to answer a retry.
            Op::Read { key } => {
                self.applied.insert(request);
                Outcome::Value(self.get(key))
            }
            Op::Write { .. } | Op::Cas { .. } if !self.applied.insert(request) => self.before(request),
            Op::Write { key, value } => {
                self.registers.insert(key, value);
                Outcome::Done
            }
            Op::Cas { key, expect, value } if self.get(key) == Some(expect) => {
                self.registers.insert(key, value);
                Outcome::Done
            }
            Op::Cas { .. } => {
                self.differed.insert(request);
                Outcome::Differs
            }
            Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Tree(_) => Outcome::Refused,
        }
    }

    /// The answer to what only reads; `None` for everything else.
    #[must_use]
    pub fn read(&self, op: Op) -> Option<Outcome> {
        if let Op::Read { key } = op { Some(Outcome::Value(self.get(key))) } else { None }
    }

    /// Notes a request that somebody else has applied.
    pub fn note(&mut self, request: RequestId) {
        self.applied.insert(request);
    }

    /// What a register holds.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Value> {
        self.registers.get(&key).copied()
    }

    /// Whether a request has been applied.
    #[must_use]
    pub fn has_applied(&self, request: RequestId) -> bool {
        self.applied.contains(request)
    }

    /// How a write or compare-and-set that has been applied ended.
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
}
