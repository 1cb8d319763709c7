//! What the browser keeps between visits. Every call may be denied, and then nothing is kept.

use super::dom;
use super::host::Theme;
use quorate::model::{Lang, Time};
use quorate::scenario::{Refusal, Scenario, from_link, to_link};

const SESSION: &str = "quorate.session";
const LANG: &str = "quorate.lang";
const THEME: &str = "quorate.theme";

fn store() -> Option<web_sys::Storage> {
    dom::window()?.local_storage().ok().flatten()
}

fn get(key: &str) -> Option<String> {
    store()?.get_item(key).ok().flatten()
}

fn set(key: &str, value: &str) {
    if let Some(store) = store() {
        // Full or forbidden: then nothing is kept.
        let _ = store.set_item(key, value);
    }
}

/// What was open last time; `None` on a first visit.
pub(crate) fn session() -> Option<Result<(Scenario, Option<Time>), Refusal>> {
    from_link(&get(SESSION)?).transpose()
}

/// Keeps what is open.
pub(crate) fn keep_session(scenario: &Scenario, at: Time) {
    set(SESSION, &to_link(scenario, Some(at)));
}

/// Forgets what was open.
pub(crate) fn forget_session() {
    if let Some(store) = store() {
        let _ = store.remove_item(SESSION);
    }
}

/// The language chosen last, or the browser's.
pub(crate) fn lang() -> Lang {
    let chosen = get(LANG);
    let browser = || dom::window().and_then(|window| window.navigator().language());
    lang_of(&chosen.or_else(browser).unwrap_or_default()).unwrap_or_default()
}

/// A language by its tag: `en`, `zh-CN`.
pub(crate) fn lang_of(tag: &str) -> Option<Lang> {
    let tag = tag.to_ascii_lowercase();
    if tag.starts_with("zh") {
        Some(Lang::Zh)
    } else if tag.starts_with("en") {
        Some(Lang::En)
    } else {
        None
    }
}

/// Keeps the language.
pub(crate) fn keep_lang(lang: Lang) {
    set(LANG, dom::lang_tag(lang));
}

/// The colours chosen last.
pub(crate) fn theme() -> Theme {
    get(THEME).as_deref().and_then(theme_of).unwrap_or_default()
}

/// Colours by their name.
pub(crate) fn theme_of(name: &str) -> Option<Theme> {
    match name {
        "auto" => Some(Theme::Auto),
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// The name of colours.
pub(crate) const fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// Keeps the colours.
pub(crate) fn keep_theme(theme: Theme) {
    set(THEME, theme_name(theme));
}
