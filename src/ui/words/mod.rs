//! Every text of the page, in both languages. One that lacks a translation does not compile.

mod chrome;
pub(crate) mod compare;
mod inspect;
pub(crate) mod search;
mod setup;

pub(crate) use chrome::*;
pub(crate) use inspect::*;
pub(crate) use setup::*;

use quorate::model::{Lang, NodeSet, Span, Text, Time};

/// Declares texts: name, English, 中文.
macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub(crate) const $name: quorate::model::Text = quorate::model::Text::new($en, $zh);)*
    };
}
use words;

/// A text with `{name}` replaced by values.
pub(crate) fn say(text: Text, lang: Lang, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text.get(lang);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// `S3, S4, S5` or `S3、S4、S5`; long sets are cut.
pub(crate) fn listed(nodes: NodeSet, lang: Lang) -> String {
    joined(nodes, if lang == Lang::En { ", " } else { "、" })
}

/// `S1 + S2`; long sets are cut.
pub(crate) fn added(nodes: NodeSet) -> String {
    joined(nodes, " + ")
}

/// `{S1, S2}`; long sets are cut.
pub(crate) fn braced(nodes: NodeSet) -> String {
    format!("{{{}}}", joined(nodes, ", "))
}

/// How many nodes of a set are named.
const NAMED_MAX: usize = 12;

fn joined(nodes: NodeSet, between: &str) -> String {
    let mut out = nodes.iter().take(NAMED_MAX).map(|node| node.to_string()).collect::<Vec<_>>().join(between);
    if nodes.len() > NAMED_MAX {
        out.push_str(&format!(" … (+{})", nodes.len() - NAMED_MAX));
    }
    out
}

/// A number with at most so many decimals, and no zeros at its end.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A length of time in the unit that suits it: `850 µs`, `12.5 ms`, `1.5 s`.
pub(crate) fn span(us: u64) -> String {
    let (value, unit) = in_unit(us, us);
    format!("{} {}", number(value, 2), UNITS[usize::from(unit)])
}

/// A range of lengths: `8–14 ms`.
pub(crate) fn span_range(least: u64, most: u64) -> String {
    let (low, unit) = in_unit(least, most);
    let (high, _) = in_unit(most, most);
    if least == most {
        return span(most);
    }
    format!("{}–{} {}", number(low, 2), number(high, 2), UNITS[usize::from(unit)])
}

fn in_unit(us: u64, size: u64) -> (f64, u8) {
    let us = us as f64;
    match size {
        0 | 1_000..1_000_000 => (us / 1e3, 1),
        1..1_000 => (us, 0),
        _ => (us / 1e6, 2),
    }
}

/// SI symbols are the same in both languages.
const UNITS: [&str; 3] = ["µs", "ms", "s"];

/// A moment, with thin spaces between thousands: `1 216.4 ms`.
pub(crate) fn moment(at: Time) -> String {
    let tenths = at.0 / 100;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let mut digits = whole.to_string();
    let mut place = digits.len();
    while place > 3 {
        place -= 3;
        digits.insert(place, '\u{202f}');
    }
    format!("{digits}.{tenth} {}", UNITS[1])
}

/// A latency.
pub(crate) fn latency(length: Span) -> String {
    let ms = length.as_ms();
    format!("{} {}", number(ms, if ms < 100.0 { 1 } else { 0 }), UNITS[1])
}

/// Parts per million as `2.5 %`.
pub(crate) fn percent_ppm(ppm: u32) -> String {
    format!("{} %", number(f64::from(ppm) / 1e4, 2))
}

/// A name within a sentence: `Prepare` becomes `prepare`, `PreVote` stays.
pub(crate) fn within(name: &str) -> String {
    let word = name.split(' ').next().unwrap_or_default();
    if word.chars().skip(1).any(char::is_uppercase) {
        return name.to_owned();
    }
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// A sentence's first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    // A register is called `x`, not `X`.
    if text.chars().nth(1).is_none() {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
