//! What must hold, what must come true, what may, and where each stands at this moment.

use super::promises::Promises;
use crate::host::{Host, PanelProps};
use crate::icons::{Icon, icon};
use crate::words::{self, braced, say};
use quorate::model::{
    Fate, Lang, NodeSet, PropertyKind, PropertyWord, Standing as Stands, Text, Time, Violation, Witness,
};
use quorate::session::{Action, Selection, Session};
use quorate::view::{Check, Face, turning_point};
use yew::prelude::*;

/// A property that must always hold, at the moment looked at.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) word: &'static PropertyWord,
    /// Its place in the run's list, and what broke it, if anything does.
    pub(crate) violation: Option<(usize, Violation)>,
    /// Whether it is broken at this moment already.
    pub(crate) broken: bool,
}

/// Every property of the run that must always hold.
pub(crate) fn standings(session: &Session) -> Vec<Standing> {
    let now = session.frame().event;
    let violations = session.run().violations();
    let always = session.run().standings().into_iter().filter(|stands| stands.kind == PropertyKind::Always);
    always
        .map(|Stands { word, .. }| {
            let place = violations.iter().position(|violation| violation.property == word);
            let violation = place.map(|place| (place, violations[place].clone()));
            let broken = violation.as_ref().is_some_and(|(_, violation)| violation.event <= now);
            Standing { word, violation, broken }
        })
        .collect()
}

/// A property of any kind at the moment looked at.
#[derive(Clone, PartialEq)]
struct Seen {
    stands: Stands,
    check: Check,
    /// What decides it: when, and what shows it.
    turn: Option<(Time, Option<Witness>)>,
}

fn seen(session: &Session) -> Vec<Seen> {
    let (run, frame) = (session.run(), session.frame());
    let of = |stands: Stands| Seen {
        check: Check::of(&stands, run, frame),
        turn: turning_point(&stands, run).map(|(at, witness)| (at, witness.cloned())),
        stands,
    };
    run.standings().into_iter().map(of).collect()
}

/// What is selected by going to where a property's fate was decided.
const fn selected_by(fate: Fate) -> Selection {
    match fate {
        Fate::Broken(place) => Selection::Violation(place),
        Fate::Stuck(place) => Selection::Stuck(place),
        Fate::Open | Fate::True { .. } | Fate::Unknown { .. } => Selection::Nothing,
    }
}

fn jump(host: &Host, fate: Fate, at: Time) -> Callback<MouseEvent> {
    let host = host.clone();
    Callback::from(move |_| {
        host.act(Action::Pause);
        host.act(Action::Seek(at));
        if let Fate::True { at: when, event, .. } = fate
            && when == at
        {
            // There may be other events at that very moment.
            let record = host.read(|session| {
                let trace = session.run().trace();
                let record = trace.event(event).first();
                record.and_then(|record| trace.records().iter().position(|known| std::ptr::eq(known, record)))
            });
            if let Some(record) = record {
                host.act(Action::SeekRecord(record));
            }
        }
        if selected_by(fate) != Selection::Nothing {
            host.act(Action::Select(selected_by(fate)));
        }
    })
}

const fn class(face: Face) -> &'static str {
    match face {
        Face::Good => "good",
        Face::Bad => "bad",
        Face::Later => "later",
        Face::Open => "open",
        Face::Unknown => "unknown",
    }
}

const fn sign(check: Check) -> Icon {
    match check {
        Check::Holds | Check::Came(_) | Check::Breaks(_) => Icon::Check,
        Check::Broken(_) => Icon::Cross,
        Check::Stuck(_) => Icon::Halt,
        Check::WillBeStuck(_) | Check::Comes(_) | Check::Waits(_) => Icon::Clock,
        Check::NotJudged(_) | Check::Never => Icon::Dash,
        Check::Unknown(_) => Icon::Help,
    }
}

fn state(seen: &Seen, lang: Lang) -> String {
    let (text, at) = seen.check.text(seen.stands.kind);
    say(text, lang, &[("at", &at.map(words::moment).unwrap_or_default())])
}

