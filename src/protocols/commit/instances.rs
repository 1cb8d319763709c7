//! One instance of Paxos for each manager's vote: counting what acceptors accept.

use super::ACCEPT;
use crate::model::{Ballot, NodeId, NodeSet};
use crate::quorum::{Rule, Tally};

/// What is known to be accepted in a ballot, by manager.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Instances {
    pub(super) ballot: Ballot,
    parties: NodeSet,
    /// Whose vote, whether *prepared*, and who has accepted that.
    tallies: Vec<(NodeId, bool, Tally)>,
}

impl Instances {
    pub(super) const fn new(ballot: Ballot, parties: NodeSet) -> Self {
        Self { ballot, parties, tallies: Vec::new() }
    }

    /// An acceptor has accepted *prepared* for some and *aborted* for others; what is chosen with that.
    pub(super) fn record(
        &mut self,
        rule: &Rule,
        acceptor: NodeId,
        yes: NodeSet,
        no: NodeSet,
    ) -> Option<bool> {
        for (managers, prepared) in [(yes, true), (no, false)] {
            for manager in managers.and(self.parties).iter() {
                self.tally(manager, prepared).record(rule, acceptor, true);
            }
        }
        let chosen = |prepared| {
            let won = self.tallies.iter().filter(|(_, of, tally)| *of == prepared && tally.has_won(rule));
            won.map(|(manager, ..)| *manager).collect::<NodeSet>()
        };
        if !chosen(false).is_empty() {
            return Some(false);
        }
        self.parties.minus(chosen(true)).is_empty().then_some(true)
    }

    fn tally(&mut self, manager: NodeId, prepared: bool) -> &mut Tally {
        let place = self.tallies.iter().position(|(known, of, _)| (*known, *of) == (manager, prepared));
        let place = place.unwrap_or_else(|| {
            self.tallies.push((manager, prepared, Tally::new(ACCEPT)));
            self.tallies.len() - 1
        });
        &mut self.tallies[place].2
    }

    /// The count that lacks most, for the ring.
    pub(super) fn lacking(&self, rule_of: impl Fn(&Tally) -> u32) -> Option<&Tally> {
        self.tallies.iter().map(|(.., tally)| tally).min_by_key(|tally| rule_of(tally))
    }
}
