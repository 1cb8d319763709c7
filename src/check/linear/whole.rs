//! Whole histories: the verdict, and for a failure what is wrong with as little as possible.

use super::moments::{Event, in_order};
use super::part::{Found, Part, Spent};
use super::{Call, Doing, Object};
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

/// What there was too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Budget::configurations`].
    Configurations,
    /// [`Budget::words`].
    Memory,
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
    /// Whether all this is certain. If not, it took too much to find the place: then no order of the
    /// whole was found that goes past [`Failure::stuck`], and [`Failure::unordered`] are just the
    /// operations that overlap it.
    pub is_exact: bool,
}

/// A verdict, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The verdict.
    pub verdict: Verdict,
    /// How many keys there are; those that are one object count once.
    pub keys: u32,
    /// How many configurations were explored.
    pub configurations: u64,
    /// Where the verdict is [`Verdict::Unknown`], what there was too little of.
    pub limit: Option<Limit>,
}

/// Configurations for each of the questions by which the operations that cannot be ordered are
/// found, besides some for each operation.
const QUESTION: u64 = 20_000;
/// Questions of that size, all in all.
const QUESTIONS: u64 = 100;

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
    let (calls, moments) = numbered(calls);
    let calls = calls.as_slice();
    let joined = joined(calls);
    let mut keys: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (place, call) in calls.iter().enumerate() {
        let key = joined.get(&call.key).copied().unwrap_or(call.key);
        keys.entry(key).or_default().push(place as u32);
    }
    let mut object = object.clone();
    let mut spent = Spent::new(budget);
    let (mut orders, mut broken, mut exhausted) = (Vec::new(), Vec::new(), None);
    for places in keys.values() {
        spent.forget();
        let before = spent.configurations;
        let mut part = Part::new(&mut object, calls, places, |_| false);
        match part.search(&mut spent) {
            Found::Order(order) => orders.push(order),
            Found::Nothing => broken.push((places, part.deepest(), spent.configurations - before)),
            Found::Exhausted => {
                let is_many = spent.configurations > budget.configurations;
                exhausted = Some(if is_many { Limit::Configurations } else { Limit::Memory });
            }
        }
    }
    let failures = broken.into_iter().map(|(places, deepest, explored)| {
        failure(&mut object, calls, places, &mut spent, deepest, enough(places, explored))
    });
    // Of several keys, the one that breaks first.
    let first = failures.min_by_key(|failure| calls[failure.stuck as usize].returned.map(|(at, _)| at));
    let verdict = match first {
        Some(failure) => Verdict::Not(failure),
        None if exhausted.is_some() => Verdict::Unknown,
        None => {
            let (order, mut points) = merged(calls, &orders);
            for point in points.iter_mut().flatten() {
                *point = moments[*point as usize];
            }
            Verdict::Linearizable { order, points }
        }
    };
    let limit = exhausted.filter(|_| verdict == Verdict::Unknown);
    Checked { verdict, keys: keys.len() as u32, configurations: spent.configurations, limit }
}

/// Keys that are one object with another, as some calls are on both, and the key under which it is known.
fn joined(calls: &[Call]) -> BTreeMap<u32, u32> {
    let mut joined: BTreeMap<u32, u32> = BTreeMap::new();
    for call in calls {
        let Doing::Both { other, .. } = call.doing else { continue };
        let known = |key: &u32| joined.get(key).copied().unwrap_or(*key);
        let (one, other) = (known(&call.key), known(&other));
        if one != other {
            joined.values_mut().filter(|known| **known == other).for_each(|known| *known = one);
            joined.insert(other, one);
        }
    }
    joined
}

