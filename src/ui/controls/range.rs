//! A range on a track: two thumbs that do not pass each other.

use super::{Gestures, Scale, input_value};
use crate::dom;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RangeSliderProps {
    /// What the lower thumb sets.
    pub(crate) low_label: AttrValue,
    /// What the upper thumb sets.
    pub(crate) high_label: AttrValue,
    pub(crate) low: u64,
    pub(crate) high: u64,
    /// How the way maps to values.
    pub(crate) scale: Scale,
    /// The two values in words.
    pub(crate) low_text: AttrValue,
    pub(crate) high_text: AttrValue,
    /// The new range, and its gesture.
    pub(crate) on_change: Callback<((u64, u64), u32)>,
}

#[component]
pub(crate) fn RangeSlider(props: &RangeSliderProps) -> Html {
    let node = use_node_ref();
    let gestures = use_memo((), |()| Gestures::default());
    let part = |value| (props.scale.filled(value) * 1e4).round() as u32;
    {
        let node = node.clone();
        use_effect_with((part(props.low), part(props.high)), move |(low, high)| {
            dom::set_property(&node, "--from", &format!("{}%", f64::from(*low) / 100.0));
            dom::set_property(&node, "--to", &format!("{}%", f64::from(*high) / 100.0));
        });
    }
    let changed = |lower: bool| {
        let (gestures, scale, on_change) = (gestures.clone(), props.scale, props.on_change.clone());
        let (low, high) = (props.low, props.high);
        Callback::from(move |event: InputEvent| {
            let Ok(place) = input_value(&event).parse() else { return };
            let value = scale.value(place);
            let range = if lower { (value.min(high), high) } else { (low, value.max(low)) };
            on_change.emit((range, gestures.now()));
        })
    };
    let onpointerdown = {
        let gestures = gestures.clone();
        Callback::from(move |_: PointerEvent| gestures.down())
    };
    let onpointerup = {
        let gestures = gestures.clone();
        Callback::from(move |_: PointerEvent| gestures.up())
    };
    let (least, most) = props.scale.track();
    let thumb = |lower: bool| {
        let (value, label, text) = if lower {
            (props.low, &props.low_label, &props.low_text)
        } else {
            (props.high, &props.high_label, &props.high_text)
        };
        // Where both stand at the end, the lower one must stay within reach.
        let above = lower && props.scale.filled(props.low) > 0.5;
        html! {
            <input
                class={classes!("slider", "thumb-only", above.then_some("above"))}
                type="range"
                min={least.to_string()}
                max={most.to_string()}
                step="1"
                value={props.scale.place(value).to_string()}
                aria-label={label.clone()}
                aria-valuetext={text.clone()}
                oninput={changed(lower)}
                onpointerdown={onpointerdown.clone()}
                onpointerup={onpointerup.clone()}
            />
        }
    };
    html! {
        <span ref={node} class="range-slider">
            <span class="range-track" />
            { thumb(true) }
            { thumb(false) }
        </span>
    }
}
