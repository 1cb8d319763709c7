//! Clocks that jump: what rests on them breaks, and nothing else.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::PROTOCOLS;
use quorate::model::{NodeId, NodeSet, Span, Time};
use quorate::scenario::{Planned, Scenario};
use quorate::sim::{ClientPlan, Cluster, Fault, FaultKind, Force, Progress, Stream};

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

fn jump(nodes: NodeSet, by_ms: i32, from: u64, until: Option<u64>) -> Planned {
    let kind = FaultKind::Jump { nodes, by_ms };
    Planned { fault: Fault { kind, from: Time::ms(from), until: until.map(Time::ms) }, enabled: true }
}

/// Clocks that jump by up to seconds, ahead and back, and mostly return.
fn jumpy(scenario: &mut Scenario, seed: u64) {
    let mut stream = Stream::of(seed, Force::Storm, 1 << 22, 0);
    let nodes = scenario.weights.len();
    scenario.seed = seed;
    scenario.duration = Span::ms(3_000);
    scenario.faults = (0..6)
        .map(|_| {
            let whose: NodeSet = NodeId::all(nodes).filter(|_| stream.chance(400_000)).collect();
            let by = stream.below(3_000) as i32 - 1_500;
            let from = stream.below(2_400);
            let until = stream.chance(700_000).then(|| from + 1 + stream.below(500));
            jump(whose, by, from, until)
        })
        .collect();
}

#[test]
fn only_what_rests_on_clocks_breaks() {
    let mut broken = std::collections::BTreeSet::new();
    for entry in PROTOCOLS {
        for seed in 0..30 {
            let mut scenario = Scenario::plain(entry, if entry.spec.id.ends_with("lock") { 8 } else { 5 });
            scenario.clients = vec![ClientPlan { reads: 30, keys: 2, ..ClientPlan::default() }; 2];
            jumpy(&mut scenario, seed);
            let run = finished(&scenario);
            assert!(run.history().operations().len() > 2, "{} seed {seed}", entry.spec.id);
            for violation in run.violations() {
                if entry.unpromised(violation.property.id).is_none() {
                    broken.insert((entry.spec.id, violation.property.id));
                }
            }
        }
    }
    let rests = [
        ("lock-service", "lease-exclusion"),
        ("lock-service", "tokens-rise"),
        ("majority-lock", "lease-exclusion"),
    ];
    assert!(broken.iter().all(|one| rests.contains(one)), "{broken:?}");
}

/// When somebody first stands for election, in ms.
fn first_election(fault: Option<Planned>) -> u64 {
    let mut scenario = Scenario::plain(quorate::catalogue::find("raft").expect("it is there"), 3);
    (scenario.seed, scenario.duration) = (4, Span::ms(1_500));
    scenario.clients.clear();
    scenario.faults = fault.into_iter().collect();
    let run = finished(&scenario);
    let mut records = run.trace().records().iter();
    let role = records.find(|record| record.kind == quorate::sim::Kind::Role && record.at() > Time(0));
    role.expect("an election").at().0 / 1_000
}

#[test]
fn timers_run_out_by_the_clock_that_jumps() {
    let calm = first_election(None);
    assert!(calm > 60, "{calm}");
    let everyone = NodeSet::full(3);
    assert_eq!(first_election(Some(jump(everyone, 20, 10, None))), calm - 20);
    assert_eq!(first_election(Some(jump(everyone, 10_000, 30, None))), 30);
    assert_eq!(first_election(Some(jump(everyone, -300, 10, None))), calm + 300);
    assert_eq!(first_election(Some(jump(everyone, -300, 10, Some(50)))), calm, "and are right again");
    assert_eq!(first_election(Some(jump(NodeSet::EMPTY, 500, 10, None))), calm, "nobody's clock");
}

/// The same jump, with a majority lock and with tokens in one order.
#[test]
fn a_fence_holds_where_a_majority_does_not() {
    let run = |id: &str, change: fn(&mut Scenario)| {
        let mut scenario = quorate::scenario::find(id).expect("a scenario").clone();
        change(&mut scenario);
        let run = finished(&scenario);
        let done = run.history().operations().iter().filter(|one| one.returned.is_some());
        assert_eq!(done.count(), 2, "{id}: both writes end");
        run.violations().iter().map(|violation| violation.property.id).collect::<Vec<_>>()
    };
    let off = |scenario: &mut Scenario| {
        let jumps = scenario.faults.iter_mut();
        jumps
            .filter(|one| matches!(one.fault.kind, FaultKind::Jump { .. }))
            .for_each(|one| one.enabled = false);
    };
    assert_eq!(run("majority-lock/clock-jump", |_| ()), ["lease-exclusion", "mutual-exclusion"]);
    assert_eq!(run("lock-service/clock-jump", |_| ()), ["lease-exclusion"]);
    assert_eq!(run("majority-lock/clock-jump", off), [""; 0]);
    assert_eq!(run("lock-service/clock-jump", off), [""; 0]);
    // The margin is for that.
    let less = |scenario: &mut Scenario| {
        scenario.faults.iter_mut().for_each(|one| {
            if let FaultKind::Jump { by_ms, .. } = &mut one.fault.kind {
                *by_ms = 10;
            }
        });
    };
    assert_eq!(run("majority-lock/clock-jump", less), [""; 0]);
}
