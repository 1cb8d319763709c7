//! The coordinator of two and three phases: asks, counts, writes its log, and tells.

use super::config::Kind;
use super::durable::counted;
use super::node::{Node, multicast};
use super::{ALL, Deal, Here, Message, Out, Timer, Why, Write};
use crate::machines::Sessions;
use crate::model::{Ballot, Command, Durable as _, NodeId, NodeSet};
use crate::quorum::{Standing, Tally};

/// What a coordinator forgets in a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Coordinator {
    /// What is not decided, the oldest first.
    open: Vec<Open>,
    /// What it has begun, or said to be aborted, in this life: a message that comes late or twice opens
    /// nothing again.
    seen: Sessions,
    /// Who has acknowledged a commit of its log.
    acks: Vec<(Ballot, NodeSet)>,
}

/// A transaction that is not decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    tx: Ballot,
    deal: Deal,
    /// Votes, or who knows that all have voted yes.
    tally: Tally,
    /// Whether all have voted yes and are being told.
    precommitting: bool,
    /// Whether this node ends it in another's place.
    takes_over: bool,
}

impl Coordinator {
    pub(super) fn open(&self) -> u32 {
        self.open.len() as u32
    }

    pub(super) fn first(&self) -> Option<(Ballot, bool)> {
        self.open.first().map(|open| (open.tx, open.takes_over))
    }

    pub(super) fn deal(&self, tx: Ballot) -> Option<Deal> {
        self.open.iter().find(|open| open.tx == tx).map(|open| open.deal)
    }

    pub(super) fn gathering(&self) -> Option<(Ballot, &Tally)> {
        self.open.first().map(|open| (open.tx, &open.tally))
    }

    pub(super) fn forget(&mut self, tx: Ballot) {
        self.open.retain(|open| open.tx != tx);
    }

    fn position(&self, tx: Ballot) -> Option<usize> {
        self.open.iter().position(|open| open.tx == tx)
    }
}

impl Node {
    pub(super) fn on_begin(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        tx: Ballot,
        deal: Deal,
        era: u32,
        out: &mut Out,
    ) {
        let two = here.config.kind == Kind::TwoPhase;
        let logged = self.disk.commits.iter().any(|(known, _)| *known == tx);
        if let Some(commit) = self.disk.outcomes.get(tx).or(logged.then_some(true)) {
            out.because(Why::AnswerOutcome { to: from, tx, commit });
            self.tell(NodeSet::only(from), tx, commit, out);
        } else if self.coordinator.position(tx).is_some() {
            out.because(Why::IgnoredBegin { from, tx });
        } else if two && (era != self.disk.era || self.coordinator.seen.contains(counted(tx))) {
            // It may have begun it in an earlier life, and said that it is aborted.
            self.presume(from, tx, out);
        } else {
            // The message is a vote only if it cannot be an old one.
            let votes = era == self.disk.era && self.coordinator.seen.insert(counted(tx));
            let mut tally = Tally::new(ALL);
            // Whoever has no part in it has nothing against it.
            for node in Self::outsiders(here, deal).iter() {
                tally.record(&here.config.rule, node, true);
            }
            self.coordinator.open.push(Open { tx, deal, tally, precommitting: false, takes_over: false });
            out.because(Why::AskAll { tx, value: deal.command.op.value() });
            if self.coordinator.open.len() == 1 {
                out.set_timer(Timer::Retry, here.config.retry);
            }
            let asked = if votes { deal.parties.minus(NodeSet::only(from)) } else { deal.parties };
            multicast(asked, &Message::Prepare { tx, deal }, out);
            if votes {
                self.on_vote(here, from, tx, true, out);
            }
        }
    }

