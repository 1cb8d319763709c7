//! What can be explored.

use super::bounded::Choice;
use super::store::append;
use crate::model::{Lang, PropertyWord};

/// One way in which a system may move, packed by the system as it likes.
pub type Action = u64;

/// What is asked of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Every state that is reached has it.
    Always,
    /// Some state that is reached has it: the search came to its point.
    Sometimes,
}

/// A property of states.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// What is asked.
    pub expect: Expect,
    /// Its names.
    pub word: &'static PropertyWord,
}

impl Property {
    /// Holds in every state.
    #[must_use]
    pub const fn always(word: &'static PropertyWord) -> Self {
        Self { expect: Expect::Always, word }
    }

    /// Holds in some state.
    #[must_use]
    pub const fn sometimes(word: &'static PropertyWord) -> Self {
        Self { expect: Expect::Sometimes, word }
    }
}

/// The most properties that a system may have: each has a bit.
pub const PROPERTIES_MAX: usize = 32;

/// How states that differ only by names are taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symmetry {
    /// Nothing is interchangeable.
    Nothing,
    /// Every renaming is tried, so many, and the least state stands for all: see [`System::renamed`].
    Tried(usize),
    /// What is interchangeable is put in order: see [`System::sorted`].
    Sorted,
    /// There are so many renamings, more than are tried.
    TooMany {
        /// How many there are.
        many: u64,
        /// How many are tried at most.
        most: u64,
    },
}

/// A transition system whose states are [`width`](System::width) words.
///
/// Two states are the same where their words are. The order in which successors are given is the order
/// in which they are visited: it decides which of several shortest violations is found, so it must not
/// depend on anything but the state.
pub trait System {
    /// How many words a state has; at least 1.
    fn width(&self) -> usize;

    /// The states to begin with.
    fn initial(&mut self, out: &mut Next);

    /// Where a state can go, each way with its action.
    fn successors(&mut self, state: &[u64], out: &mut Next);

    /// What is checked; at most [`PROPERTIES_MAX`].
    fn properties(&self) -> &[Property];

    /// A bit for each property, by its place: whether an [`Expect::Always`] is broken in this state, or
    /// an [`Expect::Sometimes`] holds.
    fn noted(&mut self, state: &[u64]) -> u32;

    /// How states that differ only by an exchange of what is interchangeable are taken for one, where
    /// symmetry is asked for.
    fn symmetry(&self) -> Symmetry {
        Symmetry::Nothing
    }

    /// The state after one of the exchanges that are tried, of which the first changes nothing.
    fn renamed(&self, _which: usize, state: &[u64], out: &mut [u64]) {
        out.copy_from_slice(state);
    }

    /// The state with what is interchangeable in order: the same for all that differ only by that.
    fn sorted(&self, state: &[u64], out: &mut [u64]) {
        out.copy_from_slice(state);
    }

    /// A step in words.
    fn action(&self, action: Action, lang: Lang) -> String;

    /// A state in words.
    fn show(&self, state: &[u64], lang: Lang) -> String;

    /// What happens along a path from an initial state, where the system runs a protocol; otherwise, and
    /// where it cannot go so, `None`.
    fn walk(&mut self, _actions: &[Action]) -> Option<Vec<Choice>> {
        None
    }

    /// How many bytes it keeps beside the states.
    fn bytes(&self) -> usize {
        0
    }
}

/// The successors of one state, as they are being listed.
#[derive(Debug, Default)]
pub struct Next {
    width: usize,
    words: Vec<u64>,
    actions: Vec<Action>,
    generated: u64,
    outside: u64,
}

impl Next {
    /// An empty list of states of that many words.
    #[must_use]
    pub const fn new(width: usize) -> Self {
        Self { width, words: Vec::new(), actions: Vec::new(), generated: 0, outside: 0 }
    }

    /// A successor that begins as a copy of `from`, to be changed in place.
    pub fn step(&mut self, action: Action, from: &[u64]) -> &mut [u64] {
        self.steps(action, from, 1)
    }

    /// One that is computed `times` times, once for each way in which the action is enabled.
    pub fn steps(&mut self, action: Action, from: &[u64], times: u64) -> &mut [u64] {
        self.generated += times;
        self.actions.push(action);
        let start = self.words.len();
        append(&mut self.words, from);
        &mut self.words[start..]
    }

    /// A successor that is counted and not kept, because it lies outside what is explored.
    pub const fn outside(&mut self) {
        self.generated += 1;
        self.outside += 1;
    }

    /// How many were computed and not kept.
    pub(super) const fn left_out(&self) -> u64 {
        self.outside
    }

    /// How many were computed.
    pub(super) const fn generated(&self) -> u64 {
        self.generated
    }

    /// How many are kept, repeats included.
    pub(super) const fn len(&self) -> usize {
        self.actions.len()
    }

    pub(super) fn get(&self, place: usize) -> (Action, &[u64]) {
        (self.actions[place], &self.words[place * self.width..][..self.width])
    }

    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.actions.clear();
        self.generated = 0;
        self.outside = 0;
    }

    pub(super) const fn bytes(&self) -> usize {
        (self.words.capacity() + self.actions.capacity()) * size_of::<u64>()
    }
}
