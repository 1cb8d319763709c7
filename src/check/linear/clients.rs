//! From the simulator's clients to the checkers: what their requests and answers mean.
//!
//! | asked | told | is |
//! |---|---|---|
//! | `Write` | `Done` | a write; of [`Model::Once`], the value is decided |
//! | `Write` | `Value` | a proposal that lost to that value |
//! | `Read` | `Value` | a read |
//! | `Cas` | `Done`, `Differs` | a compare-and-set that did, or found another value |
//! | `Pair` | `Done` | a write of two registers at once |
//! | `Acquire` | `Granted`, `Held` | a grant with that token, or none as somebody else holds the lock |
//! | `Release` | `Done`, `Differs` | the lock given back, or not, as it was not the client's |
//! | `Tree` | `Done`, `Differs`, `Value`, `Names` | a change of the tree, one that did not fit, what is there |
//! | any | `Refused` | nothing: it did not happen |
//! | any | nothing, or `Unknown` | it may have happened at any time since, or may still |
//!
//! A redirect is no answer: the client asks again. Times are simulated µs.

use super::moments::{Event, in_order};
use super::{Answer, Call, Datum, Doing, Failure, Lineariser, Model, Object, SoFar};
use crate::model::{Arg, Command, Deed, NodeSet, Op, Outcome, Text, Time, Value, Witness};
use crate::sim::{History, Operation};

const fn datum(value: Option<Value>) -> Datum {
    match value {
        Some(value) => Datum(value.0),
        None => Datum::NIL,
    }
}

/// The key of an operation, and what it does; `None` for one that does nothing, or nothing to such an
/// object.
fn doing(op: Op, model: Model) -> Option<(u32, Doing)> {
    let (key, doing) = done(op)?;
    // There is but one such register.
    let key = if model == Model::Once { 0 } else { key };
    model.takes(doing).then_some((key, doing))
}

const fn done(op: Op) -> Option<(u32, Doing)> {
    match op {
        Op::Noop | Op::ReadAt { .. } | Op::Reweigh { .. } | Op::Clock { .. } | Op::End { .. } => None,
        Op::Acquire { key } => Some((key.0 as u32, Doing::Acquire)),
        Op::Release { key, token } => Some((key.0 as u32, Doing::Return(token))),
        Op::Pair { a, b, value } => {
            Some((a.0 as u32, Doing::Both { other: b.0 as u32, value: Datum(value.0) }))
        }
        Op::Tree(op) => Some((0, Doing::Tree(op))),
        Op::Read { key } => Some((key.0 as u32, Doing::Read)),
        Op::Write { key, value } => Some((key.0 as u32, Doing::Write(Datum(value.0)))),
        Op::Cas { key, expect, value } => {
            Some((key.0 as u32, Doing::Cas { expect: Datum(expect.0), value: Datum(value.0) }))
        }
    }
}

/// What a client is told; `None` where that says that it did not happen.
const fn told(outcome: Outcome) -> Option<Answer> {
    match outcome {
        Outcome::Done => Some(Answer::Done),
        Outcome::Value(value) => Some(Answer::Value(datum(value))),
        Outcome::Differs | Outcome::Held => Some(Answer::Differs),
        Outcome::Granted(token) => Some(Answer::Value(Datum(token))),
        Outcome::Names(names) => Some(Answer::Names(names)),
        Outcome::Refused
        | Outcome::Redirect(_)
        | Outcome::Siblings { .. }
        | Outcome::Level(_)
        | Outcome::Unknown => None,
    }
}

/// The same, where the client may have asked for something since: that may have been heard first.
const fn told_late(doing: Doing, answer: Answer, has_asked_since: bool) -> Answer {
    match (doing, answer) {
        (Doing::Acquire | Doing::Return(_), Answer::Differs) if has_asked_since => Answer::Late,
        _ => answer,
    }
}

