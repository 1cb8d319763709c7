//! Protocols under a bounded environment: what the search finds is real, because the simulator that runs
//! it comes to the same end.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue;
use quorate::check::LINEARIZABLE;
use quorate::explore::{Bounds, Choice, Explorer, Limits, Progress};
use quorate::model::{Arg, Lang, SettingValue, Violation};
use quorate::scenario::{self, Scenario, from_json, to_json};
use quorate::search;
use quorate::sim;
use std::collections::BTreeSet;

const NOTHING: Bounds = Bounds { timeouts: 0, requests: 0, ..Bounds::USUAL };

/// A protocol, its weights, thresholds and flaw, and budgets within which a property breaks, and which.
struct Broken {
    protocol: &'static str,
    weights: &'static [u8],
    thresholds: &'static [u32],
    flaw: Option<&'static str>,
    bounds: Bounds,
    breaks: &'static [&'static str],
}

const fn flawed(
    protocol: &'static str,
    thresholds: &'static [u32],
    flaw: &'static str,
    bounds: Bounds,
    breaks: &'static [&'static str],
) -> Broken {
    Broken { protocol, weights: &[1, 1, 1], thresholds, flaw: Some(flaw), bounds, breaks }
}

const fn unsafe_thresholds(
    protocol: &'static str,
    weights: &'static [u8],
    thresholds: &'static [u32],
    bounds: Bounds,
    breaks: &'static [&'static str],
) -> Broken {
    Broken { protocol, weights, thresholds, flaw: None, bounds, breaks }
}

const ASKED_ONCE: Bounds = Bounds { requests: 1, ..NOTHING };
const ASKED_TWICE: Bounds = Bounds { requests: 2, ..NOTHING };

const BROKEN: &[Broken] = &[
    flawed(
        "abd",
        &[2, 2],
        "no-write-back",
        Bounds { requests: 1, reads: 2, in_flight: 6, ..NOTHING },
        &["linearizable"],
    ),
    unsafe_thresholds(
        "abd",
        &[1, 1, 1],
        &[2, 1],
        Bounds { requests: 1, reads: 1, ..NOTHING },
        &["linearizable"],
    ),
    flawed("caspaxos", &[2, 2], "takes-first", ASKED_TWICE, &["change-chain"]),
    unsafe_thresholds("caspaxos", &[1, 1, 1], &[2, 1], ASKED_TWICE, &["change-chain"]),
    unsafe_thresholds(
        "primary-backup",
        &[1, 1, 1],
        &[2],
        Bounds { timeouts: 1, ..NOTHING },
        &["one-primary"],
    ),
    flawed("multi-paxos", &[2, 2], "skips-gaps", Bounds { timeouts: 1, ..ASKED_TWICE }, &["no-gap"]),
    unsafe_thresholds(
        "multi-paxos",
        &[1, 1, 1],
        &[2, 1],
        Bounds { timeouts: 2, ..ASKED_TWICE },
        &["state-machine-safety"],
    ),
    Broken {
        weights: &[1, 1, 1, 3, 3],
        ..flawed("vote", &[5], "counts-heads", ASKED_ONCE, &["decision-backed"])
    },
    flawed("vote", &[2], "counts-twice", Bounds { timeouts: 1, ..ASKED_ONCE }, &["decision-backed"]),
    unsafe_thresholds("paxos", &[1, 1, 1], &[2, 1], ASKED_TWICE, &["chosen-stable", "agreement"]),
    unsafe_thresholds("paxos", &[2, 1, 1], &[2, 2], ASKED_TWICE, &["chosen-stable", "agreement"]),
    flawed("paxos", &[2, 2], "ignores-accepted", ASKED_TWICE, &["p2c"]),
    flawed("paxos", &[2, 2], "accepts-below-promise", ASKED_TWICE, &["p2c"]),
    flawed("paxos", &[2, 2], "counts-across-ballots", ASKED_TWICE, &["chosen-stable"]),
    flawed(
        "paxos",
        &[2, 2],
        "forgets-promise",
        Bounds { crashes: 1, ..ASKED_TWICE },
        &["p2c", "chosen-stable"],
    ),
    flawed(
        "paxos",
        &[2, 2],
        "reuses-ballot",
        Bounds { crashes: 1, ..ASKED_TWICE },
        &["p2c", "chosen-stable"],
    ),
    flawed(
        "version-store",
        &[1, 1],
        "forgets-count",
        Bounds { crashes: 1, ..ASKED_TWICE },
        &["acknowledged-kept"],
    ),
    unsafe_thresholds("majority-lock", &[1, 1, 0, 0, 0], &[1], ASKED_TWICE, &["lease-exclusion"]),
    Broken {
        weights: &[1, 1, 0, 0, 0],
        ..flawed(
            "majority-lock",
            &[2],
            "careless-release",
            Bounds { timeouts: 1, ..ASKED_TWICE },
            &["lease-exclusion"],
        )
    },
    unsafe_thresholds("zab", &[1, 1, 1], &[1, 2, 2], Bounds { timeouts: 2, ..NOTHING }, &["leadership"]),
    flawed(
        "two-phase-commit",
        &[3],
        "aborts-after-yes",
        Bounds { timeouts: 1, ..ASKED_ONCE },
        &["commit-agreement", "commit-validity"],
    ),
    flawed(
        "two-phase-commit",
        &[3],
        "decides-before-log",
        Bounds { crashes: 1, timeouts: 1, ..ASKED_ONCE },
        &["commit-agreement"],
    ),
    flawed(
        "three-phase-commit",
        &[3],
        "aborts-after-yes",
        Bounds { timeouts: 1, ..ASKED_ONCE },
        &["commit-agreement", "no-reversal"],
    ),
    flawed(
        "paxos-commit",
        &[2, 2],
        "aborts-after-yes",
        Bounds { timeouts: 1, ..ASKED_ONCE },
        &["commit-agreement"],
    ),
    unsafe_thresholds("raft", &[1, 1, 1], &[1, 3], Bounds { timeouts: 2, ..NOTHING }, &["election-safety"]),
    unsafe_thresholds("raft", &[2, 1, 1], &[2, 3], Bounds { timeouts: 2, ..NOTHING }, &["election-safety"]),
    flawed("raft", &[2, 2], "votes-without-log", Bounds { timeouts: 2, ..NOTHING }, &["leader-completeness"]),
    flawed(
        "raft",
        &[2, 2],
        "forgets-vote",
        Bounds { timeouts: 2, crashes: 1, ..NOTHING },
        &["election-safety"],
    ),
];

