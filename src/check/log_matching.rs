//! Two logs that hold the same index and term hold the same entries up to there.

use super::Property;
use crate::model::{Arg, Log, NodeId, NodeSet, Op, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Its names.
pub static LOG_MATCHING: PropertyWord = PropertyWord {
    id: "log-matching",
    name: Text::new("Log Matching", "日志匹配"),
    statement: Text::new(
        "if two logs hold an entry with the same index and term, they are the same up to there",
        "若两份日志在同一索引处有相同任期的条目，则此前的全部条目也相同",
    ),
};

/// Remembers the fingerprint that each index and term stands for. One word an entry, whatever the
/// number of nodes; a step costs what it changed.
#[derive(Clone, Debug, Hash, Default)]
pub struct LogMatching {
    /// By index: the term seen there first, and its fingerprint.
    first: Vec<(u32, u64)>,
    /// Further terms at the same index.
    further: BTreeMap<(u32, u32), u64>,
    /// What each node's log was after its last step.
    seen: Vec<(u32, u64)>,
}

impl LogMatching {
    /// Nothing seen yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { first: Vec::new(), further: BTreeMap::new(), seen: Vec::new() }
    }

    fn known(&self, index: u32, term: u32) -> Option<u64> {
        match self.first.get(index as usize - 1) {
            Some((seen, chain)) if *seen == term && *chain != 0 => Some(*chain),
            _ => self.further.get(&(index, term)).copied(),
        }
    }

    fn learn(&mut self, index: u32, term: u32, chain: u64) {
        let place = index as usize - 1;
        if place >= self.first.len() {
            self.first.resize(place + 1, (0, 0));
        }
        let first = &mut self.first[place];
        if first.1 == 0 || first.0 == term {
            *first = (term, chain);
        } else {
            self.further.insert((index, term), chain);
        }
    }
}

impl Property for LogMatching {
    fn word(&self) -> &'static PropertyWord {
        &LOG_MATCHING
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.seen.resize(nodes.count(), (0, 0));
        let log = nodes.inspect(step.node).log?;
        let now = (log.last_index(), log.chain(log.last_index())?);
        let seen = self.seen.get_mut(step.node.index())?;
        if *seen == now {
            return None;
        }
        *seen = now;
        // Back to an entry known by its fingerprint: all before it is known as well.
        let mut clash = None;
        for index in (1..=now.0).rev() {
            let (Some(term), Some(chain)) = (log.term(index), log.chain(index)) else { break };
            match self.known(index, term) {
                Some(known) if known == chain => break,
                Some(_) => {
                    // Overwritten long ago, or in another log even now?
                    let other = rival(nodes, step.node, index, term, chain);
                    match other {
                        Some(other) => clash = Some((other, index, term)),
                        None => self.learn(index, term, chain),
                    }
                }
                None => self.learn(index, term, chain),
            }
        }
        let (other, index, term) = clash?;
        let theirs = nodes.inspect(other).log?;
        let at = first_difference(log, theirs, index);
        let held = |log: &Log| Arg::Op(log.get(at).map_or(Op::Noop, |entry| entry.command.op));
        Some(Witness {
            text: Text::new(
                "{one} and {other} both hold an entry of term {term} at index {index}, yet their logs differ at index {at}: {one} holds {mine} there and {other} holds {theirs}.",
                "{one} 与 {other} 在索引 {index} 处都有任期 {term} 的条目，但两者日志在索引 {at} 处不同：{one} 为 {mine}，{other} 为 {theirs}。",
            ),
            args: vec![
                ("one", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("other", Arg::Packed(NodeId::KIND, other.pack())),
                ("index", Arg::Packed(u32::KIND, index)),
                ("term", Arg::Packed(u32::KIND, term)),
                ("at", Arg::Packed(u32::KIND, at)),
                ("mine", held(log)),
                ("theirs", held(theirs)),
            ],
            nodes: [step.node, other].into_iter().collect::<NodeSet>(),
            cells: vec![(step.node, at), (other, at)],
            quorums: None,
        })
    }
}

/// A node whose log has the same term at an index with another past.
fn rival(nodes: &dyn Nodes, me: NodeId, index: u32, term: u32, chain: u64) -> Option<NodeId> {
    NodeId::all(nodes.count()).filter(|node| *node != me).find(|node| {
        let log = nodes.inspect(*node).log;
        log.is_some_and(|log| log.term(index) == Some(term) && log.lacks(index, chain))
    })
}

/// The first index at which two logs can be seen to differ, given one up to which they do: prefixes are
/// compared by fingerprint, so halving finds it. What is compacted away is not looked into.
pub(super) fn first_difference(one: &Log, other: &Log, differs: u32) -> u32 {
    let base = one.base().index.max(other.base().index).min(differs);
    if one.chain(base) != other.chain(base) {
        return base;
    }
    let (mut same, mut differs) = (base, differs);
    while differs - same > 1 {
        let middle = same + (differs - same) / 2;
        if one.chain(middle) == other.chain(middle) {
            same = middle;
        } else {
            differs = middle;
        }
    }
    differs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    #[test]
    fn logs_that_grow_conflict_and_are_repaired_are_fine() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LogMatching::new();
        for (node, terms) in [
            (0, &[1, 1, 2][..]),
            (1, &[1, 1]),
            (2, &[1, 3, 3]),
            (1, &[1, 1, 2]),
            (2, &[1]),
            (2, &[1, 1, 2]),
            (0, &[1, 1, 2, 4]),
        ] {
            stage.log(node, terms);
            assert_eq!(property.observe(&stage, &stage.step(node, &[])), None, "{node} {terms:?}");
        }
    }

    #[test]
    fn the_same_index_and_term_with_another_past_is_found() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LogMatching::new();
        stage.log(0, &[1, 1, 2, 3, 3]);
        assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        stage.log(2, &[1, 2, 2, 3]);
        let witness = property.observe(&stage, &stage.step(2, &[])).expect("two pasts");
        assert_eq!(witness.cells, [(NodeId(2), 2), (NodeId(0), 2)]);
        let sentence = witness.sentence(crate::model::Lang::En);
        assert!(sentence.contains("differ at index 2"), "{sentence}");
    }

    #[test]
    fn what_is_compacted_away_is_told_by_its_fingerprint() {
        for (theirs, found) in [(&[1, 1, 2, 3][..], None), (&[1, 2, 2, 3], Some(3))] {
            let mut stage = Stage::new(&[1; 3], &[2, 2]);
            let mut property = LogMatching::new();
            stage.log(0, &[1, 1, 2, 3, 3]);
            stage.compact(0, 3);
            assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
            stage.log(2, theirs);
            let witness = property.observe(&stage, &stage.step(2, &[]));
            assert_eq!(witness.map(|witness| witness.cells[0]), found.map(|index| (NodeId(2), index)));
        }
    }

    #[test]
    fn an_entry_that_no_log_holds_any_more_does_not_count() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LogMatching::new();
        for (node, terms) in [(0, &[1, 1, 2][..]), (0, &[1]), (1, &[1, 2, 2])] {
            stage.log(node, terms);
            assert_eq!(property.observe(&stage, &stage.step(node, &[])), None);
        }
    }
}
