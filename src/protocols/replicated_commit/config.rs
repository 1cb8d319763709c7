//! Everything fixed for a run: who keeps which shard, and by which rule.

use crate::machines::{MachineKind, MachineSetup, Partition, SHARDS_MAX};
use crate::model::{NodeId, NodeSet, Protocol, SettingValue, Settings, Setup, SpanRange};
use crate::protocols::raft::{self, Raft};
use crate::quorum::Rule;

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Of each shard, its log.
    shards: Vec<raft::Config>,
    pub(super) nodes: usize,
    pub(super) retry: SpanRange,
    pub(super) doubt: SpanRange,
    pub(super) votes_unreplicated: bool,
    pub(super) decides_unreplicated: bool,
}

impl Config {
    pub(super) fn new(setup: &Setup<'_>) -> Self {
        let settings = setup.settings;
        let rule = Rule::new(setup.weights, setup.thresholds);
        let groups = groups(&rule, settings.number("shards") as usize);
        let mut heads = [NodeId(0); SHARDS_MAX];
        for (head, group) in heads.iter_mut().zip(&groups) {
            *head = group.iter().next().unwrap_or(NodeId(0));
        }
        let mut inner = Settings::defaults(Raft::SPEC.settings);
        inner.set("election", SettingValue::Range(settings.range("election")));
        inner.set("heartbeat", SettingValue::Span(settings.span("heartbeat")));
        let count = groups.len() as u8;
        let shard = |(place, nodes): (u8, &NodeSet)| {
            let part = rule.within(*nodes);
            let thresholds = part.thresholds();
            let setup = Setup { weights: part.weights(), thresholds: &thresholds, settings: &inner };
            let partition = Partition { place, count, nodes: *nodes, heads };
            let mut raft = Raft::configure(&setup);
            raft.servers = *nodes;
            raft.machine = MachineSetup { kind: MachineKind::Shard, partition, ..raft.machine };
            raft
        };
        Self {
            shards: (0..).zip(&groups).map(shard).collect(),
            nodes: rule.nodes(),
            retry: settings.range("retry"),
            doubt: settings.range("doubt"),
            votes_unreplicated: settings.flaw("votes-unreplicated"),
            decides_unreplicated: settings.flaw("decides-unreplicated"),
        }
    }

    /// The log that a node keeps with others.
    pub(super) fn log_of(&self, node: NodeId) -> &raft::Config {
        let own = self.shards.iter().find(|shard| shard.servers.contains(node));
        // Every node is in a group; one that is outside of the cluster is in none.
        own.unwrap_or(&self.shards[0])
    }

    /// Who keeps a shard.
    pub(super) fn group(&self, place: u8) -> NodeSet {
        self.shards.get(usize::from(place)).map_or(NodeSet::EMPTY, |shard| shard.servers)
    }

    /// Which shard a node keeps a part of.
    pub(super) fn shard_of(&self, node: NodeId) -> Option<usize> {
        self.shards.iter().position(|shard| shard.servers.contains(node))
    }
}

/// Nodes with a weight in runs of equal length; whoever has none goes with who comes before.
fn groups(rule: &Rule, wanted: usize) -> Vec<NodeSet> {
    let voters = rule.voters();
    let count = wanted.clamp(1, SHARDS_MAX).min(voters.len().max(1));
    let mut groups = vec![NodeSet::EMPTY; count];
    let mut before = 0;
    for node in NodeId::all(rule.nodes()) {
        let at = before.min(voters.len().saturating_sub(1)) * count / voters.len().max(1);
        if voters.contains(node) {
            groups[at].insert(node);
            before += 1;
        } else {
            let last = before.saturating_sub(1) * count / voters.len().max(1);
            groups[last].insert(node);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(weights: &[u8], wanted: usize) -> Vec<String> {
        groups(&Rule::new(weights, &[1]), wanted).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_node_is_in_one_group_and_every_group_weighs_something() {
        assert_eq!(dealt(&[1; 6], 2), ["{S1, S2, S3}", "{S4, S5, S6}"]);
        assert_eq!(dealt(&[1; 5], 2), ["{S1, S2, S3}", "{S4, S5}"]);
        assert_eq!(dealt(&[0, 2, 0, 1, 0], 2), ["{S1, S2, S3}", "{S4, S5}"]);
        assert_eq!(dealt(&[0, 0, 3], 2), ["{S1, S2, S3}"]);
        assert_eq!(dealt(&[0, 0], 2), ["{S1, S2}"]);
        assert_eq!(dealt(&[1; 9], 3), ["{S1, S2, S3}", "{S4, S5, S6}", "{S7, S8, S9}"]);
    }
}
