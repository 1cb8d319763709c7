//! What clients asked and were told: a lane each, and a list.

use super::known::{Known, use_known};
use super::promises::Promises;
use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::model::{Fate, Lang, Outcome, PropertyKind, Span, Time};
use quorate::session::{Action, Session};
use quorate::sim::Operation;
use quorate::view::{
    Check, OperationBar, OperationLanes, OperationState, Order, operation_lanes, operations_window,
};
use std::rc::Rc;
use yew::prelude::*;

/// How many operations are listed, the latest first.
const LISTED: usize = 200;
/// From one row to the next.
const ROW: f64 = 22.0;
/// A bar's height.
const BAR: f64 = 16.0;
/// Above the first row.
const HEAD: f64 = 18.0;
/// Between two clients.
const GAP: f64 = 6.0;

struct Seen {
    at: Time,
    asked: usize,
    answered: usize,
    median: Option<Span>,
    listed: Vec<Operation>,
    lanes: OperationLanes,
    /// What is said of all answers, and why if they do not fit.
    verdict: Option<(Check, String)>,
}

fn seen(session: &Session, known: &Known, zoom: f64, lang: Lang) -> Seen {
    let (run, frame) = (session.run(), session.frame());
    let (at, all) = (frame.at, run.history().operations());
    let window = operations_window(all, at, run.end(), zoom);
    let order = Order { points: &known.points, unordered: &known.unordered };
    let lanes = operation_lanes(all, window, at, order, lang);
    let standings = run.standings();
    let of_all = standings.iter().find(|stands| stands.of_clients && stands.kind == PropertyKind::Always);
    let verdict = of_all.map(|stands| {
        let why = match stands.fate {
            Fate::Broken(place) => {
                run.violations().get(place).map(|broken| broken.witness.sentence(lang)).unwrap_or_default()
            }
            Fate::Unknown { why, .. } => words::capital(why.get(lang)),
            Fate::Open | Fate::Stuck(_) | Fate::True { .. } => String::new(),
        };
        (Check::of(stands, run, frame), why)
    });
    let all = &all[..all.partition_point(|operation| operation.called <= at)];
    let mut took: Vec<_> =
        all.iter().filter_map(|operation| answer(operation, at)).map(|(took, _)| took).collect();
    let answered = took.len();
    let middle = took.len() / 2;
    let median =
        if took.is_empty() { None } else { Some(*took.select_nth_unstable_by_key(middle, |span| span.0).1) };
    let listed = all.iter().rev().take(LISTED).copied().collect();
    Seen { at, asked: all.len(), answered, median, listed, lanes, verdict }
}

/// How long it took and what was answered, if it has been by then.
fn answer(operation: &Operation, at: Time) -> Option<(Span, Outcome)> {
    let (returned, _, outcome) = operation.returned?;
    (returned <= at).then_some((returned - operation.called, outcome))
}

#[component]
pub(crate) fn Clients(props: &PanelProps) -> Html {
    let lang = props.lang;
    let zoom = use_state_eq(|| 0_i32);
    let known = use_known(&props.host);
    let seen = props.host.read(|session| seen(session, &known, 2f64.powi(*zoom), lang));
    let row = |operation: &Operation| row(props, operation, seen.at);
    let mut head = say(
        words::OPERATIONS_HEAD,
        lang,
        &[("n", &seen.asked.to_string()), ("m", &seen.answered.to_string())],
    );
    if let Some(median) = seen.median {
        head.push_str(if lang == Lang::En { ", " } else { "，" });
        head.push_str(&say(words::MEDIAN_LATENCY, lang, &[("time", &words::latency(median))]));
    }
    let step = |by: i32, name: quorate::model::Text, sign: &'static str| {
        let zoom = zoom.clone();
        let onclick = Callback::from(move |_: MouseEvent| zoom.set((*zoom + by).clamp(-8, 12)));
        html! { <button class="btn small" type="button" title={name.get(lang)} aria-label={name.get(lang)} {onclick}>{ sign }</button> }
    };
    html! {
        <section class="part" aria-label={words::TAB_CLIENTS.get(lang)}>
            if seen.lanes.lanes.is_empty() {
                <p class="hint">{ words::NO_OPERATIONS.get(lang) }</p>
            } else {
                <div>
                    <div class="op-head">
                        <p class="hint">{ head }</p>
                        { step(1, words::SHOW_LONGER, "−") }
                        { step(-1, words::SHOW_SHORTER, "+") }
                    </div>
                    { verdict(props, &seen) }
                    { lanes(props, &seen.lanes) }
                    { legend(&seen.lanes, &known, lang) }
                    <Promises ..props.clone() />
                    <details class="op-list" open=true>
                        <summary>{ words::LIST_OF_REQUESTS.get(lang) }</summary>
                        <table class="operations">
                            <thead>
                                <tr>
                                    <th scope="col">{ words::OP_REQUEST.get(lang) }</th>
                                    <th scope="col">{ words::OP_WHAT.get(lang) }</th>
                                    <th scope="col">{ words::OP_CALLED.get(lang) }</th>
                                    <th scope="col">{ words::OP_ANSWER.get(lang) }</th>
                                    <th scope="col">{ words::OP_LATENCY.get(lang) }</th>
                                </tr>
                            </thead>
                            <tbody>{ for seen.listed.iter().map(row) }</tbody>
                        </table>
                    </details>
                </div>
            }
        </section>
    }
}

