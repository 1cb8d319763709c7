//! The leader: phase 2, command by command, many at once.

use super::{ACCEPT, Config, Durable, Message, MultiPaxos, PREPARE, Report, Role, Slots, Timer, Why, Write};
use crate::machines::LogClock;
use crate::model::{Ballot, Command, Effects, Entry, LocalTime, NodeId, Op, RequestId, Span, SpanRange};
use crate::quorum::{Standing, Tally};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// So many proposals without a quorum are sent again with a heartbeat, the oldest first.
const AGAIN_MAX: usize = 8;

/// What only a leader has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leader {
    /// The slot of the next command.
    pub next: u32,
    /// The slots that it proposes in, or knows to be chosen behind a gap.
    pub open: BTreeMap<u32, Proposal>,
    /// Commands that wait for the window to move on.
    pub queue: VecDeque<Command>,
    /// By mistake: what phase 1 reported, to be proposed behind fresh commands.
    pub deferred: Vec<Command>,
    /// Whom it owes an answer.
    waiting: BTreeSet<RequestId>,
    /// Up to here slots may have been chosen before its time.
    pub(super) inherited: u32,
    /// What was proposed before the last heartbeat: by the next one it ought to be chosen.
    due: u32,
    /// The oldest slot that was not, and how many heartbeats ago it was that already.
    stuck: (u32, u32),
    /// The time that it puts into the log, for a machine that needs it.
    clock: LogClock,
    /// With leases: which heartbeat each node heard last.
    pub(super) heard: Vec<u32>,
}

/// A slot that is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Proposal {
    /// Who has accepted it.
    pub accepts: Tally,
    /// Whether it is known to be chosen.
    pub chosen: bool,
}

impl Proposal {
    fn new(chosen: bool) -> Self {
        Self { accepts: Tally::new(ACCEPT), chosen }
    }
}

impl MultiPaxos {
    /// A quorum has promised: for every slot that any of it has accepted something in there is one
    /// command that may have been chosen, and that is what is proposed again.
    pub(super) fn become_leader(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Candidate(candidate) = &mut self.role else { return };
        let (reports, promises) = (std::mem::take(&mut candidate.reports), candidate.promises.yes());
        let (ballot, first) = (self.promised(), self.chosen + 1);
        let (weight, threshold) = (config.rule.weight(promises), config.rule.threshold(PREPARE));
        out.because(Why::BecomeLeader { ballot, first, weight, threshold });
        let mut leader = Leader {
            next: first,
            open: BTreeMap::new(),
            queue: VecDeque::new(),
            deferred: Vec::new(),
            waiting: BTreeSet::new(),
            inherited: self.chosen,
            due: first,
            stuck: (0, 0),
            clock: LogClock::default(),
            heard: if config.lease.is_some() { vec![0; config.rule.nodes()] } else { Vec::new() },
        };
        let mut slots = Vec::new();
        if config.flaws.fresh_first {
            let reported = reports.range(first..).map(|(_, report)| report.entry.command);
            leader.deferred = reported.filter(|command| *command != Command::NOOP).collect();
            if !leader.deferred.is_empty() {
                out.because(Why::DeferReports { first, reported: leader.deferred.len() as u32 });
            }
        } else {
            let last = reports.last_key_value().map_or(self.chosen, |(slot, _)| *slot);
            for slot in first..=last {
                let (entry, chosen) = self.inherit(slot, reports.get(&slot).copied(), out);
                slots.push((slot, entry));
                leader.open.insert(slot, Proposal::new(chosen));
            }
            leader.next = first.max(last + 1);
            leader.inherited = last.max(self.chosen);
        }
        out.cancel_timer(Timer::Election);
        out.set_timer(Timer::Heartbeat, config.heartbeat);
        self.role = Role::Leader(leader);
        if !slots.is_empty() {
            let held = slots.iter().copied().collect();
            out.persist(&mut self.durable, Write::Hold { slots: held, chosen: self.chosen });
        }
        for (slot, entry) in slots.into_iter().filter(|(_, entry)| entry.term == ballot.bits()) {
            self.send_accept(config, slot, entry.command, out);
        }
        self.progress(config, out);
        // Those who have nothing to accept hear of the leader, too.
        self.send_heartbeats(config, 0, out);
    }

