//! Where nodes stand and how messages go between them: an ellipse, for any size and any number.

use crate::model::NodeId;
use crate::sim::Flight;
use std::f64::consts::{FRAC_PI_2, TAU};

/// Up to so many nodes their roles are written beside them.
pub const LABELLED_MAX: usize = 11;
/// Up to so many nodes the links between them are drawn.
pub const LINKED_MAX: usize = 15;

/// From so many nodes on they stand at equal distances along the ellipse instead of equal angles.
const EVEN_FROM: usize = 13;
/// How far a message's way bends: the two ways of a link do not cover each other.
const BEND: f64 = 0.16;
/// Room beside a node for its role.
const LABEL_WIDTH: f64 = 138.0;
/// What a tally ring adds to a node's radius.
const TALLY: f64 = 18.0;

/// Room at the edges that is taken by other things, and the size of letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inset {
    /// Above.
    pub top: f64,
    /// On each side.
    pub side: f64,
    /// Below.
    pub bottom: f64,
    /// How large the page's letters are, against those of a desk's screen: nodes grow with them.
    pub scale: f64,
}

impl Default for Inset {
    fn default() -> Self {
        Self { top: 0.0, side: 0.0, bottom: 0.0, scale: 1.0 }
    }
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seat {
    /// Its centre.
    pub x: f64,
    /// Its centre.
    pub y: f64,
    /// Its radius: a node of more weight is larger.
    pub r: f64,
}

/// Every node's place in a picture of some size.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Ring {
    /// The picture's width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The middle of the ellipse.
    pub middle: (f64, f64),
    /// How large letters are.
    pub scale: f64,
    /// Whether there is no room beside the nodes: roles are written below them.
    pub compact: bool,
    /// Every node's place, in order.
    pub seats: Vec<Seat>,
}

/// The way of a message: a quadratic curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Where it begins.
    pub start: (f64, f64),
    /// What it bends towards.
    pub control: (f64, f64),
    /// Where it ends.
    pub end: (f64, f64),
}

impl Curve {
    /// The point at a part of the way, from 0 to 1.
    #[must_use]
    pub fn at(&self, u: f64) -> (f64, f64) {
        let v = 1.0 - u;
        let mix = |a: f64, b: f64, c: f64| v * v * a + 2.0 * v * u * b + u * u * c;
        (mix(self.start.0, self.control.0, self.end.0), mix(self.start.1, self.control.1, self.end.1))
    }

    /// A part of it, a curve again.
    #[must_use]
    pub fn part(&self, from: f64, until: f64) -> Self {
        let lerp = |a: (f64, f64), b: (f64, f64), u: f64| (a.0 + (b.0 - a.0) * u, a.1 + (b.1 - a.1) * u);
        let control = lerp(lerp(self.start, self.control, from), lerp(self.control, self.end, from), until);
        Self { start: self.at(from), control, end: self.at(until) }
    }
}

impl Ring {
    /// Places nodes of some weights in a picture, off its insets.
    #[must_use]
    pub fn new(width: f64, height: f64, weights: &[u8], inset: Inset) -> Self {
        let (width, height) = (width.max(60.0), height.max(60.0));
        let compact = width < 560.0 || weights.len() > LABELLED_MAX;
        let narrow = width < 560.0;
        let (base, gain) = if narrow { (21.0, 6.0) } else { (24.0, 7.0) };
        let radius = |weight: &u8| (base + gain * f64::from(*weight).sqrt()) * inset.scale;
        let mut seats: Vec<Seat> =
            unit(weights.len()).zip(weights).map(|((x, y), w)| Seat { x, y, r: radius(w) }).collect();
        let beside = if compact { 12.0 } else { (LABEL_WIDTH + 20.0) * inset.scale };
        // Smaller nodes leave a larger ellipse, and a larger one has room for larger nodes: three
        // rounds settle it.
        let most = width.min(height) * 0.11 + 8.0;
        let mut scale = seats.iter().map(|seat| most / seat.r).fold(1.0, f64::min);
        let mut middle = (width / 2.0, height / 2.0);
        let mut placed = seats.clone();
        for _ in 0..3 {
            let greatest = seats.iter().map(|seat| seat.r * scale).fold(0.0, f64::max);
            let tally = if weights.len() > LINKED_MAX { 8.0 } else { TALLY };
            let room_x = (width / 2.0 - inset.side - greatest - beside).max(20.0);
            let below = if compact && weights.len() <= LABELLED_MAX { 26.0 } else { 4.0 };
            let room_y = (height - inset.top - inset.bottom - 2.0 * (greatest + tally) - below).max(20.0);
            middle = fit(&mut placed, &seats, room_x, room_y, (width / 2.0, inset.top + greatest + tally));
            let distance = nearest(&placed);
            let fits = 0.36 * distance;
            scale = seats.iter().map(|seat| (fits.min(most) / seat.r).min(1.0)).fold(1.0, f64::min);
            placed.iter_mut().zip(&seats).for_each(|(to, from)| to.r = (from.r * scale).max(3.0));
        }
        seats = placed;
        Self { width, height, middle, scale: inset.scale, compact, seats }
    }

