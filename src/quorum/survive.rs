//! Which crashes leave a quorum.

use super::{Phase, Rule};
use crate::model::{NodeId, NodeSet};
use serde::Serialize;

/// Which crashes leave a quorum of every phase that was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Survival {
    /// Whether there is a quorum of every phase while all nodes are up. If not, nothing is
    /// survived: the rest is 0 and empty.
    pub available: bool,
    /// The resilience: the most nodes of which *any* may be down together.
    pub any: u32,
    /// The nodes that may be down alone.
    pub single: NodeSet,
    /// A largest set that may be down together: the lightest nodes, of equal ones the earlier.
    pub largest: NodeSet,
}

/// Which crashes leave, among the live nodes, a quorum of every given phase. Without phases there
/// is nothing to lose: every crash is survived.
///
/// ```
/// use quorate::model::NodeId;
/// use quorate::quorum::{Rule, survival};
/// let heavy = survival(&Rule::new(&[3, 1, 1, 1], &[4, 4]), &[0, 1]);
/// assert_eq!(heavy.any, 0, "not without S1");
/// assert!(!heavy.single.contains(NodeId(0)));
/// assert_eq!(heavy.largest.to_string(), "{S2, S3}");
/// ```
#[must_use]
pub fn survival(rule: &Rule, phases: &[Phase]) -> Survival {
    let threshold = rule.strictest(phases);
    let Some(spare) = rule.total().checked_sub(threshold) else {
        let (single, largest) = (NodeSet::EMPTY, NodeSet::EMPTY);
        return Survival { available: false, any: 0, single, largest };
    };
    let mut by_weight: Vec<NodeId> = NodeId::all(rule.nodes()).collect();
    by_weight.sort_by_key(|&node| rule.weight_of(node));
    // Any k nodes may go if the k heaviest may; the most that may go are the lightest.
    let any = affordable(rule, spare, by_weight.iter().rev().copied());
    let most = affordable(rule, spare, by_weight.iter().copied());
    Survival {
        available: true,
        any: any as u32,
        single: NodeId::all(rule.nodes()).filter(|&node| rule.weight_of(node) <= spare).collect(),
        largest: by_weight.into_iter().take(most).collect(),
    }
}

/// How many nodes, in this order, may go before they weigh more than `spare`.
fn affordable(rule: &Rule, spare: u32, order: impl Iterator<Item = NodeId>) -> usize {
    let lost = order.scan(0, |lost, node| {
        *lost += rule.weight_of(node);
        Some(*lost)
    });
    lost.take_while(|&lost| lost <= spare).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_phase_rules() {
        let rule = Rule::new(&[1; 5], &[1, 5]);
        assert_eq!(survival(&rule, &[0]).any, 4);
        assert_eq!(survival(&rule, &[1]).any, 0);
        assert_eq!(survival(&rule, &[0, 1]), survival(&rule, &[1]));
        assert!(survival(&rule, &[0, 1]).available);
        assert_eq!(survival(&rule, &[]).any, 5);
    }

    #[test]
    fn no_quorum_survives_nothing() {
        let none = survival(&Rule::new(&[1, 0], &[2]), &[0]);
        let (single, largest) = (NodeSet::EMPTY, NodeSet::EMPTY);
        assert_eq!(none, Survival { available: false, any: 0, single, largest });
    }

    #[test]
    fn a_copy_without_votes_may_always_be_down() {
        let gifford = survival(&Rule::new(&[1, 0, 0], &[1, 1]), &[0, 1]);
        assert_eq!(gifford.any, 0);
        assert_eq!(gifford.single.to_string(), "{S2, S3}");
        assert_eq!(gifford.largest.to_string(), "{S2, S3}");
    }
}
