//! The coordinator: sees to it that a request of a client comes to enough keepers.

use super::replica::Replica;
use super::{Here, Message, Out, Purpose, READ, Timer, WRITE, Why, shelf};
use crate::model::{
    Ballot, ClientId, Command, Context, Gathering, Key, NodeId, NodeSet, Op, Outcome, Packed, RequestId,
    Value, Version,
};
use crate::quorum::{Standing, Tally};
use std::collections::BTreeMap;

/// After so many tries a request is left to its client, who has long asked elsewhere.
const TRIES_MAX: u8 = 8;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Coordinator {
    jobs: Vec<Job>,
    /// Which writes of each client were answered here: the last, and a bit for each of those before it.
    done: BTreeMap<ClientId, (u32, u64)>,
}

/// A request under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Job {
    request: RequestId,
    key: Key,
    work: Work,
    /// Which keepers have answered, themselves or through a stand-in.
    tally: Tally,
    /// Who stands in for whom.
    stand_ins: Vec<(NodeId, NodeId)>,
    tries: u8,
    answered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Work {
    Write(Version),
    Read {
        /// All that was found, merged.
        found: Vec<Version>,
        /// What each keeper had.
        had: Vec<(NodeId, Vec<Ballot>)>,
    },
}

impl Job {
    fn message(&self, owner: NodeId) -> Message {
        match &self.work {
            Work::Write(version) => Message::Put { version: version.clone(), owner, purpose: Purpose::Write },
            Work::Read { .. } => Message::Get { key: self.key, request: self.request, owner },
        }
    }

    /// The keepers that have not answered, in the order of the list.
    fn missing(&self, here: Here<'_>) -> Vec<NodeId> {
        let silent = here.of(self.key).keepers.iter().filter(|keeper| !self.tally.yes().contains(**keeper));
        silent.copied().collect()
    }

    /// Sends to whoever has not answered, and to a new stand-in for each if that is allowed.
    fn send_again(&mut self, here: Here<'_>, stand_ins: bool, out: &mut Out) {
        for owner in self.missing(here) {
            out.send(owner, self.message(owner));
            let free = here
                .of(self.key)
                .others
                .iter()
                .find(|other| stand_ins && !self.stand_ins.iter().any(|(taken, _)| taken == *other));
            if let Some(other) = free.copied() {
                out.because(Why::AskStandIn { stand_in: other, owner, key: self.key });
                self.stand_ins.push((other, owner));
                out.send(other, self.message(owner));
            }
        }
    }
}

impl Coordinator {
    pub(super) fn is_busy(&self) -> bool {
        self.jobs.iter().any(|job| !job.answered)
    }

    pub(super) fn open(&self) -> usize {
        self.jobs.iter().filter(|job| !job.answered).count()
    }

    pub(super) fn gathering(&self, epoch: u32) -> Option<Gathering> {
        let job = self.jobs.iter().find(|job| !job.answered)?;
        let (phase, epoch) = match &job.work {
            Work::Write(version) => (WRITE, version.event.bits()),
            Work::Read { .. } => (READ, epoch),
        };
        Some(Gathering { phase: phase as u8, epoch, yes: job.tally.yes(), no: NodeSet::EMPTY })
    }

    /// Whether the request is at work; one that was answered makes room for another try.
    fn is_under_way(&mut self, request: RequestId, out: &mut Out) -> bool {
        let Some(place) = self.jobs.iter().position(|job| job.request == request) else { return false };
        if self.jobs[place].answered {
            self.jobs.remove(place);
            return false;
        }
        out.because(Why::UnderWay { key: self.jobs[place].key });
        true
    }

    pub(super) fn on_read(&mut self, here: Here<'_>, request: RequestId, key: Key, out: &mut Out) {
        if self.is_under_way(request, out) {
            return;
        }
        let needed = here.of(key).rule.threshold(READ);
        out.because(Why::CoordinateRead { key, needed });
        let work = Work::Read { found: Vec::new(), had: Vec::new() };
        self.begin(here, request, key, work, out);
    }

