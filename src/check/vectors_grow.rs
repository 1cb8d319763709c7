//! What a node has seen of a key, it has seen.

use super::Property;
use crate::model::{
    Arg, ArgKind, Ballot, Inspection, Key, NodeId, NodeSet, Packed, PropertyWord, Text, VersionVector,
    Witness,
};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// The version vector of a key at a node never loses an event, but for a crash before it was on disk.
///
/// It is that of all versions of the key together: what their writers had seen, and they themselves.
#[derive(Clone, Debug, Default, Hash)]
pub struct VectorsGrow {
    had: Vec<Vec<(Key, Ballot)>>,
    vectors: BTreeMap<(NodeId, Key), VersionVector>,
}

/// Its names.
pub static VECTORS_GROW: PropertyWord = PropertyWord {
    id: "vectors-grow",
    name: Text::new("Version vectors only grow", "版本向量只增不减"),
    statement: Text::new(
        "what a node's versions of a key have seen, its later versions have seen, too",
        "节点上某个键的版本见过的内容，其后的版本也都见过",
    ),
};

impl VectorsGrow {
    /// Nobody has seen anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

fn vectors(now: &Inspection<'_>) -> BTreeMap<Key, VersionVector> {
    let mut vectors: BTreeMap<Key, VersionVector> = BTreeMap::new();
    for version in now.versions {
        vectors.entry(version.key).or_default().join(&version.clock());
    }
    vectors
}

impl Property for VectorsGrow {
    fn word(&self) -> &'static PropertyWord {
        &VECTORS_GROW
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.had.resize(nodes.count(), Vec::new());
        let had = self.had.get_mut(step.node.index())?;
        let now = nodes.inspect(step.node);
        let names = now.versions.iter().map(|version| (version.key, version.event));
        if !step.booted && names.clone().eq(had.iter().copied()) {
            return None;
        }
        *had = names.collect();
        let mut vectors = vectors(&now);
        let (first, last) = ((step.node, Key(0)), (step.node, Key(u8::MAX)));
        let before: Vec<Key> = self.vectors.range(first..=last).map(|((_, key), _)| *key).collect();
        for key in before {
            let Some(old) = self.vectors.remove(&(step.node, key)) else { continue };
            let new = vectors.entry(key).or_default();
            if !step.booted && !new.covers(&old) {
                let text = Text::new(
                    "{node} had seen {old} of {key}, and has versions that have seen {new} only.",
                    "{node} 曾见过 {key} 的 {old}，现存版本只见过 {new}。",
                );
                let args = vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("key", Arg::Packed(ArgKind::Key, key.pack())),
                    ("old", Arg::vector(&old)),
                    ("new", Arg::vector(new)),
                ];
                return Some(Witness { args, nodes: NodeSet::only(step.node), ..Witness::plain(text) });
            }
        }
        self.vectors.extend(vectors.into_iter().map(|(key, vector)| ((step.node, key), vector)));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::shelves::{Shelves, version};
    use crate::model::Lang;

    #[test]
    fn a_sibling_that_goes_unseen_is_missed() {
        let mut nodes = Shelves::new(1);
        let (a, b) = (version(1, (1, 0), &[]), version(2, (1, 1), &[]));
        let both = version(3, (2, 0), &[&a, &b]);
        let look =
            |nodes: &Shelves, property: &mut VectorsGrow| property.observe(nodes, &nodes.step(0, 1, &[]));
        let mut property = VectorsGrow::new();
        nodes.kept[0] = vec![a.clone(), b.clone()];
        assert_eq!(look(&nodes, &mut property), None);
        let mut sound = property.clone();
        nodes.kept[0] = vec![both];
        assert_eq!(look(&nodes, &mut sound), None);
        nodes.kept[0] = vec![b];
        let said = look(&nodes, &mut property).expect("a is gone").sentence(Lang::En);
        assert_eq!(said, "S1 had seen S1:1 S2:1 of x, and has versions that have seen S2:1 only.");
        // What a crash took was not on disk.
        let booted = Step { booted: true, ..nodes.step(0, 2, &[]) };
        assert_eq!(sound.observe(&nodes, &booted), None);
    }
}
