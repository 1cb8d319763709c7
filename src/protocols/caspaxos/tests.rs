//! Hand-made schedules, a claim of the paper each, and random ones.

use super::{CasPaxos, Change, Message, Timer};
use crate::check::linear::{Clients, SoFar};
use crate::check::{ChangeChain, Property, Validity, Versions};
use crate::model::{Ballot, Key, NodeId, Op, Outcome, Protocol, SettingValue, Time, Value};
use crate::protocols::rig::{Chance, Rig, Storm, s, write};
use crate::quorum::Rule;
use crate::scenario::{Scenario, from_json};
use crate::sim::{Cluster, Progress};

fn properties() -> Vec<Box<dyn Property>> {
    vec![Box::new(ChangeChain::new(0, 1)), Box::new(Versions::default()), Box::new(Validity::new())]
}

fn rig(nodes: usize) -> Rig<CasPaxos> {
    Rig::majority(nodes).watch(properties())
}

const X: Key = Key(0);
const READ: Op = Op::Read { key: X };

fn cas(expect: u32, value: u32) -> Op {
    Op::Cas { key: X, expect: Value(expect), value: Value(value) }
}

fn state(rig: &Rig<CasPaxos>, node: NodeId) -> Change {
    rig.disk(node).register(X).accepted
}

/// Whoever has something under way tries again until it is done.
fn settle(rig: &mut Rig<CasPaxos>, nodes: &[NodeId]) {
    for _ in 0..20 {
        rig.deliver_among(nodes);
        for node in nodes {
            if rig.is_up(*node) && rig.timer(*node, Timer::Retry).is_some() {
                rig.timeout(*node, Timer::Retry);
                rig.deliver_among(nodes);
            }
        }
    }
}

fn all(rig: &Rig<CasPaxos>) -> Vec<NodeId> {
    rig.ids().collect()
}

/// §2.2.1: "to reduce the number of round trips from two to one".
#[test]
fn a_change_takes_two_round_trips_and_the_next_of_the_same_proposer_one() {
    let mut rig = rig(5);
    let first = rig.request(s(1), write(0));
    rig.deliver_all();
    assert_eq!(rig.reply(first), Some(Outcome::Done));
    assert_eq!((rig.fired(s(1), "StartBallot"), rig.fired(s(1), "SkipPrepare")), (1, 0));
    let second = rig.request(s(1), cas(0, 1));
    rig.deliver_all();
    assert_eq!(rig.reply(second), Some(Outcome::Done));
    assert_eq!((rig.fired(s(1), "StartBallot"), rig.fired(s(1), "SkipPrepare")), (1, 1));
    // "The optimization doesn't compromise safety if a client sends a request to another proposer."
    let third = rig.request(s(4), cas(1, 2));
    rig.deliver_all();
    assert_eq!(rig.reply(third), Some(Outcome::Done));
    let fourth = rig.request(s(1), READ);
    settle(&mut rig, &[s(1), s(2), s(3)]);
    assert_eq!(rig.reply(fourth), Some(Outcome::Value(Some(Value(2)))));
    assert_eq!((rig.fired(s(1), "StartBallot"), rig.broken()), (2, vec![]));
}

#[test]
fn without_the_optimisation_it_is_always_two() {
    let mut rig: Rig<CasPaxos> =
        Rig::tuned(3, |settings| settings.set("piggyback", SettingValue::Switch(false))).watch(properties());
    for value in 0..3 {
        rig.request(s(1), write(value));
        rig.deliver_all();
    }
    assert_eq!((rig.fired(s(1), "StartBallot"), rig.fired(s(1), "Chosen")), (3, 3));
}

