//! Everything fixed for a run: who coordinates, who manages what, who accepts.

use super::{ACCEPT, Deal, PaxosCommit, ThreePhase, TwoPhase};
use crate::model::{Command, Key, NodeId, NodeSet, Protocol, Setup, SpanRange};
use crate::quorum::Rule;

/// Which of the protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    TwoPhase,
    ThreePhase,
    Paxos,
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) kind: Kind,
    /// In two and three phases everybody who has a weight has to agree, whatever threshold is set.
    pub(super) rule: Rule,
    /// The managers.
    pub(super) managers: NodeSet,
    /// Paxos: the acceptors.
    pub(super) acceptors: NodeSet,
    /// Whether only those take part who hold a register that is written.
    pub(super) touched_only: bool,
    /// Whether a transaction that finds a lock taken never waits.
    pub(super) never_waits: bool,
    /// Whether acceptors tell the managers themselves.
    pub(super) faster: bool,
    /// Managers that vote no.
    pub(super) objectors: NodeSet,
    pub(super) retry: SpanRange,
    pub(super) doubt: SpanRange,
    pub(super) aborts_after_yes: bool,
    pub(super) decides_before_log: bool,
}

impl Config {
    pub(super) fn new(kind: Kind, setup: &Setup<'_>) -> Self {
        let Setup { weights, thresholds, settings } = *setup;
        let total = weights.iter().copied().map(u32::from).sum();
        let rule = match kind {
            Kind::Paxos => Rule::new(weights, thresholds),
            Kind::TwoPhase | Kind::ThreePhase => Rule::new(weights, &[total]),
        };
        let apart = settings.choice("layout") == 0;
        let everyone = NodeSet::full(rule.nodes());
        let weighty: NodeSet = everyone.iter().filter(|node| rule.weight_of(*node) > 0).collect();
        let wanted = match kind {
            Kind::Paxos if apart => everyone.minus(weighty),
            Kind::Paxos => everyone,
            Kind::TwoPhase | Kind::ThreePhase if apart => weighty.minus(NodeSet::only(FIRST)),
            Kind::TwoPhase | Kind::ThreePhase => weighty,
        };
        // Where nobody would be left, all that can be are managers.
        let managers = match kind {
            _ if !wanted.is_empty() => wanted,
            Kind::Paxos => everyone,
            Kind::TwoPhase | Kind::ThreePhase => weighty,
        };
        let willing = managers.len().saturating_sub(settings.number("no_voters") as usize);
        Self {
            kind,
            managers,
            acceptors: weighty,
            touched_only: settings.switch("touched_only"),
            never_waits: settings.choice("conflict") == 1,
            faster: kind == Kind::Paxos && settings.choice("variant") == 1,
            objectors: managers.iter().skip(willing).collect(),
            retry: settings.range("retry"),
            doubt: settings.range("doubt"),
            aborts_after_yes: settings.flaw("aborts-after-yes"),
            decides_before_log: settings.flaw("decides-before-log"),
            rule,
        }
    }

    /// Who coordinates, or leads, as long as nobody has had to take over.
    pub(super) fn first(&self) -> NodeId {
        match self.kind {
            Kind::TwoPhase | Kind::ThreePhase => FIRST,
            Kind::Paxos => self.acceptors.iter().next().unwrap_or(FIRST),
        }
    }

    /// Which manager holds a register.
    pub(super) fn owner(&self, key: Key) -> Option<NodeId> {
        let place = usize::from(key.0).checked_rem(self.managers.len())?;
        self.managers.iter().nth(place)
    }

    /// A transaction of a command: who takes part.
    pub(super) fn deal(&self, command: Command) -> Deal {
        let written = command.op.writes();
        let touched = written.into_iter().flatten().filter_map(|key| self.owner(key)).collect();
        Deal { command, parties: if self.touched_only { touched } else { self.managers } }
    }

    /// The registers of a node that a command writes.
    pub(super) fn local(&self, node: NodeId, command: Command) -> [Option<Key>; 2] {
        command.op.writes().map(|key| key.filter(|key| self.owner(*key) == Some(node)))
    }

    /// Paxos: the acceptors that suffice, from a leader on; the others are for when one of them fails.
    pub(super) fn active(&self, leader: NodeId) -> NodeSet {
        let (before, from): (Vec<NodeId>, Vec<NodeId>) =
            self.acceptors.iter().partition(|node| *node < leader);
        let mut active = NodeSet::EMPTY;
        for node in from.into_iter().chain(before) {
            if self.rule.is_quorum(ACCEPT, active) {
                break;
            }
            active.insert(node);
        }
        active
    }

    /// Who takes part in a transaction of a command.
    #[must_use]
    pub fn parties(&self, command: Command) -> NodeSet {
        self.deal(command).parties
    }

    /// Whether a transaction that this manager begins costs what [`Self::cost`] says.
    #[must_use]
    pub fn begins_as_foretold(&self, manager: NodeId) -> bool {
        self.managers.iter().next() == Some(manager)
    }

    /// What a transaction costs (Gray and Lamport §3.2 and §4.3), if nothing fails and the first manager
    /// begins it.
    #[must_use]
    pub fn cost(&self) -> Cost {
        let managers = if self.touched_only { self.managers.len().min(2) } else { self.managers.len() };
        let n = managers as u32;
        // Messages between roles on one node are none.
        let here = u32::from(self.managers.iter().next() == Some(self.first()));
        let (others, told) = (n.saturating_sub(1), n.saturating_sub(here));
        match self.kind {
            Kind::TwoPhase => {
                Cost { delays: 4 - here, messages: 1 - here + 2 * others + told, writes: n + 1 }
            }
            Kind::ThreePhase => {
                Cost { delays: 6 - here, messages: 1 - here + 2 * others + 3 * told, writes: 2 * n + 1 }
            }
            Kind::Paxos => {
                let active = self.active(self.first());
                let accepting = active.len() as u32;
                let votes = n * accepting - active.and(self.managers).len() as u32;
                // The first manager's vote tells the leader to begin.
                // The only acceptor tells the leader on its own node: that is two-phase commit.
                let (delays, told) = if self.faster {
                    (4, votes)
                } else {
                    (4 + u32::from(accepting > 1), accepting.saturating_sub(1) + told)
                };
                Cost { delays: delays - here, messages: others + votes + told, writes: n + accepting }
            }
        }
    }
}

/// What a transaction costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Messages one after another until every manager knows the outcome.
    pub delays: u32,
    /// Messages between different nodes.
    pub messages: u32,
    /// Writes to disk that a message waits for.
    pub writes: u32,
}

/// The configuration of a protocol of that name; `None` where it is not one of these.
#[must_use]
pub fn config(id: &str, setup: &Setup<'_>) -> Option<Config> {
    let kinds = [
        (TwoPhase::SPEC, Kind::TwoPhase),
        (ThreePhase::SPEC, Kind::ThreePhase),
        (PaxosCommit::SPEC, Kind::Paxos),
    ];
    let (_, kind) = kinds.into_iter().find(|(spec, _)| spec.id == id)?;
    Some(Config::new(kind, setup))
}

/// Who coordinates two and three phases.
const FIRST: NodeId = NodeId(0);
