//! What one schedule in four has besides: somebody asks every node at once what it holds, and where
//! the protocol can change who may decide, clients ask it to.
//!
//! Drawn from a stream of its own, so that the rest of the schedule is what it would be without.

use crate::check::linear::Model;
use crate::model::{Key, NodeId, NodeSet, Op, Span, Time, Value};
use crate::quorum::{Rule, apart};
use crate::scenario::{INTERVENTIONS_MAX, Planned, Scenario};
use crate::sim::{Change, Delay, Fault, FaultKind, Force, Intervention, Network, Stream, Way};

pub(super) fn add(scenario: &mut Scenario, seed: u64, changes: bool) {
    let chance = &mut Stream::of(seed, Force::Search, 3, 0);
    if scenario.entry.model == Some(Model::Kv) {
        ask_everyone(scenario, chance);
    }
    if changes {
        let count = 1 + chance.below(3);
        for _ in 0..count {
            let change = Change { at: moment(scenario, chance), by: Way::Log, rule: rule(scenario, chance) };
            scenario.changes.push(change);
        }
    }
}

/// At some moments everyone is asked for `x`.
fn ask_everyone(scenario: &mut Scenario, chance: &mut Stream) {
    for _ in 0..1 + chance.below(3) {
        let at = Time(chance.below(scenario.duration.0) / 1_000 * 1_000);
        for node in scenario.nodes() {
            if scenario.interventions.len() < INTERVENTIONS_MAX {
                let op = Op::Read { key: Key(0) };
                scenario.interventions.push(Intervention::Propose { node, op, at });
            }
        }
    }
}

/// When something else begins, mostly: while it is new who leads, or who hears whom.
fn moment(scenario: &Scenario, chance: &mut Stream) -> Time {
    let begins: Vec<Time> = scenario.faults.iter().map(|planned| planned.fault.from).collect();
    let at = match begins.get(chance.below(begins.len() as u64 + 1) as usize) {
        Some(at) if chance.below(8) > 0 => *at,
        _ => Time(chance.below(scenario.duration.0)),
    };
    Time(at.0.min(scenario.duration.0) / 1_000 * 1_000)
}

/// One that differs by little from the first, or by much; majorities decide.
fn rule(scenario: &Scenario, chance: &mut Stream) -> Rule {
    let mut weights = scenario.weights.clone();
    let place = chance.below(weights.len() as u64) as usize;
    match chance.below(4) {
        0 => weights.iter_mut().for_each(|weight| *weight = chance.below(4) as u8),
        1 => weights[place] = weights[place].saturating_sub(1),
        _ => weights[place] = weights[place].saturating_add(1).min(crate::quorum::WEIGHT_MAX),
    }
    if weights.iter().all(|weight| *weight == 0) {
        weights[place] = 1;
    }
    let majority = weights.iter().copied().map(u32::from).sum::<u32>() / 2 + 1;
    Rule::new(&weights, &vec![majority; scenario.thresholds.len()])
}

/// Values that are written here.
const FIRST_VALUE: u32 = 700;

/// How many times two changes are drawn before the contest is given up.
const DRAWS: u32 = 48;

