//! How many messages in a row an answer took: the chain of messages, each sent because the one before it
//! had arrived, that led from the request to the answer.
//!
//! It is followed backwards through the trace. A wait for the disk is no message. The chain ends where a
//! client asked, where a timer ran out, and at what had happened before the request.

use crate::model::{NodeId, Span, Time};
use crate::sim::{Cluster, Delay, Kind, Operation, Trace};

/// No chain is followed further.
const LENGTH_MAX: u32 = 64;
/// So many events before an answer are looked through for the one that gave it.
const NEAR: u32 = 4_096;

/// The messages between nodes in a row that led to the answer; `None` where nothing shows what did.
pub(super) fn messages(run: &dyn Cluster, operation: &Operation) -> Option<u32> {
    let trace = run.trace();
    let (returned, node, _) = operation.returned?;
    let way = match run.plan().client_delay {
        Delay::Constant(us) => Span(us),
        Delay::Uniform { .. }
        | Delay::Normal { .. }
        | Delay::LogNormal { .. }
        | Delay::Pareto { .. }
        | Delay::Exponential { .. }
        | Delay::Empirical(_) => Span(0),
    };
    let replied = Time(returned.0.saturating_sub(way.0));
    let mut event = last_of(trace, node, trace.events_until(replied))?;
    let mut count = 0;
    while count < LENGTH_MAX {
        let Some(first) = trace.event(event).first() else { break };
        let before = if first.kind == Kind::Arrive {
            trace.event_of(first.link as usize)
        } else if first.kind == Kind::Written {
            let Some(before) = last_of(trace, first.node, event.saturating_sub(1)) else { break };
            before
        } else {
            break;
        };
        let sent = trace.event(before).first().map_or(Time(0), |record| record.at());
        if sent < operation.called {
            break;
        }
        // What a node sends itself is delivered at once.
        count += u32::from(first.kind == Kind::Arrive && first.peer != first.node);
        event = before;
    }
    Some(count)
}

/// The last of the first so many events in which a node acted.
fn last_of(trace: &Trace, node: NodeId, events: u32) -> Option<u32> {
    let near = events.saturating_sub(NEAR);
    (near + 1..=events).rev().find(|event| {
        trace.event(*event).first().is_some_and(|first| {
            first.node == node
                && !matches!(
                    first.kind,
                    Kind::Call | Kind::Return | Kind::Unheard | Kind::Fault | Kind::Vanish
                )
        })
    })
}
