//! AC3: a commit has everybody's yes.

use super::Property;
use super::preparations::Preparations;
use crate::model::{Arg, ArgKind, Ballot, Command, Entry, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// A transaction is committed only if everybody who takes part has been prepared for it.
#[derive(Clone, Debug, Default, Hash)]
pub struct AllPrepared {
    preparations: Preparations,
}

static WORD: PropertyWord = PropertyWord {
    id: "commit-validity",
    name: Text::new("AC3: a commit has all votes", "AC3：提交须全票"),
    statement: Text::new(
        "a transaction is committed only if everybody who takes part has voted yes",
        "只有所有参与者都投了赞成票，事务才会提交",
    ),
};

impl Property for AllPrepared {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.preparations.note(nodes, step);
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let tx = Ballot::of_slot(*slot, nodes.count());
            let known = self.preparations.get(tx);
            let missing = known.parties.minus(known.yes);
            if *command == Command::NOOP || !known.parties.is_empty() && missing.is_empty() {
                return None;
            }
            Some(Witness {
                text: Text::new(
                    "{node} commits transaction {tx}, though these have not voted yes on it: {missing}.",
                    "{node} 提交了事务 {tx}，而以下节点并未投赞成票：{missing}。",
                ),
                args: vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("tx", Arg::Packed(ArgKind::Ballot, tx.pack())),
                    ("missing", Arg::Nodes(missing)),
                ],
                nodes: NodeSet::only(step.node).or(missing),
                cells: Vec::new(),
                quorums: None,
            })
        })
    }
}
