//! Global primary order: what is of an earlier epoch is delivered earlier.

use super::Property;
use super::broadcasts::delivered;
use crate::model::{Arg, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// Its names (Zab, §III-A).
pub static GLOBAL_PRIMARY_ORDER: PropertyWord = PropertyWord {
    id: "global-primary-order",
    name: Text::new("Global Primary Order", "全局主序"),
    statement: Text::new(
        "who delivers transactions of two epochs delivers those of the earlier one first",
        "同时交付两个纪元事务的服务器，先交付较早纪元的事务",
    ),
};

/// Remembers the epoch that each node has delivered of last.
#[derive(Clone, Debug, Hash, Default)]
pub struct GlobalPrimaryOrder {
    last: Vec<u32>,
}

impl GlobalPrimaryOrder {
    /// Nothing has been delivered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Property for GlobalPrimaryOrder {
    fn word(&self) -> &'static PropertyWord {
        &GLOBAL_PRIMARY_ORDER
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.last.resize(nodes.count(), 0);
        let last = self.last.get_mut(step.node.index())?;
        if step.booted {
            *last = 0;
        }
        for (slot, epoch, command) in delivered(step) {
            if epoch < *last {
                return Some(Witness {
                    text: Text::new(
                        "{node} delivers {value} of epoch {epoch} at index {slot}, after one of epoch {last}.",
                        "{node} 在纪元 {last} 的事务之后，于索引 {slot} 处交付了纪元 {epoch} 的 {value}。",
                    ),
                    args: vec![
                        ("node", Arg::Packed(NodeId::KIND, step.node.pack())),
                        ("value", Arg::Op(command.op)),
                        ("epoch", Arg::Packed(u32::KIND, epoch)),
                        ("slot", Arg::Packed(u32::KIND, slot)),
                        ("last", Arg::Packed(u32::KIND, *last)),
                    ],
                    nodes: NodeSet::only(step.node),
                    cells: vec![(step.node, slot)],
                    quorums: None,
                });
            }
            *last = epoch;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, entry};

    #[test]
    fn an_earlier_epoch_after_a_later_one_is_found() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = GlobalPrimaryOrder::new();
        stage.log(0, &[1, 3, 2]);
        let all = [(1, entry(1, 1)), (2, entry(3, 3)), (3, entry(2, 2))];
        assert_eq!(property.observe(&stage, &stage.step(0, &all[..2])), None);
        assert!(property.clone().observe(&stage, &stage.step(0, &all[2..])).is_some());
        // Anew from the start.
        let booted = Step { booted: true, ..stage.step(0, &all[..1]) };
        assert_eq!(property.observe(&stage, &booted), None);
    }
}
