//! The paper's example, hand-made schedules, and storms.

use super::{Message, Purpose, READ, Timer, VersionStore, WRITE};
use crate::check::{Kept, Property, VectorsGrow, lost};
use crate::model::{
    ClientId, Key, NodeId, Op, Outcome, Protocol, RequestId, SettingValue, Settings, Time, Value, Version,
};
use crate::protocols::rig::{Chance, Rig, Storm, s, write};
use crate::quorum::{Rule, meeting};
use crate::sim::Operation;
use std::collections::BTreeSet;

const X: Key = Key(0);
const READ_X: Op = Op::Read { key: X };

fn properties() -> Vec<Box<dyn Property>> {
    vec![Box::new(Kept::new()), Box::new(VectorsGrow::new())]
}

fn rig(nodes: usize, r: u32, w: u32, tune: impl FnOnce(&mut Settings)) -> Rig<VersionStore> {
    Rig::new(&vec![1; nodes], &[r, w], tune).watch(properties())
}

fn copies(settings: &mut Settings, copies: u32) {
    settings.set("copies", SettingValue::Number(copies));
}

/// Values and vectors of what a node keeps of x.
fn shelf(rig: &Rig<VersionStore>, node: NodeId) -> Vec<(u32, String)> {
    let shown = |version: &Version| (version.value.0, version.clock().to_string());
    rig.inspect(node).versions.iter().map(shown).collect()
}

/// As a client of its own asks, by number.
fn ask(rig: &mut Rig<VersionStore>, client: u16, seq: u32, node: NodeId, op: Op) -> RequestId {
    let id = RequestId { client: ClientId(client), seq };
    rig.request_as(node, id, op);
    id
}

/// Dynamo, Figure 3: D1 and D2 at Sx, D3 at Sy and D4 at Sz from D2, D5 at Sx from both.
#[test]
fn the_versions_of_dynamos_figure_3() {
    let mut rig = rig(3, 2, 2, |_| {});
    let (sx, sy, sz) = (s(1), s(2), s(3));
    for (seq, expected) in [(1, "S1:1"), (2, "S1:2")] {
        ask(&mut rig, 0, seq, sx, write(seq));
        rig.deliver_all();
        assert_eq!(shelf(&rig, sx), [(seq, expected.to_owned())]);
    }
    ask(&mut rig, 1, 1, sy, READ_X);
    ask(&mut rig, 2, 1, sz, READ_X);
    rig.deliver_all();
    ask(&mut rig, 1, 2, sy, write(3));
    ask(&mut rig, 2, 2, sz, write(4));
    rig.deliver_all();
    let both = [(3, "S1:2 S2:1".to_owned()), (4, "S1:2 S3:1".to_owned())];
    for node in [sx, sy, sz] {
        assert_eq!(shelf(&rig, node), both, "D3 and D4 do not know of each other");
    }
    let read = ask(&mut rig, 0, 3, sx, READ_X);
    rig.deliver_all();
    let siblings = Outcome::Siblings { first: Value(3), second: Value(4), more: 0 };
    assert_eq!(rig.reply(read), Some(siblings));
    ask(&mut rig, 0, 4, sx, write(5));
    rig.deliver_all();
    for node in [sx, sy, sz] {
        assert_eq!(shelf(&rig, node), [(5, "S1:3 S2:1 S3:1".to_owned())], "D5 covers all");
    }
    assert_eq!(rig.broken(), [""; 0]);
}

/// Gifford's rule asks that reads meet writes, not that writes meet writes; here nothing is asked.
#[test]
fn giffords_rule() {
    let rule = Rule::new(&[1; 4], &[4, 1]);
    let reads_meet_writes = meeting(&rule, READ, WRITE);
    assert!(reads_meet_writes.meets && reads_meet_writes.rule_holds);
    assert!(!meeting(&rule, WRITE, WRITE).meets, "two writes need not share a node");
    assert!(VersionStore::SPEC.must_meet.is_empty());
    // A read of all four sees a write that is at one alone.
    let mut rig = rig(4, 4, 1, |settings| copies(settings, 4));
    let done = rig.request(s(1), write(7));
    assert_eq!(rig.reply(done), Some(Outcome::Done), "at S1 alone");
    let read = rig.request(s(3), READ_X);
    rig.deliver_where(|parcel| !matches!(parcel.message, Message::Put { .. }));
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(7)))));
}

