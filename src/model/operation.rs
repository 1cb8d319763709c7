//! What clients ask for, and what they are told.

use super::{Ballot, Path, Time, TreeOp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A register's name: `Key(0)` is shown as `x`, then `y`, `z`, `k3`, `k4`…
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Key(pub u8);

/// A value: shown as letters, `a` to `z`, then `aa`, `ab`…
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Value(pub u32);

/// A client of the cluster.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
pub struct ClientId(pub u16);

/// One request: a retry has the id of the first try, so that it is applied at most once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct RequestId {
    /// Who asks.
    pub client: ClientId,
    /// The client's own count of its requests, from 1; 0 only in [`Command::NOOP`].
    pub seq: u32,
}

/// What a command does to the replicated state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum Op {
    /// Nothing: what a new leader appends, or what fills a gap.
    #[default]
    Noop,
    /// Returns the register's value.
    Read {
        /// Which register.
        key: Key,
    },
    /// Sets the register. For a single-decree protocol: proposes the value.
    Write {
        /// Which register.
        key: Key,
        /// Its new value.
        value: Value,
    },
    /// Sets the register if it holds the expected value.
    Cas {
        /// Which register.
        key: Key,
        /// What it must hold.
        expect: Value,
        /// Its new value.
        value: Value,
    },
    /// Returns the value that the register had in a version of the whole store.
    ReadAt {
        /// Which register.
        key: Key,
        /// Which version: how many commands had changed the store.
        version: u32,
    },
    /// Takes the lock of that name, for the length of a lease.
    Acquire {
        /// Which lock.
        key: Key,
    },
    /// Gives a lock back.
    Release {
        /// Which lock.
        key: Key,
        /// The token with which it was granted.
        token: u32,
    },
    /// A transaction: sets two registers, or neither.
    Pair {
        /// One register.
        a: Key,
        /// The other.
        b: Key,
        /// The new value of both.
        value: Value,
    },
    /// Changes who has which weight: to one of the configurations that the run has planned.
    Reweigh {
        /// Which, by its place in the plan.
        to: u8,
    },
    /// The time, from a leader's clock: what replicas measure leases by. No client asks for it.
    Clock {
        /// What the clock showed, in ms.
        at: u32,
    },
    /// How a transaction over several shards has ended, as a shard's log has it. No client asks for it.
    End {
        /// Which transaction.
        tx: Ballot,
        /// Whether it is committed.
        commit: bool,
        /// Whether it is aborted on the suspicion that somebody has failed.
        suspects: bool,
    },
    /// Reads or changes the tree of names.
    Tree(TreeOp),
}

/// An operation with the request that asked for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Command {
    /// Whose it is.
    pub request: RequestId,
    /// What it does.
    pub op: Op,
}

/// What a client is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Done (a write), or chosen (a proposal).
    Done,
    /// The value read, or the value a single-decree protocol decided; `None`: never written.
    Value(Option<Value>),
    /// A compare-and-set found another value.
    Differs,
    /// Not here: ask that node, if one is named.
    Redirect(Option<super::NodeId>),
    /// It did not happen and will not: decided otherwise.
    Refused,
    /// The lock is the client's, with this fencing token.
    Granted(u32),
    /// The lock is somebody else's.
    Held,
    /// What was read, where writes that do not know of each other have left several values.
    Siblings {
        /// One.
        first: Value,
        /// Another.
        second: Value,
        /// How many there are besides.
        more: u8,
    },
    /// The names in a directory: bit 0 for `a`.
    Names(u16),
    /// The number that a node holds, in thousandths.
    Level(i32),
    /// It may have happened, or may happen yet, or not: nobody can tell, and it is not asked for again.
    Unknown,
}

/// A request and how it ended, as one that watched from outside tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deed {
    /// Whose, and what was asked.
    pub command: Command,
    /// When it was called.
    pub called: Time,
    /// When it was answered, and what; `None`: not yet, or never.
    pub returned: Option<(Time, Outcome)>,
}

impl Command {
    /// What it takes on the wire, about: client, count, and the operation.
    pub const BYTES: u32 = 12;

    /// The command without an effect and without a client.
    pub const NOOP: Self = Self { request: RequestId { client: ClientId(0), seq: 0 }, op: Op::Noop };
}

