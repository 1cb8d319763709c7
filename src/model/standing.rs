//! Where a property of a run stands: of what kind it is, and what decided it.

use super::{NodeId, PropertyWord, Text, Time, Witness};

/// What a property says of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKind {
    /// It holds at every moment; one bad event breaks it.
    Always,
    /// Once nothing changes for the worse or better any more, it comes true within a bounded time; where
    /// it does not, the run is stuck.
    Eventually,
    /// It may come true; where it does, the run has reached that point.
    Sometimes,
}

/// Something that did not come true in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Stuck {
    /// What.
    pub property: &'static PropertyWord,
    /// When its time was up.
    pub at: Time,
    /// What lacked then.
    pub witness: Witness,
}

/// What decided a property, as far as a run is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing: an [`PropertyKind::Always`] holds so far, another has not come true so far.
    Open,
    /// It broke: a place in the run's list of violations.
    Broken(usize),
    /// It did not come true in time: a place in the run's list of what is stuck.
    Stuck(usize),
    /// It came true, for good.
    True {
        /// When.
        at: Time,
        /// By which event, by its place in the run.
        event: u32,
        /// At which node, if at one.
        node: Option<NodeId>,
    },
    /// It cannot be told any more.
    Unknown {
        /// From when on.
        at: Time,
        /// The event from which on, by its place in the run.
        event: u32,
        /// Why.
        why: Text,
    },
}

/// A property of a run and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its names.
    pub word: &'static PropertyWord,
    /// Its kind.
    pub kind: PropertyKind,
    /// What decided it.
    pub fate: Fate,
    /// When the time of an [`PropertyKind::Eventually`] that is waited for is up.
    pub due: Option<Time>,
    /// Whether it is about what clients saw rather than about nodes.
    pub of_clients: bool,
    /// Whether the protocol promises it; where not, that it breaks is a lesson.
    pub promised: bool,
}
