//! The published schema: up to date, and true of every document that is written or read.
#![cfg(not(target_arch = "wasm32"))]

mod any_scenario;

use jsonschema::Validator;
use quorate::catalogue::PROTOCOLS;
use quorate::scenario::{from_json, schema, to_json};
use serde_json::{Value, json};

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn check(validator: &Validator, name: &str, text: &str) {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}\n{text}");
}

#[test]
fn the_published_schema_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/scenario.schema.json");
    if std::env::var_os("QUORATE_BLESS").is_some() {
        std::fs::write(path, schema()).expect("the schema is written");
    }
    let published = std::fs::read_to_string(path).expect("the schema is there");
    assert_eq!(
        published,
        schema(),
        "run this test with QUORATE_BLESS=1, or `quorate schema > www/scenario.schema.json`"
    );
}

#[test]
fn the_gallery_is_valid() {
    let validator = validator();
    for (id, text) in PROTOCOLS.iter().flat_map(|entry| entry.scenarios) {
        check(&validator, id, text);
    }
}

#[test]
fn whatever_is_written_is_valid() {
    let validator = validator();
    for seed in 0..1_500 {
        check(&validator, &seed.to_string(), &to_json(&any_scenario::scenario(seed)));
    }
}

#[test]
fn whatever_is_read_is_valid() {
    let validator = validator();
    let mut read = 0;
    for seed in 0..6_000 {
        let mut document = serde_json::from_str(&to_json(&any_scenario::scenario(seed))).expect("JSON");
        any_scenario::spoil(&mut document, &mut any_scenario::Dice::new(seed));
        if from_json(&document.to_string()).is_ok() {
            read += 1;
            check(&validator, &seed.to_string(), &document.to_string());
        }
    }
    assert!(read > 500, "only {read} were read");
}

#[test]
fn every_setting_phase_and_flaw_is_known_with_its_bounds() {
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    for (entry, part) in
        PROTOCOLS.iter().zip(schema["$defs"]["own"]["allOf"].as_array().expect("a part for each protocol"))
    {
        let own = &part["then"]["properties"];
        for setting in entry.spec.settings {
            assert!(
                own["settings"]["properties"][setting.id].is_object(),
                "{} {}",
                entry.spec.id,
                setting.id
            );
        }
        for phase in entry.spec.phases {
            assert!(own["thresholds"]["properties"][phase.id].is_object(), "{} {}", entry.spec.id, phase.id);
        }
        let flaws: Vec<&str> = entry.spec.flaws.iter().map(|flaw| flaw.id).collect();
        // One without flaws has none to name.
        let named = if flaws.is_empty() { json!(null) } else { json!(flaws) };
        assert_eq!(own["flaws"]["items"]["enum"], named, "{}", entry.spec.id);
    }
}

#[test]
fn what_is_wrong_in_itself_is_invalid_for_both() {
    let validator = validator();
    for wrong in [
        json!({ "surprise": 1 }),
        json!({ "version": 2 }),
        json!({ "nodes": 102 }),
        json!({ "nodes": 3, "weights": [1, 1, 1] }),
        json!({ "thresholds": { "decide": 3 } }),
        json!({ "settings": { "heartbeat": -5 } }),
        json!({ "settings": { "unknown": 5 } }),
        json!({ "flaws": ["reuses-ballot"] }),
        json!({ "network": { "delay": { "uniform": [1, 2], "normal": {} } } }),
        json!({ "clients": [{ "every": 5, "think": 3 }] }),
        json!({ "faults": [{ "crash": "S1", "pause": "S1", "from": 1 }] }),
        json!({ "faults": [{ "pause": "S1", "from": 1, "amnesia": true }] }),
        json!({ "by_hand": [{ "drop": 3, "at": 4, "by": 5 }] }),
        json!({ "by_hand": [{ "timeout": "S1", "timer": "Lunch", "at": 4 }] }),
        json!({ "claims": [{ "role": "king" }] }),
        json!({ "claims": [{ "violated": "p2c" }] }),
        json!({ "claims": [{ "stuck": "log-matching" }] }),
        json!({ "claims": [{ "reached": "anything" }] }),
        json!({ "claims": ["dirty"] }),
    ] {
        let mut document = json!({ "version": 1, "protocol": "raft" });
        for (name, value) in wrong.as_object().expect("fields") {
            document[name] = value.clone();
        }
        assert!(!validator.is_valid(&document), "{document}");
        assert!(from_json(&document.to_string()).is_err(), "{document}");
    }
}
