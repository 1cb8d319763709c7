//! The acceptor: the cluster's memory. What it promises it promises for all slots at once.

use super::{Config, Message, MultiPaxos, Role, Slots, Timer, Told, Why, Write};
use crate::model::{Ballot, Command, Effects, Entry, NodeId};
use std::sync::Arc;

/// No leader proposes so far beyond what others hold: a slot as far as that would have to be filled up
/// to.
const FAR: u32 = 1 << 16;

impl MultiPaxos {
    pub(super) fn on_prepare(
        &mut self,
        config: &Config,
        from: NodeId,
        ballot: Ballot,
        first: u32,
        out: &mut Effects<Self>,
    ) {
        if ballot == self.promised() {
            out.because(Why::PromiseAgain { ballot });
        } else {
            self.give_way(config, ballot, from, out);
            // Who has just helped one candidate gives it time to win.
            out.set_timer(Timer::Election, config.election);
            out.persist(&mut self.durable, Write::Promised(ballot));
            let reported = self.durable.held_from(first).count() as u32;
            out.because(if reported == 0 {
                Why::Promise { ballot, first }
            } else {
                Why::PromiseReporting { ballot, first, reported }
            });
        }
        self.promise(from, first, out);
    }

    /// Phase 1(b), to the candidate of the ballot promised: itself, perhaps.
    pub(super) fn promise(&mut self, to: NodeId, first: u32, out: &mut Effects<Self>) {
        let ballot = self.promised();
        if first < self.durable.log.first_index() {
            // What it had accepted there is gone; all of it was chosen.
            self.send_snapshot(to, out);
        }
        let first = first.max(self.durable.log.first_index());
        let slots: Slots = self.durable.held_from(first).collect();
        out.send(to, Message::Promise { ballot, first, chosen: self.chosen, slots });
    }

    pub(super) fn on_accept(
        &mut self,
        config: &Config,
        ballot: Ballot,
        slot: u32,
        command: Command,
        chosen: u32,
        out: &mut Effects<Self>,
    ) {
        let leader = ballot.node();
        self.follow(config, ballot, out);
        let last = self.last_held();
        if slot > last.saturating_add(FAR) {
            out.because(Why::RefuseFar { slot, last });
            return;
        }
        let (value, before) = (command.op.value(), self.durable.held(slot).copied());
        let entry = Entry { term: ballot.bits(), command };
        let known = slot <= self.chosen && before.is_none_or(|before| before.command == command);
        if known || before == Some(entry) {
            out.because(Why::AcceptAgain { slot, ballot, value });
            if ballot > self.promised() {
                out.persist(&mut self.durable, Write::Promised(ballot));
            }
        } else {
            out.persist(
                &mut self.durable,
                Write::Hold { slots: Slots::One((slot, entry)), chosen: self.chosen },
            );
            match before.filter(|before| before.command != command) {
                None => out.because(Why::Accept { slot, ballot, value }),
                Some(before) => {
                    out.because(Why::AcceptInstead { slot, ballot, value, before: before.command.op.value() })
                }
            }
        }
        out.send(leader, Message::Accepted { ballot, slot });
        self.hear_chosen(config, Told { ballot, chosen, behind: 0 }, out);
    }

    /// Somebody leads in a ballot that is not below the promise.
    pub(super) fn follow(&mut self, config: &Config, ballot: Ballot, out: &mut Effects<Self>) {
        let leader = ballot.node();
        if ballot > self.promised() {
            self.give_way(config, ballot, leader, out);
        }
        if self.role != (Role::Follower { leader: Some(leader) }) {
            out.because(Why::Follow { leader, ballot });
            self.become_follower(config, Some(leader), out);
        }
        out.set_timer(Timer::Election, config.election);
    }

    /// What is compacted away can only be told as a whole.
    pub(super) fn send_snapshot(&self, to: NodeId, out: &mut Effects<Self>) {
        let Some(machine) = &self.durable.snapshot else { return };
        let base = self.durable.log.base();
        out.because(Why::SendSnapshot { to, index: base.index });
        out.send(to, Message::Snapshot { ballot: self.promised(), base, machine: Arc::clone(machine) });
    }
}
