//! The registers as shared memory: one cell each that would have given clients the same answers.

use super::operations::{brief_of, name_of};
use crate::model::{Key, Lang, Op, Outcome, RequestId, Time, Value};
use crate::sim::Operation;

/// Operations under way that are shown at a cell.
const AROUND_MAX: usize = 6;

/// A register as one cell of memory, at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryCell {
    /// Which register.
    pub key: Key,
    /// What it holds.
    pub value: Option<Value>,
    /// By whose request, and since when; `None`: since ever.
    pub since: Option<(RequestId, Time)>,
    /// What is asked of it and not answered at this moment.
    pub around: Vec<MemoryOp>,
    /// So many more are under way.
    pub left_out: usize,
    /// Whether no cell could have given the answers up to this moment.
    pub broken: bool,
}

/// An operation under way.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryOp {
    /// Its place in the history.
    pub place: u32,
    /// `c1 x=b`.
    pub label: String,
    /// All of it in words.
    pub name: String,
    /// When it took effect, if it has by this moment.
    pub took: Option<Time>,
}

/// An order of operations that explains the answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Explained<'a> {
    /// The places of operations in the order in which they take effect.
    pub order: &'a [u32],
    /// Per operation, by its place, when it takes effect, in µs.
    pub points: &'a [Option<u64>],
    /// The answer that no order explains, and when it came.
    pub stuck: Option<(u32, Time)>,
}

/// The cells of every register that has been asked for by `now`, in the order of their names.
#[must_use]
pub fn memory(operations: &[Operation], known: Explained<'_>, now: Time, lang: Lang) -> Vec<MemoryCell> {
    let mut cells: Vec<MemoryCell> = Vec::new();
    let asked = operations.iter().take_while(|asked| asked.called <= now);
    for key in asked.clone().filter_map(|asked| register(asked.command.op)) {
        if let Err(place) = cells.binary_search_by_key(&key, |cell| cell.key) {
            let (around, left_out, broken) = (Vec::new(), 0, false);
            cells.insert(place, MemoryCell { key, value: None, since: None, around, left_out, broken });
        }
    }
    let point = |place: u32| known.points.get(place as usize).copied().flatten().map(Time);
    for place in known.order {
        let (Some(asked), Some(at)) = (operations.get(*place as usize), point(*place)) else { continue };
        let Some(cell) = of(&mut cells, asked.command.op).filter(|_| at <= now) else { continue };
        if let Some(value) = writes(asked, cell.value) {
            (cell.value, cell.since) = (Some(value), Some((asked.command.request, at)));
        }
    }
    for (place, asked) in (0..).zip(asked) {
        let is_over = asked.returned.is_some_and(|(at, _, outcome)| at <= now && outcome != Outcome::Unknown);
        let Some(cell) = of(&mut cells, asked.command.op).filter(|_| !is_over) else { continue };
        if cell.around.len() == AROUND_MAX {
            // The latest are shown.
            cell.around.remove(0);
            cell.left_out += 1;
        }
        let (label, name) = (brief_of(asked), name_of(asked, lang));
        cell.around.push(MemoryOp { place, label, name, took: point(place).filter(|at| *at <= now) });
    }
    if let Some((place, at)) = known.stuck
        && let Some(asked) = operations.get(place as usize).filter(|_| at <= now)
        && let Some(cell) = of(&mut cells, asked.command.op)
    {
        cell.broken = true;
    }
    cells
}

fn register(op: Op) -> Option<Key> {
    if let Op::Read { key } | Op::Write { key, .. } | Op::Cas { key, .. } = op { Some(key) } else { None }
}

fn of(cells: &mut [MemoryCell], op: Op) -> Option<&mut MemoryCell> {
    let key = register(op)?;
    let place = cells.binary_search_by_key(&key, |cell| cell.key).ok()?;
    cells.get_mut(place)
}

/// What an operation leaves in a cell, if it changes it.
fn writes(asked: &Operation, holds: Option<Value>) -> Option<Value> {
    if let Op::Write { value, .. } = asked.command.op {
        Some(value)
    } else if let Op::Cas { expect, value, .. } = asked.command.op {
        (holds == Some(expect)).then_some(value)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClientId, Command, NodeId};

    fn asked(client: u16, op: Op, called: u64, returned: Option<(u64, Outcome)>) -> Operation {
        let command = Command { request: RequestId { client: ClientId(client), seq: 1 }, op };
        let returned = returned.map(|(at, outcome)| (Time::ms(at), NodeId(0), outcome));
        Operation { command, called: Time::ms(called), node: NodeId(0), returned, tries: 1 }
    }

    const X: Key = Key(0);

    #[test]
    fn a_cell_changes_when_an_operation_takes_effect_and_shows_what_is_under_way() {
        let write = Op::Write { key: X, value: Value(1) };
        let cas = Op::Cas { key: X, expect: Value(1), value: Value(2) };
        let all = [
            asked(0, write, 10, Some((30, Outcome::Done))),
            asked(1, Op::Read { key: X }, 15, Some((40, Outcome::Value(Some(Value(1)))))),
            asked(2, cas, 35, None),
        ];
        let points = [Some(20_000), Some(25_000), Some(50_000)];
        let known = Explained { order: &[0, 1, 2], points: &points, stuck: None };
        let at = |now| memory(&all, known, Time::ms(now), Lang::En);
        assert_eq!(at(5), []);
        let [cell] = &at(16)[..] else { panic!("one register") };
        assert_eq!((cell.value, cell.since, cell.around.len()), (None, None, 2));
        assert!(cell.around.iter().all(|under_way| under_way.took.is_none()));
        let [cell] = &at(26)[..] else { panic!("one register") };
        assert_eq!(cell.since, Some((all[0].command.request, Time::ms(20))));
        assert_eq!((cell.value, cell.around[1].took), (Some(Value(1)), Some(Time::ms(25))));
        let [cell] = &at(60)[..] else { panic!("one register") };
        assert_eq!((cell.value, cell.around.len(), cell.broken), (Some(Value(2)), 1, false));
        let known = Explained { stuck: Some((1, Time::ms(40))), ..known };
        assert!(memory(&all, known, Time::ms(40), Lang::En)[0].broken);
        assert!(!memory(&all, known, Time::ms(39), Lang::En)[0].broken);
    }

    #[test]
    fn of_many_that_are_under_way_the_last_are_shown() {
        let all: Vec<Operation> = (0..9).map(|client| asked(client, Op::Read { key: X }, 1, None)).collect();
        let cells = memory(&all, Explained::default(), Time::ms(2), Lang::Zh);
        assert_eq!((cells[0].around.len(), cells[0].left_out), (AROUND_MAX, 3));
        assert_eq!(cells[0].around.last().map(|under_way| under_way.place), Some(8));
    }
}
