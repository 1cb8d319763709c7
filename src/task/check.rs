//! Check a history: whether there is an order of its operations that explains every answer.

use super::{Report, Work};
use crate::check::linear::{Budget, Failure, Model, Names as _, Verdict, deed};
use crate::history::{self, Format, History};
use crate::model::Lang;
use crate::scenario::Words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is to be judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckOrder {
    /// The history, as it stood in its file.
    pub text: String,
    /// Its format; `None`: as it looks.
    pub format: Option<String>,
    /// What the operations are done on; `None`: as the format and operations suggest.
    pub model: Option<String>,
}

/// The verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Not there yet.
    #[default]
    Pending,
    /// There is an order.
    Orderable,
    /// There is none.
    NotOrderable,
    /// Looking for one took more than was allowed.
    Unknown,
}

/// What came of a history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The verdict.
    pub answer: Answer,
    /// The format that it was read as.
    pub format: String,
    /// What its operations are done on.
    pub model: Words,
    /// How many operations it has.
    pub operations: u32,
    /// How many keys or objects, each judged by itself.
    pub keys: u32,
    /// How many configurations were looked at.
    pub configurations: u64,
    /// Why there is no order, or none was found.
    pub sentence: Words,
    /// Its operations as bars, or those around where no order goes on.
    pub bars: Vec<Bar>,
    /// How many operations are not among the bars.
    pub hidden: u32,
}

impl CheckReport {
    /// Whether there is nothing to say against it.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        match self.answer {
            Answer::Orderable | Answer::Pending => true,
            Answer::NotOrderable | Answer::Unknown => false,
        }
    }
}

/// An operation from its call to its return.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Who called.
    pub process: String,
    /// The lane of that process, and the row in it: two operations in one row do not overlap.
    pub row: u16,
    /// What was called, and the answer.
    pub label: Words,
    /// When it was called, by the place in what is drawn.
    pub from: u32,
    /// When it returned; `None`: never.
    pub until: Option<u32>,
    /// Where it takes effect in the order that was found, in thousandths of a place.
    pub point: Option<u32>,
    /// Whether it is among those that cannot be ordered.
    pub stuck: bool,
}

/// So many bytes show what a file is.
const HEAD: usize = 4_096;

/// Whether a text that is no scenario document is more likely meant as a history.
///
/// ```
/// use quorate::task::is_history;
/// assert!(is_history("{:process 0, :type :invoke, :f :read, :value nil}"));
/// assert!(is_history(r#"{"process": 0, "type": "invoke", "f": "read"}"#));
/// assert!(!is_history(r#"{"version": 1, "protocol": "raft"}"#));
/// assert!(!is_history("[1, 2]") && !is_history("[[[["));
/// ```
#[must_use]
pub fn is_history(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    match Format::sniff(text) {
        None => false,
        Some(Format::Etcd) => true,
        Some(Format::Knossos) => {
            let head = text.get(..HEAD).unwrap_or(text);
            [":process", ":type"].iter().any(|word| head.contains(word)) && !is_json()
        }
        Some(Format::Jsonl) => {
            let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            first.contains("\"process\"") || first.contains("\"model\"")
        }
    }
}

/// The most bars that are drawn.
const BARS_MAX: usize = 160;
/// How many operations after the one that is stuck are drawn.
const AFTER: usize = 12;

/// A history that is being judged, a step at a time: each may take a while.
enum Checking {
    /// It is to be read.
    Unread(CheckOrder),
    /// It is to be judged.
    Read(Box<History>),
    /// What came of it.
    Over(Box<Report>),
}

/// Begins to judge a history.
pub(super) fn begin(order: &CheckOrder) -> Box<dyn Work> {
    Box::new(Checking::Unread(order.clone()))
}

impl Work for Checking {
    fn advance(&mut self) -> bool {
        *self = match self {
            Self::Unread(order) => {
                let format = order.format.as_deref().and_then(Format::named);
                let model = order.model.as_deref().and_then(Model::named);
                match history::read(order.text.as_bytes(), format, model) {
                    Ok(history) => Self::Read(Box::new(history)),
                    Err(why) => {
                        let words = Words::new(why.sentence(Lang::En), why.sentence(Lang::Zh));
                        Self::Over(Box::new(Report::Refused(words)))
                    }
                }
            }
            Self::Read(history) => Self::Over(Box::new(Report::Check(judged(history)))),
            Self::Over(_) => return false,
        };
        matches!(self, Self::Read(_))
    }

