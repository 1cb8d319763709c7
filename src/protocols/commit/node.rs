//! A node: its disk, and the roles that run side by side on it.

use super::acceptor::Acceptor;
use super::config::Kind;
use super::coordinator::Coordinator;
use super::leader::Leader;
use super::manager::Manager;
use super::spec;
use super::termination::Termination;
use super::{Config, Deal, Durable, Here, Message, Out, Timer, TwoPhase, Why, Write};
use crate::model::{
    Arg, ArgKind, Ballot, Cell, CellState, Command, Field, Gathering, Input, Inspection, LocalTime, NodeId,
    NodeSet, Outcome, Packed, Text, TransactionStage,
};

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) me: NodeId,
    pub(super) disk: Durable,
    pub(super) manager: Manager,
    pub(super) coordinator: Coordinator,
    pub(super) termination: Termination,
    pub(super) acceptor: Acceptor,
    pub(super) leader: Leader,
    /// The outcome that it learned last.
    pub(super) last: Option<(Ballot, bool)>,
    /// The transactions about which the last step rests on the suspicion that somebody has failed.
    pub(super) suspected: Vec<Ballot>,
}

impl Node {
    pub(super) fn boot(here: Here<'_>, disk: Durable, out: &mut Out) -> Self {
        let first = here.config.first();
        let mut node = Self {
            me: here.me,
            manager: Manager::new(first, disk.life),
            coordinator: Coordinator::default(),
            termination: Termination::boot(&disk, here.now),
            acceptor: Acceptor::boot(&disk),
            leader: Leader::default(),
            last: None,
            suspected: Vec::new(),
            disk,
        };
        let era = node.disk.era + 1;
        if era == 1 {
            out.because(Why::Start {});
        } else {
            let open = node.disk.prepared.len() as u32;
            out.because(Why::Restart { open, log: node.disk.commits.len() as u32 });
        }
        out.persist(&mut node.disk, Write::Era(era));
        if !node.disk.prepared.is_empty() {
            out.set_timer(Timer::Doubt, here.config.doubt);
        }
        if era > 1 && here.config.kind == Kind::TwoPhase && first == here.me {
            let others = here.config.managers.minus(NodeSet::only(here.me));
            multicast(others, &Message::Back { era }, out);
        }
        node.tell_commits(out);
        node.watch(here, out);
        node
    }

    pub(super) fn step(&mut self, config: &Config, now: LocalTime, input: Input<TwoPhase>, out: &mut Out) {
        let here = Here { me: self.me, config, now };
        self.suspected.clear();
        match input {
            Input::Message { from, message } => self.on_message(here, from, message, out),
            Input::Timer(Timer::Retry) => self.on_retry(here, out),
            Input::Timer(Timer::Doubt) => self.on_doubt(here, out),
            Input::Request { id, op } => self.on_request(here, Command { request: id, op }, out),
        }
    }

    fn on_message(&mut self, here: Here<'_>, from: NodeId, message: Message, out: &mut Out) {
        match message {
            Message::Begin { tx, deal, era } => self.on_begin(here, from, tx, deal, era, out),
            Message::Prepare { tx, deal } => self.on_prepare(here, from, tx, deal, out),
            Message::Vote { tx, yes } => self.on_vote(here, from, tx, yes, out),
            Message::PreCommit { tx } => self.on_precommit(here, from, tx, out),
            Message::PreAck { tx } => self.on_preack(here, from, tx, out),
            Message::Decision { tx, commit, era, aside } => {
                self.on_decision(here, from, tx, commit, (era, aside), out);
            }
            Message::Ack { tx } => self.on_ack(from, tx, out),
            Message::Inquire { tx, deal } => self.on_inquire(here, from, tx, deal, out),
            Message::Poll { tx } => self.on_poll(here, from, tx, out),
            Message::State { tx, stage } => self.on_state(from, tx, stage, out),
            Message::Propose { tx, deal, ballot, leader, yes, no } => {
                self.on_propose(here, from, (tx, deal), (ballot, leader), (yes, no), out);
            }
            Message::Accepted { tx, ballot, yes, no } => {
                self.on_accepted(here, from, tx, ballot, (yes, no), out);
            }
            Message::Lead { tx, deal, ballot } => self.on_lead(here, from, tx, deal, ballot, out),
            Message::Promise { tx, ballot, accepted } => {
                self.on_promise(here, from, tx, ballot, &accepted, out);
            }
            Message::Nack { tx, ballot, promised } => self.on_nack(from, tx, ballot, promised, out),
            Message::Back { era } => self.on_back(here, from, era, out),
        }
    }

