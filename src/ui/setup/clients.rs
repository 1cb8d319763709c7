//! Those who ask.

use super::{PartProps, fold};
use crate::controls::{NumberBox, Picker, RangeSlider, Scale, Segments, Slider, Toggle};
use crate::icons::{Icon, icon};
use crate::words::{self, say};
use quorate::model::{NodeId, Span, SpanRange, Time};
use quorate::scenario::CLIENTS_MAX;
use quorate::session::{Action, Edit};
use quorate::sim::{Asks, ClientPlan, Pace};
use yew::prelude::*;

/// Where the sliders for rests, rates and retries end, unless set beyond.
const SLIDER_MOST: u64 = 2_000_000;

#[component]
pub(super) fn Clients(props: &PartProps) -> Html {
    let (scenario, lang) = (&props.scenario.0, props.lang);
    let plans = &scenario.clients;
    let add = {
        let (host, plans) = (props.host.clone(), plans.clone());
        Callback::from(move |_: MouseEvent| {
            let mut plans = plans.clone();
            plans.push(plans.last().cloned().unwrap_or_default());
            host.act(Action::Edit(Edit::Clients(plans), None));
        })
    };
    let count = plans.len().to_string();
    let none = plans.is_empty().then(|| html! { <p class="hint">{ words::NO_CLIENTS.get(lang) }</p> });
    let body = html! {
        <div>
            <div>{ none }</div>
            <div>{ for (0..plans.len()).map(|place| client(props, place)) }</div>
            <button class="btn small" type="button" disabled={plans.len() >= CLIENTS_MAX} onclick={add}>
                { icon(Icon::Plus) }{ words::ADD_CLIENT.get(lang) }
            </button>
        </div>
    };
    fold(words::CLIENTS.get(lang), false, html! { <span class="count-pill">{ count }</span> }, body)
}

