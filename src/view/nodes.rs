//! What stands at a node: circle, names, role, and the ring of the quorum it gathers.

use super::beside::{Letters, Place, covers, covers_seat};
use super::held::brief;
use super::{LABELLED_MAX, Ring, Seat, TallyRing, hue, names};
use crate::model::{Arg, ArgKind, Cell, Field, Lang, NodeId, Spec, shown};
use crate::sim::{Cluster, Frame, Health, NodeFrame};

/// So much of what a node holds is written beside it.
const HELD_MAX: usize = 2;

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
    /// Lines below its role, where there is room: its term, and what it has promised in it.
    pub sub: Vec<String>,
    /// Lines below those: the first of what it holds beside a log.
    pub held: Vec<String>,
    /// Whether there is room for more than its role.
    pub roomy: bool,
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
    let roomy = count <= LABELLED_MAX && !ring.compact;
    let marks = frame.nodes.iter().zip(&ring.seats).map(|(node, seat)| {
        let rank = spec.roles.get(usize::from(node.role)).map_or(0, |word| word.rank);
        let stands_out = rank > 0 || node.health != Health::Up;
        let written = count <= LABELLED_MAX || (stands_out && rank > 1 && seat.r >= 9.0);
        let tally = TallyRing::of(frame, node, rule, spec);
        let place = Place::at(ring, seat, tally.is_some());
        let (mut below, mut held) = (Vec::new(), Vec::new());
        if roomy {
            run.fields(node.id, &mut fields);
            let text = sub(spec, node, tally.as_ref(), &fields, lang);
            below = place.fitted(&text, Letters::Plain, ring, 1);
            run.cells(node.id, &mut cells);
            held = place.fitted(&briefly(&cells, lang), Letters::Mono, ring, 1 + below.len());
        }
        NodeMark {
            id: node.id,
            seat: *seat,
            class: class(spec, node, rank),
            text: if seat.r < 8.5 { 0.0 } else { (seat.r * 0.52).clamp(8.0, 16.0 * ring.scale) },
            weight: (seat.r >= 20.0 * ring.scale).then(|| format!("w={}", node.weight)),
            role: written.then(|| names::role(spec, node, lang).to_owned()),
            sub: below,
            held,
            roomy,
            place,
            name: names::node(spec, node, lang),
            tally,
        }
    });
    let mut marks: Vec<NodeMark> = marks.collect();
    if ring.compact {
        clear(&mut marks, ring);
    }
    marks
}

/// Takes away the roles that would lie on another node or on another role, those that lead last.
fn clear(marks: &mut [NodeMark], ring: &Ring) {
    // Who gathers a quorum has a ring around.
    let body = |mark: &NodeMark| {
        let ring = if mark.tally.is_some() { 15.0 } else { 0.0 };
        Seat { r: mark.seat.r + ring, ..mark.seat }
    };
    let bodies: Vec<Seat> = marks.iter().map(body).collect();
    let mut taken = Vec::new();
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|place| !marks[*place].class.contains(" leads"));
    for place in order {
        let Some(mark) = marks.get_mut(place) else { continue };
        let Some(role) = &mark.role else { continue };
        let width = Letters::Bold.width(role, ring.scale);
        mark.place = mark.place.within(ring, width);
        let span = mark.place.span(width);
        let lies = |(other, seat): (usize, &Seat)| other != place && covers_seat(&span, seat);
        if bodies.iter().enumerate().any(lies) || taken.iter().any(|other| covers(&span, other)) {
            mark.role = None;
        } else {
            taken.push(span);
        }
    }
}

/// The first of what a node holds, one thing under one name: a register, and not the ballot promised for
/// it as well.
fn briefly(cells: &[Cell], lang: Lang) -> String {
    let mut out = String::new();
    let fresh = |(place, cell): &(usize, &Cell)| {
        cells.iter().take(*place).all(|before| before.name != cell.name || before.group == cell.group)
    };
    for (_, cell) in cells.iter().enumerate().filter(fresh).take(HELD_MAX) {
        if !out.is_empty() {
            out.push_str(" · ");
        }
        out.push_str(&brief(cell, lang));
    }
    out
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

/// `term 3 · voted for S3`: the epoch, and what the node is bound to or seeks in it. Before the first
/// epoch there is none to tell.
fn sub(spec: &Spec, node: &NodeFrame, tally: Option<&TallyRing>, fields: &[Field], lang: Lang) -> String {
    let mut out = if node.epoch == 0 { String::new() } else { names::epoch(spec, node.epoch, lang) };
    let between = if out.is_empty() { "" } else { " · " };
    if let Some(phase) = tally.and_then(|tally| spec.phases.get(tally.phase)) {
        out.push_str(between);
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
        out.push_str(between);
        out.push_str(field.name.get(lang));
        out.push(' ');
        shown(&mut out, field.value, lang);
    }
    out
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
        let first = NodeFrame { epoch: 0, ..frame.nodes[0].clone() };
        assert_eq!(sub(&SPEC, &first, None, &fields[1..], Lang::En), "voted for S3");
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
    fn a_role_that_would_lie_on_another_node_is_left_out() {
        let ring = Ring::new(390.0, 200.0, &[1; 5], crate::view::Inset::default());
        let mark = |(id, seat): (usize, &Seat)| NodeMark {
            id: NodeId::at(id),
            seat: *seat,
            class: if id == 3 { "node up leads".to_owned() } else { "node up".to_owned() },
            text: 10.0,
            weight: None,
            role: Some("coordinating".to_owned()),
            sub: Vec::new(),
            held: Vec::new(),
            roomy: false,
            place: Place::at(&ring, seat, false),
            name: String::new(),
            tally: None,
        };
        let mut marks: Vec<NodeMark> = ring.seats.iter().enumerate().map(mark).collect();
        clear(&mut marks, &ring);
        let spans: Vec<[f64; 4]> = marks
            .iter()
            .filter_map(|mark| Some(mark.place.span(Letters::Bold.width(mark.role.as_ref()?, 1.0))))
            .collect();
        assert!((1..5).contains(&spans.len()), "{spans:?}");
        assert!(marks[3].role.is_some(), "who leads is told first");
        for (place, span) in spans.iter().enumerate() {
            assert!(span[0] >= 0.0 && span[1] <= ring.width);
            assert!(spans[place + 1..].iter().all(|other| !covers(span, other)));
        }
    }

    #[test]
    fn what_a_node_holds_is_told_once_under_a_name() {
        use crate::model::CellState;
        let cell = |group: &'static str, name: &'static str, version| Cell {
            group: Text::new(group, group),
            name: Arg::Word(Text::new(name, name)),
            value: Arg::Packed(ArgKind::Value, 0),
            version: Some(Arg::Packed(ArgKind::Number, version)),
            state: CellState::Settled,
        };
        let both = [cell("registers", "x", 1), cell("promised", "x", 2), cell("locks", "y", 3)];
        assert_eq!(briefly(&both, Lang::En), "x a@1 · y a@3");
        let siblings = [cell("keys", "x", 1), cell("keys", "x", 2), cell("keys", "x", 3)];
        assert_eq!(briefly(&siblings, Lang::En), "x a@1 · x a@2");
    }

    #[test]
    fn a_cut_link_is_told_once() {
        let mut frame = frame(&[1; 3]);
        frame.nodes[0].unreachable = NodeSet::only(NodeId(1)).or(NodeSet::only(NodeId(2)));
        frame.nodes[1].unreachable = NodeSet::only(NodeId(0));
        assert_eq!(cuts(&frame), [(NodeId(0), NodeId(1), true), (NodeId(0), NodeId(2), false)]);
    }
}