impl Outcome {
    /// What a read of a register found: none, one or two values, and how many there are besides. `None`
    /// where this is not the answer to such a read.
    #[must_use]
    pub const fn found(self) -> Option<([Option<Value>; 2], u8)> {
        if let Self::Value(value) = self {
            Some(([value, None], 0))
        } else if let Self::Siblings { first, second, more } = self {
            Some(([Some(first), Some(second)], more))
        } else {
            None
        }
    }

    /// Whether the client got what it asked for.
    #[must_use]
    pub const fn is_yes(self) -> bool {
        match self {
            Self::Done
            | Self::Value(_)
            | Self::Granted(_)
            | Self::Siblings { .. }
            | Self::Names(_)
            | Self::Level(_) => true,
            Self::Differs | Self::Refused | Self::Held | Self::Redirect(_) | Self::Unknown => false,
        }
    }
}

impl Op {
    /// The register or lock it is about, if any; of a pair, the first.
    #[must_use]
    pub const fn key(self) -> Option<Key> {
        match self {
            Self::Noop | Self::Reweigh { .. } | Self::Clock { .. } | Self::End { .. } | Self::Tree(_) => None,
            Self::Read { key }
            | Self::Write { key, .. }
            | Self::Cas { key, .. }
            | Self::ReadAt { key, .. }
            | Self::Acquire { key }
            | Self::Release { key, .. }
            | Self::Pair { a: key, .. } => Some(key),
        }
    }

    /// The value it carries, if any.
    #[must_use]
    pub const fn value(self) -> Option<Value> {
        match self {
            Self::Write { value, .. }
            | Self::Cas { value, .. }
            | Self::Pair { value, .. }
            | Self::Tree(TreeOp::Put(_, value)) => Some(value),
            Self::Noop
            | Self::Read { .. }
            | Self::ReadAt { .. }
            | Self::Acquire { .. }
            | Self::Release { .. }
            | Self::Reweigh { .. }
            | Self::Clock { .. }
            | Self::End { .. }
            | Self::Tree(
                TreeOp::Make(_) | TreeOp::MakeDir(_) | TreeOp::Move(..) | TreeOp::Remove(_) | TreeOp::List(_),
            ) => None,
        }
    }

    /// The registers that a transaction of it writes.
    #[must_use]
    pub fn writes(self) -> [Option<Key>; 2] {
        match self {
            Self::Write { key, .. } => [Some(key), None],
            Self::Pair { a, b, .. } => [Some(a), (a != b).then_some(b)],
            Self::Noop
            | Self::Read { .. }
            | Self::Cas { .. }
            | Self::ReadAt { .. }
            | Self::Acquire { .. }
            | Self::Release { .. }
            | Self::Reweigh { .. }
            | Self::Clock { .. }
            | Self::End { .. }
            | Self::Tree(_) => [None, None],
        }
    }

    /// The operation in words: a tag, a small number, and two more.
    #[must_use]
    pub const fn pack(self) -> (u8, u8, u32, u32) {
        match self {
            Self::Noop => (0, 0, 0, 0),
            Self::Read { key } => (1, key.0, 0, 0),
            Self::Write { key, value } => (2, key.0, value.0, 0),
            Self::Cas { key, expect, value } => (3, key.0, value.0, expect.0),
            Self::ReadAt { key, version } => (4, key.0, version, 0),
            Self::Acquire { key } => (5, key.0, 0, 0),
            Self::Release { key, token } => (6, key.0, token, 0),
            Self::Pair { a, b, value } => (7, a.0, value.0, b.0 as u32),
            Self::Reweigh { to } => (8, to, 0, 0),
            Self::Tree(TreeOp::Make(path)) => (9, 0, path.0 as u32, 0),
            Self::Tree(TreeOp::MakeDir(path)) => (10, 0, path.0 as u32, 0),
            Self::Tree(TreeOp::Put(path, value)) => (11, 0, path.0 as u32, value.0),
            Self::Tree(TreeOp::Move(from, to)) => (12, 0, from.0 as u32, to.0 as u32),
            Self::Tree(TreeOp::Remove(path)) => (13, 0, path.0 as u32, 0),
            Self::Tree(TreeOp::List(path)) => (14, 0, path.0 as u32, 0),
            Self::Clock { at } => (15, 0, at, 0),
            Self::End { tx, commit, suspects } => (16, commit as u8 | (suspects as u8) << 1, tx.bits(), 0),
        }
    }

