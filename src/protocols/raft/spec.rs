//! Names, phases, settings, words and flaws.

use super::why::Why;
use crate::machines::MACHINE;
use crate::model::{
    ArgKind, ChoiceWord, Epoch, Flaw, MeetRule, MessageWord, PhaseWord, RoleWord, Setting, SettingGroup,
    SettingKind, Source, Span, SpanRange, Spec, Text, TimerKind, TimerWord, Tone,
};

/// The phase that elects a leader.
pub const ELECT: usize = 0;

/// The phase that commits an entry.
pub const COMMIT: usize = 1;

/// A server's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A follower or candidate has waited long enough for a leader.
    Election,
    /// A leader sends heartbeats.
    Heartbeat,
    /// The shortest election time-out since the leader was last heard (PreVote, CheckQuorum).
    Contact,
    /// A leader looks whether it still hears from a quorum (CheckQuorum).
    Quorum,
    /// By hand: the leader hands over. By itself: that took too long.
    Transfer,
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        self as u8
    }
    fn from_code(code: u8) -> Option<Self> {
        let all = [Self::Election, Self::Heartbeat, Self::Contact, Self::Quorum, Self::Transfer];
        all.get(usize::from(code)).copied()
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

const fn choice(id: &'static str, name: Text) -> ChoiceWord {
    ChoiceWord { id, name }
}

const TERM: (&str, ArgKind) = ("term", ArgKind::Number);
const LAST: &[(&str, ArgKind)] = &[TERM, ("last_index", ArgKind::Number), ("last_term", ArgKind::Number)];

/// What is fixed about Raft.
pub const SPEC: Spec = Spec {
    id: "raft",
    name: Text::new("Raft", "Raft"),
    summary: Text::new(
        "A replicated log with one strong leader a term: it is elected by a quorum, orders all commands, and commits what a quorum holds.",
        "由强领导者维护的复制日志：每个任期由法定人数选出一位领导者，它为所有命令排序，并提交法定人数已持有的条目。",
    ),
    sources: &[
        Source {
            title: "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (extended version), USENIX ATC",
            year: 2014,
        },
        Source {
            title: "Ongaro: Consensus: Bridging Theory and Practice, PhD dissertation, Stanford",
            year: 2014,
        },
    ],
    epoch: Epoch { name: Text::new("term", "任期"), kind: ArgKind::Number },
    phases: &[
        PhaseWord { id: "elect", name: Text::new("Elect", "选举") },
        PhaseWord { id: "commit", name: Text::new("Commit", "提交") },
    ],
    must_meet: &[
        MeetRule {
            a: ELECT,
            b: ELECT,
            why: Text::new("two leaders can be elected in one term", "同一任期可能选出两位领导者"),
        },
        MeetRule {
            a: ELECT,
            b: COMMIT,
            why: Text::new(
                "a leader can be elected without the committed entries",
                "新领导者可能缺少已提交的条目",
            ),
        },
    ],
    roles: &[
        role("follower", Text::new("follower", "跟随者"), 0),
        role("pre-candidate", Text::new("pre-candidate", "预候选者"), 1),
        role("candidate", Text::new("candidate", "候选者"), 1),
        role("leader", Text::new("leader", "领导者"), 2),
    ],
    messages: &[
        word("PreVote", Text::new("pre-vote?", "预求票"), Tone::Plain, LAST),
        word("PreVoteGranted", Text::new("would", "愿意"), Tone::Yes, &[TERM]),
        word("PreVoteRefused", Text::new("no", "拒绝"), Tone::No, &[TERM]),
        word("RequestVote", Text::new("Vote?", "求票"), Tone::Plain, LAST),
        word("VoteGranted", Text::new("yes", "赞成"), Tone::Yes, &[TERM]),
        word("VoteRefused", Text::new("no", "拒绝"), Tone::No, &[TERM]),
        word(
            "AppendEntries",
            Text::new("append", "追加"),
            Tone::Plain,
            &[
                TERM,
                ("prev_index", ArgKind::Number),
                ("prev_term", ArgKind::Number),
                ("entries", ArgKind::Number),
            ],
        ),
        word(
            "Heartbeat",
            Text::new("beat", "心跳"),
            Tone::Routine,
            &[
                TERM,
                ("prev_index", ArgKind::Number),
                ("prev_term", ArgKind::Number),
                ("commit", ArgKind::Number),
            ],
        ),
        word("Appended", Text::new("ok", "已追加"), Tone::Yes, &[TERM, ("matched", ArgKind::Number)]),
        word(
            "HeartbeatHeard",
            Text::new("here", "在线"),
            Tone::Routine,
            &[TERM, ("matched", ArgKind::Number)],
        ),
        word(
            "Rejected",
            Text::new("no match", "不匹配"),
            Tone::No,
            &[
                TERM,
                ("prev_index", ArgKind::Number),
                ("hint_index", ArgKind::Number),
                ("hint_term", ArgKind::Number),
            ],
        ),
        word("InstallSnapshot", Text::new("snapshot", "快照"), Tone::Plain, LAST),
        word("TimeoutNow", Text::new("your turn", "由你接任"), Tone::Plain, &[TERM]),
        word("RequestVoteNow", Text::new("Vote now?", "立即求票"), Tone::Plain, LAST),
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Election", label: Text::new("election time-out", "选举超时"), shown: true },
        TimerWord { name: "Heartbeat", label: Text::new("heartbeat", "心跳"), shown: false },
        TimerWord { name: "Contact", label: Text::new("leader contact", "领导者联络"), shown: false },
        TimerWord { name: "Quorum", label: Text::new("quorum check", "法定人数检查"), shown: false },
        TimerWord { name: "Transfer", label: Text::new("hand over", "移交领导权"), shown: false },
    ],
    settings: &[
        Setting {
            id: "election",
            name: Text::new("Election time-out", "选举超时"),
            help: Text::new(
                "How long a follower waits for its leader before it stands for election; each wait is drawn anew.",
                "跟随者在发起选举之前等待领导者的时间；每次随机抽取。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(10),
                most: Span::ms(60_000),
                default: SpanRange { least: Span::ms(150), most: Span::ms(300) },
            },
        },
        Setting {
            id: "heartbeat",
            name: Text::new("Heartbeat", "心跳间隔"),
            help: Text::new(
                "How often a leader makes itself heard; well below the election time-out.",
                "领导者发送心跳的间隔；应远小于选举超时。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(50) },
        },
        Setting {
            id: "prevote",
            name: Text::new("PreVote", "预投票"),
            help: Text::new(
                "Ask whether an election could be won before raising the term, so that a server which was cut off does not disturb the leader.",
                "在增加任期之前先询问能否赢得选举，使曾被隔离的服务器不会干扰领导者。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: false },
        },
        Setting {
            id: "checkquorum",
            name: Text::new("CheckQuorum", "法定人数检查"),
            help: Text::new(
                "A leader that hears from no quorum for an election time-out steps down, and servers that hear a leader ignore candidates.",
                "领导者若在一个选举超时内收不到法定人数的消息则退位；仍能收到领导者消息的服务器忽略候选者。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: false },
        },
        Setting {
            id: "batch",
            name: Text::new("Entries an append", "每次追加的条目数"),
            help: Text::new(
                "The most entries that one AppendEntries carries.",
                "一个 AppendEntries 最多携带的条目数。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 1, most: 1_024, default: 64 },
        },
        Setting {
            id: "reads",
            name: Text::new("Reads", "读取方式"),
            help: Text::new(
                "Reads go through the log; or the leader first makes sure by a round of heartbeats that it still leads (ReadIndex), or relies on such a round for a while (lease).",
                "读取经由日志；或领导者先用一轮心跳确认自己仍在领导（ReadIndex）；或在一段时间内依赖这样的一轮（租约）。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    choice("log", Text::new("through the log", "经由日志")),
                    choice("read-index", Text::new("ReadIndex", "ReadIndex")),
                    choice("lease", Text::new("lease", "租约")),
                ],
                default: 0,
            },
        },
        Setting {
            id: "drift",
            name: Text::new("Clocks differ by (%)", "时钟偏差上限（%）"),
            help: Text::new(
                "How much slower than another a clock may run, in percent: a lease is shorter than the shortest election time-out by so much. Where clocks drift further, a lease is not safe.",
                "时钟之间速度差异的上限（百分比）：租约比最短选举超时短这么多。若时钟漂移更大，租约便不再安全。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Number { least: 0, most: 90, default: 20 },
        },
        Setting {
            id: "snapshot-every",
            name: Text::new("Snapshot after", "快照间隔"),
            help: Text::new(
                "After so many entries the log gives way to a snapshot of what it did; 0: never.",
                "每应用这么多条目，就以快照取代日志；0 表示从不。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 0, most: 10_000, default: 0 },
        },
        Setting {
            id: "change",
            name: Text::new("Changes of weights", "权重变更方式"),
            help: Text::new(
                "Through a joint configuration that needs quorums of both, or in one step where all quorums of the old and the new one meet.",
                "经由需要新旧两种法定人数的联合配置；或在新旧法定人数必然相交时一步完成。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    choice("joint", Text::new("joint consensus", "联合共识")),
                    choice("single", Text::new("one step where safe", "安全时一步完成")),
                ],
                default: 0,
            },
        },
        MACHINE,
    ],
    flaws: &[
        Flaw {
            id: "counts-old-term",
            name: Text::new("commits an earlier term's entry by counting", "通过计数提交较早任期的条目"),
            breaks: "leader-completeness",
        },
        Flaw {
            id: "votes-without-log",
            name: Text::new("votes without comparing logs", "投票时不比较日志"),
            breaks: "leader-completeness",
        },
        Flaw {
            id: "forgets-vote",
            name: Text::new("forgets its vote at a crash", "崩溃后忘记自己的投票"),
            breaks: "election-safety",
        },
        Flaw {
            id: "truncates-always",
            name: Text::new("truncates its log without a conflict", "无冲突时也截断日志"),
            breaks: "leader-completeness",
        },
        Flaw {
            id: "single-step",
            name: Text::new("changes weights in a single step", "一步完成任意权重变更"),
            breaks: "leader-completeness",
        },
        Flaw {
            id: "early-change",
            name: Text::new(
                "changes weights before an entry of its own term is committed",
                "本任期条目尚未提交就变更权重",
            ),
            breaks: "leader-completeness",
        },
        Flaw {
            id: "local-reads",
            name: Text::new("answers reads without asking anybody", "不经确认直接答复读取"),
            breaks: "linearizable",
        },
        Flaw {
            id: "lease-drifts",
            name: Text::new("relies on a lease although its clock runs slow", "时钟变慢仍依赖租约"),
            breaks: "linearizable",
        },
    ],
};
