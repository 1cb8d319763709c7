//! What an object does when it is used by one process at a time: the specification that a
//! concurrent history is held against.

use super::leases::Lease;
use super::queues::Queues;
use super::shapes::{Shapes, held, hold};
use super::{Answer, Datum, Doing, tree};
use crate::model::{Text, TreeOp};
use std::collections::BTreeMap;

/// The kinds of object that are known. Those of several keys are one such object per key, and are
/// checked key by key: a history is linearizable if and only if its part for each key is (locality,
/// Herlihy and Wing 1990, §3.2). Of [`Model::Store`], keys that are written together are one object, and
/// a [`Model::Tree`] is one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// Read and write.
    Register,
    /// Read, write, and compare-and-set.
    CasRegister,
    /// A map of registers that take all of these and append.
    Kv,
    /// First in, first out; taking from an empty queue answers that it is empty.
    Queue,
    /// A lock that only who holds it gives back, and that nobody takes twice.
    Lock,
    /// A lock that anybody gives back.
    Mutex,
    /// A register that keeps the first value written: what a single-decree consensus is to its
    /// clients. A later write is told the value that was first.
    Once,
    /// Registers, of which two can be written at once.
    Store,
    /// A small file system.
    Tree,
    /// A lock with fencing tokens and leases, any of which may be over at any time.
    Leased,
    /// A lock with fencing tokens, whose leases are never over.
    Fenced,
}

impl Model {
    /// Those that a file's history can be of; the others are of runs only.
    pub const ALL: [Self; 7] =
        [Self::Register, Self::CasRegister, Self::Kv, Self::Queue, Self::Lock, Self::Mutex, Self::Once];

    /// Its name on the command line and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::CasRegister => "cas-register",
            Self::Kv => "kv",
            Self::Queue => "queue",
            Self::Lock => "lock",
            Self::Mutex => "mutex",
            Self::Once => "once",
            Self::Store => "store",
            Self::Tree => "tree",
            Self::Leased => "leased-lock",
            Self::Fenced => "fenced-lock",
        }
    }

    /// The model of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }

    /// What it is called in a sentence.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Register => Text::new("register", "寄存器"),
            Self::CasRegister => Text::new("register with compare-and-set", "支持 CAS 的寄存器"),
            Self::Kv => Text::new("key-value store", "键值存储"),
            Self::Queue => Text::new("queue", "队列"),
            Self::Lock => Text::new("lock", "锁"),
            Self::Mutex => Text::new("mutex", "互斥锁"),
            Self::Once => Text::new("write-once register", "一次性写入寄存器"),
            Self::Store => Text::new("store with transactions", "支持事务的存储"),
            Self::Tree => Text::new("file system", "文件系统"),
            Self::Leased => Text::new("lock with leases", "带租约的锁"),
            Self::Fenced => Text::new("lock with fencing tokens", "带栅栏令牌的锁"),
        }
    }

    /// Whether it offers such an operation.
    #[must_use]
    pub const fn takes(self, doing: Doing) -> bool {
        match doing {
            Doing::Read | Doing::Write(_) => {
                matches!(self, Self::Register | Self::CasRegister | Self::Kv | Self::Once | Self::Store)
            }
            Doing::Cas { .. } => matches!(self, Self::CasRegister | Self::Kv | Self::Store),
            Doing::Append(_) => matches!(self, Self::Kv),
            Doing::Enqueue(_) | Doing::Dequeue => matches!(self, Self::Queue),
            Doing::Acquire => matches!(self, Self::Lock | Self::Mutex | Self::Leased | Self::Fenced),
            Doing::Release => matches!(self, Self::Lock | Self::Mutex),
            Doing::Return(_) => matches!(self, Self::Leased | Self::Fenced),
            Doing::Both { .. } => matches!(self, Self::Store),
            Doing::Tree(_) => matches!(self, Self::Tree),
        }
    }

    /// Whether it matters who does an operation.
    #[must_use]
    pub(super) const fn is_owned(self) -> bool {
        matches!(self, Self::Lock | Self::Leased | Self::Fenced)
    }

    /// Whether its tokens grow with each grant.
    #[must_use]
    pub(super) const fn has_tokens(self) -> bool {
        matches!(self, Self::Leased | Self::Fenced)
    }

    /// Whether an operation sets a state whatever the state was.
    #[must_use]
    pub(super) const fn is_blind(self, doing: Doing) -> bool {
        matches!(doing, Doing::Write(_)) && !matches!(self, Self::Once | Self::Store)
    }
}

