//! The words of the ABD register: its description, and why its nodes do what they do.

use crate::model::{
    ArgKind, Ballot, Epoch, Flaw, Key, MeetRule, MessageWord, NodeId, PhaseWord, RoleWord, Setting,
    SettingGroup, SettingKind, Source, Span, SpanRange, Spec, Text, TimerWord, Tone, Value, because,
};

pub(super) const IDLE: u8 = 0;
pub(super) const ASKING: u8 = 1;
pub(super) const STORING: u8 = 2;

pub(super) const REGISTERS: Text = Text::new("Registers", "寄存器");

const TAG: (&str, ArgKind) = ("tag", ArgKind::Ballot);
const KEY: (&str, ArgKind) = ("key", ArgKind::Key);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);

pub(super) const SPEC: &Spec = &Spec {
    id: "abd",
    name: Text::new("ABD register", "ABD 寄存器"),
    summary: Text::new(
        "An atomic register over messages, as if it were shared memory: whoever reads a value first sees to it \
         that a write quorum holds it. No leader and no consensus.",
        "在消息之上实现的原子寄存器，如同共享内存：谁读到一个值，就先确保写法定人数都持有它。没有领导者，也不需要共识。",
    ),
    sources: &[
        Source {
            title: "H. Attiya, A. Bar-Noy, D. Dolev, Sharing Memory Robustly in Message-Passing Systems, JACM",
            year: 1995,
        },
        Source {
            title: "N. Lynch, A. Shvartsman, Robust Emulation of Shared Memory Using Dynamic Quorum-Acknowledged Broadcasts, FTCS",
            year: 1997,
        },
    ],
    epoch: Epoch { name: Text::new("tag", "标签"), kind: ArgKind::Ballot },
    phases: &[
        PhaseWord { id: "read", name: Text::new("Read", "读") },
        PhaseWord { id: "write", name: Text::new("Write", "写") },
    ],
    must_meet: &[MeetRule {
        a: super::READ,
        b: super::WRITE,
        why: Text::new(
            "an operation could ask a read quorum in which nobody holds what was written last: a read returns \
             an old value, a write takes a tag that is too low",
            "某个操作询问的读法定人数里可能无人持有最近写入的值：读会返回旧值，写会取到过低的标签",
        ),
    }],
    roles: &[
        RoleWord { id: "idle", name: Text::new("idle", "空闲"), rank: 0 },
        RoleWord { id: "asking", name: Text::new("asking", "询问中"), rank: 1 },
        RoleWord { id: "storing", name: Text::new("storing", "存储中"), rank: 1 },
    ],
    messages: &[
        MessageWord {
            name: "Query",
            label: Text::new("newest?", "最新？"),
            tone: Tone::Plain,
            args: &[("tag", ArgKind::Ballot), KEY],
        },
        MessageWord {
            name: "Answer",
            label: Text::new("holds", "持有"),
            tone: Tone::Yes,
            args: &[TAG, KEY, VALUE],
        },
        MessageWord {
            name: "Store",
            label: Text::new("Hold!", "存储！"),
            tone: Tone::Plain,
            args: &[TAG, KEY, VALUE],
        },
        MessageWord {
            name: "Stored",
            label: Text::new("held", "已存储"),
            tone: Tone::Yes,
            args: &[TAG, KEY],
        },
    ],
    rules: Why::WORDS,
    timers: &[TimerWord { name: "Resend", label: Text::new("ask again", "再次询问"), shown: true }],
    settings: &[
        Setting {
            id: "resend",
            name: Text::new("Ask again after", "重发间隔"),
            help: Text::new(
                "How often a node asks those again that have not answered.",
                "节点隔多久再次询问尚未应答者。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(1),
                most: Span::ms(10_000),
                default: SpanRange { least: Span::ms(60), most: Span::ms(80) },
            },
        },
        Setting {
            id: "single-writer",
            name: Text::new("Single writer", "单写者"),
            help: Text::new(
                "Only the first replica writes, and need not ask for tags: one round trip a write.",
                "只有第一个副本写入，无需询问标签：每次写只需一次往返。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: false },
        },
        Setting {
            id: "fast-reads",
            name: Text::new("Fast reads", "快速读"),
            help: Text::new(
                "A read whose newest value a write quorum holds already does not store it again.",
                "若最新值已由写法定人数持有，读操作不再回写。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: false },
        },
    ],
    flaws: &[Flaw {
        id: "no-write-back",
        name: Text::new("A read does not write back", "读操作不回写"),
        breaks: "linearizable",
    }],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// The first start.
        Start {}
            "Attiya et al. 1995 §3" Routine
            "{me} starts: it holds nothing."
            "{me} 启动：尚不持有任何值。",
        /// Back from a crash.
        Restart { registers: u32 }
            "Lynch and Shvartsman 1997" Step
            "{me} is back with {registers} registers on its disk. The operations that it coordinated are forgotten: they may have taken effect or not."
            "{me} 恢复运行，磁盘上有 {registers} 个寄存器。它此前协调的操作已被遗忘：可能生效，也可能没有。",
        /// The same request again.
        UnderWay { key: Key }
            "Attiya et al. 1995 §3" Routine
            "{me} is at this operation on {key} already."
            "{me} 已在处理对 {key} 的这个操作。",
        /// First phase of a write.
        AskBeforeWriting { key: Key, value: Value }
            "Lynch and Shvartsman 1997" Step
            "A client writes {value}: {me} first asks a read quorum for the highest tag of {key}."
            "客户端写入 {value}：{me} 先向读法定人数询问 {key} 的最高标签。",
        /// First phase of a read.
        AskToRead { key: Key }
            "Attiya et al. 1995 §3" Step
            "A client reads {key}: {me} asks a read quorum what it holds."
            "客户端读 {key}：{me} 询问读法定人数所持有的值。",
        /// The only writer.
        WriteAlone { key: Key, tag: Ballot, value: Value }
            "Attiya et al. 1995 §3" Step
            "Nobody but {me} writes {key}, so no tag is above its own: it stores {value} with {tag} at once."
            "只有 {me} 写 {key}，不会有更高的标签：它立即以 {tag} 存储 {value}。",
        /// Another has to write.
        NotTheWriter { key: Key, writer: Option<NodeId> }
            "Attiya et al. 1995 §3" Step
            "{me} does not write {key}: the single writer is {writer}."
            "{me} 不写 {key}：唯一的写者是 {writer}。",
        /// An answer that completes no quorum yet.
        CountAnswer { key: Key, from: NodeId, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Step
            "{me} hears that {from} holds {key} = {value} with tag {tag}."
            "{me} 得知 {from} 持有 {key} = {value}，标签 {tag}。",
        /// Second phase of a write.
        WriteNewer { key: Key, newest: Ballot, tag: Ballot, value: Value }
            "Lynch and Shvartsman 1997" Step
            "A read quorum has answered, the highest tag of {key} is {newest}: {me} stores {value} with the next, {tag}."
            "读法定人数已应答，{key} 的最高标签是 {newest}：{me} 以下一个标签 {tag} 存储 {value}。",
        /// Second phase of a read.
        WriteBack { key: Key, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Notable
            "The newest that {me} found is {key} = {value} with tag {tag}. Perhaps only few hold it: {me} stores it at a write quorum before it tells the client, so that no later read finds an older one."
            "{me} 找到的最新值是 {key} = {value}，标签 {tag}。持有它的副本也许很少：{me} 先让写法定人数存下它，再告知客户端，这样之后的读不会得到更旧的值。",
        /// An optimisation.
        ReadAgreed { key: Key, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Step
            "A write quorum answered {me} with the same tag {tag} of {key}: no later read can miss {value}, and it need not be stored again."
            "写法定人数对 {me} 的应答都是 {key} 的同一标签 {tag}：之后的读不会错过 {value}，无需回写。",
        /// A mistake.
        ReadBlindly { key: Key, tag: Ballot, value: Option<Value> }
            "against Attiya et al. 1995 §3" Notable
            "Mistake: {me} tells the client {key} = {value}, tag {tag}, without a care how few hold it: the next read may miss it."
            "错误：{me} 直接告知客户端 {key} = {value}（标签 {tag}），不管有多少副本持有它：下一次读可能错过它。",
        /// The replica: first phase.
        TellWhatIsHeld { key: Key, to: NodeId, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Step
            "{me} tells {to} that it holds {key} = {value} with tag {tag}."
            "{me} 告知 {to}：它持有 {key} = {value}，标签 {tag}。",
        /// The replica: something newer.
        Store { key: Key, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Step
            "The tag {tag} is above that which {me} has of {key}: from now on it holds {value}."
            "标签 {tag} 高于 {me} 持有的 {key} 的标签：从此它持有 {value}。",
        /// The replica: the same.
        StoredAlready { key: Key, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Routine
            "{me} holds {key} = {value} with tag {tag} already, and says so."
            "{me} 早已持有 {key} = {value}（标签 {tag}），并如实告知。",
        /// The replica: something older.
        HasNewer { key: Key, tag: Ballot, own: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Step
            "{me} is asked to hold {key} with tag {tag}, and has {value} with {own}, which is newer: it keeps that, and says that {tag} is taken care of."
            "{me} 被要求以标签 {tag} 存储 {key}，而它已有更新的 {value}（标签 {own}）：保留后者，并回应 {tag} 已妥善处理。",
        /// An acknowledgement that completes no quorum yet.
        CountStored { key: Key, from: NodeId, tag: Ballot }
            "Attiya et al. 1995 §3" Step
            "{me} counts that {from} holds {key} with tag {tag} or newer."
            "{me} 计入 {from} 已持有标签不低于 {tag} 的 {key}。",
        /// A write is done.
        Written { key: Key, tag: Ballot, value: Value }
            "Lynch and Shvartsman 1997" Notable
            "A write quorum holds {key} = {value} with tag {tag} or newer: the write is done, and {me} tells its client."
            "写法定人数已持有标签不低于 {tag} 的 {key} = {value}：写入完成，{me} 告知客户端。",
        /// A read is done.
        Read { key: Key, tag: Ballot, value: Option<Value> }
            "Attiya et al. 1995 §3" Notable
            "A write quorum holds {key} = {value} with tag {tag} or newer: {me} tells its client what it read."
            "写法定人数已持有标签不低于 {tag} 的 {key} = {value}：{me} 把读到的值告知客户端。",
        /// The timer.
        AskAgain { operations: u32 }
            "Attiya et al. 1995 §3" Step
            "{me} asks those again that have not answered, for {operations} operations under way."
            "{me} 为 {operations} 个进行中的操作再次询问尚未应答者。",
        /// After the quorum.
        LateAnswer { key: Key, from: NodeId, tag: Ballot }
            "Attiya et al. 1995 §3" Routine
            "{from} holds {key} with tag {tag}, but {me} has its quorum already."
            "{from} 持有标签 {tag} 的 {key}，但 {me} 已凑齐法定人数。",
        /// After the quorum.
        LateStored { key: Key, from: NodeId, tag: Ballot }
            "Attiya et al. 1995 §3" Routine
            "{from} holds {key} with tag {tag}, too: {me} does not wait for it any more."
            "{from} 也持有了标签 {tag} 的 {key}：{me} 已不再等待。",
        /// Nothing to ask.
        IgnoredResend {}
            "Attiya et al. 1995 §3" Routine
            "{me} has nothing under way to ask again for."
            "{me} 没有进行中的操作，无需再次询问。",
        /// Not what a register offers.
        IgnoredRequest {}
            "Attiya et al. 1995 §2" Step
            "{me} holds registers that are read and written, nothing else: to compare and set needs consensus."
            "{me} 的寄存器只能读和写：比较并设置需要共识。",
    }
}
