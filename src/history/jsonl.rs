//! One JSON object a line: what this project writes itself. The [module](super) has the fields.

use super::builder::{Builder, Event, Function, Given, Type};
use super::error::{BadHistory, quoted};
use super::{Format, History};
use crate::check::linear::{Datum, Model};
use serde_json::{Map, Value};

pub(super) fn read(text: &str, model: Option<Model>) -> Result<History, BadHistory> {
    let mut builder = Builder::new(false);
    let (mut named, mut initial, mut is_first) = (None, None, true);
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        if line.trim_start().starts_with('[') {
            let what =
                ("one JSON object a line, and not a list of them", "每行一个 JSON 对象，且不放在列表中");
            return Err(expected(number, what, line));
        }
        let object: Value = serde_json::from_str(line).map_err(|_| expected(number, OBJECT, line))?;
        let Value::Object(object) = object else { return Err(expected(number, OBJECT, line)) };
        let is_head = is_first && !object.contains_key("type");
        is_first = false;
        if is_head {
            if let Some(name) = object.get("model") {
                let found = name.as_str().and_then(Model::named);
                named =
                    Some(found.ok_or_else(|| {
                        expected(number, ("the name of a model", "模型名"), &name.to_string())
                    })?);
            }
            initial = text_of(object.get("initial"));
            continue;
        }
        let event = parse(number, &object, line, &mut builder)?;
        builder.event(&event)?;
    }
    builder.finish(Format::Jsonl, model.or(named), |_, texts| {
        initial.map_or(Datum::NIL, |initial| Datum(texts.number(&initial)))
    })
}

/// What a line is, in both languages.
const OBJECT: (&str, &str) =
    ("a JSON object with `process`, `type` and `f`", "带有 `process`、`type` 和 `f` 的 JSON 对象");

fn expected(line: u32, what: (&str, &str), found: &str) -> BadHistory {
    let found = quoted(found);
    BadHistory::at(
        line,
        format!("expected {}, found {found}", what.0),
        format!("应为{}，而不是 {found}", what.1),
    )
}

/// A value's text; `None` for nothing.
fn text_of(value: Option<&Value>) -> Option<String> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
            Some(value.to_string())
        }
    }
}

fn parse(
    number: u32,
    object: &Map<String, Value>,
    line: &str,
    builder: &mut Builder,
) -> Result<Event, BadHistory> {
    let wrong = || expected(number, OBJECT, line);
    let process = match object.get("process") {
        Some(process @ (Value::Number(_) | Value::String(_))) => text_of(Some(process)),
        None | Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    };
    let process = process.ok_or_else(wrong)?;
    let kind = match object.get("type").and_then(Value::as_str).ok_or_else(wrong)? {
        "invoke" => Type::Invoke,
        "ok" => Type::Ok,
        "differs" => Type::Differs,
        "fail" => Type::Fail,
        "info" => Type::Info,
        other => {
            let types = ("invoke, ok, differs, fail or info", " invoke、ok、differs、fail 或 info");
            return Err(expected(number, types, other));
        }
    };
    let function = builder.function(number, object.get("f").and_then(Value::as_str).ok_or_else(wrong)?)?;
    let given = match (function, object.get("value")) {
        (Function::Cas, Some(Value::Array(pair))) if pair.len() == 2 => {
            Given::Two(text_of(pair.first()), text_of(pair.get(1)))
        }
        (_, value) => text_of(value).map_or(Given::Nothing, Given::One),
    };
    let key = text_of(object.get("key"));
    Ok(Event { line: number, process, kind, function, key, given })
}
