//! What a node holds beside a log, for the table of all nodes' states.

use super::{Arg, Text};

/// One thing that a node holds: a register, a version, a lock, a transaction. The table has a row for
/// each group and name, and a column for each node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// What kind of thing: *Registers*, *Locks*.
    pub group: Text,
    /// Which one. Several cells of one name are several versions of it.
    pub name: Arg,
    /// What it holds, or its state.
    pub value: Arg,
    /// In which version: a tag, a ballot, a version vector, a fencing token.
    pub version: Option<Arg>,
    /// How it stands.
    pub state: CellState,
}

/// How a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CellState {
    /// As it is meant to stay until something new is asked for.
    #[default]
    Settled,
    /// Under way: prepared, in doubt, not yet known by a quorum.
    Pending,
    /// Turned away: aborted, refused, expired.
    Refused,
}