    /// A node's place.
    #[must_use]
    pub fn seat(&self, node: NodeId) -> Option<&Seat> {
        self.seats.get(node.index())
    }

    /// The way from one node to another, from edge to edge.
    #[must_use]
    pub fn curve(&self, from: NodeId, to: NodeId) -> Option<Curve> {
        let (a, b) = (self.seat(from)?, self.seat(to)?);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let control = ((a.x + b.x) / 2.0 + dy * BEND, (a.y + b.y) / 2.0 - dx * BEND);
        let whole = Curve { start: (a.x, a.y), control, end: (b.x, b.y) };
        let length = dx.hypot(dy).max(1.0);
        let (out, into) = ((a.r / length).min(0.4), (b.r / length).min(0.4));
        Some(whole.part(out, 1.0 - into))
    }

    /// Where a message is, at a part of its way.
    #[must_use]
    pub fn message(&self, flight: &Flight, part: f64) -> Option<(f64, f64)> {
        Some(self.curve(flight.from, flight.to)?.at(part))
    }

    /// The node at a point.
    #[must_use]
    pub fn node_at(&self, x: f64, y: f64) -> Option<NodeId> {
        let hit = |seat: &Seat| (seat.x - x).hypot(seat.y - y) <= seat.r + 4.0;
        self.seats.iter().position(hit).map(NodeId::at)
    }

    /// The message nearest to a point, no farther than `reach`. `part` says how far each has come;
    /// where several are equally near, the later one lies on top.
    pub fn message_at(
        &self,
        flights: &[Flight],
        part: impl Fn(&Flight) -> f64,
        (x, y): (f64, f64),
        reach: f64,
    ) -> Option<u32> {
        let mut found = None;
        let mut best = reach;
        for flight in flights {
            let Some((at_x, at_y)) = self.message(flight, part(flight)) else { continue };
            // Labels are wider than high.
            let distance = ((at_x - x) / 1.6).hypot(at_y - y);
            if distance <= best {
                (best, found) = (distance, Some(flight.message));
            }
        }
        found
    }
}

/// Points on the unit circle, the first on top, clockwise.
fn unit(count: usize) -> impl Iterator<Item = (f64, f64)> {
    (0..count).map(move |place| {
        let angle = place as f64 / count as f64 * TAU - FRAC_PI_2;
        (angle.cos(), angle.sin())
    })
}

/// Spreads points of the unit circle over a box: the middle of the ellipse.
fn fit(
    placed: &mut [Seat],
    unit: &[Seat],
    room_x: f64,
    room_y: f64,
    (centre, top): (f64, f64),
) -> (f64, f64) {
    let low = unit.iter().map(|seat| seat.y).fold(0.0, f64::min);
    let high = unit.iter().map(|seat| seat.y).fold(0.0, f64::max);
    let wide = unit.iter().map(|seat| seat.x.abs()).fold(0.01, f64::max);
    let (mut rx, mut ry) = (room_x / wide, room_y / (high - low).max(0.01));
    // A flat picture has a flat ellipse: else its nodes would cover each other.
    let flat = (1.45 * 180.0 / room_y).clamp(1.45, 3.0);
    rx = rx.min(ry * if unit.len() >= EVEN_FROM { flat.max(2.2) } else { flat });
    ry = ry.min(rx * 1.25);
    let spare = room_y - ry * (high - low);
    let middle = (centre, top + spare / 2.0 - low * ry);
    if unit.len() >= EVEN_FROM {
        even(placed, rx, ry);
    } else {
        placed.iter_mut().zip(unit).for_each(|(to, from)| (to.x, to.y) = (from.x * rx, from.y * ry));
    }
    for seat in placed {
        seat.x += middle.0;
        seat.y += middle.1;
    }
    middle
}

