//! The catalogue is the test list: what must hold of every protocol is tested of every protocol.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::{Entry, PROTOCOLS};
use quorate::check::lost;
use quorate::model::{
    ClientId, Command, Lang, NodeId, Op, Outcome, PropertyKind, SettingKind, SettingValue, Span, SpanRange,
    Text, Time,
};
use quorate::quorum::{Rule, verdict};
use quorate::scenario::{Planned, Scenario};
use quorate::sim::{
    Asks, Change, ClientPlan, Cluster, Delay, Force, Kind, Moment, Network, Pace, Progress, Stream, Way,
    storm,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

const STORM_SEEDS: u64 = 1_000;
const CALM: Time = Time::ms(1_500);
/// From here on a protocol is at work again: lost messages are resent, and somebody leads.
const SETTLED: Time = Time::ms(2_000);
/// What is called or decided up to here has the time to come to its end.
const LATE: Time = Time::ms(5_000);
/// And who waits for a lock from here on.
const TURNS: Time = Time::ms(3_500);
const END: Span = Span::ms(6_000);

/// Every protocol, or only that of `QUORATE_ONLY`: for who works on one.
fn protocols() -> impl Iterator<Item = &'static Entry> {
    let only = std::env::var("QUORATE_ONLY").ok();
    PROTOCOLS.iter().filter(move |entry| only.as_deref().is_none_or(|id| id == entry.spec.id))
}

fn finish(run: &mut dyn Cluster) {
    while run.advance(10_000) == Progress::Running {}
}

/// Five nodes of varied weights whose quorums meet as they must, any of the protocol's switches on
/// or, in half of the cases, off, in bad weather that ends.
fn stormy(entry: &'static Entry, seed: u64) -> Scenario {
    let mut scenario = Scenario::plain(entry, 5);
    let mut stream = Stream::of(seed, Force::Storm, 1 << 20, 0);
    let pairs: Vec<(usize, usize)> = entry.spec.must_meet.iter().map(|rule| (rule.a, rule.b)).collect();
    loop {
        scenario.weights = (0..5).map(|_| stream.below(6) as u8).collect();
        let total: u32 = scenario.weights.iter().map(|weight| u32::from(*weight)).sum();
        if total == 0 {
            continue;
        }
        scenario.thresholds =
            entry.spec.phases.iter().map(|_| 1 + stream.below(u64::from(total)) as u32).collect();
        if verdict(&scenario.rule(), &pairs).is_safe() {
            break;
        }
    }
    let crippled = stream.chance(500_000);
    for setting in entry.spec.settings {
        if let SettingKind::Switch { default } = setting.kind {
            let on = stream.chance(500_000) || default && !crippled;
            scenario.settings.set(setting.id, SettingValue::Switch(on));
        }
    }
    vary(&mut scenario, &pairs, &mut Stream::of(seed, Force::Storm, 1 << 21, 0));
    scenario.seed = seed;
    scenario.duration = END;
    scenario.network = Network {
        delay: match stream.below(3) {
            0 => Delay::Uniform { least: 1_000, most: 20_000 },
            1 => Delay::Exponential { mean: 8_000.0 },
            // On a link that keeps the order one message that takes seconds holds all others up, where a
            // real connection would be given up for a new one.
            _ => Delay::Pareto { least: 2_000.0, alpha: if entry.fifo { 3.0 } else { 1.8 } },
        },
        loss_ppm: stream.below(3) as u32 * 10_000,
        duplicate_ppm: stream.below(3) as u32 * 30_000,
        fifo: stream.chance(250_000) || entry.fifo,
    };
    if stream.chance(300_000) {
        scenario.disk = Delay::Uniform { least: 500, most: 5_000 };
    }
    scenario.clocks = (0..5)
        .map(|_| quorate::sim::Clock {
            offset: stream.below(1_000_000),
            drift_ppm: stream.below(2_000) as i32 - 1_000,
        })
        .collect();
    let think = SpanRange { least: Span::ms(5), most: Span::ms(60) };
    let client = ClientPlan {
        pace: Pace::Closed { window: 2, think },
        reads: 30,
        cas: 20,
        keys: 2,
        ..ClientPlan::default()
    };
    // Transactions that are to be serialisable have to meet on more than one register; and where there are
    // logs beneath them, a request for one register is none.
    let known: Vec<&str> = entry.words().into_iter().map(|(_, word)| word.id).collect();
    let over_logs = known.contains(&"commit-agreement") && known.contains(&"log-matching");
    let transacts = over_logs || known.contains(&"serializable");
    let other = if transacts { ClientPlan { asks: Asks::Pairs, ..client.clone() } } else { client.clone() };
    scenario.clients = vec![client, other];
    scenario.faults =
        storm(seed, 5, 14, Time(0), CALM).into_iter().map(|fault| Planned { fault, enabled: true }).collect();
    scenario
}

