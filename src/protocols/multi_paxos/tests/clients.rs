//! What clients are told, and that nothing is done twice.

use super::*;
use crate::model::Key;

const X: Key = Key(0);

#[test]
fn a_leader_answers_once_it_is_chosen() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    for (op, outcome) in [
        (Op::Write { key: X, value: Value(7) }, Outcome::Done),
        (Op::Read { key: X }, Outcome::Value(Some(Value(7)))),
        (Op::Read { key: Key(1) }, Outcome::Value(None)),
        (Op::Cas { key: X, expect: Value(7), value: Value(8) }, Outcome::Done),
        (Op::Cas { key: X, expect: Value(7), value: Value(9) }, Outcome::Differs),
    ] {
        let id = rig.request(s(1), op);
        assert_eq!(rig.reply(id), None);
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

/// Under a stable leader a command takes 2(n − 1) messages and two delays.
#[test]
fn a_command_takes_phase_2_alone() {
    let mut rig = cluster(5, |_| {});
    settled(&mut rig, s(1));
    let id = rig.request(s(1), write(0));
    assert_eq!(rig.pool().len(), 4);
    (2..=5).for_each(|node| rig.deliver(s(1), s(node)));
    assert_eq!(rig.pool().len(), 4);
    (2..=3).for_each(|node| rig.deliver(s(node), s(1)));
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    rig.deliver_all();
    // The others hear of it with the next command.
    assert_eq!(chosen(&rig, s(5)), 0);
    rig.request(s(1), write(1));
    rig.deliver_all();
    assert_eq!((chosen(&rig, s(5)), rig.fired(s(5), "HearChosen")), (1, 1));
}

#[test]
fn a_retry_is_proposed_and_executed_once() {
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
    assert_eq!(chosen(&rig, s(1)), 2);
    let answers: Vec<Outcome> = rig
        .replies()
        .iter()
        .filter(|(_, request, _)| *request == id)
        .map(|(_, _, outcome)| *outcome)
        .collect();
    assert_eq!(answers, [Outcome::Done, Outcome::Done]);
}

/// A new leader may propose a request that an old one has proposed: it takes effect once.
#[test]
fn a_retry_at_the_next_leader_takes_effect_once() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    rig.request(s(1), write(1));
    let cas = Op::Cas { key: X, expect: Value(1), value: Value(2) };
    let id = rig.request(s(1), cas);
    rig.deliver(s(1), s(2));
    rig.deliver(s(1), s(2));
    rig.crash(s(1));
    rig.drop_all();
    elect(&mut rig, s(2), &[s(3)]);
    rig.request_as(s(2), id, cas);
    rig.deliver_all();
    assert_eq!((rig.reply(id), chosen(&rig, s(2))), (Some(Outcome::Done), 3));
    // From its disk, too, a node knows what was done.
    beat(&mut rig, s(2));
    rig.restart(s(1));
    beat(&mut rig, s(2));
    rig.crash(s(2));
    rig.restart(s(2));
    elect(&mut rig, s(2), &[s(1), s(3)]);
    rig.deliver_all();
    rig.request_as(s(2), id, cas);
    assert_eq!((rig.reply(id), rig.fired(s(2), "AnswerRetry")), (Some(Outcome::Done), 1));
}

#[test]
fn the_window_bounds_what_is_under_way() {
    let mut rig = cluster(3, number("window", 2));
    settled(&mut rig, s(1));
    let ids: Vec<RequestId> = (0..5).map(|value| rig.request(s(1), write(value))).collect();
    assert_eq!(rig.fired(s(1), "AwaitWindow"), 3);
    assert_eq!(rig.pool().len(), 4);
    rig.deliver_all();
    assert!(ids.iter().all(|id| rig.reply(*id) == Some(Outcome::Done)));
    assert_eq!(chosen(&rig, s(1)), 5);
}

#[test]
fn a_node_alone_chooses_behind_its_own_write() {
    let mut rig = cluster(1, |_| {});
    rig.timeout(s(1), Timer::Election);
    let id = rig.request(s(1), write(1));
    assert_eq!((rig.reply(id), chosen(&rig, s(1))), (Some(Outcome::Done), 1));
}
