//! Whole traces of short runs, each the evidence for one sentence of a paper.
//!
//! `QUORATE_BLESS=1 cargo test --test golden_traces` writes them anew; they are read in review.
#![cfg(not(target_arch = "wasm32"))]

use quorate::model::Lang;
use quorate::scenario::from_json;
use quorate::sim::Progress;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// No trace is longer: longer ones are not read.
const LINES_MAX: usize = 150;

/// One situation and what comes of it.
struct Golden {
    /// `situation_outcome`, the name of its file.
    name: &'static str,
    /// What it shows.
    claim: &'static str,
    /// Where the paper says so.
    cite: &'static str,
    document: Value,
}

/// Election time-outs so long that only those set by hand fire.
fn patient() -> Value {
    json!({ "election": [1000, 2000] })
}

fn election(node: &str, at: u32) -> Value {
    json!({ "timeout": node, "timer": "Election", "at": at })
}

fn propose(node: &str, value: &str, at: u32) -> Value {
    json!({ "propose": node, "write": { "value": value }, "at": at })
}

fn asks(node: &str, value_at: u32) -> Value {
    json!({ "target": node, "start": value_at, "limit": 1 })
}

fn goldens() -> Vec<Golden> {
    vec![
        Golden {
            name: "votes_of_a_quorum_elect_and_commit",
            claim: "A candidate with the votes of a quorum leads; an entry on a quorum is committed, \
                    and the others learn so with the next heartbeat.",
            cite: "Raft §5.2, §5.3",
            document: json!({
                "protocol": "raft", "nodes": 3, "settings": patient(), "duration": 150, "clients": [],
                "by_hand": [election("S1", 50), propose("S1", "a", 99)],
            }),
        },
        Golden {
            name: "shorter_log_is_refused",
            claim: "S3 has missed a committed entry: S2 refuses it the vote, and is elected itself.",
            cite: "Raft §5.4.1",
            document: json!({
                "protocol": "raft", "nodes": 3, "settings": patient(), "duration": 250, "clients": [],
                "faults": [
                    { "partition": [["S3"]], "from": 90, "until": 150 },
                    { "crash": "S1", "from": 130 },
                ],
                "by_hand": [
                    election("S1", 50), propose("S1", "a", 99), election("S3", 160), election("S2", 200),
                ],
            }),
        },
        Golden {
            name: "joint_configuration_needs_both_majorities",
            claim: "S1 and S2, a majority of the old weights, have the joint configuration, and it is not \
                    committed until S3 and S4 have it too; then the new one is, and S1, which has no vote in \
                    it, leaves office.",
            cite: "Raft §6",
            document: json!({
                "protocol": "raft", "weights": [1, 1, 1, 0], "duration": 135, "clients": [],
                "settings": { "election": [1000, 2000], "heartbeat": 200 }, "network": { "delay": 10 },
                "changes": [{ "at": 50, "weights": [0, 1, 1, 1] }],
                "by_hand": [election("S1", 10), { "delay": 17, "by": 20 }, { "delay": 18, "by": 20 }],
            }),
        },
        Golden {
            name: "cut_off_leader_answers_no_read",
            claim: "A leader that is cut off cannot confirm that it leads, and answers no read by ReadIndex.",
            cite: "Raft dissertation §6.4",
            document: json!({
                "protocol": "raft", "nodes": 3, "duration": 165, "clients": [],
                "settings": { "election": [1000, 2000], "heartbeat": 200, "reads": "read-index" },
                "network": { "delay": 10 },
                "faults": [{ "partition": [["S1"]], "from": 95 }],
                "by_hand": [
                    election("S1", 10), propose("S1", "a", 40), { "propose": "S1", "read": {}, "at": 70 },
                    election("S2", 100), { "propose": "S1", "read": {}, "at": 130 },
                ],
            }),
        },
        Golden {
            name: "uncommitted_entry_is_replaced",
            claim: "An entry that the old leader appended alone gives way to the new leader's.",
            cite: "Raft §5.3",
            document: json!({
                "protocol": "raft", "nodes": 3, "settings": { "election": [1000, 2000], "heartbeat": 80 },
                "duration": 260, "clients": [],
                "faults": [{ "partition": [["S1"]], "from": 95, "until": 200 }],
                "by_hand": [election("S1", 50), propose("S1", "a", 99), election("S2", 130)],
            }),
        },
        Golden {
            name: "forgotten_vote_elects_two",
            claim: "A server that forgets its vote at a crash votes twice in one term, for two leaders.",
            cite: "against Raft §5.2",
            document: json!({
                "protocol": "raft", "nodes": 3, "settings": patient(), "flaws": ["forgets-vote"],
                "duration": 100, "clients": [],
                "faults": [
                    { "cut": { "from": ["S1"], "to": ["S3"] }, "from": 0 },
                    { "crash": "S2", "from": 30, "until": 50 },
                ],
                "by_hand": [election("S1", 10), election("S3", 60)],
            }),
        },
        Golden {
            name: "chosen_value_is_adopted",
            claim: "A proposer that prepares after a value has been chosen proposes that value.",
            cite: "Paxos Made Simple §2.2, P2c",
            document: json!({
                "protocol": "paxos", "nodes": 3, "duration": 150,
                "faults": [{ "partition": [["S3"]], "from": 35, "until": 60 }],
                "clients": [asks("S1", 10), asks("S3", 80)],
            }),
        },
        Golden {
            name: "refused_proposer_backs_off",
            claim: "Acceptors that have promised a higher ballot refuse the lower one, and its proposer waits.",
            cite: "Paxos Made Simple §2.2, P1a; §2.4",
            document: json!({
                "protocol": "paxos", "nodes": 3, "duration": 150,
                "clients": [asks("S1", 10), asks("S3", 24)],
            }),
        },
        Golden {
            name: "siblings_stay_until_they_are_read",
            claim: "Two writes that do not know of each other stay side by side; a client that has read both \
                    replaces both.",
            cite: "Dynamo §4.4",
            document: json!({
                "protocol": "version-store", "nodes": 3, "settings": { "anti_entropy": false },
                "duration": 160, "clients": [asks("S1", 10), asks("S2", 10)],
                "by_hand": [
                    { "propose": "S3", "read": {}, "at": 60 },
                    propose("S3", "z", 110),
                ],
            }),
        },
        Golden {
            name: "hint_is_handed_over",
            claim: "S4 takes in the place of S2, which is down, and hands over what it holds when S2 is back.",
            cite: "Dynamo §4.6",
            document: json!({
                "protocol": "version-store", "nodes": 4, "thresholds": { "read": 2, "write": 3 },
                "settings": { "copies": 3, "anti_entropy": false, "retry": [40, 40], "compare": [70, 70] },
                "duration": 200, "clients": [asks("S1", 10)],
                "faults": [{ "crash": "S2", "from": 5, "until": 120 }],
            }),
        },
        Golden {
            name: "weight_outvotes_heads",
            claim: "Two yeses of weight 6 carry a motion against three noes of weight 3.",
            cite: "Gifford §2",
            document: json!({
                "protocol": "vote", "weights": [3, 3, 1, 1, 1], "settings": { "no_voters": 3 },
                "duration": 100, "clients": [asks("S1", 10)],
            }),
        },
    ]
}