/// In half of the cases another of each setting's choices, snapshots, and weights that change through the
/// log. Which machine is replicated is left alone: the clients here ask for registers.
fn vary(scenario: &mut Scenario, pairs: &[(usize, usize)], stream: &mut Stream) {
    for setting in scenario.entry.spec.settings {
        let other = stream.chance(500_000);
        let value = if let SettingKind::Choice { options, .. } = setting.kind
            && setting.id != "machine"
        {
            SettingValue::Choice(stream.below(options.len() as u64) as u8)
        } else if ["snapshot-every", "snapshot"].contains(&setting.id) {
            SettingValue::Number(1 + stream.below(30) as u32)
        } else {
            continue;
        };
        if other {
            scenario.settings.set(setting.id, value);
        }
    }
    if stream.chance(500_000) && scenario.run().reconfigures() {
        while scenario.changes.len() < 2 {
            let weights: Vec<u8> = (0..5).map(|_| stream.below(4) as u8).collect();
            let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
            let thresholds: Vec<u32> = scenario
                .thresholds
                .iter()
                .map(|_| 1 + stream.below(u64::from(total).max(1)) as u32)
                .collect();
            let rule = Rule::new(&weights, &thresholds);
            if total > 0 && verdict(&rule, pairs).is_safe() {
                let at = Time(stream.below(CALM.0));
                scenario.changes.push(Change { at, by: Way::Log, rule });
            }
        }
    }
}

#[test]
fn in_a_storm_nothing_breaks_and_after_it_there_is_progress() {
    let (all, next): (Vec<_>, _) = (protocols().collect(), AtomicUsize::new(0));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(entry) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    storms(entry);
                }
            });
        }
    });
}

fn storms(entry: &'static Entry) {
    let mut stuck = Vec::new();
    for seed in 0..STORM_SEEDS {
        let scenario = stormy(entry, seed);
        let mut run = scenario.run();
        finish(&mut *run);
        let broken: Vec<String> = run
            .violations()
            .iter()
            .filter(|v| entry.unpromised(v.property.id).is_none())
            .map(|v| format!("{}: {}", v.property.id, v.witness.sentence(Lang::En)))
            .collect();
        assert!(
            broken.is_empty(),
            "{} seed {seed}, weights {:?}, thresholds {:?}: {broken:?}",
            entry.spec.id,
            scenario.weights,
            scenario.thresholds
        );
        run.seek(Moment::Time(LATE));
        let by_then = known_to_groups(&scenario, &*run);
        run.seek(Moment::Time(Time(END.0)));
        let gone = gone(&scenario, &*run);
        assert!(gone.is_empty(), "{} seed {seed}: acknowledged and gone: {gone:?}", entry.spec.id);
        for (node, known) in scenario.nodes().zip(by_then) {
            if run.inspect(node).commit < known {
                let why = format!("{node} does not know all that its group had committed");
                stuck.push((seed, why, scenario.weights.clone(), scenario.thresholds.clone()));
            }
        }
        if let Some(why) = stuck_by(&scenario, &*run) {
            stuck.push((seed, why.to_owned(), scenario.weights.clone(), scenario.thresholds.clone()));
        }
        // What must come true in calm does, and in time: unless what brings it is switched off.
        for late in run.stuck().iter().filter(|_| !is_crippled(&scenario)) {
            let why = format!("{}: {}", late.property.id, late.witness.sentence(Lang::En));
            stuck.push((seed, why, scenario.weights.clone(), scenario.thresholds.clone()));
        }
    }
    assert!(
        stuck.is_empty(),
        "{}: no progress after the calm for {} seeds: {stuck:?}",
        entry.spec.id,
        stuck.len()
    );
}

/// The acknowledged writes that are gone, by what clients saw alone, where versions are kept and no clock
/// decides which of them goes.
fn gone(scenario: &Scenario, run: &dyn Cluster) -> Vec<Command> {
    let kept = scenario.entry.words().iter().any(|(_, word)| word.id == "acknowledged-kept");
    if !kept || scenario.settings.choice("conflicts") != 0 {
        return Vec::new();
    }
    let mut there = BTreeSet::new();
    for node in scenario.nodes() {
        let now = run.inspect(node);
        let held = now.hints.iter().map(|(_, version)| version);
        there.extend(now.versions.iter().chain(held).map(|version| (version.key, version.value)));
    }
    let operations = run.history().operations();
    let gone = lost(operations, Time(END.0), &there);
    gone.into_iter().map(|place| operations[place as usize].command).collect()
}

