//! What a node runs on: whether it is up, its timers, and what waits for it.

use super::clock::Clock;
use crate::model::{LocalTime, Span, Time};

/// Whether a node takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Health {
    /// It runs.
    #[default]
    Up,
    /// It stands still; what comes in waits.
    Paused,
    /// It is down; what comes in is lost.
    Crashed,
}

/// A timer of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Timer {
    /// Whether it runs.
    pub armed: bool,
    /// When it was started.
    pub set_at: Time,
    /// When it runs out.
    pub fires_at: Time,
    /// Its earliest key in the queue. A timer that is only put off keeps that key: when it comes up
    /// too early it is queued anew, so that resetting a timer costs nothing.
    pub(super) queued: Option<Time>,
    /// How often a length was drawn for it.
    pub(super) draws: u32,
}

/// A node's machine.
#[derive(Clone, Debug)]
pub(super) struct Host<E> {
    pub(super) health: Health,
    pub(super) clock: Clock,
    /// How far it has jumped ahead of that, in µs.
    pub(super) ahead: i64,
    /// How often it has started.
    pub(super) lives: u32,
    pub(super) timers: Vec<Timer>,
    /// What came in while it was paused.
    pub(super) backlog: Vec<E>,
    /// How many writes its disk has begun.
    pub(super) writes: u32,
}

impl<E> Host<E> {
    pub(super) fn new(clock: Clock, timers: usize) -> Self {
        Self {
            health: Health::Up,
            clock,
            ahead: 0,
            lives: 0,
            timers: vec![Timer::default(); timers],
            backlog: Vec::new(),
            writes: 0,
        }
    }

    /// What its clock shows.
    pub(super) fn read(&self, at: Time) -> LocalTime {
        LocalTime(self.clock.read(at).0.saturating_add_signed(self.ahead))
    }

    /// Its clock jumps by so many µs: timers that run run out so much earlier or later, but none before now.
    pub(super) fn jump(&mut self, by: i64, now: Time) {
        self.ahead = self.ahead.saturating_add(by);
        let shift = self.clock.true_span(Span(by.unsigned_abs())).0;
        for timer in self.timers.iter_mut().filter(|timer| timer.armed) {
            timer.fires_at = match by {
                0.. => Time(timer.fires_at.0.saturating_sub(shift)).max(now),
                _ => Time(timer.fires_at.0.saturating_add(shift)),
            };
        }
    }

    /// Everything volatile goes.
    pub(super) fn crash(&mut self) {
        self.health = Health::Crashed;
        self.backlog.clear();
        self.timers.iter_mut().for_each(|timer| timer.armed = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a timer that is due at 100 ms is due at when the clock jumps by so many ms at 30 ms, and what the
    /// clock shows then.
    fn jumps(by_ms: i64, drift_ppm: i32) -> (u64, u64) {
        let mut host = Host::<()>::new(Clock { offset: 0, drift_ppm }, 2);
        let due = Timer { armed: true, fires_at: Time::ms(100), ..Timer::default() };
        host.timers[1] = due;
        host.jump(by_ms * 1_000, Time::ms(30));
        assert_eq!(host.timers[0], Timer::default(), "one that does not run stays as it is");
        (host.timers[1].fires_at.0 / 1_000, host.read(Time::ms(30)).0 / 1_000)
    }

    #[test]
    fn timers_go_by_the_clock_that_jumps() {
        assert_eq!(jumps(50, 0), (50, 80));
        assert_eq!(jumps(500, 0), (30, 530), "what is overdue runs out now");
        assert_eq!(jumps(-20, 0), (120, 10));
        assert_eq!(jumps(-50, 0), (150, 0), "no clock shows less than nothing");
        assert_eq!(jumps(30, 500_000), (80, 75), "a fast clock is through with 30 ms in 20");
    }

    #[test]
    fn a_clock_that_jumps_back_and_forth_is_right_again() {
        let mut host = Host::<()>::new(Clock::default(), 0);
        for by in [700, -900, 900, -700] {
            host.jump(by, Time(0));
        }
        assert_eq!(host.read(Time::ms(7)), LocalTime(7_000));
    }
}
