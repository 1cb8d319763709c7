//! A node: a lock server, a client, the storage, or several of these.

use super::spec::OWN_RULES;
use super::{ACQUIRE, SPEC, Why as Own};
use crate::model::{
    self, Arg, ArgKind, Cell, CellState, Command, Effects, Fact, Field, Gathering, Input, Inspection, Key,
    LocalTime, NodeId, Packed, Protocol, Setup, Span, SpanRange, Spec, Text,
};
use crate::protocols::inside::shifted;
use crate::protocols::locking::{
    self, Disk, Hold, Locking, Message, Put, SERVER, STORAGE, Section, Storage, Terms, Then, Timer, Why,
    redirect, write,
};
use crate::quorum::{Rule, Standing, Tally};
use std::collections::BTreeMap;

type Out = Effects<MajorityLock>;

/// So many times at the most the range doubles from which a wait is drawn.
const SPLITS_MAX: u8 = 5;

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    rule: Rule,
    pub(super) terms: Terms,
    lease: Span,
    margin: Span,
    careless: bool,
    no_margin: bool,
}

/// A server's grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// To whom.
    to: NodeId,
    /// The number of that client's attempt.
    token: u32,
    /// Until when, by the server's own clock.
    until: LocalTime,
}

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// Of a client or the storage.
    pub own: Disk,
    /// A server's grants: one of each lock.
    grants: BTreeMap<Key, Grant>,
}

/// One write to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Of a client or the storage.
    Own(Put),
    /// A server grants a lock, or takes it back.
    Grant(Key, Option<Grant>),
}

/// A client's attempt to get a quorum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    key: Key,
    /// Its number, by which servers know what is given back.
    token: u32,
    /// By the client's own clock, when it asked: the lease is counted from then.
    since: LocalTime,
    tally: Tally,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MajorityLock {
    me: NodeId,
    disk: Durable,
    section: Section,
    attempt: Option<Attempt>,
    /// In how many attempts in a row it has got some grants, and too few: others tried at the same time.
    splits: u8,
    /// Whether it is what the locks protect.
    stores: bool,
    /// Whether it grants.
    serves: bool,
}

impl Locking for MajorityLock {
    const ORDERED: bool = false;

    fn say(message: Message) -> Message {
        message
    }
    fn time(timer: Timer) -> Timer {
        timer
    }
    fn note(put: Put) -> Write {
        Write::Own(put)
    }
    fn stored(disk: &Disk, command: Command, out: &mut Out) {
        out.decide(disk.store.version(), command);
    }
}

/// A reason of this protocol's own.
fn own(why: Own) -> Fact {
    shifted(why.into(), OWN_RULES)
}

impl Protocol for MajorityLock {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = &SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let Setup { weights, thresholds, settings, .. } = *setup;
        Config {
            rule: Rule::new(weights, thresholds),
            terms: Terms::new(weights, settings, false),
            lease: settings.span("lease"),
            margin: settings.span("margin"),
            careless: settings.flaw("careless-release"),
            no_margin: settings.flaw("no-margin"),
        }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, _now: LocalTime, out: &mut Out) -> Self {
        let crew = &config.terms.crew;
        let (stores, serves) = (me == crew.storage, crew.servers.contains(me));
        let node =
            Self { me, disk: durable, section: Section::default(), attempt: None, splits: 0, stores, serves };
        out.because(Why::Start { token: node.highest() });
        node
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Out) {
        self.section.look(now);
        let terms = &config.terms;
        let then = match input {
            Input::Message { from, message } => self.on_message(config, now, from, message, out),
            Input::Timer(Timer::Work) => {
                self.section.on_work(terms, out);
                Then::default()
            }
            Input::Timer(Timer::Lease) => self.section.on_lease(out),
            Input::Timer(Timer::Retry) if self.section.on_retry(terms, out) => self.on_retry(config, out),
            Input::Timer(Timer::Retry) => Then::default(),
            Input::Timer(Timer::KeepAlive) => {
                out.because(Why::IgnoreTimer {});
                Then::default()
            }
            Input::Request { id, op } if terms.crew.clients.contains(self.me) => {
                self.section.on_request(terms, Command { request: id, op }, out)
            }
            Input::Request { id, .. } => {
                redirect(&terms.crew, self.me, id, out);
                Then::default()
            }
        };
        self.follow(config, now, then, out);
        debug_assert!(
            self.attempt.is_none() || self.section.waits().is_some(),
            "tries to get a lock that it does not wait for"
        );
    }

    fn inspect(&self) -> Inspection<'_> {
        let token = self.section.hold().map(|hold| hold.token);
        let role = match (self.serves, self.stores) {
            (true, _) => SERVER,
            (false, true) => STORAGE,
            (false, false) => self.section.role(),
        };
        let granted = self.disk.grants.values().map(|grant| grant.token).max();
        Inspection {
            role,
            epoch: token.or(granted.filter(|_| self.serves)).unwrap_or(self.highest()),
            lease: self.section.lease(),
            waits: self.section.waits(),
            access: self.disk.own.access,
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        let Attempt { token, tally, .. } = self.attempt.as_ref()?;
        Some(Gathering { phase: ACQUIRE as u8, epoch: *token, yes: tally.yes(), no: tally.no() })
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        for grant in self.disk.grants.values() {
            let mut field = |en, zh, value| out.push(Field { name: Text::new(en, zh), value, durable: true });
            field("granted to", "授予", Arg::Packed(ArgKind::Node, grant.to.pack()));
            field("granted until (ms)", "授予至（毫秒）", Arg::Wide(grant.until.0 / 1_000));
        }
        locking::fields(&config.terms, self.me, &self.section, &self.disk.own, out);
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        out.extend(self.disk.grants.iter().map(|(key, grant)| Cell {
            group: Text::new("Locks", "锁"),
            name: Arg::Key(*key),
            value: Arg::Packed(ArgKind::Node, grant.to.pack()),
            version: Some(Arg::Packed(ArgKind::Number, grant.token)),
            state: CellState::Settled,
        }));
        locking::cells(&self.section, &self.disk.own, out);
    }
}

