//! Where a scenario comes from: a file, standard input, the gallery, or a link.

use crate::Failure;
use quorate::model::{Lang, Time};
use quorate::scenario::{self, DOCUMENT_MAX, Scenario};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The scenario that a word on the command line means, and the moment that its link names.
pub(crate) fn scenario(word: &str, lang: Lang) -> Result<(Scenario, Option<Time>), Failure> {
    if word == "-" {
        return Ok((document("standard input", io::stdin().lock(), lang)?, None));
    }
    if let Some(fragment) = fragment(word).filter(|_| !Path::new(word).is_file()) {
        let opened =
            scenario::from_link(fragment).map_err(|refusal| Failure::refused("link", &refusal, lang))?;
        return opened.ok_or_else(|| {
            Failure::Input(match lang {
                Lang::En => "link: there is no scenario in it.".into(),
                Lang::Zh => "link: 其中没有场景。".into(),
            })
        });
    }
    if let Some(known) = scenario::find(word) {
        return Ok((known.clone(), None));
    }
    match File::open(word) {
        Ok(file) => Ok((document(word, file, lang)?, None)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let names: Vec<&str> = scenario::gallery().iter().map(|(id, _)| *id).collect();
            let names = names.join(", ");
            Err(Failure::Input(match lang {
                Lang::En => format!("{word}: no such file, and no such scenario in the gallery ({names})."),
                Lang::Zh => format!("{word}: 没有这个文件，场景库中也没有这个名称（{names}）。"),
            }))
        }
        Err(error) => Err(Failure::Input(format!("{word}: {error}."))),
    }
}

/// The part of an address from its `#` on, or that part alone; `None` for what is no link.
fn fragment(word: &str) -> Option<&str> {
    match word.split_once('#') {
        Some((_, fragment)) => Some(fragment),
        None if word.starts_with("s=") || word.starts_with("scenario=") => Some(word),
        None => None,
    }
}

/// Reads a document, and not much more of it than is ever taken.
fn document(name: &str, from: impl Read, lang: Lang) -> Result<Scenario, Failure> {
    let mut text = Vec::new();
    let most = DOCUMENT_MAX as u64 + 4;
    from.take(most).read_to_end(&mut text).map_err(|error| Failure::Input(format!("{name}: {error}.")))?;
    let text = String::from_utf8(text).map_err(|_| {
        Failure::Input(match lang {
            Lang::En => format!("{name}: this is not UTF-8 text."),
            Lang::Zh => format!("{name}: 不是 UTF-8 文字。"),
        })
    })?;
    // Some editors put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    scenario::from_json(text).map_err(|refusal| Failure::refused(name, &refusal, lang))
}
