//! What nodes send each other, and their timers.

use crate::model::{self, Ballot, Command, Fact, Packed, TimerKind, Value};

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Phase 1(a): asks for a promise.
    Prepare {
        /// The ballot to promise.
        ballot: Ballot,
    },
    /// Phase 1(b): promises to accept nothing below the ballot.
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// The proposal of the highest ballot that the sender has accepted.
        accepted: Option<(Ballot, Command)>,
    },
    /// Phase 2(a): asks to accept a proposal.
    Accept {
        /// The proposal's ballot.
        ballot: Ballot,
        /// The proposal's value.
        command: Command,
    },
    /// Phase 2(b): the sender has accepted the proposal.
    Accepted {
        /// The proposal's ballot.
        ballot: Ballot,
        /// The proposal's value.
        command: Command,
    },
    /// The sender refuses: it has promised a higher ballot.
    Nack {
        /// The ballot refused.
        ballot: Ballot,
        /// What the sender has promised.
        promised: Ballot,
    },
    /// A learner asks what has been accepted.
    Learn,
}

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The proposer has waited long enough: for a quorum, or since it backed off.
    Retry,
    /// The learner asks what has been accepted.
    Learn,
}

impl Message {
    /// The highest ballot that it speaks of.
    pub(super) const fn ballot(&self) -> Ballot {
        match self {
            Self::Prepare { ballot }
            | Self::Promise { ballot, .. }
            | Self::Accept { ballot, .. }
            | Self::Accepted { ballot, .. } => *ballot,
            Self::Nack { promised, .. } => *promised,
            Self::Learn => Ballot::ZERO,
        }
    }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let none = Option::<Value>::None.pack();
        let (code, args) = match *self {
            Self::Prepare { ballot } => (0, [ballot.bits(), 0, 0, 0]),
            Self::Promise { ballot, accepted: None } => (1, [ballot.bits(), 0, none, 0]),
            Self::Promise { ballot, accepted: Some((earlier, command)) } => {
                (2, [ballot.bits(), earlier.bits(), command.op.value().pack(), 0])
            }
            Self::Accept { ballot, command } => (3, [ballot.bits(), command.op.value().pack(), 0, 0]),
            Self::Accepted { ballot, command } => (4, [ballot.bits(), command.op.value().pack(), 0, 0]),
            Self::Nack { ballot, promised } => (5, [ballot.bits(), promised.bits(), 0, 0]),
            Self::Learn => (6, [0; 4]),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Promise { accepted: Some(_), .. } | Self::Accept { .. } | Self::Accepted { .. } => {
                Command::BYTES
            }
            Self::Prepare { .. } | Self::Promise { accepted: None, .. } | Self::Nack { .. } | Self::Learn => {
                0
            }
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Retry => 0,
            Self::Learn => 1,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Retry),
            1 => Some(Self::Learn),
            _ => None,
        }
    }
}
