//! The awkward cases, one by one, and random schedules.

use super::{Deal, Message, PaxosCommit, ThreePhase, Timer, TwoPhase};
use crate::catalogue;
use crate::check::{COMMIT_AGREEMENT, Property};
use crate::model::{Ballot, Command, Key, NodeId, Op, Outcome, Protocol, SettingValue, Settings, Value};
use crate::protocols::rig::{Chance, Rig, Storm, s, write};
use std::collections::BTreeMap;

fn properties<P: Protocol>() -> Vec<Box<dyn Property>> {
    let entry = catalogue::find(P::SPEC.id).expect("registered");
    (entry.properties)().into_iter().filter(|p| entry.unpromised(p.word().id).is_none()).collect()
}

/// A coordinator and so many managers.
fn rig<P: Protocol>(managers: usize, tune: impl FnOnce(&mut Settings)) -> Rig<P> {
    let weights = vec![1; managers + 1];
    let thresholds = vec![weights.len() as u32; P::SPEC.phases.len()];
    Rig::new(&weights, &thresholds, tune).watch(properties::<P>())
}

/// Three acceptors and two managers of their own.
fn paxos(tune: impl FnOnce(&mut Settings)) -> Rig<PaxosCommit> {
    Rig::new(&[1, 1, 1, 0, 0], &[2, 2], tune).watch(properties::<PaxosCommit>())
}

fn pair(a: u8, b: u8, value: u32) -> Op {
    Op::Pair { a: Key(a), b: Key(b), value: Value(value) }
}

fn value<P: Protocol>(rig: &Rig<P>, node: NodeId, key: u8) -> Option<Value> {
    rig.inspect(node).stored.iter().find(|stored| stored.key == Key(key)).map(|stored| stored.value)
}

#[test]
fn both_shards_or_neither() {
    let mut rig = rig::<TwoPhase>(2, |_| {});
    let id = rig.request(s(2), pair(0, 1, 7));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!((value(&rig, s(2), 0), value(&rig, s(3), 1)), (Some(Value(7)), Some(Value(7))));
    let mut rig = super::tests::rig::<TwoPhase>(2, |set| set.set("no_voters", SettingValue::Number(1)));
    let id = rig.request(s(2), pair(0, 1, 7));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Refused));
    assert_eq!((value(&rig, s(2), 0), value(&rig, s(3), 1)), (None, None));
    assert_eq!(rig.violations(), []);
}

#[test]
fn a_key_has_one_manager_and_others_send_there() {
    let mut rig = rig::<TwoPhase>(3, |_| {});
    for (node, key, owner) in [(1, 0, 2), (1, 1, 3), (3, 2, 4), (4, 3, 2)] {
        let id = rig.request(s(node), Op::Write { key: Key(key), value: Value(1) });
        assert_eq!(rig.reply(id), Some(Outcome::Redirect(Some(s(owner)))));
    }
    let id = rig.request(s(2), Op::Cas { key: Key(0), expect: Value(0), value: Value(1) });
    assert_eq!(rig.reply(id), Some(Outcome::Refused));
}

#[test]
fn what_is_not_in_the_log_is_presumed_to_be_aborted() {
    let mut rig = rig::<TwoPhase>(3, |_| {});
    let id = rig.request(s(2), write(1));
    rig.deliver(s(2), s(1));
    rig.deliver_all_but_votes();
    rig.crash(s(1));
    rig.drop_all();
    rig.timeout(s(3), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.inspect(s(3)).transactions.len(), 1, "nobody can tell");
    rig.restart(s(1));
    rig.timeout(s(3), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.inspect(s(3)).transactions.len(), 0);
    rig.timeout(s(2), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Refused));
    assert_eq!(rig.violations(), []);
}

impl Rig<TwoPhase> {
    /// Managers prepare; what they vote stays on its way.
    fn deliver_all_but_votes(&mut self) {
        self.deliver_where(|parcel| !matches!(parcel.message, Message::Vote { .. }));
    }
}

/// The first message comes when its transaction has been said to be aborted: it opens nothing.
#[test]
fn a_late_beginning_opens_nothing() {
    for restarts in [false, true] {
        let mut rig = rig::<TwoPhase>(2, |_| {});
        let id = rig.request(s(2), write(1));
        let begin = rig.take(s(2), s(1));
        rig.timeout(s(2), Timer::Doubt);
        rig.deliver_all();
        assert_eq!(rig.reply(id), Some(Outcome::Refused), "presumed");
        if restarts {
            rig.crash(s(1));
            rig.restart(s(1));
        }
        rig.inject(s(2), s(1), begin);
        rig.deliver_all();
        assert!(rig.decides().iter().all(|(_, _, command)| *command == Command::NOOP));
        assert_eq!(rig.violations(), []);
    }
}

