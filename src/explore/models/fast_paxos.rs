//! The classic Paxos that a specification of Fast Paxos starts from: with a variable for the decision,
//! and ballot 0 standing for no vote.

use super::{ACCEPTOR, BALLOT, Model, VALUE, named, row, sent};
use crate::explore::constants::{Constant, Constants};
use crate::explore::layout::{Field, Layout};
use crate::explore::quorums::Quorums;
use crate::explore::rename::Renamings;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, PropertyWord, Text};

pub(super) const MODEL: Model = Model {
    id: "fast-paxos-classic",
    name: Text::new("Fast Paxos, classic ballots", "Fast Paxos（经典轮次）"),
    summary: Text::new(
        "Paxos with a decision that may be made again and again, and must stay the same.",
        "带决定变量的 Paxos：决定可以反复作出，但必须保持不变。",
    ),
    source: "L. Kwiatkowski et al., SimplifiedFastPaxos: Paxos.tla",
    constants: &[
        Constant { default: 4, ..ACCEPTOR },
        Constant { default: 3, ..VALUE },
        Constant { least: 2, default: 3, ..BALLOT },
    ],
    quorums: &["quorums"],
    symmetry: Some(Text::new("replicas and values", "副本与值")),
    start: |constants| Box::new(FastPaxos::new(constants)),
};

/// A decision is for good.
static ONE_DECISION: PropertyWord = PropertyWord {
    id: "consistency",
    name: Text::new("Consistency", "一致性"),
    statement: Text::new("at most one value can be decided", "至多能决定一个值"),
};

/// A decision can be made.
static DECIDES: PropertyWord = PropertyWord {
    id: "decides",
    name: Text::new("A value can be decided", "可以决定一个值"),
    statement: Text::new("a value is decided in some run", "存在决定了某个值的运行"),
};

const ACTIONS: [&str; 5] = ["PaxosPrepare", "PaxosPromise", "PaxosAccept", "PaxosAccepted", "PaxosDecide"];

struct FastPaxos {
    replicas: usize,
    values: usize,
    /// Ballots are 0 to this one, and 0 is never begun.
    last: usize,
    quorums: Quorums,
    layout: Layout,
    decision: Field,
    max_ballot: Vec<Field>,
    /// `maxVBallot` and `maxValue` in one: 0 for none, otherwise 1 + (ballot − 1) · values + value.
    vote: Vec<Field>,
    /// By ballot from 1.
    p1a: Vec<Field>,
    p2a: Vec<Field>,
    /// By replica and ballot: 0 for none, otherwise 1 + the vote it tells of, or 1 + the value.
    p1b: Vec<Field>,
    p2b: Vec<Field>,
    renamings: Renamings,
}

impl FastPaxos {
    fn new(constants: &Constants) -> Self {
        let count = |id| constants.get(id) as usize;
        let (replicas, values, last) = (count("acceptors"), count("values"), count("ballots") - 1);
        let quorums = constants.quorums(0);
        let mut layout = Layout::default();
        let votes = (last * values) as u64;
        Self {
            replicas,
            values,
            last,
            decision: layout.field(values as u64),
            max_ballot: layout.fields(replicas, last as u64),
            vote: layout.fields(replicas, votes),
            p1a: layout.fields(last, 1),
            p2a: layout.fields(last, values as u64),
            p1b: layout.fields(replicas * last, 1 + votes),
            p2b: layout.fields(replicas * last, values as u64),
            renamings: Renamings::new(replicas, values, |p| quorums.keeps(p)),
            layout,
            quorums,
        }
    }

    const fn at(&self, replica: usize, ballot: usize) -> usize {
        replica * self.last + ballot - 1
    }

    fn value_of(&self, vote: u64) -> u64 {
        if vote == 0 { 0 } else { (vote - 1) % self.values as u64 + 1 }
    }

    /// In how many ways the promises of quorums let a value (plus one) be proposed.
    fn free_or_forced(&self, state: &[u64], ballot: usize, value: u64) -> u64 {
        let mut ways = 0;
        for quorum in self.quorums.sets() {
            let (mut told, mut highest) = (true, 0);
            for replica in (0..self.replicas).filter(|replica| quorum >> replica & 1 == 1) {
                match self.p1b[self.at(replica, ballot)].get(state) {
                    0 => told = false,
                    vote => highest = highest.max(vote - 1),
                }
            }
            if told {
                ways += u64::from(highest == 0 || self.value_of(highest) == value);
            }
        }
        ways
    }

    /// Who has accepted in a ballot.
    fn accepters(&self, state: &[u64], ballot: usize) -> u32 {
        let those = (0..self.replicas).filter(|r| self.p2b[self.at(*r, ballot)].get(state) != 0);
        those.fold(0, |set, replica| set | 1 << replica)
    }

    fn renamed_vote(&self, vote: u64, values: &[u8]) -> u64 {
        match self.value_of(vote) {
            0 => 0,
            value => vote - value + u64::from(values[value as usize - 1]) + 1,
        }
    }

    fn shown_vote(&self, vote: u64) -> String {
        match self.value_of(vote) as usize {
            0 => "0, none".into(),
            value => format!("{}, {}", (vote - 1) / self.values as u64 + 1, named('v', value - 1)),
        }
    }
}

