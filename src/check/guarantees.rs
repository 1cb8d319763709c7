//! Session guarantees and staleness: what a history still gives its clients where it is not
//! linearizable (Terry and others 1994, *Session Guarantees for Weakly Consistent Replicated Data*).
//!
//! Every value is written to a key once, so a read says which write it saw; a compare-and-set that did
//! is a write. A write is *before* another of its key if it had happened for sure when the other was
//! asked for: it had been answered, or somebody had read it. Nothing at all is before every write. A
//! client *has read* or *written* what it was answered before it asks for something else.
//!
//! - *Read your writes*: a read does not see what is before a write that its client has written.
//! - *Monotonic reads*: nor what is before a write that its client has read.
//! - *Writes follow reads*: nor what is before a write that, of a value which its client has read, the
//!   writer had read before writing it. In one key, nor that write itself.
//! - *Monotonic writes*: nor what is before a write that, of a value which its client has read, the
//!   writer had written before. In one key, nor that write itself.
//!
//! The last two go over all keys, and are judged by what readers see, as a history has nothing else. A
//! read is *behind* by the writes of its key that had happened for sure when it was asked for and that
//! what it saw is before, and by the time since the first of these had. A read of siblings sees all of them,
//! and is as fresh as the freshest.

use crate::check::linear::events;
use crate::check::linear::moments::Event;
use crate::model::{
    Arg, ClientId, Deed, Key, NodeSet, Op, Outcome, PropertyWord, Span, Text, Time, Value, Witness,
};
use crate::sim::Operation;
use std::collections::BTreeMap;

/// Read your writes.
pub static READ_YOUR_WRITES: PropertyWord = PropertyWord {
    id: "read-your-writes",
    name: Text::new("Read your writes", "读己之写"),
    statement: Text::new(
        "a client reads nothing older than what it has written",
        "客户端读到的值不早于自己写入的值",
    ),
};

/// Monotonic reads.
pub static MONOTONIC_READS: PropertyWord = PropertyWord {
    id: "monotonic-reads",
    name: Text::new("Monotonic reads", "单调读"),
    statement: Text::new(
        "a client reads nothing older than what it has read",
        "客户端读到的值不早于自己读到过的值",
    ),
};

/// Monotonic writes.
pub static MONOTONIC_WRITES: PropertyWord = PropertyWord {
    id: "monotonic-writes",
    name: Text::new("Monotonic writes", "单调写"),
    statement: Text::new(
        "who has seen a client's later write never sees its earlier one again",
        "看到某客户端较晚的写入后，不会再看到它较早的写入",
    ),
};

/// Writes follow reads.
pub static WRITES_FOLLOW_READS: PropertyWord = PropertyWord {
    id: "writes-follow-reads",
    name: Text::new("Writes follow reads", "读后写"),
    statement: Text::new(
        "who has seen a write never sees again what its writer had read before it",
        "看到某次写入后，不会再看到写入者此前读到的更早的值",
    ),
};

/// All four, in the order of the paper.
pub static GUARANTEES: [&PropertyWord; 4] =
    [&READ_YOUR_WRITES, &MONOTONIC_READS, &WRITES_FOLLOW_READS, &MONOTONIC_WRITES];

/// A guarantee that was not kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Lapse {
    /// Which.
    pub guarantee: &'static PropertyWord,
    /// The read that shows it, by its place in the history.
    pub read: u32,
    /// The operations that it does not go with, by their places.
    pub others: Vec<u32>,
    /// The sentence that says why.
    pub witness: Witness,
}

/// How old a read was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staleness {
    /// The read, by its place in the history.
    pub read: u32,
    /// How many newer writes had been answered when it was asked for.
    pub versions: u32,
    /// How long before it the first of these was answered.
    pub behind: Span,
}

/// What a history gives its clients.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sessions {
    /// Every read that does not keep a guarantee, in the order of the answers, and for each read those
    /// guarantees once.
    pub lapses: Vec<Lapse>,
    /// Every read that was answered, in the order of the answers.
    pub reads: Vec<Staleness>,
}

/// A time, and the number of the event, as several may be at one time.
type Moment = (Time, usize);

/// A write that took effect, or may have.
#[derive(Clone, Debug)]
struct Version {
    place: u32,
    client: ClientId,
    called: Moment,
    /// Since when it has happened for sure.
    done: Option<Moment>,
    /// What its client had read and written when it asked for it.
    context: Context,
}

/// A version of a key, by its number, and the operation by which somebody knows of it.
type Known = Option<(u32, u32)>;

