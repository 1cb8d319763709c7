//! What nodes send each other, and their timer.

use crate::model::{self, Ballot, Command, Fact, Held, Key, Packed, RequestId, TimerKind, Value};

/// What a replica holds of a register: a value and its tag. [`Tagged::default`] is what all hold at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tagged {
    /// The tag: a number and the node that wrote with it, in this order.
    pub tag: Ballot,
    /// The request that wrote it.
    pub by: RequestId,
    /// The value; `None`: never written.
    pub value: Option<Value>,
}

impl Tagged {
    /// As others see it.
    pub(super) const fn held(self, key: Key) -> Held {
        Held { key, version: self.tag, from: Ballot::ZERO, by: self.by, value: self.value }
    }
}

/// What nodes send each other, each about one operation of a client on one register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// First phase: asks what the replica holds.
    Query {
        /// For which operation.
        request: RequestId,
        /// Of which register.
        key: Key,
    },
    /// What the sender holds.
    Answer {
        /// For which operation.
        request: RequestId,
        /// Of which register.
        key: Key,
        /// What it holds.
        held: Tagged,
    },
    /// Second phase: asks to hold this, if it is newer.
    Store {
        /// For which operation.
        request: RequestId,
        /// In which register.
        key: Key,
        /// What to hold.
        held: Tagged,
    },
    /// The sender holds that, or something newer.
    Stored {
        /// For which operation.
        request: RequestId,
        /// In which register.
        key: Key,
        /// The tag asked for.
        tag: Ballot,
    },
}

/// Its timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Asks again those who have not answered.
    Resend,
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let (code, args) = match *self {
            Self::Query { key, .. } => (0, [0, key.pack(), 0, 0]),
            Self::Answer { key, held, .. } => (1, [held.tag.bits(), key.pack(), held.value.pack(), 0]),
            Self::Store { key, held, .. } => (2, [held.tag.bits(), key.pack(), held.value.pack(), 0]),
            Self::Stored { key, tag, .. } => (3, [tag.bits(), key.pack(), 0, 0]),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Answer { .. } | Self::Store { .. } => Command::BYTES,
            Self::Query { .. } | Self::Stored { .. } => 0,
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Resend => 0,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        (code == 0).then_some(Self::Resend)
    }
}
