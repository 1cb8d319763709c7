//! Every node's log, side by side: solid is committed, dashed is not yet; colour is the epoch.

use super::hue_class;
use crate::controls::{Scale, Slider};
use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::model::{ArgKind, Entry, Lang, NodeId, NodeSet, Op};
use quorate::session::{Action, Selection, Session};
use quorate::view::names;
use std::collections::BTreeSet;
use yew::prelude::*;

/// So many columns are in the page at once, of few nodes; a slider moves among more.
const COLUMNS: u32 = 40;
/// So many cells are in the page at once.
const CELLS: usize = 1_200;

struct Row {
    node: NodeId,
    /// Who keeps the same log; nobody where all do.
    group: NodeSet,
    leads: bool,
    /// Up to where its log is compacted away.
    base: u32,
    cells: Vec<Option<Cell>>,
}

struct Cell {
    entry: Entry,
    committed: bool,
    differs: bool,
    broken: bool,
}

struct Grid {
    first: u32,
    last: u32,
    /// The longest log.
    length: u32,
    /// How many columns are shown at most.
    columns: u32,
    rows: Vec<Row>,
}

#[component]
pub(crate) fn Logs(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    // `None`: the end, wherever it is.
    let wanted = use_state(|| None::<u32>);
    let grid = host.read(|session| grid(session, *wanted));
    // The corner stands in the list: nothing unkeyed may stand beside one.
    let corner = std::iter::once(html! { <td key="corner" class="corner" /> });
    let head = corner
        .chain((grid.first..=grid.last).map(|index| html! { <th key={index} scope="col">{ index }</th> }));
    let spec = host.read(|session| session.run().spec());
    let row = |row: &Row| {
        let node = row.node;
        let select = {
            let host = host.clone();
            Callback::from(move |_: MouseEvent| host.act(Action::Select(Selection::Node(node))))
        };
        let cells = row.cells.iter().zip(grid.first..).map(|(cell, index)| match cell {
            None if index <= row.base => {
                let title = say(words::COMPACTED, lang, &[("node", &node.to_string()), ("index", &index.to_string())]);
                html! { <td key={index} class="cell gone" title={title.clone()}><span class="unseen">{ title }</span></td> }
            }
            None => html! { <td key={index} class="cell none" /> },
            Some(cell) => {
                let title = cell_title(cell, node, index, spec, lang);
                let class = classes!(
                    "cell",
                    hue_class(spec.epoch.kind, cell.entry.term),
                    (!cell.committed).then_some("dashed"),
                    cell.differs.then_some("differs"),
                    cell.broken.then_some("broken"),
                );
                html! { <td key={index} {class} title={title.clone()}><span aria-hidden="true">{ cell_text(cell.entry.command.op) }</span><span class="unseen">{ title }</span></td> }
            }
        });
        let name = html! {
            <th key="name" scope="row"><button type="button" class="plain" onclick={select}>{ node.to_string() }</button></th>
        };
        html! {
            <tr key={node.0} class={classes!(row.leads.then_some("leads"))}>{ for std::iter::once(name).chain(cells) }</tr>
        }
    };
    let empty = grid.length == 0;
    let compacted = grid.rows.iter().any(|row| row.base > 0);
    let long = grid.length > grid.columns;
    let slide = {
        let (wanted, length, columns) = (wanted.clone(), grid.length, grid.columns);
        Callback::from(move |(first, _): (u64, u32)| {
            let last_first = length.saturating_sub(columns) + 1;
            wanted.set(((first as u32) < last_first).then_some(first as u32));
        })
    };
    let window = say(
        words::SHOWN_WINDOW,
        lang,
        &[("from", &grid.first.to_string()), ("to", &grid.last.to_string()), ("n", &grid.length.to_string())],
    );
    html! {
        <div class="logs">
            <div class="log-scroll" tabindex="0" role="group" aria-label={words::LOG_OF_ALL.get(lang)}>
                <table class="log">
                    <thead><tr>{ for head }</tr></thead>
                    <tbody>{ for grid.rows.iter().map(row) }</tbody>
                </table>
            </div>
            <div class={classes!("log-window", (!long).then_some("away"))}>
                <Slider
                    label={say(words::FROM_INDEX, lang, &[("n", &grid.first.to_string())])}
                    value={u64::from(grid.first)}
                    scale={Scale::Whole { least: 1, most: u64::from(grid.length.saturating_sub(grid.columns) + 1) }}
                    text={window.clone()}
                    on_change={slide}
                    disabled={!long}
                />
                <span class="row-value">{ window }</span>
            </div>
            <p class="hint log-legend">
                if empty {
                    <span>{ words::EMPTY_LOGS.get(lang) }</span>
                } else {
                    <span class="log-keys">
                        <span><i class="swatch" />{ words::LEGEND_COMMITTED.get(lang) }</span>
                        <span><i class="swatch dashed" />{ words::LEGEND_NOT_YET.get(lang) }</span>
                        <span><i class="swatch differs" />{ words::LEGEND_DIFFERS.get(lang) }</span>
                        if compacted {
                            <span><i class="swatch gone" />{ words::LEGEND_GONE.get(lang) }</span>
                        }
                    </span>
                }
            </p>
        </div>
    }
}