/// What a client has read and written last, by key.
#[derive(Clone, Debug, Default)]
struct Context {
    wrote: BTreeMap<Key, (u32, u32)>,
    read: BTreeMap<Key, (u32, u32)>,
}

/// A client: what it knows, and what those that wrote what it has read knew.
#[derive(Clone, Debug, Default)]
struct Client {
    own: Context,
    others: Context,
    /// By writer and key: the last of its writes that the client has read.
    of_writer: BTreeMap<(ClientId, Key), (u32, u32)>,
}

/// What a read must not be older than, as it was when it was asked for.
#[derive(Clone, Debug, Default)]
struct Asked {
    wrote: Known,
    read: Known,
    others_wrote: Known,
    others_read: Known,
    of_writer: BTreeMap<ClientId, (u32, u32)>,
}

/// One key: its versions in the order of the calls.
#[derive(Clone, Debug, Default)]
struct Register {
    versions: Vec<Version>,
    by_value: BTreeMap<Value, u32>,
}

impl Register {
    fn happened(&mut self, version: u32, at: Moment) {
        self.versions[version as usize].done.get_or_insert(at);
    }

    /// Whether a version, or nothing, is before another.
    fn is_before(&self, seen: Option<u32>, other: u32) -> bool {
        let Some(seen) = seen else { return true };
        let called = self.versions[other as usize].called;
        self.versions[seen as usize].done.is_some_and(|done| done < called)
    }

    /// The later called of two.
    fn later(&self, a: Known, b: Known) -> Known {
        let called = |known: &(u32, u32)| self.versions[known.0 as usize].called;
        match (a, b) {
            (Some(a), Some(b)) => Some(if called(&b) > called(&a) { b } else { a }),
            (a, b) => a.or(b),
        }
    }

    /// How old a version was for a read that was asked for at some moment.
    fn staleness(&self, read: u32, called: Moment, seen: Option<u32>) -> Staleness {
        // What was asked for up to then is not newer.
        let from = match seen.map(|seen| self.versions[seen as usize].done) {
            None => 0,
            Some(None) => self.versions.len(),
            Some(Some(limit)) => self.versions.partition_point(|version| version.called <= limit),
        };
        let newer =
            self.versions[from..].iter().filter_map(|version| version.done.filter(|done| *done < called));
        let (versions, first) = newer.fold((0, called), |(count, first), done| (count + 1, first.min(done)));
        Staleness { read, versions, behind: Span(called.0.0 - first.0.0) }
    }
}

/// What is known while a history is gone through.
#[derive(Default)]
struct Walk {
    registers: BTreeMap<Key, Register>,
    clients: BTreeMap<ClientId, Client>,
    /// By operation: of a read when it was asked for and what it must not be older than, of a write its
    /// version.
    asked: BTreeMap<u32, (Moment, Asked)>,
    versions: BTreeMap<u32, (Key, u32)>,
}

impl Walk {
    fn called(&mut self, place: u32, operation: &Operation, called: Moment) {
        let id = operation.command.request.client;
        let client = self.clients.entry(id).or_default();
        match operation.command.op {
            Op::Noop
            | Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Clock { .. }
            | Op::End { .. }
            | Op::Tree(_) => {}
            Op::Read { key } => {
                self.registers.entry(key).or_default();
                let of_writer = client.of_writer.iter().filter(|((_, of), _)| *of == key);
                let asked = Asked {
                    wrote: client.own.wrote.get(&key).copied(),
                    read: client.own.read.get(&key).copied(),
                    others_wrote: client.others.wrote.get(&key).copied(),
                    others_read: client.others.read.get(&key).copied(),
                    of_writer: of_writer.map(|((writer, _), known)| (*writer, *known)).collect(),
                };
                self.asked.insert(place, (called, asked));
            }
            Op::Write { key, value } | Op::Cas { key, value, .. } => {
                let register = self.registers.entry(key).or_default();
                let number = register.versions.len() as u32;
                register.by_value.entry(value).or_insert(number);
                let context = client.own.clone();
                register.versions.push(Version { place, client: id, called, done: None, context });
                self.versions.insert(place, (key, number));
            }
        }
    }

