//! The JSON Schema of the document, made from the same limits and tables that reading it uses: what
//! editors complete and check against. Published as `www/scenario.schema.json`; a test compares.
//!
//! Whatever [`super::from_json`] takes, the schema takes too. The other way round, what no schema can
//! say (that a node is there, that `until` comes after `from`) is left to the reader.

use super::{
    ALPHA_LEAST, ALPHA_MAX, CHANGES_MAX, CLAIMS_MAX, CLIENTS_MAX, DRIFT_MAX, DURATION_LEAST, DURATION_MAX,
    EMPIRICAL_MAX, EVERY_LEAST, FAULTS_MAX, ID_MAX, INTERVENTIONS_MAX, JUMP_MAX, KEYS_MAX, LIMIT_MAX,
    NODES_MIN, OFFSET_MAX, RETRY_LEAST, SIGMA_MAX, TEXT_MAX, TITLE_MAX, UNTIL_MAX, WINDOW_MAX, change, claim,
    client, document, fault, hand, law,
};
use crate::catalogue::{Entry, PROTOCOLS};
use crate::model::{NODES_MAX, PropertyKind, SettingKind, Span, SpanRange};
use crate::quorum::WEIGHT_MAX;
use crate::quorum::spec::THRESHOLD_MAX;
use crate::sim::DELAY_MAX;
use serde_json::{Map, Value, json};

/// The schema, laid out as it is published.
#[must_use]
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&value()).unwrap_or_default();
    text.push('\n');
    text
}

fn value() -> Value {
    let names: Vec<&str> = PROTOCOLS.iter().map(|entry| entry.spec.id).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Quorate scenario",
        "description": "A simulated cluster, its quorums, what breaks when, and what its author claims will happen. Times are in milliseconds, to the microsecond.",
        "type": "object",
        "required": ["version", "protocol"],
        "additionalProperties": false,
        "properties": {
            "$schema": { "type": "string" },
            "version": { "const": document::VERSION },
            "id": { "type": "string", "pattern": format!("^[a-z0-9/-]{{0,{ID_MAX}}}$"), "description": "Its name in the gallery." },
            "title": words("A line.", TITLE_MAX),
            "text": words("A paragraph: what to look at.", TEXT_MAX),
            "protocol": { "enum": names },
            "nodes": whole(NODES_MIN as u64, NODES_MAX as u64, "How many nodes, each of weight 1; 5 without it."),
            "weights": list(json!({ "type": "integer", "minimum": 0, "maximum": WEIGHT_MAX }), NODES_MIN, NODES_MAX, "A weight for each node."),
            "thresholds": { "type": "object", "description": "The weight that decides, by phase; without it more than half of the weight, or of the usual copies where a key has fewer." },
            "settings": { "type": "object", "description": "The protocol's settings." },
            "flaws": { "type": "array", "uniqueItems": true, "description": "The protocol's classic mistakes that are switched on." },
            "seed": {
                "description": "Where chance comes from; 1 without it.",
                "anyOf": [
                    { "type": "integer", "minimum": 0, "maximum": document::SEED_NUMBER_MAX },
                    { "type": "string", "pattern": "^[0-9]{1,20}$" },
                ],
            },
            "duration": time(DURATION_LEAST, DURATION_MAX, "How long the run is."),
            "start": time(Span(0), DURATION_MAX, "Where the playhead stands at first."),
            "network": closed("The links between nodes.", json!({
                "delay": { "$ref": "#/$defs/law" },
                "loss": { "$ref": "#/$defs/share" },
                "duplicates": { "$ref": "#/$defs/share" },
                "fifo": { "type": "boolean", "description": "Links like TCP: in order, nothing lost, broken by a crash." },
            }), &[]),
            "disk": { "$ref": "#/$defs/law", "description": "How long a write takes." },
            "clocks": {
                "type": "object",
                "description": "Clocks that are off, by node.",
                "propertyNames": { "$ref": "#/$defs/node" },
                "additionalProperties": closed("A clock.", json!({
                    "offset": time(Span(0), OFFSET_MAX, "What it shows at the start."),
                    "drift_ppm": { "type": "integer", "minimum": -DRIFT_MAX, "maximum": DRIFT_MAX },
                }), &[]),
            },
            "timers": {
                "enum": document::TIMERS,
                "default": document::TIMERS[0],
                "description": "Whether timers run out on their own, and clients ask again, or by hand alone.",
            },
            "clients": list(json!({ "$ref": "#/$defs/client" }), 0, CLIENTS_MAX, "Who asks; one usual client without it."),
            "faults": list(json!({ "$ref": "#/$defs/fault" }), 0, FAULTS_MAX, "What breaks when."),
            "changes": list(json!({ "$ref": "#/$defs/change" }), 0, CHANGES_MAX, "How who may decide changes while it runs."),
            "by_hand": list(json!({ "$ref": "#/$defs/by_hand" }), 0, INTERVENTIONS_MAX, "What was done to single messages and nodes."),
            "claims": list(json!({ "$ref": "#/$defs/claim" }), 0, CLAIMS_MAX, "What will happen; tests replay it."),
            "beside": {
                "description": "A second protocol under the same conditions: its name, or what is its own.",
                "anyOf": [{ "enum": names }, beside_schema(&names)],
            },
        },
        "dependentSchemas": { "weights": { "properties": { "nodes": false } } },
        "allOf": [{ "$ref": "#/$defs/own" }],
        "$defs": {
            "own": { "allOf": PROTOCOLS.iter().map(protocol).collect::<Vec<_>>() },
            "node": { "type": "string", "pattern": "^S([1-9][0-9]?|10[01])$" },
            "nodes": { "type": "array", "items": { "$ref": "#/$defs/node" }, "uniqueItems": true, "maxItems": NODES_MAX },
            "share": { "type": "number", "minimum": 0, "maximum": 1 },
            "law": law_schema(),
            "client": client_schema(),
            "fault": fault_schema(),
            "change": change_schema(),
            "by_hand": by_hand_schema(),
            "claim": claim_schema(),
        },
    })
}

