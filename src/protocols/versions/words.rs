//! The words of the version store: its description, and why its nodes do what they do.

use crate::model::{
    ArgKind, Ballot, COPIES, ChoiceWord, Epoch, Flaw, Key, MessageWord, NodeId, PhaseWord, RoleWord, Setting,
    SettingGroup, SettingKind, Source, Span, SpanRange, Spec, Text, TimerWord, Tone, Value, Weight, because,
};

pub(super) const KEEPER: u8 = 0;
pub(super) const COORDINATING: u8 = 1;
pub(super) const SPLIT: u8 = 2;
pub(super) const STAND_IN: u8 = 3;

/// A place among the choices of `conflicts`.
pub(super) const LAST_WRITER_WINS: u8 = 1;

pub(super) const SIBLINGS: Text = Text::new("siblings", "保留兄弟版本");
pub(super) const LATER_CLOCK: Text = Text::new("the last writer wins", "最后写入者胜");
pub(super) const KEYS: Text = Text::new("Keys", "键");
pub(super) const HINTS: Text = Text::new("Held for others", "代为保存");

const VERSION: (&str, ArgKind) = ("version", ArgKind::Ballot);
const KEY: (&str, ArgKind) = ("key", ArgKind::Key);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);
const OWNER: (&str, ArgKind) = ("for", ArgKind::Node);
const COUNT: (&str, ArgKind) = ("count", ArgKind::Number);

const fn range(least: u64, most: u64) -> SettingKind {
    SettingKind::Range {
        least: Span::ms(1),
        most: Span::ms(60_000),
        default: SpanRange { least: Span::ms(least), most: Span::ms(most) },
    }
}

const fn switch(id: &'static str, name: Text, help: Text) -> Setting {
    Setting { id, name, help, group: SettingGroup::Switch, kind: SettingKind::Switch { default: true } }
}

const fn put(name: &'static str, label: Text, tone: Tone) -> MessageWord {
    MessageWord { name, label, tone, args: &[VERSION, KEY, VALUE, OWNER] }
}

