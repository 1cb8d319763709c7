//! State instead of slots.

use super::*;

fn base(rig: &Rig<MultiPaxos>, node: NodeId) -> u32 {
    rig.node(node).durable.log.base().index
}

/// A leader and S2 that have dropped slots, and S3 that has missed them all.
fn compacted() -> Rig<MultiPaxos> {
    let mut rig = cluster(3, number("snapshot", 4));
    settled(&mut rig, s(1));
    for value in 0..10 {
        rig.request(s(1), write(value));
        rig.drop_to(s(3));
        rig.deliver_all();
    }
    rig.timeout(s(1), Timer::Heartbeat);
    rig.drop_to(s(3));
    rig.deliver_all();
    assert_eq!((base(&rig, s(1)), base(&rig, s(2)), chosen(&rig, s(2))), (8, 8, 10));
    rig
}

#[test]
fn a_follower_behind_the_compaction_gets_the_state() {
    let mut rig = compacted();
    beat(&mut rig, s(1));
    assert_eq!(
        (rig.fired(s(1), "SendSnapshot"), rig.fired(s(3), "InstallSnapshot"), chosen(&rig, s(3))),
        (1, 1, 8)
    );
    beat(&mut rig, s(1));
    assert_eq!((chosen(&rig, s(3)), base(&rig, s(3))), (10, 8));
    assert_eq!(rig.node(s(3)).machine, rig.node(s(1)).machine);
    assert_eq!(rig.node(s(3)).durable.log.iter_from(1).count(), 2);
}

#[test]
fn a_restart_begins_with_the_snapshot() {
    let mut rig = compacted();
    rig.crash(s(2));
    rig.restart(s(2));
    assert_eq!((base(&rig, s(2)), chosen(&rig, s(2))), (8, 8));
    beat(&mut rig, s(1));
    assert_eq!(rig.node(s(2)).machine, rig.node(s(1)).machine);
}

/// A candidate that is behind the compaction of those who promise needs their state before their
/// promises count.
#[test]
fn a_candidate_behind_the_compaction_installs_it_first() {
    let mut rig = compacted();
    rig.crash(s(1));
    rig.timeout(s(3), Timer::Election);
    // The ballot of S1 is not below: the first attempt is refused.
    rig.deliver_all();
    if !rig.inspect(s(3)).leads {
        rig.timeout(s(3), Timer::Election);
        rig.deliver(s(3), s(2));
        assert_eq!(rig.on_way(s(2), s(3)), ["Snapshot", "Promise"]);
        // The promise overtakes the snapshot.
        let snapshot = rig.take(s(2), s(3));
        rig.deliver(s(2), s(3));
        assert_eq!((rig.fired(s(3), "AwaitSnapshot"), rig.inspect(s(3)).leads), (1, false));
        rig.inject(s(2), s(3), snapshot);
        rig.deliver_all();
    }
    assert!(rig.inspect(s(3)).leads);
    rig.request(s(3), write(50));
    rig.deliver_all();
    assert_eq!((chosen(&rig, s(3)), rig.broken()), (11, vec![]));
    beat(&mut rig, s(3));
    assert_eq!(rig.node(s(3)).machine, rig.node(s(2)).machine);
}

#[test]
fn a_leader_that_proposes_in_slots_that_are_gone_is_told_yes() {
    let mut rig = compacted();
    let new = ballot(9, s(3));
    rig.inject(s(3), s(2), Message::Accept { ballot: new, slot: 3, command: command(3), chosen: 0 });
    assert_eq!(rig.take(s(2), s(3)), Message::Accepted { ballot: new, slot: 3 });
    assert_eq!((rig.node(s(2)).promised(), rig.fired(s(2), "AcceptAgain")), (new, 1));
}

#[test]
fn what_it_holds_beyond_a_snapshot_stays() {
    let mut rig = compacted();
    let accept = |slot| Message::Accept { ballot: ballot(1, s(1)), slot, command: command(slot), chosen: 0 };
    rig.inject(s(1), s(3), accept(9));
    rig.inject(s(1), s(3), accept(12));
    rig.drop_all();
    rig.inject(s(3), s(2), Message::Learn { ballot: ballot(1, s(1)), first: 1 });
    rig.deliver_all();
    let disk = &rig.node(s(3)).durable;
    assert_eq!((disk.log.base().index, disk.log.last_index(), chosen(&rig, s(3))), (8, 9, 8));
    assert_eq!(disk.beyond.keys().copied().collect::<Vec<u32>>(), [12]);
}
