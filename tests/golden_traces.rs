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
            name: "second_change_takes_one_round_trip",
            claim: "The prepare of S1's second change rode along with the accept of its first.",
            cite: "CASPaxos §2.2.1",
            document: json!({
                "protocol": "caspaxos", "nodes": 3, "duration": 120, "clients": [],
                "by_hand": [propose("S1", "a", 10), propose("S1", "b", 70)],
            }),
        },
        Golden {
            name: "lost_change_is_not_applied_twice",
            claim: "S3 makes b from S1's a, which S1 alone has accepted: S1 finds that, and leaves b as it is.",
            cite: "CASPaxos §2.2",
            document: json!({
                "protocol": "caspaxos", "nodes": 3, "duration": 200,
                "faults": [{ "cut": { "from": ["S1"] }, "from": 30, "until": 45 }],
                "clients": [asks("S1", 10), asks("S3", 60)],
            }),
        },
        Golden {
            name: "read_writes_back",
            claim: "A read that finds a value on a minority stores it on a majority before it returns.",
            cite: "Attiya, Bar-Noy, Dolev §3",
            document: json!({
                "protocol": "abd", "nodes": 3, "duration": 110, "clients": [],
                "faults": [{ "cut": { "from": ["S1"] }, "from": 25, "until": 50 }],
                "by_hand": [
                    propose("S1", "a", 10), json!({ "propose": "S2", "read": {}, "at": 55 }),
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
            name: "stable_leader_prepares_once",
            claim: "A leader executes phase 1 once for all slots; each command after that takes phase 2 alone.",
            cite: "Paxos Made Simple §3",
            document: json!({
                "protocol": "multi-paxos", "nodes": 3, "settings": { "election": [1000, 2000], "heartbeat": 500 },
                "duration": 120, "clients": [],
                "by_hand": [election("S1", 10), propose("S1", "a", 39), propose("S1", "b", 79)],
            }),
        },
        Golden {
            name: "gap_is_filled_with_a_noop",
            claim: "Slot 1 reached nobody and slot 2 was chosen: the next leader fills slot 1 with a no-op, \
                    proposes slot 2 again, and only then executes both.",
            cite: "Paxos Made Simple §3",
            document: json!({
                "protocol": "multi-paxos", "nodes": 3, "settings": { "election": [1000, 2000], "heartbeat": 500 },
                "duration": 150, "clients": [],
                "faults": [
                    { "cut": { "from": ["S1"] }, "from": 35, "until": 45 },
                    { "crash": "S1", "from": 72 },
                ],
                "by_hand": [
                    election("S1", 10), propose("S1", "a", 39), propose("S1", "b", 49), election("S2", 80),
                ],
            }),
        },
        Golden {
            name: "late_token_is_refused",
            claim: "S2 stands still past its lease and comes back with token 33 when 34 has been there: the \
                    storage S4 turns it away.",
            cite: "Kleppmann 2016, Making the lock safe with fencing",
            document: json!({
                "protocol": "lock-service", "weights": [1, 0, 0, 0],
                "settings": {
                    "lease": 120, "work": 60, "retry": 60, "first-token": 33,
                    "election": [1000, 2000], "heartbeat": 1000,
                },
                "duration": 240, "clients": [asks("S2", 20), asks("S3", 100)],
                "faults": [{ "pause": "S2", "from": 70, "until": 215 }],
                "by_hand": [election("S1", 10)],
            }),
        },
        Golden {
            name: "pause_lets_two_writers_in",
            claim: "Nobody did anything wrong, and S4 writes after S5 has come in: a majority is no fence.",
            cite: "Kleppmann 2016, Protecting a resource with a lock",
            document: json!({
                "protocol": "majority-lock", "weights": [1, 1, 1, 0, 0, 0],
                "settings": { "lease": 120, "work": 60, "retry": 60 },
                "duration": 240, "clients": [asks("S4", 10), asks("S5", 100)],
                "faults": [{ "pause": "S4", "from": 70, "until": 215 }],
            }),
        },
        Golden {
            name: "acknowledged_write_is_discarded",
            claim: "The primary answers alone; who takes over lacks the write, and the old primary discards it.",
            cite: "Gray, Helland, O'Neil, Shasha §1",
            document: json!({
                "protocol": "primary-backup", "nodes": 3, "duration": 160, "clients": [],
                "settings": { "failover": [1000, 2000], "heartbeat": 1000 },
                "faults": [{ "partition": [["S1"]], "from": 20, "until": 60 }],
                "by_hand": [
                    propose("S1", "a", 30), json!({ "timeout": "S2", "timer": "Failover", "at": 50 }),
                    json!({ "timeout": "S2", "timer": "Heartbeat", "at": 80 }),
                ],
            }),
        },
        Golden {
            name: "quorum_has_the_history_before_anything_is_proposed",
            claim: "A leader is established when a quorum has promised its epoch and has its history; \
                    a transaction is committed when a quorum has it on disk.",
            cite: "Zab §IV, Phases 1 to 3",
            document: json!({
                "protocol": "zab", "nodes": 3, "settings": { "tick": 2000, "timeout": [3000, 4000] },
                "duration": 104, "clients": [],
                "by_hand": [propose("S3", "a", 72)],
            }),
        },
        Golden {
            name: "observer_learns_and_acknowledges_nothing",
            claim: "A server without weight joins when there is a leader, is told what is committed, and \
                    is waited for by nobody.",
            cite: "ZooKeeper, observers",
            document: json!({
                "protocol": "zab", "weights": [1, 1, 0],
                "settings": { "tick": 2000, "timeout": [3000, 4000] }, "duration": 176, "clients": [],
                "by_hand": [propose("S2", "a", 144)],
            }),
        },
        Golden {
            name: "coordinator_dies_and_its_group_answers",
            claim: "S3 votes when S4 has the record too; S1 dies before it decides. S2 weighs enough to go on \
                    alone and has nothing of the transaction: asked, it logs the abort, and then tells.",
            cite: "Corbett et al. §4.2.1; Gray and Lamport §1",
            document: json!({
                "protocol": "replicated-commit", "weights": [1, 2, 1, 1], "duration": 265,
                "network": { "delay": 10 },
                "settings": { "election": [1000, 2000], "heartbeat": 1000, "doubt": [100, 100] },
                "clients": [{ "target": "S1", "start": 60, "limit": 1, "retry": 1000, "asks": "pair" }],
                "faults": [{ "crash": "S1", "from": 95 }],
                "by_hand": [election("S1", 10), election("S3", 10), election("S2", 110)],
            }),
        },
        Golden {
            name: "coordinator_dies_before_its_log_and_abort_is_presumed",
            claim: "Who has voted yes neither commits nor aborts while the coordinator is down; back \
                    without a record, the coordinator tells who asks that the transaction is aborted.",
            cite: "Mohan, Lindsay, Obermarck §3; Gray and Lamport §3.3",
            document: json!({
                "protocol": "two-phase-commit", "nodes": 3, "duration": 280,
                "clients": [{ "target": "S2", "start": 10, "limit": 1, "retry": 1000, "asks": "pair" }],
                "faults": [{ "crash": "S1", "from": 35, "until": 100 }],
            }),
        },
        Golden {
            name: "manager_stands_in_and_leads_to_the_commit",
            claim: "The coordinator dies when only S3 knows that all have voted yes; S2 stands in for it, \
                    hears that from S3, and leads both there before anybody commits.",
            cite: "Skeen 1981 §6",
            document: json!({
                "protocol": "three-phase-commit", "nodes": 3, "duration": 660,
                "clients": [{ "target": "S2", "start": 10, "limit": 1, "retry": 1000, "asks": "pair" }],
                "faults": [
                    { "cut": { "from": ["S1"], "to": ["S2"] }, "from": 35, "until": 45 },
                    { "crash": "S1", "from": 45 },
                ],
            }),
        },
        Golden {
            name: "new_leader_proposes_what_was_accepted",
            claim: "The leader dies with the votes accepted and nobody told; another acceptor hears of \
                    them in phase 1, proposes them again, and the transaction is committed.",
            cite: "Gray and Lamport §4.2",
            document: json!({
                "protocol": "paxos-commit", "weights": [1, 1, 1, 0, 0], "duration": 330,
                "clients": [{ "target": "S4", "start": 10, "limit": 1, "retry": 1000, "asks": "pair" }],
                "faults": [{ "crash": "S1", "from": 45 }],
            }),
        },
        Golden {
            name: "message_gone_without_moves_the_mean",
            claim: "S1 moves towards S2, and S2, which has not heard S1, does not move towards S1: what one \
                    loses nobody gains.",
            cite: "Xiao, Boyd 2004 (1), §1",
            document: json!({
                "protocol": "average", "weights": [6, 0, 3],
                "settings": { "graph": "path", "round": 30 }, "duration": 70, "clients": [],
                "faults": [{ "cut": { "from": ["S1"], "to": ["S2"] }, "from": 0, "until": 20 }],
            }),
        },
        Golden {
            name: "lost_share_comes_with_the_next",
            claim: "The total that S1 sends in its second round has what was lost of its first.",
            cite: "Hadjicostis, Vaidya, Domínguez-García 2016 §III",
            document: json!({
                "protocol": "average", "weights": [6, 0, 3],
                "settings": { "graph": "path", "round": 30, "shares": "push-sum" }, "duration": 70,
                "clients": [],
                "faults": [{ "cut": { "from": ["S1"], "to": ["S2"] }, "from": 0, "until": 20 }],
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
