//! Long histories whose orders are plain to see: a verdict within the usual budget, and the right place.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::linear::{Answer, Budget, Call, Datum, Doing, Model, Object, Verdict, check};

fn call(process: u32, doing: Doing, called: u64, returned: u64, told: Answer) -> Call {
    Call { process, key: 0, doing, called, returned: Some((returned, told)) }
}

/// Operations one after the other.
fn one_by_one(deeds: impl IntoIterator<Item = (Doing, Answer)>) -> Vec<Call> {
    let call = |(n, (doing, told)): (u64, _)| call(0, doing, 2 * n + 1, 2 * n + 2, told);
    (0..).zip(deeds).map(call).collect()
}

fn verdict(model: Model, calls: &[Call]) -> Verdict {
    check(&Object::new(model), calls, Budget::default()).verdict
}

#[test]
fn one_that_lasts_as_long_as_all_others() {
    let writes = 97_999_u32;
    let mut calls = one_by_one((0..writes).map(|n| (Doing::Write(Datum(n)), Answer::Done)));
    for (seen, is_fine) in [(writes - 1, true), (writes, false)] {
        let told = Answer::Value(Datum(seen));
        calls.insert(0, call(1, Doing::Read, 0, u64::from(2 * writes), told));
        let verdict = verdict(Model::Register, &calls);
        assert_eq!(matches!(verdict, Verdict::Linearizable { .. }), is_fine, "{seen}");
        assert_ne!(verdict, Verdict::Unknown, "{seen}");
        calls.remove(0);
    }
}

#[test]
fn a_queue_that_is_filled_and_emptied() {
    let count = 12_000_u32;
    let enqueue = |n| (Doing::Enqueue(Datum(n)), Answer::Done);
    let dequeue = |n| (Doing::Dequeue, Answer::Value(Datum(n)));
    let calls = one_by_one((0..count).map(enqueue).chain((0..count).map(dequeue)));
    assert!(matches!(verdict(Model::Queue, &calls), Verdict::Linearizable { .. }));
}

#[test]
fn one_stale_read_is_found_among_many_others() {
    let pairs = 30_000_u32;
    for (stale, seen) in [(24_000, 23_999), (24_000, 5), (3, 2)] {
        let pair = |n: u32| {
            let read = Datum(if n == stale { seen } else { n });
            [(Doing::Write(Datum(n)), Answer::Done), (Doing::Read, Answer::Value(read))]
        };
        let calls = one_by_one((0..pairs).flat_map(pair));
        let Verdict::Not(failure) = verdict(Model::Register, &calls) else { panic!("it is stale") };
        let stuck = 2 * stale + 1;
        assert_eq!(failure.stuck, stuck);
        assert_eq!(failure.prefix, (0..stuck).collect::<Vec<_>>());
        assert_eq!(failure.unordered, [2 * seen, 2 * stale, stuck]);
        assert!(failure.is_exact);
    }
}

#[test]
fn a_value_that_comes_out_of_a_long_queue_too_soon() {
    let count = 600_u32;
    let enqueue = |n| (Doing::Enqueue(Datum(n)), Answer::Done);
    let dequeue = |n| (Doing::Dequeue, Answer::Value(Datum(if n == 200 { 201 } else { n })));
    let calls = one_by_one((0..count).map(enqueue).chain((0..count).map(dequeue)));
    let Verdict::Not(failure) = verdict(Model::Queue, &calls) else { panic!("it was not the first") };
    assert_eq!(failure.stuck, count + 200);
    assert_eq!(failure.prefix, (0..count + 200).collect::<Vec<_>>());
}
