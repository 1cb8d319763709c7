//! Links between nodes, drawn by pressing the places of a table.

use super::super::words::{self, say};
use quorate::model::{LINKED_NODES, Lang, NodeId, link_bit};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct MatrixProps {
    pub(crate) label: AttrValue,
    /// Among so many nodes, at most [`LINKED_NODES`].
    pub(crate) nodes: usize,
    pub(crate) links: u128,
    pub(crate) lang: Lang,
    pub(crate) on_draw: Callback<u128>,
}

/// A place for each two nodes; pressed where there is a link.
#[component]
pub(crate) fn LinkMatrix(props: &MatrixProps) -> Html {
    let MatrixProps { links, lang, on_draw, .. } = props;
    let nodes = props.nodes.min(LINKED_NODES);
    let place = |b: usize, a: usize| {
        let bit = link_bit(a, b);
        let on = links & bit != 0;
        let (from, to) = (NodeId::at(a).to_string(), NodeId::at(b).to_string());
        let name = say(words::LINK_BETWEEN, *lang, &[("a", &from), ("b", &to)]);
        let (on_draw, after) = (on_draw.clone(), links ^ bit);
        html! {
            <td key={a}>
                <button
                    type="button"
                    class="link-place"
                    aria-pressed={on.to_string()}
                    aria-label={name.clone()}
                    title={name}
                    onclick={Callback::from(move |_: MouseEvent| on_draw.emit(after))}
                />
            </td>
        }
    };
    let row = |b: usize| {
        let name = std::iter::once(html! { <th key="name" scope="row">{ NodeId::at(b).to_string() }</th> });
        html! { <tr key={b}>{ for name.chain((0..b).map(|a| place(b, a))) }</tr> }
    };
    html! {
        <table class="link-matrix" aria-label={props.label.clone()}>
            <tbody>{ for (1..nodes).map(row) }</tbody>
            <tfoot><tr><td />{ for (0..nodes.saturating_sub(1)).map(|a| html! { <th scope="col">{ NodeId::at(a).to_string() }</th> }) }</tr></tfoot>
        </table>
    }
}
