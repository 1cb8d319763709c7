//! Roles, messages, timers, settings and reasons of clients and storage.

use crate::model::{
    ArgKind, MessageWord, NodeId, RoleWord, Setting, SettingGroup, SettingKind, Span, SpanRange, Text,
    TimerWord, Tone, Value, because,
};

/// Roles: places in [`ROLES`].
pub const CLIENT: u8 = 0;
/// A client that waits for the lock.
pub const WAITING: u8 = 1;
/// A client that believes to hold the lock.
pub const HOLDER: u8 = 2;
/// What the lock protects.
pub const STORAGE: u8 = 3;
/// The first role of a lock server.
pub const SERVER: u8 = 4;

const fn role(id: &'static str, name: Text, rank: u8) -> RoleWord {
    RoleWord { id, name, rank }
}

/// The roles of clients and storage.
pub const ROLES: &[RoleWord] = &[
    role("client", Text::new("client", "客户端"), 0),
    role("waiting", Text::new("waiting", "等待锁"), 1),
    role("holder", Text::new("holder", "持锁者"), 2),
    role("storage", Text::new("storage", "存储"), 0),
];

const fn word(
    name: &'static str,
    label: Text,
    tone: Tone,
    args: &'static [(&'static str, ArgKind)],
) -> MessageWord {
    MessageWord { name, label, tone, args }
}

const TOKEN: (&str, ArgKind) = ("token", ArgKind::Number);
const ASK: &[(&str, ArgKind)] = &[TOKEN, ("seq", ArgKind::Number)];

/// The messages of clients, servers and storage.
pub const MESSAGES: &[MessageWord] = &[
    word("Acquire", Text::new("lock?", "求锁"), Tone::Plain, ASK),
    word("Release", Text::new("unlock", "解锁"), Tone::Plain, ASK),
    word("Granted", Text::new("granted", "授予"), Tone::Yes, ASK),
    word("Held", Text::new("held", "被占用"), Tone::No, ASK),
    word("Released", Text::new("ok", "已释放"), Tone::Plain, ASK),
    word("NotYours", Text::new("not yours", "非你所有"), Tone::No, ASK),
    word(
        "Redirect",
        Text::new("ask", "转问"),
        Tone::No,
        &[TOKEN, ("seq", ArgKind::Number), ("to", ArgKind::Node)],
    ),
    word("Read", Text::new("read?", "读"), Tone::Plain, &[TOKEN]),
    word("Open", Text::new("open", "打开"), Tone::Plain, &[TOKEN]),
    word("Opened", Text::new("value", "值"), Tone::Plain, &[TOKEN, ("value", ArgKind::Value)]),
    word("Write", Text::new("write", "写"), Tone::Plain, &[TOKEN, ("value", ArgKind::Value)]),
    word("Stored", Text::new("stored", "已写"), Tone::Yes, &[TOKEN]),
    word("Refused", Text::new("too old", "过旧"), Tone::No, &[TOKEN, ("highest", ArgKind::Number)]),
];

const fn timer(name: &'static str, label: Text, shown: bool) -> TimerWord {
    TimerWord { name, label, shown }
}

/// A client's timers.
pub const TIMERS: &[TimerWord] = &[
    timer("Retry", Text::new("asks again", "重新询问"), false),
    timer("Work", Text::new("work", "工作"), true),
    timer("Lease", Text::new("lease", "租约"), true),
    timer("KeepAlive", Text::new("keep-alive", "续约"), false),
];

/// How long a client works under the lock.
pub const WORK: Setting = Setting {
    id: "work",
    name: Text::new("Work under the lock", "持锁工作时间"),
    help: Text::new(
        "How long a client works between what it reads and what it writes.",
        "客户端从读取到写入之间的工作时间。",
    ),
    group: SettingGroup::Timing,
    kind: SettingKind::Range {
        least: Span::ms(0),
        most: Span::ms(60_000),
        default: SpanRange { least: Span::ms(30), most: Span::ms(50) },
    },
};

/// How long a client waits before it asks again.
pub const RETRY: Setting = Setting {
    id: "retry",
    name: Text::new("Asks again after", "重新询问间隔"),
    help: Text::new(
        "How long a client waits before it asks again: for a lock that is held, or for an answer.",
        "客户端再次询问之前的等待时间：锁被占用，或没有收到答复。",
    ),
    group: SettingGroup::Timing,
    kind: SettingKind::Range {
        least: Span::ms(1),
        most: Span::ms(60_000),
        default: SpanRange { least: Span::ms(50), most: Span::ms(90) },
    },
};

