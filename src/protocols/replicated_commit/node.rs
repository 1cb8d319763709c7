//! A node: a server of its shard's log, and, while it leads, the one that speaks for the shard.

use super::spec::{COORDINATING, IN_DOUBT, OWN_RULES};
use super::{Config, Durable, Message, SPEC, Timer, Why};
use crate::machines::{Partition, SHARDS_MAX, Shard};
use crate::model::{
    Arg, ArgKind, Ballot, Cell, Command, Effects, Entry, Field, Gathering, Input, Inspection, Key, LocalTime,
    Log, NodeId, Op, Outcome, Packed, Protocol, Setup, Spec, Text, Transaction, Value,
};
use crate::protocols::inside::{Shell, Told};
use crate::protocols::raft::Raft;

pub(super) type Out = Effects<ReplicatedCommit>;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReplicatedCommit {
    pub(super) me: NodeId,
    pub(super) raft: Raft,
    /// What it has because it leads, and forgets when it does no longer.
    pub(super) office: Option<Office>,
    /// Who led each shard when it was heard last.
    pub(super) leaders: [Option<NodeId>; SHARDS_MAX],
    /// Whether its last step rests on the suspicion that somebody has failed.
    pub(super) suspects: bool,
}

/// What only a leader has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Office {
    term: u32,
    /// What it coordinates and has not decided, the oldest first: it holds locks here.
    pub(super) open: Vec<Open>,
    /// What waits for a lock, in order.
    pub(super) waiting: Vec<Want>,
    /// Who is to hear of a decision that is not in the log of a quorum yet.
    pub(super) askers: Vec<(Ballot, NodeId)>,
    /// Which of its timers run.
    retrying: bool,
    doubting: bool,
}

/// A transaction whose vote is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Open {
    pub(super) tx: Ballot,
    pub(super) command: Command,
    /// How often it has been asked for again.
    pub(super) tries: u8,
}

/// What waits for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Want {
    /// A client's request.
    Ask(Command),
    /// To be prepared.
    Prepare(Ballot, Command),
}

impl Want {
    const fn command(&self) -> &Command {
        match self {
            Self::Ask(command) | Self::Prepare(_, command) => command,
        }
    }
}

const SHELL: Shell<Raft, ReplicatedCommit> =
    Shell { say: Message::Raft, time: Timer::Raft, note: std::convert::identity, rules: OWN_RULES };

impl Protocol for ReplicatedCommit {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = &SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        Config::new(setup)
    }

    /// A transaction over the first two shards.
    fn asks(count: u8) -> Op {
        Op::Pair { a: Key(0), b: Key(1), value: Value(count.into()) }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, now: LocalTime, out: &mut Out) -> Self {
        let mut inner = Effects::default();
        let raft = Raft::boot(me, config.log_of(me), durable, now, &mut inner);
        let mut node = Self { me, raft, office: None, leaders: [None; SHARDS_MAX], suspects: false };
        node.hear(config, &mut inner, out);
        node
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Out) {
        self.suspects = false;
        match input {
            Input::Message { from, message: Message::Raft(message) } => {
                if config.shard_of(from) == config.shard_of(self.me) {
                    self.server(config, now, Input::Message { from, message }, out);
                } else {
                    out.because(Why::IgnoredStranger { from });
                }
            }
            Input::Message { from, message } => self.on_message(config, now, from, message, out),
            Input::Timer(Timer::Raft(timer)) => self.server(config, now, Input::Timer(timer), out),
            Input::Timer(Timer::Retry) => self.on_retry(config, out),
            Input::Timer(Timer::Doubt) => self.on_doubt(config, out),
            Input::Request { id, op } => {
                self.on_request(config, now, Command { request: id, op }, out);
            }
        }
        self.keep_office(config, now, out);
        self.invariants();
    }

    fn inspect(&self) -> Inspection<'_> {
        let seen = self.raft.inspect();
        let shard = self.raft.machine().shard();
        let role = match &self.office {
            Some(office) if !office.open.is_empty() => COORDINATING,
            Some(_) if shard.is_some_and(|shard| !shard.prepared().is_empty()) => IN_DOUBT,
            Some(_) | None => seen.role,
        };
        Inspection {
            role,
            transactions: shard.map_or(&[], Shard::prepared),
            stored: shard.map_or(&[], Shard::stored),
            group: shard.map_or_else(Default::default, |shard| shard.partition().nodes),
            suspects: self.suspects,
            ..seen
        }
    }

    fn gathering(&self, config: &Config) -> Option<Gathering> {
        self.raft.gathering(config.log_of(self.me))
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let shard = config.shard_of(self.me).unwrap_or(0) as u8;
        let number = |value| Arg::Packed(ArgKind::Number, value);
        let mut field = |en, zh, value| out.push(Field { name: Text::new(en, zh), value, durable: false });
        field("shard", "分片", number(u32::from(shard) + 1));
        field("kept by", "由这些节点保存", Arg::Nodes(config.group(shard)));
        if let Some(office) = &self.office {
            field("coordinates", "正在协调的事务", number(office.open.len() as u32));
            field("wait for a lock", "等待锁的请求", number(office.waiting.len() as u32));
        }
        for leader in self.leaders.into_iter().flatten() {
            field("leads another shard", "另一分片的领导者", Arg::Packed(ArgKind::Node, leader.pack()));
        }
        self.raft.fields(config.log_of(self.me), out);
    }

    fn cells(&self, config: &Config, out: &mut Vec<Cell>) {
        self.raft.cells(config.log_of(self.me), out);
    }
}

