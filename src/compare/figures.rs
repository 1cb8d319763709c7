//! All numbers of a run, by one yard stick for every protocol.

use super::chain;
use super::deeds::{Deeds, patience};
use crate::model::{Op, Outcome, Spec, Time, TreeOp};
use crate::sim::{Cluster, Kind, Operation, Progress};
use serde::{Deserialize, Serialize};

/// What every message takes on the wire: from whom, to whom, which it is.
pub const HEADER_BYTES: u64 = 16;
/// What each fact of a message takes.
pub const WORD_BYTES: u64 = 4;
/// The chains of so many answers are followed.
const CHAINS_MAX: usize = 2_000;

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Requests of clients.
    pub asked: u32,
    /// Those answered with anything but a refusal.
    pub answered: u32,
    /// Refusals, and waits in vain: see [`super::Deed::Refused`].
    pub refused: u32,
    /// Requests that have no answer at the end.
    pub open: u32,
    /// Reads of something old.
    pub stale: u32,
    /// Writes that were acknowledged and are gone; `None` where the protocol does not show where it would
    /// keep them.
    pub lost: Option<u32>,
    /// Messages between two nodes.
    pub messages: u32,
    /// Of these, those that never arrived.
    pub dropped: u32,
    /// Requests and answers between clients and nodes, every try counted.
    pub with_clients: u32,
    /// An estimate of all messages between nodes: see [`bytes`], and [`Trace::bulk`](crate::sim::Trace::bulk).
    pub bytes: u64,
    /// Messages in a row from a write's arrival to its answer, the median: two are a round trip.
    pub in_a_row: Option<u32>,
    /// How long writes took that took effect, in µs: the median.
    pub median_us: Option<u64>,
    /// The same: 95 of a hundred took no longer.
    pub p95_us: Option<u64>,
    /// Time in which some request waited that waited longer than its client has patience, in µs.
    pub unavailable_us: u64,
    /// The names of the properties that broke, in the order in which they did.
    pub violations: Vec<String>,
    /// Whether the run stopped before its end, because it had too many events.
    pub cut_short: bool,
}

/// An estimate of what a message takes on the wire: a header, and a word for each fact that the protocol
/// names of it. What it carries beside them is in [`Trace::bulk`](crate::sim::Trace::bulk).
#[must_use]
pub fn bytes(spec: &Spec, code: u8) -> u64 {
    let facts = spec.messages.get(usize::from(code)).map_or(0, |word| word.args.len() as u64);
    HEADER_BYTES + WORD_BYTES * facts
}

/// Whether an operation changes anything.
const fn is_write(op: Op) -> bool {
    match op {
        Op::Read { .. } | Op::ReadAt { .. } | Op::Tree(TreeOp::List(_)) => false,
        Op::Noop
        | Op::Write { .. }
        | Op::Cas { .. }
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Pair { .. }
        | Op::Reweigh { .. }
        | Op::Clock { .. }
        | Op::End { .. }
        | Op::Tree(_) => true,
    }
}

impl Figures {
    /// Of a run that has come to its end.
    #[must_use]
    pub fn of(run: &dyn Cluster) -> Self {
        let (operations, spec) = (run.history().operations(), run.spec());
        let mut figures = Self { asked: operations.len() as u32, ..Self::default() };
        for record in run.trace().records() {
            let between = record.node != record.peer;
            figures.with_clients += u32::from(matches!(record.kind, Kind::Call | Kind::Return));
            figures.dropped += u32::from(between && record.kind == Kind::Vanish);
            if between && record.kind == Kind::Send {
                figures.messages += 1;
                figures.bytes += bytes(spec, record.code);
            }
        }
        figures.bytes += run.trace().bulk();
        let deeds = Deeds::of(run);
        let all = deeds.until(Time(u64::MAX));
        (figures.answered, figures.refused, figures.stale) = (all.answered, all.refused, all.stale);
        figures.lost = deeds.knows_lost.then_some(all.lost);
        figures.open = operations.iter().filter(|one| one.returned.is_none()).count() as u32;
        figures.unavailable_us = unavailable(run, operations);
        let writes = || {
            operations.iter().filter(|one| {
                let took_effect = |(_, _, outcome)| matches!(outcome, Outcome::Done | Outcome::Granted(_));
                is_write(one.command.op) && one.returned.is_some_and(took_effect)
            })
        };
        let mut took: Vec<u64> =
            writes().filter_map(|one| one.returned.map(|(at, ..)| (at - one.called).0)).collect();
        took.sort_unstable();
        figures.median_us = at_share(&took, 50);
        figures.p95_us = at_share(&took, 95);
        let mut rows: Vec<u64> =
            writes().take(CHAINS_MAX).filter_map(|one| chain::messages(run, one)).map(u64::from).collect();
        rows.sort_unstable();
        figures.in_a_row = at_share(&rows, 50).map(|row| row as u32);
        for violation in run.violations() {
            let name = violation.property.id;
            if !figures.violations.iter().any(|known| known == name) {
                figures.violations.push(name.to_owned());
            }
        }
        figures.cut_short = run.computed() < run.end();
        figures
    }

    /// Runs to the end and measures.
    #[must_use]
    pub fn of_whole(mut run: Box<dyn Cluster>) -> Self {
        while run.advance(10_000) == Progress::Running {}
        Self::of(&*run)
    }
}

/// The least of a sorted list that so many of a hundred do not exceed.
fn at_share(sorted: &[u64], percent: usize) -> Option<u64> {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied()
}

/// The time covered by waits that were longer than their clients have patience.
fn unavailable(run: &dyn Cluster, operations: &[Operation]) -> u64 {
    let (plan, end) = (run.plan(), run.computed());
    let long = |one: &&Operation| {
        let until = one.returned.map_or(end, |(at, ..)| at);
        until - one.called > patience(plan, one)
    };
    let (mut covered, mut sum) = (Time(0), 0);
    // In the order of the calls.
    for one in operations.iter().filter(long) {
        let until = one.returned.map_or(end, |(at, ..)| at);
        let from = one.called.max(covered);
        if until > from {
            sum += (until - from).0;
            covered = until;
        }
    }
    sum
}
