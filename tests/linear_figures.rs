//! The histories that Herlihy and Wing draw (*Linearizability*, 1990, Figures 1 and 2), with their verdicts.
//! The moments are ours, in the order drawn.
#![cfg(not(target_arch = "wasm32"))]

use quorate::check::linear::{Answer, Budget, Call, Datum, Doing, Model, Object, Verdict, check};

const A: u32 = 0;
const B: u32 = 1;
const C: u32 = 2;
const X: Datum = Datum(1);
const Y: Datum = Datum(2);
const Z: Datum = Datum(3);

/// A call and its return: who, from when, until when, what, and what it was told.
fn call(process: u32, called: u64, returned: u64, doing: Doing, told: Answer) -> Call {
    Call { process, key: 0, doing, called, returned: Some((returned, told)) }
}

fn is_linearizable(model: Model, calls: &[Call]) -> bool {
    match check(&Object::new(model), calls, Budget::default()).verdict {
        Verdict::Linearizable { .. } => true,
        Verdict::Not(_) => false,
        Verdict::Unknown => panic!("four calls are not too many"),
    }
}

#[test]
fn a_queue_may_take_overlapping_calls_in_either_order() {
    let mut calls = vec![
        call(A, 0, 3, Doing::Enqueue(X), Answer::Done),
        call(B, 1, 4, Doing::Enqueue(Y), Answer::Done),
        call(B, 5, 6, Doing::Dequeue, Answer::Value(X)),
        call(A, 7, 8, Doing::Dequeue, Answer::Value(Y)),
        Call { process: A, key: 0, doing: Doing::Enqueue(Z), called: 9, returned: None },
    ];
    assert!(is_linearizable(Model::Queue, &calls), "Figure 1a");
    // The other way round as well, but nothing comes out twice.
    (calls[2].returned, calls[3].returned) = (Some((6, Answer::Value(Y))), Some((8, Answer::Value(X))));
    assert!(is_linearizable(Model::Queue, &calls));
    calls[3].returned = Some((8, Answer::Value(Y)));
    assert!(!is_linearizable(Model::Queue, &calls));
}

#[test]
fn a_queue_may_not_pass_over_what_was_put_in_before() {
    let mut calls = vec![
        call(A, 0, 1, Doing::Enqueue(X), Answer::Done),
        call(B, 2, 5, Doing::Enqueue(Y), Answer::Done),
        call(A, 3, 6, Doing::Dequeue, Answer::Value(Y)),
    ];
    assert!(!is_linearizable(Model::Queue, &calls), "Figure 1b");
    calls[2].returned = Some((6, Answer::Value(X)));
    assert!(is_linearizable(Model::Queue, &calls));
}

#[test]
fn a_register_may_be_written_late_within_a_long_call() {
    let (zero, one) = (Datum(0), Datum(1));
    let mut calls = vec![
        call(A, 0, 1, Doing::Write(zero), Answer::Done),
        call(B, 2, 8, Doing::Write(one), Answer::Done),
        call(A, 3, 5, Doing::Read, Answer::Value(one)),
        call(C, 6, 7, Doing::Write(zero), Answer::Done),
        call(B, 9, 10, Doing::Read, Answer::Value(zero)),
    ];
    assert!(is_linearizable(Model::Register, &calls), "Figure 2a");
    // Once 1 was read and 0 written after that, 1 is not read again.
    calls[4].returned = Some((10, Answer::Value(one)));
    assert!(!is_linearizable(Model::Register, &calls), "Figure 2b");
}
