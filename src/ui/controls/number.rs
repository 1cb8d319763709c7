//! A number that is typed. It counts when it is finished, not at every digit.

use super::input_value;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct NumberBoxProps {
    pub(crate) label: AttrValue,
    /// The value; `None` shows an empty box.
    pub(crate) value: Option<f64>,
    pub(crate) min: f64,
    pub(crate) max: f64,
    #[prop_or(1.0)]
    pub(crate) step: f64,
    #[prop_or_default]
    pub(crate) placeholder: AttrValue,
    /// The new value; `None` where the box was emptied.
    pub(crate) on_change: Callback<Option<f64>>,
    #[prop_or_default]
    pub(crate) class: Classes,
    #[prop_or_default]
    pub(crate) disabled: bool,
}

#[component]
pub(crate) fn NumberBox(props: &NumberBoxProps) -> Html {
    // What is being typed: a panel that is shown anew must not take it away.
    let draft = use_state(|| None::<String>);
    let shown = draft
        .as_ref()
        .cloned()
        .unwrap_or_else(|| props.value.map_or_else(String::new, |value| crate::words::number(value, 3)));
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| draft.set(Some(input_value(&event))))
    };
    let onchange = {
        let (draft, on_change, was) = (draft.clone(), props.on_change.clone(), props.value);
        let (min, max) = (props.min, props.max);
        Callback::from(move |event: Event| {
            let text = input_value(&event);
            let value = text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
            draft.set(None);
            if text.trim().is_empty() {
                on_change.emit(None);
            } else if let Some(value) = value.map(|value| value.clamp(min, max))
                && Some(value) != was
            {
                on_change.emit(Some(value));
            }
        })
    };
    let onblur = Callback::from(move |_: FocusEvent| draft.set(None));
    html! {
        <input
            class={classes!("number", props.class.clone())}
            type="number"
            inputmode="decimal"
            min={props.min.to_string()}
            max={props.max.to_string()}
            step={props.step.to_string()}
            value={shown}
            placeholder={props.placeholder.clone()}
            aria-label={props.label.clone()}
            disabled={props.disabled}
            {oninput}
            {onchange}
            {onblur}
        />
    }
}
