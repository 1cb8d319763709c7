//! What the properties remember, and clients have seen, as a part of a state.

use super::history::History;
use crate::check::Property as Check;
use std::hash::{Hash, Hasher};

/// What the properties remember, and clients have seen where that is watched.
pub(super) struct Memory {
    words: Vec<u64>,
    pub(super) properties: Vec<Box<dyn Check>>,
    pub(super) history: Option<History>,
}

impl Memory {
    pub(super) fn new(properties: Vec<Box<dyn Check>>, history: Option<History>) -> Self {
        let mut transcript = Transcript::default();
        for property in &properties {
            property.remember(&mut transcript);
            transcript.write_u64(u64::MAX);
        }
        if let Some(history) = &history {
            history.hash(&mut transcript);
        }
        Self { words: transcript.0, properties, history }
    }

    /// Copies of the properties as they are.
    pub(super) fn copies(&self) -> Vec<Box<dyn Check>> {
        self.properties.iter().map(|property| property.boxed()).collect()
    }

    /// Roughly, what it points to.
    pub(super) fn weight(&self) -> usize {
        // A property is a few lists, about as long as what it remembers.
        let history = self.history.as_ref().map_or(0, History::weight);
        self.words.len() * 2 * size_of::<u64>() + self.properties.len() * 96 + history
    }
}

impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Hash for Memory {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.words.hash(state);
    }
}

/// Writes down what is hashed into it, so that memories are compared by all of that and not by one hash
/// of it.
///
/// A log in it writes its length and the 64-bit fingerprint of its entries, by which logs are compared in
/// machines and messages too: of two different logs of one length with the same fingerprint, which no
/// run is expected to meet, one would be taken for the other.
#[derive(Debug, Default)]
struct Transcript(Vec<u64>);

impl Hasher for Transcript {
    fn finish(&self) -> u64 {
        self.0.len() as u64
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0.push(bytes.len() as u64);
        self.0.extend(
            bytes
                .chunks(8)
                .map(|chunk| chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))),
        );
    }
    fn write_u8(&mut self, n: u8) {
        self.0.push(n.into());
    }
    fn write_u16(&mut self, n: u16) {
        self.0.push(n.into());
    }
    fn write_u32(&mut self, n: u32) {
        self.0.push(n.into());
    }
    fn write_u64(&mut self, n: u64) {
        self.0.push(n);
    }
    fn write_usize(&mut self, n: usize) {
        self.0.push(n as u64);
    }
    fn write_isize(&mut self, n: isize) {
        self.0.push(n as u64);
    }
}
