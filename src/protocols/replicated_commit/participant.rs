//! The other shard: prepares, votes, and waits for the outcome.

use super::node::{Out, Want};
use super::{Config, Message, ReplicatedCommit, Timer, Why};
use crate::machines::Partition;
use crate::model::{Ballot, Command, NodeId, Op};

impl ReplicatedCommit {
    pub(super) fn on_prepare(
        &mut self,
        config: &Config,
        from: NodeId,
        tx: Ballot,
        command: Command,
        out: &mut Out,
    ) {
        let Some(own) = self.partition().copied() else { return };
        let fits = own.number(&command) == Some(tx)
            && own.spans(command.op).map(|(_, other)| other) == Some(own.place);
        if !fits {
            out.because(Why::IgnoredStranger { from });
            return;
        }
        if let Some(commit) = self.raft.machine().shard().and_then(|shard| shard.outcome(tx)) {
            out.because(Why::EndedBefore { from, tx });
            out.send(from, Message::Vote { tx, yes: commit });
        } else if self.in_doubt().any(|known| known.id == tx) {
            out.because(Why::RepeatVote { tx });
            out.send(from, Message::Vote { tx, yes: true });
        } else if self.is_on_its_way(tx) || self.waits_for(tx) {
            out.because(Why::VoteLater { tx });
        } else {
            self.prepare(config, tx, command, out);
        }
    }

    fn waits_for(&self, tx: Ballot) -> bool {
        let mut waiting = self.office.iter().flat_map(|office| &office.waiting);
        waiting.any(|want| matches!(want, Want::Prepare(known, _) if *known == tx))
    }

    /// Wait-die: only the older waits for the younger, so there is no circle of those that wait.
    pub(super) fn prepare(&mut self, config: &Config, tx: Ballot, command: Command, out: &mut Out) {
        match self.blocked_by(command.op) {
            Some(holder) if tx < holder => {
                out.because(Why::LockWaits { tx, holder });
                if let Some(office) = &mut self.office {
                    office.waiting.push(Want::Prepare(tx, command));
                }
            }
            Some(holder) => {
                // In the log, so that it never votes otherwise: nobody can commit without it.
                out.because(Why::LockDies { tx, holder });
                self.abort(config, tx, false, out);
                self.vote(config, tx, false, out);
            }
            None => {
                out.because(Why::Prepare { tx, value: command.op.value() });
                self.record(config, command, out);
                if config.votes_unreplicated {
                    out.because(Why::VoteUnlogged { tx });
                    self.vote(config, tx, true, out);
                }
            }
        }
    }

    /// The record is in the logs of a quorum: from now on the shard is in doubt, whoever leads it.
    pub(super) fn on_prepared(&mut self, config: &Config, tx: Ballot, out: &mut Out) {
        if self.leads() && self.in_doubt().any(|known| known.id == tx) {
            out.because(Why::VoteYes { tx });
            self.vote(config, tx, true, out);
        }
    }

    fn vote(&self, config: &Config, tx: Ballot, yes: bool, out: &mut Out) {
        if let Some(coordinator) = self.partition().and_then(|own| own.coordinator(tx)) {
            self.send_to(config, coordinator, &Message::Vote { tx, yes }, out);
        }
    }

    pub(super) fn on_outcome(
        &mut self,
        config: &Config,
        from: NodeId,
        tx: Ballot,
        commit: bool,
        out: &mut Out,
    ) {
        let ending =
            self.raft.tail().any(|command| matches!(command.op, Op::End { tx: ended, .. } if ended == tx));
        let prepared = self.in_doubt().any(|known| known.id == tx) || self.is_on_its_way(tx);
        if !prepared || ending {
            out.because(Why::KnownAlready { from, tx });
            return;
        }
        out.because(if commit { Why::LearnCommit { from, tx } } else { Why::LearnAbort { from, tx } });
        self.record(config, Command { op: Op::End { tx, commit, suspects: false }, ..Command::NOOP }, out);
    }

    /// An end is in the logs of a quorum.
    pub(super) fn on_end(&mut self, config: &Config, own: &Partition, index: u32, tx: Ballot, out: &mut Out) {
        match self.raft.machine().shard().and_then(|shard| shard.outcome(tx)) {
            // The transaction itself came first.
            Some(true) | None if own.coordinates(tx) => {}
            Some(false) if own.coordinates(tx) => self.on_aborted(config, tx, out),
            Some(false) => self.decide(config, tx, Command::NOOP, out),
            Some(true) | None => {
                let log = self.log();
                let entries = (1..index).rev().map_while(|index| log?.get(index));
                let of = |command: &Command| own.number(command) == Some(tx);
                let begun = entries.map(|entry| entry.command).find(of);
                if let Some(command) = begun {
                    self.decide(config, tx, command, out);
                }
            }
        }
    }

    /// Whoever is in doubt asks; the node that coordinated may be gone, its shard is not.
    pub(super) fn on_doubt(&mut self, config: &Config, out: &mut Out) {
        self.run_out(Timer::Doubt);
        let doubts: Vec<Ballot> = self.in_doubt().map(|known| known.id).collect();
        let (Some(first), true) = (doubts.first(), self.office.is_some()) else {
            out.because(Why::IgnoredTimer {});
            return;
        };
        self.suspects = true;
        out.because(Why::InDoubt { tx: *first, open: doubts.len() as u32 });
        for tx in doubts {
            let coordinator = self.partition().and_then(|own| own.coordinator(tx));
            let group = coordinator.map(|place| config.group(place)).unwrap_or_default();
            group.iter().for_each(|node| out.send(node, Message::Inquire { tx }));
        }
    }
}
