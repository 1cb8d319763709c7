//! Who may decide, changed while the cluster runs: by hand in every configuration at once, or through
//! the log.

use super::{PartProps, fold};
use crate::controls::{NumberBox, Segments};
use crate::icons::{Icon, icon};
use crate::words::{self, say};
use quorate::model::{NodeId, Time};
use quorate::quorum::{Rule, WEIGHT_MAX};
use quorate::scenario::CHANGES_MAX;
use quorate::session::{Action, Edit};
use quorate::sim::{Change, Way};
use yew::prelude::*;

#[component]
pub(super) fn Changes(props: &PartProps) -> Html {
    let (host, scenario, lang) = (&props.host, &props.scenario.0, props.lang);
    let reconfigures = host.read(|session| session.run().reconfigures());
    let count = scenario.changes.len();
    let add = |by: Way| {
        let host = host.clone();
        // Where the last one left off, for somebody to alter.
        let last = scenario.changes.last().map_or_else(|| scenario.rule(), |change| change.rule.clone());
        Callback::from(move |_: MouseEvent| {
            let at = host.read(|session| session.frame().at);
            let change = Change { at, by, rule: last.clone() };
            host.act(Action::Edit(Edit::AddChange(change), None));
        })
    };
    let full = count >= CHANGES_MAX;
    let body = html! {
        <div>
            <p class="hint">{ words::CHANGES_HELP.get(lang) }</p>
            <div>{ for (0..count).map(|place| change(props, place, reconfigures)) }</div>
            <div class="buttons">
                <button class="btn small" type="button" disabled={full} onclick={add(Way::Hand)}>
                    { icon(Icon::Plus) }{ words::CHANGE_BY_HAND.get(lang) }
                </button>
                if reconfigures {
                    <button class="btn small" type="button" disabled={full} onclick={add(Way::Log)}>
                        { icon(Icon::Plus) }{ words::CHANGE_BY_LOG.get(lang) }
                    </button>
                }
            </div>
        </div>
    };
    let extra = html! { <span class="count-pill">{ count.to_string() }</span> };
    fold(words::CHANGES.get(lang), count > 0, extra, body)
}

fn change(props: &PartProps, place: usize, reconfigures: bool) -> Html {
    let (host, scenario, lang) = (&props.host, &props.scenario.0, props.lang);
    let Some(change) = scenario.changes.get(place) else { return html! { <div /> } };
    let name = say(words::CHANGE_N, lang, &[("n", &(place + 1).to_string())]);
    let set = {
        let host = host.clone();
        move |change: Change| host.act(Action::Edit(Edit::SetChange(place, change), None))
    };
    let at = {
        let (set, change) = (set.clone(), change.clone());
        Callback::from(move |ms: Option<f64>| {
            if let Some(ms) = ms {
                set(Change { at: Time((ms * 1e3) as u64), ..change.clone() });
            }
        })
    };
    let way = {
        let (set, change) = (set.clone(), change.clone());
        Callback::from(move |way: usize| {
            set(Change { by: if way == 0 { Way::Hand } else { Way::Log }, ..change.clone() });
        })
    };
    let weight = |node: NodeId| {
        let (set, change) = (set.clone(), change.clone());
        let label = format!("{name}: {}", say(words::WEIGHT_OF, lang, &[("node", &node.to_string())]));
        let value = f64::from(change.rule.weight_of(node));
        let on_change = Callback::from(move |value: Option<f64>| {
            let mut weights = change.rule.weights().to_vec();
            if let (Some(value), Some(slot)) = (value, weights.get_mut(node.index())) {
                *slot = value as u8;
                let total: u32 = weights.iter().copied().map(u32::from).sum();
                let majorities = vec![total / 2 + 1; change.rule.phases()];
                set(Change { rule: Rule::new(&weights, &majorities), ..change.clone() });
            }
        });
        html! {
            <label key={node.0} class="change-weight">
                <span aria-hidden="true">{ node.to_string() }</span>
                <NumberBox {label} value={Some(value)} min={0.0} max={f64::from(WEIGHT_MAX)} {on_change} />
            </label>
        }
    };
    let remove = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::RemoveChange(place), None)))
    };
    let ways: Vec<AttrValue> =
        [words::BY_HAND_NOW, words::THROUGH_LOG].map(|word| word.get(lang).into()).to_vec();
    let by_hand = change.by == Way::Hand;
    html! {
        <fieldset key={place} class="change">
            <legend>{ name.clone() }</legend>
            <div class="row">
                <span class="row-label">{ words::CHANGE_AT.get(lang) }</span>
                <span class="row-control">
                    <NumberBox
                        label={format!("{name}: {}", words::CHANGE_AT.get(lang))}
                        value={Some(change.at.as_ms())}
                        min={0.0}
                        max={scenario.duration.as_ms()}
                        on_change={at}
                    />
                </span>
            </div>
            if reconfigures || !by_hand {
                <Segments label={name.clone()} options={ways} chosen={Some(usize::from(!by_hand))} on_pick={way} />
            }
            <div class="change-weights">{ for scenario.nodes().map(weight) }</div>
            <button class="text-button" type="button" onclick={remove}>{ words::REMOVE_CHANGE.get(lang) }</button>
        </fieldset>
    }
}
