//! What a commit costs: messages, delays and writes to disk of real runs, against the table of Gray and
//! Lamport (Consensus on Transaction Commit, §3.2, §4.3 and Figure 5) for N managers and F faults. What
//! three phases promise where their assumptions hold. And what clients of single registers see.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue;
use quorate::check::linear::{Clients, Model, SoFar};
use quorate::model::{Arg, NodeId, SettingValue, Span, SpanRange, Time};
use quorate::scenario::{Planned, Scenario};
use quorate::sim::{
    Asks, ClientPlan, Delay, Fault, FaultKind, Force, Kind, Moment, Network, Pace, Progress, Stream, storm,
};

const APART: u8 = 0;
const TOGETHER: u8 = 1;

/// One transaction, begun by the first manager; every message takes 10 ms and every write 1 ms.
fn measured(protocol: &str, weights: Vec<u8>, first: u8, layout: u8, faster: bool) -> [u32; 3] {
    let entry = catalogue::find(protocol).expect("a protocol");
    let mut scenario = Scenario::plain(entry, weights.len());
    let majority = weights.iter().map(|weight| u32::from(*weight)).sum::<u32>() / 2 + 1;
    scenario.thresholds = vec![majority; scenario.thresholds.len()];
    scenario.weights = weights;
    scenario.settings.set("layout", SettingValue::Choice(layout));
    if faster {
        scenario.settings.set("variant", SettingValue::Choice(1));
    }
    scenario.network = Network { delay: Delay::Constant(10_000), ..Network::default() };
    scenario.disk = Delay::Constant(1_000);
    scenario.duration = Span::ms(400);
    scenario.clients = vec![ClientPlan {
        start: Time::ms(50),
        limit: Some(1),
        target: Some(NodeId(first)),
        ..ClientPlan::default()
    }];
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    assert_eq!(run.violations(), []);
    run.seek(Moment::Time(run.end()));
    let figures = scenario.figures(&*run);
    let number = |arg: Option<Arg>| match arg {
        Some(Arg::Packed(_, number)) => number,
        other => panic!("{other:?} is no number"),
    };
    for figure in &figures {
        assert_eq!(figure.agrees, Some(true), "{protocol} {figure:?}");
    }
    // The same messages counted by hand: all that goes from node to node, but for acknowledgements.
    let spec = run.spec();
    let counted = run.trace().records().iter().filter(|record| {
        let name = spec.messages.get(usize::from(record.code)).map(|word| word.name);
        record.kind == Kind::Send && record.peer != record.node && !matches!(name, Some("Done" | "Outcome"))
    });
    let [delays, messages, writes] = [0, 1, 2].map(|place: usize| number(figures[place].measured));
    assert_eq!(counted.count() as u32, messages, "{protocol}");
    [delays, messages, writes]
}

/// Acceptors first; in nodes of their own, or in those of the first managers.
fn weights(n: u32, f: u32, layout: u8) -> Vec<u8> {
    let acceptors = 2 * f + 1;
    let nodes = if layout == APART { acceptors + n } else { n };
    (0..nodes).map(|node| u8::from(node < acceptors)).collect()
}

#[test]
fn two_phases_cost_what_the_table_says() {
    for n in 2..=6 {
        let ones = |nodes: u32| vec![1; nodes as usize];
        let apart = measured("two-phase-commit", ones(n + 1), 1, APART, false);
        assert_eq!(apart, [4, 3 * n - 1, n + 1], "N = {n}");
        let together = measured("two-phase-commit", ones(n), 0, TOGETHER, false);
        assert_eq!(together, [3, 3 * n - 3, n + 1], "N = {n}, co-located");
    }
}

#[test]
fn paxos_commit_costs_what_the_table_says_for_every_number_of_managers_and_faults() {
    for n in 2..=6 {
        for f in 0..=2 {
            let run = |layout, faster| {
                let first = if layout == APART { 2 * f + 1 } else { 0 };
                measured("paxos-commit", weights(n, f, layout), first as u8, layout, faster)
            };
            let id = format!("N = {n}, F = {f}");
            // With a single acceptor, on the leader's node, it is two-phase commit: a delay less.
            let delays = 4 + u32::from(f > 0);
            assert_eq!(run(APART, false), [delays, (n + 1) * (f + 3) - 4, n + f + 1], "{id}");
            assert_eq!(run(APART, true), [4, n * (2 * f + 3) - 1, n + f + 1], "{id}, faster");
            // Each acceptor shares a node with a manager: there are as many.
            if 2 * f < n {
                assert_eq!(
                    run(TOGETHER, false),
                    [delays - 1, n * (f + 3) - 3, n + f + 1],
                    "{id}, co-located"
                );
                let faster = run(TOGETHER, true);
                assert_eq!(faster, [3, (n - 1) * (2 * f + 3), n + f + 1], "{id}, co-located, faster");
            }
        }
    }
}

