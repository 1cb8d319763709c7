//! All numbers come together.

use super::goals::{Eventually, Sometimes, Wait};
use crate::model::{Arg, ArgKind, Inspection, NodeId, NodeSet, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// All nodes' [numbers](crate::model::Inspection::level) are within a distance of each other, and stay; of
/// the mean, too, while nobody has [gone without](crate::model::Mass::missed) what may have changed it, nor
/// lost its disk.
#[derive(Clone, Debug)]
pub struct Close {
    /// Billionths.
    within: i64,
    /// Of what all held at first, billionths.
    mean: i64,
    levels: Vec<Option<i64>>,
    /// How far each node had come.
    epochs: Vec<u32>,
    /// Whether the mean may be another by now.
    moved: bool,
    /// Since when they are not.
    apart: Option<Time>,
}

static CLOSE: PropertyWord = PropertyWord {
    id: "all-close",
    name: Text::new("All come close", "彼此接近"),
    statement: Text::new(
        "once nothing breaks any more, all numbers come within a thousandth of each other, and of the mean if no message was gone without",
        "故障停止之后，所有数值之间的差距会缩小到千分之一以内；若没有缺少任何消息，与平均值的差距也是如此",
    ),
};

static MISSED: PropertyWord = PropertyWord {
    id: "mean-at-risk",
    name: Text::new("A message is gone without", "缺少消息"),
    statement: Text::new(
        "a node goes without a message of a neighbour, which may have changed the mean",
        "某节点未等到邻居的消息，平均值可能因此改变",
    ),
};

impl Close {
    /// Nobody has a number yet.
    #[must_use]
    pub const fn new(within: i64, mean: i64) -> Self {
        Self { within, mean, levels: Vec::new(), epochs: Vec::new(), moved: false, apart: None }
    }

    /// The node that is farthest from the mean, if it is too far and the mean has stayed.
    fn astray(&self) -> Option<(i64, NodeId)> {
        let each = self.levels.iter().enumerate();
        let all = each.filter_map(|(node, level)| Some(((*level)?, NodeId::at(node))));
        let (level, node) = all.max_by_key(|(level, _)| (level - self.mean).abs())?;
        (!self.moved && (level - self.mean).abs() > self.within).then_some((level, node))
    }

    /// The nodes with the least and the greatest number.
    fn ends(&self) -> Option<((i64, NodeId), (i64, NodeId))> {
        let each =
            || self.levels.iter().enumerate().filter_map(|(node, level)| Some(((*level)?, NodeId::at(node))));
        Some((each().min()?, each().max()?))
    }
}

impl Eventually for Close {
    fn word(&self) -> &'static PropertyWord {
        &CLOSE
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        self.levels.resize(nodes.count(), None);
        self.epochs.resize(nodes.count(), 0);
        let now = nodes.inspect(step.node);
        let place = step.node.index();
        // Back from the beginning, or from a round before: its disk did not have what others have.
        let lost = step.booted && now.epoch < self.epochs[place];
        let moved = self.moved || lost || now.mass.is_some_and(|mass| mass.missed > 0);
        self.epochs[place] = now.epoch;
        if self.levels[place] == now.level && self.moved == moved {
            return false;
        }
        (self.levels[place], self.moved) = (now.level, moved);
        // Who is down for good holds what it held.
        let apart = self.ends().is_some_and(|(least, most)| most.0 - least.0 > self.within)
            || self.astray().is_some();
        let was = self.apart.is_some();
        self.apart = if apart { self.apart.or(Some(step.at)) } else { None };
        was != apart
    }

    fn wait(&self) -> Wait {
        self.apart.map_or(Wait::Nothing, Wait::Since)
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let ((least, low), (most, high)) = self.ends()?;
        if most - least <= self.within {
            return self.lacks_mean(nodes);
        }
        if !nodes.up().contains(low) || !nodes.up().contains(high) {
            self.apart = None;
            return None;
        }
        let text = Text::new(
            "{low} holds {least} and {high} holds {most}: they do not come together in the time that the graph and its weights ask for.",
            "{low} 持有 {least}，{high} 持有 {most}：在该图与权重所需的时间内未能靠拢。",
        );
        Some(Witness {
            args: vec![
                ("low", Arg::Packed(ArgKind::Node, low.pack())),
                ("least", Arg::Nano(least)),
                ("high", Arg::Packed(ArgKind::Node, high.pack())),
                ("most", Arg::Nano(most)),
            ],
            nodes: [low, high].into_iter().collect(),
            ..Witness::plain(text)
        })
    }
}

