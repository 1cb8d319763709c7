//! Quorum systems as lists of sets: majorities, thresholds, weights, or any sets at all.

use super::constants::Refusal;
use std::fmt;

/// The most sets of a quorum system.
pub const SETS_MAX: usize = 64;

/// Sets of acceptors, each a bit mask, in ascending order. Nothing is asked of them: whether they meet
/// is what a search finds out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Quorums {
    sets: Vec<u32>,
}

impl Quorums {
    /// The smallest sets of a weight of at least `threshold`: those that no member can leave.
    ///
    /// # Errors
    /// Where there is no such set, or more than [`SETS_MAX`].
    pub fn weighted(weights: &[u8], threshold: u32) -> Result<Self, Refusal> {
        let weight = |set: u32| -> u32 {
            let members = weights.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            members.map(|(_, weight)| u32::from(*weight)).sum()
        };
        let enough = |set: u32| weight(set) >= threshold.max(1);
        let least = |set: u32| (0..weights.len()).all(|n| set >> n & 1 == 0 || !enough(set & !(1 << n)));
        let all = if weights.len() < 32 { 1u32 << weights.len() } else { 0 };
        Self::of((1..all).filter(|set| enough(*set) && least(*set)).collect())
    }

    /// Every set of more than half.
    ///
    /// # Errors
    /// Where there are more than [`SETS_MAX`].
    pub fn majorities(acceptors: usize) -> Result<Self, Refusal> {
        Self::weighted(&vec![1; acceptors], acceptors as u32 / 2 + 1)
    }

    /// Sets as they are written: `{{a1,a2},{a3,a4}}`.
    ///
    /// # Errors
    /// Where it is not written so, or names an acceptor beyond `acceptors`.
    pub fn parse(text: &str, acceptors: usize) -> Result<Self, Refusal> {
        let wrong = || Refusal::Quorums { text: text.into(), acceptors };
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let inner = bare.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).ok_or_else(wrong)?;
        let mut sets = Vec::new();
        for part in inner.split("},{") {
            let mut set = 0;
            for name in part.split(',') {
                let number: usize = name.strip_prefix('a').and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
                if !(1..=acceptors).contains(&number) {
                    return Err(wrong());
                }
                set |= 1 << (number - 1);
            }
            sets.push(set);
        }
        Self::of(sets)
    }

    fn of(mut sets: Vec<u32>) -> Result<Self, Refusal> {
        sets.sort_unstable();
        sets.dedup();
        match sets.len() {
            0 => Err(Refusal::NoQuorum),
            1..=SETS_MAX => Ok(Self { sets }),
            many => Err(Refusal::ManyQuorums { many }),
        }
    }

    /// The sets.
    #[must_use]
    pub fn sets(&self) -> &[u32] {
        &self.sets
    }

    /// Whether some quorum lies within a set.
    #[must_use]
    pub fn within(&self, set: u32) -> bool {
        self.sets.iter().any(|quorum| quorum & !set == 0)
    }

    /// How many quorums lie within a set.
    #[must_use]
    pub fn count_within(&self, set: u32) -> u64 {
        self.sets.iter().filter(|quorum| **quorum & !set == 0).count() as u64
    }

    /// Whether a permutation of the acceptors leaves the system as it is.
    #[must_use]
    pub fn keeps(&self, permutation: &[u8]) -> bool {
        self.sets.iter().all(|set| {
            let members = permutation.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            let image = members.fold(0, |image, (_, to)| image | 1u32 << to);
            self.sets.binary_search(&image).is_ok()
        })
    }
}

/// As [`Quorums::parse`] reads them.
impl fmt::Display for Quorums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (place, set) in self.sets.iter().enumerate() {
            let members: Vec<String> =
                (0..32).filter(|n| set >> n & 1 == 1).map(|n| format!("a{}", n + 1)).collect();
            write!(f, "{}{{{}}}", if place == 0 { "" } else { "," }, members.join(","))?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majorities_are_the_smallest_ones() {
        assert_eq!(Quorums::majorities(3).map(|q| q.sets().to_vec()), Ok(vec![0b011, 0b101, 0b110]));
        assert_eq!(Quorums::weighted(&[3, 1, 1, 1], 4).map(|q| q.sets().to_vec()), Ok(vec![3, 5, 9]));
        assert_eq!(Quorums::weighted(&[1, 1], 3), Err(Refusal::NoQuorum));
    }

    #[test]
    fn any_sets_can_be_written() {
        let pairs = Quorums::parse("{{a1, a2}, {a3, a4}}", 4).expect("two sets");
        assert_eq!(pairs.sets(), [0b0011, 0b1100]);
        assert_eq!(pairs.to_string(), "{{a1,a2},{a3,a4}}");
        assert!(pairs.keeps(&[1, 0, 2, 3]) && pairs.keeps(&[2, 3, 0, 1]) && !pairs.keeps(&[0, 2, 1, 3]));
        for text in ["", "{}", "{{}}", "{a1}", "{{a1},{b2}}", "{{a5}}", "{{a0}}", "{{a1}", "{{a99999999999}}"]
        {
            assert!(Quorums::parse(text, 4).is_err(), "{text}");
        }
    }
}
