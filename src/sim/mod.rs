//! The world: one file a force.

mod observe;

pub use observe::{Nodes, Observer, Step};
