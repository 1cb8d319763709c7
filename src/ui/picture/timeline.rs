//! The timeline: a lane for each node over the whole run, with its faults to be moved, and a playhead.

use super::faults::{self, Chip, PlannedFault, Window};
use super::nodes::round;
use super::scrub::{Scrub, use_wheel};
use super::strip::Strip;
use super::surface::{letters, use_size};
use super::transport::{Transport, Zoom};
use super::words;
use crate::dom;
use crate::host::{Host, PanelProps};
use quorate::model::{Lang, NodeId, Time};
use quorate::session::{Action, Selection, Session};
use quorate::view::Lanes;
use std::rc::Rc;
use yew::prelude::*;

/// What one press of a zoom button does.
const ZOOM_STEP: f64 = 0.5;
/// No more broken properties than this have a flag.
const FLAGS_MAX: usize = 12;

#[component]
pub(crate) fn Timeline(props: &PanelProps) -> Html {
    let PanelProps { host, lang, version } = props;
    let lang = *lang;
    let strip = use_mut_ref(Strip::default);
    let (field, scroll, tip) = (use_node_ref(), use_node_ref(), use_node_ref());
    let (width, height) = use_size(&scroll);
    let window = use_state_eq(|| None::<(f64, f64)>);

    let (whole, nodes) = host.read(|session| {
        let scenario = session.scenario();
        (scenario.duration.0.max(1) as f64, scenario.weights.len())
    });
    // A window of a longer run may lie beyond the end of this one.
    let shown = (*window).filter(|(_, until)| *until <= whole).unwrap_or((0.0, whole));
    let scale = use_memo((width.to_bits(), height.to_bits()), |_| letters());
    let lanes = Lanes::new(width, height, nodes, shown, *scale);

    {
        let (strip, window, host) = (strip.clone(), window.setter(), host.clone());
        use_effect_with(host.clone(), move |_| {
            let painter = move |session: &Session| {
                let page = strip.borrow_mut().paint(session);
                if page.is_some() {
                    window.set(page);
                }
            };
            let guard = host.on_paint(Rc::new(painter));
            move || drop(guard)
        });
    }
    {
        let (strip, host, theme) = (strip.clone(), host.clone(), host.theme());
        let zoomed = window.filter(|(_, until)| *until <= whole);
        use_effect_with((lanes, lang, theme), move |(lanes, lang, _)| {
            let mut strip = strip.borrow_mut();
            strip.lanes = (lanes.width > 0.0).then_some(*lanes);
            strip.window = zoomed;
            strip.lang = *lang;
            strip.lose_head();
            strip.look_at_theme();
            drop(strip);
            host.repaint();
        });
    }
    let zoom = {
        let (window, host) = (window.setter(), host.clone());
        Callback::from(move |zoom: Zoom| {
            let at = host.read(|session| session.frame().at.0 as f64);
            let next = match zoom {
                Zoom::Fit => None,
                Zoom::In => Some(lanes.zoomed(ZOOM_STEP, at.clamp(lanes.from, lanes.until), whole)),
                Zoom::Out => Some(lanes.zoomed(1.0 / ZOOM_STEP, at.clamp(lanes.from, lanes.until), whole)),
            };
            window.set(next.filter(|(from, until)| until - from < whole));
        })
    };
    use_wheel(&scroll, lanes, whole, window.setter());

    let scrub = Scrub {
        host: host.clone(),
        strip: strip.clone(),
        field: field.clone(),
        scroll: scroll.clone(),
        held: use_mut_ref(|| false),
    };
    let onpointerdown = {
        let scrub = scrub.clone();
        Callback::from(move |event: PointerEvent| scrub.down(&event))
    };
    let onpointermove = {
        let (scrub, tip) = (scrub.clone(), tip.clone());
        Callback::from(move |event: PointerEvent| {
            scrub.moves(&event);
            scrub.tell(&event, &tip, lang);
        })
    };
    let onpointerup = {
        let scrub = scrub.clone();
        Callback::from(move |_: PointerEvent| scrub.up())
    };
    let onpointerleave = {
        let tip = tip.clone();
        Callback::from(move |_: PointerEvent| dom::set_property(&tip, "opacity", "0"))
    };
    let refs = strip.borrow();
    let (canvas, probe) = (refs.canvas.clone(), refs.probe.clone());
    let (head, future) = (refs.head.clone(), refs.future.clone());
    drop(refs);
    html! {
        <div class="pic-time">
            <Transport host={host.clone()} {lang} {version} {zoom} zoomed={lanes.until - lanes.from} />
            <div
                class="pic-lanes"
                ref={field}
                {onpointerdown}
                {onpointermove}
                onpointerup={onpointerup.clone()}
                onpointercancel={onpointerup}
                {onpointerleave}
            >
                { axis(host, &lanes, lang) }
                <div class="pic-scroll" ref={scroll}>
                    <div class="pic-rows">
                        <canvas class="pic-bars" ref={canvas} aria-hidden="true"></canvas>
                        <div class="pic-clip"><div class="pic-future" ref={future}></div></div>
                        { rows(host, &lanes, lang) }
                    </div>
                </div>
                { playhead(host, &head, lang) }
                <div class="pic-tip" ref={tip} aria-hidden="true"></div>
                <span class="pic-probe" ref={probe} aria-hidden="true"></span>
            </div>
        </div>
    }
}

