//! Turns: two or three nodes take turns at being heard by a quorum, and each loses it again before it
//! is done.
//!
//! What a node has begun and could not finish is what the next one has to deal with; whether it does
//! so rightly is where the rules of consensus are subtle. In a turn a node's timer runs out while
//! just a quorum hears it, and right after that only a few do.

use super::rounds::edge;
use super::schedule::Draft;
use crate::model::{NodeId, NodeSet};
use crate::sim::{Delay, FaultKind};

/// The most turns of a schedule.
const TURNS_MAX: u64 = 12;

/// A node with the few that hear it when most do not.
fn few(draft: &mut Draft, actor: NodeId) -> NodeSet {
    let mut group = NodeSet::only(actor);
    for _ in 0..draft.chance.below(3) {
        group.insert(draft.any_node());
    }
    group
}

/// Fills a stretch of the run with turns.
pub(super) fn play(draft: &mut Draft) {
    let everyone = NodeSet::full(draft.nodes());
    let mut cast: Vec<(NodeId, NodeSet)> = Vec::new();
    for _ in 0..2 + draft.chance.below(4) / 3 {
        let actor = draft.any_node();
        cast.push((actor, edge(draft, actor)));
    }
    if draft.one_in(2) {
        draft.scenario.network.delay = Delay::Constant(draft.unit);
    }
    let crashes = [0, 3, 7][draft.chance.below(3) as usize];
    let mut now = if draft.one_in(2) { 0 } else { draft.chance.below(draft.length() / 2 + 1) };
    for turn in 0..2 + draft.chance.below(TURNS_MAX) {
        if now >= draft.length() {
            break;
        }
        let place = if draft.one_in(8) { draft.chance.below(8) } else { turn } as usize % cast.len();
        let (actor, mut group) = cast[place];
        if draft.one_in(4) {
            group = edge(draft, actor);
        }
        group.insert(actor);
        // There and back, once or twice: the first attempt may only find out how far the others are.
        for _ in 0..1 + draft.chance.below(2) {
            draft.time_out(actor, now);
            let end = now + draft.quarters(8, 11);
            hear(draft, everyone, group, now, end);
            now = draft.round(end);
        }
        for _ in 0..draft.chance.below(4) {
            let end = now + draft.quarters(2, 12);
            let group = few(draft, actor);
            hear(draft, everyone, group, now, end);
            match draft.chance.below(4) {
                0 => draft.propose(actor, now),
                1 => draft.time_out(actor, now),
                _ => {}
            }
            now = draft.round(end);
        }
        if draft.chance.below(10) < crashes {
            let back = now + draft.quarters(1, 40);
            let node = if draft.one_in(3) { draft.any_node() } else { actor };
            draft.fault(FaultKind::Crash { node, amnesia: false }, now, back);
        }
    }
}

/// Only some hear each other for a while.
fn hear(draft: &mut Draft, everyone: NodeSet, group: NodeSet, from: u64, until: u64) {
    if group != everyone {
        draft.fault(FaultKind::Partition { groups: vec![group] }, from, until);
    }
}
