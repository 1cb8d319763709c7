//! The checkers of linearizability against one that tries every order, on small histories of every
//! model: whole, and after each event.
#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use quorate::check::linear::{
    Answer, Budget, Call, Datum, Doing, Lineariser, Model, Object, SoFar, State, Texts, Verdict, check,
};
use quorate::model::{Path, TreeOp, Value};

/// Files have lines for the first; the others are of runs.
const MODELS: [Model; 11] = {
    let [a, b, c, d, e, f, g] = Model::ALL;
    [a, b, c, d, e, f, g, Model::Store, Model::Tree, Model::Leased, Model::Fenced]
};

/// Which object a key is of.
fn group(model: Model, key: u32) -> usize {
    if model == Model::Store { 0 } else { key as usize }
}

/// The state after an operation, if it is told what it was told; one that never returned does what it can.
fn after(object: &mut Object, state: State, call: Call) -> Option<State> {
    let Call { process, key, doing, returned, .. } = call;
    match returned {
        Some((_, told)) => object.explain(state, process, key, doing, told),
        None => Some(object.apply(state, process, key, doing).0),
    }
}

/// Whether some order explains every answer: tries them all.
fn brute(object: &mut Object, calls: &[Call], done: &mut Vec<bool>, states: &mut Vec<State>) -> bool {
    if calls.iter().zip(&*done).all(|(call, done)| *done || call.returned.is_none()) {
        return true;
    }
    let next = (0..calls.len()).filter(|n| !done[*n]).collect::<Vec<_>>();
    let first_return = next.iter().filter_map(|n| calls[*n].returned).map(|(at, _)| at).min();
    for n in next {
        let call = calls[n];
        if first_return.is_some_and(|at| at < call.called) {
            continue;
        }
        let key = group(object.model(), call.key);
        let state = states[key];
        let Some(after) = after(object, state, call) else { continue };
        done[n] = true;
        states[key] = after;
        let fine = brute(object, calls, done, states);
        done[n] = false;
        states[key] = state;
        if fine {
            return true;
        }
    }
    false
}

fn is_linearizable(object: &Object, calls: &[Call]) -> bool {
    let states = vec![object.first(); 2];
    brute(&mut object.clone(), calls, &mut vec![false; calls.len()], &mut states.clone())
}

/// Whether an order, with its moments, is one: each operation between call and return, and each
/// answer that of the object; and all that returned are in it.
fn holds(object: &Object, calls: &[Call], order: &[u32], points: &[Option<u64>]) {
    let (mut object, mut now) = (object.clone(), 0);
    let mut states = [object.first(); 2];
    for place in order {
        let call = calls[*place as usize];
        let at = points[*place as usize].expect("a moment");
        assert!(
            at >= now && at >= call.called && call.returned.is_none_or(|(end, _)| at <= end),
            "{calls:?} {order:?}"
        );
        now = at;
        let state = &mut states[group(object.model(), call.key)];
        let after = after(&mut object, *state, call);
        assert!(after.is_some(), "{calls:?} {order:?}");
        *state = after.unwrap_or(*state);
    }
    for (n, call) in calls.iter().enumerate() {
        let times = order.iter().filter(|place| **place == n as u32).count();
        assert!(times == 1 || times == 0 && call.returned.is_none(), "{calls:?} {order:?}");
        assert_eq!(points[n].is_some(), times == 1);
    }
}

/// What happens next to an operation of a random history.
#[derive(Clone, Copy, Debug)]
enum Event {
    Called(usize),
    Returned(usize),
    Refused(usize),
}

