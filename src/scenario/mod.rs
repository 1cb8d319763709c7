//! The scenario: everything that a session can change, save, share and replay.
//!
//! Problem: a run must be the same for the reader of a link as for its author, and no file or link,
//! however odd, may do harm. Idea: a [`Scenario`] is typed and always valid; documents, links and
//! gallery entries are read into one or refused in a sentence that names the path and what was
//! expected there.

mod beside;
mod change;
mod claim;
mod client;
mod conditions;
mod document;
mod drawn;
mod error;
mod fault;
mod gallery;
mod hand;
mod law;
mod limits;
mod link;
mod reader;
mod replay;
#[cfg(not(target_arch = "wasm32"))]
mod schema;
mod writer;

pub use beside::Beside;
pub use claim::{Claim, What, Where};
pub use document::{from_json, to_json, to_json_pretty};
pub use error::{Found, Refusal};
pub use gallery::{find, gallery};
pub use limits::*;
pub use link::{LINK_MAX, from_link, to_link};
pub use replay::{Kept, replay};
#[cfg(not(target_arch = "wasm32"))]
pub use schema::schema;

use crate::catalogue::{self, Entry};
use crate::model::{Figure, Lang, NodeId, PhaseWord, Settings, Setup, Span, Spec, Time};
use crate::quorum::Rule;
use crate::sim::{Change, ClientPlan, Clock, Cluster, Delay, Fault, Intervention, Network, Plan};

/// A text that an author wrote, in both languages; the other where one is empty.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// 中文.
    pub zh: String,
}

impl Words {
    /// A text in both languages.
    #[must_use]
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// In one language, or the other if there is nothing in that one.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.zh.is_empty() => &self.zh,
            Lang::En if self.en.is_empty() => &self.zh,
            Lang::En | Lang::Zh => &self.en,
        }
    }
}

/// A fault that may be switched off without being lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What breaks when.
    pub fault: Fault,
    /// Whether it does.
    pub enabled: bool,
}

/// Everything that a run is a function of, and what its author says about it. Always valid.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name in the gallery, `raft/leader-crash`; empty for one that is not from there.
    pub id: String,
    /// A line.
    pub title: Words,
    /// A paragraph: what to look at.
    pub text: Words,
    /// The protocol.
    pub entry: &'static Entry,
    /// A weight for each node; its length is the number of nodes.
    pub weights: Vec<u8>,
    /// A threshold for each phase of the protocol.
    pub thresholds: Vec<u32>,
    /// The protocol's settings, switches and flaws.
    pub settings: Settings,
    /// Where chance comes from.
    pub seed: u64,
    /// How long the run is.
    pub duration: Span,
    /// Where the playhead stands when it is opened.
    pub start: Time,
    /// The links.
    pub network: Network,
    /// How long a write to disk takes.
    pub disk: Delay,
    /// Each node's clock; nodes beyond the list have a true one.
    pub clocks: Vec<Clock>,
    /// Whether timers run out, and clients ask again, by hand alone.
    pub timers_by_hand: bool,
    /// Who asks.
    pub clients: Vec<ClientPlan>,
    /// What breaks when.
    pub faults: Vec<Planned>,
    /// How who may decide changes while it runs.
    pub changes: Vec<Change>,
    /// What was done by hand.
    pub interventions: Vec<Intervention>,
    /// What its author says will happen; tests replay it.
    pub claims: Vec<Claim>,
    /// A second protocol under the same conditions.
    pub beside: Option<Box<Beside>>,
}

impl Scenario {
    /// A protocol under ideal conditions: `nodes` of weight 1, the usual thresholds, one client.
    #[must_use]
    pub fn plain(entry: &'static Entry, nodes: usize) -> Self {
        let weights = vec![1; nodes];
        Self {
            id: String::new(),
            title: Words::default(),
            text: Words::default(),
            entry,
            thresholds: entry.spec.usual(&weights),
            weights,
            settings: Settings::defaults(entry.spec.settings),
            seed: 1,
            duration: Span::ms(3_000),
            start: Time(0),
            network: Network { fifo: entry.fifo, ..Network::default() },
            disk: Delay::NONE,
            clocks: Vec::new(),
            timers_by_hand: false,
            clients: vec![ClientPlan::default()],
            faults: Vec::new(),
            changes: Vec::new(),
            interventions: Vec::new(),
            claims: Vec::new(),
            beside: None,
        }
    }

    /// The protocol's description.
    #[must_use]
    pub const fn spec(&self) -> &'static Spec {
        self.entry.spec
    }

    /// Every node.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + Clone + use<> {
        NodeId::all(self.weights.len())
    }

    /// Who may decide.
    #[must_use]
    pub fn rule(&self) -> Rule {
        let total = self.weights.iter().copied().map(u32::from).sum();
        let needed = |(phase, threshold): (&PhaseWord, &u32)| {
            if phase.is_unanimous() { total } else { *threshold }
        };
        let thresholds: Vec<u32> = self.spec().phases.iter().zip(&self.thresholds).map(needed).collect();
        Rule::new(&self.weights, &thresholds)
    }

    /// The conditions of the run; faults that are switched off are not in it.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            network: self.network.clone(),
            disk: self.disk.clone(),
            clocks: self.clocks.clone(),
            faults: self.faults.iter().filter(|planned| planned.enabled).map(|p| p.fault.clone()).collect(),
            interventions: self.interventions.clone(),
            changes: self.changes.clone(),
            timers_by_hand: self.timers_by_hand,
            clients: self.clients.clone(),
            ..Plan::calm(self.rule(), self.seed)
        }
    }

    /// The run, watched by the protocol's properties and computed up to its first event.
    #[must_use]
    pub fn run(&self) -> Box<dyn Cluster> {
        catalogue::open(self.entry, self.plan(), &self.settings, Time(self.duration.0))
    }

    /// What theory foretells of this set-up beside what a run of it has come to.
    #[must_use]
    pub fn figures(&self, run: &dyn Cluster) -> Vec<Figure> {
        let Self { weights, thresholds, settings, .. } = self;
        self.entry.figures.map_or_else(Vec::new, |of| of(&Setup { weights, thresholds, settings }, run))
    }
}