/// The example of the paper, and that without faults to stand Paxos Commit is two-phase commit.
#[test]
fn five_managers_and_one_fault() {
    let two = measured("two-phase-commit", vec![1; 5], 0, TOGETHER, false);
    let paxos = |f, faster| measured("paxos-commit", weights(5, f, TOGETHER), 0, TOGETHER, faster);
    assert_eq!([two[1], paxos(1, false)[1], paxos(1, true)[1]], [12, 17, 20]);
    assert_eq!((paxos(0, false)[1], paxos(0, false)[2]), (two[1], two[2]));
}

#[test]
fn three_phases_cost_a_round_trip_more() {
    for n in 2..=6 {
        let apart = measured("three-phase-commit", vec![1; n as usize + 1], 1, APART, false);
        assert_eq!(apart, [6, 5 * n - 1, 2 * n + 1], "N = {n}");
    }
}

/// Writes and reads of two registers, without rest.
fn busy(protocol: &str, seed: u64) -> Scenario {
    let entry = catalogue::find(protocol).expect("a protocol");
    let mut scenario = Scenario::plain(entry, 5);
    scenario.seed = seed;
    scenario.duration = Span::ms(4_000);
    scenario.network = Network { delay: Delay::Uniform { least: 1_000, most: 20_000 }, ..Network::default() };
    let think = SpanRange { least: Span::ms(5), most: Span::ms(60) };
    let client =
        ClientPlan { pace: Pace::Closed { window: 2, think }, reads: 40, keys: 2, ..ClientPlan::default() };
    scenario.clients = vec![client.clone(), client];
    scenario
}

/// Where nodes stop for good and messages come in time, three phases keep all their promises, agreement
/// too, and nobody who is alive stays in doubt.
#[test]
fn three_phases_agree_where_crashes_are_for_good_and_messages_come_in_time() {
    let (mut stood_in, mut pre_committed) = (0, 0);
    for seed in 0..250 {
        let mut scenario = busy("three-phase-commit", seed);
        let mut chance = Stream::of(seed, Force::Storm, 0, 0);
        // The first is often the coordinator; at most two of five.
        for first in [true, false] {
            let node = NodeId(if first && chance.below(3) > 0 { 0 } else { chance.below(5) as u8 });
            let from = Time(200_000 + chance.below(1_200_000));
            let kind = FaultKind::Crash { node, amnesia: false };
            scenario.faults.push(Planned { fault: Fault { kind, from, until: None }, enabled: true });
        }
        let mut run = scenario.run();
        while run.advance(10_000) == Progress::Running {}
        assert_eq!(run.violations(), [], "seed {seed}");
        let late = run.stuck().iter().filter(|late| late.property.id == "decided-by-all");
        assert_eq!(late.count(), 0, "seed {seed}: somebody stays in doubt");
        let fired = |name: &str| {
            let place = run.spec().rules.iter().position(|rule| rule.name == name).expect("a rule");
            let records = run.trace().records().iter();
            records.filter(|r| r.kind == Kind::Because && usize::from(r.code) == place).count()
        };
        stood_in += fired("EndByAbort") + fired("EndByCommit") + fired("EndAsOne");
        pre_committed += fired("EndByCommit");
    }
    assert!(stood_in > 200 && pre_committed > 5, "{stood_in} {pre_committed}");
}

/// Reads and writes of single registers fit one order, in storms too: a read waits for locks.
#[test]
fn clients_of_single_registers_see_one_copy() {
    for protocol in ["two-phase-commit", "paxos-commit"] {
        for seed in 0..60 {
            let mut scenario = busy(protocol, seed);
            scenario.faults = storm(seed, 5, 8, Time(0), Time::ms(2_500))
                .into_iter()
                .map(|fault| Planned { fault, enabled: true })
                .collect();
            let mut run = scenario.run();
            while run.advance(10_000) == Progress::Running {}
            let clients = Clients::of(Model::Kv, run.history(), run.end());
            assert_eq!(clients.run().so_far(), SoFar::Linearizable, "{protocol} seed {seed}");
        }
    }
}

