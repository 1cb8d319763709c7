//! Quorate: see agreement happen.
//!
//! A deterministic simulated cluster runs a consensus protocol under weighted quorums and timed
//! failures; every step has a reason, and every property is checked after every event.
//!
//! Layers, each importing only those above it: [`model`] (the vocabulary and the `Protocol` trait),
//! [`quorum`] (who may decide), `protocols`, `sim` (the world), `check` (properties), `catalogue`
//! (every protocol, registered), `scenario` (documents and links), `session` (what a person does),
//! `view` (pictures) and, in the browser only, `ui`.

pub mod model;
pub mod quorum;
pub mod protocols;
pub mod sim;
pub mod check;
