//! Snapshots (§7): what the log has done takes the place of its entries, and goes in one piece to a
//! follower that lags behind what is left of it.

use super::members::Step;
use super::{Config, Message, Raft, Why, Write};
use crate::machines::Machine;
use crate::model::{Base, Effects, NodeId};
use std::sync::Arc;

/// The state of a server up to an index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Up to where, with the term there (lastIncludedIndex, lastIncludedTerm).
    pub base: Base,
    /// The configuration there.
    pub members: Step,
    /// The machine as it is after that entry.
    pub machine: Machine,
}

impl Raft {
    /// Takes a snapshot if enough has been applied since the last one.
    pub(super) fn maybe_snapshot(&mut self, config: &Config, out: &mut Effects<Self>) {
        let (log, index) = (&self.durable.log, self.commit);
        if config.snapshot_every == 0 || index - log.base().index < config.snapshot_every {
            return;
        }
        let (Some(term), Some(chain)) = (log.term(index), log.chain(index)) else { return };
        let members = self.members.at(index);
        let base = Base { index, term, chain };
        let snapshot = Snapshot { base, members, machine: self.machine.clone() };
        out.because(Why::TakeSnapshot { index, term, entries: index - log.base().index });
        self.members.compact(index);
        out.persist(&mut self.durable, Write::Snapshot(Arc::new(snapshot)));
    }

    /// The leader has compacted what this server lacks.
    pub(super) fn on_install_snapshot(
        &mut self,
        config: &Config,
        leader: NodeId,
        snapshot: Arc<Snapshot>,
        out: &mut Effects<Self>,
    ) {
        self.hear_leader(config, leader, out);
        let Base { index, .. } = snapshot.base;
        if index <= self.commit {
            out.because(Why::HaveSnapshot { leader, index, commit: self.commit });
        } else {
            let last_index = self.durable.log.last_index();
            out.because(Why::InstallSnapshot { leader, index, last_index });
            self.machine = snapshot.machine.clone();
            self.commit = index;
            out.persist(&mut self.durable, Write::Snapshot(snapshot));
            self.members = super::Members::read(&self.durable, config);
        }
        out.send(
            leader,
            Message::Appended { term: self.durable.term, matched: index, beat: false, round: 0 },
        );
    }
}
