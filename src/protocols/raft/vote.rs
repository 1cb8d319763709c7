//! The voter: what every server does when it is asked for its vote, whatever its role.

use super::{Config, Message, Raft, Timer, Why};
use crate::model::{Effects, NodeId};

/// The term and index of the last entry of a log.
type Last = (u32, u32);

impl Raft {
    /// Whether it would vote: a question that changes nothing here (dissertation §9.6).
    pub(super) fn on_pre_vote(
        &mut self,
        _config: &Config,
        candidate: NodeId,
        term: u32,
        last: Last,
        out: &mut Effects<Self>,
    ) {
        let mine = self.durable.term;
        let taken = self.durable.voted_for.filter(|voted_for| *voted_for != candidate);
        let refusal = if term < mine {
            Some(Why::RefuseVoteStale { candidate, term, mine })
        } else if self.in_touch() && candidate != self.me {
            Some(Why::RefusePreVoteLed { candidate, term, leader: self.leader() })
        } else if term == mine && taken.is_some() {
            Some(Why::RefuseVoteTaken { candidate, term, voted_for: taken })
        } else {
            self.log_is_ahead(candidate, last)
        };
        let granted = refusal.is_none();
        out.because(refusal.unwrap_or(Why::GrantPreVote { candidate, term }));
        out.send(candidate, Message::PreVoted { term: if granted { term } else { mine }, granted });
    }

    /// One vote a term, first come, and only for a log no older than its own (§5.2, §5.4.1).
    pub(super) fn on_request_vote(
        &mut self,
        config: &Config,
        candidate: NodeId,
        last: Last,
        out: &mut Effects<Self>,
    ) {
        let term = self.durable.term;
        let (granted, why) = match self.durable.voted_for {
            Some(voted_for) if voted_for == candidate => (true, Why::RepeatVote { candidate, term }),
            voted_for @ Some(_) => (false, Why::RefuseVoteTaken { candidate, term, voted_for }),
            None => match self.log_is_ahead(candidate, last) {
                None => (true, Why::GrantVote { candidate, term }),
                Some(_) if config.flaws.votes_without_log => {
                    (true, Why::GrantVoteBlindly { candidate, term })
                }
                Some(refusal) => (false, refusal),
            },
        };
        out.because(why);
        if granted && self.durable.voted_for.is_none() {
            // Who has just helped one candidate gives it time to win (§5.2).
            out.set_timer(Timer::Election, config.election);
            self.write_vote(config, term, Some(candidate), out);
        }
        out.send(candidate, Message::Voted { term, granted });
    }

    /// Why the candidate's log is older than this one, if it is (§5.4.1).
    fn log_is_ahead(&self, candidate: NodeId, (last_term, last_index): Last) -> Option<Why> {
        let log = &self.durable.log;
        if self.durable.not_ahead_of(last_term, last_index) {
            None
        } else if last_term < log.last_term() {
            Some(Why::RefuseVoteOlder { candidate, last_term, mine: log.last_term() })
        } else {
            Some(Why::RefuseVoteShorter { candidate, last_index, mine: log.last_index() })
        }
    }
}
