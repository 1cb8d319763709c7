//! A path as a player needs it: which message each choice is about.

use super::choice::{Choice, Kind, unpack};
use super::{Bounded, REQUESTS};
use crate::explore::system::Action;
use crate::model::NodeId;

impl Bounded {
    /// The choices along a path from the start, with messages numbered in the order of sending; `None`
    /// where it cannot go so.
    pub(super) fn choose(&mut self, actions: &[Action]) -> Option<Vec<Choice>> {
        let (mut now, sent) = self.begin()?;
        // Every message in flight: its number in the order of sending, and in the pool.
        let mut flying: Vec<(u32, u32)> = Vec::new();
        let mut count = 0;
        let mut set_out = |sent: &[Option<u32>], flying: &mut Vec<(u32, u32)>| {
            for message in sent {
                count += 1;
                flying.extend(message.map(|message| (count, message)));
            }
        };
        set_out(&sent, &mut flying);
        let mut list = Vec::new();
        for action in actions {
            let (kind, node, which) = unpack(*action);
            if !self.choices(&now).contains(&(kind, node, which)) {
                return None;
            }
            let node_id = NodeId::at(node);
            let message = flying.iter().position(|(_, message)| *message == which);
            list.push(match kind {
                Kind::Deliver | Kind::Lose | Kind::Duplicate => {
                    let place = message?;
                    let (from, to, brief) = self.replicas.envelope(which);
                    let message = flying[place].0;
                    if kind == Kind::Duplicate {
                        flying.insert(place, (message, which));
                        Choice::Duplicate { message, from, to, brief }
                    } else {
                        flying.remove(place);
                        if kind == Kind::Lose {
                            Choice::Lose { message, from, to, brief }
                        } else {
                            Choice::Deliver { message, from, to, brief }
                        }
                    }
                }
                Kind::Timeout => Choice::Timeout { node: node_id, timer: which as u8 },
                Kind::Crash => Choice::Crash { node: node_id },
                Kind::Restart => Choice::Restart { node: node_id },
                Kind::Request => {
                    Choice::Request { node: node_id, op: self.requested[usize::from(now.used[REQUESTS])].op }
                }
            });
            let (next, outcome) = self.take(&now, kind, node, which)?;
            set_out(&outcome.sent, &mut flying);
            now = next;
        }
        Some(list)
    }
}
