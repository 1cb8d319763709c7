//! A weighted vote.
//!
//! # Problem
//!
//! Several nodes have to agree whether to do something, and some count for more than others.
//!
//! # Idea
//!
//! A coordinator puts a *motion* to all. Each node answers yes or no, once and for ever. The motion
//! is carried when the weight of the yeses reaches the threshold, and rejected when it cannot reach
//! it any more; the coordinator tells everybody. Because a vote never changes, no two countings of
//! the same motion can come to different outcomes.
//!
//! # Messages
//!
//! | message | from, to | says |
//! |---|---|---|
//! | `Ask(m, v)` | coordinator → all | yes or no? |
//! | `Yes(m)`, `No(m)` | voter → coordinator | its vote; the same however often it is asked |
//! | `Carried(m, v)`, `Rejected(m, v)` | who knows → all, or who asks | the outcome |
//! | `Inquire(m)` | voter in doubt → all | what came of it? |
//!
//! Each request is a motion of the node that received it; a motion is numbered by round and
//! coordinator, so that two coordinators may run two at a time. The last `no_voters` nodes vote no.
//! Its slot, for whoever wants a single number, is (round − 1) · nodes + coordinator's place. A
//! rejected motion decides the no-op. A read is answered with the value last carried, as far as the node knows.
//!
//! # Invariants
//!
//! - All nodes that know the outcome of a motion know the same.
//! - A motion is carried only with yeses whose weight reaches the threshold, and rejected only when
//!   the rest cannot reach it.
//!
//! # What is left out
//!
//! It is not consensus: between its vote and the outcome a voter is *in doubt*, and if everybody who
//! knows the outcome is down (often the coordinator alone), it stays so until one of them is back.
//! Nor does it forget: a node keeps every motion. A client that asks a second node makes a second
//! motion.
//!
//! # References
//!
//! - D. K. Gifford, *Weighted Voting for Replicated Data*, SOSP 1979.
//! - R. H. Thomas, *A Majority Consensus Approach to Concurrency Control*, TODS 1979.
//! - J. Gray, *Notes on Data Base Operating Systems*, 1978: what it is to be in doubt.

mod coordinator;
mod motions;
mod voter;
mod words;

#[cfg(test)]
mod tests;

pub use motions::Motions;
pub use words::Why;

use crate::model::{
    self, Arg, ArgKind, Ballot, Command, Effects, Fact, Field, Gathering, Input, Inspection, LocalTime,
    NodeId, NodeSet, Op, Outcome, Packed, Protocol, Setup, SpanRange, Spec, Text, TimerKind,
};
use crate::quorum::{Phase, Rule};
use coordinator::Coordinator;
use voter::Voter;

/// The only phase: a place in [`Spec::phases`].
pub const DECIDE: Phase = 0;

type Out = Effects<Vote>;

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Puts a motion to a voter.
    Ask {
        /// Which motion.
        motion: Ballot,
        /// What is moved.
        command: Command,
    },
    /// A vote.
    Answer {
        /// On which motion.
        motion: Ballot,
        /// For it or against it.
        yes: bool,
    },
    /// The outcome.
    Decision {
        /// Of which motion.
        motion: Ballot,
        /// What was moved.
        command: Command,
        /// Whether it was carried.
        carried: bool,
    },
    /// Asks for the outcome.
    Inquire {
        /// Of which motion.
        motion: Ballot,
    },
}

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The coordinator asks again.
    Retry,
    /// A voter in doubt asks around.
    Doubt,
}

/// What a node knows of a motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// What was moved.
    pub command: Command,
    /// Its own vote, if it was asked before it knew the outcome.
    pub vote: Option<bool>,
    /// Whether it was carried, if the node knows.
    pub carried: Option<bool>,
}

/// What a crash leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Durable {
    /// The last round of the node's own motions, so that no number is used twice.
    pub round: u32,
    /// Its own motion that is not decided, as far as it knows.
    pub open: Option<(Ballot, Command)>,
    /// Every motion it has voted on or knows the outcome of.
    pub motions: Motions,
}

