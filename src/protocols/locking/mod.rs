//! What the clients of a lock do under it, and what the storage does that they share: the same however
//! locks are granted.
//!
//! Clients and storage are nodes, so that they can be paused, cut off and crashed like any other. A node
//! of weight 0 is no lock server: the last of these is the storage, the others are clients. Where no node
//! is left for it, the last node is the storage too, and all others are clients too.
//!
//! Somebody asks a client to write. It takes the lock, reads, works for a while, writes with the token of
//! its grant, and gives the lock back. Reads need no lock.

mod picture;
mod section;
mod storage;
mod words;

pub use picture::{cells, fields};
pub use section::{Hold, Section, Then, ignore};
pub use storage::Storage;
pub use words::{CLIENT, HOLDER, MESSAGES, ROLES, SERVER, STORAGE, TIMERS, WAITING, Why};

use crate::machines::Kv;
use crate::model::{
    self, Access, Command, Effect, Effects, Fact, Key, NodeId, NodeSet, Outcome, Packed, Protocol, RequestId,
    Settings, Setup, SpanRange, TimerKind, Value,
};
use std::collections::BTreeMap;

/// Who does what.
#[derive(Clone, Debug)]
pub struct Crew {
    /// Who grants locks.
    pub servers: NodeSet,
    /// Who takes them.
    pub clients: NodeSet,
    /// What they protect.
    pub storage: NodeId,
}

impl Crew {
    /// The crew that some weights make.
    #[must_use]
    pub fn of(weights: &[u8]) -> Self {
        let all = NodeSet::full(weights.len());
        let of = |granting: bool| {
            let fits = move |node: &NodeId| (weights[node.index()] > 0) == granting;
            all.iter().filter(fits).collect::<NodeSet>()
        };
        let last = all.iter().last().unwrap_or(NodeId(0));
        let storage = of(false).iter().last().unwrap_or(last);
        let mut clients = of(false).minus(NodeSet::only(storage));
        if clients.is_empty() {
            clients = all.minus(NodeSet::only(storage));
        }
        // A cluster of one node does everything.
        Self { servers: of(true), clients: if clients.is_empty() { all } else { clients }, storage }
    }
}

/// What is fixed for a run about clients and storage.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Who does what.
    pub crew: Crew,
    /// How long a client works under the lock.
    pub work: SpanRange,
    /// How long a client waits before it asks again, for whatever it asks.
    pub retry: SpanRange,
    /// Whether the storage refuses a token below the highest that it has seen.
    pub fencing: bool,
}

impl Terms {
    /// From the settings that [`words::WORK`] and [`words::RETRY`] name.
    #[must_use]
    pub fn new(weights: &[u8], settings: &Settings, fencing: bool) -> Self {
        let (work, retry) = (settings.range("work"), settings.range("retry"));
        Self { crew: Crew::of(weights), work, retry, fencing }
    }
}

/// How long a client may have to wait for a lock that goes from one to another: those who want it draw
/// lots, and some may have several turns before it has one.
#[must_use]
pub fn turns(setup: &Setup<'_>) -> u64 {
    let terms = Terms::new(setup.weights, setup.settings, false);
    let turn = u64::from(section::UNDER_ONE_GRANT) * terms.work.most.0 + terms.retry.most.0;
    6 * terms.crew.clients.len() as u64 * turn
}

pub use words::{RETRY, WORK};

