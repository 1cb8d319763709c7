//! Rounds: short stretches in each of which only some nodes hear each other and one of them acts.
//!
//! Mistakes of consensus show where the same few nodes take turns, each heard by just enough of the
//! others or by one too few. So a schedule has a small *cast*: some nodes that act, and some groups,
//! most of them at the edge of what is a quorum. Every round picks from it.

use super::schedule::Draft;
use crate::model::{NodeId, NodeSet};
use crate::quorum::Phase;
use crate::sim::{Delay, FaultKind};

/// The most rounds of a schedule.
const ROUNDS_MAX: u64 = 60;

/// Just a quorum of a phase with a node in it, and the same without the last that joined.
pub(super) fn quorum(draft: &mut Draft, first: NodeId, phase: Phase) -> (NodeSet, NodeSet) {
    let rule = draft.rule.clone();
    let mut rest: Vec<NodeId> = draft.everyone().iter().filter(|node| *node != first).collect();
    let (mut group, mut before) = (NodeSet::only(first), NodeSet::only(first));
    while !rule.is_quorum(phase, group) && !rest.is_empty() {
        before = group;
        let next = draft.chance.below(rest.len() as u64) as usize;
        group.insert(rest.swap_remove(next));
    }
    (group, before)
}

/// A group of nodes at the edge: just a quorum of some phase, one node too few, or what is left.
pub(super) fn edge(draft: &mut Draft, first: NodeId) -> NodeSet {
    let everyone = draft.everyone();
    let phase = draft.chance.below(draft.rule.phases() as u64) as usize;
    let (group, before) = quorum(draft, first, phase);
    match draft.chance.below(8) {
        0..3 => group,
        3..5 => before,
        5 => everyone.minus(group),
        6 => everyone.minus(before),
        _ => {
            let bits = u128::from(draft.chance.bits()) << 64 | u128::from(draft.chance.bits());
            everyone.and(NodeSet::from_bits(bits))
        }
    }
}

/// Fills a stretch of the run with rounds.
pub(super) fn play(draft: &mut Draft) {
    let everyone = draft.everyone();
    let few = 2 + draft.chance.below(2);
    let actors: Vec<NodeId> = (0..few).map(|_| draft.any_node()).collect();
    let mut groups = vec![everyone];
    for _ in 0..2 + draft.chance.below(4) {
        let first = if draft.one_in(3) { draft.any_node() } else { draft.pick(&actors).unwrap_or(NodeId(0)) };
        groups.push(edge(draft, first));
    }
    // Schedules differ in how fast they go and in what they do much of.
    let tempo = [(2, 8), (4, 12), (6, 16), (4, 40)][draft.chance.below(4) as usize];
    let crashes = [0, 0, 2, 4][draft.chance.below(4) as usize];
    let requests = [1, 3, 6][draft.chance.below(3) as usize];
    let mut now = if draft.one_in(2) { 0 } else { draft.chance.below(draft.length() / 2 + 1) };
    let mut actor = draft.any_node();
    for _ in 0..1 + draft.chance.below(ROUNDS_MAX) {
        let end = now + draft.quarters(tempo.0, tempo.1);
        if now >= draft.length() {
            break;
        }
        if draft.chance.below(10) < crashes {
            // Mostly whoever acted last, so that it cannot finish.
            let node = if draft.one_in(3) { draft.any_node() } else { actor };
            let back = match draft.chance.below(3) {
                0 => now + draft.quarters(1, 4),
                1 => end,
                _ => end + draft.quarters(tempo.0, 6 * tempo.1),
            };
            draft.fault(FaultKind::Crash { node, amnesia: false }, now, back);
        }
        actor = if draft.one_in(8) { draft.any_node() } else { draft.pick(&actors).unwrap_or(actor) };
        let mut group = draft.pick(&groups).unwrap_or(everyone);
        if draft.one_in(2) {
            group.insert(actor);
        }
        weather(draft, actor, group, now, end);
        if draft.chance.below(10) < 6 {
            let at = now + draft.chance.below((end - now) / 2 + 1);
            draft.time_out(actor, at);
        }
        if draft.chance.below(10) < requests {
            let at = now + draft.chance.below(end - now);
            draft.propose(actor, at);
        }
        now = end;
    }
}

/// Who hears whom in a round.
fn weather(draft: &mut Draft, actor: NodeId, group: NodeSet, from: u64, until: u64) {
    let everyone = draft.everyone();
    let (alone, others) = (NodeSet::only(actor), everyone.minus(group));
    if others.is_empty() || group.is_empty() {
        return;
    }
    match draft.chance.below(12) {
        0..7 => draft.fault(FaultKind::Partition { groups: vec![group] }, from, until),
        7 => draft.fault(FaultKind::Cut { from: alone, to: others }, from, until),
        8 => draft.fault(FaultKind::Cut { from: others, to: alone }, from, until),
        9 => {
            let extra = Delay::Constant(draft.quarters(4, 40));
            draft.fault(FaultKind::Slow { from: alone, to: others, extra }, from, until);
        }
        10 => draft.fault(FaultKind::Pause { node: actor }, from, until),
        _ => {}
    }
}
