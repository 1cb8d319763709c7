//! The contents of queues, each with a number: equal contents have the same one.
//!
//! Problem: a search goes through as many contents as there are operations, and each may be as long.
//! Idea: what has been put into a queue is a list whose end is known; contents are the last so many
//! of one. So a step costs the same however long the queue is. Those that are alike on different
//! lists are found by a fingerprint of the values, which goes on from step to step, and compared.

use super::Datum;
use std::collections::BTreeMap;

/// Something put into a queue, after what was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    before: u32,
    /// An item further before, by which any is found in few steps.
    far: u32,
    /// How many are before it.
    depth: u32,
    value: Datum,
}

/// What a queue holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Contents {
    /// The last item of the list.
    last: u32,
    /// How many up to it are held.
    len: u32,
    /// Of the values, the first with the least weight.
    print: u64,
    /// Others with the same length and fingerprint.
    alike: Option<u32>,
}

/// Contents that have been seen. Number 0 is the empty queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queues {
    items: Vec<Item>,
    contents: Vec<Contents>,
    known: BTreeMap<(u32, u64), u32>,
}

/// The weight of a value, next to that of the one before it: an odd number, and what undoes it.
const WEIGHT: u64 = 0x9e37_79b9_7f4a_7c15;
const UNDONE: u64 = inverse(WEIGHT);

/// By Newton's method, as every step doubles the bits that are right.
const fn inverse(odd: u64) -> u64 {
    let (mut found, mut step) = (odd, 0);
    while step < 6 {
        found = found.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(found)));
        step += 1;
    }
    found
}

const fn print(value: Datum) -> u64 {
    let mixed = (value.0 as u64 + 1).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 31)
}

impl Default for Queues {
    /// The empty one.
    fn default() -> Self {
        // What every list begins after.
        let items = vec![Item { before: 0, far: 0, depth: 0, value: Datum::NIL }];
        let contents = vec![Contents { last: 0, len: 0, print: 0, alike: None }];
        Self { items, contents, known: BTreeMap::from([((0, 0), 0)]) }
    }
}

impl Queues {
    /// How many contents there are.
    pub(super) fn len(&self) -> usize {
        self.contents.len()
    }

    /// With one value more at the end.
    pub(super) fn with(&mut self, queue: u32, value: Datum) -> u32 {
        let Contents { last, len, print: old, .. } = self.get(queue);
        let new = old.wrapping_add(print(value).wrapping_mul(WEIGHT.wrapping_pow(len)));
        let find = |known: &Contents| {
            let end = self.items[known.last as usize];
            end.value == value && self.are_alike(end.before, last, len)
        };
        if let Some(known) = self.find(len + 1, new, find) {
            return known;
        }
        let Item { far, depth, .. } = self.items[last as usize];
        let further = self.items[far as usize];
        // Jumps of equal lengths become one (Myers, *An Applicative Random-Access Stack*, 1983).
        let is_twice = depth - further.depth == further.depth - self.items[further.far as usize].depth;
        let far = if is_twice { further.far } else { last };
        let item = self.items.len() as u32;
        self.items.push(Item { before: last, far, depth: depth + 1, value });
        self.keep(item, len + 1, new)
    }

    /// The first value, and what is left without it; `None` of the empty queue.
    pub(super) fn taken(&mut self, queue: u32) -> Option<(Datum, u32)> {
        let Contents { last, len, print: old, .. } = self.get(queue);
        let len = len.checked_sub(1)?;
        let depth = self.items[last as usize].depth - len;
        let mut first = last;
        while self.items[first as usize].depth > depth {
            let Item { before, far, .. } = self.items[first as usize];
            first = if self.items[far as usize].depth >= depth { far } else { before };
        }
        let value = self.items[first as usize].value;
        let new = old.wrapping_sub(print(value)).wrapping_mul(UNDONE);
        let find = |known: &Contents| self.are_alike(known.last, last, len);
        Some((value, self.find(len, new, find).unwrap_or_else(|| self.keep(last, len, new))))
    }

    fn get(&self, queue: u32) -> Contents {
        let empty = Contents { last: 0, len: 0, print: 0, alike: None };
        self.contents.get(queue as usize).copied().unwrap_or(empty)
    }

    fn find(&self, len: u32, print: u64, is_it: impl Fn(&Contents) -> bool) -> Option<u32> {
        let mut next = self.known.get(&(len, print)).copied();
        while let Some(number) = next {
            let contents = self.get(number);
            if is_it(&contents) {
                return next;
            }
            next = contents.alike;
        }
        None
    }

    fn keep(&mut self, last: u32, len: u32, print: u64) -> u32 {
        let number = self.contents.len() as u32;
        let alike = self.known.insert((len, print), number);
        self.contents.push(Contents { last, len, print, alike });
        number
    }

    /// Whether the values up to two items are the same.
    fn are_alike(&self, mut a: u32, mut b: u32, len: u32) -> bool {
        for _ in 0..len {
            if a == b {
                return true;
            }
            let (one, other) = (self.items[a as usize], self.items[b as usize]);
            if one.value != other.value {
                return false;
            }
            (a, b) = (one.before, other.before);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    #[test]
    fn equal_contents_have_one_number() {
        let (mut queues, mut known) = (Queues::default(), BTreeMap::from([(Vec::new(), 0)]));
        let mut random = 1u64;
        for _ in 0..200 {
            let (mut queue, mut plain) = (0, VecDeque::new());
            for _ in 0..40 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let what = random >> 60;
                if what < 6 {
                    let taken = queues.taken(queue);
                    assert_eq!(taken.map(|(value, _)| value), plain.pop_front());
                    queue = taken.map_or(queue, |(_, rest)| rest);
                } else {
                    let value = Datum((what % 3) as u32);
                    queue = queues.with(queue, value);
                    plain.push_back(value);
                }
                let contents: Vec<Datum> = plain.iter().copied().collect();
                let number = *known.entry(contents.clone()).or_insert(queue);
                assert_eq!(number, queue, "{contents:?}");
            }
        }
        assert_eq!(queues.len(), known.len(), "and different contents different ones");
    }

    #[test]
    fn fingerprints_that_are_the_same_are_no_harm() {
        let mut queues = Queues::default();
        let one = queues.with(0, Datum(1));
        // As if another had the fingerprint of `2`.
        let print = print(Datum(2));
        queues.contents[one as usize].print = print;
        queues.known.insert((1, print), one);
        let two = queues.with(0, Datum(2));
        assert_ne!(one, two);
        assert_eq!(queues.with(0, Datum(2)), two);
        assert_eq!(queues.taken(two).map(|(value, _)| value), Some(Datum(2)));
    }
}
