//! Probabilistically bounded staleness: how often the version store misses a write, and how long it takes,
//! against the published figures (Bailis and others, VLDB 2012) and computations of others.
//!
//! One isolated write, then one read, per trial; the four one-way delays of the paper's model are drawn for
//! each message by its kind, for those to oneself too, and nothing is repaired.
#![cfg(not(target_arch = "wasm32"))]

use quorate::model::{
    ClientId, Effect, Effects, Input, Key, LocalTime, NodeId, Op, Outcome, Protocol, RequestId, SettingValue,
    Settings, Setup, Value,
};
use quorate::protocols::versions::{Config, Message, VersionStore};
use quorate::quorum::missed;
use quorate::sim::{Force, Stream};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A law of delays, in ms.
#[derive(Clone, Copy)]
enum Law {
    /// With this rate.
    Exponential(f64),
    /// So often a Pareto law of this least value and shape, and else exponential with this rate.
    Mixed { pareto: f64, least: f64, alpha: f64, rate: f64 },
}

impl Law {
    fn draw(self, chance: &mut Stream) -> u64 {
        let ms = match self {
            Self::Exponential(rate) => -(1.0 - chance.unit()).ln() / rate,
            Self::Mixed { pareto, least, alpha, rate } => {
                if chance.unit() < pareto {
                    least * (1.0 - chance.unit()).powf(-1.0 / alpha)
                } else {
                    -(1.0 - chance.unit()).ln() / rate
                }
            }
        };
        (ms * 1e3).round() as u64
    }
}

const SSD: Law = Law::Mixed { pareto: 0.9122, least: 0.235, alpha: 10.0, rate: 1.66 };
const DISK: Law = Law::Mixed { pareto: 0.38, least: 1.05, alpha: 1.51, rate: 0.183 };

/// The delays of a write and of the three other messages, and how many have to answer.
#[derive(Clone, Copy)]
struct Case {
    write: Law,
    rest: Law,
    r: u32,
    w: u32,
}

/// What a trial shows: whether the read found the write, and how long each took, in µs.
struct Trial {
    fresh: bool,
    read: u64,
    write: u64,
}

type Parcel = Reverse<(u64, u32)>;

struct Bench {
    case: Case,
    config: Config,
    nodes: Vec<VersionStore>,
    queue: BinaryHeap<Parcel>,
    mail: Vec<(NodeId, NodeId, Message)>,
    chance: Stream,
    reply: Option<Outcome>,
}

const WRITTEN: Value = Value(7);

impl Bench {
    fn new(case: Case, seed: u64) -> Self {
        let mut settings = Settings::defaults(VersionStore::SPEC.settings);
        for id in ["sloppy", "read_repair", "anti_entropy"] {
            settings.set(id, SettingValue::Switch(false));
        }
        let setup = Setup { weights: &[1; 3], thresholds: &[case.r, case.w], settings: &settings };
        let config = VersionStore::configure(&setup);
        let mut bench = Self {
            case,
            config,
            nodes: Vec::new(),
            queue: BinaryHeap::new(),
            mail: Vec::new(),
            chance: Stream::of(seed, Force::Link, 0, 0),
            reply: None,
        };
        bench.clear(seed);
        bench
    }

    fn clear(&mut self, seed: u64) {
        self.chance = Stream::of(seed, Force::Link, 0, 0);
        self.queue.clear();
        self.mail.clear();
        let mut out = Effects::default();
        self.nodes = NodeId::all(3)
            .map(|me| VersionStore::boot(me, &self.config, Default::default(), LocalTime(0), &mut out))
            .collect();
    }

    fn step(&mut self, node: NodeId, now: u64, input: Input<VersionStore>) {
        let mut out = Effects::default();
        self.nodes[node.index()].step(&self.config, LocalTime(now), input, &mut out);
        for effect in out.drain() {
            match effect {
                Effect::Send { to, message } => {
                    let law =
                        if matches!(message, Message::Put { .. }) { self.case.write } else { self.case.rest };
                    let at = now + law.draw(&mut self.chance);
                    self.queue.push(Reverse((at, self.mail.len() as u32)));
                    self.mail.push((node, to, message));
                }
                Effect::Reply { outcome, .. } => self.reply = Some(outcome),
                Effect::SetTimer { .. }
                | Effect::CancelTimer(_)
                | Effect::Persist(_)
                | Effect::Decide { .. }
                | Effect::Because(_) => {}
            }
        }
    }

    /// Asks at a moment, and delivers what is due until the answer is there: when.
    fn ask(&mut self, node: NodeId, seq: u32, op: Op, at: u64) -> (u64, Outcome) {
        self.reply = None;
        while self.queue.peek().is_some_and(|Reverse((due, _))| *due <= at) {
            self.deliver();
        }
        self.step(node, at, Input::Request { id: RequestId { client: ClientId(0), seq }, op });
        loop {
            let now = self.deliver();
            if let Some(outcome) = self.reply.take() {
                return (now, outcome);
            }
        }
    }

    fn deliver(&mut self) -> u64 {
        let Reverse((now, place)) = self.queue.pop().expect("all who are asked answer");
        let (from, to, message) = self.mail[place as usize].clone();
        self.step(to, now, Input::Message { from, message });
        now
    }

    /// A write at S1, and a read at S2 so long after its answer.
    fn trial(&mut self, seed: u64, wait: u64) -> Trial {
        self.clear(seed);
        let (written, _) = self.ask(NodeId(0), 1, Op::Write { key: Key(0), value: WRITTEN }, 0);
        let asked = written + wait;
        let (read, outcome) = self.ask(NodeId(1), 2, Op::Read { key: Key(0) }, asked);
        Trial { fresh: outcome == Outcome::Value(Some(WRITTEN)), read: read - asked, write: written }
    }
}

