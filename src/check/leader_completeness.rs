//! What is committed is in the log of every later leader.

use super::Property;
use super::lack::apart;
use super::log_matching::first_difference;
use crate::model::{Arg, Inspection, NodeId, NodeSet, Op, Packed, PropertyWord, Text, Witness};
use crate::quorum::Phase;
use crate::sim::{Nodes, Step};

/// Its names.
pub static LEADER_COMPLETENESS: PropertyWord = PropertyWord {
    id: "leader-completeness",
    name: Text::new("Leader Completeness", "领导者完整性"),
    statement: Text::new(
        "an entry committed in a term is in the logs of the leaders of all later terms",
        "某任期内提交的条目，存在于之后所有任期领导者的日志中",
    ),
};

/// Remembers up to where the log was committed in which epoch, by its fingerprint: one mark an
/// epoch, as a longer prefix says all that a shorter one did.
#[derive(Clone, Debug, Hash)]
pub struct LeaderCompleteness {
    elect: Phase,
    commit: Phase,
    marks: Vec<Mark>,
    /// The epoch each node leads, 0 if none.
    leading: Vec<u32>,
    highest: u32,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Mark {
    epoch: u32,
    index: u32,
    chain: u64,
    /// Who knew first.
    by: NodeId,
}

impl LeaderCompleteness {
    /// For a protocol that elects in one phase and commits in another.
    #[must_use]
    pub const fn new(elect: Phase, commit: Phase) -> Self {
        Self { elect, commit, marks: Vec::new(), leading: Vec::new(), highest: 0 }
    }

    /// Notes what the step has committed; true if that is news.
    fn note(&mut self, now: &Inspection<'_>, by: NodeId) -> bool {
        let Some(log) = now.log else { return false };
        let last = self.marks.last();
        if last.is_some_and(|last| now.commit <= last.index) || now.commit == 0 {
            return false;
        }
        let Some(chain) = log.chain(now.commit) else { return false };
        let mark = Mark { epoch: now.epoch, index: now.commit, chain, by };
        match self.marks.last_mut() {
            Some(last) if last.epoch == now.epoch && !log.lacks(last.index, last.chain) => *last = mark,
            _ => self.marks.push(mark),
        }
        true
    }