impl System for FastPaxos {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        for ballot in 1..=self.last {
            self.p1a[ballot - 1].set(out.step((ballot as u64) << 8, state), 1);
        }
        for replica in 0..self.replicas {
            for ballot in 1..=self.last {
                let name = (ballot as u64) << 8 | (replica as u64) << 16;
                let (number, max) = (ballot as u64, self.max_ballot[replica].get(state));
                if self.p1a[ballot - 1].get(state) == 1 && max < number {
                    let next = out.step(1 | name, state);
                    self.max_ballot[replica].set(next, number);
                    self.p1b[self.at(replica, ballot)].set(next, self.vote[replica].get(state) + 1);
                }
                let value = self.p2a[ballot - 1].get(state);
                if value != 0 && max <= number {
                    let next = out.step(3 | name, state);
                    self.max_ballot[replica].set(next, number);
                    self.vote[replica].set(next, (number - 1) * self.values as u64 + value);
                    self.p2b[self.at(replica, ballot)].set(next, value);
                }
            }
        }
        for ballot in 1..=self.last {
            let proposed = self.p2a[ballot - 1].get(state);
            if proposed == 0 {
                for value in 1..=self.values as u64 {
                    let ways = self.free_or_forced(state, ballot, value);
                    if ways > 0 {
                        let next = out.steps(2 | (ballot as u64) << 8 | value << 16, state, ways);
                        self.p2a[ballot - 1].set(next, value);
                    }
                }
            }
            // Once for each member of each quorum: whose message it is does not matter.
            let accepters = self.accepters(state, ballot);
            let quorums = self.quorums.sets().iter().filter(|quorum| **quorum & !accepters == 0);
            let ways: u64 = quorums.map(|quorum| u64::from(quorum.count_ones())).sum();
            if ways > 0 {
                let next = out.steps(4 | (ballot as u64) << 8 | proposed << 16, state, ways);
                self.decision.set(next, proposed);
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&ONE_DECISION), Property::sometimes(&DECIDES)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        let decision = self.decision.get(state);
        let mut decidable = u32::from(decision != 0) << decision;
        for ballot in 1..=self.last {
            if self.quorums.within(self.accepters(state, ballot)) {
                decidable |= 1 << self.p2a[ballot - 1].get(state);
            }
        }
        u32::from(decidable.count_ones() > 1) | u32::from(decision != 0) << 1
    }

    fn symmetry(&self) -> Symmetry {
        self.renamings.symmetry()
    }

    fn renamed(&self, which: usize, state: &[u64], out: &mut [u64]) {
        let (replicas, values) = self.renamings.get(which);
        let value = |value: u64| if value == 0 { 0 } else { u64::from(values[value as usize - 1]) + 1 };
        out.copy_from_slice(state);
        self.decision.set(out, value(self.decision.get(state)));
        for field in &self.p2a {
            field.set(out, value(field.get(state)));
        }
        for (replica, to) in replicas.iter().enumerate() {
            let to = usize::from(*to);
            self.max_ballot[to].set(out, self.max_ballot[replica].get(state));
            self.vote[to].set(out, self.renamed_vote(self.vote[replica].get(state), values));
            for ballot in 1..=self.last {
                let (from, to) = (self.at(replica, ballot), self.at(to, ballot));
                let told = match self.p1b[from].get(state) {
                    0 => 0,
                    told => 1 + self.renamed_vote(told - 1, values),
                };
                self.p1b[to].set(out, told);
                self.p2b[to].set(out, value(self.p2b[from].get(state)));
            }
        }
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let name = ACTIONS[(action & 0xff) as usize % ACTIONS.len()];
        let (ballot, other) = (action >> 8 & 0xff, (action >> 16) as usize);
        match action & 0xff {
            0 => format!("{name}({ballot})"),
            1 | 3 => format!("{name}({}, {ballot})", named('r', other)),
            _ => format!("{name}({ballot}, {})", named('v', other.saturating_sub(1))),
        }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let value = |value: u64| match value as usize {
            0 => "none".into(),
            value => named('v', value - 1),
        };
        let max_ballot = row(self.replicas, |r| self.max_ballot[r].get(state).to_string());
        let votes = row(self.replicas, |r| format!("<{}>", self.shown_vote(self.vote[r].get(state))));
        let mut messages = Vec::new();
        for ballot in 1..=self.last {
            if self.p1a[ballot - 1].get(state) == 1 {
                messages.push(format!("P1a({ballot})"));
            }
            let proposed = self.p2a[ballot - 1].get(state);
            if proposed != 0 {
                messages.push(format!("P2a({ballot}, {})", value(proposed)));
            }
            for replica in 0..self.replicas {
                let (place, name) = (self.at(replica, ballot), named('r', replica));
                let (told, accepted) = (self.p1b[place].get(state), self.p2b[place].get(state));
                if told > 0 {
                    messages.push(format!("P1b({name}, {ballot}, {})", self.shown_vote(told - 1)));
                }
                if accepted > 0 {
                    messages.push(format!("P2b({name}, {ballot}, {})", value(accepted)));
                }
            }
        }
        let decision = value(self.decision.get(state));
        format!(
            "decision = {decision}, maxBallot = {max_ballot}, votes = {votes}, messages = {}",
            sent(messages)
        )
    }
}