/// One write to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// It opens a motion of its own.
    Opened(Ballot, Command),
    /// It votes.
    Voted(Ballot, Command, bool),
    /// It knows an outcome.
    Decided(Ballot, Command, bool),
}

/// Everything fixed for a run.
#[derive(Clone, Debug)]
pub struct Config {
    rule: Rule,
    /// One vote a node: by what a coordinator counts that has forgotten the weights.
    heads: Rule,
    objectors: NodeSet,
    picky: bool,
    retry: SpanRange,
    doubt: SpanRange,
    counts_heads: bool,
    counts_twice: bool,
}

/// Who a node is, and how it is configured.
#[derive(Clone, Copy)]
struct Here<'a> {
    me: NodeId,
    config: &'a Config,
}

/// A node: a voter, and a coordinator of the motions that clients bring to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vote {
    me: NodeId,
    voter: Voter,
    coordinator: Coordinator,
}

impl Protocol for Vote {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Config = Config;

    const SPEC: &'static Spec = words::SPEC;

    fn configure(setup: &Setup<'_>) -> Config {
        let Setup { weights, thresholds, settings } = *setup;
        let rule = Rule::new(weights, thresholds);
        let nodes = rule.nodes() as u32;
        let in_favour = nodes.saturating_sub(settings.number("no_voters"));
        Config {
            heads: Rule::majority(rule.nodes(), 1),
            objectors: NodeId::all(rule.nodes()).skip(in_favour as usize).collect(),
            picky: settings.switch("picky"),
            retry: settings.range("retry"),
            doubt: settings.range("doubt"),
            counts_heads: settings.flaw("counts-heads"),
            counts_twice: settings.flaw("counts-twice"),
            rule,
        }
    }

    fn boot(me: NodeId, config: &Config, durable: Durable, _now: LocalTime, out: &mut Out) -> Self {
        let here = Here { me, config };
        let voter = Voter::boot(here, durable, out);
        let coordinator = Coordinator::boot(here, voter.disk.open, out);
        Self { me, voter, coordinator }
    }

    fn step(&mut self, config: &Config, _now: LocalTime, input: Input<Self>, out: &mut Out) {
        let here = Here { me: self.me, config };
        match input {
            Input::Message { from, message } => self.on_message(here, from, message, out),
            Input::Timer(Timer::Retry) => self.coordinator.on_retry(here, out),
            Input::Timer(Timer::Doubt) => self.voter.on_doubt(here, out),
            Input::Request { id, op } => self.on_request(here, Command { request: id, op }, out),
        }
    }

    fn inspect(&self) -> Inspection<'_> {
        let proposed = self.coordinator.proposed();
        let last = self.voter.last_outcome();
        let (role, motion) = match (proposed, self.voter.in_doubt(), last) {
            (Some((motion, _)), _, _) => (words::COORDINATING, motion),
            (None, Some(motion), _) => (words::IN_DOUBT, motion),
            (None, None, Some((motion, _, true))) => (words::CARRIED, motion),
            (None, None, Some((motion, _, false))) => (words::REJECTED, motion),
            (None, None, None) => (words::IDLE, Ballot::ZERO),
        };
        Inspection {
            role,
            epoch: motion.bits(),
            leads: proposed.is_some(),
            accepted: self.voter.last_vote(),
            proposed,
            decided: last.map(|(_, command, carried)| effect(command, carried)),
            ..Inspection::default()
        }
    }

    fn gathering(&self, _config: &Config) -> Option<Gathering> {
        self.coordinator.gathering()
    }

    fn fields(&self, config: &Config, out: &mut Vec<Field>) {
        let mut field = |en, zh, value, durable| {
            out.push(Field { name: Text::new(en, zh), value, durable });
        };
        let number = |number: u32| Arg::Packed(ArgKind::Number, number);
        let motion = |motion: Option<Ballot>| match motion.unwrap_or_default() {
            Ballot::ZERO => Arg::Word(words::NONE),
            motion => Arg::Packed(ArgKind::Ballot, motion.bits()),
        };
        let opinion = if config.objectors.contains(self.me) { words::AGAINST } else { words::FOR };
        field("votes", "投票倾向", Arg::Word(opinion), true);
        field("weight", "权重", number(config.rule.weight_of(self.me)), true);
        field("in doubt about", "存疑的动议", motion(self.voter.in_doubt()), true);
        field("motions known", "已知动议数", number(self.voter.disk.motions.count()), true);
        let last = Arg::Packed(ArgKind::Value, self.voter.last_carried().pack());
        field("value last carried", "最近通过的值", last, true);
        let open = self.voter.disk.open.map(|(motion, _)| motion);
        field("own motion", "自己的动议", motion(open), true);
        if let Some(count) = self.coordinator.count(config) {
            field("yes weighs", "赞成权重", number(count.yes), false);
            field("no weighs", "反对权重", number(count.no), false);
            field("needed", "所需权重", number(config.rule.threshold(DECIDE)), false);
            field("mean vote V", "平均票 V", Arg::Packed(ArgKind::Milli, count.mean.pack()), false);
        }
        field("motions waiting", "排队的动议", number(self.coordinator.queued()), false);
    }
}

