//! How virtual time follows wall time.

use crate::model::{Notice, Time, Tone};
use crate::sim::{Cluster, Flight, Frame, Kind, Record};

/// How fast it plays: virtual time over wall time.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum Speed {
    /// Slow while something interesting flies, fast while nothing does.
    #[default]
    Auto,
    /// That ratio: 0.05 plays 50 ms in a second.
    Ratio(f64),
}

impl Speed {
    /// The slowest ratio.
    pub const LEAST: f64 = 0.001;
    /// The fastest ratio.
    pub const MOST: f64 = 10.0;
}

/// Whether it plays, how fast, and where it is between two events.
#[derive(Clone, Debug)]
pub struct Playback {
    /// Whether it plays.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
    /// The ratio in use now; `Auto` glides from one to the next.
    pub ratio: f64,
    /// The moment, in µs: finer than [`Time`], so that slow play does not stand still.
    pub(super) at: f64,
    /// Where a person wants to be, even if the run is not computed so far.
    pub(super) wanted: Time,
}

impl Default for Playback {
    fn default() -> Self {
        Self { playing: false, speed: Speed::Auto, ratio: 0.05, at: 0.0, wanted: Time(0) }
    }
}

/// Wall time that one message's flight takes in `Auto`.
const FLIGHT_S: f64 = 0.9;
/// Wall time in which `Auto` crosses a stretch where nothing happens.
const IDLE_S: f64 = 0.7;
/// How fast `Auto` goes from one ratio to another: the share of the way left after a second.
const GLIDE: f64 = 0.004;
/// No more wall time than this passes at once: a tab that was hidden does not jump.
const TICK_MS_MAX: f64 = 100.0;

impl Playback {
    /// Plays at another speed; one that is no number changes nothing.
    pub(super) fn set_speed(&mut self, speed: Speed) {
        match speed {
            Speed::Ratio(ratio) if ratio.is_nan() => {}
            Speed::Ratio(ratio) => self.speed = Speed::Ratio(ratio.clamp(Speed::LEAST, Speed::MOST)),
            Speed::Auto => self.speed = Speed::Auto,
        }
    }

    /// Moves on by some wall time; the new moment.
    pub(super) fn advance(&mut self, wall_ms: f64, frame: &Frame, run: &dyn Cluster) -> Time {
        let wall_ms = if wall_ms.is_finite() { wall_ms.clamp(0.0, TICK_MS_MAX) } else { 0.0 };
        self.ratio = match self.speed {
            Speed::Ratio(ratio) => ratio,
            Speed::Auto => {
                let left = GLIDE.powf(wall_ms / 1e3);
                let (from, to) = (self.ratio.ln(), auto_ratio(frame, run).ln());
                (to + (from - to) * left).exp()
            }
        };
        self.at += wall_ms * 1e3 * self.ratio;
        Time(self.at as u64)
    }
}

/// What `Auto` would like: a flight like those under way in [`FLIGHT_S`], or the stretch where nothing
/// happens in [`IDLE_S`].
fn auto_ratio(frame: &Frame, run: &dyn Cluster) -> f64 {
    let spec = run.spec();
    let span = |us: u64, wall_s: f64| (us as f64 / (wall_s * 1e6)).clamp(0.002, 1.0);
    let of_note = |flight: &&Flight| {
        spec.messages.get(usize::from(flight.brief.code)).is_some_and(|word| word.tone != Tone::Routine)
    };
    let (mut flights, mut sum) = (0, 0);
    for flight in frame.flights.iter().filter(of_note) {
        flights += 1;
        sum += (flight.arrives - flight.sent).0;
    }
    if let Some(mean) = sum.checked_div(flights) {
        return span(mean, FLIGHT_S);
    }
    let trace = run.trace();
    let (past, rest) = trace.records().split_at(trace.after(frame.at));
    let of_note =
        |record: &&Record| record.kind != Kind::Role && trace.notice(record, spec) > Notice::Routine;
    // The whole stretch, not what is left of it, which would never be over.
    let since = past.iter().rev().find(of_note).map_or(Time(0), Record::at);
    rest.iter().find(of_note).map_or(0.5, |next| span((next.at() - since).0.max(2_000), IDLE_S))
}
