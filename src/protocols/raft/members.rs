//! Who may decide can change: by joint consensus (§6), one change at a time.
//!
//! An entry of the log names the configuration that is to come. It counts on every server from the
//! moment it is in that server's log, committed or not, and no longer when it is truncated. The first
//! one makes the servers need a quorum of the old and one of the new configuration; once that is
//! committed the leader appends a second, from which on the new one is enough.

use super::{Config, Durable, Raft, Role, Why};
use crate::model::{Command, Effects, Entry, InForce, NodeId, Op, Outcome, RequestId};

/// Where the log changes the configuration, in order: what is in force from there on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Members {
    steps: Vec<Step>,
}

/// A configuration of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Step {
    /// The entry from which on it counts; 0 for what the servers are configured with.
    pub index: u32,
    /// What is in force then.
    pub in_force: InForce,
    /// Who asked for it.
    pub request: RequestId,
}

/// A change that a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Who asks.
    pub id: RequestId,
    /// For which configuration, from 1.
    pub to: u8,
    /// What learners have to hold before they vote: what was committed when it could have begun. More is
    /// committed all the time.
    pub goal: Option<u32>,
}

impl Members {
    /// As a disk has them.
    pub(super) fn read(durable: &Durable, config: &Config) -> Self {
        let mut members = Self::default();
        if config.changes == 0 {
            return members;
        }
        if let Some(snapshot) = &durable.snapshot {
            members.steps.push(snapshot.members);
        }
        let first = durable.log.first_index();
        for (index, entry) in (first..).zip(durable.log.iter_from(first)) {
            members.note(config, index, entry);
        }
        members
    }

    /// The last one, which counts.
    pub(super) fn latest(&self) -> Step {
        self.steps.last().copied().unwrap_or_default()
    }

    /// What was in force at an index.
    pub(super) fn at(&self, index: u32) -> Step {
        self.steps.iter().rev().find(|step| step.index <= index).copied().unwrap_or_default()
    }

    /// Takes a new entry of the log into account; true if it changes the configuration.
    pub(super) fn note(&mut self, config: &Config, index: u32, entry: &Entry) -> bool {
        let Command { request, op: Op::Reweigh { to } } = entry.command else { return false };
        let to = to.saturating_add(1);
        let InForce { now, next } = self.latest().in_force;
        let in_force = match next {
            _ if to > config.changes => return false,
            Some(next) if next == to => InForce { now: to, next: None },
            Some(_) => return false,
            None if config.at_once(now, to) => InForce { now: to, next: None },
            None => InForce { now, next: Some(to) },
        };
        self.steps.push(Step { index, in_force, request });
        true
    }

    /// The log ends at an index now; true if a configuration went with the rest.
    pub(super) fn truncate(&mut self, last: u32) -> bool {
        let before = self.steps.len();
        self.steps.retain(|step| step.index <= last);
        self.steps.len() < before
    }

    /// What lies before an index is in a snapshot.
    pub(super) fn compact(&mut self, through: u32) {
        let old = self.steps.iter().filter(|step| step.index <= through).count();
        self.steps.drain(..old.saturating_sub(1));
    }
}

