//! Three phases: how a transaction ends when its coordinator is silent (Skeen §6).
//!
//! The managers stand in for the coordinator in their order, one after another: the longer in the order,
//! the longer the silence must last. Whoever does asks all how far they are, gives them time to answer,
//! and commits if one knows the commit or that all have voted yes, and aborts otherwise. That rests on
//! time: a node that does not answer has stopped for good.

use super::node::{Node, multicast};
use super::{Deal, Durable, Here, Message, Out, Reached, Why, Write};
use crate::model::{Ballot, LocalTime, NodeId, NodeSet, Span, Transaction, TransactionStage};

/// What is known of the silence around transactions in doubt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Termination {
    /// When something was heard of each last.
    news: Vec<(Ballot, LocalTime)>,
    /// Those that were in doubt when the node started again: it may have missed what the others did, and
    /// ends them only if all the others answer.
    missed: Vec<Ballot>,
    /// What this node is ending.
    polls: Vec<Poll>,
}

/// The question how far all are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Poll {
    tx: Ballot,
    since: LocalTime,
    answers: Vec<(NodeId, Reached)>,
}

impl Termination {
    pub(super) fn boot(disk: &Durable, now: LocalTime) -> Self {
        let missed: Vec<Ballot> = disk.prepared.iter().map(|known| known.id).collect();
        Self { news: missed.iter().map(|tx| (*tx, now)).collect(), missed, polls: Vec::new() }
    }

    /// Something is heard of a transaction.
    pub(super) fn news(&mut self, tx: Ballot, now: LocalTime) {
        self.news.retain(|(known, _)| *known != tx);
        self.news.push((tx, now));
    }

    pub(super) fn forget(&mut self, tx: Ballot) {
        self.news.retain(|(known, _)| *known != tx);
        self.missed.retain(|known| *known != tx);
        self.polls.retain(|poll| poll.tx != tx);
    }

    pub(super) fn ends(&self, tx: Ballot) -> bool {
        self.polls.iter().any(|poll| poll.tx == tx)
    }

    fn silence(&self, tx: Ballot, now: LocalTime) -> Span {
        let heard = self.news.iter().find(|(known, _)| *known == tx);
        heard.map_or(Span(0), |(_, at)| now - *at)
    }
}

impl Node {
    pub(super) fn on_precommit(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, out: &mut Out) {
        let Some(stage) = self.disk.in_doubt(tx).map(|known| known.stage) else {
            match self.disk.outcomes.get(tx) {
                Some(commit) => {
                    out.because(Why::AnswerOutcome { to: from, tx, commit });
                    out.send(from, Message::State { tx, stage: Reached::Over(commit) });
                }
                None => out.because(Why::IgnoredPreCommit { from, tx }),
            }
            return;
        };
        self.termination.news(tx, here.now);
        match stage {
            TransactionStage::Prepared => {
                out.persist(&mut self.disk, Write::PreCommitted(tx));
                out.because(Why::PreCommit { from, tx });
            }
            TransactionStage::PreCommitted => out.because(Why::RepeatAck { from, tx }),
        }
        out.send(from, Message::PreAck { tx });
    }

    /// The doubt timer of three phases: everybody asks, and who has waited long enough in its place in the
    /// order acts.
    pub(super) fn end_in_doubt(&mut self, here: Here<'_>, doubts: &[Transaction], out: &mut Out) {
        for known in doubts {
            let tx = known.id;
            let deal = Deal { command: known.command, parties: known.parties };
            if self.coordinator.deal(tx).is_some() {
                out.because(Why::NotYet { tx });
                continue;
            }
            let rank = known.parties.iter().take_while(|node| *node != self.me).count() as u64;
            let silence = self.termination.silence(tx, here.now);
            // Three times as long a place: time for the one before to ask, to tell, and to be told.
            let patience = Span(here.config.doubt.most.0.saturating_mul(1 + 3 * rank));
            let others = self.others(here, deal);
            if let Some(poll) = self.termination.polls.iter().find(|poll| poll.tx == tx) {
                if here.now - poll.since >= here.config.doubt.least {
                    self.end(here, known, out);
                } else {
                    out.because(Why::NotYet { tx });
                }
            } else if silence >= patience {
                self.suspected.push(tx);
                out.because(Why::StandIn { tx, silence: (silence.0 / 1_000) as u32 });
                self.termination.polls.push(Poll { tx, since: here.now, answers: Vec::new() });
                multicast(others, &Message::Poll { tx }, out);
            } else {
                out.because(Why::InDoubt { tx, open: doubts.len() as u32 });
                multicast(others, &Message::Inquire { tx, deal }, out);
                // The first message may be lost.
                if known.mine && known.stage == TransactionStage::Prepared {
                    let (leader, era) = self.manager.turns_to();
                    let era = if leader == self.me { self.disk.era } else { era };
                    out.send(leader, Message::Begin { tx, deal, era });
                }
            }
        }
    }

