//! Whoever waits for a lock has its turn.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, Key, NodeId, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// Each node that waits for a lock gets it before long, however many others want it too.
#[derive(Clone, Debug)]
pub struct LockForEach {
    ground: Ground,
    /// Who waits for which lock since when, the first that waits first.
    waiting: Vec<(NodeId, Key, Time)>,
}

static WORD: PropertyWord = PropertyWord {
    id: "lock-for-each",
    name: Text::new("A lock for each", "人人轮得到锁"),
    statement: Text::new(
        "once nothing breaks any more, whoever waits for a lock gets it before long, however many others want it too",
        "故障停止之后，每个等待锁的节点不久都会得到它，无论还有多少节点想要",
    ),
};

impl LockForEach {
    /// For a protocol.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, waiting: Vec::new() }
    }
}

impl Eventually for LockForEach {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        let now = nodes.inspect(step.node).waits;
        let place = self.waiting.iter().position(|(node, ..)| *node == step.node);
        if place.map(|place| self.waiting[place].1) == now {
            return false;
        }
        if let Some(place) = place {
            self.waiting.remove(place);
        }
        self.waiting.extend(now.map(|key| (step.node, key, step.at)));
        true
    }

    fn wait(&self) -> Wait {
        self.waiting.first().map_or(Wait::Nothing, |(_, _, since)| Wait::Since(*since))
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (node, key, at) = *self.waiting.first()?;
        if nodes.in_touch(node).is_empty() {
            self.waiting.remove(0);
            return None;
        }
        let what = Text::new(
            "{node} has waited for the lock {key} since {at} ms, and has not had its turn:",
            "{node} 自 {at} 毫秒起等待锁 {key}，一直没有轮到：",
        );
        let args = vec![
            ("node", Arg::Packed(ArgKind::Node, node.pack())),
            ("key", Arg::Packed(ArgKind::Key, key.pack())),
            ("at", Arg::Wide(at.0 / 1_000)),
        ];
        let mut witness = self.ground.stuck(nodes, what, args, None, None);
        witness.nodes.insert(node);
        Some(witness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage};
    use crate::model::{Lang, Lease};

    #[test]
    fn a_grant_to_another_is_no_turn() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut goal = LockForEach::new(GROUND);
        let at = |ms, stage: &Stage, node| Step { at: Time::ms(ms), ..stage.step(node, &[]) };
        for node in [0, 1] {
            stage.waits(node, Some(Key(0)));
            assert!(goal.observe(&stage, &at(10 + u64::from(node), &stage, node), true));
        }
        // S1 has it time and again.
        for (ms, has) in [(20, true), (30, false), (40, true)] {
            stage.waits(0, (!has).then_some(Key(0)));
            stage.lease(0, has.then_some(Lease { key: Key(0), token: 1, over: false }));
            assert!(goal.observe(&stage, &at(ms, &stage, 0), true));
            assert_eq!(goal.wait(), Wait::Since(Time::ms(11)));
        }
        assert!(!goal.observe(&stage, &at(50, &stage, 1), true), "it waits on");
        let said = goal.lacks(&stage).map(|witness| witness.sentence(Lang::En)).unwrap_or_default();
        assert!(
            said.starts_with("S2 has waited for the lock x since 11 ms, and has not had its turn:"),
            "{said}"
        );
        stage.waits(1, Some(Key(1)));
        goal.observe(&stage, &at(60, &stage, 1), true);
        assert_eq!(goal.wait(), Wait::Since(Time::ms(60)), "that is another one");
        stage.waits(1, None);
        goal.observe(&stage, &at(70, &stage, 1), true);
        assert_eq!(goal.wait(), Wait::Nothing);
    }
}
