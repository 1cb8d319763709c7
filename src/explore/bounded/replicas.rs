//! The nodes of a protocol, as numbers: the one part of the bounded environment that is compiled for
//! each protocol.
//!
//! A node with its disk and timers is kept once however many states it is a part of, and what it does on
//! an input is worked out once.

use super::pool::{Book, Pool};
use crate::model::{
    Ballot, Command, Durable, Effect, Effects, Entry, Fact, Held, Input, Inspection, LocalTime, Message,
    NodeId, Outcome as Answer, Protocol, RequestId, Spec, TimerKind,
};
use std::collections::VecDeque;
use std::rc::Rc;

/// What happens to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stimulus {
    /// It starts, for the first time or again.
    Boot,
    /// It goes down.
    Crash,
    /// A message arrives, by its number in the pool.
    Message(u32),
    /// A timer runs out, by its code.
    Timer(u8),
    /// A client asks: no two commands share a count.
    Request(Command),
}

impl Stimulus {
    fn packed(self) -> u64 {
        let (kind, which): (u64, u64) = match self {
            Self::Boot => (0, 0),
            Self::Crash => (1, 0),
            Self::Message(message) => (2, message.into()),
            Self::Timer(code) => (3, code.into()),
            Self::Request(command) => (4, command.request.seq.into()),
        };
        kind << 32 | which
    }
}

/// By slot.
type Decided = Vec<(u32, Entry)>;
/// By request.
type Told = Vec<(RequestId, Answer)>;

/// A node after one of the inputs that a stimulus leads to: its own messages come next.
#[derive(Debug)]
pub(super) struct Step {
    /// Its number among all steps.
    pub(super) id: u32,
    /// The node as it is then.
    pub(super) machine: u32,
    /// Whether it has just started.
    pub(super) booted: bool,
    /// What it decided.
    pub(super) decided: Decided,
    /// What it told clients.
    pub(super) told: Told,
}

/// What comes of a stimulus.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Its number among all outcomes.
    pub(super) id: u32,
    /// Step by step; the last is where the node stands.
    pub(super) steps: Vec<Step>,
    /// Every message sent, in order: its number in the pool, or `None` for one to the sender itself,
    /// which is in the steps.
    pub(super) sent: Vec<Option<u32>>,
}

