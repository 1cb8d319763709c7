//! What can be done to a node or a message, as buttons beside it.

use super::words;
use crate::dom;
use quorate::model::{Lang, NodeId, Span, Spec, Text, Time};
use quorate::session::{Action, Edit};
use quorate::sim::{Health, Intervention};
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// How much longer *delay* makes a message's way.
const DELAY: Span = Span::ms(50);
/// How much later a duplicate arrives.
const LATER: Span = Span::ms(5);

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum About {
    Node(NodeId),
    Message(u32),
}

/// One button.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) action: Action,
    pub(super) harm: bool,
}

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.harm == other.harm
    }
}

fn choice(text: Text, lang: Lang, edit: Edit, harm: bool) -> Choice {
    Choice { text: text.get(lang).to_owned(), action: Action::Edit(edit, None), harm }
}

/// What can be done to a node.
pub(super) fn of_node(node: NodeId, health: Health, spec: &Spec, lang: Lang) -> Vec<Choice> {
    let mut out = Vec::new();
    match health {
        Health::Crashed => out.push(choice(words::RESTART, lang, Edit::Recover(node), false)),
        Health::Paused => {
            out.push(choice(words::GO_ON, lang, Edit::Recover(node), false));
            out.push(choice(words::CRASH, lang, Edit::Crash(node), true));
        }
        Health::Up => {
            out.push(choice(words::CRASH, lang, Edit::Crash(node), true));
            out.push(choice(words::STAND_STILL, lang, Edit::Pause(node), true));
            for (code, timer) in spec.timers.iter().enumerate().filter(|(_, timer)| timer.shown) {
                let space = if lang == Lang::En { " " } else { "" };
                let text = format!("{}{space}{}", words::TIME_OUT.get(lang), timer.label.get(lang));
                out.push(Choice {
                    text,
                    action: Action::Edit(Edit::Timeout(node, code as u8), None),
                    harm: false,
                });
            }
            out.push(choice(words::PROPOSE, lang, Edit::Propose(node), false));
        }
    }
    out
}

/// What can be done to a message.
pub(super) fn of_message(message: u32, at: Time, lang: Lang) -> Vec<Choice> {
    let hand = |text, hand, harm| choice(text, lang, Edit::Intervene(hand), harm);
    vec![
        hand(words::DROP, Intervention::Drop { message, at }, true),
        hand(words::DELIVER, Intervention::Deliver { message, at }, false),
        hand(words::DELAY, Intervention::Delay { message, by: DELAY }, false),
        hand(words::DUPLICATE, Intervention::Duplicate { message, by: LATER }, false),
    ]
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct PopoverProps {
    pub(super) title: String,
    pub(super) sub: String,
    pub(super) choices: Vec<Choice>,
    /// Beside which point of the stage.
    pub(super) at: (f64, f64),
    pub(super) size: (f64, f64),
    /// The first button takes the focus.
    pub(super) by_key: bool,
    pub(super) lang: Lang,
    pub(super) act: Callback<Action>,
    pub(super) close: Callback<()>,
}

#[component]
pub(super) fn Popover(props: &PopoverProps) -> Html {
    let node = use_node_ref();
    {
        let (node, at, size) = (node.clone(), props.at, props.size);
        use_effect_with((props.at, props.size, props.title.clone()), move |_| {
            let Some(element) = node.cast::<web_sys::HtmlElement>() else { return };
            let (wide, high) = (f64::from(element.offset_width()), f64::from(element.offset_height()));
            let x = (at.0 - wide / 2.0).clamp(8.0, (size.0 - wide - 8.0).max(8.0));
            let below = at.1 + 14.0;
            let y = if below + high + 8.0 > size.1 { (at.1 - high - 60.0).max(8.0) } else { below };
            dom::set_property(&node, "left", &format!("{x:.0}px"));
            dom::set_property(&node, "top", &format!("{y:.0}px"));
        });
    }
    {
        let node = node.clone();
        use_effect_with((props.by_key, props.title.clone()), move |(by_key, _)| {
            let first = node
                .cast::<web_sys::Element>()
                .and_then(|node| node.query_selector(".pic-popover-list button").ok().flatten());
            if let Some(first) =
                first.filter(|_| *by_key).and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = first.focus();
            }
        });
    }
    let onkeydown = {
        let close = props.close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close.emit(());
            }
        })
    };
    // What happens here is not a click on the stage.
    let stay = Callback::from(|event: MouseEvent| event.stop_propagation());
    let shut = {
        let close = props.close.clone();
        Callback::from(move |_: MouseEvent| close.emit(()))
    };
    html! {
        <div class="pic-popover" ref={node} role="dialog" aria-label={props.title.clone()} {onkeydown} onclick={stay}>
            <div class="pic-popover-head">
                <b>{ &props.title }</b>
                <button class="pic-shut" aria-label={words::CLOSE.get(props.lang)} onclick={shut}>{ "×" }</button>
            </div>
            <small>{ &props.sub }</small>
            <div class="pic-popover-list">
                { for props.choices.iter().map(|choice| {
                    let (act, close, action) = (props.act.clone(), props.close.clone(), choice.action.clone());
                    let onclick = Callback::from(move |_: MouseEvent| {
                        act.emit(action.clone());
                        close.emit(());
                    });
                    html! {
                        <button key={choice.text.clone()} class={classes!("btn", choice.harm.then_some("harm"))} {onclick}>
                            { &choice.text }
                        </button>
                    }
                }) }
            </div>
        </div>
    }
}
