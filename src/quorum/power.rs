//! What a vote is worth: how often it turns a set into a quorum.

use super::{Phase, Rule, WEIGHT_MAX};

/// Each node's share of the power in a phase (Banzhaf 1965): of all the cases in which one node
/// turns a set of others into a quorum, the part in which it is this node. From 0 to 1, adding up
/// to 1; all 0 in a phase without a quorum. A node of power 0 never matters, whatever its weight.
///
/// ```
/// use quorate::quorum::{Rule, power};
/// // 49 votes are worth as much as 2, and 1 is worth nothing.
/// assert_eq!(power(&Rule::new(&[49, 49, 2], &[51]), 0), [1.0 / 3.0; 3]);
/// assert_eq!(power(&Rule::new(&[4, 4, 1], &[6]), 0), [0.5, 0.5, 0.0]);
/// ```
#[must_use]
pub fn power(rule: &Rule, phase: Phase) -> Vec<f64> {
    let swings = swings(rule, phase);
    let all: u128 = swings.iter().sum();
    swings.iter().map(|&own| if all == 0 { 0.0 } else { own as f64 / all as f64 }).collect()
}

/// Each node's swings in a phase: the sets of *other* nodes that are no quorum, and are one with
/// it. Exact for up to 101 nodes: no count exceeds 2¹⁰⁰.
///
/// The number of sets by weight is the product of (1 + xʷ) over all nodes; dividing one factor out
/// leaves the sets of the others. So the work is threshold × (nodes + distinct weights).
///
/// ```
/// use quorate::quorum::{Rule, swings};
/// assert_eq!(swings(&Rule::new(&[3, 1, 1, 1], &[4]), 0), [7, 1, 1, 1]);
/// ```
#[must_use]
pub fn swings(rule: &Rule, phase: Phase) -> Vec<u128> {
    if !rule.possible(phase) {
        return vec![0; rule.nodes()];
    }
    let threshold = rule.threshold(phase) as usize;
    // all[s]: the sets of nodes that weigh s, for every s that is no quorum.
    let mut all = vec![0u128; threshold];
    all[0] = 1;
    for &weight in rule.weights() {
        let weight = usize::from(weight);
        for sum in (weight..threshold).rev() {
            all[sum] += all[sum - weight];
        }
    }
    let mut by_weight = [None; WEIGHT_MAX as usize + 1];
    let swings_of = |&weight: &u8| {
        let known = &mut by_weight[usize::from(weight)];
        *known.get_or_insert_with(|| swings_of_weight(&all, usize::from(weight)))
    };
    rule.weights().iter().map(swings_of).collect()
}

/// The sets of the other nodes that only this weight lifts to the threshold, `all.len()`.
fn swings_of_weight(all: &[u128], weight: usize) -> u128 {
    if weight == 0 {
        return 0;
    }
    let mut others = all.to_vec();
    for sum in weight..others.len() {
        others[sum] -= others[sum - weight];
    }
    others[others.len().saturating_sub(weight)..].iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_that_never_matters_shows() {
        let rule = Rule::new(&[3, 3, 3, 1], &[6]);
        assert_eq!(swings(&rule, 0), [4, 4, 4, 0]);
    }

    /// Banzhaf's case: Nassau County, 1958 and 1964.
    #[test]
    fn nassau_county() {
        assert_eq!(swings(&Rule::new(&[9, 9, 7, 3, 1, 1], &[16]), 0), [16, 16, 16, 0, 0, 0]);
        let board = Rule::new(&[31, 31, 28, 21, 2, 2], &[58]);
        assert_eq!(swings(&board, 0), [16, 16, 16, 0, 0, 0]);
    }

    #[test]
    fn no_quorum_no_power() {
        let rule = Rule::new(&[1, 2], &[4]);
        assert_eq!(power(&rule, 0), [0.0, 0.0]);
        assert_eq!(power(&rule, 3), [0.0, 0.0]);
        assert!(power(&Rule::new(&[], &[1]), 0).is_empty());
    }

    #[test]
    fn counts_of_the_largest_cluster_are_exact() {
        let seen = swings(&Rule::majority(101, 1), 0);
        let half_of_hundred = 100_891_344_545_564_193_334_812_497_256; // C(100, 50)
        assert_eq!(seen, [half_of_hundred; 101]);
        let dictator = [vec![100], vec![0; 100]].concat();
        assert_eq!(swings(&Rule::new(&dictator, &[100]), 0)[0], 1 << 100);
    }
}
