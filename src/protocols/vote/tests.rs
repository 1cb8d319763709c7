//! Hand-made schedules and storms.

use super::{DECIDE, Message, Timer, Vote};
use crate::check::{AGREEMENT, Agreement, Backed, Property, Validity};
use crate::model::{
    Ballot, Command, Key, Lang, NodeId, NodeSet, Op, Outcome, Protocol, SettingValue, Settings, Value,
};
use crate::protocols::rig::{Chance, Rig, Storm, s, write};

fn properties() -> Vec<Box<dyn Property>> {
    vec![Box::new(Agreement::new(&AGREEMENT)), Box::new(Validity::new()), Box::new(Backed::new(DECIDE))]
}

fn rig(weights: &[u8], threshold: u32, tune: impl FnOnce(&mut Settings)) -> Rig<Vote> {
    Rig::new(weights, &[threshold], tune).watch(properties())
}

fn roles(rig: &Rig<Vote>) -> Vec<&'static str> {
    let role = |node: NodeId| Vote::SPEC.roles[usize::from(rig.inspect(node).role)].id;
    rig.ids().map(role).collect()
}

/// S4 and S5 vote no. One vote each: carried. Three votes for S5: rejected.
#[test]
fn weights_flip_the_result() {
    for (weights, threshold, outcome, role) in [
        ([1, 1, 1, 1, 1], 3, Outcome::Done, "carried"),
        ([1, 1, 1, 1, 3], 4, Outcome::Refused, "rejected"),
        ([1, 1, 3, 1, 3], 5, Outcome::Done, "carried"),
    ] {
        let mut rig = rig(&weights, threshold, |_| {});
        let id = rig.request(s(1), write(0));
        rig.deliver_all();
        assert_eq!(rig.reply(id), Some(outcome));
        assert_eq!(roles(&rig), [role; 5]);
        assert_eq!(rig.broken(), [""; 0]);
    }
}

#[test]
fn the_ring_shows_who_has_answered() {
    let mut rig = rig(&[1; 5], 3, |_| {});
    rig.request(s(1), write(0));
    for voter in [5, 2] {
        rig.deliver(s(1), s(voter));
        rig.deliver(s(voter), s(1));
    }
    let ring = rig.node(s(1)).gathering(rig.config()).expect("it counts");
    let yes: NodeSet = [s(1), s(2)].into_iter().collect();
    assert_eq!((ring.yes, ring.no), (yes, NodeSet::only(s(5))));
    let count = rig.node(s(1)).coordinator.count(rig.config()).expect("it counts");
    assert_eq!((count.yes, count.no, count.mean.0), (2, 1, 333), "V = (1 + 1 − 1) / 3");
    let mut fields = Vec::new();
    rig.node(s(1)).fields(rig.config(), &mut fields);
    let mut shown = String::new();
    let mean = fields.iter().find(|field| field.name.en == "mean vote V").expect("it is shown");
    crate::model::shown(&mut shown, mean.value, Lang::En);
    assert_eq!(shown, "0.333");
}

/// Three heads of five, but little weight.
#[test]
fn flaw_counts_heads() {
    for flaw in [false, true] {
        let mut rig = rig(&[1, 1, 1, 2, 2], 4, |settings| settings.set_flaw("counts-heads", flaw));
        let id = rig.request(s(1), write(0));
        rig.deliver_all();
        assert_eq!(rig.reply(id), Some(if flaw { Outcome::Done } else { Outcome::Refused }));
        assert_eq!(rig.broken().contains(&"decision-backed"), flaw);
    }
}

#[test]
fn flaw_counts_twice() {
    for flaw in [false, true] {
        let mut rig = rig(&[1; 3], 3, |settings| {
            settings.set("no_voters", SettingValue::Number(0));
            settings.set_flaw("counts-twice", flaw);
        });
        rig.request(s(1), write(0));
        rig.deliver(s(1), s(2));
        rig.double(s(2), s(1));
        rig.deliver(s(2), s(1));
        rig.deliver(s(2), s(1));
        assert_eq!(rig.broken().contains(&"decision-backed"), flaw);
        assert_eq!(rig.decides().len(), usize::from(flaw), "two votes of three are no three");
        if flaw {
            let said = rig.violations()[0].witness.sentence(Lang::En);
            assert!(said.contains("the yes votes (S1, S2) weigh 2, and 3 are needed"), "{said}");
        }
    }
}

