//! Paxos Commit: the decision of each resource manager is an instance of Paxos.
//!
//! Messages are a set that only grows. In an instance an acceptor answers each ballot once and a
//! ballot proposes one value, so that a field for each holds which message was sent, if any was.

use super::two_phase::{consistency, state_name};
use super::{ACCEPTOR, BALLOT, CAN_COMMIT, Model, RMS, TC_CONSISTENT, named, row, sent};
use crate::explore::constants::{Constant, Constants};
use crate::explore::layout::{Field, Layout};
use crate::explore::quorums::Quorums;
use crate::explore::rename::Renamings;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, Text};

pub(super) const MODEL: Model = Model {
    id: "paxos-commit",
    name: Text::new("Paxos Commit", "Paxos Commit"),
    summary: Text::new(
        "Transaction commit that no single failure blocks: every resource manager's choice is agreed on by acceptors.",
        "单点故障不会阻塞的事务提交：每个资源管理器的选择由接受者达成一致。",
    ),
    source: "J. Gray and L. Lamport, Consensus on Transaction Commit: PaxosCommit.tla",
    constants: &[Constant { default: 2, most: 6, ..RMS }, ACCEPTOR, BALLOT],
    quorums: &["majority"],
    symmetry: Some(Text::new("resource managers and acceptors", "资源管理器与接受者")),
    start: |constants| Box::new(PaxosCommit::new(constants)),
};

const WORKING: u64 = 0;
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;

/// Values of an instance in a 2a or 2b message; 0 is no message.
const SAYS_PREPARED: u64 = 1;
const SAYS_ABORTED: u64 = 2;
const SAYS: [&str; 3] = ["none", "prepared", "aborted"];

const ACTIONS: [&str; 10] = [
    "RMPrepare",
    "RMChooseToAbort",
    "RMRcvCommitMsg",
    "RMRcvAbortMsg",
    "Phase1a",
    "Phase2a",
    "Decide: Commit",
    "Decide: Abort",
    "Phase1b",
    "Phase2b",
];

struct PaxosCommit {
    rms: usize,
    acceptors: usize,
    ballots: usize,
    majority: Quorums,
    layout: Layout,
    rm_state: Vec<Field>,
    /// By instance and acceptor.
    mbal: Vec<Field>,
    /// `bal` and `val` in one: 0 for none, otherwise 2 · ballot + what it says.
    vote: Vec<Field>,
    /// By instance and ballot.
    one_a: Vec<Field>,
    two_a: Vec<Field>,
    /// By instance, ballot and acceptor: 0 for none, otherwise 1 + the vote it tells of.
    one_b: Vec<Field>,
    two_b: Vec<Field>,
    commit: Field,
    abort: Field,
    renamings: Renamings,
}

impl PaxosCommit {
    fn new(constants: &Constants) -> Self {
        let count = |id| constants.get(id) as usize;
        let (rms, acceptors, ballots) = (count("rms"), count("acceptors"), count("ballots"));
        let majority = constants.quorums(0);
        let mut layout = Layout::default();
        let votes = 2 * ballots as u64;
        Self {
            rms,
            acceptors,
            ballots,
            rm_state: layout.fields(rms, 3),
            mbal: layout.fields(rms * acceptors, ballots as u64 - 1),
            vote: layout.fields(rms * acceptors, votes),
            one_a: layout.fields(rms * ballots, 1),
            two_a: layout.fields(rms * ballots, 2),
            one_b: layout.fields(rms * ballots * acceptors, 1 + votes),
            two_b: layout.fields(rms * ballots * acceptors, 2),
            commit: layout.field(1),
            abort: layout.field(1),
            renamings: Renamings::new(acceptors, rms, |p| majority.keeps(p)),
            layout,
            majority,
        }
    }

    const fn acceptor(&self, rm: usize, acceptor: usize) -> usize {
        rm * self.acceptors + acceptor
    }

    const fn ballot(&self, rm: usize, ballot: usize) -> usize {
        rm * self.ballots + ballot
    }

    const fn answer(&self, rm: usize, ballot: usize, acceptor: usize) -> usize {
        (rm * self.ballots + ballot) * self.acceptors + acceptor
    }

