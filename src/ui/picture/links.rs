//! The links below everything: faint lines, and red ones where they are cut.

use super::nodes::round;
use quorate::model::{NodeId, NodeSet};
use quorate::view::{LINKED_MAX, Ring};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct LinksProps {
    pub(super) ring: Ring,
    pub(super) cuts: Vec<(NodeId, NodeId, bool)>,
    /// With whom each node has links.
    pub(super) neighbours: Vec<NodeSet>,
}

/// Every link of a small cluster; of a large one, who is cut off is told at the nodes.
#[component]
pub(super) fn Links(props: &LinksProps) -> Html {
    let LinksProps { ring, cuts, neighbours } = props;
    let count = ring.seats.len();
    let linked = count <= LINKED_MAX;
    let is_cut = |a: usize, b: usize| {
        cuts.iter().find(|(from, to, _)| (from.index(), to.index()) == (a, b)).map(|(_, _, both)| *both)
    };
    let pairs = (0..if linked { count } else { 0 }).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let has_link =
        |(a, b): &(usize, usize)| neighbours.get(*a).is_none_or(|set| set.contains(NodeId::at(*b)));
    let line = |(a, b): (usize, usize)| {
        let (from, to) = (&ring.seats[a], &ring.seats[b]);
        let cut = is_cut(a, b);
        let class = match cut {
            None => "link",
            Some(true) => "link cut",
            Some(false) => "link cut one-way",
        };
        let key = a * count + b;
        let d = format!("M{} {}L{} {}", round(from.x), round(from.y), round(to.x), round(to.y));
        html! {
            <g {key}>
                <path {class} {d} />
                if cut.is_some() {
                    <path class="cut-mark" d={gap((from.x, from.y), (to.x, to.y))} />
                }
            </g>
        }
    };
    html! {
        <svg class="pic-links" viewBox={format!("0 0 {} {}", ring.width, ring.height)} aria-hidden="true">
            { for pairs.filter(has_link).map(line) }
        </svg>
    }
}

/// Two short bars across the middle of a link: a gap, not the cross of a lost message.
fn gap(from: (f64, f64), to: (f64, f64)) -> String {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let (x, y) = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let bar = |off: f64| {
        let (x, y) = (x + ux * off, y + uy * off);
        format!(
            "M{} {}L{} {}",
            round(x - uy * 6.0),
            round(y + ux * 6.0),
            round(x + uy * 6.0),
            round(y - ux * 6.0)
        )
    };
    bar(-2.5) + &bar(2.5)
}