    fn returned(
        &mut self,
        place: u32,
        operation: &Operation,
        at: Moment,
        outcome: Outcome,
    ) -> Option<(Staleness, Vec<Found>)> {
        let id = operation.command.request.client;
        match (operation.command.op, outcome) {
            (Op::Write { .. } | Op::Cas { .. }, Outcome::Done) => {
                let (key, number) = self.versions.remove(&place)?;
                let register = self.registers.get_mut(&key)?;
                register.happened(number, at);
                let wrote = &mut self.clients.entry(id).or_default().own.wrote;
                let known = register.later(wrote.get(&key).copied(), Some((number, place)));
                wrote.extend(known.map(|known| (key, known)));
                None
            }
            (Op::Write { .. } | Op::Cas { .. }, Outcome::Differs | Outcome::Refused | Outcome::Value(_)) => {
                // It did not happen.
                self.versions.remove(&place);
                None
            }
            (Op::Read { key }, Outcome::Value(_) | Outcome::Siblings { .. }) => {
                let (called, asked) = self.asked.remove(&place)?;
                let register = self.registers.get_mut(&key)?;
                let (values, more) = outcome.found()?;
                // A value that nobody has written is not a matter of sessions.
                let known = |value: Value| register.by_value.get(&value).copied();
                let seen: Vec<u32> = values.into_iter().flatten().map(known).collect::<Option<_>>()?;
                let each = seen.iter().map(|seen| register.staleness(place, called, Some(*seen)));
                // Of siblings the freshest counts.
                let freshest = each.min_by_key(|staleness| (staleness.versions, staleness.behind));
                let staleness = freshest.unwrap_or_else(|| register.staleness(place, called, None));
                let lapses = Read { seen: &seen, asked }.lapses(register);
                for seen in &seen {
                    register.happened(*seen, at);
                }
                for seen in seen {
                    self.learn(id, key, seen, place);
                }
                // What is left out of the answer may be newer than what is in it.
                (more == 0).then_some((staleness, lapses))
            }
            (
                Op::Noop
                | Op::Read { .. }
                | Op::Write { .. }
                | Op::Cas { .. }
                | Op::ReadAt { .. }
                | Op::Acquire { .. }
                | Op::Release { .. }
                | Op::Pair { .. }
                | Op::Reweigh { .. }
                | Op::Clock { .. }
                | Op::End { .. }
                | Op::Tree(_),
                _,
            ) => None,
        }
    }

    /// A client has read a version.
    fn learn(&mut self, id: ClientId, key: Key, seen: u32, place: u32) {
        let Some(register) = self.registers.get(&key) else { return };
        let version = &register.versions[seen as usize];
        let client = self.clients.entry(id).or_default();
        let known = register.later(client.own.read.get(&key).copied(), Some((seen, place)));
        client.own.read.extend(known.map(|known| (key, known)));
        let writer = (version.client, key);
        let known = register.later(client.of_writer.get(&writer).copied(), Some((seen, place)));
        client.of_writer.extend(known.map(|known| (writer, known)));
        let Context { wrote, read } = &version.context;
        for (theirs, mine) in [(wrote, &mut client.others.wrote), (read, &mut client.others.read)] {
            for (key, (version, _)) in theirs {
                let Some(register) = self.registers.get(key) else { continue };
                let known = register.later(mine.get(key).copied(), Some((*version, place)));
                mine.extend(known.map(|known| (*key, known)));
            }
        }
    }
}

/// A guarantee that a read does not keep, the version that it should have seen or one after it, and
/// the operation by which that is known.
type Found = (&'static PropertyWord, u32, u32);

/// A read that was answered.
struct Read<'a> {
    /// Siblings; none for nothing at all.
    seen: &'a [u32],
    asked: Asked,
}

impl Read<'_> {
    /// Whether all that was seen is before a version.
    fn is_before(&self, register: &Register, other: u32) -> bool {
        self.seen.iter().all(|seen| register.is_before(Some(*seen), other))
    }

    fn lapses(&self, register: &Register) -> Vec<Found> {
        let Asked { wrote, read, others_wrote, others_read, of_writer, .. } = &self.asked;
        let older = |known: &Known| known.filter(|(version, _)| self.is_before(register, *version));
        let mut found = Vec::new();
        let mut add = |word, known: Known| found.extend(known.map(|(version, by)| (word, version, by)));
        add(&READ_YOUR_WRITES, older(wrote));
        add(&MONOTONIC_READS, older(read));
        let itself = |known: &Known| {
            older(known).or_else(|| {
                let known = known.filter(|(version, _)| *self.seen == [*version]);
                // Seen again after something that its reader wrote, which is after it.
                known.filter(|_| read.is_some_and(|(version, _)| self.is_before(register, version)))
            })
        };
        add(&WRITES_FOLLOW_READS, itself(others_read));
        let again = self.seen.iter().find_map(|seen| {
            let of_writer = of_writer.get(&register.versions[*seen as usize].client).copied();
            older(&of_writer)
        });
        add(&MONOTONIC_WRITES, older(others_wrote).or(again));
        found
    }
}

