//! Runs one scenario under many protocols, and measures each by the same yard stick.

use crate::{Failure, source, unless_gone};
use clap::Args;
use quorate::catalogue::{self, Entry, PROTOCOLS};
use quorate::compare::{Comparison, Figures};
use quorate::model::Lang;
use serde_json::{Map, Value, json};
use std::io::Write;

/// What to compare.
#[derive(Args)]
#[command(after_help = "\
The conditions are the scenario's: nodes, weights, links, disks, clocks, clients, faults and seed. A
protocol that the scenario sets up (the first, or the one beside it) keeps its set-up; every other has
its usual settings, and majorities but for phases of the same name. What was done by hand to single
messages and timers belongs to one protocol and stays with it.

refused      told no (a write also if another value was decided), or waited in vain for as long as the client
             has patience; each such wait counts
lost         acknowledged, and at the end no node that is up has it or anything written since; - where
             the protocol does not show where it would keep it
unavailable  time in which some request was waiting that waited longer than its client has patience
latency      of writes that were answered: the median, and what 95 of a hundred do not exceed
trips        round trips between nodes from a write's arrival to its answer: half of the messages in the
             chain that led to it, the median
messages     between nodes, plus requests and answers between clients and nodes
bytes        an estimate: 16 a message between nodes, 4 for each fact that it names, and what it carries:
             commands, entries, versions, snapshots
!            behind a protocol's name: a property broke, one that it does not promise among them

Examples:
  quorate compare raft/partitioned-leader
  quorate compare my.json --protocols raft,paxos --json")]
pub(crate) struct Compare {
    /// A file, `-` for standard input, the name of a scenario of the gallery, or a link.
    scenario: String,
    /// Which protocols; none: every one.
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    protocols: Vec<String>,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
}

/// Work done between two looks at what is done.
const SLICE: u32 = 20_000;

const HEADS: [&str; 10] = [
    "protocol",
    "answered",
    "refused",
    "stale",
    "lost",
    "unavailable",
    "latency",
    "trips",
    "messages",
    "bytes",
];

impl Compare {
    /// Compares, one line a protocol.
    pub(crate) fn execute(&self, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
        let (scenario, _) = source::scenario(&self.scenario, lang)?;
        let entries: Vec<&'static Entry> = if self.protocols.is_empty() {
            PROTOCOLS.iter().collect()
        } else {
            self.protocols.iter().map(|id| named(id, lang)).collect::<Result<_, _>>()?
        };
        let mut comparison = Comparison::new(&scenario, &entries);
        while comparison.advance(SLICE) {}
        let rows = comparison.rows().iter();
        let rows = rows.filter_map(|row| Some((row.entry.spec.id, row.figures.as_ref()?)));
        if self.json {
            for (id, figures) in rows {
                unless_gone(writeln!(out, "{}", object(id, figures)))?;
            }
            return Ok(0);
        }
        let mut table = vec![HEADS.map(str::to_owned).to_vec()];
        table.extend(rows.map(|(id, figures)| line(id, figures)));
        let widths: Vec<usize> = (0..HEADS.len())
            .map(|column| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
            .collect();
        for row in &table {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                let space = " ".repeat(width - cell.chars().count());
                if column == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
            });
            unless_gone(writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end()))?;
        }
        Ok(0)
    }
}

fn named(id: &str, lang: Lang) -> Result<&'static Entry, Failure> {
    catalogue::find(id).ok_or_else(|| {
        let names: Vec<&str> = PROTOCOLS.iter().map(|entry| entry.spec.id).collect();
        let names = names.join(", ");
        Failure::Input(match lang {
            Lang::En => format!("--protocols should be some of {names}, not {id}."),
            Lang::Zh => format!("--protocols 应取自 {names}，而不是 {id}。"),
        })
    })
}

fn ms(us: u64) -> String {
    format!("{:.1}", us as f64 / 1e3)
}

fn line(id: &str, figures: &Figures) -> Vec<String> {
    let none = || "-".to_owned();
    let latency = match (figures.median_us, figures.p95_us) {
        (Some(median), Some(p95)) => format!("{} / {} ms", ms(median), ms(p95)),
        _ => none(),
    };
    let broken = if figures.violations.is_empty() { "" } else { " !" };
    vec![
        format!("{id}{broken}"),
        format!("{} of {}", figures.answered, figures.asked),
        figures.refused.to_string(),
        figures.stale.to_string(),
        figures.lost.map_or_else(none, |lost| lost.to_string()),
        format!("{} ms", ms(figures.unavailable_us)),
        latency,
        figures.in_a_row.map_or_else(none, |row| format!("{:.1}", f64::from(row) / 2.0)),
        format!("{} + {}", figures.messages, figures.with_clients),
        figures.bytes.to_string(),
    ]
}

/// The figures under their names, the protocol first.
fn object(id: &str, figures: &Figures) -> Value {
    let mut all = Map::from_iter([("protocol".to_owned(), json!(id))]);
    if let Value::Object(fields) = json!(figures) {
        all.extend(fields);
    }
    Value::Object(all)
}
