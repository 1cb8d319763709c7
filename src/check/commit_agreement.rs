//! AC1: all nodes that decide a transaction decide it alike.

use super::Property;
use super::preparations::outcome;
use crate::model::{Arg, ArgKind, Ballot, Command, Entry, NodeId, Packed, PropertyWord, Text, Witness};
use crate::quorum::{Phase, meeting};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// No node commits a transaction that another one aborts. The slot of a decision is the transaction's
/// place in one row ([`Ballot::slot`]); an abort decides the no-op.
#[derive(Clone, Debug, Default, Hash)]
pub struct CommitAgreement {
    /// Two phases whose quorums ought to meet.
    meet: Option<(Phase, Phase)>,
    /// By slot, who was the first to decide which.
    first: BTreeMap<u32, (NodeId, bool)>,
}

/// Its names.
pub static COMMIT_AGREEMENT: PropertyWord = PropertyWord {
    id: "commit-agreement",
    name: Text::new("AC1: agreement", "AC1：一致"),
    statement: Text::new(
        "no node commits a transaction that another one aborts",
        "不会有节点提交另一个节点中止了的事务",
    ),
};

impl CommitAgreement {
    /// Which phases have to meet for it to hold: if they do not, the witness says so.
    #[must_use]
    pub const fn resting_on(a: Phase, b: Phase) -> Self {
        Self { meet: Some((a, b)), first: BTreeMap::new() }
    }
}

impl Property for CommitAgreement {
    fn word(&self) -> &'static PropertyWord {
        &COMMIT_AGREEMENT
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let commit = *command != Command::NOOP;
            let (one, before) = *self.first.entry(*slot).or_insert((step.node, commit));
            if before == commit {
                return None;
            }
            let mut args = vec![
                ("one", Arg::Packed(ArgKind::Node, one.pack())),
                ("other", Arg::Packed(ArgKind::Node, step.node.pack())),
                ("tx", Arg::Packed(ArgKind::Ballot, Ballot::of_slot(*slot, nodes.count()).pack())),
                ("first", Arg::Word(outcome(before))),
                ("second", Arg::Word(outcome(commit))),
            ];
            let quorums = self.meet.and_then(|(a, b)| meeting(nodes.rule(), a, b).disjoint);
            let text = match quorums {
                None => Text::new(
                    "{one} has {first} transaction {tx}, and {other} has {second} it.",
                    "事务 {tx}：{one} 已{first}，而 {other} 已{second}。",
                ),
                Some((a, b)) => {
                    args.extend([("a", Arg::Nodes(a)), ("b", Arg::Nodes(b))]);
                    Text::new(
                        "{one} has {first} transaction {tx}, and {other} has {second} it: quorums such as {a} and {b} share no node, so neither knew of the other.",
                        "事务 {tx}：{one} 已{first}，而 {other} 已{second}：{a} 与 {b} 这样的法定人数没有共同节点，因此双方互不知晓。",
                    )
                }
            };
            let nodes = [one, step.node].into_iter().collect();
            Some(Witness { text, args, nodes, cells: Vec::new(), quorums })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};

    #[test]
    fn one_commits_and_another_aborts() {
        let stage = Stage::new(&[1; 3], &[2, 1]);
        for (mut property, because) in
            [(CommitAgreement::default(), "."), (CommitAgreement::resting_on(0, 1), ": quorums such as")]
        {
            for node in [0, 1, 0] {
                assert_eq!(property.observe(&stage, &stage.step(node, &[(4, command(1).into())])), None);
            }
            let witness =
                property.observe(&stage, &stage.step(2, &[(4, Command::NOOP.into())])).expect("both");
            let sentence = witness.sentence(crate::model::Lang::En);
            let told = format!("S1 has committed transaction 2.S2, and S3 has aborted it{because}");
            assert!(sentence.starts_with(&told), "{sentence}");
        }
    }
}
