//! Histories from elsewhere: what clients of some other system called and were told.
//!
//! Problem: logs of one history look alike and mean different things. In the etcd logs a
//! compare-and-set that failed found another value, and a register holds nothing at first; in
//! Knossos' EDN what failed did not happen, an answer `nil` is not known, and a register holds 0 at
//! first. Idea: each [`Format`] has a reader of its own, which turns lines into events; one builder
//! turns events into the calls that [`crate::check::linear`] checks.
//!
//! What is left out: transactions over several keys.
//!
//! Ours is one JSON object a line (`jsonl`):
//!
//! ```text
//! {"model": "cas-register", "initial": 0}
//! {"process": 0, "type": "invoke", "f": "write", "key": "x", "value": 3}
//! {"process": 0, "type": "ok", "f": "write", "key": "x", "value": 3}
//! ```
//!
//! - The first line is optional; it names the model and, if it is not nothing, what each register
//!   holds at first.
//! - `process` is a number or text. A process has one call under way at most, and after `info` it
//!   may call again.
//! - `type` is `invoke`, and then `ok` (it happened), `differs` (it changed nothing: a compare-and-set
//!   found another value, the lock was held, or was not one's own), `fail` (it did not happen) or
//!   `info` (nobody knows). A call without any of these may have happened, too.
//! - `f` is `read` (or `get`), `write` (`put`), `cas`, `append`, `enqueue`, `dequeue`, `acquire`,
//!   `release`.
//! - `key` may be left out. `value` is a number or a text, `null` for nothing, and of `cas` the pair
//!   of what is expected and what is set. Of a `read` or `dequeue` the value of the `ok` counts; a
//!   `write` that is told another value than its own was a proposal that lost.
//! - Other fields, such as `time`, are passed over. The order of the lines is the order in time.

mod builder;
mod edn;
mod error;
mod etcd;
mod export;
mod jsonl;
mod knossos;

pub use error::BadHistory;
pub use export::to_jsonl;

use crate::check::linear::{Budget, Call, Checked, Datum, Model, Names, Object, Texts, Verdict, check};
use crate::model::Lang;

/// Most operations of a history.
pub const OPERATIONS_MAX: usize = 100_000;

/// Most bytes of a file: what [`OPERATIONS_MAX`] operations take, and much more.
pub const BYTES_MAX: usize = 64 << 20;

/// How a history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The log of a Jepsen test of etcd, as porcupine has them: `INFO  jepsen.util - 0 :invoke :read nil`.
    Etcd,
    /// Knossos' EDN: `{:process 0, :type :invoke, :f :read, :value nil}`.
    Knossos,
    /// One JSON object a line, as the [module](self) says.
    Jsonl,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Etcd, Self::Knossos, Self::Jsonl];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::Knossos => "knossos",
            Self::Jsonl => "jsonl",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The format that a text seems to have, by the first thing in it.
    #[must_use]
    pub fn sniff(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty());
        let first = lines.next()?;
        let after = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '('));
        let is_json =
            |text: &str| text.strip_prefix('{').is_some_and(|text| text.trim_start().starts_with(['"', '}']));
        if first.contains("jepsen.util") || etcd::is_log(first) {
            Some(Self::Etcd)
        } else if is_json(first) || first.starts_with('[') && is_json(after) {
            Some(Self::Jsonl)
        } else if first.starts_with([';', '#', '(', '[']) || after.starts_with("{:") || after.starts_with('{')
        {
            Some(Self::Knossos)
        } else {
            None
        }
    }

    /// What a file of it begins with, in both languages.
    const fn expects(self) -> (&'static str, &'static str) {
        match self {
            Self::Etcd => (
                "lines such as `INFO  jepsen.util - 0 :invoke :read nil`",
                "形如 `INFO  jepsen.util - 0 :invoke :read nil` 的行",
            ),
            Self::Knossos => (
                "events such as `{:process 0, :type :invoke, :f :read, :value nil}`",
                "形如 `{:process 0, :type :invoke, :f :read, :value nil}` 的事件",
            ),
            Self::Jsonl => (
                "lines such as `{\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}`",
                "形如 `{\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}` 的行",
            ),
        }
    }
}

