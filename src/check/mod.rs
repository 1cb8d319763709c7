//! What must hold, one property a file, each checked after every step at a cost that does not grow
//! with the run.
//!
//! Three kinds: what holds at every moment ([`Property`]), what must come true once the weather is calm
//! ([`Eventually`]), and what a run may reach ([`Sometimes`]).

mod acceptances;
mod agreement;
mod all_prepared;
mod answered_kept;
mod answers;
mod backed;
mod broadcasts;
mod change_chain;
mod chosen_stable;
mod close;
mod commit_agreement;
mod converges;
mod decides;
mod doubt;
mod election_safety;
mod global_primary_order;
mod goals;
pub mod guarantees;
mod integrity;
mod kept;
mod lack;
mod leader_append_only;
mod leader_completeness;
mod leads;
mod leases;
#[cfg(test)]
mod levels;
pub mod linear;
mod local_primary_order;
mod lock_for_each;
mod lock_granted;
mod log_matching;
mod logs_converge;
mod lost;
mod mean;
mod monitor;
mod mutual_exclusion;
mod no_gap;
mod no_needless_abort;
mod no_reversal;
mod of_groups;
mod one_primary;
mod overtaken;
mod p2c;
mod points;
mod preparations;
mod primary_integrity;
mod serializable;
mod settles;
#[cfg(test)]
mod shelves;
mod spreads;
#[cfg(test)]
mod stage;
mod stale_read;
mod total_order;
mod validity;
mod vectors_grow;
mod versions;

pub use agreement::{AGREEMENT, Agreement, PREFIX_CONSISTENCY, STATE_MACHINE_SAFETY};
pub use all_prepared::AllPrepared;
pub use answered_kept::AnsweredKept;
pub use answers::Answers;
pub use backed::Backed;
pub use change_chain::ChangeChain;
pub use chosen_stable::ChosenStable;
pub use close::{Close, MeanAtRisk};
pub use commit_agreement::{COMMIT_AGREEMENT, CommitAgreement};
pub use converges::{AGREE_AGAIN, AgreeAgain, Converges};
pub use decides::Decides;
pub use doubt::Doubt;
pub use election_safety::{ELECTION_SAFETY, ElectionSafety, LEADERSHIP};
pub use global_primary_order::{GLOBAL_PRIMARY_ORDER, GlobalPrimaryOrder};
pub use goals::{Calm, Eventually, Goals, Sometimes, Wait};
pub use integrity::{INTEGRITY, Integrity};
pub use kept::{ACKNOWLEDGED_KEPT, Kept};
pub use lack::Ground;
pub use leader_append_only::{LEADER_APPEND_ONLY, LeaderAppendOnly};
pub use leader_completeness::{LEADER_COMPLETENESS, LeaderCompleteness};
pub use leads::Leads;
pub use leases::{LEASE_EXCLUSION, LeaseExclusion, TOKENS_RISE, TokensRise};
pub use local_primary_order::{LOCAL_PRIMARY_ORDER, LocalPrimaryOrder};
pub use lock_for_each::LockForEach;
pub use lock_granted::LockGranted;
pub use log_matching::{LOG_MATCHING, LogMatching};
pub use logs_converge::LogsConverge;
pub use lost::lost;
pub use mean::{MeanMoved, MeanPreserved};
pub use monitor::{LINEARIZABLE, Monitor};
pub use mutual_exclusion::{MUTUAL_EXCLUSION, MutualExclusion};
pub use no_gap::NoGap;
pub use no_needless_abort::NoNeedlessAbort;
pub use no_reversal::NoReversal;
pub use of_groups::OfGroups;
pub use one_primary::OnePrimary;
pub use overtaken::Overtaken;
pub use p2c::P2c;
pub use points::{Answered, Contended, KnownToAll, LeaderReplaced, Point};
pub use primary_integrity::{PRIMARY_INTEGRITY, PrimaryIntegrity};
pub use serializable::Serializable;
pub use settles::Settles;
pub use spreads::Spreads;
pub use stale_read::StaleRead;
pub use total_order::{TOTAL_ORDER, TotalOrder};
pub use validity::Validity;
pub use vectors_grow::{VECTORS_GROW, VectorsGrow};
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
