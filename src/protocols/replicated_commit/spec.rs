//! Names, phases, settings, words and flaws.

use super::Why;
use crate::machines::SHARDS_MAX;
use crate::model::{
    ArgKind, Flaw, MessageWord, RoleWord, RuleWord, Setting, SettingGroup, SettingKind, Source, Span,
    SpanRange, Spec, Text, TimerWord, Tone,
};
use crate::protocols::inside::{joined_messages, joined_roles, joined_rules, joined_timers, quiet};
use crate::protocols::raft;

/// Where the rules of Raft begin in the table.
pub(super) const OWN_RULES: u8 = Why::WORDS.len() as u8;
/// Where its messages begin.
pub(super) const OWN_MESSAGES: u8 = MINE.len() as u8;
/// Where its timers begin.
pub(super) const OWN_TIMERS: u8 = WAITS.len() as u8;
/// A leader that coordinates. Its other roles are those of Raft, which come first.
pub(super) const COORDINATING: u8 = raft::SPEC.roles.len() as u8;
/// A leader whose shard is in doubt.
pub(super) const IN_DOUBT: u8 = COORDINATING + 1;

const TX: (&str, ArgKind) = ("tx", ArgKind::Ballot);

const fn message(
    name: &'static str,
    label: Text,
    tone: Tone,
    args: &'static [(&'static str, ArgKind)],
) -> MessageWord {
    MessageWord { name, label, tone, args }
}

/// In the order of the codes of [`super::Message`].
const MINE: &[MessageWord] = &[
    message("Prepare", Text::new("Prepare?", "准备？"), Tone::Plain, &[TX, ("value", ArgKind::Value)]),
    message("Prepared", Text::new("prepared", "就绪"), Tone::Yes, &[TX]),
    message("Refused", Text::new("no", "拒绝"), Tone::No, &[TX]),
    message("Commit", Text::new("Commit!", "提交！"), Tone::Plain, &[TX]),
    message("Abort", Text::new("Abort!", "中止！"), Tone::No, &[TX]),
    message("Inquire", Text::new("outcome?", "结果？"), Tone::Plain, &[TX]),
];
const WAITS: &[TimerWord] = &[
    TimerWord { name: "Retry", label: Text::new("no vote yet", "尚无投票"), shown: true },
    TimerWord { name: "Doubt", label: Text::new("still in doubt", "仍然存疑"), shown: true },
];
const OFFICES: &[RoleWord] = &[
    RoleWord {
        id: "coordinating", name: Text::new("leader, coordinating", "领导者，协调中"), rank: 2
    },
    RoleWord { id: "in-doubt", name: Text::new("leader, in doubt", "领导者，存疑"), rank: 2 },
];

const RULES: &[RuleWord] = &joined_rules::<{ Why::WORDS.len() + raft::Why::WORDS.len() }>(
    Why::WORDS,
    &quiet::<{ raft::Why::WORDS.len() }>(raft::Why::WORDS),
);
const MESSAGES: &[MessageWord] =
    &joined_messages::<{ MINE.len() + raft::SPEC.messages.len() }>(MINE, raft::SPEC.messages);
const TIMERS: &[TimerWord] =
    &joined_timers::<{ WAITS.len() + raft::SPEC.timers.len() }>(WAITS, raft::SPEC.timers);
const ROLES: &[RoleWord] =
    &joined_roles::<{ raft::SPEC.roles.len() + OFFICES.len() }>(raft::SPEC.roles, OFFICES);

const fn range(least: u64, most: u64) -> SettingKind {
    SettingKind::Range {
        least: Span::ms(1),
        most: Span::ms(60_000),
        default: SpanRange { least: Span::ms(least), most: Span::ms(most) },
    }
}

/// What is fixed about two-phase commit over replicated shards.
pub const SPEC: Spec = Spec {
    id: "replicated-commit",
    name: Text::new("2PC over Raft groups", "Raft 组上的两阶段提交"),
    summary: Text::new(
        "Two-phase commit whose participants and coordinator are groups that each keep a replicated log: no single crash leaves anybody in doubt.",
        "参与者与协调者都是各自维护复制日志的节点组的两阶段提交：任何单点崩溃都不会让谁一直存疑。",
    ),
    sources: &[
        Source { title: "Corbett et al.: Spanner: Google's Globally-Distributed Database, OSDI", year: 2012 },
        Source { title: "Gray, Lamport: Consensus on Transaction Commit, TODS", year: 2006 },
        Source {
            title: "Bernstein, Hadzilacos, Goodman: Concurrency Control and Recovery in Database Systems",
            year: 1987,
        },
    ],
    epoch: raft::SPEC.epoch,
    phases: raft::SPEC.phases,
    must_meet: raft::SPEC.must_meet,
    roles: ROLES,
    messages: MESSAGES,
    rules: RULES,
    timers: TIMERS,
    settings: &[
        Setting {
            id: "shards",
            name: Text::new("Shards", "分片数"),
            help: Text::new(
                "Nodes that have a weight are dealt out to so many groups, in order. Each group keeps a shard and has its share of the thresholds.",
                "有权重的节点依次分到这么多个组。每组保存一个分片，并按比例分得各阈值。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 1, most: SHARDS_MAX as u32, default: 2 },
        },
        Setting {
            id: "retry",
            name: Text::new("Ask again after", "再次询问间隔"),
            help: Text::new(
                "How long a coordinator waits for a vote before it asks again, of every node of the other shard. After some times it aborts.",
                "协调者等待投票多久后再次询问另一分片的所有节点。若干次之后便中止。",
            ),
            group: SettingGroup::Timing,
            kind: range(60, 80),
        },
        Setting {
            id: "doubt",
            name: Text::new("In doubt, ask after", "存疑询问间隔"),
            help: Text::new(
                "How long a shard that has voted yes waits before it asks for the outcome.",
                "投过赞成票的分片等待多久后询问结果。",
            ),
            group: SettingGroup::Timing,
            kind: range(160, 200),
        },
        Setting {
            id: "election",
            name: Text::new("Election time-out", "选举超时"),
            help: Text::new(
                "How long a server waits for a leader of its shard before it stands for election.",
                "服务器等待本分片领导者多久之后参选。",
            ),
            group: SettingGroup::Timing,
            kind: range(150, 300),
        },
        Setting {
            id: "heartbeat",
            name: Text::new("Heartbeat", "心跳间隔"),
            help: Text::new("How often a leader makes itself heard.", "领导者多久发送一次心跳。"),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(50) },
        },
    ],
    flaws: &[
        Flaw {
            id: "votes-unreplicated",
            name: Text::new(
                "votes yes before a quorum has it that the shard is prepared",
                "就绪记录尚未复制到法定人数就投赞成票",
            ),
            breaks: "commit-validity",
        },
        Flaw {
            id: "decides-unreplicated",
            name: Text::new("tells its decision before a quorum has it", "决定尚未复制到法定人数就告知他人"),
            breaks: "commit-agreement",
        },
    ],
};
