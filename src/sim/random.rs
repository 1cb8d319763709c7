//! Chance: one stream for each force and each place it acts on.
//!
//! A draw depends on the seed, the force, the place and a count kept there, and on nothing else: a
//! fault added on one link leaves the delays of all other links and all time-outs as they were.

use crate::model::{Span, SpanRange};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// What draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Force {
    /// A link: delay, loss, duplication.
    Link = 1,
    /// A timer of a node.
    Timer = 2,
    /// A node's disk.
    Disk = 3,
    /// A client's choices.
    Client = 4,
    /// A generated storm of faults.
    Storm = 5,
    /// The schedules of a search.
    Search = 6,
}

/// A stream of value-stable draws.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of a force at a place (a link, a node and timer, a client), for its `count`th use.
    #[must_use]
    pub fn of(seed: u64, force: Force, place: u32, count: u32) -> Self {
        let place = u64::from(force as u8) << 56 ^ u64::from(place) << 32 ^ u64::from(count);
        Self(Xoshiro256PlusPlus::seed_from_u64(seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // Multiply and shift: the bias is below bound / 2^64.
        let bits = self.bits();
        match u32::try_from(bound) {
            // The same in two short products: wasm has no long one.
            Ok(_) => ((bits >> 32) * bound + (((bits & u64::from(u32::MAX)) * bound) >> 32)) >> 32,
            Err(_) => ((u128::from(bits) * u128::from(bound)) >> 64) as u64,
        }
    }

    /// A number in [0, 1), of 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// True with a chance given in parts per million.
    pub fn chance(&mut self, ppm: u32) -> bool {
        ppm > 0 && self.below(1_000_000) < u64::from(ppm)
    }

    /// A length from a range, both ends included.
    pub fn span(&mut self, range: SpanRange) -> Span {
        let width = range.most.0.saturating_sub(range.least.0);
        Span(range.least.0 + self.below(width.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_value_stable_and_apart() {
        assert_eq!(Stream::of(7, Force::Link, 3, 1).bits(), Stream::of(7, Force::Link, 3, 1).bits());
        let mut seen = std::collections::BTreeSet::new();
        for force in [Force::Link, Force::Timer, Force::Disk, Force::Client] {
            for place in 0..50 {
                for count in 0..50 {
                    assert!(seen.insert(Stream::of(7, force, place, count).bits()));
                }
            }
        }
    }

    #[test]
    fn short_products_give_what_the_long_one_gives() {
        for count in 0..1_000 {
            let stream = Stream::of(3, Force::Storm, 0, count);
            let bound = stream.clone().bits() >> 32;
            let long = (u128::from(stream.clone().bits()) * u128::from(bound)) >> 64;
            assert_eq!(u128::from(stream.clone().below(bound)), long);
        }
    }

    #[test]
    fn a_span_stays_in_its_range() {
        let range = SpanRange { least: Span(5), most: Span(7) };
        let mut stream = Stream::of(1, Force::Timer, 0, 0);
        let drawn: std::collections::BTreeSet<u64> = (0..200).map(|_| stream.span(range).0).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [5, 6, 7]);
    }
}
