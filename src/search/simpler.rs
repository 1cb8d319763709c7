//! What could be simpler about a scenario: one proposal after the other.

use super::change;
use super::shrink::calls;
use crate::model::Time;
use crate::scenario::Scenario;
use crate::sim::{ClientPlan, Clock, Cluster, Delay, Intervention, Pace};

/// The steps, in their order: those that take most away come first, and all again until none does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Halves, quarters… of the faults and interventions, then one by one.
    Fewer,
    /// One kind of trouble of links, disks and clocks, or all, is not there.
    Calmer,
    /// A client is not there, or asks for less.
    Clients,
    /// A node is not there.
    Nodes,
    /// A fault lasts to the end, or as long as the next one like it.
    Windows,
    /// Less time passes between one thing and the next.
    Sooner,
    /// Chance comes from a small number.
    Seed,
    /// Two faults or interventions at once are not there.
    Pairs,
    /// A node stands on the other side of a partition, so that less happens.
    Shape,
    /// A time is a little earlier or later, so that less happens.
    Nudge,
    /// Times on a coarser grid, all, then one by one.
    Rounder,
}

const STEPS: [Step; 11] = [
    Step::Fewer,
    Step::Calmer,
    Step::Clients,
    Step::Nodes,
    Step::Windows,
    Step::Sooner,
    Step::Seed,
    Step::Pairs,
    Step::Shape,
    Step::Nudge,
    Step::Rounder,
];
/// Grids of times, in ms.
const GRIDS: [u64; 6] = [100, 50, 10, 5, 2, 1];
/// Seeds from 1 that are tried.
const SEEDS: u64 = 24;
/// So often all steps are gone through at the most.
const PASSES_MAX: u32 = 6;

/// Which proposal comes next.
#[derive(Clone, Debug, Default)]
pub(super) struct Cursor {
    step: usize,
    /// The place in the step.
    place: usize,
    /// Of [`Step::Fewer`]: how many at a time; 0 where it has not begun.
    size: usize,
    pass: u32,
    /// Whether anything was taken in this pass.
    news: bool,
}

impl Cursor {
    /// The next proposal; `None` where there is none left.
    pub(super) fn next(&mut self, best: &Scenario) -> Option<Scenario> {
        loop {
            let Some(step) = STEPS.get(self.step) else {
                if !self.news || self.pass >= PASSES_MAX {
                    return None;
                }
                *self = Self { pass: self.pass + 1, ..Self::default() };
                continue;
            };
            let proposal = match step {
                Step::Fewer => self.fewer(best),
                Step::Calmer => calmer(best, self.place),
                Step::Clients => fewer_requests(best, self.place),
                Step::Nodes => change::without_node(best, self.place),
                Step::Windows => change::window(best, self.place),
                Step::Sooner => change::sooner(best, self.place),
                Step::Seed => other_seed(best, self.place),
                Step::Pairs => without_two(best, self.place),
                Step::Shape => change::reshaped(best, self.place),
                Step::Nudge => change::nudged(best, self.place),
                Step::Rounder => change::rounder(best, self.place, &GRIDS),
            };
            if proposal.is_some() {
                self.place += 1;
                return proposal;
            }
            (self.step, self.place, self.size) = (self.step + 1, 0, 0);
        }
    }

    /// Whether the last proposal is worth taking only where less happens: it is not simpler by itself.
    pub(super) fn is_sideways(&self) -> bool {
        matches!(STEPS.get(self.step), Some(Step::Shape | Step::Nudge))
    }

    /// The last proposal was taken.
    pub(super) fn taken(&mut self, best: &Scenario) {
        self.news = true;
        match STEPS.get(self.step) {
            // What stood at this place is gone, and what followed it stands there now.
            Some(Step::Fewer | Step::Clients | Step::Nodes | Step::Windows) => {
                self.place = self.place.saturating_sub(1);
            }
            Some(Step::Seed) => self.place = SEEDS as usize,
            Some(Step::Pairs) => self.place = 0,
            Some(Step::Calmer | Step::Sooner | Step::Shape | Step::Nudge | Step::Rounder) | None => {}
        }
        self.size = self.size.min(count(best));
    }

    fn fewer(&mut self, best: &Scenario) -> Option<Scenario> {
        let all = count(best);
        if self.size == 0 {
            self.size = all;
        }
        while self.size > 0 && self.place * self.size >= all {
            // At one by one there is nothing finer.
            if self.size == 1 {
                return None;
            }
            (self.size, self.place) = (self.size.div_ceil(2), 0);
        }
        if self.size == 0 {
            return None;
        }
        let from = self.place * self.size;
        let gone: Vec<usize> = (from..(from + self.size).min(all)).collect();
        Some(without(best, &gone))
    }
}

