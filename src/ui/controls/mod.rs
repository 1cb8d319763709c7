//! Controls: values in, callbacks out. A change comes with the number of its gesture, so that a drag
//! is undone as one.

mod choice;
mod matrix;
mod number;
mod range;
mod scale;
mod slider;

pub(crate) use choice::{Picker, Segments, Toggle};
pub(crate) use matrix::LinkMatrix;
pub(crate) use number::NumberBox;
pub(crate) use range::RangeSlider;
pub(crate) use scale::Scale;
pub(crate) use slider::Slider;

use super::dom;
use std::cell::Cell;
use std::rc::Rc;

/// Changes closer together than this belong to one gesture.
const PAUSE_MS: f64 = 800.0;

/// Tells one gesture from the next.
#[derive(Clone, Default)]
pub(crate) struct Gestures(Rc<Cell<(u32, f64, bool)>>);

thread_local! {
    // Shared with `Host::gesture` only in that neither repeats itself: these count down.
    static NEXT: Cell<u32> = const { Cell::new(u32::MAX) };
}

impl Gestures {
    /// A pointer goes down: a new gesture begins.
    pub(crate) fn down(&self) {
        self.0.set((fresh(), dom::now_ms(), true));
    }

    /// The pointer is up again.
    pub(crate) fn up(&self) {
        let (id, last, _) = self.0.get();
        self.0.set((id, last, false));
    }

    /// The gesture that a change now belongs to.
    pub(crate) fn now(&self) -> u32 {
        let (id, last, held) = self.0.get();
        let now = dom::now_ms();
        let id = if id == 0 || (!held && now - last > PAUSE_MS) { fresh() } else { id };
        self.0.set((id, now, held));
        id
    }
}

fn fresh() -> u32 {
    NEXT.with(|next| {
        let id = next.get();
        next.set(id.wrapping_sub(1));
        id
    })
}

/// What an input holds.
pub(crate) fn input_value(event: &web_sys::Event) -> String {
    use wasm_bindgen::JsCast;
    let target = event.target();
    let input = target.as_ref().and_then(|target| target.dyn_ref::<web_sys::HtmlInputElement>());
    input.map(web_sys::HtmlInputElement::value).unwrap_or_default()
}
