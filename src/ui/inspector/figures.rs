//! What theory foretells of the run, beside what the run shows.

use crate::host::PanelProps;
use crate::words;
use quorate::model::{Arg, Figure, Lang, shown};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct FiguresProps {
    pub(crate) panel: PanelProps,
    /// What is foretold in all its figures is what a run is looked at for; others are for who wants more.
    pub(crate) foretold: bool,
}

/// A row for each figure of the protocol; nothing where it has none.
#[component]
pub(crate) fn Figures(props: &FiguresProps) -> Html {
    let PanelProps { host, lang, .. } = &props.panel;
    let lang = *lang;
    let figures = host.read(|session| session.focused().scenario().figures(session.run()));
    let foretold = figures.iter().all(|figure| figure.predicted.is_some());
    if figures.is_empty() || foretold != props.foretold {
        return html! { <div hidden=true /> };
    }
    let row = |(place, figure): (usize, &Figure)| {
        let (class, sign) = match figure.agrees {
            Some(true) => ("yes", "✓ "),
            Some(false) => ("no", "≠ "),
            None => ("", ""),
        };
        html! {
            <tr key={place}>
                <th scope="row">{ words::capital(figure.name.get(lang)) }</th>
                <td>{ text(figure.predicted, lang) }</td>
                <td {class}>{ sign }{ text(figure.measured, lang) }</td>
            </tr>
        }
    };
    html! {
        <section class="part foretold" aria-label={words::FIGURES.get(lang)}>
            <h2>{ words::FIGURES.get(lang) }</h2>
            <table class="operations">
                <thead>
                    <tr>
                        <th scope="col">{ words::FIGURE.get(lang) }</th>
                        <th scope="col">{ words::PREDICTED.get(lang) }</th>
                        <th scope="col">{ words::MEASURED.get(lang) }</th>
                    </tr>
                </thead>
                <tbody>{ for figures.iter().enumerate().map(row) }</tbody>
            </table>
        </section>
    }
}

fn text(arg: Option<Arg>, lang: Lang) -> String {
    let Some(arg) = arg else { return "–".to_owned() };
    let mut out = String::new();
    shown(&mut out, arg, lang);
    out
}
