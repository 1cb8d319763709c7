//! A store of versions, always writable: Dynamo's design.
//!
//! # Problem
//!
//! A shopping cart must take what is put into it whatever fails, even where that means that two people
//! see different carts for a while. Consensus would refuse one of them.
//!
//! # Idea
//!
//! Each key has *N* keepers, the next nodes on a ring: three, if nothing else is set, and two of them are
//! enough to read and to write (§6). Any node takes a request and coordinates it: a
//! write is done when keepers of weight *W* have it on disk, a read is answered when keepers of weight *R*
//! have said what they have. Each version knows, in a *version vector*, what its writer had seen. What
//! was seen is replaced; two versions that do not know of each other are *siblings*, and a reader gets
//! both. Who writes after reading them writes one that replaces both.
//!
//! No version is lost on the way: where a keeper does not answer, another node takes a version in its
//! place with a *hint* and hands it over later (a *sloppy quorum*); a read repairs the copies that were
//! behind; and keepers compare what they have from time to time (*anti-entropy*).
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Get(k)`, `Got(k, versions)` | coordinator → keeper, back | what have you of k? |
//! | `Put(version)`, `Stored` | coordinator → keeper, back | keep this |
//! | `Put(version, for)`, `Stored` | coordinator → stand-in, back | keep this for another |
//! | `HandOff(version)` | stand-in → keeper | you have missed this |
//! | `Repair(version)` | coordinator of a read → keeper | you were behind |
//! | `Digest(sums)`, `Differ(sums)`, `Sync(version)` | keeper ↔ keeper | do we have the same? here is what differs |
//!
//! A version is named by an event: the n-th write of this key that a node took. The count is on disk
//! before the version leaves the node. A vector says exactly what was seen, gaps included (Dynamo's own
//! vectors are counts, and a write that has read nothing can seem to cover one that the same node took
//! before; see dotted version vectors). Where the last writer wins, a version also carries a time: the
//! clock of its coordinator, or a little more than the time of what its client had seen.
//!
//! With each answer, of a read and of a write, a client is given a *context*: the vector of all that it is
//! told of (§4.4). It hands in all contexts of a key that it had when it made a request, and a write
//! replaces just that. An answer that is lost, or under way when the client asks again, is not in it: what
//! was read in vain stays beside what is written, and nothing is lost.
//!
//! A write that is tried again at a node which has it is the same version. At a node which has not, it is
//! a second version of the same value; a reader gets the value once. Where the first turns up after the
//! second was replaced, the value is there again: a put that was not answered may still happen.
//!
//! # Invariants
//!
//! - Once nothing fails and nobody writes, all keepers of a key have the same versions.
//! - No acknowledged write is lost: somebody has it, or a version whose writer had seen it. Under
//!   last-writer-wins, a version of a later clock stands for those that it wins over; these are counted.
//! - The version vector of a key at a keeper only grows.
//!
//! It is not linearizable, whatever R and W: with R + W above the weight of the keepers a read meets the
//! last write, if no stand-in took it, and two reads at the same time may still disagree.
//!
//! # What is left out
//!
//! Changes of the ring, virtual nodes, Merkle trees (a digest has a sum for each key), forgetting old
//! entries of vectors, and a failure detector: a keeper is taken to be away when it has not answered in
//! time. There is no deletion, and compare-and-set is refused, as it needs consensus.
//!
//! # References
//!
//! - G. DeCandia et al., *Dynamo: Amazon's Highly Available Key-value Store*, SOSP 2007.
//! - N. Preguiça et al., *Dotted Version Vectors*, 2010: why an event stands beside the vector.
//! - P. Bailis et al., *Probabilistically Bounded Staleness*, VLDB 2012: how old what is read is.
//! - D. B. Terry et al., *Session Guarantees for Weakly Consistent Replicated Data*, PDIS 1994.
//! - D. K. Gifford, *Weighted Voting for Replicated Data*, SOSP 1979: r + w > votes.

mod coordinator;
mod gossip;
mod replica;
mod shelf;
mod words;

#[cfg(test)]
mod tests;

pub use words::Why;

use crate::model::{
    self, Arg, ArgKind, Ballot, COPIES, Cell, CellState, Context, Effects, Fact, Field, Gathering, Input,
    Inspection, Key, LocalTime, NodeId, Op, Outcome, Packed, Protocol, RequestId, Setup, SpanRange, Spec,
    Text, TimerKind, Version,
};
use crate::quorum::{Keepers, Phase, Ring, Rule};
use coordinator::Coordinator;
use gossip::Gossip;
use replica::Replica;
use std::collections::BTreeMap;

/// A read has heard enough keepers: a place in [`Spec::phases`].
pub const READ: Phase = 0;
/// A write is at enough keepers.
pub const WRITE: Phase = 1;

type Out = Effects<VersionStore>;

/// Why a version is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A client writes it.
    Write,
    /// It was held for the receiver.
    HandOff,
    /// A read found the receiver behind.
    Repair,
    /// A comparison found the receiver behind.
    Sync,
}

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Asks for the versions of a key.
    Get {
        /// Which key.
        key: Key,
        /// For which request.
        request: RequestId,
        /// In whose place the receiver is asked; mostly its own.
        owner: NodeId,
    },
    /// The versions of a key.
    Got {
        /// Which key.
        key: Key,
        /// For which request.
        request: RequestId,
        /// In whose place.
        owner: NodeId,
        /// All that the sender has.
        versions: Vec<Version>,
    },
    /// A version to keep.
    Put {
        /// The version.
        version: Version,
        /// For whom it is kept; mostly the receiver.
        owner: NodeId,
        /// Why it is sent.
        purpose: Purpose,
    },
    /// It is on disk.
    Stored {
        /// Of which key.
        key: Key,
        /// Which version.
        event: Ballot,
        /// For whom it is kept.
        owner: NodeId,
        /// Why it was sent.
        purpose: Purpose,
    },
    /// What the sender has, in a word for each key.
    Digest {
        /// Key and word, by key.
        sums: Vec<(Key, u32)>,
        /// Whether it answers another, and has only what differs.
        answer: bool,
    },
}

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Who has not answered is asked again, or somebody in his place.
    Retry,
    /// Compares with another keeper.
    Compare,
    /// Tries to hand over what it holds for others.
    HandOff,
}

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// How many writes of each key the node has taken.
    pub issued: BTreeMap<Key, u32>,
    /// The versions that it keeps, by key and event.
    pub copies: Vec<Version>,
    /// The versions that it holds for others.
    pub held: Vec<(NodeId, Version)>,
    /// How many versions it has dropped for one of a later clock.
    pub overruled: u32,
}

/// One write to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// It takes a write of a key, its n-th.
    Issued(Key, u32),
    /// It keeps a version beside what it has, or in its place.
    Keep {
        /// Which.
        version: Version,
        /// Whether the later clock wins.
        by_clock: bool,
        /// Whether one goes for that reason.
        overruled: bool,
    },
    /// It keeps a version in place of all that it had of the key.
    Replace(Version),
    /// It holds a version for somebody.
    Hold(NodeId, Version),
    /// Whom it was held for has it.
    HandedOver(NodeId, Key, Ballot),
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    ring: Ring,
    nodes: usize,
    by_clock: bool,
    sloppy: bool,
    read_repair: bool,
    anti_entropy: bool,
    retry: SpanRange,
    compare: SpanRange,
    forgets_count: bool,
    repair_replaces: bool,
}

/// Who a node is, what its clock says, and how it is configured.
#[derive(Clone, Copy)]
struct Here<'a> {
    me: NodeId,
    now: LocalTime,
    config: &'a Config,
}

impl Here<'_> {
    fn of(&self, key: Key) -> &Keepers {
        self.config.ring.of(key)
    }

    fn keeps(&self, key: Key) -> bool {
        self.of(key).keepers.contains(&self.me)
    }
}

/// A node: keeper of some keys, and coordinator of what clients ask it for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionStore {
    me: NodeId,
    replica: Replica,
    coordinator: Coordinator,
    gossip: Gossip,
}

/// Who keeps which key, under a protocol's own settings.
#[must_use]
pub fn ring(setup: &Setup<'_>) -> Ring {
    Ring::new(&Rule::new(setup.weights, setup.thresholds), setup.settings.number(COPIES))
}

impl Protocol for VersionStore {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = words::SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let settings = setup.settings;
        Config {
            ring: ring(setup),
            nodes: setup.weights.len(),
            by_clock: settings.choice("conflicts") == words::LAST_WRITER_WINS,
            sloppy: settings.switch("sloppy"),
            read_repair: settings.switch("read_repair"),
            anti_entropy: settings.switch("anti_entropy"),
            retry: settings.range("retry"),
            compare: settings.range("compare"),
            forgets_count: settings.flaw("forgets-count"),
            repair_replaces: settings.flaw("repair-replaces"),
        }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, now: LocalTime, out: &mut Out) -> Self {
        let here = Here { me, now, config };
        let replica = Replica::boot(here, durable, out);
        Self { me, replica, coordinator: Coordinator::default(), gossip: Gossip::boot(here, out) }
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Out) {
        let here = Here { me: self.me, now, config };
        let Self { replica, coordinator, gossip, .. } = self;
        match input {
            Input::Message { from, message } => match message {
                Message::Get { key, request, owner } => replica.on_get(here, from, key, request, owner, out),
                Message::Got { key, request, owner, versions } => {
                    coordinator.on_got(here, from, key, request, owner, versions, out);
                }
                Message::Put { version, owner, purpose } => {
                    replica.on_put(here, from, version, owner, purpose, out);
                }
                Message::Stored { key, event, owner, purpose: Purpose::Write } => {
                    coordinator.on_stored(here, from, key, event, owner, out);
                }
                Message::Stored { key, event, purpose, .. } => {
                    replica.on_handed_over(from, key, event, purpose, out);
                }
                Message::Digest { sums, answer } => {
                    gossip.on_digest(here, &replica.disk.copies, from, &sums, answer, out);
                }
            },
            Input::Timer(Timer::Retry) => coordinator.on_retry(here, out),
            Input::Timer(Timer::Compare) => gossip.on_compare(here, &replica.disk.copies, out),
            Input::Timer(Timer::HandOff) => replica.on_hand_off(here, out),
            Input::Request { id, op } => self.asked(config, now, id, op, None, out),
        }
    }

    fn asked(
        &mut self,
        config: &Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        context: Option<&Context>,
        out: &mut Out,
    ) {
        let here = Here { me: self.me, now, config };
        let Self { replica, coordinator, .. } = self;
        if let Op::Read { key } = op {
            coordinator.on_read(here, id, key, out);
        } else if let Op::Write { key, value } = op {
            coordinator.on_write(here, replica, id, key, value, context, out);
        } else {
            out.because(Why::IgnoredRequest {});
            out.reply(id, Outcome::Refused);
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let Replica { disk, newest, split } = &self.replica;
        let role = if self.coordinator.is_busy() {
            words::COORDINATING
        } else if !disk.held.is_empty() {
            words::STAND_IN
        } else if *split {
            words::SPLIT
        } else {
            words::KEEPER
        };
        Inspection {
            role,
            epoch: newest.bits(),
            versions: &disk.copies,
            hints: &disk.held,
            overruled: disk.overruled,
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        self.coordinator.gathering(self.replica.newest.bits())
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        let number = |number: usize| Arg::Packed(ArgKind::Number, number as u32);
        let disk = &self.replica.disk;
        let conflicts = if config.by_clock { words::LATER_CLOCK } else { words::SIBLINGS };
        field("conflicts", "冲突处理", Arg::Word(conflicts), true);
        field("versions kept", "保存的版本", number(disk.copies.len()), true);
        field("held for others", "代为保存", number(disk.held.len()), true);
        field("dropped by clock", "因时钟丢弃", Arg::Packed(ArgKind::Number, disk.overruled), true);
        for (key, count) in &disk.issued {
            field("writes taken of", "受理的写入", Arg::Key(*key), true);
            field("as many as", "次数", Arg::Packed(ArgKind::Number, *count), true);
        }
        field("requests under way", "进行中的请求", number(self.coordinator.open()), false);
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        let disk = &self.replica.disk;
        let kept = disk.copies.iter().map(|version| (words::KEYS, version, CellState::Settled));
        let held = disk.held.iter().map(|(_, version)| (words::HINTS, version, CellState::Pending));
        out.extend(kept.chain(held).map(|(group, version, state)| Cell {
            group,
            name: Arg::Key(version.key),
            value: Arg::Packed(ArgKind::Value, version.value.pack()),
            version: Some(Arg::vector(&version.clock())),
            state,
        }));
    }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let newest = |versions: &[Version]| versions.iter().map(|v| v.event).max().unwrap_or(Ballot::ZERO);
        let (code, event, args) = match self {
            Self::Get { key, owner, .. } => (0, Ballot::ZERO, [key.pack(), owner.pack(), 0]),
            Self::Got { key, owner, versions, .. } => {
                (1, newest(versions), [key.pack(), owner.pack(), versions.len() as u32])
            }
            Self::Put { version, owner, purpose } => {
                let code = match purpose {
                    Purpose::Write => 2,
                    Purpose::HandOff => 4,
                    Purpose::Repair => 5,
                    Purpose::Sync => 6,
                };
                (code, version.event, [version.key.pack(), version.value.pack(), owner.pack()])
            }
            Self::Stored { key, event, owner, .. } => (3, *event, [key.pack(), owner.pack(), 0]),
            Self::Digest { sums, answer: false } => (7, Ballot::ZERO, [sums.len() as u32, 0, 0]),
            Self::Digest { sums, answer: true } => (8, Ballot::ZERO, [sums.len() as u32, 0, 0]),
        };
        let [a, b, c] = args;
        Fact { code, args: [event.bits(), a, b, c] }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Got { versions, .. } => versions.iter().map(Version::bytes).sum(),
            Self::Put { version, .. } => version.bytes(),
            Self::Digest { sums, .. } => 8 * sums.len() as u32,
            Self::Get { .. } | Self::Stored { .. } => 0,
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Retry => 0,
            Self::Compare => 1,
            Self::HandOff => 2,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Retry),
            1 => Some(Self::Compare),
            2 => Some(Self::HandOff),
            _ => None,
        }
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Issued(key, count) => {
                self.issued.insert(*key, *count);
            }
            Write::Keep { version, by_clock, overruled } => {
                shelf::merge(&mut self.copies, version, *by_clock);
                self.overruled += u32::from(*overruled);
            }
            Write::Replace(version) => {
                self.copies.retain(|other| other.key != version.key);
                shelf::merge(&mut self.copies, version, false);
            }
            Write::Hold(owner, version) => {
                self.held.retain(|(other, held)| other != owner || !held.is_covered_by(version));
                self.held.push((*owner, version.clone()));
            }
            Write::HandedOver(owner, key, event) => {
                self.held.retain(|(other, held)| (*other, held.key, held.event) != (*owner, *key, *event))
            }
        }
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + (self.copies.len() + self.held.len()) * 2 * size_of::<Version>()
    }
}
