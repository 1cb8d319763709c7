//! Runs of the simulator, checked while they go on and as wholes.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::guarantees::Sessions;
use quorate::check::linear::{
    Answer, Budget, Call, Clients, Datum, Doing, Model, Object, SoFar, Verdict, check, of_history,
};
use quorate::history::to_jsonl;
use quorate::model::{ClientId, Command, Key, NodeId, Op, Outcome, RequestId, Time, Value};
use quorate::scenario::{Scenario, gallery};
use quorate::sim::{Cluster, Operation, Progress};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn run(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

/// What the clients of a run use.
fn model(scenario: &Scenario, run: &dyn Cluster) -> Option<Model> {
    scenario.entry.model_in(&scenario.settings, run.plan(), run.end())
}

#[test]
fn the_gallery_is_judged_alike_by_both_checkers() {
    let (mut checked, mut broken, mut slowest) = (0, Vec::new(), Duration::ZERO);
    for (id, scenario) in gallery() {
        let run = run(scenario);
        let Some(model) = model(scenario, &*run) else { continue };
        let start = Instant::now();
        let clients = Clients::of(model, run.history(), Time(u64::MAX));
        slowest = slowest.max(start.elapsed());
        let (calls, places) = of_history(run.history(), model);
        let whole = check(&Object::new(model), &calls, Budget::default());
        match (clients.run().so_far(), &whole.verdict) {
            (SoFar::Linearizable, Verdict::Linearizable { .. }) => {
                let settled = clients.run().points().iter().filter(|point| point.is_some()).count();
                // One that writes two keys is two calls.
                let answered = calls.iter().zip(&places).filter(|(call, _)| call.returned.is_some());
                let answered: BTreeSet<u32> = answered.map(|(_, place)| *place).collect();
                assert!(settled >= answered.len(), "{id}");
            }
            (SoFar::Not, Verdict::Not(failure)) => {
                let (found, witness) = clients.witness().expect("a witness");
                assert_eq!(found.stuck, places[failure.stuck as usize], "{id}");
                println!("{id}: {}", witness.sentence(quorate::model::Lang::En));
                broken.push(*id);
            }
            (so_far, verdict) => panic!("{id}: {so_far:?}, and as a whole {verdict:?}"),
        }
        checked += 1;
    }
    println!("{checked} scenarios, the slowest checked in {slowest:?}; not linearizable: {broken:?}");
    assert!(checked > 10, "most scenarios have clients");
}

/// A client that is told that it wrote, and reads at the same µs what was there before.
#[test]
fn what_a_client_asks_when_it_is_told_comes_after_it() {
    let mut run = Clients::new(Model::Kv);
    let command = |seq, op| Command { request: RequestId { client: ClientId(0), seq }, op };
    let (key, at) = (Key(0), Time::ms(2));
    let (write, read) = (command(1, Op::Write { key, value: Value(0) }), command(2, Op::Read { key }));
    let first = run.called(Time::ms(1), &write);
    run.returned(at, first, Outcome::Done);
    let second = run.called(at, &read);
    assert_eq!(run.returned(Time::ms(3), second, Outcome::Value(None)), SoFar::Not);
    let (failure, _) = run.witness().expect("a witness");
    assert_eq!((failure.stuck, failure.unordered.as_slice()), (1, [0, 1].as_slice()));

    let operation = |command, called, returned, outcome| Operation {
        command,
        called,
        node: NodeId(0),
        returned: Some((returned, NodeId(0), outcome)),
        tries: 1,
    };
    let operations = [
        operation(write, Time::ms(1), at, Outcome::Done),
        operation(read, at, Time::ms(3), Outcome::Value(None)),
    ];
    // The file, the sessions and the calls as a whole say the same.
    let text = to_jsonl(&operations, Model::Kv);
    assert!(!text.contains("c1.2"), "{text}");
    let history = quorate::history::read(text.as_bytes(), None, None).expect("a history");
    assert!(matches!(history.check(Budget::default()).verdict, Verdict::Not(_)));
    assert_eq!(Sessions::of(&operations, Time(u64::MAX)).counts(), [1, 0, 0, 0]);
    let call = |process, doing, called, returned, told| Call {
        process,
        key: 0,
        doing,
        called,
        returned: Some((returned, told)),
    };
    for (reader, is_linearizable) in [(0, false), (1, true)] {
        let calls = [
            call(0, Doing::Write(Datum(0)), 1, 2, Answer::Done),
            call(reader, Doing::Read, 2, 3, Answer::Value(Datum::NIL)),
        ];
        let verdict = check(&Object::new(Model::Kv), &calls, Budget::default()).verdict;
        assert_eq!(matches!(verdict, Verdict::Linearizable { .. }), is_linearizable, "{verdict:?}");
    }
}
