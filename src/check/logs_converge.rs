//! In calm, all logs become one.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, Log, NodeId, Packed, PropertyWord, Text, Time, Witness};
use crate::sim::{Nodes, Step};

/// Once it is calm, there comes a moment at which one node leads and the log of everyone who is up is the
/// beginning of its log.
#[derive(Clone, Debug)]
pub struct LogsConverge {
    ground: Ground,
    /// Since when it is calm.
    since: Option<Time>,
    there: bool,
}

static WORD: PropertyWord = PropertyWord {
    id: "logs-converge",
    name: Text::new("Logs converge", "日志收敛"),
    statement: Text::new(
        "once nothing breaks any more, one node leads and every log becomes a part of its log before long",
        "故障停止之后，不久便只有一个主节点，且每个日志都成为其日志的一部分",
    ),
};

impl LogsConverge {
    /// It is not calm yet.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, since: None, there: false }
    }
}

/// Whether a log is the beginning of another.
fn is_part(log: &Log, whole: &Log) -> bool {
    let last = log.last_index();
    last <= whole.last_index() && whole.chain(last) == log.chain(last)
}

/// The one node that leads, and another that does not go with it.
fn apart(nodes: &dyn Nodes) -> (Option<NodeId>, Option<NodeId>) {
    let mut leaders = nodes.up().iter().filter(|node| nodes.inspect(*node).leads);
    let Some(leader) = leaders.next() else { return (None, None) };
    let whole = nodes.inspect(leader).log;
    let differs = |node: &NodeId| match (nodes.inspect(*node).log, whole) {
        (Some(log), Some(whole)) => !is_part(log, whole),
        (None, _) | (_, None) => false,
    };
    (Some(leader), leaders.next().or_else(|| nodes.up().iter().find(differs)))
}

impl Eventually for LogsConverge {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>, calm: bool) -> bool {
        if !calm || self.there {
            return false;
        }
        let begins = self.since.is_none();
        self.since.get_or_insert(step.at);
        self.there = matches!(apart(nodes), (Some(_), None));
        begins || self.there
    }

    fn wait(&self) -> Wait {
        match self.since {
            _ if self.there => Wait::Over,
            Some(since) => Wait::Since(since),
            None => Wait::Nothing,
        }
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (what, pair) = match apart(nodes) {
            (Some(leader), Some(other)) => (
                Text::new("The logs of {one} and {other} differ:", "{one} 与 {other} 的日志不同："),
                vec![
                    ("one", Arg::Packed(ArgKind::Node, leader.pack())),
                    ("other", Arg::Packed(ArgKind::Node, other.pack())),
                ],
            ),
            (Some(_), None) => return None,
            (None, _) => (Text::new("Nobody leads:", "没有主节点："), Vec::new()),
        };
        Some(self.ground.stuck(nodes, what, pair, None, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage};

    #[test]
    fn all_logs_have_to_be_parts_of_the_leaders() {
        let mut stage = Stage::new(&[1; 3], &[2, 2]);
        let mut property = LogsConverge::new(GROUND);
        stage.log(0, &[1, 1, 2]);
        stage.log(1, &[1, 1]);
        stage.log(2, &[1, 3]);
        property.observe(&stage, &stage.step(0, &[]), true);
        assert_eq!(property.wait(), Wait::Since(Time(0)), "nobody leads");
        stage.leads(0, 4);
        property.observe(&stage, &stage.step(0, &[]), true);
        assert_eq!(property.wait(), Wait::Since(Time(0)), "S3 has another entry");
        assert!(property.lacks(&stage).is_some());
        stage.log(2, &[1]);
        property.observe(&stage, &stage.step(2, &[]), true);
        assert_eq!(property.wait(), Wait::Over);
    }
}
