//! What a crash leaves: the shard, the transactions in doubt, what came of the others, the
//! coordinator's log, and what acceptors have accepted.

use super::Deal;
use crate::machines::Sessions;
use crate::model::{
    self, Ballot, ClientId, Key, NodeId, NodeSet, RequestId, Stored, Transaction, TransactionStage,
};

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// How often the node has started.
    pub era: u32,
    /// How often the coordinator of two phases has started, as far as this manager knows; 0: not again.
    pub life: u32,
    /// The highest round of a transaction that this node has begun, voted on, or seen the end of.
    pub round: u32,
    /// The shard: its registers, in order.
    pub stored: Vec<Stored>,
    /// Transactions for which the manager is prepared and whose outcome it does not know. They hold
    /// locks.
    pub prepared: Vec<Transaction>,
    /// What came of those whose outcome it knows.
    pub outcomes: Outcomes,
    /// Requests of the transactions that it began and that were committed.
    pub done: Sessions,
    /// The same, aborted.
    pub refused: Sessions,
    /// The coordinator's log: what is committed and not acknowledged by all.
    pub commits: Vec<(Ballot, Deal)>,
    /// What an acceptor has promised and accepted, by transaction.
    pub polls: Vec<Poll>,
}

/// What came of transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outcomes {
    committed: Sessions,
    aborted: Sessions,
    count: u32,
}

/// A transaction's instances at an acceptor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Poll {
    /// Which transaction.
    pub tx: Ballot,
    /// What it does, and who takes part.
    pub deal: Deal,
    /// The ballot promised, in all instances.
    pub promised: Ballot,
    /// By instance: the ballot of what was accepted last, and whether it was *prepared*.
    pub accepted: Vec<(NodeId, Ballot, bool)>,
}

/// One write to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The node starts.
    Era(u32),
    /// The coordinator of two phases has started again.
    Life(u32),
    /// A manager is prepared.
    Prepared(Transaction),
    /// A manager knows that everybody has voted yes.
    PreCommitted(Ballot),
    /// A node knows an outcome; with the request, where it is to answer for it.
    Settled {
        /// Of which transaction.
        tx: Ballot,
        /// Which.
        commit: bool,
    },
    /// A request is refused before it becomes a transaction.
    Refused(RequestId),
    /// The coordinator commits.
    Committed(Ballot, Deal),
    /// Everybody has acknowledged the commit.
    Forgot(Ballot),
    /// An acceptor promises.
    Promised(Ballot, Deal, Ballot),
    /// An acceptor accepts.
    Accepted {
        /// Which transaction.
        tx: Ballot,
        /// What it does, and who takes part.
        deal: Deal,
        /// In which ballot.
        ballot: Ballot,
        /// *Prepared* for these.
        yes: NodeSet,
        /// *Aborted* for these.
        no: NodeSet,
    },
}

/// A transaction as one of those that its manager counts, which is how [`Sessions`] keep it.
pub(super) fn counted(tx: Ballot) -> RequestId {
    RequestId { client: ClientId(tx.node().0.into()), seq: tx.round() }
}

impl Outcomes {
    /// What came of a transaction.
    #[must_use]
    pub fn get(&self, tx: Ballot) -> Option<bool> {
        let tx = counted(tx);
        if self.committed.contains(tx) {
            return Some(true);
        }
        self.aborted.contains(tx).then_some(false)
    }

    /// How many are known.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    fn insert(&mut self, tx: Ballot, commit: bool) {
        let (tx, before) = (counted(tx), self.get(tx));
        if before == Some(commit) {
            return;
        }
        self.count += u32::from(before.is_none());
        let side = if commit { &mut self.committed } else { &mut self.aborted };
        side.insert(tx);
    }
}

impl Durable {
    /// The transaction that holds the lock of a register.
    #[must_use]
    pub fn holder(&self, key: Key) -> Option<&Transaction> {
        self.prepared.iter().find(|tx| tx.keys.contains(&Some(key)))
    }

    /// What a transaction in doubt is.
    #[must_use]
    pub fn in_doubt(&self, tx: Ballot) -> Option<&Transaction> {
        self.prepared.iter().find(|known| known.id == tx)
    }

    /// What an acceptor holds of a transaction.
    #[must_use]
    pub fn poll(&self, tx: Ballot) -> Option<&Poll> {
        self.polls.iter().find(|poll| poll.tx == tx)
    }

    fn poll_of(&mut self, tx: Ballot, deal: Deal) -> Option<&mut Poll> {
        if self.poll(tx).is_none() {
            self.polls.push(Poll { tx, deal, promised: Ballot::ZERO, accepted: Vec::new() });
        }
        self.polls.iter_mut().find(|poll| poll.tx == tx)
    }

    /// The writes of a committed transaction.
    fn store(&mut self, tx: &Transaction) {
        let Some(value) = tx.command.op.value() else { return };
        for key in tx.keys.into_iter().flatten() {
            let by = tx.command.request;
            match self.stored.binary_search_by_key(&key, |stored| stored.key) {
                Ok(place) => {
                    let version = self.stored[place].version + 1;
                    self.stored[place] = Stored { key, value, version, by };
                }
                Err(place) => self.stored.insert(place, Stored { key, value, version: 1, by }),
            }
        }
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Era(era) => self.era = era,
            Write::Life(life) => self.life = life,
            Write::Prepared(tx) => {
                self.round = self.round.max(tx.id.round());
                self.prepared.push(tx);
            }
            Write::PreCommitted(tx) => {
                if let Some(known) = self.prepared.iter_mut().find(|known| known.id == tx) {
                    known.stage = TransactionStage::PreCommitted;
                }
            }
            Write::Settled { tx, commit } => {
                self.round = self.round.max(tx.round());
                if let Some(place) = self.prepared.iter().position(|known| known.id == tx) {
                    let known = self.prepared.remove(place);
                    if commit {
                        self.store(&known);
                    }
                    if known.mine {
                        let side = if commit { &mut self.done } else { &mut self.refused };
                        side.insert(known.command.request);
                    }
                }
                self.polls.retain(|poll| poll.tx != tx);
                self.outcomes.insert(tx, commit);
            }
            Write::Refused(request) => {
                self.refused.insert(request);
            }
            Write::Committed(tx, deal) => self.commits.push((tx, deal)),
            Write::Forgot(tx) => self.commits.retain(|(known, _)| *known != tx),
            Write::Promised(tx, deal, ballot) => {
                if let Some(poll) = self.poll_of(tx, deal) {
                    poll.promised = poll.promised.max(ballot);
                }
            }
            Write::Accepted { tx, deal, ballot, yes, no } => {
                let Some(poll) = self.poll_of(tx, deal) else { return };
                poll.promised = poll.promised.max(ballot);
                for (node, prepared) in yes.iter().map(|n| (n, true)).chain(no.iter().map(|n| (n, false))) {
                    poll.accepted.retain(|(known, ..)| *known != node);
                    poll.accepted.push((node, ballot, prepared));
                }
                poll.accepted.sort_unstable();
            }
        }
    }

    fn weight(&self) -> usize {
        // Runs of numbers, a few for each manager that begins, and as many again in the worst weather.
        size_of::<Self>() + 8 * self.outcomes.count as usize + 64 * self.prepared.len()
    }
}
