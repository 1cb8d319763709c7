//! Where in a state's words each of its variables stands.

/// Hands out places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    bits: usize,
}

/// A number within a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    word: u32,
    shift: u32,
    mask: u64,
}

impl Layout {
    /// A place for a number from 0 to `most`; it never spans two words.
    pub(super) fn field(&mut self, most: u64) -> Field {
        let width = (u64::BITS - most.leading_zeros()).max(1) as usize;
        if self.bits % 64 + width > 64 {
            self.bits = self.bits.next_multiple_of(64);
        }
        let (word, shift) = ((self.bits / 64) as u32, (self.bits % 64) as u32);
        self.bits += width;
        Field { word, shift, mask: u64::MAX >> (64 - width) }
    }

    /// That many of them.
    pub(super) fn fields(&mut self, count: usize, most: u64) -> Vec<Field> {
        (0..count).map(|_| self.field(most)).collect()
    }

    /// How many words a state needs.
    pub(super) fn words(self) -> usize {
        self.bits.div_ceil(64).max(1)
    }
}

impl Field {
    #[inline]
    pub(super) fn get(self, state: &[u64]) -> u64 {
        state[self.word as usize] >> self.shift & self.mask
    }

    #[inline]
    pub(super) fn set(self, state: &mut [u64], value: u64) {
        let word = &mut state[self.word as usize];
        *word = *word & !(self.mask << self.shift) | (value & self.mask) << self.shift;
    }
}
