//! ABD: an atomic register, shared memory over messages.
//!
//! # Problem
//!
//! Processes that share memory read and write registers at once. Machines that only send messages have no
//! such thing, and some of them crash. How do they get a register that behaves as if it were one cell of
//! memory: each read and write at one moment between its call and its return?
//!
//! # Idea
//!
//! Every replica holds a value with a *tag*, a number and the name of who wrote it. A write asks a read
//! quorum for the highest tag and stores its value with a higher one at a write quorum. A read asks a read
//! quorum, takes the value of the highest tag, and *stores it again* at a write quorum before it returns:
//! a value that was read once cannot be missed by a later read. No consensus is needed for that, nor a
//! leader, nor a clock: any replica may be slow for ever.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Query(x)` | coordinator → replicas | what do you hold? |
//! | `Answer(x, tag, v)` | replica → coordinator | this |
//! | `Store(x, tag, v)` | coordinator → replicas | hold this, if it is newer |
//! | `Stored(x, tag)` | replica → coordinator | I hold that, or something newer |
//!
//! Every node is a coordinator for the clients that ask it, and every node of some weight a replica. An
//! operation takes two round trips and at most 4n messages, whoever asks. With a *single writer* a write
//! needs only the second: nobody else's tag can be higher. And a read whose highest tag is held by a write
//! quorum already may skip the second phase.
//!
//! A write at a coordinator that crashes may have reached some replicas or none: some later read finds it
//! and completes it, or it never happens. Asked again elsewhere it would get a second tag, and might come
//! back after others have written over it. So clients do not: they take its outcome for unknown. A read may
//! be repeated as one likes.
//!
//! # Invariants
//!
//! - A replica's tag only grows, and no two writes share a tag.
//! - After an operation with tag t has returned, every later one has at least t, and a later write more.
//! - Hence the register is linearizable.
//! - Only read quorums must meet write quorums: a write asks a read quorum first.
//!
//! # What is left out
//!
//! Compare-and-set, which no register of reads and writes can give (Herlihy 1991); bounded tags.
//!
//! # References
//!
//! - H. Attiya, A. Bar-Noy, D. Dolev, *Sharing Memory Robustly in Message-Passing Systems*, JACM 1995.
//! - N. Lynch, A. Shvartsman, *Robust Emulation of Shared Memory Using Dynamic Quorum-Acknowledged
//!   Broadcasts*, FTCS 1997: several writers.

mod messages;
mod operation;
mod replica;
#[cfg(test)]
mod tests;
mod words;

pub use messages::{Message, Tagged, Timer};
pub use words::Why;

use crate::model::{
    self, Arg, ArgKind, Cell, CellState, Effects, Field, Gathering, Held, Input, Inspection, Key, LocalTime,
    NodeId, NodeSet, Op, Outcome, Packed, Protocol, RequestId, Setup, SpanRange, Spec, Text,
};
use crate::quorum::{Phase, Rule};
use operation::Operations;
use std::collections::BTreeMap;

/// The phase in which replicas say what they hold: a place in [`Spec::phases`].
pub const READ: Phase = 0;
/// The phase in which they are told: a place in [`Spec::phases`].
pub const WRITE: Phase = 1;

type Out = Effects<Abd>;

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// What the node's replica holds.
    pub registers: BTreeMap<Key, Tagged>,
    /// The register that it stored last.
    pub last: Key,
    /// The highest number that the node has written with.
    pub number: u32,
}

/// One write to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Something newer is held.
    Held(Key, Tagged),
    /// The node writes with this number.
    Number(u32),
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    rule: Rule,
    replicas: NodeSet,
    resend: SpanRange,
    single_writer: bool,
    fast_reads: bool,
    /// The flaw: a read returns what it found without storing it again.
    skips_write_back: bool,
}

/// Who a node is, and how it is configured.
#[derive(Clone, Copy)]
struct Here<'a> {
    me: NodeId,
    config: &'a Config,
}

