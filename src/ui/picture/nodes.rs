//! The nodes in SVG: they can be focused, styled, and read aloud.

use super::words;
use quorate::model::{Lang, NodeId, NodeSet};
use quorate::view::{NodeMark, Ring, Share, TallyRing};
use std::f64::consts::TAU;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// So many nodes are each a stop of the Tab key; of more only one is.
const STOPS_MAX: usize = 12;

/// What is asked of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) node: NodeId,
    /// By the keyboard: the list of what can be done takes the focus.
    pub(super) by_key: bool,
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct NodesProps {
    pub(super) ring: Ring,
    pub(super) marks: Vec<NodeMark>,
    pub(super) chosen: Option<NodeId>,
    /// Those that a broken property is about which is looked at.
    pub(super) accused: NodeSet,
    pub(super) lang: Lang,
    pub(super) ask: Callback<Asked>,
}

/// All nodes of the ring.
#[component]
pub(super) fn Nodes(props: &NodesProps) -> Html {
    let NodesProps { ring, marks, chosen, accused, lang, ask } = props;
    let many = marks.len() > STOPS_MAX;
    let stop = chosen.unwrap_or(NodeId(0));
    let view_box = format!("0 0 {} {}", ring.width, ring.height);
    html! {
        <svg class="pic-nodes" viewBox={view_box} role="group" aria-label={words::NODES.get(*lang)}>
            <g aria-hidden="true">
                { for marks.iter().map(|mark| html! { <Words key={mark.id.index()} mark={mark.clone()} lang={*lang} /> }) }
            </g>
            <g>{ for marks.iter().map(|mark| html! {
                <Node
                    key={mark.id.index()}
                    mark={mark.clone()}
                    chosen={*chosen == Some(mark.id)}
                    accused={accused.contains(mark.id)}
                    stop={!many || mark.id == stop}
                    ask={ask}
                />
            }) }</g>
        </svg>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct NodeProps {
    mark: NodeMark,
    chosen: bool,
    accused: bool,
    stop: bool,
    ask: Callback<Asked>,
}

#[component]
fn Node(props: &NodeProps) -> Html {
    let NodeProps { mark, chosen, accused, stop, ask } = props;
    let NodeMark { seat, .. } = mark;
    let node = mark.id;
    let onkeydown = {
        let ask = ask.clone();
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Enter" | " " => ask.emit(Asked { node, by_key: true }),
                "ArrowRight" | "ArrowDown" => neighbour(&event, true),
                "ArrowLeft" | "ArrowUp" => neighbour(&event, false),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let pick = {
        let ask = ask.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            ask.emit(Asked { node, by_key: false });
        })
    };
    let (x, y, r) = (round(seat.x), round(seat.y), round(seat.r));
    let class = classes!(mark.class.clone(), chosen.then_some("chosen"), accused.then_some("accused"));
    let title_y = seat.y + if mark.weight.is_some() { -1.0 } else { mark.text * 0.36 };
    html! {
        <g
            {class}
            role="button"
            data-node={node.to_string()}
            tabindex={if *stop { "0" } else { "-1" }}
            aria-label={mark.name.clone()}
            aria-pressed={chosen.to_string()}
            {onkeydown}
            onclick={pick.clone()}
            oncontextmenu={pick}
        >
            <circle class="node-reach" cx={x.clone()} cy={y.clone()} r={round(seat.r + 6.0)} />
            <circle class="node-focus" cx={x.clone()} cy={y.clone()} r={round(seat.r + if mark.tally.is_some() { 18.0 } else { 10.0 })} />
            <circle class="node-accused" cx={x.clone()} cy={y.clone()} r={round(seat.r + 7.0)} />
            <circle class="node-crown" cx={x.clone()} cy={y.clone()} r={round(seat.r + 4.0_f64.min(seat.r * 0.3))} />
            <circle class="node-body" cx={x.clone()} cy={y.clone()} {r} />
            <g class="node-text">
                if mark.text > 0.0 {
                    <text class="node-name" x={x.clone()} y={round(title_y)} font-size={round(mark.text)}>{ node.to_string() }</text>
                }
                if let Some(weight) = &mark.weight {
                    <text class="node-weight" x={x.clone()} y={round(seat.y + mark.place.line * 0.88)}>{ weight }</text>
                }
                if mark.class.contains("paused") && mark.text > 0.0 {
                    <path class="node-pause" d={pause_sign(seat.x, seat.y - seat.r)} />
                }
            </g>
        </g>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct WordsProps {
    mark: NodeMark,
    lang: Lang,
}

/// What is written and drawn around a node: not part of what is clicked, and said by its name.
#[component]
fn Words(props: &WordsProps) -> Html {
    let WordsProps { mark, lang } = props;
    let place = &mark.place;
    let class = mark.class.replacen("node", "words", 1);
    let held = mark.held.iter().map(|text| ("node-held", text));
    let lines = mark.sub.iter().map(|text| ("node-sub", text)).chain(held);
    html! {
        <g {class}>
            <g class="node-words">
                if let Some(role) = &mark.role {
                    <text class="node-role" x={round(place.x)} y={round(place.y)} text-anchor={place.anchor}>{ role }</text>
                }
                { for lines.zip(1_u8..).map(|((class, text), line)| html! {
                    <text {class} x={round(place.x)} y={round(place.y + place.line * f64::from(line))} text-anchor={place.anchor}>{ text }</text>
                }) }
            </g>
            <g class="node-tally">
                if let Some(tally) = &mark.tally {
                    { tally_ring(mark, tally, *lang) }
                }
            </g>
        </g>
    }
}

/// The ring of the quorum that a node gathers.
fn tally_ring(mark: &NodeMark, tally: &TallyRing, lang: Lang) -> Html {
    let small = mark.seat.r < 14.0;
    let (off, wide) = if small { (4.5, 4.0) } else { (11.0, 8.0) };
    match &tally.next {
        None => one_ring(mark, tally, (off, wide), lang),
        // Two rules at once: the new one around the old one.
        Some(next) => html! {
            <>
                { one_ring(mark, tally, (off - wide * 0.3, wide * 0.4), lang) }
                { one_ring(mark, next, (off + wide * 0.3, wide * 0.4), lang) }
            </>
        },
    }
}

fn one_ring(mark: &NodeMark, tally: &TallyRing, (off, wide): (f64, f64), lang: Lang) -> Html {
    let seat = &mark.seat;
    let radius = seat.r + off;
    let arcs = tally.arcs();
    let gap = if arcs.len() > 1 { (3.0 / (radius * TAU)).min(0.012) } else { 0.0 };
    let angle = tally.notch() * TAU;
    let ray = |r: f64| (seat.x + r * angle.sin(), seat.y - r * angle.cos());
    let (inner, outer) = (ray(radius - wide / 2.0 - 5.0), ray(radius + wide / 2.0 + 5.0));
    let at = ray(radius + wide / 2.0 + 13.0);
    let anchor = if angle.sin() > 0.25 {
        "start"
    } else if angle.sin() < -0.25 {
        "end"
    } else {
        "middle"
    };
    let needs = format!("{} {}", words::NEEDS.get(lang), tally.threshold);
    html! {
        <g class={format!("tally hue-{}{}", tally.hue, if tally.is_won() { " won" } else { "" })}>
            <g class="tally-arcs" stroke-width={round(wide)}>
                { for arcs.iter().map(|share| html! {
                    <path key={share.node.index()} class={share.answer.class()} d={arc(seat.x, seat.y, radius, share, gap)} />
                }) }
            </g>
            <path class="tally-notch" d={format!("M{} {}L{} {}", round(inner.0), round(inner.1), round(outer.0), round(outer.1))} />
            if mark.roomy {
                <text class="tally-needs" x={round(at.0)} y={round(at.1 + 4.0)} text-anchor={anchor}>{ needs }</text>
            }
        </g>
    }
}

/// An arc of a share of the ring.
fn arc(x: f64, y: f64, r: f64, share: &Share, gap: f64) -> String {
    let (from, until) = (share.from + gap, (share.until - gap).max(share.from + gap + 0.001));
    if until - from > 0.995 {
        let (top, low) = (y - r, y + r);
        return format!(
            "M{x:.1} {top:.1}A{r:.1} {r:.1} 0 0 1 {x:.1} {low:.1}A{r:.1} {r:.1} 0 0 1 {x:.1} {top:.1}"
        );
    }
    let point = |turn: f64| (x + r * (turn * TAU).sin(), y - r * (turn * TAU).cos());
    let (start, end) = (point(from), point(until));
    let large = u8::from(until - from > 0.5);
    format!("M{:.1} {:.1}A{r:.1} {r:.1} 0 {large} 1 {:.1} {:.1}", start.0, start.1, end.0, end.1)
}

/// Two bars at a node's upper edge.
fn pause_sign(x: f64, y: f64) -> String {
    format!("M{:.1} {:.1}v9M{:.1} {:.1}v9", x - 3.0, y - 4.5, x + 3.0, y - 4.5)
}

/// The focus goes to the next node of the ring, or to the one before.
fn neighbour(event: &KeyboardEvent, next: bool) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(here) = target.and_then(|target| target.closest(".node").ok().flatten()) else { return };
    let parent = here.parent_element();
    let there = if next {
        here.next_element_sibling().or_else(|| parent.and_then(|parent| parent.first_element_child()))
    } else {
        here.previous_element_sibling().or_else(|| parent.and_then(|parent| parent.last_element_child()))
    };
    if let Some(there) = there.and_then(|there| there.dyn_into::<web_sys::SvgElement>().ok()) {
        let _ = there.focus();
    }
}

/// A coordinate: tenths of a pixel are enough.
pub(super) fn round(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    tenths.to_string()
}
