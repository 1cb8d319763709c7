//! Reads that a leader answers alone.

use super::*;
use crate::model::Key;

const X: Key = Key(0);

fn leased(long: bool) -> Rig<MultiPaxos> {
    cluster(3, |settings| {
        settings.set("leases", SettingValue::Switch(true));
        settings.set_flaw("long-lease", long);
    })
}

/// Lets so many ms pass: the rig's clock goes on by one with each input.
fn pass(rig: &mut Rig<MultiPaxos>, ms: u32) {
    (0..ms).for_each(|_| rig.inject(s(1), s(3), Message::Learn { ballot: Ballot::ZERO, first: 1_000 }));
}

#[test]
fn a_read_under_a_lease_takes_no_message() {
    let mut rig = leased(false);
    settled(&mut rig, s(1));
    rig.request(s(1), write(7));
    rig.deliver_all();
    // Before anybody has heard a heartbeat there is no lease.
    let early = rig.request(s(1), Op::Read { key: X });
    assert_eq!(rig.reply(early), None);
    rig.deliver_all();
    beat(&mut rig, s(1));
    let read = rig.request(s(1), Op::Read { key: X });
    assert_eq!((rig.reply(read), rig.pool().len()), (Some(Outcome::Value(Some(Value(7)))), 0));
    // A lease ends before the shortest election time-out is over.
    pass(&mut rig, 140);
    let late = rig.request(s(1), Op::Read { key: X });
    assert_eq!((rig.reply(late), rig.fired(s(1), "ReadUnderLease")), (None, 1));
}

#[test]
fn who_has_granted_a_lease_promises_nothing_to_others_and_does_not_stand() {
    let mut rig = leased(false);
    settled(&mut rig, s(1));
    beat(&mut rig, s(1));
    rig.timeout(s(2), Timer::Election);
    assert_eq!((rig.fired(s(2), "StayBound"), rig.pool().len()), (1, 0));
    // One that has granted nothing asks in vain.
    let ask = Message::Prepare { ballot: ballot(2, s(2)), first: 1 };
    rig.inject(s(2), s(3), ask.clone());
    assert_eq!(rig.fired(s(3), "RefuseBound"), 1);
    pass(&mut rig, 160);
    rig.inject(s(2), s(3), ask);
    assert_eq!(rig.fired(s(3), "Promise"), 2);
    // After a restart it does not know what it has granted, and waits.
    rig.crash(s(3));
    rig.restart(s(3));
    rig.inject(s(2), s(3), Message::Prepare { ballot: ballot(3, s(2)), first: 1 });
    assert_eq!(rig.fired(s(3), "RefuseBound"), 2);
}

#[test]
fn a_candidate_that_is_refused_for_a_lease_waits() {
    let mut rig = leased(false);
    settled(&mut rig, s(1));
    rig.timeout(s(1), Timer::Heartbeat);
    rig.deliver(s(1), s(3));
    rig.drop_to(s(2));
    rig.timeout(s(2), Timer::Election);
    rig.deliver(s(2), s(3));
    rig.drop_to(s(1));
    rig.deliver(s(3), s(2));
    assert_eq!((rig.fired(s(2), "CountBound"), rig.inspect(s(2)).role), (1, 1));
}

/// A lease that outlives the grants: a new leader is there, and the old one answers.
#[test]
fn a_lease_that_is_too_long_reads_the_past() {
    for long in [false, true] {
        let mut rig = leased(long);
        settled(&mut rig, s(1));
        beat(&mut rig, s(1));
        pass(&mut rig, 160);
        elect(&mut rig, s(2), &[s(3)]);
        rig.drop_to(s(1));
        let write = rig.request(s(2), write(7));
        rig.drop_to(s(1));
        rig.deliver_all();
        assert_eq!(rig.reply(write), Some(Outcome::Done));
        let read = rig.request(s(1), Op::Read { key: X });
        assert_eq!(rig.reply(read), long.then_some(Outcome::Value(None)), "the write is done");
    }
}

/// What may have been chosen before its time a new leader has to execute before it reads alone.
#[test]
fn a_new_leader_executes_what_it_inherits_before_it_reads() {
    let mut rig = leased(false);
    settled(&mut rig, s(1));
    let id = rig.request(s(1), write(7));
    rig.deliver_all();
    assert_eq!((rig.reply(id), chosen(&rig, s(2))), (Some(Outcome::Done), 0));
    rig.crash(s(1));
    pass(&mut rig, 160);
    elect(&mut rig, s(2), &[s(3)]);
    rig.drop_all();
    rig.timeout(s(2), Timer::Heartbeat);
    while rig.on_way(s(2), s(3)) != ["Heartbeat"] {
        rig.take(s(2), s(3));
    }
    rig.deliver(s(2), s(3));
    rig.deliver_where(|parcel| matches!(parcel.message, Message::Heard { .. }));
    assert!(rig.fired(s(2), "CountHeard") > 0);
    let read = rig.request(s(2), Op::Read { key: X });
    assert_eq!(rig.reply(read), None, "slot 1 is not chosen again yet");
}
