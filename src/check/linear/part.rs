//! The search for an order of the operations on one key: Wing and Gong's, with Lowe's memory.
//!
//! Three things keep it small, and none of them changes the answer:
//!
//! - What only observes, and could happen now with the answer it gave, happens now: whatever order
//!   explains the rest, it may as well stand first.
//! - Operations that never returned are counted by kind, the earliest first, as two of a kind are
//!   as good as one another.
//! - They need not happen at all, so a configuration is passed over if one was tried with the same
//!   state and the same returned operations that had used up no more of any kind.

use super::{Answer, Budget, Call, Datum, Doing, Object, State};
use crate::model::Fingerprint;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasher;

/// What the search of one key found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An order: places in the list of calls.
    Order(Vec<u32>),
    /// There is none.
    Nothing,
    /// The budget was used up first.
    Exhausted,
}

/// Hashes the same way on every target.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashes;

impl BuildHasher for Hashes {
    type Hasher = Fingerprint;
    fn build_hasher(&self) -> Fingerprint {
        Fingerprint::after(0)
    }
}

/// An operation that returned.
#[derive(Clone, Copy)]
struct Returned {
    place: u32,
    process: u32,
    key: u32,
    doing: Doing,
    told: Answer,
    /// Whether it changes nothing, whenever it happens with that answer.
    observes: bool,
}

/// Operations that never returned and do the same.
struct Kind {
    process: u32,
    key: u32,
    doing: Doing,
    /// Whether they may happen any number of times.
    free: bool,
    /// When each was called, and its place in the list of calls.
    calls: Vec<(u64, u32)>,
}

/// What may happen next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A returned operation, by its number.
    Returned(u32),
    /// One of a kind of operations that never returned.
    Kind(u32),
}

/// One step of the order under trial.
struct Step {
    next: Next,
    before: State,
    /// It only observed, so that nothing else need be tried in its stead.
    forced: bool,
}

/// Which returned operations have happened: a bitset, of which only the words count that are not full
/// and have one that is not empty after them. However long an operation lasts, those are few.
#[derive(Default)]
struct Happened {
    words: Vec<u64>,
    /// The words that are not full.
    open: BTreeSet<u32>,
    /// From it on all words are empty.
    high: usize,
}

impl Happened {
    fn new(count: usize) -> Self {
        let words = vec![0; count.div_ceil(64)];
        let open = (0..words.len() as u32).collect();
        Self { words, open, high: 0 }
    }

    fn add(&mut self, number: u32) {
        let word = number as usize / 64;
        self.words[word] |= 1 << (number % 64);
        self.high = self.high.max(word + 1);
        if self.words[word] == u64::MAX {
            self.open.remove(&(word as u32));
        }
    }

    fn remove(&mut self, number: u32) {
        let word = number as usize / 64;
        if self.words[word] == u64::MAX {
            self.open.insert(word as u32);
        }
        self.words[word] &= !(1 << (number % 64));
        while self.high > 0 && self.words[self.high - 1] == 0 {
            self.high -= 1;
        }
    }

    /// Writes what tells this set, with a state, from every other.
    fn key(&self, state: State, key: &mut Vec<u64>) {
        key.clear();
        key.push((self.high as u64) << 32 | u64::from(state.0));
        let Some(last) = self.high.checked_sub(1) else { return };
        key.push(self.words[last]);
        for word in self.open.range(..last as u32) {
            key.extend([u64::from(*word), self.words[*word as usize]]);
        }
    }
}

/// The search of one key.
pub(super) struct Part<'a> {
    object: &'a mut Object,
    returned: Vec<Returned>,
    kinds: Vec<Kind>,
    /// Calls and returns of the returned operations in time, as a doubly linked list: entry 0 is
    /// the head; the call of operation n is entry 2n + 1, its return 2n + 2.
    after: Vec<u32>,
    before: Vec<u32>,
    /// When each entry is.
    at: Vec<u64>,
    happened: Happened,
    used: Vec<u32>,
    state: State,
    steps: Vec<Step>,
    memory: HashMap<Box<[u64]>, Vec<u32>, Hashes>,
    /// Of each returned operation, how many return before it.
    ranks: Vec<u32>,
    deepest: u32,
}