/// R + W ≤ N: a read need not see what was written.
#[test]
fn a_read_that_need_not_meet_the_write_may_miss_it() {
    let mut rig = rig(3, 1, 1, |_| {});
    let done = rig.request(s(1), write(7));
    assert_eq!(rig.reply(done), Some(Outcome::Done));
    let read = ask(&mut rig, 1, 1, s(2), READ_X);
    assert_eq!(rig.reply(read), Some(Outcome::Value(None)), "S2 asks itself first");
    rig.deliver_all();
    assert_eq!(shelf(&rig, s(2)).len(), 1);
}

#[test]
fn weights_decide_how_many_keepers_are_enough() {
    let mut rig: Rig<VersionStore> = Rig::new(&[3, 1, 1], &[3, 3], |_| {});
    let heavy = rig.request(s(1), write(1));
    assert_eq!(rig.reply(heavy), Some(Outcome::Done), "S1 alone has weight 3");
    let light = rig.request(s(2), write(2));
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(rig.reply(light), None, "S2 and S3 weigh 2");
    rig.deliver_all();
    assert_eq!(rig.reply(light), Some(Outcome::Done));
}

/// A write that the same node takes without having been read does not cover what it took before.
#[test]
fn a_blind_write_at_the_same_node_covers_nothing() {
    let mut rig = rig(3, 1, 1, |_| {});
    ask(&mut rig, 0, 1, s(1), write(1));
    ask(&mut rig, 1, 1, s(1), write(2));
    rig.deliver_all();
    let both = [(1, "S1:1".to_owned()), (2, " +2.S1".to_owned())];
    assert_eq!(shelf(&rig, s(2)), both, "a count of 2 would claim that the second had seen the first");
}

/// What a client was given with an answer it hands in wherever it goes on.
#[test]
fn a_client_takes_its_context_along() {
    let mut rig = rig(3, 2, 2, |_| {});
    ask(&mut rig, 0, 1, s(1), write(1));
    rig.deliver_all();
    ask(&mut rig, 0, 2, s(2), write(2));
    rig.deliver_all();
    assert_eq!(shelf(&rig, s(3)), [(2, "S1:1 S2:1".to_owned())]);
    // Of another key it knows nothing.
    ask(&mut rig, 0, 3, s(2), Op::Write { key: Key(1), value: Value(3) });
    assert_eq!(rig.fired(s(2), "WriteBlind"), 1);
    assert_eq!(rig.broken(), [""; 0]);
}

/// A write that was called before the answer to a read came replaces nothing of what was read, although
/// the node that takes it has answered that read by then.
#[test]
fn a_write_replaces_only_what_its_client_had_been_told_of() {
    for asked_before in [true, false] {
        let mut rig = rig(3, 2, 2, |_| {});
        ask(&mut rig, 0, 1, s(1), write(1));
        rig.deliver_all();
        if asked_before {
            // It sets out to a node that does not hear it; what it hands in stays what it was.
            rig.crash(s(3));
            ask(&mut rig, 1, 2, s(3), write(2));
            rig.restart(s(3));
        }
        let read = ask(&mut rig, 1, 1, s(2), READ_X);
        rig.deliver_all();
        assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(1)))));
        ask(&mut rig, 1, 2, s(2), write(2));
        rig.deliver_all();
        assert_eq!(rig.fired(s(2), "WriteBlind"), usize::from(asked_before));
        assert_eq!(shelf(&rig, s(1)).len(), if asked_before { 2 } else { 1 });
    }
}

