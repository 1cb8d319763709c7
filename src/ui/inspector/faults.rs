//! What breaks when, and what was done by hand, as forms: everything that can be dragged on the
//! timeline can be typed here.

use crate::breaks::{BREAKS, Break};
use crate::controls::{NumberBox, Picker, Scale, Slider, Toggle};
use crate::host::PanelProps;
use crate::icons::{Icon, icon};
use crate::setup::DelayEditor;
use crate::words::{self, say};
use quorate::model::{Lang, NodeId, NodeSet, Span, Spec, Text, Time};
use quorate::scenario::{JUMP_MAX, Scenario};
use quorate::session::{Action, Edit, Selection};
use quorate::sim::{Fault, FaultKind, Intervention};
use quorate::view::names;
use std::rc::Rc;
use yew::prelude::*;

/// How long a new fault lasts.
const WINDOW: Span = Span::ms(400);

#[component]
pub(crate) fn Faults(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let (scenario, selected) =
        host.read(|session| (Rc::clone(session.focused().scenario()), session.selection()));
    let count = scenario.weights.len();
    let button = |name: Text, help: Text, click: Callback<MouseEvent>| {
        let label = say(words::ADD_WHAT, lang, &[("what", name.get(lang))]);
        html! {
            <button class="btn small" type="button" title={help.get(lang)} aria-label={label} onclick={click}>
                { icon(Icon::Plus) }{ name.get(lang) }
            </button>
        }
    };
    let add = |what: Break| {
        let host = host.clone();
        button(what.name, what.help, Callback::from(move |_| what.add(&host, WINDOW)))
    };
    let storm = {
        let host = host.clone();
        button(
            words::ADD_STORM,
            words::STORM_HELP,
            Callback::from(move |_| host.act(Action::Edit(Edit::Storm, None))),
        )
    };
    let fault = |place: usize| {
        let chosen = selected == Selection::Fault(place);
        let planned = &scenario.faults[place];
        html! {
            <li key={place}>
                <FaultCard panel={props.clone()} {place} {chosen} nodes={count} fault={planned.fault.clone()} enabled={planned.enabled} />
            </li>
        }
    };
    let hand = |place: usize| hand(props, &scenario, place);
    html! {
        <section class="part" aria-label={words::TAB_FAULTS.get(lang)}>
            <h2>{ words::FAULTS_TITLE.get(lang) }</h2>
            <div class="buttons">
                { for BREAKS.map(add) }
                { storm }
            </div>
            if scenario.faults.is_empty() {
                <p class="hint">{ words::NO_FAULTS.get(lang) }</p>
            } else {
                <ol class="cards">{ for (0..scenario.faults.len()).map(fault) }</ol>
            }
            <h2>{ words::HANDS_TITLE.get(lang) }</h2>
            if scenario.interventions.is_empty() {
                <p class="hint">{ words::NO_HANDS.get(lang) }</p>
            } else {
                <ol class="hands">{ for (0..scenario.interventions.len()).map(hand) }</ol>
            }
        </section>
    }
}

fn hand(props: &PanelProps, scenario: &Scenario, place: usize) -> Html {
    let lang = props.lang;
    let Some(hand) = scenario.interventions.get(place) else { return html! { <li key={place} /> } };
    let text = hand_text(hand, scenario.spec(), lang);
    let name = say(words::REMOVE_WHAT, lang, &[("what", &text)]);
    let host = props.host.clone();
    let remove =
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::RemoveIntervention(place), None)));
    html! {
        <li key={place} class="hand">
            <span>{ text }</span>
            <button class="btn icon-only" type="button" aria-label={name.clone()} title={name} onclick={remove}>{ icon(Icon::Trash) }</button>
        </li>
    }
}

