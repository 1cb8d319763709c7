//! Changes of who may decide in documents.

use super::reader::Place;
use super::writer::{Json, Object};
use super::{DURATION_MAX, Refusal, document};
use crate::model::{Span, Spec, Time};
use crate::quorum::{Rule, WEIGHT_MAX};
use crate::sim::{Change, Way};

/// How a change comes about, by name; without a word through the log.
pub(super) const WAYS: [&str; 2] = ["log", "hand"];

/// Reads a change for a cluster of so many nodes.
pub(super) fn read(place: &Place<'_>, nodes: usize, spec: &'static Spec) -> Result<Change, Refusal> {
    let fields = place.fields(&["at", "by", "weights", "thresholds"])?;
    let at = Time(fields.need("at").span(Span(0), DURATION_MAX)?.0);
    let by = match fields.get("by").map_or(Ok(0), |by| by.choice(&WAYS))? {
        0 => Way::Log,
        _ => Way::Hand,
    };
    let weights = fields.need("weights").items(nodes, nodes)?;
    let weights = weights.iter().map(|weight| Ok(weight.count(0, WEIGHT_MAX.into())? as u8));
    let weights = weights.collect::<Result<Vec<u8>, Refusal>>()?;
    let thresholds = document::thresholds(&fields, spec, &weights)?;
    Ok(Change { at, by, rule: Rule::new(&weights, &thresholds) })
}

/// Writes a change.
pub(super) fn write(change: &Change, spec: &Spec) -> Json {
    let Change { at, by, rule } = change;
    let mut out = Object::of("at", Json::ms(Span(at.0)));
    out.put("by", WAYS[usize::from(*by == Way::Hand)]);
    out.put("weights", Json::list(rule.weights().iter().copied()));
    let own = document::thresholds_json(spec, rule.weights(), &rule.thresholds());
    out.put_filled("thresholds", own);
    out.into()
}
