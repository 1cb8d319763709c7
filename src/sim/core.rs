//! The part of the world that knows no protocol, compiled once however many there are: what happens
//! next, the links, the hosts with their timers and disks, and the clients.

use super::clients::{Answered, Client, ClientPlan, Pace, Pending};
use super::faults::{Intervention, Weather};
use super::host::Host;
use super::network::{Hands, Network};
use super::plan::Plan;
use super::queue::Queue;
use super::random::{Force, Stream};
use super::recorder::Recorder;
use super::trace::{Kind, Record};
use crate::model::{
    ClientId, Command, Context, InForce, LocalTime, NodeId, NodeSet, Op, Outcome, RequestId, SpanRange, Time,
};
use crate::quorum::Rule;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the queue holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// A message reaches its receiver.
    Arrive { slot: u32 },
    /// A message is seen to be lost.
    Vanish { slot: u32 },
    /// A timer may have run out.
    Timer { node: NodeId, code: u8 },
    /// A disk finishes a write, unless the node crashed meanwhile.
    Written { node: NodeId, life: u32 },
    /// A fault's window opens or closes.
    Fault { which: u16, opens: bool },
    /// A client makes its next request.
    Issue { client: u16 },
    /// A request of a client may have waited long enough.
    Retry { client: u16 },
    /// A request reaches a node.
    Request { id: RequestId, op: Op, node: NodeId },
    /// An answer reaches a client.
    Response { id: RequestId, outcome: Outcome, node: NodeId, number: u32 },
    /// Something is done by hand.
    Hand { which: u16 },
    /// Who may decide is to change.
    Change { which: u8 },
}

/// A cluster without its nodes.
#[derive(Clone, Debug)]
pub(super) struct Core {
    pub(super) plan: Arc<Plan>,
    pub(super) hands: Arc<Hands>,
    pub(super) now: Time,
    pub(super) events: u32,
    pub(super) queue: Queue<Event>,
    pub(super) network: Network,
    pub(super) weather: Weather,
    pub(super) hosts: Vec<Host<Event>>,
    pub(super) clients: Vec<Client>,
    /// Messages between clients and nodes so far.
    pub(super) client_messages: u32,
    /// What answers on their way give their clients, by the answers' numbers among these.
    pub(super) contexts: BTreeMap<u32, Arc<Context>>,
    /// By which place of the plan the nodes are configured: changed by hand.
    pub(super) file: u8,
}

impl Core {
    pub(super) fn new(plan: Arc<Plan>, timers: usize) -> Self {
        let nodes = plan.rule.nodes();
        let clock = |node: usize| plan.clocks.get(node).copied().unwrap_or_default();
        let writers = plan.clients.len() as u32 + 1;
        // One more client than planned: whoever touches the page.
        let visitor = ClientPlan { limit: Some(0), ..ClientPlan::default() };
        let plans = plan.clients.iter().cloned().chain([visitor]).enumerate();
        let clients =
            plans.map(|(i, p)| Client::new(ClientId(i as u16), p, plan.seed, nodes, writers)).collect();
        let mut core = Self {
            hands: Arc::new(Hands::new(&plan.interventions)),
            now: Time(0),
            events: 0,
            queue: Queue::new(),
            network: Network::new(nodes),
            weather: Weather::new(nodes),
            hosts: (0..nodes).map(|node| Host::new(clock(node), timers)).collect(),
            clients,
            client_messages: 0,
            contexts: BTreeMap::new(),
            file: 0,
            plan: Arc::clone(&plan),
        };
        for (which, fault) in plan.faults.iter().enumerate() {
            core.queue.push(fault.from, Event::Fault { which: which as u16, opens: true });
            if let Some(until) = fault.until {
                core.queue.push(until, Event::Fault { which: which as u16, opens: false });
            }
        }
        for (which, hand) in plan.interventions.iter().enumerate() {
            if let Intervention::Timeout { at, .. } | Intervention::Propose { at, .. } = hand {
                core.queue.push(*at, Event::Hand { which: which as u16 });
            }
        }
        for (which, change) in plan.changes.iter().enumerate() {
            core.queue.push(change.at, Event::Change { which: which as u8 });
        }
        for (client, client_plan) in plan.clients.iter().enumerate() {
            let first = match client_plan.pace {
                Pace::Closed { window, .. } => window,
                Pace::Open { .. } => 1,
            };
            for _ in 0..first {
                core.queue.push(client_plan.start, Event::Issue { client: client as u16 });
            }
        }
        core
    }

    /// How much waits: events, those that wait for a paused node, and requests for an answer.
    pub(super) fn pending(&self) -> usize {
        let backlogs: usize = self.hosts.iter().map(|host| host.backlog.len()).sum();
        let requests: usize = self.clients.iter().map(Client::waiting).sum();
        self.queue.len() + backlogs + requests
    }