/// §2.2: reading is the identity, and comparing finds what is there.
#[test]
fn change_functions_answer_for_themselves() {
    let mut rig = rig(3);
    let mut ask = |op| {
        let id = rig.request(s(2), op);
        rig.deliver_all();
        rig.reply(id)
    };
    assert_eq!(ask(READ), Some(Outcome::Value(None)));
    assert_eq!(ask(cas(0, 1)), Some(Outcome::Differs), "never written is no value");
    assert_eq!(ask(write(0)), Some(Outcome::Done));
    assert_eq!(ask(cas(5, 1)), Some(Outcome::Differs));
    assert_eq!(ask(cas(0, 1)), Some(Outcome::Done));
    assert_eq!(ask(READ), Some(Outcome::Value(Some(Value(1)))));
    assert_eq!(ask(Op::Acquire { key: X }), Some(Outcome::Refused));
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn registers_do_not_interfere_and_those_who_wait_are_served_in_order() {
    let mut rig = rig(3);
    let y = Op::Write { key: Key(1), value: Value(9) };
    let ids: Vec<_> = [write(0), y, write(1), write(1), READ].map(|op| rig.request(s(1), op)).into();
    assert_eq!(rig.fired(s(1), "Queue"), 3);
    rig.deliver_all();
    let done = Some(Outcome::Done);
    let told: Vec<_> = ids.iter().map(|id| rig.reply(*id)).collect();
    assert_eq!(told, [done, done, done, done, Some(Outcome::Value(Some(Value(1))))]);
    assert_eq!(rig.timer(s(1), Timer::Retry), None, "nothing is under way");
}

/// They are served in order, and whoever comes after the state was sent waits for the next.
#[test]
fn reads_that_wait_need_no_round_of_their_own() {
    let mut rig = rig(3);
    let ids = [READ, READ, write(3), READ, READ].map(|op| rig.request(s(1), op));
    let round_trip = |rig: &mut Rig<CasPaxos>| {
        rig.deliver(s(1), s(2));
        rig.deliver(s(2), s(1));
    };
    let (nil, three) = (Some(Outcome::Value(None)), Some(Outcome::Value(Some(Value(3)))));
    round_trip(&mut rig);
    round_trip(&mut rig);
    assert_eq!(ids.map(|id| rig.reply(id)), [nil, nil, None, None, None]);
    let late = rig.request(s(1), READ);
    round_trip(&mut rig);
    assert_eq!(ids.map(|id| rig.reply(id)), [nil, nil, Some(Outcome::Done), three, three]);
    assert_eq!((rig.reply(late), rig.fired(s(1), "Chosen"), rig.fired(s(1), "ReadAlong")), (None, 2, 3));
    rig.deliver_all();
    assert_eq!((rig.reply(late), rig.fired(s(1), "Chosen")), (three, 3));
    assert_eq!(rig.broken(), [""; 0]);
}

/// A lost message is no conflict: what the others have said still counts.
#[test]
fn the_silent_are_asked_again_in_the_same_ballot() {
    let mut rig: Rig<CasPaxos> = Rig::new(&[1; 3], &[3, 3], |_| {}).watch(properties());
    let id = rig.request(s(1), write(0));
    for phase in ["prepare", "accept"] {
        rig.deliver(s(1), s(2));
        rig.deliver(s(2), s(1));
        rig.drop_all();
        let before = rig.fired(s(1), "AskAgain");
        rig.timeout(s(1), Timer::Retry);
        assert_eq!(rig.fired(s(1), "AskAgain"), before + 1, "{phase}");
        assert!(rig.on_way(s(1), s(2)).is_empty(), "S2 has answered");
        rig.deliver(s(1), s(3));
        rig.deliver(s(3), s(1));
    }
    assert_eq!((rig.reply(id), rig.fired(s(1), "StartBallot")), (Some(Outcome::Done), 1));
    assert_eq!(rig.broken(), [""; 0]);
}

/// Where nobody answers, a higher ballot is tried in the end.
#[test]
fn asking_again_has_an_end() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    for _ in 0..3 {
        rig.drop_all();
        rig.timeout(s(1), Timer::Retry);
    }
    assert_eq!((rig.fired(s(1), "AskAgain"), rig.fired(s(1), "NoQuorumPromised")), (2, 1));
}

/// Where all have to accept, S3's ballot gets through though S2 has promised S1's next one before.
#[test]
fn a_ballot_that_rides_along_does_not_stop_one_that_is_prepared() {
    let mut rig: Rig<CasPaxos> = Rig::new(&[1; 3], &[3, 3], |_| {}).watch(properties());
    let first = rig.request(s(1), write(0));
    for other in [s(2), s(3)] {
        rig.deliver(s(1), other);
        rig.deliver(other, s(1));
    }
    // S1 has sent its change, and S2 accepts it. S3 comes between.
    rig.deliver(s(1), s(2));
    let second = rig.request(s(3), write(1));
    rig.deliver_all();
    assert_eq!(rig.reply(second), Some(Outcome::Done));
    assert_eq!((rig.fired(s(1), "BackOff"), rig.fired(s(3), "BackOff")), (1, 0));
    settle(&mut rig, &[s(1), s(2), s(3)]);
    assert_eq!(rig.reply(first), Some(Outcome::Done));
    assert_eq!(rig.broken(), [""; 0]);
}

