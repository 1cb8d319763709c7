//! What an object does when it is used by one process at a time: the specification that a
//! concurrent history is held against.

use super::queues::Queues;
use super::{Answer, Datum, Doing};
use crate::model::Text;
use std::collections::BTreeMap;

/// The kinds of object that are known. Those of several keys are one such object per key, and are
/// checked key by key: a history is linearizable if and only if its part for each key is (locality,
/// Herlihy and Wing 1990, §3.2).
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
}

impl Model {
    /// All of them.
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
        }
    }

    /// Whether it offers such an operation.
    #[must_use]
    pub const fn takes(self, doing: Doing) -> bool {
        match (self, doing) {
            (Self::Register | Self::CasRegister | Self::Kv | Self::Once, Doing::Read | Doing::Write(_))
            | (Self::CasRegister | Self::Kv, Doing::Cas { .. })
            | (Self::Kv, Doing::Append(_))
            | (Self::Queue, Doing::Enqueue(_) | Doing::Dequeue)
            | (Self::Lock | Self::Mutex, Doing::Acquire | Doing::Release) => true,
            (Self::Register, Doing::Cas { .. })
            | (Self::Register | Self::CasRegister | Self::Once, Doing::Append(_))
            | (Self::Once, Doing::Cas { .. })
            | (Self::Queue | Self::Lock | Self::Mutex, Doing::Read | Doing::Write(_))
            | (Self::Queue | Self::Lock | Self::Mutex, Doing::Cas { .. } | Doing::Append(_))
            | (
                Self::Register | Self::CasRegister | Self::Kv | Self::Once | Self::Lock | Self::Mutex,
                Doing::Enqueue(_) | Doing::Dequeue,
            )
            | (
                Self::Register | Self::CasRegister | Self::Kv | Self::Once | Self::Queue,
                Doing::Acquire | Doing::Release,
            ) => false,
        }
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
/// let (state, answer) = object.apply(object.first(), 0, Doing::Write(Datum(4)));
/// assert_eq!(answer, Answer::Done);
/// assert_eq!(object.apply(state, 0, Doing::Read), (state, Answer::Value(Datum(4))));
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
    /// What all these take, in words of 8 bytes.
    words: u64,
}

/// A state of an object for one key: the register's value, who holds the lock, or which contents the
/// queue has.
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
        let (longer, queues) = (Texts::default(), Queues::default());
        Self { model, initial, texts, longer, queues, words: 0 }
    }

    /// Lets go of every state that came about: none of them is to be used again.
    pub(super) fn forget(&mut self) {
        self.longer = Texts::default();
        self.queues = Queues::default();
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
            Model::Queue => State(0),
            Model::Lock | Model::Mutex => FREE,
        }
    }

    /// Does one operation for a process: the state after it, and its answer. What the model does not
    /// offer changes nothing and answers [`Answer::Differs`].
    pub fn apply(&mut self, state: State, process: u32, doing: Doing) -> (State, Answer) {
        let holds = Datum(state.0);
        match doing {
            _ if !self.model.takes(doing) => (state, Answer::Differs),
            Doing::Read => (state, Answer::Value(holds)),
            Doing::Write(_) if self.model == Model::Once && holds != self.initial => {
                (state, Answer::Value(holds))
            }
            Doing::Write(value) => (State(value.0), Answer::Done),
            Doing::Cas { expect, value } if holds == expect => (State(value.0), Answer::Done),
            Doing::Append(value) => (self.appended(holds, value), Answer::Done),
            Doing::Enqueue(value) => (self.enqueued(state, value), Answer::Done),
            Doing::Dequeue => self.dequeued(state),
            Doing::Acquire if state == FREE => {
                (if self.model == Model::Lock { State(process) } else { HELD }, Answer::Done)
            }
            Doing::Release if state != FREE && (self.model == Model::Mutex || state.0 == process) => {
                (FREE, Answer::Done)
            }
            Doing::Cas { .. } | Doing::Acquire | Doing::Release => (state, Answer::Differs),
        }
    }

    /// The state after an operation that was told this, if it could be told so in a state.
    pub fn explain(&mut self, state: State, process: u32, doing: Doing, told: Answer) -> Option<State> {
        let (state, answer) = self.apply(state, process, doing);
        self.agrees(doing, told, answer).then_some(state)
    }

    /// Whether an operation that was told this changes nothing, whenever it happens.
    #[must_use]
    pub fn observes(&self, doing: Doing, told: Answer) -> bool {
        match (doing, told) {
            (Doing::Read, _) | (_, Answer::Differs) => true,
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
                | Doing::Release,
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
                (
                    Doing::Read
                    | Doing::Write(_)
                    | Doing::Cas { .. }
                    | Doing::Append(_)
                    | Doing::Enqueue(_)
                    | Doing::Dequeue
                    | Doing::Acquire
                    | Doing::Release,
                    Answer::Done | Answer::Value(_) | Answer::Differs,
                    Answer::Done | Answer::Value(_) | Answer::Differs,
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
