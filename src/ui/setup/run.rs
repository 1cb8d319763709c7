//! How long the run is, and where its chance comes from.

use super::{PartProps, fold, row};
use crate::controls::{NumberBox, Scale, Slider};
use crate::dom;
use crate::icons::{Icon, icon};
use crate::words;
use quorate::model::Span;
use quorate::scenario::DURATION_MAX;
use quorate::session::{Action, Edit};
use yew::prelude::*;

/// The largest seed that a number box holds exactly.
const SEED_MOST: f64 = 9_007_199_254_740_991.0;
/// Where the length slider ends unless the run is longer: a minute.
const SLIDER_MOST: u64 = 60_000_000;

#[component]
pub(super) fn Run(props: &PartProps) -> Html {
    let (scenario, lang) = (&props.scenario.0, props.lang);
    let slide = {
        let host = props.host.clone();
        Callback::from(move |(us, gesture): (u64, u32)| {
            host.act(Action::Edit(Edit::Duration(Span(us)), Some(gesture)));
        })
    };
    let set_seed = {
        let host = props.host.clone();
        Callback::from(move |seed: Option<f64>| {
            if let Some(seed) = seed {
                host.act(Action::Edit(Edit::Seed(seed as u64), None));
            }
        })
    };
    let reroll = {
        let host = props.host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::Seed(dom::random_seed()), None)))
    };
    let length = scenario.duration.0;
    let text = words::span(length);
    let body = html! {
        <>
            { row(words::LENGTH.get(lang), text.clone(), html! {
                <Slider
                    label={words::LENGTH.get(lang)}
                    value={length}
                    scale={Scale::Fine { least: 100_000, most: SLIDER_MOST.max(length).min(DURATION_MAX.0) }}
                    {text}
                    on_change={slide}
                />
            }) }
            <div class="row">
                <span class="row-label">{ words::SEED.get(lang) }</span>
                <span class="row-control">
                    <NumberBox
                        class="seed"
                        label={words::SEED.get(lang)}
                        value={Some(scenario.seed as f64)}
                        min={0.0}
                        max={SEED_MOST}
                        on_change={set_seed}
                    />
                    <button class="btn icon-only" type="button" title={words::REROLL.get(lang)} aria-label={words::REROLL.get(lang)} onclick={reroll}>
                        { icon(Icon::Dice) }
                    </button>
                </span>
            </div>
        </>
    };
    fold(words::RUN.get(lang), true, Html::default(), body)
}
