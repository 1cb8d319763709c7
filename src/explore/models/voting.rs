//! Voting: how acceptors choose a value, before there are messages.

use super::{ACCEPTOR, BALLOT, Model, ONE_VALUE, SOME_VALUE, VALUE, named, row, sent};
use crate::explore::constants::Constants;
use crate::explore::layout::{Field, Layout};
use crate::explore::quorums::Quorums;
use crate::explore::rename::Renamings;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, PropertyWord, Text};

pub(super) const MODEL: Model = Model {
    id: "voting",
    name: Text::new("Voting", "投票"),
    summary: Text::new(
        "Acceptors vote in ballots, each for a value that a quorum shows to be safe.",
        "接受者在轮次中投票，只投给由法定人数证明安全的值。",
    ),
    source: "L. Lamport: Voting.tla",
    constants: &[ACCEPTOR, VALUE, BALLOT],
    quorums: &["quorums"],
    symmetry: Some(Text::new("acceptors and values", "接受者与值")),
    start: |constants| Box::new(Voting::new(constants)),
};

/// Two votes in a ballot are for the same value.
static ONE_VALUE_PER_BALLOT: PropertyWord = PropertyWord {
    id: "one-value-per-ballot",
    name: Text::new("One value per ballot", "每轮一值"),
    statement: Text::new(
        "no two acceptors vote for different values in a ballot",
        "同一轮次中接受者不会投给不同的值",
    ),
};

struct Voting {
    acceptors: usize,
    values: usize,
    ballots: usize,
    quorums: Quorums,
    layout: Layout,
    /// `maxBal`, plus one.
    max_bal: Vec<Field>,
    /// By acceptor and ballot: 0 for none, otherwise 1 + the value.
    votes: Vec<Field>,
    renamings: Renamings,
}

impl Voting {
    fn new(constants: &Constants) -> Self {
        let count = |id| constants.get(id) as usize;
        let (acceptors, values, ballots) = (count("acceptors"), count("values"), count("ballots"));
        let quorums = constants.quorums(0);
        let mut layout = Layout::default();
        Self {
            acceptors,
            values,
            ballots,
            max_bal: layout.fields(acceptors, ballots as u64),
            votes: layout.fields(acceptors * ballots, values as u64),
            renamings: Renamings::new(acceptors, values, |p| quorums.keeps(p)),
            layout,
            quorums,
        }
    }

    fn vote(&self, state: &[u64], acceptor: usize, ballot: usize) -> u64 {
        self.votes[acceptor * self.ballots + ballot].get(state)
    }

    /// In how many ways a quorum shows that a value (plus one) is safe in a ballot.
    fn shows_safe(&self, state: &[u64], ballot: usize, value: u64) -> u64 {
        let mut ways = 0;
        for quorum in self.quorums.sets() {
            let members = || (0..self.acceptors).filter(|acceptor| quorum >> acceptor & 1 == 1);
            if members().any(|acceptor| self.max_bal[acceptor].get(state) < ballot as u64 + 1) {
                continue;
            }
            // The ballot of the last vote, from high to low; none at all is a way of its own.
            let mut silent = true;
            for earlier in (0..ballot).rev() {
                let votes = || members().map(|acceptor| self.vote(state, acceptor, earlier));
                ways += votes().filter(|vote| *vote == value).count() as u64;
                silent = votes().all(|vote| vote == 0);
                if !silent {
                    break;
                }
            }
            ways += u64::from(silent);
        }
        ways
    }
}

impl System for Voting {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        for acceptor in 0..self.acceptors {
            let max_bal = self.max_bal[acceptor].get(state);
            for ballot in 0..self.ballots {
                let (number, name) = (ballot as u64 + 1, (acceptor as u64) << 8 | (ballot as u64) << 16);
                if number > max_bal {
                    self.max_bal[acceptor].set(out.step(name, state), number);
                }
                if number < max_bal || self.vote(state, acceptor, ballot) != 0 {
                    continue;
                }
                for value in 1..=self.values as u64 {
                    let others = (0..self.acceptors).filter(|other| *other != acceptor);
                    let agreed = others
                        .map(|other| self.vote(state, other, ballot))
                        .all(|vote| vote == 0 || vote == value);
                    let ways = if agreed { self.shows_safe(state, ballot, value) } else { 0 };
                    if ways > 0 {
                        let next = out.steps(name | value, state, ways);
                        self.max_bal[acceptor].set(next, number);
                        self.votes[acceptor * self.ballots + ballot].set(next, value);
                    }
                }
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const {
            &[
                Property::always(&ONE_VALUE),
                Property::always(&ONE_VALUE_PER_BALLOT),
                Property::sometimes(&SOME_VALUE),
            ]
        }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        let (mut chosen, mut mixed) = (0u32, false);
        for ballot in 0..self.ballots {
            let mut voted = 0;
            for value in 1..=self.values as u64 {
                let voters = (0..self.acceptors).filter(|a| self.vote(state, *a, ballot) == value);
                let voters = voters.fold(0, |set, acceptor| set | 1 << acceptor);
                voted += u32::from(voters != 0);
                if self.quorums.within(voters) {
                    chosen |= 1 << value;
                }
            }
            mixed |= voted > 1;
        }
        u32::from(chosen.count_ones() > 1) | u32::from(mixed) << 1 | u32::from(chosen != 0) << 2
    }

    fn symmetry(&self) -> Symmetry {
        self.renamings.symmetry()
    }

    fn renamed(&self, which: usize, state: &[u64], out: &mut [u64]) {
        let (acceptors, values) = self.renamings.get(which);
        for (acceptor, to) in acceptors.iter().enumerate() {
            let to = usize::from(*to);
            self.max_bal[to].set(out, self.max_bal[acceptor].get(state));
            for ballot in 0..self.ballots {
                let vote = match self.vote(state, acceptor, ballot) {
                    0 => 0,
                    vote => u64::from(values[vote as usize - 1]) + 1,
                };
                self.votes[to * self.ballots + ballot].set(out, vote);
            }
        }
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let (acceptor, ballot) = (named('a', (action >> 8 & 0xff) as usize), action >> 16);
        match action & 0xff {
            0 => format!("IncreaseMaxBal({acceptor}, {ballot})"),
            value => format!("VoteFor({acceptor}, {ballot}, {})", named('v', value as usize - 1)),
        }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let max_bal = row(self.acceptors, |a| (self.max_bal[a].get(state) as i64 - 1).to_string());
        let votes = row(self.acceptors, |acceptor| {
            let cast = (0..self.ballots).filter_map(|ballot| {
                let vote = self.vote(state, acceptor, ballot) as usize;
                (vote > 0).then(|| format!("<{ballot}, {}>", named('v', vote - 1)))
            });
            sent(cast.collect())
        });
        format!("votes = {votes}, maxBal = {max_bal}")
    }
}
