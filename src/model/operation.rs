//! What clients ask for, and what they are told.

use super::Time;
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
    /// The command without an effect and without a client.
    pub const NOOP: Self = Self { request: RequestId { client: ClientId(0), seq: 0 }, op: Op::Noop };
}

impl Op {
    /// The register it is about, if any.
    #[must_use]
    pub const fn key(self) -> Option<Key> {
        match self {
            Self::Noop => None,
            Self::Read { key } | Self::Write { key, .. } | Self::Cas { key, .. } => Some(key),
        }
    }

    /// The value it carries, if any.
    #[must_use]
    pub const fn value(self) -> Option<Value> {
        match self {
            Self::Noop | Self::Read { .. } => None,
            Self::Write { value, .. } | Self::Cas { value, .. } => Some(value),
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