fn doing(model: Model, what: u8, value: u8) -> Doing {
    let (value, other) = (Datum(u32::from(value % 3)), Datum(u32::from(value / 3 % 3)));
    match model {
        Model::Register | Model::Once => [Doing::Read, Doing::Write(value)][usize::from(what % 2)],
        Model::CasRegister => {
            [Doing::Read, Doing::Write(value), Doing::Cas { expect: other, value }][usize::from(what % 3)]
        }
        Model::Kv => {
            [Doing::Read, Doing::Write(value), Doing::Cas { expect: other, value }, Doing::Append(value)]
                [usize::from(what % 4)]
        }
        Model::Queue => [Doing::Enqueue(value), Doing::Dequeue][usize::from(what % 2)],
        Model::Lock | Model::Mutex => [Doing::Acquire, Doing::Release][usize::from(what % 2)],
        Model::Leased | Model::Fenced => [Doing::Acquire, Doing::Return(1 + value.0)][usize::from(what % 2)],
        Model::Store => [
            Doing::Read,
            Doing::Write(value),
            Doing::Cas { expect: other, value },
            Doing::Both { other: u32::from(what / 4 % 2), value },
        ][usize::from(what % 4)],
        Model::Tree => {
            let path = |text| Path::parse(text).expect("a path");
            let paths = ["/a", "/b", "/a/a", "/b/a", "/"].map(path);
            let (one, two) = (paths[value.0 as usize], paths[other.0 as usize + 2]);
            Doing::Tree(match what % 6 {
                0 => TreeOp::Make(two),
                1 => TreeOp::MakeDir(one),
                2 => TreeOp::Put(two, Value(value.0)),
                3 => TreeOp::Move(one, paths[other.0 as usize]),
                4 => TreeOp::Remove(one),
                _ => TreeOp::List(if what < 128 { one } else { two }),
            })
        }
    }
}

/// A history that an object had, with some of the answers wrong.
fn history(model: Model, steps: &[(u8, u8, u8, u8)]) -> (Object, Vec<Call>, Vec<(u64, Event)>) {
    const PROCESSES: usize = 4;
    let mut texts = Texts::default();
    for text in ["0", "1", "2", "01", "21"] {
        texts.number(text);
    }
    let mut object = Object::with(model, Datum::NIL, texts.clone());
    let mut states = [object.first(); 2];
    let (mut calls, mut events) = (Vec::<Call>::new(), Vec::new());
    // Of each process: its operation, and the answer once it has happened.
    let mut at: [Option<(usize, Option<Answer>)>; PROCESSES] = [None; PROCESSES];
    for (time, (who, what, value, luck)) in (1..).zip(steps) {
        let who = usize::from(*who) % PROCESSES;
        match at[who] {
            None => {
                let is_second = model == Model::Kv && *luck > 200 || model == Model::Store && luck % 2 == 1;
                let key = u32::from(is_second);
                let doing = doing(model, *what, *value);
                at[who] = Some((calls.len(), None));
                events.push((time, Event::Called(calls.len())));
                calls.push(Call { process: who as u32, key, doing, called: time, returned: None });
            }
            Some((place, None)) if *luck < 24 => {
                // It crashes, or it is told that it did not happen.
                at[who] = None;
                if *luck < 12 {
                    events.push((time, Event::Refused(place)));
                }
            }
            Some((place, None)) => {
                let call = calls[place];
                let Call { process, key, doing, .. } = call;
                let state = &mut states[group(model, key)];
                // A lease is over now and then.
                let seen = object.seen(*state, process, key, doing)[0].filter(|_| *luck < 200);
                let (after, answer) = match seen {
                    Some(answer) => (*state, answer),
                    None => object.apply(*state, process, key, doing),
                };
                *state = after;
                at[who] = Some((place, Some(answer)));
            }
            Some((place, Some(answer))) => {
                let wrong = [Answer::Done, Answer::Differs, Answer::Value(Datum(0)), Answer::Value(Datum(1))];
                let told = match *luck {
                    // Who is told no may have asked again, and be told of the later one.
                    230..=232 if answer == Answer::Differs => Answer::Late,
                    ..=235 => answer,
                    _ => wrong[usize::from(*what) % 4],
                };
                let told = if told == Answer::Late && !may_be_late(model) { Answer::Differs } else { told };
                calls[place].returned = Some((time, told));
                events.push((time, Event::Returned(place)));
                at[who] = None;
            }
        }
    }
    // What was read of texts that came about has a number of its own.
    for call in &mut calls {
        if let Some((_, Answer::Value(value))) = &mut call.returned
            && model == Model::Kv
            && *value != Datum::NIL
        {
            *value = Datum(texts.number(&object.text(*value)));
        }
    }
    (Object::with(model, Datum::NIL, texts), calls, events)
}

