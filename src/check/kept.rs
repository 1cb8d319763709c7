//! What was acknowledged is not lost.

use super::Property;
use crate::model::{
    Arg, ArgKind, Ballot, Key, NodeId, NodeSet, Op, Packed, PropertyWord, RequestId, Text, Time, Value,
    Version, Witness,
};
use crate::sim::{Nodes, Step};
use std::collections::{BTreeMap, BTreeSet};

/// Every write that a client was told is done is there, or a version is that was written with knowledge of
/// it.
///
/// A write is acknowledged where a node decides on it. What each node has is what it keeps and what it
/// holds for others; of a node that is down, what it had.
#[derive(Clone, Debug, Default, Hash)]
pub struct Kept {
    /// Acknowledged, and not replaced by what is acknowledged itself.
    open: Vec<Open>,
    /// The events of versions that were seen and are not acknowledged, by key and request.
    seen: BTreeMap<(Key, RequestId), Vec<Ballot>>,
    /// All that was ever acknowledged: a second answer is no second write.
    acknowledged: BTreeSet<RequestId>,
    /// What each node had.
    had: Vec<Vec<(Key, Ballot)>>,
}

#[derive(Clone, Debug, Hash)]
struct Open {
    key: Key,
    request: RequestId,
    value: Value,
    at: Time,
    events: Vec<Ballot>,
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
            for version in at(nodes, step.node) {
                let of_request =
                    |open: &&mut Open| (open.key, open.request) == (version.key, version.request);
                let events = match self.open.iter_mut().find(of_request) {
                    Some(open) => &mut open.events,
                    None => self.seen.entry((version.key, version.request)).or_default(),
                };
                if !events.contains(&version.event) {
                    events.push(version.event);
                }
            }
        }
        for (_, command) in step.decided {
            if let Op::Write { key, value } = command.op {
                let request = command.request;
                if !self.acknowledged.insert(request) {
                    continue;
                }
                let events = self.seen.remove(&(key, request)).unwrap_or_default();
                self.open.push(Open { key, request, value, at: step.at, events });
            }
        }
        let all: Vec<&Version> = NodeId::all(nodes.count()).flat_map(|node| at(nodes, node)).collect();
        let covers = |version: &&Version, open: &Open| {
            version.key == open.key && open.events.iter().any(|event| version.past.includes(*event))
        };
        let is_it =
            |version: &Version, open: &Open| (version.key, version.request) == (open.key, open.request);
        let lost =
            self.open.iter().find(|open| !all.iter().any(|other| is_it(other, open) || covers(other, open)));
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
            all.into_iter().filter(|version| self.open.iter().any(|open| is_it(version, open))).collect();
        let mut place = 0;
        let replaced: Vec<bool> =
            self.open.iter().map(|open| acknowledged.iter().any(|other| covers(other, open))).collect();
        self.open.retain(|_| {
            place += 1;
            !replaced[place - 1]
        });
        None
    }
}
