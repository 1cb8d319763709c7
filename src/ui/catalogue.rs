//! The catalogue: what each protocol is for, what it costs, and what is often said of it that is not so.

use super::dialog::Dialog;
use super::dom;
use super::host::PanelProps;
use super::icons::{Icon, icon};
use super::searches::Kind;
use super::words::{self, compare as texts, say};
use quorate::catalogue::{Entry, PROBLEMS, PROTOCOLS};
use quorate::model::{Lang, MeetRule, Text};
use quorate::scenario::gallery;
use quorate::session::Action;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct CatalogueProps {
    pub(crate) panel: PanelProps,
    pub(crate) on_close: Callback<()>,
}

#[component]
pub(crate) fn Catalogue(props: &CatalogueProps) -> Html {
    let lang = props.panel.lang;
    let compare = {
        let host = props.panel.host.clone();
        Callback::from(move |_: MouseEvent| host.search(Kind::Compare))
    };
    html! {
        <Dialog title={texts::CATALOGUE_TITLE.get(lang)} {lang} wide=true on_close={props.on_close.clone()}>
            <p class="lead">{ texts::CATALOGUE_LEAD.get(lang) }</p>
            <div class="part-head">
                <h3>{ texts::CATALOGUE_MATRIX.get(lang) }</h3>
                <button class="btn small" type="button" onclick={compare}>{ texts::CATALOGUE_COMPARE.get(lang) }</button>
            </div>
            { matrix(lang) }
            <div class="catalogue">{ for PROTOCOLS.iter().map(|entry| card(props, entry)) }</div>
        </Dialog>
    }
}

fn anchor(entry: &Entry) -> String {
    format!("catalogue-{}", entry.spec.id)
}

/// Protocols by the problems that they solve.
fn matrix(lang: Lang) -> Html {
    let corner =
        std::iter::once(html! { <th key="corner" scope="col">{ texts::COL_PROTOCOL.get(lang) }</th> });
    let head = PROBLEMS
        .iter()
        .map(|problem| html! { <th key={problem.name().en} scope="col">{ problem.name().get(lang) }</th> });
    let row = |entry: &'static Entry| {
        let name = entry.spec.name.get(lang);
        let go = Callback::from(move |_: MouseEvent| dom::go_to_heading(&anchor(entry)));
        let head = html! {
            <th key="name" scope="row"><button class="plain" type="button" onclick={go}>{ name }</button></th>
        };
        let cells = PROBLEMS.iter().map(|problem| {
            let solves = entry.solves().contains(problem);
            html! { <td key={problem.name().en}>if solves { <span class="solves">{ icon(Icon::Check) }<span class="unseen">{ texts::YES.get(lang) }</span></span> }</td> }
        });
        html! { <tr key={entry.spec.id}>{ for std::iter::once(head).chain(cells) }</tr> }
    };
    html! {
        <div class="compare-scroll" tabindex="0" role="group" aria-label={texts::CATALOGUE_MATRIX.get(lang)}>
            <table class="compare matrix">
                <thead><tr>{ for corner.chain(head) }</tr></thead>
                <tbody>{ for PROTOCOLS.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn card(props: &CatalogueProps, entry: &'static Entry) -> Html {
    let lang = props.panel.lang;
    let (spec, about) = (entry.spec, &entry.about);
    let line = |name: Text, value: Html| {
        let wide = name == texts::ABOUT_MISREAD || name == texts::ABOUT_UNPROMISED;
        html! { <div key={name.en} class={classes!(wide.then_some("wide"))}><dt>{ name.get(lang) }</dt><dd>{ value }</dd></div> }
    };
    let said = |text: Text| html! { <>{ words::capital(text.get(lang)) }</> };
    let meet = |rule: &MeetRule| {
        let phase = |place: usize| spec.phases.get(place).map_or("", |phase| phase.name.get(lang));
        let text = if rule.a == rule.b { texts::ABOUT_MEET_ITSELF } else { texts::ABOUT_MEET };
        let values = [("a", phase(rule.a)), ("b", phase(rule.b)), ("why", rule.why.get(lang))];
        html! { <li>{ words::capital(&say(text, lang, &values)) }</li> }
    };
    let phases: Vec<&str> = spec.phases.iter().map(|phase| phase.name.get(lang)).collect();
    let phases = if phases.is_empty() {
        texts::ABOUT_NO_QUORUM.get(lang).to_owned()
    } else {
        phases.join(if lang == Lang::En { ", " } else { "、" })
    };
    let quorums =
        html! { <>{ phases }<ul class="plain-list">{ for spec.must_meet.iter().map(meet) }</ul></> };
    let papers = spec
        .sources
        .iter()
        .map(|source| html! { <li>{ format!("{} ({})", source.title, source.year) }</li> });
    let words = entry.words();
    let unpromised = (!entry.unpromised.is_empty()).then(|| {
        let list = entry.unpromised.iter().map(|one| {
            let known = words.iter().find(|(_, word)| word.id == one.property);
            let name = known.map_or(one.property, |(_, word)| word.name.get(lang));
            let colon = if lang == Lang::En { ": " } else { "：" };
            html! { <li>{ words::capital(name) }{ colon }{ one.why.get(lang) }</li> }
        });
        line(texts::ABOUT_UNPROMISED, html! { <ul class="plain-list">{ for list }</ul> })
    });
    let misread = (!about.misreadings.is_empty()).then(|| {
        let list = about.misreadings.iter().map(|text| html! { <li>{ text.get(lang) }</li> });
        line(texts::ABOUT_MISREAD, html! { <ul class="plain-list misread">{ for list }</ul> })
    });
    let (scenarios, flaws) = (entry.scenarios.len().to_string(), spec.flaws.len().to_string());
    let counts = say(texts::ABOUT_COUNTS, lang, &[("scenarios", &scenarios), ("flaws", &flaws)]);
    let first = entry.scenarios.first().and_then(|(id, _)| gallery().iter().find(|(known, _)| known == id));
    let open = first.map(|(_, scenario)| {
        let (host, on_close) = (props.panel.host.clone(), props.on_close.clone());
        let click = Callback::from(move |_: MouseEvent| {
            host.act(Action::Open(Box::new(scenario.clone()), None));
            on_close.emit(());
        });
        let name = say(texts::ABOUT_OPEN, lang, &[("title", scenario.title.get(lang))]);
        html! { <button class="btn small" type="button" onclick={click}>{ icon(Icon::Play) }{ name }</button> }
    });
    let title = anchor(entry);
    html! {
        <section key={spec.id} class="card about" aria-labelledby={title.clone()}>
            <h3 id={title} tabindex="-1">{ spec.name.get(lang) }</h3>
            <p>{ spec.summary.get(lang) }</p>
            <dl>
                { line(texts::ABOUT_PROBLEM, said(about.problem)) }
                { line(texts::ABOUT_GUARANTEES, said(about.guarantees)) }
                { line(texts::ABOUT_COST, said(about.cost)) }
                { line(texts::ABOUT_TOLERATES, said(about.tolerates)) }
                { line(texts::ABOUT_QUORUMS, quorums) }
                { line(texts::ABOUT_PAPERS, html! { <ul class="plain-list">{ for papers }</ul> }) }
                { for unpromised }
                { for misread }
            </dl>
            <p class="about-foot"><span class="hint">{ counts }</span>{ for open }</p>
        </section>
    }
}