/// Of each node of a group that keeps a log of its own, up to where any of that group knows it committed.
fn known_to_groups(scenario: &Scenario, run: &dyn Cluster) -> Vec<u32> {
    let known = |node: NodeId| {
        run.inspect(node).group.iter().map(|other| run.inspect(other).commit).max().unwrap_or(0)
    };
    scenario.nodes().map(known).collect()
}

/// Whether something that helps a protocol on is switched off.
fn is_crippled(scenario: &Scenario) -> bool {
    scenario.spec().settings.iter().any(|setting| {
        setting.kind == SettingKind::Switch { default: true } && !scenario.settings.switch(setting.id)
    })
}

/// What has not come to pass long after a storm.
fn stuck_by(scenario: &Scenario, run: &dyn Cluster) -> Option<&'static str> {
    // Requests are answered, and not all are refused.
    let asked = run.history().operations().iter();
    let asked: Vec<_> = asked.filter(|asked| (SETTLED..LATE).contains(&asked.called)).collect();
    // For a lock one may have to wait for several turns of those who want it too.
    let of_locks = scenario.entry.words().iter().any(|(_, word)| word.id == "lock-for-each");
    let due = if of_locks { TURNS } else { LATE };
    let mut due = asked.iter().filter(|operation| operation.called < due);
    if due.any(|operation| operation.returned.is_none()) {
        return Some("a request is not answered");
    }
    // Who waits no longer is not answered. Where proposers compete some are given up, but not all of anybody.
    let mut changes: BTreeMap<ClientId, (u32, u32)> = BTreeMap::new();
    for asked in asked.iter().filter(|asked| !matches!(asked.command.op, Op::Read { .. })) {
        let (all, given_up) = changes.entry(asked.command.request.client).or_default();
        *all += 1;
        *given_up += u32::from(asked.returned.is_some_and(|(.., outcome)| outcome == Outcome::Unknown));
    }
    if changes.values().any(|(all, given_up)| all == given_up) {
        return Some("all changes of a client are given up");
    }
    let granted = asked
        .iter()
        .filter_map(|operation| operation.returned)
        .any(|(.., outcome)| outcome.is_yes() || outcome == Outcome::Differs);
    if !granted {
        return Some("no request is granted");
    }
    let mut decided: BTreeMap<NodeId, BTreeMap<u32, Command>> = BTreeMap::new();
    let mut slots: BTreeSet<u32> = BTreeSet::new();
    for record in run.trace().records().iter().filter(|record| record.kind == Kind::Decide) {
        decided.entry(record.node).or_default().insert(record.link, record.command());
        if record.at() < LATE {
            slots.insert(record.link);
        }
    }
    if slots.is_empty() {
        // Some protocols answer without deciding anything in slots.
        let decides = ["command-committed", "value-learned", "motion-carried"];
        let decides = scenario.entry.words().iter().any(|(_, word)| decides.contains(&word.id));
        return decides.then_some("nothing is decided");
    }
    // Where groups keep logs of their own, decisions are of transactions, which not all take part in: what
    // comes to everybody is what is in the logs, and that is looked at elsewhere.
    if scenario.nodes().any(|node| !run.inspect(node).group.is_empty()) {
        return None;
    }
    // One decision, or each of a log's, comes to everybody, unless what brings it may be switched off.
    let logs: Vec<NodeId> = scenario.nodes().filter(|node| run.log(*node).is_some()).collect();
    if is_crippled(scenario) || logs.is_empty() && slots.len() > 1 {
        return None;
    }
    // Where some keep a log, the others are none of it.
    let concerned: Vec<NodeId> = if logs.is_empty() { scenario.nodes().collect() } else { logs };
    // What came in a snapshot was not decided one by one.
    let base = |node: &NodeId| run.log(*node).map_or(0, |log| log.base().index);
    let floor = concerned.iter().map(base).max().unwrap_or(0);
    // What was decided last is still on its way.
    let known_by_now = floor.min(slots.last().copied().unwrap_or(0));
    if floor > 0 && concerned.iter().any(|node| run.inspect(*node).commit < known_by_now) {
        return Some("a node does not know all that is decided");
    }
    slots.retain(|slot| *slot > floor);
    let known = |node| slots.iter().map(|slot| decided.get(&node)?.get(slot)).collect::<Option<Vec<_>>>();
    let first = known(concerned[0]);
    let all_know = first.is_some() && concerned.into_iter().all(|node| known(node) == first);
    (!all_know).then_some("a node does not know all that is decided")
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    for entry in protocols() {
        let digest = |seed| {
            let mut run = stormy(entry, seed).run();
            finish(&mut *run);
            run.trace().digest()
        };
        assert_eq!(digest(3), digest(3), "{}", entry.spec.id);
        assert_ne!(digest(3), digest(4), "{}", entry.spec.id);
    }
}

