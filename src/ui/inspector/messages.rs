//! What is under way, as a list: a canvas is nothing to a screen reader.

use super::hue_class;
use crate::controls::Toggle;
use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::model::{Arg, Span, Spec, Time, Tone, shown};
use quorate::session::{Action, Edit, Selection};
use quorate::sim::{Flight, Intervention};
use quorate::view::names;
use yew::prelude::*;

/// How many messages are listed.
const LISTED: usize = 150;
/// By how much *Delay* puts a message off, and *Duplicate* the second one.
const DELAY: Span = Span::ms(50);

#[component]
pub(crate) fn Messages(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let fold = use_state(|| false);
    let (spec, at, flights, selected) = host.read(|session| {
        let frame = session.frame();
        (session.run().spec(), frame.at, frame.flights.clone(), session.selection())
    });
    let routine = |flight: &&Flight| {
        let word = spec.messages.get(usize::from(flight.brief.code));
        *fold
            && word.is_some_and(|word| word.tone == Tone::Routine)
            && selected != Selection::Message(flight.message)
    };
    let all = flights.len();
    let listed: Vec<&Flight> = flights.iter().filter(|flight| !routine(flight)).collect();
    let more = listed.len().saturating_sub(LISTED);
    let item =
        |flight: &&Flight| item(props, spec, flight, at, selected == Selection::Message(flight.message));
    let switch = {
        let fold = fold.clone();
        Callback::from(move |on| fold.set(on))
    };
    html! {
        <section class="part" aria-label={words::TAB_MESSAGES.get(lang)}>
            <div class="part-head">
                <h2>{ say(words::IN_FLIGHT, lang, &[("n", &all.to_string())]) }</h2>
                <Toggle label={words::FOLD_ROUTINE.get(lang)} on={*fold} on_switch={switch} />
            </div>
            if listed.is_empty() {
                <p class="hint">{ words::NO_MESSAGES.get(lang) }</p>
            } else {
                <ul class="messages">{ for listed.iter().take(LISTED).map(item) }</ul>
            }
            <p class="hint">{ if more > 0 { say(words::AND_MORE, lang, &[("n", &more.to_string())]) } else { String::new() } }</p>
        </section>
    }
}

fn item(props: &PanelProps, spec: &'static Spec, flight: &Flight, at: Time, chosen: bool) -> Html {
    let lang = props.lang;
    let message = flight.message;
    let percent = format!("{:.0}", flight.progress(at) * 100.0);
    let word = spec.messages.get(usize::from(flight.brief.code));
    let name = say(
        words::MESSAGE_NAME,
        lang,
        &[
            ("name", names::message_word(spec, &flight.brief)),
            ("from", &flight.from.to_string()),
            ("to", &flight.to.to_string()),
            ("epoch", &names::epoch(spec, flight.brief.args[0], lang)),
            ("percent", &percent),
        ],
    );
    let select = {
        let host = props.host.clone();
        Callback::from(move |_: MouseEvent| {
            let next = if chosen { Selection::Nothing } else { Selection::Message(message) };
            host.act(Action::Select(next));
        })
    };
    let tone = match word.map(|word| word.tone) {
        Some(Tone::No) => "hue-no".to_owned(),
        Some(Tone::Routine) => "hue-0".to_owned(),
        Some(Tone::Plain | Tone::Yes) | None => hue_class(spec.epoch.kind, flight.brief.args[0]),
    };
    let lost =
        flight.lost.is_some().then(|| html! { <span class="lost">{ words::MESSAGE_LOST.get(lang) }</span> });
    html! {
        <li key={message} class={classes!("message", chosen.then_some("chosen"))}>
            <button type="button" class="message-head" aria-expanded={chosen.to_string()} onclick={select}>
                <span class="unseen">{ name }</span>
                <span aria-hidden="true" class={classes!("tag", tone)}>{ word.map_or("?", |word| word.label.get(lang)) }</span>
                <span aria-hidden="true" class="route">{ format!("{} → {}", flight.from, flight.to) }</span>
                <span class="lost-slot">{ lost }</span>
                <span aria-hidden="true" class="percent">{ format!("{percent} %") }</span>
            </button>
            <div>{ if chosen { details(props, spec, flight) } else { Html::default() } }</div>
        </li>
    }
}

fn details(props: &PanelProps, spec: &Spec, flight: &Flight) -> Html {
    let (lang, message) = (props.lang, flight.message);
    let args = spec.messages.get(usize::from(flight.brief.code)).map_or(&[][..], |word| word.args);
    let field = |(name, value): (String, String)| {
        html! {
            <div key={name.clone()} class="field"><dt>{ name }</dt><dd>{ value }</dd></div>
        }
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for ((name, kind), word) in args.iter().zip(flight.brief.args) {
        let mut value = String::new();
        shown(&mut value, Arg::Packed(*kind, word), lang);
        fields.push((name.replace('_', " "), value));
    }
    fields.push((words::SENT_AT.get(lang).to_owned(), words::moment(flight.sent)));
    let end = if flight.lost.is_some() { words::LOST_AT } else { words::ARRIVES_AT };
    fields.push((end.get(lang).to_owned(), words::moment(flight.arrives)));
    let button = |text: quorate::model::Text, make: fn(u32, Time) -> Intervention| {
        let host = props.host.clone();
        let act = Callback::from(move |_: MouseEvent| {
            let at = host.read(|session| session.frame().at);
            host.act(Action::Edit(Edit::Intervene(make(message, at)), None));
        });
        html! { <button class="btn small" type="button" onclick={act}>{ text.get(lang) }</button> }
    };
    html! {
        <div class="message-body">
            <p class="mono">{ format!("{} m{message}", names::message_word(spec, &flight.brief)) }</p>
            <dl class="fields">{ for fields.into_iter().map(field) }</dl>
            <div class="buttons">
                { button(words::DROP, |message, at| Intervention::Drop { message, at }) }
                { button(words::DELIVER, |message, at| Intervention::Deliver { message, at }) }
                { button(words::DELAY_BY, |message, _| Intervention::Delay { message, by: DELAY }) }
                { button(words::DUPLICATE, |message, _| Intervention::Duplicate { message, by: DELAY }) }
            </div>
        </div>
    }
}
