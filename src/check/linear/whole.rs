//! Whole histories: the verdict, and for a failure what is wrong with as little as possible.

use super::part::{Found, Part, Spent};
use super::{Call, Object};
use std::collections::BTreeMap;

/// How much a check may take before it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Configurations explored, over all keys.
    pub configurations: u64,
    /// Memory of the search of one key, in words of 8 bytes.
    pub words: u64,
}

impl Default for Budget {
    /// Ten million configurations and 512 MiB.
    fn default() -> Self {
        Self { configurations: 10_000_000, words: 1 << 26 }
    }
}

/// What is known of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order that explains every answer.
    Linearizable {
        /// The operations in that order, by their places in the list. One that never returned and
        /// need not have happened is not among them.
        order: Vec<u32>,
        /// Of each operation of the list, the moment at which it takes effect in that order: the
        /// earliest that there is.
        points: Vec<Option<u64>>,
    },
    /// There is none.
    Not(Failure),
    /// The budget was used up before either was found.
    Unknown,
}

/// Why a history is not linearizable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// On which key.
    pub key: u32,
    /// The operation whose return is the first event after which no order explains what had been
    /// answered on that key until then.
    pub stuck: u32,
    /// An order for that key up to just before that return: the longest that can be explained.
    pub prefix: Vec<u32>,
    /// The operations that cannot be ordered, earliest call first: whenever, and however often, all
    /// others took effect, no order explains the answers of these. As few as were found, and
    /// [`Failure::stuck`] is one of them.
    pub unordered: Vec<u32>,
}

/// A verdict, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The verdict.
    pub verdict: Verdict,
    /// How many keys there are.
    pub keys: u32,
    /// How many configurations were explored.
    pub configurations: u64,
}

/// Configurations for each of the questions by which the operations that cannot be ordered are
/// found.
const QUESTION: u64 = 20_000;

/// Checks a whole history.
///
/// ```
/// use quorate::check::linear::{Answer, Budget, Call, Datum, Doing, Model, Object, Verdict, check};
/// let call = |process, doing, called, returned, answer| Call {
///     process, key: 0, doing, called, returned: Some((returned, answer)),
/// };
/// let calls = [
///     call(0, Doing::Write(Datum(1)), 0, 5, Answer::Done),
///     call(1, Doing::Read, 1, 2, Answer::Value(Datum(1))),
///     call(2, Doing::Read, 3, 4, Answer::Value(Datum::NIL)),
/// ];
/// let object = Object::new(Model::Register);
/// let Verdict::Not(failure) = check(&object, &calls, Budget::default()).verdict else { panic!() };
/// assert_eq!((failure.stuck, failure.unordered), (2, vec![1, 2]));
/// let fine = check(&object, &calls[..2], Budget::default()).verdict;
/// assert_eq!(fine, Verdict::Linearizable { order: vec![0, 1], points: vec![Some(0), Some(1)] });
/// ```
#[must_use]
pub fn check(object: &Object, calls: &[Call], budget: Budget) -> Checked {
    let mut keys: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (place, call) in calls.iter().enumerate() {
        keys.entry(call.key).or_default().push(place as u32);
    }
    let mut object = object.clone();
    let mut spent = Spent::new(budget);
    let (mut orders, mut broken, mut exhausted) = (Vec::new(), Vec::new(), false);
    for places in keys.values() {
        spent.forget();
        match Part::new(&mut object, calls, places, |_| false).search(&mut spent) {
            Found::Order(order) => orders.push(order),
            Found::Nothing => broken.push(places),
            Found::Exhausted => exhausted = true,
        }
    }
    let failures = broken.into_iter().map(|places| failure(&mut object, calls, places, &mut spent));
    // Of several keys, the one that breaks first.
    let first = failures.min_by_key(|failure| calls[failure.stuck as usize].returned.map(|(at, _)| at));
    let verdict = match first {
        Some(failure) => Verdict::Not(failure),
        None if exhausted => Verdict::Unknown,
        None => {
            let (order, points) = merged(calls, &orders);
            Verdict::Linearizable { order, points }
        }
    };
    Checked { verdict, keys: keys.len() as u32, configurations: spent.configurations }
}

/// One order out of one for each key, and when each operation takes effect in it.
fn merged(calls: &[Call], orders: &[Vec<u32>]) -> (Vec<u32>, Vec<Option<u64>>) {
    let mut points = vec![None; calls.len()];
    let mut timed = Vec::new();
    for order in orders {
        let mut now = 0;
        for place in order {
            now = calls[*place as usize].called.max(now);
            points[*place as usize] = Some(now);
            timed.push((now, *place));
        }
    }
    // A stable sort: those of one key stay in their order.
    timed.sort_by_key(|(at, _)| *at);
    (timed.into_iter().map(|(_, place)| place).collect(), points)
}

