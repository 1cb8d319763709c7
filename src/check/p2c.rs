//! P2c, the invariant from which Paxos follows, checked whenever something is proposed.

use super::Property;
use super::acceptances::Acceptances;
use crate::model::{Arg, ArgKind, Ballot, Command, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// If (b, v) is proposed, there is a quorum of the prepare phase such that nobody in it has accepted
/// below b, or v is the value of the highest ballot below b accepted in it. And b is proposed in
/// with one value only: different proposals have different numbers.
#[derive(Clone, Debug, Hash)]
pub struct P2c {
    prepare: Phase,
    accepted: Acceptances,
    proposed: BTreeMap<Ballot, Command>,
    /// What each node showed to propose last.
    shown: Vec<Option<(Ballot, Command)>>,
}

static WORD: PropertyWord = PropertyWord {
    id: "p2c",
    name: Text::new("P2c", "P2c"),
    statement: Text::new(
        "Some quorum of acceptors backs each proposal: none of them has accepted anything before, or its value is that of the highest ballot that they have.",
        "每个提案都有一个接受者法定人数支撑：其中无人接受过更早的提案，或提案的值就是其中最高轮次的值。",
    ),
};

impl P2c {
    /// `prepare` is a place in the protocol's list of phases.
    #[must_use]
    pub fn new(prepare: Phase) -> Self {
        Self { prepare, accepted: Acceptances::default(), proposed: BTreeMap::new(), shown: Vec::new() }
    }

    /// The largest set that backs the proposal, and what stands against it: the highest proposal of
    /// another value, with those who accepted nothing higher.
    fn backers(&self, nodes: usize, number: Ballot, command: Command) -> (NodeSet, Option<Against>) {
        let mut rest = NodeSet::full(nodes);
        let mut against: Option<Against> = None;
        // From the highest ballot down, `rest` is who has accepted nothing from there on up.
        for ((ballot, value), accepters) in self.accepted.down_from(number) {
            if rest.is_empty() {
                break;
            }
            let here = accepters.and(rest);
            if here.is_empty() {
                continue;
            }
            if value == command {
                // All of `rest` have nothing higher than this, and it is our value.
                return (rest, against);
            }
            rest = rest.minus(here);
            against = against.or(Some(Against { ballot, value, by: here }));
        }
        (rest, against)
    }

    fn proposed_twice(&self, node: NodeId, number: Ballot, one: Command, two: Command) -> Witness {
        let set = |command| self.accepted.of((number, command));
        Witness {
            text: Text::new(
                "{node} proposes {two} in ballot {ballot}, in which it has proposed {one} before: a ballot number was used twice.",
                "{node} 在轮次 {ballot} 提议 {two}，而它此前已在同一轮次提议 {one}：轮次号被用了两次。",
            ),
            args: vec![
                ("node", Arg::Packed(ArgKind::Node, node.pack())),
                ("ballot", Arg::Packed(ArgKind::Ballot, number.pack())),
                ("one", Arg::Packed(ArgKind::Value, one.op.value().pack())),
                ("two", Arg::Packed(ArgKind::Value, two.op.value().pack())),
            ],
            nodes: NodeSet::only(node).or(set(one)).or(set(two)),
            cells: Vec::new(),
            quorums: None,
        }
    }
}

/// An earlier proposal of another value.
#[derive(Clone, Copy)]
struct Against {
    ballot: Ballot,
    value: Command,
    by: NodeSet,
}

impl Property for P2c {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.accepted.notice(nodes, step);
        self.shown.resize(nodes.count(), None);
        let now = nodes.inspect(step.node).proposed;
        let before = std::mem::replace(&mut self.shown[step.node.index()], now);
        let (number, command) = now.filter(|_| now != before)?;
        match self.proposed.insert(number, command) {
            Some(earlier) if earlier != command => {
                return Some(self.proposed_twice(step.node, number, earlier, command));
            }
            Some(_) | None => {}
        }
        let rule = nodes.rule();
        let (backers, against) = self.backers(nodes.count(), number, command);
        if rule.is_quorum(self.prepare, backers) {
            return None;
        }
        // Without a proposal that stands against it, everybody backs it: then no quorum is possible
        // at all, and nobody could have proposed.
        let against =
            against.unwrap_or(Against { ballot: Ballot::ZERO, value: Command::NOOP, by: NodeSet::EMPTY });
        Some(Witness {
            text: Text::new(
                "{node} proposes {value} in ballot {ballot}, but {by} accepted {other} in {earlier}. The nodes that back {value} ({backers}) \
                 weigh {weight}, and preparing needs {needed}: {other} may have been chosen.",
                "{node} 在轮次 {ballot} 提议 {value}，但 {by} 已在 {earlier} 接受 {other}。支撑 {value} 的节点（{backers}）\
                 权重为 {weight}，而准备阶段需要 {needed}：{other} 可能已被选定。",
            ),
            args: vec![
                ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                ("value", Arg::Packed(ArgKind::Value, command.op.value().pack())),
                ("ballot", Arg::Packed(ArgKind::Ballot, number.pack())),
                ("by", Arg::Nodes(against.by)),
                ("other", Arg::Packed(ArgKind::Value, against.value.op.value().pack())),
                ("earlier", Arg::Packed(ArgKind::Ballot, against.ballot.pack())),
                ("backers", Arg::Nodes(backers)),
                ("weight", Arg::Packed(ArgKind::Number, rule.weight(backers))),
                ("needed", Arg::Packed(ArgKind::Number, rule.threshold(self.prepare))),
            ],
            nodes: NodeSet::only(step.node).or(against.by),
            cells: Vec::new(),
            quorums: None,
        })
    }
}
