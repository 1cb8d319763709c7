//! What the nodes hold beside their logs: a table with a row for each thing and a column for each node.

use crate::model::{Arg, ArgKind, Cell, CellState, Lang, NodeId, Text, shown};
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

impl HeldGroup {
    /// Whether it is read better with a row for each node: with a column for each it would be wider than so
    /// many letters, and wider than the other way round.
    #[must_use]
    pub fn stands(&self, letters: usize) -> bool {
        // What is between two columns is as wide as two letters.
        let column = |letters: usize| letters.max(2) + 2;
        let nodes = self.rows.first().map_or(0, |row| row.nodes.len());
        let node =
            |place: usize| self.rows.iter().filter_map(move |row| row.nodes.get(place)).map(Held::letters);
        let named = |row: &HeldRow| {
            let held = row.nodes.iter().map(Held::letters).max().unwrap_or(0);
            column(held.max(row.name.chars().count()))
        };
        let names = self.rows.iter().map(|row| row.name.chars().count());
        let title = self.title.en.chars().count();
        let lying = column(names.max().unwrap_or(0).max(title))
            + (0..nodes).map(|place| column(node(place).max().unwrap_or(0))).sum::<usize>();
        let standing = column(title) + self.rows.iter().map(named).sum::<usize>();
        lying > letters && standing < lying
    }
}

impl Held {
    fn letters(&self) -> usize {
        let version = |cell: &HeldCell| cell.version.as_ref().map_or(0, |version| version.chars().count());
        self.cells.iter().map(|cell| cell.value.chars().count() + version(cell)).sum()
    }
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
        // A number that moves over time is drawn as a line.
        let drawn = run.inspect(node).level.is_some();
        let is_number = |cell: &&Cell| matches!(cell.value, Arg::Packed(ArgKind::Milli, _));
        for cell in cells.iter().filter(|cell| !(drawn && is_number(cell))) {
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
    fn a_table_stands_where_it_would_be_too_wide_lying() {
        let group = |rows: usize, nodes: usize, value: &str| {
            let cell = HeldCell {
                value: value.to_owned(),
                version: Some("1".to_owned()),
                state: CellState::Settled,
            };
            let held = Held { cells: vec![cell], differs: false };
            let row = |row: usize| HeldRow { name: format!("k{row}"), nodes: vec![held.clone(); nodes] };
            HeldGroup { title: GROUP, rows: (0..rows).map(row).collect() }
        };
        assert!(!group(1, 5, "a").stands(44), "there is room");
        assert!(group(2, 5, "committed").stands(44));
        assert!(!group(9, 5, "committed").stands(44), "standing it would be wider still");
        assert!(!HeldGroup { title: GROUP, rows: Vec::new() }.stands(44));
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