/// The history of one key, to ask what it would be with some answers not given.
struct Question<'a> {
    object: &'a mut Object,
    calls: Vec<Call>,
    /// What each call was told, in time.
    returns: Vec<(u64, u32)>,
    spent: &'a mut Spent,
}

impl Question<'_> {
    /// The history just after some of its first returns, of which only some count.
    fn ask(&mut self, first: usize, counts: impl Fn(u32) -> bool) -> Found {
        let returns = &self.returns[..first];
        let end = returns.last().map_or(0, |(at, _)| *at);
        let mut calls = self.calls.clone();
        calls.iter_mut().for_each(|call| call.returned = None);
        for (_, place) in returns.iter().filter(|(_, place)| counts(*place)) {
            calls[*place as usize].returned = self.calls[*place as usize].returned;
        }
        let places: Vec<u32> =
            (0..calls.len() as u32).filter(|place| calls[*place as usize].called <= end).collect();
        let mut spent = *self.spent;
        spent.budget.configurations = spent.configurations + QUESTION;
        spent.forget();
        // What returned and does not count may have happened however often.
        let mut ended = vec![false; calls.len()];
        returns.iter().for_each(|(_, place)| ended[*place as usize] = true);
        let free = |place: u32| !counts(place) && ended[place as usize];
        let found = Part::new(self.object, &calls, &places, free).search(&mut spent);
        self.spent.configurations = spent.configurations;
        found
    }
}

/// What is wrong with the operations at some places, all on one key, if something is.
pub(super) fn explain(
    object: &mut Object,
    calls: &[Call],
    places: &[u32],
    budget: Budget,
) -> Option<Failure> {
    let mut spent = Spent::new(budget);
    let is_broken = Part::new(object, calls, places, |_| false).search(&mut spent) == Found::Nothing;
    is_broken.then(|| failure(object, calls, places, &mut spent))
}

/// What is wrong on a key that is known not to be linearizable.
fn failure(object: &mut Object, calls: &[Call], places: &[u32], spent: &mut Spent) -> Failure {
    let calls: Vec<Call> = places.iter().map(|place| calls[*place as usize]).collect();
    let returned = |(place, call): (usize, &Call)| Some((call.returned?.0, place as u32));
    let mut returns: Vec<(u64, u32)> = calls.iter().enumerate().filter_map(returned).collect();
    returns.sort_unstable();
    let mut question = Question { object, calls, returns, spent };
    // With `good` returns an order is known, and with `bad` there is none.
    let (mut good, mut bad) = (0, question.returns.len());
    let mut prefix = Vec::new();
    while good + 1 < bad {
        let middle = good + (bad - good) / 2;
        match question.ask(middle, |_| true) {
            Found::Order(order) => (good, prefix) = (middle, order),
            Found::Nothing => bad = middle,
            // Later is still known to be bad.
            Found::Exhausted => good = middle,
        }
    }
    let (stuck, unordered) = unordered(&mut question, bad);
    let whole = |local: u32| places[local as usize];
    Failure {
        key: question.calls[stuck as usize].key,
        stuck: whole(stuck),
        prefix: prefix.into_iter().map(whole).collect(),
        unordered: unordered.into_iter().map(whole).collect(),
    }
}

/// Of some first returns that exclude every order, the last, and as few as can be that do so together,
/// whenever and however often the others happened.
fn unordered(question: &mut Question<'_>, first: usize) -> (u32, Vec<u32>) {
    let stuck = question.returns[first - 1].1;
    // The others, the latest call first, as what is near in time says most.
    let mut others: Vec<u32> = question.returns[..first - 1].iter().map(|(_, place)| *place).collect();
    others.sort_by_key(|place| std::cmp::Reverse((question.calls[*place as usize].called, *place)));
    let mut counts = vec![false; question.calls.len()];
    counts[stuck as usize] = true;
    // Those that are kept exclude every order together with this many of the others.
    let mut end = others.len();
    let mut excludes = |counts: &[bool], latest: usize| {
        let mut counts = counts.to_vec();
        others[..latest].iter().for_each(|place| counts[*place as usize] = true);
        question.ask(first, |place| counts[place as usize]) == Found::Nothing
    };
    while end > 0 && !excludes(&counts, 0) {
        let mut too_few = 0;
        while too_few + 1 < end {
            let middle = too_few + (end - too_few) / 2;
            if excludes(&counts, middle) { end = middle } else { too_few = middle }
        }
        // One fewer is too few: it is needed.
        end -= 1;
        counts[others[end] as usize] = true;
    }
    let mut kept: Vec<u32> = (0..).zip(&counts).filter(|(_, counts)| **counts).map(|(n, _)| n).collect();
    kept.sort_by_key(|place| (question.calls[*place as usize].called, *place));
    (stuck, kept)
}
