//! Copies find together.

use super::goals::{Eventually, Sometimes, Wait};
use crate::model::{
    Arg, ArgKind, Ballot, Inspection, Key, NodeId, NodeSet, Packed, PropertyWord, Text, Time, Version,
    VersionVector, Witness,
};
use crate::quorum::Ring;
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Every version comes to all keepers of its key that can be reached, or one that has replaced it does.
#[derive(Clone, Debug)]
pub struct Converges {
    ring: Ring,
    /// Versions that are not everywhere, in the order in which that began.
    open: Vec<Open>,
    /// All versions that were ever seen, by key.
    known: BTreeMap<Key, VersionVector>,
    had: Vec<Vec<(Key, Ballot)>>,
}

#[derive(Clone, Debug)]
struct Open {
    key: Key,
    event: Ballot,
    since: Time,
    missing: NodeSet,
}

static WORD: PropertyWord = PropertyWord {
    id: "copies-converge",
    name: Text::new("Copies converge", "副本收敛"),
    statement: Text::new(
        "once nothing breaks any more, each version comes to all keepers of its key that can be reached before long",
        "故障停止之后，每个版本不久便会到达该键所有可达的保存者",
    ),
};

impl Converges {
    /// Keys are kept as the ring says.
    #[must_use]
    pub const fn new(ring: Ring) -> Self {
        Self { ring, open: Vec::new(), known: BTreeMap::new(), had: Vec::new() }
    }

    fn arrived(&mut self, node: NodeId, now: &Inspection<'_>) {
        for open in self.open.iter_mut().filter(|open| open.missing.contains(node)) {
            let there = |version: &Version| {
                version.key == open.key && (version.event == open.event || version.past.includes(open.event))
            };
            if now.versions.iter().any(there) {
                open.missing.remove(node);
            }
        }
        self.open.retain(|open| !open.missing.is_empty());
    }
}

impl Eventually for Converges {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, _calm: bool) -> bool {
        self.had.resize(nodes.count(), Vec::new());
        let now = nodes.inspect(step.node);
        let held = now.hints.iter().map(|(_, version)| version);
        let versions = now.versions.iter().chain(held);
        let names = versions.map(|version| (version.key, version.event));
        let Some(had) = self.had.get_mut(step.node.index()) else { return false };
        if !step.booted && names.clone().eq(had.iter().copied()) {
            return false;
        }
        *had = names.clone().collect();
        for (key, event) in names {
            if self.known.entry(key).or_default().insert(event) {
                let missing = self.ring.of(key).keepers.iter().copied().collect();
                self.open.push(Open { key, event, since: step.at, missing });
            }
        }
        if step.booted {
            // What was not on disk yet has to come again.
            for other in NodeId::all(nodes.count()) {
                for version in nodes.inspect(other).versions {
                    let keeps = self.ring.of(version.key).keepers.contains(&step.node);
                    let names = (version.key, version.event);
                    let open = self.open.iter_mut().find(|open| (open.key, open.event) == names);
                    match open {
                        Some(open) if keeps => {
                            open.missing.insert(step.node);
                        }
                        None if keeps => {
                            let (key, event) = names;
                            let missing = NodeSet::only(step.node);
                            self.open.push(Open { key, event, since: step.at, missing });
                        }
                        Some(_) | None => {}
                    }
                }
            }
        }
        self.arrived(step.node, &now);
        true
    }

    fn wait(&self) -> Wait {
        self.open.first().map_or(Wait::Nothing, |open| Wait::Since(open.since))
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let Open { key, event, since, missing } = self.open.first()?.clone();
        let has = |node: NodeId| {
            let now = nodes.inspect(node);
            let held = now.hints.iter().map(|(_, version)| version);
            now.versions.iter().chain(held).any(|version| (version.key, version.event) == (key, event))
        };
        let holders: Vec<NodeId> = nodes.up().iter().filter(|node| has(*node)).collect();
        let reached = |node: &NodeId| holders.iter().any(|holder| nodes.in_touch(*holder).contains(*node));
        // Who is down, or apart from all that have it, is not waited for; nor is what nobody has.
        let Some(node) = missing.and(nodes.up()).iter().find(reached) else {
            self.open.remove(0);
            return None;
        };
        let text = Text::new(
            "{holder} has had version {version} of {key} since {at} ms, and {node} still has nothing that has seen it.",
            "{holder} 自 {at} 毫秒起持有 {key} 的版本 {version}，而 {node} 仍没有见过它的版本。",
        );
        let holder = holders.first().copied().unwrap_or(node);
        let args = vec![
            ("holder", Arg::Packed(ArgKind::Node, holder.pack())),
            ("version", Arg::Packed(ArgKind::Ballot, event.pack())),
            ("key", Arg::Packed(ArgKind::Key, key.pack())),
            ("node", Arg::Packed(ArgKind::Node, node.pack())),
            ("at", Arg::Wide(since.0 / 1_000)),
        ];
        let nodes = NodeSet::only(node).or(NodeSet::only(holder));
        Some(Witness { args, nodes, ..Witness::plain(text) })
    }
}

