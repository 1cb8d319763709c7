//! Those who ask: closed and open loops, retries and redirects, and the history they record.

use super::random::{Force, Stream};
use crate::model::{
    ClientId, Command, Context, Key, NAMES, NodeId, Op, Outcome, Path, RequestId, Span, SpanRange, Time,
    TreeOp, Value,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Asks {
    /// Reads, writes, and compare-and-sets of registers.
    #[default]
    Registers,
    /// The same, and its reads are of the store as it was: of a version that it made itself.
    Versions,
    /// Locks: takes one, and gives it back with its next request.
    Locks,
    /// Files and directories: makes, fills, moves, removes and lists them.
    Tree,
    /// Transactions: sets two registers at once.
    Pairs,
}

impl Asks {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Registers, Self::Versions, Self::Locks, Self::Tree, Self::Pairs];
}

/// How a client behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientPlan {
    /// When it begins.
    pub start: Time,
    /// How many requests it makes in all; `None`: no end.
    pub limit: Option<u32>,
    /// When it asks next.
    pub pace: Pace,
    /// Whom it asks first; `None`: a node at random, then whoever answered.
    pub target: Option<NodeId>,
    /// Whether it stands beside the node that it asks first, on that node's side of the network: what
    /// cuts that node off from another keeps this client from it too.
    pub local: bool,
    /// What it asks for.
    pub asks: Asks,
    /// How many of a hundred requests read.
    pub reads: u8,
    /// How many of a hundred requests compare and set.
    pub cas: u8,
    /// Over how many keys its requests spread; at least 1.
    pub keys: u8,
    /// How long it waits for an answer before it asks the next node.
    pub retry: Span,
}

/// When a client asks next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// When it has been answered: so many requests under way, and a rest after each answer.
    Closed {
        /// Requests under way at once.
        window: u16,
        /// The rest after an answer.
        think: SpanRange,
    },
    /// Regardless of answers: after a length drawn from the range.
    Open {
        /// Time between two requests.
        every: SpanRange,
    },
}

impl Default for ClientPlan {
    fn default() -> Self {
        Self {
            start: Time(0),
            limit: None,
            pace: Pace::Closed { window: 1, think: SpanRange::exactly(Span::ms(50)) },
            target: None,
            local: false,
            asks: Asks::Registers,
            reads: 0,
            cas: 0,
            keys: 1,
            retry: Span::ms(200),
        }
    }
}

/// A client's request under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its count.
    pub seq: u32,
    /// What it asks.
    pub op: Op,
    /// Whom it has asked last.
    pub node: NodeId,
    /// How often it has asked, from 1.
    pub tries: u32,
    /// When it gives up waiting and asks again.
    pub deadline: Time,
}

/// A client's state.
#[derive(Clone, Debug)]
pub struct Client {
    id: ClientId,
    plan: ClientPlan,
    issued: u32,
    /// What is under way, by its count.
    pending: BTreeMap<u32, Pending>,
    /// The deadlines of what is under way, the next one first. Those of requests that were answered,
    /// or asked again, go when they come to the front.
    deadlines: VecDeque<(Time, u32)>,
    /// Its key in the queue: one for all deadlines, as with timers.
    pub(super) queued: Option<Time>,
    /// Whom it asks next.
    node: NodeId,
    nodes: u8,
    /// How many clients write values: keeps each value written once.
    writers: u32,
    /// The value it last saw or wrote: what its compare-and-set expects.
    last: Value,
    /// How many changes of the store it was told are done: so many versions there are, at least.
    made: u32,
    /// The locks that it was granted and has not given back yet, with their tokens.
    locks: BTreeMap<Key, u32>,
    /// What it was given of each key with its answers.
    given: BTreeMap<Key, Arc<Context>>,
    /// What it had been given when it began to ask, by the count of what is under way.
    handed: BTreeMap<u32, Arc<Context>>,
}

impl Client {
    /// A client that has asked for nothing yet.
    #[must_use]
    pub fn new(id: ClientId, plan: ClientPlan, seed: u64, nodes: usize, writers: u32) -> Self {
        let anyone = Stream::of(seed, Force::Client, u32::from(id.0), 0).below(nodes as u64);
        let node = plan.target.unwrap_or(NodeId::at(anyone as usize));
        Self {
            id,
            plan,
            issued: 0,
            pending: BTreeMap::new(),
            deadlines: VecDeque::new(),
            queued: None,
            node,
            nodes: nodes as u8,
            writers,
            last: Value(0),
            made: 0,
            locks: BTreeMap::new(),
            given: BTreeMap::new(),
            handed: BTreeMap::new(),
        }
    }

    /// How it behaves.
    #[must_use]
    pub const fn plan(&self) -> &ClientPlan {
        &self.plan
    }

    /// Where it stands in the network; `None`: it reaches every node, whatever is cut.
    pub(super) fn stands(&self) -> Option<NodeId> {
        self.plan.target.filter(|_| self.plan.local)
    }