#[test]
fn a_write_tried_again_is_the_same_version_where_it_is_known() {
    let mut rig = rig(3, 2, 2, |_| {});
    let id = ask(&mut rig, 0, 1, s(1), write(1));
    rig.deliver(s(1), s(2));
    rig.drop_all();
    assert_eq!(rig.reply(id), None);
    ask(&mut rig, 0, 1, s(2), write(1));
    assert_eq!(rig.fired(s(2), "WriteAgain"), 1);
    ask(&mut rig, 0, 1, s(1), write(1));
    assert_eq!(rig.fired(s(1), "UnderWay"), 1);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    for node in [s(1), s(2), s(3)] {
        assert_eq!(shelf(&rig, node), [(1, "S1:1".to_owned())]);
    }
    ask(&mut rig, 0, 1, s(2), write(1));
    assert_eq!(rig.fired(s(2), "DoneAlready"), 1);
    // Where it is not, it is a second version of the same value, which a reader gets once.
    let id = ask(&mut rig, 0, 2, s(1), write(2));
    rig.drop_all();
    ask(&mut rig, 0, 2, s(2), write(2));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    let read = ask(&mut rig, 1, 1, s(3), READ_X);
    rig.deliver_all();
    let read = rig.reply(read);
    assert!(matches!(read, Some(Outcome::Value(Some(Value(2))) | Outcome::Siblings { .. })), "{read:?}");
}

#[test]
fn a_stand_in_holds_a_version_and_hands_it_over() {
    let mut rig = rig(5, 2, 2, |settings| copies(settings, 3));
    rig.crash(s(2));
    rig.crash(s(3));
    let id = rig.request(s(1), write(1));
    rig.deliver_all();
    assert_eq!(rig.reply(id), None, "S1 is one of two");
    rig.timeout(s(1), Timer::Retry);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done), "S4 and S5 stand in");
    assert_eq!(rig.inspect(s(4)).hints.len(), 1);
    assert!(rig.inspect(s(4)).versions.is_empty(), "it keeps no copy of its own");
    // A read by stand-ins, too: what S4 and S5 hold is found.
    let read = ask(&mut rig, 1, 1, s(5), READ_X);
    rig.drop_between(s(5), s(1));
    rig.timeout(s(5), Timer::Retry);
    rig.drop_between(s(5), s(1));
    rig.deliver_all();
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(1)))));
    rig.restart(s(2));
    rig.restart(s(3));
    for stand_in in [s(4), s(5)] {
        rig.timeout(stand_in, Timer::HandOff);
        rig.deliver_all();
        assert!(rig.inspect(stand_in).hints.is_empty());
        assert_eq!(rig.fired(stand_in, "HandedOver"), 1);
    }
    assert_eq!(shelf(&rig, s(2)), shelf(&rig, s(1)));
    assert_eq!(shelf(&rig, s(3)), shelf(&rig, s(1)));
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn without_a_sloppy_quorum_a_write_waits_for_its_keepers() {
    let mut rig = rig(5, 2, 2, |settings| {
        copies(settings, 3);
        settings.set("sloppy", SettingValue::Switch(false));
    });
    rig.crash(s(2));
    rig.crash(s(3));
    let id = rig.request(s(1), write(1));
    for _ in 0..3 {
        rig.timeout(s(1), Timer::Retry);
        rig.deliver_all();
    }
    assert_eq!(rig.reply(id), None);
    rig.restart(s(2));
    rig.timeout(s(1), Timer::Retry);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
}

/// One stand-in never counts for two keepers.
#[test]
fn a_stand_in_stands_in_for_one() {
    let mut rig = rig(4, 2, 3, |settings| copies(settings, 3));
    rig.crash(s(2));
    rig.crash(s(3));
    let id = rig.request(s(1), write(1));
    for _ in 0..4 {
        rig.timeout(s(1), Timer::Retry);
        rig.deliver_all();
    }
    assert_eq!(rig.reply(id), None, "S1 and S4 are two nodes, and three are needed");
}

#[test]
fn a_read_repairs_who_was_behind() {
    let mut rig = rig(3, 3, 1, |_| {});
    rig.request(s(1), write(1));
    rig.drop_all();
    let read = ask(&mut rig, 1, 1, s(2), READ_X);
    rig.deliver_all();
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(1)))));
    assert_eq!(rig.fired(s(2), "Repair"), 2);
    assert_eq!(shelf(&rig, s(3)), shelf(&rig, s(1)));
}

#[test]
fn keepers_that_compare_come_to_have_the_same() {
    let mut rig = rig(3, 1, 1, |settings| settings.set("read_repair", SettingValue::Switch(false)));
    ask(&mut rig, 0, 1, s(1), write(1));
    ask(&mut rig, 1, 1, s(2), write(2));
    ask(&mut rig, 1, 2, s(2), Op::Write { key: Key(1), value: Value(3) });
    rig.drop_all();
    rig.timeout(s(1), Timer::Compare);
    rig.deliver_all();
    assert_eq!(shelf(&rig, s(1)).len(), 3);
    assert_eq!(shelf(&rig, s(1)), shelf(&rig, s(2)));
    rig.timeout(s(3), Timer::Compare);
    rig.deliver_all();
    assert_eq!(shelf(&rig, s(3)), shelf(&rig, s(1)), "who has nothing gets it all");
    rig.timeout(s(1), Timer::Compare);
    rig.deliver_all();
    assert!(rig.fired(s(3), "Same") > 0);
}