    /// The operation that [`Op::pack`] has packed.
    #[must_use]
    pub const fn unpack(tag: u8, small: u8, one: u32, other: u32) -> Self {
        let (key, path) = (Key(small), Path(one as u16));
        match tag {
            0 => Self::Noop,
            1 => Self::Read { key },
            2 => Self::Write { key, value: Value(one) },
            3 => Self::Cas { key, expect: Value(other), value: Value(one) },
            4 => Self::ReadAt { key, version: one },
            5 => Self::Acquire { key },
            6 => Self::Release { key, token: one },
            7 => Self::Pair { a: key, b: Key(other as u8), value: Value(one) },
            8 => Self::Reweigh { to: small },
            9 => Self::Tree(TreeOp::Make(path)),
            10 => Self::Tree(TreeOp::MakeDir(path)),
            11 => Self::Tree(TreeOp::Put(path, Value(other))),
            12 => Self::Tree(TreeOp::Move(path, Path(other as u16))),
            13 => Self::Tree(TreeOp::Remove(path)),
            15 => Self::Clock { at: one },
            16 => Self::End { tx: Ballot::from_bits(one), commit: small & 1 != 0, suspects: small & 2 != 0 },
            _ => Self::Tree(TreeOp::List(path)),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("x"),
            1 => f.write_str("y"),
            2 => f.write_str("z"),
            n => write!(f, "k{n}"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 26 {
            Self(self.0 / 26 - 1).fmt(f)?;
        }
        write!(f, "{}", char::from(b'a' + (self.0 % 26) as u8))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}.{}", self.client.0 + 1, self.seq)
    }
}

/// `x=a`, `x?`, `x:a→b`; a no-op is `∅`.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noop => f.write_str("∅"),
            Self::Read { key } => write!(f, "{key}?"),
            Self::Write { key, value } => write!(f, "{key}={value}"),
            Self::Cas { key, expect, value } => write!(f, "{key}:{expect}→{value}"),
            Self::ReadAt { key, version } => write!(f, "{key}?@{version}"),
            Self::Acquire { key } => write!(f, "lock {key}"),
            Self::Release { key, token } => write!(f, "unlock {key} #{token}"),
            Self::Pair { a, b, value } => write!(f, "{a},{b}={value}"),
            Self::Reweigh { to } => write!(f, "weights {}", u16::from(*to) + 1),
            Self::Clock { at } => write!(f, "time {at} ms"),
            Self::End { tx, commit: true, .. } => write!(f, "commit {tx}"),
            Self::End { tx, commit: false, .. } => write!(f, "abort {tx}"),
            Self::Tree(op) => op.fmt(f),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("ok"),
            Self::Value(Some(value)) => write!(f, "{value}"),
            Self::Value(None) => f.write_str("nil"),
            Self::Differs => f.write_str("differs"),
            Self::Redirect(Some(node)) => write!(f, "ask {node}"),
            Self::Redirect(None) => f.write_str("no leader known"),
            Self::Refused => f.write_str("refused"),
            Self::Granted(token) => write!(f, "#{token}"),
            Self::Held => f.write_str("held"),
            Self::Siblings { first, second, more: 0 } => write!(f, "{first} | {second}"),
            Self::Siblings { first, second, more } => write!(f, "{first} | {second} +{more}"),
            Self::Level(milli) => {
                let sign = if *milli < 0 { "−" } else { "" };
                write!(f, "{sign}{}.{:03}", milli.unsigned_abs() / 1_000, milli.unsigned_abs() % 1_000)
            }
            Self::Names(names) => {
                f.write_str("[")?;
                let named = (0..16u8).filter(|name| names >> name & 1 == 1);
                for name in named {
                    write!(f, "{}", char::from(b'a' + name))?;
                }
                f.write_str("]")
            }
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// `c2 x? → b (640–655.5 ms)`; without an answer `c2 x=b (640– ms)`.
impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command: Command { request, op }, called, returned } = self;
        write!(f, "c{} {op}", request.client.0 + 1)?;
        match returned {
            Some((at, outcome)) => write!(f, " → {outcome} ({}–{} ms)", called.as_ms(), at.as_ms()),
            None => write!(f, " ({}– ms)", called.as_ms()),
        }
    }
}
