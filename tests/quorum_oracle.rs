//! The quorum module against quorum systems that quoracle (Whittaker et al. 2021) and the papers
//! decided: the threshold and weighted rows of `oracles/quorums.jsonl`, whose figures stand here
//! too, so that a clone without that folder tests the same.

#![cfg(not(target_arch = "wasm32"))]

use quorate::quorum::spec::Row;
use serde_json::{Map, Value, json};
use std::path::Path;

/// What the rows of the table have; the nodes are a, b, c, …
struct Known {
    id: &'static str,
    spec: &'static str,
    /// The minimal quorums, each a word of its nodes.
    read: &'static str,
    write: &'static str,
    more: More,
}

enum More {
    Valid {
        /// Every read meets every write, write write, read read.
        meets: [bool; 3],
        /// Of reads, of writes, of both.
        resilience: [u32; 3],
        /// Of reads and of writes, where a node is down with probability 0.01, 0.1, 0.3, 0.5. In
        /// these rows that of both is the smaller.
        availability: [[f64; 2]; 4],
        live_read: &'static [u32],
        live_write: &'static [u32],
    },
    Invalid {
        disjoint_pairs: u32,
        witness: &'static str,
    },
}

use More::{Invalid, Valid};

const KNOWN: &[Known] = &[
    Known {
        id: "maj3",
        spec: r#"{"threshold": {"n": 3, "r": 2, "w": 2}}"#,
        read: "ab ac bc",
        write: "ab ac bc",
        more: Valid {
            meets: [true, true, true],
            resilience: [1, 1, 1],
            availability: [[0.999702, 0.999702], [0.972, 0.972], [0.784, 0.784], [0.5, 0.5]],
            live_read: &[0, 0, 3, 1],
            live_write: &[0, 0, 3, 1],
        },
    },
    Known {
        id: "maj5",
        spec: r#"{"threshold": {"n": 5, "r": 3, "w": 3}}"#,
        read: "abc abd abe acd ace ade bcd bce bde cde",
        write: "abc abd abe acd ace ade bcd bce bde cde",
        more: Valid {
            meets: [true, true, true],
            resilience: [2, 2, 2],
            availability: [[0.9999901494, 0.9999901494], [0.99144, 0.99144], [0.83692, 0.83692], [0.5, 0.5]],
            live_read: &[0, 0, 0, 10, 5, 1],
            live_write: &[0, 0, 0, 10, 5, 1],
        },
    },
    Known {
        id: "rowa5",
        spec: r#"{"threshold": {"n": 5, "r": 1, "w": 5}}"#,
        read: "a b c d e",
        write: "abcde",
        more: Valid {
            meets: [true, true, false],
            resilience: [4, 0, 0],
            availability: [
                [0.9999999999, 0.9509900499],
                [0.99999, 0.59049],
                [0.99757, 0.16807],
                [0.96875, 0.03125],
            ],
            live_read: &[0, 5, 10, 10, 5, 1],
            live_write: &[0, 0, 0, 0, 0, 1],
        },
    },
    Known {
        id: "fpaxos-4-2of5",
        spec: r#"{"threshold": {"n": 5, "r": 4, "w": 2}}"#,
        read: "abcd abce abde acde bcde",
        write: "ab ac ad ae bc bd be cd ce de",
        more: Valid {
            meets: [true, false, true],
            resilience: [1, 3, 1],
            availability: [
                [0.9990198504, 0.9999999504],
                [0.91854, 0.99954],
                [0.52822, 0.96922],
                [0.1875, 0.8125],
            ],
            live_read: &[0, 0, 0, 0, 5, 1],
            live_write: &[0, 0, 10, 10, 5, 1],
        },
    },
    Known {
        id: "w3111",
        spec: r#"{"weighted": {"votes": [3, 1, 1, 1], "r": 4, "w": 4}}"#,
        read: "ab ac ad",
        write: "ab ac ad",
        more: Valid {
            meets: [true, true, true],
            resilience: [0, 0, 0],
            availability: [[0.98999901, 0.98999901], [0.8991, 0.8991], [0.6811, 0.6811], [0.4375, 0.4375]],
            live_read: &[0, 0, 3, 3, 1],
            live_write: &[0, 0, 3, 3, 1],
        },
    },
    Known {
        id: "w2111",
        spec: r#"{"weighted": {"votes": [2, 1, 1, 1], "r": 3, "w": 3}}"#,
        read: "ab ac ad bcd",
        write: "ab ac ad bcd",
        more: Valid {
            meets: [true, true, true],
            resilience: [1, 1, 1],
            availability: [[0.999702, 0.999702], [0.972, 0.972], [0.784, 0.784], [0.5, 0.5]],
            live_read: &[0, 0, 3, 4, 1],
            live_write: &[0, 0, 3, 4, 1],
        },
    },
    Known {
        id: "gifford-ex1",
        spec: r#"{"weighted": {"votes": [1, 0, 0], "r": 1, "w": 1}}"#,
        read: "a",
        write: "a",
        more: Valid {
            meets: [true, true, true],
            resilience: [0, 0, 0],
            availability: [[0.99, 0.99], [0.9, 0.9], [0.7, 0.7], [0.5, 0.5]],
            live_read: &[0, 1, 2, 1],
            live_write: &[0, 1, 2, 1],
        },
    },
    Known {
        id: "bad-r2w2of4",
        spec: r#"{"threshold": {"n": 4, "r": 2, "w": 2}}"#,
        read: "ab ac ad bc bd cd",
        write: "ab ac ad bc bd cd",
        more: Invalid { disjoint_pairs: 6, witness: "ab cd" },
    },
    Known {
        id: "bad-fpaxos-3-2of5",
        spec: r#"{"threshold": {"n": 5, "r": 3, "w": 2}}"#,
        read: "abc abd abe acd ace ade bcd bce bde cde",
        write: "ab ac ad ae bc bd be cd ce de",
        more: Invalid { disjoint_pairs: 10, witness: "abc de" },
    },
];