/// What a configuration takes in memory besides its words.
const ENTRY: usize = 8;

/// What searches have used up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    pub(super) budget: Budget,
    pub(super) configurations: u64,
    words: u64,
}

impl Spent {
    pub(super) const fn new(budget: Budget) -> Self {
        Self { budget, configurations: 0, words: 0 }
    }

    fn remember(&mut self, words: usize) {
        self.configurations += 1;
        self.words += words as u64;
    }

    /// Another search begins, and what the last one remembered is gone.
    pub(super) fn forget(&mut self) {
        self.words = 0;
    }

    const fn is_too_much(&self, object: &Object) -> bool {
        self.configurations > self.budget.configurations || self.words + object.words() > self.budget.words
    }
}

/// The end of the list.
const END: u32 = 0;

impl<'a> Part<'a> {
    /// A search of the operations at some places of a list, all on one key. Those that never returned
    /// happen once at most, but `free` ones any number of times where that leads to finitely many
    /// states.
    pub(super) fn new(
        object: &'a mut Object,
        calls: &[Call],
        places: &[u32],
        free: impl Fn(u32) -> bool,
    ) -> Self {
        object.forget();
        let wanted = wanted(object, calls, places);
        let (mut returned, mut kinds): (Vec<Returned>, Vec<Kind>) = (Vec::new(), Vec::new());
        let mut known = BTreeMap::new();
        let mut times = Vec::new();
        let owned = object.model().is_owned();
        for place in places {
            let Call { process, key, doing, called, returned: told } = calls[*place as usize];
            if let Some((at, told)) = told {
                let number = returned.len() as u32;
                times.push((called, false, number));
                times.push((at.max(called), true, number));
                let observes = object.observes(doing, told);
                returned.push(Returned { place: *place, process, key, doing, told, observes });
                continue;
            }
            let is_useful = match doing {
                Doing::Read => false,
                Doing::Write(value) | Doing::Cas { value, .. } | Doing::Both { value, .. } => {
                    wanted.as_ref().is_none_or(|wanted| wanted.contains(&value))
                }
                Doing::Append(_) | Doing::Enqueue(_) | Doing::Dequeue => true,
                Doing::Acquire | Doing::Release | Doing::Return(_) | Doing::Tree(_) => true,
            };
            if !is_useful {
                continue;
            }
            let process = if owned { process } else { 0 };
            let free = free(*place)
                && match doing {
                    Doing::Read | Doing::Write(_) | Doing::Cas { .. } | Doing::Both { .. } => true,
                    Doing::Release | Doing::Return(_) | Doing::Tree(_) => true,
                    Doing::Acquire => !object.model().has_tokens(),
                    Doing::Append(_) | Doing::Enqueue(_) | Doing::Dequeue => false,
                };
            let kind = *known.entry((process, key, doing, free)).or_insert(kinds.len());
            if kind == kinds.len() {
                kinds.push(Kind { process, key, doing, free, calls: Vec::new() });
            }
            kinds[kind].calls.push((called, *place));
        }
        for kind in &mut kinds {
            kind.calls.sort_unstable();
        }
        // Calls before returns of the same moment: then neither comes before the other.
        times.sort_unstable();
        let entries = returned.len() * 2 + 1;
        let (mut after, mut before, mut at) = (vec![END; entries], vec![END; entries], vec![0; entries]);
        let (mut last, mut ranks, mut rank) = (END, vec![0; returned.len()], 0);
        for (time, is_return, number) in times {
            if is_return {
                ranks[number as usize] = rank;
                rank += 1;
            }
            let entry = number * 2 + 1 + u32::from(is_return);
            at[entry as usize] = time;
            after[last as usize] = entry;
            before[entry as usize] = last;
            last = entry;
        }
        before[END as usize] = last;
        let state = object.first();
        Self {
            happened: Happened::new(returned.len()),
            used: vec![0; kinds.len()],
            state,
            steps: Vec::new(),
            memory: HashMap::with_hasher(Hashes),
            object,
            returned,
            kinds,
            after,
            before,
            at,
            ranks,
            deepest: 0,
        }
    }

