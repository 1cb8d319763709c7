//! What must hold, and whether it does.

use crate::host::PanelProps;
use crate::icons::{Icon, icon};
use crate::words::{self, braced, say};
use quorate::model::{Lang, PropertyWord, Time, Violation};
use quorate::session::{Action, Selection, Session};
use yew::prelude::*;

/// A property at the moment looked at.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) word: &'static PropertyWord,
    /// Its place in the run's list, and what broke it, if anything does.
    pub(crate) violation: Option<(usize, Violation)>,
    /// Whether it is broken at this moment already.
    pub(crate) broken: bool,
}

/// Every property of the open protocol.
pub(crate) fn standings(session: &Session) -> Vec<Standing> {
    let now = session.frame().event;
    let violations = session.run().violations();
    let properties = (session.scenario().entry.properties)();
    let words = properties.iter().map(|property| property.word());
    words
        .map(|word| {
            let place = violations.iter().position(|violation| violation.property == word);
            let violation = place.map(|place| (place, violations[place].clone()));
            let broken = violation.as_ref().is_some_and(|(_, violation)| violation.event <= now);
            Standing { word, violation, broken }
        })
        .collect()
}

fn jump(props: &PanelProps, place: usize, at_event: &Violation) -> Callback<MouseEvent> {
    let (host, at) = (props.host.clone(), at_event.at);
    Callback::from(move |_| {
        host.act(Action::Pause);
        host.act(Action::Seek(at));
        host.act(Action::Select(Selection::Violation(place)));
    })
}

/// A list of names, for below the logs.
#[component]
pub(crate) fn Brief(props: &PanelProps) -> Html {
    let lang = props.lang;
    let standings = props.host.read(standings);
    let line = |standing: &Standing| {
        let state = state(standing, lang);
        html! {
            <li key={standing.word.id} class={classes!("check", class(standing))} title={state.clone()}>
                { icon(if standing.broken { Icon::Cross } else { Icon::Check }) }
                <span>{ words::capital(standing.word.name.get(lang)) }</span>
                <span class="unseen">{ state }</span>
                <small>{ later(standing, lang) }</small>
            </li>
        }
    };
    html! {
        <section class="part" aria-label={words::CHECKS_TITLE.get(lang)}>
            <h2>{ words::CHECKS_TITLE.get(lang) }</h2>
            <ul class="checks">{ for standings.iter().map(line) }</ul>
        </section>
    }
}

fn class(standing: &Standing) -> &'static str {
    match (standing.broken, &standing.violation) {
        (true, _) => "bad",
        (false, Some(_)) => "later",
        (false, None) => "good",
    }
}

fn state(standing: &Standing, lang: Lang) -> String {
    let at = standing.violation.as_ref().map_or(Time(0), |(_, violation)| violation.at);
    let at = words::moment(at);
    match class(standing) {
        "bad" => say(words::BROKEN_AT, lang, &[("at", &at)]),
        "later" => say(words::BREAKS_AT, lang, &[("at", &at)]),
        _ => words::HOLDS.get(lang).to_owned(),
    }
}

fn later(standing: &Standing, lang: Lang) -> String {
    if standing.violation.is_some() { state(standing, lang) } else { String::new() }
}

/// Every property with what it says, and the witness of each that is broken.
#[component]
pub(crate) fn Checks(props: &PanelProps) -> Html {
    let lang = props.lang;
    let (standings, computed, selected) =
        props.host.read(|session| (standings(session), session.run().computed(), session.selection()));
    let card = |standing: &Standing| {
        let chosen =
            standing.violation.as_ref().is_some_and(|(place, _)| selected == Selection::Violation(*place));
        html! {
            <li key={standing.word.id} class={classes!("card", "property", class(standing), chosen.then_some("chosen"))}>
                <div class="check">
                    { icon(if standing.broken { Icon::Cross } else { Icon::Check }) }
                    <b>{ words::capital(standing.word.name.get(lang)) }</b>
                    <span class="state">{ state(standing, lang) }</span>
                </div>
                <p>{ words::capital(standing.word.statement.get(lang)) }</p>
                <div>{ witness(props, standing) }</div>
            </li>
        }
    };
    html! {
        <section class="part" aria-label={words::CHECKS_TITLE.get(lang)}>
            if standings.is_empty() {
                <p class="hint">{ words::NO_CHECKS.get(lang) }</p>
            } else {
                <p class="hint">{ say(words::CHECKED_TO, lang, &[("at", &words::moment(computed))]) }</p>
            }
            <ul class="cards">{ for standings.iter().map(card) }</ul>
        </section>
    }
}

fn witness(props: &PanelProps, standing: &Standing) -> Html {
    let lang = props.lang;
    let Some((place, violation)) = &standing.violation else { return html! { <span /> } };
    let quorums = violation.witness.quorums.map(|(one, other)| {
        html! {
            <p class="two-quorums">
                { words::TWO_QUORUMS.get(lang) }{ ": " }<b>{ braced(one) }</b>{ " · " }<b>{ braced(other) }</b>
            </p>
        }
    });
    html! {
        <div class="witness">
            <p>{ violation.witness.sentence(lang) }</p>
            <div>{ quorums }</div>
            <button class="btn small" type="button" onclick={jump(props, *place, violation)}>{ words::JUMP_TO.get(lang) }</button>
        </div>
    }
}
