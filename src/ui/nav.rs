//! A phone's places: one panel at a time.

use super::icons::{Icon, icon};
use super::inspector::Tab;
use super::words;
use quorate::model::{Lang, Text};
use yew::prelude::*;

/// What a phone shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Sheet {
    /// Stage and timeline.
    #[default]
    Stage,
    /// The setup.
    Setup,
    /// The inspector, at its own tab.
    Inspector,
}

impl Sheet {
    /// The class of the page.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Stage => "sheet-stage",
            Self::Setup => "sheet-setup",
            Self::Inspector => "sheet-inspector",
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct NavProps {
    pub(crate) lang: Lang,
    pub(crate) sheet: Sheet,
    pub(crate) tab: Tab,
    /// Whether there are logs to look at.
    pub(crate) has_logs: bool,
    pub(crate) on_go: Callback<(Sheet, Option<Tab>)>,
}

#[component]
pub(crate) fn Nav(props: &NavProps) -> Html {
    let other = !matches!(props.tab, Tab::Faults | Tab::Why);
    let in_inspector = |tab: Tab| props.sheet == Sheet::Inspector && props.tab == tab;
    let places: [(Text, Icon, bool, Sheet, Option<Tab>); 5] = [
        (words::NAV_STAGE, Icon::Stage, props.sheet == Sheet::Stage, Sheet::Stage, None),
        (words::NAV_WEIGHTS, Icon::Scale, props.sheet == Sheet::Setup, Sheet::Setup, None),
        (words::NAV_FAULTS, Icon::Bolt, in_inspector(Tab::Faults), Sheet::Inspector, Some(Tab::Faults)),
        (
            if props.has_logs { words::NAV_LOGS } else { words::TAB_STATE },
            Icon::Rows,
            props.sheet == Sheet::Inspector && other,
            Sheet::Inspector,
            Some(Tab::Logs),
        ),
        (words::NAV_WHY, Icon::Help, in_inspector(Tab::Why), Sheet::Inspector, Some(Tab::Why)),
    ];
    let place = |(name, which, chosen, sheet, tab): (Text, Icon, bool, Sheet, Option<Tab>)| {
        let on_go = props.on_go.clone();
        html! {
            <button
                key={name.en}
                type="button"
                aria-current={chosen.then_some("page")}
                onclick={Callback::from(move |_: MouseEvent| on_go.emit((sheet, tab)))}
            >{ icon(which) }<span>{ name.get(props.lang) }</span></button>
        }
    };
    html! { <nav class="nav" aria-label={words::PLACES.get(props.lang)}>{ for places.into_iter().map(place) }</nav> }
}
