//! Explore every state of a system: what is explored, how far it is, and what came of it.

use super::controls::{NumberBox, Picker, Segments, Toggle, input_value};
use super::host::Host;
use super::icons::{Icon, icon};
use super::search::{
    Figure, SearchProps, bar, button, cancel_button, count, elapsed, figures, heard, rate, subject, trouble,
};
use super::searches::{Kind, Search, Stands, use_searches};
use super::steps::Steps;
use super::words::{self, say, search as texts};
use quorate::explore::{MODELS, Model};
use quorate::model::{Lang, Text};
use quorate::scenario::{Words, from_json, to_json};
use quorate::session::Action;
use quorate::task::{
    BOUNDS, ExploreOrder, ExploreReport, Judged, Order, Reached, Report, What, usual_bounds,
};
use yew::prelude::*;

/// How many MB it may take, to choose from.
const MEMORY_MB: [u32; 4] = [128, 512, 1_024, 2_048];
/// The constant that weights say as well.
const ACCEPTORS: &str = "acceptors";

/// What is asked for, as it stands in the form.
#[derive(Clone, PartialEq)]
struct Form {
    /// 0: the open scenario's protocol; others: a place in the list of models, from 1.
    what: usize,
    /// A value for each constant or bound.
    numbers: Vec<u32>,
    /// Of a model: the weights, and each quorum system; empty for the usual.
    texts: Vec<String>,
    symmetry: bool,
    go_on: bool,
    memory: usize,
}

fn model(what: usize) -> Option<&'static Model> {
    what.checked_sub(1).and_then(|place| MODELS.get(place))
}

/// A number to be chosen: what it counts, the least and the most.
fn constants(what: usize) -> Vec<(Text, u32, u32)> {
    match model(what) {
        Some(model) => model.constants.iter().map(|one| (one.help, one.least, one.most)).collect(),
        None => BOUNDS.iter().map(|(name, most)| (*name, 0, u32::from(*most))).collect(),
    }
}

impl Form {
    fn of(what: usize) -> Self {
        let model = model(what);
        let numbers = match model {
            Some(model) => model.constants.iter().map(|constant| constant.default).collect(),
            None => usual_bounds().map(u32::from).to_vec(),
        };
        let texts =
            model.filter(|model| !model.quorums.is_empty()).map_or(0, |model| 1 + model.quorums.len());
        let texts = vec![String::new(); texts];
        Self { what, numbers, texts, symmetry: false, go_on: false, memory: 1 }
    }

    /// The order, in the words of the command line.
    fn order(&self, document: impl FnOnce() -> String) -> ExploreOrder {
        let what = match model(self.what) {
            Some(model) => self.specification(model),
            None => {
                let bound = |place: usize| self.numbers.get(place).and_then(|n| u8::try_from(*n).ok());
                let bounds = std::array::from_fn(|place| bound(place).unwrap_or_default());
                What::Scenario { document: document(), bounds }
            }
        };
        let (symmetry, go_on) = (self.symmetry, self.go_on);
        ExploreOrder { what, symmetry, go_on, memory_mb: MEMORY_MB[self.memory] }
    }

    fn specification(&self, model: &Model) -> What {
        let weights = self.texts.first().map(|text| text.trim()).filter(|text| !text.is_empty());
        let numbers = model.constants.iter().zip(&self.numbers);
        let mut parts: Vec<String> = numbers
            .filter(|(constant, _)| weights.is_none() || constant.id != ACCEPTORS)
            .map(|(constant, n)| format!("{}={n}", constant.id))
            .collect();
        parts.extend(weights.map(|weights| format!("weights={weights}")));
        let mut quorums = Vec::new();
        for (phase, text) in model.quorums.iter().zip(self.texts.iter().skip(1)) {
            match text.trim() {
                "" => {}
                sets if sets.starts_with('{') => quorums.push(format!("{phase}={sets}")),
                votes => parts.push(format!("{phase}={votes}")),
            }
        }
        What::Model { model: model.id.to_owned(), constants: parts.join(","), quorums }
    }
}

