//! A leader's later command comes through without an earlier one.

use super::goals::Sometimes;
use crate::model::{Entry, Inspection, NodeId, PropertyWord, RequestId, Text};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// A node executes a command of a leader without one that the same leader, in the same epoch, proposed
/// before it. Agreement does not forbid that; primary order (Zab, §III-A) does.
///
/// A command is its first leader's: whoever proposes it again does so for that one.
#[derive(Clone, Debug, Default)]
pub struct Overtaken {
    /// Whose each command is, and how many of the same leader came before it.
    first: BTreeMap<RequestId, (u32, u32)>,
    /// How many each leader has proposed, by epoch.
    proposed: BTreeMap<u32, u32>,
    /// Up to where each node's log has been read, and while it led which epoch.
    read: Vec<(u32, u32)>,
    /// How many of each leader's commands each node has executed.
    executed: BTreeMap<(NodeId, u32), u32>,
    /// The last slot of each node.
    slots: Vec<u32>,
}

static WORD: PropertyWord = PropertyWord {
    id: "leader-order-lost",
    name: Text::new("A leader's order is lost", "领导者的次序丢失"),
    statement: Text::new(
        "a leader's command is executed without one that it proposed before",
        "领导者的某条命令被执行，而它此前提议的另一条却没有",
    ),
};

impl Overtaken {
    /// Takes in what the node has proposed of its own.
    fn read(&mut self, now: &Inspection<'_>, node: NodeId) {
        let (Some(log), Some(read)) = (now.log, self.read.get_mut(node.index())) else { return };
        if !now.leads {
            return;
        }
        let from = if read.0 == now.epoch { read.1 } else { 0 };
        *read = (now.epoch, log.last_index());
        for index in from.max(now.commit) + 1..=log.last_index() {
            let own =
                log.get(index).filter(|entry| entry.term == now.epoch && entry.command.request.seq != 0);
            let Some(entry) = own else { continue };
            let count = self.proposed.entry(now.epoch).or_default();
            if let std::collections::btree_map::Entry::Vacant(place) = self.first.entry(entry.command.request)
            {
                place.insert((now.epoch, *count));
                *count += 1;
            }
        }
    }
}

impl Sometimes for Overtaken {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, now: &Inspection<'_>, step: &Step<'_>) -> bool {
        self.read.resize(nodes.count(), (0, 0));
        self.slots.resize(nodes.count(), 0);
        let node = step.node;
        if step.booted {
            self.slots[node.index()] = 0;
            self.executed.retain(|(known, _), _| *known != node);
        }
        self.read(now, node);
        let mut overtaken = false;
        for (slot, Entry { command, .. }) in step.decided {
            // Behind a snapshot nobody knows what has been executed.
            let follows = std::mem::replace(&mut self.slots[node.index()], *slot) + 1 == *slot;
            let Some((epoch, before)) = self.first.get(&command.request).copied() else { continue };
            let count = self.executed.entry((node, epoch)).or_default();
            overtaken |= follows && before > *count;
            *count = (before + 1).max(*count);
        }
        overtaken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, entry};

    /// A leader proposes three, another one proposes some of them again, and a node executes those.
    fn executed(values: &[u32]) -> bool {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Overtaken::default();
        let mut look = |stage: &Stage, node: u8, decided: &[(u32, Entry)]| {
            let step = stage.step(node, decided);
            property.observe(stage, &stage.inspect(step.node), &step)
        };
        for (node, epoch, values) in [(0, 4, &[1, 2, 3][..]), (1, 5, values)] {
            stage.leads(node, epoch);
            stage.entries(node, &values.iter().map(|value| (epoch, *value)).collect::<Vec<_>>());
            assert!(!look(&stage, node, &[]));
        }
        let decided: Vec<(u32, Entry)> = (1..).zip(values.iter().map(|value| entry(4, *value))).collect();
        look(&stage, 2, &decided)
    }

    #[test]
    fn a_hole_is_seen_though_somebody_else_has_proposed_it_again() {
        assert!(!executed(&[1, 2, 3]) && !executed(&[1]) && !executed(&[]));
        assert!(executed(&[1, 3]) && executed(&[2]) && executed(&[9, 2, 8]));
    }
}
