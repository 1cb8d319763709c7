//! The logs of Jepsen's tests of etcd, as porcupine has them.
//!
//! A compare-and-set that failed found another value; a read that failed did not happen; what timed
//! out, or never ended, may have happened at any time since. A register holds nothing at first.

use super::builder::{Builder, Event, Function, Given, Type};
use super::error::{BadHistory, quoted};
use super::{Format, History};
use crate::check::linear::{Datum, Model};

/// What every line of a history has before its process.
const MARK: &str = "jepsen.util -";

/// Whether a line is of some program's log.
pub(super) fn is_log(line: &str) -> bool {
    ["INFO", "WARN", "ERROR", "DEBUG", "TRACE"].iter().any(|level| line.starts_with(level))
}

pub(super) fn read(text: &str, model: Option<Model>) -> Result<History, BadHistory> {
    let mut builder = Builder::new(false);
    for (number, line) in (1..).zip(text.lines()) {
        let Some((_, event)) = line.split_once(MARK) else {
            // A line that goes on beyond the end of the file may have been an event.
            if text.ends_with(line) && !line.trim().is_empty() {
                return Err(BadHistory::at(
                    number,
                    format!("the file ends within the line {}: it is cut off", quoted(line)),
                    format!("文件在行 {} 中间结束：内容被截断", quoted(line)),
                ));
            }
            // Other lines of the same log.
            if line.trim().is_empty() || is_log(line.trim_start()) {
                continue;
            }
            return Err(expected(number, line));
        };
        if let Some(event) = parse(number, line, event.trim(), &mut builder)? {
            builder.event(&event)?;
        }
    }
    builder.finish(Format::Etcd, model, |_, _| Datum::NIL)
}

fn expected(line: u32, found: &str) -> BadHistory {
    let found = quoted(found);
    BadHistory::at(
        line,
        format!("expected `INFO  jepsen.util - PROCESS :TYPE :OPERATION VALUE`, found {found}"),
        format!("应为 `INFO  jepsen.util - 进程 :类型 :操作 值`，而不是 {found}"),
    )
}

/// One event; `None` for one that is none of a client.
fn parse(number: u32, line: &str, event: &str, builder: &mut Builder) -> Result<Option<Event>, BadHistory> {
    let wrong = || expected(number, line);
    let (process, rest) = event.split_once(char::is_whitespace).ok_or_else(wrong)?;
    // The one who breaks things: `:nemesis`.
    if process.starts_with(':') {
        return Ok(None);
    }
    if !process.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let (kind, rest) = rest.trim_start().split_once(char::is_whitespace).ok_or_else(wrong)?;
    let (name, rest) = rest.trim_start().split_once(char::is_whitespace).ok_or_else(wrong)?;
    let function = builder.function(number, name.strip_prefix(':').ok_or_else(wrong)?)?;
    let value = rest.trim();
    let given = if let Some(inner) = value.strip_prefix('[') {
        let (inner, _) = inner.split_once(']').ok_or_else(wrong)?;
        let mut words = inner.split_whitespace().map(|word| (word != "nil").then(|| word.to_owned()));
        match (words.next(), words.next(), words.next()) {
            (Some(expect), Some(value), None) => Given::Two(expect, value),
            _ => return Err(wrong()),
        }
    } else {
        match value.split_whitespace().next() {
            None => return Err(wrong()),
            Some("nil") => Given::Nothing,
            Some(word) if word.starts_with(':') => Given::Nothing,
            Some(word) => Given::One(word.to_owned()),
        }
    };
    let kind = match kind {
        ":invoke" => Type::Invoke,
        ":ok" => Type::Ok,
        ":info" => Type::Info,
        ":fail" => match (function, &given) {
            (Function::Cas, Given::Two(..)) => Type::Differs,
            (Function::Read, _) => Type::Fail,
            // It says of nothing else that it did not happen.
            _ => Type::Info,
        },
        _ => return Err(wrong()),
    };
    Ok(Some(Event { line: number, process: process.into(), kind, function, key: None, given }))
}
