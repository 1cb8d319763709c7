//! The left-hand side: everything that a run is a function of.

mod changes;
mod clients;
mod delay;
mod network;
mod protocol;
mod run;
mod settings;
mod verdict;
mod weights;

pub(crate) use delay::DelayEditor;

use super::host::{Host, PanelProps};
use quorate::model::Lang;
use quorate::scenario::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// A scenario that is the same only where it is the very same: cheap to compare.
#[derive(Clone)]
pub(crate) struct Shown(pub(crate) Rc<Scenario>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What a part of the setup is given: it is shown anew only when the scenario changes.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PartProps {
    pub(crate) host: Host,
    pub(crate) scenario: Shown,
    pub(crate) lang: Lang,
}

#[component]
pub(crate) fn Setup(props: &PanelProps) -> Html {
    let scenario = Shown(props.host.read(|session| Rc::clone(session.focused().scenario())));
    let part = PartProps { host: props.host.clone(), scenario, lang: props.lang };
    html! {
        <div class="setup">
            <protocol::Protocol ..part.clone() />
            <weights::Weights ..part.clone() />
            <changes::Changes ..part.clone() />
            <network::Network ..part.clone() />
            <settings::Timing ..part.clone() />
            <settings::Switches ..part.clone() />
            <settings::Flaws ..part.clone() />
            <clients::Clients ..part.clone() />
            <run::Run ..part />
        </div>
    }
}

/// A part that can be folded; `extra` stands at the end of its heading.
pub(crate) fn fold(title: &str, open: bool, extra: Html, body: Html) -> Html {
    html! {
        <details class="fold" {open}>
            <summary><h2>{ title }</h2><span class="fold-extra">{ extra }</span></summary>
            <div class="fold-body">{ body }</div>
        </details>
    }
}

/// A label, a value in words, and the control that sets it.
pub(crate) fn row(label: impl Into<AttrValue>, value: impl Into<AttrValue>, control: Html) -> Html {
    html! {
        <div class="row">
            <span class="row-label">{ label.into() }</span>
            <span class="row-value">{ value.into() }</span>
            <span class="row-control">{ control }</span>
        </div>
    }
}
