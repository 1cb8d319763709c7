//! Raft: a replicated log with one strong leader a term.
//!
//! # Problem
//!
//! Several servers keep the same log of commands, so that any of them can be lost and none that a
//! client was told of is. Messages may be lost, doubled, delayed and reordered, and servers may
//! stop and start again.
//!
//! # Idea
//!
//! Time is cut into *terms*, each with at most one leader: a server votes once a term, and a leader
//! needs the votes of a quorum. Only the leader adds to the log; the others make theirs equal to
//! its own. An entry of the leader's own term is *committed* once a commit quorum holds it, and a
//! server votes only for a log that is no older than its own: so whoever is elected later has every
//! committed entry, because each elect quorum meets each commit quorum. With weights and separate
//! thresholds the two phases are set apart: safety needs elect×elect and elect×commit to meet, and
//! nothing more.
//!
//! # Messages
//!
//! | message | from | answer |
//! |---|---|---|
//! | `PreVote` | who might stand for election | `PreVoted`, granted or not |
//! | `RequestVote` | a candidate | `Voted`, granted or not |
//! | `AppendEntries` (without entries: a heartbeat) | the leader | `Appended` up to an index, or `Rejected` with a hint |
//!
//! Under load a commit takes 2(n − 1) messages: new entries go out at once, many may be on their
//! way, and followers learn the commit index from the next append or heartbeat. After a refusal or
//! a heartbeat without an answer the leader *probes*: one append at a time until one fits.
//!
//! # Invariants
//!
//! Election Safety, Leader Append-Only, Log Matching, Leader Completeness, State Machine Safety
//! (Raft, Figure 3).
//!
//! # What is left out
//!
//! Snapshots and compaction, membership and weight changes, learners, leadership transfer, ReadIndex
//! and lease reads: reads go through the log.
//!
//! # References
//!
//! - D. Ongaro, J. Ousterhout, *In Search of an Understandable Consensus Algorithm (Extended
//!   Version)*, 2014. Sections cited as §5.3 are of this paper.
//! - D. Ongaro, *Consensus: Bridging Theory and Practice*, Stanford, 2014: §4.2.3 and §6.2
//!   (CheckQuorum), §9.6 (PreVote).
//! - H. Howard, D. Malkhi, A. Spiegelman, *Flexible Paxos*, OPODIS 2016: the phases apart.

mod candidate;
mod config;
mod durable;
mod follower;
mod leader;
mod members;
mod messages;
mod node;
mod reads;
mod snapshots;
mod spec;
#[cfg(test)]
mod tests;
mod transfer;
mod vote;
mod why;

pub use candidate::{Candidate, PreCandidate};
pub use config::{Config, Flaws};
pub use durable::{Durable, Write};
pub use follower::Follower;
pub use leader::Leader;
pub use members::{Members, Step};
pub use messages::{Entries, Message};
pub use node::{Raft, Role};
pub use reads::{Reads, Rounds};
pub use snapshots::Snapshot;
pub use spec::{COMMIT, ELECT, SPEC, Timer};
pub use transfer::Transfer;
pub use why::Why;
