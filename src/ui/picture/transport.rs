//! The transport: playing, stepping, speed, seed, and what can be broken from here on.

use super::words;
use crate::breaks::{BREAKS, Break};
use crate::dom;
use crate::host::Host;
use quorate::model::{Lang, Span, Text, Time};
use quorate::session::{Action, Edit, Session, Speed};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// The speed slider's steps.
const STEPS: f64 = 200.0;

/// What a zoom button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zoom {
    In,
    Out,
    Fit,
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TransportProps {
    pub(super) host: Host,
    pub(super) version: u32,
    pub(super) lang: Lang,
    pub(super) zoom: Callback<Zoom>,
    /// How long the window is, µs.
    pub(super) zoomed: f64,
}

const TO_START: &str = "M2 2h2v10H2zM12 2v10L5 7z";
const NOTABLE_BACK: &str = "M7.5 2v10L2 7zM13 2v10L7.5 7z";
const NOTABLE_ON: &str = "M1 2v10l5.5-5zM6.5 2v10L12 7z";
const STEP_BACK: &str = "M9 2v10L3 7zM10 2h2v10h-2z";
const STEP_ON: &str = "M5 2v10l6-5zM2 2h2v10H2z";
const PLAY: &str = "M3 1l9 6-9 6z";
const PAUSE: &str = "M3 1.5h3v11H3zM8 1.5h3v11H8z";

/// Where on the slider a ratio stands.
fn place(ratio: f64) -> f64 {
    let (least, most) = (Speed::LEAST.ln(), Speed::MOST.ln());
    ((ratio.ln() - least) / (most - least)).clamp(0.0, 1.0) * STEPS
}

/// The ratio at a place of the slider, rounded as it is written.
fn ratio(place: f64) -> f64 {
    let (least, most) = (Speed::LEAST.ln(), Speed::MOST.ln());
    (least + (most - least) * (place / STEPS).clamp(0.0, 1.0)).exp()
}

/// `1 : 20`, `2 : 1`.
fn pace(ratio: f64) -> String {
    let two = |value: f64| if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    let short = |value: f64| two(value).trim_end_matches(".0").to_owned();
    if ratio >= 1.0 { format!("{} : 1", short(ratio)) } else { format!("1 : {}", short(1.0 / ratio)) }
}

