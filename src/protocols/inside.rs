//! One protocol inside another: a node of the inner one takes its steps, and what it wants done is what
//! the outer one wants done, in its own terms.

use crate::model::{
    Durable, Effect, Effects, Entry, Fact, MessageWord, Outcome, Protocol, RequestId, RoleWord,
};
use crate::model::{Notice, RuleWord, TimerWord};

/// How the terms of an inner protocol become those of an outer one.
pub struct Shell<I: Protocol, O: Protocol> {
    /// A message.
    pub say: fn(I::Message) -> O::Message,
    /// A timer.
    pub time: fn(I::Timer) -> O::Timer,
    /// A write to disk.
    pub note: fn(<I::Durable as Durable>::Write) -> <O::Durable as Durable>::Write,
    /// Where the inner rules begin among the outer ones.
    pub rules: u8,
}

/// What an inner node says that the outer one has to hear.
pub enum Told {
    /// An answer to a client.
    Reply(RequestId, Outcome),
    /// A slot is decided.
    Decide(u32, Entry),
}

impl<I: Protocol, O: Protocol> Shell<I, O> {
    /// Hands on what an inner node wants done, in order; its answers and decisions are told to `hear`.
    pub fn pass(
        &self,
        effects: &mut Effects<I>,
        out: &mut Effects<O>,
        mut hear: impl FnMut(Told, &mut Effects<O>),
    ) {
        for effect in effects.drain() {
            out.push(match effect {
                Effect::Send { to, message } => Effect::Send { to, message: (self.say)(message) },
                Effect::SetTimer { timer, range } => Effect::SetTimer { timer: (self.time)(timer), range },
                Effect::CancelTimer(timer) => Effect::CancelTimer((self.time)(timer)),
                Effect::Persist(write) => Effect::Persist((self.note)(write)),
                Effect::Because(fact) => Effect::Because(shifted(fact, self.rules)),
                Effect::Decide { slot, entry } => {
                    hear(Told::Decide(slot, entry), out);
                    continue;
                }
                Effect::Reply { request, outcome, .. } => {
                    hear(Told::Reply(request, outcome), out);
                    continue;
                }
            });
        }
    }
}

/// A fact whose words begin further down in a table.
#[must_use]
pub const fn shifted(fact: Fact, by: u8) -> Fact {
    Fact { code: fact.code.saturating_add(by), args: fact.args }
}

macro_rules! joined {
    ($name:ident, $word:ty, $doc:literal) => {
        #[doc = $doc]
        #[must_use]
        pub const fn $name<const N: usize>(first: &[$word], second: &[$word]) -> [$word; N] {
            let mut all = [first[0]; N];
            let mut place = 0;
            while place < N {
                all[place] = if place < first.len() { first[place] } else { second[place - first.len()] };
                place += 1;
            }
            all
        }
    };
}

joined!(joined_rules, RuleWord, "Two tables of rules as one.");

/// The rules of an inner protocol: what is notable of it is a step of the outer one.
#[must_use]
pub const fn quiet<const N: usize>(rules: &[RuleWord]) -> [RuleWord; N] {
    let mut all = [rules[0]; N];
    let mut place = 0;
    while place < N {
        all[place] = rules[place];
        if let Notice::Notable = all[place].notice {
            all[place].notice = Notice::Step;
        }
        place += 1;
    }
    all
}

joined!(joined_messages, MessageWord, "Two tables of messages as one.");
joined!(joined_timers, TimerWord, "Two tables of timers as one.");
joined!(joined_roles, RoleWord, "Two tables of roles as one.");
