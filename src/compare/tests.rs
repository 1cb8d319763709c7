use super::*;
use crate::catalogue::PROTOCOLS;
use crate::model::{NodeId, Span, SpanRange, Time};
use crate::scenario::Planned;
use crate::sim::{ClientPlan, Delay, Fault, FaultKind, Network, Pace};

/// Links of exactly 10 ms, and one client that writes every 100 ms.
fn steady(entry: &'static Entry) -> Scenario {
    let client = ClientPlan {
        start: Time::ms(1_000),
        pace: Pace::Open { every: SpanRange::exactly(Span::ms(100)) },
        ..ClientPlan::default()
    };
    let network = Network { delay: Delay::Constant(10_000), ..Network::default() };
    Scenario { network, clients: vec![client], ..Scenario::plain(entry, 5) }
}

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

#[test]
fn an_entry_is_committed_in_one_round_trip() {
    let figures = Figures::of_whole(steady(&PROTOCOLS[0]).run());
    // 2 ms to the leader and back, 20 ms to a majority and back.
    assert_eq!((figures.in_a_row, figures.median_us, figures.p95_us), (Some(2), Some(22_000), Some(22_000)));
    assert_eq!((figures.refused, figures.stale, figures.lost, figures.unavailable_us), (0, 0, Some(0), 0));
    assert_eq!(figures.asked, figures.answered + figures.open);
    assert!(figures.violations.is_empty() && !figures.cut_short);
}

#[test]
fn every_message_between_nodes_counts_with_its_facts() {
    let scenario = steady(&PROTOCOLS[0]);
    let run = finished(&scenario);
    let figures = Figures::of(&*run);
    let spec = scenario.spec();
    let sent: Vec<_> = run
        .trace()
        .records()
        .iter()
        .filter(|r| r.kind == crate::sim::Kind::Send && r.node != r.peer)
        .collect();
    assert_eq!(figures.messages as usize, sent.len());
    let bytes: u64 = sent
        .iter()
        .map(|r| HEADER_BYTES + WORD_BYTES * spec.messages[usize::from(r.code)].args.len() as u64)
        .sum();
    let carried = |id: &str| {
        sent.iter()
            .filter(|r| spec.messages[usize::from(r.code)].name == id)
            .map(|r| u64::from(r.args[3]))
            .sum::<u64>()
    };
    assert!(carried("AppendEntries") > 10);
    assert_eq!(figures.bytes, bytes + u64::from(crate::model::Entry::BYTES) * carried("AppendEntries"));
}

#[test]
fn a_write_that_is_told_another_value_is_refused() {
    let paxos = PROTOCOLS.iter().find(|entry| entry.spec.id == "paxos").expect("registered");
    let figures = Figures::of(&*finished(&steady(paxos)));
    assert_eq!(figures.answered, 1, "one value is decided, once");
    assert!(figures.refused > 5);
}

#[test]
fn a_wait_beyond_patience_is_refused_service_and_unavailable_time() {
    let mut scenario = steady(&PROTOCOLS[0]);
    let majority_down = [0, 1, 2].map(|node| Planned {
        fault: Fault {
            kind: FaultKind::Crash { node: NodeId(node), amnesia: false },
            from: Time::ms(1_500),
            until: Some(Time::ms(2_500)),
        },
        enabled: true,
    });
    scenario.faults = majority_down.to_vec();
    let run = finished(&scenario);
    let figures = Figures::of(&*run);
    assert!(figures.refused > 4, "{figures:?}");
    assert!((1_000_000..1_500_000).contains(&figures.unavailable_us), "{figures:?}");
    assert_eq!(figures.lost, Some(0));
    let deeds = Deeds::of(&*run);
    let buckets = deeds.buckets(Span::ms(500), Time::ms(3_000));
    assert_eq!(buckets.len(), 6);
    assert_eq!(buckets[0], Bucket::default(), "nobody asks");
    assert!(buckets[2].answered > 3 && buckets[3].answered == 0, "{buckets:?}");
    assert_eq!(buckets.iter().map(|bucket| bucket.answered).sum::<u32>(), figures.answered);
    assert_eq!(deeds.until(Time::ms(3_000)).refused, figures.refused);
}

#[test]
fn the_same_conditions_for_every_protocol() {
    let scenario = steady(&PROTOCOLS[0]);
    let all: Vec<_> = PROTOCOLS.iter().collect();
    let mut comparison = Comparison::new(&scenario, &all);
    assert_eq!(comparison.part(), 0.0);
    while comparison.advance(4_000) {}
    assert_eq!(comparison.part(), 1.0);
    for row in comparison.rows() {
        let figures = row.figures.as_ref().expect("it is done");
        assert_eq!(row.scenario.weights, scenario.weights);
        assert!(figures.asked > 0, "{}", row.entry.spec.id);
        assert!(figures.violations.is_empty(), "{}: {:?}", row.entry.spec.id, figures.violations);
    }
    assert_eq!(comparison.rows()[0].scenario, scenario, "the open one as it is");
}

#[test]
fn a_client_beside_a_node_is_cut_off_with_it() {
    let mut scenario = steady(&PROTOCOLS[0]);
    scenario.clients.push(scenario.clients[0].clone());
    for (client, node) in scenario.clients.iter_mut().zip([0, 4]) {
        (client.target, client.local) = (Some(NodeId(node)), true);
    }
    let group = |nodes: &[u8]| nodes.iter().map(|node| NodeId(*node)).collect();
    let groups = vec![group(&[0, 1, 2]), group(&[3, 4])];
    let fault =
        Fault { kind: FaultKind::Partition { groups }, from: Time::ms(1_500), until: Some(Time::ms(2_200)) };
    scenario.faults = vec![Planned { fault, enabled: true }];
    let run = finished(&scenario);
    let answered = |client: u16, from: u64, until: u64| {
        let own = run.history().operations().iter().filter(|one| one.command.request.client.0 == client);
        own.filter(|one| one.returned.is_some_and(|(at, ..)| at > Time::ms(from) && at < Time::ms(until)))
            .count()
    };
    assert!(answered(0, 1_900, 2_200) > 0, "the majority's side goes on");
    assert_eq!(answered(1, 1_505, 2_200), 0, "the other side is cut off, and its client with it");
    assert!(answered(1, 2_200, 3_000) > 5, "it is served once they meet again");
    let deeds = Deeds::of(&*run);
    assert!(deeds.until(Time::ms(2_200)).refused > 0);
    assert_eq!(deeds.until(Time::ms(3_000)).stale, 0);
}
