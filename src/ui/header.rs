//! The top of the page: what is open, whether it holds, and everything that is not the run itself.

use super::app::Shown;
use super::host::{Host, Theme};
use super::icons::{Icon, brand, icon};
use super::inspector::{Standing, Tab, standings};
use super::search::SearchChip;
use super::searches::{Kind, Searches};
use super::words::{self, compare, say, search as texts};
use quorate::model::{Lang, Text};
use quorate::session::{Action, Selection, Session, Side};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct HeaderProps {
    pub(crate) host: Host,
    pub(crate) version: u32,
    pub(crate) lang: Lang,
    pub(crate) searches: Searches,
    pub(crate) on_show: Callback<Shown>,
    pub(crate) on_lang: Callback<Lang>,
    pub(crate) on_theme: Callback<Theme>,
}

/// What the scenario is called; one without a title by its size.
pub(crate) fn title(session: &Session, lang: Lang) -> String {
    let scenario = session.scenario();
    let title = scenario.title.get(lang);
    if title.is_empty() {
        say(words::UNTITLED, lang, &[("n", &scenario.weights.len().to_string())])
    } else {
        title.to_owned()
    }
}

#[component]
pub(crate) fn Header(props: &HeaderProps) -> Html {
    let HeaderProps { host, lang, on_show, .. } = props;
    let lang = *lang;
    let (protocol, title, edited, (undo, redo), progress) = host.read(|session| {
        let labs = [Side::First, Side::Second].into_iter().filter_map(|side| session.lab(side));
        let protocol = labs.map(|lab| lab.run().spec().name.get(lang)).collect::<Vec<_>>().join(" | ");
        (
            protocol,
            title(session, lang),
            session.is_edited(),
            session.can_undo_redo(),
            progress(session, lang),
        )
    });
    let act = |action: Action| {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(action.clone()))
    };
    let show = |which: Shown| {
        let on_show = on_show.clone();
        Callback::from(move |_: MouseEvent| on_show.emit(which))
    };
    let small = |which: Icon, name: Text, click: Callback<MouseEvent>, enabled: bool| {
        let name = name.get(lang);
        html! { <button class="btn icon-only" type="button" disabled={!enabled} aria-label={name} title={name} onclick={click}>{ icon(which) }</button> }
    };
    let show_search = {
        let on_show = on_show.clone();
        Callback::from(move |kind| on_show.emit(Shown::Search(kind)))
    };
    let edited = edited.then(|| {
        html! { <button class="pill edited" type="button" title={words::EDITED_HELP.get(lang)} onclick={act(Action::Revert)}>{ words::EDITED.get(lang) }</button> }
    });
    let (theme_icon, theme_name) = theme_words(host.theme());
    html! {
        <header class="header">
            <h1 class="brand">{ brand() }<span>{ words::APP.get(lang) }</span></h1>
            <div class="crumb">
                <span class="crumb-protocol">{ protocol }</span>
                <span class="crumb-between" aria-hidden="true">{ "›" }</span>
                <b class="crumb-title" title={title.clone()}>{ title.clone() }</b>
                <span class="crumb-edited">{ edited }</span>
            </div>
            <span class="computing-slot" role="status">{ progress }</span>
            <span class="search-slot"><SearchChip {lang} searches={props.searches.clone()} on_show={show_search} /></span>
            <span class="checks-slot"><ChecksPill ..props.clone() /></span>
            <span class="header-tools">
                { small(Icon::Undo, words::UNDO, act(Action::Undo), undo) }
                { small(Icon::Redo, words::REDO, act(Action::Redo), redo) }
                <button class="btn find-button" type="button" title={texts::FIND.get(lang)} onclick={show(Shown::Search(Kind::Find))}>
                    { icon(Icon::Search) }<span class="find-text">{ texts::FIND.get(lang) }</span>
                </button>
                <button class="btn catalogue-button" type="button" onclick={show(Shown::Catalogue)}>{ compare::CATALOGUE.get(lang) }</button>
                <button class="btn" type="button" onclick={show(Shown::Gallery)}>{ words::SCENARIOS.get(lang) }</button>
                <button class="btn embed-button" type="button" onclick={show(Shown::Embed)}>{ words::EMBED.get(lang) }</button>
                <button class="btn primary" type="button" onclick={show(Shown::Share)}>{ words::SHARE.get(lang) }</button>
                <LangButton host={host.clone()} {lang} on_lang={props.on_lang.clone()} />
                { small(theme_icon, theme_name, theme_click(props), true) }
                { small(Icon::Help, words::KEYS_HELP, show(Shown::Keys), true) }
            </span>
            <span class="header-more">{ small(Icon::More, words::MORE, show(Shown::Menu), true) }</span>
        </header>
    }
}

