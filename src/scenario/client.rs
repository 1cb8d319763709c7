//! Clients in documents.

use super::reader::Place;
use super::writer::{Json, Object};
use super::{DURATION_MAX, EVERY_LEAST, KEYS_MAX, LIMIT_MAX, RETRY_LEAST, Refusal, WINDOW_MAX, Words};
use crate::model::{Span, SpanRange, Time};
use crate::sim::{Asks, ClientPlan, Pace};

/// The fields of a client.
pub(super) const FIELDS: [&str; 12] = [
    "start", "limit", "window", "think", "every", "target", "local", "asks", "reads", "cas", "keys", "retry",
];

/// What clients ask for, by name, in the order of [`Asks::ALL`].
pub(super) const ASKS: [&str; 5] = ["kv", "versions", "lock", "tree", "pair"];

/// Reads a client of a cluster of so many nodes.
pub(super) fn read(place: &Place<'_>, nodes: usize) -> Result<ClientPlan, Refusal> {
    let fields = place.fields(&FIELDS)?;
    let mut plan = ClientPlan::default();
    if let Some(start) = fields.get("start") {
        plan.start = Time(start.span(Span(0), DURATION_MAX)?.0);
    }
    if let Some(limit) = fields.get("limit") {
        plan.limit = Some(limit.count(0, LIMIT_MAX)?);
    }
    plan.pace = match fields.get("every") {
        Some(every) => {
            for name in ["window", "think"] {
                if let Some(other) = fields.get(name) {
                    return Err(other.refuse(Words::new(
                        "left out, as `every` asks regardless of answers",
                        "省略，因为 `every` 不等答复就发请求",
                    )));
                }
            }
            Pace::Open { every: every.range(EVERY_LEAST, DURATION_MAX)? }
        }
        None => {
            let (mut window, mut think) = default_pace();
            if let Some(place) = fields.get("window") {
                window = place.count(1, WINDOW_MAX.into())? as u16;
            }
            if let Some(place) = fields.get("think") {
                think = place.range(Span(0), DURATION_MAX)?;
            }
            Pace::Closed { window, think }
        }
    };
    if let Some(target) = fields.get("target") {
        plan.target = Some(target.node(nodes)?);
    }
    if let Some(local) = fields.get("local") {
        plan.local = local.flag()?;
    }
    if let Some(asks) = fields.get("asks") {
        plan.asks = Asks::ALL[asks.choice(&ASKS)?];
    }
    if let Some(reads) = fields.get("reads") {
        plan.reads = reads.count(0, 100)? as u8;
    }
    if let Some(cas) = fields.get("cas") {
        plan.cas = cas.count(0, 100 - u32::from(plan.reads))? as u8;
    }
    if let Some(keys) = fields.get("keys") {
        plan.keys = keys.count(1, KEYS_MAX.into())? as u8;
    }
    if let Some(retry) = fields.get("retry") {
        plan.retry = retry.span(RETRY_LEAST, DURATION_MAX)?;
    }
    Ok(plan)
}

fn default_pace() -> (u16, SpanRange) {
    match ClientPlan::default().pace {
        Pace::Closed { window, think } => (window, think),
        Pace::Open { every } => (1, every),
    }
}

/// Writes a client.
pub(super) fn write(plan: &ClientPlan) -> Json {
    let ClientPlan { start, limit, pace, target, local, asks, reads, cas, keys, retry } = plan;
    let usual = ClientPlan::default();
    let mut object = Object::default();
    object.put_unless("start", start, &usual.start, |start| Json::ms(Span(start.0)));
    if let Some(limit) = limit {
        object.put("limit", *limit);
    }
    match pace {
        Pace::Closed { window, think } => {
            let (usual_window, usual_think) = default_pace();
            object.put_unless("window", window, &usual_window, |window| (*window).into());
            object.put_unless("think", think, &usual_think, |think| Json::range(*think));
        }
        Pace::Open { every } => object.put("every", Json::range(*every)),
    }
    if let Some(target) = target {
        object.put("target", *target);
    }
    object.put_unless("local", local, &usual.local, |local| (*local).into());
    object.put_unless("asks", asks, &usual.asks, |asks| ASKS[*asks as usize].into());
    object.put_unless("reads", reads, &usual.reads, |reads| (*reads).into());
    object.put_unless("cas", cas, &usual.cas, |cas| (*cas).into());
    object.put_unless("keys", keys, &usual.keys, |keys| (*keys).into());
    object.put_unless("retry", retry, &usual.retry, |retry| Json::ms(*retry));
    object.into()
}
