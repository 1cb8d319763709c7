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
/// had seen before. No version vector is believed: this is what they are held against.
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
            let Some((values, _)) = returned.and_then(Outcome::found) else { continue };
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
