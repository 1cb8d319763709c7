//! The version store as its clients see it: what a write replaces, whom a partition stops, and the figures
//! that are shown beside a run.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::lost;
use quorate::model::{Arg, Key, Op, Outcome, Time, Value};
use quorate::scenario::{Scenario, find, from_json};
use quorate::sim::{Cluster, Moment, Progress};
use serde_json::json;
use std::collections::BTreeSet;

fn scenario(mut document: serde_json::Value) -> Scenario {
    document["version"] = 1.into();
    document["protocol"] = "version-store".into();
    document["network"] = json!({ "delay": 10 });
    from_json(&document.to_string()).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run.seek(Moment::Time(run.end()));
    run
}

/// What any node keeps, or holds for another.
fn there(scenario: &Scenario, run: &dyn Cluster) -> BTreeSet<(Key, Value)> {
    let mut all = BTreeSet::new();
    for node in scenario.nodes() {
        let now = run.inspect(node);
        let held = now.hints.iter().map(|(_, version)| version);
        all.extend(now.versions.iter().chain(held).map(|version| (version.key, version.value)));
    }
    all
}

fn nothing_is_lost(scenario: &Scenario) -> BTreeSet<(Key, Value)> {
    let run = finished(scenario);
    let there = there(scenario, &*run);
    let operations = run.history().operations();
    let gone = lost(operations, Time(u64::MAX), &there);
    assert_eq!(gone, [0; 0], "{:?} of {operations:?}; {there:?} is there", gone);
    there
}

/// Who writes before the answer to a read has come has not seen what it says, though the coordinator has.
#[test]
fn a_write_does_not_replace_what_its_client_has_not_been_told_of() {
    let reads_then_writes = |write_at: u32| {
        scenario(json!({
            "nodes": 3, "duration": 400, "clients": [{ "start": 20, "limit": 1, "target": "S1" }],
            "by_hand": [
                { "propose": "S2", "read": {}, "at": 100 },
                { "propose": "S2", "write": { "value": "p" }, "at": write_at },
            ],
        }))
    };
    assert_eq!(nothing_is_lost(&reads_then_writes(121)).len(), 2, "called before it knew of a");
    assert_eq!(nothing_is_lost(&reads_then_writes(130)).len(), 1, "called when it did");
}

/// Answers that are lost on the way are not seen, at whatever node the client goes on.
#[test]
fn a_write_does_not_replace_what_was_read_in_vain() {
    for seed in 0..60 {
        let asked = scenario(json!({
            "nodes": 3, "duration": 900, "seed": seed,
            "clients": [
                { "start": 20, "limit": 1, "target": "S3" },
                { "start": 100, "window": 2, "limit": 6, "target": "S1", "local": true, "reads": 50,
                  "retry": 120, "think": 1 },
            ],
            "faults": [
                { "crash": "S1", "from": 90, "until": 210 },
                { "cut": { "from": ["S2"], "to": ["S1"] }, "from": 90, "until": 260 },
            ],
        }));
        nothing_is_lost(&asked);
    }
}

/// As it comes: five nodes, three copies of a key, two of them enough. A side of two nodes takes every write
/// and answers every read, of whatever key.
#[test]
fn a_partition_stops_nobody_who_has_one_other_node() {
    let cut_off = scenario(json!({
        "nodes": 5, "duration": 2400,
        "clients": [
            { "start": 200, "think": 30, "target": "S1", "local": true, "reads": 50, "keys": 5, "retry": 400 },
            { "start": 200, "think": 30, "target": "S4", "local": true, "reads": 50, "keys": 5, "retry": 400 },
        ],
        "faults": [{ "partition": [["S1", "S2"]], "from": 700, "until": 1600 }],
        "claims": ["clean"],
    }));
    let run = finished(&cut_off);
    let during: Vec<_> = run
        .history()
        .operations()
        .iter()
        .filter(|one| (Time::ms(720)..Time::ms(1_400)).contains(&one.called))
        .collect();
    assert!(during.len() > 10, "{}", during.len());
    for one in during {
        let (at, _, outcome) = one.returned.unwrap_or_else(|| panic!("{one:?} is not answered"));
        assert!(outcome.is_yes() && at.0 - one.called.0 < 200_000, "{one:?}");
    }
    assert!(run.stuck().is_empty());
    nothing_is_lost(&cut_off);
}

/// The figures in their order: missed, versions behind, ms behind, ms until copies agree, siblings, gone.
fn figures(id: &str) -> [Option<i64>; 6] {
    let scenario = find(id).expect("a lesson");
    let figures = scenario.figures(&*finished(scenario));
    [0, 1, 2, 3, 4, 5].map(|place: usize| match figures[place].measured {
        Some(Arg::Packed(_, number)) => Some(i64::from(number)),
        Some(Arg::Wide(number)) => Some(number as i64),
        None => None,
        ref other => panic!("{other:?} is no number"),
    })
}

/// What is shown beside the lessons is what happens in them, counted here by hand.
#[test]
fn figures_count_what_happens() {
    // One of four reads of S3, 40 ms after the write was acknowledged, finds nothing.
    let stale = find("version-store/stale-read").expect("a lesson");
    let run = finished(stale);
    let reads: Vec<Outcome> = run
        .history()
        .operations()
        .iter()
        .filter(|one| matches!(one.command.op, Op::Read { .. }))
        .filter_map(|one| one.returned.map(|(_, _, o)| o))
        .collect();
    let missed = reads.iter().filter(|outcome| **outcome == Outcome::Value(None)).count();
    let [share, versions, _, _, siblings, gone] = figures("version-store/stale-read");
    assert_eq!(share, Some(missed as i64 * 1_000 / reads.len() as i64));
    assert_eq!((versions, siblings, gone), (Some(1), Some(0), Some(0)));
    let foretold = stale.figures(&*run)[0].predicted;
    assert!(matches!(foretold, Some(Arg::Packed(_, 667))), "R = W = 1 of 3: two thirds, not {foretold:?}");
    // b was acknowledged, and the clock of S1 wins.
    assert_eq!(figures("version-store/last-writer-wins")[5], Some(1));
    // Siblings are read, nothing is lost, and it takes a while until all copies agree.
    let [_, _, _, agree, siblings, gone] = figures("version-store/siblings");
    assert!(siblings > Some(0) && gone == Some(0), "{siblings:?} {gone:?}");
    assert!(agree > Some(0) && agree < Some(700), "{agree:?}");
    // A read of all meets every write.
    assert_eq!(figures("version-store/read-all-write-one")[0], Some(0));
}
