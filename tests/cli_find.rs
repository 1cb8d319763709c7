//! `quorate find`, run as a shell or an array job runs it.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

use quorate::scenario::{find, from_json, from_link, replay, to_json_pretty};
use quorate::search::as_test;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn ran(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quorate"));
    command.arg("find").args(args).stdin(Stdio::null()).output().expect("the command runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The one object that is printed.
fn object(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).expect("JSON")
}

/// A place for a file of this test's own.
fn place(name: &str) -> String {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).display().to_string()
}

#[test]
fn a_failure_is_told_with_its_scenario_and_its_link() {
    let (out, test) = (place("found.json"), place("found.rs"));
    let args =
        ["paxos/two-proposers", "--flaw", "ignores-accepted", "--seed", "3", "--out", &out, "--test", &test];
    let output = ran(&args);
    assert_eq!((code(&output), err(&output)), (1, String::new()));
    let told = object(&output);
    assert_eq!((&told["seed"], &told["shard"]), (&json!(3), &json!("0/1")));
    let found = &told["found"];
    assert_eq!(told["tried"].as_u64(), found["schedule"].as_u64().map(|schedule| schedule + 1));
    assert!(told["coverage"]["fired"].as_u64() <= told["coverage"]["rules"].as_u64());
    let scenario = from_json(&found["scenario"].to_string()).expect("a document");
    assert!(replay(&scenario).iter().all(|kept| kept.ok) && scenario.claims.len() == 1);
    assert!(found["interesting"].as_u64().is_some_and(|events| (1..=25).contains(&events)));
    let linked = from_link(found["link"].as_str().expect("a link")).expect("a link").expect("a scenario");
    assert_eq!(linked.0, scenario);
    assert_eq!(fs::read_to_string(&out).expect("the file"), to_json_pretty(&scenario));
    assert_eq!(fs::read_to_string(&test).expect("the file"), as_test(&scenario));
    let sentence = found["sentence"].as_str().expect("a sentence");
    assert!(scenario.text.en.starts_with(sentence), "{sentence}");
    let in_chinese = object(&ran(&[&args[..5], &["--lang", "zh"]].concat()));
    assert_eq!(in_chinese["found"]["link"], found["link"]);
    assert_ne!(in_chinese["found"]["sentence"], found["sentence"]);
}

#[test]
fn quorums_that_do_not_meet_are_named() {
    let mut around = find("paxos/two-proposers").expect("a scenario").clone();
    around.thresholds = vec![3, 2];
    let path = place("unsafe.json");
    fs::write(&path, to_json_pretty(&around)).expect("the file is written");
    let output = ran(&[&path, "--property", "chosen-stable"]);
    let found = &object(&output)["found"];
    let [one, other] = [0, 1].map(|which| found["quorums"][which].as_array().expect("a quorum").clone());
    assert!(!one.is_empty() && !other.is_empty() && one.iter().all(|node| !other.contains(node)));
}

#[test]
fn where_nothing_is_wrong_nothing_is_found() {
    let output = ran(&["vote/in-doubt", "--schedules", "40"]);
    assert_eq!((code(&output), err(&output)), (0, String::new()));
    let told = object(&output);
    assert_eq!((&told["tried"], &told["found"]), (&json!(40), &Value::Null));
    let (rules, fired) = (told["coverage"]["rules"].as_u64(), told["coverage"]["fired"].as_u64());
    let never = told["coverage"]["never"].as_array().map(|never| never.len() as u64);
    assert_eq!(rules, fired.zip(never).map(|(fired, never)| fired + never));
    // No time at all is enough for nothing, and that is no failure.
    let told = object(&ran(&["vote/in-doubt", "--seconds", "0"]));
    assert_eq!(told["found"], Value::Null);
}

#[test]
fn shards_of_an_array_job_find_it_once() {
    let flawed = ["raft/leader-crash", "--flaw", "truncates-always", "--no-shrink"];
    let whole = object(&ran(&flawed));
    let schedule = whole["found"]["schedule"].as_u64().expect("a schedule");
    let (index, most) = (schedule % 4, (schedule / 4 + 1).to_string());
    for shard in 0..4 {
        let name = format!("{shard}/4");
        let output = ran(&[&flawed[..], &["--shard", &name, "--schedules", &most]].concat());
        let told = object(&output);
        assert_eq!(told["shard"], json!(name));
        if shard == index {
            assert_eq!((code(&output), &told["found"]), (1, &whole["found"]));
        } else if let Some(other) = told["found"]["schedule"].as_u64() {
            assert!(other > schedule && other % 4 == shard);
        }
    }
}

#[test]
fn what_was_found_stays_as_it_is_where_it_is_to() {
    let flawed = ["raft/leader-crash", "--flaw", "truncates-always"];
    let small = object(&ran(&flawed));
    let large = object(&ran(&[&flawed[..], &["--no-shrink"]].concat()));
    assert_eq!(small["found"]["schedule"], large["found"]["schedule"]);
    assert!(small["found"]["interesting"].as_u64() < large["found"]["interesting"].as_u64());
    let scenario = from_json(&large["found"]["scenario"].to_string()).expect("a document");
    assert!(replay(&scenario).iter().all(|kept| kept.ok) && scenario.claims.len() == 1);
}

#[test]
fn what_is_not_there_is_refused_in_a_sentence() {
    for (args, sentence) in [
        (
            &["raft/leader-crash", "--flaw", "x"][..],
            "quorate: --flaw should be one of counts-old-term, votes-without-log, forgets-vote, truncates-always, single-step, early-change, local-reads, lease-drifts, not x.\n",
        ),
        (
            &["vote/in-doubt", "--property", "x"],
            "quorate: --property should be one of decision-backed, agreement, validity, not x.\n",
        ),
    ] {
        let output = ran(args);
        assert_eq!((code(&output), err(&output)), (2, sentence.to_owned()));
    }
    for args in [
        &["vote/in-doubt", "--shard", "4/4"][..],
        &["vote/in-doubt", "--shard", "1"],
        &["vote/in-doubt", "--shard", "-1/3"],
        &["vote/in-doubt", "--seconds", "NaN"],
        &["vote/in-doubt", "--seconds", "-1"],
        &["vote/in-doubt", "--schedules", "many"],
        &["nowhere"],
    ] {
        let output = ran(args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let nowhere = place("no/such/folder/found.json");
    let output = ran(&["vote/weights-decide", "--flaw", "counts-heads", "--out", &nowhere]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("found.json"), "{}", err(&output));
}

#[test]
fn help_tells_how_to_spread_a_search() {
    let output = ran(&["--help"]);
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    assert!(code(&output) == 0 && text.contains("--array=0-99") && text.contains("--shard"), "{text}");
}

#[test]
fn what_clients_see_can_be_looked_for_too() {
    let output = ran(&["paxos/unsafe-thresholds", "--property", "linearizable", "--schedules", "300"]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert_eq!(object(&output)["found"]["property"], json!("linearizable"));
    let refused = ran(&["paxos/unsafe-thresholds", "--property", "value-chosen"]);
    assert_eq!(code(&refused), 2);
    assert!(err(&refused).contains("linearizable"), "{}", err(&refused));
}
