//! The leader: asks for promises, hands over its history, then broadcasts.

use super::channel::{Arrival, Channel};
use super::{
    Body, COMMIT, Config, DISCOVER, Durable, Message, Role, SYNC, Sync, Timer, Why, Write, Zab, Zxid,
};
use crate::machines::{LogClock, Sessions};
use crate::model::{Command, Effects, Entry, LocalTime, NodeId, NodeSet, Op};
use crate::quorum::{Standing, Tally};
use std::collections::BTreeMap;

/// How far a leader has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It asks which epochs have been promised.
    Discovery,
    /// It has chosen an epoch, and asks for promises.
    Promises,
    /// It hands over its history.
    Synchronisation,
    /// It is established.
    Broadcast,
}

/// How far a leader has come with one of its learners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    /// It has connected.
    Connected,
    /// It was asked for its promise.
    Asked,
    /// It has answered.
    Answered,
    /// It was sent the history.
    Handed,
    /// It has acknowledged the history.
    Synced,
    /// It serves.
    Active,
}

/// A connection to a follower or observer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Learner {
    channel: Channel,
    step: Step,
    /// Its last transaction, as it told.
    last: Zxid,
    /// Up to which index it was handed the history.
    handed: u32,
}

/// What only a leader has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leader {
    /// Its epoch; 0 until it is chosen.
    pub epoch: u32,
    /// How far it has come.
    pub phase: Phase,
    /// The highest epoch that anybody has promised.
    highest: u32,
    /// The epoch it had entered, and its last transaction, when it began.
    summary: (u32, Zxid),
    /// Who has told which epoch they have promised, who has promised the new one, and who has
    /// acknowledged the history.
    infos: Tally,
    promises: Tally,
    histories: Tally,
    learners: BTreeMap<NodeId, Learner>,
    /// Up to which index each server is known to have its history on disk, in this epoch.
    acked: Vec<u32>,
    /// Where the history ends with which the epoch begins, and its fingerprint.
    initial: (u32, u64),
    /// How many connections it has opened.
    sessions: u32,
    /// Who was heard since the last look.
    heard: NodeSet,
    /// The requests in its history.
    logged: Sessions,
    /// What the machine is told of the time, and the last that it was.
    clock: LogClock,
    stamped: u32,
}

impl Zab {
    /// A prospective leader (Phase 1).
    pub(super) fn become_leader(&mut self, config: &Config, out: &mut Effects<Self>) {
        out.cancel_timer(Timer::Notify);
        out.cancel_timer(Timer::Settle);
        out.set_timer(Timer::Contact, config.timeout);
        out.set_timer(Timer::Tick, config.tick);
        let Durable { accepted_epoch, current_epoch, .. } = self.durable;
        self.role = Role::Leader(Box::new(Leader {
            epoch: 0,
            phase: Phase::Discovery,
            highest: accepted_epoch,
            summary: (current_epoch, self.durable.last()),
            infos: Tally::new(DISCOVER),
            promises: Tally::new(DISCOVER),
            histories: Tally::new(SYNC),
            learners: BTreeMap::new(),
            acked: vec![0; config.rule.nodes()],
            initial: (0, 0),
            sessions: 0,
            heard: NodeSet::EMPTY,
            logged: Sessions::default(),
            clock: LogClock::default(),
            stamped: 0,
        }));
        if config.flaws.stale_epoch {
            self.choose_epoch(config, out);
        } else {
            self.count_info(config, self.me, accepted_epoch, out);
        }
    }

    fn count_info(&mut self, config: &Config, from: NodeId, accepted: u32, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        leader.highest = leader.highest.max(accepted);
        let standing = leader.infos.record(&config.rule, from, true);
        let weight = config.rule.weight(leader.infos.yes());
        out.because(Why::CountInfo { from, accepted, weight, threshold: config.rule.threshold(DISCOVER) });
        if standing == Standing::Won {
            self.choose_epoch(config, out);
        }
    }

