//! The leader: orders commands, makes the other logs equal to its own, and commits.

use super::members::Wanted;
use super::reads::Rounds;
use super::transfer::Transfer;
use super::{COMMIT, Config, Durable, Entries, Message, Raft, Role, Timer, Why, Write};
use crate::machines::{LogClock, Sessions};
use crate::model::{Command, Effects, Entry, LocalTime, NodeId, NodeSet, Op, Outcome, RequestId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many entries may be on their way to a follower without an answer.
const IN_FLIGHT_MAX: u32 = 512;

/// What only a leader has. Lists have one element a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leader {
    /// The next entry to send to each (nextIndex).
    next: Vec<u32>,
    /// Up to where each log is known to equal its own (matchIndex); of itself, what is on its disk.
    matched: Vec<u32>,
    /// What had been sent to each before the last heartbeat: by the next one it ought to match.
    due: Vec<u32>,
    /// Whose `next` is a guess: one append at a time until one fits. To the others entries go out
    /// as they come.
    probing: NodeSet,
    /// Who answered since the last look (CheckQuorum).
    heard: NodeSet,
    /// The requests in its log.
    logged: Sessions,
    /// Requests of earlier terms' entries for which a client has asked here since.
    asked: BTreeSet<RequestId>,
    /// The time that it puts into the log.
    clock: LogClock,
    /// Whether it commits what it appends without anybody's help, or might some day.
    alone: bool,
    /// Rounds of heartbeats, and the reads that wait for one.
    pub(super) rounds: Box<Rounds>,
    /// The configuration that a client asks for.
    pub(super) wanted: Option<Wanted>,
    /// To whom it hands over.
    pub(super) transfer: Option<Transfer>,
}

impl Raft {
    pub(super) fn become_leader(&mut self, config: &Config, out: &mut Effects<Self>) {
        let nodes = config.rule.nodes();
        let log = &self.durable.log;
        // What is applied is known to the machine; only the rest of the log is looked through.
        let mut logged = self.machine.sessions().clone();
        log.iter_from(self.commit + 1).filter(|entry| entry.command.request.seq != 0).for_each(|entry| {
            logged.insert(entry.command.request);
        });
        self.role = Role::Leader(Leader {
            next: vec![log.last_index() + 1; nodes],
            matched: vec![0; nodes],
            due: vec![0; nodes],
            probing: config.servers.minus(NodeSet::only(self.me)),
            heard: NodeSet::EMPTY,
            logged,
            asked: BTreeSet::new(),
            clock: LogClock::default(),
            // Where the configuration may change, its own weight may become enough.
            alone: config.changes > 0 || config.commits_alone(self.me),
            rounds: Box::new(Rounds::new(config, nodes)),
            wanted: None,
            transfer: None,
        });
        out.cancel_timer(Timer::Election);
        out.set_timer(Timer::Heartbeat, config.heartbeat);
        if config.checkquorum {
            out.set_timer(Timer::Quorum, config.election_least());
        }
        // Only entries of this term are committed by counting: one is needed at once (§8).
        out.because(Why::StartTerm { term: self.durable.term, index: self.durable.log.last_index() + 1 });
        self.append(config, Command::NOOP, out);
        let Role::Leader(leader) = &mut self.role else { return };
        for to in leader.probing.iter() {
            leader.probe(&self.durable, self.commit, config, to, out);
        }
    }

