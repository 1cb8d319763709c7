//! Replicated state machines: what a log of commands does, in order, the same on every replica.
//!
//! A protocol holds a [`Machine`] and a [`MACHINE`] setting, and knows nothing of what is in it.

mod kv;
mod locks;
mod machine;
mod namespace;
mod sessions;
mod shard;

pub use kv::{Kv, VERSIONS_KEPT};
pub use locks::{Lock, Locks};
pub use machine::{LogClock, MACHINE, Machine, MachineKind, MachineSetup};
pub use namespace::{Item, Namespace};
pub use sessions::Sessions;
pub use shard::{Partition, SHARDS_MAX, Shard};
