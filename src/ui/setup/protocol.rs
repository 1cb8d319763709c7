//! Which protocol, and how many nodes.

use super::PartProps;
use crate::controls::{NumberBox, Picker, Segments};
use crate::searches::Kind;
use crate::words::{self, compare as texts, say};
use quorate::catalogue::PROTOCOLS;
use quorate::model::NODES_MAX;
use quorate::session::{Action, Edit};
use yew::prelude::*;

const COUNTS: [usize; 3] = [3, 5, 7];

#[component]
pub(super) fn Protocol(props: &PartProps) -> Html {
    let PartProps { host, scenario, lang } = props;
    let (scenario, lang) = (&scenario.0, *lang);
    let spec = scenario.spec();
    let other = use_state(|| false);
    let count = scenario.weights.len();
    let place = COUNTS.iter().position(|known| *known == count);
    let own = *other || place.is_none();
    let pick = {
        let host = host.clone();
        Callback::from(move |place: usize| {
            if let Some(entry) = PROTOCOLS.get(place) {
                host.act(Action::Edit(Edit::Protocol(entry), None));
            }
        })
    };
    let set_count = {
        let (host, other) = (host.clone(), other.clone());
        Callback::from(move |place: usize| {
            other.set(place >= COUNTS.len());
            if let Some(count) = COUNTS.get(place) {
                host.act(Action::Edit(Edit::Nodes(*count), None));
            }
        })
    };
    let type_count = {
        let host = host.clone();
        Callback::from(move |count: Option<f64>| {
            if let Some(count) = count {
                host.act(Action::Edit(Edit::Nodes(count as usize), None));
            }
        })
    };
    let names = PROTOCOLS.iter().map(|entry| AttrValue::from(entry.spec.name.get(lang))).collect::<Vec<_>>();
    let chosen = PROTOCOLS.iter().position(|entry| entry == scenario.entry).unwrap_or(0);
    let mut options: Vec<AttrValue> = COUNTS.iter().map(|count| count.to_string().into()).collect();
    options.push(words::OTHER_COUNT.get(lang).into());
    let typed = own.then(|| {
        html! {
            <NumberBox
                class="count"
                label={words::NODE_COUNT.get(lang)}
                value={Some(count as f64)}
                min={3.0}
                max={NODES_MAX as f64}
                on_change={type_count}
            />
        }
    });
    let (beside, looked_at) = host.read(|session| {
        let beside = session.scenario().beside.as_ref().map(|beside| beside.entry);
        (beside, session.focus())
    });
    let mut others: Vec<AttrValue> = vec![texts::BESIDE_NONE.get(lang).into()];
    others.extend(names.iter().cloned());
    let other = PROTOCOLS.iter().position(|entry| Some(entry) == beside).map_or(0, |place| place + 1);
    let pick_other = {
        let host = host.clone();
        Callback::from(move |place: usize| {
            let entry = place.checked_sub(1).and_then(|place| PROTOCOLS.get(place));
            host.act(Action::Edit(Edit::Beside(entry), None));
        })
    };
    let many = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.search(Kind::Compare))
    };
    let title = match (beside, looked_at) {
        (None, _) => words::PROTOCOL.get(lang).to_owned(),
        (Some(_), _) => format!("{}: {}", words::PROTOCOL.get(lang), spec.name.get(lang)),
    };
    let source = |source: &quorate::model::Source| html! { <li>{ format!("{} ({})", source.title, source.year) }</li> };
    html! {
        <section class="part" aria-label={words::PROTOCOL.get(lang)}>
            <h2>{ title }</h2>
            <div class="row protocol-row">
                <Picker label={words::PROTOCOL.get(lang)} options={names} {chosen} on_pick={pick} />
                <Segments
                    label={words::NODE_COUNT.get(lang)}
                    {options}
                    chosen={if own { Some(COUNTS.len()) } else { place }}
                    on_pick={set_count}
                />
                <span class="count-slot">{ typed }</span>
            </div>
            <div class="row beside-row" title={texts::BESIDE_HELP.get(lang)}>
                <span class="row-label">{ texts::BESIDE.get(lang) }</span>
                <Picker label={texts::BESIDE.get(lang)} options={others} chosen={other} on_pick={pick_other} />
                <button class="text-button" type="button" onclick={many}>{ texts::BESIDE_MANY.get(lang) }</button>
            </div>
            <details class="sources">
                <summary>{ say(words::ABOUT, lang, &[("protocol", spec.name.get(lang))]) }</summary>
                <p>{ spec.summary.get(lang) }</p>
                <ul>{ for spec.sources.iter().map(source) }</ul>
            </details>
        </section>
    }
}
