//! Histories from elsewhere: what is read, what is refused and how, and that nothing panics.
#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use quorate::catalogue::PROTOCOLS;
use quorate::check::linear::{Budget, Model, Verdict};
use quorate::history::{Format, History, OPERATIONS_MAX, read, to_jsonl};
use quorate::model::Lang;
use quorate::scenario::gallery;
use quorate::sim::Progress;

fn history(text: &str) -> History {
    read(text.as_bytes(), None, None).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn verdict(text: &str) -> Verdict {
    history(text).check(Budget::default()).verdict
}

fn is_linearizable(text: &str) -> bool {
    match verdict(text) {
        Verdict::Linearizable { .. } => true,
        Verdict::Not(_) => false,
        Verdict::Unknown => panic!("small"),
    }
}

/// Lines of an etcd log: `0 invoke read nil`.
fn etcd(lines: &[&str]) -> String {
    let line = |line: &&str| {
        let mut words = line.splitn(4, ' ');
        let mut next = || words.next().expect("four words");
        format!("INFO  jepsen.util - {}\t:{}\t:{}\t{}\n", next(), next(), next(), next())
    };
    lines.iter().map(line).collect()
}

/// The same as EDN maps.
fn edn(lines: &[&str]) -> String {
    let line = |line: &&str| {
        let mut words = line.splitn(4, ' ');
        let mut next = || words.next().expect("four words");
        format!("{{:process {}, :type :{}, :f :{}, :value {}}}\n", next(), next(), next(), next())
    };
    lines.iter().map(line).collect()
}

#[test]
fn the_two_meanings_of_a_failed_cas() {
    // It found another value: so 0 was not there; and 0 had been written just before.
    let lines = ["0 invoke write 0", "0 ok write 0", "0 invoke cas [0 1]", "0 fail cas [0 1]"];
    assert!(!is_linearizable(&etcd(&lines)));
    // It did not happen: nothing follows from it.
    assert!(is_linearizable(&edn(&lines)));
    // Where it says that it found another value, nobody may see its own afterwards.
    let lines = ["0 invoke cas [0 1]", "0 fail cas [0 1]", "0 invoke read nil", "0 ok read 1"];
    assert!(!is_linearizable(&etcd(&lines)) && !is_linearizable(&edn(&lines)));
}

#[test]
fn what_a_register_holds_first_and_what_nil_is() {
    let zero = ["0 invoke cas [0 3]", "0 ok cas [0 3]"];
    assert!(!is_linearizable(&etcd(&zero)), "it holds nothing");
    assert!(is_linearizable(&edn(&zero)), "it holds 0");
    let nil = ["0 invoke write 2", "0 ok write 2", "0 invoke read nil", "0 ok read nil"];
    assert!(!is_linearizable(&etcd(&nil)), "nothing was read");
    assert!(is_linearizable(&edn(&nil)), "what was read is not known");
}

#[test]
fn what_timed_out_may_have_happened_at_any_time_later_or_never() {
    for seen in ["2", "1"] {
        let end = format!("2 ok read {seen}");
        let lines = [
            "0 invoke write 1",
            "0 ok write 1",
            "1 invoke write 2",
            "1 info write :timed-out",
            "2 invoke read nil",
            "2 ok read 1",
            "2 invoke read nil",
            &end,
        ];
        assert!(is_linearizable(&etcd(&lines)), "{seen}");
    }
    let lines = [
        "1 invoke write 2",
        "1 info write :timed-out",
        "2 invoke read nil",
        "2 ok read 2",
        "2 invoke read nil",
        "2 ok read nil",
    ];
    assert!(!is_linearizable(&etcd(&lines)), "and not undone");
}

#[test]
fn what_failed_names_the_lines_and_the_values() {
    let text = etcd(&[
        "0 invoke write 1",
        "0 ok write 1",
        "0 invoke write 2",
        "0 ok write 2",
        "3 invoke read nil",
        "1 invoke write 7",
        "3 ok read 1",
        "1 ok write 7",
    ]);
    let history = history(&text);
    let verdict = history.check(Budget::default()).verdict;
    let Verdict::Not(failure) = &verdict else { panic!("{verdict:?}") };
    assert_eq!((failure.stuck, failure.unordered.as_slice()), (2, [0, 1, 2].as_slice()));
    assert_eq!(
        history.sentence(&verdict, Lang::En).as_deref(),
        Some(
            "P3 read 1 (lines 5–7), which no order of the operations explains, given that P0 wrote 1 \
             (lines 1–2) and P0 wrote 2 (lines 3–4)."
        )
    );
    assert_eq!(
        history.sentence(&verdict, Lang::Zh).as_deref(),
        Some(
            "P3 读到 1（第 5–7 行），没有任何操作顺序能解释这一结果，因为 P0 写入 1（第 1–2 行），且 P0 写入 2（第 3–4 行）。"
        )
    );
}

#[test]
fn edn_comes_in_many_shapes() {
    let maps = "; a comment\n#_{:ignored 1}\n({:type :invoke, :f :write, :value 0, :process 0, :time 1.5e3}
        #jepsen.history.Op{:type :ok :f :write,\n :value 0, :process 0, :error \"a \\\" b {\"}
        {:process :nemesis, :type :info, :f :start, :value nil}
        {:process 1 :type :invoke :f :read :value nil} {:process 1 :type :ok :f :read :value 0})";
    let vectors = "[0 :invoke :write 0]\n[0 :ok :write 0]\n[:nemesis :info :start \"Cut off [:n3 #[:n4]]\"]\n\
        [1 :invoke :read nil]\n[1 :ok :read 0]\n";
    for text in [maps.to_owned(), vectors.to_owned(), format!("[{vectors}]")] {
        let history = history(&text);
        assert_eq!((history.format, history.calls.len()), (Format::Knossos, 2), "{text}");
        assert!(is_linearizable(&text), "{text}");
        assert!(!is_linearizable(
            &text
                .replace(":ok :read 0", ":ok :read 5")
                .replace(":type :ok :f :read :value 0", ":type :ok :f :read :value 5")
        ));
    }
    assert_eq!(history(maps).lines, [(3, Some(4)), (7, Some(7))]);
}