impl ReplicatedCommit {
    /// Raft takes a step.
    pub(super) fn server(&mut self, config: &Config, now: LocalTime, input: Input<Raft>, out: &mut Out) {
        let mut inner = Effects::default();
        self.raft.step(config.log_of(self.me), now, input, &mut inner);
        self.hear(config, &mut inner, out);
    }

    /// Puts a record into the log of the shard that it leads.
    pub(super) fn record(&mut self, config: &Config, command: Command, out: &mut Out) {
        let mut inner = Effects::default();
        let led = self.raft.propose(config.log_of(self.me), command, &mut inner);
        debug_assert!(led, "only who leads has anything to record");
        self.hear(config, &mut inner, out);
    }

    fn hear(&mut self, config: &Config, inner: &mut Effects<Raft>, out: &mut Out) {
        let mut last = None;
        SHELL.pass(inner, out, |told, out| match told {
            Told::Decide(index, Entry { command, .. }) => {
                last = Some(command);
                self.on_applied(config, index, &command, out);
            }
            // What the shard is prepared for is answered by another.
            Told::Reply(request, outcome)
                if last.is_none_or(|last| last.request != request || !self.is_foreign(&last)) =>
            {
                out.reply(request, outcome);
            }
            Told::Reply(..) => {}
        });
    }

    /// Whether it is a transaction that another shard coordinates.
    fn is_foreign(&self, command: &Command) -> bool {
        let own = self.partition();
        own.and_then(|own| Some(!own.coordinates(own.number(command)?))).unwrap_or(false)
    }

    fn on_message(&mut self, config: &Config, now: LocalTime, from: NodeId, message: Message, out: &mut Out) {
        let other = config.shard_of(from);
        if other == config.shard_of(self.me) {
            out.because(Why::IgnoredStranger { from });
            return;
        }
        // Only who leads its shard says any of this, but for how something ended.
        if let Some(leader) = other.and_then(|place| self.leaders.get_mut(place))
            && !matches!(message, Message::Outcome { .. })
            && self.office.is_some()
        {
            *leader = Some(from);
        }
        if self.office.is_none() {
            // What is applied stays: whoever knows how it ended may say so.
            match message {
                Message::Inquire { tx } if self.answer_known(from, tx, out) => {}
                Message::Inquire { .. }
                | Message::Prepare { .. }
                | Message::Vote { .. }
                | Message::Outcome { .. }
                | Message::Raft(_) => out.because(Why::DoesNotLead { from }),
            }
            return;
        }
        match message {
            Message::Prepare { tx, command } => self.on_prepare(config, from, tx, command, out),
            Message::Vote { tx, yes } => self.on_vote(config, now, from, tx, yes, out),
            Message::Outcome { tx, commit } => self.on_outcome(config, from, tx, commit, out),
            Message::Inquire { tx } => self.on_inquire(config, now, from, tx, out),
            Message::Raft(_) => unreachable!("Raft has had it"),
        }
    }

    /// What a quorum of the shard has in its logs takes effect; who leads tells others.
    fn on_applied(&mut self, config: &Config, index: u32, command: &Command, out: &mut Out) {
        let Some(own) = self.partition().copied() else { return };
        if let Op::End { tx, suspects, .. } = command.op {
            // Who applies it acts on what the one suspected that put it there.
            self.suspects |= suspects;
            self.on_end(config, &own, index, tx, out);
        } else if let Some(tx) = own.number(command) {
            if own.coordinates(tx) {
                self.on_committed(config, &own, tx, command, out);
            } else {
                self.on_prepared(config, tx, out);
            }
        }
    }

    /// A leader that is new takes up what its log has, and one that leads no longer forgets the rest.
    fn keep_office(&mut self, config: &Config, now: LocalTime, out: &mut Out) {
        let seen = self.raft.inspect();
        let term = seen.leads.then_some(seen.epoch);
        if self.office.as_ref().map(|office| office.term) != term {
            if let Some(old) = self.office.take() {
                let (open, waiting) = (old.open.len() as u32, old.waiting.len() as u32);
                if open + waiting > 0 {
                    out.because(Why::LeaveOpen { open, waiting });
                }
                out.cancel_timer(Timer::Retry);
                out.cancel_timer(Timer::Doubt);
            }
            let doubts = self.in_doubt().count() as u32;
            if term.is_some() && doubts > 0 {
                out.because(Why::TakeUp { doubts });
            }
            self.office = term.map(|term| Office {
                term,
                open: Vec::new(),
                waiting: Vec::new(),
                askers: Vec::new(),
                retrying: false,
                doubting: false,
            });
        }
        self.go_on(config, now, out);
        let doubts = self.in_doubt().next().is_some();
        let Some(office) = &mut self.office else { return };
        let retries = !office.open.is_empty();
        if std::mem::replace(&mut office.retrying, retries) != retries {
            if retries { out.set_timer(Timer::Retry, config.retry) } else { out.cancel_timer(Timer::Retry) }
        }
        if std::mem::replace(&mut office.doubting, doubts) != doubts {
            if doubts { out.set_timer(Timer::Doubt, config.doubt) } else { out.cancel_timer(Timer::Doubt) }
        }
    }

