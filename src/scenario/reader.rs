//! A place in a document: reads one kind of value within its bounds, or says what belongs there.
//!
//! The document is walked by hand rather than derived, because a refusal must name the place and
//! what is expected in two languages, and no derived reader knows either.

use super::Words;
use super::error::{Found, Refusal};
use crate::model::{NodeId, NodeSet, Span, SpanRange};
use serde_json::{Map, Value};

/// A value, or the lack of one, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    path: String,
    value: Option<&'a Value>,
}

/// The fields of an object, all of them known ones.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

/// How much of a found value is shown.
const SHOWN_MAX: usize = 40;

impl<'a> Place<'a> {
    /// The whole document.
    pub(super) const fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value: Some(value) }
    }

    pub(super) fn refuse(&self, expected: Words) -> Refusal {
        let found = self.value.map_or(Found::Nothing, |value| Found::Value(shown(value)));
        Refusal { path: self.path.clone(), expected, found }
    }

    pub(super) const fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// An object with no other fields than these.
    pub(super) fn fields(&self, known: &[&str]) -> Result<Fields<'a>, Refusal> {
        let Some(Value::Object(map)) = self.value else {
            let (en, zh) = (
                format!("an object with {}", list(known, ", ")),
                format!("含有 {} 的对象", list(known, "、")),
            );
            return Err(self.refuse(Words::new(en, zh)));
        };
        let fields = Fields { path: self.path.clone(), map };
        match map.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(fields),
            Some(key) => Err(Refusal {
                path: fields.path_of(&clipped(key)),
                expected: Words::new(list(known, ", "), list(known, "、")),
                found: Found::UnknownField,
            }),
        }
    }

    /// A list of so many things.
    pub(super) fn items(&self, least: usize, most: usize) -> Result<Vec<Self>, Refusal> {
        let bounds = || match (least == most, least) {
            (true, _) => Words::new(format!("a list of {most}"), format!("{most} 项的列表")),
            (false, 0) => Words::new(format!("a list of at most {most}"), format!("最多 {most} 项的列表")),
            (false, _) => {
                Words::new(format!("a list of {least} to {most}"), format!("{least} 到 {most} 项的列表"))
            }
        };
        let Some(Value::Array(items)) = self.value else { return Err(self.refuse(bounds())) };
        if items.len() < least || items.len() > most {
            let len = items.len();
            let found = Found::Value(Words::new(format!("one of {len}"), format!("{len} 项")));
            return Err(Refusal { path: self.path.clone(), expected: bounds(), found });
        }
        let place = |(i, value)| Self { path: format!("{}[{i}]", self.path), value: Some(value) };
        Ok(items.iter().enumerate().map(place).collect())
    }

    /// A whole number.
    pub(super) fn whole(&self, least: i64, most: i64) -> Result<i64, Refusal> {
        self.number()
            .filter(|number| number.fract() == 0.0)
            .map(|number| number as i64)
            .filter(|whole| (least..=most).contains(whole))
            .ok_or_else(|| {
                let (en, zh) =
                    (format!("a whole number from {least} to {most}"), format!("{least} 到 {most} 的整数"));
                self.refuse(Words::new(en, zh))
            })
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self, least: u32, most: u32) -> Result<u32, Refusal> {
        self.whole(least.into(), most.into()).map(|number| number as u32)
    }

    /// A length of time or a moment, given in ms, to the µs.
    pub(super) fn span(&self, least: Span, most: Span) -> Result<Span, Refusal> {
        self.number()
            .filter(|ms| (least.as_ms()..=most.as_ms()).contains(ms))
            .map(|ms| Span((ms * 1e3).round() as u64))
            .ok_or_else(|| {
                let (least, most) = (ms_text(least), ms_text(most));
                let (en, zh) =
                    (format!("a time from {least} to {most} ms"), format!("{least} 到 {most} 毫秒的时间"));
                self.refuse(Words::new(en, zh))
            })
    }

    /// One length of time, or the two ends of a range of them.
    pub(super) fn range(&self, least: Span, most: Span) -> Result<SpanRange, Refusal> {
        if let Some(Value::Array(_)) = self.value {
            let items = self.items(2, 2)?;
            let low = items[0].span(least, most)?;
            return Ok(SpanRange { least: low, most: items[1].span(low, most)? });
        }
        if self.number().is_some() {
            return self.span(least, most).map(SpanRange::exactly);
        }
        let (least, most) = (ms_text(least), ms_text(most));
        Err(self.refuse(Words::new(
            format!("a time, or the two ends of a range, from {least} to {most} ms"),
            format!("{least} 到 {most} 毫秒的时间或区间的两端"),
        )))
    }

    /// A share from 0 to 1, in parts per million.
    pub(super) fn share(&self) -> Result<u32, Refusal> {
        self.decimal(0.0, 1.0).map(|share| (share * 1e6).round() as u32)
    }

    /// A number with six digits behind the point.
    pub(super) fn decimal(&self, least: f64, most: f64) -> Result<f64, Refusal> {
        self.number()
            .filter(|number| (least..=most).contains(number))
            .map(|number| (number * 1e6).round() / 1e6)
            .ok_or_else(|| {
                let (en, zh) =
                    (format!("a number from {least} to {most}"), format!("{least} 到 {most} 的数"));
                self.refuse(Words::new(en, zh))
            })
    }

    /// Yes or no.
    pub(super) fn flag(&self) -> Result<bool, Refusal> {
        self.value
            .and_then(Value::as_bool)
            .ok_or_else(|| self.refuse(Words::new("true or false", "true 或 false")))
    }

    /// A text of at most so many characters.
    pub(super) fn text(&self, most: usize) -> Result<&'a str, Refusal> {
        self.value.and_then(Value::as_str).filter(|text| text.chars().count() <= most).ok_or_else(|| {
            let (en, zh) =
                (format!("a text of at most {most} characters"), format!("最多 {most} 个字符的文字"));
            self.refuse(Words::new(en, zh))
        })
    }

    /// One of some names: its place among them.
    pub(super) fn choice(&self, names: &[&str]) -> Result<usize, Refusal> {
        let name = self.value.and_then(Value::as_str);
        name.and_then(|name| names.iter().position(|known| *known == name)).ok_or_else(|| {
            if names.is_empty() {
                return self
                    .refuse(Words::new("left out, as there is none to name", "省略，因为没有可选的名称"));
            }
            let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            match quoted.as_slice() {
                [only] => self.refuse(Words::new(only.as_str(), only.as_str())),
                _ => self.refuse(Words::new(
                    format!("one of {}", quoted.join(", ")),
                    format!("{} 之一", quoted.join("、")),
                )),
            }
        })
    }

    /// A node of a cluster of so many.
    pub(super) fn node(&self, nodes: usize) -> Result<NodeId, Refusal> {
        let name = self.value.and_then(Value::as_str).unwrap_or_default();
        // Not `S01`, not `S+1`.
        NodeId::parse(name).filter(|node| node.index() < nodes && node.to_string() == name).ok_or_else(|| {
            self.refuse(Words::new(
                format!("a node, \"S1\" to \"S{nodes}\""),
                format!("节点名 \"S1\" 到 \"S{nodes}\""),
            ))
        })
    }

    /// A list of at least so many nodes, none twice.
    pub(super) fn node_set(&self, least: usize, nodes: usize) -> Result<NodeSet, Refusal> {
        let mut set = NodeSet::EMPTY;
        for item in self.items(least, nodes)? {
            if !set.insert(item.node(nodes)?) {
                return Err(
                    item.refuse(Words::new("a node that is not yet in the list", "列表中尚未出现的节点"))
                );
            }
        }
        Ok(set)
    }

    /// The number; never infinite, as JSON has no such thing.
    fn number(&self) -> Option<f64> {
        self.value.and_then(Value::as_f64).filter(|number| number.is_finite())
    }
}