/// Copies have differed while nodes were apart, and are the same again: the time it took to converge.
#[derive(Clone, Debug)]
pub struct AgreeAgain {
    ring: Ring,
    apart: bool,
}

/// Its names.
pub static AGREE_AGAIN: PropertyWord = PropertyWord {
    id: "copies-agree-again",
    name: Text::new("Copies agree again", "副本重新一致"),
    statement: Text::new(
        "copies that came to differ while nodes could not reach each other are all the same again",
        "节点互不可达期间出现差异的副本重新完全一致",
    ),
};

impl AgreeAgain {
    /// Keys are kept as the ring says.
    #[must_use]
    pub const fn new(ring: Ring) -> Self {
        Self { ring, apart: false }
    }

    fn all_agree(&self, nodes: &dyn Nodes) -> bool {
        let has = |keeper: NodeId, version: &Version| {
            nodes.inspect(keeper).versions.iter().any(|other| {
                (other.key, other.event) == (version.key, version.event) && other.past == version.past
            })
        };
        NodeId::all(nodes.count()).all(|node| {
            let now = nodes.inspect(node);
            now.hints.is_empty()
                && now.versions.iter().all(|version| {
                    self.ring.of(version.key).keepers.iter().all(|keeper| has(*keeper, version))
                })
        })
    }
}

impl Sometimes for AgreeAgain {
    fn word(&self) -> &'static PropertyWord {
        &AGREE_AGAIN
    }

    fn observe(&mut self, nodes: &dyn Nodes, now: &Inspection<'_>, _step: &Step<'_>) -> bool {
        let everybody = NodeSet::full(nodes.count());
        let together = NodeId::all(nodes.count()).all(|node| nodes.in_touch(node) == everybody);
        if !together {
            self.apart = self.apart || !now.versions.is_empty() && !self.all_agree(nodes);
            return false;
        }
        self.apart && self.all_agree(nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::shelves::{Shelves, version};
    use crate::quorum::Rule;

    #[test]
    fn a_version_is_waited_for_until_all_keepers_have_it_or_a_later_one() {
        let mut nodes = Shelves::new(4);
        let ring = Ring::new(&Rule::majority(4, 2), 3);
        let mut property = Converges::new(ring);
        let old = version(1, (1, 0), &[]);
        let new = version(2, (1, 1), &[&old]);
        let look = |nodes: &Shelves, property: &mut Converges, node, at| {
            property.observe(nodes, &nodes.step(node, at, &[]), true);
            property.wait()
        };
        nodes.kept[0] = vec![old.clone()];
        assert_eq!(look(&nodes, &mut property, 0, 10), Wait::Since(Time::ms(10)));
        nodes.kept[1] = vec![new.clone()];
        assert_eq!(look(&nodes, &mut property, 1, 20), Wait::Since(Time::ms(10)), "S3 has neither");
        nodes.kept[2] = vec![new.clone()];
        assert_eq!(look(&nodes, &mut property, 2, 30), Wait::Since(Time::ms(20)), "S1 has the old one");
        let witness = property.lacks(&nodes).expect("S1 is up");
        assert!(witness.nodes.contains(NodeId(0)));
        nodes.kept[0] = vec![new.clone()];
        assert_eq!(look(&nodes, &mut property, 0, 40), Wait::Nothing, "S4 is no keeper");
        // Who comes back without it has to get it again; who is down is not waited for.
        nodes.kept[0] = Vec::new();
        property.observe(&nodes, &Step { booted: true, ..nodes.step(0, 50, &[]) }, true);
        assert_eq!(property.wait(), Wait::Since(Time::ms(50)));
        nodes.up.remove(NodeId(0));
        assert_eq!((property.lacks(&nodes), property.wait()), (None, Wait::Nothing));
    }

    #[test]
    fn copies_agree_again_after_they_were_apart() {
        let mut nodes = Shelves::new(3);
        let ring = Ring::new(&Rule::majority(3, 2), 3);
        let mut point = AgreeAgain::new(ring);
        let version = version(1, (1, 0), &[]);
        let look = |nodes: &Shelves, point: &mut AgreeAgain, node| {
            point.observe(nodes, &nodes.inspect(NodeId(node)), &nodes.step(node, 1, &[]))
        };
        nodes.kept[0] = vec![version.clone()];
        assert!(!look(&nodes, &mut point, 0), "under way, and nobody is apart");
        nodes.up.remove(NodeId(2));
        nodes.kept[1] = vec![version.clone()];
        assert!(!look(&nodes, &mut point, 1));
        nodes.up.insert(NodeId(2));
        assert!(!look(&nodes, &mut point, 2));
        nodes.kept[2] = vec![version];
        assert!(look(&nodes, &mut point, 2));
    }
}