fn hand_text(hand: &Intervention, spec: &Spec, lang: Lang) -> String {
    let at = |at: Time| words::moment(at);
    let by = |by: Span| words::span(by.0);
    match *hand {
        Intervention::Drop { message, at: when } => {
            say(words::HAND_DROP, lang, &[("message", &message.to_string()), ("at", &at(when))])
        }
        Intervention::Deliver { message, at: when } => {
            say(words::HAND_DELIVER, lang, &[("message", &message.to_string()), ("at", &at(when))])
        }
        Intervention::Delay { message, by: length } => {
            say(words::HAND_DELAY, lang, &[("message", &message.to_string()), ("by", &by(length))])
        }
        Intervention::Duplicate { message, by: length } => {
            say(words::HAND_DUPLICATE, lang, &[("message", &message.to_string()), ("by", &by(length))])
        }
        Intervention::Timeout { node, timer, at: when } => {
            let timer = spec.timers.get(usize::from(timer)).map_or("?", |word| word.label.get(lang));
            say(
                words::HAND_TIMEOUT,
                lang,
                &[("node", &node.to_string()), ("timer", timer), ("at", &at(when))],
            )
        }
        Intervention::Propose { node, op, at: when } => say(
            words::HAND_PROPOSE,
            lang,
            &[("node", &node.to_string()), ("op", &op.to_string()), ("at", &at(when))],
        ),
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FaultCardProps {
    panel: PanelProps,
    place: usize,
    chosen: bool,
    nodes: usize,
    fault: Fault,
    enabled: bool,
}

impl FaultCardProps {
    fn set(&self, fault: Fault, gesture: Option<u32>) {
        self.panel.host.act(Action::Edit(Edit::SetFault(self.place, fault), gesture));
    }
}

#[component]
fn FaultCard(props: &FaultCardProps) -> Html {
    let FaultCardProps { panel, place, chosen, fault, enabled, .. } = props;
    let (place, chosen, lang) = (*place, *chosen, panel.lang);
    let name = names::window(fault, true, lang);
    let select = {
        let host = panel.host.clone();
        let next = if chosen { Selection::Nothing } else { Selection::Fault(place) };
        Callback::from(move |_: MouseEvent| host.act(Action::Select(next)))
    };
    let enable = {
        let host = panel.host.clone();
        Callback::from(move |on| host.act(Action::Edit(Edit::EnableFault(place, on), None)))
    };
    let remove = {
        let host = panel.host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Edit(Edit::RemoveFault(place), None)))
    };
    let remove_name = say(words::REMOVE_WHAT, lang, &[("what", &name)]);
    html! {
        <div class={classes!("card", "fault-card", chosen.then_some("chosen"), (!enabled).then_some("off"))}>
            <div class="fault-head">
                <button type="button" class="plain fault-name" aria-expanded={chosen.to_string()} onclick={select}>{ name.clone() }</button>
                <span class="bare-toggle"><Toggle label={say(words::FAULT_ENABLED, lang, &[("what", &name)])} on={*enabled} on_switch={enable} /></span>
                <button class="btn icon-only" type="button" aria-label={remove_name.clone()} title={remove_name} onclick={remove}>{ icon(Icon::Trash) }</button>
            </div>
            <div>{ if chosen { form(props) } else { Html::default() } }</div>
        </div>
    }
}

fn form(props: &FaultCardProps) -> Html {
    let (lang, fault) = (props.panel.lang, &props.fault);
    let set_from = {
        let props = props.clone();
        Callback::from(move |ms: Option<f64>| {
            let from = Time((ms.unwrap_or(0.0) * 1e3) as u64);
            // The whole window moves.
            let until = props.fault.until.map(|until| from + (until - props.fault.from));
            props.set(Fault { from, until, ..props.fault.clone() }, None);
        })
    };
    let set_until = {
        let props = props.clone();
        Callback::from(move |ms: Option<f64>| {
            let until = ms.map(|ms| Time((ms * 1e3) as u64));
            props.set(Fault { until, ..props.fault.clone() }, None);
        })
    };
    let from = words::FROM_TIME.get(lang);
    let until = words::UNTIL_TIME.get(lang);
    html! {
        <div class="fault-form">
            <div class="row times">
                <span class="row-label">{ from }</span>
                <NumberBox label={from} value={Some(fault.from.as_ms())} min={0.0} max={600_000.0} on_change={set_from} />
                <span class="row-label">{ until }</span>
                <NumberBox label={until} value={fault.until.map(Time::as_ms)} placeholder={words::TO_THE_END.get(lang)} min={0.0} max={600_001.0} on_change={set_until} />
                <span class="unit">{ words::MS.get(lang) }</span>
            </div>
            { target(props) }
        </div>
    }
}