    /// Everybody else who may know of a transaction.
    fn others(&self, here: Here<'_>, deal: Deal) -> NodeSet {
        deal.parties.or(NodeSet::only(here.config.first())).minus(NodeSet::only(self.me))
    }

    /// All who are alive have answered: what they know decides.
    fn end(&mut self, here: Here<'_>, known: &Transaction, out: &mut Out) {
        let tx = known.id;
        let Some(place) = self.termination.polls.iter().position(|poll| poll.tx == tx) else { return };
        let poll = self.termination.polls.remove(place);
        let deal = Deal { command: known.command, parties: known.parties };
        let over = poll.answers.iter().find_map(|(_, stage)| match stage {
            Reached::Over(commit) => Some(*commit),
            Reached::Waiting | Reached::PreCommitted => None,
        });
        let mine = known.stage == TransactionStage::PreCommitted;
        let precommitted = mine || poll.answers.iter().any(|(_, stage)| *stage == Reached::PreCommitted);
        let heard = poll.answers.len() as u32;
        let all = poll.answers.len() == self.others(here, deal).len();
        self.suspected.push(tx);
        match over {
            Some(commit) => {
                out.because(Why::EndAsOne { tx, commit });
                self.end_with(here, tx, deal, commit, out);
            }
            // It was away: who does not answer may have ended it meanwhile.
            None if self.termination.missed.contains(&tx) && !all => {
                out.because(Why::WasAway { tx, heard });
                self.termination.news(tx, here.now);
            }
            None if precommitted => {
                out.because(Why::EndByCommit { tx, heard });
                self.lead_on(here, tx, deal, out);
            }
            None => {
                out.because(Why::EndByAbort { tx, heard });
                self.end_with(here, tx, deal, false, out);
            }
        }
    }

    fn end_with(&mut self, here: Here<'_>, tx: Ballot, deal: Deal, commit: bool, out: &mut Out) {
        self.manager.turn_to(self.me, self.disk.era);
        self.settle(here, tx, commit, out);
        self.tell(self.others(here, deal), tx, commit, out);
    }

    pub(super) fn on_poll(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, out: &mut Out) {
        self.give_way(here, tx, out);
        let stage = match (self.disk.outcomes.get(tx), self.disk.in_doubt(tx)) {
            (Some(commit), _) => Reached::Over(commit),
            (None, Some(known)) if known.stage == TransactionStage::PreCommitted => Reached::PreCommitted,
            (None, _) if self.coordinator.deal(tx).is_some() => Reached::PreCommitted,
            (None, _) => Reached::Waiting,
        };
        if self.disk.in_doubt(tx).is_some() {
            self.termination.news(tx, here.now);
        }
        out.because(Why::TellState { to: from, tx });
        out.send(from, Message::State { tx, stage });
    }

    pub(super) fn on_state(&mut self, from: NodeId, tx: Ballot, stage: Reached, out: &mut Out) {
        let Some(poll) = self.termination.polls.iter_mut().find(|poll| poll.tx == tx) else {
            out.because(Why::IgnoredState { from, tx });
            return;
        };
        poll.answers.retain(|(node, _)| *node != from);
        poll.answers.push((from, stage));
        poll.answers.sort_unstable_by_key(|(node, _)| *node);
        out.because(Why::CountState { from, tx });
    }
}