fn client(props: &PartProps, place: usize) -> Html {
    let (scenario, lang) = (&props.scenario.0, props.lang);
    let Some(plan) = scenario.clients.get(place) else { return html! { <div /> } };
    let name = say(words::CLIENT_N, lang, &[("n", &(place + 1).to_string())]);
    let sender = Sender { props: props.clone(), place };
    let label = |what: quorate::model::Text| format!("{name}: {}", what.get(lang));
    let line =
        |what: quorate::model::Text, value: String, control: Html| super::row(what.get(lang), value, control);
    let amount = |what: quorate::model::Text,
                  value: u64,
                  least: u64,
                  most: u64,
                  unit: &str,
                  set: fn(&mut ClientPlan, u64)| {
        let sender = sender.clone();
        let text = format!("{value}{unit}");
        line(
            what,
            text.clone(),
            html! {
                <Slider label={label(what)} {value} scale={Scale::Whole { least, most }} {text}
                    on_change={Callback::from(move |(value, gesture)| sender.change(Some(gesture), |plan| set(plan, value)))} />
            },
        )
    };
    let times = |what: quorate::model::Text, range: SpanRange, set: fn(&mut ClientPlan, SpanRange)| {
        let sender = sender.clone();
        let (low, high) = (range.least.0, range.most.0);
        line(
            what,
            words::span_range(low, high),
            html! {
                <RangeSlider
                    low_label={say(words::SHORTEST, lang, &[("what", &label(what))])}
                    high_label={say(words::LONGEST, lang, &[("what", &label(what))])}
                    {low} {high}
                    low_text={words::span(low)}
                    high_text={words::span(high)}
                    scale={Scale::Fine { least: 0, most: SLIDER_MOST.max(high) }}
                    on_change={Callback::from(move |((low, high), gesture)| {
                        sender.change(Some(gesture), |plan| set(plan, SpanRange { least: Span(low), most: Span(high) }));
                    })}
                />
            },
        )
    };
    let pace = {
        let sender = sender.clone();
        Callback::from(move |kind: usize| {
            sender.change(None, |plan| {
                plan.pace = match (kind, plan.pace) {
                    (0, Pace::Open { every }) => Pace::Closed { window: 1, think: every },
                    (1, Pace::Closed { think, .. }) => Pace::Open { every: think },
                    (_, same) => same,
                };
            })
        })
    };
    let target = {
        let sender = sender.clone();
        Callback::from(move |choice: usize| {
            sender.change(None, |plan| {
                plan.target = choice.checked_sub(1).map(NodeId::at);
            })
        })
    };
    // In the order of `Asks::ALL`.
    let kinds = [words::ASKS_KV, words::ASKS_VERSIONS, words::ASKS_LOCK, words::ASKS_TREE, words::ASKS_PAIR];
    let kinds: Vec<AttrValue> = kinds.iter().map(|kind| AttrValue::from(kind.get(lang))).collect();
    let asks = {
        let sender = sender.clone();
        Callback::from(move |choice: usize| {
            sender.change(None, |plan| plan.asks = Asks::ALL.get(choice).copied().unwrap_or_default());
        })
    };
    let local = plan.target.map(|_| {
        let sender = sender.clone();
        let on_switch = Callback::from(move |on: bool| sender.change(None, |plan| plan.local = on));
        html! { <Toggle label={words::LOCAL.get(lang)} on={plan.local} {on_switch} help={words::LOCAL_HELP.get(lang)} /> }
    });
    let remove = {
        let sender = sender.clone();
        Callback::from(move |_: MouseEvent| sender.remove())
    };
    let limit = {
        let sender = sender.clone();
        Callback::from(move |limit: Option<f64>| {
            sender.change(None, |plan| plan.limit = limit.map(|n| n as u32))
        })
    };
    let start = {
        let sender = sender.clone();
        Callback::from(move |ms: Option<f64>| {
            sender.change(None, |plan| plan.start = Time((ms.unwrap_or(0.0) * 1e3) as u64))
        })
    };
    let mut targets = vec![AttrValue::from(words::ANY.get(lang))];
    targets.extend(scenario.nodes().map(|node| AttrValue::from(node.to_string())));
    let (kind, paced) = match plan.pace {
        Pace::Closed { window, think } => (
            0,
            html! {
                <div>
                    { amount(words::WINDOW, u64::from(window), 1, 64.max(u64::from(window)), "", |plan, value| {
                        if let Pace::Closed { window, .. } = &mut plan.pace { *window = value as u16; }
                    }) }
                    { times(words::THINK, think, |plan, range| {
                        if let Pace::Closed { think, .. } = &mut plan.pace { *think = range; }
                    }) }
                </div>
            },
        ),
        Pace::Open { every } => (
            1,
            html! {
                <div>{ times(words::EVERY, every, |plan, range| plan.pace = Pace::Open { every: range }) }</div>
            },
        ),
    };
    let remove_name = say(words::REMOVE_WHAT, lang, &[("what", &name)]);
    html! {
        <fieldset key={place} class="card client">
            <legend>{ name.clone() }</legend>
            <button class="btn icon-only corner" type="button" aria-label={remove_name.clone()} title={remove_name} onclick={remove}>{ icon(Icon::Trash) }</button>
            <div class="row">
                <span class="row-label">{ words::PACE.get(lang) }</span>
                <Segments label={label(words::PACE)} options={vec![words::CLOSED.get(lang).into(), words::OPEN.get(lang).into()]} chosen={Some(kind)} on_pick={pace} />
            </div>
            { paced }
            <div class="row">
                <span class="row-label">{ words::TARGET.get(lang) }</span>
                <Picker label={label(words::TARGET)} options={targets} chosen={plan.target.map_or(0, |node| node.index() + 1)} on_pick={target} />
            </div>
            <div class="row">
                <span class="row-label">{ words::ASKS.get(lang) }</span>
                <Picker label={label(words::ASKS)} options={kinds} chosen={plan.asks as usize} on_pick={asks} />
            </div>
            <div>{ for local }</div>
            { amount(words::READS, u64::from(plan.reads), 0, 100, " %", |plan, value| plan.reads = value as u8) }
            { amount(words::CAS, u64::from(plan.cas), 0, 100, " %", |plan, value| {
                plan.cas = value as u8;
                plan.reads = plan.reads.min(100 - plan.cas.min(100));
            }) }
            { amount(words::REG_KEYS, u64::from(plan.keys), 1, u64::from(plan.keys.max(16)), "", |plan, value| plan.keys = value as u8) }
            { retry(&sender, plan, lang, label(words::RETRY)) }
            <div class="row pair">
                <span class="row-label">{ words::STARTS.get(lang) }</span>
                <NumberBox label={label(words::STARTS)} value={Some(plan.start.as_ms())} min={0.0} max={600_000.0} on_change={start} />
                <span class="unit">{ words::MS.get(lang) }</span>
            </div>
            <div class="row pair">
                <span class="row-label">{ words::LIMIT.get(lang) }</span>
                <NumberBox label={label(words::LIMIT)} value={plan.limit.map(f64::from)} placeholder={words::NO_LIMIT.get(lang)} min={1.0} max={1e6} on_change={limit} />
            </div>
        </fieldset>
    }
}

fn retry(sender: &Sender, plan: &ClientPlan, lang: quorate::model::Lang, label: String) -> Html {
    let sender = sender.clone();
    let value = plan.retry.0;
    let text = words::span(value);
    super::row(
        words::RETRY.get(lang),
        text.clone(),
        html! {
            <Slider {label} {value} scale={Scale::Fine { least: 1_000, most: (SLIDER_MOST * 2).max(value) }} {text}
                on_change={Callback::from(move |(us, gesture)| sender.change(Some(gesture), |plan| plan.retry = Span(us)))} />
        },
    )
}

/// Changes one client of the list.
#[derive(Clone)]
struct Sender {
    props: PartProps,
    place: usize,
}

impl Sender {
    fn change(&self, gesture: Option<u32>, change: impl FnOnce(&mut ClientPlan)) {
        let mut plans = self.props.scenario.0.clients.clone();
        if let Some(plan) = plans.get_mut(self.place) {
            change(plan);
            self.props.host.act(Action::Edit(Edit::Clients(plans), gesture));
        }
    }

    fn remove(&self) {
        let mut plans = self.props.scenario.0.clients.clone();
        if self.place < plans.len() {
            plans.remove(self.place);
            self.props.host.act(Action::Edit(Edit::Clients(plans), None));
        }
    }
}
