//! What is looked at more closely, and how it stays the same thing while the scenario changes.

use crate::model::NodeId;
use crate::scenario::Scenario;

/// What is looked at more closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Selection {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// A node.
    Node(NodeId),
    /// A message, by its number in the run.
    Message(u32),
    /// A fault, by its place in the scenario's list.
    Fault(usize),
    /// A broken property, by its place in the run's list.
    Violation(usize),
    /// Something that is stuck, by its place in the run's list.
    Stuck(usize),
}

impl Selection {
    /// The same thing in another scenario; nothing where it is gone. Messages and violations are a
    /// run's own.
    pub(super) fn carried(self, from: &Scenario, to: &Scenario) -> Self {
        match self {
            Self::Node(node) if node.index() < to.weights.len() => self,
            Self::Fault(place) => moved(place, &from.faults, &to.faults).map_or(Self::Nothing, Self::Fault),
            Self::Nothing | Self::Node(_) | Self::Message(_) | Self::Violation(_) | Self::Stuck(_) => {
                Self::Nothing
            }
        }
    }

    /// What is left of it in another run of the same scenario.
    pub(super) const fn of_scenario(self) -> Self {
        match self {
            Self::Node(_) | Self::Fault(_) => self,
            Self::Nothing | Self::Message(_) | Self::Violation(_) | Self::Stuck(_) => Self::Nothing,
        }
    }
}

/// Where a thing of one list stands in another that was made from it (or it from the other) by
/// changing, adding or taking out some neighbours.
fn moved<T: PartialEq>(place: usize, from: &[T], to: &[T]) -> Option<usize> {
    let shorter = from.len().min(to.len());
    let before = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let after = from.iter().rev().zip(to.iter().rev()).take_while(|(a, b)| a == b).count();
    let after = after.min(shorter - before);
    if place < before {
        Some(place)
    } else if place >= from.len() - after {
        Some(place + to.len() - from.len())
    } else {
        // It was changed, or it went.
        (from.len() == to.len()).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_follows_its_thing() {
        let (all, some) = ([1, 2, 3, 4], [1, 3, 4]);
        let there: Vec<_> = (0..4).map(|place| moved(place, &all, &some)).collect();
        assert_eq!(there, [Some(0), None, Some(1), Some(2)]);
        let back: Vec<_> = (0..3).map(|place| moved(place, &some, &all)).collect();
        assert_eq!(back, [Some(0), Some(2), Some(3)]);
        assert_eq!(moved(1, &[1, 2, 3], &[1, 9, 3]), Some(1), "changed in its place");
        assert_eq!(moved(1, &[7, 7, 7], &[7, 7]), Some(1), "twins are as good as each other");
        assert_eq!(moved(0, &[1], &[]), None);
    }
}
