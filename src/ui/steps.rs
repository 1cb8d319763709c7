//! The steps of a shortest violation, to be gone through.

use super::dom;
use super::words::search as texts;
use quorate::model::Lang;
use quorate::task::{Line, Report};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct StepsProps {
    pub(crate) report: Option<Rc<Report>>,
    pub(crate) lang: Lang,
}

/// The steps; the arrow keys go through them, and the state after the chosen one stands beside.
#[component]
pub(crate) fn Steps(props: &StepsProps) -> Html {
    let lang = props.lang;
    let chosen = use_state(|| 0usize);
    let path = match props.report.as_deref() {
        Some(Report::Explore(report)) => &*report.path,
        Some(Report::Find(_) | Report::Check(_) | Report::Compare(_) | Report::Refused(_)) | None => &[],
    };
    let last = path.len().saturating_sub(1);
    let here = (*chosen).min(last);
    let onkeydown = {
        let chosen = chosen.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowDown" | "ArrowRight" => (here + 1).min(last),
                "ArrowUp" | "ArrowLeft" => here.saturating_sub(1),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            chosen.set(to);
            dom::reveal(&step_id(to));
        })
    };
    let option = |(place, line): (usize, &Line)| {
        let chosen = chosen.clone();
        let click = Callback::from(move |_: MouseEvent| chosen.set(place));
        let action = if place == 0 { texts::INITIAL_STATE.get(lang) } else { line.action.get(lang) };
        html! {
            <li key={place} id={step_id(place)} role="option" aria-selected={(place == here).to_string()} onclick={click}>
                { format!("{place}. {action}") }
            </li>
        }
    };
    let state = path.get(here).map_or("", |line| line.state.get(lang)).to_owned();
    html! {
        <div class="steps">
            <ol class="steps-list" role="listbox" tabindex="0" aria-label={texts::SHORTEST_VIOLATION.get(lang)} aria-activedescendant={step_id(here)} {onkeydown}>
                { for path.iter().enumerate().map(option) }
            </ol>
            <pre class="steps-state" tabindex="0" role="group" aria-label={texts::STATE_AFTER.get(lang)}>{ state }</pre>
        </div>
    }
}

fn step_id(place: usize) -> String {
    format!("explored-step-{place}")
}
