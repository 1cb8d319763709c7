//! Handing the lead over (dissertation §3.10): the leader brings one follower's log up to its own and
//! tells it to stand for election at once.
//!
//! It begins when the timer `Transfer` is run out by hand; from then on that timer is its time limit.

use super::{Config, Message, Raft, Role, Timer, Why};
use crate::model::{Effects, NodeId};

/// A transfer under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// To whom.
    pub to: NodeId,
    /// Whether it has been told.
    pub told: bool,
}

impl Raft {
    /// By hand: hand over. By itself: it has taken too long.
    pub(super) fn on_transfer_timer(&mut self, config: &Config, out: &mut Effects<Self>) {
        let voters = self.rule(config).voters();
        let Role::Leader(leader) = &mut self.role else { return };
        if let Some(Transfer { to, .. }) = leader.transfer.take() {
            out.because(Why::GiveUpTransfer { to });
            return;
        }
        let others = voters.iter().filter(|node| *node != self.me);
        let Some(to) = others.max_by_key(|node| (leader.matched(*node), std::cmp::Reverse(*node))) else {
            out.because(Why::NobodyToHandTo {});
            return;
        };
        out.because(Why::HandOver { to, term: self.durable.term });
        leader.transfer = Some(Transfer { to, told: false });
        out.set_timer(Timer::Transfer, config.election_least());
        self.maybe_tell(out);
    }

    /// Tells the successor to stand, once it has all that the leader has.
    pub(super) fn maybe_tell(&mut self, out: &mut Effects<Self>) {
        let (last, term) = (self.durable.log.last_index(), self.durable.term);
        let Role::Leader(leader) = &mut self.role else { return };
        if let Some(Transfer { to, told: false }) = leader.transfer
            && leader.matched(to) == last
        {
            leader.transfer = Some(Transfer { to, told: true });
            // It will be elected although servers hear of this leader: no lease holds any more.
            leader.rounds.hand_over();
            out.because(Why::TellToStand { to, index: last });
            out.send(to, Message::TimeoutNow { term });
        }
    }

    /// The leader wants this server to succeed it.
    pub(super) fn on_timeout_now(&mut self, config: &Config, from: NodeId, out: &mut Effects<Self>) {
        let term = self.durable.term;
        if self.leader() == Some(from) && self.is_voter(config) {
            out.because(Why::StandAtOnce { leader: from, term: term.saturating_add(1) });
            self.become_candidate(config, true, out);
        } else {
            out.because(Why::IgnoreTimeoutNow { from, term });
        }
    }
}
