//! The replicated log: shared chunks, so that a checkpoint of a long run costs little, and a
//! fingerprint of every prefix, so that two logs are compared in one step.

use super::{Command, Fingerprint};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// One slot of a log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Entry {
    /// The term, ballot or epoch in which it was proposed.
    pub term: u32,
    /// What it holds.
    pub command: Command,
}

#[derive(Clone, Copy)]
struct Link {
    entry: Entry,
    /// Fingerprint of this entry and all before it.
    chain: u64,
}

const CHUNK: usize = 64;

/// A log whose first index is 1. Cloning shares all but the list of chunks.
///
/// ```
/// use quorate::model::{Entry, Log};
/// let mut log = Log::default();
/// log.push(Entry { term: 1, ..Entry::default() });
/// let copy = log.clone();
/// log.truncate(0);
/// assert_eq!((log.last_index(), copy.last_index(), copy.last_term()), (0, 1, 1));
/// ```
#[derive(Clone, Default)]
pub struct Log {
    chunks: Vec<Arc<Vec<Link>>>,
    len: u32,
}

impl Log {
    /// The index of the last entry; 0 if there is none.
    #[must_use]
    pub const fn last_index(&self) -> u32 {
        self.len
    }

    /// The term of the last entry; 0 if there is none.
    #[must_use]
    pub fn last_term(&self) -> u32 {
        self.term(self.len).unwrap_or(0)
    }

    /// The term at an index: `Some(0)` at index 0, `None` beyond the end.
    #[must_use]
    pub fn term(&self, index: u32) -> Option<u32> {
        if index == 0 { Some(0) } else { self.link(index).map(|link| link.entry.term) }
    }

    /// The entry at an index, from 1.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<&Entry> {
        self.link(index).map(|link| &link.entry)
    }

    /// The fingerprint of the entries up to and including an index; equal prefixes have equal ones.
    /// `Some` at index 0, `None` beyond the end.
    #[must_use]
    pub fn chain(&self, index: u32) -> Option<u64> {
        if index == 0 { Some(0) } else { self.link(index).map(|link| link.chain) }
    }

    /// Appends an entry.
    pub fn push(&mut self, entry: Entry) {
        let chain = mix(self.chain(self.len).unwrap_or(0), &entry);
        let link = Link { entry, chain };
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => Arc::make_mut(last).push(link),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(link);
                self.chunks.push(Arc::new(chunk));
            }
        }
        self.len += 1;
    }

    /// Keeps the entries up to and including an index.
    pub fn truncate(&mut self, last: u32) {
        if last >= self.len {
            return;
        }
        let whole = (last as usize).div_ceil(CHUNK);
        self.chunks.truncate(whole);
        let rest = last as usize % CHUNK;
        if rest != 0
            && let Some(chunk) = self.chunks.last_mut()
        {
            Arc::make_mut(chunk).truncate(rest);
        }
        self.len = last;
    }

    /// Takes over another log's memory for what both hold alike, so that it is there once.
    pub fn share(&mut self, other: &Self) {
        let whole = self.len.min(other.len) as usize / CHUNK;
        let pairs = self.chunks[..whole].iter_mut().zip(&other.chunks[..whole]).rev();
        // What comes before a shared chunk was shared with it.
        for (own, theirs) in pairs.take_while(|(own, theirs)| !Arc::ptr_eq(own, theirs)) {
            if own[CHUNK - 1].chain == theirs[CHUNK - 1].chain {
                *own = Arc::clone(theirs);
            }
        }
    }

    /// Roughly how many bytes a copy takes once it has gone its own way: the list of chunks and one
    /// chunk.
    #[must_use]
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.chunks.len() * size_of::<Arc<Vec<Link>>>() + CHUNK * size_of::<Link>()
    }

    /// The entries from an index on.
    pub fn iter_from(&self, first: u32) -> impl Iterator<Item = &Entry> {
        (first.max(1)..=self.len).filter_map(|index| self.get(index))
    }

    fn link(&self, index: u32) -> Option<&Link> {
        let place = index.checked_sub(1)? as usize;
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }
}

fn mix(chain: u64, entry: &Entry) -> u64 {
    let mut state = Fingerprint::after(chain);
    entry.hash(&mut state);
    state.finish()
}

impl FromIterator<Entry> for Log {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut log = Self::default();
        entries.into_iter().for_each(|entry| log.push(entry));
        log
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.chain(self.len) == other.chain(other.len)
    }
}

impl Eq for Log {}

impl Hash for Log {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.len, self.chain(self.len)).hash(state);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter_from(1).map(|entry| format!("{}·{}", entry.term, entry.command.op)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(term: u32) -> Entry {
        Entry { term, ..Entry::default() }
    }

    #[test]
    fn truncation_and_regrowth_match_a_fresh_log() {
        let mut log: Log = (0..200).map(entry).collect();
        for last in [199, 128, 65, 64, 63, 1, 0] {
            log.truncate(last);
            let fresh: Log = (0..last).map(entry).collect();
            assert_eq!(log, fresh);
            assert_eq!(log.iter_from(1).count(), last as usize);
        }
        log.push(entry(7));
        assert_eq!((log.last_index(), log.last_term(), log.term(2)), (1, 7, None));
    }

    #[test]
    fn sharing_changes_nothing_that_can_be_seen() {
        let long: Log = (0..400).map(entry).collect();
        let other: Log = (0..150).chain(500..700).map(entry).collect();
        for mut log in [long.clone(), other] {
            let before = log.clone();
            log.share(&long);
            assert_eq!(log, before);
            assert!(log.iter_from(1).eq(before.iter_from(1)));
            assert!(Arc::ptr_eq(&log.chunks[1], &long.chunks[1]));
            assert_eq!(Arc::ptr_eq(&log.chunks[2], &long.chunks[2]), before == long);
        }
    }

    #[test]
    fn a_fingerprint_tells_the_prefix() {
        let one: Log = [1, 2, 3].map(entry).into_iter().collect();
        let two: Log = [1, 2, 4].map(entry).into_iter().collect();
        assert_eq!(one.chain(2), two.chain(2));
        assert_ne!(one.chain(3), two.chain(3));
    }
}
