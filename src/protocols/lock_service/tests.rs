//! Tests: one server, two clients and the storage, moved by hand.

use super::{LockService, Timer};
use crate::check::{LeaseExclusion, MutualExclusion, TokensRise};
use crate::model::{NodeId, Outcome, SettingValue, Settings, Span};
use crate::protocols::locking::{self, Crew, HOLDER, STORAGE, WAITING};
use crate::protocols::raft;
use crate::protocols::rig::{Rig, Storm, s, write};

const WORK: Timer = Timer::Lock(locking::Timer::Work);
const RETRY: Timer = Timer::Lock(locking::Timer::Retry);
const LEASE: Timer = Timer::Lock(locking::Timer::Lease);
const ELECTION: Timer = Timer::Raft(raft::Timer::Election);

/// A server that leads, clients S2 and S3, and the storage S4; each event takes a ms of all clocks.
fn rig(lease: u64, flaw: Option<&'static str>) -> Rig<LockService> {
    let tune = |settings: &mut Settings| {
        settings.set("lease", SettingValue::Span(Span::ms(lease)));
        settings.set("first-token", SettingValue::Number(33));
        flaw.iter().for_each(|flaw| settings.set_flaw(flaw, true));
    };
    let rig = Rig::new(&[1, 0, 0, 0], &[1, 1], tune);
    let mut rig = rig.watch(vec![Box::new(MutualExclusion::new()), Box::new(TokensRise::new())]);
    rig.timeout(s(1), ELECTION);
    rig
}

/// Lets so many ms pass.
fn pass(rig: &mut Rig<LockService>, ms: u32) {
    (0..ms).for_each(|_| rig.fire(s(4), LEASE));
}

fn token(rig: &Rig<LockService>, node: NodeId) -> Option<u32> {
    rig.inspect(node).lease.map(|lease| lease.token)
}

#[test]
fn weights_say_who_does_what() {
    let crew = |weights: &[u8]| {
        let Crew { servers, clients, storage } = Crew::of(weights);
        format!("{servers} {clients} {storage}")
    };
    assert_eq!(crew(&[1, 1, 1, 0, 0, 0]), "{S1, S2, S3} {S4, S5} S6");
    assert_eq!(crew(&[0, 3, 0, 2]), "{S2, S4} {S1} S3");
    assert_eq!(crew(&[1, 1, 0]), "{S1, S2} {S1, S2} S3");
    assert_eq!(crew(&[1, 1, 1]), "{S1, S2, S3} {S1, S2} S3");
    assert_eq!(crew(&[2]), "{S1} {S1} S1");
}

#[test]
fn a_write_takes_the_lock_and_gives_it_back() {
    let mut rig = rig(400, None);
    let asked = rig.request(s(2), write(7));
    assert_eq!(rig.inspect(s(2)).role, WAITING);
    rig.deliver_all();
    assert_eq!((rig.inspect(s(2)).role, token(&rig, s(2))), (HOLDER, Some(33)));
    assert_eq!(rig.reply(asked), None, "it works");
    rig.timeout(s(2), WORK);
    rig.deliver_all();
    assert_eq!(rig.reply(asked), Some(Outcome::Done));
    assert_eq!((rig.inspect(s(4)).role, token(&rig, s(2))), (STORAGE, None));
    // Free again, and the next token is one higher.
    rig.request(s(3), write(8));
    rig.deliver_all();
    assert_eq!(token(&rig, s(3)), Some(34));
}

/// S2 has token 33 and stands still; its lease runs out, and S3 comes in with 34; then S2 writes.
fn late(flaw: Option<&'static str>) -> Rig<LockService> {
    let mut rig = rig(60, flaw);
    rig.request(s(2), write(1));
    rig.deliver_all();
    rig.request(s(3), write(2));
    rig.deliver_all();
    assert_eq!((token(&rig, s(2)), token(&rig, s(3))), (Some(33), None));
    pass(&mut rig, 60);
    rig.timeout(s(3), RETRY);
    rig.deliver_all();
    assert_eq!(token(&rig, s(3)), Some(34));
    rig.timeout(s(2), WORK);
    assert_eq!(rig.fired(s(2), "WriteLate"), 1);
    rig
}

