//! The world's forces, seen from outside: links, hands, and what a run may cost.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue::PROTOCOLS;
use quorate::model::{NodeId, NodeSet, Notice, Span, Time};
use quorate::scenario::{Planned, Scenario, from_json};
use quorate::sim::{
    Cluster, Delay, Fault, FaultKind, Intervention, Kind, Loss, Moment, Network, Progress, Record, storm,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const FIFO: Network = Network {
    delay: Delay::Uniform { least: 1_000, most: 40_000 },
    loss_ppm: 0,
    duplicate_ppm: 0,
    fifo: true,
};

fn read(document: &str) -> Scenario {
    from_json(document).expect("a valid document")
}

fn raft(change: impl Fn(&mut Scenario)) -> Box<dyn Cluster> {
    let mut scenario = read(r#"{"version": 1, "protocol": "raft", "nodes": 5, "duration": 3000}"#);
    change(&mut scenario);
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

fn cut(from: u64, until: u64) -> Planned {
    let everyone = NodeSet::full(5);
    let kind = FaultKind::Cut { from: everyone, to: everyone };
    Planned { fault: Fault { kind, from: Time::ms(from), until: Some(Time::ms(until)) }, enabled: true }
}

/// A message of a link: where the trace tells of its sending, and of its end where it has one.
struct Fate {
    message: u32,
    sent: usize,
    end: Option<usize>,
}

/// Per link, the messages in the order of sending and what became of each.
fn fates(records: &[Record]) -> BTreeMap<(NodeId, NodeId), Vec<Fate>> {
    let told = |kinds: &'static [Kind]| {
        records.iter().enumerate().filter(move |(_, record)| kinds.contains(&record.kind))
    };
    let ends: BTreeMap<u32, usize> =
        told(&[Kind::Arrive, Kind::Vanish]).map(|(place, record)| (record.message, place)).collect();
    let mut links: BTreeMap<_, Vec<Fate>> = BTreeMap::new();
    for (sent, record) in told(&[Kind::Send]).filter(|(_, record)| record.node != record.peer) {
        let message = record.message;
        let fate = Fate { message, sent, end: ends.get(&message).copied() };
        links.entry((record.node, record.peer)).or_default().push(fate);
    }
    for messages in links.values_mut() {
        // A copy is told of before what it is a copy of.
        messages.sort_by_key(|fate| fate.message);
    }
    links
}

/// What arrives on a FIFO link arrives in the order of sending, and nothing that was under way when
/// a message before it was seen to be lost arrives after all. (When the network breaks a connection
/// before a message on it would have arrived, only the network knows. And what a node's second
/// crash loses may be older than what arrived between the two, on a later connection.)
fn assert_like_tcp(run: &dyn Cluster) {
    let (id, records) = (run.spec().id, run.trace().records());
    for (link, messages) in fates(records) {
        let (mut last, mut gaps) = (0, BTreeSet::new());
        for Fate { message, sent, end } in messages {
            let Some(end) = end else { continue };
            if records[end].kind == Kind::Arrive {
                assert!(end > last, "{id}, {link:?}: m{message} overtakes");
                let gap = gaps.range(sent..end).next().map(|place: &usize| records[*place].at());
                assert_eq!(gap, None, "{id}, {link:?}: m{message} arrives after a gap");
                last = end;
            } else if [Loss::Hand as u8, Loss::Down as u8].contains(&records[end].code) {
                gaps.insert(end);
            }
        }
    }
}

#[test]
fn a_fifo_link_has_no_gaps_and_keeps_the_order() {
    for entry in PROTOCOLS {
        for seed in 0..100 {
            let mut scenario = Scenario::plain(entry, 5);
            (scenario.seed, scenario.network) = (seed, FIFO);
            scenario.clients = vec![scenario.clients[0].clone(); 3];
            let faults = storm(seed, 5, 14, Time(0), Time::ms(2_500));
            scenario.faults = faults.into_iter().map(|fault| Planned { fault, enabled: true }).collect();
            let mut run = scenario.run();
            while run.advance(10_000) == Progress::Running {}
            assert_like_tcp(&*run);
        }
    }
}

#[test]
fn what_a_cut_swallows_takes_what_is_behind_it_along() {
    // S1 leads; with 300 ms on the way, a short cut meets a few of many messages.
    let run = raft(|scenario| {
        scenario.network = Network { delay: Delay::Constant(300_000), ..FIFO };
        scenario.faults = vec![cut(1_000, 1_020)];
        scenario.interventions = vec![Intervention::Timeout { node: NodeId(0), timer: 0, at: Time(0) }];
        scenario.clients[0].start = Time::ms(650);
    });
    assert_like_tcp(&*run);
    let records = run.trace().records();
    let mut behind = 0;
    for messages in fates(records).values() {
        let meets = |fate: &&Fate| (Time::ms(700)..Time::ms(1_020)).contains(&records[fate.sent].at());
        let ends = messages.iter().filter(meets).map(|fate| records[fate.end.unwrap()].kind);
        for (place, end) in ends.skip_while(|end| *end == Kind::Arrive).enumerate() {
            assert_eq!(end, Kind::Vanish);
            behind += place;
        }
    }
    assert!(behind > 20, "only {behind} were lost behind another");
}

#[test]
fn a_new_connection_does_not_wait_for_the_old_one() {
    let everyone = NodeSet::full(5);
    let run = raft(|scenario| {
        scenario.network = Network { delay: Delay::Constant(10_000), ..FIFO };
        let slow = FaultKind::Slow { from: everyone, to: everyone, extra: Delay::Constant(5_000_000) };
        let crash = |node| FaultKind::Crash { node: NodeId(node), amnesia: false };
        let fault = |kind, from, until| Planned {
            fault: Fault { kind, from: Time::ms(from), until: Some(Time::ms(until)) },
            enabled: true,
        };
        scenario.faults = vec![fault(slow, 0, 500)];
        scenario.faults.extend((0..5).map(|node| fault(crash(node), 500, 510)));
    });
    let late = run.trace().records().iter().filter(|record| record.kind == Kind::Send);
    let takes = late.filter(|record| record.at() > Time::ms(510) && record.node != record.peer);
    assert!(takes.clone().count() > 0);
    assert!(takes.clone().all(|record| record.link == 10_000));
}

/// The first message between nodes, sent again in every run up to where hands touch it.
fn first_message(run: &dyn Cluster, after: Time) -> Record {
    let mut sent = run.trace().records().iter().filter(|record| record.kind == Kind::Send);
    *sent.find(|record| record.at() >= after && record.node != record.peer).expect("a message")
}

fn end_of(run: &dyn Cluster, message: u32) -> Record {
    let ends = |record: &&Record| matches!(record.kind, Kind::Arrive | Kind::Vanish);
    *run.trace().records().iter().filter(ends).find(|record| record.message == message).expect("its end")
}

#[test]
fn hands_keep_the_order_of_a_fifo_link() {
    let calm = raft(|scenario| scenario.network = FIFO);
    for hand in 0..4 {
        for skipped in 0..40 {
            let sent = first_message(&*calm, Time::ms(200 + 10 * skipped));
            let (message, at) = (sent.message, sent.at());
            let hand = match hand {
                0 => Intervention::Drop { message, at: at + Span::ms(60) },
                1 => Intervention::Deliver { message, at },
                2 => Intervention::Delay { message, by: Span::ms(300) },
                _ => Intervention::Duplicate { message, by: Span::ms(100) },
            };
            let run = raft(|scenario| {
                scenario.network = FIFO;
                scenario.interventions = vec![hand];
            });
            assert_like_tcp(&*run);
        }
    }
}

#[test]
fn delivered_by_hand_passes_a_cut_but_not_a_crash() {
    for fifo in [false, true] {
        let network = Network { fifo, ..FIFO };
        let cut = cut(0, 3_000);
        let plain = raft(|scenario| {
            (scenario.network, scenario.faults) = (network.clone(), vec![cut.clone()]);
        });
        let sent = first_message(&*plain, Time::ms(100));
        assert_eq!(end_of(&*plain, sent.message).kind, Kind::Vanish);
        let (message, at) = (sent.message, sent.at() + Span::ms(1));
        let by_hand = |crash: bool| {
            raft(|scenario| {
                (scenario.network, scenario.faults) = (network.clone(), vec![cut.clone()]);
                scenario.interventions = vec![Intervention::Deliver { message, at }];
                if crash {
                    let kind = FaultKind::Crash { node: sent.peer, amnesia: false };
                    let fault = Fault { kind, from: sent.at(), until: None };
                    scenario.faults.push(Planned { fault, enabled: true });
                }
            })
        };
        let end = end_of(&*by_hand(false), message);
        assert_eq!((end.kind, end.at()), (Kind::Arrive, at));
        let end = end_of(&*by_hand(true), message);
        assert_eq!((end.kind, end.code), (Kind::Vanish, Loss::Down as u8));
    }
}

#[test]
fn what_waited_for_a_paused_node_comes_before_what_arrives_as_it_goes_on() {
    let network = Network { delay: Delay::Constant(10_000), ..FIFO };
    let calm = raft(|scenario| scenario.network = network.clone());
    let since = Time::ms(1_000);
    let arrivals = calm.trace().records().iter().filter(|record| record.kind == Kind::Arrive);
    for Record { node, .. } in arrivals.clone().filter(|record| record.at() > since).take(40) {
        let comes_in = |record: &&Record| record.kind == Kind::Arrive && record.node == *node;
        let Some(third) = arrivals.clone().filter(comes_in).filter(|record| record.at() > since).nth(2)
        else {
            continue;
        };
        let run = raft(|scenario| {
            let kind = FaultKind::Pause { node: *node };
            let fault = Fault { kind, from: since, until: Some(third.at()) };
            scenario.network = network.clone();
            scenario.faults = vec![Planned { fault, enabled: true }];
        });
        let mut last = BTreeMap::new();
        for record in run.trace().records().iter().filter(comes_in) {
            let before = last.insert(record.peer, record.message);
            assert!(before < Some(record.message), "m{} overtakes", record.message);
        }
    }
}

#[test]
fn an_idle_leader_is_no_news() {
    let run = raft(|scenario| scenario.clients.clear());
    let (trace, spec) = (run.trace(), run.spec());
    let news =
        |record: &&Record| record.at() > Time::ms(1_500) && trace.notice(record, spec) > Notice::Routine;
    assert!(trace.events_until(Time::ms(3_000)) > trace.events_until(Time::ms(1_500)) + 50);
    assert_eq!(trace.records().iter().find(news), None);
}

#[test]
fn what_comes_to_nothing_is_told() {
    let run = raft(|scenario| {
        let kind = FaultKind::Crash { node: NodeId(1), amnesia: false };
        let fault = Fault { kind, from: Time::ms(100), until: None };
        scenario.faults = vec![Planned { fault, enabled: true }];
        scenario.clients[0].target = Some(NodeId(1));
        scenario.clients[0].start = Time::ms(200);
        scenario.interventions = [(0, 50), (1, 150)]
            .map(|(node, at)| Intervention::Timeout { node: NodeId(node), timer: 0, at: Time::ms(at) })
            .to_vec();
    });
    let (trace, spec) = (run.trace(), run.spec());
    let lines: Vec<String> = trace.records().iter().map(|record| trace.line(record, spec)).collect();
    for line in ["50.000 S1 ☞ Election", "50.000 S1 ! Election", "150.000 S2 ☞ Election in vain: down"] {
        assert!(lines.iter().any(|known| known == line), "{line}");
    }
    assert!(lines.iter().any(|line| line.contains(" S2 ⇠ c1 c1.1 ") && line.ends_with(" down")));
}

#[test]
fn the_heaviest_runs_are_stopped_before_they_fill_the_memory() {
    let heartbeats = r#"{"version": 1, "protocol": "raft", "nodes": 101, "duration": 60000,
        "network": {"delay": 1850}, "settings": {"election": [20000, 60000], "heartbeat": 1},
        "clients": [], "by_hand": [{"timeout": "S1", "timer": "Election", "at": 0}]}"#;
    let elections = r#"{"version": 1, "protocol": "raft", "nodes": 101, "duration": 60000,
        "network": {"delay": {"uniform": [0, 60000]}, "duplicates": 1}, "settings": {"election": 10},
        "clients": []}"#;
    // Just below what may wait at once: it goes on for as long as a run may.
    let steady = heartbeats.replace("1850", "240");
    for document in [heartbeats, elections, &steady] {
        let mut run = read(document).run();
        let (mut worst, mut calls, started) = (Duration::ZERO, 0, Instant::now());
        loop {
            let start = Instant::now();
            let progress = run.advance(2_000);
            worst = worst.max(start.elapsed());
            calls += 1;
            if progress != Progress::Running {
                assert_eq!(progress, Progress::TooLong);
                assert_eq!(run.advance(2_000), Progress::TooLong);
                break;
            }
        }
        let (events, records) = (run.trace().events(), run.trace().records().len());
        let least = (events as usize + records) / 2_000;
        assert!(calls >= least, "{calls} calls for {events} events and {records} records");
        let took = started.elapsed();
        let start = Instant::now();
        run.seek(Moment::Event(events / 2));
        run.seek(Moment::Event(events));
        println!(
            "{events} events, {records} records: {calls} calls in {took:?}, worst {worst:?}; two seeks {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn timers_by_hand_wait_for_a_hand() {
    let run = raft(|scenario| scenario.timers_by_hand = true);
    let of =
        |run: &dyn Cluster, kind| run.trace().records().iter().filter(|record| record.kind == kind).count();
    assert_eq!((of(&*run, Kind::Timer), of(&*run, Kind::Send)), (0, 0), "nobody stands for election");
    // The client asks once, is told nothing, and does not ask again.
    assert_eq!(of(&*run, Kind::Call), 1);

    let run = raft(|scenario| {
        scenario.timers_by_hand = true;
        let node = NodeId(2);
        scenario.interventions = vec![Intervention::Timeout { node, timer: 0, at: Time::ms(500) }];
    });
    assert_eq!(of(&*run, Kind::Timer), 1);
    let leads =
        run.trace().records().iter().filter(|record| record.kind == Kind::Role && record.args[1] == 1);
    assert_eq!(leads.map(|record| record.node).collect::<Vec<_>>(), [NodeId(2)], "and leads in silence");
}
