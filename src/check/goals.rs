//! What comes true, of two kinds: what must once the weather is calm, and what may at any time.

use crate::model::{Inspection, NodeId, PropertyWord, Span, Time, Witness};
use crate::sim::{Heard, Nodes, Plan, Step};

/// Whether something is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing is: there is no reason to yet, or what was waited for has come.
    Nothing,
    /// Something is, since then.
    Since(Time),
    /// It has come true, for good.
    Over,
}

/// Something that must come true within a bounded time once the weather is calm (liveness).
///
/// Like a [`super::Property`] it keeps what it has to know and looks only at what a step changed. It
/// is told of every step and every call from the beginning of the run.
pub trait Eventually {
    /// Its names.
    fn word(&self) -> &'static PropertyWord;
    /// Whether what it waits for is in the hands of clients, who ask again only after a while.
    fn of_clients(&self) -> bool {
        false
    }
    /// Looks at the state after a step; `calm` once nothing changes any more. Whether that may have
    /// changed what it waits for.
    fn observe(&mut self, _nodes: &dyn Nodes, _step: &Step<'_>, _calm: bool) -> bool {
        false
    }
    /// Hears of a call or an answer.
    fn heard(&mut self, _heard: &Heard<'_>) {}
    /// Whether it waits for anything.
    fn wait(&self) -> Wait;
    /// Its time is up: what lacks. `None` where those who waited are gone; then it forgets them, and waits
    /// for what comes next, if anything.
    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness>;
}

/// A point that a run may reach: proof that a scenario gets there.
pub trait Sometimes {
    /// Its names.
    fn word(&self) -> &'static PropertyWord;
    /// Looks at the state after a step, and at that of the node that took it; true where the step
    /// reached the point.
    fn observe(&mut self, nodes: &dyn Nodes, now: &Inspection<'_>, step: &Step<'_>) -> bool;
    /// Hears of a call or an answer; the node where it reached the point.
    fn heard(&mut self, _heard: &Heard<'_>) -> Option<NodeId> {
        None
    }
}

/// What may and must come true in a run of a protocol.
#[derive(Default)]
pub struct Goals {
    /// What must, once it is calm, and how long the protocol's own time-outs may make it take.
    pub eventually: Vec<(Box<dyn Eventually>, Span)>,
    /// What may.
    pub sometimes: Vec<Box<dyn Sometimes>>,
}

/// How many messages one after another may be needed for one of the goals, beside the time-outs.
const HOPS: u64 = 12;

/// From when on a run is calm, and how long its messages and clients take then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Calm {
    /// From when on.
    pub from: Time,
    /// How long the messages of one goal may take, beside the protocol's time-outs.
    pub ways: Span,
    /// How much longer it may take where clients have to ask again.
    pub asking: Span,
}

impl Calm {
    /// As a plan has it, for a run up to `end`.
    #[must_use]
    pub fn of(plan: &Plan, end: Time) -> Self {
        Self { from: plan.calm_from(end), ways: plan.hops(HOPS), asking: plan.asking() }
    }
}
