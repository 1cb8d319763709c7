//! Session guarantees and staleness: what a history still gives its clients where it is not
//! linearizable (Terry and others 1994, *Session Guarantees for Weakly Consistent Replicated Data*).
//!
//! Every value is written to a key once, so a read says which write it saw. The writes of a key are
//! ordered by real time: a write is *before* another if it was answered before the other was asked
//! for; nothing read is before every write. Per client and key:
//!
//! - *Read your writes*: a read sees the client's own last answered write, or one that is not before
//!   it.
//! - *Monotonic reads*: a read does not see a write that is before one that an earlier read of the same
//!   client saw.
//! - *Monotonic writes*: where a client has seen the later of two writes of one client, it does not see
//!   the earlier one afterwards.
//! - *Writes follow reads*: where a client has seen a write of somebody who had read another write
//!   before, it does not see that other one, or one before it, afterwards.
//!
//! The last two are judged by what readers see, as a history has nothing else. A read is *behind* by
//! the number of writes of its key that were answered before it was asked for and that the one it saw
//! is before, and by the time since the first of these was answered.

use crate::model::{Arg, ClientId, Deed, Key, NodeSet, Op, Outcome, PropertyWord, Span, Text, Time, Value, Witness};
use crate::sim::{History, Operation};
use std::collections::BTreeMap;