/// Whether all answers fit one order, at this moment.
fn verdict(props: &PanelProps, seen: &Seen) -> Html {
    let lang = props.lang;
    let Some((check, why)) = &seen.verdict else {
        return html! { <p class="hint">{ words::NO_MODEL.get(lang) }</p> };
    };
    let (text, at) = check.text(PropertyKind::Always);
    let state = say(text, lang, &[("at", &at.map(words::moment).unwrap_or_default())]);
    let failed = !matches!(check, Check::Holds);
    let go = at.map(|at| {
        let host = props.host.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            host.act(Action::Pause);
            host.act(Action::Seek(at));
        });
        html! { <button class="btn small" type="button" {onclick}>{ words::JUMP_TO.get(lang) }</button> }
    });
    html! {
        <div class={classes!("op-verdict", failed.then_some("failed"))}>
            <p><b>{ words::LINEARIZABLE.get(lang) }</b>{ ": " }{ state }</p>
            if failed {
                <p>{ why }</p>
            }
            <div>{ go }</div>
        </div>
    }
}

/// Where a row begins.
fn top(lanes: &OperationLanes, row: u16) -> f64 {
    let above = lanes.lanes.iter().filter(|lane| lane.first <= row).count().saturating_sub(1);
    HEAD + f64::from(row) * ROW + above as f64 * GAP
}

fn percent(share: f64) -> String {
    format!("{:.3}%", share * 100.0)
}

fn px(length: f64) -> String {
    format!("{length:.1}")
}

fn lanes(props: &PanelProps, lanes: &OperationLanes) -> Html {
    let lang = props.lang;
    let rows: u16 = lanes.lanes.iter().map(|lane| lane.rows).sum();
    let height = px(top(lanes, rows.saturating_sub(1)) + ROW + 2.0);
    let name = say(
        words::LANES_NAME,
        lang,
        &[
            ("n", &lanes.bars.len().to_string()),
            ("from", &words::moment(lanes.from)),
            ("until", &words::moment(lanes.until)),
        ],
    );
    html! {
        <div class="op-lanes" role="group" aria-label={name}>
            <svg class="op-names" width="30" height={height.clone()} aria-hidden="true">
                { for lanes.lanes.iter().map(|lane| html! {
                    <text key={lane.client.0} x="0" y={px(top(lanes, lane.first) + 13.0)}>{ format!("c{}", lane.client.0 + 1) }</text>
                }) }
            </svg>
            <svg class="op-field" width="100%" {height} aria-hidden="true">
                <g>{ for lanes.lanes.iter().map(|lane| {
                    let y = top(lanes, lane.first);
                    html! { <rect key={lane.client.0} class="op-lane" x="0" y={px(y - 3.0)} width="100%" height={px(f64::from(lane.rows) * ROW)} rx="3" /> }
                }) }</g>
                <text class="op-time" x="0" y="11">{ words::moment(lanes.from) }</text>
                <text class="op-time" x="100%" y="11" text-anchor="end">{ words::moment(lanes.until) }</text>
                <g>{ for lanes.bars.iter().map(|one| bar(props, lanes, one)) }</g>
                <g>{ for lanes.bars.iter().map(|one| point(lanes, one)) }</g>
                <line class="op-now" x1={percent(lanes.now)} x2={percent(lanes.now)} y1="14" y2="100%" />
            </svg>
        </div>
    }
}

