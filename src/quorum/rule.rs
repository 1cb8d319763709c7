//! The rule itself: a weight per node, a threshold per phase.

use crate::model::{NODES_MAX, NodeId, NodeSet};
use std::sync::Arc;

/// The greatest weight of one node.
pub const WEIGHT_MAX: u8 = 100;

/// A place in a protocol's list of phases: reading and writing, or electing and replicating.
pub type Phase = usize;

/// Who may decide: a weight per node, a threshold per phase. Cheap to clone.
///
/// A set of nodes is a quorum of a phase when its weight is at least the phase's threshold. No
/// input is refused, so that a rule under construction can be shown: see [`Rule::new`].
///
/// ```
/// use quorate::model::{NodeId, NodeSet};
/// use quorate::quorum::Rule;
/// // Two votes break the tie of four nodes; the second phase needs everyone.
/// let rule = Rule::new(&[2, 1, 1, 1], &[3, 5]);
/// let pair: NodeSet = [NodeId(0), NodeId(2)].into_iter().collect();
/// assert_eq!(rule.total(), 5);
/// assert!(rule.is_quorum(0, pair));
/// assert!(!rule.is_quorum(1, pair));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    parts: Arc<Parts>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Parts {
    weights: Box<[u8]>,
    thresholds: Box<[u32]>,
    total: u32,
    /// The weight that all nodes share, if they do: then weighing is counting.
    common: Option<u8>,
    /// A second rule whose quorums are needed too.
    next: Option<Rule>,
}

impl Rule {
    /// A rule for as many nodes as there are weights and as many phases as there are thresholds.
    ///
    /// Never panics: nodes beyond [`NODES_MAX`] are dropped, weights above [`WEIGHT_MAX`] are
    /// lowered to it, and a threshold of 0 counts as 1, because the empty set decides nothing. A
    /// threshold above the total is kept: such a phase has no quorum ([`Rule::possible`]).
    #[must_use]
    pub fn new(weights: &[u8], thresholds: &[u32]) -> Self {
        let weights: Box<[u8]> =
            weights.iter().take(NODES_MAX).map(|&weight| weight.min(WEIGHT_MAX)).collect();
        let thresholds = thresholds.iter().map(|&threshold| threshold.max(1)).collect();
        let total = weights.iter().copied().map(u32::from).sum();
        let common = weights.first().copied().filter(|first| weights.iter().all(|w| w == first));
        Self { parts: Arc::new(Parts { weights, thresholds, total, common, next: None }) }
    }

    /// Both rules at once, as while one configuration gives way to another (joint consensus, Raft §6):
    /// a quorum is one of the old rule and one of the new. What is asked about weights and thresholds
    /// is answered for the old rule; [`Rule::next`] has the new one.
    ///
    /// ```
    /// use quorate::model::{NodeId, NodeSet};
    /// use quorate::quorum::Rule;
    /// let (old, new) = (Rule::new(&[1, 1, 1, 0, 0], &[2]), Rule::new(&[0, 0, 1, 1, 1], &[2]));
    /// let joint = Rule::joint(&old, &new);
    /// let set = |nodes: &[u8]| nodes.iter().map(|node| NodeId(*node)).collect::<NodeSet>();
    /// assert!(!joint.is_quorum(0, set(&[0, 1])) && !joint.is_quorum(0, set(&[3, 4])));
    /// assert!(joint.is_quorum(0, set(&[0, 2, 4])));
    /// ```
    #[must_use]
    pub fn joint(old: &Self, new: &Self) -> Self {
        let Parts { weights, thresholds, total, common, .. } = &*old.parts;
        let (weights, thresholds) = (weights.clone(), thresholds.clone());
        let next = Some(new.clone());
        Self { parts: Arc::new(Parts { weights, thresholds, total: *total, common: *common, next }) }
    }

    /// The new rule of a joint one.
    #[must_use]
    pub fn next(&self) -> Option<&Self> {
        self.parts.next.as_ref()
    }

    /// Who has a weight, in the old rule or the new.
    #[must_use]
    pub fn voters(&self) -> NodeSet {
        let own: NodeSet =
            NodeId::all(self.nodes()).filter(|node| self.parts.weights[node.index()] > 0).collect();
        self.next().map_or(own, |next| own.or(next.voters()))
    }

    /// One vote each, and more than half of the votes in every phase.
    #[must_use]
    pub fn majority(nodes: usize, phases: usize) -> Self {
        let nodes = nodes.min(NODES_MAX);
        Self::new(&vec![1; nodes], &vec![nodes as u32 / 2 + 1; phases])
    }

