//! The colours and fonts of the page as the canvas needs them, read once a theme.

use crate::dom;
use quorate::view::Ink;
use web_sys::HtmlElement;
use yew::NodeRef;

/// Colours as the browser has resolved them.
#[derive(Default)]
pub(super) struct Palette {
    /// Which probe they were read with: the colour of the panels and of the text.
    sign: String,
    /// By [`Ink::index`].
    pub(super) inks: [String; Ink::COUNT],
    pub(super) ink_2: String,
    pub(super) ink_3: String,
    pub(super) line: String,
    pub(super) line_2: String,
    pub(super) panel: String,
    pub(super) down: String,
    pub(super) good: String,
    pub(super) bad: String,
    pub(super) accent: String,
    pub(super) sans: String,
    pub(super) mono: String,
}

impl Palette {
    /// Reads the colours if they have changed; says whether they have. The probe is an element of
    /// the picture that nobody sees.
    pub(super) fn refresh(&mut self, probe: &NodeRef) -> bool {
        let Some(probe) = probe.cast::<HtmlElement>() else { return false };
        let Some(window) = dom::window() else { return false };
        let Ok(Some(computed)) = window.get_computed_style(&probe) else { return false };
        let read = |name: &str| computed.get_property_value(name).unwrap_or_default();
        // The probe's own colours are those of the panel, whichever theme is on.
        let sign = read("background-color");
        if sign == self.sign {
            return false;
        }
        let style = probe.style();
        // A custom property is read as it is written; a colour made of it, as it is resolved.
        let colour = |name: &str| {
            let _ = style.set_property("color", &format!("var({name})"));
            read("color")
        };
        let hue = |hue: usize| colour(&format!("--t{hue}"));
        self.inks = [
            colour("--ink-2"),
            hue(1),
            hue(2),
            hue(3),
            hue(4),
            hue(5),
            hue(6),
            colour("--ink-3"),
            colour("--bad"),
        ];
        self.ink_2 = colour("--ink-2");
        self.ink_3 = colour("--ink-3");
        self.line = colour("--line");
        self.line_2 = colour("--line-2");
        self.panel = colour("--panel");
        self.down = colour("--down");
        self.good = colour("--good");
        self.bad = colour("--bad");
        self.accent = colour("--accent");
        let _ = style.remove_property("color");
        self.sans = or(read("--sans"), "system-ui, sans-serif");
        self.mono = or(read("--mono"), "monospace");
        self.sign = sign;
        true
    }

    /// A colour of a message or epoch.
    pub(super) fn ink(&self, ink: Ink) -> &str {
        &self.inks[ink.index()]
    }
}

fn or(text: String, other: &str) -> String {
    if text.trim().is_empty() { other.to_owned() } else { text.trim().to_owned() }
}
