//! The learner: finds out what has been chosen by counting who accepted what.

use super::{ACCEPT, Here, Message, Out, Timer, Why, multicast};
use crate::model::{Ballot, Command, NodeId};
use crate::quorum::{Standing, Tally};
use std::collections::BTreeMap;

/// How many ballots are counted at once. Of older ones, acceptors' last answers tell all there is to
/// know: what was chosen in them is proposed again in the newer.
const BALLOTS_MAX: usize = 8;

/// After how many questions that brought no new ballot the node proposes in order to learn.
const VAIN_MAX: u8 = 2;

/// A learner. A crash makes it forget; then it asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Learner {
    decided: Option<Command>,
    counts: BTreeMap<Ballot, Count>,
    /// Questions since it last heard of a new ballot.
    asked: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Count {
    command: Command,
    accepts: Tally,
}

impl Learner {
    pub(super) fn boot(&mut self, here: Here<'_>, out: &mut Out) {
        if here.config.catch_up {
            out.set_timer(Timer::Learn, here.config.learn);
        }
    }

    pub(super) const fn decided(&self) -> Option<Command> {
        self.decided
    }

    /// Acceptances per ballot: those of different ballots must not be added up.
    pub(super) fn on_accepted(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        ballot: Ballot,
        command: Command,
        out: &mut Out,
    ) {
        let value = command.op.value();
        if self.decided.is_some() {
            out.because(Why::KnownAlready { from, value });
            return;
        }
        let place = self.place(here, ballot, command);
        if place != ballot {
            out.because(Why::CountAcross { from, ballot, other: place });
        }
        let count = self.counts.entry(place).or_insert_with(|| {
            self.asked = 0;
            Count { command, accepts: Tally::new(ACCEPT) }
        });
        match count.accepts.record(&here.config.rule, from, true) {
            Standing::Pending | Standing::Lost => {
                out.because(Why::CountAccepted { from, ballot, value });
            }
            Standing::Won => {
                let command = count.command;
                out.because(Why::LearnChosen { ballot, value: command.op.value() });
                *self = Self { decided: Some(command), ..Self::default() };
                out.decide(0, command);
                out.cancel_timer(Timer::Learn);
            }
        }
        while self.counts.len() > BALLOTS_MAX {
            self.counts.pop_first();
        }
    }

    /// Under which ballot an acceptance is counted: its own, unless that is got wrong.
    fn place(&self, here: Here<'_>, ballot: Ballot, command: Command) -> Ballot {
        let same = || self.counts.iter().find(|(_, count)| count.command == command);
        match here.config.flaws.counts_across_ballots {
            true => same().map_or(ballot, |(first, _)| *first),
            false => ballot,
        }
    }

    pub(super) fn on_learn_timer(&mut self, here: Here<'_>, out: &mut Out) {
        if self.decided.is_some() || !here.config.learners.contains(here.me) {
            out.because(Why::IgnoredLearn {});
            return;
        }
        self.asked = self.asked.saturating_add(1).min(VAIN_MAX + 1);
        out.because(Why::AskAcceptors {});
        out.set_timer(Timer::Learn, here.config.learn);
        multicast(here.config.acceptors, &Message::Learn, out);
    }

    /// Whether the acceptors' answers do not add up to a choice, however often it asks.
    pub(super) fn asked_in_vain(&self) -> bool {
        self.asked > VAIN_MAX && !self.counts.is_empty()
    }

    pub(super) fn asked_anew(&mut self) {
        self.asked = 0;
    }
}
