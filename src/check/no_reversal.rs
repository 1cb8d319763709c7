//! AC2: a decision is never changed.

use super::Property;
use super::preparations::outcome;
use crate::model::{
    Arg, ArgKind, Ballot, Command, Entry, NodeId, NodeSet, Packed, PropertyWord, Text, Witness,
};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// No node that has committed or aborted a transaction does the other later.
#[derive(Clone, Debug, Default, Hash)]
pub struct NoReversal {
    /// By node and slot: whether it has committed.
    decided: BTreeMap<(NodeId, u32), bool>,
}

static WORD: PropertyWord = PropertyWord {
    id: "no-reversal",
    name: Text::new("AC2: no decision is reversed", "AC2：决定不可逆转"),
    statement: Text::new(
        "no node that has committed or aborted a transaction does the other later",
        "已提交或中止某事务的节点，以后不会改为相反的决定",
    ),
};

impl Property for NoReversal {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let commit = *command != Command::NOOP;
            let before = *self.decided.entry((step.node, *slot)).or_insert(commit);
            (before != commit).then(|| Witness {
                text: Text::new(
                    "{node} has {second} transaction {tx}, on which it had decided otherwise before.",
                    "{node} 对事务 {tx} 早有相反的决定，现在却又{second}。",
                ),
                args: vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("tx", Arg::Packed(ArgKind::Ballot, Ballot::of_slot(*slot, nodes.count()).pack())),
                    ("second", Arg::Word(outcome(commit))),
                ],
                nodes: NodeSet::only(step.node),
                cells: Vec::new(),
                quorums: None,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};

    #[test]
    fn the_same_again_is_fine_and_another_node_is_none_of_its_business() {
        let stage = Stage::new(&[1; 3], &[3]);
        let mut property = NoReversal::default();
        for (node, what) in [(0, command(1)), (0, command(1)), (1, Command::NOOP)] {
            assert_eq!(property.observe(&stage, &stage.step(node, &[(4, what.into())])), None);
        }
        let witness =
            property.observe(&stage, &stage.step(0, &[(4, Command::NOOP.into())])).expect("a reversal");
        let sentence = witness.sentence(crate::model::Lang::En);
        assert!(sentence.starts_with("S1 has aborted transaction 2.S2"), "{sentence}");
    }
}
