//! What can be set of a protocol, as data: the page draws a control for each, a scenario names them.

use super::{Span, SpanRange, Text};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in scenario files: `heartbeat`.
    pub id: &'static str,
    /// Its name for people.
    pub name: Text,
    /// What it does, in a sentence.
    pub help: Text,
    /// Under which heading it stands.
    pub group: SettingGroup,
    /// What it takes.
    pub kind: SettingKind,
}

/// The heading of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingGroup {
    /// Lengths of time.
    Timing,
    /// Parts of the protocol that can be switched.
    Switch,
}

/// What a setting takes. Spans in µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// One length of time.
    Span {
        /// The smallest allowed.
        least: Span,
        /// The largest allowed.
        most: Span,
        /// Where nothing is said.
        default: Span,
    },
    /// A range to draw from.
    Range {
        /// The smallest allowed.
        least: Span,
        /// The largest allowed.
        most: Span,
        /// Where nothing is said.
        default: SpanRange,
    },
    /// On or off.
    Switch {
        /// Where nothing is said.
        default: bool,
    },
    /// A whole number.
    Number {
        /// The smallest allowed.
        least: u32,
        /// The largest allowed.
        most: u32,
        /// Where nothing is said.
        default: u32,
    },
    /// Links between the first [`LINKED_NODES`] nodes; none where nothing is said.
    Links,
    /// One of a few.
    Choice {
        /// What there is to choose from.
        options: &'static [ChoiceWord],
        /// Which, by its place, where nothing is said.
        default: u8,
    },
}

/// Links can be drawn between so many nodes, the first ones.
pub const LINKED_NODES: usize = 16;

/// The bit of the link between two different nodes, counted from 0, below [`LINKED_NODES`].
#[must_use]
pub const fn link_bit(a: usize, b: usize) -> u128 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    1 << (high * (high - 1) / 2 + low)
}

/// One of a few ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceWord {
    /// Its name in scenario files: `read-index`.
    pub id: &'static str,
    /// Its name for people.
    pub name: Text,
}

/// What one was set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A length of time.
    Span(Span),
    /// A range.
    Range(SpanRange),
    /// On or off.
    Switch(bool),
    /// A number.
    Number(u32),
    /// A place in the list of options.
    Choice(u8),
    /// Links: see [`link_bit`].
    Links(u128),
}

impl SettingKind {
    /// The value where nothing is said.
    #[must_use]
    pub const fn default_value(self) -> SettingValue {
        match self {
            Self::Span { default, .. } => SettingValue::Span(default),
            Self::Range { default, .. } => SettingValue::Range(default),
            Self::Switch { default } => SettingValue::Switch(default),
            Self::Number { default, .. } => SettingValue::Number(default),
            Self::Choice { default, .. } => SettingValue::Choice(default),
            Self::Links => SettingValue::Links(0),
        }
    }
}

/// All values of one run: every setting of the protocol, and the flaws that are on.
///
/// Built from a protocol's list, so that every setting is there with the right kind; asking for one
/// that the protocol does not list is a mistake in its own code, and panics.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, SettingValue>,
    flaws: BTreeSet<&'static str>,
}

impl Settings {
    /// Every setting of a list at its default, no flaw.
    #[must_use]
    pub fn defaults(list: &'static [Setting]) -> Self {
        let values = list.iter().map(|setting| (setting.id, setting.kind.default_value())).collect();
        Self { values, flaws: BTreeSet::new() }
    }

    /// Sets one; `id` comes from the protocol's list.
    pub fn set(&mut self, id: &'static str, value: SettingValue) {
        self.values.insert(id, value);
    }

    /// Switches a flaw; `id` comes from the protocol's list.
    pub fn set_flaw(&mut self, id: &'static str, on: bool) {
        if on {
            self.flaws.insert(id);
        } else {
            self.flaws.remove(id);
        }
    }

    /// A value by name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<SettingValue> {
        self.values.get(id).copied()
    }

    /// Whether a flaw is on.
    #[must_use]
    pub fn flaw(&self, id: &str) -> bool {
        self.flaws.contains(id)
    }

    /// The flaws that are on.
    pub fn flaws(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.flaws.iter().copied()
    }

    /// A length of time.
    ///
    /// # Panics
    /// Where the protocol lists no such setting.
    #[must_use]
    pub fn span(&self, id: &str) -> Span {
        match self.get(id) {
            Some(SettingValue::Span(span)) => span,
            other => unreachable!("setting `{id}` is {other:?}, not a span"),
        }
    }

    /// A range.
    ///
    /// # Panics
    /// Where the protocol lists no such setting.
    #[must_use]
    pub fn range(&self, id: &str) -> SpanRange {
        match self.get(id) {
            Some(SettingValue::Range(range)) => range,
            other => unreachable!("setting `{id}` is {other:?}, not a range"),
        }
    }

    /// A switch.
    ///
    /// # Panics
    /// Where the protocol lists no such setting.
    #[must_use]
    pub fn switch(&self, id: &str) -> bool {
        match self.get(id) {
            Some(SettingValue::Switch(on)) => on,
            other => unreachable!("setting `{id}` is {other:?}, not a switch"),
        }
    }

    /// A number.
    ///
    /// # Panics
    /// Where the protocol lists no such setting.
    #[must_use]
    pub fn number(&self, id: &str) -> u32 {
        match self.get(id) {
            Some(SettingValue::Number(number)) => number,
            other => unreachable!("setting `{id}` is {other:?}, not a number"),
        }
    }

    /// Which of a few, by its place among the options.
    ///
    /// # Panics
    /// Where the protocol lists no such setting.
    #[must_use]
    pub fn choice(&self, id: &str) -> u8 {
        match self.get(id) {
            Some(SettingValue::Choice(place)) => place,
            other => unreachable!("setting `{id}` is {other:?}, not a choice"),
        }
    }

    /// Links between nodes, a bit each: see [`link_bit`].
    ///
    /// # Panics
    /// Where the protocol lists no such setting.
    #[must_use]
    pub fn links(&self, id: &str) -> u128 {
        match self.get(id) {
            Some(SettingValue::Links(links)) => links,
            other => unreachable!("setting `{id}` is {other:?}, not links"),
        }
    }
}