    /// Roughly how many bytes a copy takes.
    pub(super) fn weight(&self) -> usize {
        // A request has a place in a tree and a deadline; an event of a backlog is smaller.
        let waits = size_of::<Pending>() * 2;
        let hosts = self.hosts.len() * size_of::<Host<Event>>();
        self.queue.weight() + self.network.weight() + hosts + (self.pending() - self.queue.len()) * waits
    }

    pub(super) fn local_now(&self, node: NodeId) -> LocalTime {
        self.hosts[node.index()].read(self.now)
    }

    /// The clocks of some nodes jump by so many ms.
    pub(super) fn jump(&mut self, nodes: NodeSet, by_ms: i64) {
        for node in nodes.and(NodeSet::full(self.hosts.len())).iter() {
            let host = &mut self.hosts[node.index()];
            host.jump(by_ms.saturating_mul(1_000), self.now);
            if self.plan.timers_by_hand {
                continue;
            }
            for (code, timer) in (0..).zip(&mut host.timers) {
                if timer.armed && timer.queued.is_none_or(|queued| queued > timer.fires_at) {
                    timer.queued = Some(timer.fires_at);
                    self.queue.push(timer.fires_at, Event::Timer { node, code });
                }
            }
        }
    }

    pub(super) fn set_timer(&mut self, node: NodeId, code: u8, range: SpanRange) {
        let host = &mut self.hosts[node.index()];
        let clock = host.clock;
        let timer = &mut host.timers[usize::from(code)];
        timer.draws += 1;
        let place = u32::from(node.0) << 8 | u32::from(code);
        let span = if range.least == range.most {
            range.least
        } else {
            Stream::of(self.plan.seed, Force::Timer, place, timer.draws).span(range)
        };
        timer.armed = true;
        timer.set_at = self.now;
        timer.fires_at = self.now + clock.true_span(span);
        if self.plan.timers_by_hand {
            return;
        }
        if timer.queued.is_none_or(|queued| queued > timer.fires_at) {
            timer.queued = Some(timer.fires_at);
            self.queue.push(timer.fires_at, Event::Timer { node, code });
        }
    }

    /// Whether a timer's key that came up means that the timer has run out.
    pub(super) fn timer_fires(&mut self, node: NodeId, code: u8) -> bool {
        let now = self.now;
        let timer = &mut self.hosts[node.index()].timers[usize::from(code)];
        if timer.queued != Some(now) {
            return false;
        }
        timer.queued = None;
        if timer.armed && timer.fires_at > now {
            timer.queued = Some(timer.fires_at);
            self.queue.push(timer.fires_at, Event::Timer { node, code });
            return false;
        }
        timer.armed
    }

    /// Whether an event that has come up still happens: timers are put off, writes end with a crash.
    pub(super) fn is_due(&mut self, event: Event) -> bool {
        match event {
            Event::Timer { node, code } => self.timer_fires(node, code),
            Event::Retry { client } => self.is_overdue(client),
            Event::Written { node, life } => self.hosts[node.index()].lives == life,
            Event::Arrive { .. }
            | Event::Vanish { .. }
            | Event::Fault { .. }
            | Event::Issue { .. }
            | Event::Request { .. }
            | Event::Response { .. }
            | Event::Hand { .. }
            | Event::Change { .. } => true,
        }
    }

    /// The rule by which a node acts.
    pub(super) fn rule_of(&self, in_force: InForce) -> Rule {
        let at = |place: u8| self.plan.rule_at(if place == 0 { self.file } else { place });
        in_force.next.map_or_else(|| at(in_force.now).clone(), |next| Rule::joint(at(in_force.now), at(next)))
    }

    /// A client asks `node` for a planned change.
    pub(super) fn ask_for_change(&mut self, which: u8, node: NodeId, recorder: Option<&mut Recorder>) {
        let visitor = self.clients.len() - 1;
        let pending = self.clients[visitor].ask(Op::Reweigh { to: which }, node, self.now);
        self.ask(visitor as u16, pending, recorder);
    }

    pub(super) fn begin_write(&mut self, node: NodeId) {
        let host = &mut self.hosts[node.index()];
        host.writes += 1;
        let mut stream = Stream::of(self.plan.seed, Force::Disk, u32::from(node.0), host.writes);
        let done = self.now + self.plan.disk.draw(&mut stream);
        self.queue.push(done, Event::Written { node, life: host.lives });
    }

