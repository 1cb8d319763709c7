//! The words of CASPaxos: its description, and why its nodes do what they do.

use crate::model::{
    ArgKind, Ballot, Epoch, Flaw, Key, MeetRule, MessageWord, NodeId, PhaseWord, RoleWord, Setting,
    SettingGroup, SettingKind, Source, Span, SpanRange, Spec, Text, TimerWord, Tone, Value, because,
};

pub(super) const IDLE: u8 = 0;
pub(super) const WAITING: u8 = 1;
pub(super) const PREPARING: u8 = 2;
pub(super) const PROPOSING: u8 = 3;

pub(super) const REGISTERS: Text = Text::new("Registers", "寄存器");
pub(super) const PROMISES: Text = Text::new("Promised ballots", "已承诺的轮次");

const BALLOT: (&str, ArgKind) = ("ballot", ArgKind::Ballot);
const KEY: (&str, ArgKind) = ("key", ArgKind::Key);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);
const NEXT: (&str, ArgKind) = ("next", ArgKind::Ballot);

pub(super) const SPEC: &Spec = &Spec {
    id: "caspaxos",
    name: Text::new("CASPaxos", "CASPaxos 算法"),
    summary: Text::new(
        "Registers that anybody changes, compare-and-set among the ways, without a leader and without a log: \
         each change is applied to the state that Paxos' first phase brings back.",
        "任何节点都能修改（包括比较并设置）的寄存器，没有领导者，也没有日志：每次修改都作用在 Paxos 第一阶段带回的状态上。",
    ),
    sources: &[Source { title: "D. Rystsov, CASPaxos: Replicated State Machines without logs", year: 2018 }],
    epoch: Epoch { name: Text::new("ballot", "轮次"), kind: ArgKind::Ballot },
    phases: &[
        PhaseWord { id: "prepare", name: Text::new("Prepare", "准备") },
        PhaseWord { id: "accept", name: Text::new("Accept", "接受") },
    ],
    must_meet: &[MeetRule {
        a: super::PREPARE,
        b: super::ACCEPT,
        why: Text::new(
            "a proposer could prepare without hearing from anyone who accepted the last change, and its own \
             would be made from an older state: the last change is lost",
            "提议者可能在准备阶段听不到任何接受过最近一次修改的节点，于是它的修改基于更旧的状态，最近的修改就此丢失",
        ),
    }],
    roles: &[
        RoleWord { id: "idle", name: Text::new("idle", "空闲"), rank: 0 },
        RoleWord { id: "waiting", name: Text::new("backing off", "退避中"), rank: 1 },
        RoleWord { id: "preparing", name: Text::new("preparing", "准备中"), rank: 1 },
        RoleWord { id: "proposing", name: Text::new("proposing", "提议中"), rank: 2 },
    ],
    messages: &[
        MessageWord {
            name: "Prepare",
            label: Text::new("Prepare", "准备"),
            tone: Tone::Plain,
            args: &[BALLOT, KEY],
        },
        MessageWord {
            name: "Promise",
            label: Text::new("promise", "承诺"),
            tone: Tone::Yes,
            args: &[BALLOT, KEY],
        },
        MessageWord {
            name: "Promise",
            label: Text::new("promise, has", "承诺，现有"),
            tone: Tone::Yes,
            args: &[BALLOT, KEY, ("earlier", ArgKind::Ballot), VALUE],
        },
        MessageWord {
            name: "Accept",
            label: Text::new("Accept!", "接受！"),
            tone: Tone::Plain,
            args: &[BALLOT, KEY, VALUE, NEXT],
        },
        MessageWord {
            name: "Accepted",
            label: Text::new("accepted", "已接受"),
            tone: Tone::Yes,
            args: &[BALLOT, KEY, NEXT],
        },
        MessageWord {
            name: "Nack",
            label: Text::new("conflict", "冲突"),
            tone: Tone::No,
            args: &[BALLOT, KEY, ("promised", ArgKind::Ballot)],
        },
    ],
    rules: Why::WORDS,
    timers: &[TimerWord { name: "Retry", label: Text::new("try again", "重试"), shown: true }],
    settings: &[
        Setting {
            id: "retry",
            name: Text::new("Retry after", "重试间隔"),
            help: Text::new(
                "How long a proposer waits for a quorum before it asks those who are silent again. After a conflict, so long or a multiple of it before it tries a higher ballot.",
                "提议者等待法定人数多久之后再次询问未答复者；遇到冲突后，则等待该时长或其数倍，再以更高的轮次重试。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(1),
                most: Span::ms(10_000),
                default: SpanRange { least: Span::ms(60), most: Span::ms(120) },
            },
        },
        Setting {
            id: "piggyback",
            name: Text::new("One round trip", "单次往返"),
            help: Text::new(
                "An accept carries the next prepare: the same proposer's next change needs one round trip. Off: always two.",
                "接受请求捎带下一次准备：同一提议者的下一次修改只需一次往返。关闭：总是两次。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: true },
        },
        Setting {
            id: "nack",
            name: Text::new("Conflicts are told", "告知冲突"),
            help: Text::new(
                "Acceptors say when they refuse. Without it, a proposer finds out by waiting.",
                "接受者拒绝时会告知。关闭后，提议者只能靠超时得知。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: true },
        },
    ],
    flaws: &[Flaw {
        id: "takes-first",
        name: Text::new("Changes the first state it hears of", "修改最先听到的状态"),
        breaks: "change-chain",
    }],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// The first start.
        Start {}
            "CASPaxos §2.1" Routine
            "{me} starts: it has promised and accepted nothing."
            "{me} 启动：尚未承诺或接受任何状态。",
        /// Back from a crash.
        Restart { registers: u32, round: u32 }
            "CASPaxos §2.1" Step
            "{me} is back. On its disk: what it promised and accepted in {registers} registers, and its own last round, {round}. It has forgotten whom it worked for."
            "{me} 恢复运行。磁盘上：{registers} 个寄存器的承诺与已接受状态，以及自己最近的轮号 {round}。它忘了正在替谁工作。",
        /// The request is here already.
        WaitsAlready { key: Key }
            "CASPaxos §2.2" Routine
            "{me} has this request for {key} already."
            "{me} 早已收到对 {key} 的这个请求。",
        /// A register's changes are made one by one.
        Queue { key: Key, ahead: u32 }
            "CASPaxos §2.2" Step
            "{me} is busy with {key}: the request waits, {ahead} ahead of it."
            "{me} 正在处理 {key}：该请求排队，前面还有 {ahead} 个。",
        /// The prepare came with the last accept.
        SkipPrepare { key: Key, ballot: Ballot }
            "CASPaxos §2.2.1" Step
            "A quorum promised {ballot} for {key} along with {me}'s last change: one round trip is enough, and {me} knows the state already."
            "法定人数在 {me} 上次修改 {key} 时已一并承诺了 {ballot}：一次往返就够，且 {me} 已知道当前状态。",
        /// Phase 1.
        StartBallot { key: Key, ballot: Ballot }
            "CASPaxos §2.2" Step
            "{me} starts ballot {ballot} for {key}: it asks the acceptors for their promise and for the state."
            "{me} 对 {key} 发起轮次 {ballot}：请接受者承诺，并报告状态。",
        /// A promise that completes no quorum yet.
        CountPromise { from: NodeId, ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "{me} counts {from}'s promise for {ballot}; {from} holds {value}, of ballot {earlier}."
            "{me} 计入 {from} 对 {ballot} 的承诺；{from} 持有轮次 {earlier} 的 {value}。",
        /// The change function is applied.
        Change { ballot: Ballot, old: Option<Value>, earlier: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Notable
            "A quorum promised {ballot}, and the highest ballot it reports is {earlier} with {old}: {me} applies the client's change to that and proposes {value}."
            "法定人数承诺了 {ballot}，所报告的最高轮次是 {earlier}，其值为 {old}：{me} 对它施加客户端的修改，提议 {value}。",
        /// A mistake: applied to whatever was at hand.
        ChangeFirst { key: Key, ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "against CASPaxos §2.2" Notable
            "Mistake: {me} applies the change of {key} to the first state it heard of, that of ballot {earlier}, and proposes {value} in {ballot}, whatever others reported."
            "错误：{me} 把对 {key} 的修改施加在最先听到的状态（轮次 {earlier}）上，在 {ballot} 提议 {value}，不管其他节点报告了什么。",
        /// A read, or a state that is only confirmed.
        Identity { key: Key, ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "{me} leaves {key} as it is, {value} of ballot {earlier}, and has it accepted again in {ballot}: what is read must be what a quorum holds."
            "{me} 保持 {key} 不变（轮次 {earlier} 的 {value}），并在 {ballot} 让它再次被接受：读到的必须是法定人数所持有的。",
        /// A compare-and-set that found something else.
        ChangeDiffers { key: Key, ballot: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "{key} holds {value}, which is not what the compare-and-set expects: {me} has the state accepted unchanged in {ballot}."
            "{key} 的值是 {value}，不是比较并设置所期望的：{me} 在 {ballot} 让状态原样被接受。",
        /// The change of a lost ballot is in the state.
        TookEffect { key: Key, sent: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Notable
            "{me} lost its first ballot for {key}, {sent}, and finds that its {value} took effect all the same: it must not apply it twice, and has the state accepted as it is."
            "{me} 在 {key} 上的首个轮次 {sent} 失败了，却发现自己的 {value} 已经生效：不能再施加一次，只让状态原样被接受。",
        /// Nobody can tell whether a change took effect.
        CannotTell { key: Key, earlier: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Notable
            "{me} lost a ballot with its change of {key}, and others have gone on since, to {value} in {earlier}: nobody can tell whether the change is in that. {me} does not apply it again; its client is told that it is unknown."
            "{me} 带着对 {key} 的修改失去了一个轮次，其他节点此后又继续修改，到 {earlier} 为 {value}：无法判断该修改是否已包含其中。{me} 不再施加，并告知客户端结果未知。",
        /// An acceptance that completes no quorum yet.
        CountAccepted { key: Key, from: NodeId, ballot: Ballot }
            "CASPaxos §2.2" Step
            "{me} counts that {from} accepted {key} of ballot {ballot}."
            "{me} 计入 {from} 接受了轮次 {ballot} 的 {key}。",
        /// A quorum accepted.
        Chosen { key: Key, ballot: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Notable
            "A quorum has accepted {key} = {value} in {ballot}: whatever comes later is made from this, and {me} tells its client."
            "法定人数在 {ballot} 接受了 {key} = {value}：此后的一切都由它而来，{me} 告知客户端。",
        /// A read that waited behind the change.
        ReadAlong { key: Key, ballot: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "A read of {key} was waiting at {me} before it sent {value} in {ballot}: it needs no round of its own and reads that."
            "在 {me} 以 {ballot} 发出 {value} 之前，已有对 {key} 的读取在等待：它无需单独一轮，直接读到该值。",
        /// A conflict.
        CountNack { key: Key, from: NodeId, ballot: Ballot, promised: Ballot }
            "CASPaxos §2.1" Step
            "{from} refuses {me}'s ballot {ballot} for {key}: it has promised {promised}. A quorum is still possible."
            "{from} 拒绝 {me} 对 {key} 的轮次 {ballot}：它已承诺 {promised}。仍可能凑成法定人数。",
        /// No quorum is possible any more.
        BackOff { key: Key, ballot: Ballot, promised: Ballot, lost: u32 }
            "CASPaxos §2.1" Notable
            "So many have promised {promised} for {key} that ballot {ballot} can get no quorum: {me} waits before it tries above that (rounds lost in a row: {lost})."
            "{key} 上太多节点已承诺 {promised}，轮次 {ballot} 不可能再有法定人数：{me} 等待后再以更高轮次重试（连续失败 {lost} 轮）。",
        /// The wait is over.
        TryAgain { key: Key, heard: Ballot }
            "CASPaxos §2.1" Step
            "{me} has waited long enough and tries {key} again, above ballot {heard}."
            "{me} 等待结束，以高于 {heard} 的轮次重试 {key}。",
        /// Its turn has not come, or somebody else is at work.
        StillWaits { key: Key }
            "CASPaxos §2.1" Routine
            "{me} has not waited long for {key} yet and goes on."
            "{me} 对 {key} 等待尚短，继续等待。",
        /// A message may be lost.
        AskAgain { key: Key, ballot: Ballot, silent: u32 }
            "CASPaxos §2.1" Step
            "{me} has heard of nothing above its ballot {ballot} for {key}, so messages may be lost: it asks those who have not answered again, {silent} of them."
            "{me} 未听说 {key} 有高于自己 {ballot} 的轮次，可能有消息丢失：再次询问尚未答复的 {silent} 个节点。",
        /// Phase 1 takes too long.
        NoQuorumPromised { key: Key, ballot: Ballot }
            "CASPaxos §2.1" Step
            "No quorum has promised {me}'s ballot {ballot} for {key} in time: it tries a higher one."
            "没有法定人数及时承诺 {me} 对 {key} 的轮次 {ballot}：改用更高的轮次。",
        /// Phase 2 takes too long.
        NoQuorumAccepted { key: Key, ballot: Ballot }
            "CASPaxos §2.1" Step
            "{me} has not heard in time that a quorum accepted {key} in {ballot}: it prepares a higher ballot to find out."
            "{me} 未及时得知法定人数在 {ballot} 接受了 {key}：以更高的轮次重新准备来查明。",
        /// Phase 1, the acceptor.
        Promise { key: Key, ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "{me} promises to accept nothing below {ballot} for {key}, and reports {value}, accepted in {earlier}."
            "{me} 承诺在 {key} 上不再接受低于 {ballot} 的状态，并报告在 {earlier} 接受的 {value}。",
        /// A ballot promised before.
        PromiseAgain { key: Key, ballot: Ballot }
            "CASPaxos §2.2" Step
            "{me} has promised {ballot} for {key} already and says so again."
            "{me} 早已对 {key} 承诺 {ballot}，再次告知。",
        /// A prepare below the promise.
        RefusePrepare { key: Key, ballot: Ballot, promised: Ballot }
            "CASPaxos §2.2" Step
            "{me} has promised {promised} for {key}, which is above {ballot}: a conflict."
            "{me} 对 {key} 已承诺 {promised}，高于 {ballot}：冲突。",
        /// A prepare behind its own accept.
        LatePrepare { key: Key, ballot: Ballot }
            "CASPaxos §2.2" Routine
            "{me} has accepted {key} in {ballot} already: a late prepare changes nothing."
            "{me} 早已在 {ballot} 接受 {key}：迟到的准备请求不起作用。",
        /// Phase 2, the acceptor.
        Accept { key: Key, ballot: Ballot, value: Option<Value>, next: Ballot }
            "CASPaxos §2.2" Step
            "{me} has promised nothing above {ballot} for {key}, so it accepts {value}. The next ballot it promises along with it: {next}."
            "{me} 在 {key} 上没有承诺过高于 {ballot} 的轮次，因此接受 {value}。一并承诺的下一轮次：{next}。",
        /// The same state again.
        AcceptAgain { key: Key, ballot: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "{me} has accepted {key} = {value} in {ballot} already and says so again."
            "{me} 早已在 {ballot} 接受 {key} = {value}，再次告知。",
        /// A state below the promise.
        RefuseAccept { key: Key, ballot: Ballot, promised: Ballot, value: Option<Value> }
            "CASPaxos §2.2" Step
            "{me} refuses {key} = {value} of ballot {ballot}: it has promised {promised}."
            "{me} 拒绝轮次 {ballot} 的 {key} = {value}：它已承诺 {promised}。",
        /// Late or doubled.
        IgnoredPromise { key: Key, from: NodeId, ballot: Ballot }
            "CASPaxos §2.2" Routine
            "{me} is not preparing {ballot} for {key} any more: {from}'s promise changes nothing."
            "{me} 已不在为 {key} 准备 {ballot}：{from} 的承诺不再有作用。",
        /// After the quorum; its promise of the next ballot counts.
        LateAccepted { key: Key, from: NodeId, ballot: Ballot }
            "CASPaxos §2.2.1" Routine
            "{from} accepted {key} in {ballot}, too. {me} needs that no more, but for a promise of its next ballot."
            "{from} 也在 {ballot} 接受了 {key}。{me} 已不需要它，除非其中带有对下一轮次的承诺。",
        /// Late or doubled.
        IgnoredNack { key: Key, from: NodeId, ballot: Ballot }
            "CASPaxos §2.1" Routine
            "{me} is done with ballot {ballot} for {key}: {from}'s refusal changes nothing."
            "{me} 已结束 {key} 的轮次 {ballot}：{from} 的拒绝不再有作用。",
        /// Nothing to try again.
        IgnoredRetry {}
            "CASPaxos §2.1" Routine
            "{me} proposes nothing, so there is nothing to try again."
            "{me} 没有在提议，无需重试。",
        /// Not what a register is for.
        IgnoredRequest {}
            "CASPaxos §2.2" Step
            "{me} holds registers: a client may read, write, or compare and set, nothing else."
            "{me} 只提供寄存器：客户端可以读、写、比较并设置，别无其他。",
    }
}
