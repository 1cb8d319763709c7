//! The search, over the catalogue: every flaw is found and made small, what is sound is not broken,
//! and what is unsafe is shown with the two quorums that did not meet.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::{Entry, PROTOCOLS};
use quorate::model::{Lang, SettingValue};
use quorate::quorum::verdict;
use quorate::scenario::{Scenario, find, from_json, from_link, gallery, replay, to_json, to_link};
use quorate::search::{Finder, Found, Options, Search, Shard, Shrinker, Shrunk};
use quorate::sim::{FaultKind, Progress, Way};

/// The budget of the search for a flaw.
const BUDGET: u64 = 20_000;
/// What a person can read.
const INTERESTING_MAX: u32 = 25;

/// Every protocol, or only that of `QUORATE_ONLY`: for who works on one.
fn protocols() -> impl Iterator<Item = &'static Entry> {
    let only = std::env::var("QUORATE_ONLY").ok();
    PROTOCOLS.iter().filter(move |entry| only.as_deref().is_none_or(|id| id == entry.spec.id))
}

fn default_scenario(entry: &Entry) -> Scenario {
    find(entry.scenarios[0].0).expect("the default scenario").clone()
}

fn searched(around: &Scenario, options: Options) -> Finder {
    let mut finder = Finder::new(around, options);
    while finder.advance(100_000) == Search::Running {}
    finder
}

fn shrunk(found: &Found) -> Shrunk {
    let mut shrinker = Shrinker::new(found);
    while !shrinker.advance(100_000) {}
    shrinker.shrunk().expect("what was found breaks what it is said to break")
}

/// What breaks of what the protocol promises.
fn broken(scenario: &Scenario) -> Vec<&'static str> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    let all = run.violations().iter().map(|violation| violation.property.id);
    all.filter(|id| scenario.entry.unpromised(id).is_none()).collect()
}

fn is_safe(scenario: &Scenario) -> bool {
    let pairs: Vec<(usize, usize)> = scenario.spec().must_meet.iter().map(|rule| (rule.a, rule.b)).collect();
    // Nothing is promised where weights are edited by hand, or clocks differ by more than was allowed for.
    let by_hand = scenario.changes.iter().any(|change| change.by == Way::Hand);
    let allowed = match scenario.settings.get("drift") {
        Some(SettingValue::Number(percent)) => percent * 10_000,
        _ => u32::MAX,
    };
    let drifts = scenario.clocks.iter().any(|clock| clock.drift_ppm.unsigned_abs() > allowed);
    let jumps = scenario.faults.iter().any(|fault| matches!(fault.fault.kind, FaultKind::Jump { .. }));
    verdict(&scenario.rule(), &pairs).is_safe() && !by_hand && !drifts && !jumps
}

/// What holds of every failure that was made small.
fn is_a_lesson(small: &Shrunk, around: &Scenario, name: &str) {
    let Shrunk { scenario, violation, interesting, .. } = small;
    assert!(*interesting <= INTERESTING_MAX, "{name}: {interesting} events to follow");
    assert_eq!(scenario.settings, around.settings, "{name}: the settings and flaws are the user's");
    assert_eq!(scenario.claims.len(), 1);
    assert!(replay(scenario).iter().all(|kept| kept.ok), "{name}: does not claim what it shows");
    assert_eq!(from_json(&to_json(scenario)).as_ref(), Ok(scenario), "{name}");
    let opened = from_link(&to_link(scenario, None)).expect("a link").expect("a scenario");
    assert_eq!(&opened.0, scenario, "{name}");
    let why = violation.witness.sentence(Lang::En);
    assert!(!why.is_empty() && scenario.text.en.starts_with(&why), "{name}: {why}");
    assert!(scenario.text.zh.starts_with(&violation.witness.sentence(Lang::Zh)), "{name}");
    assert!(violation.at.0 <= scenario.duration.0);
}

#[test]
fn every_flaw_is_found_from_the_default_scenario_and_made_small() {
    for entry in protocols() {
        for flaw in entry.spec.flaws {
            let name = format!("{}, {}", entry.spec.id, flaw.id);
            let mut around = default_scenario(entry);
            assert!(is_safe(&around), "{name}: the flaw is not alone to blame");
            around.settings.set_flaw(flaw.id, true);
            if flaw.id == "early-change" {
                // With thresholds that are just enough, no two changes that each are safe in one step miss
                // each other; majorities of an even weight leave room for it.
                let majority = around.rule().total() / 2 + 1;
                around.thresholds.fill(majority);
            }
            let options =
                Options { schedules: Some(BUDGET), property: Some(flaw.breaks), ..Options::default() };
            let finder = searched(&around, options);
            let others = finder.broken();
            let found = finder
                .found()
                .unwrap_or_else(|| panic!("{name}: {} holds in {BUDGET} schedules; {others:?}", flaw.breaks));
            let small = shrunk(found);
            println!(
                "{name}: {} after {} schedules (broken by then: {others:?}), {} events, {} tries to shrink",
                flaw.breaks,
                finder.tried(),
                small.interesting,
                small.tries,
            );
            assert_eq!(small.violation.property.id, flaw.breaks);
            is_a_lesson(&small, &around, &name);
            let mut sound = small.scenario.clone();
            sound.settings.set_flaw(flaw.id, false);
            assert_eq!(broken(&sound), [] as [&str; 0], "{name}: it breaks without the flaw too");
        }
    }
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    const SCHEDULES: u64 = 2_000;
    for entry in protocols() {
        let sound: Vec<Scenario> = gallery()
            .iter()
            .map(|(_, scenario)| scenario)
            .filter(|scenario| scenario.entry == entry && is_safe(scenario))
            .map(|scenario| {
                let mut sound = scenario.clone();
                entry.spec.flaws.iter().for_each(|flaw| sound.settings.set_flaw(flaw.id, false));
                sound
            })
            .collect();
        let each = SCHEDULES.div_ceil(sound.len().max(1) as u64);
        for around in &sound {
            let options = Options { schedules: Some(each), promised_only: true, ..Options::default() };
            let finder = searched(around, options);
            let found = finder.found().map(|found| (found.schedule, found.sentence(Lang::En)));
            assert_eq!((found, finder.tried()), (None, each), "{}", around.id);
        }
    }
}

