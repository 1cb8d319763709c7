//! Where faults are on the lanes: boxes over the lanes that they concern.

use super::{Lanes, names};
use crate::model::{Lang, NodeId, NodeSet, Time};
use crate::sim::{Fault, FaultKind};

/// A box of a fault's window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pane {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A fault as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowMark {
    /// Its place in the scenario's list; also its key.
    pub place: usize,
    /// Class names: `pic-fault`, its kind, `off` where it is switched off.
    pub class: String,
    /// One box for each run of lanes that it concerns.
    pub panes: Vec<Pane>,
    /// Whether it lies over a lane's bar rather than around lanes.
    pub solid: bool,
    /// What is written in it.
    pub label: String,
    /// Its accessible name.
    pub name: String,
    /// Whether it lasts to the end of the run: it has no right edge.
    pub endless: bool,
}

/// The faults of a scenario (each with whether it is switched on), over lanes.
#[must_use]
pub fn windows<'a>(
    faults: impl IntoIterator<Item = (&'a Fault, bool)>,
    lanes: &Lanes,
    end: Time,
    lang: Lang,
) -> Vec<WindowMark> {
    let marks = faults.into_iter().enumerate().map(|(place, (fault, enabled))| {
        let everyone = NodeSet::full(lanes.nodes);
        let (kind, solid, over) = match &fault.kind {
            FaultKind::Crash { node, .. } => ("crash", true, NodeSet::only(*node)),
            FaultKind::Pause { node } => ("pause", true, NodeSet::only(*node)),
            FaultKind::Partition { groups } => ("partition", false, smallest(groups)),
            FaultKind::Cut { from, .. } => ("cut", false, *from),
            FaultKind::Slow { from, .. } => ("slow", false, *from),
            FaultKind::Loss { .. } => ("loss", false, everyone),
            FaultKind::Jump { nodes, .. } => ("jump", false, *nodes),
        };
        let left = lanes.x(fault.from);
        let right = lanes.x(fault.until.unwrap_or(end).max(fault.from));
        let width = (right - left).max(3.0);
        let (above, below) =
            if solid { (lanes.bar / 2.0, lanes.bar / 2.0) } else { (grown(lanes), grown(lanes)) };
        let pane = |(first, last): (NodeId, NodeId)| Pane {
            x: left,
            y: lanes.y(first) - above,
            width,
            height: lanes.y(last) - lanes.y(first) + above + below,
        };
        WindowMark {
            place,
            class: format!("pic-fault {kind}{}", if enabled { "" } else { " off" }),
            panes: neighbours(over.and(everyone)).into_iter().map(pane).collect(),
            solid,
            label: names::fault(&fault.kind, lang),
            name: names::window(fault, enabled, lang),
            endless: fault.until.is_none(),
        }
    });
    marks.collect()
}

fn grown(lanes: &Lanes) -> f64 {
    (lanes.bar / 2.0 + 4.0).min(lanes.pitch / 2.0)
}

/// The group that is cut off: the smallest.
fn smallest(groups: &[NodeSet]) -> NodeSet {
    groups.iter().copied().min_by_key(|group| group.len()).unwrap_or_default()
}

/// Runs of lanes that lie together: first and last of each.
fn neighbours(set: NodeSet) -> Vec<(NodeId, NodeId)> {
    let mut runs: Vec<(NodeId, NodeId)> = Vec::new();
    for node in set.iter() {
        match runs.last_mut() {
            Some((_, last)) if last.0 + 1 == node.0 => *last = node,
            _ => runs.push((node, node)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(list: &[u8]) -> NodeSet {
        list.iter().map(|node| NodeId(*node)).collect()
    }

    fn marks(kind: FaultKind, until: Option<u64>) -> Vec<WindowMark> {
        let lanes = Lanes::new(1440.0, 200.0, 5, (0.0, 2e6), 1.0);
        let fault = Fault { kind, from: Time::ms(1_000), until: until.map(Time::ms) };
        windows([(&fault, true)], &lanes, Time::ms(2_000), Lang::En)
    }

    #[test]
    fn a_crash_lies_on_its_bar() {
        let lanes = Lanes::new(1440.0, 200.0, 5, (0.0, 2e6), 1.0);
        let mark = &marks(FaultKind::Crash { node: NodeId(2), amnesia: false }, Some(1_500))[0];
        assert_eq!(
            (mark.class.as_str(), mark.label.as_str(), mark.solid),
            ("pic-fault crash", "crash", true)
        );
        assert_eq!(mark.name, "Crash of S3 from 1000 to 1500 ms");
        let pane = mark.panes[0];
        assert_eq!((pane.x, pane.x + pane.width), (lanes.x(Time::ms(1_000)), lanes.x(Time::ms(1_500))));
        assert!(pane.y < lanes.y(NodeId(2)) && pane.y + pane.height > lanes.y(NodeId(2)));
        assert!(pane.height < lanes.pitch);
    }

    #[test]
    fn a_partition_surrounds_each_run_of_lanes_of_its_smallest_group() {
        let groups = vec![set(&[1, 2, 3, 4]), set(&[0])];
        assert_eq!(marks(FaultKind::Partition { groups }, None)[0].panes.len(), 1);
        let mark = &marks(FaultKind::Partition { groups: vec![set(&[0, 3, 4])] }, None)[0];
        assert_eq!(mark.panes.len(), 2);
        assert!(mark.endless && !mark.solid);
        assert!(mark.panes[1].height > mark.panes[0].height);
        let loss = &marks(FaultKind::Loss { ppm: 200_000 }, None)[0];
        assert_eq!((loss.panes.len(), loss.label.as_str()), (1, "loss 20 %"));
    }
}
