//! The log gives way to snapshots.

use super::*;
use crate::model::{Op, Outcome};
use crate::quorum::Rule;

fn every(entries: u32) -> impl FnOnce(&mut Settings) {
    move |settings| settings.set("snapshot-every", SettingValue::Number(entries))
}

fn writes(rig: &mut Rig<Raft>, count: u32) {
    for value in 0..count {
        rig.request(s(1), write(value));
    }
}

#[test]
fn a_follower_that_lags_gets_the_snapshot() {
    let mut rig = cluster(3, every(4));
    settled(&mut rig, s(1));
    writes(&mut rig, 9);
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(rig.fired(s(1), "TakeSnapshot"), 2);
    let base = rig.node(s(1)).durable.log.base();
    assert_eq!(base.index, 8);
    rig.drop_all();
    beat(&mut rig, s(1));
    assert_eq!((rig.fired(s(1), "SendSnapshot"), rig.fired(s(3), "InstallSnapshot")), (1, 1));
    assert_eq!(rig.node(s(3)).machine, rig.node(s(1)).machine);
    assert_eq!(rig.inspect(s(3)).commit, 10);
    assert_eq!(rig.node(s(3)).durable.log.base(), base);
    // Once more: nothing changes.
    let snapshot = rig.disk(s(1)).snapshot.clone().expect("a snapshot");
    let before = rig.node(s(3)).clone();
    rig.inject(s(1), s(3), super::super::Message::InstallSnapshot { term: 1, snapshot });
    assert_eq!((rig.fired(s(3), "HaveSnapshot"), rig.node(s(3)) == &before), (1, true));
}

#[test]
fn a_restart_goes_on_from_the_snapshot() {
    let mut rig = cluster(3, every(4));
    settled(&mut rig, s(1));
    writes(&mut rig, 5);
    rig.deliver_all();
    beat(&mut rig, s(1));
    let before = rig.node(s(2)).machine.clone();
    rig.crash(s(2));
    rig.restart(s(2));
    assert_eq!(rig.inspect(s(2)).commit, rig.disk(s(2)).log.base().index);
    assert!(rig.inspect(s(2)).commit >= 4);
    beat(&mut rig, s(1));
    assert_eq!(rig.node(s(2)).machine, before);
    // A retry is known although its entry is gone.
    let id = rig.replies()[0].1;
    rig.request_as(s(1), id, write(0));
    assert_eq!((rig.fired(s(1), "AnswerRetry"), rig.reply(id)), (1, Some(Outcome::Done)));
}

#[test]
fn late_appends_of_what_is_compacted_change_nothing() {
    let mut rig = cluster(3, every(2));
    settled(&mut rig, s(1));
    rig.request(s(1), write(0));
    rig.double(s(1), s(2));
    rig.deliver(s(1), s(2));
    let late = rig.take(s(1), s(2));
    rig.request(s(1), write(1));
    rig.deliver_all();
    beat(&mut rig, s(1));
    let before = rig.node(s(2)).clone();
    assert!(before.durable.log.base().index >= 2);
    rig.inject(s(1), s(2), late);
    assert_eq!(rig.node(s(2)), &before);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn a_snapshot_carries_the_configuration() {
    let later = [Rule::new(&[0, 1, 1, 1], &[2, 2])];
    let mut rig = Rig::<Raft>::planned(&[1, 1, 1, 0], &[2, 2], &later, every(2))
        .watch(properties())
        .after_each(Raft::invariants);
    settled(&mut rig, s(2));
    rig.request(s(2), Op::Reweigh { to: 0 });
    rig.deliver_among(&[s(2), s(3), s(4)]);
    for value in 0..4 {
        rig.request(s(2), write(value));
    }
    rig.deliver_among(&[s(2), s(3), s(4)]);
    rig.drop_all();
    beat(&mut rig, s(2));
    assert_eq!(rig.fired(s(1), "InstallSnapshot"), 1);
    rig.fire(s(1), Timer::Election);
    assert_eq!(rig.fired(s(1), "StayLearner"), 1, "as the snapshot says");
    rig.crash(s(1));
    rig.restart(s(1));
    rig.fire(s(1), Timer::Election);
    assert_eq!(rig.fired(s(1), "StayLearner"), 2, "as its disk says");
}