    /// How many requests, and tries of requests, wait for an answer.
    pub(super) fn waiting(&self) -> usize {
        self.pending.len().max(self.deadlines.len())
    }

    /// Whether it has made all its requests.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.plan.limit.is_some_and(|limit| self.issued >= limit)
    }

    /// Makes its next request, of its own choice.
    pub fn issue(&mut self, seed: u64, now: Time) -> Pending {
        let count = self.issued + 1;
        let mut stream = Stream::of(seed, Force::Client, u32::from(self.id.0), count);
        let dice = stream.below(100) as u8;
        let key = Key(stream.below(u64::from(self.plan.keys.max(1))) as u8);
        let value = Value(self.issued.wrapping_mul(self.writers).wrapping_add(u32::from(self.id.0)));
        let op = self.chosen(dice, key, value, &mut stream);
        let node = self.node;
        self.ask(op, node, now)
    }

    /// What it asks for, of what it has drawn.
    fn chosen(&mut self, dice: u8, key: Key, value: Value, stream: &mut Stream) -> Op {
        let reads = dice < self.plan.reads;
        let compares = dice < self.plan.reads.saturating_add(self.plan.cas);
        match self.plan.asks {
            Asks::Locks => match self.locks.remove(&key) {
                Some(token) => Op::Release { key, token },
                None => Op::Acquire { key },
            },
            Asks::Tree => {
                // So few names that requests often meet.
                let mut path = || {
                    let names = u64::from(self.plan.keys.clamp(2, NAMES));
                    let path = Path::ROOT.child(stream.below(names) as u8)?;
                    if stream.below(2) == 0 { Some(path) } else { path.child(stream.below(names) as u8) }
                };
                let (path, other) = (path().unwrap_or_default(), path().unwrap_or_default());
                Op::Tree(match stream.below(6) {
                    _ if reads => TreeOp::List(path.parent().unwrap_or_default()),
                    0 => TreeOp::MakeDir(path),
                    1 | 2 => TreeOp::Make(path),
                    3 => TreeOp::Put(path, value),
                    4 => TreeOp::Move(path, other),
                    _ => TreeOp::Remove(path),
                })
            }
            Asks::Versions if reads => Op::ReadAt { key, version: self.made },
            Asks::Registers | Asks::Versions | Asks::Pairs if reads => Op::Read { key },
            Asks::Registers | Asks::Versions | Asks::Pairs if compares => {
                Op::Cas { key, expect: self.last, value }
            }
            Asks::Registers | Asks::Versions => Op::Write { key, value },
            // The next key, around: one of them at least is another.
            Asks::Pairs => Op::Pair { a: key, b: Key((key.0 + 1) % self.plan.keys.max(2)), value },
        }
    }

    /// Makes a request that somebody else chose.
    pub fn ask(&mut self, op: Op, node: NodeId, now: Time) -> Pending {
        self.issued += 1;
        if let Some(context) = op.key().and_then(|key| self.given.get(&key)) {
            self.handed.insert(self.issued, Arc::clone(context));
        }
        self.wait(Pending { seq: self.issued, op, node, tries: 1, deadline: now + self.plan.retry })
    }

    /// What it hands in with a request, however often it asks. A try that arrives after the answer hands in
    /// nothing any more.
    pub(super) fn hands_in(&self, seq: u32) -> Option<Arc<Context>> {
        self.handed.get(&seq).cloned()
    }

    fn wait(&mut self, pending: Pending) -> Pending {
        self.pending.insert(pending.seq, pending);
        self.deadlines.push_back((pending.deadline, pending.seq));
        pending
    }

    /// How long it rests before its next request; drawn for the request after `seq`.
    #[must_use]
    pub fn rest(&self, seed: u64, seq: u32) -> Span {
        let range = match self.plan.pace {
            Pace::Closed { think, .. } => think,
            Pace::Open { every } => every,
        };
        let mut stream = Stream::of(seed, Force::Client, u32::from(self.id.0) | 1 << 16, seq);
        stream.span(range)
    }

    /// When the next of its requests has waited long enough.
    pub fn next_deadline(&mut self) -> Option<Time> {
        while let Some((deadline, seq)) = self.deadlines.front() {
            if self.pending.get(seq).is_some_and(|pending| pending.deadline == *deadline) {
                return Some(*deadline);
            }
            self.deadlines.pop_front();
        }
        None
    }

    /// The request that has waited too long for an answer, if it would change something.
    pub(super) fn overdue_change(&mut self, now: Time) -> Option<Pending> {
        self.next_deadline().filter(|deadline| *deadline <= now)?;
        let (_, seq) = self.deadlines.front()?;
        let pending = *self.pending.get(seq)?;
        (!matches!(pending.op, Op::Noop | Op::Read { .. } | Op::ReadAt { .. })).then_some(pending)
    }

    /// Nobody has answered in time: asks the next node.
    pub fn retry(&mut self, now: Time) -> Option<Pending> {
        self.next_deadline().filter(|deadline| *deadline <= now)?;
        let (_, seq) = self.deadlines.pop_front()?;
        let pending = *self.pending.get(&seq)?;
        let node = NodeId((pending.node.0 + 1) % self.nodes);
        self.node = node;
        Some(self.again(pending, node, now))
    }

    fn again(&mut self, pending: Pending, node: NodeId, now: Time) -> Pending {
        self.wait(Pending { node, tries: pending.tries + 1, deadline: now + self.plan.retry, ..pending })
    }

    /// Handles an answer: the request to send again, if it was a redirect.
    pub fn answered(
        &mut self,
        seq: u32,
        node: NodeId,
        outcome: Outcome,
        context: Option<Arc<Context>>,
        now: Time,
    ) -> Answered {
        let Some(pending) = self.pending.get(&seq).copied() else { return Answered::Late };
        match outcome {
            Outcome::Redirect(Some(leader)) if leader.0 < self.nodes => {
                if pending.node != node {
                    return Answered::Late;
                }
                self.node = leader;
                Answered::Again(self.again(pending, leader, now))
            }
            // Nobody to ask: the deadline will try the next node.
            Outcome::Redirect(_) => Answered::Late,
            Outcome::Done
            | Outcome::Value(_)
            | Outcome::Differs
            | Outcome::Refused
            | Outcome::Granted(_)
            | Outcome::Held
            | Outcome::Siblings { .. }
            | Outcome::Names(_)
            | Outcome::Level(_)
            | Outcome::Unknown => {
                self.pending.remove(&seq);
                self.handed.remove(&seq);
                if let (Some(context), Some(key)) = (context, pending.op.key()) {
                    Arc::make_mut(self.given.entry(key).or_default()).join(&context);
                }
                // Who does not know is not asked next.
                let next = NodeId((pending.node.0 + 1) % self.nodes);
                self.node = if outcome == Outcome::Unknown { next } else { node };
                match (pending.op, outcome) {
                    (
                        Op::Write { value, .. } | Op::Cas { value, .. } | Op::Pair { value, .. },
                        Outcome::Done,
                    ) => {
                        self.last = value;
                        self.made = self.made.saturating_add(1);
                    }
                    (Op::Acquire { key }, Outcome::Granted(token)) => {
                        self.locks.insert(key, token);
                    }
                    (_, Outcome::Value(Some(value))) => self.last = value,
                    _ => {}
                }
                Answered::Finished
            }
        }
    }

    /// The request id of one of its requests.
    #[must_use]
    pub const fn request(&self, seq: u32) -> RequestId {
        RequestId { client: self.id, seq }
    }
}