fn beside_schema(names: &[&str]) -> Value {
    let mut schema = closed(
        "",
        json!({
            "protocol": { "enum": names },
            "thresholds": { "type": "object" },
            "settings": { "type": "object" },
            "flaws": { "type": "array", "uniqueItems": true },
            "timers": { "enum": document::TIMERS, "default": document::TIMERS[0] },
            "changes": list(json!({ "$ref": "#/$defs/change" }), 0, CHANGES_MAX, ""),
            "by_hand": list(json!({ "$ref": "#/$defs/by_hand" }), 0, INTERVENTIONS_MAX, ""),
            "claims": list(json!({ "$ref": "#/$defs/claim" }), 0, CLAIMS_MAX, ""),
        }),
        &["protocol"],
    );
    schema["allOf"] = json!([{ "$ref": "#/$defs/own" }]);
    schema
}

/// What is a protocol's own: its phases, settings, flaws, timers and what claims can name.
fn protocol(entry: &Entry) -> Value {
    let spec = entry.spec;
    let phases = || spec.phases.iter().map(|phase| (phase.id, whole(1, THRESHOLD_MAX.into(), phase.name.en)));
    let settings = spec.settings.iter().map(|setting| {
        let mut schema = match setting.kind {
            SettingKind::Span { least, most, default } => {
                with_default(time(least, most, ""), default.as_ms().into())
            }
            SettingKind::Range { least, most, default } => {
                let SpanRange { least: low, most: high } = default;
                with_default(range(least, most, ""), json!([low.as_ms(), high.as_ms()]))
            }
            SettingKind::Switch { default } => json!({ "type": "boolean", "default": default }),
            SettingKind::Links => json!({
                "type": "array",
                "items": { "type": "array", "items": { "$ref": "#/$defs/node" }, "minItems": 2, "maxItems": 2 },
                "default": [],
            }),
            SettingKind::Choice { options, default } => {
                let ids: Vec<&str> = options.iter().map(|option| option.id).collect();
                json!({ "enum": ids, "default": ids.get(usize::from(default)) })
            }
            SettingKind::Number { least, most, default } => {
                with_default(whole(least.into(), most.into(), ""), default.into())
            }
        };
        schema["description"] = setting.help.en.into();
        (setting.id, schema)
    });
    let flaws: Vec<&str> = spec.flaws.iter().map(|flaw| flaw.id).collect();
    let timers: Vec<&str> = spec.timers.iter().map(|timer| timer.name).collect();
    let or_any = |kind| {
        let mut names = claim::property_names(entry, kind);
        names.push(claim::ANYTHING);
        one_of(&names)
    };
    let points = claim::property_names(entry, PropertyKind::Sometimes);
    let roles: Vec<&str> = spec.roles.iter().map(|role| role.id).collect();
    let rules: Vec<&str> = spec.rules.iter().map(|rule| rule.name).collect();
    json!({
        "if": { "properties": { "protocol": { "const": spec.id } } },
        "then": { "properties": {
            "thresholds": { "properties": object(phases()), "additionalProperties": false },
            "changes": { "items": { "properties": {
                "thresholds": { "properties": object(phases()), "additionalProperties": false },
            } } },
            "settings": { "properties": object(settings), "additionalProperties": false },
            "flaws": { "items": one_of(&flaws) },
            "by_hand": { "items": { "properties": { "timer": one_of(&timers) } } },
            "claims": { "items": { "properties": {
                "violated": or_any(PropertyKind::Always), "stuck": or_any(PropertyKind::Eventually),
                "reached": one_of(&points), "role": one_of(&roles), "rule": one_of(&rules),
            } } },
        } },
    })
}

