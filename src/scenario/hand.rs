//! Interventions in documents: what was done by hand to one message or one node.

use super::reader::{Fields, Place};
use super::writer::{Json, Object};
use super::{DURATION_MAX, Refusal, Words};
use crate::model::{Key, NodeId, Op, Path, Span, Spec, Time, TreeOp, Value};
use crate::sim::Intervention;

/// What can be done, by name.
pub(super) const KINDS: [&str; 6] = ["drop", "deliver", "delay", "duplicate", "timeout", "propose"];
/// What can be proposed, by name.
pub(super) const OPERATIONS: [&str; 14] = [
    "write", "read", "cas", "noop", "read_at", "acquire", "release", "pair", "make", "mkdir", "put", "move",
    "remove", "list",
];

/// Reads an intervention in a run of a protocol on so many nodes.
pub(super) fn read(place: &Place<'_>, nodes: usize, spec: &'static Spec) -> Result<Intervention, Refusal> {
    let mut known = KINDS.to_vec();
    known.extend(["at", "by", "timer"]);
    known.extend(OPERATIONS);
    let name = place.fields(&known)?.one_of(&KINDS)?;
    // What goes with one kind does not go with the others.
    let own: &[&str] = match name {
        "delay" | "duplicate" => &["by"],
        "timeout" => &["timer", "at"],
        _ => &["at"],
    };
    let operations: &[&str] = if name == "propose" { &OPERATIONS } else { &[] };
    let fields = place.fields(&[&[name], operations, own].concat())?;
    let what = fields.need(name);
    let message = || what.count(1, u32::MAX);
    let at = || fields.need("at").span(Span(0), DURATION_MAX).map(|span| Time(span.0));
    let by = || fields.need("by").span(Span(0), DURATION_MAX);
    Ok(match name {
        "drop" => Intervention::Drop { message: message()?, at: at()? },
        "deliver" => Intervention::Deliver { message: message()?, at: at()? },
        "delay" => Intervention::Delay { message: message()?, by: by()? },
        "duplicate" => Intervention::Duplicate { message: message()?, by: by()? },
        "timeout" => {
            let timers: Vec<&str> = spec.timers.iter().map(|timer| timer.name).collect();
            let timer = fields.need("timer").choice(&timers)? as u8;
            Intervention::Timeout { node: what.node(nodes)?, timer, at: at()? }
        }
        _ => Intervention::Propose { node: what.node(nodes)?, op: operation(&fields)?, at: at()? },
    })
}

fn operation(fields: &Fields<'_>) -> Result<Op, Refusal> {
    let name = fields.one_of(&OPERATIONS)?;
    let place = fields.need(name);
    if name == "noop" {
        let noop = place.flag()?;
        let refused = || place.refuse(Words::new("true", "true"));
        return if noop { Ok(Op::Noop) } else { Err(refused()) };
    }
    let known: &[&str] = match name {
        "read" | "acquire" => &["key"],
        "write" => &["key", "value"],
        "read_at" => &["key", "version"],
        "release" => &["key", "token"],
        "pair" => &["a", "b", "value"],
        "put" => &["path", "value"],
        "move" => &["from", "to"],
        "make" | "mkdir" | "remove" | "list" => &["path"],
        _ => &["key", "expect", "value"],
    };
    let inner = place.fields(known)?;
    let named = |name| key(&inner.need(name));
    let key = inner.get("key").map_or(Ok(Key(0)), |place| key(&place))?;
    let value = |name| value(&inner.need(name));
    let count = |name| inner.need(name).count(0, u32::MAX);
    let path = |name| path(&inner.need(name));
    Ok(match name {
        "read" => Op::Read { key },
        "write" => Op::Write { key, value: value("value")? },
        "read_at" => Op::ReadAt { key, version: count("version")? },
        "acquire" => Op::Acquire { key },
        "release" => Op::Release { key, token: count("token")? },
        "pair" => Op::Pair { a: named("a")?, b: named("b")?, value: value("value")? },
        "make" => Op::Tree(TreeOp::Make(path("path")?)),
        "mkdir" => Op::Tree(TreeOp::MakeDir(path("path")?)),
        "put" => Op::Tree(TreeOp::Put(path("path")?, value("value")?)),
        "move" => Op::Tree(TreeOp::Move(path("from")?, path("to")?)),
        "remove" => Op::Tree(TreeOp::Remove(path("path")?)),
        "list" => Op::Tree(TreeOp::List(path("path")?)),
        _ => Op::Cas { key, expect: value("expect")?, value: value("value")? },
    })
}

/// The key of a name: `x`, `y`, `z`, `k3`…
fn key(place: &Place<'_>) -> Result<Key, Refusal> {
    let text = place.value().and_then(serde_json::Value::as_str).unwrap_or_default();
    (0..=u8::MAX)
        .map(Key)
        .find(|key| key.to_string() == text)
        .ok_or_else(|| place.refuse(Words::new("a key: x, y, z, k3, k4… k255", "键：x、y、z、k3、k4…k255")))
}

