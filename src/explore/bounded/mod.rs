//! Any protocol under a bounded environment: the code that the simulator runs, in every order.
//!
//! # Problem
//!
//! A simulator draws one delay for each message. What goes wrong may need an order that no draw has
//! given yet.
//!
//! # Idea
//!
//! Time is left out. A message in flight may arrive next, whichever it is; a timer that runs may run out
//! next; and within budgets messages are lost or doubled, nodes crash, and clients ask. Everything else is
//! as in the simulator: a message to oneself is delivered at once, what is persisted is on disk before
//! what follows it, a crash leaves the disk and nothing else, and the same properties look at every step.
//! What they remember is part of the state.
//!
//! A state is a tuple of numbers: of each node with its disk and timers, of the messages in flight, and
//! of what the properties remember. Each of these is kept once.
//!
//! # What is left out
//!
//! Pauses, slow disks, the loss of a disk, clients that ask again, and reads that are called before the
//! last write is. A message to a node that is down
//! waits until the node is back, or is lost within the budget.

mod bounds;
mod choice;
mod history;
mod memory;
mod pool;
mod replicas;
mod view;
mod walk;
mod words;

pub use bounds::Bounds;
pub use choice::Choice;

use super::system::{Action, Next, PROPERTIES_MAX, Property, System};
use crate::check::linear::Model;
use crate::check::{LINEARIZABLE, Property as Check};
use crate::model::{Command, Lang, NodeId, Protocol, Settings, Setup, Spec, Time};
use crate::quorum::Rule;
use crate::sim::Step as Seen;
use choice::{Kind, READS, pack};
use history::History;
use memory::Memory;
use pool::{Book, Pool};
use replicas::{Of, Outcome, Replicas, Step, Stimulus};
use std::rc::Rc;
use view::View;

/// The numbers that a state is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Now {
    /// How much of each budget is used.
    used: [u8; 5],
    /// A bit for each property that is broken.
    broken: u32,
    memory: u32,
    flying: u32,
    machines: Vec<u32>,
}

/// Places in [`Now::used`].
const LOSSES: usize = 0;
const DUPLICATES: usize = 1;
const CRASHES: usize = 2;
const TIMEOUTS: usize = 3;
const REQUESTS: usize = 4;

/// A protocol under a bounded environment.
pub struct Bounded {
    bounds: Bounds,
    rule: Rule,
    replicas: Box<dyn Replicas>,
    properties: Vec<Property>,
    /// What clients take the cluster for, where it is watched what they see.
    model: Option<Model>,
    memories: Pool<Memory>,
    flights: Pool<Vec<u32>>,
    /// What a step makes of the properties' memory and of what is broken: the same cluster comes again
    /// with other messages in flight.
    observed: Book<(u32, u32)>,
    /// What is in flight after a choice and its outcome; `None` for too much.
    flown: Book<Option<u32>>,
    /// What comes of a choice that concerns no node.
    nothing: Rc<Outcome>,
    requested: Vec<Command>,
    key: Vec<u64>,
    /// Bytes of memories and flights beside their pools.
    weight: usize,
}

impl Bounded {
    /// A cluster of a protocol, watched by some properties; where there are reads and clients take it for
    /// something, also whether they see that.
    ///
    /// # Panics
    /// Where there are more than [`PROPERTIES_MAX`] of them, none of which may go unchecked.
    #[must_use]
    pub fn new<P: Protocol>(
        rule: &Rule,
        settings: &Settings,
        properties: Vec<Box<dyn Check>>,
        model: Option<Model>,
        bounds: Bounds,
    ) -> Self {
        let thresholds: Vec<u32> = (0..rule.phases()).map(|phase| rule.threshold(phase)).collect();
        let setup = Setup { weights: rule.weights(), thresholds: &thresholds, settings };
        let model = model.filter(|_| bounds.reads > 0 && P::linearizable(&setup));
        let config = P::configure(&setup);
        let mut memories = Pool::new();
        let always = properties.iter().map(|property| property.word()).chain(model.map(|_| &LINEARIZABLE));
        let always: Vec<Property> = always.map(Property::always).collect();
        assert!(always.len() <= PROPERTIES_MAX, "each property has a bit");
        memories.put(Memory::new(properties, model.map(|_| History::default())));
        Self {
            bounds,
            rule: rule.clone(),
            replicas: Box::new(Of::<P>::new(config, rule.nodes())),
            properties: always,
            model,
            memories,
            flights: Pool::new(),
            observed: Book::new(2 + rule.nodes().div_ceil(2)),
            flown: Book::new(2),
            nothing: Rc::new(Outcome { id: u32::MAX, steps: Vec::new(), sent: Vec::new() }),
            key: Vec::new(),
            requested: (0..bounds.asked()).map(|count| bounds.command(count, P::asks(count))).collect(),
            weight: 0,
        }
    }

