//! How a slider's way maps to values.

/// A mapping between a slider's 0 to 1,000 and whole values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    /// Every whole value of a range.
    Whole {
        /// The first.
        least: u64,
        /// The last.
        most: u64,
    },
    /// Finer at its beginning: third power, rounded to two or three digits.
    Fine {
        /// The first.
        least: u64,
        /// The last.
        most: u64,
    },
}

/// The slider's steps on a fine scale.
const STEPS: f64 = 1_000.0;

impl Scale {
    /// The slider's own least, most and step.
    pub(crate) fn track(self) -> (u64, u64) {
        match self {
            Self::Whole { least, most } => (least, most.max(least)),
            Self::Fine { .. } => (0, STEPS as u64),
        }
    }

    /// Where on the track a value stands.
    pub(crate) fn place(self, value: u64) -> u64 {
        match self {
            Self::Whole { least, most } => value.clamp(least, most.max(least)),
            Self::Fine { least, most } => {
                let width = most.saturating_sub(least).max(1) as f64;
                let part = (value.saturating_sub(least) as f64 / width).clamp(0.0, 1.0);
                (part.cbrt() * STEPS).round() as u64
            }
        }
    }

    /// The value at a place of the track.
    pub(crate) fn value(self, place: f64) -> u64 {
        match self {
            Self::Whole { least, most } => (place.round().max(0.0) as u64).clamp(least, most.max(least)),
            Self::Fine { least, most } => {
                let part = (place / STEPS).clamp(0.0, 1.0);
                if part >= 1.0 {
                    return most;
                }
                let width = most.saturating_sub(least) as f64;
                rounded(least + (part * part * part * width) as u64).clamp(least, most)
            }
        }
    }

    /// From 0 to 1: how much of the track is filled.
    pub(crate) fn filled(self, value: u64) -> f64 {
        let (first, last) = self.track();
        (self.place(value) - first) as f64 / (last - first).max(1) as f64
    }
}

/// To two digits, or to a half of the second: 12.5 ms, 150 ms, 1.55 s.
fn rounded(value: u64) -> u64 {
    let mut unit = 1;
    while value / unit >= 100 {
        unit *= 10;
    }
    let unit = if unit >= 10 && value / unit < 50 { unit / 2 } else { unit }.max(1);
    (value + unit / 2) / unit * unit
}
