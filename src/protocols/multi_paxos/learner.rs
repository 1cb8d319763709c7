//! The learner: finds out what is chosen, and executes it in order.

use super::{Config, Message, MultiPaxos, Role, Slots, Timer, Why, Write};
use crate::machines::Machine;
use crate::model::{Ballot, Base, Command, Effects, Entry, LocalTime, NodeId};
use std::sync::Arc;

/// The most slots of one answer.
const BATCH: usize = 64;

/// What a leader has said of what is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Told {
    /// The leader's ballot: what it says holds of what was accepted in it.
    pub ballot: Ballot,
    /// Up to here all slots are chosen.
    pub chosen: u32,
    /// Slots behind the first gap that are: bit 0 for the second slot after `chosen`.
    pub behind: u64,
}

impl Told {
    /// Takes in more: of a later leader, or of the same.
    fn hear(&mut self, news: Self) {
        if news.ballot > self.ballot {
            *self = news;
        } else if news.ballot == self.ballot {
            let chosen = self.chosen.max(news.chosen);
            let from = |told: Self| told.behind.checked_shr(chosen - told.chosen).unwrap_or(0);
            *self = Self { chosen, behind: from(*self) | from(news), ..news };
        }
    }

    fn covers(&self, slot: u32) -> bool {
        let place = slot.checked_sub(self.chosen.saturating_add(2));
        slot <= self.chosen || place.is_some_and(|place| self.behind.checked_shr(place).unwrap_or(0) & 1 == 1)
    }
}

impl MultiPaxos {
    pub(super) fn on_heartbeat(
        &mut self,
        config: &Config,
        now: LocalTime,
        ballot: Ballot,
        at: u32,
        out: &mut Effects<Self>,
    ) {
        self.follow(config, ballot, out);
        if ballot > self.promised() {
            out.persist(&mut self.durable, Write::Promised(ballot));
        }
        let leader = ballot.node();
        out.because(Why::HearHeartbeat { leader, ballot });
        if at > 0 && config.lease.is_some() {
            self.bind(config, now, Some(leader));
            out.send(leader, Message::Heard { ballot, at });
        }
    }

    /// Whoever leads knows what is chosen up to a slot.
    pub(super) fn maybe_ask(&self, chosen: u32, out: &mut Effects<Self>) {
        if self.chosen < chosen {
            self.ask(self.promised().node(), out);
        }
    }

    fn ask(&self, whom: NodeId, out: &mut Effects<Self>) {
        let (ballot, first) = (self.promised(), self.chosen + 1);
        out.because(Why::AskChosen { whom, first });
        out.send(whom, Message::Learn { ballot, first });
    }

    /// A leader says up to where all is chosen.
    pub(super) fn hear_chosen(&mut self, config: &Config, news: Told, out: &mut Effects<Self>) {
        self.told.hear(news);
        let (first, ballot) = (self.chosen + 1, news.ballot);
        if self.was_told(first) {
            out.because(Why::HearChosen { leader: ballot.node(), first, ballot });
        }
        self.execute(config, out);
    }

    /// Whether a leader's word covers what it holds in a slot: in one ballot one command is proposed
    /// in a slot, and if the slot is chosen, that is the command.
    pub(super) fn was_told(&self, slot: u32) -> bool {
        let of_ballot = |entry: &Entry| entry.term == self.told.ballot.bits();
        self.told.covers(slot) && self.durable.held(slot).is_some_and(of_ballot)
    }

    fn is_chosen(&self, slot: u32) -> bool {
        match &self.role {
            Role::Leader(leader) => leader.open.get(&slot).is_some_and(|proposal| proposal.chosen),
            Role::Follower { .. } | Role::Candidate(_) => self.was_told(slot),
        }
    }

    /// Executes what is known to be chosen, up to the first slot that is not.
    pub(super) fn execute(&mut self, config: &Config, out: &mut Effects<Self>) {
        while self.is_chosen(self.chosen + 1) {
            let slot = self.chosen + 1;
            let Some(Entry { command, .. }) = self.durable.held(slot).copied() else { break };
            self.settle(slot, command, out);
        }
        if config.flaws.skips_gaps {
            self.skip_gaps(out);
        }
        let kept = self.chosen - self.durable.log.base().index;
        if config.snapshot > 0 && kept >= config.snapshot {
            let index = self.chosen;
            out.because(Why::TakeSnapshot { index, slots: kept });
            out.persist(&mut self.durable, Write::Compact(index, Arc::new(self.machine.clone())));
        }
    }

