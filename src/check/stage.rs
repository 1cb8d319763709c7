//! Hand-made states for the tests of properties.

use super::Ground;
use crate::model::{
    ArgKind, Ballot, ClientId, Command, Entry, Epoch, Held, Inspection, Key, Log, NodeId, NodeSet, Op,
    RequestId, Text, Time, Value, Version, VersionVector,
};
use crate::quorum::Rule;
use crate::sim::{Nodes, Step};

/// A protocol that elects and commits.
pub(super) const GROUND: Ground = Ground {
    phases: &[(0, Text::new("Elect", "选举")), (1, Text::new("Commit", "提交"))],
    epoch: Epoch { name: Text::new("term", "任期"), kind: ArgKind::Number },
};

/// Nodes whose state is set by hand.
pub(super) struct Stage {
    rule: Rule,
    nodes: Vec<Actor>,
}

#[derive(Clone, Default)]
struct Actor {
    epoch: u32,
    leads: bool,
    log: Log,
    commit: u32,
    held: Option<Held>,
}

/// A write of a value.
pub(super) fn command(value: u32) -> Command {
    let request = RequestId { client: ClientId(0), seq: value + 1 };
    Command { request, op: Op::Write { key: Key(0), value: Value(value) } }
}

impl Stage {
    pub(super) fn new(weights: &[u8], thresholds: &[u32]) -> Self {
        Self { rule: Rule::new(weights, thresholds), nodes: vec![Actor::default(); weights.len()] }
    }

    pub(super) fn leads(&mut self, node: u8, epoch: u32) {
        self.role(node, epoch, true);
    }

    pub(super) fn role(&mut self, node: u8, epoch: u32, leads: bool) {
        let actor = &mut self.nodes[usize::from(node)];
        (actor.epoch, actor.leads) = (epoch, leads);
    }

    /// A log with an entry of each of these terms.
    pub(super) fn compact(&mut self, node: u8, through: u32) {
        self.nodes[usize::from(node)].log.compact(through);
    }

    pub(super) fn log(&mut self, node: u8, terms: &[u32]) {
        let entries = terms.iter().map(|term| Entry { term: *term, command: command(*term) });
        self.nodes[usize::from(node)].log = entries.collect();
    }

    /// A log with these entries: term and value.
    pub(super) fn entries(&mut self, node: u8, entries: &[(u32, u32)]) {
        let entries = entries.iter().map(|(term, value)| Entry { term: *term, command: command(*value) });
        self.nodes[usize::from(node)].log = entries.collect();
    }

    pub(super) fn commit(&mut self, node: u8, index: u32) {
        self.nodes[usize::from(node)].commit = index;
    }

    /// The register that its disk was written last.
    pub(super) fn holds(&mut self, node: u8, held: Held) {
        self.nodes[usize::from(node)].held = Some(held);
    }

    pub(super) fn step<'a>(&self, node: u8, decided: &'a [(u32, Command)]) -> Step<'a> {
        Step { at: Time(0), event: 0, node: NodeId(node), decided, requested: &[], booted: false }
    }
}

impl Nodes for Stage {
    fn count(&self) -> usize {
        self.nodes.len()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        let Actor { epoch, leads, log, commit, .. } = &self.nodes[node.index()];
        Inspection { epoch: *epoch, leads: *leads, log: Some(log), commit: *commit, ..Inspection::default() }
    }
    fn accepted(&self, _node: NodeId) -> Option<(Ballot, Command)> {
        None
    }
    fn held(&self, node: NodeId) -> Option<Held> {
        self.nodes[node.index()].held
    }
    fn up(&self) -> NodeSet {
        NodeSet::full(self.nodes.len())
    }
    fn rule(&self) -> &Rule {
        &self.rule
    }
}

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

    pub(super) fn step<'a>(&self, node: u8, at: u64, decided: &'a [(u32, Command)]) -> Step<'a> {
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
