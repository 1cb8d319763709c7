//! Who may decide can change while a cluster runs: what is planned, and for when.

use crate::model::Time;
use crate::quorum::Rule;

/// A planned change of who may decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// When.
    pub at: Time,
    /// How it comes about.
    pub by: Way,
    /// The weights and thresholds that are to be in force then; for as many nodes as there are.
    pub rule: Rule,
}

/// How a change comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A client asks the cluster for it, and the protocol makes the change as it knows how to.
    Log,
    /// As if an operator edited every node's configuration file at that moment: no protocol takes part.
    Hand,
}
