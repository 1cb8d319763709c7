//! Who may decide changes: joint consensus, learners, one step where it is safe, and what comes of
//! mistakes.

use super::*;
use crate::model::{InForce, Op, Outcome};
use crate::quorum::Rule;

/// Three servers with a vote, two learners; then the three in the middle and at the end.
fn shifted(tune: impl FnOnce(&mut Settings)) -> Rig<Raft> {
    let later = [Rule::new(&[0, 0, 1, 1, 1], &[2, 2]), Rule::new(&[1, 1, 1, 1, 0], &[3, 3])];
    Rig::planned(&[1, 1, 1, 0, 0], &[2, 2], &later, tune).watch(properties()).after_each(Raft::invariants)
}

fn in_force(rig: &Rig<Raft>, node: NodeId) -> InForce {
    use crate::model::Protocol;
    rig.node(node).in_force()
}

const JOINT: InForce = InForce { now: 0, next: Some(1) };
const NEW: InForce = InForce { now: 1, next: None };

#[test]
fn a_change_goes_through_a_joint_configuration_and_a_leader_without_a_vote_leaves() {
    let mut rig = shifted(|_| {});
    settled(&mut rig, s(1));
    let id = rig.request(s(1), Op::Reweigh { to: 0 });
    assert_eq!((in_force(&rig, s(1)), in_force(&rig, s(2))), (JOINT, InForce::default()), "when appended");
    // A majority of the old configuration is not enough.
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(rig.inspect(s(1)).commit, 1);
    assert_eq!(in_force(&rig, s(2)), JOINT);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert!(!leads(&rig, s(1)), "S1 has no vote any more");
    for rule in ["BeginJoint", "FinishJoint", "FinishChange", "LeaveOffice"] {
        assert_eq!(rig.fired(s(1), rule), 1, "{rule}");
    }
    for node in rig.ids() {
        assert_eq!(in_force(&rig, node), NEW);
    }
    // Of the others, two with a vote elect.
    elect(&mut rig, s(4), &[s(5)]);
    rig.deliver_all();
    beat(&mut rig, s(4));
    assert_eq!(rig.inspect(s(1)).commit, rig.inspect(s(4)).commit, "a learner still gets the log");
    rig.fire(s(1), Timer::Election);
    assert_eq!(rig.fired(s(1), "StayLearner"), 1);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn a_server_that_never_catches_up_stands_in_the_way_of_no_other_change() {
    // S5 is to get a vote, and is down; then S4 is, and is there.
    let later = [Rule::new(&[1, 1, 1, 0, 1], &[3, 3]), Rule::new(&[1, 1, 1, 1, 0], &[3, 3])];
    let mut rig = Rig::<Raft>::planned(&[1, 1, 1, 0, 0], &[2, 2], &later, |_| {})
        .watch(properties())
        .after_each(Raft::invariants);
    settled(&mut rig, s(1));
    rig.crash(s(5));
    rig.request(s(1), write(7));
    rig.deliver_all();
    rig.request(s(1), Op::Reweigh { to: 0 });
    rig.deliver_all();
    assert_eq!((rig.fired(s(1), "AwaitLearner"), rig.fired(s(1), "BeginAtOnce")), (1, 0));
    let other = rig.request(s(1), Op::Reweigh { to: 1 });
    rig.deliver_all();
    assert_eq!((rig.fired(s(1), "GiveWay"), rig.fired(s(1), "OneChangeAtATime")), (1, 0));
    assert_eq!(rig.reply(other), Some(Outcome::Done));
}

#[test]
fn the_next_leader_finishes_a_change() {
    let mut rig = shifted(|_| {});
    settled(&mut rig, s(1));
    let id = rig.request(s(1), Op::Reweigh { to: 0 });
    rig.deliver_where(|parcel| parcel.to != s(1));
    rig.crash(s(1));
    // All the others have the joint configuration: both halves elect.
    elect(&mut rig, s(3), &[s(2), s(4)]);
    rig.deliver_all();
    beat(&mut rig, s(3));
    assert_eq!(rig.fired(s(3), "FinishJoint"), 1);
    assert!(leads(&rig, s(3)));
    assert_eq!(in_force(&rig, s(3)), NEW);
    assert_eq!(rig.reply(id), None);
    rig.request_as(s(3), id, Op::Reweigh { to: 0 });
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.fired(s(3), "BeginJoint"), 0);
}

#[test]
fn a_change_that_was_not_committed_is_rolled_back() {
    let mut rig = shifted(|_| {});
    settled(&mut rig, s(1));
    rig.request(s(1), Op::Reweigh { to: 0 });
    rig.drop_all();
    rig.crash(s(1));
    elect(&mut rig, s(2), &[s(3)]);
    rig.restart(s(1));
    assert_eq!(in_force(&rig, s(1)), JOINT, "as its log has it");
    rig.deliver_all();
    beat(&mut rig, s(2));
    assert_eq!(rig.fired(s(1), "RollBackChange"), 1);
    assert_eq!(in_force(&rig, s(1)), InForce::default());
}

