//! Names, phases, settings, words and flaws.

use super::why::Why;
use crate::machines::MACHINE;
use crate::model::{
    ArgKind, ChoiceWord, Epoch, Flaw, MeetRule, MessageWord, PhaseWord, RoleWord, Setting, SettingGroup,
    SettingKind, Source, Span, SpanRange, Spec, Text, TimerKind, TimerWord, Tone,
};

/// The phase that promises an epoch; elections stop on it too.
pub const DISCOVER: usize = 0;

/// The phase that acknowledges the leader's history.
pub const SYNC: usize = 1;

/// The phase that commits a transaction.
pub const COMMIT: usize = 2;

/// A server's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A server that is looking repeats its vote.
    Notify,
    /// An election with a quorum has waited long enough for a better vote.
    Settle,
    /// A follower has not heard its leader, or a leader looks whether it hears a quorum.
    Contact,
    /// A leader shows that it is here; a follower asks again for a connection.
    Tick,
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        self as u8
    }
    fn from_code(code: u8) -> Option<Self> {
        [Self::Notify, Self::Settle, Self::Contact, Self::Tick].get(usize::from(code)).copied()
    }
}

const fn role(id: &'static str, name: Text, rank: u8) -> RoleWord {
    RoleWord { id, name, rank }
}

const fn word(
    name: &'static str,
    label: Text,
    tone: Tone,
    args: &'static [(&'static str, ArgKind)],
) -> MessageWord {
    MessageWord { name, label, tone, args }
}

const EPOCH: (&str, ArgKind) = ("epoch", ArgKind::Number);
const ALONE: &[(&str, ArgKind)] = &[EPOCH];
const COUNT: &[(&str, ArgKind)] = &[EPOCH, ("counter", ArgKind::Number)];
const OF: (&str, ArgKind) = ("of", ArgKind::Number);
const COUNTER: (&str, ArgKind) = ("counter", ArgKind::Number);
const ROUND: (&str, ArgKind) = ("round", ArgKind::Number);
const LEADER: (&str, ArgKind) = ("leader", ArgKind::Node);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);
const ACK_EPOCH: &[(&str, ArgKind)] = &[EPOCH, ("current", ArgKind::Number), OF, COUNTER];
const HISTORY: &[(&str, ArgKind)] = &[EPOCH, OF, COUNTER, ("entries", ArgKind::Number)];

const fn span(id: &'static str, name: Text, help: Text, default: u64) -> Setting {
    Setting {
        id,
        name,
        help,
        group: SettingGroup::Timing,
        kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(default) },
    }
}

