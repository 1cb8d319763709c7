//! A law that lengths of time are drawn from.

use super::row;
use crate::controls::{Picker, RangeSlider, Scale, Slider};
use crate::words::{self, say};
use quorate::model::Lang;
use quorate::sim::Delay;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DelayEditorProps {
    /// What takes so long.
    pub(crate) label: AttrValue,
    pub(crate) delay: Delay,
    pub(crate) lang: Lang,
    /// The new law, with its gesture.
    pub(crate) on_change: Callback<(Delay, Option<u32>)>,
}

const LAWS: [quorate::model::Text; 7] = [
    words::CONSTANT,
    words::UNIFORM,
    words::NORMAL,
    words::LOG_NORMAL,
    words::PARETO,
    words::EXPONENTIAL,
    words::EMPIRICAL,
];

/// The longest time on a slider, unless a longer one is set already: half a second.
const SLIDER_MOST: u64 = 500_000;

#[component]
pub(crate) fn DelayEditor(props: &DelayEditorProps) -> Html {
    let DelayEditorProps { label, delay, lang, on_change } = props;
    let lang = *lang;
    // Measured values come with a scenario; they cannot be chosen.
    let laws = if place_of(delay) == 6 { 7 } else { 6 };
    let options = LAWS[..laws].iter().map(|law| AttrValue::from(law.get(lang))).collect::<Vec<_>>();
    let pick = {
        let (delay, on_change) = (delay.clone(), on_change.clone());
        Callback::from(move |place| on_change.emit((changed_law(&delay, place), None)))
    };
    html! {
        <div class="delay">
            <div class="row">
                <span class="row-label">{ label.clone() }</span>
                <span class="row-control">
                    <Picker
                        class="law"
                        label={say(words::LAW_OF, lang, &[("what", label)])}
                        {options}
                        chosen={place_of(delay)}
                        on_pick={pick}
                    />
                </span>
            </div>
            <div class="delay-parameters">{ parameters(props) }</div>
        </div>
    }
}

