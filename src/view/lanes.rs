//! Where a time and a lane are on the timeline, and which times are written on its axis.

use crate::model::{NodeId, Time};

/// The timeline's geometry: a window of the run over some width, a lane for each node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lanes {
    /// The whole width.
    pub width: f64,
    /// Where the window begins on it: the names stand before.
    pub left: f64,
    /// What is left free behind it.
    pub right: f64,
    /// The first lane's middle.
    pub first: f64,
    /// From one lane's middle to the next one's.
    pub pitch: f64,
    /// A bar's height.
    pub bar: f64,
    /// The window's begin, in µs.
    pub from: f64,
    /// Its end.
    pub until: f64,
    /// How many lanes.
    pub nodes: usize,
    /// How large letters are.
    pub scale: f64,
}

/// A time on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub x: f64,
    /// What is written.
    pub label: String,
}

impl Lanes {
    /// The lanes of some nodes over a width, in a height if they can: never so low that they could
    /// not be told apart.
    #[must_use]
    pub fn new(width: f64, height: f64, nodes: usize, window: (f64, f64), scale: f64) -> Self {
        let narrow = width < 560.0;
        let count = nodes.max(1) as f64;
        let pitch = (height / (count + 0.35)).clamp(if narrow { 15.0 } else { 16.0 * scale }, 40.0 * scale);
        let bar = (pitch * 0.5).clamp(7.0, 18.0 * scale);
        let scale = if narrow { 1.0 } else { scale };
        let (left, right) = if narrow { (40.0, 10.0) } else { (64.0 * scale, 22.0 * scale) };
        let (from, until) = window;
        Self {
            width: width.max(left + right + 20.0),
            left,
            right,
            first: pitch * 0.7,
            pitch,
            bar,
            from,
            until: until.max(from + 1.0),
            nodes,
            scale,
        }
    }

    /// How high all lanes are together.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.first + self.pitch * (self.nodes.max(1) as f64 - 1.0) + self.pitch * 0.65
    }

    /// The width of the window.
    #[must_use]
    pub fn span(&self) -> f64 {
        self.width - self.left - self.right
    }

    /// Pixels a µs.
    #[must_use]
    pub fn pixels(&self) -> f64 {
        self.span() / (self.until - self.from)
    }

    /// Where a time is.
    #[must_use]
    pub fn x(&self, at: Time) -> f64 {
        self.left + (at.0 as f64 - self.from) * self.pixels()
    }

    /// Which time is there, not before the run's begin.
    #[must_use]
    pub fn time(&self, x: f64) -> Time {
        Time(((x - self.left) / self.pixels() + self.from).round().max(0.0) as u64)
    }

    /// The window's begin.
    #[must_use]
    pub fn begin(&self) -> Time {
        Time(self.from.max(0.0) as u64)
    }

    /// The window's end.
    #[must_use]
    pub fn end(&self) -> Time {
        Time(self.until.max(0.0) as u64)
    }

    /// A lane's middle.
    #[must_use]
    pub fn y(&self, node: NodeId) -> f64 {
        self.first + self.pitch * node.index() as f64
    }

    /// The lane at a height.
    #[must_use]
    pub fn node(&self, y: f64) -> Option<NodeId> {
        let place = ((y - self.first) / self.pitch + 0.5).floor();
        (place >= 0.0 && place < self.nodes as f64).then(|| NodeId::at(place as usize))
    }

    /// Times at round distances, so that their labels have room.
    #[must_use]
    pub fn ticks(&self) -> Vec<Tick> {
        let room = if self.width < 560.0 { 64.0 } else { 90.0 * self.scale };
        let step = nice(room / self.pixels());
        let mut out = Vec::new();
        let mut at = (self.from / step).ceil() * step;
        while at <= self.until && out.len() < 200 {
            let x = self.left + (at - self.from) * self.pixels();
            out.push(Tick { x, label: label(at, step) });
            at += step;
        }
        out
    }

    /// Another window of the same run: `factor` times as long, a point of it held where it is, and
    /// within the run.
    #[must_use]
    pub fn zoomed(&self, factor: f64, held: f64, whole: f64) -> (f64, f64) {
        let length = ((self.until - self.from) * factor).clamp(1_000.0_f64.min(whole), whole);
        let part = ((held - self.from) / (self.until - self.from)).clamp(0.0, 1.0);
        let from = (held - part * length).clamp(0.0, whole - length);
        (from, from + length)
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below a length in µs.
fn nice(least: f64) -> f64 {
    let power = 10f64.powf(least.max(1.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least)
        .unwrap_or(power * 10.0)
}

fn label(at: f64, step: f64) -> String {
    if at >= 10e6 && step >= 1e6 {
        return format!("{} s", at / 1e6);
    }
    let ms = at / 1e3;
    let digits = if step >= 1e3 {
        0
    } else if step >= 100.0 {
        1
    } else {
        3
    };
    format!("{ms:.digits$} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes() -> Lanes {
        Lanes::new(1440.0, 200.0, 5, (0.0, 2e6), 1.0)
    }

    #[test]
    fn a_place_and_a_time_are_each_others_inverse() {
        let lanes = lanes();
        for ms in [0, 200, 1_010, 1_999] {
            assert_eq!(lanes.time(lanes.x(Time::ms(ms))), Time::ms(ms));
        }
        assert_eq!(lanes.x(Time(0)), lanes.left);
        assert_eq!(lanes.time(-50.0), Time(0));
        assert_eq!(lanes.node(lanes.y(NodeId(3)) + 4.0), Some(NodeId(3)));
        assert_eq!((lanes.node(-9.0), lanes.node(5_000.0)), (None, None));
    }

    #[test]
    fn ticks_are_round_and_have_room() {
        let labels: Vec<_> = lanes().ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels[..3], ["0 ms", "200 ms", "400 ms"]);
        for until in [50.0, 3e3, 7.7e4, 3e6, 6e7, 6e8] {
            for width in [360.0, 1440.0, 2560.0] {
                let lanes = Lanes::new(width, 200.0, 5, (1.0, 1.0 + until), 1.0);
                let ticks = lanes.ticks();
                assert!(ticks.windows(2).all(|two| two[1].x - two[0].x >= 60.0), "{until} {width}");
                assert!(ticks.len() >= 2, "{until} {width}");
            }
        }
    }

    #[test]
    fn a_zoom_holds_its_point_and_stays_in_the_run() {
        let lanes = lanes();
        let (from, until) = lanes.zoomed(0.5, 1e6, 2e6);
        assert_eq!((from, until), (0.5e6, 1.5e6));
        assert_eq!(lanes.zoomed(0.5, 0.0, 2e6), (0.0, 1e6));
        assert_eq!(lanes.zoomed(8.0, 1e6, 2e6), (0.0, 2e6));
        let near = Lanes { from: 0.0, until: 1_500.0, ..lanes };
        assert_eq!(near.zoomed(0.01, 0.0, 2e6), (0.0, 1_000.0));
    }

    #[test]
    fn a_hundred_lanes_are_higher_than_the_room() {
        let lanes = Lanes::new(1440.0, 200.0, 101, (0.0, 2e6), 1.0);
        assert!(lanes.pitch >= 15.0 && lanes.height() > 1_500.0);
        assert!(Lanes::new(1440.0, 200.0, 5, (0.0, 2e6), 1.0).height() <= 200.0);
    }
}