    /// The epoch after all that a quorum has promised.
    fn choose_epoch(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        let epoch = leader.highest.saturating_add(1);
        out.because(if config.flaws.stale_epoch {
            Why::ChooseStale { epoch }
        } else {
            Why::ChooseEpoch { epoch, highest: leader.highest }
        });
        (leader.epoch, leader.phase) = (epoch, Phase::Promises);
        let (current, last) = leader.summary;
        let connected: Vec<NodeId> = leader.learners.keys().copied().collect();
        connected.into_iter().for_each(|to| leader.ask(to, out));
        out.set_timer(Timer::Contact, config.timeout);
        out.persist(&mut self.durable, Write::Promise(epoch));
        // Its own promise counts once it is on disk: behind the write, like any other message.
        self.tell_self(epoch, Body::AckEpoch { current, last, counts: true }, out);
    }

    fn tell_self(&self, epoch: u32, body: Body, out: &mut Effects<Self>) {
        out.send(self.me, Message::Channel { epoch, session: 0, number: 0, body });
    }

    /// A follower connects.
    pub(super) fn on_follower_info(
        &mut self,
        config: &Config,
        from: NodeId,
        accepted: u32,
        out: &mut Effects<Self>,
    ) {
        let outside = from.index() >= config.rule.nodes() || from == self.me;
        let Role::Leader(leader) = &mut self.role else {
            out.because(Why::RefuseConnection { from });
            return;
        };
        if outside {
            out.because(Why::IgnoreStray { from });
            return;
        }
        if leader.phase > Phase::Discovery && accepted > leader.epoch {
            // It could not promise this epoch any more: only a later one has room for all.
            out.because(Why::Outranked { from, accepted, epoch: leader.epoch });
            self.become_looking(config, out);
            return;
        }
        leader.heard.insert(from);
        if let Some(learner) = leader.learners.get(&from)
            && learner.step == Step::Asked
        {
            // It asks again before the answer has reached it.
            let (epoch, session, number) = (leader.epoch, learner.channel.session, 0);
            out.because(Why::AskAgain { from, epoch });
            out.send(from, Message::Channel { epoch, session, number, body: Body::NewEpoch });
            return;
        }
        leader.sessions += 1;
        let channel = Channel::new(leader.sessions);
        let learner = Learner { channel, step: Step::Connected, last: Zxid::default(), handed: 0 };
        leader.learners.insert(from, learner);
        if leader.phase == Phase::Discovery {
            self.count_info(config, from, accepted, out);
        } else {
            out.because(Why::Connect { from, epoch: leader.epoch });
            leader.ask(from, out);
        }
    }

    /// A message of a follower's connection, or its own.
    pub(super) fn on_learner_message(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        (epoch, session, number): (u32, u32, u32),
        body: Body,
        out: &mut Effects<Self>,
    ) {
        let me = self.me;
        let Role::Leader(leader) = &mut self.role else { return };
        if epoch != leader.epoch {
            out.because(Why::IgnoreConnection { from, epoch, session });
            return;
        }
        if from == me {
            self.on_learner_body(config, now, from, body, out);
            return;
        }
        let Some(learner) = leader.learners.get_mut(&from).filter(|known| known.channel.session == session)
        else {
            out.because(Why::IgnoreConnection { from, epoch, session });
            return;
        };
        let body = match learner.channel.arrive(number, body, !config.flaws.unordered) {
            Arrival::Now(body) => body,
            Arrival::Early => {
                out.because(Why::HoldEarly { from, number, waiting: learner.channel.waiting() });
                return;
            }
            Arrival::Again => {
                out.because(Why::DropDouble { from, number });
                return;
            }
            Arrival::Broken => {
                out.because(Why::LoseConnection { from });
                leader.learners.remove(&from);
                return;
            }
        };
        // What waits for something lost shows that the connection is broken, not that it works.
        leader.heard.insert(from);
        let mut next = Some(body);
        while let Some(body) = next {
            self.on_learner_body(config, now, from, body, out);
            next = match &mut self.role {
                Role::Leader(leader) => leader.learners.get_mut(&from).and_then(|it| it.channel.next()),
                Role::Looking(_) | Role::Follower(_) => None,
            };
        }
    }

