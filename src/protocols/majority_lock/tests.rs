//! Tests: three servers, two clients and the storage, moved by hand.

use super::MajorityLock;
use crate::check::{LeaseExclusion, MutualExclusion};
use crate::model::{NodeId, Outcome, SettingValue, Settings, Span};
use crate::protocols::locking::Timer;
use crate::protocols::rig::{Rig, Storm, s, write};

/// Servers S1 to S3, clients S4 and S5, and the storage S6; each event takes a ms of all clocks.
fn rig(lease: u64, flaw: Option<&'static str>) -> Rig<MajorityLock> {
    let tune = |settings: &mut Settings| {
        settings.set("lease", SettingValue::Span(Span::ms(lease)));
        flaw.iter().for_each(|flaw| settings.set_flaw(flaw, true));
    };
    Rig::new(&[1, 1, 1, 0, 0, 0], &[2], tune)
        .watch(vec![Box::new(LeaseExclusion::by_quorum(0)), Box::new(MutualExclusion::new())])
}

/// Lets so many ms pass.
fn pass(rig: &mut Rig<MajorityLock>, ms: u32) {
    (0..ms).for_each(|_| rig.fire(s(6), Timer::Lease));
}

fn holds(rig: &Rig<MajorityLock>, node: NodeId) -> bool {
    rig.inspect(node).lease.is_some_and(|lease| !lease.over)
}

#[test]
fn a_quorum_of_grants_is_the_lock() {
    let mut rig = rig(400, None);
    let asked = rig.request(s(4), write(1));
    for server in [1, 2] {
        rig.deliver(s(4), s(server));
        assert!(!holds(&rig, s(4)));
        rig.deliver(s(server), s(4));
    }
    assert!(holds(&rig, s(4)), "two of three are enough");
    rig.deliver_all();
    rig.timeout(s(4), Timer::Work);
    rig.deliver_all();
    assert_eq!((rig.reply(asked), holds(&rig, s(4))), (Some(Outcome::Done), false));
    assert_eq!((1..=3).map(|server| rig.fired(s(server), "TakeBack")).sum::<usize>(), 3);
}

