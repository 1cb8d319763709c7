//! Raft, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    Agreement, Answered, Answers, ElectionSafety, Goals, Ground, KnownToAll, LeaderAppendOnly,
    LeaderCompleteness, LeaderReplaced, Leads, LogMatching, Point, STATE_MACHINE_SAFETY, Spreads, Validity,
};
use crate::explore::Bounded;
use crate::model::{NodeSet, Protocol, Span, Text};
use crate::protocols::raft::Raft;

pub(super) const ENTRY: Entry = Entry {
    spec: Raft::SPEC,
    about: About {
        problem: Text::new(
            "several servers keep the same log of commands, and a client may rely on what it was told",
            "多台服务器保持同一份命令日志，客户端可以信赖得到的答复",
        ),
        guarantees: Text::new(
            "one log, committed entries for good, linearizable reads and writes",
            "同一份日志，已提交的条目不会丢失，读写可线性化",
        ),
        cost: Text::new(
            "one round trip from the leader to a commit quorum a command; a follower adds a hop",
            "每条命令由领导者与一个提交法定人数往返一次；经跟随者转发则多一跳",
        ),
        tolerates: Text::new(
            "crashes and restarts with the disk intact, lost, late and doubled messages, partitions, as long as an elect and a commit quorum are left to make progress",
            "磁盘完好的崩溃与重启，消息丢失、延迟、重复，以及网络分区；只要还剩选举与提交的法定人数即可推进",
        ),
        misreadings: &[
            Text::new(
                "That it is “CP” does not mean that it stands still in a partition: the side with a quorum goes on. Only requests on the other side wait.",
                "说它是“CP”，并不意味着分区时完全停摆：拥有法定人数的一侧照常工作，只有另一侧的请求需要等待。",
            ),
            Text::new(
                "Raft does elect a leader, and only a server with a complete enough log can win; it is not true that any server may lead.",
                "Raft 确实会选出领导者，且只有日志足够新的服务器才能当选；并非任何服务器都能领导。",
            ),
            Text::new(
                "A leader may not answer reads from its own state just because it leads: it may have been replaced without hearing of it. It asks a quorum first (ReadIndex), or relies on clocks (a lease).",
                "领导者不能仅凭自己在领导就用本地状态答复读取：它可能已被取代而不自知。它要么先询问法定人数（ReadIndex），要么依赖时钟（租约）。",
            ),
            Text::new(
                "Editing the configuration files of all servers, even all at once, is no safe change of members: the old and the new majority may share no server. The change itself goes through the log.",
                "即使同时修改所有服务器的配置文件，也不是安全的成员变更：新旧多数派可能没有共同的服务器。变更本身必须经由日志。",
            ),
            Text::new(
                "An entry on a majority is not yet committed: one of an earlier term is so only together with one of the leader's own (Figure 8).",
                "条目到达多数派并不等于已提交：旧任期的条目只有与领导者本任期的条目一起才算提交（图 8）。",
            ),
        ],
    },
    // Phases: elect, commit.
    properties: || {
        vec![
            Box::new(ElectionSafety::new(0)),
            Box::new(LeaderAppendOnly::new()),
            Box::new(LogMatching::new()),
            Box::new(LeaderCompleteness::new(0, 1)),
            Box::new(Agreement::new(&STATE_MACHINE_SAFETY).resting_on(0, 1)),
            Box::new(Validity::new()),
        ]
    },
    goals: |setup| Goals {
        eventually: {
            let election = setup.settings.range("election").most.0;
            let heartbeat = setup.settings.span("heartbeat").0;
            let everybody = NodeSet::full(setup.weights.len());
            vec![
                (Box::new(Leads::new(GROUND, 1)), Span(3 * election + heartbeat)),
                (Box::new(Answers::new(GROUND)), Span(3 * election + heartbeat)),
                (Box::new(Spreads::new(GROUND, everybody)), Span(3 * election + 2 * heartbeat)),
            ]
        },
        sometimes: vec![
            Box::new(Point::leader_elected()),
            Box::new(LeaderReplaced::default()),
            Box::new(Point::decided(true)),
            Box::new(KnownToAll::default()),
            Box::new(Answered),
        ],
    },
    figures: None,
    model: Some(Model::Kv),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "raft/leader-crash",
        "raft/first-election",
        "raft/split-vote",
        "raft/partitioned-leader",
        "raft/disruptive-server",
        "raft/two-leaders",
        "raft/figure-8",
        "raft/change-of-weights",
        "raft/change-by-hand",
        "raft/two-adds",
        "raft/read-index",
        "raft/lease-drift",
        "raft/local-reads",
        "raft/single-step",
        "raft/lease-outlived",
        "raft/snapshot",
        "raft/hand-over",
        "raft/locks",
        "raft/votes-without-log",
        "raft/forgets-vote",
        "raft/truncates-always",
        "raft/cap",
    ],
    explore: Bounded::new::<Raft>,
    start: start::<Raft>,
};

const GROUND: Ground = Ground {
    phases: &[(0, Raft::SPEC.phases[0].name), (1, Raft::SPEC.phases[1].name)],
    epoch: Raft::SPEC.epoch,
};
