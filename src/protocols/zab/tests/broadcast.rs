//! Broadcast, channels and clients.

use super::*;
use crate::model::{Key, Op, Outcome, SettingValue, Value};
use crate::protocols::zab::Body;

const READ: Op = Op::Read { key: Key(0) };

fn local(settings: &mut Settings) {
    settings.set("reads", SettingValue::Choice(1));
}

#[test]
fn a_quorum_commits_and_the_asked_server_answers() {
    let mut rig = led(3, |_| {});
    let id = rig.request(s(1), write(4));
    rig.deliver(s(1), s(3));
    assert_eq!((rig.on_way(s(3), s(1)), rig.on_way(s(3), s(2))), (vec!["PROPOSE"], vec!["PROPOSE"]));
    rig.deliver(s(3), s(2));
    rig.deliver(s(2), s(3));
    assert_eq!(delivered(&rig, s(3)), [4], "its own and S2's are a quorum");
    assert_eq!(rig.reply(id), None);
    rig.deliver(s(3), s(1));
    rig.deliver(s(3), s(1));
    assert_eq!((delivered(&rig, s(1)), rig.reply(id)), (vec![4], Some(Outcome::Done)));
    // A retry is answered, elsewhere too, and not proposed again.
    rig.deliver_all();
    rig.request_as(s(2), id, write(4));
    rig.request_as(s(3), id, write(4));
    assert_eq!((rig.replies().len(), rig.pool().len()), (3, 0));
}

#[test]
fn one_request_is_proposed_once_however_often_it_is_asked() {
    let mut rig = led(3, |_| {});
    let id = rig.request(s(1), write(4));
    rig.request_as(s(2), id, write(4));
    rig.request_as(s(3), id, write(4));
    rig.deliver_all();
    assert_eq!(history(&rig, s(3)), [(1, 1)]);
    assert_eq!(rig.replies().len(), 3, "each that was asked has answered");
}

#[test]
fn what_comes_early_is_held_and_what_comes_twice_is_dropped() {
    let mut rig = led(3, |_| {});
    rig.request(s(3), write(1));
    rig.request(s(3), write(2));
    let (first, second) = (rig.take(s(3), s(1)), rig.take(s(3), s(1)));
    rig.inject(s(3), s(1), second.clone());
    assert_eq!((rig.fired(s(1), "HoldEarly"), history(&rig, s(1))), (1, vec![]));
    rig.inject(s(3), s(1), first.clone());
    assert_eq!(history(&rig, s(1)), [(1, 1), (1, 2)]);
    rig.inject(s(3), s(1), first);
    rig.inject(s(3), s(1), second);
    assert_eq!((rig.fired(s(1), "DropDouble"), history(&rig, s(1)).len()), (2, 2));
    rig.deliver_all();
    assert_eq!(delivered(&rig, s(1)), [1, 2]);
}

#[test]
fn a_hole_is_found_by_silence_and_repaired_by_a_new_connection() {
    let mut rig = led(3, |_| {});
    rig.request(s(3), write(1));
    rig.drop_to(s(1));
    rig.request(s(3), write(2));
    rig.timeout(s(3), Timer::Tick);
    rig.deliver_all();
    // Nothing of what came after it counts as a sign of life.
    assert_eq!((history(&rig, s(1)), rig.fired(s(1), "HearPing")), (vec![], 0));
    rig.timeout(s(1), Timer::Contact);
    rig.deliver_all();
    assert_eq!((role(&rig, s(1)), delivered(&rig, s(1))), ("follower", vec![1, 2]));
    assert!(rig.broken().is_empty());
}

#[test]
fn a_leader_without_its_quorum_gives_up_and_one_with_it_goes_on() {
    let mut rig = led(3, |_| {});
    rig.timeout(s(3), Timer::Contact);
    rig.timeout(s(3), Timer::Tick);
    rig.deliver(s(3), s(1));
    rig.deliver(s(1), s(3));
    rig.timeout(s(3), Timer::Contact);
    assert_eq!((role(&rig, s(3)), rig.fired(s(3), "KeepLeading")), ("leader", 2));
    rig.timeout(s(3), Timer::Contact);
    assert_eq!((role(&rig, s(3)), rig.fired(s(3), "GiveUp")), ("looking", 1));
}

#[test]
fn a_local_read_may_be_behind_and_an_ordered_one_is_not() {
    for (tune, seen) in [(local as fn(&mut Settings), None), (|_| {}, Some(Value(9)))] {
        let mut rig = led(3, tune);
        rig.request(s(3), write(9));
        rig.deliver(s(3), s(2));
        rig.deliver(s(2), s(3));
        // Committed, and S1 has not heard of it.
        let read = rig.request(s(1), READ);
        if seen.is_none() {
            assert_eq!(rig.reply(read), Some(Outcome::Value(None)), "answered at once");
        }
        rig.deliver_all();
        assert_eq!(rig.reply(read), Some(Outcome::Value(seen)));
    }
}

