//! A node: a server with Raft inside, a client, the storage, or several of these.

use super::SPEC;
use super::spec::{RAFT_MESSAGES, RAFT_RULES, RAFT_TIMERS};
use crate::machines::{MachineKind, MachineSetup};
use crate::model::{
    self, Arg, ArgKind, Cell, ClientId, Effects, Fact, Field, Gathering, Input, Inspection, Key, LocalTime,
    NodeId, Op, Outcome, Protocol, RequestId, SettingValue, Settings, Setup, Span, SpanRange, Spec,
    TimerKind,
};
use crate::protocols::inside::{Shell, Told, shifted};
use crate::protocols::locking::{
    self, Disk, Hold, Locking, Put, SERVER, STORAGE, Section, Storage, Terms, Then, Why, redirect, write,
};
use crate::protocols::raft::{self, Raft};

type Out = Effects<LockService>;

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    terms: Terms,
    raft: raft::Config,
    /// How many nodes, from the first on, run Raft: up to the last that weighs something.
    members: usize,
    lease: Span,
    margin: Span,
    no_margin: bool,
}

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Between clients, servers and storage.
    Lock(locking::Message),
    /// Among servers.
    Raft(raft::Message),
}

/// A node's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A client's.
    Lock(locking::Timer),
    /// A server's.
    Raft(raft::Timer),
}

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// Of a server.
    pub raft: raft::Durable,
    /// Of a client or the storage.
    pub own: Disk,
}

/// One write to disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Of a server.
    Raft(raft::Write),
    /// Of a client or the storage.
    Own(Put),
}

/// What a client has asked of the servers and not been answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Asked {
    seq: u32,
    /// By the client's own clock, when it asked first: a lease is counted from then.
    since: LocalTime,
    key: Key,
    /// What is given back; 0 where something is asked for.
    token: u32,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockService {
    me: NodeId,
    raft: Option<Raft>,
    disk: Disk,
    section: Section,
    /// For the lock.
    asked: Option<Asked>,
    /// For more time.
    renewal: Option<Asked>,
    /// To take a lock back.
    giving: Option<Asked>,
    /// The lock that it has held last.
    last: Key,
    /// The server that it asks.
    server: NodeId,
    /// Whether it is what the locks protect.
    stores: bool,
}

const SHELL: Shell<Raft, LockService> =
    Shell { say: Message::Raft, time: Timer::Raft, note: Write::Raft, rules: RAFT_RULES };

impl Locking for LockService {
    const ORDERED: bool = true;

    fn say(message: locking::Message) -> Message {
        Message::Lock(message)
    }
    fn time(timer: locking::Timer) -> Timer {
        Timer::Lock(timer)
    }
    fn note(put: Put) -> Write {
        Write::Own(put)
    }
}

