//! Two-phase commit over replicated shards, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    AllPrepared, Answered, Answers, CommitAgreement, ElectionSafety, Goals, Ground, KnownToAll,
    LeaderAppendOnly, LeaderCompleteness, Leads, LogMatching, NoNeedlessAbort, NoReversal, OfGroups, Point,
    Serializable, Settles, Validity,
};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::replicated_commit::ReplicatedCommit;

pub(super) const ENTRY: Entry = Entry {
    spec: ReplicatedCommit::SPEC,
    about: About {
        problem: Text::new(
            "a transaction over several shards must happen on all of them or on none, and no single machine may hold it up",
            "跨多个分片的事务必须全部生效或全不生效，且任何一台机器都不能把它卡住",
        ),
        guarantees: Text::new(
            "what two-phase commit guarantees, and each register linearizable; nobody stays in doubt while a quorum of each shard is up",
            "具备两阶段提交的全部保证，每个寄存器可线性化；只要各分片都有法定人数在线，就没有谁会一直存疑",
        ),
        cost: Text::new(
            "six delays until the client hears of it: prepare, a round trip in one group, the vote, a round trip in the other; one more for the outcome, and a last round trip until that is in the first group's log",
            "答复客户端需六次延迟：准备、一组内往返、投票、另一组内往返；告知结果再加一次，前一组把结果写入日志再往返一次",
        ),
        tolerates: Text::new(
            "crashes, restarts, lost and late messages and partitions, as long as each shard that takes part has its quorums",
            "崩溃、重启、消息丢失与延迟、网络分区；只要参与的每个分片都有法定人数即可推进",
        ),
        misreadings: &[Text::new(
            "Consensus does not replace two-phase commit here, and two-phase commit does not replace consensus. Consensus keeps each shard alive; a commit still needs the yes of every shard.",
            "这里共识没有取代两阶段提交，两阶段提交也没有取代共识：共识让每个分片保持可用，而提交仍然需要每个分片的赞成票。",
        )],
    },
    // Phases of each group: elect, commit.
    properties: || {
        vec![
            Box::new(CommitAgreement::default()),
            Box::new(NoReversal::default()),
            Box::new(AllPrepared::default()),
            Box::new(NoNeedlessAbort::default()),
            Box::new(Serializable::default()),
            Box::new(Validity::new()),
            Box::new(OfGroups::new(ElectionSafety::new(0))),
            Box::new(OfGroups::new(LeaderAppendOnly::new())),
            Box::new(OfGroups::new(LogMatching::new())),
            Box::new(OfGroups::new(LeaderCompleteness::new(0, 1))),
        ]
    },
    goals: |setup| {
        let settings = setup.settings;
        let (election, heartbeat) = (settings.range("election").most.0, settings.span("heartbeat").0);
        let (retry, doubt) = (settings.range("retry").most.0, settings.range("doubt").most.0);
        let leads = 5 * election + heartbeat;
        // A vote that does not come is asked for so often; what waits for the lock waits as long.
        let patience = Span(leads + 2 * (10 * retry + 2 * doubt) + 4 * heartbeat);
        Goals {
            eventually: vec![
                (Box::new(Leads::new(GROUND, 1)), Span(leads)),
                (Box::new(Settles::new(GROUND)), patience),
                (Box::new(Answers::new(GROUND)), patience),
            ],
            sometimes: vec![
                Box::new(Point::leader_elected()),
                Box::new(Point::transaction_committed()),
                Box::new(Point::transaction_aborted()),
                Box::new(KnownToAll::default()),
                Box::new(Answered),
            ],
        }
    },
    figures: None,
    model: Some(Model::Store),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "replicated-commit/coordinator-crash",
        "replicated-commit/minority-cut-off",
        "replicated-commit/votes-unreplicated",
        "replicated-commit/decides-unreplicated",
    ],
    explore: Bounded::new::<ReplicatedCommit>,
    start: start::<ReplicatedCommit>,
};

const GROUND: Ground = Ground {
    phases: &[(0, ReplicatedCommit::SPEC.phases[0].name), (1, ReplicatedCommit::SPEC.phases[1].name)],
    epoch: ReplicatedCommit::SPEC.epoch,
};