/// Texts that were given numbers, in the order in which they came: what values are where they are
/// more than numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    texts: Vec<Box<str>>,
    known: BTreeMap<Box<str>, u32>,
}

impl Texts {
    /// The number of a text, which is kept if it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.into());
        self.known.insert(text.into(), number);
        number
    }

    /// The number of a text, if it has one.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        self.known.get(text).copied()
    }

    /// The text of a number, if it has one.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&str> {
        self.texts.get(number as usize).map(AsRef::as_ref)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// An object: its kind, what each key holds at first, and the texts of its values, if they have any.
///
/// ```
/// use quorate::check::linear::{Answer, Datum, Doing, Model, Object};
/// let mut object = Object::new(Model::CasRegister);
/// let (state, answer) = object.apply(object.first(), 0, 0, Doing::Write(Datum(4)));
/// assert_eq!(answer, Answer::Done);
/// assert_eq!(object.apply(state, 0, 0, Doing::Read), (state, Answer::Value(Datum(4))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    model: Model,
    initial: Datum,
    texts: Texts,
    /// Texts that came about by appending.
    longer: Texts,
    /// The contents of queues that have been seen.
    queues: Queues,
    /// The stores, trees and leases that have been seen.
    shapes: Shapes,
    /// What all these take, in words of 8 bytes.
    words: u64,
}

/// A state of an object for one key, or for several that are one object: the register's value, who holds
/// the lock, or which contents the queue, the store or the tree has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(pub u32);

/// The first number of a text that came about by appending: values of the history are below.
const LONGER: u32 = 1 << 31;
/// What a text takes besides its contents, and the contents of a queue take, in words of 8 bytes.
const WORDS: u64 = 16;
/// Nobody holds the lock.
const FREE: State = State(u32::MAX);
/// Somebody holds the mutex, and it does not matter who.
const HELD: State = State(0);

