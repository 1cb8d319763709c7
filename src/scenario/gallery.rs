//! The gallery: the scenarios that come with each protocol.

use super::{Scenario, from_json};
use crate::catalogue::PROTOCOLS;
use std::sync::OnceLock;

/// Every scenario of every protocol with its name, in the order of the menus, read once.
///
/// A document that cannot be read is left out; a test makes sure that there is none.
#[must_use]
pub fn gallery() -> &'static [(&'static str, Scenario)] {
    static GALLERY: OnceLock<Vec<(&'static str, Scenario)>> = OnceLock::new();
    GALLERY.get_or_init(|| {
        let documents = PROTOCOLS.iter().flat_map(|entry| entry.scenarios);
        documents.filter_map(|(id, text)| from_json(text).ok().map(|scenario| (*id, scenario))).collect()
    })
}

/// The scenario of a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Scenario> {
    gallery().iter().find(|(known, _)| *known == id).map(|(_, scenario)| scenario)
}
