//! Somebody leads, with a quorum in touch.

use super::goals::{Eventually, Wait};
use super::lack::{Ground, highest};
use crate::model::{PropertyWord, Text, Time, Witness};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};

/// Once it is calm, a node leads whose quorum is in touch with it.
#[derive(Clone, Debug)]
pub struct Leads {
    ground: Ground,
    commit: Phase,
    /// Since when it is calm, and the highest epoch then.
    since: Option<(Time, u32)>,
    there: bool,
}

static WORD: PropertyWord = PropertyWord {
    id: "leader-in-time",
    name: Text::new("A leader in time", "及时选出领导者"),
    statement: Text::new(
        "once nothing breaks any more, a leader that can reach a quorum is there before long",
        "故障停止之后，不久便有一位能联系到法定人数的领导者",
    ),
};

impl Leads {
    /// For a protocol whose leaders need a quorum of the phase `commit`.
    #[must_use]
    pub const fn new(ground: Ground, commit: Phase) -> Self {
        Self { ground, commit, since: None, there: false }
    }
}

impl Eventually for Leads {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, calm: bool) -> bool {
        if !calm || self.there {
            return false;
        }
        let begins = self.since.is_none();
        if begins {
            self.since = Some((step.at, highest(nodes)));
        }
        if nodes.inspect(step.node).leads {
            self.there = nodes.rule_of(step.node).is_quorum(self.commit, nodes.in_touch(step.node));
        }
        begins || self.there
    }

    fn wait(&self) -> Wait {
        match self.since {
            _ if self.there => Wait::Over,
            Some((since, _)) => Wait::Since(since),
            None => Wait::Nothing,
        }
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let what = Text::new("Nobody leads with a quorum in touch:", "没有领导者能联系到法定人数：");
        Some(self.ground.stuck(nodes, what, Vec::new(), None, self.since.map(|(_, epoch)| epoch)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage};
    use crate::model::Lang;

    #[test]
    fn a_leader_counts_from_the_calm_on_and_with_a_quorum_in_touch() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Leads::new(GROUND, 1);
        stage.leads(0, 1);
        property.observe(&stage, &stage.step(0, &[]), false);
        assert_eq!(property.wait(), Wait::Nothing);
        stage.role(1, 2, false);
        property.observe(&stage, &stage.step(1, &[]), true);
        assert_eq!(property.wait(), Wait::Since(Time(0)));
        stage.role(1, 5, false);
        let said = property.lacks(&stage).map(|witness| witness.sentence(Lang::En)).unwrap_or_default();
        assert!(said.ends_with("the term went from 2 to 5 meanwhile, and none came through."), "{said}");
        property.observe(&stage, &stage.step(0, &[]), true);
        assert_eq!(property.wait(), Wait::Over);
    }

    #[test]
    fn a_leader_without_a_quorum_in_touch_is_none() {
        let mut stage = Stage::new(&[1; 3], &[2, 4]);
        let mut property = Leads::new(GROUND, 1);
        stage.leads(0, 1);
        property.observe(&stage, &stage.step(0, &[]), true);
        assert_eq!(property.wait(), Wait::Since(Time(0)));
    }
}