because! {
    /// Why clients, lock servers and the storage act.
    pub enum Why {
        /// A node starts.
        Start { token: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} starts; the highest token that it has seen is {token}."
            "{me} 启动；它见过的最大令牌是 {token}。",
        /// A request for somebody else.
        NameClient { to: Option<NodeId> }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} works for nobody: {to} does."
            "{me} 不代办请求：应找 {to}。",
        /// What cannot be done under a lock.
        RefuseRequest {}
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} refuses: it reads and writes registers, and its line is not endless."
            "{me} 拒绝：它只读写寄存器，且排队长度有限。",
        /// A request that waits already.
        Awaited { waiting: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Routine
            "{me} has this request in its line already, with {waiting} in all."
            "{me} 的队列中已有这一请求（共 {waiting} 个）。",
        /// A request.
        Queue { waiting: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Routine
            "{me} takes the request into its line, the number {waiting}."
            "{me} 将请求排入队列，位列第 {waiting}。",
        /// The lock is asked for.
        Ask { seq: u32 }
            "Burrows 2006 §2.4" Step
            "{me} asks for the lock."
            "{me} 请求锁。",
        /// Somebody else has the lock.
        FindHeld { seq: u32 }
            "Burrows 2006 §2.4" Routine
            "{me} is told that the lock is held: it asks again later."
            "{me} 得知锁被占用：稍后再问。",
        /// Another server is named.
        FollowRedirect { from: NodeId, to: Option<NodeId> }
            "Raft §8" Step
            "{me} is told by {from} that the leader is {to}."
            "{me} 从 {from} 得知领导者是 {to}。",
        /// The lock is granted.
        Hold { token: u32, left: u32 }
            "Gray and Cheriton 1989 §2" Notable
            "{me} holds the lock with token {token}, by its own clock for another {left} ms."
            "{me} 以令牌 {token} 持有锁，按自己的时钟还有 {left} 毫秒。",
        /// A grant that comes when its time is up.
        TooLate { token: u32 }
            "Gray and Cheriton 1989 §2" Step
            "{me} is granted the lock with token {token}, but by its own clock the lease is over by now."
            "{me} 获得令牌为 {token} 的锁，但按自己的时钟租约已过期。",
        /// More time.
        Prolong { token: u32, left: u32 }
            "Burrows 2006 §2.8" Routine
            "{me} has its lease with token {token} prolonged: {left} ms by its own clock."
            "{me} 的租约（令牌 {token}）得到延长：按自己的时钟还有 {left} 毫秒。",
        /// Some more time is asked for.
        KeepAlive { token: u32 }
            "Burrows 2006 §2.8" Routine
            "{me} still works and asks to keep the lock with token {token}."
            "{me} 仍在工作，请求继续持有令牌为 {token} 的锁。",
        /// The work begins.
        Work { token: u32, value: Option<Value> }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} has read {value} under token {token}, and works."
            "{me} 在令牌 {token} 之下读到 {value}，开始工作。",
        /// The work is done in time.
        Write { token: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} has done its work and writes under token {token}."
            "{me} 完成工作，以令牌 {token} 写入。",
        /// The work is done too late.
        WriteLate { token: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Notable
            "{me} has done its work and writes under token {token}; its lease is over, and it has not noticed."
            "{me} 完成工作，以令牌 {token} 写入；它的租约已过期，自己却未察觉。",
        /// The write is there.
        Finish { token: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} is told that its write is stored, and gives the lock with token {token} back."
            "{me} 得知写入已存储，归还令牌为 {token} 的锁。",
        /// The request was carried out before.
        DoneBefore { token: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} finds its write stored already, and gives the lock with token {token} back."
            "{me} 发现写入已存储，归还令牌为 {token} 的锁。",
        /// The request was carried out while it waited for the lock.
        DoneMeanwhile {}
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} finds that another client has seen to the request meanwhile: it needs no lock any more."
            "{me} 发现另一客户端已办妥这一请求：不再需要锁。",
        /// The next in line needs the same lock.
        CarryOn { token: u32 }
            "Burrows 2006 §2.4" Step
            "{me} keeps the lock with token {token} for the next in its line."
            "{me} 保留令牌为 {token} 的锁，继续处理队列中的下一个请求。",
        /// A compare-and-set has nothing to set.
        FindOther { token: u32, value: Option<Value> }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} has read {value} under token {token}, which is not what it was to replace."
            "{me} 在令牌 {token} 之下读到 {value}，并非要替换的值。",
        /// A read comes back.
        ReadBack { value: Option<Value> }
            "Kleppmann 2016, Protecting a resource with a lock" Routine
            "{me} has read {value}; reading needs no lock."
            "{me} 读到 {value}；读取不需要锁。",
        /// The fence holds it off.
        Fenced { token: u32, highest: u32 }
            "Kleppmann 2016, Making the lock safe with fencing" Notable
            "{me} is turned away: token {highest} has been there, so its lock with token {token} is lost, and it starts over."
            "{me} 被拒：令牌 {highest} 已经来过，它持有的令牌 {token} 已失效，于是从头再来。",
        /// The lease is over before the work is done.
        LoseLease { token: u32 }
            "Gray and Cheriton 1989 §2" Notable
            "{me} sees that its lease with token {token} is over: it stops, and starts over."
            "{me} 发现令牌为 {token} 的租约已过期：停止工作，从头再来。",
        /// The lease is over after the write was sent.
        LeaseOver { token: u32 }
            "Gray and Cheriton 1989 §2" Step
            "{me} sees that its lease with token {token} is over; its write is on the way and cannot be called back."
            "{me} 发现令牌为 {token} 的租约已过期；写入已在途中，无法召回。",
        /// The storage does not answer.
        AskStorage {}
            "Kleppmann 2016, Protecting a resource with a lock" Routine
            "{me} has heard nothing from the storage and asks again."
            "{me} 没有收到存储的答复，再次询问。",
        /// The storage lets it happen.
        Let { from: NodeId, token: u32 }
            "Kleppmann 2016, Making the lock safe with fencing" Step
            "{me} lets {from} in with token {token}."
            "{me} 放行 {from}（令牌 {token}）。",
        /// The storage lets an old token in: nobody looks.
        LetOld { from: NodeId, token: u32, highest: u32 }
            "against Kleppmann 2016, Making the lock safe with fencing" Notable
            "{me} lets {from} in with token {token} although {highest} has been there (the flaw)."
            "{me} 放行 {from}（令牌 {token}），尽管令牌 {highest} 已经来过（缺陷）。",
        /// The fence.
        RefuseToken { from: NodeId, token: u32, highest: u32 }
            "Kleppmann 2016, Making the lock safe with fencing" Notable
            "{me} turns {from} away: its token {token} is older than {highest}, which has been there."
            "{me} 拒绝 {from}：它的令牌 {token} 旧于已经来过的 {highest}。",
        /// A write that comes twice.
        StoredBefore { from: NodeId, token: u32 }
            "Kleppmann 2016, Protecting a resource with a lock" Step
            "{me} has stored this write of {from} before, and says so again."
            "{me} 已存储过 {from} 的这一写入，再次答复。",
        /// A read.
        ReadOnly { from: NodeId }
            "Kleppmann 2016, Protecting a resource with a lock" Routine
            "{me} tells {from} what is there."
            "{me} 告知 {from} 当前的值。",
        /// A server grants.
        Grant { to: NodeId, token: u32 }
            "Burrows 2006 §2.4" Step
            "{me} grants the lock to {to} with token {token}."
            "{me} 将锁授予 {to}，令牌为 {token}。",
        /// A server does not.
        SayHeld { to: NodeId }
            "Burrows 2006 §2.4" Step
            "{me} tells {to} that the lock is held."
            "{me} 告知 {to} 锁被占用。",
        /// A server takes a lock back.
        TakeBack { from: NodeId }
            "Burrows 2006 §2.4" Step
            "{me} takes the lock back from {from}."
            "{me} 收回 {from} 归还的锁。",
        /// A lock that is not the sender's.
        NotOwner { from: NodeId }
            "Burrows 2006 §2.4" Step
            "{me} keeps the lock as it is: it is not {from}'s any more."
            "{me} 不改动锁：它已不属于 {from}。",
        /// A lock that is not the sender's, and is freed all the same.
        TakeUnchecked { from: NodeId }
            "against Burrows 2006 §2.4" Notable
            "{me} frees the lock because {from} says so, whoever has it by now (the flaw)."
            "{me} 因 {from} 一句话就释放锁，不管此刻归谁所有（缺陷）。",
        /// An answer to what is no longer asked.
        Ignore { from: NodeId }
            "Kleppmann 2016, Protecting a resource with a lock" Routine
            "{me} ignores what {from} says: it is about something that is over."
            "{me} 忽略 {from} 的消息：相关事项已结束。",
        /// A client that has just had the lock.
        LetOthers {}
            "Redlock, Retry on failure" Step
            "{me} has just given this lock back. Before it asks for it again it waits as long as those do that were refused, so that they have their turn."
            "{me} 刚刚归还这把锁。它再次请求之前，先等待与被拒者同样长的时间，让别人也轮得到。",
        /// A timer by hand.
        IgnoreTimer {}
            "Gray and Cheriton 1989 §2" Routine
            "{me} has nothing to do when this timer runs out."
            "{me} 在此计时器到期时无事可做。",
    }
}
