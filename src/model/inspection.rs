//! What may be seen of a node: by checkers after every event, by the picture at every frame.

use super::{
    Arg, Ballot, Command, Entry, Key, Log, NodeId, NodeSet, RequestId, Stored, Text, Transaction, Value,
    Version,
};
use std::collections::BTreeMap;

/// A node's state as checkers and picture see it, borrowed and in no protocol's own terms.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inspection<'a> {
    /// Its role: a place in the protocol's `roles`.
    pub role: u8,
    /// Its term or ballot (packed); 0 before the first.
    pub epoch: u32,
    /// Whether it claims to be the one leader of that epoch.
    pub leads: bool,
    /// Its log, if the protocol keeps one.
    pub log: Option<&'a Log>,
    /// What it holds behind the end of its log, where slots may be filled in any order: the slot right
    /// after the log is never among them.
    pub beyond: Option<&'a BTreeMap<u32, Entry>>,
    /// Up to which index it knows the log to be committed.
    pub commit: u32,
    /// What it has promised, if it is an acceptor.
    pub promised: Option<Ballot>,
    /// What it has accepted last, if it is an acceptor.
    pub accepted: Option<(Ballot, Command)>,
    /// What it proposes in its present ballot, if it is a proposer in phase 2.
    pub proposed: Option<(Ballot, Command)>,
    /// What a single-decree protocol has decided, as far as this node knows.
    pub decided: Option<Command>,
    /// The lock that it waits for, if it is a client of locks.
    pub waits: Option<Key>,
    /// The lease that it believes to hold, if it is a client of locks.
    pub lease: Option<Lease>,
    /// What it has let happen last, if it is what locks protect.
    pub access: Option<Access>,
    /// The versions that it keeps, by key and event, where keys have several.
    pub versions: &'a [Version],
    /// Versions that it holds for others who should have them.
    pub hints: &'a [(NodeId, Version)],
    /// How many versions it has dropped for one of a later clock, though nobody had seen both.
    pub overruled: u32,
    /// The number that it holds, in billionths, where what is agreed on is a number.
    pub level: Option<i64>,
    /// Its part of the sum of all numbers, where that is to stay.
    pub mass: Option<Mass>,
    /// Transactions for which it is prepared and whose outcome it does not know.
    pub transactions: &'a [Transaction],
    /// Who keeps the same shard, itself among them, where several nodes keep one together; otherwise nobody.
    pub group: NodeSet,
    /// The registers of its shard, in order, if it keeps one.
    pub stored: &'a [Stored],
    /// Whether its last step rests on the suspicion that somebody has failed, whatever it is about.
    pub suspects: bool,
    /// The transactions about which it acted, in its last step, on the suspicion that somebody has failed.
    pub suspected: &'a [Ballot],
}

/// A node's part of a sum that all nodes together are to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mass {
    /// What it has, and has given without its being taken yet, in billionths.
    pub held: i64,
    /// With which weight, in billionths.
    pub weight: i64,
    /// How many messages it has gone without so far that may have changed the sum.
    pub missed: u32,
}

/// A version of a register, as a replica holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Held {
    /// Which register.
    pub key: Key,
    /// Which version: the ballot or tag under which it was written.
    pub version: Ballot,
    /// The version that it was made from, where one is a change of another.
    pub from: Ballot,
    /// Whose request gave it its value; count 0 where nobody has written yet.
    pub by: RequestId,
    /// The value; `None`: never written.
    pub value: Option<Value>,
}

impl Inspection<'_> {
    /// What it holds at an index of its log, or behind a gap.
    #[must_use]
    pub fn held(&self, index: u32) -> Option<Entry> {
        let log = self.log.and_then(|log| log.get(index));
        log.or_else(|| self.beyond.and_then(|beyond| beyond.get(&index))).copied()
    }

    /// The last index that it holds anything at; 0 if there is none.
    #[must_use]
    pub fn last_held(&self) -> u32 {
        let beyond = self.beyond.and_then(|beyond| beyond.last_key_value());
        beyond.map_or_else(|| self.log.map_or(0, Log::last_index), |(index, _)| *index)
    }
}

/// A lease of a lock that a node believes to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lease {
    /// Of which lock.
    pub key: Key,
    /// The number of the grant.
    pub token: u32,
    /// Whether it was over, by the node's own clock, when the node last did anything.
    pub over: bool,
}

/// Something that happened to what a lock protects: a client came in with a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// How many there have been.
    pub count: u32,
    /// To which register, of the lock of that name.
    pub key: Key,
    /// Who came in.
    pub by: NodeId,
    /// The number of its grant.
    pub token: u32,
    /// Whether it wrote.
    pub writes: bool,
}

/// A quorum being gathered: the tally ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gathering {
    /// For which phase.
    pub phase: u8,
    /// In which term or ballot (packed).
    pub epoch: u32,
    /// Who has said yes.
    pub yes: NodeSet,
    /// Who has said no.
    pub no: NodeSet,
}

/// One line of a node's state in the inspector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// What it is.
    pub name: Text,
    /// Its value.
    pub value: Arg,
    /// Whether a crash leaves it.
    pub durable: bool,
}