impl Protocol for LockService {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = &SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let Setup { weights, settings, .. } = *setup;
        let members = weights.iter().rposition(|weight| *weight > 0).map_or(0, |last| last + 1);
        let mut inner = Settings::defaults(Raft::SPEC.settings);
        inner.set("election", SettingValue::Range(settings.range("election")));
        inner.set("heartbeat", SettingValue::Span(settings.span("heartbeat")));
        let mut raft = Raft::configure(&Setup { weights: &weights[..members], settings: &inner, ..*setup });
        let lease = settings.span("lease");
        raft.machine = MachineSetup {
            kind: MachineKind::Locks,
            lease,
            first_token: settings.number("first-token"),
            careless: settings.flaw("careless-release"),
            ..raft.machine
        };
        Config {
            terms: Terms::new(weights, settings, !settings.flaw("no-fencing")),
            raft,
            members,
            lease,
            margin: settings.span("margin"),
            no_margin: settings.flaw("no-margin"),
        }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, now: LocalTime, out: &mut Out) -> Self {
        let Durable { raft, own } = durable;
        let first = config.terms.crew.servers.iter().next().unwrap_or(NodeId(0));
        let mut node = Self {
            me,
            raft: None,
            section: Section::default(),
            asked: None,
            renewal: None,
            giving: None,
            last: Key::default(),
            server: first,
            stores: me == config.terms.crew.storage,
            disk: own,
        };
        out.because(Why::Start { token: node.highest() });
        if me.index() < config.members {
            let mut inner = Effects::default();
            node.raft = Some(Raft::boot(me, &config.raft, raft, now, &mut inner));
            SHELL.pass(&mut inner, out, hear);
        }
        node
    }

    fn step(&mut self, config: &Config, now: LocalTime, input: Input<Self>, out: &mut Out) {
        self.section.look(now);
        match input {
            Input::Message { from, message: Message::Raft(message) } => {
                self.raft_step(config, now, from, Input::Message { from, message }, out);
            }
            Input::Message { from, message: Message::Lock(message) } => {
                self.on_message(config, now, from, message, out);
            }
            Input::Timer(Timer::Raft(timer)) => {
                self.raft_step(config, now, self.me, Input::Timer(timer), out);
            }
            Input::Timer(Timer::Lock(timer)) => self.on_timer(config, now, timer, out),
            Input::Request { id, op } if config.terms.crew.clients.contains(self.me) => {
                let command = model::Command { request: id, op };
                let then = self.section.on_request(&config.terms, command, out);
                self.follow(config, now, then, out);
            }
            Input::Request { id, .. } => redirect(&config.terms.crew, self.me, id, out),
        }
        self.invariants();
    }

    fn inspect(&self) -> Inspection<'_> {
        let hold = self.section.hold();
        let mut seen = match &self.raft {
            Some(raft) => raft.inspect(),
            None => {
                Inspection { epoch: hold.map_or(self.highest(), |hold| hold.token), ..Inspection::default() }
            }
        };
        seen.role = match &self.raft {
            Some(_) => SERVER + seen.role,
            None if self.stores => STORAGE,
            None => self.section.role(),
        };
        Inspection {
            lease: self.section.lease(),
            waits: self.section.waits(),
            access: self.disk.access,
            ..seen
        }
    }

    fn gathering(&self, config: &Config) -> Option<Gathering> {
        self.raft.as_ref().and_then(|raft| raft.gathering(&config.raft))
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        if let Some(raft) = &self.raft {
            raft.fields(&config.raft, out);
        }
        locking::fields(&config.terms, self.me, &self.section, &self.disk, out);
    }

    fn cells(&self, config: &Config, out: &mut Vec<Cell>) {
        if let Some(raft) = &self.raft {
            raft.cells(&config.raft, out);
        }
        // Who holds a lock is a node here.
        for Cell { value, .. } in out.iter_mut() {
            if let Arg::Client(client) = *value {
                *value = Arg::Packed(ArgKind::Node, client.0.into());
            }
        }
        locking::cells(&self.section, &self.disk, out);
    }
}

impl LockService {
    /// Raft takes a step; what it answers goes to the client that asked.
    fn raft_step(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        input: Input<Raft>,
        out: &mut Out,
    ) {
        let Some(raft) = &mut self.raft else {
            out.because(Why::Ignore { from });
            return;
        };
        let mut inner = Effects::default();
        raft.step(&config.raft, now, input, &mut inner);
        SHELL.pass(&mut inner, out, hear);
    }

    fn on_message(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        message: locking::Message,
        out: &mut Out,
    ) {
        let terms = &config.terms;
        let then = match message {
            locking::Message::Acquire { key, seq } => {
                let id = RequestId { client: ClientId(from.0.into()), seq };
                let input = Input::Request { id, op: Op::Acquire { key } };
                return self.raft_step(config, now, from, input, out);
            }
            locking::Message::Release { key, seq, token } => {
                let id = RequestId { client: ClientId(from.0.into()), seq };
                let input = Input::Request { id, op: Op::Release { key, token } };
                return self.raft_step(config, now, from, input, out);
            }
            locking::Message::Open { key, token, request } if self.me == terms.crew.storage => {
                return Storage::on_open(&mut self.disk, terms, from, (key, token, request), out);
            }
            locking::Message::Write { token, command } if self.me == terms.crew.storage => {
                return Storage::on_write(&mut self.disk, terms, from, token, command, out);
            }
            locking::Message::Open { .. } | locking::Message::Write { .. } => locking::ignore(from, out),
            locking::Message::Granted { seq, token } => self.on_granted(config, now, from, seq, token, out),
            locking::Message::Held { seq } => self.on_held(config, from, seq, out),
            locking::Message::Redirect { seq, to } => {
                self.on_redirect(from, seq, to, out);
                Then::default()
            }
            locking::Message::Released { seq, .. } => {
                if self.giving.is_some_and(|giving| giving.seq == seq) {
                    self.giving = None;
                }
                locking::ignore(from, out)
            }
            locking::Message::Opened { token, request, value, before } => {
                self.section.on_opened(terms, from, (token, request), (value, before), out)
            }
            locking::Message::Stored { token, request, outcome } => {
                self.section.on_stored(terms, from, (token, request), outcome, out)
            }
            locking::Message::Refused { token, highest } => {
                self.section.on_refused(from, (token, highest), out)
            }
        };
        self.follow(config, now, then, out);
    }

