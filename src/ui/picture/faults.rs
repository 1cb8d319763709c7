//! The faults' windows on the lanes: to be dragged, resized, switched and removed, by hand or by key.

use super::nodes::round;
use super::words;
use crate::controls::Gestures;
use crate::host::Host;
use quorate::model::{Lang, Span, Time};
use quorate::scenario::{Planned, Scenario};
use quorate::session::{Action, Edit, Selection};
use quorate::sim::Fault;
use quorate::view::{Lanes, Pane, WindowMark};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// What an arrow key moves by.
const KEY_STEP: i64 = 10_000;
/// No window is shorter.
const LEAST: Span = Span::ms(1);
/// Half the width of what takes hold of an edge.
const GRIP: f64 = 5.0;

/// Which part of a window is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Body,
    Begin,
    End,
}

/// A window that is being dragged.
struct Drag {
    part: Part,
    x: f64,
    fault: Fault,
    gesture: u32,
    moved: bool,
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct WindowProps {
    pub(super) host: Host,
    pub(super) mark: WindowMark,
    pub(super) planned: PlannedFault,
    pub(super) lanes: Lanes,
    pub(super) end: Time,
    pub(super) chosen: bool,
    pub(super) lang: Lang,
}

/// A fault of a scenario, found by its place.
#[derive(Clone)]
pub(super) struct PlannedFault(pub(super) Rc<Scenario>, pub(super) usize);

impl PartialEq for PlannedFault {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl PlannedFault {
    fn get(&self) -> Option<&Planned> {
        self.0.faults.get(self.1)
    }
}

/// The fault with a part of it moved by so many µs, within the run.
fn moved(fault: &Fault, part: Part, by: i64, end: Time) -> Fault {
    let shift = |at: Time, least: u64, most: u64| {
        let at = i64::try_from(at.0).unwrap_or(i64::MAX).saturating_add(by);
        Time(u64::try_from(at).unwrap_or(0).clamp(least, most.max(least)))
    };
    // To whole milliseconds: so it can be read, and said in a file.
    let whole = |at: Time| Time((at.0 + 500) / 1_000 * 1_000);
    let mut out = fault.clone();
    match part {
        Part::Body => {
            out.from = whole(shift(fault.from, 0, end.0.saturating_sub(LEAST.0)));
            out.until = fault.until.map(|until| out.from + (until - fault.from));
        }
        Part::Begin => {
            let most = fault.until.unwrap_or(end).0.saturating_sub(LEAST.0);
            out.from = whole(shift(fault.from, 0, most));
        }
        Part::End => {
            let until = fault.until.unwrap_or(end);
            out.until = Some(whole(shift(until, fault.from.0 + LEAST.0, u64::MAX / 4)));
        }
    }
    out
}

/// One fault's window.
#[component]
pub(super) fn Window(props: &WindowProps) -> Html {
    let WindowProps { host, mark, planned, lanes, end, chosen, lang } = props;
    let place = mark.place;
    let drag = use_mut_ref(|| None::<Drag>);
    let gestures = use_memo((), |()| Gestures::default());
    let fault = planned.get().cloned();
    let (end, scale) = (*end, lanes.pixels());

    let hold = |part: Part| {
        let (host, drag, fault) = (host.clone(), drag.clone(), fault.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(fault) = fault.as_ref().filter(|_| event.button() == 0) else { return };
            event.stop_propagation();
            // What is held stays held when the pointer leaves it. (Yew hears of events at the root of
            // the page, so `current_target` is not what was pressed.)
            let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            if let Some(pressed) = &pressed {
                let _ = pressed.set_pointer_capture(event.pointer_id());
            }
            let x = f64::from(event.client_x());
            let gesture = host.gesture();
            *drag.borrow_mut() = Some(Drag { part, x, fault: fault.fault.clone(), gesture, moved: false });
            host.act(Action::Select(Selection::Fault(place)));
        })
    };
    let onpointermove = {
        let (host, drag) = (host.clone(), drag.clone());
        Callback::from(move |event: PointerEvent| {
            let mut drag = drag.borrow_mut();
            let Some(drag) = drag.as_mut() else { return };
            event.stop_propagation();
            let dx = f64::from(event.client_x()) - drag.x;
            if !drag.moved && dx.abs() < 3.0 {
                return;
            }
            drag.moved = true;
            let fault = moved(&drag.fault, drag.part, (dx / scale) as i64, end);
            host.act(Action::Edit(Edit::SetFault(place, fault), Some(drag.gesture)));
        })
    };
    let drop = {
        let drag = drag.clone();
        Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None)
    };
    let onkeydown = {
        let host = host.clone();
        Callback::from(move |event: KeyboardEvent| {
            // As it is now: a key may come before the last one's change is rendered.
            let Some(planned) = host.read(|session| session.scenario().faults.get(place).cloned()) else {
                return;
            };
            let by = match event.key().as_str() {
                "ArrowLeft" => -KEY_STEP,
                "ArrowRight" => KEY_STEP,
                "e" | "E" if !event.ctrl_key() && !event.meta_key() => {
                    host.act(Action::Edit(Edit::EnableFault(place, !planned.enabled), None));
                    0
                }
                "Delete" | "Backspace" => {
                    host.act(Action::Edit(Edit::RemoveFault(place), None));
                    0
                }
                "Enter" | " " => {
                    host.act(Action::Select(Selection::Fault(place)));
                    0
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if by != 0 {
                let part = if event.shift_key() { Part::End } else { Part::Body };
                let fault = moved(&planned.fault, part, by, end);
                host.act(Action::Edit(Edit::SetFault(place, fault), Some(gestures.now())));
            }
        })
    };
    let onfocus = {
        let host = host.clone();
        Callback::from(move |_: FocusEvent| {
            if host.read(|session| session.selection() != Selection::Fault(place)) {
                host.act(Action::Select(Selection::Fault(place)));
            }
        })
    };
    let class = classes!(mark.class.clone(), chosen.then_some("chosen"));
    let from = fault.as_ref().map_or(0, |planned| planned.fault.from.0 / 1_000);
    html! {
        <g
            {class}
            role="slider"
            tabindex="0"
            aria-label={mark.label.clone()}
            aria-valuemin="0"
            aria-valuemax={(end.0 / 1_000).to_string()}
            aria-valuenow={from.to_string()}
            aria-valuetext={mark.name.clone()}
            {onkeydown}
            {onfocus}
            {onpointermove}
            onpointerup={drop.clone()}
            onpointercancel={drop}
        >
            <title>{ &mark.name }</title>
            { for mark.panes.iter().enumerate().map(|(number, pane)| html! {
                <g key={number}>
                    <rect
                        class="fault-body"
                        x={round(pane.x)}
                        y={round(pane.y)}
                        width={round(pane.width)}
                        height={round(pane.height)}
                        rx={if mark.solid { "4" } else { "6" }}
                        onpointerdown={hold(Part::Body)}
                    />
                    { text(mark, pane, (number, place == 0), lanes.scale, *lang) }
                    <rect class="fault-edge" x={round(pane.x - GRIP)} y={round(pane.y)} width={round(GRIP * 2.0)} height={round(pane.height)} onpointerdown={hold(Part::Begin)} />
                    <rect class="fault-edge" x={round(pane.x + pane.width - GRIP)} y={round(pane.y)} width={round(GRIP * 2.0)} height={round(pane.height)} onpointerdown={hold(Part::End)} />
                    <path class="fault-grips" d={grips(pane)} />
                </g>
            }) }
        </g>
    }
}

/// Two small bars at the edges: here it can be held.
fn grips(pane: &Pane) -> String {
    let (top, high) = (pane.y + pane.height * 0.28, pane.height * 0.44);
    let (left, right) = (pane.x + 3.0, pane.x + pane.width - 3.0);
    if pane.width < 14.0 {
        return String::new();
    }
    format!("M{left:.1} {top:.1}v{high:.1}M{right:.1} {top:.1}v{high:.1}")
}

/// The label as far as it has room; the first window of all says what can be done with it.
fn text(mark: &WindowMark, pane: &Pane, (number, first): (usize, bool), scale: f64, lang: Lang) -> Html {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 6.3 } else { 11.5 }).sum::<f64>() * scale;
    let hint = match lang {
        Lang::En => "drag to move, edges to resize",
        Lang::Zh => "拖动以移动，拖边缘以改变长度",
    };
    let long = format!("{} · {hint}", mark.label);
    let short = mark.label.split([' ', ',']).next().unwrap_or("").to_owned();
    let room = pane.width - 18.0;
    let all = [(first && mark.solid).then_some(long), Some(mark.label.clone()), Some(short)];
    let fits = all.into_iter().flatten().find(|text| number == 0 && wide(text) <= room);
    let y = pane.y + pane.height / 2.0 + 4.0;
    html! {
        <text class="fault-label" x={round(pane.x + 9.0)} y={round(y)}>{ fits.unwrap_or_default() }</text>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct ChipProps {
    pub(super) host: Host,
    pub(super) mark: WindowMark,
    pub(super) planned: PlannedFault,
    pub(super) lang: Lang,
}

/// What can be done to the chosen fault, for those who point: on or off, and away.
#[component]
pub(super) fn Chip(props: &ChipProps) -> Html {
    let ChipProps { host, mark, planned, lang } = props;
    let place = mark.place;
    let node = use_node_ref();
    let pane = mark.panes.first().copied();
    {
        let node = node.clone();
        use_effect_with(pane, move |pane| {
            let Some(pane) = pane else { return };
            let Some(element) = node.cast::<web_sys::HtmlElement>() else { return };
            let room = element.offset_parent().map_or(0.0, |parent| f64::from(parent.client_width()));
            let wide = f64::from(element.offset_width());
            let x = (pane.x + pane.width + 8.0).min(room - wide - 8.0).max(0.0);
            let y = (pane.y + pane.height / 2.0 - 12.0).max(0.0);
            crate::dom::set_property(&node, "transform", &format!("translate({x:.0}px, {y:.0}px)"));
        });
    }
    let on = planned.get().is_some_and(|planned| planned.enabled);
    let switch = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::EnableFault(place, !on), None)))
    };
    let remove = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::RemoveFault(place), None)))
    };
    let stay = Callback::from(|event: PointerEvent| event.stop_propagation());
    let times = planned.get().map(|planned| times(&planned.fault)).unwrap_or_default();
    html! {
        <div class="pic-chip" ref={node} onpointerdown={stay} role="group" aria-label={mark.name.clone()}>
            <span>{ times }</span>
            <button aria-pressed={on.to_string()} onclick={switch} title={words::SWITCH.get(*lang)}>
                { if on { words::ON.get(*lang) } else { words::OFF.get(*lang) } }
            </button>
            <button onclick={remove} title={words::REMOVE.get(*lang)} aria-label={words::REMOVE.get(*lang)}>{ "×" }</button>
        </div>
    }
}