fn law_schema() -> Value {
    let delay = || time(Span(0), DELAY_MAX, "");
    let law = |inner: Value, needed: &[&str]| closed("", inner, needed);
    let laws = [
        list(delay(), 2, 2, "Each length alike, both ends included."),
        law(json!({ "mean": delay(), "deviation": delay() }), &["mean", "deviation"]),
        law(
            json!({ "median": delay(), "sigma": { "type": "number", "minimum": 0, "maximum": SIGMA_MAX } }),
            &["median", "sigma"],
        ),
        law(
            json!({ "least": delay(), "alpha": { "type": "number", "minimum": ALPHA_LEAST, "maximum": ALPHA_MAX } }),
            &["least", "alpha"],
        ),
        law(json!({ "mean": delay() }), &["mean"]),
        list(delay(), 1, EMPIRICAL_MAX, "Measured values, each alike."),
    ];
    let named = law::LAWS.iter().zip(laws).map(|(name, inner)| closed("", json!({ *name: inner }), &[name]));
    let all: Vec<Value> = [delay()].into_iter().chain(named).collect();
    json!({ "description": "How long something takes: always the same, or drawn from a law.", "oneOf": all })
}

fn client_schema() -> Value {
    let mut schema = closed(
        "A client.",
        json!({
            "start": time(Span(0), DURATION_MAX, "When it begins."),
            "limit": whole(0, LIMIT_MAX.into(), "How many requests it makes in all; no end without it."),
            "window": whole(1, WINDOW_MAX.into(), "Requests under way at once."),
            "think": range(Span(0), DURATION_MAX, "The rest after an answer."),
            "every": range(EVERY_LEAST, DURATION_MAX, "Asks regardless of answers, so often."),
            "target": { "$ref": "#/$defs/node", "description": "Whom it asks first." },
            "local": { "type": "boolean", "default": false, "description": "Whether it stands on that node's side of every cut." },
            "asks": described(one_of(&client::ASKS), "What it asks for; registers without it."),
            "reads": whole(0, 100, "How many of a hundred requests read."),
            "cas": whole(0, 100, "How many of a hundred requests compare and set."),
            "keys": whole(1, KEYS_MAX.into(), "Over how many keys they spread."),
            "retry": time(RETRY_LEAST, DURATION_MAX, "How long it waits before it asks the next node."),
        }),
        &[],
    );
    schema["dependentSchemas"] = json!({ "every": { "properties": { "window": false, "think": false } } });
    schema
}

