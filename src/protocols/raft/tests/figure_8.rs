//! Figure 8: why a leader does not commit an earlier term's entry by counting (§5.4.2).

use super::*;

/// (a) S1 leads term 2 and has replicated index 2 to S2 only; (b) S1 crashes, S5 is elected for
/// term 3 by S3, S4 and itself and accepts another entry at index 2; (c) S5 crashes, S1 restarts,
/// is elected for term 4 and copies index 2 to S3.
///
/// Leaders of this implementation append a no-op at once, which is each term's entry here. S1's
/// copy to S3 carries index 2 alone, as in the figure.
fn up_to_c(tune: impl FnOnce(&mut Settings)) -> Rig<Raft> {
    let mut rig = cluster(5, |settings| {
        settings.set("batch", SettingValue::Number(1));
        tune(settings);
    });
    for node in rig.ids() {
        rig.reseed(node, disk(1, &[1]));
    }
    // (a)
    elect(&mut rig, s(1), &[s(2), s(3), s(4), s(5)]);
    while rig.try_deliver(s(1), s(2)) {}
    rig.drop_all();
    assert_eq!((term(&rig, s(1)), terms(&rig, s(1)), terms(&rig, s(2))), (2, vec![1, 2], vec![1, 2]));
    // (b)
    rig.crash(s(1));
    elect(&mut rig, s(5), &[s(3), s(4)]);
    rig.drop_all();
    assert_eq!((term(&rig, s(5)), terms(&rig, s(5))), (3, vec![1, 3]));
    rig.crash(s(5));
    // Every no-op is like every other: commands of clients take their place, so that it shows when
    // one is lost. From here on everything is watched.
    for (node, terms) in [(s(1), &[1, 2][..]), (s(2), &[1, 2]), (s(5), &[1, 3])] {
        rig.reseed(node, Durable { voted_for: rig.disk(node).voted_for, ..disk(term(&rig, node), terms) });
    }
    rig.crash(s(5));
    let mut rig = rig.watch(properties());
    // (c)
    while term(&rig, s(1)) < 3 {
        rig.timeout(s(1), Timer::Election);
    }
    elect(&mut rig, s(1), &[s(2), s(3)]);
    assert_eq!((term(&rig, s(1)), terms(&rig, s(1))), (4, vec![1, 2, 4]));
    // S3 refuses index 3 and is sent index 2; its answer reaches S1. S2 has acknowledged its copy.
    rig.deliver(s(1), s(3));
    rig.deliver(s(3), s(1));
    rig.deliver(s(1), s(3));
    rig.drop_from(s(2));
    rig.drop_between(s(1), s(4));
    assert_eq!(terms(&rig, s(3)), [1, 2]);
    assert_eq!(terms(&rig, s(2)), [1, 2]);
    // A heartbeat, from before the no-op, tells S1 that S2 has index 2; S2 never gets index 3.
    rig.drop_between(s(1), s(2));
    rig.timeout(s(1), Timer::Heartbeat);
    rig.drop_between(s(1), s(4));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.drop_between(s(1), s(2));
    rig.deliver(s(3), s(1));
    rig.drop_from(s(1));
    rig
}

#[test]
fn at_c_the_entry_is_on_a_majority_and_not_committed() {
    let rig = up_to_c(|_| {});
    let holders = rig.ids().filter(|node| terms(&rig, *node).get(1) == Some(&2)).count();
    assert_eq!(holders, 3);
    assert_eq!(rig.inspect(s(1)).commit, 0, "nothing is committed by counting before index 3 is");
    assert_eq!(rig.fired(s(1), "HoldBack"), 1);
    assert!(rig.decides().is_empty());
}

/// (d) S1 crashes; S5 is elected by S2, S3, S4 and overwrites index 2 everywhere.
fn d(rig: &mut Rig<Raft>) {
    rig.crash(s(1));
    rig.drop_all();
    rig.restart(s(5));
    while term(rig, s(5)) < 4 {
        rig.timeout(s(5), Timer::Election);
    }
    elect(rig, s(5), &[s(2), s(3), s(4)]);
    rig.deliver_all();
    beat(rig, s(5));
    rig.restart(s(1));
    beat(rig, s(5));
    beat(rig, s(5));
    for node in rig.ids() {
        assert_eq!(terms(rig, node)[..2], [1, 3], "{node}");
    }
}

#[test]
fn d_is_legal() {
    let mut rig = up_to_c(|_| {});
    d(&mut rig);
    assert_eq!(rig.broken(), [] as [&str; 0]);
    assert!(rig.fired(s(2), "Truncate") == 1 && rig.fired(s(3), "Truncate") == 1);
}

#[test]
fn e_once_an_entry_of_term_4_is_on_a_majority_s5_cannot_win() {
    let mut rig = up_to_c(|_| {});
    // A heartbeat finds out what was lost; then index 3 reaches S2 and S3.
    for _ in 0..3 {
        rig.timeout(s(1), Timer::Heartbeat);
        rig.drop_to(s(4));
        rig.deliver_among(&[s(1), s(2), s(3)]);
    }
    assert_eq!((terms(&rig, s(2)), terms(&rig, s(3))), (vec![1, 2, 4], vec![1, 2, 4]));
    assert_eq!(rig.inspect(s(1)).commit, 3, "indexes 1 to 3 are committed");
    assert_eq!(rig.fired(s(1), "CommitBefore"), 1);
    rig.crash(s(1));
    rig.drop_all();
    rig.restart(s(5));
    for _ in 0..5 {
        rig.timeout(s(5), Timer::Election);
        rig.deliver_all();
        assert!(!leads(&rig, s(5)));
    }
    assert!(rig.fired(s(2), "RefuseVoteOlder") > 0 && rig.fired(s(3), "RefuseVoteOlder") > 0);
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn counting_an_earlier_terms_entry_loses_it() {
    let mut rig = up_to_c(flaw("counts-old-term"));
    assert_eq!(rig.inspect(s(1)).commit, 2);
    assert_eq!(rig.fired(s(1), "CommitOldTerm"), 1);
    d(&mut rig);
    assert_eq!(rig.broken(), ["leader-completeness", "state-machine-safety"]);
    let witness = &rig.violations()[0].witness;
    assert_eq!(witness.cells, [(s(5), 2), (s(1), 2)]);
    let sentence = witness.sentence(crate::model::Lang::En);
    assert!(sentence.contains("S5 leads term 5 without index 2"), "{sentence}");
}
