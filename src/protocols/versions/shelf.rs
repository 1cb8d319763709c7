//! The versions of keys that belong together: what a node keeps, or what a reader has gathered.

use crate::model::{Ballot, Fingerprint, Key, Version};
use std::hash::{Hash, Hasher};

/// What a version that comes in is to those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is there.
    Known,
    /// It is there or replaced, and where clocks decide it stands for more than was known.
    Grown,
    /// One that is there was written with knowledge of it.
    Old(Ballot),
    /// It is new, and covers so many.
    New(u32),
    /// It is new, and neither knows of the other: both stay.
    Sibling(Ballot),
    /// It is new, and of two that do not know of each other one has the later clock.
    ByClock {
        /// The one that stays.
        winner: Ballot,
        /// The one that goes.
        loser: Ballot,
    },
}

/// Where clocks decide, the latest stays. A writer's stamp is later than those of all that it had seen, so
/// what was read never wins over what was written after it.
fn stamp(version: &Version) -> (u64, Ballot) {
    (version.at, version.event)
}

/// The versions of one key.
pub(super) fn of(shelf: &[Version], key: Key) -> impl Iterator<Item = &Version> {
    shelf.iter().filter(move |version| version.key == key)
}

/// What a version is to a shelf.
pub(super) fn standing(shelf: &[Version], version: &Version, by_clock: bool) -> Standing {
    if by_clock {
        return of(shelf, version.key).next().map_or(Standing::New(0), |other| by_stamp(other, version));
    }
    if of(shelf, version.key).any(|same| same.event == version.event) {
        return Standing::Known;
    }
    if let Some(newer) = of(shelf, version.key).find(|newer| version.is_covered_by(newer)) {
        return Standing::Old(newer.event);
    }
    let (covered, beside): (Vec<&Version>, Vec<&Version>) =
        of(shelf, version.key).partition(|other| other.is_covered_by(version));
    match beside.last() {
        None => Standing::New(covered.len() as u32),
        Some(other) => Standing::Sibling(other.event),
    }
}

/// What a version is to the one that is there, where clocks decide.
fn by_stamp(other: &Version, version: &Version) -> Standing {
    let known = other.event == version.event || version.is_covered_by(other);
    if known && !other.clock().covers(&version.clock()) {
        Standing::Grown
    } else if other.event == version.event {
        Standing::Known
    } else if known {
        Standing::Old(other.event)
    } else if other.is_covered_by(version) {
        Standing::New(1)
    } else if stamp(other) > stamp(version) {
        Standing::ByClock { winner: other.event, loser: version.event }
    } else {
        Standing::ByClock { winner: version.event, loser: other.event }
    }
}

/// Takes a version in: what it covers goes, what covers it makes it go. The same whatever the order in
/// which versions come, and however often.
///
/// Where clocks decide, the winner takes over what the loser had seen: it stands for both from then on.
pub(super) fn merge(shelf: &mut Vec<Version>, version: &Version, by_clock: bool) {
    let mut version = version.clone();
    let mut of_key: Vec<Version> = Vec::new();
    shelf.retain(|other| {
        if other.key == version.key {
            of_key.push(other.clone());
        }
        other.key != version.key
    });
    if by_clock && let Some(winner) = of_key.first_mut() {
        // There is one of a key at the most.
        if stamp(&version) > stamp(winner) {
            std::mem::swap(winner, &mut version);
        }
        let seen = if winner.event == version.event { version.past } else { version.clock() };
        winner.past.join(&seen);
    } else if !of_key.iter().any(|other| other.event == version.event || version.is_covered_by(other)) {
        of_key.retain(|other| !other.is_covered_by(&version));
        of_key.push(version);
    }
    shelf.append(&mut of_key);
    shelf.sort_unstable_by_key(|version| (version.key, version.event));
}

/// One word for the versions of a key: equal ones have equal words.
pub(super) fn sum(shelf: &[Version], key: Key) -> u32 {
    let mut state = Fingerprint::after(0);
    for version in of(shelf, key) {
        (version.event, &version.past).hash(&mut state);
    }
    (state.finish() >> 24) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClientId, NodeId, RequestId, Value, VersionVector};

    /// A random history of writers who have read some of what was written before.
    fn history(seed: u64) -> Vec<Version> {
        let mut chance = crate::protocols::rig::Chance(seed);
        let mut all: Vec<Version> = Vec::new();
        let mut issued = [0u32; 3];
        for number in 0..9u32 {
            let node = NodeId(chance.below(3) as u8);
            issued[node.index()] += 1;
            let mut past = VersionVector::new();
            for read in &all {
                if chance.below(3) == 0 {
                    past.join(&read.clock());
                }
            }
            let event = Ballot::new(issued[node.index()], node);
            let request = RequestId { client: ClientId(0), seq: number + 1 };
            let seen = all.iter().filter(|version| past.includes(version.event)).map(|version| version.at);
            let at = seen.max().map_or(0, |seen| seen + 1).max(chance.below(20) as u64);
            all.push(Version { key: Key(0), event, past, value: Value(number), request, at });
        }
        all
    }

    #[test]
    fn versions_come_to_the_same_in_whatever_order_they_come() {
        for seed in 0..300 {
            let all = history(seed);
            let mut chance = crate::protocols::rig::Chance(seed ^ 77);
            let mut expected: Vec<&Version> =
                all.iter().filter(|version| !all.iter().any(|other| version.is_covered_by(other))).collect();
            expected.sort_by_key(|version| version.event);
            let mut shelves = vec![Vec::new(); 2];
            for shelf in &mut shelves {
                for _ in 0..60 {
                    merge(shelf, &all[chance.below(all.len())], false);
                }
                all.iter().for_each(|version| merge(shelf, version, false));
                assert!(shelf.iter().eq(expected.iter().copied()), "seed {seed}");
            }
            assert_eq!(sum(&shelves[0], Key(0)), sum(&shelves[1], Key(0)));
        }
    }

    #[test]
    fn where_clocks_decide_two_that_exchange_what_they_have_agree() {
        for seed in 0..300 {
            let all = history(seed);
            let mut chance = crate::protocols::rig::Chance(seed ^ 78);
            let mut shelves = vec![Vec::new(); 2];
            for shelf in &mut shelves {
                for _ in 0..9 {
                    merge(shelf, &all[chance.below(all.len())], true);
                    assert_eq!(shelf.len(), 1);
                }
            }
            for turn in 0..4 {
                let given: Vec<Version> = shelves[turn % 2].clone();
                given.iter().for_each(|version| merge(&mut shelves[1 - turn % 2], version, true));
            }
            assert_eq!(shelves[0], shelves[1], "seed {seed}");
        }
    }
}
