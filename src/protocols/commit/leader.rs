//! The leader of Paxos Commit: lets all managers vote in ballot 0, and in a higher ballot finds out, and
//! ends, what was left open.

use super::instances::Instances;
use super::node::{Node, multicast};
use super::{Deal, Here, Message, Out, PREPARE, Why};
use crate::model::{Ballot, NodeId, NodeSet};
use crate::quorum::{Standing, Tally};

/// The transactions that a node leads. A crash makes it forget them: any acceptor may lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Leader {
    leads: Vec<Lead>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Lead {
    tx: Ballot,
    deal: Deal,
    ballot: Ballot,
    /// The highest ballot heard of.
    heard: Ballot,
    /// Ballots in vain, in a row.
    lost: u8,
    stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// Phase 1.
    Preparing {
        promises: Tally,
        /// By instance: what was accepted in the highest ballot.
        highest: Vec<(NodeId, Ballot, bool)>,
    },
    /// Ballot 0, where managers propose, and phase 2.
    Counting(Instances),
}

impl Leader {
    pub(super) fn first(&self) -> Option<(Ballot, bool)> {
        self.leads.first().map(|lead| (lead.tx, lead.ballot != Ballot::ZERO))
    }

    pub(super) fn gathering(&self) -> Option<(Ballot, &Tally)> {
        let lead = self.leads.first()?;
        match &lead.stage {
            Stage::Preparing { promises, .. } => Some((lead.tx, promises)),
            Stage::Counting(instances) => {
                instances.lacking(|tally| tally.yes().len() as u32).map(|tally| (lead.tx, tally))
            }
        }
    }

    /// How often it has led a transaction in vain, if it leads it.
    pub(super) fn lost(&self, tx: Ballot) -> Option<u8> {
        self.leads.iter().find(|lead| lead.tx == tx).map(|lead| lead.lost)
    }

    pub(super) fn forget(&mut self, tx: Ballot) {
        self.leads.retain(|lead| lead.tx != tx);
    }

    fn of(&mut self, tx: Ballot, ballot: Ballot) -> Option<&mut Lead> {
        self.leads.iter_mut().find(|lead| lead.tx == tx && lead.ballot == ballot)
    }
}

impl Node {
    /// The vote of the manager that begins asks the leader to let the others vote.
    pub(super) fn lead_votes(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, deal: Deal, out: &mut Out) {
        if from != tx.node() || self.leader.lost(tx).is_some() {
            return;
        }
        let stage = Stage::Counting(Instances::new(Ballot::ZERO, deal.parties));
        let ballot = Ballot::ZERO;
        self.leader.leads.push(Lead { tx, deal, ballot, heard: ballot, lost: 0, stage });
        out.because(Why::AskAll { tx, value: deal.command.op.value() });
        multicast(deal.parties.minus(NodeSet::only(from)), &Message::Prepare { tx, deal }, out);
        self.watch(here, out);
    }

    /// Nobody has ended a transaction in time: this acceptor does, in a ballot of its own.
    pub(super) fn take_over(&mut self, here: Here<'_>, out: &mut Out) {
        let Some((tx, deal)) = self.acceptor.turn() else {
            out.because(Why::IgnoredRetry {});
            return;
        };
        self.suspected.push(tx);
        let promised = self.disk.poll(tx).map_or(Ballot::ZERO, |poll| poll.promised);
        let before = self.leader.leads.iter().find(|lead| lead.tx == tx);
        let heard = before.map_or(promised, |lead| lead.heard.max(lead.ballot).max(promised));
        let lost = before.map_or(0, |lead| lead.lost.saturating_add(1));
        let ballot = Ballot::new(heard.round() + 1, self.me);
        self.leader.forget(tx);
        let stage = Stage::Preparing { promises: Tally::new(PREPARE), highest: Vec::new() };
        self.leader.leads.push(Lead { tx, deal, ballot, heard, lost, stage });
        out.because(Why::TakeOver { tx, ballot });
        multicast(here.config.acceptors, &Message::Lead { tx, deal, ballot }, out);
        self.watch(here, out);
    }

