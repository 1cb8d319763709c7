//! A failure taken away as a test: what `as_test` writes compiles as it is and fails as it is said to.
//!
//! The written test stands in `taken_away/pasted.rs`, with one line more: that it is to fail.
//! `QUORATE_BLESS=1 cargo test --test taken_away` writes it anew.
#![cfg(not(target_arch = "wasm32"))]

use quorate::scenario::find;
use quorate::search::{Finder, Options, Search, Shrinker, as_test};
use std::fs;
use std::path::Path;

mod pasted {
    // As a file that is pasted in, not a module of ours.
    include!("taken_away/pasted.rs");
}

const FAILS: &str = "#[should_panic(expected = \"agreement at \")]\n";

#[test]
fn what_is_pasted_is_what_is_written() {
    let mut around = find("paxos/two-proposers").expect("a scenario").clone();
    around.settings.set_flaw("forgets-promise", true);
    let mut finder = Finder::new(&around, Options { property: Some("agreement"), ..Options::default() });
    while finder.advance(100_000) == Search::Running {}
    let mut shrinker = Shrinker::new(finder.found().expect("a failure"));
    while !shrinker.advance(100_000) {}
    let written = as_test(&shrinker.shrunk().expect("the failure, small").scenario);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/taken_away/pasted.rs");
    if std::env::var_os("QUORATE_BLESS").is_some() {
        let fails = written.replacen("#[test]\n", &format!("#[test]\n{FAILS}"), 1);
        fs::write(&path, fails).expect("the file is written");
    }
    let pasted = fs::read_to_string(&path).expect("the file");
    assert!(pasted.contains(FAILS));
    assert_eq!(pasted.replacen(FAILS, "", 1), written, "QUORATE_BLESS=1 writes it anew");
}
