//! A node: the one door in, the ballot gate, and what every role does.

use super::{ACCEPT, Candidate, Config, Durable, Leader, Message, SPEC, Timer, Told, Why, Write};
use crate::machines::Machine;
use crate::model::{
    Arg, ArgKind, Ballot, Cell, Effects, Field, Gathering, Input, Inspection, LocalTime, NodeId, Op, Outcome,
    Packed, Protocol, RequestId, Setup, Spec, Text,
};
use std::collections::BTreeSet;

/// What a node is as a proposer. It is acceptor and learner all the while.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It proposes nothing, and waits for a leader.
    Follower {
        /// Whom it hears, if anybody.
        leader: Option<NodeId>,
    },
    /// Phase 1: it asks for promises.
    Candidate(Candidate),
    /// Phase 2, over and over: it orders the commands.
    Leader(Leader),
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MultiPaxos {
    pub(super) me: NodeId,
    pub(super) durable: Durable,
    pub(super) role: Role,
    /// What a leader has said of what is chosen.
    pub(super) told: Told,
    /// Up to here it knows all slots to be chosen, and has executed them.
    pub(super) chosen: u32,
    pub(super) machine: Machine,
    /// By mistake: what it has executed behind a gap.
    pub(super) ahead: BTreeSet<u32>,
    /// With leases: until when it promises nothing, but to whom it has heard; nobody, since it started.
    pub(super) bound: (LocalTime, Option<NodeId>),
}

