//! What holds of one group of nodes, of each group for itself: where a cluster keeps several logs.

use super::Property;
use crate::model::{Ballot, Command, Held, Inspection, NodeId, NodeSet, PropertyWord, Witness};
use crate::quorum::Rule;
use crate::sim::{Nodes, Step};
use std::hash::{Hash, Hasher};

/// A property, once for each group ([`Inspection::group`]), which sees nothing of the others.
pub struct OfGroups {
    new: Box<dyn Property>,
    groups: Vec<Group>,
    /// Whose shares the groups' rules are.
    whole: Option<Rule>,
}

struct Group {
    nodes: NodeSet,
    rule: Rule,
    property: Box<dyn Property>,
}

impl OfGroups {
    /// Holds of each group what the property says.
    #[must_use]
    pub fn new(property: impl Property + 'static) -> Self {
        Self { new: Box::new(property), groups: Vec::new(), whole: None }
    }
}

impl Clone for OfGroups {
    fn clone(&self) -> Self {
        let group = |Group { nodes, rule, property }: &Group| Group {
            nodes: *nodes,
            rule: rule.clone(),
            property: property.boxed(),
        };
        let groups = self.groups.iter().map(group).collect();
        Self { new: self.new.boxed(), groups, whole: self.whole.clone() }
    }
}

impl Hash for OfGroups {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for Group { nodes, property, .. } in &self.groups {
            nodes.hash(state);
            property.remember(state);
        }
    }
}

impl Property for OfGroups {
    fn word(&self) -> &'static PropertyWord {
        self.new.word()
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let (own, whole) = (nodes.inspect(step.node).group, nodes.rule());
        if self.whole.as_ref() != Some(whole) {
            self.groups.iter_mut().for_each(|group| group.rule = whole.within(group.nodes));
            self.whole = Some(whole.clone());
        }
        let place = self.groups.iter().position(|group| group.nodes == own).unwrap_or_else(|| {
            self.groups.push(Group { nodes: own, rule: whole.within(own), property: self.new.boxed() });
            self.groups.len() - 1
        });
        let Group { rule, property, .. } = &mut self.groups[place];
        property.observe(&Part { nodes, group: own, rule }, step)
    }
}

/// The nodes of one group; of all others nothing is to be seen.
struct Part<'a> {
    nodes: &'a dyn Nodes,
    group: NodeSet,
    rule: &'a Rule,
}

impl Nodes for Part<'_> {
    fn count(&self) -> usize {
        self.nodes.count()
    }
    fn inspect(&self, node: NodeId) -> Inspection<'_> {
        if self.group.contains(node) { self.nodes.inspect(node) } else { Inspection::default() }
    }
    fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)> {
        self.nodes.accepted(node).filter(|_| self.group.contains(node))
    }
    fn held(&self, node: NodeId) -> Option<Held> {
        self.nodes.held(node).filter(|_| self.group.contains(node))
    }
    fn up(&self) -> NodeSet {
        self.nodes.up().and(self.group)
    }
    fn rule(&self) -> &Rule {
        self.rule
    }
    fn in_touch(&self, node: NodeId) -> NodeSet {
        self.nodes.in_touch(node).and(self.group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;
    use crate::check::{ElectionSafety, Memory};

    #[test]
    fn two_groups_may_have_a_leader_of_one_term_and_one_group_may_not() {
        let mut stage = Stage::new(&[1; 6], &[4, 4]);
        for node in 0..6 {
            stage.group(node, if node < 3 { &[0, 1, 2] } else { &[3, 4, 5] });
        }
        let mut property = OfGroups::new(ElectionSafety::new(0));
        for node in [0, 3] {
            stage.leads(node, 1);
            assert_eq!(property.observe(&stage, &stage.step(node, &[])), None);
        }
        stage.leads(4, 1);
        let mut copy = property.boxed();
        for property in [&mut property as &mut dyn Property, &mut *copy] {
            let witness = property.observe(&stage, &stage.step(4, &[])).expect("two leaders of one group");
            assert_eq!(witness.nodes.to_string(), "{S4, S5}");
        }
    }
}
