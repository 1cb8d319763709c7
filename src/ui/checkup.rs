//! Check a history that comes from elsewhere: its verdict, and its operations as bars.

use super::controls::Picker;
use super::dom;
use super::icons::{Icon, icon};
use super::search::{
    Figure, SearchProps, bar, cancel_button, count, elapsed, figures, heard, subject, trouble,
};
use super::searches::{Kind, Search, Stands, use_searches};
use super::words::{self, say, search as texts};
use quorate::check::linear::Model;
use quorate::history::{BYTES_MAX, Format};
use quorate::model::Lang;
use quorate::scenario::Words;
use quorate::task::{Answer, Bar, CheckOrder, CheckReport, Order, Report};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// The width of a place between two calls or returns, in px.
const PLACE: u32 = 28;
/// The height of a row, and of a bar in it.
const ROW: u32 = 26;
const BAR: u32 = 20;
/// What a process's name takes at the left.
const NAME: u32 = 58;

#[component]
pub(crate) fn Checkup(props: &SearchProps) -> Html {
    use_searches(&props.searches);
    let lang = props.panel.lang;
    let format = use_state(|| 0usize);
    let model = use_state(|| 0usize);
    let unreadable = use_state(|| false);
    let search = props.searches.look(Kind::Check);
    let open = {
        let (searches, unreadable) = (props.searches.clone(), unreadable.clone());
        // The first choice is none.
        let format = format.checked_sub(1).and_then(|place| Format::ALL.get(place)).map(|one| one.name());
        let model = model.checked_sub(1).and_then(|place| Model::ALL.get(place)).map(|one| one.name());
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            let Some(input) = input else { return };
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            // The same file may be chosen again, with another model.
            let (searches, unreadable) = (searches.clone(), unreadable.clone());
            let name = file.name();
            read_history(&file, move |text| {
                unreadable.set(text.is_none());
                if let Some(text) = text {
                    let (format, model) = (format.map(str::to_owned), model.map(str::to_owned));
                    searches.start(
                        Kind::Check,
                        Order::Check(CheckOrder { text, format, model }),
                        Words::new(name, ""),
                    );
                }
            });
            input.set_value("");
        })
    };
    let options = |names: &mut dyn Iterator<Item = &'static str>| {
        let auto = AttrValue::from(texts::AS_IT_LOOKS.get(lang));
        std::iter::once(auto).chain(names.map(AttrValue::from)).collect::<Vec<_>>()
    };
    let formats = options(&mut Format::ALL.into_iter().map(Format::name));
    let models = options(&mut Model::ALL.into_iter().map(|model| model.text().get(lang)));
    let pick = |state: &UseStateHandle<usize>| {
        let state = state.clone();
        Callback::from(move |place| state.set(place))
    };
    html! {
        <div class="search-body">
            <p class="lead">{ texts::CHECKUP_LEAD.get(lang) }</p>
            <div class="search-form">
                <div class="row wrap">
                    <span class="row-label">{ texts::FORMAT.get(lang) }</span>
                    <Picker label={texts::FORMAT.get(lang)} options={formats} chosen={*format} on_pick={pick(&format)} />
                    <span class="row-label">{ texts::OBJECT.get(lang) }</span>
                    <Picker label={texts::OBJECT.get(lang)} options={models} chosen={*model} on_pick={pick(&model)} />
                    <label class="btn file primary">
                        { icon(Icon::Upload) }
                        <span>{ texts::OPEN_HISTORY.get(lang) }</span>
                        <input type="file" aria-label={texts::OPEN_HISTORY.get(lang)} onchange={open} />
                    </label>
                </div>
            </div>
            <div>{ unreadable.then(|| html! { <p class="trouble" role="alert">{ words::UNREADABLE.get(lang) }</p> }) }</div>
            <div>{ search.map(|search| state(props, &search)) }</div>
        </div>
    }
}

