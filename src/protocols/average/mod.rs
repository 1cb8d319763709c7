//! Average consensus: all come to hold the mean of what each holds.
//!
//! # Problem
//!
//! Each node holds a number. All are to come to know the mean of all, though each hears its neighbours
//! only. It is another problem than that of Paxos or Raft: nothing is decided, nobody's number is
//! chosen, and nobody ever knows that it is done; they come as near as one likes.
//!
//! # Idea
//!
//! In rounds, each node tells its neighbours its number and then moves towards theirs:
//! x ← x + Σ wᵢⱼ (xⱼ − x). As wᵢⱼ = wⱼᵢ, what one gains the other loses, so the mean stays, and the
//! distance from it shrinks in the long run by the second greatest eigenvalue of the matrix of the
//! shares, by size, in each round. *Push-sum* gives shares away instead: each node divides a sum and a
//! weight among itself and its neighbours, and what it holds is their ratio. It sends running totals, so
//! that what a lost message would have brought comes with the next. What it gives to a neighbour that is
//! silent does not come back: a node of which so little is left that its ratio would not be exact keeps
//! that, and gives again when it has got something.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Value(r, x)` | node → neighbours | my number in round r is x |
//! | `Push(r, s, w)` | node → neighbours | up to round r I have given each of you s and w in all |
//!
//! A round lasts as long as the timer says, on a node's own clock; one that hears of a later round goes
//! on to it at once. What has not come by then is gone without: `Value` then breaks the mean, as the
//! sender moves and the receiver does not.
//!
//! Numbers are whole billionths. A share is cut towards zero, at both ends alike, so that nothing gets
//! lost by rounding; push-sum divides its weight, keeps what cannot be divided, and gives with each part
//! of the weight what it is worth of the sum, to the nearest billionth.
//!
//! # Invariants
//!
//! - From a round to the next in which every node has heard all its neighbours, the sum of all numbers
//!   stays the same, to the last digit; of push-sum, the sum and the weight of what is held and what is
//!   under way always.
//! - In calm, all numbers come within ε of each other, if the factor is below 1; and of the mean, if nobody
//!   has gone without a message.
//!
//! # What is left out
//!
//! Links in one direction only, graphs that change, the fastest weights of each link by its own
//! (a semidefinite programme), and clients that set numbers while it runs.
//!
//! # References
//!
//! - L. Xiao, S. Boyd, *Fast Linear Iterations for Distributed Averaging*, Systems & Control Letters 2004.
//! - D. Kempe, A. Dobra, J. Gehrke, *Gossip-Based Computation of Aggregate Information*, FOCS 2003.
//! - C. Hadjicostis, N. Vaidya, A. Domínguez-García, *Robust Distributed Average Consensus via Exchange
//!   of Running Sums*, IEEE TAC 2016.

mod factor;
mod graph;
mod words;

#[cfg(test)]
mod tests;

pub use graph::{Graph, Scheme, Shape, Share, UNIT};
pub use words::Why;

use crate::model::{
    self, Arg, ArgKind, Cell, CellState, Effects, Fact, Field, Gathering, Input, Inspection, LocalTime, Mass,
    Milli, NodeId, NodeSet, Op, Outcome, Packed, Protocol, Setup, Span, SpanRange, Spec, Text, TimerKind,
};
use std::collections::BTreeMap;

type Out = Effects<Average>;

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A number.
    Value {
        /// In which round it is held.
        round: u32,
        /// Billionths.
        level: i64,
    },
    /// All that was given to the receiver up to now.
    Push {
        /// Up to which round.
        round: u32,
        /// Its part of the sum, billionths.
        sum: i64,
        /// Its part of the weight, billionths.
        weight: i64,
    },
}

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The round is over.
    Round,
}

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The round it is in, from 1; 0 before it has begun.
    round: u32,
    /// Its number, or its sum, billionths.
    sum: i64,
    /// Its weight, billionths: push-sum only.
    weight: i64,
    /// What it has given each neighbour in all: sum and weight.
    given: (i64, i64),
    /// How many neighbours it has.
    degree: i64,
    /// What it has taken from each neighbour in all.
    taken: BTreeMap<NodeId, (i64, i64)>,
    /// How many messages of neighbours it has gone without.
    missed: u32,
}

