//! Everything fixed for a run.

use crate::machines::MachineSetup;
use crate::model::{Setup, Span, SpanRange};
use crate::quorum::Rule;

/// What a node is configured with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who may promise and accept.
    pub rule: Rule,
    /// From what range election time-outs are drawn.
    pub election: SpanRange,
    /// How often a leader makes itself heard.
    pub heartbeat: SpanRange,
    /// How far a leader proposes beyond what is chosen without a gap.
    pub window: u32,
    /// After how many slots a snapshot is taken; 0: never.
    pub snapshot: u32,
    /// What the log drives.
    pub machine: MachineSetup,
    /// How long a lease lasts, if leaders have one.
    pub lease: Option<Span>,
    /// Classic mistakes.
    pub flaws: Flaws,
}

/// Classic mistakes, all off but for a lesson.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flaws {
    /// Executes what is chosen behind a gap.
    pub skips_gaps: bool,
    /// A new leader proposes fresh commands before what phase 1 returned.
    pub fresh_first: bool,
    /// A lease longer than the election time-out.
    pub long_lease: bool,
}

impl Config {
    /// From a validated set-up.
    #[must_use]
    pub fn new(setup: &Setup<'_>) -> Self {
        let settings = setup.settings;
        let election = settings.range("election");
        let flaws = Flaws {
            skips_gaps: settings.flaw("skips-gaps"),
            fresh_first: settings.flaw("fresh-first"),
            long_lease: settings.flaw("long-lease"),
        };
        // An eighth less than its grantors wait: clocks drift.
        let sound = settings.switch("leases").then(|| Span(election.least.0 - election.least.0 / 8));
        let long = flaws.long_lease.then(|| Span(election.most.0.saturating_mul(4)));
        Self {
            rule: Rule::new(setup.weights, setup.thresholds),
            election,
            heartbeat: SpanRange::exactly(settings.span("heartbeat")),
            window: settings.number("window").max(1),
            snapshot: settings.number("snapshot"),
            machine: MachineSetup::of(settings),
            lease: long.or(sound),
            flaws,
        }
    }
}