#[component]
pub(crate) fn Explore(props: &SearchProps) -> Html {
    use_searches(&props.searches);
    let lang = props.panel.lang;
    let form = use_state(|| Form::of(0));
    let search = props.searches.look(Kind::Explore);
    let change = {
        let form = form.clone();
        Callback::from(move |edit: Edit| {
            let mut next = (*form).clone();
            edit.apply(&mut next);
            form.set(next);
        })
    };
    let start = {
        let (searches, host, form) = (props.searches.clone(), props.panel.host.clone(), form.clone());
        Callback::from(move |_: MouseEvent| {
            let order = form.order(|| host.read(|session| to_json(session.focused().scenario())));
            let subject = Words::new(about(&host, &order, Lang::En), about(&host, &order, Lang::Zh));
            searches.start(Kind::Explore, Order::Explore(order), subject);
        })
    };
    let going = search.as_ref().is_some_and(|search| search.stands == Stands::Going);
    let own = own(&props.panel.host, lang);
    let models = MODELS.iter().map(|model| AttrValue::from(model.name.get(lang)));
    let names = std::iter::once(AttrValue::from(own)).chain(models).collect::<Vec<_>>();
    let (summary, source) =
        model(form.what).map_or((texts::EXPLORE_OWN_ABOUT, ""), |model| (model.summary, model.source));
    let symmetry = model(form.what).and_then(|model| model.symmetry).map(|what| {
        let switch = change.reform(Edit::Symmetry);
        html! { <Toggle label={texts::SYMMETRY.get(lang)} help={words::capital(what.get(lang))} on={form.symmetry} on_switch={switch} /> }
    });
    let sizes = MEMORY_MB.map(|mb| AttrValue::from(format!("{mb} MB"))).to_vec();
    html! {
        <div class="search-body">
            <p class="lead">{ texts::EXPLORE_LEAD.get(lang) }</p>
            <div class="search-form">
                <div class="row wrap">
                    <span class="row-label">{ texts::EXPLORE_WHAT.get(lang) }</span>
                    <Picker label={texts::EXPLORE_WHAT.get(lang)} options={names} chosen={form.what} on_pick={change.reform(Edit::What)} />
                </div>
                <p class="hint">{ summary.get(lang) }{ " " }<cite>{ source }</cite></p>
                { fields(&form, &change, lang) }
                <div>{ symmetry }</div>
                <Toggle label={texts::GO_ON.get(lang)} on={form.go_on} on_switch={change.reform(Edit::GoOn)} />
                <div class="row wrap">
                    <span class="row-label">{ texts::MEMORY_LIMIT.get(lang) }</span>
                    <Segments label={texts::MEMORY_LIMIT.get(lang)} options={sizes} chosen={Some(form.memory)} on_pick={change.reform(Edit::Memory)} />
                    // One button at one place: it keeps the focus when its meaning changes.
                    { if going { cancel_button(props, Kind::Explore) } else { button(lang, texts::FIND_START, Icon::Search, true, start) } }
                </div>
            </div>
            <div>{ search.map(|search| state(props, &search)) }</div>
        </div>
    }
}

/// The open set-up, in a few words.
fn own(host: &Host, lang: Lang) -> String {
    host.read(|session| {
        let scenario = session.focused().scenario();
        let nodes = scenario.weights.len().to_string();
        say(texts::EXPLORE_OWN, lang, &[("protocol", scenario.spec().name.get(lang)), ("n", &nodes)])
    })
}

/// What an order is about: the system, and its numbers.
fn about(host: &Host, order: &ExploreOrder, lang: Lang) -> String {
    match &order.what {
        What::Model { model: id, constants, quorums } => {
            let name = quorate::explore::model(id).map_or("", |model| model.name.get(lang));
            format!("{name}: {constants} {}", quorums.join(" "))
        }
        What::Scenario { bounds, .. } => {
            let bound = |((name, _), n): (&(Text, u8), &u8)| format!("{} {n}", name.get(lang));
            let bounds: Vec<String> = BOUNDS.iter().zip(bounds).map(bound).collect();
            format!("{}; {}", own(host, lang), bounds.join(", "))
        }
    }
}

