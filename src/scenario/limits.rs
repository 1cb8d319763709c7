//! How large everything in a scenario may be. What a document may say and what a session can do to
//! a scenario are bounded by the same numbers, so that whatever is made can be saved and shared.

use crate::model::Span;

/// The largest document, in bytes.
pub const DOCUMENT_MAX: usize = 256 * 1024;
/// The smallest cluster.
pub const NODES_MIN: usize = 3;
/// The longest name.
pub const ID_MAX: usize = 64;
/// The longest title, in characters.
pub const TITLE_MAX: usize = 120;
/// The longest text, in characters.
pub const TEXT_MAX: usize = 4_000;
/// The shortest run.
pub const DURATION_LEAST: Span = Span::ms(10);
/// The longest run.
pub const DURATION_MAX: Span = Span::ms(600_000);
/// The most faults of a scenario.
pub const FAULTS_MAX: usize = 200;
/// The latest end of a fault's window: one that opens at the last moment still lasts a while.
pub const UNTIL_MAX: Span = Span(DURATION_MAX.0 + 1_000_000);
/// The most changes of who may decide in a scenario: every pair of them has a joint rule.
pub const CHANGES_MAX: usize = 8;
/// The most interventions of a scenario.
pub const INTERVENTIONS_MAX: usize = 500;
/// The most claims of a scenario.
pub const CLAIMS_MAX: usize = 64;
/// What a clock shows at the start is no further ahead.
pub const OFFSET_MAX: Span = DURATION_MAX;
/// Clocks jump no further, in ms.
pub const JUMP_MAX: i64 = 600_000;
/// Clocks are no faster or slower than by half, in parts per million.
pub const DRIFT_MAX: i64 = 500_000;

/// The most clients of a scenario.
pub const CLIENTS_MAX: usize = 32;
/// The most requests of one client.
pub const LIMIT_MAX: u32 = u32::MAX;
/// The most requests under way at once.
pub const WINDOW_MAX: u16 = 1_000;
/// The most keys that requests spread over.
pub const KEYS_MAX: u8 = 100;
/// The shortest time between two requests of an open loop: none would let time stand still.
pub const EVERY_LEAST: Span = Span(100);
/// The shortest patience of a client.
pub const RETRY_LEAST: Span = Span::ms(1);

/// The most values of an empirical law.
pub const EMPIRICAL_MAX: usize = 1_000;
/// The greatest `sigma` of a log-normal law.
pub const SIGMA_MAX: f64 = 100.0;
/// The smallest `alpha` of a Pareto law.
pub const ALPHA_LEAST: f64 = 0.01;
/// The greatest `alpha` of a Pareto law.
pub const ALPHA_MAX: f64 = 100.0;