impl MajorityLock {
    fn on_message(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        message: Message,
        out: &mut Out,
    ) -> Then {
        let terms = &config.terms;
        match message {
            Message::Acquire { key, seq } if self.serves => {
                self.on_acquire(config, now, from, (key, seq), out)
            }
            Message::Release { key, token, .. } if self.serves => {
                self.on_release(config, from, (key, token), out)
            }
            Message::Open { key, token, request } if self.stores => {
                Storage::on_open(&mut self.disk.own, terms, from, (key, token, request), out);
            }
            Message::Write { token, command } if self.stores => {
                Storage::on_write(&mut self.disk.own, terms, from, token, command, out);
            }
            Message::Granted { token, .. } => return self.on_granted(config, now, from, token, out),
            Message::Held { seq } => self.on_held(config, from, seq, out),
            Message::Opened { token, request, value, before } => {
                return self.section.on_opened(terms, from, (token, request), (value, before), out);
            }
            Message::Stored { token, request, outcome } => {
                return self.section.on_stored(terms, from, (token, request), outcome, out);
            }
            Message::Acquire { .. }
            | Message::Release { .. }
            | Message::Open { .. }
            | Message::Write { .. }
            | Message::Released { .. }
            | Message::Redirect { .. }
            | Message::Refused { .. } => return locking::ignore(from, out),
        }
        Then::default()
    }

    // As a server.

    /// One client at a time; whose time is over, by this server's clock, has had its turn.
    fn on_acquire(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        (key, token): (Key, u32),
        out: &mut Out,
    ) {
        let held = self.disk.grants.get(&key).copied().filter(|grant| now < grant.until);
        match held {
            Some(grant) if grant.to != from || token < grant.token => {
                out.because(Why::SayHeld { to: from });
                out.send(from, Message::Held { seq: token });
                return;
            }
            // It asks again: granted already.
            Some(grant) if grant.token == token => {}
            // Whoever tries anew has given up what it tried before.
            Some(_) | None => {
                let grant = Grant { to: from, token, until: now + config.lease };
                out.persist(&mut self.disk, Write::Grant(key, Some(grant)));
            }
        }
        out.because(Why::Grant { to: from, token });
        out.send(from, Message::Granted { seq: token, token });
    }

    fn on_release(&mut self, config: &Config, from: NodeId, (key, token): (Key, u32), out: &mut Out) {
        let held = self.disk.grants.get(&key);
        let is_owner = held.is_some_and(|grant| (grant.to, grant.token) == (from, token));
        if !is_owner && (held.is_none() || !config.careless) {
            out.because(Why::NotOwner { from });
            return;
        }
        out.because(if is_owner { Why::TakeBack { from } } else { Why::TakeUnchecked { from } });
        out.persist(&mut self.disk, Write::Grant(key, None));
    }

