//! Paints messages and timers, once an animation frame, without making anything anew.

use super::palette::Palette;
use super::sprites::{Sprite, Sprites};
use super::surface::Surface;
use quorate::model::{Lang, NodeId, Spec};
use quorate::sim::{Flight, Frame, Health};
use quorate::view::{Curve, Ink, LINKED_MAX, Ring, ink};
use std::f64::consts::{FRAC_PI_2, TAU};

/// Up to so many messages of note each has its label.
const LABELS_MAX: usize = 120;
/// And so many where nodes are many and stand close together.
const LABELS_CLOSE_MAX: usize = 24;
/// Up to so many heartbeats each has its label.
const ROUTINE_LABELS_MAX: usize = 12;
/// Up to so many messages each has a tail.
const TAILS_MAX: usize = 360;
/// How much of its way a tail is.
const TAIL: f64 = 0.2;
/// Where on its way a lost message begins to fade.
const FADE_FROM: f64 = 0.34;
/// Where a lost message ends.
const LOST_END: f64 = 2.0 / 3.0;

/// A message as it is painted.
#[derive(Clone, Copy)]
struct Dot {
    curve: Curve,
    part: f64,
    x: f64,
    y: f64,
    ink: Ink,
    code: u8,
    lost: bool,
    chosen: bool,
}

/// What is painted with, and the buffers that are used again.
#[derive(Default)]
pub(super) struct Flights {
    dots: Vec<Dot>,
    sprites: Option<Sprites>,
}

/// How far a message is drawn to have come: half-way where motion is not wanted.
pub(super) fn part(flight: &Flight, frame: &Frame, still: bool) -> f64 {
    if still { if flight.lost.is_some() { 0.42 } else { 0.5 } } else { f64::from(flight.progress(frame.at)) }
}

/// How a picture is to be painted.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) lang: Lang,
    /// Messages stand still half-way.
    pub(super) still: bool,
    /// How large letters are.
    pub(super) scale: f64,
    /// The message that is looked at.
    pub(super) chosen: Option<u32>,
}

impl Flights {
    /// The theme has changed: labels have to be drawn anew.
    pub(super) fn forget(&mut self) {
        self.sprites = None;
    }

