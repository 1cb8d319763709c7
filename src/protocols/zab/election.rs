//! Fast leader election: votes go round until a quorum is of one mind.
//!
//! Nothing rests on its outcome: it is a guess at who will succeed in discovery. So notifications
//! travel without a channel, and a late or lost one costs time alone.

use super::{Config, DISCOVER, Message, Role, Stance, Timer, Why, Zab, Zxid};
use crate::model::{Effects, NodeId, NodeSet};
use std::collections::BTreeMap;

/// For whom a server votes. The greater vote wins: the later epoch, then the longer history, then the
/// greater id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vote {
    /// The last epoch that the proposed leader has entered.
    pub epoch: u32,
    /// The last transaction of its history.
    pub zxid: Zxid,
    /// The proposed leader.
    pub leader: NodeId,
}

/// What only a server that looks for a leader has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Looking {
    /// The last vote of each server in this round, its own among them.
    pub(super) received: BTreeMap<NodeId, Vote>,
    /// Those who are no longer looking: their vote, its round, and how they stand.
    pub(super) settled: BTreeMap<NodeId, (Vote, u32, Stance)>,
    /// Whether a quorum is of its mind, and it waits for a better vote.
    pub(super) settling: bool,
}

impl Zab {
    /// Leaves whatever it was and starts a new round.
    pub(super) fn become_looking(&mut self, config: &Config, out: &mut Effects<Self>) {
        self.write_late(out);
        match &self.role {
            Role::Looking(_) => {}
            Role::Follower(_) | Role::Leader(_) => {
                out.cancel_timer(Timer::Contact);
                out.cancel_timer(Timer::Tick);
            }
        }
        // Clients are told nothing more of what they have asked here: they ask again.
        self.asked.clear();
        self.role = Role::Looking(Looking::default());
        self.clock = self.clock.saturating_add(1);
        self.vote = self.own_vote();
        out.because(Why::Look { round: self.clock, epoch: self.vote.epoch, counter: self.vote.zxid.counter });
        out.set_timer(Timer::Notify, config.notify);
        self.note_own_vote(config, out);
        self.notify_all(config, out);
        self.check_election(config, out);
    }

    /// The vote for itself.
    fn own_vote(&self) -> Vote {
        Vote { epoch: self.durable.current_epoch, zxid: self.durable.last(), leader: self.me }
    }

    fn note_own_vote(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Looking(looking) = &mut self.role else { return };
        if !config.observes(self.me) {
            looking.received.insert(self.me, self.vote);
        }
        if std::mem::take(&mut looking.settling) {
            out.cancel_timer(Timer::Settle);
        }
    }

    fn notification(&self) -> Message {
        let stance = match &self.role {
            Role::Looking(_) => Stance::Looking,
            Role::Follower(_) => Stance::Following,
            Role::Leader(leader) if leader.is_established() => Stance::Established,
            Role::Leader(_) => Stance::Leading,
        };
        Message::Notification { round: self.clock, vote: self.vote, stance }
    }

    fn notify_all(&self, config: &Config, out: &mut Effects<Self>) {
        let message = self.notification();
        for to in config.voters.minus(NodeSet::only(self.me)).iter() {
            out.send(to, message.clone());
        }
    }

    pub(super) fn on_notification(
        &mut self,
        config: &Config,
        from: NodeId,
        round: u32,
        vote: Vote,
        stance: Stance,
        out: &mut Effects<Self>,
    ) {
        let outside = from.index() >= config.rule.nodes() || vote.leader.index() >= config.rule.nodes();
        match (&self.role, stance) {
            _ if outside => out.because(Why::IgnoreStray { from }),
            (Role::Looking(_), Stance::Looking) => self.on_vote(config, from, round, vote, out),
            (Role::Looking(_), Stance::Following | Stance::Leading | Stance::Established) => {
                self.on_settled(config, from, round, vote, stance, out);
            }
            (Role::Follower(_) | Role::Leader(_), Stance::Looking) => {
                out.because(Why::TellVote { to: from, leader: self.vote.leader, round: self.clock });
                out.send(from, self.notification());
            }
            (
                Role::Follower(_) | Role::Leader(_),
                Stance::Following | Stance::Leading | Stance::Established,
            ) => {
                out.because(Why::HaveLeader { from, leader: self.vote.leader });
            }
        }
    }

