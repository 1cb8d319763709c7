//! What clients asked and were told, as lanes: one a client, a bar from each call to its return.

use crate::model::{ClientId, Lang, Outcome, Time};
use crate::sim::Operation;

/// Bars that are drawn at once.
pub const BARS_MAX: usize = 240;
/// Bars of the busiest client that a window shows, as it is at first.
const BARS_SHOWN: u64 = 7;
/// Where in a window the moment looked at is, if nothing keeps it from there.
const NOW_AT: f64 = 0.7;
/// No window is shorter.
const SHORTEST_US: u64 = 2_000;

/// What became of an operation by the moment looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationState {
    /// It has not been called yet.
    Coming,
    /// It waits for its answer.
    Waiting,
    /// It was done, or has its value.
    Done,
    /// It was refused, or found another value.
    Not,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationBar {
    /// Its place in the history; also its key.
    pub place: u32,
    /// Whose.
    pub client: ClientId,
    /// Its row among all rows of all lanes, from the top.
    pub row: u16,
    /// Where it begins, as a share of the window's width; below 0 where that is before the window.
    pub from: f64,
    /// Where it ends.
    pub until: f64,
    /// Up to where its label has room: the next bar of its row.
    pub room: f64,
    /// Whether it has no end in this run.
    pub open: bool,
    /// Where in an order that explains the answers it takes effect.
    pub point: Option<f64>,
    /// Whether it is one of those that no order explains.
    pub unordered: bool,
    /// What became of it by the moment looked at.
    pub state: OperationState,
    /// `x=a`, or `x? → b` once it is answered.
    pub label: String,
    /// All of it in words.
    pub name: String,
}

/// One client's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLane {
    /// Whose.
    pub client: ClientId,
    /// Its first row.
    pub first: u16,
    /// How many rows it has: as many as it has operations under way at once.
    pub rows: u16,
}

/// What is known of the order of operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order<'a> {
    /// Per operation, by its place in the history, when it takes effect, in µs.
    pub points: &'a [Option<u64>],
    /// The places of those that no order explains.
    pub unordered: &'a [u32],
}

/// The lanes over a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationLanes {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// Where the moment looked at is, as a share of the width.
    pub now: f64,
    /// Every client that has ever called.
    pub lanes: Vec<ClientLane>,
    /// In the order of the calls.
    pub bars: Vec<OperationBar>,
    /// Bars of that stretch that are not drawn.
    pub left_out: usize,
}

/// A window of time around a moment of a run up to `end`: one that holds a few operations of the
/// busiest client, made `zoom` times as long.
///
/// ```
/// use quorate::{model::Time, view::operations_window};
/// assert_eq!(operations_window(&[], Time::ms(500), Time::ms(900), 1.0), (Time(0), Time::ms(900)));
/// ```
#[must_use]
pub fn operations_window(operations: &[Operation], at: Time, end: Time, zoom: f64) -> (Time, Time) {
    let mut calls: Vec<u64> = Vec::new();
    for operation in operations {
        let client = usize::from(operation.command.request.client.0);
        if calls.len() <= client {
            calls.resize(client + 1, 0);
        }
        calls[client] += 1;
    }
    let busiest = calls.iter().max().copied().unwrap_or(0).max(1);
    let first = operations.first().map_or(0, |operation| operation.called.0);
    let usual = (end.0.saturating_sub(first) / busiest).saturating_mul(BARS_SHOWN);
    let length = ((usual as f64 * zoom) as u64).clamp(SHORTEST_US, end.0.max(SHORTEST_US));
    let before = (length as f64 * NOW_AT) as u64;
    let from = at.0.saturating_sub(before).min(end.0.saturating_sub(length));
    (Time(from), Time(from + length))
}

