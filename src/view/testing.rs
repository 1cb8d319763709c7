//! A protocol's words and a moment, for the tests of pictures.

use crate::model::{
    ArgKind, Epoch, Fact, Gathering, MessageWord, NodeId, NodeSet, Notice, PhaseWord, RoleWord, RuleWord,
    Spec, Text, Time, Tone,
};
use crate::sim::{Flight, Frame, Health, NodeFrame};

const fn message(name: &'static str, tone: Tone) -> MessageWord {
    MessageWord { name, label: Text::new(name, name), tone, args: &[("term", ArgKind::Number)] }
}

const fn role(id: &'static str, name: Text, rank: u8) -> RoleWord {
    RoleWord { id, name, rank }
}

/// A small protocol: it asks, hears yes or no, and leads.
pub(super) const SPEC: Spec = Spec {
    id: "test",
    name: Text::new("Test", "测试"),
    summary: Text::new("", ""),
    sources: &[],
    epoch: Epoch { name: Text::new("term", "任期"), kind: ArgKind::Number },
    phases: &[PhaseWord { id: "elect", name: Text::new("elect a leader", "选举领导者") }],
    must_meet: &[],
    roles: &[
        role("follower", Text::new("follower", "跟随者"), 0),
        role("candidate", Text::new("candidate", "候选者"), 1),
        role("leader", Text::new("leader", "领导者"), 2),
    ],
    messages: &[
        message("Ask", Tone::Plain),
        message("Yes", Tone::Yes),
        message("No", Tone::No),
        message("Beat", Tone::Routine),
    ],
    rules: &[RuleWord {
        name: "Lead",
        cite: "Test §1",
        notice: Notice::Notable,
        args: &[("term", ArgKind::Number)],
        text: Text::new("{me} leads term {term}.", "{me} 领导任期 {term}。"),
    }],
    timers: &[],
    settings: &[],
    flaws: &[],
};

/// Ordinary nodes of some weights in term 3.
pub(super) fn frame(weights: &[u8]) -> Frame {
    let node = |(place, weight): (usize, &u8)| NodeFrame {
        id: NodeId::at(place),
        weight: *weight,
        rule: None,
        health: Health::Up,
        role: 0,
        epoch: 3,
        leads: false,
        last: 0,
        commit: 0,
        timer: None,
        gathering: None,
        unreachable: NodeSet::EMPTY,
    };
    Frame {
        at: Time::ms(100),
        event: 9,
        nodes: weights.iter().enumerate().map(node).collect(),
        flights: vec![],
    }
}

/// The node gathers in term 3.
pub(super) fn gathers(frame: &mut Frame, node: u8, yes: &[u8], no: &[u8]) {
    let set = |list: &[u8]| list.iter().map(|node| NodeId(*node)).collect();
    let node = &mut frame.nodes[usize::from(node)];
    node.role = 1;
    node.gathering = Some(Gathering { phase: 0, epoch: 3, yes: set(yes), no: set(no) });
}

/// A message of term 3 that is half-way.
pub(super) fn flight(code: u8, from: u8, to: u8) -> Flight {
    Flight {
        message: u32::from(from) * 10 + u32::from(to),
        from: NodeId(from),
        to: NodeId(to),
        sent: Time::ms(95),
        arrives: Time::ms(105),
        lost: None,
        brief: Fact { code, args: [3, 0, 0, 0] },
    }
}
