//! A replica as a pure state machine: one door in, one ordered list of consequences out.

use super::{
    Ballot, Cell, Command, Context, Entry, Fact, Field, Gathering, Held, Inspection, Key, LocalTime, Log,
    NodeId, NodeSet, Op, Outcome, RequestId, Settings, SpanRange, Spec, Value,
};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

/// One algorithm, as it runs on one node. No I/O, no randomness: same state and same input give the
/// same state and the same effects.
///
/// A node changes only in [`Protocol::step`]. It may draw no number (a timer carries a range and
/// the simulator draws) and read no clock but the `now` it is handed, which may drift.
pub trait Protocol: Clone + Debug + Eq + Hash + 'static {
    /// What nodes send each other.
    type Message: Message;
    /// Its timers.
    type Timer: TimerKind;
    /// What a crash leaves.
    type Durable: Durable;
    /// Everything fixed for a run: quorum rule, timings, switches and flaws.
    type Config: Clone + Debug + 'static;

    /// Names, phases, settings and words of the protocol.
    const SPEC: &'static Spec;

    /// Whether a request that changes something may be made again, of another node, when its answer does
    /// not come: it is applied at most once. Where not, a client gives it up and takes the outcome for
    /// unknown, as the second try might take effect after others have written over the first.
    const RETRIES: bool = true;

    /// The configuration that a validated set-up describes.
    fn configure(setup: &Setup<'_>) -> Self::Config;

    /// Whether answers are to be linearizable, with these settings, where they are with the usual
    /// ones.
    fn linearizable(_setup: &Setup<'_>) -> bool {
        true
    }

    /// Whether it changes who may decide through its own messages ([`Op::Reweigh`]).
    const RECONFIGURES: bool = false;

    /// Is told, before a run, of all the configurations that may follow: [`Op::Reweigh`] names them by
    /// their place here. What is changed by hand needs nothing of a protocol: its nodes are handed
    /// another configuration from then on.
    fn plan(_config: &mut Self::Config, _changes: &[Setup<'_>]) {}

    /// By which configuration the node acts: by what its configuration says, unless it knows better.
    fn in_force(&self) -> InForce {
        InForce::default()
    }

    /// A node that starts, for the first time (`durable` is its default) or after a crash.
    fn boot(
        me: NodeId,
        config: &Self::Config,
        durable: Self::Durable,
        now: LocalTime,
        out: &mut Effects<Self>,
    ) -> Self;

    /// Handles one input. Odd input becomes a visible reason, never a panic, never silence.
    fn step(&mut self, config: &Self::Config, now: LocalTime, input: Input<Self>, out: &mut Effects<Self>);

    /// Handles a client's request with what the client hands in: all that it was given of this key
    /// ([`Effects::reply_with`]) when it began to ask. Who gives nothing need not look at it.
    fn asked(
        &mut self,
        config: &Self::Config,
        now: LocalTime,
        id: RequestId,
        op: Op,
        _context: Option<&Context>,
        out: &mut Effects<Self>,
    ) {
        self.step(config, now, Input::Request { id, op }, out);
    }

    /// What checkers and picture may see, at no cost.
    fn inspect(&self) -> Inspection<'_>;

    /// The quorum this node is gathering, if it is.
    fn gathering(&self, config: &Self::Config) -> Option<Gathering>;

    /// The whole state in words, for the inspector.
    fn fields(&self, config: &Self::Config, out: &mut Vec<Field>);

    /// What clients ask for where every order of a small system is explored: `a`, then `b`, and so on.
    fn asks(count: u8) -> Op {
        Op::Write { key: Key(0), value: Value(count.into()) }
    }

    /// With whom a node has links, of all other nodes.
    fn neighbours(_config: &Self::Config, _node: NodeId, all: NodeSet) -> NodeSet {
        all
    }

    /// What the node holds beside a log, in the order of the table.
    fn cells(&self, _config: &Self::Config, _out: &mut Vec<Cell>) {}
}

/// By which of a run's configurations a node acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct InForce {
    /// 0: by what its configuration says; otherwise by the planned change of that place, from 1.
    pub now: u8,
    /// The planned change, from 1, whose quorums it needs as well: the change is under way.
    pub next: Option<u8>,
}

/// What a run is configured from. Everything in it has been validated.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// One weight a node; its length is the number of nodes.
    pub weights: &'a [u8],
    /// One threshold a phase of the protocol.
    pub thresholds: &'a [u32],
    /// The protocol's settings and flaws.
    pub settings: &'a Settings,
}

/// What happens to a node.
#[derive(Clone, Debug)]
pub enum Input<P: Protocol> {
    /// A message arrived.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: P::Message,
    },
    /// A timer ran out.
    Timer(P::Timer),
    /// A client asks.
    Request {
        /// Which request; a retry repeats it.
        id: RequestId,
        /// What it asks for.
        op: Op,
    },
}

