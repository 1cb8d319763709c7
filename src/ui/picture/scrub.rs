//! Going through time by hand: the pointer scrubs, the wheel zooms.

use super::strip::Strip;
use super::surface::Grip;
use crate::dom;
use crate::host::Host;
use quorate::model::Lang;
use quorate::session::{Action, Selection};
use quorate::view::Lanes;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// Goes through time with the pointer.
#[derive(Clone)]
pub(super) struct Scrub {
    pub(super) host: Host,
    pub(super) strip: Rc<RefCell<Strip>>,
    pub(super) field: NodeRef,
    pub(super) scroll: NodeRef,
    pub(super) held: Rc<RefCell<bool>>,
}

impl Scrub {
    /// The point on the lanes, as they scroll.
    fn point(&self, event: &PointerEvent) -> Option<(f64, f64)> {
        let scroll = self.scroll.cast::<web_sys::Element>()?;
        let frame = scroll.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - frame.left();
        Some((x, f64::from(event.client_y()) - frame.top() + f64::from(scroll.scroll_top())))
    }

    pub(super) fn down(&self, event: &PointerEvent) {
        let Some((x, y)) = self.point(event).filter(|_| event.button() == 0) else { return };
        let left = self.strip.borrow().lanes.map_or(0.0, |lanes| lanes.left);
        if x < left - 12.0 {
            // A name selects its node.
            let node = self.strip.borrow().lanes.and_then(|lanes| lanes.node(y));
            if let Some(node) = node {
                self.host.act(Action::Select(Selection::Node(node)));
            }
            return;
        }
        if let Some(field) = self.field.cast::<web_sys::Element>() {
            let _ = field.set_pointer_capture(event.pointer_id());
        }
        *self.held.borrow_mut() = true;
        self.host.act(Action::Pause);
        self.seek(x, y);
    }

    fn seek(&self, x: f64, y: f64) {
        let end = self.host.read(|session| session.run().end());
        let at = self.strip.borrow().time_at(x, y, end);
        self.host.act(Action::Seek(at));
    }

    pub(super) fn moves(&self, event: &PointerEvent) {
        if *self.held.borrow()
            && let Some((x, _)) = self.point(event)
        {
            // Far from every mark: time alone counts while it is dragged.
            self.seek(x, f64::MIN);
        }
    }

    pub(super) fn up(&self) {
        *self.held.borrow_mut() = false;
    }

    /// What is under the pointer, beside it.
    pub(super) fn tell(&self, event: &PointerEvent, tip: &NodeRef, lang: Lang) {
        let Some((x, y)) = self.point(event) else { return };
        let told = self.host.read(|session| self.strip.borrow().tell(x, y, session.run(), lang));
        let (Some(element), Some(told)) = (tip.cast::<web_sys::HtmlElement>(), told) else {
            dom::set_property(tip, "opacity", "0");
            return;
        };
        element.set_text_content(Some(&told));
        let room = element.offset_parent().map_or(0.0, |parent| f64::from(parent.client_width()));
        let wide = f64::from(element.offset_width());
        let left = if x + wide + 22.0 > room { x - wide - 12.0 } else { x + 12.0 };
        dom::set_property(tip, "transform", &format!("translateX({:.0}px)", left.max(0.0)));
        dom::set_property(tip, "opacity", "1");
    }
}

/// Ctrl and the wheel zoom; a sideways wheel moves the window. Yew's own wheel events cannot keep
/// the page from zooming.
#[hook]
pub(super) fn use_wheel(
    node: &NodeRef,
    lanes: Lanes,
    whole: f64,
    window: UseStateSetter<Option<(f64, f64)>>,
) {
    let node = node.clone();
    use_effect_with((lanes, whole.to_bits()), move |_| {
        let listener = node.cast::<web_sys::Element>().map(|element| {
            let seen = element.clone();
            Grip::new(&element, "wheel", move |event: web_sys::Event| {
                let Some(event) = event.dyn_ref::<web_sys::WheelEvent>() else { return };
                let next = if event.ctrl_key() || event.meta_key() {
                    let x = f64::from(event.client_x()) - seen.get_bounding_client_rect().left();
                    let held = lanes.time(x).0 as f64;
                    lanes.zoomed((event.delta_y() * 0.004).clamp(-0.7, 0.7).exp(), held, whole)
                } else {
                    let sideways = if event.shift_key() { event.delta_y() } else { event.delta_x() };
                    let length = lanes.until - lanes.from;
                    if sideways == 0.0 || length >= whole {
                        return;
                    }
                    let from = (lanes.from + sideways / lanes.pixels()).clamp(0.0, whole - length);
                    (from, from + length)
                };
                event.prevent_default();
                window.set(Some(next).filter(|(from, until)| until - from < whole));
            })
        });
        move || drop(listener)
    });
}
