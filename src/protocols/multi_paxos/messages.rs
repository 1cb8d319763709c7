//! What nodes send each other.

use crate::machines::Machine;
use crate::model::{self, Ballot, Base, Command, Entry, Fact, Packed};
use std::sync::Arc;

/// Some slots with what they hold, in order. One alone, as under load, needs no allocation; many are
/// shared by the message, its copies and the write.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Slots {
    /// One slot.
    One((u32, Entry)),
    /// None, or several.
    Many(Arc<[(u32, Entry)]>),
}

impl Slots {
    /// As a list.
    #[must_use]
    pub fn as_slice(&self) -> &[(u32, Entry)] {
        match self {
            Self::One(slot) => std::slice::from_ref(slot),
            Self::Many(slots) => slots,
        }
    }
}

impl FromIterator<(u32, Entry)> for Slots {
    fn from_iter<I: IntoIterator<Item = (u32, Entry)>>(slots: I) -> Self {
        let slots: Vec<_> = slots.into_iter().collect();
        match slots.as_slice() {
            [slot] => Self::One(*slot),
            _ => Self::Many(slots.into()),
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Phase 1(a), for all slots at once: asks for a promise.
    Prepare {
        /// The ballot to promise.
        ballot: Ballot,
        /// The first slot that the sender does not know to be chosen.
        first: u32,
    },
    /// Phase 1(b): promises to accept nothing below the ballot, in any slot.
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// From which slot on it reports.
        first: u32,
        /// Up to where the sender knows all slots to be chosen.
        chosen: u32,
        /// What the sender has accepted from `first` on.
        slots: Slots,
    },
    /// Phase 2(a): asks to accept a command in a slot.
    Accept {
        /// The leader's ballot.
        ballot: Ballot,
        /// The slot.
        slot: u32,
        /// The command.
        command: Command,
        /// Up to where the leader knows all slots to be chosen.
        chosen: u32,
    },
    /// Phase 2(b): the sender has accepted what the leader proposed in that slot.
    Accepted {
        /// The leader's ballot.
        ballot: Ballot,
        /// The slot.
        slot: u32,
    },
    /// The sender refuses.
    Nack {
        /// The ballot refused.
        ballot: Ballot,
        /// What the sender has promised; not above `ballot` if a lease is why.
        promised: Ballot,
    },
    /// The leader is there.
    Heartbeat {
        /// Its ballot.
        ballot: Ballot,
        /// Up to where it knows all slots to be chosen.
        chosen: u32,
        /// Which slots it knows to be chosen behind the first gap: bit 0 for the second slot after
        /// `chosen`.
        behind: u64,
        /// With leases: when it was sent, as the leases write it; 0 without.
        at: u32,
    },
    /// With leases: the sender has heard the leader, and promises nothing to others for a while.
    Heard {
        /// The leader's ballot.
        ballot: Ballot,
        /// The heartbeat's own.
        at: u32,
    },
    /// A follower asks what was chosen.
    Learn {
        /// What the sender has promised.
        ballot: Ballot,
        /// The first slot that it does not know to be chosen.
        first: u32,
    },
    /// Slots that are chosen, without a gap.
    Chosen {
        /// What the sender has promised.
        ballot: Ballot,
        /// The slots.
        slots: Slots,
    },
    /// The state after a slot, for who needs slots that are compacted away.
    Snapshot {
        /// What the sender has promised.
        ballot: Ballot,
        /// The last slot that is in it.
        base: Base,
        /// The state.
        machine: Arc<Machine>,
    },
}

impl Message {
    /// The ballot it is of.
    #[must_use]
    pub const fn ballot(&self) -> Ballot {
        match self {
            Self::Prepare { ballot, .. }
            | Self::Promise { ballot, .. }
            | Self::Accept { ballot, .. }
            | Self::Accepted { ballot, .. }
            | Self::Nack { ballot, .. }
            | Self::Heartbeat { ballot, .. }
            | Self::Heard { ballot, .. }
            | Self::Learn { ballot, .. }
            | Self::Chosen { ballot, .. }
            | Self::Snapshot { ballot, .. } => *ballot,
        }
    }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let (code, rest) = match self {
            Self::Prepare { first, .. } => (0, [*first, 0, 0]),
            Self::Promise { first, chosen, slots, .. } => match slots.as_slice().len() as u32 {
                0 => (1, [*first, *chosen, 0]),
                reported => (2, [*first, *chosen, reported]),
            },
            Self::Accept { slot, command, chosen, .. } => (3, [*slot, command.op.value().pack(), *chosen]),
            Self::Accepted { slot, .. } => (4, [*slot, 0, 0]),
            Self::Nack { promised, .. } => (5, [promised.bits(), 0, 0]),
            Self::Heartbeat { chosen, .. } => (6, [*chosen, 0, 0]),
            Self::Heard { at, .. } => (7, [*at, 0, 0]),
            Self::Learn { first, .. } => (8, [*first, 0, 0]),
            Self::Chosen { slots, .. } => {
                let end = |slot: Option<&(u32, Entry)>| slot.map_or(0, |(slot, _)| *slot);
                (9, [end(slots.as_slice().first()), end(slots.as_slice().last()), 0])
            }
            Self::Snapshot { base, .. } => (10, [base.index, 0, 0]),
        };
        Fact { code, args: [self.ballot().bits(), rest[0], rest[1], rest[2]] }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Accept { .. } => Command::BYTES,
            Self::Promise { slots, .. } | Self::Chosen { slots, .. } => {
                (4 + Entry::BYTES) * slots.as_slice().len() as u32
            }
            Self::Snapshot { machine, .. } => machine.bytes(),
            Self::Prepare { .. }
            | Self::Accepted { .. }
            | Self::Nack { .. }
            | Self::Heartbeat { .. }
            | Self::Heard { .. }
            | Self::Learn { .. } => 0,
        }
    }
}
