//! A cluster for tests, moved by hand: no clock, no queue, no chance. Every message waits in a pool
//! until it is delivered, dropped or doubled by name; every timer that is set waits to be fired.
//!
//! Disks take no time: what a step persists is on disk when the step ends, and a crash leaves that
//! and nothing else. Messages to oneself are delivered at once, as the simulator does. A
//! [`Monitor`] watches every step, and `after_each` may add a protocol's own invariants.

use crate::check::{Monitor, Property};
use crate::model::{
    Ballot, Command, Durable, Effect, Effects, Fact, Held, InForce, Input, Inspection, LocalTime, NodeId,
    NodeSet, Op, Outcome, Protocol, RequestId, Settings, Setup, SpanRange, Time, TimerKind, Violation,
};
use crate::model::{ClientId, Context, Key, Message, Value};
use crate::quorum::Rule;
use crate::sim::{Nodes, Observer, Step};
use std::collections::{BTreeMap, VecDeque};

/// The node that the papers call `S1`, `S2`…
pub fn s(number: u8) -> NodeId {
    NodeId(number - 1)
}

/// A write of a value to `x`.
pub fn write(value: u32) -> Op {
    Op::Write { key: Key(0), value: Value(value) }
}

/// A message that has been sent and not yet delivered.
pub struct Parcel<P: Protocol> {
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// What it says.
    pub message: P::Message,
}

struct Site<P: Protocol> {
    node: P,
    disk: P::Durable,
    up: bool,
    timers: BTreeMap<u8, (P::Timer, SpanRange)>,
}

/// A cluster moved by hand.
pub struct Rig<P: Protocol> {
    config: P::Config,
    cluster: Cluster<P>,
    pool: VecDeque<Parcel<P>>,
    requested: Vec<Command>,
    decides: Vec<(NodeId, u32, Command)>,
    replies: Vec<(NodeId, RequestId, Outcome)>,
    /// What each client was given of a key with its answers.
    given: BTreeMap<(ClientId, Key), Context>,
    /// What it hands in with each request, again with each try.
    handed: BTreeMap<RequestId, Option<Context>>,
    reasons: Vec<(NodeId, Fact)>,
    monitor: Monitor,
    after_each: Option<fn(&P, &P::Config)>,
    event: u32,
    seq: u32,
    out: Effects<P>,
}

/// What a watcher sees of the rig.
struct Cluster<P: Protocol> {
    sites: Vec<Site<P>>,
    rule: Rule,
    /// The configurations that may follow.
    later: Vec<Rule>,
}

impl<P: Protocol> Nodes for Cluster<P> {
    fn count(&self) -> usize {
        self.sites.len()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        self.sites[node.index()].node.inspect()
    }
    fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)> {
        self.sites[node.index()].disk.accepted()
    }
    fn held(&self, node: NodeId) -> Option<Held> {
        self.sites[node.index()].disk.held()
    }
    fn up(&self) -> NodeSet {
        NodeId::all(self.sites.len()).filter(|node| self.sites[node.index()].up).collect()
    }
    fn rule(&self) -> &Rule {
        &self.rule
    }
    fn rule_of(&self, node: NodeId) -> Rule {
        let at = |place: u8| place.checked_sub(1).map_or(&self.rule, |place| &self.later[usize::from(place)]);
        let InForce { now, next } = self.sites[node.index()].node.in_force();
        next.map_or_else(|| at(now).clone(), |next| Rule::joint(at(now), at(next)))
    }
    fn rules(&self) -> Vec<Rule> {
        [&self.rule].into_iter().chain(&self.later).cloned().collect()
    }
}

impl<P: Protocol> Rig<P> {
    /// Nodes of equal weight, majorities for every phase, default settings; all nodes started.
    pub fn majority(nodes: usize) -> Self {
        Self::tuned(nodes, |_| {})
    }

    /// The same with some settings or flaws changed.
    pub fn tuned(nodes: usize, tune: impl FnOnce(&mut Settings)) -> Self {
        let thresholds = vec![nodes as u32 / 2 + 1; P::SPEC.phases.len()];
        Self::new(&vec![1; nodes], &thresholds, tune)
    }

