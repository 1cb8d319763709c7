//! What the nodes hold beside their logs: registers, versions, locks, transactions.

use crate::host::PanelProps;
use crate::words;
use quorate::model::CellState;
use quorate::view::{Held, HeldCell, HeldGroup, HeldRow, held};
use yew::prelude::*;

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
    let row = |row: &HeldRow| {
        let name = std::iter::once(html! { <th key="name" scope="row">{ row.name.clone() }</th> });
        html! { <tr key={row.name.clone()}>{ for name.chain(row.nodes.iter().enumerate().map(place)) }</tr> }
    };
    let group = |group: &HeldGroup| {
        let head = std::iter::once(html! { <th key="name" scope="col">{ group.title.get(lang) }</th> });
        let heads =
            nodes.iter().map(|node| html! { <th key={node.clone()} scope="col">{ node.clone() }</th> });
        html! {
            <div key={group.title.en} class="log-scroll held-scroll" tabindex="0" role="group" aria-label={group.title.get(lang)}>
                <table class="states held-table">
                    <thead><tr>{ for head.chain(heads) }</tr></thead>
                    <tbody>{ for group.rows.iter().map(row) }</tbody>
                </table>
            </div>
        }
    };
    html! { <div class="held-groups">{ for groups.iter().map(group) }</div> }
}
