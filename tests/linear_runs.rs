//! Runs of the simulator, checked while they go on and as wholes.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::linear::{Budget, Clients, Model, Object, SoFar, Verdict, check, of_history};
use quorate::model::Time;
use quorate::scenario::{Scenario, gallery};
use quorate::sim::{Cluster, Progress};
use std::time::{Duration, Instant};

fn run(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

/// What a protocol's clients use.
fn model(scenario: &Scenario) -> Option<Model> {
    match scenario.spec().id {
        "raft" => Some(Model::Kv),
        "paxos" => Some(Model::Once),
        _ => None,
    }
}

#[test]
fn the_gallery_is_judged_alike_by_both_checkers() {
    let (mut checked, mut broken, mut slowest) = (0, Vec::new(), Duration::ZERO);
    for (id, scenario) in gallery() {
        let Some(model) = model(scenario) else { continue };
        let run = run(scenario);
        let start = Instant::now();
        let clients = Clients::of(model, run.history(), Time(u64::MAX));
        slowest = slowest.max(start.elapsed());
        let (calls, places) = of_history(run.history(), model);
        let whole = check(&Object::new(model), &calls, Budget::default());
        match (clients.run().so_far(), &whole.verdict) {
            (SoFar::Linearizable, Verdict::Linearizable { .. }) => {
                let settled = clients.run().points().iter().filter(|point| point.is_some()).count();
                let answered = calls.iter().filter(|call| call.returned.is_some()).count();
                assert!(settled >= answered, "{id}");
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