    /// Any weights and thresholds.
    pub fn new(weights: &[u8], thresholds: &[u32], tune: impl FnOnce(&mut Settings)) -> Self {
        Self::planned(weights, thresholds, &[], tune)
    }

    /// The same with configurations that may follow.
    pub fn planned(
        weights: &[u8],
        thresholds: &[u32],
        later: &[Rule],
        tune: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings::defaults(P::SPEC.settings);
        tune(&mut settings);
        let setup = Setup { weights, thresholds, settings: &settings };
        let mut config = P::configure(&setup);
        let all: Vec<Vec<u32>> = later.iter().map(Rule::thresholds).collect();
        let changes = later.iter().zip(&all);
        let changes =
            changes.map(|(rule, thresholds)| Setup { weights: rule.weights(), thresholds, ..setup });
        P::plan(&mut config, &changes.collect::<Vec<_>>());
        let mut out = Effects::default();
        // Booted once to have something in every place, then started properly, with effects kept.
        let sites = NodeId::all(weights.len())
            .map(|me| {
                let node = P::boot(me, &config, P::Durable::default(), LocalTime(0), &mut out);
                Site { node, disk: P::Durable::default(), up: false, timers: BTreeMap::new() }
            })
            .collect();
        out = Effects::default();
        let mut rig = Self {
            config,
            cluster: Cluster { sites, rule: Rule::new(weights, thresholds), later: later.to_vec() },
            pool: VecDeque::new(),
            requested: Vec::new(),
            decides: Vec::new(),
            replies: Vec::new(),
            given: BTreeMap::new(),
            handed: BTreeMap::new(),
            reasons: Vec::new(),
            monitor: Monitor::new(Vec::new()),
            after_each: None,
            event: 0,
            seq: 0,
            out,
        };
        rig.ids().for_each(|node| rig.restart(node));
        rig
    }

    /// Watches these properties from now on.
    pub fn watch(mut self, properties: Vec<Box<dyn Property>>) -> Self {
        self.monitor = Monitor::new(properties);
        self
    }

    /// Calls a protocol's own invariants after each step of a node.
    pub fn after_each(mut self, check: fn(&P, &P::Config)) -> Self {
        self.after_each = Some(check);
        self
    }

    // What can be done to it.

    /// Delivers the oldest message from one node to another; there must be one.
    pub fn deliver(&mut self, from: NodeId, to: NodeId) {
        assert!(self.try_deliver(from, to), "nothing is on its way from {from} to {to}");
    }

    /// Delivers the oldest message from one node to another, if there is one.
    pub fn try_deliver(&mut self, from: NodeId, to: NodeId) -> bool {
        let place = self.pool.iter().position(|parcel| parcel.from == from && parcel.to == to);
        place.inspect(|place| self.deliver_at(*place)).is_some()
    }

    /// Delivers the message at a place of the pool, oldest first; to a crashed node it is lost.
    pub fn deliver_at(&mut self, place: usize) {
        let Some(Parcel { from, to, message }) = self.pool.remove(place) else { return };
        self.inject(from, to, message);
    }

    /// Hands a message to a node, whether or not anybody sent it.
    pub fn inject(&mut self, from: NodeId, to: NodeId, message: P::Message) {
        self.input(to, Input::Message { from, message });
    }

    /// Delivers whatever is on its way, and what that causes, until nothing is.
    pub fn deliver_all(&mut self) {
        self.deliver_where(|_| true);
    }

    /// Delivers, oldest first, whatever fits, and what that causes, until nothing fits.
    pub fn deliver_where(&mut self, fits: impl Fn(&Parcel<P>) -> bool) {
        for _ in 0..100_000 {
            let Some(place) = self.pool.iter().position(&fits) else { return };
            self.deliver_at(place);
        }
        panic!("the messages never end");
    }

    /// Delivers whatever is on its way between some nodes, until nothing is.
    pub fn deliver_among(&mut self, nodes: &[NodeId]) {
        self.deliver_where(|parcel| nodes.contains(&parcel.from) && nodes.contains(&parcel.to));
    }

    /// Drops all that is on its way.
    pub fn drop_all(&mut self) {
        self.pool.clear();
    }