    #[allow(clippy::too_many_arguments, reason = "a request with what its client hands in, and where")]
    pub(super) fn on_write(
        &mut self,
        here: Here<'_>,
        replica: &mut Replica,
        request: RequestId,
        key: Key,
        value: Value,
        context: Option<&Context>,
        out: &mut Out,
    ) {
        if self.is_under_way(request, out) {
            return;
        }
        if self.is_done(request) {
            out.because(Why::DoneAlready { key, value });
            match replica.made_by(key, request) {
                Some(version) => out.reply_with(request, Outcome::Done, seen_in([version])),
                None => out.reply(request, Outcome::Done),
            }
            return;
        }
        let needed = here.of(key).rule.threshold(WRITE);
        let version = if let Some(known) = replica.made_by(key, request) {
            out.because(Why::WriteAgain { version: known.event, key, value, needed });
            known.clone()
        } else {
            let event = replica.issue(here, key, out);
            let context = context.cloned().unwrap_or_default();
            let blind = context.seen.is_empty();
            let at = if blind { here.now.0 } else { here.now.0.max(context.at + 1) };
            let version = Version { key, event, past: context.seen, value, request, at };
            out.because(if blind {
                Why::WriteBlind { version: event, key, value, needed }
            } else {
                Why::CoordinateWrite { version: event, key, value, needed }
            });
            version
        };
        self.begin(here, request, key, Work::Write(version), out);
    }

    /// Whether a write was answered here; one of long ago may be forgotten.
    fn is_done(&self, request: RequestId) -> bool {
        let Some((last, before)) = self.done.get(&request.client) else { return false };
        match last.checked_sub(request.seq) {
            Some(0) => true,
            Some(back @ 1..=64) => before >> (back - 1) & 1 == 1,
            Some(_) | None => false,
        }
    }

    fn note_done(&mut self, request: RequestId) {
        let (last, before) = self.done.entry(request.client).or_default();
        match request.seq.checked_sub(*last) {
            Some(0) => {}
            Some(ahead) => {
                // The last one becomes one before; at the very first there was none.
                let bit = u64::from(*last > 0);
                *before = before.checked_shl(ahead).unwrap_or(0) | bit.checked_shl(ahead - 1).unwrap_or(0);
                *last = request.seq;
            }
            None if *last - request.seq <= 64 => *before |= 1 << (*last - request.seq - 1),
            None => {}
        }
    }

    fn begin(&mut self, here: Here<'_>, request: RequestId, key: Key, work: Work, out: &mut Out) {
        let phase = if matches!(work, Work::Write(_)) { WRITE } else { READ };
        let tally = Tally::new(phase);
        let job = Job { request, key, work, tally, stand_ins: Vec::new(), tries: 0, answered: false };
        if self.jobs.is_empty() {
            out.set_timer(Timer::Retry, here.config.retry);
        }
        here.of(key).keepers.iter().for_each(|keeper| out.send(*keeper, job.message(*keeper)));
        self.jobs.push(job);
    }

    pub(super) fn on_stored(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        key: Key,
        event: Ballot,
        owner: NodeId,
        out: &mut Out,
    ) {
        let of_version = |job: &Job| match &job.work {
            Work::Write(version) => (version.key, version.event) == (key, event),
            Work::Read { .. } => false,
        };
        let Some(place) = self.jobs.iter().position(of_version) else {
            out.because(Why::IgnoredAnswer { from, key });
            return;
        };
        let job = &mut self.jobs[place];
        let keepers = here.of(key);
        let Work::Write(version) = &job.work else { return };
        let (value, context) = (version.value, seen_in([version]));
        let standing = job.tally.record(&keepers.rule, owner, true);
        let weight = keepers.rule.weight(job.tally.yes());
        let needed = keepers.rule.threshold(WRITE);
        match standing {
            Standing::Won => {
                job.answered = true;
                out.because(Why::Written { version: event, key, value, weight });
                out.decide(
                    slot(here, key, event),
                    Command { request: job.request, op: Op::Write { key, value } },
                );
                out.reply_with(job.request, Outcome::Done, context);
                let request = job.request;
                self.note_done(request);
            }
            Standing::Pending | Standing::Lost if from == owner => {
                out.because(Why::CountStored { from, version: event, weight, needed });
            }
            Standing::Pending | Standing::Lost => {
                out.because(Why::CountHeld { from, owner, weight, needed });
            }
        }
        self.close_if_all_answered(here, place, out);
    }

