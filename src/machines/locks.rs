//! Locks with leases and fencing tokens, measured by a clock that the log carries.
//!
//! A replica's own clock must not decide anything: replicas apply the same command at different times.
//! So a leader puts the time into the log ([`Op::Clock`]) before a command that needs it, and every
//! replica goes by the latest that has come (Gray and Cheriton 1989; Burrows 2006, §2.4 and §2.8).

use super::Sessions;
use crate::model::{ClientId, Command, Key, Op, Outcome, RequestId, Span};
use std::collections::{BTreeMap, VecDeque};

/// How many grants are remembered for those who ask again.
const GRANTS_KEPT: usize = 32;

/// A lock service: each grant has a token, one higher than the one before on that lock.
///
/// ```
/// use quorate::machines::Locks;
/// use quorate::model::{ClientId, Command, Key, Op, Outcome, RequestId, Span};
/// let acquire = |client, seq| Command {
///     request: RequestId { client: ClientId(client), seq },
///     op: Op::Acquire { key: Key(0) },
/// };
/// let clock = |at| Command { op: Op::Clock { at }, ..Command::NOOP };
/// let mut locks = Locks::new(Span::ms(500), 1);
/// locks.apply(&clock(1_000));
/// assert_eq!(locks.apply(&acquire(0, 1)), Outcome::Granted(1));
/// assert_eq!(locks.apply(&acquire(1, 1)), Outcome::Held);
/// locks.apply(&clock(1_500));
/// assert_eq!(locks.apply(&acquire(1, 2)), Outcome::Granted(2), "the lease is over");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Locks {
    lease_ms: u32,
    first: u32,
    careless: bool,
    /// The latest clock that the log has brought, in ms.
    clock_ms: u32,
    locks: BTreeMap<Key, Lock>,
    applied: Sessions,
    /// Those among them that were told no: the lock was held, or not the client's own.
    refused: Sessions,
    /// The latest grants, for those who ask again.
    granted: VecDeque<(RequestId, u32)>,
}

/// One lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lock {
    /// The token granted last.
    pub token: u32,
    /// Who holds it, unless the lease is over.
    pub holder: Option<ClientId>,
    /// When the lease is over, by the log's clock, in ms.
    pub until_ms: u32,
    /// Who was granted it last, and the latest of that client's requests about it: one that was sent before
    /// and comes after it is not obeyed.
    last: RequestId,
}

impl Locks {
    /// What its locks take on the wire, about.
    pub(super) fn bytes(&self) -> u32 {
        12 * self.locks.len() as u32 + 10 * self.granted.len() as u32 + self.refused.bytes()
    }

    /// Leases of that length; the first token of each lock is `first`.
    #[must_use]
    pub fn new(lease: Span, first: u32) -> Self {
        Self {
            lease_ms: u32::try_from(lease.0 / 1_000).unwrap_or(u32::MAX),
            first: first.max(1),
            careless: false,
            clock_ms: 0,
            locks: BTreeMap::new(),
            applied: Sessions::default(),
            refused: Sessions::default(),
            granted: VecDeque::new(),
        }
    }

    /// The same; a careless one takes a lock back from whoever says so.
    #[must_use]
    pub const fn careless(mut self, careless: bool) -> Self {
        self.careless = careless;
        self
    }

    /// Applies a command and says how it ended. A request that was applied before changes nothing.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        let Command { request, op } = *command;
        match op {
            Op::Clock { at } => {
                self.clock_ms = self.clock_ms.max(at);
                Outcome::Done
            }
            Op::Noop => Outcome::Done,
            Op::Acquire { .. } | Op::Release { .. } if !self.applied.insert(request) => {
                self.before(request, op)
            }
            Op::Acquire { key } => self.acquire(request, key),
            Op::Release { key, token } => self.release(request, key, token),
            Op::Read { .. }
            | Op::Write { .. }
            | Op::Cas { .. }
            | Op::ReadAt { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::End { .. }
            | Op::Tree(_) => Outcome::Refused,
        }
    }

