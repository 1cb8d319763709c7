//! Session guarantees and staleness, on histories made by hand, and on runs.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::guarantees::{
    GUARANTEES, MONOTONIC_READS, MONOTONIC_WRITES, READ_YOUR_WRITES, Sessions, WRITES_FOLLOW_READS,
};
use quorate::model::{ClientId, Command, Key, Lang, NodeId, Op, Outcome, RequestId, Span, Time, Value};
use quorate::scenario::gallery;
use quorate::sim::{Operation, Progress};

/// `c1 x=a 0-4`, `c2 x? a 5-7`, `c2 y? nil 8-9`, `c1 x=b 10-`: client, what, and from when to when in ms.
fn operation(line: &str) -> Operation {
    let words: Vec<&str> = line.split(' ').collect();
    let client = words[0][1..].parse::<u16>().expect("a client") - 1;
    let key = |c: &str| Key(c.as_bytes()[0] - b'x');
    let value = |c: &str| Value(u32::from(c.as_bytes()[0] - b'a'));
    let (op, outcome) = if words[1].ends_with('?') {
        let read = (words[2] != "nil").then(|| value(words[2]));
        (Op::Read { key: key(words[1]) }, Outcome::Value(read))
    } else {
        (Op::Write { key: key(words[1]), value: value(&words[1][2..]) }, Outcome::Done)
    };
    let (from, to) = words.last().and_then(|times| times.split_once('-')).expect("times");
    let time = |ms: &str| Time::ms(ms.parse().expect("ms"));
    Operation {
        command: Command { request: RequestId { client: ClientId(client), seq: 1 }, op },
        called: time(from),
        node: NodeId(0),
        returned: (!to.is_empty()).then(|| (time(to), NodeId(0), outcome)),
        tries: 1,
    }
}

fn sessions(lines: &[&str]) -> Sessions {
    let operations: Vec<Operation> = lines.iter().map(|line| operation(line)).collect();
    Sessions::of(&operations, Time(u64::MAX))
}

/// The guarantees that were not kept, in order.
fn lapses(lines: &[&str]) -> Vec<(&'static str, u32)> {
    sessions(lines).lapses.iter().map(|lapse| (lapse.guarantee.id, lapse.read)).collect()
}

#[test]
fn clean_histories_are_clean() {
    let clean: &[&[&str]] = &[
        &["c1 x=a 0-4", "c1 x? a 5-6", "c2 x? a 7-8", "c2 x=b 9-10", "c1 x? b 11-12"],
        // Overlapping writes may be seen in any order by different clients.
        &["c1 x=a 0-9", "c2 x=b 1-8", "c3 x? a 10-11", "c4 x? b 12-13"],
        // A write that overlaps the read need not be seen; nor one that was not answered.
        &["c1 x=a 0-4", "c1 x=b 5-9", "c2 x? a 6-7", "c2 x? b 8-9"],
        &["c1 x=a 0-4", "c1 x=b 5-", "c2 x? a 6-7", "c2 x? b 8-9", "c3 x? b 10-11"],
    ];
    for lines in clean {
        assert_eq!(lapses(lines), [], "{lines:?}");
    }
}

#[test]
fn each_guarantee_is_missed_where_it_lapses() {
    let lines = ["c1 x=a 0-4", "c1 x? nil 5-6"];
    assert_eq!(lapses(&lines), [(READ_YOUR_WRITES.id, 1)]);

    // Another client reads the same old value: nothing was promised to it.
    assert_eq!(lapses(&["c1 x=a 0-4", "c2 x? nil 5-6"]), []);

    let lines = ["c1 x=a 0-1", "c1 x=b 2-3", "c2 x? b 4-5", "c2 x? a 6-7"];
    assert_eq!(lapses(&lines), [(MONOTONIC_READS.id, 3), (MONOTONIC_WRITES.id, 3)]);
    // By different clients it is no matter of anybody's own writes.
    let lines = ["c1 x=a 0-1", "c3 x=b 2-3", "c2 x? b 4-5", "c2 x? a 6-7"];
    assert_eq!(lapses(&lines), [(MONOTONIC_READS.id, 3)]);

    // c2 answers what it has read in x by writing y; c3 sees the answer and not what was answered.
    let lines = ["c1 x=a 0-1", "c2 x? a 2-3", "c2 y=b 4-5", "c3 y? b 6-7", "c3 x? nil 8-9"];
    assert_eq!(lapses(&lines), [(WRITES_FOLLOW_READS.id, 4)]);

    // c1 writes x, then y; c2 sees y and not x.
    let lines = ["c1 x=a 0-1", "c1 y=b 2-3", "c2 y? b 4-5", "c2 x? nil 6-7"];
    assert_eq!(lapses(&lines), [(MONOTONIC_WRITES.id, 3)]);
    assert_eq!(sessions(&lines).counts(), [0, 0, 0, 1]);
}

#[test]
fn the_sentence_has_the_operations() {
    let found = sessions(&["c1 x=a 0-1", "c1 y=b 2-3", "c2 y? b 4-5", "c2 x? nil 6-7"]);
    let [lapse] = found.lapses.as_slice() else { panic!("{found:?}") };
    assert_eq!((lapse.read, lapse.others.as_slice()), (3, [0, 2].as_slice()));
    assert_eq!(
        lapse.witness.sentence(Lang::En),
        "c2 x? → nil (6–7 ms), although what c2 y? → b (4–5 ms) had seen was written by one that had done \
         c1 x=a → ok (0–1 ms) before."
    );
    for word in GUARANTEES {
        assert!(!word.name.zh.is_empty() && !word.statement.zh.is_empty());
    }
}

#[test]
fn staleness_counts_versions_and_time() {
    let lines =
        ["c1 x=a 0-1", "c1 x=b 2-3", "c1 x=c 4-6", "c2 x? a 10-11", "c2 x? c 12-13", "c3 x? nil 14-15"];
    let reads: Vec<(u32, u32, Span)> =
        sessions(&lines).reads.iter().map(|read| (read.read, read.versions, read.behind)).collect();
    assert_eq!(reads, [(3, 2, Span::ms(7)), (4, 0, Span(0)), (5, 3, Span::ms(13))]);
    // A write that somebody has read has happened, answered or not.
    let lines = ["c1 x=a 0-", "c2 x? a 2-3", "c3 x? nil 4-5"];
    assert_eq!(sessions(&lines).reads[1].versions, 1);
}

#[test]
fn runs_of_the_gallery_keep_them_where_nothing_is_broken() {
    let mut reads = 0;
    for (id, scenario) in gallery() {
        let mut run = scenario.run();
        while run.advance(10_000) == Progress::Running {}
        let sessions = Sessions::of(run.history().operations(), Time(u64::MAX));
        // Local reads are not watched for it, and promise less.
        let promised = run.standings().iter().any(|standing| standing.word.id == "linearizable");
        if promised && run.violations().is_empty() {
            assert_eq!(sessions.lapses, [], "{id}");
            assert!(sessions.reads.iter().all(|read| read.versions == 0), "{id}");
        }
        reads += sessions.reads.len();
    }
    println!("{reads} reads");
}