#[test]
fn where_the_last_writer_wins_one_write_is_gone_and_counted() {
    let mut rig = rig(3, 2, 1, |settings| {
        settings.set("conflicts", SettingValue::Choice(super::words::LAST_WRITER_WINS));
    });
    ask(&mut rig, 0, 1, s(1), write(1));
    ask(&mut rig, 1, 1, s(2), write(2));
    rig.deliver_all();
    let read = ask(&mut rig, 2, 1, s(3), READ_X);
    rig.deliver_all();
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(2)))), "S2's clock was later");
    assert!(rig.ids().all(|node| rig.inspect(node).overruled == 1));
    assert_eq!(rig.broken(), [""; 0], "it says what it does");
}

#[test]
fn odd_requests_are_refused_and_odd_messages_ignored() {
    let mut rig = rig(3, 2, 2, |settings| copies(settings, 1));
    let cas = rig.request(s(1), Op::Cas { key: X, expect: Value(0), value: Value(1) });
    assert_eq!(rig.reply(cas), Some(Outcome::Refused));
    let id = RequestId { client: ClientId(0), seq: 99 };
    let event = crate::model::Ballot::new(1, s(3));
    let version = Version { key: X, event, past: Default::default(), value: Value(1), request: id, at: 0 };
    rig.inject(s(3), s(2), Message::Put { version, owner: s(2), purpose: Purpose::Write });
    assert_eq!(rig.fired(s(2), "NotMine"), 1);
    rig.inject(s(3), s(2), Message::Stored { key: X, event, owner: s(1), purpose: Purpose::Write });
    rig.inject(s(3), s(2), Message::Stored { key: X, event, owner: s(1), purpose: Purpose::HandOff });
    rig.inject(s(3), s(2), Message::Got { key: X, request: id, owner: s(1), versions: Vec::new() });
    assert_eq!(rig.fired(s(2), "IgnoredAnswer"), 3);
    for timer in [Timer::Retry, Timer::HandOff] {
        rig.fire(s(2), timer);
    }
    assert!(rig.rules(s(2)).ends_with(&["NothingOpen", "NothingHeld"]));
}

/// A reused event: what S1 takes after its crash has the name of what it took before.
#[test]
fn flaw_forgets_count() {
    for flaw in [false, true] {
        let mut rig = rig(3, 1, 1, |settings| settings.set_flaw("forgets-count", flaw));
        ask(&mut rig, 0, 1, s(1), write(1));
        rig.deliver_all();
        rig.crash(s(1));
        rig.restart(s(1));
        ask(&mut rig, 1, 1, s(1), write(2));
        rig.deliver_all();
        assert_eq!(rig.broken().contains(&"acknowledged-kept"), flaw);
        assert_eq!(shelf(&rig, s(2)).len(), if flaw { 1 } else { 2 });
    }
}

#[test]
fn flaw_repair_replaces() {
    for flaw in [false, true] {
        let mut rig = rig(3, 2, 1, |settings| settings.set_flaw("repair-replaces", flaw));
        ask(&mut rig, 0, 1, s(1), write(1));
        rig.drop_all();
        ask(&mut rig, 1, 1, s(2), write(2));
        rig.drop_all();
        ask(&mut rig, 2, 1, s(3), READ_X);
        rig.deliver_all();
        assert_eq!(rig.broken().contains(&"vectors-grow"), flaw);
    }
}

/// Everybody is back, and whoever holds or lacks something gets rid of it or gets it.
fn calm(rig: &mut Rig<VersionStore>) {
    let nodes: Vec<NodeId> = rig.ids().collect();
    for node in &nodes {
        if !rig.is_up(*node) {
            rig.restart(*node);
        }
    }
    for _ in 0..2 * nodes.len() {
        for node in &nodes {
            rig.deliver_all();
            for timer in [Timer::HandOff, Timer::Compare] {
                if rig.timer(*node, timer).is_some() {
                    rig.timeout(*node, timer);
                }
            }
        }
    }
    rig.deliver_all();
}

