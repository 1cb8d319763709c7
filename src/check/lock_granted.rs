//! A lock that is wanted is granted.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, Key, NodeId, NodeSet, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Whenever somebody waits for a lock, somebody gets that lock before long: whoever had it may be gone.
#[derive(Clone, Debug)]
pub struct LockGranted {
    ground: Ground,
    waiting: BTreeMap<NodeId, Key>,
    /// The grant that each node has held last.
    held: BTreeMap<NodeId, (Key, u32)>,
    /// By lock: since when somebody waits for it and nobody has got it.
    since: BTreeMap<Key, Time>,
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
        Self { ground, waiting: BTreeMap::new(), held: BTreeMap::new(), since: BTreeMap::new() }
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
        let lease = now.lease.map(|lease| (lease.key, lease.token));
        let granted = lease.filter(|lease| self.held.insert(step.node, *lease) != Some(*lease));
        if waited == now.waits && granted.is_none() {
            return false;
        }
        let before = self.since.clone();
        if let Some((key, _)) = granted {
            self.since.remove(&key);
        }
        self.since.retain(|key, _| self.waiting.values().any(|waited| waited == key));
        for key in self.waiting.values() {
            self.since.entry(*key).or_insert(step.at);
        }
        self.since != before
    }

    fn wait(&self) -> Wait {
        self.since.values().min().map_or(Wait::Nothing, |since| Wait::Since(*since))
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (key, _) = self.since.iter().min_by_key(|(_, since)| **since)?;
        let key = *key;
        let waiting = self.waiting.iter().filter(|(_, waited)| **waited == key).map(|(node, _)| *node);
        let who: NodeSet = waiting.filter(|node| !nodes.in_touch(*node).is_empty()).collect();
        if who.is_empty() {
            self.waiting.retain(|_, waited| *waited != key);
            self.since.remove(&key);
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

    #[test]
    fn a_grant_of_another_lock_is_none() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut goal = LockGranted::new(GROUND);
        let at = |ms, stage: &Stage, node| Step { at: Time::ms(ms), ..stage.step(node, &[]) };
        for (node, key) in [(0, 0), (1, 1)] {
            stage.waits(node, Some(Key(key)));
            goal.observe(&stage, &at(10 + u64::from(node), &stage, node), true);
        }
        stage.waits(1, None);
        stage.lease(1, Some(Lease { key: Key(1), token: 1, over: false }));
        goal.observe(&stage, &at(30, &stage, 1), true);
        assert_eq!(goal.wait(), Wait::Since(Time::ms(10)), "nobody has been granted the other");
        let said = goal.lacks(&stage).map(|witness| witness.sentence(Lang::En)).unwrap_or_default();
        assert!(said.starts_with("Nobody is granted the lock that S1 wait for:"), "{said}");
        // The same number, of the other lock.
        stage.waits(0, None);
        stage.waits(2, Some(Key(0)));
        goal.observe(&stage, &at(40, &stage, 2), true);
        stage.lease(1, Some(Lease { key: Key(0), token: 1, over: false }));
        goal.observe(&stage, &at(50, &stage, 1), true);
        assert_eq!(goal.wait(), Wait::Since(Time::ms(50)));
    }
}