    fn report(&self) -> Report {
        match self {
            Self::Unread(_) => Report::Check(CheckReport::default()),
            Self::Read(history) => Report::Check(of(history)),
            Self::Over(report) => Report::clone(report),
        }
    }
}

/// What is known before it is judged.
fn of(history: &History) -> CheckReport {
    let model = history.object.model().text();
    CheckReport {
        format: history.format.name().to_owned(),
        model: Words::new(model.en, model.zh),
        operations: history.calls.len() as u32,
        ..CheckReport::default()
    }
}

fn judged(history: &History) -> CheckReport {
    let checked = history.check(Budget::default());
    let sentence = |lang| history.sentence(&checked.verdict, lang).unwrap_or_default();
    let (answer, bars) = match &checked.verdict {
        Verdict::Linearizable { order, .. } => (Answer::Orderable, bars(history, order, None)),
        Verdict::Not(failure) => (Answer::NotOrderable, bars(history, &failure.prefix, Some(failure))),
        Verdict::Unknown => (Answer::Unknown, bars(history, &[], None)),
    };
    CheckReport {
        answer,
        keys: checked.keys,
        configurations: checked.configurations,
        sentence: Words::new(sentence(Lang::En), sentence(Lang::Zh)),
        hidden: (history.calls.len() - bars.len()) as u32,
        bars,
        ..of(history)
    }
}

/// The operations to draw: of a failure those of its key up to where it shows, and a few after.
fn shown(history: &History, failure: Option<&Failure>) -> Vec<u32> {
    let Some(failure) = failure else { return (0..history.calls.len().min(BARS_MAX) as u32).collect() };
    let call = |place: &u32| &history.calls[*place as usize];
    let end = call(&failure.stuck).returned.map_or(u64::MAX, |(at, _)| at);
    let places = 0..history.calls.len() as u32;
    let mut own: Vec<u32> = places.filter(|place| call(place).key == failure.key).collect();
    own.sort_by_key(|place| call(place).called);
    let until = (own.partition_point(|place| call(place).called <= end) + AFTER).min(own.len());
    // What cannot be ordered may have been called long before.
    let room = BARS_MAX.saturating_sub(failure.unordered.len());
    let from = until.saturating_sub(room);
    let early = own[..from].iter().filter(|place| failure.unordered.contains(place)).copied();
    let mut list: Vec<u32> = early.chain(own[from..until].iter().copied()).collect();
    list.truncate(BARS_MAX);
    list
}

/// Bars on an axis that counts the calls and returns which are drawn.
fn bars(history: &History, order: &[u32], failure: Option<&Failure>) -> Vec<Bar> {
    let shown = shown(history, failure);
    let call = |place: u32| &history.calls[place as usize];
    let mut times: Vec<u64> = Vec::with_capacity(2 * shown.len());
    for place in &shown {
        times.push(call(*place).called);
        times.extend(call(*place).returned.map(|(at, _)| at));
    }
    times.sort_unstable();
    times.dedup();
    let axis = |at: u64| times.partition_point(|time| *time < at) as u32;
    let points = points(history, order);
    let end = times.len() as u32;
    let mut rows: Vec<(u32, Vec<u32>)> = Vec::new();
    let bar = |place: &u32| {
        let operation = call(*place);
        let (from, until) = (axis(operation.called), operation.returned.map(|(at, _)| axis(at)));
        let deed = |lang| deed(operation, history.object.model(), history, lang);
        Bar {
            process: history.process(operation.process),
            row: row(&mut rows, operation.process, from, until.unwrap_or(end)),
            label: Words::new(deed(Lang::En), deed(Lang::Zh)),
            from,
            until,
            point: points.get(place).map(|(at, part)| axis(*at) * 1_000 + part),
            stuck: failure.is_some_and(|failure| failure.unordered.contains(place)),
        }
    };
    shown.iter().map(bar).collect()
}

