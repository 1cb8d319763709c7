//! EDN, as much of it as histories are written in: every value with its line.
//!
//! Tags are passed over (`#inst "…"` is a text), commas are spaces, `#_` and comments are skipped.

use super::error::{BadHistory, quoted};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edn {
    Nil,
    /// A number, symbol, character, `true`, `false`, or a string: as it is written, without quotes.
    Text(String),
    /// A keyword, without its colon.
    Keyword(String),
    /// A list, vector or set.
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
}

impl Edn {
    /// What a map has under a keyword.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(fields) = self else { return None };
        let found = fields.iter().find(|(key, _)| matches!(key, Self::Keyword(key) if key == name));
        found.map(|(_, value)| value)
    }

    /// As it is shown.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Nil => "nil".into(),
            Self::Text(text) => text.clone(),
            Self::Keyword(name) => format!(":{name}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::shown).collect();
                format!("[{}]", items.join(" "))
            }
            Self::Map(fields) => {
                let shown = |(key, value): &(Self, Self)| format!("{} {}", key.shown(), value.shown());
                let fields: Vec<String> = fields.iter().map(shown).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }
}

/// How deep values may stand in one another.
const DEEP: u32 = 32;

/// Reads values one after the other.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// In bytes, at the beginning of a character.
    at: usize,
    line: u32,
    /// The closing bracket of the list that holds the whole history, once it is open.
    open: Option<char>,
    closed: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, open: None, closed: false }
    }

    /// The next value and its line, or `None` at the end. A list that holds the whole history is gone
    /// into; one that begins with a number or a keyword is a value.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Edn)>, BadHistory> {
        loop {
            self.blank(0)?;
            let line = self.line;
            let Some(c) = self.peek() else {
                return match self.open {
                    Some(close) if !self.closed => Err(self.cut_off(close)),
                    Some(_) | None => Ok(None),
                };
            };
            if self.closed {
                return Err(BadHistory::at(
                    line,
                    format!("expected the end after the list of events, found {}", quoted(&self.rest())),
                    format!("事件列表之后应为文件结尾，而不是 {}", quoted(&self.rest())),
                ));
            }
            if Some(c) == self.open {
                self.bump();
                self.closed = true;
                continue;
            }
            if let ('[' | '(', None) = (c, self.open)
                && self.holds_events()
            {
                self.bump();
                self.open = Some(if c == '[' { ']' } else { ')' });
                continue;
            }
            return Ok(Some((line, self.value(0)?)));
        }
    }

    /// Whether the list here is one of events and not an event.
    fn holds_events(&self) -> bool {
        let mut ahead = Self { open: None, ..*self };
        ahead.bump();
        if ahead.blank(0).is_err() {
            return false;
        }
        ahead.peek().is_none_or(|c| matches!(c, '{' | '[' | '(' | ']' | ')' | '#'))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        self.line += u32::from(c == '\n');
        Some(c)
    }

    fn rest(&self) -> String {
        self.text[self.at..].lines().next().unwrap_or_default().chars().take(60).collect()
    }

    /// Passes over spaces, commas, comments and what `#_` discards, before a value that stands so deep.
    fn blank(&mut self, depth: u32) -> Result<(), BadHistory> {
        loop {
            match self.peek() {
                Some(c) if c.is_whitespace() || c == ',' => {
                    self.bump();
                }
                Some(';') => while self.bump().is_some_and(|c| c != '\n') {},
                Some('#') if self.text[self.at..].starts_with("#_") => {
                    self.at += 2;
                    self.value(depth + 1)?;
                }
                Some(_) | None => return Ok(()),
            }
        }
    }

    fn cut_off(&self, close: char) -> BadHistory {
        BadHistory::at(
            self.line,
            format!("the file ends where `{close}` was expected: it is cut off"),
            format!("文件在此结束，缺少 `{close}`：内容被截断"),
        )
    }

    fn value(&mut self, depth: u32) -> Result<Edn, BadHistory> {
        if depth > DEEP {
            return Err(BadHistory::at(
                self.line,
                format!("values stand in one another more than {DEEP} deep"),
                format!("嵌套超过 {DEEP} 层"),
            ));
        }
        self.blank(depth)?;
        let Some(c) = self.peek() else {
            return Err(BadHistory::at(
                self.line,
                "the file ends where a value was expected: it is cut off",
                "文件在应有值的位置结束：内容被截断",
            ));
        };
        match c {
            '[' => self.list(']', depth),
            '(' => self.list(')', depth),
            '{' => self.map(depth),
            '"' => {
                self.bump();
                self.string()
            }
            ':' => {
                self.bump();
                Ok(Edn::Keyword(self.word()))
            }
            '#' => {
                self.bump();
                match self.peek() {
                    Some('{') => self.list('}', depth),
                    Some('[') => self.list(']', depth),
                    Some('"') => self.value(depth + 1),
                    // A tag, and the value that it is about.
                    Some(_) | None => {
                        self.word();
                        self.value(depth + 1)
                    }
                }
            }
            // What is said about the next value, and that value.
            '^' => {
                self.bump();
                self.value(depth + 1)?;
                self.value(depth + 1)
            }
            '\\' => {
                self.bump();
                let first = self.bump().map(String::from).unwrap_or_default();
                Ok(Edn::Text(first + &self.word()))
            }
            ']' | ')' | '}' => Err(BadHistory::at(
                self.line,
                format!("expected a value, found `{c}`"),
                format!("应为一个值，而不是 `{c}`"),
            )),
            _ => {
                let word = self.word();
                if word.is_empty() {
                    let found = quoted(&self.rest());
                    return Err(BadHistory::at(
                        self.line,
                        format!("expected a value, found {found}"),
                        format!("应为一个值，而不是 {found}"),
                    ));
                }
                Ok(if word == "nil" { Edn::Nil } else { Edn::Text(word) })
            }
        }
    }

    fn word(&mut self) -> String {
        let ends =
            |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '(' | ')' | '[' | ']' | '{' | '}');
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += word.len();
        word.to_owned()
    }

    fn string(&mut self) -> Result<Edn, BadHistory> {
        let mut text = String::new();
        loop {
            match self.bump() {
                None => return Err(self.cut_off('"')),
                Some('"') => return Ok(Edn::Text(text)),
                Some('\\') => match self.bump() {
                    None => return Err(self.cut_off('"')),
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some(c) => text.push(c),
                },
                Some(c) => text.push(c),
            }
        }
    }

    fn list(&mut self, close: char, depth: u32) -> Result<Edn, BadHistory> {
        self.bump();
        let mut items = Vec::new();
        loop {
            self.blank(depth)?;
            match self.peek() {
                None => return Err(self.cut_off(close)),
                Some(c) if c == close => {
                    self.bump();
                    return Ok(Edn::List(items));
                }
                Some(_) => items.push(self.value(depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: u32) -> Result<Edn, BadHistory> {
        self.bump();
        let mut fields = Vec::new();
        loop {
            self.blank(depth)?;
            match self.peek() {
                None => return Err(self.cut_off('}')),
                Some('}') => {
                    self.bump();
                    return Ok(Edn::Map(fields));
                }
                Some(_) => {
                    let key = self.value(depth + 1)?;
                    let value = self.value(depth + 1)?;
                    fields.push((key, value));
                }
            }
        }
    }
}
