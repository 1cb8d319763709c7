//! A lock that a majority grants, without a log (Redlock).
//!
//! # Problem
//!
//! The same as of the lock service, with servers that know nothing of each other.
//!
//! # Idea
//!
//! A client asks every server for a lease. With a quorum of them it holds the lock, for what is left of
//! the lease after the time it took to get them, less a margin for clocks that do not run alike. If it gets
//! no quorum, or too late, it gives back everywhere what it has got and tries again after a while, drawn at
//! random. Whoever has just had the lock waits as long, so that others have their turn. A server gives a
//! lease to one client at a time, and takes it back from that one only.
//!
//! What it promises rests on clocks and on clients that do not stand still: between a client's last look
//! at its clock and the moment at which its write takes effect any amount of time may pass. There is no
//! number that the storage could go by, as no two grants are in order.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Acquire` | client → every server | a lease, under a number of the client's own |
//! | `Granted`, `Held` | server → client | it is the client's; it is somebody else's |
//! | `Release` | client → every server | given back, or not wanted any more |
//! | `Open`, `Opened`, `Write`, `Stored` | client ↔ storage | as with the lock service, and nobody is turned away |
//!
//! # Invariants
//!
//! - No two clients that are awake hold a lease at once, each by its own clock: as long as any two quorums
//!   meet, and clocks are off by no more than the margin in the time of a lease.
//! - A lock that somebody waits for is granted before long, and to each who waits in the end.
//! - *Not* mutual exclusion at the storage: it is watched, and fails where a client stands still.
//!
//! # What is left out
//!
//! Prolonging a lease. Servers keep their leases on disk: without that a restart would have to wait for a
//! whole lease.
//!
//! # References
//!
//! - S. Sanfilippo, *Distributed Locks with Redis* (the Redlock algorithm), Redis documentation.
//! - M. Kleppmann, *How to do distributed locking*, 2016.
//! - C. Gray, D. Cheriton, *Leases*, SOSP 1989.

mod node;
mod spec;
#[cfg(test)]
mod tests;

pub use node::{Config, Durable, MajorityLock, Write};
pub use spec::{ACQUIRE, SPEC, Why};
