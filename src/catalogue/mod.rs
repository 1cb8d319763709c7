//! Every protocol, registered: the only way in. Menus and tests iterate over this list, and nothing
//! else in the page or the tests names a protocol.

mod abd;
mod assumptions;
mod average;
mod caspaxos;
mod commit;
mod lock_service;
mod majority_lock;
mod multi_paxos;
mod paxos;
mod primary_backup;
mod problems;
mod raft;
mod replicated_commit;
mod versions;
mod vote;
mod zab;

pub use assumptions::Assumption;
pub use problems::{PROBLEMS, Problem};

use crate::check::linear::Model;
use crate::check::{Calm, Goals, LINEARIZABLE, Monitor, Property};
use crate::explore::{Bounded, Bounds};
use crate::machines::{MachineKind, MachineSetup};
use crate::model::{Figure, PropertyKind, PropertyWord, Protocol, Settings, Setup, Span, Spec, Text, Time};
use crate::quorum::Rule;
use crate::sim::{Cluster, FaultKind, Observer, Plan, Timeline};
use std::sync::Arc;

/// A protocol, what must hold of it, and its scenarios.
#[derive(Debug)]
pub struct Entry {
    /// Its description.
    pub spec: &'static Spec,
    /// What it is good for.
    pub about: About,
    /// What must always hold, newly made for a run.
    pub properties: fn() -> Vec<Box<dyn Property>>,
    /// What must come true in calm, and what may at any time, newly made for a run.
    pub goals: fn(&Setup<'_>) -> Goals,
    /// What theory foretells of a run, and what the run has come to; `None` where there is nothing to
    /// compare.
    pub figures: Option<Figures>,
    /// What its clients take the cluster for, if its answers are to be linearizable.
    pub model: Option<Model>,
    /// Those of its properties that it does not promise: they are watched, and where they break, that is a
    /// lesson and no defect.
    pub unpromised: &'static [Unpromised],
    /// Whether it is made for links that keep the order, and break when a node crashes.
    pub fifo: bool,
    /// Its scenarios: name and document. The first is the default.
    pub scenarios: &'static [(&'static str, &'static str)],
    explore: Explore,
    start: fn(&'static Entry, Plan, &Settings, Time) -> Box<dyn Cluster>,
}

/// What a protocol is good for, in a sentence each, for who compares them.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The problem that it solves.
    pub problem: Text,
    /// What it guarantees.
    pub guarantees: Text,
    /// What it costs where nothing fails: delays and messages.
    pub cost: Text,
    /// Which failures it stands.
    pub tolerates: Text,
    /// What common articles get wrong about it, put right.
    pub misreadings: &'static [Text],
}

/// A property that people expect and that a protocol does not promise.
#[derive(Clone, Copy, Debug)]
pub struct Unpromised {
    /// The name of one of [`Entry::properties`], or of linearizability.
    pub property: &'static str,
    /// Why it does not, in a sentence.
    pub why: Text,
    /// What it would have to be able to take for granted; nothing where it does not hold even so.
    pub assumes: &'static [Assumption],
}

/// The figures of a run from its set-up and the run itself, which stands at the moment looked at.
pub type Figures = fn(&Setup<'_>, &dyn Cluster) -> Vec<Figure>;

/// Makes a protocol a system to explore: its rule, settings, properties, what clients take it for, and
/// budgets.
type Explore = fn(&Rule, &Settings, Vec<Box<dyn Property>>, Option<Model>, Bounds) -> Bounded;

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.spec.id == other.spec.id
    }
}

/// A gallery document, found by its name.
macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../scenarios/", $name, ".json")))),*]
    };
}
use scenarios;

/// Every protocol, in the order of the menus.
pub static PROTOCOLS: &[Entry] = &[
    // One log for all.
    raft::ENTRY,
    multi_paxos::ENTRY,
    zab::ENTRY,
    // One value, or one register.
    paxos::ENTRY,
    caspaxos::ENTRY,
    abd::ENTRY,
    // Available whatever happens.
    versions::ENTRY,
    primary_backup::ENTRY,
    // Yes or no.
    vote::ENTRY,
    commit::TWO_PHASE,
    commit::THREE_PHASE,
    commit::PAXOS,
    replicated_commit::ENTRY,
    // Locks.
    lock_service::ENTRY,
    majority_lock::ENTRY,
    // A number.
    average::ENTRY,
];

