//! Watches a run: every property after every step, and what became of each.

use super::Property;
use super::goals::{Calm, Eventually, Goals, Sometimes, Wait};
use crate::model::{Fate, PropertyKind, PropertyWord, Span, Standing, Stuck, Time, Violation};
use crate::sim::{Heard, Nodes, Observer, Step};

/// A property that is watched until its fate is known.
struct Watched<P: ?Sized> {
    /// Its place among the standings.
    place: usize,
    property: Box<P>,
}

/// Something that must come true, and when its time is up.
struct Awaited {
    place: usize,
    goal: Box<dyn Eventually>,
    /// How long it may take.
    patience: Span,
    due: Option<Time>,
    /// Whether it has waited for anything.
    asked: bool,
}

/// Checks a list of properties, keeps the first violation of each, and what becomes of each goal.
pub struct Monitor {
    standings: Vec<Standing>,
    always: Vec<Watched<dyn Property>>,
    eventually: Vec<Awaited>,
    sometimes: Vec<Watched<dyn Sometimes>>,
    violations: Vec<Violation>,
    stuck: Vec<Stuck>,
    calm: Calm,
    /// The first time at which something is due.
    next_due: Time,
    ended: bool,
}

const NEVER: Time = Time(u64::MAX);

impl Monitor {
    /// A monitor of these properties.
    #[must_use]
    pub fn new(properties: Vec<Box<dyn Property>>) -> Self {
        let mut monitor = Self {
            standings: Vec::new(),
            always: Vec::new(),
            eventually: Vec::new(),
            sometimes: Vec::new(),
            violations: Vec::new(),
            stuck: Vec::new(),
            calm: Calm::default(),
            next_due: NEVER,
            ended: false,
        };
        for property in properties {
            let place = monitor.stand(property.word(), PropertyKind::Always, false);
            monitor.always.push(Watched { place, property });
        }
        monitor
    }

    /// Watches what may and must come true as well.
    #[must_use]
    pub fn with_goals(mut self, goals: Goals, calm: Calm) -> Self {
        self.calm = calm;
        for (goal, time_outs) in goals.eventually {
            let place = self.stand(goal.word(), PropertyKind::Eventually, goal.of_clients());
            let asking = if goal.of_clients() { calm.asking.0 } else { 0 };
            let patience = Span(time_outs.0.saturating_add(calm.ways.0).saturating_add(asking));
            self.eventually.push(Awaited { place, goal, patience, due: None, asked: false });
        }
        for property in goals.sometimes {
            let place = self.stand(property.word(), PropertyKind::Sometimes, false);
            self.sometimes.push(Watched { place, property });
        }
        self
    }

    fn stand(&mut self, word: &'static PropertyWord, kind: PropertyKind, of_clients: bool) -> usize {
        self.standings.push(Standing { word, kind, fate: Fate::Open, due: None, of_clients });
        self.standings.len() - 1
    }

    /// Those whose time is up by now.
    fn judge(&mut self, nodes: &dyn Nodes, now: Time) {
        let Self { eventually, standings, stuck, calm, .. } = self;
        eventually.retain_mut(|awaited| {
            while let Some(due) = awaited.due.filter(|due| *due < now) {
                let Some(witness) = awaited.goal.lacks(nodes) else {
                    // Nobody is left who waits for that; there may be others who wait since later.
                    awaited.due = awaited.due_of(awaited.goal.wait(), *calm).filter(|next| *next > due);
                    continue;
                };
                let standing = &mut standings[awaited.place];
                standing.fate = Fate::Stuck(stuck.len());
                standing.due = Some(due);
                stuck.push(Stuck { property: standing.word, at: due, witness });
                return false;
            }
            true
        });
        self.next_due = first_due(&self.eventually);
    }

    /// Asks each goal what it waits for now.
    fn look(&mut self, now: Time, event: u32, node: Option<crate::model::NodeId>) {
        let Self { eventually, standings, calm, .. } = self;
        let mut changed = false;
        eventually.retain_mut(|awaited| match awaited.goal.wait() {
            Wait::Over => {
                standings[awaited.place].fate = Fate::True { at: now, event, node };
                standings[awaited.place].due = None;
                changed = true;
                false
            }
            Wait::Nothing => {
                changed |= awaited.due.take().is_some();
                true
            }
            wait @ Wait::Since(_) => {
                awaited.asked = true;
                let due = awaited.due_of(wait, *calm);
                changed |= due != awaited.due;
                awaited.due = due;
                true
            }
        });
        if changed {
            self.next_due = first_due(&self.eventually);
        }
    }
}

fn first_due(awaited: &[Awaited]) -> Time {
    awaited.iter().filter_map(|awaited| awaited.due).min().unwrap_or(NEVER)
}

impl Awaited {
    /// When the time of what is waited for is up.
    fn due_of(&self, wait: Wait, calm: Calm) -> Option<Time> {
        let Wait::Since(since) = wait else { return None };
        Some(Time(since.max(calm.from).0.saturating_add(self.patience.0)))
    }
}

impl Observer for Monitor {
    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) {
        if self.next_due < step.at {
            self.judge(nodes, step.at);
        }
        let Self { always, violations, standings, .. } = self;
        always.retain_mut(|Watched { place, property }| {
            let Some(witness) = property.observe(nodes, step) else { return true };
            let word = property.word();
            standings[*place].fate = Fate::Broken(violations.len());
            violations.push(Violation { property: word, at: step.at, event: step.event, witness });
            false
        });
        let calm = step.at >= self.calm.from;
        self.eventually.iter_mut().for_each(|awaited| awaited.goal.observe(nodes, step, calm));
        self.sometimes.retain_mut(|Watched { place, property }| {
            let reached = property.observe(nodes, step);
            if reached {
                let node = Some(step.node);
                self.standings[*place].fate = Fate::True { at: step.at, event: step.event, node };
            }
            !reached
        });
        self.look(step.at, step.event, Some(step.node));
    }

    fn heard(&mut self, heard: &Heard<'_>) {
        let Heard { at, event, .. } = *heard;
        self.eventually.iter_mut().for_each(|awaited| awaited.goal.heard(heard));
        self.sometimes.retain_mut(|Watched { place, property }| {
            let node = property.heard(heard);
            if node.is_some() {
                self.standings[*place].fate = Fate::True { at, event, node };
            }
            node.is_none()
        });
        self.look(at, event, None);
    }

    fn end(&mut self, nodes: &dyn Nodes, at: Time, event: u32) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        // What is due at the very end had all its time.
        self.judge(nodes, Time(at.0.saturating_add(1)));
        let Self { eventually, standings, .. } = self;
        for awaited in eventually {
            if awaited.asked && awaited.goal.wait() == Wait::Nothing && self.calm.from < at {
                standings[awaited.place].fate = Fate::True { at, event, node: None };
            }
        }
    }

    fn violations(&self) -> &[Violation] {
        &self.violations
    }

    fn stuck(&self) -> &[Stuck] {
        &self.stuck
    }

    fn standings(&self) -> Vec<Standing> {
        let mut standings = self.standings.clone();
        for awaited in &self.eventually {
            standings[awaited.place].due = awaited.due;
        }
        standings
    }
}