#[test]
fn a_read_that_was_answered_is_read_again() {
    let mut rig = led(3, |_| {});
    let read = rig.request(s(1), READ);
    rig.deliver_all();
    rig.request(s(2), write(5));
    rig.deliver_all();
    rig.request_as(s(1), read, READ);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(5)))));
    assert_eq!(history(&rig, s(3)).len(), 2);
}

#[test]
fn odd_messages_change_nothing_and_are_said() {
    let mut rig = led(3, |_| {});
    let before = rig.node(s(1)).clone();
    let odd = [
        Body::Propose { counter: 1, command: Command::NOOP },
        Body::Commit { counter: 9 },
        Body::NewEpoch,
        Body::UpToDate { commit: Zxid { epoch: 9, counter: 9 } },
        Body::Ack { counter: 3 },
        Body::Pong,
    ];
    for body in odd {
        for (epoch, session) in [(0, 0), (1, 99), (7, 1), (u32::MAX, u32::MAX)] {
            for from in [s(1), s(2), s(3)] {
                let message = Message::Channel { epoch, session, number: u32::MAX, body: body.clone() };
                rig.inject(from, s(1), message);
            }
        }
        let said = rig.rules(s(1)).len();
        rig.inject(s(2), s(1), Message::FollowerInfo { accepted: u32::MAX });
        assert_eq!(rig.rules(s(1)).len(), said + 1);
    }
    assert_eq!(*rig.node(s(1)), before);
    for timer in [Timer::Notify, Timer::Settle, Timer::Tick] {
        rig.fire(s(1), timer);
    }
    assert_eq!(*rig.node(s(1)), before);
    assert_eq!(rig.fired(s(1), "IgnoreTimer"), 3);
}

#[test]
fn any_machine_may_be_driven() {
    let machine = |place| move |settings: &mut Settings| settings.set("machine", SettingValue::Choice(place));
    // Locks are told the time first, and a retry is told the same token.
    let mut rig = led(3, machine(2));
    let acquire = Op::Acquire { key: Key(0) };
    let first = rig.request(s(1), acquire);
    rig.deliver_all();
    assert_eq!(rig.reply(first), Some(Outcome::Granted(1)));
    let other = RequestId { client: ClientId(7), seq: 1 };
    rig.request_as(s(2), other, acquire);
    rig.deliver_all();
    assert_eq!(rig.reply(other), Some(Outcome::Held));
    rig.request_as(s(3), first, acquire);
    assert_eq!(rig.reply(first), Some(Outcome::Granted(1)));
    assert!(history(&rig, s(1)).len() >= 2 && rig.broken().is_empty());
    // A file system answers reads too.
    let mut rig = led(3, machine(3));
    let path = crate::model::Path::default();
    let list = rig.request(s(1), Op::Tree(crate::model::TreeOp::List(path)));
    rig.deliver_all();
    assert_eq!(rig.reply(list), Some(Outcome::Names(0)));
}

/// What is said in brief has the facts that its word names, and every rule that fires has its sentence.
#[test]
fn every_message_has_its_word() {
    use crate::model::Message as _;
    let entries: std::sync::Arc<[Entry]> = std::sync::Arc::new([]);
    let zxid = |epoch, counter| Zxid { epoch, counter };
    let sync = |keep, from| {
        Body::Sync(super::super::Sync { from, snapshot: None, keep, entries: entries.clone() }.into())
    };
    let command = Command::NOOP;
    let bodies = [
        (Body::NewEpoch, "NEWEPOCH"),
        (Body::AckEpoch { current: 1, last: zxid(1, 2), counts: true }, "ACKEPOCH"),
        (Body::AckEpoch { current: 1, last: zxid(1, 2), counts: false }, "ACKEPOCH-again"),
        (sync(zxid(1, 2), zxid(1, 2)), "DIFF"),
        (sync(zxid(1, 2), zxid(1, 3)), "TRUNC"),
        (Body::NewLeader, "NEWLEADER"),
        (Body::AckNewLeader, "ACK-NEWLEADER"),
        (Body::UpToDate { commit: zxid(1, 1) }, "UPTODATE"),
        (Body::Propose { counter: 1, command }, "PROPOSE"),
        (Body::Ack { counter: 1 }, "ACK"),
        (Body::Commit { counter: 1 }, "COMMIT"),
        (Body::Inform { counter: 1, command }, "INFORM"),
        (Body::Request(command), "REQUEST"),
        (Body::Ping, "PING"),
        (Body::Pong, "PONG"),
    ];
    for (body, name) in bodies {
        let fact = Message::Channel { epoch: 3, session: 1, number: 0, body }.brief();
        let word = &crate::protocols::zab::SPEC.messages[usize::from(fact.code)];
        assert_eq!((word.name, fact.args[0]), (name, 3), "the epoch comes first");
    }
}
