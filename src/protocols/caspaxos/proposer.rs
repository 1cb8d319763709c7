//! The proposer: applies clients' changes, one after another in each register.

use super::{ACCEPT, Change, Durable, Here, Message, Out, PREPARE, Timer, Why, Write, messages, words};
use crate::model::{Ballot, Command, Gathering, Key, NodeId, NodeSet, Op, Outcome, Span, SpanRange};
use crate::quorum::{Standing, Tally};
use std::collections::{BTreeMap, VecDeque};

/// How often the back-off doubles at most: clients wait, and where all have to accept many lose in a row.
const DOUBLINGS_MAX: u32 = 3;
/// So often a proposer that waits lets newer ballots pass before it tries again.
const LET_PASS_MAX: u8 = 2;

/// A proposer. A crash makes it forget all but its round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Proposer {
    works: BTreeMap<Key, Work>,
}

/// What a proposer does in one register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Work {
    /// Who waits, in order; the first is under way unless the attempt is idle.
    queue: VecDeque<Command>,
    attempt: Attempt,
    /// The first ballot in which the first one's change was sent to be accepted, if it was.
    sent: Option<Ballot>,
    /// The highest ballot heard of.
    heard: Ballot,
    /// The highest ballot heard of when it began to wait, and how often it has let newer ones pass since.
    passing: (Ballot, u8),
    /// Rounds that came to nothing, in a row.
    lost: u8,
    /// Whether the attempt has been there since the timer was set.
    waited: bool,
    ready: Option<Ready>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Attempt {
    #[default]
    Idle,
    /// Backs off before the next round.
    Waiting,
    /// Phase 1.
    Preparing {
        ballot: Ballot,
        promises: Tally,
        /// The state of the highest ballot reported by those who promised.
        highest: Change,
    },
    /// Phase 2.
    Proposing {
        change: Change,
        /// What the client is told once a quorum has accepted.
        outcome: Outcome,
        accepts: Tally,
        next: Option<Ready>,
    },
}

/// A ballot whose prepare rode along with an accept (§2.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Ready {
    ballot: Ballot,
    promises: Tally,
    /// The state that was accepted then: the highest of all who promise.
    state: Change,
}

/// What is known of a change that was sent before in a ballot that was lost.
enum Trace {
    /// The state is made of it.
    TookEffect,
    /// It is no ancestor of the state, and never will be of another made from that.
    TookNone,
    /// Nobody can tell.
    Lost,
}

impl Work {
    /// What a state says of a change that `command` asked for and that was first sent in `sent`.
    fn trace(state: &Change, command: &Command, sent: Ballot) -> Trace {
        if state.by == command.request || state.before == command.request {
            Trace::TookEffect
        } else if state.ballot < sent || state.from < sent {
            Trace::TookNone
        } else {
            Trace::Lost
        }
    }

    fn ballot(&self) -> Option<Ballot> {
        match &self.attempt {
            Attempt::Idle | Attempt::Waiting => None,
            Attempt::Preparing { ballot, .. } => Some(*ballot),
            Attempt::Proposing { change, .. } => Some(change.ballot),
        }
    }

    fn role(&self) -> u8 {
        match &self.attempt {
            Attempt::Idle => words::IDLE,
            Attempt::Waiting => words::WAITING,
            Attempt::Preparing { .. } => words::PREPARING,
            Attempt::Proposing { .. } => words::PROPOSING,
        }
    }
}

