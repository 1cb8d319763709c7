//! What the messages of one epoch come to in a run: for protocols whose epochs are transactions or
//! decisions, what one of them costs.

use super::trace::{Kind, Record, Trace};
use crate::model::{Spec, Tone};

/// What one epoch has cost until the last node that decided in it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The epoch: the first fact of its messages.
    pub epoch: u32,
    /// The longest chain of messages between different nodes, one sent because another had arrived.
    pub delays: u32,
    /// Messages between different nodes, but for routine ones (acknowledgements, heartbeats).
    pub messages: u32,
    /// Writes to disk that a message waited for; `None` where disks take no time, which leaves no trace.
    pub writes: Option<u32>,
}

/// What an epoch has cost up to a place in the trace, if some node has decided the slot; `slot` is that of
/// the epoch's decision.
#[must_use]
pub fn spent(trace: &Trace, upto: usize, spec: &Spec, nodes: usize, epoch: u32, slot: u32) -> Option<Spent> {
    let records = &trace.records()[..upto.min(trace.records().len())];
    let last = records.iter().rposition(|record| record.kind == Kind::Decide && record.link == slot)?;
    let tone = |record: &Record| spec.messages.get(usize::from(record.code)).map(|word| word.tone);
    // A node has stood so many messages deep since it first had a part in it.
    let mut depth = vec![0; nodes];
    let mut sent: Vec<(u32, u32)> = Vec::new();
    let (mut delays, mut messages, mut writes) = (0, 0, 0);
    let mut slow = false;
    // The event in which a write was finished: what is sent in it had waited for that write.
    let mut written = None;
    for (place, record) in records[..=last].iter().enumerate() {
        let node = record.node.index();
        let ours = |record: &Record| record.args[0] == epoch && tone(record) != Some(Tone::Routine);
        match record.kind {
            Kind::Send if ours(record) => {
                let far = u32::from(record.peer != record.node);
                messages += far;
                sent.push((place as u32, depth.get(node).copied().unwrap_or(0) + far));
                if written.is_some() && written == Some(trace.event_of(place)) {
                    writes += 1;
                    written = None;
                }
            }
            Kind::Arrive => {
                let by = sent.iter().find(|(place, _)| *place == record.link);
                if let (Some((_, deep)), Some(depth)) = (by, depth.get_mut(node)) {
                    *depth = (*depth).max(*deep);
                }
            }
            Kind::Decide if record.link == slot => {
                delays = delays.max(depth.get(node).copied().unwrap_or(0));
            }
            Kind::Written => {
                slow = true;
                written = Some(trace.event_of(place));
            }
            Kind::Send
            | Kind::Vanish
            | Kind::Timer
            | Kind::Boot
            | Kind::Call
            | Kind::Return
            | Kind::Because
            | Kind::Role
            | Kind::Decide
            | Kind::Crash
            | Kind::Pause
            | Kind::Resume
            | Kind::Level
            | Kind::Change
            | Kind::Fault
            | Kind::Unheard
            | Kind::Hand => {}
        }
    }
    Some(Spent { epoch, delays, messages, writes: slow.then_some(writes) })
}
