//! What a crash leaves.

use super::messages::Entries;
use super::snapshots::Snapshot;
use crate::model::{Durable as DurableTrait, Log, NodeId};
use std::sync::Arc;

/// The persistent state of a server (Raft, Figure 2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The latest term it has seen.
    pub term: u32,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// Its log, from where the snapshot ends.
    pub log: Log,
    /// What came before, if it is compacted away.
    pub snapshot: Option<Arc<Snapshot>>,
}

/// One write to disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// A new term, or a vote in the present one.
    Vote {
        /// The term.
        term: u32,
        /// Whom the vote went to, if it was given.
        voted_for: Option<NodeId>,
    },
    /// Entries at the end of the log.
    Append(Entries),
    /// What is left of the log: up to this index.
    Truncate(u32),
    /// A snapshot in place of the log up to where it ends.
    Snapshot(Arc<Snapshot>),
}

impl DurableTrait for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Vote { term, voted_for } => (self.term, self.voted_for) = (*term, *voted_for),
            Write::Append(entries) => {
                entries.as_slice().iter().for_each(|entry| self.log.push(*entry));
            }
            Write::Truncate(last) => self.log.truncate(*last),
            Write::Snapshot(snapshot) => {
                let base = snapshot.base;
                // What follows the same entry stays (§7, step 6).
                if self.log.term(base.index) == Some(base.term) {
                    self.log.compact(base.index);
                } else {
                    self.log = Log::restore(base);
                }
                self.snapshot = Some(Arc::clone(snapshot));
            }
        }
    }

    fn share(&mut self, log: &Log) {
        self.log.share(log);
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.log.weight()
    }
}

impl Durable {
    /// The last index, up to a bound, whose term is not above a term; 0 where that is compacted away.
    /// Terms never fall along a log, so this is a binary search.
    #[must_use]
    pub fn last_not_above(&self, term: u32, bound: u32) -> u32 {
        let base = self.log.base();
        if bound < base.index || term < base.term {
            return 0;
        }
        let (mut fits, mut above) = (base.index, bound.min(self.log.last_index()) + 1);
        while above - fits > 1 {
            let middle = fits + (above - fits) / 2;
            if self.log.term(middle).is_some_and(|here| here <= term) {
                fits = middle;
            } else {
                above = middle;
            }
        }
        fits
    }

    /// Whether a log that ends with an entry of `last_term` at `last_index` is at least as
    /// up-to-date as this one (§5.4.1).
    #[must_use]
    pub fn not_ahead_of(&self, last_term: u32, last_index: u32) -> bool {
        (last_term, last_index) >= (self.log.last_term(), self.log.last_index())
    }
}