/// The operations that touch a window, as they stand at a moment.
#[must_use]
pub fn operation_lanes(
    operations: &[Operation],
    (from, until): (Time, Time),
    now: Time,
    order: Order<'_>,
    lang: Lang,
) -> OperationLanes {
    let whole = until.0.saturating_sub(from.0).max(1) as f64;
    let share = |at: u64| (at as f64 - from.0 as f64) / whole;
    // Rows are given out over the whole history, so that a bar keeps its row while time goes on.
    let mut ends: Vec<Vec<Time>> = Vec::new();
    let mut rows = Vec::with_capacity(operations.len());
    for operation in operations {
        let client = usize::from(operation.command.request.client.0);
        if ends.len() <= client {
            ends.resize(client + 1, Vec::new());
        }
        let end = operation.returned.map_or(Time(u64::MAX), |(at, _, _)| at);
        let free = ends[client].iter().position(|last| *last <= operation.called);
        let row = free.unwrap_or(ends[client].len());
        if free.is_none() {
            ends[client].push(end);
        }
        ends[client][row] = end;
        rows.push(row as u16);
    }
    let mut lanes = Vec::new();
    let mut first = 0;
    for (client, rows) in ends.iter().enumerate() {
        if !rows.is_empty() {
            let rows = rows.len().min(usize::from(u16::MAX)) as u16;
            lanes.push(ClientLane { client: ClientId(client as u16), first, rows });
            first = first.saturating_add(rows);
        }
    }
    let touches = |operation: &Operation| {
        operation.called <= until && operation.returned.is_none_or(|(at, _, _)| at >= from)
    };
    let found: Vec<usize> = (0..operations.len()).filter(|place| touches(&operations[*place])).collect();
    let left_out = found.len().saturating_sub(BARS_MAX);
    let bar = |place: usize| {
        let operation = operations.get(place)?;
        let client = operation.command.request.client;
        let lane = lanes.iter().find(|lane| lane.client == client)?;
        let state = state(operation, now);
        Some(OperationBar {
            place: place as u32,
            client,
            row: lane.first + rows.get(place)?,
            from: share(operation.called.0),
            until: operation.returned.map_or(1.0, |(at, _, _)| share(at.0)),
            room: 1.0,
            open: operation.returned.is_none(),
            point: order.points.get(place).copied().flatten().map(share),
            unordered: order.unordered.contains(&(place as u32)),
            state,
            label: label(operation, state),
            name: name(operation, state, order.points.get(place).copied().flatten(), lang),
        })
    };
    // Of too many, the latest.
    let mut bars: Vec<OperationBar> = found.into_iter().skip(left_out).filter_map(bar).collect();
    let mut next = vec![1.0_f64; usize::from(first)];
    for bar in bars.iter_mut().rev() {
        if let Some(next) = next.get_mut(usize::from(bar.row)) {
            bar.room = next.max(bar.until.min(1.0));
            *next = bar.from;
        }
    }
    OperationLanes { from, until, now: share(now.0), lanes, bars, left_out }
}

fn state(operation: &Operation, now: Time) -> OperationState {
    match operation.returned {
        _ if operation.called > now => OperationState::Coming,
        Some((at, _, outcome)) if at <= now => {
            if outcome.is_yes() {
                OperationState::Done
            } else {
                OperationState::Not
            }
        }
        Some(_) | None => OperationState::Waiting,
    }
}

/// Whose and what, while it is under way: `c1 x=b`.
pub(super) fn brief_of(operation: &Operation) -> String {
    format!("c{} {}", operation.command.request.client.0 + 1, operation.command.op)
}

/// All of it in words, while it is under way.
pub(super) fn name_of(operation: &Operation, lang: Lang) -> String {
    name(operation, OperationState::Waiting, None, lang)
}

fn label(operation: &Operation, state: OperationState) -> String {
    let op = operation.command.op;
    match (state, operation.returned) {
        (OperationState::Done | OperationState::Not, Some((_, _, outcome))) if outcome != Outcome::Done => {
            format!("{op} → {outcome}")
        }
        (_, _) => op.to_string(),
    }
}

