//! Everything that is known of a rule, for a panel to show.

use super::{Meeting, Phase, Rule, Survival, meeting, power, smallest_quorums, survival};
use crate::model::{NodeId, NodeSet};
use serde::Serialize;

/// [`PhaseVerdict::smallest`] holds no more quorums than this.
pub const SMALLEST_SHOWN_MAX: usize = 20;

/// What a rule is worth; everything but [`availability`](super::availability), which asks how
/// likely a node is up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The pairs of phases that must meet, as they were given.
    pub meetings: Vec<MustMeet>,
    /// What crashes leave a quorum of every phase.
    pub survival: Survival,
    /// Each phase by itself.
    pub phases: Vec<PhaseVerdict>,
}

/// Two phases whose quorums must meet, and whether they do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MustMeet {
    /// The one phase.
    pub a: Phase,
    /// The other phase, or the same.
    pub b: Phase,
    /// Whether they do.
    pub meeting: Meeting,
}

/// What a rule is worth in one phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseVerdict {
    /// The weight that decides.
    pub threshold: u32,
    /// Whether there is any quorum.
    pub possible: bool,
    /// What crashes leave a quorum of this phase.
    pub survival: Survival,
    /// The quorums of the fewest nodes in lexicographic order, at most [`SMALLEST_SHOWN_MAX`].
    pub smallest: Vec<NodeSet>,
    /// Whether there are more of that size.
    pub smallest_more: bool,
    /// Each node's share of the power, adding up to 1; see [`power`].
    pub power: Vec<f64>,
    /// The nodes that never matter: with them or without them, no set of others decides otherwise.
    pub idle: NodeSet,
}

/// Looks at a rule from all sides. `must_meet` holds the pairs of phases, possibly of one phase
/// with itself, whose quorums the protocol needs to meet.
///
/// ```
/// use quorate::quorum::{Rule, verdict};
/// let flexible = verdict(&Rule::new(&[1; 5], &[4, 2]), &[(0, 1)]);
/// assert!(flexible.is_safe());
/// assert_eq!(flexible.survival.any, 1);
/// assert_eq!(flexible.phases[1].survival.any, 3);
/// ```
#[must_use]
pub fn verdict(rule: &Rule, must_meet: &[(Phase, Phase)]) -> Verdict {
    let must_meet = must_meet.iter().map(|&(a, b)| MustMeet { a, b, meeting: meeting(rule, a, b) });
    let phases: Vec<Phase> = (0..rule.phases()).collect();
    Verdict {
        meetings: must_meet.collect(),
        survival: survival(rule, &phases),
        phases: phases.iter().map(|&phase| phase_verdict(rule, phase)).collect(),
    }
}

fn phase_verdict(rule: &Rule, phase: Phase) -> PhaseVerdict {
    let mut smallest = smallest_quorums(rule, phase, SMALLEST_SHOWN_MAX + 1);
    let smallest_more = smallest.len() > SMALLEST_SHOWN_MAX;
    smallest.truncate(SMALLEST_SHOWN_MAX);
    let power = power(rule, phase);
    let idle = NodeId::all(rule.nodes()).filter(|node| power[node.index()] == 0.0).collect();
    PhaseVerdict {
        threshold: rule.threshold(phase),
        possible: rule.possible(phase),
        survival: survival(rule, &[phase]),
        smallest,
        smallest_more,
        power,
        idle,
    }
}

impl Verdict {
    /// Whether every two quorums that must meet do.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.meetings.iter().all(|pair| pair.meeting.meets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_finds_everything() {
        let seen = verdict(&Rule::new(&[4, 4, 1], &[6, 3]), &[(0, 1), (1, 1)]);
        assert!(!seen.is_safe());
        assert!(seen.meetings[0].meeting.meets);
        assert!(!seen.meetings[0].meeting.rule_holds || seen.meetings[0].meeting.meets);
        assert!(!seen.meetings[1].meeting.meets);
        assert_eq!(seen.survival, survival(&Rule::new(&[4, 4, 1], &[6]), &[0]));
        assert_eq!(seen.phases[0].idle.to_string(), "{S3}");
        assert_eq!(seen.phases[1].smallest.len(), 2);
        assert!(!seen.phases[1].smallest_more);
    }

    #[test]
    fn long_lists_are_cut_and_say_so() {
        let seen = verdict(&Rule::majority(15, 1), &[(0, 0)]);
        assert_eq!(seen.phases[0].smallest.len(), SMALLEST_SHOWN_MAX);
        assert!(seen.phases[0].smallest_more);
    }

    #[test]
    fn an_impossible_phase_is_told() {
        let seen = verdict(&Rule::new(&[1, 1], &[3]), &[(0, 0)]);
        assert!(seen.is_safe(), "nothing can go wrong, because nothing can be decided");
        assert!(!seen.phases[0].possible && !seen.survival.available);
        assert_eq!(seen.phases[0].idle.len(), 2);
    }
}
