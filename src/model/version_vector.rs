//! Version vectors: which events of which nodes somebody has seen.

use super::{Ballot, Command, Key, NodeId, RequestId, Value};
use std::cmp::Ordering;
use std::fmt;

/// A set of events, each a node's n-th, written as a [`Ballot`].
///
/// Of most nodes it is their first so many events, as in the papers; what was seen out of order is kept
/// beside these counts until the gap closes, so that a vector never claims more than was seen.
///
/// ```
/// use quorate::model::{Ballot, NodeId, VersionVector};
/// let (x, y) = (NodeId(0), NodeId(1));
/// let mut seen = VersionVector::default();
/// seen.insert(Ballot::new(1, x));
/// seen.insert(Ballot::new(3, x));
/// assert_eq!((seen.count(x), seen.includes(Ballot::new(2, x))), (1, false));
/// seen.insert(Ballot::new(2, x));
/// assert_eq!(seen.count(x), 3);
/// let mut more = seen.clone();
/// more.insert(Ballot::new(1, y));
/// assert!(seen < more && more.covers(&seen));
/// assert_eq!(more.to_string(), "S1:3 S2:1");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct VersionVector {
    /// How many of its first events, by node; never 0.
    counts: Vec<(NodeId, u32)>,
    /// Events beyond those, in order; none follows directly on a count.
    beyond: Vec<Ballot>,
}

impl VersionVector {
    /// Nothing has been seen.
    #[must_use]
    pub const fn new() -> Self {
        Self { counts: Vec::new(), beyond: Vec::new() }
    }

    /// How many of a node's first events it has, without a gap.
    #[must_use]
    pub fn count(&self, node: NodeId) -> u32 {
        self.counts.iter().find(|(known, _)| *known == node).map_or(0, |(_, count)| *count)
    }

    /// The counts, by node.
    #[must_use]
    pub fn counts(&self) -> &[(NodeId, u32)] {
        &self.counts
    }

    /// What was seen out of order.
    #[must_use]
    pub fn beyond(&self) -> &[Ballot] {
        &self.beyond
    }

    /// Whether nothing has been seen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.beyond.is_empty()
    }

    /// Whether it has an event.
    #[must_use]
    pub fn includes(&self, event: Ballot) -> bool {
        event.round() <= self.count(event.node()) || self.beyond.binary_search(&event).is_ok()
    }

    /// Adds an event; true if it was not there.
    pub fn insert(&mut self, event: Ballot) -> bool {
        if event.round() == 0 || self.includes(event) {
            return false;
        }
        if let Err(place) = self.beyond.binary_search(&event) {
            self.beyond.insert(place, event);
        }
        self.close_gaps();
        true
    }

    /// Adds all that another has; true if it had something new.
    pub fn join(&mut self, other: &Self) -> bool {
        if self.covers(other) {
            return false;
        }
        for (node, count) in &other.counts {
            self.raise(*node, *count);
        }
        self.beyond.extend(&other.beyond);
        self.beyond.sort_unstable();
        self.beyond.dedup();
        self.close_gaps();
        true
    }

    /// Whether it has all that another has.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.counts.iter().all(|(node, count)| self.count(*node) >= *count)
            && other.beyond.iter().all(|event| self.includes(*event))
    }

    fn raise(&mut self, node: NodeId, to: u32) {
        match self.counts.binary_search_by_key(&node, |(known, _)| *known) {
            Ok(place) => self.counts[place].1 = self.counts[place].1.max(to),
            Err(place) => self.counts.insert(place, (node, to)),
        }
    }

    /// Counts what follows on a count; the events of a node are in order.
    fn close_gaps(&mut self) {
        for event in std::mem::take(&mut self.beyond) {
            let count = self.count(event.node());
            if event.round() == count + 1 {
                self.raise(event.node(), count + 1);
            } else if event.round() > count {
                self.beyond.push(event);
            }
        }
    }
}

/// Before and after; two that each have what the other lacks are concurrent, and not ordered.
impl PartialOrd for VersionVector {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.covers(other), other.covers(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => None,
        }
    }
}

/// `S1:2 S2:1`, and what was seen out of order as `+4.S3`.
impl fmt::Display for VersionVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (node, count)) in self.counts.iter().enumerate() {
            write!(f, "{}{node}:{count}", if place == 0 { "" } else { " " })?;
        }
        self.beyond.iter().try_for_each(|event| write!(f, " +{event}"))
    }
}