/// A coordinator that was down while nothing was under way costs no later transaction: managers hear that it
/// is back, and remember it.
#[test]
fn a_coordinator_that_is_back_aborts_nothing_that_begins_then() {
    let mut rig = rig::<TwoPhase>(3, |_| {});
    rig.crash(s(1));
    rig.restart(s(1));
    rig.deliver_all();
    let done = |rig: &mut Rig<TwoPhase>, manager: u8| {
        let id = rig.request(s(manager), Op::Write { key: Key(manager - 2), value: Value(1) });
        rig.deliver_all();
        assert_eq!(rig.reply(id), Some(Outcome::Done), "S{manager}");
    };
    done(&mut rig, 2);
    // A manager that starts again knows it still.
    rig.crash(s(3));
    rig.restart(s(3));
    done(&mut rig, 3);
    assert_eq!(rig.fired(s(1), "PresumeAbort"), 0);
    // What the coordinator said in an earlier life comes late.
    rig.request(s(2), write(2));
    rig.deliver_where(|parcel| !matches!(parcel.message, Message::Decision { .. }));
    let late = rig.take(s(1), s(4));
    rig.crash(s(1));
    rig.restart(s(1));
    rig.deliver_all();
    rig.inject(s(1), s(4), late);
    done(&mut rig, 4);
    assert_eq!(rig.fired(s(1), "PresumeAbort"), 0);
    assert_eq!(rig.violations(), []);
}

/// The news that it is back is lost: one transaction is aborted, for that cause, and with that the news is
/// there.
#[test]
fn what_takes_the_coordinator_to_be_in_an_earlier_life_is_aborted() {
    let mut rig = rig::<TwoPhase>(2, |set| set.set("touched_only", SettingValue::Switch(true)));
    rig.crash(s(1));
    rig.restart(s(1));
    rig.drop_all();
    for outcome in [Outcome::Refused, Outcome::Done] {
        let id = rig.request(s(2), write(1));
        rig.deliver_all();
        assert_eq!(rig.reply(id), Some(outcome));
    }
    assert_eq!((rig.fired(s(1), "PresumeAbort"), rig.violations()), (1, &[] as _));
}

/// A manager that has seen a transaction of somebody else numbers its own above it: of two that meet the
/// one of which the other could know is the older.
#[test]
fn what_begins_later_is_the_younger() {
    let mut rig = rig::<TwoPhase>(2, |_| {});
    for value in 0..3 {
        rig.request(s(2), write(value));
        rig.deliver_all();
    }
    let first = rig.request(s(2), pair(0, 1, 7));
    rig.deliver(s(2), s(1));
    rig.deliver(s(1), s(3));
    assert_eq!(rig.inspect(s(3)).transactions.len(), 1);
    let second = rig.request(s(3), pair(1, 0, 8));
    rig.deliver_all();
    assert_eq!([first, second].map(|id| rig.reply(id)), [Some(Outcome::Done); 2]);
    let began = rig.inspect(s(3)).epoch;
    assert!(Ballot::from_bits(began) > Ballot::new(4, s(2)), "{began}");
    let rounds: Vec<u32> = rig.ids().map(|node| rig.disk(node).round).collect();
    assert_eq!(rounds[1], rounds[2], "{rounds:?}");
    assert_eq!(rig.violations(), []);
}

/// Two ask for the same vote while a lock is taken: both get the same, as a transaction is not in its own way.
#[test]
fn whoever_waits_for_two_that_ask_votes_once() {
    let mut rig = rig::<ThreePhase>(3, |_| {});
    rig.request(s(3), pair(1, 2, 9));
    let (tx, command) = (Ballot::new(1, s(2)), Command { op: pair(0, 1, 7), ..Command::NOOP });
    let deal = Deal { command, parties: [s(2), s(3)].into_iter().collect() };
    for asks in [1, 4] {
        rig.inject(s(asks), s(3), Message::Prepare { tx, deal });
    }
    assert_eq!(rig.fired(s(3), "LockWaits"), 2);
    rig.deliver_all();
    let votes = ["VoteYes", "RepeatVote", "LockDies"].map(|rule| rig.fired(s(3), rule));
    assert_eq!(votes, [1, 1, 0]);
    assert!(rig.inspect(s(3)).transactions.iter().any(|known| known.id == tx));
    assert_eq!(rig.violations(), []);
}

