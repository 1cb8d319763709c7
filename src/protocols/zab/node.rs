//! A server: the one door in, and what every role does.

use super::follower::Stage;
use super::leader::Phase;
use super::{Body, Config, Durable, Follower, Leader, Looking, Message, SPEC, Timer, Vote, Why, Write};
use crate::machines::Machine;
use crate::model::{
    Arg, ArgKind, Cell, Command, Effects, Field, Gathering, Input, Inspection, LocalTime, NodeId, NodeSet,
    Op, Outcome, Packed, Protocol, RequestId, Setup, Spec, Text,
};
use std::collections::BTreeSet;

/// What a server is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It looks for a leader.
    Looking(Looking),
    /// It follows one, or observes.
    Follower(Follower),
    /// It leads, or is about to.
    Leader(Box<Leader>),
}

/// A Zab server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Zab {
    pub(super) me: NodeId,
    /// Whether it has no weight, and only learns.
    pub(super) observer: bool,
    pub(super) durable: Durable,
    pub(super) role: Role,
    /// The round of its last election (ZooKeeper: the logical clock).
    pub(super) clock: u32,
    /// Its vote in that round.
    pub(super) vote: Vote,
    /// Up to which index of its history it has delivered.
    pub(super) commit: u32,
    pub(super) machine: Machine,
    /// What clients have asked for here and are to be told of.
    pub(super) asked: BTreeSet<RequestId>,
}

impl Protocol for Zab {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = &SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        Config::new(setup)
    }

    fn linearizable(setup: &Setup<'_>) -> bool {
        !Config::new(setup).local_reads
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, _now: LocalTime, out: &mut Effects<Self>) -> Self {
        let last = durable.last();
        out.because(Why::Start { epoch: durable.current_epoch, of: last.epoch, counter: last.counter });
        let commit = durable.log.base().index;
        let machine = durable.snapshot.as_ref();
        let machine = machine.map_or_else(|| Machine::new(config.machine), |held| (*held.machine).clone());
        let vote = Vote { epoch: durable.current_epoch, zxid: last, leader: me };
        let role = Role::Looking(Looking::default());
        let (observer, asked) = (config.observes(me), BTreeSet::new());
        let mut node = Self { me, observer, durable, role, clock: 0, vote, commit, machine, asked };
        node.become_looking(config, out);
        node
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        match input {
            Input::Message { from, message } => self.on_message(config, now, from, message, out),
            Input::Timer(timer) => self.on_timer(config, timer, out),
            Input::Request { id, op } => self.on_request(config, now, id, op, out),
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let (role, leads) = match &self.role {
            Role::Looking(_) => (0, false),
            Role::Follower(_) => (if self.observer { 2 } else { 1 }, false),
            Role::Leader(leader) => {
                (if leader.is_established() { 4 } else { 3 }, leader.phase >= Phase::Synchronisation)
            }
        };
        Inspection {
            role,
            epoch: self.durable.accepted_epoch,
            leads,
            log: Some(&self.durable.log),
            commit: self.commit,
            ..Inspection::default()
        }
    }

    fn gathering(&self, config: &Config) -> Option<Gathering> {
        let (phase, epoch, yes) = match &self.role {
            Role::Looking(looking) => {
                let minded = looking.received.iter().filter(|(_, vote)| **vote == self.vote);
                (super::DISCOVER, self.durable.accepted_epoch, minded.map(|(node, _)| *node).collect())
            }
            Role::Follower(_) => return None,
            Role::Leader(leader) => {
                let (phase, yes) = leader.gathered(&self.durable, self.commit)?;
                (phase, leader.epoch.max(self.durable.accepted_epoch), yes)
            }
        };
        let yes: NodeSet = yes;
        let yes = yes.and(NodeSet::full(config.rule.nodes()));
        Some(Gathering { phase: phase as u8, epoch, yes, no: NodeSet::EMPTY })
    }

    fn fields(&self, _config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, durable, value| out.push(Field { name: Text::new(en, zh), value, durable });
        let number = |value| Arg::Packed(ArgKind::Number, value);
        let node = |node: NodeId| Arg::Packed(ArgKind::Node, node.pack());
        let last = self.durable.last();
        let delivered = self.durable.zxid(self.commit).unwrap_or_default();
        field("promised epoch", "已承诺的纪元", true, number(self.durable.accepted_epoch));
        field("current epoch", "当前纪元", true, number(self.durable.current_epoch));
        field("last zxid: epoch", "最后 zxid：纪元", true, number(last.epoch));
        field("last zxid: counter", "最后 zxid：计数", true, number(last.counter));
        field("delivered: epoch", "已交付：纪元", false, number(delivered.epoch));
        field("delivered: counter", "已交付：计数", false, number(delivered.counter));
        field("election round", "选举轮次", false, number(self.clock));
        match &self.role {
            Role::Looking(looking) => {
                field("vote for", "投票给", false, node(self.vote.leader));
                let heard = looking.received.keys().copied().collect();
                field("votes heard", "已收到的投票", false, Arg::Nodes(heard));
            }
            Role::Follower(role) => {
                field("leader", "领导者", false, node(role.leader));
                let stage = match role.stage {
                    Stage::Connecting => Text::new("connecting", "正在连接"),
                    Stage::Promised => Text::new("discovery", "发现"),
                    Stage::Handed | Stage::Entered => Text::new("synchronisation", "同步"),
                    Stage::Active => Text::new("broadcast", "广播"),
                };
                field("phase", "阶段", false, Arg::Word(stage));
            }
            Role::Leader(leader) => {
                let phase = match leader.phase {
                    Phase::Discovery | Phase::Promises => Text::new("discovery", "发现"),
                    Phase::Synchronisation => Text::new("synchronisation", "同步"),
                    Phase::Broadcast => Text::new("broadcast", "广播"),
                };
                let (connected, active) = leader.connected();
                field("phase", "阶段", false, Arg::Word(phase));
                field("connected", "已连接", false, Arg::Nodes(connected));
                field("serve", "已提供服务", false, Arg::Nodes(active));
            }
        }
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        self.machine.cells(out);
    }
}

