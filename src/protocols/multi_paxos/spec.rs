//! The description of Multi-Paxos, and its timers.

use super::Why;
use crate::machines::MACHINE;
use crate::model::{
    ArgKind, Epoch, Flaw, MeetRule, MessageWord, PhaseWord, RoleWord, Setting, SettingGroup, SettingKind,
    Source, Span, SpanRange, Spec, Text, TimerKind, TimerWord, Tone,
};
use crate::quorum::Phase;

/// The phase in which acceptors promise: a place in [`Spec::phases`].
pub const PREPARE: Phase = 0;
/// The phase in which acceptors accept: a place in [`Spec::phases`].
pub const ACCEPT: Phase = 1;

/// Its timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// A follower has waited long enough for a leader, or a candidate for promises.
    Election,
    /// A leader makes itself heard.
    Heartbeat,
}

impl TimerKind for Timer {
    fn code(self) -> u8 {
        self as u8
    }
    fn from_code(code: u8) -> Option<Self> {
        [Self::Election, Self::Heartbeat].get(usize::from(code)).copied()
    }
}

const fn word(
    name: &'static str,
    label: Text,
    tone: Tone,
    args: &'static [(&'static str, ArgKind)],
) -> MessageWord {
    MessageWord { name, label, tone, args }
}

const fn setting(
    id: &'static str,
    name: Text,
    help: Text,
    group: SettingGroup,
    kind: SettingKind,
) -> Setting {
    Setting { id, name, help, group, kind }
}

const BALLOT: (&str, ArgKind) = ("ballot", ArgKind::Ballot);
const FIRST: (&str, ArgKind) = ("first", ArgKind::Number);
const SLOT: (&str, ArgKind) = ("slot", ArgKind::Number);
const CHOSEN: (&str, ArgKind) = ("chosen", ArgKind::Number);

