//! Random scenarios, every part of a document among them, each from one number.
#![allow(dead_code, reason = "each test file uses its own part")]

use quorate::catalogue::PROTOCOLS;
use quorate::model::{
    ClientId, Key, NodeId, NodeSet, Op, Path, PropertyKind, SettingKind, SettingValue, Span, SpanRange, Time,
    TreeOp, Value,
};
use quorate::quorum::Rule;
use quorate::scenario::{Claim, Planned, Scenario, What, Where, Words};
use quorate::sim::{
    Asks, Change, ClientPlan, Clock, Delay, Fault, FaultKind, Force, Intervention, Network, Pace, Stream, Way,
};

use serde_json::{Value as Json, json};

/// Draws.
pub struct Dice(Stream);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Stream::of(seed, Force::Storm, 1, 1))
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn from(&mut self, least: u64, most: u64) -> u64 {
        least + self.0.below(most - least + 1)
    }

    fn coin(&mut self) -> bool {
        self.0.below(2) == 0
    }

    /// To the µs, or in whole ms.
    fn us(&mut self, least: u64, most: u64) -> u64 {
        let us = self.from(least, most);
        if self.coin() { us } else { (us / 1_000 * 1_000).max(least) }
    }

    fn range(&mut self, least: u64, most: u64) -> SpanRange {
        let low = self.us(least, most);
        let high = if self.coin() { low } else { self.us(low, most) };
        SpanRange { least: Span(low), most: Span(high) }
    }

    fn node(&mut self, nodes: usize) -> NodeId {
        NodeId::at(self.below(nodes as u64) as usize)
    }

    fn set(&mut self, nodes: usize) -> NodeSet {
        let mut set: NodeSet = NodeId::all(nodes).filter(|_| self.coin()).collect();
        set.insert(self.node(nodes));
        set
    }

    fn times<T>(&mut self, most: u64, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.from(0, most)).map(|_| make(self)).collect()
    }

    fn words(&mut self) -> Words {
        let text = |dice: &mut Self| match dice.below(4) {
            0 => String::new(),
            1 => "\"quoted\" \\ and\nbroken \u{7f}".into(),
            2 => "领导者崩溃 🗳".into(),
            _ => format!("text {}", dice.below(1_000)),
        };
        Words::new(text(self), text(self))
    }
}

pub fn law(dice: &mut Dice) -> Delay {
    const MOST: u64 = 60_000_000;
    let time = |dice: &mut Dice| dice.us(0, MOST) as f64;
    let shape = |dice: &mut Dice| dice.from(10_000, 10_000_000) as f64 / 1e6;
    match dice.below(8) {
        0 => Delay::NONE,
        1 => Delay::Constant(dice.us(0, MOST)),
        2 => {
            let SpanRange { least, most } = dice.range(0, MOST);
            Delay::Uniform { least: least.0, most: most.0 }
        }
        3 => Delay::Normal { mean: time(dice), deviation: time(dice) },
        4 => Delay::LogNormal { median: time(dice), sigma: shape(dice) },
        5 => Delay::Pareto { least: time(dice), alpha: shape(dice) },
        6 => Delay::Exponential { mean: time(dice) },
        _ => {
            let mut values = dice.times(6, |dice| dice.us(0, MOST));
            values.push(7);
            Delay::Empirical(values.into())
        }
    }
}

fn fault(dice: &mut Dice, nodes: usize) -> Planned {
    let links = |dice: &mut Dice| if dice.coin() { NodeSet::full(nodes) } else { dice.set(nodes) };
    let kind = match dice.below(7) {
        0 => FaultKind::Crash { node: dice.node(nodes), amnesia: dice.coin() },
        1 => FaultKind::Pause { node: dice.node(nodes) },
        2 => {
            let one = dice.set(nodes);
            let rest = NodeSet::full(nodes).minus(one);
            FaultKind::Partition { groups: if rest.is_empty() { vec![one] } else { vec![one, rest] } }
        }
        3 => FaultKind::Cut { from: links(dice), to: links(dice) },
        4 => FaultKind::Slow { from: links(dice), to: links(dice), extra: law(dice) },
        5 => FaultKind::Loss { ppm: dice.from(0, 1_000_000) as u32 },
        _ => FaultKind::Jump { nodes: links(dice), by_ms: dice.from(0, 1_200_000) as i32 - 600_000 },
    };
    let from = dice.us(0, 2_000_000);
    let until = dice.coin().then(|| Time(dice.us(from + 1, 3_000_000)));
    Planned { fault: Fault { kind, from: Time(from), until }, enabled: dice.coin() }
}

