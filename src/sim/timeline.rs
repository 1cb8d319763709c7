//! A run that can be gone through in any direction.
//!
//! A head computes the run once, watched and recorded, and leaves checkpoints behind; a cursor stands
//! at the moment that is looked at. Seeking takes the nearest checkpoint and replays from there.
//! There are never more than [`CHECKPOINTS_MAX`], nor more than take [`CHECKPOINT_BYTES_MAX`]: when
//! there would be, every other one goes and the distance doubles, so a long run costs no more memory
//! than a short one, and no seek replays more than a small part of it.

use super::clients::History;
use super::frame::{Flight, Frame, NodeFrame};
use super::host::Health;
use super::observe::{Nodes, Observer};
use super::plan::Plan;
use super::recorder::Recorder;
use super::trace::Trace;
use super::world::World;
use crate::model::{Cell, Field, Log, NodeId, NodeSet, Protocol, Spec, Standing, Stuck, Time, Violation};
use crate::quorum::Rule;
use std::sync::Arc;

/// The most checkpoints that are kept.
pub const CHECKPOINTS_MAX: usize = 64;
/// About how many bytes all checkpoints together may take.
pub const CHECKPOINT_BYTES_MAX: usize = 48 << 20;
/// The most events that a run may have; one that would have more stops there, and says so.
pub const EVENTS_MAX: u32 = 1_500_000;
/// The most records that a run may have.
pub const RECORDS_MAX: usize = 6_000_000;
/// The most that may wait at once: events, messages at a paused node, requests for an answer.
pub const PENDING_MAX: usize = 50_000;

/// A place in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After every event up to and including that time.
    Time(Time),
    /// After so many events.
    Event(u32),
}

/// Why a run stops where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Running,
    /// It has come to its end.
    Done,
    /// It has more events than are kept.
    TooLong,
}

/// A run of any protocol, without its types: what the session and the page work on.
pub trait Cluster {
    /// The protocol.
    fn spec(&self) -> &'static Spec;
    /// The conditions of the run.
    fn plan(&self) -> &Plan;
    /// Whether the protocol can change who may decide through its own messages.
    fn reconfigures(&self) -> bool;
    /// Who may decide at first.
    fn rule(&self) -> &Rule {
        &self.plan().rule
    }
    /// Computes up to `events` more events; fewer where they are heavy: each thing that an event
    /// records, such as a message sent, counts for one more, and so do 4 KB of a checkpoint. So some
    /// thousand take a few ms, whatever the run.
    fn advance(&mut self, events: u32) -> Progress;
    /// How far it is computed.
    fn computed(&self) -> Time;
    /// Where the run ends.
    fn end(&self) -> Time;
    /// The whole trace, as far as it is computed.
    fn trace(&self) -> &Trace;
    /// What clients saw, as far as it is computed.
    fn history(&self) -> &History;
    /// What is broken, as far as it is computed.
    fn violations(&self) -> &[Violation];
    /// What did not come true in time, as far as it is computed.
    fn stuck(&self) -> &[Stuck];
    /// Every property and what became of it, as far as the run is computed.
    fn standings(&self) -> Vec<Standing>;
    /// Goes to a place; one beyond what is computed becomes the last one computed.
    fn seek(&mut self, to: Moment);
    /// Where the cursor stands: the time looked at, and how many events have happened.
    fn moment(&self) -> (Time, u32);
    /// The moment looked at, written into a frame.
    fn frame(&self, frame: &mut Frame);
    /// The log of a node at that moment.
    fn log(&self, node: NodeId) -> Option<&Log>;
    /// The whole state of a node at that moment.
    fn fields(&self, node: NodeId, out: &mut Vec<Field>);

    /// With whom a node has links.
    fn neighbours(&self, node: NodeId) -> NodeSet;

    /// What a node holds beside its log now.
    fn cells(&self, node: NodeId, out: &mut Vec<Cell>);
    /// What a single-decree protocol has decided at a node at that moment, and its kin.
    fn inspect(&self, node: NodeId) -> crate::model::Inspection<'_>;
    /// The same at the last moment that is computed, wherever the cursor stands; `None` of a node that
    /// is down then.
    fn inspect_last(&self, node: NodeId) -> Option<crate::model::Inspection<'_>>;
    /// What a node holds beside a log at that moment.
    fn cells_last(&self, node: NodeId, out: &mut Vec<Cell>);
}

