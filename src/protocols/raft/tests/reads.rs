//! Reads outside the log: the litmus raft-readindex, leases.

use super::*;
use crate::model::{Key, Op, Outcome, Value};

const READ: Op = Op::Read { key: Key(0) };

fn choose(reads: u8) -> impl FnOnce(&mut Settings) {
    move |settings| settings.set("reads", SettingValue::Choice(reads))
}

fn lets_pass(rig: &mut Rig<Raft>, ms: u32) {
    (0..ms).for_each(|_| rig.fire(s(3), Timer::Quorum));
}

/// S1 is cut off; S2 leads the rest and has committed a later write.
fn deposed(tune: impl FnOnce(&mut Settings)) -> Rig<Raft> {
    let mut rig = cluster(3, tune);
    settled(&mut rig, s(1));
    rig.request(s(1), write(1));
    rig.deliver_all();
    lets_pass(&mut rig, 400);
    for node in [s(2), s(3)] {
        if rig.timer(node, Timer::Contact).is_some() {
            rig.timeout(node, Timer::Contact);
        }
    }
    elect(&mut rig, s(2), &[s(3)]);
    let id = rig.request(s(2), write(2));
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    rig.drop_all();
    rig
}

#[test]
fn a_leader_that_is_cut_off_does_not_answer_a_read_by_read_index() {
    let mut rig = deposed(choose(1));
    let id = rig.request(s(1), READ);
    assert_eq!((rig.reply(id), rig.fired(s(1), "HoldRead")), (None, 1));
    rig.deliver_all();
    assert_eq!(rig.reply(id), None, "it has heard of the other");
    assert!(!leads(&rig, s(1)));
    let again = rig.request(s(2), READ);
    rig.deliver_all();
    assert_eq!(rig.reply(again), Some(Outcome::Value(Some(Value(2)))));
}

#[test]
fn without_it_the_answer_is_stale() {
    let mut rig = deposed(flaw("local-reads"));
    let id = rig.request(s(1), READ);
    assert_eq!(rig.reply(id), Some(Outcome::Value(Some(Value(1)))));
    assert_eq!(rig.fired(s(1), "ReadLocally"), 1);
}

#[test]
fn a_round_that_began_before_the_read_proves_nothing_for_it() {
    let mut rig = cluster(3, choose(1));
    settled(&mut rig, s(1));
    let first = rig.request(s(1), READ);
    rig.deliver(s(1), s(2));
    let second = rig.request(s(1), READ);
    rig.deliver(s(2), s(1));
    assert_eq!(rig.reply(first), Some(Outcome::Value(None)));
    assert_eq!(rig.reply(second), None, "waits for a round of its own");
    rig.request_as(s(1), second, READ);
    assert_eq!(rig.fired(s(1), "AwaitRound"), 1);
    rig.deliver_all();
    assert_eq!(rig.reply(second), Some(Outcome::Value(None)));
    assert_eq!(terms(&rig, s(1)).len(), 1, "nothing of it is in the log");
}

#[test]
fn a_new_leader_reads_only_once_an_entry_of_its_term_is_committed() {
    let mut rig = cluster(3, choose(1));
    elect(&mut rig, s(1), &[s(2)]);
    let id = rig.request(s(1), READ);
    assert_eq!((rig.reply(id), rig.fired(s(1), "HoldReadForTerm")), (None, 1));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Value(None)));
}

#[test]
fn a_lease_answers_at_once_until_it_is_over() {
    let mut rig = cluster(3, choose(2));
    settled(&mut rig, s(1));
    let id = rig.request(s(1), READ);
    assert_eq!((rig.reply(id), rig.fired(s(1), "ReadByLease")), (Some(Outcome::Value(None)), 1));
    rig.drop_all();
    // 150 ms less a fifth.
    lets_pass(&mut rig, 121);
    let id = rig.request(s(1), READ);
    assert_eq!((rig.reply(id), rig.fired(s(1), "HoldRead")), (None, 1));
    let mut rig = deposed(choose(2));
    let id = rig.request(s(1), READ);
    assert_eq!(rig.reply(id), None);
}

#[test]
fn servers_keep_to_a_leader_whose_lease_may_hold() {
    let mut rig = cluster(3, choose(2));
    settled(&mut rig, s(1));
    // By hand, before its time.
    rig.fire(s(2), Timer::Election);
    assert_eq!((rig.fired(s(2), "KeepPromise"), term(&rig, s(2))), (1, 1));
    // A restart forgets that the leader was heard, and so waits.
    rig.crash(s(3));
    rig.restart(s(3));
    assert_eq!(rig.fired(s(3), "HoldStill"), 1);
    rig.timeout(s(2), Timer::Contact);
    rig.timeout(s(2), Timer::Election);
    rig.deliver(s(2), s(3));
    assert_eq!((rig.fired(s(3), "IgnoreDisruptive"), term(&rig, s(3))), (1, 1));
    rig.timeout(s(3), Timer::Contact);
    rig.drop_all();
    elect(&mut rig, s(2), &[s(3)]);
}

#[test]
fn by_a_lease_on_a_slow_clock_the_answer_is_stale() {
    let mut rig = cluster(3, flaw("lease-drifts"));
    settled(&mut rig, s(1));
    for node in [s(2), s(3)] {
        rig.timeout(node, Timer::Contact);
    }
    elect(&mut rig, s(2), &[s(3)]);
    rig.request(s(2), write(2));
    rig.deliver_among(&[s(2), s(3)]);
    let id = rig.request(s(1), READ);
    assert_eq!(rig.reply(id), Some(Outcome::Value(None)));
    assert_eq!(rig.fired(s(1), "ReadByBadLease"), 1);
}