    pub(super) fn on_vote(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, yes: bool, out: &mut Out) {
        let Some(place) = self.coordinator.position(tx) else {
            let logged = self.disk.commits.iter().any(|(known, _)| *known == tx);
            match self.disk.outcomes.get(tx).or(logged.then_some(true)) {
                Some(commit) if yes => {
                    out.because(Why::AnswerOutcome { to: from, tx, commit });
                    self.tell(NodeSet::only(from), tx, commit, out);
                }
                None if yes && here.config.kind == Kind::TwoPhase => self.presume(from, tx, out),
                Some(_) | None => out.because(Why::IgnoredVote { from, tx }),
            }
            return;
        };
        let open = &mut self.coordinator.open[place];
        if open.precommitting {
            out.because(Why::IgnoredVote { from, tx });
            return;
        }
        let (standing, deal) = (open.tally.record(&here.config.rule, from, yes), open.deal);
        match standing {
            Standing::Won if here.config.kind == Kind::TwoPhase => {
                out.because(Why::DecideCommit { tx });
                self.commit(here, tx, deal, out);
            }
            Standing::Won => {
                out.because(Why::PreCommitAll { tx });
                self.precommit_all(here, place, out);
            }
            Standing::Lost => {
                out.because(Why::DecideAbort { from, tx });
                self.abort(here, place, out);
            }
            Standing::Pending if yes => out.because(Why::CountYes { from, tx }),
            Standing::Pending => out.because(Why::IgnoredVote { from, tx }),
        }
    }

    /// Three phases: nobody commits before all know that all have voted yes.
    fn precommit_all(&mut self, here: Here<'_>, place: usize, out: &mut Out) {
        let open = &mut self.coordinator.open[place];
        let (tx, deal) = (open.tx, open.deal);
        open.precommitting = true;
        open.tally = Tally::new(ALL);
        for node in Self::outsiders(here, deal).iter() {
            open.tally.record(&here.config.rule, node, true);
        }
        out.set_timer(Timer::Retry, here.config.retry);
        multicast(deal.parties, &Message::PreCommit { tx }, out);
    }

    pub(super) fn on_preack(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, out: &mut Out) {
        let open = self.coordinator.position(tx).map(|place| &mut self.coordinator.open[place]);
        let Some(open) = open.filter(|open| open.precommitting) else {
            out.because(Why::IgnoredVote { from, tx });
            return;
        };
        match open.tally.record(&here.config.rule, from, true) {
            Standing::Won => {
                let deal = open.deal;
                out.because(Why::DecideCommit { tx });
                self.commit(here, tx, deal, out);
            }
            Standing::Pending | Standing::Lost => out.because(Why::CountAck { from, tx }),
        }
    }

    /// Ends it with a commit. The decision is on the disk before anybody hears of it.
    pub(super) fn commit(&mut self, here: Here<'_>, tx: Ballot, deal: Deal, out: &mut Out) {
        if here.config.kind == Kind::TwoPhase {
            if here.config.decides_before_log {
                out.because(Why::CommitUnlogged { tx });
                self.disk.apply(&Write::Committed(tx, deal));
            } else {
                out.persist(&mut self.disk, Write::Committed(tx, deal));
            }
            self.coordinator.acks.push((tx, NodeSet::EMPTY));
            self.coordinator.forget(tx);
            self.last = Some((tx, true));
            out.decide(tx.slot(here.config.rule.nodes()), deal.command);
            self.wait_on(here, out);
        } else {
            self.settle(here, tx, true, out);
            self.wait_on(here, out);
        }
        self.tell(deal.parties, tx, true, out);
    }

    /// Ends it with an abort, of which two phases keep no record: that there is none says it.
    fn abort(&mut self, here: Here<'_>, place: usize, out: &mut Out) {
        let Open { tx, deal, tally, .. } = self.coordinator.open.remove(place);
        self.tell(deal.parties.minus(tally.no()), tx, false, out);
        if here.config.kind == Kind::TwoPhase {
            self.last = Some((tx, false));
            out.decide(tx.slot(here.config.rule.nodes()), Command::NOOP);
        } else if self.disk.outcomes.get(tx).is_none() {
            self.settle(here, tx, false, out);
        }
        self.wait_on(here, out);
    }

