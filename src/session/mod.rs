//! What a person does with a run, as plain Rust: one door in ([`Session::apply`]), one clock
//! ([`Session::tick`]), no browser.
//!
//! A session is a scenario, a place in its run, and a way back. Every change re-runs the same history
//! to the same moment. A run that takes long is computed in slices while the old one stays on show.

mod bounds;
mod edit;
mod playback;
mod selection;
#[cfg(test)]
mod tests;

pub use edit::Edit;
pub use playback::{Playback, Speed};
pub use selection::Selection;

use crate::model::{Notice, Time};
use crate::scenario::Scenario;
use crate::sim::{Cluster, Frame, Kind, Moment, Progress};
use std::rc::Rc;

/// How many steps back are kept.
const UNDO_MAX: usize = 200;
/// How much is computed between two looks at the clock: see [`Cluster::advance`].
const SLICE: u32 = 512;
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
    run: Box<dyn Cluster>,
    progress: Progress,
    /// A run that is being computed while another is on show.
    coming: Option<Box<dyn Cluster>>,
    playback: Playback,
    selection: Selection,
    frame: Frame,
    changed: Changed,
}

impl Session {
    /// Opens a scenario, paused, at a time or where its author had it start.
    #[must_use]
    pub fn new(scenario: Scenario, at: Option<Time>) -> Self {
        let scenario = Rc::new(scenario);
        let run = scenario.run();
        let mut session = Self {
            opened: Rc::clone(&scenario),
            undo: Vec::new(),
            redo: Vec::new(),
            gesture: None,
            run,
            progress: Progress::Running,
            coming: None,
            playback: Playback::default(),
            selection: Selection::Nothing,
            frame: Frame::default(),
            changed: Changed { moment: true, run: true, progress: true },
            scenario,
        };
        session.look();
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
        let part = |run: &dyn Cluster| run.computed().0 as f64 / run.end().0.max(1) as f64;
        match &self.coming {
            Some(coming) => Some(part(&**coming)),
            None if self.progress == Progress::Running => Some(part(&*self.run)),
            None => None,
        }
    }