#[test]
fn a_commit_in_the_log_is_told_until_all_have_it() {
    let mut rig = rig::<TwoPhase>(3, |_| {});
    rig.request(s(2), write(1));
    rig.deliver_where(|parcel| !matches!(parcel.message, Message::Decision { .. }));
    assert_eq!(rig.disk(s(1)).commits.len(), 1);
    rig.drop_all();
    rig.crash(s(1));
    rig.restart(s(1));
    rig.drop_to(s(4));
    rig.deliver_all();
    assert_eq!(rig.disk(s(1)).commits.len(), 1, "S4 has not acknowledged it");
    rig.timeout(s(4), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.disk(s(1)).commits.len(), 0, "and now it is forgotten");
    assert_eq!(rig.violations(), []);
}

/// Two transactions take the same two locks in opposite orders: the younger one dies, none waits for ever.
#[test]
fn transactions_that_cross_do_not_deadlock() {
    for never_waits in [0, 1] {
        let mut rig = rig::<TwoPhase>(2, |set| {
            set.set("conflict", SettingValue::Choice(never_waits));
            set.set("touched_only", SettingValue::Switch(true));
        });
        let one = rig.request(s(2), pair(0, 1, 1));
        let other = rig.request(s(3), pair(1, 0, 2));
        let read = rig.request(s(2), Op::Read { key: Key(0) });
        assert_eq!(rig.reply(read), None, "the lock is taken");
        rig.deliver_all();
        let done = [one, other].map(|id| rig.reply(id));
        assert!(done.iter().all(Option::is_some), "{done:?}");
        if never_waits == 0 {
            assert_eq!(done, [Some(Outcome::Done), Some(Outcome::Refused)]);
        }
        assert!(matches!(rig.reply(read), Some(Outcome::Value(_))), "the lock is free");
        assert_eq!(value(&rig, s(2), 0), value(&rig, s(3), 1));
        assert_eq!(rig.violations(), []);
    }
}

#[test]
fn a_retry_is_the_same_transaction() {
    let mut rig = rig::<TwoPhase>(2, |_| {});
    let id = rig.request(s(2), write(1));
    rig.request_as(s(2), id, write(1));
    rig.deliver_all();
    rig.request(s(2), write(2));
    rig.deliver_all();
    rig.request_as(s(2), id, write(1));
    rig.deliver_all();
    assert_eq!((rig.reply(id), value(&rig, s(2), 0)), (Some(Outcome::Done), Some(Value(2))));
}

#[test]
fn any_acceptor_finds_out_what_was_voted() {
    let mut rig = paxos(|_| {});
    let id = rig.request(s(4), pair(0, 1, 1));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    let id = rig.request(s(4), pair(0, 1, 2));
    // S1 dies when S2 has accepted both votes.
    rig.deliver_where(|parcel| {
        !matches!(parcel.message, Message::Accepted { .. } | Message::Decision { .. })
    });
    rig.crash(s(1));
    rig.drop_all();
    rig.timeout(s(2), Timer::Retry);
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done), "both votes were accepted");
    assert_eq!(value(&rig, s(5), 1), Some(Value(2)));
    let id = rig.request(s(4), pair(0, 1, 3));
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done), "S2 leads now");
    assert_eq!(rig.violations(), []);
}

#[test]
fn where_nothing_is_accepted_the_new_leader_proposes_aborted() {
    let mut rig = paxos(|_| {});
    let id = rig.request(s(4), pair(0, 1, 1));
    rig.crash(s(1));
    rig.deliver_all();
    rig.timeout(s(2), Timer::Retry);
    rig.deliver_all();
    assert_eq!(rig.fired(s(2), "ProposeRest"), 1);
    assert_eq!(rig.reply(id), Some(Outcome::Refused));
    assert_eq!(rig.violations(), []);
}

/// What is due comes to pass once everybody is back and messages arrive.
fn calm<P: Protocol<Timer = Timer>>(rig: &mut Rig<P>) {
    let nodes: Vec<_> = rig.ids().collect();
    for node in &nodes {
        if !rig.is_up(*node) {
            rig.restart(*node);
        }
    }
    for _ in 0..80 {
        for node in &nodes {
            rig.deliver_all();
            for timer in [Timer::Retry, Timer::Doubt] {
                if rig.timer(*node, timer).is_some() {
                    rig.timeout(*node, timer);
                }
            }
        }
    }
    rig.deliver_all();
}

fn doubts<P: Protocol>(rig: &Rig<P>) -> usize {
    rig.ids().map(|node| rig.inspect(node).transactions.len()).sum()
}

