//! The resource manager: holds a shard and its locks, begins transactions for clients, votes, and does
//! what is decided.

use super::config::Kind;
use super::instances::Instances;
use super::node::{Node, multicast};
use super::{Deal, Here, Message, Out, Timer, Why, Write};
use crate::model::{
    Ballot, Command, Key, NodeId, NodeSet, Op, Outcome, RequestId, Transaction, TransactionStage,
};

/// What a manager forgets in a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Manager {
    /// What waits for a lock, in order.
    waiting: Vec<Want>,
    /// Whom it takes for the coordinator or leader, and in which life; that of a coordinator of two phases is
    /// on disk, too.
    leader: NodeId,
    era: u32,
    /// Faster Paxos Commit: what it has heard from acceptors, by transaction.
    pub(super) learning: Vec<(Ballot, Instances)>,
    /// A mistake: what it aborted on its own.
    guessed: Vec<Transaction>,
}

/// What waits for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Want {
    Read(RequestId, Key),
    Begin(Command),
    Prepare(Ballot, Deal, NodeId),
}

impl Manager {
    pub(super) fn new(leader: NodeId, life: u32) -> Self {
        Self { waiting: Vec::new(), leader, era: life.max(1), learning: Vec::new(), guessed: Vec::new() }
    }

    pub(super) const fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }

    pub(super) const fn leader(&self) -> NodeId {
        self.leader
    }

    /// Takes a node for the coordinator from now on. What it said in an earlier life may come late.
    pub(super) fn turn_to(&mut self, leader: NodeId, era: u32) {
        let before = if leader == self.leader { self.era } else { 0 };
        (self.leader, self.era) = (leader, era.max(before));
    }

    /// Whom it takes for the coordinator, and in which life.
    pub(super) const fn turns_to(&self) -> (NodeId, u32) {
        (self.leader, self.era)
    }

    pub(super) fn deal(&self, tx: Ballot) -> Option<Deal> {
        self.waiting.iter().find_map(|want| match want {
            Want::Prepare(known, deal, _) if *known == tx => Some(*deal),
            Want::Read(..) | Want::Begin(_) | Want::Prepare(..) => None,
        })
    }

    pub(super) fn forget(&mut self, tx: Ballot) {
        self.waiting.retain(|want| !matches!(want, Want::Prepare(known, ..) if *known == tx));
        self.learning.retain(|(known, _)| *known != tx);
    }

    /// Waits once, however often it is asked.
    fn wait(&mut self, want: Want) {
        if !self.waiting.contains(&want) {
            self.waiting.push(want);
        }
    }
}

impl Node {
    pub(super) fn on_request(&mut self, here: Here<'_>, command: Command, out: &mut Out) {
        let Command { request, op } = command;
        let first = if let Op::Read { key } = op { Some(key) } else { op.writes()[0] };
        let Some(key) = first else {
            out.because(Why::IgnoredRequest {});
            out.reply(request, Outcome::Refused);
            return;
        };
        match here.config.owner(key) {
            None => {
                out.because(Why::NoManagers {});
                out.reply(request, Outcome::Refused);
            }
            Some(owner) if owner != self.me => {
                out.because(Why::Redirect { to: owner });
                out.reply(request, Outcome::Redirect(Some(owner)));
            }
            Some(_) if matches!(op, Op::Read { .. }) => self.read(request, key, out),
            Some(_) => self.request(here, command, out),
        }
    }

    fn read(&mut self, request: RequestId, key: Key, out: &mut Out) {
        if let Some(holder) = self.disk.holder(key) {
            out.because(Why::ReadWaits { tx: holder.id });
            self.manager.wait(Want::Read(request, key));
            return;
        }
        let found = self.disk.stored.iter().find(|stored| stored.key == key);
        let value = found.map(|stored| stored.value);
        out.because(Why::AnswerRead { value });
        out.reply(request, Outcome::Value(value));
    }

    /// A transaction is asked for; a request is one transaction, however often it is asked.
    fn request(&mut self, here: Here<'_>, command: Command, out: &mut Out) {
        let request = command.request;
        if self.disk.done.contains(request) || self.disk.refused.contains(request) {
            let commit = self.disk.done.contains(request);
            out.because(Why::AnswerDecided { commit });
            out.reply(request, if commit { Outcome::Done } else { Outcome::Refused });
        } else if self.disk.prepared.iter().any(|known| known.mine && known.command.request == request) {
            out.because(Why::UnderWay {});
        } else if here.config.objectors.contains(self.me) {
            out.because(Why::RefuseClient {});
            out.persist(&mut self.disk, Write::Refused(request));
            out.reply(request, Outcome::Refused);
        } else {
            self.begin(here, command, out);
        }
    }

