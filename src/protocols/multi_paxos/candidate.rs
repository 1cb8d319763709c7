//! The candidate: phase 1, once for all slots.

use super::{Config, Message, MultiPaxos, PREPARE, Role, Slots, Timer, Why, Write};
use crate::model::{Ballot, Effects, Entry, LocalTime, NodeId};
use crate::quorum::{Standing, Tally};
use std::collections::BTreeMap;

/// What only a candidate has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// Who has promised.
    pub promises: Tally,
    /// What they report, slot by slot.
    pub reports: BTreeMap<u32, Report>,
}

/// What is reported of a slot: of several reports the one of the highest ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Report {
    /// Whether its sender knows it to be chosen: then there is nothing to compare.
    pub chosen: bool,
    /// In which ballot which command was accepted.
    pub entry: Entry,
}

impl MultiPaxos {
    pub(super) fn on_election_timeout(&mut self, config: &Config, now: LocalTime, out: &mut Effects<Self>) {
        out.set_timer(Timer::Election, config.election);
        if self.is_bound(config, now, self.me) {
            let promised = self.promised();
            out.because(Why::StayBound { promised });
            return;
        }
        let ballot = Ballot::new(self.promised().round().saturating_add(1), self.me);
        let first = self.chosen + 1;
        out.because(Why::Prepare { ballot, first });
        self.role = Role::Candidate(Candidate { promises: Tally::new(PREPARE), reports: BTreeMap::new() });
        // On disk before anybody hears of the ballot: so it is used once.
        out.persist(&mut self.durable, Write::Promised(ballot));
        self.others(config).for_each(|to| out.send(to, Message::Prepare { ballot, first }));
        self.promise(self.me, first, out);
    }

    pub(super) fn on_promise(
        &mut self,
        config: &Config,
        from: NodeId,
        first: u32,
        chosen: u32,
        slots: &Slots,
        out: &mut Effects<Self>,
    ) {
        let (ballot, mine) = (self.promised(), self.chosen);
        let Role::Candidate(candidate) = &mut self.role else { return };
        if first > mine + 1 {
            // Between them slots are not reported; they come as a snapshot.
            out.because(Why::AwaitSnapshot { from, ballot, first });
            return;
        }
        let mut reported = 0;
        for (slot, entry) in slots.as_slice().iter().filter(|(slot, _)| *slot > mine) {
            let report = Report { chosen: *slot <= chosen, entry: *entry };
            let best = candidate.reports.entry(*slot).or_insert(report);
            if (report.chosen, entry.term) > (best.chosen, best.entry.term) {
                *best = report;
            }
            reported += 1;
        }
        let standing = candidate.promises.record(&config.rule, from, true);
        out.because(if reported == 0 {
            Why::CountPromise { from, ballot }
        } else {
            Why::CountReport { from, ballot, reported }
        });
        if standing == Standing::Won {
            self.become_leader(config, out);
        }
    }

    /// A refusal that knows of no higher ballot: its sender is bound by a lease.
    pub(super) fn on_bound(
        &mut self,
        config: &Config,
        from: NodeId,
        ballot: Ballot,
        out: &mut Effects<Self>,
    ) {
        let Role::Candidate(candidate) = &mut self.role else { return };
        out.because(Why::CountBound { from, ballot });
        if candidate.promises.record(&config.rule, from, false) == Standing::Lost {
            out.because(Why::AwaitLease { ballot });
            self.become_follower(config, None, out);
        }
    }

    /// Those whose promises could not be counted are asked again, from where it stands now.
    pub(super) fn prepare_again(&self, config: &Config, out: &mut Effects<Self>) {
        let Role::Candidate(candidate) = &self.role else { return };
        let (ballot, first) = (self.promised(), self.chosen + 1);
        let counted = candidate.promises.yes();
        let rest = self.others(config).filter(|to| !counted.contains(*to));
        rest.for_each(|to| out.send(to, Message::Prepare { ballot, first }));
    }
}
