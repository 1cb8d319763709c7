//! The right-hand side: what is there at this moment, and why.

mod checks;
mod clients;
mod faults;
mod figures;
mod held;
mod known;
mod levels;
mod logs;
mod memory;
mod messages;
mod node;
mod promises;
mod states;
mod trace;
mod why;

pub(crate) use checks::{Standing, standings};

use super::dom;
use super::host::{Host, PanelProps};
use super::searches::Kind;
use super::words::{self, search as texts};
use quorate::model::{Lang, Text};
use quorate::session::{Selection, Session};
use quorate::sim::Trace;
use yew::prelude::*;

/// A tab of the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Tab {
    /// Every node's log, or what each node of a single-decree protocol holds.
    #[default]
    Logs,
    /// The node that is looked at.
    Node,
    /// What is under way.
    Messages,
    /// What must hold, and whether it does.
    Checks,
    /// What clients asked and were told.
    Clients,
    /// What breaks when, and what was done by hand.
    Faults,
    /// One line an event.
    Trace,
    /// Why things just happened: a tab of its own on a phone only.
    Why,
}

impl Tab {
    /// In the order in which they stand.
    const ALL: [Self; 8] = [
        Self::Logs,
        Self::Node,
        Self::Messages,
        Self::Checks,
        Self::Clients,
        Self::Faults,
        Self::Trace,
        Self::Why,
    ];

