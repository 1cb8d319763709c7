//! Chosen once, chosen for ever; and nothing is learned that is not chosen.

use super::Property;
use super::acceptances::Acceptances;
use crate::model::{Arg, ArgKind, Ballot, Command, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};

/// A value is *chosen* once a quorum of the accept phase has accepted it in one ballot, on disk. No other
/// value may be chosen later (Paxos Made Simple, P2), and what a learner learns must be chosen.
#[derive(Clone, Debug, Hash)]
pub struct ChosenStable {
    prepare: Phase,
    accept: Phase,
    accepted: Acceptances,
    chosen: Option<(Ballot, Command)>,
}

static WORD: PropertyWord = PropertyWord {
    id: "chosen-stable",
    name: Text::new("Chosen is stable", "选定即稳定"),
    statement: Text::new(
        "Once a quorum has accepted a value in one ballot, no other value is ever chosen, and only that is learned.",
        "一旦某个法定人数在同一轮次接受了一个值，就不会再选定别的值，学习者也只学到它。",
    ),
};

impl ChosenStable {
    /// `prepare` and `accept` are places in the protocol's list of phases.
    #[must_use]
    pub fn new(prepare: Phase, accept: Phase) -> Self {
        Self { prepare, accept, accepted: Acceptances::default(), chosen: None }
    }

    /// A proposal has one more accepter.
    fn accepted(&mut self, nodes: &dyn Nodes, proposal: (Ballot, Command)) -> Option<Witness> {
        let rule = nodes.rule();
        if !rule.is_quorum(self.accept, self.accepted.of(proposal)) {
            return None;
        }
        match self.chosen {
            Some(first) if first.1 != proposal.1 => Some(self.chosen_twice(nodes, first, proposal)),
            Some(_) => None,
            None => {
                self.chosen = Some(proposal);
                None
            }
        }
    }

    fn chosen_twice(
        &self,
        nodes: &dyn Nodes,
        first: (Ballot, Command),
        second: (Ballot, Command),
    ) -> Witness {
        let (one, two) = (self.accepted.of(first), self.accepted.of(second));
        // Whoever accepted neither could promise the second ballot without mention of the first.
        let apart = NodeSet::full(nodes.count()).minus(one);
        let missed = nodes.rule().is_quorum(self.prepare, apart);
        let text = if first.0 == second.0 {
            Text::new(
                "In the same ballot {early}, {first} was chosen by {one} and then {second} by {two}: a ballot number was used twice.",
                "在同一轮次 {early} 中，{first} 由 {one} 选定，随后 {second} 又由 {two} 选定：轮次号被用了两次。",
            )
        } else if missed {
            Text::new(
                "{first} was chosen in ballot {early} by {one}; then {second} was chosen in ballot {late} by {two}. \
                 Its proposer needed no promise of {one}: {apart} suffice to prepare, and none of them had accepted {first}.",
                "{first} 已在轮次 {early} 由 {one} 选定；随后 {second} 又在轮次 {late} 由 {two} 选定。\
                 其提议者不需要 {one} 的承诺：{apart} 足以完成准备阶段，而其中无人接受过 {first}。",
            )
        } else {
            Text::new(
                "{first} was chosen in ballot {early} by {one}; then {second} was chosen in ballot {late} by {two}. \
                 Every quorum that prepares has one of {one} in it, so somebody did not keep a promise, forgot it, or was not listened to.",
                "{first} 已在轮次 {early} 由 {one} 选定；随后 {second} 又在轮次 {late} 由 {two} 选定。\
                 任何准备阶段的法定人数都含有 {one} 之一，因此有节点违背或忘记了承诺，或其报告被无视。",
            )
        };
        Witness {
            text,
            args: vec![
                ("first", value(first.1)),
                ("early", ballot(first.0)),
                ("one", Arg::Nodes(one)),
                ("second", value(second.1)),
                ("late", ballot(second.0)),
                ("two", Arg::Nodes(two)),
                ("apart", Arg::Nodes(apart)),
            ],
            nodes: one.or(two),
            cells: Vec::new(),
            quorums: missed.then_some((one, apart)),
        }
    }

    /// A node has learned a value.
    fn learned(&self, nodes: &dyn Nodes, step: &Step<'_>, command: Command) -> Option<Witness> {
        // A second value would have been noticed when it was chosen.
        if self.chosen.is_some_and(|(_, chosen)| chosen == command) {
            return None;
        }
        let rule = nodes.rule();
        let accepters = self.accepted.of_value(command);
        let (number, most) = accepters.max_by_key(|(_, set)| rule.weight(*set)).unwrap_or_default();
        let text = Text::new(
            "{node} learned {second}, which is not chosen: no ballot has more weight behind it than {number}, \
             and that is {weight} ({most}) of the {needed} needed.",
            "{node} 学到 {second}，但它并未被选定：得到最多权重的轮次是 {number}，\
             权重为 {weight}（{most}），需要 {needed}。",
        );
        let args = vec![
            ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
            ("second", value(command)),
            ("number", ballot(number)),
            ("most", Arg::Nodes(most)),
            ("weight", Arg::Packed(ArgKind::Number, rule.weight(most))),
            ("needed", Arg::Packed(ArgKind::Number, rule.threshold(self.accept))),
        ];
        let nodes = most.or(NodeSet::only(step.node));
        Some(Witness { text, args, nodes, cells: Vec::new(), quorums: None })
    }
}

impl Property for ChosenStable {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let accepted = self.accepted.notice(nodes, step);
        let broken = accepted.and_then(|proposal| self.accepted(nodes, proposal));
        broken.or_else(|| step.decided.iter().find_map(|(_, entry)| self.learned(nodes, step, entry.command)))
    }
}

fn value(command: Command) -> Arg {
    Arg::Packed(ArgKind::Value, command.op.value().pack())
}

const fn ballot(ballot: Ballot) -> Arg {
    Arg::Packed(ArgKind::Ballot, ballot.bits())
}
