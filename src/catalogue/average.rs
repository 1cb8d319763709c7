//! Average consensus, registered.

use super::{About, Entry, scenarios, start};
use crate::check::{Close, Goals, MeanAtRisk, MeanMoved, MeanPreserved};
use crate::explore::Bounded;
use crate::model::{Arg, Figure, Protocol, Setup, Span, Text};
use crate::protocols::average::{Average, Graph, UNIT, chosen};
use crate::sim::{Cluster, Kind};

pub(super) const ENTRY: Entry = Entry {
    spec: Average::SPEC,
    about: About {
        problem: Text::new(
            "each node holds a number, and all are to hold the mean of all",
            "每个节点持有一个数，最终都要持有全体的平均值",
        ),
        guarantees: Text::new(
            "all come as near to each other as one likes, and to the mean if no message is gone without; nobody knows when",
            "所有数值可任意接近；若不缺少任何消息，则趋于平均值；但没有节点知道何时到达",
        ),
        cost: Text::new(
            "one message a round on each link in each direction; the distance shrinks by the graph's factor a round",
            "每轮每条边双向各一条消息；每轮的差距按图的收敛因子缩小",
        ),
        tolerates: Text::new(
            "any delay within a round; lost messages shift the mean, but with push-sum do not",
            "一轮之内的任意延迟；消息丢失会使平均值偏移，push-sum 则不会",
        ),
        misreadings: &[
            Text::new(
                "It shares the word “consensus” with Paxos and Raft, and nothing else: no value is chosen, there is no quorum, and a partition gives two means.",
                "它与 Paxos、Raft 只是同用“共识”一词：不选定任何值，没有法定人数，网络分区则得到两个平均值。",
            ),
            Text::new(
                "More links are not always faster: with 1/d for every link an even ring never converges.",
                "边多未必更快：若每条边都取 1/d，偶数环永不收敛。",
            ),
        ],
    },
    properties: || vec![Box::new(MeanPreserved::new())],
    goals: |setup| {
        let mean = mean(Average::configure(setup).own().iter().copied());
        Goals {
            eventually: vec![(
                Box::new(Close::new(WITHIN, mean)),
                Span(rounds(setup) * setup.settings.span("round").0),
            )],
            sometimes: vec![Box::new(MeanAtRisk), Box::new(MeanMoved::new(WITHIN, mean))],
        }
    },
    figures: Some(figures),
    model: None,
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "average/five-numbers",
        "average/never-converges",
        "average/lost-message",
        "average/push-sum",
        "average/drawn",
        "average/own-degree",
    ],
    explore: Bounded::new::<Average>,
    start: start::<Average>,
};

/// What counts as close: a thousandth.
const WITHIN: i64 = UNIT / 1_000;
/// Where theory says that numbers never come together, so many rounds are waited for it.
const ROUNDS_MAX: u64 = 400;

fn factor(setup: &Setup<'_>) -> f64 {
    let (shape, scheme) = chosen(setup);
    Graph::new(setup.weights.len(), shape).factor(scheme)
}

fn mean(numbers: impl ExactSizeIterator<Item = i64>) -> i64 {
    let count = numbers.len().max(1) as i64;
    numbers.sum::<i64>() / count
}

/// How many rounds it may take until numbers up to 255 apart are close.
fn rounds(setup: &Setup<'_>) -> u64 {
    let factor = factor(setup);
    let apart = 255.0 * (setup.weights.len() as f64).sqrt() * UNIT as f64 / WITHIN as f64;
    let rounds = -libm::log(apart) / libm::log(factor.clamp(1e-9, 1.0 - 1e-9));
    (rounds as u64).saturating_add(2).min(ROUNDS_MAX)
}

/// The distance of all numbers from their mean in each round that all have come through.
fn distances(run: &dyn Cluster) -> Vec<f64> {
    let nodes = run.rule().nodes();
    let mut now = vec![(0, 0.0); nodes];
    let mut rounds: Vec<(f64, f64, usize)> = Vec::new();
    for record in run.trace().records() {
        let Some((round, level)) = now.get_mut(record.node.index()) else { continue };
        match record.kind {
            Kind::Level => *level = record.level() as f64,
            // It leaves its round with what it held in it.
            Kind::Role if record.args[0] > *round => {
                let place = *round as usize;
                if rounds.len() <= place {
                    rounds.resize(place + 1, (0.0, 0.0, 0));
                }
                let (sum, squares, count) = &mut rounds[place];
                (*sum, *squares, *count) = (*sum + *level, *squares + *level * *level, *count + 1);
                *round = record.args[0];
            }
            Kind::Role
            | Kind::Send
            | Kind::Arrive
            | Kind::Vanish
            | Kind::Timer
            | Kind::Because
            | Kind::Decide
            | Kind::Written
            | Kind::Boot
            | Kind::Crash
            | Kind::Pause
            | Kind::Resume
            | Kind::Fault
            | Kind::Call
            | Kind::Return
            | Kind::Unheard
            | Kind::Hand
            | Kind::Change => {}
        }
    }
    let whole = rounds.iter().skip(1).take_while(|(.., count)| *count == nodes);
    whole.map(|(sum, squares, _)| (squares - sum * sum / nodes as f64).max(0.0).sqrt()).collect()
}

/// How the distance has shrunk in a round on average, over the later half of those rounds in which it was
/// more than rounding; `None` before there are enough.
fn measured(run: &dyn Cluster) -> Option<f64> {
    let distances = distances(run);
    let fine = distances.iter().take_while(|distance| **distance > 10_000.0).count();
    let (from, until) = (fine / 2, fine.checked_sub(1)?);
    if until < from + 3 {
        return None;
    }
    Some(libm::pow(distances[until] / distances[from], 1.0 / (until - from) as f64))
}

fn figures(setup: &Setup<'_>, run: &dyn Cluster) -> Vec<Figure> {
    // Six digits after the point.
    let shown = |factor: f64| Arg::Nano((factor * 1e6 + 0.5) as i64 * 1_000);
    let (predicted, measured) = (factor(setup), measured(run));
    let distance = Figure {
        name: if predicted < 1.0 - 1e-9 {
            Text::new("distance from the mean, a round to the next", "与平均值的距离，逐轮之比")
        } else {
            Text::new(
                "distance from the mean, a round to the next: this graph never converges",
                "与平均值的距离，逐轮之比：此图永不收敛",
            )
        },
        predicted: Some(shown(predicted)),
        measured: measured.map(shown),
        agrees: measured.map(|measured| (measured - predicted).abs() < 0.02),
    };
    let nodes = run.rule().nodes();
    let level = |node| run.inspect(node).level.unwrap_or(0);
    let (should, is) = (
        mean(Average::configure(setup).own().iter().copied()),
        mean(crate::model::NodeId::all(nodes).map(level)),
    );
    let round = |level: i64| Arg::Nano(level / 1_000 * 1_000);
    let mean = Figure {
        name: Text::new("mean of all numbers", "所有数值的平均值"),
        predicted: Some(round(should)),
        measured: Some(round(is)),
        agrees: Some((should - is).abs() < WITHIN),
    };
    vec![distance, mean]
}
