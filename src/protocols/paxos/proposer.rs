//! The proposer: seeks a ballot in which a quorum promises, and then accepts.

use super::{ACCEPT, Durable, Here, Message, Out, PREPARE, Timer, Why, Write, multicast, outcome, words};
use crate::model::{Ballot, Command, Gathering, NodeId, Op, Outcome, Span, SpanRange};
use crate::quorum::{Standing, Tally};

/// How often the back-off doubles at most.
const DOUBLINGS_MAX: u8 = 4;

/// A proposer. A crash makes it forget whom it worked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Proposer {
    /// Who waits here for the outcome, and with what; the first write is the value of its own.
    requests: Vec<Command>,
    /// The highest ballot heard of.
    heard: Ballot,
    /// Rounds that came to nothing, in a row.
    lost: u8,
    attempt: Attempt,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Attempt {
    Idle,
    /// Backs off before the next round.
    Waiting,
    /// Phase 1.
    Preparing {
        ballot: Ballot,
        promises: Tally,
        /// The proposal of the highest ballot reported by those who promised.
        highest: Option<(Ballot, Command)>,
    },
    /// Phase 2.
    Proposing {
        ballot: Ballot,
        command: Command,
        accepts: Tally,
    },
}

impl Proposer {
    /// `promised` is what the acceptor of the same node has promised: a ballot heard of.
    pub(super) fn boot(here: Here<'_>, promised: Ballot) -> Self {
        let heard = if here.config.flaws.reuses_ballot { Ballot::ZERO } else { promised };
        Self { requests: Vec::new(), heard, lost: 0, attempt: Attempt::Idle }
    }

    pub(super) fn heard(&mut self, ballot: Ballot) {
        self.heard = self.heard.max(ballot);
    }

    pub(super) fn is_idle(&self) -> bool {
        self.attempt == Attempt::Idle
    }

    pub(super) const fn ballot(&self) -> Option<Ballot> {
        match &self.attempt {
            Attempt::Idle | Attempt::Waiting => None,
            Attempt::Preparing { ballot, .. } | Attempt::Proposing { ballot, .. } => Some(*ballot),
        }
    }

    pub(super) const fn proposed(&self) -> Option<(Ballot, Command)> {
        match &self.attempt {
            Attempt::Proposing { ballot, command, .. } => Some((*ballot, *command)),
            Attempt::Idle | Attempt::Waiting | Attempt::Preparing { .. } => None,
        }
    }

    pub(super) const fn role(&self) -> u8 {
        match &self.attempt {
            Attempt::Idle => words::IDLE,
            Attempt::Waiting => words::WAITING,
            Attempt::Preparing { .. } => words::PREPARING,
            Attempt::Proposing { .. } => words::PROPOSING,
        }
    }

    pub(super) fn gathering(&self) -> Option<Gathering> {
        let (ballot, tally) = match &self.attempt {
            Attempt::Idle | Attempt::Waiting => return None,
            Attempt::Preparing { ballot, promises, .. } => (ballot, promises),
            Attempt::Proposing { ballot, accepts, .. } => (ballot, accepts),
        };
        let phase = tally.phase() as u8;
        Some(Gathering { phase, epoch: ballot.bits(), yes: tally.yes(), no: tally.no() })
    }

    pub(super) fn waiting(&self) -> u32 {
        self.requests.len() as u32
    }

    pub(super) const fn lost(&self) -> u32 {
        self.lost as u32
    }

    /// Remembers who waits; a client that asks again waits once.
    pub(super) fn note(&mut self, command: Command) {
        if !self.requests.contains(&command) {
            self.requests.push(command);
        }
    }

    pub(super) fn on_request(&mut self, here: Here<'_>, disk: &mut Durable, command: Command, out: &mut Out) {
        self.note(command);
        match (&self.attempt, command.op.value()) {
            (Attempt::Idle, Some(value)) => {
                out.because(Why::WantToPropose { value });
                self.start_round(here, disk, out);
            }
            (Attempt::Idle, None) => {
                out.because(Why::ReadByProposing {});
                self.start_round(here, disk, out);
            }
            (_, value) => out.because(Why::WaitForOutcome { value }),
        }
    }

    /// §2.3: "If a learner needs to know whether a value has been chosen, it can have a proposer
    /// issue a proposal."
    pub(super) fn find_out(&mut self, here: Here<'_>, disk: &mut Durable, out: &mut Out) {
        out.because(Why::ProposeToLearn {});
        self.start_round(here, disk, out);
    }

    /// Phase 1(a). The round is on disk before anybody hears of the ballot.
    fn start_round(&mut self, here: Here<'_>, disk: &mut Durable, out: &mut Out) {
        let round = disk.round.max(self.heard.round()).saturating_add(1);
        let ballot = Ballot::new(round, here.me);
        out.persist(disk, Write::Round(round));
        self.attempt = Attempt::Preparing { ballot, promises: Tally::new(PREPARE), highest: None };
        out.because(Why::StartBallot { ballot });
        out.set_timer(Timer::Retry, self.patience(here));
        multicast(here.config.acceptors, &Message::Prepare { ballot }, out);
    }

    pub(super) fn on_promise(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        ballot: Ballot,
        accepted: Option<(Ballot, Command)>,
        out: &mut Out,
    ) {
        let (own, promises, highest) = match &mut self.attempt {
            Attempt::Preparing { ballot, promises, highest } => (*ballot, promises, highest),
            Attempt::Idle | Attempt::Waiting | Attempt::Proposing { .. } => {
                out.because(Why::IgnoredPromise { from, ballot });
                return;
            }
        };
        if ballot != own {
            out.because(Why::IgnoredPromise { from, ballot });
            return;
        }
        if !here.config.flaws.ignores_accepted {
            *highest = (*highest).max(accepted);
        }
        let (standing, highest) = (promises.record(&here.config.rule, from, true), *highest);
        match (standing, accepted) {
            (Standing::Won, _) => self.propose(here, ballot, highest, out),
            (Standing::Pending | Standing::Lost, None) => {
                out.because(Why::CountPromise { from, ballot });
            }
            (Standing::Pending | Standing::Lost, Some((earlier, command))) => {
                let value = command.op.value();
                out.because(Why::CountReport { from, ballot, earlier, value });
            }
        }
    }

