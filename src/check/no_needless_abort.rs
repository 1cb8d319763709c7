//! AC4: what all have voted yes on is committed, unless somebody may have failed meanwhile.

use super::Property;
use super::preparations::Preparations;
use crate::model::{Arg, ArgKind, Ballot, Command, Entry, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// No transaction is aborted that all have voted yes on, unless somebody was suspected of having failed: in
/// this transaction, that another one was disturbed excuses nothing.
#[derive(Clone, Debug, Default, Hash)]
pub struct NoNeedlessAbort {
    preparations: Preparations,
}

static WORD: PropertyWord = PropertyWord {
    id: "no-needless-abort",
    name: Text::new("AC4: no abort without cause", "AC4：无故不中止"),
    statement: Text::new(
        "if everybody votes yes and nobody is suspected of having failed, the transaction is committed",
        "若所有参与者都投赞成票且没有节点被怀疑失效，事务就会提交",
    ),
};

impl Property for NoNeedlessAbort {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.preparations.note(nodes, step);
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let tx = Ballot::of_slot(*slot, nodes.count());
            let known = self.preparations.get(tx);
            let all = !known.parties.is_empty() && known.parties.minus(known.yes).is_empty();
            if *command != Command::NOOP || known.suspected || !all {
                return None;
            }
            Some(Witness {
                text: Text::new(
                    "{node} aborts transaction {tx}, on which all have voted yes, and nobody was suspected of having failed.",
                    "{node} 中止了事务 {tx}，而所有参与者都投了赞成票，也没有节点被怀疑失效。",
                ),
                args: vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("tx", Arg::Packed(ArgKind::Ballot, tx.pack())),
                ],
                nodes: NodeSet::only(step.node),
                cells: Vec::new(),
                quorums: None,
            })
        })
    }
}
