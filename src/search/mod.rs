//! Failures: how the ones that are found become scenarios.

mod steps;

pub use steps::{Odd, explorer, shortest};
