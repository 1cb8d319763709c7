//! Hand-made schedules, a claim of the papers each, and random ones.

use super::{Abd, Timer};
use crate::check::linear::{Clients, Model, SoFar};
use crate::check::{Property, Validity, Versions};
use crate::model::{
    Ballot, ClientId, Command, Key, Op, Outcome, Protocol, RequestId, SettingValue, Settings, Time, Value,
};
use crate::protocols::rig::{Chance, Rig, Storm, s, write};
use crate::quorum::Rule;

fn properties() -> Vec<Box<dyn Property>> {
    vec![Box::new(Versions::default()), Box::new(Validity::new())]
}

fn rig(nodes: usize) -> Rig<Abd> {
    Rig::majority(nodes).watch(properties())
}

fn tuned(nodes: usize, tune: impl FnOnce(&mut Settings)) -> Rig<Abd> {
    Rig::tuned(nodes, tune).watch(properties())
}

const X: Key = Key(0);
const READ: Op = Op::Read { key: X };

fn tag(rig: &Rig<Abd>, node: u8) -> Ballot {
    rig.disk(s(node)).held(X).tag
}

/// Delivers what is under way, and counts it.
fn delivered(rig: &mut Rig<Abd>) -> usize {
    let mut count = 0;
    while !rig.pool().is_empty() {
        rig.deliver_at(0);
        count += 1;
    }
    count
}

/// Two round trips an operation, 4n messages, those of a node to itself among them.
#[test]
fn an_operation_takes_two_round_trips_and_four_messages_a_replica() {
    for nodes in [3, 5, 7] {
        let mut rig = rig(nodes);
        for op in [write(0), READ, write(1), READ] {
            let id = rig.request(s(2), op);
            assert_eq!(rig.pool().len(), nodes - 1, "the first round sets out");
            assert_eq!(delivered(&mut rig), 4 * (nodes - 1));
            assert!(rig.reply(id).is_some());
        }
        assert_eq!(rig.fired(s(2), "WriteBack"), 2);
        assert_eq!(rig.broken(), [""; 0]);
    }
}

#[test]
fn a_single_writer_needs_one_round_trip() {
    let mut rig = tuned(5, |settings| settings.set("single-writer", SettingValue::Switch(true)));
    for value in 0..3 {
        let id = rig.request(s(1), write(value));
        assert_eq!(delivered(&mut rig), 2 * 4);
        assert_eq!(rig.reply(id), Some(Outcome::Done));
    }
    assert_eq!(tag(&rig, 5), Ballot::new(3, s(1)));
    let elsewhere = rig.request(s(2), write(9));
    assert_eq!(rig.reply(elsewhere), Some(Outcome::Redirect(Some(s(1)))));
    let read = rig.request(s(4), READ);
    assert_eq!(delivered(&mut rig), 4 * 4, "a read takes two all the same");
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(2)))));
}

#[test]
fn a_fast_read_takes_one_round_trip_where_a_write_quorum_agrees_and_two_where_not() {
    let mut rig = tuned(3, |settings| settings.set("fast-reads", SettingValue::Switch(true)));
    rig.request(s(1), write(0));
    rig.deliver_all();
    let read = rig.request(s(2), READ);
    assert_eq!(delivered(&mut rig), 4);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(0)))));
    // S1 stores a newer one, and nobody else hears of it.
    rig.request(s(1), write(1));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.drop_all();
    let read = rig.request(s(2), READ);
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(1)))));
    assert_eq!((rig.fired(s(2), "ReadAgreed"), rig.fired(s(2), "WriteBack")), (1, 1));
}

/// S1's write reaches S1 alone; S2 reads it from S1, S3 reads from S2 and itself.
fn two_reads_around_a_write_that_hangs(rig: &mut Rig<Abd>) -> [Option<Outcome>; 2] {
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.drop_all();
    let first = rig.request(s(2), READ);
    rig.deliver_among(&[s(1), s(2)]);
    rig.drop_all();
    let second = rig.request(s(3), READ);
    rig.deliver_among(&[s(2), s(3)]);
    [rig.reply(first), rig.reply(second)]
}

/// The new–old inversion, and how writing back prevents it.
#[test]
fn no_read_is_older_than_one_before_it() {
    let new = Some(Outcome::Value(Some(Value(0))));
    let mut sound = rig(3);
    assert_eq!(two_reads_around_a_write_that_hangs(&mut sound), [new, new]);
    let mut flawed = tuned(3, |settings| settings.set_flaw("no-write-back", true));
    assert_eq!(two_reads_around_a_write_that_hangs(&mut flawed), [new, Some(Outcome::Value(None))]);
    // The checker sees it from what clients saw.
    let mut clients = Clients::new(Model::Kv);
    let command = |client, op| Command { request: RequestId { client: ClientId(client), seq: 1 }, op };
    clients.called(Time::ms(1), &command(0, write(0)));
    let first = clients.called(Time::ms(2), &command(1, READ));
    clients.returned(Time::ms(3), first, Outcome::Value(Some(Value(0))));
    let second = clients.called(Time::ms(4), &command(2, READ));
    assert_eq!(clients.returned(Time::ms(5), second, Outcome::Value(None)), SoFar::Not);
}

