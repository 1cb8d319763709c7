//! All numbers come together.

use super::goals::{Eventually, Sometimes, Wait};
use crate::model::{Arg, ArgKind, Inspection, NodeId, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// All nodes' [numbers](crate::model::Inspection::level) are within a distance of each other, and stay.
#[derive(Clone, Debug)]
pub struct Close {
    /// Billionths.
    within: i64,
    levels: Vec<Option<i64>>,
    /// Since when they are not.
    apart: Option<Time>,
}

static CLOSE: PropertyWord = PropertyWord {
    id: "all-close",
    name: Text::new("All come close", "彼此接近"),
    statement: Text::new(
        "once nothing breaks any more, all numbers come within a thousandth of each other",
        "故障停止之后，所有数值之间的差距会缩小到千分之一以内",
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
    pub const fn new(within: i64) -> Self {
        Self { within, levels: Vec::new(), apart: None }
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
        let level = nodes.inspect(step.node).level;
        if self.levels.get(step.node.index()) == Some(&level) {
            return false;
        }
        self.levels[step.node.index()] = level;
        // Who is down for good holds what it held.
        let apart = self.ends().is_some_and(|(least, most)| most.0 - least.0 > self.within);
        let was = self.apart.is_some();
        self.apart = if apart { self.apart.or(Some(step.at)) } else { None };
        was != apart
    }

    fn wait(&self) -> Wait {
        self.apart.map_or(Wait::Nothing, Wait::Since)
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let ((least, low), (most, high)) = self.ends()?;
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
