//! Faults in documents: what breaks, and its window.

use super::reader::{Fields, Place, ms_text};
use super::writer::{Json, Object};
use super::{DURATION_MAX, JUMP_MAX, Planned, Refusal, UNTIL_MAX, Words, law};
use crate::model::{NodeSet, Span, Time};
use crate::sim::{Fault, FaultKind};

/// What can break, by name.
pub(super) const KINDS: [&str; 7] = ["crash", "pause", "partition", "cut", "slow", "loss", "jump"];

/// Reads a fault of a cluster of so many nodes.
pub(super) fn read(place: &Place<'_>, nodes: usize) -> Result<Planned, Refusal> {
    let mut known = KINDS.to_vec();
    known.extend(["from", "until", "amnesia", "enabled"]);
    let fields = place.fields(&known)?;
    let name = fields.one_of(&KINDS)?;
    let amnesia = match fields.get("amnesia") {
        None => false,
        Some(place) if name == "crash" => place.flag()?,
        Some(place) => {
            return Err(
                place.refuse(Words::new("left out, as only a `crash` has it", "省略，只有 `crash` 才有"))
            );
        }
    };
    let kind = kind(&fields, name, amnesia, nodes)?;
    let from = Time(fields.need("from").span(Span(0), DURATION_MAX)?.0);
    let until = fields.get("until").map(|place| until(&place, from)).transpose()?;
    let enabled = fields.get("enabled").map_or(Ok(true), |place| place.flag())?;
    Ok(Planned { fault: Fault { kind, from, until }, enabled })
}

fn until(place: &Place<'_>, from: Time) -> Result<Time, Refusal> {
    let until = Time(place.span(Span(0), UNTIL_MAX)?.0);
    if until > from {
        return Ok(until);
    }
    let from = ms_text(Span(from.0));
    Err(place.refuse(Words::new(
        format!("a time after `from` ({from} ms)"),
        format!("晚于 `from`（{from} 毫秒）的时间"),
    )))
}

fn kind(fields: &Fields<'_>, name: &str, amnesia: bool, nodes: usize) -> Result<FaultKind, Refusal> {
    let place = fields.need(name);
    let set = |inner: &Fields<'_>, name| {
        inner.get(name).map_or(Ok(NodeSet::full(nodes)), |place| place.node_set(0, nodes))
    };
    Ok(match name {
        "crash" => FaultKind::Crash { node: place.node(nodes)?, amnesia },
        "pause" => FaultKind::Pause { node: place.node(nodes)? },
        "partition" => {
            let mut taken = NodeSet::EMPTY;
            let mut groups = Vec::new();
            for group in place.items(1, nodes)? {
                let set = group.node_set(1, nodes)?;
                if !set.and(taken).is_empty() {
                    return Err(
                        group.refuse(Words::new("nodes that are in no other group", "不属于其他组的节点"))
                    );
                }
                taken = taken.or(set);
                groups.push(set);
            }
            FaultKind::Partition { groups }
        }
        "cut" => {
            let inner = place.fields(&["from", "to"])?;
            FaultKind::Cut { from: set(&inner, "from")?, to: set(&inner, "to")? }
        }
        "slow" => {
            let inner = place.fields(&["from", "to", "by"])?;
            let extra = law::read(&inner.need("by"))?;
            FaultKind::Slow { from: set(&inner, "from")?, to: set(&inner, "to")?, extra }
        }
        "loss" => FaultKind::Loss { ppm: place.share()? },
        _ => {
            let inner = place.fields(&["nodes", "by"])?;
            let by_ms = inner.need("by").whole(-JUMP_MAX, JUMP_MAX)? as i32;
            FaultKind::Jump { nodes: set(&inner, "nodes")?, by_ms }
        }
    })
}

/// Writes a fault of a cluster of so many nodes.
pub(super) fn write(planned: &Planned, nodes: usize) -> Json {
    let Planned { fault: Fault { kind, from, until }, enabled } = planned;
    let links = |from: &NodeSet, to: &NodeSet| {
        let mut inner = Object::default();
        let everyone = NodeSet::full(nodes);
        inner.put_unless("from", from, &everyone, |set| Json::node_set(*set));
        inner.put_unless("to", to, &everyone, |set| Json::node_set(*set));
        inner
    };
    let mut object = match kind {
        FaultKind::Crash { node, .. } => Object::of("crash", *node),
        FaultKind::Pause { node } => Object::of("pause", *node),
        FaultKind::Partition { groups } => {
            Object::of("partition", Json::list(groups.iter().map(|group| Json::node_set(*group))))
        }
        FaultKind::Cut { from, to } => Object::of("cut", links(from, to)),
        FaultKind::Slow { from, to, extra } => {
            let mut inner = links(from, to);
            inner.put("by", law::write(extra));
            Object::of("slow", inner)
        }
        FaultKind::Loss { ppm } => Object::of("loss", Json::share(*ppm)),
        FaultKind::Jump { nodes: whose, by_ms } => {
            let mut inner = Object::default();
            inner.put_unless("nodes", whose, &NodeSet::full(nodes), |set| Json::node_set(*set));
            inner.put("by", *by_ms);
            Object::of("jump", inner)
        }
    };
    object.put("from", Json::ms(Span(from.0)));
    if let Some(until) = until {
        object.put("until", Json::ms(Span(until.0)));
    }
    if let FaultKind::Crash { amnesia: true, .. } = kind {
        object.put("amnesia", true);
    }
    if !enabled {
        object.put("enabled", false);
    }
    object.into()
}
