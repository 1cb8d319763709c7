//! What came of each request, and when: answered, refused, stale, lost.

use super::kept;
use crate::check::guarantees::Sessions;
use crate::model::{Op, Outcome, Span, Time};
use crate::sim::{ClientPlan, Cluster, Kind, Operation, Plan};
use std::collections::BTreeMap;

/// What a client was told, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It was answered, in whatever way but a refusal.
    Answered,
    /// It was refused, told that nobody knows what became of it, or (a write) that another value is decided; or
    /// it waited in vain for as long as its client has patience: each such wait counts.
    Refused,
    /// It read what was older than what had been acknowledged before; it counts as answered too.
    Stale,
    /// It was told that its write is done, and in the end no node that is up has it, nor anything that
    /// was written later or at the same time. At the moment of the acknowledgement.
    Lost,
}

/// All that came of a run's requests, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Deeds {
    list: Vec<(Time, Deed)>,
    /// Whether it can be told what is lost.
    pub knows_lost: bool,
}

/// The deeds of a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// See [`Deed::Answered`].
    pub answered: u32,
    /// See [`Deed::Refused`].
    pub refused: u32,
    /// See [`Deed::Stale`].
    pub stale: u32,
    /// See [`Deed::Lost`].
    pub lost: u32,
}

impl Bucket {
    fn count(&mut self, deed: Deed) {
        match deed {
            Deed::Answered => self.answered += 1,
            Deed::Refused => self.refused += 1,
            Deed::Stale => self.stale += 1,
            Deed::Lost => self.lost += 1,
        }
    }
}

/// How long a client waits in vain before it counts.
pub(super) fn patience(plan: &Plan, operation: &Operation) -> Span {
    let client = plan.clients.get(usize::from(operation.command.request.client.0));
    client.map_or_else(|| ClientPlan::default().retry, |client| client.retry)
}

/// Whether an answer says no: that nothing is known or done, or that a write found another value decided.
pub(super) fn is_refusal(op: Op, outcome: Outcome) -> bool {
    let another = matches!((op, outcome), (Op::Write { .. }, Outcome::Value(_)));
    another || matches!(outcome, Outcome::Refused | Outcome::Redirect(_) | Outcome::Unknown)
}

impl Deeds {
    /// Of a run, as far as it is computed.
    #[must_use]
    pub fn of(run: &dyn Cluster) -> Self {
        let (operations, plan, end) = (run.history().operations(), run.plan(), run.computed());
        let mut list = Vec::new();
        for operation in operations {
            if let Some((at, _, outcome)) = operation.returned {
                let deed =
                    if is_refusal(operation.command.op, outcome) { Deed::Refused } else { Deed::Answered };
                list.push((at, deed));
            }
        }
        list.extend(waits_in_vain(run, plan).into_iter().map(|at| (at, Deed::Refused)));
        let stale = Sessions::of(operations, end).reads.into_iter().filter(|read| read.versions > 0);
        let at = |place: u32| operations.get(place as usize)?.returned.map(|(at, ..)| at);
        list.extend(stale.filter_map(|read| Some((at(read.read)?, Deed::Stale))));
        let lost = kept::lost(run);
        let knows_lost = lost.is_some();
        list.extend(lost.unwrap_or_default().into_iter().filter_map(|place| Some((at(place)?, Deed::Lost))));
        list.sort_unstable();
        Self { list, knows_lost }
    }

    /// How many of each up to and including a moment.
    #[must_use]
    pub fn until(&self, at: Time) -> Bucket {
        let mut out = Bucket::default();
        self.list.iter().take_while(|(when, _)| *when <= at).for_each(|(_, deed)| out.count(*deed));
        out
    }

    /// How many of each in every stretch of that length, up to `end`.
    #[must_use]
    pub fn buckets(&self, length: Span, end: Time) -> Vec<Bucket> {
        let length = length.0.max(1);
        let mut out = vec![Bucket::default(); end.0.div_ceil(length).max(1) as usize];
        let last = out.len() - 1;
        for (at, deed) in &self.list {
            out[((at.0 / length) as usize).min(last)].count(*deed);
        }
        out
    }
}

/// When each wait ended that was longer than its client has patience. A request that is asked again
/// because nobody answered in time is one, whoever it is asked then.
fn waits_in_vain(run: &dyn Cluster, plan: &Plan) -> Vec<Time> {
    let mut asked: BTreeMap<(u16, u32), Time> = BTreeMap::new();
    let mut out = Vec::new();
    for record in run.trace().records().iter().filter(|record| record.kind == Kind::Call) {
        let request = record.command().request;
        let before = asked.insert((request.client.0, request.seq), record.at());
        let usual = ClientPlan::default().retry;
        let patience = plan.clients.get(usize::from(request.client.0)).map_or(usual, |client| client.retry);
        if before.is_some_and(|before| record.at() >= before + patience) {
            out.push(record.at());
        }
    }
    out
}