fn witness(word: &'static PropertyWord, read: Deed, should: Deed, by: Deed) -> Witness {
    let text = if *word == READ_YOUR_WRITES {
        Text::new(
            "{read}, although the client itself had done {should} before.",
            "{read}，而该客户端此前已完成 {should}。",
        )
    } else if *word == MONOTONIC_READS {
        Text::new(
            "{read}, which is older than {should}, seen before in {by}.",
            "{read}，早于此前在 {by} 中已看到的 {should}。",
        )
    } else if *word == WRITES_FOLLOW_READS {
        Text::new(
            "{read}, although what {by} had seen was written by one that had seen {should} before.",
            "{read}，而 {by} 所看到的值，其写入者此前已看到 {should}。",
        )
    } else {
        Text::new(
            "{read}, although what {by} had seen was written by one that had done {should} before.",
            "{read}，而 {by} 所看到的值，其写入者此前已完成 {should}。",
        )
    };
    let args = vec![("read", Arg::Deed(read)), ("should", Arg::Deed(should)), ("by", Arg::Deed(by))];
    Witness { text, args, nodes: NodeSet::EMPTY, cells: Vec::new(), quorums: None }
}

impl Sessions {
    /// Goes once through a history, in the order of the calls, up to a moment.
    ///
    /// ```
    /// use quorate::check::guarantees::{READ_YOUR_WRITES, Sessions, Staleness};
    /// use quorate::model::{ClientId, Command, Key, NodeId, Op, Outcome, RequestId, Span, Time, Value};
    /// use quorate::sim::Operation;
    /// let operation = |seq, op, called, returned, outcome| Operation {
    ///     command: Command { request: RequestId { client: ClientId(0), seq }, op },
    ///     called: Time::ms(called),
    ///     node: NodeId(0),
    ///     returned: Some((Time::ms(returned), NodeId(0), outcome)),
    ///     tries: 1,
    /// };
    /// let write = operation(1, Op::Write { key: Key(0), value: Value(0) }, 0, 4, Outcome::Done);
    /// let read = operation(2, Op::Read { key: Key(0) }, 7, 9, Outcome::Value(None));
    /// let sessions = Sessions::of(&[write, read], Time::ms(100));
    /// assert_eq!(sessions.reads, [Staleness { read: 1, versions: 1, behind: Span::ms(3) }]);
    /// assert_eq!(*sessions.lapses[0].guarantee, READ_YOUR_WRITES);
    /// ```
    #[must_use]
    pub fn of(operations: &[Operation], until: Time) -> Self {
        let (mut walk, mut sessions) = (Walk::default(), Self::default());
        let deed = |place: u32| {
            let Operation { command, called, returned, .. } = operations[place as usize];
            Deed { command, called, returned: returned.map(|(at, _, outcome)| (at, outcome)) }
        };
        let mut answered = |walk: &mut Walk, (at, place, outcome): (Moment, u32, Outcome)| {
            let operation = &operations[place as usize];
            let Some((staleness, found)) = walk.returned(place, operation, at, outcome) else { return };
            sessions.reads.push(staleness);
            for (guarantee, version, by) in found {
                let key = operation.command.op.key();
                let register = key.and_then(|key| walk.registers.get(&key));
                let Some(should) = register.map(|register| register.versions[version as usize].place) else {
                    continue;
                };
                let witness = witness(guarantee, deed(place), deed(should), deed(by));
                let mut others = vec![should, by];
                others.sort_unstable();
                others.dedup();
                sessions.lapses.push(Lapse { guarantee, read: place, others, witness });
            }
        };
        let events = events(operations).into_iter().take_while(|event| event.at <= until.0);
        for (number, Event { at, place, is_return }) in events.enumerate() {
            let (now, operation) = ((Time(at), number), &operations[place as usize]);
            match operation.returned {
                Some((_, _, outcome)) if is_return => answered(&mut walk, (now, place, outcome)),
                Some(_) | None => walk.called(place, operation, now),
            }
        }
        sessions
    }

    /// How often each guarantee was not kept, in the order of [`GUARANTEES`].
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        GUARANTEES.map(|word| self.lapses.iter().filter(|lapse| *lapse.guarantee == *word).count())
    }
}
