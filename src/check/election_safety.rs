//! At most one leader an epoch.

use super::Property;
use super::lack::apart;
use crate::model::{Arg, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// Its names.
pub static ELECTION_SAFETY: PropertyWord = PropertyWord {
    id: "election-safety",
    name: Text::new("Election Safety", "选举安全性"),
    statement: Text::new("at most one leader is elected in a term", "每个任期至多选出一位领导者"),
};

/// Its names in `Zab.tla` (Leadership1).
pub static LEADERSHIP: PropertyWord = PropertyWord {
    id: "leadership",
    name: Text::new("Leadership", "领导唯一"),
    statement: Text::new("at most one leader begins an epoch", "每个纪元至多由一位领导者开始"),
};

const TERM: Text = Text::new("term", "任期");

/// Remembers who led which epoch.
#[derive(Clone, Debug, Hash)]
pub struct ElectionSafety {
    word: &'static PropertyWord,
    /// What an epoch is called.
    epoch: Named,
    elect: Phase,
    leaders: BTreeMap<u32, NodeId>,
    latest: Option<(u32, NodeId)>,
}

/// A text that no state depends on.
#[derive(Clone, Copy, Debug)]
struct Named(Text);

impl Hash for Named {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

impl ElectionSafety {
    /// For a protocol that elects in this phase.
    #[must_use]
    pub const fn new(elect: Phase) -> Self {
        let (word, epoch) = (&ELECTION_SAFETY, Named(TERM));
        Self { word, epoch, elect, leaders: BTreeMap::new(), latest: None }
    }

    /// Under another name, with epochs called otherwise.
    #[must_use]
    pub const fn called(mut self, word: &'static PropertyWord, epoch: Text) -> Self {
        (self.word, self.epoch) = (word, Named(epoch));
        self
    }
}

impl Property for ElectionSafety {
    fn word(&self) -> &'static PropertyWord {
        self.word
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let now = nodes.inspect(step.node);
        if !now.leads || self.latest == Some((now.epoch, step.node)) {
            return None;
        }
        self.latest = Some((now.epoch, step.node));
        let first = *self.leaders.entry(now.epoch).or_insert(step.node);
        if first == step.node {
            return None;
        }
        let quorums = apart(nodes, self.elect, self.elect);
        let mut args = vec![
            ("first", Arg::Packed(NodeId::KIND, first.pack())),
            ("second", Arg::Packed(NodeId::KIND, step.node.pack())),
            ("term", Arg::Word(self.epoch.0)),
            ("epoch", Arg::Packed(u32::KIND, now.epoch)),
        ];
        let text = if let Some((a, b)) = quorums {
            args.extend([("one", Arg::Nodes(a)), ("other", Arg::Nodes(b))]);
            Text::new(
                "{first} and {second} were both elected in {term} {epoch}: two quorums such as {one} and {other} share no node, so nobody had to choose between them.",
                "{first} 与 {second} 都在{term} {epoch} 当选：{one} 与 {other} 这样的两个法定人数没有共同节点，因此没有任何节点需要在两者之间作出选择。",
            )
        } else {
            Text::new(
                "{first} and {second} were both elected in {term} {epoch}, although any two quorums share a node: some node voted twice in {term} {epoch}.",
                "{first} 与 {second} 都在{term} {epoch} 当选，尽管任意两个法定人数都有共同节点：某个节点在{term} {epoch} 投了两次票。",
            )
        };
        Some(Witness {
            text,
            args,
            nodes: [first, step.node].into_iter().collect::<NodeSet>(),
            cells: Vec::new(),
            quorums,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    #[test]
    fn one_leader_a_term_is_fine() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = ElectionSafety::new(0);
        for (node, epoch) in [(0, 1), (1, 2), (0, 3)] {
            stage.leads(node, epoch);
            assert_eq!(property.observe(&stage, &stage.step(node, &[])), None);
            assert_eq!(property.observe(&stage, &stage.step(node, &[])), None);
        }
    }

    #[test]
    fn two_leaders_in_a_term_are_found_and_explained() {
        for (thresholds, quorums) in [([1, 3], true), ([2, 2], false)] {
            let mut stage = Stage::new(&[1; 3], &thresholds);
            let mut property = ElectionSafety::new(0);
            stage.leads(0, 4);
            assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
            stage.leads(2, 4);
            let witness = property.observe(&stage, &stage.step(2, &[])).expect("two leaders");
            assert_eq!(witness.nodes.to_string(), "{S1, S3}");
            assert_eq!(witness.quorums.is_some(), quorums);
            let sentence = witness.sentence(crate::model::Lang::En);
            assert!(sentence.starts_with("S1 and S3 were both elected in term 4"), "{sentence}");
            assert!(!witness.sentence(crate::model::Lang::Zh).contains('{'));
        }
    }
}
