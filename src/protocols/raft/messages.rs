//! What servers send each other.

use super::snapshots::Snapshot;
use crate::model::{Entry, Fact, Message as MessageTrait};
use std::sync::Arc;

/// Some entries of a log, in order. One alone, as under load, needs no allocation; many are shared
/// by the message, its copies and the write.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entries {
    /// None: a heartbeat.
    None,
    /// One.
    One(Entry),
    /// Two or more.
    Many(Arc<[Entry]>),
}

impl Entries {
    /// These entries.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        match entries {
            [] => Self::None,
            [entry] => Self::One(*entry),
            many => Self::Many(many.into()),
        }
    }

    /// As a list.
    #[must_use]
    pub fn as_slice(&self) -> &[Entry] {
        match self {
            Self::None => &[],
            Self::One(entry) => std::slice::from_ref(entry),
            Self::Many(entries) => entries,
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Would you vote for me in this term? Changes nobody's term.
    PreVote {
        /// The term the sender would stand in: the one after its own.
        term: u32,
        /// The index of the last entry of its log.
        last_index: u32,
        /// The term of that entry.
        last_term: u32,
    },
    /// The answer.
    PreVoted {
        /// If granted the term asked about, otherwise the voter's own.
        term: u32,
        /// Whether it would.
        granted: bool,
    },
    /// Vote for me.
    RequestVote {
        /// The candidate's term.
        term: u32,
        /// The index of the last entry of its log.
        last_index: u32,
        /// The term of that entry.
        last_term: u32,
        /// Whether the leader itself has told it to stand: then nobody holds to that leader.
        told: bool,
    },
    /// The answer.
    Voted {
        /// The voter's term.
        term: u32,
        /// Whether the candidate has its vote in this term.
        granted: bool,
    },
    /// Entries to append; without any it is a heartbeat.
    AppendEntries {
        /// The leader's term.
        term: u32,
        /// The index before the first entry.
        prev_index: u32,
        /// The term of the leader's entry there.
        prev_term: u32,
        /// Whether the receiver has acknowledged `prev_index` to the sender before.
        known: bool,
        /// Up to where the leader knows its log to be committed.
        commit: u32,
        /// What to append after `prev_index`.
        entries: Entries,
        /// The leader's last round of heartbeats, for reads that wait for one; 0 before the first.
        round: u32,
    },
    /// The follower's log is the leader's up to an index.
    Appended {
        /// The follower's term.
        term: u32,
        /// Up to where this append has verified it; the follower's log may be longer.
        matched: u32,
        /// Whether it answers a heartbeat.
        beat: bool,
        /// The round of what it answers.
        round: u32,
    },
    /// The append did not fit.
    Rejected {
        /// The follower's term; above the leader's if that is why.
        term: u32,
        /// The `prev_index` that did not fit.
        prev_index: u32,
        /// What the append said of it: whether it was acknowledged before.
        known: bool,
        /// The last index at which the logs may agree: the last one, up to `prev_index`, whose
        /// term is not above the leader's there (the XIndex of the fast back-up of §5.3).
        hint_index: u32,
        /// The follower's term at that index (its XTerm).
        hint_term: u32,
        /// The round of what it answers.
        round: u32,
    },
    /// What the leader has compacted, to a follower that lacks it.
    InstallSnapshot {
        /// The leader's term.
        term: u32,
        /// All of it, in one piece.
        snapshot: Arc<Snapshot>,
    },
    /// Stand for election at once.
    TimeoutNow {
        /// The leader's term.
        term: u32,
    },
}

impl Message {
    /// The term it carries.
    #[must_use]
    pub const fn term(&self) -> u32 {
        match self {
            Self::PreVote { term, .. }
            | Self::PreVoted { term, .. }
            | Self::RequestVote { term, .. }
            | Self::Voted { term, .. }
            | Self::AppendEntries { term, .. }
            | Self::Appended { term, .. }
            | Self::Rejected { term, .. }
            | Self::InstallSnapshot { term, .. }
            | Self::TimeoutNow { term } => *term,
        }
    }
}

impl MessageTrait for Message {
    fn brief(&self) -> Fact {
        let (code, args) = match self {
            Self::PreVote { term, last_index, last_term } => (0, [*term, *last_index, *last_term, 0]),
            Self::PreVoted { term, granted: true } => (1, [*term, 0, 0, 0]),
            Self::PreVoted { term, granted: false } => (2, [*term, 0, 0, 0]),
            Self::RequestVote { term, last_index, last_term, told } => {
                (if *told { 13 } else { 3 }, [*term, *last_index, *last_term, 0])
            }
            Self::Voted { term, granted: true } => (4, [*term, 0, 0, 0]),
            Self::Voted { term, granted: false } => (5, [*term, 0, 0, 0]),
            Self::AppendEntries { term, prev_index, prev_term, commit, entries, known: _, round: _ } => {
                match entries.as_slice().len() {
                    0 => (7, [*term, *prev_index, *prev_term, *commit]),
                    count => (6, [*term, *prev_index, *prev_term, count as u32]),
                }
            }
            Self::Appended { term, matched, beat: false, round: _ } => (8, [*term, *matched, 0, 0]),
            Self::Appended { term, matched, beat: true, round: _ } => (9, [*term, *matched, 0, 0]),
            Self::Rejected { term, prev_index, hint_index, hint_term, known: _, round: _ } => {
                (10, [*term, *prev_index, *hint_index, *hint_term])
            }
            Self::InstallSnapshot { term, snapshot } => {
                (11, [*term, snapshot.base.index, snapshot.base.term, 0])
            }
            Self::TimeoutNow { term } => (12, [*term, 0, 0, 0]),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::AppendEntries { entries, .. } => Entry::BYTES * entries.as_slice().len() as u32,
            Self::InstallSnapshot { snapshot, .. } => snapshot.machine.bytes(),
            Self::PreVote { .. }
            | Self::PreVoted { .. }
            | Self::RequestVote { .. }
            | Self::Voted { .. }
            | Self::Appended { .. }
            | Self::Rejected { .. }
            | Self::TimeoutNow { .. } => 0,
        }
    }
}
