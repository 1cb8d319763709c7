//! A run's history as JSON lines, which other checkers, and this one, can read.

use super::builder::Function;
use crate::check::linear::moments::Event;
use crate::check::linear::{Model, events};
use crate::model::{Op, Outcome};
use crate::sim::Operation;
use serde_json::{Value, json};

/// A history of the simulator's clients, in the order of the calls, as a file in our own format (see
/// the [module](super)). A client that has several requests under way is several processes: `c1`,
/// `c1.2`…. What happens at the same µs overlaps,
/// but for what a client asks when it is told.
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
    // Per client: what each of its processes has under way.
    let mut busy: Vec<Vec<Option<u32>>> = Vec::new();
    let mut lanes = vec![0; operations.len()];
    let mut text = json!({ "model": model.name() }).to_string() + "\n";
    for Event { at, place, is_return } in events(operations) {
        let operation = &operations[place as usize];
        let client = usize::from(operation.command.request.client.0);
        let Some((function, key, value)) = asked(operation.command.op) else { continue };
        if busy.len() <= client {
            busy.resize(client + 1, Vec::new());
        }
        let under_way = &mut busy[client];
        if !is_return {
            let lane = under_way.iter().position(Option::is_none).unwrap_or(under_way.len());
            under_way.resize(under_way.len().max(lane + 1), None);
            under_way[lane] = Some(place);
            lanes[place as usize] = lane;
        }
        let lane = lanes[place as usize];
        let process = match lane {
            0 => format!("c{}", client + 1),
            more => format!("c{}.{}", client + 1, more + 1),
        };
        // Of a write-once register every key is the same one.
        let key = (model != Model::Once).then_some(key);
        let (kind, value) = match operation.returned {
            Some((_, _, outcome)) if is_return => {
                under_way[lane] = None;
                match outcome {
                    Outcome::Done => ("ok", value),
                    Outcome::Value(told) => ("ok", told.map(|told| told.to_string()).into()),
                    Outcome::Differs => ("differs", value),
                    Outcome::Refused | Outcome::Held => ("fail", value),
                    // The first is never the end of a request.
                    Outcome::Redirect(_) | Outcome::Unknown => ("info", value),
                    Outcome::Granted(_)
                    | Outcome::Siblings { .. }
                    | Outcome::Names(_)
                    | Outcome::Level(_) => ("ok", outcome.to_string().into()),
                }
            }
            Some(_) | None => ("invoke", value),
        };
        let line = json!({
            "process": process, "type": kind, "f": function.name(), "key": key, "value": value, "time": at,
        });
        text += &line.to_string();
        text.push('\n');
    }
    text
}

/// What an operation is called, its key and its value; `None` for one that does nothing.
fn asked(op: Op) -> Option<(Function, String, Value)> {
    let text = |value: crate::model::Value| Value::from(value.to_string());
    Some(match op {
        Op::Noop
        | Op::ReadAt { .. }
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Pair { .. }
        | Op::Reweigh { .. }
        | Op::Clock { .. }
        | Op::End { .. }
        | Op::Tree(_) => return None,
        Op::Read { key } => (Function::Read, key.to_string(), Value::Null),
        Op::Write { key, value } => (Function::Write, key.to_string(), text(value)),
        Op::Cas { key, expect, value } => {
            (Function::Cas, key.to_string(), json!([text(expect), text(value)]))
        }
    })
}