    /// In how many ways, by ballot and majority, an instance has chosen a value.
    fn decided(&self, state: &[u64], rm: usize, says: u64) -> u64 {
        let mut ways = 0;
        for ballot in 0..self.ballots {
            if self.two_a[self.ballot(rm, ballot)].get(state) == says {
                let said = (0..self.acceptors)
                    .filter(|acceptor| self.two_b[self.answer(rm, ballot, *acceptor)].get(state) == says)
                    .fold(0, |set, acceptor| set | 1 << acceptor);
                ways += self.majority.count_within(said);
            }
        }
        ways
    }

    /// What a leader proposes from the answers of one majority, if all have answered.
    fn proposal(&self, state: &[u64], rm: usize, ballot: usize, majority: u32) -> Option<u64> {
        let mut highest = 0;
        for acceptor in (0..self.acceptors).filter(|acceptor| majority >> acceptor & 1 == 1) {
            let told = self.one_b[self.answer(rm, ballot, acceptor)].get(state);
            if told == 0 {
                return None;
            }
            // A vote of a higher ballot is a larger number, and votes of a ballot say the same.
            highest = highest.max(told - 1);
        }
        Some(if highest == 0 || highest % 2 == 0 { SAYS_ABORTED } else { SAYS_PREPARED })
    }

    fn leader(&self, state: &[u64], out: &mut Next) {
        for ballot in 1..self.ballots {
            for rm in 0..self.rms {
                let name = (rm as u64) << 8 | (ballot as u64) << 16;
                let place = self.ballot(rm, ballot);
                self.one_a[place].set(out.step(4 | name, state), 1);
                if self.two_a[place].get(state) == 0 {
                    for majority in self.majority.sets() {
                        if let Some(says) = self.proposal(state, rm, ballot, *majority) {
                            self.two_a[place].set(out.step(5 | name, state), says);
                        }
                    }
                }
            }
        }
        let all: u64 = (0..self.rms).map(|rm| self.decided(state, rm, SAYS_PREPARED)).product();
        if all > 0 {
            self.commit.set(out.steps(6, state, all), 1);
        }
        let any: u64 = (0..self.rms).map(|rm| self.decided(state, rm, SAYS_ABORTED)).sum();
        if any > 0 {
            self.abort.set(out.steps(7, state, any), 1);
        }
    }

    fn acceptors(&self, state: &[u64], out: &mut Next) {
        for acceptor in 0..self.acceptors {
            for rm in 0..self.rms {
                let own = self.acceptor(rm, acceptor);
                let mbal = self.mbal[own].get(state);
                for ballot in 0..self.ballots {
                    let name = (rm as u64) << 8 | (ballot as u64) << 16 | (acceptor as u64) << 24;
                    let (asked, answer) = (self.ballot(rm, ballot), self.answer(rm, ballot, acceptor));
                    if self.one_a[asked].get(state) == 1 && mbal < ballot as u64 {
                        let next = out.step(8 | name, state);
                        self.mbal[own].set(next, ballot as u64);
                        self.one_b[answer].set(next, self.vote[own].get(state) + 1);
                    }
                    let says = self.two_a[asked].get(state);
                    if says != 0 && mbal <= ballot as u64 {
                        let next = out.step(9 | name, state);
                        self.mbal[own].set(next, ballot as u64);
                        self.vote[own].set(next, 2 * ballot as u64 + says);
                        self.two_b[answer].set(next, says);
                    }
                }
            }
        }
    }

    fn shown_vote(vote: u64) -> String {
        match vote {
            0 => "-1, none".into(),
            vote => format!("{}, {}", (vote - 1) / 2, SAYS[((vote - 1) % 2 + 1) as usize]),
        }
    }
}