impl<'a> Fields<'a> {
    /// The field, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<Place<'a>> {
        self.map.get(name).map(|value| Place { path: self.path_of(name), value: Some(value) })
    }

    /// The field, there or missing: reading it refuses what is missing.
    pub(super) fn need(&self, name: &str) -> Place<'a> {
        Place { path: self.path_of(name), value: self.map.get(name) }
    }

    /// The fields in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, Place<'a>)> + '_ {
        self.map
            .iter()
            .map(|(name, value)| (name.as_str(), Place { path: self.path_of(name), value: Some(value) }))
    }

    /// Which one of some fields is there; two or none are refused.
    pub(super) fn one_of<'n>(&self, names: &[&'n str]) -> Result<&'n str, Refusal> {
        let mut there = names.iter().filter(|name| self.map.contains_key(**name));
        match (there.next(), there.next()) {
            (Some(name), None) => Ok(name),
            (Some(_), Some(second)) => {
                let (en, zh) = (
                    format!("left out, as there can be only one of {}", list(names, ", ")),
                    format!("省略，因为 {} 只能有一个", list(names, "、")),
                );
                Err(self.need(second).refuse(Words::new(en, zh)))
            }
            (None, _) => {
                let (en, zh) = (
                    format!("an object with one of {}", list(names, ", ")),
                    format!("含有 {} 之一的对象", list(names, "、")),
                );
                let found = Words::new("one without", "没有这些字段的对象");
                Err(Refusal {
                    path: self.path.clone(),
                    expected: Words::new(en, zh),
                    found: Found::Value(found),
                })
            }
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// A value of a document in an expectation: `` `a`, `b` ``.
fn list(names: &[&str], comma: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(comma)
}

/// A time in ms, as documents have it: `1216.4`.
pub(super) fn ms_text(span: Span) -> String {
    span.as_ms().to_string()
}

fn shown(value: &Value) -> Words {
    match value {
        Value::Array(_) => Words::new("a list", "列表"),
        Value::Object(_) => Words::new("an object", "对象"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let text = clipped(&value.to_string());
            Words::new(text.clone(), text)
        }
    }
}

/// A text from a document, fit to stand in a sentence.
pub(super) fn clipped(text: &str) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control() && *c != '`').take(SHOWN_MAX).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        out.push('…');
    }
    out
}
