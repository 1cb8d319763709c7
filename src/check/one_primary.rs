//! There is one primary at a time.

use super::Property;
use crate::model::{Arg, ArgKind, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// No two nodes that are up take themselves for the one that leads, in whatever epochs. Few protocols
/// promise that; those that elect by a quorum see to it that the older of the two decides nothing.
#[derive(Clone, Copy, Debug, Hash, Default)]
pub struct OnePrimary;

static WORD: PropertyWord = PropertyWord {
    id: "one-primary",
    name: Text::new("One primary at a time", "同时只有一个主节点"),
    statement: Text::new(
        "no two nodes that are up take themselves for the primary at once",
        "不会有两个在线节点同时自认为主节点",
    ),
};

impl Property for OnePrimary {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        if !nodes.inspect(step.node).leads {
            return None;
        }
        let leads = |node: &NodeId| *node != step.node && nodes.inspect(*node).leads;
        let other = nodes.up().iter().find(leads)?;
        Some(Witness {
            text: Text::new(
                "{one} and {two} both take themselves for the primary, and both answer clients.",
                "{one} 与 {two} 都自认为主节点，都在答复客户端。",
            ),
            args: vec![
                ("one", Arg::Packed(ArgKind::Node, other.pack())),
                ("two", Arg::Packed(ArgKind::Node, step.node.pack())),
            ],
            nodes: NodeSet::only(step.node).or(NodeSet::only(other)),
            cells: Vec::new(),
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    #[test]
    fn two_at_once_are_one_too_many_in_whatever_epochs() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        stage.leads(0, 1);
        assert_eq!(OnePrimary.observe(&stage, &stage.step(0, &[])), None);
        stage.role(0, 1, false);
        stage.leads(1, 2);
        assert_eq!(OnePrimary.observe(&stage, &stage.step(1, &[])), None);
        stage.leads(2, 5);
        assert!(OnePrimary.observe(&stage, &stage.step(2, &[])).is_some());
    }
}
