//! Names, phases, settings, words and flaws.

use crate::model::{
    ArgKind, Epoch, Flaw, MessageWord, RoleWord, RuleWord, Setting, SettingGroup, SettingKind, Source, Span,
    SpanRange, Spec, Text, TimerWord,
};
use crate::protocols::inside::{joined_messages, joined_roles, joined_rules, joined_timers, quiet};
use crate::protocols::{locking, raft};

/// Where the rules of Raft begin in the table.
pub(super) const RAFT_RULES: u8 = locking::Why::WORDS.len() as u8;
/// Where its messages begin.
pub(super) const RAFT_MESSAGES: u8 = locking::MESSAGES.len() as u8;
/// Where its timers begin.
pub(super) const RAFT_TIMERS: u8 = locking::TIMERS.len() as u8;

const RULES: &[RuleWord] = &joined_rules::<{ locking::Why::WORDS.len() + raft::Why::WORDS.len() }>(
    locking::Why::WORDS,
    &quiet::<{ raft::Why::WORDS.len() }>(raft::Why::WORDS),
);
const MESSAGES: &[MessageWord] = &joined_messages::<{ locking::MESSAGES.len() + raft::SPEC.messages.len() }>(
    locking::MESSAGES,
    raft::SPEC.messages,
);
const TIMERS: &[TimerWord] =
    &joined_timers::<{ locking::TIMERS.len() + raft::SPEC.timers.len() }>(locking::TIMERS, raft::SPEC.timers);
const ROLES: &[RoleWord] =
    &joined_roles::<{ locking::ROLES.len() + raft::SPEC.roles.len() }>(locking::ROLES, raft::SPEC.roles);

/// What is fixed about the lock service.
pub const SPEC: Spec = Spec {
    id: "lock-service",
    name: Text::new("Lock service", "锁服务"),
    summary: Text::new(
        "Locks kept by a replicated log: each grant is a lease with a fencing token, and the storage turns away whoever comes with an old one.",
        "由复制日志维护的锁：每次授予都是带栅栏令牌的租约，存储拒绝持旧令牌者。",
    ),
    sources: &[
        Source {
            title: "Gray, Cheriton: Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency, SOSP",
            year: 1989,
        },
        Source {
            title: "Burrows: The Chubby Lock Service for Loosely-Coupled Distributed Systems, OSDI",
            year: 2006,
        },
        Source { title: "Kleppmann: How to do distributed locking", year: 2016 },
    ],
    epoch: Epoch { name: Text::new("term or token", "任期或令牌"), kind: ArgKind::Number },
    phases: raft::SPEC.phases,
    must_meet: raft::SPEC.must_meet,
    roles: ROLES,
    messages: MESSAGES,
    rules: RULES,
    timers: TIMERS,
    settings: &[
        Setting {
            id: "lease",
            name: Text::new("Lease", "租约"),
            help: Text::new("How long a grant lasts unless it is prolonged.", "一次授予在不续约时持续多久。"),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(60_000), default: Span::ms(400) },
        },
        Setting {
            id: "margin",
            name: Text::new("Margin for clocks", "时钟余量"),
            help: Text::new(
                "By how much a client takes its lease for shorter, as clocks do not run alike.",
                "由于各时钟快慢不一，客户端把租约看短多少。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(0), most: Span::ms(60_000), default: Span::ms(10) },
        },
        locking::WORK,
        locking::RETRY,
        Setting {
            id: "election",
            name: Text::new("Election time-out", "选举超时"),
            help: Text::new(
                "How long a server waits for a leader before it stands for election.",
                "服务器等待领导者多久之后参选。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(1),
                most: Span::ms(60_000),
                default: SpanRange { least: Span::ms(150), most: Span::ms(300) },
            },
        },
        Setting {
            id: "heartbeat",
            name: Text::new("Heartbeat", "心跳间隔"),
            help: Text::new("How often a leader makes itself heard.", "领导者多久发送一次心跳。"),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(50) },
        },
        Setting {
            id: "first-token",
            name: Text::new("First token", "首个令牌"),
            help: Text::new("The token of a lock's first grant.", "锁首次授予时的令牌。"),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 1, most: 1_000_000, default: 1 },
        },
    ],
    flaws: &[
        Flaw {
            id: "no-fencing",
            name: Text::new("the storage does not look at tokens", "存储不检查令牌"),
            breaks: "mutual-exclusion",
        },
        Flaw {
            id: "careless-release",
            name: Text::new("gives a lock back without asking whose it is", "释放锁时不核对归属"),
            breaks: "lease-exclusion",
        },
        Flaw {
            id: "no-margin",
            name: Text::new(
                "counts the whole lease from the moment it hears of it, without a margin",
                "从收到答复起计满整个租约，不留余量",
            ),
            breaks: "lease-exclusion",
        },
    ],
};
