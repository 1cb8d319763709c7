//! What TLC and others count for small public specifications, counted again.
//!
//! The figures are copied here; where the folder that they come from is at hand, each of its rows marked
//! highly portable is looked up in it too, so that none is forgotten.
#![cfg(not(target_arch = "wasm32"))]

use quorate::explore::{Constants, Explorer, Limits, MODELS, Progress, model};
use quorate::model::Lang;
use std::collections::BTreeSet;
use std::path::Path;

/// A row: its name, the model, its constants, quorum systems, and whether symmetry is used.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], bool);

/// Rows whose every state is counted, with distinct, generated and depth; 0 for what is not known.
const COUNTS: &[(Row, u64, u64, u32)] = &[
    (("2pc-rm2", "two-phase", "rms=2", &[], false), 56, 154, 8),
    (("2pc-rm3", "two-phase", "rms=3", &[], false), 288, 1_146, 11),
    (("2pc-rm5", "two-phase", "rms=5", &[], false), 8_832, 58_146, 17),
    // The module's own comment names this one.
    (("2pc-rm6", "two-phase", "rms=6", &[], false), 50_816, 0, 0),
    (("2pc-rm3-orbits", "two-phase", "rms=3", &[], true), 80, 0, 0),
    (("tcommit-rm2", "tcommit", "rms=2", &[], false), 12, 23, 5),
    (("tcommit-rm3", "tcommit", "rms=3", &[], false), 34, 94, 7),
    (
        ("paxoscommit-2-3-2", "paxos-commit", "rms=2,acceptors=3,ballots=2", &[], false),
        1_321_761,
        16_959_159,
        28,
    ),
    (("paxoscommit-small-0", "paxos-commit", "rms=1,acceptors=3,ballots=2", &[], false), 1_461, 9_936, 15),
    (("paxos-a1-sym", "paxos", "acceptors=1,values=1,ballots=2", &[], true), 25, 82, 9),
    (("paxos-a3-v2-b2", "paxos", "acceptors=3,values=2,ballots=2", &[], false), 3_921, 23_563, 17),
    (("paxos-var-0", "paxos", "acceptors=3,values=2,ballots=1", &[], false), 73, 314, 9),
    (("paxos-var-1", "paxos", "acceptors=3,values=1,ballots=2", &[], false), 1_681, 9_903, 17),
    (("paxos-var-5", "paxos", "acceptors=2,values=2,ballots=2,quorums=2", &[], false), 145, 611, 13),
    (
        (
            "fpaxos-two",
            "fpaxos",
            "acceptors=2,values=3,ballots=3",
            &["q1={{a1},{a2}}", "q2={{a1,a2}}"],
            false,
        ),
        36_953,
        245_288,
        19,
    ),
    (("fpaxos-three", "fpaxos", "acceptors=3,values=3,ballots=3", &[], false), 362_361, 2_697_682, 25),
    (("fpaxos-var-0", "fpaxos", "acceptors=3,values=2,ballots=2,q1=3,q2=1", &[], false), 513, 2_587, 17),
    (("voting-3-2-2-sym", "voting", "acceptors=3,values=2,ballots=2", &[], true), 77, 451, 11),
    (("consensus", "consensus", "values=3", &[], false), 4, 7, 1),
    (
        ("fastpaxos-classic", "fast-paxos-classic", "acceptors=4,values=3,ballots=3", &[], true),
        1_207,
        13_290,
        22,
    ),
    (("alternating-bit", "alternating-bit", "data=2,msgqlen=2,ackqlen=2", &[], false), 240, 1_392, 10),
];

/// Rows that break a property, with the number of steps of the shortest run that does.
const BROKEN: &[(Row, &str, usize)] = &[
    (
        ("paxos-bad-0", "paxos", "acceptors=4,values=2,ballots=2", &["{{a1,a2},{a3,a4}}"], false),
        "one-value",
        12,
    ),
    (("fpaxos-bad-0", "fpaxos", "acceptors=4,values=2,ballots=2,q1=2,q2=2", &[], false), "one-value", 12),
    (("sr-single-2-2", "single-copy-register", "servers=2,clients=2", &[], false), "linearizable", 4),
];

fn explore(row: &Row, go_on: bool) -> Explorer {
    let (id, name, constants, quorums, symmetry) = *row;
    let model = model(name).unwrap_or_else(|| panic!("{id}: no model {name}"));
    let constants = Constants::read(model, constants, quorums).unwrap_or_else(|e| panic!("{id}: {e}"));
    let system = model.build(&constants).expect("a system");
    let mut explorer = Explorer::new(system, Limits { symmetry, go_on, ..Limits::default() });
    while explorer.advance(100_000) == Progress::Running {}
    explorer
}

