//! Hand-made schedules: what is lost, and how.

use super::{PrimaryBackup, Timer};
use crate::check::{AnsweredKept, LogMatching, OnePrimary, Property, Validity};
use crate::model::{Ballot, Key, NodeId, Op, Outcome, SettingValue, Value};
use crate::protocols::rig::{Rig, Storm, s, write};

fn properties() -> Vec<Box<dyn Property>> {
    vec![
        Box::new(LogMatching::new()),
        Box::new(Validity::new()),
        Box::new(OnePrimary),
        Box::new(AnsweredKept::default()),
    ]
}

fn rig(nodes: usize) -> Rig<PrimaryBackup> {
    let mut rig: Rig<PrimaryBackup> = Rig::majority(nodes).watch(properties());
    rig.deliver_all();
    rig
}

const READ: Op = Op::Read { key: Key(0) };

fn last(rig: &Rig<PrimaryBackup>, node: u8) -> u32 {
    rig.disk(s(node)).log.last_index()
}

fn all_alike(rig: &Rig<PrimaryBackup>) -> bool {
    rig.ids().all(|node| rig.disk(node).log == rig.disk(s(1)).log)
}

#[test]
fn the_primary_answers_before_anybody_else_has_the_write() {
    let mut rig = rig(3);
    assert!(rig.inspect(s(1)).leads);
    let id = rig.request(s(1), write(0));
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!((last(&rig, 1), last(&rig, 2), last(&rig, 3)), (1, 0, 0));
    rig.deliver_all();
    assert!(all_alike(&rig));
    assert_eq!(rig.decides().iter().filter(|(_, slot, _)| *slot == 1).count(), 3);
    let read = rig.request(s(1), READ);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(0)))));
    let elsewhere = rig.request(s(3), READ);
    assert_eq!(rig.reply(elsewhere), Some(Outcome::Redirect(Some(s(1)))));
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn a_retry_is_applied_once() {
    let mut rig = rig(3);
    let id = rig.request(s(1), Op::Cas { key: Key(0), expect: Value(0), value: Value(1) });
    rig.request_as(s(1), id, Op::Cas { key: Key(0), expect: Value(0), value: Value(1) });
    rig.deliver_all();
    assert_eq!((rig.reply(id), last(&rig, 2)), (Some(Outcome::Differs), 1));
    rig.crash(s(1));
    rig.timeout(s(2), Timer::Failover);
    rig.deliver_all();
    rig.request_as(s(2), id, Op::Cas { key: Key(0), expect: Value(0), value: Value(1) });
    assert_eq!((rig.reply(id), last(&rig, 2)), (Some(Outcome::Differs), 1));
}

/// The last write before a crash is gone, and its client was told that it is done.
#[test]
fn a_crash_loses_what_was_acknowledged_and_not_shipped() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.deliver_all();
    let lost = rig.request(s(1), write(1));
    assert_eq!(rig.reply(lost), Some(Outcome::Done));
    rig.crash(s(1));
    rig.drop_all();
    rig.timeout(s(2), Timer::Failover);
    rig.deliver_all();
    assert_eq!(rig.inspect(s(2)).epoch, Ballot::new(2, s(2)).bits());
    assert_eq!(rig.broken(), ["answered-kept"]);
    // Back again, the old primary gives up what nobody else has.
    rig.restart(s(1));
    rig.timeout(s(2), Timer::Heartbeat);
    rig.deliver_all();
    rig.timeout(s(2), Timer::Heartbeat);
    rig.deliver_all();
    assert_eq!(rig.fired(s(1), "Discard"), 1);
    assert!(all_alike(&rig) && last(&rig, 1) == 1);
}

#[test]
fn a_partition_has_two_primaries_and_heals_to_one_log() {
    let mut rig = rig(5);
    rig.request(s(1), write(0));
    rig.deliver_all();
    rig.timeout(s(4), Timer::Failover);
    rig.deliver_among(&[s(3), s(4), s(5)]);
    let (one, two) = (rig.request(s(1), write(1)), rig.request(s(4), write(2)));
    let others: Vec<NodeId> = vec![s(3), s(4), s(5)];
    rig.deliver_among(&others);
    assert_eq!((rig.reply(one), rig.reply(two)), (Some(Outcome::Done), Some(Outcome::Done)));
    assert_eq!(rig.broken(), ["one-primary", "answered-kept"]);
    rig.deliver_all();
    for _ in 0..3 {
        rig.timeout(s(4), Timer::Heartbeat);
        rig.deliver_all();
    }
    assert!(!rig.inspect(s(1)).leads && rig.fired(s(1), "StepDown") == 1);
    assert!(all_alike(&rig) && last(&rig, 1) == 2);
    let read = rig.request(s(4), READ);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(2)))));
}