    /// Drops all that a node has sent.
    pub fn drop_from(&mut self, node: NodeId) {
        self.pool.retain(|parcel| parcel.from != node);
    }

    /// Drops all that is on its way to a node.
    pub fn drop_to(&mut self, node: NodeId) {
        self.pool.retain(|parcel| parcel.to != node);
    }

    /// Drops all that is on its way between two nodes, either way.
    pub fn drop_between(&mut self, a: NodeId, b: NodeId) {
        self.pool.retain(|parcel| ![(a, b), (b, a)].contains(&(parcel.from, parcel.to)));
    }

    /// Puts a second copy of the oldest message from one node to another at the end of the pool.
    pub fn double(&mut self, from: NodeId, to: NodeId) {
        let found = self.pool.iter().find(|parcel| parcel.from == from && parcel.to == to);
        let message = found.map(|parcel| parcel.message.clone()).expect("nothing is on its way");
        self.pool.push_back(Parcel { from, to, message });
    }

    /// Takes the oldest message between two nodes out of the pool, to be injected later.
    pub fn take(&mut self, from: NodeId, to: NodeId) -> P::Message {
        let place = self.pool.iter().position(|parcel| parcel.from == from && parcel.to == to);
        place.and_then(|place| self.pool.remove(place)).expect("nothing is on its way").message
    }

    /// Lets a timer run out; it must be set.
    pub fn timeout(&mut self, node: NodeId, timer: P::Timer) {
        let set = self.timer(node, timer);
        assert!(set.is_some(), "{timer:?} of {node} is not set");
        self.fire(node, timer);
    }

    /// Lets a timer run out by hand, whether it is set or not.
    pub fn fire(&mut self, node: NodeId, timer: P::Timer) {
        self.cluster.sites[node.index()].timers.remove(&timer.code());
        self.input(node, Input::Timer(timer));
    }

    /// A client asks a node for something; the id of the request.
    pub fn request(&mut self, node: NodeId, op: Op) -> RequestId {
        self.seq += 1;
        let id = RequestId { client: ClientId(0), seq: self.seq };
        self.request_as(node, id, op);
        id
    }

    /// A client asks under an id of its own: a retry, for one.
    pub fn request_as(&mut self, node: NodeId, id: RequestId, op: Op) {
        let command = Command { request: id, op };
        if !self.requested.contains(&command) {
            self.requested.push(command);
        }
        let known = op.key().and_then(|key| self.given.get(&(id.client, key)));
        let context = self.handed.entry(id).or_insert_with(|| known.cloned()).clone();
        self.react(node, |state, config, now, out| state.asked(config, now, id, op, context.as_ref(), out));
    }

    /// Stops a node; what it sent stays on its way.
    pub fn crash(&mut self, node: NodeId) {
        let site = &mut self.cluster.sites[node.index()];
        site.up = false;
        site.timers.clear();
    }

    /// Starts a node from its disk.
    pub fn restart(&mut self, node: NodeId) {
        let mut out = std::mem::take(&mut self.out);
        let now = self.now();
        let site = &mut self.cluster.sites[node.index()];
        site.up = true;
        site.node = P::boot(node, &self.config, site.disk.clone(), now, &mut out);
        self.finish(node, out, true);
    }

    /// Crashes a node, replaces what is on its disk, and starts it again.
    pub fn reseed(&mut self, node: NodeId, disk: P::Durable) {
        self.crash(node);
        self.cluster.sites[node.index()].disk = disk;
        self.restart(node);
    }

    // What can be seen of it.

    /// A node.
    pub fn node(&self, node: NodeId) -> &P {
        &self.cluster.sites[node.index()].node
    }

    /// What is on a node's disk.
    pub fn disk(&self, node: NodeId) -> &P::Durable {
        &self.cluster.sites[node.index()].disk
    }