    /// A timer has run out: it is set again if there is still reason to.
    pub(super) fn run_out(&mut self, timer: Timer) {
        let Some(office) = &mut self.office else { return };
        match timer {
            Timer::Retry => office.retrying = false,
            Timer::Doubt => office.doubting = false,
            Timer::Raft(_) => {}
        }
    }

    /// What waits for a lock that is free by now, or that an older transaction has, is looked at again.
    fn go_on(&mut self, config: &Config, now: LocalTime, out: &mut Out) {
        loop {
            let Some(office) = &self.office else { return };
            let ready = |want: &Want| match (want, self.blocked_by(want.command().op)) {
                (_, None) => true,
                (Want::Prepare(tx, _), Some(holder)) => holder < *tx,
                (Want::Ask(_), Some(_)) => false,
            };
            let Some(place) = office.waiting.iter().position(ready) else { return };
            let Some(office) = &mut self.office else { return };
            match office.waiting.remove(place) {
                Want::Ask(command) => self.take_up(config, now, command, out),
                Want::Prepare(tx, command) => self.prepare(config, tx, command, out),
            }
        }
    }

    /// Whether it leads its shard right now; the office follows at the end of a step.
    pub(super) fn leads(&self) -> bool {
        self.raft.inspect().leads
    }

    pub(super) fn log(&self) -> Option<&Log> {
        self.raft.inspect().log
    }

    pub(super) fn partition(&self) -> Option<&Partition> {
        self.raft.machine().shard().map(Shard::partition)
    }

    /// Transactions of others that a quorum of this shard is prepared for.
    pub(super) fn in_doubt(&self) -> impl Iterator<Item = &Transaction> {
        self.raft.machine().shard().into_iter().flat_map(Shard::prepared)
    }

    /// Whether a transaction is in the part of the log that is not applied yet: itself, or its end.
    pub(super) fn is_on_its_way(&self, tx: Ballot) -> bool {
        let request = Partition::request(tx);
        let ends = |op: Op| matches!(op, Op::End { tx: ended, .. } if ended == tx);
        self.raft.tail().any(|command| ends(command.op) || command.request == request)
    }

    /// The transaction that holds a lock that an operation needs, by the end of the log: what is appended
    /// takes effect after all that is in it.
    pub(super) fn blocked_by(&self, op: Op) -> Option<Ballot> {
        let own = *self.partition()?;
        let shard = self.raft.machine().shard()?;
        let keys = own.local(op);
        let needed = |key: &Option<Key>| key.is_some() && keys.contains(key);
        let of = |op| own.local(op).iter().any(needed);
        let mut held: Vec<Ballot> = shard
            .prepared()
            .iter()
            .filter(|known| known.keys.iter().any(needed))
            .map(|known| known.id)
            .collect();
        for command in self.raft.tail() {
            if let Op::End { tx, .. } = command.op {
                held.retain(|held| *held != tx);
            } else if let Some(tx) = own.number(&command).filter(|tx| !own.coordinates(*tx) && of(command.op))
            {
                held.push(tx);
            }
        }
        let open = self.office.iter().flat_map(|office| &office.open);
        held.extend(open.filter(|open| of(open.command.op)).map(|open| open.tx));
        held.first().copied()
    }

    /// To who leads a shard, or to all of it.
    pub(super) fn send_to(&self, config: &Config, place: u8, message: &Message, out: &mut Out) {
        match self.leaders.get(usize::from(place)).copied().flatten() {
            Some(leader) => out.send(leader, message.clone()),
            None => config.group(place).iter().for_each(|node| out.send(node, message.clone())),
        }
    }

    /// Puts into the log that a transaction is aborted.
    pub(super) fn abort(&mut self, config: &Config, tx: Ballot, suspects: bool, out: &mut Out) {
        self.suspects |= suspects;
        self.record(config, Command { op: Op::End { tx, commit: false, suspects }, ..Command::NOOP }, out);
    }

    /// The place of a transaction in one row.
    pub(super) fn decide(&self, config: &Config, tx: Ballot, command: Command, out: &mut Out) {
        out.decide(tx.slot(config.nodes), command);
    }

    /// What our own code must never break, whatever arrives.
    fn invariants(&self) {
        let seen = self.raft.inspect();
        let term = self.office.as_ref().map(|office| office.term);
        debug_assert_eq!(term, seen.leads.then_some(seen.epoch), "holds an office that is not its own");
    }
}

/// What a client is told of how a transaction ended.
pub(super) const fn outcome(commit: bool) -> Outcome {
    if commit { Outcome::Done } else { Outcome::Refused }
}
