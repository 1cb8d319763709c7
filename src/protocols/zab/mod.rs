//! Zab: the atomic broadcast of ZooKeeper, for systems in which one primary makes every change.
//!
//! # Problem
//!
//! A primary turns requests into *changes*, each of which makes sense only after the one before it,
//! and sends several before the first is known to be safe. Backups have to deliver them in that
//! order, without a hole, also when the primary crashes and another goes on from where it can.
//! Agreement on a value for each slot is not enough: in Figure 1 of the paper Multi-Paxos, used
//! with several proposals in flight, chooses a change without the one that it rests on.
//!
//! # Idea
//!
//! Time is cut into *epochs*, each with one primary. A transaction is named by its zxid, (epoch,
//! counter). A new leader goes through four phases:
//!
//! 1. *Election*: servers exchange votes (epoch, zxid, id) until a quorum is of one mind. The best
//!    vote wins, so the leader's history is at least as long as any of that quorum. This is a
//!    guess, and nothing rests on it.
//! 2. *Discovery*: followers tell the highest epoch that they have promised, the leader proposes
//!    the next one, and a quorum promises to hear nobody older.
//! 3. *Synchronisation*: each follower is brought to the leader's history (DIFF, TRUNC or SNAP) and
//!    acknowledges it. With a quorum of them the leader is established, and all of that history is
//!    committed before anything new is proposed.
//! 4. *Broadcast*: PROPOSE, ACK, COMMIT, in the order of the channel.
//!
//! All of a leader's changes travel over one FIFO channel a follower, which breaks when either end
//! crashes: so a follower has a prefix of what its leader has sent, and whoever leaves an epoch can
//! not come back into its middle, but starts over at discovery.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Notification` | server → voters | my vote; whom I follow |
//! | `FOLLOWERINFO(p)` (CEPOCH) | follower → leader | I follow you, and have promised epoch p |
//! | `NEWEPOCH(e)` | leader → follower | promise epoch e |
//! | `ACKEPOCH(a, z)` | follower → leader | promised; I was last in epoch a, and my last zxid is z |
//! | `DIFF`, `TRUNC`, `SNAP` | leader → follower | what makes your history mine |
//! | `NEWLEADER`, `ACK` | leader → follower, back | enter the epoch; entered, with the history on disk |
//! | `UPTODATE` | leader → follower | the history is committed: serve |
//! | `PROPOSE`, `ACK`, `COMMIT` | leader → follower, back, → follower | a transaction |
//! | `INFORM` | leader → observer | a transaction that is committed |
//! | `REQUEST` | follower → leader | a client asks for this |
//! | `PING` | both ways | I am here |
//!
//! Without failures a write at the leader takes 3(n − 1) messages and is answered after one round
//! trip. Weights count in three phases: *discover* (promises, and the votes that end an election),
//! *sync* (acknowledged histories), *commit*. Discover must meet itself, sync and commit, and nothing
//! more. A server of weight 0 is an *observer*: it learns, and neither votes nor acknowledges.
//!
//! The channel is numbered, as TCP's is: a message that comes before its turn is held, one that comes
//! twice is dropped, and one whose connection is gone is refused. So a network that reorders costs
//! time, and a cut that has swallowed something shows as a leader that is not heard.
//!
//! # Invariants
//!
//! Integrity, Total Order, Agreement, Local Primary Order, Global Primary Order, Primary Integrity
//! (Zab §III-A), and the five of §VI-B: (1) a follower accepts a transaction of epoch e only if it is
//! in epoch e; (2) it accepts and delivers those of an epoch in the order of their zxids; (3) between
//! its promise and the hand-over of its history it accepts nothing of an older epoch; (4) an epoch
//! begins with the history of one of its followers, as it was; (5) what is delivered is a prefix of
//! the history.
//!
//! # What is left out
//!
//! Changes of membership. The leader is, as in ZooKeeper, the one whose history is taken; in the
//! paper it may fetch a follower's. Notifications are repeated at even intervals, not at doubled
//! ones.
//!
//! # References
//!
//! - F. Junqueira, B. Reed, M. Serafini, *Zab: High-performance broadcast for primary-backup
//!   systems*, DSN 2011. Phases 1 to 3 cited are those of its §IV.
//! - Apache ZooKeeper: `FastLeaderElection`, `Leader`, `Learner`, and its specification `Zab.tla`,
//!   from which the names Leadership1 and PrefixConsistency are.
//! - B. Reed, F. Junqueira, *A simple totally ordered broadcast protocol*, LADIS 2008.

mod channel;
mod config;
mod durable;
mod election;
mod follower;
mod leader;
mod messages;
mod node;
mod spec;
#[cfg(test)]
mod tests;
mod why;

pub use config::{Config, Flaws};
pub use durable::{Durable, Snapshot, Write, Zxid};
pub use election::{Looking, Vote};
pub use follower::Follower;
pub use leader::Leader;
pub use messages::{Body, Message, Stance, Sync};
pub use node::{Role, Zab};
pub use spec::{COMMIT, DISCOVER, SPEC, SYNC, Timer};
pub use why::Why;
