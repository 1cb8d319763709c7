//! Find a failure: random schedules around the open scenario until one breaks it, made small.

use super::controls::Segments;
use super::dom;
use super::icons::{Icon, icon};
use super::search::{
    CopyButton, Figure, SearchProps, bar, button, cancel_button, count, elapsed, figures, heard, rate,
    subject, trouble,
};
use super::searches::{Kind, Search, Stands, use_searches};
use super::words::{self, say, search as texts};
use quorate::model::{Lang, Span, Text, Time};
use quorate::scenario::{Words, from_json, to_json, to_json_pretty, to_link};

use quorate::search::as_test;
use quorate::session::Action;
use quorate::task::{FindOrder, FindReport, Found, Order, Report, Size, Stage};
use std::rc::Rc;
use yew::prelude::*;

/// How many schedules are tried at most, to choose from.
const LIMITS: [u64; 3] = [2_000, 20_000, 100_000];
/// The run is opened this long before it breaks.
const BEFORE: Span = Span::ms(60);

#[component]
pub(crate) fn Find(props: &SearchProps) -> Html {
    use_searches(&props.searches);
    let lang = props.panel.lang;
    let limit = use_state(|| 1usize);
    let search = props.searches.look(Kind::Find);
    let start = {
        let (searches, host, limit) = (props.searches.clone(), props.panel.host.clone(), *limit);
        let seed = following(
            search.as_ref(),
            &props.panel.host.read(|session| to_json(session.focused().scenario())),
        );
        Callback::from(move |_: MouseEvent| {
            let (document, subject) = host.read(|session| {
                let title = |lang| super::header::title(session, lang);
                (to_json(session.focused().scenario()), Words::new(title(Lang::En), title(Lang::Zh)))
            });
            let schedules = LIMITS[limit];
            searches.start(Kind::Find, Order::Find(FindOrder { document, seed, schedules }), subject);
        })
    };
    let going = search.as_ref().is_some_and(|search| search.stands == Stands::Going);
    let options = LIMITS.map(|n| AttrValue::from(count(n))).to_vec();
    let pick = {
        let limit = limit.clone();
        Callback::from(move |place| limit.set(place))
    };
    let name = if search.is_none() { texts::FIND_START } else { texts::FIND_AGAIN };
    let primary = search.as_ref().is_none_or(|one| found(one).is_none());
    let around = props.panel.host.read(|session| super::header::title(session, lang));
    html! {
        <div class="search-body">
            <p class="lead">{ say(texts::FIND_LEAD, lang, &[("title", &around)]) }</p>
            <div>{ search.is_none().then(|| varied(props)) }</div>
            <div class="search-form">
                <div class="row wrap">
                    <span class="row-label">{ texts::FIND_LIMIT.get(lang) }</span>
                    <Segments label={texts::FIND_LIMIT.get(lang)} {options} chosen={Some(*limit)} on_pick={pick} />
                    // One button at one place: it keeps the focus when its meaning changes.
                    { if going { cancel_button(props, Kind::Find) } else { button(lang, name, Icon::Search, primary, start) } }
                </div>
            </div>
            <div>{ search.map(|search| state(props, &search)) }</div>
        </div>
    }
}

/// Another search around the same scenario tries other schedules.
fn following(search: Option<&Search>, document: &str) -> u64 {
    match search.map(|search| &*search.order) {
        Some(Order::Find(order)) if order.document == document => order.seed + 1,
        Some(Order::Find(_) | Order::Explore(_) | Order::Check(_) | Order::Compare(_)) | None => 0,
    }
}

fn found(search: &Search) -> Option<&Found> {
    match search.report.as_deref() {
        Some(Report::Find(report)) => report.found.as_ref(),
        Some(Report::Explore(_) | Report::Check(_) | Report::Compare(_) | Report::Refused(_)) | None => None,
    }
}

