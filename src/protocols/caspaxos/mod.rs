//! CASPaxos: registers that are rewritten, without a log.
//!
//! # Problem
//!
//! A value is to be changed again and again, by anybody, on the strength of what it is: compare and set.
//! A replicated log does it, with a leader, a log to keep and to cut, and snapshots.
//!
//! # Idea
//!
//! Replicate the state and not the commands. A client hands in a *change function*; a proposer prepares a
//! ballot as in the Synod, takes the state of the highest ballot reported to it, applies the function, and
//! has the result accepted. Whoever comes later finds that result, or one made from it. Read is the
//! identity; write and compare-and-set are change functions like any other. Each key is a register of its
//! own: they do not interfere. As a prepare does not depend on the function, the next one may ride along
//! with an accept: the same proposer then needs one round trip (§2.2.1).
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Prepare(x, b)` | proposer → acceptors | promise to take nothing below b; what is the state? |
//! | `Promise(x, b, state)` | acceptor → proposer | promised; this state I accepted last |
//! | `Accept(x, b, state, next)` | proposer → acceptors | accept the new state; promise me `next` |
//! | `Accepted(x, b, next)` | acceptor → proposer | accepted, and promised |
//! | `Nack(x, b, promised)` | acceptor → proposer | a conflict: I have promised a higher ballot |
//!
//! Every node is a proposer, every node of some weight an acceptor.
//!
//! A proposer asks those who are silent again in the same ballot, as a message may be lost; only where it has
//! heard of a higher ballot, or that does not help, does it try a higher one of its own. Whoever loses a
//! ballot stands back, ever longer, and lets a ballot or two of others pass. A ballot that is prepared of its
//! own is above the one that may ride along with another's accept, so that of two who compete one gets
//! through. And reads that wait right behind a change when it is sent are answered with it: a round for each
//! of them would only keep others from theirs.
//!
//! A proposer that loses its ballot after it has sent a change does not know whether the change took
//! effect: somebody else may have found it at one acceptor and built on it. It prepares again, and a state
//! says by whose request it was made and from which ballot. If that is its own request, the change took
//! effect, and it only has the state accepted again. If the state was made from one older than its ballot,
//! its change is no ancestor of it and never will be, so it applies the function anew. If neither can be
//! told, as others have gone on for more than one change, the client is told `Unknown`. For the same reason
//! a client does not ask another proposer to change something when the first does not answer: the paper has
//! no exactly-once, and a change function that is applied twice is two changes.
//!
//! # Invariants
//!
//! - Each accepted state is a change of one before it, and once a quorum has accepted a state, all later
//!   ones descend from it: "there exists a chain of changes linking them together" (§2.2).
//! - A ballot has one state.
//! - Hence each register is linearizable.
//! - Only quorums of *different* phases must meet (§2.2.2, Flexible Paxos).
//!
//! # What is left out
//!
//! Deleting a register (§3.1), and the change of members, which is that of the quorums here.
//!
//! # References
//!
//! - D. Rystsov, *CASPaxos: Replicated State Machines without logs*, 2018.
//! - H. Howard, D. Malkhi, A. Spiegelman, *Flexible Paxos*, OPODIS 2016.

mod acceptor;
mod messages;
mod proposer;
#[cfg(test)]
mod tests;
mod words;
mod work;

pub use messages::{Change, Message, Timer};
pub use words::Why;

use crate::model::{
    self, Arg, ArgKind, Ballot, Cell, CellState, Command, Effects, Field, Gathering, Held, Input, Inspection,
    Key, LocalTime, NodeId, NodeSet, Op, Outcome, Protocol, Setup, SpanRange, Spec, Text,
};
use crate::quorum::{Phase, Rule};
use proposer::Proposer;
use std::collections::BTreeMap;

/// The phase in which acceptors promise: a place in [`Spec::phases`].
pub const PREPARE: Phase = 0;
/// The phase in which acceptors accept: a place in [`Spec::phases`].
pub const ACCEPT: Phase = 1;

type Out = Effects<CasPaxos>;

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The last round of the node's own proposer, so that it uses no ballot twice.
    pub round: u32,
    /// What the node's acceptor has promised and accepted.
    pub registers: BTreeMap<Key, Register>,
    /// The register in which it accepted something last.
    pub last: Key,
}

/// One register at an acceptor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Register {
    /// The highest ballot promised.
    pub promised: Ballot,
    /// The state accepted last.
    pub accepted: Change,
}

/// One write to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// A ballot is promised.
    Promised(Key, Ballot),
    /// A state is accepted, and this ballot promised with it.
    Accepted(Key, Change, Ballot),
    /// The proposer will use no round up to this one again.
    Round(u32),
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    rule: Rule,
    acceptors: NodeSet,
    retry: SpanRange,
    nack: bool,
    piggyback: bool,
    /// The flaw: the proposer changes the first state that it hears of.
    takes_first: bool,
}

/// Who a node is, and how it is configured.
#[derive(Clone, Copy)]
struct Here<'a> {
    me: NodeId,
    config: &'a Config,
}

/// A node: a proposer and an acceptor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CasPaxos {
    me: NodeId,
    /// All that the acceptor knows, and the proposer's round.
    disk: Durable,
    proposer: Proposer,
}

impl Protocol for CasPaxos {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = words::SPEC;
    const RETRIES: bool = false;

    fn configure(setup: &Setup<'_>) -> Config {
        let Setup { weights, thresholds, settings } = *setup;
        let rule = Rule::new(weights, thresholds);
        Config {
            acceptors: rule.voters(),
            retry: settings.range("retry"),
            nack: settings.switch("nack"),
            piggyback: settings.switch("piggyback"),
            takes_first: settings.flaw("takes-first"),
            rule,
        }
    }

    fn boot(me: NodeId, _config: &Config, disk: Durable, _now: LocalTime, out: &mut Out) -> Self {
        if disk == Durable::default() {
            out.because(Why::Start {});
        } else {
            out.because(Why::Restart { registers: disk.registers.len() as u32, round: disk.round });
        }
        Self { me, disk, proposer: Proposer::default() }
    }

    fn step(&mut self, config: &Config, _now: LocalTime, input: Input<Self>, out: &mut Out) {
        let here = Here { me: self.me, config };
        match input {
            Input::Message { from, message } => self.on_message(here, from, message, out),
            Input::Timer(Timer::Retry) => self.proposer.on_retry(here, &mut self.disk, out),
            Input::Request { id, op } => self.on_request(here, Command { request: id, op }, out),
        }
        debug_assert!(self.proposer.round() <= self.disk.round, "a ballot is used before it is written");
    }

    fn inspect(&self) -> Inspection<'_> {
        let promised = self.disk.registers.values().map(|register| register.promised).max();
        let (role, ballot) = self.proposer.role();
        Inspection {
            role,
            epoch: ballot.or(promised).unwrap_or_default().bits(),
            leads: role == words::PROPOSING,
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        self.proposer.gathering()
    }

    fn fields(&self, _config: &Config, out: &mut Vec<Field>) {
        let number = |number| Arg::Packed(ArgKind::Number, number);
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        field("last round", "最近轮号", number(self.disk.round), true);
        field("clients waiting", "等待的客户端", number(self.proposer.waiting()), false);
        field("rounds lost in a row", "连续失败的轮数", number(self.proposer.lost()), false);
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        let ballot = |ballot: Ballot| Arg::Packed(ArgKind::Ballot, ballot.bits());
        for (key, Register { promised, accepted }) in &self.disk.registers {
            let open = *promised > accepted.ballot && promised.node() != accepted.ballot.node();
            out.push(Cell {
                group: words::REGISTERS,
                name: Arg::Packed(ArgKind::Key, u32::from(key.0)),
                value: Arg::Packed(ArgKind::Value, model::Packed::pack(accepted.value)),
                version: Some(ballot(accepted.ballot)),
                state: if open { CellState::Pending } else { CellState::Settled },
            });
            out.push(Cell {
                group: words::PROMISES,
                name: Arg::Packed(ArgKind::Key, u32::from(key.0)),
                value: ballot(*promised),
                version: None,
                state: CellState::Settled,
            });
        }
    }
}

impl CasPaxos {
    fn on_message(&mut self, here: Here<'_>, from: NodeId, message: Message, out: &mut Out) {
        // The one place where ballots are noticed: the next round goes above all of them.
        let (key, ballot) = message.about();
        self.proposer.heard(key, ballot);
        let (disk, proposer) = (&mut self.disk, &mut self.proposer);
        match message {
            Message::Prepare { key, ballot } => acceptor::on_prepare(disk, here, from, (key, ballot), out),
            Message::Promise { key, ballot, accepted } => {
                proposer.on_promise(here, disk, from, (key, ballot, accepted), out);
            }
            Message::Accept { key, change, next } => {
                acceptor::on_accept(disk, here, from, (key, change, next), out);
            }
            Message::Accepted { key, ballot, next } => {
                proposer.on_accepted(here, disk, from, (key, ballot, next), out);
            }
            Message::Nack { key, ballot, promised } => {
                proposer.on_nack(here, from, (key, ballot, promised), out);
            }
        }
    }

    fn on_request(&mut self, here: Here<'_>, command: Command, out: &mut Out) {
        if let Op::Read { key } | Op::Write { key, .. } | Op::Cas { key, .. } = command.op {
            self.proposer.on_request(here, &mut self.disk, key, command, out);
        } else {
            out.because(Why::IgnoredRequest {});
            out.reply(command.request, Outcome::Refused);
        }
    }
}

impl Durable {
    /// What is known of a register.
    fn register(&self, key: Key) -> Register {
        self.registers.get(&key).copied().unwrap_or_default()
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Promised(key, ballot) => self.registers.entry(key).or_default().promised = ballot,
            Write::Accepted(key, accepted, promised) => {
                self.registers.insert(key, Register { promised, accepted });
                self.last = key;
            }
            Write::Round(round) => self.round = round,
        }
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.registers.len() * size_of::<(Key, Register)>()
    }

    fn held(&self) -> Option<Held> {
        let accepted = self.registers.get(&self.last)?.accepted;
        (accepted.ballot != Ballot::ZERO).then_some(accepted.held(self.last))
    }
}
