//! A lock service on a replicated log, with leases and fencing tokens.
//!
//! # Problem
//!
//! Some clients share a storage, and one at a time may work on what is in it. A client may stop at any
//! moment, for good or for a while, and nobody can tell the two apart.
//!
//! # Idea
//!
//! The locks are a state machine on a log that servers replicate (Raft, whole, inside each server). A
//! grant is a *lease*: it is over after a while, by time that the log carries, so that the lock of a
//! client that died is granted again. As a client cannot know whether its lease is over at the moment at
//! which its write takes effect, each grant has a *fencing token*, higher than the one before, and the
//! storage refuses whoever comes with less than the highest that it has seen.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Acquire` | client → a server | the lock; from who holds it, a keep-alive |
//! | `Granted`, `Held`, `Redirect` | the leader, or another server → client | token; held by somebody; ask that one |
//! | `Release`, `Released` | client ↔ server | given back |
//! | `Open`, `Opened` | client ↔ storage | what is there? under a token, or (token 0) only to read |
//! | `Write`, `Stored`, `Refused` | client ↔ storage | written, or turned away by the fence |
//!
//! and those of Raft among the servers.
//!
//! # Invariants
//!
//! - Mutual exclusion at the storage: once a write of one grant comes in, none of an earlier one does.
//! - Tokens never go back.
//! - No two clients that are awake hold a lease at once, by their own clocks, which may be off by no more
//!   than the margin a lease.
//! - A lock that somebody waits for is granted before long, also when who held it is gone.
//!
//! # What is left out
//!
//! Events and caches of Chubby, sessions with many locks, waiting in line at the server: clients ask
//! again.
//!
//! # References
//!
//! - C. Gray, D. Cheriton, *Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache
//!   Consistency*, SOSP 1989.
//! - M. Burrows, *The Chubby Lock Service for Loosely-Coupled Distributed Systems*, OSDI 2006: §2.4
//!   (sequencers), §2.8 and §2.9 (sessions and fail-overs).
//! - M. Kleppmann, *How to do distributed locking*, 2016.

mod node;
mod spec;
#[cfg(test)]
mod tests;

pub use node::{Config, Durable, LockService, Message, Timer, Write};
pub use spec::SPEC;