    #[allow(clippy::too_many_arguments, reason = "an input with its sender, and where it is handled")]
    pub(super) fn on_got(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        key: Key,
        request: RequestId,
        owner: NodeId,
        versions: Vec<Version>,
        out: &mut Out,
    ) {
        let place = self.jobs.iter().position(|job| (job.request, job.key) == (request, key));
        let Some((place, Work::Read { found, had })) = place.map(|place| (place, &mut self.jobs[place].work))
        else {
            out.because(Why::IgnoredAnswer { from, key });
            return;
        };
        versions.iter().for_each(|version| shelf::merge(found, version, here.config.by_clock));
        if from == owner && !had.iter().any(|(known, _)| *known == from) {
            had.push((from, versions.iter().map(|version| version.event).collect()));
        }
        let rule = &here.of(key).rule;
        let job = &mut self.jobs[place];
        let standing = job.tally.record(rule, owner, true);
        let (weight, needed) = (rule.weight(job.tally.yes()), rule.threshold(READ));
        let count = versions.len() as u32;
        match standing {
            Standing::Won => self.answer_read(place, weight, out),
            Standing::Pending | Standing::Lost => {
                out.because(Why::CountFound { from, count, weight, needed });
            }
        }
        self.close_if_all_answered(here, place, out);
    }

    fn answer_read(&mut self, place: usize, weight: u32, out: &mut Out) {
        let job = &mut self.jobs[place];
        job.answered = true;
        let (request, key) = (job.request, job.key);
        let Work::Read { found, .. } = &job.work else { return };
        let found = found.clone();
        let mut values: Vec<Value> = Vec::new();
        for version in &found {
            // A write that was tried at two nodes is one value.
            if !values.contains(&version.value) {
                values.push(version.value);
            }
        }
        let outcome = match values[..] {
            [] => {
                out.because(Why::ReadNothing { key, weight });
                Outcome::Value(None)
            }
            [value] => {
                let version = found.last().map_or(Ballot::ZERO, |version| version.event);
                out.because(Why::ReadOne { key, value, version, weight });
                Outcome::Value(Some(value))
            }
            [first, second, ..] => {
                let count = values.len() as u32;
                out.because(Why::ReadSiblings { key, first, second, count });
                Outcome::Siblings { first, second, more: u8::try_from(count - 2).unwrap_or(u8::MAX) }
            }
        };
        out.reply_with(request, outcome, seen_in(&found));
    }

    /// All keepers have answered: who was behind is brought up to date, and the request is over.
    fn close_if_all_answered(&mut self, here: Here<'_>, place: usize, out: &mut Out) {
        let job = &self.jobs[place];
        if job.answered && job.missing(here).is_empty() {
            self.close(here, place, out);
        }
    }

    fn close(&mut self, here: Here<'_>, place: usize, out: &mut Out) {
        let job = self.jobs.remove(place);
        if self.jobs.is_empty() {
            out.cancel_timer(Timer::Retry);
        }
        let Work::Read { found, had } = job.work else { return };
        if !here.config.read_repair {
            return;
        }
        for (keeper, events) in had {
            for version in found.iter().filter(|version| !events.contains(&version.event)) {
                out.because(Why::Repair { keeper, version: version.event, key: version.key });
                let version = version.clone();
                out.send(keeper, Message::Put { version, owner: keeper, purpose: Purpose::Repair });
            }
        }
    }

    pub(super) fn on_retry(&mut self, here: Here<'_>, out: &mut Out) {
        if self.jobs.is_empty() {
            out.because(Why::NothingOpen {});
            return;
        }
        for place in (0..self.jobs.len()).rev() {
            let job = &mut self.jobs[place];
            let missing = job.missing(here);
            let (key, first) = (job.key, missing.first().copied());
            job.tries += 1;
            if job.answered {
                // Who has not answered a write gets it through a stand-in, who keeps at it.
                out.because(Why::LeaveOut { key, keeper: first });
                if matches!(job.work, Work::Write(_)) {
                    job.send_again(here, here.config.sloppy && job.stand_ins.is_empty(), out);
                }
                self.close(here, place, out);
            } else if job.tries > TRIES_MAX {
                out.because(Why::GiveUp { key });
                self.close(here, place, out);
            } else {
                out.because(Why::AskAgain { key, keeper: first });
                job.send_again(here, here.config.sloppy, out);
            }
        }
        if !self.jobs.is_empty() {
            out.set_timer(Timer::Retry, here.config.retry);
        }
    }
}

/// What a client has seen that is told of some versions.
fn seen_in<'a>(versions: impl IntoIterator<Item = &'a Version>) -> Context {
    let mut context = Context::default();
    for version in versions {
        context.join(&Context { seen: version.clock(), at: version.at });
    }
    context
}

/// A number of its own for each write: by key, then in the order in which all nodes count.
fn slot(here: Here<'_>, key: Key, event: Ballot) -> u32 {
    let place = event.round().saturating_sub(1).wrapping_mul(here.config.nodes as u32);
    key.pack() << 24 | (place.wrapping_add(event.node().pack()) & 0xff_ffff)
}