fn times(fault: &Fault) -> String {
    let until = fault.until.map(|until| format!("{:.0}", until.as_ms())).unwrap_or_else(|| "∞".to_owned());
    format!("{:.0}–{until} ms", fault.from.as_ms())
}

/// The accessible name of a violation's flag.
pub(super) fn flag_name(name: &str, at: Time, lang: Lang) -> String {
    let at = format!("{:.0} ms", at.as_ms());
    match lang {
        Lang::En => format!("{name} {} ({at})", words::BROKEN_HERE.get(lang)),
        Lang::Zh => format!("{name}{}（{at}）", words::BROKEN_HERE.get(lang)),
    }
}

/// The accessible name of the sign of something that is stuck.
pub(super) fn stuck_name(name: &str, at: Time, lang: Lang) -> String {
    let at = format!("{:.0} ms", at.as_ms());
    match lang {
        Lang::En => format!("{name} {} ({at})", words::STUCK_HERE.get(lang)),
        Lang::Zh => format!("{name}{}（{at}）", words::STUCK_HERE.get(lang)),
    }
}

/// Every fault of a scenario over lanes.
pub(super) fn marks(scenario: &Scenario, lanes: &Lanes, end: Time, lang: Lang) -> Vec<WindowMark> {
    let faults = scenario.faults.iter().map(|planned| (&planned.fault, planned.enabled));
    quorate::view::windows(faults, lanes, end, lang)
}
