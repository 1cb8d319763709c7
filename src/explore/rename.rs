//! Permutations of constants that a specification treats alike.

/// The most renamings that are tried for a state: 7!.
pub(super) const RENAMINGS_MAX: usize = 5_040;

/// Every permutation of `0..count`, the identity first; `None` for more than [`RENAMINGS_MAX`].
pub(super) fn permutations(count: usize) -> Option<Vec<Vec<u8>>> {
    let many = (1..=count).try_fold(1usize, |all, n| all.checked_mul(n).filter(|all| *all <= RENAMINGS_MAX))?;
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
}

impl Renamings {
    /// Each permutation of the first kind that `keeps` lets pass, with each of the second kind; where
    /// these are too many, none but the identity.
    pub(super) fn new(first: usize, second: usize, keeps: impl Fn(&[u8]) -> bool) -> Self {
        let identity = || vec![((0..first as u8).collect(), (0..second as u8).collect())];
        let (Some(firsts), Some(seconds)) = (permutations(first), permutations(second)) else {
            return Self { pairs: identity() };
        };
        let mut pairs = Vec::new();
        for one in firsts.iter().filter(|one| keeps(one)) {
            pairs.extend(seconds.iter().map(|other| (one.clone(), other.clone())));
        }
        if pairs.len() > RENAMINGS_MAX {
            pairs = identity();
        }
        Self { pairs }
    }

    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(super) fn get(&self, which: usize) -> (&[u8], &[u8]) {
        let (one, other) = &self.pairs[which];
        (one, other)
    }
}
