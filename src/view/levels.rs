//! How the nodes' numbers move: a line for each node over the whole run.

use crate::model::{NodeId, Time};
use crate::sim::{Kind, Trace};

/// A line has no more points: a finer one cannot be seen.
const POINTS_MAX: usize = 400;

/// One node's number over time.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelLine {
    /// Whose.
    pub node: NodeId,
    /// When it changed, and to what, in billionths; in order.
    pub points: Vec<(Time, i64)>,
}

/// All nodes' numbers over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// A line for each node that has a number.
    pub lines: Vec<LevelLine>,
    /// The least number of all.
    pub least: i64,
    /// The greatest.
    pub most: i64,
}

impl Levels {
    /// Those of a run, as far as it is computed.
    #[must_use]
    pub fn of(trace: &Trace, nodes: usize) -> Self {
        let mut lines: Vec<LevelLine> =
            NodeId::all(nodes).map(|node| LevelLine { node, points: Vec::new() }).collect();
        for record in trace.records().iter().filter(|record| record.kind == Kind::Level) {
            if let Some(line) = lines.get_mut(record.node.index()) {
                line.points.push((record.at(), record.level()));
            }
        }
        lines.retain(|line| !line.points.is_empty());
        let all = || lines.iter().flat_map(|line| &line.points).map(|(_, level)| *level);
        let (least, most) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
        for line in &mut lines {
            let every = line.points.len().div_ceil(POINTS_MAX);
            let last = line.points.len().saturating_sub(1);
            let mut place = 0;
            // The first and the last stay, whatever is between.
            line.points.retain(|_| {
                place += 1;
                (place - 1) % every == 0 || place - 1 == last
            });
        }
        Self { lines, least, most }
    }

    /// A line in a box so wide and high, as a path of SVG: it keeps its level until it changes.
    #[must_use]
    pub fn path(&self, line: &LevelLine, end: Time, width: f64, height: f64) -> String {
        let span = (self.most as f64 - self.least as f64).max(1.0);
        let x = |at: Time| width * at.0 as f64 / end.0.max(1) as f64;
        let y = |level: i64| height * (1.0 - (level as f64 - self.least as f64) / span);
        let mut path = String::new();
        for (at, level) in &line.points {
            let step = if path.is_empty() {
                format!("M{:.1} {:.1}", x(*at), y(*level))
            } else {
                format!("H{:.1}V{:.1}", x(*at), y(*level))
            };
            path.push_str(&step);
        }
        path.push_str(&format!("H{width:.1}"));
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_level_until_it_changes() {
        let line = LevelLine { node: NodeId(1), points: vec![(Time(0), 0), (Time(50), 10)] };
        let levels = Levels { lines: vec![line.clone()], least: 0, most: 10 };
        assert_eq!(levels.path(&line, Time(100), 200.0, 50.0), "M0.0 50.0H100.0V0.0H200.0");
    }
}