/// One write to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// A neighbour's shares are taken in.
    Took {
        /// Whose.
        from: NodeId,
        /// What it has given by then.
        all: (i64, i64),
        /// What is held with it.
        sum: i64,
        /// And the weight.
        weight: i64,
    },
    /// A round begins.
    Began {
        /// Which.
        round: u32,
        /// What is held in it.
        sum: i64,
        /// And the weight.
        weight: i64,
        /// What each neighbour has been given by then.
        given: (i64, i64),
        /// And how many neighbours there are.
        degree: i64,
        /// What has been gone without by then.
        missed: u32,
    },
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    graph: Graph,
    scheme: Scheme,
    /// How much each link counts, for each node.
    shares: Vec<Vec<(NodeId, Share)>>,
    /// What each node holds at first, billionths.
    own: Vec<i64>,
    round: Span,
    /// Who weighs a link otherwise than its other end does: a mistake.
    mistaken: NodeSet,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Average {
    me: NodeId,
    disk: Durable,
    /// What its neighbours have told in this round.
    heard: BTreeMap<NodeId, (i64, i64)>,
    /// Whether it went without something in the round before.
    short: bool,
}

impl Config {
    /// What each node holds at first, in billionths.
    #[must_use]
    pub fn own(&self) -> &[i64] {
        &self.own
    }
}

/// The shape and the scheme that settings choose.
#[must_use]
pub fn chosen(setup: &Setup<'_>) -> (Shape, Scheme) {
    let settings = setup.settings;
    let shape = match settings.choice("graph") {
        0 => Shape::Ring,
        1 => Shape::Path,
        2 => Shape::Star,
        3 => Shape::Complete,
        4 => Shape::Grid,
        5 => Shape::Random(settings.number("shuffle")),
        _ => Shape::Drawn(settings.links("drawn")),
    };
    let scheme = match settings.choice("shares") {
        0 => Scheme::MaxDegree,
        1 => Scheme::MaxDegreeLazy,
        2 => Scheme::Metropolis,
        3 => Scheme::MetropolisLazy,
        4 => Scheme::Uniform,
        5 => Scheme::BestConstant,
        _ => Scheme::PushSum,
    };
    (shape, scheme)
}

