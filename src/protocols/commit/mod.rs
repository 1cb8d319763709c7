//! Atomic commit: two phases, three phases, and Paxos.
//!
//! # Problem
//!
//! A transaction changes registers on several nodes, its *resource managers*. Either all of them carry it
//! out or none does, although each may refuse, messages are lost, and nodes crash in the middle.
//!
//! # Idea
//!
//! A manager that can carry it out locks what it writes, puts that on its disk, and votes yes: from then
//! on it is *in doubt* and may do neither without being told. The transaction is committed only if all
//! vote yes.
//!
//! - *Two phases.* One coordinator counts, writes a commit to its log, and tells. An abort is not
//!   written: who asks about a transaction that is not in the log is told that it is aborted (*presumed
//!   abort*). While the coordinator is down, those in doubt wait, and keep their locks.
//! - *Three phases.* Between votes and commit everybody is told that all have voted yes. If the
//!   coordinator fails, the first of the others that is alive asks how far they are, and commits if one
//!   knows that all have voted yes. That blocks nobody, if nodes stop for good and messages come in
//!   time; under a partition each side ends the transaction in its own way.
//! - *Paxos Commit.* Each manager's vote is an instance of Paxos, which the manager itself proposes in
//!   ballot 0. Acceptors hold the votes in the coordinator's place. Any of them may lead: in a higher
//!   ballot it proposes *aborted* in each instance where nothing was accepted. With no fault to stand
//!   and one acceptor this is two-phase commit.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `BeginCommit(t)` | first manager → coordinator | I am prepared: ask the others (in Paxos, its `Phase2a`) |
//! | `Prepare(t)` | coordinator → managers | can you? |
//! | `Prepared(t)`, `Refused(t)` | manager → coordinator | its vote |
//! | `Commit(t)`, `Abort(t)` | who knows → managers | the outcome |
//! | `Done(t)` | manager → coordinator | the commit is on my disk, you may forget it |
//! | `Inquire(t)` | manager in doubt → who may know | what came of it? |
//! | `PreCommit(t)`, `Ack(t)` | three phases | all have voted yes; I know |
//! | `StateReq(t)`, `State(t)` | three phases | how far are you? |
//! | `Back` | coordinator → managers | two phases: I have started again |
//! | `Phase1a`, `Phase1b`, `Phase2a`, `Phase2b(t, b)` | Paxos | as there, for all instances at once |
//!
//! A client asks the manager that holds the (first) key it writes; key k is on manager k mod their
//! number. Reads are answered by the manager of the key, once no transaction holds its lock (strict
//! two-phase locking). A transaction that finds a lock taken waits if it is the older, and else votes no
//! (wait-die), so that no circle of waits arises. Which of two is the older their numbers tell: a manager
//! numbers a transaction above all that it has seen.
//!
//! What two phases begin belongs to a life of the coordinator's, which cannot tell whether it began, and
//! ended, in an earlier one what a message asks for. So it aborts what comes from an earlier life, and says
//! that it is back when it starts again.
//!
//! # Invariants
//!
//! - AC1: no two nodes decide differently. AC2: no node changes its decision.
//! - AC3: a commit is decided only if all have voted yes. AC4: if all vote yes and nobody is suspected,
//!   in this transaction, of having failed, it is.
//! - AC5: once failures are repaired, everybody decides.
//! - The committed transactions are serialisable.
//!
//! # What is left out
//!
//! Sites with several transactions on one lock (shared locks: a read holds none beyond its answer),
//! subordinate coordinators, and clean-up of the list of outcomes, by which a manager tells a message
//! that comes late.
//!
//! # References
//!
//! - J. Gray, *Notes on Data Base Operating Systems*, 1978.
//! - C. Mohan, B. Lindsay, R. Obermarck, *Transaction Management in the R\* Distributed Database
//!   Management System*, TODS 1986: presumed abort.
//! - D. Skeen, *Nonblocking Commit Protocols*, SIGMOD 1981.
//! - J. Gray, L. Lamport, *Consensus on Transaction Commit*, TODS 2006.