    /// Paints one moment.
    pub(super) fn paint(
        &mut self,
        on: &mut Surface,
        palette: &Palette,
        ring: &Ring,
        frame: &Frame,
        spec: &Spec,
        wanted: Wanted,
    ) {
        on.clear(ring.width, ring.height);
        timers(on, palette, ring, frame);
        self.place(ring, frame, spec, wanted);
        if self.dots.is_empty() {
            return;
        }
        if !self.sprites.as_ref().is_some_and(|sprites| sprites.serve(spec, wanted.lang, wanted.scale)) {
            self.sprites = Sprites::new(spec, wanted.lang, wanted.scale);
        }
        let routine = self.dots.iter().filter(|dot| dot.ink == Ink::Grey).count();
        let noted = self.dots.len() - routine;
        if self.dots.len() <= TAILS_MAX && !wanted.still {
            self.tails(on, palette);
        }
        let most = if ring.seats.len() > LINKED_MAX { LABELS_CLOSE_MAX } else { LABELS_MAX };
        let labels = |dot: &Dot| {
            let few = if dot.ink == Ink::Grey {
                routine <= ROUTINE_LABELS_MAX && noted <= LABELS_CLOSE_MAX
            } else {
                noted <= most
            };
            dot.chosen || few
        };
        self.heads(on, palette, |dot| !labels(dot) && !dot.lost);
        let Some(sprites) = &mut self.sprites else { return };
        // Heartbeats lie below what people came for.
        for grey in [true, false] {
            for dot in self.dots.iter().filter(|dot| (dot.ink == Ink::Grey) == grey) {
                if dot.lost {
                    continue;
                }
                if labels(dot) {
                    let sprite = sprites.get(spec, palette, dot.code, dot.ink);
                    sprites.draw(on, sprite, dot.x, dot.y);
                }
                if dot.chosen {
                    halo(on, palette, (dot.x, dot.y), sprites.get(spec, palette, dot.code, dot.ink));
                }
            }
        }
        for dot in self.dots.iter().filter(|dot| dot.lost) {
            let gone = ((dot.part - FADE_FROM) / (LOST_END - FADE_FROM)).clamp(0.0, 1.0);
            on.pen.set_global_alpha(1.0 - 0.75 * gone);
            let mut ahead = (7.0, 7.0);
            if labels(dot) {
                let sprite = sprites.get(spec, palette, dot.code, dot.ink);
                sprites.draw(on, sprite, dot.x, dot.y);
                ahead = (sprite.width / 2.0 + 7.0, sprite.height / 2.0 + 7.0);
            } else {
                on.pen.set_fill_style_str(palette.ink(dot.ink));
                on.pen.begin_path();
                let _ = on.pen.arc(dot.x, dot.y, 3.5, 0.0, TAU);
                on.pen.fill();
            }
            on.pen.set_global_alpha(1.0);
            if gone > 0.0 || dot.chosen {
                // In front of it, where it would have gone on: its name can still be read.
                let (x, y) = dot.curve.at(dot.part + 0.01);
                let (dx, dy) = (x - dot.x, y - dot.y);
                let length = dx.hypot(dy).max(1e-6);
                let off = (ahead.0 * length / dx.abs().max(1e-6)).min(ahead.1 * length / dy.abs().max(1e-6));
                cross(on, palette, dot.x + dx / length * off, dot.y + dy / length * off, 4.5);
            }
            if dot.chosen {
                halo(on, palette, (dot.x, dot.y), sprites.get(spec, palette, dot.code, dot.ink));
            }
        }
    }

    fn place(&mut self, ring: &Ring, frame: &Frame, spec: &Spec, wanted: Wanted) {
        self.dots.clear();
        for flight in &frame.flights {
            let Some(curve) = ring.curve(flight.from, flight.to) else { continue };
            let part = part(flight, frame, wanted.still);
            let (x, y) = curve.at(part);
            self.dots.push(Dot {
                curve,
                part,
                x,
                y,
                ink: ink(spec, &flight.brief),
                code: flight.brief.code,
                lost: flight.lost.is_some(),
                chosen: wanted.chosen == Some(flight.message),
            });
        }
    }

    /// The way behind each message, all of one colour in one stroke.
    fn tails(&self, on: &Surface, palette: &Palette) {
        let pen = &on.pen;
        pen.set_global_alpha(0.28);
        pen.set_line_cap("round");
        for (index, colour) in palette.inks.iter().enumerate() {
            let mut any = false;
            for dot in self.dots.iter().filter(|dot| dot.ink.index() == index) {
                if !any {
                    any = true;
                    pen.set_stroke_style_str(colour);
                    pen.set_line_width(if dot.ink == Ink::Grey { 2.0 } else { 3.0 });
                    pen.begin_path();
                }
                let tail = dot.curve.part((dot.part - TAIL).max(0.0), dot.part);
                pen.move_to(tail.start.0, tail.start.1);
                pen.quadratic_curve_to(tail.control.0, tail.control.1, tail.end.0, tail.end.1);
            }
            if any {
                pen.stroke();
            }
        }
        pen.set_global_alpha(1.0);
    }

