//! Whatever a person does, nothing breaks, and what comes of it can be saved and shared.
#![cfg(not(target_arch = "wasm32"))]

mod any_scenario;

use any_scenario::Dice;
use quorate::catalogue::PROTOCOLS;
use quorate::model::{Key, NodeId, NodeSet, Op, SettingKind, SettingValue, Span, SpanRange, Time, Value};
use quorate::quorum::Rule;
use quorate::scenario::{DOCUMENT_MAX, Planned, Scenario, from_json, to_json, to_json_pretty};
use quorate::session::{Action, Edit, Selection, Session, Speed};
use quorate::sim::{Asks, Change, ClientPlan, Delay, Fault, FaultKind, Intervention, Network, Pace, Way};

/// Values that no slider gives.
fn odd(dice: &mut Dice) -> u64 {
    [0, 1, 5, 999, 1_000, 150_000, 599_999_999, 600_000_001, u64::from(u32::MAX), u64::MAX]
        [dice.below(10) as usize]
}

fn odd_float(dice: &mut Dice) -> f64 {
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 1.234_567_891, 1e7, 1e300][dice.below(8) as usize]
}

fn odd_set(dice: &mut Dice) -> NodeSet {
    (0..dice.below(6)).map(|_| NodeId(dice.below(121) as u8)).collect()
}

fn odd_range(dice: &mut Dice) -> SpanRange {
    SpanRange { least: Span(odd(dice)), most: Span(odd(dice)) }
}

fn odd_delay(dice: &mut Dice) -> Delay {
    match dice.below(7) {
        0 => Delay::Constant(odd(dice)),
        1 => Delay::Uniform { least: odd(dice), most: odd(dice) },
        2 => Delay::Normal { mean: odd_float(dice), deviation: odd_float(dice) },
        3 => Delay::LogNormal { median: odd_float(dice), sigma: odd_float(dice) },
        4 => Delay::Pareto { least: odd_float(dice), alpha: odd_float(dice) },
        5 => Delay::Exponential { mean: odd_float(dice) },
        _ => Delay::Empirical((0..[0, 3, 1_200][dice.below(3) as usize]).map(|_| odd(dice)).collect()),
    }
}

fn odd_fault(dice: &mut Dice) -> Fault {
    let node = NodeId(dice.below(121) as u8);
    let kind = match dice.below(7) {
        0 => FaultKind::Crash { node, amnesia: dice.below(2) == 0 },
        1 => FaultKind::Pause { node },
        2 => FaultKind::Partition { groups: (0..dice.below(4)).map(|_| odd_set(dice)).collect() },
        3 => FaultKind::Cut { from: odd_set(dice), to: odd_set(dice) },
        4 => FaultKind::Slow { from: odd_set(dice), to: odd_set(dice), extra: odd_delay(dice) },
        5 => FaultKind::Loss { ppm: odd(dice) as u32 },
        _ => FaultKind::Jump { nodes: odd_set(dice), by_ms: odd(dice) as i32 },
    };
    Fault { kind, from: Time(odd(dice)), until: (dice.below(2) == 0).then(|| Time(odd(dice))) }
}

fn odd_client(dice: &mut Dice) -> ClientPlan {
    ClientPlan {
        start: Time(odd(dice)),
        limit: (dice.below(2) == 0).then(|| odd(dice) as u32),
        pace: match dice.below(2) {
            0 => Pace::Closed { window: odd(dice) as u16, think: odd_range(dice) },
            _ => Pace::Open { every: odd_range(dice) },
        },
        target: (dice.below(2) == 0).then(|| NodeId(dice.below(121) as u8)),
        local: dice.below(2) == 0,
        asks: Asks::ALL[dice.below(5) as usize],
        reads: dice.below(256) as u8,
        cas: dice.below(256) as u8,
        keys: dice.below(256) as u8,
        retry: Span(odd(dice)),
    }
}

fn odd_change(dice: &mut Dice) -> Change {
    let weights: Vec<u8> = (0..dice.below(12)).map(|_| odd(dice) as u8).collect();
    let thresholds: Vec<u32> = (0..dice.below(4)).map(|_| odd(dice) as u32).collect();
    let by = if dice.below(2) == 0 { Way::Log } else { Way::Hand };
    Change { at: Time(odd(dice)), by, rule: Rule::new(&weights, &thresholds) }
}

fn odd_hand(dice: &mut Dice) -> Intervention {
    let (node, message) = (NodeId(dice.below(121) as u8), odd(dice) as u32);
    let (at, by) = (Time(odd(dice)), Span(odd(dice)));
    let (key, value) = (Key(dice.below(256) as u8), Value(odd(dice) as u32));
    match dice.below(6) {
        0 => Intervention::Drop { message, at },
        1 => Intervention::Deliver { message, at },
        2 => Intervention::Delay { message, by },
        3 => Intervention::Duplicate { message, by },
        4 => Intervention::Timeout { node, timer: dice.below(256) as u8, at },
        _ => Intervention::Propose { node, op: Op::Cas { key, expect: value, value }, at },
    }
}

