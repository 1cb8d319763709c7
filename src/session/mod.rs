//! What a person does with a run, as plain Rust: one door in ([`Session::apply`]), one clock
//! ([`Session::tick`]), no browser.
//!
//! A session is a scenario, a place in its run, and a way back. Every change re-runs the same history
//! to the same moment. A run that takes long is computed in slices while the old one stays on show.
//!
//! Where a scenario has a second protocol beside the first, there are two labs, of which one is looked
//! at more closely: steps, selections and changes of what is a protocol's own are about that one. The
//! clock is one, and so are the faults and the clients.

mod bounds;
mod edit;
mod lab;
mod playback;
mod selection;
#[cfg(test)]
mod tests;

pub use edit::Edit;
pub use lab::{Lab, Side};
pub use playback::{Playback, Speed};
pub use selection::Selection;

use crate::model::{Notice, Time};
use crate::scenario::Scenario;
use crate::sim::{Cluster, Frame, Moment, Progress};
use lab::Computed;
use std::rc::Rc;

/// How many steps back are kept.
const UNDO_MAX: usize = 200;
/// How much is computed between two looks at the clock: see [`Cluster::advance`].
const SLICE: u32 = 512;
/// The most events that are gone over in one step.
const STEPS_MAX: u32 = 1_000;
/// Slices computed at once after a change: most runs are done then.
const FIRST_SLICES: u32 = 16;

/// What a person does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Plays, or stops playing.
    Toggle,
    /// Plays.
    Play,
    /// Stops playing.
    Pause,
    /// Goes so many events on, or back where negative; heartbeats are passed over.
    Step(i32),
    /// Goes to the next notable event, or the one before where negative.
    Jump(i32),
    /// Goes to a time.
    Seek(Time),
    /// Goes to the event that a record of the trace belongs to.
    SeekRecord(usize),
    /// Plays faster or slower.
    SetSpeed(Speed),
    /// Changes the scenario. Edits of one gesture (a drag) are undone as one.
    Edit(Edit, Option<u32>),
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Opens another scenario, at a time or where its author had it start.
    Open(Box<Scenario>, Option<Time>),
    /// Goes back to the scenario as it was opened; can be undone.
    Revert,
    /// Looks at something.
    Select(Selection),
    /// Looks at one of two labs more closely.
    Look(Side),
}

/// What has changed since the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Changed {
    /// The moment looked at.
    pub moment: bool,
    /// The run itself: another trace.
    pub run: bool,
    /// The progress of a computation.
    pub progress: bool,
}

impl Changed {
    /// Whether anything has.
    #[must_use]
    pub const fn any(self) -> bool {
        self.moment || self.run || self.progress
    }
}

/// A scenario, and the one that was opened and became it.
#[derive(Clone)]
struct State {
    scenario: Rc<Scenario>,
    opened: Rc<Scenario>,
}

/// An open scenario.
pub struct Session {
    scenario: Rc<Scenario>,
    opened: Rc<Scenario>,
    undo: Vec<State>,
    redo: Vec<State>,
    gesture: Option<u32>,
    first: Lab,
    second: Option<Lab>,
    focus: Side,
    playback: Playback,
    selection: Selection,
    changed: Changed,
}

impl Session {
    /// Opens a scenario, paused, at a time or where its author had it start.
    #[must_use]
    pub fn new(scenario: Scenario, at: Option<Time>) -> Self {
        let scenario = Rc::new(scenario);
        let (first, second) = parts(&scenario);
        let mut session = Self {
            opened: Rc::clone(&scenario),
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            first: Lab::new(first),
            second: second.map(Lab::new),
            focus: Side::First,
            playback: Playback::default(),
            selection: Selection::Nothing,
            changed: Changed { moment: true, run: true, progress: true },
            scenario,
        };
        session.playback.wanted = session.within(at.unwrap_or(session.scenario.start));
        session.begin();
        session
    }

    /// The scenario as it is now.
    #[must_use]
    pub fn scenario(&self) -> &Rc<Scenario> {
        &self.scenario
    }