/// A change to the form.
enum Edit {
    What(usize),
    Number(usize, u32),
    Text(usize, String),
    Symmetry(bool),
    GoOn(bool),
    Memory(usize),
}

impl Edit {
    fn apply(self, form: &mut Form) {
        match self {
            Self::What(what) => *form = Form::of(what),
            Self::Number(place, n) => form.numbers.iter_mut().skip(place).take(1).for_each(|own| *own = n),
            Self::Text(place, text) => form.texts[place] = text,
            Self::Symmetry(on) => form.symmetry = on,
            Self::GoOn(on) => form.go_on = on,
            Self::Memory(place) => form.memory = place,
        }
    }
}

/// A box for each constant, and a line for the weights and each quorum system.
fn fields(form: &Form, change: &Callback<Edit>, lang: Lang) -> Html {
    let number = |(place, (name, least, most)): (usize, (Text, u32, u32))| {
        let change = change.clone();
        let on_change = Callback::from(move |value: Option<f64>| {
            if let Some(value) = value {
                change.emit(Edit::Number(place, value as u32));
            }
        });
        let value = form.numbers.get(place).map(|n| f64::from(*n));
        let label = words::capital(name.get(lang));
        let (min, max) = (f64::from(least), f64::from(most));
        html! {
            <div key={place} class="constant"><span>{ label.clone() }</span><NumberBox {label} {value} {min} {max} {on_change} /></div>
        }
    };
    let text = |place: usize, label: String, example: &'static str| {
        let change = change.clone();
        let oninput =
            Callback::from(move |event: InputEvent| change.emit(Edit::Text(place, input_value(&event))));
        html! {
            <label key={place}>
                <span>{ label }</span>
                <input class="text-box" type="text" spellcheck="false" autocomplete="off" placeholder={example} value={form.texts[place].clone()} {oninput} />
            </label>
        }
    };
    let mut lines = Vec::new();
    let phases = model(form.what).map_or(&[][..], |model| model.quorums);
    if !phases.is_empty() {
        lines.push(text(0, texts::WEIGHTS_OF_ACCEPTORS.get(lang).to_owned(), "1:1:1"));
    }
    for (place, phase) in phases.iter().enumerate() {
        let label = words::capital(&say(texts::QUORUMS_OF, lang, &[("phase", phase)]));
        lines.push(text(place + 1, label, "{{a1,a2},{a2,a3}}"));
    }
    html! {
        <div class="constants" key={form.what}>
            <div class="constants-part">{ for constants(form.what).into_iter().enumerate().map(number) }</div>
            <div class="constants-part wide">{ for lines }</div>
        </div>
    }
}

/// How far it is, and what came of it.
fn state(of: &SearchProps, search: &Search) -> Html {
    let lang = of.panel.lang;
    if let Some(why) = trouble(search, lang) {
        return html! { <p class="trouble" role="alert">{ why }</p> };
    }
    let going = search.stands == Stands::Going;
    let Some(Report::Explore(report)) = search.report.as_deref() else {
        let words = if going { texts::STARTING } else { texts::CANCELLED };
        return html! { <p class="hint" role="status">{ words.get(lang) }</p> };
    };
    let said = match (search.stands, report.reached) {
        (Stands::Cancelled, Reached::Going) => texts::EXPLORE_CANCELLED.get(lang),
        (Stands::Going | Stands::Done | Stands::Failed | Stands::Cancelled, _) => report.sentence.get(lang),
    };
    let class = match (report.is_bad(), report.reached) {
        (true, _) => "bad",
        (false, Reached::Complete) => "good",
        (false, Reached::Going | Reached::Bounded | Reached::OutOfMemory | Reached::Violated) => "later",
    };
    html! {
        <div class="search-state">
            { heard(said) }
            { subject(search, lang) }
            <p class={classes!("search-said", (!going).then_some(class))} aria-hidden="true">{ said.to_owned() }</p>
            <div class="search-line">{ going.then(|| bar(lang, texts::EXPLORE, None)) }</div>
            { tally(search, report, lang) }
            { judged(report, lang) }
            <div>{ (!report.path.is_empty()).then(|| path(of, search, report)) }</div>
        </div>
    }
}

