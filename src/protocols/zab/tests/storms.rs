//! Random runs: nothing breaks, whatever comes in whatever order; with a flaw something does.

use super::*;
use crate::model::SettingValue;
use crate::protocols::rig::Storm;

/// Mostly deliveries and few time-outs: an election needs some quiet.
const MIX: Storm =
    Storm { deliver: 900, lose: 10, double: 20, timeout: 25, crash: 3, restart: 8, request: 30, reweigh: 0 };

fn storm(rig: Rig<Zab>, seed: u64) -> usize {
    let mut rig = watched(rig);
    rig.storm(seed, 3_000, MIX);
    let broken = rig.violations();
    assert!(broken.is_empty(), "seed {seed}: {broken:?}");
    rig.decides().len()
}

#[test]
fn nothing_breaks_in_any_order() {
    let snapshots = |settings: &mut Settings| settings.set("snapshot", SettingValue::Number(4));
    let mut decided = 0;
    for seed in 0..40 {
        decided += storm(Rig::majority(3), seed);
        decided += storm(Rig::tuned(3, snapshots), seed);
        decided += storm(Rig::majority(5), seed);
        // Observers, and thresholds that meet as they must and no more.
        decided += storm(Rig::new(&[1, 1, 1, 0], &[2, 2, 2], |_| {}), seed);
        decided += storm(Rig::new(&[2, 1, 1, 1], &[4, 2, 3], |_| {}), seed);
        decided += storm(Rig::new(&[1, 1, 1], &[3, 1, 1], |_| {}), seed);
    }
    assert!(decided > 5_000, "{decided}");
}

/// What breaks first in each of some storms.
fn breaks(rig: impl Fn() -> Rig<Zab>, seeds: u64, mix: Storm) -> Vec<&'static str> {
    let properties = || (catalogue::find("zab").expect("registered").properties)();
    let runs = (0..seeds).filter_map(|seed| {
        let mut rig = rig().watch(properties());
        rig.storm(seed, 3_000, mix);
        rig.broken().first().copied()
    });
    runs.collect()
}

#[test]
fn every_flaw_breaks_something() {
    for flaw in super::super::SPEC.flaws {
        // What is not on disk shows where many crash.
        let mix = Storm { crash: 20, restart: 40, lose: 20, timeout: 40, ..MIX };
        let broken = breaks(|| Rig::tuned(3, |settings| settings.set_flaw(flaw.id, true)), 120, mix);
        println!("{}: {broken:?}", flaw.id);
        assert!(!broken.is_empty(), "{}", flaw.id);
    }
}

#[test]
fn phases_that_do_not_meet_break_something() {
    for thresholds in [[1, 2, 2], [2, 2, 1]] {
        assert!(!breaks(|| Rig::new(&[1, 1, 1], &thresholds, |_| {}), 60, MIX).is_empty(), "{thresholds:?}");
    }
}
