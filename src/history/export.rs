//! A run's history as a file that other checkers, and this one, can read.

/// todo
pub fn to_jsonl() {}
