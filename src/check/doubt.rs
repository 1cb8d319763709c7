//! Nobody who has voted stays in doubt.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, Ballot, NodeId, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// Who votes on a motion learns its outcome.
///
/// A vote is what a voter shows to have [accepted](crate::model::Inspection::accepted); the slot of a
/// motion is its place in one row, as in [`super::Backed`].
#[derive(Clone, Debug)]
pub struct Doubt {
    ground: Ground,
    /// Who waits for the outcome of what since when, the first vote first.
    open: Vec<(NodeId, Ballot, Time)>,
    /// What each node has voted on last.
    shown: Vec<Option<Ballot>>,
}

static WORD: PropertyWord = PropertyWord {
    id: "outcome-in-time",
    name: Text::new("No doubt for long", "不会长久存疑"),
    statement: Text::new(
        "once nothing breaks any more, whoever has voted knows the outcome before long",
        "故障停止之后，投过票的节点不久便会知道结果",
    ),
};

impl Doubt {
    /// Nobody has voted.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, open: Vec::new(), shown: Vec::new() }
    }
}

impl Eventually for Doubt {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        self.shown.resize(nodes.count(), None);
        let now = nodes.inspect(step.node).accepted.map(|(motion, _)| motion);
        let Some(shown) = self.shown.get_mut(step.node.index()) else { return false };
        let before = std::mem::replace(shown, now);
        if step.booted {
            // A vote that was not on disk yet is gone; the latest that was is the one that shows.
            self.open.retain(|(node, voted, _)| *node != step.node || Some(*voted) == now);
        } else if let Some(motion) = now.filter(|_| now != before) {
            self.open.push((step.node, motion, step.at));
        }
        let count = nodes.count().max(1) as u32;
        for (slot, _) in step.decided {
            let motion = Ballot::new(slot / count + 1, NodeId::at((slot % count) as usize));
            self.open.retain(|(node, voted, _)| (*node, *voted) != (step.node, motion));
        }
        now != before || step.booted || !step.decided.is_empty()
    }

    fn wait(&self) -> Wait {
        self.open.first().map_or(Wait::Nothing, |(_, _, since)| Wait::Since(*since))
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (voter, motion, at) = *self.open.first()?;
        if !nodes.up().contains(voter) {
            self.open.remove(0);
            return None;
        }
        let what = Text::new(
            "{voter} voted on motion {motion} at {at} ms and does not know the outcome:",
            "{voter} 于 {at} 毫秒对动议 {motion} 投了票，却不知道结果：",
        );
        let args = vec![
            ("voter", Arg::Packed(ArgKind::Node, voter.pack())),
            ("motion", Arg::Packed(ArgKind::Ballot, motion.pack())),
            ("at", Arg::Wide(at.0 / 1_000)),
        ];
        let mut witness = self.ground.stuck(nodes, what, args, Some(motion.node()), None);
        witness.nodes.insert(voter);
        Some(witness)
    }
}
