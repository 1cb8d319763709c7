//! Hand-made schedules: a claim of the paper each.

use super::learner::Learner;
use super::{ACCEPT, Durable, Message, PREPARE, Paxos, Timer};
use crate::check::{AGREEMENT, Agreement, ChosenStable, Monitor, P2c, Property, Validity};
use crate::model::{
    Ballot, ClientId, Command, Effects, Inspection, Key, NodeId, Op, Outcome, Protocol, RequestId,
    SettingValue, Settings, Setup, Span, SpanRange, Time, Value,
};
use crate::protocols::rig::{Rig, s, write};
use crate::quorum::Rule;
use crate::sim::{ClientPlan, Delay, Plan, Recorder, World, storm};
use std::sync::Arc;

pub(super) fn properties() -> Vec<Box<dyn Property>> {
    vec![
        Box::new(Agreement::new(&AGREEMENT).resting_on(PREPARE, ACCEPT)),
        Box::new(Validity::new()),
        Box::new(ChosenStable::new(PREPARE, ACCEPT)),
        Box::new(P2c::new(PREPARE)),
    ]
}

fn rig(nodes: usize) -> Rig<Paxos> {
    Rig::majority(nodes).watch(properties())
}

fn flawed(nodes: usize, flaw: &'static str) -> Rig<Paxos> {
    Rig::tuned(nodes, |settings| settings.set_flaw(flaw, true)).watch(properties())
}

fn role(inspection: Inspection<'_>) -> &'static str {
    Paxos::SPEC.roles[usize::from(inspection.role)].id
}

const READ: Op = Op::Read { key: Key(0) };

fn command(seq: u32, value: u32) -> Command {
    Command { request: RequestId { client: ClientId(9), seq }, op: write(value) }
}

fn ballot(round: u32, node: u8) -> Ballot {
    Ballot::new(round, s(node))
}

fn decided(rig: &Rig<Paxos>, node: NodeId) -> Option<u32> {
    rig.inspect(node).decided.and_then(|command| command.op.value()).map(|value| value.0)
}

#[test]
fn one_proposer_gets_its_value_chosen() {
    let mut rig = rig(5);
    let id = rig.request(s(1), write(0));
    assert_eq!(role(rig.inspect(s(1))), "preparing");
    let gathering = rig.node(s(1)).gathering(rig.config()).expect("it gathers promises");
    assert_eq!((usize::from(gathering.phase), gathering.yes.len()), (PREPARE, 1));
    rig.deliver_all();
    assert!(rig.ids().all(|node| decided(&rig, node) == Some(0)));
    assert!(rig.ids().all(|node| role(rig.inspect(node)) == "decided"));
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    assert_eq!(rig.node(s(1)).gathering(rig.config()), None);
    assert_eq!(rig.timer(s(1), Timer::Retry), None, "a proposer that has learned stops");
    assert_eq!(rig.broken(), [""; 0]);
}

/// P1a: "An acceptor can accept a proposal numbered n iff it has not responded to a prepare request
/// having a number greater than n."
#[test]
fn p1a_a_promise_is_kept() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(2));
    rig.request(s(3), write(1));
    rig.deliver(s(3), s(2));
    assert_eq!(rig.inspect(s(2)).promised, Some(ballot(1, 3)));
    rig.deliver(s(2), s(1));
    assert_eq!(role(rig.inspect(s(1))), "proposing", "S1 and S2 promised 1.S1");
    rig.deliver(s(1), s(2));
    assert_eq!(rig.inspect(s(2)).accepted, None);
    assert_eq!(rig.fired(s(2), "RefuseAccept"), 1);
    assert!(rig.on_way(s(2), s(1)).contains(&"Nack"));
    // Nor does it promise backwards.
    rig.inject(s(1), s(2), Message::Prepare { ballot: ballot(1, 1) });
    assert_eq!(rig.inspect(s(2)).promised, Some(ballot(1, 3)));
    assert_eq!(rig.fired(s(2), "RefusePrepare"), 1);
    rig.deliver_all();
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn without_nacks_a_refusal_is_silent() {
    let mut rig: Rig<Paxos> = Rig::tuned(3, |settings| settings.set("nack", SettingValue::Switch(false)));
    rig.request(s(1), write(0));
    rig.inject(s(3), s(2), Message::Prepare { ballot: ballot(7, 3) });
    rig.deliver(s(1), s(2));
    assert_eq!(rig.on_way(s(2), s(1)), [""; 0]);
    assert_eq!(rig.fired(s(2), "RefusePrepare"), 1);
}

