//! Claims: those of the gallery come true, and each kind can fail.
#![cfg(not(target_arch = "wasm32"))]

use quorate::model::{Fate, Lang};
use quorate::scenario::{Kept, from_json, replay};
use quorate::sim::Progress;
use serde_json::{Value, json};

/// A calm election among three with one client, and a crash of nobody.
fn kept(claim: Value) -> Kept {
    let document = json!({
        "version": 1, "protocol": "raft", "nodes": 3, "duration": 1000,
        "clients": [{ "limit": 3, "start": 500 }], "claims": [claim],
    });
    let scenario = from_json(&document.to_string()).unwrap_or_else(|refusal| panic!("{refusal}"));
    let mut kept = replay(&scenario);
    assert_eq!(kept.len(), 1);
    kept.remove(0)
}

#[test]
fn each_kind_of_claim_can_come_true_and_can_fail() {
    for (holds, fails) in [
        (json!("clean"), json!({ "violated": "anything" })),
        (json!({ "violated": "log-matching", "at_most": 0 }), json!({ "violated": "log-matching" })),
        (json!({ "role": "leader", "by": 600 }), json!({ "role": "leader", "from": 900 })),
        (json!({ "role": "leader", "at_least": 1, "at_most": 1 }), json!({ "role": "leader", "at_most": 0 })),
        (json!({ "decided": "everywhere", "at_least": 4 }), json!({ "decided": "everywhere", "by": 1 })),
        (
            json!({ "decided": "S2", "value": "a", "at_most": 1, "at_least": 1 }),
            json!({ "decided": "anywhere", "value": "zz" }),
        ),
        (
            json!({ "answered": "anyone", "at_least": 3, "at_most": 3 }),
            json!({ "answered": "c1", "by": 400 }),
        ),
        (json!({ "answered": "c2", "at_most": 0 }), json!({ "answered": "c2" })),
        (json!({ "stuck": "anything", "at_most": 0 }), json!({ "stuck": "answered-in-time" })),
        (
            json!({ "reached": "leader-elected", "at_least": 1, "at_most": 1 }),
            json!({ "reached": "leader-replaced" }),
        ),
    ] {
        let (good, bad) = (kept(holds.clone()), kept(fails.clone()));
        assert!(good.ok, "{holds}: {good:?}");
        assert!(!bad.ok, "{fails}: {bad:?}");
    }
}

#[test]
fn what_is_stuck_says_what_lacks_and_when_its_time_was_up() {
    // Two of three are down from 400 ms on, for good.
    let document = |duration: u32| {
        json!({
            "version": 1, "protocol": "raft", "nodes": 3, "duration": duration,
            "clients": [{ "start": 500 }],
            "faults": [{ "crash": "S1", "from": 400 }, { "crash": "S2", "from": 400 }],
            "claims": [{ "stuck": "leader-in-time" }, { "stuck": "anything", "at_least": 2 }],
        })
    };
    let run = |duration: u32| {
        let scenario =
            from_json(&document(duration).to_string()).unwrap_or_else(|refusal| panic!("{refusal}"));
        let mut run = scenario.run();
        while run.advance(10_000) == Progress::Running {}
        (replay(&scenario), run)
    };
    let (kept, long) = run(6_000);
    assert!(kept.iter().all(|kept| kept.ok), "{kept:?}");
    let stuck = &long.stuck()[0];
    assert_eq!(stuck.property.id, "leader-in-time");
    let sentence = stuck.witness.sentence(Lang::En);
    assert_eq!(
        sentence,
        "Nobody leads with a quorum in touch: the nodes that are up and hear each other (S3) weigh 1 of the 2 \
         needed for “Elect”."
    );
    assert!(!stuck.witness.sentence(Lang::Zh).contains(['{', '}']));
    // A run that ends before that has no say in it.
    let (kept, short) = run(stuck.at.0 as u32 / 1_000 - 1);
    assert!(kept.iter().all(|kept| !kept.ok) && short.stuck().is_empty(), "{kept:?}");
    let standing = short.standings().into_iter().find(|standing| standing.word.id == "leader-in-time");
    assert_eq!(standing.map(|standing| (standing.fate, standing.due)), Some((Fate::Open, Some(stuck.at))));
}

#[test]
fn a_claim_is_told_in_a_line_of_each_language() {
    let kept = kept(json!({ "role": "leader", "node": "S2", "from": 100.5, "by": 200, "at_most": 0 }));
    let told = (kept.text.get(Lang::En), kept.text.get(Lang::Zh));
    assert_eq!(
        told,
        (
            "S2 becomes “leader”: never from 100.5 to 200 ms.",
            "S2 成为“领导者”：从不，在 100.5 到 200 毫秒之间。"
        )
    );
    assert_eq!((kept.reason.get(Lang::En), kept.reason.get(Lang::Zh)), ("it did not happen", "没有发生"));
}
