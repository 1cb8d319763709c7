//! Broken safety as a value with a witness: the page shows it, a test fails on it. Users will build
//! unsafe clusters; that is the lesson, never a crash.

use super::{Arg, Lang, NodeId, NodeSet, Text, Time, fill};
use std::hash::{Hash, Hasher};

/// A property's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PropertyWord {
    /// Its name in claims: `election-safety`.
    pub id: &'static str,
    /// Its name in the paper.
    pub name: Text,
    /// What it says, in a few words.
    pub statement: Text,
}

/// By its name alone: there is one property of a name.
impl Hash for PropertyWord {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// A property that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Which.
    pub property: &'static PropertyWord,
    /// When.
    pub at: Time,
    /// The first bad event, by its place in the run.
    pub event: u32,
    /// Who and what disagree.
    pub witness: Witness,
}

/// What shows that a property failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// A sentence with `{name}` for its values, saying why, with the values.
    pub text: Text,
    /// Those values.
    pub args: Vec<(&'static str, Arg)>,
    /// The nodes that disagree.
    pub nodes: NodeSet,
    /// The log cells that disagree: node and index.
    pub cells: Vec<(NodeId, u32)>,
    /// Two quorums that did not meet, where that is the reason.
    pub quorums: Option<(NodeSet, NodeSet)>,
}

impl Witness {
    /// A sentence without values.
    #[must_use]
    pub const fn plain(text: Text) -> Self {
        Self { text, args: Vec::new(), nodes: NodeSet::EMPTY, cells: Vec::new(), quorums: None }
    }

    /// The sentence in one language. A value that is a [`Arg::Word`] may have `{name}`s of its own.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let value = |name: &str| self.args.iter().find(|(known, _)| *known == name).map(|(_, arg)| *arg);
        let (mut outer, mut out) = (String::new(), String::new());
        fill(&mut outer, self.text.get(lang), lang, value);
        fill(&mut out, &outer, lang, value);
        out
    }
}
