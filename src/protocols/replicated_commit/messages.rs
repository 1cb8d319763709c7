//! What nodes send each other, their timers, and what a crash leaves.

use super::spec::{OWN_MESSAGES, OWN_TIMERS};
use crate::model::{self, Ballot, Command, Fact, Packed, TimerKind};
use crate::protocols::inside::shifted;
use crate::protocols::raft;

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Coordinator to the other shard: can you?
    Prepare {
        /// Which transaction.
        tx: Ballot,
        /// What it does.
        command: Command,
    },
    /// The shard's vote.
    Vote {
        /// Which transaction.
        tx: Ballot,
        /// Whether a quorum of the shard has it that it is prepared.
        yes: bool,
    },
    /// How it ended, as the coordinator's log has it.
    Outcome {
        /// Which transaction.
        tx: Ballot,
        /// Whether it is committed.
        commit: bool,
    },
    /// A shard in doubt: what came of it?
    Inquire {
        /// Which transaction.
        tx: Ballot,
    },
    /// Within a group.
    Raft(raft::Message),
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let fact = |code, tx: &Ballot, more| Fact { code, args: [tx.bits(), more, 0, 0] };
        match self {
            Self::Prepare { tx, command } => fact(0, tx, command.op.value().pack()),
            Self::Vote { tx, yes: true } => fact(1, tx, 0),
            Self::Vote { tx, yes: false } => fact(2, tx, 0),
            Self::Outcome { tx, commit: true } => fact(3, tx, 0),
            Self::Outcome { tx, commit: false } => fact(4, tx, 0),
            Self::Inquire { tx } => fact(5, tx, 0),
            Self::Raft(message) => shifted(message.brief(), OWN_MESSAGES),
        }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Prepare { .. } => Command::BYTES,
            Self::Raft(message) => message.bulk(),
            Self::Vote { .. } | Self::Outcome { .. } | Self::Inquire { .. } => 0,
        }
    }
}

/// A node's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A coordinator waits for votes.
    Retry,
    /// A shard is in doubt.
    Doubt,
    /// A server's.
    Raft(raft::Timer),
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Retry => 0,
            Self::Doubt => 1,
            Self::Raft(timer) => OWN_TIMERS + timer.code(),
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Retry),
            1 => Some(Self::Doubt),
            _ => raft::Timer::from_code(code - OWN_TIMERS).map(Self::Raft),
        }
    }
}

/// What a crash leaves: a server's, and nothing else.
pub type Durable = raft::Durable;
/// One write to disk.
pub type Write = raft::Write;
