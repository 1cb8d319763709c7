//! Links, frames for other pages, and files.

use super::checkup::read_history;
use super::controls::{Segments, Toggle};
use super::dialog::Dialog;
use super::dom;
use super::embed::{Controls, View};
use super::host::{Host, PanelProps};
use super::icons::{Icon, icon};
use super::words::{self, say};
use quorate::model::{Lang, Text};
use quorate::scenario::{from_json, to_json_pretty, to_link};
use quorate::session::Action;
use quorate::task::is_history;
use wasm_bindgen::JsCast;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ShareProps {
    pub(crate) panel: PanelProps,
    pub(crate) on_close: Callback<()>,
    /// Whether the frame for other pages is what is wanted.
    pub(crate) embed: bool,
}

#[component]
pub(crate) fn Share(props: &ShareProps) -> Html {
    let lang = props.panel.lang;
    let title = if props.embed { words::EMBED_TITLE } else { words::SHARE_TITLE };
    html! {
        <Dialog title={title.get(lang)} {lang} on_close={props.on_close.clone()}>
            <div>
                if props.embed {
                    <EmbedBody ..props.clone() />
                } else {
                    <ShareBody ..props.clone() />
                }
            </div>
        </Dialog>
    }
}

#[component]
fn ShareBody(props: &ShareProps) -> Html {
    let (host, lang) = (&props.panel.host, props.panel.lang);
    let at_moment = use_state(|| false);
    let (link, at, name) = host.read(|session| {
        let at = session.frame().at;
        let link = to_link(session.scenario(), at_moment.then_some(at));
        (link, at, session.scenario().spec().id)
    });
    let switch = {
        let at_moment = at_moment.clone();
        Callback::from(move |on| at_moment.set(on))
    };
    let export = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| {
            let text = host.read(|session| to_json_pretty(session.scenario()));
            let _ = dom::save_file(&format!("quorate-{name}.json"), &text);
        })
    };
    let import = {
        let (host, on_close) = (host.clone(), props.on_close.clone());
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(file) = input.and_then(|input| input.files()?.get(0)) {
                open_file(&host, &file);
                on_close.emit(());
            }
        })
    };
    let at_text = say(words::AT_MOMENT, lang, &[("at", &words::moment(at))]);
    html! {
        <div class="share">
            <p class="lead">{ words::SHARE_LEAD.get(lang) }</p>
            <CopyBox label={words::LINK} text={format!("{}{link}", dom::base_address())} {lang} lines=3 />
            <Toggle label={at_text} on={*at_moment} on_switch={switch} />
            <h3>{ words::FILE.get(lang) }</h3>
            <div class="buttons">
                <button class="btn" type="button" onclick={export}>{ icon(Icon::Download) }{ words::EXPORT.get(lang) }</button>
                <label class="btn file">
                    { icon(Icon::Upload) }
                    <span>{ words::IMPORT.get(lang) }</span>
                    <input type="file" accept=".json,application/json" aria-label={words::IMPORT.get(lang)} onchange={import} />
                </label>
            </div>
            <p class="hint">{ words::IMPORT_HELP.get(lang) }</p>
        </div>
    }
}

#[component]
fn EmbedBody(props: &ShareProps) -> Html {
    let (host, lang) = (&props.panel.host, props.panel.lang);
    let view = use_state(|| 0usize);
    let controls = use_state(|| 1usize);
    let link = host.read(|session| to_link(session.scenario(), None));
    let query = format!(
        "?embed&view={}&controls={}&lang={}",
        View::ALL[*view].name(),
        Controls::ALL[*controls].name(),
        dom::lang_tag(lang).split('-').next().unwrap_or("en"),
    );
    let height = [560, 420, 320][*view];
    let address = format!("{}{query}{link}", dom::base_address()).replace('&', "&amp;");
    let frame = format!(
        "<iframe src=\"{address}\" title=\"Quorate\" width=\"100%\" height=\"{height}\" loading=\"lazy\"></iframe>"
    );
    let set = |state: &UseStateHandle<usize>| {
        let state = state.clone();
        Callback::from(move |place| state.set(place))
    };
    let options = |texts: [Text; 3]| texts.map(|text| AttrValue::from(text.get(lang))).to_vec();
    html! {
        <div class="share">
            <p class="lead">{ words::EMBED_LEAD.get(lang) }</p>
            <div class="row">
                <span class="row-label">{ words::VIEW.get(lang) }</span>
                <Segments label={words::VIEW.get(lang)} options={options([words::VIEW_SPLIT, words::VIEW_STAGE, words::VIEW_LANES])} chosen={Some(*view)} on_pick={set(&view)} />
            </div>
            <div class="row">
                <span class="row-label">{ words::CONTROLS.get(lang) }</span>
                <Segments label={words::CONTROLS.get(lang)} options={options([words::CONTROLS_FULL, words::CONTROLS_PLAY, words::CONTROLS_NONE])} chosen={Some(*controls)} on_pick={set(&controls)} />
            </div>
            <CopyBox label={words::IFRAME} text={frame} {lang} lines=5 />
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CopyBoxProps {
    label: Text,
    text: AttrValue,
    lang: Lang,
    lines: u32,
}

/// Text that can be copied, with what became of it.
#[component]
fn CopyBox(props: &CopyBoxProps) -> Html {
    let lang = props.lang;
    let outcome = use_state(|| None::<bool>);
    {
        let outcome = outcome.clone();
        use_effect_with(props.text.clone(), move |_| outcome.set(None));
    }
    let area = use_node_ref();
    let copy = {
        let (outcome, text, area) = (outcome.clone(), props.text.clone(), area.clone());
        Callback::from(move |_: MouseEvent| {
            let outcome = outcome.clone();
            dom::copy(&text, move |done| outcome.set(Some(done)));
            if let Some(area) = area.cast::<web_sys::HtmlTextAreaElement>() {
                area.select();
            }
        })
    };
    let label = props.label.get(lang);
    let (mark, word) = match *outcome {
        Some(true) => (Icon::Check, words::COPIED),
        Some(false) | None => (Icon::Copy, words::COPY),
    };
    let said = match *outcome {
        Some(true) => words::COPIED.get(lang),
        Some(false) => words::COPY_FAILED.get(lang),
        None => "",
    };
    html! {
        <div class="copy-box">
            <div class="part-head">
                <h3>{ label }</h3>
                <button class="btn primary" type="button" onclick={copy}>{ icon(mark) }{ word.get(lang) }</button>
            </div>
            <textarea ref={area} readonly=true aria-label={label} rows={props.lines.to_string()} value={props.text.clone()} spellcheck="false" />
            <p class={if *outcome == Some(false) { "hint" } else { "unseen" }} role="status">{ said }</p>
        </div>
    }
}

/// Opens a scenario file, or judges a history; what was open stays where it is neither.
pub(crate) fn open_file(host: &Host, file: &web_sys::File) {
    let host = host.clone();
    let name = file.name();
    read_history(file, move |text| {
        let lang = host.lang();
        let Some(text) = text else { return host.notify(words::UNREADABLE.get(lang)) };
        match from_json(&text) {
            Ok(scenario) => host.act(Action::Open(Box::new(scenario), None)),
            Err(_) if is_history(&text) => host.judge(name, text),
            Err(refusal) => host.notify(say(words::NOT_OPENED, lang, &[("why", &refusal.sentence(lang))])),
        }
    });
}
