//! Primary and backups with asynchronous replication: the baseline without consensus.
//!
//! # Problem
//!
//! A store has to outlive the crash of its machine, and each write should take no longer than it does on one
//! machine.
//!
//! # Idea
//!
//! What many systems run: one node, the primary, does everything and answers at once; it ships its log to
//! the others whenever it can. A backup that has not heard from it for a while takes over. Nobody asks a
//! quorum for anything, so nobody is ever refused: this is the choice of availability, and what it costs
//! can be seen here.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Ship(e, prev, last, entries)` | primary → backups | these follow; my log ends at `last` |
//! | `Shipped(e, upto)` | backup → primary | my log is yours up to here |
//! | `Missing(e, next)` | backup → primary | I need your log from here on |
//! | `Deposed(e)` | anybody → an old primary | there is a later epoch |
//!
//! An epoch is a number and the node that leads it, so that two that take over at once have different ones
//! and the lower gives way when they hear of each other. Who gives way takes over the other's log: what its
//! own has besides is discarded, although clients were told that it is done.
//!
//! With the switch *wait for backups* the primary answers only when backups of enough weight have an entry
//! (semi-synchronous replication). That loses less, but who takes over still asks nobody whether it has all.
//!
//! # Invariants
//!
//! - Two logs that have an entry of the same epoch at the same index are alike up to there.
//! - Once no link fails any more, one primary is left and all logs become its log.
//! - *Not*: that an acknowledged write is kept, that there is one primary at a time, that what clients see
//!   is linearizable. These are watched, and their breaking is the lesson.
//!
//! # What is left out
//!
//! Synchronous fail-over by a third party that fences the old primary: with that third party replicated, it
//! is one of the protocols beside this one.
//!
//! # References
//!
//! - P. Alsberg, J. Day, *A Principle for Resilient Sharing of Distributed Resources*, ICSE 1976: primary
//!   and backups.
//! - J. Gray, P. Helland, P. O'Neil, D. Shasha, *The Dangers of Replication and a Solution*, SIGMOD 1996:
//!   lazy replication.
//! - S. Gilbert, N. Lynch, *Brewer's Conjecture and the Feasibility of Consistent, Available,
//!   Partition-Tolerant Web Services*, SIGACT News 2002.

mod backup;
mod messages;
mod primary;
#[cfg(test)]
mod tests;
mod words;

pub use messages::{Message, Timer};
pub use words::Why;

use crate::machines::Kv;
use crate::model::{
    self, Arg, ArgKind, Ballot, Command, Effects, Entry, Field, Gathering, Input, Inspection, LocalTime, Log,
    NodeId, Outcome, Protocol, Setup, Span, SpanRange, Spec, Text,
};
use crate::quorum::{Phase, Rule};
use primary::Primary;

/// The phase in which backups acknowledge, where the primary waits for them: a place in [`Spec::phases`].
pub const ACKNOWLEDGE: Phase = 0;

type Out = Effects<PrimaryBackup>;

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The latest epoch heard of.
    pub epoch: Ballot,
    /// The log.
    pub log: Log,
}