/// A protocol's nodes and messages.
pub(super) trait Replicas {
    /// The protocol.
    fn spec(&self) -> &'static Spec;
    /// A node before its first start.
    fn blank(&mut self, node: NodeId) -> u32;
    /// What happens when something happens to it.
    fn react(&mut self, machine: u32, stimulus: Stimulus) -> Rc<Outcome>;
    /// Its state.
    fn inspect(&self, machine: u32) -> Inspection<'_>;
    /// What its disk says it has accepted.
    fn accepted(&self, machine: u32) -> Option<(Ballot, Command)>;
    /// The register that its disk was written last.
    fn held(&self, machine: u32) -> Option<Held>;
    /// Its timers that run, a bit each.
    fn armed(&self, machine: u32) -> u32;
    /// Whether it is up.
    fn is_up(&self, machine: u32) -> bool;
    /// A message: from whom, to whom, and what it says in brief.
    fn envelope(&self, message: u32) -> (NodeId, NodeId, Fact);
    /// Roughly how many bytes all of it takes.
    fn bytes(&self) -> usize;
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Machine<P: Protocol> {
    me: NodeId,
    /// `None` before its first start; of a node that is down, what it was.
    state: Option<P>,
    disk: P::Durable,
    armed: u32,
    up: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Envelope<M> {
    from: NodeId,
    to: NodeId,
    message: M,
}

/// The nodes of one protocol.
pub(super) struct Of<P: Protocol> {
    config: P::Config,
    nodes: usize,
    machines: Pool<Machine<P>>,
    messages: Pool<Envelope<P::Message>>,
    known: Book<Rc<Outcome>>,
    steps: u32,
    outcomes: u32,
    /// What machines point to, and outcomes.
    weight: usize,
    out: Effects<P>,
}

/// After so many messages to itself at once a node has lost its way.
const OWN_MAX: usize = 1_000;

/// No protocol may read the time here: a state would never come again.
const NOW: LocalTime = LocalTime(0);

impl<P: Protocol> Of<P> {
    pub(super) fn new(config: P::Config, nodes: usize) -> Self {
        let (machines, messages) = (Pool::new(), Pool::new());
        let (known, out) = (Book::new(2), Effects::default());
        Self { config, nodes, machines, messages, known, steps: 0, outcomes: 0, weight: 0, out }
    }

    fn keep(&mut self, machine: Machine<P>) -> u32 {
        let (before, weight) = (self.machines.len(), machine.disk.weight());
        let number = self.machines.put(machine);
        if self.machines.len() > before {
            // The node's own state holds about what its disk does.
            self.weight += 2 * weight;
        }
        number
    }

    /// Lets one input happen, and carries out what it asks for: the messages to itself.
    fn step(
        &mut self,
        machine: &mut Machine<P>,
        input: Option<Input<P>>,
        outcome: &mut Outcome,
        own: &mut VecDeque<P::Message>,
    ) {
        let booted = input.is_none();
        match (input, &mut machine.state) {
            (Some(input), Some(state)) => state.step(&self.config, NOW, input, &mut self.out),
            (_, state) => {
                *state = Some(P::boot(machine.me, &self.config, machine.disk.clone(), NOW, &mut self.out));
            }
        }
        let (mut decided, mut told) = (Vec::new(), Vec::new());
        let mut effects = std::mem::take(&mut self.out);
        for effect in effects.drain() {
            match effect {
                Effect::SetTimer { timer, .. } => machine.armed |= 1 << (timer.code() & 31),
                Effect::CancelTimer(timer) => machine.armed &= !(1 << (timer.code() & 31)),
                // The disk writes at once.
                Effect::Persist(write) => machine.disk.apply(&write),
                Effect::Decide { slot, entry } => decided.push((slot, entry)),
                Effect::Send { to, message } if to == machine.me => {
                    outcome.sent.push(None);
                    own.push_back(message);
                }
                Effect::Send { to, message } if to.index() < self.nodes => {
                    let message = self.messages.put(Envelope { from: machine.me, to, message });
                    outcome.sent.push(Some(message));
                }
                // Clients do nothing of their own.
                Effect::Reply { request, outcome, .. } => told.push((request, outcome)),
                Effect::Send { .. } | Effect::Because(_) => {}
            }
        }
        self.out = effects;
        self.stepped(machine, booted, (decided, told), outcome);
    }

    fn stepped(
        &mut self,
        machine: &Machine<P>,
        booted: bool,
        (decided, told): (Decided, Told),
        outcome: &mut Outcome,
    ) {
        let machine = self.keep(machine.clone());
        outcome.steps.push(Step { id: self.steps, machine, booted, decided, told });
        self.steps += 1;
    }
}

impl<P: Protocol> Replicas for Of<P> {
    fn spec(&self) -> &'static Spec {
        P::SPEC
    }

    fn blank(&mut self, node: NodeId) -> u32 {
        self.keep(Machine { me: node, state: None, disk: P::Durable::default(), armed: 0, up: false })
    }

    fn react(&mut self, machine: u32, stimulus: Stimulus) -> Rc<Outcome> {
        let key = [machine.into(), stimulus.packed()];
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let mut now = self.machines.get(machine).clone();
        // Counted here and not by what is noted: that may be full.
        self.outcomes += 1;
        let mut outcome = Outcome { id: self.outcomes, steps: Vec::new(), sent: Vec::new() };
        let mut own = VecDeque::new();
        let input = match stimulus {
            Stimulus::Crash => {
                (now.up, now.armed) = (false, 0);
                self.stepped(&now, false, Default::default(), &mut outcome);
                None
            }
            Stimulus::Boot => {
                (now.up, now.state) = (true, None);
                self.step(&mut now, None, &mut outcome, &mut own);
                None
            }
            Stimulus::Message(message) => {
                let Envelope { from, message, .. } = self.messages.get(message).clone();
                Some(Input::Message { from, message })
            }
            Stimulus::Timer(code) => {
                now.armed &= !(1 << (code & 31));
                P::Timer::from_code(code).map(Input::Timer)
            }
            Stimulus::Request(Command { request: id, op }) => Some(Input::Request { id, op }),
        };
        if let Some(input) = input {
            self.step(&mut now, Some(input), &mut outcome, &mut own);
        }
        // A message to oneself is delivered next.
        while let Some(message) = own.pop_front().filter(|_| outcome.steps.len() < OWN_MAX) {
            let input = Input::Message { from: now.me, message };
            self.step(&mut now, Some(input), &mut outcome, &mut own);
        }
        let outcome = Rc::new(outcome);
        self.weight += 128 + outcome.steps.len() * size_of::<Step>() + outcome.sent.len() * 8;
        self.known.note(&key, Rc::clone(&outcome));
        outcome
    }

    fn inspect(&self, machine: u32) -> Inspection<'_> {
        self.machines.get(machine).state.as_ref().map_or_else(Inspection::default, Protocol::inspect)
    }

    fn accepted(&self, machine: u32) -> Option<(Ballot, Command)> {
        self.machines.get(machine).disk.accepted()
    }

    fn held(&self, machine: u32) -> Option<Held> {
        self.machines.get(machine).disk.held()
    }

    fn armed(&self, machine: u32) -> u32 {
        self.machines.get(machine).armed
    }

    fn is_up(&self, machine: u32) -> bool {
        self.machines.get(machine).up
    }

    fn envelope(&self, message: u32) -> (NodeId, NodeId, Fact) {
        let Envelope { from, to, message } = self.messages.get(message);
        (*from, *to, message.brief())
    }

    fn bytes(&self) -> usize {
        self.machines.bytes() + self.messages.bytes() + self.known.bytes() + self.weight
    }
}
