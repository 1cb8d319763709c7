//! Nodes that hold numbers, for the tests of properties.

use crate::model::{Ballot, Command, Inspection, Mass, NodeId, NodeSet, Time};
use crate::quorum::Rule;
use crate::sim::{Nodes, Step};

/// Nodes that hold numbers, set by hand.
pub(super) struct Levels {
    rule: Rule,
    pub(super) epochs: Vec<u32>,
    /// Billionths.
    pub(super) levels: Vec<i64>,
    pub(super) masses: Vec<Mass>,
    pub(super) up: NodeSet,
}

impl Levels {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            rule: Rule::majority(nodes, 0),
            epochs: vec![1; nodes],
            levels: vec![0; nodes],
            masses: vec![Mass { held: 0, weight: 0, missed: 0 }; nodes],
            up: NodeSet::full(nodes),
        }
    }

    pub(super) fn step(&self, node: u8, at: u64) -> Step<'static> {
        Step { at: Time::ms(at), event: 0, node: NodeId(node), decided: &[], requested: &[], booted: false }
    }
}

impl Nodes for Levels {
    fn count(&self) -> usize {
        self.levels.len()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        Inspection {
            epoch: self.epochs[node.index()],
            level: Some(self.levels[node.index()]),
            mass: Some(self.masses[node.index()]),
            ..Inspection::default()
        }
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