/// A proposer whose change is accepted by S1 alone, and that is refused by all others, as S3 has
/// prepared; then `meanwhile` happens without S1.
fn loses_its_ballot(meanwhile: impl FnOnce(&mut Rig<CasPaxos>)) -> (Rig<CasPaxos>, crate::model::RequestId) {
    let mut rig = rig(3);
    let id = rig.request(s(1), write(0));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    // S1 proposes, and accepts itself; its messages to the others are under way.
    let late = rig.take(s(1), s(2));
    rig.drop_all();
    meanwhile(&mut rig);
    rig.drop_all();
    rig.inject(s(1), s(2), late);
    (rig, id)
}

#[test]
fn a_lost_change_that_left_no_trace_is_applied_anew() {
    let (mut rig, id) = loses_its_ballot(|rig| {
        let other = rig.request(s(3), write(7));
        settle(rig, &[s(2), s(3)]);
        assert_eq!(rig.reply(other), Some(Outcome::Done));
    });
    settle(&mut rig, &[s(1), s(2), s(3)]);
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.fired(s(1), "TookEffect"), 0);
    let last = state(&rig, s(1));
    assert_eq!((last.value, last.before.seq), (Some(Value(0)), 2), "made from S3's change");
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn a_lost_change_that_another_built_upon_is_not_applied_twice() {
    let (mut rig, id) = loses_its_ballot(|rig| {
        // S3 hears of S1's change and makes its own from it.
        let other = rig.request(s(3), cas(0, 7));
        settle(rig, &[s(1), s(3)]);
        assert_eq!(rig.reply(other), Some(Outcome::Done));
    });
    settle(&mut rig, &[s(1), s(2), s(3)]);
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.fired(s(1), "TookEffect"), 1);
    assert_eq!(state(&rig, s(1)).value, Some(Value(7)), "and not a again");
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn a_lost_change_behind_two_others_is_unknown() {
    let (mut rig, id) = loses_its_ballot(|rig| {
        for value in [7, 8] {
            rig.request(s(3), write(value));
            settle(rig, &[s(2), s(3)]);
        }
    });
    settle(&mut rig, &[s(1), s(2), s(3)]);
    assert_eq!(rig.reply(id), Some(Outcome::Unknown));
    assert_eq!(state(&rig, s(3)).value, Some(Value(8)), "it is not applied again");
    // Whoever waits behind it goes on.
    let read = rig.request(s(1), READ);
    settle(&mut rig, &[s(1), s(2), s(3)]);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(8)))));
}

#[test]
fn late_and_doubled_messages_change_nothing() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.double(s(1), s(2));
    rig.deliver_all();
    assert_eq!(rig.fired(s(2), "LatePrepare") + rig.fired(s(2), "PromiseAgain"), 1);
    let before = rig.disk(s(2)).clone();
    let old = Ballot::new(1, s(1));
    rig.inject(s(1), s(2), Message::Prepare { key: X, ballot: old });
    rig.inject(s(2), s(1), Message::Promise { key: X, ballot: old, accepted: Change::default() });
    rig.inject(s(2), s(1), Message::Nack { key: X, ballot: old, promised: old });
    rig.inject(s(2), s(1), Message::Accepted { key: X, ballot: old, next: Ballot::ZERO });
    assert_eq!(*rig.disk(s(2)), before);
    rig.fire(s(1), Timer::Retry);
    assert_eq!(rig.fired(s(1), "IgnoredRetry"), 1);
}

#[test]
fn a_crash_leaves_promises_states_and_rounds() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.deliver_all();
    rig.ids().for_each(|node| rig.crash(node));
    rig.ids().for_each(|node| rig.restart(node));
    let id = rig.request(s(1), cas(0, 1));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.fired(s(1), "SkipPrepare"), 0, "what rode along is forgotten");
    assert!(state(&rig, s(1)).ballot.round() > 2, "no ballot is used twice");
    assert_eq!(rig.broken(), [""; 0]);
}

fn stormy(rig: &mut Rig<CasPaxos>, seed: u64) {
    let mix = Storm { request: 60, crash: 10, restart: 25, ..Storm::default() };
    rig.storm(seed, 500, mix);
}

