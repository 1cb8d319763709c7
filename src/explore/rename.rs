//! Permutations of constants that a specification treats alike.

use super::layout::Field;
use super::system::Symmetry;

/// The most renamings that are tried for a state: 7!.
pub(super) const RENAMINGS_MAX: usize = 5_040;

/// Every permutation of `0..count`, the identity first; `None` for more than [`RENAMINGS_MAX`].
pub(super) fn permutations(count: usize) -> Option<Vec<Vec<u8>>> {
    let many =
        (1..=count).try_fold(1usize, |all, n| all.checked_mul(n).filter(|all| *all <= RENAMINGS_MAX))?;
    let mut list: Vec<Vec<u8>> = vec![Vec::new()];
    for _ in 0..count {
        let longer = |begun: &Vec<u8>| {
            let begun = begun.clone();
            (0..count as u8).filter(|next| !begun.contains(next)).collect::<Vec<u8>>().into_iter().map(
                move |next| {
                    let mut longer = begun.clone();
                    longer.push(next);
                    longer
                },
            )
        };
        list = list.iter().flat_map(longer).collect();
    }
    debug_assert_eq!(list.len(), many);
    Some(list)
}

/// Renamings of two kinds of constants at a time: acceptors and values.
#[derive(Clone, Debug, Default)]
pub(super) struct Renamings {
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
    /// How many there are, where these are too many to list.
    too_many: Option<u64>,
}

impl Renamings {
    /// Each permutation of the first kind that `keeps` lets pass, with each of the second kind.
    pub(super) fn new(first: usize, second: usize, keeps: impl Fn(&[u8]) -> bool) -> Self {
        let (Some(mut firsts), Some(seconds)) = (permutations(first), permutations(second)) else {
            let all = factorial(first).saturating_mul(factorial(second));
            return Self { pairs: Vec::new(), too_many: Some(all) };
        };
        firsts.retain(|one| keeps(one));
        let many = firsts.len() * seconds.len();
        if many > RENAMINGS_MAX {
            return Self { pairs: Vec::new(), too_many: Some(many as u64) };
        }
        let pair = |one: &Vec<u8>| seconds.iter().map(|other| (one.clone(), other.clone())).collect();
        Self { pairs: firsts.iter().flat_map::<Vec<_>, _>(pair).collect(), too_many: None }
    }

    pub(super) fn symmetry(&self) -> Symmetry {
        match self.too_many {
            Some(many) => Symmetry::TooMany { many, most: RENAMINGS_MAX as u64 },
            None => Symmetry::Tried(self.pairs.len()),
        }
    }

    pub(super) fn get(&self, which: usize) -> (&[u8], &[u8]) {
        let (one, other) = &self.pairs[which];
        (one, other)
    }
}

fn factorial(n: usize) -> u64 {
    (1..=n as u64).fold(1, u64::saturating_mul)
}

/// The state in which things that are alike but for their names stand in order, whichever had which
/// name. `variables` are all that a state says about them, each with a field for each thing.
pub(super) fn sorted<const N: usize>(variables: [&[Field]; N], state: &[u64], out: &mut [u64]) {
    out.copy_from_slice(state);
    let things = variables.first().map_or(0, |fields| fields.len());
    let mut list: Vec<[u64; N]> =
        (0..things).map(|thing| variables.map(|fields| fields[thing].get(state))).collect();
    list.sort_unstable();
    for (thing, values) in list.iter().enumerate() {
        for (fields, value) in variables.iter().zip(values) {
            fields[thing].set(out, *value);
        }
    }
}