/// How far a computation has come, or that the run was too long for one.
fn progress(session: &Session, lang: Lang) -> Html {
    match session.computing() {
        Some(part) if part < 1.0 => {
            let percent = format!("{:.0}", part * 100.0);
            html! { <span class="computing">{ say(words::COMPUTING, lang, &[("n", &percent)]) }</span> }
        }
        None if session.is_cut_short() => {
            let at = words::moment(session.run().computed());
            let text = say(words::CUT_SHORT, lang, &[("at", &at)]);
            html! { <span class="pill later cut-short" title={text.clone()}>{ text }</span> }
        }
        Some(_) | None => html! { <span /> },
    }
}

/// The icon and name of the colours in use.
pub(crate) const fn theme_words(theme: Theme) -> (Icon, Text) {
    match theme {
        Theme::Auto => (Icon::Contrast, words::THEME_AUTO),
        Theme::Light => (Icon::Sun, words::THEME_LIGHT),
        Theme::Dark => (Icon::Moon, words::THEME_DARK),
    }
}

/// Goes on to the next colours.
pub(crate) fn theme_click(props: &HeaderProps) -> Callback<MouseEvent> {
    let on_theme = props.on_theme.clone();
    let next = match props.host.theme() {
        Theme::Auto => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::Auto,
    };
    Callback::from(move |_: MouseEvent| on_theme.emit(next))
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct LangButtonProps {
    pub(crate) host: Host,
    pub(crate) lang: Lang,
    pub(crate) on_lang: Callback<Lang>,
}

/// The other language, by its own name.
#[component]
pub(crate) fn LangButton(props: &LangButtonProps) -> Html {
    let other = if props.lang == Lang::En { Lang::Zh } else { Lang::En };
    let on_lang = props.on_lang.clone();
    let click = Callback::from(move |_: MouseEvent| on_lang.emit(other));
    let tag = super::dom::lang_tag(other);
    html! {
        <button class="btn lang" type="button" lang={tag} aria-label={words::LANGUAGE.get(props.lang)} title={words::LANGUAGE.get(props.lang)} onclick={click}>
            { words::LANGUAGE_SHORT.get(props.lang) }
        </button>
    }
}

/// How many properties hold, or which is broken; leads to the checks.
#[component]
fn ChecksPill(props: &HeaderProps) -> Html {
    let (host, lang) = (&props.host, props.lang);
    let standings = host.read(standings);
    let broken: Vec<&Standing> = standings.iter().filter(|standing| standing.broken).collect();
    let later = standings.iter().find_map(|standing| {
        let (place, violation) = standing.violation.as_ref()?;
        (!standing.broken).then_some((standing, *place, violation.at))
    });
    let click = {
        let host = host.clone();
        let first =
            broken.first().and_then(|standing| standing.violation.as_ref()).map(|(place, v)| (*place, v.at));
        let goal = first.or(later.map(|(_, place, at)| (place, at)));
        Callback::from(move |_: MouseEvent| {
            if let Some((place, at)) = goal {
                host.act(Action::Pause);
                host.act(Action::Seek(at));
                host.act(Action::Select(Selection::Violation(place)));
            }
            host.reveal(Tab::Checks);
        })
    };
    let name = |standing: &Standing| words::capital(standing.word.name.get(lang));
    let count = standings.len();
    let (class, text, short) = match (broken.as_slice(), &later) {
        ([], None) => {
            let text = match count {
                0 => words::HOLDS_NONE.get(lang).to_owned(),
                1 => words::HOLDS_ONE.get(lang).to_owned(),
                _ => say(words::HOLDS_MANY, lang, &[("n", &count.to_string())]),
            };
            ("good", text, count.to_string())
        }
        ([], Some((standing, _, at))) => {
            let at = words::moment(*at);
            (
                "later",
                say(words::BREAKS_LATER, lang, &[("name", &name(standing)), ("at", &at)]),
                count.to_string(),
            )
        }
        ([one], _) => ("bad", say(words::BROKEN, lang, &[("name", &name(one))]), "1".to_owned()),
        ([one, rest @ ..], _) => {
            let n = rest.len().to_string();
            (
                "bad",
                say(words::BROKEN_MORE, lang, &[("name", &name(one)), ("n", &n)]),
                broken.len().to_string(),
            )
        }
    };
    html! {
        <button class={classes!("pill", "checks-pill", class)} type="button" aria-label={text.clone()} title={text.clone()} onclick={click}>
            { icon(if class == "bad" { Icon::Cross } else { Icon::Check }) }
            <span class="not-phone">{ text }</span>
            <span class="phone-only">{ short }</span>
        </button>
    }
}
