//! Counting the answers in one phase, so that no protocol counts by hand.

use super::{Phase, Rule};
use crate::model::{NodeId, NodeSet};

/// Counts votes in one phase.
///
/// ```
/// use quorate::model::NodeId;
/// use quorate::quorum::{Rule, Standing, Tally};
/// let rule = Rule::majority(3, 1);
/// let mut votes = Tally::new(0);
/// assert_eq!(votes.record(&rule, NodeId(0), true), Standing::Pending);
/// assert_eq!(votes.record(&rule, NodeId(0), true), Standing::Pending, "counted once");
/// assert_eq!(votes.record(&rule, NodeId(2), true), Standing::Won);
/// assert_eq!(votes.record(&rule, NodeId(1), true), Standing::Pending, "won is said once");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tally {
    phase: u8,
    decided: bool,
    yes: NodeSet,
    no: NodeSet,
}

/// What an answer changed. `Won` or `Lost` is said once a tally; afterwards it is `Pending`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nothing new: still open, or decided before.
    Pending,
    /// With this answer those who agree became a quorum.
    Won,
    /// With this answer no quorum can agree any more.
    Lost,
}

impl Tally {
    /// A tally without answers. Phases are few: places beyond 255 never decide.
    #[must_use]
    pub fn new(phase: Phase) -> Self {
        let phase = u8::try_from(phase).unwrap_or(u8::MAX);
        Self { phase, decided: false, yes: NodeSet::EMPTY, no: NodeSet::EMPTY }
    }

    /// Takes a node's answer. Its first answer stands, repeated ones and nodes outside the
    /// cluster change nothing; late answers are kept, but decide nothing.
    pub fn record(&mut self, rule: &Rule, node: NodeId, yes: bool) -> Standing {
        let outside = node.index() >= rule.nodes();
        if outside || self.yes.or(self.no).contains(node) {
            return Standing::Pending;
        }
        let side = if yes { &mut self.yes } else { &mut self.no };
        side.insert(node);
        if self.decided {
            return Standing::Pending;
        }
        let standing = if self.has_won(rule) {
            Standing::Won
        } else if !rule.is_quorum(self.phase(), NodeSet::full(rule.nodes()).minus(self.no)) {
            Standing::Lost
        } else {
            Standing::Pending
        };
        self.decided = standing != Standing::Pending;
        standing
    }

    /// The phase in which these votes are cast.
    #[must_use]
    pub fn phase(&self) -> Phase {
        Phase::from(self.phase)
    }

    /// Who agreed.
    #[must_use]
    pub fn yes(&self) -> NodeSet {
        self.yes
    }

    /// Who refused.
    #[must_use]
    pub fn no(&self) -> NodeSet {
        self.no
    }

    /// Whether those who agreed are a quorum; unlike [`Standing::Won`], as often as it is asked.
    #[must_use]
    pub fn has_won(&self, rule: &Rule) -> bool {
        rule.is_quorum(self.phase(), self.yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_stands() {
        let rule = Rule::majority(3, 1);
        let mut votes = Tally::new(0);
        assert_eq!(votes.record(&rule, NodeId(0), false), Standing::Pending);
        assert_eq!(votes.record(&rule, NodeId(0), true), Standing::Pending);
        assert_eq!(votes.no(), NodeSet::only(NodeId(0)));
        assert_eq!(votes.yes(), NodeSet::EMPTY);
        assert_eq!(votes.record(&rule, NodeId(1), false), Standing::Lost);
        assert_eq!(votes.record(&rule, NodeId(2), false), Standing::Pending, "lost is said once");
        assert!(!votes.has_won(&rule));
    }

    #[test]
    fn weights_count_and_heads_do_not() {
        let rule = Rule::new(&[3, 1, 1, 1], &[4]);
        let mut votes = Tally::new(0);
        for light in 1..4 {
            assert_eq!(votes.record(&rule, NodeId(light), true), Standing::Pending);
        }
        assert_eq!(votes.record(&rule, NodeId(0), true), Standing::Won);
        assert!(votes.has_won(&rule));
        let mut votes = Tally::new(0);
        assert_eq!(votes.record(&rule, NodeId(0), false), Standing::Lost);
    }

    #[test]
    fn a_vote_without_weight_is_heard_and_does_not_count() {
        let rule = Rule::new(&[1, 0, 0], &[1]);
        let mut votes = Tally::new(0);
        assert_eq!(votes.record(&rule, NodeId(1), true), Standing::Pending);
        assert_eq!(votes.record(&rule, NodeId(0), true), Standing::Won);
        assert_eq!(votes.yes().len(), 2);
    }

    #[test]
    fn strangers_and_missing_phases_decide_nothing() {
        let rule = Rule::majority(3, 1);
        let mut votes = Tally::new(0);
        assert_eq!(votes.record(&rule, NodeId(3), true), Standing::Pending);
        assert_eq!(votes.record(&rule, NodeId(255), true), Standing::Pending);
        assert_eq!(votes.yes(), NodeSet::EMPTY);
        let mut votes = Tally::new(1_000);
        assert_eq!(votes.record(&rule, NodeId(0), true), Standing::Lost);
    }
}
