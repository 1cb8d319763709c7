//! The acceptor of Paxos Commit: holds all managers' votes on a transaction, in the coordinator's place.

use super::node::{Node, multicast};
use super::{Deal, Durable, Here, Message, Out, Timer, Why, Write};
use crate::model::{Ballot, Durable as _, NodeId, NodeSet, Span, SpanRange};

/// What an acceptor forgets in a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Acceptor {
    /// Votes of ballot 0 that it will accept together (Gray and Lamport §4.3: one write, one message).
    held: Vec<Held>,
    /// Transactions that it knows of and whose outcome it does not know, in the order of their turns.
    watched: Vec<(Ballot, Deal)>,
    /// The one for which the timer runs.
    timed: Option<Ballot>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Held {
    tx: Ballot,
    yes: NodeSet,
    no: NodeSet,
}

impl Acceptor {
    pub(super) fn boot(disk: &Durable) -> Self {
        let watched = disk.polls.iter().map(|poll| (poll.tx, poll.deal)).collect();
        Self { held: Vec::new(), watched, timed: None }
    }

    pub(super) fn deal(&self, tx: Ballot) -> Option<Deal> {
        self.watched.iter().find(|(known, _)| *known == tx).map(|(_, deal)| *deal)
    }

    /// There is such a transaction.
    pub(super) fn notice(&mut self, tx: Ballot, deal: Deal) {
        if self.deal(tx).is_none() {
            self.watched.push((tx, deal));
        }
    }

    pub(super) fn forget(&mut self, tx: Ballot) {
        self.watched.retain(|(known, _)| *known != tx);
        self.held.retain(|held| held.tx != tx);
    }

    /// The one whose turn it is, which is the last in turn then.
    pub(super) fn turn(&mut self) -> Option<(Ballot, Deal)> {
        self.timed = None;
        if !self.watched.is_empty() {
            self.watched.rotate_left(1);
        }
        self.watched.last().copied()
    }

    fn hold(&mut self, tx: Ballot, yes: NodeSet, no: NodeSet) -> (NodeSet, NodeSet) {
        let place = self.held.iter().position(|held| held.tx == tx).unwrap_or_else(|| {
            self.held.push(Held { tx, yes, no });
            self.held.len() - 1
        });
        let held = &mut self.held[place];
        (held.yes, held.no) = (held.yes.or(yes), held.no.or(no));
        (held.yes, held.no)
    }
}

impl Node {
    /// Lets the timer run for the transaction whose turn it is.
    pub(super) fn watch(&mut self, here: Here<'_>, out: &mut Out) {
        let Some((tx, _)) = self.acceptor.watched.first().copied() else {
            if self.acceptor.timed.take().is_some() {
                out.cancel_timer(Timer::Retry);
            }
            return;
        };
        if self.acceptor.timed == Some(tx) {
            return;
        }
        self.acceptor.timed = Some(tx);
        let SpanRange { least, most } = here.config.retry;
        // Whoever leads it is the first to try again; the more often in vain, the longer the range.
        let range = match self.leader.lost(tx) {
            Some(lost) => SpanRange { least, most: Span(most.0 << lost.min(4)) },
            None => SpanRange { least: Span(least.0 + most.0), most: Span(3 * most.0) },
        };
        out.set_timer(Timer::Retry, range);
    }

    pub(super) fn on_propose(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        (tx, deal): (Ballot, Deal),
        (ballot, leader): (Ballot, NodeId),
        (yes, no): (NodeSet, NodeSet),
        out: &mut Out,
    ) {
        if let Some(commit) = self.disk.outcomes.get(tx) {
            out.because(Why::AnswerOutcome { to: from, tx, commit });
            self.tell(NodeSet::only(from), tx, commit, out);
            return;
        }
        let promised = self.disk.poll(tx).map_or(Ballot::ZERO, |poll| poll.promised);
        if ballot < promised {
            out.because(Why::RefuseAccept { tx, ballot, promised });
            if ballot != Ballot::ZERO {
                out.send(leader, Message::Nack { tx, ballot, promised });
            }
            return;
        }
        self.acceptor.notice(tx, deal);
        if ballot == Ballot::ZERO {
            let (yes, no) = self.acceptor.hold(tx, yes, no);
            if leader == self.me {
                self.lead_votes(here, from, tx, deal, out);
            }
            if no.is_empty() && !deal.parties.minus(yes).is_empty() {
                let missing = deal.parties.minus(yes).len() as u32;
                out.because(Why::HoldVote { from, tx, missing });
            } else {
                self.accept(here, (tx, deal), (ballot, leader), yes, no, out);
            }
        } else {
            self.accept(here, (tx, deal), (ballot, leader), yes, no, out);
        }
        self.watch(here, out);
    }

    fn accept(
        &mut self,
        here: Here<'_>,
        (tx, deal): (Ballot, Deal),
        (ballot, leader): (Ballot, NodeId),
        yes: NodeSet,
        no: NodeSet,
        out: &mut Out,
    ) {
        let write = Write::Accepted { tx, deal, ballot, yes, no };
        let before = self.disk.poll(tx).map_or(&[] as &[_], |poll| &poll.accepted);
        let is_there = |node, prepared| before.contains(&(node, ballot, prepared));
        if yes.iter().all(|node| is_there(node, true)) && no.iter().all(|node| is_there(node, false)) {
            out.because(Why::AcceptAgain { tx, ballot });
        } else if here.config.decides_before_log {
            out.because(Why::AcceptUnlogged { tx, ballot });
            self.disk.apply(&write);
        } else {
            out.persist(&mut self.disk, write);
            out.because(Why::Accept { tx, ballot, yes: yes.len() as u32, no: no.len() as u32 });
        }
        let learners = if here.config.faster { deal.parties } else { NodeSet::EMPTY };
        let leads =
            if here.config.faster && ballot == Ballot::ZERO { NodeSet::EMPTY } else { NodeSet::only(leader) };
        multicast(learners.or(leads), &Message::Accepted { tx, ballot, yes, no }, out);
    }

    /// Phase 1b.
    pub(super) fn on_lead(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        tx: Ballot,
        deal: Deal,
        ballot: Ballot,
        out: &mut Out,
    ) {
        if let Some(commit) = self.disk.outcomes.get(tx) {
            out.because(Why::AnswerOutcome { to: from, tx, commit });
            self.tell(NodeSet::only(from), tx, commit, out);
            return;
        }
        let promised = self.disk.poll(tx).map_or(Ballot::ZERO, |poll| poll.promised);
        if ballot < promised {
            out.because(Why::RefusePrepare { tx, ballot, promised });
            out.send(from, Message::Nack { tx, ballot, promised });
            return;
        }
        self.acceptor.notice(tx, deal);
        // What it holds of ballot 0 it will not accept any more.
        self.acceptor.held.retain(|held| held.tx != tx);
        if ballot > promised {
            out.persist(&mut self.disk, Write::Promised(tx, deal, ballot));
        }
        let accepted = self.disk.poll(tx).map_or(Vec::new(), |poll| poll.accepted.clone());
        let accepted: Vec<_> = accepted.into_iter().filter(|(_, known, _)| *known < ballot).collect();
        out.because(Why::Promise { tx, ballot, votes: accepted.len() as u32 });
        out.send(from, Message::Promise { tx, ballot, accepted });
        self.watch(here, out);
    }
}