#[test]
fn keys_are_apart_and_texts_are_appended() {
    let lines = [
        (0, "invoke", "append", "1", "\"a\""),
        (0, "ok", "append", "1", "\"a\""),
        (1, "invoke", "append", "2", "\"b\""),
        (0, "invoke", "get", "1", "nil"),
        (0, "ok", "get", "1", "\"a\""),
        (1, "ok", "append", "2", "\"b\""),
        (0, "invoke", "append", "1", "\"c\""),
        (0, "ok", "append", "1", "\"c\""),
        (0, "invoke", "get", "1", "nil"),
        (0, "ok", "get", "1", "\"ac\""),
    ];
    let line = |(process, kind, f, key, value): &(u32, &str, &str, &str, &str)| {
        format!("{{:process {process}, :type :{kind}, :f :{f}, :key \"{key}\", :value {value}}}\n")
    };
    let text: String = lines.iter().map(line).collect();
    assert_eq!(history(&text).object.model(), Model::Kv);
    assert!(is_linearizable(&text));
    assert!(!is_linearizable(&text.replace("\"ac\"", "\"ca\"")));
    assert!(!is_linearizable(&text.replace(":key \"2\"", ":key \"1\"")));
    // Jepsen's independent keys stand in the value.
    let tuples = edn(&[
        "0 invoke write [7 1]",
        "0 ok write [7 1]",
        "0 invoke cas [7 [1 2]]",
        "0 ok cas [7 [1 2]]",
        "1 invoke read [7 nil]",
        "1 ok read [7 2]",
        "1 invoke read [8 nil]",
        "1 ok read [8 0]",
    ]);
    assert_eq!(history(&tuples).check(Budget::default()).keys, 2);
    assert!(is_linearizable(&tuples));
    assert!(!is_linearizable(&tuples.replace("[7 2]", "[7 1]")));
}

