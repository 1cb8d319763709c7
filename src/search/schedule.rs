//! The schedules around a scenario, by number.
//!
//! Who may decide at first, the settings and the flaws are the user's and stay as they are; what may happen
//! is varied: chance, the weather, the links as far as they are what the scenario says they are (a
//! FIFO link stays one), disks, the clients' pace and mix, time-outs and requests by hand. No part of
//! this knows what is wrong with the cluster that it is drawn for.

use super::aims::{self, Moment};
use super::{extras, rounds, turns};
use crate::check::linear::Model;
use crate::model::{NodeId, NodeSet, Op, Span, SpanRange, Time, Value};
use crate::quorum::Rule;
use crate::scenario::{EVERY_LEAST, FAULTS_MAX, INTERVENTIONS_MAX, Planned, Scenario, Words};
use crate::sim::{Delay, Fault, Force, Intervention, Network, Pace, Stream, storm};

/// The longest run of a schedule.
const LENGTH_MAX: u64 = 3_000_000;
/// The shortest.
const LENGTH_LEAST: u64 = 200_000;
/// Values that are proposed by hand begin here, `ya`: no client of a short run comes that far.
const FIRST_VALUE: u32 = 650;

/// One schedule of so many has more in it.
const EXTRAS_EVERY: u64 = 4;

/// Every schedule around a scenario: a pure function of the scenario, a seed and a number.
///
/// ```
/// use quorate::{scenario, search::Schedules};
/// let around = scenario::find("raft/first-election").expect("a scenario of the gallery");
/// let schedules = Schedules::new(around, 0);
/// assert_eq!(schedules.nth(7), schedules.nth(7));
/// assert_ne!(schedules.nth(7), schedules.nth(8));
/// ```
#[derive(Clone, Debug)]
pub struct Schedules {
    base: Scenario,
    seed: u64,
    unit: u64,
    rule: Rule,
    moments: Vec<Moment>,
    /// Whether clients can ask for a change of who may decide.
    reconfigures: bool,
}

/// A schedule while it is drawn.
pub(super) struct Draft {
    pub(super) scenario: Scenario,
    pub(super) chance: Stream,
    /// About how long a message travels, in µs.
    pub(super) unit: u64,
    pub(super) rule: Rule,
    proposals: u32,
}

impl Schedules {
    /// The schedules around a scenario; a first run of it tells where in it things happen.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let mut base = scenario.clone();
        // What is claimed of the scenario is not claimed of what is around it.
        base.id.clear();
        base.title = Words::default();
        base.text = Words::default();
        base.claims.clear();
        base.start = Time(0);
        base.duration = Span(base.duration.0.min(LENGTH_MAX));
        let unit = typical(&base.network.delay);
        let moments = aims::survey(&base);
        let reconfigures = base.run().reconfigures();
        Self { rule: base.rule(), base, seed, unit, moments, reconfigures }
    }

    /// The schedule of a number.
    #[must_use]
    pub fn nth(&self, number: u64) -> Scenario {
        // An odd factor: no two numbers have the same stream.
        let seed = self.seed ^ number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let chance = Stream::of(seed, Force::Search, 0, 0);
        let (scenario, rule) = (self.base.clone(), self.rule.clone());
        let mut draft = Draft { scenario, chance, unit: self.unit, rule, proposals: 0 };
        draft.vary_length();
        draft.thin_out();
        match draft.chance.below(10) {
            0..2 => {
                draft.reseed();
                draft.vary_links();
                draft.vary_clients();
                rounds::play(&mut draft);
            }
            2..7 => {
                draft.reseed();
                draft.vary_links();
                draft.vary_clients();
                if !draft.one_in(6) { turns::contend(&mut draft) } else { turns::play(&mut draft) }
            }
            7..9 => {
                // What the first run has shown holds as long as nothing else is changed.
                if draft.one_in(3) {
                    draft.reseed();
                }
                aims::take(&mut draft, &self.moments);
            }
            _ => {
                draft.reseed();
                draft.vary_links();
                draft.vary_clients();
                draft.storm();
            }
        }
        let mut scenario = draft.finish();
        if number % EXTRAS_EVERY == EXTRAS_EVERY - 1 {
            let changes = self.reconfigures && scenario.changes.is_empty();
            let asked = scenario.entry.model == Some(Model::Kv);
            match number / EXTRAS_EVERY % 4 {
                1 if changes && extras::contest(&mut scenario, seed, self.unit) => {}
                1 | 3 if asked => extras::cut_off(&mut scenario, seed, self.unit),
                _ => extras::add(&mut scenario, seed, changes),
            }
        }
        scenario
    }
}

/// The median of a law, in µs: what a unit of time is to the schedules.
fn typical(law: &Delay) -> u64 {
    let mut draws: Vec<u64> = (0..31).map(|i| law.draw(&mut Stream::of(0, Force::Search, 1, i)).0).collect();
    draws.sort_unstable();
    draws[15].clamp(500, 100_000)
}

impl Draft {
    /// The same so far, with other chance from here on.
    pub(super) fn branch(&mut self) -> Self {
        let chance = Stream::of(self.chance.bits(), Force::Search, 2, 0);
        Self { scenario: self.scenario.clone(), chance, rule: self.rule.clone(), ..*self }
    }