    /// Whether the scenario differs from what was opened.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        !Rc::ptr_eq(&self.scenario, &self.opened)
    }

    /// A lab; `None` where there is no second one.
    #[must_use]
    pub const fn lab(&self, side: Side) -> Option<&Lab> {
        match side {
            Side::First => Some(&self.first),
            Side::Second => self.second.as_ref(),
        }
    }

    /// Which lab is looked at more closely.
    #[must_use]
    pub const fn focus(&self) -> Side {
        self.focus
    }

    fn labs(&self) -> impl Iterator<Item = &Lab> {
        std::iter::once(&self.first).chain(&self.second)
    }

    /// The lab that is looked at more closely.
    #[must_use]
    pub fn focused(&self) -> &Lab {
        self.lab(self.focus).unwrap_or(&self.first)
    }

    /// The run on show that is looked at more closely.
    #[must_use]
    pub fn run(&self) -> &dyn Cluster {
        self.focused().run()
    }

    /// Its moment on show.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        self.focused().frame()
    }

    /// What is looked at more closely.
    #[must_use]
    pub const fn selection(&self) -> Selection {
        self.selection
    }

    /// Whether and how fast it plays.
    #[must_use]
    pub const fn playback(&self) -> &Playback {
        &self.playback
    }

    /// Whether there is a change to take back, and one to make again.
    #[must_use]
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (!self.undo.is_empty(), !self.redo.is_empty())
    }

    /// How far a computation under way has come, from 0 to 1; `None`: nothing is being computed.
    #[must_use]
    pub fn computing(&self) -> Option<f64> {
        self.labs().filter_map(Lab::computing).min_by(f64::total_cmp)
    }

    /// Whether the run on show stops before its end because it has too many events.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.focused().progress == Progress::TooLong
    }

    /// Does what a person asks.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Toggle if self.playback.playing => self.playback.playing = false,
            Action::Toggle | Action::Play => self.play(),
            Action::Pause => self.playback.playing = false,
            Action::Step(by) => self.step(by),
            Action::Jump(by) => self.jump(by),
            Action::Seek(at) => self.seek(at),
            Action::SeekRecord(record) => {
                self.playback.playing = false;
                self.go(Moment::Event(self.run().trace().event_of(record)));
            }
            Action::SetSpeed(speed) => self.playback.set_speed(speed),
            Action::Edit(edit, gesture) => self.edit(&edit, gesture),
            Action::Undo => self.turn_back(true),
            Action::Redo => self.turn_back(false),
            Action::Open(scenario, at) => self.open(*scenario, at),
            Action::Revert if self.is_edited() => {
                let opened = Rc::clone(&self.opened);
                self.change(opened, None);
            }
            Action::Revert => {}
            Action::Select(selection) => self.select(selection),
            Action::Look(side) => self.look(side),
        }
    }

    /// Lets wall time pass: computes while `in_time` says so, and plays. Says what has changed since
    /// the last call, by this or by actions.
    pub fn tick(&mut self, wall_ms: f64, mut in_time: impl FnMut() -> bool) -> Changed {
        self.compute(&mut in_time);
        if self.playback.playing && !self.is_awaited() {
            let lab = if self.focus == Side::First { Some(&self.first) } else { self.second.as_ref() };
            let lab = lab.unwrap_or(&self.first);
            let at = self.playback.advance(wall_ms, &lab.frame, &*lab.run);
            self.go(Moment::Time(at.min(self.limit())));
            if self.is_at_end() {
                self.playback.playing = false;
            }
        }
        std::mem::take(&mut self.changed)
    }

    /// Whether there is anything to do before the next action: something plays or is computed.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.playback.playing || self.computing().is_some() || self.changed.any()
    }

    /// Computes everything that is still to be computed, however long it takes. For tests and tools.
    pub fn settle(&mut self) {
        while self.computing().is_some() {
            self.compute(&mut || true);
        }
    }

    fn compute(&mut self, in_time: &mut impl FnMut() -> bool) {
        self.compute_side(Side::First, in_time);
        self.compute_side(Side::Second, in_time);
    }

    fn compute_side(&mut self, side: Side, in_time: &mut impl FnMut() -> bool) {
        let awaited = self.is_awaited();
        let lab = match side {
            Side::First => &mut self.first,
            Side::Second => match &mut self.second {
                Some(lab) => lab,
                None => return,
            },
        };
        let computed = lab.compute(in_time);
        let on_show = lab.coming.is_none();
        if computed == Computed::Nothing {
            return;
        }
        self.changed.progress = true;
        let wanted = self.playback.wanted;
        if computed == Computed::Another {
            if side == self.focus {
                self.selection = self.selection.of_scenario();
            }
            self.changed = Changed { moment: true, run: true, progress: true };
            self.go(Moment::Time(wanted));
            if !self.reaches(wanted) {
                // The other lab is not there yet.
                self.playback.wanted = wanted;
            }
        } else if on_show {
            // More may happen yet at the moment that is computed last.
            if awaited && self.reaches(wanted) {
                self.go(Moment::Time(wanted));
            }
            self.changed.run |= computed == Computed::Whole;
        }
    }

    /// Whether every run on show is known up to a moment, or will not be known any further.
    fn reaches(&self, at: Time) -> bool {
        self.labs().all(|lab| lab.progress != Progress::Running || lab.run.computed() > at)
    }

    /// How far every run on show is computed.
    fn limit(&self) -> Time {
        self.labs().map(|lab| lab.run.computed()).min().unwrap_or(Time(0))
    }

    /// Starts to compute the runs of the scenario as it is now, which will be shown at the moment that
    /// is wanted. A short one is there at once; over a long one the old run stays on show, where it
    /// may and is of the same protocol and size. A run that is the same goes on.
    fn recompute(&mut self, may_stay: bool) {
        let (first, second) = parts(&self.scenario);
        let mut shown = false;
        if !(may_stay && self.first.scenario == first) {
            shown |= self.first.take(first, may_stay);
        }
        match (second, &mut self.second) {
            (None, second) => *second = None,
            (Some(scenario), second @ None) => {
                *second = Some(Lab::new(scenario));
                shown = true;
            }
            (Some(scenario), Some(lab)) => {
                if !(may_stay && lab.scenario == scenario) {
                    shown |= lab.take(scenario, may_stay);
                }
            }
        }
        if self.second.is_none() && self.focus == Side::Second {
            (self.focus, shown) = (Side::First, true);
        }
        if shown {
            self.selection = self.selection.of_scenario();
            self.playback.at = self.frame().at.0 as f64;
        }
        self.changed = Changed { moment: true, run: true, progress: true };
        self.begin();
    }

    fn begin(&mut self) {
        for side in [Side::First, Side::Second] {
            let mut slices = 0;
            self.compute_side(side, &mut || {
                slices += 1;
                slices < FIRST_SLICES
            });
        }
    }

    /// A moment of the scenario's run.
    fn within(&self, at: Time) -> Time {
        at.min(Time(self.scenario.duration.0))
    }

    /// Whether the moment that is wanted is not on show because it is not computed yet.
    fn is_awaited(&self) -> bool {
        self.labs().any(|lab| self.playback.wanted > lab.frame.at) && self.computing().is_some()
    }

    /// Whether there is nothing to play from here, now or once what is being computed is there.
    fn is_at_end(&self) -> bool {
        let at = self.frame().at;
        let last = self.labs().all(|lab| lab.progress != Progress::Running) && at >= self.limit();
        let coming = self.labs().any(|lab| lab.coming.is_some());
        last && (!coming || self.within(at) == Time(self.scenario.duration.0))
    }

    /// Shows a moment of the run on show, and the same moment of the one beside it.
    fn go(&mut self, to: Moment) {
        match (self.focus, &mut self.second) {
            (Side::First, None) | (Side::Second, None) => self.first.go(to),
            (Side::First, Some(second)) => {
                self.first.go(to);
                second.go(Moment::Time(self.first.frame.at));
            }
            (Side::Second, Some(second)) => {
                second.go(to);
                self.first.go(Moment::Time(second.frame.at));
            }
        }
        self.playback.wanted = self.frame().at;
        self.playback.at = self.playback.wanted.0 as f64;
        self.changed.moment = true;
    }

    /// Looks at one of two labs more closely.
    fn look(&mut self, side: Side) {
        if side == self.focus || self.lab(side).is_none() {
            return;
        }
        self.focus = side;
        self.selection = self.selection.of_scenario();
        self.changed = Changed { moment: true, run: true, progress: true };
    }

    /// Shows a moment, or as near to it as is computed: the moment itself follows.
    fn seek(&mut self, at: Time) {
        self.go(Moment::Time(at));
        if self.computing().is_some() {
            self.playback.wanted = self.within(at);
        }
    }

    fn play(&mut self) {
        if self.is_at_end() {
            self.seek(Time(0));
        }
        self.playback.playing = true;
        self.changed.moment = true;
    }

    fn select(&mut self, selection: Selection) {
        let there = match selection {
            Selection::Nothing | Selection::Message(_) => true,
            Selection::Node(node) => node.index() < self.scenario.weights.len(),
            Selection::Fault(place) => place < self.scenario.faults.len(),
            Selection::Violation(place) => place < self.run().violations().len(),
            Selection::Stuck(place) => place < self.run().stuck().len(),
        };
        self.selection = if there { selection } else { Selection::Nothing };
    }

    fn step(&mut self, by: i32) {
        self.playback.playing = false;
        self.seek_event(by, |notice| notice > Notice::Routine);
    }

    fn jump(&mut self, by: i32) {
        self.playback.playing = false;
        let (before, event) = (self.frame().at, self.run().moment().1);
        self.seek_event(by, |notice| notice == Notice::Notable);
        // What gets stuck does so without an event, somewhere on the way or beyond the last one.
        let on = by > 0;
        let (after, moved) = (self.frame().at, self.run().moment().1 != event || self.frame().at != before);
        let passed = |at: &Time| match (on, moved) {
            (true, true) => before < *at && *at < after,
            (true, false) => before < *at,
            (false, _) => after < *at && *at < before,
        };
        let mut stuck = self.run().stuck().iter().map(|stuck| stuck.at).filter(passed);
        if let Some(at) = if on { stuck.next() } else { stuck.next_back() } {
            self.go(Moment::Time(at));
        }
    }

    /// Goes to the `by`th event from here that has a record of such notice, or as far as there is one.
    fn seek_event(&mut self, by: i32, wanted: impl Fn(Notice) -> bool + Copy) {
        let on = by > 0;
        if self.second.is_some() {
            (0..by.unsigned_abs().min(STEPS_MAX)).for_each(|_| self.seek_either(on, wanted));
            return;
        }
        let start = self.run().moment().1;
        let mut here = start;
        for _ in 0..by.unsigned_abs().min(STEPS_MAX) {
            match self.first.event_from(here, on, wanted) {
                Some(event) => here = event,
                None => break,
            }
        }
        if !on || here > start {
            self.go(Moment::Event(here));
        } else {
            // Nothing is left, and the last event may be some time ago.
            self.playback.wanted = self.frame().at;
        }
    }

    /// Goes to the next such event of either lab.
    fn seek_either(&mut self, on: bool, wanted: impl Fn(Notice) -> bool + Copy) {
        let lab = self.focused();
        let (at, here) = (lab.frame.at, lab.run.moment().1);
        let own = lab.event_from(here, on, wanted);
        let own_at =
            own.map(|event| lab.run.trace().event(event).first().map_or(Time(0), |record| record.at()));
        let beside = match self.focus {
            Side::First => self.second.as_ref(),
            Side::Second => Some(&self.first),
        };
        let other = beside.and_then(|lab| lab.time_from(at, on, wanted));
        match (own, own_at, other) {
            (_, Some(own_at), Some(other)) if (on && other < own_at) || (!on && other > own_at) => {
                self.go(Moment::Time(other));
            }
            (Some(event), _, _) => self.go(Moment::Event(event)),
            (None, _, Some(other)) => self.go(Moment::Time(other)),
            (None, _, None) => self.playback.wanted = at,
        }
    }

    fn edit(&mut self, edit: &Edit, gesture: Option<u32>) {
        let Some(scenario) = edit.made(&self.scenario, self.focus, self.frame().at) else { return };
        self.change(Rc::new(scenario), gesture);
        if let Edit::AddFault(_) = edit {
            self.selection = Selection::Fault(self.scenario.faults.len().saturating_sub(1));
        }
    }

    fn change(&mut self, scenario: Rc<Scenario>, gesture: Option<u32>) {
        let same_gesture = gesture.is_some() && gesture == self.gesture;
        self.gesture = gesture;
        if same_gesture {
            self.redo.clear();
        } else {
            self.remember();
        }
        self.show(scenario);
    }

    /// Keeps the scenario as it is, for the way back.
    fn remember(&mut self) {
        self.redo.clear();
        self.undo.push(self.state());
        if self.undo.len() > UNDO_MAX {
            self.undo.remove(0);
        }
    }

    fn state(&self) -> State {
        State { scenario: Rc::clone(&self.scenario), opened: Rc::clone(&self.opened) }
    }

    fn turn_back(&mut self, back: bool) {
        let now = self.state();
        let (from, to) =
            if back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        let Some(State { scenario, opened }) = from.pop() else { return };
        to.push(now);
        self.gesture = None;
        if Rc::ptr_eq(&opened, &self.opened) {
            self.show(scenario);
        } else {
            self.take(State { scenario, opened }, self.playback.wanted);
        }
    }

    /// Takes a changed scenario in place of the present one, at the same moment.
    fn show(&mut self, scenario: Rc<Scenario>) {
        self.selection = self.selection.carried(&self.scenario, &scenario);
        self.scenario = scenario;
        self.playback.wanted = self.within(self.playback.wanted);
        self.recompute(true);
    }

    /// Takes another scenario. The run on show is not its, and goes at once.
    fn take(&mut self, state: State, at: Time) {
        self.playback.playing = false;
        self.selection = Selection::Nothing;
        self.focus = Side::First;
        State { scenario: self.scenario, opened: self.opened } = state;
        self.playback.wanted = self.within(at);
        self.recompute(false);
    }

    fn open(&mut self, scenario: Scenario, at: Option<Time>) {
        self.remember();
        self.gesture = None;
        let at = at.unwrap_or(scenario.start);
        let scenario = Rc::new(scenario);
        self.take(State { opened: Rc::clone(&scenario), scenario }, at);
    }
}

/// The scenarios of a session's labs.
fn parts(scenario: &Rc<Scenario>) -> (Rc<Scenario>, Option<Rc<Scenario>>) {
    match scenario.swapped() {
        None => (Rc::clone(scenario), None),
        Some(other) => (Rc::new(scenario.alone()), Some(Rc::new(other.alone()))),
    }
}
