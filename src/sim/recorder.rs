//! What is kept of a run: its trace, the clients' history, and what the observer says.

use super::clients::History;
use super::observe::{Heard, Nodes, Observer};
use super::trace::{Record, Trace};
use crate::model::{Command, Entry, NodeId, Outcome, RequestId, Time};

/// Keeps a run.
#[derive(Default)]
pub struct Recorder {
    /// The trace, unless it is not wanted.
    pub trace: Option<Trace>,
    /// What clients saw.
    pub history: History,
    /// Who watches.
    pub observer: Option<Box<dyn Observer>>,
    /// What the present step has decided.
    pub(super) decided: Vec<(u32, Entry)>,
    /// The digest's and the observer's count of events.
    pub(super) event: u32,
}

impl Recorder {
    /// Keeps the trace, and lets somebody watch.
    #[must_use]
    pub fn new(observer: Option<Box<dyn Observer>>) -> Self {
        Self { trace: Some(Trace::default()), observer, ..Self::default() }
    }

    pub(super) fn push(&mut self, record: Record) -> u32 {
        self.trace.as_mut().map_or(0, |trace| trace.push(record))
    }

    pub(super) fn begin_event(&mut self, event: u32) {
        self.event = event;
        if let Some(trace) = &mut self.trace {
            trace.begin_event();
        }
    }

    /// A client makes a request for the first time.
    pub(super) fn called(&mut self, at: Time, command: Command, node: NodeId) {
        let place = self.history.called(at, command, node);
        self.tell(at, place);
    }

    /// A client is answered.
    pub(super) fn returned(&mut self, at: Time, request: RequestId, node: NodeId, outcome: Outcome) {
        if let Some(place) = self.history.returned(at, request, node, outcome) {
            self.tell(at, place);
        }
    }

    fn tell(&mut self, at: Time, place: u32) {
        let operation = self.history.operations().get(place as usize);
        if let (Some(observer), Some(operation)) = (&mut self.observer, operation) {
            observer.heard(&Heard { at, event: self.event, place, operation });
        }
    }

    /// Time has come to here, and a client is about to be answered.
    pub(super) fn pass(&mut self, nodes: &dyn Nodes, at: Time) {
        if let Some(observer) = &mut self.observer {
            observer.pass(nodes, at);
        }
    }

    /// The run has come to its end.
    pub(super) fn end(&mut self, nodes: &dyn Nodes, at: Time) {
        if let Some(observer) = &mut self.observer {
            observer.end(nodes, at, self.event);
        }
    }
}