fn grid(session: &Session, wanted: Option<u32>) -> Grid {
    let (run, frame) = (session.run(), session.frame());
    let length = frame.nodes.iter().map(|node| node.last).max().unwrap_or(0);
    let columns = ((CELLS / frame.nodes.len().max(1)) as u32).clamp(7, COLUMNS);
    let last_first = length.saturating_sub(columns) + 1;
    let first = wanted.map_or(last_first, |first| first.clamp(1, last_first));
    // A short log leaves room for what comes.
    let last = (first + columns - 1).min(length.max(6));
    let broken: BTreeSet<(NodeId, u32)> = run
        .violations()
        .iter()
        .filter(|violation| violation.event <= frame.event)
        .flat_map(|violation| violation.witness.cells.iter().copied())
        .collect();
    let mut rows: Vec<Row> = frame
        .nodes
        .iter()
        .map(|node| {
            let seen = run.inspect(node.id);
            let cell = |index: u32| {
                let entry = seen.held(index)?;
                let broken = broken.contains(&(node.id, index));
                Some(Cell { entry, committed: index <= node.commit, differs: false, broken })
            };
            let base = seen.log.map_or(0, |log| log.base().index);
            Row {
                node: node.id,
                group: seen.group,
                leads: node.leads,
                base,
                cells: (first..=last).map(cell).collect(),
            }
        })
        .collect();
    // A ballot may propose again what another has: an entry is then its command alone.
    let ballots = run.spec().epoch.kind == ArgKind::Ballot;
    let what = |entry: Entry| Entry { term: if ballots { 0 } else { entry.term }, ..entry };
    // Logs are held against those of the same group only, which stand side by side.
    let mut groups: Vec<NodeSet> = rows.iter().map(|row| row.group).collect();
    groups.dedup();
    let columns_shown = 0..(last + 1 - first) as usize;
    for (group, column) in
        groups.into_iter().flat_map(|group| columns_shown.clone().map(move |column| (group, column)))
    {
        let of = || rows.iter().filter(|row| row.group == group).filter_map(|row| row.cells[column].as_ref());
        let mut entries = of().map(|cell| what(cell.entry));
        let Some(one) = entries.next() else { continue };
        if entries.all(|other| other == one) {
            continue;
        }
        // Where some are committed they are right, and the others differ from them.
        let right = of().find(|cell| cell.committed).map(|cell| what(cell.entry));
        let rows = rows.iter_mut().filter(|row| row.group == group);
        for cell in rows.filter_map(|row| row.cells[column].as_mut()) {
            cell.differs = right != Some(what(cell.entry));
            cell.broken |= cell.differs && cell.committed;
        }
    }
    Grid { first, last, length, columns, rows }
}

/// What fits into a cell.
fn cell_text(op: Op) -> String {
    match op {
        Op::Write { value, .. } => value.to_string(),
        Op::Cas { value, .. } => format!("→{value}"),
        Op::Noop
        | Op::Read { .. }
        | Op::ReadAt { .. }
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Pair { .. }
        | Op::Reweigh { .. }
        | Op::Clock { .. }
        | Op::End { .. }
        | Op::Tree(_) => op.to_string(),
    }
}

fn cell_title(cell: &Cell, node: NodeId, index: u32, spec: &quorate::model::Spec, lang: Lang) -> String {
    let state = if cell.committed { words::COMMITTED } else { words::NOT_YET };
    let mut text = say(
        words::CELL,
        lang,
        &[
            ("node", &node.to_string()),
            ("index", &index.to_string()),
            ("op", &cell.entry.command.op.to_string()),
            ("epoch", &names::epoch(spec, cell.entry.term, lang)),
            ("state", state.get(lang)),
        ],
    );
    let comma = if lang == Lang::En { ", " } else { "，" };
    for (wrong, word) in [(cell.differs, words::DISAGREES), (cell.broken, words::VIOLATES)] {
        if wrong {
            text.push_str(comma);
            text.push_str(word.get(lang));
        }
    }
    text
}