/// Why a vote is not yet consensus.
#[test]
fn voters_are_in_doubt_when_the_coordinator_crashes() {
    let mut rig = rig(&[1; 5], 3, |_| {});
    rig.request(s(1), write(0));
    rig.deliver_where(|parcel| parcel.from == s(1));
    rig.crash(s(1));
    rig.deliver_all();
    assert_eq!(roles(&rig)[1..], ["in-doubt"; 4]);
    for voter in 2..=5 {
        rig.timeout(s(voter), Timer::Doubt);
        rig.deliver_all();
    }
    assert_eq!(roles(&rig)[1..], ["in-doubt"; 4], "nobody who is up knows");
    assert_eq!(rig.fired(s(2), "CannotTell"), 3);
    rig.restart(s(1));
    assert_eq!(rig.fired(s(1), "Reopen"), 1);
    rig.deliver_all();
    assert_eq!(roles(&rig), ["carried"; 5]);
    assert_eq!(rig.fired(s(2), "RepeatVote"), 1, "a vote never changes");
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn whoever_knows_the_outcome_ends_the_doubt_of_others() {
    let mut rig = rig(&[1; 3], 1, |_| {});
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(3));
    rig.drop_to(s(1));
    // S1's own yes was enough: it told everybody, but only S2 hears of it.
    rig.deliver_where(|parcel| parcel.to == s(2));
    rig.crash(s(1));
    rig.drop_all();
    assert_eq!(roles(&rig)[1..], ["carried", "in-doubt"]);
    rig.timeout(s(3), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(roles(&rig)[1..], ["carried", "carried"]);
    assert_eq!(rig.timer(s(3), Timer::Doubt), None);
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn a_crash_does_not_end_a_doubt() {
    let mut rig = rig(&[1; 3], 2, |_| {});
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(3));
    rig.crash(s(3));
    rig.restart(s(3));
    assert_eq!(roles(&rig)[2], "in-doubt");
    assert_eq!(rig.inspect(s(3)).accepted, Some((Ballot::new(1, s(1)), Command::NOOP)), "it voted no");
    rig.drop_all();
    rig.timeout(s(1), Timer::Retry);
    rig.deliver_all();
    assert_eq!(roles(&rig), ["rejected"; 3], "S2 and S3 vote no");
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn motions_wait_for_each_other_at_a_node_and_not_between_nodes() {
    let mut rig = rig(&[1; 3], 2, |settings| settings.set("no_voters", SettingValue::Number(0)));
    let ids = [rig.request(s(1), write(0)), rig.request(s(1), write(1)), rig.request(s(2), write(2))];
    assert_eq!(rig.fired(s(1), "MoveLater"), 1);
    assert_eq!(rig.inspect(s(2)).epoch, Ballot::new(1, s(2)).bits());
    rig.request_as(s(1), ids[1], write(1));
    assert_eq!(rig.fired(s(1), "MovedAlready"), 1);
    rig.deliver_all();
    assert_eq!(ids.map(|id| rig.reply(id)), [Some(Outcome::Done); 3]);
    assert_eq!(rig.decides().len(), 9);
    // A client that did not hear the answer asks again, at another node.
    rig.request_as(s(3), ids[0], write(0));
    assert_eq!(rig.fired(s(3), "AnswerDecided"), 1);
    let read = rig.request(s(3), Op::Read { key: Key(0) });
    assert!(matches!(rig.reply(read), Some(Outcome::Value(Some(_)))));
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn the_picky_vote_no_on_some_only() {
    let mut rig = rig(&[1; 3], 3, |settings| settings.set("picky", SettingValue::Switch(true)));
    let (a, b) = (rig.request(s(1), write(0)), rig.request(s(1), write(1)));
    rig.deliver_all();
    assert_eq!((rig.reply(a), rig.reply(b)), (Some(Outcome::Done), Some(Outcome::Refused)));
    let read = rig.request(s(2), Op::Read { key: Key(0) });
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(0)))));
}

#[test]
fn odd_input_is_said() {
    let mut rig = rig(&[1; 3], 2, |_| {});
    let motion = Ballot::new(4, s(1));
    rig.inject(s(2), s(1), Message::Answer { motion, yes: true });
    rig.inject(s(2), s(1), Message::Inquire { motion });
    assert_eq!(rig.rules(s(1)), ["Start", "IgnoredAnswer", "CannotTell"]);
    let odd = rig.request(s(1), Op::Noop);
    assert_eq!(rig.reply(odd), Some(Outcome::Refused));
}

fn storm(seed: u64, tune: impl FnOnce(&mut Settings)) -> Rig<Vote> {
    let mut chance = Chance(seed);
    let nodes = 2 + chance.below(5);
    let weights: Vec<u8> = (0..nodes).map(|_| 1 + chance.below(4) as u8).collect();
    let total: u32 = weights.iter().copied().map(u32::from).sum();
    let no_voters = chance.below(nodes) as u32;
    let picky = chance.below(2) == 0;
    let mut rig = rig(&weights, total / 2 + 1, |settings| {
        settings.set("no_voters", SettingValue::Number(no_voters));
        settings.set("picky", SettingValue::Switch(picky));
        tune(settings);
    });
    rig.storm(seed, 400, Storm::default());
    rig
}

#[test]
fn storms_break_nothing_and_calm_ends_all_doubt() {
    for seed in 0..300 {
        let mut rig = storm(seed, |_| {});
        let nodes: Vec<NodeId> = rig.ids().collect();
        for node in &nodes {
            if !rig.is_up(*node) {
                rig.restart(*node);
            }
        }
        for _ in 0..3 {
            for node in &nodes {
                rig.deliver_all();
                for timer in [Timer::Retry, Timer::Doubt] {
                    if rig.timer(*node, timer).is_some() {
                        rig.timeout(*node, timer);
                    }
                }
            }
        }
        rig.deliver_all();
        let settled = |role: &str| !["in-doubt", "coordinating"].contains(&role);
        assert!(roles(&rig).into_iter().all(settled), "seed {seed}: {:?}", roles(&rig));
        let known =
            |node: NodeId| rig.disk(node).motions.backwards().all(|(_, motion)| motion.carried.is_some());
        assert!(rig.ids().all(known), "seed {seed}");
        assert_eq!(rig.violations(), [], "seed {seed}");
    }
}

#[test]
fn every_flaw_breaks_what_it_names() {
    for flaw in Vote::SPEC.flaws {
        let caught = (0..300).any(|seed| {
            let rig = storm(seed, |settings| settings.set_flaw(flaw.id, true));
            rig.broken().contains(&flaw.breaks)
        });
        assert!(caught, "{} does not break {}", flaw.id, flaw.breaks);
    }
}