    fn on_timer(&mut self, config: &Config, now: LocalTime, timer: locking::Timer, out: &mut Out) {
        let then = match timer {
            locking::Timer::Work => {
                self.section.on_work(&config.terms, out);
                return;
            }
            locking::Timer::Lease => self.section.on_lease(out),
            locking::Timer::KeepAlive => return self.keep_alive(config, now, out),
            locking::Timer::Retry => {
                if self.section.on_retry(&config.terms, out) {
                    self.ask_again(config, now, out);
                }
                if let Some(Asked { key, seq, token, .. }) = self.giving {
                    // Until it is known to be taken back, others wait for nothing.
                    out.send(self.server, Message::Lock(locking::Message::Release { key, seq, token }));
                    out.set_timer(Timer::Lock(locking::Timer::Retry), config.terms.retry);
                }
                return;
            }
        };
        self.follow(config, now, then, out);
    }

    /// Gives back and asks for what has to be.
    fn follow(&mut self, config: &Config, now: LocalTime, then: Then, out: &mut Out) {
        if let Some(Hold { key, token, .. }) = then.back {
            self.renewal = None;
            self.last = key;
            let seq = self.count(out);
            self.giving = Some(Asked { seq, since: now, key, token });
            out.send(self.server, Message::Lock(locking::Message::Release { key, seq, token }));
            out.set_timer(Timer::Lock(locking::Timer::Retry), config.terms.retry);
        }
        if self.section.waits().is_none() {
            // What it was for is done; a grant that still comes is given back.
            self.asked = None;
        }
        if let Some(key) = then.ask {
            let seq = self.count(out);
            self.asked = Some(Asked { seq, since: now, key, token: 0 });
            self.ask(config, key, seq, out);
        }
    }

    /// The next number of its own, which no crash lets it use again.
    fn count(&mut self, out: &mut Out) -> u32 {
        let seq = self.disk.seq.saturating_add(1);
        write(&mut self.disk, Put::Seq(seq), out);
        seq
    }

    fn ask(&mut self, config: &Config, key: Key, seq: u32, out: &mut Out) {
        out.because(Why::Ask { seq });
        out.send(self.server, Message::Lock(locking::Message::Acquire { key, seq }));
        out.set_timer(Timer::Lock(locking::Timer::Retry), config.terms.retry);
    }

    /// Nobody has answered: the next server is asked the same. Or the lock was held: asked anew.
    fn ask_again(&mut self, config: &Config, now: LocalTime, out: &mut Out) {
        match (self.asked, self.section.waits()) {
            (Some(Asked { seq, key, .. }), _) => {
                let servers = config.terms.crew.servers;
                let later = servers.iter().find(|server| *server > self.server);
                self.server = later.or(servers.iter().next()).unwrap_or(self.server);
                self.ask(config, key, seq, out);
            }
            (None, ask) => self.follow(config, now, Then { back: None, ask }, out),
        }
    }

    fn keep_alive(&mut self, config: &Config, now: LocalTime, out: &mut Out) {
        let Some(Hold { key, token, .. }) = self.section.hold() else {
            out.because(Why::IgnoreTimer {});
            return;
        };
        out.because(Why::KeepAlive { token });
        let seq = self.count(out);
        self.renewal = Some(Asked { seq, since: now, key, token: 0 });
        out.send(self.server, Message::Lock(locking::Message::Acquire { key, seq }));
        self.set_keep_alive(config, out);
    }

    fn set_keep_alive(&self, config: &Config, out: &mut Out) {
        let third = SpanRange::exactly(Span((config.lease.0 / 3).max(1)));
        out.set_timer(Timer::Lock(locking::Timer::KeepAlive), third);
    }

    /// Until when a lease lasts by this client's clock: it may have begun when the client asked for it, not
    /// when it hears of it.
    fn until(config: &Config, now: LocalTime, since: LocalTime) -> LocalTime {
        if config.no_margin {
            return now + config.lease;
        }
        since + Span(config.lease.0.saturating_sub(config.margin.0))
    }

    fn on_granted(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        seq: u32,
        token: u32,
        out: &mut Out,
    ) -> Then {
        if let Some(Asked { since, key, .. }) = self.asked.take_if(|asked| asked.seq == seq) {
            self.server = from;
            let until = Self::until(config, now, since);
            let hold = Hold { key, token, until, over: now >= until };
            if hold.over {
                out.because(Why::TooLate { token });
                return self.section.start_over(hold, out);
            }
            self.section.granted(&config.terms, now, hold, out);
            self.set_keep_alive(config, out);
            return Then::default();
        }
        let renewed = self.renewal.take_if(|renewal| renewal.seq == seq);
        match (renewed, self.section.hold()) {
            (Some(Asked { since, .. }), Some(hold)) if hold.token == token => {
                self.section.prolonged(now, Self::until(config, now, since), out);
                Then::default()
            }
            // It was lost, and granted anew: what was done under the old token does not count.
            (Some(_), Some(hold)) => {
                out.because(Why::Fenced { token: hold.token, highest: token });
                self.section.start_over(hold, out)
            }
            // Prolonged after it was given back, it is a new grant that nobody needs.
            (Some(_) | None, None) if self.asked.is_none() => {
                out.because(Why::TooLate { token });
                Then { back: Some(Hold { key: self.last, token, until: now, over: true }), ask: None }
            }
            (Some(_) | None, _) => locking::ignore(from, out),
        }
    }

