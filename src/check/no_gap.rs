//! Commands are executed in the order of their slots, and none is left out.

use super::Property;
use crate::model::{Arg, Entry, NodeId, NodeSet, Op, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// Remembers which slot is next on each node.
#[derive(Clone, Debug, Hash, Default)]
pub struct NoGap {
    next: Vec<u32>,
}

static WORD: PropertyWord = PropertyWord {
    id: "no-gap",
    name: Text::new("No gap", "无空缺"),
    statement: Text::new(
        "a node executes the command of a slot only after those of all slots before it",
        "节点只有在执行完之前所有槽位的命令之后，才执行某一槽位的命令",
    ),
};

impl NoGap {
    /// Nothing is executed: the first slot is 1.
    #[must_use]
    pub const fn new() -> Self {
        Self { next: Vec::new() }
    }
}

impl Property for NoGap {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.next.resize(nodes.count(), 1);
        let next = self.next.get_mut(step.node.index())?;
        if step.booted {
            *next = 1;
        }
        // What is in a snapshot need not be executed.
        let base = nodes.inspect(step.node).log.map_or(0, |log| log.base().index);
        for (slot, Entry { command, .. }) in step.decided {
            let gap = (*next).max(base + 1);
            if *slot > gap {
                return Some(witness(step.node, *slot, gap, command.op));
            }
            *next = (slot + 1).max(*next);
        }
        *next = (base + 1).max(*next);
        None
    }
}

fn witness(node: NodeId, slot: u32, gap: u32, op: Op) -> Witness {
    Witness {
        text: Text::new(
            "{node} executed {op} of slot {slot}, and did not know what is chosen in slot {gap}: whatever that is, others execute it first.",
            "{node} 执行了槽位 {slot} 的 {op}，却不知道槽位 {gap} 选定了什么：无论是什么，其他节点都会先执行它。",
        ),
        args: vec![
            ("node", Arg::Packed(NodeId::KIND, node.pack())),
            ("op", Arg::Op(op)),
            ("slot", Arg::Packed(u32::KIND, slot)),
            ("gap", Arg::Packed(u32::KIND, gap)),
        ],
        nodes: NodeSet::only(node),
        cells: vec![(node, slot), (node, gap)],
        quorums: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};

    #[test]
    fn in_order_and_again_after_a_start_is_fine() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = NoGap::new();
        for slots in [&[1, 2][..], &[3]] {
            let decided: Vec<_> = slots.iter().map(|slot| (*slot, command(*slot).into())).collect();
            assert_eq!(property.observe(&stage, &stage.step(0, &decided)), None);
        }
        let decided = [(1, command(1).into())];
        let boot = Step { booted: true, ..stage.step(0, &decided) };
        assert_eq!(property.observe(&stage, &boot), None);
        let missing = property.observe(&stage, &stage.step(0, &[(3, command(3).into())])).expect("slot 2");
        assert_eq!(missing.cells, [(NodeId(0), 3), (NodeId(0), 2)]);
    }

    #[test]
    fn behind_a_snapshot_it_goes_on() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = NoGap::new();
        stage.log(1, &[1, 1, 1, 1]);
        stage.compact(1, 3);
        assert_eq!(property.observe(&stage, &stage.step(1, &[(4, command(4).into())])), None);
        assert!(property.observe(&stage, &stage.step(1, &[(6, command(6).into())])).is_some());
        // It comes, is gone on from, and gives way to the next one, all in one step.
        stage.log(2, &[1, 1, 1, 1]);
        stage.compact(2, 4);
        assert_eq!(
            property.observe(&stage, &stage.step(2, &[(3, command(3).into()), (4, command(4).into())])),
            None
        );
    }
}
