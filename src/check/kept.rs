//! What was acknowledged is not lost.

use super::Property;
use crate::model::{
    Arg, ArgKind, Ballot, Entry, Key, NodeId, NodeSet, Op, Packed, PropertyWord, RequestId, Text, Time,
    Value, Version, Witness,
};
use crate::sim::{Nodes, Step};

/// Every write that a client was told is done is there, or a version is that was written with knowledge of
/// it.
///
/// A write is acknowledged where a node decides on it; the slot says as which event of which key, in the row
/// in which `Kept::event` puts them. What each node has is what it keeps and what it holds for others; of a
/// node that is down, what it had. Where the later clock wins, what it wins over counts as seen: that is
/// counted, and no matter of this property.
#[derive(Clone, Debug, Default, Hash)]
pub struct Kept {
    /// Acknowledged, and not replaced by what is acknowledged itself.
    open: Vec<Open>,
    /// What each node had.
    had: Vec<Vec<(Key, Ballot)>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    key: Key,
    event: Ballot,
    request: RequestId,
    value: Value,
    at: Time,
}

impl Open {
    fn is(&self, version: &Version) -> bool {
        (version.key, version.event, version.request) == (self.key, self.event, self.request)
    }

    fn is_covered_by(&self, version: &Version) -> bool {
        version.key == self.key && version.past.includes(self.event)
    }
}

/// Its names.
pub static ACKNOWLEDGED_KEPT: PropertyWord = PropertyWord {
    id: "acknowledged-kept",
    name: Text::new("No acknowledged write is lost", "已确认的写入不丢失"),
    statement: Text::new(
        "a write that a client was told is done is somewhere, or a version is that was written with knowledge of it",
        "已答复客户端完成的写入仍存于某处，或存在知道它的情况下写入的版本",
    ),
};

impl Kept {
    /// Nothing is acknowledged.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The event that a slot names in a cluster of so many nodes: in its lower three bytes the events of a
    /// key stand in a row, in the highest is the key.
    fn event(slot: u32, nodes: usize) -> Ballot {
        let (place, count) = (slot & 0xff_ffff, nodes.max(1) as u32);
        Ballot::new(place / count + 1, NodeId::at((place % count) as usize))
    }
}

/// All versions at a node.
fn at(nodes: &dyn Nodes, node: NodeId) -> impl Iterator<Item = &Version> {
    let now = nodes.inspect(node);
    now.versions.iter().chain(now.hints.iter().map(|(_, version)| version))
}

impl Property for Kept {
    fn word(&self) -> &'static PropertyWord {
        &ACKNOWLEDGED_KEPT
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.had.resize(nodes.count(), Vec::new());
        let had = self.had.get_mut(step.node.index())?;
        let names = |version: &Version| (version.key, version.event);
        let changed = !at(nodes, step.node).map(names).eq(had.iter().copied());
        if !changed && step.decided.is_empty() {
            return None;
        }
        if changed {
            *had = at(nodes, step.node).map(names).collect();
        }
        for (slot, Entry { command, .. }) in step.decided {
            if let Op::Write { key, value } = command.op {
                let event = Self::event(*slot, nodes.count());
                self.open.push(Open { key, event, request: command.request, value, at: step.at });
            }
        }
        let all: Vec<&Version> = NodeId::all(nodes.count()).flat_map(|node| at(nodes, node)).collect();
        let kept = |open: &Open| all.iter().any(|other| open.is(other) || open.is_covered_by(other));
        let lost = self.open.iter().find(|open| !kept(open));
        if let Some(Open { key, value, at, .. }) = lost {
            let text = Text::new(
                "{value} was written to {key}, and acknowledged at {at} ms. Now nobody has it, nor any version whose writer had seen it.",
                "{value} 写入 {key}，并于 {at} 毫秒得到确认。现在没有节点持有它，也没有见过它的写入者所写的版本。",
            );
            let args = vec![
                ("value", Arg::Packed(ArgKind::Value, value.pack())),
                ("key", Arg::Packed(ArgKind::Key, key.pack())),
                ("at", Arg::Wide(at.0 / 1_000)),
            ];
            return Some(Witness { args, nodes: NodeSet::only(step.node), ..Witness::plain(text) });
        }
        // One that is replaced by another that counts itself need not be followed any more.
        let acknowledged: Vec<&Version> =
            all.into_iter().filter(|version| self.open.iter().any(|open| open.is(version))).collect();
        self.open.retain(|open| !acknowledged.iter().any(|other| open.is_covered_by(other)));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::shelves::{Shelves, version};
    use crate::check::stage::command;
    use crate::model::Lang;

    /// The slots of the first events of two nodes.
    const FIRST: u32 = 0;
    const SECOND: u32 = 1;

    #[test]
    fn a_write_stays_until_one_that_has_seen_it_is_acknowledged() {
        let mut nodes = Shelves::new(2);
        let mut property = Kept::new();
        let first = version(1, (1, 0), &[]);
        let second = version(2, (1, 1), &[&first]);
        nodes.kept[0] = vec![first.clone()];
        assert_eq!(property.observe(&nodes, &nodes.step(0, 1, &[(FIRST, command(1).into())])), None);
        nodes.kept[0] = vec![second.clone()];
        assert_eq!(property.observe(&nodes, &nodes.step(0, 2, &[])), None, "its writer had seen it");
        let mut lost = nodes;
        lost.kept[0] = Vec::new();
        let mut other = property.clone();
        let said = other.observe(&lost, &lost.step(0, 3, &[])).expect("nobody has it").sentence(Lang::En);
        assert!(said.starts_with("b was written to x, and acknowledged at 1 ms."), "{said}");
        // Held for somebody is there, too; and an answer told twice is no second write.
        lost.hints[1] = vec![(NodeId(0), second)];
        assert_eq!(property.observe(&lost, &lost.step(0, 3, &[])), None);
        assert_eq!(
            property
                .observe(&lost, &lost.step(1, 4, &[(SECOND, command(2).into()), (FIRST, command(1).into())])),
            None
        );
        assert_eq!(property.open.len(), 1, "the first is replaced for good");
    }

    #[test]
    fn a_version_that_never_came_anywhere_is_lost() {
        let nodes = Shelves::new(2);
        assert!(Kept::new().observe(&nodes, &nodes.step(0, 1, &[(0, command(1).into())])).is_some());
    }
}