fn words(text: &str) -> Value {
    let letters = |word: &str| -> Value { word.chars().map(String::from).collect() };
    text.split(' ').map(letters).collect()
}

fn sizes(prefix: &str, text: &str, row: &mut Map<String, Value>) {
    let lengths: Vec<usize> = text.split(' ').map(str::len).collect();
    row.insert(format!("n_min_{prefix}_quorums"), lengths.len().into());
    row.insert(format!("min_{prefix}_size"), lengths.iter().min().copied().into());
    row.insert(format!("max_{prefix}_size"), lengths.iter().max().copied().into());
    row.insert(format!("min_{prefix}_quorums"), words(text));
}

impl Known {
    /// The row of the table as one of the file.
    fn row(&self) -> Value {
        let spec: Value = serde_json::from_str(self.spec).expect("the table holds JSON");
        let count = spec["weighted"]["votes"]
            .as_array()
            .map_or_else(|| spec["threshold"]["n"].as_u64().expect("a number of nodes") as usize, Vec::len);
        let nodes: Value = ('a'..='z').take(count).map(String::from).collect();
        let mut row = Map::new();
        sizes("read", self.read, &mut row);
        sizes("write", self.write, &mut row);
        let more = match self.more {
            Valid { meets, resilience, availability, live_read, live_write } => {
                let mut by_down = Map::new();
                for (down, [read, write]) in ["0.01", "0.1", "0.3", "0.5"].iter().zip(availability) {
                    let both = f64::min(read, write);
                    let three = json!({ "read": read, "write": write, "both": both });
                    by_down.insert((*down).to_owned(), three);
                }
                json!({
                    "valid": true,
                    "every_read_meets_every_write": meets[0],
                    "every_write_meets_every_write": meets[1],
                    "every_read_meets_every_read": meets[2],
                    "read_resilience": resilience[0],
                    "write_resilience": resilience[1],
                    "resilience": resilience[2],
                    "availability": by_down,
                    "live_sets_with_read_quorum_by_size": live_read,
                    "live_sets_with_write_quorum_by_size": live_write,
                })
            }
            Invalid { disjoint_pairs, witness } => json!({
                "valid": false,
                "every_read_meets_every_write": false,
                "every_write_meets_every_write": false,
                "disjoint_pairs": disjoint_pairs,
                "witness": words(witness),
            }),
        };
        row.extend(more.as_object().cloned().expect("an object"));
        row.extend([("id".into(), self.id.into()), ("spec".into(), spec), ("nodes".into(), nodes)]);
        row.into()
    }
}

/// Fields of the file that are not answers of the quorum module: what was asked, and what a best
/// strategy is worth (a linear programme).
const NOT_ANSWERED: [&str; 12] = [
    "title",
    "kind",
    "spec",
    "quoracle_error",
    "load",
    "load_exact",
    "node_params",
    "het_capacity",
    "network_load_opt",
    "latency_opt_ms",
    "latency_ms_at_1.25x_load_fr0.5_het",
    "load_f1_fr0.5",
];

/// Compares every field that the row has, and says which it compared.
fn check(row: &Value) -> Vec<String> {
    let seen = Row::parse(&row.to_string()).expect("a row of the oracle").report();
    let fields = row.as_object().expect("an object");
    let answered = fields.iter().filter(|(key, _)| !NOT_ANSWERED.contains(&key.as_str()));
    let compare = |(key, expected): (&String, &Value)| {
        let place = format!("{}: {key}", row["id"]);
        if key == "availability" {
            for (down, kinds) in expected.as_object().expect("by probability") {
                for (kind, chance) in kinds.as_object().expect("by kind") {
                    let own = seen[key][down][kind].as_f64().expect("a probability");
                    let other = chance.as_f64().expect("a probability");
                    assert!((own - other).abs() < 1e-9, "{place} {down} {kind}: {own}, not {other}");
                }
            }
        } else {
            assert_eq!(seen[key], *expected, "{place}");
        }
        key.clone()
    };
    answered.map(compare).collect()
}

#[test]
fn the_table_is_answered() {
    for known in KNOWN {
        let fields = check(&known.row()).len();
        assert!(fields >= 15, "{}: {fields} fields", known.id);
    }
}

/// The rules of arithmetic and the powers, which the oracle does not give, of its first rows.
#[test]
fn the_rule_and_the_power_are_told() {
    let rows: Vec<Value> = KNOWN.iter().map(Known::row).collect();
    let seen = |id: &str| {
        let row = rows.iter().find(|row| row["id"] == id).expect("in the table");
        Row::parse(&row.to_string()).expect("a row").report()
    };
    assert_eq!(seen("maj3")["rule_holds"], true);
    assert_eq!(seen("bad-r2w2of4")["rule_holds"], false);
    assert_eq!(seen("w3111")["power"]["read"], json!({"a": 0.7, "b": 0.1, "c": 0.1, "d": 0.1}));
    assert_eq!(seen("gifford-ex1")["power"]["write"], json!({"a": 1.0, "b": 0.0, "c": 0.0}));
    assert_eq!(seen("fpaxos-4-2of5")["write_rule_holds"], false);
}

#[test]
fn the_file_is_answered() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles/quorums.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there; the table has its figures", path.display());
        return;
    };
    let mut answered = 0;
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("the oracle is JSON");
        if row["spec"].get("expr").is_none() {
            check(&row);
            answered += 1;
        }
    }
    assert!(answered >= KNOWN.len(), "only {answered} rows");
}
