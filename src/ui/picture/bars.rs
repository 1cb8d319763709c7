//! Paints what stands still on the timeline: grid, bars, arrows and marks. Done when the run, the
//! window, the size or the colours change, not once a frame.

use super::palette::Palette;
use super::surface::Surface;
use quorate::model::{Lang, NodeId, Spec};
use quorate::sim::Trace;
use quorate::view::{Arrow, Doing, History, Ink, Lanes, Mark, Stretch, arrows, hue, names};

/// Up to so many arrows each has a head.
const HEADS_MAX: usize = 260;
/// Up to so many arrows each has its label.
const WORDS_MAX: usize = 36;
/// Marks closer together than this are one.
const MARK_ROOM: f64 = 6.0;

/// What is painted.
pub(super) struct Bars<'a> {
    pub(super) palette: &'a Palette,
    pub(super) lanes: &'a Lanes,
    pub(super) history: &'a History,
    pub(super) trace: &'a Trace,
    pub(super) spec: &'a Spec,
    pub(super) lang: Lang,
}

impl Bars<'_> {
    /// Paints everything.
    pub(super) fn paint(&self, on: &mut Surface, found: &mut Vec<Arrow>) {
        on.clear(self.lanes.width, self.lanes.height());
        // Nothing reaches over the names.
        on.pen.save();
        on.pen.begin_path();
        on.pen.rect(
            self.lanes.left - 1.0,
            0.0,
            self.lanes.width - self.lanes.left + 1.0,
            self.lanes.height(),
        );
        on.pen.clip();
        self.grid(on);
        for node in NodeId::all(self.lanes.nodes) {
            for stretch in self.history.lane(node, self.lanes.begin(), self.lanes.end()) {
                self.stretch(on, node, stretch);
            }
        }
        arrows(self.trace.records(), self.spec, self.lanes, found);
        self.arrows(on, found);
        for node in NodeId::all(self.lanes.nodes) {
            for stretch in self.history.lane(node, self.lanes.begin(), self.lanes.end()) {
                self.label(on, node, stretch);
            }
        }
        self.marks(on);
        on.pen.restore();
    }

    fn grid(&self, on: &Surface) {
        let pen = &on.pen;
        pen.set_stroke_style_str(&self.palette.line_2);
        pen.set_line_width(1.0);
        pen.begin_path();
        for tick in self.lanes.ticks() {
            let x = tick.x.round() + 0.5;
            pen.move_to(x, 0.0);
            pen.line_to(x, self.lanes.height());
        }
        pen.stroke();
    }

    /// Left and right edge of a stretch.
    fn edges(&self, stretch: &Stretch) -> (f64, f64) {
        let left = self.lanes.x(stretch.from).max(self.lanes.left - 8.0);
        let right = self.lanes.x(stretch.until).min(self.lanes.width + 8.0);
        (left, right.max(left + 1.5))
    }

    fn stretch(&self, on: &Surface, node: NodeId, stretch: &Stretch) {
        let pen = &on.pen;
        let (left, right) = self.edges(stretch);
        let (y, bar) = (self.lanes.y(node), self.lanes.bar);
        let rank = stretch.doing.rank(self.spec);
        let box_of = |height: f64| {
            pen.begin_path();
            let _ = pen.round_rect_with_f64(
                left,
                y - height / 2.0,
                right - left,
                height,
                (height / 4.5).min(4.0),
            );
            pen.fill();
        };
        match stretch.doing {
            Doing::Role { epoch, .. } if rank > 0 => {
                let ink = Ink::Hue(hue(self.spec.epoch.kind, epoch));
                pen.set_fill_style_str(&self.palette.panel);
                box_of(bar);
                pen.set_fill_style_str(self.palette.ink(ink));
                pen.set_global_alpha(if rank > 1 { 0.92 } else { 0.5 });
                box_of(bar);
                pen.set_global_alpha(1.0);
            }
            Doing::Role { .. } => {
                pen.set_fill_style_str(&self.palette.line_2);
                box_of(bar);
            }
            Doing::Paused => {
                pen.set_fill_style_str(&self.palette.down);
                box_of((bar * 0.5).max(3.0));
            }
            Doing::Crashed => {
                pen.set_fill_style_str(&self.palette.down);
                box_of((bar * 0.16).max(2.0));
            }
        }
    }

    fn label(&self, on: &Surface, node: NodeId, stretch: &Stretch) {
        let Doing::Role { role, epoch, .. } = stretch.doing else { return };
        let rank = stretch.doing.rank(self.spec);
        if rank == 0 || self.lanes.bar < 11.0 {
            return;
        }
        let (left, right) = self.edges(stretch);
        let left = left.max(self.lanes.left);
        let right = right.min(self.lanes.width - self.lanes.right);
        // No label fits here, whatever it is.
        if right - left < 34.0 {
            return;
        }
        let word = self.spec.roles.get(usize::from(role)).map_or("", |word| word.name.get(self.lang));
        // Before the first epoch there is none to name.
        let long = if epoch == 0 {
            word.to_owned()
        } else {
            format!("{word} · {}", names::epoch(self.spec, epoch, self.lang))
        };
        let pen = &on.pen;
        pen.set_font(&format!("600 {}px {}", 11.0 * self.lanes.scale, self.palette.sans));
        pen.set_fill_style_str(if rank > 1 { &self.palette.panel } else { &self.palette.ink_2 });
        pen.set_text_align("left");
        pen.set_text_baseline("middle");
        for text in [long.as_str(), word] {
            let width = pen.measure_text(text).map_or(f64::MAX, |metrics| metrics.width());
            if width + 14.0 <= right - left {
                let _ = pen.fill_text(text, left + 8.0, self.lanes.y(node) + 0.5);
                return;
            }
        }
    }

    fn arrows(&self, on: &Surface, found: &[Arrow]) {
        let pen = &on.pen;
        pen.set_line_cap("butt");
        let many = found.len() > HEADS_MAX * 3;
        for (index, colour) in self.palette.inks.iter().enumerate() {
            for lost in [false, true] {
                let mut any = false;
                for arrow in found.iter().filter(|arrow| arrow.ink.index() == index && arrow.lost == lost) {
                    if !any {
                        any = true;
                        pen.set_stroke_style_str(colour);
                        pen.set_line_width(if many {
                            0.8
                        } else if arrow.ink == Ink::Grey {
                            1.0
                        } else {
                            1.3
                        });
                        pen.set_global_alpha(if lost || arrow.ink == Ink::Grey { 0.55 } else { 0.8 });
                        pen.begin_path();
                    }
                    self.arrow(on, arrow, found.len() <= HEADS_MAX);
                }
                if any {
                    pen.stroke();
                }
            }
        }
        self.crosses(on, found);
        pen.set_global_alpha(1.0);
        if found.len() <= WORDS_MAX && self.lanes.pitch >= 26.0 {
            self.words(on, found);
        }
    }

    /// Where an arrow begins and ends.
    fn ends(&self, arrow: &Arrow) -> ((f64, f64), (f64, f64)) {
        let down = if arrow.to > arrow.from { 1.0 } else { -1.0 };
        let half = self.lanes.bar / 2.0 * down;
        let start = (self.lanes.x(arrow.sent), self.lanes.y(arrow.from) + half);
        let end = (self.lanes.x(arrow.ended), self.lanes.y(arrow.to) - half);
        if !arrow.lost {
            return (start, end);
        }
        // What is lost stops on its way.
        (start, (end.0, start.1 + (end.1 - start.1) * 0.62))
    }

    fn arrow(&self, on: &Surface, arrow: &Arrow, head: bool) {
        let pen = &on.pen;
        let (start, end) = self.ends(arrow);
        pen.move_to(start.0, start.1);
        pen.line_to(end.0, end.1);
        if head && !arrow.lost {
            let (dx, dy) = (end.0 - start.0, end.1 - start.1);
            let length = dx.hypot(dy).max(1.0);
            let (ux, uy) = (dx / length * 4.5, dy / length * 4.5);
            pen.move_to(end.0 - ux - uy * 0.5, end.1 - uy + ux * 0.5);
            pen.line_to(end.0, end.1);
            pen.line_to(end.0 - ux + uy * 0.5, end.1 - uy - ux * 0.5);
        }
    }

    fn crosses(&self, on: &Surface, found: &[Arrow]) {
        if !found.iter().any(|arrow| arrow.lost) {
            return;
        }
        let pen = &on.pen;
        pen.set_stroke_style_str(&self.palette.bad);
        pen.set_line_width(1.3);
        pen.set_global_alpha(0.8);
        pen.begin_path();
        for arrow in found.iter().filter(|arrow| arrow.lost) {
            let (_, (x, y)) = self.ends(arrow);
            pen.move_to(x - 2.5, y - 2.5);
            pen.line_to(x + 2.5, y + 2.5);
            pen.move_to(x + 2.5, y - 2.5);
            pen.line_to(x - 2.5, y + 2.5);
        }
        pen.stroke();
    }

    /// The names of messages, where they are few and the lanes wide.
    fn words(&self, on: &Surface, found: &[Arrow]) {
        let pen = &on.pen;
        pen.set_font(&format!("600 {}px {}", 9.5 * self.lanes.scale, self.palette.sans));
        pen.set_text_align("left");
        pen.set_text_baseline("middle");
        pen.set_line_width(3.0);
        pen.set_line_join("round");
        pen.set_stroke_style_str(&self.palette.panel);
        // From left to right and how high: no word lies on another.
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        let high = 13.0 * self.lanes.scale;
        for arrow in found.iter().filter(|arrow| arrow.ink != Ink::Grey) {
            let (start, end) = self.ends(arrow);
            if (end.0 - start.0).abs() < 34.0 {
                continue;
            }
            let text =
                self.spec.messages.get(usize::from(arrow.code)).map_or("", |word| word.label.get(self.lang));
            let (x, y) = (start.0 + (end.0 - start.0) * 0.28 + 5.0, start.1 + (end.1 - start.1) * 0.28);
            let until = x + pen.measure_text(text).map_or(0.0, |metrics| metrics.width());
            let covered =
                taken.iter().any(|(from, to, at)| x < *to && *from < until && (y - at).abs() < high);
            if covered || self.is_labelled(x, until, y) {
                continue;
            }
            taken.push((x, until, y));
            pen.set_fill_style_str(self.palette.ink(arrow.ink));
            let _ = pen.stroke_text(text, x, y);
            let _ = pen.fill_text(text, x, y);
        }
    }

    /// Whether a bar with a role's name may lie at a height, from left to right.
    fn is_labelled(&self, from: f64, until: f64, y: f64) -> bool {
        let near = (self.lanes.bar + 10.0 * self.lanes.scale) / 2.0;
        let node = self.lanes.node(y).filter(|node| (y - self.lanes.y(*node)).abs() < near);
        let stretches =
            node.map(|node| self.history.lane(node, self.lanes.time(from), self.lanes.time(until)));
        stretches.is_some_and(|stretches| stretches.iter().any(|stretch| stretch.doing.rank(self.spec) > 0))
    }

    /// A green triangle where a slot is decided first.
    fn marks(&self, on: &Surface) {
        let pen = &on.pen;
        pen.set_fill_style_str(&self.palette.good);
        pen.begin_path();
        let mut last = vec![f64::MIN; self.lanes.nodes];
        for mark in self.history.decided(self.lanes.begin(), self.lanes.end()) {
            let (x, y) = mark_at(self.lanes, mark);
            let Some(last) = last.get_mut(mark.node.index()) else { continue };
            if x - *last < MARK_ROOM {
                continue;
            }
            *last = x;
            let size = (self.lanes.pitch / 8.0).clamp(2.5, 4.5);
            pen.move_to(x, y);
            pen.line_to(x + size, y - size * 1.5);
            pen.line_to(x - size, y - size * 1.5);
            pen.close_path();
        }
        pen.fill();
    }
}

/// Where the point of a decision's mark is.
pub(super) fn mark_at(lanes: &Lanes, mark: &Mark) -> (f64, f64) {
    (lanes.x(mark.at), lanes.y(mark.node) - lanes.bar / 2.0 - 0.5)
}
