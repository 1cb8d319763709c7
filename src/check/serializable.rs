//! The committed transactions could have run one after another.

use super::Property;
use crate::model::{Arg, ArgKind, Key, NodeSet, Packed, PropertyWord, RequestId, Text, Witness};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// The graph of conflicts has no cycle: whoever writes a register after another comes after it, on every
/// register alike.
///
/// A transaction has an edge to the one that wrote one of its registers next. A read of a single register
/// lies between two of these and adds nothing.
#[derive(Clone, Debug, Default, Hash)]
pub struct Serializable {
    /// By register: the version seen last, and who wrote it.
    last: BTreeMap<Key, (u32, RequestId)>,
    /// Who comes right after whom, on which register.
    next: BTreeMap<RequestId, Vec<RequestId>>,
}

static WORD: PropertyWord = PropertyWord {
    id: "serializable",
    name: Text::new("Serialisable", "可串行化"),
    statement: Text::new(
        "the committed transactions could have run one after another: no two overwrite each other in different orders",
        "已提交的事务等价于某个逐一执行的顺序：任何两个事务在各寄存器上的先后都一致",
    ),
};

impl Serializable {
    /// Whether one comes after the other by a chain of conflicts.
    fn follows(&self, from: RequestId, to: RequestId) -> bool {
        let (mut open, mut seen) = (vec![from], Vec::new());
        while let Some(one) = open.pop() {
            if one == to {
                return true;
            }
            if !seen.contains(&one) {
                seen.push(one);
                open.extend(self.next.get(&one).into_iter().flatten().copied());
            }
        }
        false
    }
}

impl Property for Serializable {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let mut found = None;
        for stored in nodes.inspect(step.node).stored {
            let before = self.last.get(&stored.key).copied();
            // After a lost disk versions begin anew: nothing is known of what was there.
            if before.is_some_and(|(version, _)| version >= stored.version) {
                continue;
            }
            self.last.insert(stored.key, (stored.version, stored.by));
            let Some((_, earlier)) = before.filter(|(_, earlier)| *earlier != stored.by) else { continue };
            if self.follows(stored.by, earlier) {
                found = Some((stored.key, earlier, stored.by));
            }
            self.next.entry(earlier).or_default().push(stored.by);
        }
        let (key, earlier, later) = found?;
        let number = |number: u32| Arg::Packed(ArgKind::Number, number);
        Some(Witness {
            text: Text::new(
                "{node} lets c{one}.{first} overwrite what c{other}.{second} wrote to {key}, but elsewhere it came before: no order of the two fits.",
                "{node} 让 c{one}.{first} 覆盖了 c{other}.{second} 写入 {key} 的内容，但在别处它更早：没有任何先后顺序成立。",
            ),
            args: vec![
                ("node", Arg::Packed(ArgKind::Node, u32::from(step.node.0))),
                ("key", Arg::Packed(ArgKind::Key, key.pack())),
                ("one", number(u32::from(later.client.0) + 1)),
                ("first", number(later.seq)),
                ("other", number(u32::from(earlier.client.0) + 1)),
                ("second", number(earlier.seq)),
            ],
            nodes: NodeSet::only(step.node),
            cells: Vec::new(),
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};
    use crate::model::{Lang, NodeId, Stored, Value};

    /// A register with a version that a transaction wrote.
    fn stored(key: u8, version: u32, by: u32) -> Stored {
        Stored { key: Key(key), value: Value(by), version, by: command(by).request }
    }

    /// Each: a node, and what its shard holds then. The step that broke it, if one did.
    fn broken(steps: &[(u8, &[Stored])]) -> Option<(usize, Witness)> {
        let (mut stage, mut property) = (Stage::new(&[1; 3], &[2]), Serializable::default());
        steps.iter().enumerate().find_map(|(place, (node, shard))| {
            stage.stores(*node, shard);
            Some((place, property.observe(&stage, &stage.step(*node, &[]))?))
        })
    }

    #[test]
    fn two_that_overwrite_each_other_in_different_orders() {
        // S1 has 1 and then 2, S2 the other way round.
        let (place, witness) = broken(&[
            (0, &[stored(0, 1, 1)]),
            (1, &[stored(1, 1, 2)]),
            (0, &[stored(0, 2, 2)]),
            (1, &[stored(1, 2, 1)]),
        ])
        .expect("a cycle");
        assert_eq!((place, witness.nodes), (3, NodeSet::only(NodeId(1))));
        assert_eq!(
            witness.sentence(Lang::En),
            "S2 lets c1.2 overwrite what c1.3 wrote to y, but elsewhere it came before: no order of the two fits."
        );
    }

    #[test]
    fn a_cycle_may_go_through_others() {
        // On x 1 before 2, on y 2 before 3, on z 3 before 1.
        let found = broken(&[
            (0, &[stored(0, 1, 1)]),
            (1, &[stored(1, 1, 2)]),
            (2, &[stored(2, 1, 3)]),
            (0, &[stored(0, 2, 2)]),
            (1, &[stored(1, 2, 3)]),
            (2, &[stored(2, 2, 1)]),
        ]);
        assert_eq!(found.map(|(place, _)| place), Some(5));
    }

    #[test]
    fn the_same_order_everywhere_is_fine() {
        let held = broken(&[
            // Two registers of one shard at once.
            (0, &[stored(0, 1, 1), stored(1, 1, 1)]),
            (2, &[stored(2, 1, 2)]),
            (0, &[stored(0, 2, 2), stored(1, 2, 2)]),
            (0, &[stored(0, 3, 3), stored(1, 2, 2)]),
            (2, &[stored(2, 2, 3)]),
            // Nothing new.
            (2, &[stored(2, 2, 3)]),
            // After a lost disk.
            (0, &[stored(0, 1, 1)]),
        ]);
        assert_eq!(held, None);
    }
}