impl Zab {
    fn on_message(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        message: Message,
        out: &mut Effects<Self>,
    ) {
        match message {
            Message::Notification { round, vote, stance } => {
                self.on_notification(config, from, round, vote, stance, out);
            }
            Message::FollowerInfo { accepted } => self.on_follower_info(config, from, accepted, out),
            Message::Channel { epoch, session, number, body } => {
                let place = (epoch, session, number);
                match &self.role {
                    Role::Looking(_) => out.because(Why::IgnoreConnection { from, epoch, session }),
                    Role::Follower(_) => self.on_leader_message(config, from, place, body, out),
                    Role::Leader(_) => self.on_learner_message(config, now, from, place, body, out),
                }
            }
        }
    }

    fn on_timer(&mut self, config: &Config, timer: Timer, out: &mut Effects<Self>) {
        match (&self.role, timer) {
            (Role::Looking(_), Timer::Notify) => self.on_notify_timer(config, out),
            (Role::Looking(_), Timer::Settle) => self.on_settle_timer(config, out),
            (Role::Follower(role), Timer::Contact) => {
                out.because(Why::LoseLeader { leader: role.leader, epoch: role.epoch });
                self.become_looking(config, out);
            }
            (Role::Follower(_), Timer::Tick) => self.on_follower_tick(config, out),
            (Role::Leader(_), Timer::Contact) => self.on_leader_contact(config, out),
            (Role::Leader(_), Timer::Tick) => self.on_leader_tick(config, out),
            // By hand, a timer can run out that was never set.
            (Role::Looking(_), Timer::Contact | Timer::Tick)
            | (Role::Follower(_) | Role::Leader(_), Timer::Notify | Timer::Settle) => {
                out.because(Why::IgnoreTimer {});
            }
        }
    }