#[test]
fn queues_and_locks() {
    let queue = [
        "0 invoke enqueue 1",
        "0 ok enqueue 1",
        "0 invoke enqueue 2",
        "0 ok enqueue 2",
        "1 invoke dequeue nil",
        "1 ok dequeue 1",
    ];
    assert!(is_linearizable(&edn(&queue)));
    assert!(!is_linearizable(&edn(&queue).replace(":dequeue, :value 1", ":dequeue, :value 2")));
    let lock = ["0 invoke acquire nil", "0 ok acquire nil", "1 invoke acquire nil", "1 ok acquire nil"];
    assert!(!is_linearizable(&edn(&lock)));
    let release = ["0 invoke acquire nil", "0 ok acquire nil", "1 invoke release nil", "1 ok release nil"];
    assert!(is_linearizable(&edn(&release)), "anybody gives a mutex back");
    let owned = read(edn(&release).as_bytes(), None, Some(Model::Lock)).expect("a history");
    assert!(matches!(owned.check(Budget::default()).verdict, Verdict::Not(_)), "and nobody else a lock");
}

#[test]
fn our_own_lines() {
    let text = "{\"model\": \"cas-register\", \"initial\": 0}\n\
        {\"process\": 0, \"type\": \"invoke\", \"f\": \"cas\", \"value\": [0, 4]}\n\
        {\"process\": 0, \"type\": \"ok\", \"f\": \"cas\", \"value\": [0, 4], \"time\": 17}\n\
        {\"process\": \"c\", \"type\": \"invoke\", \"f\": \"cas\", \"value\": [0, 5]}\n\
        {\"process\": \"c\", \"type\": \"differs\", \"f\": \"cas\"}\n";
    assert!(is_linearizable(text));
    assert!(!is_linearizable(&text.replace("differs", "ok")));
    let once = "{\"model\": \"once\"}\n\
        {\"process\": 0, \"type\": \"invoke\", \"f\": \"propose\", \"value\": \"a\"}\n\
        {\"process\": 1, \"type\": \"invoke\", \"f\": \"propose\", \"value\": \"b\"}\n\
        {\"process\": 0, \"type\": \"ok\", \"f\": \"propose\", \"value\": \"b\"}\n\
        {\"process\": 1, \"type\": \"ok\", \"f\": \"propose\", \"value\": \"b\"}\n";
    assert!(is_linearizable(once));
    assert!(!is_linearizable(&once.replace(
        "1, \"type\": \"ok\", \"f\": \"propose\", \"value\": \"b\"",
        "1, \"type\": \"ok\", \"f\": \"propose\", \"value\": \"a\""
    )));
}

#[test]
fn runs_are_written_and_read_again() {
    for (id, scenario) in gallery() {
        let entry = PROTOCOLS.iter().find(|entry| entry.spec.id == scenario.spec().id).expect("it is known");
        // Several values at once are no answer of such an object.
        let promised = entry.unpromised("linearizable").is_none();
        let mut run = scenario.run();
        while run.advance(10_000) == Progress::Running {}
        let model = entry.model_in(&scenario.settings, run.plan(), run.end());
        // Files have lines for these.
        let known = |model: &Model| promised && Model::ALL.contains(model);
        let Some(model) = model.filter(known) else { continue };
        let operations = run.history().operations();
        let text = to_jsonl(operations, model);
        let calls = quorate::check::linear::of_history(run.history(), model).0;
        // Nothing was asked that such an object has.
        if calls.is_empty() {
            continue;
        }
        let history = history(&text);
        assert_eq!(history.object.model(), model, "{id}");
        assert_eq!(history.calls.len(), calls.len(), "{id}");
        let same = |verdict: Verdict| matches!(verdict, Verdict::Linearizable { .. });
        let object = quorate::check::linear::Object::new(model);
        let direct = quorate::check::linear::check(&object, &calls, Budget::default()).verdict;
        assert_eq!(same(history.check(Budget::default()).verdict), same(direct), "{id}");
    }
}

