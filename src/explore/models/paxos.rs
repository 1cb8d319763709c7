//! Paxos without explicit leaders or learners, and Flexible Paxos: the same with two quorum systems,
//! of which only one of each kind must meet.
//!
//! Messages are a set that only grows. An acceptor answers each ballot once and a ballot proposes one
//! value, so that for each of them one field holds which message was sent, if any was.

use super::{ACCEPTOR, BALLOT, Model, ONE_VALUE, SOME_VALUE, VALUE, named, row, sent};
use crate::explore::constants::Constants;
use crate::explore::layout::{Field, Layout};
use crate::explore::quorums::Quorums;
use crate::explore::rename::Renamings;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, Text};

pub(super) const PAXOS: Model = Model {
    id: "paxos",
    name: Text::new("Paxos", "Paxos"),
    summary: Text::new(
        "Ballots of two phases among acceptors; one quorum system for both.",
        "接受者之间的两阶段轮次；两个阶段共用一个法定人数系统。",
    ),
    source: "L. Lamport: Paxos.tla",
    constants: &[ACCEPTOR, VALUE, BALLOT],
    quorums: &["quorums"],
    symmetry: Some(Text::new("acceptors and values", "接受者与值")),
    start: |constants| Box::new(Paxos::new(constants, constants.quorums(0), constants.quorums(0))),
};

pub(super) const FPAXOS: Model = Model {
    id: "fpaxos",
    name: Text::new("Flexible Paxos", "Flexible Paxos"),
    summary: Text::new(
        "Paxos with a quorum system for each phase; only those of different phases must meet.",
        "每个阶段各有法定人数系统的 Paxos；只有不同阶段的法定人数必须相交。",
    ),
    source: "H. Howard, D. Malkhi, A. Spiegelman, Flexible Paxos: FPaxos.tla",
    constants: &[ACCEPTOR, VALUE, BALLOT],
    quorums: &["q1", "q2"],
    symmetry: Some(Text::new("acceptors and values", "接受者与值")),
    start: |constants| Box::new(Paxos::new(constants, constants.quorums(0), constants.quorums(1))),
};

const PHASE_1A: u64 = 0;
const PHASE_2A: u64 = 1;
const PHASE_1B: u64 = 2;
const PHASE_2B: u64 = 3;

struct Paxos {
    acceptors: usize,
    values: usize,
    ballots: usize,
    q1: Quorums,
    q2: Quorums,
    layout: Layout,
    /// `maxBal`, plus one.
    max_bal: Vec<Field>,
    /// `maxVBal` and `maxVal` in one: 0 for none, otherwise 1 + ballot · values + value.
    vote: Vec<Field>,
    one_a: Vec<Field>,
    /// By acceptor and ballot: 0 for none, otherwise 1 + the vote it tells of.
    one_b: Vec<Field>,
    /// By ballot: 0 for none, otherwise 1 + the value.
    two_a: Vec<Field>,
    /// By acceptor and ballot: 0 for none, otherwise 1 + the value.
    two_b: Vec<Field>,
    renamings: Renamings,
}

impl Paxos {
    fn new(constants: &Constants, q1: Quorums, q2: Quorums) -> Self {
        let count = |id| constants.get(id) as usize;
        let (acceptors, values, ballots) = (count("acceptors"), count("values"), count("ballots"));
        let mut layout = Layout::default();
        let votes = (ballots * values) as u64;
        Self {
            acceptors,
            values,
            ballots,
            max_bal: layout.fields(acceptors, ballots as u64),
            vote: layout.fields(acceptors, votes),
            one_a: layout.fields(ballots, 1),
            one_b: layout.fields(acceptors * ballots, 1 + votes),
            two_a: layout.fields(ballots, values as u64),
            two_b: layout.fields(acceptors * ballots, values as u64),
            renamings: Renamings::new(acceptors, values, |p| q1.keeps(p) && q2.keeps(p)),
            layout,
            q1,
            q2,
        }
    }

    fn at(&self, acceptor: usize, ballot: usize) -> usize {
        acceptor * self.ballots + ballot
    }

    /// In how many ways a quorum shows that a value is safe in a ballot.
    fn shows_safe(&self, state: &[u64], ballot: usize, value: u64) -> u64 {
        let values = self.values as u64;
        let mut ways = 0;
        for quorum in self.q1.sets() {
            let (mut highest, mut told, mut backing, mut votes) = (0, true, 0, 0);
            for acceptor in (0..self.acceptors).filter(|a| quorum >> a & 1 == 1) {
                match self.one_b[self.at(acceptor, ballot)].get(state) {
                    0 => told = false,
                    1 => {}
                    vote => {
                        votes += 1;
                        let (voted_in, voted) = ((vote - 2) / values + 1, (vote - 2) % values);
                        if voted_in > highest {
                            (highest, backing) = (voted_in, 0);
                        }
                        backing += u64::from(voted_in == highest && voted == value);
                    }
                }
            }
            if told {
                ways += if votes == 0 { 1 } else { backing };
            }
        }
        ways
    }

    /// The value of a vote, renamed.
    fn renamed_vote(&self, vote: u64, values: &[u8]) -> u64 {
        let count = self.values as u64;
        match vote {
            0 => 0,
            vote => 1 + (vote - 1) / count * count + u64::from(values[((vote - 1) % count) as usize]),
        }
    }

