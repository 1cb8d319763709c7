//! Messages that are lost, late, doubled, strange; nodes that come back.

use super::*;

#[test]
fn a_deposed_leader_is_refused_and_steps_down() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    elect(&mut rig, s(2), &[s(3)]);
    rig.drop_all();
    let id = rig.request(s(1), write(0));
    rig.deliver(s(1), s(3));
    rig.deliver(s(3), s(1));
    assert!(!rig.inspect(s(1)).leads);
    assert_eq!((rig.fired(s(3), "Refuse"), rig.fired(s(1), "StepDown")), (1, 1));
    rig.drop_all();
    beat(&mut rig, s(2));
    rig.request_as(s(1), id, write(0));
    assert_eq!(rig.reply(id), Some(Outcome::Redirect(Some(s(2)))));
}

#[test]
fn a_follower_asks_for_what_it_missed() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    for value in 0..70 {
        rig.request(s(1), write(value));
        rig.drop_to(s(3));
        rig.deliver_all();
    }
    rig.request(s(1), write(99));
    rig.deliver_all();
    assert_eq!((chosen(&rig, s(3)), rig.node(s(3)).durable.beyond.len()), (0, 1));
    beat(&mut rig, s(1));
    // In two answers: one has 64 slots at most.
    assert_eq!((rig.fired(s(3), "AskChosen"), rig.fired(s(3), "LearnChosen")), (2, 2));
    assert_eq!((chosen(&rig, s(3)), rig.node(s(3)).durable.beyond.len()), (71, 0));
    assert_eq!(rig.node(s(3)).machine, rig.node(s(1)).machine);
}

#[test]
fn what_was_accepted_in_another_ballot_is_not_taken_for_chosen() {
    let mut rig = cluster(3, |_| {});
    elect(&mut rig, s(1), &[s(3)]);
    rig.drop_all();
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(3));
    rig.drop_all();
    // S3 holds S1's command in slot 1; S2 has another one chosen there with S1's help.
    rig.crash(s(1));
    rig.reseed(s(1), Durable::default());
    elect(&mut rig, s(2), &[s(1)]);
    rig.drop_all();
    rig.request(s(2), write(1));
    rig.drop_to(s(3));
    rig.deliver_all();
    assert_eq!(chosen(&rig, s(2)), 1);
    beat(&mut rig, s(2));
    assert_eq!((rig.fired(s(3), "AskChosen"), chosen(&rig, s(3))), (1, 1));
    assert_eq!(rig.node(s(3)).machine, rig.node(s(2)).machine);
}

#[test]
fn a_node_that_comes_back_knows_its_promise_its_slots_and_what_was_chosen() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    for value in 0..4 {
        rig.request(s(1), write(value));
        rig.deliver_all();
    }
    // Each acceptance says how far the one before it had come.
    rig.crash(s(2));
    rig.restart(s(2));
    assert_eq!((chosen(&rig, s(2)), rig.node(s(2)).last_held()), (2, 4));
    beat(&mut rig, s(1));
    assert_eq!((chosen(&rig, s(2)), rig.fired(s(2), "AskChosen")), (4, 0));
    // It never uses a ballot twice.
    settled(&mut rig, s(3));
    rig.crash(s(3));
    rig.restart(s(3));
    settled(&mut rig, s(3));
    assert_eq!(rig.node(s(3)).promised(), ballot(3, s(3)));
}

#[test]
fn doubled_and_late_messages_change_nothing() {
    let mut rig = cluster(3, |_| {});
    rig.timeout(s(1), Timer::Election);
    rig.double(s(1), s(2));
    rig.deliver(s(1), s(2));
    rig.deliver(s(1), s(2));
    assert_eq!(rig.fired(s(2), "PromiseAgain"), 1);
    rig.deliver_all();
    rig.request(s(1), write(0));
    rig.double(s(1), s(2));
    rig.double(s(1), s(2));
    rig.deliver_all();
    assert_eq!((rig.fired(s(2), "AcceptAgain"), rig.fired(s(1), "Choose")), (2, 1));
    // A stranger's proposal, an answer to a ballot long gone, a time-out that was never set.
    let odd = Message::Accept { ballot: ballot(9, s(3)), slot: 0, command: command(0), chosen: 7 };
    rig.inject(s(2), s(1), odd.clone());
    assert_eq!(rig.fired(s(1), "IgnoreStranger"), 1);
    rig.inject(s(3), s(1), Message::Accepted { ballot: ballot(1, s(2)), slot: 1 });
    rig.inject(s(3), s(1), Message::Heard { ballot: ballot(1, s(1)), at: 5 });
    rig.inject(s(3), s(1), Message::Chosen { ballot: ballot(1, s(1)), slots: held(ballot(1, s(1)), []) });
    assert_eq!(rig.fired(s(1), "IgnoreLate"), 5, "the doubled promise and the third, too");
    rig.fire(s(2), Timer::Heartbeat);
    rig.fire(s(1), Timer::Election);
    assert_eq!((rig.fired(s(2), "IgnoreTimer"), rig.fired(s(1), "IgnoreTimer")), (1, 1));
    // Slot 0, slots beyond all measure, and an empty answer.
    rig.inject(s(3), s(1), odd);
    let far =
        Message::Accept { ballot: ballot(9, s(3)), slot: u32::MAX, command: command(0), chosen: u32::MAX };
    rig.inject(s(3), s(2), far);
    rig.inject(s(3), s(2), Message::Learn { ballot: ballot(9, s(3)), first: u32::MAX });
    rig.inject(s(3), s(2), Message::Chosen { ballot: ballot(9, s(3)), slots: held(ballot(9, s(3)), []) });
    assert_eq!((rig.fired(s(2), "NothingToTell"), rig.fired(s(2), "KnewChosen")), (1, 1));
    assert_eq!(rig.fired(s(2), "RefuseFar"), 1);
}

/// Heard by all, it hears nobody: as long as it leads, nobody else stands.
#[test]
fn a_leader_that_gets_nothing_accepted_makes_room() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    rig.request(s(1), write(0));
    for beats in 0..8 {
        assert!(rig.inspect(s(1)).leads, "{beats}");
        rig.timeout(s(1), Timer::Heartbeat);
        rig.deliver_where(|parcel| parcel.to != s(1));
        rig.drop_to(s(1));
    }
    assert_eq!((rig.fired(s(1), "MakeRoom"), rig.inspect(s(1)).leads), (1, false));
    assert!(rig.timer(s(1), Timer::Election).is_some() && rig.timer(s(1), Timer::Heartbeat).is_none());
    settled(&mut rig, s(2));
    beat(&mut rig, s(2));
    assert_eq!(chosen(&rig, s(1)), 1);
}

/// Weight 0: asked, and without a say.
#[test]
fn a_node_without_weight_follows_and_does_not_count() {
    let mut rig = Rig::<MultiPaxos>::new(&[1, 1, 0], &[2, 2], |_| {}).watch(properties());
    rig.timeout(s(1), Timer::Election);
    rig.deliver(s(1), s(3));
    rig.deliver(s(3), s(1));
    assert!(!rig.inspect(s(1)).leads);
    rig.deliver_all();
    rig.request(s(1), write(0));
    rig.deliver_all();
    beat(&mut rig, s(1));
    assert_eq!(chosen(&rig, s(3)), 1);
}