/// The calls of a history of the simulator, and of each its place in that history: those that did not
/// happen are left out. Those of the same µs overlap, unless one client was told and asked.
///
/// Of [`Model::Once`] every key is the same register.
#[must_use]
pub fn of_history(history: &History, model: Model) -> (Vec<Call>, Vec<u32>) {
    let operations = history.operations();
    let has_asked_since = |place: u32, until: Time| {
        let client = operations[place as usize].command.request.client;
        let since = operations[place as usize + 1..].iter().take_while(|later| later.called < until);
        since.into_iter().any(|later| later.command.request.client == client)
    };
    let call = |(place, operation): (u32, &Operation)| {
        let (key, doing) = doing(operation.command.op, model)?;
        let returned = match operation.returned {
            None | Some((_, _, Outcome::Unknown)) => None,
            Some((at, _, outcome)) => {
                Some((at.0, told_late(doing, told(outcome)?, has_asked_since(place, at))))
            }
        };
        let process = u32::from(operation.command.request.client.0);
        Some((Call { process, key, doing, called: operation.called.0, returned }, place))
    };
    (0..).zip(operations).filter_map(call).unzip()
}

/// The calls and returns of operations, in order.
pub(crate) fn events(operations: &[Operation]) -> Vec<Event> {
    let times = |operation: &Operation| {
        let returned = operation.returned.map(|(at, ..)| at.0);
        (u32::from(operation.command.request.client.0), operation.called.0, returned)
    };
    in_order(&operations.iter().map(times).collect::<Vec<_>>())
}

/// A run's clients, checked while it goes on. The numbers of operations are their places in the
/// history, if every call is told.
///
/// ```
/// use quorate::check::linear::{Clients, Model, SoFar};
/// use quorate::model::{ClientId, Command, Key, Op, Outcome, RequestId, Time, Value};
/// let (x, mut clients) = (Key(0), Clients::new(Model::Kv));
/// let command = |client, op| Command { request: RequestId { client: ClientId(client), seq: 1 }, op };
/// let write = clients.called(Time::ms(1), &command(0, Op::Write { key: x, value: Value(0) }));
/// clients.returned(Time::ms(2), write, Outcome::Done);
/// let read = clients.called(Time::ms(3), &command(1, Op::Read { key: x }));
/// assert_eq!(clients.returned(Time::ms(4), read, Outcome::Value(None)), SoFar::Not);
/// let (_, witness) = clients.witness().unwrap();
/// assert_eq!(
///     witness.sentence(quorate::model::Lang::En),
///     "No order of the operations explains c2 x? → nil (3–4 ms) together with c1 x=a → ok (1–2 ms)."
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Clients {
    run: Lineariser,
    deeds: Vec<Deed>,
}

