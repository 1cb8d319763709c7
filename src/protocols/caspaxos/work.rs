//! What a proposer does in one register, and what a change function makes of a state.

use super::{Change, Message, words};
use crate::model::{Ballot, Command, Key, NodeSet, Op, Outcome};
use crate::quorum::Tally;
use std::collections::VecDeque;

/// How often the back-off doubles at most: clients wait, and where all have to accept many lose in a row.
const DOUBLINGS_MAX: u8 = 3;

/// What a proposer does in one register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Work {
    /// Who waits, in order; the first is under way unless the attempt is idle.
    pub(super) queue: VecDeque<Command>,
    pub(super) attempt: Attempt,
    /// The first ballot in which the first one's change was sent to be accepted, if it was.
    pub(super) sent: Option<Ballot>,
    /// The highest ballot heard of.
    pub(super) heard: Ballot,
    /// The highest ballot heard of when it began to wait, and how often it has let newer ones pass since.
    pub(super) passing: (Ballot, u8),
    /// Rounds that came to nothing, in a row.
    pub(super) lost: u8,
    /// So often the timer runs out before something is done about the attempt.
    pub(super) turns: u8,
    /// How often those who are silent were asked again in this phase of the attempt.
    pub(super) repeats: u8,
    pub(super) ready: Option<Ready>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Attempt {
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
        /// How many were in the queue when it was sent: the next ones of them that read read this state.
        asked: u32,
        accepts: Tally,
        next: Option<Ready>,
    },
}

/// A ballot whose prepare rode along with an accept (§2.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ready {
    pub(super) ballot: Ballot,
    pub(super) promises: Tally,
    /// The state that was accepted then: the highest of all who promise.
    pub(super) state: Change,
}

/// What is known of a change that was sent before in a ballot that was lost.
pub(super) enum Trace {
    /// The state is made of it.
    TookEffect,
    /// It is no ancestor of the state, and never will be of another made from that.
    TookNone,
    /// Nobody can tell.
    Lost,
}

impl Work {
    /// What a state says of a change that `command` asked for and that was first sent in `sent`.
    pub(super) fn trace(state: &Change, command: &Command, sent: Ballot) -> Trace {
        if state.by == command.request || state.before == command.request {
            Trace::TookEffect
        } else if state.ballot < sent || state.from < sent {
            Trace::TookNone
        } else {
            Trace::Lost
        }
    }

    pub(super) fn ballot(&self) -> Option<Ballot> {
        match &self.attempt {
            Attempt::Idle | Attempt::Waiting => None,
            Attempt::Preparing { ballot, .. } => Some(*ballot),
            Attempt::Proposing { change, .. } => Some(change.ballot),
        }
    }

    /// The message of the phase that the attempt is in, and who has not answered it; `None` where that is in
    /// vain, as a ballot above the attempt's own was heard of.
    pub(super) fn unanswered(&self, key: Key, acceptors: NodeSet) -> Option<(Message, NodeSet)> {
        let (message, tally) = match &self.attempt {
            Attempt::Idle | Attempt::Waiting => return None,
            Attempt::Preparing { ballot, promises, .. } => {
                (Message::Prepare { key, ballot: *ballot }, promises)
            }
            Attempt::Proposing { change, accepts, next, .. } => {
                let next = next.as_ref().map_or(Ballot::ZERO, |next| next.ballot);
                (Message::Accept { key, change: *change, next }, accepts)
            }
        };
        let (_, own) = message.about();
        (self.heard <= own).then(|| (message, acceptors.minus(tally.yes()).minus(tally.no())))
    }

    pub(super) fn role(&self) -> u8 {
        match &self.attempt {
            Attempt::Idle => words::IDLE,
            Attempt::Waiting => words::WAITING,
            Attempt::Preparing { .. } => words::PREPARING,
            Attempt::Proposing { .. } => words::PROPOSING,
        }
    }
}

/// The state that a change function makes of one, and what its client is told.
pub(super) fn applied(command: &Command, state: &Change, ballot: Ballot) -> (Change, Outcome) {
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

/// How many turns of the timer a proposer lets go by that lost its ballot: any number below one that
/// doubles with every round lost in a row, so that of those who compete one gets far enough ahead. The
/// ballot is the die, as no two proposers have the same.
pub(super) fn stand_back(ballot: Ballot, lost: u8) -> u8 {
    let die = u64::from(ballot.bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
    (die & ((1 << lost.min(DOUBLINGS_MAX)) - 1)) as u8
}
