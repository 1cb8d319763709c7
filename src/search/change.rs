//! Changes to a scenario that keep it valid: its times, its windows, its nodes.

use crate::model::{NodeId, NodeSet, Spec, Time};
use crate::quorum::Rule;
use crate::scenario::{NODES_MIN, Scenario};
use crate::sim::{FaultKind, Intervention};

/// No window is made shorter than this, in µs.
const WINDOW_LEAST: u64 = 1_000;

/// Every time in a scenario, in a fixed order: the two ends of each fault, interventions, changes, the first
/// requests of clients.
pub(super) fn times(scenario: &Scenario) -> Vec<Time> {
    let mut times = Vec::new();
    // Nothing is changed.
    each_time(&mut scenario.clone(), |_, at| {
        times.push(at);
        at
    });
    times
}

/// Changes every time in a scenario; windows stay windows.
pub(super) fn each_time(scenario: &mut Scenario, mut change: impl FnMut(usize, Time) -> Time) {
    let mut place = 0;
    let mut changed = |at: &mut Time| {
        *at = change(place, *at);
        place += 1;
    };
    for planned in &mut scenario.faults {
        let fault = &mut planned.fault;
        changed(&mut fault.from);
        if let Some(until) = &mut fault.until {
            changed(until);
            *until = (*until).max(Time(fault.from.0 + WINDOW_LEAST));
        }
    }
    for hand in &mut scenario.interventions {
        match hand {
            Intervention::Drop { at, .. }
            | Intervention::Deliver { at, .. }
            | Intervention::Timeout { at, .. }
            | Intervention::Propose { at, .. } => changed(at),
            Intervention::Delay { .. } | Intervention::Duplicate { .. } => {}
        }
    }
    for planned in &mut scenario.changes {
        changed(&mut planned.at);
    }
    for client in &mut scenario.clients {
        changed(&mut client.start);
    }
}

/// The time on a grid of so many ms that is nearest.
const fn nearest(at: Time, grid: u64) -> Time {
    let us = grid * 1_000;
    Time((at.0 + us / 2) / us * us)
}

/// Times rounded: first all of them on each grid, coarse ones first, then one by one.
pub(super) fn rounder(best: &Scenario, place: usize, grids: &[u64]) -> Option<Scenario> {
    let mut scenario = best.clone();
    if let Some(grid) = grids.get(place) {
        each_time(&mut scenario, |_, at| nearest(at, *grid));
        return Some(scenario);
    }
    let (which, grid) = ((place - grids.len()) / grids.len(), grids[place % grids.len()]);
    let at = times(best).get(which).copied()?;
    // On a coarser one already.
    let coarser = grids.iter().any(|other| *other >= grid && nearest(at, *other) == at);
    if !coarser {
        each_time(&mut scenario, |own, at| if own == which { nearest(at, grid) } else { at });
    }
    Some(scenario)
}

/// Everything from a time on comes earlier: by all, three quarters, half or a quarter of what lies
/// between it and the time before.
pub(super) fn sooner(best: &Scenario, place: usize) -> Option<Scenario> {
    let mut all = times(best);
    all.push(Time(0));
    all.sort_unstable();
    all.dedup();
    let (which, quarters) = (place / 4, 4 - place as u64 % 4);
    let (before, from) = (all.get(which)?.0, all.get(which + 1)?.0);
    let shift = (from - before) * quarters / 4_000 * 1_000;
    let mut scenario = best.clone();
    each_time(&mut scenario, |_, at| if at.0 >= from { Time(at.0 - shift) } else { at });
    Some(scenario)
}

/// How far a time is moved, in ms.
const NUDGES: [i64; 6] = [-50, -20, -10, 10, 20, 50];

/// One time a little earlier or later.
pub(super) fn nudged(best: &Scenario, place: usize) -> Option<Scenario> {
    let (which, by) = (place / NUDGES.len(), NUDGES[place % NUDGES.len()] * 1_000);
    if which >= times(best).len() {
        return None;
    }
    let mut scenario = best.clone();
    each_time(&mut scenario, |own, at| if own == which { Time(at.0.saturating_add_signed(by)) } else { at });
    Some(scenario)
}

/// One node on the other side of a partition.
pub(super) fn reshaped(best: &Scenario, place: usize) -> Option<Scenario> {
    let nodes = best.weights.len();
    let mut scenario = best.clone();
    let planned = scenario.faults.get_mut(place / nodes)?;
    let node = NodeSet::only(NodeId::at(place % nodes));
    if let FaultKind::Partition { groups } = &mut planned.fault.kind
        && let [group] = groups.as_mut_slice()
    {
        let other = if group.and(node).is_empty() { group.or(node) } else { group.minus(node) };
        if !other.is_empty() {
            *group = other;
        }
    }
    Some(scenario)
}

