//! Nobody decides otherwise: for each slot one command, on every node and for ever.

use super::Property;
use super::lack::apart;
use crate::model::{Arg, Command, Entry, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};

/// Its names where a log is applied (Raft, Figure 3).
pub static STATE_MACHINE_SAFETY: PropertyWord = PropertyWord {
    id: "state-machine-safety",
    name: Text::new("State Machine Safety", "状态机安全性"),
    statement: Text::new(
        "no two servers ever apply different commands at the same index",
        "任何两台服务器都不会在同一索引处应用不同的命令",
    ),
};

/// Its names where values are chosen.
pub static AGREEMENT: PropertyWord = PropertyWord {
    id: "agreement",
    name: Text::new("Agreement", "一致性"),
    statement: Text::new("no two nodes decide differently", "任何两个节点的决定都相同"),
};

/// Its names where a history is delivered (Zab, §III-A: Agreement; `Zab.tla`: PrefixConsistency).
pub static PREFIX_CONSISTENCY: PropertyWord = PropertyWord {
    id: "prefix-consistency",
    name: Text::new("Agreement", "一致性"),
    statement: Text::new(
        "of any two servers, one has delivered all that the other has, in the same order",
        "任意两台服务器中，总有一台按相同顺序交付了另一台的全部事务",
    ),
};

/// Remembers what was decided first in each slot, and by whom.
#[derive(Clone, Debug, Hash)]
pub struct Agreement {
    word: &'static PropertyWord,
    /// Two phases whose quorums ought to meet.
    meet: Option<(Phase, Phase)>,
    slots: Vec<Option<(Command, NodeId)>>,
}

impl Agreement {
    /// Under one of its names: [`AGREEMENT`], [`STATE_MACHINE_SAFETY`], [`PREFIX_CONSISTENCY`].
    #[must_use]
    pub const fn new(word: &'static PropertyWord) -> Self {
        Self { word, meet: None, slots: Vec::new() }
    }

    /// Which phases have to meet for it to hold: if they do not, the witness says so.
    #[must_use]
    pub const fn resting_on(mut self, a: Phase, b: Phase) -> Self {
        self.meet = Some((a, b));
        self
    }
}

impl Property for Agreement {
    fn word(&self) -> &'static PropertyWord {
        self.word
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let place = *slot as usize;
            if place >= self.slots.len() {
                self.slots.resize(place + 1, None);
            }
            let (first, by) = *self.slots[place].get_or_insert((*command, step.node));
            if first == *command {
                return None;
            }
            let quorums = self.meet.and_then(|(a, b)| apart(nodes, a, b));
            let mut args = vec![
                ("one", Arg::Packed(NodeId::KIND, by.pack())),
                ("other", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("slot", Arg::Packed(u32::KIND, *slot)),
                ("first", Arg::Op(first.op)),
                ("second", Arg::Op(command.op)),
            ];
            let has_log = nodes.inspect(step.node).log.is_some();
            let text = match (has_log, quorums) {
                (true, None) => Text::new(
                    "At index {slot} {one} applied {first} and {other} applied {second}: they will never agree again.",
                    "在索引 {slot} 处，{one} 应用了 {first}，而 {other} 应用了 {second}：两者再也无法一致。",
                ),
                (false, None) => Text::new(
                    "{one} decided {first} and {other} decided {second}.",
                    "{one} 决定了 {first}，而 {other} 决定了 {second}。",
                ),
                (true, Some(_)) => Text::new(
                    "At index {slot} {one} applied {first} and {other} applied {second}: quorums such as {a} and {b} share no node, so neither knew of the other.",
                    "在索引 {slot} 处，{one} 应用了 {first}，而 {other} 应用了 {second}：{a} 与 {b} 这样的法定人数没有共同节点，因此双方互不知晓。",
                ),
                (false, Some(_)) => Text::new(
                    "{one} decided {first} and {other} decided {second}: quorums such as {a} and {b} share no node, so neither knew of the other.",
                    "{one} 决定了 {first}，而 {other} 决定了 {second}：{a} 与 {b} 这样的法定人数没有共同节点，因此双方互不知晓。",
                ),
            };
            if let Some((a, b)) = quorums {
                args.extend([("a", Arg::Nodes(a)), ("b", Arg::Nodes(b))]);
            }
            let cells = if has_log { vec![(by, *slot), (step.node, *slot)] } else { Vec::new() };
            let nodes = [by, step.node].into_iter().collect::<NodeSet>();
            Some(Witness { text, args, nodes, cells, quorums })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};

    #[test]
    fn deciding_the_same_again_is_fine() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Agreement::new(&AGREEMENT);
        for node in [0, 1, 0] {
            let decided = [(3, command(1).into()), (9, command(2).into())];
            assert_eq!(property.observe(&stage, &stage.step(node, &decided)), None);
        }
    }

    #[test]
    fn deciding_otherwise_is_found() {
        for (thresholds, quorums) in [([2, 2], false), ([2, 1], true)] {
            let stage = Stage::new(&[1; 3], &thresholds);
            let mut property = Agreement::new(&STATE_MACHINE_SAFETY).resting_on(0, 1);
            assert_eq!(property.word().id, "state-machine-safety");
            assert_eq!(property.observe(&stage, &stage.step(0, &[(3, command(0).into())])), None);
            let witness =
                property.observe(&stage, &stage.step(2, &[(3, command(1).into())])).expect("two values");
            assert_eq!(witness.quorums.is_some(), quorums);
            let sentence = witness.sentence(crate::model::Lang::En);
            assert!(sentence.starts_with("At index 3 S1 applied a and S3 applied b"), "{sentence}");
        }
    }
}
