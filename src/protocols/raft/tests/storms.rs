//! Random deliveries, losses, doubles, crashes and time-outs.

use super::*;
use crate::protocols::rig::{Chance, Storm};
use crate::quorum::Rule;

/// Weights and thresholds whose quorums meet as they must.
fn safe_rule(chance: &mut Chance) -> (Vec<u8>, [u32; 2]) {
    let nodes = 1 + chance.below(5);
    let mut weights: Vec<u8> = (0..nodes).map(|_| chance.below(4) as u8).collect();
    weights[0] += 1;
    let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
    // elect×elect: 2e > total; elect×commit: e + c > total.
    let elect = total / 2 + 1 + chance.below((total - total / 2) as usize) as u32;
    let elect = elect.min(total);
    let commit = (total + 1 - elect) + chance.below(elect as usize) as u32;
    (weights, [elect, commit.min(total)])
}

fn storm(seed: u64, steps: u32, flaw: Option<&'static str>) -> Rig<Raft> {
    let mut chance = Chance(seed);
    let (weights, thresholds) = match flaw {
        None => safe_rule(&mut chance),
        Some(_) => (vec![1; 3 + 2 * chance.below(2)], [0; 2]),
    };
    let majority = weights.len() as u32 / 2 + 1;
    let thresholds = if flaw.is_some() { [majority; 2] } else { thresholds };
    let nodes = weights.len();
    let of_changes = flaw.is_some_and(|id| ["single-step", "early-change"].contains(&id));
    // In half of the storms the weights change, too.
    let changes = flaw.is_none() && chance.below(2) == 0 || of_changes;
    let mut later = Vec::new();
    while changes && later.len() < 3 {
        let (weights, thresholds) = safe_rule(&mut chance);
        if weights.len() == nodes {
            later.push(Rule::new(&weights, &thresholds));
        }
    }
    let reweigh = if changes { 10 } else { 0 };
    let mut rig = Rig::<Raft>::planned(&weights, &thresholds, &later, |settings| {
        settings.set("prevote", SettingValue::Switch(chance.below(3) == 0));
        settings.set("checkquorum", SettingValue::Switch(chance.below(3) == 0));
        settings.set("batch", SettingValue::Number(1 + chance.below(4) as u32));
        if let Some(id) = flaw {
            settings.set_flaw(id, true);
        } else {
            settings.set("snapshot-every", SettingValue::Number([0, 0, 1, 3, 8][chance.below(5)]));
            settings.set("change", SettingValue::Choice(chance.below(2) as u8));
        }
    })
    .watch(properties())
    .after_each(Raft::invariants);
    rig.storm(seed, steps, Storm { reweigh, ..Storm::default() });
    rig
}

#[test]
fn no_storm_breaks_anything() {
    let (mut decided, mut changed, mut restored) = (0, 0, 0);
    for seed in 0..200 {
        let rig = storm(seed, 3_000, None);
        let found = rig.violations().first();
        let found = found.map(|violation| violation.witness.sentence(crate::model::Lang::En));
        assert_eq!(found, None, "seed {seed}");
        for node in rig.ids() {
            assert_eq!(rig.disk(node), &rig.node(node).durable, "seed {seed}: {node}'s disk");
            assert_eq!(rig.fired(node, "FollowerLost"), 0, "seed {seed}: nobody lost a disk");
        }
        decided += rig.decides().len();
        changed += rig.ids().map(|node| rig.fired(node, "FinishChange")).sum::<usize>();
        restored += rig.ids().map(|node| rig.fired(node, "InstallSnapshot")).sum::<usize>();
    }
    assert!(changed > 200 && restored > 200, "{changed} changes of weights, {restored} snapshots sent");
    assert!(decided > 20_000, "storms in which little happens prove little: {decided}");
}

/// Leaders that are behind find out, nobody hears of one any more, and one server after the other stands for election.
fn a_new_leader(rig: &mut Rig<Raft>) -> Option<NodeId> {
    for timer in [Timer::Heartbeat, Timer::Contact, Timer::Quorum, Timer::Quorum] {
        for node in rig.ids() {
            if rig.timer(node, timer).is_some() {
                rig.timeout(node, timer);
            }
        }
        rig.deliver_all();
    }
    rig.ids().find(|node| {
        if rig.timer(*node, Timer::Election).is_some() {
            rig.timeout(*node, Timer::Election);
        }
        rig.deliver_all();
        let highest = rig.ids().map(|node| term(rig, node)).max();
        leads(rig, *node) && Some(term(rig, *node)) == highest
    })
}

#[test]
fn after_the_storm_everything_is_the_same_everywhere() {
    for seed in 0..40 {
        let mut rig = storm(seed, 2_000, None);
        for node in rig.ids() {
            if !rig.is_up(node) {
                rig.restart(node);
            }
        }
        rig.drop_all();
        let leader = (0..20).find_map(|_| a_new_leader(&mut rig)).expect("a leader");
        let id = rig.request(leader, write(99));
        for _ in 0..4 {
            rig.timeout(leader, Timer::Heartbeat);
            rig.deliver_all();
        }
        assert!(rig.reply(id).is_some(), "seed {seed}");
        for node in rig.ids() {
            let end = |node| {
                let log = &rig.node(node).durable.log;
                (log.last_index(), log.chain(log.last_index()))
            };
            assert_eq!(end(node), end(leader), "seed {seed}");
            assert_eq!(rig.node(node).machine, rig.node(leader).machine, "seed {seed}");
        }
        assert_eq!(rig.broken(), [] as [&str; 0]);
    }
}

#[test]
fn every_flaw_is_caught() {
    // Clients are not watched here, and for the mistake of 2015 a storm has to aim.
    let watched = |flaw: &&crate::model::Flaw| flaw.breaks != "linearizable" && flaw.id != "early-change";
    for flaw in super::super::SPEC.flaws.iter().filter(watched) {
        let mut found = Vec::new();
        for seed in 0..3_000 {
            found.extend(storm(seed, 2_000, Some(flaw.id)).broken());
            if found.contains(&flaw.breaks) {
                break;
            }
        }
        assert!(found.contains(&flaw.breaks), "{}: found {found:?}", flaw.id);
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let (one, two) = (storm(7, 2_000, None), storm(7, 2_000, None));
    assert_eq!(one.decides(), two.decides());
    one.ids().for_each(|node| assert_eq!(one.node(node), two.node(node)));
}