#[test]
fn what_is_none_is_refused_in_a_sentence() {
    let refused = |text: &str| read(text.as_bytes(), None, None).expect_err(text).to_string();
    assert_eq!(
        refused("\n\nDear diary,\n"),
        "Line 1: expected a history (an etcd log, Knossos EDN or JSON lines), found `Dear diary,`."
    );
    assert!(refused("").starts_with("Line 1: expected a history"));
    assert!(refused("INFO starting\nINFO done\n").starts_with("There is no operation in the file"));
    assert_eq!(refused(&etcd(&["0 ok read 1"])), "Line 1: expected a call of process `0` before its return.");
    assert_eq!(
        refused(&etcd(&["0 invoke read nil", "0 invoke read nil"])),
        "Line 2: expected the return of process `0`'s call of line 1 before its next call."
    );
    assert_eq!(
        refused(&etcd(&["0 invoke read nil", "0 ok write 1"])),
        "Line 2: expected the return of read (called on line 1), found that of write."
    );
    assert_eq!(
        refused("INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:o"),
        "Line 2: expected `INFO  jepsen.util - PROCESS :TYPE :OPERATION VALUE`, found `INFO  jepsen.util - 0:o`."
    );
    let cut = edn(&["0 invoke read nil", "0 ok read 0"]);
    assert_eq!(refused(&format!("[{}", cut)), "Line 3: the file ends where `]` was expected: it is cut off.");
    assert_eq!(
        refused(&cut[..cut.len() - 9]),
        "Line 2: the file ends where a value was expected: it is cut off."
    );
    assert!(
        refused("{:process 0, :type :invoke, :f :txn, :value []}").contains("expected an operation such as")
    );
    let bad =
        read(etcd(&["0 invoke cas [0 1]"]).as_bytes(), None, Some(Model::Register)).expect_err("no cas");
    assert_eq!(bad.sentence(Lang::Zh), "第 1 行：应为模型 register 的操作，而不是 cas。");
    assert_eq!(read(b"INFO\n\xff", None, None).expect_err("bytes").line, Some(2));
}

#[test]
fn values_stand_in_one_another_so_deep_and_no_deeper() {
    let deep = "Line 1: values stand in one another more than 32 deep.";
    for begin in ["", "[", "{:process ", "[0 :invoke "] {
        for again in ["#_", "[", "{:a ", "#tag ", "^", "#_[", "(#_"] {
            let text = format!("{begin}{}", again.repeat(200_000));
            let refused = read(text.as_bytes(), Some(Format::Knossos), None).expect_err("too deep");
            assert_eq!(refused.to_string(), deep, "{begin}{again}…");
        }
    }
    // What is discarded may itself begin with something discarded.
    let text = "#_#_1 2 [0 :invoke #_ #_ :cas [#_5 1 2] :read nil] #_3 #_[#_4] [0 :ok :read #_7 0]";
    assert!(is_linearizable(text));
}

#[test]
fn more_than_a_hundred_thousand_operations_are_too_many() {
    let one = edn(&["0 invoke read nil", "0 ok read nil"]);
    let most = one.repeat(OPERATIONS_MAX);
    assert_eq!(history(&most).calls.len(), OPERATIONS_MAX);
    assert!(is_linearizable(&most));
    let refused = read((most + &one).as_bytes(), None, None).expect_err("too many");
    assert_eq!(
        refused.to_string(),
        "Line 200001: a history has at most 100000 operations, and this one goes on."
    );
}

