//! Questions about quorums as JSON, one a line.
//!
//! A line is a bare specification, or an object with one under `spec`:
//!
//! ```json
//! {"threshold": {"n": 5, "r": 3, "w": 3}}
//! {"weighted": {"votes": [2, 1, 1, 1], "r": 3, "w": 3}, "nodes": ["a", "b", "c", "d"]}
//! {"id": "maj3", "spec": {"threshold": {"n": 3, "r": 2, "w": 2}}, "nodes": ["a", "b", "c"]}
//! ```
//!
//! `n` is the number of nodes, 1 to 101; `votes` their weights, 0 to 100 each; `r` and `w` the
//! votes of a read and of a write quorum, 1 to 10,100. More votes than there are is a fair
//! question: there is no such quorum. `nodes` are the nodes' names, S1, S2, … without it; other
//! keys beside them are let pass.

use super::{Phase, Rule, WEIGHT_MAX, report};
use crate::model::{NODES_MAX, NodeId};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt;

/// The phase of [`Spec::rule`] that reads.
pub const READ: Phase = 0;

/// The phase of [`Spec::rule`] that writes.
pub const WRITE: Phase = 1;

/// The greatest threshold of a specification: the votes of the largest cluster.
pub const THRESHOLD_MAX: u32 = NODES_MAX as u32 * WEIGHT_MAX as u32;

/// A read/write quorum system.
///
/// ```
/// use quorate::quorum::spec::Spec;
/// let spec: Spec = serde_json::from_str(r#"{"threshold": {"n": 5, "r": 4, "w": 2}}"#)?;
/// assert_eq!(spec, Spec::Threshold { n: 5, r: 4, w: 2 });
///
/// let none = serde_json::from_str::<Spec>(r#"{"threshold": {"n": 0, "r": 1, "w": 1}}"#);
/// let error = none.unwrap_err().to_string();
/// assert_eq!(error, "threshold.n: expected a whole number from 1 to 101, found 0");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "Value")]
pub enum Spec {
    /// One vote each.
    Threshold {
        /// How many nodes.
        n: u8,
        /// The nodes of a read quorum.
        r: u32,
        /// The nodes of a write quorum.
        w: u32,
    },
    /// A number of votes each.
    Weighted {
        /// The votes in the order of the nodes.
        votes: Vec<u8>,
        /// The votes of a read quorum.
        r: u32,
        /// The votes of a write quorum.
        w: u32,
    },
}

/// Why a line is not a question: where, what belongs there, what is there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// The place, as in `spec.weighted.votes[2]`; empty for the whole line.
    pub path: String,
    /// What belongs there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, expected, found } = self;
        let path = if path.is_empty() { "line" } else { path };
        write!(f, "{path}: expected {expected}, found {found}")
    }
}

impl std::error::Error for SpecError {}

impl Spec {
    /// The rule with two phases, [`READ`] and [`WRITE`].
    #[must_use]
    pub fn rule(&self) -> Rule {
        match self {
            Self::Threshold { n, r, w } => Rule::new(&vec![1; usize::from(*n)], &[*r, *w]),
            Self::Weighted { votes, r, w } => Rule::new(votes, &[*r, *w]),
        }
    }

    /// How many nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        match self {
            Self::Threshold { n, .. } => usize::from(*n),
            Self::Weighted { votes, .. } => votes.len(),
        }
    }

    /// Reads the one of `threshold` and `weighted` that is among the fields at `path`.
    fn read(fields: &Map<String, Value>, path: &str) -> Result<Self, SpecError> {
        match (fields.get("threshold"), fields.get("weighted")) {
            (Some(inner), None) => {
                let path = join(path, "threshold");
                let fields = object(inner, &path, &["n", "r", "w"])?;
                let n = whole(fields.get("n"), &join(&path, "n"), 1, NODES_MAX as u32)? as u8;
                let (r, w) = thresholds(fields, &path)?;
                Ok(Self::Threshold { n, r, w })
            }
            (None, Some(inner)) => {
                let path = join(path, "weighted");
                let fields = object(inner, &path, &["votes", "r", "w"])?;
                let votes = votes(fields.get("votes"), &join(&path, "votes"))?;
                let (r, w) = thresholds(fields, &path)?;
                Ok(Self::Weighted { votes, r, w })
            }
            (both, _) => {
                let found = if both.is_some() { "both".into() } else { keys(fields) };
                Err(error(path, "either `threshold` or `weighted`", found))
            }
        }
    }
}