    /// The protocol.
    #[must_use]
    pub fn spec(&self) -> &'static Spec {
        self.replicas.spec()
    }

    fn nodes(&self) -> usize {
        self.rule.nodes()
    }

    fn unpack(&self, state: &[u64]) -> Now {
        let half = |place: usize| (state[place / 2 + 1] >> (32 * (place % 2))) as u32;
        let used = std::array::from_fn(|budget| (state[0] >> (8 * budget)) as u8);
        let machines = (0..self.nodes()).map(|node| half(node + 3)).collect();
        Now { used, broken: half(0), memory: half(1), flying: half(2), machines }
    }

    fn pack(&self, now: &Now, state: &mut [u64]) {
        state.fill(0);
        for (budget, used) in now.used.iter().enumerate() {
            state[0] |= u64::from(*used) << (8 * budget);
        }
        let halves = [now.broken, now.memory, now.flying].into_iter().chain(now.machines.iter().copied());
        for (place, half) in halves.enumerate() {
            state[place / 2 + 1] |= u64::from(half) << (32 * (place % 2));
        }
    }

    fn keep_flight(&mut self, messages: Vec<u32>) -> u32 {
        let (before, length) = (self.flights.len(), messages.len());
        let number = self.flights.put(messages);
        if self.flights.len() > before {
            self.weight += length * size_of::<u32>();
        }
        number
    }

    /// The steps of an outcome, from the first given on, are taken and looked at.
    fn happen(&mut self, now: &mut Now, node: usize, outcome: &Outcome, first: usize) {
        for step in &outcome.steps[first.min(outcome.steps.len())..] {
            now.machines[node] = step.machine;
            self.observe(now, node, step);
        }
    }

    /// What is in flight after a choice about one of the messages and its outcome.
    fn fly(&mut self, flying: u32, kind: Kind, which: u32, outcome: &Outcome) -> Option<u32> {
        let about = matches!(kind, Kind::Deliver | Kind::Lose | Kind::Duplicate);
        if !about && outcome.sent.is_empty() {
            return Some(flying);
        }
        let key = [
            u64::from(flying) << 32 | u64::from(outcome.id),
            if about { u64::from(which) << 8 | kind as u64 } else { u64::MAX },
        ];
        if let Some(known) = self.flown.get(&key) {
            return known;
        }
        let mut messages = self.flights.get(flying).clone();
        if about {
            let place = messages.binary_search(&which).ok()?;
            if kind == Kind::Duplicate {
                messages.insert(place, which);
            } else {
                messages.remove(place);
            }
        }
        messages.extend(outcome.sent.iter().copied().flatten());
        messages.sort_unstable();
        let most = usize::from(self.bounds.in_flight);
        let after = (messages.len() <= most).then(|| self.keep_flight(messages));
        self.flown.note(&key, after);
        after
    }

    /// Lets the properties look at a step.
    fn observe(&mut self, now: &mut Now, node: usize, step: &Step) {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        key.push(u64::from(now.memory) << 32 | u64::from(step.id));
        key.push(u64::from(now.broken) << 8 | u64::from(now.used[REQUESTS]));
        key.extend(
            now.machines
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |word, machine| word << 32 | u64::from(*machine))),
        );
        (now.memory, now.broken) = match self.observed.get(&key) {
            Some(known) => known,
            None => {
                let seen = self.look(now, node, step);
                self.observed.note(&key, seen);
                seen
            }
        };
        self.key = key;
    }

    /// What the properties remember after a step, and which are broken.
    fn look(&mut self, now: &Now, node: usize, step: &Step) -> (u32, u32) {
        let memory = self.memories.get(now.memory);
        let (mut properties, mut history) = (memory.copies(), memory.history.clone());
        let requested = &self.requested[..usize::from(now.used[REQUESTS]).min(self.requested.len())];
        let Step { booted, ref decided, .. } = *step;
        let seen = Seen { at: Time(0), event: 0, node: NodeId::at(node), decided, requested, booted };
        let cluster = View { replicas: self.replicas.as_ref(), machines: &now.machines, rule: &self.rule };
        let mut broken = now.broken;
        for (place, property) in properties.iter_mut().enumerate() {
            // A property that is broken looks no further.
            if broken >> place & 1 == 0 && property.observe(&cluster, &seen).is_some() {
                broken |= 1 << place;
            }
        }
        if let (Some(history), Some(model)) = (&mut history, self.model)
            && !step.told.is_empty()
        {
            step.told.iter().for_each(|(request, outcome)| history.told(*request, *outcome));
            broken |= u32::from(!history.fits(&self.requested, model)) << properties.len();
        }
        (self.keep_memory(Memory::new(properties, history)), broken)
    }

    fn keep_memory(&mut self, memory: Memory) -> u32 {
        let (before, weight) = (self.memories.len(), memory.weight());
        let number = self.memories.put(memory);
        if self.memories.len() > before {
            self.weight += weight;
        }
        number
    }

    /// What is remembered once a client has asked.
    fn called(&mut self, memory: u32) -> u32 {
        let known = self.memories.get(memory);
        let Some(mut history) = known.history.clone() else { return memory };
        let properties = known.copies();
        history.called();
        self.keep_memory(Memory::new(properties, Some(history)))
    }

    /// Every node has started, and what was sent; `None` where that is too much in flight.
    fn begin(&mut self) -> Option<(Now, Vec<Option<u32>>)> {
        let machines: Vec<u32> =
            (0..self.nodes()).map(|node| self.replicas.blank(NodeId::at(node))).collect();
        let nothing = self.keep_flight(Vec::new());
        let outcomes: Vec<Rc<Outcome>> =
            machines.iter().map(|machine| self.replicas.react(*machine, Stimulus::Boot)).collect();
        let mut now = Now { used: [0; 5], broken: 0, memory: 0, flying: nothing, machines };
        // All are there before any is looked at.
        for (node, outcome) in outcomes.iter().enumerate() {
            now.machines[node] = outcome.steps.first().map_or(now.machines[node], |step| step.machine);
        }
        for (node, outcome) in outcomes.iter().enumerate() {
            if let Some(step) = outcome.steps.first() {
                self.observe(&mut now, node, step);
            }
        }
        let mut sent = Vec::new();
        for (node, outcome) in outcomes.iter().enumerate() {
            self.happen(&mut now, node, outcome, 1);
            now.flying = self.fly(now.flying, Kind::Restart, 0, outcome)?;
            sent.extend(outcome.sent.iter().copied());
        }
        Some((now, sent))
    }

    /// The state after a choice, and what was sent; `None` where that is not explored.
    fn take(&mut self, now: &Now, kind: Kind, node: usize, which: u32) -> Option<(Now, Rc<Outcome>)> {
        let mut next = now.clone();
        let stimulus = match kind {
            Kind::Lose | Kind::Duplicate => {
                next.used[if kind == Kind::Lose { LOSSES } else { DUPLICATES }] += 1;
                None
            }
            Kind::Deliver => Some(Stimulus::Message(which)),
            Kind::Timeout => {
                next.used[TIMEOUTS] += 1;
                Some(Stimulus::Timer(which as u8))
            }
            Kind::Crash => {
                next.used[CRASHES] += 1;
                Some(Stimulus::Crash)
            }
            Kind::Restart => Some(Stimulus::Boot),
            Kind::Request => {
                let count = next.used[REQUESTS];
                next.used[REQUESTS] += 1;
                next.memory = self.called(next.memory);
                self.requested.get(usize::from(count)).map(|command| Stimulus::Request(*command))
            }
        };
        let outcome = match stimulus {
            Some(stimulus) => self.replicas.react(now.machines[node], stimulus),
            None => Rc::clone(&self.nothing),
        };
        next.flying = self.fly(now.flying, kind, which, &outcome)?;
        if kind == Kind::Crash {
            // Nothing is computed, so nothing is looked at.
            next.machines[node] = outcome.steps.last().map_or(now.machines[node], |step| step.machine);
        } else {
            self.happen(&mut next, node, &outcome, 0);
        }
        Some((next, outcome))
    }

    /// Every choice in a state: what it does, to which node, and to which message or timer.
    fn choices(&self, now: &Now) -> Vec<(Kind, usize, u32)> {
        let Bounds { losses, duplicates, crashes, timeouts, requests, .. } = self.bounds;
        let reads = if now.used[REQUESTS] < requests { 0 } else { READS };
        let within = |budget: usize, most: u8| now.used[budget] < most;
        let up = |node: usize| self.replicas.is_up(now.machines[node]);
        let flying = self.flights.get(now.flying);
        // Messages that say the same to the same node are alike.
        let different = || {
            let before = [None].into_iter().chain(flying.iter().map(Some));
            flying.iter().zip(before).filter(|(message, before)| Some(*message) != *before).map(|(m, _)| *m)
        };
        let to = |message: u32| self.replicas.envelope(message).1.index();
        let mut list = Vec::new();
        list.extend(different().filter(|m| up(to(*m))).map(|m| (Kind::Deliver, to(m), m)));
        if within(TIMEOUTS, timeouts) {
            for node in (0..self.nodes()).filter(|node| up(*node)) {
                let armed = self.replicas.armed(now.machines[node]);
                list.extend((0..32).filter(|code| armed >> code & 1 == 1).map(|c| (Kind::Timeout, node, c)));
            }
        }
        let nodes = || 0..self.nodes();
        if within(REQUESTS, self.bounds.asked()) {
            list.extend(nodes().filter(|node| up(*node)).map(|node| (Kind::Request, node, reads)));
        }
        if within(CRASHES, crashes) {
            list.extend(nodes().filter(|node| up(*node)).map(|node| (Kind::Crash, node, 0)));
        }
        list.extend(nodes().filter(|node| !up(*node)).map(|node| (Kind::Restart, node, 0)));
        if within(LOSSES, losses) {
            list.extend(different().map(|message| (Kind::Lose, to(message), message)));
        }
        if within(DUPLICATES, duplicates) {
            list.extend(different().map(|message| (Kind::Duplicate, to(message), message)));
        }
        list
    }
}