#[test]
fn counts_are_those_of_the_oracle() {
    for (row, distinct, generated, depth) in COUNTS {
        let explorer = explore(row, true);
        let counts = explorer.counts();
        // The queues of the alternating bit would grow for ever: its module cuts them off by a constraint.
        let cut = row.1 == "alternating-bit";
        let end = if cut { Progress::Bounded } else { Progress::Complete };
        assert_eq!((explorer.progress(), counts.outside > 0), (end, cut), "{}", row.0);
        assert_eq!(explorer.violation(), None, "{} holds", row.0);
        assert_eq!(counts.distinct, *distinct, "{}: distinct", row.0);
        if *generated > 0 {
            assert_eq!((counts.generated, counts.depth), (*generated, *depth), "{}: generated, depth", row.0);
        }
    }
}

#[test]
fn broken_specifications_break_in_as_few_steps() {
    for (row, property, steps) in BROKEN {
        let mut explorer = explore(row, false);
        assert_eq!(explorer.progress(), Progress::Violated, "{}", row.0);
        let found = explorer.violation().expect("a violation");
        assert_eq!(explorer.properties()[found.property].word.id, *property, "{}", row.0);
        let path = explorer.path(found.state);
        assert_eq!(path.len() - 1, *steps, "{}: steps", row.0);
    }
}

/// With symmetry or without, what can happen and in how few steps is the same.
#[test]
fn symmetry_changes_the_number_of_states_and_nothing_else() {
    for (row, property, steps) in BROKEN {
        let mut explorer = explore(&(row.0, row.1, row.2, row.3, true), false);
        let found = explorer.violation().expect("a violation");
        assert_eq!(explorer.properties()[found.property].word.id, *property, "{}", row.0);
        assert_eq!(explorer.path(found.state).len() - 1, *steps, "{}: steps", row.0);
    }
    let orbits = explore(&("2pc", "two-phase", "rms=5", &[], true), true).counts().distinct;
    assert_eq!(orbits, 314, "and not the 665 of a representative that is not one");
}

/// However many managers there are, states that differ only by their names are one.
///
/// Two-phase commit, by what one manager may be: working, prepared, prepared and known to be, aborted
/// before the decision; known to be prepared or committed after a commit; one of six after an abort.
/// So many ways there are to have n of k kinds: C(n + k - 1, k - 1).
#[test]
fn symmetry_is_used_however_many_there_are() {
    let choose = |n: u64, k: u64| (1..=k).fold(1, |all, i| all * (n - k + i) / i);
    for n in [3u64, 8, 12] {
        let constants = format!("rms={n}");
        let model = model("two-phase").expect("a model");
        let constants = Constants::read(model, &constants, &[]).expect("constants");
        let limits = Limits { symmetry: true, ..Limits::default() };
        let mut explorer = Explorer::begin(model.build(&constants).expect("a system"), limits).expect("one");
        while explorer.advance(100_000) == Progress::Running {}
        assert!(explorer.symmetry());
        assert_eq!(explorer.counts().distinct, choose(n + 3, 3) + n + 1 + choose(n + 5, 5), "{n}");
    }
    // Without a commit: three kinds; with one: all prepared, some of them committed.
    let row = ("", "tcommit", "rms=12", &[][..], true);
    assert_eq!(explore(&row, true).counts().distinct, choose(14, 2) + 12);
}

/// Symmetry that is not used is not said to be.
#[test]
fn symmetry_is_refused_where_it_cannot_be_used() {
    let limits = Limits { symmetry: true, ..Limits::default() };
    for (name, constants, facts) in [
        ("paxos", "acceptors=7,values=3", &["30240", "5040"][..]),
        ("paxos-commit", "acceptors=7,rms=2", &["10080", "5040"]),
        ("synod", "", &[]),
    ] {
        let model = model(name).expect("a model");
        let constants = Constants::read(model, constants, &[]).expect("constants");
        let system = || model.build(&constants).expect("a system");
        let refused = Explorer::begin(system(), limits).expect_err(name);
        for lang in [Lang::En, Lang::Zh] {
            let sentence = refused.sentence(lang);
            assert!(facts.iter().all(|fact| sentence.contains(fact)) && !sentence.is_empty(), "{sentence}");
        }
        assert!(!Explorer::new(system(), limits).symmetry(), "{name}");
        assert!(Explorer::begin(system(), Limits::default()).is_ok(), "{name}");
    }
}

