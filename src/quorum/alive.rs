//! How likely it is that a quorum is up.

use super::{Phase, Rule};

/// The probability that the live nodes hold a quorum of *every* given phase when each node is up
/// with probability `up`, each for itself. Outside 0 to 1, `up` counts as the nearer end, and not
/// a number as 0. Only + and × on positive numbers: native and wasm agree, and the relative error
/// is below 10⁻¹³.
///
/// ```
/// use quorate::quorum::{Rule, availability};
/// let rule = Rule::majority(3, 2);
/// assert!((availability(&rule, &[0, 1], 0.9) - 0.972).abs() < 1e-12);
/// ```
#[must_use]
pub fn availability(rule: &Rule, phases: &[Phase], up: f64) -> f64 {
    let up = if up > 0.0 { up.min(1.0) } else { 0.0 };
    let down = 1.0 - up;
    let threshold = rule.strictest(phases);
    if threshold == 0 {
        return 1.0;
    }
    if threshold > rule.total() {
        return 0.0;
    }
    // short[s]: the probability that the live of the nodes so far weigh s, not yet a quorum.
    let threshold = threshold as usize;
    let mut short = vec![0.0; threshold];
    short[0] = 1.0;
    let mut enough = 0.0;
    for &weight in rule.weights() {
        let weight = usize::from(weight);
        if weight == 0 {
            continue;
        }
        let lifted = threshold.saturating_sub(weight);
        enough += up * short[lifted..].iter().sum::<f64>();
        for sum in (0..threshold).rev() {
            let joined = if sum >= weight { up * short[sum - weight] } else { 0.0 };
            short[sum] = down * short[sum] + joined;
        }
    }
    f64::min(enough, 1.0)
}

/// How many sets of 0, 1, 2, … live nodes hold a quorum of the phase: one count a size, from none
/// to all. Exact for up to 101 nodes, in at most 101 × 101 × threshold steps.
///
/// ```
/// use quorate::quorum::{Rule, live_sets_by_size};
/// assert_eq!(live_sets_by_size(&Rule::new(&[2, 1, 1, 1], &[3]), 0), [0, 0, 3, 4, 1]);
/// ```
#[must_use]
pub fn live_sets_by_size(rule: &Rule, phase: Phase) -> Vec<u128> {
    let sizes = rule.nodes() + 1;
    if !rule.possible(phase) {
        return vec![0; sizes];
    }
    let threshold = rule.threshold(phase) as usize;
    // short[k][s]: the sets of k nodes that weigh s, not a quorum; sets[k]: all sets of k nodes.
    let mut short = vec![vec![0u128; threshold]; sizes];
    let mut sets = vec![0u128; sizes];
    short[0][0] = 1;
    sets[0] = 1;
    for (before, &weight) in rule.weights().iter().enumerate() {
        let weight = usize::from(weight);
        for size in (1..=before + 1).rev() {
            sets[size] += sets[size - 1];
            let (smaller, larger) = short.split_at_mut(size);
            let lifted = larger[0].iter_mut().skip(weight);
            for (with, &without) in lifted.zip(&smaller[size - 1]) {
                *with += without;
            }
        }
    }
    sets.iter().zip(&short).map(|(all, short)| all - short.iter().sum::<u128>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_phases_need_the_stricter() {
        let rule = Rule::new(&[1; 5], &[1, 5]);
        assert!((availability(&rule, &[0], 0.9) - 0.99999).abs() < 1e-12);
        assert!((availability(&rule, &[0, 1], 0.9) - 0.59049).abs() < 1e-12);
    }

    #[test]
    fn the_ends_are_exact() {
        let rule = Rule::new(&[2, 0, 1], &[3, 9]);
        for (up, seen) in [(0.0, 0.0), (1.0, 1.0), (-1.0, 0.0), (7.0, 1.0), (f64::NAN, 0.0)] {
            assert_eq!(availability(&rule, &[0], up), seen);
        }
        assert_eq!(availability(&rule, &[1], 1.0), 0.0);
        assert_eq!(availability(&rule, &[], 0.0), 1.0);
        assert_eq!(live_sets_by_size(&rule, 1), [0; 4]);
    }

    /// The largest cluster, by weight and by number of live nodes: two ways, one answer.
    #[test]
    fn hundred_and_one_nodes_two_ways() {
        let weights: Vec<u8> = (0..101).collect();
        let rule = Rule::new(&weights, &[2_525]);
        let (up, down) = (0.6, 0.4);
        let mut chance = 0.0;
        for (live, sets) in live_sets_by_size(&rule, 0).into_iter().enumerate() {
            let one: f64 = (0..101).map(|node| if node < live { up } else { down }).product();
            chance += sets as f64 * one;
        }
        assert!((availability(&rule, &[0], up) - chance).abs() < 1e-12);
    }
}
