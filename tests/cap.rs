//! The theorem that is called CAP (Gilbert and Lynch 2002), held against every protocol of the catalogue: no
//! one of them gets round it.
//!
//! Theorem 1: two sides, G1 and G2, and every message between them is lost. A write is acknowledged in G1;
//! then somebody reads in G2. Whoever answers there gives the value from before the write, and the history is
//! not atomic; whoever is atomic never answers there. Corollary 1.1: the same where nothing is lost but the
//! messages take longer than anybody waits.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::{Entry, PROTOCOLS};
use quorate::compare::Comparison;
use quorate::model::{NodeId, NodeSet, Op, Outcome, Span, Time};
use quorate::scenario::{Planned, Scenario};
use quorate::sim::{ClientPlan, Delay, Fault, FaultKind, Progress};

const END: u64 = 4_000;

fn set(nodes: &[u8]) -> NodeSet {
    nodes.iter().map(|node| NodeId(*node)).collect()
}

/// S1 and S2 are G2, the others G1, all the time; one write in G1, and a second later one read in G2.
fn two_sides(entry: &'static Entry, faults: Vec<FaultKind>) -> Scenario {
    let client = |node, start, reads| ClientPlan {
        start: Time::ms(start),
        limit: Some(1),
        target: Some(NodeId(node)),
        local: true,
        reads,
        retry: Span::ms(100),
        ..ClientPlan::default()
    };
    let planned = |kind| Planned { fault: Fault { kind, from: Time(0), until: None }, enabled: true };
    Scenario {
        duration: Span::ms(END),
        clients: vec![client(3, 1_500, 0), client(0, 2_500, 100)],
        faults: faults.into_iter().map(planned).collect(),
        ..Scenario::plain(entry, 5)
    }
}

/// Whether the write was acknowledged, what the read was answered, and whether the history is atomic.
fn outcome(scenario: &Scenario) -> (bool, Option<Outcome>, bool) {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    let operations = run.history().operations();
    let told = |wanted: fn(&Op) -> bool| {
        let one = operations.iter().find(|one| wanted(&one.command.op))?;
        one.returned.map(|(_, _, outcome)| outcome)
    };
    let wrote = told(|op| matches!(op, Op::Write { .. })) == Some(Outcome::Done);
    let read = told(|op| matches!(op, Op::Read { .. })).filter(|outcome| outcome.is_yes());
    let atomic = !run.violations().iter().any(|broken| broken.property.id == "linearizable");
    (wrote, read, atomic)
}

/// Those that are atomic and do not answer, and those that answer and are not atomic.
fn sides(faults: impl Fn() -> Vec<FaultKind>) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut consistent, mut available) = (Vec::new(), Vec::new());
    for entry in PROTOCOLS.iter().filter(|entry| entry.model.is_some()) {
        let (wrote, read, atomic) = outcome(&two_sides(entry, faults()));
        let id = entry.spec.id;
        match (wrote, read) {
            (true, None) => {
                assert!(atomic, "{id}");
                consistent.push(id);
            }
            (true, Some(read)) => {
                assert_eq!((read, atomic), (Outcome::Value(None), false), "{id} has got round the theorem");
                available.push(id);
            }
            // Not a write that this protocol serves in G1: nothing to compare.
            (false, _) => {}
        }
    }
    (consistent, available)
}

#[test]
fn whoever_answers_on_both_sides_is_not_atomic_and_whoever_is_does_not() {
    let (consistent, available) =
        sides(|| vec![FaultKind::Partition { groups: vec![set(&[0, 1]), set(&[2, 3, 4])] }]);
    assert!(consistent.contains(&"raft") && consistent.contains(&"paxos"), "{consistent:?}");
    // Whoever promises to be atomic is not among those that answer.
    let promises =
        |id: &&&str| quorate::catalogue::find(id).is_some_and(|one| one.unpromised("linearizable").is_none());
    assert_eq!(available.iter().filter(promises).count(), 0, "{available:?}");
    for id in ["primary-backup", "version-store"] {
        assert!(available.contains(&id), "{id} is not among {available:?}");
    }
}

#[test]
fn the_same_where_messages_are_only_late() {
    let late = || {
        let slow = |from: &[u8], to: &[u8]| FaultKind::Slow {
            from: set(from),
            to: set(to),
            extra: Delay::Constant(10 * END * 1_000),
        };
        vec![slow(&[0, 1], &[2, 3, 4]), slow(&[2, 3, 4], &[0, 1])]
    };
    // A client that stands in G2 is kept in it by a cut alone, so here it does not get to the other side
    // because it asks S1 and S2 only as long as the read lasts: those that send it on are not counted.
    let (mut consistent, mut available) = (Vec::new(), Vec::new());
    for entry in PROTOCOLS.iter().filter(|entry| entry.model.is_some()) {
        let mut scenario = two_sides(entry, late());
        scenario.clients[1].retry = Span::ms(END);
        let mut run = scenario.run();
        while run.advance(10_000) == Progress::Running {}
        let read = run.history().operations().iter().find(|one| matches!(one.command.op, Op::Read { .. }));
        let Some(read) = read else { continue };
        let atomic = !run.violations().iter().any(|broken| broken.property.id == "linearizable");
        match read.returned {
            Some((_, node, outcome)) if node.0 < 2 && outcome == Outcome::Value(None) => {
                let write =
                    run.history().operations().iter().find(|one| matches!(one.command.op, Op::Write { .. }));
                let wrote =
                    write.and_then(|write| write.returned).is_some_and(|(_, _, o)| o == Outcome::Done);
                assert!(!atomic || !wrote, "{}", entry.spec.id);
                if wrote {
                    available.push(entry.spec.id);
                }
            }
            _ => {
                assert!(atomic, "{}", entry.spec.id);
                consistent.push(entry.spec.id);
            }
        }
    }
    assert!(consistent.contains(&"raft") && consistent.contains(&"abd"), "{consistent:?}");
    for id in ["primary-backup", "version-store"] {
        assert!(available.contains(&id), "{id} is not among {available:?}");
    }
}

#[test]
fn under_a_partition_the_comparison_shows_what_each_gives_up() {
    let scenario = quorate::scenario::find("raft/cap").expect("the lesson");
    let all: Vec<&'static Entry> = PROTOCOLS.iter().collect();
    let mut comparison = Comparison::new(scenario, &all);
    while comparison.advance(20_000) {}
    for row in comparison.rows() {
        let figures = row.figures.as_ref().expect("it is done");
        let promised = |id: &&String| row.entry.unpromised(id).is_none();
        let broken: Vec<&String> = figures.violations.iter().filter(promised).collect();
        assert!(broken.is_empty(), "{}: {broken:?}", row.entry.spec.id);
    }
    let of = |id: &str| comparison.rows().iter().find(|row| row.entry.spec.id == id)?.figures.as_ref();
    let raft = of("raft").expect("it is there");
    assert!(raft.refused > 5 && raft.stale == 0 && raft.lost == Some(0), "{raft:?}");
    assert!(raft.unavailable_us > 900_000, "{raft:?}");
    let store = of("version-store").expect("it is there");
    assert!(store.refused == 0 && store.stale > 2 && store.unavailable_us == 0, "{store:?}");
    // Who acknowledges before anybody else has the write loses it: two primaries, of which one gives way.
    let hasty = of("primary-backup").expect("it is there");
    assert!(hasty.stale > 5 && hasty.lost > Some(2), "{hasty:?}");
}
