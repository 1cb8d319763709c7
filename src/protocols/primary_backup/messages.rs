//! What nodes send each other, and their timers.

use crate::model::{self, Ballot, Entry, Fact, TimerKind};

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// The primary ships entries; without any it is a heartbeat.
    Ship {
        /// The primary's epoch.
        epoch: Ballot,
        /// The index before the first entry.
        prev_index: u32,
        /// The epoch of the primary's entry there.
        prev_epoch: u32,
        /// Where the primary's log ends.
        last: u32,
        /// What follows `prev_index`.
        entries: Vec<Entry>,
    },
    /// The sender's log is the primary's up to an index.
    Shipped {
        /// The primary's epoch.
        epoch: Ballot,
        /// That index.
        upto: u32,
    },
    /// The sender's log does not go with what was shipped.
    Missing {
        /// The primary's epoch.
        epoch: Ballot,
        /// From where on it needs the primary's log.
        next: u32,
    },
    /// There is a primary of a later epoch.
    Deposed {
        /// That epoch.
        epoch: Ballot,
    },
}

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A backup has not heard from a primary for so long.
    Failover,
    /// The primary ships again what has not been acknowledged.
    Heartbeat,
}

impl Message {
    /// The epoch that it speaks of.
    pub(super) const fn epoch(&self) -> Ballot {
        match self {
            Self::Ship { epoch, .. }
            | Self::Shipped { epoch, .. }
            | Self::Missing { epoch, .. }
            | Self::Deposed { epoch } => *epoch,
        }
    }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let epoch = self.epoch().bits();
        let (code, args) = match self {
            Self::Ship { last, entries, .. } if entries.is_empty() => (0, [epoch, *last, 0, 0]),
            Self::Ship { prev_index, entries, .. } => (1, [epoch, prev_index + 1, entries.len() as u32, 0]),
            Self::Shipped { upto, .. } => (2, [epoch, *upto, 0, 0]),
            Self::Missing { next, .. } => (3, [epoch, *next, 0, 0]),
            Self::Deposed { .. } => (4, [epoch, 0, 0, 0]),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Ship { entries, .. } => Entry::BYTES * entries.len() as u32,
            Self::Shipped { .. } | Self::Missing { .. } | Self::Deposed { .. } => 0,
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Failover => 0,
            Self::Heartbeat => 1,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Failover),
            1 => Some(Self::Heartbeat),
            _ => None,
        }
    }
}
