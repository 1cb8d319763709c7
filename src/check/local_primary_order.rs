//! Local primary order: what a primary broadcasts is delivered in that order, without a hole.

use super::Property;
use super::broadcasts::{Broadcasts, delivered, transaction};
use crate::model::{Arg, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// Its names (Zab, §III-A).
pub static LOCAL_PRIMARY_ORDER: PropertyWord = PropertyWord {
    id: "local-primary-order",
    name: Text::new("Local Primary Order", "本地主序"),
    statement: Text::new(
        "who delivers what a primary has broadcast has delivered all that it broadcast before, in order",
        "交付某主节点所广播事务的服务器，已按序交付它此前广播的全部事务",
    ),
};

/// Remembers what has been broadcast, and how much of it each node has delivered.
#[derive(Clone, Debug, Hash, Default)]
pub struct LocalPrimaryOrder {
    broadcasts: Broadcasts,
    /// The last slot that each node has delivered, its epoch, and how many of that epoch.
    nodes: Vec<(u32, u32, u32)>,
}

impl LocalPrimaryOrder {
    /// Nothing has been broadcast.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Property for LocalPrimaryOrder {
    fn word(&self) -> &'static PropertyWord {
        &LOCAL_PRIMARY_ORDER
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.broadcasts.read(nodes, step);
        self.nodes.resize(nodes.count(), (0, 0, 0));
        let mut at = *self.nodes.get(step.node.index())?;
        if step.booted {
            at = (0, 0, 0);
        }
        let mut broken = None;
        for (slot, epoch, command) in delivered(step) {
            let it = transaction(epoch, &command);
            let place = |sent: &[u64]| sent.iter().position(|known| *known == it);
            let behind_snapshot = slot != at.0 + 1;
            let count = if at.1 == epoch && !behind_snapshot { at.2 } else { 0 };
            let next = |(_, sent): &(NodeId, &[u64])| sent.get(count as usize) == Some(&it);
            let found = self.broadcasts.of(epoch).find_map(|(by, sent)| Some((by, place(sent)? as u32)));
            match found {
                _ if self.broadcasts.of(epoch).any(|primary| next(&primary)) => at = (slot, epoch, count + 1),
                Some((_, place)) if behind_snapshot => at = (slot, epoch, place + 1),
                Some((by, place)) => {
                    broken = broken.or(Some((slot, epoch, command, by, place, count)));
                    at = (slot, epoch, place + 1);
                }
                // Nobody has broadcast it: that is another property's matter.
                None => at = (slot, epoch, count),
            }
        }
        self.nodes[step.node.index()] = at;
        let (slot, epoch, command, by, place, count) = broken?;
        Some(Witness {
            text: Text::new(
                "{node} delivers {value}, number {place} that {by} broadcast in epoch {epoch}, at index {slot} without number {lacks}.",
                "{node} 在索引 {slot} 处交付了 {value}，即 {by} 在纪元 {epoch} 广播的第 {place} 个，却未先交付第 {lacks} 个。",
            ),
            args: vec![
                ("node", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("value", Arg::Op(command.op)),
                ("place", Arg::Packed(u32::KIND, place + 1)),
                ("by", Arg::Packed(NodeId::KIND, by.pack())),
                ("epoch", Arg::Packed(u32::KIND, epoch)),
                ("slot", Arg::Packed(u32::KIND, slot)),
                ("lacks", Arg::Packed(u32::KIND, count + 1)),
            ],
            nodes: [step.node, by].into_iter().collect::<NodeSet>(),
            cells: vec![(step.node, slot)],
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, entry};
    use crate::model::Entry;

    /// A primary that broadcasts three, and a node that delivers some of them.
    fn deliver(values: &[u32]) -> Option<Witness> {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LocalPrimaryOrder::new();
        stage.leads(0, 4);
        let entries = |values: &[u32]| values.iter().map(|value| (4, *value)).collect::<Vec<_>>();
        for sent in 1..=3 {
            stage.entries(0, &entries(&[1, 2, 3][..sent]));
            assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        }
        stage.entries(1, &entries(values));
        let decided: Vec<(u32, Entry)> = (1..).zip(values.iter().map(|value| entry(4, *value))).collect();
        property.observe(&stage, &stage.step(1, &decided))
    }

    #[test]
    fn in_order_is_fine_and_a_hole_is_found() {
        assert_eq!(deliver(&[1, 2, 3]), None);
        assert_eq!(deliver(&[1]), None);
        let witness = deliver(&[1, 3]).expect("a hole");
        let sentence = witness.sentence(crate::model::Lang::En);
        assert!(sentence.contains("number 3") && sentence.ends_with("without number 2."), "{sentence}");
        assert!(deliver(&[2, 1]).is_some());
    }
}
