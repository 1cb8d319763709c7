//! Two-phase commit over shards that are replicated.
//!
//! # Problem
//!
//! A transaction changes registers of several shards: all of them, or none. In two-phase commit a shard is
//! one node, and so is the coordinator. While the coordinator is down, whoever has voted yes waits and keeps
//! its locks; while a participant is down, nothing of its shard can be changed.
//!
//! # Idea
//!
//! Make each of them a group of nodes that keep a log (Raft, whole, in each group), and let whoever leads the
//! group speak for it. What two-phase commit writes to a disk goes through the group's log: a shard votes yes
//! once the record that it is prepared is *committed in its log*, and the coordinator tells its decision once
//! the decision is. A node that dies is replaced by the next leader, which has all of that: locks are a part
//! of the state machine. What is lost with a node was said to nobody.
//!
//! The shard that keeps the first register of a transaction coordinates it, and need not prepare: the record
//! of its decision carries what it writes (Corbett et al., §4.2.1). In its log the first word counts, the
//! transaction itself or that it is aborted. So nothing is presumed: a coordinator that is asked about a
//! transaction it does not know first puts the abort into its log. One that did not, and was deposed without
//! knowing, could contradict its successor.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Prepare(t)` | coordinator → the other shard | can you? |
//! | `Prepared(t)`, `Refused(t)` | shard → coordinator | its vote |
//! | `Commit(t)`, `Abort(t)` | coordinator → shard | the outcome, which is in the coordinator's log |
//! | `Inquire(t)` | shard in doubt → coordinator | what came of it? |
//!
//! and those of Raft within each group. A message to a group goes to whoever led it when it was heard last,
//! and to all of it where that is not known or nothing came back; only who leads answers, but for how a
//! transaction has ended, which each may tell that has it in the applied part of its log. Nobody
//! acknowledges a decision, and no coordinator has to remember whom to tell: who is in doubt asks until it is
//! told.
//!
//! Nodes with a weight are dealt out to the shards in order, nodes without one follow their neighbour as
//! learners. Each shard has its share of the cluster's thresholds ([`crate::quorum::Rule::within`]). Key k is
//! on shard k mod their number. Reads go through the log of their shard and wait for locks (strict two-phase
//! locking). Where two transactions want a lock, the older waits and the younger is refused (wait-die).
//!
//! # Invariants
//!
//! - AC1 to AC3 as in two-phase commit, where a shard has voted yes once a quorum of it has the record.
//! - AC4: what all have voted yes on is committed, unless somebody was suspected of having failed.
//! - AC5: nobody stays in doubt while a quorum of each shard is up: no single crash blocks.
//! - In each group what Raft promises; each register is linearizable.
//!
//! # What is left out
//!
//! Time-stamps and snapshot reads over shards, transactions that read, shards that split or move, read locks
//! (a read takes effect at its place in the log), and forgetting outcomes.
//!
//! # References
//!
//! - J. Gray, L. Lamport, *Consensus on Transaction Commit*, TODS 2006: §1 and §3 on what blocks.
//! - J. Corbett et al., *Spanner: Google's Globally-Distributed Database*, OSDI 2012: §2.1, §4.2.1.
//! - P. Bernstein, V. Hadzilacos, N. Goodman, *Concurrency Control and Recovery in Database Systems*, 1987:
//!   chapter 7.
//! - D. Rosenkrantz, R. Stearns, P. Lewis, *System Level Concurrency Control for Distributed Database
//!   Systems*, TODS 1978: wait-die.
//! - D. Ongaro, J. Ousterhout, *In Search of an Understandable Consensus Algorithm*, 2014.

mod config;
mod coordinator;
mod messages;
mod node;
mod participant;
mod spec;
#[cfg(test)]
mod tests;
mod why;

pub use config::Config;
pub use messages::{Durable, Message, Timer, Write};
pub use node::ReplicatedCommit;
pub use spec::SPEC;
pub use why::Why;
