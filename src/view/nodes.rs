//! What stands at a node: circle, names, role, and the ring of the quorum it gathers.

use super::held::brief;
use super::{LABELLED_MAX, Ring, Seat, TallyRing, hue, names};
use crate::model::{Arg, ArgKind, Field, Lang, NodeId, Spec, shown};
use crate::sim::{Cluster, Frame, Health, NodeFrame};

/// So much of what a node holds is written beside it.
const HELD_MAX: usize = 2;

/// Where a node's role is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its first line's base.
    pub x: f64,
    /// Its first line's base.
    pub y: f64,
    /// `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// From one line to the next.
    pub line: f64,
}

/// A node as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeMark {
    /// Which; also its key.
    pub id: NodeId,
    /// Where.
    pub seat: Seat,
    /// Class names: `node`, health, `rank-0` to `rank-2`, `hue-0` to `hue-6`, `leads`.
    pub class: String,
    /// The size of its name; 0 where there is no room for it.
    pub text: f64,
    /// `w=3`, where there is room.
    pub weight: Option<String>,
    /// Its role, where there is room.
    pub role: Option<String>,
    /// Its term and what it has promised in it, where there is room: two lines where one is too long.
    pub sub: Option<String>,
    /// The first of what it holds beside a log, where there is room.
    pub held: Option<String>,
    /// Where they are written.
    pub place: Place,
    /// Its accessible name.
    pub name: String,
    /// The quorum that it gathers.
    pub tally: Option<TallyRing>,
}

/// Every node at a moment. `run` stands at that moment too.
#[must_use]
pub fn node_marks(frame: &Frame, run: &dyn Cluster, ring: &Ring, lang: Lang) -> Vec<NodeMark> {
    let (spec, rule) = (run.spec(), run.rule());
    let count = frame.nodes.len();
    let (mut fields, mut cells) = (Vec::new(), Vec::new());
    let marks = frame.nodes.iter().zip(&ring.seats).map(|(node, seat)| {
        let rank = spec.roles.get(usize::from(node.role)).map_or(0, |word| word.rank);
        let stands_out = rank > 0 || node.health != Health::Up;
        let written = count <= LABELLED_MAX || (stands_out && rank > 1 && seat.r >= 9.0);
        let tally = TallyRing::of(frame, node, rule, spec);
        let sub = (count <= LABELLED_MAX && !ring.compact).then(|| {
            run.fields(node.id, &mut fields);
            sub(spec, node, tally.as_ref(), &fields, lang)
        });
        let held = sub.as_ref().and_then(|_| {
            run.cells(node.id, &mut cells);
            let first: Vec<String> = cells.iter().take(HELD_MAX).map(|cell| brief(cell, lang)).collect();
            (!first.is_empty()).then(|| first.join(" · "))
        });
        let place = place(ring, seat, tally.is_some());
        let sub = sub.map(|text| folded(text, ring, &place));
        NodeMark {
            id: node.id,
            seat: *seat,
            class: class(spec, node, rank),
            text: if seat.r < 8.5 { 0.0 } else { (seat.r * 0.52).clamp(8.0, 16.0 * ring.scale) },
            weight: (seat.r >= 20.0 * ring.scale).then(|| format!("w={}", node.weight)),
            role: written.then(|| names::role(spec, node, lang).to_owned()),
            sub,
            held,
            place,
            name: names::node(spec, node, lang),
            tally,
        }
    });
    marks.collect()
}

fn class(spec: &Spec, node: &NodeFrame, rank: u8) -> String {
    let health = match node.health {
        Health::Up => "up",
        Health::Paused => "paused",
        Health::Crashed => "crashed",
    };
    let hue = hue(spec.epoch.kind, node.epoch);
    let leads = if node.leads { " leads" } else { "" };
    format!("node {health} rank-{} hue-{hue}{leads}", rank.min(2))
}

fn place(ring: &Ring, seat: &Seat, gathers: bool) -> Place {
    let line = 16.0 * ring.scale;
    let out = if gathers { 24.0 } else { 18.0 };
    if ring.compact {
        let below = seat.y + seat.r + if gathers { 15.0 + line } else { 5.0 + line };
        return Place { x: seat.x, y: below, anchor: "middle", line };
    }
    let off = seat.x - ring.middle.0;
    if off.abs() <= 10.0 {
        // Above the middle or below it: beside the node, where no message comes in.
        let y = if seat.y < ring.middle.1 { seat.y - 6.0 } else { seat.y + 10.0 };
        return Place { x: seat.x + seat.r + out, y, anchor: "start", line };
    }
    let (side, anchor) = if off > 0.0 { (1.0, "start") } else { (-1.0, "end") };
    Place { x: seat.x + side * (seat.r + out), y: seat.y + 2.0, anchor, line }
}