fn stale_share(case: Case, trials: u64, wait_ms: f64) -> f64 {
    let mut bench = Bench::new(case, 0);
    let stale = (0..trials).filter(|seed| !bench.trial(*seed, (wait_ms * 1e3) as u64).fresh).count();
    stale as f64 / trials as f64
}

/// The value below which that share of some values is.
fn quantile(values: &mut [u64], share: f64) -> f64 {
    values.sort_unstable();
    values[((values.len() as f64 * share) as usize).min(values.len() - 1)] as f64 / 1e3
}

fn exponential(rate: f64) -> Case {
    Case { write: Law::Exponential(rate), rest: Law::Exponential(1.0), r: 1, w: 1 }
}

const fn ssd(r: u32, w: u32) -> Case {
    Case { write: SSD, rest: SSD, r, w }
}

/// The chance of a fresh read at once, and some ms after the write's answer: computed by others from eight
/// and four million samples.
#[test]
fn reads_are_as_fresh_as_foretold() {
    for (name, case, wait, expected) in [
        ("SSD, R = W = 1", ssd(1, 1), 0.0, 0.97358),
        ("SSD, R = W = 1, after 1 ms", ssd(1, 1), 1.0, 0.99502),
        ("SSD, R = 1, W = 2", ssd(1, 2), 0.0, 0.97825),
        ("SSD, R = 2, W = 1", ssd(2, 1), 0.0, 0.99943),
        ("fast writes", exponential(4.0), 0.0, 0.94284),
        ("fast writes, after 1 ms", exponential(4.0), 1.0, 0.99895),
        ("slow writes", exponential(0.1), 0.0, 0.4196),
        ("slow writes, after 5 ms", exponential(0.1), 5.0, 0.64785),
        ("slow writes, after 50 ms", exponential(0.1), 50.0, 0.99615),
    ] {
        let fresh = 1.0 - stale_share(case, 20_000, wait);
        println!("{name}: {fresh:.4}, and {expected} foretold");
        assert!((fresh - expected).abs() < 0.007, "{name}: {fresh}, not {expected}");
    }
}

/// Where quorums meet nothing is missed.
#[test]
fn quorums_that_meet_read_what_was_written() {
    for (r, w) in [(2, 2), (3, 1), (1, 3)] {
        assert_eq!(stale_share(ssd(r, w), 3_000, 0.0), 0.0, "R = {r}, W = {w}");
    }
}

/// How long to wait for 99.9 %, as printed: shorter is too short, longer is long enough.
#[test]
fn waiting_as_long_as_printed_is_enough() {
    let disk = Case { write: DISK, rest: SSD, r: 1, w: 1 };
    for (name, case, printed) in
        [("SSD", ssd(1, 1), 1.85), ("DISK", disk, 45.5), ("DISK, R = 2", Case { r: 2, ..disk }, 13.6)]
    {
        let (short, long) =
            (stale_share(case, 30_000, printed * 0.85), stale_share(case, 30_000, printed * 1.15));
        println!(
            "{name}: {short:.5} stale after {:.2} ms, {long:.5} after {:.2}",
            printed * 0.85,
            printed * 1.15
        );
        assert!(long < 0.001 && short > 0.001, "{name}: {short} {long}");
    }
}

/// Percentiles of what clients wait for, within 4 %.
#[test]
fn operations_take_as_long_as_foretold() {
    let slow = exponential(0.1);
    for (name, case, share, read, write) in [
        ("SSD, R = W = 1", ssd(1, 1), 0.5, 0.48893, 0.48893),
        ("SSD, R = 2, W = 1", ssd(2, 1), 0.5, 0.5146, 0.48893),
        ("SSD, R = 1, W = 2", ssd(1, 2), 0.5, 0.48893, 0.51457),
        ("slow writes", slow, 0.5, 0.84124, 3.3106),
        ("SSD, R = W = 1", ssd(1, 1), 0.999, 0.6557, 0.65486),
    ] {
        let trials = if share > 0.9 { 40_000 } else { 10_000 };
        let mut bench = Bench::new(case, 0);
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for seed in 0..trials {
            let trial = bench.trial(seed, 0);
            reads.push(trial.read);
            writes.push(trial.write);
        }
        for (what, values, expected) in [("read", &mut reads, read), ("write", &mut writes, write)] {
            let found = quantile(values, share);
            println!("{name}, {what}, {share}: {found:.4} ms, and {expected} foretold");
            assert!(
                (found / expected - 1.0).abs() < 0.04,
                "{name}, {what}, {share}: {found}, not {expected}"
            );
        }
    }
}

/// C(N − W, R) / C(N, R) to the power of k: the paper's table of k-staleness.
#[test]
fn k_staleness_is_that_of_the_paper() {
    for (n, r, w, within) in [
        (3, 1, 1, [0.333333333, 0.555555556, 0.703703704, 0.868312757, 0.98265847]),
        (3, 1, 2, [0.666666667, 0.888888889, 0.962962963, 0.995884774, 0.999983065]),
        (3, 2, 1, [0.666666667, 0.888888889, 0.962962963, 0.995884774, 0.999983065]),
        (3, 2, 2, [1.0; 5]),
        (100, 30, 30, [0.999998116, 1.0, 1.0, 1.0, 1.0]),
    ] {
        for (k, expected) in [1, 2, 3, 5, 10].into_iter().zip(within) {
            let found = 1.0 - missed(n, r, w).powi(k);
            assert!((found - expected).abs() < 1e-6, "N = {n}, R = {r}, W = {w}, k = {k}: {found}");
        }
    }
}