/// P2c: "v is the value of the highest-numbered proposal among all proposals numbered less than n
/// accepted by the acceptors in S."
#[test]
fn p2c_the_highest_accepted_ballot_binds() {
    let mut rig = rig(5);
    let disk = |number, command| Durable { promised: number, accepted: Some((number, command)), round: 0 };
    rig.request_as(s(4), command(1, 1).request, write(1));
    rig.request_as(s(5), command(2, 2).request, write(2));
    rig.drop_all();
    // The higher is heard of first.
    rig.reseed(s(2), disk(ballot(2, 5), command(2, 2)));
    rig.reseed(s(3), disk(ballot(1, 4), command(1, 1)));
    let id = rig.request(s(1), write(0));
    // S1 hears of neither ballot before; both refuse 1.S1, so it has to climb.
    rig.deliver_all();
    while rig.timer(s(1), Timer::Retry).is_some() {
        rig.timeout(s(1), Timer::Retry);
        rig.deliver_among(&[s(1), s(2), s(3)]);
    }
    assert_eq!(rig.reply(id), Some(Outcome::Value(Some(Value(2)))));
    assert_eq!(rig.fired(s(1), "AdoptEarlier"), 1);
    assert_eq!(rig.broken(), [""; 0]);
}

/// A quorum that has accepted nothing leaves the proposer free, whatever others did.
#[test]
fn p2c_a_minority_does_not_bind_a_quorum_that_knows_nothing() {
    let mut rig = rig(5);
    rig.request(s(1), write(0));
    for to in [2, 3] {
        rig.deliver(s(1), s(to));
        rig.deliver(s(to), s(1));
    }
    // S1 proposes, and only S1 itself accepts.
    rig.crash(s(1));
    rig.drop_all();
    let id = rig.request(s(5), write(1));
    rig.deliver_among(&[s(3), s(4), s(5)]);
    assert_eq!(rig.reply(id), Some(Outcome::Done));
    rig.drop_all();
    rig.restart(s(1));
    rig.timeout(s(1), Timer::Learn);
    rig.deliver_all();
    assert_eq!(decided(&rig, s(1)), Some(1), "S1 accepted a, but b is chosen");
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn a_chosen_value_survives_the_crash_of_all() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(decided(&rig, s(1)), Some(0));
    rig.drop_all();
    rig.ids().for_each(|node| rig.crash(node));
    rig.ids().for_each(|node| rig.restart(node));
    assert_eq!(decided(&rig, s(1)), None, "learning is volatile");
    rig.crash(s(1));
    let id = rig.request(s(3), write(1));
    rig.deliver_all();
    while rig.timer(s(3), Timer::Retry).is_some() {
        rig.timeout(s(3), Timer::Retry);
        rig.deliver_all();
    }
    assert_eq!(rig.reply(id), Some(Outcome::Value(Some(Value(0)))));
    assert_eq!(rig.broken(), [""; 0]);
}

