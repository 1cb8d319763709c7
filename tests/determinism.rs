//! Same scenario, same seed: byte-identical trace natively and in wasm.
//!
//! Both targets compute the same table from the same scenarios and compare it with the one that is
//! checked in. `QUORATE_BLESS=1 cargo test --test determinism` writes it anew, natively.

use quorate::catalogue::PROTOCOLS;
use quorate::model::{Fingerprint, Span, SpanRange, Time};
use quorate::scenario::{Planned, Scenario, gallery};
use quorate::sim::{ClientPlan, Clock, Delay, Network, Pace, Progress, storm};
use std::fmt::Write as _;
use std::hash::Hasher as _;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TABLE: &str = include_str!("golden/digests.txt");

/// Every law of delay and every force at once, so that any float that differs is seen.
fn laws() -> Vec<(&'static str, Delay)> {
    vec![
        ("constant", Delay::Constant(9_000)),
        ("uniform", Delay::Uniform { least: 2_000, most: 20_000 }),
        ("normal", Delay::Normal { mean: 9_000.0, deviation: 3_000.0 }),
        ("lognormal", Delay::LogNormal { median: 8_000.0, sigma: 0.7 }),
        ("pareto", Delay::Pareto { least: 4_000.0, alpha: 1.7 }),
        ("exponential", Delay::Exponential { mean: 9_000.0 }),
        ("empirical", Delay::Empirical([3_000, 9_000, 27_000].into())),
    ]
}

fn scenarios() -> Vec<(String, Scenario)> {
    let mut list: Vec<(String, Scenario)> =
        gallery().iter().map(|(id, scenario)| ((*id).to_owned(), scenario.clone())).collect();
    for entry in PROTOCOLS {
        for (law, delay) in laws() {
            let mut scenario = Scenario::plain(entry, 5);
            scenario.seed = 2026;
            scenario.duration = Span::ms(3_000);
            scenario.network = Network { delay, loss_ppm: 20_000, duplicate_ppm: 20_000, fifo: false };
            scenario.disk = Delay::Exponential { mean: 1_500.0 };
            scenario.clocks =
                (0..5).map(|i| Clock { offset: i * 777, drift_ppm: 300 * i as i32 - 600 }).collect();
            let every = SpanRange { least: Span::ms(10), most: Span::ms(60) };
            scenario.clients = vec![ClientPlan {
                pace: Pace::Open { every },
                reads: 30,
                cas: 20,
                keys: 3,
                ..ClientPlan::default()
            }];
            scenario.faults = storm(1, 5, 8, Time(0), Time::ms(2_000))
                .into_iter()
                .map(|fault| Planned { fault, enabled: true })
                .collect();
            list.push((format!("{}-{law}", entry.spec.id), scenario));
        }
    }
    list
}

fn table() -> String {
    let mut table = String::new();
    for (name, scenario) in scenarios() {
        let mut run = scenario.run();
        while run.advance(10_000) == Progress::Running {}
        let trace = run.trace();
        let mut text = Fingerprint::after(0);
        for record in trace.records() {
            text.write(trace.line(record, run.spec()).as_bytes());
        }
        let (lines, text) = (trace.records().len(), text.finish());
        writeln!(table, "{name} lines={lines} records={:016x} text={text:016x}", trace.digest())
            .expect("a string");
    }
    table
}

#[test]
fn every_target_gives_the_same_traces() {
    let table = table();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("QUORATE_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/digests.txt");
        std::fs::write(path, &table).expect("a writable table");
        return;
    }
    for (now, then) in table.lines().zip(TABLE.lines()) {
        assert_eq!(now, then, "another trace than the one checked in");
    }
    assert_eq!(table.lines().count(), TABLE.lines().count(), "scenarios came or went");
}
