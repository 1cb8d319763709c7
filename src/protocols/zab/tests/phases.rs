//! Discovery and synchronisation.

use super::*;
use crate::protocols::zab::Body;

/// S3 has been elected by all, and its NEWEPOCH is on its way.
fn asked() -> Rig<Zab> {
    let mut rig = cluster(3, |_| {});
    rig.deliver_where(|parcel| matches!(parcel.message, Message::Notification { .. }));
    for node in [s(1), s(2)] {
        rig.deliver(node, s(3));
    }
    assert_eq!(role(&rig, s(3)), "prospective");
    assert_eq!(rig.on_way(s(3), s(1)), ["NEWEPOCH"]);
    rig
}

#[test]
fn a_quorum_promises_then_takes_the_history_then_serves() {
    let mut rig = asked();
    rig.deliver(s(3), s(1));
    assert_eq!(rig.disk(s(1)).accepted_epoch, 1, "promised on disk");
    assert_eq!(rig.disk(s(1)).current_epoch, 0, "and not entered");
    rig.deliver(s(1), s(3));
    assert_eq!(rig.on_way(s(3), s(1)), ["DIFF", "NEWLEADER"]);
    rig.deliver(s(3), s(1));
    rig.deliver(s(3), s(1));
    assert_eq!(rig.disk(s(1)).current_epoch, 1);
    assert_eq!((role(&rig, s(3)), rig.inspect(s(3)).leads), ("prospective", true));
    rig.deliver(s(1), s(3));
    assert_eq!(role(&rig, s(3)), "leader");
    assert_eq!(rig.on_way(s(3), s(1)), ["UPTODATE"]);
    // Before that nobody serves here.
    let early = rig.request(s(1), write(1));
    assert_eq!(rig.reply(early), Some(crate::model::Outcome::Redirect(None)));
    rig.deliver(s(3), s(1));
    rig.request(s(1), write(1));
    assert_eq!(rig.on_way(s(1), s(3)), ["REQUEST"]);
}

#[test]
fn a_promise_that_was_given_before_does_not_count_again() {
    let mut rig = asked();
    // S1 promises, and the connection breaks before S3 hears of it.
    rig.deliver(s(3), s(1));
    rig.drop_between(s(1), s(3));
    rig.timeout(s(1), Timer::Contact);
    rig.deliver_where(|parcel| matches!(parcel.message, Message::Notification { .. }));
    rig.deliver_among(&[s(1), s(3)]);
    assert_eq!(rig.fired(s(1), "HavePromised"), 1);
    assert_eq!(rig.fired(s(3), "NotAPromise"), 1);
    assert_eq!(role(&rig, s(3)), "prospective");
    assert!(!rig.inspect(s(3)).leads, "S1's promise may have gone to another leader");
    rig.deliver_all();
    assert_eq!(role(&rig, s(3)), "leader", "S2's counts");
    assert_eq!(history(&rig, s(1)), []);
}

