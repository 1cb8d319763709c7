//! How the page is asked for: on its own, or as a view in someone else's page.

use super::dom;
use super::host::Theme;
use super::storage;
use quorate::model::Lang;

/// What an embedded page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum View {
    /// Stage and timeline.
    #[default]
    Split,
    /// The stage alone.
    Stage,
    /// The timeline alone.
    Lanes,
}

/// What an embedded page can be steered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Controls {
    /// The whole transport.
    Full,
    /// Play, steps and time.
    #[default]
    Play,
    /// Nothing.
    None,
}

/// The address's query, read: `?embed&view=stage&controls=play&theme=dark&lang=zh`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Asked {
    /// Whether it is a view in someone else's page.
    pub(crate) embed: bool,
    /// Which.
    pub(crate) view: View,
    /// With what.
    pub(crate) controls: Controls,
    /// In which colours, if the address says.
    pub(crate) theme: Option<Theme>,
    /// In which language, if the address says.
    pub(crate) lang: Option<Lang>,
}

impl View {
    /// All, in the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::Split, Self::Stage, Self::Lanes];

    /// Its name in the address.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Stage => "stage",
            Self::Lanes => "lanes",
        }
    }
}

impl Controls {
    /// All, in the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::Full, Self::Play, Self::None];

    /// Its name in the address.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Play => "play",
            Self::None => "none",
        }
    }
}

/// What the address asks for.
pub(crate) fn asked() -> Asked {
    let query = dom::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let Ok(query) = web_sys::UrlSearchParams::new_with_str(&query) else { return Asked::default() };
    let get = |name: &str| query.get(name).unwrap_or_default();
    Asked {
        embed: query.has("embed"),
        view: View::ALL.into_iter().find(|view| view.name() == get("view")).unwrap_or_default(),
        controls: Controls::ALL.into_iter().find(|kind| kind.name() == get("controls")).unwrap_or_default(),
        theme: storage::theme_of(&get("theme")),
        lang: storage::lang_of(&get("lang")),
    }
}
