//! Random deliveries, losses, doubles, crashes and time-outs.

use super::*;
use crate::protocols::rig::{Chance, Storm};

/// Weights and thresholds whose prepare and accept quorums meet, and nothing more.
fn flexible(chance: &mut Chance) -> (Vec<u8>, [u32; 2]) {
    let nodes = 1 + chance.below(5);
    let mut weights: Vec<u8> = (0..nodes).map(|_| chance.below(4) as u8).collect();
    weights[0] += 1;
    let total: usize = weights.iter().map(|weight| usize::from(*weight)).sum();
    let prepare = 1 + chance.below(total);
    (weights, [prepare as u32, (total - prepare + 1) as u32])
}

fn storm(seed: u64, steps: u32, flaw: Option<&'static str>, mix: Storm) -> Rig<MultiPaxos> {
    let mut chance = Chance(seed);
    let (weights, thresholds) = match flaw {
        None => flexible(&mut chance),
        Some(_) => (vec![1; 3], [2, 2]),
    };
    let mut rig = Rig::<MultiPaxos>::new(&weights, &thresholds, |settings| {
        // Time does not pass evenly here, so that leases stay off.
        settings.set("window", SettingValue::Number(1 + chance.below(6) as u32));
        settings.set("snapshot", SettingValue::Number([0, 0, 1, 5][chance.below(4)]));
        if let Some(id) = flaw {
            settings.set_flaw(id, true);
        }
    })
    .watch(properties())
    .after_each(MultiPaxos::invariants);
    rig.storm(seed, steps, mix);
    rig
}

#[test]
fn no_storm_breaks_anything() {
    let mut decided = 0;
    for seed in 0..300 {
        let mix = if seed % 2 == 0 {
            Storm::default()
        } else {
            Storm { timeout: 20, request: 80, ..Storm::default() }
        };
        let rig = storm(seed, 2_000, None, mix);
        let found = rig.violations().first();
        let found = found.map(|violation| violation.witness.sentence(crate::model::Lang::En));
        assert_eq!(found, None, "seed {seed}");
        for node in rig.ids() {
            assert_eq!(rig.disk(node), &rig.node(node).durable, "seed {seed}: {node}'s disk");
        }
        decided += rig.decides().len();
    }
    assert!(decided > 20_000, "storms in which little happens prove little: {decided}");
}

/// |Q1| + |Q2| > N is enough and needed: neither phase's quorums need meet each other.
#[test]
fn flexible_quorums_are_safe_and_smaller_ones_are_not() {
    for (nodes, prepare, accept) in [(10, 8, 3), (4, 3, 2), (4, 2, 3)] {
        for seed in 0..20 {
            let mut rig =
                Rig::<MultiPaxos>::new(&vec![1; nodes], &[prepare, accept], |_| {}).watch(properties());
            rig.storm(seed, 1_500, Storm::default());
            assert_eq!(rig.violations(), [], "seed {seed}: {nodes} {prepare} {accept}");
        }
    }
    let broken = (0..400).any(|seed| {
        let mut rig = Rig::<MultiPaxos>::new(&[1; 5], &[3, 2], |_| {}).watch(properties());
        rig.storm(seed, 1_500, Storm::default());
        rig.broken().contains(&"state-machine-safety")
    });
    assert!(broken, "three to prepare and two to accept of five");
}

#[test]
fn after_the_storm_everything_is_the_same_everywhere() {
    for seed in 0..60 {
        let mut rig = storm(seed, 1_500, None, Storm::default());
        for node in rig.ids() {
            if !rig.is_up(node) {
                rig.restart(node);
            }
        }
        rig.drop_all();
        let mut leader = s(1);
        for _ in 0..40 {
            for node in rig.ids() {
                if rig.timer(node, Timer::Heartbeat).is_some() {
                    beat(&mut rig, node);
                }
            }
            match rig.ids().find(|node| rig.inspect(*node).leads) {
                Some(node) => leader = node,
                None => {
                    rig.timeout(leader, Timer::Election);
                    rig.deliver_all();
                }
            }
        }
        let id = rig.request(leader, write(99));
        rig.deliver_all();
        for _ in 0..12 {
            beat(&mut rig, leader);
        }
        assert_eq!(rig.reply(id), Some(Outcome::Done), "seed {seed}");
        for node in rig.ids() {
            assert_eq!(chosen(&rig, node), chosen(&rig, leader), "seed {seed}: {node}");
            assert_eq!(rig.node(node).machine, rig.node(leader).machine, "seed {seed}: {node}");
            assert!(rig.node(node).durable.beyond.is_empty(), "seed {seed}: {node}");
        }
        assert_eq!(rig.broken(), [] as [&str; 0]);
    }
}

#[test]
fn flaws_of_order_are_caught() {
    for (id, breaks) in [("skips-gaps", "no-gap"), ("fresh-first", "state-machine-safety")] {
        let caught =
            (0..2_000).any(|seed| storm(seed, 1_500, Some(id), Storm::default()).broken().contains(&breaks));
        assert!(caught, "{id}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let (one, two) = (storm(7, 2_000, None, Storm::default()), storm(7, 2_000, None, Storm::default()));
    assert_eq!(one.decides(), two.decides());
    one.ids().for_each(|node| assert_eq!(one.node(node), two.node(node)));
}
