//! The follower, and the observer: promises, takes over the leader's history, then its transactions.

use super::channel::{Arrival, Channel};
use super::{Body, Config, Message, Role, Sync, Timer, Why, Write, Zab, Zxid};
use crate::model::{Command, Durable as _, Effects, Entry, NodeId};

/// How far a follower has come with its leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// It has asked for a connection.
    Connecting,
    /// It has promised the leader's epoch, or had promised it before.
    Promised,
    /// It has the leader's history.
    Handed,
    /// It has entered the epoch.
    Entered,
    /// The leader is established: it serves.
    Active,
}

/// What only a follower has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Follower {
    /// Whom it follows.
    pub leader: NodeId,
    /// The leader's epoch, once told; 0 before.
    pub epoch: u32,
    /// How far it has come.
    pub stage: Stage,
    /// The connection, once the leader has opened it.
    pub(super) channel: Option<Channel>,
    /// What it has not written yet, although it has said so: the flaw.
    pub(super) late: Vec<Write>,
}

impl Zab {
    pub(super) fn become_follower(&mut self, config: &Config, leader: NodeId, out: &mut Effects<Self>) {
        out.cancel_timer(Timer::Notify);
        out.cancel_timer(Timer::Settle);
        out.set_timer(Timer::Contact, config.timeout);
        let (stage, late) = (Stage::Connecting, Vec::new());
        self.role = Role::Follower(Follower { leader, epoch: 0, stage, channel: None, late });
        self.connect(config, leader, out);
    }

    /// Asks for a connection, again and again until the leader answers: it may not lead yet.
    fn connect(&mut self, config: &Config, leader: NodeId, out: &mut Effects<Self>) {
        out.set_timer(Timer::Tick, config.tick);
        out.send(leader, Message::FollowerInfo { accepted: self.durable.accepted_epoch });
    }

    pub(super) fn on_follower_tick(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Follower(Follower { leader, stage, .. }) = self.role else { return };
        if stage == Stage::Connecting {
            out.because(Why::ConnectAgain { leader });
            self.connect(config, leader, out);
        } else {
            out.because(Why::IgnoreTimer {});
        }
    }

    /// A message of its leader's connection.
    pub(super) fn on_leader_message(
        &mut self,
        config: &Config,
        from: NodeId,
        (epoch, session, number): (u32, u32, u32),
        body: Body,
        out: &mut Effects<Self>,
    ) {
        let Role::Follower(role) = &mut self.role else { return };
        if from != role.leader {
            out.because(Why::IgnoreStray { from });
            return;
        }
        let body = match (&mut role.channel, body) {
            (None, Body::NewEpoch) => {
                let mut channel = Channel::new(session);
                // The first message opens it.
                let _first = channel.arrive(number, Body::NewEpoch, true);
                role.channel = Some(channel);
                role.epoch = epoch;
                Body::NewEpoch
            }
            (Some(channel), body) if (channel.session, role.epoch) == (session, epoch) => {
                match channel.arrive(number, body, !config.flaws.unordered) {
                    Arrival::Now(body) => body,
                    Arrival::Early => {
                        out.because(Why::HoldEarly { from, number, waiting: channel.waiting() });
                        return;
                    }
                    Arrival::Again => {
                        out.because(Why::DropDouble { from, number });
                        return;
                    }
                    Arrival::Broken => {
                        out.because(Why::LoseConnection { from });
                        self.become_looking(config, out);
                        return;
                    }
                }
            }
            (None | Some(_), _) => {
                out.because(Why::IgnoreConnection { from, epoch, session });
                return;
            }
        };
        out.set_timer(Timer::Contact, config.timeout);
        self.maybe_compact(config, out);
        let mut next = Some(body);
        while let Some(body) = next {
            self.on_leader_body(config, from, body, out);
            next = match &mut self.role {
                Role::Follower(Follower { channel: Some(channel), .. }) => channel.next(),
                Role::Follower(_) | Role::Looking(_) | Role::Leader(_) => None,
            };
        }
    }

    fn on_leader_body(&mut self, config: &Config, leader: NodeId, body: Body, out: &mut Effects<Self>) {
        match body {
            Body::NewEpoch => self.on_new_epoch(config, leader, out),
            Body::Sync(sync) => self.on_sync(config, leader, &sync, out),
            Body::NewLeader => self.on_new_leader(config, leader, out),
            Body::UpToDate { commit } => self.on_up_to_date(config, leader, commit, out),
            Body::Propose { counter, command } => self.on_propose(config, leader, counter, command, out),
            Body::Commit { counter } => self.on_commit(leader, counter, out),
            Body::Inform { counter, command } => self.on_inform(config, leader, counter, command, out),
            Body::Ping => {
                out.because(Why::HearPing { leader });
                self.say(Body::Pong, out);
            }
            Body::AckEpoch { .. } | Body::AckNewLeader | Body::Ack { .. } | Body::Request(_) | Body::Pong => {
                out.because(Why::IgnoreStray { from: leader })
            }
        }
    }

