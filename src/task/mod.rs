//! Long work as a value: an order that can be sent to a worker, and a task that carries it out in
//! slices and reports how far it is.
//!
//! Problem: a search takes seconds or minutes, and the page must go on playing and answering. Idea:
//! orders and reports are plain texts, so that they cross from the page to a worker and back; a
//! [`Task`] computes a little at a time, so that whoever runs it decides how long it takes at a
//! stretch. The page's worker, tests and tools all run this same code.
//!
//! ```
//! use quorate::task::{CheckOrder, Order, Report, Task};
//! let text = r#"{"process":0,"type":"invoke","f":"write","value":1}"#;
//! let order = Order::Check(CheckOrder { text: text.into(), format: None, model: None });
//! let mut task = Task::new(&Order::from_text(&order.to_text()).expect("what was written"));
//! while task.advance() {}
//! assert!(matches!(task.report(), Report::Check(_) | Report::Refused(_)));
//! ```

mod check;
mod compare;
mod explore;
mod find;

pub use check::{Answer, Bar, CheckOrder, CheckReport, is_history};
pub use compare::{CompareOrder, CompareReport};
pub use explore::{BOUNDS, ExploreOrder, ExploreReport, Judged, Line, Reached, What, usual_bounds};
pub use find::{FindOrder, FindReport, Found, Size, Stage};

use crate::scenario::Words;
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Break a scenario, and make what broke it small.
    Find(FindOrder),
    /// Look at every state that can be reached.
    Explore(ExploreOrder),
    /// Judge a history from elsewhere.
    Check(CheckOrder),
    /// Hold several protocols against each other.
    Compare(CompareOrder),
}

/// How far a task is, or what came of it: always the whole of it, so that one may be missed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// Of a search for a failure.
    Find(FindReport),
    /// Of an exploration.
    Explore(ExploreReport),
    /// Of a history.
    Check(CheckReport),
    /// Of a comparison.
    Compare(CompareReport),
    /// The order cannot be carried out: why, in a sentence.
    Refused(Words),
}

/// A report, and whether there will be another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// How far it is.
    pub report: Report,
    /// Whether the task goes on.
    pub goes_on: bool,
    /// Wall time in ms since it was begun.
    pub ms: u32,
}

impl Order {
    /// As a text.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From such a text; `None` where it is none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl Said {
    /// As a text.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From such a text; `None` where it is none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Work that goes on until it says otherwise.
trait Work {
    /// Computes for a moment, some milliseconds at most; whether there is more to do.
    fn advance(&mut self) -> bool;
    /// How far it is.
    fn report(&self) -> Report;
}

/// An order that is being carried out.
pub struct Task(Box<dyn Work>);

impl Task {
    /// Begins. An order that makes no sense gives a task whose only report is a refusal.
    #[must_use]
    pub fn new(order: &Order) -> Self {
        let work = match order {
            Order::Find(order) => find::begin(order),
            Order::Explore(order) => explore::begin(order),
            Order::Check(order) => Ok(check::begin(order)),
            Order::Compare(order) => compare::begin(order),
        };
        Self(work.unwrap_or_else(|why| Box::new(Refused(why))))
    }

    /// Computes for a moment; whether there is more to do.
    pub fn advance(&mut self) -> bool {
        self.0.advance()
    }

    /// How far it is.
    #[must_use]
    pub fn report(&self) -> Report {
        self.0.report()
    }
}

/// What became of an order that makes no sense.
struct Refused(Words);

impl Work for Refused {
    fn advance(&mut self) -> bool {
        false
    }

    fn report(&self) -> Report {
        Report::Refused(self.0.clone())
    }
}
