//! Everything that a run is a function of, but for the protocol's own configuration.

use super::change::Change;
use super::clients::ClientPlan;
use super::clock::Clock;
use super::delay::Delay;
use super::faults::{Fault, FaultKind, Intervention};
use crate::model::{NodeSet, Span, Time};
use crate::quorum::Rule;

/// A run's conditions. Same plan, same configuration: the same run, event for event.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Who may decide; also says how many nodes there are.
    pub rule: Rule,
    /// Where all chance comes from.
    pub seed: u64,
    /// The links.
    pub network: Network,
    /// How long a write to disk takes.
    pub disk: Delay,
    /// Each node's clock; nodes beyond the list have a true one.
    pub clocks: Vec<Clock>,
    /// What breaks when.
    pub faults: Vec<Fault>,
    /// What is done by hand.
    pub interventions: Vec<Intervention>,
    /// How who may decide changes while it runs.
    pub changes: Vec<Change>,
    /// Who asks.
    pub clients: Vec<ClientPlan>,
    /// Whether nothing that waits for time happens on its own: a timer runs, and runs out only by hand;
    /// clients neither ask again nor follow a redirect.
    pub timers_by_hand: bool,
    /// How long a request or an answer travels between a client and a node.
    pub client_delay: Delay,
}

/// The links between nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// One way, from node to node.
    pub delay: Delay,
    /// How many messages are lost, in parts per million.
    pub loss_ppm: u32,
    /// How many arrive twice, in parts per million.
    pub duplicate_ppm: u32,
    /// Whether links are like TCP: in order, nothing lost or doubled (a loss by chance costs a
    /// resend). A crash of either end, a cut and a drop by hand break the connection: what was sent
    /// on it and has not arrived is lost, and what is sent from then on is a new connection. While a
    /// cut lasts, every message on the link is lost.
    pub fifo: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            delay: Delay::Uniform { least: 8_000, most: 14_000 },
            loss_ppm: 0,
            duplicate_ppm: 0,
            fifo: false,
        }
    }
}

impl Plan {
    /// From when on nothing changes any more in a run up to `end`: every window that closes has closed,
    /// one that lasts to the end has opened, and no message or timer is touched by hand any more.
    ///
    /// ```
    /// use quorate::{model::{NodeId, Time}, quorum::Rule, sim::{Fault, FaultKind, Plan}};
    /// let crash = |from, until| Fault {
    ///     kind: FaultKind::Crash { node: NodeId(0), amnesia: false },
    ///     from: Time::ms(from),
    ///     until,
    /// };
    /// let mut plan = Plan::calm(Rule::majority(3, 1), 1);
    /// assert_eq!(plan.calm_from(Time::ms(900)), Time(0));
    /// plan.faults = vec![crash(100, Some(Time::ms(400))), crash(500, None)];
    /// assert_eq!(plan.calm_from(Time::ms(900)), Time::ms(500));
    /// assert_eq!(plan.calm_from(Time::ms(450)), Time::ms(400));
    /// ```
    #[must_use]
    pub fn calm_from(&self, end: Time) -> Time {
        let windows = self.faults.iter().flat_map(|fault| [Some(fault.from), fault.until]).flatten();
        let hands = self.interventions.iter().filter_map(|hand| match hand {
            Intervention::Drop { at, .. }
            | Intervention::Deliver { at, .. }
            | Intervention::Timeout { at, .. } => Some(*at),
            // What comes late or twice is a delay like others, and a request is no failure.
            Intervention::Delay { .. } | Intervention::Duplicate { .. } | Intervention::Propose { .. } => {
                None
            }
        });
        let changes = self.changes.iter().map(|change| change.at);
        windows.chain(hands).chain(changes).filter(|at| *at < end).max().unwrap_or(Time(0))
    }