/// Two who lead one after the other are each asked for a change while few hear them, and the first comes
/// back. Of the two new rules some quorums miss each other, and if it can be, each change is so small that
/// all quorums of the old and the new rule meet; false where there are no such.
pub(super) fn contest(scenario: &mut Scenario, seed: u64, unit: u64) -> bool {
    let chance = &mut Stream::of(seed, Force::Search, 4, 0);
    let (base, pairs) = (scenario.rule(), scenario.spec().must_meet);
    let near = |next: &Rule| {
        let miss = |one: &Rule, other: &Rule| {
            pairs.iter().any(|pair| {
                apart(one, pair.a, other, pair.b).is_some() || apart(one, pair.b, other, pair.a).is_some()
            })
        };
        !miss(&base, next)
    };
    let mut drawn = None;
    for _ in 0..DRAWS {
        let (first, second) = (rule(scenario, chance), rule(scenario, chance));
        let Some(pair) = pairs.get(chance.below(pairs.len() as u64) as usize) else { return false };
        let Some((one, other)) = apart(&first, pair.a, &second, pair.b) else { continue };
        let both = near(&first) && near(&second);
        drawn = Some((first, second, one, other));
        if both {
            break;
        }
    }
    let Some((first, second, one, other)) = drawn else { return false };
    let pick = |set: NodeSet, chance: &mut Stream| {
        set.iter().nth(chance.below(set.len() as u64) as usize).unwrap_or(NodeId(0))
    };
    let (a, b) = (pick(one, chance), pick(other, chance));
    let Some(timer) = scenario.spec().timers.iter().position(|timer| timer.shown) else { return false };
    let begin = still(scenario, chance, unit, 20);
    let quarter = |count: u64| Time(begin + unit * count / 4);
    let mut stand = |node: NodeId, at: Time, times: u64| {
        let hand = Intervention::Timeout { node, timer: timer as u8, at };
        scenario.interventions.extend((0..times).map(|_| hand));
    };
    // Each is elected in two ways of a message, and heard by all no longer.
    let (again, more) = (1 + chance.below(2), 1 + chance.below(3));
    stand(a, quarter(0), again);
    stand(b, quarter(16), again);
    stand(a, quarter(46), more);
    alone(scenario, NodeSet::only(a), quarter(10), quarter(26));
    alone(scenario, other, quarter(26), quarter(72));
    for (at, rule) in [(10, first), (26, second)] {
        scenario.changes.push(Change { at: quarter(at), by: Way::Log, rule });
    }
    true
}

/// One node is cut off for so long that the others go on without it; they are asked to write, and then
/// everyone is asked what there is.
pub(super) fn cut_off(scenario: &mut Scenario, seed: u64, unit: u64) {
    let chance = &mut Stream::of(seed, Force::Search, 5, 0);
    let heaviest =
        scenario.weights.iter().enumerate().max_by_key(|(place, weight)| (**weight, usize::MAX - place));
    let (any, heaviest) =
        (chance.below(scenario.weights.len() as u64) as usize, heaviest.map(|(place, _)| place));
    let node = NodeId::at(if chance.below(2) == 0 { any } else { heaviest.unwrap_or(any) });
    let begin = still(scenario, chance, unit, 80);
    let at = |units: u64| Time(begin + unit * units);
    alone(scenario, NodeSet::only(node), at(0), at(30 + chance.below(40)));
    for (value, other) in (FIRST_VALUE..).zip(scenario.nodes().filter(|other| *other != node)) {
        let op = Op::Write { key: Key(0), value: Value(value) };
        let at = at(24 + chance.below(16));
        scenario.interventions.push(Intervention::Propose { node: other, op, at });
    }
    for _ in 0..3 {
        let at = at(28 + chance.below(36));
        scenario.interventions.push(Intervention::Propose { node, op: Op::Read { key: Key(0) }, at });
    }
}

/// Nothing else breaks, and messages take a unit each; a time from which on so many units are left.
fn still(scenario: &mut Scenario, chance: &mut Stream, unit: u64, units: u64) -> u64 {
    scenario.faults.clear();
    scenario.interventions.clear();
    let Network { delay, loss_ppm, duplicate_ppm, .. } = &mut scenario.network;
    (*delay, *loss_ppm, *duplicate_ppm) = (Delay::Constant(unit), 0, 0);
    scenario.disk = Delay::NONE;
    let begin = chance.below(scenario.duration.0 / 2 + 1) / 1_000 * 1_000;
    let end = (begin + unit * units) / 1_000 * 1_000 + 1_000;
    scenario.duration = Span(scenario.duration.0.max(end));
    begin
}

fn alone(scenario: &mut Scenario, group: NodeSet, from: Time, until: Time) {
    let kind = FaultKind::Partition { groups: vec![group] };
    scenario.faults.push(Planned { fault: Fault { kind, from, until: Some(until) }, enabled: true });
}