#[test]
fn what_is_not_promised_is_found_broken_from_the_default_scenario_and_made_small() {
    for entry in protocols() {
        for unpromised in entry.unpromised {
            let name = format!("{}, {}", entry.spec.id, unpromised.property);
            let around = default_scenario(entry);
            let options = Options {
                schedules: Some(BUDGET),
                property: Some(unpromised.property),
                ..Options::default()
            };
            let finder = searched(&around, options);
            let found = finder.found().unwrap_or_else(|| panic!("{name} holds in {BUDGET} schedules"));
            let small = shrunk(found);
            println!("{name} after {} schedules, {} events", finder.tried(), small.interesting);
            assert_eq!(small.violation.property.id, unpromised.property);
            is_a_lesson(&small, &around, &name);
        }
    }
}

/// A search around a scenario whose quorums need not meet.
fn unsafe_search(id: &str, thresholds: &[u32], property: &'static str) -> Shrunk {
    let mut around = find(id).expect("a scenario").clone();
    around.thresholds = thresholds.to_vec();
    assert!(!is_safe(&around) && around.settings.flaws().next().is_none());
    let finder = searched(
        &around,
        Options { schedules: Some(BUDGET), property: Some(property), ..Options::default() },
    );
    let small = shrunk(finder.found().expect("a failure"));
    println!("{id} with {thresholds:?}: {property} after {} schedules", finder.tried());
    is_a_lesson(&small, &around, id);
    let (one, other) = small.violation.witness.quorums.expect("two quorums");
    assert!(one.and(other).is_empty(), "{one} meets {other}");
    let sentence = small.violation.witness.sentence(Lang::En);
    for node in one.iter().chain(other.iter()) {
        assert!(sentence.contains(&node.to_string()), "{sentence} does not name {node}");
    }
    // They are quorums of the phases that the rule has now, and no pair that had to meet does less.
    let rule = small.scenario.rule();
    let is_quorum = |set| (0..rule.phases()).any(|phase| rule.is_quorum(phase, set));
    assert!(is_quorum(one) && is_quorum(other), "{one} and {other} are no quorums");
    small
}

#[test]
fn unsafe_weights_elect_two_leaders_and_the_two_quorums_are_named() {
    let small = unsafe_search("raft/leader-crash", &[4, 5], "election-safety");
    assert_eq!(small.violation.witness.nodes.len(), 2);
}

#[test]
fn unsafe_weights_choose_two_values_and_the_two_quorums_are_named() {
    unsafe_search("paxos/two-proposers", &[3, 2], "chosen-stable");
}

#[test]
fn shards_find_what_the_whole_finds() {
    let entry = &PROTOCOLS[0];
    let flaw = entry.spec.flaws[1];
    let mut around = default_scenario(entry);
    around.settings.set_flaw(flaw.id, true);
    let whole = searched(&around, Options { seed: 5, ..Options::default() });
    let found = whole.found().expect("a failure");
    let of = 3;
    for index in 0..of {
        let shard = Shard::new(index, of).expect("a shard");
        // So many of this shard come before the one that was found, or are it.
        let upto = (0..).take_while(|place| shard.schedule(*place) <= found.schedule).count() as u64;
        let options = Options { seed: 5, shard, schedules: Some(upto), ..Options::default() };
        let part = searched(&around, options);
        if index == found.schedule % of {
            assert_eq!(part.found(), Some(found));
        } else {
            assert_eq!((part.found(), part.tried()), (None, upto));
        }
    }
}

#[test]
fn shrinking_in_slices_of_any_size_gives_the_same() {
    let mut around = find("paxos/two-proposers").expect("a scenario").clone();
    around.settings.set_flaw("forgets-promise", true);
    let finder = searched(&around, Options::default());
    let found = finder.found().expect("a failure");
    let whole = shrunk(found);
    let mut sliced = Shrinker::new(found);
    while !sliced.advance(1) {}
    assert_eq!(sliced.shrunk(), Some(whole.clone()));
    // What is as small as it gets stays as it is.
    let again = Found { schedule: found.schedule, scenario: whole.scenario, violation: whole.violation };
    assert!(shrunk(&again).interesting <= whole.interesting);
}

#[test]
fn what_breaks_nothing_is_not_shrunk() {
    let mut around = find("vote/weights-decide").expect("a scenario").clone();
    around.settings.set_flaw("counts-heads", true);
    let finder = searched(&around, Options::default());
    let mut found = finder.found().expect("a failure").clone();
    found.scenario.settings.set_flaw("counts-heads", false);
    let mut shrinker = Shrinker::new(&found);
    while !shrinker.advance(1_000) {}
    assert_eq!(shrinker.shrunk(), None);
}
