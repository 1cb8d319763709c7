//! One scenario, many protocols: a table that fills in while they are run.

use super::controls::Toggle;
use super::icons::Icon;
use super::search::{SearchProps, bar, button, cancel_button, count, heard, subject, trouble};
use super::searches::{Kind, Search, Stands, use_searches};
use super::words::{self, compare as texts, say};
use quorate::catalogue::{self, Entry, PROTOCOLS};
use quorate::compare::Figures;
use quorate::model::{Lang, PropertyWord, Text};
use quorate::scenario::{Words, to_json};
use quorate::session::{Action, Edit};
use quorate::task::{CompareOrder, Order, Report};
use yew::prelude::*;

#[component]
pub(crate) fn Compare(props: &SearchProps) -> Html {
    use_searches(&props.searches);
    let lang = props.panel.lang;
    let chosen = use_state(|| vec![true; PROTOCOLS.len()]);
    let search = props.searches.look(Kind::Compare);
    let going = search.as_ref().is_some_and(|search| search.stands == Stands::Going);
    let start = {
        let (searches, host, chosen) = (props.searches.clone(), props.panel.host.clone(), chosen.clone());
        Callback::from(move |_: MouseEvent| {
            let (document, subject) = host.read(|session| {
                let title = |lang| super::header::title(session, lang);
                (to_json(session.scenario()), Words::new(title(Lang::En), title(Lang::Zh)))
            });
            let picked = PROTOCOLS.iter().zip(chosen.iter()).filter(|(_, on)| **on);
            let protocols = picked.map(|(entry, _)| entry.spec.id.to_owned()).collect();
            searches.start(Kind::Compare, Order::Compare(CompareOrder { document, protocols }), subject);
        })
    };
    let toggle = |(place, entry): (usize, &'static Entry)| {
        let chosen = chosen.clone();
        let on_switch = {
            let chosen = chosen.clone();
            Callback::from(move |on: bool| {
                let mut list = (*chosen).clone();
                if let Some(slot) = list.get_mut(place) {
                    *slot = on;
                }
                chosen.set(list);
            })
        };
        html! { <li key={entry.spec.id}><Toggle label={entry.spec.name.get(lang)} on={chosen[place]} {on_switch} /></li> }
    };
    let every = |name: Text, on: bool| {
        let chosen = chosen.clone();
        let click = Callback::from(move |_: MouseEvent| chosen.set(vec![on; PROTOCOLS.len()]));
        html! { <button class="text-button" type="button" onclick={click}>{ name.get(lang) }</button> }
    };
    let title = props.panel.host.read(|session| super::header::title(session, lang));
    let name = if search.is_none() { texts::COMPARE_START } else { texts::COMPARE_AGAIN };
    html! {
        <div class="search-body">
            <p class="lead">{ say(texts::COMPARE_LEAD, lang, &[("title", &title)]) }{ " " }{ texts::COMPARE_HANDS.get(lang) }</p>
            <div class="part-head"><h3>{ texts::COMPARE_WHICH.get(lang) }</h3><span>{ every(texts::COMPARE_ALL, true) }{ every(texts::COMPARE_NONE, false) }</span></div>
            <ul class="compare-pick">{ for PROTOCOLS.iter().enumerate().map(toggle) }</ul>
            <div class="search-line">
                // One button at one place: it keeps the focus when its meaning changes.
                { if going { cancel_button(props, Kind::Compare) } else { button(lang, name, Icon::Play, search.is_none(), start) } }
            </div>
            <div>{ search.map(|search| state(props, &search)) }</div>
        </div>
    }
}

fn state(props: &SearchProps, search: &Search) -> Html {
    let lang = props.panel.lang;
    if let Some(why) = trouble(search, lang) {
        return html! { <p class="trouble" role="alert">{ why }</p> };
    }
    let Some(Report::Compare(report)) = search.report.as_deref() else { return html! { <div /> } };
    let going = search.stands == Stands::Going;
    let done = report.rows.iter().filter(|(_, figures)| figures.is_some()).count();
    let said = if going {
        texts::COMPARE_GOING.get(lang).to_owned()
    } else if done == report.rows.len() {
        say(texts::COMPARE_DONE, lang, &[("n", &done.to_string())])
    } else {
        texts::COMPARE_ENDED.get(lang).to_owned()
    };
    html! {
        <div class="search-state">
            { heard(&said) }
            { subject(search, lang) }
            <p class="search-said" aria-hidden="true">{ said.clone() }</p>
            <div class="search-line">{ going.then(|| bar(lang, texts::COMPARE, Some(f64::from(report.part) / 1e3))) }</div>
            { table(props, &report.rows) }
        </div>
    }
}

