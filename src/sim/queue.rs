//! What happens next: a heap of small keys beside a slab of what they stand for.

use crate::model::Time;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// When (64 bits), the order of scheduling, which breaks ties (32), and where in the slab (32): as one
/// number, keys compare in one step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key(u128);

impl Key {
    const fn new(at: Time, seq: u32, slot: u32) -> Self {
        Self((at.0 as u128) << 64 | (seq as u128) << 32 | slot as u128)
    }

    const fn at(self) -> Time {
        Time((self.0 >> 64) as u64)
    }

    const fn slot(self) -> u32 {
        self.0 as u32
    }
}

/// A priority queue ordered by time, then by order of scheduling.
#[derive(Clone, Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Reverse<Key>>,
    slab: Vec<E>,
    free: Vec<u32>,
    /// The next place in the order of scheduling.
    seq: u32,
    /// The same, of what comes before everything else of its moment.
    seq_ahead: u32,
}

/// Where the ordinary places begin.
const SEQ_FIRST: u32 = 1 << 30;

impl<E: Copy> Queue<E> {
    /// Nothing is going to happen.
    #[must_use]
    pub const fn new() -> Self {
        Self { heap: BinaryHeap::new(), slab: Vec::new(), free: Vec::new(), seq: SEQ_FIRST, seq_ahead: 0 }
    }

    /// Schedules an event.
    pub fn push(&mut self, at: Time, event: E) {
        self.insert(at, self.seq, event);
        self.seq += 1;
    }

    /// Schedules an event before all of its moment that were not scheduled in this way.
    pub fn push_ahead(&mut self, at: Time, event: E) {
        self.insert(at, self.seq_ahead, event);
        self.seq_ahead += 1;
    }

    fn insert(&mut self, at: Time, seq: u32, event: E) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slab[slot as usize] = event;
                slot
            }
            None => {
                self.slab.push(event);
                self.slab.len() as u32 - 1
            }
        };
        self.heap.push(Reverse(Key::new(at, seq, slot)));
    }

    /// Takes the next event out.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let Reverse(key) = self.heap.pop()?;
        self.free.push(key.slot());
        Some((key.at(), self.slab[key.slot() as usize]))
    }

    /// When the next event happens.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(key)| key.at())
    }

    /// How many events are waiting.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Roughly how many bytes a copy takes.
    pub(super) fn weight(&self) -> usize {
        self.heap.len() * size_of::<Key>() + self.slab.len() * (size_of::<E>() + size_of::<u32>())
    }

    /// Whether none is waiting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<E: Copy> Default for Queue<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_keep_the_order_of_scheduling() {
        let mut queue = Queue::new();
        for (at, event) in [(5, 'b'), (1, 'a'), (5, 'c'), (5, 'd')] {
            queue.push(Time(at), event);
        }
        let order: String = std::iter::from_fn(|| queue.pop().map(|(_, event)| event)).collect();
        assert_eq!(order, "abcd");
    }

    #[test]
    fn what_is_put_ahead_comes_first_in_its_moment_and_in_order() {
        let mut queue = Queue::new();
        for (at, event) in [(5, 'd'), (1, 'a')] {
            queue.push(Time(at), event);
        }
        for event in ['b', 'c'] {
            queue.push_ahead(Time(5), event);
        }
        let order: String = std::iter::from_fn(|| queue.pop().map(|(_, event)| event)).collect();
        assert_eq!(order, "abcd");
    }
}
