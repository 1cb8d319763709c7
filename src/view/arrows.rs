//! The messages that are drawn between lanes: as many as there is room for, heartbeats first to go.

use super::{Ink, Lanes, ink};
use crate::model::{NodeId, Span, Spec, Time};
use crate::sim::{Kind, Record};

/// No more arrows than this are drawn.
pub const ARROWS_MAX: usize = 2_400;
/// Records looked at for one picture: beyond, a window is too long for arrows anyway.
const LOOKED_AT_MAX: usize = 160_000;
/// How far behind the window an arrow may end.
const BEHIND: Span = Span::ms(400);

/// A message between two lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When it set out.
    pub sent: Time,
    /// When it arrived, or was lost.
    pub ended: Time,
    /// Whether it was lost.
    pub lost: bool,
    /// Which word of [`Spec::messages`].
    pub code: u8,
    /// Its colour.
    pub ink: Ink,
}

/// Fills `out` with the messages of the visible window of a trace, as many as there is room for.
pub fn arrows(records: &[Record], spec: &Spec, lanes: &Lanes, out: &mut Vec<Arrow>) {
    out.clear();
    let first = records.partition_point(|record| record.at() < lanes.begin());
    let last = lanes.end() + BEHIND;
    let after = records.partition_point(|record| record.at() <= last);
    let Some(window) = records.get(first..after) else { return };
    if window.len() > LOOKED_AT_MAX {
        return;
    }
    for record in window {
        let lost = match record.kind {
            Kind::Arrive if record.node != record.peer => false,
            Kind::Vanish => true,
            Kind::Arrive
            | Kind::Send
            | Kind::Timer
            | Kind::Because
            | Kind::Role
            | Kind::Decide
            | Kind::Written
            | Kind::Boot
            | Kind::Crash
            | Kind::Pause
            | Kind::Resume
            | Kind::Level
            | Kind::Fault
            | Kind::Call
            | Kind::Return
            | Kind::Unheard
            | Kind::Hand
            | Kind::Change => continue,
        };
        let Some(sent) = records.get(record.link as usize) else { continue };
        if sent.at() > lanes.end() {
            continue;
        }
        out.push(Arrow {
            from: record.peer,
            to: record.node,
            sent: sent.at(),
            ended: record.at(),
            lost,
            code: sent.code,
            ink: ink(spec, &sent.fact()),
        });
    }
    // Room is a matter of the width: a few arrows for every pixel are a grey blot. And of the lanes:
    // among many, an arrow crosses many.
    let room = ARROWS_MAX.min((lanes.span() * 1.6 * (12.0 / lanes.nodes.max(1) as f64).min(1.0)) as usize);
    if out.len() > room {
        out.retain(|arrow| arrow.ink != Ink::Grey);
    }
    if out.len() > room {
        out.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::testing::SPEC;

    /// Messages of 10 ms from S1 to S2, every so often; every third one is a heartbeat, every fourth lost.
    fn records(count: u32, every: u64) -> Vec<Record> {
        let mut out = Vec::new();
        for message in 0..count {
            let at = Time(u64::from(message) * every);
            let (from, to) = (NodeId(0), NodeId(1));
            let code = if message % 3 == 2 { 3 } else { 0 };
            let send =
                Record { peer: to, message, code, args: [2, 0, 0, 0], ..Record::new(at, Kind::Send, from) };
            let kind = if message % 4 == 3 { Kind::Vanish } else { Kind::Arrive };
            let link = out.len() as u32;
            out.push(send);
            out.push(Record { peer: from, message, link, ..Record::new(at + Span::ms(10), kind, to) });
        }
        out.sort_by_key(|record| record.at());
        out
    }

    fn found(records: &[Record], window: (f64, f64), width: f64) -> Vec<Arrow> {
        let mut out = Vec::new();
        arrows(records, &SPEC, &Lanes::new(width, 200.0, 5, window, 1.0), &mut out);
        out
    }

    #[test]
    fn the_messages_that_touch_the_window_are_drawn() {
        // 20 ms apart, so that no two overlap and links stay what they are when sorted.
        let records = records(50, 20_000);
        let all = found(&records, (0.0, 1e6), 1440.0);
        assert_eq!(all.len(), 50);
        assert_eq!(all.iter().filter(|arrow| arrow.lost).count(), 12);
        assert_eq!(all.iter().filter(|arrow| arrow.ink == Ink::Grey).count(), 16);
        let some = found(&records, (105_000.0, 205_000.0), 1440.0);
        let sent: Vec<u64> = some.iter().map(|arrow| arrow.sent.0 / 1_000).collect();
        assert_eq!(
            sent,
            [100, 120, 140, 160, 180, 200],
            "one that set out before and one that ends behind it too"
        );
    }

    #[test]
    fn where_there_is_no_room_heartbeats_go_first_and_then_all() {
        let records = records(900, 20_000);
        let few = found(&records, (0.0, 18e6), 560.0);
        assert_eq!(few.len(), 600);
        assert!(few.iter().all(|arrow| arrow.ink != Ink::Grey));
        assert!(found(&records, (0.0, 18e6), 360.0).is_empty());
    }
}
