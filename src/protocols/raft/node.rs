//! A server: the one door in, the term gate, and what every role does.

use super::members::Members;
use super::reads::Reads;
use super::transfer::Transfer;
use super::{
    COMMIT, Candidate, Config, Durable, Follower, Leader, Message, PreCandidate, SPEC, Timer, Why, Write,
};
use crate::machines::Machine;
use crate::model::{
    Arg, ArgKind, Cell, Command, Effects, Field, Gathering, InForce, Input, Inspection, LocalTime, NodeId,
    NodeSet, Op, Outcome, Packed, Protocol, RequestId, Setup, Spec, Text,
};

/// What a server is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one a server, and a leader's is looked at all the time"
)]
pub enum Role {
    /// It answers, and waits for a leader.
    Follower(Follower),
    /// It asks whether it could win.
    PreCandidate(PreCandidate),
    /// It asks for votes.
    Candidate(Candidate),
    /// It orders the commands.
    Leader(Leader),
}

/// A Raft server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Raft {
    pub(super) me: NodeId,
    pub(super) durable: Durable,
    pub(super) role: Role,
    /// Up to which index the log is known to be committed, and applied to the machine.
    pub(super) commit: u32,
    pub(super) machine: Machine,
    /// The configurations of its log.
    pub(super) members: Members,
}

impl Protocol for Raft {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = &SPEC;

    const RECONFIGURES: bool = true;

    fn configure(setup: &Setup<'_>) -> Config {
        Config::new(setup)
    }

