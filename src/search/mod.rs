//! Looking for a failure, making it small, and taking it away.
//!
//! Problem: a flaw shows only under some order of deliveries, crashes and time-outs, and such an
//! order, once met, is too long to read. Idea: number the schedules *around* a scenario, so that a
//! number says everything about one ([`Schedules`]); run them one after the other, in as many places
//! as one likes ([`Finder`]); and take away from the one that breaks something whatever it can do
//! without ([`Shrinker`]). What is left is a scenario like any other, and a test ([`as_test`]).

mod aims;
mod as_test;
mod change;
mod extras;
mod find;
mod rounds;
mod schedule;
mod shrink;
mod simpler;
mod steps;
mod turns;

pub use as_test::as_test;
pub use find::{Coverage, Finder, Found, Options, Search, Shard};
pub use schedule::Schedules;
pub use shrink::{Shrinker, Shrunk, interesting};
pub use steps::{Odd, explorer, shortest, way_to};
