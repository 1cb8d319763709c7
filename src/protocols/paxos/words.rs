//! The words of Paxos: its description, and why its nodes do what they do.

use crate::model::{
    ArgKind, Ballot, Epoch, Flaw, MeetRule, MessageWord, NodeId, PhaseWord, RoleWord, Setting, SettingGroup,
    SettingKind, Source, Span, SpanRange, Spec, Text, TimerWord, Tone, Value, because,
};

pub(super) const IDLE: u8 = 0;
pub(super) const WAITING: u8 = 1;
pub(super) const PREPARING: u8 = 2;
pub(super) const PROPOSING: u8 = 3;
pub(super) const DECIDED: u8 = 4;

pub(super) const NONE: Text = Text::new("none", "无");

const BALLOT: (&str, ArgKind) = ("ballot", ArgKind::Ballot);
const EARLIER: (&str, ArgKind) = ("earlier", ArgKind::Ballot);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);

pub(super) const SPEC: &Spec = &Spec {
    id: "paxos",
    name: Text::new("Paxos", "Paxos 算法"),
    summary: Text::new(
        "One value is chosen, once and for ever, although proposers compete, messages get lost and \
         nodes crash. A proposer first asks a quorum what has been accepted, and proposes that.",
        "尽管提议者相互竞争、消息会丢失、节点会崩溃，仍只选定一个值，且永不改变。提议者先向一个法定人数询问已接受了什么，然后提议它。",
    ),
    sources: &[
        Source { title: "L. Lamport, The Part-Time Parliament, TOCS", year: 1998 },
        Source { title: "L. Lamport, Paxos Made Simple, SIGACT News", year: 2001 },
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
        a: super::PREPARE,
        b: super::ACCEPT,
        why: Text::new(
            "a proposer could prepare without hearing from anyone who accepted the value that is \
             already chosen, and a second value would be chosen",
            "提议者可能在准备阶段听不到任何已接受选定值的节点，于是会选定第二个值",
        ),
    }],
    roles: &[
        RoleWord { id: "idle", name: Text::new("idle", "空闲"), rank: 0 },
        RoleWord { id: "waiting", name: Text::new("backing off", "退避中"), rank: 1 },
        RoleWord { id: "preparing", name: Text::new("preparing", "准备中"), rank: 1 },
        RoleWord { id: "proposing", name: Text::new("proposing", "提议中"), rank: 2 },
        RoleWord { id: "decided", name: Text::new("has learned", "已学到"), rank: 0 },
    ],
    messages: &[
        MessageWord {
            name: "Prepare",
            label: Text::new("Prepare", "准备"),
            tone: Tone::Plain,
            args: &[BALLOT],
        },
        MessageWord {
            name: "Promise",
            label: Text::new("promise", "承诺"),
            tone: Tone::Yes,
            args: &[BALLOT],
        },
        MessageWord {
            name: "Promise",
            label: Text::new("promise, had", "承诺，曾接受"),
            tone: Tone::Yes,
            args: &[BALLOT, EARLIER, VALUE],
        },
        MessageWord {
            name: "Accept",
            label: Text::new("Accept!", "接受！"),
            tone: Tone::Plain,
            args: &[BALLOT, VALUE],
        },
        MessageWord {
            name: "Accepted",
            label: Text::new("accepted", "已接受"),
            tone: Tone::Yes,
            args: &[BALLOT, VALUE],
        },
        MessageWord {
            name: "Nack",
            label: Text::new("no", "拒绝"),
            tone: Tone::No,
            args: &[BALLOT, ("promised", ArgKind::Ballot)],
        },
        MessageWord {
            name: "Learn",
            label: Text::new("chosen?", "选定了？"),
            tone: Tone::Routine,
            args: &[],
        },
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Retry", label: Text::new("try again", "重试"), shown: true },
        TimerWord { name: "Learn", label: Text::new("ask around", "询问结果"), shown: false },
    ],
    settings: &[
        Setting {
            id: "retry",
            name: Text::new("Retry after", "重试间隔"),
            help: Text::new(
                "How long a proposer waits for a quorum, or after a refusal, before it tries a higher ballot.",
                "提议者等待法定人数、或被拒绝之后，过多久以更高的轮次重试。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(1),
                most: Span::ms(10_000),
                default: SpanRange { least: Span::ms(60), most: Span::ms(120) },
            },
        },
        Setting {
            id: "learn",
            name: Text::new("Ask after", "询问间隔"),
            help: Text::new(
                "How often a learner that does not know the outcome asks the acceptors.",
                "不知道结果的学习者隔多久询问一次接受者。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Range {
                least: Span::ms(10),
                most: Span::ms(60_000),
                default: SpanRange { least: Span::ms(500), most: Span::ms(1_000) },
            },
        },
        Setting {
            id: "backoff",
            name: Text::new("Back off", "随机退避"),
            help: Text::new(
                "The wait doubles with every round lost. Without it, proposers may duel for ever.",
                "每失败一轮，等待范围加倍。关闭后，提议者可能永远互相打断（活锁）。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: true },
        },
        Setting {
            id: "nack",
            name: Text::new("Nacks", "拒绝应答"),
            help: Text::new(
                "Acceptors say when they refuse. Without it, a proposer finds out by waiting.",
                "接受者拒绝时会告知。关闭后，提议者只能靠超时得知。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: true },
        },
        Setting {
            id: "catch-up",
            name: Text::new("Learners ask", "学习者主动询问"),
            help: Text::new(
                "A learner that has missed the outcome asks for it. Without it, it may never know.",
                "错过结果的学习者会主动询问。关闭后，它可能永远不知道。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: true },
        },
        Setting {
            id: "proposers",
            name: Text::new("Proposers", "提议者数"),
            help: Text::new(
                "How many nodes may propose, from the first on.",
                "从第一个节点起，多少个节点可以提议。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 1, most: 101, default: 101 },
        },
        Setting {
            id: "learners",
            name: Text::new("Learners", "学习者数"),
            help: Text::new(
                "How many nodes learn what is chosen, from the last on. (A node of weight 0 is no acceptor.)",
                "从最后一个节点起，多少个节点学习选定的值。（权重为 0 的节点不是接受者。）",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 1, most: 101, default: 101 },
        },
    ],
    flaws: &[
        Flaw {
            id: "ignores-accepted",
            name: Text::new("The proposer ignores what was accepted", "提议者无视已接受的值"),
            breaks: "p2c",
        },
        Flaw {
            id: "forgets-promise",
            name: Text::new("A crash makes an acceptor forget", "接受者崩溃后忘记承诺"),
            breaks: "agreement",
        },
        Flaw {
            id: "accepts-below-promise",
            name: Text::new("An acceptor accepts below its promise", "接受者接受低于承诺的轮次"),
            breaks: "chosen-stable",
        },
        Flaw {
            id: "counts-across-ballots",
            name: Text::new("A learner adds up different ballots", "学习者跨轮次累计接受数"),
            breaks: "chosen-stable",
        },
        Flaw {
            id: "reuses-ballot",
            name: Text::new("A restarted proposer reuses a ballot", "提议者重启后重用轮次"),
            breaks: "p2c",
        },
    ],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// A client's value is to be proposed.
        WantToPropose { value: Value }
            "Paxos Made Simple §2.2" Step
            "A client asks {me} to propose {value}."
            "客户端请 {me} 提议 {value}。",
        /// A client wants to know the outcome.
        ReadByProposing {}
            "Paxos Made Simple §2.3" Step
            "A client asks {me} what was chosen. {me} does not know, so it runs a ballot to find out."
            "客户端询问 {me} 选定了什么。{me} 不知道，于是发起一轮来查明。",
        /// A client waits for a ballot already under way.
        WaitForOutcome { value: Option<Value> }
            "Paxos Made Simple §2.3" Step
            "{me} is proposing already: this client (value: {value}) waits for the same outcome."
            "{me} 已在提议：该客户端（值：{value}）等待同一个结果。",
        /// A learner cannot tell from the acceptors' answers.
        ProposeToLearn {}
            "Paxos Made Simple §2.3" Step
            "The acceptors' answers do not tell {me} whether a value is chosen, so it has its proposer propose again what they accepted."
            "{me} 无法从接受者的应答判断是否已选定，于是让自己的提议者把已接受的值重新提议。",
        /// A node that does not propose is asked to.
        Redirect { to: Option<NodeId> }
            "Paxos Made Simple §2.4" Step
            "{me} is no proposer and sends the client to {to}."
            "{me} 不是提议者，让客户端去找 {to}。",
        /// The outcome is known.
        AnswerDecided { value: Option<Value> }
            "Paxos Made Simple §2.1" Step
            "A client comes (with {value}) after the decision: {me} tells it what was chosen."
            "客户端（带着 {value}）在决定之后才来：{me} 告知已选定的值。",

        /// Phase 1(a).
        StartBallot { ballot: Ballot }
            "Paxos Made Simple §2.2, phase 1(a)" Step
            "{me} starts ballot {ballot}, higher than any it has heard of, and asks the acceptors for their promise."
            "{me} 发起轮次 {ballot}（高于它所知的一切轮次），请接受者承诺。",
        /// A promise that completes no quorum yet.
        CountPromise { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.2, phase 2(a)" Step
            "{me} counts {from}'s promise for {ballot}; {from} has accepted nothing that changes the proposal."
            "{me} 计入 {from} 对 {ballot} 的承诺；{from} 没有已接受的值。",
        /// Likewise, with something accepted.
        CountReport { from: NodeId, ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, phase 2(a)" Step
            "{me} counts {from}'s promise for {ballot} and hears that {from} accepted {value} in {earlier}."
            "{me} 计入 {from} 对 {ballot} 的承诺，并得知 {from} 在 {earlier} 接受过 {value}。",
        /// Free to choose.
        ProposeOwn { ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P2c (a)" Step
            "A quorum promised {ballot} and none of it has accepted anything, so nothing can be chosen below {ballot}: {me} is free to propose its own {value}."
            "一个法定人数已承诺 {ballot}，且其中无人接受过任何值，因此低于 {ballot} 不可能有值被选定：{me} 可以提议自己的 {value}。",
        /// Not free to choose, but does.
        ProposeBlindly { ballot: Ballot, value: Option<Value> }
            "against Paxos Made Simple §2.2, P2c" Notable
            "Mistake: {me} proposes its own {value} in {ballot} without a look at what its promises report as accepted."
            "错误：{me} 在 {ballot} 提议自己的 {value}，完全不看各承诺所报告的已接受值。",
        /// Bound by what may have been chosen.
        AdoptEarlier { ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P2c (b)" Notable
            "Of the quorum that promised {ballot}, the highest accepted ballot is {earlier} with {value}. It may have been chosen, so {me} proposes {value}, not its own."
            "在承诺 {ballot} 的法定人数中，已接受的最高轮次是 {earlier}，其值为 {value}，它可能已被选定，所以 {me} 提议 {value}，而不是自己的值。",
        /// A read found nothing.
        NothingToPropose { ballot: Ballot }
            "Paxos Made Simple §2.2, P2c (a)" Step
            "A quorum promised {ballot} and has accepted nothing: nothing is chosen below {ballot}, and {me} has no value of its own to propose."
            "一个法定人数承诺了 {ballot} 且未接受过任何值：低于 {ballot} 没有选定任何值，{me} 也没有自己的值可提议。",
        /// A proposer comes back.
        ForgetBallots {}
            "against Paxos Made Simple §2.5" Notable
            "Mistake: {me} is back and has forgotten which ballots it used: it will use one again."
            "错误：{me} 恢复运行，却忘记了用过哪些轮次：它将重复使用。",

        /// An acceptance that completes no quorum yet.
        CountOwn { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.3" Step
            "{me} counts that {from} accepted its proposal of ballot {ballot}."
            "{me} 计入 {from} 接受了它在 {ballot} 的提案。",
        /// The proposal is chosen.
        Chosen { ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P2" Notable
            "A quorum has accepted {me}'s proposal of ballot {ballot}: {value} is chosen."
            "一个法定人数接受了 {me} 在 {ballot} 的提案：{value} 被选定。",
        /// A refusal.
        CountNack { from: NodeId, ballot: Ballot, promised: Ballot }
            "Paxos Made Simple §2.2" Step
            "{from} refuses {me}'s ballot {ballot}: it has promised {promised}. A quorum is still possible."
            "{from} 拒绝 {me} 的轮次 {ballot}：它已承诺 {promised}。仍可能凑成法定人数。",
        /// No quorum is possible any more.
        BackOff { ballot: Ballot, promised: Ballot, lost: u32 }
            "Paxos Made Simple §2.2" Notable
            "So many have promised {promised} that ballot {ballot} can get no quorum: {me} abandons it and waits (rounds lost in a row: {lost})."
            "太多节点已承诺 {promised}，轮次 {ballot} 不可能再有法定人数：{me} 放弃它并等待（连续失败 {lost} 轮）。",
        /// The wait is over.
        TryAgain { heard: Ballot }
            "Paxos Made Simple §2.4" Step
            "{me} has waited long enough and tries again, above ballot {heard}."
            "{me} 等待结束，以高于 {heard} 的轮次重试。",
        /// Phase 1 takes too long.
        NoQuorumPromised { ballot: Ballot }
            "Paxos Made Simple §2.4" Step
            "No quorum has promised {me}'s ballot {ballot} in time: it tries a higher one."
            "没有法定人数及时承诺 {me} 的轮次 {ballot}：改用更高的轮次。",
        /// Phase 2 takes too long.
        NoQuorumAccepted { ballot: Ballot }
            "Paxos Made Simple §2.4" Step
            "{me} has not heard in time that a quorum accepted ballot {ballot}: it tries a higher one."
            "{me} 未及时得知法定人数接受了轮次 {ballot}：改用更高的轮次。",
        /// Another's proposal was chosen.
        Stop { value: Option<Value> }
            "Paxos Made Simple §2.3" Step
            "{me} has learned that {value} is chosen, so it stops proposing."
            "{me} 得知 {value} 已被选定，停止提议。",

        /// Phase 1(b), nothing accepted.
        Promise { ballot: Ballot }
            "Paxos Made Simple §2.2, phase 1(b)" Step
            "{me} promises to accept nothing below ballot {ballot}. It has accepted nothing so far."
            "{me} 承诺不再接受低于 {ballot} 的提案。它至今未接受过任何值。",
        /// Phase 1(b), something accepted.
        PromiseReporting { ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, phase 1(b)" Step
            "{me} promises to accept nothing below ballot {ballot}, and reports that it accepted {value} in {earlier}."
            "{me} 承诺不再接受低于 {ballot} 的提案，并报告它在 {earlier} 接受过 {value}。",
        /// A ballot promised before.
        PromiseAgain { ballot: Ballot }
            "Paxos Made Simple §2.2, phase 1(b)" Step
            "{me} has promised ballot {ballot} already and says so again."
            "{me} 已承诺 {ballot}，再次告知。",
        /// A prepare below the promise.
        RefusePrepare { ballot: Ballot, promised: Ballot }
            "Paxos Made Simple §2.2, phase 1(b)" Step
            "{me} has promised {promised}, which is above {ballot}, and promises nothing."
            "{me} 已承诺 {promised}，高于 {ballot}，因此不作承诺。",
        /// Phase 2(b).
        Accept { ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} has promised nothing above ballot {ballot}, so it accepts {value}, and tells the learners."
            "{me} 没有承诺过高于 {ballot} 的轮次，因此接受 {value}，并告知学习者。",
        /// The same proposal again.
        AcceptAgain { ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} has accepted {value} in ballot {ballot} already and says so again."
            "{me} 已在 {ballot} 接受 {value}，再次告知。",
        /// A proposal below the promise.
        RefuseAccept { ballot: Ballot, promised: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} refuses {value} of ballot {ballot}: it has promised {promised}."
            "{me} 拒绝轮次 {ballot} 的 {value}：它已承诺 {promised}。",
        /// A mistake: a proposal below the promise is accepted.
        AcceptBelowPromise { ballot: Ballot, promised: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P1a (broken)" Notable
            "Mistake: {me} has promised {promised}, and accepts {value} of the lower ballot {ballot} all the same."
            "错误：{me} 已承诺 {promised}，却仍接受较低轮次 {ballot} 的 {value}。",
        /// The first start.
        Start {}
            "Paxos Made Simple §2.5" Routine
            "{me} starts: it has promised and accepted nothing."
            "{me} 启动：尚未承诺或接受任何值。",
        /// Back from a crash.
        Restart { promised: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.5" Step
            "{me} is back. On its disk: promised {promised}, accepted {value}."
            "{me} 恢复运行。磁盘上：已承诺 {promised}，已接受 {value}。",
        /// A mistake: back from a crash with nothing.
        ForgetPromise {}
            "Paxos Made Simple §2.5 (broken)" Notable
            "Mistake: {me} is back and has forgotten what it promised and accepted."
            "错误：{me} 恢复运行，却忘记了自己承诺和接受过什么。",

        /// An acceptance that completes no quorum yet.
        CountAccepted { from: NodeId, ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.3" Routine
            "{me} counts that {from} accepted {value} in ballot {ballot}."
            "{me} 计入 {from} 在 {ballot} 接受了 {value}。",
        /// A quorum accepted.
        LearnChosen { ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.3" Notable
            "{me} has heard from a quorum that accepted ballot {ballot}: it learns that {value} is chosen."
            "{me} 已听到一个法定人数接受了轮次 {ballot}：它学到 {value} 被选定。",
        /// An acceptance is put to another ballot's count.
        CountAcross { from: NodeId, ballot: Ballot, other: Ballot }
            "against Paxos Made Simple §2.3" Notable
            "Mistake: {me} counts {from}'s acceptance of ballot {ballot} together with those of ballot {other}, since the value is the same."
            "错误：仅因值相同，{me} 就把 {from} 对轮次 {ballot} 的接受与轮次 {other} 的接受计在一起。",
        /// More acceptances after the decision.
        KnownAlready { from: NodeId, value: Option<Value> }
            "Paxos Made Simple §2.3" Routine
            "{from} accepted {value}, too; {me} knows the outcome already."
            "{from} 也接受了 {value}；{me} 已知道结果。",
        /// The outcome may have been missed.
        AskAcceptors {}
            "Paxos Made Simple §2.3" Routine
            "{me} does not know what is chosen and asks the acceptors what they have accepted."
            "{me} 不知道选定了什么，询问接受者已接受的值。",
        /// An acceptor's answer.
        TellLearner { to: NodeId, ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.3" Routine
            "{me} tells {to} that it accepted {value} in ballot {ballot}."
            "{me} 告诉 {to}：它在 {ballot} 接受了 {value}。",
        /// An acceptor has nothing to tell.
        NothingAccepted { to: NodeId }
            "Paxos Made Simple §2.3" Routine
            "{me} has accepted nothing that it could tell {to}."
            "{me} 没有接受过任何值可告诉 {to}。",

        /// Late or doubled.
        IgnoredPromise { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.2" Routine
            "{me} is not preparing ballot {ballot} any more: {from}'s promise changes nothing."
            "{me} 已不在准备轮次 {ballot}：{from} 的承诺不再有作用。",
        /// Late, or not for this node.
        IgnoredAccepted { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.3" Routine
            "{me} is not waiting to hear that {from} accepted ballot {ballot}."
            "{me} 并未等待 {from} 接受轮次 {ballot} 的消息。",
        /// Late or doubled.
        IgnoredNack { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.2" Routine
            "{me} has given up ballot {ballot} already: {from}'s refusal changes nothing."
            "{me} 已放弃轮次 {ballot}：{from} 的拒绝不再有作用。",
        /// Nothing to try again.
        IgnoredRetry {}
            "Paxos Made Simple §2.4" Routine
            "{me} proposes nothing, so there is nothing to try again."
            "{me} 没有在提议，无需重试。",
        /// Nothing to ask.
        IgnoredLearn {}
            "Paxos Made Simple §2.3" Routine
            "{me} has nothing to ask: it knows the outcome, or is no learner."
            "{me} 无需询问：它已知道结果，或不是学习者。",
        /// Not what a single decree is for.
        IgnoredRequest {}
            "Paxos Made Simple §2.1" Step
            "{me} decides a single value: a client may propose one or ask for it, nothing else."
            "{me} 只决定一个值：客户端只能提议或询问，别无其他。",
    }
}