    fn shown_vote(&self, vote: u64) -> String {
        let count = self.values as u64;
        match vote {
            0 => "-1, None".into(),
            vote => format!("{}, {}", (vote - 1) / count, named('v', ((vote - 1) % count) as usize)),
        }
    }
}

impl System for Paxos {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        for ballot in 0..self.ballots {
            let b = (ballot as u64) << 8;
            self.one_a[ballot].set(out.step(PHASE_1A | b, state), 1);
            if self.two_a[ballot].get(state) != 0 {
                continue;
            }
            for value in 0..self.values as u64 {
                let ways = self.shows_safe(state, ballot, value);
                if ways > 0 {
                    self.two_a[ballot].set(out.steps(PHASE_2A | b | value << 16, state, ways), value + 1);
                }
            }
        }
        for acceptor in 0..self.acceptors {
            let max_bal = self.max_bal[acceptor].get(state);
            for ballot in 0..self.ballots {
                let (number, name) = (ballot as u64 + 1, (ballot as u64) << 8 | (acceptor as u64) << 16);
                if self.one_a[ballot].get(state) == 1 && number > max_bal {
                    let next = out.step(PHASE_1B | name, state);
                    self.max_bal[acceptor].set(next, number);
                    let vote = self.vote[acceptor].get(state);
                    self.one_b[self.at(acceptor, ballot)].set(next, vote + 1);
                }
            }
            for ballot in 0..self.ballots {
                let (number, name) = (ballot as u64 + 1, (ballot as u64) << 8 | (acceptor as u64) << 16);
                let value = self.two_a[ballot].get(state);
                if value != 0 && number >= max_bal {
                    let next = out.step(PHASE_2B | name, state);
                    self.max_bal[acceptor].set(next, number);
                    self.vote[acceptor].set(next, (number - 1) * self.values as u64 + value);
                    self.two_b[self.at(acceptor, ballot)].set(next, value);
                }
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&ONE_VALUE), Property::sometimes(&SOME_VALUE)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        let mut chosen = 0u32;
        for ballot in 0..self.ballots {
            let value = self.two_a[ballot].get(state);
            if value == 0 {
                continue;
            }
            let accepters = (0..self.acceptors)
                .filter(|acceptor| self.two_b[self.at(*acceptor, ballot)].get(state) == value)
                .fold(0, |set, acceptor| set | 1 << acceptor);
            if self.q2.within(accepters) {
                chosen |= 1 << value;
            }
        }
        u32::from(chosen.count_ones() > 1) | u32::from(chosen != 0) << 1
    }

    fn symmetry(&self) -> Symmetry {
        self.renamings.symmetry()
    }

    fn renamed(&self, which: usize, state: &[u64], out: &mut [u64]) {
        let (acceptors, values) = self.renamings.get(which);
        let value = |value: u64| if value == 0 { 0 } else { u64::from(values[value as usize - 1]) + 1 };
        out.copy_from_slice(state);
        for ballot in 0..self.ballots {
            self.two_a[ballot].set(out, value(self.two_a[ballot].get(state)));
        }
        for (acceptor, to) in acceptors.iter().enumerate() {
            let to = usize::from(*to);
            self.max_bal[to].set(out, self.max_bal[acceptor].get(state));
            self.vote[to].set(out, self.renamed_vote(self.vote[acceptor].get(state), values));
            for ballot in 0..self.ballots {
                let (from, to) = (self.at(acceptor, ballot), self.at(to, ballot));
                let told = match self.one_b[from].get(state) {
                    0 => 0,
                    told => 1 + self.renamed_vote(told - 1, values),
                };
                self.one_b[to].set(out, told);
                self.two_b[to].set(out, value(self.two_b[from].get(state)));
            }
        }
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let (ballot, other) = (action >> 8 & 0xff, (action >> 16 & 0xff) as usize);
        match action & 0xff {
            PHASE_1A => format!("Phase1a({ballot})"),
            PHASE_2A => format!("Phase2a({ballot}, {})", named('v', other)),
            PHASE_1B => format!("Phase1b({}) in ballot {ballot}", named('a', other)),
            _ => format!("Phase2b({}) in ballot {ballot}", named('a', other)),
        }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let max_bal = row(self.acceptors, |a| (self.max_bal[a].get(state) as i64 - 1).to_string());
        let votes = row(self.acceptors, |a| format!("<{}>", self.shown_vote(self.vote[a].get(state))));
        let mut messages = Vec::new();
        for ballot in 0..self.ballots {
            if self.one_a[ballot].get(state) == 1 {
                messages.push(format!("1a({ballot})"));
            }
            for acceptor in 0..self.acceptors {
                let told = self.one_b[self.at(acceptor, ballot)].get(state);
                if told > 0 {
                    messages.push(format!(
                        "1b({}, {ballot}, {})",
                        named('a', acceptor),
                        self.shown_vote(told - 1)
                    ));
                }
            }
            let value = self.two_a[ballot].get(state) as usize;
            if value > 0 {
                messages.push(format!("2a({ballot}, {})", named('v', value - 1)));
            }
            for acceptor in 0..self.acceptors {
                let value = self.two_b[self.at(acceptor, ballot)].get(state) as usize;
                if value > 0 {
                    messages.push(format!(
                        "2b({}, {ballot}, {})",
                        named('a', acceptor),
                        named('v', value - 1)
                    ));
                }
            }
        }
        format!("maxBal = {max_bal}, votes = {votes}, msgs = {}", sent(messages))
    }
}
