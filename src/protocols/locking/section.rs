//! A client: what it is asked to do waits in line, and is done under the lock, one after another.

use super::{CLIENT, HOLDER, Locking, Message, Terms, Timer, WAITING, Why};
use crate::model::{
    Command, Effects, Key, Lease, LocalTime, NodeId, Op, Outcome, RequestId, Span, SpanRange, Value,
};
use std::collections::VecDeque;

/// So many requests wait at a client at the most.
const LINE_MAX: usize = 256;
/// Each time that it has asked so often for a lock, a client looks whether it still needs it.
const CHECK_EVERY: u8 = 2;
/// So many requests at the most are done under one grant while others may wait for the lock.
pub(super) const UNDER_ONE_GRANT: u8 = 4;

/// A lease that the client was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hold {
    /// Of which lock.
    pub key: Key,
    /// The number of the grant.
    pub token: u32,
    /// Until when, by the client's own clock.
    pub until: LocalTime,
    /// Whether it was over when the client last did anything.
    pub over: bool,
}

/// Where a client is with the first request in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// There is none.
    Idle,
    /// It waits for the lock.
    Asking,
    /// It only reads.
    Reading,
    /// It holds the lock, and asks the storage what is there.
    Opening(Hold),
    /// It works.
    Working(Hold),
    /// It has written this, and waits to be told so.
    Writing(Hold, Op),
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Section {
    line: VecDeque<Command>,
    stage: Stage,
    /// How often the first in line has asked for the lock again.
    waits: u8,
    /// How many requests have been done under the grant that it has.
    done: u8,
    /// The lock that it has just given back: before it asks for it again it waits as long as those do that
    /// were refused, until its retry timer runs out.
    rests: Option<Key>,
}

/// What follows for the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Then {
    /// A lease that is to be given back.
    pub back: Option<Hold>,
    /// A lock that is to be asked for.
    pub ask: Option<Key>,
}

impl Default for Section {
    fn default() -> Self {
        Self { line: VecDeque::new(), stage: Stage::Idle, waits: 0, done: 0, rests: None }
    }
}

impl Section {
    /// The lease that it believes to hold.
    #[must_use]
    pub const fn hold(&self) -> Option<Hold> {
        match self.stage {
            Stage::Opening(hold) | Stage::Working(hold) | Stage::Writing(hold, _) => Some(hold),
            Stage::Idle | Stage::Asking | Stage::Reading => None,
        }
    }

    /// The lease that it believes to hold, as others may see it.
    #[must_use]
    pub fn lease(&self) -> Option<Lease> {
        self.hold().map(|Hold { key, token, over, .. }| Lease { key, token, over })
    }

    /// The lock that it waits for.
    #[must_use]
    pub fn waits(&self) -> Option<Key> {
        self.line.front().filter(|_| self.stage == Stage::Asking).and_then(|command| command.op.key())
    }

    /// Its role, if it is nothing else.
    #[must_use]
    pub fn role(&self) -> u8 {
        match (self.hold(), self.waits()) {
            (Some(_), _) => HOLDER,
            (None, Some(_)) => WAITING,
            (None, None) => CLIENT,
        }
    }

