//! Registers' versions only grow, and each has one value.

use super::Property;
use crate::model::{
    Arg, ArgKind, Ballot, Held, Key, NodeId, NodeSet, Packed, PropertyWord, RequestId, Text, Value, Witness,
};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// What each disk was written last, to tell what a step has changed.
#[derive(Clone, Debug, Hash, Default)]
pub(super) struct Written {
    last: Vec<Option<Held>>,
}

impl Written {
    /// The version that the disk of a step's node was written with it.
    pub(super) fn notice(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Held> {
        self.last.resize(nodes.count(), None);
        let now = nodes.held(step.node);
        let before = std::mem::replace(&mut self.last[step.node.index()], now);
        now.filter(|_| now != before)
    }
}

/// No replica goes back to an older version of a register, and no two hold different values of the same
/// version: it was given to one write only.
#[derive(Clone, Debug, Hash, Default)]
pub struct Versions {
    written: Written,
    newest: BTreeMap<(NodeId, Key), Ballot>,
    values: BTreeMap<Key, BTreeMap<Ballot, First>>,
}

/// Whose write a version is, its value, and who held it first.
type First = (RequestId, Option<Value>, NodeId);

/// So many of a register's versions are remembered, the last ones.
const VERSIONS_MAX: usize = 64;

static WORD: PropertyWord = PropertyWord {
    id: "versions",
    name: Text::new("Versions", "版本"),
    statement: Text::new(
        "at each replica a register's version only grows, and a version has one value wherever it is held",
        "每个副本上寄存器的版本只增不减，且同一版本无论在何处都是同一个值",
    ),
};

impl Property for Versions {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let Held { key, version, by, value, .. } = self.written.notice(nodes, step)?;
        let shown = |value: Option<Value>| Arg::Packed(ArgKind::Value, value.pack());
        let mut args = vec![
            ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
            ("key", Arg::Packed(ArgKind::Key, key.pack())),
            ("value", shown(value)),
            ("version", Arg::Packed(ArgKind::Ballot, version.pack())),
        ];
        let newest = self.newest.entry((step.node, key)).or_default();
        let before = std::mem::replace(newest, version.max(*newest));
        let known = self.values.entry(key).or_default();
        let (first, other, at) = *known.entry(version).or_insert((by, value, step.node));
        if known.len() > VERSIONS_MAX {
            known.pop_first();
        }
        let (text, nodes) = if version < before {
            args.push(("before", Arg::Packed(ArgKind::Ballot, before.pack())));
            let text = Text::new(
                "{node} holds {key} = {value} of version {version}, and has held version {before} before.",
                "{node} 持有版本 {version} 的 {key} = {value}，而它此前已持有版本 {before}。",
            );
            (text, NodeSet::only(step.node))
        } else if (first, other) != (by, value) {
            args.extend([("other", shown(other)), ("at", Arg::Packed(ArgKind::Node, at.pack()))]);
            let text = Text::new(
                "{node} holds {key} = {value} of version {version}, of which {at} has held {other}: it was used twice.",
                "{node} 持有版本 {version} 的 {key} = {value}，而 {at} 持有过同一版本的 {other}：该版本被用了两次。",
            );
            (text, NodeSet::only(step.node).or(NodeSet::only(at)))
        } else {
            return None;
        };
        Some(Witness { text, args, nodes, cells: Vec::new(), quorums: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    fn broken(held: &[(u8, u32, u32)]) -> bool {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = Versions::default();
        held.iter().any(|(node, round, value)| {
            let version = Ballot::new(*round, NodeId(0));
            stage.holds(*node, Held { version, value: Some(Value(*value)), ..Held::default() });
            property.observe(&stage, &stage.step(*node, &[])).is_some()
        })
    }

    #[test]
    fn versions_grow_and_have_one_value() {
        assert!(!broken(&[(0, 1, 7), (1, 1, 7), (0, 3, 8), (1, 2, 9), (1, 3, 8)]));
        assert!(broken(&[(0, 2, 7), (0, 1, 6)]), "back to an older one");
        assert!(broken(&[(0, 2, 7), (1, 2, 6)]), "two values of one version");
    }
}
