//! Who is who: nodes and sets of nodes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest cluster that can be simulated.
pub const NODES_MAX: usize = 101;

/// A replica, by its place in the cluster: `NodeId(0)` is shown as `S1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The place of this node in arrays that hold one element a node.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a place in such an array; places beyond [`NODES_MAX`] do not occur.
    #[must_use]
    pub const fn at(index: usize) -> Self {
        debug_assert!(index < NODES_MAX);
        Self(index as u8)
    }

    /// Every node of a cluster of `count`, in order.
    pub fn all(count: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
        (0..count as u8).map(Self)
    }

    /// Reads the name that [`fmt::Display`] writes: `S1` to `S101`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let number: usize = name.strip_prefix('S')?.parse().ok()?;
        (1..=NODES_MAX).contains(&number).then(|| Self::at(number - 1))
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}", u16::from(self.0) + 1)
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of nodes, one bit each.
///
/// ```
/// use quorate::model::{NodeId, NodeSet};
/// let voters: NodeSet = [NodeId(0), NodeId(3)].into_iter().collect();
/// assert!(voters.contains(NodeId(3)));
/// assert_eq!(voters.to_string(), "{S1, S4}");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeSet(u128);

impl NodeSet {
    /// No node.
    pub const EMPTY: Self = Self(0);

    /// Every node of a cluster of `count`.
    #[must_use]
    pub const fn full(count: usize) -> Self {
        Self((1u128 << count) - 1)
    }

    /// One node alone.
    #[must_use]
    pub const fn only(node: NodeId) -> Self {
        Self(1u128 << node.0)
    }

    /// The set whose members are the bits of `bits`.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// One bit a member, `S1` lowest.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Adds a node; true if it was not there.
    pub const fn insert(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 |= 1u128 << node.0;
        self.0 != before
    }

    /// Removes a node; true if it was there.
    pub const fn remove(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 &= !(1u128 << node.0);
        self.0 != before
    }

    /// Whether the node is a member.
    #[must_use]
    pub const fn contains(self, node: NodeId) -> bool {
        self.0 >> node.0 & 1 == 1
    }

    /// How many nodes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is no member.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members in order.
    pub fn iter(self) -> impl Iterator<Item = NodeId> + Clone {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let next = rest.trailing_zeros();
            (rest != 0).then(|| {
                rest &= rest - 1;
                NodeId(next as u8)
            })
        })
    }

    /// Members of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Members of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Members of this set that are not in the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut set = Self::EMPTY;
        for node in nodes {
            set.insert(node);
        }
        set
    }
}

impl fmt::Display for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, node) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{node}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Written as a list of names: `["S1", "S4"]`.
impl Serialize for NodeSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|node| node.to_string()))
    }
}
