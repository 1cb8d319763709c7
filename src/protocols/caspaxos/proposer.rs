//! The proposer: applies clients' changes, one after another in each register.

use super::work::{Attempt, Ready, Trace, Work, applied, stand_back};
use super::{ACCEPT, Change, Durable, Here, Message, Out, PREPARE, Timer, Why, Write, messages, words};
use crate::model::{Ballot, Command, Gathering, Key, NodeId, NodeSet, Op, Outcome};
use crate::quorum::{Standing, Tally};
use std::collections::BTreeMap;

/// So often a proposer that waits lets newer ballots pass before it tries again.
const LET_PASS_MAX: u8 = 2;
/// So often those who are silent are asked again in the same ballot before a higher one is tried.
const REPEATS_MAX: u8 = 2;

/// A proposer. A crash makes it forget all but its round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Proposer {
    works: BTreeMap<Key, Work>,
}

impl Proposer {
    pub(super) fn heard(&mut self, key: Key, ballot: Ballot) {
        let work = self.works.entry(key).or_default();
        work.heard = work.heard.max(ballot);
    }

    /// The round of the ballots in use.
    pub(super) fn round(&self) -> u32 {
        self.works.values().filter_map(Work::ballot).map(Ballot::round).max().unwrap_or(0)
    }

    /// What the node does, by its busiest register, and in which ballot.
    pub(super) fn role(&self) -> (u8, Option<Ballot>) {
        self.works.values().map(|work| (work.role(), work.ballot())).max().unwrap_or_default()
    }

    pub(super) fn gathering(&self) -> Option<Gathering> {
        self.works.values().find_map(|work| {
            let (ballot, tally) = match &work.attempt {
                Attempt::Idle | Attempt::Waiting => return None,
                Attempt::Preparing { ballot, promises, .. } => (*ballot, promises),
                Attempt::Proposing { change, accepts, .. } => (change.ballot, accepts),
            };
            let phase = tally.phase() as u8;
            Some(Gathering { phase, epoch: ballot.bits(), yes: tally.yes(), no: tally.no() })
        })
    }

    pub(super) fn waiting(&self) -> u32 {
        self.works.values().map(|work| work.queue.len() as u32).sum()
    }

    /// Rounds that came to nothing in a row, in the register where it is worst.
    pub(super) fn lost(&self) -> u32 {
        self.works.values().map(|work| u32::from(work.lost)).max().unwrap_or(0)
    }

    pub(super) fn on_request(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        key: Key,
        command: Command,
        out: &mut Out,
    ) {
        let work = self.works.entry(key).or_default();
        if work.queue.contains(&command) {
            out.because(Why::WaitsAlready { key });
            return;
        }
        work.queue.push_back(command);
        if work.attempt != Attempt::Idle {
            out.because(Why::Queue { key, ahead: work.queue.len() as u32 - 1 });
            return;
        }
        self.begin(here, disk, key, out);
    }

    /// The next in the queue of a register that nothing is under way in.
    fn begin(&mut self, here: Here<'_>, disk: &mut Durable, key: Key, out: &mut Out) {
        let Some(work) = self.works.get_mut(&key) else { return };
        if work.queue.is_empty() {
            return;
        }
        match work.ready.take() {
            Some(ready) if ready.promises.has_won(&here.config.rule) && work.heard <= ready.ballot => {
                out.because(Why::SkipPrepare { key, ballot: ready.ballot });
                self.propose(here, disk, key, ready.ballot, ready.state, out);
            }
            Some(_) | None => self.start_round(here, disk, key, out),
        }
    }

    /// Phase 1. The round is on disk before anybody hears of the ballot.
    fn start_round(&mut self, here: Here<'_>, disk: &mut Durable, key: Key, out: &mut Out) {
        let Some(work) = self.works.get_mut(&key) else { return };
        // Above the ballot too that may ride along with an accept of the highest, unheard of as yet: else that
        // one is refused here, this one there, and nobody gets on.
        let rides = u32::from(here.config.piggyback && work.heard != Ballot::ZERO);
        let ballot = fresh(here, disk, work.heard.round().saturating_add(rides), out);
        work.attempt =
            Attempt::Preparing { ballot, promises: Tally::new(PREPARE), highest: Change::default() };
        work.repeats = 0;
        out.because(Why::StartBallot { key, ballot });
        self.watch(here, key, 1, out);
        multicast(here.config.acceptors, &Message::Prepare { key, ballot }, out);
    }

    pub(super) fn on_promise(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        from: NodeId,
        (key, ballot, accepted): (Key, Ballot, Change),
        out: &mut Out,
    ) {
        let work = self.works.entry(key).or_default();
        let (promises, highest) = match &mut work.attempt {
            Attempt::Preparing { ballot: own, promises, highest } if *own == ballot => (promises, highest),
            Attempt::Idle | Attempt::Waiting | Attempt::Preparing { .. } | Attempt::Proposing { .. } => {
                out.because(Why::IgnoredPromise { key, from, ballot });
                return;
            }
        };
        // §2.2: "it picks the value of the tuple with the highest ballot number". The mistake is to change
        // what is at hand: the first answer, which is the node's own.
        if !here.config.takes_first || promises.yes().is_empty() {
            *highest = (*highest).max(accepted);
        }
        let (standing, state) = (promises.record(&here.config.rule, from, true), *highest);
        let (earlier, value) = (accepted.ballot, accepted.value);
        match standing {
            Standing::Won => self.propose(here, disk, key, ballot, state, out),
            Standing::Pending | Standing::Lost => {
                out.because(Why::CountPromise { from, ballot, earlier, value });
            }
        }
    }

