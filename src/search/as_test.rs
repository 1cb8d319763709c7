//! A failure as a test in Rust, to be pasted into any crate that depends on `quorate`.

use crate::scenario::{Scenario, to_json_pretty};

/// A `#[test]` that runs a scenario and fails where a property breaks in it: with the property's name,
/// the moment and the sentence. It is deterministic, as the scenario is.
///
/// ```
/// use quorate::{scenario, search::as_test};
/// let scenario = scenario::find("raft/two-leaders").expect("a scenario of the gallery");
/// let text = as_test(scenario);
/// assert!(text.contains("#[test]") && text.contains("quorate::scenario::from_json"));
/// ```
#[must_use]
pub fn as_test(scenario: &Scenario) -> String {
    let document = escaped(&to_json_pretty(scenario));
    let marks = "#".repeat(1 + longest_run(&document));
    let title = if scenario.title.en.is_empty() { &scenario.title.zh } else { &scenario.title.en };
    let (comment, name) = (one_line(title), name(title, scenario.spec().id));
    format!(
        "\
// {comment}
#[test]
fn {name}() {{
    let document = r{marks}\"{document}\"{marks};
    let scenario = quorate::scenario::from_json(document).expect(\"a scenario\");
    let mut run = scenario.run();
    while run.advance(10_000) == quorate::sim::Progress::Running {{}}
    let broken: Vec<String> = run
        .violations()
        .iter()
        .map(|violation| {{
            let why = violation.witness.sentence(quorate::model::Lang::En);
            format!(\"{{}} at {{}} ms: {{why}}\", violation.property.id, violation.at)
        }})
        .collect();
    assert!(broken.is_empty(), \"{{}}\", broken.join(\"\\n\"));
}}
"
    )
}

/// The longest run of `#` after a quotation mark: a raw string is closed by one more.
fn longest_run(text: &str) -> usize {
    let runs = text.split('"').skip(1).map(|rest| rest.chars().take_while(|c| *c == '#').count());
    runs.max().unwrap_or(0)
}

/// Whether a character must not stand in a source as it is: those that no editor shows, and those that
/// change the direction of what follows, which the compiler refuses.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// JSON in which every hidden character is an escape; such a character stands only in its strings.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hidden(c) {
            out.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            out.push(c);
        }
    }
    // The first line of the text is that of the opening mark.
    out.trim_end().to_owned()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// A name for the function: what there is of letters and digits in a title.
fn name(title: &str, protocol: &str) -> String {
    let mut out = String::from(protocol);
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        out.push('_');
        out.push_str(&word.to_ascii_lowercase());
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    out.chars().map(plain).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Words, find};

    #[test]
    fn no_text_ends_the_string_or_hides_in_it() {
        let mut scenario = find("vote/in-doubt").expect("a scenario").clone();
        scenario.title = Words::new("a \"# b\u{202e}\n */ \"### // {} \\ 'x'", "“#”");
        scenario.text = Words::new("ends \"####", "\u{2028}");
        let text = as_test(&scenario);
        assert!(
            text.starts_with("// a \"# b   */ \"### // {} \\ 'x'\n#[test]\nfn vote_a_b_x() {\n"),
            "{text}"
        );
        let marks = "#".repeat(5);
        // Inside JSON a quotation mark is escaped, and yet it is one to Rust.
        assert_eq!(text.matches(&format!("\"{marks}")).count(), 1);
        let (_, rest) = text.split_once(&format!("r{marks}\"")).expect("an opening mark");
        let (document, _) = rest.split_once(&format!("\"{marks};")).expect("a closing mark");
        assert!(document.chars().all(|c| c == '\n' || !is_hidden(c)));
        assert_eq!(crate::scenario::from_json(document), Ok(scenario));
    }
}
