use super::*;
use crate::catalogue::PROTOCOLS;
use crate::model::{NodeId, Span};
use crate::scenario::{Scenario, from_json, to_json};
use crate::sim::{Fault, FaultKind, Intervention};

/// More than is computed at once.
fn long() -> Scenario {
    Scenario { duration: Span::ms(60_000), ..Scenario::plain(&PROTOCOLS[0], 5) }
}

fn short() -> Scenario {
    Scenario { duration: Span::ms(400), ..Scenario::plain(&PROTOCOLS[0], 3) }
}

fn loss(from: u64) -> Fault {
    Fault { kind: FaultKind::Loss { ppm: 1 }, from: Time::ms(from), until: Some(Time::ms(from + 5)) }
}

fn edit(session: &mut Session, edit: Edit) {
    session.apply(Action::Edit(edit, None));
}

fn digest(session: &Session) -> u64 {
    session.run().trace().digest()
}

/// A session that has come to a moment of a run that is whole.
fn settled(scenario: Scenario, at: u64) -> Session {
    let mut session = Session::new(scenario, Some(Time::ms(at)));
    session.settle();
    assert_eq!(session.frame().at, Time::ms(at));
    session
}

#[test]
fn a_change_keeps_the_moment() {
    let mut session = settled(long(), 1_000);
    edit(&mut session, Edit::Seed(7));
    session.settle();
    assert_eq!(session.frame().at, Time::ms(1_000));
    edit(&mut session, Edit::Nodes(7));
    session.settle();
    assert_eq!(session.frame().at, Time::ms(1_000));
    assert_eq!(session.frame().nodes.len(), 7);
}

#[test]
fn the_old_run_stays_on_show_while_the_new_one_is_computed() {
    let mut session = settled(long(), 1_000);
    let before = digest(&session);
    edit(&mut session, Edit::Seed(7));
    assert!(session.computing().is_some());
    session.tick(16.0, || false);
    assert_eq!((digest(&session), session.frame().at), (before, Time::ms(1_000)));
    session.settle();
    assert_ne!(digest(&session), before);
    assert_eq!(digest(&session), digest(&settled(Scenario { seed: 7, ..long() }, 0)));
}

#[test]
fn what_is_played_meanwhile_is_kept() {
    let mut session = settled(long(), 1_000);
    session.apply(Action::SetSpeed(Speed::Ratio(1.0)));
    session.apply(Action::Play);
    edit(&mut session, Edit::Seed(7));
    while session.frame().at < Time::ms(1_400) {
        session.tick(50.0, || false);
        assert!(session.computing().is_some());
    }
    let at = session.frame().at;
    session.settle();
    assert_eq!(session.frame().at, at);
    assert!(session.playback().playing);
}

#[test]
fn a_step_meanwhile_is_kept_and_so_is_a_seek() {
    let mut session = settled(long(), 1_000);
    edit(&mut session, Edit::Seed(7));
    session.apply(Action::Jump(3));
    let at = session.frame().at;
    assert!(at > Time::ms(1_000));
    edit(&mut session, Edit::Seed(8));
    session.apply(Action::Seek(Time::ms(2_000)));
    session.settle();
    assert_eq!(session.frame().at, Time::ms(2_000));
}

#[test]
fn a_seek_beyond_what_is_computed_lands_there() {
    let mut session = Session::new(long(), None);
    assert!(session.run().computed() < Time::ms(50_000), "computed at once");
    session.apply(Action::Seek(Time::ms(50_000)));
    session.settle();
    assert_eq!(session.frame().at, Time::ms(50_000));
    // While a longer run is computed, too, and played from there.
    edit(&mut session, Edit::Duration(Span::ms(90_000)));
    session.apply(Action::Seek(Time::ms(80_000)));
    session.apply(Action::Play);
    session.tick(16.0, || false);
    session.settle();
    assert_eq!(session.frame().at, Time::ms(80_000));
    session.tick(16.0, || false);
    assert!(session.frame().at > Time::ms(80_000));
}

#[test]
fn a_moment_is_shown_as_soon_as_it_is_computed() {
    let mut session = Session::new(Scenario { duration: Span::ms(600_000), ..long() }, None);
    let beyond = session.run().computed() + Span::ms(200);
    session.apply(Action::Seek(beyond));
    while session.frame().at < beyond {
        session.tick(16.0, || false);
    }
    assert!(session.computing().is_some());
    assert_eq!(session.frame().at, beyond);
}

#[test]
fn play_at_the_end_starts_again_whether_or_not_the_run_was_cut_short() {
    let mut session = settled(short(), 400);
    // What a run of too many events comes to.
    for progress in [Progress::Done, Progress::TooLong] {
        session.first.progress = progress;
        session.apply(Action::Seek(Time::ms(400)));
        session.apply(Action::Play);
        assert_eq!(session.frame().at, Time(0));
        session.apply(Action::Pause);
    }
    session.apply(Action::SetSpeed(Speed::Ratio(f64::INFINITY)));
    session.apply(Action::Play);
    session.tick(100.0, || true);
    assert!(session.frame().at == Time::ms(400) && !session.playback().playing);
}