/// A place on the timeline where something went wrong.
struct Flag {
    at: Time,
    goal: Selection,
    name: String,
}

/// A flag, where a property breaks.
fn flag(x: f64) -> String {
    format!("M{0} 20V2h11l-3 4 3 4H{0}", round(x))
}

/// A stop sign, where something is stuck.
fn sign(x: f64) -> String {
    format!("M{} 20v-7h-2l-3-3v-5l3-3h5l3 3v5l-3 3h-2v7zM{} 6.6v1.8h5v-1.8z", round(x - 0.5), round(x - 2.5))
}

/// The times above the lanes, a flag where a property breaks, and a sign where something is stuck.
fn axis(host: &Host, lanes: &Lanes, lang: Lang) -> Html {
    let flags: Vec<Flag> = host.read(|session| {
        let run = session.run();
        let broken = run.violations().iter().take(FLAGS_MAX).enumerate().map(|(place, violation)| Flag {
            at: violation.at,
            goal: Selection::Violation(place),
            name: faults::flag_name(violation.property.name.get(lang), violation.at, lang),
        });
        let stuck = run.stuck().iter().take(FLAGS_MAX).enumerate().map(|(place, stuck)| Flag {
            at: stuck.at,
            goal: Selection::Stuck(place),
            name: faults::stuck_name(stuck.property.name.get(lang), stuck.at, lang),
        });
        broken.chain(stuck).filter(|flag| flag.at >= lanes.begin() && flag.at <= lanes.end()).collect()
    });
    html! {
        <div class="pic-axis">
            <svg class="pic-ticks" width="100%" height="20">
                <g aria-hidden="true">
                    { for lanes.ticks().into_iter().map(|tick| {
                        // The last one is not cut off.
                        let late = tick.x > lanes.width - 28.0;
                        let (x, anchor) = if late { (lanes.width - 4.0, "end") } else { (tick.x, "middle") };
                        html! { <text key={tick.label.clone()} x={round(x)} y="13" text-anchor={anchor}>{ &tick.label }</text> }
                    }) }
                </g>
                <g>
                    { for flags.into_iter().enumerate().map(|(place, Flag { at, goal, name })| {
                        let (key_host, click_host) = (host.clone(), host.clone());
                        let x = lanes.x(at);
                        let is_stuck = matches!(goal, Selection::Stuck(_));
                        let shape = if is_stuck { sign(x) } else { flag(x) };
                        let go = move |host: &Host| {
                            host.act(Action::Pause);
                            host.act(Action::Seek(at));
                            host.act(Action::Select(goal));
                        };
                        let onpointerdown = Callback::from(move |event: PointerEvent| {
                            event.stop_propagation();
                            go(&click_host);
                        });
                        let onkeydown = Callback::from(move |event: KeyboardEvent| {
                            if matches!(event.key().as_str(), "Enter" | " ") {
                                event.prevent_default();
                                event.stop_propagation();
                                go(&key_host);
                            }
                        });
                        html! {
                            <g key={place} class={classes!("pic-flag", is_stuck.then_some("stuck"))} role="button" tabindex="0" aria-label={name.clone()} {onpointerdown} {onkeydown}>
                                <title>{ name }</title>
                                <rect class="pic-reach" x={round(x - 4.0)} y="0" width="18" height="20" />
                                <path d={shape} />
                            </g>
                        }
                    }) }
                </g>
            </svg>
        </div>
    }
}