    fn send_heartbeats(&self, config: &Config, at: u32, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &self.role else { return };
        let (ballot, chosen) = (self.promised(), self.chosen);
        let behind = leader.open.range(chosen + 2..chosen + 66).filter(|(_, proposal)| proposal.chosen);
        let behind = behind.fold(0, |bits, (slot, _)| bits | 1 << (slot - chosen - 2));
        for to in self.others(config) {
            out.send(to, Message::Heartbeat { ballot, chosen, behind, at });
        }
    }

    /// What a new leader puts into a slot that it does not know to be executed, and whether that is
    /// known to be chosen already.
    fn inherit(&self, slot: u32, report: Option<Report>, out: &mut Effects<Self>) -> (Entry, bool) {
        let ballot = self.promised();
        let told = self.durable.held(slot).filter(|_| self.was_told(slot)).copied();
        let known = report.filter(|report| report.chosen).map(|report| report.entry);
        if let Some(entry) = told.or(known) {
            out.because(Why::KnowChosen { slot, value: entry.command.op.value() });
            return (entry, true);
        }
        let command = match report {
            Some(report) => {
                let value = report.entry.command.op.value();
                let earlier = Ballot::from_bits(report.entry.term);
                out.because(Why::ProposeAgain { slot, ballot, earlier, value });
                report.entry.command
            }
            None => {
                out.because(Why::FillGap { slot, ballot });
                Command::NOOP
            }
        };
        (Entry { term: ballot.bits(), command }, false)
    }

    pub(super) fn on_client_request(
        &mut self,
        config: &Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        out: &mut Effects<Self>,
    ) {
        let (client, seq) = (u32::from(id.client.0) + 1, id.seq);
        if let Some(outcome) = self.machine.answer(id, op) {
            out.because(Why::AnswerRetry { client, seq });
            out.reply(id, outcome);
            return;
        }
        if let Some(outcome) = self.read_under_lease(config, now, op) {
            out.because(Why::ReadUnderLease { client, seq, chosen: self.chosen });
            out.reply(id, outcome);
            return;
        }
        let Role::Leader(leader) = &mut self.role else { return };
        if !leader.waiting.insert(id) {
            out.because(Why::AwaitRetry { client, seq });
            return;
        }
        leader.queue.extend(leader.clock.stamp(&self.machine, op, now));
        leader.queue.push_back(Command { request: id, op });
        self.propose_queued(config, out);
        let Role::Leader(leader) = &self.role else { return };
        if !leader.queue.is_empty() {
            out.because(Why::AwaitWindow { client, seq, window: config.window });
        }
        self.propose_deferred(config, out);
    }

    /// As far as the window lets it.
    fn propose_queued(&mut self, config: &Config, out: &mut Effects<Self>) {
        let (ballot, chosen) = (self.promised(), self.chosen);
        while let Role::Leader(leader) = &mut self.role
            && leader.next <= chosen + config.window
            && let Some(command) = leader.queue.pop_front()
        {
            let (slot, request) = (leader.next, command.request);
            if request.seq != 0 {
                let (client, seq) = (u32::from(request.client.0) + 1, request.seq);
                out.because(Why::Propose { client, seq, slot, ballot });
            }
            self.propose(config, command, out);
        }
    }

    /// What the flaw kept back.
    fn propose_deferred(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        for command in std::mem::take(&mut leader.deferred) {
            self.propose(config, command, out);
        }
    }

    /// Phase 2(a) for a command of its own, in the next slot.
    fn propose(&mut self, config: &Config, command: Command, out: &mut Effects<Self>) {
        let (term, chosen) = (self.promised().bits(), self.chosen);
        let Role::Leader(leader) = &mut self.role else { return };
        let slot = leader.next;
        leader.next += 1;
        leader.open.insert(slot, Proposal::new(false));
        let slots = Slots::One((slot, Entry { term, command }));
        out.persist(&mut self.durable, Write::Hold { slots, chosen });
        self.send_accept(config, slot, command, out);
    }

    /// It has accepted its own proposal: that counts behind the write, like any other's.
    fn send_accept(&self, config: &Config, slot: u32, command: Command, out: &mut Effects<Self>) {
        let (ballot, chosen) = (self.promised(), self.chosen);
        for to in self.others(config) {
            out.send(to, Message::Accept { ballot, slot, command, chosen });
        }
        out.send(self.me, Message::Accepted { ballot, slot });
    }