fn scenario_of(broken: &Broken) -> Scenario {
    let entry = catalogue::find(broken.protocol).expect("a protocol");
    let mut scenario = Scenario::plain(entry, broken.weights.len());
    scenario.weights = broken.weights.to_vec();
    scenario.thresholds = broken.thresholds.to_vec();
    if let Some(flaw) = broken.flaw {
        assert!(entry.spec.flaws.iter().any(|known| known.id == flaw), "{flaw}");
        scenario.settings.set_flaw(flaw, true);
    }
    scenario
}

fn explore(scenario: &Scenario, bounds: Bounds) -> Explorer {
    let mut explorer = search::explorer(scenario, bounds, Limits::default());
    while explorer.advance(100_000) == Progress::Running {}
    explorer
}

#[test]
fn what_is_found_opens_in_the_player() {
    for broken in BROKEN {
        let base = scenario_of(broken);
        let id = format!("{} {:?} {:?}", broken.protocol, broken.thresholds, broken.flaw);
        let mut explorer = explore(&base, broken.bounds);
        assert_eq!(explorer.progress(), Progress::Violated, "{id}: {:?}", explorer.counts());
        let found = explorer.violation().expect("a violation");
        let property = explorer.properties()[found.property].word;
        assert!(broken.breaks.contains(&property.id), "{id} breaks {}", property.id);
        let path = explorer.path(found.state);
        let made = search::shortest(&mut explorer, &base).expect("a violation");
        let made = made.unwrap_or_else(|odd| panic!("{id}: {}", odd.sentence(Lang::En)));
        // It is a document like any other.
        let read = from_json(&to_json(&made)).unwrap_or_else(|e| panic!("{id}: {}", e.sentence(Lang::En)));
        assert_eq!(read, made, "{id}");
        let mut run = read.run();
        while run.advance(10_000) == sim::Progress::Running {}
        // The last step breaks the same properties, and nothing breaks before. A client hears of it 1 ms later.
        let last = |id| 10_000 * (path.len() as u64 - 1) + if id == LINEARIZABLE.id { 1_000 } else { 0 };
        // What clients see is explored only where there are reads.
        let explored = |violation: &&Violation| {
            explorer.properties().iter().any(|property| property.word.id == violation.property.id)
        };
        let broken: Vec<&Violation> = run.violations().iter().filter(explored).collect();
        assert!(broken.iter().all(|violation| violation.at.0 == last(violation.property.id)), "{id}");
        let ids = |list: &mut dyn Iterator<Item = &'static str>| list.collect::<BTreeSet<_>>();
        let seen = ids(&mut broken.iter().map(|violation| violation.property.id));
        let found = explorer.found().iter().map(|found| explorer.properties()[found.property].word.id);
        assert_eq!(seen, ids(&mut { found }), "{id}");
        assert!(scenario::replay(&read).iter().all(|kept| kept.ok), "{id}: its claim holds");
    }
}

