//! Multi-Paxos: a log of which each slot is an instance of Paxos, under a leader that prepares once.
//!
//! # Problem
//!
//! Several servers execute the same commands in the same order, so that any of them can be lost.
//! Paxos chooses one value; a service needs one command after another, each at the cost of a single
//! round trip.
//!
//! # Idea
//!
//! The log's slots are separate instances of Paxos. One node leads: it runs phase 1 *once*, with one
//! ballot, for all slots from the first that it does not know to be chosen, for ever. From then on a
//! command takes phase 2 alone, and many are on their way at once. A new leader proposes again what its
//! promises report, fills the gaps between with *no-ops*, and goes on with commands of its own. A
//! slot's command is executed when it and all before it are known to be chosen.
//!
//! Who leads is a matter of progress alone: two who think so do no harm. A node that does not hear its
//! leader for an election time-out prepares the next ballot; and a leader that gets nothing accepted for
//! as long makes room.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Prepare(b, first)` | candidate → acceptors | promise for all slots from `first` on; what have you accepted there? |
//! | `Promise(b, slots)` | acceptor → candidate | promised; this is what I accepted |
//! | `Accept(b, slot, v, chosen)` | leader → acceptors | accept v; all up to `chosen` is chosen |
//! | `Accepted(b, slot)` | acceptor → leader | accepted |
//! | `Nack(b, promised)` | acceptor → candidate, leader | refused: I have promised a higher ballot, or am bound by a lease |
//! | `Heartbeat(b, chosen)` | leader → all | I lead; all up to `chosen` is chosen |
//! | `Heard(b, at)` | follower → leader | with leases: I will follow nobody else for a while |
//! | `Learn(first)` | follower → leader | which commands were chosen from this slot on? |
//! | `Chosen(slots)` | → follower | these |
//! | `Snapshot(index, state)` | → who is behind | the state after that slot; the slots before it are gone |
//!
//! Every node is proposer, acceptor and learner; one of weight 0 is asked, too, and does not count. A
//! follower takes a slot that it accepted in its leader's ballot for chosen once the leader says so, and
//! asks for any other. A command takes two message delays and 2(n − 1) messages, and the others hear
//! that it is chosen with the next message.
//!
//! # Invariants
//!
//! - P1a and P2c, as in Paxos, for each slot.
//! - Agreement: no two nodes execute different commands in the same slot.
//! - No gap: a slot is executed after all slots before it.
//! - Reads under a lease are current: as long as a leader's lease runs, no other can be elected.
//! - Only quorums of *different* phases must meet (Flexible Paxos).
//!
//! # What is left out
//!
//! Membership change within the log (α commands ahead; Paxos Made Simple §3): the window bounds how far
//! a leader runs ahead, but nothing is reconfigured.
//!
//! # References
//!
//! - L. Lamport, *The Part-Time Parliament*, TOCS 1998: §3, the multi-decree parliament.
//! - L. Lamport, *Paxos Made Simple*, SIGACT News 2001: §3, implementing a state machine.
//! - R. van Renesse, D. Altinbuken, *Paxos Made Moderately Complex*, ACM Computing Surveys 2015.
//! - T. Chandra, R. Griesemer, J. Redstone, *Paxos Made Live*, PODC 2007: §5.2, master leases.
//! - H. Howard, D. Malkhi, A. Spiegelman, *Flexible Paxos*, OPODIS 2016.

mod acceptor;
mod candidate;
mod config;
mod durable;
mod leader;
mod learner;
mod lease;
mod messages;
mod node;
mod spec;
#[cfg(test)]
mod tests;
mod why;

pub use candidate::{Candidate, Report};
pub use config::{Config, Flaws};
pub use durable::{Durable, Write};
pub use leader::{Leader, Proposal};
pub use learner::Told;
pub use messages::{Message, Slots};
pub use node::{MultiPaxos, Role};
pub use spec::{ACCEPT, PREPARE, SPEC, Timer};
pub use why::Why;
