//! What a click can break, from the playhead on: the same list on the timeline and among the faults.

use super::host::Host;
use super::words;
use quorate::model::{NodeId, NodeSet, Span, Text, Time};
use quorate::session::{Action, Edit, Selection, Session};
use quorate::sim::{Delay, Fault, FaultKind, Health};

/// One kind of failure that a click adds.
#[derive(Clone, Copy)]
pub(super) struct Break {
    /// What its button says.
    pub(super) name: Text,
    /// What it does.
    pub(super) help: Text,
    /// Whether people look for it first: it stays where there is little room.
    pub(super) common: bool,
    /// The failure of a node among so many.
    kind: fn(NodeId, usize) -> FaultKind,
}

/// Every kind.
pub(super) const BREAKS: [Break; 7] = [
    Break {
        name: words::ADD_CRASH,
        help: words::CRASH_HELP,
        common: true,
        kind: |node, _| FaultKind::Crash { node, amnesia: false },
    },
    Break {
        name: words::ADD_PAUSE,
        help: words::PAUSE_HELP,
        common: false,
        kind: |node, _| FaultKind::Pause { node },
    },
    Break {
        name: words::ADD_PARTITION,
        help: words::PARTITION_HELP,
        common: true,
        kind: |node, count| FaultKind::Partition { groups: vec![minority(node, count)] },
    },
    Break {
        name: words::ADD_CUT,
        help: words::CUT_HELP,
        common: false,
        kind: |node, count| FaultKind::Cut { from: NodeSet::only(node), to: others(node, count) },
    },
    Break {
        name: words::ADD_SLOW,
        help: words::SLOW_HELP,
        common: false,
        kind: |node, count| FaultKind::Slow {
            from: NodeSet::only(node),
            to: others(node, count),
            extra: Delay::Uniform { least: 40_000, most: 80_000 },
        },
    },
    Break {
        name: words::ADD_LOSS,
        help: words::LOSS_HELP,
        common: false,
        kind: |_, _| FaultKind::Loss { ppm: 333_000 },
    },
    Break {
        name: words::ADD_JUMP,
        help: words::JUMP_HELP,
        common: false,
        kind: |node, _| FaultKind::Jump { nodes: NodeSet::only(node), by_ms: 500 },
    },
];

impl Break {
    /// Adds it for so long, to the node that is looked at or leads.
    pub(super) fn add(self, host: &Host, long: Span) {
        let fault = host.read(|session| {
            // To the next whole millisecond: so it can be read, and what has happened stays.
            let from = Time(session.frame().at.0.div_ceil(1_000) * 1_000);
            let kind = (self.kind)(target(session), session.scenario().weights.len());
            Fault { kind, from, until: Some(from + long) }
        });
        host.act(Action::Edit(Edit::AddFault(fault), None));
    }
}

/// The node that is looked at, or who leads, or the first that is up.
fn target(session: &Session) -> NodeId {
    if let Selection::Node(node) = session.selection() {
        return node;
    }
    let nodes = &session.frame().nodes;
    let up = |node: &&quorate::sim::NodeFrame| node.health == Health::Up;
    // Of several who believe that they lead, the latest does.
    let leads = nodes.iter().filter(up).filter(|node| node.leads).max_by_key(|node| node.epoch);
    leads.or_else(|| nodes.iter().find(up)).map_or(NodeId(0), |node| node.id)
}

/// A node and its neighbours: fewer than half of all.
fn minority(node: NodeId, count: usize) -> NodeSet {
    let size = ((count.max(1) - 1) / 2).max(1);
    (0..size).map(|off| NodeId::at((node.index() + off) % count.max(1))).collect()
}

fn others(node: NodeId, count: usize) -> NodeSet {
    NodeSet::full(count).minus(NodeSet::only(node))
}