/// The calls with the numbers of their events for times, and the moments of these.
fn numbered(calls: &[Call]) -> (Vec<Call>, Vec<u64>) {
    let times: Vec<_> =
        calls.iter().map(|call| (call.process, call.called, call.returned.map(|(at, _)| at))).collect();
    let mut numbered = calls.to_vec();
    let mut moments = Vec::new();
    for (number, Event { at, place, is_return }) in (0..).zip(in_order(&times)) {
        let call = &mut numbered[place as usize];
        if !is_return {
            call.called = number;
        } else if let Some((at, _)) = &mut call.returned {
            *at = number;
        }
        moments.push(at);
    }
    (numbered, moments)
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
    /// Configurations for a question.
    each: u64,
    /// And for all that are still to come.
    room: u64,
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
        // What returned and does not count may have happened however often.
        let mut ended = vec![false; calls.len()];
        returns.iter().for_each(|(_, place)| ended[*place as usize] = true);
        let free = |place: u32| !counts(place) && ended[place as usize];
        let mut part = Part::new(self.object, &calls, &places, free);
        // A step looks at every kind, as it does at what it remembers.
        let step = 1 + (part.kinds() as u64).pow(2) / 1_024;
        let mut spent = *self.spent;
        spent.budget.configurations = spent.configurations + self.each.min(self.room) / step;
        spent.forget();
        let found = part.search(&mut spent);
        let explored = spent.configurations - self.spent.configurations;
        self.room = self.room.saturating_sub(explored * step + places.len() as u64 / 16);
        self.spent.configurations = spent.configurations;
        found
    }
}

/// What is wrong with the operations at some places, all on one key, if something is. No two of their
/// events are at the same time.
pub(super) fn explain(
    object: &mut Object,
    calls: &[Call],
    places: &[u32],
    budget: Budget,
) -> Option<Failure> {
    let mut spent = Spent::new(budget);
    let mut part = Part::new(object, calls, places, |_| false);
    let is_broken = part.search(&mut spent) == Found::Nothing;
    let (deepest, each) = (part.deepest(), enough(places, spent.configurations));
    is_broken.then(|| failure(object, calls, places, &mut spent, deepest, each))
}

/// Configurations for a question about a history for which so many were explored.
fn enough(places: &[u32], explored: u64) -> u64 {
    QUESTION + 4 * explored.max(places.len() as u64)
}

/// What is wrong on a key that is known not to be linearizable, and of which so many of the first
/// returns could be explained while the others were held to as well.
fn failure(
    object: &mut Object,
    calls: &[Call],
    places: &[u32],
    spent: &mut Spent,
    deepest: u32,
    each: u64,
) -> Failure {
    let calls: Vec<Call> = places.iter().map(|place| calls[*place as usize]).collect();
    let returned = |(place, call): (usize, &Call)| Some((call.returned?.0.max(call.called), place as u32));
    let mut returns: Vec<(u64, u32)> = calls.iter().enumerate().filter_map(returned).collect();
    returns.sort_unstable();
    let mut prefix = Vec::new();
    if deepest > 0 {
        // The same steps as before, up to there.
        let all: Vec<u32> = (0..calls.len() as u32).collect();
        let mut again = *spent;
        again.budget.configurations = u64::MAX;
        again.forget();
        if let Found::Order(order) =
            Part::new(object, &calls, &all, |_| false).search_for(deepest, &mut again)
        {
            prefix = order;
        }
    }
    let room = each.saturating_mul(8);
    let mut question = Question { object, calls, returns, spent, each, room };
    // With `good` returns an order is known, and with `bad` there is none. That of the whole goes as
    // far, but for what later answers exclude.
    let (mut good, mut bad) = (deepest as usize, question.returns.len());
    let (mut step, mut is_exact) = (1, true);
    while good + 1 < bad {
        let next = good + step.min((bad - good) / 2);
        match question.ask(next, |_| true) {
            Found::Order(order) => (good, prefix, step) = (next, order, step * 2),
            Found::Nothing => bad = next,
            Found::Exhausted => {
                (bad, is_exact) = (good + 1, false);
            }
        }
    }
    let (stuck, unordered) = if is_exact {
        question.each = enough(places, 0);
        question.room = QUESTION * QUESTIONS + 8 * question.each;
        unordered(&mut question, bad)
    } else {
        overlapping(&question, bad)
    };
    let whole = |local: u32| places[local as usize];
    Failure {
        key: question.calls[stuck as usize].key,
        stuck: whole(stuck),
        prefix: prefix.into_iter().map(whole).collect(),
        unordered: unordered.into_iter().map(whole).collect(),
        is_exact,
    }
}