impl Raft {
    /// The rule by which this server acts: that of its log.
    pub(super) fn rule<'a>(&self, config: &'a Config) -> &'a crate::quorum::Rule {
        config.in_force(self.members.latest().in_force)
    }

    /// Whether it has a vote, or had one by the last configuration that it knows to be committed: until
    /// the next one is, it may be needed as a leader (dissertation §4.2.2). A server without one is a
    /// learner: it gets the log and stands for nothing.
    pub(super) fn is_voter(&self, config: &Config) -> bool {
        let committed = config.in_force(self.members.at(self.commit).in_force);
        self.rule(config).voters().or(committed.voters()).contains(self.me)
    }

    /// Whether an entry of the leader's own term is committed: before that it cannot know all that is.
    pub(super) fn has_own_commit(&self) -> bool {
        self.commit > 0 && self.durable.log.term(self.commit) == Some(self.durable.term)
    }

    /// A client asks for a planned configuration.
    pub(super) fn on_reweigh(&mut self, config: &Config, id: RequestId, to: u8, out: &mut Effects<Self>) {
        let to = to.saturating_add(1);
        let Step { index, in_force, .. } = self.members.latest();
        if to > config.changes {
            out.because(Why::RefuseChange { to: to.into() });
            out.reply(id, Outcome::Refused);
            return;
        }
        let there = in_force == InForce { now: to, next: None } && index <= self.commit;
        if there || self.machine.has_applied(id) {
            out.because(Why::ChangeIsMade { to: to.into() });
            out.reply(id, Outcome::Done);
            return;
        }
        let Role::Leader(leader) = &mut self.role else { return };
        let (now, next) = (u32::from(in_force.now), in_force.next.map_or(0, u32::from));
        // In the log, and not yet committed to the end.
        let under_way = in_force.next.is_some() || index > self.commit;
        if under_way && in_force.next.unwrap_or(in_force.now) != to {
            // Later, when that one is done.
            out.because(Why::OneChangeAtATime { to: to.into(), under_way: next.max(now) });
            out.reply(id, Outcome::Redirect(None));
            return;
        }
        // What only waits gives way: a server that never catches up must not stand in the way of all
        // later changes (dissertation §4.2.1).
        if let Some(Wanted { id: earlier, to: other, .. }) = leader.wanted
            && other != to
        {
            out.because(Why::GiveWay { to: other.into(), other: to.into() });
            out.reply(earlier, Outcome::Redirect(None));
            leader.wanted = None;
        }
        let goal = leader.wanted.and_then(|wanted| wanted.goal);
        leader.wanted = Some(Wanted { id, to, goal });
        if in_force.next == Some(to) || in_force.now == to {
            out.because(Why::AwaitChange { to: to.into(), index });
        } else if let Some(why) = self.lacks_for_change(config, to) {
            out.because(why);
        } else {
            self.begin_change(config, out);
        }
    }

    /// What has to be there before a change begins, and is not yet.
    fn lacks_for_change(&mut self, config: &Config, to: u8) -> Option<Why> {
        if config.flaws.early_change {
            return None;
        }
        let term = self.durable.term;
        if !self.has_own_commit() || self.members.latest().index > self.commit {
            return Some(Why::AwaitOwnCommit { to: to.into(), term });
        }
        // Who is to vote has to have the log first (dissertation §4.2.1).
        let target = config.in_force(InForce { now: to, next: None });
        let new = target.voters().minus(self.rule(config).voters());
        let Role::Leader(leader) = &mut self.role else { return None };
        let commit = *leader.wanted.as_mut()?.goal.get_or_insert(self.commit);
        let behind = new.iter().find(|node| leader.matched(*node) < commit)?;
        let matched = leader.matched(behind);
        Some(Why::AwaitLearner { to: to.into(), learner: behind, matched, commit })
    }

    /// Begins the change that is waited for, if nothing stands in its way any more.
    pub(super) fn maybe_begin_change(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &self.role else { return };
        let InForce { now, next } = self.members.latest().in_force;
        if let Some(Wanted { to, .. }) = leader.wanted
            && next.is_none()
            && now != to
            && self.lacks_for_change(config, to).is_none()
        {
            self.begin_change(config, out);
        }
    }

    fn begin_change(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Leader(leader) = &self.role else { return };
        let Some(Wanted { id: request, to, .. }) = leader.wanted else { return };
        let index = self.durable.log.last_index() + 1;
        let (change, term) = (u32::from(to), self.durable.term);
        let InForce { now, .. } = self.members.latest().in_force;
        out.because(if !config.at_once(now, to) {
            Why::BeginJoint { to: change, index, term }
        } else if !config.flaws.single_step && !config.flaws.early_change {
            Why::BeginAtOnce { to: change, index, term }
        } else if config.flaws.early_change && !self.has_own_commit() {
            Why::BeginTooEarly { to: change, index, term }
        } else if config.flaws.single_step {
            Why::BeginBlindly { to: change, index, term }
        } else {
            Why::BeginAtOnce { to: change, index, term }
        });
        self.append(config, Command { request, op: Op::Reweigh { to: to - 1 } }, out);
    }

    /// Goes on with a change when its entry is committed.
    pub(super) fn on_committed(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Step { index, in_force, request } = self.members.latest();
        if index > 0 && index <= self.commit {
            if let Some(to) = in_force.next {
                let (change, next) = (u32::from(to), self.durable.log.last_index() + 1);
                out.because(Why::FinishJoint { to: change, index, next });
                self.append(config, Command { request, op: Op::Reweigh { to: to - 1 } }, out);
                return;
            }
            let Role::Leader(leader) = &mut self.role else { return };
            if let Some(Wanted { id, to, .. }) = leader.wanted
                && to == in_force.now
            {
                leader.wanted = None;
                out.because(Why::FinishChange { to: to.into(), index });
                out.reply(id, Outcome::Done);
            }
            if !self.is_voter(config) {
                // It manages the change to the end, without a vote of its own (§6).
                out.because(Why::LeaveOffice { term: self.durable.term, to: in_force.now.into() });
                self.become_follower(config, None, out);
                return;
            }
        }
        self.maybe_begin_change(config, out);
    }

    /// New entries are in a follower's log: a configuration among them counts at once.
    pub(super) fn take_up_changes(
        &mut self,
        config: &Config,
        leader: NodeId,
        first: u32,
        out: &mut Effects<Self>,
    ) {
        if config.changes == 0 {
            return;
        }
        let Self { durable, members, .. } = self;
        for (index, entry) in (first..).zip(durable.log.iter_from(first)) {
            if members.note(config, index, entry) {
                let InForce { now, next } = members.latest().in_force;
                out.because(match next {
                    Some(to) => Why::TakeUpJoint { to: to.into(), index, leader },
                    None => Why::TakeUpChange { to: now.into(), index, leader },
                });
            }
        }
    }
}
