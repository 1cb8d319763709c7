//! Who has voted yes on which transaction: what several properties of atomic commit remember.

use crate::model::{Ballot, NodeSet, Text};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// A transaction that somebody has voted yes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Preparation {
    /// Who has to agree.
    pub(super) parties: NodeSet,
    /// Who was seen to be prepared.
    pub(super) yes: NodeSet,
    /// Whether somebody has acted, about this one, on the suspicion of a failure, or has started anew since
    /// the first of them.
    pub(super) suspected: bool,
}

/// By transaction.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Preparations {
    known: BTreeMap<Ballot, Preparation>,
}

impl Preparations {
    /// Looks at the node that took a step; what comes of a transaction is judged after that.
    pub(super) fn note(&mut self, nodes: &dyn Nodes, step: &Step<'_>) {
        let now = nodes.inspect(step.node);
        if now.suspects || step.booted {
            self.known.values_mut().for_each(|known| known.suspected = true);
        }
        for tx in now.suspected {
            self.known.entry(*tx).or_default().suspected = true;
        }
        for seen in now.transactions {
            let known = self.known.entry(seen.id).or_default();
            known.parties = seen.parties;
            // What one of a group has applied, a quorum of it has: it speaks for all of them.
            known.yes = known.yes.or(now.group).or(NodeSet::only(step.node));
        }
    }

    /// It was aborted before anybody was prepared.
    pub(super) fn rule_out(&mut self, tx: Ballot) {
        self.known.entry(tx).or_default().suspected = true;
    }

    pub(super) fn get(&self, tx: Ballot) -> Preparation {
        self.known.get(&tx).copied().unwrap_or_default()
    }
}

/// How a decision is called.
pub(super) const fn outcome(commit: bool) -> Text {
    if commit { Text::new("committed", "提交") } else { Text::new("aborted", "中止") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{Stage, entry};
    use crate::check::{AllPrepared, NoNeedlessAbort, Property};
    use crate::model::{Command, Entry, Held, Inspection, Lang, NodeId, Transaction, TransactionStage};
    use crate::quorum::Rule;

    /// Three managers, of which one at a time is prepared for something, or acts on a suspicion.
    struct Managers {
        stage: Stage,
        prepared: Vec<Transaction>,
        suspected: Vec<Ballot>,
    }

    impl Nodes for Managers {
        fn count(&self) -> usize {
            self.stage.count()
        }
        fn inspect(&self, node: NodeId) -> Inspection<'_> {
            let (transactions, suspected) = (&self.prepared, &self.suspected);
            Inspection { transactions, suspected, ..self.stage.inspect(node) }
        }
        fn accepted(&self, node: NodeId) -> Option<(Ballot, Command)> {
            self.stage.accepted(node)
        }
        fn held(&self, node: NodeId) -> Option<Held> {
            self.stage.held(node)
        }
        fn up(&self) -> NodeSet {
            self.stage.up()
        }
        fn rule(&self) -> &Rule {
            self.stage.rule()
        }
    }

    const TX: Ballot = Ballot::new(2, NodeId(1));
    const OTHER: Ballot = Ballot::new(3, NodeId(1));

    /// What a property says when S1 decides on `TX`, which these have voted yes on, as on another one, and
    /// about which of the two somebody was suspected then.
    fn decided(
        property: &mut dyn Property,
        yes: &[u8],
        suspected: &[Ballot],
        entry: Entry,
    ) -> Option<String> {
        let mut managers =
            Managers { stage: Stage::new(&[1; 3], &[2]), prepared: Vec::new(), suspected: Vec::new() };
        for node in yes {
            let (command, stage) = (entry.command, TransactionStage::Prepared);
            let known = Transaction {
                id: TX,
                command,
                parties: NodeSet::full(3),
                stage,
                keys: [None; 2],
                mine: false,
            };
            managers.prepared = vec![known, Transaction { id: OTHER, ..known }];
            assert_eq!(property.observe(&managers, &managers.stage.step(*node, &[])), None);
        }
        managers.prepared.clear();
        managers.suspected = suspected.to_vec();
        assert_eq!(property.observe(&managers, &managers.stage.step(1, &[])), None);
        managers.suspected.clear();
        let slots = [(TX.slot(3), entry)];
        let witness = property.observe(&managers, &managers.stage.step(0, &slots));
        witness.map(|witness| witness.sentence(Lang::En))
    }

    #[test]
    fn a_commit_needs_every_yes() {
        let said = decided(&mut AllPrepared::default(), &[0, 2], &[], entry(1, 7)).unwrap_or_default();
        assert!(said.ends_with("these have not voted yes on it: S2."), "{said}");
        assert!(decided(&mut AllPrepared::default(), &[], &[], entry(1, 7)).is_some(), "nobody has");
        assert_eq!(decided(&mut AllPrepared::default(), &[0, 1, 2], &[], entry(1, 7)), None);
        let abort = Entry { command: Command::NOOP, ..entry(1, 7) };
        assert_eq!(decided(&mut AllPrepared::default(), &[0], &[], abort), None, "an abort needs none");
    }

    #[test]
    fn a_suspicion_excuses_the_abort_of_what_it_is_about() {
        let abort = Entry { command: Command::NOOP, ..entry(1, 7) };
        for (suspected, excused) in [(vec![], false), (vec![OTHER], false), (vec![OTHER, TX], true)] {
            let said = decided(&mut NoNeedlessAbort::default(), &[0, 1, 2], &suspected, abort);
            assert_eq!(said.is_none(), excused, "{suspected:?}: {said:?}");
        }
    }
}