    /// A point for each message without a label, all of one colour in one fill.
    fn heads(&self, on: &Surface, palette: &Palette, plain: impl Fn(&Dot) -> bool) {
        let pen = &on.pen;
        let many = self.dots.len() > TAILS_MAX;
        // Heartbeats first, and faint where there are many: below what people came for.
        let grey = Ink::Grey.index();
        let order = std::iter::once(grey).chain((0..Ink::COUNT).filter(|index| *index != grey));
        for index in order {
            let colour = &palette.inks[index];
            let faint = many && index == grey;
            let mut any = false;
            for dot in self.dots.iter().filter(|dot| dot.ink.index() == index && plain(dot)) {
                if !any {
                    any = true;
                    pen.set_fill_style_str(colour);
                    pen.begin_path();
                }
                let radius = match (many, dot.ink) {
                    (true, Ink::Grey) => 1.5,
                    (true, Ink::Hue(_) | Ink::Red) => 2.5,
                    (false, Ink::Grey) => 3.2,
                    (false, Ink::Hue(_) | Ink::Red) => 4.5,
                };
                if many {
                    pen.rect(dot.x - radius, dot.y - radius, radius * 2.0, radius * 2.0);
                } else {
                    pen.move_to(dot.x + radius, dot.y);
                    let _ = pen.arc(dot.x, dot.y, radius, 0.0, TAU);
                }
            }
            if any {
                pen.set_global_alpha(if faint { 0.55 } else { 1.0 });
                pen.fill();
            }
        }
        pen.set_global_alpha(1.0);
    }
}

/// What is left of each node's timer, as an arc around it.
fn timers(on: &Surface, palette: &Palette, ring: &Ring, frame: &Frame) {
    let pen = &on.pen;
    pen.set_stroke_style_str(&palette.ink_3);
    pen.set_global_alpha(0.5);
    pen.set_line_cap("round");
    pen.set_line_width(if ring.seats.len() > 15 { 1.5 } else { 3.0 });
    pen.begin_path();
    for (node, seat) in frame.nodes.iter().zip(&ring.seats) {
        let Some((_, timer)) = node.timer.filter(|_| node.health == Health::Up && node.gathering.is_none())
        else {
            continue;
        };
        let whole = (timer.fires_at - timer.set_at).0.max(1) as f64;
        let left = ((timer.fires_at - frame.at).0 as f64 / whole).clamp(0.0, 1.0);
        let radius = seat.r + if ring.seats.len() > 15 { 2.5 } else { 6.0 };
        pen.move_to(seat.x, seat.y - radius);
        let _ = pen.arc(seat.x, seat.y, radius, -FRAC_PI_2, TAU.mul_add(left, -FRAC_PI_2));
    }
    pen.stroke();
    pen.set_global_alpha(1.0);
}

fn cross(on: &Surface, palette: &Palette, x: f64, y: f64, half: f64) {
    let pen = &on.pen;
    pen.set_stroke_style_str(&palette.bad);
    pen.set_line_width(2.0);
    pen.begin_path();
    pen.move_to(x - half, y - half);
    pen.line_to(x + half, y + half);
    pen.move_to(x + half, y - half);
    pen.line_to(x - half, y + half);
    pen.stroke();
}

fn halo(on: &Surface, palette: &Palette, (x, y): (f64, f64), sprite: Sprite) {
    let (width, height) = (sprite.width + 7.0, sprite.height + 7.0);
    let pen = &on.pen;
    pen.set_stroke_style_str(&palette.accent);
    pen.set_line_width(2.0);
    pen.begin_path();
    let _ = pen.round_rect_with_f64(x - width / 2.0, y - height / 2.0, width, height, height / 2.0);
    pen.stroke();
}

/// Which message is at a point.
pub(super) fn message_at(ring: &Ring, frame: &Frame, still: bool, at: (f64, f64)) -> Option<u32> {
    ring.message_at(&frame.flights, |flight| part(flight, frame, still), at, 15.0)
}

/// Where a message is.
pub(super) fn place_of(ring: &Ring, frame: &Frame, still: bool, message: u32) -> Option<(f64, f64)> {
    let flight = frame.flights.iter().find(|flight| flight.message == message)?;
    ring.message(flight, part(flight, frame, still))
}

/// Where a node is, at its lower edge.
pub(super) fn below(ring: &Ring, node: NodeId) -> Option<(f64, f64)> {
    ring.seat(node).map(|seat| (seat.x, seat.y + seat.r))
}