#[test]
fn a_return_that_does_not_go_with_its_call_is_refused() {
    let refused = |text: &str, model| read(text.as_bytes(), None, model).expect_err(text).to_string();
    let json = |call: &str, back: &str| {
        format!("{{\"process\": 0, \"type\": \"invoke\", {call}}}\n{{\"process\": 0, {back}}}\n")
    };
    assert_eq!(
        refused(
            &json("\"f\": \"read\", \"key\": \"x\"", "\"type\": \"ok\", \"f\": \"read\", \"key\": \"y\""),
            None
        ),
        "Line 2: expected the key `x` as in the call on line 1, found the key `y`."
    );
    assert_eq!(
        refused(&json("\"f\": \"read\"", "\"type\": \"differs\", \"f\": \"read\""), None),
        "Line 2: expected ok, fail or info for read, found differs."
    );
    let other = |name| {
        format!("Line 2: expected for {name} what it was called with on line 1, found something else.")
    };
    let write =
        json("\"f\": \"write\", \"value\": 3", "\"type\": \"ok\", \"f\": \"write\", \"value\": \"OK\"");
    assert_eq!(refused(&write, None), other("write"));
    assert!(read(write.as_bytes(), None, Some(Model::Once)).is_ok(), "a proposal that lost");
    assert_eq!(refused(&edn(&["0 invoke write 3", "0 ok write 4"]), None), other("write"));
    for text in
        [etcd(&["0 invoke cas [0 1]", "0 ok cas [5 6]"]), edn(&["0 invoke cas [0 1]", "0 ok cas [5 6]"])]
    {
        assert_eq!(refused(&text, None), other("cas"));
    }
    assert_eq!(refused(&edn(&["0 invoke enqueue 1", "0 ok enqueue 2"]), None), other("enqueue"));
    assert_eq!(
        refused(&edn(&["0 invoke read nil", "0 ok read [1 2]"]), None),
        "Line 2: expected no key as in the call on line 1, found the key `1`."
    );
    let whole = etcd(&["0 invoke read nil", "0 ok read nil"]);
    assert_eq!(
        refused(&format!("{whole}INFO  jeps"), None),
        "Line 3: the file ends within the line `INFO  jeps`: it is cut off."
    );
    assert!(is_linearizable(&format!("{whole}INFO  jepsen.core - done\n")));
}

#[test]
fn a_list_of_json_objects_is_refused_as_such() {
    for text in ["[{\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}]", "[\n  {\"process\": 0}\n]\n"] {
        let refused = read(text.as_bytes(), None, None).expect_err(text).to_string();
        assert!(
            refused.starts_with("Line 1: expected one JSON object a line, and not a list of them, found `["),
            "{refused}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), format in 0..4usize) {
        let format = Format::ALL.get(format).copied();
        if let Err(refused) = read(&bytes, format, None) {
            prop_assert!(refused.to_string().ends_with('.'));
        }
    }

    #[test]
    fn mutated_files_do_not_panic(
        which in 0..3usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3u8), 1..6),
    ) {
        const PIECES: [&str; 20] = ["[", "]", "{", "}", "(", ")", "\"", ":", "#", "#_", "\\", "\n", "nil", ":invoke",
            ":ok", "\t", "^", "9999999999999999999999", "ü", ","];
        let lines = ["0 invoke write 1", "1 invoke cas [1 2]", "0 ok write 1", "1 fail cas [1 2]", "0 invoke read nil", "0 ok read 1"];
        let json = "{\"process\": 0, \"type\": \"invoke\", \"f\": \"write\", \"value\": 3}\n\
            {\"process\": 0, \"type\": \"ok\", \"f\": \"write\", \"value\": 3}\n";
        let mut text: Vec<char> = [etcd(&lines), edn(&lines), json.to_owned()][which].chars().collect();
        for (at, what, how) in changes {
            let at = at.index(text.len().max(1)).min(text.len());
            match how {
                0 => { text.truncate(at); }
                1 => { text.splice(at..at, PIECES[what.index(PIECES.len())].chars()); }
                _ => { let to = (at + what.index(9)).min(text.len()); text.drain(at..to); }
            }
        }
        let text: String = text.into_iter().collect();
        for format in [None, Some(Format::ALL[which])] {
            match read(text.as_bytes(), format, None) {
                Ok(history) => { let _ = history.check(Budget { configurations: 10_000, words: 1 << 20 }); }
                Err(refused) => prop_assert!(refused.sentence(Lang::Zh).ends_with('。')),
            }
        }
    }
}
