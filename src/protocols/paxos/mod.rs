//! Paxos for one decree: the Synod.
//!
//! # Problem
//!
//! Several nodes may each propose a value. One of the values has to be *chosen*, and stay chosen,
//! although messages are lost, late and doubled, and nodes crash and come back.
//!
//! # Idea
//!
//! Numbered attempts, *ballots*, that any proposer may start at any time. Before a proposer asks for
//! a value to be accepted, it makes a quorum promise to accept nothing older, and hears from that
//! quorum what has been accepted already. If anything has, it gives up its own value for the one of
//! the highest ballot. So whatever may have been chosen before is what is proposed again (P2c).
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Prepare(b)` | proposer → acceptors | promise to take nothing below b; what have you accepted? |
//! | `Promise(b, accepted?)` | acceptor → proposer | promised; this is what I accepted last |
//! | `Accept(b, v)` | proposer → acceptors | accept v |
//! | `Accepted(b, v)` | acceptor → learners, proposer | accepted |
//! | `Nack(b, promised)` | acceptor → proposer | refused: I have promised a higher ballot |
//! | `Learn` | learner → acceptors | what have you accepted? |
//!
//! Every node is proposer, acceptor and learner. Roles are switched off by settings: only the first
//! `proposers` nodes propose, only the last `learners` nodes learn, and a node of weight 0 is no
//! acceptor: nobody asks it. A write proposes its value. A read makes the node issue a proposal of
//! whatever it finds accepted (§2.3), and is answered *nothing* if a quorum has accepted nothing.
//!
//! A learner that does not know the outcome asks the acceptors from time to time; if what they have
//! accepted last is no quorum of one ballot, a proposer has to propose it again, so the learner's
//! own proposer does (§2.3).
//!
//! # Invariants
//!
//! - P1a: an acceptor accepts ballot b iff it has not answered a `Prepare` above b.
//! - P2c: if (b, v) is proposed, there is a quorum of the prepare phase such that nobody in it has
//!   accepted below b, or v is the value of the highest ballot below b accepted in it.
//! - Hence one value is chosen, ever, and only a value that some client asked for.
//! - Only quorums of *different* phases must meet (Flexible Paxos).
//!
//! # What is left out
//!
//! More than one decree (that is Multi-Paxos), a distinguished learner, a distinguished proposer.
//!
//! # References
//!
//! - L. Lamport, *The Part-Time Parliament*, TOCS 1998.
//! - L. Lamport, *Paxos Made Simple*, SIGACT News 2001.
//! - H. Howard, D. Malkhi, A. Spiegelman, *Flexible Paxos*, OPODIS 2016.

mod acceptor;
mod learner;
mod messages;
mod proposer;
mod words;

#[cfg(test)]
mod storm_tests;
#[cfg(test)]
mod tests;

pub use messages::{Message, Timer};
pub use words::Why;

use crate::model::{
    self, Arg, ArgKind, Ballot, Command, Effects, Field, Gathering, Input, Inspection, LocalTime, NodeId,
    NodeSet, Op, Outcome, Packed, Protocol, Setup, SpanRange, Spec, Text,
};
use crate::quorum::{Phase, Rule};
use acceptor::Acceptor;
use learner::Learner;
use proposer::Proposer;

/// The phase in which acceptors promise: a place in [`Spec::phases`].
pub const PREPARE: Phase = 0;
/// The phase in which acceptors accept: a place in [`Spec::phases`].
pub const ACCEPT: Phase = 1;

type Out = Effects<Paxos>;

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The highest ballot promised.
    pub promised: Ballot,
    /// The proposal accepted last.
    pub accepted: Option<(Ballot, Command)>,
    /// The last round of the node's own proposer, so that it uses no ballot twice.
    pub round: u32,
}

/// One write to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// A ballot is promised.
    Promised(Ballot),
    /// A proposal is accepted.
    Accepted(Ballot, Command),
    /// The proposer starts a round.
    Round(u32),
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    rule: Rule,
    proposers: NodeSet,
    acceptors: NodeSet,
    learners: NodeSet,
    retry: SpanRange,
    learn: SpanRange,
    backoff: bool,
    nack: bool,
    catch_up: bool,
    flaws: Flaws,
}

/// Which mistakes are made.
#[derive(Clone, Copy, Debug, Default)]
struct Flaws {
    ignores_accepted: bool,
    forgets_promise: bool,
    accepts_below_promise: bool,
    counts_across_ballots: bool,
    reuses_ballot: bool,
}

/// Who a node is, and how it is configured.
#[derive(Clone, Copy)]
struct Here<'a> {
    me: NodeId,
    config: &'a Config,
}

/// A node: three roles that run side by side.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Paxos {
    me: NodeId,
    acceptor: Acceptor,
    proposer: Proposer,
    learner: Learner,
}

impl Protocol for Paxos {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = words::SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let Setup { weights, thresholds, settings } = *setup;
        let rule = Rule::new(weights, thresholds);
        let nodes = rule.nodes() as u32;
        let proposers = settings.number("proposers").clamp(1, nodes.max(1));
        let deaf = nodes.saturating_sub(settings.number("learners").max(1));
        Config {
            proposers: NodeId::all(proposers as usize).collect(),
            acceptors: rule.voters(),
            learners: NodeId::all(rule.nodes()).skip(deaf as usize).collect(),
            retry: settings.range("retry"),
            learn: settings.range("learn"),
            backoff: settings.switch("backoff"),
            nack: settings.switch("nack"),
            catch_up: settings.switch("catch-up"),
            flaws: Flaws {
                ignores_accepted: settings.flaw("ignores-accepted"),
                forgets_promise: settings.flaw("forgets-promise"),
                accepts_below_promise: settings.flaw("accepts-below-promise"),
                counts_across_ballots: settings.flaw("counts-across-ballots"),
                reuses_ballot: settings.flaw("reuses-ballot"),
            },
            rule,
        }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, _now: LocalTime, out: &mut Out) -> Self {
        let here = Here { me, config };
        let acceptor = Acceptor::boot(here, durable, out);
        if config.flaws.reuses_ballot && acceptor.promised() > Ballot::ZERO {
            out.because(Why::ForgetBallots {});
        }
        let proposer = Proposer::boot(here, acceptor.promised());
        let mut learner = Learner::default();
        if config.learners.contains(me) {
            learner.boot(here, out);
        }
        Self { me, acceptor, proposer, learner }
    }

    fn step(&mut self, config: &Config, _now: LocalTime, input: Input<Self>, out: &mut Out) {
        let here = Here { me: self.me, config };
        match input {
            Input::Message { from, message } => self.on_message(here, from, message, out),
            Input::Timer(Timer::Retry) => {
                self.proposer.on_retry(here, &mut self.acceptor.disk, out);
            }
            Input::Timer(Timer::Learn) => self.on_learn_timer(here, out),
            Input::Request { id, op } => self.on_request(here, Command { request: id, op }, out),
        }
        self.invariants();
    }

    fn inspect(&self) -> Inspection<'_> {
        let ballot = self.proposer.ballot();
        let proposed = self.proposer.proposed();
        let decided = self.learner.decided();
        let role = match (self.proposer.role(), decided) {
            (words::IDLE, Some(_)) => words::DECIDED,
            (role, _) => role,
        };
        Inspection {
            role,
            epoch: ballot.unwrap_or(self.acceptor.promised()).bits(),
            leads: proposed.is_some(),
            promised: Some(self.acceptor.promised()).filter(|ballot| *ballot != Ballot::ZERO),
            accepted: self.acceptor.accepted(),
            proposed,
            decided,
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        self.proposer.gathering()
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        let ballot = |ballot: Option<Ballot>| match ballot.unwrap_or_default() {
            Ballot::ZERO => Arg::Word(words::NONE),
            ballot => Arg::Packed(ArgKind::Ballot, ballot.bits()),
        };
        let value = |command: Option<Command>| {
            Arg::Packed(ArgKind::Value, command.and_then(|command| command.op.value()).pack())
        };
        let accepted = self.acceptor.accepted();
        if config.acceptors.contains(self.me) {
            field("promised", "已承诺", ballot(Some(self.acceptor.promised())), true);
            field("accepted in ballot", "接受于轮次", ballot(accepted.map(|(b, _)| b)), true);
            field("accepted value", "已接受的值", value(accepted.map(|(_, v)| v)), true);
        }
        if config.proposers.contains(self.me) {
            let round = Arg::Packed(ArgKind::Number, self.acceptor.disk.round);
            field("last round", "最近轮号", round, true);
            field("proposing in ballot", "正在进行的轮次", ballot(self.proposer.ballot()), false);
            let proposed = self.proposer.proposed().map(|(_, v)| v);
            field("proposed value", "提议的值", value(proposed), false);
            let waiting = Arg::Packed(ArgKind::Number, self.proposer.waiting());
            field("clients waiting", "等待的客户端", waiting, false);
            let lost = Arg::Packed(ArgKind::Number, self.proposer.lost());
            field("rounds lost in a row", "连续失败的轮数", lost, false);
        }
        if config.learners.contains(self.me) {
            field("learned", "已学到", value(self.learner.decided()), false);
        }
    }
}

impl Paxos {
    fn on_message(&mut self, here: Here<'_>, from: NodeId, message: Message, out: &mut Out) {
        // The one place where ballots are noticed: the next round goes above all of them.
        self.proposer.heard(message.ballot());
        match message {
            Message::Prepare { ballot } => self.acceptor.on_prepare(here, from, ballot, out),
            Message::Promise { ballot, accepted } => {
                self.proposer.on_promise(here, from, ballot, accepted, out);
            }
            Message::Accept { ballot, command } => {
                self.acceptor.on_accept(here, from, ballot, command, out);
            }
            Message::Accepted { ballot, command } => {
                self.on_accepted(here, from, ballot, command, out);
            }
            Message::Nack { ballot, promised } => {
                self.proposer.on_nack(here, from, ballot, promised, out);
            }
            Message::Learn => self.acceptor.on_learn(from, out),
        }
    }

    /// Both the learner and the proposer whose ballot it is count it.
    fn on_accepted(&mut self, here: Here<'_>, from: NodeId, ballot: Ballot, command: Command, out: &mut Out) {
        let mine = self.proposer.proposed().is_some_and(|(own, _)| own == ballot);
        if mine {
            self.proposer.on_accepted(here, from, ballot, out);
        }
        if here.config.learners.contains(self.me) {
            self.learner.on_accepted(here, from, ballot, command, out);
            self.settle(out);
        } else if !mine {
            out.because(Why::IgnoredAccepted { from, ballot });
        }
    }

    fn on_learn_timer(&mut self, here: Here<'_>, out: &mut Out) {
        self.learner.on_learn_timer(here, out);
        let may = here.config.proposers.contains(self.me) && self.proposer.is_idle();
        if may && self.learner.asked_in_vain() {
            self.learner.asked_anew();
            self.proposer.find_out(here, &mut self.acceptor.disk, out);
        }
    }

    fn on_request(&mut self, here: Here<'_>, command: Command, out: &mut Out) {
        match command.op {
            Op::Write { .. } | Op::Read { .. } => {}
            Op::Noop
            | Op::Cas { .. }
            | Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Clock { .. }
            | Op::End { .. }
            | Op::Tree(_) => {
                out.because(Why::IgnoredRequest {});
                out.reply(command.request, Outcome::Refused);
                return;
            }
        }
        if self.learner.decided().is_some() {
            out.because(Why::AnswerDecided { value: command.op.value() });
            self.proposer.note(command);
            self.settle(out);
        } else if here.config.proposers.contains(self.me) {
            self.proposer.on_request(here, &mut self.acceptor.disk, command, out);
        } else {
            let to = here.config.proposers.iter().next();
            out.because(Why::Redirect { to });
            out.reply(command.request, Outcome::Redirect(to));
        }
    }

    /// A proposer that knows the outcome has nothing more to do.
    fn settle(&mut self, out: &mut Out) {
        if let Some(chosen) = self.learner.decided() {
            self.proposer.settle(chosen, out);
        }
    }

    /// What our own code must never break, whatever arrives.
    fn invariants(&self) {
        let own = self.proposer.ballot().map_or(0, Ballot::round);
        debug_assert!(own <= self.acceptor.disk.round, "a ballot is used before it is written");
        debug_assert!(
            self.learner.decided().is_none() || self.proposer.waiting() == 0,
            "a client waits although the outcome is known"
        );
    }
}

/// Sends to some nodes, perhaps the sender too.
fn multicast(to: NodeSet, message: &Message, out: &mut Out) {
    to.iter().for_each(|node| out.send(node, message.clone()));
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Promised(ballot) => self.promised = ballot,
            Write::Accepted(ballot, command) => {
                // Who accepts a ballot has promised it, too.
                self.promised = self.promised.max(ballot);
                self.accepted = Some((ballot, command));
            }
            Write::Round(round) => self.round = round,
        }
    }

    fn accepted(&self) -> Option<(Ballot, Command)> {
        self.accepted
    }
}

/// What a client is told whose request was `command` when `chosen` is chosen.
fn outcome(command: Command, chosen: Command) -> Outcome {
    if command == chosen { Outcome::Done } else { Outcome::Value(chosen.op.value()) }
}
