//! Who may decide, and what such a rule is worth.
//!
//! # Problem
//!
//! A protocol waits for "enough" nodes: a *quorum*. Give the nodes different votes, or the phases
//! different thresholds, and it stops being obvious whether two quorums that must share a node do,
//! how many crashes are survived, and whether a vote counts at all.
//!
//! # Idea
//!
//! Every node has a whole weight from 0 to 100, every phase a threshold; a set is a quorum of a
//! phase when its weight reaches the threshold ([`Rule`]). All verdicts are exact, and none walks
//! over the 2ⁿ sets of nodes: subsets are told apart only by their weight, so tables of at most
//! 101 × 10,101 entries answer for every cluster of up to 101 nodes.
//!
//! | question | function | how |
//! |---|---|---|
//! | may the phase go on? | [`Tally::record`], [`Rule::quorum_value`] | adding weights |
//! | can a quorum of one rule miss one of another? | [`apart`] | how much can those who reach t₁ leave to the other rule? |
//! | can two quorums miss each other? | [`meeting`] | is there a set of weight in [t₁, total − t₂]? |
//! | which crashes are survived? | [`survival`] | the heaviest, or the lightest, go first |
//! | which sets are just enough? | [`smallest_quorums`], [`minimal_quorums`], [`minimal_profile`] | search that never enters a dead end |
//! | does this vote ever matter? | [`power`], [`swings`] | number of sets by weight, with one node divided out |
//! | how likely is a quorum alive? | [`availability`], [`live_sets_by_size`] | probability, or number of sets, by weight |
//!
//! [`verdict`] gathers what a panel shows; [`spec`] reads the same questions as JSON and [`report`]
//! answers in JSON.
//!
//! # What is left out
//!
//! Quorum systems that no weights describe (grids, paths, hierarchies); load, capacity and latency
//! under the best strategy.
//!
//! # References
//!
//! - D. K. Gifford, *Weighted Voting for Replicated Data*, SOSP 1979: weights, r + w > votes.
//! - H. Garcia-Molina and D. Barbara, *How to Assign Votes in a Distributed System*, JACM 1985:
//!   different votes, same quorums; votes that never matter.
//! - J. F. Banzhaf, *Weighted Voting Doesn't Work*, Rutgers Law Review 19, 1965: power is swings.
//! - H. Howard, D. Malkhi, A. Spiegelman, *Flexible Paxos*, OPODIS 2016: only quorums of different
//!   phases must meet.
//! - M. Whittaker et al., *Read-Write Quorum Systems Made Practical*, PaPoC 2021: the definitions
//!   of resilience and of read and write quorums that [`report`] follows.

mod alive;
mod meet;
mod minimal;
mod power;
mod report;
mod ring;
mod rule;
pub mod spec;
mod stale;
mod survive;
mod tally;
mod verdict;

pub use alive::{availability, live_sets_by_size};
pub use meet::{Meeting, apart, meeting};
pub use minimal::{MINIMAL_LISTED_MAX, MinimalProfile, minimal_profile, minimal_quorums, smallest_quorums};
pub use power::{power, swings};
pub use report::report;
pub use ring::{Keepers, Ring};
pub use rule::{Phase, Rule, WEIGHT_MAX};
pub use stale::missed;
pub use survive::{Survival, survival};
pub use tally::{Standing, Tally};
pub use verdict::{MustMeet, PhaseVerdict, SMALLEST_SHOWN_MAX, Verdict, verdict};
