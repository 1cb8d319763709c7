//! What nodes send each other, and their timers.

use super::Deal;
use crate::model::{self, Ballot, Command, Fact, NodeId, NodeSet, Packed, TimerKind};

/// What nodes send each other. `tx` is a transaction: the round of the resource manager that began it,
/// and that manager.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// The manager that begins has prepared, and asks for the commit.
    Begin {
        /// Which transaction.
        tx: Ballot,
        /// What it does, and who takes part.
        deal: Deal,
        /// Which life of the coordinator the sender takes it to be in.
        era: u32,
    },
    /// The coordinator asks a manager to prepare.
    Prepare {
        /// Which transaction.
        tx: Ballot,
        /// What it does, and who takes part.
        deal: Deal,
    },
    /// A manager's vote.
    Vote {
        /// On which transaction.
        tx: Ballot,
        /// Whether it is prepared.
        yes: bool,
    },
    /// Three phases: everybody has voted yes.
    PreCommit {
        /// Which transaction.
        tx: Ballot,
    },
    /// Three phases: the sender knows that everybody has voted yes.
    PreAck {
        /// Which transaction.
        tx: Ballot,
    },
    /// The outcome.
    Decision {
        /// Of which transaction.
        tx: Ballot,
        /// Committed, or aborted.
        commit: bool,
        /// The sender's life.
        era: u32,
        /// Whether it is told to an acceptor that may forget now, and not to a manager that waits.
        aside: bool,
    },
    /// A manager has the commit on its disk.
    Ack {
        /// Which transaction.
        tx: Ballot,
    },
    /// A manager in doubt asks for the outcome.
    Inquire {
        /// Of which transaction.
        tx: Ballot,
        /// What it does, and who takes part.
        deal: Deal,
    },
    /// Three phases: a manager that ends the transaction in the coordinator's place asks how far the
    /// others are.
    Poll {
        /// Which transaction.
        tx: Ballot,
    },
    /// Three phases: how far the sender is.
    State {
        /// With which transaction.
        tx: Ballot,
        /// How far.
        stage: Reached,
    },
    /// Paxos, phase 2a: proposes for some managers' instances.
    Propose {
        /// Which transaction.
        tx: Ballot,
        /// What it does, and who takes part.
        deal: Deal,
        /// The ballot; zero where a manager proposes for itself.
        ballot: Ballot,
        /// Whom it is to be told when this is accepted.
        leader: NodeId,
        /// The managers for which *prepared* is proposed.
        yes: NodeSet,
        /// The managers for which *aborted* is proposed.
        no: NodeSet,
    },
    /// Paxos, phase 2b for all instances in one message.
    Accepted {
        /// Which transaction.
        tx: Ballot,
        /// In which ballot.
        ballot: Ballot,
        /// The instances in which *prepared* is accepted.
        yes: NodeSet,
        /// The instances in which *aborted* is accepted.
        no: NodeSet,
    },
    /// Paxos, phase 1a for all instances.
    Lead {
        /// Which transaction.
        tx: Ballot,
        /// What it does, and who takes part.
        deal: Deal,
        /// The ballot to promise.
        ballot: Ballot,
    },
    /// Paxos, phase 1b for all instances.
    Promise {
        /// Which transaction.
        tx: Ballot,
        /// The ballot promised.
        ballot: Ballot,
        /// By instance: in which ballot something was accepted last, and whether it was *prepared*.
        accepted: Vec<(NodeId, Ballot, bool)>,
    },
    /// Paxos: refused, as a higher ballot is promised.
    Nack {
        /// Which transaction.
        tx: Ballot,
        /// The ballot refused.
        ballot: Ballot,
        /// What the sender has promised.
        promised: Ballot,
    },
    /// Two phases: the coordinator has started anew.
    Back {
        /// Its life.
        era: u32,
    },
}

/// How far a manager is with a transaction that another one asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reached {
    /// It has not voted, or has voted yes.
    Waiting,
    /// It knows that everybody has voted yes.
    PreCommitted,
    /// It knows the outcome.
    Over(bool),
}

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The coordinator has waited long enough; an acceptor thinks of leading itself.
    Retry,
    /// A manager in doubt asks.
    Doubt,
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let value = |deal: &Deal| deal.command.op.value().pack();
        let three = |tx: &Ballot, one: u32, two: u32| [tx.bits(), one, two, 0];
        let (code, args) = match self {
            Self::Begin { tx, deal, .. } => (0, three(tx, value(deal), 0)),
            Self::Prepare { tx, deal } => (1, three(tx, value(deal), 0)),
            Self::Vote { tx, yes: true } => (2, three(tx, 0, 0)),
            Self::Vote { tx, yes: false } => (3, three(tx, 0, 0)),
            Self::Decision { tx, commit: true, aside: false, .. } => (4, three(tx, 0, 0)),
            Self::Decision { tx, commit: false, aside: false, .. } => (5, three(tx, 0, 0)),
            Self::Decision { tx, commit, aside: true, .. } => (6, three(tx, commit.pack(), 0)),
            Self::Ack { tx } => (7, three(tx, 0, 0)),
            Self::Inquire { tx, .. } => (8, three(tx, 0, 0)),
            Self::PreCommit { tx } => (9, three(tx, 0, 0)),
            Self::PreAck { tx } => (10, three(tx, 0, 0)),
            Self::Poll { tx } => (11, three(tx, 0, 0)),
            Self::State { tx, stage: Reached::Waiting } => (12, three(tx, 0, 0)),
            Self::State { tx, stage: Reached::PreCommitted } => (13, three(tx, 0, 0)),
            Self::State { tx, stage: Reached::Over(commit) } => (14, three(tx, commit.pack(), 0)),
            Self::Propose { tx, ballot, yes, no, .. } if no.is_empty() => {
                (15, three(tx, ballot.bits(), yes.len() as u32))
            }
            Self::Propose { tx, ballot, no, .. } => (16, three(tx, ballot.bits(), no.len() as u32)),
            Self::Accepted { tx, ballot, yes, no } if no.is_empty() => {
                (17, three(tx, ballot.bits(), yes.len() as u32))
            }
            Self::Accepted { tx, ballot, no, .. } => (18, three(tx, ballot.bits(), no.len() as u32)),
            Self::Lead { tx, ballot, .. } => (19, three(tx, ballot.bits(), 0)),
            Self::Promise { tx, ballot, accepted } => (20, three(tx, ballot.bits(), accepted.len() as u32)),
            Self::Nack { tx, ballot, promised } => (21, three(tx, ballot.bits(), promised.bits())),
            Self::Back { era } => (22, [*era, 0, 0, 0]),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        // A transaction's command and who takes part; a set of nodes.
        const DEAL: u32 = Command::BYTES + SET;
        const SET: u32 = 16;
        match self {
            Self::Begin { .. } | Self::Prepare { .. } | Self::Inquire { .. } | Self::Lead { .. } => DEAL,
            Self::Propose { .. } => DEAL + 2 * SET,
            Self::Accepted { .. } => 2 * SET,
            Self::Promise { accepted, .. } => 6 * accepted.len() as u32,
            Self::Vote { .. }
            | Self::Decision { .. }
            | Self::Ack { .. }
            | Self::PreCommit { .. }
            | Self::PreAck { .. }
            | Self::Poll { .. }
            | Self::State { .. }
            | Self::Nack { .. }
            | Self::Back { .. } => 0,
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Retry => 0,
            Self::Doubt => 1,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Retry),
            1 => Some(Self::Doubt),
            _ => None,
        }
    }
}