/// The state that a change function makes of one, and what its client is told.
fn applied(command: &Command, state: &Change, ballot: Ballot) -> (Change, Outcome) {
    let same = Change { ballot, from: state.ballot, before: state.by, ..*state };
    let set = |value| Change { by: command.request, value: Some(value), ..same };
    if let Op::Write { value, .. } = command.op {
        (set(value), Outcome::Done)
    } else if let Op::Cas { expect, value, .. } = command.op {
        if state.value == Some(expect) { (set(value), Outcome::Done) } else { (same, Outcome::Differs) }
    } else {
        (same, Outcome::Value(state.value))
    }
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
        let ballot = fresh(here, disk, work.heard, out);
        work.attempt =
            Attempt::Preparing { ballot, promises: Tally::new(PREPARE), highest: Change::default() };
        out.because(Why::StartBallot { key, ballot });
        self.watch(here, key, out);
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
            let ballot = fresh(here, disk, ballot, out);
            Ready { ballot, promises: Tally::new(PREPARE), state: change }
        });
        let rides = next.as_ref().map_or(Ballot::ZERO, |next| next.ballot);
        work.attempt = Attempt::Proposing { change, outcome, accepts: Tally::new(ACCEPT), next };
        self.watch(here, key, out);
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
            Attempt::Proposing { change, outcome, accepts, next: ready } if change.ballot == ballot => {
                promised(ready);
                match accepts.record(rule, from, true) {
                    Standing::Won => Some((*change, *outcome, ready.take())),
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
        let Some((change, outcome, ready)) = won else {
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
                work.attempt = Attempt::Waiting;
                work.passing = (work.heard, 0);
                work.waited = true;
                out.because(Why::BackOff { key, ballot, promised, lost: u32::from(work.lost) });
                out.set_timer(Timer::Retry, self.patience(here));
            }
        }
    }

    /// Every attempt that has waited since the timer was set is begun anew.
    pub(super) fn on_retry(&mut self, here: Here<'_>, disk: &mut Durable, out: &mut Out) {
        let busy = |work: &Work| work.attempt != Attempt::Idle;
        if !self.works.values().any(busy) {
            out.because(Why::IgnoredRetry {});
            return;
        }
        let keys: Vec<(Key, bool)> =
            self.works.iter().filter(|(_, work)| busy(work)).map(|(key, work)| (*key, work.waited)).collect();
        for (key, waited) in keys {
            let Some(work) = self.works.get_mut(&key) else { continue };
            if !waited {
                work.waited = true;
                out.because(Why::StillWaits { key });
                continue;
            }
            let (seen, passed) = work.passing;
            if work.attempt == Attempt::Waiting && work.heard > seen && passed < LET_PASS_MAX {
                // Somebody is at work: to interrupt it would cost both.
                work.passing = (work.heard, passed + 1);
                out.because(Why::StillWaits { key });
                continue;
            }
            match &work.attempt {
                Attempt::Idle | Attempt::Waiting => {
                    out.because(Why::TryAgain { key, heard: work.heard });
                }
                Attempt::Preparing { ballot, .. } => {
                    work.lost = work.lost.saturating_add(1);
                    out.because(Why::NoQuorumPromised { key, ballot: *ballot });
                }
                Attempt::Proposing { change, .. } => {
                    work.lost = work.lost.saturating_add(1);
                    out.because(Why::NoQuorumAccepted { key, ballot: change.ballot });
                }
            }
            self.start_round(here, disk, key, out);
            if let Some(work) = self.works.get_mut(&key) {
                work.waited = true;
            }
        }
        out.set_timer(Timer::Retry, self.patience(here));
    }

    /// Sets the timer for an attempt that begins; where it runs for another register, it goes on.
    fn watch(&mut self, here: Here<'_>, key: Key, out: &mut Out) {
        let others = self.works.iter().any(|(other, work)| *other != key && work.attempt != Attempt::Idle);
        if let Some(work) = self.works.get_mut(&key) {
            work.waited = !others;
        }
        if !others {
            out.set_timer(Timer::Retry, self.patience(here));
        }
    }

    /// Stops the timer where nothing is under way.
    fn rest(&self, out: &mut Out) {
        if self.works.values().all(|work| work.attempt == Attempt::Idle) {
            out.cancel_timer(Timer::Retry);
        }
    }

    /// How long to wait. The range widens with every round lost, so that of two who compete one gets far
    /// enough ahead.
    fn patience(&self, here: Here<'_>) -> SpanRange {
        let SpanRange { least, most } = here.config.retry;
        SpanRange { least, most: Span(most.0 << self.lost().min(DOUBLINGS_MAX)) }
    }
}

/// A ballot above one that was heard of, and above all that this proposer has used; on disk at once.
fn fresh(here: Here<'_>, disk: &mut Durable, heard: Ballot, out: &mut Out) -> Ballot {
    let round = disk.round.max(heard.round()).saturating_add(1);
    out.persist(disk, Write::Round(round));
    Ballot::new(round, here.me)
}

/// Sends to some nodes, perhaps the sender too.
fn multicast(to: NodeSet, message: &messages::Message, out: &mut Out) {
    to.iter().for_each(|node| out.send(node, message.clone()));
}
