//! Each clever function of the quorum module beside a dumb one that walks over all subsets, for
//! random rules of up to 8 nodes; and what must hold of every rule, for up to 101.

#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use quorate::model::{NodeId, NodeSet};
use quorate::quorum::{
    Phase, Rule, Standing, Tally, availability, live_sets_by_size, meeting, minimal_profile, minimal_quorums,
    power, smallest_quorums, survival, swings, verdict,
};

/// Rules with two phases: small weights, where sums collide, and large ones; thresholds from none
/// to one above the total.
fn rules(nodes_max: usize) -> impl Strategy<Value = Rule> {
    let small = prop::collection::vec(0u8..=4, 1..=nodes_max);
    let large = prop::collection::vec(0u8..=100, 1..=nodes_max);
    let even = (1u8..=100, 1..=nodes_max).prop_map(|(weight, nodes)| vec![weight; nodes]);
    (prop_oneof![small, large, even], any::<u32>(), any::<u32>()).prop_map(|(weights, r, w)| {
        let total: u32 = weights.iter().map(|&weight| u32::from(weight)).sum();
        Rule::new(&weights, &[r % (total + 2), w % (total + 2)])
    })
}

/// All sets of nodes, by size and then in lexicographic order of their members.
fn subsets(rule: &Rule) -> Vec<NodeSet> {
    let mut all: Vec<NodeSet> = (0..1u128 << rule.nodes()).map(NodeSet::from_bits).collect();
    all.sort_by_key(|set| (set.len(), set.iter().collect::<Vec<_>>()));
    all
}

/// By the definition, node by node.
fn is_quorum(rule: &Rule, phase: Phase, set: NodeSet) -> bool {
    let mut weight = 0;
    for node in 0..rule.nodes() {
        if set.bits() >> node & 1 == 1 {
            weight += u32::from(rule.weights()[node]);
        }
    }
    weight >= rule.threshold(phase)
}

fn quorums(rule: &Rule, phase: Phase) -> Vec<NodeSet> {
    subsets(rule).into_iter().filter(|&set| is_quorum(rule, phase, set)).collect()
}

fn without(set: NodeSet, node: NodeId) -> NodeSet {
    set.minus(NodeSet::only(node))
}

fn minimal(rule: &Rule, phase: Phase) -> Vec<NodeSet> {
    let needs_all = |set: &NodeSet| set.iter().all(|node| !is_quorum(rule, phase, without(*set, node)));
    quorums(rule, phase).into_iter().filter(needs_all).collect()
}

