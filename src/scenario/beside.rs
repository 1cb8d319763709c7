//! A second protocol under the same conditions, beside the first: two labs, one clock, one list of
//! faults, one set of clients.
//!
//! What is a protocol's own stands here: thresholds, settings, what was done to its messages and
//! timers, and what is claimed of it. All else is the scenario's, and so the same for both.

use super::{Claim, Scenario};
use crate::catalogue::Entry;
use crate::model::Settings;
use crate::quorum::Rule;
use crate::sim::{Change, Intervention, Network};

/// What is the second protocol's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The protocol; it may be the same, set up otherwise.
    pub entry: &'static Entry,
    /// A threshold for each of its phases.
    pub thresholds: Vec<u32>,
    /// Its settings, switches and flaws.
    pub settings: Settings,
    /// Whether its timers run out by hand alone.
    pub timers_by_hand: bool,
    /// When who may decide is changed, and how.
    pub changes: Vec<Change>,
    /// What was done by hand in its run.
    pub interventions: Vec<Intervention>,
    /// What will happen in its run.
    pub claims: Vec<Claim>,
}

impl Scenario {
    /// Another protocol under the same conditions: the same nodes, weights, links, disks, clocks, clients,
    /// faults and seed. A phase of the same name keeps its threshold, the others get their usual one.
    ///
    /// What was done to single messages and timers cannot be carried over, as another protocol has others;
    /// what somebody asked by hand can. Timers run on their own. What was claimed spoke of the first. A
    /// protocol that is made for links that keep the order gets such.
    #[must_use]
    pub fn under(&self, entry: &'static Entry) -> Self {
        let plain = Self::plain(entry, 0);
        let known = |id| self.spec().phases.iter().position(|phase| phase.id == id);
        let threshold = |id| known(id).and_then(|place| self.thresholds.get(place)).copied();
        let phases = entry.spec.phases.iter().zip(entry.spec.usual(&self.weights));
        let change = |change: &Change| {
            let weights = change.rule.weights();
            Change { rule: Rule::new(weights, &entry.spec.usual(weights)), ..change.clone() }
        };
        let by_asking = |hand: &&Intervention| matches!(hand, Intervention::Propose { .. });
        Self {
            weights: self.weights.clone(),
            thresholds: phases.map(|(phase, usual)| threshold(phase.id).unwrap_or(usual)).collect(),
            seed: self.seed,
            duration: self.duration,
            network: self.network_for(entry),
            disk: self.disk.clone(),
            clocks: self.clocks.clone(),
            clients: self.clients.clone(),
            faults: self.faults.clone(),
            changes: self.changes.iter().map(change).collect(),
            interventions: self.interventions.iter().filter(by_asking).copied().collect(),
            ..plain
        }
    }

    fn network_for(&self, entry: &Entry) -> Network {
        Network { fifo: self.network.fifo || entry.fifo, ..self.network.clone() }
    }

    /// The same conditions with another protocol beside the first: where one of them is made for links
    /// that keep the order, both have such.
    #[must_use]
    pub fn with_beside(&self, entry: &'static Entry) -> Self {
        let Self { thresholds, settings, changes, interventions, .. } = self.under(entry);
        let (timers_by_hand, claims) = (false, Vec::new());
        let beside = Beside { entry, thresholds, settings, timers_by_hand, changes, interventions, claims };
        Self { beside: Some(Box::new(beside)), network: self.network_for(entry), ..self.clone() }
    }

    /// The two protocols in each other's place; `None` where there is but one.
    #[must_use]
    pub fn swapped(&self) -> Option<Self> {
        let Beside { entry, thresholds, settings, timers_by_hand, changes, interventions, claims } =
            (**self.beside.as_ref()?).clone();
        let mut other = Self {
            entry,
            thresholds,
            settings,
            timers_by_hand,
            changes,
            interventions,
            claims,
            ..self.clone()
        };
        other.beside = Some(Box::new(Beside {
            entry: self.entry,
            thresholds: self.thresholds.clone(),
            settings: self.settings.clone(),
            timers_by_hand: self.timers_by_hand,
            changes: self.changes.clone(),
            interventions: self.interventions.clone(),
            claims: self.claims.clone(),
        }));
        Some(other)
    }

    /// The scenario of the first protocol alone.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { beside: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::PROTOCOLS;
    use crate::model::{NodeId, Op, Time};

    #[test]
    fn the_conditions_are_kept_and_what_is_a_protocols_own_is_not() {
        let (first, other) = (&PROTOCOLS[0], &PROTOCOLS[1]);
        let mut scenario = Scenario::plain(first, 5);
        scenario.weights = vec![3, 1, 1, 1, 1];
        let ask = Intervention::Propose { node: NodeId(0), op: Op::Noop, at: Time(1) };
        scenario.interventions = vec![Intervention::Drop { message: 1, at: Time(1) }, ask];
        scenario.timers_by_hand = true;
        scenario.claims = vec![Claim::CLEAN];
        let carried = scenario.under(other);
        assert_eq!((carried.entry, &carried.weights), (other, &scenario.weights));
        assert!(carried.thresholds.iter().all(|threshold| *threshold == 4), "{:?}", carried.thresholds);
        assert_eq!(carried.interventions, [ask]);
        assert!(!carried.timers_by_hand && carried.claims.is_empty());
        scenario.thresholds[0] = 6;
        assert_eq!(scenario.under(first).thresholds[0], 6, "a phase of the same name");
    }

    #[test]
    fn swapping_twice_changes_nothing() {
        let scenario = Scenario::plain(&PROTOCOLS[0], 5);
        assert_eq!(scenario.swapped(), None);
        let two = scenario.with_beside(&PROTOCOLS[1]);
        let swapped = two.swapped().expect("there are two");
        assert_eq!(swapped.entry, &PROTOCOLS[1]);
        assert_eq!(swapped.swapped(), Some(two.clone()));
        assert_eq!(two.alone(), scenario);
    }
}
