//! The follower: makes its log equal to the leader's.

use super::{Config, Entries, Message, Raft, Role, Timer, Why, Write};
use crate::model::{Effects, NodeId};

/// What only a follower has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Follower {
    /// The leader of its term, once heard.
    pub leader: Option<NodeId>,
    /// Whether that was within the shortest election time-out.
    pub in_touch: bool,
}

impl Raft {
    /// Follows a leader, or waits for one.
    pub(super) fn become_follower(
        &mut self,
        config: &Config,
        leader: Option<NodeId>,
        out: &mut Effects<Self>,
    ) {
        if let Role::Leader(leader) = &self.role {
            out.cancel_timer(Timer::Heartbeat);
            if leader.transfer.is_some() {
                out.cancel_timer(Timer::Transfer);
            }
            if config.checkquorum {
                out.cancel_timer(Timer::Quorum);
            }
            out.set_timer(Timer::Election, config.election);
        }
        if self.in_touch() && config.minds_contact() {
            out.cancel_timer(Timer::Contact);
        }
        self.role = Role::Follower(Follower { leader, in_touch: false });
    }

    pub(super) fn on_append_entries(
        &mut self,
        config: &Config,
        leader: NodeId,
        (prev_index, prev_term, known): (u32, u32, bool),
        (commit, round): (u32, u32),
        entries: Entries,
        out: &mut Effects<Self>,
    ) {
        self.hear_leader(config, leader, out);
        let term = self.durable.term;
        let base = self.durable.log.base();
        let (mut prev_index, mut prev_term, mut entries) = (prev_index, prev_term, entries);
        if prev_index < base.index {
            // What the snapshot stands for is committed, and so the same.
            let (list, skip) = (entries.as_slice(), (base.index - prev_index) as usize);
            if list.len() <= skip {
                let (matched, beat) = (prev_index + list.len() as u32, list.is_empty());
                out.because(Why::HaveAlready { leader, last: matched });
                out.send(leader, Message::Appended { term, matched, beat, round });
                return;
            }
            (prev_index, prev_term, entries) = (base.index, base.term, Entries::of(&list[skip..]));
        }
        // The consistency check (§5.3).
        let log = &self.durable.log;
        match log.term(prev_index) {
            Some(here) if here == prev_term => {}
            other => {
                out.because(match other {
                    None => Why::RefuseGap { leader, prev_index, last_index: log.last_index() },
                    Some(mine) => Why::RefuseMismatch { leader, prev_index, prev_term, mine },
                });
                let hint_index = self.durable.last_not_above(prev_term, prev_index);
                let hint_term = log.term(hint_index).unwrap_or(0);
                out.send(leader, Message::Rejected { term, prev_index, known, hint_index, hint_term, round });
                return;
            }
        }
        let beat = entries.as_slice().is_empty();
        let matched = prev_index + entries.as_slice().len() as u32;
        if beat {
            out.because(Why::HearHeartbeat { leader, term });
        } else {
            self.take_entries(config, leader, prev_index, entries, out);
        }
        out.send(leader, Message::Appended { term, matched, beat, round });
        // Committed as far as this append has verified (Figure 2): what lies beyond may differ.
        let commit = commit.min(matched);
        if commit > self.commit {
            out.because(Why::LearnCommit { commit, leader });
            self.apply_up_to(config, commit, out);
        }
    }

    /// The leader of the term is there.
    pub(super) fn hear_leader(&mut self, config: &Config, leader: NodeId, out: &mut Effects<Self>) {
        let term = self.durable.term;
        if self.leader() != Some(leader) {
            // The term has a leader: candidates give up (§5.2).
            out.because(Why::FollowLeader { leader, term });
            self.become_follower(config, Some(leader), out);
        }
        out.set_timer(Timer::Election, config.election);
        if config.minds_contact()
            && let Role::Follower(role) = &mut self.role
        {
            role.in_touch = true;
            out.set_timer(Timer::Contact, config.election_least());
        }
    }

    /// Appends what is new after a place where the logs match. Entries are deleted only where one
    /// *conflicts* (Figure 2): a delayed append must not take away what came after it (§5.3).
    fn take_entries(
        &mut self,
        config: &Config,
        leader: NodeId,
        prev_index: u32,
        entries: Entries,
        out: &mut Effects<Self>,
    ) {
        let log = &self.durable.log;
        let list = entries.as_slice();
        let known = if log.last_index() == prev_index {
            0
        } else {
            let same = (prev_index + 1..)
                .zip(list)
                .take_while(|(index, entry)| log.term(*index) == Some(entry.term));
            same.count()
        };
        let first = prev_index + known as u32 + 1;
        let Some(next) = list.get(known) else {
            let last = prev_index + list.len() as u32;
            if config.flaws.truncates_always && last < log.last_index() {
                out.because(Why::TruncateBlindly { index: last, last_index: log.last_index(), leader });
                self.truncate(last, leader, out);
            } else {
                out.because(Why::HaveAlready { leader, last });
            }
            return;
        };
        if let Some(mine) = log.term(first) {
            out.because(Why::Truncate { index: first, mine, theirs: next.term, leader });
            self.truncate(first - 1, leader, out);
        }
        let last = prev_index + list.len() as u32;
        out.because(Why::Append { leader, first, last });
        let new = if known == 0 { entries } else { Entries::of(&list[known..]) };
        out.persist(&mut self.durable, Write::Append(new));
        self.take_up_changes(config, leader, first, out);
    }

    /// Keeps the log up to an index. Where quorums do not meet that may cut off what was committed:
    /// the leader is obeyed and the loss said, so that it can be seen.
    fn truncate(&mut self, last: u32, leader: NodeId, out: &mut Effects<Self>) {
        if last < self.commit {
            out.because(Why::LoseCommitted { index: last + 1, commit: self.commit, leader });
            self.commit = last;
        }
        out.persist(&mut self.durable, Write::Truncate(last));
        if self.members.truncate(last) {
            // Not committed, so it never was in force for good (§6).
            let now = self.members.latest().in_force.now;
            out.because(Why::RollBackChange { index: last + 1, leader, now: now.into() });
        }
    }
}
