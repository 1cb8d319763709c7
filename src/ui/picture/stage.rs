//! The stage: nodes on a ring, messages on their way, and a sentence that says what happens.

use super::flights;
use super::legend::{self, Legend};
use super::links::Links;
use super::live::Live;
use super::nodes::{Asked, Nodes};
use super::popover::{self, About, Popover};
use super::surface::{letters, use_size};
use super::words;
use crate::dom;
use crate::host::Host;
use quorate::model::{Lang, NodeId, NodeSet};
use quorate::session::{Action, Selection, Session, Side};
use quorate::sim::Cluster;
use quorate::view::{self, Caption, Mood, NodeMark, Ring, names};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// The list of what can be done that is open.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    about: About,
    by_key: bool,
}

/// What one render shows.
struct Scene {
    ring: Ring,
    marks: Vec<NodeMark>,
    cuts: Vec<(NodeId, NodeId, bool)>,
    neighbours: Vec<NodeSet>,
    caption: Caption,
    legend: Vec<legend::Entry>,
    chosen: Option<NodeId>,
    accused: NodeSet,
    fresh: bool,
    popover: Option<popover::PopoverProps>,
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct StageProps {
    pub(crate) host: Host,
    pub(crate) version: u32,
    pub(crate) lang: Lang,
    /// Which of two labs it shows.
    #[prop_or_default]
    pub(crate) side: Side,
}

#[component]
pub(crate) fn Stage(props: &StageProps) -> Html {
    let StageProps { host, lang, side, .. } = props;
    let (lang, side) = (*lang, *side);
    let live = use_mut_ref(|| {
        let mut live = Live::default();
        live.side = side;
        live
    });
    let field = use_node_ref();
    let size = use_size(&field);
    let open = use_state_eq(|| None::<Open>);
    let again = use_force_update();

    {
        // Painted once an animation frame, outside Yew.
        let (live, host) = (live.clone(), host.clone());
        use_effect_with(host.clone(), move |_| {
            let painter = move |session: &Session| {
                let changed = live.borrow_mut().paint(session);
                if changed {
                    again.force_update();
                }
            };
            let guard = host.on_paint(Rc::new(painter));
            move || drop(guard)
        });
    }
    {
        let (live, host, theme) = (live.clone(), host.clone(), host.theme());
        use_effect_with((size, lang, theme), move |_| {
            let mut live = live.borrow_mut();
            live.still = dom::reduced_motion();
            live.scale = letters();
            live.look_at_theme();
            drop(live);
            host.repaint();
        });
    }

    let close = {
        let (open, field) = (open.clone(), field.clone());
        Callback::from(move |()| {
            // Who came by the keyboard goes back to where they were.
            if let Some(Open { about: About::Node(node), by_key: true }) = *open {
                focus_node(&field, node);
            }
            open.set(None);
        })
    };
    let scene = host.read(|session| {
        let mut live = live.borrow_mut();
        if live.lang != lang {
            live.lang = lang;
            live.retell();
        }
        live.size = size;
        live.place(session);
        scene(&mut live, session, *open, lang, &close, props)
    });

    let ask = {
        let (host, open) = (host.clone(), open.clone());
        Callback::from(move |Asked { node, by_key }| {
            host.act(Action::Look(side));
            host.act(Action::Select(Selection::Node(node)));
            open.set(Some(Open { about: About::Node(node), by_key }));
        })
    };
    let pick = {
        let (host, open, live, field) = (host.clone(), open.clone(), live.clone(), field.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(element) = field.cast::<web_sys::Element>() else { return };
            let frame = element.get_bounding_client_rect();
            let at = (f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top());
            let found = host.read(|session| {
                let live = live.borrow();
                flights::message_at(&live.ring, live.lab(session).frame(), live.still, at)
            });
            host.act(Action::Look(side));
            match found {
                Some(message) => {
                    event.prevent_default();
                    host.act(Action::Pause);
                    host.act(Action::Select(Selection::Message(message)));
                    open.set(Some(Open { about: About::Message(message), by_key: false }));
                }
                None => {
                    host.act(Action::Select(Selection::Nothing));
                    open.set(None);
                }
            }
        })
    };
    let play = {
        let host = host.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            host.act(Action::Play);
        })
    };
    let Scene { ring, marks, cuts, neighbours, caption, legend, chosen, accused, fresh, popover } = scene;
    // In the middle of the ring, where nothing is before the first event.
    let (x, y) = ring.middle;
    let start = use_node_ref();
    {
        let start = start.clone();
        use_effect_with((fresh, format!("{x:.0}px"), format!("{y:.0}px")), move |(_, left, top)| {
            dom::set_property(&start, "left", left);
            dom::set_property(&start, "top", top);
        });
    }
    let (canvas, probe) = {
        let live = live.borrow();
        (live.canvas.clone(), live.probe.clone())
    };
    html! {
        <div class="pic-stage">
            { sentence(&caption, fresh) }
            <div class="pic-field" ref={field} onclick={pick.clone()} oncontextmenu={pick}>
                <Links ring={ring.clone()} {cuts} {neighbours} />
                <canvas class="pic-flights" ref={canvas} aria-hidden="true"></canvas>
                <Nodes {ring} {marks} {chosen} {accused} {lang} {ask} />
                <span class="pic-probe" ref={probe} aria-hidden="true"></span>
                <div class="pic-over">
                    if fresh && side == Side::First {
                        <button class="pic-play" ref={start} onclick={play}>
                            <svg viewBox="0 0 14 14" aria-hidden="true"><path d="M3 1l9 6-9 6z" /></svg>
                            { words::PLAY_FIRST.get(lang) }
                        </button>
                    }
                </div>
                <div class="pic-over">
                    if let Some(popover) = popover {
                        <Popover ..popover />
                    }
                </div>
            </div>
            <Legend entries={legend} />
        </div>
    }
}

