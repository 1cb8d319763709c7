//! The states found so far: dense, in the order in which they were found, and a table to find them in.

/// States are kept in blocks of so many, so that growing copies none.
const BLOCK: usize = 1 << 13;

/// No state has this number.
const NONE: u32 = u32::MAX;

/// What came of putting a state in.
pub(super) enum Put {
    /// It was not there: its number.
    New(u32),
    /// It was.
    Known,
    /// There is no room for it.
    Full,
}

/// States of the same number of words, each with the number of the state it was reached from.
#[derive(Debug)]
pub(super) struct Store {
    width: usize,
    blocks: Vec<Vec<u64>>,
    parents: Vec<Vec<u32>>,
    len: u32,
    /// Open addressing with linear probing: the number of a state, and 32 bits of its hash, so that
    /// few other states are looked at and growing looks at none. `u64::MAX` is an empty place.
    table: Vec<u64>,
}

/// The same on every target.
fn hash(state: &[u64]) -> u64 {
    let mut hash = 0u64;
    for word in state {
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ hash >> 32
}

/// Whether two states are the same; without a call where they are short, as most are.
#[inline]
fn same(one: &[u64], other: &[u64]) -> bool {
    match (one, other) {
        ([a], [x]) => a == x,
        ([a, b], [x, y]) => a == x && b == y,
        ([a, b, c], [x, y, z]) => a == x && b == y && c == z,
        _ => one.iter().eq(other),
    }
}

/// Puts a state at the end of a list; without a call where it is short.
#[inline]
pub(super) fn append(list: &mut Vec<u64>, state: &[u64]) {
    match *state {
        [a] => list.push(a),
        [a, b] => {
            list.push(a);
            list.push(b);
        }
        [a, b, c] => {
            list.push(a);
            list.push(b);
            list.push(c);
        }
        _ => list.extend_from_slice(state),
    }
}

impl Store {
    pub(super) fn new(width: usize) -> Self {
        Self { width, blocks: Vec::new(), parents: Vec::new(), len: 0, table: vec![u64::MAX; 1 << 10] }
    }

    pub(super) const fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn get(&self, place: u32) -> &[u64] {
        let (block, place) = (place as usize / BLOCK, place as usize % BLOCK);
        &self.blocks[block][place * self.width..][..self.width]
    }

    /// From which state it was first reached; `None` for an initial one.
    pub(super) fn parent(&self, place: u32) -> Option<u32> {
        let parent = self.parents[place as usize / BLOCK][place as usize % BLOCK];
        (parent != NONE).then_some(parent)
    }

    /// The number of a state, if it is there.
    pub(super) fn find(&self, state: &[u64]) -> Option<u32> {
        let hash = hash(state);
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        while self.table[at] != u64::MAX {
            let entry = self.table[at];
            if (entry ^ hash) >> 32 == 0 && same(self.get(entry as u32), state) {
                return Some(entry as u32);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Puts a state in; `room` is how many bytes more may be taken: where there are none, nothing new is
    /// kept.
    pub(super) fn put(&mut self, state: &[u64], parent: Option<u32>, room: usize) -> Put {
        let crowded = (self.len as usize + 2) * 4 > self.table.len() * 3 && !self.grow(room);
        let hash = hash(state);
        let mask = self.table.len() - 1;
        let tag = hash & 0xffff_ffff_0000_0000;
        let mut at = hash as usize & mask;
        loop {
            let entry = self.table[at];
            if entry == u64::MAX {
                break;
            }
            if entry & 0xffff_ffff_0000_0000 == tag && same(self.get(entry as u32), state) {
                return Put::Known;
            }
            at = (at + 1) & mask;
        }
        if crowded || room == 0 {
            return Put::Full;
        }
        let Some(number) = self.push(state, parent, room) else { return Put::Full };
        self.table[at] = tag | u64::from(number);
        Put::New(number)
    }

    fn push(&mut self, state: &[u64], parent: Option<u32>, room: usize) -> Option<u32> {
        let number = self.len;
        if number >= NONE - 1 {
            return None;
        }
        if (number as usize).is_multiple_of(BLOCK) {
            let (mut block, mut parents) = (Vec::new(), Vec::new());
            let fits = BLOCK * (self.width * 8 + 4) <= room
                && block.try_reserve_exact(BLOCK * self.width).is_ok()
                && parents.try_reserve_exact(BLOCK).is_ok();
            if !fits {
                return None;
            }
            self.blocks.push(block);
            self.parents.push(parents);
        }
        append(self.blocks.last_mut()?, state);
        self.parents.last_mut()?.push(parent.unwrap_or(NONE));
        self.len += 1;
        Some(number)
    }

    /// Doubles the table.
    fn grow(&mut self, room: usize) -> bool {
        let size = self.table.len() * 2;
        let mut table = Vec::new();
        // The old one is let go of only afterwards.
        if size * 8 > room || table.try_reserve_exact(size).is_err() {
            return false;
        }
        table.resize(size, u64::MAX);
        // The low bits of the hash are not kept: they are worked out anew.
        for number in 0..self.len {
            let hash = hash(self.get(number));
            let mut at = hash as usize & (size - 1);
            while table[at] != u64::MAX {
                at = (at + 1) & (size - 1);
            }
            table[at] = hash & 0xffff_ffff_0000_0000 | u64::from(number);
        }
        self.table = table;
        true
    }

    pub(super) fn bytes(&self) -> usize {
        self.blocks.len() * BLOCK * (self.width * 8 + 4) + self.table.len() * 8
    }
}