    fn on_learner_body(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        body: Body,
        out: &mut Effects<Self>,
    ) {
        match body {
            Body::AckEpoch { current, last, counts } => {
                self.on_ack_epoch(config, from, (current, last), counts, out);
            }
            Body::AckNewLeader => self.on_ack_new_leader(config, from, out),
            Body::Ack { counter } => self.on_ack(config, from, counter, out),
            Body::Request(command) => self.order(config, now, Some(from), command, out),
            Body::Pong => out.because(Why::HearPong { from }),
            Body::NewEpoch
            | Body::Sync(_)
            | Body::NewLeader
            | Body::UpToDate { .. }
            | Body::Propose { .. }
            | Body::Commit { .. }
            | Body::Inform { .. }
            | Body::Ping => out.because(Why::IgnoreStray { from }),
        }
    }

    /// Phase 1: a promise, or the answer of one that had promised before.
    fn on_ack_epoch(
        &mut self,
        config: &Config,
        from: NodeId,
        summary: (u32, Zxid),
        counts: bool,
        out: &mut Effects<Self>,
    ) {
        let Role::Leader(leader) = &mut self.role else { return };
        let (current, last) = summary;
        let gathering = leader.phase == Phase::Promises;
        if gathering && summary > leader.summary {
            // Its history is the better one to begin with: the next election will see to it.
            out.because(Why::Ahead { from, current, epoch: last.epoch, counter: last.counter });
            leader.learners.remove(&from);
            return;
        }
        if let Some(learner) = leader.learners.get_mut(&from) {
            (learner.step, learner.last) = (Step::Answered, last);
        }
        let counts = counts || config.flaws.stale_epoch;
        if gathering && counts {
            let standing = leader.promises.record(&config.rule, from, true);
            let weight = config.rule.weight(leader.promises.yes());
            let threshold = config.rule.threshold(DISCOVER);
            out.because(Why::CountPromise { from, epoch: leader.epoch, weight, threshold });
            if standing == Standing::Won {
                self.begin_sync(config, out);
            }
            return;
        }
        out.because(if gathering {
            Why::NotAPromise { from, epoch: leader.epoch }
        } else {
            Why::LateLearner { from, epoch: leader.epoch }
        });
        self.hand_over(config, from, out);
    }

    /// Phase 2: a quorum has promised the epoch, and nobody in it is ahead.
    fn begin_sync(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        let last = self.durable.last();
        out.because(Why::BeginSync { epoch: leader.epoch, of: last.epoch, counter: last.counter });
        leader.phase = Phase::Synchronisation;
        let end = self.durable.log.last_index();
        leader.initial = (end, self.durable.log.chain(end).unwrap_or(0));
        let epoch = leader.epoch;
        let answered: Vec<NodeId> = leader.learners.keys().copied().collect();
        out.set_timer(Timer::Contact, config.timeout);
        out.persist(&mut self.durable, Write::Enter(epoch));
        self.tell_self(epoch, Body::AckNewLeader, out);
        answered.into_iter().for_each(|to| self.hand_over(config, to, out));
    }

    /// Sends a learner that has answered what makes its history this one: to an observer only what is
    /// committed.
    fn hand_over(&mut self, config: &Config, to: NodeId, out: &mut Effects<Self>) {
        let (durable, commit) = (&self.durable, self.commit);
        let Role::Leader(leader) = &mut self.role else { return };
        let observes = config.observes(to);
        let soon = if observes { Phase::Broadcast } else { Phase::Synchronisation };
        let Some(learner) = leader.learners.get_mut(&to) else { return };
        if learner.step != Step::Answered || leader.phase < soon {
            return;
        }
        let end = if observes { commit } else { durable.log.last_index() };
        learner.step = Step::Handed;
        learner.handed = end;
        let from = learner.last;
        if config.flaws.skips_sync {
            out.because(Why::SkipSync { to, epoch: leader.epoch });
        } else {
            let sync = plan(durable, from, end);
            let (of, counter) = (from.epoch, from.counter);
            out.because(if sync.snapshot.is_some() {
                Why::SendSnapshot { to, of, counter }
            } else if sync.keep < from {
                Why::SendTruncate { to, of, counter, keep: sync.keep.counter }
            } else {
                Why::SendDifference { to, of, counter, count: sync.entries.len() as u32 }
            });
            leader.say(to, Body::Sync(sync.into()), out);
        }
        leader.say(to, Body::NewLeader, out);
    }