/// `term 3 · voted for S3`: the epoch, and what the node is bound to or seeks in it.
fn sub(spec: &Spec, node: &NodeFrame, tally: Option<&TallyRing>, fields: &[Field], lang: Lang) -> String {
    let mut out = names::epoch(spec, node.epoch, lang);
    if let Some(phase) = tally.and_then(|tally| spec.phases.get(tally.phase)) {
        out.push_str(" · ");
        let name = phase.name.get(lang);
        match lang {
            Lang::En => out.push_str(&name.to_lowercase()),
            Lang::Zh => out.push_str(name),
        }
        return out;
    }
    if node.leads || node.health == Health::Crashed {
        return out;
    }
    let epoch = Arg::Packed(spec.epoch.kind, node.epoch);
    let binds = |field: &&Field| {
        let set = match field.value {
            Arg::Packed(ArgKind::Node, node) => node != u32::MAX,
            Arg::Packed(ArgKind::Ballot, bits) => bits != 0,
            Arg::Packed(
                ArgKind::Number | ArgKind::Value | ArgKind::Key | ArgKind::Flag | ArgKind::Milli,
                _,
            )
            | Arg::Nodes(_)
            | Arg::Op(_)
            | Arg::Word(_)
            | Arg::Wide(_)
            | Arg::Nano(_)
            | Arg::Vector(..)
            | Arg::Key(_)
            | Arg::Path(_)
            | Arg::Client(_)
            | Arg::Deed(_) => false,
        };
        field.durable && set && field.value != epoch
    };
    if let Some(field) = fields.iter().find(binds) {
        out.push_str(" · ");
        out.push_str(field.name.get(lang));
        out.push(' ');
        shown(&mut out, field.value, lang);
    }
    out
}

/// A sub line that would leave the picture, in two.
fn folded(text: String, ring: &Ring, place: &Place) -> String {
    let letter = |letter: char| if letter < '\u{2e80}' { 6.0 } else { 11.5 };
    let wide = text.chars().map(letter).sum::<f64>() * ring.scale;
    let room = if place.anchor == "end" { place.x } else { ring.width - place.x };
    if wide > room - 6.0 { text.replacen(" · ", "\n", 1) } else { text }
}

/// The links that are cut at a moment, each once; `true` where it is cut both ways.
#[must_use]
pub fn cuts(frame: &Frame) -> Vec<(NodeId, NodeId, bool)> {
    let mut out = Vec::new();
    for (place, node) in frame.nodes.iter().enumerate() {
        for other in &frame.nodes[place + 1..] {
            let there = node.unreachable.contains(other.id);
            let back = other.unreachable.contains(node.id);
            if there || back {
                out.push((node.id, other.id, there && back));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NodeSet, Text};
    use crate::view::Inset;
    use crate::view::testing::{SPEC, frame, gathers};

    #[test]
    fn the_sub_line_tells_what_binds_a_node() {
        let frame = frame(&[1; 3]);
        let field = |name, value, durable| Field { name: Text::new(name, name), value, durable };
        let fields = [
            field("term", Arg::Packed(ArgKind::Number, 3), true),
            field("leader", Arg::Packed(ArgKind::Node, 1), false),
            field("voted for", Arg::Packed(ArgKind::Node, 2), true),
        ];
        assert_eq!(sub(&SPEC, &frame.nodes[0], None, &fields, Lang::En), "term 3 · voted for S3");
        assert_eq!(sub(&SPEC, &frame.nodes[0], None, &fields[..2], Lang::Zh), "任期 3");
    }

    #[test]
    fn the_sub_line_of_a_gatherer_names_its_phase() {
        let mut frame = frame(&[1; 3]);
        gathers(&mut frame, 0, &[0], &[]);
        let rule = crate::quorum::Rule::majority(3, 1);
        let tally = TallyRing::of(&frame, &frame.nodes[0], &rule, &SPEC);
        assert_eq!(sub(&SPEC, &frame.nodes[0], tally.as_ref(), &[], Lang::En), "term 3 · elect a leader");
        assert_eq!(class(&SPEC, &frame.nodes[0], 1), "node up rank-1 hue-3");
    }

    #[test]
    fn labels_stand_outside_on_their_side() {
        let ring = Ring::new(792.0, 580.0, &[1; 5], Inset { top: 84.0, bottom: 44.0, ..Inset::default() });
        let anchors: Vec<_> = ring.seats.iter().map(|seat| place(&ring, seat, false).anchor).collect();
        assert_eq!(anchors, ["start", "start", "start", "end", "end"]);
        let ring = Ring::new(390.0, 440.0, &[1; 5], Inset::default());
        assert_eq!(place(&ring, &ring.seats[0], true).anchor, "middle");
    }

    #[test]
    fn a_cut_link_is_told_once() {
        let mut frame = frame(&[1; 3]);
        frame.nodes[0].unreachable = NodeSet::only(NodeId(1)).or(NodeSet::only(NodeId(2)));
        frame.nodes[1].unreachable = NodeSet::only(NodeId(0));
        assert_eq!(cuts(&frame), [(NodeId(0), NodeId(1), true), (NodeId(0), NodeId(2), false)]);
    }
}
