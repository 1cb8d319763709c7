//! Zab, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    Agreement, Answered, Answers, ElectionSafety, GlobalPrimaryOrder, Goals, Ground, Integrity, KnownToAll,
    LEADERSHIP, LeaderReplaced, Leads, LocalPrimaryOrder, PREFIX_CONSISTENCY, Point, PrimaryIntegrity,
    Spreads, StaleRead, TotalOrder, Validity,
};
use crate::explore::Bounded;
use crate::model::{NodeSet, Protocol, Span, Text};
use crate::protocols::zab::Zab;

pub(super) const ENTRY: Entry = Entry {
    spec: Zab::SPEC,
    about: About {
        problem: Text::new(
            "one primary turns requests into changes that build on each other, and backups deliver them in its order, also across a change of primary",
            "主节点把请求变成环环相扣的变更，备份按其顺序交付，更换主节点时也不例外",
        ),
        guarantees: Text::new(
            "one order for all, no change without those that its primary sent before it, and no new primary before the old one's changes are delivered; writes are linearizable, local reads are not",
            "全体顺序一致；变更不会脱离同一主节点先前的变更而单独交付；旧主的变更交付完毕，新主才会开始；写入可线性化，本地读取则否",
        ),
        cost: Text::new(
            "one round trip from the leader to a commit quorum a write and 3(n − 1) messages; a follower adds a hop; local reads cost no message; a new leader needs five more message delays after the election",
            "每次写入由领导者与一个提交法定人数往返一次，共 3(n − 1) 条消息；经跟随者转发则多一跳；本地读取不发消息；新领导者在选举后还需五次消息延迟",
        ),
        tolerates: Text::new(
            "crashes and restarts with the disk intact, cuts and partitions that break connections, as long as discover, sync and commit quorums are left to make progress",
            "磁盘完好的崩溃与重启、切断连接的中断与分区；只要还剩发现、同步与提交的法定人数即可推进",
        ),
        misreadings: &[
            Text::new(
                "Zab is not a version-vector protocol: a zxid is one pair of numbers from one primary, and all changes have one order.",
                "Zab 不是版本向量协议：zxid 是由唯一主节点给出的一对数字，所有变更只有一个顺序。",
            ),
            Text::new(
                "Zab is not derived from Raft: ZooKeeper ran it from 2007 and its paper is of 2011, Raft's of 2014. They have much in common.",
                "Zab 并非源自 Raft：ZooKeeper 自 2007 年起就在使用它，论文发表于 2011 年，而 Raft 的论文在 2014 年；两者颇多相似。",
            ),
            Text::new(
                "Zab is not Paxos under another name: with several proposals in flight Multi-Paxos may choose a change without the one it rests on (Figure 1).",
                "Zab 不是换了名字的 Paxos：当多个提议同时在途时，Multi-Paxos 可能选定某个变更，却没有它所依赖的那个（图 1）。",
            ),
        ],
    },
    // Phases: discover, sync, commit.
    properties: || {
        vec![
            Box::new(ElectionSafety::new(0).called(&LEADERSHIP, Zab::SPEC.epoch.name)),
            Box::new(Integrity::new()),
            Box::new(TotalOrder::new()),
            Box::new(Agreement::new(&PREFIX_CONSISTENCY).resting_on(0, 2)),
            Box::new(LocalPrimaryOrder::new()),
            Box::new(GlobalPrimaryOrder::new()),
            Box::new(PrimaryIntegrity::new(0, 2)),
            Box::new(Validity::new()),
        ]
    },
    goals: |setup| Goals {
        eventually: {
            let settings = setup.settings;
            // A leader that is lost, an election, and one that comes to nothing.
            let timeout = settings.range("timeout").most.0;
            let vote = settings.span("notify").0 + settings.span("settle").0;
            let patience = Span(4 * timeout + 4 * vote + 4 * settings.span("tick").0);
            let everybody = NodeSet::full(setup.weights.len());
            vec![
                (Box::new(Leads::new(GROUND, 2)), patience),
                (Box::new(Answers::new(GROUND)), patience),
                (Box::new(Spreads::new(GROUND, everybody)), patience),
            ]
        },
        sometimes: vec![
            Box::new(Point::leader_elected()),
            Box::new(LeaderReplaced::default()),
            Box::new(Point::decided(true)),
            Box::new(KnownToAll::default()),
            Box::new(Answered),
            Box::new(StaleRead::new()),
        ],
    },
    model: Some(Model::Kv),
    figures: None,
    unpromised: &[],
    fifo: true,
    scenarios: scenarios![
        "zab/primary-order",
        "zab/figure-1",
        "zab/stale-read",
        "zab/observers",
        "zab/snapshot-read",
        "zab/skips-sync",
        "zab/acks-before-durable",
        "zab/stale-epoch",
        "zab/unordered-channels",
    ],
    explore: Bounded::new::<Zab>,
    start: start::<Zab>,
};

const GROUND: Ground = Ground {
    phases: &[(0, Zab::SPEC.phases[0].name), (1, Zab::SPEC.phases[1].name), (2, Zab::SPEC.phases[2].name)],
    epoch: Zab::SPEC.epoch,
};
