//! Messages that are lost, doubled, delayed and reordered.

use super::*;
use crate::protocols::raft::Message;

fn three() -> Rig<Raft> {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    rig
}

#[test]
fn under_load_a_commit_takes_two_messages_a_follower() {
    let mut rig = cluster(5, |_| {});
    settled(&mut rig, s(1));
    let mut delivered = 0;
    for value in 0..10 {
        rig.request(s(1), write(value));
    }
    while !rig.pool().is_empty() {
        rig.deliver_at(0);
        delivered += 1;
    }
    assert_eq!(delivered, 10 * 2 * 4);
    assert_eq!(rig.inspect(s(1)).commit, 11);
    assert_eq!(rig.inspect(s(5)).commit, 1, "until the next append or heartbeat");
    beat(&mut rig, s(1));
    assert_eq!(rig.inspect(s(5)).commit, 11);
}

#[test]
fn a_doubled_append_changes_nothing() {
    let mut rig = three();
    rig.request(s(1), write(0));
    rig.double(s(1), s(2));
    rig.deliver_all();
    assert_eq!((rig.fired(s(2), "Append"), rig.fired(s(2), "HaveAlready")), (2, 1));
    assert_eq!(terms(&rig, s(2)), [1, 1]);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn reordered_appends_are_repaired() {
    let mut rig = three();
    for value in 0..5 {
        rig.request(s(1), write(value));
    }
    for _ in 0..5 {
        let last = rig.pool().iter().rposition(|parcel| parcel.to == s(2)).expect("on its way");
        rig.deliver_at(last);
    }
    assert_eq!(rig.fired(s(2), "RefuseGap"), 4);
    rig.deliver_all();
    // All is there; refusals that came later were seen through.
    assert_eq!(terms(&rig, s(2)), [1; 6]);
    assert_eq!(rig.fired(s(1), "BackUp"), 1);
    assert_eq!(rig.inspect(s(1)).commit, 6);
}

#[test]
fn a_lost_append_is_sent_again_after_a_heartbeat() {
    let mut rig = three();
    rig.request(s(1), write(0));
    rig.drop_to(s(2));
    rig.deliver_all();
    beat(&mut rig, s(1));
    assert_eq!(terms(&rig, s(2)), [1], "not yet suspected: it was sent since the last heartbeat");
    beat(&mut rig, s(1));
    assert_eq!(terms(&rig, s(2)), [1, 1]);
    assert_eq!(rig.fired(s(1), "Suspect"), 1);
}

#[test]
fn a_lost_answer_does_not_stop_the_leader() {
    let mut rig = three();
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(2));
    rig.deliver(s(1), s(3));
    rig.drop_to(s(1));
    assert_eq!(rig.inspect(s(1)).commit, 1);
    for _ in 0..2 {
        beat(&mut rig, s(1));
    }
    assert_eq!(rig.inspect(s(1)).commit, 2);
}

#[test]
fn a_delayed_append_truncates_nothing_that_came_after_it() {
    for flawed in [false, true] {
        let mut rig = cluster(3, |settings| settings.set_flaw("truncates-always", flawed));
        settled(&mut rig, s(1));
        rig.request(s(1), write(0));
        let late = rig.pool().iter().find(|parcel| parcel.to == s(2)).expect("on its way").message.clone();
        rig.deliver_all();
        rig.request(s(1), write(1));
        rig.drop_to(s(3));
        rig.deliver_all();
        assert_eq!((rig.inspect(s(1)).commit, terms(&rig, s(2))), (3, vec![1, 1, 1]));
        rig.inject(s(1), s(2), late);
        // It acknowledges what the append held, not all that it has.
        let answer = rig.take(s(2), s(1));
        assert_eq!(answer, Message::Appended { term: 1, matched: 2, beat: false, round: 0 });
        assert_eq!(terms(&rig, s(2)).len(), if flawed { 2 } else { 3 });
        rig.crash(s(1));
        rig.timeout(s(3), Timer::Election);
        rig.deliver_all();
        let broken: &[&str] = if flawed { &["leader-completeness", "state-machine-safety"] } else { &[] };
        assert_eq!(rig.broken(), broken);
        assert_eq!(leads(&rig, s(3)), flawed);
    }
}