    /// How many kinds of operations there are that never returned: each step looks at all of them.
    pub(super) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// How many of the first returns were explained together at most, where there is no order.
    pub(super) const fn deepest(&self) -> u32 {
        self.deepest
    }

    /// Searches, and counts what it remembers.
    pub(super) fn search(&mut self, spent: &mut Spent) -> Found {
        self.search_for(u32::MAX, spent)
    }

    /// The same, and an order that explains so many of the first returns is enough.
    pub(super) fn search_for(&mut self, goal: u32, spent: &mut Spent) -> Found {
        let mut from = None;
        loop {
            if from.is_none() {
                self.observe();
                if self.after[END as usize] == END || goal < u32::MAX && self.explained() >= goal {
                    return Found::Order(self.order());
                }
                if !self.is_new(spent) {
                    match self.back() {
                        Some(next) => from = Some(next),
                        None => return Found::Nothing,
                    }
                } else if spent.is_too_much(self.object) {
                    return Found::Exhausted;
                }
            }
            from = if self.advance(from) {
                None
            } else {
                match self.back() {
                    Some(next) => Some(next),
                    None => return Found::Nothing,
                }
            };
        }
    }

    /// Lets all happen that only observes and gives the answer that it gave.
    fn observe(&mut self) {
        let mut entry = self.after[END as usize];
        while entry != END && entry % 2 == 1 {
            let number = (entry - 1) / 2;
            let Returned { process, key, doing, told, observes, .. } = self.returned[number as usize];
            if observes && self.object.explain(self.state, process, key, doing, told).is_some() {
                self.take(Next::Returned(number), self.state, true);
                // Its return may have been the first.
                entry = self.after[END as usize];
            } else {
                entry = self.after[entry as usize];
            }
        }
    }

    /// Takes the first step that is possible after one that was tried; false if there is none.
    fn advance(&mut self, tried: Option<Next>) -> bool {
        let mut entry = match tried {
            None => self.after[END as usize],
            Some(Next::Returned(number)) => self.after[number as usize * 2 + 1],
            Some(Next::Kind(_)) => self.first_return(),
        };
        while entry != END && entry % 2 == 1 {
            let number = (entry - 1) / 2;
            let Returned { process, key, doing, told, observes, .. } = self.returned[number as usize];
            // What only observes has had its turn.
            if !observes && let Some(state) = self.object.explain(self.state, process, key, doing, told) {
                self.take(Next::Returned(number), state, false);
                return true;
            }
            entry = self.after[entry as usize];
        }
        let limit = self.at[entry as usize];
        let first = match tried {
            Some(Next::Kind(kind)) => kind as usize + 1,
            Some(Next::Returned(_)) | None => 0,
        };
        for kind in first..self.kinds.len() {
            let Kind { process, key, doing, calls, .. } = &self.kinds[kind];
            let next = calls.get(self.used[kind] as usize);
            if next.is_none_or(|(called, _)| *called > limit) {
                continue;
            }
            let (state, _) = self.object.apply(self.state, *process, *key, *doing);
            if state != self.state {
                self.take(Next::Kind(kind as u32), state, false);
                return true;
            }
        }
        false
    }

    /// How many of the first returns are explained, where not all are.
    fn explained(&self) -> u32 {
        let first = self.first_return();
        (first / 2).checked_sub(1).map_or(0, |number| self.ranks[number as usize])
    }

    fn first_return(&self) -> u32 {
        let mut entry = self.after[END as usize];
        while entry % 2 == 1 {
            entry = self.after[entry as usize];
        }
        entry
    }

    fn take(&mut self, next: Next, state: State, forced: bool) {
        match next {
            Next::Returned(number) => {
                self.happened.add(number);
                for entry in [number * 2 + 1, number * 2 + 2] {
                    let (before, after) = (self.before[entry as usize], self.after[entry as usize]);
                    self.after[before as usize] = after;
                    self.before[after as usize] = before;
                }
            }
            Next::Kind(kind) => self.used[kind as usize] += u32::from(!self.kinds[kind as usize].free),
        }
        self.steps.push(Step { next, before: self.state, forced });
        self.state = state;
    }

