//! What each node of a protocol without logs holds: promised, accepted, decided.

use super::hue_class;
use crate::host::PanelProps;
use crate::words;
use quorate::check::linear::Model;
use quorate::model::{Arg, ArgKind, Command, Inspection, Lang, NodeId, Spec, shown};
use quorate::session::{Action, Selection, Session};
use quorate::view::names;
use yew::prelude::*;

struct Row {
    node: NodeId,
    role: &'static str,
    promised: Option<u32>,
    accepted: Option<(u32, Command)>,
    decided: Option<Command>,
}

#[component]
pub(crate) fn States(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let (spec, rows) = host.read(|session| (session.run().spec(), rows(session, lang)));
    // What registers hold is in a table of its own, and nothing is decided for good.
    let registers = host.read(|session| {
        let model = session.focused().scenario().entry.model;
        matches!(model, Some(Model::Register | Model::CasRegister | Model::Kv))
    });
    // Who holds something else has no decision to show, and who promises nothing no ballots.
    let holds = host.read(|session| {
        let mut cells = Vec::new();
        session.scenario().nodes().any(|node| {
            session.run().cells(node, &mut cells);
            !cells.is_empty()
        })
    });
    let ballots = !registers && !holds && spec.epoch.kind == ArgKind::Ballot;
    let promises =
        !registers && (ballots && spec.phases.len() > 1 || rows.iter().any(|row| row.promised.is_some()));
    let accepts = !registers && (ballots || rows.iter().any(|row| row.accepted.is_some()));
    let decided: Vec<_> = rows.iter().filter_map(|row| row.decided).collect();
    let decides = !registers && (!holds || !decided.is_empty());
    let agree = decided.windows(2).all(|pair| pair[0] == pair[1]);
    let name = |node: NodeId| {
        let host = host.clone();
        let select = Callback::from(move |_: MouseEvent| host.act(Action::Select(Selection::Node(node))));
        html! { <button type="button" class="plain" onclick={select}>{ node.to_string() }</button> }
    };
    // Roles alone need no table.
    if !(promises || accepts || decides) {
        let role =
            |row: &Row| html! { <li key={row.node.0}><b>{ name(row.node) }</b>{ " " }{ row.role }</li> };
        return html! { <ul class="role-list" aria-label={words::STATE.get(lang)}>{ for rows.iter().map(role) }</ul> };
    }
    let row = |row: &Row| {
        html! {
            <tr key={row.node.0}>
                <th scope="row">{ name(row.node) }</th>
                <td class="role">{ row.role }</td>
                if promises {
                    <td>{ ballot(spec, row.promised, lang) }</td>
                }
                if accepts {
                    <td>{ accepted(spec, row.accepted, lang) }</td>
                }
                if decides {
                    <td>{ decision(row.decided, agree, lang) }</td>
                }
            </tr>
        }
    };
    html! {
        <div class="log-scroll" tabindex="0" role="group" aria-label={words::STATE.get(lang)}>
            <table class="states">
                <thead>
                    <tr>
                        <th scope="col">{ words::NODE_HEAD.get(lang) }</th>
                        <th scope="col">{ words::STATE.get(lang) }</th>
                        if promises {
                            <th scope="col">{ words::PROMISED.get(lang) }</th>
                        }
                        if accepts {
                            <th scope="col">{ words::ACCEPTED.get(lang) }</th>
                        }
                        if decides {
                            <th scope="col">{ words::DECIDED.get(lang) }</th>
                        }
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn rows(session: &Session, lang: Lang) -> Vec<Row> {
    let (run, spec) = (session.run(), session.run().spec());
    let nodes = session.frame().nodes.iter();
    nodes
        .map(|node| {
            let Inspection { promised, accepted, decided, .. } = run.inspect(node.id);
            Row {
                node: node.id,
                role: names::role(spec, node, lang),
                promised: promised.map(quorate::model::Ballot::bits),
                accepted: accepted.map(|(ballot, command)| (ballot.bits(), command)),
                decided,
            }
        })
        .collect()
}

fn ballot(spec: &Spec, bits: Option<u32>, lang: Lang) -> Html {
    match bits.filter(|bits| *bits != 0) {
        None => html! { <span class="faint">{ "–" }</span> },
        Some(bits) => {
            let mut text = String::new();
            shown(&mut text, Arg::Packed(ArgKind::Ballot, bits), lang);
            html! { <span class={classes!("tag", hue_class(spec.epoch.kind, bits))}>{ text }</span> }
        }
    }
}

fn accepted(spec: &Spec, accepted: Option<(u32, Command)>, lang: Lang) -> Html {
    let Some((bits, command)) = accepted else { return html! { <span class="faint">{ "–" }</span> } };
    html! {
        <span class="accepted">{ ballot(spec, Some(bits), lang) }<b>{ if command == Command::NOOP { String::new() } else { value(command) } }</b></span>
    }
}

fn decision(decided: Option<Command>, agree: bool, lang: Lang) -> Html {
    let Some(command) = decided else { return html! { <span class="faint">{ "–" }</span> } };
    let title = (!agree).then(|| words::VIOLATES.get(lang));
    html! {
        <b class={classes!("decided", (!agree).then_some("bad"))} {title}>{ if agree { "✓ " } else { "≠ " } }{ value(command) }</b>
    }
}

fn value(command: Command) -> String {
    command.op.value().map_or_else(|| command.op.to_string(), |value| value.to_string())
}
