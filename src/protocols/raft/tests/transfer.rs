//! The lead is handed over.

use super::*;
use crate::model::Outcome;

#[test]
fn a_leader_hands_over_to_whoever_has_most() {
    let mut rig = cluster(3, switch("checkquorum"));
    settled(&mut rig, s(1));
    rig.request(s(1), write(0));
    rig.deliver_among(&[s(1), s(3)]);
    rig.fire(s(1), Timer::Transfer);
    assert_eq!(rig.fired(s(1), "TellToStand"), 1);
    let id = rig.request(s(1), write(1));
    assert_eq!((rig.reply(id), rig.fired(s(1), "RefuseWhileHanding")), (Some(Outcome::Redirect(None)), 1));
    assert_eq!(rig.on_way(s(1), s(3)).last(), Some(&"TimeoutNow"));
    rig.deliver_all();
    // Although all have heard from S1 a moment ago.
    assert!(leads(&rig, s(3)) && !leads(&rig, s(1)));
    assert_eq!(rig.timer(s(1), Timer::Transfer), None);
}

#[test]
fn the_successor_gets_the_rest_of_the_log_first() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    rig.request(s(1), write(0));
    rig.fire(s(1), Timer::Transfer);
    assert_eq!((rig.fired(s(1), "HandOver"), rig.fired(s(1), "TellToStand")), (1, 0));
    rig.deliver_all();
    assert!(leads(&rig, s(2)));
    assert_eq!(rig.node(s(2)).durable.log.last_index(), 3);
}

#[test]
fn a_transfer_that_takes_too_long_is_given_up() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    rig.fire(s(1), Timer::Transfer);
    let late = rig.take(s(1), s(2));
    rig.timeout(s(1), Timer::Transfer);
    assert_eq!(rig.fired(s(1), "GiveUpTransfer"), 1);
    let id = rig.request(s(1), write(0));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    // Told of it after all, and late: another election, and nothing worse.
    rig.inject(s(1), s(2), late.clone());
    rig.deliver_all();
    assert!(leads(&rig, s(2)));
    rig.inject(s(1), s(3), late);
    assert_eq!(rig.fired(s(3), "IgnoreStale"), 1);
}

#[test]
fn a_lease_does_not_outlive_a_transfer() {
    let mut rig = cluster(3, |settings| settings.set("reads", SettingValue::Choice(2)));
    settled(&mut rig, s(1));
    rig.fire(s(1), Timer::Transfer);
    rig.timeout(s(1), Timer::Transfer);
    rig.request(s(1), crate::model::Op::Read { key: crate::model::Key(0) });
    assert_eq!((rig.fired(s(1), "ReadByLease"), rig.fired(s(1), "HoldRead")), (0, 1));
}

#[test]
fn without_another_vote_there_is_nobody() {
    let mut rig = Rig::<Raft>::new(&[1, 0, 0], &[1, 1], |_| {}).after_each(Raft::invariants);
    settled(&mut rig, s(1));
    rig.fire(s(1), Timer::Transfer);
    assert_eq!(rig.fired(s(1), "NobodyToHandTo"), 1);
}
