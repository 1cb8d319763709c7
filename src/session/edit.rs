//! Changes of a scenario. Whatever is asked, what comes out is valid: values are brought into their
//! bounds, and what is not there is not changed.

use super::{Side, bounds};
use crate::catalogue::Entry;
use crate::model::{
    Key, LINKED_NODES, NODES_MAX, NodeId, Op, Setting, SettingKind, SettingValue, Span, Time, Value, link_bit,
};
use crate::quorum::WEIGHT_MAX;
use crate::scenario::{
    CHANGES_MAX, CLIENTS_MAX, DOCUMENT_MAX, DURATION_LEAST, DURATION_MAX, FAULTS_MAX, INTERVENTIONS_MAX,
    NODES_MIN, Planned, Scenario, to_json_pretty,
};
use crate::sim::{Change, ClientPlan, Clock, Delay, Fault, FaultKind, Intervention, Network, storm};
use std::collections::BTreeSet;

/// One change.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Another protocol under the same conditions, with its own settings and majorities. What was
    /// done by hand and what was claimed spoke of the old one, and goes.
    Protocol(&'static Entry),
    /// A protocol beside the first, under the same conditions, or none.
    Beside(Option<&'static Entry>),
    /// So many nodes; thresholds become the usual ones, and what speaks only of nodes that are gone goes.
    Nodes(usize),
    /// A node's weight.
    Weight(NodeId, u8),
    /// A phase's threshold.
    Threshold(usize, u32),
    /// Every threshold the smallest majority of the weight.
    Majorities,
    /// One of the protocol's settings.
    Setting(&'static str, SettingValue),
    /// One of its flaws.
    Flaw(&'static str, bool),
    /// The links.
    Network(Network),
    /// The disks.
    Disk(Delay),
    /// The clients.
    Clients(Vec<ClientPlan>),
    /// The seed.
    Seed(u64),
    /// How long the run is.
    Duration(Span),
    /// One more fault.
    AddFault(Fault),
    /// Some failures at random, from now to a while before the end.
    Storm,
    /// A fault moved, resized or changed.
    SetFault(usize, Fault),
    /// A fault switched.
    EnableFault(usize, bool),
    /// A fault less.
    RemoveFault(usize),
    /// A node crashes now.
    Crash(NodeId),
    /// A node that is down, or stands still, goes on now.
    Recover(NodeId),
    /// A node stands still from now.
    Pause(NodeId),
    /// One more change of who may decide.
    AddChange(Change),
    /// A change moved or made another.
    SetChange(usize, Change),
    /// A change less.
    RemoveChange(usize),
    /// A message or node is touched.
    Intervene(Intervention),
    /// A touch is taken back.
    RemoveIntervention(usize),
    /// A client asks a node now, for the next value that nobody has written.
    Propose(NodeId),
    /// A node's timer, by its code, runs out now.
    Timeout(NodeId, u8),
}

/// How long a fault that is added by a click lasts.
const WINDOW: Span = Span::ms(400);

impl Edit {
    /// The scenario with the change; `None` where there is nothing to change, or no room.
    ///
    /// What is a protocol's own is changed on that side.
    pub(super) fn made(&self, before: &Scenario, side: Side, now: Time) -> Option<Scenario> {
        let of_both = matches!(self, Self::Beside(_));
        let swapped = if side == Side::Second && !of_both { before.swapped() } else { None };
        let is_second = swapped.is_some();
        let mut scenario = swapped.unwrap_or_else(|| before.clone());
        if !self.apply(&mut scenario, now) {
            return None;
        }
        if is_second {
            scenario = scenario.swapped()?;
            let Scenario { id, title, text, start, .. } = before.clone();
            scenario = Scenario { id, title, text, start, ..scenario };
        }
        let length = |scenario: &Scenario| to_json_pretty(scenario).len();
        let after = length(&scenario);
        // One that is too large already may still shrink.
        (after <= DOCUMENT_MAX || after < length(before)).then_some(scenario)
    }

    /// Makes the change; false where there is nothing to change.
    fn apply(&self, scenario: &mut Scenario, now: Time) -> bool {
        match self {
            Self::Protocol(entry) => set_protocol(scenario, entry),
            Self::Beside(entry) => set_beside(scenario, *entry),
            Self::Nodes(count) => set_nodes(scenario, *count),
            Self::Weight(node, weight) => {
                let weight = (*weight).min(WEIGHT_MAX);
                scenario.weights.get_mut(node.index()).is_some_and(|slot| replace(slot, weight))
            }
            Self::Threshold(phase, threshold) => {
                let threshold = (*threshold).clamp(1, total(scenario).max(1));
                scenario.thresholds.get_mut(*phase).is_some_and(|slot| replace(slot, threshold))
            }
            Self::Majorities => set_majorities(scenario),
            Self::Setting(id, value) => set_setting(scenario, id, *value),
            Self::Flaw(id, on) => {
                let known = scenario.spec().flaws.iter().any(|flaw| flaw.id == *id);
                known && scenario.settings.flaw(id) != *on && {
                    scenario.settings.set_flaw(id, *on);
                    true
                }
            }
            Self::Network(network) => replace(&mut scenario.network, bounds::network(network)),
            Self::Disk(delay) => replace(&mut scenario.disk, bounds::delay(delay)),
            Self::Clients(clients) => {
                let nodes = scenario.weights.len();
                let clients = clients.iter().take(CLIENTS_MAX).map(|plan| bounds::client(plan, nodes));
                let clients = clients.collect();
                replace(&mut scenario.clients, clients) && {
                    drop_claims(scenario);
                    true
                }
            }
            Self::Seed(seed) => replace(&mut scenario.seed, *seed),
            Self::Duration(span) => {
                replace(&mut scenario.duration, (*span).clamp(DURATION_LEAST, DURATION_MAX))
            }
            Self::AddFault(fault) => add_fault(scenario, fault),
            Self::Storm => add_storm(scenario, now),
            Self::SetFault(place, fault) => {
                let fault = bounds::fault(fault, scenario.weights.len());
                match (scenario.faults.get_mut(*place), fault) {
                    (Some(planned), Some(fault)) => replace(&mut planned.fault, fault),
                    _ => false,
                }
            }
            Self::EnableFault(place, on) => {
                scenario.faults.get_mut(*place).is_some_and(|planned| replace(&mut planned.enabled, *on))
            }
            Self::RemoveFault(place) => {
                let there = *place < scenario.faults.len();
                if there {
                    scenario.faults.remove(*place);
                }
                there
            }
            Self::Crash(node) => {
                add_fault(scenario, &window(FaultKind::Crash { node: *node, amnesia: false }, now))
            }
            Self::Pause(node) => add_fault(scenario, &window(FaultKind::Pause { node: *node }, now)),
            Self::Recover(node) => recover(scenario, *node, now),
            Self::AddChange(change) => {
                let room = scenario.changes.len() < CHANGES_MAX;
                if room {
                    let change = bounds::change(change, &scenario.weights, scenario.thresholds.len());
                    scenario.changes.push(change);
                }
                room
            }
            Self::SetChange(place, change) => {
                let change = bounds::change(change, &scenario.weights, scenario.thresholds.len());
                scenario.changes.get_mut(*place).is_some_and(|slot| replace(slot, change))
            }
            Self::RemoveChange(place) => {
                let there = *place < scenario.changes.len();
                if there {
                    scenario.changes.remove(*place);
                }
                there
            }
            Self::Intervene(hand) => intervene(scenario, hand),
            Self::RemoveIntervention(place) => {
                let there = *place < scenario.interventions.len();
                if there {
                    scenario.interventions.remove(*place);
                }
                there
            }
            Self::Propose(node) => {
                let op = Op::Write { key: Key(0), value: fresh_value(scenario) };
                intervene(scenario, &Intervention::Propose { node: *node, op, at: now })
            }
            Self::Timeout(node, timer) => {
                intervene(scenario, &Intervention::Timeout { node: *node, timer: *timer, at: now })
            }
        }
    }
}

fn replace<T: PartialEq>(slot: &mut T, value: T) -> bool {
    let differs = *slot != value;
    *slot = value;
    differs
}

fn total(scenario: &Scenario) -> u32 {
    scenario.weights.iter().map(|weight| u32::from(*weight)).sum()
}

fn set_majorities(scenario: &mut Scenario) -> bool {
    let thresholds = vec![total(scenario) / 2 + 1; scenario.spec().phases.len()];
    replace(&mut scenario.thresholds, thresholds)
}

fn set_protocol(scenario: &mut Scenario, entry: &'static Entry) -> bool {
    if scenario.entry == entry {
        return false;
    }
    *scenario = Scenario { beside: scenario.beside.take(), ..scenario.under(entry) };
    true
}

fn set_beside(scenario: &mut Scenario, entry: Option<&'static Entry>) -> bool {
    if scenario.beside.as_ref().map(|beside| beside.entry) == entry {
        return false;
    }
    *scenario = entry.map_or_else(|| scenario.alone(), |entry| scenario.with_beside(entry));
    true
}

/// The changes as they can be for the nodes and phases that there are.
fn keep_changes(scenario: &mut Scenario) {
    let (weights, phases) = (&scenario.weights, scenario.thresholds.len());
    scenario.changes.iter_mut().for_each(|change| *change = bounds::change(change, weights, phases));
    if let Some(beside) = &mut scenario.beside {
        let phases = beside.thresholds.len();
        beside.changes.iter_mut().for_each(|change| *change = bounds::change(change, weights, phases));
    }
}

fn set_nodes(scenario: &mut Scenario, count: usize) -> bool {
    let count = count.clamp(NODES_MIN, NODES_MAX);
    if scenario.weights.len() == count {
        return false;
    }
    scenario.weights.resize(count, 1);
    if total(scenario) == 0 {
        scenario.weights[0] = 1;
    }
    scenario.thresholds = scenario.spec().usual(&scenario.weights);
    keep_changes(scenario);
    scenario.clocks.truncate(count);
    // The list is as long as its last clock that is not a true one.
    while scenario.clocks.last() == Some(&Clock::default()) {
        scenario.clocks.pop();
    }
    let faults = std::mem::take(&mut scenario.faults);
    scenario.faults = faults
        .into_iter()
        .filter_map(|planned| Some(Planned { fault: bounds::fault(&planned.fault, count)?, ..planned }))
        .collect();
    let timers = scenario.spec().timers.len();
    scenario.interventions.retain(|hand| bounds::hand(hand, count, timers).is_some());
    if let Some(beside) = &mut scenario.beside {
        beside.thresholds = beside.entry.spec.usual(&scenario.weights);
        let timers = beside.entry.spec.timers.len();
        beside.interventions.retain(|hand| bounds::hand(hand, count, timers).is_some());
    }
    for client in &mut scenario.clients {
        client.target = client.target.filter(|node| node.index() < count);
    }
    drop_claims(scenario);
    true
}

/// Drops claims that speak of nodes or clients that are gone.
fn drop_claims(scenario: &mut Scenario) {
    let (nodes, clients) = (scenario.weights.len(), scenario.clients.len());
    scenario.claims.retain(|claim| claim.fits(nodes, clients));
    if let Some(beside) = &mut scenario.beside {
        beside.claims.retain(|claim| claim.fits(nodes, clients));
    }
}

fn set_setting(scenario: &mut Scenario, id: &str, value: SettingValue) -> bool {
    let Some(Setting { id, kind, .. }) = scenario.spec().settings.iter().find(|setting| setting.id == id)
    else {
        return false;
    };
    let value = match (*kind, value) {
        (SettingKind::Span { least, most, .. }, SettingValue::Span(span)) => {
            SettingValue::Span(span.clamp(least, most))
        }
        (SettingKind::Range { least, most, .. }, SettingValue::Range(range)) => {
            SettingValue::Range(bounds::range(range, least, most))
        }
        (SettingKind::Switch { .. }, SettingValue::Switch(on)) => SettingValue::Switch(on),
        (SettingKind::Links, SettingValue::Links(bits)) => {
            // Beyond the last pair there is no link.
            SettingValue::Links(bits & (link_bit(0, LINKED_NODES) - 1))
        }
        (SettingKind::Choice { options, .. }, SettingValue::Choice(place)) => {
            SettingValue::Choice(place.min(options.len().saturating_sub(1) as u8))
        }
        (SettingKind::Number { least, most, .. }, SettingValue::Number(number)) => {
            SettingValue::Number(number.clamp(least, most))
        }
        _ => return false,
    };
    let differs = scenario.settings.get(id) != Some(value);
    scenario.settings.set(id, value);
    differs
}

fn window(kind: FaultKind, from: Time) -> Fault {
    Fault { kind, from, until: Some(from + WINDOW) }
}

fn add_fault(scenario: &mut Scenario, fault: &Fault) -> bool {
    let Some(fault) = bounds::fault(fault, scenario.weights.len()) else { return false };
    let room = scenario.faults.len() < FAULTS_MAX;
    if room {
        scenario.faults.push(Planned { fault, enabled: true });
    }
    room
}

/// How many failures a storm brings.
const STORM: usize = 10;

/// The same storm for the same seed and moment: another seed brings another.
fn add_storm(scenario: &mut Scenario, now: Time) -> bool {
    let end = scenario.duration.0;
    let calm = Time(now.0.max(end.saturating_sub(end / 4)));
    let before = scenario.faults.len();
    for fault in storm(scenario.seed ^ now.0, scenario.weights.len(), STORM, now, calm) {
        add_fault(scenario, &fault);
    }
    scenario.faults.len() > before
}

/// Ends at `now` every window that holds a node down, and takes out one that would have begun now.
fn recover(scenario: &mut Scenario, node: NodeId, now: Time) -> bool {
    let mut changed = false;
    scenario.faults.retain_mut(|planned| {
        let Fault { kind, from, until } = &mut planned.fault;
        let holds = match kind {
            FaultKind::Crash { node: held, .. } | FaultKind::Pause { node: held } => *held == node,
            FaultKind::Partition { .. }
            | FaultKind::Cut { .. }
            | FaultKind::Slow { .. }
            | FaultKind::Loss { .. }
            | FaultKind::Jump { .. } => false,
        };
        if !holds || !planned.enabled || *from > now || until.is_some_and(|until| until <= now) {
            return true;
        }
        changed = true;
        *until = Some(now);
        *from < now
    });
    changed
}

fn intervene(scenario: &mut Scenario, hand: &Intervention) -> bool {
    let (nodes, timers) = (scenario.weights.len(), scenario.spec().timers.len());
    let Some(hand) = bounds::hand(hand, nodes, timers) else { return false };
    let room = scenario.interventions.len() < INTERVENTIONS_MAX;
    if room {
        scenario.interventions.push(hand);
    }
    room
}

/// A value that neither a proposal by hand nor a client writes: from `z` down, then on from `aa`.
///
/// The clients share out the values: of every `clients + 1` in a row each client has one, and the
/// last is left for what is done by hand.
fn fresh_value(scenario: &Scenario) -> Value {
    let used: BTreeSet<Value> = scenario
        .interventions
        .iter()
        .filter_map(|hand| match hand {
            Intervention::Propose { op, .. } => op.value(),
            Intervention::Drop { .. }
            | Intervention::Deliver { .. }
            | Intervention::Delay { .. }
            | Intervention::Duplicate { .. }
            | Intervention::Timeout { .. } => None,
        })
        .collect();
    let clients = scenario.clients.len() as u32;
    let values = (0..26).rev().chain(26..=u32::MAX).filter(|value| value % (clients + 1) == clients);
    let mut free = values.map(Value).filter(|value| !used.contains(value));
    free.next().unwrap_or_default()
}
