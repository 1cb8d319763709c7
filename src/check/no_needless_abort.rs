//! AC4: what all have voted yes on is committed, unless somebody may have failed meanwhile.

use super::Property;
use super::preparations::Preparations;
use crate::model::{Arg, ArgKind, Ballot, Command, Entry, NodeSet, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// No transaction is aborted that all have voted yes on, unless somebody was suspected of having failed: in
/// this transaction, that another one was disturbed excuses nothing.
#[derive(Clone, Debug, Default, Hash)]
pub struct NoNeedlessAbort {
    preparations: Preparations,
}

static WORD: PropertyWord = PropertyWord {
    id: "no-needless-abort",
    name: Text::new("AC4: no abort without cause", "AC4：无故不中止"),
    statement: Text::new(
        "if everybody votes yes and nobody is suspected of having failed, the transaction is committed",
        "若所有参与者都投赞成票且没有节点被怀疑失效，事务就会提交",
    ),
};

impl Property for NoNeedlessAbort {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.preparations.note(nodes, step);
        step.decided.iter().find_map(|(slot, Entry { command, .. })| {
            let tx = Ballot::of_slot(*slot, nodes.count());
            let known = self.preparations.get(tx);
            let all = !known.parties.is_empty() && known.parties.minus(known.yes).is_empty();
            if *command == Command::NOOP && known.parties.is_empty() {
                // Nobody could commit it any more: who is prepared later learns that.
                self.preparations.rule_out(tx);
            }
            if *command != Command::NOOP || known.suspected || !all {
                return None;
            }
            Some(Witness {
                text: Text::new(
                    "{node} aborts transaction {tx}, on which all have voted yes, and nobody was suspected of having failed.",
                    "{node} 中止了事务 {tx}，而所有参与者都投了赞成票，也没有节点被怀疑失效。",
                ),
                args: vec![
                    ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                    ("tx", Arg::Packed(ArgKind::Ballot, tx.pack())),
                ],
                nodes: NodeSet::only(step.node),
                cells: Vec::new(),
                quorums: None,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, command};
    use crate::model::{Lang, NodeId};

    const TX: Ballot = Ballot::new(2, NodeId(1));

    /// Who has voted yes, who acts on a suspicion after that, and what is decided then.
    fn decided(yes: &[u8], suspicious: Option<u8>, command: Command) -> Option<Witness> {
        let (mut stage, mut property) = (Stage::new(&[1; 3], &[2]), NoNeedlessAbort::default());
        let parties = NodeSet::full(3);
        for node in yes {
            stage.prepares(*node, TX, parties);
            assert_eq!(property.observe(&stage, &stage.step(*node, &[])), None);
        }
        if let Some(node) = suspicious {
            stage.suspects(node, true);
            assert_eq!(property.observe(&stage, &stage.step(node, &[])), None);
            stage.suspects(node, false);
        }
        property.observe(&stage, &stage.step(0, &[(TX.slot(3), command.into())]))
    }

    #[test]
    fn an_abort_after_every_yes_needs_a_suspicion() {
        let witness = decided(&[0, 1, 2], None, Command::NOOP).expect("an abort without cause");
        let told = "S1 aborts transaction 2.S2, on which all have voted yes";
        assert!(witness.sentence(Lang::En).starts_with(told), "{}", witness.sentence(Lang::En));
        assert_eq!(decided(&[0, 1, 2], Some(1), Command::NOOP), None, "somebody was suspected");
        assert_eq!(decided(&[0, 2], None, Command::NOOP), None, "S2 may have voted no");
        assert_eq!(decided(&[], None, Command::NOOP), None);
        assert_eq!(decided(&[0, 1, 2], None, command(7)), None, "a commit");
    }

    /// A suspicion before anybody voted on it excuses nothing, and one that starts anew is one.
    #[test]
    fn only_what_happens_since_the_first_vote_excuses() {
        for (early, booted) in [(true, false), (false, true), (false, false)] {
            let (mut stage, mut property) = (Stage::new(&[1; 2], &[2]), NoNeedlessAbort::default());
            stage.suspects(0, early);
            property.observe(&stage, &stage.step(0, &[]));
            stage.suspects(0, false);
            for node in [0, 1] {
                stage.prepares(node, TX, NodeSet::full(2));
                property.observe(&stage, &stage.step(node, &[]));
            }
            property.observe(&stage, &Step { booted, ..stage.step(1, &[]) });
            let abort = property.observe(&stage, &stage.step(1, &[(TX.slot(2), Command::NOOP.into())]));
            assert_eq!(abort.is_some(), !booted, "{early} {booted}");
        }
    }
}
