//! The keyboard, for the whole page; an input keeps its own keys.

use super::dialog::Dialog;
use super::dom;
use super::host::Host;
use super::words;
use quorate::model::{Lang, Text, Time};
use quorate::session::{Action, Edit, Selection, Speed};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What a key asks of the page rather than of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The list of keys.
    Help,
    /// Nothing more.
    Done,
    /// The key is not ours.
    Nothing,
}

/// Does what a key says.
pub(crate) fn pressed(host: &Host, event: &KeyboardEvent) -> Asked {
    if event.default_prevented() || event.is_composing() || event.alt_key() {
        return Asked::Nothing;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let within = |selector: &str| {
        target.as_ref().is_some_and(|target| target.closest(selector).ok().flatten().is_some())
    };
    let key = event.key();
    // What had the focus in a dialog may have gone meanwhile.
    let open = dom::document().and_then(|document| document.query_selector("dialog[open]").ok().flatten());
    if open.is_some_and(|dialog| dialog.matches(":modal").unwrap_or(true)) || within("dialog") {
        return Asked::Nothing;
    }
    if event.ctrl_key() || event.meta_key() {
        // Text fields undo their own text.
        if within("input[type=number], input[type=text], textarea") {
            return Asked::Nothing;
        }
        return match (key.to_ascii_lowercase().as_str(), event.shift_key()) {
            ("z", false) => act(host, Action::Undo),
            ("z", true) | ("y", false) => act(host, Action::Redo),
            _ => Asked::Nothing,
        };
    }
    if within("input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu]") {
        return Asked::Nothing;
    }
    let steers = within("[role=tab], [role=slider], summary");
    let clicks = within("button, a, summary, input, [role=button], [role=switch]");
    match key.as_str() {
        " " if !clicks => act(host, Action::Toggle),
        "ArrowRight" if !steers => act(host, Action::Step(1)),
        "ArrowLeft" if !steers => act(host, Action::Step(-1)),
        "n" => act(host, Action::Jump(1)),
        "p" => act(host, Action::Jump(-1)),
        "Home" if !steers => act(host, Action::Seek(Time(0))),
        "End" if !steers => {
            let end = host.read(|session| session.run().end());
            act(host, Action::Seek(end))
        }
        "c" => on_node(host, Edit::Crash),
        "r" => on_node(host, Edit::Recover),
        "+" | "=" => faster(host, 1.6),
        "-" | "_" => faster(host, 1.0 / 1.6),
        "Escape" => act(host, Action::Select(Selection::Nothing)),
        "?" => Asked::Help,
        _ => Asked::Nothing,
    }
}

fn act(host: &Host, action: Action) -> Asked {
    host.act(action);
    Asked::Done
}

fn on_node(host: &Host, edit: fn(quorate::model::NodeId) -> Edit) -> Asked {
    match host.read(|session| session.selection()) {
        Selection::Node(node) => act(host, Action::Edit(edit(node), None)),
        Selection::Nothing
        | Selection::Message(_)
        | Selection::Fault(_)
        | Selection::Violation(_)
        | Selection::Stuck(_) => {
            host.notify(words::SELECT_NODE_FIRST.get(host.lang()));
            Asked::Done
        }
    }
}

fn faster(host: &Host, factor: f64) -> Asked {
    let ratio = host.read(|session| session.playback().ratio) * factor;
    act(host, Action::SetSpeed(Speed::Ratio(ratio.clamp(Speed::LEAST, Speed::MOST))))
}

const KEYS: [(&[&str], Text); 10] = [
    (&["Space"], words::KEY_PLAY),
    (&["→", "←"], words::KEY_STEP),
    (&["n", "p"], words::KEY_JUMP),
    (&["Home", "End"], words::KEY_ENDS),
    (&["+", "−"], words::KEY_SPEED),
    (&["Ctrl Z", "Ctrl ⇧ Z"], words::KEY_UNDO),
    (&["c"], words::KEY_CRASH),
    (&["r"], words::KEY_RECOVER),
    (&["Esc"], words::KEY_CLEAR),
    (&["?"], words::KEY_HELP),
];

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct KeysHelpProps {
    pub(crate) lang: Lang,
    pub(crate) on_close: Callback<()>,
}

#[component]
pub(crate) fn KeysHelp(props: &KeysHelpProps) -> Html {
    let lang = props.lang;
    let line = |(keys, text): &(&[&'static str], Text)| {
        let keys = keys.iter().map(|key| html! { <kbd key={*key}>{ *key }</kbd> });
        html! { <div key={text.en}><dt>{ for keys }</dt><dd>{ text.get(lang) }</dd></div> }
    };
    html! {
        <Dialog title={words::KEYS_HELP.get(lang)} {lang} on_close={props.on_close.clone()}>
            <dl class="keys">{ for KEYS.iter().map(line) }</dl>
            <p class="hint">{ words::KEYS_NOTE.get(lang) }</p>
        </Dialog>
    }
}