/// Each way of writing the same quorums is the same system.
#[test]
fn weights_thresholds_and_sets_agree() {
    let count = |constants, quorums| {
        let counts = explore(&("", "fpaxos", constants, quorums, false), true).counts();
        (counts.distinct, counts.generated, counts.depth)
    };
    let sets = count("acceptors=3,values=2,ballots=2", &["q1={{a1,a2},{a1,a3}}", "q2={{a1},{a2,a3}}"]);
    assert_eq!(count("weights=2:1:1,values=2,ballots=2,q1=3,q2=2", &[]), sets);
    assert_eq!(count("weights=2:1:1,acceptors=3,q1=3,q2=2", &["q2={{a2,a3},{a1}}"]), sets);
}

/// Every row of the folder is one of those above.
#[test]
fn no_row_of_the_oracle_is_left_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracles/states.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let broken: BTreeSet<&str> = BROKEN.iter().map(|(row, ..)| row.0).collect();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        if row["portability"] != "high" {
            continue;
        }
        let id = row["id"].as_str().expect("a name");
        if let Some((_, distinct, generated, depth)) = COUNTS.iter().find(|(row, ..)| row.0 == id) {
            assert_eq!(row["distinct"], *distinct, "{id}");
            if !row["generated"].is_null() {
                assert_eq!(
                    (&row["generated"], &row["depth"]),
                    (&(*generated).into(), &(*depth).into()),
                    "{id}"
                );
            }
        } else {
            assert!(broken.contains(id), "{id} is not reproduced");
            let (.., steps) = BROKEN.iter().find(|(row, ..)| row.0 == id).expect("a row");
            assert_eq!(row["shortest_trace_steps"], *steps as u64, "{id}");
        }
    }
}

/// The search stops where its memory ends, says so, and keeps what it has.
#[test]
fn memory_has_a_limit() {
    let model = model("paxos-commit").expect("a model");
    let constants = Constants::read(model, "", &[]).expect("defaults");
    let limits = Limits { memory: 4 << 20, go_on: true, ..Limits::default() };
    let mut explorer = Explorer::new(model.build(&constants).expect("a system"), limits);
    while explorer.advance(10_000) == Progress::Running {}
    assert_eq!(explorer.progress(), Progress::OutOfMemory);
    assert!(explorer.bytes() <= limits.memory, "{} bytes", explorer.bytes());
    let counts = explorer.counts();
    assert!(counts.distinct > 10_000, "{counts:?}");
    assert_eq!(explorer.advance(10_000), Progress::OutOfMemory);
    assert_eq!(explorer.counts(), counts);
    let last = u32::try_from(counts.distinct - 1).expect("a number");
    assert_eq!(explorer.path(last).len() as u32, counts.depth);
}

/// Slices of any size visit the same states in the same order.
#[test]
fn slices_do_not_matter() {
    let model = model("paxos").expect("a model");
    let run = |work: u64| {
        let constants = Constants::read(model, "acceptors=3,values=2,ballots=2", &[]).expect("constants");
        let mut explorer = Explorer::new(model.build(&constants).expect("a system"), Limits::default());
        while explorer.advance(work) == Progress::Running {}
        (explorer.counts(), explorer.path(3_920))
    };
    assert_eq!(run(1), run(1_000_000));
}

/// Every model runs with its defaults, and refuses another's constants.
#[test]
fn every_model_runs() {
    for model in MODELS {
        let constants = Constants::read(model, "", &[]).unwrap_or_else(|e| panic!("{}: {e}", model.id));
        let mut explorer = Explorer::new(model.build(&constants).expect("a system"), Limits::default());
        explorer.advance(5_000);
        let counts = explorer.counts();
        assert!(counts.generated > 1 && counts.distinct > 1, "{}: {counts:?}", model.id);
        let last = explorer.path(counts.distinct as u32 - 1);
        assert!(!last.is_empty(), "{}", model.id);
        for step in &last {
            for lang in [Lang::En, Lang::Zh] {
                assert!(!explorer.show(&step.state, lang).is_empty(), "{}", model.id);
                assert!(
                    step.action.is_none_or(|action| !explorer.action(action, lang).is_empty()),
                    "{}",
                    model.id
                );
            }
        }
        for other in MODELS.iter().filter(|other| other.id != model.id) {
            assert!(other.build(&constants).is_err(), "{} for {}", model.id, other.id);
        }
        // The extremes of each constant alone are fine, too.
        for constant in model.constants {
            for value in [constant.least, constant.most] {
                let text = format!("{}={value}", constant.id);
                let constants = Constants::read(model, &text, &[]).unwrap_or_else(|e| panic!("{text}: {e}"));
                Explorer::new(model.build(&constants).expect("a system"), Limits::default()).advance(2_000);
            }
        }
    }
}
