//! What servers send each other.

use super::durable::{Snapshot, Zxid};
use super::election::Vote;
use crate::model::{Command, Entry, Fact, Message as MessageTrait, Packed};
use std::sync::Arc;

/// How a server stands towards its vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// It is looking for a leader.
    Looking,
    /// It follows the one it voted for.
    Following,
    /// It is about to lead.
    Leading,
    /// It leads, established.
    Established,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A vote, as it is now.
    Notification {
        /// The round of the election (ZooKeeper: the logical clock).
        round: u32,
        /// For whom, and why.
        vote: Vote,
        /// Whether the sender is still looking.
        stance: Stance,
    },
    /// A follower connects (the paper's CEPOCH).
    FollowerInfo {
        /// The last epoch that it has promised.
        accepted: u32,
    },
    /// A message on the connection that the leader has opened in answer.
    Channel {
        /// The leader's epoch.
        epoch: u32,
        /// Which connection.
        session: u32,
        /// Its place on the connection.
        number: u32,
        /// What it says.
        body: Body,
    },
}

/// What is said on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    // The leader to its followers.
    /// Promise this epoch.
    NewEpoch,
    /// What makes the follower's history the leader's.
    Sync(Arc<Sync>),
    /// Enter the epoch.
    NewLeader,
    /// The leader is established: what is committed up to here may be served.
    UpToDate {
        /// The last committed transaction.
        commit: Zxid,
    },
    /// A transaction of the epoch.
    Propose {
        /// Its count.
        counter: u32,
        /// What it does.
        command: Command,
    },
    /// The transactions of the epoch up to this one are committed.
    Commit {
        /// Its count.
        counter: u32,
    },
    /// A committed transaction, for an observer.
    Inform {
        /// Its count.
        counter: u32,
        /// What it does.
        command: Command,
    },
    /// The leader is here.
    Ping,

    // Followers to their leader.
    /// The epoch is promised.
    AckEpoch {
        /// The last epoch entered.
        current: u32,
        /// The last transaction of the history.
        last: Zxid,
        /// Whether this is the promise: false if the epoch had been promised before.
        counts: bool,
    },
    /// The epoch is entered, and the history is on disk.
    AckNewLeader,
    /// The transactions of the epoch up to this one are on disk.
    Ack {
        /// Its count.
        counter: u32,
    },
    /// A client asks for this.
    Request(Command),
    /// The follower is here.
    Pong,
}

/// What makes a follower's history the leader's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sync {
    /// The last transaction that the follower told of: what follows is for that history alone.
    pub from: Zxid,
    /// What comes first, if what the follower has is too old or not to be used (SNAP).
    pub snapshot: Option<Snapshot>,
    /// Without one, the last transaction to keep; what is behind it goes (TRUNC).
    pub keep: Zxid,
    /// What is to be added.
    pub entries: Arc<[Entry]>,
}

impl MessageTrait for Message {
    fn brief(&self) -> Fact {
        let (code, args) = match self {
            Self::Notification { round, vote, stance: Stance::Looking } => {
                (0, [vote.epoch, *round, vote.leader.pack(), vote.zxid.counter])
            }
            Self::Notification { round, vote, stance } => {
                (1, [vote.epoch, *round, vote.leader.pack(), u32::from(*stance >= Stance::Leading)])
            }
            Self::FollowerInfo { accepted } => (2, [*accepted, 0, 0, 0]),
            Self::Channel { epoch, body, .. } => body.brief(*epoch),
        };
        Fact { code, args }
    }

    fn bulk(&self) -> u32 {
        let Self::Channel { body, .. } = self else { return 0 };
        match body {
            Body::Propose { .. } | Body::Inform { .. } | Body::Request(_) => Command::BYTES,
            Body::Sync(sync) => {
                let snapshot = sync.snapshot.as_ref().map_or(0, |snapshot| snapshot.machine.bytes());
                snapshot + Entry::BYTES * sync.entries.len() as u32
            }
            Body::NewEpoch
            | Body::NewLeader
            | Body::UpToDate { .. }
            | Body::Commit { .. }
            | Body::Ping
            | Body::AckEpoch { .. }
            | Body::AckNewLeader
            | Body::Ack { .. }
            | Body::Pong => 0,
        }
    }
}

impl Body {
    fn brief(&self, epoch: u32) -> (u8, [u32; 4]) {
        let value = |command: &Command| command.op.value().pack();
        match self {
            Self::NewEpoch => (3, [epoch, 0, 0, 0]),
            Self::AckEpoch { current, last, counts } => {
                (if *counts { 4 } else { 5 }, [epoch, *current, last.epoch, last.counter])
            }
            Self::Sync(sync) => {
                let code = if sync.snapshot.is_some() {
                    8
                } else if sync.keep < sync.from {
                    7
                } else {
                    6
                };
                (code, [epoch, sync.keep.epoch, sync.keep.counter, sync.entries.len() as u32])
            }
            Self::NewLeader => (9, [epoch, 0, 0, 0]),
            Self::AckNewLeader => (10, [epoch, 0, 0, 0]),
            Self::UpToDate { commit } => (11, [epoch, commit.epoch, commit.counter, 0]),
            Self::Propose { counter, command } => (12, [epoch, *counter, value(command), 0]),
            Self::Ack { counter } => (13, [epoch, *counter, 0, 0]),
            Self::Commit { counter } => (14, [epoch, *counter, 0, 0]),
            Self::Inform { counter, command } => (15, [epoch, *counter, value(command), 0]),
            Self::Request(command) => {
                let Command { request, .. } = command;
                (16, [epoch, u32::from(request.client.0) + 1, request.seq, value(command)])
            }
            Self::Ping => (17, [epoch, 0, 0, 0]),
            Self::Pong => (18, [epoch, 0, 0, 0]),
        }
    }
}
