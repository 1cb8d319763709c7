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

/// A quorum of a phase of one rule and one of a phase of another without a common node, if there are
/// any: what a change of rule in one step has to be afraid of. Neither has a node that it does not need.
///
/// ```
/// use quorate::quorum::{Rule, apart};
/// let three = Rule::new(&[1, 1, 1, 0, 0], &[2]);
/// let (old, new) = apart(&three, 0, &Rule::new(&[1; 5], &[3]), 0).expect("three to five at once");
/// assert_eq!((old.to_string(), new.to_string()), ("{S2, S3}".into(), "{S1, S4, S5}".into()));
/// assert_eq!(apart(&three, 0, &Rule::new(&[1, 1, 1, 1, 0], &[3]), 0), None);
/// ```
#[must_use]
pub fn apart(one: &Rule, a: Phase, other: &Rule, b: Phase) -> Option<(NodeSet, NodeSet)> {
    let (first, second) = (one.threshold(a), other.threshold(b));
    if first > one.total() || second > other.total() {
        return None;
    }
    // most[i][s]: the most that the first i nodes can leave to the other rule where those taken weigh s
    // by the one, or its threshold at least.
    let (width, nodes) = (first as usize + 1, one.nodes());
    const NOTHING: u32 = u32::MAX;
    let mut most = vec![NOTHING; (nodes + 1) * width];
    most[0] = 0;
    let step = |most: &[u32], i: usize, s: usize, taken: bool| {
        let left = most[i * width + s];
        let node = NodeId::at(i);
        if taken {
            ((s + one.weight_of(node) as usize).min(first as usize), left)
        } else {
            (s, left + other.weight_of(node))
        }
    };
    for i in 0..nodes {
        for s in (0..width).filter(|s| most[i * width + s] != NOTHING).collect::<Vec<_>>() {
            for taken in [true, false] {
                let (to, left) = step(&most, i, s, taken);
                let place = &mut most[(i + 1) * width + to];
                if *place == NOTHING || *place < left {
                    *place = left;
                }
            }
        }
    }
    let left = most[nodes * width + first as usize];
    if left == NOTHING || left < second {
        return None;
    }
    let (mut sum, mut left, mut set) = (first as usize, left, NodeSet::EMPTY);
    for i in (0..nodes).rev() {
        let before = (0..width)
            .flat_map(|s| [(s, true), (s, false)])
            .find(|(s, taken)| most[i * width + s] != NOTHING && step(&most, i, *s, *taken) == (sum, left));
        let Some((s, taken)) = before else { break };
        if taken {
            set.insert(NodeId::at(i));
        }
        (sum, left) = (s, most[i * width + s]);
    }
    let lean = |rule: &Rule, phase: Phase, mut set: NodeSet| {
        // Those that weigh least go first.
        let mut order: Vec<NodeId> = set.iter().collect();
        order.sort_by_key(|node| (rule.weight_of(*node), std::cmp::Reverse(*node)));
        for node in order {
            let without = set.minus(NodeSet::only(node));
            if rule.weight(without) >= rule.threshold(phase) {
                set = without;
            }
        }
        set
    };
    let rest = NodeSet::full(nodes).minus(set);
    Some((lean(one, a, set), lean(other, b, rest)))
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

    /// Compared with every pair of sets, over small clusters of any weights.
    #[test]
    fn quorums_of_two_rules_are_apart_just_where_they_are() {
        let mut state = 5u32;
        let mut draw = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        let mut found = 0;
        for _ in 0..400 {
            let nodes = 1 + draw(5) as usize;
            let mut rule = || {
                let weights: Vec<u8> = (0..nodes).map(|_| draw(4) as u8).collect();
                Rule::new(&weights, &[1 + draw(7)])
            };
            let (one, other) = (rule(), rule());
            let mut pairs = (0..1u128 << nodes).map(NodeSet::from_bits).filter(|set| one.is_quorum(0, *set));
            let exists = pairs.any(|set| other.is_quorum(0, NodeSet::full(nodes).minus(set)));
            let witness = apart(&one, 0, &other, 0);
            assert_eq!(witness.is_some(), exists, "{one:?} {other:?}");
            if let Some((a, b)) = witness {
                found += 1;
                assert!(a.and(b).is_empty() && one.is_quorum(0, a) && other.is_quorum(0, b));
                assert!(a.iter().all(|node| !one.is_quorum(0, a.minus(NodeSet::only(node)))));
                assert!(b.iter().all(|node| !other.is_quorum(0, b.minus(NodeSet::only(node)))));
            }
        }
        assert!((50..350).contains(&found), "{found}");
    }

    /// Ongaro's table of which changes may be made in one step (the litmus raft-reconfig-overlap).
    #[test]
    fn majorities_that_may_follow_each_other_in_one_step() {
        let majority = |members: &[u8]| {
            let weights: Vec<u8> = (1..=5).map(|node| u8::from(members.contains(&node))).collect();
            Rule::new(&weights, &[members.len() as u32 / 2 + 1])
        };
        let safe = |one: &[u8], other: &[u8]| apart(&majority(one), 0, &majority(other), 0).is_none();
        assert!(safe(&[1, 2], &[2, 3]), "all majorities meet");
        assert!(!safe(&[1, 2, 3], &[1, 2, 3, 4, 5]));
        assert!(safe(&[1, 2, 3], &[1, 2, 3, 4]));
        for pair in [[1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4]] {
            assert!(safe(&[1, 2, 3, 4], &pair), "{pair:?}");
        }
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