/// Proposals for each fault: to the end, as far as each of the next three of its kind.
const OF_A_FAULT: usize = 5;

/// A fault with a longer window, and so with fewer windows around it.
pub(super) fn window(best: &Scenario, place: usize) -> Option<Scenario> {
    let (which, how) = (place / OF_A_FAULT, place % OF_A_FAULT);
    let mut scenario = best.clone();
    let planned = best.faults.get(which)?;
    if how == 0 {
        scenario.faults[which].fault.until = None;
        return Some(scenario);
    }
    let like = |kind: &FaultKind| std::mem::discriminant(kind) == std::mem::discriminant(&planned.fault.kind);
    let mut next = best.faults.iter().enumerate().skip(which + 1).filter(|(_, p)| like(&p.fault.kind));
    // The next ones of its kind go, and it lasts as long as they would have.
    if let Some((other, later)) = next.nth(how - 1) {
        let until = later.fault.until;
        let own = &mut scenario.faults[which].fault;
        own.until = match (own.until, until) {
            (Some(one), Some(two)) => Some(one.max(two)),
            (None, _) | (_, None) => None,
        };
        scenario.faults.remove(other);
    }
    Some(scenario)
}

/// Without a node. The others are numbered anew; a threshold that was the usual one is that again, and
/// another falls by the weight that went.
pub(super) fn without_node(best: &Scenario, place: usize) -> Option<Scenario> {
    let nodes = best.weights.len();
    // The last ones first: the others keep their names.
    let gone = NodeId::at(nodes.checked_sub(1 + place)?);
    if nodes <= NODES_MIN {
        return None;
    }
    let mut scenario = best.clone();
    let spec = scenario.spec();
    shrunk(spec, &mut scenario.weights, &mut scenario.thresholds, gone);
    for planned in &mut scenario.changes {
        let (mut weights, mut thresholds) = (planned.rule.weights().to_vec(), planned.rule.thresholds());
        shrunk(spec, &mut weights, &mut thresholds, gone);
        planned.rule = Rule::new(&weights, &thresholds);
    }
    if gone.index() < scenario.clocks.len() {
        scenario.clocks.remove(gone.index());
    }
    let kept = |node: NodeId| match node.cmp(&gone) {
        std::cmp::Ordering::Less => Some(node),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(NodeId::at(node.index() - 1)),
    };
    let set = |set: NodeSet| set.iter().filter_map(kept).collect::<NodeSet>();
    scenario.faults.retain_mut(|planned| match &mut planned.fault.kind {
        FaultKind::Crash { node, .. } | FaultKind::Pause { node } => renamed(node, kept),
        FaultKind::Partition { groups } => {
            groups.iter_mut().for_each(|group| *group = set(*group));
            groups.retain(|group| !group.is_empty());
            !groups.is_empty()
        }
        FaultKind::Cut { from, to } | FaultKind::Slow { from, to, .. } => {
            (*from, *to) = (set(*from), set(*to));
            true
        }
        FaultKind::Loss { .. } => true,
        FaultKind::Jump { nodes, .. } => {
            *nodes = set(*nodes);
            !nodes.is_empty()
        }
    });
    scenario.interventions.retain_mut(|hand| match hand {
        Intervention::Timeout { node, .. } | Intervention::Propose { node, .. } => renamed(node, kept),
        Intervention::Drop { .. }
        | Intervention::Deliver { .. }
        | Intervention::Delay { .. }
        | Intervention::Duplicate { .. } => true,
    });
    for client in &mut scenario.clients {
        client.target = client.target.and_then(kept);
    }
    Some(scenario)
}

fn shrunk(spec: &Spec, weights: &mut Vec<u8>, thresholds: &mut [u32], gone: NodeId) {
    let before = spec.usual(weights);
    let weight = u32::from(weights.remove(gone.index()));
    let usual = before.into_iter().zip(spec.usual(weights));
    for (threshold, (before, after)) in thresholds.iter_mut().zip(usual) {
        *threshold = if *threshold == before { after } else { threshold.saturating_sub(weight).max(1) };
    }
}

fn renamed(node: &mut NodeId, kept: impl Fn(NodeId) -> Option<NodeId>) -> bool {
    match kept(*node) {
        Some(name) => {
            *node = name;
            true
        }
        None => false,
    }
}
