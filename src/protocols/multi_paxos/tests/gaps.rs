//! What a new leader does with what it is told: Paxos Made Simple §3.

use super::*;
use crate::protocols::multi_paxos::Told;

/// The example of §3: the new leader knows 1–134, 138 and 139, and the promises report 135 and 140.
#[test]
fn a_new_leader_proposes_135_and_140_again_and_fills_136_and_137() {
    let mut rig = cluster(3, |_| {});
    let old = ballot(1, s(1));
    rig.reseed(s(2), disk(old, (1..=134).chain([138, 139]), 134));
    rig.reseed(s(3), disk(old, (1..=135).chain([140]), 134));
    rig.crash(s(1));
    rig = rig.watch(vec![Box::new(Agreement::new(&STATE_MACHINE_SAFETY))]);
    // The leader's last word before it went down: behind the gap at 135, 138 and 139 are chosen.
    let heartbeat = Message::Heartbeat { ballot: old, chosen: 134, behind: 0b1100, at: 0 };
    rig.inject(s(1), s(2), heartbeat);
    assert_eq!(chosen(&rig, s(2)), 134);
    rig.drop_all();

    rig.timeout(s(2), Timer::Election);
    let new = ballot(2, s(2));
    assert_eq!(rig.take(s(2), s(3)), Message::Prepare { ballot: new, first: 135 });
    rig.inject(s(2), s(3), Message::Prepare { ballot: new, first: 135 });
    let promise = rig.take(s(3), s(2));
    assert_eq!(
        promise,
        Message::Promise { ballot: new, first: 135, chosen: 134, slots: held(old, [135, 140]) }
    );
    rig.inject(s(3), s(2), promise);
    assert!(rig.inspect(s(2)).leads);
    let rules = rig.rules(s(2));
    let fired = |rule: &str| rules.iter().filter(|name| **name == rule).count();
    assert_eq!((fired("ProposeAgain"), fired("FillGap"), fired("KnowChosen")), (2, 2, 2));
    let sent = rig.pool().iter().filter(|parcel| parcel.to == s(3));
    let proposed: Vec<(u32, Command)> = sent
        .filter_map(|parcel| {
            let Message::Accept { slot, command, .. } = parcel.message else { return None };
            Some((slot, command))
        })
        .collect();
    assert_eq!(
        proposed,
        [(135, command(135)), (136, Command::NOOP), (137, Command::NOOP), (140, command(140))]
    );

    // 135 and 140 are chosen: it may execute up to 135, but not 138 to 140, though it knows them.
    rig.deliver(s(2), s(3));
    let (gap, other) = (rig.take(s(2), s(3)), rig.take(s(2), s(3)));
    rig.deliver(s(2), s(3));
    rig.deliver(s(3), s(2));
    rig.deliver(s(3), s(2));
    assert_eq!(chosen(&rig, s(2)), 135);
    assert_eq!(rig.fired(s(2), "ChooseBehindGap"), 1);
    for message in [gap, other] {
        rig.inject(s(2), s(3), message);
        rig.deliver_all();
    }
    assert_eq!(chosen(&rig, s(2)), 140);
    // The next client command is number 141.
    rig.request(s(2), write(7));
    assert_eq!(rig.inspect(s(2)).log.map(|log| log.last_index()), Some(141));
    rig.deliver_all();
    assert_eq!((chosen(&rig, s(2)), rig.broken()), (141, vec![]));
}

/// Of several reports of a slot the one of the highest ballot counts (P2c).
#[test]
fn the_highest_ballot_of_a_slot_is_proposed_again() {
    let mut rig = cluster(3, |_| {}).watch(Vec::new());
    let (low, high) = (ballot(1, s(1)), ballot(2, s(3)));
    rig.reseed(s(2), disk(low, [1, 2], 0));
    let mut other = disk(low, [1], 0);
    let theirs = Entry { term: high.bits(), command: command(9) };
    let write = super::super::Write::Hold { slots: Slots::One((2, theirs)), chosen: 0 };
    crate::model::Durable::apply(&mut other, &write);
    rig.reseed(s(3), other);
    // The promise for 1.S1 is no obstacle, but 2.S3 is: the second attempt is above both.
    rig.timeout(s(2), Timer::Election);
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(rig.fired(s(2), "HearHigher"), 1);
    elect(&mut rig, s(2), &[s(3)]);
    let held: Vec<Command> =
        (1..=2).filter_map(|slot| rig.node(s(2)).durable.held(slot)).map(|e| e.command).collect();
    assert_eq!(held, [command(1), command(9)]);
    assert_eq!(rig.node(s(2)).promised(), ballot(3, s(2)));
}