#[test]
fn a_heartbeat_does_not_commit_what_it_has_not_verified() {
    let mut rig = cluster(3, |_| {});
    // S3 holds an entry of its own at index 2 when the leader's commit index passes 2.
    rig.reseed(s(3), disk(1, &[1, 1]));
    rig.reseed(s(1), disk(1, &[1]));
    rig.reseed(s(2), disk(1, &[1]));
    elect(&mut rig, s(1), &[s(2)]);
    rig.drop_to(s(3));
    rig.deliver_all();
    assert_eq!(rig.inspect(s(1)).commit, 2);
    let term = term(&rig, s(1));
    let beat = Message::AppendEntries {
        term,
        prev_index: 1,
        prev_term: 1,
        known: true,
        commit: 2,
        entries: super::super::Entries::None,
        round: 0,
    };
    rig.inject(s(1), s(3), beat);
    assert_eq!(rig.inspect(s(3)).commit, 1);
}

#[test]
fn answers_of_the_past_are_seen_and_ignored() {
    let mut rig = three();
    let old = [
        Message::Voted { term: 1, granted: true },
        Message::Appended { term: 1, matched: 1, beat: false, round: 0 },
        Message::Rejected { term: 1, prev_index: 3, known: false, hint_index: 1, hint_term: 1, round: 0 },
    ];
    rig.timeout(s(2), Timer::Election);
    rig.deliver_all();
    assert!(leads(&rig, s(2)));
    for message in old {
        rig.inject(s(3), s(2), message);
    }
    assert_eq!(rig.fired(s(2), "IgnoreStale"), 3);
    rig.inject(s(3), s(2), Message::Voted { term: 2, granted: true });
    assert!(rig.fired(s(2), "IgnoreLateVote") > 0);
    let before = rig.fired(s(1), "IgnoreAnswer");
    rig.inject(s(3), s(1), Message::Appended { term: 2, matched: 1, beat: true, round: 0 });
    assert_eq!(rig.fired(s(1), "IgnoreAnswer"), before + 1);
    // A leader of the past is told of the present.
    let stale = Message::AppendEntries {
        term: 1,
        prev_index: 0,
        prev_term: 0,
        known: true,
        commit: 0,
        entries: super::super::Entries::None,
        round: 0,
    };
    rig.inject(s(3), s(1), stale);
    assert_eq!(rig.on_way(s(1), s(3)), ["Rejected"]);
}

#[test]
fn a_follower_that_was_away_catches_up_in_batches() {
    let mut rig = three();
    rig.crash(s(3));
    for value in 0..200 {
        rig.request(s(1), write(value));
    }
    rig.deliver_all();
    assert_eq!(rig.inspect(s(1)).commit, 201);
    rig.restart(s(3));
    for _ in 0..3 {
        beat(&mut rig, s(1));
    }
    assert_eq!(terms(&rig, s(3)).len(), 201);
    assert_eq!(rig.fired(s(3), "Append"), 1 + 4, "200 entries in batches of 64");
    assert_eq!(rig.inspect(s(3)).commit, 201);
}

#[test]
fn a_follower_whose_disk_is_lost_is_filled_again() {
    let mut rig = three();
    for value in 0..3 {
        rig.request(s(1), write(value));
    }
    rig.deliver_all();
    rig.reseed(s(3), Durable::default());
    for _ in 0..2 {
        beat(&mut rig, s(1));
    }
    assert_eq!(rig.fired(s(1), "FollowerLost"), 1);
    assert_eq!((terms(&rig, s(3)).len(), rig.inspect(s(3)).commit), (4, 4));
}

/// S2 refuses an append that came too early, and then has what was missing.
#[test]
fn a_late_refusal_is_no_lost_disk() {
    let mut rig = three();
    rig.request(s(1), write(0));
    rig.request(s(1), write(1));
    let second = rig.pool().iter().rposition(|parcel| parcel.to == s(2)).expect("on its way");
    rig.deliver_at(second);
    let late = rig.take(s(2), s(1));
    rig.deliver_all();
    for _ in 0..2 {
        rig.inject(s(2), s(1), late.clone());
        rig.deliver_all();
    }
    assert_eq!((rig.fired(s(1), "FollowerLost"), rig.fired(s(1), "IgnoreRefusal")), (0, 2));
    beat(&mut rig, s(1));
    beat(&mut rig, s(1));
    assert_eq!(terms(&rig, s(2)), [1, 1, 1]);
}
