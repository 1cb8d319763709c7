//! The words of average consensus: its description, and why its nodes do what they do.

use crate::model::{
    ArgKind, ChoiceWord, Epoch, Flaw, MessageWord, Milli, NodeId, RoleWord, Setting, SettingGroup,
    SettingKind, Source, Span, Spec, Text, TimerWord, Tone, because,
};

pub(super) const AVERAGING: u8 = 0;
pub(super) const SHORT: u8 = 1;

const ROUND: (&str, ArgKind) = ("round", ArgKind::Number);

const fn option(id: &'static str, en: &'static str, zh: &'static str) -> ChoiceWord {
    ChoiceWord { id, name: Text::new(en, zh) }
}

pub(super) const SPEC: &Spec = &Spec {
    id: "average",
    name: Text::new("Average consensus", "平均共识"),
    summary: Text::new(
        "Each node holds a number and moves towards its neighbours' until all hold the mean. Nothing is \
         decided and nobody leads: another problem than that of Paxos, under the same word.",
        "每个节点持有一个数，不断向邻居的数靠拢，直到都等于平均值。没有决定，也没有领导者：与 Paxos 同用“共识”一词，却是另一个问题。",
    ),
    sources: &[
        Source {
            title: "L. Xiao, S. Boyd, Fast Linear Iterations for Distributed Averaging, Systems & Control Letters",
            year: 2004,
        },
        Source {
            title: "D. Kempe, A. Dobra, J. Gehrke, Gossip-Based Computation of Aggregate Information, FOCS",
            year: 2003,
        },
        Source {
            title: "C. Hadjicostis, N. Vaidya, A. Domínguez-García, Robust Distributed Average Consensus via \
                    Exchange of Running Sums, IEEE TAC",
            year: 2016,
        },
    ],
    epoch: Epoch { name: Text::new("round", "轮次"), kind: ArgKind::Number },
    phases: &[],
    must_meet: &[],
    roles: &[
        RoleWord { id: "averaging", name: Text::new("averaging", "求平均"), rank: 0 },
        RoleWord { id: "short", name: Text::new("short of messages", "缺少消息"), rank: 1 },
    ],
    messages: &[
        MessageWord {
            name: "Value",
            label: Text::new("x", "x"),
            tone: Tone::Plain,
            args: &[ROUND, ("level", ArgKind::Milli)],
        },
        MessageWord {
            name: "Push",
            label: Text::new("share", "份额"),
            tone: Tone::Plain,
            args: &[ROUND, ("sum", ArgKind::Milli), ("weight", ArgKind::Milli)],
        },
    ],
    rules: Why::WORDS,
    timers: &[TimerWord { name: "Round", label: Text::new("round is over", "本轮结束"), shown: true }],
    settings: &[
        Setting {
            id: "round",
            name: Text::new("Length of a round", "一轮的时长"),
            help: Text::new(
                "Messages that take longer are gone without, and the mean is lost.",
                "超过这一时长的消息将被略过，平均值随之改变。",
            ),
            group: SettingGroup::Timing,
            kind: SettingKind::Span { least: Span::ms(1), most: Span::ms(10_000), default: Span::ms(60) },
        },
        Setting {
            id: "graph",
            name: Text::new("Graph", "图"),
            help: Text::new("Who hears whom.", "谁能听到谁。"),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    option("ring", "ring", "环"),
                    option("path", "path", "路径"),
                    option("star", "star", "星形"),
                    option("complete", "complete", "完全图"),
                    option("grid", "grid", "网格"),
                    option("random", "random", "随机"),
                    option("drawn", "as drawn", "手绘"),
                ],
                default: 0,
            },
        },
        Setting {
            id: "shuffle",
            name: Text::new("Random graph number", "随机图编号"),
            help: Text::new("Another number, another random graph.", "换一个编号，换一个随机图。"),
            group: SettingGroup::Switch,
            kind: SettingKind::Number { least: 0, most: 999, default: 1 },
        },
        Setting {
            id: "drawn",
            name: Text::new("Drawn links", "手绘的边"),
            help: Text::new(
                "The links of the graph as drawn, among the first 16 nodes.",
                "手绘图的边，限前 16 个节点。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Links,
        },
        Setting {
            id: "shares",
            name: Text::new("Weights of links", "边的权重"),
            help: Text::new(
                "How far a node moves towards each neighbour: d is a node's number of neighbours.",
                "节点向每个邻居靠拢的比例；d 为节点的邻居数。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    option("max-degree", "1 / greatest d", "1 / 最大 d"),
                    option("max-degree-lazy", "1 / (1 + greatest d)", "1 / (1 + 最大 d)"),
                    option("metropolis", "Metropolis, 1 / max(d, d′)", "Metropolis，1 / max(d, d′)"),
                    option(
                        "metropolis-lazy",
                        "Metropolis, 1 / (1 + max(d, d′))",
                        "Metropolis，1 / (1 + max(d, d′))",
                    ),
                    option("uniform", "1 / n", "1 / n"),
                    option("best-constant", "best constant", "最优常数"),
                    option("push-sum", "push-sum", "push-sum"),
                ],
                default: 3,
            },
        },
        Setting {
            id: "start",
            name: Text::new("Numbers at first", "初始数值"),
            help: Text::new(
                "The node's weight, its place, or n for the first and 0 for all others.",
                "节点的权重、序号，或首节点为 n 其余为 0。",
            ),
            group: SettingGroup::Switch,
            kind: SettingKind::Choice {
                options: &[
                    option("weight", "its weight", "节点权重"),
                    option("place", "0, 1, 2, …", "0、1、2……"),
                    option("spike", "n, 0, 0, …", "n、0、0……"),
                ],
                default: 0,
            },
        },
    ],
    flaws: &[Flaw {
        id: "own-degree",
        name: Text::new("Weighs links by its own degree alone", "只按自己的度数加权"),
        breaks: "mean-preserved",
    }],
};

