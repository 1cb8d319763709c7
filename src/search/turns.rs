//! Turns: two or three nodes take turns at being heard by a quorum, and each loses it again before it
//! is done.
//!
//! What a node has begun and could not finish is what the next one has to deal with; whether it does
//! so rightly is where the rules of consensus are subtle. In a turn a node's timer runs out while
//! just a quorum hears it, and right after that only a few do.

use super::aims;
use super::rounds::{edge, quorum};
use super::schedule::Draft;
use crate::model::{NodeId, NodeSet, Span};
use crate::sim::FaultKind;

/// The most turns of a schedule.
const TURNS_MAX: u64 = 40;
/// The most turns, but two, of a schedule that is drawn with foresight.
const CONTENDED_MAX: u64 = 8;
/// How often each of those is drawn.
const ALTERNATIVES: usize = 6;
/// So many records of runs are made for it; a scenario in which more happens has less of it.
const FORESIGHT_MAX: usize = 300_000;

/// Who takes turns.
struct Actor {
    node: NodeId,
    /// Who hears it when its turn begins.
    many: NodeSet,
    /// Who may hear it after that.
    company: [NodeId; 2],
}

impl Actor {
    fn draw(draft: &mut Draft) -> Self {
        let node = draft.any_node();
        let phase = draft.chance.below(draft.rule.phases() as u64) as usize;
        let many = if draft.one_in(2) { draft.everyone() } else { quorum(draft, node, phase).0 };
        Self { node, many, company: [draft.any_node(), draft.any_node()] }
    }

    /// The node with the few that hear it when most do not.
    fn few(&self, draft: &mut Draft) -> NodeSet {
        let [one, other] = self.company;
        let company = match draft.chance.below(8) {
            0 | 1 => NodeSet::EMPTY,
            2 | 3 => NodeSet::only(one),
            4 | 5 => NodeSet::only(other),
            6 => NodeSet::only(one).or(NodeSet::only(other)),
            _ => NodeSet::only(draft.any_node()),
        };
        company.or(NodeSet::only(self.node))
    }
}

/// Fills a stretch of the run with turns.
pub(super) fn play(draft: &mut Draft) {
    let stage = Stage::draw(draft);
    let turns = if draft.one_in(2) { TURNS_MAX } else { 2 + draft.chance.below(TURNS_MAX) };
    draft.last(8 * turns);
    let mut now = if draft.one_in(2) { 0 } else { draft.chance.below(draft.length() / 2 + 1) };
    for turn in 0..turns {
        now = stage.turn(draft, turn, now);
    }
}

/// The same with some foresight: each turn is drawn a few times, and the one goes on after which the
/// nodes differ most in what they hold.
pub(super) fn contend(draft: &mut Draft) {
    let stage = Stage::draw(draft);
    let turns = 3 + draft.chance.below(CONTENDED_MAX);
    draft.scenario.duration = Span(0);
    draft.last(10 * turns);
    let (mut now, mut left) = (0, FORESIGHT_MAX);
    for turn in 0..turns {
        if left == 0 {
            now = stage.turn(draft, turn, now);
            continue;
        }
        let mut best: Option<(usize, u64, Draft)> = None;
        for _ in 0..ALTERNATIVES {
            let mut other = draft.branch();
            let end = stage.turn(&mut other, turn, now);
            let (differ, took) = aims::differing(&other.scenario, end);
            left = left.saturating_sub(took);
            if best.as_ref().is_none_or(|(most, ..)| differ > *most) {
                best = Some((differ, end, other));
            }
        }
        if let Some((_, end, other)) = best {
            (now, *draft) = (end, other);
        }
    }
}

/// Who is there, and how rough it is.
struct Stage {
    cast: Vec<Actor>,
    /// How many of ten turns have crashes.
    crashes: u64,
}

impl Stage {
    fn draw(draft: &mut Draft) -> Self {
        let cast = (0..2 + draft.chance.below(4) / 3).map(|_| Actor::draw(draft)).collect();
        if draft.chance.below(4) > 0 {
            draft.in_step();
        }
        Self { cast, crashes: [0, 3, 7][draft.chance.below(3) as usize] }
    }

    /// One turn; when it is over.
    fn turn(&self, draft: &mut Draft, turn: u64, begin: u64) -> u64 {
        if begin >= draft.length() {
            return begin;
        }
        let mut now = begin;
        let everyone = draft.everyone();
        let place = if draft.one_in(8) { draft.chance.below(8) } else { turn } as usize % self.cast.len();
        let Actor { node: actor, many, .. } = self.cast[place];
        let mut group = if draft.one_in(8) { edge(draft, actor) } else { many };
        group.insert(actor);
        // A node that has been away may be behind the others by more than one attempt.
        for _ in 0..[1, 2, 2, 3][draft.chance.below(4) as usize] {
            draft.time_out(actor, now);
        }
        // There and back.
        let more = draft.chance.below(4) / 3;
        let end = now + draft.quarters(10 + 4 * more, 10 + 4 * more);
        hear(draft, everyone, group, now, end);
        now = draft.round(end);
        if draft.chance.below(10) < self.crashes {
            // Not for long: whoever comes back soon meets what it was part of.
            let back = now + draft.quarters(1, 6);
            let voters: Vec<NodeId> = group.iter().collect();
            let node = draft.pick(&voters).unwrap_or(actor);
            draft.fault(FaultKind::Crash { node, amnesia: false }, now, back);
        }
        for _ in 0..draft.chance.below(4) {
            let units = [1, 2, 4, 6][draft.chance.below(4) as usize];
            let end = now + draft.quarters(4 * units, 4 * units);
            let group = self.cast[place].few(draft);
            hear(draft, everyone, group, now, end);
            match draft.chance.below(4) {
                0 => draft.propose(actor, now),
                1 => draft.any_timer(actor, now),
                _ => {}
            }
            now = draft.round(end);
        }
        if draft.chance.below(10) < self.crashes {
            let back = now + draft.quarters(1, 40);
            draft.fault(FaultKind::Crash { node: actor, amnesia: false }, now, back);
        }
        now
    }
}

/// Only some hear each other for a while.
fn hear(draft: &mut Draft, everyone: NodeSet, group: NodeSet, from: u64, until: u64) {
    if group != everyone {
        draft.fault(FaultKind::Partition { groups: vec![group] }, from, until);
    }
}
