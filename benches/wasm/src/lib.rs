//! What `run.mjs` calls: make a load ready, then run it, with the clock on the other side.

#[path = "../../simulator/loads.rs"]
#[allow(dead_code, reason = "the native benchmarks use the rest")]
mod loads;

use loads::{Call, LOADS};
use std::cell::RefCell;

thread_local! {
    static CALL: RefCell<Option<Call>> = const { RefCell::new(None) };
}

/// Makes a load ready; how often it is to be called.
#[unsafe(no_mangle)]
pub extern "C" fn ready(load: u32) -> u32 {
    let load = &LOADS[load as usize];
    CALL.replace(Some((load.ready)()));
    load.calls
}

/// Calls it; a fingerprint of what it did.
#[unsafe(no_mangle)]
pub extern "C" fn call(count: u32) -> u64 {
    CALL.with_borrow_mut(|call| call.as_mut().map_or(0, |call| call(count)))
}

/// Lets go of it.
#[unsafe(no_mangle)]
pub extern "C" fn done() {
    CALL.replace(None);
}
