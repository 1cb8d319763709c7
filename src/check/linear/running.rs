//! The verdict of a run so far, after every call and every return.
//!
//! Per key it keeps every configuration that could be: the state, and of each operation under way
//! whether it has taken effect, and if not, what it has seen. Nothing takes effect before it must,
//! which is when some operation returns (Lowe 2017, *just-in-time linearization*); what only observes
//! is never a choice, as it is enough to remember which answers it could have been given since it was
//! called. So a configuration is a choice among the overlapping writes only, and what has returned is
//! forgotten.

use super::part::Hashes;
use super::whole::{self, Budget, Failure, Verdict};
use super::{
    Answer, Call, Doing, Object, State,
    paths::{Paths, Place},
};
use std::collections::{BTreeMap, HashMap};

/// The verdict of a run so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoFar {
    /// There is an order that explains every answer so far.
    Linearizable,
    /// So many operations overlap that it was given up to find out.
    Unknown,
    /// There is none, and whatever comes there will be none.
    Not,
}

/// An operation under way.
#[derive(Clone, Copy, Debug)]
struct Pending {
    place: u32,
    process: u32,
    key: u32,
    doing: Doing,
}

/// What a configuration says of an operation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot {
    /// It has taken effect, with this answer.
    Done(Answer),
    /// It has not, and these are the answers that it could have been given without an effect, and
    /// where in the order.
    Waits(Vec<(Answer, Place)>),
}

/// One way in which it could be.
#[derive(Clone, Debug)]
struct Configuration {
    state: State,
    /// In the order of the operations under way.
    slots: Vec<Slot>,
    path: u32,
    /// The last in its path that took effect.
    effect: u32,
}

/// One key, or several that are one object.
#[derive(Clone, Debug)]
struct Track {
    pending: Vec<Pending>,
    configurations: Vec<Configuration>,
    paths: Paths,
    standing: SoFar,
    /// The operations on it, by their places.
    places: Vec<u32>,
}

/// Checks a run while it goes on.
///
/// Events are told in the order in which they happen, and that order counts, not their times: those
/// are kept to say when an operation takes effect.
///
/// ```
/// use quorate::check::linear::{Answer, Datum, Doing, Lineariser, Model, Object, SoFar};
/// let mut run = Lineariser::new(Object::new(Model::Register));
/// let write = run.called(10, 0, 0, Doing::Write(Datum(7)));
/// let read = run.called(11, 1, 0, Doing::Read);
/// assert_eq!(run.returned(15, read, Answer::Value(Datum(7))), SoFar::Linearizable);
/// assert_eq!(run.points(), [Some(10), Some(11)]);
/// let late = run.called(16, 2, 0, Doing::Read);
/// assert_eq!(run.returned(17, late, Answer::Value(Datum::NIL)), SoFar::Not);
/// assert_eq!(run.failure().map(|failure| failure.unordered), Some(vec![read, late]));
/// # let _ = write;
/// ```
#[derive(Clone, Debug)]
pub struct Lineariser {
    object: Object,
    keys: BTreeMap<u32, Track>,
    /// Keys that are one object with another, under which it is known.
    joined: BTreeMap<u32, u32>,
    calls: Vec<Call>,
    /// The moments of all events, by their numbers; of each operation, those of its call and return.
    moments: Vec<u64>,
    numbers: Vec<(u64, Option<u64>)>,
    /// What turned out not to have happened.
    void: Vec<bool>,
    /// Most configurations of a key.
    most: usize,
    explored: u64,
    standing: SoFar,
}

/// Most configurations of a key, unless said otherwise.
pub const CONFIGURATIONS_MAX: usize = 4_096;

impl Lineariser {
    /// Nothing has been called yet.
    #[must_use]
    pub fn new(object: Object) -> Self {
        Self::with(object, CONFIGURATIONS_MAX)
    }

