//! Locks are shared: clients that ask again as soon as they are answered all have their turns.
#![cfg(not(target_arch = "wasm32"))]

use quorate::catalogue;
use quorate::model::{NodeId, Span, SpanRange, Time};
use quorate::scenario::Scenario;
use quorate::sim::{ClientPlan, Delay, Network, Pace, Progress};

/// How often each of so many clients is answered in six seconds in which nothing fails.
fn answers(protocol: &str, clients: u8, window: u16, seed: u64) -> Vec<usize> {
    let entry = catalogue::find(protocol).expect("a protocol");
    let mut scenario = Scenario::plain(entry, 6 + usize::from(clients));
    scenario.weights = (0..6 + clients).map(|node| u8::from(node < 5)).collect();
    scenario.thresholds = vec![3; scenario.thresholds.len()];
    scenario.seed = seed;
    scenario.duration = Span::ms(6_000);
    scenario.network = Network { delay: Delay::Uniform { least: 5_000, most: 15_000 }, ..Network::default() };
    let think = SpanRange::exactly(Span::ms(5));
    scenario.clients = (0..clients)
        .map(|client| ClientPlan {
            start: Time::ms(300 + 10 * u64::from(client)),
            target: Some(NodeId(5 + client)),
            pace: Pace::Closed { window, think },
            retry: Span::ms(5_000),
            ..ClientPlan::default()
        })
        .collect();
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    assert_eq!((run.violations(), run.stuck()), (&[] as _, &[] as _), "{protocol} seed {seed}");
    let answered = |client: u8| {
        let operations = run.history().operations().iter();
        let own = operations.filter(|operation| operation.command.request.client.0 == u16::from(client));
        own.filter(|operation| operation.returned.is_some()).count()
    };
    (0..clients).map(answered).collect()
}

#[test]
fn whoever_asks_without_rest_does_not_keep_the_others_out() {
    for protocol in ["majority-lock", "lock-service"] {
        for (clients, window) in [(2, 1), (3, 1), (2, 3)] {
            for seed in 1..=8 {
                let answers = answers(protocol, clients, window, seed);
                let total: usize = answers.iter().sum();
                let id = format!("{protocol}, {clients} clients, window {window}, seed {seed}: {answers:?}");
                assert!(total >= 20, "{id}");
                // A third of what would be just, at least.
                let least = answers.iter().min().copied().unwrap_or_default();
                assert!(least * usize::from(clients) * 3 >= total, "{id}");
            }
        }
    }
}
