//! Each node's own clock: an offset, and a rate that is a little off.

use crate::model::{LocalTime, Span, Time};

/// How a node's clock stands to true time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Clock {
    /// What it shows at the start, in µs.
    pub offset: u64,
    /// How much faster (or slower) it runs, in parts per million; above -1,000,000.
    pub drift_ppm: i32,
}

const MILLION: u128 = 1_000_000;

impl Clock {
    fn rate(self) -> u128 {
        (i64::from(self.drift_ppm) + 1_000_000).max(1) as u128
    }

    /// What the clock shows at a moment.
    #[must_use]
    pub fn read(self, at: Time) -> LocalTime {
        if self.drift_ppm == 0 {
            return LocalTime(at.0.saturating_add(self.offset));
        }
        LocalTime((u128::from(at.0) * self.rate() / MILLION) as u64 + self.offset)
    }

    /// How long, in true time, a length on this clock takes.
    #[must_use]
    pub fn true_span(self, local: Span) -> Span {
        if self.drift_ppm == 0 {
            return local;
        }
        Span((u128::from(local.0) * MILLION / self.rate()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_is_ahead_and_its_timers_are_short() {
        let fast = Clock { offset: 10, drift_ppm: 500_000 };
        assert_eq!(fast.read(Time(1_000)), LocalTime(1_510));
        assert_eq!(fast.true_span(Span(1_500)), Span(1_000));
    }
}
