//! The explorer beside stateright's breadth-first checker: the same model of single-decree Paxos, one
//! thread each, in one run. Both must find the same states.
//!
//! Criterion prints how long each takes and how many distinct states a second that is. After it rounds
//! go over both in turn, and the ratio printed is the median of the ratios within a round, as only these
//! can be trusted on a machine that does other work too.
//!
//! `cargo bench --manifest-path benches/peers/Cargo.toml`

use criterion::{Criterion, Throughput};
use quorate::explore::{Constants, Explorer, Limits, Progress, model};
use stateright::actor::{Actor, ActorModel, Id, Network, Out};
use stateright::{Checker, Expectation, Model};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

const PROPOSERS: usize = 2;
const ACCEPTORS: usize = 3;
/// Distinct states, and generated ones, of that model.
const COUNTS: (u64, u64) = (44_815, 180_454);
/// Rounds for the ratio.
const ROUNDS: usize = 15;

/// Proposers are actors 0 and 1, each with one ballot and a value of its own; acceptors come after.
#[derive(Clone)]
enum Role {
    Proposer,
    Acceptor,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Message {
    Prepare(u8),
    Promise(u8, Option<(u8, u8)>),
    Accept(u8, u8),
    Accepted(u8, u8),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State {
    Proposer {
        promises: BTreeMap<Id, Option<(u8, u8)>>,
        accepting: bool,
        votes: BTreeSet<Id>,
        decided: Option<u8>,
    },
    Acceptor {
        promised: u8,
        accepted: Option<(u8, u8)>,
    },
}

fn acceptors() -> impl Iterator<Item = Id> {
    (PROPOSERS..PROPOSERS + ACCEPTORS).map(Id::from)
}

impl Actor for Role {
    type Msg = Message;
    type Timer = ();
    type State = State;
    type Storage = ();
    type Random = ();

    fn on_start(&self, id: Id, _storage: &Option<()>, out: &mut Out<Self>) -> State {
        match self {
            Self::Proposer => {
                let ballot = usize::from(id) as u8 + 1;
                acceptors().for_each(|acceptor| out.send(acceptor, Message::Prepare(ballot)));
                let (promises, votes) = (BTreeMap::new(), BTreeSet::new());
                State::Proposer { promises, accepting: false, votes, decided: None }
            }
            Self::Acceptor => State::Acceptor { promised: 0, accepted: None },
        }
    }

    fn on_msg(&self, _id: Id, state: &mut Cow<State>, from: Id, message: Message, out: &mut Out<Self>) {
        match (state.as_ref(), message) {
            (State::Acceptor { promised, accepted }, Message::Prepare(ballot)) if ballot > *promised => {
                let accepted = *accepted;
                out.send(from, Message::Promise(ballot, accepted));
                *state.to_mut() = State::Acceptor { promised: ballot, accepted };
            }
            (State::Acceptor { promised, .. }, Message::Accept(ballot, value)) if ballot >= *promised => {
                out.send(from, Message::Accepted(ballot, value));
                *state.to_mut() = State::Acceptor { promised: ballot, accepted: Some((ballot, value)) };
            }
            (State::Proposer { .. }, Message::Promise(ballot, prior)) => {
                let State::Proposer { promises, accepting, .. } = state.to_mut() else { return };
                promises.insert(from, prior);
                if !*accepting && promises.len() > ACCEPTORS / 2 {
                    *accepting = true;
                    let value = promises.values().flatten().max().map_or(ballot, |(_, value)| *value);
                    acceptors().for_each(|acceptor| out.send(acceptor, Message::Accept(ballot, value)));
                }
            }
            (State::Proposer { .. }, Message::Accepted(_, value)) => {
                let State::Proposer { votes, decided, .. } = state.to_mut() else { return };
                votes.insert(from);
                if votes.len() > ACCEPTORS / 2 {
                    *decided = Some(value);
                }
            }
            _ => {}
        }
    }
}

fn stateright() -> (u64, u64) {
    let model = ActorModel::<Role, (), ()>::new((), ())
        .actors((0..PROPOSERS).map(|_| Role::Proposer))
        .actors((0..ACCEPTORS).map(|_| Role::Acceptor))
        .init_network(Network::new_unordered_nonduplicating([]))
        .property(Expectation::Always, "at most one value", |_, state| {
            let mut decided = state.actor_states.iter().filter_map(|state| match state.as_ref() {
                State::Proposer { decided, .. } => *decided,
                State::Acceptor { .. } => None,
            });
            decided.next().is_none_or(|first| decided.all(|value| value == first))
        });
    let checker = model.checker().threads(1).spawn_bfs().join();
    checker.assert_properties();
    (checker.unique_state_count() as u64, checker.state_count() as u64)
}

fn quorate() -> (u64, u64) {
    let synod = model("synod").expect("a model");
    let text = format!("proposers={PROPOSERS},acceptors={ACCEPTORS}");
    let constants = Constants::read(synod, &text, &[]).expect("constants");
    let limits = Limits { go_on: true, ..Limits::default() };
    let mut explorer = Explorer::new(synod.build(&constants).expect("a system"), limits);
    while explorer.advance(1 << 16) == Progress::Running {}
    assert_eq!(explorer.violation(), None, "at most one value");
    (explorer.counts().distinct, explorer.counts().generated)
}

fn timed(run: fn() -> (u64, u64)) -> f64 {
    let start = Instant::now();
    assert_eq!(run(), COUNTS, "the same states");
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    assert_eq!((stateright(), quorate()), (COUNTS, COUNTS), "both find the same states");
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("synod, distinct states");
    group.sample_size(20).throughput(Throughput::Elements(COUNTS.0));
    group.bench_function("stateright 0.31.0", |bencher| bencher.iter(stateright));
    group.bench_function("quorate", |bencher| bencher.iter(quorate));
    group.finish();
    criterion.final_summary();
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (timed(stateright), timed(quorate))).collect();
    let rate = |times: Vec<f64>| COUNTS.0 as f64 / median(times);
    let peer = rate(rounds.iter().map(|round| round.0).collect());
    let own = rate(rounds.iter().map(|round| round.1).collect());
    let ratio = median(rounds.iter().map(|(peer, own)| peer / own).collect());
    println!("distinct states a second, one thread, {ROUNDS} rounds in turn");
    println!("stateright 0.31.0 {peer:>12.0}\nquorate           {own:>12.0}\nratio             {ratio:>12.2}");
    println!(
        "{{\"figure\":\"states/s\",\"stateright\":{peer:.0},\"quorate\":{own:.0},\"ratio\":{ratio:.3},\"rounds\":{ROUNDS}}}"
    );
}