/// A column: its head, and what it counts in words.
const COLUMNS: [(Text, Option<Text>); 10] = [
    (texts::COL_ANSWERED, Some(texts::HELP_ANSWERED)),
    (texts::COL_REFUSED, Some(texts::HELP_REFUSED)),
    (texts::COL_STALE, Some(texts::HELP_STALE)),
    (texts::COL_LOST, Some(texts::HELP_LOST)),
    (texts::COL_AWAY, Some(texts::HELP_AWAY)),
    (texts::COL_LATENCY, Some(texts::HELP_LATENCY)),
    (texts::COL_ROUNDS, Some(texts::HELP_ROUNDS)),
    (texts::COL_MESSAGES, Some(texts::HELP_MESSAGES)),
    (texts::COL_BYTES, Some(texts::HELP_BYTES)),
    (texts::COL_BROKEN, None),
];

fn table(props: &SearchProps, rows: &[(String, Option<Figures>)]) -> Html {
    let lang = props.panel.lang;
    let known = rows.iter().filter_map(|(id, figures)| Some((catalogue::find(id)?, figures.as_ref())));
    let head = COLUMNS.iter().map(
        |(name, help)| html! { <th key={name.en} scope="col" title={help.map(|help| help.get(lang))}>{ name.get(lang) }</th> },
    );
    let corner =
        std::iter::once(html! { <th key="corner" scope="col">{ texts::COL_PROTOCOL.get(lang) }</th> });
    let helps = COLUMNS.iter().filter_map(|(name, help)| {
        let help = (*help)?.get(lang);
        Some(html! { <div key={name.en}><dt>{ name.get(lang) }</dt><dd>{ help }</dd></div> })
    });
    html! {
        <>
            <div class="compare-scroll" tabindex="0" role="group" aria-label={texts::COMPARE.get(lang)}>
                <table class="compare">
                    <thead><tr>{ for corner.chain(head) }</tr></thead>
                    <tbody>{ for known.map(|(entry, figures)| row(props, entry, figures)) }</tbody>
                </table>
            </div>
            <details class="fold"><summary><h3>{ texts::COMPARE_NOTE.get(lang) }</h3></summary><dl class="compare-notes">{ for helps }</dl></details>
        </>
    }
}

fn row(props: &SearchProps, entry: &'static Entry, figures: Option<&Figures>) -> Html {
    let lang = props.panel.lang;
    let name = entry.spec.name.get(lang);
    let open = {
        let (host, on_close) = (props.panel.host.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            // Beside itself stands nothing new: what is open stays alone.
            let own = host.read(|session| session.scenario().entry == entry);
            host.act(Action::Edit(Edit::Beside((!own).then_some(entry)), None));
            on_close.emit(());
        })
    };
    let label = say(texts::SIDE_BY_SIDE_NAME, lang, &[("protocol", name)]);
    let head = html! {
        <th key="name" scope="row"><button class="plain" type="button" title={label.clone()} aria-label={label} onclick={open}>{ name }</button></th>
    };
    let cells: Vec<Html> = match figures {
        None => vec![html! { <td key="none" class="faint" colspan="10">{ "…" }</td> }],
        Some(figures) => {
            let cells = cells(figures, entry, lang).into_iter().zip(COLUMNS);
            cells
                .map(|((text, class), (column, _))| html! { <td key={column.en} class={class}>{ text }</td> })
                .collect()
        }
    };
    html! { <tr key={entry.spec.id}>{ for std::iter::once(head).chain(cells) }</tr> }
}

fn cells(figures: &Figures, entry: &Entry, lang: Lang) -> Vec<(String, &'static str)> {
    let number = |n: u32| count(n.into());
    let bad = |n: u32| (number(n), if n > 0 { "bad" } else { "" });
    let latency = match (figures.median_us, figures.p95_us) {
        (Some(median), Some(p95)) => format!("{} ({})", words::span(median), words::span(p95)),
        _ => "–".to_owned(),
    };
    let rounds =
        figures.in_a_row.map_or_else(|| "–".to_owned(), |row| words::number(f64::from(row) / 2.0, 1));
    let broken: Vec<&PropertyWord> = entry
        .words()
        .into_iter()
        .filter(|(_, word)| figures.violations.iter().any(|id| id == word.id))
        .map(|(_, word)| word)
        .collect();
    // What nobody promised is no defect.
    let promised = broken.iter().any(|word| entry.unpromised(word.id).is_none());
    let broken: Vec<&str> = broken.into_iter().map(|word| word.name.get(lang)).collect();
    let broken = if figures.cut_short {
        (texts::CUT_SHORT_ROW.get(lang).to_owned(), "bad")
    } else if broken.is_empty() {
        (texts::NOTHING_BROKE.get(lang).to_owned(), "")
    } else {
        let names = broken.join(if lang == Lang::En { "; " } else { "；" });
        (names, if promised { "bad" } else { "later" })
    };
    let away = words::span(figures.unavailable_us);
    vec![
        (format!("{} / {}", number(figures.answered), number(figures.asked)), ""),
        (number(figures.refused), if figures.refused > 0 { "later" } else { "" }),
        bad(figures.stale),
        figures.lost.map_or_else(|| ("–".to_owned(), "faint"), bad),
        (away, if figures.unavailable_us > 0 { "later" } else { "" }),
        (latency, ""),
        (rounds, ""),
        (format!("{} + {}", number(figures.messages), number(figures.with_clients)), ""),
        (count(figures.bytes), ""),
        broken,
    ]
}