    /// The first manager prepares before it asks for the commit (Gray and Lamport §3.1). It holds no
    /// lock while it waits for one.
    fn begin(&mut self, here: Here<'_>, command: Command, out: &mut Out) {
        let keys = here.config.local(self.me, command);
        if let Some(holder) = keys.into_iter().flatten().find_map(|key| self.disk.holder(key)) {
            out.because(Why::BeginWaits { tx: holder.id });
            self.manager.wait(Want::Begin(command));
            return;
        }
        // Above all that it has seen (Lamport's clock): what it could know of is older by its number, too.
        let waiting = self.manager.waiting.iter().map(|want| match want {
            Want::Prepare(tx, ..) => tx.round(),
            Want::Read(..) | Want::Begin(_) => 0,
        });
        let tx = Ballot::new(waiting.fold(self.disk.round, u32::max) + 1, self.me);
        let deal = here.config.deal(command);
        let stage = TransactionStage::Prepared;
        self.prepare(
            here,
            Transaction { id: tx, command, parties: deal.parties, stage, keys, mine: true },
            out,
        );
        out.because(Why::Begin { tx, value: command.op.value(), parties: deal.parties.len() as u32 });
        let leader = self.manager.leader;
        if here.config.kind == Kind::Paxos {
            self.propose(here, tx, deal, true, leader, out);
        } else {
            let era = if leader == self.me { self.disk.era } else { self.manager.era };
            out.send(leader, Message::Begin { tx, deal, era });
        }
    }

    /// From here on it is in doubt.
    fn prepare(&mut self, here: Here<'_>, known: Transaction, out: &mut Out) {
        if self.disk.prepared.is_empty() {
            out.set_timer(Timer::Doubt, here.config.doubt);
        }
        out.persist(&mut self.disk, Write::Prepared(known));
        self.termination.news(known.id, here.now);
    }

    pub(super) fn on_prepare(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, deal: Deal, out: &mut Out) {
        if let Some(commit) = self.disk.outcomes.get(tx) {
            out.because(Why::KnownAlready { from, tx });
            if here.config.kind == Kind::Paxos {
                self.tell(NodeSet::only(from), tx, commit, out);
            } else {
                out.send(from, Message::Vote { tx, yes: commit });
            }
        } else if self.disk.in_doubt(tx).is_some() {
            out.because(Why::RepeatVote { tx });
            self.vote(here, tx, deal, true, from, out);
        } else if here.config.objectors.contains(self.me) {
            out.because(Why::VoteNo { tx });
            self.vote_no(here, tx, deal, from, out);
        } else {
            self.lock(here, tx, deal, from, out);
        }
    }

    /// Wait-die: only the older waits for the younger, by their numbers, so there is no circle of those that
    /// wait.
    fn lock(&mut self, here: Here<'_>, tx: Ballot, deal: Deal, from: NodeId, out: &mut Out) {
        let keys = here.config.local(self.me, deal.command);
        let holder = keys.into_iter().flatten().find_map(|key| self.disk.holder(key));
        if let Some(holder) = holder.map(|holder| holder.id) {
            if tx < holder && !here.config.never_waits {
                out.because(Why::LockWaits { tx, holder });
                self.manager.wait(Want::Prepare(tx, deal, from));
            } else {
                out.because(Why::LockDies { tx, holder });
                self.vote_no(here, tx, deal, from, out);
            }
            return;
        }
        let Deal { command, parties } = deal;
        let stage = TransactionStage::Prepared;
        self.prepare(here, Transaction { id: tx, command, parties, stage, keys, mine: false }, out);
        out.because(Why::VoteYes { tx, value: command.op.value() });
        self.vote(here, tx, deal, true, from, out);
    }

    /// Who has not voted yes may abort on its own: nobody can commit without it.
    fn vote_no(&mut self, here: Here<'_>, tx: Ballot, deal: Deal, from: NodeId, out: &mut Out) {
        self.manager.wait(Want::Prepare(tx, deal, from));
        self.settle(here, tx, false, out);
        self.vote(here, tx, deal, false, from, out);
    }

    fn vote(&self, here: Here<'_>, tx: Ballot, deal: Deal, yes: bool, to: NodeId, out: &mut Out) {
        if here.config.kind == Kind::Paxos {
            self.propose(here, tx, deal, yes, to, out);
        } else {
            out.send(to, Message::Vote { tx, yes });
        }
    }

    /// Paxos: the manager's own proposal, in ballot 0.
    fn propose(&self, here: Here<'_>, tx: Ballot, deal: Deal, prepared: bool, leader: NodeId, out: &mut Out) {
        let me = NodeSet::only(self.me);
        let (yes, no) = if prepared { (me, NodeSet::EMPTY) } else { (NodeSet::EMPTY, me) };
        let propose = Message::Propose { tx, deal, ballot: Ballot::ZERO, leader, yes, no };
        multicast(here.config.active(leader), &propose, out);
    }

    /// A lock is free: whoever waits tries again, in order.
    pub(super) fn go_on(&mut self, here: Here<'_>, out: &mut Out) {
        for want in std::mem::take(&mut self.manager.waiting) {
            match want {
                Want::Read(request, key) => self.read(request, key, out),
                Want::Begin(command) => self.request(here, command, out),
                Want::Prepare(tx, deal, from) if self.disk.outcomes.get(tx).is_none() => {
                    // More than one may have asked: who has voted by now votes the same again.
                    self.on_prepare(here, from, tx, deal, out);
                }
                Want::Prepare(..) => {}
            }
        }
    }