because! {
    /// Why a node acts.
    pub enum Why {
        /// The first start.
        Start { own: Milli }
            "Xiao, Boyd 2004 §1" Step
            "{me} starts with its own number, {own}, and tells its neighbours."
            "{me} 以自己的数 {own} 启动，并告知邻居。",
        /// Back from a crash.
        Restart { round: u32, level: Milli }
            "Xiao, Boyd 2004 §1" Step
            "{me} is back in round {round} with {level}, as its disk has it, and says so again."
            "{me} 恢复运行，磁盘上是第 {round} 轮的 {level}，再次告知邻居。",
        /// A neighbour's number.
        Hear { from: NodeId, level: Milli }
            "Xiao, Boyd 2004 (1)" Routine
            "{me} hears from {from}: {level}."
            "{me} 收到 {from} 的 {level}。",
        /// A full round.
        Move { round: u32, level: Milli, by: Milli }
            "Xiao, Boyd 2004 (1)" Step
            "Round {round} is over and {me} has heard all its neighbours: it moves by {by} towards them, to {level}. What it gains they lose, so the mean stays."
            "第 {round} 轮结束，{me} 收到了所有邻居的数：向它们靠拢 {by}，变为 {level}。它所得即邻居所失，平均值不变。",
        /// A round with gaps.
        MoveWithout { round: u32, missing: u32, level: Milli }
            "Xiao, Boyd 2004 §1" Notable
            "Round {round} is over, and {me} has not heard {missing} of its neighbours: it moves to {level} without. If they have heard it, the mean has changed for good."
            "第 {round} 轮结束，{me} 未收到 {missing} 个邻居的数，只好不计它们而变为 {level}。若它们收到了它的数，平均值就永久改变了。",
        /// A round with gaps, of push-sum.
        MoveLater { round: u32, missing: u32, level: Milli }
            "Hadjicostis et al. 2016 §III" Step
            "Round {round} is over, and {me} has not heard {missing} of its neighbours: it holds {level}, and gets their shares with the next totals that come. Nothing is lost."
            "第 {round} 轮结束，{me} 未收到 {missing} 个邻居的份额：暂为 {level}，待下一次累计值到来时一并补上，毫无损失。",
        /// Silent neighbours have the rest.
        KeepAll { level: Milli }
            "Kempe, Dobra, Gehrke 2003 §2" Step
            "{me} has given nearly all its weight to neighbours from which nothing comes back: it divides what is left no further, so that {level} stays exact, and gives again when it has been given something."
            "{me} 的权几乎都给了没有回音的邻居：余下的不再分出，以保持 {level} 精确，待收到份额后再继续分给邻居。",
        /// Somebody is further.
        GoOn { from: NodeId, round: u32 }
            "Xiao, Boyd 2004 §1" Routine
            "{from} is in round {round} already: {me} goes on to it."
            "{from} 已到第 {round} 轮：{me} 随之进入。",
        /// Too late.
        IgnoredLate { from: NodeId, round: u32, now: u32 }
            "Xiao, Boyd 2004 §1" Routine
            "What {from} said in round {round} comes too late or again: {me} is in round {now}."
            "{from} 在第 {round} 轮的消息来迟或重复：{me} 已在第 {now} 轮。",
        /// Not a neighbour.
        IgnoredStranger { from: NodeId, round: u32 }
            "Xiao, Boyd 2004 §1" Routine
            "{from} (round {round}) is no neighbour of {me}."
            "{from}（第 {round} 轮）不是 {me} 的邻居。",
        /// A read.
        AnswerRead { level: Milli }
            "Xiao, Boyd 2004 §1" Step
            "{me} answers with the number it holds now, {level}: near the mean, and never said to be there."
            "{me} 以当前持有的 {level} 作答：接近平均值，但从不声称已经到达。",
        /// Not a read.
        IgnoredRequest {}
            "Xiao, Boyd 2004 §1" Step
            "{me} averages what the nodes hold: a client may read its number, nothing else."
            "{me} 只对各节点的数求平均：客户端只能读取，别无其他。",
        /// A mistake: shares that are not the same at both ends.
        OwnDegree {}
            "Xiao, Boyd 2004 §2 (broken)" Notable
            "Mistake: {me} weighs its links by its own number of neighbours. What it gains is not what they lose."
            "错误：{me} 只按自己的邻居数给边加权。它所得并非邻居所失。",
    }
}