    /// What checkers see of a node.
    pub fn inspect(&self, node: NodeId) -> Inspection<'_> {
        self.cluster.inspect(node)
    }

    /// Every node of the cluster.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<P> {
        NodeId::all(self.cluster.sites.len())
    }

    /// Whether a node runs.
    pub fn is_up(&self, node: NodeId) -> bool {
        self.cluster.sites[node.index()].up
    }

    /// The configuration of the run.
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// What is on its way, oldest first.
    pub fn pool(&self) -> &VecDeque<Parcel<P>> {
        &self.pool
    }

    /// From what range a timer of a node was drawn, if it is set.
    pub fn timer(&self, node: NodeId, timer: P::Timer) -> Option<SpanRange> {
        self.cluster.sites[node.index()].timers.get(&timer.code()).map(|(_, range)| *range)
    }

    /// Every decision so far: node, slot, command.
    pub fn decides(&self) -> &[(NodeId, u32, Command)] {
        &self.decides
    }

    /// Every answer to a client so far.
    pub fn replies(&self) -> &[(NodeId, RequestId, Outcome)] {
        &self.replies
    }

    /// What a request was answered last.
    pub fn reply(&self, id: RequestId) -> Option<Outcome> {
        self.replies.iter().rfind(|(_, request, _)| *request == id).map(|(_, _, outcome)| *outcome)
    }

    /// The rules that fired at a node, by name, in order.
    pub fn rules(&self, node: NodeId) -> Vec<&'static str> {
        let fired = self.reasons.iter().filter(|(at, _)| *at == node);
        fired.map(|(_, fact)| P::SPEC.rules[usize::from(fact.code)].name).collect()
    }

    /// How often a rule has fired at a node.
    pub fn fired(&self, node: NodeId, rule: &str) -> usize {
        self.rules(node).into_iter().filter(|name| *name == rule).count()
    }

    /// The names of the messages on their way from one node to another, oldest first.
    pub fn on_way(&self, from: NodeId, to: NodeId) -> Vec<&'static str> {
        let parcels = self.pool.iter().filter(|parcel| parcel.from == from && parcel.to == to);
        parcels.map(|parcel| P::SPEC.messages[usize::from(parcel.message.brief().code)].name).collect()
    }

    /// What has been found broken.
    pub fn violations(&self) -> &[Violation] {
        self.monitor.violations()
    }

    /// The names of the properties found broken, in that order.
    pub fn broken(&self) -> Vec<&'static str> {
        self.violations().iter().map(|violation| violation.property.id).collect()
    }

    fn now(&self) -> LocalTime {
        LocalTime(u64::from(self.event) * 1_000)
    }

    fn input(&mut self, node: NodeId, input: Input<P>) {
        self.react(node, |state, config, now, out| state.step(config, now, input, out));
    }

    fn react(&mut self, node: NodeId, act: impl FnOnce(&mut P, &P::Config, LocalTime, &mut Effects<P>)) {
        let now = self.now();
        let site = &mut self.cluster.sites[node.index()];
        if !site.up {
            return;
        }
        let mut out = std::mem::take(&mut self.out);
        act(&mut site.node, &self.config, now, &mut out);
        self.finish(node, out, false);
    }

    /// Carries out what a step asked for, shows the step to the monitor, then delivers what the
    /// node sent to itself.
    fn finish(&mut self, me: NodeId, mut out: Effects<P>, booted: bool) {
        let mut decided = Vec::new();
        let mut reasons = 0;
        let mut to_self = Vec::new();
        let site = &mut self.cluster.sites[me.index()];
        for effect in out.drain() {
            match effect {
                Effect::Send { to, message } if to == me => to_self.push(message),
                Effect::Send { to, message } => self.pool.push_back(Parcel { from: me, to, message }),
                Effect::SetTimer { timer, range } => {
                    site.timers.insert(timer.code(), (timer, range));
                }
                Effect::CancelTimer(timer) => {
                    site.timers.remove(&timer.code());
                }
                Effect::Persist(write) => site.disk.apply(&write),
                Effect::Reply { request, outcome, context } => {
                    // The first answer is the client's, and comes at once.
                    let late = self.replies.iter().any(|(_, known, _)| *known == request);
                    let asked = self.requested.iter().find(|command| command.request == request);
                    let key = asked.and_then(|command| command.op.key());
                    if let (Some(context), Some(key), false) = (context, key, late) {
                        self.given.entry((request.client, key)).or_default().join(&context);
                    }
                    self.replies.push((me, request, outcome));
                }
                Effect::Decide { slot, entry } => {
                    decided.push((slot, entry));
                    self.decides.push((me, slot, entry.command));
                }
                Effect::Because(fact) => {
                    let word = P::SPEC.rules.get(usize::from(fact.code)).expect("a rule without words");
                    assert!(word.args.len() <= fact.args.len());
                    reasons += 1;
                    self.reasons.push((me, fact));
                }
            }
        }
        self.out = out;
        assert!(reasons > 0, "a step of {me} has no reason");
        self.event += 1;
        if let Some(check) = self.after_each {
            check(&self.cluster.sites[me.index()].node, &self.config);
        }
        let step = Step {
            at: Time(u64::from(self.event) * 1_000),
            event: self.event,
            node: me,
            decided: &decided,
            requested: &self.requested,
            booted,
        };
        self.monitor.observe(&self.cluster, &step);
        for message in to_self {
            self.inject(me, me, message);
        }
    }
}