    /// How long so many messages, one after another, take until each has arrived and what it says is on
    /// disk, but for rare cases; one of them takes so long as hardly any does, as on a link that keeps
    /// the order all that follow wait for it.
    #[must_use]
    pub fn hops(&self, count: u64) -> Span {
        let by_hand = self.interventions.iter().map(|hand| match hand {
            Intervention::Delay { by, .. } | Intervention::Duplicate { by, .. } => by.0,
            Intervention::Drop { .. }
            | Intervention::Deliver { .. }
            | Intervention::Timeout { .. }
            | Intervention::Propose { .. } => 0,
        });
        let slow = self.faults.iter().map(|fault| match &fault.kind {
            FaultKind::Slow { extra, .. } if fault.until.is_none() => extra.seldom_exceeded(true).0,
            FaultKind::Slow { .. }
            | FaultKind::Crash { .. }
            | FaultKind::Pause { .. }
            | FaultKind::Partition { .. }
            | FaultKind::Cut { .. }
            | FaultKind::Loss { .. }
            | FaultKind::Jump { .. } => 0,
        });
        let added = by_hand.max().unwrap_or(0) + slow.max().unwrap_or(0);
        let way = |hardly| self.network.delay.seldom_exceeded(hardly).0 + self.disk.seldom_exceeded(hardly).0;
        Span(
            (way(false) + added)
                .saturating_mul(count)
                .saturating_add(way(true))
                .saturating_add(self.put_back()),
        )
    }

    /// How much longer timers and leases take, in µs, as clocks jump back while they run.
    fn put_back(&self) -> u64 {
        let jumps = self.faults.iter().map(|fault| match fault.kind {
            // Ahead, it jumps back when the window closes.
            FaultKind::Jump { by_ms, .. } if by_ms < 0 || fault.until.is_some() => {
                by_ms.unsigned_abs().into()
            }
            FaultKind::Jump { .. }
            | FaultKind::Slow { .. }
            | FaultKind::Crash { .. }
            | FaultKind::Pause { .. }
            | FaultKind::Partition { .. }
            | FaultKind::Cut { .. }
            | FaultKind::Loss { .. } => 0u64,
        });
        let back = Span::ms(jumps.sum());
        self.clocks.iter().map(|clock| clock.true_span(back)).fold(back, Span::max).0
    }

    /// How long it takes a client at the most to find, after what it asked first came to nothing, a node
    /// that takes part: it asks the next one each time, past those that never come back.
    #[must_use]
    pub fn asking(&self) -> Span {
        let gone = self.faults.iter().filter(|fault| fault.until.is_none());
        let gone: NodeSet = gone
            .filter_map(|fault| match fault.kind {
                FaultKind::Crash { node, .. } | FaultKind::Pause { node } => Some(node),
                FaultKind::Partition { .. }
                | FaultKind::Cut { .. }
                | FaultKind::Slow { .. }
                | FaultKind::Loss { .. }
                | FaultKind::Jump { .. } => None,
            })
            .collect();
        let retry = self.clients.iter().map(|client| client.retry.0).max().unwrap_or(0);
        let way = self.client_delay.seldom_exceeded(true).0;
        Span(2 * way + retry * (2 + gone.len() as u64))
    }

    /// Who may decide by a place in the plan: 0 at first, then the planned changes from 1 on.
    #[must_use]
    pub fn rule_at(&self, place: u8) -> &Rule {
        let change = usize::from(place).checked_sub(1).and_then(|place| self.changes.get(place));
        change.map_or(&self.rule, |change| &change.rule)
    }

    /// Ideal conditions: default links, instant disks, true clocks, no faults and no clients.
    #[must_use]
    pub fn calm(rule: Rule, seed: u64) -> Self {
        Self {
            rule,
            seed,
            network: Network::default(),
            disk: Delay::NONE,
            clocks: Vec::new(),
            faults: Vec::new(),
            interventions: Vec::new(),
            changes: Vec::new(),
            clients: Vec::new(),
            timers_by_hand: false,
            client_delay: Delay::Constant(1_000),
        }
    }
}
