//! Who keeps which key: nodes on a ring, and of each key the next few from its place on.

use super::Rule;
use crate::model::{Key, NodeId};
use std::sync::Arc;

/// The nodes that answer for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keepers {
    /// Who keeps a copy, the first in line first: the key's preference list.
    pub keepers: Vec<NodeId>,
    /// All others in the order of the ring: who stands in for a keeper that does not answer.
    pub others: Vec<NodeId>,
    /// Who may decide: the keepers with their weights. A threshold above their weight asks for them all.
    pub rule: Rule,
}

/// The ring: every node at its place, the keys at places of their own.
///
/// ```
/// use quorate::model::{Key, NodeId};
/// use quorate::quorum::{Ring, Rule};
/// let ring = Ring::new(&Rule::new(&[1, 1, 0, 1, 1], &[2]), 3);
/// let of_y = ring.of(Key(1));
/// assert_eq!(of_y.keepers, [1, 3, 4].map(NodeId), "S3 has no weight, and keeps no copy");
/// assert_eq!(of_y.others, [2, 0].map(NodeId));
/// assert_eq!(of_y.rule.total(), 3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    lists: Arc<[Keepers]>,
}

impl Ring {
    /// So many copies of each key, at nodes that have a weight.
    #[must_use]
    pub fn new(rule: &Rule, copies: u32) -> Self {
        let nodes = rule.nodes();
        let lists = NodeId::all(nodes.max(1)).map(|first| {
            let places = (0..nodes).map(|step| NodeId::at((first.index() + step) % nodes));
            let (mut keepers, mut others) = (Vec::new(), Vec::new());
            for node in places {
                let keeps = rule.weight_of(node) > 0 && (keepers.len() as u64) < u64::from(copies);
                if keeps { keepers.push(node) } else { others.push(node) }
            }
            let mut weights = vec![0; nodes];
            for node in &keepers {
                weights[node.index()] = rule.weights()[node.index()];
            }
            let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
            let thresholds: Vec<u32> =
                (0..rule.phases()).map(|phase| rule.threshold(phase).min(total)).collect();
            Keepers { keepers, others, rule: Rule::new(&weights, &thresholds) }
        });
        Self { lists: lists.collect() }
    }

    /// Who answers for a key.
    #[must_use]
    pub fn of(&self, key: Key) -> &Keepers {
        &self.lists[usize::from(key.0) % self.lists.len()]
    }
}
