//! The shard that keeps a transaction's first register: begins it, waits for the vote, and decides.

use super::node::{Open, Out, Want, outcome};
use super::{Config, Message, ReplicatedCommit, Timer, Why};
use crate::machines::Partition;
use crate::model::{Ballot, Command, Input, LocalTime, NodeId, Op, Outcome};

/// So often a shard is asked for its vote again before it is given up.
const TRIES_MAX: u8 = 8;

impl ReplicatedCommit {
    pub(super) fn on_request(&mut self, config: &Config, now: LocalTime, command: Command, out: &mut Out) {
        let Command { request, op } = command;
        let offered = matches!(op, Op::Read { .. } | Op::Write { .. } | Op::Cas { .. } | Op::Pair { .. });
        let (Some(key), Some(own)) = (op.key().filter(|_| offered), self.partition()) else {
            out.because(Why::IgnoredRequest {});
            out.reply(request, Outcome::Refused);
            return;
        };
        let owner = own.owner(key);
        if owner != own.place {
            let place = usize::from(owner);
            let head = own.heads.get(place).copied();
            let to = self.leaders.get(place).copied().flatten().or(head);
            out.because(Why::OtherShard { to });
            out.reply(request, Outcome::Redirect(to));
        } else if own.spans(op).is_some() && own.number(&command).is_none() {
            out.because(Why::NoNumberLeft {});
            out.reply(request, Outcome::Refused);
        } else if self.office.is_none() {
            // It says who leads.
            self.server(config, now, Input::Request { id: request, op }, out);
        } else {
            self.take_up(config, now, command, out);
        }
    }

    /// A request of this shard, of which this node leads.
    pub(super) fn take_up(&mut self, config: &Config, now: LocalTime, command: Command, out: &mut Out) {
        let Command { request, op } = command;
        let Some((own, tx)) = self.partition().map(|own| (*own, own.number(&command))) else { return };
        let Some(office) = &self.office else { return };
        let is_open = office.open.iter().any(|open| open.command.request == request);
        let is_read = matches!(op, Op::Read { .. });
        let is_ending = tx.is_some_and(|tx| {
            self.raft.tail().any(|command| matches!(command.op, Op::End { tx: ended, .. } if ended == tx))
        });
        if is_open || is_ending || office.waiting.contains(&Want::Ask(command)) {
            out.because(Why::UnderWay {});
            return;
        }
        let is_applied = self.raft.machine().has_applied(request);
        let is_logged = is_applied || self.raft.tail().any(|command| command.request == request);
        if is_logged && !is_read {
            // A retry: answered if it has been applied, awaited if it has not.
            self.server(config, now, Input::Request { id: request, op }, out);
            return;
        }
        if let Some(holder) = self.blocked_by(op) {
            out.because(Why::AskWaits { holder });
            if let Some(office) = &mut self.office {
                office.waiting.push(Want::Ask(command));
            }
            return;
        }
        match (tx, own.spans(op)) {
            (Some(tx), Some((_, other))) => {
                out.because(Why::Begin { tx, value: op.value() });
                if let Some(office) = &mut self.office {
                    office.open.push(Open { tx, command, tries: 0 });
                }
                self.send_to(config, other, &Message::Prepare { tx, command }, out);
            }
            _ => self.server(config, now, Input::Request { id: request, op }, out),
        }
    }

    /// Takes a transaction out of those whose vote is missing.
    fn close(&mut self, tx: Ballot) -> Option<Open> {
        let office = self.office.as_mut()?;
        let place = office.open.iter().position(|open| open.tx == tx)?;
        Some(office.open.remove(place))
    }

    pub(super) fn on_vote(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        tx: Ballot,
        yes: bool,
        out: &mut Out,
    ) {
        let known = self.partition().filter(|own| own.coordinates(tx)).is_some();
        let Some(Open { command, .. }) = self.close(tx).filter(|_| known) else {
            match self.raft.machine().shard().and_then(|shard| shard.outcome(tx)) {
                Some(commit) if known && yes => {
                    // Who votes no does so for good: without this vote it was given up, or begun anew.
                    self.suspects = !commit;
                    self.tell(from, tx, commit, out);
                }
                Some(_) | None => out.because(Why::IgnoredVote { from, tx }),
            }
            return;
        };
        if !yes {
            out.because(Why::DecideAbort { from, tx });
            self.abort(config, tx, false, out);
            return;
        }
        if config.decides_unreplicated {
            out.because(Why::DecideUnlogged { from, tx });
            out.send(from, Message::Outcome { tx, commit: true });
            self.decide(config, tx, command, out);
        } else {
            out.because(Why::DecideCommit { from, tx });
        }
        let Command { request: id, op } = command;
        self.server(config, now, Input::Request { id, op }, out);
    }

