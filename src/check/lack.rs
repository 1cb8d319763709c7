//! Why nothing comes of it: the second half of the sentence about something that is stuck.

use crate::model::{Arg, ArgKind, Epoch, NodeId, NodeSet, Packed, Text, Witness};
use crate::quorum::{self, Phase, meeting};
use crate::sim::Nodes;

/// What is known of a protocol by those who look for a reason.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// The phases that need a quorum, with their names.
    pub phases: &'static [(Phase, Text)],
    /// What its epochs are called.
    pub epoch: Epoch,
}

/// Two quorums of phases that ought to meet and share no node: by one rule, or by two of those that were
/// in force.
pub(super) fn apart(nodes: &dyn Nodes, a: Phase, b: Phase) -> Option<(NodeSet, NodeSet)> {
    let rules = nodes.rules();
    let pairs = || rules.iter().flat_map(|one| rules.iter().map(move |other| (one, other)));
    let own = rules.iter().find_map(|rule| meeting(rule, a, b).disjoint);
    own.or_else(|| {
        pairs().filter(|(one, other)| one != other).find_map(|(one, other)| quorum::apart(one, a, other, b))
    })
}

/// The highest epoch of any node.
pub(super) fn highest(nodes: &dyn Nodes) -> u32 {
    NodeId::all(nodes.count()).map(|node| nodes.inspect(node).epoch).max().unwrap_or(0)
}

impl Ground {
    /// A witness that says `what` is stuck and why: no quorum is in touch, the node that was asked is
    /// down, or epochs follow each other. `since` was the highest epoch when the wait began.
    ///
    /// `what` may have `{name}`s of `args`; it ends with a colon.
    pub(super) fn stuck(
        &self,
        nodes: &dyn Nodes,
        what: Text,
        args: Vec<(&'static str, Arg)>,
        asked: Option<NodeId>,
        since: Option<u32>,
    ) -> Witness {
        let mut args = args;
        args.push(("what", Arg::Word(what)));
        // Whoever leads knows who may decide.
        let leader = NodeId::all(nodes.count()).filter(|node| nodes.inspect(*node).leads);
        let leader = leader.max_by_key(|node| nodes.inspect(*node).epoch);
        let rule = leader.map_or_else(|| nodes.rule().clone(), |leader| nodes.rule_of(leader));
        let circles = NodeId::all(nodes.count()).map(|node| nodes.in_touch(node));
        let circle = circles.max_by_key(|set| (rule.weight(*set), set.len())).unwrap_or_default();
        // While a change is under way, either rule may be the one.
        let halves = || [Some(&rule), rule.next()].into_iter().flatten();
        let pairs = self.phases.iter().flat_map(|phase| halves().map(move |half| (phase, half)));
        let lacking =
            pairs.into_iter().find(|((phase, _), half)| half.weight(circle) < half.threshold(*phase));
        let down = asked.filter(|node| nodes.in_touch(*node).is_empty());
        let apart = asked.filter(|node| nodes.in_touch(*node).len() < nodes.up().len());
        let now = highest(nodes);
        let text = if let Some(((phase, name), rule)) = lacking {
            args.extend([
                ("circle", Arg::Nodes(circle)),
                ("weight", Arg::Packed(ArgKind::Number, rule.weight(circle))),
                ("needed", Arg::Packed(ArgKind::Number, rule.threshold(*phase))),
                ("phase", Arg::Word(*name)),
            ]);
            Text::new(
                "{what} the nodes that are up and hear each other ({circle}) weigh {weight} of the {needed} needed for “{phase}”.",
                "{what}在线且能互相通信的节点（{circle}）权重为 {weight}，而“{phase}”需要 {needed}。",
            )
        } else if let Some(asked) = down {
            args.push(("asked", Arg::Packed(ArgKind::Node, asked.pack())));
            Text::new("{what} {asked} is down.", "{what}{asked} 不在线。")
        } else if let Some(asked) = apart {
            let out = nodes.up().minus(nodes.in_touch(asked));
            args.extend([("asked", Arg::Packed(ArgKind::Node, asked.pack())), ("out", Arg::Nodes(out))]);
            Text::new("{what} {asked} is cut off from {out}.", "{what}{asked} 与 {out} 之间不通。")
        } else if let Some(since) = since.filter(|since| *since < now) {
            args.extend([
                ("epoch", Arg::Word(self.epoch.name)),
                ("first", Arg::Packed(self.epoch.kind, since)),
                ("last", Arg::Packed(self.epoch.kind, now)),
            ]);
            Text::new(
                "{what} a quorum is in touch, but the {epoch} went from {first} to {last} meanwhile, and none came through.",
                "{what}法定人数可以互相通信，但其间{epoch}从 {first} 升到 {last}，没有一个成功。",
            )
        } else {
            Text::new(
                "{what} a quorum is in touch, and yet nothing comes of it.",
                "{what}法定人数可以互相通信，却没有结果。",
            )
        };
        let nodes = asked.map_or(NodeSet::EMPTY, NodeSet::only).or(if lacking.is_some() {
            NodeSet::full(nodes.count()).minus(circle)
        } else {
            NodeSet::EMPTY
        });
        Witness { text, args, nodes, cells: Vec::new(), quorums: None }
    }
}