    fn plan(config: &mut Config, changes: &[Setup<'_>]) {
        config.plan(changes);
    }

    fn in_force(&self) -> InForce {
        self.members.latest().in_force
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, _now: LocalTime, out: &mut Effects<Self>) -> Self {
        out.because(Why::Start { term: durable.term, last_index: durable.log.last_index() });
        if config.flaws.forgets_vote && durable.term > 0 {
            out.because(Why::ForgetVote { term: durable.term });
        }
        out.set_timer(Timer::Election, config.election);
        let mut role = Follower::default();
        if config.reads == Reads::Lease && durable.term > 0 {
            // Before it went down it may have let a leader rely on it.
            out.because(Why::HoldStill { term: durable.term });
            out.set_timer(Timer::Contact, config.election_least());
            role.in_touch = true;
        }
        let snapshot = durable.snapshot.as_ref();
        let machine =
            snapshot.map_or_else(|| Machine::new(config.machine), |snapshot| snapshot.machine.clone());
        let (commit, members) = (durable.log.base().index, Members::read(&durable, config));
        Self { me, durable, role: Role::Follower(role), commit, machine, members }
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>) {
        match input {
            Input::Message { from, message } => {
                if self.passes_gate(config, from, &message, out) {
                    self.on_message(config, now, from, message, out);
                }
            }
            Input::Timer(timer) => self.on_timer(config, now, timer, out),
            Input::Request { id, op } => self.on_request(config, now, id, op, out),
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let (role, leads) = match self.role {
            Role::Follower(_) => (0, false),
            Role::PreCandidate(_) => (1, false),
            Role::Candidate(_) => (2, false),
            Role::Leader(_) => (3, true),
        };
        Inspection {
            role,
            epoch: self.durable.term,
            leads,
            log: Some(&self.durable.log),
            commit: self.commit,
            ..Inspection::default()
        }
    }

    fn gathering(&self, config: &Config) -> Option<Gathering> {
        let term = self.durable.term;
        let votes = |tally: &crate::quorum::Tally, epoch| {
            Some(Gathering { phase: tally.phase() as u8, epoch, yes: tally.yes(), no: tally.no() })
        };
        match &self.role {
            Role::Follower(_) => None,
            Role::PreCandidate(role) => votes(&role.votes, term.saturating_add(1)),
            Role::Candidate(role) => votes(&role.votes, term),
            Role::Leader(role) => (self.commit < self.durable.log.last_index()).then(|| Gathering {
                phase: COMMIT as u8,
                epoch: term,
                yes: role.holders(config, self.commit + 1),
                no: NodeSet::EMPTY,
            }),
        }
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, durable, value| out.push(Field { name: Text::new(en, zh), value, durable });
        let number = |value| Arg::Packed(ArgKind::Number, value);
        let log = &self.durable.log;
        field("term", "任期", true, number(self.durable.term));
        field("voted for", "投票给", true, Arg::Packed(ArgKind::Node, self.durable.voted_for.pack()));
        field("last index", "最后索引", true, number(log.last_index()));
        field("last term", "最后条目的任期", true, number(log.last_term()));
        field("commit index", "提交索引", false, number(self.commit));
        match &self.role {
            Role::Follower(role) => {
                field("leader", "领导者", false, Arg::Packed(ArgKind::Node, role.leader.pack()));
                if config.minds_contact() {
                    field(
                        "hears the leader",
                        "能收到领导者",
                        false,
                        Arg::Packed(ArgKind::Flag, role.in_touch.pack()),
                    );
                }
            }
            Role::PreCandidate(PreCandidate { votes }) | Role::Candidate(Candidate { votes }) => {
                field("votes", "赞成票", false, Arg::Nodes(votes.yes()));
                field("refusals", "拒绝票", false, Arg::Nodes(votes.no()));
            }
            Role::Leader(role) => {
                field("all hold up to", "所有服务器已持有至", false, number(role.held_by_all(config)));
                field("probes", "正在探测", false, Arg::Nodes(role.probing()));
                if config.checkquorum {
                    field("heard from", "已收到消息", false, Arg::Nodes(role.heard()));
                }
                if role.rounds.waiting() > 0 {
                    field("reads that wait", "等待中的读取", false, number(role.rounds.waiting()));
                }
                if let Some(Transfer { to, .. }) = role.transfer {
                    field("hands over to", "正移交给", false, Arg::Packed(ArgKind::Node, to.pack()));
                }
            }
        }
        if config.snapshot_every > 0 {
            field("snapshot up to", "快照至", true, number(log.base().index));
        }
        if config.changes > 0 {
            let InForce { now, next } = self.members.latest().in_force;
            field("configuration", "配置", true, number(now.into()));
            if let Some(next) = next {
                field("and with it", "并同时需要", true, number(next.into()));
            }
        }
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        self.machine.cells(out);
    }
}

impl Raft {
    /// Whoever sees a later term enters it, as a follower; whoever is behind is told (§5.1). True
    /// if the message is then of this term, or one that any term may ask.
    fn passes_gate(
        &mut self,
        config: &Config,
        from: NodeId,
        message: &Message,
        out: &mut Effects<Self>,
    ) -> bool {
        let (term, mine) = (message.term(), self.durable.term);
        // Asked of, and answered about, a term that nobody need be in (dissertation §9.6).
        let asks_first = matches!(message, Message::PreVote { .. } | Message::PreVoted { granted: true, .. });
        if term == mine || asks_first {
            return true;
        }
        let request = matches!(message, Message::RequestVote { .. });
        let told = matches!(message, Message::RequestVote { told: true, .. });
        let append = matches!(message, Message::AppendEntries { .. } | Message::InstallSnapshot { .. });
        if term > mine {
            if request && !told && config.holds_to_leader() && self.in_touch() {
                // Nobody deposes a leader that is heard (dissertation §4.2.3).
                out.because(Why::IgnoreDisruptive { candidate: from, term, leader: self.leader() });
                return false;
            }
            self.enter_term(config, term, from, out);
            // An answer from a later term has nothing more to say.
            return request || append;
        }
        if request {
            out.because(Why::RefuseVoteStale { candidate: from, term, mine });
            out.send(from, Message::Voted { term: mine, granted: false });
        } else if append {
            out.because(Why::RefuseStaleLeader { leader: from, term, mine });
            let (prev_index, known, hint_index, hint_term, round) = (0, false, 0, 0, 0);
            out.send(from, Message::Rejected { term: mine, prev_index, known, hint_index, hint_term, round });
        } else {
            out.because(Why::IgnoreStale { from, term, mine });
        }
        false
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
            (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_) | Role::Leader(_),
                Message::PreVote { term, last_index, last_term },
            ) => self.on_pre_vote(config, from, term, (last_term, last_index), out),
            (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_) | Role::Leader(_),
                Message::RequestVote { last_index, last_term, .. },
            ) => self.on_request_vote(config, from, (last_term, last_index), out),

            (Role::PreCandidate(_), Message::PreVoted { term, granted }) => {
                self.on_pre_voted(config, from, term, granted, out);
            }
            (Role::Candidate(_), Message::Voted { granted, .. }) => {
                self.on_voted(config, from, granted, out);
            }
            (Role::Follower(_) | Role::Candidate(_) | Role::Leader(_), Message::PreVoted { term, .. })
            | (Role::Follower(_) | Role::PreCandidate(_) | Role::Leader(_), Message::Voted { term, .. }) => {
                out.because(Why::IgnoreLateVote { voter: from, term })
            }

            (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_),
                Message::AppendEntries { prev_index, prev_term, known, commit, entries, round, .. },
            ) => {
                let prev = (prev_index, prev_term, known);
                self.on_append_entries(config, from, prev, (commit, round), entries, out);
            }
            (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_),
                Message::InstallSnapshot { snapshot, .. },
            ) => self.on_install_snapshot(config, from, snapshot, out),
            (
                Role::Leader(_),
                Message::AppendEntries { term, .. } | Message::InstallSnapshot { term, .. },
            ) => {
                out.because(Why::RefuseRival { rival: from, term });
            }

            (Role::Leader(_), Message::Appended { matched, beat, round, .. }) => {
                self.on_appended(config, from, matched, beat, out);
                self.on_round(config, now, from, round, out);
                self.maybe_begin_round(config, now, out);
            }
            (
                Role::Leader(leader),
                Message::Rejected { prev_index, known, hint_index, hint_term, round, .. },
            ) => {
                let refusal = (prev_index, known, hint_term, hint_index);
                leader.on_rejected(&self.durable, self.commit, config, from, refusal, out);
                self.on_round(config, now, from, round, out);
            }
            (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_) | Role::Leader(_),
                Message::TimeoutNow { .. },
            ) => self.on_timeout_now(config, from, out),
            (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_),
                Message::Appended { term, .. } | Message::Rejected { term, .. },
            ) => out.because(Why::IgnoreAnswer { from, term }),
        }
    }

    fn on_timer(&mut self, config: &Config, now: LocalTime, timer: Timer, out: &mut Effects<Self>) {
        match (&mut self.role, timer) {
            (Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_), Timer::Election) => {
                self.on_election_timeout(config, out);
            }
            (Role::Follower(role), Timer::Contact) if config.minds_contact() => {
                out.because(Why::LoseTouch { leader: role.leader });
                role.in_touch = false;
            }
            (Role::Leader(_), Timer::Heartbeat) => {
                self.begin_round_with_heartbeat(config, now);
                let Role::Leader(leader) = &mut self.role else { return };
                leader.on_heartbeat_timer(&self.durable, self.commit, config, self.me, out);
            }
            (Role::Leader(_), Timer::Quorum) if config.checkquorum => self.on_quorum_timer(config, out),
            (Role::Leader(_), Timer::Transfer) => self.on_transfer_timer(config, out),
            // By hand, a timer can run out that was never set.
            (Role::Leader(_), Timer::Election | Timer::Contact | Timer::Quorum)
            | (
                Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_),
                Timer::Heartbeat | Timer::Contact | Timer::Quorum | Timer::Transfer,
            ) => out.because(Why::IgnoreTimer {}),
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
        match &self.role {
            Role::Leader(_) => self.on_client_request(config, now, id, op, out),
            Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_) => {
                match self.leader() {
                    Some(leader) => out.because(Why::Redirect { leader }),
                    None => out.because(Why::NoLeader {}),
                }
                out.reply(id, Outcome::Redirect(self.leader()));
            }
        }
    }

    /// Who leads, as far as this server knows.
    pub(super) fn leader(&self) -> Option<NodeId> {
        match &self.role {
            Role::Follower(role) => role.leader,
            Role::PreCandidate(_) | Role::Candidate(_) => None,
            Role::Leader(_) => Some(self.me),
        }
    }

    /// Whether the leader was heard within the shortest election time-out; kept only where PreVote
    /// or CheckQuorum asks for it.
    pub(super) fn in_touch(&self) -> bool {
        match &self.role {
            Role::Follower(role) => role.in_touch,
            Role::PreCandidate(_) | Role::Candidate(_) => false,
            Role::Leader(_) => true,
        }
    }

    /// Enters a later term as a follower of nobody yet.
    fn enter_term(&mut self, config: &Config, term: u32, from: NodeId, out: &mut Effects<Self>) {
        let before = self.durable.term;
        out.because(match self.role {
            Role::Leader(_) => Why::StepDown { term, from, before },
            Role::Follower(_) | Role::PreCandidate(_) | Role::Candidate(_) => {
                Why::AdoptTerm { term, from, before }
            }
        });
        self.become_follower(config, None, out);
        self.write_vote(config, term, None, out);
    }

    /// Puts a term and a vote on disk.
    pub(super) fn write_vote(
        &mut self,
        config: &Config,
        term: u32,
        voted_for: Option<NodeId>,
        out: &mut Effects<Self>,
    ) {
        let written = if config.flaws.forgets_vote { None } else { voted_for };
        out.persist(&mut self.durable, Write::Vote { term, voted_for: written });
        self.durable.voted_for = voted_for;
    }

    /// What only a leader may say: puts a command of its own into the log, and sends it on. False where it
    /// does not lead.
    pub(crate) fn propose(&mut self, config: &Config, command: Command, out: &mut Effects<Self>) -> bool {
        let leads = matches!(self.role, Role::Leader(_));
        if leads {
            self.append(config, command, out);
        }
        leads
    }

    /// The state machine, as far as the log is applied.
    pub(crate) const fn machine(&self) -> &Machine {
        &self.machine
    }

    /// What is in the log and not applied yet, in order.
    pub(crate) fn tail(&self) -> impl Iterator<Item = Command> + '_ {
        self.durable.log.iter_from(self.commit + 1).map(|entry| entry.command)
    }

    /// Every other server.
    pub(super) fn others(&self, config: &Config) -> impl Iterator<Item = NodeId> + use<> {
        let me = self.me;
        config.servers.minus(NodeSet::only(me)).iter()
    }

    /// Applies what has become committed, in order (§5.3); a leader answers its clients.
    pub(super) fn apply_up_to(&mut self, config: &Config, index: u32, out: &mut Effects<Self>) {
        let Self { durable, role, machine, commit, members, .. } = self;
        for index in *commit + 1..=index {
            let Some(entry) = durable.log.get(index) else { break };
            let request = entry.command.request;
            out.decide(index, *entry);
            if let Op::Reweigh { .. } = entry.command.op {
                // Who asked is told when the change is made, which may take another entry.
                if members.at(index).in_force.next.is_none() {
                    machine.note(request);
                }
                *commit = index;
                continue;
            }
            let outcome = machine.apply(&entry.command);
            if let Role::Leader(leader) = role
                && request.seq != 0
                && leader.owes_answer(request, entry.term == durable.term)
            {
                out.reply(request, outcome);
            }
            *commit = index;
        }
        self.maybe_snapshot(config, out);
    }

    /// What must hold of a server alone, after every step.
    ///
    /// # Panics
    /// Where it does not: a mistake in this module.
    pub fn invariants(&self, config: &Config) {
        let Self { durable, commit, .. } = self;
        assert!(*commit <= durable.log.last_index(), "commits entries that it does not have");
        assert!(*commit >= durable.log.base().index, "has compacted what is not committed");
        assert!(durable.log.last_term() <= durable.term, "holds an entry of a term it has not reached");
        match &self.role {
            Role::Follower(role) => {
                let after_restart = config.reads == Reads::Lease;
                assert!(!role.in_touch || role.leader.is_some() || after_restart, "is in touch with nobody");
                assert!(!role.in_touch || config.minds_contact(), "keeps touch needlessly");
            }
            Role::PreCandidate(_) => assert!(config.prevote, "asks first although PreVote is off"),
            Role::Candidate(role) => {
                assert_eq!(durable.voted_for, Some(self.me), "stands without voting for itself");
                assert!(!role.votes.has_won(self.rule(config)), "has won and does not lead");
            }
            Role::Leader(leader) => {
                assert_eq!(durable.voted_for, Some(self.me), "leads without its own vote");
                leader.invariants(durable, config, self.me);
            }
        }
    }
}