    /// A node learns an outcome, of which it has none yet. Its locks are free then, and its client is
    /// told.
    pub(super) fn settle(&mut self, here: Here<'_>, tx: Ballot, commit: bool, out: &mut Out) {
        let command = self.command_of(tx);
        let known = self.disk.in_doubt(tx).copied();
        out.persist(&mut self.disk, Write::Settled { tx, commit });
        self.last = Some((tx, commit));
        self.manager.forget(tx);
        self.termination.forget(tx);
        self.coordinator.forget(tx);
        self.acceptor.forget(tx);
        self.leader.forget(tx);
        if let Some(command) = command {
            let effect = if commit { command } else { Command::NOOP };
            out.decide(tx.slot(here.config.rule.nodes()), effect);
        }
        let Some(known) = known else { return };
        if known.mine {
            out.reply(known.command.request, if commit { Outcome::Done } else { Outcome::Refused });
        }
        // The timer runs on for those that are still in doubt: news of others is none of them.
        if self.disk.prepared.is_empty() {
            out.cancel_timer(Timer::Doubt);
        }
        self.go_on(here, out);
    }

    /// What a transaction does, if any role on this node knows.
    fn command_of(&self, tx: Ballot) -> Option<Command> {
        let doubt = self.disk.in_doubt(tx).map(|known| known.command);
        let poll = || self.disk.poll(tx).map(|poll| poll.deal.command);
        let others = || {
            let coordinated = self.coordinator.deal(tx);
            coordinated.or_else(|| self.acceptor.deal(tx)).or_else(|| self.manager.deal(tx))
        };
        doubt.or_else(poll).or_else(|| others().map(|deal| deal.command))
    }

