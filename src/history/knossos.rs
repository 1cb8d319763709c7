//! Knossos' EDN: maps, or vectors of process, type, operation and value; one after the other, or all
//! in one list.
//!
//! What failed did not happen; `:info` may have; a read that was answered `nil` read something that is
//! not known. A register holds 0 at first, a key of a map the empty text.

use super::builder::{Builder, Event, Function, Given, Type};
use super::edn::{Edn, Reader};
use super::error::{BadHistory, quoted};
use super::{Format, History};
use crate::check::linear::{Datum, Model};

pub(super) fn read(text: &str, model: Option<Model>) -> Result<History, BadHistory> {
    let mut builder = Builder::new(true);
    let mut reader = Reader::new(text);
    while let Some((line, value)) = reader.next()? {
        if let Some(event) = parse(line, &value, &mut builder)? {
            builder.event(&event)?;
        }
    }
    builder.finish(Format::Knossos, model, |model, texts| match model {
        Model::Register | Model::CasRegister => Datum(texts.number("0")),
        Model::Kv => Datum(texts.number("")),
        Model::Queue | Model::Lock | Model::Mutex | Model::Once => Datum::NIL,
        // No file is of these.
        Model::Store | Model::Tree | Model::Leased | Model::Fenced => Datum::NIL,
    })
}

fn expected(line: u32, what: (&str, &str), found: &str) -> BadHistory {
    let found = quoted(found);
    BadHistory::at(
        line,
        format!("expected {}, found {found}", what.0),
        format!("应为{}，而不是 {found}", what.1),
    )
}

/// One event; `None` for one that is none of a client.
fn parse(line: u32, event: &Edn, builder: &mut Builder) -> Result<Option<Event>, BadHistory> {
    let nil = Edn::Nil;
    let (process, kind, function, key, value) = match event {
        Edn::Map(_) => {
            let field = |name: &str| {
                event.get(name).ok_or_else(|| {
                    let (en, zh) = (format!("an event with `:{name}`"), format!("带有 `:{name}` 的事件"));
                    expected(line, (&en, &zh), &event.shown())
                })
            };
            let value = event.get("value").unwrap_or(&nil);
            (field("process")?, field("type")?, field("f")?, event.get("key"), value)
        }
        Edn::List(items) => match items.as_slice() {
            [process, kind, function, rest @ ..] => {
                (process, kind, function, None, rest.first().unwrap_or(&nil))
            }
            _ => return Err(not_an_event(line, event)),
        },
        Edn::Nil | Edn::Text(_) | Edn::Keyword(_) => return Err(not_an_event(line, event)),
    };
    let process = match process {
        Edn::Text(process) => process.clone(),
        // The one who breaks things: `:nemesis`.
        Edn::Keyword(_) => return Ok(None),
        Edn::Nil | Edn::List(_) | Edn::Map(_) => {
            return Err(expected(line, ("a process by its number", "进程编号"), &process.shown()));
        }
    };
    let name = match kind {
        Edn::Keyword(name) => name.as_str(),
        Edn::Nil | Edn::Text(_) | Edn::List(_) | Edn::Map(_) => "",
    };
    let kind = match name {
        "invoke" => Type::Invoke,
        "ok" => Type::Ok,
        "fail" => Type::Fail,
        "info" => Type::Info,
        _ => {
            let types = (":invoke, :ok, :fail or :info", " :invoke、:ok、:fail 或 :info");
            return Err(expected(line, types, &kind.shown()));
        }
    };
    let (Edn::Keyword(name) | Edn::Text(name)) = function else {
        return Err(expected(line, ("an operation by its name", "操作名"), &function.shown()));
    };
    let function = builder.function(line, name)?;
    let (key, value) = match (key, value) {
        (Some(key), value) => (Some(key), value),
        // A key and a value for it, as Jepsen's independent keys are written.
        (None, Edn::List(pair)) => match (function, pair.as_slice()) {
            (Function::Cas, [key, value @ Edn::List(_)]) => (Some(key), value),
            (Function::Cas, _) | (_, [] | [_] | [_, _, _, ..]) => (None, value),
            (_, [key, value]) => (Some(key), value),
        },
        (None, value) => (None, value),
    };
    let text = |value: &Edn| (*value != Edn::Nil).then(|| value.shown());
    let given = match (function, value) {
        (Function::Cas, Edn::List(pair)) => match pair.as_slice() {
            [expect, value] => Given::Two(text(expect), text(value)),
            _ => return Err(expected(line, ("two values for cas", " cas 的两个值"), &value.shown())),
        },
        (_, value) => text(value).map_or(Given::Nothing, Given::One),
    };
    let key = key.map(Edn::shown);
    Ok(Some(Event { line, process, kind, function, key, given }))
}

fn not_an_event(line: u32, found: &Edn) -> BadHistory {
    let (en, zh) = Format::Knossos.expects();
    expected(line, (en, zh), &found.shown())
}