fn parameters(props: &DelayEditorProps) -> Html {
    let DelayEditorProps { label, delay, lang, on_change } = props;
    let lang = *lang;
    let time = |name: quorate::model::Text, us: f64, make: fn(&Delay, f64) -> Delay| {
        let value = us.max(0.0) as u64;
        let (delay, on_change) = (delay.clone(), on_change.clone());
        let slide = Callback::from(move |(us, gesture): (u64, u32)| {
            on_change.emit((make(&delay, us as f64), Some(gesture)));
        });
        let text = words::span(value);
        let name = name.get(lang);
        row(
            name,
            text.clone(),
            html! {
                <Slider
                    label={format!("{label}: {name}")}
                    {value}
                    scale={Scale::Fine { least: 0, most: SLIDER_MOST.max(value) }}
                    {text}
                    on_change={slide}
                />
            },
        )
    };
    // A shape, in hundredths on the slider.
    let shape =
        |name: quorate::model::Text, shape: f64, least: u64, most: u64, make: fn(&Delay, f64) -> Delay| {
            let (delay, on_change) = (delay.clone(), on_change.clone());
            let slide = Callback::from(move |(hundredths, gesture): (u64, u32)| {
                on_change.emit((make(&delay, hundredths as f64 / 100.0), Some(gesture)));
            });
            let text = words::number(shape, 2);
            let name = name.get(lang);
            row(
                name,
                text.clone(),
                html! {
                    <Slider
                        label={format!("{label}: {name}")}
                        value={(shape * 100.0).round().max(0.0) as u64}
                        scale={Scale::Whole { least, most }}
                        {text}
                        on_change={slide}
                    />
                },
            )
        };
    match delay {
        Delay::Constant(us) => html! {
            <div>{ time(words::VALUE, *us as f64, |_, us| Delay::Constant(us as u64)) }</div>
        },
        Delay::Uniform { least, most } => {
            let on_change = on_change.clone();
            let slide = Callback::from(move |((least, most), gesture): ((u64, u64), u32)| {
                on_change.emit((Delay::Uniform { least, most }, Some(gesture)));
            });
            html! {
                <div>{ row(words::BETWEEN.get(lang), words::span_range(*least, *most), html! {
                    <RangeSlider
                        low_label={say(words::SHORTEST, lang, &[("what", label)])}
                        high_label={say(words::LONGEST, lang, &[("what", label)])}
                        low={*least}
                        high={*most}
                        low_text={words::span(*least)}
                        high_text={words::span(*most)}
                        scale={Scale::Fine { least: 0, most: SLIDER_MOST.max(*most) }}
                        on_change={slide}
                    />
                }) }</div>
            }
        }
        Delay::Normal { mean, deviation } => html! {
            <div>
                { time(words::MEAN, *mean, |delay, mean| {
                    if let Delay::Normal { deviation, .. } = delay { Delay::Normal { mean, deviation: *deviation } } else { delay.clone() }
                }) }
                { time(words::DEVIATION, *deviation, |delay, deviation| {
                    if let Delay::Normal { mean, .. } = delay { Delay::Normal { mean: *mean, deviation } } else { delay.clone() }
                }) }
            </div>
        },
        Delay::LogNormal { median, sigma } => html! {
            <div>
                { time(words::MEDIAN, *median, |delay, median| {
                    if let Delay::LogNormal { sigma, .. } = delay { Delay::LogNormal { median, sigma: *sigma } } else { delay.clone() }
                }) }
                { shape(words::SIGMA, *sigma, 1, 200, |delay, sigma| {
                    if let Delay::LogNormal { median, .. } = delay { Delay::LogNormal { median: *median, sigma } } else { delay.clone() }
                }) }
            </div>
        },
        Delay::Pareto { least, alpha } => html! {
            <div>
                { time(words::LEAST, *least, |delay, least| {
                    if let Delay::Pareto { alpha, .. } = delay { Delay::Pareto { least, alpha: *alpha } } else { delay.clone() }
                }) }
                { shape(words::TAIL, *alpha, 105, 600, |delay, alpha| {
                    if let Delay::Pareto { least, .. } = delay { Delay::Pareto { least: *least, alpha } } else { delay.clone() }
                }) }
            </div>
        },
        Delay::Exponential { mean } => html! {
            <div>{ time(words::MEAN, *mean, |_, mean| Delay::Exponential { mean }) }</div>
        },
        Delay::Empirical(values) => html! {
            <div><p class="hint">{ say(words::MEASURED_N, lang, &[("n", &values.len().to_string())]) }</p></div>
        },
    }
}

fn place_of(delay: &Delay) -> usize {
    match delay {
        Delay::Constant(_) => 0,
        Delay::Uniform { .. } => 1,
        Delay::Normal { .. } => 2,
        Delay::LogNormal { .. } => 3,
        Delay::Pareto { .. } => 4,
        Delay::Exponential { .. } => 5,
        Delay::Empirical(_) => 6,
    }
}

/// About how long it takes, in µs.
fn typical(delay: &Delay) -> f64 {
    match delay {
        Delay::Constant(us) => *us as f64,
        Delay::Uniform { least, most } => (least + most) as f64 / 2.0,
        Delay::Normal { mean, .. } | Delay::Exponential { mean } => *mean,
        Delay::LogNormal { median, .. } => *median,
        Delay::Pareto { least, .. } => *least * 1.25,
        Delay::Empirical(values) => values.iter().sum::<u64>() as f64 / values.len().max(1) as f64,
    }
}

/// Another law of about the same length.
fn changed_law(delay: &Delay, place: usize) -> Delay {
    // What takes no time at all has no spread to show.
    let us = typical(delay).max(1_000.0);
    match place {
        0 => Delay::Constant(us as u64),
        1 => Delay::Uniform { least: (us * 0.7) as u64, most: (us * 1.3) as u64 },
        2 => Delay::Normal { mean: us, deviation: (us * 0.2).round() },
        3 => Delay::LogNormal { median: us, sigma: 0.5 },
        4 => Delay::Pareto { least: (us * 0.8).round(), alpha: 3.0 },
        5 => Delay::Exponential { mean: us },
        _ => delay.clone(),
    }
}
