//! The weighted vote, registered.

use super::{About, Entry, scenarios, start};

use crate::check::{
    AGREEMENT, Agreement, Answered, Answers, Backed, Doubt, Goals, Ground, KnownToAll, Point, Validity,
};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::vote::Vote;

pub(super) const ENTRY: Entry = Entry {
    spec: Vote::SPEC,
    about: About {
        problem: Text::new("a coordinator asks everybody and counts weights", "协调者征询所有节点并累计权重"),
        guarantees: Text::new("what is decided had the weight to be decided", "决定的结果必有足够的权重支持"),
        cost: Text::new("one round trip from the coordinator to the voters", "协调者与投票者往返一次"),
        tolerates: Text::new(
            "the loss of voters whose weight is not needed; not the loss of its coordinator",
            "可以失去权重并非必需的投票者；但不能失去协调者",
        ),
        misreadings: &[Text::new(
            "A vote is not yet consensus: when the coordinator fails, voters are left in doubt, and may not simply vote again.",
            "投票还不是共识：协调者一旦失效，投票者便处于未决状态，又不能简单地重新投票。",
        )],
    },
    // Phase: decide.
    properties: || {
        vec![Box::new(Backed::new(0)), Box::new(Agreement::new(&AGREEMENT)), Box::new(Validity::new())]
    },
    goals: |setup| Goals {
        eventually: {
            let (retry, doubt) = (setup.settings.range("retry").most.0, setup.settings.range("doubt").most.0);
            vec![
                (Box::new(Doubt::new(GROUND)), Span(retry + doubt)),
                (Box::new(Answers::new(GROUND).by_whom_it_asked()), Span(2 * retry)),
            ]
        },
        sometimes: vec![
            Box::new(Point::carried()),
            Box::new(Point::rejected()),
            Box::new(KnownToAll::default()),
            Box::new(Answered),
        ],
    },
    figures: None,
    model: None,
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "vote/weights-decide",
        "vote/in-doubt",
        "vote/blocked",
        "vote/counts-heads",
        "vote/counts-twice",
    ],
    explore: Bounded::new::<Vote>,
    start: start::<Vote>,
};

const GROUND: Ground = Ground { phases: &[(0, Vote::SPEC.phases[0].name)], epoch: Vote::SPEC.epoch };
