//! Watches a run: every property after every step, and what became of each.

use super::Property;
use super::goals::{Calm, Eventually, Goals, Sometimes, Wait};
use super::linear::{Clients, Model, SoFar};
use crate::model::{Fate, PropertyKind, PropertyWord, Span, Standing, Stuck, Text, Time, Violation, Witness};
use crate::sim::{Heard, Nodes, Observer, Step};

/// Its names.
pub static LINEARIZABLE: PropertyWord = PropertyWord {
    id: "linearizable",
    name: Text::new("Linearizable", "可线性化"),
    statement: Text::new(
        "every answer to a client fits one order of all operations, in which each takes effect between its call and its answer",
        "客户端得到的所有答复都符合同一个操作顺序，其中每个操作都在调用与答复之间的某一刻生效",
    ),
};

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
    /// Whether in calm something came in time and something else was waited for then.
    kept: bool,
}

/// Checks a list of properties, keeps the first violation of each, and what becomes of each goal.
pub struct Monitor {
    standings: Vec<Standing>,
    always: Vec<Watched<dyn Property>>,
    /// What clients saw, while it can still be told whether it fits.
    clients: Option<Watched<Clients>>,
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
            clients: None,
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

    /// Watches what clients see as well: whether it could be that of one such object.
    #[must_use]
    pub fn with_clients(mut self, model: Model) -> Self {
        let place = self.stand(&LINEARIZABLE, PropertyKind::Always, true);
        self.clients = Some(Watched { place, property: Box::new(Clients::new(model)) });
        self
    }

    /// Watches what may and must come true as well.
    #[must_use]
    pub fn with_goals(mut self, goals: Goals, calm: Calm) -> Self {
        self.calm = calm;
        for (goal, time_outs) in goals.eventually {
            let place = self.stand(goal.word(), PropertyKind::Eventually, goal.of_clients());
            let asking = if goal.of_clients() { calm.asking.0 } else { 0 };
            let patience = Span(time_outs.0.saturating_add(calm.ways.0).saturating_add(asking));
            self.eventually.push(Awaited { place, goal, patience, due: None, asked: false, kept: false });
        }
        for property in goals.sometimes {
            let place = self.stand(property.word(), PropertyKind::Sometimes, false);
            self.sometimes.push(Watched { place, property });
        }
        self
    }

    /// Of those that are watched so far, the ones that nobody promises.
    #[must_use]
    pub fn without_promise(mut self, unpromised: impl Fn(&str) -> bool) -> Self {
        self.standings.iter_mut().for_each(|standing| standing.promised = !unpromised(standing.word.id));
        self
    }

    fn stand(&mut self, word: &'static PropertyWord, kind: PropertyKind, of_clients: bool) -> usize {
        self.standings.push(Standing { word, kind, fate: Fate::Open, due: None, of_clients, promised: true });
        self.standings.len() - 1
    }

    /// A client calls or is answered: whether all answers so far fit.
    fn fit(&mut self, heard: &Heard<'_>) {
        let Heard { at, event, place, operation } = *heard;
        let Some(Watched { place: own, property: clients }) = &mut self.clients else { return };
        let so_far = match operation.returned {
            Some((_, _, outcome)) => clients.returned(at, place, outcome),
            None => {
                clients.called(at, &operation.command);
                return;
            }
        };
        let fate = &mut self.standings[*own].fate;
        match so_far {
            SoFar::Linearizable => return,
            SoFar::Unknown => {
                let why = Text::new(
                    "too many operations overlap to try every order",
                    "重叠的操作过多，无法逐一尝试所有顺序",
                );
                *fate = Fate::Unknown { at, event, why };
            }
            SoFar::Not => {
                *fate = Fate::Broken(self.violations.len());
                let witness = clients.witness().map(|(_, witness)| witness);
                let witness = witness.unwrap_or_else(|| Witness::plain(LINEARIZABLE.statement));
                self.violations.push(Violation { property: &LINEARIZABLE, at, event, witness });
            }
        }
        self.clients = None;
    }

