//! Histories of real systems with the verdicts of their authors: `oracles/linearizability.jsonl`,
//! where it is there. `tests/history_files.rs` has histories that need no other folder.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::linear::{Budget, Verdict};
use quorate::history::{Format, read};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn verdicts_are_those_of_the_authors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles");
    let Ok(rows) = fs::read_to_string(folder.join("linearizability.jsonl")) else {
        eprintln!("skipped: there is no {}", folder.display());
        return;
    };
    let (mut count, mut slowest) = (0, (Duration::ZERO, String::new(), 0));
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).expect("JSON");
        let id = row["id"].as_str().expect("an id").to_owned();
        let file = folder.join(row["file"].as_str().expect("a file"));
        let Ok(bytes) = fs::read(&file) else {
            eprintln!("skipped: there is no {}", file.display());
            continue;
        };
        let format = if id.starts_with("jepsen-etcd") { Format::Etcd } else { Format::Knossos };
        assert_eq!(Format::sniff(&String::from_utf8_lossy(&bytes)), Some(format), "{id}");
        let start = Instant::now();
        let history = read(&bytes, None, None).unwrap_or_else(|error| panic!("{id}: {error}"));
        let checked = history.check(Budget::default());
        let took = start.elapsed();
        let linearizable = match &checked.verdict {
            Verdict::Linearizable { .. } => true,
            Verdict::Not(failure) => {
                assert!(failure.unordered.contains(&failure.stuck), "{id}");
                false
            }
            Verdict::Unknown => panic!("{id}: unknown"),
        };
        assert_eq!(Some(linearizable), row["linearizable"].as_bool(), "{id}");
        let pending = history.calls.iter().filter(|call| call.returned.is_none()).count();
        assert_eq!(Some(pending as u64), row["never_returned"].as_u64(), "{id}");
        // What did not happen is no operation here, and reads that failed are counted there.
        let operations = row["ops"].as_u64().expect("a number");
        assert!((operations.saturating_sub(10)..=operations).contains(&(history.calls.len() as u64)), "{id}");
        if took > slowest.0 {
            slowest = (took, id, checked.configurations);
        }
        count += 1;
    }
    let (took, id, configurations) = slowest;
    println!("{count} histories; the slowest took {took:?}: {id}, {configurations} configurations");
    assert!(count > 0, "the oracle has rows");
}
