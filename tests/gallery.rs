//! The gallery: every lesson comes true, every flaw has its lesson, and what the texts promise holds.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::PROTOCOLS;
use quorate::model::{Lang, NodeId, PropertyWord, SettingValue, Span, SpanRange, Time};
use quorate::quorum::verdict;
use quorate::scenario::{
    Claim, Scenario, What, find, from_json, from_link, gallery, replay, to_json, to_json_pretty, to_link,
};
use quorate::sim::{Cluster, FaultKind, Kind, Progress, Way};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A lesson is short.
const EVENTS_MAX: u32 = 20_000;
/// A title fits a line of a menu.
const TITLE_MAX: usize = 40;

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

fn broken(run: &dyn Cluster) -> Vec<&'static str> {
    run.violations().iter().map(|violation| violation.property.id).collect()
}

/// Whether the quorums that must meet do.
fn is_safe(scenario: &Scenario) -> bool {
    let pairs: Vec<(usize, usize)> = scenario.spec().must_meet.iter().map(|rule| (rule.a, rule.b)).collect();
    // Nothing is promised where weights are edited by hand, or clocks differ by more than was allowed for.
    let by_hand = scenario.changes.iter().any(|change| change.by == Way::Hand);
    let allowed = match scenario.settings.get("drift") {
        Some(SettingValue::Number(percent)) => percent * 10_000,
        _ => u32::MAX,
    };
    let drifts = scenario.clocks.iter().any(|clock| clock.drift_ppm.unsigned_abs() > allowed);
    verdict(&scenario.rule(), &pairs).is_safe() && !by_hand && !drifts
}

