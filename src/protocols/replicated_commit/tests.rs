//! Tests: two shards of three nodes each, moved by hand. S1 leads the first, which keeps x, and S4 the
//! second, which keeps y.

use super::{Message, ReplicatedCommit, Timer};
use crate::check::{
    AllPrepared, CommitAgreement, ElectionSafety, LeaderCompleteness, LogMatching, NoNeedlessAbort,
    NoReversal, OfGroups, Serializable, Validity,
};
use crate::model::{ClientId, Key, NodeId, Op, Outcome, RequestId, Settings, Value};
use crate::protocols::raft;
use crate::protocols::rig::{Chance, Rig, Storm, s, write};

const ELECTION: Timer = Timer::Raft(raft::Timer::Election);
const HEARTBEAT: Timer = Timer::Raft(raft::Timer::Heartbeat);
const X: Key = Key(0);
const Y: Key = Key(1);

fn pair(a: Key, b: Key, value: u32) -> Op {
    Op::Pair { a, b, value: Value(value) }
}

fn fresh(tune: impl FnOnce(&mut Settings)) -> Rig<ReplicatedCommit> {
    Rig::new(&[1; 6], &[4, 4], tune).watch(vec![
        Box::new(CommitAgreement::default()),
        Box::new(NoReversal::default()),
        Box::new(AllPrepared::default()),
        Box::new(NoNeedlessAbort::default()),
        Box::new(Serializable::default()),
        Box::new(Validity::new()),
        Box::new(OfGroups::new(ElectionSafety::new(0))),
        Box::new(OfGroups::new(LogMatching::new())),
        Box::new(OfGroups::new(LeaderCompleteness::new(0, 1))),
    ])
}

fn elect(rig: &mut Rig<ReplicatedCommit>, node: NodeId) {
    rig.fire(node, ELECTION);
    rig.deliver_all();
    assert!(rig.inspect(node).leads, "{node} is elected");
}

fn rig_with(tune: impl FnOnce(&mut Settings)) -> Rig<ReplicatedCommit> {
    let mut rig = fresh(tune);
    elect(&mut rig, s(1));
    elect(&mut rig, s(4));
    rig
}

fn rig() -> Rig<ReplicatedCommit> {
    rig_with(|_| {})
}

/// What a node's shard holds of a register.
fn held(rig: &Rig<ReplicatedCommit>, node: NodeId, key: Key) -> Option<u32> {
    rig.inspect(node).stored.iter().find(|stored| stored.key == key).map(|stored| stored.value.0)
}

fn doubts(rig: &Rig<ReplicatedCommit>, node: NodeId) -> usize {
    rig.inspect(node).transactions.len()
}

/// Delivers all but what comes from one shard's node to a node of the other.
fn within(rig: &mut Rig<ReplicatedCommit>) {
    rig.deliver_where(|parcel| matches!(parcel.message, Message::Raft(_)));
}

/// Begins a transaction and brings it so far that the second shard is prepared and its vote is on its way.
fn voted(rig: &mut Rig<ReplicatedCommit>) -> RequestId {
    let asked = rig.request(s(1), pair(X, Y, 7));
    rig.deliver(s(1), s(4));
    within(rig);
    assert_eq!((doubts(rig, s(4)), rig.fired(s(4), "VoteYes")), (1, 1));
    assert_eq!(rig.on_way(s(4), s(1)), ["Prepared"]);
    asked
}

#[test]
fn a_transaction_is_in_both_logs_and_on_both_shards() {
    let mut rig = rig();
    let asked = rig.request(s(1), pair(X, Y, 7));
    rig.deliver_all();
    assert_eq!(rig.reply(asked), Some(Outcome::Done));
    for (leader, key) in [(s(1), X), (s(4), Y)] {
        rig.fire(leader, HEARTBEAT);
        rig.deliver_all();
        let group = [leader, NodeId(leader.0 + 1), NodeId(leader.0 + 2)];
        assert!(group.iter().all(|node| held(&rig, *node, key) == Some(7)), "{key}");
    }
    let decided = rig.decides().iter().filter(|(_, slot, _)| *slot == 0).count();
    assert_eq!((decided, rig.broken().len()), (6, 0), "transaction 1.S1, by everybody");
}

