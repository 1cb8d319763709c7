//! Budgets.

use crate::model::{ClientId, Command, Key, Op, RequestId};

/// How much may go wrong, and how much may be asked for, in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Messages that are lost.
    pub losses: u8,
    /// Messages that arrive twice.
    pub duplicates: u8,
    /// Crashes; a node that is down may start again at any time.
    pub crashes: u8,
    /// Timers that run out.
    pub timeouts: u8,
    /// Requests of clients, each of another value.
    pub requests: u8,
    /// Requests to read, which come after these. With any, it is watched whether what clients are told is
    /// linearizable.
    pub reads: u8,
    /// Messages in flight at once: what would send more is not explored.
    pub in_flight: u8,
}

impl Bounds {
    /// Two requests, two time-outs, nothing that breaks.
    pub const USUAL: Self =
        Self { losses: 0, duplicates: 0, crashes: 0, timeouts: 2, requests: 2, reads: 0, in_flight: u8::MAX };

    /// How many requests there are in all.
    pub(super) fn asked(&self) -> u8 {
        self.requests.saturating_add(self.reads)
    }

    /// A request by its count: the first change something, as the protocol's clients do, and the last ones
    /// read.
    pub(super) fn command(&self, count: u8, change: Op) -> Command {
        let op = if count < self.requests { change } else { Op::Read { key: Key(0) } };
        Command { request: RequestId { client: ClientId(0), seq: u32::from(count) + 1 }, op }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self::USUAL
    }
}
