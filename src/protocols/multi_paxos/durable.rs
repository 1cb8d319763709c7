//! What a crash leaves: an acceptor's memory, slot by slot.

use super::messages::Slots;
use crate::machines::Machine;
use crate::model::{self, Ballot, Base, Entry, Log};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of an acceptor, and how much of it is known to be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The highest ballot promised, for all slots at once. No ballot of its own is above it, so none
    /// is used twice.
    pub promised: Ballot,
    /// What it holds in the slots up to the first gap: accepted, or learned to be chosen.
    pub log: Log,
    /// What it holds behind that gap.
    pub beyond: BTreeMap<u32, Entry>,
    /// Up to here all slots were known to be chosen when something was written last. It costs no write
    /// of its own, and spares a node that starts again to ask for what it has.
    pub chosen: u32,
    /// The state after the slots that are compacted away, if any are.
    pub snapshot: Option<Arc<Machine>>,
}

/// One write to disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A ballot is promised.
    Promised(Ballot),
    /// Slots are accepted, or learned.
    Hold {
        /// What they hold from now on.
        slots: Slots,
        /// Up to where all slots are known to be chosen.
        chosen: u32,
    },
    /// The slots up to this one give way to the state after them.
    Compact(u32, Arc<Machine>),
    /// Likewise, with a state that somebody else sent.
    Install(Base, Arc<Machine>),
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Promised(ballot) => self.promised = *ballot,
            Write::Hold { slots, chosen } => {
                for (slot, entry) in slots.as_slice() {
                    // Who accepts in a ballot, or knows it to have chosen, takes nothing below it.
                    self.promised = self.promised.max(Ballot::from_bits(entry.term));
                    self.hold(*slot, *entry);
                }
                self.chosen = self.chosen.max(*chosen);
            }
            Write::Compact(through, machine) => {
                self.log.compact(*through);
                self.snapshot = Some(Arc::clone(machine));
                self.chosen = self.chosen.max(*through);
            }
            Write::Install(base, machine) => {
                let rest: Vec<Entry> = self.log.iter_from(base.index + 1).copied().collect();
                self.log = Log::restore(*base);
                rest.into_iter().for_each(|entry| self.log.push(entry));
                self.beyond = self.beyond.split_off(&(base.index + 1));
                self.close_gap();
                self.snapshot = Some(Arc::clone(machine));
                self.chosen = self.chosen.max(base.index);
            }
        }
    }

    fn share(&mut self, log: &Log) {
        self.log.share(log);
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.log.weight() + self.beyond.len() * 2 * size_of::<(u32, Entry)>()
    }
}

impl Durable {
    /// What a slot holds; `None` if nothing, and where it is compacted away.
    #[must_use]
    pub fn held(&self, slot: u32) -> Option<&Entry> {
        self.log.get(slot).or_else(|| self.beyond.get(&slot))
    }

    /// The slots from one on that hold something, in order.
    pub fn held_from(&self, first: u32) -> impl Iterator<Item = (u32, Entry)> {
        let first = first.max(self.log.first_index());
        let near = (first..=self.log.last_index()).filter_map(|slot| Some((slot, *self.log.get(slot)?)));
        near.chain(self.beyond.range(first..).map(|(slot, entry)| (*slot, *entry)))
    }

    fn hold(&mut self, slot: u32, entry: Entry) {
        let last = self.log.last_index();
        if slot > last + 1 {
            self.beyond.insert(slot, entry);
        } else if slot == last + 1 {
            self.log.push(entry);
            self.close_gap();
        } else if slot >= self.log.first_index() {
            // Accepted anew, in a higher ballot: the log is rewritten from there, but it is never far.
            let rest: Vec<Entry> = self.log.iter_from(slot + 1).copied().collect();
            self.log.truncate(slot - 1);
            std::iter::once(entry).chain(rest).for_each(|entry| self.log.push(entry));
        }
    }

    /// What follows the log without a gap becomes part of it.
    fn close_gap(&mut self) {
        while let Some(entry) = self.beyond.remove(&(self.log.last_index() + 1)) {
            self.log.push(entry);
        }
    }
}
