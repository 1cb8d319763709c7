//! Everything fixed for a run.

use super::spec::COMMIT;
use crate::machines::MachineSetup;
use crate::model::{NodeId, NodeSet, Setup, SpanRange};
use crate::quorum::Rule;

/// What a server is configured with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who may elect and commit.
    pub rule: Rule,
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
}

impl Config {
    /// From a validated set-up.
    #[must_use]
    pub fn new(setup: &Setup<'_>) -> Self {
        let settings = setup.settings;
        Self {
            rule: Rule::new(setup.weights, setup.thresholds),
            election: settings.range("election"),
            heartbeat: SpanRange::exactly(settings.span("heartbeat")),
            batch: settings.number("batch").max(1),
            prevote: settings.switch("prevote"),
            checkquorum: settings.switch("checkquorum"),
            machine: MachineSetup::of(settings),
            flaws: Flaws {
                counts_old_term: settings.flaw("counts-old-term"),
                votes_without_log: settings.flaw("votes-without-log"),
                forgets_vote: settings.flaw("forgets-vote"),
                truncates_always: settings.flaw("truncates-always"),
            },
        }
    }

    /// The shortest election time-out.
    #[must_use]
    pub fn election_least(&self) -> SpanRange {
        SpanRange::exactly(self.election.least)
    }

    /// Whether servers keep an eye on how long ago the leader was heard.
    #[must_use]
    pub fn minds_contact(&self) -> bool {
        self.prevote || self.checkquorum
    }

    /// Whether a server alone commits what it appends.
    #[must_use]
    pub fn commits_alone(&self, node: NodeId) -> bool {
        self.rule.is_quorum(COMMIT, NodeSet::only(node))
    }
}