/// What a state shows of each node, and how much is in flight, as the simulator has it.
fn shown(scenario: &Scenario) -> String {
    let mut run = scenario.run();
    while run.advance(10_000) == sim::Progress::Running {}
    run.seek(sim::Moment::Time(run.end()));
    let mut frame = sim::Frame::default();
    run.frame(&mut frame);
    let spec = scenario.spec();
    let mut text = String::new();
    for (place, node) in scenario.nodes().enumerate() {
        let seen = run.inspect(node);
        let down = frame.nodes[place].health == sim::Health::Crashed;
        let role = if down { "down" } else { spec.roles[usize::from(seen.role)].name.en };
        text += &format!("{}{node} {role} ", if place == 0 { "" } else { ", " });
        quorate::model::shown(&mut text, Arg::Packed(spec.epoch.kind, seen.epoch), Lang::En);
    }
    text + &format!("; {} in flight", frame.flights.len())
}

fn kind(choice: &Choice) -> &'static str {
    match choice {
        Choice::Deliver { .. } => "deliver",
        Choice::Lose { .. } => "lose",
        Choice::Duplicate { .. } => "duplicate",
        Choice::Timeout { .. } => "timeout",
        Choice::Crash { .. } => "crash",
        Choice::Restart { .. } => "restart",
        Choice::Request { .. } => "request",
    }
}

/// Whatever state the search reaches, the simulator reaches it too, by the same steps: with losses,
/// duplicates, crashes and restarts.
#[test]
fn the_simulator_comes_to_the_same_states() {
    let bounds =
        Bounds { losses: 1, duplicates: 1, crashes: 1, timeouts: 2, requests: 2, reads: 0, in_flight: 32 };
    for entry in catalogue::PROTOCOLS {
        let base = Scenario::plain(entry, 3);
        // What is not promised breaks soon.
        let go_on = !entry.unpromised.is_empty();
        let mut explorer = search::explorer(&base, bounds, Limits { go_on, ..Limits::default() });
        explorer.advance(60_000);
        assert_eq!(explorer.progress(), Progress::Running, "{}", entry.spec.id);
        let broken = explorer.violation().map(|found| explorer.properties()[found.property].word.id);
        assert!(broken.is_none_or(|id| entry.unpromised(id).is_some()), "{}: {broken:?}", entry.spec.id);
        let mut kinds = BTreeSet::new();
        let count = explorer.counts().distinct as u32;
        for state in (0..count).step_by(97) {
            let path = explorer.path(state);
            kinds.extend(explorer.walk(&path).expect("choices").iter().map(kind));
            let last = path.last().expect("a state");
            let expected = explorer.show(&last.state, Lang::En);
            let made = search::way_to(&mut explorer, state, &base).expect("a way").expect("a scenario");
            assert_eq!(shown(&made), expected, "{} {state}", entry.spec.id);
        }
        assert_eq!(kinds.len(), 7, "{}: {kinds:?}", entry.spec.id);
    }
}

/// What does not fit in flight is left out, and nothing is called complete then: successors, duplicates
/// too.
#[test]
fn what_is_left_out_is_counted() {
    let raft = Scenario::plain(catalogue::find("raft").expect("a protocol"), 3);
    let one = explore(&raft, Bounds { timeouts: 1, in_flight: 1, ..NOTHING });
    // Each node may run out of time, and asks two others then.
    assert_eq!((one.progress(), one.counts().distinct, one.counts().outside), (Progress::Bounded, 1, 3));
    let sentences = [Lang::En, Lang::Zh].map(|lang| one.sentence(lang));
    assert!(sentences[0].contains("left out because they lie beyond: 3."), "{}", sentences[0]);
    assert!(sentences[1].contains("3 个"), "{}", sentences[1]);
    // Whoever asks first has two messages out, either of which may be doubled: one of three nodes.
    for (duplicates, outside) in [(0, 0), (1, 6)] {
        let bounds = Bounds { timeouts: 1, in_flight: 2, duplicates, ..NOTHING };
        let mut explorer = search::explorer(&raft, bounds, Limits::default());
        for _state in 0..4 {
            explorer.advance(1);
        }
        assert_eq!(explorer.counts().outside, outside);
    }
    let roomy = explore(&raft, Bounds { timeouts: 1, duplicates: 1, ..NOTHING });
    assert_eq!((roomy.progress(), roomy.counts().outside), (Progress::Complete, 0));
}