    /// One that gives a key up where it could be in more than so many configurations.
    #[must_use]
    pub fn with(object: Object, most: usize) -> Self {
        Self {
            object,
            keys: BTreeMap::new(),
            joined: BTreeMap::new(),
            calls: Vec::new(),
            moments: Vec::new(),
            numbers: Vec::new(),
            void: Vec::new(),
            most,
            explored: 0,
            standing: SoFar::Linearizable,
        }
    }

    /// A process calls. The number is that of the operation: how many were called before.
    pub fn called(&mut self, at: u64, process: u32, key: u32, doing: Doing) -> u32 {
        if let Doing::Both { other, .. } = doing {
            self.join(key, other);
        }
        let place = self.calls.len() as u32;
        self.calls.push(Call { process, key, doing, called: at, returned: None });
        self.numbers.push((self.moments.len() as u64, None));
        self.moments.push(at);
        self.void.push(false);
        let first = self.object.first();
        let track = self.keys.entry(self.known_as(key)).or_insert_with(|| Track::new(first));
        track.places.push(place);
        track.called(&mut self.object, Pending { place, process, key, doing });
        place
    }

    fn known_as(&self, key: u32) -> u32 {
        self.joined.get(&key).copied().unwrap_or(key)
    }

    /// Two keys are one object from now on, and so are those that they were one with: what happened to any
    /// of them happens once more, to all of them together.
    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.known_as(one), self.known_as(other));
        if one == other {
            return;
        }
        self.joined.values_mut().filter(|known| **known == other).for_each(|known| *known = one);
        self.joined.insert(other, one);
        let mut track = Track::new(self.object.first());
        let before = [self.keys.remove(&one), self.keys.remove(&other)];
        for before in before.into_iter().flatten() {
            track.standing = track.standing.max(before.standing);
            track.places.extend(before.places);
        }
        track.places.sort_unstable();
        let mut events = Vec::new();
        for place in track.places.iter().filter(|place| !self.void[**place as usize]) {
            let (called, returned) = self.numbers[*place as usize];
            events.push((called, *place, None));
            let told = self.calls[*place as usize].returned.map(|(_, told)| told);
            events.extend(returned.map(|at| (at, *place, told)));
        }
        events.sort_unstable_by_key(|(at, ..)| *at);
        for (_, place, told) in events {
            let Call { process, key, doing, .. } = self.calls[place as usize];
            match told {
                None => track.called(&mut self.object, Pending { place, process, key, doing }),
                Some(told) => track.returned(&mut self.object, place, told, self.most, &mut self.explored),
            }
        }
        self.standing = self.standing.max(track.standing);
        self.keys.insert(one, track);
    }

    /// An operation returns with an answer. One that is not under way changes nothing.
    pub fn returned(&mut self, at: u64, place: u32, told: Answer) -> SoFar {
        let Some(call) = self.under_way(place) else { return self.standing };
        call.returned = Some((at, told));
        let key = call.key;
        let key = self.known_as(key);
        self.numbers[place as usize].1 = Some(self.moments.len() as u64);
        self.moments.push(at);
        if let Some(track) = self.keys.get_mut(&key) {
            track.returned(&mut self.object, place, told, self.most, &mut self.explored);
            self.standing = self.standing.max(track.standing);
        }
        self.standing
    }

    /// An operation turns out not to have happened. One that is not under way changes nothing.
    pub fn refused(&mut self, place: u32) -> SoFar {
        let Some(call) = self.under_way(place) else { return self.standing };
        let key = call.key;
        let key = self.known_as(key);
        self.void[place as usize] = true;
        if let Some(track) = self.keys.get_mut(&key) {
            track.refused(place);
            self.standing = self.standing.max(track.standing);
        }
        self.standing
    }

    fn under_way(&mut self, place: u32) -> Option<&mut Call> {
        let is_void = self.void.get(place as usize).copied().unwrap_or_default();
        self.calls.get_mut(place as usize).filter(|call| call.returned.is_none() && !is_void)
    }

    /// The verdict so far.
    #[must_use]
    pub const fn so_far(&self) -> SoFar {
        self.standing
    }

    /// What it checks.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// Every operation, in the order of the calls.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// How many configurations were explored so far.
    #[must_use]
    pub const fn explored(&self) -> u64 {
        self.explored
    }

    /// Of each operation, when it takes effect in an order that explains the answers: the earliest
    /// moment that there is in it. `None` for one that has not happened yet, or on a key where there
    /// is no order, or where none is known.
    #[must_use]
    pub fn points(&self) -> Vec<Option<u64>> {
        let mut points = vec![None; self.calls.len()];
        for (at, place) in self.timed() {
            points[place as usize] = Some(at);
        }
        points
    }

    /// An order of all that has happened so far, by the moments of [`Lineariser::points`].
    #[must_use]
    pub fn order(&self) -> Vec<u32> {
        self.timed().into_iter().map(|(_, place)| place).collect()
    }

    /// What takes effect when, in order.
    fn timed(&self) -> Vec<(u64, u32)> {
        let mut timed = Vec::new();
        for track in self.keys.values() {
            let Some(configuration) = track.configurations.first() else { continue };
            let mut now = 0;
            for place in track.paths.order(configuration.path, &self.calls) {
                now = self.calls[place as usize].called.max(now);
                timed.push((now, place));
            }
        }
        // A stable sort: those of one key stay in their order.
        timed.sort_by_key(|(at, _)| *at);
        timed
    }

    /// The calls with the numbers of their events for times: that order counts.
    fn numbered(&self) -> Vec<Call> {
        let number = |(call, (called, returned)): (&Call, &(u64, Option<u64>))| {
            let returned = call.returned.zip(*returned).map(|((_, told), at)| (at, told));
            Call { called: *called, returned, ..*call }
        };
        self.calls.iter().zip(&self.numbers).map(number).collect()
    }

    /// What is wrong, if something is: of several keys, on the one that broke first. Looks for it
    /// anew, which takes longer than the verdict did.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        let calls = self.numbered();
        let broken = self.keys.values().filter(|track| track.standing == SoFar::Not);
        let failures = broken.filter_map(|track| {
            let mut object = self.object.clone();
            let places: Vec<u32> =
                track.places.iter().copied().filter(|place| !self.void[*place as usize]).collect();
            whole::explain(&mut object, &calls, &places, Budget::default())
        });
        failures.min_by_key(|failure| calls[failure.stuck as usize].returned.map(|(at, _)| at))
    }

    /// The verdict by a search of the whole history so far: where [`Lineariser::so_far`] is
    /// [`SoFar::Unknown`], it may still find one.
    #[must_use]
    pub fn settle(&self, budget: Budget) -> Verdict {
        let kept: Vec<u32> =
            (0..self.calls.len() as u32).filter(|place| !self.void[*place as usize]).collect();
        let numbered = self.numbered();
        let calls: Vec<Call> = kept.iter().map(|place| numbered[*place as usize]).collect();
        let whole = |places: Vec<u32>| places.into_iter().map(|place| kept[place as usize]).collect();
        match whole::check(&self.object, &calls, budget).verdict {
            Verdict::Linearizable { order, points } => {
                let mut all = vec![None; self.calls.len()];
                for (place, point) in kept.iter().zip(points) {
                    all[*place as usize] = point.map(|number| self.moments[number as usize]);
                }
                Verdict::Linearizable { order: whole(order), points: all }
            }
            Verdict::Not(Failure { key, stuck, prefix, unordered, is_exact }) => {
                let stuck = kept[stuck as usize];
                let (prefix, unordered) = (whole(prefix), whole(unordered));
                Verdict::Not(Failure { key, stuck, prefix, unordered, is_exact })
            }
            Verdict::Unknown => Verdict::Unknown,
        }
    }
}