impl System for Bounded {
    fn width(&self) -> usize {
        1 + (3 + self.nodes()).div_ceil(2)
    }

    fn initial(&mut self, out: &mut Next) {
        let Some((now, _)) = self.begin() else {
            out.outside();
            return;
        };
        let mut state = vec![0; self.width()];
        self.pack(&now, &mut state);
        out.step(0, &state);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        let now = self.unpack(state);
        let mut packed = vec![0; self.width()];
        for (kind, node, which) in self.choices(&now) {
            match self.take(&now, kind, node, which) {
                Some((next, _)) => {
                    self.pack(&next, &mut packed);
                    out.step(pack(kind, node, which), &packed);
                }
                None => out.outside(),
            }
        }
    }

    fn properties(&self) -> &[Property] {
        &self.properties
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        state[1] as u32
    }

    fn action(&self, action: Action, lang: Lang) -> String {
        words::action(self.replicas.as_ref(), action, lang)
    }

    fn show(&self, state: &[u64], lang: Lang) -> String {
        let now = self.unpack(state);
        words::state(self.replicas.as_ref(), &now.machines, self.flights.get(now.flying).len(), lang)
    }

    fn walk(&mut self, actions: &[Action]) -> Option<Vec<Choice>> {
        self.choose(actions)
    }

    fn bytes(&self) -> usize {
        let books = self.observed.bytes() + self.flown.bytes();
        self.replicas.bytes() + self.memories.bytes() + self.flights.bytes() + books + self.weight
    }
}