#[test]
fn every_claim_comes_true() {
    let mut wrong = Vec::new();
    for (id, scenario) in gallery() {
        assert!(!scenario.claims.is_empty(), "{id} claims nothing");
        for kept in replay(scenario).into_iter().filter(|kept| !kept.ok) {
            wrong.push(format!("{id}: {} — {}", kept.text.en, kept.reason.en));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Where a lesson breaks what a protocol promises under assumptions alone, it breaks one of these, and says
/// which.
#[test]
fn what_breaks_unpromised_breaks_an_assumption() {
    let mut seen = BTreeSet::new();
    for (id, scenario) in gallery() {
        if scenario.spec().flaws.iter().any(|flaw| scenario.settings.flaw(flaw.id)) {
            continue;
        }
        for claim in &scenario.claims {
            let What::Violated(Some(word)) = claim.what else { continue };
            let Some(known) = scenario.entry.unpromised(word.id).filter(|known| !known.assumes.is_empty())
            else {
                continue;
            };
            let plan = scenario.plan();
            let broken: Vec<&str> =
                known.assumes.iter().filter_map(|one| Some(one.broken_by(&plan)?.en)).collect();
            assert!(claim.at_most == Some(0) || !broken.is_empty(), "{id}: {}", word.id);
            seen.extend(broken.iter().map(|broken| format!("{id}: {broken}")));
        }
    }
    assert!(seen.contains("three-phase-commit/partition: the network falls apart"), "{seen:?}");
    assert!(seen.contains("majority-lock/pause: a node stands still"), "{seen:?}");
}

#[test]
fn every_document_is_read_under_its_own_name_and_written_back_alike() {
    let mut seen = BTreeSet::new();
    for entry in PROTOCOLS {
        assert!(!entry.scenarios.is_empty(), "{} has no default", entry.spec.id);
        for (id, text) in entry.scenarios {
            let scenario = from_json(text).unwrap_or_else(|refusal| panic!("{id}: {refusal}"));
            assert!(seen.insert(*id), "{id} is there twice");
            assert_eq!((scenario.id.as_str(), scenario.entry), (*id, entry));
            assert_eq!(id.split('/').next(), Some(entry.spec.id), "{id} stands with another protocol");
            assert_eq!(to_json_pretty(&scenario), *text, "{id} is not as it would be written");
            assert_eq!(from_json(&to_json(&scenario)).as_ref(), Ok(&scenario), "{id}");
            let (shared, at) = from_link(&to_link(&scenario, None)).expect("a link").expect("a scenario");
            assert_eq!((&shared, at), (&scenario, None), "{id}");
        }
    }
}

#[test]
fn every_document_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios");
    let known: BTreeSet<String> = gallery().iter().map(|(id, _)| (*id).to_owned()).collect();
    let mut found = BTreeSet::new();
    for protocol in fs::read_dir(folder).expect("the gallery's folder").flatten() {
        for file in fs::read_dir(protocol.path()).expect("a folder a protocol").flatten() {
            let (folder, file) = (protocol.file_name(), file.path());
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.insert(format!("{}/{stem}", folder.to_string_lossy()));
        }
    }
    assert_eq!(found, known);
}

#[test]
fn every_scenario_is_told_in_both_languages_and_is_short() {
    let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    for (id, scenario) in gallery() {
        let Scenario { title, text, .. } = scenario;
        for english in [&title.en, &text.en] {
            assert!(!english.is_empty() && !english.chars().any(is_han), "{id}: {english}");
        }
        for chinese in [&title.zh, &text.zh] {
            assert!(chinese.chars().any(is_han), "{id}: {chinese}");
        }
        assert!(title.en.chars().count() <= TITLE_MAX, "{id}: {}", title.en);
        let run = finished(scenario);
        assert!(run.trace().events() < EVENTS_MAX, "{id}: {} events", run.trace().events());
        assert!(scenario.start < run.end(), "{id} opens behind its end");
    }
}

#[test]
fn a_visitor_first_sees_an_election_that_succeeds() {
    let (id, scenario) = &gallery()[0];
    assert_eq!(*id, "raft/leader-crash");
    let run = finished(scenario);
    let leads = |until: Time| {
        run.trace().records().iter().any(|r| r.kind == Kind::Role && r.args[1] == 1 && r.at() <= until)
    };
    assert!(leads(Time::ms(300)), "ten seconds at 1 : 30");
}

#[test]
fn what_is_safe_and_without_flaw_is_clean_and_the_rest_says_what_breaks() {
    for (id, scenario) in gallery() {
        let broken = broken(&*finished(scenario));
        let claims_clean = scenario.claims.contains(&Claim::CLEAN);
        if is_safe(scenario) && scenario.settings.flaws().next().is_none() {
            // What is not promised may break, and is then what the scenario is about; and so may what rests
            // on clocks, where one jumps.
            for property in &broken {
                let jumps =
                    scenario.faults.iter().any(|one| matches!(one.fault.kind, FaultKind::Jump { .. }));
                assert!(scenario.entry.unpromised(property).is_some() || jumps, "{id}: {property}");
                let says = claimed(scenario).any(|claimed| claimed.id == *property);
                assert!(says, "{id} does not say that it breaks {property}");
            }
            assert!(claims_clean == broken.is_empty(), "{id} does not say that nothing breaks");
        } else {
            assert!(claimed(scenario).next().is_some(), "{id} does not say what breaks");
            assert!(!claims_clean, "{id}");
        }
    }
}

/// The properties that a scenario says are violated.
fn claimed(scenario: &Scenario) -> impl Iterator<Item = &'static PropertyWord> {
    scenario.claims.iter().filter_map(|claim| match claim.what {
        What::Violated(property) if claim.at_least > 0 => property,
        What::Violated(_)
        | What::Stuck(_)
        | What::Reached(_)
        | What::Role { .. }
        | What::Rule { .. }
        | What::Decided { .. }
        | What::Answered { .. } => None,
    })
}

#[test]
fn every_flaw_breaks_what_it_says_and_without_it_nothing_breaks() {
    for entry in PROTOCOLS {
        for flaw in entry.spec.flaws {
            let name = format!("{}, {}", entry.spec.id, flaw.id);
            let lessons = gallery()
                .iter()
                .map(|(_, scenario)| scenario)
                .filter(|scenario| scenario.entry == entry && scenario.settings.flaws().eq([flaw.id]));
            let mut shown = false;
            for flawed in lessons {
                assert!(is_safe(flawed), "{}: the flaw is not alone to blame", flawed.id);
                let mut sound = flawed.clone();
                sound.settings.set_flaw(flaw.id, false);
                let mut broken_without = broken(&*finished(&sound));
                broken_without.retain(|property| entry.unpromised(property).is_none());
                assert!(broken_without.is_empty(), "{} without {}: {broken_without:?}", flawed.id, flaw.id);
                shown |= claimed(flawed).any(|property| property.id == flaw.breaks)
                    && broken(&*finished(flawed)).contains(&flaw.breaks);
            }
            assert!(shown, "{name}: no scenario shows how {} breaks", flaw.breaks);
        }
    }
}

// What the texts tell readers to try.

fn changed(id: &str, change: impl FnOnce(&mut Scenario)) -> Box<dyn Cluster> {
    let mut scenario = find(id).unwrap_or_else(|| panic!("no scenario {id}")).clone();
    change(&mut scenario);
    finished(&scenario)
}

fn set(setting: &'static str, value: SettingValue) -> impl FnOnce(&mut Scenario) {
    move |scenario| scenario.settings.set(setting, value)
}

/// How often a rule fired.
fn fired(run: &dyn Cluster, rule: &str) -> usize {
    let place = run
        .spec()
        .rules
        .iter()
        .position(|word| word.name == rule)
        .unwrap_or_else(|| panic!("no rule {rule}"));
    run.trace().records().iter().filter(|r| r.kind == Kind::Because && usize::from(r.code) == place).count()
}

/// The values decided anywhere, by name.
fn decided(run: &dyn Cluster) -> BTreeSet<String> {
    let records = run.trace().records().iter().filter(|record| record.kind == Kind::Decide);
    records.filter_map(|record| record.command().op.value()).map(|value| value.to_string()).collect()
}

#[test]
fn a_crash_before_the_entry_sets_out_leaves_nothing_to_commit_from_the_old_term() {
    let run = changed("raft/leader-crash", |scenario| scenario.faults[0].fault.from = Time::ms(1_005));
    assert_eq!((fired(&*run, "CommitBefore"), broken(&*run)), (0, vec![]));
}

#[test]
fn narrow_time_outs_split_more_votes() {
    let usual = changed("raft/split-vote", |_| {});
    let narrow = SpanRange { least: Span::ms(150), most: Span::ms(155) };
    let run = changed("raft/split-vote", set("election", SettingValue::Range(narrow)));
    assert!(fired(&*run, "LoseElection") > 2 * fired(&*usual, "LoseElection"));
}

#[test]
fn checkquorum_makes_a_leader_in_the_minority_give_up() {
    let run = changed("raft/partitioned-leader", set("checkquorum", SettingValue::Switch(true)));
    assert_eq!((fired(&*run, "StepDownAlone"), broken(&*run)), (1, vec![]));
}

#[test]
fn prevote_keeps_the_leader_when_the_server_comes_back() {
    let run = changed("raft/disruptive-server", set("prevote", SettingValue::Switch(true)));
    assert_eq!((fired(&*run, "StepDown"), fired(&*run, "BecomeLeader")), (0, 1));
}

#[test]
fn a_real_majority_elects_no_two_leaders() {
    let run = changed("raft/two-leaders", |scenario| scenario.thresholds[0] = 5);
    assert_eq!((fired(&*run, "BecomeLeader"), broken(&*run)), (1, vec![]));
}

#[test]
fn in_figure_8_e_the_entry_is_safe_even_with_the_flaw() {
    let run = changed("raft/figure-8", |scenario| {
        let last = scenario.faults.last_mut().expect("the second crash of S1");
        last.fault.from = Time(last.fault.from.0 + 20_000);
    });
    assert_eq!((fired(&*run, "CommitOldTerm"), broken(&*run)), (1, vec![]));
    let run = changed("raft/figure-8", |scenario| scenario.settings.set_flaw("counts-old-term", false));
    assert!(fired(&*run, "HoldBack") > 0, "index 2 is on a majority and held back");
    assert_eq!((fired(&*run, "Truncate"), broken(&*run)), (3, vec![]), "(d) is legal: S1, S2 and S3 lose it");
}

#[test]
fn a_later_cut_lets_the_change_be_accepted_in_time() {
    let run = changed("caspaxos/took-effect", |scenario| scenario.faults[0].fault.from = Time::ms(42));
    assert_eq!((fired(&*run, "TookEffect"), broken(&*run)), (0, vec![]));
}

#[test]
fn a_primary_that_is_heard_longer_gets_both_changes_through() {
    for (id, until) in [("zab/figure-1", 325), ("multi-paxos/figure-1", 340)] {
        let run = changed(id, |scenario| scenario.faults[0].fault.from = Time::ms(until));
        let decided = decided(&*run);
        assert!(decided.contains("a") && decided.contains("b") && broken(&*run).is_empty(), "{id}");
    }
}

#[test]
fn a_restart_after_the_second_request_gives_no_second_vote() {
    let run = changed("raft/forgets-vote", |scenario| scenario.faults[1].fault.until = Some(Time::ms(175)));
    assert_eq!(broken(&*run), [] as [&str; 0]);
}

#[test]
fn an_earlier_rival_finds_nothing_accepted() {
    let run = changed("paxos/two-proposers", |scenario| scenario.clients[1].start = Time::ms(15));
    assert_eq!(decided(&*run), BTreeSet::from(["b".to_owned()]));
}

#[test]
fn backing_off_ends_the_duel() {
    let run = changed("paxos/duel", set("backoff", SettingValue::Switch(true)));
    assert_eq!(decided(&*run).len(), 1);
}

#[test]
fn either_threshold_higher_by_one_makes_paxos_safe_again() {
    for phase in 0..2 {
        let run = changed("paxos/unsafe-thresholds", |scenario| scenario.thresholds[phase] += 1);
        assert_eq!(broken(&*run), [] as [&str; 0]);
    }
}

/// The scenario without the cut that begins at a time, in ms.
fn without_cut(at: u64) -> impl FnOnce(&mut Scenario) {
    move |scenario| scenario.faults.retain(|planned| planned.fault.from != Time::ms(at))
}

#[test]
fn where_nothing_is_lost_there_is_no_gap_to_fill() {
    for (id, cut, again) in [("multi-paxos/new-leader", 973, 1), ("multi-paxos/gap", 158, 2)] {
        let run = changed(id, without_cut(cut));
        assert_eq!((fired(&*run, "FillGap"), broken(&*run)), (0, vec![]), "{id}");
        assert_eq!(fired(&*run, "ProposeAgain"), again, "{id}");
    }
}

#[test]
fn without_the_first_leader_nobody_reports_what_it_proposed() {
    let run = changed("multi-paxos/leader-order", |scenario| {
        if let Some(crash) = scenario.faults.last_mut() {
            crash.fault.kind = FaultKind::Crash { node: NodeId(0), amnesia: false };
        }
    });
    assert_eq!((fired(&*run, "ProposeAgain"), broken(&*run)), (0, vec![]));
}

#[test]
fn larger_accept_quorums_stop_earlier_and_smaller_prepare_quorums_elect_earlier() {
    let times = |run: &dyn Cluster, kind: Kind, from: u64, until: u64| {
        let records = run.trace().records().iter();
        let ours = records.filter(|r| r.kind == kind && (Time::ms(from)..Time::ms(until)).contains(&r.at()));
        ours.filter(|r| kind != Kind::Role || r.args[1] == 1).map(|r| r.at()).collect::<Vec<Time>>()
    };
    let (two, three) = (
        changed("multi-paxos/flexible", |_| {}),
        changed("multi-paxos/flexible", |s| s.thresholds = vec![3, 3]),
    );
    let last = |run| times(run, Kind::Decide, 0, 1_200).last().copied();
    let next = |run| times(run, Kind::Role, 1_200, 2_600).first().copied();
    assert!(last(&*three) < last(&*two) && next(&*three) < next(&*two));
}

#[test]
fn without_snapshots_a_node_learns_slot_by_slot() {
    let run = changed("multi-paxos/snapshot", set("snapshot", SettingValue::Number(0)));
    assert_eq!((fired(&*run, "InstallSnapshot"), broken(&*run)), (0, vec![]));
    assert!(fired(&*run, "LearnChosen") > 0);
}

#[test]
fn a_weight_less_is_just_enough_and_two_are_too_many() {
    for (weight, carried, rejected) in [(2, 1, 0), (1, 0, 1)] {
        let run = changed("vote/weights-decide", |scenario| scenario.weights[0] = weight);
        assert_eq!((fired(&*run, "Carried"), fired(&*run, "Rejected")), (carried, rejected), "{weight}");
    }
}

#[test]
fn a_later_crash_lets_the_decision_out() {
    let run = changed("vote/in-doubt", |scenario| {
        let fault = &mut scenario.faults[0].fault;
        fault.from = Time(fault.from.0 + 10_000);
    });
    let others = run.trace().records().iter().filter(|r| r.kind == Kind::Decide && r.node.0 > 0);
    assert_eq!(others.filter(|record| record.at() < Time::ms(100)).count(), 4);
}

#[test]
fn a_token_that_comes_before_the_next_one_is_fine() {
    let run = changed("lock-service/fencing", |scenario| {
        scenario.faults[0].fault.until = Some(Time::ms(900));
    });
    assert_eq!((fired(&*run, "WriteLate"), fired(&*run, "RefuseToken"), broken(&*run)), (1, 0, vec![]));
}

#[test]
fn a_leader_that_lives_grants_the_lock_of_the_dead_sooner() {
    let second_holder = |run: &dyn Cluster| {
        let records = run.trace().records().iter().filter(|record| record.kind == Kind::Because);
        let hold = run.spec().rules.iter().position(|rule| rule.name == "Hold").expect("a rule");
        records.filter(|record| usize::from(record.code) == hold).nth(1).expect("another holder").at()
    };
    let with = second_holder(&*changed("lock-service/holder-crash", |_| {}));
    let without = second_holder(&*changed("lock-service/holder-crash", |scenario| {
        scenario.faults.truncate(1);
    }));
    assert!((300..500).contains(&((with - without).0 / 1_000)), "{with} {without}");
}

#[test]
fn witnesses_of_unsafe_thresholds_name_quorums_apart() {
    for id in ["raft/two-leaders", "paxos/unsafe-thresholds"] {
        let run = changed(id, |_| {});
        let apart = run.violations().iter().filter_map(|violation| violation.witness.quorums);
        assert!(apart.clone().count() > 0 && apart.clone().all(|(a, b)| a.and(b).is_empty()), "{id}");
        let sentence = run.violations()[0].witness.sentence(Lang::En);
        assert!(sentence.contains("S1"), "{sentence}");
    }
}

#[test]
fn what_clients_see_fits_no_order_where_two_values_were_told() {
    let breaks = |run: &dyn Cluster| broken(run).contains(&"linearizable");
    let shown: Vec<&str> =
        gallery().iter().filter(|(_, scenario)| breaks(&*finished(scenario))).map(|(id, _)| *id).collect();
    assert!(["paxos/unsafe-thresholds", "paxos/ignores-accepted"].iter().all(|id| shown.contains(id)));
    assert!(shown.iter().all(|id| !find(id).expect("of the gallery").claims.contains(&Claim::CLEAN)));
    // Two leaders commit apart: who only writes cannot see it, who reads can.
    let run = changed("raft/two-leaders", |scenario| {
        for client in &mut scenario.clients {
            (client.limit, client.reads) = (None, 50);
        }
    });
    let broken = run.violations().iter().find(|broken| broken.property.id == "linearizable").expect("stale");
    let sentence = broken.witness.sentence(Lang::En);
    assert!(sentence.starts_with("No order of the operations explains c"), "{sentence}");
    assert!(!breaks(&*changed("raft/two-leaders", |_| {})));
}
