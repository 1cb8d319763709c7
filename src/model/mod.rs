//! The vocabulary every layer shares: ids, virtual time, ballots, logs, operations, and the
//! [`Protocol`] trait that a replica implements.

mod ballot;
mod cell;
mod figure;
mod fingerprint;
mod ids;
mod inspection;
mod log;
mod operation;
mod protocol;
mod settings;
mod spec;
mod standing;
mod time;
mod transaction;
mod tree;
mod version_vector;
mod violation;
mod words;

pub use ballot::Ballot;
pub use cell::{Cell, CellState};
pub use figure::Figure;
pub use fingerprint::Fingerprint;
pub use ids::{NODES_MAX, NodeId, NodeSet};
pub use inspection::{Access, Field, Gathering, Held, Inspection, Lease, Mass};
pub use log::{Base, Entry, Log};
pub use operation::{ClientId, Command, Deed, Key, Op, Outcome, RequestId, Value};
pub use protocol::{Durable, Effect, Effects, InForce, Input, Message, Protocol, Setup, TimerKind};
pub use settings::{
    ChoiceWord, LINKED_NODES, Setting, SettingGroup, SettingKind, SettingValue, Settings, link_bit,
};
pub use spec::{
    COPIES, Epoch, Flaw, MeetRule, MessageWord, PhaseWord, RoleWord, Source, Spec, TimerWord, Tone,
};
pub use standing::{Fate, PropertyKind, Standing, Stuck};
pub use time::{LocalTime, Span, SpanRange, Time};
pub use transaction::{Stored, Transaction, TransactionStage};
pub use tree::{DEPTH_MAX, NAMES, Path, TreeOp};
pub use version_vector::{Context, Version, VersionVector};
pub use violation::{PropertyWord, Violation, Witness};
pub use words::{
    Arg, ArgKind, Fact, Lang, Milli, Notice, Packed, RuleWord, Text, VECTOR_SHOWN, Weight, fill, shown,
};

pub(crate) use words::because;