    /// How many nodes there are; at most [`NODES_MAX`].
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.parts.weights.len()
    }

    /// The weights in the order of the nodes, each at most [`WEIGHT_MAX`].
    #[must_use]
    pub fn weights(&self) -> &[u8] {
        &self.parts.weights
    }

    /// The weight of one node; 0 for a node outside.
    #[must_use]
    pub fn weight_of(&self, node: NodeId) -> u32 {
        self.parts.weights.get(node.index()).copied().map_or(0, u32::from)
    }

    /// The weight of a set; members outside the cluster add nothing.
    #[must_use]
    pub fn weight(&self, set: NodeSet) -> u32 {
        let inside = set.and(NodeSet::full(self.nodes()));
        match self.parts.common {
            Some(weight) => u32::from(weight) * inside.len() as u32,
            None => inside.iter().map(|node| u32::from(self.parts.weights[node.index()])).sum(),
        }
    }

    /// The weight of all nodes together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.parts.total
    }

    /// The weight that decides in a phase, at least 1; [`u32::MAX`], which nothing reaches, for a
    /// phase that the rule does not have.
    #[must_use]
    pub fn threshold(&self, phase: Phase) -> u32 {
        self.parts.thresholds.get(phase).copied().unwrap_or(u32::MAX)
    }

    /// The threshold of each phase.
    #[must_use]
    pub fn thresholds(&self) -> Vec<u32> {
        self.parts.thresholds.to_vec()
    }

    /// How many phases there are.
    #[must_use]
    pub fn phases(&self) -> usize {
        self.parts.thresholds.len()
    }

    /// Whether the phase has a quorum at all: whether all nodes together reach its threshold.
    #[must_use]
    pub fn possible(&self, phase: Phase) -> bool {
        self.total() >= self.threshold(phase) && self.next().is_none_or(|next| next.possible(phase))
    }

    /// Whether the set may decide in the phase: its weight is at least the threshold, by both rules of
    /// a joint one.
    #[must_use]
    pub fn is_quorum(&self, phase: Phase, set: NodeSet) -> bool {
        self.weight(set) >= self.threshold(phase) && self.next().is_none_or(|next| next.is_quorum(phase, set))
    }

    /// The largest `v` such that the nodes whose value is `v` or more are a quorum; 0 if there is
    /// none. `values` are in the order of the nodes; a node without a value takes no part.
    ///
    /// With each follower's match index it is what Raft's leader may commit (Raft, §5.3). Does not
    /// allocate.
    ///
    /// ```
    /// use quorate::quorum::Rule;
    /// let rule = Rule::majority(5, 1);
    /// assert_eq!(rule.quorum_value(0, &[9, 7, 4, 4, 1]), 4);
    /// ```
    #[must_use]
    pub fn quorum_value(&self, phase: Phase, values: &[u32]) -> u32 {
        let own = self.own_value(phase, values);
        self.next().map_or(own, |next| own.min(next.quorum_value(phase, values)))
    }

    fn own_value(&self, phase: Phase, values: &[u32]) -> u32 {
        let count = self.nodes().min(values.len());
        let mut order = [0u8; NODES_MAX];
        for (place, node) in order[..count].iter_mut().zip(0u8..) {
            *place = node;
        }
        let order = &mut order[..count];
        order.sort_unstable_by_key(|&node| std::cmp::Reverse(values[usize::from(node)]));
        let threshold = self.threshold(phase);
        let mut weight = 0;
        for &mut node in order {
            weight += u32::from(self.parts.weights[usize::from(node)]);
            if weight >= threshold {
                return values[usize::from(node)];
            }
        }
        0
    }

    /// The rule of a part of the nodes that decides for itself: the weights of its nodes, and of each
    /// threshold its share. Where each quorum of one phase met each of another, it does so in the part.
    ///
    /// The share is that of the lightest quorum there is, rounded up: where e + c > total, that many parts
    /// of it are more than that part of the total.
    ///
    /// ```
    /// use quorate::model::NodeId;
    /// use quorate::quorum::Rule;
    /// let part = Rule::new(&[1; 6], &[4]).within([NodeId(0), NodeId(1), NodeId(2)].into_iter().collect());
    /// assert_eq!((part.total(), part.threshold(0)), (3, 2));
    /// // 3 of 2 + 2 + 2 is 4 in truth, and of the first two it is 3, not 2.
    /// let part = Rule::new(&[2; 3], &[3]).within([NodeId(0), NodeId(1)].into_iter().collect());
    /// assert_eq!((part.total(), part.threshold(0)), (4, 3));
    /// ```
    #[must_use]
    pub fn within(&self, part: NodeSet) -> Self {
        let weights: Vec<u8> = NodeId::all(self.nodes())
            .zip(self.weights())
            .map(|(node, weight)| if part.contains(node) { *weight } else { 0 })
            .collect();
        let (own, all) = (u64::from(self.weight(part)), u64::from(self.total()).max(1));
        let share = |phase| {
            let needed = u64::from(self.lightest(phase));
            u32::try_from((needed * own).div_ceil(all)).unwrap_or(u32::MAX)
        };
        let thresholds: Vec<u32> = (0..self.phases()).map(share).collect();
        Self::new(&weights, &thresholds)
    }

    /// What the lightest quorum of a phase weighs; the threshold, where there is none.
    fn lightest(&self, phase: Phase) -> u32 {
        let (least, total) = (self.threshold(phase), self.total() as usize);
        let mut reached = vec![false; total + 1];
        reached[0] = true;
        for weight in self.weights().iter().map(|weight| usize::from(*weight)) {
            for sum in (weight..=total).rev() {
                reached[sum] |= reached[sum - weight];
            }
        }
        let sums = reached.iter().enumerate().skip(least as usize);
        sums.into_iter().find(|(_, reached)| **reached).map_or(least, |(sum, _)| sum as u32)
    }

    /// The threshold that a live set must reach to hold a quorum of every one of the phases: the
    /// greatest. 0 without phases.
    pub(super) fn strictest(&self, phases: &[Phase]) -> u32 {
        phases.iter().map(|&phase| self.threshold(phase)).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_input_is_put_right_not_refused() {
        let rule = Rule::new(&[255; 200], &[0, 20_000]);
        assert_eq!(rule.nodes(), NODES_MAX);
        assert_eq!(rule.total(), 10_100);
        assert_eq!(rule.threshold(0), 1);
        assert!(!rule.is_quorum(0, NodeSet::EMPTY));
        assert!(rule.possible(0));
        assert!(!rule.possible(1));
        assert!(!rule.possible(2), "a phase that is not there never decides");
        assert_eq!(rule.weight_of(NodeId(200)), 0);
        assert_eq!(rule.weight(NodeSet::from_bits(u128::MAX)), 10_100);
    }

    #[test]
    fn no_nodes_decide_nothing() {
        let rule = Rule::new(&[], &[]);
        assert_eq!((rule.nodes(), rule.phases(), rule.total()), (0, 0, 0));
        assert_eq!(rule.quorum_value(0, &[1, 2]), 0);
        assert!(!Rule::majority(0, 1).possible(0));
    }

    #[test]
    fn majorities_are_more_than_half() {
        for (nodes, threshold) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (101, 51)] {
            assert_eq!(Rule::majority(nodes, 1).threshold(0), threshold);
        }
    }

    #[test]
    fn a_joint_rule_needs_both() {
        let (old, new) = (Rule::new(&[1, 1, 1, 0, 0], &[2]), Rule::new(&[0, 0, 1, 2, 2], &[3]));
        let joint = Rule::joint(&old, &new);
        assert_eq!(joint.voters(), NodeSet::full(5));
        assert_eq!((joint.nodes(), joint.total(), joint.threshold(0)), (5, 3, 2));
        for bits in 0..32 {
            let set = NodeSet::from_bits(bits);
            assert_eq!(joint.is_quorum(0, set), old.is_quorum(0, set) && new.is_quorum(0, set));
        }
        let values = [9, 8, 3, 5, 7];
        assert_eq!(
            joint.quorum_value(0, &values),
            old.quorum_value(0, &values).min(new.quorum_value(0, &values))
        );
        assert!(!Rule::joint(&old, &Rule::new(&[1; 5], &[6])).possible(0));
    }

    #[test]
    fn a_quorum_value_follows_the_weights() {
        let rule = Rule::new(&[3, 1, 1, 1], &[4, 9]);
        assert_eq!(rule.quorum_value(0, &[9, 2, 7, 1]), 7);
        assert_eq!(rule.quorum_value(0, &[0, 9, 9, 9]), 0);
        assert_eq!(rule.quorum_value(0, &[5, 4]), 4, "nodes without a value take no part");
        assert_eq!(rule.quorum_value(1, &[9, 9, 9, 9]), 0);
        assert_eq!(rule.quorum_value(7, &[9, 9, 9, 9]), 0);
    }
}
