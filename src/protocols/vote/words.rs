//! The words of the weighted vote: its description, and why its nodes do what they do.

use crate::model::{
    ArgKind, Ballot, Epoch, Flaw, MeetRule, MessageWord, Milli, NodeId, PhaseWord, RoleWord, Setting,
    SettingGroup, SettingKind, Source, Span, SpanRange, Spec, Text, TimerWord, Tone, Value, Weight, because,
};

pub(super) const IDLE: u8 = 0;
pub(super) const COORDINATING: u8 = 1;
pub(super) const IN_DOUBT: u8 = 2;
pub(super) const CARRIED: u8 = 3;
pub(super) const REJECTED: u8 = 4;

pub(super) const NONE: Text = Text::new("none", "无");
pub(super) const FOR: Text = Text::new("yes", "赞成");
pub(super) const AGAINST: Text = Text::new("no", "反对");

const MOTION: (&str, ArgKind) = ("motion", ArgKind::Ballot);
const VALUE: (&str, ArgKind) = ("value", ArgKind::Value);

const fn range(least: u64, most: u64) -> SettingKind {
    SettingKind::Range {
        least: Span::ms(1),
        most: Span::ms(60_000),
        default: SpanRange { least: Span::ms(least), most: Span::ms(most) },
    }
}

pub(super) const SPEC: &Spec = &Spec {
    id: "vote",
    name: Text::new("Weighted vote", "加权投票"),
    summary: Text::new(
        "A coordinator asks, every node answers yes or no, and the weights decide. The smallest \
         protocol, and not yet consensus: when the coordinator dies, the voters are left in doubt.",
        "协调者提问，每个节点回答赞成或反对，由权重决定。这是最小的协议，但还不是共识：协调者一旦崩溃，投票者便陷入存疑状态。",
    ),
    sources: &[
        Source { title: "D. K. Gifford, Weighted Voting for Replicated Data, SOSP", year: 1979 },
        Source {
            title: "R. H. Thomas, A Majority Consensus Approach to Concurrency Control, TODS",
            year: 1979,
        },
        Source { title: "J. Gray, Notes on Data Base Operating Systems", year: 1978 },
    ],
    epoch: Epoch { name: Text::new("motion", "动议"), kind: ArgKind::Ballot },
    phases: &[PhaseWord { id: "decide", name: Text::new("Decide", "表决") }],
    must_meet: &[MeetRule {
        a: super::DECIDE,
        b: super::DECIDE,
        why: Text::new(
            "two motions that exclude each other could both be carried, by voters who have nothing \
             to do with each other",
            "两个互斥的动议可能被两组毫无交集的投票者分别通过",
        ),
    }],
    roles: &[
        RoleWord { id: "idle", name: Text::new("idle", "空闲"), rank: 0 },
        RoleWord { id: "coordinating", name: Text::new("coordinating", "协调中"), rank: 2 },
        RoleWord { id: "in-doubt", name: Text::new("in doubt", "存疑"), rank: 1 },
        RoleWord { id: "carried", name: Text::new("knows: carried", "已知：通过"), rank: 0 },
        RoleWord { id: "rejected", name: Text::new("knows: rejected", "已知：否决"), rank: 0 },
    ],
    messages: &[
        MessageWord {
            name: "Ask",
            label: Text::new("yes or no?", "赞成？"),
            tone: Tone::Plain,
            args: &[MOTION, VALUE],
        },
        MessageWord { name: "Yes", label: Text::new("yes", "赞成"), tone: Tone::Yes, args: &[MOTION] },
        MessageWord { name: "No", label: Text::new("no", "反对"), tone: Tone::No, args: &[MOTION] },
        MessageWord {
            name: "Carried",
            label: Text::new("carried", "通过"),
            tone: Tone::Plain,
            args: &[MOTION, VALUE],
        },
        MessageWord {
            name: "Rejected",
            label: Text::new("rejected", "否决"),
            tone: Tone::Plain,
            args: &[MOTION, VALUE],
        },
        MessageWord {
            name: "Inquire",
            label: Text::new("outcome?", "结果？"),
            tone: Tone::Routine,
            args: &[MOTION],
        },
    ],
    rules: Why::WORDS,
    timers: &[
        TimerWord { name: "Retry", label: Text::new("ask again", "再次提问"), shown: true },
        TimerWord { name: "Doubt", label: Text::new("ask around", "四处询问"), shown: true },
    ],
    settings: &[
        Setting {
            id: "retry",
            name: Text::new("Ask again after", "重问间隔"),
            help: Text::new(
                "How long a coordinator waits for votes before it asks everybody again.",
                "协调者等待选票多久后再次询问所有节点。",
            ),
            group: SettingGroup::Timing,
            kind: range(100, 200),
        },
        Setting {
            id: "doubt",
            name: Text::new("Inquire after", "存疑询问间隔"),
            help: Text::new(
                "How long a voter waits for the outcome before it asks the others for it.",
                "投票者等待结果多久后向其他节点询问。",
            ),
            group: SettingGroup::Timing,
            kind: range(300, 600),
        },
        Setting {
            id: "no_voters",
            name: Text::new("Vote no", "反对者数"),
            help: Text::new(
                "How many nodes vote no, from the last on.",
                "从最后一个节点起，多少个节点投反对票。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 0, most: 101, default: 2 },
        },
        Setting {
            id: "picky",
            name: Text::new("Only against some", "只反对部分"),
            help: Text::new(
                "They vote no on b, d, f… only, and yes on a, c, e…",
                "他们只反对 b、d、f……，而赞成 a、c、e……",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Switch { default: false },
        },
    ],
    flaws: &[
        Flaw {
            id: "counts-heads",
            name: Text::new("Counts heads instead of weights", "数人头而不计权重"),
            breaks: "decision-backed",
        },
        Flaw {
            id: "counts-twice",
            name: Text::new("Counts a repeated answer twice", "重复的应答计两次"),
            breaks: "decision-backed",
        },
    ],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// A motion is put to the vote.
        Move { motion: Ballot, value: Option<Value> }
            "Gifford §2" Step
            "{me} puts motion {motion} to the vote: {value}, yes or no?"
            "{me} 将动议 {motion} 付诸表决：{value}，赞成还是反对？",
        /// One motion at a time.
        MoveLater { value: Option<Value>, motion: Ballot }
            "Thomas 1979" Step
            "{me} will move {value} when motion {motion} is decided."
            "{me} 将在动议 {motion} 表决之后提出 {value}。",
        /// A client repeats itself.
        MovedAlready { value: Option<Value> }
            "Thomas 1979" Routine
            "{me} has this request ({value}) before it already."
            "{me} 已在处理该请求（{value}）。",
        /// After a crash.
        Reopen { motion: Ballot, value: Option<Value> }
            "Thomas 1979" Notable
            "{me} finds its motion {motion} ({value}) undecided on its disk and puts it to the vote again."
            "{me} 在磁盘上发现自己的动议 {motion}（{value}）尚未决定，再次付诸表决。",
        /// Not everybody has answered.
        AskAgain { motion: Ballot }
            "Thomas 1979" Step
            "Motion {motion} is still open: {me} asks everybody again."
            "动议 {motion} 仍未决定：{me} 再次询问所有节点。",
        /// In favour.
        VoteYes { motion: Ballot, value: Option<Value>, weight: Weight }
            "Gifford §2" Step
            "{me} votes yes on {motion} ({value}) with weight {weight}. Until it hears the outcome, it is in doubt."
            "{me} 以权重 {weight} 赞成 {motion}（{value}）。在得知结果之前，它处于存疑状态。",
        /// Against.
        VoteNo { motion: Ballot, value: Option<Value>, weight: Weight }
            "Gifford §2" Step
            "{me} votes no on {motion} ({value}) with weight {weight}. It may be outvoted, so it is in doubt, too."
            "{me} 以权重 {weight} 反对 {motion}（{value}）。它可能被多数压过，所以同样处于存疑状态。",
        /// Asked again.
        RepeatVote { motion: Ballot, yes: bool }
            "Thomas 1979" Step
            "{me} is asked again about {motion} and gives the same vote (yes: {yes}): a vote never changes."
            "{me} 再次被问及 {motion}，给出同样的一票（赞成：{yes}）：选票从不改变。",
        /// A yes that does not decide.
        CountYes { from: NodeId, motion: Ballot, yes: Weight, needed: Weight }
            "Gifford §2" Step
            "{from} votes yes on {motion}: the yeses weigh {yes} of the {needed} that are needed."
            "{from} 赞成 {motion}：赞成权重 {yes}，需要 {needed}。",
        /// A no that does not decide.
        CountNo { from: NodeId, motion: Ballot, no: Weight, needed: Weight }
            "Gifford §2" Step
            "{from} votes no on {motion}: the noes weigh {no}; the rest may still reach {needed}."
            "{from} 反对 {motion}：反对权重 {no}；其余仍可能达到 {needed}。",
        /// A vote that came before.
        CountedAlready { from: NodeId, motion: Ballot }
            "Thomas 1979" Routine
            "{from}'s vote on {motion} is counted already, and is not counted twice."
            "{from} 对 {motion} 的票已计入，不重复计算。",
        /// Enough yeses.
        Carried { motion: Ballot, yes: Weight, needed: Weight, mean: Milli }
            "Gifford §2" Notable
            "Motion {motion} is carried: the yeses weigh {yes}, and {needed} are needed. The mean vote is V = {mean}."
            "动议 {motion} 通过：赞成权重 {yes}，需要 {needed}。平均票 V = {mean}。",
        /// Too many noes.
        Rejected { motion: Ballot, no: Weight, needed: Weight, mean: Milli }
            "Gifford §2" Notable
            "Motion {motion} is rejected: the noes weigh {no}, so the yeses cannot reach {needed} any more. The mean vote is V = {mean}."
            "动议 {motion} 被否决：反对权重 {no}，赞成已不可能达到 {needed}。平均票 V = {mean}。",
        /// A mistake: enough heads.
        CarriedByHeads { motion: Ballot, heads: u32, yes: Weight, needed: Weight }
            "Gifford §2 (broken)" Notable
            "Mistake: {me} counts {heads} heads for {motion} and calls it carried; the yeses weigh {yes}, and {needed} are needed."
            "错误：{me} 数到 {heads} 人赞成 {motion} 便宣布通过；赞成权重 {yes}，需要 {needed}。",
        /// A mistake: too many heads.
        RejectedByHeads { motion: Ballot, heads: u32, no: Weight, needed: Weight }
            "Gifford §2 (broken)" Notable
            "Mistake: {me} counts {heads} heads against {motion} and calls it rejected; the noes weigh {no}, and {needed} are needed to carry it."
            "错误：{me} 数到 {heads} 人反对 {motion} 便宣布否决；反对权重 {no}，通过需要 {needed}。",
        /// A mistake: the same vote again.
        CountTwice { from: NodeId, motion: Ballot, yes: Weight, needed: Weight }
            "Gifford §2 (broken)" Notable
            "Mistake: {me} counts {from}'s repeated yes on {motion} once more and gets {yes} of {needed}."
            "错误：{me} 把 {from} 对 {motion} 的重复赞成又计一次，得到 {yes}（需要 {needed}）。",
        /// The outcome arrives.
        LearnCarried { from: NodeId, motion: Ballot, value: Option<Value> }
            "Thomas 1979" Notable
            "{me} hears from {from} that motion {motion} is carried, and takes {value}."
            "{me} 从 {from} 得知动议 {motion} 通过，采用 {value}。",
        /// The outcome arrives.
        LearnRejected { from: NodeId, motion: Ballot, value: Option<Value> }
            "Thomas 1979" Notable
            "{me} hears from {from} that motion {motion} is rejected: {value} is not taken."
            "{me} 从 {from} 得知动议 {motion} 被否决：不采用 {value}。",
        /// The outcome again.
        KnownAlready { from: NodeId, motion: Ballot }
            "Thomas 1979" Routine
            "{me} hears the outcome of {motion} from {from}, and knows it already."
            "{me} 从 {from} 得知 {motion} 的结果，而它已经知道。",
        /// Nobody says what came of it.
        InDoubt { motion: Ballot, open: u32 }
            "Gray 1978 §5.8.3" Notable
            "{me} has voted on {motion} and does not know what came of it, so it can neither take the value nor drop it. It asks the others (in doubt about {open})."
            "{me} 已就 {motion} 投票却不知结果，既不能采用也不能放弃该值。它向其他节点询问（存疑 {open} 项）。",
        /// Whoever knows may tell.
        AnswerWithOutcome { to: NodeId, motion: Ballot, carried: bool }
            "Gray 1978 §5.8.3" Step
            "{me} knows what came of {motion} and tells {to} (carried: {carried})."
            "{me} 知道 {motion} 的结果，告诉 {to}（通过：{carried}）。",
        /// Not known here either.
        CannotTell { to: NodeId, motion: Ballot }
            "Gray 1978 §5.8.3" Step
            "{me} does not know what came of {motion} either, and cannot help {to}."
            "{me} 也不知道 {motion} 的结果，帮不了 {to}。",
        /// A client asks again.
        AnswerDecided { value: Option<Value>, carried: bool }
            "Thomas 1979" Step
            "{me} knows what came of the client's {value} (carried: {carried}) and says so."
            "{me} 知道客户端的 {value} 的结果（通过：{carried}），予以告知。",
        /// A read, answered from what is known here.
        AnswerRead { value: Option<Value> }
            "Gifford §2" Step
            "{me} answers a read with the value last carried, as far as it knows: {value}."
            "{me} 以自己所知最近通过的值应答读取：{value}。",
        /// The first start.
        Start {}
            "Gifford §2" Routine
            "{me} starts and knows of no motion."
            "{me} 启动，不知道任何动议。",
        /// Back from a crash.
        Restart { known: u32, open: u32 }
            "Thomas 1979" Step
            "{me} is back. On its disk: {known} motions, {open} of them in doubt."
            "{me} 恢复运行。磁盘上有 {known} 项动议，其中 {open} 项存疑。",
        /// Late.
        IgnoredAnswer { from: NodeId, motion: Ballot }
            "Gifford §2" Routine
            "{from}'s vote on {motion} comes late: it is decided."
            "{from} 对 {motion} 的票来迟：已有决定。",
        /// Nothing to ask again.
        IgnoredRetry {}
            "Thomas 1979" Routine
            "{me} has no motion open, so there is nothing to ask again."
            "{me} 没有未决动议，无需再问。",
        /// Nothing to ask around.
        IgnoredDoubt {}
            "Gray 1978 §5.8.3" Routine
            "{me} is not in doubt about anything."
            "{me} 没有任何存疑的动议。",
        /// Not a motion.
        IgnoredRequest {}
            "Gifford §2" Step
            "{me} puts values to the vote: a client may move one or read the last, nothing else."
            "{me} 只表决取值：客户端只能提出一个值或读取最近的值，别无其他。",
    }
}
