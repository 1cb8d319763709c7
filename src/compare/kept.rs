//! What was acknowledged and is gone.
//!
//! A write that was acknowledged is *kept* where at the end a node that is up has it, or has something in
//! its place that was written later or at the same time. A log keeps what is in it, and what it has
//! compacted away is in its snapshot; an acceptor keeps what it has accepted; of what holds registers the
//! values say which write they are of, as each value is written once.

use crate::model::{Arg, ArgKind, NodeId, Op, Outcome, RequestId, Value};
use crate::sim::{Cluster, Kind, Operation};
use std::collections::BTreeSet;

/// What all nodes that are up hold.
#[derive(Default)]
struct Holdings {
    requests: BTreeSet<RequestId>,
    values: BTreeSet<Value>,
    /// Whether any of them shows anything at all that a write could be in.
    shown: bool,
}

/// The places of the writes that were acknowledged and are gone; `None` where the protocol does not show
/// where it would keep them.
pub(super) fn lost(run: &dyn Cluster) -> Option<Vec<u32>> {
    let held = holdings(run);
    if !held.shown {
        return None;
    }
    let operations = run.history().operations();
    // The writes that a value held is of.
    let present: Vec<&Operation> = operations
        .iter()
        .filter(|one| written(one).is_some_and(|value| held.values.contains(&value)))
        .collect();
    let is_kept = |write: &Operation| {
        held.requests.contains(&write.command.request)
            || present.iter().any(|other| {
                // What nobody knows the end of may have happened at any time since.
                let earlier = other
                    .returned
                    .is_some_and(|(at, _, outcome)| at < write.called && outcome != Outcome::Unknown);
                other.command.op.key() == write.command.op.key() && !earlier
            })
    };
    let acknowledged = operations
        .iter()
        .enumerate()
        .filter(|(_, one)| written(one).is_some() && matches!(one.returned, Some((_, _, Outcome::Done))));
    Some(acknowledged.filter(|(_, one)| !is_kept(one)).map(|(place, _)| place as u32).collect())
}

/// The value that an operation on a register writes.
fn written(operation: &Operation) -> Option<Value> {
    match operation.command.op {
        Op::Write { value, .. } | Op::Cas { value, .. } | Op::Pair { value, .. } => Some(value),
        Op::Noop
        | Op::Read { .. }
        | Op::ReadAt { .. }
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Reweigh { .. }
        | Op::Clock { .. }
        | Op::End { .. }
        | Op::Tree(_) => None,
    }
}

fn holdings(run: &dyn Cluster) -> Holdings {
    let mut held = Holdings::default();
    let mut compacted = 0;
    let mut decided = run.trace().records().iter().filter(|record| record.kind == Kind::Decide);
    let once = decided.all(|record| record.link == 0);
    let mut cells = Vec::new();
    for node in NodeId::all(run.rule().nodes()) {
        let Some(seen) = run.inspect_last(node) else { continue };
        if let Some(log) = seen.log {
            held.shown = true;
            compacted = compacted.max(log.first_index() - 1);
            held.requests.extend(log.iter_from(log.first_index()).map(|entry| entry.command.request));
        }
        // Where there are several decisions, a node shows the last one only.
        let one = seen.decided.iter().chain(seen.accepted.as_ref().map(|(_, command)| command));
        for command in one.filter(|_| once) {
            held.shown = true;
            held.requests.insert(command.request);
        }
        run.cells_last(node, &mut cells);
        for cell in
            cells.iter().filter(|cell| matches!(cell.name, Arg::Key(_) | Arg::Packed(ArgKind::Key, _)))
        {
            held.shown = true;
            if let Arg::Packed(ArgKind::Value, value) = cell.value
                && value != u32::MAX
            {
                held.values.insert(Value(value));
            } else if let Arg::Op(op) = cell.value {
                held.values.extend(op.value());
            }
        }
    }
    let decided = run.trace().records().iter().filter(|record| record.kind == Kind::Decide);
    let in_snapshot = decided.filter(|record| record.link <= compacted);
    held.requests.extend(in_snapshot.map(|record| record.command().request));
    held
}
