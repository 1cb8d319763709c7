//! Decisions are backed: by votes that were cast, with the weights that the rule gives.

use super::Property;
use crate::model::{
    Arg, ArgKind, Ballot, Command, Entry, NodeId, NodeSet, Packed, PropertyWord, Text, Witness,
};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// A motion is decided *yes* only when those seen to vote for it reach the threshold, and *no* only
/// when those not seen to vote against it cannot.
///
/// The votes are what voters show ([`accepted`](crate::model::Inspection::accepted): the motion and
/// its command, or no-op for a vote against it), not what a coordinator has counted. The
/// slot of a decision is the motion in one row: (round − 1) · nodes + coordinator's place; a no-op is
/// a *no*.
#[derive(Clone, Debug, Hash)]
pub struct Backed {
    phase: Phase,
    /// Per motion, who voted for it and who against it.
    votes: BTreeMap<Ballot, (NodeSet, NodeSet)>,
}

static WORD: PropertyWord = PropertyWord {
    id: "decision-backed",
    name: Text::new("Decisions are backed", "决定有据"),
    statement: Text::new(
        "Yes is decided only when the yes weight reaches the threshold, no only when it cannot reach it any more.",
        "只有赞成权重达到阈值才决定通过，只有不可能达到时才决定否决。",
    ),
};

impl Backed {
    /// `phase` is a place in the protocol's list of phases.
    #[must_use]
    pub const fn new(phase: Phase) -> Self {
        Self { phase, votes: BTreeMap::new() }
    }
}

impl Property for Backed {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        // A step casts one vote at most, and it is the one that shows.
        if let Some((motion, command)) = nodes.inspect(step.node).accepted {
            let (yes, no) = self.votes.entry(motion).or_default();
            let side = if command == Command::NOOP { no } else { yes };
            side.insert(step.node);
        }
        let rule = nodes.rule();
        let needed = rule.threshold(self.phase);
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let count = nodes.count().max(1) as u32;
            let motion = Ballot::new(slot / count + 1, NodeId::at((slot % count) as usize));
            let (yes, no) = self.votes.get(&motion).copied().unwrap_or_default();
            let rest = NodeSet::full(nodes.count()).minus(no);
            let (text, behind) = if *command == Command::NOOP {
                let text = Text::new(
                    "{node} takes motion {motion} for rejected, but besides the no votes ({no}) there is a weight of {weight} left, and {needed} carry it.",
                    "{node} 认定动议 {motion} 被否决，但除反对票（{no}）外仍有权重 {weight}，而 {needed} 即可通过。",
                );
                (rule.is_quorum(self.phase, rest).then_some(text), rest)
            } else {
                let text = Text::new(
                    "{node} takes motion {motion} for carried, but the yes votes ({yes}) weigh {weight}, and {needed} are needed.",
                    "{node} 认定动议 {motion} 通过，但赞成票（{yes}）权重为 {weight}，而需要 {needed}。",
                );
                ((!rule.is_quorum(self.phase, yes)).then_some(text), yes)
            };
            Some(Witness {
                text: text?,
                args: vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("motion", Arg::Packed(ArgKind::Ballot, motion.pack())),
                    ("yes", Arg::Nodes(yes)),
                    ("no", Arg::Nodes(no)),
                    ("weight", Arg::Packed(ArgKind::Number, rule.weight(behind))),
                    ("needed", Arg::Packed(ArgKind::Number, needed)),
                ],
                nodes: NodeSet::only(step.node).or(yes).or(no),
                cells: Vec::new(),
                quorums: None,
            })
        })
    }
}
