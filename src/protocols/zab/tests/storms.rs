//! Random runs: nothing breaks, whatever comes in whatever order; with a flaw something does.

use super::*;
use crate::model::SettingValue;
use crate::protocols::rig::Storm;

/// Mostly deliveries and few time-outs: an election needs some quiet.
const MIX: Storm = Storm {
    deliver: 900,
    lose: 10,
    double: 20,
    timeout: 25,
    crash: 3,
    restart: 8,
    request: 30,
    reweigh: 0,
    pair: 0,
};

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
fn flaws_break_something() {
    for flaw in ["skips-sync", "unordered-channels"] {
        let broken = breaks(|| Rig::tuned(3, |settings| settings.set_flaw(flaw, true)), 60, MIX);
        assert!(!broken.is_empty(), "{flaw}");
    }
}

/// Who does not ask what has been promised begins an epoch that somebody else has begun.
#[test]
fn a_leader_that_counts_on_from_its_own_epoch_is_the_second() {
    for flawed in [false, true] {
        let mut rig = cluster(3, |settings| settings.set_flaw("stale-epoch", flawed));
        rig.drop_to(s(3));
        rig.drop_from(s(3));
        // S2 has S1's promise of epoch 1, and S1 has not entered it.
        rig.deliver_where(|parcel| {
            matches!(parcel.message, Message::Notification { .. }) && parcel.to != s(3)
        });
        [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Settle));
        while !rig.inspect(s(2)).leads {
            assert!(rig.try_deliver(s(1), s(2)) || rig.try_deliver(s(2), s(1)), "no way to lead");
        }
        assert_eq!((rig.disk(s(1)).accepted_epoch, rig.disk(s(1)).current_epoch), (1, 0));
        rig.drop_all();
        rig.timeout(s(1), Timer::Contact);
        settle(&mut rig, &[s(1), s(3)]);
        assert_eq!((role(&rig, s(3)), rig.inspect(s(3)).epoch), ("leader", if flawed { 1 } else { 2 }));
        assert_eq!(rig.broken(), if flawed { vec!["leadership"] } else { vec![] });
    }
}

/// What was acknowledged and not written is lost with the next crash, and with it what was delivered.
#[test]
fn a_history_that_was_acknowledged_too_early_is_lost() {
    for flawed in [false, true] {
        let mut rig = led(3, |settings| settings.set_flaw("acks-before-durable", flawed));
        rig.request(s(3), write(1));
        rig.deliver(s(3), s(2));
        rig.crash(s(3));
        rig.drop_all();
        [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
        settle(&mut rig, &[s(1), s(2)]);
        assert_eq!((role(&rig, s(2)), delivered(&rig, s(2))), ("leader", vec![1]));
        assert_eq!(rig.fired(s(1), "EnterEarly"), usize::from(flawed));
        [s(1), s(2)].into_iter().for_each(|node| rig.crash(node));
        rig.drop_all();
        [s(1), s(3)].into_iter().for_each(|node| rig.restart(node));
        settle(&mut rig, &[s(1), s(3)]);
        let leader = [s(1), s(3)].into_iter().find(|node| role(&rig, *node) == "leader").expect("a leader");
        rig.request(leader, write(2));
        rig.deliver_among(&[s(1), s(3)]);
        let kept = if flawed { vec![(3, 1)] } else { vec![(1, 1), (3, 1)] };
        assert_eq!(history(&rig, leader), kept);
        assert_eq!(rig.broken().contains(&"primary-integrity"), flawed, "{:?}", rig.broken());
    }
}

#[test]
fn phases_that_do_not_meet_break_something() {
    for thresholds in [[1, 2, 2], [2, 2, 1]] {
        assert!(!breaks(|| Rig::new(&[1, 1, 1], &thresholds, |_| {}), 60, MIX).is_empty(), "{thresholds:?}");
    }
}