/// Whom and how, by kind.
fn target(props: &FaultCardProps) -> Html {
    let lang = props.panel.lang;
    let kind = props.fault.kind.clone();
    let set = {
        let props = props.clone();
        move |kind: FaultKind, gesture| props.set(Fault { kind, ..props.fault.clone() }, gesture)
    };
    let node_picker = |node: NodeId, make: Rc<dyn Fn(NodeId) -> FaultKind>| {
        let set = set.clone();
        let options =
            NodeId::all(props.nodes).map(|node| AttrValue::from(node.to_string())).collect::<Vec<_>>();
        let pick = Callback::from(move |place| set(make(NodeId::at(place)), None));
        html! {
            <div class="row">
                <span class="row-label">{ words::CHOOSE_NODE.get(lang) }</span>
                <Picker label={words::CHOOSE_NODE.get(lang)} {options} chosen={node.index()} on_pick={pick} />
            </div>
        }
    };
    let set_picker = |label: quorate::model::Text, nodes: NodeSet, make: Rc<dyn Fn(NodeSet) -> FaultKind>| {
        let set = set.clone();
        let change = Callback::from(move |nodes| set(make(nodes), None));
        html! { <NodeChecks label={label.get(lang)} {nodes} count={props.nodes} on_change={change} /> }
    };
    match kind {
        FaultKind::Crash { node, amnesia } => {
            let switch = {
                let set = set.clone();
                Callback::from(move |amnesia| set(FaultKind::Crash { node, amnesia }, None))
            };
            html! {
                <div>
                    { node_picker(node, Rc::new(move |node| FaultKind::Crash { node, amnesia })) }
                    <Toggle label={words::LOSES_DISK.get(lang)} on={amnesia} on_switch={switch} />
                </div>
            }
        }
        FaultKind::Pause { node } => html! {
            <div>{ node_picker(node, Rc::new(|node| FaultKind::Pause { node })) }</div>
        },
        FaultKind::Partition { groups } => {
            let groups = Rc::new(groups);
            let checks = (0..groups.len()).map(|place| {
                let all = Rc::clone(&groups);
                let make = move |nodes| {
                    let mut groups = Vec::clone(&all);
                    // A node is in one group.
                    groups.iter_mut().for_each(|group| *group = group.minus(nodes));
                    groups[place] = nodes;
                    FaultKind::Partition { groups }
                };
                set_picker(words::GROUP_A, groups[place], Rc::new(make))
            });
            html! { <div>{ for checks }</div> }
        }
        FaultKind::Cut { from, to } => html! {
            <div>
                { set_picker(words::SENDERS, from, Rc::new(move |from| FaultKind::Cut { from, to })) }
                { set_picker(words::RECEIVERS, to, Rc::new(move |to| FaultKind::Cut { from, to })) }
            </div>
        },
        FaultKind::Slow { from, to, extra } => {
            let change = {
                let set = set.clone();
                Callback::from(move |(extra, gesture)| set(FaultKind::Slow { from, to, extra }, gesture))
            };
            let (one, other) = (extra.clone(), extra.clone());
            html! {
                <div>
                    { set_picker(words::SENDERS, from, Rc::new(move |from| FaultKind::Slow { from, to, extra: one.clone() })) }
                    { set_picker(words::RECEIVERS, to, Rc::new(move |to| FaultKind::Slow { from, to, extra: other.clone() })) }
                    <DelayEditor label={words::SLOWER_BY.get(lang)} delay={extra} {lang} on_change={change} />
                </div>
            }
        }
        FaultKind::Loss { ppm } => {
            let text = words::percent_ppm(ppm);
            let slide = Callback::from(move |(value, gesture): (u64, u32)| {
                set(FaultKind::Loss { ppm: value as u32 * 10_000 }, Some(gesture));
            });
            html! {
                <div class="row">
                    <span class="row-label">{ words::LOSS.get(lang) }</span>
                    <span class="row-value">{ text.clone() }</span>
                    <span class="row-control">
                        <Slider label={words::LOSS.get(lang)} value={u64::from(ppm) / 10_000} scale={Scale::Whole { least: 0, most: 100 }} {text} on_change={slide} />
                    </span>
                </div>
            }
        }
        FaultKind::Jump { nodes, by_ms } => {
            let change = {
                let set = set.clone();
                Callback::from(move |ms: Option<f64>| {
                    set(FaultKind::Jump { nodes, by_ms: ms.unwrap_or(0.0) as i32 }, None);
                })
            };
            let (label, most) = (words::JUMPS_BY.get(lang), JUMP_MAX as f64);
            html! {
                <div>
                    { set_picker(words::CLOCKS_OF, nodes, Rc::new(move |nodes| FaultKind::Jump { nodes, by_ms })) }
                    <div class="row">
                        <span class="row-label">{ label }</span>
                        <NumberBox {label} value={Some(f64::from(by_ms))} min={-most} max={most} on_change={change} />
                        <span class="unit">{ words::MS.get(lang) }</span>
                    </div>
                </div>
            }
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct NodeChecksProps {
    label: AttrValue,
    nodes: NodeSet,
    count: usize,
    on_change: Callback<NodeSet>,
}

/// A set of nodes, to be ticked.
#[component]
fn NodeChecks(props: &NodeChecksProps) -> Html {
    let check = |node: NodeId| {
        let (on_change, nodes) = (props.on_change.clone(), props.nodes);
        let on = nodes.contains(node);
        let click = Callback::from(move |_: MouseEvent| {
            let mut nodes = nodes;
            if on {
                nodes.remove(node);
            } else {
                nodes.insert(node);
            }
            on_change.emit(nodes);
        });
        html! { <button key={node.0} type="button" class="node-check" aria-pressed={on.to_string()} onclick={click}>{ node.to_string() }</button> }
    };
    html! {
        <div class="row wrap" role="group" aria-label={props.label.clone()}>
            <span class="row-label">{ props.label.clone() }</span>
            <span class="node-checks">{ for NodeId::all(props.count).map(check) }</span>
        </div>
    }
}