/// What is fixed about Zab.
pub const SPEC: Spec = Spec {
    id: "zab",
    name: Text::new("Zab", "Zab"),
    summary: Text::new(
        "ZooKeeper's atomic broadcast: one primary an epoch sends its changes in order, and a new one first brings a quorum to its own history.",
        "ZooKeeper 的原子广播：每个纪元由一个主节点按序发送变更；新的主节点先让法定人数与自己的历史一致。",
    ),
    sources: &[
        Source {
            title: "Junqueira, Reed, Serafini: Zab: High-performance broadcast for primary-backup systems, DSN",
            year: 2011,
        },
        Source { title: "Reed, Junqueira: A simple totally ordered broadcast protocol, LADIS", year: 2008 },
    ],
    epoch: Epoch { name: Text::new("epoch", "纪元"), kind: ArgKind::Number },
    phases: &[
        PhaseWord { id: "discover", name: Text::new("Discover", "发现") },
        PhaseWord { id: "sync", name: Text::new("Synchronise", "同步") },
        PhaseWord { id: "commit", name: Text::new("Commit", "提交") },
    ],
    must_meet: &[
        MeetRule {
            a: DISCOVER,
            b: DISCOVER,
            why: Text::new("two leaders can begin the same epoch", "同一纪元可能有两位领导者"),
        },
        MeetRule {
            a: DISCOVER,
            b: SYNC,
            why: Text::new(
                "a leader can begin without the history that an epoch started with",
                "新领导者可能缺少某纪元开始时的历史",
            ),
        },
        MeetRule {
            a: DISCOVER,
            b: COMMIT,
            why: Text::new(
                "a leader can begin without the committed transactions",
                "新领导者可能缺少已提交的事务",
            ),
        },
    ],
    roles: &[
        role("looking", Text::new("looking", "寻找中"), 1),
        role("follower", Text::new("follower", "跟随者"), 0),
        role("observer", Text::new("observer", "观察者"), 0),
        role("prospective", Text::new("prospective leader", "准领导者"), 1),
        role("leader", Text::new("leader", "领导者"), 2),
    ],
    messages: &[
        word("Notification", Text::new("my vote", "我的票"), Tone::Plain, &[EPOCH, ROUND, LEADER, COUNTER]),
        word(
            "Settled",
            Text::new("we follow", "已有主"),
            Tone::Plain,
            &[EPOCH, ROUND, LEADER, ("leads", ArgKind::Flag)],
        ),
        word("FOLLOWERINFO", Text::new("connect", "连接"), Tone::Plain, ALONE),
        word("NEWEPOCH", Text::new("new epoch?", "新纪元"), Tone::Plain, ALONE),
        word("ACKEPOCH", Text::new("promised", "已承诺"), Tone::Yes, ACK_EPOCH),
        word("ACKEPOCH-again", Text::new("had promised", "此前已承诺"), Tone::Plain, ACK_EPOCH),
        word("DIFF", Text::new("missing", "补差"), Tone::Plain, HISTORY),
        word("TRUNC", Text::new("cut back", "截断"), Tone::Plain, HISTORY),
        word("SNAP", Text::new("snapshot", "快照"), Tone::Plain, HISTORY),
        word("NEWLEADER", Text::new("new leader", "新领导者"), Tone::Plain, ALONE),
        word("ACK-NEWLEADER", Text::new("have it all", "历史已存"), Tone::Yes, ALONE),
        word("UPTODATE", Text::new("serve", "可服务"), Tone::Plain, &[EPOCH, OF, COUNTER]),
        word("PROPOSE", Text::new("propose", "提议"), Tone::Plain, &[EPOCH, COUNTER, VALUE]),
        word("ACK", Text::new("ack", "已存"), Tone::Yes, COUNT),
        word("COMMIT", Text::new("commit", "提交"), Tone::Plain, COUNT),
        word("INFORM", Text::new("inform", "告知"), Tone::Plain, &[EPOCH, COUNTER, VALUE]),
        word(
            "REQUEST",
            Text::new("request", "请求"),
            Tone::Plain,
            &[EPOCH, ("client", ArgKind::Number), ("seq", ArgKind::Number), VALUE],
        ),
        word("PING", Text::new("ping", "心跳"), Tone::Routine, ALONE),
        word("PONG", Text::new("here", "在线"), Tone::Routine, ALONE),
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Notify", label: Text::new("repeat the vote", "重发投票"), shown: false },
        TimerWord {
            name: "Settle",
            label: Text::new("wait for a better vote", "等待更优的票"),
            shown: false,
        },
        TimerWord { name: "Contact", label: Text::new("contact", "联络超时"), shown: true },
        TimerWord { name: "Tick", label: Text::new("tick", "节拍"), shown: false },
    ],
    settings: &[
        Setting {
            id: "timeout",
            name: Text::new("Contact time-out", "联络超时"),
            help: Text::new(
                "How long a follower waits for its leader, and a leader for its quorum, before either looks for a leader anew.",
                "跟随者等待领导者、领导者等待法定人数的时间；超时后重新寻找领导者。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(10),
                most: Span::ms(60_000),
                default: SpanRange { least: Span::ms(200), most: Span::ms(300) },
            },
        },
        span(
            "tick",
            Text::new("Tick", "节拍"),
            Text::new(
                "How often leader and followers show that they are there; well below the time-out.",
                "领导者与跟随者互报在线的间隔；应远小于超时。",
            ),
            50,
        ),
        span(
            "notify",
            Text::new("Repeat of votes", "投票重发间隔"),
            Text::new(
                "How often a server that looks for a leader repeats its vote.",
                "寻找领导者的服务器重发投票的间隔。",
            ),
            60,
        ),
        span(
            "settle",
            Text::new("Wait for a better vote", "等待更优的票"),
            Text::new(
                "How long an election waits for a better vote once a quorum is of one mind; with all votes in, not at all.",
                "法定人数意见一致后再等待更优投票的时间；若所有投票都已到齐则不等。",
            ),
            30,
        ),
        Setting {
            id: "reads",
            name: Text::new("Reads", "读取"),
            help: Text::new(
                "Whether a read is ordered like a write, or answered by the server that is asked, which may be behind: as ZooKeeper does.",
                "读取是像写入一样排序，还是由被询问的服务器直接回答（可能落后，ZooKeeper 即如此）。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    ChoiceWord { id: "ordered", name: Text::new("ordered", "排序") },
                    ChoiceWord { id: "local", name: Text::new("local", "本地") },
                ],
                default: 0,
            },
        },
        MACHINE,
        Setting {
            id: "snapshot",
            name: Text::new("Transactions a snapshot", "快照间隔"),
            help: Text::new(
                "After so many delivered transactions a server keeps a snapshot in their place; 0: never.",
                "每交付这么多事务，服务器便以快照代替；0 表示从不。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 0, most: 10_000, default: 0 },
        },
    ],
    flaws: &[
        Flaw {
            id: "skips-sync",
            name: Text::new("the leader skips synchronisation", "领导者跳过同步"),
            breaks: "total-order",
        },
        Flaw {
            id: "acks-before-durable",
            name: Text::new(
                "acknowledges NEWLEADER before the history is on disk",
                "历史落盘前就确认 NEWLEADER",
            ),
            breaks: "primary-integrity",
        },
        Flaw {
            id: "stale-epoch",
            name: Text::new("the leader counts on from its own epoch", "领导者只从自己的纪元往下数"),
            breaks: "leadership",
        },
        Flaw {
            id: "unordered-channels",
            name: Text::new("takes messages in whatever order they come", "按到达顺序处理消息，不保证先后"),
            breaks: "local-primary-order",
        },
    ],
};
