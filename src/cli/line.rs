//! A record of a trace as one JSON object, for programs: its facts by name, and the line for people.

use quorate::model::{Arg, ArgKind, Lang, NodeId, RuleWord, Spec, shown};
use quorate::sim::{Kind, Loss, Record, Trace};
use serde_json::{Map, Value, json};

/// `event` counts from 1. Always `at` (ms), `event`, `kind`, `node`, `line`; the rest by kind.
pub(crate) fn json(trace: &Trace, event: u32, record: &Record, spec: &Spec, lang: Lang) -> Value {
    let mut object = json!({
        "at": record.at().as_ms(),
        "event": event,
        "kind": kind(record.kind),
        "node": record.node.to_string(),
        "line": trace.line(record, spec),
    });
    let code = usize::from(record.code);
    match record.kind {
        Kind::Send => {
            message(&mut object, record, spec.messages.get(code).map(|word| word.name));
            object["takes"] = (f64::from(record.link) / 1e3).into();
            object["args"] = args(spec.messages.get(code).map_or(&[], |word| word.args), record, lang);
        }
        Kind::Arrive | Kind::Vanish => {
            let sent = trace.records().get(record.link as usize);
            let word = sent.and_then(|sent| spec.messages.get(usize::from(sent.code)));
            message(&mut object, record, word.map(|word| word.name));
            if record.kind == Kind::Vanish {
                object["why"] = Loss::name(record.code).into();
            }
        }
        Kind::Timer => object["timer"] = spec.timers.get(code).map(|timer| timer.name).into(),
        Kind::Because => {
            if let Some(RuleWord { name, cite, args: facts, .. }) = spec.rules.get(code) {
                object["rule"] = (*name).into();
                object["cite"] = (*cite).into();
                object["args"] = args(facts, record, lang);
                object["why"] = spec.rules[code].sentence(record.node, &record.fact(), lang).into();
            }
        }
        Kind::Role => {
            object["role"] = spec.roles.get(code).map(|role| role.id).into();
            object["epoch"] = word(spec.epoch.kind, record.args[0], lang);
            object["leads"] = (record.args[1] != 0).into();
        }
        Kind::Decide => {
            object["slot"] = record.link.into();
            command(&mut object, record);
        }
        Kind::Call => {
            command(&mut object, record);
            object["try"] = record.link.into();
        }
        Kind::Return => returned(&mut object, record),
        Kind::Unheard if record.code == 2 => returned(&mut object, record),
        Kind::Unheard => command(&mut object, record),
        Kind::Hand => {
            object["timer"] = spec.timers.get(code).map(|timer| timer.name).into();
            object["in_vain"] = (record.link != 0).into();
        }
        Kind::Crash => object["amnesia"] = (record.code == 1).into(),
        Kind::Fault => {
            object["fault"] = (record.link + 1).into();
            object["opens"] = (record.code == 1).into();
        }
        Kind::Level => object["level"] = record.level().into(),
        Kind::Change => object["change"] = (record.link + 1).into(),
        Kind::Written | Kind::Boot | Kind::Pause | Kind::Resume => {}
    }
    object
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Send => "send",
        Kind::Arrive => "arrive",
        Kind::Vanish => "vanish",
        Kind::Timer => "timer",
        Kind::Because => "because",
        Kind::Role => "role",
        Kind::Decide => "decide",
        Kind::Written => "written",
        Kind::Boot => "boot",
        Kind::Crash => "crash",
        Kind::Pause => "pause",
        Kind::Resume => "resume",
        Kind::Fault => "fault",
        Kind::Call => "call",
        Kind::Return => "return",
        Kind::Unheard => "unheard",
        Kind::Hand => "hand",
        Kind::Level => "level",
        Kind::Change => "change",
    }
}

fn returned(object: &mut Value, record: &Record) {
    let (request, outcome) = record.returned();
    object["request"] = request.to_string().into();
    object["outcome"] = outcome.to_string().into();
}

fn message(object: &mut Value, record: &Record, name: Option<&str>) {
    object["peer"] = record.peer.to_string().into();
    object["message"] = record.message.into();
    object["name"] = name.into();
}

fn command(object: &mut Value, record: &Record) {
    let command = record.command();
    object["request"] = command.request.to_string().into();
    object["op"] = command.op.to_string().into();
}

fn args(names: &[(&str, ArgKind)], record: &Record, lang: Lang) -> Value {
    let named = names
        .iter()
        .zip(record.args)
        .map(|((name, kind), packed)| ((*name).to_owned(), word(*kind, packed, lang)));
    named.collect::<Map<_, _>>().into()
}

/// Numbers and flags as such, no node and no value as null, the rest as it is shown.
fn word(kind: ArgKind, packed: u32, lang: Lang) -> Value {
    match kind {
        ArgKind::Number => packed.into(),
        ArgKind::Flag => (packed != 0).into(),
        ArgKind::Node | ArgKind::Value if packed == u32::MAX => Value::Null,
        ArgKind::Node => NodeId(packed as u8).to_string().into(),
        ArgKind::Milli => (f64::from(packed as i32) / 1e3).into(),
        ArgKind::Ballot | ArgKind::Value | ArgKind::Key => {
            let mut out = String::new();
            shown(&mut out, Arg::Packed(kind, packed), lang);
            out.into()
        }
    }
}
