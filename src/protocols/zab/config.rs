//! Everything fixed for a run.

use crate::machines::MachineSetup;
use crate::model::{NodeId, NodeSet, Setup, SpanRange};
use crate::quorum::Rule;

/// What a server is configured with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who decides, in each phase.
    pub rule: Rule,
    /// Who votes: everybody of some weight. The others observe.
    pub voters: NodeSet,
    /// How long a follower waits for its leader, and a leader for its followers.
    pub timeout: SpanRange,
    /// How often both show that they are here.
    pub tick: SpanRange,
    /// How often a vote is repeated.
    pub notify: SpanRange,
    /// How long an election with a quorum waits for a better vote.
    pub settle: SpanRange,
    /// Whether a server answers reads by itself.
    pub local_reads: bool,
    /// After so many transactions the history is compacted; 0: never.
    pub snapshot: u32,
    /// What the history drives.
    pub machine: MachineSetup,
    /// Classic mistakes.
    pub flaws: Flaws,
}

/// Classic mistakes, all off but for a lesson.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flaws {
    /// The leader hands over no history.
    pub skips_sync: bool,
    /// A follower acknowledges NEWLEADER before the history is on disk.
    pub acks_early: bool,
    /// The leader counts on from its own epoch, and asks for no quorum's promise.
    pub stale_epoch: bool,
    /// Messages are taken as they come.
    pub unordered: bool,
}

impl Config {
    /// From a validated set-up.
    #[must_use]
    pub fn new(setup: &Setup<'_>) -> Self {
        let settings = setup.settings;
        let rule = Rule::new(setup.weights, setup.thresholds);
        let voters = rule.voters();
        Self {
            rule,
            voters,
            timeout: settings.range("timeout"),
            tick: SpanRange::exactly(settings.span("tick")),
            notify: SpanRange::exactly(settings.span("notify")),
            settle: SpanRange::exactly(settings.span("settle")),
            local_reads: settings.choice("reads") == 1,
            snapshot: settings.number("snapshot"),
            machine: MachineSetup::of(settings),
            flaws: Flaws {
                skips_sync: settings.flaw("skips-sync"),
                acks_early: settings.flaw("acks-before-durable"),
                stale_epoch: settings.flaw("stale-epoch"),
                unordered: settings.flaw("unordered-channels"),
            },
        }
    }

    /// Whether a server only learns.
    #[must_use]
    pub fn observes(&self, node: NodeId) -> bool {
        !self.voters.contains(node)
    }
}