    /// Takes steps back up to one in whose stead another can be tried.
    fn back(&mut self) -> Option<Next> {
        self.deepest = self.deepest.max(self.explained());
        while let Some(Step { next, before, forced }) = self.steps.pop() {
            self.state = before;
            match next {
                Next::Returned(number) => {
                    self.happened.remove(number);
                    for entry in [number * 2 + 2, number * 2 + 1] {
                        let (before, after) = (self.before[entry as usize], self.after[entry as usize]);
                        self.after[before as usize] = entry;
                        self.before[after as usize] = entry;
                    }
                }
                Next::Kind(kind) => self.used[kind as usize] -= u32::from(!self.kinds[kind as usize].free),
            }
            if !forced {
                return Some(next);
            }
        }
        None
    }

    /// Whether no configuration that could do as much was tried before; it is remembered then.
    fn is_new(&mut self, spent: &mut Spent) -> bool {
        let mut key = Vec::new();
        self.happened.key(self.state, &mut key);
        let kinds = self.kinds.len();
        let Some(tried) = self.memory.get_mut(key.as_slice()) else {
            spent.remember(key.len() + ENTRY + kinds);
            self.memory.insert(key.into(), self.used.clone());
            return true;
        };
        let no_more = |a: &[u32], b: &[u32]| a.iter().zip(b).all(|(a, b)| a <= b);
        if kinds == 0 || tried.chunks_exact(kinds).any(|used| no_more(used, &self.used)) {
            return false;
        }
        // Those that this one could replace go.
        let mut kept = Vec::with_capacity(tried.len() + kinds);
        for used in tried.chunks_exact(kinds).filter(|used| !no_more(&self.used, used)) {
            kept.extend_from_slice(used);
        }
        kept.extend_from_slice(&self.used);
        spent.remember(kinds);
        *tried = kept;
        true
    }

    fn order(&self) -> Vec<u32> {
        let mut used = vec![0; self.kinds.len()];
        let place = |step: &Step| match step.next {
            Next::Returned(number) => self.returned[number as usize].place,
            Next::Kind(kind) => {
                let (kind, used) = (&self.kinds[kind as usize], &mut used[kind as usize]);
                let (_, place) = kind.calls[*used];
                *used += usize::from(!kind.free);
                place
            }
        };
        self.steps.iter().map(place).collect()
    }
}

/// The values of a register that an answer, or an operation that needs one of them, rests on: a write
/// of another value that never returned need not have happened. `None`: any may matter.
fn wanted(object: &Object, calls: &[Call], places: &[u32]) -> Option<BTreeSet<Datum>> {
    let mut wanted = BTreeSet::new();
    let calls = || places.iter().map(|place| &calls[*place as usize]);
    for call in calls() {
        match (call.doing, call.returned) {
            (Doing::Read | Doing::Write(_), Some((_, Answer::Value(value)))) => {
                wanted.insert(value);
            }
            (Doing::Cas { expect, .. }, Some((_, Answer::Done))) => {
                wanted.insert(expect);
            }
            // That a compare-and-set found another value may rest on any.
            (Doing::Cas { .. }, Some((_, answer))) if answer != Answer::Done => return None,
            (Doing::Read | Doing::Write(_) | Doing::Cas { .. } | Doing::Both { .. }, _) => {}
            (Doing::Append(_) | Doing::Enqueue(_) | Doing::Dequeue | Doing::Acquire | Doing::Release, _) => {
                return None;
            }
            (Doing::Return(_) | Doing::Tree(_), _) => return None,
        }
    }
    if object.model() == super::Model::Once {
        return None;
    }
    // What a pending compare-and-set must find to set what is wanted.
    loop {
        let before = wanted.len();
        for call in calls() {
            if let (Doing::Cas { expect, value }, None) = (call.doing, call.returned)
                && wanted.contains(&value)
            {
                wanted.insert(expect);
            }
        }
        if wanted.len() == before {
            return Some(wanted);
        }
    }
}