fn storms<P: Protocol<Timer = Timer>>(seeds: u64, make: impl Fn(&mut Chance) -> Rig<P>) {
    let mut met = 0;
    for seed in 0..seeds {
        let mut rig = make(&mut Chance(seed));
        rig.storm(seed, 400, STORM);
        calm(&mut rig);
        assert_eq!(rig.violations(), [], "seed {seed}");
        assert_eq!(doubts(&rig), 0, "seed {seed}: somebody stays in doubt");
        met += met_twice(&rig);
    }
    assert!(met > seeds, "{met}: transactions hardly ever meet on two registers");
}

/// Of one register and of two: what is to be serialisable has to meet.
const STORM: Storm = Storm {
    deliver: 800,
    lose: 60,
    double: 40,
    timeout: 60,
    crash: 6,
    restart: 12,
    request: 20,
    reweigh: 0,
    pair: 50,
};

/// How many pairs of committed transactions write the same two registers, one right after another.
fn met_twice<P: Protocol>(rig: &Rig<P>) -> u64 {
    let mut before: BTreeMap<[Option<Key>; 2], Command> = BTreeMap::new();
    let mut met = 0;
    for (_, _, command) in rig.decides().iter().filter(|(.., command)| command.op.writes()[1].is_some()) {
        let mut keys = command.op.writes();
        keys.sort_unstable();
        met += u64::from(before.insert(keys, *command).is_some_and(|earlier| earlier != *command));
    }
    met
}

fn anything(chance: &mut Chance, set: &mut Settings) {
    set.set("touched_only", SettingValue::Switch(chance.below(2) == 0));
    set.set("layout", SettingValue::Choice(chance.below(2) as u8));
    set.set("conflict", SettingValue::Choice(chance.below(2) as u8));
}

#[test]
fn two_phases_in_a_storm() {
    storms(1_500, |chance| rig::<TwoPhase>(2 + chance.below(3), |set| anything(chance, set)));
}

#[test]
fn paxos_commit_in_a_storm() {
    storms(1_500, |chance| {
        let weights = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [2, 1, 1, 0, 0]][chance.below(3)];
        let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
        let accept = 1 + chance.below(total as usize) as u32;
        Rig::<PaxosCommit>::new(&weights, &[total - accept + 1, accept], |set| {
            anything(chance, set);
            set.set("variant", SettingValue::Choice(chance.below(2) as u8));
        })
        .watch(properties::<PaxosCommit>())
    });
}

/// Agreement is not promised where timers run out at any moment; all else is.
#[test]
fn three_phases_in_a_storm() {
    for seed in 0..1_000 {
        let mut rig = rig::<ThreePhase>(3, |set| anything(&mut Chance(seed), set));
        rig.storm(seed, 400, STORM);
        calm(&mut rig);
        assert_eq!(rig.violations(), [], "seed {seed}");
    }
}

#[test]
fn every_flaw_breaks_what_it_names() {
    fn caught<P: Protocol<Timer = Timer>>(make: impl Fn(&mut Settings) -> Rig<P>) {
        for flaw in P::SPEC.flaws {
            let mut settings = Settings::defaults(P::SPEC.settings);
            settings.set_flaw(flaw.id, true);
            let mix = Storm { crash: 25, restart: 60, request: 60, timeout: 80, ..Storm::default() };
            let found = (0..3_000).any(|seed| {
                let mut rig = make(&mut settings.clone());
                rig.storm(seed, 300, mix);
                rig.broken().contains(&flaw.breaks)
            });
            assert!(found, "{}: {} does not break {}", P::SPEC.id, flaw.id, flaw.breaks);
        }
    }
    caught(|flawed| rig::<TwoPhase>(2, |set| set.clone_from(flawed)));
    caught(|flawed| rig::<ThreePhase>(2, |set| set.clone_from(flawed)));
    caught(|flawed| paxos(|set| set.clone_from(flawed)));
}

/// Acceptors that need not meet: a new leader does not hear what was chosen.
#[test]
fn acceptors_that_need_not_meet_break_agreement() {
    let mix = Storm { crash: 25, restart: 60, timeout: 80, ..Storm::default() };
    let broken = (0..2_000).any(|seed| {
        let mut rig =
            Rig::<PaxosCommit>::new(&[1, 1, 1, 0, 0], &[1, 1], |_| {}).watch(properties::<PaxosCommit>());
        rig.storm(seed, 300, mix);
        rig.broken().contains(&COMMIT_AGREEMENT.id)
    });
    assert!(broken);
}