/// Transactions of the same two registers, in storms, too: each is carried out on both or on neither, in one
/// order, so that both hold the same whenever nobody is in doubt.
#[test]
fn transactions_of_two_registers_leave_both_the_same() {
    let (mut waited, mut died, mut ended) = (0, 0, 0);
    for protocol in ["two-phase-commit", "paxos-commit"] {
        for seed in 0..60 {
            let mut scenario = busy(protocol, seed);
            scenario.duration = Span::ms(8_000);
            for client in &mut scenario.clients {
                (client.asks, client.limit) = (Asks::Pairs, Some(40));
            }
            scenario.faults = storm(seed, 5, 8, Time(0), Time::ms(2_500))
                .into_iter()
                .map(|fault| Planned { fault, enabled: true })
                .collect();
            scenario.settings.set("touched_only", SettingValue::Switch(seed % 2 == 0));
            let mut run = scenario.run();
            while run.advance(10_000) == Progress::Running {}
            assert_eq!(run.violations(), [], "{protocol} seed {seed}");
            run.seek(Moment::Time(run.end()));
            let fired = |name: &str| {
                let place = run.spec().rules.iter().position(|rule| rule.name == name).expect("a rule");
                let records = run.trace().records().iter();
                records.filter(|r| r.kind == Kind::Because && usize::from(r.code) == place).count()
            };
            (waited, died) = (waited + fired("LockWaits"), died + fired("LockDies"));
            let seen: Vec<_> = scenario.nodes().map(|node| run.inspect(node)).collect();
            if seen.iter().all(|node| node.transactions.is_empty()) {
                let mut held =
                    seen.iter().flat_map(|node| node.stored).map(|stored| (stored.value, stored.version));
                let first = held.next();
                assert!(held.all(|other| Some(other) == first), "{protocol} seed {seed}");
                ended += 1;
            }
        }
    }
    assert!(waited > 200 && died > 200 && ended > 110, "{waited} {died} {ended}");
}

/// A scenario of the gallery with a change, run to its end: what was decided on `value`, and what broke.
fn tried(id: &str, change: impl FnOnce(&mut Scenario)) -> (Vec<String>, Vec<&'static str>) {
    let mut scenario = quorate::scenario::find(id).expect("a scenario").clone();
    change(&mut scenario);
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    let decided = run.trace().records().iter().filter(|record| record.kind == Kind::Decide);
    let decided = decided.map(|record| format!("{} {}", record.node, record.command().op)).collect();
    (decided, run.violations().iter().map(|violation| violation.property.id).collect())
}

/// What the texts of the scenarios tell readers to try.
#[test]
fn what_the_texts_tell_readers_to_try() {
    let (decided, broken) =
        tried("two-phase-commit/both-or-neither", |s| s.faults[0].fault.from = Time::ms(335));
    assert_eq!(decided.iter().filter(|line| line.ends_with("=b")).count(), 5, "its log says commit");
    assert!(broken.is_empty());
    let (decided, _) = tried("two-phase-commit/one-says-no", |s| {
        s.settings.set("no_voters", SettingValue::Number(0));
    });
    assert_eq!(decided.len(), 5);
    assert!(decided.iter().all(|line| line.ends_with("=a")), "{decided:?}");
    let (decided, broken) =
        tried("replicated-commit/coordinator-crash", |s| s.faults[0].fault.from = Time::ms(350));
    assert_eq!(decided.iter().filter(|line| line.ends_with("=b")).count(), 5, "its group's log says commit");
    assert!(broken.is_empty());
    for (flaw, committed) in [("votes-unreplicated", 6), ("decides-unreplicated", 0)] {
        let (decided, broken) =
            tried(&format!("replicated-commit/{flaw}"), |s| s.settings.set_flaw(flaw, false));
        assert_eq!(decided.iter().filter(|line| line.ends_with("=b")).count(), committed, "{flaw}");
        assert!(broken.is_empty(), "{flaw}: {broken:?}");
    }
    let (_, broken) = tried("three-phase-commit/partition", |s| {
        s.faults[0].fault.until = Some(Time::ms(110));
    });
    assert_eq!(broken, [] as [&str; 0], "healed in time");
    let (decided, broken) = tried("three-phase-commit/last-one-knows", |s| {
        let kind = FaultKind::Crash { node: NodeId(3), amnesia: false };
        let fault = Fault { kind, from: Time::ms(55), until: None };
        s.faults.push(Planned { fault, enabled: true });
    });
    assert!(decided.iter().all(|line| line.ends_with('∅')) && !decided.is_empty(), "{decided:?}");
    assert!(broken.is_empty());
    let (decided, _) = tried("paxos-commit/any-acceptor-ends-it", |s| {
        for node in [1, 2] {
            let kind = FaultKind::Crash { node: NodeId(node), amnesia: false };
            let fault = Fault { kind, from: Time::ms(336), until: None };
            s.faults.push(Planned { fault, enabled: true });
        }
    });
    assert!(decided.iter().all(|line| line.ends_with("=a")), "nobody can end the second: {decided:?}");
}