    /// Whoever holds the lock and asks for it again has the lease prolonged, with the same token.
    fn acquire(&mut self, request: RequestId, key: Key) -> Outcome {
        let (clock, until_ms) = (self.clock_ms, self.clock_ms.saturating_add(self.lease_ms));
        let first = self.first;
        let never = Lock { token: first - 1, holder: None, until_ms: 0, last: RequestId::default() };
        let lock = self.locks.entry(key).or_insert(never);
        if request.client == lock.last.client && request.seq < lock.last.seq {
            // Asked for before it was given back.
            self.refused.insert(request);
            return Outcome::Held;
        }
        let holder = lock.holder.filter(|_| clock < lock.until_ms);
        match holder {
            Some(holder) if holder != request.client => {
                self.refused.insert(request);
                return Outcome::Held;
            }
            Some(_) => {}
            None => lock.token = lock.token.saturating_add(1),
        }
        (lock.holder, lock.until_ms, lock.last) = (Some(request.client), until_ms, request);
        let token = lock.token;
        self.granted.push_back((request, token));
        if self.granted.len() > GRANTS_KEPT {
            self.granted.pop_front();
        }
        Outcome::Granted(token)
    }

    /// Only who holds a lock gives it back, and only what was granted last.
    fn release(&mut self, request: RequestId, key: Key, token: u32) -> Outcome {
        match self.locks.get_mut(&key) {
            Some(lock)
                if self.careless
                    || lock.holder == Some(request.client)
                        && lock.token == token
                        && lock.last.seq < request.seq =>
            {
                (lock.holder, lock.last) = (None, request);
                Outcome::Done
            }
            Some(_) | None => {
                self.refused.insert(request);
                Outcome::Differs
            }
        }
    }

    /// How a request that has been applied ended. Of a grant that is no longer remembered nothing can be
    /// said, so the client is told nothing: that nobody is known to ask.
    fn before(&self, request: RequestId, op: Op) -> Outcome {
        let refused = self.refused.contains(request);
        let granted = self.granted.iter().find(|(known, _)| *known == request);
        match (op, granted) {
            (Op::Acquire { .. }, _) if refused => Outcome::Held,
            (Op::Acquire { .. }, Some((_, token))) => Outcome::Granted(*token),
            (Op::Acquire { .. }, None) => Outcome::Redirect(None),
            _ if refused => Outcome::Differs,
            _ => Outcome::Done,
        }
    }

    /// How a retry is to be answered, if the request has been applied.
    #[must_use]
    pub fn answer(&self, request: RequestId, op: Op) -> Option<Outcome> {
        let changes = matches!(op, Op::Acquire { .. } | Op::Release { .. });
        (changes && self.applied.contains(request)).then(|| self.before(request, op))
    }

    /// The latest clock that the log has brought, in ms.
    #[must_use]
    pub const fn clock_ms(&self) -> u32 {
        self.clock_ms
    }