/// Some edit with the odd values that fingers and sliders find, taken in part from another scenario.
fn edit(dice: &mut Dice, now: &Scenario, other: &Scenario) -> Edit {
    let spec = now.spec();
    let node = NodeId(dice.below(121) as u8);
    let place = [0, 1, 2, 3, 200, usize::MAX][dice.below(6) as usize];
    let taken = dice.below(2) == 0;
    match dice.below(29) {
        0 => Edit::Protocol(&PROTOCOLS[dice.below(PROTOCOLS.len() as u64) as usize]),
        1 => Edit::Nodes([0, 2, 4, 5, 9, 101, usize::MAX][dice.below(7) as usize]),
        2 => Edit::Weight(node, odd(dice) as u8),
        3 => Edit::Threshold(place, odd(dice) as u32),
        4 if taken => Edit::Network(other.network.clone()),
        4 => Edit::Network(Network {
            delay: odd_delay(dice),
            loss_ppm: odd(dice) as u32,
            duplicate_ppm: odd(dice) as u32,
            fifo: true,
        }),
        5 => Edit::Disk(if taken { other.disk.clone() } else { odd_delay(dice) }),
        6 if taken => Edit::Clients(other.clients.clone()),
        6 => Edit::Clients((0..dice.below(4) * 12).map(|_| odd_client(dice)).collect()),
        7 => Edit::Seed(odd(dice)),
        8 => Edit::Duration(Span(odd(dice))),
        9 | 10 => match other.faults.first() {
            Some(planned) if taken => Edit::AddFault(planned.fault.clone()),
            _ => Edit::AddFault(odd_fault(dice)),
        },
        11 => Edit::EnableFault(place, taken),
        12 => Edit::Pause(node),
        13 => Edit::Recover(node),
        14 => Edit::Propose(node),
        15 => Edit::Timeout(node, place as u8),
        16 => match other.interventions.first() {
            Some(hand) if taken => Edit::Intervene(*hand),
            _ => Edit::Intervene(odd_hand(dice)),
        },
        17 => Edit::SetFault(place, odd_fault(dice)),
        18 => Edit::RemoveFault(place),
        19 => Edit::RemoveIntervention(place),
        20 => Edit::Storm,
        21 => Edit::Crash(node),
        22 => Edit::Majorities,
        23 if !spec.flaws.is_empty() => {
            Edit::Flaw(spec.flaws[dice.below(spec.flaws.len() as u64) as usize].id, taken)
        }
        23 => Edit::Flaw("no such flaw", taken),
        25 => match other.changes.first() {
            Some(change) if taken => Edit::AddChange(change.clone()),
            _ => Edit::AddChange(odd_change(dice)),
        },
        26 => Edit::SetChange(place, odd_change(dice)),
        27 => Edit::RemoveChange(place),
        24 => Edit::Setting("no such setting", SettingValue::Switch(taken)),
        _ => {
            let setting = spec.settings[dice.below(spec.settings.len() as u64) as usize];
            Edit::Setting(
                setting.id,
                match setting.kind {
                    SettingKind::Span { .. } => SettingValue::Span(Span(odd(dice))),
                    SettingKind::Range { .. } => SettingValue::Range(odd_range(dice)),
                    SettingKind::Switch { default } => SettingValue::Switch(!default),
                    SettingKind::Number { .. } => SettingValue::Number(odd(dice) as u32),
                    SettingKind::Links => {
                        SettingValue::Links(u128::from(odd(dice)) << 64 | u128::from(odd(dice)))
                    }
                    SettingKind::Choice { .. } => SettingValue::Choice(odd(dice) as u8),
                },
            )
        }
    }
}

/// Whatever can be asked.
fn action(dice: &mut Dice, now: &Scenario, other: &Scenario) -> Action {
    let by = [0, 1, -1, 7, i32::MIN, i32::MAX][dice.below(6) as usize];
    let place = odd(dice) as usize;
    match dice.below(30) {
        0 => Action::Toggle,
        1 => Action::Play,
        2 => Action::Pause,
        3 => Action::Step(by),
        4 => Action::Jump(by),
        5 => Action::Seek(Time(odd(dice))),
        6 => Action::SeekRecord(place),
        7 => Action::SetSpeed(Speed::Ratio(odd_float(dice))),
        8 => Action::SetSpeed(Speed::Auto),
        9 => Action::Undo,
        10 => Action::Redo,
        11 => {
            let at = (dice.below(2) == 0).then(|| Time(odd(dice)));
            Action::Open(Box::new(other.clone()), at)
        }
        12 => Action::Revert,
        13 => Action::Select(match dice.below(5) {
            0 => Selection::Nothing,
            1 => Selection::Node(NodeId(dice.below(121) as u8)),
            2 => Selection::Message(place as u32),
            3 => Selection::Fault(place),
            _ => Selection::Violation(place),
        }),
        _ => Action::Edit(edit(dice, now, other), (dice.below(3) == 0).then(|| dice.below(3) as u32)),
    }
}