/// A list of names, for below the logs: what must always hold, and what is stuck.
#[component]
pub(crate) fn Brief(props: &PanelProps) -> Html {
    let lang = props.lang;
    let all = props.host.read(seen);
    let of_note = |seen: &&Seen| match (seen.stands.kind, seen.stands.fate) {
        (PropertyKind::Always, _) | (_, Fate::Stuck(_)) => true,
        (_, Fate::Open | Fate::Broken(_) | Fate::True { .. } | Fate::Unknown { .. }) => false,
    };
    let line = |seen: &Seen| {
        let state = state(seen, lang);
        let later = if seen.check == Check::Holds { String::new() } else { state.clone() };
        html! {
            <li key={seen.stands.word.id} class={classes!("check", class(seen.check.face()))} title={state.clone()}>
                { icon(sign(seen.check)) }
                <span>{ words::capital(seen.stands.word.name.get(lang)) }</span>
                <span class="unseen">{ state }</span>
                <small aria-hidden="true">{ later }</small>
            </li>
        }
    };
    html! {
        <section class="part" aria-label={words::CHECKS_TITLE.get(lang)}>
            <h2>{ words::CHECKS_TITLE.get(lang) }</h2>
            <ul class="checks">{ for all.iter().filter(of_note).map(line) }</ul>
        </section>
    }
}

/// The groups, in the order in which they stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Always,
    Clients,
    Eventually,
    Sometimes,
}

impl Group {
    const ALL: [Self; 4] = [Self::Always, Self::Clients, Self::Eventually, Self::Sometimes];

    const fn of(stands: &Stands) -> Self {
        match stands.kind {
            PropertyKind::Always if stands.of_clients => Self::Clients,
            PropertyKind::Always => Self::Always,
            PropertyKind::Eventually => Self::Eventually,
            PropertyKind::Sometimes => Self::Sometimes,
        }
    }

    const fn name(self) -> Text {
        match self {
            Self::Always => words::ALWAYS,
            Self::Clients => words::SEEN_BY_CLIENTS,
            Self::Eventually => words::EVENTUALLY,
            Self::Sometimes => words::SOMETIMES,
        }
    }
}

/// Every property with what it says, where it stands, and the witness of each that fails.
#[component]
pub(crate) fn Checks(props: &PanelProps) -> Html {
    let lang = props.lang;
    let (all, computed, calm, selected) = props.host.read(|session| {
        let run = session.run();
        (seen(session), run.computed(), run.plan().calm_from(run.end()), session.selection())
    });
    let group = |group: Group| {
        let of_it = || all.iter().filter(|seen| Group::of(&seen.stands) == group);
        if of_it().next().is_none() && group != Group::Clients {
            return html! { <div key={group.name().en} /> };
        }
        let hint = match group {
            Group::Always => say(words::CHECKED_TO, lang, &[("at", &words::moment(computed))]),
            Group::Clients => words::CLIENTS_HINT.get(lang).to_owned(),
            Group::Eventually if calm == Time(0) => words::CALM_ALWAYS.get(lang).to_owned(),
            Group::Eventually => say(words::CALM_FROM, lang, &[("at", &words::moment(calm))]),
            Group::Sometimes => words::SOMETIMES_HINT.get(lang).to_owned(),
        };
        html! {
            <section key={group.name().en} class="check-group" aria-label={group.name().get(lang)}>
                <h2>{ group.name().get(lang) }</h2>
                <p class="hint">{ hint }</p>
                <ul class="cards">{ for of_it().map(|seen| card(props, seen, selected)) }</ul>
                if group == Group::Clients {
                    <Promises ..props.clone() />
                }
            </section>
        }
    };
    html! {
        <section class="part" aria-label={words::CHECKS_TITLE.get(lang)}>
            if all.is_empty() {
                <p class="hint">{ words::NO_CHECKS.get(lang) }</p>
            }
            { for Group::ALL.into_iter().map(group) }
        </section>
    }
}

