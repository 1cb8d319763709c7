//! A read-only snapshot of one moment, in no protocol's own terms: all that a picture is made from.

use super::host::{Health, Timer};
use super::trace::Loss;
use crate::model::{Fact, Gathering, NodeId, NodeSet, Time};
use crate::quorum::Rule;

/// One moment of a run. Reused from frame to frame, so that drawing allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// When.
    pub at: Time,
    /// How many events have happened.
    pub event: u32,
    /// Every node, in order.
    pub nodes: Vec<NodeFrame>,
    /// Every message under way, in the order of their numbers.
    pub flights: Vec<Flight>,
}

/// A node at one moment.
#[derive(Clone, Debug)]
pub struct NodeFrame {
    /// Which.
    pub id: NodeId,
    /// Its weight, as it knows it.
    pub weight: u8,
    /// Who may decide as it sees it, where that is not what it was at first.
    pub rule: Option<Rule>,
    /// Whether it takes part.
    pub health: Health,
    /// A place in the protocol's roles.
    pub role: u8,
    /// Its term or ballot, packed; 0 before the first.
    pub epoch: u32,
    /// Whether it claims to lead that epoch.
    pub leads: bool,
    /// The last index that it holds anything at; 0 without a log.
    pub last: u32,
    /// Up to where it knows its log to be committed.
    pub commit: u32,
    /// The timer whose arc is drawn, with its code, if it runs.
    pub timer: Option<(u8, Timer)>,
    /// The quorum it gathers.
    pub gathering: Option<Gathering>,
    /// Whom it cannot reach.
    pub unreachable: NodeSet,
}

/// A message under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its number in the run.
    pub message: u32,
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When it set out.
    pub sent: Time,
    /// When it arrives, or is lost.
    pub arrives: Time,
    /// Why it will be lost, if it will.
    pub lost: Option<Loss>,
    /// Which message it is, and its facts; the first is its epoch.
    pub brief: Fact,
}

impl Flight {
    /// How far it has come at a moment, from 0 to 1; one that will be lost never gets to 1.
    #[must_use]
    pub fn progress(&self, at: Time) -> f32 {
        let whole = (self.arrives - self.sent).0.max(1);
        let part = ((at - self.sent).0 as f32 / whole as f32).clamp(0.0, 1.0);
        if self.lost.is_some() { part * (2.0 / 3.0) } else { part }
    }
}
