//! Links and clocks in documents.

use super::reader::Place;
use super::writer::{Json, Object};
use super::{DRIFT_MAX, OFFSET_MAX, Refusal, law};
use crate::model::{NodeId, Span};
use crate::sim::{Clock, Network};

/// Reads the links: what is not said is as usual.
pub(super) fn network(place: &Place<'_>, usual: &Network) -> Result<Network, Refusal> {
    let fields = place.fields(&["delay", "loss", "duplicates", "fifo"])?;
    let mut network = usual.clone();
    if let Some(delay) = fields.get("delay") {
        network.delay = law::read(&delay)?;
    }
    if let Some(loss) = fields.get("loss") {
        network.loss_ppm = loss.share()?;
    }
    if let Some(duplicates) = fields.get("duplicates") {
        network.duplicate_ppm = duplicates.share()?;
    }
    if let Some(fifo) = fields.get("fifo") {
        network.fifo = fifo.flag()?;
    }
    Ok(network)
}

/// Reads the clocks of so many nodes: a list as long as its last clock that is not a true one.
pub(super) fn clocks(place: &Place<'_>, nodes: usize) -> Result<Vec<Clock>, Refusal> {
    let names: Vec<String> = NodeId::all(nodes).map(|node| node.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let fields = place.fields(&names)?;
    let mut clocks = vec![Clock::default(); nodes];
    for (name, place) in fields.iter() {
        let inner = place.fields(&["offset", "drift_ppm"])?;
        let offset = inner.get("offset").map_or(Ok(Span(0)), |place| place.span(Span(0), OFFSET_MAX))?.0;
        let drift = inner.get("drift_ppm").map_or(Ok(0), |place| place.whole(-DRIFT_MAX, DRIFT_MAX))?;
        if let Some(clock) = NodeId::parse(name).and_then(|node| clocks.get_mut(node.index())) {
            *clock = Clock { offset, drift_ppm: drift as i32 };
        }
    }
    let last = clocks.iter().rposition(|clock| *clock != Clock::default());
    clocks.truncate(last.map_or(0, |last| last + 1));
    Ok(clocks)
}

/// Writes what is special about the links.
pub(super) fn network_json(network: &Network, usual: &Network) -> Object {
    let Network { delay, loss_ppm, duplicate_ppm, fifo } = network;
    let mut out = Object::default();
    out.put_unless("delay", delay, &usual.delay, law::write);
    out.put_unless("loss", loss_ppm, &usual.loss_ppm, |ppm| Json::share(*ppm));
    out.put_unless("duplicates", duplicate_ppm, &usual.duplicate_ppm, |ppm| Json::share(*ppm));
    out.put_unless("fifo", fifo, &usual.fifo, |fifo| (*fifo).into());
    out
}

/// Writes the clocks that are not true ones.
pub(super) fn clocks_json(clocks: &[Clock]) -> Object {
    let mut out = Object::default();
    for (node, clock) in NodeId::all(clocks.len()).zip(clocks) {
        let mut own = Object::default();
        own.put_unless("offset", &clock.offset, &0, |offset| Json::ms(Span(*offset)));
        own.put_unless("drift_ppm", &clock.drift_ppm, &0, |drift| (*drift).into());
        if !own.is_empty() {
            out.put(node.to_string(), own);
        }
    }
    out
}