fn card(props: &PanelProps, seen: &Seen, selected: Selection) -> Html {
    let lang = props.lang;
    let Seen { stands, check, .. } = seen;
    let own = selected_by(stands.fate);
    let chosen = own != Selection::Nothing && own == selected;
    let point = stands.kind == PropertyKind::Sometimes;
    let classes = classes!(
        "card",
        "property",
        class(check.face()),
        chosen.then_some("chosen"),
        point.then_some("point"),
        (stands.kind != PropertyKind::Always).then_some("timed")
    );
    html! {
        <li key={stands.word.id} class={classes}>
            <div class="check">
                { icon(sign(*check)) }
                <b>{ words::capital(stands.word.name.get(lang)) }</b>
                <span class="state">{ state(seen, lang) }</span>
                <span class="check-jump">{ came(props, seen) }</span>
            </div>
            <p>{ words::capital(stands.word.statement.get(lang)) }</p>
            <p class="unpromised">{ unpromised(props, stands) }</p>
            <div>{ witness(props, seen) }</div>
        </li>
    }
}

/// Why the protocol does not promise it, where it does not.
fn unpromised(props: &PanelProps, stands: &Stands) -> String {
    if stands.promised {
        return String::new();
    }
    let lang = props.lang;
    props.host.read(|session| {
        let scenario = session.focused().scenario();
        let Some(known) = scenario.entry.unpromised(stands.word.id) else { return String::new() };
        let text = say(words::NOT_PROMISED, lang, &[("why", &words::capital(known.why.get(lang)))]);
        if known.assumes.is_empty() {
            return text;
        }
        let list = |texts: Vec<Text>| {
            let texts: Vec<&str> = texts.into_iter().map(|text| text.get(lang)).collect();
            texts.join(if lang == Lang::En { ", " } else { "、" })
        };
        let plan = scenario.plan();
        let assumed = list(known.assumes.iter().map(|one| one.text()).collect());
        let broken = list(known.assumes.iter().filter_map(|one| one.broken_by(&plan)).collect());
        let said = if broken.is_empty() { words::ASSUMED } else { words::ASSUMED_IN_VAIN };
        say(said, lang, &[("text", &text), ("assumed", &assumed), ("broken", &broken)])
    })
}

/// To where something came true.
fn came(props: &PanelProps, seen: &Seen) -> Html {
    let Some((at, None)) = seen.turn else { return html! { <span /> } };
    let name = say(
        words::GO_TO_POINT,
        props.lang,
        &[("name", seen.stands.word.name.get(props.lang)), ("at", &words::moment(at))],
    );
    html! {
        <button class="btn small" type="button" title={name.clone()} aria-label={name} onclick={jump(&props.host, seen.stands.fate, at)}>{ words::GO.get(props.lang) }</button>
    }
}

fn witness(props: &PanelProps, seen: &Seen) -> Html {
    let lang = props.lang;
    let Some((at, Some(witness))) = &seen.turn else { return html! { <span /> } };
    let quorums = witness.quorums.map(|(one, other)| {
        html! {
            <p class="two-quorums">
                { words::TWO_QUORUMS.get(lang) }{ ": " }<b>{ braced(one) }</b>{ " · " }<b>{ braced(other) }</b>
            </p>
        }
    });
    let nodes = (witness.nodes != NodeSet::EMPTY)
        .then(|| say(words::CONCERNS, lang, &[("nodes", &words::listed(witness.nodes, lang))]));
    let go = match seen.stands.kind {
        PropertyKind::Eventually => words::JUMP_TO_STUCK,
        PropertyKind::Always | PropertyKind::Sometimes => words::JUMP_TO,
    };
    html! {
        <div class="witness">
            <p>{ witness.sentence(lang) }</p>
            <div>{ quorums }</div>
            <small>{ nodes }</small>
            <div><button class="btn small" type="button" onclick={jump(&props.host, seen.stands.fate, *at)}>{ go.get(lang) }</button></div>
        </div>
    }
}