/// Zab's Figure 1, which Multi-Paxos allows: 27, 28 and 29 of the paper are slots 1 to 3 here.
#[test]
fn a_later_command_of_a_leader_may_be_chosen_without_an_earlier_one() {
    let mut rig = cluster(3, |_| {});
    elect(&mut rig, s(1), &[s(3)]);
    rig.drop_all();
    let [a, b] = [write(0), write(1)].map(|op| rig.request(s(1), op));
    rig.drop_all();
    elect(&mut rig, s(2), &[s(3)]);
    let c = rig.request(s(2), write(2));
    rig.drop_to(s(1));
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!((rig.reply(a), rig.reply(b), rig.reply(c)), (None, None, Some(Outcome::Done)));
    rig.crash(s(2));
    elect(&mut rig, s(3), &[s(1)]);
    rig.deliver_all();
    rig.request(s(3), write(3));
    rig.deliver_all();
    beat(&mut rig, s(3));
    for node in [s(1), s(3)] {
        let values: Vec<Option<Value>> =
            rig.node(node).durable.log.iter_from(1).map(|entry| entry.command.op.value()).collect();
        // C, B, D: B without A, which its leader proposed before it.
        assert_eq!(values, [2, 1, 3].map(|value| Some(Value(value))), "{node}");
        assert_eq!(chosen(&rig, node), 3);
    }
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

/// A slot that is chosen behind a gap waits; by mistake it does not.
#[test]
fn what_is_chosen_behind_a_gap_waits() {
    for skips in [false, true] {
        let mut rig = cluster(3, |settings| settings.set_flaw("skips-gaps", skips));
        settled(&mut rig, s(1));
        let one = rig.request(s(1), write(0));
        rig.drop_all();
        let two = rig.request(s(1), write(1));
        rig.deliver_all();
        let done = Some(Outcome::Done);
        assert_eq!((rig.reply(one), rig.reply(two)), (None, done.filter(|_| skips)));
        assert_eq!(rig.broken(), if skips { vec!["no-gap"] } else { vec![] });
        // What was lost is sent again when it is late.
        for _ in 0..2 {
            beat(&mut rig, s(1));
        }
        assert_eq!((rig.reply(one), rig.reply(two), chosen(&rig, s(1))), (done, done, 2));
        assert_eq!(rig.decides().iter().filter(|(node, ..)| *node == s(1)).count(), 2, "once each");
    }
}

/// The flaw: fresh commands in slots that may have been chosen.
#[test]
fn fresh_commands_first_overwrite_what_was_chosen() {
    for fresh in [false, true] {
        let mut rig = cluster(3, |settings| settings.set_flaw("fresh-first", fresh));
        settled(&mut rig, s(1));
        let first = rig.request(s(1), write(0));
        rig.deliver_all();
        assert_eq!((rig.reply(first), chosen(&rig, s(1)), chosen(&rig, s(2))), (Some(Outcome::Done), 1, 0));
        rig.crash(s(1));
        elect(&mut rig, s(2), &[s(3)]);
        rig.request(s(2), write(1));
        rig.deliver_all();
        assert_eq!(rig.broken(), if fresh { vec!["state-machine-safety"] } else { vec![] });
    }
}

/// What two words of the same leader say together, in whatever order they come; a later leader's replaces it.
#[test]
fn what_leaders_say_adds_up() {
    let told = |round, chosen, behind| Told { ballot: ballot(round, s(1)), chosen, behind };
    for (one, other, both) in [
        (told(1, 4, 0b1100), told(1, 6, 0), told(1, 6, 0b11)),
        (told(1, 6, 0b1), told(1, 4, 0b1000), told(1, 6, 0b11)),
        (told(1, 6, 0b1), told(1, 100, 0b10), told(1, 100, 0b10)),
        (told(1, 6, 0b1), told(2, 3, 0), told(2, 3, 0)),
    ] {
        let mut rig = cluster(3, |_| {});
        rig.timeout(s(1), Timer::Election);
        for Told { ballot, chosen, behind } in [one, other] {
            rig.inject(s(1), s(2), Message::Heartbeat { ballot, chosen, behind, at: 0 });
        }
        assert_eq!(rig.node(s(2)).told, both);
    }
}
