//! Everything fixed for a run.

use super::reads::Reads;
use super::spec::{COMMIT, ELECT};
use crate::machines::MachineSetup;
use crate::model::{InForce, NodeId, NodeSet, Setup, Span, SpanRange};
use crate::quorum::{Rule, apart};
use std::sync::Arc;

/// What a server is configured with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who may elect and commit, as the servers are configured; the log may know better.
    pub rule: Rule,
    /// Who keeps this log, among all nodes: each of several groups may keep one of its own.
    pub servers: NodeSet,
    /// How many configurations may follow.
    pub changes: u8,
    /// Of every configuration and every other, the rule while one gives way to the other.
    rules: Arc<[Rule]>,
    /// Of every two, whether a change between them is made in one step.
    steps: Arc<[bool]>,
    /// Whether that is done at all.
    single: bool,
    /// From what range election time-outs are drawn.
    pub election: SpanRange,
    /// How often a leader makes itself heard.
    pub heartbeat: SpanRange,
    /// The most entries of one append.
    pub batch: u32,
    /// Whether to ask before standing for election.
    pub prevote: bool,
    /// Whether a leader without a quorum steps down.
    pub checkquorum: bool,
    /// How reads are answered.
    pub reads: Reads,
    /// How long a leader may rely on a round of heartbeats.
    pub lease: Span,
    /// After how many entries a snapshot is taken; 0 for never.
    pub snapshot_every: u32,
    /// What the log drives.
    pub machine: MachineSetup,
    /// Classic mistakes.
    pub flaws: Flaws,
}

/// Classic mistakes, all off but for a lesson.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flaws {
    /// Commits an earlier term's entry by counting.
    pub counts_old_term: bool,
    /// Votes without comparing logs.
    pub votes_without_log: bool,
    /// Forgets its vote at a crash.
    pub forgets_vote: bool,
    /// Truncates its log without a conflict.
    pub truncates_always: bool,
    /// Changes the configuration in one step, whatever it is.
    pub single_step: bool,
    /// Changes the configuration before an entry of its own term is committed.
    pub early_change: bool,
    /// Answers reads without asking anybody.
    pub local_reads: bool,
    /// Relies on a lease by a clock that runs slow.
    pub lease_drifts: bool,
}

/// How much slower the clock of a leader with the flaw runs than it believes.
const DRIFT: u64 = 20;

impl Config {
    /// From a validated set-up.
    #[must_use]
    pub fn new(setup: &Setup<'_>) -> Self {
        let settings = setup.settings;
        let flaw = |id| settings.flaw(id);
        let reads = match settings.choice("reads") {
            _ if flaw("local-reads") => Reads::Local,
            _ if flaw("lease-drifts") => Reads::Lease,
            0 => Reads::Log,
            1 => Reads::ReadIndex,
            _ => Reads::Lease,
        };
        let least = settings.range("election").least;
        let within = Span(least.0 * (100 - u64::from(settings.number("drift").min(99))) / 100);
        Self {
            rule: Rule::new(setup.weights, setup.thresholds),
            servers: NodeSet::full(setup.weights.len()),
            changes: 0,
            rules: Arc::new([]),
            steps: Arc::new([]),
            single: settings.choice("change") == 1 || flaw("single-step") || flaw("early-change"),
            election: settings.range("election"),
            heartbeat: SpanRange::exactly(settings.span("heartbeat")),
            batch: settings.number("batch").max(1),
            prevote: settings.switch("prevote"),
            checkquorum: settings.switch("checkquorum"),
            reads,
            lease: if flaw("lease-drifts") { Span(least.0 * DRIFT) } else { within },
            snapshot_every: settings.number("snapshot-every"),
            machine: MachineSetup::of(settings),
            flaws: Flaws {
                counts_old_term: settings.flaw("counts-old-term"),
                votes_without_log: settings.flaw("votes-without-log"),
                forgets_vote: settings.flaw("forgets-vote"),
                truncates_always: settings.flaw("truncates-always"),
                single_step: flaw("single-step"),
                early_change: flaw("early-change"),
                local_reads: flaw("local-reads"),
                lease_drifts: flaw("lease-drifts"),
            },
        }
    }

    /// Is told which configurations may follow.
    pub fn plan(&mut self, changes: &[Setup<'_>]) {
        let later = changes.iter().map(|setup| Rule::new(setup.weights, setup.thresholds));
        let all: Vec<Rule> = [self.rule.clone()].into_iter().chain(later).collect();
        let pairs = || all.iter().flat_map(|now| all.iter().map(move |next| (now, next)));
        let joint =
            |(now, next): (&Rule, &Rule)| if now == next { now.clone() } else { Rule::joint(now, next) };
        // Each quorum that elects by one has to meet those of both phases by the other.
        let meet = |now: &Rule, next: &Rule, phase| {
            apart(now, ELECT, next, phase).is_none() && apart(next, ELECT, now, phase).is_none()
        };
        let near = |(now, next): (&Rule, &Rule)| meet(now, next, ELECT) && meet(now, next, COMMIT);
        self.changes = changes.len() as u8;
        self.steps = pairs().map(|pair| self.single && (self.flaws.single_step || near(pair))).collect();
        self.rules = pairs().map(joint).collect();
    }

    fn place(&self, now: u8, next: u8) -> usize {
        usize::from(now) * (usize::from(self.changes) + 1) + usize::from(next)
    }

    /// The rule in force.
    #[must_use]
    pub fn in_force(&self, in_force: InForce) -> &Rule {
        let place = self.place(in_force.now, in_force.next.unwrap_or(in_force.now));
        self.rules.get(place).unwrap_or(&self.rule)
    }

    /// Whether a change is made in one step: where all quorums of the two configurations meet, and the
    /// settings say so.
    #[must_use]
    pub fn at_once(&self, now: u8, next: u8) -> bool {
        self.steps.get(self.place(now, next)).copied().unwrap_or(false)
    }

    /// Whether servers hold to a leader that they hear, and ignore candidates meanwhile.
    #[must_use]
    pub fn holds_to_leader(&self) -> bool {
        self.checkquorum || self.reads == Reads::Lease
    }

    /// The shortest election time-out.
    #[must_use]
    pub fn election_least(&self) -> SpanRange {
        SpanRange::exactly(self.election.least)
    }

    /// Whether servers keep an eye on how long ago the leader was heard.
    #[must_use]
    pub fn minds_contact(&self) -> bool {
        self.prevote || self.holds_to_leader()
    }

    /// Whether a server alone commits what it appends.
    #[must_use]
    pub fn commits_alone(&self, node: NodeId) -> bool {
        self.rule.is_quorum(COMMIT, NodeSet::only(node))
    }
}