impl Vote {
    fn on_message(&mut self, here: Here<'_>, from: NodeId, message: Message, out: &mut Out) {
        match message {
            Message::Ask { motion, command } => self.voter.on_ask(here, from, motion, command, out),
            Message::Answer { motion, yes } => {
                self.coordinator.on_answer(here, from, motion, yes, out);
            }
            Message::Decision { motion, command, carried } => {
                self.voter.on_decision(here, from, motion, command, carried, out);
                self.coordinator.close(here, &mut self.voter.disk, motion, carried, out);
            }
            Message::Inquire { motion } => self.voter.on_inquire(from, motion, out),
        }
    }

    fn on_request(&mut self, here: Here<'_>, command: Command, out: &mut Out) {
        match command.op {
            Op::Write { .. } => match self.voter.outcome_of(command) {
                Some(carried) => {
                    out.because(Why::AnswerDecided { value: command.op.value(), carried });
                    out.reply(command.request, answer(carried));
                }
                None => self.coordinator.on_request(here, &mut self.voter.disk, command, out),
            },
            Op::Read { .. } => {
                let value = self.voter.last_carried();
                out.because(Why::AnswerRead { value });
                out.reply(command.request, Outcome::Value(value));
            }
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
            }
        }
    }
}

/// What a motion's outcome does: its command, or nothing.
const fn effect(command: Command, carried: bool) -> Command {
    if carried { command } else { Command::NOOP }
}

/// What its client is told.
const fn answer(carried: bool) -> Outcome {
    if carried { Outcome::Done } else { Outcome::Refused }
}

impl model::Message for Message {
    fn brief(&self) -> Fact {
        let value = |command: &Command| command.op.value().pack();
        let (code, motion, value) = match self {
            Self::Ask { motion, command } => (0, motion, value(command)),
            Self::Answer { motion, yes: true } => (1, motion, 0),
            Self::Answer { motion, yes: false } => (2, motion, 0),
            Self::Decision { motion, command, carried: true } => (3, motion, value(command)),
            Self::Decision { motion, command, carried: false } => (4, motion, value(command)),
            Self::Inquire { motion } => (5, motion, 0),
        };
        Fact { code, args: [motion.bits(), value, 0, 0] }
    }
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        match self {
            Self::Retry => 0,
            Self::Doubt => 1,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Retry),
            1 => Some(Self::Doubt),
            _ => None,
        }
    }
}

impl model::Durable for Durable {
    type Write = Write;

    fn apply(&mut self, write: &Write) {
        match *write {
            Write::Opened(motion, command) => {
                self.round = motion.round();
                self.open = Some((motion, command));
            }
            Write::Voted(motion, command, yes) => self.motions.vote(motion, command, yes),
            Write::Decided(motion, command, carried) => {
                self.motions.decide(motion, command, carried);
                if self.open.is_some_and(|(open, _)| open == motion) {
                    self.open = None;
                }
            }
        }
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.motions.weight()
    }
}