    /// Phase 2: a learner has the history on disk.
    fn on_ack_new_leader(&mut self, config: &Config, from: NodeId, out: &mut Effects<Self>) {
        let me = self.me;
        let Role::Leader(leader) = &mut self.role else { return };
        let handed = if from == me {
            leader.initial.0
        } else {
            let Some(learner) = leader.learners.get_mut(&from).filter(|known| known.step == Step::Handed)
            else {
                out.because(Why::IgnoreStray { from });
                return;
            };
            learner.step = Step::Synced;
            learner.handed
        };
        leader.note_acked(from, handed);
        let standing = leader.histories.record(&config.rule, from, true);
        let weight = config.rule.weight(leader.histories.yes());
        let threshold = config.rule.threshold(SYNC);
        out.because(Why::CountHistory { from, epoch: leader.epoch, weight, threshold });
        if leader.phase == Phase::Broadcast {
            self.activate(config, from, out);
            self.maybe_commit(config, out);
        } else if standing == Standing::Won {
            self.establish(config, out);
        }
    }

    /// Phase 3: a quorum has the history; all of it is committed, and delivered before anything new
    /// is proposed (Primary Integrity).
    fn establish(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        let weight = config.rule.weight(leader.histories.yes());
        let threshold = config.rule.threshold(SYNC);
        out.because(Why::Establish { epoch: leader.epoch, weight, threshold });
        leader.phase = Phase::Broadcast;
        leader.heard = leader.heard.or(leader.histories.yes());
        let (end, _) = leader.initial;
        let mut logged = self.machine.sessions().clone();
        let fresh = self.durable.log.iter_from(self.commit + 1).map(|entry| entry.command.request);
        fresh.filter(|request| request.seq != 0).for_each(|request| {
            logged.insert(request);
        });
        leader.logged = logged;
        let learners: Vec<NodeId> = leader.learners.keys().copied().collect();
        out.set_timer(Timer::Contact, config.timeout);
        self.deliver_up_to(end, out);
        for learner in learners {
            self.activate(config, learner, out);
            self.hand_over(config, learner, out);
        }
    }

    /// Lets a learner serve that has acknowledged the history.
    fn activate(&mut self, config: &Config, to: NodeId, out: &mut Effects<Self>) {
        let (durable, commit) = (&self.durable, self.commit);
        let Role::Leader(leader) = &mut self.role else { return };
        let Some(learner) = leader.learners.get_mut(&to).filter(|known| known.step == Step::Synced) else {
            return;
        };
        learner.step = Step::Active;
        let handed = learner.handed;
        out.because(Why::Activate { to, epoch: leader.epoch });
        let served = if config.observes(to) { handed } else { commit };
        let commit_zxid = durable.zxid(served).unwrap_or_default();
        leader.say(to, Body::UpToDate { commit: commit_zxid }, out);
        if config.observes(to) {
            leader.inform(durable, to, handed + 1..=commit, out);
        }
    }

    /// A client's request, of this server's or a follower's.
    pub(super) fn order(
        &mut self,
        config: &Config,
        now: LocalTime,
        of: Option<NodeId>,
        command: Command,
        out: &mut Effects<Self>,
    ) {
        let Role::Leader(leader) = &mut self.role else { return };
        let request = command.request;
        let (client, seq) = (u32::from(request.client.0) + 1, request.seq);
        if leader.phase != Phase::Broadcast {
            out.because(Why::NotEstablished { client, seq });
            return;
        }
        if !leader.logged.insert(request) {
            // Whoever was asked answers when it delivers the transaction.
            out.because(Why::AwaitRetry { client, seq });
            return;
        }
        // What depends on the time is told it first, in the same order for all.
        let stamp = leader.clock.stamp(&self.machine, command.op, now);
        if let Some(Command { op: Op::Clock { at }, .. }) = stamp
            && at > leader.stamped
        {
            leader.stamped = at;
            stamp.into_iter().for_each(|stamp| {
                self.propose(config, stamp, out);
            });
        }
        let counter = self.propose(config, command, out);
        let epoch = self.durable.current_epoch;
        out.because(match of {
            Some(from) => Why::ProposeFor { from, client, seq, counter },
            None => Why::Propose { client, seq, epoch, counter },
        });
    }

