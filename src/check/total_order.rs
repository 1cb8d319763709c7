//! Total order: whoever delivers a transaction has delivered the same before it.

use super::Property;
use super::broadcasts::{delivered, longer, transaction};
use crate::model::{Arg, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Its names (Zab, §III-A).
pub static TOTAL_ORDER: PropertyWord = PropertyWord {
    id: "total-order",
    name: Text::new("Total Order", "全序"),
    statement: Text::new(
        "if a server delivers a before b, every server that delivers b has delivered a before it",
        "若某服务器先交付 a 再交付 b，则任何交付 b 的服务器都已先交付 a",
    ),
};

/// Remembers of each transaction what had been delivered before it, as a fingerprint. A word or two a
/// transaction, whatever the number of nodes.
#[derive(Clone, Debug, Hash, Default)]
pub struct TotalOrder {
    /// By slot: what was delivered there first, what had been delivered before, and by whom.
    order: Vec<Option<(u64, u64, NodeId)>>,
    /// What was delivered elsewhere, or later in the same slot.
    further: BTreeMap<u64, (u64, NodeId)>,
    /// How far each node has come, and what it has delivered.
    nodes: Vec<(u32, u64)>,
}

impl TotalOrder {
    /// Nothing has been delivered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn known(&self, place: usize, it: u64) -> Option<(u64, NodeId)> {
        match self.order.get(place).copied().flatten() {
            Some((known, before, by)) if known == it => Some((before, by)),
            Some(_) => {
                let elsewhere = self.order.iter().flatten().find(|(known, _, _)| *known == it);
                elsewhere.map(|(_, before, by)| (*before, *by)).or_else(|| self.further.get(&it).copied())
            }
            None => self.further.get(&it).copied(),
        }
    }
}

impl Property for TotalOrder {
    fn word(&self) -> &'static PropertyWord {
        &TOTAL_ORDER
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.nodes.resize(nodes.count(), (0, 0));
        let (mut reached, mut chain) = *self.nodes.get(step.node.index())?;
        if step.booted {
            (reached, chain) = (0, 0);
        }
        let mut broken = None;
        for (slot, epoch, command) in delivered(step) {
            let (place, it) = (slot.saturating_sub(1) as usize, transaction(epoch, &command));
            if slot != reached + 1 {
                // It goes on behind a snapshot, which stands for what others have delivered.
                let before =
                    place.checked_sub(1).and_then(|before| self.order.get(before).copied().flatten());
                chain = before.map_or(0, |(it, before, _)| longer(before, it));
            }
            match self.known(place, it) {
                Some((before, by)) if before != chain => {
                    broken = broken.or(Some((slot, epoch, command, by)));
                }
                Some(_) => {}
                None => {
                    if place >= self.order.len() {
                        self.order.resize(place + 1, None);
                    }
                    if self.order[place].is_none() {
                        self.order[place] = Some((it, chain, step.node));
                    } else {
                        self.further.insert(it, (chain, step.node));
                    }
                }
            }
            (reached, chain) = (slot, longer(chain, it));
        }
        self.nodes[step.node.index()] = (reached, chain);
        let (slot, epoch, command, by) = broken?;
        Some(Witness {
            text: Text::new(
                "{one} and {other} both deliver {value} of epoch {epoch} ({one} at index {slot}), but not after the same transactions.",
                "{one} 与 {other} 都交付了纪元 {epoch} 的 {value}（{one} 在索引 {slot} 处），但此前交付的事务并不相同。",
            ),
            args: vec![
                ("one", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("other", Arg::Packed(NodeId::KIND, by.pack())),
                ("value", Arg::Op(command.op)),
                ("epoch", Arg::Packed(u32::KIND, epoch)),
                ("slot", Arg::Packed(u32::KIND, slot)),
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

    #[test]
    fn the_same_before_each_is_fine_and_anything_else_is_not() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = TotalOrder::new();
        (0..3).for_each(|node| stage.log(node, &[1, 2, 3]));
        let all = [(1, entry(1, 1)), (2, entry(2, 2)), (3, entry(3, 3))];
        for (node, some) in [(0, &all[..2]), (1, &all[..1]), (0, &all[2..]), (1, &all[1..])] {
            assert_eq!(property.observe(&stage, &stage.step(node, some)), None);
        }
        // After a start all over again.
        let booted = Step { booted: true, ..stage.step(1, &all) };
        assert_eq!(property.observe(&stage, &booted), None);
        // Behind a snapshot.
        assert_eq!(property.clone().observe(&stage, &stage.step(2, &all[2..])), None);
        // The log was compacted while the disk kept what is delivered waiting.
        let mut late = TotalOrder::new();
        stage.compact(0, 3);
        for (node, some) in [(0, &all[..2]), (0, &all[2..]), (1, &all[..])] {
            assert_eq!(late.observe(&stage, &stage.step(node, some)), None);
        }
        let swapped = [all[0], (2, all[2].1), (3, all[1].1)];
        assert!(late.observe(&stage, &stage.step(2, &swapped)).is_some());
        // Without the second.
        stage.log(2, &[1, 3]);
        let holed = [(1, entry(1, 1)), (2, entry(3, 3))];
        let witness = property.observe(&stage, &stage.step(2, &holed)).expect("a hole");
        assert!(witness.nodes.contains(NodeId(2)));
        assert!(!witness.sentence(crate::model::Lang::Zh).contains('{'));
    }
}
