//! The backup: takes over the primary's log, and then, perhaps, its place.

use super::{Config, Message, Out, PrimaryBackup, Role, Timer, Why, Write};
use crate::model::{Ballot, Entry, NodeId};

impl PrimaryBackup {
    /// There is a later epoch, led by somebody else.
    pub(super) fn become_backup(&mut self, config: &Config, epoch: Ballot, out: &mut Out) {
        let leader = epoch.node();
        match self.role {
            Role::Primary(_) => out.because(Why::StepDown { leader, epoch }),
            Role::Backup => out.because(Why::Follow { leader, epoch }),
        }
        self.role = Role::Backup;
        out.cancel_timer(Timer::Heartbeat);
        out.set_timer(Timer::Failover, config.failover);
    }

    /// Entries, or a heartbeat, of the primary of this epoch.
    pub(super) fn on_ship(
        &mut self,
        config: &Config,
        from: NodeId,
        (prev_index, prev_epoch): (u32, u32),
        last: u32,
        entries: &[Entry],
        out: &mut Out,
    ) {
        out.set_timer(Timer::Failover, config.failover);
        let (epoch, own) = (self.disk.epoch, self.disk.log.last_index());
        if self.disk.log.term(prev_index) != Some(prev_epoch) {
            let next = self.needs_from(prev_index);
            out.because(Why::LacksBefore { prev: prev_index, own, next });
            out.send(from, Message::Missing { epoch, next });
            return;
        }
        let known = |(place, entry): &(u32, &Entry)| self.disk.log.term(*place) == Some(entry.term);
        let fits = (prev_index + 1..).zip(entries).take_while(known).count();
        let upto = prev_index + entries.len() as u32;
        let new = &entries[fits..];
        // What differs goes, and so does what the primary's log does not have at its end: entries of its
        // own epoch are never older than what it ships now.
        let end = prev_index + fits as u32;
        let is_old = |index: u32| self.disk.log.term(index).is_some_and(|term| term < epoch.bits());
        if end < own && (!new.is_empty() || upto == last && is_old(end + 1)) {
            out.because(Why::Discard { from: end + 1, until: own, leader: from });
            out.persist(&mut self.disk, Write::Truncate(end));
            self.rebuild();
        }
        if new.is_empty() {
            out.because(Why::HasAll { from, upto });
        } else {
            out.because(Why::Append { first: end + 1, count: new.len() as u32, leader: from });
            out.persist(&mut self.disk, Write::Append(new.to_vec()));
            for (index, entry) in (end + 1..).zip(new) {
                self.kv.apply(&entry.command);
                out.decide(index, *entry);
            }
        }
        out.send(from, Message::Shipped { epoch, upto });
    }

    /// From where on the primary's log is needed, as the entry at `prev` is not there or another.
    fn needs_from(&self, prev: u32) -> u32 {
        let log = &self.disk.log;
        let Some(term) = log.term(prev) else { return log.last_index() + 1 };
        // All of that epoch may be wrong.
        (1..=prev).rev().take_while(|index| log.term(*index) == Some(term)).last().unwrap_or(1)
    }

    /// Nothing has been heard of a primary: takes over, and asks nobody.
    pub(super) fn on_failover(&mut self, config: &Config, out: &mut Out) {
        match self.role {
            Role::Primary(_) => out.because(Why::IgnoredTimer {}),
            Role::Backup => {
                let epoch = Ballot::new(self.disk.epoch.round() + 1, self.me);
                self.become_primary(config, epoch, out);
            }
        }
    }
}
