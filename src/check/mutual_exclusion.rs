//! Mutual exclusion where it counts: at what the lock protects.

use super::Property;
use crate::model::{Arg, Key, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Its names.
pub static MUTUAL_EXCLUSION: PropertyWord = PropertyWord {
    id: "mutual-exclusion",
    name: Text::new("Mutual exclusion at the storage", "存储处的互斥"),
    statement: Text::new(
        "once somebody has come in under a grant of a lock, nobody writes under an earlier one",
        "一旦有人凭锁的某次授予进入存储，便再无人凭更早的授予写入",
    ),
};

/// Remembers who came in with which grant, in what order.
#[derive(Clone, Debug, Default, Hash)]
pub struct MutualExclusion {
    /// How many accesses have been looked at, of each node that is accessed.
    seen: BTreeMap<NodeId, u32>,
    /// Who came in last, with which grant.
    inside: BTreeMap<Key, (NodeId, u32)>,
    /// The last grant of each client after which somebody else came in.
    past: BTreeMap<(Key, NodeId), (u32, NodeId, u32)>,
}

impl MutualExclusion {
    /// Nobody has come in.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Property for MutualExclusion {
    fn word(&self) -> &'static PropertyWord {
        &MUTUAL_EXCLUSION
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let access = nodes.inspect(step.node).access?;
        let (key, by, token) = (access.key, access.by, access.token);
        if self.seen.insert(step.node, access.count) == Some(access.count) {
            return None;
        }
        let past = self.past.get(&(key, by)).copied().filter(|(past, ..)| token <= *past);
        let Some((_, other, later)) = past else {
            let before = self.inside.insert(key, (by, token));
            if let Some((other, earlier)) = before.filter(|before| *before != (by, token)) {
                self.past.insert((key, other), (earlier, by, token));
            }
            return None;
        };
        // Who comes late and only looks does no harm.
        if !access.writes {
            return None;
        }
        Some(Witness {
            text: Text::new(
                "{storage} took a write of {by} under grant {token} of lock {lock} after {other} had come in under grant {later}: both were at work at once, and one overwrites what the other has not seen.",
                "{storage} 在 {other} 已凭锁 {lock} 的授予 {later} 进入之后，又接受了 {by} 凭授予 {token} 的写入：两者同时在工作，一方覆盖了另一方未见到的内容。",
            ),
            args: vec![
                ("storage", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("by", Arg::Packed(NodeId::KIND, by.pack())),
                ("token", Arg::Packed(u32::KIND, token)),
                ("lock", Arg::Key(key)),
                ("other", Arg::Packed(NodeId::KIND, other.pack())),
                ("later", Arg::Packed(u32::KIND, later)),
            ],
            nodes: [step.node, by, other].into_iter().collect::<NodeSet>(),
            cells: Vec::new(),
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;
    use crate::model::{Access, Lang};

    fn played(accesses: &[(u8, u32, bool)]) -> Option<String> {
        let mut stage = Stage::new(&[1; 4], &[2, 2]);
        let mut property = MutualExclusion::new();
        for (count, (by, token, writes)) in (1..).zip(accesses) {
            stage.access(3, Access { count, key: Key(0), by: NodeId(*by), token: *token, writes: *writes });
            for _ in 0..2 {
                if let Some(witness) = property.observe(&stage, &stage.step(3, &[])) {
                    assert!(!witness.sentence(Lang::Zh).contains('{'));
                    return Some(witness.sentence(Lang::En));
                }
            }
        }
        None
    }

    #[test]
    fn one_after_another_is_fine_and_so_is_one_who_only_looks() {
        assert_eq!(played(&[(0, 33, false), (0, 33, true), (1, 34, false), (1, 34, true)]), None);
        assert_eq!(played(&[(0, 33, false), (1, 34, false), (0, 33, false), (1, 34, true)]), None);
        assert_eq!(played(&[(0, 1, true), (1, 1, true), (0, 2, true), (1, 2, true)]), None);
    }

    #[test]
    fn a_write_under_an_earlier_grant_is_found_and_explained() {
        let said = played(&[(0, 33, false), (1, 34, false), (1, 34, true), (0, 33, true)]).expect("broken");
        assert!(
            said.starts_with("S4 took a write of S1 under grant 33 of lock x after S2 had come in"),
            "{said}"
        );
        assert!(
            played(&[(0, 5, false), (1, 2, true), (0, 5, true)]).is_some(),
            "numbers need not be in order"
        );
    }
}
