//! The registers as shared memory, beside the replicas that stand for them.

use super::known::use_known;
use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::check::linear::Model;
use quorate::view::{Explained, MemoryCell, MemoryOp, memory};
use yew::prelude::*;

/// A cell for each register; nothing where the protocol's clients see no registers.
#[component]
pub(crate) fn Memory(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let known = use_known(host);
    let cells = host.read(|session| {
        let registers = matches!(
            session.focused().scenario().entry.model,
            Some(Model::Register | Model::CasRegister | Model::Kv)
        );
        let explained = Explained { order: &known.order, points: &known.points, stuck: known.stuck };
        // Where nothing is known of the order there is nothing to show.
        if registers && !known.points.is_empty() {
            memory(session.run().history().operations(), explained, session.frame().at, lang)
        } else {
            Vec::new()
        }
    });
    if cells.is_empty() {
        return html! { <div hidden=true /> };
    }
    let operation = |one: &MemoryOp| {
        let class = classes!("op-tag", one.took.is_some().then_some("took"));
        let sign = if one.took.is_some() { "◆ " } else { "" };
        html! { <span key={one.place} {class} title={one.name.clone()}>{ sign }{ &one.label }</span> }
    };
    let cell = |cell: &MemoryCell| {
        let value = match cell.value {
            _ if cell.broken => "?".to_owned(),
            Some(value) => value.to_string(),
            None => words::MEMORY_NONE.get(lang).to_owned(),
        };
        let told = if cell.broken {
            words::MEMORY_BROKEN.get(lang).to_owned()
        } else {
            let since = cell.since.map(|(by, at)| {
                let (at, who) = (words::moment(at), by.to_string());
                say(words::MEMORY_SINCE, lang, &[("at", &at), ("who", &who)])
            });
            since.unwrap_or_default()
        };
        let more =
            (cell.left_out > 0).then(|| say(words::AND_MORE, lang, &[("n", &cell.left_out.to_string())]));
        html! {
            <li key={cell.key.0}>
                <span class={classes!("memory-cell", cell.broken.then_some("broken"))}><span>{ cell.key.to_string() }</span><b>{ value }</b></span>
                <small>{ told }</small>
                { for cell.around.iter().map(operation) }
                <small>{ more }</small>
            </li>
        }
    };
    html! {
        <section class="part" aria-label={words::MEMORY_TITLE.get(lang)}>
            <h2>{ words::MEMORY_TITLE.get(lang) }</h2>
            <p class="hint">{ words::MEMORY_HINT.get(lang) }</p>
            <ul class="memory">{ for cells.iter().map(cell) }</ul>
        </section>
    }
}
