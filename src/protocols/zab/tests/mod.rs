//! Zab by hand.
