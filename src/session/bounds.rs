//! Brings what a person asks for into the bounds that a document has, and leaves alone what is
//! within them.

use crate::model::{NodeId, NodeSet, Span, SpanRange, Time};
use crate::quorum::Rule;
use crate::quorum::spec::THRESHOLD_MAX;
use crate::scenario::{
    ALPHA_LEAST, ALPHA_MAX, DURATION_MAX, EMPIRICAL_MAX, EVERY_LEAST, JUMP_MAX, KEYS_MAX, RETRY_LEAST,
    SIGMA_MAX, UNTIL_MAX, WINDOW_MAX,
};
use crate::sim::{Change, ClientPlan, DELAY_MAX, Delay, Fault, FaultKind, Intervention, Network, Pace};
use std::sync::Arc;

/// How long a window at least lasts that would end before it begins.
const WINDOW_LEAST: Span = Span::ms(1);

fn share(ppm: u32) -> u32 {
    ppm.min(1_000_000)
}

fn span(span: Span, least: Span, most: Span) -> Span {
    span.clamp(least, most)
}

/// A change for the nodes and phases of a scenario: nodes that it does not name keep their weight.
pub(super) fn change(change: &Change, own: &[u8], phases: usize) -> Change {
    let named = change.rule.weights();
    let rest = own.iter().skip(named.len());
    let weights: Vec<u8> = named.iter().chain(rest).take(own.len()).copied().collect();
    let total: u32 = weights.iter().copied().map(u32::from).sum();
    let whole = weights.len() == named.len() && phases == change.rule.phases();
    let threshold = |phase: usize| change.rule.threshold(phase).clamp(1, THRESHOLD_MAX);
    let thresholds: Vec<u32> =
        (0..phases).map(|phase| if whole { threshold(phase) } else { total / 2 + 1 }).collect();
    Change { at: moment(change.at), by: change.by, rule: Rule::new(&weights, &thresholds) }
}

/// A range whose ends are within bounds and in order.
pub(super) fn range(range: SpanRange, least: Span, most: Span) -> SpanRange {
    let low = span(range.least, least, most);
    SpanRange { least: low, most: span(range.most, low, most) }
}

fn moment(at: Time) -> Time {
    at.min(Time(DURATION_MAX.0))
}

/// A law with parameters that are numbers, in whole µs, and shapes with six digits behind the point.
pub(super) fn delay(delay: &Delay) -> Delay {
    let most = DELAY_MAX.0;
    let us = |us: f64| if us.is_nan() { 0.0 } else { us.round().clamp(0.0, most as f64) };
    let shape = |shape: f64, least: f64, most: f64| {
        if shape.is_nan() { 1.0 } else { (shape.clamp(least, most) * 1e6).round() / 1e6 }
    };
    match delay {
        Delay::Constant(us) => Delay::Constant((*us).min(most)),
        Delay::Uniform { least, most: high } => {
            let least = (*least).min(most);
            Delay::Uniform { least, most: (*high).clamp(least, most) }
        }
        Delay::Normal { mean, deviation } => Delay::Normal { mean: us(*mean), deviation: us(*deviation) },
        Delay::LogNormal { median, sigma } => {
            Delay::LogNormal { median: us(*median), sigma: shape(*sigma, 0.0, SIGMA_MAX) }
        }
        Delay::Pareto { least, alpha } => {
            Delay::Pareto { least: us(*least), alpha: shape(*alpha, ALPHA_LEAST, ALPHA_MAX) }
        }
        Delay::Exponential { mean } => Delay::Exponential { mean: us(*mean) },
        Delay::Empirical(values) if values.is_empty() => Delay::NONE,
        Delay::Empirical(values) if values.len() <= EMPIRICAL_MAX && values.iter().all(|us| *us <= most) => {
            Delay::Empirical(Arc::clone(values))
        }
        Delay::Empirical(values) => {
            Delay::Empirical(values.iter().take(EMPIRICAL_MAX).map(|us| (*us).min(most)).collect())
        }
    }
}

