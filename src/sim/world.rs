//! The simulated cluster: takes the next event, lets one node react, and carries out what it asks.
//!
//! Only this file is generic over the protocol; all that knows none is in `core.rs`.

use super::change::Way;
use super::core::{Core, Event};
use super::faults::{FaultKind, Intervention};
use super::host::{Health, Timer};
use super::network::Envelope;
use super::observe::{Nodes, Step};
use super::plan::Plan;
use super::recorder::Recorder;
use super::trace::{Kind, Loss, Record};
use crate::model::{
    Ballot, Command, Durable, Effect, Effects, Held, Input, Inspection, Message, NodeId, NodeSet, Op,
    Outcome, Protocol, RequestId, Time, TimerKind,
};
use crate::quorum::Rule;
use std::collections::VecDeque;
use std::sync::Arc;

/// A node and its disk.
#[derive(Clone, Debug)]
struct Replica<P: Protocol> {
    state: P,
    disk: P::Durable,
    /// What waits for the disk: a write that is under way at the front, and what follows it.
    waiting: VecDeque<Effect<P>>,
    /// Role, epoch and leadership when last recorded.
    seen: (u8, u32, bool),
    /// Its number when last recorded.
    level: Option<i64>,
}

/// A simulated cluster at one moment. A clone goes on alike: that is what seeking and branching use.
pub struct World<P: Protocol> {
    core: Core,
    config: Arc<P::Config>,
    /// What each planned change makes of the configuration where it is made by hand.
    later: Arc<[Arc<P::Config>]>,
    replicas: Vec<Replica<P>>,
    /// What the envelope in the same slot says.
    messages: Vec<Option<P::Message>>,
    out: Effects<P>,
}

impl<P: Protocol> Clone for World<P> {
    fn clone(&self) -> Self {
        Self {
            core: self.core.clone(),
            config: Arc::clone(&self.config),
            later: Arc::clone(&self.later),
            replicas: self.replicas.clone(),
            messages: self.messages.clone(),
            out: Effects::default(),
        }
    }
}

impl<P: Protocol> World<P> {
    /// A cluster before its first event, every node just started.
    #[must_use]
    pub fn new(plan: Arc<Plan>, config: Arc<P::Config>, recorder: Option<&mut Recorder>) -> Self {
        let core = Core::new(plan, P::SPEC.timers.len());
        let mut out = Effects::default();
        let boot = |node: NodeId, out: &mut Effects<P>| Replica {
            state: P::boot(node, &config, P::Durable::default(), core.local_now(node), out),
            disk: P::Durable::default(),
            waiting: VecDeque::new(),
            seen: (u8::MAX, 0, false),
            level: None,
        };
        // Nodes start one by one: their effects are carried out once all are there.
        let mut first = Vec::new();
        let replicas = NodeId::all(core.hosts.len())
            .map(|node| {
                let replica = boot(node, &mut out);
                first.push(std::mem::take(&mut out));
                replica
            })
            .collect();
        let later = Arc::new([]);
        let mut world = Self { core, config, later, replicas, messages: Vec::new(), out };
        let mut recorder = recorder;
        for (node, effects) in NodeId::all(first.len()).zip(first) {
            world.core.events += 1;
            if let Some(recorder) = recorder.as_deref_mut() {
                recorder.begin_event(world.core.events);
                recorder.push(Record::new(Time(0), Kind::Boot, node));
            }
            world.out = effects;
            world.carry_out(node, recorder.as_deref_mut());
            world.stepped(node, true, recorder.as_deref_mut());
        }
        world
    }

    /// The same, with what each planned change makes of the configuration, in the plan's order.
    #[must_use]
    pub fn with_changes(mut self, later: Arc<[Arc<P::Config>]>) -> Self {
        self.later = later;
        self
    }