/// What changes from schedule to schedule, and what stays.
fn varied(props: &SearchProps) -> Html {
    let lang = props.panel.lang;
    let flaws = props.panel.host.read(|session| {
        let scenario = session.focused().scenario();
        let on = scenario.spec().flaws.iter().filter(|flaw| scenario.settings.flaw(flaw.id));
        on.map(|flaw| flaw.name.get(lang)).collect::<Vec<_>>()
    });
    let flaws = if flaws.is_empty() {
        texts::FIND_NO_FLAW.get(lang).to_owned()
    } else {
        let names = flaws.join(if lang == Lang::En { ", " } else { "、" });
        say(texts::FIND_FLAWS, lang, &[("names", &names)])
    };
    html! {
        <ul class="plain-list">
            <li>{ texts::FIND_VARIES.get(lang) }</li>
            <li>{ texts::FIND_KEEPS.get(lang) }</li>
            <li>{ flaws }</li>
        </ul>
    }
}

fn state(props: &SearchProps, search: &Search) -> Html {
    let lang = props.panel.lang;
    if let Some(why) = trouble(search, lang) {
        return html! { <p class="trouble" role="alert">{ why }</p> };
    }
    let Some(Report::Find(report)) = search.report.as_deref() else {
        let words = if search.stands == Stands::Going { texts::STARTING } else { texts::CANCELLED };
        return html! {
            <div>
                { heard(words.get(lang)) }
                <p class="hint">{ words.get(lang) }</p>
            </div>
        };
    };
    let going = search.stands == Stands::Going;
    let (said, part) = match (going, report.stage, &report.found) {
        (true, Stage::Searching, _) => {
            (texts::FIND_GOING, Some(report.tried as f64 / report.limit.max(1) as f64))
        }
        (true, Stage::Shrinking | Stage::Over, _) => (texts::FIND_SHRINKING, None),
        (false, _, Some(_)) => (texts::FIND_FOUND, None),
        (false, Stage::Over, None) => (texts::FIND_NOTHING, None),
        (false, Stage::Searching | Stage::Shrinking, None) => (texts::FIND_CANCELLED, None),
    };
    let said = say(said, lang, &[("n", &count(report.tried))]);
    html! {
        <div class="search-state">
            { heard(&said) }
            { subject(search, lang) }
            <p class="search-said" aria-hidden="true">{ said.clone() }</p>
            <div class="search-line">{ going.then(|| bar(lang, texts::FIND, part)) }</div>
            { tally(search, report, lang) }
            <div>{ report.found.as_ref().map(|found| result(props, search, report, found)) }</div>
            <div>{ (report.found.is_none()).then(|| never(search, report, lang)) }</div>
        </div>
    }
}

fn tally(search: &Search, report: &FindReport, lang: Lang) -> Html {
    let fired = report.rules.saturating_sub(report.never.len() as u32);
    let rules = say(texts::N_OF_M, lang, &[("n", &fired.to_string()), ("m", &report.rules.to_string())]);
    let mut list = vec![
        Figure(texts::TRIED, count(report.tried)),
        Figure(texts::PER_SECOND, rate(report.tried, search.counted_ms)),
        Figure(texts::RULES_FIRED, rules),
        elapsed(search),
    ];
    if report.stage != Stage::Searching {
        list.push(Figure(texts::SHRINK_TRIES, count(report.tries)));
    }
    figures(lang, list)
}

/// The rules that no schedule has led to: what was not tested.
fn never(search: &Search, report: &FindReport, lang: Lang) -> Html {
    if search.stands == Stands::Going || report.never.is_empty() {
        return html! { <span /> };
    }
    let rule = |[name, cite]: &[String; 2]| {
        html! { <li key={name.clone()}><code>{ name.clone() }</code>{ " · " }{ cite.clone() }</li> }
    };
    html! {
        <details class="fold">
            <summary><h3>{ say(texts::NEVER_FIRED, lang, &[("n", &report.never.len().to_string())]) }</h3></summary>
            <ul class="plain-list">{ for report.never.iter().map(rule) }</ul>
        </details>
    }
}