    pub(super) fn on_client_request(
        &mut self,
        config: &Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        out: &mut Effects<Self>,
    ) {
        let Role::Leader(leader) = &self.role else { return };
        if let Some(Transfer { to, .. }) = leader.transfer {
            // The successor is to have all of the log before it stands (dissertation §3.10).
            out.because(Why::RefuseWhileHanding { to });
            out.reply(id, Outcome::Redirect(None));
            return;
        }
        if let Op::Reweigh { to } = op {
            self.on_reweigh(config, id, to, out);
            return;
        }
        if self.on_read(config, now, id, op, out) {
            return;
        }
        let Role::Leader(leader) = &mut self.role else { return };
        let (client, seq) = (u32::from(id.client.0) + 1, id.seq);
        if !leader.logged.insert(id) {
            // A retry (§8): answered if it has been applied, awaited if it has not, not appended twice.
            if let Some(outcome) = self.machine.answer(id, op) {
                out.because(Why::AnswerRetry { client, seq });
                out.reply(id, outcome);
                return;
            }
            if !self.machine.has_applied(id) {
                out.because(Why::AwaitRetry { client, seq });
                leader.asked.insert(id);
                return;
            }
        }
        // Replicas measure leases by the time that the log carries: it goes out with what comes behind it.
        if let Some(command) = leader.clock.stamp(&self.machine, op, now) {
            let entry = Entry { term: self.durable.term, command };
            out.persist(&mut self.durable, Write::Append(Entries::One(entry)));
        }
        let (index, term) = (self.durable.log.last_index() + 1, self.durable.term);
        out.because(Why::AppendRequest { client, seq, index, term });
        self.append(config, Command { request: id, op }, out);
    }

    /// Appends to its own log, then sends it on. It never changes or deletes what is there (§5.3).
    pub(super) fn append(&mut self, config: &Config, command: Command, out: &mut Effects<Self>) {
        let term = self.durable.term;
        let entry = Entry { term, command };
        out.persist(&mut self.durable, Write::Append(Entries::One(entry)));
        let last = self.durable.log.last_index();
        self.members.note(config, last, &entry);
        let Role::Leader(leader) = &mut self.role else { return };
        if leader.alone {
            // Nobody's answer will prove that the write is on disk: a message behind it does.
            out.send(self.me, Message::Appended { term, matched: last, beat: false, round: 0 });
        } else if let Some(own) = leader.matched.get_mut(self.me.index()) {
            // Any quorum takes another's answer, and nothing was sent before the write.
            *own = last;
        }
        let waiting = leader.probing.or(NodeSet::only(self.me));
        for to in config.servers.minus(waiting).iter() {
            leader.send_new(&self.durable, self.commit, config, to, out);
        }
    }

    pub(super) fn on_appended(
        &mut self,
        config: &Config,
        from: NodeId,
        matched: u32,
        beat: bool,
        out: &mut Effects<Self>,
    ) {
        let me = self.me;
        let Role::Leader(leader) = &mut self.role else { return };
        let place = from.index();
        let Some(known) = leader.matched.get_mut(place) else {
            out.because(Why::IgnoreAnswer { from, term: self.durable.term });
            return;
        };
        let matched = matched.min(self.durable.log.last_index());
        leader.heard.insert(from);
        let news = matched > *known;
        if news {
            out.because(Why::CountAppended { follower: from, matched });
            *known = matched;
        } else {
            out.because(Why::KnewAppended { follower: from, matched });
        }
        if from == me {
            self.maybe_commit(config, out);
            return;
        }
        self.maybe_tell(out);
        let Role::Leader(leader) = &mut self.role else { return };
        let Some(next) = leader.next.get_mut(place) else { return };
        if matched + 1 >= *next {
            *next = matched + 1;
            leader.probing.remove(from);
        }
        if news && matched > self.commit {
            self.maybe_commit(config, out);
        } else if news {
            self.maybe_begin_change(config, out);
        }
        let Role::Leader(leader) = &mut self.role else { return };
        // A heartbeat's answer may have been overtaken by what was sent since.
        if !leader.probing.contains(from) && (news || beat) {
            leader.send_new(&self.durable, self.commit, config, from, out);
        }
    }

    /// Commits what a quorum holds, if it is of this term (§5.3, §5.4.2).
    fn maybe_commit(&mut self, config: &Config, out: &mut Effects<Self>) {
        let term = self.durable.term;
        let Role::Leader(leader) = &self.role else { return };
        let rule = self.rule(config);
        let index = rule.quorum_value(COMMIT, &leader.matched);
        if index <= self.commit {
            return;
        }
        let log = &self.durable.log;
        let entry_term = log.term(index).unwrap_or(0);
        let threshold = rule.threshold(COMMIT);
        if entry_term == term {
            let before = log.term(self.commit + 1).unwrap_or(term);
            out.because(if before != term {
                let earlier = self.durable.last_not_above(term - 1, index);
                Why::CommitBefore { index, earlier, term }
            } else if index == log.last_index() {
                Why::Commit { index, term, threshold }
            } else {
                Why::CommitSome { index, term, threshold }
            });
        } else if config.flaws.counts_old_term {
            out.because(Why::CommitOldTerm { index, entry_term, term });
        } else {
            out.because(Why::HoldBack { index, entry_term, term });
            return;
        }
        self.apply_up_to(config, index, out);
        self.on_committed(config, out);
    }
}

