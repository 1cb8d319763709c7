//! Share links: the whole scenario in the fragment of an address, so that no server keeps anything.
//!
//! ```text
//! #scenario=raft/leader-crash&t=1200      one of the gallery, unmodified, at 1,200 ms
//! #s=1.XY1NC8IwDIb_yshZB27uY7…&t=1200     any other: base64url(raw deflate(document))
//! ```

use super::error::{Found, Refusal};
use super::reader::clipped;
use super::{DOCUMENT_MAX, DURATION_MAX, Scenario, Words, from_json, gallery, to_json};
use crate::model::{Span, Time};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// The longest link that is looked at; no document of [`DOCUMENT_MAX`] bytes gives a longer one.
pub const LINK_MAX: usize = 2 * DOCUMENT_MAX;

const VERSION: &str = "1.";
/// Slow and small.
const LEVEL: u8 = 9;

/// The fragment, with its `#`, that opens a scenario, at a moment if one is given.
#[must_use]
pub fn to_link(scenario: &Scenario, at: Option<Time>) -> String {
    let document = to_json(scenario);
    let mut link = match gallery::find(&scenario.id) {
        Some(original) if to_json(original) == document => format!("#scenario={}", scenario.id),
        _ => {
            let packed = Base64UrlUnpadded::encode_string(&compress_to_vec(document.as_bytes(), LEVEL));
            format!("#s={VERSION}{packed}")
        }
    };
    if let Some(at) = at {
        link.push_str(&format!("&t={}", at.as_ms()));
    }
    link
}

/// The scenario of a fragment (with or without its `#`), and the moment it names: `None` where the
/// fragment names no scenario. Fields that are not known are somebody else's.
///
/// # Errors
/// Where the link is damaged, too large, or names or holds no valid scenario.
pub fn from_link(fragment: &str) -> Result<Option<(Scenario, Option<Time>)>, Refusal> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    if fragment.len() > LINK_MAX {
        let (kb, most) = (fragment.len() / 1024, LINK_MAX / 1024);
        return Err(refuse(
            "#",
            Words::new(format!("at most {most} KB long"), format!("最多 {most} KB")),
            Words::new(format!("{kb} KB"), format!("{kb} KB")),
        ));
    }
    let field = |name: &str| {
        let mut fields = fragment.split('&').filter_map(|field| field.split_once('='));
        fields.find(|(known, _)| *known == name).map(|(_, value)| decoded(value))
    };
    let scenario = match (field("s"), field("scenario")) {
        (Some(packed), _) => unpack(&packed)?,
        (None, Some(id)) => gallery::find(&id).cloned().ok_or_else(|| unknown(&id))?,
        (None, None) => return Ok(None),
    };
    let at = field("t").map(|text| moment(&text, &scenario)).transpose()?;
    Ok(Some((scenario, at)))
}

fn unpack(packed: &str) -> Result<Scenario, Refusal> {
    let damaged = || {
        let expected =
            Words::new("a whole link of Quorate, copied to its last letter", "完整复制的 Quorate 链接");
        refuse("#s", expected, Words::new("a damaged one", "损坏的链接"))
    };
    let Some(body) = packed.strip_prefix(VERSION) else {
        let start = quoted(packed.split('.').next().unwrap_or_default());
        return Err(refuse(
            "#s",
            Words::new("a link of version 1 (\"1.…\")", "版本 1 的链接（\"1.…\"）"),
            start,
        ));
    };
    let bytes = Base64UrlUnpadded::decode_vec(body.trim_end_matches('=')).map_err(|_| damaged())?;
    let text = decompress_to_vec_with_limit(&bytes, DOCUMENT_MAX).map_err(|error| {
        if error.status != TINFLStatus::HasMoreOutput {
            return damaged();
        }
        let most = DOCUMENT_MAX / 1024;
        refuse(
            "#s",
            Words::new(
                format!("a link that unpacks to at most {most} KB"),
                format!("解压后最多 {most} KB 的链接"),
            ),
            Words::new("one that unpacks to more", "解压后更大的链接"),
        )
    })?;
    from_json(std::str::from_utf8(&text).map_err(|_| damaged())?)
}

/// A moment in ms; one after the end is the end.
fn moment(text: &str, scenario: &Scenario) -> Result<Time, Refusal> {
    let ms: Option<f64> = text.parse().ok().filter(|ms: &f64| ms.is_finite() && *ms >= 0.0);
    let us = ms.map(|ms| (ms * 1e3).round().min(DURATION_MAX.0 as f64) as u64);
    let us = us.ok_or_else(|| refuse("#t", Words::new("a time in ms", "毫秒数"), quoted(text)))?;
    Ok(Time(Span(us).min(scenario.duration).0))
}

/// So many names are given where none is near.
const NAMED_MAX: usize = 4;

fn unknown(id: &str) -> Refusal {
    // Those of the same protocol, or some: all are too many to read.
    let folder = |id: &str| id.split('/').next().unwrap_or_default().to_owned();
    let all = || gallery().iter().map(|(id, _)| *id);
    let mut names: Vec<&str> = all().filter(|known| folder(known) == folder(id)).collect();
    if names.is_empty() {
        names = all().take(NAMED_MAX).collect();
    }
    let (en, zh) = (
        format!("the name of a scenario of the gallery, such as {}", names.join(", ")),
        format!("场景库中的名称，例如 {}", names.join("、")),
    );
    refuse("#scenario", Words::new(en, zh), quoted(id))
}

fn quoted(text: &str) -> Words {
    let text = format!("\"{}\"", clipped(text));
    Words::new(text.clone(), text)
}

fn refuse(path: &str, expected: Words, found: Words) -> Refusal {
    Refusal { path: path.into(), expected, found: Found::Value(found) }
}

/// Undoes the `%2F` that some programs put for `/` when they pass on a link.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut place = 0;
    let digit = |place: usize| bytes.get(place).and_then(|byte| char::from(*byte).to_digit(16));
    while let Some(byte) = bytes.get(place) {
        match (byte, digit(place + 1), digit(place + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                place += 3;
            }
            _ => {
                out.push(*byte);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
