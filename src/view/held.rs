//! What the nodes hold beside their logs: a table with a row for each thing and a column for each node.

use crate::model::{Arg, Cell, CellState, Lang, NodeId, Text, shown};
use crate::sim::Cluster;

/// One version of one thing at one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCell {
    /// What it holds.
    pub value: String,
    /// In which version.
    pub version: Option<String>,
    /// How it stands.
    pub state: CellState,
}

/// One node's share of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Every version that the node holds; mostly one.
    pub cells: Vec<HeldCell>,
    /// Whether it is settled and not what most others hold.
    pub differs: bool,
}

/// One thing at every node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// Which.
    pub name: String,
    /// A place for each node.
    pub nodes: Vec<Held>,
}

/// Things of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldGroup {
    /// Of which.
    pub title: Text,
    /// Each of them, in the order of their names.
    pub rows: Vec<HeldRow>,
}

fn text(arg: Arg, lang: Lang) -> String {
    let mut out = String::new();
    shown(&mut out, arg, lang);
    out
}

/// `a@3`: a value and its version on one line.
pub(super) fn brief(cell: &Cell, lang: Lang) -> String {
    let mut out = text(cell.name, lang);
    out.push(' ');
    shown(&mut out, cell.value, lang);
    if let Some(version) = cell.version {
        out.push('@');
        shown(&mut out, version, lang);
    }
    out
}

/// The table of a moment: `run` stands at it. Groups stand in the order in which nodes name them.
#[must_use]
pub fn held(run: &dyn Cluster, lang: Lang) -> Vec<HeldGroup> {
    let nodes = run.rule().nodes();
    let mut cells = Vec::new();
    let mut groups: Vec<HeldGroup> = Vec::new();
    for node in NodeId::all(nodes) {
        run.cells(node, &mut cells);
        for cell in &cells {
            add(&mut groups, nodes, node, cell, lang);
        }
    }
    for row in groups.iter_mut().flat_map(|group| &mut group.rows) {
        mark(row);
    }
    for group in &mut groups {
        // `k9` before `k10`.
        group.rows.sort_by(|a, b| (a.name.chars().count(), &a.name).cmp(&(b.name.chars().count(), &b.name)));
    }
    groups
}

fn add(groups: &mut Vec<HeldGroup>, nodes: usize, node: NodeId, cell: &Cell, lang: Lang) {
    let place = groups.iter().position(|group| group.title == cell.group).unwrap_or_else(|| {
        groups.push(HeldGroup { title: cell.group, rows: Vec::new() });
        groups.len() - 1
    });
    let name = text(cell.name, lang);
    let rows = &mut groups[place].rows;
    let row = rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
        rows.push(HeldRow { name, nodes: vec![Held::default(); nodes] });
        rows.len() - 1
    });
    let version = cell.version.map(|version| text(version, lang));
    let cell = HeldCell { value: text(cell.value, lang), version, state: cell.state };
    rows[row].nodes[node.index()].cells.push(cell);
}

/// Marks what is settled and not as at most other nodes; where no content is ahead, all that is.
fn mark(row: &mut HeldRow) {
    let settled = |held: &Held| {
        !held.cells.is_empty() && held.cells.iter().all(|cell| cell.state == CellState::Settled)
    };
    let mut contents: Vec<(&[HeldCell], usize)> = Vec::new();
    for held in row.nodes.iter().filter(|held| settled(held)) {
        match contents.iter_mut().find(|(cells, _)| *cells == held.cells) {
            Some((_, count)) => *count += 1,
            None => contents.push((&held.cells, 1)),
        }
    }
    if contents.len() < 2 {
        return;
    }
    let most = contents.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let mut leaders = contents.iter().filter(|(_, count)| *count == most);
    let right = leaders.next().map(|(cells, _)| cells.to_vec());
    let right = right.filter(|_| leaders.next().is_none());
    for held in &mut row.nodes {
        held.differs = settled(held) && right.as_ref() != Some(&held.cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ArgKind;

    const GROUP: Text = Text::new("Registers", "寄存器");

    fn table(held: &[&[(u32, CellState)]]) -> Vec<HeldGroup> {
        let mut groups = Vec::new();
        for (node, values) in held.iter().enumerate() {
            for (value, state) in *values {
                let cell = Cell {
                    group: GROUP,
                    name: Arg::Word(Text::new("x", "x")),
                    value: Arg::Packed(ArgKind::Value, *value),
                    version: Some(Arg::Packed(ArgKind::Number, *value)),
                    state: *state,
                };
                add(&mut groups, held.len(), NodeId::at(node), &cell, Lang::En);
            }
        }
        groups.iter_mut().flat_map(|group| &mut group.rows).for_each(mark);
        groups
    }

    #[test]
    fn who_holds_something_else_is_marked() {
        use CellState::{Pending, Settled};
        let differs = |held: &[&[(u32, CellState)]]| -> Vec<bool> {
            table(held)[0].rows[0].nodes.iter().map(|held| held.differs).collect()
        };
        let (a, b) = ((0, Settled), (1, Settled));
        assert_eq!(differs(&[&[a], &[a], &[b]]), [false, false, true]);
        assert_eq!(differs(&[&[a], &[b], &[]]), [true, true, false], "nobody is ahead");
        assert_eq!(differs(&[&[a], &[a], &[(1, Pending)]]), [false; 3], "it may yet become the same");
        assert_eq!(differs(&[&[a, b], &[a, b], &[a]]), [false, false, true]);
    }

    #[test]
    fn a_cell_is_brief_on_the_stage() {
        let rows = table(&[&[(0, CellState::Settled)]]);
        assert_eq!(rows[0].rows[0].nodes[0].cells[0].version.as_deref(), Some("0"));
        let cell = Cell {
            group: GROUP,
            name: Arg::Word(Text::new("x", "x")),
            value: Arg::Packed(ArgKind::Value, 0),
            version: Some(Arg::Packed(ArgKind::Number, 7)),
            state: CellState::Settled,
        };
        assert_eq!(brief(&cell, Lang::En), "x a@7");
    }
}
