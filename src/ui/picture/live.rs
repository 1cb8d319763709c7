//! The stage between two renders: what the painter holds on to, and when the picture's nodes or
//! its sentence have changed so that Yew has to look again.

use super::flights::{Flights, Wanted};
use super::palette::Palette;
use super::surface::Surface;
use super::words;
use crate::dom;
use quorate::model::{Fingerprint, Lang, Tone};
use quorate::session::{Lab, Selection, Session, Side};
use quorate::view::{self, Caption, Inset, Mood, Ring, Told};
use std::hash::{Hash as _, Hasher as _};
use yew::NodeRef;

/// A sentence stands at least so long while it plays, ms.
const HELD_MS: f64 = 1_100.0;
/// A count of votes may follow another sooner.
const COUNT_MS: f64 = 350.0;

/// A narrower stage has its sentence above it, not on it.
const NARROW: f64 = 560.0;
/// A lower stage has no legend, and two lines of its sentence at most.
const SHORT: f64 = 340.0;

/// What is kept from frame to frame.
#[derive(Default)]
pub(super) struct Live {
    /// Which of two labs it shows.
    pub(super) side: Side,
    pub(super) canvas: NodeRef,
    pub(super) probe: NodeRef,
    pub(super) size: (f64, f64),
    /// How large the page's letters are; 0 until it is known.
    pub(super) scale: f64,
    pub(super) lang: Lang,
    /// Motion is not wanted.
    pub(super) still: bool,
    pub(super) ring: Ring,
    placed: (f64, f64, f64, f64, Vec<u8>),
    pub(super) palette: Palette,
    surface: Option<Surface>,
    flights: Flights,
    /// Fingerprint of the nodes as they were rendered last.
    seen: u64,
    caption: Caption,
    /// Wall time and event of the sentence.
    told: (f64, u32),
    /// Which scenario, and whether anybody has gone on in it.
    scenario: (String, String),
    started: bool,
}