/// §2.4: "two proposers each keep issuing a sequence of proposals with increasing numbers, none of
/// which are ever chosen."
#[test]
fn proposers_can_duel() {
    for backoff in [false, true] {
        let tune = |settings: &mut Settings| settings.set("backoff", SettingValue::Switch(backoff));
        let mut rig: Rig<Paxos> = Rig::tuned(3, tune).watch(properties());
        rig.request(s(1), write(0));
        rig.request(s(3), write(1));
        rig.drop_all();
        let acceptor = s(2);
        let mut widest = SpanRange::default();
        for turn in 0..20 {
            let (me, other) = if turn % 2 == 0 { (s(1), s(3)) } else { (s(3), s(1)) };
            // `me` prepares anew before the other's Accept arrives at the acceptor between them.
            rig.timeout(me, Timer::Retry);
            rig.deliver(me, acceptor);
            rig.deliver_where(|parcel| parcel.from == acceptor);
            if turn > 0 {
                rig.deliver_where(|parcel| parcel.from == other && parcel.to == acceptor);
                assert_eq!(rig.inspect(acceptor).accepted, None);
            }
            rig.drop_between(me, other);
            widest = rig.timer(me, Timer::Retry).expect("it waits for a quorum");
        }
        assert!(rig.inspect(s(1)).promised > Some(ballot(9, 1)), "many rounds");
        assert_eq!(rig.decides().len(), 0, "and nothing chosen");
        let retry = SpanRange { least: Span::ms(60), most: Span::ms(120) };
        let wide = SpanRange { most: Span::ms(120 << 4), ..retry };
        assert_eq!(widest, if backoff { wide } else { retry });
        assert_eq!(rig.broken(), [""; 0]);
    }
}

#[test]
fn nacks_of_so_many_that_no_quorum_is_left_make_it_back_off() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    let nack = || Message::Nack { ballot: ballot(1, 1), promised: ballot(4, 3) };
    rig.inject(s(2), s(1), nack());
    assert_eq!(role(rig.inspect(s(1))), "preparing", "S1 and S3 may still promise");
    rig.inject(s(2), s(1), nack());
    rig.inject(s(3), s(1), nack());
    assert_eq!(role(rig.inspect(s(1))), "waiting");
    rig.inject(s(3), s(1), nack());
    assert_eq!(rig.fired(s(1), "IgnoredNack"), 1);
    rig.timeout(s(1), Timer::Retry);
    assert_eq!(rig.inspect(s(1)).epoch, ballot(5, 1).bits(), "above what it heard of");
}

