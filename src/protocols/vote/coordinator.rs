//! The coordinator: puts motions to the vote, one after another, and counts.

use super::{Config, DECIDE, Durable, Here, Message, Out, Timer, Why, Write, answer};
use crate::model::{Ballot, Command, Gathering, Milli, NodeId, RequestId, Weight};
use crate::quorum::{Rule, Standing, Tally};
use std::collections::{BTreeSet, VecDeque};

/// A coordinator. After a crash it puts the motion that was open to the vote again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Coordinator {
    motion: Option<Motion>,
    /// Requests to be moved after it.
    queue: VecDeque<Command>,
    /// Which requests these are.
    queued: BTreeSet<RequestId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Motion {
    number: Ballot,
    command: Command,
    votes: Tally,
    /// Weight counted once too often.
    excess: Weight,
}

/// How a vote stands, by weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) yes: Weight,
    pub(super) no: Weight,
    /// V = Σ wᵢvᵢ / Σ wᵢ over those who have answered, a yes as 1 and a no as −1.
    pub(super) mean: Milli,
}

impl Coordinator {
    pub(super) fn boot(here: Here<'_>, open: Option<(Ballot, Command)>, out: &mut Out) -> Self {
        let mut coordinator = Self { motion: None, queue: VecDeque::new(), queued: BTreeSet::new() };
        if let Some((number, command)) = open {
            out.because(Why::Reopen { motion: number, value: command.op.value() });
            coordinator.put(here, number, command, out);
        }
        coordinator
    }

    pub(super) fn proposed(&self) -> Option<(Ballot, Command)> {
        self.motion.as_ref().map(|motion| (motion.number, motion.command))
    }

    pub(super) fn gathering(&self) -> Option<Gathering> {
        let Motion { number, votes, .. } = self.motion.as_ref()?;
        let phase = votes.phase() as u8;
        Some(Gathering { phase, epoch: number.bits(), yes: votes.yes(), no: votes.no() })
    }

    pub(super) fn queued(&self) -> u32 {
        self.queue.len() as u32
    }

    pub(super) fn count(&self, config: &Config) -> Option<Count> {
        self.motion.as_ref().map(|motion| Count::of(&motion.votes, &config.rule))
    }

    pub(super) fn on_request(&mut self, here: Here<'_>, disk: &mut Durable, command: Command, out: &mut Out) {
        let value = command.op.value();
        match &self.motion {
            None => self.open(here, disk, command, out),
            Some(motion) if motion.command == command || self.queued.contains(&command.request) => {
                out.because(Why::MovedAlready { value });
            }
            Some(Motion { number, .. }) => {
                out.because(Why::MoveLater { value, motion: *number });
                self.queue.push_back(command);
                self.queued.insert(command.request);
            }
        }
    }

    /// A new motion: its number is on disk before anybody hears of it.
    fn open(&mut self, here: Here<'_>, disk: &mut Durable, command: Command, out: &mut Out) {
        let seen = disk.motions.backwards().next().map_or(0, |(motion, _)| motion.round());
        let number = Ballot::new(disk.round.max(seen).saturating_add(1), here.me);
        out.persist(disk, Write::Opened(number, command));
        out.because(Why::Move { motion: number, value: command.op.value() });
        self.put(here, number, command, out);
    }

    fn put(&mut self, here: Here<'_>, number: Ballot, command: Command, out: &mut Out) {
        self.motion = Some(Motion { number, command, votes: Tally::new(DECIDE), excess: 0 });
        ask(here, number, command, out);
    }

    pub(super) fn on_retry(&self, here: Here<'_>, out: &mut Out) {
        match &self.motion {
            None => out.because(Why::IgnoredRetry {}),
            Some(Motion { number, command, .. }) => {
                out.because(Why::AskAgain { motion: *number });
                ask(here, *number, *command, out);
            }
        }
    }

    pub(super) fn on_answer(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        motion: Ballot,
        yes: bool,
        out: &mut Out,
    ) {
        let open = self.motion.as_mut().filter(|open| open.number == motion);
        let Some(Motion { number, command, votes, excess }) = open else {
            out.because(Why::IgnoredAnswer { from, motion });
            return;
        };
        let config = here.config;
        let again = votes.yes().or(votes.no()).contains(from);
        let counted_by = if config.counts_heads { &config.heads } else { &config.rule };
        let standing = votes.record(counted_by, from, yes);
        let count = Count::of(votes, &config.rule);
        let (needed, mean) = (config.rule.threshold(DECIDE), count.mean);
        if again && yes && config.counts_twice {
            *excess += config.rule.weight_of(from);
            let yes = count.yes + *excess;
            out.because(Why::CountTwice { from, motion, yes, needed });
            if yes >= needed {
                announce(here, *number, *command, true, out);
            }
            return;
        }
        match standing {
            Standing::Won => {
                out.because(if config.counts_heads {
                    Why::CarriedByHeads { motion, heads: votes.yes().len() as u32, yes: count.yes, needed }
                } else {
                    Why::Carried { motion, yes: count.yes, needed, mean }
                });
                announce(here, *number, *command, true, out);
            }
            Standing::Lost => {
                out.because(if config.counts_heads {
                    Why::RejectedByHeads { motion, heads: votes.no().len() as u32, no: count.no, needed }
                } else {
                    Why::Rejected { motion, no: count.no, needed, mean }
                });
                announce(here, *number, *command, false, out);
            }
            Standing::Pending if again => out.because(Why::CountedAlready { from, motion }),
            Standing::Pending if yes => {
                out.because(Why::CountYes { from, motion, yes: count.yes, needed });
            }
            Standing::Pending => out.because(Why::CountNo { from, motion, no: count.no, needed }),
        }
    }

    /// The outcome of a motion is known here, and on disk: if it is the open one, the next follows.
    pub(super) fn close(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        motion: Ballot,
        carried: bool,
        out: &mut Out,
    ) {
        if self.motion.as_ref().is_none_or(|open| open.number != motion) {
            return;
        }
        if let Some(Motion { command, .. }) = self.motion.take() {
            out.reply(command.request, answer(carried));
        }
        out.cancel_timer(Timer::Retry);
        if let Some(next) = self.queue.pop_front() {
            self.queued.remove(&next.request);
            self.open(here, disk, next, out);
        }
    }
}

impl Count {
    fn of(votes: &Tally, rule: &Rule) -> Self {
        let (yes, no) = (rule.weight(votes.yes()), rule.weight(votes.no()));
        let (balance, cast) = (i64::from(yes) - i64::from(no), i64::from(yes + no));
        // From −1000 to 1000; before anybody with a weight has answered, 0.
        let mean = (balance * 1_000).checked_div(cast).unwrap_or(0);
        Self { yes, no, mean: Milli(mean as i32) }
    }
}

/// Asks everybody, also those who have answered: a vote repeated is a vote unchanged.
fn ask(here: Here<'_>, motion: Ballot, command: Command, out: &mut Out) {
    out.set_timer(Timer::Retry, here.config.retry);
    out.broadcast(here.config.rule.nodes(), &Message::Ask { motion, command });
}

fn announce(here: Here<'_>, motion: Ballot, command: Command, carried: bool, out: &mut Out) {
    let decision = Message::Decision { motion, command, carried };
    out.broadcast(here.config.rule.nodes(), &decision);
}
