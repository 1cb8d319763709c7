//! Transactions and what they write, as checkers and picture see them.

use super::{Ballot, Command, Key, NodeSet, RequestId, Value};

/// A register of a node's shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stored {
    /// Which register.
    pub key: Key,
    /// What it holds.
    pub value: Value,
    /// How often it has been written.
    pub version: u32,
    /// Which request wrote it last.
    pub by: RequestId,
}

/// A transaction for which a node is prepared and whose outcome it does not know yet: it is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transaction {
    /// Its number: the round of the node that began it, and that node.
    pub id: Ballot,
    /// What it does.
    pub command: Command,
    /// Who has to agree.
    pub parties: NodeSet,
    /// How far the node is.
    pub stage: TransactionStage,
    /// The registers of this node that it writes, and holds locked.
    pub keys: [Option<Key>; 2],
    /// Whether this node began it, and has to answer the client.
    pub mine: bool,
}

/// How far a node is with a transaction in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionStage {
    /// It has voted yes.
    Prepared,
    /// It knows that everybody has.
    PreCommitted,
}

impl Ballot {
    /// The place of this number in one row of all rounds of so many nodes, without gaps.
    #[must_use]
    pub fn slot(self, nodes: usize) -> u32 {
        self.round().saturating_sub(1).saturating_mul(nodes as u32).saturating_add(self.node().0.into())
    }

    /// The number at such a place.
    #[must_use]
    pub fn of_slot(slot: u32, nodes: usize) -> Self {
        let nodes = nodes.max(1) as u32;
        Self::new(slot / nodes + 1, super::NodeId::at((slot % nodes) as usize))
    }
}