/// Every property of every protocol has a bit of its own.
#[test]
fn no_property_is_left_out() {
    for entry in catalogue::PROTOCOLS {
        let explorer = search::explorer(&Scenario::plain(entry, 3), NOTHING, Limits::default());
        assert_eq!(explorer.properties().len(), (entry.properties)().len(), "{}", entry.spec.id);
    }
}

/// What a protocol's nodes take counts as soon as they take it: beyond the limit no state is kept.
#[test]
fn memory_is_looked_at_with_every_state() {
    let raft = Scenario::plain(catalogue::find("raft").expect("a protocol"), 3);
    for megabytes in 1..=4 {
        let limits = Limits { memory: megabytes << 20, ..Limits::default() };
        let bounds = Bounds { timeouts: 2, requests: 1, ..Bounds::USUAL };
        let mut explorer = search::explorer(&raft, bounds, limits);
        let mut distinct = u64::MAX;
        while explorer.advance(1) == Progress::Running {
            let counts = explorer.counts();
            assert!(counts.distinct <= distinct, "{megabytes} MB: a state was kept beyond the limit");
            if explorer.bytes() > limits.memory {
                distinct = counts.distinct;
            }
        }
        assert_eq!(explorer.progress(), Progress::OutOfMemory);
        assert!(explorer.counts().distinct <= distinct);
    }
}

/// With nothing wrong nothing breaks, in every order; the number of states is pinned.
#[test]
fn small_clusters_are_safe_in_every_order() {
    for (protocol, bounds, distinct) in [
        ("majority-lock", Bounds { timeouts: 1, ..ASKED_ONCE }, 2_776),
        ("majority-lock", Bounds { timeouts: 2, ..ASKED_ONCE }, 531_166),
        ("lock-service", Bounds { timeouts: 1, ..ASKED_ONCE }, 5_017),
        ("vote", Bounds { timeouts: 1, ..ASKED_ONCE }, 1_145),
        ("vote", Bounds { crashes: 1, ..ASKED_ONCE }, 665),
        ("paxos", ASKED_ONCE, 2_938),
        ("version-store", ASKED_TWICE, 2_341),
        ("version-store", Bounds { crashes: 1, ..ASKED_ONCE }, 182),
        ("version-store", Bounds { timeouts: 1, ..ASKED_ONCE }, 694),
        ("multi-paxos", Bounds { timeouts: 1, ..ASKED_ONCE }, 830),
        ("multi-paxos", Bounds { timeouts: 1, ..ASKED_TWICE }, 15_159),
        ("multi-paxos", Bounds { timeouts: 2, ..NOTHING }, 13_754),
        ("two-phase-commit", Bounds { timeouts: 1, ..ASKED_TWICE }, 8_920),
        ("two-phase-commit", Bounds { crashes: 1, timeouts: 2, ..ASKED_ONCE }, 285_526),
        ("three-phase-commit", Bounds { crashes: 1, timeouts: 1, ..ASKED_ONCE }, 5_475),
        ("paxos-commit", Bounds { timeouts: 1, ..ASKED_ONCE }, 80_417),
        ("replicated-commit", Bounds { timeouts: 2, ..ASKED_TWICE }, 1_674),
        ("replicated-commit", Bounds { timeouts: 3, ..ASKED_ONCE }, 10_010),
        ("replicated-commit", Bounds { crashes: 1, timeouts: 2, ..ASKED_ONCE }, 4_404),
        ("raft", Bounds { timeouts: 1, ..ASKED_ONCE }, 1_217),
        ("raft", Bounds { timeouts: 2, ..NOTHING }, 126_457),
        ("caspaxos", Bounds { timeouts: 1, ..ASKED_ONCE }, 1_444),
        ("caspaxos", Bounds { timeouts: 1, crashes: 1, ..ASKED_ONCE }, 13_463),
        ("caspaxos", ASKED_TWICE, 172_861),
        ("caspaxos", Bounds { reads: 1, ..ASKED_ONCE }, 193_753),
        ("abd", Bounds { timeouts: 1, crashes: 1, ..ASKED_ONCE }, 11_983),
        ("abd", Bounds { reads: 1, ..ASKED_ONCE }, 88_435),
        ("raft", Bounds { timeouts: 1, reads: 1, ..ASKED_ONCE }, 50_451),
        ("primary-backup", Bounds { crashes: 1, ..ASKED_TWICE }, 14_661),
    ] {
        let entry = catalogue::find(protocol).expect("a protocol");
        let explorer = explore(&Scenario::plain(entry, 3), bounds);
        assert_eq!(explorer.progress(), Progress::Complete, "{protocol}");
        assert_eq!((explorer.violation(), explorer.counts().outside), (None, 0), "{protocol}");
        assert_eq!(explorer.counts().distinct, distinct, "{protocol} {bounds:?}");
    }
}

