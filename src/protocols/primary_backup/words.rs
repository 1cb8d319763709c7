//! The words of primary and backups: the description, and why nodes do what they do.

use crate::model::{
    ArgKind, Ballot, Epoch, MessageWord, NodeId, PhaseWord, RoleWord, Setting, SettingGroup, SettingKind,
    Source, Span, SpanRange, Spec, Text, TimerWord, Tone, Value, Weight, because,
};

pub(super) const BACKUP: u8 = 0;
pub(super) const PRIMARY: u8 = 1;

const EPOCH: (&str, ArgKind) = ("epoch", ArgKind::Ballot);

pub(super) const SPEC: &Spec = &Spec {
    id: "primary-backup",
    name: Text::new("Primary and backups", "主备异步复制"),
    summary: Text::new(
        "The baseline without consensus: the primary answers before its backups have the write, and a backup \
         takes over when its patience ends. It loses acknowledged writes and has two primaries in a partition.",
        "没有共识的基线：主节点在备份拿到写入之前就答复，备份等得不耐烦就接管。它会丢失已确认的写入，分区时会出现两个主节点。",
    ),
    sources: &[
        Source {
            title: "P. Alsberg, J. Day, A Principle for Resilient Sharing of Distributed Resources, ICSE",
            year: 1976,
        },
        Source {
            title: "J. Gray, P. Helland, P. O'Neil, D. Shasha, The Dangers of Replication and a Solution, SIGMOD",
            year: 1996,
        },
    ],
    epoch: Epoch { name: Text::new("epoch", "纪元"), kind: ArgKind::Ballot },
    phases: &[PhaseWord { id: "acknowledge", name: Text::new("Acknowledge", "确认") }],
    must_meet: &[],
    roles: &[
        RoleWord { id: "backup", name: Text::new("backup", "备份"), rank: 0 },
        RoleWord { id: "primary", name: Text::new("primary", "主节点"), rank: 2 },
    ],
    messages: &[
        MessageWord {
            name: "Ship",
            label: Text::new("beat", "心跳"),
            tone: Tone::Routine,
            args: &[EPOCH, ("last", ArgKind::Number)],
        },
        MessageWord {
            name: "Ship",
            label: Text::new("Append", "追加"),
            tone: Tone::Plain,
            args: &[EPOCH, ("first", ArgKind::Number), ("count", ArgKind::Number)],
        },
        MessageWord {
            name: "Shipped",
            label: Text::new("have", "已有"),
            tone: Tone::Yes,
            args: &[EPOCH, ("upto", ArgKind::Number)],
        },
        MessageWord {
            name: "Missing",
            label: Text::new("need", "缺少"),
            tone: Tone::No,
            args: &[EPOCH, ("next", ArgKind::Number)],
        },
        MessageWord {
            name: "Deposed",
            label: Text::new("deposed", "已被取代"),
            tone: Tone::No,
            args: &[EPOCH],
        },
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Failover", label: Text::new("take over", "接管"), shown: true },
        TimerWord { name: "Heartbeat", label: Text::new("heartbeat", "心跳"), shown: false },
    ],
    settings: &[
        Setting {
            id: "failover",
            name: Text::new("Take over after", "接管超时"),
            help: Text::new(
                "How long a backup waits without hearing from a primary before it takes over.",
                "备份多久收不到主节点的消息就接管。",
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
            help: Text::new(
                "How often the primary lets its backups know that it is there, and ships what they lack.",
                "主节点隔多久向备份报到一次，并补发其缺少的条目。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(50) },
        },
        Setting {
            id: "wait",
            name: Text::new("Wait for backups", "等待备份"),
            help: Text::new(
                "The primary answers only when nodes of the weight to acknowledge have an entry. It loses less, not nothing.",
                "持有条目的节点达到确认权重之后，主节点才答复。这样丢得少些，但并非不丢。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: false },
        },
    ],
    flaws: &[],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// A backup starts.
        Start { last: u32, epoch: Ballot }
            "Alsberg and Day 1976" Routine
            "{me} starts as a backup, its log ends at {last}, the last epoch that it heard of is {epoch}."
            "{me} 作为备份启动，日志止于 {last}，所知的最近纪元是 {epoch}。",
        /// A node leads.
        TakeOver { epoch: Ballot, last: u32 }
            "Alsberg and Day 1976" Notable
            "{me} is primary from now on, in epoch {epoch}, with a log up to {last}. It asks nobody: neither whether the old one is really down, nor what it lacks."
            "{me} 从此是纪元 {epoch} 的主节点，日志到 {last}。它不问任何节点：既不问旧主是否真的宕机，也不问自己缺了什么。",
        /// A backup hears of a new primary.
        Follow { leader: NodeId, epoch: Ballot }
            "Alsberg and Day 1976" Step
            "{me} hears of epoch {epoch} and is {leader}'s backup from now on."
            "{me} 得知纪元 {epoch}，从此作 {leader} 的备份。",
        /// A primary hears of a later one.
        StepDown { leader: NodeId, epoch: Ballot }
            "Gray et al. 1996 §1" Notable
            "{me} hears that {leader} has been primary in epoch {epoch}: {me} gives way. What it has answered meanwhile is in its own log only."
            "{me} 得知 {leader} 已是纪元 {epoch} 的主节点，于是让位。它在此期间答复的内容只在自己的日志里。",
        /// A write, acknowledged at once.
        AnswerAtOnce { index: u32, value: Option<Value> }
            "Gray et al. 1996 §1 (lazy replication)" Notable
            "{me} writes {value} to its own log at {index} and tells the client that it is done. The backups do not have it yet."
            "{me} 把 {value} 写入自己日志的 {index}，随即告知客户端已完成。备份都还没有它。",
        /// A write that waits.
        WaitForBackups { index: u32, value: Option<Value> }
            "Alsberg and Day 1976" Step
            "{me} writes {value} to its own log at {index}. The client waits until enough backups have it."
            "{me} 把 {value} 写入自己日志的 {index}。客户端等待足够的备份拿到它。",
        /// A write that has waited.
        AnswerHeld { index: u32, weight: Weight }
            "Alsberg and Day 1976" Notable
            "Nodes of weight {weight} have the entry at {index}: {me} tells the client that it is done."
            "权重 {weight} 的节点已有 {index} 处的条目：{me} 告知客户端已完成。",
        /// It waits already.
        WaitsAlready {}
            "Alsberg and Day 1976" Routine
            "{me} has this request in its log; the client waits for the backups."
            "{me} 的日志里已有该请求；客户端在等待备份。",
        /// A retry.
        AnswerAgain {}
            "Alsberg and Day 1976" Step
            "{me} has done this request already, and says so again."
            "{me} 已完成该请求，再次告知。",
        /// A read.
        Read { value: Option<Value> }
            "Gray et al. 1996 §1" Step
            "{me} takes itself for the primary and answers with what it has: {value}."
            "{me} 自认是主节点，以自己所持有的作答：{value}。",
        /// A backup is asked.
        Redirect { to: Option<NodeId> }
            "Alsberg and Day 1976" Step
            "{me} is a backup and sends the client to {to}."
            "{me} 是备份，让客户端去找 {to}。",
        /// Entries at a backup.
        Append { first: u32, count: u32, leader: NodeId }
            "Alsberg and Day 1976" Step
            "{me} appends what {leader} sent from {first} on (entries: {count})."
            "{me} 从 {first} 起追加 {leader} 的 {count} 个条目。",
        /// Nothing new.
        HasAll { from: NodeId, upto: u32 }
            "Alsberg and Day 1976" Routine
            "{me} hears from its primary {from}, and has its log up to {upto}."
            "{me} 收到主节点 {from} 的消息，它的日志到 {upto} 都已具备。",
        /// Acknowledged entries go.
        Discard { from: u32, until: u32, leader: NodeId }
            "Gray et al. 1996 §1" Notable
            "{me}'s log differs from {leader}'s: it discards its entries {from} to {until}. Clients were told that they are done."
            "{me} 的日志与 {leader} 不同：它丢弃 {from} 到 {until} 的条目，而客户端已被告知它们已完成。",
        /// A gap or a difference.
        LacksBefore { prev: u32, own: u32, next: u32 }
            "Alsberg and Day 1976" Step
            "{me} cannot append after {prev}: its own log ends at {own} or differs there. It asks for everything from {next} on."
            "{me} 无法接在 {prev} 之后：自己的日志止于 {own}，或在该处不同。它要求从 {next} 起重发。",
        /// The primary hears how far a backup is.
        CountShipped { from: NodeId, upto: u32 }
            "Alsberg and Day 1976" Routine
            "{me} hears that {from} has the log up to {upto}."
            "{me} 得知 {from} 的日志已到 {upto}。",
        /// The primary fills a gap.
        ShipFrom { to: NodeId, next: u32 }
            "Alsberg and Day 1976" Step
            "{me} ships its log to {to} from {next} on."
            "{me} 从 {next} 起向 {to} 发送日志。",
        /// The timer.
        Heartbeat { everywhere: u32 }
            "Alsberg and Day 1976" Routine
            "{me} lets its backups know that it is there, and ships again what they have not acknowledged. All have the log up to {everywhere}."
            "{me} 向备份报到，并重发未被确认的条目。所有备份都有的部分到 {everywhere}。",
        /// An old primary, or a late message.
        TellDeposed { to: NodeId, epoch: Ballot, own: Ballot }
            "Gray et al. 1996 §1" Step
            "{to} speaks of epoch {epoch}; {me} tells it that {own} has begun."
            "{to} 还在纪元 {epoch}；{me} 告诉它 {own} 已经开始。",
        /// Said already.
        KnowsEpoch { from: NodeId, epoch: Ballot }
            "Alsberg and Day 1976" Routine
            "{me} knows by {from} of epoch {epoch}, and waits to hear from its primary."
            "{me} 由 {from} 得知纪元 {epoch}，等待其主节点的消息。",
        /// Late or doubled.
        Late { from: NodeId, epoch: Ballot }
            "Alsberg and Day 1976" Routine
            "{from}'s message of epoch {epoch} is not for {me} in its present role."
            "{from} 在纪元 {epoch} 的消息与 {me} 现在的角色无关。",
        /// By hand.
        IgnoredTimer {}
            "Alsberg and Day 1976" Routine
            "{me} has no use for this timer in its present role."
            "{me} 现在的角色用不到该定时器。",
        /// Not what it serves.
        IgnoredRequest {}
            "Alsberg and Day 1976" Step
            "{me} keeps registers: a client may read, write, or compare and set, nothing else."
            "{me} 只提供寄存器：客户端可以读、写、比较并设置，别无其他。",
    }
}