/// Claim and source, every event, and what broke.
fn written(golden: &Golden) -> String {
    let mut document = golden.document.clone();
    document["version"] = 1.into();
    // One way takes 10 ms, always: times can be followed by head.
    document["network"] = json!({ "delay": 10 });
    let scenario =
        from_json(&document.to_string()).unwrap_or_else(|refusal| panic!("{}: {refusal}", golden.name));
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    let trace = run.trace();
    let head = [format!("# {}", golden.claim), format!("# {}", golden.cite), String::new()];
    let events = trace.records().iter().map(|record| trace.line(record, run.spec()));
    let broken = run.violations().iter().map(|violation| {
        format!("{} ✗ {}: {}", violation.at, violation.property.id, violation.witness.sentence(Lang::En))
    });
    let mut text = String::new();
    for line in head.into_iter().chain(events).chain(broken) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden"].iter().collect()
}

#[test]
fn traces_are_those_that_are_checked_in() {
    let bless = std::env::var_os("QUORATE_BLESS").is_some();
    for golden in goldens() {
        let now = written(&golden);
        let path = folder().join(format!("{}.trace", golden.name));
        if bless {
            fs::write(&path, now).expect("a writable trace");
            continue;
        }
        let then = fs::read_to_string(&path).unwrap_or_default();
        for (place, (now, then)) in now.lines().zip(then.lines()).enumerate() {
            assert_eq!(now, then, "{}, line {}", golden.name, place + 1);
        }
        assert_eq!(now.lines().count(), then.lines().count(), "{}", golden.name);
    }
}

#[test]
fn traces_are_short_enough_to_be_read() {
    for golden in goldens() {
        let lines = written(&golden).lines().count();
        assert!(lines <= LINES_MAX, "{}: {lines} lines", golden.name);
    }
}

#[test]
fn no_trace_is_left_over() {
    let known: BTreeSet<String> = goldens().iter().map(|golden| format!("{}.trace", golden.name)).collect();
    let files = fs::read_dir(folder()).expect("the folder of golden files");
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let found: BTreeSet<String> = names.filter(|name| name.ends_with(".trace")).collect();
    assert!(found.is_subset(&known), "{found:?}");
}