/// Reads a file that may be a history; `None` where it cannot be read, or is too large for one.
pub(crate) fn read_history(file: &web_sys::File, done: impl FnOnce(Option<String>) + 'static) {
    if file.size() > BYTES_MAX as f64 { done(None) } else { dom::read_file(file, done) }
}

fn state(props: &SearchProps, search: &Search) -> Html {
    let lang = props.panel.lang;
    if let Some(why) = trouble(search, lang) {
        return html! { <p class="trouble" role="alert">{ why }</p> };
    }
    match search.report.as_deref() {
        Some(Report::Check(report)) if report.answer != Answer::Pending => result(search, report, lang),
        Some(_) | None if search.stands == Stands::Going => html! {
            <div class="search-state">
                { heard(texts::CHECKING.get(lang)) }
                <p class="search-said" aria-hidden="true">{ texts::CHECKING.get(lang) }</p>
                <div class="search-line">{ bar(lang, texts::CHECKUP, None) }{ cancel_button(props, Kind::Check) }</div>
            </div>
        },
        Some(_) | None => html! { <p class="hint" role="status">{ texts::CANCELLED.get(lang) }</p> },
    }
}

fn result(search: &Search, report: &CheckReport, lang: Lang) -> Html {
    let (class, mark, verdict) = match report.answer {
        Answer::Pending | Answer::Orderable => ("good", Icon::Check, texts::LINEARIZABLE),
        Answer::NotOrderable => ("bad", Icon::Cross, texts::NOT_LINEARIZABLE),
        Answer::Unknown => ("later", Icon::Help, texts::NOT_DECIDED),
    };
    let sentence = report.sentence.get(lang).to_owned();
    let list = vec![
        Figure(texts::OPERATION_COUNT, count(report.operations.into())),
        Figure(texts::KEY_COUNT, count(report.keys.into())),
        Figure(texts::FORMAT, report.format.clone()),
        Figure(texts::OBJECT, report.model.get(lang).to_owned()),
        elapsed(search),
    ];
    html! {
        <div class="search-state">
            { heard(&format!("{} {sentence}", verdict.get(lang))) }
            { subject(search, lang) }
            <div class={classes!("card", "property", class)}>
                <div class="check">{ icon(mark) }<b>{ verdict.get(lang) }</b></div>
                <p>{ sentence }</p>
            </div>
            { figures(lang, list) }
            <Lanes report={search.report.clone()} {lang} />
            { stuck(report, lang) }
        </div>
    }
}