/// Reads a bare specification; the paths of errors begin at it.
impl TryFrom<Value> for Spec {
    type Error = SpecError;

    fn try_from(value: Value) -> Result<Self, SpecError> {
        let Value::Object(fields) = &value else {
            return Err(error("", "an object", shown(Some(&value))));
        };
        Self::read(fields, "")
    }
}

/// A line of a file of questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The `id` of the line, if it has one that is a string.
    pub id: Option<String>,
    /// The quorum system.
    pub spec: Spec,
    /// The names of the nodes, one each.
    pub nodes: Vec<String>,
}

impl Row {
    /// Reads a line; see the [module](self).
    ///
    /// # Errors
    ///
    /// Where the line is not JSON or not a question, with the place and what belongs there.
    ///
    /// ```
    /// use quorate::quorum::spec::Row;
    /// let row = Row::parse(r#"{"weighted": {"votes": [2, 2, 2], "r": 3, "w": 3}}"#)?;
    /// assert_eq!(row.nodes, ["S1", "S2", "S3"]);
    /// let seen = row.report();
    /// assert_eq!(seen["every_read_meets_every_write"], true);
    /// assert_eq!(seen["rule_holds"], false);
    ///
    /// let error = Row::parse(r#"{"weighted": {"votes": [2, 101], "r": 3, "w": 3}}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "weighted.votes[1]: expected a whole number from 0 to 100, found 101",
    /// );
    /// # Ok::<(), quorate::quorum::spec::SpecError>(())
    /// ```
    pub fn parse(line: &str) -> Result<Self, SpecError> {
        let value: Value =
            serde_json::from_str(line).map_err(|wrong| error("", "a JSON object", format!("{wrong}")))?;
        let Value::Object(fields) = &value else {
            return Err(error("", "an object", shown(Some(&value))));
        };
        let spec = match fields.get("spec") {
            Some(Value::Object(inner)) => Spec::read(inner, "spec")?,
            Some(other) => return Err(error("spec", "an object", shown(Some(other)))),
            None => Spec::read(fields, "")?,
        };
        let nodes = match fields.get("nodes") {
            Some(names) => node_names(names, spec.nodes())?,
            None => default_names(spec.nodes()),
        };
        let id = fields.get("id").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { id, spec, nodes })
    }

    /// What is known of it: [`report`], with the row's `id`.
    #[must_use]
    pub fn report(&self) -> Value {
        let mut seen = report(&self.spec, &self.nodes);
        if let Some(id) = &self.id {
            seen["id"] = Value::from(id.as_str());
        }
        seen
    }
}

/// S1, S2, …
pub(super) fn default_names(count: usize) -> Vec<String> {
    NodeId::all(count).map(|node| node.to_string()).collect()
}

fn node_names(value: &Value, count: usize) -> Result<Vec<String>, SpecError> {
    let expected = format!("{count} names");
    let Value::Array(list) = value else {
        return Err(error("nodes", &expected, shown(Some(value))));
    };
    if list.len() != count {
        return Err(error("nodes", &expected, list.len().to_string()));
    }
    let mut names: Vec<String> = Vec::with_capacity(count);
    for (i, name) in list.iter().enumerate() {
        let fresh = name.as_str().filter(|own| !own.is_empty() && names.iter().all(|n| n != own));
        let Some(own) = fresh else {
            let path = format!("nodes[{i}]");
            return Err(error(&path, "a name no other node has", shown(Some(name))));
        };
        names.push(own.to_owned());
    }
    Ok(names)
}

fn thresholds(fields: &Map<String, Value>, path: &str) -> Result<(u32, u32), SpecError> {
    let one = |key| whole(fields.get(key), &join(path, key), 1, THRESHOLD_MAX);
    Ok((one("r")?, one("w")?))
}

fn votes(value: Option<&Value>, path: &str) -> Result<Vec<u8>, SpecError> {
    let Some(Value::Array(list)) = value else {
        return Err(error(path, "a list of votes", shown(value)));
    };
    if list.is_empty() || list.len() > NODES_MAX {
        let expected = format!("the votes of 1 to {NODES_MAX} nodes");
        return Err(error(path, &expected, list.len().to_string()));
    }
    let votes = list.iter().enumerate().map(|(i, vote)| {
        whole(Some(vote), &format!("{path}[{i}]"), 0, WEIGHT_MAX.into()).map(|vote| vote as u8)
    });
    votes.collect()
}

fn whole(value: Option<&Value>, path: &str, least: u32, most: u32) -> Result<u32, SpecError> {
    let number = value.and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| error(path, &format!("a whole number from {least} to {most}"), shown(value)))
}

