//! Every scenario, as cards under their protocols.

use super::dialog::Dialog;
use super::dom;
use super::host::PanelProps;
use super::words::{self, say};
use quorate::catalogue::{Entry, PROTOCOLS};
use quorate::model::Lang;
use quorate::scenario::{Scenario, gallery};
use quorate::session::Action;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct GalleryProps {
    pub(crate) panel: PanelProps,
    pub(crate) on_close: Callback<()>,
}

#[component]
pub(crate) fn Gallery(props: &GalleryProps) -> Html {
    let lang = props.panel.lang;
    let open_now = props.panel.host.read(|session| session.scenario().id.clone());
    let group = |entry: &'static Entry| {
        let own = gallery().iter().filter(|(_, scenario)| scenario.entry == entry);
        let cards = own.map(|(id, scenario)| {
            let current = !open_now.is_empty() && *id == open_now;
            card(props, id, scenario.title.get(lang), scenario.text.get(lang), current, scenario)
        });
        let plain = Scenario::plain(entry, 5);
        let title = say(words::GALLERY_PLAIN, lang, &[("protocol", entry.spec.name.get(lang))]);
        let last = card(props, "plain", &title, words::GALLERY_PLAIN_TEXT.get(lang), false, &plain);
        html! {
            <section key={entry.spec.id} class="gallery-group" aria-label={entry.spec.name.get(lang)}>
                <h3 id={anchor(entry)} tabindex="-1">{ entry.spec.name.get(lang) }</h3>
                <ul class="gallery-cards">{ for cards.chain(std::iter::once(last)) }</ul>
            </section>
        }
    };
    let catalogue = {
        let host = props.panel.host.clone();
        Callback::from(move |_: MouseEvent| host.show_catalogue())
    };
    let jump = |entry: &'static Entry| {
        let go = Callback::from(move |_: MouseEvent| dom::go_to_heading(&anchor(entry)));
        html! { <button key={entry.spec.id} class="text-button" type="button" onclick={go}>{ entry.spec.name.get(lang) }</button> }
    };
    // What is open stands in sight.
    let current = props.panel.host.read(|session| session.scenario().entry);
    use_effect_with((), move |()| {
        if PROTOCOLS.first() != Some(current) {
            dom::reveal_from_top(&anchor(current));
        }
    });
    html! {
        <Dialog title={words::GALLERY_TITLE.get(lang)} {lang} wide=true on_close={props.on_close.clone()}>
            <p class="lead">
                { words::GALLERY_LEAD.get(lang) }{ " " }
                <button class="text-button" type="button" onclick={catalogue}>{ words::compare::CATALOGUE_MATRIX.get(lang) }</button>
            </p>
            <div class="gallery-jump" role="group" aria-label={words::PROTOCOL.get(lang)}>{ for PROTOCOLS.iter().map(jump) }</div>
            <div>{ for PROTOCOLS.iter().map(group) }</div>
        </Dialog>
    }
}

fn anchor(entry: &Entry) -> String {
    format!("gallery-{}", entry.spec.id)
}

fn card(props: &GalleryProps, id: &str, title: &str, text: &str, current: bool, scenario: &Scenario) -> Html {
    let lang: Lang = props.panel.lang;
    let (host, on_close, scenario) = (props.panel.host.clone(), props.on_close.clone(), scenario.clone());
    let nodes = say(words::NODES_N, lang, &[("n", &scenario.weights.len().to_string())]);
    let open = Callback::from(move |_: MouseEvent| {
        host.act(Action::Open(Box::new(scenario.clone()), None));
        on_close.emit(());
    });
    let badge = current.then(|| html! { <span class="pill">{ words::OPEN_NOW.get(lang) }</span> });
    html! {
        <li key={id.to_owned()}>
            <button type="button" class={classes!("gallery-card", current.then_some("current"))} onclick={open}>
                <span class="gallery-title"><b>{ title.to_owned() }</b><span>{ badge }</span></span>
                <span class="gallery-text">{ text.to_owned() }</span>
                <small>{ nodes }</small>
            </button>
        </li>
    }
}