    fn missing(&self, nodes: &dyn Nodes, leader: NodeId) -> Option<Witness> {
        let now = nodes.inspect(leader);
        let log = now.log?;
        let lost = |mark: &&Mark| mark.epoch < now.epoch && log.lacks(mark.index, mark.chain);
        let mark = self.marks.iter().find(lost)?;
        // Whoever still has what was committed tells where the leader's log leaves it.
        let holder = NodeId::all(nodes.count()).find_map(|node| {
            let log = nodes.inspect(node).log?;
            (log.chain(mark.index) == Some(mark.chain)).then_some((node, log))
        });
        let index = holder.map_or(mark.index, |(_, held)| first_difference(held, log, mark.index));
        let committed = holder.and_then(|(_, held)| held.get(index));
        let quorums = apart(nodes, self.elect, self.commit);
        let mut cells = vec![(leader, index)];
        cells.extend(holder.map(|(node, _)| (node, index)));
        let mut args = vec![
            ("leader", Arg::Packed(NodeId::KIND, leader.pack())),
            ("epoch", Arg::Packed(u32::KIND, now.epoch)),
            ("index", Arg::Packed(u32::KIND, index)),
            ("value", Arg::Op(committed.map_or(Op::Noop, |entry| entry.command.op))),
            ("term", Arg::Packed(u32::KIND, committed.map_or(0, |entry| entry.term))),
            ("when", Arg::Packed(u32::KIND, mark.epoch)),
            ("by", Arg::Packed(NodeId::KIND, mark.by.pack())),
        ];
        let here = log.get(index);
        if let Some(entry) = here {
            args.push(("its_term", Arg::Packed(u32::KIND, entry.term)));
            args.push(("its_value", Arg::Op(entry.command.op)));
        }
        let text = match (here.is_some(), quorums) {
            (true, None) => Text::new(
                "{leader} leads term {epoch} without index {index} ({value}, of term {term}), which {by} had committed in term {when}: it has {its_value} of term {its_term} there.",
                "{leader} 领导任期 {epoch}，却缺少 {by} 在任期 {when} 已提交的索引 {index}（任期 {term}：{value}）：它在该处的是任期 {its_term} 的 {its_value}。",
            ),
            (false, None) => Text::new(
                "{leader} leads term {epoch} without index {index} ({value}, of term {term}), which {by} had committed in term {when}: its log ends before it.",
                "{leader} 领导任期 {epoch}，却缺少 {by} 在任期 {when} 已提交的索引 {index}（任期 {term}：{value}）：它的日志在此之前就已结束。",
            ),
            (true, Some(_)) => Text::new(
                "{leader} leads term {epoch} without index {index} ({value}, of term {term}), which {by} had committed in term {when}: it has {its_value} of term {its_term} there. A quorum that elects, such as {one}, need not meet one that commits, such as {other}.",
                "{leader} 领导任期 {epoch}，却缺少 {by} 在任期 {when} 已提交的索引 {index}（任期 {term}：{value}）：它在该处的是任期 {its_term} 的 {its_value}。选举法定人数（如 {one}）不必与提交法定人数（如 {other}）相交。",
            ),
            (false, Some(_)) => Text::new(
                "{leader} leads term {epoch} without index {index} ({value}, of term {term}), which {by} had committed in term {when}: its log ends before it. A quorum that elects, such as {one}, need not meet one that commits, such as {other}.",
                "{leader} 领导任期 {epoch}，却缺少 {by} 在任期 {when} 已提交的索引 {index}（任期 {term}：{value}）：它的日志在此之前就已结束。选举法定人数（如 {one}）不必与提交法定人数（如 {other}）相交。",
            ),
        };
        if let Some((one, other)) = quorums {
            args.extend([("one", Arg::Nodes(one)), ("other", Arg::Nodes(other))]);
        }
        let mut involved = NodeSet::only(leader);
        involved.insert(mark.by);
        Some(Witness { text, args, nodes: involved, cells, quorums })
    }
}

impl Property for LeaderCompleteness {
    fn word(&self) -> &'static PropertyWord {
        &LEADER_COMPLETENESS
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.leading.resize(nodes.count(), 0);
        let now = nodes.inspect(step.node);
        let leads = if now.leads { now.epoch } else { 0 };
        let began = std::mem::replace(self.leading.get_mut(step.node.index())?, leads) != leads && now.leads;
        self.highest = self.highest.max(leads);
        let news = self.note(&now, step.node);
        if began && let Some(witness) = self.missing(nodes, step.node) {
            return Some(witness);
        }
        if !news || self.highest <= now.epoch {
            return None;
        }
        // Committed by a leader of the past: those of the present must have it.
        let up = nodes.up();
        let later = up.iter().filter(|node| self.leading[node.index()] > now.epoch);
        later.into_iter().find_map(|leader| self.missing(nodes, leader))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::Stage;

    #[test]
    fn a_leader_with_what_was_committed_is_fine() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LeaderCompleteness::new(0, 1);
        stage.log(0, &[1, 1, 1]);
        stage.leads(0, 1);
        stage.commit(0, 2);
        assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
        stage.log(1, &[1, 1, 3]);
        stage.leads(1, 3);
        assert_eq!(property.observe(&stage, &stage.step(1, &[])), None);
        // Of an earlier term: it need not have it.
        stage.log(2, &[1]);
        stage.leads(2, 1);
        assert_eq!(property.observe(&stage, &stage.step(2, &[])), None);
    }

    #[test]
    fn a_leader_without_it_is_found_when_it_begins() {
        for (thresholds, quorums) in [([2, 2], false), ([2, 1], true)] {
            let mut stage = Stage::new(&[1; 3], &thresholds);
            let mut property = LeaderCompleteness::new(0, 1);
            stage.log(0, &[1, 1, 1]);
            stage.leads(0, 1);
            stage.commit(0, 2);
            assert_eq!(property.observe(&stage, &stage.step(0, &[])), None);
            stage.log(1, &[1, 2]);
            stage.leads(1, 3);
            let witness = property.observe(&stage, &stage.step(1, &[])).expect("incomplete");
            assert_eq!(witness.cells, [(NodeId(1), 2), (NodeId(0), 2)]);
            assert_eq!(witness.quorums.is_some(), quorums);
            for lang in [crate::model::Lang::En, crate::model::Lang::Zh] {
                assert!(!witness.sentence(lang).contains('{'));
            }
        }
    }

    #[test]
    fn a_leader_without_it_is_found_when_it_is_committed() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LeaderCompleteness::new(0, 1);
        stage.log(1, &[1]);
        stage.leads(1, 3);
        assert_eq!(property.observe(&stage, &stage.step(1, &[])), None);
        stage.log(0, &[1, 2]);
        stage.leads(0, 2);
        stage.commit(0, 2);
        let witness = property.observe(&stage, &stage.step(0, &[])).expect("incomplete");
        assert!(witness.sentence(crate::model::Lang::En).contains("its log ends before it"));
    }
}
