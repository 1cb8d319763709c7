//! The sets that are just enough: the smallest quorums, and the minimal ones.

use super::{Phase, Rule};
use crate::model::{NodeId, NodeSet};
use std::cmp::Reverse;

/// [`minimal_quorums`] lists no more than this many. Clusters of up to 15 nodes have at most 6,435
/// (Sperner: C(15, 7)), so they are always listed.
pub const MINIMAL_LISTED_MAX: usize = 50_000;

/// How many minimal quorums a phase has, and their sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimalProfile {
    /// How many quorums are minimal: without any one member no quorum.
    pub count: u128,
    /// The fewest nodes of a quorum; 0 if there is none.
    pub size_min: u32,
    /// The most nodes of a minimal quorum; 0 if there is none.
    pub size_max: u32,
}

/// The quorums of the fewest nodes, in lexicographic order, at most `limit`. Works for every size
/// of cluster: the search enters no branch that does not end in a quorum.
///
/// ```
/// use quorate::quorum::{Rule, smallest_quorums};
/// let rule = Rule::new(&[2, 1, 1, 1], &[3]);
/// let shown: Vec<_> = smallest_quorums(&rule, 0, 2).iter().map(ToString::to_string).collect();
/// assert_eq!(shown, ["{S1, S2}", "{S1, S3}"]);
/// ```
#[must_use]
pub fn smallest_quorums(rule: &Rule, phase: Phase, limit: usize) -> Vec<NodeSet> {
    let mut search = Smallest::new(rule, rule.threshold(phase), limit);
    if let Some(size) = (0..=rule.nodes()).find(|&size| search.reachable(0, size, 0)) {
        search.extend(0, size, 0, NodeSet::EMPTY);
    }
    search.found
}

/// A search through the sets of one size in lexicographic order.
struct Smallest<'a> {
    rule: &'a Rule,
    threshold: u32,
    limit: usize,
    /// `heaviest[i][k]`: the weight of the k heaviest nodes from the i-th on.
    heaviest: Vec<Vec<u32>>,
    found: Vec<NodeSet>,
}

impl<'a> Smallest<'a> {
    fn new(rule: &'a Rule, threshold: u32, limit: usize) -> Self {
        let heaviest = (0..=rule.nodes()).map(|from| {
            let mut weights: Vec<u32> = rule.weights()[from..].iter().map(|&w| w.into()).collect();
            weights.sort_unstable_by_key(|&weight| Reverse(weight));
            let sums = weights.iter().scan(0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        });
        Self { rule, threshold, limit, heaviest: heaviest.collect(), found: Vec::new() }
    }

    /// Whether `size` more nodes, from the i-th on, can lift `sum` to the threshold.
    fn reachable(&self, from: usize, size: usize, sum: u32) -> bool {
        let best = self.heaviest[from].get(size);
        best.is_some_and(|best| sum + best >= self.threshold)
    }

    fn extend(&mut self, from: usize, size: usize, sum: u32, chosen: NodeSet) {
        if self.found.len() >= self.limit {
            return;
        }
        if size == 0 {
            self.found.push(chosen);
            return;
        }
        for next in from..self.rule.nodes() {
            if !self.reachable(next, size, sum) {
                return;
            }
            let node = NodeId::at(next);
            let with = sum + self.rule.weight_of(node);
            if self.reachable(next + 1, size - 1, with) {
                self.extend(next + 1, size - 1, with, chosen.or(NodeSet::only(node)));
            }
        }
    }
}

/// All quorums that are minimal (without any one member no quorum), by size and then in
/// lexicographic order; `None` if there are more than [`MINIMAL_LISTED_MAX`], which cannot be with
/// up to 15 nodes. [`minimal_profile`] counts them in any case.
///
/// ```
/// use quorate::quorum::{Rule, minimal_quorums};
/// let rule = Rule::new(&[2, 1, 1, 1], &[3]);
/// let all = minimal_quorums(&rule, 0).expect("few");
/// let shown: Vec<_> = all.iter().map(ToString::to_string).collect();
/// assert_eq!(shown, ["{S1, S2}", "{S1, S3}", "{S1, S4}", "{S2, S3, S4}"]);
/// ```
#[must_use]
pub fn minimal_quorums(rule: &Rule, phase: Phase) -> Option<Vec<NodeSet>> {
    if minimal_profile(rule, phase).count > MINIMAL_LISTED_MAX as u128 {
        return None;
    }
    let nodes = heaviest_first(rule);
    // after[i]: what the nodes from the i-th on weigh together.
    let mut after = vec![0; nodes.len() + 1];
    for (i, &node) in nodes.iter().enumerate().rev() {
        after[i] = after[i + 1] + rule.weight_of(node);
    }
    let mut search = Minimal { rule, threshold: rule.threshold(phase), nodes, after, found: vec![] };
    search.extend(0, 0, NodeSet::EMPTY);
    let mut found = search.found;
    // Of two sets of one size, the lexicographically first has the first bit where they differ.
    found.sort_unstable_by_key(|set| (set.len(), Reverse(set.bits().reverse_bits())));
    Some(found)
}

fn heaviest_first(rule: &Rule) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = NodeId::all(rule.nodes()).collect();
    nodes.sort_by_key(|&node| Reverse(rule.weight_of(node)));
    nodes
}

