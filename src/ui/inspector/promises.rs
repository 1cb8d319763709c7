//! What clients can rely on where a history is not linearizable, or is: session guarantees, and how
//! old the reads were.

use crate::host::{Host, PanelProps};
use crate::icons::{Icon, icon};
use crate::words::{self, say};
use quorate::check::guarantees::{GUARANTEES, Lapse, Sessions, Staleness};
use quorate::model::{Lang, Time};
use quorate::session::{Action, Session};
use yew::prelude::*;

/// Of how many operations at most this is worked out.
const OPERATIONS_MAX: usize = 20_000;
/// How many stale reads are listed, the latest first.
const LISTED: usize = 12;

/// When something turned out: when a read was answered.
fn answered(session: &Session, read: u32) -> Option<Time> {
    let operation = session.run().history().operations().get(read as usize)?;
    operation.returned.map(|(at, _, _)| at)
}

/// What a run gives its clients, with the moment of each answer.
#[derive(Default, PartialEq)]
struct Given {
    lapses: Vec<(Time, Lapse)>,
    reads: Vec<(Time, Staleness, String)>,
    /// Whether there were too many operations.
    too_many: bool,
}

impl Given {
    fn of(session: &Session) -> Self {
        let operations = session.run().history().operations();
        if session.computing().is_some() || operations.len() > OPERATIONS_MAX {
            return Self { too_many: operations.len() > OPERATIONS_MAX, ..Self::default() };
        }
        let Sessions { lapses, reads } = Sessions::of(operations, session.run().end());
        let at = |read| answered(session, read).unwrap_or(Time(0));
        let name = |read: u32| {
            let asked = operations.get(read as usize).map(|operation| operation.command);
            asked.map(|command| format!("{} {}", command.request, command.op)).unwrap_or_default()
        };
        Self {
            lapses: lapses.into_iter().map(|lapse| (at(lapse.read), lapse)).collect(),
            reads: reads.into_iter().map(|read| (at(read.read), read, name(read.read))).collect(),
            too_many: false,
        }
    }
}

fn go(host: &Host, at: Time, lang: Lang, name: &str) -> Html {
    let host = host.clone();
    let label = say(words::GO_TO_POINT, lang, &[("name", name), ("at", &words::moment(at))]);
    let onclick = Callback::from(move |_: MouseEvent| {
        host.act(Action::Pause);
        host.act(Action::Seek(at));
    });
    html! { <button class="btn small" type="button" title={label.clone()} aria-label={label} {onclick}>{ words::GO.get(lang) }</button> }
}

/// Each guarantee with whether it is kept so far, and the reads that were not up to date.
#[component]
pub(crate) fn Promises(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let (key, now) = host.read(|session| {
        ((session.run().trace().digest(), session.computing().is_none()), session.frame().at)
    });
    let source = host.clone();
    let given = use_memo(key, move |_| source.read(Given::of));
    if given.too_many {
        return html! { <p class="hint">{ words::TOO_MANY_OPERATIONS.get(lang) }</p> };
    }
    if given.reads.is_empty() {
        return html! { <p class="hint">{ words::NO_READS.get(lang) }</p> };
    }
    let line = |word: &&'static quorate::model::PropertyWord| {
        let lapses = || given.lapses.iter().filter(|(_, lapse)| lapse.guarantee.id == word.id);
        let broken = lapses().filter(|(at, _)| *at <= now).count();
        let first = lapses().next();
        let name = word.name.get(lang);
        let (class, sign, state) = match first {
            None => ("good", Icon::Check, words::KEPT.get(lang).to_owned()),
            Some((at, _)) if broken == 0 => {
                ("later", Icon::Check, say(words::LAPSES_LATER, lang, &[("at", &words::moment(*at))]))
            }
            Some((at, _)) => (
                "bad",
                Icon::Cross,
                say(words::LAPSES, lang, &[("n", &broken.to_string()), ("at", &words::moment(*at))]),
            ),
        };
        let why = first.map(|(at, lapse)| {
            html! {
                <div class="witness">
                    <p>{ lapse.witness.sentence(lang) }</p>
                    <div>{ go(host, *at, lang, name) }</div>
                </div>
            }
        });
        html! {
            <li key={word.id} class={classes!("card", "property", "promise", class)}>
                <div class="check" title={words::capital(word.statement.get(lang))}>
                    { icon(sign) }
                    <b>{ name }</b>
                    <span class="state">{ state }</span>
                </div>
                <div>{ why }</div>
            </li>
        }
    };
    let seen = || given.reads.iter().filter(|(at, _, _)| *at <= now);
    let stale = || seen().filter(|(_, read, _)| read.versions > 0);
    let (versions, behind) = (
        stale().map(|(_, read, _)| read.versions).max().unwrap_or(0),
        stale().map(|(_, read, _)| read.behind.0).max().unwrap_or(0),
    );
    let head = if stale().next().is_none() {
        say(words::NONE_STALE, lang, &[("n", &seen().count().to_string())])
    } else {
        say(
            words::SOME_STALE,
            lang,
            &[
                ("m", &stale().count().to_string()),
                ("n", &seen().count().to_string()),
                ("v", &versions.to_string()),
                ("time", &words::span(behind)),
            ],
        )
    };
    let old: Vec<_> = stale().collect();
    html! {
        <section class="check-group" aria-label={words::SESSION_GUARANTEES.get(lang)}>
            <h2>{ words::SESSION_GUARANTEES.get(lang) }</h2>
            <ul class="cards">{ for GUARANTEES.iter().map(line) }</ul>
            <p class="hint">{ head }</p>
            if !old.is_empty() {
                <table class="operations">
                    <thead>
                        <tr>
                            <th scope="col">{ words::STALE_READ.get(lang) }</th>
                            <th scope="col">{ words::STALE_VERSIONS.get(lang) }</th>
                            <th scope="col">{ words::STALE_BEHIND.get(lang) }</th>
                            <th scope="col">{ words::OP_CALLED.get(lang) }</th>
                        </tr>
                    </thead>
                    <tbody>{ for old.iter().rev().take(LISTED).map(|(at, read, name)| html! {
                        <tr key={read.read}>
                            <th scope="row">{ name }</th>
                            <td class="no">{ read.versions }</td>
                            <td>{ words::span(read.behind.0) }</td>
                            <td>{ go(host, *at, lang, name) }</td>
                        </tr>
                    }) }</tbody>
                </table>
            }
        </section>
    }
}
