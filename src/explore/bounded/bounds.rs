//! Budgets.

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
    /// Messages in flight at once: what would send more is not explored.
    pub in_flight: u8,
}

impl Bounds {
    /// Two requests, two time-outs, nothing that breaks.
    pub const USUAL: Self =
        Self { losses: 0, duplicates: 0, crashes: 0, timeouts: 2, requests: 2, in_flight: u8::MAX };
}

impl Default for Bounds {
    fn default() -> Self {
        Self::USUAL
    }
}
