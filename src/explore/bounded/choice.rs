//! What can happen next in a bounded environment.

use crate::explore::system::Action;
use crate::model::{Fact, NodeId, Op};

/// One thing that happens, as a person or a player needs to know it.
///
/// Messages are numbered from 1 in the order of their sending, those that nodes send themselves included:
/// as the simulator numbers them in a run in which none is doubled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// A message arrives.
    Deliver {
        /// Its number.
        message: u32,
        /// Who sent it.
        from: NodeId,
        /// To whom.
        to: NodeId,
        /// What it says, in brief.
        brief: Fact,
    },
    /// A message is lost.
    Lose {
        /// Its number.
        message: u32,
        /// Who sent it.
        from: NodeId,
        /// To whom.
        to: NodeId,
        /// What it says, in brief.
        brief: Fact,
    },
    /// A message will arrive once more.
    Duplicate {
        /// Its number; the copy has the same.
        message: u32,
        /// Who sent it.
        from: NodeId,
        /// To whom.
        to: NodeId,
        /// What it says, in brief.
        brief: Fact,
    },
    /// A timer runs out.
    Timeout {
        /// Whose.
        node: NodeId,
        /// Which, by its code.
        timer: u8,
    },
    /// A node goes down.
    Crash {
        /// Which.
        node: NodeId,
    },
    /// It starts again.
    Restart {
        /// Which.
        node: NodeId,
    },
    /// A client asks.
    Request {
        /// Whom.
        node: NodeId,
        /// For what.
        op: Op,
    },
}

/// What kind of thing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Deliver,
    Timeout,
    Request,
    Crash,
    Restart,
    Lose,
    Duplicate,
}

const KINDS: [Kind; 7] =
    [Kind::Deliver, Kind::Timeout, Kind::Request, Kind::Crash, Kind::Restart, Kind::Lose, Kind::Duplicate];

/// A request that reads, in the place of a message or a timer; 0 for any other.
pub(super) const READS: u32 = 1;

/// A kind, a node, and a message or a timer as one number.
pub(super) fn pack(kind: Kind, node: usize, which: u32) -> Action {
    kind as u64 | (node as u64) << 8 | u64::from(which) << 32
}

pub(super) fn unpack(action: Action) -> (Kind, usize, u32) {
    let kind = KINDS[(action & 0xff) as usize % KINDS.len()];
    (kind, (action >> 8 & 0xff) as usize, (action >> 32) as u32)
}