fn bar(props: &PanelProps, lanes: &OperationLanes, bar: &OperationBar) -> Html {
    let state = match bar.state {
        OperationState::Coming => "coming",
        OperationState::Waiting => "waiting",
        OperationState::Done => "done",
        OperationState::Not => "not",
    };
    // What begins far outside need not be drawn from there.
    let (from, until) = (bar.from.max(-0.5), bar.until.min(1.5));
    let width = (until - from).max(0.004);
    let class = classes!("op", state, bar.open.then_some("open"), bar.unordered.then_some("unordered"));
    let label = if bar.unordered { format!("✕ {}", bar.label) } else { bar.label.clone() };
    let room = (bar.room.min(1.5) - from).max(width);
    // The words stay in sight where the bar begins before the window.
    let inset = percent((-from / room).clamp(0.0, 1.0));
    let at = lanes.from.0 as f64 + bar.from.max(0.0) * (lanes.until.0 - lanes.from.0) as f64;
    let (host, at) = (props.host.clone(), Time(at as u64));
    let onclick = Callback::from(move |_: MouseEvent| {
        host.act(Action::Pause);
        host.act(Action::Seek(at));
    });
    html! {
        <svg key={bar.place} {class} x={percent(from)} y={px(top(lanes, bar.row))} width={percent(room)} height={px(BAR)} {onclick}>
            <title>{ &bar.name }</title>
            <rect x="0.75" y="0.75" width={percent(width / room)} height={px(BAR - 1.5)} rx="3" />
            <svg x={inset} overflow="visible"><text x="4" y="12">{ label }</text></svg>
        </svg>
    }
}

/// A diamond on a line, where an operation takes effect.
fn point(lanes: &OperationLanes, bar: &OperationBar) -> Html {
    let shown = !matches!(bar.state, OperationState::Coming | OperationState::Waiting);
    let Some(at) = bar.point.filter(|at| shown && (0.0..=1.0).contains(at)) else {
        return html! { <g key={bar.place} /> };
    };
    let y = top(lanes, bar.row);
    html! {
        <g key={bar.place} class="op-point">
            <line x1={percent(at)} x2={percent(at)} y1={px(y - 2.0)} y2={px(y + BAR + 2.0)} />
            <svg x={percent(at)} y={px(y - 2.0)} overflow="visible"><path d="M0-4L4 0 0 4-4 0z" /></svg>
        </g>
    }
}

fn legend(lanes: &OperationLanes, known: &Rc<Known>, lang: Lang) -> Html {
    let sample = |class: &'static str, name: quorate::model::Text| {
        html! {
            <span key={class}>
                <svg class={classes!("op", class)} width="18" height="12" aria-hidden="true"><rect x="0.75" y="0.75" width="16.5" height="10.5" rx="3" /></svg>
                { name.get(lang) }
            </span>
        }
    };
    html! {
        <p class="op-legend">
            { sample("done", words::LEGEND_ANSWERED) }
            { sample("waiting", words::LEGEND_WAITING) }
            { sample("not", words::LEGEND_REFUSED) }
            if known.points.iter().any(Option::is_some) {
                <span><svg class="op-point" width="12" height="12" aria-hidden="true"><path d="M6 2l4 4-4 4-4-4z" /></svg>{ words::LEGEND_POINT.get(lang) }</span>
            }
            if !known.unordered.is_empty() {
                { sample("unordered", words::LEGEND_UNORDERED) }
            }
            if lanes.left_out > 0 {
                <span>{ say(words::AND_MORE, lang, &[("n", &lanes.left_out.to_string())]) }</span>
            }
        </p>
    }
}

fn row(props: &PanelProps, operation: &Operation, at: Time) -> Html {
    let lang = props.lang;
    let request = operation.command.request.to_string();
    let (text, took, class) = match answer(operation, at) {
        None => (words::WAITING.get(lang).to_owned(), String::new(), "faint"),
        Some((took, outcome)) => {
            let class = if outcome.is_yes() { "yes" } else { "no" };
            (outcome.to_string(), words::latency(took), class)
        }
    };
    let tries =
        (operation.tries > 1).then(|| say(words::TRIES, lang, &[("n", &operation.tries.to_string())]));
    html! {
        <tr key={request.clone()} title={tries.clone()}>
            <th scope="row">{ request }</th>
            <td>{ operation.command.op.to_string() }</td>
            <td>{ words::number(operation.called.as_ms(), 1) }</td>
            <td class={class}>{ text }</td>
            <td>{ took }</td>
        </tr>
    }
}
