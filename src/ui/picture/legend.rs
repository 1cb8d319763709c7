//! What the colours mean at this moment.

use super::words;
use quorate::model::{ArgKind, Lang, Spec, Tone};
use quorate::sim::Frame;
use quorate::view::{self, names};
use yew::prelude::*;

/// No more epochs than this are told of: the latest.
const EPOCHS_MAX: usize = 4;

/// One line of the legend.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    class: &'static str,
    text: String,
}

/// What is to be told at a moment.
pub(super) fn entries(frame: &Frame, spec: &Spec, lang: Lang) -> Vec<Entry> {
    let nodes = frame.nodes.iter().map(|node| node.epoch);
    let tone = |code: u8| spec.messages.get(usize::from(code)).map(|word| word.tone);
    let coloured = |code: u8| matches!(tone(code), Some(Tone::Plain | Tone::Yes));
    let flights = frame.flights.iter().filter(|flight| coloured(flight.brief.code));
    let mut epochs: Vec<u32> = nodes.chain(flights.map(|flight| flight.brief.args[0])).collect();
    epochs.retain(|epoch| *epoch != 0);
    epochs.sort_unstable_by(|a, b| b.cmp(a));
    epochs.dedup();
    epochs.truncate(EPOCHS_MAX);
    epochs.reverse();
    let kind: ArgKind = spec.epoch.kind;
    let hue = |epoch: &u32| view::Ink::Hue(view::hue(kind, *epoch)).class();
    let mut out: Vec<Entry> = epochs
        .iter()
        .map(|epoch| Entry { class: hue(epoch), text: names::epoch(spec, *epoch, lang) })
        .collect();
    let has = |wanted: Tone| spec.messages.iter().any(|word| word.tone == wanted);
    if frame.nodes.iter().any(|node| node.gathering.is_some()) {
        out.push(Entry { class: "coming", text: words::ON_ITS_WAY.get(lang).to_owned() });
    }
    if has(Tone::Routine) {
        out.push(Entry { class: "grey", text: words::HEARTBEAT.get(lang).to_owned() });
    }
    if has(Tone::No) {
        out.push(Entry { class: "red", text: words::REFUSED.get(lang).to_owned() });
    }
    out.push(Entry { class: "lost", text: words::LOST.get(lang).to_owned() });
    out
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct LegendProps {
    pub(super) entries: Vec<Entry>,
}

#[component]
pub(super) fn Legend(props: &LegendProps) -> Html {
    html! {
        <ul class="pic-legend">
            { for props.entries.iter().map(|entry| html! {
                <li key={entry.text.clone()}><i class={entry.class} aria-hidden="true"></i>{ &entry.text }</li>
            }) }
        </ul>
    }
}