fn fault_schema() -> Value {
    let nodes = || json!({ "$ref": "#/$defs/nodes" });
    let kinds = [
        json!({ "$ref": "#/$defs/node", "description": "Stops, loses what is not on disk, and starts again." }),
        json!({ "$ref": "#/$defs/node", "description": "Stands still, keeps everything, and goes on." }),
        list(nodes(), 1, NODES_MAX, "Groups that do not hear each other; nodes in none are together."),
        closed(
            "Messages that are lost, one way; from all or to all without `from` or `to`.",
            json!({ "from": nodes(), "to": nodes() }),
            &[],
        ),
        closed(
            "Messages that take longer.",
            json!({ "from": nodes(), "to": nodes(), "by": { "$ref": "#/$defs/law" } }),
            &["by"],
        ),
        json!({ "$ref": "#/$defs/share", "description": "Lost on every link." }),
        closed(
            "Clocks that jump by so many ms, ahead or (below 0) back, and return at the end; all without `nodes`.",
            json!({ "nodes": nodes(), "by": { "type": "integer", "minimum": -JUMP_MAX, "maximum": JUMP_MAX } }),
            &["by"],
        ),
    ];
    let variants = fault::KINDS.iter().zip(kinds).map(|(name, kind)| {
        let mut fields = json!({
            *name: kind,
            "from": time(Span(0), DURATION_MAX, "When it begins."),
            "until": time(Span(0), UNTIL_MAX, "When it is over; never without it."),
            "enabled": { "type": "boolean", "default": true },
        });
        if *name == "crash" {
            fields["amnesia"] =
                json!({ "type": "boolean", "default": false, "description": "Loses its disk too." });
        }
        closed("", fields, &[name, "from"])
    });
    json!({ "oneOf": variants.collect::<Vec<_>>() })
}

fn by_hand_schema() -> Value {
    let message = || whole(1, u32::MAX.into(), "A message, by its number in the run.");
    let moment = || time(Span(0), DURATION_MAX, "When.");
    let node = json!({ "$ref": "#/$defs/node" });
    let key = json!({ "type": "string", "pattern": "^([xyz]|k[1-9][0-9]{0,2})$" });
    let value = json!({ "type": "string", "pattern": "^[a-z]{1,7}$" });
    let path = json!({ "type": "string", "pattern": "^/([a-o](/[a-o]){0,3})?$" });
    let count = || whole(0, u32::MAX.into(), "");
    let at_path = || closed("", json!({ "path": path }), &["path"]);
    let operations = [
        closed("", json!({ "key": key, "value": value }), &["value"]),
        closed("", json!({ "key": key }), &[]),
        closed("", json!({ "key": key, "expect": value, "value": value }), &["expect", "value"]),
        json!({ "const": true }),
        closed("", json!({ "key": key, "version": count() }), &["version"]),
        closed("", json!({ "key": key }), &[]),
        closed("", json!({ "key": key, "token": count() }), &["token"]),
        closed("", json!({ "a": key, "b": key, "value": value }), &["a", "b", "value"]),
        at_path(),
        at_path(),
        closed("", json!({ "path": path, "value": value }), &["path", "value"]),
        closed("", json!({ "from": path, "to": path }), &["from", "to"]),
        at_path(),
        at_path(),
    ];
    let mut variants: Vec<Value> = Vec::new();
    for name in hand::KINDS {
        match name {
            "drop" | "deliver" => {
                variants.push(closed("", json!({ name: message(), "at": moment() }), &[name, "at"]))
            }
            "delay" | "duplicate" => {
                variants.push(closed("", json!({ name: message(), "by": moment() }), &[name, "by"]))
            }
            "timeout" => {
                let fields = json!({ name: node, "timer": { "type": "string" }, "at": moment() });
                variants.push(closed("", fields, &[name, "timer", "at"]));
            }
            _ => {
                for (operation, inner) in hand::OPERATIONS.iter().zip(&operations) {
                    let fields = json!({ name: node, *operation: inner, "at": moment() });
                    variants.push(closed("", fields, &[name, operation, "at"]));
                }
            }
        }
    }
    json!({ "oneOf": variants })
}

