//! The replicated log: shared chunks, so that a checkpoint of a long run costs little, and a
//! fingerprint of every prefix, so that two logs are compared in one step. Its front may be
//! compacted away: index, term and fingerprint of the last entry that is gone stay, so that what
//! follows still says on which prefix it stands.

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

impl Entry {
    /// What it takes on the wire, about: its term and its command.
    pub const BYTES: u32 = 4 + Command::BYTES;
}

/// Of a protocol without terms.
impl From<Command> for Entry {
    fn from(command: Command) -> Self {
        Self { term: 0, command }
    }
}

#[derive(Clone, Copy, Default)]
struct Link {
    entry: Entry,
    /// Fingerprint of this entry and all before it.
    chain: u64,
}

const CHUNK: usize = 64;

/// The end of what was compacted away: all of a log's front that a snapshot need name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Base {
    /// The last index that is gone; 0 if none is.
    pub index: u32,
    /// Its term.
    pub term: u32,
    /// The fingerprint of the entries up to and including it.
    pub chain: u64,
}

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
///
/// A compacted front is told by its [`Base`]:
///
/// ```
/// use quorate::model::{Entry, Log};
/// let mut log: Log = [1, 1, 2].map(|term| Entry { term, ..Entry::default() }).into_iter().collect();
/// let whole = log.clone();
/// log.compact(2);
/// assert_eq!((log.first_index(), log.last_index()), (3, 3));
/// assert_eq!((log.get(2), log.term(1), log.term(2), log.term(3)), (None, None, Some(1), Some(2)));
/// assert_eq!(log.chain(3), whole.chain(3));
/// // What a snapshot leaves behind on a server that gets one:
/// assert_eq!(Log::restore(log.base()).last_index(), 2);
/// ```
#[derive(Clone, Default)]
pub struct Log {
    /// By place, from the chunk on in which the first index lies. Places up to the base hold what
    /// was there, or nothing.
    chunks: Vec<Arc<Vec<Link>>>,
    len: u32,
    base: Base,
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

    /// What was compacted away; the default if nothing was.
    #[must_use]
    pub const fn base(&self) -> Base {
        self.base
    }

    /// The first index that is not compacted away: 1, or the one after the base. Beyond the end if
    /// nothing follows.
    #[must_use]
    pub const fn first_index(&self) -> u32 {
        self.base.index + 1
    }

    /// The term at an index: `Some(0)` at index 0, `None` beyond the end and before the base.
    #[must_use]
    pub fn term(&self, index: u32) -> Option<u32> {
        match index {
            0 => Some(0),
            base if base == self.base.index => Some(self.base.term),
            other => self.link(other).map(|link| link.entry.term),
        }
    }

    /// The entry at an index, from 1; `None` beyond the end, and where it is compacted away.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<&Entry> {
        self.link(index).map(|link| &link.entry)
    }

    /// The fingerprint of the entries up to and including an index; equal prefixes have equal ones.
    /// `Some` at index 0, `None` beyond the end and before the base.
    #[must_use]
    pub fn chain(&self, index: u32) -> Option<u64> {
        match index {
            0 => Some(0),
            base if base == self.base.index => Some(self.base.chain),
            other => self.link(other).map(|link| link.chain),
        }
    }

    /// Whether it can be seen not to have the prefix that ends at an index with this fingerprint.
    /// What is compacted away can not be seen, and is not held against it.
    #[must_use]
    pub fn lacks(&self, index: u32, chain: u64) -> bool {
        index >= self.base.index && self.chain(index) != Some(chain)
    }

    /// Appends an entry.
    pub fn push(&mut self, entry: Entry) {
        let chain = mix(self.chain(self.len).unwrap_or(0), &entry);
        self.place(Link { entry, chain });
        self.len += 1;
    }

    fn place(&mut self, link: Link) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => Arc::make_mut(last).push(link),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(link);
                self.chunks.push(Arc::new(chunk));
            }
        }
    }

    /// Keeps the entries up to and including an index; those before the base are gone already, and
    /// the base itself stays.
    pub fn truncate(&mut self, last: u32) {
        let last = last.max(self.base.index);
        if last >= self.len {
            return;
        }
        let whole = (last as usize).div_ceil(CHUNK);
        self.chunks.truncate(whole - self.skipped());
        let rest = last as usize % CHUNK;
        if rest != 0
            && let Some(chunk) = self.chunks.last_mut()
        {
            Arc::make_mut(chunk).truncate(rest);
        }
        self.len = last;
    }

    /// Takes the entries up to and including an index away, which is at most the last.
    pub fn compact(&mut self, through: u32) {
        let through = through.min(self.len);
        if through <= self.base.index {
            return;
        }
        let (Some(term), Some(chain)) = (self.term(through), self.chain(through)) else { return };
        let before = self.skipped();
        self.base = Base { index: through, term, chain };
        self.chunks.drain(..(self.skipped() - before).min(self.chunks.len()));
    }

    /// A log of which all is compacted away: what is left beside a snapshot.
    #[must_use]
    pub fn restore(base: Base) -> Self {
        let mut log = Self { chunks: Vec::new(), len: base.index, base };
        for _ in 0..base.index as usize % CHUNK {
            log.place(Link::default());
        }
        log
    }

    /// How many chunks are gone.
    const fn skipped(&self) -> usize {
        self.base.index as usize / CHUNK
    }

    /// Takes over another log's memory for what both hold alike, so that it is there once.
    pub fn share(&mut self, other: &Self) {
        let whole = self.len.min(other.len) as usize / CHUNK;
        // In the chunk of its base the other may have nothing where this log still has entries.
        let skip = match other.base.index {
            base if base <= self.base.index => self.skipped(),
            base => (base as usize).div_ceil(CHUNK),
        };
        if skip >= whole {
            return;
        }
        let skipped = self.skipped();
        let own = &mut self.chunks[skip - skipped..whole - skipped];
        let theirs = &other.chunks[skip - other.skipped()..whole - other.skipped()];
        let pairs = own.iter_mut().zip(theirs).rev();
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
        (first.max(self.first_index())..=self.len).filter_map(|index| self.get(index))
    }

    fn link(&self, index: u32) -> Option<&Link> {
        if index <= self.base.index {
            return None;
        }
        let place = index as usize - 1;
        self.chunks.get(place / CHUNK - self.skipped())?.get(place % CHUNK)
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
        self.len == other.len
            && self.base.index == other.base.index
            && self.chain(self.len) == other.chain(other.len)
    }
}

