//! AC5: nobody stays in doubt.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, Ballot, NodeId, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// Who is prepared for a transaction learns its outcome, once failures are repaired.
#[derive(Clone, Debug)]
pub struct Settles {
    ground: Ground,
    /// Who is in doubt about what, and since when: the first doubt first.
    open: Vec<(NodeId, Ballot, Time)>,
}

static WORD: PropertyWord = PropertyWord {
    id: "decided-by-all",
    name: Text::new("AC5: all decide", "AC5：人人终将决定"),
    statement: Text::new(
        "once nothing breaks any more, whoever has voted yes on a transaction commits or aborts it before long",
        "故障停止之后，对事务投过赞成票的节点不久便会提交或中止它",
    ),
};

impl Settles {
    /// Nobody is in doubt.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, open: Vec::new() }
    }
}

impl Eventually for Settles {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        let now = nodes.inspect(step.node).transactions;
        let before = self.open.len();
        self.open.retain(|(node, tx, _)| *node != step.node || now.iter().any(|known| known.id == *tx));
        let gone = self.open.len() != before;
        let kept = self.open.len();
        for known in now {
            if !self.open[..kept].iter().any(|(node, tx, _)| (*node, *tx) == (step.node, known.id)) {
                self.open.push((step.node, known.id, step.at));
            }
        }
        gone || self.open.len() != kept
    }

    fn wait(&self) -> Wait {
        self.open.first().map_or(Wait::Nothing, |(_, _, since)| Wait::Since(*since))
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (voter, tx, at) = *self.open.first()?;
        if !nodes.up().contains(voter) {
            self.open.remove(0);
            return None;
        }
        let what = Text::new(
            "{voter} voted yes on transaction {tx} at {at} ms, and does not know the outcome:",
            "{voter} 于 {at} 毫秒对事务 {tx} 投了赞成票，却不知道结果：",
        );
        let args = vec![
            ("voter", Arg::Packed(ArgKind::Node, voter.pack())),
            ("tx", Arg::Packed(ArgKind::Ballot, tx.pack())),
            ("at", Arg::Wide(at.0 / 1_000)),
        ];
        let mut witness = self.ground.stuck(nodes, what, args, None, None);
        witness.nodes.insert(voter);
        Some(witness)
    }
}