    fn on_held(&mut self, config: &Config, from: NodeId, seq: u32, out: &mut Out) -> Then {
        if self.asked.take_if(|asked| asked.seq == seq).is_some() {
            self.server = from;
            out.because(Why::FindHeld { seq });
            out.set_timer(Timer::Lock(locking::Timer::Retry), config.terms.retry);
            return Then::default();
        }
        match (self.renewal.take_if(|renewal| renewal.seq == seq), self.section.hold()) {
            (Some(_), Some(hold)) => {
                out.because(Why::LoseLease { token: hold.token });
                self.section.start_over(hold, out)
            }
            (Some(_) | None, _) => locking::ignore(from, out),
        }
    }

    /// Asks the one that was named, whatever it was.
    fn on_redirect(&mut self, from: NodeId, seq: u32, to: Option<NodeId>, out: &mut Out) {
        let all = [self.asked, self.renewal, self.giving];
        let Some(Asked { key, token, .. }) = all.into_iter().flatten().find(|asked| asked.seq == seq) else {
            locking::ignore(from, out);
            return;
        };
        out.because(Why::FollowRedirect { from, to });
        let Some(to) = to.filter(|to| *to != from) else { return };
        self.server = to;
        out.send(
            to,
            Message::Lock(match token {
                0 => locking::Message::Acquire { key, seq },
                token => locking::Message::Release { key, seq, token },
            }),
        );
    }

    /// The highest token that the storage has seen.
    fn highest(&self) -> u32 {
        self.disk.highest.values().copied().max().unwrap_or(0)
    }

    /// What our own code must never break, whatever arrives.
    fn invariants(&self) {
        debug_assert!(
            self.asked.is_none() || self.section.waits().is_some(),
            "asks for a lock that nobody waits for"
        );
        debug_assert!(
            self.renewal.is_none() || self.section.hold().is_some(),
            "prolongs a lease that it does not have"
        );
    }
}

/// What a server says: its answers go to the clients that asked.
fn hear(told: Told, out: &mut Out) {
    match told {
        Told::Reply(request, outcome) => answer(request, outcome, out),
        Told::Decide(slot, entry) => out.decide(slot, entry),
    }
}

/// What a server's state machine answers, as a message to the client that asked.
fn answer(request: RequestId, outcome: Outcome, out: &mut Out) {
    let (to, seq) = (NodeId(request.client.0 as u8), request.seq);
    let message = match outcome {
        Outcome::Granted(token) => {
            out.because(Why::Grant { to, token });
            locking::Message::Granted { seq, token }
        }
        Outcome::Held => {
            out.because(Why::SayHeld { to });
            locking::Message::Held { seq }
        }
        Outcome::Done => {
            out.because(Why::TakeBack { from: to });
            locking::Message::Released { seq, done: true }
        }
        Outcome::Differs => {
            out.because(Why::NotOwner { from: to });
            locking::Message::Released { seq, done: false }
        }
        Outcome::Redirect(leader) => locking::Message::Redirect { seq, to: leader },
        Outcome::Value(_)
        | Outcome::Refused
        | Outcome::Unknown
        | Outcome::Level(_)
        | Outcome::Siblings { .. }
        | Outcome::Names(_) => locking::Message::Redirect { seq, to: None },
    };
    out.send(to, Message::Lock(message));
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        match self {
            Self::Lock(message) => message.brief(),
            Self::Raft(message) => shifted(message.brief(), RAFT_MESSAGES),
        }
    }

    fn bulk(&self) -> u32 {
        match self {
            Self::Lock(_) => 0,
            Self::Raft(message) => message.bulk(),
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Lock(timer) => timer as u8,
            Self::Raft(timer) => RAFT_TIMERS + timer.code(),
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code.checked_sub(RAFT_TIMERS) {
            Some(code) => raft::Timer::from_code(code).map(Self::Raft),
            None => locking::Timer::ALL.get(usize::from(code)).copied().map(Self::Lock),
        }
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Raft(write) => self.raft.apply(write),
            Write::Own(put) => self.own.apply(put),
        }
    }

    fn share(&mut self, log: &model::Log) {
        self.raft.share(log);
    }

    fn weight(&self) -> usize {
        self.raft.weight() + size_of::<Disk>()
    }
}