    pub(super) fn on_accepted(&mut self, config: &Config, from: NodeId, slot: u32, out: &mut Effects<Self>) {
        let (ballot, gap) = (self.promised(), self.chosen + 1);
        let Role::Leader(leader) = &mut self.role else { return };
        let Some(proposal) = leader.open.get_mut(&slot) else {
            out.because(Why::KnewAccepted { from, slot, ballot });
            return;
        };
        let standing = proposal.accepts.record(&config.rule, from, true);
        if standing != Standing::Won || proposal.chosen {
            out.because(Why::CountAccepted { from, slot, ballot });
            return;
        }
        proposal.chosen = true;
        let command = self.durable.held(slot).map(|entry| entry.command);
        let value = command.and_then(|command| command.op.value());
        out.because(if slot == gap || config.flaws.skips_gaps {
            Why::Choose { slot, ballot, value }
        } else {
            Why::ChooseBehindGap { slot, ballot, value, gap }
        });
        self.progress(config, out);
    }

    /// Executes what can be, and lets the window move on.
    fn progress(&mut self, config: &Config, out: &mut Effects<Self>) {
        self.execute(config, out);
        let Role::Leader(leader) = &mut self.role else { return };
        leader.open = leader.open.split_off(&(self.chosen + 1));
        self.propose_queued(config, out);
    }

    pub(super) fn on_heartbeat_timer(&mut self, config: &Config, now: LocalTime, out: &mut Effects<Self>) {
        self.propose_deferred(config, out);
        let (ballot, chosen, at) = (self.promised(), self.chosen, self.sent_at(config, now));
        out.because(Why::SendHeartbeats { ballot, chosen });
        out.set_timer(Timer::Heartbeat, config.heartbeat);
        self.send_heartbeats(config, at, out);
        let Role::Leader(leader) = &mut self.role else { return };
        let due = std::mem::replace(&mut leader.due, leader.next);
        let late = leader.open.range(..due).filter(|(_, proposal)| !proposal.chosen);
        let oldest = late.clone().next().map_or(0, |(slot, _)| *slot);
        let beats = if oldest == leader.stuck.0 { leader.stuck.1.saturating_add(1) } else { 0 };
        leader.stuck = (oldest, beats);
        if oldest > 0 && u64::from(beats) * config.heartbeat.least.0 >= config.election.most.0 {
            // It is heard, or others would stand; but it does not hear enough of them.
            out.because(Why::MakeRoom { slot: oldest, ballot });
            self.become_follower(config, None, out);
            // The others first.
            let least = config.election.most;
            out.set_timer(Timer::Election, SpanRange { least, most: Span(2 * least.0) });
            return;
        }
        for (slot, proposal) in late.take(AGAIN_MAX) {
            let Some(Entry { command, .. }) = self.durable.held(*slot).copied() else { continue };
            out.because(Why::SendAgain { slot: *slot, ballot });
            let accept = Message::Accept { ballot, slot: *slot, command, chosen };
            let answered = proposal.accepts.yes();
            let rest =
                NodeId::all(config.rule.nodes()).filter(|to| *to != self.me && !answered.contains(*to));
            rest.for_each(|to| out.send(to, accept.clone()));
        }
    }
}

impl Leader {
    /// Whether somebody waits here for the answer to a request; it does not any more.
    pub(super) fn owes_answer(&mut self, request: RequestId) -> bool {
        self.waiting.remove(&request)
    }

    pub(super) fn on_heard(&mut self, from: NodeId, ballot: Ballot, at: u32, out: &mut Effects<MultiPaxos>) {
        match self.heard.get_mut(from.index()) {
            Some(heard) => {
                *heard = at.max(*heard);
                out.because(Why::CountHeard { from, ballot });
            }
            None => out.because(Why::IgnoreLate { from, ballot }),
        }
    }

    pub(super) fn invariants(&self, durable: &Durable, config: &Config, chosen: u32) {
        assert!(self.open.keys().all(|slot| *slot > chosen), "proposes what is executed");
        assert!(self.next > chosen, "would propose in a slot that is executed");
        let sound = !config.flaws.fresh_first;
        assert!(
            !sound || (chosen + 1..self.next).all(|slot| self.open.contains_key(&slot)),
            "forgets a slot"
        );
        assert!(!sound || self.next > durable.log.last_index(), "would propose where it has accepted");
        assert!(!sound || durable.beyond.is_empty(), "leaves a gap");
        assert!(self.queue.is_empty() || self.next > chosen + config.window, "waits needlessly");
    }
}
