//! Figure 1 of the paper: a run that Multi-Paxos allows and Zab does not.
//!
//! The first primary proposes A and B, which only it has; a second, with the others, gets C through;
//! a third hears from the first and one of the others. Paxos then chooses C, B, D, and B was made to
//! follow A. Zab delivers C, D.

use super::*;

#[test]
fn a_change_is_never_delivered_without_the_one_it_rests_on() {
    let (a, b, c, d) = (1, 2, 3, 4);
    let mut rig = led(3, |_| {});
    rig.request(s(3), write(a));
    rig.request(s(3), write(b));
    assert_eq!(history(&rig, s(3)), [(1, 1), (1, 2)]);
    rig.drop_from(s(3));
    // The second primary, without the first.
    [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
    settle(&mut rig, &[s(1), s(2)]);
    assert_eq!(role(&rig, s(2)), "leader");
    rig.request(s(2), write(c));
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(delivered(&rig, s(1)), [c]);
    // The third, without the second: S1, since it was in the later epoch, although S3 has more.
    rig.drop_all();
    rig.timeout(s(1), Timer::Contact);
    rig.timeout(s(3), Timer::Contact);
    if role(&rig, s(3)) == "leader" {
        rig.timeout(s(3), Timer::Contact);
    }
    settle(&mut rig, &[s(1), s(3)]);
    assert_eq!(role(&rig, s(1)), "leader");
    rig.request(s(1), write(d));
    rig.deliver_among(&[s(1), s(3)]);
    assert_eq!((delivered(&rig, s(1)), delivered(&rig, s(3))), (vec![c, d], vec![c, d]));
    assert_eq!(history(&rig, s(3)), [(2, 1), (3, 1)], "A and B are gone together");
    assert!(rig.broken().is_empty());
}

#[test]
fn or_both_are_delivered_in_order() {
    let mut rig = led(3, |_| {});
    rig.request(s(3), write(1));
    rig.request(s(3), write(2));
    // One of the others has the first of them when the primary is lost.
    rig.deliver(s(3), s(1));
    rig.drop_all();
    rig.crash(s(3));
    [s(1), s(2)].into_iter().for_each(|node| rig.timeout(node, Timer::Contact));
    settle(&mut rig, &[s(1), s(2)]);
    assert_eq!((role(&rig, s(1)), delivered(&rig, s(2))), ("leader", vec![1]));
    rig.restart(s(3));
    rig.deliver_all();
    assert_eq!((history(&rig, s(3)), rig.fired(s(3), "Truncate")), (vec![(1, 1)], 1));
}