impl Leader {
    /// One append from where the logs are thought to match; `next` stays until it is answered.
    fn probe(
        &mut self,
        durable: &Durable,
        commit: u32,
        config: &Config,
        to: NodeId,
        out: &mut Effects<Raft>,
    ) {
        let next = self.next[to.index()];
        if let Some(snapshot) = durable.snapshot.as_ref().filter(|_| next < durable.log.first_index()) {
            // What it lacks is compacted away (§7).
            let index = snapshot.base.index;
            out.because(Why::SendSnapshot { follower: to, next, index });
            self.next[to.index()] = index + 1;
            let message = Message::InstallSnapshot { term: durable.term, snapshot: Arc::clone(snapshot) };
            out.send(to, message);
            return;
        }
        self.send_append(durable, commit, next, config.batch, to, out);
    }

    /// Sends what is new, trusting that it arrives.
    fn send_new(
        &mut self,
        durable: &Durable,
        commit: u32,
        config: &Config,
        to: NodeId,
        out: &mut Effects<Raft>,
    ) {
        let place = to.index();
        let (last, matched) = (durable.log.last_index(), self.matched[place]);
        if self.next[place] < durable.log.first_index() {
            self.probing.insert(to);
            self.probe(durable, commit, config, to, out);
            return;
        }
        while self.next[place] <= last && self.next[place] - matched <= IN_FLIGHT_MAX {
            self.next[place] += self.send_append(durable, commit, self.next[place], config.batch, to, out);
        }
    }

    /// A heartbeat to everyone, from where each log is known, or guessed, to match.
    pub(super) fn on_heartbeat_timer(
        &mut self,
        durable: &Durable,
        commit: u32,
        config: &Config,
        me: NodeId,
        out: &mut Effects<Raft>,
    ) {
        out.because(Why::SendHeartbeats { term: durable.term, commit });
        out.set_timer(Timer::Heartbeat, config.heartbeat);
        for to in config.servers.minus(NodeSet::only(me)).iter() {
            let place = to.index();
            let matched = self.matched[place];
            if !self.probing.contains(to) && matched < self.due[place] {
                // Sent before the last heartbeat and still not answered (§5.3: retried for ever).
                out.because(Why::Suspect { follower: to, next: matched + 1 });
                self.probing.insert(to);
                self.next[place] = matched + 1;
            }
            self.due[place] = self.next[place] - 1;
            self.beat_one(durable, commit, config, to, out);
        }
    }

    /// A heartbeat to everyone before its time.
    pub(super) fn beat(
        &mut self,
        durable: &Durable,
        commit: u32,
        config: &Config,
        me: NodeId,
        out: &mut Effects<Raft>,
    ) {
        for to in config.servers.minus(NodeSet::only(me)).iter() {
            self.beat_one(durable, commit, config, to, out);
        }
    }

    fn beat_one(
        &mut self,
        durable: &Durable,
        commit: u32,
        config: &Config,
        to: NodeId,
        out: &mut Effects<Raft>,
    ) {
        let place = to.index();
        let first = durable.log.first_index();
        if self.probing.contains(to) && self.next[place] < first {
            self.probe(durable, commit, config, to, out);
            return;
        }
        let next = if self.probing.contains(to) { self.next[place] } else { self.matched[place] + 1 };
        self.send_append(durable, commit, next.max(first), 0, to, out);
    }