fn name(operation: &Operation, state: OperationState, point: Option<u64>, lang: Lang) -> String {
    let Operation { command, called, returned, .. } = operation;
    let mut out = format!("{} {} · {:.1} ms", command.request, command.op, called.as_ms());
    match (state, returned) {
        (OperationState::Done | OperationState::Not, Some((at, node, outcome))) => {
            out += &match lang {
                Lang::En => format!(" · {outcome} at {:.1} ms from {node}", at.as_ms()),
                Lang::Zh => format!(" · {:.1} ms 由 {node} 答复 {outcome}", at.as_ms()),
            };
            if let Some(point) = point {
                let point = Time(point).as_ms();
                out += &match lang {
                    Lang::En => format!(" · takes effect at {point:.1} ms or later"),
                    Lang::Zh => format!(" · 最早于 {point:.1} ms 生效"),
                };
            }
        }
        (_, _) => {
            out += match lang {
                Lang::En => " · not answered yet",
                Lang::Zh => " · 尚未答复",
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Command, Key, NodeId, Op, RequestId, Value};

    fn operation(client: u16, seq: u32, called: u64, returned: Option<u64>) -> Operation {
        let op = Op::Write { key: Key(0), value: Value(seq) };
        let request = RequestId { client: ClientId(client), seq };
        Operation {
            command: Command { request, op },
            called: Time::ms(called),
            node: NodeId(0),
            returned: returned.map(|at| (Time::ms(at), NodeId(0), Outcome::Value(Some(Value(1))))),
            tries: 1,
        }
    }

    fn some() -> Vec<Operation> {
        vec![
            operation(0, 1, 0, Some(30)),
            operation(0, 2, 10, Some(20)),
            operation(2, 1, 12, None),
            operation(0, 3, 25, Some(60)),
            operation(0, 4, 40, Some(50)),
        ]
    }

    fn lanes(from: u64, until: u64, now: u64) -> OperationLanes {
        let points = [Some(15_000), None, None, Some(40_000)];
        let order = Order { points: &points, unordered: &[1, 4] };
        operation_lanes(&some(), (Time::ms(from), Time::ms(until)), Time::ms(now), order, Lang::En)
    }

    #[test]
    fn what_overlaps_stacks_and_clients_keep_their_lanes() {
        let all = lanes(0, 100, 100);
        let lane = |client, first, rows| ClientLane { client: ClientId(client), first, rows };
        assert_eq!(all.lanes, [lane(0, 0, 2), lane(2, 2, 1)]);
        let rows: Vec<u16> = all.bars.iter().map(|bar| bar.row).collect();
        assert_eq!(rows, [0, 1, 2, 1, 0]);
        for (one, other) in all.bars.iter().zip(all.bars.iter().skip(1)) {
            assert!(one.row != other.row || one.until <= other.from);
        }
        // The rows stay where they are in another window.
        let some = lanes(35, 60, 50);
        let rows: Vec<(u32, u16)> = some.bars.iter().map(|bar| (bar.place, bar.row)).collect();
        assert_eq!(rows, [(2, 2), (3, 1), (4, 0)]);
        assert_eq!(some.lanes, all.lanes);
    }

    #[test]
    fn bars_say_where_they_are_and_what_became_of_them() {
        let seen = lanes(0, 100, 22);
        let states: Vec<_> = seen.bars.iter().map(|bar| bar.state).collect();
        use OperationState::{Coming, Done, Waiting};
        assert_eq!(states, [Waiting, Done, Waiting, Coming, Coming]);
        let one = &seen.bars[1];
        assert_eq!((one.from, one.until, one.open, one.unordered), (0.1, 0.2, false, true));
        assert_eq!((one.room, seen.bars[3].room), (0.25, 1.0));
        assert_eq!(one.label, "x=c → b");
        assert_eq!((seen.bars[0].point, seen.bars[0].label.as_str()), (Some(0.15), "x=b"));
        let open = &seen.bars[2];
        assert_eq!((open.until, open.open, open.unordered), (1.0, true, false));
        assert!(open.name.contains("not answered yet"), "{}", open.name);
        assert_eq!(seen.now, 0.22);
    }

    #[test]
    fn a_window_holds_a_few_operations_and_follows_the_moment() {
        let all: Vec<Operation> = (0..100).map(|i| operation(0, i + 1, 10 * u64::from(i), None)).collect();
        let end = Time::ms(1_000);
        let (from, until) = operations_window(&all, Time::ms(500), end, 1.0);
        assert_eq!((from, until), (Time::ms(451), Time::ms(521)));
        assert_eq!(operations_window(&all, Time(0), end, 1.0), (Time(0), Time::ms(70)));
        assert_eq!(operations_window(&all, end, end, 1.0), (Time::ms(930), end));
        assert_eq!(operations_window(&all, Time::ms(500), end, 1e9), (Time(0), end));
        let (from, until) = operations_window(&all, Time::ms(500), end, 0.0);
        assert_eq!(until.0 - from.0, SHORTEST_US);
    }

    #[test]
    fn of_too_many_the_latest_are_drawn() {
        let all: Vec<Operation> = (0..1_000).map(|i| operation(i as u16 % 7, i + 1, 5, None)).collect();
        let seen = operation_lanes(&all, (Time(0), Time::ms(9)), Time::ms(9), Order::default(), Lang::Zh);
        assert_eq!((seen.bars.len(), seen.left_out), (BARS_MAX, 1_000 - BARS_MAX));
        assert_eq!(seen.bars.last().map(|bar| bar.place), Some(999));
    }
}