impl Close {
    /// All are close to each other, and not to the mean.
    fn lacks_mean(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        // What was given to somebody who is out of reach is missing with the others.
        let everybody = NodeSet::full(nodes.count());
        let together = everybody.iter().all(|node| nodes.in_touch(node) == everybody);
        let Some((level, node)) = self.astray().filter(|_| together) else {
            self.apart = None;
            return None;
        };
        let text = Text::new(
            "{node} holds {level} and all others about the same, but the mean is {mean}, and nobody has gone without a message.",
            "{node} 持有 {level}，其余节点也相差无几，而平均值是 {mean}，且没有节点缺少消息。",
        );
        let args = vec![
            ("node", Arg::Packed(ArgKind::Node, node.pack())),
            ("level", Arg::Nano(level)),
            ("mean", Arg::Nano(self.mean)),
        ];
        Some(Witness { args, nodes: NodeSet::only(node), ..Witness::plain(text) })
    }
}

/// A node has gone without a message that may have changed the sum.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAtRisk;

impl Sometimes for MeanAtRisk {
    fn word(&self) -> &'static PropertyWord {
        &MISSED
    }

    fn observe(&mut self, _nodes: &dyn Nodes, now: &Inspection<'_>, _step: &Step<'_>) -> bool {
        now.mass.is_some_and(|mass| mass.missed > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::levels::Levels;
    use crate::model::Lang;

    const ONE: i64 = 1_000_000_000;

    fn look(property: &mut Close, nodes: &Levels, node: u8, at: u64) -> Wait {
        property.observe(nodes, &nodes.step(node, at), true);
        property.wait()
    }

    /// Two nodes that held 1 and 3 both come to hold a number.
    fn both_hold(level: i64, missed: u32) -> (Close, Levels) {
        let mut nodes = Levels::new(2);
        let mut property = Close::new(ONE / 1_000, 2 * ONE);
        nodes.levels = vec![ONE, 3 * ONE];
        look(&mut property, &nodes, 0, 1);
        assert_eq!(look(&mut property, &nodes, 1, 2), Wait::Since(Time::ms(1)));
        nodes.levels = vec![level; 2];
        nodes.masses[0].missed = missed;
        look(&mut property, &nodes, 0, 3);
        look(&mut property, &nodes, 1, 4);
        (property, nodes)
    }

    #[test]
    fn numbers_are_to_come_together_at_the_mean() {
        assert_eq!(both_hold(2 * ONE, 0).0.wait(), Wait::Nothing);
        let (mut off, nodes) = both_hold(ONE, 0);
        assert_eq!(off.wait(), Wait::Since(Time::ms(1)), "close to each other, and not to the mean");
        let said = off.lacks(&nodes).expect("nobody has gone without anything").sentence(Lang::En);
        assert!(said.contains("but the mean is 2"), "{said}");
    }

    #[test]
    fn the_mean_is_not_asked_for_where_it_may_have_changed_or_a_part_of_it_is_out_of_reach() {
        assert_eq!(both_hold(ONE, 1).0.wait(), Wait::Nothing, "a message was gone without");
        let (mut off, mut nodes) = both_hold(ONE, 0);
        nodes.up.remove(NodeId(1));
        assert_eq!((off.lacks(&nodes), off.wait()), (None, Wait::Nothing));
        let (mut off, mut nodes) = both_hold(ONE, 0);
        nodes.epochs = vec![0, 1];
        off.observe(&nodes, &Step { booted: true, ..nodes.step(0, 9) }, true);
        assert_eq!(off.wait(), Wait::Nothing, "it has lost its disk");
    }
}