impl Eq for Log {}

impl Hash for Log {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.len, self.base.index, self.chain(self.len)).hash(state);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let front = (self.base.index > 0).then(|| format!("…{}·{}", self.base.index, self.base.term));
        f.debug_list()
            .entries(front)
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
    fn a_compacted_log_is_the_whole_one_from_its_base_on() {
        for through in [0, 1, 63, 64, 65, 127, 128, 130, 199, 200] {
            let whole: Log = (0..200).map(entry).collect();
            let (mut log, chain) = (whole.clone(), whole.chain(through).expect("within"));
            log.compact(through);
            // The same behind a snapshot that another server sent.
            let mut sent = Log::restore(log.base());
            whole.iter_from(through + 1).for_each(|entry| sent.push(*entry));
            assert_eq!(log.base(), Base { index: through, term: through.saturating_sub(1), chain });
            for log in [&log, &sent] {
                assert_eq!((log.first_index(), log.last_index()), (through + 1, 200));
                for index in 0..=201 {
                    let seen = index >= through;
                    assert_eq!(log.term(index), whole.term(index).filter(|_| seen || index == 0), "{index}");
                    assert_eq!(log.chain(index), whole.chain(index).filter(|_| seen || index == 0));
                    assert_eq!(log.get(index), whole.get(index).filter(|_| index > through));
                    assert!(!log.lacks(index, whole.chain(index).unwrap_or(1)) || index == 201);
                    assert_eq!(log.lacks(index, 1), seen);
                }
            }
            assert_eq!(log, sent);
            assert_eq!(log == whole, through == 0);
            for last in [180, 130, 128, 70, 64, 3, 0] {
                log.truncate(last);
                let last = last.max(through);
                assert_eq!((log.last_index(), log.chain(last)), (last, whole.chain(last)));
                assert_eq!(log.iter_from(1).count(), (last - through) as usize);
            }
            (log.last_index()..200).for_each(|term| log.push(entry(term)));
            assert_eq!(log, sent);
            // Nothing comes back.
            log.compact(through / 2);
            assert_eq!(log, sent);
        }
    }

    #[test]
    fn compacted_logs_share_memory_and_lose_nothing() {
        let whole: Log = (0..400).map(entry).collect();
        let at = |through: u32, restored: bool| {
            let mut log = whole.clone();
            log.compact(through);
            if !restored {
                return log;
            }
            let mut sent = Log::restore(log.base());
            whole.iter_from(through + 1).for_each(|entry| sent.push(*entry));
            sent
        };
        for (one, other) in [(0, 70), (70, 0), (65, 100), (100, 65), (64, 128), (390, 3), (3, 390), (400, 1)]
        {
            for restored in [false, true] {
                let (mut log, theirs) = (at(one, restored), at(other, true));
                let before = log.clone();
                log.share(&theirs);
                assert_eq!(log, before);
                assert!(log.iter_from(1).eq(before.iter_from(1)), "{one} {other}");
                let shared = log.chunks.iter().any(|own| theirs.chunks.iter().any(|it| Arc::ptr_eq(own, it)));
                assert_eq!(shared, one.max(other) < 384, "{one} {other}");
            }
        }
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
