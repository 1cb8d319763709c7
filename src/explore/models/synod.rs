//! Single-decree Paxos as actors that exchange messages: each proposer runs one ballot with a value of
//! its own; the network reorders, and neither loses nor doubles.
//!
//! The same model as in the benchmark against another explorer: a delivery that changes nothing and
//! sends nothing is not taken.

use super::{Model, ONE_VALUE, SOME_VALUE, named, row, sent};
use crate::explore::constants::{Constant, Constants};
use crate::explore::layout::{Field, Layout};
use crate::explore::system::{Action, Next, Property, System};
use crate::model::{Lang, Text};

pub(super) const MODEL: Model = Model {
    id: "synod",
    name: Text::new("Synod", "Synod"),
    summary: Text::new(
        "Single-decree Paxos of proposers and acceptors over a network that reorders messages.",
        "提议者与接受者通过会乱序的网络运行的单决议 Paxos。",
    ),
    source: "L. Lamport, The Part-Time Parliament: the single-decree synod",
    constants: &[
        Constant {
            id: "proposers",
            help: Text::new("proposers, one ballot each", "提议者数，每个一轮"),
            least: 1,
            most: 4,
            default: 2,
        },
        Constant {
            id: "acceptors",
            help: Text::new("acceptors; more than half of them decide", "接受者数；过半即可决定"),
            least: 1,
            most: 7,
            default: 3,
        },
    ],
    quorums: &[],
    symmetry: None,
    start: |constants| Box::new(Synod::new(constants)),
};

/// Kinds of messages, as actions name them.
const MESSAGES: [&str; 4] = ["Prepare", "Promise", "Accept", "Accepted"];

struct Synod {
    proposers: usize,
    acceptors: usize,
    layout: Layout,
    /// In flight, by proposer and acceptor. A promise is 1 + the proposal it tells of; an accept and an
    /// accepted are 1 + the value.
    flying: [Vec<Field>; 4],
    /// The promise received, by proposer and acceptor; coded as in flight.
    promises: Vec<Field>,
    votes: Vec<Field>,
    accepting: Vec<Field>,
    decided: Vec<Field>,
    /// By acceptor: the highest ballot promised, and 0 or 1 + ballot · proposers + value.
    promised: Vec<Field>,
    accepted: Vec<Field>,
}

impl Synod {
    fn new(constants: &Constants) -> Self {
        let (proposers, acceptors) = (constants.get("proposers") as usize, constants.get("acceptors") as usize);
        let mut layout = Layout::default();
        let (pairs, values) = (proposers * acceptors, proposers as u64);
        let proposals = values * values;
        Self {
            proposers,
            acceptors,
            flying: [1, 1 + proposals, values, values].map(|most| layout.fields(pairs, most)),
            promises: layout.fields(pairs, 1 + proposals),
            votes: layout.fields(pairs, 1),
            accepting: layout.fields(proposers, 1),
            decided: layout.fields(proposers, values),
            promised: layout.fields(acceptors, values),
            accepted: layout.fields(acceptors, proposals),
            layout,
        }
    }

    const fn at(&self, proposer: usize, acceptor: usize) -> usize {
        proposer * self.acceptors + acceptor
    }

    fn deliver_to_acceptor(&self, state: &[u64], proposer: usize, acceptor: usize, out: &mut Next) {
        let (place, ballot) = (self.at(proposer, acceptor), proposer as u64 + 1);
        let name = (proposer as u64) << 8 | (acceptor as u64) << 16;
        let promised = self.promised[acceptor].get(state);
        let [prepare, promise, accept, accepted] = &self.flying;
        if prepare[place].get(state) == 1 && ballot > promised {
            let next = out.step(name, state);
            prepare[place].set(next, 0);
            promise[place].set(next, 1 + self.accepted[acceptor].get(state));
            self.promised[acceptor].set(next, ballot);
        }
        let value = accept[place].get(state);
        if value != 0 && ballot >= promised {
            let next = out.step(2 | name, state);
            accept[place].set(next, 0);
            accepted[place].set(next, value);
            self.promised[acceptor].set(next, ballot);
            self.accepted[acceptor].set(next, (ballot - 1) * self.proposers as u64 + value);
        }
    }

    fn deliver_to_proposer(&self, state: &[u64], proposer: usize, acceptor: usize, out: &mut Next) {
        let place = self.at(proposer, acceptor);
        let name = (proposer as u64) << 8 | (acceptor as u64) << 16;
        let [_, promise, accept, accepted] = &self.flying;
        let all = || (0..self.acceptors).map(|acceptor| self.at(proposer, acceptor));
        let prior = promise[place].get(state);
        if prior != 0 {
            let next = out.step(1 | name, state);
            promise[place].set(next, 0);
            self.promises[place].set(next, prior);
            let told = all().filter(|place| self.promises[*place].get(next) != 0).count();
            if self.accepting[proposer].get(next) == 0 && told > self.acceptors / 2 {
                self.accepting[proposer].set(next, 1);
                // The value of the highest proposal told of, or its own.
                let highest = all().map(|place| self.promises[place].get(next)).max().unwrap_or(0);
                let value = match highest {
                    0 | 1 => proposer as u64 + 1,
                    proposal => (proposal - 2) % self.proposers as u64 + 1,
                };
                all().for_each(|place| accept[place].set(next, value));
            }
        }
        let value = accepted[place].get(state);
        if value != 0 {
            let next = out.step(3 | name, state);
            accepted[place].set(next, 0);
            self.votes[place].set(next, 1);
            if all().filter(|place| self.votes[*place].get(next) == 1).count() > self.acceptors / 2 {
                self.decided[proposer].set(next, value);
            }
        }
    }
}

impl System for Synod {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        let next = out.step(0, &vec![0; self.width()]);
        self.flying[0].iter().for_each(|prepare| prepare.set(next, 1));
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        for proposer in 0..self.proposers {
            for acceptor in 0..self.acceptors {
                self.deliver_to_acceptor(state, proposer, acceptor, out);
                self.deliver_to_proposer(state, proposer, acceptor, out);
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&ONE_VALUE), Property::sometimes(&SOME_VALUE)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        let decided = self.decided.iter().fold(0u32, |set, field| set | 1 << field.get(state)) & !1;
        u32::from(decided.count_ones() > 1) | u32::from(decided != 0) << 1
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let (proposer, acceptor) = ((action >> 8 & 0xff) as usize, (action >> 16) as usize);
        let (proposer, acceptor) = (named('p', proposer), named('a', acceptor));
        let name = MESSAGES[(action & 3) as usize];
        if action & 1 == 0 { format!("{proposer} → {acceptor} {name}") } else { format!("{acceptor} → {proposer} {name}") }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let mut messages = Vec::new();
        for (fields, name) in self.flying.iter().zip(MESSAGES) {
            for proposer in 0..self.proposers {
                for acceptor in 0..self.acceptors {
                    if fields[self.at(proposer, acceptor)].get(state) != 0 {
                        messages.push(format!("{name}({}, {})", named('p', proposer), named('a', acceptor)));
                    }
                }
            }
        }
        let decided = row(self.proposers, |p| match self.decided[p].get(state) as usize {
            0 => "none".into(),
            value => named('v', value - 1),
        });
        let promised = row(self.acceptors, |a| self.promised[a].get(state).to_string());
        format!("decided = {decided}, promised = {promised}, in flight = {}", sent(messages))
    }
}
