//! What a crash leaves: the promised epoch, the epoch entered, and the history.

use crate::machines::Machine;
use crate::model::{Base, Durable as DurableTrait, Entry, Log};
use std::sync::Arc;

/// The name of a transaction: the epoch of its primary, and its count there, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zxid {
    /// The epoch.
    pub epoch: u32,
    /// The count; 0 before the first.
    pub counter: u32,
}

/// All of a history up to a transaction, as what it has led to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Where the history goes on.
    pub base: Base,
    /// The count of the last transaction in it.
    pub counter: u32,
    /// What its transactions have made of the state.
    pub machine: Arc<Machine>,
}

/// The persistent state of a server (Zab §IV, and ZooKeeper's names).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The last epoch promised (f.p).
    pub accepted_epoch: u32,
    /// The last epoch entered (f.a).
    pub current_epoch: u32,
    /// The history (h_f).
    pub log: Log,
    /// What stands for the part of it that is compacted away.
    pub snapshot: Option<Snapshot>,
}

/// One write to disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// An epoch is promised.
    Promise(u32),
    /// An epoch is entered.
    Enter(u32),
    /// A transaction at the end of the history.
    Append(Entry),
    /// Several.
    Extend(Arc<[Entry]>),
    /// What is left of the history: up to this index.
    Truncate(u32),
    /// The history begins with a snapshot and nothing else is in it.
    Restore(Snapshot),
    /// The front of the history is replaced by a snapshot.
    Compact(Snapshot),
}

impl DurableTrait for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Promise(epoch) => self.accepted_epoch = *epoch,
            Write::Enter(epoch) => self.current_epoch = *epoch,
            Write::Append(entry) => self.log.push(*entry),
            Write::Extend(entries) => entries.iter().for_each(|entry| self.log.push(*entry)),
            Write::Truncate(last) => self.log.truncate(*last),
            Write::Restore(snapshot) => {
                self.log = Log::restore(snapshot.base);
                self.snapshot = Some(snapshot.clone());
            }
            Write::Compact(snapshot) => {
                self.log.compact(snapshot.base.index);
                self.snapshot = Some(snapshot.clone());
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
    /// The name of the last transaction.
    #[must_use]
    pub fn last(&self) -> Zxid {
        self.zxid(self.log.last_index()).unwrap_or_default()
    }

    /// What stands before the history: index, epoch and count of the last compacted transaction.
    fn base(&self) -> (u32, Zxid) {
        let base = self.log.base();
        let counter = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.counter);
        (base.index, Zxid { epoch: base.term, counter })
    }

    /// The name of the transaction at an index; of index 0, the name before the first.
    #[must_use]
    pub fn zxid(&self, index: u32) -> Option<Zxid> {
        let epoch = self.log.term(index)?;
        let counter = if index == 0 { 0 } else { index - self.before(epoch)? };
        Some(Zxid { epoch, counter })
    }

    /// The last index before an epoch's first transaction; `None` where that is compacted away.
    #[must_use]
    pub fn before(&self, epoch: u32) -> Option<u32> {
        let (index, base) = self.base();
        match epoch.cmp(&base.epoch) {
            std::cmp::Ordering::Greater => Some(self.last_not_above(epoch - 1)),
            std::cmp::Ordering::Equal => Some(index - base.counter),
            std::cmp::Ordering::Less => None,
        }
    }

    /// The index of a transaction, if it is in the history and can be seen.
    #[must_use]
    pub fn index_of(&self, zxid: Zxid) -> Option<u32> {
        if zxid == Zxid::default() {
            return (self.log.base().index == 0).then_some(0);
        }
        let index = self.before(zxid.epoch)?.checked_add(zxid.counter)?;
        (zxid.counter > 0 && self.log.term(index) == Some(zxid.epoch)).then_some(index)
    }

    /// The last index whose epoch is not above one; the base where all are. Epochs never fall along
    /// a history, so this is a binary search.
    #[must_use]
    pub fn last_not_above(&self, epoch: u32) -> u32 {
        let (mut fits, mut above) = (self.log.base().index, self.log.last_index() + 1);
        while above - fits > 1 {
            let middle = fits + (above - fits) / 2;
            if self.log.term(middle).is_some_and(|here| here <= epoch) {
                fits = middle;
            } else {
                above = middle;
            }
        }
        fits
    }

    /// A snapshot of the history up to an index at which the machine stands.
    #[must_use]
    pub fn snapshot_at(&self, index: u32, machine: &Machine) -> Option<Snapshot> {
        let (term, chain) = (self.log.term(index)?, self.log.chain(index)?);
        let counter = self.zxid(index)?.counter;
        Some(Snapshot { base: Base { index, term, chain }, counter, machine: Arc::new(machine.clone()) })
    }

    /// The transactions from an index on.
    #[must_use]
    pub fn entries_from(&self, first: u32) -> Arc<[Entry]> {
        self.log.iter_from(first).copied().collect()
    }
}