    const fn id(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Node => "node",
            Self::Messages => "messages",
            Self::Checks => "checks",
            Self::Clients => "clients",
            Self::Faults => "faults",
            Self::Trace => "trace",
            Self::Why => "why",
        }
    }

    const fn name(self) -> Text {
        match self {
            Self::Logs => words::TAB_LOGS,
            Self::Node => words::TAB_NODE,
            Self::Messages => words::TAB_MESSAGES,
            Self::Checks => words::TAB_CHECKS,
            Self::Clients => words::TAB_CLIENTS,
            Self::Faults => words::TAB_FAULTS,
            Self::Trace => words::TAB_TRACE,
            Self::Why => words::TAB_WHY,
        }
    }

    /// The tab that shows more of what is selected.
    pub(crate) const fn of(selection: Selection) -> Option<Self> {
        match selection {
            Selection::Nothing => None,
            Selection::Node(_) => Some(Self::Node),
            Selection::Message(_) => Some(Self::Messages),
            Selection::Fault(_) => Some(Self::Faults),
            Selection::Violation(_) | Selection::Stuck(_) => Some(Self::Checks),
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct InspectorProps {
    pub(crate) host: Host,
    pub(crate) version: u32,
    pub(crate) lang: Lang,
    pub(crate) tab: Tab,
    pub(crate) on_tab: Callback<Tab>,
}

#[component]
pub(crate) fn Inspector(props: &InspectorProps) -> Html {
    let InspectorProps { host, version, lang, tab, on_tab } = props;
    let (version, lang, tab) = (*version, *lang, *tab);
    let panel = PanelProps { host: host.clone(), version, lang };
    let (selected, has_logs) = host.read(|session| (session.selection(), keeps_logs(session)));
    let title = |which: Tab| match (which, selected) {
        (Tab::Node, Selection::Node(node)) => node.to_string(),
        (Tab::Logs, _) if !has_logs => words::TAB_STATE.get(lang).to_owned(),
        _ => which.name().get(lang).to_owned(),
    };
    let onkeydown = {
        let on_tab = on_tab.clone();
        Callback::from(move |event: KeyboardEvent| {
            let place = Tab::ALL.iter().position(|known| *known == tab).unwrap_or(0);
            // The last one stands only on a phone.
            let last = Tab::ALL.len() - if dom::media(PHONE) { 1 } else { 2 };
            let next = match event.key().as_str() {
                "ArrowRight" if place == last => 0,
                "ArrowRight" => place + 1,
                "ArrowLeft" if place == 0 => last,
                "ArrowLeft" => place - 1,
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on_tab.emit(Tab::ALL[next]);
            dom::focus_soon(format!("tab-{}", Tab::ALL[next].id()));
        })
    };
    use_effect_with(tab, |tab| dom::reveal(&format!("tab-{}", tab.id())));
    let button = |which: Tab| {
        let on_tab = on_tab.clone();
        let chosen = which == tab;
        html! {
            <button
                key={which.id()}
                id={format!("tab-{}", which.id())}
                class={classes!("tab", (which == Tab::Why).then_some("phone-only"))}
                type="button"
                role="tab"
                aria-selected={chosen.to_string()}
                aria-controls="inspector-panel"
                tabindex={if chosen { "0" } else { "-1" }}
                onclick={Callback::from(move |_: MouseEvent| on_tab.emit(which))}
            >{ title(which) }</button>
        }
    };
    let body = match tab {
        Tab::Logs => html! {
            <div key="logs" class="stack">
                if has_logs {
                    <logs::Logs ..panel.clone() />
                    <held::HeldTable ..panel.clone() />
                    <figures::Figures panel={panel.clone()} foretold=true />
                    <div class="not-phone"><why::Why ..panel.clone() /></div>
                    <memory::Memory ..panel.clone() />
                    <figures::Figures panel={panel.clone()} foretold=false />
                } else {
                    <states::States ..panel.clone() />
                    <levels::LevelPlot ..panel.clone() />
                    <figures::Figures panel={panel.clone()} foretold=true />
                    <memory::Memory ..panel.clone() />
                    <held::HeldTable ..panel.clone() />
                    <figures::Figures panel={panel.clone()} foretold=false />
                    <div class="not-phone"><why::Why ..panel.clone() /></div>
                }
                <div class="not-phone"><checks::Brief ..panel /></div>
            </div>
        },
        Tab::Node => html! { <div key="node"><node::Node ..panel /></div> },
        Tab::Messages => html! { <div key="messages"><messages::Messages ..panel /></div> },
        Tab::Checks => {
            html! { <div key="checks"><checks::Checks ..panel.clone() /><TryToBreak ..panel /></div> }
        }
        Tab::Clients => html! { <div key="clients"><clients::Clients ..panel /></div> },
        Tab::Faults => html! { <div key="faults"><faults::Faults ..panel /></div> },
        Tab::Trace => html! { <div key="trace" class="fill"><trace::Lines ..panel /></div> },
        Tab::Why => html! { <div key="why"><why::Why ..panel /></div> },
    };
    html! {
        <div class="inspector">
            <div class="tabs" role="tablist" aria-label={words::INSPECTOR.get(lang)} {onkeydown}>
                { for Tab::ALL.into_iter().map(button) }
            </div>
            <div
                class="tab-panel"
                id="inspector-panel"
                role="tabpanel"
                aria-labelledby={format!("tab-{}", tab.id())}
                tabindex="0"
            >
                { body }
            </div>
        </div>
    }
}

/// Where one panel is shown at a time; the style sheet says the same.
const PHONE: &str = "(max-width: 760px)";

/// Whether the protocol keeps logs.
pub(crate) fn keeps_logs(session: &Session) -> bool {
    session.scenario().nodes().next().is_some_and(|node| session.run().log(node).is_some())
}

/// The class that colours something as its epoch.
pub(crate) fn hue_class(kind: quorate::model::ArgKind, epoch: u32) -> String {
    format!("hue-{}", quorate::view::hue(kind, epoch))
}

/// How many records tell of the first so many events.
pub(crate) fn happened(trace: &Trace, events: u32) -> usize {
    let (mut low, mut high) = (0, trace.records().len());
    while low < high {
        let middle = low + (high - low) / 2;
        if trace.event_of(middle) <= events {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Where nothing is broken: a search may find what breaks it.
#[component]
fn TryToBreak(props: &PanelProps) -> Html {
    let (host, lang) = (&props.host, props.lang);
    if host.is_embedded() || host.read(|session| !session.run().violations().is_empty()) {
        return html! { <p class="hint" /> };
    }
    let click = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.search(Kind::Find))
    };
    html! {
        <p class="hint try-to-break">
            { texts::NOTHING_BROKEN.get(lang) }{ " " }
            <button class="text-button" type="button" onclick={click}>{ texts::TRY_TO_BREAK.get(lang) }</button>
        </p>
    }
}
