//! Primary and backups, registered: the baseline, with what it does not promise.

use super::{About, Assumption, Entry, Unpromised, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    Answered, AnsweredKept, Answers, Goals, Ground, LeaderReplaced, LogMatching, LogsConverge, OnePrimary,
    Point, Validity,
};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::primary_backup::PrimaryBackup;

pub(super) const ENTRY: Entry = Entry {
    spec: PrimaryBackup::SPEC,
    about: About {
        problem: Text::new(
            "a store that outlives its machine and answers as fast as one machine",
            "比单机活得更久、又和单机一样快的存储",
        ),
        guarantees: Text::new(
            "it always answers, and once links hold again all copies become alike; no more than that",
            "总能作答；链路恢复之后所有副本趋于一致；除此之外什么也不保证",
        ),
        cost: Text::new(
            "no message before the answer; n − 1 and their acknowledgements after it",
            "答复之前不需要任何消息；之后每次写入 n − 1 条消息及其确认",
        ),
        tolerates: Text::new(
            "any failure, as to being answered; none, as to what was answered: a crash or a partition loses acknowledged writes",
            "就能否作答而言，任何故障都行；就答复的内容而言，一个也不行：崩溃或分区都会丢失已确认的写入",
        ),
        misreadings: &[
            Text::new(
                "Replication is not consensus: copies alone do not say which of them is right.",
                "复制不等于共识：仅有副本并不能说明哪个副本是对的。",
            ),
            Text::new(
                "A time-out does not tell a dead primary from a slow or cut-off one; whoever takes over must ask a quorum.",
                "超时分不清主节点是宕机、变慢还是被隔开；接管者必须询问法定人数。",
            ),
            Text::new(
                "Waiting for a majority of backups does not make it safe while whoever takes over asks nobody.",
                "即使等待多数备份确认，只要接管者谁也不问，就仍不安全。",
            ),
        ],
    },
    // Phase: acknowledge.
    properties: || {
        vec![
            Box::new(LogMatching::new()),
            Box::new(Validity::new()),
            Box::new(OnePrimary),
            Box::new(AnsweredKept::default()),
        ]
    },
    goals: |setup| {
        let failover = setup.settings.range("failover").most.0;
        let heartbeat = setup.settings.span("heartbeat").0;
        Goals {
            eventually: vec![
                (Box::new(LogsConverge::new(GROUND)), Span(3 * failover + 4 * heartbeat)),
                (Box::new(Answers::new(GROUND)), Span(3 * failover + heartbeat)),
            ],
            sometimes: vec![
                Box::new(LeaderReplaced::default()),
                Box::new(Point::decided(true)),
                Box::new(Answered),
            ],
        }
    },
    figures: None,
    fifo: false,
    model: Some(Model::Kv),
    unpromised: &[
        Unpromised {
            property: "one-primary",
            why: Text::new(
                "a backup that hears nothing takes over, whether the primary is down or only cut off",
                "备份收不到消息就接管，不管主节点是宕机还是只是被隔开",
            ),
            assumes: &[Assumption::Whole, Assumption::Heard, Assumption::InTime],
        },
        Unpromised {
            property: "answered-kept",
            why: Text::new(
                "the primary answers before anybody else has the write, and who takes over asks nobody",
                "主节点在别人拿到写入之前就答复，而接管者谁也不问",
            ),
            assumes: &[],
        },
        Unpromised {
            property: "linearizable",
            why: Text::new(
                "two primaries answer from two logs, and a write that was acknowledged may be gone",
                "两个主节点依据两份日志作答，已确认的写入也可能消失",
            ),
            assumes: &[],
        },
    ],
    scenarios: scenarios![
        "primary-backup/split-brain",
        "primary-backup/last-write",
        "primary-backup/waits-in-vain",
    ],
    explore: Bounded::new::<PrimaryBackup>,
    start: start::<PrimaryBackup>,
};

const GROUND: Ground = Ground { phases: &[], epoch: PrimaryBackup::SPEC.epoch };
