//! Why things just happened: the rules that fired last, with their places in the paper.

use super::hue_class;
use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::model::{Lang, Notice, Time};
use quorate::session::{Action, Session};
use quorate::sim::Kind;
use yew::prelude::*;

/// How many reasons are shown.
const SHOWN: usize = 6;
/// How far back they are looked for.
const LOOKED_AT: usize = 4_000;

struct Reason {
    record: usize,
    sentence: String,
    cite: &'static str,
    at: Time,
    hue: String,
}

#[component]
pub(crate) fn Why(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let reasons = host.read(|session| reasons(session, lang));
    let reason = |(place, reason): (usize, &Reason)| {
        let record = reason.record;
        let go = {
            let host = host.clone();
            Callback::from(move |_: MouseEvent| host.act(Action::SeekRecord(record)))
        };
        let at = words::moment(reason.at);
        let class = classes!("why", if place == 0 { reason.hue.clone() } else { "old".to_owned() });
        html! {
            <li key={record} {class}>
                <p>{ reason.sentence.clone() }</p>
                <small>
                    <button class="plain at" type="button" title={say(words::GO_THERE, lang, &[("at", &at)])} onclick={go}>{ at.clone() }</button>
                    { " · " }
                    { reason.cite }
                </small>
            </li>
        }
    };
    html! {
        <section class="part" aria-label={words::WHY_TITLE.get(lang)}>
            <h2>{ words::WHY_TITLE.get(lang) }</h2>
            if reasons.is_empty() {
                <p class="hint">{ words::WHY_NONE.get(lang) }</p>
            } else {
                <ol class="whys">{ for reasons.iter().enumerate().map(reason) }</ol>
            }
        </section>
    }
}

fn reasons(session: &Session, lang: Lang) -> Vec<Reason> {
    let (run, frame) = (session.run(), session.frame());
    let (trace, spec) = (run.trace(), run.spec());
    let end = super::happened(trace, frame.event);
    let records = trace.records().get(..end).unwrap_or_default();
    let latest = records.iter().enumerate().rev().take(LOOKED_AT);
    let of_note = latest
        .filter(|(_, record)| record.kind == Kind::Because && trace.notice(record, spec) > Notice::Routine);
    of_note
        .take(SHOWN)
        .filter_map(|(place, record)| {
            let word = spec.rules.get(usize::from(record.code))?;
            let epoch = frame.nodes.get(record.node.index()).map_or(0, |node| node.epoch);
            Some(Reason {
                record: place,
                sentence: word.sentence(record.node, &record.fact(), lang),
                cite: word.cite,
                at: record.at(),
                hue: hue_class(spec.epoch.kind, epoch),
            })
        })
        .collect()
}
