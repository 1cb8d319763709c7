//! Bad weather on demand: faults drawn at random into the same list that a person edits, so that what
//! happened can be looked at, moved and taken out one by one.

use super::delay::Delay;
use super::faults::{Fault, FaultKind};
use super::random::{Force, Stream};
use crate::model::{NodeId, NodeSet, Time};

/// Draws `count` faults of every kind but the loss of a disk (which no protocol here survives by
/// itself) into a stretch of time. All of them are over at its end.
///
/// ```
/// use quorate::{model::Time, sim::storm};
/// let faults = storm(7, 5, 10, Time::ms(100), Time::ms(900));
/// assert!(faults.iter().all(|fault| fault.until <= Some(Time::ms(900))));
/// ```
#[must_use]
pub fn storm(seed: u64, nodes: usize, count: usize, from: Time, until: Time) -> Vec<Fault> {
    let stretch = (until - from).0;
    let mut faults: Vec<Fault> = (0..count)
        .map(|place| {
            let mut stream = Stream::of(seed, Force::Storm, place as u32, 0);
            let begin = from.0 + stream.below(stretch.max(1));
            // Short ones are as likely as long ones.
            let length = (stretch >> stream.below(6)).max(1_000);
            let end = begin.saturating_add(1 + stream.below(length)).min(until.0.max(begin + 1));
            Fault { kind: draw(&mut stream, nodes), from: Time(begin), until: Some(Time(end.min(until.0))) }
        })
        .filter(|fault| fault.until > Some(fault.from))
        .collect();
    faults.sort_by_key(|fault| fault.from);
    faults
}

fn draw(stream: &mut Stream, nodes: usize) -> FaultKind {
    let everyone = NodeSet::full(nodes);
    let node = NodeId::at(stream.below(nodes as u64) as usize);
    let some = |stream: &mut Stream| -> NodeSet {
        let drawn: NodeSet = NodeId::all(nodes).filter(|_| stream.chance(500_000)).collect();
        if drawn.is_empty() { NodeSet::only(node) } else { drawn }
    };
    match stream.below(100) {
        0..35 => FaultKind::Crash { node, amnesia: false },
        35..50 => FaultKind::Pause { node },
        50..65 => FaultKind::Partition { groups: vec![some(stream)] },
        65..80 => {
            let from = some(stream);
            FaultKind::Cut { from, to: everyone.minus(from) }
        }
        80..92 => {
            let (from, to) = (some(stream), some(stream));
            FaultKind::Slow { from, to, extra: Delay::Exponential { mean: 60_000.0 } }
        }
        _ => FaultKind::Loss { ppm: 50_000 + stream.below(400_000) as u32 },
    }
}