    /// The present moment: that of the last event.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.core.now
    }

    /// How many events have happened, the first starts of the nodes included.
    #[must_use]
    pub const fn events(&self) -> u32 {
        self.core.events
    }

    /// Lets each disk share memory with its node, as both hold the same log.
    pub(super) fn share_logs(&mut self) {
        for Replica { state, disk, .. } in &mut self.replicas {
            if let Some(log) = state.inspect().log {
                disk.share(log);
            }
        }
    }

    /// When the next event happens, at the earliest.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.core.queue.next_at()
    }

    /// How many events are scheduled.
    #[must_use]
    pub fn scheduled(&self) -> usize {
        self.core.queue.len()
    }

    /// How much waits in all: events, what has come in for paused nodes, effects behind a write to
    /// disk, and clients' requests.
    #[must_use]
    pub fn pending(&self) -> usize {
        let effects: usize = self.replicas.iter().map(|replica| replica.waiting.len()).sum();
        self.core.pending() + effects
    }

    /// Roughly how many bytes a clone takes.
    pub(super) fn weight(&self) -> usize {
        let replica = |replica: &Replica<P>| {
            // The node's own state holds about what its disk does.
            let state = size_of::<P>() + 2 * replica.disk.weight();
            state + replica.waiting.len() * size_of::<Effect<P>>()
        };
        let messages = self.messages.len() * size_of::<Option<P::Message>>();
        self.core.weight() + messages + self.replicas.iter().map(replica).sum::<usize>()
    }

    /// The conditions of the run.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.core.plan
    }

    /// The protocol's configuration.
    #[must_use]
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// A node's state; of a crashed one, what it was when it went down.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &P {
        &self.replicas[node.index()].state
    }

    /// Whether a node takes part.
    #[must_use]
    pub fn health(&self, node: NodeId) -> Health {
        self.core.hosts[node.index()].health
    }

    /// A node's timers, by code.
    #[must_use]
    pub fn timers(&self, node: NodeId) -> &[Timer] {
        &self.core.hosts[node.index()].timers
    }

    /// Whom a node cannot reach now because a link is cut.
    #[must_use]
    pub fn unreachable(&self, node: NodeId) -> NodeSet {
        self.core.weather.unreachable(node)
    }

    /// Every message under way, in no particular order.
    pub fn in_flight(&self) -> impl Iterator<Item = &Envelope> {
        self.core.network.in_flight()
    }

    /// Lets the next event happen; false where none is left at or before `until`.
    pub fn step(&mut self, until: Time, mut recorder: Option<&mut Recorder>) -> bool {
        // Keys of timers that were put off are not events.
        let event = loop {
            if self.core.queue.next_at().is_none_or(|at| at > until) {
                return false;
            }
            let Some((at, event)) = self.core.queue.pop() else { return false };
            self.core.now = at;
            if self.core.is_due(event) {
                break event;
            }
        };
        self.core.events += 1;
        if let Some(recorder) = recorder.as_deref_mut() {
            recorder.begin_event(self.core.events);
        }
        self.happen(event, recorder);
        true
    }

    fn happen(&mut self, event: Event, mut recorder: Option<&mut Recorder>) {
        if let Some(node) = self.receiver(&event)
            && self.health(node) == Health::Paused
        {
            self.core.hosts[node.index()].backlog.push(event);
            return;
        }
        match event {
            Event::Arrive { slot } => self.arrive(slot, recorder),
            Event::Vanish { slot } => {
                let lost = self.core.network.get(slot).and_then(|envelope| envelope.lost);
                self.vanish(slot, lost.unwrap_or(Loss::Chance), recorder);
            }
            Event::Timer { node, code } => self.fire(node, code, recorder),
            Event::Written { node, .. } => self.written(node, recorder),
            Event::Fault { which, opens } => self.turn(which, opens, recorder),
            Event::Issue { client } => self.core.issue(client, recorder),
            Event::Retry { client } => {
                let now = self.core.now;
                let asker = &mut self.core.clients[usize::from(client)];
                let given_up = if P::RETRIES { None } else { asker.overdue_change(now) };
                if let Some(pending) = given_up {
                    let request = asker.request(pending.seq);
                    self.core.answer(request, Outcome::Unknown, pending.node, None, recorder);
                    self.core.watch(client);
                } else if let Some(pending) = asker.retry(now) {
                    self.core.ask(client, pending, recorder);
                }
            }
            Event::Request { id, op, node } => {
                let cut = self.core.is_cut_off(id, node, true);
                if self.health(node) == Health::Up && !cut {
                    self.asked(node, id, op, recorder);
                } else if let Some(recorder) = recorder {
                    let args = Record::pack_command(Command { request: id, op });
                    let code = u8::from(cut);
                    recorder.push(Record { args, code, ..Record::new(self.core.now, Kind::Unheard, node) });
                }
            }
            Event::Response { id, outcome, node, number } => {
                let context = self.core.contexts.remove(&number);
                if self.core.is_cut_off(id, node, false) {
                    if let Some(recorder) = recorder {
                        let args = Record::pack_return(id, outcome);
                        let record = Record::new(self.core.now, Kind::Unheard, node);
                        recorder.push(Record { args, code: 2, ..record });
                    }
                    return;
                }
                if let Some(recorder) = recorder.as_deref_mut() {
                    recorder.pass(self, self.core.now);
                }
                self.core.answer(id, outcome, node, context, recorder);
            }
            Event::Change { which } => self.change(which, recorder),
            Event::Hand { which } => {
                let plan = Arc::clone(&self.core.plan);
                match plan.interventions[usize::from(which)] {
                    Intervention::Timeout { node, timer, .. } => {
                        let health = self.health(node);
                        if let Some(recorder) = recorder.as_deref_mut() {
                            let record = Record::new(self.core.now, Kind::Hand, node);
                            recorder.push(Record { code: timer, link: health as u32, ..record });
                        }
                        if health == Health::Up {
                            self.fire(node, timer, recorder);
                        }
                    }
                    Intervention::Propose { node, op, .. } => {
                        let visitor = self.core.clients.len() - 1;
                        let now = self.core.now;
                        let pending = self.core.clients[visitor].ask(op, node, now);
                        self.core.ask(visitor as u16, pending, recorder.take());
                    }
                    Intervention::Drop { .. }
                    | Intervention::Deliver { .. }
                    | Intervention::Delay { .. }
                    | Intervention::Duplicate { .. } => {}
                }
            }
        }
    }

    /// The node that has to be awake for an event; the others happen to the world around it.
    fn receiver(&self, event: &Event) -> Option<NodeId> {
        match *event {
            Event::Arrive { slot } => self.core.network.get(slot).map(|envelope| envelope.to),
            Event::Timer { node, .. } | Event::Written { node, .. } | Event::Request { node, .. } => {
                Some(node)
            }
            Event::Vanish { .. }
            | Event::Fault { .. }
            | Event::Issue { .. }
            | Event::Retry { .. }
            | Event::Response { .. }
            | Event::Hand { .. }
            | Event::Change { .. } => None,
        }
    }

    fn arrive(&mut self, slot: u32, mut recorder: Option<&mut Recorder>) {
        let Some(envelope) = self.core.network.get(slot) else { return };
        let Envelope { from, to, by_hand, .. } = *envelope;
        let broken = self.core.plan.network.fifo && self.core.network.is_broken(envelope);
        if self.health(to) == Health::Crashed {
            return self.vanish(slot, Loss::Down, recorder);
        }
        if broken && !by_hand {
            return self.vanish(slot, Loss::Broken, recorder);
        }
        if self.core.weather.cuts(from, to) && !by_hand {
            return self.vanish(slot, Loss::Cut, recorder);
        }
        let Some(envelope) = self.core.network.take(slot) else { return };
        let Some(message) = self.messages[slot as usize].take() else { return };
        if let Some(recorder) = recorder.as_deref_mut() {
            let (link, message) = (envelope.record, envelope.id);
            recorder.push(Record {
                peer: from,
                link,
                message,
                ..Record::new(self.core.now, Kind::Arrive, to)
            });
        }
        self.input(to, Input::Message { from, message }, recorder);
    }

    fn vanish(&mut self, slot: u32, why: Loss, recorder: Option<&mut Recorder>) {
        let Some(envelope) = self.core.network.take(slot) else { return };
        self.messages[slot as usize] = None;
        if self.core.plan.network.fifo {
            self.core.network.break_behind(&envelope);
        }
        if let Some(recorder) = recorder {
            recorder.push(Record {
                peer: envelope.from,
                link: envelope.record,
                message: envelope.id,
                code: why as u8,
                ..Record::new(self.core.now, Kind::Vanish, envelope.to)
            });
        }
    }

    fn fire(&mut self, node: NodeId, code: u8, mut recorder: Option<&mut Recorder>) {
        let Some(timer) = P::Timer::from_code(code) else { return };
        self.core.hosts[node.index()].timers[usize::from(code)].armed = false;
        if let Some(recorder) = recorder.as_deref_mut() {
            recorder.push(Record { code, ..Record::new(self.core.now, Kind::Timer, node) });
        }
        self.input(node, Input::Timer(timer), recorder);
    }

    fn input(&mut self, node: NodeId, input: Input<P>, mut recorder: Option<&mut Recorder>) {
        let now = self.core.local_now(node);
        self.replicas[node.index()].state.step(&self.config, now, input, &mut self.out);
        self.carry_out(node, recorder.as_deref_mut());
        self.stepped(node, false, recorder);
    }

    fn asked(&mut self, node: NodeId, id: RequestId, op: Op, mut recorder: Option<&mut Recorder>) {
        let (now, context) = (self.core.local_now(node), self.core.hands_in(id));
        let Replica { state, .. } = &mut self.replicas[node.index()];
        state.asked(&self.config, now, id, op, context.as_deref(), &mut self.out);
        self.carry_out(node, recorder.as_deref_mut());
        self.stepped(node, false, recorder);
    }

    /// Carries out what a step asked for: timers and reasons at once, the rest in order, and not
    /// before the writes that stand before it are on disk.
    fn carry_out(&mut self, node: NodeId, mut recorder: Option<&mut Recorder>) {
        let mut effects = std::mem::take(&mut self.out);
        let slow_disk = !self.core.plan.disk.is_none();
        for effect in effects.drain() {
            match effect {
                Effect::SetTimer { timer, range } => self.core.set_timer(node, timer.code(), range),
                Effect::CancelTimer(timer) => {
                    self.core.hosts[node.index()].timers[usize::from(timer.code())].armed = false;
                }
                Effect::Because(fact) => {
                    if let Some(recorder) = recorder.as_deref_mut() {
                        let record = Record::new(self.core.now, Kind::Because, node);
                        recorder.push(Record { code: fact.code, args: fact.args, ..record });
                    }
                }
                Effect::Send { .. } | Effect::Persist(_) | Effect::Reply { .. } | Effect::Decide { .. } => {
                    let waiting = &mut self.replicas[node.index()].waiting;
                    if !waiting.is_empty() {
                        waiting.push_back(effect);
                    } else if slow_disk && matches!(effect, Effect::Persist(_)) {
                        waiting.push_back(effect);
                        self.core.begin_write(node);
                    } else {
                        self.perform(node, effect, recorder.as_deref_mut());
                    }
                }
            }
        }
        self.out = effects;
    }

    fn written(&mut self, node: NodeId, mut recorder: Option<&mut Recorder>) {
        if let Some(recorder) = recorder.as_deref_mut() {
            recorder.push(Record::new(self.core.now, Kind::Written, node));
        }
        while let Some(effect) = self.replicas[node.index()].waiting.pop_front() {
            self.perform(node, effect, recorder.as_deref_mut());
            if let Some(Effect::Persist(_)) = self.replicas[node.index()].waiting.front() {
                self.core.begin_write(node);
                break;
            }
        }
        self.stepped(node, false, recorder);
    }

    fn perform(&mut self, node: NodeId, effect: Effect<P>, recorder: Option<&mut Recorder>) {
        let now = self.core.now;
        match effect {
            Effect::Send { to, message } => self.send(node, to, message, recorder),
            Effect::Persist(write) => self.replicas[node.index()].disk.apply(&write),
            Effect::Reply { request, outcome, context } => self.core.reply(node, request, outcome, context),
            Effect::Decide { slot, entry } => {
                if let Some(recorder) = recorder {
                    recorder.decided.push((slot, entry));
                    let args = Record::pack_command(entry.command);
                    recorder.push(Record { args, link: slot, ..Record::new(now, Kind::Decide, node) });
                }
            }
            Effect::SetTimer { .. } | Effect::CancelTimer(_) | Effect::Because(_) => {}
        }
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: P::Message, mut recorder: Option<&mut Recorder>) {
        let Core { plan, hands, weather, network, hosts, now, .. } = &mut self.core;
        if to.index() >= hosts.len() {
            return;
        }
        let envelope = Envelope {
            id: 0,
            from,
            to,
            sent: *now,
            arrives: *now,
            lost: None,
            brief: message.brief(),
            connection: 0,
            by_hand: false,
            record: 0,
        };
        let (slot, twin) = network.send(plan, weather, hands, envelope);
        if let Some(twin) = twin {
            self.launch(twin, message.clone(), recorder.as_deref_mut());
        }
        self.launch(slot, message, recorder);
    }

    fn launch(&mut self, slot: u32, message: P::Message, recorder: Option<&mut Recorder>) {
        let Some(envelope) = self.core.network.get(slot).copied() else { return };
        let event = if envelope.lost.is_some() { Event::Vanish { slot } } else { Event::Arrive { slot } };
        self.core.queue.push(envelope.arrives, event);
        let bulk = message.bulk();
        let room = self.messages.len().max(slot as usize + 1);
        self.messages.resize_with(room, || None);
        self.messages[slot as usize] = Some(message);
        if let Some(recorder) = recorder {
            if let Some(trace) = recorder.trace.as_mut().filter(|_| envelope.from != envelope.to) {
                trace.carry(bulk);
            }
            let record = recorder.push(Record {
                args: envelope.brief.args,
                link: u32::try_from(envelope.arrives.0 - envelope.sent.0).unwrap_or(u32::MAX),
                message: envelope.id,
                peer: envelope.to,
                code: envelope.brief.code,
                ..Record::new(envelope.sent, Kind::Send, envelope.from)
            });
            self.core.network.set_record(slot, record);
        }
    }

    fn turn(&mut self, which: u16, opens: bool, mut recorder: Option<&mut Recorder>) {
        let plan = Arc::clone(&self.core.plan);
        self.core.weather.turn(&plan.faults, which, opens);
        if let Some(recorder) = recorder.as_deref_mut() {
            let record = Record::new(self.core.now, Kind::Fault, NodeId(0));
            recorder.push(Record { link: u32::from(which), code: u8::from(opens), ..record });
        }
        match plan.faults[usize::from(which)].kind {
            FaultKind::Crash { node, amnesia } if opens => self.crash(node, amnesia, recorder),
            FaultKind::Crash { node, .. } => {
                if !self.core.weather.holds(&plan.faults, node, true) {
                    self.restart(node, recorder);
                }
            }
            FaultKind::Pause { node } if opens => {
                if self.health(node) == Health::Up {
                    self.core.hosts[node.index()].health = Health::Paused;
                    self.note(Kind::Pause, node, 0, recorder);
                }
            }
            FaultKind::Pause { node } => self.resume(node, recorder),
            FaultKind::Partition { .. }
            | FaultKind::Cut { .. }
            | FaultKind::Slow { .. }
            | FaultKind::Loss { .. } => {}
            FaultKind::Jump { nodes, by_ms } => {
                self.core.jump(nodes, if opens { by_ms.into() } else { -i64::from(by_ms) });
            }
        }
    }

    /// By hand at all nodes at once; or a client asks whoever leads, or the first that is up.
    fn change(&mut self, which: u8, recorder: Option<&mut Recorder>) {
        let Some(change) = self.core.plan.changes.get(usize::from(which)) else { return };
        match change.by {
            Way::Hand => {
                self.core.file = which + 1;
                if let Some(config) = self.later.get(usize::from(which)) {
                    self.config = Arc::clone(config);
                }
                if let Some(recorder) = recorder {
                    let record = Record::new(self.core.now, Kind::Change, NodeId(0));
                    recorder.push(Record { link: which.into(), ..record });
                }
            }
            Way::Log => {
                let up = NodeId::all(self.count()).filter(|node| self.health(*node) == Health::Up);
                let best = up.max_by_key(|node| {
                    let seen = self.inspect(*node);
                    (seen.leads, if seen.leads { seen.epoch } else { 0 }, std::cmp::Reverse(*node))
                });
                self.core.ask_for_change(which, best.unwrap_or(NodeId(0)), recorder);
            }
        }
    }

    fn note(&self, kind: Kind, node: NodeId, code: u8, recorder: Option<&mut Recorder>) {
        if let Some(recorder) = recorder {
            recorder.push(Record { code, ..Record::new(self.core.now, kind, node) });
        }
    }

    fn crash(&mut self, node: NodeId, amnesia: bool, mut recorder: Option<&mut Recorder>) {
        let replica = &mut self.replicas[node.index()];
        replica.waiting.clear();
        if amnesia {
            replica.disk = P::Durable::default();
        }
        // What waited for a paused node is lost with it.
        let backlog = std::mem::take(&mut self.core.hosts[node.index()].backlog);
        for event in backlog {
            if let Event::Arrive { slot } = event {
                self.vanish(slot, Loss::Down, recorder.as_deref_mut());
            }
        }
        self.core.network.break_all(node);
        self.core.hosts[node.index()].lives += 1;
        self.core.hosts[node.index()].crash();
        self.note(Kind::Crash, node, u8::from(amnesia), recorder);
    }

    fn restart(&mut self, node: NodeId, mut recorder: Option<&mut Recorder>) {
        if self.health(node) != Health::Crashed {
            return;
        }
        let paused = self.core.weather.holds(&self.core.plan.faults, node, false);
        let host = &mut self.core.hosts[node.index()];
        host.health = if paused { Health::Paused } else { Health::Up };
        host.lives += 1;
        self.core.network.break_all(node);
        self.note(Kind::Boot, node, 0, recorder.as_deref_mut());
        let now = self.core.local_now(node);
        let replica = &mut self.replicas[node.index()];
        replica.state = P::boot(node, &self.config, replica.disk.clone(), now, &mut self.out);
        self.carry_out(node, recorder.as_deref_mut());
        self.stepped(node, true, recorder);
    }

    fn resume(&mut self, node: NodeId, recorder: Option<&mut Recorder>) {
        if self.health(node) != Health::Paused || self.core.weather.holds(&self.core.plan.faults, node, false)
        {
            return;
        }
        self.note(Kind::Resume, node, 0, recorder);
        let host = &mut self.core.hosts[node.index()];
        host.health = Health::Up;
        let now = self.core.now;
        for event in std::mem::take(&mut host.backlog) {
            // A timer that was set anew before the pause does not fire twice.
            if let Event::Timer { code, .. } = event {
                let timer = &mut self.core.hosts[node.index()].timers[usize::from(code)];
                timer.fires_at = now;
                timer.queued = Some(now);
            }
            // Before what arrives at this very moment: it has waited longer.
            self.core.queue.push_ahead(now, event);
        }
    }

    /// Records what a step changed of a node's role, and lets the observer look.
    fn stepped(&mut self, node: NodeId, booted: bool, recorder: Option<&mut Recorder>) {
        let Some(recorder) = recorder else { return };
        let at = self.core.now;
        let replica = &mut self.replicas[node.index()];
        let Inspection { role, epoch, leads, level, .. } = replica.state.inspect();
        if replica.seen != (role, epoch, leads) || booted {
            replica.seen = (role, epoch, leads);
            let args = [epoch, u32::from(leads), 0, 0];
            recorder.push(Record { code: role, args, ..Record::new(at, Kind::Role, node) });
        }
        if let Some(level) = level.filter(|_| replica.level != level) {
            replica.level = Some(level);
            let args = [level as u32, (level as u64 >> 32) as u32, 0, 0];
            recorder.push(Record { args, ..Record::new(at, Kind::Level, node) });
        }
        if let Some(mut observer) = recorder.observer.take() {
            let step = Step {
                at,
                event: recorder.event,
                node,
                decided: &recorder.decided,
                requested: recorder.history.requested(),
                booted,
            };
            observer.observe(self, &step);
            recorder.observer = Some(observer);
        }
        recorder.decided.clear();
    }
}