/// What is fixed about Multi-Paxos.
pub const SPEC: Spec = Spec {
    id: "multi-paxos",
    name: Text::new("Multi-Paxos", "Multi-Paxos"),
    summary: Text::new(
        "A replicated log of which each slot is chosen by Paxos. A stable leader prepares once for all slots; from then on a command takes one round trip.",
        "复制日志，每个槽位都由 Paxos 选定。稳定的领导者一次性为所有槽位完成准备阶段；此后每条命令只需一次往返。",
    ),
    sources: &[
        Source { title: "L. Lamport, Paxos Made Simple, SIGACT News", year: 2001 },
        Source {
            title: "R. van Renesse, D. Altinbuken, Paxos Made Moderately Complex, ACM Computing Surveys",
            year: 2015,
        },
        Source {
            title: "T. Chandra, R. Griesemer, J. Redstone, Paxos Made Live: An Engineering Perspective, PODC",
            year: 2007,
        },
        Source {
            title: "H. Howard, D. Malkhi, A. Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS",
            year: 2016,
        },
    ],
    epoch: Epoch { name: Text::new("ballot", "轮次"), kind: ArgKind::Ballot },
    phases: &[
        PhaseWord { id: "prepare", name: Text::new("Prepare", "准备") },
        PhaseWord { id: "accept", name: Text::new("Accept", "接受") },
    ],
    must_meet: &[MeetRule {
        a: PREPARE,
        b: ACCEPT,
        why: Text::new(
            "a new leader could prepare without hearing from anyone who accepted a command that is \
             already chosen, and choose another in the same slot",
            "新领导者可能在准备阶段听不到任何已接受选定命令的节点，从而在同一槽位选定另一条命令",
        ),
    }],
    roles: &[
        RoleWord { id: "follower", name: Text::new("follower", "跟随者"), rank: 0 },
        RoleWord { id: "candidate", name: Text::new("preparing", "准备中"), rank: 1 },
        RoleWord { id: "leader", name: Text::new("leader", "领导者"), rank: 2 },
    ],
    messages: &[
        word("Prepare", Text::new("Prepare", "准备"), Tone::Plain, &[BALLOT, FIRST]),
        word("Promise", Text::new("promise", "承诺"), Tone::Yes, &[BALLOT, FIRST, CHOSEN]),
        word(
            "Promise",
            Text::new("promise, had", "承诺，曾接受"),
            Tone::Yes,
            &[BALLOT, FIRST, CHOSEN, ("slots", ArgKind::Number)],
        ),
        word(
            "Accept",
            Text::new("Accept!", "接受！"),
            Tone::Plain,
            &[BALLOT, SLOT, ("value", ArgKind::Value), CHOSEN],
        ),
        word("Accepted", Text::new("accepted", "已接受"), Tone::Yes, &[BALLOT, SLOT]),
        word("Nack", Text::new("no", "拒绝"), Tone::No, &[BALLOT, ("promised", ArgKind::Ballot)]),
        word("Heartbeat", Text::new("beat", "心跳"), Tone::Routine, &[BALLOT, CHOSEN]),
        word("Heard", Text::new("heard", "已收到"), Tone::Routine, &[BALLOT, ("at", ArgKind::Number)]),
        word("Learn", Text::new("what was chosen?", "选定了什么？"), Tone::Plain, &[BALLOT, FIRST]),
        word(
            "Chosen",
            Text::new("chosen", "已选定"),
            Tone::Plain,
            &[BALLOT, FIRST, ("last", ArgKind::Number)],
        ),
        word("Snapshot", Text::new("snapshot", "快照"), Tone::Plain, &[BALLOT, ("index", ArgKind::Number)]),
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Election", label: Text::new("election time-out", "选举超时"), shown: true },
        TimerWord { name: "Heartbeat", label: Text::new("heartbeat", "心跳"), shown: false },
    ],
    settings: &[
        setting(
            "election",
            Text::new("Election time-out", "选举超时"),
            Text::new(
                "How long a node waits for its leader before it prepares a ballot of its own; each wait is drawn anew.",
                "节点在自己发起新轮次之前等待领导者的时间；每次随机抽取。",
            ),
            SettingGroup::Timing,
            SettingKind::Range {
                least: Span::ms(10),
                most: Span::ms(60_000),
                default: SpanRange { least: Span::ms(150), most: Span::ms(300) },
            },
        ),
        setting(
            "heartbeat",
            Text::new("Heartbeat", "心跳间隔"),
            Text::new(
                "How often a leader makes itself heard, says what is chosen, and sends again what was lost; well below the election time-out.",
                "领导者多久发送一次心跳，告知已选定的位置，并重发丢失的提案；应远小于选举超时。",
            ),
            SettingGroup::Timing,
            SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(50) },
        ),
        setting(
            "leases",
            Text::new("Leader leases", "领导者租约"),
            Text::new(
                "Who hears the leader promises nothing to others for the shortest election time-out; meanwhile the leader answers reads alone. Good for clocks whose rates differ by less than an eighth.",
                "收到心跳的节点在最短选举超时之内不向他人承诺；在此期间领导者可独自回答读取。要求各时钟速率之差小于八分之一。",
            ),
            SettingGroup::Switch,
            SettingKind::Switch { default: false },
        ),
        setting(
            "window",
            Text::new("Window", "窗口"),
            Text::new(
                "How many slots a leader proposes beyond the last one that is chosen without a gap.",
                "领导者最多可在连续选定的位置之后同时提议多少个槽位。",
            ),
            SettingGroup::Switch,
            SettingKind::Number { least: 1, most: 1_024, default: 64 },
        ),
        setting(
            "snapshot",
            Text::new("Snapshot every", "快照间隔"),
            Text::new(
                "After how many executed slots a node keeps the state instead of the slots; 0: never.",
                "执行多少个槽位后以状态快照取代这些槽位；0 表示从不。",
            ),
            SettingGroup::Switch,
            SettingKind::Number { least: 0, most: 100_000, default: 0 },
        ),
        MACHINE,
    ],
    flaws: &[
        Flaw {
            id: "long-lease",
            name: Text::new("a lease longer than the election time-out", "租约长于选举超时"),
            breaks: "linearizable",
        },
        Flaw {
            id: "skips-gaps",
            name: Text::new("executes what is chosen behind a gap", "跳过空缺，先执行其后的命令"),
            breaks: "no-gap",
        },
        Flaw {
            id: "fresh-first",
            name: Text::new(
                "a new leader puts fresh commands before what phase 1 reported",
                "新领导者先提议新命令，再处理第一阶段报告的命令",
            ),
            breaks: "state-machine-safety",
        },
    ],
};
