//! A run's history as JSON lines, which other checkers, and this one, can read.

use super::builder::Function;
use crate::check::linear::Model;
use crate::model::{Op, Outcome, Time};
use crate::sim::Operation;
use serde_json::{Value, json};

/// A history of the simulator's clients, in the order of the calls, as a file in our own format (see
/// the [module](super)). A client that has several requests under way is several processes: `c1`,
/// `c1.2`…. What happens at the same µs overlaps.
///
/// ```
/// use quorate::check::linear::{Budget, Model, Verdict};
/// use quorate::scenario::find;
/// let mut run = find("raft/leader-crash").unwrap().run();
/// while run.advance(10_000) == quorate::sim::Progress::Running {}
/// let text = quorate::history::to_jsonl(run.history().operations(), Model::Kv);
/// let history = quorate::history::read(text.as_bytes(), None, None).unwrap();
/// assert!(matches!(history.check(Budget::default()).verdict, Verdict::Linearizable { .. }));
/// ```
#[must_use]
pub fn to_jsonl(operations: &[Operation], model: Model) -> String {
    // Per client: until when each of its processes is busy.
    let mut busy: Vec<Vec<Option<Time>>> = Vec::new();
    // At the same moment calls come first, so that what returns then overlaps them.
    let mut lines: Vec<(Time, bool, usize, Value)> = Vec::new();
    for (place, operation) in operations.iter().enumerate() {
        let client = usize::from(operation.command.request.client.0);
        let Some((function, key, value)) = asked(operation.command.op) else { continue };
        if busy.len() <= client {
            busy.resize(client + 1, Vec::new());
        }
        let lanes = &mut busy[client];
        let is_free = |until: &Option<Time>| until.is_some_and(|until| until < operation.called);
        let until = operation.returned.map(|(at, ..)| at);
        let lane = lanes.iter().position(is_free).unwrap_or(lanes.len());
        match lanes.get_mut(lane) {
            Some(free) => *free = until,
            None => lanes.push(until),
        }
        let process = match lane {
            0 => format!("c{}", client + 1),
            more => format!("c{}.{}", client + 1, more + 1),
        };
        // Of a write-once register every key is the same one.
        let key = (model != Model::Once).then_some(key);
        let line = |kind: &str, value: &Value, at: Time| {
            json!({
                "process": process, "type": kind, "f": function.name(), "key": key, "value": value,
                "time": at.0,
            })
        };
        lines.push((operation.called, false, place, line("invoke", &value, operation.called)));
        if let Some((at, _, outcome)) = operation.returned {
            let (kind, told) = match outcome {
                Outcome::Done => ("ok", value),
                Outcome::Value(told) => ("ok", told.map(|told| told.to_string()).into()),
                Outcome::Differs => ("differs", value),
                Outcome::Refused => ("fail", value),
                // Never the end of a request.
                Outcome::Redirect(_) => ("info", value),
            };
            lines.push((at, true, place, line(kind, &told, at)));
        }
    }
    lines.sort_by_key(|(at, is_return, place, _)| (*at, *is_return, *place));
    let mut text = json!({ "model": model.name() }).to_string() + "\n";
    for (.., line) in lines {
        text += &line.to_string();
        text.push('\n');
    }
    text
}

/// What an operation is called, its key and its value; `None` for one that does nothing.
fn asked(op: Op) -> Option<(Function, String, Value)> {
    let text = |value: crate::model::Value| Value::from(value.to_string());
    Some(match op {
        Op::Noop => return None,
        Op::Read { key } => (Function::Read, key.to_string(), Value::Null),
        Op::Write { key, value } => (Function::Write, key.to_string(), text(value)),
        Op::Cas { key, expect, value } => {
            (Function::Cas, key.to_string(), json!([text(expect), text(value)]))
        }
    })
}