/// Zab's way from the first vote to a transaction that is delivered, in every order: of two that vote and
/// one that observes, and the way to an established leader of three that vote.
#[test]
fn zab_gets_going_in_every_order() {
    let entry = catalogue::find("zab").expect("a protocol");
    for (weights, bounds, distinct) in [
        ([1, 1, 0], ASKED_ONCE, 5_900),
        ([1, 1, 0], Bounds { crashes: 1, ..NOTHING }, 53_174),
        ([1, 1, 1], NOTHING, 365_235),
    ] {
        let scenario = Scenario { weights: weights.to_vec(), ..Scenario::plain(entry, 3) };
        let explorer = explore(&scenario, bounds);
        assert_eq!(explorer.progress(), Progress::Complete, "{weights:?}");
        assert_eq!((explorer.violation(), explorer.counts().outside), (None, 0), "{weights:?}");
        assert_eq!(explorer.counts().distinct, distinct, "{weights:?} {bounds:?}");
    }
}

/// A log that gives way to snapshots after every entry, with a message doubled: what comes late is of what
/// is compacted away. The number of states is pinned.
#[test]
fn snapshots_are_safe_in_every_order() {
    let mut raft = Scenario::plain(catalogue::find("raft").expect("a protocol"), 3);
    raft.settings.set("snapshot-every", SettingValue::Number(1));
    let explorer = explore(&raft, Bounds { timeouts: 1, duplicates: 1, ..ASKED_ONCE });
    assert_eq!((explorer.progress(), explorer.violation()), (Progress::Complete, None));
    assert_eq!((explorer.counts().outside, explorer.counts().distinct), (0, 12_275));
}

/// Averages on a path of three, whose ends have fewer neighbours than the middle: with a message lost or
/// doubled, or a crash, the sum stays wherever nobody has gone without anything. With shares that differ at the two
/// ends of a link it does not. The numbers of states are pinned.
#[test]
fn averages_keep_the_mean_in_every_order() {
    let average = |shares: u8, flaw: bool| {
        let mut scenario = Scenario::plain(catalogue::find("average").expect("a protocol"), 3);
        scenario.weights = vec![9, 1, 4];
        scenario.settings.set("graph", SettingValue::Choice(1));
        scenario.settings.set("shares", SettingValue::Choice(shares));
        scenario.settings.set_flaw("own-degree", flaw);
        scenario
    };
    let metropolis = 3;
    let push_sum = 6;
    for (shares, bounds, distinct) in [
        (metropolis, Bounds { timeouts: 2, ..NOTHING }, 56_002),
        (metropolis, Bounds { timeouts: 1, losses: 1, ..NOTHING }, 3_628),
        (metropolis, Bounds { timeouts: 1, crashes: 1, ..NOTHING }, 22_810),
        (push_sum, Bounds { timeouts: 1, losses: 1, ..NOTHING }, 3_894),
        (push_sum, Bounds { timeouts: 1, duplicates: 1, ..NOTHING }, 9_864),
        (push_sum, Bounds { timeouts: 1, crashes: 1, ..NOTHING }, 30_745),
    ] {
        let explorer = explore(&average(shares, false), bounds);
        assert_eq!(explorer.progress(), Progress::Complete, "{shares}");
        assert_eq!((explorer.violation(), explorer.counts().outside), (None, 0), "{shares}");
        assert_eq!(explorer.counts().distinct, distinct, "{shares} {bounds:?}");
    }
    let broken = explore(&average(metropolis, true), Bounds { timeouts: 2, ..NOTHING });
    let found = broken.violation().expect("the mean moves");
    assert_eq!(broken.properties()[found.property].word.id, "mean-preserved");
}