    /// Every lock that was ever asked for.
    pub fn locks(&self) -> impl Iterator<Item = (Key, Lock)> + '_ {
        self.locks.iter().map(|(key, lock)| (*key, *lock))
    }

    /// A lock, if it was ever asked for.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Lock> {
        self.locks.get(&key).copied()
    }

    /// Whether a lock is held, by the log's clock.
    #[must_use]
    pub const fn is_held(&self, lock: &Lock) -> bool {
        lock.holder.is_some() && self.clock_ms < lock.until_ms
    }

    /// Notes a request that somebody else has carried out.
    pub fn note(&mut self, request: RequestId) {
        self.applied.insert(request);
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

    const KEY: Key = Key(0);

    fn ask(locks: &mut Locks, client: u16, seq: u32, op: Op) -> Outcome {
        locks.apply(&Command { request: RequestId { client: ClientId(client), seq }, op })
    }

    fn at(locks: &mut Locks, at: u32) {
        locks.apply(&Command { op: Op::Clock { at }, ..Command::NOOP });
    }

    #[test]
    fn only_who_holds_a_lock_gives_it_back() {
        let mut locks = Locks::new(Span::ms(100), 33);
        let acquire = Op::Acquire { key: KEY };
        let release = |token| Op::Release { key: KEY, token };
        assert_eq!(ask(&mut locks, 0, 1, acquire), Outcome::Granted(33));
        assert_eq!(ask(&mut locks, 1, 1, release(33)), Outcome::Differs, "not its own");
        at(&mut locks, 100);
        assert_eq!(ask(&mut locks, 1, 2, acquire), Outcome::Granted(34));
        assert_eq!(ask(&mut locks, 0, 2, release(33)), Outcome::Differs, "no longer its own");
        assert_eq!(ask(&mut locks, 1, 3, release(34)), Outcome::Done);
        assert_eq!(ask(&mut locks, 0, 3, acquire), Outcome::Granted(35));
    }

    #[test]
    fn a_lease_is_prolonged_by_its_holder_and_time_never_goes_back() {
        let mut locks = Locks::new(Span::ms(100), 1);
        let acquire = Op::Acquire { key: KEY };
        at(&mut locks, 50);
        assert_eq!(ask(&mut locks, 0, 1, acquire), Outcome::Granted(1));
        at(&mut locks, 120);
        assert_eq!(ask(&mut locks, 0, 2, acquire), Outcome::Granted(1), "the same grant, longer");
        at(&mut locks, 60);
        assert_eq!(locks.clock_ms(), 120, "a clock that is behind turns nothing back");
        at(&mut locks, 219);
        assert_eq!(ask(&mut locks, 1, 1, acquire), Outcome::Held);
        at(&mut locks, 220);
        assert_eq!(ask(&mut locks, 1, 2, acquire), Outcome::Granted(2));
        assert_eq!(ask(&mut locks, 0, 3, acquire), Outcome::Held);
    }

    #[test]
    fn what_was_sent_before_and_comes_after_is_not_obeyed() {
        let mut locks = Locks::new(Span::ms(100), 1);
        let (acquire, release) = (Op::Acquire { key: KEY }, Op::Release { key: KEY, token: 1 });
        assert_eq!(ask(&mut locks, 0, 1, acquire), Outcome::Granted(1));
        assert_eq!(ask(&mut locks, 0, 3, acquire), Outcome::Granted(1));
        assert_eq!(ask(&mut locks, 0, 2, release), Outcome::Differs, "it has been asked for again since");
        assert_eq!(ask(&mut locks, 0, 5, release), Outcome::Done);
        assert_eq!(ask(&mut locks, 0, 4, acquire), Outcome::Held, "it has been given back since");
        assert_eq!(ask(&mut locks, 1, 1, acquire), Outcome::Granted(2));
    }

    #[test]
    fn a_retry_is_told_the_same_and_takes_nothing_twice() {
        let mut locks = Locks::new(Span::ms(100), 1);
        let acquire = Op::Acquire { key: KEY };
        assert_eq!(ask(&mut locks, 0, 1, acquire), Outcome::Granted(1));
        assert_eq!(ask(&mut locks, 1, 1, acquire), Outcome::Held);
        assert_eq!(ask(&mut locks, 0, 2, Op::Release { key: KEY, token: 1 }), Outcome::Done);
        assert_eq!(ask(&mut locks, 1, 1, acquire), Outcome::Held, "although it is free by now");
        assert_eq!(ask(&mut locks, 0, 1, acquire), Outcome::Granted(1), "told so, and no more");
        assert_eq!(ask(&mut locks, 1, 2, acquire), Outcome::Granted(2));
        let request = RequestId { client: ClientId(0), seq: 2 };
        assert_eq!(locks.answer(request, Op::Release { key: KEY, token: 1 }), Some(Outcome::Done));
        for seq in 3..=40 {
            ask(&mut locks, 1, seq, acquire);
        }
        assert_eq!(ask(&mut locks, 0, 1, acquire), Outcome::Redirect(None), "forgotten, and nothing made up");
    }
}
