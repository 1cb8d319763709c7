//! Random schedules: clean without flaws, caught with.

use super::tests::properties;
use super::{ACCEPT, PREPARE, Paxos, Timer};
use crate::model::Protocol;
use crate::protocols::rig::{Chance, Rig, Storm};
use crate::quorum::{Rule, meeting};

/// Everybody is back and messages arrive: so many timeouts are enough for all to learn.
fn calm(rig: &mut Rig<Paxos>) {
    let nodes: Vec<_> = rig.ids().collect();
    for node in &nodes {
        if !rig.is_up(*node) {
            rig.restart(*node);
        }
    }
    for _ in 0..30 {
        for node in &nodes {
            rig.deliver_all();
            for timer in [Timer::Retry, Timer::Learn] {
                if rig.timer(*node, timer).is_some() {
                    rig.timeout(*node, timer);
                    rig.deliver_all();
                }
            }
        }
    }
    let accepted = nodes.iter().any(|node| rig.inspect(*node).accepted.is_some());
    let learned = nodes.iter().filter(|node| rig.inspect(**node).decided.is_some()).count();
    assert_eq!(learned, if accepted { nodes.len() } else { 0 }, "what was accepted, all learn");
}

#[test]
fn storms_with_safe_weights_break_nothing_and_calm_brings_progress() {
    for seed in 0..1_500 {
        let mut chance = Chance(seed);
        let nodes = 2 + chance.below(5);
        let weights: Vec<u8> = (0..nodes).map(|_| chance.below(4) as u8 + u8::from(nodes < 4)).collect();
        let total = Rule::new(&weights, &[]).total().max(1) as usize;
        let prepare = 1 + chance.below(total);
        let accept = total - prepare + 1;
        let thresholds = [prepare as u32, accept as u32];
        assert!(meeting(&Rule::new(&weights, &thresholds), PREPARE, ACCEPT).meets);
        let mut rig: Rig<Paxos> = Rig::new(&weights, &thresholds, |_| {}).watch(properties());
        rig.storm(seed, 500, Storm::default());
        if weights.iter().any(|weight| *weight > 0) {
            calm(&mut rig);
        }
        assert_eq!(rig.violations(), [], "seed {seed}: {weights:?} {thresholds:?}");
    }
}

/// |Q1| + |Q2| > N is enough.
#[test]
fn flexible_quorums_are_safe() {
    for (nodes, prepare, accept) in [(10, 8, 3), (4, 3, 2), (4, 2, 3), (5, 5, 1), (5, 1, 5)] {
        let weights = vec![1; nodes];
        for seed in 0..60 {
            let mut rig: Rig<Paxos> = Rig::new(&weights, &[prepare, accept], |_| {}).watch(properties());
            rig.storm(seed, 600, Storm::default());
            calm(&mut rig);
            assert_eq!(rig.violations(), [], "seed {seed}: {nodes} {prepare} {accept}");
        }
    }
}

/// ... and needed.
#[test]
fn three_to_prepare_and_two_to_accept_of_five_are_not() {
    let broken = (0..400).any(|seed| {
        let mut rig: Rig<Paxos> = Rig::new(&[1; 5], &[3, 2], |_| {}).watch(properties());
        rig.storm(seed, 300, Storm::default());
        rig.broken().contains(&"chosen-stable")
    });
    assert!(broken);
}

#[test]
fn every_flaw_breaks_what_it_names() {
    let mix = Storm { crash: 25, restart: 60, double: 80, request: 60, ..Storm::default() };
    for flaw in Paxos::SPEC.flaws {
        let mut found = Vec::new();
        let caught = (0..3_000).find(|seed| {
            let mut rig: Rig<Paxos> =
                Rig::tuned(3, |settings| settings.set_flaw(flaw.id, true)).watch(properties());
            rig.storm(*seed, 300, mix);
            found.extend(rig.broken());
            rig.broken().contains(&flaw.breaks)
        });
        found.sort_unstable();
        found.dedup();
        assert!(caught.is_some(), "{} does not break {}, only {found:?}", flaw.id, flaw.breaks);
    }
}

#[test]
fn the_same_storms_without_flaws_break_nothing() {
    let mix = Storm { crash: 25, restart: 60, double: 80, request: 60, ..Storm::default() };
    for seed in 0..1_500 {
        let mut rig: Rig<Paxos> = Rig::majority(3).watch(properties());
        rig.storm(seed, 300, mix);
        assert_eq!(rig.violations(), [], "seed {seed}");
    }
}