fn change_schema() -> Value {
    let weight = json!({ "type": "integer", "minimum": 0, "maximum": WEIGHT_MAX });
    closed(
        "A change of who may decide.",
        json!({
            "at": time(Span(0), DURATION_MAX, "When."),
            "by": {
                "enum": change::WAYS,
                "default": change::WAYS[0],
                "description": "Through the log, as the protocol does it, or by hand in every configuration file at once.",
            },
            "weights": list(weight, NODES_MIN, NODES_MAX, "A weight for each node."),
            "thresholds": { "type": "object", "description": "The weight that decides, by phase; without it more than half of the weight, or of the usual copies where a key has fewer." },
        }),
        &["at", "weights"],
    )
}

fn claim_schema() -> Value {
    let text = || json!({ "type": "string" });
    let mut variants = vec![json!({ "const": claim::CLEAN, "description": "Nothing is ever violated." })];
    for name in claim::KINDS {
        let mut fields = json!({
            name: text(),
            "from": time(Span(0), DURATION_MAX, "The window's start; the run's without it."),
            "by": time(Span(0), DURATION_MAX, "The window's end; the run's without it."),
            "at_least": whole(1, claim::COUNT_MAX.into(), "1 where neither bound is given."),
            "at_most": whole(0, claim::COUNT_MAX.into(), ""),
        });
        match name {
            "role" | "rule" => fields["node"] = json!({ "$ref": "#/$defs/node" }),
            "decided" => {
                fields["value"] = json!({ "type": "string", "pattern": "^[a-z]{1,7}$" });
                fields[name] =
                    json!({ "anyOf": [{ "enum": ["anywhere", "everywhere"] }, { "$ref": "#/$defs/node" }] });
            }
            "answered" => fields[name] = json!({ "type": "string", "pattern": "^(anyone|c[1-9][0-9]?)$" }),
            _ => {}
        }
        variants.push(closed("", fields, &[name]));
    }
    json!({ "oneOf": variants })
}

fn object<'a>(fields: impl Iterator<Item = (&'a str, Value)>) -> Map<String, Value> {
    fields.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn described(mut schema: Value, description: &str) -> Value {
    if !description.is_empty() {
        schema["description"] = description.into();
    }
    schema
}

fn with_default(mut schema: Value, default: Value) -> Value {
    schema["default"] = default;
    schema
}

/// One of some names; none where there are none.
fn one_of(names: &[&str]) -> Value {
    if names.is_empty() { json!(false) } else { json!({ "enum": names }) }
}

fn closed(description: &str, properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    described(schema, description)
}

fn list(items: Value, least: usize, most: usize, description: &str) -> Value {
    described(json!({ "type": "array", "items": items, "minItems": least, "maxItems": most }), description)
}

fn whole(least: u64, most: u64, description: &str) -> Value {
    described(json!({ "type": "integer", "minimum": least, "maximum": most }), description)
}

/// A number without a point where it is whole.
fn ms(span: Span) -> Value {
    if span.0.is_multiple_of(1_000) { (span.0 / 1_000).into() } else { span.as_ms().into() }
}

fn time(least: Span, most: Span, description: &str) -> Value {
    described(json!({ "type": "number", "minimum": ms(least), "maximum": ms(most) }), description)
}

fn range(least: Span, most: Span, description: &str) -> Value {
    described(json!({ "anyOf": [time(least, most, ""), list(time(least, most, ""), 2, 2, "")] }), description)
}

fn words(description: &str, most: usize) -> Value {
    let text = || json!({ "type": "string", "maxLength": most });
    json!({ "description": description, "anyOf": [text(), closed("", json!({ "en": text(), "zh": text() }), &[])] })
}