#[test]
fn an_epoch_below_the_promise_is_refused_and_the_leader_makes_room() {
    let mut rig = asked();
    // S1 has promised epoch 5 to somebody who is gone.
    let mut disk = rig.disk(s(1)).clone();
    disk.accepted_epoch = 5;
    rig.drop_between(s(1), s(3));
    rig.reseed(s(1), disk);
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(role(&rig, s(3)), "leader");
    rig.deliver_all();
    assert_eq!(rig.fired(s(3), "Outranked"), 1);
    [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
    settle(&mut rig, &[s(1), s(2), s(3)]);
    let leader = rig.ids().find(|node| role(&rig, *node) == "leader").expect("a leader");
    assert_eq!(rig.node(leader).durable.current_epoch, 6);
    assert!(rig.broken().is_empty());
}

#[test]
fn a_follower_with_the_better_history_is_not_led_into_a_worse_one() {
    // S3 leads for S1 and S2, and learns that S1's history is longer: it would lose it.
    let mut rig = asked();
    rig.drop_between(s(1), s(3));
    rig.reseed(s(1), disk(0, &[]));
    let last = Zxid { epoch: 0, counter: 4 };
    let body = Body::AckEpoch { current: 0, last, counts: true };
    rig.inject(s(1), s(3), Message::Channel { epoch: 1, session: 1, number: 0, body });
    assert_eq!(rig.fired(s(3), "Ahead"), 1);
    assert_eq!(role(&rig, s(3)), "prospective");
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(role(&rig, s(3)), "leader", "the others need not wait for it");
}

/// Who has missed something gets it, who has too much gives it back (§IV, Phase 2).
#[test]
fn histories_are_made_equal_whatever_they_were() {
    for (others, rule) in [
        (disk(2, &[1, 1, 2, 2]), "SendDifference"),
        (disk(2, &[1, 1]), "SendDifference"),
        (disk(0, &[]), "SendDifference"),
        // Proposed by the leader of epoch 1 and acknowledged by nobody else.
        (disk(1, &[1, 1, 1, 1]), "SendTruncate"),
        (disk(2, &[1, 1, 2, 2, 2]), "SendTruncate"),
    ] {
        let mine = disk(3, &[1, 1, 2, 2]);
        let mut rig = with_disks(&[others.clone(), mine.clone(), mine.clone()]);
        [s(2), s(3)].into_iter().for_each(|node| rig.timeout(node, Timer::Notify));
        settle(&mut rig, &[s(2), s(3)]);
        assert_eq!(role(&rig, s(3)), "leader");
        rig.timeout(s(1), Timer::Notify);
        rig.deliver_all();
        assert_eq!(rig.fired(s(3), rule), if rule == "SendDifference" { 2 } else { 1 }, "{others:?}");
        assert_eq!(history(&rig, s(1)), [(1, 1), (1, 2), (2, 1), (2, 2)]);
        assert_eq!(rig.disk(s(1)).log, rig.disk(s(3)).log);
        assert!(rig.broken().is_empty());
    }
}

#[test]
fn what_is_compacted_away_comes_as_a_snapshot() {
    let mut rig = led(3, |settings| settings.set("snapshot", crate::model::SettingValue::Number(3)));
    rig.crash(s(1));
    for value in 1..=4 {
        rig.request(s(3), write(value));
        rig.deliver_all();
    }
    rig.timeout(s(3), Timer::Tick);
    rig.deliver_all();
    assert_eq!(rig.node(s(3)).durable.log.first_index(), 5);
    assert_eq!(rig.node(s(2)).durable.log.first_index(), 4);
    rig.request(s(3), write(5));
    rig.deliver_all();
    rig.restart(s(1));
    rig.deliver_all();
    assert_eq!((rig.fired(s(3), "SendSnapshot"), rig.fired(s(1), "TakeSnapshot")), (1, 1));
    assert_eq!((rig.inspect(s(1)).commit, history(&rig, s(1))), (5, vec![(1, 5)]));
    assert_eq!(rig.node(s(1)).machine, rig.node(s(3)).machine);
    // It starts again from what it was given.
    rig.crash(s(1));
    rig.restart(s(1));
    assert_eq!(rig.inspect(s(1)).commit, 4);
    rig.deliver_all();
    rig.request(s(1), write(6));
    rig.deliver_all();
    assert_eq!(delivered(&rig, s(1)).last(), Some(&6));
    assert!(rig.broken().is_empty());
}

/// (4) of §VI-B: the epoch begins with the leader's history as it was, uncommitted transactions and
/// all, and delivers it before anything new.
#[test]
fn an_epoch_begins_with_a_history_as_it_was() {
    let mut rig = led(3, |_| {});
    rig.request(s(3), write(1));
    rig.request(s(3), write(2));
    // S2 has both, S1 none, and nobody knows them to be committed.
    rig.deliver(s(3), s(2));
    rig.deliver(s(3), s(2));
    rig.drop_all();
    rig.crash(s(3));
    [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
    settle(&mut rig, &[s(1), s(2)]);
    assert_eq!(role(&rig, s(2)), "leader");
    assert_eq!(delivered(&rig, s(2)), [1, 2]);
    rig.request(s(1), write(3));
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!((delivered(&rig, s(1)), history(&rig, s(1))), (vec![1, 2, 3], vec![(1, 1), (1, 2), (2, 1)]));
}

/// (3) of §VI-B: who has promised an epoch takes nothing of an older one.
#[test]
fn between_promise_and_history_nothing_older_is_taken() {
    let mut rig = led(3, |_| {});
    rig.request(s(3), write(1));
    // The proposal is on its way to S1 when S1 has joined S2's epoch 2.
    let late = rig.take(s(3), s(1));
    rig.crash(s(3));
    rig.drop_all();
    [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
    rig.deliver_where(|parcel| matches!(parcel.message, Message::Notification { .. }));
    settle_only_votes(&mut rig);
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    assert_eq!(rig.disk(s(1)).accepted_epoch, 2);
    rig.inject(s(3), s(1), late.clone());
    assert_eq!(history(&rig, s(1)), []);
    rig.deliver_all();
    rig.inject(s(3), s(1), late);
    assert_eq!((role(&rig, s(1)), history(&rig, s(1))), ("follower", vec![]));
    assert_eq!(rig.fired(s(1), "IgnoreStray"), 2);
}

fn settle_only_votes(rig: &mut Rig<Zab>) {
    for node in [s(1), s(2)] {
        rig.timeout(node, Timer::Settle);
    }
}

#[test]
fn a_prospective_leader_without_a_quorum_gives_up() {
    let mut rig = asked();
    rig.drop_all();
    rig.timeout(s(3), Timer::Contact);
    assert_eq!((role(&rig, s(3)), rig.fired(s(3), "GiveUpEarly")), ("looking", 1));
    assert_eq!(rig.disk(s(3)).accepted_epoch, 1, "and keeps its own promise");
}

/// A leader that is established by its own acknowledgement alone delivers what nobody else has.
#[test]
fn a_sync_quorum_that_misses_a_discover_quorum_loses_what_was_delivered() {
    let mut rig = watched(Rig::new(&[1, 1, 1], &[2, 1, 2], |_| {}));
    rig.deliver_all();
    rig.request(s(3), write(1));
    rig.drop_all();
    // It is elected again, with a change that only it has, and is established before anybody has it.
    rig.ids().for_each(|node| rig.timeout(node, Timer::Contact));
    if role(&rig, s(3)) == "leader" {
        rig.timeout(s(3), Timer::Contact);
    }
    rig.deliver_where(|parcel| matches!(parcel.message, Message::Notification { .. }));
    while role(&rig, s(3)) != "leader" {
        assert!(rig.try_deliver(s(1), s(3)) || rig.try_deliver(s(3), s(1)), "no way to lead");
    }
    assert_eq!(delivered(&rig, s(3)), [1]);
    rig.crash(s(3));
    rig.drop_all();
    [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
    settle(&mut rig, &[s(1), s(2)]);
    rig.request(s(2), write(2));
    rig.deliver_among(&[s(1), s(2)]);
    assert!(rig.broken().contains(&"primary-integrity"), "{:?}", rig.broken());
    let witness = &rig.violations()[0].witness;
    assert!(witness.nodes.contains(s(3)));
}
