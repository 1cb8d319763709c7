//! What clients asked and were told, up to this moment.

use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::model::{Lang, Outcome, Time};
use quorate::session::Session;
use quorate::sim::Operation;
use yew::prelude::*;

/// How many operations are listed, the latest first.
const LISTED: usize = 200;

struct Seen {
    at: Time,
    asked: usize,
    answered: usize,
    median: Option<quorate::model::Span>,
    listed: Vec<Operation>,
}

fn seen(session: &Session) -> Seen {
    let at = session.frame().at;
    let all = session.run().history().operations();
    let asked = all.partition_point(|operation| operation.called <= at);
    let all = &all[..asked];
    let mut took: Vec<_> =
        all.iter().filter_map(|operation| answer(operation, at)).map(|(took, _)| took).collect();
    let answered = took.len();
    let middle = took.len() / 2;
    let median =
        if took.is_empty() { None } else { Some(*took.select_nth_unstable_by_key(middle, |span| span.0).1) };
    Seen { at, asked, answered, median, listed: all.iter().rev().take(LISTED).copied().collect() }
}

/// How long it took and what was answered, if it has been by then.
fn answer(operation: &Operation, at: Time) -> Option<(quorate::model::Span, Outcome)> {
    let (returned, _, outcome) = operation.returned?;
    (returned <= at).then_some((returned - operation.called, outcome))
}

#[component]
pub(crate) fn Clients(props: &PanelProps) -> Html {
    let lang = props.lang;
    let seen = props.host.read(seen);
    let row = |operation: &Operation| row(operation, seen.at, lang);
    let mut head = say(
        words::OPERATIONS_HEAD,
        lang,
        &[("n", &seen.asked.to_string()), ("m", &seen.answered.to_string())],
    );
    if let Some(median) = seen.median {
        head.push_str(if lang == Lang::En { ", " } else { "，" });
        head.push_str(&say(words::MEDIAN_LATENCY, lang, &[("time", &words::latency(median))]));
    }
    html! {
        <section class="part" aria-label={words::TAB_CLIENTS.get(lang)}>
            if seen.asked == 0 {
                <p class="hint">{ words::NO_OPERATIONS.get(lang) }</p>
            } else {
                <div>
                    <p class="hint">{ head }</p>
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
                </div>
            }
        </section>
    }
}

fn row(operation: &Operation, at: Time, lang: Lang) -> Html {
    let request = operation.command.request.to_string();
    let (text, took, class) = match answer(operation, at) {
        None => (words::WAITING.get(lang).to_owned(), String::new(), "faint"),
        Some((took, outcome)) => {
            let class = match outcome {
                Outcome::Refused | Outcome::Differs | Outcome::Redirect(_) => "no",
                Outcome::Done | Outcome::Value(_) => "yes",
            };
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
