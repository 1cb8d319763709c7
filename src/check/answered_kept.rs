//! What clients were told is done stays done.

use super::Property;
use crate::model::{Arg, ArgKind, Log, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// What a leader has answered for, up to where it takes its log to be committed, is in the log of everyone
/// who leads after it.
///
/// The longest log that was answered for is kept, as far as it was; a copy shares its memory.
#[derive(Clone, Debug, Hash, Default)]
pub struct AnsweredKept {
    kept: Log,
}

static WORD: PropertyWord = PropertyWord {
    id: "answered-kept",
    name: Text::new("What was answered is kept", "已答复的不丢失"),
    statement: Text::new(
        "what a client was told is done is in the log of everyone who leads from then on",
        "告知客户端已完成的内容，此后每个主节点的日志里都有",
    ),
};

impl Property for AnsweredKept {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let now = nodes.inspect(step.node);
        let log = now.log.filter(|_| now.leads)?;
        let upto = self.kept.last_index();
        let chain = self.kept.chain(upto).unwrap_or(0);
        if log.lacks(upto, chain) {
            let differs = |index: &u32| log.chain(*index) != self.kept.chain(*index);
            let index = (self.kept.first_index()..=upto).find(differs).unwrap_or(upto);
            let value = self.kept.get(index).and_then(|entry| entry.command.op.value());
            let had = |node: &crate::model::NodeId| {
                nodes.inspect(*node).log.is_some_and(|log| log.chain(index) == self.kept.chain(index))
            };
            let holders: NodeSet = crate::model::NodeId::all(nodes.count()).filter(had).collect();
            return Some(Witness {
                text: Text::new(
                    "{node} leads without {value} at index {index} of its log, although a client had been told that it is done. Who still has it: {holders}.",
                    "{node} 担任主节点，日志索引 {index} 处却没有 {value}，而客户端已被告知它已完成。仍持有它的节点：{holders}。",
                ),
                args: vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("value", Arg::Packed(ArgKind::Value, value.pack())),
                    ("index", Arg::Packed(ArgKind::Number, index)),
                    ("holders", Arg::Nodes(holders)),
                ],
                nodes: holders.or(NodeSet::only(step.node)),
                cells: holders.or(NodeSet::only(step.node)).iter().map(|node| (node, index)).collect(),
                quorums: None,
            });
        }
        if now.commit > upto {
            self.kept = log.clone();
            self.kept.truncate(now.commit);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    #[test]
    fn who_leads_has_what_was_decided() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = AnsweredKept::default();
        stage.leads(0, 1);
        stage.log(0, &[1, 1, 1]);
        stage.commit(0, 2);
        assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        // The third was not told to anybody.
        stage.leads(1, 2);
        stage.log(1, &[1, 1]);
        assert_eq!(property.observe(&stage, &stage.step(1, &[])), None);
        stage.leads(2, 3);
        stage.log(2, &[1]);
        let witness = property.observe(&stage, &stage.step(2, &[])).expect("the second is lost");
        assert_eq!(witness.cells.iter().map(|(_, index)| *index).collect::<Vec<_>>(), [2, 2, 2]);
    }
}