#[test]
fn who_gets_no_quorum_gives_back_everywhere_what_it_has_got() {
    let mut rig = rig(400, None);
    rig.request(s(4), write(1));
    rig.request(s(5), write(2));
    // S4 is first at S1 and S2, S5 at S3.
    for (client, server) in [(4, 1), (4, 2), (5, 3), (5, 1), (5, 2), (4, 3)] {
        rig.deliver(s(client), s(server));
    }
    rig.deliver_where(|parcel| [s(4), s(5)].contains(&parcel.to));
    assert!(holds(&rig, s(4)) && !holds(&rig, s(5)));
    assert_eq!(rig.fired(s(5), "LoseMajority"), 1);
    rig.deliver_all();
    // What S5 had is free; what S4 has is not S5's to free.
    assert_eq!((rig.fired(s(3), "TakeBack"), rig.fired(s(1), "NotOwner")), (1, 1));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn who_has_just_had_it_lets_others_have_their_turn() {
    let mut rig = rig(400, None);
    rig.request(s(4), write(1));
    rig.deliver_all();
    rig.timeout(s(4), Timer::Work);
    rig.deliver_all();
    let again = rig.request(s(4), write(2));
    assert_eq!((rig.fired(s(4), "LetOthers"), rig.pool().len()), (1, 0), "it asks nobody yet");
    let other = rig.request(s(5), write(3));
    rig.deliver_all();
    assert!(holds(&rig, s(5)));
    rig.timeout(s(4), Timer::Retry);
    rig.deliver_all();
    assert_eq!((rig.fired(s(4), "LoseMajority"), holds(&rig, s(4))), (1, false));
    rig.timeout(s(5), Timer::Work);
    rig.deliver_all();
    rig.timeout(s(4), Timer::Retry);
    rig.deliver_all();
    rig.timeout(s(4), Timer::Work);
    rig.deliver_all();
    assert_eq!([other, again].map(|id| rig.reply(id)), [Some(Outcome::Done); 2]);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

/// Where two compete, each waits longer, but not longer than a lease; where one has it, the other looks
/// again as often as ever.
#[test]
fn only_who_competes_waits_longer() {
    let mut rig = Rig::<MajorityLock>::new(&[1, 1, 1, 0, 0, 0], &[3], |_| {});
    let usual = rig.config().terms.retry;
    let most = |rig: &Rig<MajorityLock>, node| rig.timer(node, Timer::Retry).map(|range| range.most);
    [4, 5].into_iter().for_each(|client| {
        rig.request(s(client), write(u32::from(client)));
    });
    for round in 1..8u32 {
        // Each is first at one of the servers.
        [(4, 1), (5, 2)].into_iter().for_each(|(client, server)| rig.deliver(s(client), s(server)));
        rig.deliver_all();
        let longer = Span(usual.most.0 << round.min(5)).min(Span::ms(400));
        assert_eq!([s(4), s(5)].map(|client| most(&rig, client)), [Some(longer); 2], "{round}");
        [4, 5].into_iter().for_each(|client| rig.timeout(s(client), Timer::Retry));
    }
    rig.drop_from(s(5));
    rig.deliver_all();
    assert!(holds(&rig, s(4)));
    for _ in 0..3 {
        rig.timeout(s(5), Timer::Retry);
        rig.deliver_all();
        assert_eq!(most(&rig, s(5)), Some(usual.most));
    }
}

#[test]
fn careless_servers_free_what_is_not_the_senders() {
    let mut rig = rig(400, Some("careless-release"));
    rig.request(s(4), write(1));
    rig.deliver_all();
    rig.request(s(5), write(2));
    rig.deliver_all();
    assert!(holds(&rig, s(4)) && rig.fired(s(1), "TakeUnchecked") == 1);
    rig.timeout(s(5), Timer::Retry);
    rig.deliver_all();
    assert_eq!(rig.broken(), ["lease-exclusion"]);
}

#[test]
fn a_grant_that_took_too_long_is_none() {
    let mut rig = rig(60, None);
    rig.request(s(4), write(1));
    rig.deliver(s(4), s(1));
    rig.deliver(s(4), s(2));
    pass(&mut rig, 60);
    rig.deliver(s(1), s(4));
    rig.deliver(s(2), s(4));
    assert_eq!((rig.fired(s(4), "TooLate"), holds(&rig, s(4))), (1, false));
}

#[test]
fn a_client_that_stood_still_overwrites_and_that_is_the_lesson() {
    let mut rig = rig(60, None);
    rig.request(s(4), write(1));
    rig.deliver_all();
    // S4 stands still: none of its timers runs out.
    pass(&mut rig, 60);
    rig.request(s(5), write(2));
    rig.deliver_where(|parcel| parcel.to != s(4));
    assert_eq!(rig.inspect(s(5)).lease.map(|lease| lease.token), Some(1));
    rig.timeout(s(4), Timer::Work);
    rig.deliver(s(4), s(6));
    assert!(rig.broken().contains(&"mutual-exclusion"), "{:?}", rig.broken());
}

#[test]
fn storms_break_no_lease() {
    for seed in 0..24 {
        let mut rig = Rig::<MajorityLock>::new(&[1, 1, 1, 0, 0, 0], &[2], |settings| {
            // Time passes here, and no timer runs out for that.
            settings.set("lease", SettingValue::Span(Span::ms(60_000)));
        })
        .watch(vec![Box::new(LeaseExclusion::by_quorum(0))]);
        rig.storm(seed, 2_500, Storm { timeout: 160, crash: 3, ..Storm::default() });
        assert_eq!(rig.broken(), [] as [&str; 0], "{seed}: {:?}", rig.violations());
    }
}
