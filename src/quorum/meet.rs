//! Whether two quorums that must share a node do.

use super::{Phase, Rule};
use crate::model::{NodeId, NodeSet};
use serde::Serialize;

/// Whether the quorums of two phases meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// Gifford's rule of arithmetic: the two thresholds together exceed the total. Sufficient, not
    /// necessary: `meets` may be true where this is false, never the other way round.
    pub rule_holds: bool,
    /// Whether every quorum of the first phase shares a node with every quorum of the second.
    /// True also where one of the phases has no quorum; see [`Rule::possible`].
    pub meets: bool,
    /// Where they do not: a quorum of the first phase and one of the second without a common node.
    /// Both are inclusion-minimal; the first has as few nodes as such a quorum can have, and then
    /// the earliest nodes; so has the second among those disjoint from it.
    pub disjoint: Option<(NodeSet, NodeSet)>,
}

/// Decides exactly whether the quorums of two phases, which may be the same, always meet.
///
/// A set and the rest of the cluster are both quorums when the set's weight lies between the first
/// threshold and the total less the second. So the question is whether some subset of the weights
/// adds up to a number of that range: at most 101 × 10,101 steps.
///
/// ```
/// use quorate::quorum::{Rule, meeting};
/// let twos = meeting(&Rule::new(&[2, 2, 2], &[3, 3]), 0, 1);
/// assert!(twos.meets && !twos.rule_holds);
///
/// let (read, write) = meeting(&Rule::new(&[1, 1, 1, 1], &[2, 2]), 0, 1).disjoint.expect("apart");
/// assert_eq!((read.to_string(), write.to_string()), ("{S1, S2}".into(), "{S3, S4}".into()));
/// ```
#[must_use]
pub fn meeting(rule: &Rule, a: Phase, b: Phase) -> Meeting {
    let (first, second) = (rule.threshold(a), rule.threshold(b));
    let rule_holds = u64::from(first) + u64::from(second) > u64::from(rule.total());
    let disjoint = if rule_holds { None } else { disjoint(rule, first, second) };
    Meeting { rule_holds, meets: disjoint.is_none(), disjoint }
}

/// Two disjoint sets that reach the thresholds, which together are at most the total.
fn disjoint(rule: &Rule, first: u32, second: u32) -> Option<(NodeSet, NodeSet)> {
    let everyone = NodeSet::full(rule.nodes());
    let one = earliest(rule, everyone, first, rule.total() - second)?;
    let rest = everyone.minus(one);
    let other = earliest(rule, rest, second, rule.weight(rest))?;
    Some((one, other))
}

/// No set of nodes adds up to this weight.
const NEVER: u8 = u8::MAX;

/// Of the sets whose weight is from `least` (at least 1) to `most`: those of the fewest nodes, and
/// of these the first in lexicographic order. Leaving out any member leaves less than `least`.
fn earliest(rule: &Rule, among: NodeSet, least: u32, most: u32) -> Option<NodeSet> {
    let nodes: Vec<NodeId> = among.iter().filter(|&node| rule.weight_of(node) > 0).collect();
    let (least, most) = (least as usize, most as usize);
    if least > most {
        return None;
    }
    // fewest[i][s]: the fewest of the nodes from the i-th on that together weigh exactly s.
    let width = most + 1;
    let mut fewest = vec![NEVER; (nodes.len() + 1) * width];
    fewest[nodes.len() * width] = 0;
    for (i, &node) in nodes.iter().enumerate().rev() {
        let weight = rule.weight_of(node) as usize;
        let (row, later) = fewest[i * width..(i + 2) * width].split_at_mut(width);
        row.copy_from_slice(later);
        for sum in weight..width {
            row[sum] = row[sum].min(later[sum - weight].saturating_add(1));
        }
    }
    let fewest_within = |i: usize, from: usize, to: usize| {
        fewest[i * width..][from..=to].iter().copied().min().unwrap_or(NEVER)
    };
    let mut left = fewest_within(0, least, most);
    if left == NEVER {
        return None;
    }
    let mut chosen = NodeSet::EMPTY;
    let mut sum = 0;
    for (i, &node) in nodes.iter().enumerate() {
        if left == 0 {
            break;
        }
        let with = sum + rule.weight_of(node) as usize;
        if with <= most && fewest_within(i + 1, least.saturating_sub(with), most - with) < left {
            chosen.insert(node);
            sum = with;
            left -= 1;
        }
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Votes 2,2,2 with r = w = 3 break the rule although every two quorums meet."
    #[test]
    fn the_rule_is_sufficient_not_necessary() {
        let rule = Rule::new(&[2, 2, 2], &[3, 3]);
        let both = Meeting { rule_holds: false, meets: true, disjoint: None };
        assert_eq!(meeting(&rule, 0, 1), both);
        assert_eq!(meeting(&rule, 0, 0), both);
    }

    /// Gifford asks r + w > votes, not w > votes / 2.
    #[test]
    fn writes_of_gifford_need_not_meet() {
        let rule = Rule::new(&[2, 1, 1], &[4, 1]);
        assert!(meeting(&rule, 0, 1).rule_holds);
        assert!(meeting(&rule, 0, 1).meets);
        let writes = meeting(&rule, 1, 1);
        assert!(!writes.meets && !writes.rule_holds);
        let apart = (NodeSet::only(NodeId(0)), NodeSet::only(NodeId(1)));
        assert_eq!(writes.disjoint, Some(apart));
    }

    #[test]
    fn phases_without_a_quorum_meet_for_want_of_one() {
        let rule = Rule::new(&[1, 1], &[3, 1]);
        assert!(meeting(&rule, 0, 1).meets);
        assert!(!rule.possible(0));
        assert!(meeting(&rule, 1, 9).meets, "a phase that is not there");
    }

    #[test]
    fn witnesses_leave_out_what_they_do_not_need() {
        let rule = Rule::new(&[0, 5, 1, 3, 3, 0], &[5, 6]);
        let seen = meeting(&rule, 0, 1).disjoint.map(|(a, b)| (a.to_string(), b.to_string()));
        assert_eq!(seen, Some(("{S2}".into(), "{S4, S5}".into())));
    }

    /// An exact answer for the largest cluster: 101 even weights of 100 split no odd way.
    #[test]
    fn hundred_and_one_nodes_are_exact() {
        let weights = [100; 101];
        let rule = Rule::new(&weights, &[5_001, 5_050]);
        assert!(meeting(&rule, 0, 0).meets, "50 nodes weigh 5,000, 51 leave only 5,000");
        assert!(!meeting(&rule, 0, 0).rule_holds);
        let mut weights = weights;
        weights[40] = 99;
        let rule = Rule::new(&weights, &[4_999, 5_100]);
        let (one, other) = meeting(&rule, 0, 1).disjoint.expect("4,999 + 5,100 is the total");
        assert_eq!((rule.weight(one), rule.weight(other)), (4_999, 5_100));
        assert!(one.and(other).is_empty());
    }
}
