//! Quorate: see agreement happen.
//!
//! A deterministic simulated cluster runs a consensus protocol under weighted quorums and timed
//! failures; every step has a reason, and every property is checked after every event.
//!
//! Layers, each importing only those above it: [`model`] (the vocabulary and the `Protocol` trait),
//! [`quorum`] (who may decide), `machines` (what is replicated), `protocols`, `sim` (the world),
//! `check` (properties), [`explore`] (every state of a small system), `catalogue` (every protocol,
//! registered), `scenario` (documents and links), [`history`] (what clients of other systems saw),
//! [`search`] (finding a failure and making it small), [`compare`] (one scenario, many protocols),
//! [`task`] (long work in slices), `session` (what a person does), [`view`] (pictures) and, a package of its own for the browser, `src/ui`.

pub mod catalogue;
pub mod check;
pub mod compare;
pub mod explore;
pub mod history;
pub mod machines;
pub mod model;
pub mod protocols;
pub mod quorum;
pub mod scenario;
pub mod search;
pub mod session;
pub mod sim;
pub mod task;
pub mod view;