/// The last of some first returns, and what overlaps it.
fn overlapping(question: &Question<'_>, first: usize) -> (u32, Vec<u32>) {
    let (end, stuck) = question.returns[first - 1];
    let begin = question.calls[stuck as usize].called;
    let overlaps =
        |call: &Call| call.called <= end && call.returned.is_none_or(|(returned, _)| returned >= begin);
    let places = (0..).zip(&question.calls).filter(|(_, call)| overlaps(call)).map(|(place, _)| place);
    let mut places: Vec<u32> = places.collect();
    places.sort_by_key(|place| (question.calls[*place as usize].called, *place));
    (stuck, places)
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
        // What is near says most, so it is looked for near first.
        let (mut too_few, mut step) = (0, 1);
        while too_few + 1 < end {
            let next = too_few + step.min((end - too_few) / 2);
            if excludes(&counts, next) { end = next } else { (too_few, step) = (next, step * 2) }
        }
        // One fewer is too few: it is needed.
        end -= 1;
        counts[others[end] as usize] = true;
    }
    let mut kept: Vec<u32> = (0..).zip(&counts).filter(|(_, counts)| **counts).map(|(n, _)| n).collect();
    kept.sort_by_key(|place| (question.calls[*place as usize].called, *place));
    (stuck, kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::linear::{Answer, Datum, Doing, Model};

    /// A compare-and-set that is told late that it found another value: until then it explains a read.
    fn late() -> Vec<Call> {
        let call = |doing, called, returned, told| Call {
            process: called as u32,
            key: 0,
            doing,
            called,
            returned: Some((returned, told)),
        };
        let (one, two) = (Datum(1), Datum(2));
        vec![
            call(Doing::Write(one), 0, 1, Answer::Done),
            call(Doing::Cas { expect: one, value: two }, 2, 9, Answer::Differs),
            call(Doing::Read, 3, 4, Answer::Value(two)),
            call(Doing::Read, 5, 6, Answer::Value(two)),
        ]
    }

    #[test]
    fn what_there_was_too_little_of() {
        let (object, calls) = (Object::new(Model::CasRegister), late());
        for (budget, limit) in [
            (Budget { configurations: 1, ..Budget::default() }, Limit::Configurations),
            (Budget { words: 1, ..Budget::default() }, Limit::Memory),
        ] {
            let checked = check(&object, &calls, budget);
            assert_eq!((checked.verdict, checked.limit), (Verdict::Unknown, Some(limit)));
        }
        assert_eq!(check(&object, &calls, Budget::default()).limit, None);
    }

    fn found(each: u64) -> Failure {
        let (mut object, calls) = (Object::new(Model::CasRegister), late());
        let places = [0, 1, 2, 3];
        let mut spent = Spent::new(Budget::default());
        let mut part = Part::new(&mut object, &calls, &places, |_| false);
        assert_eq!(part.search(&mut spent), Found::Nothing);
        let deepest = part.deepest();
        assert_eq!(deepest, 1, "the first read is not explained by what the whole says");
        failure(&mut object, &calls, &places, &mut spent, deepest, each)
    }

    #[test]
    fn what_a_later_answer_excludes_is_not_blamed_on_the_earlier_one() {
        let failure = found(QUESTION);
        assert_eq!((failure.stuck, failure.unordered, failure.is_exact), (1, vec![1, 3], true));
        assert_eq!(failure.prefix, [0, 1, 2, 3]);
    }

    #[test]
    fn a_place_that_takes_too_much_to_find_is_said_to_be_about_there() {
        let failure = found(0);
        assert_eq!((failure.stuck, failure.unordered, failure.is_exact), (2, vec![1, 2], false));
        assert_eq!(failure.prefix, [0]);
    }
}