    /// Whether the run on show stops before its end because it has too many events.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.progress == Progress::TooLong
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
                self.go(Moment::Event(self.run.trace().event_of(record)));
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
        }
    }

    /// Lets wall time pass: computes while `in_time` says so, and plays. Says what has changed since
    /// the last call, by this or by actions.
    pub fn tick(&mut self, wall_ms: f64, mut in_time: impl FnMut() -> bool) -> Changed {
        self.compute(&mut in_time);
        if self.playback.playing && !self.is_awaited() {
            let at = self.playback.advance(wall_ms, &self.frame, &*self.run);
            self.go(Moment::Time(at.min(self.run.computed())));
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
        let run = match &mut self.coming {
            Some(coming) => coming,
            None if self.progress == Progress::Running => &mut self.run,
            None => return,
        };
        self.changed.progress = true;
        let mut progress = run.advance(SLICE);
        while progress == Progress::Running && in_time() {
            progress = run.advance(SLICE);
        }
        let done = progress != Progress::Running;
        let wanted = Moment::Time(self.playback.wanted);
        match self.coming.take_if(|_| done) {
            Some(coming) => {
                self.put_on_show(coming, progress);
                self.go(wanted);
            }
            None if self.coming.is_some() => {}
            None => {
                // More may happen yet at the moment that is computed last.
                let there = done || self.run.computed() > self.playback.wanted;
                if there && self.is_awaited() {
                    self.go(wanted);
                }
                self.progress = progress;
                self.changed.run |= done;
            }
        }
    }

    /// Starts to compute the run of the scenario as it is now, which will be shown at the moment that
    /// is wanted. A short one is there at once; over a long one the old run stays on show, where it
    /// may and is of the same protocol and size.
    fn recompute(&mut self, may_stay: bool) {
        let run = self.scenario.run();
        let alike = run.spec().id == self.run.spec().id && run.rule().nodes() == self.run.rule().nodes();
        if may_stay && alike {
            self.coming = Some(run);
        } else {
            self.coming = None;
            self.put_on_show(run, Progress::Running);
            self.look();
        }
        self.begin();
    }

    fn begin(&mut self) {
        let mut slices = 0;
        self.compute(&mut || {
            slices += 1;
            slices < FIRST_SLICES
        });
    }

    fn put_on_show(&mut self, run: Box<dyn Cluster>, progress: Progress) {
        self.run = run;
        self.progress = progress;
        self.selection = self.selection.of_scenario();
        self.changed = Changed { moment: true, run: true, progress: true };
    }

    /// A moment of the scenario's run.
    fn within(&self, at: Time) -> Time {
        at.min(Time(self.scenario.duration.0))
    }

    /// Whether the moment that is wanted is not on show because it is not computed yet.
    fn is_awaited(&self) -> bool {
        self.playback.wanted > self.frame.at && self.computing().is_some()
    }

    /// Whether there is nothing to play from here, now or once what is being computed is there.
    fn is_at_end(&self) -> bool {
        let last = self.progress != Progress::Running && self.frame.at >= self.run.computed();
        last && (self.coming.is_none() || self.within(self.frame.at) == Time(self.scenario.duration.0))
    }

    fn look(&mut self) {
        self.run.frame(&mut self.frame);
        self.playback.at = self.frame.at.0 as f64;
    }

    /// Shows a moment of the run on show.
    fn go(&mut self, to: Moment) {
        self.run.seek(to);
        self.look();
        self.playback.wanted = self.frame.at;
        self.changed.moment = true;
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
            Selection::Violation(place) => place < self.run.violations().len(),
            Selection::Stuck(place) => place < self.run.stuck().len(),
        };
        self.selection = if there { selection } else { Selection::Nothing };
    }

    fn step(&mut self, by: i32) {
        self.playback.playing = false;
        self.seek_event(by, |notice| notice > Notice::Routine);
    }

    fn jump(&mut self, by: i32) {
        self.playback.playing = false;
        let (before, event) = (self.frame.at, self.run.moment().1);
        self.seek_event(by, |notice| notice == Notice::Notable);
        // What gets stuck does so without an event, somewhere on the way or beyond the last one.
        let on = by > 0;
        let (after, moved) = (self.frame.at, self.run.moment().1 != event);
        let passed = |at: &Time| match (on, moved) {
            (true, true) => before < *at && *at < after,
            (true, false) => before < *at,
            (false, _) => after < *at && *at < before,
        };
        let mut stuck = self.run.stuck().iter().map(|stuck| stuck.at).filter(passed);
        if let Some(at) = if on { stuck.next() } else { stuck.next_back() } {
            self.go(Moment::Time(at));
        }
    }

    /// Goes to the `by`th event from here that has a record of such notice, or as far as there is one.
    fn seek_event(&mut self, by: i32, wanted: impl Fn(Notice) -> bool) {
        let trace = self.run.trace();
        let (last, spec) = (trace.events(), self.run.spec());
        let is_broken = |event| self.run.violations().iter().any(|broken| broken.event == event);
        let start = self.run.moment().1;
        let mut here = start;
        for _ in 0..by.unsigned_abs().min(1_000) {
            let mut event = here;
            loop {
                match (by > 0, event) {
                    (true, event) if event >= last => break,
                    (false, 0) => break,
                    (true, _) => event += 1,
                    (false, _) => event -= 1,
                }
                let counts = |record| {
                    // That a role changed is said by the rule that changed it.
                    let notice = trace.notice(record, spec);
                    record.kind != Kind::Role && wanted(notice)
                };
                if event == 0 || trace.event(event).iter().any(counts) || is_broken(event) {
                    here = event;
                    break;
                }
            }
        }
        if by < 0 || here > start {
            self.go(Moment::Event(here));
        } else {
            // Nothing is left, and the last event may be some time ago.
            self.playback.wanted = self.frame.at;
        }
    }

    fn edit(&mut self, edit: &Edit, gesture: Option<u32>) {
        let Some(scenario) = edit.made(&self.scenario, self.frame.at) else { return };
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
