//! Integrity: what is delivered has been broadcast.

use super::Property;
use super::broadcasts::{Broadcasts, delivered, transaction};
use crate::model::{Arg, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// Its names (Zab, §III-A).
pub static INTEGRITY: PropertyWord = PropertyWord {
    id: "integrity",
    name: Text::new("Integrity", "完整性"),
    statement: Text::new(
        "what a server delivers, some primary has broadcast in its epoch",
        "服务器交付的每个事务，都曾由某个主节点在其纪元中广播",
    ),
};

/// Remembers what has been broadcast.
#[derive(Clone, Debug, Hash, Default)]
pub struct Integrity {
    broadcasts: Broadcasts,
}

impl Integrity {
    /// Nothing has been broadcast.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Property for Integrity {
    fn word(&self) -> &'static PropertyWord {
        &INTEGRITY
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.broadcasts.read(nodes, step);
        let (slot, epoch, command) = delivered(step).find(|(_, epoch, command)| {
            let it = transaction(*epoch, command);
            !self.broadcasts.of(*epoch).any(|(_, sent)| sent.contains(&it))
        })?;
        Some(Witness {
            text: Text::new(
                "{node} delivers {value} of epoch {epoch} at index {slot}, which no primary of that epoch has broadcast.",
                "{node} 在索引 {slot} 处交付了纪元 {epoch} 的 {value}，而该纪元的主节点从未广播过它。",
            ),
            args: vec![
                ("node", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("value", Arg::Op(command.op)),
                ("epoch", Arg::Packed(u32::KIND, epoch)),
                ("slot", Arg::Packed(u32::KIND, slot)),
            ],
            nodes: NodeSet::only(step.node),
            cells: vec![(step.node, slot)],
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, entry};

    #[test]
    fn what_its_primary_has_broadcast_may_be_delivered_and_nothing_else() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Integrity::new();
        stage.leads(0, 1);
        stage.log(0, &[1]);
        assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        stage.log(1, &[1, 2]);
        assert_eq!(property.observe(&stage, &stage.step(1, &[(1, entry(1, 1))])), None);
        // Another leads epoch 2, and has broadcast nothing.
        stage.leads(2, 2);
        assert_eq!(property.observe(&stage, &stage.step(2, &[])), None);
        let witness = property.observe(&stage, &stage.step(1, &[(2, entry(2, 2))])).expect("out of the air");
        assert_eq!(witness.cells, [(NodeId(1), 2)]);
        assert!(!witness.sentence(crate::model::Lang::Zh).contains('{'));
    }
}