    // As a client.

    /// Gives back and asks for what has to be.
    fn follow(&mut self, config: &Config, now: LocalTime, then: Then, out: &mut Out) {
        if let Some(Hold { key, token, .. }) = then.back {
            self.give_back(config, key, token, out);
            if then.ask.is_none() {
                out.set_timer(Timer::Retry, config.terms.retry);
            }
        }
        let is_past = then.ask.is_some() || self.section.waits().is_none();
        if let Some(Attempt { key, token, .. }) = self.attempt.take_if(|_| is_past) {
            // What it was for is done.
            self.give_back(config, key, token, out);
        }
        let Some(key) = then.ask else { return };
        let token = self.disk.own.seq.saturating_add(1);
        write(&mut self.disk.own, Put::Seq(token), out);
        out.because(Why::Ask { seq: token });
        self.attempt = Some(Attempt { key, token, since: now, tally: Tally::new(ACQUIRE) });
        for server in config.terms.crew.servers.iter() {
            out.send(server, Message::Acquire { key, seq: token });
        }
        out.set_timer(Timer::Retry, config.terms.retry);
    }

    /// Everywhere: a grant may be on its way from a server that has not been heard.
    fn give_back(&self, config: &Config, key: Key, token: u32, out: &mut Out) {
        for server in config.terms.crew.servers.iter() {
            out.send(server, Message::Release { key, seq: token, token });
        }
    }

    fn on_granted(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        token: u32,
        out: &mut Out,
    ) -> Then {
        let Some(attempt) = self.attempt.as_mut().filter(|attempt| attempt.token == token) else {
            return locking::ignore(from, out);
        };
        let standing = attempt.tally.record(&config.rule, from, true);
        let (weight, threshold) = (config.rule.weight(attempt.tally.yes()), config.rule.threshold(ACQUIRE));
        out.because(own(Own::CountGrant { from, weight, threshold }));
        if standing != Standing::Won {
            return Then::default();
        }
        let Some(Attempt { key, since, .. }) = self.attempt.take() else { return Then::default() };
        // What it took to get here is gone already, and clocks may be off.
        let until = match config.no_margin {
            true => now + config.lease,
            false => since + Span(config.lease.0.saturating_sub(config.margin.0)),
        };
        self.splits = 0;
        let hold = Hold { key, token, until, over: now >= until };
        if hold.over {
            out.because(Why::TooLate { token });
            return self.section.start_over(hold, out);
        }
        out.because(own(Own::WinMajority { token, weight, threshold }));
        self.section.granted(&config.terms, now, hold, out);
        Then::default()
    }

    fn on_held(&mut self, config: &Config, from: NodeId, token: u32, out: &mut Out) {
        let Some(attempt) = self.attempt.as_mut().filter(|attempt| attempt.token == token) else {
            locking::ignore::<Self>(from, out);
            return;
        };
        out.because(own(Own::CountHeld { from, token }));
        if attempt.tally.record(&config.rule, from, false) == Standing::Lost {
            let (key, split) = (attempt.key, !attempt.tally.yes().is_empty());
            self.attempt = None;
            out.because(own(Own::LoseMajority { token }));
            self.give_back(config, key, token, out);
            // At random. Where others got the rest, from a longer range each time, up to a lease, so that
            // those who compete do not meet again; where one has it, there is nothing to get out of the
            // way of.
            self.splits = if split { self.splits.saturating_add(1).min(SPLITS_MAX) } else { 0 };
            let SpanRange { least, most } = config.terms.retry;
            let longer = Span(most.0.saturating_mul(1 << self.splits)).min(config.lease).max(most);
            out.set_timer(Timer::Retry, SpanRange { least, most: longer });
        }
    }

    /// An attempt is as long as the wait between two.
    fn on_retry(&mut self, config: &Config, out: &mut Out) -> Then {
        if let Some(Attempt { key, token, .. }) = self.attempt.take() {
            out.because(own(Own::GiveUpAttempt { token }));
            self.give_back(config, key, token, out);
        }
        Then { back: None, ask: self.section.waits() }
    }

    /// The highest number under which anybody has come in.
    fn highest(&self) -> u32 {
        self.disk.own.highest.values().copied().max().unwrap_or(0)
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Own(put) => self.own.apply(&put),
            Write::Grant(key, Some(grant)) => {
                self.grants.insert(key, grant);
            }
            Write::Grant(key, None) => {
                self.grants.remove(&key);
            }
        }
    }
}