    /// How many requests are in its line.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.line.len() as u32
    }

    /// Looks at its own clock, as it does at the beginning of every step.
    pub fn look(&mut self, now: LocalTime) {
        if let Stage::Opening(hold) | Stage::Working(hold) | Stage::Writing(hold, _) = &mut self.stage {
            hold.over |= now >= hold.until;
        }
    }

    /// Somebody asks.
    pub fn on_request<P: Locking>(&mut self, terms: &Terms, command: Command, out: &mut Effects<P>) -> Then {
        let known = self.line.iter().any(|other| other.request == command.request);
        match command.op {
            Op::Read { .. } | Op::Write { .. } | Op::Cas { .. } if known => {
                out.because(Why::Awaited { waiting: self.waiting() });
                return Then::default();
            }
            Op::Read { .. } | Op::Write { .. } | Op::Cas { .. } if self.line.len() < LINE_MAX => {}
            Op::Read { .. }
            | Op::Write { .. }
            | Op::Cas { .. }
            | Op::Noop
            | Op::Clock { .. }
            | Op::End { .. }
            | Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Tree(_) => {
                out.because(Why::RefuseRequest {});
                out.reply(command.request, Outcome::Refused);
                return Then::default();
            }
        }
        self.line.push_back(command);
        out.because(Why::Queue { waiting: self.waiting() });
        if self.stage == Stage::Idle { self.next(terms, out) } else { Then::default() }
    }

    /// Begins with the first in line.
    fn next<P: Locking>(&mut self, terms: &Terms, out: &mut Effects<P>) -> Then {
        self.stage = Stage::Idle;
        let Some(command) = self.line.front().copied() else { return Then::default() };
        if let Op::Read { .. } = command.op {
            self.stage = Stage::Reading;
            self.send_open(terms, command, 0, out);
            return Then::default();
        }
        (self.stage, self.waits) = (Stage::Asking, 0);
        let ask = command.op.key();
        if self.rests.is_some() && self.rests == ask {
            out.because(Why::LetOthers {});
            return Then::default();
        }
        self.rests = None;
        Then { back: None, ask }
    }

    fn send_open<P: Locking>(&self, terms: &Terms, command: Command, token: u32, out: &mut Effects<P>) {
        let (key, request) = (command.op.key().unwrap_or_default(), command.request);
        out.send(terms.crew.storage, P::say(Message::Open { key, token, request }));
        out.set_timer(P::time(Timer::Retry), terms.retry);
    }

    /// The lock is granted, until then by its own clock: it asks the storage what is there.
    pub fn granted<P: Locking>(&mut self, terms: &Terms, now: LocalTime, hold: Hold, out: &mut Effects<P>) {
        let Some(command) = self.line.front().copied() else { return };
        let left = Span(hold.until.0.saturating_sub(now.0));
        out.because(Why::Hold { token: hold.token, left: left_ms(left) });
        (self.stage, self.done) = (Stage::Opening(hold), 0);
        out.set_timer(P::time(Timer::Lease), SpanRange::exactly(left));
        self.send_open(terms, command, hold.token, out);
    }

    /// The lease lasts longer.
    pub fn prolonged<P: Locking>(&mut self, now: LocalTime, until: LocalTime, out: &mut Effects<P>) {
        if let Stage::Opening(hold) | Stage::Working(hold) | Stage::Writing(hold, _) = &mut self.stage {
            hold.until = until;
            hold.over = now >= until;
            let left = Span(until.0.saturating_sub(now.0));
            out.because(Why::Prolong { token: hold.token, left: left_ms(left) });
            out.set_timer(P::time(Timer::Lease), SpanRange::exactly(left));
        }
    }

    /// The storage says what is there.
    pub fn on_opened<P: Locking>(
        &mut self,
        terms: &Terms,
        from: NodeId,
        (token, request): (u32, RequestId),
        (value, before): (Option<Value>, Option<Outcome>),
        out: &mut Effects<P>,
    ) -> Then {
        let first = self.line.front().copied().filter(|first| first.request == request);
        match (self.stage, first) {
            // Somebody else has seen to it meanwhile.
            (Stage::Asking, Some(_)) if token == 0 && before.is_some() => {
                out.because(Why::DoneMeanwhile {});
                self.finish(terms, before.unwrap_or(Outcome::Done), out)
            }
            (Stage::Reading, Some(_)) if token == 0 => {
                out.because(Why::ReadBack { value });
                self.finish(terms, Outcome::Value(value), out)
            }
            (Stage::Opening(hold), Some(first)) if token == hold.token => match (before, first.op) {
                (Some(outcome), _) => {
                    out.because(Why::DoneBefore { token });
                    self.finish(terms, outcome, out)
                }
                (None, Op::Cas { expect, .. }) if value != Some(expect) => {
                    // No work to do; the storage is to remember that it was answered so.
                    out.because(Why::FindOther { token, value });
                    self.send_write(terms, hold, first, out);
                    Then::default()
                }
                (None, _) => {
                    out.because(Why::Work { token, value });
                    self.stage = Stage::Working(hold);
                    out.cancel_timer(P::time(Timer::Retry));
                    out.set_timer(P::time(Timer::Work), terms.work);
                    Then::default()
                }
            },
            _ => ignore(from, out),
        }
    }

    /// The work is done. The client has looked at its clock when it began, and its lease timer would have
    /// stopped it since; a look now would only make the gap narrower, not close it.
    pub fn on_work<P: Locking>(&mut self, terms: &Terms, out: &mut Effects<P>) {
        let (Stage::Working(hold), Some(command)) = (self.stage, self.line.front().copied()) else {
            out.because(Why::IgnoreTimer {});
            return;
        };
        let token = hold.token;
        out.because(if hold.over { Why::WriteLate { token } } else { Why::Write { token } });
        let (key, value) = (hold.key, command.op.value().unwrap_or_default());
        // What it was to be compared with is what it has read under the lock.
        self.send_write(terms, hold, Command { op: Op::Write { key, value }, ..command }, out);
    }

    fn send_write<P: Locking>(&mut self, terms: &Terms, hold: Hold, command: Command, out: &mut Effects<P>) {
        self.stage = Stage::Writing(hold, command.op);
        out.send(terms.crew.storage, P::say(Message::Write { token: hold.token, command }));
        out.set_timer(P::time(Timer::Retry), terms.retry);
    }

    /// The storage says that it is written.
    pub fn on_stored<P: Locking>(
        &mut self,
        terms: &Terms,
        from: NodeId,
        (token, request): (u32, RequestId),
        outcome: Outcome,
        out: &mut Effects<P>,
    ) -> Then {
        let first = self.line.front().is_some_and(|first| first.request == request);
        match self.stage {
            Stage::Writing(hold, _) if first && hold.token == token => {
                out.because(Why::Finish { token });
                self.finish(terms, outcome, out)
            }
            Stage::Idle
            | Stage::Asking
            | Stage::Reading
            | Stage::Opening(_)
            | Stage::Working(_)
            | Stage::Writing(..) => ignore(from, out),
        }
    }

    /// The storage has seen a later token: it is not this client's turn any more.
    pub fn on_refused<P: Locking>(
        &mut self,
        from: NodeId,
        (token, highest): (u32, u32),
        out: &mut Effects<P>,
    ) -> Then {
        match self.hold() {
            Some(hold) if hold.token == token => {
                out.because(Why::Fenced { token, highest });
                self.start_over(hold, out)
            }
            _ => ignore(from, out),
        }
    }

    /// By its own clock the lease is over. What has been written is not taken back: it waits to be told.
    pub fn on_lease<P: Locking>(&mut self, out: &mut Effects<P>) -> Then {
        match self.stage {
            Stage::Opening(hold) | Stage::Working(hold) => {
                out.because(Why::LoseLease { token: hold.token });
                self.start_over(hold, out)
            }
            Stage::Writing(hold, op) => {
                out.because(Why::LeaseOver { token: hold.token });
                self.stage = Stage::Writing(Hold { over: true, ..hold }, op);
                Then::default()
            }
            Stage::Idle | Stage::Asking | Stage::Reading => {
                out.because(Why::IgnoreTimer {});
                Then::default()
            }
        }
    }

    /// No lease any more, whoever says so: the same request once more, from the beginning, when it has let
    /// others have their turn. Whoever gives a lock back sets the retry timer.
    pub fn start_over<P: Locking>(&mut self, hold: Hold, out: &mut Effects<P>) -> Then {
        (self.stage, self.rests) = (Stage::Asking, Some(hold.key));
        quiet(out);
        out.because(Why::LetOthers {});
        Then { back: Some(hold), ask: None }
    }

    /// What was asked of the storage has not been answered. True where it waits for the lock instead.
    pub fn on_retry<P: Locking>(&mut self, terms: &Terms, out: &mut Effects<P>) -> bool {
        let Some(command) = self.line.front().copied() else {
            self.rests = None;
            out.because(Why::IgnoreTimer {});
            return false;
        };
        match self.stage {
            // It has rested, and has not asked yet.
            Stage::Asking if self.rests.take().is_some() => return true,
            Stage::Asking => {
                self.waits = self.waits.saturating_add(1);
                if self.waits.is_multiple_of(CHECK_EVERY) {
                    // Clients ask more than one node: it may be done by now.
                    let (key, request) = (command.op.key().unwrap_or_default(), command.request);
                    out.send(terms.crew.storage, P::say(Message::Open { key, token: 0, request }));
                }
                return true;
            }
            Stage::Reading => {
                out.because(Why::AskStorage {});
                self.send_open(terms, command, 0, out);
            }
            Stage::Opening(hold) => {
                out.because(Why::AskStorage {});
                self.send_open(terms, command, hold.token, out);
            }
            Stage::Writing(hold, op) => {
                out.because(Why::AskStorage {});
                self.send_write(terms, hold, Command { op, ..command }, out);
            }
            Stage::Idle | Stage::Working(_) => out.because(Why::IgnoreTimer {}),
        }
        false
    }

    /// The first in line is done.
    fn finish<P: Locking>(&mut self, terms: &Terms, outcome: Outcome, out: &mut Effects<P>) -> Then {
        let back = self.hold();
        if let Some(command) = self.line.pop_front() {
            out.reply(command.request, outcome);
        }
        self.done = self.done.saturating_add(u8::from(back.is_some()));
        if let (Some(hold), Some(next)) = (back.filter(|hold| !hold.over), self.line.front().copied())
            && self.done < UNDER_ONE_GRANT
            && next.op.value().is_some()
            && next.op.key() == Some(hold.key)
        {
            // Giving the lock back only to ask for it again would help nobody.
            out.because(Why::CarryOn { token: hold.token });
            self.stage = Stage::Opening(hold);
            out.cancel_timer(P::time(Timer::Work));
            self.send_open(terms, next, hold.token, out);
            return Then::default();
        }
        quiet(out);
        self.rests = back.map(|hold| hold.key).or(self.rests);
        let then = self.next(terms, out);
        if self.rests.is_some() && matches!(self.stage, Stage::Idle | Stage::Asking) {
            out.set_timer(P::time(Timer::Retry), terms.retry);
        }
        Then { back, ..then }
    }
}

/// Stops what was running for a lease.
fn quiet<P: Locking>(out: &mut Effects<P>) {
    [Timer::Retry, Timer::Work, Timer::Lease, Timer::KeepAlive]
        .into_iter()
        .for_each(|timer| out.cancel_timer(P::time(timer)));
}

/// An answer to what is no longer asked.
pub fn ignore<P: Locking>(from: NodeId, out: &mut Effects<P>) -> Then {
    out.because(Why::Ignore { from });
    Then::default()
}

fn left_ms(left: Span) -> u32 {
    u32::try_from(left.0 / 1_000).unwrap_or(u32::MAX)
}
