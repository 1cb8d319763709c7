//! The words fit the facts.

use super::super::SPEC;
use super::*;
use crate::machines::Machine;
use crate::model::{Base, Fact, Lang, Message as _, TimerKind};
use std::sync::Arc;

#[test]
fn every_sentence_finds_its_facts() {
    for (code, rule) in SPEC.rules.iter().enumerate() {
        for lang in [Lang::En, Lang::Zh] {
            let sentence = rule.sentence(s(2), &Fact { code: code as u8, args: [3, 4, 5, 6] }, lang);
            assert!(!sentence.contains('{') && sentence.contains("S2"), "{}: {sentence}", rule.name);
        }
        assert!(rule.cite.contains('§'), "{}", rule.name);
    }
}

#[test]
fn every_message_has_its_word() {
    let ballot = ballot(7, s(1));
    let promise = |slots| Message::Promise { ballot, first: 3, chosen: 2, slots };
    for (message, name) in [
        (Message::Prepare { ballot, first: 3 }, "Prepare"),
        (promise(held(ballot, [])), "Promise"),
        (promise(held(ballot, [3, 4])), "Promise"),
        (Message::Accept { ballot, slot: 3, command: command(3), chosen: 2 }, "Accept"),
        (Message::Accepted { ballot, slot: 3 }, "Accepted"),
        (Message::Nack { ballot, promised: ballot }, "Nack"),
        (Message::Heartbeat { ballot, chosen: 2, behind: 0, at: 0 }, "Heartbeat"),
        (Message::Heard { ballot, at: 0 }, "Heard"),
        (Message::Learn { ballot, first: 3 }, "Learn"),
        (Message::Chosen { ballot, slots: held(ballot, [3]) }, "Chosen"),
        (
            Message::Snapshot { ballot, base: Base::default(), machine: Arc::new(Machine::default()) },
            "Snapshot",
        ),
    ] {
        let fact = message.brief();
        let word = SPEC.messages[usize::from(fact.code)];
        assert_eq!((word.name, fact.args[0], word.args[0].0), (name, ballot.bits(), "ballot"));
    }
    assert!(std::mem::size_of::<Message>() <= 56, "{}", std::mem::size_of::<Message>());
}

#[test]
fn every_timer_has_its_word() {
    for (code, word) in SPEC.timers.iter().enumerate() {
        let timer = Timer::from_code(code as u8).expect("a timer");
        assert_eq!((usize::from(timer.code()), format!("{timer:?}").as_str()), (code, word.name));
    }
    assert_eq!(Timer::from_code(SPEC.timers.len() as u8), None);
}

#[test]
fn a_candidate_and_a_leader_show_whom_they_wait_for() {
    let mut rig = cluster(3, |_| {});
    let gathering = |rig: &Rig<MultiPaxos>| crate::model::Protocol::gathering(rig.node(s(1)), rig.config());
    assert_eq!(gathering(&rig), None);
    rig.timeout(s(1), Timer::Election);
    assert_eq!(gathering(&rig).map(|all| (usize::from(all.phase), all.yes.len())), Some((PREPARE, 1)));
    assert!(matches!(rig.node(s(1)).role, Role::Candidate(_)));
    rig.deliver_all();
    assert_eq!(gathering(&rig), None);
    rig.request(s(1), write(0));
    assert_eq!(gathering(&rig).map(|all| (usize::from(all.phase), all.yes.len())), Some((ACCEPT, 1)));
}
