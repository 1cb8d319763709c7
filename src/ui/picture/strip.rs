//! The timeline between two renders: what its painter holds on to.

use super::bars::{Bars, mark_at};
use super::palette::Palette;
use super::surface::Surface;
use crate::dom;
use quorate::model::{Lang, NodeId, Time};
use quorate::session::Session;
use quorate::sim::Cluster;
use quorate::view::{Arrow, Doing, History, Lanes, names};
use yew::NodeRef;

/// A playhead that comes this far into the window while it plays turns the page.
const PAGE_AT: f64 = 0.9;
/// Where it is then.
const PAGE_TO: f64 = 0.12;

/// What is kept from frame to frame.
#[derive(Default)]
pub(super) struct Strip {
    pub(super) canvas: NodeRef,
    pub(super) probe: NodeRef,
    pub(super) head: NodeRef,
    pub(super) future: NodeRef,
    pub(super) lang: Lang,
    pub(super) lanes: Option<Lanes>,
    /// The window, where it is not the whole run.
    pub(super) window: Option<(f64, f64)>,
    palette: Palette,
    surface: Option<Surface>,
    history: History,
    arrows: Vec<Arrow>,
    drawn: Option<Drawn>,
    head_x: f64,
}

/// What the still layer was painted from.
#[derive(Clone, Copy, PartialEq)]
struct Drawn {
    lanes: Lanes,
    digest: u64,
    computed: Time,
    lang: Lang,
}

impl Strip {
    /// Paints what has changed. A new window, if the playhead has left the present one.
    pub(super) fn paint(&mut self, session: &Session) -> Option<(f64, f64)> {
        let lanes = self.lanes?;
        let run = session.run();
        if !session.playback().playing {
            self.look_at_theme();
        }
        if !self.surface.as_ref().is_some_and(|surface| surface.is(&self.canvas)) {
            self.surface = Surface::of(&self.canvas);
            self.drawn = None;
        }
        let drawn = Drawn { lanes, digest: run.trace().digest(), computed: run.computed(), lang: self.lang };
        if self.drawn != Some(drawn) {
            self.history.follow(run);
            if let Some(surface) = &mut self.surface {
                let bars = Bars {
                    palette: &self.palette,
                    lanes: &lanes,
                    history: &self.history,
                    trace: run.trace(),
                    spec: run.spec(),
                    lang: self.lang,
                };
                bars.paint(surface, &mut self.arrows);
                self.drawn = Some(drawn);
            }
        }
        self.move_head(lanes.x(session.frame().at));
        self.turn_page(session, &lanes)
    }

    /// Reads the theme's colours; if they are others, everything is painted anew.
    pub(super) fn look_at_theme(&mut self) {
        if self.palette.refresh(&self.probe) {
            self.drawn = None;
        }
    }

    fn move_head(&mut self, x: f64) {
        if (self.head_x - x).abs() < 0.02 {
            return;
        }
        self.head_x = x;
        let shift = format!("translateX({x:.2}px)");
        dom::set_property(&self.head, "transform", &shift);
        dom::set_property(&self.future, "transform", &shift);
    }

    /// The overlay that follows the playhead is there again, and does not know where.
    pub(super) fn lose_head(&mut self) {
        self.head_x = f64::MIN;
    }

    fn turn_page(&self, session: &Session, lanes: &Lanes) -> Option<(f64, f64)> {
        let (from, until) = self.window?;
        let (at, whole) = (session.frame().at.0 as f64, session.run().end().0 as f64);
        let length = until - from;
        let last = if session.playback().playing { from + length * PAGE_AT } else { until };
        let out = at < from || at > last;
        // At the end of the run there is no other page.
        if !out || (at > last && until >= whole) {
            return None;
        }
        let from = (at - length * PAGE_TO).clamp(0.0, (whole - length).max(0.0));
        let next = (from, from + length);
        (next != (lanes.from, lanes.until)).then_some(next)
    }

    /// The time to go to for a point: a decision's mark that is there, or the point's own.
    pub(super) fn time_at(&self, x: f64, y: f64, end: Time) -> Time {
        let Some(lanes) = &self.lanes else { return Time(0) };
        let near = |mark: &&quorate::view::Mark| {
            let (at_x, at_y) = mark_at(lanes, mark);
            (at_x - x).abs() <= 5.0 && y <= at_y + 1.0 && y >= at_y - 9.0
        };
        match self.history.decided(lanes.begin(), lanes.end()).iter().find(near) {
            Some(mark) => mark.at,
            None => lanes.time(x).min(end),
        }
    }

    /// What is at a point, in words: `412.3 ms · S1 · leader · term 2`.
    pub(super) fn tell(&self, x: f64, y: f64, run: &dyn Cluster, lang: Lang) -> Option<String> {
        let lanes = self.lanes.as_ref()?;
        if x < lanes.left {
            return None;
        }
        let at = lanes.time(x).min(run.end());
        let mut out = format!("{:.1} ms", at.as_ms());
        if let Some(node) = lanes.node(y) {
            out.push_str(&format!(" · {node}"));
            if let Some(doing) = self.doing(node, at) {
                let spec = run.spec();
                match doing {
                    Doing::Role { role, epoch, .. } => {
                        let word = spec.roles.get(usize::from(role)).map_or("", |word| word.name.get(lang));
                        out.push_str(&format!(" · {word} · {}", names::epoch(spec, epoch, lang)));
                    }
                    Doing::Paused => out.push_str(&format!(" · {}", names::PAUSED.get(lang))),
                    Doing::Crashed => out.push_str(&format!(" · {}", names::CRASHED.get(lang))),
                }
            }
        }
        Some(out)
    }

    fn doing(&self, node: NodeId, at: Time) -> Option<Doing> {
        self.history.lane(node, at, at).last().map(|stretch| stretch.doing)
    }
}
