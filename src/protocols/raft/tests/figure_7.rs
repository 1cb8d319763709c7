//! Figure 7: six follower logs, all repaired.

use super::*;

/// The leader is S1; S2 to S7 are (a) to (f).
const LOGS: [&[u32]; 7] = [
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6],
    &[1, 1, 1, 4],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    &[1, 1, 1, 4, 4, 4, 4],
    &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
];

fn figure_7() -> Rig<Raft> {
    let mut rig = cluster(7, |_| {});
    for (node, terms) in rig.ids().zip(LOGS) {
        rig.reseed(node, disk(7, terms));
    }
    // (a), (b), (e) and (f) can vote for it; with itself that is enough.
    elect(&mut rig, s(1), &[s(2), s(3), s(6)]);
    assert_eq!(term(&rig, s(1)), 8);
    rig
}

#[test]
fn the_first_next_index_is_11_for_everybody() {
    let rig = figure_7();
    let Role::Leader(leader) = role(&rig, s(1)) else { panic!("S1 leads") };
    for node in rig.ids().skip(1) {
        assert_eq!(leader.next_of(node), 11);
    }
}

#[test]
fn who_may_vote_for_whom() {
    let rig = figure_7();
    let last = |node| {
        let log = &rig.node(node).durable.log;
        (log.last_term(), log.last_index())
    };
    let (last_term, last_index) = (6, 10);
    let willing: Vec<NodeId> =
        rig.ids().skip(1).filter(|node| (last_term, last_index) >= last(*node)).collect();
    assert_eq!(willing, [s(2), s(3), s(6), s(7)]);
}

#[test]
fn once_one_new_entry_is_everywhere_all_seven_logs_are_the_leaders() {
    let mut rig = figure_7();
    rig.deliver_all();
    beat(&mut rig, s(1));
    for node in rig.ids() {
        assert_eq!(terms(&rig, node), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8]);
        assert_eq!(rig.node(node).durable.log, rig.node(s(1)).durable.log);
        assert_eq!(rig.disk(node), &rig.node(node).durable);
        assert_eq!(rig.inspect(node).commit, 11);
    }
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn the_hint_backs_up_a_term_at_a_time() {
    let mut rig = figure_7();
    rig.deliver_all();
    for (node, refusals) in [(s(2), 1), (s(3), 1), (s(4), 0), (s(5), 0), (s(6), 1), (s(7), 1)] {
        let fired = rig.fired(node, "RefuseGap") + rig.fired(node, "RefuseMismatch");
        assert_eq!(fired, refusals, "{node}");
    }
}