/// A scenario that takes little time, for all that it holds.
fn brief(seed: u64) -> Scenario {
    let mut scenario = any_scenario::scenario(seed);
    scenario.duration = Span(scenario.duration.0.clamp(10_000, 300_000));
    scenario
}

#[test]
fn whatever_is_done_nothing_breaks() {
    for seed in 0..60 {
        let mut session = Session::new(brief(seed), None);
        let mut dice = Dice::new(seed);
        for step in 0..40 {
            let action = action(&mut dice, session.scenario(), &brief(seed * 100 + step));
            session.apply(action);
            for _ in 0..dice.below(3) {
                let wall_ms = [0.0, 16.0, 1e9, f64::NAN, -5.0][dice.below(5) as usize];
                let mut slices = dice.below(4);
                session.tick(wall_ms, || {
                    slices = slices.saturating_sub(1);
                    slices > 0
                });
            }
            let (run, frame) = (session.run(), session.frame());
            assert!(frame.at <= run.computed());
            assert_eq!(frame.nodes.len(), session.scenario().weights.len());
            match session.selection() {
                Selection::Node(node) => assert!(node.index() < frame.nodes.len()),
                Selection::Fault(place) => assert!(place < session.scenario().faults.len()),
                Selection::Violation(place) => assert!(place < run.violations().len()),
                Selection::Stuck(place) => assert!(place < run.stuck().len()),
                Selection::Nothing | Selection::Message(_) => {}
            }
        }
    }
}

#[test]
fn what_a_session_makes_can_be_shared() {
    for seed in 0..150 {
        let mut session = Session::new(brief(seed), None);
        let mut dice = Dice::new(seed);
        for step in 0..15 {
            let edit = edit(&mut dice, session.scenario(), &brief(seed * 100 + step));
            session.apply(Action::Edit(edit.clone(), None));
            let made = session.scenario();
            for text in [to_json(made), to_json_pretty(made)] {
                let read = from_json(&text).unwrap_or_else(|refusal| panic!("{edit:?}: {refusal}"));
                assert_eq!(read, **made, "{edit:?}");
            }
        }
    }
}

/// What a document may say, an edit of something else in the same part leaves alone.
#[test]
fn what_a_document_may_say_is_left_alone() {
    for seed in 0..300 {
        let Scenario { network, disk, clients, faults, interventions, weights, entry, duration, .. } =
            any_scenario::scenario(seed);
        let mut session = Session::new(Scenario::plain(entry, weights.len()), None);
        let edits = [
            Edit::Network(network.clone()),
            Edit::Disk(disk.clone()),
            Edit::Clients(clients.clone()),
            Edit::Duration(duration),
        ];
        for edit in edits {
            session.apply(Action::Edit(edit, None));
        }
        for Planned { fault, .. } in &faults {
            session.apply(Action::Edit(Edit::AddFault(fault.clone()), None));
        }
        for hand in &interventions {
            session.apply(Action::Edit(Edit::Intervene(*hand), None));
        }
        let made = session.scenario();
        assert_eq!((&made.network, &made.disk, made.duration), (&network, &disk, duration));
        assert_eq!((&made.clients, &made.interventions), (&clients, &interventions));
        assert!(made.faults.iter().map(|planned| &planned.fault).eq(faults.iter().map(|p| &p.fault)));
    }
}

#[test]
fn what_would_be_too_large_for_a_document_is_not_added() {
    let mut scenario = Scenario::plain(&PROTOCOLS[0], 3);
    scenario.duration = Span::ms(10);
    let mut session = Session::new(scenario, None);
    let extra = Delay::Empirical((0..1_000).map(|value| 59_000_001 + value).collect());
    for from in 0..40 {
        let (some, all) = (NodeSet::only(NodeId(0)), NodeSet::full(3));
        let kind = FaultKind::Slow { from: some, to: all, extra: extra.clone() };
        let fault = Fault { kind, from: Time(from), until: None };
        session.apply(Action::Edit(Edit::AddFault(fault), None));
    }
    let text = to_json_pretty(session.scenario());
    assert!(text.len() <= DOCUMENT_MAX && text.len() > DOCUMENT_MAX * 4 / 5, "{}", text.len());
    assert_eq!(from_json(&text).as_ref(), Ok(&**session.scenario()));
}
