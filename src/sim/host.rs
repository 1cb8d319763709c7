//! What a node runs on: whether it is up, its timers, and what waits for it.

use super::clock::Clock;
use crate::model::Time;

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
            lives: 0,
            timers: vec![Timer::default(); timers],
            backlog: Vec::new(),
            writes: 0,
        }
    }

    /// Everything volatile goes.
    pub(super) fn crash(&mut self) {
        self.health = Health::Crashed;
        self.backlog.clear();
        self.timers.iter_mut().for_each(|timer| timer.armed = false);
    }
}
