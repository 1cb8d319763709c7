//! What is searched for beside the page: one dialog for its four kinds.

use super::checkup::Checkup;
use super::compare::Compare;
use super::controls::Segments;
use super::dialog::Dialog;
use super::dom;
use super::explore::Explore;
use super::find::Find;
use super::host::PanelProps;
use super::icons::{Icon, icon};
use super::searches::{Kind, Search, Searches, Stands, use_searches};
use super::words::{self, say, search as texts};
use quorate::model::{Lang, Text};
use quorate::task::Report;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SearchProps {
    pub(crate) panel: PanelProps,
    pub(crate) searches: Searches,
    pub(crate) kind: Kind,
    pub(crate) on_kind: Callback<Kind>,
    pub(crate) on_close: Callback<()>,
}

impl Kind {
    /// What it is called.
    pub(crate) const fn name(self) -> Text {
        match self {
            Self::Find => texts::FIND,
            Self::Explore => texts::EXPLORE,
            Self::Check => texts::CHECKUP,
            Self::Compare => words::compare::COMPARE,
        }
    }
}

/// The dialog, at one of its kinds.
#[component]
pub(crate) fn SearchDialog(props: &SearchProps) -> Html {
    use_searches(&props.searches);
    let lang = props.panel.lang;
    let names = Kind::ALL.map(|kind| AttrValue::from(kind.name().get(lang))).to_vec();
    let pick = {
        let on_kind = props.on_kind.clone();
        Callback::from(move |place: usize| {
            if let Some(kind) = Kind::ALL.get(place) {
                on_kind.emit(*kind);
            }
        })
    };
    {
        // After it has been shown, not while.
        let (searches, kind) = (props.searches.clone(), props.kind);
        let stands = searches.look(kind).map(|search| search.stands);
        use_effect_with((kind, stands), move |_| searches.see(kind));
    }
    let title = props.kind.name().get(lang);
    html! {
        <Dialog {title} {lang} wide=true on_close={props.on_close.clone()}>
            <div class="search">
                <Segments label={texts::SEARCH_KINDS.get(lang)} options={names} chosen={Some(props.kind as usize)} on_pick={pick} />
                { match props.kind {
                    Kind::Find => html! { <Find key="find" ..props.clone() /> },
                    Kind::Explore => html! { <Explore key="explore" ..props.clone() /> },
                    Kind::Check => html! { <Checkup key="check" ..props.clone() /> },
                    Kind::Compare => html! { <Compare key="compare" ..props.clone() /> },
                } }
            </div>
        </Dialog>
    }
}

/// A number with what it counts.
pub(crate) struct Figure(pub(crate) Text, pub(crate) String);

/// Numbers side by side.
pub(crate) fn figures(lang: Lang, list: Vec<Figure>) -> Html {
    let figure = |Figure(name, value): &Figure| {
        html! { <div key={name.en} class="figure"><dt>{ words::capital(name.get(lang)) }</dt><dd>{ value.clone() }</dd></div> }
    };
    html! { <dl class="figures">{ for list.iter().map(figure) }</dl> }
}

/// `12 345`, with thin spaces.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// So many in a second, as far as can be told yet.
pub(crate) fn rate(n: u64, elapsed_ms: f64) -> String {
    if elapsed_ms < 1.0 { "–".to_owned() } else { count((n as f64 * 1e3 / elapsed_ms) as u64) }
}

/// How long it has taken.
pub(crate) fn elapsed(search: &Search) -> Figure {
    Figure(texts::ELAPSED, say_seconds(search.elapsed_ms))
}

fn say_seconds(ms: f64) -> String {
    format!("{} s", words::number(ms / 1e3, 1))
}

/// A bar for how much of what was asked is done, or one that only says that it goes on.
pub(crate) fn bar(lang: Lang, name: Text, part: Option<f64>) -> Html {
    let label = name.get(lang);
    match part {
        Some(part) => {
            html! { <progress class="bar" max="1" value={format!("{part:.4}")} aria-label={label} /> }
        }
        None => html! { <progress class="bar" aria-label={label} /> },
    }
}

