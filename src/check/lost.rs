//! Which acknowledged writes are gone, by what clients saw alone.

use super::linear::events;
use super::linear::moments::Event;
use crate::model::{ClientId, Key, Op, Outcome, Time, Value};
use crate::sim::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// The writes of a history, by their places, that were acknowledged up to a moment and are gone: they are
/// not among the values that are `there`, and nobody who had seen them has written one that is, or one that
/// is replaced so itself.
///
/// A client has seen what it wrote and read before it asks for something else, and what the writers of these
/// had seen before; of an answer with more siblings than it names it may have seen anything. No version vector is believed: this is what they are held against.
#[must_use]
pub fn lost(operations: &[Operation], until: Time, there: &BTreeSet<(Key, Value)>) -> Vec<u32> {
    let mut seen: BTreeMap<(ClientId, Key), BTreeSet<Value>> = BTreeMap::new();
    // What the writer of each value had seen.
    let mut past: BTreeMap<(Key, Value), BTreeSet<Value>> = BTreeMap::new();
    let mut done: Vec<(u32, Key, Value)> = Vec::new();
    for Event { place, is_return, .. } in
        events(operations).into_iter().take_while(|event| event.at <= until.0)
    {
        let operation = &operations[place as usize];
        let client = operation.command.request.client;
        let returned = operation.returned.filter(|_| is_return).map(|(_, _, outcome)| outcome);
        let (key, values) = if let Op::Write { key, value } = operation.command.op {
            let Some(outcome) = returned else {
                let known = seen.get(&(client, key)).cloned().unwrap_or_default();
                past.entry((key, value)).or_insert(known);
                continue;
            };
            if outcome != Outcome::Done {
                continue;
            }
            done.push((place, key, value));
            (key, [Some(value), None])
        } else if let Op::Read { key } = operation.command.op {
            let Some((values, more)) = returned.and_then(Outcome::found) else { continue };
            if more > 0 {
                let all = past.keys().filter(|(other, _)| *other == key).map(|(_, value)| *value);
                seen.entry((client, key)).or_default().extend(all);
            }
            (key, values)
        } else {
            continue;
        };
        let known = seen.entry((client, key)).or_default();
        for value in values.into_iter().flatten() {
            known.insert(value);
            known.extend(past.get(&(key, value)).into_iter().flatten());
        }
    }
    let replaced: BTreeSet<(Key, Value)> = there
        .iter()
        .flat_map(|(key, value)| past.get(&(*key, *value)).into_iter().flatten().map(|old| (*key, *old)))
        .collect();
    let gone = |(_, key, value): &&(u32, Key, Value)| {
        !there.contains(&(*key, *value)) && !replaced.contains(&(*key, *value))
    };
    done.iter().filter(gone).map(|(place, ..)| *place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Command, NodeId, RequestId};

    const X: Key = Key(0);

    fn operation(client: u16, seq: u32, op: Op, called: u64, outcome: Outcome) -> Operation {
        let request = RequestId { client: ClientId(client), seq };
        let returned = Some((Time::ms(called + 5), NodeId(0), outcome));
        Operation {
            command: Command { request, op },
            called: Time::ms(called),
            node: NodeId(0),
            returned,
            tries: 1,
        }
    }

    fn write(client: u16, seq: u32, value: u32, called: u64) -> Operation {
        operation(client, seq, Op::Write { key: X, value: Value(value) }, called, Outcome::Done)
    }

    #[test]
    fn what_was_seen_before_it_was_written_over_is_not_lost() {
        let siblings = Outcome::Siblings { first: Value(1), second: Value(2), more: 0 };
        let all = [
            write(0, 1, 1, 0),
            write(1, 1, 2, 0),
            operation(2, 1, Op::Read { key: X }, 10, siblings),
            write(2, 2, 3, 20),
            write(3, 1, 4, 20),
        ];
        let gone = |there: &[u32], until| {
            let there = there.iter().map(|value| (X, Value(*value))).collect();
            lost(&all, Time::ms(until), &there)
        };
        assert_eq!(gone(&[3, 4], 100), [0; 0]);
        assert_eq!(gone(&[3], 100), [4], "4 was lost: the writer of 3 had seen 1 and 2 only");
        assert_eq!(gone(&[4], 100), [0, 1, 3]);
        assert_eq!(gone(&[], 4), [0; 0], "nothing is acknowledged yet");
    }
}
