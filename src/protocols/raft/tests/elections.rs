//! Elections: split votes, terms, PreVote, CheckQuorum.

use super::*;
use crate::model::Protocol;

#[test]
fn a_leader_is_elected_and_its_no_op_committed_everywhere() {
    for nodes in [1, 2, 3, 5, 7] {
        let mut rig = cluster(nodes, |_| {});
        settled(&mut rig, s(1));
        for node in rig.ids() {
            assert_eq!((terms(&rig, node), rig.inspect(node).commit), (vec![1], 1), "{nodes} nodes");
        }
    }
}

#[test]
fn a_split_vote_elects_nobody_and_the_next_term_decides() {
    let mut rig = cluster(4, |_| {});
    rig.timeout(s(1), Timer::Election);
    rig.timeout(s(2), Timer::Election);
    // S3 hears S1 first, S4 hears S2 first: two votes each, three are needed.
    rig.deliver(s(1), s(3));
    rig.deliver(s(2), s(4));
    rig.deliver_all();
    assert!(!leads(&rig, s(1)) && !leads(&rig, s(2)));
    assert_eq!((rig.fired(s(1), "LoseElection"), rig.fired(s(2), "LoseElection")), (1, 1));
    assert_eq!(rig.fired(s(3), "RefuseVoteTaken"), 1);
    rig.timeout(s(2), Timer::Election);
    rig.deliver_all();
    assert!(leads(&rig, s(2)));
    assert_eq!(term(&rig, s(1)), 2);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn weights_decide_who_is_elected() {
    // S1 weighs 3 of 7: with one other it is enough; three others alone are not.
    let mut rig = Rig::<Raft>::new(&[3, 1, 1, 1, 1], &[4, 4], |_| {}).watch(properties());
    rig.timeout(s(2), Timer::Election);
    rig.drop_to(s(1));
    rig.drop_to(s(5));
    rig.deliver_all();
    assert!(!leads(&rig, s(2)));
    rig.timeout(s(1), Timer::Election);
    rig.timeout(s(1), Timer::Election);
    rig.deliver(s(1), s(5));
    rig.deliver(s(1), s(5));
    rig.deliver_among(&[s(1), s(5)]);
    assert!(leads(&rig, s(1)));
    assert_eq!(rig.inspect(s(1)).commit, 1);
}

#[test]
fn a_vote_survives_a_crash() {
    for flawed in [false, true] {
        let mut rig = cluster(3, |settings| settings.set_flaw("forgets-vote", flawed));
        rig.timeout(s(1), Timer::Election);
        rig.timeout(s(2), Timer::Election);
        rig.deliver(s(1), s(3));
        rig.crash(s(3));
        rig.restart(s(3));
        rig.deliver(s(2), s(3));
        rig.drop_between(s(1), s(2));
        rig.deliver_where(|parcel| parcel.from == s(3));
        assert_eq!((leads(&rig, s(1)), leads(&rig, s(2))), (true, flawed));
        let broken: &[&str] = if flawed { &["election-safety"] } else { &[] };
        assert_eq!(rig.broken(), broken);
    }
}

#[test]
fn quorums_that_do_not_meet_elect_two_leaders() {
    let mut rig = Rig::<Raft>::new(&[1; 4], &[2, 3], |_| {}).watch(properties());
    rig.timeout(s(1), Timer::Election);
    rig.timeout(s(3), Timer::Election);
    rig.deliver(s(1), s(2));
    rig.deliver(s(3), s(4));
    rig.deliver(s(2), s(1));
    rig.deliver(s(4), s(3));
    assert_eq!(rig.broken(), ["election-safety"]);
    let (a, b) = rig.violations()[0].witness.quorums.expect("two quorums");
    assert!(a.and(b).is_empty());
    rig.deliver_all();
    assert_eq!(rig.fired(s(1), "RefuseRival"), 1, "said, not a panic");
}

#[test]
fn voting_without_comparing_logs_loses_what_was_committed() {
    for flawed in [false, true] {
        let mut rig = cluster(3, |settings| settings.set_flaw("votes-without-log", flawed));
        settled(&mut rig, s(1));
        rig.request(s(1), write(0));
        rig.drop_to(s(3));
        rig.deliver_all();
        assert_eq!(rig.inspect(s(1)).commit, 2);
        rig.crash(s(1));
        rig.timeout(s(3), Timer::Election);
        rig.deliver_all();
        assert_eq!(leads(&rig, s(3)), flawed);
        let broken: &[&str] = if flawed { &["leader-completeness", "state-machine-safety"] } else { &[] };
        assert_eq!(rig.broken(), broken);
        assert_eq!(rig.fired(s(2), "RefuseVoteShorter"), usize::from(!flawed));
    }
}

/// A server is cut off for many election time-outs and comes back.
fn disrupted(tune: impl FnOnce(&mut Settings)) -> Rig<Raft> {
    let mut rig = cluster(3, tune);
    settled(&mut rig, s(1));
    for _ in 0..8 {
        rig.timeout(s(3), Timer::Election);
        rig.drop_from(s(3));
        rig.timeout(s(1), Timer::Heartbeat);
        rig.drop_to(s(3));
        rig.deliver_all();
    }
    rig
}

#[test]
fn without_prevote_a_server_that_was_cut_off_deposes_the_leader_once() {
    let mut rig = disrupted(|_| {});
    assert_eq!(term(&rig, s(3)), 9);
    beat(&mut rig, s(1));
    assert!(!leads(&rig, s(1)));
    assert_eq!((rig.fired(s(1), "StepDown"), term(&rig, s(1))), (1, 9));
}

#[test]
fn with_prevote_its_term_has_not_grown_and_the_leader_stays() {
    let mut rig = disrupted(switch("prevote"));
    assert_eq!(term(&rig, s(3)), 1);
    rig.timeout(s(3), Timer::Election);
    rig.deliver_all();
    assert_eq!(rig.fired(s(2), "RefusePreVoteLed"), 1);
    beat(&mut rig, s(1));
    assert!(leads(&rig, s(1)));
    assert_eq!(rig.fired(s(1), "StepDown"), 0);
    assert_eq!(rig.node(s(3)).leader(), Some(s(1)));
}

#[test]
fn with_prevote_a_leader_that_is_gone_is_replaced() {
    let mut rig = cluster(3, switch("prevote"));
    settled(&mut rig, s(1));
    rig.crash(s(1));
    rig.timeout(s(2), Timer::Contact);
    rig.timeout(s(3), Timer::Contact);
    rig.timeout(s(2), Timer::Election);
    rig.deliver_all();
    assert!(leads(&rig, s(2)));
    assert_eq!(term(&rig, s(3)), 2);
    assert_eq!(rig.fired(s(2), "WinPreVote"), 1);
}

#[test]
fn checkquorum_a_leader_that_is_cut_off_steps_down() {
    let mut rig = cluster(3, switch("checkquorum"));
    settled(&mut rig, s(1));
    rig.timeout(s(1), Timer::Quorum);
    assert!(leads(&rig, s(1)), "it has heard from the others");
    rig.timeout(s(1), Timer::Quorum);
    assert!(!leads(&rig, s(1)));
    assert!(rig.timer(s(1), Timer::Election).is_some() && rig.timer(s(1), Timer::Heartbeat).is_none());
    let id = rig.request(s(1), write(0));
    assert_eq!(rig.reply(id), Some(crate::model::Outcome::Redirect(None)));
}

#[test]
fn checkquorum_a_leader_that_is_heard_is_not_deposed() {
    let mut rig = cluster(3, switch("checkquorum"));
    settled(&mut rig, s(1));
    rig.timeout(s(3), Timer::Election);
    rig.deliver_all();
    assert_eq!(rig.fired(s(2), "IgnoreDisruptive"), 1);
    assert!(leads(&rig, s(1)));
    assert_eq!(term(&rig, s(2)), 1);
}

#[test]
fn the_ring_shows_votes_and_then_copies() {
    let mut rig = cluster(3, |_| {});
    rig.timeout(s(1), Timer::Election);
    let gathering = rig.node(s(1)).gathering(rig.config()).expect("votes");
    assert_eq!((gathering.phase, gathering.yes.to_string().as_str()), (0, "{S1}"));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    let gathering = rig.node(s(1)).gathering(rig.config()).expect("copies");
    assert_eq!((gathering.phase, gathering.yes.to_string().as_str()), (1, "{S1}"));
    rig.deliver_all();
    assert_eq!(rig.node(s(1)).gathering(rig.config()), None);
    let mut fields = Vec::new();
    rig.ids().for_each(|node| rig.node(node).fields(rig.config(), &mut fields));
    assert!(fields.len() > 15);
}

/// What is off, a timer that runs out by hand does not switch on.
#[test]
fn a_timer_of_a_switch_that_is_off_does_nothing() {
    let mut rig = cluster(3, |_| {});
    settled(&mut rig, s(1));
    rig.fire(s(1), Timer::Quorum);
    rig.fire(s(2), Timer::Contact);
    for node in [s(1), s(2)] {
        assert_eq!(rig.fired(node, "IgnoreTimer"), 1);
        assert_eq!((rig.timer(node, Timer::Quorum), rig.timer(node, Timer::Contact)), (None, None));
    }
    rig.fire(s(1), Timer::Quorum);
    assert!(leads(&rig, s(1)), "it has heard nobody since, and need not");
}
