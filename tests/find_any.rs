//! The search around any scenario that a document can describe: nothing panics, every schedule is one
//! that can be saved, and what is found and made small still is what it says.
#![cfg(not(target_arch = "wasm32"))]

mod any_scenario;

use quorate::scenario::{Scenario, from_json, replay, to_json};
use quorate::search::{Finder, Options, Schedules, Search, Shrinker};

/// Slices after which a search or a shrinking has been watched for long enough.
const SLICES: usize = 40;
const SLICE: u32 = 5_000;

fn around(seed: u64) -> Scenario {
    let mut scenario = any_scenario::scenario(seed);
    // Half of them have a chance of breaking something.
    if seed.is_multiple_of(2) {
        scenario.thresholds.iter_mut().for_each(|threshold| *threshold = 1);
    }
    scenario
}

#[test]
fn any_scenario_can_be_searched_around() {
    let mut found = 0;
    for seed in 0..30 {
        let around = around(seed);
        let schedules = Schedules::new(&around, seed);
        for number in [0, 1, 2, u64::MAX] {
            let drawn = schedules.nth(number);
            assert_eq!(from_json(&to_json(&drawn)).as_ref(), Ok(&drawn), "{seed}: schedule {number}");
        }
        let mut finder = Finder::new(&around, Options { schedules: Some(4), ..Options::default() });
        let stopped = (0..SLICES).map(|_| finder.advance(SLICE)).find(|now| *now != Search::Running);
        let Some(failure) = finder.found() else { continue };
        assert_eq!(stopped, Some(Search::Found));
        found += 1;
        let mut shrinker = Shrinker::new(failure);
        let done = (0..SLICES).any(|_| shrinker.advance(SLICE));
        let small = shrinker.shrunk();
        assert!(small.is_some() || !done, "{seed}: what broke breaks again");
        if let Some(small) = small {
            assert_eq!(from_json(&to_json(&small.scenario)).as_ref(), Ok(&small.scenario), "{seed}");
            assert!(replay(&small.scenario).iter().all(|kept| kept.ok), "{seed}: {:?}", small.violation);
        }
    }
    assert!(found > 5, "a test of what is found finds something: {found}");
}
