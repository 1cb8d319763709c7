//! What is kept of a run: its trace, the clients' history, and what the observer says.

use super::clients::History;
use super::observe::Observer;
use super::trace::{Record, Trace};
use crate::model::Command;

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
    pub(super) decided: Vec<(u32, Command)>,
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
}