    pub(super) fn on_decision(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        tx: Ballot,
        commit: bool,
        (era, aside): (u32, bool),
        out: &mut Out,
    ) {
        // Who knows outcomes is alive, and the one to turn to with the next transaction.
        let ends = here.config.kind != Kind::TwoPhase && !aside || from == self.manager.leader;
        if ends && self.may_lead(here, from) {
            self.turn_to(here, from, era, out);
        }
        match self.disk.outcomes.get(tx) {
            Some(known) if known == commit => out.because(Why::KnownAlready { from, tx }),
            Some(known) => {
                let guessed = self.manager.guessed.iter().find(|guessed| guessed.id == tx).copied();
                let Some(guessed) = guessed.filter(|_| commit) else {
                    out.because(Why::IgnoredContrary { from, tx, known });
                    return;
                };
                out.because(Why::ChangeMind { from, tx });
                self.manager.guessed.retain(|other| other.id != tx);
                out.persist(&mut self.disk, Write::Prepared(guessed));
                self.settle(here, tx, true, out);
            }
            None => {
                out.because(if commit {
                    Why::LearnCommit { from, tx }
                } else {
                    Why::LearnAbort { from, tx }
                });
                self.settle(here, tx, commit, out);
            }
        }
        if commit && here.config.kind == Kind::TwoPhase && here.config.managers.contains(self.me) {
            out.send(from, Message::Ack { tx });
        }
    }

    /// Two phases: the coordinator has started anew. What begins from now on belongs to this life of its.
    pub(super) fn on_back(&mut self, here: Here<'_>, from: NodeId, era: u32, out: &mut Out) {
        out.because(Why::NoteLife { from, era });
        if from == self.manager.leader {
            self.turn_to(here, from, era, out);
        }
    }

    fn turn_to(&mut self, here: Here<'_>, leader: NodeId, era: u32, out: &mut Out) {
        if here.config.kind == Kind::TwoPhase && era > self.manager.era {
            out.persist(&mut self.disk, Write::Life(era));
        }
        self.manager.turn_to(leader, era);
    }

    fn may_lead(&self, here: Here<'_>, node: NodeId) -> bool {
        match here.config.kind {
            Kind::TwoPhase | Kind::ThreePhase => true,
            Kind::Paxos => here.config.acceptors.contains(node),
        }
    }

    /// Whoever is in doubt asks, or lets somebody end it.
    pub(super) fn on_doubt(&mut self, here: Here<'_>, out: &mut Out) {
        let doubts = self.disk.prepared.clone();
        let Some(first) = doubts.first() else {
            out.because(Why::IgnoredDoubt {});
            return;
        };
        if here.config.aborts_after_yes {
            self.suspected.push(first.id);
            out.because(Why::AbortAlone { tx: first.id });
            self.manager.guessed.push(*first);
            self.settle(here, first.id, false, out);
            return;
        }
        out.set_timer(Timer::Doubt, here.config.doubt);
        if here.config.kind == Kind::ThreePhase {
            self.end_in_doubt(here, &doubts, out);
            return;
        }
        self.suspected.extend(doubts.iter().map(|known| known.id));
        out.because(Why::InDoubt { tx: first.id, open: doubts.len() as u32 });
        for Transaction { id: tx, command, parties, .. } in doubts {
            let ask = match here.config.kind {
                Kind::Paxos => here.config.acceptors,
                Kind::TwoPhase | Kind::ThreePhase => parties.or(NodeSet::only(here.config.first())),
            };
            let deal = Deal { command, parties };
            // A coordinator on this very node may know, too; other roles have told already.
            let to = if ask.contains(self.me) && here.config.first() != self.me {
                ask.minus(NodeSet::only(self.me))
            } else {
                ask
            };
            multicast(to, &Message::Inquire { tx, deal }, out);
        }
    }

    /// What came of it, if this node knows.
    pub(super) fn on_inquire(&mut self, here: Here<'_>, from: NodeId, tx: Ballot, deal: Deal, out: &mut Out) {
        let logged = self.disk.commits.iter().any(|(known, _)| *known == tx);
        let known = if logged { Some(true) } else { self.disk.outcomes.get(tx) };
        let is_coordinator = here.config.kind == Kind::TwoPhase && here.config.first() == self.me;
        if let Some(commit) = known {
            out.because(Why::AnswerOutcome { to: from, tx, commit });
            self.tell(NodeSet::only(from), tx, commit, out);
        } else if is_coordinator && self.coordinator.deal(tx).is_none() {
            self.presume(from, tx, out);
        } else {
            out.because(Why::CannotTell { to: from, tx });
            if here.config.kind == Kind::Paxos && here.config.acceptors.contains(self.me) {
                self.acceptor.notice(tx, deal);
                self.watch(here, out);
            }
        }
    }
}
