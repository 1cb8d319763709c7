//! Things kept once and named by a number, and what was worked out once.

use crate::explore::store::{Put, Store};
use crate::model::Fingerprint;
use std::hash::{Hash, Hasher};

/// Equal things have the same number.
#[derive(Debug)]
pub(super) struct Pool<T> {
    items: Vec<T>,
    /// Open addressing: the number of an item and 32 bits of its hash; `u64::MAX` is an empty place.
    table: Vec<u64>,
}

impl<T: PartialEq + Hash> Pool<T> {
    pub(super) fn new() -> Self {
        Self { items: Vec::new(), table: vec![u64::MAX; 64] }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.items[number as usize]
    }

    /// The number of a thing, which is kept if it is new.
    pub(super) fn put(&mut self, item: T) -> u32 {
        if self.items.len() * 2 >= self.table.len() {
            self.grow();
        }
        let hash = hash(&item);
        let (mask, tag) = (self.table.len() - 1, hash & TAG);
        let mut at = hash as usize & mask;
        while self.table[at] != u64::MAX {
            let entry = self.table[at];
            if entry & TAG == tag && self.items[entry as u32 as usize] == item {
                return entry as u32;
            }
            at = (at + 1) & mask;
        }
        let number = self.items.len() as u32;
        self.table[at] = tag | u64::from(number);
        self.items.push(item);
        number
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 2 - 1;
        self.table = vec![u64::MAX; mask + 1];
        for (number, item) in self.items.iter().enumerate() {
            let hash = hash(item);
            let mut at = hash as usize & mask;
            while self.table[at] != u64::MAX {
                at = (at + 1) & mask;
            }
            self.table[at] = hash & TAG | number as u64;
        }
    }

    /// Roughly, without what the things point to.
    pub(super) fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<T>() + self.table.len() * size_of::<u64>()
    }
}

const TAG: u64 = 0xffff_ffff_0000_0000;

fn hash<T: Hash>(item: &T) -> u64 {
    let mut hasher = Fingerprint::after(0);
    item.hash(&mut hasher);
    let hash = hasher.finish().wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ hash >> 32
}

/// What was worked out before, by what it was worked out from: so many words.
#[derive(Debug)]
pub(super) struct Book<V> {
    keys: Store,
    values: Vec<V>,
}

impl<V: Clone> Book<V> {
    pub(super) fn new(width: usize) -> Self {
        Self { keys: Store::new(width), values: Vec::new() }
    }

    pub(super) fn get(&self, key: &[u64]) -> Option<V> {
        self.keys.find(key).map(|number| self.values[number as usize].clone())
    }

    /// Notes it, unless there is no room to.
    pub(super) fn note(&mut self, key: &[u64], value: V) {
        if matches!(self.keys.put(key, None, usize::MAX), Put::New(_)) {
            self.values.push(value);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.keys.bytes() + self.values.capacity() * size_of::<V>()
    }
}