fn may_be_late(model: Model) -> bool {
    matches!(model, Model::Leased | Model::Fenced)
}

fn standing(verdict: &Verdict) -> SoFar {
    match verdict {
        Verdict::Linearizable { .. } => SoFar::Linearizable,
        Verdict::Not(_) => SoFar::Not,
        Verdict::Unknown => SoFar::Unknown,
    }
}

/// What a failure says is so.
fn explains(object: &Object, calls: &[Call], failure: &quorate::check::linear::Failure) {
    let is_of = |key| group(object.model(), key) == group(object.model(), failure.key);
    let alone = |call: Call| if object.model() == Model::Store { call } else { Call { key: 0, ..call } };
    let forgotten = |but: &[u32]| {
        let forget = |(place, call): (u32, &Call)| Call {
            returned: call.returned.filter(|_| but.contains(&place)),
            ..*call
        };
        (0..).zip(calls).map(forget).filter(|call| is_of(call.key)).map(alone).collect::<Vec<_>>()
    };
    assert!(failure.unordered.contains(&failure.stuck));
    assert!(!is_linearizable(object, &forgotten(&failure.unordered)), "{calls:?} {failure:?}");
    // Just after the return of the one that is stuck there is no order, and just before there is.
    let end = calls[failure.stuck as usize].returned.expect("it returned").0;
    let before = |limit: u64| {
        let cut =
            |call: &Call| alone(Call { returned: call.returned.filter(|(at, _)| *at < limit), ..*call });
        calls.iter().filter(|call| is_of(call.key) && call.called < limit).map(cut).collect::<Vec<_>>()
    };
    assert!(
        is_linearizable(object, &before(end)) && !is_linearizable(object, &before(end + 1)),
        "{calls:?} {failure:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_three_agree(model in 0..11usize, steps in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 0..26)) {
        let model = MODELS[model];
        let (object, calls, events) = history(model, &steps);
        let mut run = Lineariser::new(object.clone());
        let mut refused = vec![false; calls.len()];
        let mut names = vec![u32::MAX; calls.len()];
        let mut fine = true;
        for (now, event) in &events {
            match *event {
                Event::Called(n) => names[n] = run.called(*now, calls[n].process, calls[n].key, calls[n].doing),
                Event::Returned(n) => {
                    let told = calls[n].returned.expect("it returned").1;
                    run.returned(*now, names[n], told);
                }
                Event::Refused(n) => {
                    refused[n] = true;
                    run.refused(names[n]);
                }
            }
            let so_far: Vec<Call> = (0..calls.len())
                .filter(|n| calls[*n].called <= *now && !refused[*n])
                .map(|n| Call { returned: calls[n].returned.filter(|(at, _)| at <= now), ..calls[n] })
                .collect();
            fine &= is_linearizable(&object, &so_far);
            let expected = if fine { SoFar::Linearizable } else { SoFar::Not };
            prop_assert_eq!(run.so_far(), expected, "{:?}", so_far);
            let verdict = check(&object, &so_far, Budget::default()).verdict;
            prop_assert_eq!(standing(&verdict), expected, "{:?}", so_far);
            prop_assert_eq!(standing(&run.settle(Budget::default())), expected);
            match verdict {
                Verdict::Linearizable { order, points } => holds(&object, &so_far, &order, &points),
                Verdict::Not(failure) => explains(&object, &so_far, &failure),
                Verdict::Unknown => {}
            }
            if fine {
                let points: Vec<Option<u64>> = names.iter().zip(&refused).filter(|(name, refused)| **name != u32::MAX && !**refused)
                    .map(|(name, _)| run.points()[*name as usize]).collect();
                let order: Vec<u32> = run.order().into_iter()
                    .map(|place| names.iter().zip(&refused).filter(|(name, refused)| **name != u32::MAX && !**refused)
                        .position(|(name, _)| *name == place).expect("it is there") as u32).collect();
                holds(&object, &so_far, &order, &points);
            }
        }
    }

    /// Where calls and returns are at the same moments, neither comes before the other, but for those of
    /// one process, as none has two operations under way here.
    #[test]
    fn the_same_moment_is_no_order(model in 0..11usize, steps in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 0..22)) {
        let (object, mut calls, _) = history(MODELS[model], &steps);
        for call in &mut calls {
            call.called /= 3;
            call.returned = call.returned.map(|(at, told)| (at / 3, told));
        }
        let verdict = check(&object, &calls, Budget::default()).verdict;
        // Who has to be told before something is called at the same moment.
        let mut times: Vec<(u64, usize, bool)> = Vec::new();
        for (n, call) in calls.iter().enumerate() {
            let told = |m: &usize| {
                let at = calls[*m].returned.map(|(at, _)| at);
                calls[*m].process == call.process && at == Some(call.called)
            };
            times.extend((0..n).filter(told).map(|m| (call.called, m, true)));
            times.push((call.called, n, false));
        }
        let told: Vec<usize> = times.iter().filter(|(.., is_return)| *is_return).map(|(_, m, _)| *m).collect();
        for (m, call) in calls.iter().enumerate().filter(|(m, _)| !told.contains(m)) {
            times.extend(call.returned.map(|(at, _)| (at, m, true)));
        }
        // What returns for nobody's sake does so last; the others stay as they are.
        times.sort_by_key(|(at, m, is_return)| (*at, *is_return && !told.contains(m)));
        let mut numbered = calls.clone();
        for (number, (_, m, is_return)) in (0..).zip(times) {
            match &mut numbered[m].returned {
                Some((at, _)) if is_return => *at = number,
                _ => numbered[m].called = number,
            }
        }
        prop_assert_eq!(standing(&verdict) == SoFar::Linearizable, is_linearizable(&object, &numbered));
        if let Verdict::Linearizable { order, points } = verdict {
            holds(&object, &calls, &order, &points);
        }
    }
}

