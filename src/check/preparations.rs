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
            known.yes.insert(step.node);
        }
    }

    pub(super) fn get(&self, tx: Ballot) -> Preparation {
        self.known.get(&tx).copied().unwrap_or_default()
    }
}

/// How a decision is called.
pub(super) const fn outcome(commit: bool) -> Text {
    if commit { Text::new("committed", "提交") } else { Text::new("aborted", "中止") }
}