fn object<'a>(value: &'a Value, path: &str, known: &[&str]) -> Result<&'a Map<String, Value>, SpecError> {
    let Value::Object(fields) = value else {
        return Err(error(path, "an object", shown(Some(value))));
    };
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(error(path, &format!("only {}", known.join(", ")), format!("`{key}`"))),
        None => Ok(fields),
    }
}

fn keys(fields: &Map<String, Value>) -> String {
    let keys: Vec<String> = fields.keys().map(|key| format!("`{key}`")).collect();
    if keys.is_empty() { "neither".into() } else { keys.join(", ") }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.into() } else { format!("{path}.{key}") }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "nothing".into(),
        Some(Value::Array(_)) => "a list".into(),
        Some(Value::Object(_)) => "an object".into(),
        Some(plain) => plain.to_string(),
    }
}

fn error(path: &str, expected: &str, found: String) -> SpecError {
    SpecError { path: path.into(), expected: expected.into(), found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_has_its_place() {
        for (line, sentence) in [
            ("[1]", "line: expected an object, found a list"),
            ("{}", "line: expected either `threshold` or `weighted`, found neither"),
            (
                r#"{"spec": {"expr": "reads=a*b"}}"#,
                "spec: expected either `threshold` or `weighted`, found `expr`",
            ),
            (r#"{"spec": 3}"#, "spec: expected an object, found 3"),
            (
                r#"{"threshold": {"n": 3, "r": 2, "w": 2}, "weighted": {}}"#,
                "line: expected either `threshold` or `weighted`, found both",
            ),
            (r#"{"threshold": []}"#, "threshold: expected an object, found a list"),
            (
                r#"{"spec": {"threshold": {"n": 102, "r": 1, "w": 1}}}"#,
                "spec.threshold.n: expected a whole number from 1 to 101, found 102",
            ),
            (
                r#"{"threshold": {"n": 3, "r": 0, "w": 3}}"#,
                "threshold.r: expected a whole number from 1 to 10100, found 0",
            ),
            (
                r#"{"threshold": {"n": 3, "r": 1}}"#,
                "threshold.w: expected a whole number from 1 to 10100, found nothing",
            ),
            (
                r#"{"threshold": {"n": 3, "r": 1.5, "w": 2}}"#,
                "threshold.r: expected a whole number from 1 to 10100, found 1.5",
            ),
            (
                r#"{"threshold": {"n": 3, "r": 1, "w": 2, "x": 1}}"#,
                "threshold: expected only n, r, w, found `x`",
            ),
            (
                r#"{"weighted": {"votes": 3, "r": 1, "w": 2}}"#,
                "weighted.votes: expected a list of votes, found 3",
            ),
            (
                r#"{"weighted": {"votes": [], "r": 1, "w": 2}}"#,
                "weighted.votes: expected the votes of 1 to 101 nodes, found 0",
            ),
            (
                r#"{"weighted": {"votes": [1, -1], "r": 1, "w": 2}}"#,
                "weighted.votes[1]: expected a whole number from 0 to 100, found -1",
            ),
            (
                r#"{"threshold": {"n": 2, "r": 1, "w": 2}, "nodes": ["a"]}"#,
                "nodes: expected 2 names, found 1",
            ),
            (
                r#"{"threshold": {"n": 2, "r": 1, "w": 2}, "nodes": ["a", "a"]}"#,
                "nodes[1]: expected a name no other node has, found \"a\"",
            ),
        ] {
            let seen = Row::parse(line).map_err(|wrong| wrong.to_string());
            assert_eq!(seen, Err(sentence.to_owned()), "{line}");
        }
    }

    #[test]
    fn what_is_not_json_says_so() {
        let seen = Row::parse("{").map_err(|wrong| wrong.to_string());
        assert!(seen.is_err_and(|text| text.starts_with("line: expected a JSON object, found EOF")));
    }

    #[test]
    fn names_and_ids_are_kept() {
        let line = r#"{"id": "x", "spec": {"threshold": {"n": 2, "r": 1, "w": 2}}, "nodes": ["p", "q"]}"#;
        let row = Row::parse(line).expect("well formed");
        assert_eq!(row.spec, Spec::Threshold { n: 2, r: 1, w: 2 });
        let seen = row.report();
        assert_eq!(seen["id"], "x");
        assert_eq!(seen["min_write_quorums"], serde_json::json!([["p", "q"]]));
    }
}