/// A history that was read from a file.
#[derive(Clone, Debug)]
pub struct History {
    /// How it was written.
    pub format: Format,
    /// What it is a history of.
    pub object: Object,
    /// The operations that happened or may have; their times count the events.
    pub calls: Vec<Call>,
    /// Of each, the line of its call, and that of its end.
    pub lines: Vec<(u32, Option<u32>)>,
    processes: Texts,
    keys: Texts,
}

impl History {
    /// Holds it against its object.
    #[must_use]
    pub fn check(&self, budget: Budget) -> Checked {
        check(&self.object, &self.calls, budget)
    }

    /// Why a check said no, in a sentence.
    #[must_use]
    pub fn sentence(&self, verdict: &Verdict, lang: Lang) -> Option<String> {
        match verdict {
            Verdict::Not(failure) => Some(failure.sentence(&self.calls, self.object.model(), self, lang)),
            Verdict::Linearizable { .. } | Verdict::Unknown => None,
        }
    }
}

impl Names for History {
    fn process(&self, process: u32) -> String {
        let name = self.processes.get(process).unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_digit()) { format!("P{name}") } else { name.to_owned() }
    }

    fn key(&self, key: u32) -> Option<String> {
        self.keys.get(key).filter(|key| !key.is_empty()).map(str::to_owned)
    }

    fn value(&self, value: Datum) -> String {
        match self.object.text(value) {
            text if text.is_empty() => "\"\"".into(),
            text => text,
        }
    }

    fn span(&self, place: u32, lang: Lang) -> String {
        let (from, to) = self.lines.get(place as usize).copied().unwrap_or_default();
        match (lang, to) {
            (Lang::En, Some(to)) => format!("lines {from}–{to}"),
            (Lang::En, None) => format!("line {from}"),
            (Lang::Zh, Some(to)) => format!("第 {from}–{to} 行"),
            (Lang::Zh, None) => format!("第 {from} 行"),
        }
    }
}

/// Reads a history.
///
/// # Errors
///
/// A text that is none, that is cut off, whose returns have no calls, or that has more than
/// [`OPERATIONS_MAX`] operations is refused in a sentence that names the line and what was expected.
///
/// ```
/// use quorate::check::linear::{Budget, Verdict};
/// let log = "INFO  jepsen.util - 0\t:invoke\t:write\t4\nINFO  jepsen.util - 0\t:ok\t:write\t4\n";
/// let history = quorate::history::read(log.as_bytes(), None, None).unwrap();
/// assert!(matches!(history.check(Budget::default()).verdict, Verdict::Linearizable { .. }));
/// let refused = quorate::history::read(b"hello", None, None).unwrap_err();
/// assert!(refused.to_string().starts_with("Line 1: expected a history"));
/// ```
pub fn read(bytes: &[u8], format: Option<Format>, model: Option<Model>) -> Result<History, BadHistory> {
    if bytes.len() > BYTES_MAX {
        let most = BYTES_MAX >> 20;
        return Err(BadHistory::whole(
            format!(
                "The file has more than {most} MiB, and a history has at most {OPERATIONS_MAX} operations"
            ),
            format!("文件超过 {most} MiB，而历史最多包含 {OPERATIONS_MAX} 个操作"),
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        BadHistory::at(
            line as u32,
            "expected UTF-8 text, found other bytes",
            "应为 UTF-8 文字，而不是其他字节",
        )
    })?;
    // Some editors put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(format) = format.or_else(|| Format::sniff(text)) else {
        let found = error::quoted(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
        return Err(BadHistory::at(
            1,
            format!("expected a history (an etcd log, Knossos EDN or JSON lines), found {found}"),
            format!("应为历史文件（etcd 日志、Knossos EDN 或 JSON 行），而不是 {found}"),
        ));
    };
    match format {
        Format::Etcd => etcd::read(text, model),
        Format::Knossos => knossos::read(text, model),
        Format::Jsonl => jsonl::read(text, model),
    }
}
