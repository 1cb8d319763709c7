//! Pictures: pure functions from a moment or a run to shapes with class names, in no protocol's
//! terms. A renderer (SVG, canvas, a file) adds colours and nothing else.
//!
//! | question | file |
//! |---|---|
//! | which colour has a term or ballot? | [`hue`] |
//! | where do nodes and messages stand? | [`Ring`] |
//! | how far is a quorum? | [`TallyRing`] |
//! | what stands at a node? | [`NodeMark`] |
//! | who was what when? | [`History`] |
//! | where is a time, where is a lane? | [`Lanes`] |
//! | which messages are drawn between lanes? | [`arrows`] |
//! | where are the faults? | [`windows`] |
//! | what is happening, in a sentence? | [`caption`] |
//! | which properties hold? | [`Check`] |
//! | what did clients ask, and when did it take effect? | [`operation_lanes`] |
//! | what does each node hold beside a log? | [`held`] |
//! | how do the nodes' numbers move? | [`Levels`] |
//! | how is it called? | [`names`] |

mod arrows;
mod beside;
mod caption;
mod checks;
mod flights;
mod held;
mod history;
mod hue;
mod lanes;
mod levels;
mod memory;
pub mod names;
mod nodes;
mod operations;
mod ring;
mod tally;
#[cfg(test)]
mod testing;
mod windows;

pub use arrows::{ARROWS_MAX, Arrow, arrows};
pub use beside::Place;
pub use caption::{Caption, Mood, Told, caption};
pub use checks::{Check, Face, turning_point};
pub use flights::{Ink, ink};
pub use held::{Held, HeldCell, HeldGroup, HeldRow, held};
pub use history::{Doing, History, Mark, Stretch};
pub use hue::{HUES, hue};
pub use lanes::{Lanes, Tick};
pub use levels::{LevelLine, Levels};
pub use memory::{Explained, MemoryCell, MemoryOp, memory};
pub use nodes::{NodeMark, cuts, node_marks};
pub use operations::{
    BARS_MAX, ClientLane, OperationBar, OperationLanes, OperationState, Order, operation_lanes,
    operations_window,
};
pub use ring::{Curve, Inset, LABELLED_MAX, LINKED_MAX, Ring, Seat};
pub use tally::{Answer, Share, TallyRing};
pub use windows::{Pane, WindowMark, windows};