#[test]
fn changes_wait_for_each_other_for_learners_and_for_an_entry_of_the_leaders_term() {
    let mut rig = shifted(|_| {});
    elect(&mut rig, s(1), &[s(2)]);
    let early = rig.request(s(1), Op::Reweigh { to: 0 });
    assert_eq!(rig.fired(s(1), "AwaitOwnCommit"), 1);
    assert_eq!(rig.fired(s(1), "BeginJoint"), 0);
    // The learners lack what the others commit.
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(rig.inspect(s(1)).commit, 1);
    assert_eq!(rig.fired(s(1), "BeginJoint"), 0);
    rig.request_as(s(1), early, Op::Reweigh { to: 0 });
    assert_eq!(rig.fired(s(1), "AwaitLearner"), 1);
    // What only waits gives way to another, and may be asked for again.
    let other = rig.request(s(1), Op::Reweigh { to: 1 });
    assert_eq!((rig.reply(early), rig.reply(other)), (Some(Outcome::Redirect(None)), None));
    rig.request_as(s(1), early, Op::Reweigh { to: 0 });
    assert_eq!((rig.reply(other), rig.fired(s(1), "GiveWay")), (Some(Outcome::Redirect(None)), 2));
    rig.deliver_all();
    assert_eq!(rig.fired(s(1), "BeginJoint"), 1);
    assert_eq!(rig.reply(early), Some(Outcome::Done));
    let none = rig.request(s(1), Op::Reweigh { to: 9 });
    assert_eq!(rig.reply(none), Some(Outcome::Redirect(None)), "S1 does not lead any more");
    elect(&mut rig, s(3), &[s(4)]);
    let none = rig.request(s(3), Op::Reweigh { to: 9 });
    assert_eq!(rig.reply(none), Some(Outcome::Refused));
}

#[test]
fn one_step_is_taken_only_where_all_quorums_meet() {
    let mut rig = shifted(|settings| settings.set("change", SettingValue::Choice(1)));
    settled(&mut rig, s(1));
    rig.request(s(1), Op::Reweigh { to: 1 });
    assert_eq!((rig.fired(s(1), "BeginAtOnce"), in_force(&rig, s(1))), (1, InForce { now: 2, next: None }));
    rig.deliver_all();
    beat(&mut rig, s(1));
    // {S1, S2, S3, S4} to {S3, S4, S5}: S1 and S2 with S3… and S4 with S5 need not meet.
    rig.request(s(1), Op::Reweigh { to: 0 });
    assert_eq!(rig.fired(s(1), "BeginJoint"), 1);
    rig.deliver_all();
    assert_eq!(in_force(&rig, s(3)), NEW);
}

#[test]
fn a_single_step_between_any_weights_loses_what_was_committed() {
    let mut rig = shifted(flaw("single-step"));
    settled(&mut rig, s(3));
    rig.request(s(3), Op::Reweigh { to: 0 });
    rig.deliver_among(&[s(3), s(4)]);
    assert_eq!((rig.fired(s(3), "BeginBlindly"), rig.inspect(s(3)).commit), (1, 2));
    rig.crash(s(3));
    // S1 and S2 know nothing of it, and are a majority of what they know.
    elect(&mut rig, s(1), &[s(2)]);
    assert_eq!(rig.broken(), ["leader-completeness"]);
    assert!(rig.violations()[0].witness.quorums.is_some(), "of the two rules");
}

/// Four servers with a vote, and two that are to get one each (the litmus raft-member-two-adds).
fn two_adds(tune: impl FnOnce(&mut Settings)) -> Rig<Raft> {
    let later = [Rule::new(&[1, 1, 1, 1, 1, 0], &[3, 3]), Rule::new(&[1, 1, 1, 1, 0, 1], &[3, 3])];
    let rig = Rig::planned(&[1, 1, 1, 1, 0, 0], &[3, 3], &later, tune);
    let mut rig = rig.watch(properties()).after_each(Raft::invariants);
    for node in rig.ids() {
        rig.reseed(node, disk(1, &[1; 5]));
    }
    rig.drop_all();
    rig
}

#[test]
fn two_adds_before_an_own_term_commit_lose_what_was_committed() {
    let mut rig = two_adds(flaw("early-change"));
    // 1: a appends {a, b, c, d, u} on itself and u alone, and crashes.
    elect(&mut rig, s(1), &[s(2), s(3)]);
    rig.request(s(1), Op::Reweigh { to: 0 });
    rig.deliver_among(&[s(1), s(5)]);
    assert_eq!((rig.fired(s(1), "BeginTooEarly"), rig.inspect(s(1)).commit), (1, 0));
    rig.crash(s(1));
    rig.drop_all();
    // 2: d is elected by b, c and itself and commits {a, b, c, d, v} with c and v.
    rig.timeout(s(4), Timer::Election);
    elect(&mut rig, s(4), &[s(2), s(3)]);
    rig.request(s(4), Op::Reweigh { to: 1 });
    rig.deliver_among(&[s(3), s(4), s(6)]);
    assert_eq!(rig.inspect(s(4)).commit, 7);
    rig.crash(s(4));
    rig.drop_all();
    assert_eq!(rig.broken(), [] as [&str; 0]);
    // 3: a wins with b and u, a quorum of its own configuration.
    rig.restart(s(1));
    rig.timeout(s(1), Timer::Election);
    elect(&mut rig, s(1), &[s(2), s(5)]);
    assert_eq!(rig.broken(), ["leader-completeness"]);
}

#[test]
fn with_the_rule_of_2015_the_first_add_is_put_off() {
    let mut rig = two_adds(|settings| settings.set("change", SettingValue::Choice(1)));
    elect(&mut rig, s(1), &[s(2), s(3)]);
    rig.request(s(1), Op::Reweigh { to: 0 });
    rig.deliver_among(&[s(1), s(5)]);
    assert_eq!((rig.fired(s(1), "AwaitOwnCommit"), rig.fired(s(1), "BeginAtOnce")), (1, 0));
    assert_eq!(in_force(&rig, s(5)), InForce::default());
    rig.deliver_all();
    assert_eq!(rig.fired(s(1), "BeginAtOnce"), 1);
}