fn result(props: &SearchProps, search: &Search, report: &FindReport, found: &Found) -> Html {
    let lang = props.panel.lang;
    let quorums = found.quorums.as_ref().map(|[one, other]| {
        html! {
            <p class="two-quorums">{ words::TWO_QUORUMS.get(lang) }{ ": " }<b>{ one.clone() }</b>{ " · " }<b>{ other.clone() }</b></p>
        }
    });
    let schedule = say(texts::SCHEDULE_NO, lang, &[("n", &count(found.schedule))]);
    let name = words::capital(found.name.get(lang));
    html! {
        <section class="found" aria-label={texts::FIND_FOUND_NAME.get(lang)}>
            <div class="card property bad">
                <div class="check">{ icon(Icon::Cross) }<b>{ name }</b><span class="state">{ schedule }</span></div>
                <p>{ found.sentence.get(lang).to_owned() }</p>
                <div>{ quorums }</div>
            </div>
            { sizes(report, found, lang) }
            <div>{ (search.stands != Stands::Going).then(|| take_away(props, found)) }</div>
        </section>
    }
}

/// What shrinking has come to: before and after.
fn sizes(report: &FindReport, found: &Found, lang: Lang) -> Html {
    let (first, now) = (&found.first, &found.size);
    let row = |name: Text, of: fn(&Size) -> String| {
        html! {
            <tr key={name.en}><th scope="row">{ name.get(lang) }</th><td>{ of(first) }</td><td>{ of(now) }</td></tr>
        }
    };
    let rows = [
        row(texts::SIZE_EVENTS, |size| count(size.events.into())),
        row(texts::SIZE_NODES, |size| size.nodes.to_string()),
        row(texts::SIZE_FAULTS, |size| size.faults.to_string()),
        row(texts::SIZE_COMMANDS, |size| size.commands.to_string()),
        row(texts::SIZE_LENGTH, |size| words::span(size.length_us)),
    ];
    let after = if report.stage == Stage::Shrinking { texts::SIZE_NOW } else { texts::SIZE_AFTER };
    html! {
        <table class="sizes">
            <thead><tr><td /><th scope="col">{ texts::SIZE_BEFORE.get(lang) }</th><th scope="col">{ after.get(lang) }</th></tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

/// The failure, to look at and to keep.
fn take_away(props: &SearchProps, found: &Found) -> Html {
    let lang = props.panel.lang;
    let Ok(scenario) = from_json(&found.document) else { return html! { <span /> } };
    let scenario = Rc::new(scenario);
    let at = Time(found.at_us.saturating_sub(BEFORE.0));
    let open = {
        let (host, on_close, scenario) =
            (props.panel.host.clone(), props.on_close.clone(), Rc::clone(&scenario));
        Callback::from(move |_: MouseEvent| {
            host.act(Action::Open(Box::new((*scenario).clone()), Some(at)));
            on_close.emit(());
        })
    };
    let save = {
        let scenario = Rc::clone(&scenario);
        let name = format!("quorate-{}-{}.json", scenario.spec().id, found.property);
        Callback::from(move |_: MouseEvent| {
            let _ = dom::save_file(&name, &to_json_pretty(&scenario));
        })
    };
    let link = {
        let scenario = Rc::clone(&scenario);
        Callback::from(move |()| format!("{}{}", dom::base_address(), to_link(&scenario, Some(at))))
    };
    let test = {
        let scenario = Rc::clone(&scenario);
        Callback::from(move |()| as_test(&scenario))
    };
    html! {
        <div class="buttons take-away">
            { button(lang, texts::OPEN_FOUND, Icon::Play, true, open) }
            <CopyButton name={texts::COPY_LINK} text={link} {lang} />
            { button(lang, texts::SAVE_FOUND, Icon::Download, false, save) }
            <CopyButton name={texts::COPY_TEST} text={test} {lang} />
        </div>
    }
}
