//! What is open when the page opens: a link, what was open last time, or the first scenario.

use super::{dom, storage};
use crate::words::{self, say};
use quorate::catalogue::PROTOCOLS;
use quorate::model::{Lang, Time};
use quorate::scenario::{Scenario, from_link, gallery};

/// A scenario to open, at a time or where its author had it start, and a sentence about what could
/// not be opened instead.
pub(crate) struct Opening {
    pub(crate) scenario: Scenario,
    pub(crate) at: Option<Time>,
    pub(crate) complaint: Option<String>,
}

/// The fragment of the address, with its `#`.
pub(crate) fn fragment() -> String {
    dom::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The first scenario of the gallery.
pub(crate) fn first() -> Option<Scenario> {
    let known = gallery().first().map(|(_, scenario)| scenario.clone());
    known.or_else(|| PROTOCOLS.first().map(|entry| Scenario::plain(entry, 5)))
}

/// What to open. `None`: there is no protocol at all.
pub(crate) fn opening(lang: Lang, embedded: bool) -> Option<Opening> {
    let mut complaint = None;
    match from_link(&fragment()) {
        Ok(Some((scenario, at))) => return Some(Opening { scenario, at, complaint }),
        Ok(None) => {}
        Err(refusal) => complaint = Some(say(words::NOT_OPENED, lang, &[("why", &refusal.sentence(lang))])),
    }
    if !embedded {
        match storage::session() {
            Some(Ok((scenario, at))) => return Some(Opening { scenario, at, complaint }),
            Some(Err(refusal)) => {
                storage::forget_session();
                let said = say(words::STORED_BAD, lang, &[("why", &refusal.sentence(lang))]);
                complaint = complaint.or(Some(said));
            }
            None => {}
        }
    }
    Some(Opening { scenario: first()?, at: None, complaint })
}