    /// The decision is in the logs of a quorum: now it may be told.
    pub(super) fn on_committed(
        &mut self,
        config: &Config,
        own: &Partition,
        tx: Ballot,
        command: &Command,
        out: &mut Out,
    ) {
        if self.raft.machine().shard().and_then(|shard| shard.outcome(tx)) != Some(true) {
            return;
        }
        self.decide(config, tx, *command, out);
        if let (true, Some((_, other))) = (self.leads(), own.spans(command.op)) {
            out.because(Why::TellCommit { tx });
            self.send_to(config, other, &Message::Outcome { tx, commit: true }, out);
        }
    }

    /// The same of an abort: the client hears of it, and whoever has asked.
    pub(super) fn on_aborted(&mut self, config: &Config, tx: Ballot, out: &mut Out) {
        self.decide(config, tx, Command::NOOP, out);
        if !self.leads() {
            return;
        }
        out.because(Why::TellAbort { tx });
        out.reply(Partition::request(tx), outcome(false));
        let Some(office) = &mut self.office else { return };
        office.askers.retain(|(asked, to)| {
            if *asked == tx {
                out.send(*to, Message::Outcome { tx, commit: false });
            }
            *asked != tx
        });
    }

    /// Tells how a transaction ended that this shard coordinates, if that is known here.
    pub(super) fn answer_known(&self, to: NodeId, tx: Ballot, out: &mut Out) -> bool {
        let Some(shard) = self.raft.machine().shard() else { return false };
        let known = shard.outcome(tx).filter(|_| shard.partition().coordinates(tx));
        if let Some(commit) = known {
            self.tell(to, tx, commit, out);
        }
        known.is_some()
    }

    fn tell(&self, to: NodeId, tx: Ballot, commit: bool, out: &mut Out) {
        out.because(Why::AnswerOutcome { to, tx, commit });
        out.send(to, Message::Outcome { tx, commit });
    }

    pub(super) fn on_retry(&mut self, config: &Config, out: &mut Out) {
        self.run_out(Timer::Retry);
        let open = self.office.as_ref().map(|office| office.open.clone()).unwrap_or_default();
        let Some(own) = self.partition().copied().filter(|_| !open.is_empty()) else {
            out.because(Why::IgnoredTimer {});
            return;
        };
        for Open { tx, command, tries } in open {
            if tries >= TRIES_MAX {
                out.because(Why::GiveUp { tx });
                self.close(tx);
                self.abort(config, tx, true, out);
                continue;
            }
            let Some((_, other)) = own.spans(command.op) else { continue };
            out.because(Why::AskAgain { tx });
            // Somebody else may lead it by now.
            let group = config.group(other);
            group.iter().for_each(|node| out.send(node, Message::Prepare { tx, command }));
            let open = self.office.iter_mut().flat_map(|office| &mut office.open);
            open.filter(|open| open.tx == tx).for_each(|open| open.tries += 1);
        }
    }

    /// A shard is in doubt. What this one does not know is aborted, once that is in its log.
    pub(super) fn on_inquire(
        &mut self,
        config: &Config,
        now: LocalTime,
        from: NodeId,
        tx: Ballot,
        out: &mut Out,
    ) {
        if self.partition().is_none_or(|own| !own.coordinates(tx)) {
            out.because(Why::IgnoredStranger { from });
            return;
        }
        if self.answer_known(from, tx, out) {
            return;
        }
        let Some(office) = &mut self.office else { return };
        if office.open.iter().any(|open| open.tx == tx) {
            // Who is in doubt has voted yes.
            self.on_vote(config, now, from, tx, true, out);
        } else {
            if !office.askers.contains(&(tx, from)) {
                office.askers.push((tx, from));
            }
            if self.is_on_its_way(tx) {
                out.because(Why::NotYet { from, tx });
            } else {
                out.because(Why::AbortUnknown { from, tx });
                self.abort(config, tx, true, out);
            }
        }
    }
}