pub(super) const SPEC: &Spec = &Spec {
    id: "version-store",
    name: Text::new("Version-vector store", "版本向量存储"),
    summary: Text::new(
        "Dynamo's design: every node takes reads and writes, whatever fails. Version vectors tell what was \
         seen from what was not; writes that do not know of each other become siblings, and copies that \
         differ find together again. It answers when consensus would refuse, and what it answers may be old. \
         R + W above the weight of the copies buys fresher reads, not agreement.",
        "Dynamo 的设计：无论发生什么故障，每个节点都接受读写。版本向量记录写入者看到过什么；互不知情的写入成为兄弟版本，不一致的副本终会重新一致。共识会拒绝的时候它仍然应答，但答案可能是旧的。R + W 大于副本总权重换来更新鲜的读取，而不是一致。",
    ),
    sources: &[
        Source {
            title: "G. DeCandia and others, Dynamo: Amazon's Highly Available Key-value Store, SOSP",
            year: 2007,
        },
        Source { title: "P. Bailis and others, Probabilistically Bounded Staleness, VLDB", year: 2012 },
        Source {
            title: "D. B. Terry and others, Session Guarantees for Weakly Consistent Replicated Data, PDIS",
            year: 1994,
        },
        Source { title: "N. Preguiça and others, Dotted Version Vectors", year: 2010 },
    ],
    epoch: Epoch { name: Text::new("version", "版本"), kind: ArgKind::Ballot },
    phases: &[
        PhaseWord { id: "read", name: Text::new("Read (R)", "读（R）") },
        PhaseWord { id: "write", name: Text::new("Write (W)", "写（W）") },
    ],
    // Nothing here is unsafe: quorums that do not meet only make reads older.
    must_meet: &[],
    roles: &[
        RoleWord { id: "keeper", name: Text::new("keeper", "保存者"), rank: 0 },
        RoleWord { id: "coordinating", name: Text::new("coordinating", "协调中"), rank: 1 },
        RoleWord { id: "split", name: Text::new("keeps siblings", "有兄弟版本"), rank: 1 },
        RoleWord { id: "stand-in", name: Text::new("stands in", "代为保存"), rank: 1 },
    ],
    messages: &[
        MessageWord {
            name: "Get",
            label: Text::new("get?", "读？"),
            tone: Tone::Plain,
            args: &[VERSION, KEY, OWNER],
        },
        MessageWord {
            name: "Got",
            label: Text::new("have", "持有"),
            tone: Tone::Yes,
            args: &[VERSION, KEY, OWNER, COUNT],
        },
        put("Put", Text::new("put", "写"), Tone::Plain),
        MessageWord {
            name: "Stored",
            label: Text::new("stored", "已存"),
            tone: Tone::Yes,
            args: &[VERSION, KEY, OWNER],
        },
        put("HandOff", Text::new("hand over", "移交"), Tone::Plain),
        put("Repair", Text::new("repair", "修复"), Tone::Plain),
        put("Sync", Text::new("sync", "同步"), Tone::Plain),
        MessageWord {
            name: "Digest",
            label: Text::new("same?", "相同？"),
            tone: Tone::Routine,
            args: &[VERSION, ("keys", ArgKind::Number)],
        },
        MessageWord {
            name: "Differ",
            label: Text::new("differs", "不同"),
            tone: Tone::Plain,
            args: &[VERSION, ("keys", ArgKind::Number)],
        },
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Retry", label: Text::new("ask again", "再次询问"), shown: false },
        TimerWord { name: "Compare", label: Text::new("anti-entropy", "反熵"), shown: true },
        TimerWord { name: "HandOff", label: Text::new("hand over", "移交"), shown: true },
    ],
    settings: &[
        Setting {
            id: COPIES,
            name: Text::new("Copies of a key (N)", "每个键的副本数（N）"),
            help: Text::new(
                "How many nodes keep a key, from its place on the ring on; others may stand in for them. \
                 A threshold above their weight asks for them all.",
                "从环上的位置起，有多少个节点保存一个键；其他节点可以代为保存。阈值若超过它们的权重，则要求全部应答。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 1, most: 101, default: 3 },
        },
        Setting {
            id: "conflicts",
            name: Text::new("Conflicts", "冲突处理"),
            help: Text::new(
                "What becomes of versions that do not know of each other: both stay, or the later clock wins \
                 and the other write is lost.",
                "互不知情的版本如何处理：全部保留，或者时钟较晚者胜出、另一次写入丢失。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    ChoiceWord { id: "siblings", name: SIBLINGS },
                    ChoiceWord { id: "last-writer-wins", name: LATER_CLOCK },
                ],
                default: 0,
            },
        },
        switch(
            "sloppy",
            Text::new("Sloppy quorum", "宽松法定人数"),
            Text::new(
                "Where a keeper does not answer, another node takes its place and hands over later.",
                "保存者不应答时，由其他节点代为保存，稍后移交。",
            ),
        ),
        switch(
            "read_repair",
            Text::new("Read repair", "读修复"),
            Text::new(
                "A read brings the keepers up to date that it finds behind.",
                "读取时把落后的副本更新到最新。",
            ),
        ),
        switch(
            "anti_entropy",
            Text::new("Anti-entropy", "反熵"),
            Text::new("Keepers compare what they have from time to time.", "保存者不时相互比较所存内容。"),
        ),
        Setting {
            id: "retry",
            name: Text::new("Ask again after", "重问间隔"),
            help: Text::new(
                "How long a coordinator waits for keepers before it asks again, and others in their place.",
                "协调者等待保存者多久后再次询问，并请其他节点代替。",
            ),
            group: SettingGroup::Timing,
            kind: range(60, 90),
        },
        Setting {
            id: "compare",
            name: Text::new("Compare every", "比较间隔"),
            help: Text::new(
                "How often a node compares with the next one, and tries to hand over what it holds.",
                "节点多久与下一个节点比较一次，并尝试移交代存的版本。",
            ),
            group: SettingGroup::Timing,
            kind: range(100, 150),
        },
    ],
    flaws: &[
        Flaw {
            id: "forgets-count",
            name: Text::new("Counts its writes in memory only", "只在内存中计数写入"),
            breaks: "acknowledged-kept",
        },
        Flaw {
            id: "repair-replaces",
            name: Text::new("Read repair replaces instead of merging", "读修复直接替换而不合并"),
            breaks: "vectors-grow",
        },
    ],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// The first start.
        Start {}
            "Dynamo §4.3" Routine
            "{me} starts with nothing on its disk."
            "{me} 启动，磁盘为空。",
        /// Back from a crash.
        Restart { kept: u32, held: u32 }
            "Dynamo §4.6" Step
            "{me} is back with {kept} versions of its own and {held} held for others."
            "{me} 恢复运行，自己的版本 {kept} 个，代存 {held} 个。",
        /// A client reads.
        CoordinateRead { key: Key, needed: Weight }
            "Dynamo §4.5" Step
            "{me} coordinates a read of {key}: it asks all keepers and answers when weight {needed} has told what it has."
            "{me} 协调读取 {key}：询问所有保存者，应答权重达到 {needed} 即答复。",
        /// A client writes after what it has seen.
        CoordinateWrite { version: Ballot, key: Key, value: Value, needed: Weight }
            "Dynamo §4.4, §4.5" Step
            "{me} takes {key} = {value} as version {version}. It replaces what its client had been told of, and is done at weight {needed}."
            "{me} 受理 {key} = {value}，版本 {version}。它取代客户端已得知的版本，存到权重 {needed} 即完成。",
        /// A client writes that has seen nothing of the key.
        WriteBlind { version: Ballot, key: Key, value: Value, needed: Weight }
            "Dynamo §4.4" Step
            "{me} takes {key} = {value} as version {version}. Its client had been told of nothing when it asked, so it replaces nothing; it is done at weight {needed}."
            "{me} 受理 {key} = {value}，版本 {version}。客户端发出请求时尚未得知任何版本，因此不取代任何版本；存到权重 {needed} 即完成。",
        /// A client tries again, and the version is here.
        WriteAgain { version: Ballot, key: Key, value: Value, needed: Weight }
            "Dynamo §4.5" Step
            "{me} knows this write of {key} = {value} as {version}: it makes no second one, and sees that weight {needed} has it."
            "{me} 认得这次写入 {key} = {value}，即 {version}：不另建版本，只确保权重 {needed} 已保存。",
        /// A client tries again, and was answered.
        DoneAlready { key: Key, value: Value }
            "Dynamo §4.5" Step
            "{me} has answered this write of {key} = {value} before, and does so again."
            "{me} 早已答复过这次写入 {key} = {value}，再次答复。",
        /// A client tries again.
        UnderWay { key: Key }
            "Dynamo §4.5" Routine
            "{me} is at this request for {key} already."
            "{me} 已在处理对 {key} 的这一请求。",
        /// A keeper is asked.
        TellVersions { key: Key, to: NodeId, count: u32 }
            "Dynamo §4.5" Routine
            "{me} tells {to} all that it has of {key} (versions: {count})."
            "{me} 把 {key} 的全部版本告诉 {to}（{count} 个）。",
        /// A stand-in is asked.
        TellHeld { key: Key, to: NodeId, owner: NodeId, count: u32 }
            "Dynamo §4.6" Step
            "{me} answers {to} in {owner}'s place with what it holds of {key} (versions: {count}): a sloppy quorum."
            "{me} 代替 {owner} 答复 {to}，给出代存的 {key}（{count} 个版本）：宽松法定人数。",
        /// A new version.
        Keep { version: Ballot, key: Key, value: Value, from: NodeId }
            "Dynamo §4.5" Step
            "{me} keeps {version} of {key} ({value}), from {from}."
            "{me} 保存 {key} 的版本 {version}（{value}），来自 {from}。",
        /// It was written with knowledge of what is here.
        Replace { version: Ballot, key: Key, value: Value, replaced: u32 }
            "Dynamo §4.4" Step
            "{me} keeps {version} of {key} ({value}). Its writer had seen what was here, which goes (versions: {replaced})."
            "{me} 保存 {key} 的版本 {version}（{value}）。写入者见过这里的版本，旧版本删除（{replaced} 个）。",
        /// Two that do not know of each other.
        Conflict { version: Ballot, key: Key, value: Value, other: Ballot }
            "Dynamo §4.4" Notable
            "Siblings: {version} of {key} ({value}) and {other} do not know of each other, so {me} keeps both."
            "兄弟版本：{key} 的 {version}（{value}）与 {other} 互不知情，{me} 两个都保留。",
        /// The clock decides.
        Overrule { winner: Ballot, loser: Ballot, key: Key }
            "Dynamo §6.1" Notable
            "{winner} and {loser} of {key} do not know of each other. The later clock wins: {me} drops {loser}, although nobody had replaced it."
            "{key} 的 {winner} 与 {loser} 互不知情。时钟较晚者胜：{me} 丢弃 {loser}，尽管无人取代过它。",
        /// It is here.
        KnownAlready { version: Ballot, key: Key }
            "Dynamo §4.5" Routine
            "{me} has {version} of {key} already."
            "{me} 已有 {key} 的版本 {version}。",
        /// A later one is here.
        Old { version: Ballot, key: Key, newer: Ballot }
            "Dynamo §4.4" Step
            "{me} has {newer} of {key}, whose writer had seen {version}: it stays replaced."
            "{me} 已有 {key} 的 {newer}，其写入者见过 {version}：后者仍被取代。",
        /// A keeper has it.
        CountStored { from: NodeId, version: Ballot, weight: Weight, needed: Weight }
            "Dynamo §4.5" Step
            "{from} has {version} on disk: weight {weight}, and {needed} makes it done."
            "{from} 已把 {version} 存盘：权重 {weight}，达到 {needed} 即完成。",
        /// A stand-in has it.
        CountHeld { from: NodeId, owner: NodeId, weight: Weight, needed: Weight }
            "Dynamo §4.6" Step
            "{from} holds it for {owner}, and counts in its place: weight {weight}, and {needed} makes it done."
            "{from} 代 {owner} 保存并代为计数：权重 {weight}，达到 {needed} 即完成。",
        /// Enough keepers have it.
        Written { version: Ballot, key: Key, value: Value, weight: Weight }
            "Dynamo §4.5" Notable
            "{version} of {key} ({value}) is at keepers of weight {weight}: {me} tells the client that it is written."
            "{key} 的 {version}（{value}）已存于权重 {weight} 的保存者：{me} 答复客户端写入完成。",
        /// A keeper has told.
        CountFound { from: NodeId, count: u32, weight: Weight, needed: Weight }
            "Dynamo §4.5" Step
            "{from} has told what it has (versions: {count}): weight {weight}, and {needed} is enough."
            "{from} 已告知所存版本（{count} 个）：权重 {weight}，{needed} 即足够。",
        /// Nothing was ever written there.
        ReadNothing { key: Key, weight: Weight }
            "Dynamo §4.5" Notable
            "Nobody of weight {weight} has anything of {key}: {me} answers so."
            "权重 {weight} 的保存者都没有 {key}：{me} 如实答复。",
        /// One version is left.
        ReadOne { key: Key, value: Value, version: Ballot, weight: Weight }
            "Dynamo §4.5" Notable
            "Of what weight {weight} has of {key}, {version} has seen the rest: {me} answers {value}."
            "权重 {weight} 的保存者所存的 {key} 中，{version} 见过其余全部：{me} 答复 {value}。",
        /// Several are left.
        ReadSiblings { key: Key, first: Value, second: Value, count: u32 }
            "Dynamo §4.4, §6.1" Notable
            "{me} found {count} values of {key} of which none has seen the other: the client gets {first}, {second} and all others, and has to merge them."
            "{me} 找到 {key} 的 {count} 个互不知情的值：客户端得到 {first}、{second} 等全部，须自行合并。",
        /// A keeper was behind.
        Repair { keeper: NodeId, version: Ballot, key: Key }
            "Dynamo §5, read repair" Step
            "{keeper} did not have {version} of {key}: {me} sends it, so that the next read finds it."
            "{keeper} 缺少 {key} 的 {version}：{me} 把它发过去，供下次读取。",
        /// A mistake: what the keeper has is not looked at.
        RepairReplaces { version: Ballot, key: Key, value: Value }
            "Dynamo §5 (broken)" Notable
            "Mistake: {me} puts {version} of {key} ({value}) in place of all that it has, also of what {version} has not seen."
            "错误：{me} 用 {key} 的 {version}（{value}）取代自己的全部版本，连 {version} 没有见过的也一并丢弃。",
        /// A keeper is silent.
        AskAgain { key: Key, keeper: Option<NodeId> }
            "Dynamo §4.5" Step
            "{me} has not heard enough keepers of {key}, {keeper} among the silent: it asks again."
            "{me} 尚未得到足够的 {key} 保存者应答（如 {keeper}）：再次询问。",
        /// Somebody else takes its place.
        AskStandIn { stand_in: NodeId, owner: NodeId, key: Key }
            "Dynamo §4.6" Notable
            "{owner} does not answer for {key}: {me} asks {stand_in} to stand in for it."
            "{owner} 未就 {key} 应答：{me} 请 {stand_in} 代替它。",
        /// Answered without it.
        LeaveOut { key: Key, keeper: Option<NodeId> }
            "Dynamo §4.5" Routine
            "The client has its answer about {key}; {me} waits no longer for {keeper}."
            "客户端已得到关于 {key} 的答复；{me} 不再等待 {keeper}。",
        /// The client has gone elsewhere.
        GiveUp { key: Key }
            "Dynamo §4.5" Step
            "{me} does not reach enough keepers of {key}, and leaves the request to its client."
            "{me} 联系不到足够的 {key} 保存者，把请求留给客户端。",
        /// A hint.
        HoldFor { version: Ballot, key: Key, owner: NodeId }
            "Dynamo §4.6" Notable
            "{me} holds {version} of {key} for {owner}, with a hint to hand it over when {owner} is back."
            "{me} 代 {owner} 保存 {key} 的 {version}，并记下提示，待 {owner} 恢复后移交。",
        /// Perhaps it is back.
        HandOff { count: u32, owner: NodeId }
            "Dynamo §4.6" Step
            "{me} holds {count} versions for others, the first for {owner}: it tries to hand them over."
            "{me} 代存 {count} 个版本，首个属于 {owner}：尝试移交。",
        /// It was.
        HandedOver { version: Ballot, key: Key, owner: NodeId }
            "Dynamo §4.6" Notable
            "{owner} has {version} of {key} now: {me} need not hold it any longer."
            "{owner} 已收到 {key} 的 {version}：{me} 不必再代存。",
        /// Anti-entropy.
        Compare { to: NodeId, keys: u32 }
            "Dynamo §4.7" Routine
            "{me} compares with {to}: a sum for each of the keys that both keep ({keys})."
            "{me} 与 {to} 比较：双方共存的每个键一个校验和（{keys} 个）。",
        /// Nothing to do.
        Same { from: NodeId }
            "Dynamo §4.7" Routine
            "{me} and {from} have the same of all keys that both keep."
            "{me} 与 {from} 共存的键完全相同。",
        /// Something to do.
        Differ { from: NodeId, keys: u32, key: Key }
            "Dynamo §4.7" Step
            "{me} and {from} differ in {key} (keys that differ: {keys}): they give each other what they have."
            "{me} 与 {from} 在 {key} 上不同（共 {keys} 个键）：互相发送所存版本。",
        /// Late.
        IgnoredAnswer { from: NodeId, key: Key }
            "Dynamo §4.5" Routine
            "{from}'s answer about {key} comes late: {me} does not wait for it any more."
            "{from} 关于 {key} 的应答来迟：{me} 已不再等待。",
        /// Not a keeper.
        NotMine { from: NodeId, key: Key }
            "Dynamo §4.2" Step
            "{me} is no keeper of {key}, and does not keep what {from} sends."
            "{me} 不保存 {key}，忽略 {from} 发来的版本。",
        /// A timer without work.
        NothingOpen {}
            "Dynamo §4.5" Routine
            "{me} has no request under way."
            "{me} 没有进行中的请求。",
        /// A timer without work.
        NothingHeld {}
            "Dynamo §4.6" Routine
            "{me} holds nothing for others."
            "{me} 没有代存任何版本。",
        /// A timer without work.
        NobodyToCompare {}
            "Dynamo §4.7" Routine
            "{me} compares with nobody."
            "{me} 不与任何节点比较。",
        /// Not a read and not a write.
        IgnoredRequest {}
            "Dynamo §2.3" Step
            "{me} reads and writes single keys, nothing else: whatever has to compare first needs consensus."
            "{me} 只读写单个键：凡是需要先比较的操作都需要共识。",
    }
}