#[test]
fn playing_waits_at_the_end_for_a_longer_run() {
    let mut session = settled(Scenario { duration: Span::ms(20_000), ..long() }, 20_000);
    edit(&mut session, Edit::Duration(Span::ms(60_000)));
    session.apply(Action::Play);
    session.tick(16.0, || false);
    assert!(session.computing().is_some() && session.playback().playing);
    assert_eq!(session.frame().at, Time::ms(20_000));
}

#[test]
fn a_step_forward_never_goes_back() {
    let mut session = settled(short(), 400);
    session.apply(Action::Step(1));
    assert_eq!(session.frame().at, Time::ms(400));
    session.apply(Action::Step(-1));
    assert!(session.frame().at < Time::ms(400));
}

#[test]
fn undo_takes_back_and_redo_makes_again() {
    let mut session = settled(short(), 0);
    let before = to_json(session.scenario());
    edit(&mut session, Edit::Seed(2));
    edit(&mut session, Edit::Storm);
    let after = to_json(session.scenario());
    session.apply(Action::Undo);
    session.apply(Action::Undo);
    assert_eq!((to_json(session.scenario()), session.is_edited()), (before.clone(), false));
    session.apply(Action::Redo);
    session.apply(Action::Redo);
    assert_eq!(to_json(session.scenario()), after);
    session.apply(Action::Revert);
    assert_eq!(to_json(session.scenario()), before);
    session.apply(Action::Undo);
    assert_eq!(to_json(session.scenario()), after);
}

#[test]
fn what_changes_nothing_is_not_a_change() {
    let mut session = settled(short(), 0);
    edit(&mut session, Edit::Seed(short().seed));
    edit(&mut session, Edit::RemoveFault(3));
    edit(&mut session, Edit::Crash(NodeId(120)));
    session.apply(Action::Revert);
    assert_eq!((session.can_undo_redo(), session.is_edited()), ((false, false), false));
}

#[test]
fn a_gesture_is_taken_back_as_one() {
    let mut session = settled(short(), 0);
    for seed in 2..9 {
        session.apply(Action::Edit(Edit::Seed(seed), Some(1)));
    }
    session.apply(Action::Edit(Edit::Seed(9), Some(2)));
    session.apply(Action::Undo);
    assert_eq!(session.scenario().seed, 8);
    session.apply(Action::Undo);
    assert_eq!((session.scenario().seed, session.can_undo_redo().0), (1, false));
}

#[test]
fn the_way_back_is_bounded() {
    let mut session = settled(short(), 0);
    for seed in 0..UNDO_MAX as u64 {
        edit(&mut session, Edit::Seed(seed + 2));
        session.apply(Action::Open(Box::new(short()), None));
    }
    assert_eq!(session.undo.len(), UNDO_MAX);
}

#[test]
fn a_selected_fault_stays_selected_while_others_come_and_go() {
    let mut session = settled(short(), 0);
    for from in [10, 20, 30] {
        edit(&mut session, Edit::AddFault(loss(from)));
    }
    assert_eq!(session.selection(), Selection::Fault(2));
    session.apply(Action::Select(Selection::Fault(1)));
    edit(&mut session, Edit::RemoveFault(0));
    assert_eq!(session.selection(), Selection::Fault(0));
    session.apply(Action::Undo);
    assert_eq!(session.selection(), Selection::Fault(1));
    session.apply(Action::Redo);
    edit(&mut session, Edit::SetFault(0, loss(40)));
    assert_eq!(session.selection(), Selection::Fault(0));
    edit(&mut session, Edit::RemoveFault(0));
    assert_eq!(session.selection(), Selection::Nothing);
    session.apply(Action::Select(Selection::Fault(7)));
    assert_eq!(session.selection(), Selection::Nothing);
}

#[test]
fn a_message_of_the_old_run_is_not_selected_in_the_new_one() {
    let mut session = settled(long(), 1_000);
    edit(&mut session, Edit::Seed(7));
    session.apply(Action::Select(Selection::Message(3)));
    session.settle();
    assert_eq!(session.selection(), Selection::Nothing);
}

#[test]
fn another_scenario_is_not_shown_with_the_run_before() {
    let mut session = settled(long(), 50_000);
    let before = digest(&session);
    session.apply(Action::Open(Box::new(Scenario { seed: 7, ..long() }), Some(Time::ms(40_000))));
    assert_ne!(digest(&session), before);
    assert!(session.frame().at < Time::ms(40_000) && !session.is_edited());
    session.settle();
    assert_eq!(session.frame().at, Time::ms(40_000));
    session.apply(Action::Undo);
    assert!(digest(&session) != before && !session.is_edited(), "the way back computes it again");
    session.settle();
    assert_eq!((digest(&session), session.frame().at), (before, Time::ms(40_000)));
}