/// The lanes' names, and the faults on them.
fn rows(host: &Host, lanes: &Lanes, lang: Lang) -> Html {
    let (scenario, weights_now, end, selection, breaks) = host.read(|session| {
        let run = session.run();
        let broken = run.violations().iter().take(FLAGS_MAX).map(|broken| (lanes.x(broken.at), false));
        let stuck = run.stuck().iter().take(FLAGS_MAX).map(|stuck| (lanes.x(stuck.at), true));
        let breaks: Vec<(f64, bool)> = broken.chain(stuck).collect();
        let scenario = session.scenario().clone();
        // They may change while it runs.
        let weights: Vec<u8> = session.frame().nodes.iter().map(|node| node.weight).collect();
        let end = Time(scenario.duration.0);
        (scenario, weights, end, session.selection(), breaks)
    });
    let marks = faults::marks(&scenario, lanes, end, lang);
    let chosen = match selection {
        Selection::Fault(place) => Some(place),
        Selection::Nothing
        | Selection::Node(_)
        | Selection::Message(_)
        | Selection::Violation(_)
        | Selection::Stuck(_) => None,
    };
    let node = match selection {
        Selection::Node(node) => Some(node),
        Selection::Nothing
        | Selection::Fault(_)
        | Selection::Message(_)
        | Selection::Violation(_)
        | Selection::Stuck(_) => None,
    };
    let (small, height) = (lanes.pitch < 20.0, lanes.height());
    let size = if small {
        10.0
    } else if lanes.width < 560.0 {
        11.0
    } else {
        12.5
    };
    let size = round(size * lanes.scale);
    let weights = lanes.left > 50.0;
    let chip = chosen.and_then(|place| marks.get(place)).cloned();
    html! {
        <>
            <svg class="pic-windows" width="100%" height={round(height)}>
                <defs>
                    <pattern id="pic-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="hatch-ground" width="7" height="7" />
                        <line class="hatch-line" x1="0" y1="0" x2="0" y2="7" />
                    </pattern>
                    <pattern id="pic-hatch-pause" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="hatch-ground" width="7" height="7" />
                        <line class="hatch-line pause" x1="0" y1="0" x2="0" y2="7" />
                    </pattern>
                    <clipPath id="pic-lanes-clip">
                        <rect x={round(lanes.left - 1.0)} y="0" width={round(lanes.width - lanes.left + 1.0)} height={round(height)} />
                    </clipPath>
                </defs>
                <g class="pic-names" font-size={size} aria-hidden="true">
                    { for weights_now.iter().zip(NodeId::all(lanes.nodes)).map(|(weight, id)| html! {
                        <g key={id.index()} class={(node == Some(id)).then_some("chosen")}>
                            <text class="lane-name" x={round(if weights { 16.0 * lanes.scale } else { 8.0 })} y={round(lanes.y(id) + 4.5)}>{ id.to_string() }</text>
                            if weights {
                                <text class="lane-weight" x={round(40.0 * lanes.scale)} y={round(lanes.y(id) + 4.5)}>{ format!("×{weight}") }</text>
                            }
                        </g>
                    }) }
                </g>
                <g clip-path="url(#pic-lanes-clip)" aria-hidden="true">
                    { for breaks.iter().enumerate().map(|(key, (x, stuck))| html! {
                        <path {key} class={classes!("pic-break", stuck.then_some("stuck"))} d={format!("M{} 0V{}", round(*x), round(height))} />
                    }) }
                </g>
                <g clip-path="url(#pic-lanes-clip)" role="group" aria-label={words::FAULTS.get(lang)}>
                    { for marks.into_iter().map(|mark| {
                        let place = mark.place;
                        html! {
                            <Window
                                key={place}
                                host={host.clone()}
                                {mark}
                                planned={PlannedFault(scenario.clone(), place)}
                                lanes={*lanes}
                                {end}
                                chosen={chosen == Some(place)}
                                {lang}
                            />
                        }
                    }) }
                </g>
            </svg>
            <div class="pic-chips">
                if let Some(mark) = chip {
                    <Chip key={mark.place} host={host.clone()} planned={PlannedFault(scenario.clone(), mark.place)} mark={mark.clone()} {lang} />
                }
            </div>
        </>
    }
}

/// The line that is now.
fn playhead(host: &Host, node: &NodeRef, lang: Lang) -> Html {
    let (at, end) = host.read(|session| (session.frame().at, Time(session.scenario().duration.0)));
    let onkeydown = {
        let host = host.clone();
        Callback::from(move |event: KeyboardEvent| {
            let small = if event.shift_key() { 1_000 } else { (end.0 / 200).max(1_000) };
            let at = host.read(|session| session.frame().at.0);
            let to = match event.key().as_str() {
                "ArrowLeft" | "ArrowDown" => at.saturating_sub(small),
                "ArrowRight" | "ArrowUp" => at + small,
                "PageDown" => at.saturating_sub(end.0 / 10),
                "PageUp" => at + end.0 / 10,
                "Home" => 0,
                "End" => end.0,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            host.act(Action::Seek(Time(to.min(end.0))));
        })
    };
    html! {
        <div class="pic-clip pic-head-clip">
            <div
                class="pic-head"
                ref={node}
                role="slider"
                tabindex="0"
                aria-label={words::PLAYHEAD.get(lang)}
                aria-valuemin="0"
                aria-valuemax={(end.0 / 1_000).to_string()}
                aria-valuenow={(at.0 / 1_000).to_string()}
                aria-valuetext={crate::words::moment(at)}
                {onkeydown}
            ></div>
        </div>
    }
}
