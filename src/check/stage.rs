//! Hand-made states for the tests of properties.

use super::Ground;
use crate::model::{
    Access, ArgKind, Ballot, ClientId, Command, Entry, Epoch, Held, Inspection, Key, Lease, Log, NodeId,
    NodeSet, Op, RequestId, Stored, Text, Time, Transaction, TransactionStage, Value,
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
    waits: Option<Key>,
    lease: Option<Lease>,
    access: Option<Access>,
    held: Option<Held>,
    transactions: Vec<Transaction>,
    stored: Vec<Stored>,
    suspects: bool,
    group: NodeSet,
}

/// A write of a value.
pub(super) fn command(value: u32) -> Command {
    let request = RequestId { client: ClientId(0), seq: value + 1 };
    Command { request, op: Op::Write { key: Key(0), value: Value(value) } }
}

/// A write of a value, in a term.
pub(super) fn entry(term: u32, value: u32) -> Entry {
    Entry { term, command: command(value) }
}

impl Stage {
    pub(super) fn new(weights: &[u8], thresholds: &[u32]) -> Self {
        Self { rule: Rule::new(weights, thresholds), nodes: vec![Actor::default(); weights.len()] }
    }

    pub(super) fn group(&mut self, node: u8, group: &[u8]) {
        self.nodes[usize::from(node)].group = group.iter().map(|node| NodeId(*node)).collect();
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
        let entries = terms.iter().map(|term| entry(*term, *term));
        self.nodes[usize::from(node)].log = entries.collect();
    }

    /// A log with these entries: term and value.
    pub(super) fn entries(&mut self, node: u8, entries: &[(u32, u32)]) {
        let entries = entries.iter().map(|(term, value)| entry(*term, *value));
        self.nodes[usize::from(node)].log = entries.collect();
    }

    pub(super) fn commit(&mut self, node: u8, index: u32) {
        self.nodes[usize::from(node)].commit = index;
    }

    pub(super) fn waits(&mut self, node: u8, key: Option<Key>) {
        self.nodes[usize::from(node)].waits = key;
    }

    pub(super) fn lease(&mut self, node: u8, lease: Option<Lease>) {
        self.nodes[usize::from(node)].lease = lease;
    }

    pub(super) fn access(&mut self, node: u8, access: Access) {
        self.nodes[usize::from(node)].access = Some(access);
    }

    /// The register that its disk was written last.
    pub(super) fn holds(&mut self, node: u8, held: Held) {
        self.nodes[usize::from(node)].held = Some(held);
    }

    /// It is prepared for a transaction that these take part in.
    pub(super) fn prepares(&mut self, node: u8, id: Ballot, parties: NodeSet) {
        let stage = TransactionStage::Prepared;
        let prepared =
            Transaction { id, command: command(id.bits()), parties, stage, keys: [None; 2], mine: false };
        self.nodes[usize::from(node)].transactions = vec![prepared];
    }

    /// It acts on the suspicion that somebody has failed, or not.
    pub(super) fn suspects(&mut self, node: u8, suspects: bool) {
        self.nodes[usize::from(node)].suspects = suspects;
    }

    /// What its shard holds.
    pub(super) fn stores(&mut self, node: u8, stored: &[Stored]) {
        self.nodes[usize::from(node)].stored = stored.to_vec();
    }

    pub(super) fn step<'a>(&self, node: u8, decided: &'a [(u32, Entry)]) -> Step<'a> {
        Step { at: Time(0), event: 0, node: NodeId(node), decided, requested: &[], booted: false }
    }
}

impl Nodes for Stage {
    fn count(&self) -> usize {
        self.nodes.len()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        let Actor {
            epoch,
            leads,
            log,
            commit,
            waits,
            lease,
            access,
            group,
            held: _,
            transactions,
            stored,
            suspects,
        } = &self.nodes[node.index()];
        Inspection {
            epoch: *epoch,
            leads: *leads,
            log: Some(log),
            commit: *commit,
            waits: *waits,
            lease: *lease,
            group: *group,
            access: *access,
            transactions,
            stored,
            suspects: *suspects,
            ..Inspection::default()
        }
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
