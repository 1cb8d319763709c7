//! What breaks when, as data: windows on a time axis that can be moved, resized and switched off,
//! and interventions on single messages and nodes.

use super::delay::Delay;
use crate::model::{NodeId, NodeSet, Op, Span, Time};

/// One failure with its window.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What breaks.
    pub kind: FaultKind,
    /// From when.
    pub from: Time,
    /// Until when; `None`: to the end.
    pub until: Option<Time>,
}

/// What can break.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// A node stops, loses what is not on disk, and starts again at the end of the window.
    Crash {
        /// Which.
        node: NodeId,
        /// Whether it loses its disk too.
        amnesia: bool,
    },
    /// A node stands still, keeps everything, and then handles what has come in meanwhile.
    Pause {
        /// Which.
        node: NodeId,
    },
    /// The cluster falls into groups that do not hear each other; nodes in no group are together.
    Partition {
        /// The groups.
        groups: Vec<NodeSet>,
    },
    /// Messages of some nodes to some others are lost, one way.
    Cut {
        /// Whose.
        from: NodeSet,
        /// To whom.
        to: NodeSet,
    },
    /// Messages of some nodes to some others take longer.
    Slow {
        /// Whose.
        from: NodeSet,
        /// To whom.
        to: NodeSet,
        /// By how much.
        extra: Delay,
    },
    /// All links lose messages.
    Loss {
        /// How many, in parts per million.
        ppm: u32,
    },
    /// The clocks of some nodes jump, and back at the end of the window.
    Jump {
        /// Whose.
        nodes: NodeSet,
        /// How far ahead, in ms; below 0: back.
        by_ms: i32,
    },
}

/// Something done by hand to one message or one node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Intervention {
    /// A message in flight is lost; on a FIFO link it breaks the connection.
    Drop {
        /// Its number in the run.
        message: u32,
        /// When.
        at: Time,
    },
    /// A message is delivered at that moment instead of its own, even where the network would lose
    /// it; only a receiver that is down loses it. On a FIFO link it does not overtake those before it.
    Deliver {
        /// Its number in the run.
        message: u32,
        /// When.
        at: Time,
    },
    /// A message takes longer; on a FIFO link, so does what is behind it.
    Delay {
        /// Its number in the run.
        message: u32,
        /// By how much.
        by: Span,
    },
    /// A message arrives twice; on a FIFO link, both times before what is behind it.
    Duplicate {
        /// Its number in the run.
        message: u32,
        /// By how much the second comes later.
        by: Span,
    },
    /// A node's timer runs out now.
    Timeout {
        /// Whose.
        node: NodeId,
        /// Which, by its code.
        timer: u8,
        /// When.
        at: Time,
    },
    /// A client asks a node for something.
    Propose {
        /// Whom.
        node: NodeId,
        /// For what.
        op: Op,
        /// When.
        at: Time,
    },
}

/// What the windows that are open now do to the links and nodes, worked out anew when one opens or
/// closes.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// Which windows are open, by their place in the list.
    open: Vec<u16>,
    /// Per sender: whom it cannot reach.
    unreachable: Vec<NodeSet>,
    /// The open windows that slow links, by their place in the list.
    slow: Vec<u16>,
    /// Extra loss on every link.
    loss_ppm: u32,
}

impl Weather {
    /// Fair weather over some nodes.
    #[must_use]
    pub fn new(nodes: usize) -> Self {
        Self { unreachable: vec![NodeSet::EMPTY; nodes], ..Self::default() }
    }

    /// A window opens or closes.
    pub fn turn(&mut self, faults: &[Fault], which: u16, opens: bool) {
        if opens {
            self.open.push(which);
        } else {
            self.open.retain(|open| *open != which);
        }
        let nodes = self.unreachable.len();
        let everyone = NodeSet::full(nodes);
        self.unreachable.fill(NodeSet::EMPTY);
        self.slow.clear();
        self.loss_ppm = 0;
        for open in &self.open {
            match &faults[usize::from(*open)].kind {
                FaultKind::Partition { groups } => {
                    let grouped = groups.iter().fold(NodeSet::EMPTY, |all, group| all.or(*group));
                    let rest = everyone.minus(grouped);
                    for group in groups.iter().chain([&rest]) {
                        for node in group.iter().filter(|node| node.index() < nodes) {
                            let lost = &mut self.unreachable[node.index()];
                            *lost = lost.or(everyone.minus(*group));
                        }
                    }
                }
                FaultKind::Cut { from, to } => {
                    for node in from.iter().filter(|node| node.index() < nodes) {
                        let lost = &mut self.unreachable[node.index()];
                        *lost = lost.or(*to);
                    }
                }
                FaultKind::Slow { .. } => self.slow.push(*open),
                FaultKind::Loss { ppm } => self.loss_ppm = self.loss_ppm.saturating_add(*ppm).min(1_000_000),
                FaultKind::Crash { .. } | FaultKind::Pause { .. } | FaultKind::Jump { .. } => {}
            }
        }
    }

    /// Whether a message between these two is lost now.
    #[must_use]
    pub fn cuts(&self, from: NodeId, to: NodeId) -> bool {
        from != to && self.unreachable[from.index()].contains(to)
    }

    /// Whom a node cannot reach now.
    #[must_use]
    pub fn unreachable(&self, from: NodeId) -> NodeSet {
        self.unreachable[from.index()].minus(NodeSet::only(from))
    }

    /// The extra loss on every link, in parts per million.
    #[must_use]
    pub const fn loss_ppm(&self) -> u32 {
        self.loss_ppm
    }

    /// The laws of the extra delays on a link.
    pub fn extra<'a>(
        &'a self,
        faults: &'a [Fault],
        from: NodeId,
        to: NodeId,
    ) -> impl Iterator<Item = &'a Delay> {
        self.slow.iter().filter_map(move |which| {
            let FaultKind::Slow { from: senders, to: receivers, extra } = &faults[usize::from(*which)].kind
            else {
                return None;
            };
            (senders.contains(from) && receivers.contains(to)).then_some(extra)
        })
    }

    /// How many open windows (of crashes or of pauses) hold a node down.
    #[must_use]
    pub fn holds(&self, faults: &[Fault], node: NodeId, crash: bool) -> bool {
        self.open.iter().any(|which| match faults[usize::from(*which)].kind {
            FaultKind::Crash { node: down, .. } => crash && down == node,
            FaultKind::Pause { node: still } => !crash && still == node,
            FaultKind::Partition { .. }
            | FaultKind::Cut { .. }
            | FaultKind::Slow { .. }
            | FaultKind::Loss { .. }
            | FaultKind::Jump { .. } => false,
        })
    }
}
