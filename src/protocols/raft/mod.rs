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
//! | `InstallSnapshot` | the leader, to who lacks what it has compacted | `Appended` up to where it ends |
//! | `TimeoutNow` | the leader, to its successor | it stands for election at once |
//!
//! Under load a commit takes 2(n − 1) messages: new entries go out at once, many may be on their
//! way, and followers learn the commit index from the next append or heartbeat. After a refusal or
//! a heartbeat without an answer the leader *probes*: one append at a time until one fits.
//!
//! Beside the log:
//!
//! - *Who may decide* changes by joint consensus: an entry of the log names the configuration to come and
//!   counts as soon as it is appended. One change at a time, none before an entry of the leader's own term
//!   is committed, and none before a learner (a server without weight, which gets the log all the same and
//!   never stands for election) that is to vote has caught up. Where all quorums of the old and the new
//!   configuration meet, one step is enough, if the settings say so.
//! - *Reads* go through the log, or wait for a round of heartbeats (ReadIndex), or rest on such a round for
//!   a while (lease): then servers that hear a leader vote for nobody else, after a restart too.
//! - *Snapshots* take the place of what has been applied, after so many entries.
//! - *Handing over* begins when the timer `Transfer` is run out by hand.
//!
//! # Invariants
//!
//! Election Safety, Leader Append-Only, Log Matching, Leader Completeness, State Machine Safety
//! (Raft, Figure 3).
//!
//! # What is left out
//!
//! A snapshot goes in one piece and is taken at once. Catching up is not counted in rounds: a learner may
//! vote when it has what was committed when the change could have begun. Clients' sessions never expire.
//!
//! # References
//!
//! - D. Ongaro, J. Ousterhout, *In Search of an Understandable Consensus Algorithm (Extended
//!   Version)*, 2014. Sections cited as §5.3 are of this paper.
//! - D. Ongaro, *Consensus: Bridging Theory and Practice*, Stanford, 2014: §3.10 (handing over), §4.1 to
//!   §4.3 (changes), §4.2.3 and §6.2 (CheckQuorum), §6.4 (reads), §9.6 (PreVote).
//! - D. Ongaro, *bug in single-server membership changes*, raft-dev, July 2015.
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
