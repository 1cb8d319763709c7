//! The mean is preserved: what one node gains the others lose.

use super::Property;
use super::goals::Sometimes;
use crate::model::{Arg, Inspection, Mass, NodeSet, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// The sum of all nodes' [masses](crate::model::Inspection::mass), and of their weights, stays from each
/// round in which all of them are to the next, if nobody has gone without a message or started again in between.
///
/// A node's round is its [epoch](crate::model::Inspection::epoch).
#[derive(Clone, Debug, Hash, Default)]
pub struct MeanPreserved {
    /// What each node had when it came to its round, the round, and what it had gone without.
    now: Vec<Option<(u32, Mass)>>,
    /// When all were last in one round.
    before: Option<Whole>,
}

/// All nodes' masses together, in one round.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
struct Whole {
    round: u32,
    sum: i64,
    weight: i64,
    /// How many messages had been gone without by then.
    missed: u64,
}

impl Whole {
    /// Of all nodes, if they are in one round.
    fn of(nodes: &[Option<(u32, Mass)>], round: u32) -> Option<Self> {
        let mut whole = Self { round, sum: 0, weight: 0, missed: 0 };
        for node in nodes {
            let (epoch, Mass { held, weight, missed }) = (*node)?;
            if epoch != round {
                return None;
            }
            (whole.sum, whole.weight) = (whole.sum + held, whole.weight + weight);
            whole.missed += u64::from(missed);
        }
        Some(whole)
    }

    fn mean(self) -> i64 {
        /// Sums and weights are whole billionths.
        const UNIT: i64 = 1_000_000_000;
        (i128::from(self.sum) * i128::from(UNIT) / i128::from(self.weight.max(1))) as i64
    }
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
        let now = Some((inspection.epoch, mass));
        let place = self.now.get_mut(step.node.index())?;
        if *place == now {
            return None;
        }
        *place = now;
        let round = inspection.epoch;
        let whole = Whole::of(&self.now, round)?;
        let before = self.before.replace(whole)?;
        if (before.sum, before.weight) == (whole.sum, whole.weight) || before.missed != whole.missed {
            return None;
        }
        let witness = Witness::plain(Text::new(
            "In round {first} the mean was {was}, in round {round} it is {sum}, and nobody has gone without a message.",
            "第 {first} 轮的平均值为 {was}，第 {round} 轮却为 {sum}，而没有节点缺少消息。",
        ));
        Some(Witness {
            args: vec![
                ("first", Arg::Wide(before.round.into())),
                ("was", Arg::Nano(before.mean())),
                ("round", Arg::Wide(round.into())),
                ("sum", Arg::Nano(whole.mean())),
            ],
            nodes: NodeSet::full(nodes.count()),
            ..witness
        })
    }
}

/// The mean of all numbers is another than at first.
#[derive(Clone, Debug)]
pub struct MeanMoved {
    /// Of what all held at first, billionths.
    mean: i64,
    /// By how much more it has to differ.
    within: i64,
    now: Vec<Option<(u32, Mass)>>,
}

static MOVED: PropertyWord = PropertyWord {
    id: "mean-moved",
    name: Text::new("The mean has changed", "平均值已改变"),
    statement: Text::new(
        "all nodes are in one round, and the mean of their numbers is not what it was at first",
        "所有节点处于同一轮，而它们的平均值已不同于最初",
    ),
};

impl MeanMoved {
    /// Nobody has a number yet.
    #[must_use]
    pub const fn new(within: i64, mean: i64) -> Self {
        Self { mean, within, now: Vec::new() }
    }
}

impl Sometimes for MeanMoved {
    fn word(&self) -> &'static PropertyWord {
        &MOVED
    }

    fn observe(&mut self, nodes: &dyn Nodes, now: &Inspection<'_>, step: &Step<'_>) -> bool {
        self.now.resize(nodes.count(), None);
        let Some(place) = self.now.get_mut(step.node.index()) else { return false };
        let mass = now.mass.map(|mass| (now.epoch, mass));
        if *place == mass {
            return false;
        }
        *place = mass;
        Whole::of(&self.now, now.epoch).is_some_and(|whole| (whole.mean() - self.mean).abs() > self.within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::levels::Levels;
    use crate::model::Lang;

    /// Two nodes that have gone through so many rounds, and what each has put in.
    fn look(property: &mut MeanPreserved, round: u32, masses: [(i64, i64); 2]) -> Option<Witness> {
        let mut nodes = Levels::new(2);
        let mut said = None;
        for (node, (held, weight)) in masses.into_iter().enumerate() {
            nodes.epochs[node] = round;
            nodes.masses[node] = Mass { held, weight, missed: 0 };
            said = said.or(property.observe(&nodes, &nodes.step(node as u8, round.into())));
        }
        said
    }

    #[test]
    fn a_mean_that_is_another_is_seen_when_all_are_in_one_round() {
        let mut nodes = Levels::new(2);
        let mut point = MeanMoved::new(1, 20);
        for (node, round, held, moved) in
            [(0, 1, 10, false), (1, 1, 30, false), (0, 2, 20, false), (1, 2, 30, true)]
        {
            nodes.epochs[node] = round;
            nodes.masses[node] = Mass { held, weight: 1_000_000_000, missed: 0 };
            let now = nodes.inspect(crate::model::NodeId::at(node));
            assert_eq!(point.observe(&nodes, &now, &nodes.step(node as u8, 1)), moved, "S{node} in {round}");
        }
    }

    #[test]
    fn a_sum_that_moves_is_found_and_so_is_a_weight() {
        const ONE: i64 = 1_000_000_000;
        let mut sound = MeanPreserved::new();
        assert_eq!(look(&mut sound, 1, [(ONE, ONE), (3 * ONE, ONE)]), None);
        assert_eq!(look(&mut sound, 2, [(2 * ONE, ONE / 2), (2 * ONE, ONE + ONE / 2)]), None);
        let said = look(&mut sound.clone(), 3, [(2 * ONE, ONE), (3 * ONE, ONE)]).expect("the sum has moved");
        assert!(said.sentence(Lang::En).starts_with("In round 2 the mean was 2"));
        assert!(look(&mut sound, 3, [(2 * ONE, ONE / 2), (2 * ONE, ONE)]).is_some(), "half a weight is gone");
    }
}