#[component]
pub(super) fn Transport(props: &TransportProps) -> Html {
    let TransportProps { host, lang, zoom, zoomed, .. } = props;
    let lang = *lang;
    let (time, speed, track) = (use_node_ref(), use_node_ref(), use_node_ref());
    {
        let (host, time, speed, track) = (host.clone(), time.clone(), speed.clone(), track.clone());
        use_effect_with((host.clone(), lang), move |_| {
            let shown = std::cell::RefCell::new((None::<Time>, String::new()));
            let painter = move |session: &Session| {
                let mut shown = shown.borrow_mut();
                let at = session.frame().at;
                let at = Time(at.0 / 100 * 100);
                if shown.0 != Some(at) {
                    shown.0 = Some(at);
                    write(&time, &crate::words::moment(at));
                }
                let now = session.playback().ratio;
                let now = match session.playback().speed {
                    Speed::Ratio(ratio) => ratio,
                    Speed::Auto => now,
                };
                let text = pace(now);
                if text != shown.1 {
                    write(&speed, &text);
                    if let Some(track) = track.cast::<web_sys::HtmlInputElement>() {
                        track.set_value(&format!("{:.0}", place(now)));
                    }
                    dom::set_property(&track, "--fill", &format!("{:.1}%", place(now) / STEPS * 100.0));
                    shown.1 = text;
                }
            };
            let guard = host.on_paint(Rc::new(painter));
            move || drop(guard)
        });
    }
    let (playing, auto, seed, ratio_now) = host.read(|session| {
        let playback = session.playback();
        (playback.playing, playback.speed == Speed::Auto, session.scenario().seed, playback.ratio)
    });
    let act = |action: Action| {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(action.clone()))
    };
    let button = |class: &'static str, path: &'static str, name: Text, action: Action| {
        html! {
            <button class={classes!("pic-ico", class)} aria-label={name.get(lang)} title={name.get(lang)} onclick={act(action)}>
                <svg viewBox="0 0 14 14" aria-hidden="true"><path d={path} /></svg>
            </button>
        }
    };
    let oninput = {
        let host = host.clone();
        Callback::from(move |event: InputEvent| {
            let value = crate::controls::input_value(&event);
            if let Ok(place) = value.parse() {
                host.act(Action::SetSpeed(Speed::Ratio(ratio(place))));
            }
        })
    };
    let switch = act(Action::SetSpeed(if auto { Speed::Ratio(ratio_now) } else { Speed::Auto }));
    let reroll = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(seed) = fresh_seed() {
                host.act(Action::Edit(Edit::Seed(seed), None));
            }
        })
    };
    let (icon, name) = if playing { (PAUSE, words::PAUSE) } else { (PLAY, words::PLAY) };
    html! {
        <div class="pic-transport" role="group" aria-label={words::TRANSPORT.get(lang)}>
            <div class="pic-group">
                { button("wide-only", TO_START, words::TO_START, Action::Seek(Time(0))) }
                { button("wide-only", NOTABLE_BACK, words::NOTABLE_BACK, Action::Jump(-1)) }
                { button("", STEP_BACK, words::STEP_BACK, Action::Step(-1)) }
                { button("big", icon, name, Action::Toggle) }
                { button("", STEP_ON, words::STEP_ON, Action::Step(1)) }
                { button("wide-only", NOTABLE_ON, words::NOTABLE_ON, Action::Jump(1)) }
            </div>
            <span class="pic-clock" ref={time}></span>
            <div class="pic-group pic-pace">
                <span class="pic-pill">
                    <span class="wide-only">{ words::SPEED.get(lang) }</span>
                    <span class="pic-ratio" ref={speed}></span>
                </span>
                <input
                    ref={track}
                    class="slider pic-speed"
                    type="range"
                    min="0"
                    max={STEPS.to_string()}
                    step="1"
                    aria-label={words::SPEED.get(lang)}
                    aria-valuetext={pace(ratio_now)}
                    {oninput}
                />
                <button class={classes!("pic-toggle", auto.then_some("on"))} aria-pressed={auto.to_string()} title={words::AUTO_HELP.get(lang)} onclick={switch}>
                    { words::AUTO.get(lang) }
                </button>
            </div>
            <span class="pic-grow"></span>
            <div class="pic-group pic-more">
                <button class="pic-pill" title={words::SEED_HELP.get(lang)} onclick={reroll}>
                    { format!("{} {seed} ⟳", words::SEED.get(lang)) }
                </button>
                { for adders(host, *zoomed, lang) }
            </div>
            <div class="pic-group pic-zoom">
                { for [
                    ("−", words::ZOOM_OUT, Zoom::Out),
                    ("", words::ZOOM_FIT, Zoom::Fit),
                    ("+", words::ZOOM_IN, Zoom::In),
                ].into_iter().map(|(sign, name, what)| {
                    let zoom = zoom.clone();
                    let onclick = Callback::from(move |_: MouseEvent| zoom.emit(what));
                    let sign = if sign.is_empty() { length(*zoomed) } else { sign.to_owned() };
                    html! {
                        <button key={name.en} class="pic-zoomer" aria-label={name.get(lang)} title={name.get(lang)} {onclick}>{ sign }</button>
                    }
                }) }
            </div>
        </div>
    }
}

/// Buttons that break something from the playhead on.
fn adders(host: &Host, zoomed: f64, lang: Lang) -> Vec<Html> {
    let one = |what: Break| {
        let host = host.clone();
        let onclick = Callback::from(move |_: MouseEvent| what.add(&host, window(zoomed)));
        let name = format!("{}: {}", words::ADD.get(lang), what.name.get(lang));
        // Where there is less room only the two that people look for first are here; all are among the
        // faults of the inspector.
        let rare = (!what.common).then_some("rare");
        html! {
            <button key={what.name.en} class={classes!("btn", "pic-add", rare)} title={what.help.get(lang)} aria-label={name} {onclick}>
                { format!("+ {}", what.name.get(lang)) }
            </button>
        }
    };
    // A one-way cut is drawn like a partition and asked for less: it is among the faults only.
    BREAKS.into_iter().filter(|what| what.name != crate::words::ADD_CUT).map(one).collect()
}

/// How long a fault is that is added by a click: a fifth of what is shown, to 10 ms.
fn window(zoomed: f64) -> Span {
    Span(((zoomed / 5.0) as u64 / 10_000 * 10_000).clamp(10_000, 2_000_000))
}

/// A seed from the browser's own chance; the simulator has none.
fn fresh_seed() -> Option<u64> {
    let mut bytes = [0; 4];
    dom::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(u64::from(u32::from_le_bytes(bytes) % 9_999) + 1)
}

fn write(node: &NodeRef, text: &str) {
    if let Some(element) = node.get().and_then(|node| node.dyn_into::<web_sys::Element>().ok()) {
        element.set_text_content(Some(text));
    }
}

/// The length of the window: `2 s`, `350 ms`.
fn length(us: f64) -> String {
    if us >= 1e6 {
        let s = us / 1e6;
        return if s.fract() < 0.05 { format!("{s:.0} s") } else { format!("{s:.1} s") };
    }
    if us >= 1e4 { format!("{:.0} ms", us / 1e3) } else { format!("{:.1} ms", us / 1e3) }
}
