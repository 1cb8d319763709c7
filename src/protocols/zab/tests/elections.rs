//! Fast leader election.

use super::*;

/// Three servers with these disks elect; who leads.
fn elected(disks: &[Durable]) -> Option<NodeId> {
    let mut rig = with_disks(disks);
    for node in rig.ids() {
        rig.timeout(node, Timer::Notify);
    }
    let all: Vec<NodeId> = rig.ids().collect();
    settle(&mut rig, &all);
    let leader = rig.ids().find(|node| role(&rig, *node) == "leader");
    assert!(rig.broken().is_empty());
    leader
}

#[test]
fn the_later_epoch_then_the_longer_history_then_the_greater_id_wins() {
    assert_eq!(elected(&[disk(0, &[]), disk(0, &[]), disk(0, &[])]), Some(s(3)));
    assert_eq!(elected(&[disk(1, &[1, 1]), disk(1, &[1, 1]), disk(1, &[1])]), Some(s(2)));
    // A shorter history, but of a server that was in a later epoch.
    assert_eq!(elected(&[disk(2, &[1]), disk(1, &[1, 1, 1]), disk(1, &[1, 1])]), Some(s(1)));
    // The same epoch entered, and a later one in the history.
    assert_eq!(elected(&[disk(2, &[1, 2]), disk(2, &[1, 1]), disk(2, &[1, 1])]), Some(s(1)));
}

#[test]
fn a_quorum_waits_for_a_better_vote_and_takes_it() {
    let mut rig = cluster(3, |_| {});
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!((role(&rig, s(1)), role(&rig, s(2))), ("looking", "looking"));
    assert_eq!(rig.fired(s(1), "AwaitBetter"), 1);
    rig.deliver_all();
    assert_eq!(role(&rig, s(3)), "leader");
    assert_eq!(rig.fired(s(1), "ChangeVoteId"), 2);
}

#[test]
fn without_the_third_two_elect_after_the_wait() {
    let mut rig = cluster(3, |_| {});
    settle(&mut rig, &[s(1), s(2)]);
    assert_eq!((role(&rig, s(1)), role(&rig, s(2))), ("follower", "leader"));
    // Who comes late is told, and joins although its own vote is the better one.
    rig.drop_all();
    rig.timeout(s(3), Timer::Notify);
    rig.deliver_all();
    assert_eq!((role(&rig, s(2)), role(&rig, s(3))), ("leader", "follower"));
    assert_eq!(rig.fired(s(3), "JoinLeader"), 1);
}

#[test]
fn a_later_round_is_entered_and_an_earlier_one_told() {
    let mut rig = cluster(3, |_| {});
    rig.drop_all();
    let ahead = notification(&rig, s(3), 7);
    rig.inject(s(3), s(1), ahead);
    assert_eq!((rig.node(s(1)).clock, rig.fired(s(1), "EnterRound")), (7, 1));
    rig.drop_all();
    let behind = notification(&rig, s(2), 3);
    rig.inject(s(2), s(1), behind);
    assert_eq!((rig.fired(s(1), "TellRound"), rig.on_way(s(1), s(2))), (1, vec!["Notification"]));
    rig.deliver_all();
    assert_eq!(rig.node(s(2)).clock, 7);
}

#[test]
fn who_says_that_it_follows_does_not_make_a_leader() {
    let mut rig = led(3, |_| {});
    // S3 is down, and the others still believe in it.
    rig.crash(s(3));
    rig.crash(s(1));
    rig.restart(s(1));
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(role(&rig, s(1)), "looking");
    assert_eq!(rig.fired(s(1), "HearSettled"), 1);
}

#[test]
fn observers_neither_vote_nor_lead_and_join_at_last() {
    let mut rig = watched(Rig::new(&[0, 1, 1, 1, 0], &[2, 2, 2], |_| {}));
    rig.deliver_all();
    assert_eq!(role(&rig, s(4)), "leader");
    assert_eq!((role(&rig, s(1)), role(&rig, s(5))), ("looking", "looking"));
    for node in [s(1), s(5)] {
        rig.timeout(node, Timer::Notify);
    }
    rig.deliver_all();
    assert_eq!((role(&rig, s(1)), role(&rig, s(5))), ("observer", "observer"));
    rig.request(s(1), write(7));
    rig.deliver_all();
    assert_eq!((delivered(&rig, s(5)), history(&rig, s(5))), (vec![7], vec![(1, 1)]));
    assert!(rig.broken().is_empty());
}

#[test]
fn weights_elect_and_heads_do_not() {
    let mut rig = watched(Rig::new(&[3, 1, 1], &[3, 3, 3], |_| {}));
    settle(&mut rig, &[s(2), s(3)]);
    assert_eq!((role(&rig, s(2)), role(&rig, s(3))), ("looking", "looking"));
    rig.crash(s(2));
    rig.crash(s(3));
    rig.timeout(s(1), Timer::Notify);
    if rig.timer(s(1), Timer::Settle).is_some() {
        rig.timeout(s(1), Timer::Settle);
    }
    assert_eq!(role(&rig, s(1)), "leader", "its own weight is a quorum");
}