/// The path of a text: `/`, `/a`, `/a/b`…
fn path(place: &Place<'_>) -> Result<Path, Refusal> {
    let text = place.value().and_then(serde_json::Value::as_str).unwrap_or_default();
    Path::parse(text).ok_or_else(|| {
        place.refuse(Words::new(
            "a path of up to four names from `a` to `o`: /, /a, /a/b…",
            "由至多四个名字（`a` 到 `o`）组成的路径：/、/a、/a/b…",
        ))
    })
}

/// The value of a name: `a` to `z`, `aa`…
pub(super) fn value(place: &Place<'_>) -> Result<Value, Refusal> {
    let letters = place.value().and_then(serde_json::Value::as_str).unwrap_or_default();
    let digit = |letter: u8| letter.is_ascii_lowercase().then(|| u64::from(letter - b'a') + 1);
    let number = match letters.len() {
        1..=7 => letters.bytes().try_fold(0u64, |sum, letter| Some(sum * 26 + digit(letter)?)),
        _ => None,
    };
    number.and_then(|number| u32::try_from(number - 1).ok()).map(Value).ok_or_else(|| {
        place.refuse(Words::new(
            "a value in small letters: a, b… z, aa, ab…",
            "小写字母表示的值：a、b…z、aa、ab…",
        ))
    })
}

/// Writes an intervention in a run of a protocol.
pub(super) fn write(hand: &Intervention, spec: &Spec) -> Json {
    let two = |name: &'static str, what: Json, other: &'static str, span: Span| {
        let mut object = Object::of(name, what);
        object.put(other, Json::ms(span));
        object
    };
    let object = match *hand {
        Intervention::Drop { message, at } => two("drop", message.into(), "at", Span(at.0)),
        Intervention::Deliver { message, at } => two("deliver", message.into(), "at", Span(at.0)),
        Intervention::Delay { message, by } => two("delay", message.into(), "by", by),
        Intervention::Duplicate { message, by } => two("duplicate", message.into(), "by", by),
        Intervention::Timeout { node, timer, at } => {
            let mut object = Object::of("timeout", node);
            object.put("timer", spec.timers.get(usize::from(timer)).map_or("?", |timer| timer.name));
            object.put("at", Json::ms(Span(at.0)));
            object
        }
        Intervention::Propose { node, op, at } => propose(node, op, at),
    };
    object.into()
}

fn propose(node: NodeId, op: Op, at: Time) -> Object {
    let mut object = Object::of("propose", node);
    let mut inner = Object::default();
    let keyed =
        |inner: &mut Object, key: Key| inner.put_unless("key", &key, &Key(0), |key| key.to_string().into());
    match op {
        // Nobody proposes these by hand.
        Op::Noop | Op::Reweigh { .. } | Op::Clock { .. } | Op::End { .. } => object.put("noop", true),
        Op::ReadAt { key, version } => {
            keyed(&mut inner, key);
            inner.put("version", version);
            object.put("read_at", inner);
        }
        Op::Acquire { key } => {
            keyed(&mut inner, key);
            object.put("acquire", inner);
        }
        Op::Release { key, token } => {
            keyed(&mut inner, key);
            inner.put("token", token);
            object.put("release", inner);
        }
        Op::Pair { a, b, value } => {
            inner.put("a", a.to_string());
            inner.put("b", b.to_string());
            inner.put("value", value.to_string());
            object.put("pair", inner);
        }
        Op::Tree(op) => {
            let (name, path) = match op {
                TreeOp::Make(path) => ("make", path),
                TreeOp::MakeDir(path) => ("mkdir", path),
                TreeOp::Put(path, _) => ("put", path),
                TreeOp::Move(from, _) => ("move", from),
                TreeOp::Remove(path) => ("remove", path),
                TreeOp::List(path) => ("list", path),
            };
            let field = if name == "move" { "from" } else { "path" };
            inner.put(field, path.to_string());
            match op {
                TreeOp::Put(_, value) => inner.put("value", value.to_string()),
                TreeOp::Move(_, to) => inner.put("to", to.to_string()),
                TreeOp::Make(_) | TreeOp::MakeDir(_) | TreeOp::Remove(_) | TreeOp::List(_) => {}
            }
            object.put(name, inner);
        }
        Op::Read { key } => {
            keyed(&mut inner, key);
            object.put("read", inner);
        }
        Op::Write { key, value } => {
            keyed(&mut inner, key);
            inner.put("value", value.to_string());
            object.put("write", inner);
        }
        Op::Cas { key, expect, value } => {
            keyed(&mut inner, key);
            inner.put("expect", expect.to_string());
            inner.put("value", value.to_string());
            object.put("cas", inner);
        }
    }
    object.put("at", Json::ms(Span(at.0)));
    object
}
