//! What nodes send each other, their timer, and a register's state.

use crate::model::{self, Ballot, Fact, Held, Key, Packed, RequestId, TimerKind, Value};

/// A state of a register: what a change made of the state before it. [`Change::default`] is the state
/// before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// The ballot in which it was sent to be accepted.
    pub ballot: Ballot,
    /// The ballot of the state that it was made from.
    pub from: Ballot,
    /// The request that changed the value last: an identity keeps it.
    pub by: RequestId,
    /// The request that did so in the state that it was made from.
    pub before: RequestId,
    /// The value; `None`: never written.
    pub value: Option<Value>,
}

impl Change {
    /// What it takes on the wire, about: two ballots, two requests, a value.
    pub(super) const BYTES: u32 = 24;

    /// As others see it.
    pub(super) const fn held(self, key: Key) -> Held {
        Held { key, version: self.ballot, from: self.from, by: self.by, value: self.value }
    }
}

/// What nodes send each other, each about one register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Phase 1: asks for a promise and for the state.
    Prepare {
        /// Which register.
        key: Key,
        /// The ballot to promise.
        ballot: Ballot,
    },
    /// The sender has promised, and says what it has accepted.
    Promise {
        /// Which register.
        key: Key,
        /// The ballot promised.
        ballot: Ballot,
        /// The state accepted last, of a lower ballot.
        accepted: Change,
    },
    /// Phase 2: asks to accept a state.
    Accept {
        /// Which register.
        key: Key,
        /// The state.
        change: Change,
        /// The ballot that the same proposer will use next: a `Prepare` that rides along. Zero: none.
        next: Ballot,
    },
    /// The sender has accepted the state of a ballot.
    Accepted {
        /// Which register.
        key: Key,
        /// That ballot.
        ballot: Ballot,
        /// The next ballot of the same proposer, if the sender has promised it. Zero: it has not.
        next: Ballot,
    },
    /// A conflict: the sender has promised a higher ballot.
    Nack {
        /// Which register.
        key: Key,
        /// The ballot refused.
        ballot: Ballot,
        /// What the sender has promised.
        promised: Ballot,
    },
}

/// Its timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The proposer has waited long enough: for a quorum, or since it backed off.
    Retry,
}

impl Message {
    /// The register that it is about, and the highest ballot that it speaks of.
    pub(super) fn about(&self) -> (Key, Ballot) {
        match *self {
            Self::Prepare { key, ballot } | Self::Promise { key, ballot, .. } => (key, ballot),
            Self::Accept { key, change, next } => (key, change.ballot.max(next)),
            Self::Accepted { key, ballot, next } => (key, ballot.max(next)),
            Self::Nack { key, ballot, promised } => (key, ballot.max(promised)),
        }
    }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let (code, args) = match *self {
            Self::Prepare { key, ballot } => (0, [ballot.bits(), key.pack(), 0, 0]),
            Self::Promise { key, ballot, accepted } => match accepted.ballot {
                Ballot::ZERO => (1, [ballot.bits(), key.pack(), 0, 0]),
                earlier => (2, [ballot.bits(), key.pack(), earlier.bits(), accepted.value.pack()]),
            },
            Self::Accept { key, change, next } => {
                (3, [change.ballot.bits(), key.pack(), change.value.pack(), next.bits()])
            }
            Self::Accepted { key, ballot, next } => (4, [ballot.bits(), key.pack(), next.bits(), 0]),
            Self::Nack { key, ballot, promised } => (5, [ballot.bits(), key.pack(), promised.bits(), 0]),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Promise { .. } | Self::Accept { .. } => Change::BYTES,
            Self::Prepare { .. } | Self::Accepted { .. } | Self::Nack { .. } => 0,
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Retry => 0,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        (code == 0).then_some(Self::Retry)
    }
}