    pub(super) fn client_arrival(&mut self) -> Time {
        self.client_messages += 1;
        let mut stream = Stream::of(self.plan.seed, Force::Client, 1 << 17, self.client_messages);
        self.now + self.plan.client_delay.draw(&mut stream)
    }

    /// An answer sets out to a client.
    pub(super) fn reply(
        &mut self,
        node: NodeId,
        id: RequestId,
        outcome: Outcome,
        context: Option<Arc<Context>>,
    ) {
        let at = self.client_arrival();
        let number = self.client_messages;
        if let Some(context) = context {
            self.contexts.insert(number, context);
        }
        self.queue.push(at, Event::Response { id, outcome, node, number });
    }

    /// What a client hands in with one of its requests.
    pub(super) fn hands_in(&self, id: RequestId) -> Option<Arc<Context>> {
        self.clients.get(usize::from(id.client.0))?.hands_in(id.seq)
    }

    /// A client's request, first or again, sets out to a node.
    pub(super) fn ask(&mut self, client: u16, pending: Pending, recorder: Option<&mut Recorder>) {
        let id = self.clients[usize::from(client)].request(pending.seq);
        let command = Command { request: id, op: pending.op };
        if let Some(recorder) = recorder {
            if pending.tries == 1 {
                recorder.called(self.now, command, pending.node);
            } else {
                recorder.history.tried(id);
            }
            let args = Record::pack_command(command);
            recorder.push(Record {
                args,
                link: pending.tries,
                ..Record::new(self.now, Kind::Call, pending.node)
            });
        }
        let at = self.client_arrival();
        self.queue.push(at, Event::Request { id, op: pending.op, node: pending.node });
        self.watch(client);
    }

    /// Sees to it that the next deadline of a client has a key in the queue.
    pub(super) fn watch(&mut self, client: u16) {
        if self.plan.timers_by_hand {
            return;
        }
        let asker = &mut self.clients[usize::from(client)];
        let Some(deadline) = asker.next_deadline() else { return };
        if asker.queued.is_none_or(|queued| queued > deadline) {
            asker.queued = Some(deadline);
            self.queue.push(deadline, Event::Retry { client });
        }
    }

    /// Whether a client's key that came up means that a request has waited long enough.
    pub(super) fn is_overdue(&mut self, client: u16) -> bool {
        let now = self.now;
        let asker = &mut self.clients[usize::from(client)];
        if asker.queued != Some(now) {
            return false;
        }
        asker.queued = None;
        let overdue = asker.next_deadline().is_some_and(|deadline| deadline <= now);
        if !overdue {
            self.watch(client);
        }
        overdue
    }

    pub(super) fn issue(&mut self, client: u16, recorder: Option<&mut Recorder>) {
        let (seed, now) = (self.plan.seed, self.now);
        let asker = &mut self.clients[usize::from(client)];
        if asker.is_finished() {
            return;
        }
        let pending = asker.issue(seed, now);
        if let Pace::Open { .. } = asker.plan().pace {
            let next = now + asker.rest(seed, pending.seq);
            self.queue.push(next, Event::Issue { client });
        }
        self.ask(client, pending, recorder);
    }

    /// Whether a client that stands beside a node cannot reach another one, or is not reached by it.
    pub(super) fn is_cut_off(&self, id: RequestId, node: NodeId, asking: bool) -> bool {
        let stands = self.clients.get(usize::from(id.client.0)).and_then(Client::stands);
        stands.is_some_and(|at| {
            let (from, to) = if asking { (at, node) } else { (node, at) };
            from != to && self.weather.cuts(from, to)
        })
    }

    pub(super) fn answer(
        &mut self,
        id: RequestId,
        outcome: Outcome,
        node: NodeId,
        context: Option<Arc<Context>>,
        recorder: Option<&mut Recorder>,
    ) {
        let (seed, now) = (self.plan.seed, self.now);
        let client = id.client.0;
        let Some(asker) = self.clients.get_mut(usize::from(client)) else { return };
        if self.plan.timers_by_hand && matches!(outcome, Outcome::Redirect(_)) {
            return;
        }
        let answered = asker.answered(id.seq, node, outcome, context, now);
        let next = match asker.plan().pace {
            Pace::Closed { .. } => Some(now + asker.rest(seed, id.seq)),
            Pace::Open { .. } => None,
        };
        match answered {
            Answered::Finished => {
                if let Some(recorder) = recorder {
                    recorder.returned(now, id, node, outcome);
                    let args = Record::pack_return(id, outcome);
                    recorder.push(Record { args, ..Record::new(now, Kind::Return, node) });
                }
                if let Some(next) = next {
                    self.queue.push(next, Event::Issue { client });
                }
            }
            Answered::Again(pending) => self.ask(client, pending, recorder),
            Answered::Late => {}
        }
    }
}