impl Object {
    /// One that holds nothing at first, and whose values are numbers.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self::with(model, Datum::NIL, Texts::default())
    }

    /// One with a first value for each register, and texts for the values.
    #[must_use]
    pub fn with(model: Model, initial: Datum, texts: Texts) -> Self {
        let (longer, queues, shapes) = (Texts::default(), Queues::default(), Shapes::default());
        Self { model, initial, texts, longer, queues, shapes, words: 0 }
    }

    /// Lets go of every state that came about: none of them is to be used again.
    pub(super) fn forget(&mut self) {
        self.longer = Texts::default();
        self.queues = Queues::default();
        self.shapes = Shapes::default();
        self.words = 0;
    }

    /// What the states that came about take, in words of 8 bytes.
    pub(super) const fn words(&self) -> u64 {
        self.words
    }

    /// Its kind.
    #[must_use]
    pub const fn model(&self) -> Model {
        self.model
    }

    /// The texts of its values.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// What a register holds at first.
    #[must_use]
    pub const fn initial(&self) -> Datum {
        self.initial
    }

    /// The state of a key before anything was done.
    #[must_use]
    pub const fn first(&self) -> State {
        match self.model {
            Model::Register | Model::CasRegister | Model::Kv | Model::Once => State(self.initial.0),
            Model::Queue | Model::Store | Model::Tree | Model::Leased | Model::Fenced => State(0),
            Model::Lock | Model::Mutex => FREE,
        }
    }

    /// Does one operation on a key for a process: the state after it, and its answer. What the model does
    /// not offer changes nothing and answers [`Answer::Differs`]. Where a lease may be over, it is.
    pub fn apply(&mut self, state: State, process: u32, key: u32, doing: Doing) -> (State, Answer) {
        let holds = Datum(state.0);
        match doing {
            _ if !self.model.takes(doing) => (state, Answer::Differs),
            _ if self.model == Model::Store => self.stored(state, key, doing),
            Doing::Read => (state, Answer::Value(holds)),
            Doing::Write(_) if self.model == Model::Once && holds != self.initial => {
                (state, Answer::Value(holds))
            }
            Doing::Write(value) => (State(value.0), Answer::Done),
            Doing::Cas { expect, value } if holds == expect => (State(value.0), Answer::Done),
            Doing::Append(value) => (self.appended(holds, value), Answer::Done),
            Doing::Enqueue(value) => (self.enqueued(state, value), Answer::Done),
            Doing::Dequeue => self.dequeued(state),
            Doing::Tree(op) => {
                let (after, answer) = tree::apply(self.shapes.get(state.0), op);
                (after.map_or(state, |after| self.shaped(&after)), answer)
            }
            Doing::Acquire | Doing::Return(_) if self.model.has_tokens() => {
                let lease = Lease::of(self.shapes.get(state.0));
                let (after, answer) = lease.apply(process, doing, self.model == Model::Leased);
                (if after == lease { state } else { self.shaped(&after.shape()) }, answer)
            }
            Doing::Acquire if state == FREE => {
                (if self.model == Model::Lock { State(process) } else { HELD }, Answer::Done)
            }
            Doing::Release if state != FREE && (self.model == Model::Mutex || state.0 == process) => {
                (FREE, Answer::Done)
            }
            Doing::Cas { .. } | Doing::Acquire | Doing::Release => (state, Answer::Differs),
            // Of models that are done with above.
            Doing::Return(_) | Doing::Both { .. } => (state, Answer::Differs),
        }
    }

    /// The answers that an operation can be given in a state that it leaves as it is.
    pub fn seen(&mut self, state: State, process: u32, key: u32, doing: Doing) -> [Option<Answer>; 2] {
        if self.model.has_tokens() && self.model.takes(doing) {
            return Lease::of(self.shapes.get(state.0)).seen(process, doing);
        }
        let (after, answer) = self.apply(state, process, key, doing);
        [(after == state).then_some(answer), None]
    }

    /// The state after an operation that was told this, if it could be told so in a state.
    pub fn explain(
        &mut self,
        state: State,
        process: u32,
        key: u32,
        doing: Doing,
        told: Answer,
    ) -> Option<State> {
        if self.model.has_tokens() {
            let seen = self.seen(state, process, key, doing);
            if seen.into_iter().flatten().any(|answer| self.agrees(doing, told, answer)) {
                return Some(state);
            }
        }
        let (after, answer) = self.apply(state, process, key, doing);
        self.agrees(doing, told, answer).then_some(after)
    }

    /// Whether an operation that was told this changes nothing, whenever it happens.
    #[must_use]
    pub fn observes(&self, doing: Doing, told: Answer) -> bool {
        match (doing, told) {
            (Doing::Read, _) | (_, Answer::Differs | Answer::Late | Answer::Names(_)) => true,
            (Doing::Tree(TreeOp::List(_)), _) => true,
            (Doing::Dequeue, Answer::Value(value)) => value == Datum::NIL,
            (Doing::Cas { expect, value }, _) => expect == value,
            // A write that lost.
            (Doing::Write(own), Answer::Value(value)) => own != value,
            (
                Doing::Write(_)
                | Doing::Append(_)
                | Doing::Enqueue(_)
                | Doing::Dequeue
                | Doing::Acquire
                | Doing::Release
                | Doing::Return(_)
                | Doing::Both { .. }
                | Doing::Tree(_),
                Answer::Done | Answer::Value(_),
            ) => false,
        }
    }

    /// Whether what a process was told is what the object answers.
    #[must_use]
    pub fn agrees(&self, doing: Doing, told: Answer, answer: Answer) -> bool {
        told == answer
            || match (doing, told, answer) {
                // That it was done, and not with what.
                (Doing::Read, Answer::Done, Answer::Value(_)) => true,
                (Doing::Dequeue, Answer::Done, Answer::Value(value)) => value != Datum::NIL,
                // Who wrote the value that was first, or the same one, may be told either.
                (Doing::Write(own), Answer::Done, Answer::Value(value)) => own == value,
                (Doing::Write(own), Answer::Value(value), Answer::Done) => {
                    self.model == Model::Once && own == value
                }
                // Whoever has asked again since is told no, and not why.
                (Doing::Acquire | Doing::Return(_), Answer::Late, Answer::Differs) => true,
                (
                    Doing::Read
                    | Doing::Write(_)
                    | Doing::Cas { .. }
                    | Doing::Append(_)
                    | Doing::Enqueue(_)
                    | Doing::Dequeue
                    | Doing::Acquire
                    | Doing::Release
                    | Doing::Return(_)
                    | Doing::Both { .. }
                    | Doing::Tree(_),
                    Answer::Done | Answer::Value(_) | Answer::Differs | Answer::Late | Answer::Names(_),
                    Answer::Done | Answer::Value(_) | Answer::Differs | Answer::Late | Answer::Names(_),
                ) => false,
            }
    }

    /// A value's text; its number where it has none; `nil` for nothing.
    #[must_use]
    pub fn text(&self, value: Datum) -> String {
        let known = self.texts.get(value.0).or_else(|| self.longer.get(value.0.checked_sub(LONGER)?));
        match known {
            _ if value == Datum::NIL => "nil".to_owned(),
            Some(text) => text.to_owned(),
            None => value.0.to_string(),
        }
    }

    /// What an operation makes of a store.
    fn stored(&mut self, state: State, key: u32, doing: Doing) -> (State, Answer) {
        let store = self.shapes.get(state.0);
        let holds = held(store, key).map_or(self.initial, |value| Datum(value as u32));
        let (keys, value) = match doing {
            Doing::Read => return (state, Answer::Value(holds)),
            Doing::Cas { expect, .. } if expect != holds => return (state, Answer::Differs),
            Doing::Write(value) | Doing::Cas { value, .. } => ([key, key], value),
            Doing::Both { other, value } => ([key, other], value),
            Doing::Append(_)
            | Doing::Enqueue(_)
            | Doing::Dequeue
            | Doing::Acquire
            | Doing::Release
            | Doing::Return(_)
            | Doing::Tree(_) => return (state, Answer::Differs),
        };
        let mut after = store.to_vec();
        keys.into_iter().for_each(|key| hold(&mut after, key, value.0.into()));
        (self.shaped(&after), Answer::Done)
    }

    fn shaped(&mut self, shape: &[(u32, u64)]) -> State {
        let before = self.shapes.len();
        let number = self.shapes.number(shape);
        self.words += (self.shapes.len() - before) as u64 * (WORDS + 4 * shape.len() as u64);
        State(number)
    }

    fn appended(&mut self, holds: Datum, value: Datum) -> State {
        let mut text = if holds == Datum::NIL { String::new() } else { self.text(holds) };
        text.push_str(&self.text(value));
        if let Some(number) = self.texts.find(&text) {
            return State(number);
        }
        let before = self.longer.len();
        let number = self.longer.number(&text);
        if self.longer.len() > before {
            self.words += WORDS + text.len() as u64 / 4;
        }
        State(LONGER + number)
    }

    fn enqueued(&mut self, state: State, value: Datum) -> State {
        let before = self.queues.len();
        let after = self.queues.with(state.0, value);
        self.count_queues(before);
        State(after)
    }

    fn dequeued(&mut self, state: State) -> (State, Answer) {
        let before = self.queues.len();
        let Some((first, rest)) = self.queues.taken(state.0) else {
            return (state, Answer::Value(Datum::NIL));
        };
        self.count_queues(before);
        (State(rest), Answer::Value(first))
    }

    fn count_queues(&mut self, before: usize) {
        self.words += WORDS * (self.queues.len() - before) as u64;
    }
}
