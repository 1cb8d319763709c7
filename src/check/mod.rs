//! What must hold, one property a file, each checked after every step at a cost that does not grow
//! with the run.

mod acceptances;
mod agreement;
mod backed;
mod chosen_stable;
mod election_safety;
mod leader_append_only;
mod leader_completeness;
pub mod linear;
mod log_matching;
mod p2c;
#[cfg(test)]
mod stage;
mod validity;

pub use agreement::{AGREEMENT, Agreement, STATE_MACHINE_SAFETY};
pub use backed::Backed;
pub use chosen_stable::ChosenStable;
pub use election_safety::{ELECTION_SAFETY, ElectionSafety};
pub use leader_append_only::{LEADER_APPEND_ONLY, LeaderAppendOnly};
pub use leader_completeness::{LEADER_COMPLETENESS, LeaderCompleteness};
pub use log_matching::{LOG_MATCHING, LogMatching};
pub use p2c::P2c;
pub use validity::Validity;

use crate::model::{PropertyWord, Violation, Witness};
use crate::sim::{Nodes, Observer, Step};
use std::hash::{Hash, Hasher};

/// Something that must always hold.
///
/// A property keeps what it needs to know of the past in its own fields and looks only at what a
/// step changed. It is told of steps in order, and reports at most one violation a step.
pub trait Property: Memory {
    /// Its names.
    fn word(&self) -> &'static PropertyWord;
    /// Looks at the state after a step; a witness where it broke.
    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness>;
}

/// What a property remembers of the past, as a part of an explored state: two runs meet in a state only
/// where every property remembers the same.
///
/// Whatever is `Clone` and `Hash` has it; the hash must cover every field that decides what the property
/// says later.
pub trait Memory {
    /// A copy.
    fn boxed(&self) -> Box<dyn Property>;
    /// All that it remembers.
    fn remember(&self, into: &mut dyn Hasher);
}

impl<T: Property + Clone + Hash + 'static> Memory for T {
    fn boxed(&self) -> Box<dyn Property> {
        Box::new(self.clone())
    }

    fn remember(&self, mut into: &mut dyn Hasher) {
        self.hash(&mut into);
    }
}

/// Checks a list of properties and keeps the first violation of each.
pub struct Monitor {
    properties: Vec<Box<dyn Property>>,
    violations: Vec<Violation>,
}

impl Monitor {
    /// A monitor of these properties.
    #[must_use]
    pub fn new(properties: Vec<Box<dyn Property>>) -> Self {
        Self { properties, violations: Vec::new() }
    }
}

impl Observer for Monitor {
    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) {
        let Self { properties, violations } = self;
        properties.retain_mut(|property| {
            let Some(witness) = property.observe(nodes, step) else { return true };
            let word = property.word();
            violations.push(Violation { property: word, at: step.at, event: step.event, witness });
            false
        });
    }

    fn violations(&self) -> &[Violation] {
        &self.violations
    }
}