/// The first disjoint pair of minimal quorums.
fn disjoint(rule: &Rule, a: Phase, b: Phase) -> Option<(NodeSet, NodeSet)> {
    let others = minimal(rule, b);
    minimal(rule, a).into_iter().find_map(|one| {
        let apart = others.iter().copied().find(|other| one.and(*other).is_empty());
        apart.map(|other| (one, other))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sets_are_weighed(rule in rules(8)) {
        for set in subsets(&rule) {
            for phase in 0..2 {
                prop_assert_eq!(rule.is_quorum(phase, set), is_quorum(&rule, phase, set));
            }
        }
    }

    #[test]
    fn quorums_meet_or_the_first_pair_apart_is_named(rule in rules(8)) {
        for (a, b) in [(0, 1), (1, 0), (0, 0), (1, 1)] {
            let seen = meeting(&rule, a, b);
            prop_assert_eq!(seen.disjoint, disjoint(&rule, a, b));
            prop_assert_eq!(seen.meets, seen.disjoint.is_none());
            prop_assert_eq!(
                seen.rule_holds, rule.threshold(a) + rule.threshold(b) > rule.total()
            );
            prop_assert!(seen.meets || !seen.rule_holds);
        }
    }

    #[test]
    fn minimal_quorums_are_listed_in_order(rule in rules(8)) {
        for phase in 0..2 {
            let dumb = minimal(&rule, phase);
            let sizes = || dumb.iter().map(|set| set.len() as u32);
            let profile = minimal_profile(&rule, phase);
            prop_assert_eq!(profile.count, dumb.len() as u128);
            prop_assert_eq!(profile.size_min, sizes().min().unwrap_or(0));
            prop_assert_eq!(profile.size_max, sizes().max().unwrap_or(0));
            prop_assert_eq!(minimal_quorums(&rule, phase), Some(dumb));
        }
    }

    #[test]
    fn smallest_quorums_are_the_first(rule in rules(8), limit in 0usize..12) {
        for phase in 0..2 {
            let mut dumb = quorums(&rule, phase);
            let size = dumb.first().map_or(0, |set| set.len());
            dumb.retain(|set| set.len() == size);
            prop_assert_eq!(smallest_quorums(&rule, phase, usize::MAX), dumb.clone());
            dumb.truncate(limit);
            prop_assert_eq!(smallest_quorums(&rule, phase, limit), dumb);
        }
    }

    #[test]
    fn crashes_are_survived_as_said(rule in rules(8)) {
        let everyone = NodeSet::full(rule.nodes());
        for phases in [&[0][..], &[1], &[0, 1]] {
            let lives = |down: NodeSet| {
                phases.iter().all(|&phase| is_quorum(&rule, phase, everyone.minus(down)))
            };
            let seen = survival(&rule, phases);
            prop_assert_eq!(seen.available, lives(NodeSet::EMPTY));
            let sets = subsets(&rule);
            let all_of_size =
                |size: usize| sets.iter().filter(|set| set.len() == size).all(|&set| lives(set));
            let any = (0..=rule.nodes()).take_while(|&size| all_of_size(size)).count();
            prop_assert_eq!(seen.any as usize, any.saturating_sub(1));
            let single = NodeId::all(rule.nodes()).filter(|&node| lives(NodeSet::only(node)));
            prop_assert_eq!(seen.single, single.collect());
            let largest = sets.iter().filter(|&&set| lives(set)).map(|set| set.len()).max();
            prop_assert_eq!(seen.largest.len(), largest.unwrap_or(0));
            prop_assert!(!seen.available || lives(seen.largest));
        }
    }

    #[test]
    fn power_is_the_share_of_swings(rule in rules(8)) {
        for phase in 0..2 {
            let swing = |set: &NodeSet, node| {
                set.contains(node)
                    && is_quorum(&rule, phase, *set)
                    && !is_quorum(&rule, phase, without(*set, node))
            };
            let sets = subsets(&rule);
            let dumb: Vec<u128> = NodeId::all(rule.nodes())
                .map(|node| sets.iter().filter(|set| swing(set, node)).count() as u128)
                .collect();
            let all: u128 = dumb.iter().sum();
            prop_assert_eq!(&swings(&rule, phase), &dumb);
            for (node, &own) in dumb.iter().enumerate() {
                let share = if all == 0 { 0.0 } else { own as f64 / all as f64 };
                prop_assert!((power(&rule, phase)[node] - share).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn availability_adds_up_over_live_sets(rule in rules(8), up in 0.0..=1.0f64) {
        let chance = |set: &NodeSet| -> f64 {
            NodeId::all(rule.nodes())
                .map(|node| if set.contains(node) { up } else { 1.0 - up })
                .product()
        };
        for phases in [&[][..], &[0], &[1], &[0, 1]] {
            let lives = |set: &NodeSet| phases.iter().all(|&phase| is_quorum(&rule, phase, *set));
            let dumb: f64 = subsets(&rule).iter().filter(|set| lives(set)).map(chance).sum();
            prop_assert!((availability(&rule, phases, up) - dumb).abs() < 1e-12);
        }
        for phase in 0..2 {
            let mut dumb = vec![0u128; rule.nodes() + 1];
            for set in quorums(&rule, phase) {
                dumb[set.len()] += 1;
            }
            prop_assert_eq!(live_sets_by_size(&rule, phase), dumb);
        }
    }

    #[test]
    fn a_quorum_value_is_the_largest(
        rule in rules(8),
        values in prop::collection::vec(0u32..9, 0..10),
    ) {
        for phase in 0..3 {
            let holds = |value: &u32| {
                let have = |node: &NodeId| values.get(node.index()).is_some_and(|own| own >= value);
                is_quorum(&rule, phase, NodeId::all(rule.nodes()).filter(have).collect())
            };
            let dumb = (0..9).rev().find(holds).unwrap_or(0);
            prop_assert_eq!(rule.quorum_value(phase, &values), dumb);
        }
    }

    #[test]
    fn a_tally_says_once_what_its_answers_mean(
        rule in rules(8),
        answers in prop::collection::vec((0u8..9, any::<bool>()), 0..20),
    ) {
        let everyone = NodeSet::full(rule.nodes());
        let (mut yes, mut no) = (NodeSet::EMPTY, NodeSet::EMPTY);
        let mut tally = Tally::new(1);
        let mut said = Standing::Pending;
        for (node, agrees) in answers {
            let node = NodeId(node);
            let standing = tally.record(&rule, node, agrees);
            let counts = everyone.contains(node) && !yes.or(no).contains(node);
            if counts && agrees {
                yes.insert(node);
            } else if counts {
                no.insert(node);
            }
            let stands = if !counts || said != Standing::Pending {
                Standing::Pending
            } else if is_quorum(&rule, 1, yes) {
                Standing::Won
            } else if !is_quorum(&rule, 1, everyone.minus(no)) {
                Standing::Lost
            } else {
                Standing::Pending
            };
            prop_assert_eq!(standing, stands);
            if stands != Standing::Pending {
                said = stands;
            }
            prop_assert_eq!((tally.yes(), tally.no()), (yes, no));
            prop_assert_eq!(tally.has_won(&rule), is_quorum(&rule, 1, yes));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// For clusters too large to walk over: witnesses are what they are said to be, and figures
    /// found in different ways agree.
    #[test]
    fn large_clusters_are_consistent(rule in rules(101), up in 0.0..=1.0f64) {
        let seen = verdict(&rule, &[(0, 1), (0, 0), (1, 1)]);
        for pair in &seen.meetings {
            if let Some((one, other)) = pair.meeting.disjoint {
                prop_assert!(one.and(other).is_empty());
                for (phase, set) in [(pair.a, one), (pair.b, other)] {
                    prop_assert!(rule.is_quorum(phase, set));
                    let enough = |node| rule.is_quorum(phase, without(set, node));
                    prop_assert!(!set.iter().any(enough));
                }
            }
        }
        for (phase, own) in seen.phases.iter().enumerate() {
            prop_assert!(own.smallest.iter().all(|&set| rule.is_quorum(phase, set)));
            prop_assert_eq!(own.possible, !own.smallest.is_empty());
            let profile = minimal_profile(&rule, phase);
            if let Some(all) = minimal_quorums(&rule, phase) {
                prop_assert_eq!(profile.count, all.len() as u128);
                let listed = all.iter().take(own.smallest.len());
                prop_assert!(listed.eq(own.smallest.iter()));
            }
            prop_assert_eq!(
                profile.size_min as usize, own.smallest.first().map_or(0, |set| set.len())
            );
            let power: f64 = own.power.iter().sum();
            prop_assert!((power - f64::from(u8::from(own.possible))).abs() < 1e-9);
            let mut chance = 0.0;
            for (live, sets) in live_sets_by_size(&rule, phase).into_iter().enumerate() {
                let each = |node| if node < live { up } else { 1.0 - up };
                chance += sets as f64 * (0..rule.nodes()).map(each).product::<f64>();
            }
            prop_assert!((availability(&rule, &[phase], up) - chance).abs() < 1e-9);
        }
    }
}