    /// Phase 2: the first in the queue is applied to the state.
    fn propose(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        key: Key,
        ballot: Ballot,
        state: Change,
        out: &mut Out,
    ) {
        let Some(work) = self.works.get_mut(&key) else { return };
        let Some(command) = work.queue.front().copied() else {
            (work.attempt, work.lost) = (Attempt::Idle, 0);
            return self.rest(out);
        };
        let was = work.sent.map(|sent| (sent, Work::trace(&state, &command, sent)));
        let (change, outcome) = match was {
            Some((_, Trace::Lost)) => {
                out.because(Why::CannotTell { key, earlier: state.ballot, value: state.value });
                work.queue.pop_front();
                work.sent = None;
                out.reply(command.request, Outcome::Unknown);
                // The promises are there: the next one may as well use them.
                return self.propose(here, disk, key, ballot, state, out);
            }
            Some((sent, Trace::TookEffect)) => {
                out.because(Why::TookEffect { key, sent, value: command.op.value() });
                let same = Change { ballot, from: state.ballot, before: state.by, ..state };
                (same, Outcome::Done)
            }
            Some((_, Trace::TookNone)) | None => applied(&command, &state, ballot),
        };
        if change.by == command.request && state.by != command.request {
            work.sent = work.sent.or(Some(ballot));
            out.because(match here.config.takes_first {
                true => Why::ChangeFirst { key, ballot, earlier: state.ballot, value: change.value },
                false => Why::Change { ballot, old: state.value, earlier: state.ballot, value: change.value },
            });
        } else if outcome == Outcome::Differs {
            out.because(Why::ChangeDiffers { key, ballot, value: state.value });
        } else {
            out.because(Why::Identity { key, ballot, earlier: state.ballot, value: state.value });
        }
        // Where somebody has prepared a higher one, it is that one's turn.
        let next = (here.config.piggyback && work.heard <= ballot).then(|| {
            let ballot = fresh(here, disk, ballot.round(), out);
            Ready { ballot, promises: Tally::new(PREPARE), state: change }
        });
        let rides = next.as_ref().map_or(Ballot::ZERO, |next| next.ballot);
        let (accepts, asked) = (Tally::new(ACCEPT), work.queue.len() as u32);
        work.attempt = Attempt::Proposing { change, outcome, asked, accepts, next };
        work.repeats = 0;
        self.watch(here, key, 1, out);
        multicast(here.config.acceptors, &Message::Accept { key, change, next: rides }, out);
    }

    pub(super) fn on_accepted(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        from: NodeId,
        (key, ballot, next): (Key, Ballot, Ballot),
        out: &mut Out,
    ) {
        let rule = &here.config.rule;
        let work = self.works.entry(key).or_default();
        let promised = |ready: &mut Option<Ready>| {
            if let Some(ready) = ready.as_mut().filter(|ready| ready.ballot == next) {
                ready.promises.record(rule, from, true);
            }
        };
        let won = match &mut work.attempt {
            Attempt::Proposing { change, outcome, asked, accepts, next: ready }
                if change.ballot == ballot =>
            {
                promised(ready);
                match accepts.record(rule, from, true) {
                    Standing::Won => Some((*change, *outcome, *asked, ready.take())),
                    Standing::Pending | Standing::Lost => None,
                }
            }
            Attempt::Idle | Attempt::Waiting | Attempt::Preparing { .. } | Attempt::Proposing { .. } => {
                // Late, and yet a promise of the next ballot.
                promised(&mut work.ready);
                out.because(Why::LateAccepted { key, from, ballot });
                return;
            }
        };
        let Some((change, outcome, asked, ready)) = won else {
            out.because(Why::CountAccepted { key, from, ballot });
            return;
        };
        out.because(Why::Chosen { key, ballot, value: change.value });
        work.attempt = Attempt::Idle;
        work.sent = None;
        work.ready = ready;
        work.lost = 0;
        if let Some(command) = work.queue.pop_front() {
            out.reply(command.request, outcome);
        }
        // Those right behind who asked to read before the state was sent read it: whatever was over by then is
        // older.
        for _ in 1..asked {
            let Some(read) = work.queue.front().filter(|next| matches!(next.op, Op::Read { .. })) else {
                break;
            };
            out.because(Why::ReadAlong { key, ballot, value: change.value });
            out.reply(read.request, Outcome::Value(change.value));
            work.queue.pop_front();
        }
        self.begin(here, disk, key, out);
        self.rest(out);
    }

