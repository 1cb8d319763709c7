//! What is written at a node, fitted into the room there is: beside it, or below it where all is small.

use super::{Ring, Seat};

/// Where a node's words are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its first line's base.
    pub x: f64,
    /// Its first line's base.
    pub y: f64,
    /// `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// From one line to the next.
    pub line: f64,
}

impl Place {
    /// The place at a seat; who gathers a quorum has a ring around.
    pub(super) fn at(ring: &Ring, seat: &Seat, gathers: bool) -> Self {
        let line = 16.0 * ring.scale;
        let out = if gathers { 24.0 } else { 18.0 };
        if ring.compact {
            let below = seat.y + seat.r + if gathers { 15.0 + line } else { 5.0 + line };
            return Self { x: seat.x, y: below, anchor: "middle", line };
        }
        let off = seat.x - ring.middle.0;
        if off.abs() <= 10.0 {
            // Above the middle or below it: beside the node, where no message comes in.
            let y = if seat.y < ring.middle.1 { seat.y - 6.0 } else { seat.y + 10.0 };
            return Self { x: seat.x + seat.r + out, y, anchor: "start", line };
        }
        let (side, anchor) = if off > 0.0 { (1.0, "start") } else { (-1.0, "end") };
        Self { x: seat.x + side * (seat.r + out), y: seat.y + 2.0, anchor, line }
    }

    /// How wide a line may be: up to the picture's edge, or to the next node on the way there.
    fn room(&self, ring: &Ring, line: usize) -> f64 {
        let side = if self.anchor == "end" { -1.0 } else { 1.0 };
        let edge = if side < 0.0 { self.x } else { ring.width - self.x };
        let middle = self.y + self.line * (line as f64 - 0.25);
        let gap = |seat: &Seat| {
            // As far as the circle reaches at that height, and a little.
            let (reach, off) = (seat.r + 3.0, seat.y - middle);
            let chord = (reach * reach - off * off).max(0.0).sqrt();
            (chord > 0.0).then_some((seat.x - self.x) * side - chord - 2.0)
        };
        let gaps = ring.seats.iter().filter_map(gap).filter(|gap| *gap > 0.0);
        gaps.fold(edge - 6.0, f64::min)
    }

    /// A text in as few lines as its room needs, the first of them so many below the role: divided where
    /// its parts meet (` · `), and cut short where a part alone is too long.
    pub(super) fn fitted(&self, text: &str, letters: Letters, ring: &Ring, below: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for part in text.split(BETWEEN).filter(|part| !part.is_empty()) {
            let room = |line: usize| self.room(ring, below + line);
            if let Some(last) = lines.last() {
                let both = format!("{last}{BETWEEN}{part}");
                if letters.width(&both, ring.scale) <= room(lines.len() - 1) {
                    lines.pop();
                    lines.push(both);
                    continue;
                }
            }
            lines.push(letters.cut(part, room(lines.len()), ring.scale));
        }
        lines
    }

    /// Moved so that a line of a width below its node lies in the picture.
    pub(super) fn within(self, ring: &Ring, width: f64) -> Self {
        let half = width / 2.0 + 2.0;
        Self { x: self.x.clamp(half, (ring.width - half).max(half)), ..self }
    }

    /// The box of a first line of a width below its node: from left to right and from top to bottom.
    pub(super) fn span(&self, width: f64) -> [f64; 4] {
        let half = width / 2.0;
        [self.x - half, self.x + half, self.y - 0.6 * self.line, self.y + 0.15 * self.line]
    }
}

/// What parts of a line stand between.
const BETWEEN: &str = " · ";

/// Letters by how wide they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Letters {
    /// Of a role.
    Bold,
    /// Of what is said below it.
    Plain,
    /// Of what a node holds.
    Mono,
}

impl Letters {
    pub(super) fn width(self, text: &str, scale: f64) -> f64 {
        let latin = match self {
            Self::Bold => 7.4,
            Self::Plain => 6.0,
            Self::Mono => 6.7,
        };
        text.chars().map(|letter| if letter < '\u{2e80}' { latin } else { 11.7 }).sum::<f64>() * scale
    }

    /// As much of a text as fits, and a sign that there is more.
    fn cut(self, text: &str, room: f64, scale: f64) -> String {
        // A letter that touches the next node is still read.
        if self.width(text, scale) <= room + 6.0 {
            return text.to_owned();
        }
        let mut out = String::new();
        for letter in text.chars() {
            out.push(letter);
            if self.width(&out, scale) + self.width("…", scale) > room {
                out.pop();
                break;
            }
        }
        out.truncate(out.trim_end().len());
        out.push('…');
        out
    }
}

/// Whether a box lies on another one.
pub(super) fn covers(one: &[f64; 4], other: &[f64; 4]) -> bool {
    one[0] < other[1] && other[0] < one[1] && one[2] < other[3] && other[2] < one[3]
}

/// Whether a box lies on a node.
pub(super) fn covers_seat(one: &[f64; 4], seat: &Seat) -> bool {
    let (x, y) = (seat.x.clamp(one[0], one[1]), seat.y.clamp(one[2], one[3]));
    (seat.x - x).hypot(seat.y - y) < seat.r
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Inset;

    #[test]
    fn labels_stand_outside_on_their_side() {
        let ring = Ring::new(792.0, 580.0, &[1; 5], Inset { top: 84.0, bottom: 44.0, ..Inset::default() });
        let anchors: Vec<_> = ring.seats.iter().map(|seat| Place::at(&ring, seat, false).anchor).collect();
        assert_eq!(anchors, ["start", "start", "start", "end", "end"]);
        let ring = Ring::new(390.0, 440.0, &[1; 5], Inset::default());
        assert_eq!(Place::at(&ring, &ring.seats[0], true).anchor, "middle");
    }

    #[test]
    fn a_line_ends_at_the_edge_and_at_the_next_node() {
        let seat = |x, y| Seat { x, y, r: 30.0 };
        let ring = Ring {
            width: 400.0,
            height: 300.0,
            scale: 1.0,
            seats: vec![seat(100.0, 50.0), seat(250.0, 84.0), seat(100.0, 220.0)],
            ..Ring::default()
        };
        let place = |y| Place { x: 150.0, y, anchor: "start", line: 16.0 };
        let fitted = |y, text| place(y).fitted(text, Letters::Plain, &ring, 1);
        assert_eq!(fitted(210.0, "term 3 · voted for S1"), ["term 3 · voted for S1"]);
        // 62 px up to the node at the right.
        assert_eq!(fitted(60.0, "term 3 · voted for S1"), ["term 3", "voted for…"]);
        assert_eq!(fitted(60.0, ""), [""; 0]);
        let left = Place { x: 70.0, y: 210.0, anchor: "end", line: 16.0 };
        assert_eq!(left.fitted("事务 2.S2 已提交", Letters::Plain, &ring, 1), ["事务 2.S2…"]);
    }

    #[test]
    fn boxes_meet_nodes_and_each_other() {
        let seat = Seat { x: 50.0, y: 50.0, r: 20.0 };
        assert!(covers_seat(&[60.0, 90.0, 45.0, 55.0], &seat));
        assert!(!covers_seat(&[66.0, 90.0, 66.0, 80.0], &seat), "beside the circle's corner");
        assert!(covers(&[0.0, 10.0, 0.0, 10.0], &[9.0, 20.0, 5.0, 6.0]));
        assert!(!covers(&[0.0, 10.0, 0.0, 10.0], &[11.0, 20.0, 5.0, 6.0]));
    }
}