impl Entry {
    /// What its clients take the cluster for in a run until then: the model of what is replicated. A lock is
    /// free again when its lease is over, which no history tells; it does where none can be over by then.
    #[must_use]
    pub fn model_in(&self, settings: &Settings, plan: &Plan, end: Time) -> Option<Model> {
        self.model_where(settings, lasts(MachineSetup::of(settings).lease, plan, end))
    }

    /// The same, by whether no lease can be over.
    fn model_where(&self, settings: &Settings, leases_last: bool) -> Option<Model> {
        let model = self.model?;
        Some(match MachineKind::of(settings) {
            MachineKind::Kv | MachineKind::Register | MachineKind::Shard => model,
            MachineKind::Tree => Model::Tree,
            MachineKind::Locks if leases_last => Model::Fenced,
            MachineKind::Locks => Model::Leased,
        })
    }

    /// What is known of a property that the protocol does not promise; `None` where it does.
    #[must_use]
    pub fn unpromised(&self, property: &str) -> Option<&'static Unpromised> {
        self.unpromised.iter().find(|known| known.property == property)
    }

    /// Every property of the protocol, of every kind, in the order in which a run's standings list them.
    #[must_use]
    pub fn words(&self) -> Vec<(PropertyKind, &'static PropertyWord)> {
        let settings = Settings::defaults(self.spec.settings);
        let thresholds = vec![1; self.spec.phases.len()];
        let goals = (self.goals)(&Setup { weights: &[1], thresholds: &thresholds, settings: &settings });
        let always = (self.properties)();
        let always = always.iter().map(|property| (PropertyKind::Always, property.word()));
        let always = always.chain(self.model.map(|_| (PropertyKind::Always, &LINEARIZABLE)));
        let eventually = goals.eventually.iter().map(|(goal, _)| (PropertyKind::Eventually, goal.word()));
        let sometimes = goals.sometimes.iter().map(|point| (PropertyKind::Sometimes, point.word()));
        always.chain(eventually).chain(sometimes).collect()
    }
}

/// Whether no clock of a run gets as far as a lease lasts.
fn lasts(lease: Span, plan: &Plan, end: Time) -> bool {
    if plan.faults.iter().any(|fault| matches!(fault.kind, FaultKind::Jump { .. })) {
        return false;
    }
    let fastest = plan.clocks.iter().map(|clock| clock.drift_ppm.max(0)).max().unwrap_or_default();
    u128::from(end.0) * (1_000_000 + u128::from(fastest.unsigned_abs())) < u128::from(lease.0) * 1_000_000
}

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
    (entry.explore)(rule, settings, (entry.properties)(), entry.model_where(settings, false), bounds)
}

fn start<P: Protocol>(entry: &'static Entry, plan: Plan, settings: &Settings, end: Time) -> Box<dyn Cluster> {
    let thresholds = plan.rule.thresholds();
    let setup = Setup { weights: plan.rule.weights(), thresholds: &thresholds, settings };
    let (config, later) = configs::<P>(&setup, &plan);
    let goals = (entry.goals)(&setup);
    let calm = Calm::of(&plan, end);
    let mut monitor = Monitor::new((entry.properties)());
    if let Some(model) = entry.model_in(settings, &plan, end).filter(|_| P::linearizable(&setup)) {
        monitor = monitor.with_clients(model);
    }
    let unpromised = |id: &str| entry.unpromised(id).is_some();
    let monitor = monitor.with_goals(goals, calm).without_promise(unpromised);
    let (plan, observer) = (Arc::new(plan), Some(Box::new(monitor) as Box<dyn Observer>));
    Box::new(Timeline::<P>::with_changes(plan, Arc::new(config), later, end, observer))
}

/// What each planned change makes of a configuration.
type Later<P> = Arc<[Arc<<P as Protocol>::Config>]>;

/// The configuration of a run, and what each planned change makes of it where it is made by hand.
fn configs<P: Protocol>(setup: &Setup<'_>, plan: &Plan) -> (P::Config, Later<P>) {
    let thresholds: Vec<Vec<u32>> = plan.changes.iter().map(|change| change.rule.thresholds()).collect();
    let changes = plan.changes.iter().zip(&thresholds);
    let changes =
        changes.map(|(change, thresholds)| Setup { weights: change.rule.weights(), thresholds, ..*setup });
    let changes: Vec<Setup<'_>> = changes.collect();
    let config = |setup: &Setup<'_>| {
        let mut config = P::configure(setup);
        P::plan(&mut config, &changes);
        config
    };
    (config(setup), changes.iter().map(|change| Arc::new(config(change))).collect())
}
