//! One value on a track.

use super::{Gestures, Scale, input_value};
use crate::dom;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SliderProps {
    /// What it sets, for those who cannot see what it stands beside.
    pub(crate) label: AttrValue,
    /// The value.
    pub(crate) value: u64,
    /// How its way maps to values.
    pub(crate) scale: Scale,
    /// The value in words.
    pub(crate) text: AttrValue,
    /// A new value, and its gesture.
    pub(crate) on_change: Callback<(u64, u32)>,
    #[prop_or_default]
    pub(crate) disabled: bool,
}

#[component]
pub(crate) fn Slider(props: &SliderProps) -> Html {
    let node = use_node_ref();
    let gestures = use_memo((), |()| Gestures::default());
    let filled = (props.scale.filled(props.value) * 1e4).round() as u32;
    {
        let node = node.clone();
        use_effect_with(filled, move |filled| {
            dom::set_property(&node, "--fill", &format!("{}%", f64::from(*filled) / 100.0));
        });
    }
    let (least, most) = props.scale.track();
    let oninput = {
        let (gestures, scale, on_change) = (gestures.clone(), props.scale, props.on_change.clone());
        Callback::from(move |event: InputEvent| {
            if let Ok(place) = input_value(&event).parse() {
                on_change.emit((scale.value(place), gestures.now()));
            }
        })
    };
    let onpointerdown = {
        let gestures = gestures.clone();
        Callback::from(move |_: PointerEvent| gestures.down())
    };
    let onpointerup = Callback::from(move |_: PointerEvent| gestures.up());
    html! {
        <input
            ref={node}
            class="slider"
            type="range"
            min={least.to_string()}
            max={most.to_string()}
            step="1"
            value={props.scale.place(props.value).to_string()}
            aria-label={props.label.clone()}
            aria-valuetext={props.text.clone()}
            disabled={props.disabled}
            {oninput}
            {onpointerdown}
            {onpointerup}
        />
    }
}