/// How often what happens in a storm, as shares of the whole.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// A random message is delivered.
    pub deliver: u32,
    /// A random message is lost.
    pub lose: u32,
    /// A random message is doubled.
    pub double: u32,
    /// A random timer that is set runs out.
    pub timeout: u32,
    /// A random node crashes.
    pub crash: u32,
    /// A random node that is down starts again.
    pub restart: u32,
    /// A client writes a new value at a random node.
    pub request: u32,
    /// A client asks a random node for one of the configurations that may follow.
    pub reweigh: u32,
    /// A client sets two registers at once, and goes where it is sent.
    pub pair: u32,
}

impl Default for Storm {
    fn default() -> Self {
        Self {
            deliver: 800,
            lose: 60,
            double: 40,
            timeout: 60,
            crash: 6,
            restart: 12,
            request: 30,
            reweigh: 0,
            pair: 0,
        }
    }
}

/// A small generator for tests (splitmix64).
#[derive(Clone, Copy, Debug)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % bound.max(1) as u64) as usize
    }
}

impl<P: Protocol> Rig<P> {
    /// So many random steps; the same seed gives the same run. Stops at the first violation.
    pub fn storm(&mut self, seed: u64, steps: u32, mix: Storm) {
        let mut chance = Chance(seed);
        let often = [mix.deliver, mix.lose, mix.double, mix.timeout, mix.crash, mix.restart, mix.request];
        let total = often.iter().sum::<u32>() + mix.reweigh + mix.pair;
        for _ in 0..steps {
            if !self.violations().is_empty() {
                return;
            }
            let node = NodeId::at(chance.below(self.cluster.sites.len()));
            let parcel = chance.below(self.pool.len());
            let mut roll = chance.below(total as usize) as u32;
            let mut falls_in = |share: u32| {
                let hit = roll < share;
                roll = if hit { u32::MAX } else { roll - share };
                hit
            };
            if falls_in(mix.deliver) {
                self.deliver_at(parcel);
            } else if falls_in(mix.lose) {
                self.pool.remove(parcel);
            } else if falls_in(mix.double) {
                if let Some(Parcel { from, to, message }) = self.pool.get(parcel) {
                    let copy = Parcel { from: *from, to: *to, message: message.clone() };
                    self.pool.push_back(copy);
                }
            } else if falls_in(mix.timeout) {
                let set: Vec<P::Timer> =
                    self.cluster.sites[node.index()].timers.values().map(|(timer, _)| *timer).collect();
                if !set.is_empty() {
                    self.timeout(node, set[chance.below(set.len())]);
                }
            } else if falls_in(mix.crash) {
                self.crash(node);
            } else if falls_in(mix.restart) {
                if !self.is_up(node) {
                    self.restart(node);
                }
            } else if falls_in(mix.request) {
                self.request(node, write(self.seq));
            } else if falls_in(mix.pair) {
                let (a, b) = (chance.below(3) as u8, chance.below(2) as u8);
                let op = Op::Pair { a: Key(a), b: Key((a + 1 + b) % 3), value: Value(self.seq) };
                let id = self.request(node, op);
                if let Some(Outcome::Redirect(Some(to))) = self.reply(id) {
                    self.request_as(to, id, op);
                }
            } else {
                let to = chance.below(self.cluster.later.len()) as u8;
                self.request(node, Op::Reweigh { to });
            }
        }
    }
}