/// A run of one protocol.
pub struct Timeline<P: Protocol> {
    head: World<P>,
    recorder: Recorder,
    trace: Trace,
    end: Time,
    checkpoints: Vec<World<P>>,
    /// About how many bytes each checkpoint takes.
    weights: Vec<usize>,
    /// Events between two checkpoints.
    spacing: u32,
    cursor: World<P>,
    /// The time looked at: at or after the cursor's last event.
    at: Time,
}

const FIRST_SPACING: u32 = 256;
/// Copying so many bytes is as much work as an event.
const BYTES_PER_EVENT: usize = 4_096;

impl<P: Protocol> Timeline<P> {
    /// A run that is to be computed up to `end`, watched by an observer.
    #[must_use]
    pub fn new(
        plan: Arc<Plan>,
        config: Arc<P::Config>,
        end: Time,
        observer: Option<Box<dyn Observer>>,
    ) -> Self {
        Self::with_changes(plan, config, Arc::new([]), end, observer)
    }

    /// The same, with what each planned change makes of the configuration.
    #[must_use]
    pub fn with_changes(
        plan: Arc<Plan>,
        config: Arc<P::Config>,
        later: Arc<[Arc<P::Config>]>,
        end: Time,
        observer: Option<Box<dyn Observer>>,
    ) -> Self {
        let mut recorder = Recorder::new(observer);
        let head = World::new(plan, config, Some(&mut recorder)).with_changes(later);
        Self {
            checkpoints: vec![head.clone()],
            weights: vec![head.weight()],
            cursor: head.clone(),
            head,
            recorder,
            trace: Trace::default(),
            end,
            spacing: FIRST_SPACING,
            at: Time(0),
        }
    }

    /// Leaves a checkpoint behind if one is due; how much work that was, in events.
    fn checkpoint(&mut self) -> u32 {
        let weight = self.head.weight();
        while self.is_due() && !self.has_room(weight) && self.checkpoints.len() > 1 {
            every_other(&mut self.checkpoints);
            every_other(&mut self.weights);
            self.spacing *= 2;
        }
        if !self.is_due() {
            return 0;
        }
        self.head.share_logs();
        self.checkpoints.push(self.head.clone());
        self.weights.push(weight);
        (weight / BYTES_PER_EVENT) as u32
    }

    fn is_due(&self) -> bool {
        self.head.events() >= self.checkpoints.last().map_or(0, World::events) + self.spacing
    }

    fn has_room(&self, weight: usize) -> bool {
        self.checkpoints.len() < CHECKPOINTS_MAX
            && self.weights.iter().sum::<usize>() + weight <= CHECKPOINT_BYTES_MAX
    }

    /// Whether the run has come to what is kept of one.
    fn is_too_long(&self) -> bool {
        let head = &self.head;
        head.events() >= EVENTS_MAX
            || self.trace().records().len() >= RECORDS_MAX
            || head.scheduled() > PENDING_MAX
            // Counting all that waits takes longer, and it grows by little in so few events.
            || head.events().is_multiple_of(FIRST_SPACING) && head.pending() > PENDING_MAX
    }

    /// The last checkpoint that a condition (true for early ones) holds for.
    fn nearest(&self, early: impl Fn(&World<P>) -> bool) -> &World<P> {
        let place = self.checkpoints.partition_point(early);
        &self.checkpoints[place.saturating_sub(1)]
    }
}

fn every_other<T>(list: &mut Vec<T>) {
    let mut place = 0;
    list.retain(|_| {
        place += 1;
        place % 2 == 1
    });
}