impl Configuration {
    /// Every operation that waits sees the present state, if it would leave it as it is.
    fn see(&mut self, object: &mut Object, pending: &[Pending]) {
        for (slot, pending) in self.slots.iter_mut().zip(pending) {
            let Slot::Waits(seen) = slot else { continue };
            let answers = object.seen(self.state, pending.process, pending.key, pending.doing);
            for answer in answers.into_iter().flatten() {
                remember(seen, answer, Place::After(self.effect));
            }
        }
    }

    /// One that waits takes effect now; `None` if it would change nothing: neither the state nor what others
    /// may have done before it unseen.
    fn with_effect(
        &self,
        object: &mut Object,
        pending: &[Pending],
        which: usize,
        paths: &mut Paths,
    ) -> Option<Self> {
        let Pending { place, process, key, doing } = pending[which];
        let (state, answer) = object.apply(self.state, process, key, doing);
        // A write of what is there already still hides those that came just before it.
        let hides = || {
            object.model().is_blind(doing)
                && self.slots.iter().zip(pending).enumerate().any(|(other, (slot, pending))| {
                    other != which && matches!(slot, Slot::Waits(_)) && object.model().is_blind(pending.doing)
                })
        };
        if matches!(self.slots[which], Slot::Done(_)) || state == self.state && !hides() {
            return None;
        }
        let mut after = self.clone();
        after.state = state;
        after.path = paths.step(self.path, place, Place::Here);
        after.effect = after.path;
        after.slots[which] = Slot::Done(answer);
        if object.model().is_blind(doing) {
            // What it overwrites could have been written just before, and nobody need have seen it.
            for (slot, pending) in after.slots.iter_mut().zip(pending) {
                if let Slot::Waits(seen) = slot
                    && object.model().is_blind(pending.doing)
                {
                    remember(seen, Answer::Done, Place::Before(after.effect));
                }
            }
        }
        after.see(object, pending);
        Some(after)
    }