/// Clients that read and write, each through any node; what they saw is kept apart from what nodes say.
fn play(rig: &mut Rig<VersionStore>, seed: u64, steps: u32) -> Vec<Operation> {
    let mut chance = Chance(seed ^ 0x5eed);
    let mut all: Vec<Operation> = Vec::new();
    let mut answered = 0;
    for step in 0..steps {
        rig.storm(
            seed.wrapping_mul(977).wrapping_add(u64::from(step)),
            20,
            Storm { request: 0, ..Storm::default() },
        );
        let now = Time::ms(u64::from(step) * 10 + 5);
        for (node, id, outcome) in rig.replies()[answered..].iter().copied() {
            // An answer that comes too late is not read.
            let mine = all.iter_mut().find(|operation| operation.command.request == id);
            if let Some(mine) = mine.filter(|mine| mine.returned.is_none()) {
                mine.returned = Some((now, node, outcome));
            }
        }
        answered = rig.replies().len();
        let client = chance.below(3) as u16;
        let of_client =
            || all.iter().filter(|operation| operation.command.request.client == ClientId(client));
        let node = NodeId::at(chance.below(rig.ids().count()));
        if !rig.is_up(node) {
            continue;
        }
        if let Some(open) = of_client().find(|operation| operation.returned.is_none()).copied() {
            rig.request_as(node, open.command.request, open.command.op);
            continue;
        }
        let seq = of_client().count() as u32 + 1;
        let key = Key(chance.below(2) as u8);
        let op = if chance.below(3) == 0 {
            Op::Read { key }
        } else {
            Op::Write { key, value: Value(all.len() as u32) }
        };
        let request = RequestId { client: ClientId(client), seq };
        let command = crate::model::Command { request, op };
        let called = Time::ms(u64::from(step) * 10 + 9);
        all.push(Operation { command, called, node, returned: None, tries: 1 });
        rig.request_as(node, request, op);
    }
    all
}

#[test]
fn storms_break_nothing_and_in_calm_copies_are_the_same_and_nothing_is_lost() {
    for seed in 0..300 {
        let mut chance = Chance(seed);
        let nodes = 3 + chance.below(4);
        let weights: Vec<u8> = (0..nodes).map(|_| 1 + chance.below(3) as u8).collect();
        let total = Rule::new(&weights, &[]).total() as usize;
        let thresholds = [1 + chance.below(total) as u32, 1 + chance.below(total) as u32];
        let by_clock = seed % 4 == 3;
        let mut rig: Rig<VersionStore> = Rig::new(&weights, &thresholds, |settings| {
            copies(settings, 1 + chance.below(nodes) as u32);
            settings.set("conflicts", SettingValue::Choice(u8::from(by_clock)));
            settings.set("read_repair", SettingValue::Switch(chance.below(2) == 0));
        })
        .watch(properties());
        let operations = play(&mut rig, seed, 60);
        calm(&mut rig);
        assert_eq!(rig.violations(), [], "seed {seed}: {weights:?} {thresholds:?}");
        let mut there = BTreeSet::new();
        for node in rig.ids() {
            let now = rig.inspect(node);
            assert!(now.hints.is_empty(), "seed {seed}: {node} holds {:?}", now.hints);
            for version in now.versions {
                there.insert((version.key, version.value));
                for keeper in &rig.config().ring.of(version.key).keepers {
                    assert!(rig.inspect(*keeper).versions.contains(version), "seed {seed}: {keeper}");
                }
            }
        }
        if !by_clock {
            assert_eq!(lost(&operations, Time(u64::MAX), &there), [0; 0], "seed {seed}");
        }
    }
}

#[test]
fn storms_find_the_flaws() {
    for flaw in VersionStore::SPEC.flaws {
        let caught = (0..400).any(|seed| {
            let mut rig = rig(3, 2, 1, |settings| settings.set_flaw(flaw.id, true));
            play(&mut rig, seed, 40);
            rig.broken().contains(&flaw.breaks)
        });
        assert!(caught, "{} does not break {}", flaw.id, flaw.breaks);
    }
}