fn hand(dice: &mut Dice, nodes: usize, timers: usize) -> Intervention {
    let message = dice.from(1, u32::MAX.into()) as u32;
    let at = Time(dice.us(0, 3_000_000));
    let by = Span(dice.us(0, 3_000_000));
    let node = dice.node(nodes);
    let key = Key(dice.below(256) as u8);
    let value = Value(dice.from(0, u32::MAX.into()) as u32);
    match dice.below(6) {
        0 => Intervention::Drop { message, at },
        1 => Intervention::Deliver { message, at },
        2 => Intervention::Delay { message, by },
        3 => Intervention::Duplicate { message, by },
        4 if timers > 0 => Intervention::Timeout { node, timer: dice.below(timers as u64) as u8, at },
        _ => {
            let other = Key(dice.below(256) as u8);
            let count = dice.from(0, u32::MAX.into()) as u32;
            let (path, to) = (tree_path(dice), tree_path(dice));
            let op = match dice.below(14) {
                0 => Op::Noop,
                1 => Op::Read { key },
                2 => Op::Write { key, value },
                3 => Op::Cas { key, expect: Value(dice.below(60) as u32), value },
                4 => Op::ReadAt { key, version: count },
                5 => Op::Acquire { key },
                6 => Op::Release { key, token: count },
                7 => Op::Pair { a: key, b: other, value },
                8 => Op::Tree(TreeOp::Make(path)),
                9 => Op::Tree(TreeOp::MakeDir(path)),
                10 => Op::Tree(TreeOp::Put(path, value)),
                11 => Op::Tree(TreeOp::Move(path, to)),
                12 => Op::Tree(TreeOp::Remove(path)),
                _ => Op::Tree(TreeOp::List(path)),
            };
            Intervention::Propose { node, op, at }
        }
    }
}

fn change(dice: &mut Dice, nodes: usize, phases: usize) -> Change {
    let weights: Vec<u8> = (0..nodes).map(|_| dice.from(0, 100) as u8).collect();
    let thresholds: Vec<u32> = (0..phases).map(|_| dice.from(1, 10_100) as u32).collect();
    Change {
        at: Time(dice.us(0, 3_000_000)),
        by: if dice.coin() { Way::Log } else { Way::Hand },
        rule: Rule::new(&weights, &thresholds),
    }
}

fn tree_path(dice: &mut Dice) -> Path {
    (0..dice.below(5)).fold(Path::ROOT, |path, _| path.child(dice.below(15) as u8).unwrap_or(path))
}

fn client(dice: &mut Dice, nodes: usize) -> ClientPlan {
    let reads = dice.from(0, 100) as u8;
    ClientPlan {
        start: Time(dice.us(0, 1_000_000)),
        limit: dice.coin().then(|| dice.below(1 << 32) as u32),
        pace: if dice.coin() {
            Pace::Closed { window: dice.from(1, 256) as u16, think: dice.range(0, 1_000_000) }
        } else {
            Pace::Open { every: dice.range(100, 1_000_000) }
        },
        target: dice.coin().then(|| dice.node(nodes)),
        local: dice.below(3) == 0,
        asks: Asks::ALL[dice.below(5) as usize],
        reads,
        cas: dice.from(0, u64::from(100 - reads)) as u8,
        keys: dice.from(1, 100) as u8,
        retry: Span(dice.us(1_000, 1_000_000)),
    }
}

fn claim(dice: &mut Dice, scenario: &Scenario) -> Claim {
    if dice.below(6) == 0 {
        return Claim::CLEAN;
    }
    let (spec, nodes) = (scenario.spec(), scenario.weights.len());
    let place = |dice: &mut Dice, len: usize| dice.below(len as u64) as u8;
    let node = dice.coin().then(|| dice.node(nodes));
    let property = |dice: &mut Dice, kind: PropertyKind| {
        let words = scenario.entry.words().into_iter();
        let words: Vec<_> = words.filter(|(known, _)| *known == kind).map(|(_, word)| word).collect();
        words[usize::from(place(dice, words.len()))]
    };
    let what = match dice.below(7) {
        0 => What::Violated(dice.coin().then(|| property(dice, PropertyKind::Always))),
        5 => What::Stuck(dice.coin().then(|| property(dice, PropertyKind::Eventually))),
        6 => What::Reached(property(dice, PropertyKind::Sometimes)),
        1 => What::Role { role: place(dice, spec.roles.len()), node },
        2 => {
            // Of several rules of one name a document means all, and the first stands for them.
            let name = spec.rules[usize::from(place(dice, spec.rules.len()))].name;
            let rule = spec.rules.iter().position(|rule| rule.name == name).unwrap_or_default();
            What::Rule { rule: rule as u8, node }
        }
        3 => What::Decided {
            at: match dice.below(3) {
                0 => Where::Anywhere,
                1 => Where::Everywhere,
                _ => Where::Node(dice.node(nodes)),
            },
            value: dice.coin().then(|| Value(dice.below(1_000) as u32)),
        },
        _ => What::Answered {
            client: dice.coin().then(|| ClientId(dice.below(scenario.clients.len() as u64 + 1) as u16)),
        },
    };
    let from = dice.us(0, 1_000_000);
    let at_most = dice.coin().then(|| dice.below(1_000) as u32);
    let at_least = match at_most {
        None => dice.from(1, 50) as u32,
        Some(most) => dice.from(0, most.into()) as u32,
    };
    let by = dice.coin().then(|| Time(dice.us(from, 2_000_000)));
    Claim { what, from: Time(from), by, at_least, at_most }
}

