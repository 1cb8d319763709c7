//! Same scenario, seed and number: the same schedule, find and shrinking, natively and in wasm.
//!
//! Both targets compute the same table and compare it with the one that is checked in.
//! `QUORATE_BLESS=1 cargo test --test find_digests` writes it anew, natively.

use quorate::catalogue::PROTOCOLS;
use quorate::model::Fingerprint;
use quorate::scenario::{Scenario, find, to_json};
use quorate::search::{Finder, Options, Schedules, Search, Shrinker};
use std::fmt::Write as _;
use std::hash::Hasher as _;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TABLE: &str = include_str!("golden/schedules.txt");

fn digest(documents: impl Iterator<Item = Scenario>) -> u64 {
    let mut digest = Fingerprint::after(0);
    documents.for_each(|scenario| digest.write(to_json(&scenario).as_bytes()));
    digest.finish()
}

fn table() -> String {
    let mut table = String::new();
    for entry in PROTOCOLS {
        let id = entry.scenarios[0].0;
        let around = find(id).expect("the default scenario");
        let schedules = Schedules::new(around, 7);
        let all = digest((0..100).map(|number| schedules.nth(number)));
        writeln!(table, "{id} schedules {all:016x}").expect("text grows");
        // Of all flaws the last is quickly found nearly everywhere.
        let Some(flaw) = entry.spec.flaws.last() else { continue };
        let mut around = around.clone();
        around.settings.set_flaw(flaw.id, true);
        let mut finder = Finder::new(&around, Options { schedules: Some(200), ..Options::default() });
        while finder.advance(100_000) == Search::Running {}
        let Some(found) = finder.found() else {
            writeln!(table, "{id} {} not found", flaw.id).expect("text grows");
            continue;
        };
        let mut shrinker = Shrinker::new(found);
        while !shrinker.advance(100_000) {}
        let small = digest(shrinker.shrunk().map(|shrunk| shrunk.scenario).into_iter());
        writeln!(table, "{id} {} {} {small:016x}", flaw.id, found.schedule).expect("text grows");
    }
    table
}

#[test]
fn schedules_and_what_comes_of_them_are_the_same_everywhere() {
    let table = table();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("QUORATE_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/schedules.txt");
        std::fs::write(path, &table).expect("the table is written");
        return;
    }
    assert_eq!(table, TABLE);
}
