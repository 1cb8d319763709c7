//! The world: one file a force, and the timeline that keeps a run.

mod clients;
mod clock;
mod core;
mod costs;
mod delay;
mod faults;
mod frame;
mod host;
mod network;
mod observe;
mod plan;
mod queue;
mod random;
mod recorder;
mod storm;
mod timeline;
mod trace;
mod world;

pub use clients::{Asks, Client, ClientPlan, History, Operation, Pace};
pub use clock::Clock;
pub use costs::{Spent, spent};
pub use delay::{DELAY_MAX, Delay};
pub use faults::{Fault, FaultKind, Intervention, Weather};
pub use frame::{Flight, Frame, NodeFrame};
pub use host::{Health, Timer};
pub use network::Envelope;
pub use observe::{Heard, Nodes, Observer, Step};
pub use plan::{Network, Plan};
pub use queue::Queue;
pub use random::{Force, Stream};
pub use recorder::Recorder;
pub use storm::storm;
pub use timeline::{Cluster, EVENTS_MAX, Moment, Progress, Timeline};
pub use trace::{Kind, Loss, Record, Trace};
pub use world::World;
