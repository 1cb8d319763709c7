//! Leases: what those who hold a lock may rely on while they are awake.

use super::Property;
use crate::model::{Arg, Key, Lease, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::quorum::{Phase, meeting};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Its names.
pub static LEASE_EXCLUSION: PropertyWord = PropertyWord {
    id: "lease-exclusion",
    name: Text::new("One lease at a time", "同时至多一份租约"),
    statement: Text::new(
        "no two nodes that are awake hold a lease of one lock at once, each by its own clock",
        "两个清醒的节点不会同时按各自的时钟持有同一把锁的租约",
    ),
};

/// Its names.
pub static TOKENS_RISE: PropertyWord = PropertyWord {
    id: "tokens-rise",
    name: Text::new("Tokens never go back", "令牌从不倒退"),
    statement: Text::new(
        "each lease of a lock has a higher token than those that other nodes had before",
        "锁的每份租约，其令牌都高于其他节点此前持有过的令牌",
    ),
};

/// Looks at every step of a node that holds a lease.
///
/// Who stands still knows nothing of time: that it goes on with a lease that is over is not held against
/// it here. What it does to others then is the storage's affair.
#[derive(Clone, Debug, Default, Hash)]
pub struct LeaseExclusion {
    /// The phase in which leases are granted, where that takes a quorum without a leader.
    acquire: Option<u8>,
}

impl LeaseExclusion {
    /// For leases that one leader grants.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For leases that any quorum of a phase grants.
    #[must_use]
    pub fn by_quorum(phase: Phase) -> Self {
        Self { acquire: u8::try_from(phase).ok() }
    }
}

impl Property for LeaseExclusion {
    fn word(&self) -> &'static PropertyWord {
        &LEASE_EXCLUSION
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let lease = nodes.inspect(step.node).lease.filter(|lease| !lease.over)?;
        let awake = |node: NodeId| !nodes.in_touch(node).is_empty();
        let others = NodeId::all(nodes.count()).filter(|node| *node != step.node && awake(*node));
        let (other, theirs) = others
            .filter_map(|node| Some((node, nodes.inspect(node).lease?)))
            .find(|(_, other)| other.key == lease.key && !other.over)?;
        let quorums = self
            .acquire
            .and_then(|phase| meeting(nodes.rule(), Phase::from(phase), Phase::from(phase)).disjoint);
        let mut args = vec![
            ("node", Arg::Packed(NodeId::KIND, step.node.pack())),
            ("token", Arg::Packed(u32::KIND, lease.token)),
            ("lock", Arg::Key(lease.key)),
            ("other", Arg::Packed(NodeId::KIND, other.pack())),
            ("theirs", Arg::Packed(u32::KIND, theirs.token)),
        ];
        let text = if let Some((a, b)) = quorums {
            args.extend([("one", Arg::Nodes(a)), ("two", Arg::Nodes(b))]);
            Text::new(
                "{node} holds lock {lock} (grant {token}) while {other} does (grant {theirs}): two quorums such as {one} and {two} share no node, so nobody had to choose.",
                "{node} 持有锁 {lock}（授予 {token}），而 {other} 也持有（授予 {theirs}）：{one} 与 {two} 这样的两个法定人数没有共同节点，因此没有任何节点需要作出选择。",
            )
        } else {
            Text::new(
                "{node} holds lock {lock} (grant {token}) while {other} does (grant {theirs}): both are awake, and by its own clock neither lease is over.",
                "{node} 持有锁 {lock}（授予 {token}），而 {other} 也持有（授予 {theirs}）：两者都清醒，按各自的时钟租约都未过期。",
            )
        };
        let nodes = [step.node, other].into_iter().collect::<NodeSet>();
        Some(Witness { text, args, nodes, cells: Vec::new(), quorums })
    }
}

/// Remembers the highest token of each lock that anybody has held.
#[derive(Clone, Debug, Default, Hash)]
pub struct TokensRise {
    /// What each node has held last.
    held: BTreeMap<NodeId, (Key, u32)>,
    highest: BTreeMap<Key, (u32, NodeId)>,
}

impl TokensRise {
    /// Nobody has held anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Property for TokensRise {
    fn word(&self) -> &'static PropertyWord {
        &TOKENS_RISE
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let Lease { key, token, .. } = nodes.inspect(step.node).lease?;
        if self.held.insert(step.node, (key, token)) == Some((key, token)) {
            return None;
        }
        let (highest, holder) = *self.highest.get(&key).unwrap_or(&(0, step.node));
        if token > highest {
            self.highest.insert(key, (token, step.node));
        }
        let falls = token < highest || token == highest && holder != step.node;
        falls.then(|| Witness {
            text: Text::new(
                "{node} holds lock {lock} with token {token}, although {other} has had {highest}.",
                "{node} 以令牌 {token} 持有锁 {lock}，而 {other} 曾持有令牌 {highest}。",
            ),
            args: vec![
                ("node", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("lock", Arg::Key(key)),
                ("token", Arg::Packed(u32::KIND, token)),
                ("highest", Arg::Packed(u32::KIND, highest)),
                ("other", Arg::Packed(NodeId::KIND, holder.pack())),
            ],
            nodes: [step.node, holder].into_iter().collect::<NodeSet>(),
            cells: Vec::new(),
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;
    use crate::model::Lang;

    const fn lease(token: u32) -> Option<Lease> {
        Some(Lease { key: Key(0), token, over: false })
    }

    #[test]
    fn two_leases_at_once_are_found_when_the_second_begins() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LeaseExclusion::new();
        stage.lease(0, lease(1));
        assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        stage.lease(0, None);
        stage.lease(1, lease(2));
        assert_eq!(property.observe(&stage, &stage.step(1, &[])), None, "the first has given it back");
        stage.lease(1, Some(Lease { over: true, ..lease(2).unwrap() }));
        stage.lease(2, lease(3));
        assert_eq!(property.observe(&stage, &stage.step(2, &[])), None, "the second knows that it is over");
        stage.lease(0, lease(4));
        let witness = property.observe(&stage, &stage.step(0, &[])).expect("two at once");
        let said = witness.sentence(Lang::En);
        assert!(said.starts_with("S1 holds lock x (grant 4) while S3 does (grant 3)"), "{said}");
        assert!(!witness.sentence(Lang::Zh).contains('{'));
    }

    #[test]
    fn where_quorums_do_not_meet_two_are_named() {
        let mut stage = Stage::new(&[1; 4], &[2, 2]);
        let mut property = LeaseExclusion::by_quorum(0);
        for node in [0, 3] {
            stage.lease(node, lease(1));
            let witness = property.observe(&stage, &stage.step(node, &[]));
            assert_eq!(witness.is_some_and(|witness| witness.quorums.is_some()), node == 3);
        }
    }

    #[test]
    fn a_token_that_goes_back_is_found() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = TokensRise::new();
        for (node, token, fine) in
            [(0, 33, true), (1, 34, true), (0, 33, true), (1, 34, true), (2, 33, false), (2, 34, false)]
        {
            stage.lease(node, lease(token));
            let witness = property.observe(&stage, &stage.step(node, &[]));
            assert_eq!(witness.is_none(), fine, "{node} with {token}");
        }
    }
}
