//! What one schedule in four has besides: somebody asks every node at once what it holds, and where
//! the protocol can change who may decide, clients ask it to.
//!
//! Drawn from a stream of its own, so that the rest of the schedule is what it would be without.

use crate::check::linear::Model;
use crate::model::{Key, Op, Time};
use crate::quorum::Rule;
use crate::scenario::{INTERVENTIONS_MAX, Scenario};
use crate::sim::{Change, Force, Intervention, Stream, Way};

pub(super) fn add(scenario: &mut Scenario, seed: u64, reconfigures: bool) {
    let chance = &mut Stream::of(seed, Force::Search, 3, 0);
    if scenario.entry.model == Some(Model::Kv) {
        ask_everyone(scenario, chance);
    }
    if reconfigures && scenario.changes.is_empty() {
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