    /// Phase 3: sends a transaction to all who have the history, or will have it; its count.
    fn propose(&mut self, config: &Config, command: Command, out: &mut Effects<Self>) -> u32 {
        let Role::Leader(leader) = &mut self.role else { return 0 };
        let (start, _) = leader.initial;
        let (epoch, counter) = (leader.epoch, self.durable.log.last_index() + 1 - start);
        let ready = |(node, learner): (&NodeId, &Learner)| {
            (learner.step >= Step::Handed && !config.observes(*node)).then_some(*node)
        };
        let voters: Vec<NodeId> = leader.learners.iter().filter_map(ready).collect();
        voters.into_iter().for_each(|to| leader.say(to, Body::Propose { counter, command }, out));
        // Its own write goes on beside the others'.
        out.persist(&mut self.durable, Write::Append(Entry { term: epoch, command }));
        self.tell_self(epoch, Body::Ack { counter }, out);
        counter
    }

    /// Phase 3: a server has a transaction on disk, and all before it.
    fn on_ack(&mut self, config: &Config, from: NodeId, counter: u32, out: &mut Effects<Self>) {
        let last = self.durable.log.last_index();
        let Role::Leader(leader) = &mut self.role else { return };
        let (start, _) = leader.initial;
        let known = start.checked_add(counter).filter(|index| *index <= last);
        let Some(index) = known.filter(|_| leader.phase == Phase::Broadcast) else {
            out.because(Why::IgnoreStray { from });
            return;
        };
        out.because(Why::CountAck { from, epoch: leader.epoch, counter });
        leader.note_acked(from, index);
        self.maybe_commit(config, out);
    }

    /// Commits what a quorum has on disk.
    fn maybe_commit(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        let before = self.commit;
        let index = config.rule.quorum_value(COMMIT, &leader.acked).min(self.durable.log.last_index());
        if leader.phase != Phase::Broadcast || index <= before {
            return;
        }
        let (start, _) = leader.initial;
        let (epoch, counter) = (leader.epoch, index.saturating_sub(start));
        let threshold = config.rule.threshold(COMMIT);
        out.because(if index == self.durable.log.last_index() {
            Why::Commit { epoch, counter, threshold }
        } else {
            Why::CommitSome { epoch, counter, threshold }
        });
        let active: Vec<NodeId> =
            leader.learners.iter().filter(|(_, it)| it.step == Step::Active).map(|(node, _)| *node).collect();
        for to in active {
            if config.observes(to) {
                leader.inform(&self.durable, to, before + 1..=index, out);
            } else {
                leader.say(to, Body::Commit { counter }, out);
            }
        }
        self.deliver_up_to(index, out);
    }

    pub(super) fn on_leader_tick(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &mut self.role else { return };
        out.because(Why::SendPings { epoch: leader.epoch });
        out.set_timer(Timer::Tick, config.tick);
        let asked = leader.learners.iter().filter(|(_, learner)| learner.step >= Step::Answered);
        let asked: Vec<NodeId> = asked.map(|(node, _)| *node).collect();
        asked.into_iter().for_each(|to| leader.say(to, Body::Ping, out));
        self.maybe_compact(config, out);
    }

    /// Whether it still hears from a quorum.
    pub(super) fn on_leader_contact(&mut self, config: &Config, out: &mut Effects<Self>) {
        let me = self.me;
        let Role::Leader(leader) = &mut self.role else { return };
        if leader.phase != Phase::Broadcast {
            out.because(Why::GiveUpEarly {});
            self.become_looking(config, out);
            return;
        }
        let heard = std::mem::take(&mut leader.heard).or(NodeSet::only(me));
        let (weight, threshold) = (config.rule.weight(heard), config.rule.threshold(COMMIT));
        if !config.rule.is_quorum(COMMIT, heard) {
            out.because(Why::GiveUp { epoch: leader.epoch, weight, threshold });
            self.become_looking(config, out);
            return;
        }
        out.because(Why::KeepLeading { epoch: leader.epoch, weight, threshold });
        out.set_timer(Timer::Contact, config.timeout);
        leader.learners.retain(|node, _| heard.contains(*node));
    }
}

impl Leader {
    /// Says something to a learner.
    fn say(&mut self, to: NodeId, body: Body, out: &mut Effects<Zab>) {
        let epoch = self.epoch;
        let Some(Learner { channel, .. }) = self.learners.get_mut(&to) else { return };
        let (session, number) = (channel.session, channel.number());
        out.send(to, Message::Channel { epoch, session, number, body });
    }