fn focus_node(field: &NodeRef, node: NodeId) {
    let field = field.cast::<web_sys::Element>();
    let found = field.and_then(|field| field.query_selector(&format!("[data-node={node}]")).ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::SvgElement>().ok()) {
        let _ = found.focus();
    }
}

fn sentence(caption: &Caption, fresh: bool) -> Html {
    let class = match caption.mood {
        Mood::Telling => "pic-caption",
        Mood::Gathering => "pic-caption gathering",
        Mood::Broken => "pic-caption broken",
    };
    let empty = caption.text.is_empty().then_some("empty");
    html! {
        <div class={classes!(class, empty, fresh.then_some("intro"))} role="status" aria-live="polite" aria-atomic="true">
            <p>{ &caption.text }</p>
            <small>{ &caption.small }</small>
            <strong class="pic-alert">{ caption.alert.clone().unwrap_or_default() }</strong>
        </div>
    }
}

/// Whom the broken property that is looked at is about.
fn accused(run: &dyn Cluster, selection: Selection) -> NodeSet {
    let witness = match selection {
        Selection::Violation(place) => run.violations().get(place).map(|broken| &broken.witness),
        Selection::Stuck(place) => run.stuck().get(place).map(|stuck| &stuck.witness),
        Selection::Nothing | Selection::Node(_) | Selection::Message(_) | Selection::Fault(_) => None,
    };
    witness.map(|witness| witness.nodes).unwrap_or_default()
}

fn scene(
    live: &mut Live,
    session: &Session,
    open: Option<Open>,
    lang: Lang,
    close: &Callback<()>,
    props: &StageProps,
) -> Scene {
    let lab = live.lab(session);
    let (frame, run) = (lab.frame(), lab.run());
    let (spec, selection) = (run.spec(), live.selection(session));
    let chosen = match selection {
        Selection::Node(node) => Some(node),
        Selection::Nothing
        | Selection::Message(_)
        | Selection::Fault(_)
        | Selection::Violation(_)
        | Selection::Stuck(_) => None,
    };
    let act = {
        let host = props.host.clone();
        Callback::from(move |action| host.act(action))
    };
    let popover = open.and_then(|Open { about, by_key }| {
        let (title, sub, choices, at) = match about {
            About::Node(node) if chosen == Some(node) => {
                let seen = frame.nodes.get(node.index())?;
                let at = flights::below(&live.ring, node)?;
                let choices = popover::of_node(node, seen.health, spec, lang);
                let sub =
                    format!("{} · {}", names::role(spec, seen, lang), names::epoch(spec, seen.epoch, lang));
                (node.to_string(), sub, choices, at)
            }
            About::Message(message) if selection == Selection::Message(message) => {
                let flight = frame.flights.iter().find(|flight| flight.message == message)?;
                let at = flights::place_of(&live.ring, frame, live.still, message)?;
                let choices = popover::of_message(message, frame.at, lang);
                let name = names::message(spec, flight, lang);
                (names::message_word(spec, &flight.brief).to_owned(), name, choices, at)
            }
            // What it was about is no longer looked at.
            About::Node(_) | About::Message(_) => return None,
        };
        let (close, act) = (close.clone(), act.clone());
        Some(popover::PopoverProps { title, sub, choices, at, size: live.size, by_key, lang, act, close })
    });
    Scene {
        marks: view::node_marks(frame, run, &live.ring, lang),
        cuts: view::cuts(frame),
        neighbours: frame.nodes.iter().map(|node| run.neighbours(node.id)).collect(),
        caption: live.caption(session),
        legend: legend::entries(frame, spec, lang),
        chosen,
        accused: accused(run, selection),
        fresh: live.is_fresh(session) && !session.playback().playing,
        popover,
        ring: live.ring.clone(),
    }
}
