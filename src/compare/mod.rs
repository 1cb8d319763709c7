//! One scenario, many protocols: the same nodes, weights, links, disks, clocks, faults and clients over
//! any of the catalogue, and what came of it side by side.
//!
//! Problem: protocols are compared by what articles say of them, seldom by the same hours of bad weather.
//! Idea: a scenario is carried over to each protocol ([`crate::scenario::Scenario::under`]), run to its
//! end, and measured by one yard stick, [`Figures`]. What was done by hand to single messages and timers
//! belongs to one protocol and stays with it.
//!
//! | question | file |
//! |---|---|
//! | what came of each request, and when? | [`Deeds`] |
//! | how many messages in a row did an answer take? | `chain` |
//! | what was acknowledged and is gone? | `kept` |
//! | all numbers of a run | [`Figures`] |
//!
//! ```
//! use quorate::{catalogue::PROTOCOLS, compare::Comparison, scenario::Scenario};
//! let scenario = Scenario::plain(&PROTOCOLS[0], 3);
//! let mut comparison = Comparison::new(&scenario, &[&PROTOCOLS[0], &PROTOCOLS[1]]);
//! while comparison.advance(10_000) {}
//! let figures: Vec<_> = comparison.rows().iter().filter_map(|row| row.figures.as_ref()).collect();
//! assert_eq!(figures.len(), 2);
//! assert!(figures[0].answered > 0 && figures[0].violations.is_empty());
//! ```

mod chain;
mod deeds;
mod figures;
mod kept;
#[cfg(test)]
mod tests;

pub use deeds::{Bucket, Deed, Deeds};
pub use figures::{Figures, HEADER_BYTES, WORD_BYTES, bytes};

use crate::catalogue::Entry;
use crate::scenario::Scenario;
use crate::sim::{Cluster, Progress};

/// A protocol in a comparison.
pub struct Row {
    /// Which.
    pub entry: &'static Entry,
    /// Its scenario.
    pub scenario: Scenario,
    /// What came of it, once its run has come to its end.
    pub figures: Option<Figures>,
}

/// Several protocols under the same conditions, run one after the other.
pub struct Comparison {
    rows: Vec<Row>,
    run: Option<Box<dyn Cluster>>,
}

impl Comparison {
    /// A comparison that is yet to be computed. A protocol that the scenario sets up itself keeps that
    /// set-up, all others have their usual one.
    #[must_use]
    pub fn new(scenario: &Scenario, entries: &[&'static Entry]) -> Self {
        let row = |entry: &&'static Entry| Row { entry, scenario: set_up(scenario, entry), figures: None };
        Self { rows: entries.iter().map(row).collect(), run: None }
    }

    /// Computes on, about as much as so many events take; whether there is more to do.
    pub fn advance(&mut self, events: u32) -> bool {
        let Some(row) = self.rows.iter_mut().find(|row| row.figures.is_none()) else { return false };
        let run = self.run.get_or_insert_with(|| row.scenario.run());
        if run.advance(events) != Progress::Running {
            row.figures = Some(Figures::of(&**run));
            self.run = None;
        }
        self.rows.iter().any(|row| row.figures.is_none())
    }

    /// Every protocol, in the order in which they were given.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How much of all runs is computed, from 0 to 1.
    #[must_use]
    pub fn part(&self) -> f64 {
        let done = self.rows.iter().filter(|row| row.figures.is_some()).count() as f64;
        let now = self.run.as_ref().map_or(0.0, |run| run.computed().0 as f64 / run.end().0.max(1) as f64);
        (done + now) / self.rows.len().max(1) as f64
    }
}

/// The scenario under a protocol: as it is set up where it is the first or stands beside it.
fn set_up(scenario: &Scenario, entry: &'static Entry) -> Scenario {
    if scenario.entry == entry {
        return scenario.alone();
    }
    match scenario.swapped() {
        Some(other) if other.entry == entry => other.alone(),
        Some(_) | None => scenario.under(entry),
    }
}