/// Few processes that write one of two values or read, over and over: a write of what is there already hides
/// those just before it.
#[test]
fn writes_of_what_is_there_agree() {
    let mut state = 1u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let (mut fine, mut broken) = (0, 0);
    for _ in 0..20_000 {
        let object = Object::new(Model::Register);
        let mut run = Lineariser::new(object.clone());
        let mut calls: Vec<Call> = Vec::new();
        let mut under_way: [Option<usize>; 3] = [None; 3];
        for now in 0..14 {
            let process = below(3) as usize;
            if let Some(place) = under_way[process].take() {
                let told = if matches!(calls[place].doing, Doing::Write(_)) {
                    Answer::Done
                } else {
                    Answer::Value(Datum(below(2) as u32))
                };
                calls[place].returned = Some((now, told));
                run.returned(now, place as u32, told);
            } else {
                let doing = if below(3) > 0 { Doing::Write(Datum(below(2) as u32)) } else { Doing::Read };
                under_way[process] = Some(calls.len());
                calls.push(Call { process: process as u32, key: 0, doing, called: now, returned: None });
                run.called(now, process as u32, 0, doing);
            }
            let expected = if is_linearizable(&object, &calls) { SoFar::Linearizable } else { SoFar::Not };
            assert_eq!(run.so_far(), expected, "{calls:?}");
            if expected == SoFar::Not {
                broken += 1;
                break;
            }
            fine += 1;
        }
    }
    assert!(fine > 50_000 && broken > 1_000, "{fine}, {broken}");
}
