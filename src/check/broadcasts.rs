//! What the primaries have broadcast and the nodes delivered: what the properties of primary order
//! are about.

use crate::model::{Command, Fingerprint, NodeId};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// A transaction: what a primary has broadcast in its epoch. No request is in one epoch twice.
pub(super) fn transaction(epoch: u32, command: &Command) -> u64 {
    let mut state = Fingerprint::after(u64::from(epoch));
    command.hash(&mut state);
    state.finish()
}

/// A sequence of transactions, one longer.
pub(super) fn longer(chain: u64, transaction: u64) -> u64 {
    let mut state = Fingerprint::after(chain);
    transaction.hash(&mut state);
    state.finish()
}

/// What a step has delivered: slot, epoch, command.
pub(super) fn delivered(step: &Step<'_>) -> impl Iterator<Item = (u32, u32, Command)> {
    step.decided.iter().map(|(slot, entry)| (*slot, entry.term, entry.command))
}

/// Remembers what each primary of each epoch has broadcast: what it adds to its log while it leads.
#[derive(Clone, Debug, Hash, Default)]
pub(super) struct Broadcasts {
    sent: BTreeMap<(u32, NodeId), Vec<u64>>,
    /// Up to where each node's log has been read, and while it led which epoch.
    read: Vec<(u32, u32)>,
}

impl Broadcasts {
    /// Takes in what a step has added.
    pub(super) fn read(&mut self, nodes: &dyn Nodes, step: &Step<'_>) {
        self.read.resize(nodes.count(), (0, 0));
        let now = nodes.inspect(step.node);
        let (Some(log), Some(read)) = (now.log, self.read.get_mut(step.node.index())) else { return };
        if !now.leads {
            return;
        }
        let from = if read.0 == now.epoch { read.1 } else { 0 };
        let last = log.last_index();
        *read = (now.epoch, last);
        let own = (from + 1..=last).rev().map_while(|index| log.get(index));
        let own = own.take_while(|entry| entry.term == now.epoch);
        let mut new: Vec<u64> = own.map(|entry| transaction(entry.term, &entry.command)).collect();
        if !new.is_empty() {
            new.reverse();
            self.sent.entry((now.epoch, step.node)).or_default().append(&mut new);
        }
    }

    /// Each primary of an epoch, with what it has broadcast.
    pub(super) fn of(&self, epoch: u32) -> impl Iterator<Item = (NodeId, &[u64])> {
        let all = self.sent.range((epoch, NodeId(0))..=(epoch, NodeId(u8::MAX)));
        all.map(|((_, node), sent)| (*node, sent.as_slice()))
    }
}