    /// A transaction is not in the log: it is aborted. (Mohan, Lindsay, Obermarck §3.1)
    pub(super) fn presume(&mut self, from: NodeId, tx: Ballot, out: &mut Out) {
        self.suspected.push(tx);
        self.coordinator.seen.insert(counted(tx));
        out.because(Why::PresumeAbort { to: from, tx });
        self.tell(NodeSet::only(from), tx, false, out);
    }

    pub(super) fn on_ack(&mut self, from: NodeId, tx: Ballot, out: &mut Out) {
        let logged = self.disk.commits.iter().find(|(known, _)| *known == tx);
        let Some((_, deal)) = logged.copied() else {
            out.because(Why::IgnoredAck { from, tx });
            return;
        };
        let acks = &mut self.coordinator.acks;
        if !acks.iter().any(|(known, _)| *known == tx) {
            acks.push((tx, NodeSet::EMPTY));
        }
        let Some((_, who)) = acks.iter_mut().find(|(known, _)| *known == tx) else { return };
        who.insert(from);
        if deal.parties.minus(*who).is_empty() {
            acks.retain(|(known, _)| *known != tx);
            out.because(Why::Forget { tx });
            out.persist(&mut self.disk, Write::Forgot(tx));
        } else {
            out.because(Why::CountDone { from, tx });
        }
    }

    /// Who has not acknowledged a commit is told again.
    pub(super) fn tell_commits(&self, out: &mut Out) {
        for (tx, deal) in &self.disk.commits {
            let acked = self.coordinator.acks.iter().find(|(known, _)| known == tx);
            let acked = acked.map_or(NodeSet::EMPTY, |(_, who)| *who);
            self.tell(deal.parties.minus(acked), *tx, true, out);
        }
    }

    /// Whoever comes first now has all the time there is.
    fn wait_on(&self, here: Here<'_>, out: &mut Out) {
        if self.coordinator.open.is_empty() && self.disk.commits.is_empty() {
            out.cancel_timer(Timer::Retry);
        } else {
            out.set_timer(Timer::Retry, here.config.retry);
        }
    }

    pub(super) fn on_retry(&mut self, here: Here<'_>, out: &mut Out) {
        if here.config.kind == Kind::Paxos {
            self.take_over(here, out);
            return;
        }
        let first = self.coordinator.open.first().map(|open| (open.tx, open.deal, open.precommitting));
        match first {
            // Who has not answered must have failed; whoever is left knows that all voted yes.
            Some((tx, deal, true)) => {
                self.suspected.push(tx);
                out.because(Why::CommitWithout { tx });
                self.commit(here, tx, deal, out);
            }
            Some((tx, _, false)) => {
                self.suspected.push(tx);
                out.because(Why::GiveUp { tx });
                self.abort(here, 0, out);
            }
            None if self.disk.commits.is_empty() => out.because(Why::IgnoredRetry {}),
            None => {
                out.because(Why::TellAgain { open: self.disk.commits.len() as u32 });
                self.tell_commits(out);
                self.wait_on(here, out);
            }
        }
    }

    /// Three phases: somebody stands in for this coordinator, which is too slow, and must not go on now.
    pub(super) fn give_way(&mut self, here: Here<'_>, tx: Ballot, out: &mut Out) {
        let place = self.coordinator.position(tx);
        if let Some(place) = place.filter(|place| !self.coordinator.open[*place].precommitting) {
            self.suspected.push(tx);
            out.because(Why::GiveUp { tx });
            self.abort(here, place, out);
        }
    }

    /// Three phases: ends a transaction in the coordinator's place.
    pub(super) fn lead_on(&mut self, here: Here<'_>, tx: Ballot, deal: Deal, out: &mut Out) {
        self.coordinator.forget(tx);
        self.manager.turn_to(self.me, self.disk.era);
        let tally = Tally::new(ALL);
        self.coordinator.open.insert(0, Open { tx, deal, tally, precommitting: false, takes_over: true });
        self.precommit_all(here, 0, out);
    }
}
