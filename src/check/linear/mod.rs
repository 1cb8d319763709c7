//! Linearizability: whether every operation of a history could have happened at one moment between
//! its call and its return (Herlihy and Wing 1990).
//!
//! Problem: of the orders in which overlapping operations could have happened, one that explains
//! every answer is wanted, or the certainty that there is none; and the question is NP-complete.
//!
//! Idea: [`check`] takes a whole history, key by key, and tries orders depth first with Wing and
//! Gong's search and Lowe's memory of configurations (which operations have happened, and the state
//! they left). [`Lineariser`] is told of calls and returns one by one and keeps every configuration
//! that could be, so that it has a verdict at each moment of a run.
//!
//! Invariants: an order that is given is one; where the answer is no, there is none; where neither
//! was found out within the budget, [`Verdict::Unknown`] says so.
//!
//! References: Herlihy, Wing, *Linearizability* (1990); Wing, Gong, *Testing and Verifying Concurrent
//! Objects* (1993); Lowe, *Testing for Linearizability* (2017); Horn, Kroening, *Faster
//! Linearizability Checking via P-Compositionality* (2015).

mod clients;
mod leases;
pub(crate) mod moments;
mod object;
mod part;
mod paths;
mod queues;
mod running;
mod shapes;
mod tree;
mod whole;
mod words;

pub(crate) use clients::events;
pub use clients::{Clients, of_history};
pub use object::{Model, Object, State, Texts};
pub use running::{CONFIGURATIONS_MAX, Lineariser, SoFar};
pub use whole::{Budget, Checked, Failure, Limit, Verdict, check};
pub use words::{Names, deed};

use crate::model::TreeOp;

/// A value, as a number: that of a text in an object's [`Texts`], or just a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Datum(pub u32);

impl Datum {
    /// Nothing: never written, or taken from an empty queue.
    pub const NIL: Self = Self(u32::MAX);
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doing {
    /// Returns what a register holds.
    Read,
    /// Sets a register. Of [`Model::Once`]: proposes the value.
    Write(Datum),
    /// Sets a register if it holds what is expected.
    Cas {
        /// What it must hold.
        expect: Datum,
        /// What it holds then.
        value: Datum,
    },
    /// Puts a text behind the one that a register holds.
    Append(Datum),
    /// Puts a value at the end of a queue.
    Enqueue(Datum),
    /// Takes the first value of a queue.
    Dequeue,
    /// Takes a lock.
    Acquire,
    /// Gives a lock back.
    Release,
    /// Gives a lock back with the token with which it was granted.
    Return(u32),
    /// Sets two registers of a store at once.
    Both {
        /// The register besides the one that the call is on.
        other: u32,
        /// What both hold then.
        value: Datum,
    },
    /// Reads or changes a tree of names.
    Tree(TreeOp),
}

/// What a process is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It happened. Of a read: and what was read is not known.
    Done,
    /// The value that was read, taken, or decided.
    Value(Datum),
    /// A compare-and-set found another value, the lock was held, or was not one's own; or the tree was not
    /// so that it could be done.
    Differs,
    /// The same of a lock, or else the request came after a later one of the same process.
    Late,
    /// The names in a directory: bit 0 for the first.
    Names(u16),
}

/// One operation of a history. What is known not to have happened is left out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who called.
    pub process: u32,
    /// On which key; of two, the first.
    pub key: u32,
    /// What.
    pub doing: Doing,
    /// When, in any unit.
    pub called: u64,
    /// When it returned, and with what answer. `None`: never, and it may take effect at any time
    /// after the call, or not at all. One operation comes before another if it returned before the
    /// other was called; where the two are at the same moment, neither does, unless one process that
    /// has nothing else under way returned and called.
    pub returned: Option<(u64, Answer)>,
}