    /// Phase 2(a), with the value that P2c demands.
    fn propose(&mut self, here: Here<'_>, ballot: Ballot, highest: Option<(Ballot, Command)>, out: &mut Out) {
        let own = self.requests.iter().find(|command| command.op.value().is_some()).copied();
        let command = match (highest, own) {
            (Some((earlier, command)), _) => {
                out.because(Why::AdoptEarlier { ballot, earlier, value: command.op.value() });
                command
            }
            (None, Some(command)) => {
                let value = command.op.value();
                out.because(match here.config.flaws.ignores_accepted {
                    true => Why::ProposeBlindly { ballot, value },
                    false => Why::ProposeOwn { ballot, value },
                });
                command
            }
            (None, None) => return self.give_up(ballot, out),
        };
        let accepts = Tally::new(ACCEPT);
        self.attempt = Attempt::Proposing { ballot, command, accepts };
        out.set_timer(Timer::Retry, self.patience(here));
        multicast(here.config.acceptors, &Message::Accept { ballot, command }, out);
    }

    /// A quorum has accepted nothing, so nothing was chosen below this ballot: a read may say so.
    fn give_up(&mut self, ballot: Ballot, out: &mut Out) {
        out.because(Why::NothingToPropose { ballot });
        self.stop(out);
        for command in self.requests.drain(..) {
            debug_assert!(matches!(command.op, Op::Read { .. }), "a write has a value to propose");
            out.reply(command.request, Outcome::Value(None));
        }
    }

    /// Counts an acceptance of the proposal of its own ballot.
    pub(super) fn on_accepted(&mut self, here: Here<'_>, from: NodeId, ballot: Ballot, out: &mut Out) {
        let (command, standing) = match &mut self.attempt {
            Attempt::Proposing { ballot: own, command, accepts } if *own == ballot => {
                (*command, accepts.record(&here.config.rule, from, true))
            }
            Attempt::Idle | Attempt::Waiting | Attempt::Preparing { .. } | Attempt::Proposing { .. } => {
                out.because(Why::IgnoredAccepted { from, ballot });
                return;
            }
        };
        match standing {
            Standing::Won => {
                out.because(Why::Chosen { ballot, value: command.op.value() });
                self.stop(out);
                self.settle(command, out);
            }
            Standing::Pending | Standing::Lost => out.because(Why::CountOwn { from, ballot }),
        }
    }

    pub(super) fn on_nack(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        ballot: Ballot,
        promised: Ballot,
        out: &mut Out,
    ) {
        let tally = match &mut self.attempt {
            Attempt::Preparing { ballot: own, promises, .. } if *own == ballot => promises,
            Attempt::Proposing { ballot: own, accepts, .. } if *own == ballot => accepts,
            Attempt::Idle | Attempt::Waiting | Attempt::Preparing { .. } | Attempt::Proposing { .. } => {
                out.because(Why::IgnoredNack { from, ballot });
                return;
            }
        };
        match tally.record(&here.config.rule, from, false) {
            Standing::Pending | Standing::Won => {
                out.because(Why::CountNack { from, ballot, promised });
            }
            Standing::Lost => {
                self.lost = self.lost.saturating_add(1);
                self.attempt = Attempt::Waiting;
                out.because(Why::BackOff { ballot, promised, lost: u32::from(self.lost) });
                out.set_timer(Timer::Retry, self.patience(here));
            }
        }
    }

    pub(super) fn on_retry(&mut self, here: Here<'_>, disk: &mut Durable, out: &mut Out) {
        match self.attempt {
            Attempt::Idle => {
                out.because(Why::IgnoredRetry {});
                return;
            }
            Attempt::Waiting => out.because(Why::TryAgain { heard: self.heard }),
            Attempt::Preparing { ballot, .. } => {
                self.lost = self.lost.saturating_add(1);
                out.because(Why::NoQuorumPromised { ballot });
            }
            Attempt::Proposing { ballot, .. } => {
                self.lost = self.lost.saturating_add(1);
                out.because(Why::NoQuorumAccepted { ballot });
            }
        }
        self.start_round(here, disk, out);
    }

    /// How long to wait. With back-off the range widens with every round lost, so that of two who
    /// duel one gets far enough ahead (§2.4 leaves it to the election of a distinguished proposer).
    fn patience(&self, here: Here<'_>) -> SpanRange {
        let SpanRange { least, most } = here.config.retry;
        let doublings = if here.config.backoff { self.lost.min(DOUBLINGS_MAX) } else { 0 };
        SpanRange { least, most: Span(most.0 << doublings) }
    }

    /// The outcome is known: stops, and tells everybody who waits here.
    pub(super) fn settle(&mut self, chosen: Command, out: &mut Out) {
        if self.attempt != Attempt::Idle {
            out.because(Why::Stop { value: chosen.op.value() });
            self.stop(out);
        }
        for command in self.requests.drain(..) {
            out.reply(command.request, outcome(command, chosen));
        }
    }

    fn stop(&mut self, out: &mut Out) {
        self.attempt = Attempt::Idle;
        self.lost = 0;
        out.cancel_timer(Timer::Retry);
    }
}
