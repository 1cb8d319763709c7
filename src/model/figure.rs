//! A number that theory foretells and a run shows.

use super::{Arg, Text};

/// What a paper says of a run, and what the run has come to: both in the same unit, which the name says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// What is counted or measured.
    pub name: Text,
    /// What theory says for this set-up; `None` where it says nothing.
    pub predicted: Option<Arg>,
    /// What the run shows so far; `None` before there is anything to measure.
    pub measured: Option<Arg>,
    /// Whether the two are as near as they should be; `None` where that cannot be said (yet).
    pub agrees: Option<bool>,
}