impl Clients {
    /// Nobody has asked for anything yet.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self { run: Lineariser::new(Object::new(model)), deeds: Vec::new() }
    }

    /// One that never gives up, however many operations overlap: for short histories.
    #[must_use]
    pub fn thorough(model: Model) -> Self {
        Self { run: Lineariser::with(Object::new(model), usize::MAX), deeds: Vec::new() }
    }

    /// The operations of a history up to a moment, in the order of their times; calls come first where
    /// returns are at the same µs, but for what a client asks when it is told.
    #[must_use]
    pub fn of(model: Model, history: &History, until: Time) -> Self {
        let mut clients = Self::new(model);
        let operations = history.operations();
        for Event { place, is_return, .. } in
            events(operations).into_iter().take_while(|event| event.at <= until.0)
        {
            let operation = &operations[place as usize];
            match operation.returned {
                Some((at, _, outcome)) if is_return => {
                    clients.returned(at, place, outcome);
                }
                Some(_) | None => {
                    clients.called(operation.called, &operation.command);
                }
            }
        }
        clients
    }

    /// A client asks for something. The number is that of the operation.
    pub fn called(&mut self, at: Time, command: &Command) -> u32 {
        let process = u32::from(command.request.client.0);
        self.deeds.push(Deed { command: *command, called: at, returned: None });
        let Some((key, doing)) = doing(command.op, self.run.object().model()) else {
            // Nothing that could be seen.
            let place = self.run.called(at.0, process, 0, Doing::Read);
            self.run.refused(place);
            return place;
        };
        self.run.called(at.0, process, key, doing)
    }

    /// A client is told how it ended. A number that is none of an operation under way changes nothing.
    pub fn returned(&mut self, at: Time, place: u32, outcome: Outcome) -> SoFar {
        if let Some(deed) = self.deeds.get_mut(place as usize) {
            deed.returned = deed.returned.or(Some((at, outcome)));
        }
        match (outcome, told(outcome)) {
            (Outcome::Redirect(_) | Outcome::Unknown, _) => self.run.so_far(),
            (_, Some(answer)) => {
                let answer = self.as_heard(place, answer);
                self.run.returned(at.0, place, answer)
            }
            (_, None) => self.run.refused(place),
        }
    }

    /// What an answer says, by what the client has asked for since.
    fn as_heard(&self, place: u32, answer: Answer) -> Answer {
        let (Some(call), Some(deed)) = (self.run.calls().get(place as usize), self.deeds.get(place as usize))
        else {
            return answer;
        };
        let client = deed.command.request.client;
        let since = &self.deeds[place as usize + 1..];
        let has_asked_since = || since.iter().any(|later| later.command.request.client == client);
        let is_no = answer == Answer::Differs;
        told_late(call.doing, answer, is_no && has_asked_since())
    }

    /// The checker, with the verdict so far and the moments at which operations take effect.
    #[must_use]
    pub const fn run(&self) -> &Lineariser {
        &self.run
    }

    /// What is wrong, if something is, and a sentence that says why. Looks for it anew.
    #[must_use]
    pub fn witness(&self) -> Option<(Failure, Witness)> {
        const NAMES: [&str; 4] = ["a", "b", "c", "d"];
        let failure = self.run.failure()?;
        let deed = |place: &u32| self.deeds.get(*place as usize).copied().map(Arg::Deed);
        let mut args = vec![("answer", deed(&failure.stuck)?)];
        let others: Vec<u32> =
            failure.unordered.iter().copied().filter(|place| *place != failure.stuck).collect();
        // Of many, the last: they are nearest.
        let more = others.len().saturating_sub(NAMES.len());
        for (name, place) in NAMES.iter().zip(&others[more..]) {
            args.push((name, deed(place)?));
        }
        args.push(("more", Arg::Wide(more as u64)));
        let text = match (others.len(), more) {
            _ if !failure.is_exact => Text::new(
                "There is no order of all operations, and none was found that goes past about {answer}.",
                "不存在能解释全部操作的顺序，已找到的顺序均止于 {answer} 附近。",
            ),
            (0, _) => Text::new(
                "{answer}: nothing that had been asked for by then can lead to this answer.",
                "{answer}：此前的任何请求都不可能导致这一结果。",
            ),
            (1, _) => Text::new(
                "No order of the operations explains {answer} together with {a}.",
                "没有任何操作顺序能同时解释 {answer} 与 {a}。",
            ),
            (2, _) => Text::new(
                "No order of the operations explains {answer} together with {a} and {b}.",
                "没有任何操作顺序能同时解释 {answer} 与 {a}、{b}。",
            ),
            (3, _) => Text::new(
                "No order of the operations explains {answer} together with {a}, {b} and {c}.",
                "没有任何操作顺序能同时解释 {answer} 与 {a}、{b}、{c}。",
            ),
            (_, 0) => Text::new(
                "No order of the operations explains {answer} together with {a}, {b}, {c} and {d}.",
                "没有任何操作顺序能同时解释 {answer} 与 {a}、{b}、{c}、{d}。",
            ),
            (_, _) => Text::new(
                "No order of the operations explains {answer} together with {a}, {b}, {c}, {d} and {more} more.",
                "没有任何操作顺序能同时解释 {answer} 与 {a}、{b}、{c}、{d} 以及另外 {more} 个操作。",
            ),
        };
        let witness = Witness { text, args, nodes: NodeSet::EMPTY, cells: Vec::new(), quorums: None };
        Some((failure, witness))
    }
}