/// What an answer leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The request is over.
    Finished,
    /// It is sent again, to the node that the answer named.
    Again(Pending),
    /// It was over already, or cannot be acted on yet.
    Late,
}

/// One request from call to return, over all its tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Which request, and what it asked.
    pub command: Command,
    /// When it was called.
    pub called: Time,
    /// Whom it asked first.
    pub node: NodeId,
    /// When it was answered, by whom, and with what.
    pub returned: Option<(Time, NodeId, Outcome)>,
    /// How often it was sent.
    pub tries: u32,
}

/// What clients saw: the history that a linearizability checker reads.
#[derive(Clone, Debug, Default)]
pub struct History {
    operations: Vec<Operation>,
    /// Every command called, in order.
    requested: Vec<Command>,
    /// Per client, the places of its operations by count.
    places: Vec<Vec<u32>>,
}

impl History {
    /// Every request, in the order of the calls.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Every command called, in order.
    #[must_use]
    pub fn requested(&self) -> &[Command] {
        &self.requested
    }

    /// Notes a call; its place in the list.
    pub(super) fn called(&mut self, at: Time, command: Command, node: NodeId) -> u32 {
        let client = usize::from(command.request.client.0);
        if self.places.len() <= client {
            self.places.resize(client + 1, Vec::new());
        }
        // A client counts its requests from 1, one by one.
        let place = self.operations.len() as u32;
        self.places[client].push(place);
        self.operations.push(Operation { command, called: at, node, returned: None, tries: 1 });
        self.requested.push(command);
        place
    }

    pub(super) fn tried(&mut self, request: RequestId) {
        let place = self.place(request);
        if let Some(operation) = place.and_then(|place| self.operations.get_mut(place as usize)) {
            operation.tries += 1;
        }
    }

    /// Notes an answer; the operation's place in the list.
    pub(super) fn returned(
        &mut self,
        at: Time,
        request: RequestId,
        node: NodeId,
        outcome: Outcome,
    ) -> Option<u32> {
        let place = self.place(request)?;
        self.operations.get_mut(place as usize)?.returned = Some((at, node, outcome));
        Some(place)
    }

    /// Where a request stands in the list.
    fn place(&self, request: RequestId) -> Option<u32> {
        let own = self.places.get(usize::from(request.client.0))?;
        own.get(request.seq.checked_sub(1)? as usize).copied()
    }
}
