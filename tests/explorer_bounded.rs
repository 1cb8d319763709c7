//! Protocols under a bounded environment: what the search finds is real, because the simulator that runs
//! it comes to the same end.
#![cfg(not(target_arch = "wasm32"))]

use quorate::explore::{Bounds, Explorer, Limits, Progress};
use quorate::model::Lang;
use quorate::scenario::{self, Scenario, from_json, to_json};
use quorate::search;
use quorate::sim;

const NOTHING: Bounds = Bounds { timeouts: 0, requests: 0, ..Bounds::USUAL };

/// A scenario of the gallery whose protocol, weights, thresholds and flaws are explored, and budgets
/// within which a property breaks.
const BROKEN: &[(&str, Bounds)] = &[
    ("vote/counts-heads", Bounds { requests: 1, timeouts: 0, ..NOTHING }),
    ("vote/counts-twice", Bounds { requests: 1, timeouts: 1, ..NOTHING }),
    ("paxos/unsafe-thresholds", Bounds { requests: 2, ..NOTHING }),
    ("paxos/ignores-accepted", Bounds { requests: 2, ..NOTHING }),
    ("paxos/forgets-promise", Bounds { requests: 2, crashes: 1, ..NOTHING }),
    ("paxos/accepts-below-promise", Bounds { requests: 2, ..NOTHING }),
    ("paxos/counts-across-ballots", Bounds { requests: 2, ..NOTHING }),
    ("paxos/reuses-ballot", Bounds { requests: 2, crashes: 1, ..NOTHING }),
    ("raft/two-leaders", Bounds { timeouts: 2, ..NOTHING }),
    ("raft/votes-without-log", Bounds { timeouts: 2, requests: 1, ..NOTHING }),
    ("raft/forgets-vote", Bounds { timeouts: 2, crashes: 1, ..NOTHING }),
    ("raft/truncates-always", Bounds { timeouts: 2, requests: 2, ..NOTHING }),
];

fn named(id: &str) -> &'static Scenario {
    scenario::find(id).unwrap_or_else(|| panic!("{id} is in the gallery"))
}

fn explore(scenario: &Scenario, bounds: Bounds) -> Explorer {
    let mut explorer = search::explorer(scenario, bounds, Limits::default());
    while explorer.advance(100_000) == Progress::Running {}
    explorer
}

#[test]
fn what_is_found_opens_in_the_player() {
    for (id, bounds) in BROKEN {
        let base = named(id);
        let start = std::time::Instant::now();
        let mut explorer = explore(base, *bounds);
        eprintln!("{id} {:?} {:?} {:?}", explorer.progress(), explorer.counts(), start.elapsed());
        assert_eq!(explorer.progress(), Progress::Violated, "{id}: {:?}", explorer.counts());
        let found = explorer.violation().expect("a violation");
        let property = explorer.properties()[found.property].word;
        let path = explorer.path(found.state);
        for step in &path {
            eprintln!("      {:?} {}", step.action.map(|a| explorer.action(a, Lang::En)), explorer.show(&step.state, Lang::En));
        }
        let made = search::shortest(&mut explorer, base).expect("a violation");
        let made = made.unwrap_or_else(|odd| panic!("{id}: {}", odd.sentence(Lang::En)));
        // It is a document like any other.
        let read = from_json(&to_json(&made)).unwrap_or_else(|e| panic!("{id}: {}", e.sentence(Lang::En)));
        assert_eq!(read, made, "{id}");
        let mut run = read.run();
        while run.advance(10_000) == sim::Progress::Running {}
        // The last step is the one that breaks it, and nothing breaks before.
        let first = run.violations().first().expect("a violation");
        assert_eq!(first.property.id, property.id, "{id}");
        assert_eq!(first.at.0, 10_000 * (path.len() as u64 - 1), "{id}");
        assert!(scenario::replay(&read).iter().all(|kept| kept.ok), "{id}: its claim holds");
    }
}
