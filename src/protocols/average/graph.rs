//! Who is whose neighbour, and how much each link counts.

use super::factor::{factor_of, spread_of};
use crate::model::{NodeId, NodeSet};

/// One: numbers are whole billionths.
pub const UNIT: i64 = 1_000_000_000;

/// A shape that a graph can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Each with the one before and the one after.
    Ring,
    /// The same, not closed.
    Path,
    /// All with the first.
    Star,
    /// Everyone with everyone.
    Complete,
    /// As square as it can be, the last row perhaps shorter.
    Grid,
    /// A random tree and three of ten other links, from a number.
    Random(u32),
    /// As drawn: bit j(j−1)/2 + i is the link between nodes i < j, counted from 0.
    Drawn(u128),
}

/// How much a link counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// 1/d, with d the greatest degree.
    MaxDegree,
    /// 1/(1 + d), with d the greatest degree.
    MaxDegreeLazy,
    /// 1/max(dᵢ, dⱼ).
    Metropolis,
    /// 1/(1 + max(dᵢ, dⱼ)).
    MetropolisLazy,
    /// 1/n, with n the number of nodes.
    Uniform,
    /// The one number for all links with which it is fastest: 2/(λ₂ + λₙ) of the Laplacian.
    BestConstant,
    /// Push-sum: each node keeps and gives equal shares.
    PushSum,
}

/// A share as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Above the line.
    pub over: i64,
    /// Below it.
    pub under: i64,
}

impl Share {
    /// That share of a number, towards zero: of the opposite number it is the opposite, so that what one
    /// end of a link takes is exactly what the other gives.
    #[must_use]
    pub fn of(self, number: i64) -> i64 {
        (i128::from(number) * i128::from(self.over) / i128::from(self.under.max(1))) as i64
    }

    fn value(self) -> f64 {
        self.over as f64 / self.under as f64
    }
}

/// A graph without direction.
///
/// ```
/// use quorate::protocols::average::{Graph, Scheme, Shape};
/// let ring = Graph::new(5, Shape::Ring);
/// assert_eq!(ring.degree(0), 2);
/// let factor = ring.factor(Scheme::Metropolis);
/// assert!((factor - 0.809_017).abs() < 1e-6);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    neighbours: Vec<NodeSet>,
}

impl Graph {
    /// So many nodes in a shape.
    #[must_use]
    pub fn new(nodes: usize, shape: Shape) -> Self {
        let mut graph = Self { neighbours: vec![NodeSet::EMPTY; nodes] };
        let wide = (1..=nodes).find(|wide| wide * wide >= nodes).unwrap_or(1);
        let mut chance = match shape {
            Shape::Random(seed) => u64::from(seed),
            Shape::Ring | Shape::Path | Shape::Star | Shape::Complete | Shape::Grid | Shape::Drawn(_) => 0,
        };
        for b in 1..nodes {
            match shape {
                Shape::Ring | Shape::Path => graph.link(b - 1, b),
                Shape::Star => graph.link(0, b),
                Shape::Complete => (0..b).for_each(|a| graph.link(a, b)),
                Shape::Grid => {
                    if b % wide != 0 {
                        graph.link(b - 1, b);
                    }
                    if b >= wide {
                        graph.link(b - wide, b);
                    }
                }
                Shape::Random(_) => {
                    graph.link(below(&mut chance, b as u64) as usize, b);
                    (0..b).filter(|_| below(&mut chance, 10) < 3).for_each(|a| graph.link(a, b));
                }
                Shape::Drawn(bits) => {
                    let drawn =
                        |a: usize| bits.checked_shr((b * (b - 1) / 2 + a) as u32).unwrap_or(0) & 1 == 1;
                    (0..b).filter(|a| drawn(*a)).for_each(|a| graph.link(a, b));
                }
            }
        }
        if shape == Shape::Ring && nodes > 2 {
            graph.link(0, nodes - 1);
        }
        graph
    }

    fn link(&mut self, a: usize, b: usize) {
        self.neighbours[a].insert(NodeId::at(b));
        self.neighbours[b].insert(NodeId::at(a));
    }

    /// How many nodes there are.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.neighbours.len()
    }

    /// Whose neighbours a node has.
    #[must_use]
    pub fn neighbours(&self, node: usize) -> NodeSet {
        self.neighbours.get(node).copied().unwrap_or_default()
    }

    /// How many.
    #[must_use]
    pub fn degree(&self, node: usize) -> i64 {
        self.neighbours(node).len() as i64
    }

    /// How much the link between two neighbours counts, of any two: of push-sum, what the second gives the
    /// first.
    pub fn shares(&self, scheme: Scheme) -> impl Fn(usize, usize) -> Share + '_ {
        let greatest = (0..self.nodes()).map(|node| self.degree(node)).max().unwrap_or(0);
        let best = match scheme {
            Scheme::BestConstant => self.best_constant(),
            Scheme::MaxDegree
            | Scheme::MaxDegreeLazy
            | Scheme::Metropolis
            | Scheme::MetropolisLazy
            | Scheme::Uniform
            | Scheme::PushSum => 0,
        };
        move |a, b| {
            let pair = self.degree(a).max(self.degree(b));
            match scheme {
                Scheme::MaxDegree => Share { over: 1, under: greatest },
                Scheme::MaxDegreeLazy => Share { over: 1, under: 1 + greatest },
                Scheme::Metropolis => Share { over: 1, under: pair },
                Scheme::MetropolisLazy => Share { over: 1, under: 1 + pair },
                Scheme::Uniform => Share { over: 1, under: self.nodes() as i64 },
                Scheme::BestConstant => Share { over: best, under: UNIT },
                Scheme::PushSum => Share { over: 1, under: 1 + self.degree(b) },
            }
        }
    }

    /// The weight of [`Scheme::BestConstant`], in billionths.
    #[must_use]
    pub fn best_constant(&self) -> i64 {
        let (slow, fast) = spread_of(&self.laplacian());
        let best = if slow + fast > 0.0 { 2.0 / (slow + fast) } else { 0.0 };
        (best * UNIT as f64 + 0.5) as i64
    }

    /// By how much the distance from the mean shrinks in a round, in the long run: below 1 it converges,
    /// at 1 it never does. It is the second greatest eigenvalue of the matrix of shares, by size.
    #[must_use]
    pub fn factor(&self, scheme: Scheme) -> f64 {
        let nodes = self.nodes();
        let share_of = self.shares(scheme);
        let mut matrix = vec![vec![0.0; nodes]; nodes];
        for (a, row) in matrix.iter_mut().enumerate() {
            let mut kept = 1.0;
            for b in self.neighbours(a).iter().map(NodeId::index) {
                let share = share_of(a, b).value();
                kept -= share;
                // Push-sum's matrix is not symmetric; this one has the same eigenvalues.
                row[b] =
                    if scheme == Scheme::PushSum { (share * share_of(b, a).value()).sqrt() } else { share };
            }
            row[a] = if scheme == Scheme::PushSum { share_of(a, a).value() } else { kept };
        }
        factor_of(&matrix)
    }

    fn laplacian(&self) -> Vec<Vec<f64>> {
        let entry = |a: usize, b: usize| match (a == b, self.neighbours(a).contains(NodeId::at(b))) {
            (true, _) => self.degree(a) as f64,
            (false, true) => -1.0,
            (false, false) => 0.0,
        };
        (0..self.nodes()).map(|a| (0..self.nodes()).map(|b| entry(a, b)).collect()).collect()
    }
}

/// A number below `bound` (splitmix64), the same everywhere.
fn below(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ z >> 31) % bound.max(1)
}
