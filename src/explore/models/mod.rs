//! Specifications to explore, one a file: transcribed from the published modules, whose names of
//! variables and actions they keep.

mod alternating_bit;
mod consensus;
mod fast_paxos;
mod paxos;
mod paxos_commit;
mod single_copy;
mod synod;
mod tcommit;
mod two_phase;
mod voting;

use super::constants::{ACCEPTORS, Constant, Constants, Refusal};
use super::system::System;
use crate::model::{PropertyWord, Text};

/// A specification with constants.
#[derive(Debug)]
pub struct Model {
    /// Its name: `two-phase`.
    pub id: &'static str,
    /// Its name for people.
    pub name: Text,
    /// What it says, in a sentence.
    pub summary: Text,
    /// Where it comes from.
    pub source: &'static str,
    /// The numbers that it leaves open.
    pub constants: &'static [Constant],
    /// The quorum systems that it leaves open.
    pub quorums: &'static [&'static str],
    /// What is interchangeable, where something is.
    pub symmetry: Option<Text>,
    start: fn(&Constants) -> Box<dyn System>,
}

impl Model {
    /// The system with these constants.
    ///
    /// # Errors
    /// Where they are another model's.
    pub fn build(&self, constants: &Constants) -> Result<Box<dyn System>, Refusal> {
        if constants.model() != self.id {
            return Err(Refusal::Other { theirs: constants.model(), own: self.id });
        }
        Ok((self.start)(constants))
    }
}

/// Every specification, in the order of the menus.
pub static MODELS: &[Model] = &[
    two_phase::MODEL,
    tcommit::MODEL,
    paxos_commit::MODEL,
    consensus::MODEL,
    voting::MODEL,
    paxos::PAXOS,
    paxos::FPAXOS,
    fast_paxos::MODEL,
    synod::MODEL,
    alternating_bit::MODEL,
    single_copy::MODEL,
];

/// The specification of a name.
#[must_use]
pub fn model(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

/// Transaction commit: nobody commits where another aborts.
static TC_CONSISTENT: PropertyWord = PropertyWord {
    id: "tc-consistent",
    name: Text::new("Consistency", "一致性"),
    statement: Text::new(
        "no resource manager commits where another aborts",
        "不会有资源管理器提交而另一个中止",
    ),
};

/// Transaction commit: it can commit.
static CAN_COMMIT: PropertyWord = PropertyWord {
    id: "can-commit",
    name: Text::new("Can commit", "可以提交"),
    statement: Text::new("all resource managers commit in some run", "存在所有资源管理器都提交的运行"),
};

/// Consensus: one value.
static ONE_VALUE: PropertyWord = PropertyWord {
    id: "one-value",
    name: Text::new("At most one value is chosen", "至多选定一个值"),
    statement: Text::new("no two values are ever chosen", "永远不会选定两个不同的值"),
};

/// Consensus: a value.
static SOME_VALUE: PropertyWord = PropertyWord {
    id: "some-value",
    name: Text::new("A value can be chosen", "可以选定一个值"),
    statement: Text::new("a value is chosen in some run", "存在选定了某个值的运行"),
};

const RMS: Constant = Constant {
    id: "rms",
    help: Text::new("resource managers", "资源管理器数"),
    least: 1,
    most: 12,
    default: 3,
};

const ACCEPTOR: Constant =
    Constant { id: ACCEPTORS, help: Text::new("acceptors", "接受者数"), least: 1, most: 7, default: 3 };

const VALUE: Constant = Constant {
    id: "values",
    help: Text::new("values that may be chosen", "可供选定的值的数目"),
    least: 1,
    most: 6,
    default: 2,
};

const BALLOT: Constant = Constant {
    id: "ballots",
    help: Text::new("ballots, numbered from 0", "轮次数，从 0 编号"),
    least: 1,
    most: 6,
    default: 2,
};

/// `a1`, `r3`: names as specifications have them.
fn named(letter: char, place: usize) -> String {
    format!("{letter}{}", place + 1)
}

/// A value between angle brackets for each of some places.
fn row(count: usize, show: impl Fn(usize) -> String) -> String {
    let list: Vec<String> = (0..count).map(show).collect();
    format!("<{}>", list.join(", "))
}

/// Those of a list of messages that were sent.
fn sent(messages: Vec<String>) -> String {
    format!("{{{}}}", messages.join(", "))
}
