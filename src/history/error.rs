//! Why a file was not taken as a history: one sentence with the line, in either language.

use crate::model::Lang;
use crate::scenario::Words;
use std::fmt;

/// A history that was refused. What was there before stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadHistory {
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<u32>,
    /// What is wrong there and what was expected, without a full stop.
    pub why: Words,
}

impl BadHistory {
    /// About a line.
    pub(super) fn at(line: u32, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { line: Some(line), why: Words::new(en, zh) }
    }

    /// About the whole.
    pub(super) fn whole(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { line: None, why: Words::new(en, zh) }
    }

    /// The sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let why = self.why.get(lang);
        match (lang, self.line) {
            (Lang::En, Some(line)) => format!("Line {line}: {why}."),
            (Lang::Zh, Some(line)) => format!("第 {line} 行：{why}。"),
            (Lang::En, None) => format!("{why}."),
            (Lang::Zh, None) => format!("{why}。"),
        }
    }
}

/// In English.
impl fmt::Display for BadHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl std::error::Error for BadHistory {}

/// The beginning of what stands somewhere, in backticks.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(MOST).collect();
    if text.chars().count() > MOST {
        short.push('…');
    }
    format!("`{short}`")
}
