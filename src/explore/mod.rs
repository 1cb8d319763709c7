//! Exhaustive search: every state that a system can reach, breadth-first.
//!
//! # Problem
//!
//! A simulation shows one run, and a search at random shows many. Neither can say that *no* run breaks
//! a property. For a small configuration every run can be looked at, because different runs meet in
//! the same states.
//!
//! # Idea
//!
//! A [`System`] gives its initial states, the successors of a state, and the properties that a state
//! breaks. The [`Explorer`] visits each state once, level by level, so that the first violation found
//! is a shortest one. A state is a few words of 64 bits: what a state means only its system knows, and
//! the search is compiled once, however many systems there are.
//!
//! Two kinds of systems are here: specifications ([`MODELS`], transcribed from published TLA+ modules
//! or written for comparison), and any [`Protocol`](crate::model::Protocol) under a bounded environment
//! ([`Bounded`]): the same code that the simulator runs, with every order of deliveries and every loss,
//! duplicate, crash and time-out within budgets.
//!
//! # How it counts
//!
//! As TLC does: *generated* are the initial states and every successor that was computed, repeats and
//! steps that change nothing included, one for each way in which an action is enabled; *distinct* are
//! the states kept; *depth* is the number of states on the longest of the shortest paths.
//!
//! ```
//! use quorate::explore::{Constants, Explorer, Limits, Progress, model};
//! let two_phase = model("two-phase").expect("a model");
//! let system = two_phase.build(&Constants::read(two_phase, "rms=3", &[])?)?;
//! let mut explorer = Explorer::new(system, Limits::default());
//! while explorer.advance(10_000) == Progress::Running {}
//! assert_eq!(explorer.counts().distinct, 288);
//! # Ok::<(), quorate::explore::Refusal>(())
//! ```
//!
//! # References
//!
//! - Y. Yu, P. Manolios, L. Lamport, *Model Checking TLA+ Specifications*, CHARME 1999.
//! - E. M. Clarke et al., *Exploiting Symmetry in Temporal Logic Model Checking*, CAV 1993.
//! - G. J. Holzmann, *State Compression in SPIN*, 1997: states as tuples of numbered components.

mod bounded;
mod constants;
mod explorer;
mod layout;
mod models;
mod quorums;
mod rename;
mod store;
mod system;

pub use bounded::{Bounded, Bounds, Choice};
pub use constants::{Constant, Constants, Refusal};
pub use explorer::{Counts, Explorer, Found, Limits, Progress, Step};
pub use models::{MODELS, Model, model};
pub use quorums::{Quorums, SETS_MAX};
pub use system::{Action, Expect, Next, PROPERTIES_MAX, Property, Symmetry, System};
