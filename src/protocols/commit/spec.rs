//! The descriptions of the three protocols.

use super::{ACCEPT, PREPARE, Why};
use crate::model::{
    ArgKind, ChoiceWord, Epoch, Flaw, MeetRule, MessageWord, PhaseWord, RoleWord, Setting, SettingGroup,
    SettingKind, Source, Span, SpanRange, Spec, Text, TimerWord, Tone,
};

pub(super) const IDLE: u8 = 0;
pub(super) const IN_DOUBT: u8 = 1;
pub(super) const PRECOMMITTED: u8 = 2;
pub(super) const COORDINATING: u8 = 3;
pub(super) const TAKING_OVER: u8 = 4;
pub(super) const COMMITTED: u8 = 5;
pub(super) const ABORTED: u8 = 6;

pub(super) const FOR: Text = Text::new("yes", "赞成");
pub(super) const AGAINST: Text = Text::new("no", "反对");
pub(super) const REGISTERS: Text = Text::new("Registers", "寄存器");
pub(super) const LOCKS: Text = Text::new("Locks", "锁");
pub(super) const TRANSACTIONS: Text = Text::new("Transactions", "事务");
pub(super) const INSTANCES: Text = Text::new("Votes accepted", "已接受的投票");
pub(super) const PREPARED: Text = Text::new("prepared", "就绪");
pub(super) const PRECOMMITTED_WORD: Text = Text::new("pre-committed", "预提交");
pub(super) const COMMITTED_WORD: Text = Text::new("committed", "已提交");
pub(super) const ABORTED_WORD: Text = Text::new("aborted", "已中止");

const TX: (&str, ArgKind) = ("tx", ArgKind::Ballot);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);
const BALLOT: (&str, ArgKind) = ("ballot", ArgKind::Ballot);
const COMMIT: (&str, ArgKind) = ("commit", ArgKind::Flag);

const fn count(name: &'static str) -> (&'static str, ArgKind) {
    (name, ArgKind::Number)
}

const fn message(
    name: &'static str,
    en: &'static str,
    zh: &'static str,
    tone: Tone,
    args: &'static [(&'static str, ArgKind)],
) -> MessageWord {
    MessageWord { name, label: Text::new(en, zh), tone, args }
}

/// In the order of the codes of [`super::Message`].
const MESSAGES: &[MessageWord] = &[
    message("BeginCommit", "begin", "开始", Tone::Yes, &[TX, VALUE]),
    message("Prepare", "Prepare?", "准备？", Tone::Plain, &[TX, VALUE]),
    message("Prepared", "prepared", "就绪", Tone::Yes, &[TX]),
    message("Refused", "no", "拒绝", Tone::No, &[TX]),
    message("Commit", "Commit!", "提交！", Tone::Plain, &[TX]),
    message("Abort", "Abort!", "中止！", Tone::No, &[TX]),
    message("Outcome", "outcome", "结果", Tone::Routine, &[TX, COMMIT]),
    message("Done", "done", "完成", Tone::Routine, &[TX]),
    message("Inquire", "outcome?", "结果？", Tone::Plain, &[TX]),
    message("PreCommit", "PreCommit", "预提交", Tone::Plain, &[TX]),
    message("Ack", "ack", "确认", Tone::Yes, &[TX]),
    message("StateReq", "how far?", "进度？", Tone::Plain, &[TX]),
    message("State", "waiting", "等待中", Tone::Plain, &[TX]),
    message("State", "pre-committed", "已预提交", Tone::Yes, &[TX]),
    message("State", "knows", "已知结果", Tone::Plain, &[TX, COMMIT]),
    message("Phase2a", "prepared", "就绪", Tone::Yes, &[TX, BALLOT, count("votes")]),
    message("Phase2a", "aborted", "中止", Tone::No, &[TX, BALLOT, count("votes")]),
    message("Phase2b", "accepted", "已接受", Tone::Yes, &[TX, BALLOT, count("votes")]),
    message("Phase2b", "accepted no", "接受中止", Tone::No, &[TX, BALLOT, count("votes")]),
    message("Phase1a", "votes?", "投票？", Tone::Plain, &[TX, BALLOT]),
    message("Phase1b", "promise", "承诺", Tone::Yes, &[TX, BALLOT, count("votes")]),
    message("Nack", "refused", "拒绝", Tone::No, &[TX, BALLOT, ("promised", ArgKind::Ballot)]),
    message("Back", "I am back", "已恢复", Tone::Routine, &[count("starts")]),
];

const fn role(id: &'static str, en: &'static str, zh: &'static str, rank: u8) -> RoleWord {
    RoleWord { id, name: Text::new(en, zh), rank }
}

const ROLES: &[RoleWord] = &[
    role("working", "working", "工作中", 0),
    role("in-doubt", "in doubt", "存疑", 1),
    role("pre-committed", "pre-committed", "已预提交", 1),
    role("coordinating", "coordinating", "协调中", 2),
    role("taking-over", "taking over", "接管中", 2),
    role("committed", "committed", "已提交", 0),
    role("aborted", "aborted", "已中止", 0),
];