/// What clients, servers and storage send each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Client to server: the lock, please; or, from who holds it, some more time.
    Acquire {
        /// Which lock.
        key: Key,
        /// The client's own count of what it asks of servers.
        seq: u32,
    },
    /// Client to server: the lock is given back.
    Release {
        /// Which lock.
        key: Key,
        /// The client's count.
        seq: u32,
        /// What it was granted with.
        token: u32,
    },
    /// Server to client: granted.
    Granted {
        /// The client's count.
        seq: u32,
        /// The number of the grant.
        token: u32,
    },
    /// Server to client: somebody else has it.
    Held {
        /// The client's count.
        seq: u32,
    },
    /// Server to client: taken back, or not the client's to give.
    Released {
        /// The client's count.
        seq: u32,
        /// Whether it was taken back.
        done: bool,
    },
    /// Server to client: ask that one.
    Redirect {
        /// The client's count.
        seq: u32,
        /// Whom, if one is known.
        to: Option<NodeId>,
    },
    /// Client to storage: what is there?
    Open {
        /// Which register.
        key: Key,
        /// The token of the grant; 0: only to read, without the lock.
        token: u32,
        /// For whom.
        request: RequestId,
    },
    /// Storage to client: this is.
    Opened {
        /// The token.
        token: u32,
        /// For whom.
        request: RequestId,
        /// What is there.
        value: Option<Value>,
        /// How the request ended, if it has been carried out before.
        before: Option<Outcome>,
    },
    /// Client to storage: write.
    Write {
        /// The token of the grant.
        token: u32,
        /// What, and for whom.
        command: Command,
    },
    /// Storage to client: written.
    Stored {
        /// The token.
        token: u32,
        /// For whom.
        request: RequestId,
        /// How it ended.
        outcome: Outcome,
    },
    /// Storage to client: a later token has been here.
    Refused {
        /// The token.
        token: u32,
        /// The highest one seen.
        highest: u32,
    },
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let (code, args) = match *self {
            Self::Acquire { seq, .. } => (0, [0, seq, 0, 0]),
            Self::Release { seq, token, .. } => (1, [token, seq, 0, 0]),
            Self::Granted { seq, token } => (2, [token, seq, 0, 0]),
            Self::Held { seq } => (3, [0, seq, 0, 0]),
            Self::Released { seq, done: true } => (4, [0, seq, 0, 0]),
            Self::Released { seq, done: false } => (5, [0, seq, 0, 0]),
            Self::Redirect { seq, to } => (6, [0, seq, to.pack(), 0]),
            Self::Open { token: 0, .. } => (7, [0; 4]),
            Self::Open { token, .. } => (8, [token, 0, 0, 0]),
            Self::Opened { token, value, .. } => (9, [token, value.pack(), 0, 0]),
            Self::Write { token, command } => (10, [token, command.op.value().pack(), 0, 0]),
            Self::Stored { token, .. } => (11, [token, 0, 0, 0]),
            Self::Refused { token, highest } => (12, [token, highest, 0, 0]),
        };
        Fact { code, args }
    }
}

/// A client's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// What was asked has not been answered, or was answered no: ask again.
    Retry,
    /// The work under the lock is done.
    Work,
    /// The lease is over, by the client's own clock.
    Lease,
    /// The lease is to be prolonged.
    KeepAlive,
}

impl Timer {
    /// All, in the order of their words.
    pub const ALL: [Self; 4] = [Self::Retry, Self::Work, Self::Lease, Self::KeepAlive];
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        self as u8
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// What a crash leaves of a client, a lock server without a log, and the storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    /// A client's count of what it has asked of servers: none is used twice.
    pub seq: u32,
    /// What the storage holds, and which requests it has carried out.
    pub store: Kv,
    /// The highest token that the storage has seen, of each lock.
    pub highest: BTreeMap<Key, u32>,
    /// What the storage has let happen last.
    pub access: Option<Access>,
}

/// One write to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// A client asks once more.
    Seq(u32),
    /// The storage lets something happen.
    Access(Access),
    /// And writes.
    Store(Access, Command),
}

impl Disk {
    /// Does a write.
    pub fn apply(&mut self, put: &Put) {
        match *put {
            Put::Seq(seq) => self.seq = seq,
            Put::Access(access) => self.note(access),
            Put::Store(access, command) => {
                self.note(access);
                self.store.apply(&command);
            }
        }
    }

    fn note(&mut self, access: Access) {
        let highest = self.highest.entry(access.key).or_default();
        *highest = access.token.max(*highest);
        self.access = Some(access);
    }
}

/// A protocol that has clients and storage.
pub trait Locking: Protocol {
    /// A message of theirs.
    fn say(message: Message) -> Self::Message;
    /// A timer of theirs.
    fn time(timer: Timer) -> Self::Timer;
    /// A write of theirs.
    fn note(put: Put) -> <Self::Durable as model::Durable>::Write;
    /// Whether tokens of different clients are in order.
    const ORDERED: bool;
    /// The storage has written something.
    fn stored(_disk: &Disk, _command: Command, _out: &mut Effects<Self>) {}
}

/// Writes to a node's own copy and to its disk.
pub fn write<P: Locking>(disk: &mut Disk, put: Put, out: &mut Effects<P>) {
    disk.apply(&put);
    out.push(Effect::Persist(P::note(put)));
}

/// A request that reaches a node that is no client: it names one.
pub fn redirect<P: Locking>(crew: &Crew, me: NodeId, request: RequestId, out: &mut Effects<P>) {
    let place = me.index() % crew.clients.len().max(1);
    let to = crew.clients.iter().nth(place);
    out.because(Why::NameClient { to });
    out.reply(request, Outcome::Redirect(to));
}