    /// A client asks: whoever serves takes it, and answers when it delivers the transaction.
    fn on_request(
        &mut self,
        config: &Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        out: &mut Effects<Self>,
    ) {
        let (client, seq) = (u32::from(id.client.0) + 1, id.seq);
        let serves = match &self.role {
            Role::Looking(_) => false,
            Role::Follower(role) => role.stage == Stage::Active,
            Role::Leader(leader) => leader.is_established(),
        };
        if !serves {
            out.because(Why::NotServing { client, seq });
            out.reply(id, Outcome::Redirect(None));
            return;
        }
        if let Some(outcome) = self.machine.read(op).filter(|_| config.local_reads) {
            let delivered = self.durable.zxid(self.commit).unwrap_or_default();
            out.because(Why::ReadLocally { client, seq, epoch: delivered.epoch, counter: delivered.counter });
            out.reply(id, outcome);
            return;
        }
        // What was read before is read again here: this server has delivered all before the first time.
        let again = self.machine.read(op).filter(|_| self.machine.has_applied(id));
        if let Some(outcome) = again.or_else(|| self.machine.answer(id, op)) {
            out.because(Why::AnswerRetry { client, seq });
            out.reply(id, outcome);
            return;
        }
        self.asked.insert(id);
        let command = Command { request: id, op };
        match &self.role {
            Role::Looking(_) => {}
            Role::Follower(Follower { leader, .. }) => {
                out.because(Why::Forward { leader: *leader, client, seq });
                self.say(Body::Request(command), out);
            }
            Role::Leader(_) => self.order(config, now, None, command, out),
        }
    }

    /// Delivers the history up to an index, in order, and answers who has asked here.
    pub(super) fn deliver_up_to(&mut self, index: u32, out: &mut Effects<Self>) {
        for index in self.commit + 1..=index {
            let Some(entry) = self.durable.log.get(index).copied() else { break };
            let outcome = self.machine.apply(&entry.command);
            out.decide(index, entry);
            self.commit = index;
            if self.asked.remove(&entry.command.request) {
                out.reply(entry.command.request, outcome);
            }
        }
    }

    /// Replaces the front of the history by what it has led to.
    pub(super) fn maybe_compact(&mut self, config: &Config, out: &mut Effects<Self>) {
        let long = self.commit - self.durable.log.base().index;
        if config.snapshot == 0 || long < config.snapshot {
            return;
        }
        let Some(snapshot) = self.durable.snapshot_at(self.commit, &self.machine) else { return };
        out.because(Why::Compact { epoch: snapshot.base.term, counter: snapshot.counter, long });
        out.persist(&mut self.durable, Write::Compact(snapshot));
    }

    /// What must hold of a server alone, after every step (the invariants of §VI-B as far as one
    /// server shows them).
    ///
    /// # Panics
    /// Where it does not: a mistake in this module.
    pub fn invariants(&self, config: &Config) {
        let Self { durable, commit, .. } = self;
        let log = &durable.log;
        assert_eq!(self.observer, config.observes(self.me));
        // (5)
        assert!(*commit <= log.last_index() && *commit >= log.base().index, "delivers what it lacks");
        assert!(durable.current_epoch <= durable.accepted_epoch, "in an epoch that it has not promised");
        // (1); what is handed over may be of the epoch that it enters next.
        assert!(log.last_term() <= durable.accepted_epoch, "holds a transaction of an epoch not promised");
        // (2)
        let last = log.last_index();
        let before = log.term(last.saturating_sub(1)).unwrap_or(0);
        assert!(before <= log.last_term(), "epochs fall along the history");
        match &self.role {
            Role::Looking(looking) => {
                assert!(!looking.settling || !self.observer, "an observer waits for votes");
            }
            Role::Follower(role) => {
                if role.stage >= Stage::Promised {
                    assert_eq!(durable.accepted_epoch, role.epoch, "follows in another epoch");
                }
                if role.stage >= Stage::Entered {
                    // (3): it has left every older epoch, and takes nothing of one.
                    assert_eq!(durable.current_epoch, role.epoch, "serves in an epoch it is not in");
                } else {
                    assert!(durable.current_epoch <= role.epoch || role.stage == Stage::Connecting);
                }
            }
            Role::Leader(leader) => {
                assert!(!self.observer, "an observer leads");
                leader.invariants(durable, *commit);
            }
        }
    }
}
