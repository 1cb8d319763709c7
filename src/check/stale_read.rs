//! A read misses what was written before it.

use super::goals::Sometimes;
use crate::model::{Inspection, Key, NodeId, Op, Outcome, PropertyWord, RequestId, Text, Time, Value};
use crate::sim::{Heard, Nodes, Step};
use std::collections::BTreeMap;

/// A read is answered with values only that had all been written before a write was asked for which was
/// acknowledged before the read.
#[derive(Clone, Debug, Default)]
pub struct StaleRead {
    /// Of each key: when the latest of the acknowledged writes was asked for.
    latest: BTreeMap<Key, Time>,
    /// When each value was acknowledged.
    done: BTreeMap<(Key, Value), Time>,
    /// Reads under way: what they must not miss.
    reads: BTreeMap<RequestId, Time>,
}

static WORD: PropertyWord = PropertyWord {
    id: "stale-read",
    name: Text::new("A read is stale", "读到旧值"),
    statement: Text::new(
        "a read misses a write that had been acknowledged before it was asked for",
        "读取没有看到在它提出之前已确认的写入",
    ),
};

impl StaleRead {
    /// Nothing has been written.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Sometimes for StaleRead {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, _nodes: &dyn Nodes, _now: &Inspection<'_>, _step: &Step<'_>) -> bool {
        false
    }

    fn heard(&mut self, heard: &Heard<'_>) -> Option<NodeId> {
        let command = heard.operation.command;
        let returned = heard.operation.returned;
        if let Op::Write { key, value } = command.op {
            if let Some((at, _, Outcome::Done)) = returned {
                let latest = self.latest.entry(key).or_default();
                *latest = heard.operation.called.max(*latest);
                self.done.entry((key, value)).or_insert(at);
            }
        } else if let Op::Read { key } = command.op {
            let Some((_, node, outcome)) = returned else {
                self.reads.extend(self.latest.get(&key).map(|latest| (command.request, *latest)));
                return None;
            };
            let latest = self.reads.remove(&command.request)?;
            let is_older = |value: Value| self.done.get(&(key, value)).is_some_and(|done| *done < latest);
            let (found, more) = outcome.found()?;
            let stale = more == 0 && found.into_iter().flatten().all(is_older);
            return stale.then_some(node);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClientId, Command};
    use crate::sim::Operation;

    #[test]
    fn what_was_written_at_the_same_time_is_not_stale() {
        let mut point = StaleRead::new();
        let mut hear = |seq: u32, op, called: u64, returned: Option<(u64, Outcome)>| {
            let request = RequestId { client: ClientId(0), seq };
            let returned = returned.map(|(at, outcome)| (Time::ms(at), NodeId(1), outcome));
            let called = Time::ms(called);
            let command = Command { request, op };
            let operation = Operation { command, called, node: NodeId(1), returned, tries: 1 };
            point.heard(&Heard { at: called, event: 0, place: 0, operation: &operation }).is_some()
        };
        let write = |value| Op::Write { key: Key(0), value: Value(value) };
        let read = Op::Read { key: Key(0) };
        let found = |value| Some(Outcome::Value(Some(Value(value))));
        // a from 0 to 9, b from 5 to 20, c from 30 to 40.
        for (seq, called, returned) in [(1, 0, 9), (2, 5, 20), (3, 30, 40)] {
            hear(seq, write(seq), called, Some((returned, Outcome::Done)));
        }
        hear(4, read, 50, None);
        assert!(!hear(4, read, 50, found(3).map(|outcome| (55, outcome))), "the last one");
        hear(5, read, 50, None);
        assert!(hear(5, read, 50, found(2).map(|outcome| (55, outcome))), "b was over before c began");
        hear(6, read, 50, None);
        let siblings = Outcome::Siblings { first: Value(1), second: Value(3), more: 0 };
        assert!(!hear(6, read, 50, Some((55, siblings))), "the freshest counts");
        hear(7, read, 50, None);
        assert!(hear(7, read, 50, Some((55, Outcome::Value(None)))), "nothing is older than all");
    }
}