#[test]
fn a_read_of_nothing_says_so_and_a_read_of_something_learns_it() {
    let mut rig = rig(3);
    let nothing = rig.request(s(2), READ);
    rig.deliver_all();
    assert_eq!(rig.reply(nothing), Some(Outcome::Value(None)));
    rig.request(s(1), write(4));
    rig.deliver_where(|parcel| !matches!(parcel.message, Message::Accepted { .. }));
    rig.drop_all();
    rig.crash(s(1));
    let something = rig.request(s(3), READ);
    while rig.reply(something).is_none() {
        rig.deliver_all();
        if rig.reply(something).is_none() {
            rig.timeout(s(3), Timer::Retry);
        }
    }
    assert_eq!(rig.reply(something), Some(Outcome::Value(Some(Value(4)))));
    let again = rig.request(s(3), write(5));
    assert_eq!(rig.reply(again), Some(Outcome::Value(Some(Value(4)))), "known at once");
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn everybody_who_waits_is_told() {
    let mut rig = rig(3);
    let ids = [rig.request(s(1), write(0)), rig.request(s(1), write(1)), rig.request(s(1), READ)];
    rig.request_as(s(1), ids[0], write(0));
    rig.deliver_all();
    let a = Outcome::Value(Some(Value(0)));
    assert_eq!(ids.map(|id| rig.reply(id)), [Outcome::Done, a, a].map(Some));
    assert_eq!(rig.replies().len(), 3);
    let cas = Op::Cas { key: Key(0), expect: Value(0), value: Value(1) };
    let odd = rig.request(s(1), cas);
    assert_eq!(rig.reply(odd), Some(Outcome::Refused));
}

/// §2.3: "Because of message loss, a value could be chosen with no learner ever finding out. The
/// learner could ask the acceptors what proposals they have accepted."
#[test]
fn a_learner_that_missed_it_asks() {
    let mut rig = rig(5);
    rig.request(s(1), write(0));
    rig.deliver_where(|parcel| !matches!(parcel.message, Message::Accepted { .. }));
    rig.drop_all();
    assert_eq!(rig.decides().len(), 0);
    rig.timeout(s(4), Timer::Learn);
    rig.deliver_all();
    assert_eq!(decided(&rig, s(4)), Some(0));
    assert_eq!(rig.timer(s(4), Timer::Learn), None);
    assert_eq!(rig.broken(), [""; 0]);
}

/// §2.3: "If a learner needs to know whether a value has been chosen, it can have a proposer issue a
/// proposal."
#[test]
fn a_learner_that_cannot_tell_has_it_proposed_again() {
    let mut rig = rig(3);
    rig.request(s(1), write(0));
    rig.deliver_where(|parcel| parcel.to != s(3) && !matches!(parcel.message, Message::Accepted { .. }));
    rig.drop_all();
    // S1 and S2 chose a in 1.S1; then S1 alone accepts it again in a higher ballot.
    rig.crash(s(1));
    rig.restart(s(1));
    rig.request(s(1), READ);
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.crash(s(1));
    rig.restart(s(1));
    rig.drop_all();
    for _ in 0..4 {
        assert_eq!(decided(&rig, s(3)), None);
        rig.timeout(s(3), Timer::Learn);
        rig.deliver_all();
    }
    while rig.timer(s(3), Timer::Retry).is_some() {
        rig.timeout(s(3), Timer::Retry);
        rig.deliver_all();
    }
    assert_eq!(rig.fired(s(3), "ProposeToLearn"), 1);
    assert_eq!(decided(&rig, s(3)), Some(0));
    assert_eq!(rig.broken(), [""; 0]);
}

#[test]
fn roles_can_be_switched_off() {
    let tune = |settings: &mut Settings| {
        settings.set("proposers", SettingValue::Number(2));
        settings.set("learners", SettingValue::Number(1));
    };
    // S1 and S2 propose, S2 to S4 accept, S5 learns.
    let mut rig: Rig<Paxos> = Rig::new(&[0, 1, 1, 1, 0], &[2, 2], tune).watch(properties());
    let sent_away = rig.request(s(4), write(1));
    assert_eq!(rig.reply(sent_away), Some(Outcome::Redirect(Some(s(1)))));
    let id = rig.request(s(1), write(0));
    assert_eq!(rig.on_way(s(1), s(5)), [""; 0], "nobody asks a node of weight 0");
    rig.deliver_all();
    assert_eq!(rig.reply(id), Some(Outcome::Done), "its proposer hears of it all the same");
    assert_eq!(rig.decides().iter().map(|(node, ..)| *node).collect::<Vec<_>>(), [s(5)]);
    assert_eq!((rig.inspect(s(1)).promised, decided(&rig, s(1))), (None, None));
    assert_eq!(rig.broken(), [""; 0]);
}

/// With quorums of 3 of 5 to prepare and 2 to accept, a proposer can miss what is chosen.
#[test]
fn quorums_that_do_not_meet_choose_twice() {
    let mut rig: Rig<Paxos> = Rig::new(&[1; 5], &[3, 2], |_| {}).watch(properties());
    rig.request(s(1), write(0));
    for to in [3, 4] {
        rig.deliver(s(1), s(to));
        rig.deliver(s(to), s(1));
    }
    // S3 and S4 have promised, but only S1 and S2 accept a.
    rig.deliver_among(&[s(1), s(2)]);
    assert_eq!(decided(&rig, s(1)), Some(0));
    rig.drop_all();
    rig.request(s(5), write(1));
    rig.deliver_among(&[s(3), s(4), s(5)]);
    assert_eq!(decided(&rig, s(5)), Some(1));
    assert!(rig.broken().contains(&"chosen-stable") && rig.broken().contains(&"agreement"));
    assert!(!rig.broken().contains(&"p2c"), "the protocol is right, the quorums are wrong");
    let found = rig.violations().iter().find(|v| v.property.id == "chosen-stable").expect("above");
    let (one, apart) = found.witness.quorums.expect("two quorums that do not meet");
    assert!(one.and(apart).is_empty());
    assert_eq!(apart, [s(3), s(4), s(5)].into_iter().collect());
}

/// Whoever adopts nothing overwrites what was chosen.
#[test]
fn flaw_ignores_accepted() {
    let mut rig = flawed(3, "ignores-accepted");
    rig.request(s(1), write(0));
    rig.deliver_among(&[s(1), s(2)]);
    rig.request(s(3), write(1));
    rig.drop_from(s(1));
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(rig.broken(), ["p2c", "chosen-stable", "agreement"]);
    let witness = rig.violations()[0].witness.sentence(crate::model::Lang::En);
    assert!(witness.starts_with("S3 proposes b in ballot 1.S3, but S1, S2 accepted a in 1.S1."), "{witness}");
}

#[test]
fn flaw_forgets_promise() {
    let mut rig = flawed(3, "forgets-promise");
    rig.request(s(1), write(0));
    rig.deliver_among(&[s(1), s(2)]);
    rig.drop_all();
    rig.crash(s(2));
    rig.restart(s(2));
    rig.request(s(3), write(1));
    rig.deliver_among(&[s(2), s(3)]);
    assert!(rig.broken().contains(&"agreement"), "{:?}", rig.broken());
}

/// Chosen is chosen, even where nobody has learned it before those who accepted it forget.
#[test]
fn what_was_chosen_unheard_is_not_chosen_anew_unseen() {
    let tune = |settings: &mut Settings| {
        settings.set("learners", SettingValue::Number(1));
        settings.set_flaw("forgets-promise", true);
    };
    let mut rig: Rig<Paxos> = Rig::tuned(3, tune).watch(properties());
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.deliver_where(|parcel| parcel.to == s(2));
    rig.drop_all();
    for node in [s(1), s(2)] {
        rig.crash(node);
        rig.restart(node);
    }
    assert_eq!((rig.decides().len(), rig.broken()), (0, Vec::new()));
    rig.request(s(2), write(1));
    rig.deliver_among(&[s(2), s(3)]);
    assert_eq!(decided(&rig, s(3)), Some(1));
    assert_eq!(rig.broken(), ["p2c", "chosen-stable"]);
}

/// The scenario of P1a, with the mistake: a is accepted after b's ballot was promised.
#[test]
fn flaw_accepts_below_promise() {
    let mut rig = flawed(3, "accepts-below-promise");
    rig.request(s(1), write(0));
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    rig.request(s(3), write(1));
    rig.deliver(s(3), s(2));
    rig.deliver(s(2), s(3));
    rig.deliver(s(1), s(2));
    assert_eq!(rig.fired(s(2), "AcceptBelowPromise"), 1);
    rig.deliver_where(|parcel| parcel.from == s(3) && parcel.to == s(2));
    assert!(rig.broken().contains(&"chosen-stable"), "{:?}", rig.broken());
}

/// S2 accepted a in one ballot, S3 in another: no ballot has a quorum.
#[test]
fn flaw_counts_across_ballots() {
    let mut rig = flawed(3, "counts-across-ballots");
    rig.request_as(s(1), command(1, 0).request, write(0));
    for (from, round) in [(2, 1), (3, 2)] {
        let accepted = Message::Accepted { ballot: ballot(round, 1), command: command(1, 0) };
        rig.inject(s(from), s(1), accepted);
    }
    assert_eq!(rig.broken(), ["chosen-stable"]);
    let setup = Settings::defaults(Paxos::SPEC.settings);
    let config = Paxos::configure(&Setup { weights: &[1; 3], thresholds: &[2, 2], settings: &setup });
    let here = super::Here { me: s(1), config: &config };
    let (mut learner, mut out) = (Learner::default(), Effects::default());
    for (from, round) in [(2, 1), (3, 2)] {
        learner.on_accepted(here, s(from), ballot(round, 1), command(1, 0), &mut out);
    }
    assert_eq!(learner.decided(), None, "the paper's learner counts per ballot");
    learner.on_accepted(here, s(2), ballot(2, 1), command(1, 0), &mut out);
    assert_eq!(learner.decided(), Some(command(1, 0)));
}

/// The round was not on disk: a and b are both proposed in 1.S1.
#[test]
fn flaw_reuses_ballot() {
    for flaw in [None, Some("reuses-ballot")] {
        let mut rig = flaw.map_or_else(|| rig(3), |flaw| flawed(3, flaw));
        rig.request(s(1), write(0));
        rig.deliver(s(1), s(2));
        rig.deliver(s(2), s(1));
        assert_eq!(rig.inspect(s(1)).proposed.map(|(number, _)| number), Some(ballot(1, 1)));
        rig.deliver_where(|parcel| parcel.to == s(2));
        rig.crash(s(1));
        rig.drop_all();
        rig.restart(s(1));
        rig.request(s(1), write(1));
        let again = Ballot::from_bits(rig.inspect(s(1)).epoch);
        assert_eq!(again, ballot(if flaw.is_some() { 1 } else { 2 }, 1));
        rig.deliver_all();
        assert_eq!(rig.broken().contains(&"p2c"), flaw.is_some(), "{:?}", rig.broken());
    }
}

#[test]
fn odd_input_is_said_and_changes_nothing() {
    let mut rig = rig(3);
    let before = rig.node(s(1)).clone();
    rig.inject(s(2), s(1), Message::Promise { ballot: ballot(3, 1), accepted: None });
    rig.inject(s(2), s(1), Message::Nack { ballot: ballot(1, 1), promised: ballot(2, 1) });
    rig.inject(s(2), s(1), Message::Learn);
    rig.timeout(s(1), Timer::Learn);
    let rules = rig.rules(s(1));
    assert_eq!(
        rules[1..],
        ["IgnoredPromise", "IgnoredNack", "NothingAccepted", "AskAcceptors", "NothingAccepted"]
    );
    assert_eq!(rig.node(s(1)).inspect().epoch, before.inspect().epoch);
}

/// What is not yet on disk when its acceptor crashes was never accepted.
#[test]
fn storms_over_slow_disks_break_nothing() {
    let settings = Settings::defaults(Paxos::SPEC.settings);
    let config = Paxos::configure(&Setup { weights: &[1; 3], thresholds: &[2, 2], settings: &settings });
    let config = Arc::new(config);
    let client = |node| ClientPlan { limit: Some(1), target: Some(s(node)), ..ClientPlan::default() };
    for seed in 0..500 {
        let plan = Plan {
            disk: Delay::Exponential { mean: 20_000.0 },
            faults: storm(seed, 3, 30, Time::ms(0), Time::ms(1_000)),
            clients: vec![client(1), client(2), client(3)],
            ..Plan::calm(Rule::majority(3, 2), seed)
        };
        let mut recorder = Recorder::new(Some(Box::new(Monitor::new(properties()))));
        let mut world: World<Paxos> = World::new(Arc::new(plan), Arc::clone(&config), Some(&mut recorder));
        while world.step(Time::ms(1_500), Some(&mut recorder)) {}
        let monitor = recorder.observer.expect("it watches");
        assert_eq!(monitor.violations(), [], "seed {seed}");
    }
}
