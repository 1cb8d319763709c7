//! Where a client asks, something is decided.

use super::goals::{Eventually, Wait};
use super::lack::{Ground, highest};
use crate::model::{Arg, Command, PropertyWord, Text, Time, Witness};
use crate::sim::{Heard, Nodes, Step};

/// Once a client has asked for something, somebody decides: a value is chosen.
#[derive(Clone, Debug)]
pub struct Decides {
    ground: Ground,
    /// The first request: when, and what for.
    asked: Option<(Time, Command)>,
    /// The highest epoch at the first step in calm after it.
    since: Option<u32>,
    decided: bool,
}

static WORD: PropertyWord = PropertyWord {
    id: "decided-in-time",
    name: Text::new("A decision in time", "及时决定"),
    statement: Text::new(
        "once nothing breaks any more and a client has asked, a value is decided before long",
        "故障停止且有客户端提出请求之后，不久便会决定一个值",
    ),
};

impl Decides {
    /// Nobody has asked.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, asked: None, since: None, decided: false }
    }
}

impl Eventually for Decides {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, calm: bool) -> bool {
        self.decided |= !step.decided.is_empty();
        if calm && self.asked.is_some() && self.since.is_none() {
            self.since = Some(highest(nodes));
        }
        self.decided
    }

    fn heard(&mut self, heard: &Heard<'_>) {
        self.asked.get_or_insert((heard.at, heard.operation.command));
    }

    fn wait(&self) -> Wait {
        match self.asked {
            _ if self.decided => Wait::Over,
            Some((since, _)) => Wait::Since(since),
            None => Wait::Nothing,
        }
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (at, command) = self.asked?;
        let what = Text::new(
            "Nothing is decided, though {value} was asked for at {at} ms:",
            "{at} 毫秒时已有人请求 {value}，却什么也没有决定：",
        );
        let args = vec![("value", Arg::Op(command.op)), ("at", Arg::Wide(at.0 / 1_000))];
        Some(self.ground.stuck(nodes, what, args, None, self.since))
    }
}
