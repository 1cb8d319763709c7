//! Clients' reads and writes at the node that they asked: two phases each, any number at once.

use super::{Durable, Here, Message, Out, READ, Tagged, Timer, WRITE, Why, Write, words};
use crate::model::{Ballot, Gathering, Key, NodeId, NodeSet, Outcome, RequestId, Value};
use crate::quorum::Tally;
use std::collections::BTreeMap;

/// The operations under way. A crash makes the node forget them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Operations {
    under_way: BTreeMap<RequestId, Operation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Operation {
    key: Key,
    /// The value to write; `None`: it reads.
    write: Option<Value>,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// Asks a read quorum what it holds.
    Query {
        answers: Tally,
        /// The newest that was answered.
        newest: Tagged,
        /// Who answered just that.
        agree: NodeSet,
    },
    /// Has a write quorum hold it.
    Store { held: Tagged, acks: Tally },
}

impl Operation {
    fn tally(&self) -> &Tally {
        match &self.phase {
            Phase::Query { answers, .. } => answers,
            Phase::Store { acks, .. } => acks,
        }
    }

    fn message(&self, request: RequestId) -> Message {
        let key = self.key;
        match self.phase {
            Phase::Query { .. } => Message::Query { request, key },
            Phase::Store { held, .. } => Message::Store { request, key, held },
        }
    }
}

impl Operations {
    pub(super) fn role(&self) -> u8 {
        let role = |operation: &Operation| match operation.phase {
            Phase::Query { .. } => words::ASKING,
            Phase::Store { .. } => words::STORING,
        };
        self.under_way.values().map(role).max().unwrap_or(words::IDLE)
    }

    pub(super) fn gathering(&self) -> Option<Gathering> {
        let operation = self.under_way.values().next()?;
        let tally = operation.tally();
        let tag = match operation.phase {
            Phase::Query { newest, .. } => newest.tag,
            Phase::Store { held, .. } => held.tag,
        };
        let phase = tally.phase() as u8;
        Some(Gathering { phase, epoch: tag.bits(), yes: tally.yes(), no: tally.no() })
    }

    pub(super) fn count(&self) -> u32 {
        self.under_way.len() as u32
    }

    /// A client reads, or writes a value.
    pub(super) fn begin(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        request: RequestId,
        (key, write): (Key, Option<Value>),
        out: &mut Out,
    ) {
        if self.under_way.contains_key(&request) {
            out.because(Why::UnderWay { key });
            return;
        }
        if self.under_way.is_empty() {
            out.set_timer(Timer::Resend, here.config.resend);
        }
        if let (Some(value), true) = (write, here.config.single_writer) {
            // Nobody else writes, so nothing newer than its own can be anywhere.
            let held = next_tag(here, disk, request, Ballot::ZERO, value, out);
            out.because(Why::WriteAlone { key, tag: held.tag, value });
            self.store(here, request, Operation { key, write, phase: stored(held) }, out);
            return;
        }
        out.because(match write {
            Some(value) => Why::AskBeforeWriting { key, value },
            None => Why::AskToRead { key },
        });
        let (answers, newest) = (Tally::new(READ), Tagged::default());
        let phase = Phase::Query { answers, newest, agree: NodeSet::EMPTY };
        let operation = Operation { key, write, phase };
        multicast(here.config.replicas, &operation.message(request), out);
        self.under_way.insert(request, operation);
    }

    pub(super) fn on_answer(
        &mut self,
        here: Here<'_>,
        disk: &mut Durable,
        from: NodeId,
        (request, key, held): (RequestId, Key, Tagged),
        out: &mut Out,
    ) {
        let rule = &here.config.rule;
        let Some(Operation { write, phase: Phase::Query { answers, newest, agree }, .. }) =
            self.under_way.get_mut(&request)
        else {
            out.because(Why::LateAnswer { key, from, tag: held.tag });
            return;
        };
        if held.tag > newest.tag {
            (*newest, *agree) = (held, NodeSet::EMPTY);
        }
        if held.tag == newest.tag {
            agree.insert(from);
        }
        // Said once; what comes later finds the second phase.
        answers.record(rule, from, true);
        if !answers.has_won(rule) {
            out.because(Why::CountAnswer { key, from, tag: held.tag, value: held.value });
            return;
        }
        let (newest, agree, write) = (*newest, *agree, *write);
        match write {
            Some(value) => {
                let held = next_tag(here, disk, request, newest.tag, value, out);
                out.because(Why::WriteNewer { key, newest: newest.tag, tag: held.tag, value });
                self.store(here, request, Operation { key, write, phase: stored(held) }, out);
            }
            None => self.has_read(here, request, key, (newest, agree), out),
        }
    }

