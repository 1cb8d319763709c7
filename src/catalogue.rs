//! Every protocol, registered: the only way in. Menus and tests iterate over this list, and nothing
//! else in the page or the tests names a protocol.

use crate::check::{
    AGREEMENT, Agreement, Backed, ChosenStable, ElectionSafety, LeaderAppendOnly, LeaderCompleteness,
    LogMatching, Monitor, P2c, Property, STATE_MACHINE_SAFETY, Validity,
};
use crate::explore::{Bounded, Bounds};
use crate::model::{Protocol, Settings, Setup, Spec, Time};
use crate::protocols::{paxos::Paxos, raft::Raft, vote::Vote};
use crate::quorum::Rule;
use crate::sim::{Cluster, Plan, Timeline};
use std::sync::Arc;

/// A protocol, what must hold of it, and its scenarios.
#[derive(Debug)]
pub struct Entry {
    /// Its description.
    pub spec: &'static Spec,
    /// What must always hold, newly made for a run.
    pub properties: fn() -> Vec<Box<dyn Property>>,
    /// Its scenarios: name and document. The first is the default.
    pub scenarios: &'static [(&'static str, &'static str)],
    explore: fn(&Rule, &Settings, Vec<Box<dyn Property>>, Bounds) -> Bounded,
    start: fn(&'static Entry, Plan, &Settings, Time) -> Box<dyn Cluster>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.spec.id == other.spec.id
    }
}

/// A gallery document, found by its name.
macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("scenarios/", $name, ".json")))),*]
    };
}

/// Every protocol, in the order of the menus.
pub static PROTOCOLS: &[Entry] = &[
    Entry {
        spec: Raft::SPEC,
        // Phases: elect, commit.
        properties: || {
            vec![
                Box::new(ElectionSafety::new(0)),
                Box::new(LeaderAppendOnly::new()),
                Box::new(LogMatching::new()),
                Box::new(LeaderCompleteness::new(0, 1)),
                Box::new(Agreement::new(&STATE_MACHINE_SAFETY).resting_on(0, 1)),
                Box::new(Validity::new()),
            ]
        },
        scenarios: scenarios![
            "raft/leader-crash",
            "raft/first-election",
            "raft/split-vote",
            "raft/partitioned-leader",
            "raft/disruptive-server",
            "raft/two-leaders",
            "raft/figure-8",
            "raft/votes-without-log",
            "raft/forgets-vote",
            "raft/truncates-always",
        ],
        explore: Bounded::new::<Raft>,
        start: start::<Raft>,
    },
    Entry {
        spec: Paxos::SPEC,
        // Phases: prepare, accept.
        properties: || {
            vec![
                Box::new(Agreement::new(&AGREEMENT).resting_on(0, 1)),
                Box::new(ChosenStable::new(0, 1)),
                Box::new(P2c::new(0)),
                Box::new(Validity::new()),
            ]
        },
        scenarios: scenarios![
            "paxos/two-proposers",
            "paxos/duel",
            "paxos/flexible",
            "paxos/unsafe-thresholds",
            "paxos/ignores-accepted",
            "paxos/forgets-promise",
            "paxos/accepts-below-promise",
            "paxos/counts-across-ballots",
            "paxos/reuses-ballot",
        ],
        explore: Bounded::new::<Paxos>,
        start: start::<Paxos>,
    },
    Entry {
        spec: Vote::SPEC,
        // Phase: decide.
        properties: || {
            vec![Box::new(Backed::new(0)), Box::new(Agreement::new(&AGREEMENT)), Box::new(Validity::new())]
        },
        scenarios: scenarios![
            "vote/weights-decide",
            "vote/in-doubt",
            "vote/counts-heads",
            "vote/counts-twice",
        ],
        explore: Bounded::new::<Vote>,
        start: start::<Vote>,
    },
];

/// The protocol of a name in scenario files.
#[must_use]
pub fn find(id: &str) -> Option<&'static Entry> {
    PROTOCOLS.iter().find(|entry| entry.spec.id == id)
}

/// Starts a run of a protocol, watched by its properties.
#[must_use]
pub fn open(entry: &'static Entry, plan: Plan, settings: &Settings, end: Time) -> Box<dyn Cluster> {
    (entry.start)(entry, plan, settings, end)
}

/// A protocol under a bounded environment, watched by its properties: what an
/// [`Explorer`](crate::explore::Explorer) takes.
#[must_use]
pub fn bounded(entry: &'static Entry, rule: &Rule, settings: &Settings, bounds: Bounds) -> Bounded {
    (entry.explore)(rule, settings, (entry.properties)(), bounds)
}

fn start<P: Protocol>(entry: &'static Entry, plan: Plan, settings: &Settings, end: Time) -> Box<dyn Cluster> {
    let thresholds: Vec<u32> = (0..plan.rule.phases()).map(|phase| plan.rule.threshold(phase)).collect();
    let config = P::configure(&Setup { weights: plan.rule.weights(), thresholds: &thresholds, settings });
    let monitor = Monitor::new((entry.properties)());
    Box::new(Timeline::<P>::new(Arc::new(plan), Arc::new(config), end, Some(Box::new(monitor))))
}
