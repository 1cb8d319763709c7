//! What clients are told, and that nothing is done twice.

use super::*;
use crate::model::{Key, Op, Outcome, Value};

const X: Key = Key(0);

#[test]
fn a_leader_answers_once_it_is_committed() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    let write = rig.request(s(1), Op::Write { key: X, value: Value(7) });
    assert_eq!(rig.reply(write), None);
    rig.deliver_all();
    assert_eq!(rig.reply(write), Some(Outcome::Done));
    for (op, outcome) in [
        (Op::Read { key: X }, Outcome::Value(Some(Value(7)))),
        (Op::Read { key: Key(1) }, Outcome::Value(None)),
        (Op::Cas { key: X, expect: Value(7), value: Value(8) }, Outcome::Done),
        (Op::Cas { key: X, expect: Value(7), value: Value(9) }, Outcome::Differs),
        (Op::Read { key: X }, Outcome::Value(Some(Value(8)))),
    ] {
        let id = rig.request(s(1), op);
        rig.deliver_all();
        assert_eq!(rig.reply(id), Some(outcome), "{op}");
    }
}

#[test]
fn others_redirect() {
    let mut rig = cluster(3, |_| {});
    let id = rig.request(s(2), write(0));
    assert_eq!(rig.reply(id), Some(Outcome::Redirect(None)));
    settled(&mut rig, s(1));
    rig.request_as(s(2), id, write(0));
    assert_eq!(rig.reply(id), Some(Outcome::Redirect(Some(s(1)))));
}

#[test]
fn a_retry_is_appended_and_applied_once() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    let cas = Op::Cas { key: X, expect: Value(1), value: Value(2) };
    rig.request(s(1), write(1));
    let id = rig.request(s(1), cas);
    rig.request_as(s(1), id, cas);
    assert_eq!(rig.fired(s(1), "AwaitRetry"), 1);
    rig.deliver_all();
    rig.request_as(s(1), id, cas);
    assert_eq!(rig.fired(s(1), "AnswerRetry"), 1);
    rig.deliver_all();
    assert_eq!(terms(&rig, s(1)).len(), 3);
    let answers: Vec<Outcome> = rig
        .replies()
        .iter()
        .filter(|(_, request, _)| *request == id)
        .map(|(_, _, outcome)| *outcome)
        .collect();
    assert_eq!(answers, [Outcome::Done, Outcome::Done]);
}

#[test]
fn a_retry_at_the_next_leader_is_answered_and_not_appended_again() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    let id = rig.request(s(1), write(1));
    rig.deliver(s(1), s(2));
    rig.crash(s(1));
    rig.drop_all();
    rig.timeout(s(2), Timer::Election);
    rig.deliver(s(2), s(3));
    rig.deliver(s(3), s(2));
    assert!(leads(&rig, s(2)));
    rig.request_as(s(2), id, write(1));
    assert_eq!(rig.fired(s(2), "AwaitRetry"), 1);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(terms(&rig, s(2)), [1, 1, 2]);
    // After a restart, too, when the machine has been built again.
    rig.crash(s(3));
    rig.restart(s(1));
    rig.timeout(s(2), Timer::Heartbeat);
    rig.deliver_all();
    rig.crash(s(2));
    rig.restart(s(2));
    rig.timeout(s(2), Timer::Election);
    rig.deliver_all();
    rig.timeout(s(2), Timer::Heartbeat);
    rig.deliver_all();
    assert!(leads(&rig, s(2)));
    rig.request_as(s(2), id, write(1));
    assert_eq!(rig.fired(s(2), "AnswerRetry"), 1);
}

#[test]
fn a_read_that_is_asked_again_is_read_again() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    let read = Op::Read { key: X };
    let id = rig.request(s(1), read);
    rig.request_as(s(1), id, read);
    rig.deliver_all();
    assert_eq!((rig.reply(id), terms(&rig, s(1)).len()), (Some(Outcome::Value(None)), 2));
    rig.request(s(1), write(3));
    rig.request_as(s(1), id, read);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Value(Some(Value(3)))));
}

#[test]
fn a_server_alone_commits_behind_its_own_write() {
    let mut rig = cluster(1, |_| {});
    rig.timeout(s(1), Timer::Election);
    let id = rig.request(s(1), write(1));
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.inspect(s(1)).commit, 2);
}