impl<P: Protocol> Cluster for Timeline<P> {
    fn spec(&self) -> &'static Spec {
        P::SPEC
    }

    fn plan(&self) -> &Plan {
        self.head.plan()
    }

    fn reconfigures(&self) -> bool {
        P::RECONFIGURES
    }

    fn advance(&mut self, events: u32) -> Progress {
        let mut work = 0;
        while work < events {
            if self.is_too_long() {
                return Progress::TooLong;
            }
            let before = self.trace().records().len();
            if !self.head.step(self.end, Some(&mut self.recorder)) {
                self.recorder.end(&self.head, self.end);
                return Progress::Done;
            }
            work += 1 + (self.trace().records().len() - before) as u32;
            if self.head.events().is_multiple_of(FIRST_SPACING) {
                work += self.checkpoint();
            }
        }
        Progress::Running
    }

    fn computed(&self) -> Time {
        match self.head.next_at() {
            Some(next) if next <= self.end => self.head.now(),
            _ => self.end,
        }
    }

    fn end(&self) -> Time {
        self.end
    }

    fn trace(&self) -> &Trace {
        self.recorder.trace.as_ref().unwrap_or(&self.trace)
    }

    fn history(&self) -> &History {
        &self.recorder.history
    }

    fn violations(&self) -> &[Violation] {
        self.recorder.observer.as_deref().map_or(&[], Observer::violations)
    }

    fn stuck(&self) -> &[Stuck] {
        self.recorder.observer.as_deref().map_or(&[], Observer::stuck)
    }

    fn standings(&self) -> Vec<Standing> {
        self.recorder.observer.as_deref().map(Observer::standings).unwrap_or_default()
    }

    fn seek(&mut self, to: Moment) {
        let ahead = match to {
            Moment::Time(at) => self.cursor.now() <= at && self.at <= at,
            Moment::Event(event) => self.cursor.events() <= event,
        };
        let nearest = match to {
            Moment::Time(at) => self.nearest(|world| world.now() <= at),
            Moment::Event(event) => self.nearest(|world| world.events() <= event),
        };
        if !ahead || nearest.events() > self.cursor.events() {
            self.cursor = nearest.clone();
        }
        let last = self.head.events();
        match to {
            Moment::Time(at) => {
                self.at = at.min(self.computed());
                while self.cursor.events() < last && self.cursor.step(self.at, None) {}
            }
            Moment::Event(event) => {
                let event = event.min(last);
                while self.cursor.events() < event && self.cursor.step(self.end, None) {}
                self.at = self.cursor.now();
            }
        }
    }

    fn moment(&self) -> (Time, u32) {
        (self.at, self.cursor.events())
    }

    fn frame(&self, frame: &mut Frame) {
        let world = &self.cursor;
        frame.at = self.at;
        frame.event = world.events();
        frame.nodes.clear();
        for node in NodeId::all(world.count()) {
            let seen = world.inspect(node);
            let rule = (!world.plan().changes.is_empty()).then(|| world.rule_of(node));
            let rule = rule.filter(|rule| rule != &world.plan().rule);
            let up = world.health(node) != Health::Crashed;
            let timers = P::SPEC.timers.iter().zip(world.timers(node)).enumerate();
            let shown = timers.filter(|(_, (word, timer))| word.shown && timer.armed);
            frame.nodes.push(NodeFrame {
                id: node,
                weight: rule.as_ref().unwrap_or(world.rule()).weight_of(node) as u8,
                rule,
                health: world.health(node),
                role: seen.role,
                epoch: seen.epoch,
                leads: seen.leads && up,
                last: seen.last_held(),
                commit: seen.commit,
                timer: shown.map(|(code, (_, timer))| (code as u8, *timer)).next(),
                gathering: if up { world.node(node).gathering(world.config()) } else { None },
                unreachable: world.unreachable(node),
            });
        }
        frame.flights.clear();
        frame.flights.extend(world.in_flight().filter(|envelope| envelope.from != envelope.to).map(
            |envelope| Flight {
                message: envelope.id,
                from: envelope.from,
                to: envelope.to,
                sent: envelope.sent,
                arrives: envelope.arrives,
                lost: envelope.lost,
                brief: envelope.brief,
            },
        ));
        frame.flights.sort_unstable_by_key(|flight| flight.message);
    }

    fn log(&self, node: NodeId) -> Option<&Log> {
        self.cursor.inspect(node).log
    }

    fn fields(&self, node: NodeId, out: &mut Vec<Field>) {
        out.clear();
        self.cursor.node(node).fields(self.cursor.config(), out);
    }

    fn neighbours(&self, node: NodeId) -> NodeSet {
        let all = NodeSet::full(self.rule().nodes()).minus(NodeSet::only(node));
        P::neighbours(self.cursor.config(), node, all)
    }

    fn cells(&self, node: NodeId, out: &mut Vec<Cell>) {
        out.clear();
        self.cursor.node(node).cells(self.cursor.config(), out);
    }

    fn inspect(&self, node: NodeId) -> crate::model::Inspection<'_> {
        self.cursor.inspect(node)
    }
    fn inspect_last(&self, node: NodeId) -> Option<crate::model::Inspection<'_>> {
        (self.head.health(node) != Health::Crashed).then(|| self.head.inspect(node))
    }

    fn cells_last(&self, node: NodeId, out: &mut Vec<Cell>) {
        out.clear();
        self.head.node(node).cells(self.head.config(), out);
    }
}
