//! Leases: a leader that a quorum has heard of late may answer reads alone.
//!
//! Who hears a heartbeat promises nothing to others for the shortest election time-out, by its own
//! clock. The leader counts from when it *sent* the heartbeat, and an eighth less, as clocks drift. An
//! accept quorum meets every prepare quorum, so while the lease of one lasts nobody else is elected, and
//! nothing is chosen that the leader does not know. (Paxos Made Live §5.2; Gray and Cheriton 1989.)

use super::{ACCEPT, Config, MultiPaxos, Role};
use crate::model::{LocalTime, NodeId, Op, Outcome};

/// Moments are sent in whole ms, rounded down, from 1: 0 is never.
const MS: u64 = 1_000;

impl MultiPaxos {
    /// From now on it promises nothing to others for a while. (Whom it was bound to before has lost its
    /// lease if there is a leader since.)
    pub(super) fn bind(&mut self, config: &Config, now: LocalTime, to: Option<NodeId>) {
        if config.lease.is_some() {
            self.bound = (now + config.election.least, to);
        }
    }

    /// Whether it may not promise anything to a candidate yet.
    pub(super) fn is_bound(&self, config: &Config, now: LocalTime, candidate: NodeId) -> bool {
        let (until, to) = self.bound;
        config.lease.is_some() && now < until && to != Some(candidate)
    }

    /// What a heartbeat says of when it was sent.
    pub(super) fn sent_at(&self, config: &Config, now: LocalTime) -> u32 {
        match config.lease {
            Some(_) => u32::try_from(now.0 / MS + 1).unwrap_or(u32::MAX),
            None => 0,
        }
    }

    /// The answer to a read, if the leader may give it alone: its lease runs, and all that may have
    /// been chosen before its time is executed.
    pub(super) fn read_under_lease(&self, config: &Config, now: LocalTime, op: Op) -> Option<Outcome> {
        let Role::Leader(leader) = &self.role else { return None };
        let runs = now < self.lease_until(config, now)? && self.chosen >= leader.inherited;
        self.machine.read(op).filter(|_| runs)
    }

    /// When its lease ends, if it ever had one: an accept quorum has heard a heartbeat that was sent a
    /// lease before.
    pub(super) fn lease_until(&self, config: &Config, now: LocalTime) -> Option<LocalTime> {
        let (Some(lease), Role::Leader(leader)) = (config.lease, &self.role) else { return None };
        let mut heard = leader.heard.clone();
        if let Some(own) = heard.get_mut(self.me.index()) {
            *own = self.sent_at(config, now);
        }
        let sent = config.rule.quorum_value(ACCEPT, &heard).checked_sub(1)?;
        Some(LocalTime(u64::from(sent) * MS) + lease)
    }
}