/// The first row of a process that is free from here on.
fn row(rows: &mut Vec<(u32, Vec<u32>)>, process: u32, from: u32, until: u32) -> u16 {
    let known = rows.iter().position(|(known, _)| *known == process);
    let place = known.unwrap_or_else(|| {
        rows.push((process, Vec::new()));
        rows.len() - 1
    });
    let free = &mut rows[place].1;
    let row = free.iter().position(|end| *end <= from).unwrap_or(free.len());
    match free.get_mut(row) {
        Some(end) => *end = until,
        None => free.push(until),
    }
    row as u16
}

/// When each operation of an order takes effect: as early as it may. Of those at one moment, each a
/// little after the one before it, in thousandths of the way to the next.
fn points(history: &History, order: &[u32]) -> BTreeMap<u32, (u64, u32)> {
    let mut points = BTreeMap::new();
    let (mut now, mut nth) = (0, 0);
    for place in order {
        let called = history.calls[*place as usize].called;
        nth = if called > now { 1 } else { nth + 1 };
        now = now.max(called);
        // Halfway at first, then ever closer to the next event.
        points.insert(*place, (now, 1_000 - 1_000 / (nth + 1)));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{Order, Said, Task};

    fn checked(text: &str) -> Report {
        let order = Order::Check(CheckOrder { text: text.into(), format: None, model: None });
        let mut task = Task::new(&Order::from_text(&order.to_text()).expect("an order"));
        while task.advance() {}
        let said = Said { report: task.report(), goes_on: false, ms: 0 };
        assert_eq!(Said::from_text(&said.to_text()).as_ref(), Some(&said), "reports cross as texts");
        said.report
    }

    fn line(process: u32, kind: &str, f: &str, value: &str) -> String {
        format!("{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"{f}\", \"value\": {value}}}\n")
    }

    #[test]
    fn a_stale_read_is_among_what_cannot_be_ordered() {
        let text = [
            line(0, "invoke", "write", "1"),
            line(0, "ok", "write", "1"),
            line(1, "invoke", "read", "null"),
            line(2, "invoke", "write", "2"),
            line(1, "ok", "read", "null"),
        ];
        let Report::Check(report) = checked(&text.concat()) else { panic!("a verdict") };
        assert_eq!((report.answer, report.operations, report.keys), (Answer::NotOrderable, 3, 1));
        assert!(!report.sentence.en.is_empty() && !report.sentence.zh.is_empty());
        let read = &report.bars[1];
        assert!(read.stuck && read.until == Some(4) && read.from == 2, "{read:?}");
        assert_eq!(report.bars[2].until, None);
        assert!(report.bars[0].point.is_some_and(|point| point < 1_000), "it takes effect before it returns");
    }

    #[test]
    fn an_order_is_drawn_within_the_bars() {
        let text = [
            line(0, "invoke", "write", "1"),
            line(1, "invoke", "write", "2"),
            line(2, "invoke", "read", "null"),
            line(2, "ok", "read", "1"),
            line(0, "ok", "write", "1"),
            line(1, "ok", "write", "2"),
        ];
        let Report::Check(report) = checked(&text.concat()) else { panic!("a verdict") };
        assert_eq!((report.answer, report.hidden), (Answer::Orderable, 0));
        for bar in &report.bars {
            let point = bar.point.expect("each has its place");
            assert!(
                bar.from * 1_000 <= point && point <= bar.until.expect("each returned") * 1_000,
                "{bar:?}"
            );
        }
    }

    #[test]
    fn what_is_none_is_refused_in_a_sentence() {
        let Report::Refused(why) = checked("hello") else { panic!("a refusal") };
        assert!(why.en.starts_with("Line 1"), "{}", why.en);
        assert!(why.zh.contains("第 1 行"), "{}", why.zh);
    }

    #[test]
    fn operations_of_a_process_that_never_returned_get_rows_of_their_own() {
        let mut rows = Vec::new();
        assert_eq!(row(&mut rows, 7, 0, 9), 0);
        assert_eq!(row(&mut rows, 7, 1, 3), 1);
        assert_eq!(row(&mut rows, 7, 3, 4), 1);
        assert_eq!(row(&mut rows, 8, 3, 4), 0);
    }
}