/// One write to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A later epoch.
    Epoch(Ballot),
    /// Entries at the end of the log.
    Append(Vec<Entry>),
    /// What is left of the log: up to this index.
    Truncate(u32),
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    rule: Rule,
    failover: SpanRange,
    heartbeat: Span,
    waits: bool,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrimaryBackup {
    me: NodeId,
    disk: Durable,
    /// What the log makes.
    kv: Kv,
    role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Role {
    Backup,
    Primary(Primary),
}

impl Protocol for PrimaryBackup {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = words::SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let Setup { weights, thresholds, settings } = *setup;
        Config {
            rule: Rule::new(weights, thresholds),
            failover: settings.range("failover"),
            heartbeat: settings.span("heartbeat"),
            waits: settings.switch("wait"),
        }
    }

    fn boot(me: NodeId, config: &Config, disk: Durable, _now: LocalTime, out: &mut Out) -> Self {
        let is_new = disk == Durable::default();
        let mut node = Self { me, disk, kv: Kv::default(), role: Role::Backup };
        node.rebuild();
        if is_new && me == NodeId(0) {
            // Somebody has set up the first primary by hand.
            node.become_primary(config, Ballot::new(1, me), out);
            return node;
        }
        out.because(Why::Start { last: node.disk.log.last_index(), epoch: node.disk.epoch });
        out.set_timer(Timer::Failover, config.failover);
        node
    }

    fn step(&mut self, config: &Config, _now: LocalTime, input: Input<Self>, out: &mut Out) {
        match input {
            Input::Message { from, message } => self.on_message(config, from, message, out),
            Input::Timer(Timer::Failover) => self.on_failover(config, out),
            Input::Timer(Timer::Heartbeat) => self.on_heartbeat(config, out),
            Input::Request { id, op } => self.on_request(config, Command { request: id, op }, out),
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let last = self.disk.log.last_index();
        let (role, commit) = match &self.role {
            Role::Backup => (words::BACKUP, last),
            Role::Primary(primary) => (words::PRIMARY, primary.answered(last)),
        };
        Inspection {
            role,
            epoch: self.disk.epoch.bits(),
            leads: role == words::PRIMARY,
            log: Some(&self.disk.log),
            commit,
            ..Inspection::default()
        }
    }

    fn gathering(&self, config: &Config) -> Option<Gathering> {
        match &self.role {
            Role::Backup => None,
            Role::Primary(primary) => primary.gathering(config, self.me, self.disk.epoch),
        }
    }

    fn fields(&self, _config: &Config, out: &mut Vec<Field>) {
        let number = |number| Arg::Packed(ArgKind::Number, number);
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        let last = self.disk.log.last_index();
        field("epoch", "纪元", Arg::Packed(ArgKind::Ballot, self.disk.epoch.bits()), true);
        field("log ends at", "日志末尾", number(last), true);
        if let Role::Primary(primary) = &self.role {
            field("answered up to", "已答复至", number(primary.answered(last)), false);
            field("all backups have up to", "所有备份都有至", number(primary.everywhere(self.me)), false);
        }
    }
}

impl PrimaryBackup {
    fn on_message(&mut self, config: &Config, from: NodeId, message: Message, out: &mut Out) {
        // The one place where epochs are compared.
        let (epoch, own) = (message.epoch(), self.disk.epoch);
        if epoch > own {
            out.persist(&mut self.disk, Write::Epoch(epoch));
            self.become_backup(config, epoch, out);
        } else if epoch < own {
            out.because(Why::TellDeposed { to: from, epoch, own });
            // Who knows of a later epoch does not ask.
            if !matches!(message, Message::Deposed { .. }) {
                out.send(from, Message::Deposed { epoch: own });
            }
            return;
        }
        match (&mut self.role, message) {
            (Role::Backup, Message::Ship { prev_index, prev_epoch, last, entries, .. }) => {
                self.on_ship(config, from, (prev_index, prev_epoch), last, &entries, out);
            }
            (Role::Primary(_), Message::Shipped { upto, .. }) => self.on_shipped(config, from, upto, out),
            (Role::Primary(_), Message::Missing { next, .. }) => self.on_missing(config, from, next, out),
            (_, Message::Deposed { epoch }) => out.because(Why::KnowsEpoch { from, epoch }),
            (Role::Backup, Message::Shipped { .. } | Message::Missing { .. })
            | (Role::Primary(_), Message::Ship { .. }) => out.because(Why::Late { from, epoch }),
        }
    }

    fn on_request(&mut self, config: &Config, command: Command, out: &mut Out) {
        if let Role::Primary(_) = self.role {
            return self.serve(config, command, out);
        }
        let primary = Some(self.disk.epoch.node());
        let primary = primary.filter(|node| self.disk.epoch != Ballot::ZERO && *node != self.me);
        out.because(Why::Redirect { to: primary });
        out.reply(command.request, Outcome::Redirect(primary));
    }

    /// Works out anew what the log makes: entries cannot be undone.
    fn rebuild(&mut self) {
        self.kv = Kv::default();
        for entry in self.disk.log.iter_from(1) {
            self.kv.apply(&entry.command);
        }
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Epoch(epoch) => self.epoch = *epoch,
            Write::Append(entries) => entries.iter().for_each(|entry| self.log.push(*entry)),
            Write::Truncate(last) => self.log.truncate(*last),
        }
    }

    fn share(&mut self, log: &Log) {
        self.log.share(log);
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.log.weight()
    }
}
