//! Standing for election: asking first (PreVote), then asking for votes.

use super::reads::Reads;
use super::{COMMIT, Config, ELECT, Message, Raft, Role, Timer, Why};
use crate::model::{Effects, NodeId};
use crate::quorum::{Standing, Tally};

/// What only a server that asks first has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PreCandidate {
    /// Who would vote for it in the next term.
    pub votes: Tally,
}

/// What only a candidate has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// Who votes for it in its term.
    pub votes: Tally,
}

impl Raft {
    pub(super) fn on_election_timeout(&mut self, config: &Config, out: &mut Effects<Self>) {
        let term = self.durable.term.saturating_add(1);
        let (last_index, last_term) = (self.durable.log.last_index(), self.durable.log.last_term());
        if self.in_touch() && config.reads == Reads::Lease {
            // Only by hand, or after a restart: the leader relies on it for so long.
            out.because(Why::KeepPromise { leader: self.leader() });
            out.set_timer(Timer::Election, config.election);
        } else if !self.is_voter(config) {
            out.because(Why::StayLearner { term: self.durable.term });
            out.set_timer(Timer::Election, config.election);
        } else if config.prevote {
            out.because(Why::AskFirst { term, last_index, last_term });
            self.become_pre_candidate(config, out);
        } else {
            out.because(Why::Campaign { term, last_index, last_term });
            self.become_candidate(config, false, out);
        }
    }

    fn become_pre_candidate(&mut self, config: &Config, out: &mut Effects<Self>) {
        self.role = Role::PreCandidate(PreCandidate { votes: Tally::new(ELECT) });
        out.set_timer(Timer::Election, config.election);
        let term = self.durable.term.saturating_add(1);
        let (last_index, last_term) = (self.durable.log.last_index(), self.durable.log.last_term());
        for to in self.others(config) {
            out.send(to, Message::PreVote { term, last_index, last_term });
        }
        out.send(self.me, Message::PreVoted { term, granted: true });
    }

    pub(super) fn become_candidate(&mut self, config: &Config, told: bool, out: &mut Effects<Self>) {
        let term = self.durable.term.saturating_add(1);
        self.role = Role::Candidate(Candidate { votes: Tally::new(ELECT) });
        // A new time-out for each election, so that a split vote is not split for ever (§5.2).
        out.set_timer(Timer::Election, config.election);
        self.write_vote(config, term, Some(self.me), out);
        let (last_index, last_term) = (self.durable.log.last_index(), self.durable.log.last_term());
        for to in self.others(config) {
            out.send(to, Message::RequestVote { term, last_index, last_term, told });
        }
        // Its own vote counts as soon as it is on disk: behind the write, like any other message.
        out.send(self.me, Message::Voted { term, granted: true });
    }

    pub(super) fn on_pre_voted(
        &mut self,
        config: &Config,
        voter: NodeId,
        term: u32,
        granted: bool,
        out: &mut Effects<Self>,
    ) {
        let next = self.durable.term.saturating_add(1);
        let rule = self.rule(config);
        let Role::PreCandidate(PreCandidate { votes }) = &mut self.role else { return };
        if granted && term != next {
            out.because(Why::IgnoreLateVote { voter, term });
            return;
        }
        let standing = votes.record(rule, voter, granted);
        let (weight, threshold) = (rule.weight(votes.yes()), rule.threshold(ELECT));
        out.because(counted(voter, next, granted, weight, threshold));
        match standing {
            Standing::Pending => {}
            Standing::Won => {
                out.because(Why::WinPreVote { term: next, weight, threshold });
                self.become_candidate(config, false, out);
            }
            Standing::Lost => {
                // The election timer keeps running: it asks again later.
                out.because(Why::LosePreVote { term: next });
                self.become_follower(config, None, out);
            }
        }
    }

    pub(super) fn on_voted(
        &mut self,
        config: &Config,
        voter: NodeId,
        granted: bool,
        out: &mut Effects<Self>,
    ) {
        let term = self.durable.term;
        let rule = self.rule(config);
        let Role::Candidate(Candidate { votes }) = &mut self.role else { return };
        let standing = votes.record(rule, voter, granted);
        let (weight, threshold) = (rule.weight(votes.yes()), rule.threshold(ELECT));
        out.because(counted(voter, term, granted, weight, threshold));
        match standing {
            Standing::Pending => {}
            Standing::Won => {
                out.because(Why::BecomeLeader { term, weight, threshold });
                self.become_leader(config, out);
            }
            Standing::Lost => out.because(Why::LoseElection { term }),
        }
    }

    /// CheckQuorum: who could not commit anyway makes room (dissertation §6.2).
    pub(super) fn on_quorum_timer(&mut self, config: &Config, out: &mut Effects<Self>) {
        let (term, rule) = (self.durable.term, self.rule(config));
        let Role::Leader(leader) = &mut self.role else { return };
        let heard = leader.take_heard(self.me);
        let (weight, threshold) = (rule.weight(heard), rule.threshold(COMMIT));
        if rule.is_quorum(COMMIT, heard) {
            out.because(Why::KeepLeading { term, weight, threshold });
            out.set_timer(Timer::Quorum, config.election_least());
        } else {
            out.because(Why::StepDownAlone { term, weight, threshold });
            self.become_follower(config, None, out);
        }
    }
}

fn counted(voter: NodeId, term: u32, granted: bool, weight: u32, threshold: u32) -> Why {
    if granted {
        Why::CountVote { voter, term, weight, threshold }
    } else {
        Why::CountRefusal { voter, term, weight, threshold }
    }
}