impl Protocol for Average {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = words::SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let nodes = setup.weights.len();
        let (shape, scheme) = chosen(setup);
        let graph = Graph::new(nodes, shape);
        // Push-sum gives by its own degree, and rightly so.
        let own_degree = setup.settings.flaw("own-degree") && scheme != Scheme::PushSum;
        let share_of = graph.shares(scheme);
        let share = |a: usize, b: usize| match own_degree {
            true => Share { over: 1, under: 1 + graph.degree(a) },
            false => share_of(a, b),
        };
        let differs = |a: &NodeId| {
            let mut ends = graph.neighbours(a.index()).iter();
            ends.any(|b| graph.degree(b.index()) != graph.degree(a.index()))
        };
        let mistaken = NodeId::all(nodes).filter(|node| own_degree && differs(node)).collect();
        let shares = (0..nodes)
            .map(|a| graph.neighbours(a).iter().map(|b| (b, share(a, b.index()))).collect())
            .collect();
        let own = (0..nodes).map(|node| {
            UNIT * match setup.settings.choice("start") {
                0 => i64::from(setup.weights[node]),
                1 => node as i64,
                _ if node == 0 => nodes as i64,
                _ => 0,
            }
        });
        let (own, round) = (own.collect(), setup.settings.span("round"));
        Config { graph: graph.clone(), own, scheme, shares, round, mistaken }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, _now: LocalTime, out: &mut Out) -> Self {
        let mut node = Self { me, disk: durable, heard: BTreeMap::new(), short: false };
        if node.disk.round == 0 {
            out.because(Why::Start { own: milli(config.own[me.index()]) });
            node.begin(config, 1, config.own[me.index()], UNIT, 0, out);
        } else {
            out.because(Why::Restart { round: node.disk.round, level: milli(node.level()) });
            node.tell(config, out);
        }
        node
    }

    fn step(&mut self, config: &Config, _now: LocalTime, input: Input<Self>, out: &mut Out) {
        match input {
            Input::Message { from, message } => {
                let (round, told) = match message {
                    Message::Value { round, level } => (round, (level, 0)),
                    Message::Push { round, sum, weight } => (round, (sum, weight)),
                };
                self.on_told(config, from, round, told, out);
            }
            Input::Timer(Timer::Round) => self.end_round(config, self.disk.round.saturating_add(1), out),
            Input::Request { id, op: Op::Read { .. } } => {
                out.because(Why::AnswerRead { level: milli(self.level()) });
                out.reply(id, Outcome::Level(milli(self.level()).0));
            }
            Input::Request { id, .. } => {
                out.because(Why::IgnoredRequest {});
                out.reply(id, Outcome::Refused);
            }
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        Inspection {
            role: if self.short { words::SHORT } else { words::AVERAGING },
            epoch: self.disk.round,
            level: Some(self.level()),
            mass: Some(self.mass()),
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        None
    }

    fn neighbours(config: &Config, node: NodeId, _all: NodeSet) -> NodeSet {
        config.graph.neighbours(node.index())
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, value, durable| out.push(Field { name: Text::new(en, zh), value, durable });
        let number = |number: u32| Arg::Packed(ArgKind::Number, number);
        field("own number", "自己的初值", Arg::Nano(config.own[self.me.index()]), true);
        field("holds", "当前值", Arg::Nano(self.level()), true);
        if config.scheme == Scheme::PushSum {
            field("sum", "和", Arg::Nano(self.disk.sum), true);
            field("weight", "权", Arg::Nano(self.disk.weight), true);
        }
        field("neighbours", "邻居", Arg::Nodes(config.graph.neighbours(self.me.index())), false);
        let heard: NodeSet = self.heard.keys().copied().collect();
        field("heard in this round", "本轮已收到", Arg::Nodes(heard), false);
        field("messages gone without", "缺失的消息", number(self.disk.missed), true);
    }

    fn cells(&self, _config: &Config, out: &mut Vec<Cell>) {
        let state = if self.short { CellState::Pending } else { CellState::Settled };
        out.push(Cell {
            group: Text::new("Numbers", "数值"),
            name: Arg::Word(Text::new("x", "x")),
            value: Arg::Packed(ArgKind::Milli, milli(self.level()).pack()),
            version: None,
            state,
        });
    }
}

impl Average {
    fn level(&self) -> i64 {
        ratio(self.disk.sum, self.disk.weight)
    }

    /// What it holds and has given, less what it was given: what it has put in.
    fn mass(&self) -> Mass {
        let Durable { sum, weight, given, degree, ref taken, missed, .. } = self.disk;
        let taken = taken.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        Mass { held: sum + given.0 * degree - taken.0, weight: weight + given.1 * degree - taken.1, missed }
    }

    fn on_told(&mut self, config: &Config, from: NodeId, round: u32, told: (i64, i64), out: &mut Out) {
        if !config.graph.neighbours(self.me.index()).contains(from) {
            out.because(Why::IgnoredStranger { from, round });
            return;
        }
        if round > self.disk.round {
            out.because(Why::GoOn { from, round });
            self.end_round(config, round, out);
        }
        // What was given in all says more the later it was said, whatever the round.
        let late = match config.scheme {
            Scheme::PushSum => self.heard.get(&from).is_some_and(|(_, weight)| *weight >= told.1),
            Scheme::MaxDegree
            | Scheme::MaxDegreeLazy
            | Scheme::Metropolis
            | Scheme::MetropolisLazy
            | Scheme::Uniform
            | Scheme::BestConstant => round < self.disk.round,
        };
        if late {
            out.because(Why::IgnoredLate { from, round, now: self.disk.round });
            return;
        }
        self.heard.insert(from, told);
        out.because(Why::Hear { from, level: milli(told.0) });
    }

    /// The round is over: moves towards what was heard, and begins a later one.
    fn end_round(&mut self, config: &Config, next: u32, out: &mut Out) {
        let shares = &config.shares[self.me.index()];
        let missing = shares.iter().filter(|(from, _)| !self.heard.contains_key(from)).count() as u32;
        let before = self.level();
        let (mut sum, mut weight) = (self.disk.sum, self.disk.weight);
        for (from, share) in shares {
            let Some(told) = self.heard.get(from).copied() else { continue };
            if config.scheme == Scheme::PushSum {
                let taken = self.disk.taken.get(from).copied().unwrap_or_default();
                // Less than before: the neighbour has lost its disk, and begins anew.
                if told.1 > taken.1 {
                    (sum, weight) = (sum + told.0 - taken.0, weight + told.1 - taken.1);
                    // Both at once: a crash between them would lose it.
                    out.persist(&mut self.disk, Write::Took { from: *from, all: told, sum, weight });
                }
            } else {
                sum += share.of(told.0 - self.disk.sum);
            }
        }
        self.short = missing > 0;
        let missed = if config.scheme == Scheme::PushSum { 0 } else { missing };
        let moved = milli(ratio(sum, weight) - before);
        if missing == 0 {
            out.because(Why::Move { round: self.disk.round, level: milli(ratio(sum, weight)), by: moved });
        } else if config.scheme == Scheme::PushSum {
            out.because(Why::MoveLater { round: self.disk.round, missing, level: milli(ratio(sum, weight)) });
        } else {
            out.because(Why::MoveWithout {
                round: self.disk.round,
                missing,
                level: milli(ratio(sum, weight)),
            });
        }
        if config.mistaken.contains(self.me) {
            out.because(Why::OwnDegree {});
        }
        self.begin(config, next, sum, weight, missed, out);
    }

    fn begin(&mut self, config: &Config, round: u32, sum: i64, weight: i64, missed: u32, out: &mut Out) {
        let mut given = self.disk.given;
        let (mut kept_sum, mut kept_weight) = (sum, weight);
        let degree = config.graph.degree(self.me.index());
        if config.scheme == Scheme::PushSum {
            let (part, heft) = part(sum, weight, 1 + degree);
            if heft == 0 {
                out.because(Why::KeepAll { level: milli(ratio(sum, weight)) });
            }
            given = (given.0 + part, given.1 + heft);
            (kept_sum, kept_weight) = (sum - part * degree, weight - heft * degree);
        }
        let missed = self.disk.missed.saturating_add(missed);
        let (sum, weight) = (kept_sum, kept_weight);
        out.persist(&mut self.disk, Write::Began { round, sum, weight, given, degree, missed });
        self.heard.clear();
        self.tell(config, out);
    }

    /// Tells the neighbours of this round, and lets it run.
    fn tell(&self, config: &Config, out: &mut Out) {
        let Durable { round, sum, given, .. } = self.disk;
        let message = match config.scheme {
            Scheme::PushSum => Message::Push { round, sum: given.0, weight: given.1 },
            Scheme::MaxDegree
            | Scheme::MaxDegreeLazy
            | Scheme::Metropolis
            | Scheme::MetropolisLazy
            | Scheme::Uniform
            | Scheme::BestConstant => Message::Value { round, level: sum },
        };
        config.graph.neighbours(self.me.index()).iter().for_each(|to| out.send(to, message.clone()));
        out.set_timer(Timer::Round, SpanRange::exactly(config.round));
    }
}

/// A node that would have less weight left does not divide it. A billionth more or less of the sum is at
/// the most a millionth of what it holds then. While nothing is lost it has always more, on any graph: who
/// has d neighbours, of D at the most, never has less than (1 + d) / (1 + D) before it divides.
const LEAST_WEIGHT: i64 = UNIT / 1_000;

/// One of so many equal parts of a sum and its weight: what the part of the weight is worth of the sum, so
/// that it says the same as the whole.
fn part(sum: i64, weight: i64, parts: i64) -> (i64, i64) {
    let heft = weight / parts;
    if heft < LEAST_WEIGHT {
        return (0, 0);
    }
    let twice = 2 * i128::from(weight);
    let worth = (2 * i128::from(sum) * i128::from(heft) + i128::from(weight)).div_euclid(twice);
    (worth as i64, heft)
}

/// A sum by a weight, both in billionths.
fn ratio(sum: i64, weight: i64) -> i64 {
    if weight == UNIT {
        return sum;
    }
    (i128::from(sum) * i128::from(UNIT) / i128::from(weight.max(1))) as i64
}

/// Billionths in thousandths, rounded.
fn milli(level: i64) -> Milli {
    let half = if level < 0 { -500_000 } else { 500_000 };
    Milli(((level + half) / 1_000_000) as i32)
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Took { from, all, sum, weight } => {
                self.taken.insert(from, all);
                (self.sum, self.weight) = (sum, weight);
            }
            Write::Began { round, sum, weight, given, degree, missed } => {
                (self.round, self.sum, self.weight) = (round, sum, weight);
                (self.given, self.degree, self.missed) = (given, degree, missed);
            }
        }
    }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        match *self {
            Self::Value { round, level } => Fact { code: 0, args: [round, milli(level).pack(), 0, 0] },
            Self::Push { round, sum, weight } => {
                Fact { code: 1, args: [round, milli(sum).pack(), milli(weight).pack(), 0] }
            }
        }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Round => 0,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        (code == 0).then_some(Self::Round)
    }
}