/// A node: a replica, and a coordinator of its clients' operations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Abd {
    me: NodeId,
    disk: Durable,
    operations: Operations,
}

impl Protocol for Abd {
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
            replicas: rule.voters(),
            resend: settings.range("resend"),
            single_writer: settings.switch("single-writer"),
            fast_reads: settings.switch("fast-reads"),
            skips_write_back: settings.flaw("no-write-back"),
            rule,
        }
    }

    fn boot(me: NodeId, _config: &Config, disk: Durable, _now: LocalTime, out: &mut Out) -> Self {
        if disk == Durable::default() {
            out.because(Why::Start {});
        } else {
            out.because(Why::Restart { registers: disk.registers.len() as u32 });
        }
        Self { me, disk, operations: Operations::default() }
    }

    fn step(&mut self, config: &Config, _now: LocalTime, input: Input<Self>, out: &mut Out) {
        let here = Here { me: self.me, config };
        match input {
            Input::Message { from, message } => self.on_message(here, from, message, out),
            Input::Timer(Timer::Resend) => self.operations.on_resend(here, out),
            Input::Request { id, op } => self.on_request(here, id, op, out),
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let newest = self.disk.registers.values().map(|held| held.tag).max();
        Inspection {
            role: self.operations.role(),
            epoch: newest.unwrap_or_default().bits(),
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        self.operations.gathering()
    }

    fn fields(&self, _config: &Config, out: &mut Vec<Field>) {
        let number = |number| Arg::Packed(ArgKind::Number, number);
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        field("last number written with", "最近写入所用的编号", number(self.disk.number), true);
        field("operations under way", "进行中的操作", number(self.operations.count()), false);
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        out.extend(self.disk.registers.iter().map(|(key, held)| Cell {
            group: words::REGISTERS,
            name: Arg::Packed(ArgKind::Key, key.pack()),
            value: Arg::Packed(ArgKind::Value, held.value.pack()),
            version: Some(Arg::Packed(ArgKind::Ballot, held.tag.bits())),
            state: CellState::Settled,
        }));
    }
}

impl Abd {
    fn on_message(&mut self, here: Here<'_>, from: NodeId, message: Message, out: &mut Out) {
        let (disk, operations) = (&mut self.disk, &mut self.operations);
        match message {
            Message::Query { request, key } => replica::on_query(disk, from, request, key, out),
            Message::Answer { request, key, held } => {
                operations.on_answer(here, disk, from, (request, key, held), out);
            }
            Message::Store { request, key, held } => {
                replica::on_store(disk, from, request, (key, held), out);
            }
            Message::Stored { request, key, tag } => {
                operations.on_stored(here, from, (request, key, tag), out);
            }
        }
    }

    fn on_request(&mut self, here: Here<'_>, request: RequestId, op: Op, out: &mut Out) {
        let writer = here.config.replicas.iter().next();
        let (Op::Read { key } | Op::Write { key, .. }) = op else {
            out.because(Why::IgnoredRequest {});
            out.reply(request, Outcome::Refused);
            return;
        };
        let write = op.value();
        if write.is_some() && here.config.single_writer && writer != Some(self.me) {
            out.because(Why::NotTheWriter { key, writer });
            out.reply(request, Outcome::Redirect(writer));
        } else {
            self.operations.begin(here, &mut self.disk, request, (key, write), out);
        }
    }
}

impl Durable {
    /// What is held of a register.
    fn held(&self, key: Key) -> Tagged {
        self.registers.get(&key).copied().unwrap_or_default()
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Held(key, held) => {
                self.registers.insert(key, held);
                self.last = key;
            }
            Write::Number(number) => self.number = number,
        }
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.registers.len() * size_of::<(Key, Tagged)>()
    }

    fn held(&self) -> Option<Held> {
        let held = self.registers.get(&self.last)?;
        Some(held.held(self.last))
    }
}
