//! Nodes that keep versions, for the tests of properties.

use super::stage::command;
use crate::model::{
    Ballot, Command, Entry, Inspection, Key, NodeId, NodeSet, Time, Value, Version, VersionVector,
};
use crate::quorum::Rule;
use crate::sim::{Nodes, Step};

/// Nodes that keep versions, set by hand.
pub(super) struct Shelves {
    rule: Rule,
    pub(super) kept: Vec<Vec<Version>>,
    pub(super) hints: Vec<Vec<(NodeId, Version)>>,
    pub(super) up: NodeSet,
}

/// A version of `x`, named by its event, of a writer who had seen others.
pub(super) fn version(value: u32, event: (u32, u8), seen: &[&Version]) -> Version {
    let mut past = VersionVector::new();
    seen.iter().for_each(|older| {
        past.join(&older.clock());
    });
    let event = Ballot::new(event.0, NodeId(event.1));
    let request = command(value).request;
    Version { key: Key(0), event, past, value: Value(value), request, at: 0 }
}

impl Shelves {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            rule: Rule::majority(nodes, 2),
            kept: vec![Vec::new(); nodes],
            hints: vec![Vec::new(); nodes],
            up: NodeSet::full(nodes),
        }
    }

    pub(super) fn step<'a>(&self, node: u8, at: u64, decided: &'a [(u32, Entry)]) -> Step<'a> {
        Step { at: Time::ms(at), event: 0, node: NodeId(node), decided, requested: &[], booted: false }
    }
}

impl Nodes for Shelves {
    fn count(&self) -> usize {
        self.kept.len()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        let (versions, hints) = (&self.kept[node.index()], &self.hints[node.index()]);
        Inspection { versions, hints, ..Inspection::default() }
    }
    fn accepted(&self, _node: NodeId) -> Option<(Ballot, Command)> {
        None
    }
    fn up(&self) -> NodeSet {
        self.up
    }
    fn rule(&self) -> &Rule {
        &self.rule
    }
}
