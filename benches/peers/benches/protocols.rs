//! What each protocol costs the simulator: commands and messages a second of computing, with the trace and
//! every check.
//!
//! Each runs as its default scenario has it, without faults, for ten simulated seconds, and its clients ask
//! again as soon as they are answered. A protocol without clients is measured by its messages alone.
//!
//! `cargo bench --manifest-path benches/peers/Cargo.toml --bench protocols`

use criterion::{BenchmarkId, Criterion, Throughput};
use quorate::catalogue::{Entry, PROTOCOLS};
use quorate::model::{Span, SpanRange};
use quorate::scenario::{Scenario, find};
use quorate::sim::{Cluster, Kind, Pace, Progress};

/// How long each runs, simulated.
const DURATION: Span = Span::ms(10_000);

/// The default scenario of a protocol, undisturbed and busy.
fn busy(entry: &Entry) -> Scenario {
    let mut scenario = find(entry.scenarios[0].0).expect("a default scenario").alone();
    scenario.duration = DURATION;
    scenario.faults.clear();
    scenario.changes.clear();
    scenario.interventions.clear();
    scenario.timers_by_hand = false;
    for client in &mut scenario.clients {
        client.limit = None;
        client.pace = Pace::Closed { window: 8, think: SpanRange::exactly(Span(0)) };
    }
    scenario
}

fn run(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(1 << 20) == Progress::Running {}
    run
}

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    for entry in PROTOCOLS {
        let scenario = busy(entry);
        let done = run(&scenario);
        let commands = done.history().operations().iter().filter(|operation| operation.returned.is_some());
        let sent = done.trace().records().iter();
        let sent = sent.filter(|record| record.kind == Kind::Send && record.node != record.peer);
        let counts = [("commands", commands.count() as u64), ("messages", sent.count() as u64)];
        let mut group = criterion.benchmark_group(entry.spec.id);
        for (what, count) in counts {
            if count > 0 {
                group.throughput(Throughput::Elements(count));
                group.bench_with_input(BenchmarkId::from_parameter(what), &scenario, |bencher, scenario| {
                    bencher.iter(|| run(scenario).trace().digest());
                });
            }
        }
        group.finish();
    }
    criterion.final_summary();
}
