//! One run of a scenario, with the moment that is looked at: a session has one, or two side by side.

use super::SLICE;
use crate::model::{Notice, Time};
use crate::scenario::Scenario;
use crate::sim::{Cluster, Frame, Kind, Moment, Progress, Trace};
use std::rc::Rc;

/// Which of two labs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Side {
    /// That of the scenario's own protocol.
    #[default]
    First,
    /// That of the protocol beside it.
    Second,
}

/// A run, and one that is being computed to take its place.
pub struct Lab {
    pub(super) scenario: Rc<Scenario>,
    pub(super) run: Box<dyn Cluster>,
    pub(super) progress: Progress,
    pub(super) coming: Option<Box<dyn Cluster>>,
    pub(super) frame: Frame,
}

/// What a slice of computation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Computed {
    /// There was nothing to compute.
    Nothing,
    /// It goes on.
    More,
    /// The run on show is whole.
    Whole,
    /// Another run is on show, and it is whole.
    Another,
}

impl Lab {
    pub(super) fn new(scenario: Rc<Scenario>) -> Self {
        let run = scenario.run();
        let mut lab =
            Self { scenario, run, progress: Progress::Running, coming: None, frame: Frame::default() };
        lab.look();
        lab
    }

    /// The scenario of this lab alone.
    #[must_use]
    pub const fn scenario(&self) -> &Rc<Scenario> {
        &self.scenario
    }

    /// The run on show.
    #[must_use]
    pub fn run(&self) -> &dyn Cluster {
        &*self.run
    }

    /// The moment on show.
    #[must_use]
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// How far a computation under way has come, from 0 to 1.
    pub(super) fn computing(&self) -> Option<f64> {
        let part = |run: &dyn Cluster| run.computed().0 as f64 / run.end().0.max(1) as f64;
        match &self.coming {
            Some(coming) => Some(part(&**coming)),
            None if self.progress == Progress::Running => Some(part(&*self.run)),
            None => None,
        }
    }

    /// Computes at least a slice, and on while there is time.
    pub(super) fn compute(&mut self, in_time: &mut impl FnMut() -> bool) -> Computed {
        let run = match &mut self.coming {
            Some(coming) => coming,
            None if self.progress == Progress::Running => &mut self.run,
            None => return Computed::Nothing,
        };
        let mut progress = run.advance(SLICE);
        while progress == Progress::Running && in_time() {
            progress = run.advance(SLICE);
        }
        if progress == Progress::Running {
            return Computed::More;
        }
        self.progress = progress;
        match self.coming.take() {
            None => Computed::Whole,
            Some(coming) => {
                self.run = coming;
                Computed::Another
            }
        }
    }

    /// Takes another scenario. Its run is on show at once; or, where the old one `may_stay` and is of the
    /// same protocol and size, once it is whole. Whether it is on show.
    pub(super) fn take(&mut self, scenario: Rc<Scenario>, may_stay: bool) -> bool {
        let run = scenario.run();
        let alike = run.spec().id == self.run.spec().id && run.rule().nodes() == self.run.rule().nodes();
        self.scenario = scenario;
        if may_stay && alike {
            self.coming = Some(run);
            return false;
        }
        self.coming = None;
        self.run = run;
        self.progress = Progress::Running;
        self.look();
        true
    }

    /// Goes to a place of the run on show.
    pub(super) fn go(&mut self, to: Moment) {
        self.run.seek(to);
        self.look();
    }

    pub(super) fn look(&mut self) {
        self.run.frame(&mut self.frame);
    }

    /// The next event from here that has a record of such notice, or the one before.
    pub(super) fn event_from(&self, here: u32, on: bool, wanted: impl Fn(Notice) -> bool) -> Option<u32> {
        let trace = self.run.trace();
        let (last, spec) = (trace.events(), self.run.spec());
        let is_broken = |event| self.run.violations().iter().any(|broken| broken.event == event);
        let mut event = here;
        loop {
            match (on, event) {
                (true, event) if event >= last => return None,
                (false, 0) => return None,
                (true, _) => event += 1,
                (false, _) => event -= 1,
            }
            let counts = |record| {
                // That a role changed is said by the rule that changed it.
                let notice = trace.notice(record, spec);
                record.kind != Kind::Role && wanted(notice)
            };
            if event == 0 || trace.event(event).iter().any(counts) || is_broken(event) {
                return Some(event);
            }
        }
    }

    /// When such an event is that lies later than a moment, or earlier.
    pub(super) fn time_from(&self, at: Time, on: bool, wanted: impl Fn(Notice) -> bool) -> Option<Time> {
        let trace = self.run.trace();
        // Events of this very moment are on show already.
        let here = if on { trace.events_until(at) } else { first_of(trace, at) };
        let event = self.event_from(here, on, wanted)?;
        let time = trace.event(event).first().map_or(Time(0), |record| record.at());
        (if on { time > at } else { time < at }).then_some(time)
    }
}

/// The first event of a moment or later, by its count from 1.
fn first_of(trace: &Trace, at: Time) -> u32 {
    match at.0.checked_sub(1) {
        Some(before) => trace.events_until(Time(before)) + 1,
        None => 1,
    }
}