    pub(super) fn inspect(&self) -> Inspection<'_> {
        let doubt = self.disk.prepared.first();
        let leads = self.coordinator.first().or_else(|| self.leader.first());
        let (role, tx) = match (leads, doubt, self.last) {
            (Some((tx, true)), _, _) => (spec::TAKING_OVER, tx),
            (Some((tx, false)), _, _) => (spec::COORDINATING, tx),
            (None, Some(known), _) if self.termination.ends(known.id) => (spec::TAKING_OVER, known.id),
            (None, Some(known), _) if known.stage == TransactionStage::PreCommitted => {
                (spec::PRECOMMITTED, known.id)
            }
            (None, Some(known), _) => (spec::IN_DOUBT, known.id),
            (None, None, Some((tx, true))) => (spec::COMMITTED, tx),
            (None, None, Some((tx, false))) => (spec::ABORTED, tx),
            (None, None, None) => (spec::IDLE, Ballot::ZERO),
        };
        Inspection {
            role,
            epoch: tx.bits(),
            leads: leads.is_some(),
            transactions: &self.disk.prepared,
            stored: &self.disk.stored,
            suspected: &self.suspected,
            ..Inspection::default()
        }
    }

    pub(super) fn gathering(&self, _config: &Config) -> Option<Gathering> {
        let (tx, tally) = self.coordinator.gathering().or_else(|| self.leader.gathering())?;
        let phase = tally.phase() as u8;
        Some(Gathering { phase, epoch: tx.bits(), yes: tally.yes(), no: tally.no() })
    }

    pub(super) fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        let number = |number: u32| Arg::Packed(ArgKind::Number, number);
        let node = |node: NodeId| Arg::Packed(ArgKind::Node, node.pack());
        if config.managers.contains(self.me) {
            let votes = if config.objectors.contains(self.me) { spec::AGAINST } else { spec::FOR };
            field("votes", "投票倾向", Arg::Word(votes), true);
            field("in doubt about", "存疑的事务数", number(self.disk.prepared.len() as u32), true);
            field("waiting for locks", "等待锁的请求数", number(self.manager.waiting()), false);
            field("turns to", "所认的协调者", node(self.manager.leader()), false);
        }
        field("outcomes known", "已知结果数", number(self.disk.outcomes.count()), true);
        field("commits not acknowledged", "未获确认的提交数", number(self.disk.commits.len() as u32), true);
        field("transactions coordinated", "正在协调的事务数", number(self.coordinator.open()), false);
        if config.acceptors.contains(self.me) {
            field("instances held", "接受者持有的事务数", number(self.disk.polls.len() as u32), true);
        }
        field("starts", "启动次数", number(self.disk.era), true);
    }

    pub(super) fn cells(&self, out: &mut Vec<Cell>) {
        let ballot = |tx: Ballot| Arg::Packed(ArgKind::Ballot, tx.bits());
        for stored in &self.disk.stored {
            out.push(Cell {
                group: spec::REGISTERS,
                name: Arg::Packed(ArgKind::Key, stored.key.pack()),
                value: Arg::Packed(ArgKind::Value, stored.value.pack()),
                version: Some(Arg::Packed(ArgKind::Number, stored.version)),
                state: CellState::Settled,
            });
        }
        for known in &self.disk.prepared {
            let stage = match known.stage {
                TransactionStage::Prepared => spec::PREPARED,
                TransactionStage::PreCommitted => spec::PRECOMMITTED_WORD,
            };
            out.push(Cell {
                group: spec::TRANSACTIONS,
                name: ballot(known.id),
                value: Arg::Word(stage),
                version: None,
                state: CellState::Pending,
            });
            for key in known.keys.into_iter().flatten() {
                out.push(Cell {
                    group: spec::LOCKS,
                    name: Arg::Packed(ArgKind::Key, key.pack()),
                    value: ballot(known.id),
                    version: None,
                    state: CellState::Pending,
                });
            }
        }
        for poll in &self.disk.polls {
            for (manager, accepted, prepared) in &poll.accepted {
                out.push(Cell {
                    group: spec::INSTANCES,
                    name: Arg::Packed(ArgKind::Node, manager.pack()),
                    value: Arg::Word(if *prepared { spec::PREPARED } else { spec::ABORTED_WORD }),
                    version: Some(ballot(*accepted)),
                    state: CellState::Pending,
                });
            }
        }
        if let Some((tx, commit)) = self.last {
            let value = if commit { spec::COMMITTED_WORD } else { spec::ABORTED_WORD };
            let state = if commit { CellState::Settled } else { CellState::Refused };
            out.push(Cell {
                group: spec::TRANSACTIONS,
                name: ballot(tx),
                value: Arg::Word(value),
                version: None,
                state,
            });
        }
    }
}

/// Sends a message to some nodes, perhaps the sender too.
pub(super) fn multicast(to: NodeSet, message: &Message, out: &mut Out) {
    to.iter().for_each(|node| out.send(node, message.clone()));
}

impl Node {
    /// Tells an outcome.
    pub(super) fn tell(&self, to: NodeSet, tx: Ballot, commit: bool, out: &mut Out) {
        let era = self.disk.era;
        multicast(to, &Message::Decision { tx, commit, era, aside: false }, out);
    }

    /// Tells those who may forget a transaction now.
    pub(super) fn tell_aside(&self, to: NodeSet, tx: Ballot, commit: bool, out: &mut Out) {
        let era = self.disk.era;
        multicast(to, &Message::Decision { tx, commit, era, aside: true }, out);
    }

    /// Whether a transaction needs nobody's vote but those of its parties: everybody else assents.
    pub(super) fn outsiders(here: Here<'_>, deal: Deal) -> NodeSet {
        NodeSet::full(here.config.rule.nodes()).minus(deal.parties)
    }
}