/// What a node wants done, in order.
#[derive(Clone, Debug)]
pub enum Effect<P: Protocol> {
    /// Send a message. To oneself: delivered next, and never lost.
    Send {
        /// To whom.
        to: NodeId,
        /// What.
        message: P::Message,
    },
    /// Start a timer, or start it anew.
    SetTimer {
        /// Which.
        timer: P::Timer,
        /// From what range its length is drawn, on the node's own clock.
        range: SpanRange,
    },
    /// Stop a timer.
    CancelTimer(P::Timer),
    /// Write to disk. A barrier: what follows in the list waits until the write is durable.
    Persist(<P::Durable as Durable>::Write),
    /// Answer a client.
    Reply {
        /// Its request.
        request: RequestId,
        /// What it is told.
        outcome: Outcome,
        /// What it is given to hand in with later requests, in place of memory at the nodes.
        context: Option<Arc<Context>>,
    },
    /// A slot is decided, as far as this node knows: it applies the command.
    Decide {
        /// Which slot; a single-decree protocol has only slot 0.
        slot: u32,
        /// What was decided, and in which term, ballot or epoch it was proposed (0 where the
        /// node does not say).
        entry: Entry,
    },
    /// The rule that fired, with the facts it used.
    Because(Fact),
}

/// The ordered list that a step fills.
#[derive(Clone, Debug)]
pub struct Effects<P: Protocol> {
    list: Vec<Effect<P>>,
}

impl<P: Protocol> Default for Effects<P> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

impl<P: Protocol> Effects<P> {
    /// Asks for one thing more.
    pub fn push(&mut self, effect: Effect<P>) {
        self.list.push(effect);
    }

    /// Sends a message to one node.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.list.push(Effect::Send { to, message });
    }

    /// Sends a message to every node of a cluster of `nodes`, the sender included.
    pub fn broadcast(&mut self, nodes: usize, message: &P::Message) {
        NodeId::all(nodes).for_each(|to| self.send(to, message.clone()));
    }

    /// Starts a timer with a length from the range.
    pub fn set_timer(&mut self, timer: P::Timer, range: SpanRange) {
        self.list.push(Effect::SetTimer { timer, range });
    }

    /// Stops a timer.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.list.push(Effect::CancelTimer(timer));
    }

    /// Applies a write to the node's own copy and asks for it to be made durable.
    pub fn persist(&mut self, durable: &mut P::Durable, write: <P::Durable as Durable>::Write) {
        durable.apply(&write);
        self.list.push(Effect::Persist(write));
    }

    /// Answers a client.
    pub fn reply(&mut self, request: RequestId, outcome: Outcome) {
        self.list.push(Effect::Reply { request, outcome, context: None });
    }

    /// Answers a client, and gives it what it is to hand in with later requests for the same key.
    pub fn reply_with(&mut self, request: RequestId, outcome: Outcome, context: Context) {
        self.list.push(Effect::Reply { request, outcome, context: Some(Arc::new(context)) });
    }

    /// Says that a slot is decided.
    pub fn decide(&mut self, slot: u32, entry: impl Into<Entry>) {
        self.list.push(Effect::Decide { slot, entry: entry.into() });
    }

    /// Says why.
    pub fn because(&mut self, rule: impl Into<Fact>) {
        self.list.push(Effect::Because(rule.into()));
    }

    /// What has been asked for so far.
    #[must_use]
    pub fn as_slice(&self) -> &[Effect<P>] {
        &self.list
    }

    /// Takes everything out, in order, keeping the room.
    pub fn drain(&mut self) -> impl Iterator<Item = Effect<P>> + '_ {
        self.list.drain(..)
    }
}

/// A protocol's messages.
pub trait Message: Clone + Debug + Eq + Hash + 'static {
    /// In brief: which word of [`Spec::messages`] it is and its facts. The first fact is the epoch
    /// (term or ballot) that colours it.
    fn brief(&self) -> Fact;
    /// Roughly how many bytes it carries beside its facts: commands, entries of a log, versions, a
    /// snapshot.
    fn bulk(&self) -> u32 {
        0
    }
}

/// A protocol's timers.
pub trait TimerKind: Copy + Debug + Eq + Hash + 'static {
    /// Its place in [`Spec::timers`].
    fn code(self) -> u8;
    /// The timer at that place.
    fn from_code(code: u8) -> Option<Self>;
}

/// What survives a crash, changed only by writes, as a disk is.
pub trait Durable: Clone + Debug + Default + Eq + Hash + 'static {
    /// One write, small: what changed, not the whole.
    type Write: Clone + Debug + 'static;
    /// Does the write.
    fn apply(&mut self, write: &Self::Write);
    /// A chance to share memory with the log that the node itself keeps; nothing that can be seen may
    /// change.
    fn share(&mut self, _log: &Log) {}
    /// Roughly how many bytes a copy takes; to be said where they grow with the run.
    fn weight(&self) -> usize {
        size_of::<Self>()
    }
    /// What an acceptor has accepted last.
    fn accepted(&self) -> Option<(Ballot, Command)> {
        None
    }
    /// The register that was written last.
    fn held(&self) -> Option<Held> {
        None
    }
}