pub(super) fn network(network: &Network) -> Network {
    Network {
        delay: delay(&network.delay),
        loss_ppm: share(network.loss_ppm),
        duplicate_ppm: share(network.duplicate_ppm),
        fifo: network.fifo,
    }
}

/// A client of a cluster of so many nodes.
pub(super) fn client(plan: &ClientPlan, nodes: usize) -> ClientPlan {
    let reads = plan.reads.min(100);
    ClientPlan {
        start: moment(plan.start),
        limit: plan.limit,
        pace: match plan.pace {
            Pace::Closed { window, think } => Pace::Closed {
                window: window.clamp(1, WINDOW_MAX),
                think: range(think, Span(0), DURATION_MAX),
            },
            Pace::Open { every } => Pace::Open { every: range(every, EVERY_LEAST, DURATION_MAX) },
        },
        target: plan.target.filter(|node| node.index() < nodes),
        local: plan.local,
        asks: plan.asks,
        reads,
        cas: plan.cas.min(100 - reads),
        keys: plan.keys.clamp(1, KEYS_MAX),
        retry: span(plan.retry, RETRY_LEAST, DURATION_MAX),
    }
}

/// A fault as far as its nodes are there; `None` where nothing is left of it.
pub(super) fn fault(fault: &Fault, nodes: usize) -> Option<Fault> {
    let everyone = NodeSet::full(nodes);
    let there = |node: NodeId| node.index() < nodes;
    let kind = match &fault.kind {
        FaultKind::Crash { node, .. } | FaultKind::Pause { node } if !there(*node) => return None,
        FaultKind::Crash { .. } | FaultKind::Pause { .. } => fault.kind.clone(),
        FaultKind::Partition { groups } => {
            let mut free = everyone;
            let mut kept = Vec::new();
            for group in groups.iter().map(|group| group.and(everyone)) {
                // A node is in the first group that names it.
                let group = group.and(free);
                free = free.minus(group);
                if !group.is_empty() {
                    kept.push(group);
                }
            }
            if kept.is_empty() {
                return None;
            }
            FaultKind::Partition { groups: kept }
        }
        FaultKind::Cut { from, to } => FaultKind::Cut { from: from.and(everyone), to: to.and(everyone) },
        FaultKind::Slow { from, to, extra } => {
            FaultKind::Slow { from: from.and(everyone), to: to.and(everyone), extra: delay(extra) }
        }
        FaultKind::Loss { ppm } => FaultKind::Loss { ppm: share(*ppm) },
        FaultKind::Jump { nodes, by_ms } => {
            let most = JUMP_MAX as i32;
            FaultKind::Jump { nodes: nodes.and(everyone), by_ms: (*by_ms).clamp(-most, most) }
        }
    };
    let from = moment(fault.from);
    let until = fault
        .until
        .map(|until| if until > from { until.min(Time(UNTIL_MAX.0)) } else { from + WINDOW_LEAST });
    Some(Fault { kind, from, until })
}

/// An intervention; `None` where its node, timer or message cannot be there.
pub(super) fn hand(hand: &Intervention, nodes: usize, timers: usize) -> Option<Intervention> {
    let by_most = |by: Span| by.min(DURATION_MAX);
    Some(match *hand {
        Intervention::Drop { message: 0, .. }
        | Intervention::Deliver { message: 0, .. }
        | Intervention::Delay { message: 0, .. }
        | Intervention::Duplicate { message: 0, .. } => return None,
        Intervention::Timeout { node, timer, .. }
            if node.index() >= nodes || usize::from(timer) >= timers =>
        {
            return None;
        }
        Intervention::Propose { node, .. } if node.index() >= nodes => return None,
        Intervention::Drop { message, at } => Intervention::Drop { message, at: moment(at) },
        Intervention::Deliver { message, at } => Intervention::Deliver { message, at: moment(at) },
        Intervention::Delay { message, by } => Intervention::Delay { message, by: by_most(by) },
        Intervention::Duplicate { message, by } => Intervention::Duplicate { message, by: by_most(by) },
        Intervention::Timeout { node, timer, at } => Intervention::Timeout { node, timer, at: moment(at) },
        Intervention::Propose { node, op, at } => Intervention::Propose { node, op, at: moment(at) },
    })
}