#[test]
fn a_value_proposed_by_hand_is_new() {
    let mut session = settled(short(), 0);
    let values = |session: &Session| -> Vec<String> {
        let hands = session.scenario().interventions.iter();
        hands
            .filter_map(|hand| match hand {
                Intervention::Propose { op, .. } => op.value().map(|value| value.to_string()),
                Intervention::Drop { .. }
                | Intervention::Deliver { .. }
                | Intervention::Delay { .. }
                | Intervention::Duplicate { .. }
                | Intervention::Timeout { .. } => None,
            })
            .collect()
    };
    for step in 0..40 {
        edit(&mut session, Edit::Propose(NodeId(0)));
        if step == 4 {
            assert_eq!(values(&session), ["z", "x", "v", "t", "r"], "one client writes the others");
            edit(&mut session, Edit::RemoveIntervention(2));
        }
    }
    let mut all = values(&session);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 39);
}

fn two(duration: u64) -> Scenario {
    Scenario { duration: Span::ms(duration), ..Scenario::plain(&PROTOCOLS[0], 5) }.with_beside(&PROTOCOLS[1])
}

fn at(session: &Session, side: Side) -> Time {
    session.lab(side).expect("a lab").frame().at
}

#[test]
fn two_labs_go_by_one_clock() {
    let mut session = settled(two(2_000), 700);
    assert_eq!((at(&session, Side::First), at(&session, Side::Second)), (Time::ms(700), Time::ms(700)));
    session.apply(Action::SetSpeed(Speed::Ratio(1.0)));
    session.apply(Action::Play);
    session.tick(50.0, || true);
    assert_eq!((at(&session, Side::First), at(&session, Side::Second)), (Time::ms(750), Time::ms(750)));
    session.apply(Action::Seek(Time::ms(90)));
    assert_eq!((at(&session, Side::First), at(&session, Side::Second)), (Time::ms(90), Time::ms(90)));
    // A step goes to the next event of either, and back the same way.
    let mut stops = Vec::new();
    for _ in 0..12 {
        session.apply(Action::Step(1));
        stops.push(at(&session, Side::First));
        assert_eq!(at(&session, Side::First), at(&session, Side::Second));
    }
    assert!(stops.is_sorted() && stops[0] > Time::ms(90), "{stops:?}");
    session.apply(Action::Step(-1));
    assert!(at(&session, Side::First) <= stops[11]);
}

#[test]
fn faults_and_clients_are_those_of_both_and_settings_of_one() {
    let mut session = settled(two(1_000), 0);
    edit(&mut session, Edit::AddFault(loss(10)));
    for side in [Side::First, Side::Second] {
        assert_eq!(session.lab(side).expect("a lab").run().plan().faults.len(), 1);
    }
    let digest = |session: &Session, side| session.lab(side).expect("a lab").run().trace().digest();
    let before = digest(&session, Side::First);
    session.apply(Action::Look(Side::Second));
    assert_eq!(session.run().spec().id, PROTOCOLS[1].spec.id);
    let flaw = PROTOCOLS[1].spec.flaws[0].id;
    edit(&mut session, Edit::Flaw(flaw, true));
    edit(&mut session, Edit::Threshold(0, 2));
    session.settle();
    assert_eq!(digest(&session, Side::First), before, "the first is as it was");
    let beside = session.scenario().beside.as_ref().expect("two");
    assert!(beside.settings.flaw(flaw) && beside.thresholds[0] == 2);
    assert!(session.scenario().settings.flaws().next().is_none());
    session.apply(Action::Undo);
    session.apply(Action::Undo);
    assert_eq!(session.focus(), Side::Second);
    edit(&mut session, Edit::Nodes(7));
    session.settle();
    assert!(session.labs().all(|lab| lab.frame().nodes.len() == 7));
}

#[test]
fn a_second_lab_comes_and_goes_with_the_moment_kept() {
    let mut session = settled(Scenario { duration: Span::ms(800), ..Scenario::plain(&PROTOCOLS[0], 5) }, 300);
    edit(&mut session, Edit::Beside(Some(&PROTOCOLS[1])));
    session.settle();
    assert_eq!((at(&session, Side::First), at(&session, Side::Second)), (Time::ms(300), Time::ms(300)));
    assert_eq!(from_json(&to_json(session.scenario())).as_ref(), Ok(&**session.scenario()), "links carry it");
    session.apply(Action::Look(Side::Second));
    session.apply(Action::Undo);
    assert!(session.lab(Side::Second).is_none() && session.focus() == Side::First);
    session.apply(Action::Redo);
    session.settle();
    assert_eq!(at(&session, Side::Second), Time::ms(300));
    session.apply(Action::Look(Side::Second));
    edit(&mut session, Edit::Protocol(&PROTOCOLS[2]));
    let beside = session.scenario().beside.as_ref().map(|beside| beside.entry);
    assert_eq!((session.scenario().entry, beside), (&PROTOCOLS[0], Some(&PROTOCOLS[2])));
    edit(&mut session, Edit::Beside(None));
    assert!(session.lab(Side::Second).is_none() && session.frame().at == Time::ms(300));
}

#[test]
fn both_are_awaited_before_they_are_played() {
    let mut session = Session::new(two(60_000), None);
    session.apply(Action::Seek(Time::ms(50_000)));
    session.settle();
    assert_eq!((at(&session, Side::First), at(&session, Side::Second)), (Time::ms(50_000), Time::ms(50_000)));
}