/// A button with an icon.
pub(crate) fn button(lang: Lang, name: Text, mark: Icon, primary: bool, click: Callback<MouseEvent>) -> Html {
    let class = classes!("btn", primary.then_some("primary"));
    html! { <button {class} type="button" onclick={click}>{ icon(mark) }{ name.get(lang) }</button> }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct CopyButtonProps {
    pub(crate) name: Text,
    /// What is copied, made when it is wanted.
    pub(crate) text: Callback<(), String>,
    pub(crate) lang: Lang,
}

/// Copies something, and says on itself what became of it.
#[component]
pub(crate) fn CopyButton(props: &CopyButtonProps) -> Html {
    let lang = props.lang;
    let outcome = use_state(|| None::<bool>);
    let click = {
        let (outcome, text) = (outcome.clone(), props.text.clone());
        Callback::from(move |_: MouseEvent| {
            let outcome = outcome.clone();
            dom::copy(&text.emit(()), move |done| outcome.set(Some(done)));
        })
    };
    let (mark, name) = match *outcome {
        Some(true) => (Icon::Check, words::COPIED),
        Some(false) => (Icon::Cross, texts::COPY_REFUSED),
        None => (Icon::Copy, props.name),
    };
    html! {
        <span class="copy-button">
            { button(lang, name, mark, false, click) }
            { heard(if outcome.is_some() { name.get(lang) } else { "" }) }
        </span>
    }
}

/// What a search is about.
pub(crate) fn subject(search: &Search, lang: Lang) -> Html {
    html! { <p class="search-subject">{ search.subject.get(lang).to_owned() }</p> }
}

/// Stops a search.
pub(crate) fn cancel_button(props: &SearchProps, kind: Kind) -> Html {
    let searches = props.searches.clone();
    let cancel = Callback::from(move |_: MouseEvent| searches.cancel(kind));
    button(props.panel.lang, texts::CANCEL, Icon::Close, false, cancel)
}

/// Why there is no result: its worker failed, or the order was refused.
pub(crate) fn trouble(search: &Search, lang: Lang) -> Option<String> {
    match (&search.stands, search.report.as_deref()) {
        (Stands::Failed, None) => Some(texts::WORKER_NO_START.get(lang).to_owned()),
        (Stands::Failed, Some(_)) => Some(texts::WORKER_BROKE.get(lang).to_owned()),
        (_, Some(Report::Refused(why))) => Some(why.get(lang).to_owned()),
        (Stands::Going | Stands::Done | Stands::Cancelled, _) => None,
    }
}

/// What a screen reader hears: only what changes seldom.
pub(crate) fn heard(text: &str) -> Html {
    html! { <p class="unseen" role="status">{ text.to_owned() }</p> }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ChipProps {
    pub(crate) lang: Lang,
    pub(crate) searches: Searches,
    pub(crate) on_show: Callback<Kind>,
}

/// In the header: a search that goes on, or an end that nobody has seen; leads to its dialog.
#[component]
pub(crate) fn SearchChip(props: &ChipProps) -> Html {
    use_searches(&props.searches);
    let lang = props.lang;
    let Some((kind, search)) = props.searches.notable() else { return html! { <span /> } };
    let on_show = props.on_show.clone();
    let click = Callback::from(move |_: MouseEvent| on_show.emit(kind));
    let (class, mark, text) = match search.stands {
        Stands::Going => ("computing", None, going(&search, lang)),
        Stands::Done | Stands::Cancelled | Stands::Failed => {
            let (class, text) = outcome(&search, lang);
            let mark = if class == "good" { Icon::Check } else { Icon::Cross };
            (class, Some(mark), text.to_owned())
        }
    };
    let name = say(texts::SEARCH_OPEN, lang, &[("name", kind.name().get(lang))]);
    html! {
        <button class={classes!("pill", "search-chip", class)} type="button" title={name} onclick={click}>
            <span class="search-mark">{ mark.map(icon) }</span><span class="search-text">{ text }</span>
        </button>
    }
}

fn going(search: &Search, lang: Lang) -> String {
    match search.report.as_deref() {
        Some(Report::Find(find)) => say(texts::CHIP_TRIED, lang, &[("n", &count(find.tried))]),
        Some(Report::Explore(explore)) => say(texts::CHIP_STATES, lang, &[("n", &count(explore.distinct))]),
        Some(Report::Compare(_)) => words::compare::COMPARE_GOING.get(lang).to_owned(),
        Some(Report::Check(_) | Report::Refused(_)) | None => texts::CHIP_SEARCHING.get(lang).to_owned(),
    }
}

fn outcome(search: &Search, lang: Lang) -> (&'static str, &'static str) {
    let (class, text) = match search.report.as_deref() {
        _ if search.stands == Stands::Failed => ("bad", texts::CHIP_FAILED),
        Some(Report::Find(find)) if find.found.is_some() => ("bad", texts::CHIP_FOUND),
        Some(Report::Find(_)) => ("good", texts::CHIP_NOT_FOUND),
        Some(Report::Explore(explore)) if explore.is_bad() => ("bad", texts::CHIP_FOUND),
        Some(Report::Check(check)) if !check.is_good() => ("bad", texts::CHIP_NO_ORDER),
        Some(Report::Compare(_)) => ("good", words::compare::COMPARED),
        Some(Report::Explore(_) | Report::Check(_)) => ("good", texts::CHIP_HOLDS),
        Some(Report::Refused(_)) | None => ("bad", texts::CHIP_FAILED),
    };
    (class, text.get(lang))
}