    /// The vote of a server that looks for a leader too.
    fn on_vote(&mut self, config: &Config, from: NodeId, round: u32, vote: Vote, out: &mut Effects<Self>) {
        if config.observes(from) || config.observes(self.me) || config.observes(vote.leader) {
            // An observer takes no part: it joins when the others have settled.
            out.because(Why::AwaitOutcome { from });
            return;
        }
        let (mine, clock) = (self.vote, self.clock);
        if round < clock {
            out.because(Why::TellRound { to: from, round, mine: clock });
            out.send(from, self.notification());
            return;
        }
        if round > clock {
            self.clock = round;
            self.vote = self.own_vote().max(vote);
            if let Role::Looking(looking) = &mut self.role {
                looking.received.clear();
            }
            out.because(Why::EnterRound { from, round, leader: self.vote.leader });
        } else if vote > mine {
            self.vote = vote;
            out.because(if vote.epoch > mine.epoch {
                Why::ChangeVoteEpoch { from, leader: vote.leader, epoch: vote.epoch, mine: mine.epoch }
            } else if vote.zxid > mine.zxid {
                let (epoch, counter) = (vote.zxid.epoch, vote.zxid.counter);
                Why::ChangeVoteLonger { from, leader: vote.leader, epoch, counter }
            } else {
                Why::ChangeVoteId { from, leader: vote.leader, before: mine.leader }
            });
        } else {
            out.because(Why::CountVote { from, leader: vote.leader, round });
        }
        if round > clock || self.vote != mine {
            self.note_own_vote(config, out);
            self.notify_all(config, out);
        }
        if let Role::Looking(looking) = &mut self.role {
            looking.received.insert(from, vote);
        }
        self.check_election(config, out);
    }

    /// Whether a quorum is of its mind: with everybody there is nothing to wait for, otherwise a
    /// better vote may be on its way.
    fn check_election(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Looking(looking) = &mut self.role else { return };
        let minded = looking.received.iter().filter(|(_, vote)| **vote == self.vote);
        let minded: NodeSet = minded.map(|(node, _)| *node).collect();
        if !config.rule.is_quorum(DISCOVER, minded) {
            return;
        }
        let leader = self.vote.leader;
        let (weight, threshold) = (config.rule.weight(minded), config.rule.threshold(DISCOVER));
        if minded == config.voters {
            self.conclude(config, weight, threshold, out);
        } else if !std::mem::replace(&mut looking.settling, true) {
            out.because(Why::AwaitBetter { leader, weight, threshold });
            out.set_timer(Timer::Settle, config.settle);
        }
    }

    /// No better vote has come.
    pub(super) fn on_settle_timer(&mut self, config: &Config, out: &mut Effects<Self>) {
        let Role::Looking(looking) = &mut self.role else { return };
        looking.settling = false;
        let minded = looking.received.iter().filter(|(_, vote)| **vote == self.vote);
        let minded: NodeSet = minded.map(|(node, _)| *node).collect();
        let (weight, threshold) = (config.rule.weight(minded), config.rule.threshold(DISCOVER));
        if config.rule.is_quorum(DISCOVER, minded) {
            self.conclude(config, weight, threshold, out);
        } else {
            out.because(Why::IgnoreTimer {});
        }
    }

    fn conclude(&mut self, config: &Config, weight: u32, threshold: u32, out: &mut Effects<Self>) {
        let leader = self.vote.leader;
        if leader == self.me {
            out.because(Why::Elected { round: self.clock, weight, threshold });
            self.become_leader(config, out);
        } else {
            out.because(Why::Elect { leader, round: self.clock, weight, threshold });
            self.become_follower(config, leader, out);
        }
    }

    /// The vote of a server that is no longer looking: who comes late joins a leader that is
    /// established, or that is about to be, with a quorum that follows it.
    ///
    /// Where the phases need different weights, the quorum that keeps a leader established may be
    /// lighter than one that elects: so an established leader's own word is enough.
    fn on_settled(
        &mut self,
        config: &Config,
        from: NodeId,
        round: u32,
        vote: Vote,
        stance: Stance,
        out: &mut Effects<Self>,
    ) {
        let Role::Looking(looking) = &mut self.role else { return };
        let leader = vote.leader;
        looking.settled.insert(from, (vote, round, stance));
        let followed = looking.settled.iter().filter(|(_, (vote, _, _))| vote.leader == leader);
        let followed: NodeSet = followed.map(|(node, _)| *node).collect();
        let (weight, threshold) = (config.rule.weight(followed), config.rule.threshold(DISCOVER));
        let itself = looking.settled.get(&leader).filter(|(vote, _, _)| vote.leader == leader).copied();
        let enough = |stance| match stance {
            Stance::Established => true,
            Stance::Leading => config.rule.is_quorum(DISCOVER, followed),
            Stance::Looking | Stance::Following => false,
        };
        match itself {
            Some((vote, round, stance)) if leader != self.me && enough(stance) => {
                out.because(Why::JoinLeader { leader, weight, threshold });
                (self.vote, self.clock) = (vote, round);
                self.become_follower(config, leader, out);
            }
            Some(_) | None => {
                out.because(Why::HearSettled { from, leader, weight, threshold });
                let votes = round == self.clock && !config.observes(from) && !config.observes(self.me);
                if let Role::Looking(looking) = &mut self.role
                    && votes
                {
                    looking.received.insert(from, vote);
                    self.check_election(config, out);
                }
            }
        }
    }

    pub(super) fn on_notify_timer(&mut self, config: &Config, out: &mut Effects<Self>) {
        out.because(Why::RepeatVote { leader: self.vote.leader, round: self.clock });
        out.set_timer(Timer::Notify, config.notify);
        self.notify_all(config, out);
    }
}