    /// Without an operation, which is explained.
    fn without(mut self, which: usize) -> Self {
        self.slots.remove(which);
        self
    }

    /// What tells it from others, but for what was seen.
    fn key(&self, key: &mut Vec<u64>) {
        key.clear();
        key.push(u64::from(self.state.0));
        key.extend(self.slots.iter().map(|slot| match slot {
            Slot::Waits(_) => 0,
            Slot::Done(Answer::Done) => 1,
            Slot::Done(Answer::Differs) => 2,
            Slot::Done(Answer::Late) => 3,
            Slot::Done(Answer::Names(names)) => 4 + u64::from(*names),
            Slot::Done(Answer::Value(value)) => 1 << 32 | u64::from(value.0),
        }));
    }

    /// Whether whatever explains the rest from another also does from this one, which is alike but for
    /// what was seen.
    fn has_seen_as_much(&self, other: &Self) -> bool {
        self.slots.iter().zip(&other.slots).all(|(mine, others)| match (mine, others) {
            (Slot::Waits(mine), Slot::Waits(others)) => {
                others.iter().all(|(answer, _)| mine.iter().any(|(own, _)| own == answer))
            }
            (Slot::Done(_), _) | (_, Slot::Done(_)) => true,
        })
    }
}

/// Keeps an answer that could have been given, with the first place where it could.
fn remember(seen: &mut Vec<(Answer, Place)>, answer: Answer, place: Place) {
    if !seen.iter().any(|(known, _)| *known == answer) {
        seen.push((answer, place));
    }
}

/// Configurations, each no worse than any other that is alike.
#[derive(Default)]
struct Found {
    list: Vec<Configuration>,
    known: HashMap<Box<[u64]>, Vec<u32>, Hashes>,
    key: Vec<u64>,
}

impl Found {
    /// Adds one, unless one that is there is as good.
    fn add(&mut self, new: Configuration) -> bool {
        new.key(&mut self.key);
        let Some(alike) = self.known.get_mut(self.key.as_slice()) else {
            self.known.insert(self.key.as_slice().into(), vec![self.list.len() as u32]);
            self.list.push(new);
            return true;
        };
        if alike.iter().any(|place| self.list[*place as usize].has_seen_as_much(&new)) {
            return false;
        }
        alike.push(self.list.len() as u32);
        self.list.push(new);
        true
    }
}

impl Track {
    fn new(first: State) -> Self {
        let start =
            Configuration { state: first, slots: Vec::new(), path: Paths::START, effect: Paths::START };
        Self {
            pending: Vec::new(),
            configurations: vec![start],
            paths: Paths::default(),
            standing: SoFar::Linearizable,
            places: Vec::new(),
        }
    }

