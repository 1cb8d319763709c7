//! Imports point one way: each layer uses only those that stand before it in this list.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// A layer, and the layers that it may import besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("quorum", &["model"]),
    ("machines", &["model"]),
    ("protocols", &["model", "quorum", "machines"]),
    ("sim", &["model", "quorum"]),
    ("check", &["model", "quorum", "sim"]),
    ("explore", &["model", "quorum", "sim", "check"]),
    ("catalogue", &["model", "quorum", "machines", "protocols", "sim", "check", "explore"]),
    ("scenario", &["model", "quorum", "machines", "protocols", "sim", "check", "catalogue"]),
    ("history", &["model", "sim", "check", "scenario"]),
    ("search", &["model", "quorum", "sim", "check", "explore", "catalogue", "scenario"]),
    ("compare", &["model", "quorum", "sim", "check", "catalogue", "scenario"]),
    (
        "task",
        &[
            "model",
            "quorum",
            "sim",
            "check",
            "explore",
            "catalogue",
            "scenario",
            "history",
            "search",
            "compare",
        ],
    ),
    ("session", &["model", "quorum", "sim", "check", "catalogue", "scenario"]),
    ("view", &["model", "quorum", "sim"]),
    (
        "ui",
        &[
            "model",
            "quorum",
            "sim",
            "check",
            "explore",
            "catalogue",
            "scenario",
            "history",
            "search",
            "compare",
            "task",
            "session",
            "view",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "quorum",
            "sim",
            "check",
            "explore",
            "catalogue",
            "scenario",
            "history",
            "search",
            "compare",
        ],
    ),
];

/// The layers outside the library: to them the others are another crate.
const OUTSIDE: [&str; 2] = ["ui", "cli"];

fn rust_files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a readable folder") {
            rust_files(&entry.expect("a readable entry").path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(path.to_owned());
    }
}

/// The files of a layer, but for those that are tests as a whole: what a test drives may stand
/// anywhere.
fn files_of(layer: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src.join(layer), &mut files);
    rust_files(&src.join(format!("{layer}.rs")), &mut files);
    files.retain(|file| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let in_tests = file.components().any(|part| part.as_os_str() == "tests");
        file.exists() && !in_tests && !["rig.rs", "testing.rs"].contains(&name) && !name.ends_with("tests.rs")
    });
    assert!(!files.is_empty(), "layer `{layer}` has no files");
    files
}

/// A source with its comments, and with or without its texts, left blank: as long, on the same lines.
fn blanked(source: &str, texts: bool) -> String {
    let chars: Vec<char> = source.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let find = |from: usize, end: &[char]| {
        (from..chars.len())
            .find(|place| chars[*place..].starts_with(end))
            .map_or(chars.len(), |p| p + end.len())
    };
    let mut out = String::new();
    let mut place = 0;
    while place < chars.len() {
        let in_word = place > 0 && (at(place - 1).is_alphanumeric() || at(place - 1) == '_');
        let marks = (place + 1..).take_while(|mark| at(*mark) == '#').count();
        let (end, kept) = match at(place) {
            '/' if at(place + 1) == '/' => (find(place, &['\n']) - 1, false),
            '/' if at(place + 1) == '*' => (find(place, &['*', '/']), false),
            'r' if !in_word && at(place + 1 + marks) == '"' => {
                let close: Vec<char> = std::iter::once('"').chain(vec!['#'; marks]).collect();
                (find(place + 2 + marks, &close), texts)
            }
            '"' => {
                let mut end = place + 1;
                while end < chars.len() && at(end) != '"' {
                    end += if at(end) == '\\' { 2 } else { 1 };
                }
                (end + 1, texts)
            }
            '\'' if at(place + 1) == '\\' => (find(place + 3, &['\'']), texts),
            '\'' if at(place + 2) == '\'' => (place + 3, texts),
            _ => (place + 1, true),
        };
        let end = end.clamp(place + 1, chars.len());
        out.extend(chars[place..end].iter().map(|c| if kept || *c == '\n' { *c } else { ' ' }));
        place = end;
    }
    out
}

