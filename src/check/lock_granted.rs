//! A lock that is wanted is granted.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, Key, NodeId, NodeSet, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Whenever somebody waits for a lock, somebody gets it before long: whoever had it may be gone.
#[derive(Clone, Debug)]
pub struct LockGranted {
    ground: Ground,
    waiting: BTreeMap<NodeId, Key>,
    /// The grant that each node has held last.
    held: BTreeMap<NodeId, u32>,
    /// Since when somebody waits and nobody has got anything.
    since: Option<Time>,
}

static WORD: PropertyWord = PropertyWord {
    id: "lock-in-time",
    name: Text::new("A lock in time", "及时获得锁"),
    statement: Text::new(
        "once nothing breaks any more, a lock that somebody waits for is granted before long, also when its holder is gone",
        "故障停止之后，有人等待的锁不久便会被授予，即使持锁者已不在",
    ),
};

impl LockGranted {
    /// For a protocol.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, waiting: BTreeMap::new(), held: BTreeMap::new(), since: None }
    }
}

impl Eventually for LockGranted {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        let now = nodes.inspect(step.node);
        let waited = match now.waits {
            Some(key) => self.waiting.insert(step.node, key),
            None => self.waiting.remove(&step.node),
        };
        let token = now.lease.map(|lease| lease.token);
        let granted = token.is_some_and(|token| self.held.insert(step.node, token) != Some(token));
        if waited == now.waits && !granted {
            return false;
        }
        let before = self.since;
        self.since = match (self.waiting.is_empty(), before) {
            (true, _) => None,
            (false, Some(since)) if !granted => Some(since),
            (false, _) => Some(step.at),
        };
        self.since != before
    }

    fn wait(&self) -> Wait {
        self.since.map_or(Wait::Nothing, Wait::Since)
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let who: NodeSet =
            self.waiting.keys().copied().filter(|node| !nodes.in_touch(*node).is_empty()).collect();
        if who.is_empty() {
            self.waiting.clear();
            self.since = None;
            return None;
        }
        let what = Text::new("Nobody is granted the lock that {who} wait for:", "{who} 等待的锁无人获得：");
        Some(self.ground.stuck(nodes, what, vec![("who", Arg::Nodes(who))], None, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage};
    use crate::model::{Lang, Lease};

    #[test]
    fn a_grant_to_anybody_is_progress() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut goal = LockGranted::new(GROUND);
        let at = |ms, stage: &Stage, node| Step { at: Time::ms(ms), ..stage.step(node, &[]) };
        stage.waits(0, Some(Key(0)));
        stage.waits(1, Some(Key(0)));
        assert!(goal.observe(&stage, &at(10, &stage, 0), true));
        assert!(!goal.observe(&stage, &at(20, &stage, 1), true));
        assert_eq!(goal.wait(), Wait::Since(Time::ms(10)));
        stage.waits(0, None);
        stage.lease(0, Some(Lease { key: Key(0), token: 1, over: false }));
        assert!(goal.observe(&stage, &at(30, &stage, 0), true));
        assert_eq!(goal.wait(), Wait::Since(Time::ms(30)));
        let said = goal.lacks(&stage).map(|witness| witness.sentence(Lang::En)).unwrap_or_default();
        assert!(said.starts_with("Nobody is granted the lock that S2 wait for:"), "{said}");
        stage.waits(1, None);
        assert!(goal.observe(&stage, &at(40, &stage, 1), true));
        assert_eq!(goal.wait(), Wait::Nothing);
    }
}