/// The operations that cannot be ordered, in words.
fn stuck(report: &CheckReport, lang: Lang) -> Html {
    let list: Vec<&Bar> = report.bars.iter().filter(|bar| bar.stuck).collect();
    if list.is_empty() {
        return html! { <span /> };
    }
    let line = |(place, bar): (usize, &&Bar)| {
        html! { <li key={place}><b>{ bar.process.clone() }</b>{ " " }{ bar.label.get(lang).to_owned() }</li> }
    };
    html! {
        <section aria-label={texts::STUCK.get(lang)}>
            <h3>{ texts::STUCK.get(lang) }</h3>
            <ul class="plain-list">{ for list.iter().enumerate().map(line) }</ul>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct LanesProps {
    report: Option<Rc<Report>>,
    lang: Lang,
}

/// A lane for each process, a bar for each operation; opens where no order goes on.
#[component]
fn Lanes(props: &LanesProps) -> Html {
    let lang = props.lang;
    let scroll = use_node_ref();
    let report = match props.report.as_deref() {
        Some(Report::Check(report)) => Some(report),
        Some(Report::Find(_) | Report::Explore(_) | Report::Compare(_) | Report::Refused(_)) | None => None,
    };
    let bars = report.map_or(&[][..], |report| &report.bars);
    let rows = rows(bars);
    let row_of = |bar: &Bar| rows.iter().position(|row| *row == (&*bar.process, bar.row)).unwrap_or(0);
    {
        let scroll = scroll.clone();
        let last = bars.iter().filter(|bar| bar.stuck).max_by_key(|bar| bar.until.unwrap_or(bar.from));
        let last = last.map(|bar| (bar.until.unwrap_or(bar.from) * PLACE, row_of(bar) as u32 * ROW));
        use_effect_with((props.report.clone(), last), move |(_, last)| {
            if let (Some((x, y)), Some(scroll)) = (last, scroll.cast::<web_sys::Element>()) {
                scroll.set_scroll_left((x + NAME) as i32 - scroll.client_width() * 3 / 4);
                scroll.set_scroll_top((y + ROW) as i32 - scroll.client_height() / 2);
            }
        });
    }
    let Some(report) = report.filter(|report| !report.bars.is_empty()) else { return html! { <span /> } };
    let end = 2 + bars.iter().map(|bar| bar.until.unwrap_or(bar.from)).max().unwrap_or(0);
    let (width, height) = ((end * PLACE).to_string(), (rows.len() as u32 * ROW + 6).to_string());
    let top = |row: usize| row as u32 * ROW + 3;
    let names = rows.iter().enumerate().filter(|(_, (_, row))| *row == 0).map(|(place, (name, _))| {
        html! { <text key={place} x="6" y={(top(place) + 14).to_string()}>{ (*name).to_owned() }</text> }
    });
    let shape = |(place, bar): (usize, &Bar)| {
        let (x, y) = (bar.from * PLACE, top(row_of(bar)));
        let until = bar.until.unwrap_or(end) * PLACE;
        let wide = until.saturating_sub(x).max(PLACE / 2);
        let point = bar.point.map(|point| {
            let at = point * PLACE / 1_000;
            html! { <path class="lane-point" d={format!("M{at} {y}v{BAR}")} /> }
        });
        let label = bar.label.get(lang);
        html! {
            <g key={place} class={classes!("lane-op", bar.stuck.then_some("stuck"), bar.until.is_none().then_some("open"))}>
                <title>{ format!("{}: {label}", bar.process) }</title>
                <rect x={x.to_string()} y={y.to_string()} width={wide.to_string()} height={BAR.to_string()} rx="4" />
                <g>{ point }</g>
                <svg x={x.to_string()} y={y.to_string()} width={wide.to_string()} height={BAR.to_string()} aria-hidden="true">
                    <text x="5" y="14">{ if bar.stuck { "✕ " } else { "" } }{ label.to_owned() }</text>
                </svg>
            </g>
        }
    };
    let hidden =
        (report.hidden > 0).then(|| say(texts::BARS_HIDDEN, lang, &[("n", &count(report.hidden.into()))]));
    let name = say(texts::LANES, lang, &[("n", &bars.len().to_string())]);
    html! {
        <figure class="lanes">
            <div ref={scroll} class="lanes-scroll" tabindex="0" role="group" aria-label={name.clone()}>
                <div class="lanes-in">
                    <svg class="lane-names" width={NAME.to_string()} height={height.clone()} aria-hidden="true"><g>{ for names }</g></svg>
                    <svg {width} {height} role="img" aria-label={name}><g>{ for bars.iter().enumerate().map(shape) }</g></svg>
                </div>
            </div>
            <figcaption class="hint">{ texts::LANES_KEY.get(lang) }{ " " }{ hidden }</figcaption>
        </figure>
    }
}

/// The rows of all processes, one under the other, in the order in which processes come first.
fn rows(bars: &[Bar]) -> Vec<(&str, u16)> {
    let mut processes: Vec<(&str, u16)> = Vec::new();
    for bar in bars {
        match processes.iter_mut().find(|(known, _)| *known == bar.process) {
            Some((_, rows)) => *rows = (*rows).max(bar.row + 1),
            None => processes.push((&bar.process, bar.row + 1)),
        }
    }
    processes.into_iter().flat_map(|(process, rows)| (0..rows).map(move |row| (process, row))).collect()
}