    fn called(&mut self, object: &mut Object, new: Pending) {
        self.pending.push(new);
        for configuration in &mut self.configurations {
            let seen =
                object.seen(configuration.state, new.process, new.key, new.doing).into_iter().flatten();
            let after = Place::After(configuration.effect);
            configuration.slots.push(Slot::Waits(seen.map(|answer| (answer, after)).collect()));
        }
    }

    /// Takes an operation from those under way.
    fn take(&mut self, place: u32) -> Option<usize> {
        if self.standing != SoFar::Linearizable {
            return None;
        }
        self.pending.iter().position(|pending| pending.place == place)
    }

    fn settle(&mut self, which: usize, found: Vec<Configuration>) {
        self.pending.remove(which);
        self.configurations = found;
        if self.configurations.is_empty() {
            self.standing = SoFar::Not;
        }
        let heads = self.configurations.iter_mut().map(|configuration| {
            let seen = configuration.slots.iter_mut().filter_map(|slot| match slot {
                Slot::Waits(seen) => Some(seen.iter_mut().map(|(_, place)| place)),
                Slot::Done(_) => None,
            });
            (&mut configuration.path, &mut configuration.effect, seen.flatten())
        });
        self.paths.tidy(heads);
    }

    fn refused(&mut self, place: u32) {
        let Some(which) = self.take(place) else { return };
        let before = std::mem::take(&mut self.configurations);
        let waits = |configuration: &Configuration| matches!(configuration.slots[which], Slot::Waits(_));
        let mut found = Found::default();
        for configuration in before.into_iter().filter(waits) {
            found.add(configuration.without(which));
        }
        self.settle(which, found.list);
    }

    fn returned(&mut self, object: &mut Object, place: u32, told: Answer, most: usize, explored: &mut u64) {
        let Some(which) = self.take(place) else { return };
        let before = std::mem::take(&mut self.configurations);
        let doing = self.pending[which].doing;
        let observes = object.observes(doing, told);
        let mut found = Found::default();
        // Reached by effects of others, to see whether the operation can return from there.
        let mut reached = Found::default();
        for configuration in before {
            if let Slot::Done(answer) = &configuration.slots[which] {
                if object.agrees(doing, told, *answer) {
                    found.add(configuration.without(which));
                }
            } else {
                reached.add(configuration);
            }
        }
        let mut next = 0;
        while let Some(configuration) = reached.list.get(next).cloned() {
            next += 1;
            *explored += 1;
            if reached.list.len() + found.list.len() > most {
                self.standing = SoFar::Unknown;
                self.pending.clear();
                return;
            }
            let mut is_explained = false;
            if let Slot::Waits(seen) = &configuration.slots[which]
                && let Some((_, at)) = seen.iter().find(|(answer, _)| object.agrees(doing, told, *answer))
            {
                let mut explained = configuration.clone();
                explained.path = self.paths.step(configuration.path, place, *at);
                found.add(explained.without(which));
                is_explained = true;
            }
            if !observes
                && let Some(after) = configuration.with_effect(object, &self.pending, which, &mut self.paths)
                && let Slot::Done(answer) = after.slots[which]
                && object.agrees(doing, told, answer)
            {
                found.add(after.without(which));
            }
            // What only observed, and did, needs no effect of others yet. Nor does a write that only
            // writes overlap: whatever they do before it, nobody can see.
            let is_alone = || {
                object.model().is_blind(doing)
                    && self.pending.iter().zip(&configuration.slots).all(|(pending, slot)| {
                        matches!(slot, Slot::Done(_)) || object.model().is_blind(pending.doing)
                    })
            };
            if observes && is_explained || is_alone() {
                continue;
            }
            for other in (0..self.pending.len()).filter(|other| *other != which) {
                if let Some(after) = configuration.with_effect(object, &self.pending, other, &mut self.paths)
                {
                    reached.add(after);
                }
            }
        }
        self.settle(which, found.list);
    }
}
