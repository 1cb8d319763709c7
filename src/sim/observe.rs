//! What the simulator shows to whoever watches a run: the nodes, and the step that was just taken.

use super::clients::Operation;
use crate::model::{
    Ballot, Command, Entry, Held, Inspection, NodeId, NodeSet, Standing, Stuck, Time, Violation,
};
use crate::quorum::Rule;

/// Every node of a cluster, read-only.
pub trait Nodes {
    /// How many nodes there are.
    fn count(&self) -> usize;
    /// The state of a node; of a crashed one, what it was when it went down.
    fn inspect(&self, node: NodeId) -> Inspection<'_>;
    /// What an acceptor has accepted last, as its disk has it: what it shows may not be there yet.
    fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)>;
    /// The register that a node has written last, as its disk has it.
    fn held(&self, _node: NodeId) -> Option<Held> {
        None
    }
    /// The nodes that have not crashed.
    fn up(&self) -> NodeSet;
    /// Who may decide, as the nodes' configuration has it now.
    fn rule(&self) -> &Rule;
    /// Who may decide as a node sees it, which may have learned of a change.
    fn rule_of(&self, _node: NodeId) -> Rule {
        self.rule().clone()
    }
    /// Every rule that may have been in force so far, the first one first.
    fn rules(&self) -> Vec<Rule> {
        vec![self.rule().clone()]
    }
    /// The nodes that a node can exchange messages with now, itself among them; none where it stands
    /// still or is down.
    fn in_touch(&self, node: NodeId) -> NodeSet {
        let up = self.up();
        if up.contains(node) { up } else { NodeSet::EMPTY }
    }
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
    /// What the step decided, slot by slot. It may be gone from the node's log again: what is decided
    /// waits for the disk, and the log may be compacted meanwhile.
    pub decided: &'a [(u32, Entry)],
    /// What clients have asked for so far in this run: every command that may be decided.
    pub requested: &'a [Command],
    /// Whether the node has just started (for the first time or again) rather than taken an input.
    pub booted: bool,
}

/// A client calls, or is answered.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// When.
    pub at: Time,
    /// Its place in the run.
    pub event: u32,
    /// The operation's place in the history.
    pub place: u32,
    /// The operation as it is now: answered if this is the answer, not answered if it is the call.
    pub operation: &'a Operation,
}

/// Watches a run; called after every step of a node, and whenever a client calls or is answered.
pub trait Observer {
    /// Looks at the state after a step.
    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>);
    /// Time has come to here, and a client is about to be answered: what was due before is late.
    fn pass(&mut self, _nodes: &dyn Nodes, _at: Time) {}
    /// Hears of a call or an answer.
    fn heard(&mut self, _heard: &Heard<'_>) {}
    /// Nothing more happens up to a moment, which is the end of the run.
    fn end(&mut self, _nodes: &dyn Nodes, _at: Time, _event: u32) {}
    /// What has been found broken so far, in the order in which it broke.
    fn violations(&self) -> &[Violation];
    /// What has not come true in time so far, in the order in which its time was up.
    fn stuck(&self) -> &[Stuck] {
        &[]
    }
    /// Every property that is watched, and what became of it so far.
    fn standings(&self) -> Vec<Standing> {
        Vec::new()
    }
}
