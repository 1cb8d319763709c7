//! The mean is preserved: what one node gains the others lose.

use super::Property;
use crate::model::{Arg, NodeSet, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// The sum of all nodes' [masses](crate::model::Inspection::mass) stays from each round in which all of
/// them are to the next, if nobody has gone without a message or started again in between.
///
/// A node's round is its [epoch](crate::model::Inspection::epoch).
#[derive(Clone, Debug, Hash, Default)]
pub struct MeanPreserved {
    /// What each node had when it came to its round, the round, and what it had gone without.
    now: Vec<Option<(u32, i64, u32)>>,
    /// The sum when all were last in one round, with all that had been gone without by then.
    before: Option<(u32, i64, u64)>,
}

static WORD: PropertyWord = PropertyWord {
    id: "mean-preserved",
    name: Text::new("Mean preserved", "保持平均值"),
    statement: Text::new(
        "from a round to the next in which everybody hears all neighbours, the mean of all numbers stays",
        "若相邻两轮中所有节点都收到了全部邻居的消息，则总平均值不变",
    ),
};

impl MeanPreserved {
    /// Nothing has been seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Property for MeanPreserved {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let inspection = nodes.inspect(step.node);
        let mass = inspection.mass?;
        self.now.resize(nodes.count(), None);
        if step.booted {
            // Its disk may be gone, and its messages are.
            self.before = None;
        }
        let now = Some((inspection.epoch, mass.held, mass.missed));
        let place = self.now.get_mut(step.node.index())?;
        if *place == now {
            return None;
        }
        *place = now;
        let round = inspection.epoch;
        let mut sums = (0, 0);
        for node in &self.now {
            let (epoch, held, missed) = (*node)?;
            if epoch != round {
                return None;
            }
            sums = (sums.0 + held, sums.1 + u64::from(missed));
        }
        let (sum, missed) = sums;
        let before = self.before.replace((round, sum, missed));
        let (first, was, gone) = before?;
        if was == sum || gone != missed {
            return None;
        }
        let count = nodes.count().max(1) as i64;
        let witness = Witness::plain(Text::new(
            "In round {first} the mean was {was}, in round {round} it is {sum}, and nobody has gone without a message.",
            "第 {first} 轮的平均值为 {was}，第 {round} 轮却为 {sum}，而没有节点缺少消息。",
        ));
        Some(Witness {
            args: vec![
                ("first", Arg::Wide(first.into())),
                ("was", Arg::Nano(was / count)),
                ("round", Arg::Wide(round.into())),
                ("sum", Arg::Nano(sum / count)),
            ],
            nodes: NodeSet::full(nodes.count()),
            ..witness
        })
    }
}
