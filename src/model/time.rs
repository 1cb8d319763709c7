//! Virtual time, in whole microseconds. No float ever enters a node or the queue.

use std::fmt;
use std::ops::{Add, Sub};

/// A moment of the simulation, in µs since its start. Only the simulator sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub u64);

/// A moment on one node's own clock, in µs; it may be offset from [`Time`] and drift.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct LocalTime(pub u64);

/// A length of time, in µs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub u64);

/// From what range a timer is drawn, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SpanRange {
    /// The shortest.
    pub least: Span,
    /// The longest; not below `least`.
    pub most: Span,
}

impl Time {
    /// A moment given in ms.
    #[must_use]
    pub const fn ms(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// This moment in ms, for display only.
    #[must_use]
    pub fn as_ms(self) -> f64 {
        self.0 as f64 / 1e3
    }
}

impl Span {
    /// A length given in ms.
    #[must_use]
    pub const fn ms(ms: u64) -> Self {
        Self(ms * 1_000)
    }

    /// This length in ms, for display only.
    #[must_use]
    pub fn as_ms(self) -> f64 {
        self.0 as f64 / 1e3
    }
}

impl SpanRange {
    /// Always the same length.
    #[must_use]
    pub const fn exactly(span: Span) -> Self {
        Self { least: span, most: span }
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub for Time {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for LocalTime {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub for LocalTime {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// In ms with µs behind the point: `1216.400`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ms")
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", Time(self.0))
    }
}
