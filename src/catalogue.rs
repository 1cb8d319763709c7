//! Every protocol, registered: the only way in. Menus and tests iterate over this list, and nothing
//! else in the page or the tests names a protocol.

use crate::check::linear::Model;
use crate::check::{
    AGREEMENT, Agreement, Answered, Answers, Backed, Calm, ChosenStable, Contended, Decides, Doubt,
    ElectionSafety, Goals, Ground, KnownToAll, LINEARIZABLE, LeaderAppendOnly, LeaderCompleteness,
    LeaderReplaced, Leads, LogMatching, Monitor, P2c, Point, Property, STATE_MACHINE_SAFETY, Spreads,
    Validity,
};
use crate::explore::{Bounded, Bounds};
use crate::model::{NodeSet, PropertyKind, PropertyWord, Protocol, Settings, Setup, Span, Spec, Time};
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
    /// What must come true in calm, and what may at any time, newly made for a run.
    pub goals: fn(&Setup<'_>) -> Goals,
    /// What its clients take the cluster for, if its answers are to be linearizable.
    pub model: Option<Model>,
    /// Its scenarios: name and document. The first is the default.
    pub scenarios: &'static [(&'static str, &'static str)],
    explore: Explore,
    start: fn(&'static Entry, Plan, &Settings, Time) -> Box<dyn Cluster>,
}

/// Makes a protocol a system to explore: its rule, settings, properties and budgets.
type Explore = fn(&Rule, &Settings, Vec<Box<dyn Property>>, Bounds) -> Bounded;

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
        goals: |setup| Goals {
            eventually: {
                let election = setup.settings.range("election").most.0;
                let heartbeat = setup.settings.span("heartbeat").0;
                let everybody = NodeSet::full(setup.weights.len());
                vec![
                    (Box::new(Leads::new(RAFT, 1)), Span(3 * election + heartbeat)),
                    (Box::new(Answers::new(RAFT)), Span(3 * election + heartbeat)),
                    (Box::new(Spreads::new(RAFT, everybody)), Span(3 * election + 2 * heartbeat)),
                ]
            },
            sometimes: vec![
                Box::new(Point::leader_elected()),
                Box::new(LeaderReplaced::default()),
                Box::new(Point::decided(true)),
                Box::new(KnownToAll::default()),
                Box::new(Answered),
            ],
        },
        model: Some(Model::Kv),
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
        goals: |setup| {
            let nodes = setup.weights.len();
            let others = nodes.saturating_sub(setup.settings.number("learners") as usize);
            let learners = NodeSet::full(nodes).minus(NodeSet::full(others));
            let retry = setup.settings.range("retry").most.0;
            let learn = setup.settings.range("learn").most.0;
            Goals {
                eventually: vec![
                    (Box::new(Decides::new(PAXOS)), Span(4 * retry)),
                    // A learner asks three times, and then proposes in order to learn.
                    (Box::new(Spreads::new(PAXOS, learners)), Span(4 * learn + 4 * retry)),
                    (Box::new(Answers::new(PAXOS)), Span(4 * retry + learn)),
                ],
                sometimes: vec![
                    Box::new(Point::decided(false)),
                    Box::new(Contended),
                    Box::new(KnownToAll::default()),
                    Box::new(Answered),
                ],
            }
        },
        model: Some(Model::Once),
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
        goals: |setup| Goals {
            eventually: {
                let (retry, doubt) =
                    (setup.settings.range("retry").most.0, setup.settings.range("doubt").most.0);
                vec![
                    (Box::new(Doubt::new(VOTE)), Span(retry + doubt)),
                    (Box::new(Answers::new(VOTE).by_whom_it_asked()), Span(2 * retry)),
                ]
            },
            sometimes: vec![
                Box::new(Point::carried()),
                Box::new(Point::rejected()),
                Box::new(KnownToAll::default()),
                Box::new(Answered),
            ],
        },
        model: None,
        scenarios: scenarios![
            "vote/weights-decide",
            "vote/in-doubt",
            "vote/blocked",
            "vote/counts-heads",
            "vote/counts-twice",
        ],
        explore: Bounded::new::<Vote>,
        start: start::<Vote>,
    },
];

const RAFT: Ground = Ground {
    phases: &[(0, Raft::SPEC.phases[0].name), (1, Raft::SPEC.phases[1].name)],
    epoch: Raft::SPEC.epoch,
};
const PAXOS: Ground = Ground {
    phases: &[(0, Paxos::SPEC.phases[0].name), (1, Paxos::SPEC.phases[1].name)],
    epoch: Paxos::SPEC.epoch,
};
const VOTE: Ground = Ground { phases: &[(0, Vote::SPEC.phases[0].name)], epoch: Vote::SPEC.epoch };

impl Entry {
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
    let setup = Setup { weights: plan.rule.weights(), thresholds: &thresholds, settings };
    let config = P::configure(&setup);
    let goals = (entry.goals)(&setup);
    let calm = Calm::of(&plan, end);
    let mut monitor = Monitor::new((entry.properties)());
    if let Some(model) = entry.model {
        monitor = monitor.with_clients(model);
    }
    let monitor = monitor.with_goals(goals, calm);
    Box::new(Timeline::<P>::new(Arc::new(plan), Arc::new(config), end, Some(Box::new(monitor))))
}
