//! The trace: one line an event, around the moment looked at.

use crate::controls::Toggle;
use crate::dom;
use crate::host::PanelProps;
use crate::words;
use quorate::model::Notice;
use quorate::session::{Action, Session};
use quorate::sim::Kind;
use yew::prelude::*;

/// Lines shown before and after the middle.
const AROUND: usize = 60;
/// How far records are looked through for lines that are not folded away.
const LOOKED_AT: usize = 20_000;

struct Line {
    record: usize,
    text: String,
    past: bool,
    notable: bool,
}

struct Seen {
    lines: Vec<Line>,
    /// The first record that has not happened yet.
    now: usize,
    count: usize,
}

fn seen(session: &Session, fold: bool, middle: Option<usize>) -> Seen {
    let (run, frame) = (session.run(), session.frame());
    let (trace, spec) = (run.trace(), run.spec());
    let records = trace.records();
    let now = super::happened(trace, frame.event);
    let middle = middle.unwrap_or(now).min(records.len());
    let kept = |place: &usize| {
        let record = &records[*place];
        !fold || (trace.notice(record, spec) > Notice::Routine && record.kind != Kind::Written)
    };
    let before = (0..middle).rev().take(LOOKED_AT).filter(kept).take(AROUND);
    let mut places: Vec<usize> = before.collect();
    places.reverse();
    places.extend((middle..records.len()).take(LOOKED_AT).filter(kept).take(AROUND));
    let line = |place: usize| Line {
        record: place,
        text: trace.line(&records[place], spec),
        past: place < now,
        notable: trace.notice(&records[place], spec) == Notice::Notable,
    };
    Seen { lines: places.into_iter().map(line).collect(), now, count: records.len() }
}

#[component]
pub(crate) fn Lines(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let fold = use_state(|| true);
    // Where a person looks, if not at now.
    let middle = use_state(|| None::<usize>);
    let seen = host.read(|session| seen(session, *fold, *middle));
    let last_past = seen.lines.iter().rposition(|line| line.past);
    {
        let follow = middle.is_none();
        use_effect_with((seen.now, follow, *fold), move |(_, follow, _)| {
            if *follow {
                dom::scroll_within("trace-lines", "trace-now");
            }
        });
    }
    let to = |place: Option<usize>| {
        let middle = middle.clone();
        Callback::from(move |_: MouseEvent| middle.set(place))
    };
    let (first, last) =
        (seen.lines.first().map(|line| line.record), seen.lines.last().map(|line| line.record));
    let line = |(place, line): (usize, &Line)| {
        let record = line.record;
        let now = Some(place) == last_past;
        let go = {
            let (host, middle) = (host.clone(), middle.clone());
            Callback::from(move |_: MouseEvent| {
                middle.set(None);
                host.act(Action::SeekRecord(record));
            })
        };
        let class = classes!(
            "trace-line",
            (!line.past).then_some("future"),
            now.then_some("now"),
            line.notable.then_some("notable"),
        );
        html! {
            <li key={record}>
                <button id={now.then_some("trace-now")} type="button" {class} aria-current={now.then_some("true")} onclick={go}>{ line.text.clone() }</button>
            </li>
        }
    };
    let switch = {
        let fold = fold.clone();
        Callback::from(move |on| fold.set(on))
    };
    html! {
        <section class="part trace" aria-label={words::TRACE_TITLE.get(lang)}>
            <div class="part-head">
                <span class="buttons">
                    <button class="btn small" type="button" disabled={first.is_none_or(|first| first == 0)} onclick={to(first)}>{ words::EARLIER.get(lang) }</button>
                    <button class="btn small" type="button" disabled={last.is_none_or(|last| last + 1 >= seen.count)} onclick={to(last)}>{ words::LATER.get(lang) }</button>
                    <button class="btn small" type="button" disabled={middle.is_none()} onclick={to(None)}>{ words::BACK_TO_NOW.get(lang) }</button>
                </span>
                <Toggle label={words::FOLD_ROUTINE.get(lang)} on={*fold} on_switch={switch} />
            </div>
            if seen.lines.is_empty() {
                <p class="hint">{ words::TRACE_EMPTY.get(lang) }</p>
            } else {
                <ol id="trace-lines" class="trace-lines">{ for seen.lines.iter().enumerate().map(line) }</ol>
            }
        </section>
    }
}
