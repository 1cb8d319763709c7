//! A few small pictures, after Lucide (ISC).

use yew::prelude::*;

/// Which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Close,
    Check,
    Cross,
    Undo,
    Redo,
    Sun,
    Moon,
    Contrast,
    More,
    Dice,
    Plus,
    Trash,
    Copy,
    Download,
    Upload,
    Disk,
    Stage,
    Scale,
    Bolt,
    Rows,
    Help,
    Clock,
    Halt,
    Dash,
    Search,
    Play,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Close | Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Check => "M5 13l4 4L19 7",
            Self::Undo => "M9 14L4 9l5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H11",
            Self::Redo => "M15 14l5-5-5-5M20 9H9.5a5.5 5.5 0 0 0 0 11H13",
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4"
            }
            Self::Moon => "M12 3a6 6 0 0 0 9 9 9 9 0 1 1-9-9",
            Self::Contrast => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 3v18M12 7l6 3M12 11l8 2M12 15l7 2",
            Self::More => "M5 12h.01M12 12h.01M19 12h.01",
            Self::Dice => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2M8 8h.01M16 8h.01M12 12h.01M8 16h.01M16 16h.01"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Trash => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
            Self::Copy => {
                "M10 8h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2M4 16a2 2 0 0 1-1-2V5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 1"
            }
            Self::Download => "M12 3v12M7 11l5 5 5-5M4 20h16",
            Self::Upload => "M12 16V4M7 9l5-5 5 5M4 20h16",
            Self::Disk => "M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
            Self::Stage => {
                "M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4M19 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4M11 8l-5 8M13 8l5 8M7 18h10"
            }
            Self::Scale => "M12 4v16M8 20h8M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
            Self::Bolt => "M13 3L5 14h6l-1 7 8-11h-6z",
            Self::Rows => "M4 5h4v4H4zM10 5h4v4h-4zM16 5h4v4h-4zM4 14h4v4H4zM10 14h4v4h-4z",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2",
            Self::Halt => "M8 3h8l5 5v8l-5 5H8l-5-5V8zM8 12h8",
            Self::Dash => "M6 12h12",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L21 21",
            Self::Play => "M7 4l13 8-13 8z",
            Self::Help => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.2 9a3 3 0 0 1 5.8 1c0 2-3 2.5-3 4M12 17.5h.01"
            }
        }
    }
}

/// An icon, for the eye only: what it is on has a name of its own.
pub(crate) fn icon(which: Icon) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={which.path()} />
        </svg>
    }
}

/// The brand: a tally that has its quorum.
pub(crate) fn brand() -> Html {
    html! {
        <svg class="brand-mark" viewBox="-12 -12 24 24" aria-hidden="true" focusable="false">
            <path class="brand-a" d="M0-9A9 9 0 0 1 8.56 2.78" />
            <path class="brand-b" d="M7.7 4.7A9 9 0 0 1-3 8.5" />
            <path class="brand-c" d="M-5 7.5A9 9 0 0 1-1.4-8.9" />
            <path class="brand-d" d="M-7.5 10.5L-5 6.5" />
        </svg>
    }
}
