//! The voter: answers once a motion, and is in doubt until it knows what came of it.

use super::{Durable, Here, Message, Out, Record, Timer, Why, Write, effect};
use crate::model::{Ballot, Command, NodeId, Value};
use std::collections::BTreeSet;

/// A voter, and the disk that it shares with the coordinator of its node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Voter {
    pub(super) disk: Durable,
    /// Motions voted on whose outcome it does not know.
    doubts: BTreeSet<Ballot>,
    /// The vote it cast last; against a motion: for nothing.
    last_vote: Option<(Ballot, Command)>,
    /// The outcome it learned last.
    last_outcome: Option<(Ballot, Command, bool)>,
}

impl Voter {
    pub(super) fn boot(here: Here<'_>, disk: Durable, out: &mut Out) -> Self {
        let motions = || disk.motions.backwards();
        let in_doubt = |record: &Record| record.vote.is_some() && record.carried.is_none();
        let doubts: BTreeSet<Ballot> =
            motions().filter(|(_, record)| in_doubt(record)).map(|(motion, _)| motion).collect();
        let last_vote =
            motions().find_map(|(motion, record)| Some((motion, effect(record.command, record.vote?))));
        let last_outcome =
            motions().find_map(|(motion, record)| Some((motion, record.command, record.carried?)));
        if disk == Durable::default() {
            out.because(Why::Start {});
        } else {
            let (known, open) = (disk.motions.count(), doubts.len() as u32);
            out.because(Why::Restart { known, open });
        }
        let voter = Self { disk, doubts, last_vote, last_outcome };
        if !voter.doubts.is_empty() {
            out.set_timer(Timer::Doubt, here.config.doubt);
        }
        voter
    }

    pub(super) fn in_doubt(&self) -> Option<Ballot> {
        self.doubts.last().copied()
    }

    pub(super) const fn last_vote(&self) -> Option<(Ballot, Command)> {
        self.last_vote
    }

    pub(super) const fn last_outcome(&self) -> Option<(Ballot, Command, bool)> {
        self.last_outcome
    }

    /// The value of the latest motion that it knows to be carried.
    pub(super) fn last_carried(&self) -> Option<Value> {
        self.disk.motions.last_carried().and_then(|(_, command)| command.op.value())
    }

    /// What came of a client's request, if it is a motion whose outcome is known.
    pub(super) fn outcome_of(&self, command: Command) -> Option<bool> {
        self.disk.motions.of(command)?.carried
    }

    pub(super) fn on_ask(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        motion: Ballot,
        command: Command,
        out: &mut Out,
    ) {
        let record = self.disk.motions.get(motion).copied();
        match record {
            Some(Record { command, carried: Some(carried), .. }) => {
                out.because(Why::AnswerWithOutcome { to: from, motion, carried });
                out.send(from, Message::Decision { motion, command, carried });
            }
            Some(Record { vote: Some(yes), .. }) => {
                out.because(Why::RepeatVote { motion, yes });
                out.send(from, Message::Answer { motion, yes });
            }
            Some(Record { vote: None, carried: None, .. }) | None => {
                let yes = approves(here, command);
                out.persist(&mut self.disk, Write::Voted(motion, command, yes));
                self.last_vote = Some((motion, effect(command, yes)));
                if self.doubts.is_empty() {
                    out.set_timer(Timer::Doubt, here.config.doubt);
                }
                self.doubts.insert(motion);
                let (value, weight) = (command.op.value(), here.config.rule.weight_of(here.me));
                out.because(if yes {
                    Why::VoteYes { motion, value, weight }
                } else {
                    Why::VoteNo { motion, value, weight }
                });
                out.send(from, Message::Answer { motion, yes });
            }
        }
    }

    pub(super) fn on_decision(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        motion: Ballot,
        command: Command,
        carried: bool,
        out: &mut Out,
    ) {
        let value = command.op.value();
        if self.disk.motions.get(motion).is_some_and(|record| record.carried.is_some()) {
            out.because(Why::KnownAlready { from, motion });
            return;
        }
        out.persist(&mut self.disk, Write::Decided(motion, command, carried));
        self.last_outcome = Some((motion, command, carried));
        if self.doubts.remove(&motion) && self.doubts.is_empty() {
            out.cancel_timer(Timer::Doubt);
        }
        out.because(if carried {
            Why::LearnCarried { from, motion, value }
        } else {
            Why::LearnRejected { from, motion, value }
        });
        out.decide(slot(here, motion), effect(command, carried));
    }

    pub(super) fn on_inquire(&self, from: NodeId, motion: Ballot, out: &mut Out) {
        match self.disk.motions.get(motion) {
            Some(Record { command, carried: Some(carried), .. }) => {
                let (command, carried) = (*command, *carried);
                out.because(Why::AnswerWithOutcome { to: from, motion, carried });
                out.send(from, Message::Decision { motion, command, carried });
            }
            Some(Record { carried: None, .. }) | None => {
                out.because(Why::CannotTell { to: from, motion });
            }
        }
    }

    /// Anybody may know, not only the coordinator.
    pub(super) fn on_doubt(&self, here: Here<'_>, out: &mut Out) {
        let Some(motion) = self.in_doubt() else {
            out.because(Why::IgnoredDoubt {});
            return;
        };
        out.because(Why::InDoubt { motion, open: self.doubts.len() as u32 });
        out.set_timer(Timer::Doubt, here.config.doubt);
        let others = NodeId::all(here.config.rule.nodes()).filter(|node| *node != here.me);
        for motion in &self.doubts {
            others.clone().for_each(|node| out.send(node, Message::Inquire { motion: *motion }));
        }
    }
}

/// Motions in one row without gaps: by round, then by coordinator.
fn slot(here: Here<'_>, motion: Ballot) -> u32 {
    motion.round().saturating_sub(1) * here.config.rule.nodes() as u32 + u32::from(motion.node().0)
}

/// A node's opinion: the same whenever it is asked.
fn approves(here: Here<'_>, command: Command) -> bool {
    let odd = command.op.value().is_some_and(|value| value.0 % 2 == 1);
    !here.config.objectors.contains(here.me) || here.config.picky && !odd
}