#[test]
fn seeking_shows_what_playing_shows() {
    for entry in protocols() {
        let mut run = stormy(entry, 5).run();
        finish(&mut *run);
        let look = |run: &mut dyn Cluster, to: Moment| {
            run.seek(to);
            let mut frame = quorate::sim::Frame::default();
            run.frame(&mut frame);
            format!("{frame:?}")
        };
        let times: Vec<Time> = (0..40).map(|i| Time::ms(i * 130)).collect();
        let forward: Vec<String> = times.iter().map(|at| look(&mut *run, Moment::Time(*at))).collect();
        let backward: Vec<String> = times.iter().rev().map(|at| look(&mut *run, Moment::Time(*at))).collect();
        assert!(forward.iter().eq(backward.iter().rev()), "{}", entry.spec.id);
        for event in [1, 7, 300, 299, 1_000, 17] {
            let there = look(&mut *run, Moment::Event(event));
            run.seek(Moment::Event(event + 40));
            assert_eq!(there, look(&mut *run, Moment::Event(event)), "{}", entry.spec.id);
        }
    }
}

#[test]
fn every_transition_has_a_reason() {
    for entry in protocols() {
        let mut run = stormy(entry, 11).run();
        finish(&mut *run);
        let trace = run.trace();
        for event in 1..=trace.events() {
            let records = trace.event(event);
            let stimulus = records.iter().any(|r| matches!(r.kind, Kind::Arrive | Kind::Timer | Kind::Boot));
            let reason = records.iter().any(|r| r.kind == Kind::Because);
            let lines: Vec<String> = records.iter().map(|r| trace.line(r, entry.spec)).collect();
            assert!(!stimulus || reason, "{}: no reason in {lines:#?}", entry.spec.id);
        }
    }
}

fn both(text: Text, what: &str) {
    assert!(!text.en.trim().is_empty() && !text.zh.trim().is_empty(), "{what}: {text:?}");
    assert!(
        text.en.is_ascii() || !text.en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{what}: {text:?}"
    );
}

#[test]
fn every_description_is_whole() {
    for entry in protocols() {
        let spec = entry.spec;
        both(spec.name, spec.id);
        both(spec.summary, spec.id);
        both(spec.epoch.name, spec.id);
        // One without quorums has no phases.
        assert!(!spec.sources.is_empty() && !spec.roles.is_empty(), "{}", spec.id);
        for rule in spec.must_meet {
            assert!(rule.a < spec.phases.len() && rule.b < spec.phases.len(), "{}", spec.id);
            both(rule.why, spec.id);
            // It stands within a sentence.
            assert!(!rule.why.en.ends_with('.') && !rule.why.zh.ends_with('。'), "{}", rule.why.en);
        }
        for word in spec.messages {
            both(word.label, word.name);
            assert!(word.args.len() <= 4, "{}", word.name);
        }
        for rule in spec.rules {
            both(rule.text, rule.name);
            assert!(!rule.cite.is_empty() && rule.args.len() <= 4, "{}", rule.name);
            let fact = quorate::model::Fact { code: 0, args: [1, 1, 1, 1] };
            for lang in [Lang::En, Lang::Zh] {
                let sentence = rule.sentence(NodeId(0), &fact, lang);
                assert!(!sentence.contains(['{', '}']), "{}: {sentence}", rule.name);
            }
        }
        let properties = (entry.properties)();
        for property in &properties {
            both(property.word().name, property.word().id);
            both(property.word().statement, property.word().id);
        }
        for flaw in spec.flaws {
            both(flaw.name, flaw.id);
            let mut words = entry.words().into_iter();
            let known = words.any(|(kind, word)| kind == PropertyKind::Always && word.id == flaw.breaks);
            assert!(known, "{}: {}", flaw.id, flaw.breaks);
        }
        for unpromised in entry.unpromised {
            both(unpromised.why, unpromised.property);
            let always = entry.words().into_iter().filter(|(kind, _)| *kind == PropertyKind::Always);
            let known: Vec<&str> = always.map(|(_, word)| word.id).collect();
            assert!(known.contains(&unpromised.property), "{}: {}", spec.id, unpromised.property);
            let flaws = spec.flaws.iter().filter(|flaw| flaw.breaks == unpromised.property);
            assert_eq!(flaws.count(), 0, "{}: a flaw cannot break what is not promised", spec.id);
        }
        for setting in spec.settings {
            both(setting.name, setting.id);
            both(setting.help, setting.id);
        }
    }
}