/// A search that adds members from the heaviest down. The set is minimal exactly if it reaches the
/// threshold only with its last, and so lightest, member.
struct Minimal<'a> {
    rule: &'a Rule,
    threshold: u32,
    nodes: Vec<NodeId>,
    after: Vec<u32>,
    found: Vec<NodeSet>,
}

impl Minimal<'_> {
    fn extend(&mut self, from: usize, sum: u32, chosen: NodeSet) {
        for next in from..self.nodes.len() {
            if sum + self.after[next] < self.threshold {
                return;
            }
            let node = self.nodes[next];
            let with = sum + self.rule.weight_of(node);
            let chosen = chosen.or(NodeSet::only(node));
            if with >= self.threshold {
                self.found.push(chosen);
            } else {
                self.extend(next + 1, with, chosen);
            }
        }
    }
}

/// Counts the minimal quorums of a phase and finds their least and greatest size, without listing
/// them: exact for every size of cluster.
///
/// ```
/// use quorate::quorum::{Rule, minimal_profile};
/// let large = minimal_profile(&Rule::majority(101, 1), 0);
/// assert_eq!((large.size_min, large.size_max), (51, 51));
/// assert_eq!(large.count, 199_804_427_433_372_226_016_001_220_056); // C(101, 51)
/// ```
#[must_use]
pub fn minimal_profile(rule: &Rule, phase: Phase) -> MinimalProfile {
    let mut profile = MinimalProfile { count: 0, size_min: 0, size_max: 0 };
    if !rule.possible(phase) {
        return profile;
    }
    let threshold = rule.threshold(phase) as usize;
    // Of the nodes before this one, from the heaviest down: the sets that weigh s.
    let mut before = vec![Sets::NONE; threshold];
    before[0] = Sets::EMPTY_SET;
    for node in heaviest_first(rule) {
        let weight = rule.weight_of(node) as usize;
        if weight == 0 {
            break;
        }
        for sets in &before[threshold.saturating_sub(weight)..] {
            if sets.count > 0 {
                let least = u32::from(sets.least) + 1;
                let none_yet = profile.count == 0;
                profile.size_min = if none_yet { least } else { profile.size_min.min(least) };
                profile.size_max = profile.size_max.max(u32::from(sets.most) + 1);
                profile.count += sets.count;
            }
        }
        for sum in (weight..threshold).rev() {
            before[sum] = before[sum].or_with_one_more(before[sum - weight]);
        }
    }
    profile
}

/// Sets of equal weight: how many, and the least and greatest number of members.
#[derive(Clone, Copy)]
struct Sets {
    count: u128,
    least: u8,
    most: u8,
}

impl Sets {
    const NONE: Self = Self { count: 0, least: u8::MAX, most: 0 };
    const EMPTY_SET: Self = Self { count: 1, least: 0, most: 0 };

    /// These, and the others with one more member each.
    fn or_with_one_more(self, others: Self) -> Self {
        if others.count == 0 {
            return self;
        }
        Self {
            count: self.count + others.count,
            least: self.least.min(others.least + 1),
            most: self.most.max(others.most + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_that_are_not_needed_are_in_no_minimal_quorum() {
        let rule = Rule::new(&[1, 0, 0], &[1]);
        assert_eq!(minimal_quorums(&rule, 0), Some(vec![NodeSet::only(NodeId(0))]));
        assert_eq!(smallest_quorums(&rule, 0, 9), [NodeSet::only(NodeId(0))]);
    }

    #[test]
    fn no_quorum_lists_nothing() {
        let rule = Rule::new(&[1, 1], &[3]);
        assert_eq!(minimal_quorums(&rule, 0), Some(vec![]));
        assert_eq!(minimal_quorums(&rule, 5), Some(vec![]));
        assert_eq!(smallest_quorums(&rule, 0, 9), []);
        assert_eq!(minimal_profile(&rule, 0).count, 0);
        assert_eq!(smallest_quorums(&Rule::majority(3, 1), 0, 0), []);
    }

    #[test]
    fn fifteen_nodes_are_always_listed() {
        let all = minimal_quorums(&Rule::majority(15, 1), 0);
        assert_eq!(all.map(|all| all.len()), Some(6_435));
    }

    #[test]
    fn large_clusters_are_counted_and_sampled() {
        let rule = Rule::majority(101, 1);
        assert_eq!(minimal_quorums(&rule, 0), None);
        let first = smallest_quorums(&rule, 0, 2);
        assert_eq!(first[0], NodeSet::full(51));
        assert_eq!(first[1].minus(first[0]), NodeSet::only(NodeId(51)));
    }
}
