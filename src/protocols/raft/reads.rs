//! Reads that do not go through the log (dissertation §6.4): the leader makes sure that it still leads,
//! by a round of heartbeats (ReadIndex) or by a lease that an earlier round gave it.
//!
//! What is applied is what is committed here, so a read that is confirmed is answered at once.

use super::{COMMIT, Config, Raft, Role, Why};
use crate::model::{Effects, LocalTime, NodeId, Op, RequestId};

/// How clients' reads are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// As entries of the log, like writes.
    Log,
    /// After a round of heartbeats.
    ReadIndex,
    /// At once, for so long after a round of heartbeats.
    Lease,
    /// At once, whatever may have happened elsewhere: a flaw.
    Local,
}

/// What a leader knows of rounds, and the reads that wait for one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rounds {
    /// How many have been begun in this term.
    begun: u32,
    /// Up to which one a quorum has answered.
    confirmed: u32,
    /// Up to which one each server has answered; empty where no read ever waits.
    acked: Vec<u32>,
    /// When those were begun that are not confirmed.
    started: Vec<(u32, LocalTime)>,
    /// Until when nobody else can be elected.
    lease: LocalTime,
    /// Nobody is asked to hold to it any more: another server was told to stand.
    handed: bool,
    waiting: Vec<Waiting>,
}

/// A read that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Waiting {
    /// For which round.
    round: u32,
    id: RequestId,
    op: Op,
}

/// So many rounds may be under way before the oldest is given up.
const STARTED_MAX: usize = 8;

impl Rounds {
    /// For so many servers; none for a leader whose reads go through the log.
    pub(super) fn new(config: &Config, nodes: usize) -> Self {
        let counts = matches!(config.reads, Reads::ReadIndex | Reads::Lease);
        Self { acked: if counts { vec![0; nodes] } else { Vec::new() }, ..Self::default() }
    }

    /// The round that messages belong to which are sent now.
    pub(super) const fn begun(&self) -> u32 {
        self.begun
    }

    /// How many reads wait.
    pub(super) fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }

    /// Another server may be elected before any lease is over.
    pub(super) fn hand_over(&mut self) {
        self.handed = true;
    }

    fn begin(&mut self, now: LocalTime, me: NodeId) {
        self.begun += 1;
        if self.started.len() == STARTED_MAX {
            self.started.remove(0);
        }
        self.started.push((self.begun, now));
        if let Some(own) = self.acked.get_mut(me.index()) {
            *own = self.begun;
        }
    }
}

impl Raft {
    /// Answers a read without the log if the settings say so; false where it has to go through the log.
    pub(super) fn on_read(
        &mut self,
        config: &Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        out: &mut Effects<Self>,
    ) -> bool {
        if config.reads == Reads::Log {
            return false;
        }
        let own = self.has_own_commit();
        let (index, term) = (self.commit, self.durable.term);
        let Some(outcome) = self.machine.read(op) else { return false };
        let Role::Leader(leader) = &mut self.role else { return false };
        let (client, seq) = (u32::from(id.client.0) + 1, id.seq);
        let rounds = &mut *leader.rounds;
        let leased = own && !rounds.handed && now < rounds.lease;
        match config.reads {
            Reads::Log => return false,
            Reads::Local => {
                out.because(Why::ReadLocally { client, seq, index });
                out.reply(id, outcome);
                return true;
            }
            Reads::Lease if leased => {
                out.because(if config.flaws.lease_drifts {
                    Why::ReadByBadLease { client, seq, index }
                } else {
                    Why::ReadByLease { client, seq, index }
                });
                out.reply(id, outcome);
                return true;
            }
            Reads::ReadIndex | Reads::Lease => {}
        }
        if rounds.waiting.iter().any(|waiting| waiting.id == id) {
            out.because(Why::AwaitRound { client, seq, round: rounds.begun });
            return true;
        }
        // One that was begun before the read came proves nothing for it.
        let round = rounds.begun + 1;
        rounds.waiting.push(Waiting { round, id, op });
        out.because(if own {
            Why::HoldRead { client, seq, index, round }
        } else {
            Why::HoldReadForTerm { client, seq, term }
        });
        self.maybe_begin_round(config, now, out);
        true
    }

    /// Begins a round if a read waits for one and none is under way.
    pub(super) fn maybe_begin_round(&mut self, config: &Config, now: LocalTime, out: &mut Effects<Self>) {
        if !self.has_own_commit() {
            return;
        }
        let Role::Leader(leader) = &mut self.role else { return };
        let Rounds { begun, confirmed, waiting, .. } = &*leader.rounds;
        if begun > confirmed || waiting.is_empty() {
            return;
        }
        leader.rounds.begin(now, self.me);
        leader.beat(&self.durable, self.commit, config, self.me, out);
        self.on_round(config, now, self.me, 0, out);
    }

    /// The heartbeat timer: every heartbeat is a round where somebody waits for one, or the lease is to
    /// go on.
    pub(super) fn begin_round_with_heartbeat(&mut self, config: &Config, now: LocalTime) {
        let own = self.has_own_commit();
        let Role::Leader(leader) = &mut self.role else { return };
        if own && (config.reads == Reads::Lease || !leader.rounds.waiting.is_empty()) {
            leader.rounds.begin(now, self.me);
        }
    }

    /// A server has answered what belonged to a round.
    pub(super) fn on_round(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        round: u32,
        out: &mut Effects<Self>,
    ) {
        let in_force = self.members.latest().in_force;
        let Role::Leader(leader) = &mut self.role else { return };
        let rounds = &mut *leader.rounds;
        let Some(acked) = rounds.acked.get_mut(from.index()) else { return };
        *acked = round.min(rounds.begun).max(*acked);
        let confirmed = config.in_force(in_force).quorum_value(COMMIT, &rounds.acked);
        if confirmed <= rounds.confirmed {
            return;
        }
        rounds.confirmed = confirmed;
        // Counted from when the round began: its answers say nothing of what came later.
        let began = rounds.started.iter().rev().find(|(round, _)| *round == confirmed);
        if let Some((_, began)) = began {
            rounds.lease = rounds.lease.max(*began + config.lease);
        }
        rounds.started.retain(|(round, _)| *round > confirmed);
        let index = self.commit;
        let machine = &self.machine;
        rounds.waiting.retain(|waiting| {
            let Waiting { round, id, op } = *waiting;
            let Some(outcome) = machine.read(op).filter(|_| round <= confirmed) else { return true };
            out.because(Why::ServeRead { client: u32::from(id.client.0) + 1, seq: id.seq, index, round });
            out.reply(id, outcome);
            false
        });
        self.maybe_begin_round(config, now, out);
    }
}
