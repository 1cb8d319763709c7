//! Who counts for how much, and how much is enough.

use super::PartProps;
use super::verdict::Verdict;
use crate::controls::{NumberBox, Scale, Slider};
use crate::dom;
use crate::words::{self, say};
use quorate::model::{Lang, NodeId};
use quorate::quorum::{self, WEIGHT_MAX};
use quorate::scenario::Scenario;
use quorate::session::{Action, Edit};
use yew::prelude::*;

#[component]
pub(super) fn Weights(props: &PartProps) -> Html {
    let PartProps { host, scenario: shown, lang } = props;
    let (scenario, lang) = (&shown.0, *lang);
    let rule = scenario.rule();
    let powers: Vec<Vec<f64>> = (0..rule.phases()).map(|phase| quorum::power(&rule, phase)).collect();
    let most = slider_most(scenario);
    // Where no quorum is asked, weights decide nothing.
    let decides = rule.phases() > 0;
    let title = if decides { words::WEIGHTS } else { words::WEIGHTS_ONLY }.get(lang);
    let node_row = |node: NodeId| {
        let weight = scenario.weights.get(node.index()).copied().unwrap_or(0);
        let slide = {
            let host = host.clone();
            Callback::from(move |(weight, gesture): (u64, u32)| {
                let weight = u8::try_from(weight).unwrap_or(WEIGHT_MAX);
                host.act(Action::Edit(Edit::Weight(node, weight), Some(gesture)));
            })
        };
        let typed = {
            let host = host.clone();
            Callback::from(move |weight: Option<f64>| {
                if let Some(weight) = weight {
                    host.act(Action::Edit(Edit::Weight(node, weight as u8), None));
                }
            })
        };
        let name = node.to_string();
        let label = say(words::WEIGHT_OF, lang, &[("node", &name)]);
        html! {
            <div key={node.0} class="row weight-row">
                <span class="node-chip">{ name.clone() }</span>
                <Slider
                    label={label.clone()}
                    value={u64::from(weight)}
                    scale={Scale::Whole { least: 0, most }}
                    text={weight.to_string()}
                    on_change={slide}
                />
                <NumberBox
                    {label}
                    value={Some(f64::from(weight))}
                    min={0.0}
                    max={f64::from(WEIGHT_MAX)}
                    on_change={typed}
                />
                if decides {
                    <Power text={power_text(&name, node, &powers, scenario, lang)} share={strictest(&powers, node, scenario)} />
                }
            </div>
        }
    };
    let many = scenario.weights.len() > 9;
    let majorities = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::Majorities, None)))
    };
    let phase_row = |(phase, word): (usize, &quorate::model::PhaseWord)| {
        let total = rule.total();
        let threshold = rule.threshold(phase);
        let host = host.clone();
        let slide = Callback::from(move |(value, gesture): (u64, u32)| {
            host.act(Action::Edit(Edit::Threshold(phase, value as u32), Some(gesture)));
        });
        let text =
            say(words::OF_TOTAL, lang, &[("n", &threshold.to_string()), ("total", &total.to_string())]);
        let label = words::capital(&say(words::NEEDS, lang, &[("phase", word.name.get(lang))]));
        html! {
            <div key={phase} class="row threshold-row">
                <span class="row-label">{ words::capital(word.name.get(lang)) }</span>
                <span class="row-value">{ text.clone() }</span>
                <span class="row-control">if !word.is_unanimous() {
                    <Slider
                        {label}
                        value={u64::from(threshold)}
                        scale={Scale::Whole { least: 1, most: u64::from(total.max(threshold).max(1)) }}
                        {text}
                        on_change={slide}
                    />
                }</span>
            </div>
        }
    };
    html! {
        <section class="part weights" aria-label={title}>
            <div class="part-head">
                <h2>{ title }</h2>
                if decides {
                    <button class="text-button" type="button" title={words::MAJORITIES_HELP.get(lang)} onclick={majorities}>
                        { words::MAJORITIES.get(lang) }
                    </button>
                }
            </div>
            <div class={classes!("weight-list", many.then_some("many"))} tabindex={many.then_some("0")} role="group" aria-label={title}>
                { for scenario.nodes().map(node_row) }
            </div>
            <div class="thresholds">{ for scenario.spec().phases.iter().enumerate().map(phase_row) }</div>
            <Verdict ..props.clone() />
        </section>
    }
}

/// Where the weight sliders end: as little as holds the greatest weight.
fn slider_most(scenario: &Scenario) -> u64 {
    let greatest = scenario.weights.iter().copied().max().unwrap_or(1);
    let ends = [10, 20, 50, WEIGHT_MAX];
    u64::from(ends.into_iter().find(|end| greatest <= *end).unwrap_or(WEIGHT_MAX))
}

/// A node's power in the phase that asks the most, against the most powerful node's.
fn strictest(powers: &[Vec<f64>], node: NodeId, scenario: &Scenario) -> f64 {
    let phase = scenario.thresholds.iter().enumerate().max_by_key(|(_, threshold)| **threshold);
    let Some(shares) = phase.and_then(|(phase, _)| powers.get(phase)) else { return 0.0 };
    let most = shares.iter().copied().fold(0.0, f64::max);
    let own = shares.get(node.index()).copied().unwrap_or(0.0);
    if most > 0.0 { own / most } else { 0.0 }
}

fn power_text(name: &str, node: NodeId, powers: &[Vec<f64>], scenario: &Scenario, lang: Lang) -> String {
    let shares = powers.iter().zip(scenario.spec().phases).map(|(power, word)| {
        let share = power.get(node.index()).copied().unwrap_or(0.0);
        let percent = format!("{} %", words::number(share * 100.0, 1));
        say(words::POWER_PART, lang, &[("percent", &percent), ("phase", &words::within(word.name.get(lang)))])
    });
    let between = if lang == Lang::En { ", " } else { "，" };
    let list = shares.collect::<Vec<_>>().join(between);
    say(words::POWER_OF, lang, &[("node", name), ("list", &list)])
}

#[derive(Clone, PartialEq, Properties)]
struct PowerProps {
    text: AttrValue,
    share: f64,
}

/// How often a node's vote decides.
#[component]
fn Power(props: &PowerProps) -> Html {
    let node = use_node_ref();
    let percent = (props.share * 1_000.0).round() / 10.0;
    {
        let node = node.clone();
        use_effect_with(percent.to_string(), move |percent| {
            dom::set_property(&node, "--fill", &format!("{percent}%"));
        });
    }
    html! {
        <span ref={node} class={classes!("power", (props.share == 0.0).then_some("idle"))} role="img" aria-label={props.text.clone()} title={props.text.clone()} />
    }
}
