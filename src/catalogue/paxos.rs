//! Paxos, single decree, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    AGREEMENT, Agreement, Answered, Answers, ChosenStable, Contended, Decides, Goals, Ground, KnownToAll,
    P2c, Point, Spreads, Validity,
};
use crate::explore::Bounded;
use crate::model::{NodeSet, Protocol, Span, Text};
use crate::protocols::paxos::Paxos;

pub(super) const ENTRY: Entry = Entry {
    spec: Paxos::SPEC,
    about: About {
        problem: Text::new("several nodes choose one value, for good", "多个节点选定一个值，永不更改"),
        guarantees: Text::new(
            "one value is chosen, ever, and only one that was proposed",
            "至多选定一个值，且必是被提议过的值",
        ),
        cost: Text::new(
            "two round trips from a proposer to its quorums where nobody competes",
            "无人竞争时，提议者与法定人数往返两次",
        ),
        tolerates: Text::new(
            "crashes and restarts with the disk intact, any loss and delay; progress needs a prepare and an accept quorum, and no endless duel",
            "磁盘完好的崩溃与重启，任意的丢失与延迟；推进需要准备与接受的法定人数，且提议者不无休止地相争",
        ),
        misreadings: &[
            Text::new(
                "A majority is not needed twice: only prepare quorums must meet accept quorums (Flexible Paxos).",
                "并非两个阶段都要多数派：只要准备法定人数与接受法定人数相交即可（Flexible Paxos）。",
            ),
            Text::new(
                "One instance of Paxos decides once; a log of commands is Multi-Paxos.",
                "一个 Paxos 实例只决定一次；要得到命令日志，那是 Multi-Paxos。",
            ),
        ],
    },
    // Phases: prepare, accept.
    properties: || {
        vec![
            Box::new(Agreement::new(&AGREEMENT).resting_on(0, 1)),
            Box::new(ChosenStable::new(0, 1)),
            Box::new(P2c::new(0)),
            Box::new(Validity::new()),
        ]
    },
    goals: |setup| {
        let nodes = setup.weights.len();
        let others = nodes.saturating_sub(setup.settings.number("learners") as usize);
        let learners = NodeSet::full(nodes).minus(NodeSet::full(others));
        let retry = setup.settings.range("retry").most.0;
        let learn = setup.settings.range("learn").most.0;
        Goals {
            eventually: vec![
                (Box::new(Decides::new(GROUND)), Span(4 * retry)),
                // A learner asks three times, and then proposes in order to learn.
                (Box::new(Spreads::new(GROUND, learners)), Span(4 * learn + 4 * retry)),
                (Box::new(Answers::new(GROUND)), Span(4 * retry + learn)),
            ],
            sometimes: vec![
                Box::new(Point::decided(false)),
                Box::new(Contended),
                Box::new(KnownToAll::default()),
                Box::new(Answered),
            ],
        }
    },
    figures: None,
    model: Some(Model::Once),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "paxos/two-proposers",
        "paxos/duel",
        "paxos/flexible",
        "paxos/unsafe-thresholds",
        "paxos/ignores-accepted",
        "paxos/forgets-promise",
        "paxos/accepts-below-promise",
        "paxos/counts-across-ballots",
        "paxos/reuses-ballot",
    ],
    explore: Bounded::new::<Paxos>,
    start: start::<Paxos>,
};

const GROUND: Ground = Ground {
    phases: &[(0, Paxos::SPEC.phases[0].name), (1, Paxos::SPEC.phases[1].name)],
    epoch: Paxos::SPEC.epoch,
};