    pub(super) fn on_nack(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        (key, ballot, promised): (Key, Ballot, Ballot),
        out: &mut Out,
    ) {
        let work = self.works.entry(key).or_default();
        let tally = match &mut work.attempt {
            Attempt::Preparing { ballot: own, promises, .. } if *own == ballot => promises,
            Attempt::Proposing { change, accepts, .. } if change.ballot == ballot => accepts,
            Attempt::Idle | Attempt::Waiting | Attempt::Preparing { .. } | Attempt::Proposing { .. } => {
                out.because(Why::IgnoredNack { key, from, ballot });
                return;
            }
        };
        match tally.record(&here.config.rule, from, false) {
            Standing::Pending | Standing::Won => out.because(Why::CountNack { key, from, ballot, promised }),
            Standing::Lost => {
                work.lost = work.lost.saturating_add(1);
                out.because(Why::BackOff { key, ballot, promised, lost: u32::from(work.lost) });
                let turns = 1 + stand_back(ballot, work.lost);
                self.back_off(here, key, turns, out);
            }
        }
    }

    /// Waits for so many turns of the timer.
    fn back_off(&mut self, here: Here<'_>, key: Key, turns: u8, out: &mut Out) {
        if let Some(work) = self.works.get_mut(&key) {
            work.attempt = Attempt::Waiting;
            work.passing = (work.heard, 0);
        }
        self.watch(here, key, turns, out);
    }

    /// A turn of the timer: whatever has waited long enough goes on.
    pub(super) fn on_retry(&mut self, here: Here<'_>, disk: &mut Durable, out: &mut Out) {
        let busy = |(key, work): (&Key, &Work)| (work.attempt != Attempt::Idle).then_some(*key);
        let keys: Vec<Key> = self.works.iter().filter_map(busy).collect();
        if keys.is_empty() {
            out.because(Why::IgnoredRetry {});
            return;
        }
        let others = keys.len() > 1;
        out.set_timer(Timer::Retry, here.config.retry);
        for key in keys {
            let Some(work) = self.works.get_mut(&key) else { continue };
            work.turns = work.turns.saturating_sub(1);
            let (seen, passed) = work.passing;
            if work.attempt == Attempt::Waiting && work.heard > seen && passed < LET_PASS_MAX {
                // Somebody is at work: to interrupt it would cost both.
                work.passing = (work.heard, passed + 1);
                work.turns = work.turns.max(1);
            }
            if work.turns > 0 {
                out.because(Why::StillWaits { key });
                continue;
            }
            self.go_on(here, disk, key, out);
            if let Some(work) = self.works.get_mut(&key) {
                // The timer was set just now: this turn counts.
                work.turns -= u8::from(others);
            }
        }
    }

    /// An attempt has waited long enough. Where no higher ballot was heard of, a message may be lost, and
    /// those who are silent are asked again: a new ballot would throw away what the others have said.
    fn go_on(&mut self, here: Here<'_>, disk: &mut Durable, key: Key, out: &mut Out) {
        let Some(work) = self.works.get_mut(&key) else { return };
        let Some(ballot) = work.ballot() else {
            out.because(Why::TryAgain { key, heard: work.heard });
            return self.start_round(here, disk, key, out);
        };
        if work.repeats < REPEATS_MAX
            && let Some((message, silent)) = work.unanswered(key, here.config.acceptors)
        {
            work.repeats += 1;
            out.because(Why::AskAgain { key, ballot, silent: silent.len() as u32 });
            multicast(silent, &message, out);
            return self.watch(here, key, 1, out);
        }
        work.lost = work.lost.saturating_add(1);
        out.because(match work.role() {
            words::PREPARING => Why::NoQuorumPromised { key, ballot },
            _ => Why::NoQuorumAccepted { key, ballot },
        });
        match stand_back(ballot, work.lost - 1) {
            0 => self.start_round(here, disk, key, out),
            turns => self.back_off(here, key, turns, out),
        }
    }

    /// Lets so many turns of the timer go by for an attempt. It is set where it does not run for another
    /// register; where it does, the turn that is under way does not count.
    fn watch(&mut self, here: Here<'_>, key: Key, turns: u8, out: &mut Out) {
        let others = self.works.iter().any(|(other, work)| *other != key && work.attempt != Attempt::Idle);
        if let Some(work) = self.works.get_mut(&key) {
            work.turns = turns + u8::from(others);
        }
        if !others {
            out.set_timer(Timer::Retry, here.config.retry);
        }
    }

    /// Stops the timer where nothing is under way.
    fn rest(&self, out: &mut Out) {
        if self.works.values().all(|work| work.attempt == Attempt::Idle) {
            out.cancel_timer(Timer::Retry);
        }
    }
}

/// A ballot above a round, and above all that this proposer has used; on disk at once.
fn fresh(here: Here<'_>, disk: &mut Durable, above: u32, out: &mut Out) -> Ballot {
    let round = disk.round.max(above).saturating_add(1);
    out.persist(disk, Write::Round(round));
    Ballot::new(round, here.me)
}

/// Sends to some nodes, perhaps the sender too.
fn multicast(to: NodeSet, message: &messages::Message, out: &mut Out) {
    to.iter().for_each(|node| out.send(node, message.clone()));
}
