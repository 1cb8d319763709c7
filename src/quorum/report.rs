//! What is known of a read/write quorum system, as JSON.

use super::spec::{READ, Spec, WRITE, default_names};
use super::{
    Phase, Rule, Survival, availability, live_sets_by_size, meeting, minimal_profile, minimal_quorums, power,
    survival,
};
use crate::model::{NodeId, NodeSet};
use serde_json::{Map, Value, json};

/// The probabilities of failure at which the availability is reported, as they are written.
const DOWN: [(&str, f64); 4] = [("0.01", 0.01), ("0.1", 0.1), ("0.3", 0.3), ("0.5", 0.5)];

/// Clusters for which the disjoint pairs are counted: one entry for each of 2ⁿ sets.
const PAIRS_NODES_MAX: usize = 20;

/// Answers a specification. `node_names` has one name a node; if it does not, they are S1, S2, ….
///
/// For reads and, likewise named, for writes: `n_min_read_quorums`, `min_read_size`,
/// `max_read_size` (nodes), `min_read_quorums` (by size, then in the order of the nodes),
/// `read_resilience` (`resilience` for both; nodes), `read_survives_single` (`survives_single`;
/// the nodes that may be down alone) and `live_sets_with_read_quorum_by_size` (from 0 nodes on).
/// By node: `votes`, `power.read` (shares that add up to 1). By the probability that one node is *down*:
/// `availability` with `read`, `write` and `both`. `every_read_meets_every_write` and its like are
/// exact; `rule_holds` (r + w above the votes), `read_rule_holds` (2r) and `write_rule_holds` (2w)
/// are the rules of arithmetic. If reads and writes do not all meet: a `witness`, a read and a
/// write quorum that are disjoint, and `disjoint_pairs`, the number of such pairs of minimal
/// quorums (null above 20 nodes or where a list is null). `valid`: reads meet writes, and there are
/// quorums of both.
///
/// Sizes and resilience are null where there is no quorum; lists of more than
/// [`MINIMAL_LISTED_MAX`](super::MINIMAL_LISTED_MAX) minimal quorums are null. Counts above 2⁶⁴,
/// which JSON numbers do not hold, are strings of their digits.
///
/// ```
/// use quorate::quorum::{report, spec::Spec};
/// let names = ["a", "b", "c", "d"].map(String::from);
/// let seen = report(&Spec::Threshold { n: 4, r: 2, w: 2 }, &names);
/// assert_eq!(seen["valid"], false);
/// assert_eq!(seen["witness"], serde_json::json!([["a", "b"], ["c", "d"]]));
/// ```
#[must_use]
pub fn report(spec: &Spec, node_names: &[String]) -> Value {
    let rule = &spec.rule();
    let numbered = default_names(rule.nodes());
    let names = if node_names.len() == rule.nodes() { node_names } else { &numbered };
    let across = meeting(rule, READ, WRITE);
    let reads = meeting(rule, READ, READ);
    let writes = meeting(rule, WRITE, WRITE);
    let both = survival(rule, &[READ, WRITE]);
    let powers = |phase| by_name(power(rule, phase), names);
    let mut seen = json!({
        "nodes": names,
        "votes": by_name(rule.weights().iter().copied(), names),
        "total": rule.total(),
        "r": rule.threshold(READ),
        "w": rule.threshold(WRITE),
        "valid": across.meets && both.available,
        "every_read_meets_every_write": across.meets,
        "every_read_meets_every_read": reads.meets,
        "every_write_meets_every_write": writes.meets,
        "rule_holds": across.rule_holds,
        "read_rule_holds": reads.rule_holds,
        "write_rule_holds": writes.rule_holds,
        "resilience": resilience(&both),
        "survives_single": named(both.single, names),
        "availability": availabilities(rule),
        "power": { "read": powers(READ), "write": powers(WRITE) },
    });
    let minimal = [READ, WRITE].map(|phase| minimal_quorums(rule, phase));
    if let Some((read, write)) = across.disjoint {
        seen["witness"] = json!([named(read, names), named(write, names)]);
        seen["disjoint_pairs"] = disjoint_pairs(rule, &minimal).map_or(Value::Null, count);
    }
    for ((name, phase), minimal) in [("read", READ), ("write", WRITE)].into_iter().zip(minimal) {
        seen[format!("min_{name}_quorums")] =
            minimal.map_or(Value::Null, |sets| sets.into_iter().map(|set| named(set, names)).collect());
        report_figures(&mut seen, name, rule, phase, names);
    }
    seen
}