/// A valid scenario.
pub fn scenario(seed: u64) -> Scenario {
    let dice = &mut Dice::new(seed);
    let entry = &PROTOCOLS[dice.below(PROTOCOLS.len() as u64) as usize];
    let nodes = if dice.below(8) == 0 { dice.from(3, 101) } else { dice.from(3, 9) } as usize;
    let mut made = Scenario::plain(entry, nodes);
    if dice.coin() {
        made.weights = (0..nodes).map(|_| dice.from(0, 100) as u8).collect();
    }
    made.thresholds = entry.spec.phases.iter().map(|_| dice.from(1, 10_100) as u32).collect();
    if dice.coin() {
        made.id = "some/where-7".into();
        made.title = dice.words();
        made.text = dice.words();
    }
    for setting in entry.spec.settings {
        if dice.coin() {
            continue;
        }
        made.settings.set(
            setting.id,
            match setting.kind {
                SettingKind::Span { least, most, .. } => SettingValue::Span(Span(dice.us(least.0, most.0))),
                SettingKind::Range { least, most, .. } => SettingValue::Range(dice.range(least.0, most.0)),
                SettingKind::Switch { .. } => SettingValue::Switch(dice.coin()),
                SettingKind::Links => {
                    SettingValue::Links((0..120).filter(|_| dice.coin()).map(|bit| 1 << bit).sum())
                }
                SettingKind::Choice { options, .. } => {
                    SettingValue::Choice(dice.below(options.len() as u64) as u8)
                }
                SettingKind::Number { least, most, .. } => {
                    SettingValue::Number(dice.from(least.into(), most.into()) as u32)
                }
            },
        );
    }
    for flaw in entry.spec.flaws {
        made.settings.set_flaw(flaw.id, dice.below(4) == 0);
    }
    made.seed = match dice.below(3) {
        0 => 1,
        1 => dice.below(1_000),
        _ => dice.0.bits(),
    };
    made.duration = Span(dice.us(10_000, 3_000_000));
    made.start = Time(dice.us(0, made.duration.0));
    if dice.coin() {
        made.network = Network {
            delay: law(dice),
            loss_ppm: dice.from(0, 1_000_000) as u32,
            duplicate_ppm: dice.from(0, 1_000_000) as u32,
            fifo: dice.coin(),
        };
        made.disk = law(dice);
    }
    if dice.coin() {
        made.timers_by_hand = dice.below(8) == 0;
        made.clocks = (0..nodes)
            .map(|_| {
                if dice.coin() {
                    Clock::default()
                } else {
                    Clock { offset: dice.us(0, 9_000_000), drift_ppm: 5 - dice.below(11) as i32 }
                }
            })
            .collect();
        while made.clocks.last() == Some(&Clock::default()) {
            made.clocks.pop();
        }
    }
    if dice.coin() {
        made.clients = dice.times(4, |dice| client(dice, nodes));
    }
    made.faults = dice.times(5, |dice| fault(dice, nodes));
    made.interventions = dice.times(5, |dice| hand(dice, nodes, entry.spec.timers.len()));
    made.changes = dice.times(2, |dice| change(dice, nodes, entry.spec.phases.len()));
    made.claims = dice.times(4, |dice| claim(dice, &made));
    if dice.below(4) == 0 {
        let other = &PROTOCOLS[dice.below(PROTOCOLS.len() as u64) as usize];
        let mut swapped = made.with_beside(other).swapped().expect("there are two");
        for flaw in other.spec.flaws {
            swapped.settings.set_flaw(flaw.id, dice.coin());
        }
        swapped.interventions = dice.times(3, |dice| hand(dice, nodes, other.spec.timers.len()));
        swapped.claims = dice.times(3, |dice| claim(dice, &swapped));
        made = swapped.swapped().expect("there are two");
    }
    made
}

/// Puts something odd in one place of a document, or takes something out.
pub fn spoil(value: &mut Json, dice: &mut Dice) {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(0.000_4),
        json!(1e300),
        json!(u64::MAX),
        json!("S1"),
        json!("S999"),
        json!("\u{0}`"),
        json!([]),
        json!({}),
        json!([[["S1"]]]),
        json!({ "uniform": [5, 3] }),
    ];
    let pick = odd[dice.below(odd.len() as u64) as usize].clone();
    match value {
        Json::Object(fields) if !fields.is_empty() && dice.below(6) > 0 => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = &names[dice.below(names.len() as u64) as usize];
            match dice.below(12) {
                0 => {
                    fields.remove(name);
                }
                1 => {
                    fields.insert("surprise".into(), pick);
                }
                _ => spoil(&mut fields[name], dice),
            }
        }
        Json::Array(items) if !items.is_empty() && dice.below(6) > 0 => {
            let place = dice.below(items.len() as u64) as usize;
            match dice.below(12) {
                0 => {
                    items.remove(place);
                }
                1 => items.push(pick),
                _ => spoil(&mut items[place], dice),
            }
        }
        Json::Object(_) | Json::Array(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            *value = pick
        }
    }
}
