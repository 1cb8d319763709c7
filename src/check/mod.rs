//! What must hold, one property a file, each checked after every step at a cost that does not grow
//! with the run.
//!
//! Three kinds: what holds at every moment ([`Property`]), what must come true once the weather is calm
//! ([`Eventually`]), and what a run may reach ([`Sometimes`]).

mod acceptances;
mod acknowledged_kept;
mod agreement;
mod answers;
mod backed;
mod change_chain;
mod chosen_stable;
mod decides;
mod doubt;
mod election_safety;
mod goals;
pub mod guarantees;
mod lack;
mod leader_append_only;
mod leader_completeness;
mod leads;
pub mod linear;
mod log_matching;
mod logs_converge;
mod monitor;
mod one_primary;
mod p2c;
mod points;
mod spreads;
#[cfg(test)]
mod stage;
mod validity;
mod versions;

pub use acknowledged_kept::AcknowledgedKept;
pub use agreement::{AGREEMENT, Agreement, STATE_MACHINE_SAFETY};
pub use answers::Answers;
pub use backed::Backed;
pub use change_chain::ChangeChain;
pub use chosen_stable::ChosenStable;
pub use decides::Decides;
pub use doubt::Doubt;
pub use election_safety::{ELECTION_SAFETY, ElectionSafety};
pub use goals::{Calm, Eventually, Goals, Sometimes, Wait};
pub use lack::Ground;
pub use leader_append_only::{LEADER_APPEND_ONLY, LeaderAppendOnly};
pub use leader_completeness::{LEADER_COMPLETENESS, LeaderCompleteness};
pub use leads::Leads;
pub use log_matching::{LOG_MATCHING, LogMatching};
pub use logs_converge::LogsConverge;
pub use monitor::{LINEARIZABLE, Monitor};
pub use one_primary::OnePrimary;
pub use p2c::P2c;
pub use points::{Answered, Contended, KnownToAll, LeaderReplaced, Point};
pub use spreads::Spreads;
pub use validity::Validity;
pub use versions::Versions;

use crate::model::{PropertyWord, Witness};
use crate::sim::{Nodes, Step};
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