/// All of one phase but the list of its minimal quorums.
fn report_figures(seen: &mut Value, name: &str, rule: &Rule, phase: Phase, names: &[String]) {
    let profile = minimal_profile(rule, phase);
    let size = |nodes: u32| if profile.count == 0 { Value::Null } else { nodes.into() };
    seen[format!("n_min_{name}_quorums")] = count(profile.count);
    seen[format!("min_{name}_size")] = size(profile.size_min);
    seen[format!("max_{name}_size")] = size(profile.size_max);
    let own = survival(rule, &[phase]);
    seen[format!("{name}_resilience")] = resilience(&own);
    seen[format!("{name}_survives_single")] = named(own.single, names);
    seen[format!("live_sets_with_{name}_quorum_by_size")] =
        live_sets_by_size(rule, phase).into_iter().map(count).collect();
}

fn availabilities(rule: &Rule) -> Value {
    let at = |down: f64| {
        let of = |phases| availability(rule, phases, 1.0 - down);
        json!({ "read": of(&[READ]), "write": of(&[WRITE]), "both": of(&[READ, WRITE]) })
    };
    DOWN.iter().map(|&(key, down)| (key.to_owned(), at(down))).collect::<Map<_, _>>().into()
}

/// How many pairs of a minimal read and a minimal write quorum are disjoint.
fn disjoint_pairs(rule: &Rule, minimal: &[Option<Vec<NodeSet>>; 2]) -> Option<u128> {
    let [Some(reads), Some(writes)] = minimal else { return None };
    if rule.nodes() > PAIRS_NODES_MAX {
        return None;
    }
    // within[set]: the minimal write quorums inside the set. Adding node after node, every set
    // takes over what is within it without that node.
    let mut within = vec![0u32; 1 << rule.nodes()];
    for set in writes {
        within[set.bits() as usize] = 1;
    }
    for node in NodeId::all(rule.nodes()) {
        let bit = 1 << node.index();
        for set in (0..within.len()).filter(|set| set & bit != 0) {
            within[set] += within[set ^ bit];
        }
    }
    let everyone = NodeSet::full(rule.nodes());
    let rest = |read: &NodeSet| everyone.minus(*read).bits() as usize;
    Some(reads.iter().map(|read| u128::from(within[rest(read)])).sum())
}

fn resilience(survival: &Survival) -> Value {
    if survival.available { survival.any.into() } else { Value::Null }
}

fn named(set: NodeSet, names: &[String]) -> Value {
    let mut list = Vec::with_capacity(set.len());
    list.extend(set.iter().map(|node| Value::from(names[node.index()].as_str())));
    list.into()
}

fn by_name<T: Into<Value>>(values: impl IntoIterator<Item = T>, names: &[String]) -> Value {
    names.iter().cloned().zip(values.into_iter().map(Into::into)).collect::<Map<_, _>>().into()
}

fn count(number: u128) -> Value {
    u64::try_from(number).map_or_else(|_| number.to_string().into(), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_quorum_is_told_apart_from_a_small_one() {
        let seen = report(&Spec::Threshold { n: 2, r: 3, w: 1 }, &[]);
        assert_eq!(seen["valid"], false);
        assert_eq!(seen["every_read_meets_every_write"], true);
        assert_eq!(seen["min_read_quorums"], json!([]));
        assert_eq!(seen["min_read_size"], Value::Null);
        assert_eq!(seen["read_resilience"], Value::Null);
        assert_eq!(seen["resilience"], Value::Null);
        assert_eq!(seen["write_resilience"], 1);
        assert_eq!(seen["min_write_quorums"], json!([["S1"], ["S2"]]));
    }

    #[test]
    fn the_largest_cluster_is_answered() {
        let seen = report(&Spec::Threshold { n: 101, r: 51, w: 51 }, &[]);
        assert_eq!(seen["valid"], true);
        assert_eq!(seen["n_min_read_quorums"], "199804427433372226016001220056");
        assert_eq!(seen["min_read_quorums"], Value::Null);
        assert_eq!(seen["resilience"], 50);
        assert_eq!(seen["live_sets_with_read_quorum_by_size"][101], 1);
        let seen = report(&Spec::Threshold { n: 101, r: 51, w: 50 }, &[]);
        assert_eq!(seen["witness"][0][50], "S51");
        assert_eq!(seen["witness"][1][0], "S52");
        assert_eq!(seen["disjoint_pairs"], Value::Null);
    }

    #[test]
    fn disjoint_pairs_are_counted() {
        let seen = report(&Spec::Threshold { n: 20, r: 10, w: 10 }, &[]);
        assert_eq!(seen["n_min_read_quorums"], 184_756);
        assert_eq!(seen["disjoint_pairs"], Value::Null, "too many to list");
        let seen = report(&Spec::Threshold { n: 6, r: 2, w: 3 }, &[]);
        assert_eq!(seen["disjoint_pairs"], 15 * 4);
    }
}
