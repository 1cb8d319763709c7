//! Why a document or a link was not taken: one sentence that names the place, what belongs there and
//! what is there instead, in either language.

use super::Words;
use crate::model::Lang;
use std::fmt;

/// A document or link that was refused. What was there before stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The place: `faults[2].until`, or `#s` for a part of a link; empty for the whole document.
    pub path: String,
    /// What belongs there, to follow "should be" and 应为; for an unknown field, the known ones.
    pub expected: Words,
    /// What is there instead.
    pub found: Found,
}

/// What stood where something else was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the field is missing.
    Nothing,
    /// A field that is not known there.
    UnknownField,
    /// A value, as it is shown.
    Value(Words),
}

impl Refusal {
    /// The sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let expected = self.expected.get(lang);
        let whole = self.path.is_empty();
        let path = match lang {
            Lang::En if whole => "The document".to_owned(),
            Lang::Zh if whole => "文档".to_owned(),
            Lang::En | Lang::Zh => format!("`{}`", self.path),
        };
        match (lang, &self.found) {
            (Lang::En, Found::Nothing) => format!("{path} is missing: it should be {expected}."),
            (Lang::En, Found::UnknownField) => {
                format!("{path} is no field that is known here; known are {expected}.")
            }
            (Lang::En, Found::Value(found)) => {
                format!("{path} should be {expected}, not {}.", found.get(lang))
            }
            (Lang::Zh, Found::Nothing) => format!("缺少 {path}：应为{}。", spaced(expected)),
            (Lang::Zh, Found::UnknownField) => {
                format!("{}不是这里的字段；可用的字段：{expected}。", if whole { path } else { path + " " })
            }
            (Lang::Zh, Found::Value(found)) => {
                let gap = if whole { "" } else { " " };
                format!("{path}{gap}应为{}，而不是{}。", spaced(expected), spaced(found.get(lang)))
            }
        }
    }
}

/// Between Chinese and other writing stands a space.
fn spaced(text: &str) -> String {
    let space = if text.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
    format!("{space}{text}")
}

/// In English.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_in_each_language_for_each_case() {
        let refusal = |path: &str, found| Refusal {
            path: path.into(),
            expected: Words::new("a time after `from` (1010 ms)", "晚于 `from`（1010 毫秒）的时间"),
            found,
        };
        let value = refusal("faults[2].until", Found::Value(Words::new("900", "900")));
        assert_eq!(value.to_string(), "`faults[2].until` should be a time after `from` (1010 ms), not 900.");
        assert_eq!(
            value.sentence(Lang::Zh),
            "`faults[2].until` 应为晚于 `from`（1010 毫秒）的时间，而不是 900。"
        );
        let missing = refusal("until", Found::Nothing);
        assert_eq!(missing.sentence(Lang::Zh), "缺少 `until`：应为晚于 `from`（1010 毫秒）的时间。");
        let unknown = Refusal {
            path: "untill".into(),
            expected: Words::new("`from`, `until`", "`from`、`until`"),
            found: Found::UnknownField,
        };
        assert_eq!(
            unknown.to_string(),
            "`untill` is no field that is known here; known are `from`, `until`."
        );
        let list = Words::new("a list", "列表");
        let whole = Refusal {
            path: String::new(),
            expected: Words::new("an object", "对象"),
            found: Found::Value(list),
        };
        assert_eq!(whole.to_string(), "The document should be an object, not a list.");
        assert_eq!(whole.sentence(Lang::Zh), "文档应为对象，而不是列表。");
    }
}
