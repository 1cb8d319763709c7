//! A state as properties see it.

use super::replicas::Replicas;
use crate::model::{Ballot, Command, Held, Inspection, NodeId, NodeSet};
use crate::quorum::Rule;
use crate::sim::Nodes;

/// Every node of a state.
pub(super) struct View<'a> {
    pub(super) replicas: &'a dyn Replicas,
    pub(super) machines: &'a [u32],
    pub(super) rule: &'a Rule,
}

impl Nodes for View<'_> {
    fn count(&self) -> usize {
        self.machines.len()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        self.replicas.inspect(self.machines[node.index()])
    }
    fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)> {
        self.replicas.accepted(self.machines[node.index()])
    }
    fn held(&self, node: NodeId) -> Option<Held> {
        self.replicas.held(self.machines[node.index()])
    }
    fn up(&self) -> NodeSet {
        NodeId::all(self.count()).filter(|node| self.replicas.is_up(self.machines[node.index()])).collect()
    }
    fn rule(&self) -> &Rule {
        self.rule
    }
}