impl Protocol for MultiPaxos {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = &SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        Config::new(setup)
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, now: LocalTime, out: &mut Effects<Self>) -> Self {
        let machine = match &durable.snapshot {
            Some(machine) => Machine::clone(machine),
            None => Machine::new(config.machine),
        };
        let (chosen, known) = (durable.log.base().index, durable.chosen);
        let again = durable != Durable::default();
        let role = Role::Follower { leader: None };
        let (told, ahead) = (Told::default(), BTreeSet::new());
        let bound = (LocalTime(0), None);
        let mut node = Self { me, durable, role, told, chosen, machine, ahead, bound };
        let promised = node.promised();
        if again {
            out.because(Why::Restart { promised, chosen: known, last: node.last_held() });
            // It does not know any more what it has granted.
            node.bind(config, now, None);
        } else {
            out.because(Why::Start {});
        }
        out.set_timer(Timer::Election, config.election);
        for slot in chosen + 1..=known {
            let Some(entry) = node.durable.log.get(slot).copied() else { break };
            node.settle(slot, entry.command, out);
        }
        node
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        match input {
            Input::Message { from, message } => {
                if self.passes_gate(config, now, from, &message, out) {
                    self.on_message(config, now, from, message, out);
                }
            }
            Input::Timer(timer) => self.on_timer(config, now, timer, out),
            Input::Request { id, op } => self.on_request(config, now, id, op, out),
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let (role, leads) = match self.role {
            Role::Follower { .. } => (0, false),
            Role::Candidate(_) => (1, false),
            Role::Leader(_) => (2, true),
        };
        Inspection {
            role,
            epoch: self.promised().bits(),
            leads,
            log: Some(&self.durable.log),
            beyond: Some(&self.durable.beyond),
            commit: self.chosen,
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        let (phase, tally) = match &self.role {
            Role::Follower { .. } => return None,
            Role::Candidate(role) => (role.promises.phase(), &role.promises),
            Role::Leader(role) => (ACCEPT, &role.open.values().find(|proposal| !proposal.chosen)?.accepts),
        };
        Some(Gathering {
            phase: phase as u8,
            epoch: self.promised().bits(),
            yes: tally.yes(),
            no: tally.no(),
        })
    }

    fn fields(&self, _config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, durable, value| out.push(Field { name: Text::new(en, zh), value, durable });
        let number = |value| Arg::Packed(ArgKind::Number, value);
        field("promised", "已承诺", true, Arg::Packed(ArgKind::Ballot, self.promised().bits()));
        field("last slot held", "持有的最后槽位", true, number(self.last_held()));
        field("chosen, on disk", "磁盘上的已选定位置", true, number(self.durable.chosen));
        field("chosen up to", "已选定至", false, number(self.chosen));
        match &self.role {
            Role::Follower { leader } => {
                field("leader", "领导者", false, Arg::Packed(ArgKind::Node, leader.pack()));
            }
            Role::Candidate(role) => {
                field("promises", "承诺者", false, Arg::Nodes(role.promises.yes()));
                field("refusals", "拒绝者", false, Arg::Nodes(role.promises.no()));
            }
            Role::Leader(role) => {
                field("next slot", "下一槽位", false, number(role.next));
                field("proposals under way", "进行中的提案", false, number(role.open.len() as u32));
                field("commands waiting", "等待的命令", false, number(role.queue.len() as u32));
            }
        }
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        self.machine.cells(out);
    }
}

impl MultiPaxos {
    /// The gate of the protocol (P1a): what is of a ballot below the promise is refused. Who proposes
    /// in a ballot is the node that it names, and answers concern the ballot that they answer. True if
    /// the message is then to be handled.
    fn passes_gate(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        message: &Message,
        out: &mut Effects<Self>,
    ) -> bool {
        let (ballot, promised) = (message.ballot(), self.promised());
        match message {
            Message::Prepare { .. } | Message::Accept { .. } | Message::Heartbeat { .. } => {
                if ballot.node() != from || from == self.me {
                    out.because(Why::IgnoreStranger { from, ballot });
                    return false;
                }
                if ballot < promised {
                    out.because(Why::Refuse { from, ballot, promised });
                    out.send(from, Message::Nack { ballot, promised });
                    return false;
                }
                let asks = matches!(message, Message::Prepare { .. });
                if asks && self.is_bound(config, now, from) {
                    out.because(Why::RefuseBound { from, ballot, promised });
                    out.send(from, Message::Nack { ballot, promised });
                    return false;
                }
                true
            }
            Message::Nack { promised: higher, .. } => {
                if *higher > promised {
                    // Others may be bound to it: only a higher one gets anywhere.
                    out.because(Why::HearHigher { from, ballot: *higher, mine: promised });
                    self.give_way(config, *higher, from, out);
                    out.persist(&mut self.durable, Write::Promised(*higher));
                    return false;
                }
                self.is_of_now(from, ballot, out)
            }
            Message::Promise { .. } | Message::Accepted { .. } | Message::Heard { .. } => {
                self.is_of_now(from, ballot, out)
            }
            Message::Learn { .. } | Message::Chosen { .. } | Message::Snapshot { .. } => true,
        }
    }

    /// Whether an answer is one to the ballot that the node is in.
    fn is_of_now(&self, from: NodeId, ballot: Ballot, out: &mut Effects<Self>) -> bool {
        let now = ballot == self.promised() && ballot.node() == self.me;
        if !now {
            out.because(Why::IgnoreLate { from, ballot });
        }
        now
    }

    fn on_message(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        message: Message,
        out: &mut Effects<Self>,
    ) {
        match (&mut self.role, message) {
            // The acceptor, whatever the proposer of the same node does.
            (
                Role::Follower { .. } | Role::Candidate(_) | Role::Leader(_),
                Message::Prepare { ballot, first },
            ) => self.on_prepare(config, from, ballot, first, out),
            (
                Role::Follower { .. } | Role::Candidate(_) | Role::Leader(_),
                Message::Accept { ballot, slot, command, chosen },
            ) => self.on_accept(config, ballot, slot, command, chosen, out),
            (
                Role::Follower { .. } | Role::Candidate(_) | Role::Leader(_),
                Message::Heartbeat { ballot, chosen, behind, at },
            ) => {
                self.on_heartbeat(config, now, ballot, at, out);
                self.hear_chosen(config, Told { ballot, chosen, behind }, out);
                self.maybe_ask(chosen, out);
            }
            (Role::Follower { .. } | Role::Candidate(_) | Role::Leader(_), Message::Learn { first, .. }) => {
                self.on_learn(from, first, out);
            }

            // The proposer.
            (Role::Candidate(_), Message::Promise { first, chosen, slots, .. }) => {
                self.on_promise(config, from, first, chosen, &slots, out);
            }
            (Role::Candidate(_), Message::Nack { ballot, .. }) => {
                self.on_bound(config, from, ballot, out);
            }
            (Role::Leader(_), Message::Accepted { slot, .. }) => self.on_accepted(config, from, slot, out),
            (Role::Leader(leader), Message::Heard { ballot, at }) => leader.on_heard(from, ballot, at, out),
            (
                Role::Follower { .. } | Role::Leader(_),
                Message::Promise { ballot, .. } | Message::Nack { ballot, .. },
            )
            | (
                Role::Follower { .. } | Role::Candidate(_),
                Message::Accepted { ballot, .. } | Message::Heard { ballot, .. },
            ) => out.because(Why::IgnoreLate { from, ballot }),

            // The learner. A leader has heard all there is to know in phase 1.
            (Role::Follower { .. } | Role::Candidate(_), Message::Chosen { slots, .. }) => {
                self.on_chosen(config, from, &slots, out);
            }
            (Role::Follower { .. } | Role::Candidate(_), Message::Snapshot { base, machine, .. }) => {
                self.on_snapshot(config, from, base, &machine, out)
            }
            (Role::Leader(_), Message::Chosen { ballot, .. } | Message::Snapshot { ballot, .. }) => {
                out.because(Why::IgnoreLate { from, ballot })
            }
        }
    }

    fn on_timer(&mut self, config: &Config, now: LocalTime, timer: Timer, out: &mut Effects<Self>) {
        match (&mut self.role, timer) {
            (Role::Follower { .. } | Role::Candidate(_), Timer::Election) => {
                self.on_election_timeout(config, now, out);
            }
            (Role::Leader(_), Timer::Heartbeat) => self.on_heartbeat_timer(config, now, out),
            // By hand, a timer can run out that was never set.
            (Role::Leader(_), Timer::Election)
            | (Role::Follower { .. } | Role::Candidate(_), Timer::Heartbeat) => {
                out.because(Why::IgnoreTimer {});
            }
        }
    }

    fn on_request(
        &mut self,
        config: &Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        out: &mut Effects<Self>,
    ) {
        let leader = match &self.role {
            Role::Leader(_) => return self.on_client_request(config, now, id, op, out),
            Role::Follower { leader } => *leader,
            Role::Candidate(_) => None,
        };
        match leader {
            Some(leader) => out.because(Why::Redirect { leader }),
            None => out.because(Why::NoLeader {}),
        }
        out.reply(id, Outcome::Redirect(leader));
    }

    /// The highest ballot that it has promised. A candidate or leader is in it.
    pub(super) const fn promised(&self) -> Ballot {
        self.durable.promised
    }

    /// The last slot that it holds anything in.
    pub(super) fn last_held(&self) -> u32 {
        let beyond = self.durable.beyond.last_key_value().map(|(slot, _)| *slot);
        beyond.unwrap_or(self.durable.log.last_index())
    }

    /// Every other node.
    pub(super) fn others(&self, config: &Config) -> impl Iterator<Item = NodeId> + use<> {
        let me = self.me;
        NodeId::all(config.rule.nodes()).filter(move |node| *node != me)
    }

    /// A higher ballot is there: whatever it proposed, it stops.
    pub(super) fn give_way(&mut self, config: &Config, ballot: Ballot, to: NodeId, out: &mut Effects<Self>) {
        let mine = self.promised();
        match self.role {
            Role::Follower { .. } => {}
            Role::Candidate(_) => out.because(Why::GiveUp { to, ballot, mine }),
            Role::Leader(_) => out.because(Why::StepDown { to, ballot, mine }),
        }
        self.become_follower(config, None, out);
    }

    pub(super) fn become_follower(
        &mut self,
        config: &Config,
        leader: Option<NodeId>,
        out: &mut Effects<Self>,
    ) {
        if let Role::Leader(_) = self.role {
            out.cancel_timer(Timer::Heartbeat);
            out.set_timer(Timer::Election, config.election);
        }
        self.role = Role::Follower { leader };
    }

    /// What must hold of a node alone, after every step.
    ///
    /// # Panics
    /// Where it does not: a mistake in this module.
    pub fn invariants(&self, config: &Config) {
        let Self { durable, chosen, told, .. } = self;
        assert!(*chosen <= durable.log.last_index(), "has executed what it does not have");
        assert!(durable.chosen <= *chosen, "knew more than it does");
        assert!(durable.log.base().index <= *chosen, "has compacted what it has not executed");
        assert_eq!(
            durable.log.base().index > 0,
            durable.snapshot.is_some(),
            "slots are gone without a trace"
        );
        let gap = durable.log.last_index() + 1;
        assert!(durable.beyond.keys().all(|slot| *slot > gap), "a gap that is none");
        let all = durable.held_from(1);
        let highest = all.map(|(_, entry)| entry.term).max().unwrap_or(0);
        assert!(highest <= self.promised().bits(), "has accepted above its promise");
        assert!(told.ballot <= self.promised(), "was told by a leader that it does not know");
        assert!(self.ahead.is_empty() || config.flaws.skips_gaps, "has skipped a gap");
        match &self.role {
            Role::Follower { leader } => assert_ne!(*leader, Some(self.me), "follows itself"),
            Role::Candidate(role) => {
                assert_eq!(self.promised().node(), self.me, "prepares another's ballot");
                assert!(!role.promises.has_won(&config.rule), "has won and does not lead");
            }
            Role::Leader(leader) => {
                assert_eq!(self.promised().node(), self.me, "leads another's ballot");
                leader.invariants(durable, config, *chosen);
            }
        }
    }
}