    /// The next slot is chosen: executes it, unless that has been done by mistake.
    pub(super) fn settle(&mut self, slot: u32, command: Command, out: &mut Effects<Self>) {
        self.chosen = slot;
        if !self.ahead.remove(&slot) {
            self.apply(slot, command, out);
        }
    }

    /// Executes a command, and answers the client if it waits here.
    fn apply(&mut self, slot: u32, command: Command, out: &mut Effects<Self>) {
        let outcome = self.machine.apply(&command);
        out.decide(slot, command);
        if let Role::Leader(leader) = &mut self.role
            && leader.owes_answer(command.request)
        {
            out.reply(command.request, outcome);
        }
    }

    /// The flaw: what is chosen is executed at once, whatever is missing before it.
    fn skip_gaps(&mut self, out: &mut Effects<Self>) {
        let gap = self.chosen + 1;
        let behind: Vec<(u32, Entry)> = self.durable.held_from(gap + 1).collect();
        for (slot, entry) in behind {
            if self.is_chosen(slot) && self.ahead.insert(slot) {
                out.because(Why::SkipGap { slot, gap, value: entry.command.op.value() });
                self.apply(slot, entry.command, out);
            }
        }
    }

    pub(super) fn on_learn(&mut self, from: NodeId, first: u32, out: &mut Effects<Self>) {
        if first < self.durable.log.first_index() {
            self.send_snapshot(from, out);
            return;
        }
        let known = self.durable.held_from(first).take_while(|(slot, _)| *slot <= self.chosen).take(BATCH);
        let slots: Slots = known.collect();
        let Some((last, _)) = slots.as_slice().last() else {
            out.because(Why::NothingToTell { to: from, first });
            return;
        };
        out.because(Why::TellChosen { to: from, first, last: *last });
        out.send(from, Message::Chosen { ballot: self.promised(), slots });
    }

    pub(super) fn on_chosen(
        &mut self,
        config: &Config,
        from: NodeId,
        slots: &Slots,
        out: &mut Effects<Self>,
    ) {
        // In order, from the first that it does not know; what does not follow is of no use.
        let first = self.chosen + 1;
        let news = slots.as_slice().iter().filter(|(slot, _)| *slot >= first);
        let news: Vec<(u32, Entry)> =
            (first..).zip(news).take_while(|(due, (slot, _))| due == slot).map(|(_, slot)| *slot).collect();
        let Some((last, _)) = news.last().copied() else {
            out.because(Why::KnewChosen { from });
            return;
        };
        out.because(Why::LearnChosen { from, first, last });
        let highest = news.iter().map(|(_, entry)| entry.term).max().unwrap_or(0);
        if Ballot::from_bits(highest) > self.promised() {
            self.give_way(config, Ballot::from_bits(highest), from, out);
        }
        let held = news.iter().copied().collect();
        out.persist(&mut self.durable, Write::Hold { slots: held, chosen: last });
        for (slot, entry) in &news {
            self.settle(*slot, entry.command, out);
        }
        self.execute(config, out);
        if slots.as_slice().len() == BATCH {
            self.ask(from, out);
        }
    }

    pub(super) fn on_snapshot(
        &mut self,
        config: &Config,
        from: NodeId,
        base: Base,
        machine: &Arc<Machine>,
        out: &mut Effects<Self>,
    ) {
        let index = base.index;
        if index <= self.chosen {
            out.because(Why::KnewChosen { from });
            return;
        }
        out.because(Why::InstallSnapshot { from, index });
        out.persist(&mut self.durable, Write::Install(base, Arc::clone(machine)));
        self.machine = Machine::clone(machine);
        self.chosen = index;
        self.ahead = self.ahead.split_off(&(index + 1));
        self.execute(config, out);
        if let Role::Candidate(candidate) = &mut self.role {
            candidate.reports = candidate.reports.split_off(&(index + 1));
            out.set_timer(Timer::Election, config.election);
            self.prepare_again(config, out);
        }
    }
}
