//! A canvas that is as sharp as the screen, and the size of an element.

use crate::dom;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ResizeObserver};
use yew::prelude::*;

/// More pixels than this for one are not seen, and cost.
const RATIO_MAX: f64 = 2.0;
/// No canvas is larger than this, in device pixels.
const SIDE_MAX: f64 = 8_192.0;

/// A canvas and its context.
#[derive(Clone)]
pub(super) struct Surface {
    canvas: HtmlCanvasElement,
    pub(super) pen: CanvasRenderingContext2d,
    size: (f64, f64, f64),
}

impl Surface {
    /// The canvas of an element, if it is one.
    pub(super) fn of(node: &NodeRef) -> Option<Self> {
        let canvas = node.cast::<HtmlCanvasElement>()?;
        Self::on(canvas)
    }

    /// A canvas that is not in the page.
    pub(super) fn hidden() -> Option<Self> {
        let canvas = dom::document()?.create_element("canvas").ok()?;
        Self::on(canvas.dyn_into().ok()?)
    }

    fn on(canvas: HtmlCanvasElement) -> Option<Self> {
        let pen = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, pen, size: (0.0, 0.0, 0.0) })
    }

    pub(super) fn canvas(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// Whether this is the canvas of that element.
    pub(super) fn is(&self, node: &NodeRef) -> bool {
        node.cast::<HtmlCanvasElement>().is_some_and(|canvas| canvas == self.canvas)
    }

    /// How many device pixels one is.
    pub(super) fn ratio(&self) -> f64 {
        self.size.2
    }

    /// Takes a size in CSS pixels, and clears everything.
    pub(super) fn clear(&mut self, width: f64, height: f64) {
        let ratio = ratio().min(SIDE_MAX / width.max(height).max(1.0));
        if self.size != (width, height, ratio) {
            self.size = (width, height, ratio);
            self.canvas.set_width((width * ratio).round() as u32);
            self.canvas.set_height((height * ratio).round() as u32);
        }
        let _ = self.pen.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        self.pen.clear_rect(0.0, 0.0, width, height);
    }
}

/// Device pixels for one of CSS, capped.
pub(super) fn ratio() -> f64 {
    dom::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, RATIO_MAX)
}

/// How large the page's letters are, against the 13 px of a desk's screen: larger on a projector.
pub(super) fn letters() -> f64 {
    let root = dom::document().and_then(|document| document.document_element());
    let style = root.and_then(|root| dom::window()?.get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let px = size.and_then(|size| size.trim_end_matches("px").parse::<f64>().ok()).unwrap_or(13.0);
    (px / 13.0).clamp(1.0, 2.0)
}

/// The size of an element, in CSS pixels; zero until it is known.
#[hook]
pub(super) fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let set = size.setter();
    let node = node.clone();
    use_effect_with((), move |()| {
        let watch = node.cast::<Element>().and_then(|element| {
            let seen = element.clone();
            let measure = Rc::new(move || {
                set.set((f64::from(seen.client_width()), f64::from(seen.client_height())));
            });
            measure();
            let closure: Closure<dyn FnMut()> = Closure::new(move || measure());
            let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, closure))
        });
        move || {
            if let Some((observer, _closure)) = watch {
                observer.disconnect();
            }
        }
    });
    *size
}

/// Listens, until it is dropped, to an event that it may keep the browser from acting on.
pub(super) struct Grip {
    element: Element,
    name: &'static str,
    closure: Closure<dyn FnMut(web_sys::Event)>,
}

impl Grip {
    pub(super) fn new(
        element: &Element,
        name: &'static str,
        heard: impl FnMut(web_sys::Event) + 'static,
    ) -> Self {
        let closure = Closure::new(heard);
        let options = web_sys::AddEventListenerOptions::new();
        options.set_passive(false);
        let function = closure.as_ref().unchecked_ref();
        let _ =
            element.add_event_listener_with_callback_and_add_event_listener_options(name, function, &options);
        Self { element: element.clone(), name, closure }
    }
}

impl Drop for Grip {
    fn drop(&mut self) {
        let _ = self
            .element
            .remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}