    /// Says something to its leader.
    pub(super) fn say(&mut self, body: Body, out: &mut Effects<Self>) {
        let Role::Follower(Follower { leader, epoch, channel: Some(channel), .. }) = &mut self.role else {
            return;
        };
        let (epoch, session, number) = (*epoch, channel.session, channel.number());
        out.send(*leader, Message::Channel { epoch, session, number, body });
    }

    fn set_stage(&mut self, to: Stage) {
        if let Role::Follower(role) = &mut self.role {
            role.stage = to;
        }
    }

    fn stage(&self) -> (u32, Stage) {
        match &self.role {
            Role::Follower(role) => (role.epoch, role.stage),
            Role::Looking(_) | Role::Leader(_) => (0, Stage::Connecting),
        }
    }

    /// Phase 1: promises the epoch. One that was promised before is not promised again: the
    /// promise may have gone to another leader, and must not count for two.
    fn on_new_epoch(&mut self, config: &Config, leader: NodeId, out: &mut Effects<Self>) {
        let (epoch, _) = self.stage();
        let accepted = self.durable.accepted_epoch;
        if epoch < accepted {
            out.because(Why::RefuseOldEpoch { leader, epoch, accepted });
            self.become_looking(config, out);
            return;
        }
        let counts = epoch > accepted;
        let (current, last) = (self.durable.current_epoch, self.durable.last());
        if counts {
            out.because(Why::Promise { leader, epoch, before: accepted });
            out.persist(&mut self.durable, Write::Promise(epoch));
        } else {
            out.because(Why::HavePromised { leader, epoch });
        }
        self.set_stage(Stage::Promised);
        self.say(Body::AckEpoch { current, last, counts }, out);
    }

    /// Phase 2: makes its history the leader's.
    fn on_sync(&mut self, config: &Config, leader: NodeId, sync: &Sync, out: &mut Effects<Self>) {
        let Sync { from, snapshot, keep, entries } = sync;
        let last = self.durable.last();
        if self.stage().1 != Stage::Promised || last != *from {
            out.because(Why::RefuseSync { leader, epoch: last.epoch, counter: last.counter });
            self.become_looking(config, out);
            return;
        }
        if let Some(snapshot) = snapshot {
            let zxid = Zxid { epoch: snapshot.base.term, counter: snapshot.counter };
            out.because(Why::TakeSnapshot { leader, epoch: zxid.epoch, counter: zxid.counter });
            self.keep(config, Write::Restore(snapshot.clone()), out);
            self.commit = snapshot.base.index;
            self.machine = (*snapshot.machine).clone();
        } else if keep < from {
            let Some(index) = self.durable.index_of(*keep) else {
                out.because(Why::CannotTruncate { leader, epoch: keep.epoch, counter: keep.counter });
                self.become_looking(config, out);
                return;
            };
            let gone = self.durable.log.last_index() - index;
            out.because(Why::Truncate { leader, epoch: keep.epoch, counter: keep.counter, gone });
            if index < self.commit {
                out.because(Why::LoseDelivered { leader, index: index + 1, commit: self.commit });
                self.commit = index;
            }
            self.keep(config, Write::Truncate(index), out);
        }
        let count = entries.len() as u32;
        if count > 0 {
            self.keep(config, Write::Extend(entries.clone()), out);
        }
        let last = self.durable.last();
        out.because(Why::TakeHistory { leader, count, epoch: last.epoch, counter: last.counter });
        self.set_stage(Stage::Handed);
    }

    /// Writes what was handed over to disk; or, with the flaw, leaves that for the next transaction.
    fn keep(&mut self, config: &Config, write: Write, out: &mut Effects<Self>) {
        match &mut self.role {
            Role::Follower(role) if config.flaws.acks_early => {
                self.durable.apply(&write);
                role.late.push(write);
            }
            Role::Follower(_) | Role::Looking(_) | Role::Leader(_) => out.persist(&mut self.durable, write),
        }
    }

    /// Writes what should have been written before.
    pub(super) fn write_late(&mut self, out: &mut Effects<Self>) {
        let Role::Follower(role) = &mut self.role else { return };
        // The node's own copy has it already.
        let mut copy = self.durable.clone();
        role.late.drain(..).for_each(|write| out.persist(&mut copy, write));
    }