#[test]
fn storms_with_safe_weights_break_nothing_and_calm_serves_who_waits() {
    for seed in 0..300 {
        let mut chance = Chance(seed);
        let nodes = 3 + chance.below(3);
        let weights: Vec<u8> = (0..nodes).map(|_| 1 + chance.below(3) as u8).collect();
        let total = Rule::new(&weights, &[]).total() as usize;
        let prepare = 1 + chance.below(total);
        let thresholds = [prepare as u32, (total - prepare + 1) as u32];
        let mut rig: Rig<CasPaxos> = Rig::new(&weights, &thresholds, |_| {}).watch(properties());
        stormy(&mut rig, seed);
        for node in all(&rig) {
            if !rig.is_up(node) {
                rig.restart(node);
            }
        }
        let nodes = all(&rig);
        settle(&mut rig, &nodes);
        assert!(rig.ids().all(|node| rig.node(node).proposer.waiting() == 0), "seed {seed}");
        assert_eq!(rig.violations(), [], "seed {seed}: {weights:?} {thresholds:?}");
    }
}

/// §2.3: "if the cluster size is 4, then we may require 2 confirmations during the prepare phase and 3
/// during the accept phase"; with 2 and 2 quorums miss each other.
#[test]
fn of_four_two_prepare_and_three_accept() {
    let broken = |accept: u32| {
        (0..150).any(|seed| {
            let mut rig: Rig<CasPaxos> = Rig::new(&[1; 4], &[2, accept], |_| {}).watch(properties());
            stormy(&mut rig, seed);
            rig.broken().contains(&"change-chain")
        })
    };
    assert!(!broken(3) && broken(2));
}

#[test]
fn the_flaw_breaks_the_chain() {
    for flaw in CasPaxos::SPEC.flaws {
        let caught = (0..500).any(|seed| {
            let mut rig: Rig<CasPaxos> =
                Rig::tuned(3, |settings| settings.set_flaw(flaw.id, true)).watch(properties());
            stormy(&mut rig, seed);
            rig.broken().contains(&flaw.breaks)
        });
        assert!(caught, "{}", flaw.id);
    }
}

fn finished(scenario: &Scenario) -> Box<dyn Cluster> {
    let mut run = scenario.run();
    while run.advance(10_000) == Progress::Running {}
    run
}

/// §3.2: round trips of 21.8, 169 and 189.2 ms between three regions; a client that reads and then writes
/// its own register at the node beside it waits for one round trip to the nearest each time, 43.6 ms.
#[test]
fn over_a_wide_area_a_read_and_a_write_take_two_round_trips_to_the_nearest_region() {
    let document = include_str!("../../scenarios/caspaxos/wide-area.json");
    let scenario = from_json(document).expect("a scenario");
    let run = finished(&scenario);
    let own = run.history().operations().iter().filter(|asked| asked.command.request.client.0 == 0);
    let took: Vec<u64> = own
        .filter_map(|asked| asked.returned.map(|(at, ..)| at.0 - asked.called.0))
        // To the node beside it and back.
        .map(|took| took - 2_000)
        .collect();
    assert_eq!(took[0], 43_600, "the first has to prepare");
    assert!(took.len() > 4 && took[1..].iter().all(|one| *one == 21_800), "{took:?}");
}

/// What a client is not told may have happened: the history leaves it open.
#[test]
fn what_is_unknown_stays_open() {
    let mut clients = Clients::new(crate::check::linear::Model::Kv);
    let command = |client, op| crate::model::Command {
        request: crate::model::RequestId { client: crate::model::ClientId(client), seq: 1 },
        op,
    };
    let lost = clients.called(Time::ms(1), &command(0, write(0)));
    clients.returned(Time::ms(2), lost, Outcome::Unknown);
    for (client, value) in [(1, None), (2, Some(Value(0)))] {
        let at = u64::from(client) * 10;
        let read = clients.called(Time::ms(at), &command(client, READ));
        assert_eq!(clients.returned(Time::ms(at + 1), read, Outcome::Value(value)), SoFar::Linearizable);
    }
    let back = clients.called(Time::ms(40), &command(3, READ));
    assert_eq!(clients.returned(Time::ms(41), back, Outcome::Value(None)), SoFar::Not);
}