/// Points at equal distances along an ellipse around the origin.
fn even(placed: &mut [Seat], rx: f64, ry: f64) {
    const FINE: usize = 720;
    let point = |step: usize| {
        let angle = step as f64 / FINE as f64 * TAU - FRAC_PI_2;
        (rx * angle.cos(), ry * angle.sin())
    };
    let length = |step: usize| {
        let (a, b) = (point(step), point(step + 1));
        (b.0 - a.0).hypot(b.1 - a.1)
    };
    let whole: f64 = (0..FINE).map(length).sum();
    let (mut step, mut gone) = (0, 0.0);
    let count = placed.len() as f64;
    for (place, seat) in placed.iter_mut().enumerate() {
        let wanted = whole * place as f64 / count;
        while step < FINE && gone + length(step) < wanted {
            gone += length(step);
            step += 1;
        }
        let (a, b) = (point(step), point(step + 1));
        let part = ((wanted - gone) / length(step).max(1e-9)).clamp(0.0, 1.0);
        (seat.x, seat.y) = (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
    }
}

/// The least distance of two nodes: in a flat ellipse those across may be nearer than neighbours.
fn nearest(seats: &[Seat]) -> f64 {
    let pairs = seats.iter().enumerate().flat_map(|(i, a)| seats[i + 1..].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (b.x - a.x).hypot(b.y - a.y)).fold(f64::MAX, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSET: Inset = Inset { top: 84.0, side: 0.0, bottom: 44.0, scale: 1.0 };

    #[test]
    fn nobody_overlaps_and_nobody_is_cut_off() {
        for count in 3..=101 {
            for (width, height) in [(792.0, 580.0), (390.0, 440.0), (1900.0, 800.0), (360.0, 300.0)] {
                for weight in [1, 3, 100] {
                    let mut weights = vec![1; count];
                    weights[0] = weight;
                    let ring = Ring::new(width, height, &weights, INSET);
                    for (i, a) in ring.seats.iter().enumerate() {
                        assert!(a.x - a.r >= 0.0 && a.x + a.r <= width, "{count} {width}: {a:?}");
                        assert!(a.y - a.r >= 0.0 && a.y + a.r <= height, "{count} {width}: {a:?}");
                        for b in &ring.seats[i + 1..] {
                            let distance = (a.x - b.x).hypot(a.y - b.y);
                            assert!(
                                distance > a.r + b.r - 1.0,
                                "{count} {width}×{height} {weight}: {a:?} {b:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_heavier_node_is_larger() {
        let ring = Ring::new(792.0, 580.0, &[3, 2, 1, 1, 1], INSET);
        assert!(ring.seats[0].r > ring.seats[1].r && ring.seats[1].r > ring.seats[2].r);
        assert!(ring.seats[2].r > 25.0, "{ring:?}");
        assert!(!ring.compact);
    }

    #[test]
    fn the_two_ways_of_a_link_lie_apart_and_a_part_lies_on_the_whole() {
        let ring = Ring::new(792.0, 580.0, &[1; 5], INSET);
        let there = ring.curve(NodeId(0), NodeId(2)).unwrap();
        let back = ring.curve(NodeId(2), NodeId(0)).unwrap();
        let (a, b) = (there.at(0.5), back.at(0.5));
        assert!((a.0 - b.0).hypot(a.1 - b.1) > 20.0);
        let part = there.part(0.2, 0.7);
        for (u, v) in [(0.0, 0.2), (0.5, 0.45), (1.0, 0.7)] {
            let (p, q) = (part.at(u), there.at(v));
            assert!((p.0 - q.0).hypot(p.1 - q.1) < 1e-9);
        }
        assert!(ring.curve(NodeId(0), NodeId(9)).is_none());
    }

    #[test]
    fn a_click_finds_what_is_there() {
        let ring = Ring::new(792.0, 580.0, &[1; 5], INSET);
        let seat = ring.seats[3];
        assert_eq!(ring.node_at(seat.x + 3.0, seat.y), Some(NodeId(3)));
        assert_eq!(ring.node_at(ring.middle.0, ring.middle.1), None);
    }
}