    /// Sends up to `most` entries from an index on; how many there were.
    fn send_append(
        &self,
        durable: &Durable,
        commit: u32,
        first: u32,
        most: u32,
        to: NodeId,
        out: &mut Effects<Raft>,
    ) -> u32 {
        let log = &durable.log;
        let prev_index = first - 1;
        let count = (log.last_index() - prev_index).min(most);
        let entries = match count {
            0 => Entries::None,
            1 => log.get(first).map_or(Entries::None, |entry| Entries::One(*entry)),
            _ => Entries::Many((first..first + count).filter_map(|index| log.get(index).copied()).collect()),
        };
        let prev_term = log.term(prev_index).unwrap_or(0);
        let (term, known, round) = (durable.term, prev_index <= self.matched(to), self.rounds.begun());
        out.send(to, Message::AppendEntries { term, prev_index, prev_term, known, commit, entries, round });
        count
    }

    /// Backs up to where the logs may agree (§5.3, the fast way).
    pub(super) fn on_rejected(
        &mut self,
        durable: &Durable,
        commit: u32,
        config: &Config,
        follower: NodeId,
        (prev_index, known, hint_term, hint_index): (u32, bool, u32, u32),
        out: &mut Effects<Raft>,
    ) {
        let place = follower.index();
        let (Some(matched), Some(next)) = (self.matched.get_mut(place), self.next.get_mut(place)) else {
            out.because(Why::IgnoreAnswer { from: follower, term: durable.term });
            return;
        };
        self.heard.insert(follower);
        let probing = self.probing.contains(follower);
        let current = if probing { prev_index + 1 == *next } else { prev_index >= *matched };
        // A refusal from before the acknowledgement may be late, or come twice.
        let overtaken = prev_index < *matched || prev_index == *matched && !known;
        if !current || overtaken {
            out.because(Why::IgnoreRefusal { follower, prev_index });
            return;
        }
        // The last place where both logs may hold the same entry.
        let agree = durable.last_not_above(hint_term, hint_index).min(prev_index.saturating_sub(1));
        if prev_index == *matched && prev_index != 0 {
            // It refuses what it has acknowledged before it was asked: only a lost disk explains that.
            out.because(Why::FollowerLost { follower, matched: prev_index });
            *matched = agree;
        }
        *next = agree.max(*matched) + 1;
        out.because(Why::BackUp { follower, prev_index, next: *next });
        self.probing.insert(follower);
        self.probe(durable, commit, config, follower, out);
    }

    /// Whether a client is to be told of an entry: it asked in this term, or has asked again.
    pub(super) fn owes_answer(&mut self, request: RequestId, own_term: bool) -> bool {
        own_term || self.asked.remove(&request)
    }

    /// Who holds the entry at an index.
    pub(super) fn holders(&self, config: &Config, index: u32) -> NodeSet {
        NodeId::all(config.rule.nodes()).filter(|node| self.matched[node.index()] >= index).collect()
    }

    /// Up to where a log is known to equal its own.
    pub(super) fn matched(&self, node: NodeId) -> u32 {
        self.matched.get(node.index()).copied().unwrap_or(0)
    }

    /// Up to where every log equals its own.
    pub(super) fn held_by_all(&self, config: &Config) -> u32 {
        config.servers.iter().map(|node| self.matched(node)).min().unwrap_or(0)
    }

    pub(super) const fn probing(&self) -> NodeSet {
        self.probing
    }

    pub(super) const fn heard(&self) -> NodeSet {
        self.heard
    }

    /// Who answered since this was asked last, itself included.
    pub(super) fn take_heard(&mut self, me: NodeId) -> NodeSet {
        std::mem::take(&mut self.heard).or(NodeSet::only(me))
    }

    /// The next index to send to a follower.
    #[cfg(test)]
    pub(super) fn next_of(&self, node: NodeId) -> u32 {
        self.next[node.index()]
    }

    pub(super) fn invariants(&self, durable: &Durable, config: &Config, me: NodeId) {
        let last = durable.log.last_index();
        assert_eq!(self.matched.len(), config.rule.nodes());
        assert!(!self.probing.contains(me), "probes itself");
        for (next, matched) in self.next.iter().zip(&self.matched) {
            assert!(*matched <= last && *next >= 1 && *next <= last + 1, "sends what it does not have");
        }
        for to in config.servers.minus(NodeSet::only(me)).iter() {
            assert!(self.next[to.index()] > self.matched[to.index()], "sends what is there");
        }
    }
}
