//! A leader never changes or deletes what is in its log.

use super::Property;
use crate::model::{Arg, NodeId, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// Its names.
pub static LEADER_APPEND_ONLY: PropertyWord = PropertyWord {
    id: "leader-append-only",
    name: Text::new("Leader Append-Only", "领导者只追加"),
    statement: Text::new(
        "a leader never overwrites or deletes entries of its log",
        "领导者从不覆盖或删除自己日志中的条目",
    ),
};

/// Remembers how far each leader's log went, and its fingerprint.
#[derive(Clone, Debug, Hash, Default)]
pub struct LeaderAppendOnly {
    leading: Vec<Option<Led>>,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Led {
    epoch: u32,
    last: u32,
    chain: u64,
}

impl LeaderAppendOnly {
    /// Nothing seen yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { leading: Vec::new() }
    }
}

impl Property for LeaderAppendOnly {
    fn word(&self) -> &'static PropertyWord {
        &LEADER_APPEND_ONLY
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.leading.resize(nodes.count(), None);
        let now = nodes.inspect(step.node);
        let place = self.leading.get_mut(step.node.index())?;
        let before = place.take();
        let log = now.log.filter(|_| now.leads)?;
        let last = log.last_index();
        *place = Some(Led { epoch: now.epoch, last, chain: log.chain(last).unwrap_or(0) });
        // A node that starts again leads anew, if it does.
        let before = before.filter(|before| before.epoch == now.epoch && !step.booted)?;
        if !log.lacks(before.last, before.chain) {
            return None;
        }
        let text = if last < before.last {
            Text::new(
                "{node} led term {epoch} with {before} entries in its log, and has {after} now: it deleted entries of its own.",
                "{node} 领导任期 {epoch} 时日志有 {before} 个条目，现在只有 {after} 个：它删除了自己的条目。",
            )
        } else {
            Text::new(
                "{node} leads term {epoch}, and the first {before} entries of its log are no longer what they were: it overwrote entries of its own.",
                "{node} 领导任期 {epoch}，其日志的前 {before} 个条目已与之前不同：它覆盖了自己的条目。",
            )
        };
        Some(Witness {
            text,
            args: vec![
                ("node", Arg::Packed(NodeId::KIND, step.node.pack())),
                ("epoch", Arg::Packed(u32::KIND, now.epoch)),
                ("before", Arg::Packed(u32::KIND, before.last)),
                ("after", Arg::Packed(u32::KIND, last)),
            ],
            nodes: NodeSet::only(step.node),
            cells: vec![(step.node, before.last.min(last + 1))],
            quorums: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    #[test]
    fn appending_and_being_overwritten_as_a_follower_are_fine() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LeaderAppendOnly::new();
        for (leads, terms) in
            [(true, &[1][..]), (true, &[1, 1]), (false, &[1]), (false, &[1, 2]), (true, &[1, 2, 3])]
        {
            stage.log(0, terms);
            stage.role(0, 3, leads);
            assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        }
    }

    #[test]
    fn a_leader_that_deletes_or_overwrites_is_found() {
        for terms in [&[1, 1][..], &[1, 1, 2, 2]] {
            let mut stage = Stage::new(&[1; 3], &[2, 2]);
            let mut property = LeaderAppendOnly::new();
            stage.log(0, &[1, 1, 1]);
            stage.leads(0, 3);
            assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
            stage.log(0, terms);
            let witness = property.observe(&stage, &stage.step(0, &[])).expect("not append-only");
            assert_eq!(witness.cells, [(NodeId(0), 3)]);
        }
    }
}