impl System for PaxosCommit {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        for rm in 0..self.rms {
            let name = (rm as u64) << 8;
            if self.rm_state[rm].get(state) == WORKING {
                for (action, to, says) in [(0, PREPARED, SAYS_PREPARED), (1, ABORTED, SAYS_ABORTED)] {
                    let next = out.step(action | name, state);
                    self.rm_state[rm].set(next, to);
                    self.two_a[self.ballot(rm, 0)].set(next, says);
                }
            }
            if self.commit.get(state) == 1 {
                self.rm_state[rm].set(out.step(2 | name, state), COMMITTED);
            }
            if self.abort.get(state) == 1 {
                self.rm_state[rm].set(out.step(3 | name, state), ABORTED);
            }
        }
        self.leader(state, out);
        self.acceptors(state, out);
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&TC_CONSISTENT), Property::sometimes(&CAN_COMMIT)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        consistency(&self.rm_state, state)
    }

    fn symmetry(&self) -> Symmetry {
        self.renamings.symmetry()
    }

    fn renamed(&self, which: usize, state: &[u64], out: &mut [u64]) {
        let (acceptors, rms) = self.renamings.get(which);
        out.copy_from_slice(state);
        for (rm, to_rm) in rms.iter().enumerate() {
            let to_rm = usize::from(*to_rm);
            self.rm_state[to_rm].set(out, self.rm_state[rm].get(state));
            for ballot in 0..self.ballots {
                let (from, to) = (self.ballot(rm, ballot), self.ballot(to_rm, ballot));
                self.one_a[to].set(out, self.one_a[from].get(state));
                self.two_a[to].set(out, self.two_a[from].get(state));
                for (acceptor, moved) in acceptors.iter().enumerate() {
                    let from = self.answer(rm, ballot, acceptor);
                    let to = self.answer(to_rm, ballot, usize::from(*moved));
                    self.one_b[to].set(out, self.one_b[from].get(state));
                    self.two_b[to].set(out, self.two_b[from].get(state));
                }
            }
            for (acceptor, moved) in acceptors.iter().enumerate() {
                let (from, to) = (self.acceptor(rm, acceptor), self.acceptor(to_rm, usize::from(*moved)));
                self.mbal[to].set(out, self.mbal[from].get(state));
                self.vote[to].set(out, self.vote[from].get(state));
            }
        }
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let name = ACTIONS[(action & 0xff) as usize % ACTIONS.len()];
        let (rm, ballot) = (named('r', (action >> 8 & 0xff) as usize), action >> 16 & 0xff);
        match action & 0xff {
            0..4 => format!("{name}({rm})"),
            4 | 5 => format!("{name}({ballot}, {rm})"),
            6 | 7 => name.into(),
            _ => format!("{name}({}) for {rm} in ballot {ballot}", named('a', (action >> 24) as usize)),
        }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let rm_state = row(self.rms, |rm| state_name(self.rm_state[rm].get(state)).into());
        let a_state = row(self.rms, |rm| {
            row(self.acceptors, |acceptor| {
                let place = self.acceptor(rm, acceptor);
                let (mbal, vote) = (self.mbal[place].get(state), self.vote[place].get(state));
                format!("<{mbal}, {}>", Self::shown_vote(vote))
            })
        });
        let mut messages = Vec::new();
        for rm in 0..self.rms {
            let ins = named('r', rm);
            for ballot in 0..self.ballots {
                if self.one_a[self.ballot(rm, ballot)].get(state) == 1 {
                    messages.push(format!("1a({ins}, {ballot})"));
                }
                let says = self.two_a[self.ballot(rm, ballot)].get(state);
                if says > 0 {
                    messages.push(format!("2a({ins}, {ballot}, {})", SAYS[says as usize % 3]));
                }
                for acceptor in 0..self.acceptors {
                    let (place, acc) = (self.answer(rm, ballot, acceptor), named('a', acceptor));
                    let (told, says) = (self.one_b[place].get(state), self.two_b[place].get(state));
                    if told > 0 {
                        messages.push(format!("1b({ins}, {ballot}, {acc}, {})", Self::shown_vote(told - 1)));
                    }
                    if says > 0 {
                        messages.push(format!("2b({ins}, {ballot}, {acc}, {})", SAYS[says as usize % 3]));
                    }
                }
            }
        }
        for (field, name) in [(self.commit, "Commit"), (self.abort, "Abort")] {
            if field.get(state) == 1 {
                messages.push(name.into());
            }
        }
        format!("rmState = {rm_state}, aState = {a_state}, msgs = {}", sent(messages))
    }
}
