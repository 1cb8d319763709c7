//! Links that are drawn, in documents: `[["S1", "S2"], ["S2", "S3"]]`.

use super::reader::Place;
use super::writer::Json;
use super::{Refusal, Words};
use crate::model::{LINKED_NODES, NodeId, link_bit};

/// The most links there can be.
const LINKS_MAX: usize = LINKED_NODES * (LINKED_NODES - 1) / 2;

pub(super) fn read(place: &Place<'_>) -> Result<u128, Refusal> {
    let mut bits = 0;
    for link in place.items(0, LINKS_MAX)? {
        let ends = link.node_set(2, LINKED_NODES)?;
        let mut each = ends.iter().map(NodeId::index);
        match (each.next(), each.next(), each.next()) {
            (Some(a), Some(b), None) => bits |= link_bit(a, b),
            _ => return Err(link.refuse(Words::new("two nodes", "两个节点"))),
        }
    }
    Ok(bits)
}

pub(super) fn write(bits: u128) -> Json {
    let pairs = (1..LINKED_NODES).flat_map(|b| (0..b).map(move |a| (a, b)));
    let drawn = pairs.filter(|(a, b)| bits & link_bit(*a, *b) != 0);
    Json::list(drawn.map(|(a, b)| Json::list([NodeId::at(a), NodeId::at(b)])))
}