    /// Phase 2: enters the epoch, with the history on disk.
    fn on_new_leader(&mut self, config: &Config, leader: NodeId, out: &mut Effects<Self>) {
        let (epoch, stage) = self.stage();
        let unhanded = config.flaws.skips_sync && stage == Stage::Promised;
        if stage != Stage::Handed && !unhanded {
            out.because(Why::IgnoreStage { from: leader, epoch });
            return;
        }
        let last = self.durable.last();
        let (of, counter) = (last.epoch, last.counter);
        let late = matches!(&self.role, Role::Follower(role) if !role.late.is_empty());
        out.because(if late {
            Why::EnterEarly { leader, epoch, of, counter }
        } else if unhanded {
            Why::EnterUnsynced { leader, epoch, of, counter }
        } else {
            Why::EnterEpoch { leader, epoch, of, counter }
        });
        out.persist(&mut self.durable, Write::Enter(epoch));
        self.set_stage(Stage::Entered);
        self.say(Body::AckNewLeader, out);
    }

    fn on_up_to_date(&mut self, config: &Config, leader: NodeId, commit: Zxid, out: &mut Effects<Self>) {
        let (epoch, stage) = self.stage();
        if stage != Stage::Entered {
            out.because(Why::IgnoreStage { from: leader, epoch });
            return;
        }
        out.because(Why::ServeEpoch { leader, epoch, of: commit.epoch, counter: commit.counter });
        self.set_stage(Stage::Active);
        // Where no history was handed over, it counts in its own.
        let unsynced = config.flaws.skips_sync || config.flaws.unordered;
        let known = self.durable.index_of(commit);
        let index = known.unwrap_or(if unsynced { self.durable.last_not_above(commit.epoch) } else { 0 });
        self.deliver_up_to(index, out);
    }

    /// Where a transaction of the present epoch stands, by its count.
    fn place_of(&self, counter: u32) -> Option<u32> {
        let (epoch, _) = self.stage();
        self.durable.before(epoch)?.checked_add(counter)
    }

    /// Phase 3: takes the next transaction of the epoch it is in (invariants 1 and 2 of §VI-B).
    fn on_propose(
        &mut self,
        config: &Config,
        leader: NodeId,
        counter: u32,
        command: Command,
        out: &mut Effects<Self>,
    ) {
        let (epoch, stage) = self.stage();
        if stage < Stage::Entered || self.durable.current_epoch != epoch {
            out.because(Why::IgnoreStage { from: leader, epoch });
            return;
        }
        if self.append(config, leader, counter, command, out) {
            self.say(Body::Ack { counter }, out);
        }
    }

    /// Adds a transaction to the history, if it is the next; whether it is there then.
    fn append(
        &mut self,
        config: &Config,
        leader: NodeId,
        counter: u32,
        command: Command,
        out: &mut Effects<Self>,
    ) -> bool {
        let (epoch, _) = self.stage();
        let next = self.durable.log.last_index() + 1;
        match self.place_of(counter) {
            Some(place) if place == next => {
                out.because(if self.observer {
                    Why::TakeInformed { leader, epoch, counter }
                } else {
                    Why::Accept { leader, epoch, counter }
                });
            }
            Some(place) if place < next => {
                out.because(Why::HaveAlready { leader, epoch, counter });
                return true;
            }
            Some(_) if config.flaws.unordered => {
                out.because(Why::AcceptHole { leader, epoch, counter });
            }
            Some(_) | None => {
                out.because(Why::RefuseHole { leader, epoch, counter });
                self.become_looking(config, out);
                return false;
            }
        }
        self.write_late(out);
        out.persist(&mut self.durable, Write::Append(Entry { term: epoch, command }));
        true
    }

    fn on_commit(&mut self, leader: NodeId, counter: u32, out: &mut Effects<Self>) {
        let (epoch, stage) = self.stage();
        if stage != Stage::Active {
            out.because(Why::IgnoreStage { from: leader, epoch });
            return;
        }
        out.because(Why::LearnCommit { leader, epoch, counter });
        let index = self.place_of(counter).unwrap_or(0);
        self.deliver_up_to(index, out);
    }

    fn on_inform(
        &mut self,
        config: &Config,
        leader: NodeId,
        counter: u32,
        command: Command,
        out: &mut Effects<Self>,
    ) {
        let (epoch, stage) = self.stage();
        if stage != Stage::Active {
            out.because(Why::IgnoreStage { from: leader, epoch });
            return;
        }
        if self.append(config, leader, counter, command, out) {
            let index = self.place_of(counter).unwrap_or(0);
            self.deliver_up_to(index, out);
        }
    }
}