impl<P: Protocol> Nodes for World<P> {
    fn count(&self) -> usize {
        self.replicas.len()
    }

    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        self.node(node).inspect()
    }

    fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)> {
        self.replicas[node.index()].disk.accepted()
    }

    fn held(&self, node: NodeId) -> Option<Held> {
        self.replicas[node.index()].disk.held()
    }

    fn up(&self) -> NodeSet {
        NodeId::all(self.count()).filter(|node| self.health(*node) != Health::Crashed).collect()
    }

    fn rule(&self) -> &Rule {
        self.core.plan.rule_at(self.core.file)
    }

    fn rule_of(&self, node: NodeId) -> Rule {
        self.core.rule_of(self.node(node).in_force())
    }

    fn rules(&self) -> Vec<Rule> {
        let plan = &self.core.plan;
        let by_hand =
            plan.changes.iter().filter(|change| change.by == Way::Hand && change.at <= self.core.now);
        let mut rules: Vec<Rule> =
            [&plan.rule].into_iter().chain(by_hand.map(|change| &change.rule)).cloned().collect();
        let known = self.replicas.iter().map(|replica| replica.state.in_force());
        for in_force in known.filter(|in_force| in_force.now > 0 && in_force.next.is_none()) {
            let rule = self.core.rule_of(in_force);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules
    }

    fn in_touch(&self, node: NodeId) -> NodeSet {
        if self.health(node) != Health::Up {
            return NodeSet::EMPTY;
        }
        let hears = |other: &NodeId| {
            self.health(*other) == Health::Up
                && !self.core.weather.cuts(node, *other)
                && !self.core.weather.cuts(*other, node)
        };
        NodeId::all(self.count()).filter(hears).collect()
    }
}