#[test]
fn who_comes_with_an_old_token_is_turned_away_and_starts_over() {
    let mut rig = late(None);
    rig.deliver(s(2), s(4));
    rig.deliver(s(4), s(2));
    assert_eq!((rig.fired(s(4), "RefuseToken"), rig.fired(s(2), "Fenced")), (1, 1));
    assert_eq!(rig.inspect(s(2)).waits, Some(Default::default()));
    rig.timeout(s(3), WORK);
    rig.deliver_all();
    if token(&rig, s(2)).is_none() {
        rig.timeout(s(2), RETRY);
        rig.deliver_all();
    }
    rig.timeout(s(2), WORK);
    rig.deliver_all();
    assert_eq!(rig.fired(s(2), "Finish"), 1);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn without_the_fence_two_are_in_at_once() {
    let mut rig = late(Some("no-fencing"));
    rig.deliver(s(2), s(4));
    assert_eq!((rig.fired(s(4), "LetOld"), rig.broken()), (1, vec!["mutual-exclusion"]));
}

#[test]
fn what_is_given_back_late_frees_nobody_elses_lock() {
    for (flaw, broken) in [(None, vec![]), (Some("careless-release"), vec!["lease-exclusion"])] {
        // From here on all are awake.
        let mut rig = late(flaw).watch(vec![Box::new(LeaseExclusion::new())]);
        rig.deliver(s(2), s(4));
        rig.deliver(s(4), s(2));
        // It gives back 33 and asks anew, after a rest.
        rig.deliver_all();
        rig.timeout(s(2), RETRY);
        rig.deliver_all();
        assert_eq!(rig.broken(), broken, "{flaw:?}");
    }
}

#[test]
fn a_lease_that_is_over_stops_the_work() {
    let mut rig = rig(60, None);
    let asked = rig.request(s(2), write(1));
    rig.deliver_all();
    rig.timeout(s(2), LEASE);
    assert_eq!((rig.fired(s(2), "LoseLease"), rig.reply(asked)), (1, None));
    rig.fire(s(2), WORK);
    assert_eq!(rig.fired(s(2), "Write"), 0);
    rig.deliver_all();
    assert_eq!((rig.fired(s(2), "LetOthers"), token(&rig, s(2))), (1, None), "others have their turn");
    rig.timeout(s(2), RETRY);
    rig.deliver_all();
    assert!(token(&rig, s(2)).is_some(), "it has started over");
}

#[test]
fn a_holder_that_died_is_outlived_by_its_lease_only() {
    let mut rig = rig(60, None);
    rig.request(s(2), write(1));
    rig.deliver_all();
    rig.crash(s(2));
    rig.request(s(3), write(2));
    rig.deliver_all();
    assert_eq!(rig.fired(s(3), "FindHeld"), 1);
    pass(&mut rig, 60);
    rig.timeout(s(3), RETRY);
    rig.deliver_all();
    assert_eq!(token(&rig, s(3)), Some(34));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

/// However much a client has to do, others have their turn in between.
#[test]
fn a_grant_is_for_a_few_requests() {
    let mut rig = rig(60_000, None);
    let many: Vec<_> = (1..=6).map(|value| rig.request(s(2), write(value))).collect();
    rig.deliver_all();
    let other = rig.request(s(3), write(9));
    rig.deliver_all();
    for _ in 0..4 {
        assert_eq!(rig.reply(other), None);
        rig.timeout(s(2), WORK);
        rig.deliver_all();
    }
    assert_eq!((rig.fired(s(2), "CarryOn"), rig.reply(many[3])), (3, Some(Outcome::Done)));
    assert_eq!((token(&rig, s(2)), rig.reply(many[4])), (None, None));
    rig.timeout(s(3), RETRY);
    rig.deliver_all();
    rig.timeout(s(3), WORK);
    rig.deliver_all();
    assert_eq!(rig.reply(other), Some(Outcome::Done));
    rig.timeout(s(2), RETRY);
    rig.deliver_all();
    assert_eq!(token(&rig, s(2)), Some(35));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn storms_break_nothing() {
    for (seed, weights) in (0..12).zip([[1, 1, 1, 0, 0], [2, 1, 1, 1, 1]].iter().cycle()) {
        let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
        let mut rig = Rig::<LockService>::new(weights, &[total / 2 + 1; 2], |settings| {
            // Time passes here, and no timer runs out for that.
            settings.set("lease", SettingValue::Span(Span::ms(60_000)));
        })
        .watch(vec![
            Box::new(MutualExclusion::new()),
            Box::new(TokensRise::new()),
            Box::new(LeaseExclusion::new()),
        ]);
        rig.storm(seed, 2_500, Storm { timeout: 160, crash: 3, ..Storm::default() });
        assert_eq!(rig.broken(), [] as [&str; 0], "{seed}: {:?}", rig.violations());
    }
}