impl Live {
    /// What it shows of a session.
    pub(super) fn lab<'a>(&self, session: &'a Session) -> &'a Lab {
        session.lab(self.side).unwrap_or_else(|| session.focused())
    }

    /// What is selected in it: messages and what is broken belong to the lab that is looked at.
    pub(super) fn selection(&self, session: &Session) -> Selection {
        let selection = session.selection();
        let of_both = matches!(selection, Selection::Node(_) | Selection::Fault(_));
        if of_both || session.focus() == self.side { selection } else { Selection::Nothing }
    }

    /// Places the nodes anew if size or weights have changed.
    pub(super) fn place(&mut self, session: &Session) {
        let frame = self.lab(session).frame();
        let (width, height) = self.size;
        let top = self.room_above(session);
        let scale = if width < NARROW || self.scale == 0.0 { 1.0 } else { self.scale };
        let same = (self.placed.0, self.placed.1, self.placed.2, self.placed.3)
            == (width, height, top, scale)
            && self.placed.4.iter().eq(frame.nodes.iter().map(|node| &node.weight));
        if same {
            return;
        }
        let weights: Vec<u8> = frame.nodes.iter().map(|node| node.weight).collect();
        // The legend lies over the lower edge.
        let inset = if width < NARROW {
            // A low one has no legend.
            Inset { top, side: 4.0, bottom: if height < SHORT { 4.0 } else { 26.0 }, scale }
        } else {
            let bottom = if height < SHORT { 8.0 } else { 40.0 };
            Inset { top, side: 8.0, bottom: bottom * scale, scale }
        };
        self.ring = Ring::new(width, height, &weights, inset);
        self.placed = (width, height, top, scale, weights);
    }

    /// What the sentence needs of the upper edge: as much as the scenario's own text, which is the
    /// longest, so that the nodes stay where they are when another takes its place.
    fn room_above(&self, session: &Session) -> f64 {
        let (width, height) = self.size;
        if width < NARROW {
            return 8.0;
        }
        let text = session.scenario().text.get(self.lang);
        // Latin letters are about half as wide as Chinese ones, which take three bytes.
        let wide = match self.lang {
            Lang::En => text.len() as f64 * 6.7,
            Lang::Zh => text.len() as f64 * 13.0 / 3.0,
        };
        let scale = if self.scale == 0.0 { 1.0 } else { self.scale };
        let lines = (wide * scale / (width - 60.0).min(650.0 * scale)).ceil().clamp(2.0, 5.0);
        ((62.0 + lines * 19.0) * scale).clamp(70.0, (height * 0.29).max(70.0))
    }

    /// Reads the theme's colours if they are others.
    pub(super) fn look_at_theme(&mut self) -> bool {
        let changed = self.palette.refresh(&self.probe);
        if changed {
            self.flights.forget();
        }
        changed
    }

    /// Paints a frame. Says whether Yew has to look again: the nodes or the sentence have changed.
    pub(super) fn paint(&mut self, session: &Session) -> bool {
        let lab = self.lab(session);
        let frame = lab.frame();
        self.place(session);
        if !session.playback().playing {
            self.look_at_theme();
        }
        let canvas = self.canvas.clone();
        if !self.surface.as_ref().is_some_and(|surface| surface.is(&canvas)) {
            self.surface = Surface::of(&canvas);
        }
        let wanted = Wanted {
            lang: self.lang,
            still: self.still,
            scale: self.ring.scale,
            chosen: match self.selection(session) {
                Selection::Message(message) => Some(message),
                Selection::Nothing
                | Selection::Node(_)
                | Selection::Fault(_)
                | Selection::Violation(_)
                | Selection::Stuck(_) => None,
            },
        };
        if let Some(surface) = &mut self.surface
            && self.size.0 > 0.0
        {
            self.flights.paint(surface, &self.palette, &self.ring, frame, lab.run().spec(), wanted);
        }
        let seen = fingerprint(lab, session.playback().playing);
        let nodes = seen != self.seen;
        self.seen = seen;
        nodes || self.sentence(session)
    }

    /// Whether it is the scenario's first moment, and nobody has gone on from there yet.
    pub(super) fn is_fresh(&mut self, session: &Session) -> bool {
        let scenario = session.scenario();
        if self.scenario.0 != scenario.id || self.scenario.1 != scenario.title.en {
            self.scenario = (scenario.id.clone(), scenario.title.en.clone());
            self.started = false;
        }
        let at_start = self.lab(session).frame().at == scenario.start;
        self.started |= session.playback().playing || !at_start;
        !self.started
    }

    /// The sentence of this moment; while it plays, one stands long enough to be read.
    pub(super) fn caption(&mut self, session: &Session) -> Caption {
        self.sentence(session);
        self.caption.clone()
    }

    /// A language or scenario has changed: the sentence is made anew.
    pub(super) fn retell(&mut self) {
        self.told = (0.0, u32::MAX);
    }

    fn sentence(&mut self, session: &Session) -> bool {
        let lab = self.lab(session);
        let (frame, playing) = (lab.frame(), session.playback().playing);
        let now = dom::now_ms();
        let fresh = self.is_fresh(session);
        if playing {
            let held = if self.caption.mood == Mood::Gathering { COUNT_MS } else { HELD_MS };
            if self.told.1 == frame.event || now - self.told.0 < held {
                return false;
            }
        }
        let scenario = session.scenario();
        // The scenario's own text stands once, and beside it what the other protocol is.
        let beside = self.side == Side::Second && session.lab(Side::Second).is_some();
        let text =
            if beside { lab.run().spec().summary.get(self.lang) } else { scenario.text.get(self.lang) };
        let next = if fresh && !text.is_empty() {
            let small = if beside {
                ""
            } else if session.is_edited() {
                words::BEFORE_EDITS.get(self.lang)
            } else {
                scenario.title.get(self.lang)
            };
            Caption { text: text.to_owned(), small: small.to_owned(), ..Caption::default() }
        } else {
            let told = if playing { Told::Watching } else { Told::Stepping };
            view::caption(frame, lab.run(), told, self.lang)
        };
        self.told.1 = frame.event;
        // Where there is nothing to say the last sentence goes on standing while it plays.
        if next == self.caption || (playing && next.text.is_empty()) {
            return false;
        }
        self.told.0 = now;
        self.caption = next;
        true
    }
}

/// Of all that Yew draws at the nodes: equal where the picture is the same.
fn fingerprint(lab: &Lab, playing: bool) -> u64 {
    let frame = lab.frame();
    let spec = lab.run().spec();
    let mut state = Fingerprint::after(u64::from(playing));
    let mut gathers = false;
    for node in &frame.nodes {
        (node.health as u8, node.role, node.epoch, node.leads, node.weight).hash(&mut state);
        state.write_u128(node.unreachable.bits());
        if let Some(gathering) = node.gathering {
            gathers = true;
            (gathering.phase, gathering.epoch).hash(&mut state);
            state.write_u128(gathering.yes.bits());
            state.write_u128(gathering.no.bits());
        }
    }
    if gathers {
        for flight in &frame.flights {
            let tone = spec.messages.get(usize::from(flight.brief.code)).map(|word| word.tone);
            if let Some(Tone::Yes | Tone::No) = tone {
                flight.message.hash(&mut state);
            }
        }
    }
    // The legend tells of epochs in flight.
    let mut hues = 0_u16;
    for flight in &frame.flights {
        hues |= 1 << view::ink(spec, &flight.brief).index();
    }
    hues.hash(&mut state);
    state.finish()
}