#[test]
fn two_that_take_over_at_once_have_different_epochs_and_the_lower_gives_way() {
    let mut rig = rig(5);
    rig.crash(s(1));
    rig.timeout(s(2), Timer::Failover);
    rig.timeout(s(5), Timer::Failover);
    rig.deliver_all();
    let leads: Vec<NodeId> = rig.ids().filter(|node| rig.is_up(*node) && rig.inspect(*node).leads).collect();
    assert_eq!(leads, [s(5)]);
}

#[test]
fn waiting_for_backups_delays_the_answer_and_who_takes_over_asks_nobody_all_the_same() {
    let wait = |settings: &mut crate::model::Settings| settings.set("wait", SettingValue::Switch(true));
    let mut rig: Rig<PrimaryBackup> = Rig::tuned(3, wait).watch(properties());
    rig.deliver_all();
    let id = rig.request(s(1), write(0));
    assert_eq!(rig.reply(id), None);
    let again = rig.fired(s(1), "WaitsAlready");
    rig.request_as(s(1), id, write(0));
    assert_eq!(rig.fired(s(1), "WaitsAlready"), again + 1);
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    assert_eq!(rig.reply(id), Some(Outcome::Done), "S1 and S2 have it");
    rig.crash(s(1));
    rig.drop_all();
    rig.timeout(s(3), Timer::Failover);
    assert_eq!(rig.broken(), ["answered-kept"], "S3 has not");
}

#[test]
fn a_backup_that_lags_behind_many_writes_is_shipped_each_of_them_once() {
    let mut rig = rig(2);
    (0..200).for_each(|value| {
        rig.request(s(1), write(value));
    });
    rig.deliver_all();
    assert_eq!(rig.fired(s(1), "CountShipped"), 1 + 200, "as it took over, and each write");
    assert!(all_alike(&rig) && last(&rig, 2) == 200);
}

#[test]
fn a_backup_far_behind_catches_up_in_pieces() {
    let mut rig = rig(3);
    rig.crash(s(3));
    for value in 0..300 {
        rig.request(s(1), write(value));
    }
    rig.deliver_all();
    rig.restart(s(3));
    for _ in 0..2 {
        rig.timeout(s(1), Timer::Heartbeat);
        rig.deliver_all();
    }
    assert!(all_alike(&rig) && last(&rig, 3) == 300);
    // Odd and late input is told of, and changes nothing.
    rig.fire(s(1), Timer::Failover);
    rig.fire(s(2), Timer::Heartbeat);
    assert_eq!(rig.fired(s(1), "IgnoredTimer") + rig.fired(s(2), "IgnoredTimer"), 2);
    let lock = rig.request(s(1), Op::Acquire { key: Key(0) });
    assert_eq!(rig.reply(lock), Some(Outcome::Refused));
}

/// What it promises holds in any weather.
#[test]
fn storms_break_nothing_that_is_promised_and_calm_makes_one_log() {
    for seed in 0..100 {
        let mut rig: Rig<PrimaryBackup> =
            Rig::majority(4).watch(vec![Box::new(LogMatching::new()), Box::new(Validity::new())]);
        rig.storm(seed, 600, Storm { request: 80, crash: 8, restart: 30, ..Storm::default() });
        for node in rig.ids().collect::<Vec<_>>() {
            if !rig.is_up(node) {
                rig.restart(node);
            }
        }
        rig.deliver_all();
        let leads = |rig: &Rig<PrimaryBackup>| rig.ids().filter(|node| rig.inspect(*node).leads).count();
        // Nobody asks who has the latest epoch: whoever takes over in an old one is told, and another has to.
        for _ in 0..60 {
            if leads(&rig) == 0 {
                rig.timeout(s(1), Timer::Failover);
                rig.deliver_all();
            }
            for node in rig.ids().filter(|node| rig.inspect(*node).leads).collect::<Vec<_>>() {
                if rig.inspect(node).leads {
                    rig.timeout(node, Timer::Heartbeat);
                    rig.deliver_all();
                }
            }
        }
        assert_eq!((leads(&rig), rig.violations()), (1, &[][..]), "seed {seed}");
        assert!(all_alike(&rig), "seed {seed}");
    }
}