    pub(super) fn on_promise(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        tx: Ballot,
        ballot: Ballot,
        accepted: &[(NodeId, Ballot, bool)],
        out: &mut Out,
    ) {
        let Some(lead) = self.leader.of(tx, ballot) else {
            out.because(Why::IgnoredPromise { from, tx, ballot });
            return;
        };
        let Stage::Preparing { promises, highest } = &mut lead.stage else {
            out.because(Why::IgnoredPromise { from, tx, ballot });
            return;
        };
        for (manager, known, prepared) in accepted {
            match highest.iter_mut().find(|(other, ..)| other == manager) {
                Some(best) if best.1 < *known => *best = (*manager, *known, *prepared),
                Some(_) => {}
                None => highest.push((*manager, *known, *prepared)),
            }
        }
        highest.sort_unstable();
        if promises.record(&here.config.rule, from, true) != Standing::Won {
            out.because(Why::CountPromise { from, tx, ballot });
            return;
        }
        // P2c, instance by instance: what may be chosen, and *aborted* where nothing can be.
        let yes: NodeSet =
            highest.iter().filter(|(_, _, prepared)| *prepared).map(|(manager, ..)| *manager).collect();
        let (yes, no) = (yes.and(lead.deal.parties), lead.deal.parties.minus(yes));
        let free = lead.deal.parties.len() - highest.len().min(lead.deal.parties.len());
        let deal = lead.deal;
        lead.stage = Stage::Counting(Instances::new(ballot, deal.parties));
        out.because(Why::ProposeRest { tx, ballot, yes: yes.len() as u32, free: free as u32 });
        let leader = self.me;
        multicast(here.config.acceptors, &Message::Propose { tx, deal, ballot, leader, yes, no }, out);
    }

    pub(super) fn on_accepted(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        tx: Ballot,
        ballot: Ballot,
        (yes, no): (NodeSet, NodeSet),
        out: &mut Out,
    ) {
        let rule = &here.config.rule;
        let mut counted = false;
        // Where acceptors tell the managers, nobody waits for the leader to tell them again.
        let tells = !here.config.faster || ballot != Ballot::ZERO;
        let lead = self.leader.of(tx, ballot).filter(|_| tells);
        if let Some(Lead { deal, stage: Stage::Counting(instances), .. }) = lead {
            let parties = deal.parties;
            counted = true;
            if let Some(commit) = instances.record(rule, from, yes, no) {
                out.because(if commit { Why::DecideCommit { tx } } else { Why::Chosen { tx, ballot } });
                self.manager.turn_to(self.me, self.disk.era);
                // It is chosen: whoever asks later finds the same, so this need not be written first.
                let me = NodeSet::only(self.me);
                self.tell(parties.minus(me), tx, commit, out);
                self.tell_aside(here.config.acceptors.minus(parties).minus(me), tx, commit, out);
                self.settle(here, tx, commit, out);
                self.watch(here, out);
                return;
            }
        }
        if let Some(known) = self.disk.in_doubt(tx).filter(|_| here.config.faster).copied() {
            counted = true;
            let learning = &mut self.manager.learning;
            let place = learning.iter().position(|(of, known)| *of == tx && known.ballot == ballot);
            let place = place.unwrap_or_else(|| {
                learning.push((tx, Instances::new(ballot, known.parties)));
                learning.len() - 1
            });
            if let Some(commit) = learning[place].1.record(rule, from, yes, no) {
                out.because(if commit {
                    Why::LearnCommit { from, tx }
                } else {
                    Why::LearnAbort { from, tx }
                });
                self.settle(here, tx, commit, out);
                if known.mine {
                    let others = here.config.acceptors.minus(known.parties).minus(NodeSet::only(self.me));
                    self.tell_aside(others, tx, commit, out);
                }
                self.watch(here, out);
                return;
            }
        }
        out.because(if counted {
            Why::CountAccepted { from, tx, ballot }
        } else {
            Why::IgnoredAccepted { from, tx, ballot }
        });
    }

    pub(super) fn on_nack(
        &mut self,
        from: NodeId,
        tx: Ballot,
        ballot: Ballot,
        promised: Ballot,
        out: &mut Out,
    ) {
        match self.leader.of(tx, ballot) {
            Some(lead) => {
                lead.heard = lead.heard.max(promised);
                out.because(Why::CountNack { from, tx, promised });
            }
            None => out.because(Why::IgnoredNack { from, tx, ballot }),
        }
    }
}
