//! One scenario, many protocols.

use super::{Report, Work};
use crate::catalogue;
use crate::compare::{Comparison, Figures};
use crate::model::Lang;
use crate::scenario::{Words, from_json};
use serde::{Deserialize, Serialize};

/// What is to be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareOrder {
    /// The scenario's document.
    pub document: String,
    /// The names of the protocols.
    pub protocols: Vec<String>,
}

/// How far a comparison is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareReport {
    /// How much of all runs is computed, in thousandths.
    pub part: u16,
    /// Every protocol by its name, and what came of it once that is known.
    pub rows: Vec<(String, Option<Figures>)>,
}

/// Work of a slice, in the measure of [`crate::sim::Cluster::advance`].
const SLICE: u32 = 4_000;

/// Begins a comparison.
///
/// # Errors
/// Where the document is no scenario, or no protocol has that name.
pub(super) fn begin(order: &CompareOrder) -> Result<Box<dyn Work>, Words> {
    let scenario = from_json(&order.document)
        .map_err(|why| Words::new(why.sentence(Lang::En), why.sentence(Lang::Zh)))?;
    let mut entries = Vec::new();
    for name in &order.protocols {
        let unknown =
            || Words::new(format!("No protocol is called {name}."), format!("没有名为 {name} 的协议。"));
        entries.push(catalogue::find(name).ok_or_else(unknown)?);
    }
    Ok(Box::new(Comparison::new(&scenario, &entries)))
}

impl Work for Comparison {
    fn advance(&mut self) -> bool {
        Self::advance(self, SLICE)
    }

    fn report(&self) -> Report {
        let row = |row: &crate::compare::Row| (row.entry.spec.id.to_owned(), row.figures.clone());
        Report::Compare(CompareReport {
            part: (self.part() * 1e3) as u16,
            rows: self.rows().iter().map(row).collect(),
        })
    }
}