const TIMERS: &[TimerWord] = &[
    TimerWord { name: "Retry", label: Text::new("give up waiting", "放弃等待"), shown: true },
    TimerWord { name: "Doubt", label: Text::new("still in doubt", "仍然存疑"), shown: true },
];

const fn range(least: u64, most: u64) -> SettingKind {
    SettingKind::Range {
        least: Span::ms(1),
        most: Span::ms(60_000),
        default: SpanRange { least: Span::ms(least), most: Span::ms(most) },
    }
}

const RETRY: Setting = Setting {
    id: "retry",
    name: Text::new("Give up after", "放弃等待"),
    help: Text::new(
        "How long a coordinator waits for votes, and an acceptor for an outcome, before it acts.",
        "协调者等待投票、接受者等待结果多久之后采取行动。",
    ),
    group: SettingGroup::Timing,
    kind: range(60, 80),
};
const DOUBT: Setting = Setting {
    id: "doubt",
    name: Text::new("Ask after", "询问间隔"),
    help: Text::new(
        "How long a manager in doubt waits before it asks, or stands in for the coordinator. In three phases it must be longer than everything that a live coordinator may take.",
        "存疑的管理器等待多久后询问，或代替协调者。三阶段提交中它必须长于存活的协调者可能用去的一切时间。",
    ),
    group: SettingGroup::Timing,
    kind: range(160, 200),
};
const LAYOUT: Setting = Setting {
    id: "layout",
    name: Text::new("Roles", "角色分布"),
    help: Text::new(
        "Whether the coordinator (in Paxos: each node that has a weight) has a node of its own, or is a resource manager, too. (A node of weight 0 is no acceptor of Paxos, and no manager in two and three phases.)",
        "协调者（Paxos 中为每个有权重的节点）独占节点，还是同时也是资源管理器。（权重为 0 的节点不是 Paxos 的接受者，也不是两阶段、三阶段提交的管理器。）",
    ),
    group: SettingGroup::Switch,
    kind: SettingKind::Choice {
        options: &[
            ChoiceWord { id: "apart", name: Text::new("nodes of their own", "独占节点") },
            ChoiceWord { id: "together", name: Text::new("co-located", "共用节点") },
        ],
        default: 0,
    },
};
const CONFLICT: Setting = Setting {
    id: "conflict",
    name: Text::new("A lock is taken", "锁冲突时"),
    help: Text::new(
        "What a transaction does that finds a lock taken. Which of two is the older their numbers tell: a manager gives each a number above all that it has seen. Either way no circle of waits can arise.",
        "事务遇到被占用的锁时如何处理。两者孰早由编号决定：管理器给每个事务的编号大于它见过的一切编号。两种方式都不会出现循环等待。",
    ),
    group: SettingGroup::Switch,
    kind: SettingKind::Choice {
        options: &[
            ChoiceWord {
                id: "wait-die",
                name: Text::new("the older waits, the younger aborts", "早者等待，晚者中止"),
            },
            ChoiceWord { id: "abort", name: Text::new("aborts", "中止") },
        ],
        default: 0,
    },
};
const TOUCHED_ONLY: Setting = Setting {
    id: "touched_only",
    name: Text::new("Only shards concerned", "仅相关分片参与"),
    help: Text::new(
        "Only managers that hold a register of the transaction take part. Off: everybody votes, as in the papers.",
        "只有持有事务所写寄存器的管理器参与。关闭：如论文所述，人人投票。",
    ),
    group: SettingGroup::Switch,
    kind: SettingKind::Switch { default: false },
};
const NO_VOTERS: Setting = Setting {
    id: "no_voters",
    name: Text::new("Vote no", "投反对票"),
    help: Text::new("So many managers, from the last on, vote no.", "从最后一个起，多少个管理器投反对票。"),
    group: SettingGroup::Switch,
    kind: SettingKind::Number { least: 0, most: 101, default: 0 },
};
const VARIANT: Setting = Setting {
    id: "variant",
    name: Text::new("Acceptors tell", "接受者告知"),
    help: Text::new(
        "Whom acceptors tell: the leader, or (Faster Paxos Commit) the managers, which saves a delay and costs messages.",
        "接受者告知领导者，还是（Faster Paxos Commit）直接告知各管理器：后者少一次延迟，但消息更多。",
    ),
    group: SettingGroup::Switch,
    kind: SettingKind::Choice {
        options: &[
            ChoiceWord { id: "leader", name: Text::new("the leader", "领导者") },
            ChoiceWord {
                id: "managers", name: Text::new("the managers (faster)", "各管理器（更快）")
            },
        ],
        default: 0,
    },
};

