//! Replicated state machines: what a log of commands does, in order, the same on every replica.

mod kv;
mod sessions;

pub use kv::Kv;
pub use sessions::Sessions;