/// How many faults, interventions and changes there are.
fn count(scenario: &Scenario) -> usize {
    scenario.faults.len() + scenario.interventions.len() + scenario.changes.len()
}

/// Pairs are tried where there are no more faults and interventions than this.
const PAIRS_OF: usize = 20;

fn without_two(best: &Scenario, place: usize) -> Option<Scenario> {
    let all = count(best);
    let (one, other) = (place / all.max(1), place % all.max(1));
    if all > PAIRS_OF || one >= all {
        return None;
    }
    // Each pair once; the other half of the square is the scenario as it is.
    Some(if one < other { without(best, &[one, other]) } else { best.clone() })
}

/// Without some of the faults and interventions, counted through by time.
fn without(best: &Scenario, gone: &[usize]) -> Scenario {
    let mut order: Vec<(Time, usize)> = Vec::with_capacity(count(best));
    order.extend(best.faults.iter().enumerate().map(|(place, planned)| (planned.fault.from, place)));
    let faults = best.faults.len();
    let hands = best.interventions.iter().enumerate();
    order.extend(hands.map(|(place, hand)| (moment(hand).unwrap_or(Time(0)), faults + place)));
    let changes = best.changes.iter().enumerate();
    let hands = best.interventions.len();
    order.extend(changes.map(|(place, change)| (change.at, faults + hands + place)));
    order.sort_unstable();
    let mut gone: Vec<usize> = gone.iter().filter_map(|at| order.get(*at)).map(|(_, place)| *place).collect();
    gone.sort_unstable();
    let mut scenario = best.clone();
    let mut place = 0;
    let mut stays = || {
        place += 1;
        gone.binary_search(&(place - 1)).is_err()
    };
    scenario.faults.retain(|_| stays());
    scenario.interventions.retain(|_| stays());
    scenario.changes.retain(|_| stays());
    scenario
}

/// When something is done by hand, where it has a time.
pub(super) const fn moment(hand: &Intervention) -> Option<Time> {
    match hand {
        Intervention::Drop { at, .. }
        | Intervention::Deliver { at, .. }
        | Intervention::Timeout { at, .. }
        | Intervention::Propose { at, .. } => Some(*at),
        Intervention::Delay { .. } | Intervention::Duplicate { .. } => None,
    }
}

fn calmer(best: &Scenario, place: usize) -> Option<Scenario> {
    let mut scenario = best.clone();
    let even = |scenario: &mut Scenario| scenario.network.delay = Delay::Constant(10_000);
    let lossless = |scenario: &mut Scenario| scenario.network.loss_ppm = 0;
    let single = |scenario: &mut Scenario| scenario.network.duplicate_ppm = 0;
    let instant = |scenario: &mut Scenario| scenario.disk = Delay::NONE;
    let true_clocks = |scenario: &mut Scenario| scenario.clocks = Vec::<Clock>::new();
    let steps: [&dyn Fn(&mut Scenario); 5] = [&lossless, &single, &instant, &true_clocks, &even];
    match place {
        0 => steps.iter().for_each(|step| step(&mut scenario)),
        1..=5 => steps[place - 1](&mut scenario),
        _ => return None,
    }
    Some(scenario)
}

/// Lets every client ask for no more than it did up to a moment.
pub(super) fn limit_clients(scenario: &mut Scenario, run: &dyn Cluster, until: Time) {
    for (client, count) in scenario.clients.iter_mut().zip(calls(run, until)) {
        client.limit = Some(client.limit.map_or(count, |limit| limit.min(count)));
    }
}

/// Proposals for each client: not there, half as much, one less, one at a time, writes only.
const OF_A_CLIENT: usize = 5;

fn fewer_requests(best: &Scenario, place: usize) -> Option<Scenario> {
    let (which, how) = (place / OF_A_CLIENT, place % OF_A_CLIENT);
    let mut scenario = best.clone();
    let client = scenario.clients.get_mut(which)?;
    let limit = client.limit.unwrap_or(u32::MAX);
    match how {
        0 => {
            scenario.clients.remove(which);
        }
        1 => client.limit = Some(limit / 2),
        2 => client.limit = Some(limit.saturating_sub(1)),
        3 => {
            if let Pace::Closed { window, .. } = &mut client.pace {
                *window = 1;
            }
        }
        _ => {
            let usual = ClientPlan::default();
            (client.reads, client.cas, client.keys) = (usual.reads, usual.cas, usual.keys);
        }
    }
    Some(scenario)
}

fn other_seed(best: &Scenario, place: usize) -> Option<Scenario> {
    let seed = place as u64 + 1;
    (place < SEEDS as usize && seed < best.seed).then(|| Scenario { seed, ..best.clone() })
}