impl fmt::Debug for VersionVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A version of a key: who wrote what, knowing what.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Version {
    /// Of which key.
    pub key: Key,
    /// The write, as an event of the node that took it: counted by key.
    pub event: Ballot,
    /// What its writer had seen of the key before.
    pub past: VersionVector,
    /// What was written.
    pub value: Value,
    /// By which request.
    pub request: RequestId,
    /// When, on the clock of the node that took it, in µs.
    pub at: u64,
}

impl Version {
    /// What it takes on the wire, about.
    #[must_use]
    pub fn bytes(&self) -> u32 {
        Command::BYTES + 12 + 5 * self.past.counts.len() as u32 + 4 * self.past.beyond.len() as u32
    }

    /// What whoever has read this has seen: its past and itself.
    #[must_use]
    pub fn clock(&self) -> VersionVector {
        let mut clock = self.past.clone();
        clock.insert(self.event);
        clock
    }

    /// Whether another was written with knowledge of this.
    #[must_use]
    pub fn is_covered_by(&self, other: &Self) -> bool {
        self.key == other.key && other.past.includes(self.event)
    }
}

/// What a client has seen of a key. A node gives it with an answer, and the client hands it in with what
/// it asks for next; it does not look into it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Context {
    /// Which writes.
    pub seen: VersionVector,
    /// The latest time among them, in µs.
    pub at: u64,
}

impl Context {
    /// Adds what another has seen.
    pub fn join(&mut self, other: &Self) {
        self.seen.join(&other.seen);
        self.at = self.at.max(other.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: NodeId = NodeId(0);
    const Y: NodeId = NodeId(1);
    const Z: NodeId = NodeId(2);

    fn vector(counts: &[(NodeId, u32)]) -> VersionVector {
        let mut vector = VersionVector::new();
        for (node, count) in counts {
            for round in 1..=*count {
                vector.insert(Ballot::new(round, *node));
            }
        }
        vector
    }

    /// Dynamo, Figure 3.
    #[test]
    fn the_versions_of_the_paper_are_ordered_as_it_says() {
        let [d1, d2] = [vector(&[(X, 1)]), vector(&[(X, 2)])];
        let (d3, d4) = (vector(&[(X, 2), (Y, 1)]), vector(&[(X, 2), (Z, 1)]));
        assert!(d1 < d2 && d2 < d3 && d2 < d4);
        assert_eq!(d3.partial_cmp(&d4), None, "in conflict");
        let mut context = d3.clone();
        assert!(context.join(&d4));
        assert_eq!(context.counts(), [(X, 2), (Y, 1), (Z, 1)]);
        let mut d5 = context.clone();
        d5.insert(Ballot::new(3, X));
        assert_eq!(d5.to_string(), "S1:3 S2:1 S3:1");
        assert!([d1, d2, d3, d4].iter().all(|older| *older < d5));
    }

    /// Against sets of events, one by one.
    #[test]
    fn vectors_are_sets_of_events() {
        use std::collections::BTreeSet;
        let mut state = 7u64;
        let mut chance = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % bound
        };
        let mut pool: Vec<(VersionVector, BTreeSet<Ballot>)> = vec![Default::default(); 4];
        for _ in 0..4_000 {
            let (to, from) = (chance(4) as usize, chance(4) as usize);
            let event = Ballot::new(1 + chance(6) as u32, NodeId(chance(3) as u8));
            if chance(3) == 0 {
                let (vector, set) = pool[from].clone();
                let grew = !set.is_subset(&pool[to].1);
                assert_eq!(pool[to].0.join(&vector), grew);
                pool[to].1.extend(set);
            } else {
                assert_eq!(pool[to].0.insert(event), pool[to].1.insert(event));
            }
            for ((a, one), (b, other)) in pool.iter().zip(pool.iter().skip(1)) {
                assert_eq!(a.covers(b), one.is_superset(other));
                assert_eq!(a == b, one == other, "one set has one form");
                assert_eq!(a.includes(event), one.contains(&event));
            }
            if pool[to].1.len() == 18 {
                pool[to] = Default::default();
            }
        }
    }
}
