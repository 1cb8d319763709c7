//! The primary: does everything, answers, and ships its log.

use super::{ACKNOWLEDGE, Config, Message, Out, PrimaryBackup, Role, Timer, Why, Write};
use crate::model::{Ballot, Command, Entry, Gathering, NodeId, NodeSet, Op, Outcome, SpanRange};
use std::collections::VecDeque;

/// The most entries in one message.
const ENTRIES_MAX: u32 = 64;

/// What a primary knows of its backups.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Primary {
    /// Up to where each node has the log.
    upto: Vec<u32>,
    /// Who waits for the backups, in the order of the log.
    waiting: VecDeque<Waiting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Waiting {
    index: u32,
    command: Command,
    outcome: Outcome,
}

impl Primary {
    /// Up to where clients have been told that it is done.
    pub(super) fn answered(&self, last: u32) -> u32 {
        self.waiting.front().map_or(last, |first| first.index.saturating_sub(1))
    }

    /// Up to where every backup has the log.
    pub(super) fn everywhere(&self, me: NodeId) -> u32 {
        let others = self.upto.iter().enumerate().filter(|(place, _)| *place != me.index());
        others.map(|(_, upto)| *upto).min().unwrap_or(0)
    }

    /// Who has the log up to an index.
    fn holders(&self, me: NodeId, index: u32) -> NodeSet {
        let has = |node: &NodeId| *node == me || self.upto[node.index()] >= index;
        NodeId::all(self.upto.len()).filter(has).collect()
    }

    pub(super) fn gathering(&self, _config: &Config, me: NodeId, epoch: Ballot) -> Option<Gathering> {
        let first = self.waiting.front()?;
        let (yes, no) = (self.holders(me, first.index), NodeSet::EMPTY);
        Some(Gathering { phase: ACKNOWLEDGE as u8, epoch: epoch.bits(), yes, no })
    }
}

impl PrimaryBackup {
    /// Leads from now on, on the strength of nothing but its own time-out.
    pub(super) fn become_primary(&mut self, config: &Config, epoch: Ballot, out: &mut Out) {
        let last = self.disk.log.last_index();
        out.because(Why::TakeOver { epoch, last });
        out.persist(&mut self.disk, Write::Epoch(epoch));
        let upto = vec![0; config.rule.nodes()];
        self.role = Role::Primary(Primary { upto, waiting: VecDeque::new() });
        out.cancel_timer(Timer::Failover);
        out.set_timer(Timer::Heartbeat, SpanRange::exactly(config.heartbeat));
        for node in self.others(config) {
            self.ship(node, last, out);
        }
    }

    fn others(&self, config: &Config) -> impl Iterator<Item = NodeId> + use<> {
        let me = self.me;
        NodeId::all(config.rule.nodes()).filter(move |node| *node != me)
    }

    /// Ships what follows an index.
    fn ship(&self, to: NodeId, after: u32, out: &mut Out) {
        let log = &self.disk.log;
        let last = log.last_index();
        let until = last.min(after.saturating_add(ENTRIES_MAX));
        let entries = (after + 1..=until).filter_map(|index| log.get(index).copied()).collect();
        let (epoch, prev_epoch) = (self.disk.epoch, log.term(after).unwrap_or(0));
        out.send(to, Message::Ship { epoch, prev_index: after, prev_epoch, last, entries });
    }

    /// A client asks the primary.
    pub(super) fn serve(&mut self, config: &Config, command: Command, out: &mut Out) {
        let Command { request, op } = command;
        if let Op::Read { key } = op {
            let value = self.kv.get(key);
            out.because(Why::Read { value });
            out.reply(request, Outcome::Value(value));
            return;
        }
        let (Op::Write { .. } | Op::Cas { .. }) = op else {
            out.because(Why::IgnoredRequest {});
            out.reply(request, Outcome::Refused);
            return;
        };
        let Role::Primary(primary) = &mut self.role else { return };
        if primary.waiting.iter().any(|waiting| waiting.command == command) {
            out.because(Why::WaitsAlready {});
            return;
        }
        if let Some(outcome) = self.kv.answer(request, op) {
            out.because(Why::AnswerAgain {});
            out.reply(request, outcome);
            return;
        }
        let entry = Entry { term: self.disk.epoch.bits(), command };
        out.persist(&mut self.disk, Write::Append(vec![entry]));
        let (index, outcome) = (self.disk.log.last_index(), self.kv.apply(&command));
        if config.waits {
            out.because(Why::WaitForBackups { index, value: op.value() });
            primary.waiting.push_back(Waiting { index, command, outcome });
            out.decide(index, entry);
        } else {
            out.because(Why::AnswerAtOnce { index, value: op.value() });
            out.decide(index, entry);
            out.reply(request, outcome);
        }
        for node in self.others(config) {
            self.ship(node, index - 1, out);
        }
        // One weight may be enough.
        self.release(config, out);
    }

    pub(super) fn on_shipped(&mut self, config: &Config, from: NodeId, upto: u32, out: &mut Out) {
        let last = self.disk.log.last_index();
        let Role::Primary(primary) = &mut self.role else { return };
        let Some(known) = primary.upto.get_mut(from.index()) else { return };
        let before = std::mem::replace(known, upto.min(last).max(*known));
        let upto = *known;
        out.because(Why::CountShipped { from, upto });
        self.release(config, out);
        // It was a full message, so the backup is being brought up to date. One that merely lags is shipped
        // every entry by itself: to answer each acknowledgement with more would multiply the messages.
        if upto - before >= ENTRIES_MAX && upto < last {
            self.ship(from, upto, out);
        }
    }

    /// Answers those whose entries are where they have to be.
    fn release(&mut self, config: &Config, out: &mut Out) {
        let Role::Primary(primary) = &mut self.role else { return };
        while let Some(Waiting { index, command, outcome }) = primary.waiting.front().copied() {
            let holders = primary.holders(self.me, index);
            if !config.rule.is_quorum(ACKNOWLEDGE, holders) {
                return;
            }
            primary.waiting.pop_front();
            let weight = config.rule.weight(holders);
            out.because(Why::AnswerHeld { index, weight });
            out.reply(command.request, outcome);
        }
    }

    pub(super) fn on_missing(&mut self, _config: &Config, from: NodeId, next: u32, out: &mut Out) {
        let after = next.saturating_sub(1).min(self.disk.log.last_index());
        out.because(Why::ShipFrom { to: from, next: after + 1 });
        self.ship(from, after, out);
    }

    pub(super) fn on_heartbeat(&mut self, config: &Config, out: &mut Out) {
        let Role::Primary(primary) = &self.role else {
            out.because(Why::IgnoredTimer {});
            return;
        };
        out.because(Why::Heartbeat { everywhere: primary.everywhere(self.me) });
        out.set_timer(Timer::Heartbeat, SpanRange::exactly(config.heartbeat));
        let last = self.disk.log.last_index();
        for node in self.others(config) {
            let known = primary.upto[node.index()];
            // Of a backup that has not said anything yet: whether it has all.
            self.ship(node, if known == 0 { last } else { known }, out);
        }
    }
}
