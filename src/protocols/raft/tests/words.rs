//! The words fit the facts.

use super::super::{Entries, Message, SPEC};
use super::*;
use crate::model::{Fact, Lang, Message as _, TimerKind};

#[test]
fn every_sentence_finds_its_facts() {
    for (code, rule) in SPEC.rules.iter().enumerate() {
        assert!(rule.args.len() <= 4, "{}", rule.name);
        for lang in [Lang::En, Lang::Zh] {
            let sentence = rule.sentence(s(2), &Fact { code: code as u8, args: [3, 4, 5, 6] }, lang);
            assert!(!sentence.contains('{') && sentence.contains("S2"), "{}: {sentence}", rule.name);
        }
        assert!(rule.cite.contains('§') || rule.cite == "left out of Raft");
    }
}

#[test]
fn every_message_has_its_word() {
    let entry = Entry { term: 2, ..Entry::default() };
    let append = |entries| Message::AppendEntries {
        term: 7,
        prev_index: 3,
        prev_term: 2,
        known: true,
        commit: 1,
        entries,
        round: 0,
    };
    for (message, name) in [
        (Message::PreVote { term: 7, last_index: 3, last_term: 2 }, "PreVote"),
        (Message::PreVoted { term: 7, granted: true }, "PreVoteGranted"),
        (Message::PreVoted { term: 7, granted: false }, "PreVoteRefused"),
        (Message::RequestVote { term: 7, last_index: 3, last_term: 2, told: false }, "RequestVote"),
        (Message::RequestVote { term: 7, last_index: 3, last_term: 2, told: true }, "RequestVoteNow"),
        (Message::TimeoutNow { term: 7 }, "TimeoutNow"),
        (Message::Voted { term: 7, granted: true }, "VoteGranted"),
        (Message::Voted { term: 7, granted: false }, "VoteRefused"),
        (append(Entries::of(&[entry])), "AppendEntries"),
        (append(Entries::of(&[entry, entry])), "AppendEntries"),
        (append(Entries::of(&[])), "Heartbeat"),
        (Message::Appended { term: 7, matched: 3, beat: false, round: 0 }, "Appended"),
        (Message::Appended { term: 7, matched: 3, beat: true, round: 0 }, "HeartbeatHeard"),
        (
            Message::Rejected { term: 7, prev_index: 3, known: false, hint_index: 2, hint_term: 2, round: 0 },
            "Rejected",
        ),
    ] {
        let fact = message.brief();
        let word = SPEC.messages[usize::from(fact.code)];
        assert_eq!((word.name, fact.args[0], word.args[0].0), (name, 7, "term"));
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
