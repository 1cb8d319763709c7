//! What the nodes hold beside their logs: registers, versions, locks, transactions.

use crate::host::PanelProps;
use crate::words;
use quorate::model::CellState;
use quorate::view::{Held, HeldCell, HeldGroup, LABELLED_MAX, held};
use yew::prelude::*;

/// So many letters of a table's line have room.
const LETTERS: usize = 46;

/// A table for each kind of thing; nothing where nodes hold nothing.
#[component]
pub(crate) fn HeldTable(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let groups = host.read(|session| held(session.run(), lang));
    let nodes: Vec<String> =
        host.read(|session| session.scenario().nodes().map(|node| node.to_string()).collect());
    let version =
        |cell: &HeldCell| cell.version.as_ref().map(|version| html! { <small>{ version.clone() }</small> });
    let cell = |cell: &HeldCell| {
        let (class, state) = match cell.state {
            CellState::Settled => ("", None),
            CellState::Pending => ("dashed", Some(words::HELD_PENDING)),
            CellState::Refused => ("no", Some(words::HELD_REFUSED)),
        };
        let state = state.map(|word| html! { <span class="unseen">{ " " }{ word.get(lang) }</span> });
        html! { <span class={classes!("held", class)}>{ cell.value.clone() }{ version(cell) }{ state }</span> }
    };
    let place = |(node, held): (usize, &Held)| {
        let differs =
            held.differs.then(|| html! { <span class="unseen">{ words::DISAGREES.get(lang) }</span> });
        html! {
            <td key={node} class={classes!(held.differs.then_some("differs"))}>
                if held.cells.is_empty() { <span class="faint">{ "–" }</span> }
                { for held.cells.iter().map(cell) }
                { differs }
            </td>
        }
    };
    let line = |name: &str, places: Vec<&Held>| {
        let head = std::iter::once(html! { <th key="name" scope="row">{ name.to_owned() }</th> });
        html! { <tr key={name.to_owned()}>{ for head.chain(places.into_iter().enumerate().map(place)) }</tr> }
    };
    let heads = |names: Vec<String>, title: &'static str| {
        let head = std::iter::once(html! { <th key="name" scope="col">{ title }</th> });
        let names =
            names.into_iter().map(|name| html! { <th key={name.clone()} scope="col">{ name.clone() }</th> });
        html! { <thead><tr>{ for head.chain(names) }</tr></thead> }
    };
    let group = |group: &HeldGroup| {
        let title = group.title.get(lang);
        let stands = nodes.len() <= LABELLED_MAX && group.stands(LETTERS);
        let (head, lines): (_, Vec<Html>) = if stands {
            let names = group.rows.iter().map(|row| row.name.clone()).collect();
            let of = |place: usize| -> Vec<&Held> {
                group.rows.iter().filter_map(|row| row.nodes.get(place)).collect()
            };
            // Where only few hold any of it, the others need no line.
            let holds = |place: usize| of(place).iter().any(|held| !held.cells.is_empty());
            let few = (0..nodes.len()).filter(|place| holds(*place)).count() * 2 <= nodes.len();
            let lines = nodes.iter().enumerate().filter(|(place, _)| !few || holds(*place));
            let lines = lines.map(|(place, node)| line(node, of(place)));
            (heads(names, title), lines.collect())
        } else {
            let lines = group.rows.iter().map(|row| line(&row.name, row.nodes.iter().collect()));
            (heads(nodes.clone(), title), lines.collect())
        };
        html! {
            <div key={group.title.en} class="log-scroll held-scroll" tabindex="0" role="group" aria-label={title}>
                <table class="states held-table">
                    { head }
                    <tbody>{ for lines }</tbody>
                </table>
            </div>
        }
    };
    html! { <div class="held-groups">{ for groups.iter().map(group) }</div> }
}