    /// A read knows the newest value: before it says so, a write quorum has to hold it, so that no later
    /// read finds an older one.
    fn has_read(
        &mut self,
        here: Here<'_>,
        request: RequestId,
        key: Key,
        (newest, agree): (Tagged, NodeSet),
        out: &mut Out,
    ) {
        let Tagged { tag, value, .. } = newest;
        let is_held = here.config.rule.is_quorum(WRITE, agree);
        if here.config.skips_write_back || here.config.fast_reads && is_held {
            out.because(match here.config.skips_write_back {
                true => Why::ReadBlindly { key, tag, value },
                false => Why::ReadAgreed { key, tag, value },
            });
            self.finish(request, Outcome::Value(value), out);
            return;
        }
        out.because(Why::WriteBack { key, tag, value });
        self.store(here, request, Operation { key, write: None, phase: stored(newest) }, out);
    }

    /// The second phase.
    fn store(&mut self, here: Here<'_>, request: RequestId, operation: Operation, out: &mut Out) {
        multicast(here.config.replicas, &operation.message(request), out);
        self.under_way.insert(request, operation);
    }

    pub(super) fn on_stored(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        (request, key, tag): (RequestId, Key, Ballot),
        out: &mut Out,
    ) {
        let rule = &here.config.rule;
        let (held, write, acks) = match self.under_way.get_mut(&request) {
            Some(Operation { write, phase: Phase::Store { held, acks }, .. }) if held.tag == tag => {
                (*held, *write, acks)
            }
            Some(_) | None => {
                out.because(Why::LateStored { key, from, tag });
                return;
            }
        };
        acks.record(rule, from, true);
        if !acks.has_won(rule) {
            out.because(Why::CountStored { key, from, tag });
            return;
        }
        match write {
            Some(value) => {
                out.because(Why::Written { key, tag, value });
                self.finish(request, Outcome::Done, out);
            }
            None => {
                out.because(Why::Read { key, tag, value: held.value });
                self.finish(request, Outcome::Value(held.value), out);
            }
        }
    }

    fn finish(&mut self, request: RequestId, outcome: Outcome, out: &mut Out) {
        self.under_way.remove(&request);
        out.reply(request, outcome);
        if self.under_way.is_empty() {
            out.cancel_timer(Timer::Resend);
        }
    }

    /// Messages may be lost: those who have not answered are asked again.
    pub(super) fn on_resend(&self, here: Here<'_>, out: &mut Out) {
        if self.under_way.is_empty() {
            out.because(Why::IgnoredResend {});
            return;
        }
        out.because(Why::AskAgain { operations: self.count() });
        out.set_timer(Timer::Resend, here.config.resend);
        for (request, operation) in &self.under_way {
            let silent = here.config.replicas.minus(operation.tally().yes());
            multicast(silent, &operation.message(*request), out);
        }
    }
}

fn stored(held: Tagged) -> Phase {
    Phase::Store { held, acks: Tally::new(WRITE) }
}

/// A tag above one that was answered, and above all that this node has written with: two writes of the
/// same node, at once or before and after a crash, must not share one.
fn next_tag(
    here: Here<'_>,
    disk: &mut Durable,
    by: RequestId,
    newest: Ballot,
    value: Value,
    out: &mut Out,
) -> Tagged {
    let number = newest.round().max(disk.number).saturating_add(1);
    out.persist(disk, Write::Number(number));
    Tagged { tag: Ballot::new(number, here.me), by, value: Some(value) }
}

/// Sends to some nodes, perhaps the sender too.
fn multicast(to: NodeSet, message: &Message, out: &mut Out) {
    to.iter().for_each(|node| out.send(node, message.clone()));
}
