//! One connection between a leader and a follower: numbered, in order, and gone when it breaks.

use super::messages::Body;
use std::collections::BTreeMap;

/// So many messages wait for one that is missing; beyond, the connection counts as broken.
const HELD_MAX: usize = 256;

/// One end of a connection, as TCP keeps it (Zab §III: integrity, prefix and single iteration of the
/// channels).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Channel {
    /// Which connection, by the leader's count in its epoch.
    pub session: u32,
    /// How many this end has sent.
    sent: u32,
    /// How many of the other end's have been taken.
    taken: u32,
    /// What has come before its turn.
    held: BTreeMap<u32, Body>,
}

/// What becomes of a message that has arrived.
#[derive(Debug)]
pub enum Arrival {
    /// It is its turn.
    Now(Body),
    /// It waits for those before it.
    Early,
    /// It has been taken before.
    Again,
    /// Too much waits for one that does not come.
    Broken,
}

impl Channel {
    /// A new connection.
    pub const fn new(session: u32) -> Self {
        Self { session, sent: 0, taken: 0, held: BTreeMap::new() }
    }

    /// The number of the next message to send.
    pub fn number(&mut self) -> u32 {
        self.sent += 1;
        self.sent - 1
    }

    /// A message arrives. `ordered` is what the flaw switches off.
    pub fn arrive(&mut self, number: u32, body: Body, ordered: bool) -> Arrival {
        if !ordered {
            return Arrival::Now(body);
        }
        match number.cmp(&self.taken) {
            std::cmp::Ordering::Less => Arrival::Again,
            std::cmp::Ordering::Equal => {
                self.taken += 1;
                Arrival::Now(body)
            }
            std::cmp::Ordering::Greater if self.held.len() >= HELD_MAX => Arrival::Broken,
            std::cmp::Ordering::Greater => {
                self.held.insert(number, body);
                Arrival::Early
            }
        }
    }

    /// The next message that has waited and may be taken now.
    pub fn next(&mut self) -> Option<Body> {
        let body = self.held.remove(&self.taken)?;
        self.taken += 1;
        Some(body)
    }

    /// How many messages wait for one that is missing.
    pub fn waiting(&self) -> u32 {
        self.held.len() as u32
    }
}
