//! The command, run as a shell runs it.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

use quorate::scenario::{Scenario, from_json, gallery, to_json, to_json_pretty, to_link};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn quorate(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quorate"));
    command.args(args).stdin(Stdio::null());
    command
}

fn ran(args: &[&str]) -> Output {
    quorate(args).output().expect("the command runs")
}

fn fed(args: &[&str], input: &[u8]) -> Output {
    let mut command = quorate(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    child.stdin.take().expect("an input").write_all(input).expect("the input is taken");
    child.wait_with_output().expect("the command ends")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

/// A file of this test's own.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the file is written");
    path.display().to_string()
}

fn first() -> (&'static str, &'static Scenario) {
    let (id, scenario) = &gallery()[0];
    (id, scenario)
}

fn trace(scenario: &Scenario) -> String {
    let mut run = scenario.run();
    while run.advance(10_000) == quorate::sim::Progress::Running {}
    let trace = run.trace();
    trace.records().iter().map(|record| trace.line(record, scenario.spec()) + "\n").collect()
}

#[test]
fn run_prints_the_lines_of_the_library_whatever_the_source() {
    let (id, scenario) = first();
    let expected = trace(scenario);
    let path = file("run.json", &to_json_pretty(scenario));
    for source in
        [id, &path, &to_link(scenario, None), &format!("https://example.org/{}", to_link(scenario, None))]
    {
        let output = ran(&["run", source]);
        assert_eq!(
            (code(&output), out(&output), err(&output)),
            (0, expected.clone(), String::new()),
            "{source}"
        );
    }
    let output = fed(&["run", "-", "--lang", "zh"], to_json(scenario).as_bytes());
    assert_eq!((code(&output), out(&output)), (0, expected));
}

#[test]
fn run_takes_another_seed_and_another_end() {
    let (id, scenario) = first();
    let output = ran(&["run", id, "--seed", "18446744073709551615", "--until", "250.5"]);
    let changed = Scenario { seed: u64::MAX, duration: quorate::model::Span(250_500), ..scenario.clone() };
    assert_eq!(out(&output), trace(&changed));
    let output = ran(&["run", id, "--until", "-1"]);
    assert_eq!(code(&output), 2);
    assert_eq!(err(&output), "quorate: --until should be a time from 10 to 600000 ms, not -1.\n");
}

#[test]
fn run_as_json_tells_the_same_events() {
    for (id, scenario) in gallery() {
        let output = ran(&["run", id, "--json", "--until", "400"]);
        let short = Scenario { duration: quorate::model::Span::ms(400), ..scenario.clone() };
        let (output, lines) = (out(&output), trace(&short));
        assert_eq!(output.lines().count(), lines.lines().count());
        let mut event = 1;
        for (object, line) in output.lines().zip(lines.lines()) {
            let object: Value = serde_json::from_str(object).expect("JSON");
            assert_eq!(object["line"], line);
            assert!(line.starts_with(&format!("{:.3} ", object["at"].as_f64().expect("a time"))), "{object}");
            let now = object["event"].as_u64().expect("an event");
            assert!(now >= event, "{object}");
            event = now;
            if object["kind"] == "because" {
                assert!(object["why"].as_str().is_some_and(|why| !why.contains('{')), "{object}");
            }
        }
    }
}

#[test]
fn verify_holds_the_whole_gallery() {
    let output = ran(&["verify"]);
    let lines: Vec<String> = out(&output).lines().map(str::to_owned).collect();
    assert_eq!((code(&output), lines.len(), err(&output)), (0, gallery().len(), String::new()), "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("ok ")), "{lines:?}");
}

#[test]
fn verify_tells_each_broken_claim_in_a_line() {
    let text = r#"{"version": 1, "protocol": "raft", "claims": ["clean", {"violated": "anything"}, {"role": "leader", "by": 0}]}"#;
    let path = file("broken.json", text);
    let (id, _) = first();
    let output = ran(&["verify", &path, id]);
    let text = out(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((code(&output), lines.len()), (1, 3), "{text}");
    assert_eq!(
        lines[0],
        format!("broken {path}: some property is violated: at least once. — it did not happen")
    );
    assert!(lines[1].contains("some node becomes “leader”: at least once by 0 ms."), "{text}");
    assert!(lines[2].starts_with(&format!("ok {id}: ")), "{text}");
    let output = ran(&["verify", &path, "--lang", "zh"]);
    assert!(out(&output).starts_with("未兑现 "), "{}", out(&output));
}

#[test]
fn a_bad_document_is_told_in_one_line_and_the_others_are_still_verified() {
    let path = file(
        "bad.json",
        r#"{"version": 1, "protocol": "raft", "faults": [{"crash": "S1", "from": 9, "until": 9}]}"#,
    );
    let (id, _) = first();
    let output = ran(&["verify", &path, id]);
    assert_eq!(code(&output), 2);
    assert_eq!(
        err(&output),
        format!("quorate: {path}: `faults[0].until` should be a time after `from` (9 ms), not 9.\n")
    );
    assert!(out(&output).starts_with(&format!("ok {id}: ")));
    let output = ran(&["verify", &path, "--lang", "zh"]);
    assert_eq!(
        err(&output),
        format!("quorate: {path}: `faults[0].until` 应为晚于 `from`（9 毫秒）的时间，而不是 9。\n")
    );
}

#[test]
fn a_source_that_is_not_there_is_told() {
    for (source, told) in [
        ("nowhere.json", "quorate: nowhere.json: no such file, and no such scenario in the gallery (raft/"),
        ("https://example.org/", "quorate: https://example.org/: no such file"),
        ("https://example.org/#top", "quorate: link: there is no scenario in it."),
        ("#s=1.zzz", "quorate: link: `#s` should be a whole link"),
        (env!("CARGO_MANIFEST_DIR"), "quorate: /"),
    ] {
        let output = ran(&["run", source]);
        assert_eq!((code(&output), out(&output)), (2, String::new()), "{source}");
        assert!(err(&output).starts_with(told) && err(&output).lines().count() == 1, "{}", err(&output));
    }
    let output = fed(&["run", "-"], &[0xff, 0xfe]);
    assert_eq!(
        (code(&output), err(&output).as_str()),
        (2, "quorate: standard input: this is not UTF-8 text.\n")
    );
    let output = fed(&["run", "-"], " ".repeat(300 << 10).as_bytes());
    assert!(err(&output).contains("should be at most 256 KB of JSON"), "{}", err(&output));
}

#[test]
fn quorum_answers_every_good_line_and_tells_every_bad_one() {
    let input = concat!(
        r#"{"threshold": {"n": 5, "r": 3, "w": 3}}"#,
        "\n\n",
        r#"{"id": "w", "spec": {"weighted": {"votes": [2, 1, 1], "r": 2, "w": 3}}, "nodes": ["a", "b", "c"]}"#,
        "\n",
        r#"{"threshold": {"n": 0, "r": 1, "w": 1}}"#,
        "\n",
        "{\n",
        r#"{"threshold": {"n": 3, "r": 1, "w": 3}}"#,
    );
    let output = fed(&["quorum"], input.as_bytes());
    let text = out(&output);
    let rows: Vec<&str> = input.lines().collect();
    let expected: Vec<String> = [rows[0], rows[2], rows[5]]
        .iter()
        .map(|row| quorate::quorum::spec::Row::parse(row).expect("a row").report().to_string())
        .collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    assert_eq!(code(&output), 2);
    let told = err(&output);
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(
        told[0],
        "quorate: standard input:4: threshold.n: expected a whole number from 1 to 101, found 0"
    );
    assert!(
        told.len() == 2 && told[1].starts_with("quorate: standard input:5: line: expected a JSON object"),
        "{told:?}"
    );

    let path = file("rows.jsonl", rows[0]);
    let output = ran(&["quorum", "nowhere.jsonl", &path]);
    assert_eq!((code(&output), out(&output)), (2, expected[0].clone() + "\n"));
    let output = ran(&["quorum", &path]);
    assert_eq!((code(&output), err(&output)), (0, String::new()));
}

#[test]
fn a_link_and_its_document_turn_into_each_other() {
    let (id, scenario) = first();
    let output = ran(&["link", id, "--at", "120", "--base", "https://example.org/q/#old"]);
    assert_eq!(out(&output), format!("https://example.org/q/#scenario={id}&t=120\n"));
    let changed = Scenario { seed: 12, ..scenario.clone() };
    let path = file("changed.json", &to_json(&changed));
    let link = out(&ran(&["link", &path]));
    assert_eq!(link.trim_end(), to_link(&changed, None));
    let document = out(&ran(&["unlink", &format!("https://example.org/q/?lang=zh{}", link.trim_end())]));
    assert_eq!(document, to_json_pretty(&changed));
    assert_eq!(from_json(&document).expect("a document"), changed);
}

#[test]
fn schema_prints_the_published_one() {
    assert_eq!(out(&ran(&["schema"])), include_str!("../www/scenario.schema.json"));
}

#[test]
fn help_has_exit_codes_and_examples() {
    let output = ran(&["--help"]);
    let text = out(&output);
    assert!(code(&output) == 0 && text.contains("Exit codes:") && text.contains("quorate verify"), "{text}");
    assert_eq!(code(&ran(&["dance"])), 2);
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_run_in_peace() {
    let (id, _) = first();
    let mut command = quorate(&["run", id, "--until", "60000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    let mut some = [0; 64];
    child.stdout.take().expect("an output").read_exact(&mut some).expect("a line");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((code(&output), err(&output)), (0, String::new()));
}

#[test]
fn a_reader_that_has_seen_enough_does_not_hide_a_broken_claim() {
    let (_, scenario) = first();
    let impossible = r#"{ "decided": "anywhere", "at_least": 1000000 }"#;
    let text = to_json(&Scenario { claims: Vec::new(), ..scenario.clone() });
    let text = text.replacen('{', &format!("{{ \"claims\": [{impossible}],"), 1);
    let path = file("impossible.json", &text);
    let mut command = quorate(&["verify", &path, &path]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((code(&output), err(&output)), (1, String::new()));
}

#[test]
fn a_file_is_read_whatever_its_name() {
    let (_, scenario) = first();
    let path = file("draft #2.json", &to_json(scenario));
    let output = ran(&["run", &path]);
    assert_eq!((code(&output), out(&output)), (0, trace(scenario)));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the full device");
    let output = quorate(&["schema"]).stdout(full).output().expect("the command runs");
    assert_eq!(code(&output), 3);
    assert!(err(&output).starts_with("quorate: "), "{}", err(&output));
}

#[test]
fn check_tells_linearizable_histories_from_others() {
    let log = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| format!("INFO  jepsen.util - {}\n", line.replace(' ', "\t")))
            .collect::<String>()
    };
    let fine = log(&["0 :invoke :write 4", "0 :ok :write 4", "1 :invoke :read nil", "1 :ok :read 4"]);
    let stale = log(&["0 :invoke :write 4", "0 :ok :write 4", "1 :invoke :read nil", "1 :ok :read nil"]);
    let (fine, stale, none) =
        (file("fine.log", &fine), file("stale.log", &stale), file("none.log", "a diary\n"));

    let output = ran(&["check", &fine]);
    let answer: Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!((&answer["verdict"], &answer["format"]), (&"linearizable".into(), &"etcd".into()));
    assert_eq!((&answer["model"], &answer["operations"]), (&"cas-register".into(), &2.into()));
    assert!(answer["configurations"].as_u64().is_some() && answer["ms"].as_f64().is_some(), "{answer}");

    // One line a file; a bad one is told and passed over.
    let output = ran(&["check", &stale, &none, &fine]);
    let answers: Vec<Value> =
        out(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((code(&output), answers.len()), (2, 2));
    assert!(err(&output).contains("none.log: Line 1: expected a history"), "{}", err(&output));
    assert_eq!(answers[0]["verdict"], "not linearizable");
    assert_eq!(answers[0]["unordered"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        answers[0]["sentence"],
        "P1 read nil (lines 3–4), which no order of the operations explains, given that P0 wrote 4 (lines 1–2)."
    );
    // What there was too little of is said.
    for flag in ["--budget", "--memory"] {
        let output = ran(&["check", &fine, flag, "0"]);
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains(&format!("{flag} raises it")), "{}", err(&output));
    }
    let output = ran(&["--lang", "zh", "check", &stale]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("没有任何操作顺序能解释"), "{}", out(&output));

    let edn = "{:process 0, :type :invoke, :f :read, :value nil} {:process 0, :type :ok, :f :read, :value 0}";
    let output = fed(&["check", "-", "--format", "knossos", "--model", "register"], edn.as_bytes());
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(code(&fed(&["check", "-", "--format", "jsonl"], edn.as_bytes())), 2);
    let output = ran(&["check", &fine, "--model", "tree"]);
    assert!(
        code(&output) == 2 && err(&output).contains("known are register, cas-register"),
        "{}",
        err(&output)
    );
}

fn explored(args: &[&str]) -> (i32, Value) {
    let output = ran(&[&["explore"], args].concat());
    let text = out(&output);
    (
        code(&output),
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{}", err(&output))),
    )
}

#[test]
fn explore_counts_and_shows_the_shortest_violation() {
    let (code, told) = explored(&["paxos", "--constants", "acceptors=3,values=2,ballots=2"]);
    assert_eq!((code, &told["result"]), (0, &"complete".into()));
    assert_eq!(
        (&told["distinct"], &told["generated"], &told["depth"]),
        (&3_921.into(), &23_563.into(), &17.into())
    );
    assert!(told["states_per_second"].as_f64().is_some_and(|rate| rate > 0.0));

    let pairs = ["paxos", "--constants", "acceptors=4", "--quorums", "{{a1,a2},{a3,a4}}"];
    let (code, told) = explored(&pairs);
    assert_eq!((code, &told["result"]), (1, &"violated".into()));
    assert_eq!(told["violation"]["property"], "one-value");
    assert_eq!(told["violation"]["steps"], 12);
    assert_eq!(told["violation"]["run"].as_array().map(Vec::len), Some(13));

    let (code, told) = explored(&["two-phase", "--constants", "rms=3", "--symmetry"]);
    assert_eq!((code, &told["distinct"]), (0, &80.into()));

    let (code, told) = explored(&["paxos-commit", "--memory", "2", "--lang", "zh"]);
    assert_eq!((code, &told["result"]), (4, &"out-of-memory".into()));
    assert!(told["message"].as_str().is_some_and(|text| text.contains("内存")));
}

#[test]
fn explore_says_what_bounds_leave_out() {
    let bounds = ["--timeouts", "1", "--requests", "0", "--in-flight", "1"];
    let (code, told) = explored(&[&["raft/first-election"][..], &bounds].concat());
    assert_eq!((code, &told["result"]), (0, &"bounded".into()));
    assert_eq!((&told["distinct"], told["outside"].as_u64().is_some_and(|n| n > 0)), (&1.into(), true));
    let properties = told["properties"].as_array().expect("properties");
    assert!(!properties.is_empty() && properties.iter().all(|one| one["holds"].is_null()), "{told}");
    assert!(told["message"].as_str().is_some_and(|text| text.contains("left out")), "{told}");
    let roomy = ["--timeouts", "1", "--requests", "0", "--in-flight", "64"];
    let (_, told) = explored(&[&["raft/first-election"][..], &roomy].concat());
    assert_eq!((&told["result"], &told["outside"]), (&"complete".into(), &0.into()));
    assert!(told["properties"][0]["holds"].as_bool() == Some(true), "{told}");
}

#[test]
fn explore_opens_what_a_protocol_breaks() {
    let (code, told) = explored(&["vote/counts-heads", "--timeouts", "0", "--requests", "1"]);
    assert_eq!(code, 1, "{told}");
    let document = told["scenario"].to_string();
    let scenario = from_json(&document).expect("a scenario");
    assert!(told["link"].as_str().is_some_and(|link| link.starts_with("#s=")));
    let file = file("found.json", &document);
    assert_eq!(self::code(&ran(&["verify", &file])), 0, "its claim holds: {:?}", scenario.claims);
}

#[test]
fn explore_refuses_in_a_sentence() {
    for (args, sentence) in [
        (
            vec!["paxos", "--constants", "acceptors=0"],
            "acceptors should be a whole number from 1 to 7, not `0`.",
        ),
        (
            vec!["paxos", "--constants", "clowns=2"],
            "There is no constant `clowns`; there are acceptors, values, ballots, quorums, weights.",
        ),
        (
            vec!["paxos", "--quorums", "a1,a2"],
            "A quorum system is written as {{a1,a2},{a1,a3}} with acceptors from a1 to a3, not `a1,a2`.",
        ),
        (
            vec!["paxos", "--constants", "quorums=9"],
            "All acceptors together do not reach the threshold: there is no quorum.",
        ),
        (
            vec!["paxos", "--symmetry", "--constants", "acceptors=7,values=2"],
            "Symmetry has 10080 renamings here, and at most 5040 are tried for a state: take smaller constants, or explore without symmetry.",
        ),
        (vec!["synod", "--symmetry"], "Nothing is interchangeable here: explore without symmetry."),
        (vec!["two-phase", "--quorums", "{{a1}}"], "There is no constant `quorums`; there are rms."),
    ] {
        let output = ran(&[&["explore"], &args[..]].concat());
        assert_eq!((code(&output), out(&output).as_str()), (2, ""), "{args:?}");
        assert_eq!(err(&output), format!("quorate: {sentence}\n"));
    }
    let output = ran(&["explore", "no-such-thing"]);
    assert_eq!(code(&output), 2);
    assert!(
        err(&output).contains("no such file") && err(&output).contains("there are two-phase"),
        "{}",
        err(&output)
    );
    let help = out(&ran(&["explore", "--help"]));
    for model in quorate::explore::MODELS {
        assert!(help.contains(model.id), "{} is in the help", model.id);
    }
}