#[test]
fn two_writes_of_one_node_never_share_a_tag() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.request(s(1), write(1));
    rig.deliver_all();
    assert_eq!((tag(&rig, 2), tag(&rig, 3)), (Ballot::new(2, s(1)), Ballot::new(2, s(1))));
    // Nor before and after a crash: the third is stored at S1 alone, which then loses it.
    rig.request(s(1), write(2));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.drop_all();
    assert_eq!(tag(&rig, 1), Ballot::new(3, s(1)));
    rig.crash(s(1));
    rig.restart(s(1));
    rig.request(s(1), write(3));
    rig.deliver_all();
    assert_eq!(tag(&rig, 3), Ballot::new(4, s(1)));
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn a_minority_may_be_down_for_ever_and_lost_messages_are_sent_again() {
    let mut rig = rig(5);
    rig.crash(s(4));
    rig.crash(s(5));
    let id = rig.request(s(1), write(0));
    rig.drop_all();
    rig.timeout(s(1), Timer::Resend);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.timer(s(1), Timer::Resend), None);
    rig.fire(s(1), Timer::Resend);
    let cas = rig.request(s(1), Op::Cas { key: X, expect: Value(0), value: Value(1) });
    assert_eq!(rig.reply(cas), Some(Outcome::Refused));
}

/// Writes and reads at random nodes, in bad weather; what clients see, checked.
fn stormy(rig: &mut Rig<Abd>, seed: u64, reads: bool) -> SoFar {
    let (mut clients, mut chance) = (Clients::new(Model::Kv), Chance(seed));
    let mut open: Vec<(RequestId, u32)> = Vec::new();
    for turn in 0..30u32 {
        let now = Time::ms(u64::from(turn) * 10);
        let node = s(1 + chance.below(rig.ids().count()) as u8);
        if rig.is_up(node) {
            let op = if reads && chance.below(2) == 0 { READ } else { write(turn) };
            let id = rig.request(node, op);
            let client = Command { request: RequestId { client: ClientId(turn as u16), seq: 1 }, op };
            open.push((id, clients.called(now, &client)));
        }
        let mix = Storm { request: 0, crash: 8, restart: 30, ..Storm::default() };
        rig.storm(seed + u64::from(turn) * 7_919, 14, mix);
        let mut so_far = SoFar::Linearizable;
        open.retain(|(id, place)| match rig.reply(*id) {
            Some(outcome) => {
                so_far = clients.returned(Time(now.0 + 5_000), *place, outcome);
                false
            }
            None => true,
        });
        if so_far != SoFar::Linearizable {
            return so_far;
        }
    }
    SoFar::Linearizable
}

#[test]
fn storms_with_safe_weights_stay_linearizable() {
    for seed in 0..80 {
        let mut chance = Chance(seed);
        let nodes = 3 + chance.below(3);
        let weights: Vec<u8> = (0..nodes).map(|_| 1 + chance.below(3) as u8).collect();
        let total = Rule::new(&weights, &[]).total() as usize;
        let read = 1 + chance.below(total);
        let thresholds = [read as u32, (total - read + 1) as u32];
        let fast = seed % 2 == 0;
        let tune = |settings: &mut Settings| settings.set("fast-reads", SettingValue::Switch(fast));
        let mut rig: Rig<Abd> = Rig::new(&weights, &thresholds, tune).watch(properties());
        let so_far = stormy(&mut rig, seed, true);
        assert_ne!(so_far, SoFar::Not, "seed {seed}: {weights:?} {thresholds:?}");
        assert_eq!(rig.violations(), [], "seed {seed}: {weights:?} {thresholds:?}");
    }
}

#[test]
fn the_flaw_and_quorums_that_miss_each_other_are_caught() {
    for flaw in Abd::SPEC.flaws {
        let caught = (0..600).any(|seed| {
            let mut rig = tuned(3, |settings| settings.set_flaw(flaw.id, true));
            stormy(&mut rig, seed, true) == SoFar::Not
        });
        assert!(caught, "{}", flaw.id);
    }
    let missed = (0..300).any(|seed| {
        let mut rig: Rig<Abd> = Rig::new(&[1; 4], &[2, 2], |_| {}).watch(properties());
        stormy(&mut rig, seed, true) == SoFar::Not
    });
    assert!(missed);
}
