//! One of several, and yes or no.

use super::input_value;
use wasm_bindgen::JsCast;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PickerProps {
    pub(crate) label: AttrValue,
    pub(crate) options: Vec<AttrValue>,
    pub(crate) chosen: usize,
    pub(crate) on_pick: Callback<usize>,
    #[prop_or_default]
    pub(crate) class: Classes,
}

/// A native list of choices.
#[component]
pub(crate) fn Picker(props: &PickerProps) -> Html {
    let node = use_node_ref();
    {
        // The browser keeps its own idea of what is selected; the session's counts.
        let node = node.clone();
        use_effect_with((props.chosen, props.options.clone()), move |(chosen, _)| {
            if let Some(select) = node.cast::<web_sys::HtmlSelectElement>() {
                select.set_selected_index(*chosen as i32);
            }
        });
    }
    let onchange = {
        let on_pick = props.on_pick.clone();
        Callback::from(move |event: Event| {
            let select =
                event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
            if let Some(place) = select.and_then(|select| usize::try_from(select.selected_index()).ok()) {
                on_pick.emit(place);
            }
        })
    };
    let option = |(place, name): (usize, &AttrValue)| {
        html! { <option key={place} value={place.to_string()} selected={place == props.chosen}>{ name.clone() }</option> }
    };
    html! {
        <select ref={node} class={classes!("picker", props.class.clone())} aria-label={props.label.clone()} {onchange}>
            { for props.options.iter().enumerate().map(option) }
        </select>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SegmentsProps {
    pub(crate) label: AttrValue,
    pub(crate) options: Vec<AttrValue>,
    pub(crate) chosen: Option<usize>,
    pub(crate) on_pick: Callback<usize>,
}

/// A few choices side by side.
#[component]
pub(crate) fn Segments(props: &SegmentsProps) -> Html {
    let segment = |(place, name): (usize, &AttrValue)| {
        let on_pick = props.on_pick.clone();
        let pressed = Some(place) == props.chosen;
        html! {
            <button
                key={place}
                type="button"
                aria-pressed={pressed.to_string()}
                onclick={Callback::from(move |_: MouseEvent| on_pick.emit(place))}
            >{ name.clone() }</button>
        }
    };
    html! {
        <span class="segments" role="group" aria-label={props.label.clone()}>
            { for props.options.iter().enumerate().map(segment) }
        </span>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ToggleProps {
    /// What it switches, shown beside it.
    pub(crate) label: AttrValue,
    pub(crate) on: bool,
    pub(crate) on_switch: Callback<bool>,
    /// More about it, below.
    #[prop_or_default]
    pub(crate) help: AttrValue,
    /// Whether it is a mistake to have it on.
    #[prop_or_default]
    pub(crate) wrong: bool,
}

/// A switch with its words.
#[component]
pub(crate) fn Toggle(props: &ToggleProps) -> Html {
    let onchange = {
        let (on_switch, on) = (props.on_switch.clone(), props.on);
        Callback::from(move |event: Event| {
            // The browser has switched it already; only the session's word is shown.
            let _ = input_value(&event);
            on_switch.emit(!on);
        })
    };
    let help = (!props.help.is_empty()).then(|| html! { <small>{ props.help.clone() }</small> });
    html! {
        <label class={classes!("toggle", props.wrong.then_some("wrong"))}>
            <input type="checkbox" role="switch" checked={props.on} {onchange} />
            <span class="toggle-words"><span>{ props.label.clone() }</span>{ help }</span>
        </label>
    }
}
