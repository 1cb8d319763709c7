//! The one event loop that every engine runs in, so that only the engine differs: a heap on virtual
//! time, a seeded delay of 1 to 10 a message, links that keep their order, a tick a node every 100.
//! Storage is in memory, nothing is lost, and a node is drained after every input, so that none gets
//! to batch. Node 0 leads, and a client there keeps its window full.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Virtual time between two ticks of a node.
pub const TICK: u64 = 100;
/// Ticks between two heartbeats.
pub const HEARTBEAT_TICKS: usize = 10;
/// Ticks without a heartbeat before an election.
pub const ELECTION_TICKS: usize = 100;

/// A client's command, 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    pub id: u64,
    pub argument: u64,
}

/// What a node wants done after an input.
pub struct Out<M> {
    pub messages: Vec<(usize, M)>,
    /// What it has newly decided, in log order.
    pub decided: Vec<Command>,
}

/// A protocol engine without I/O.
pub trait Engine: Sized {
    type Message;
    fn new(id: usize, nodes: usize) -> Self;
    /// Stands for election: called once, on node 0.
    fn campaign(&mut self);
    fn leads(&self) -> bool;
    fn tick(&mut self);
    fn receive(&mut self, from: usize, message: Self::Message);
    fn propose(&mut self, command: Command);
    /// Moves out what the last input led to.
    fn drain(&mut self, out: &mut Out<Self::Message>);
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }
}

const TICKS: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: u64,
    seq: u64,
    to: u32,
    from: u32,
    slot: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Applied {
    count: u64,
    digest: u64,
}

/// A cluster of one engine.
pub struct Loop<E: Engine> {
    nodes: Vec<E>,
    applied: Vec<Applied>,
    heap: BinaryHeap<Reverse<Key>>,
    slab: Vec<Option<E::Message>>,
    free: Vec<u32>,
    last_arrival: Vec<u64>,
    random: Random,
    now: u64,
    seq: u64,
    out: Out<E::Message>,
    proposed: u64,
    target: u64,
    window: u64,
}

impl<E: Engine> Loop<E> {
    /// A cluster whose node 0 leads.
    pub fn new(nodes: usize, seed: u64) -> Self {
        let mut cluster = Self {
            nodes: (0..nodes).map(|id| E::new(id, nodes)).collect(),
            applied: vec![Applied::default(); nodes],
            heap: BinaryHeap::new(),
            slab: Vec::new(),
            free: Vec::new(),
            last_arrival: vec![0; nodes * nodes],
            random: Random(seed),
            now: 0,
            seq: 0,
            out: Out { messages: Vec::new(), decided: Vec::new() },
            proposed: 0,
            target: 0,
            window: 0,
        };
        for id in 0..nodes as u32 {
            let at = 1 + cluster.random.below(TICK);
            cluster.push(Key { at, seq: 0, to: id, from: id, slot: TICKS });
        }
        cluster.nodes[0].campaign();
        (0..nodes).for_each(|id| cluster.drain(id));
        while !cluster.nodes[0].leads() {
            assert!(cluster.now < 1_000_000, "node 0 never leads");
            cluster.step();
        }
        let settled = cluster.now + 2_000;
        while cluster.now < settled {
            cluster.step();
        }
        cluster
    }

    fn push(&mut self, mut key: Key) {
        key.seq = self.seq;
        self.seq += 1;
        self.heap.push(Reverse(key));
    }

    fn send(&mut self, from: usize, to: usize, message: E::Message) {
        let link = &mut self.last_arrival[from * self.nodes.len() + to];
        *link = (*link).max(self.now + 1 + self.random.below(10));
        let at = *link;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slab.push(None);
            self.slab.len() as u32 - 1
        });
        self.slab[slot as usize] = Some(message);
        self.push(Key { at, seq: 0, to: to as u32, from: from as u32, slot });
    }

    /// Drains a node; on the leader, proposes one command after another until the window is full.
    fn drain(&mut self, id: usize) {
        loop {
            let mut out = std::mem::replace(&mut self.out, Out { messages: Vec::new(), decided: Vec::new() });
            self.nodes[id].drain(&mut out);
            for (to, message) in out.messages.drain(..) {
                self.send(id, to, message);
            }
            let applied = &mut self.applied[id];
            for command in out.decided.drain(..) {
                applied.count += 1;
                applied.digest = (applied.digest.rotate_left(5) ^ command.id ^ command.argument)
                    .wrapping_mul(0x517c_c1b7_2722_0a95);
            }
            self.out = out;
            let open = self.proposed < self.target && self.proposed - self.applied[0].count < self.window;
            if id != 0 || !open {
                break;
            }
            self.nodes[0].propose(Command { id: self.proposed, argument: self.proposed ^ 0xabcd });
            self.proposed += 1;
        }
    }

    fn step(&mut self) {
        let Reverse(key) = self.heap.pop().expect("ticks never end");
        self.now = key.at;
        let id = key.to as usize;
        if key.slot == TICKS {
            self.nodes[id].tick();
            self.push(Key { at: self.now + TICK, ..key });
        } else {
            let message = self.slab[key.slot as usize].take().expect("a live slot");
            self.free.push(key.slot);
            self.nodes[id].receive(key.from as usize, message);
        }
        self.drain(id);
    }

    /// Runs until the leader has decided so many more commands.
    pub fn run(&mut self, commands: u32, window: u16) {
        self.target += u64::from(commands);
        self.window = u64::from(window);
        self.drain(0);
        while self.applied[0].count < self.target {
            self.step();
        }
    }

    /// Runs until every node has decided everything, and alike; a fingerprint of it.
    pub fn settle(&mut self) -> u64 {
        let deadline = self.now + 1_000_000;
        while self.applied.iter().any(|applied| applied.count < self.target) {
            assert!(self.now < deadline, "a node never catches up");
            self.step();
        }
        assert!(self.applied.iter().all(|applied| *applied == self.applied[0]), "replicas diverged");
        self.applied[0].digest
    }
}
