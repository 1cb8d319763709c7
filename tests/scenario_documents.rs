//! Documents and links: what is written is read back, and nothing that is read does harm.
#![cfg(not(target_arch = "wasm32"))]

mod any_scenario;

use any_scenario::{Dice, spoil};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use miniz_oxide::deflate::compress_to_vec;
use proptest::prelude::*;
use quorate::catalogue::{self, PROTOCOLS};
use quorate::model::{Lang, Time};
use quorate::scenario::{
    LINK_MAX, Scenario, from_json, from_link, gallery, to_json, to_json_pretty, to_link,
};
use serde_json::{Map, Value, json};

/// The document of some fields, over a minimal one.
fn with(fields: Value) -> String {
    let mut document = json!({ "version": 1, "protocol": "raft" });
    for (name, value) in fields.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    document.to_string()
}

fn packed(text: &str) -> String {
    format!("#s=1.{}", Base64UrlUnpadded::encode_string(&compress_to_vec(text.as_bytes(), 6)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_written_is_read_back(seed: u64, at in proptest::option::of(0u64..3_000_000)) {
        let made = any_scenario::scenario(seed);
        prop_assert_eq!(&from_json(&to_json(&made)).expect("compact"), &made);
        prop_assert_eq!(&from_json(&to_json_pretty(&made)).expect("pretty"), &made);
        let at = at.map(Time).filter(|at| at.0 <= made.duration.0);
        let (read, moment) = from_link(&to_link(&made, at)).expect("a link").expect("a scenario");
        prop_assert_eq!(&read, &made);
        prop_assert_eq!(moment, at);
    }

    #[test]
    fn a_spoilt_document_is_refused_or_valid(seed: u64, spoils in 1usize..4) {
        let mut document: Value = serde_json::from_str(&to_json(&any_scenario::scenario(seed))).expect("JSON");
        let mut dice = Dice::new(seed ^ 1);
        (0..spoils).for_each(|_| spoil(&mut document, &mut dice));
        match from_json(&document.to_string()) {
            Ok(read) => prop_assert_eq!(&from_json(&to_json(&read)).expect("written anew"), &read),
            Err(refusal) => {
                let (en, zh) = (refusal.sentence(Lang::En), refusal.sentence(Lang::Zh));
                prop_assert!(en.contains(&refusal.path) && en.ends_with('.') && !en.contains('\n'), "{}", en);
                prop_assert!(zh.contains(&refusal.path) && zh.ends_with('。') && !zh.contains('\n'), "{}", zh);
            }
        }
    }

    #[test]
    fn any_text_is_survived(text in "\\PC*", bytes: Vec<u8>, cut: prop::sample::Index, seed: u64) {
        let _ = from_json(&text);
        let _ = from_link(&text);
        let _ = from_link(&format!("#s=1.{}", Base64UrlUnpadded::encode_string(&bytes)));
        let _ = from_link(&format!("s=1.{text}&t={text}"));
        let link = to_link(&any_scenario::scenario(seed), None);
        prop_assert!(from_link(&link[..cut.index(link.len() - 6).max(6)]).is_err(), "a link that was cut off");
        let mut damaged = link.into_bytes();
        let place = 5 + cut.index(damaged.len() - 5);
        damaged[place] = b"Aaz9-_%&"[place % 8];
        let _ = from_link(&String::from_utf8_lossy(&damaged));
    }
}

#[test]
fn what_is_at_its_default_is_left_out() {
    for entry in PROTOCOLS {
        let plain = Scenario::plain(entry, 5);
        let expected = format!(r#"{{"version":1,"protocol":"{}"}}"#, entry.spec.id);
        assert_eq!(to_json(&plain), expected);
        assert_eq!(from_json(&expected).expect("a document"), plain);
    }
}

#[test]
fn a_title_may_be_in_one_language() {
    let read = from_json(&with(json!({ "title": "Only this" }))).expect("a document");
    assert_eq!((read.title.get(Lang::En), read.title.get(Lang::Zh)), ("Only this", "Only this"));
}

#[test]
fn thresholds_left_out_are_majorities_of_the_weight() {
    let read = from_json(&with(json!({ "weights": [3, 2, 1, 1, 1], "thresholds": { "elect": 8 } })))
        .expect("a document");
    assert_eq!(read.thresholds, [8, 5]);
    // Of a key that has three copies two are more than half.
    let store = r#"{"version": 1, "protocol": "version-store", "weights": [1, 1, 1, 1, 1]}"#;
    let read = from_json(store).expect("a scenario");
    assert_eq!((read.thresholds.as_slice(), read.settings.number("copies")), ([2, 2].as_slice(), 3));
    assert!(!to_json(&read).contains("thresholds"));
    assert_eq!(read.under(catalogue::find("raft").expect("a protocol")).thresholds, [3, 3]);
}

#[test]
fn a_gallery_scenario_that_was_changed_is_carried_whole() {
    for (id, scenario) in gallery() {
        let (opened, at) =
            from_link(&format!("scenario={id}&theme=dark&t=1.5")).expect("a link").expect("a scenario");
        assert_eq!((&opened, at), (scenario, Some(Time(1_500))));
        let escaped = format!("#scenario={}", id.replace('/', "%2F"));
        assert_eq!(from_link(&escaped).expect("a link").expect("a scenario").0, opened);
        let changed = Scenario { seed: 99, ..opened };
        let link = to_link(&changed, None);
        assert!(link.starts_with("#s=1."), "{link}");
        assert_eq!(from_link(&link).expect("a link").expect("a scenario").0, changed);
    }
}

#[test]
fn a_fragment_of_somebody_else_names_no_scenario() {
    for fragment in ["", "#", "#top", "#lang=zh", "#&&==&", "t=12"] {
        assert_eq!(from_link(fragment), Ok(None), "{fragment}");
    }
}

#[test]
fn a_moment_beyond_the_end_is_the_end() {
    let link = packed(&with(json!({ "duration": 800 })));
    assert_eq!(
        from_link(&format!("{link}&t=1e9")).expect("a link").expect("a scenario").1,
        Some(Time::ms(800))
    );
}

#[test]
fn hostile_links_are_refused_in_a_sentence() {
    let bomb = compress_to_vec(&vec![b' '; 64 << 20], 9);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!("{{{}}}", vec![r#""a":[]"#; 30_000].join(","));
    for (link, sentence) in [
        (
            "#s=1.!!!".to_owned(),
            "`#s` should be a whole link of Quorate, copied to its last letter, not a damaged one.",
        ),
        (
            "#s=1.".to_owned(),
            "`#s` should be a whole link of Quorate, copied to its last letter, not a damaged one.",
        ),
        ("#s=7.abc".to_owned(), "`#s` should be a link of version 1 (\"1.…\"), not \"7\"."),
        (
            format!("#s=1.{}", Base64UrlUnpadded::encode_string(&bomb)),
            "`#s` should be a link that unpacks to at most 256 KB, not one that unpacks to more.",
        ),
        (format!("#s=1.{}", "A".repeat(10 << 20)), "`#` should be at most 512 KB long, not 10240 KB."),
        (format!("{}&t=soon", packed(&with(json!({})))), "`#t` should be a time in ms, not \"soon\"."),
        (format!("{}&t=NaN", packed(&with(json!({})))), "`#t` should be a time in ms, not \"NaN\"."),
        (packed(&wide), "`a` is no field that is known here; known are"),
        (packed(&deep), "The document should be JSON, not text that is broken at line 1, column 128."),
        (
            "#scenario=raft/`nope".to_owned(),
            "`#scenario` should be the name of a scenario of the gallery, such as ",
        ),
    ] {
        let refusal = from_link(&link).expect_err("a hostile link").to_string();
        assert!(refusal.starts_with(sentence), "{refusal}");
    }
    assert!(bomb.len() * 4 / 3 < LINK_MAX, "the bomb is looked at");
}

#[test]
fn each_refusal_names_the_place_and_what_belongs_there() {
    let crash = |more: Value| {
        let mut fault = json!({ "crash": "S1", "from": 1010 });
        for (name, value) in more.as_object().unwrap_or(&Map::new()) {
            fault[name] = value.clone();
        }
        with(json!({ "faults": [{ "pause": "S2", "from": 5 }, fault] }))
    };
    let client = |client: Value| with(json!({ "clients": [client] }));
    let claim = |claim: Value| with(json!({ "claims": [claim] }));
    let hand = |hand: Value| with(json!({ "by_hand": [hand] }));
    for (document, sentence) in [
        (
            crash(json!({ "until": 900 })),
            "`faults[1].until` should be a time after `from` (1010 ms), not 900.",
        ),
        (
            crash(json!({ "untill": 900 })),
            "`faults[1].untill` is no field that is known here; known are `crash`, `pause`, `partition`, `cut`, `slow`, `loss`, `jump`, `from`, `until`, `amnesia`, `enabled`.",
        ),
        (
            crash(json!({ "crash": "S6" })),
            "`faults[1].crash` should be a node, \"S1\" to \"S5\", not \"S6\".",
        ),
        (
            crash(json!({ "crash": "S01" })),
            "`faults[1].crash` should be a node, \"S1\" to \"S5\", not \"S01\".",
        ),
        (
            crash(json!({ "from": "soon" })),
            "`faults[1].from` should be a time from 0 to 600000 ms, not \"soon\".",
        ),
        (
            crash(json!({ "loss": 0.5 })),
            "`faults[1].loss` should be left out, as there can be only one of `crash`, `pause`, `partition`, `cut`, `slow`, `loss`, `jump`, not 0.5.",
        ),
        (
            with(json!({ "faults": [{ "from": 5 }] })),
            "`faults[0]` should be an object with one of `crash`, `pause`, `partition`, `cut`, `slow`, `loss`, `jump`, not one without.",
        ),
        (
            with(json!({ "faults": [{ "crash": "S1" }] })),
            "`faults[0].from` is missing: it should be a time from 0 to 600000 ms.",
        ),
        (
            with(json!({ "faults": [{ "partition": [["S1", "S2"], ["S2"]], "from": 0 }] })),
            "`faults[0].partition[1]` should be nodes that are in no other group, not a list.",
        ),
        (
            with(json!({ "faults": [{ "loss": 1.5, "from": 0 }] })),
            "`faults[0].loss` should be a number from 0 to 1, not 1.5.",
        ),
        (
            with(json!({ "faults": [{ "jump": { "nodes": ["S2"], "by": 600_001 }, "from": 0 }] })),
            "`faults[0].jump.by` should be a whole number from -600000 to 600000, not 600001.",
        ),
        (
            with(json!({ "faults": [{ "jump": { "nodes": ["S2"] }, "from": 0 }] })),
            "`faults[0].jump.by` is missing: it should be a whole number from -600000 to 600000.",
        ),
        (
            with(json!({ "faults": [{ "jump": { "nodes": ["S9"], "by": -5 }, "from": 0 }] })),
            "`faults[0].jump.nodes[0]` should be a node, \"S1\" to \"S5\", not \"S9\".",
        ),
        (
            with(json!({ "faults": { "crash": "S1" } })),
            "`faults` should be a list of at most 200, not an object.",
        ),
        (
            with(json!({ "faults": vec![1; 201] })),
            "`faults` should be a list of at most 200, not one of 201.",
        ),
        (with(json!({ "version": 2 })), "`version` should be 1, the version that is read here, not 2."),
        ("{}".into(), "`version` is missing: it should be 1, the version that is read here."),
        ("[]".into(), "The document should be an object with `$schema`, `version`, `id`, "),
        (
            "{\"version\": 1,".into(),
            "The document should be JSON, not text that ends too early, at line 1, column 14.",
        ),
        (
            "{\"version\": 1,\n bad}".into(),
            "The document should be JSON, not text that is broken at line 2, column 2.",
        ),
        (" ".repeat(300 << 10), "The document should be at most 256 KB of JSON, not 300 KB."),
        (with(json!({ "protocol": "rafft" })), "`protocol` should be one of \"raft\", "),
        (with(json!({ "nodes": 2 })), "`nodes` should be a whole number from 3 to 101, not 2."),
        (with(json!({ "nodes": 5.5 })), "`nodes` should be a whole number from 3 to 101, not 5.5."),
        (
            with(json!({ "nodes": 3, "weights": [1, 1, 1] })),
            "`nodes` should be left out, as `weights` has one for each node, not 3.",
        ),
        (with(json!({ "weights": [1, 1] })), "`weights` should be a list of 3 to 101, not one of 2."),
        (
            with(json!({ "weights": [1, 101, 1] })),
            "`weights[1]` should be a whole number from 0 to 100, not 101.",
        ),
        (
            with(json!({ "thresholds": { "vote": 1 } })),
            "`thresholds.vote` is no field that is known here; known are `elect`, `commit`.",
        ),
        (
            with(json!({ "thresholds": { "elect": 0 } })),
            "`thresholds.elect` should be a whole number from 1 to 10100, not 0.",
        ),
        (
            with(json!({ "settings": { "election": [300, 150] } })),
            "`settings.election[1]` should be a time from 300 to ",
        ),
        (
            with(json!({ "settings": { "prevote": "yes" } })),
            "`settings.prevote` should be true or false, not \"yes\".",
        ),
        (
            with(json!({ "flaws": ["counts-old-term", "counts-old-term"] })),
            "`flaws[1]` should be a flaw that is not yet in the list, not \"counts-old-term\".",
        ),
        (
            with(json!({ "seed": -1 })),
            "`seed` should be a whole number from 0 to 2⁵³, or one up to 18446744073709551615 as a text, not -1.",
        ),
        (with(json!({ "seed": "18446744073709551616" })), "`seed` should be a whole number from 0 to 2⁵³, "),
        (
            with(json!({ "duration": 600_001 })),
            "`duration` should be a time from 10 to 600000 ms, not 600001.",
        ),
        (
            with(json!({ "title": "x".repeat(121) })),
            "`title` should be a text of at most 120 characters, not \"xxxxxxx",
        ),
        (
            with(json!({ "text": { "en": 3 } })),
            "`text.en` should be a text of at most 4000 characters, not 3.",
        ),
        (
            with(json!({ "id": "Raft" })),
            "`id` should be a name of at most 64 of a–z, 0–9, - and /, not \"Raft\".",
        ),
        (
            with(json!({ "network": { "delay": "fast" } })),
            "`network.delay` should be a time in ms, or an object that names a law, such as {\"uniform\": [8, 14]}, not \"fast\".",
        ),
        (
            with(json!({ "network": { "delay": { "uniform": [9, 3] } } })),
            "`network.delay.uniform[1]` should be a time from 9 to 60000 ms, not 3.",
        ),
        (
            with(json!({ "network": { "delay": 60_001 } })),
            "`network.delay` should be a time from 0 to 60000 ms, not 60001.",
        ),
        (
            with(json!({ "disk": { "pareto": { "least": 1 } } })),
            "`disk.pareto.alpha` is missing: it should be a number from 0.01 to 100.",
        ),
        (
            with(json!({ "disk": { "empirical": [] } })),
            "`disk.empirical` should be a list of 1 to 1000, not one of 0.",
        ),
        (
            with(json!({ "clocks": { "S7": {} } })),
            "`clocks.S7` is no field that is known here; known are `S1`, `S2`, `S3`, `S4`, `S5`.",
        ),
        (
            with(json!({ "timers": "never" })),
            "`timers` should be one of \"run\", \"by-hand\", not \"never\".",
        ),
        (
            with(json!({ "clocks": { "S2": { "drift_ppm": 1e6 } } })),
            "`clocks.S2.drift_ppm` should be a whole number from -500000 to 500000, not 1000000.0.",
        ),
        (client(json!({ "every": 0 })), "`clients[0].every` should be a time from 0.1 to 600000 ms, not 0."),
        (
            client(json!({ "every": 5, "window": 2 })),
            "`clients[0].window` should be left out, as `every` asks regardless of answers, not 2.",
        ),
        (
            client(json!({ "reads": 60, "cas": 60 })),
            "`clients[0].cas` should be a whole number from 0 to 40, not 60.",
        ),
        (
            hand(json!({ "drop": 0, "at": 1 })),
            "`by_hand[0].drop` should be a whole number from 1 to 4294967295, not 0.",
        ),
        (
            hand(json!({ "drop": 1, "by": 1 })),
            "`by_hand[0].by` is no field that is known here; known are `drop`, `at`.",
        ),
        (
            hand(json!({ "timeout": "S1", "timer": "Lunch", "at": 1 })),
            "`by_hand[0].timer` should be one of \"Election\", ",
        ),
        (
            hand(json!({ "propose": "S1", "write": { "value": "A" }, "at": 1 })),
            "`by_hand[0].write.value` should be a value in small letters: a, b… z, aa, ab…, not \"A\".",
        ),
        (
            hand(json!({ "propose": "S1", "read": { "key": "q" }, "at": 1 })),
            "`by_hand[0].read.key` should be a key: x, y, z, k3, k4… k255, not \"q\".",
        ),
        (
            claim(json!("dirty")),
            "`claims[0]` should be \"clean\" or an object such as {\"role\": \"leader\", \"by\": 900}, not \"dirty\".",
        ),
        (claim(json!({ "violated": "p2c" })), "`claims[0].violated` should be one of \"election-safety\", "),
        (claim(json!({ "role": "king" })), "`claims[0].role` should be one of \"follower\", "),
        (
            claim(json!({ "role": "leader", "from": 9, "by": 3 })),
            "`claims[0].by` should be a time from 9 to 600000 ms, not 3.",
        ),
        (
            claim(json!({ "role": "leader", "at_least": 3, "at_most": 2 })),
            "`claims[0].at_most` should be a whole number from 3 to 1000000, not 2.",
        ),
        (
            claim(json!({ "decided": "S9" })),
            "`claims[0].decided` should be a node, \"S1\" to \"S5\", not \"S9\".",
        ),
        (
            claim(json!({ "decided": "here" })),
            "`claims[0].decided` should be \"anywhere\", \"everywhere\" or a node, \"S1\" to \"S5\", not \"here\".",
        ),
        (
            claim(json!({ "answered": "c3" })),
            "`claims[0].answered` should be one of \"c1\", \"c2\", \"anyone\", not \"c3\".",
        ),
    ] {
        let refusal = from_json(&document).expect_err(sentence);
        let told = refusal.to_string();
        assert!(
            told.starts_with(sentence) && (!sentence.ends_with('.') || told == sentence),
            "{told}\n{sentence}"
        );
        let zh = refusal.sentence(Lang::Zh);
        assert!(zh.contains(&refusal.path) && zh.ends_with('。'), "{zh}");
    }
    let refusal =
        from_json(&crash(json!({ "until": 900 }))).expect_err("a window that ends before it begins");
    assert_eq!(
        refusal.sentence(Lang::Zh),
        "`faults[1].until` 应为晚于 `from`（1010 毫秒）的时间，而不是 900。"
    );
}