const EPOCH: Epoch = Epoch { name: Text::new("transaction", "事务"), kind: ArgKind::Ballot };
const GRAY: Source = Source { title: "J. Gray, Notes on Data Base Operating Systems, LNCS 60", year: 1978 };
const MOHAN: Source = Source {
    title: "C. Mohan, B. Lindsay, R. Obermarck, Transaction Management in the R* Distributed Database Management System, TODS",
    year: 1986,
};
const SKEEN: Source = Source { title: "D. Skeen, Nonblocking Commit Protocols, SIGMOD", year: 1981 };
const LAMPORT: Source =
    Source { title: "J. Gray, L. Lamport, Consensus on Transaction Commit, TODS", year: 2006 };

const ABORTS_AFTER_YES: Text =
    Text::new("A manager aborts on its own after voting yes", "管理器投赞成票后自行中止");

pub(super) const TWO_PHASE: &Spec = &Spec {
    id: "two-phase-commit",
    name: Text::new("Two-phase commit", "两阶段提交（2PC）"),
    summary: Text::new(
        "A transaction over several shards happens on all of them or on none. A coordinator asks all to \
         prepare, writes the outcome to its log, and tells. While it is down, those in doubt wait.",
        "跨多个分片的事务要么全部生效，要么全不生效。协调者请所有参与者做好准备，把结果写入日志，再告知各方。它失效期间，存疑者只能等待。",
    ),
    sources: &[GRAY, MOHAN, LAMPORT],
    epoch: EPOCH,
    phases: &[PhaseWord { id: "all", name: Text::new("All prepared", "全体就绪") }],
    must_meet: &[],
    roles: ROLES,
    messages: MESSAGES,
    rules: Why::WORDS,
    timers: TIMERS,
    settings: &[RETRY, DOUBT, LAYOUT, CONFLICT, TOUCHED_ONLY, NO_VOTERS],
    flaws: &[
        Flaw { id: "aborts-after-yes", name: ABORTS_AFTER_YES, breaks: "commit-agreement" },
        Flaw {
            id: "decides-before-log",
            name: Text::new(
                "The coordinator tells before its log is durable",
                "协调者在日志落盘之前就宣布结果",
            ),
            breaks: "commit-agreement",
        },
    ],
};

pub(super) const THREE_PHASE: &Spec = &Spec {
    id: "three-phase-commit",
    name: Text::new("Three-phase commit", "三阶段提交（3PC）"),
    summary: Text::new(
        "Before anybody commits, all learn that all have voted yes; so if the coordinator stops, the others \
         can end the transaction. That rests on messages that come in time: a partition breaks it.",
        "在任何节点提交之前，所有节点都先得知全体已投赞成票；因此协调者停止后，其余节点可以自行结束事务。这依赖于消息及时到达：网络分区会破坏它。",
    ),
    sources: &[SKEEN, LAMPORT],
    epoch: EPOCH,
    phases: &[PhaseWord { id: "all", name: Text::new("All prepared", "全体就绪") }],
    must_meet: &[],
    roles: ROLES,
    messages: MESSAGES,
    rules: Why::WORDS,
    timers: TIMERS,
    settings: &[RETRY, DOUBT, LAYOUT, CONFLICT, TOUCHED_ONLY, NO_VOTERS],
    flaws: &[Flaw { id: "aborts-after-yes", name: ABORTS_AFTER_YES, breaks: "no-reversal" }],
};

pub(super) const PAXOS: &Spec = &Spec {
    id: "paxos-commit",
    name: Text::new("Paxos Commit", "Paxos 提交"),
    summary: Text::new(
        "Every manager's vote on a transaction is agreed on by acceptors, with Paxos. So any acceptor can \
         find out what was voted and end the transaction: no single failure leaves anybody in doubt.",
        "每个管理器对事务的投票都由接受者用 Paxos 达成一致。因此任何接受者都能查明投票并结束事务：单点故障不会让任何节点一直存疑。",
    ),
    sources: &[LAMPORT],
    epoch: EPOCH,
    phases: &[
        PhaseWord { id: "prepare", name: Text::new("Prepare", "准备") },
        PhaseWord { id: "accept", name: Text::new("Accept", "接受") },
    ],
    must_meet: &[MeetRule {
        a: PREPARE,
        b: ACCEPT,
        why: Text::new(
            "a new leader could hear from no acceptor of a vote that is already chosen, propose “aborted” for it, and end a committed transaction the other way",
            "新的领导者可能听不到任何已接受选定投票的接受者，于是提议“中止”，把已提交的事务以相反结果结束",
        ),
    }],
    roles: ROLES,
    messages: MESSAGES,
    rules: Why::WORDS,
    timers: TIMERS,
    settings: &[RETRY, DOUBT, VARIANT, LAYOUT, CONFLICT, TOUCHED_ONLY, NO_VOTERS],
    flaws: &[
        Flaw { id: "aborts-after-yes", name: ABORTS_AFTER_YES, breaks: "commit-agreement" },
        Flaw {
            id: "decides-before-log",
            name: Text::new("An acceptor tells before its log is durable", "接受者在日志落盘之前就宣布接受"),
            breaks: "commit-agreement",
        },
    ],
};
