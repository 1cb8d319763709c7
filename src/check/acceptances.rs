//! What acceptors have accepted: the history behind [`super::ChosenStable`] and [`super::P2c`].

use crate::model::{Ballot, Command, NodeSet};
use crate::sim::{Nodes, Step};
use std::collections::BTreeMap;

/// Who has accepted which proposal.
///
/// An acceptance counts from when it is on disk: before, nobody is told and a crash may take it;
/// afterwards its acceptor answers for it for ever, whatever becomes of the disk.
#[derive(Clone, Debug, Hash, Default)]
pub(super) struct Acceptances {
    /// The acceptance that was last on each disk.
    last: Vec<Option<(Ballot, Command)>>,
    proposals: BTreeMap<(Ballot, Command), NodeSet>,
}

impl Acceptances {
    /// Notices what a step changed: the proposal that its node has newly accepted.
    pub(super) fn notice(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<(Ballot, Command)> {
        self.last.resize(nodes.count(), None);
        let now = nodes.accepted(step.node);
        let before = std::mem::replace(&mut self.last[step.node.index()], now);
        let proposal = now.filter(|_| now != before)?;
        self.proposals.entry(proposal).or_default().insert(step.node).then_some(proposal)
    }

    /// The accepters of a proposal.
    pub(super) fn of(&self, proposal: (Ballot, Command)) -> NodeSet {
        self.proposals.get(&proposal).copied().unwrap_or_default()
    }

    /// Every proposal that somebody accepted, from the highest ballot below `below` down.
    pub(super) fn down_from(&self, below: Ballot) -> impl Iterator<Item = ((Ballot, Command), NodeSet)> + '_ {
        let rest = self.proposals.range(..(below, Command::NOOP));
        rest.rev().map(|(proposal, accepters)| (*proposal, *accepters))
    }

    /// The proposals of one value, with their accepters.
    pub(super) fn of_value(&self, value: Command) -> impl Iterator<Item = (Ballot, NodeSet)> + '_ {
        let same = self.proposals.iter().filter(move |((_, command), _)| *command == value);
        same.map(|((ballot, _), accepters)| (*ballot, *accepters))
    }
}