mod acceptor;
mod config;
mod coordinator;
mod durable;
mod instances;
mod leader;
mod manager;
mod messages;
mod node;
mod spec;
mod termination;
mod why;

#[cfg(test)]
mod tests;

pub use config::{Config, Cost, config};
pub use durable::{Durable, Outcomes, Poll, Write};
pub use messages::{Message, Reached, Timer};
pub use why::Why;

use crate::model::{
    Cell, Command, Effect, Effects, Field, Gathering, Input, Inspection, Key, LocalTime, NodeId, NodeSet, Op,
    Protocol, Setup, Spec, Value,
};
use crate::quorum::Phase;
use config::Kind;
use node::Node;

/// Two and three phases: everybody who takes part. A place in [`Spec::phases`].
pub const ALL: Phase = 0;
/// Paxos: the phase in which acceptors promise.
pub const PREPARE: Phase = 0;
/// Paxos: the phase in which acceptors accept.
pub const ACCEPT: Phase = 1;

/// What a transaction does, and who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deal {
    /// What it does.
    pub command: Command,
    /// Who has to agree.
    pub parties: NodeSet,
}

/// What a node of any kind wants done. The code of the roles is there once for all kinds.
type Out = Effects<TwoPhase>;

/// Who a node is, how it is configured, and what its clock says.
#[derive(Clone, Copy)]
struct Here<'a> {
    me: NodeId,
    config: &'a Config,
    now: LocalTime,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $kind:ident $spec:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(Node);

        impl Protocol for $name {
            type Message = Message;
            type Timer = Timer;
            type Durable = Durable;
            type Config = Config;

            const SPEC: &'static Spec = spec::$spec;

            fn configure(setup: &Setup<'_>) -> Config {
                Config::new(Kind::$kind, setup)
            }

            fn boot(
                me: NodeId,
                config: &Config,
                disk: Durable,
                now: LocalTime,
                out: &mut Effects<Self>,
            ) -> Self {
                let mut own = Out::default();
                let node = Node::boot(Here { me, config, now }, disk, &mut own);
                forward(own, out);
                Self(node)
            }

            fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
                let mut own = Out::default();
                let input = match input {
                    Input::Message { from, message } => Input::Message { from, message },
                    Input::Timer(timer) => Input::Timer(timer),
                    Input::Request { id, op } => Input::Request { id, op },
                };
                self.0.step(config, now, input, &mut own);
                forward(own, out);
            }

            fn inspect(&self) -> Inspection<'_> {
                self.0.inspect()
            }

            fn gathering(&self, config: &Config) -> Option<Gathering> {
                self.0.gathering(config)
            }

            fn fields(&self, config: &Config, out: &mut Vec<Field>) {
                self.0.fields(config, out);
            }

            fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
                self.0.cells(out);
            }

            fn asks(count: u8) -> Op {
                crossing(count)
            }
        }
    )*};
}

kinds! {
    /// Two-phase commit with presumed abort.
    TwoPhase TwoPhase TWO_PHASE
    /// Three-phase commit with its termination protocol.
    ThreePhase ThreePhase THREE_PHASE
    /// Paxos Commit.
    PaxosCommit Paxos PAXOS
}

/// Transactions of the same two registers that begin at one and at the other, in turn: they meet, and cross.
const fn crossing(count: u8) -> Op {
    let first = count % 2;
    Op::Pair { a: Key(first), b: Key(1 - first), value: Value(count as u32) }
}

/// The same effects, for the simulator of one kind.
fn forward<P: Protocol<Message = Message, Timer = Timer, Durable = Durable>>(
    mut own: Out,
    out: &mut Effects<P>,
) {
    for effect in own.drain() {
        out.push(match effect {
            Effect::Send { to, message } => Effect::Send { to, message },
            Effect::SetTimer { timer, range } => Effect::SetTimer { timer, range },
            Effect::CancelTimer(timer) => Effect::CancelTimer(timer),
            Effect::Persist(write) => Effect::Persist(write),
            Effect::Reply { request, outcome, context } => Effect::Reply { request, outcome, context },
            Effect::Decide { slot, entry } => Effect::Decide { slot, entry },
            Effect::Because(fact) => Effect::Because(fact),
        });
    }
}
