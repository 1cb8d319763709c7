//! What the simulator shows to whoever watches a run: the nodes, and the step that was just taken.

use crate::model::{Ballot, Command, Inspection, NodeId, NodeSet, Time, Violation};
use crate::quorum::Rule;

/// Every node of a cluster, read-only.
pub trait Nodes {
    /// How many nodes there are.
    fn count(&self) -> usize;
    /// The state of a node; of a crashed one, what it was when it went down.
    fn inspect(&self, node: NodeId) -> Inspection<'_>;
    /// What an acceptor has accepted last, as its disk has it: what it shows may not be there yet.
    fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)>;
    /// The nodes that have not crashed.
    fn up(&self) -> NodeSet;
    /// Who may decide.
    fn rule(&self) -> &Rule;
}

/// One step: one node took one input, or started.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// When.
    pub at: Time,
    /// Its place in the run.
    pub event: u32,
    /// Which node.
    pub node: NodeId,
    /// What the step decided, slot by slot.
    pub decided: &'a [(u32, Command)],
    /// What clients have asked for so far in this run: every command that may be decided.
    pub requested: &'a [Command],
    /// Whether the node has just started (for the first time or again) rather than taken an input.
    pub booted: bool,
}

/// Watches a run; called after every step of a node.
pub trait Observer {
    /// Looks at the state after a step.
    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>);
    /// What has been found broken so far, in the order in which it broke.
    fn violations(&self) -> &[Violation];
}
