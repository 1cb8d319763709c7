//! Ballots: totally ordered, and no two proposers ever share one.

use super::NodeId;
use std::fmt;

/// A proposal number, ordered by round and then by node. `Ballot::ZERO` is below every ballot used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ballot(u32);

impl Ballot {
    /// Below every ballot that a proposer uses.
    pub const ZERO: Self = Self(0);
    const NODE_BITS: u32 = 7;
    const ROUND_MAX: u32 = u32::MAX >> Self::NODE_BITS;

    /// The ballot of a proposer in a round; rounds count from 1.
    #[must_use]
    pub const fn new(round: u32, node: NodeId) -> Self {
        let round = if round > Self::ROUND_MAX { Self::ROUND_MAX } else { round };
        Self(round << Self::NODE_BITS | node.0 as u32)
    }

    /// Which attempt of its proposer this is.
    #[must_use]
    pub const fn round(self) -> u32 {
        self.0 >> Self::NODE_BITS
    }

    /// Who proposes in it.
    #[must_use]
    pub const fn node(self) -> NodeId {
        NodeId((self.0 & ((1 << Self::NODE_BITS) - 1)) as u8)
    }

    /// Packed into one word, in the same order.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The ballot that [`Self::bits`] packed.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

/// Round and node: `2.S3`.
impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ZERO { f.write_str("0") } else { write!(f, "{}.{}", self.round(), self.node()) }
    }
}

impl fmt::Debug for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