fn tally(search: &Search, report: &ExploreReport, lang: Lang) -> Html {
    let memory = say(
        texts::N_OF_M,
        lang,
        &[("n", &count(report.bytes >> 20)), ("m", &format!("{} MB", count(report.bytes_max >> 20)))],
    );
    let mut list = vec![
        Figure(texts::DISTINCT, count(report.distinct)),
        Figure(texts::GENERATED, count(report.generated)),
        Figure(texts::DEPTH, report.depth.to_string()),
        Figure(texts::STATES_WAITING, count(report.waiting)),
        Figure(texts::STATES_PER_SECOND, rate(report.distinct, search.counted_ms)),
        Figure(texts::MEMORY, memory),
        elapsed(search),
    ];
    if report.outside > 0 {
        list.insert(4, Figure(texts::LEFT_OUT, count(report.outside)));
    }
    figures(lang, list)
}

/// Every property, and how it stands.
fn judged(report: &ExploreReport, lang: Lang) -> Html {
    let line = |(place, property): (usize, &Judged)| {
        let (class, mark, state) = match (property.sometimes, property.seen, report.reached) {
            (false, true, _) => ("bad", Icon::Cross, texts::IS_BROKEN),
            (true, true, _) => ("good", Icon::Check, texts::IS_REACHED),
            (false, false, Reached::Complete) => ("good", Icon::Check, texts::HOLDS_EVERYWHERE),
            (true, false, Reached::Complete) => ("later", Icon::Cross, texts::NEVER_REACHED),
            (false, false, Reached::Bounded) => ("later", Icon::Help, texts::HOLDS_IN_VISITED),
            (true, false, Reached::Bounded) => ("later", Icon::Help, texts::NOT_IN_VISITED),
            (false, false, Reached::Going | Reached::Violated | Reached::OutOfMemory) => {
                ("later", Icon::Help, texts::HOLDS_SO_FAR)
            }
            (true, false, Reached::Going | Reached::Violated | Reached::OutOfMemory) => {
                ("later", Icon::Help, texts::NOT_REACHED_YET)
            }
        };
        let name = words::capital(property.name.get(lang));
        html! {
            <li key={place} class={classes!("check", class)}>
                { icon(mark) }<span><b>{ name }</b>{ ": " }{ words::capital(property.statement.get(lang)) }</span>
                <small>{ state.get(lang) }</small>
            </li>
        }
    };
    html! { <ul class="checks">{ for report.properties.iter().enumerate().map(line) }</ul> }
}

/// The shortest violation: opens in the player where it can, and stands here as a list of steps.
fn path(of: &SearchProps, search: &Search, report: &ExploreReport) -> Html {
    let lang = of.panel.lang;
    let open = report.document.as_ref().filter(|_| search.stands != Stands::Going).map(|document| {
        let (host, on_close, document) = (of.panel.host.clone(), of.on_close.clone(), document.clone());
        let open = Callback::from(move |_: MouseEvent| {
            match from_json(&document) {
                Ok(scenario) => host.act(Action::Open(Box::new(scenario), None)),
                Err(why) => host.notify(why.sentence(host.lang())),
            }
            on_close.emit(());
        });
        button(lang, texts::OPEN_FOUND, Icon::Play, true, open)
    });
    let note = report.note.as_ref().map(|note| html! { <p class="hint">{ note.get(lang).to_owned() }</p> });
    let steps = report.path.len().saturating_sub(1).to_string();
    html! {
        <section aria-label={texts::SHORTEST_VIOLATION.get(lang)}>
            <div class="part-head"><h3>{ say(texts::SHORTEST_N, lang, &[("n", &steps)]) }</h3>{ open }</div>
            <div>{ note }</div>
            <Steps report={search.report.clone()} {lang} />
        </section>
    }
}
