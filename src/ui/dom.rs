//! The browser, with what can fail turned into `Option`: an embedded page may be denied anything.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, EventTarget, Window};

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Milliseconds since the page was opened, finer than whole ones.
pub(crate) fn now_ms() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// Whether a media query holds.
pub(crate) fn media(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

/// Whether nobody can see the page: another tab is in front of it.
pub(crate) fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// Whether the person asked for less motion.
pub(crate) fn reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)")
}

/// Listens until it is dropped.
pub(crate) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(crate) fn new(target: &EventTarget, name: &'static str, heard: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::new(heard);
        // A target that takes no listeners is never heard.
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ =
            self.target.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// Runs once after a while, unless it is dropped before.
pub(crate) struct Timeout {
    id: Option<i32>,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    pub(crate) fn new(after_ms: i32, run: impl FnMut() + 'static) -> Self {
        let closure: Closure<dyn FnMut()> = Closure::new(run);
        let id = window().and_then(|window| {
            let function = closure.as_ref().unchecked_ref();
            window.set_timeout_with_callback_and_timeout_and_arguments_0(function, after_ms).ok()
        });
        Self { id, _closure: closure }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let (Some(window), Some(id)) = (window(), self.id) {
            window.clear_timeout_with_handle(id);
        }
    }
}

/// Sets a custom property of an element: what an inline style would do where one is not allowed.
pub(crate) fn set_property(node: &yew::NodeRef, name: &str, value: &str) {
    if let Some(element) = node.cast::<web_sys::HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

/// A seed that nobody chose: the one place where true chance comes in. Small enough to read out.
pub(crate) fn random_seed() -> u64 {
    let mut bytes = [0u8; 4];
    let drawn = window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if drawn { u64::from(u32::from_le_bytes(bytes)) } else { now_ms() as u64 }
}

/// Gives an element the focus once what is being shown is there.
pub(crate) fn focus_soon(id: String) {
    let focus = move || {
        let element = document().and_then(|document| document.get_element_by_id(&id));
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    };
    after(30, focus);
}

/// Runs once after a while; nothing holds it back.
pub(crate) fn after(ms: i32, run: impl FnOnce() + 'static) {
    let closure = Closure::once_into_js(run);
    if let Some(window) = window() {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(closure.unchecked_ref(), ms);
    }
}

/// Scrolls a box, and only the box, so that something in it is in its middle.
pub(crate) fn scroll_within(holder: &str, inner: &str) {
    let find = |id: &str| document()?.get_element_by_id(id)?.dyn_into::<web_sys::HtmlElement>().ok();
    if let (Some(holder), Some(inner)) = (find(holder), find(inner)) {
        let (outer, inside) = (holder.get_bounding_client_rect(), inner.get_bounding_client_rect());
        let off = inside.top() + inside.height() / 2.0 - outer.top() - outer.height() / 2.0;
        holder.set_scroll_top(holder.scroll_top() + off as i32);
    }
}

/// A language as the page's `lang` has it.
pub(crate) const fn lang_tag(lang: quorate::model::Lang) -> &'static str {
    match lang {
        quorate::model::Lang::En => "en",
        quorate::model::Lang::Zh => "zh-Hans",
    }
}

/// Sets an attribute of the root element.
pub(crate) fn set_root(name: &str, value: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

/// The address without query and fragment.
pub(crate) fn base_address() -> String {
    let location = window().map(|window| window.location());
    let part = |get: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location.as_ref().and_then(|location| get(location).ok()).unwrap_or_default()
    };
    let (origin, path) = (part(web_sys::Location::origin), part(web_sys::Location::pathname));
    // A page opened from a file has no origin.
    let origin = if origin == "null" { "file://".to_owned() } else { origin };
    format!("{origin}{path}")
}

/// Takes the fragment off the address without an entry in the history.
pub(crate) fn clear_fragment() {
    let history = window().and_then(|window| window.history().ok());
    if let (Some(history), Some(window)) = (history, window()) {
        let path = window.location().pathname().unwrap_or_default();
        let query = window.location().search().unwrap_or_default();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{query}")));
    }
}

/// Copies text; says later whether it could.
pub(crate) fn copy(text: &str, done: impl Fn(bool) + 'static) {
    let Some(window) = window() else { return };
    let clipboard = window.navigator().clipboard();
    if JsValue::from(&clipboard).is_undefined() {
        done(false);
        return;
    }
    let done = std::rc::Rc::new(done);
    let failed = std::rc::Rc::clone(&done);
    let yes = Closure::once_into_js(move |_: JsValue| done(true));
    let no = Closure::once_into_js(move |_: JsValue| failed(false));
    let promise = clipboard.write_text(text);
    // `then` with two functions; either runs, once.
    let then = js_sys::Reflect::get(&promise, &"then".into()).ok().and_then(|then| then.dyn_into().ok());
    let then: Option<js_sys::Function> = then;
    if let Some(then) = then {
        let _ = then.call2(&promise, &yes, &no);
    }
}

/// Has the browser save text as a file.
pub(crate) fn save_file(name: &str, text: &str) -> Option<()> {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    after(1_000, move || {
        let _ = web_sys::Url::revoke_object_url(&address);
    });
    Some(())
}

/// Reads a file as text; `None` where it cannot be read.
pub(crate) fn read_file(file: &web_sys::File, done: impl FnOnce(Option<String>) + 'static) {
    let Ok(reader) = web_sys::FileReader::new() else { return done(None) };
    let finished = reader.clone();
    let closure = Closure::once_into_js(move || {
        done(finished.result().ok().and_then(|result| result.as_string()));
    });
    reader.set_onloadend(Some(closure.unchecked_ref()));
    let _ = reader.read_as_text(file);
}

/// Scrolls the boxes around an element just as far as it takes to see it.
pub(crate) fn reveal(id: &str) {
    scroll_to(id, web_sys::ScrollLogicalPosition::Nearest);
}

/// Scrolls so that an element stands on top.
pub(crate) fn reveal_from_top(id: &str) {
    scroll_to(id, web_sys::ScrollLogicalPosition::Start);
}

/// Goes to a heading: it stands on top, and who goes on with the keyboard goes on from there.
pub(crate) fn go_to_heading(id: &str) {
    reveal_from_top(id);
    focus_soon(id.to_owned());
}

fn scroll_to(id: &str, block: web_sys::ScrollLogicalPosition) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(block);
    options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