/// The lines of a source that are not of an item under `#[cfg(test)]`, with their numbers from 1.
fn lines(source: &str, texts: bool) -> Vec<(usize, String)> {
    let bare = blanked(source, false);
    let shown = blanked(source, texts);
    let (mut out, mut skips, mut depth) = (Vec::new(), false, 0i32);
    for (number, (bare, shown)) in bare.lines().zip(shown.lines()).enumerate() {
        let mut rest = bare;
        if !skips && let Some((_, item)) = bare.split_once("#[cfg(test)]") {
            (skips, depth, rest) = (true, 0, item);
        }
        if !skips {
            out.push((number + 1, shown.to_owned()));
            continue;
        }
        for c in rest.chars() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(c, ';' | '}') {
                skips = false;
            }
        }
    }
    out
}

/// The modules that a path, or each path of a group, begins with.
fn heads(rest: &str) -> Vec<String> {
    let word = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let mut heads = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                heads.push(word(&group[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads
}

/// What a source imports, with the lines.
fn imports(source: &str, root: &str) -> Vec<(usize, String)> {
    let lines = lines(source, false);
    let mut found = Vec::new();
    for (place, (number, line)) in lines.iter().enumerate() {
        for (at, _) in line.match_indices(root) {
            // A group may go on over the next lines.
            let rest: Vec<&str> = lines[place + 1..].iter().map(|(_, line)| line.as_str()).collect();
            let rest = format!("{}\n{}", &line[at + root.len()..], rest.join("\n"));
            found.extend(heads(&rest).into_iter().map(|head| (*number, head)));
        }
    }
    found
}

#[test]
fn imports_are_found() {
    let source = "\
#[cfg(test)]
use crate::ui::Hidden;
use crate::model::{NodeId, Time}; // crate::view::Comment
#[cfg(test)]
mod tests {
    const ODD: [char; 2] = ['}', '\\''];
    use crate::session::Hidden;
}
use crate::{
    quorum::{Rule, Tally},
    sim, check::Monitor,
};
const TEXT: &str = \"crate::catalogue\";
fn last<'a>(at: &'a crate::scenario::Scenario) {}
";
    let found: Vec<(usize, String)> = imports(source, "crate::");
    let found: Vec<(usize, &str)> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(found, [(3, "model"), (9, "quorum"), (9, "sim"), (9, "check"), (9, ""), (14, "scenario")]);
}

#[test]
fn imports_point_one_way() {
    let mut checked = 0;
    for (place, (layer, allowed)) in LAYERS.iter().enumerate() {
        let before: Vec<&str> = LAYERS[..place].iter().map(|(name, _)| *name).collect();
        assert!(allowed.iter().all(|name| before.contains(name)), "`{layer}` uses what stands after it");
        let root = if OUTSIDE.contains(layer) { "quorate::" } else { "crate::" };
        for file in files_of(layer) {
            let source = fs::read_to_string(&file).expect("readable source");
            for (line, name) in imports(&source, root) {
                let known = LAYERS.iter().any(|(known, _)| *known == name);
                let file = file.display();
                assert!(
                    !known || name == *layer || allowed.contains(&name.as_str()),
                    "{file}:{line}: `{layer}` must not import `{name}`"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 200, "the search for imports finds them: {checked}");
}

#[test]
fn only_the_catalogue_names_a_protocol() {
    for layer in [
        "model", "quorum", "machines", "sim", "check", "scenario", "history", "search", "compare", "task",
        "session", "view", "ui", "cli",
    ] {
        for file in files_of(layer) {
            let source = fs::read_to_string(&file).expect("readable source");
            for (number, line) in lines(&source, true) {
                let line = line.to_lowercase();
                for entry in quorate::catalogue::PROTOCOLS {
                    let (id, name) = (entry.spec.id, entry.spec.name.en.to_lowercase());
                    assert!(
                        ![id, &name].iter().any(|name| line.contains(&format!("\"{name}\""))),
                        "{}:{number}: names {id}",
                        file.display(),
                    );
                }
            }
        }
    }
}