    pub(super) fn one_in(&mut self, count: u64) -> bool {
        self.chance.below(count) == 0
    }

    pub(super) fn nodes(&self) -> usize {
        self.scenario.weights.len()
    }

    pub(super) fn everyone(&self) -> NodeSet {
        NodeSet::full(self.nodes())
    }

    pub(super) fn any_node(&mut self) -> NodeId {
        NodeId::at(self.chance.below(self.nodes() as u64) as usize)
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.chance.below(from.len() as u64) as usize).copied()
    }

    pub(super) fn length(&self) -> u64 {
        self.scenario.duration.0
    }

    /// A length of time of about `least` to `most` quarters of a unit.
    pub(super) fn quarters(&mut self, least: u64, most: u64) -> u64 {
        let quarters = least + self.chance.below(most.saturating_sub(least) + 1);
        (self.unit * quarters / 4).max(1)
    }

    /// Makes the run long enough for what is to come, as far as that goes.
    pub(super) fn last(&mut self, units: u64) {
        let length = (units * self.unit).min(LENGTH_MAX) / 1_000 * 1_000;
        self.scenario.duration = Span(length.max(self.length()));
    }

    /// Times in whole ms are easier to read, where units are much longer than that.
    pub(super) fn round(&self, at: u64) -> u64 {
        let grid = if self.unit >= 4_000 { 1_000 } else { 100 };
        at / grid * grid
    }

    /// Adds a fault with a window within the run; one that lasts to the end has no other.
    pub(super) fn fault(&mut self, kind: crate::sim::FaultKind, from: u64, until: u64) {
        let (from, until) = (self.round(from), self.round(until));
        if from >= self.length() || until <= from || self.scenario.faults.len() >= FAULTS_MAX {
            return;
        }
        let until = (until < self.length()).then_some(Time(until));
        let fault = Fault { kind, from: Time(from), until };
        self.scenario.faults.push(Planned { fault, enabled: true });
    }

    fn hand(&mut self, hand: Intervention) {
        if self.scenario.interventions.len() < INTERVENTIONS_MAX {
            self.scenario.interventions.push(hand);
        }
    }

    /// A timer of a node runs out; mostly one that people can see.
    pub(super) fn time_out(&mut self, node: NodeId, at: u64) {
        let timers = self.scenario.spec().timers;
        let mut codes: Vec<u8> = (0..timers.len()).map(|code| code as u8).collect();
        codes.retain(|code| timers[usize::from(*code)].shown);
        if codes.is_empty() || self.one_in(4) {
            return self.any_timer(node, at);
        }
        if let Some(timer) = self.pick(&codes) {
            self.run_out(node, timer, at);
        }
    }

    /// Any timer of a node runs out.
    pub(super) fn any_timer(&mut self, node: NodeId, at: u64) {
        let timer = self.chance.below(self.scenario.spec().timers.len() as u64) as u8;
        self.run_out(node, timer, at);
    }

    fn run_out(&mut self, node: NodeId, timer: u8, at: u64) {
        let at = Time(self.round(at));
        if usize::from(timer) < self.scenario.spec().timers.len() && at.0 < self.length() {
            self.hand(Intervention::Timeout { node, timer, at });
        }
    }

    /// Somebody asks a node for something that nobody else asks for.
    pub(super) fn propose(&mut self, node: NodeId, at: u64) {
        let at = Time(self.round(at));
        if at.0 < self.length() {
            self.proposals += 1;
            let op = Op::Write { key: Default::default(), value: Value(FIRST_VALUE + self.proposals) };
            self.hand(Intervention::Propose { node, op, at });
        }
    }

    fn reseed(&mut self) {
        // Every JSON reader takes a number of this size.
        self.scenario.seed = self.chance.bits() >> 44;
    }

    fn vary_length(&mut self) {
        let quarters = [2, 4, 4, 8][self.chance.below(4) as usize];
        let length = (self.scenario.duration.0 * quarters / 4).clamp(LENGTH_LEAST, LENGTH_MAX);
        self.scenario.duration = Span(length / 1_000 * 1_000);
    }

    /// Leaves some of what breaks, and of what is done by hand, out or elsewhere.
    fn thin_out(&mut self) {
        if self.one_in(2) {
            return;
        }
        let Self { scenario, chance, unit, .. } = self;
        scenario.faults.retain(|_| chance.below(2) == 0);
        for Planned { fault, .. } in &mut scenario.faults {
            if chance.below(2) == 0 {
                continue;
            }
            let shift = chance.below(16 * *unit);
            let back = shift.min(fault.from.0) * chance.below(2);
            for at in [Some(&mut fault.from), fault.until.as_mut()].into_iter().flatten() {
                at.0 = if back > 0 { at.0 - back } else { at.0 + shift };
            }
        }
        scenario.interventions.retain(|_| chance.below(2) == 0);
    }

    fn vary_links(&mut self) {
        let unit = self.unit;
        if self.one_in(2) {
            let law = match self.chance.below(4) {
                0 => Delay::Constant(unit),
                1 => Delay::Uniform { least: unit / 4, most: 3 * unit },
                2 => Delay::Exponential { mean: unit as f64 },
                _ => Delay::Pareto { least: (unit / 2) as f64, alpha: 1.5 },
            };
            self.scenario.network.delay = law;
        }
        let (lost, doubled) = (self.chance.below(8) as usize, self.chance.below(8) as usize);
        let Network { loss_ppm, duplicate_ppm, fifo, .. } = &mut self.scenario.network;
        let more = |ppm: &mut u32, by: u32| *ppm = ppm.saturating_add(by).min(900_000).max(*ppm);
        more(loss_ppm, [0, 0, 0, 0, 10_000, 50_000, 100_000, 200_000][lost]);
        if !*fifo {
            more(duplicate_ppm, [0, 0, 0, 0, 0, 20_000, 100_000, 300_000][doubled]);
        }
        if self.one_in(4) {
            self.scenario.disk = Delay::Uniform { least: 0, most: unit * (1 + self.chance.below(3)) };
        }
    }

    /// Every message takes as long as every other, and none is lost but by a fault.
    pub(super) fn in_step(&mut self) {
        let Network { delay, loss_ppm, duplicate_ppm, .. } = &mut self.scenario.network;
        *delay = Delay::Constant(self.unit);
        (*loss_ppm, *duplicate_ppm) = (0, 0);
        self.scenario.disk = Delay::NONE;
    }

    fn vary_clients(&mut self) {
        let Self { scenario, chance, .. } = self;
        for client in &mut scenario.clients {
            if chance.below(2) == 0 {
                let quarters = [1, 2, 4, 8][chance.below(4) as usize];
                let scaled = |span: Span, least: Span| Span((span.0 * quarters / 4).max(least.0));
                let range = |range: SpanRange, least| SpanRange {
                    least: scaled(range.least, least),
                    most: scaled(range.most, least),
                };
                client.pace = match client.pace {
                    Pace::Closed { window, think } => Pace::Closed { window, think: range(think, Span(0)) },
                    Pace::Open { every } => Pace::Open { every: range(every, EVERY_LEAST) },
                };
            }
            if chance.below(4) == 0 {
                client.reads = [0, 20, 50][chance.below(3) as usize];
                client.cas = [0, 20, 50][chance.below(3) as usize];
            }
        }
    }

    fn storm(&mut self) {
        let count = 1 + self.chance.below(10) as usize;
        let until = self.length();
        for fault in storm(self.chance.bits(), self.nodes(), count, Time(0), Time(until)) {
            self.fault(fault.kind, fault.from.0, fault.until.map_or(until, |until| until.0));
        }
        for _ in 0..self.chance.below(6) {
            let (node, at) = (self.any_node(), self.chance.below(until));
            if self.one_in(2) { self.time_out(node, at) } else { self.propose(node, at) }
        }
    }

    fn finish(self) -> Scenario {
        let mut scenario = self.scenario;
        let end = Time(scenario.duration.0);
        scenario.faults.retain(|planned| planned.enabled && planned.fault.from < end);
        for Planned { fault, .. } in &mut scenario.faults {
            fault.until = fault.until.filter(|until| *until < end);
        }
        scenario
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{from_json, gallery, to_json};

    #[test]
    fn every_schedule_is_a_document_that_can_be_read() {
        for (id, scenario) in gallery() {
            let schedules = Schedules::new(scenario, 3);
            for number in 0..60 {
                let drawn = schedules.nth(number);
                let read = from_json(&to_json(&drawn)).unwrap_or_else(|refusal| panic!("{id}: {refusal}"));
                assert_eq!(read, drawn, "{id}: schedule {number}");
            }
        }
    }

    #[test]
    fn what_is_the_users_stays() {
        for (_, scenario) in gallery() {
            let schedules = Schedules::new(scenario, 0);
            for number in (0..100).chain([u64::MAX]) {
                let drawn = schedules.nth(number);
                assert_eq!(drawn.weights, scenario.weights);
                assert_eq!(drawn.thresholds, scenario.thresholds);
                assert_eq!(drawn.settings, scenario.settings);
                assert_eq!(drawn.network.fifo, scenario.network.fifo);
                assert!(drawn.duration.0 <= LENGTH_MAX);
                assert!(drawn.faults.len() <= FAULTS_MAX);
                assert!(drawn.interventions.len() <= INTERVENTIONS_MAX);
                assert!(drawn.claims.is_empty() && drawn.id.is_empty());
            }
        }
    }

    #[test]
    fn numbers_and_seeds_make_schedules_differ() {
        let (_, scenario) = &gallery()[0];
        let (one, other) = (Schedules::new(scenario, 0), Schedules::new(scenario, 1));
        let drawn: Vec<Scenario> = (0..100).map(|number| one.nth(number)).collect();
        let differ = |a: usize, b: usize| drawn[a] != drawn[b];
        assert!((0..100).all(|a| (0..a).all(|b| differ(a, b))));
        assert!((0..100).all(|number| other.nth(number) != one.nth(number)));
    }
}