    /// Those whose time is up by now.
    fn judge(&mut self, nodes: &dyn Nodes, now: Time) {
        let Self { eventually, standings, stuck, calm, .. } = self;
        eventually.retain_mut(|awaited| {
            while let Some(due) = awaited.due.filter(|due| *due < now) {
                let Some(witness) = awaited.goal.lacks(nodes) else {
                    // It has forgotten who waited; others may have waited as long.
                    awaited.due = awaited.due_of(awaited.goal.wait(), *calm);
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
                awaited.kept |= awaited.due.is_some() && now >= calm.from;
                changed |= awaited.due.take().is_some();
                true
            }
            wait @ Wait::Since(_) => {
                awaited.asked = true;
                let due = awaited.due_of(wait, *calm);
                awaited.kept |= awaited.due.is_some() && due > awaited.due && now >= calm.from;
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
    fn pass(&mut self, nodes: &dyn Nodes, at: Time) {
        if self.next_due < at {
            self.judge(nodes, at);
        }
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) {
        self.pass(nodes, step.at);
        let Self { always, violations, standings, .. } = self;
        always.retain_mut(|Watched { place, property }| {
            let Some(witness) = property.observe(nodes, step) else { return true };
            let word = property.word();
            standings[*place].fate = Fate::Broken(violations.len());
            violations.push(Violation { property: word, at: step.at, event: step.event, witness });
            false
        });
        let calm = step.at >= self.calm.from;
        let mut stirred = false;
        for awaited in &mut self.eventually {
            stirred |= awaited.goal.observe(nodes, step, calm);
        }
        if stirred {
            self.look(step.at, step.event, Some(step.node));
        }
        if self.sometimes.is_empty() {
            return;
        }
        let now = nodes.inspect(step.node);
        self.sometimes.retain_mut(|Watched { place, property }| {
            let reached = property.observe(nodes, &now, step);
            if reached {
                let node = Some(step.node);
                self.standings[*place].fate = Fate::True { at: step.at, event: step.event, node };
            }
            !reached
        });
    }

    fn heard(&mut self, heard: &Heard<'_>) {
        let Heard { at, event, .. } = *heard;
        self.fit(heard);
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
            // What came later than that has time left, and no say.
            let all_came = awaited.asked && awaited.goal.wait() == Wait::Nothing;
            if (all_came || awaited.kept) && self.calm.from < at {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage};
    use crate::check::{ELECTION_SAFETY, ElectionSafety, Leads, Point};

    fn monitor(from: u64) -> Monitor {
        let goals = Goals {
            eventually: vec![(Box::new(Leads::new(GROUND, 1)), Span::ms(100))],
            sometimes: vec![Box::new(Point::leader_elected())],
        };
        let calm = Calm { from: Time::ms(from), ..Calm::default() };
        Monitor::new(vec![Box::new(ElectionSafety::new(0))]).with_goals(goals, calm)
    }

    fn step<'a>(stage: &Stage, node: u8, at: u64) -> Step<'a> {
        Step { at: Time::ms(at), event: at as u32, ..stage.step(node, &[]) }
    }

    fn fates(monitor: &Monitor) -> Vec<Fate> {
        monitor.standings().iter().map(|standing| standing.fate).collect()
    }

    #[test]
    fn each_kind_has_its_fate() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut monitor = monitor(50);
        monitor.observe(&stage, &step(&stage, 0, 10));
        assert_eq!(fates(&monitor), [Fate::Open; 3]);
        stage.leads(0, 1);
        monitor.observe(&stage, &step(&stage, 0, 20));
        let reached = |at, node| Fate::True { at: Time::ms(at), event: at as u32, node: Some(node) };
        assert_eq!(fates(&monitor), [Fate::Open, Fate::Open, reached(20, crate::model::NodeId(0))]);
        stage.leads(1, 1);
        monitor.observe(&stage, &step(&stage, 1, 60));
        assert_eq!(fates(&monitor)[..2], [Fate::Broken(0), reached(60, crate::model::NodeId(1))]);
        assert_eq!(monitor.violations()[0].property, &ELECTION_SAFETY);
    }

    #[test]
    fn what_is_late_is_stuck_at_the_moment_its_time_was_up() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        let mut monitor = monitor(50);
        for at in [10, 60, 160] {
            monitor.observe(&stage, &step(&stage, 2, at));
            assert_eq!(fates(&monitor)[1], Fate::Open, "{at}");
        }
        assert_eq!(monitor.standings()[1].due, Some(Time::ms(160)));
        monitor.observe(&stage, &step(&stage, 2, 161));
        assert_eq!((fates(&monitor)[1], monitor.stuck()[0].at), (Fate::Stuck(0), Time::ms(160)));
    }

    #[test]
    fn an_answer_that_comes_late_does_not_make_good_what_was_due() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        let mut monitor = monitor(50);
        monitor.observe(&stage, &step(&stage, 2, 60));
        monitor.pass(&stage, Time::ms(160));
        assert_eq!(fates(&monitor)[1], Fate::Open);
        monitor.pass(&stage, Time::ms(161));
        assert_eq!((fates(&monitor)[1], monitor.stuck()[0].at), (Fate::Stuck(0), Time::ms(160)));
    }

    #[test]
    fn the_end_of_a_run_judges_what_had_all_its_time_and_nothing_else() {
        let stage = Stage::new(&[1; 3], &[2, 2]);
        for (end, stuck) in [(159, 0), (160, 1)] {
            let mut monitor = monitor(50);
            monitor.observe(&stage, &step(&stage, 2, 60));
            monitor.end(&stage, Time::ms(end), 7);
            monitor.end(&stage, Time::ms(900), 7);
            assert_eq!(monitor.stuck().len(), stuck, "{end}");
        }
    }
}
