//! `quorate compare`, as a shell runs it.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

use quorate::catalogue::PROTOCOLS;
use serde_json::Value;
use std::process::{Command, Output, Stdio};

fn ran(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quorate"));
    command.arg("compare").args(args).stdin(Stdio::null()).output().expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_line_a_protocol_and_each_can_be_chosen() {
    let all = ran(&["raft/partitioned-leader", "--json"]);
    assert_eq!((all.status.code(), text(&all.stderr)), (Some(0), String::new()));
    let all: Vec<Value> =
        text(&all.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ids: Vec<&str> = all.iter().filter_map(|row| row["protocol"].as_str()).collect();
    assert!(ids.iter().eq(PROTOCOLS.iter().map(|entry| &entry.spec.id)), "{ids:?}");
    for row in &all {
        let count = |name: &str| row[name].as_u64().unwrap_or_else(|| panic!("{name} in {row}"));
        let entry = quorate::catalogue::find(row["protocol"].as_str().unwrap_or("")).expect("it is known");
        // What nobody promised may break under a partition.
        let broken = row["violations"].as_array().expect("a list").iter().filter_map(Value::as_str);
        assert!(broken.clone().all(|id| entry.unpromised(id).is_some()), "{row}");
        assert!(count("asked") > 0 && count("messages") > 0 && count("bytes") > 16 * count("messages"));
    }
    let some = ran(&["raft/partitioned-leader", "--protocols", "vote,raft"]);
    let lines = text(&some.stdout);
    let firsts: Vec<_> = lines.lines().map(|line| line.split_whitespace().next().unwrap_or("")).collect();
    assert_eq!(firsts, ["protocol", "vote", "raft"]);
}

#[test]
fn an_unknown_protocol_is_refused_by_name() {
    let output = ran(&["raft/leader-crash", "--protocols", "raft,quorums"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("not quorums"), "{}", text(&output.stderr));
}
