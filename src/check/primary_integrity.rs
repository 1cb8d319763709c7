//! Primary integrity: a primary has delivered what came before its epoch, before it broadcasts.

use super::Property;
use super::broadcasts::delivered;
use crate::model::{Arg, NodeId, NodeSet, Op, Packed, PropertyWord, Text, Witness};
use crate::quorum::{Phase, meeting};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Its names (Zab, §III-A).
pub static PRIMARY_INTEGRITY: PropertyWord = PropertyWord {
    id: "primary-integrity",
    name: Text::new("Primary Integrity", "主节点完整性"),
    statement: Text::new(
        "before a primary broadcasts, it has delivered all of earlier epochs that anybody delivers",
        "主节点在广播之前，已交付任何服务器所交付的更早纪元的事务",
    ),
};

/// Remembers what was delivered in each slot, and how far each primary had come when it first
/// broadcast.
#[derive(Clone, Debug, Hash)]
pub struct PrimaryIntegrity {
    discover: Phase,
    commit: Phase,
    /// By slot: the epoch of what was delivered there first, and by whom.
    order: Vec<Option<(u32, NodeId)>>,
    /// By epoch and primary.
    begun: BTreeMap<(u32, NodeId), u32>,
}

impl PrimaryIntegrity {
    /// For a protocol that finds out what came before in one phase, and commits in another.
    #[must_use]
    pub const fn new(discover: Phase, commit: Phase) -> Self {
        Self { discover, commit, order: Vec::new(), begun: BTreeMap::new() }
    }

    fn broken(&self, nodes: &dyn Nodes, slot: u32, (epoch, primary): (u32, NodeId)) -> Option<Witness> {
        let (of, by) = self.order.get(slot.checked_sub(1)? as usize).copied().flatten()?;
        let held = nodes.inspect(by).log.and_then(|log| log.get(slot)).map_or(Op::Noop, |it| it.command.op);
        let quorums = meeting(nodes.rule(), self.discover, self.commit).disjoint;
        let mut args = vec![
            ("primary", Arg::Packed(NodeId::KIND, primary.pack())),
            ("epoch", Arg::Packed(u32::KIND, epoch)),
            ("value", Arg::Op(held)),
            ("of", Arg::Packed(u32::KIND, of)),
            ("by", Arg::Packed(NodeId::KIND, by.pack())),
            ("slot", Arg::Packed(u32::KIND, slot)),
        ];
        let text = if let Some((one, other)) = quorums {
            args.extend([("one", Arg::Nodes(one)), ("other", Arg::Nodes(other))]);
            Text::new(
                "{primary} broadcasts in epoch {epoch} without having delivered {value} of epoch {of}, which {by} delivers at index {slot}. A quorum that promises, such as {one}, need not meet one that commits, such as {other}.",
                "{primary} 在纪元 {epoch} 开始广播，却未交付 {by} 在索引 {slot} 处交付的 {value}（纪元 {of}）。承诺的法定人数（如 {one}）不必与提交的法定人数（如 {other}）相交。",
            )
        } else {
            Text::new(
                "{primary} broadcasts in epoch {epoch} without having delivered {value} of epoch {of}, which {by} delivers at index {slot}.",
                "{primary} 在纪元 {epoch} 开始广播，却未交付 {by} 在索引 {slot} 处交付的 {value}（纪元 {of}）。",
            )
        };
        let involved = [primary, by].into_iter().collect::<NodeSet>();
        Some(Witness { text, args, nodes: involved, cells: vec![(by, slot)], quorums })
    }
}

impl Property for PrimaryIntegrity {
    fn word(&self) -> &'static PropertyWord {
        &PRIMARY_INTEGRITY
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        let now = nodes.inspect(step.node);
        // What it delivers in this very step, it had not delivered before.
        let first = delivered(step).map(|(slot, _, _)| slot).next();
        let reached = first.map_or(now.commit, |first| first - 1);
        if now.leads && now.log.is_some_and(|log| log.last_term() == now.epoch) {
            let primary = (now.epoch, step.node);
            if let Entry::Vacant(begun) = self.begun.entry(primary) {
                begun.insert(reached);
                let later = self.order.iter().zip(1u32..).skip(reached as usize);
                let mut older = later.filter(|(it, _)| it.is_some_and(|(epoch, _)| epoch < now.epoch));
                if let Some((_, slot)) = older.next() {
                    return self.broken(nodes, slot, primary);
                }
            }
        }
        let mut broken = None;
        for (slot, epoch, _) in delivered(step) {
            let index = slot.saturating_sub(1) as usize;
            if index >= self.order.len() {
                self.order.resize(index + 1, None);
            }
            self.order[index].get_or_insert((epoch, step.node));
            let mut later = self.begun.range((epoch.saturating_add(1), NodeId(0))..);
            if let Some((primary, _)) = later.find(|(_, reached)| **reached < slot) {
                broken = broken.or(Some((slot, *primary)));
            }
        }
        let (slot, primary) = broken?;
        self.broken(nodes, slot, primary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, entry};

    /// S1 broadcasts two in epoch 1 and delivers some, S2 delivers some and begins epoch 2.
    fn two_primaries(
        first: usize,
        second: usize,
        thresholds: &[u32],
    ) -> (Stage, PrimaryIntegrity, Option<Witness>) {
        let mut stage = Stage::new(&[1; 3], thresholds);
        let mut property = PrimaryIntegrity::new(0, 1);
        let all = [(1, entry(1, 1)), (2, entry(1, 2))];
        stage.leads(0, 1);
        stage.entries(0, &[(1, 1), (1, 2)]);
        assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        assert_eq!(property.observe(&stage, &stage.step(0, &all[..first])), None);
        stage.entries(1, &[(1, 1), (1, 2)][..second]);
        stage.commit(1, second as u32);
        assert_eq!(property.observe(&stage, &stage.step(1, &all[..second])), None);
        stage.leads(1, 2);
        let mut entries = vec![(1, 1), (1, 2)];
        entries.truncate(second);
        entries.push((2, 3));
        stage.entries(1, &entries);
        let broken = property.observe(&stage, &stage.step(1, &[]));
        (stage, property, broken)
    }

    #[test]
    fn all_that_was_delivered_before_it_begins_is_fine() {
        assert_eq!(two_primaries(2, 2, &[2, 2]).2, None);
        assert_eq!(two_primaries(1, 1, &[2, 2]).2, None);
        assert_eq!(two_primaries(0, 1, &[2, 2]).2, None);
    }

    #[test]
    fn what_it_lacks_is_found_when_it_begins_and_when_it_comes_out() {
        for (thresholds, quorums) in [([2, 2], false), ([2, 1], true)] {
            let witness = two_primaries(2, 1, &thresholds).2.expect("without the second");
            assert_eq!(witness.quorums.is_some(), quorums);
            assert!(!witness.sentence(crate::model::Lang::Zh).contains('{'));
        }
        let (stage, mut property, broken) = two_primaries(1, 1, &[2, 2]);
        assert_eq!(broken, None);
        let witness = property.observe(&stage, &stage.step(0, &[(2, entry(1, 2))])).expect("too late");
        let sentence = witness.sentence(crate::model::Lang::En);
        assert!(sentence.starts_with("S2 broadcasts in epoch 2 without"), "{sentence}");
    }
}