    /// Asks a learner that has connected for its promise.
    fn ask(&mut self, to: NodeId, out: &mut Effects<Zab>) {
        if let Some(learner) = self.learners.get_mut(&to) {
            learner.step = Step::Asked;
        }
        self.say(to, Body::NewEpoch, out);
    }

    fn inform(
        &mut self,
        durable: &Durable,
        to: NodeId,
        indices: std::ops::RangeInclusive<u32>,
        out: &mut Effects<Zab>,
    ) {
        let (start, _) = self.initial;
        for index in indices {
            let Some(Entry { command, .. }) = durable.log.get(index).copied() else { return };
            let counter = index.saturating_sub(start);
            self.say(to, Body::Inform { counter, command }, out);
        }
    }

    fn note_acked(&mut self, node: NodeId, index: u32) {
        if let Some(acked) = self.acked.get_mut(node.index()) {
            *acked = index.max(*acked);
        }
    }

    /// Whether it is established.
    pub(super) fn is_established(&self) -> bool {
        self.phase == Phase::Broadcast
    }

    /// Who has what was asked for last: the phase, and who has said so.
    pub(super) fn gathered(&self, durable: &Durable, commit: u32) -> Option<(usize, NodeSet)> {
        match self.phase {
            Phase::Discovery => Some((DISCOVER, self.infos.yes())),
            Phase::Promises => Some((DISCOVER, self.promises.yes())),
            Phase::Synchronisation => Some((SYNC, self.histories.yes())),
            Phase::Broadcast => (commit < durable.log.last_index()).then(|| {
                let holds = |(place, acked): (usize, &u32)| (*acked > commit).then(|| NodeId::at(place));
                (COMMIT, self.acked.iter().enumerate().filter_map(holds).collect())
            }),
        }
    }

    /// Who is connected, and who serves.
    pub(super) fn connected(&self) -> (NodeSet, NodeSet) {
        let active = self.learners.iter().filter(|(_, learner)| learner.step == Step::Active);
        (self.learners.keys().copied().collect(), active.map(|(node, _)| *node).collect())
    }

    pub(super) fn invariants(&self, durable: &Durable, commit: u32) {
        if self.phase == Phase::Discovery {
            return;
        }
        assert_eq!(durable.accepted_epoch, self.epoch, "leads an epoch that it has not promised");
        assert!(self.acked.iter().all(|acked| *acked <= durable.log.last_index()));
        if self.phase < Phase::Synchronisation {
            return;
        }
        assert_eq!(durable.current_epoch, self.epoch, "leads an epoch that it has not entered");
        let (end, chain) = self.initial;
        assert!(!durable.log.lacks(end, chain), "its epoch does not begin with the history it had");
        if self.phase == Phase::Broadcast {
            assert!(commit >= end, "proposes before the history is delivered");
        } else {
            assert_eq!(end, durable.log.last_index(), "adds to the history before it is established");
        }
    }
}

/// What makes a history that ends with a transaction this one up to an index.
fn plan(durable: &Durable, last: Zxid, end: u32) -> Sync {
    let base = durable.log.base();
    if let Some(index) = durable.index_of(last).filter(|index| *index <= end) {
        let entries = durable.log.iter_from(index + 1).take((end - index) as usize).copied().collect();
        return Sync { from: last, snapshot: None, keep: last, entries };
    }
    // The last place where both may have the same: what is of a later epoch here is not there.
    let shared = durable.last_not_above(last.epoch).min(end);
    let seen = shared > base.index || base.index == 0 || base.term <= last.epoch;
    match durable.zxid(shared).filter(|keep| seen && *keep < last) {
        Some(keep) => {
            let entries = durable.log.iter_from(shared + 1).take((end - shared) as usize).copied().collect();
            Sync { from: last, snapshot: None, keep, entries }
        }
        None => {
            let count = end.saturating_sub(base.index) as usize;
            let entries = durable.log.iter_from(base.index + 1).take(count).copied().collect();
            let keep = durable.zxid(base.index).unwrap_or_default();
            Sync { from: last, snapshot: durable.snapshot.clone(), keep, entries }
        }
    }
}
