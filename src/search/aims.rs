//! Faults that are aimed: a first run tells when what happens where, and faults come right before or
//! after it, to the node it happens at or to those around it.

use super::schedule::Draft;
use crate::model::{Log, NodeId, NodeSet, Notice, Span, Time};
use crate::scenario::Scenario;
use crate::sim::{Cluster, Delay, FaultKind, Kind, Moment as SeekTo, Progress};
use std::collections::BTreeSet;

/// Something that happened in the first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    at: Time,
    node: NodeId,
}

/// So many moments are enough to aim at.
const MOMENTS_MAX: usize = 4_096;
/// No more of the first run is looked at: an odd scenario may be a heavy one.
const SLICES_MAX: u32 = 40;
/// The same where it is done over and over.
const FORESIGHT_SLICES_MAX: u32 = 8;
const SLICE: u32 = 5_000;

/// A run up to its end, or as much of it as is looked at.
fn ran(scenario: &Scenario, slices: u32) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    for _ in 0..slices {
        if run.advance(SLICE) != Progress::Running {
            break;
        }
    }
    run
}

/// How many different things the nodes hold last, at a moment of a run: the epoch of the last entry of
/// a log, or of the last proposal accepted. One where all are of a mind; more than ever where a
/// property has broken. And how many records it took to find out.
pub(super) fn differing(scenario: &Scenario, at: u64) -> (usize, usize) {
    let mut scenario = scenario.clone();
    scenario.duration = Span(at).min(scenario.duration);
    let mut run = ran(&scenario, FORESIGHT_SLICES_MAX);
    let took = run.trace().records().len();
    if !run.violations().is_empty() {
        return (usize::MAX, took);
    }
    run.seek(SeekTo::Time(Time(at)));
    let held = scenario.nodes().map(|node| {
        let seen = run.inspect(node);
        (seen.log.map(Log::last_term), seen.accepted.map(|(ballot, _)| ballot))
    });
    (held.collect::<BTreeSet<_>>().len(), took)
}

/// When what happens where in a run without any change.
pub(super) fn survey(scenario: &Scenario) -> Vec<Moment> {
    let run = ran(scenario, SLICES_MAX);
    let (trace, spec) = (run.trace(), scenario.spec());
    let records = trace.records().iter().filter(|record| match record.kind {
        Kind::Role | Kind::Decide => true,
        Kind::Because => trace.notice(record, spec) == Notice::Notable,
        Kind::Send
        | Kind::Arrive
        | Kind::Vanish
        | Kind::Timer
        | Kind::Written
        | Kind::Boot
        | Kind::Crash
        | Kind::Pause
        | Kind::Resume
        | Kind::Level
        | Kind::Fault
        | Kind::Call
        | Kind::Return
        | Kind::Unheard
        | Kind::Hand
        | Kind::Change => false,
    });
    let mut moments: Vec<Moment> =
        records.map(|record| Moment { at: record.at(), node: record.node }).collect();
    moments.dedup();
    moments.truncate(MOMENTS_MAX);
    moments
}

/// Adds a few aimed faults.
pub(super) fn take(draft: &mut Draft, moments: &[Moment]) {
    for _ in 0..1 + draft.chance.below(5) {
        let somewhere = Moment { at: Time(draft.chance.below(draft.length())), node: draft.any_node() };
        let Moment { at, node: there } = draft.pick(moments).unwrap_or(somewhere);
        let node = if draft.one_in(4) { draft.any_node() } else { there };
        let early = draft.quarters(0, 12);
        let from = (at.0 + draft.quarters(0, 12)).saturating_sub(early);
        let most = if draft.one_in(2) { 16 } else { 120 };
        let until = from + draft.quarters(2, most);
        let (alone, everyone) = (NodeSet::only(node), NodeSet::full(draft.nodes()));
        match draft.chance.below(10) {
            0..3 => draft.fault(FaultKind::Crash { node, amnesia: false }, from, until),
            3 => draft.fault(FaultKind::Pause { node }, from, until),
            4 => draft.fault(FaultKind::Partition { groups: vec![alone] }, from, until),
            5 => draft.fault(FaultKind::Cut { from: alone, to: everyone.minus(alone) }, from, until),
            6 => {
                let extra = Delay::Constant(draft.quarters(4, 40));
                draft.fault(FaultKind::Slow { from: alone, to: everyone, extra }, from, until);
            }
            7 => draft.propose(node, from),
            _ => draft.time_out(node, from),
        }
    }
}