#[test]
fn the_vote_waits_for_a_quorum_of_the_shard_and_so_does_the_decision() {
    let mut rig = rig();
    let asked = rig.request(s(1), pair(X, Y, 7));
    rig.deliver(s(1), s(4));
    assert_eq!((rig.fired(s(4), "Prepare"), doubts(&rig, s(4))), (1, 0), "in one log of three");
    assert_eq!(rig.on_way(s(4), s(1)), [] as [&str; 0]);
    rig.deliver(s(4), s(5));
    rig.deliver(s(5), s(4));
    assert_eq!((doubts(&rig, s(4)), rig.on_way(s(4), s(1))), (1, vec!["Prepared"]));
    rig.deliver(s(4), s(1));
    assert_eq!((rig.fired(s(1), "DecideCommit"), rig.reply(asked)), (1, None));
    assert_eq!(rig.on_way(s(1), s(4)), [] as [&str; 0]);
    rig.deliver(s(1), s(2));
    rig.deliver(s(2), s(1));
    assert_eq!((rig.reply(asked), rig.on_way(s(1), s(4))), (Some(Outcome::Done), vec!["Commit"]));
}

#[test]
fn the_coordinator_dies_before_it_decides_and_its_shard_aborts() {
    let mut rig = rig();
    let asked = voted(&mut rig);
    rig.crash(s(1));
    rig.deliver_all();
    elect(&mut rig, s(2));
    rig.timeout(s(4), Timer::Doubt);
    assert_eq!(rig.inspect(s(4)).role, super::spec::IN_DOUBT);
    rig.deliver_all();
    assert_eq!((rig.fired(s(2), "AbortUnknown"), doubts(&rig, s(4))), (1, 0));
    // The client asks again: it did not happen, and will not.
    rig.request_as(s(2), asked, pair(X, Y, 7));
    assert_eq!(rig.reply(asked), Some(Outcome::Refused));
    // The lock is free.
    let other = rig.request(s(4), Op::Write { key: Y, value: Value(9) });
    rig.deliver_all();
    assert_eq!((rig.reply(other), held(&rig, s(4), Y)), (Some(Outcome::Done), Some(9)));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn what_the_coordinators_shard_has_decided_survives_its_leader() {
    let mut rig = rig();
    let asked = voted(&mut rig);
    rig.deliver(s(4), s(1));
    rig.deliver(s(1), s(2));
    rig.crash(s(1));
    rig.drop_all();
    elect(&mut rig, s(2));
    // It commits the entry with one of its own term, and tells.
    assert_eq!((rig.fired(s(2), "TellCommit"), held(&rig, s(4), Y)), (1, Some(7)));
    rig.request_as(s(2), asked, pair(X, Y, 7));
    assert_eq!((rig.reply(asked), held(&rig, s(2), X)), (Some(Outcome::Done), Some(7)));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn whoever_leads_a_shard_next_has_its_doubts_and_its_locks() {
    let mut rig = rig();
    let asked = voted(&mut rig);
    rig.crash(s(4));
    rig.deliver(s(4), s(1));
    within(&mut rig);
    rig.drop_all();
    assert_eq!(rig.reply(asked), Some(Outcome::Done), "the other shard has voted");
    rig.fire(s(5), ELECTION);
    within(&mut rig);
    // It is in doubt as soon as the record is committed, with an entry of its own term; its vote is lost.
    assert_eq!((doubts(&rig, s(5)), rig.fired(s(5), "VoteYes")), (1, 1));
    rig.drop_from(s(5));
    let read = rig.request(s(5), Op::Read { key: Y });
    assert_eq!((rig.reply(read), rig.fired(s(5), "AskWaits")), (None, 1), "what it would read is locked");
    rig.timeout(s(5), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.fired(s(1), "AnswerOutcome"), 1);
    assert_eq!(rig.reply(read), Some(Outcome::Value(Some(Value(7)))));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn a_deposed_coordinator_cannot_contradict_its_successor() {
    let mut rig = rig();
    let asked = voted(&mut rig);
    // S1 is cut off and knows nothing of S2, to which the client turns.
    let late = rig.take(s(4), s(1));
    rig.fire(s(2), ELECTION);
    rig.deliver_among(&[s(2), s(3)]);
    rig.drop_to(s(1));
    rig.drop_from(s(1));
    rig.request_as(s(2), asked, pair(X, Y, 7));
    rig.deliver_where(|parcel| parcel.from != s(1) && parcel.to != s(1));
    assert_eq!((rig.reply(asked), held(&rig, s(4), Y)), (Some(Outcome::Done), Some(7)));
    // It counts the vote and decides for itself, and nobody hears of it.
    rig.inject(s(4), s(1), late);
    rig.inject(s(4), s(1), Message::Inquire { tx: crate::model::Ballot::new(1, s(1)) });
    assert_eq!(rig.fired(s(1), "TellCommit") + rig.fired(s(1), "TellAbort"), 0);
    rig.deliver_all();
    rig.fire(s(2), HEARTBEAT);
    rig.deliver_all();
    assert!(!rig.inspect(s(1)).leads);
    assert_eq!((held(&rig, s(1), X), rig.broken().len()), (Some(7), 0));
}

#[test]
fn of_two_that_cross_the_older_waits_and_the_younger_is_refused() {
    let mut rig = rig();
    let older = rig.request(s(1), pair(X, Y, 1));
    let younger = rig.request(s(4), pair(Y, X, 2));
    rig.deliver(s(1), s(4));
    rig.deliver_where(|parcel| (parcel.from, parcel.to) == (s(4), s(1)));
    assert_eq!((rig.fired(s(4), "LockWaits"), rig.fired(s(1), "LockDies")), (1, 1));
    rig.deliver_all();
    assert_eq!((rig.reply(older), rig.reply(younger)), (Some(Outcome::Done), Some(Outcome::Refused)));
    assert_eq!((held(&rig, s(1), X), held(&rig, s(4), Y)), (Some(1), Some(1)));
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn a_shard_that_never_votes_is_given_up() {
    let mut rig = rig();
    let asked = rig.request(s(1), pair(X, Y, 7));
    let waits = rig.request(s(1), write(3));
    for _ in 0..9 {
        rig.drop_to(s(4));
        rig.drop_to(s(5));
        rig.drop_to(s(6));
        rig.timeout(s(1), Timer::Retry);
    }
    assert_eq!((rig.fired(s(1), "AskAgain"), rig.fired(s(1), "GiveUp")), (8, 1));
    rig.deliver_among(&[s(1), s(2), s(3)]);
    assert_eq!((rig.reply(asked), rig.reply(waits)), (Some(Outcome::Refused), Some(Outcome::Done)));
    // What was sent before comes late: the shard prepares, asks, and is told.
    rig.deliver_all();
    if doubts(&rig, s(4)) > 0 {
        rig.timeout(s(4), Timer::Doubt);
        rig.deliver_all();
    }
    assert_eq!((doubts(&rig, s(4)), rig.broken().len()), (0, 0));
}

#[test]
fn a_request_is_one_transaction_however_often_it_is_asked() {
    let mut rig = rig();
    let asked = rig.request(s(1), pair(X, Y, 7));
    rig.request_as(s(1), asked, pair(X, Y, 7));
    rig.deliver_all();
    rig.request_as(s(1), asked, pair(X, Y, 7));
    assert_eq!((rig.fired(s(1), "Begin"), rig.fired(s(1), "UnderWay")), (1, 1));
    assert_eq!(rig.replies().iter().filter(|reply| reply.2 == Outcome::Done).count(), 2);
    rig.fire(s(1), HEARTBEAT);
    rig.deliver_all();
    assert_eq!(rig.inspect(s(2)).stored.first().map(|stored| stored.version), Some(1));
}

#[test]
fn each_asks_the_right_shard_and_odd_input_is_seen() {
    let mut rig = rig();
    let there = rig.request(s(1), Op::Read { key: Y });
    assert_eq!(rig.reply(there), Some(Outcome::Redirect(Some(s(4)))));
    let follower = rig.request(s(2), Op::Read { key: X });
    assert_eq!(rig.reply(follower), Some(Outcome::Redirect(Some(s(1)))));
    let odd = rig.request(s(1), Op::Acquire { key: X });
    assert_eq!(rig.reply(odd), Some(Outcome::Refused));
    let many = RequestId { client: ClientId(700), seq: 1 };
    rig.request_as(s(1), many, pair(X, Y, 1));
    assert_eq!((rig.reply(many), rig.fired(s(1), "NoNumberLeft")), (Some(Outcome::Refused), 1));
    let own = rig.request(s(1), pair(X, Key(2), 5));
    rig.deliver_all();
    assert_eq!((rig.reply(own), held(&rig, s(1), Key(2))), (Some(Outcome::Done), Some(5)), "one shard");
    let tx = crate::model::Ballot::new(9, s(6));
    for message in [
        Message::Inquire { tx },
        Message::Vote { tx, yes: true },
        Message::Outcome { tx, commit: true },
        Message::Prepare { tx, command: crate::model::Command::NOOP },
        Message::Raft(raft::Message::TimeoutNow { term: 1 }),
    ] {
        rig.inject(s(5), s(1), message.clone());
        rig.inject(s(2), s(1), message.clone());
        rig.inject(s(5), s(2), message);
    }
    rig.fire(s(2), Timer::Retry);
    rig.fire(s(2), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.broken(), [] as [&str; 0]);
}

#[test]
fn a_vote_before_the_record_is_replicated_commits_what_the_shard_never_had() {
    let mut rig = rig_with(|settings| settings.set_flaw("votes-unreplicated", true));
    rig.request(s(1), pair(X, Y, 7));
    rig.deliver(s(1), s(4));
    rig.drop_between(s(4), s(5));
    rig.drop_between(s(4), s(6));
    rig.deliver(s(4), s(1));
    rig.deliver_among(&[s(1), s(2), s(3)]);
    assert_eq!(rig.broken(), ["commit-validity"]);
}

#[test]
fn a_decision_told_before_it_is_replicated_is_contradicted() {
    let mut rig = rig_with(|settings| settings.set_flaw("decides-unreplicated", true));
    voted(&mut rig);
    rig.deliver(s(4), s(1));
    rig.crash(s(1));
    rig.drop_all();
    elect(&mut rig, s(2));
    rig.timeout(s(4), Timer::Doubt);
    rig.deliver_all();
    assert_eq!(rig.broken(), ["commit-agreement"]);
}

#[test]
fn storms_break_nothing() {
    let mut committed = 0;
    for (seed, weights) in
        (0..24).zip([&[1u8; 6][..], &[2, 1, 1, 1, 1], &[1, 1, 0, 3, 1, 1, 2]].iter().cycle())
    {
        let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
        let mut rig = Rig::<ReplicatedCommit>::new(weights, &[total / 2 + 1; 2], |_| {}).watch(vec![
            Box::new(CommitAgreement::default()),
            Box::new(NoReversal::default()),
            Box::new(AllPrepared::default()),
            Box::new(NoNeedlessAbort::default()),
            Box::new(Serializable::default()),
            Box::new(Validity::new()),
            Box::new(OfGroups::new(ElectionSafety::new(0))),
            Box::new(OfGroups::new(LogMatching::new())),
            Box::new(OfGroups::new(LeaderCompleteness::new(0, 1))),
        ]);
        let mut chance = Chance(seed);
        let mut asked = Vec::new();
        for step in 0..80 {
            let op = if chance.below(2) == 0 { pair(X, Y, step) } else { pair(Y, X, step) };
            let node = NodeId::at(chance.below(weights.len()));
            asked.push((rig.request(node, op), op));
            // Somebody asks again.
            let (id, op) = asked[chance.below(asked.len())];
            rig.request_as(NodeId::at(chance.below(weights.len())), id, op);
            rig.storm(
                seed * 1_000 + u64::from(step),
                60,
                Storm { timeout: 40, crash: 3, ..Storm::default() },
            );
        }
        assert_eq!(rig.broken(), [] as [&str; 0], "{seed}: {:?}", rig.violations());
        let done = asked.iter().filter(|(id, _)| rig.reply(*id) == Some(Outcome::Done));
        committed += done.count();
    }
    assert!(committed > 20, "{committed} were committed");
}
