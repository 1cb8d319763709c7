//! Everything that a run is a function of, but for the protocol's own configuration.

use super::clients::ClientPlan;
use super::clock::Clock;
use super::delay::Delay;
use super::faults::{Fault, Intervention};
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
            clients: Vec::new(),
            timers_by_hand: false,
            client_delay: Delay::Constant(1_000),
        }
    }
}
