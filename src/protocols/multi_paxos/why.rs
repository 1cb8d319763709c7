//! Why a node does what it does: every rule, where it stands, and its sentence.

use crate::model::{Ballot, NodeId, Value, Weight, because};

because! {
    /// The rules of Multi-Paxos.
    pub enum Why {
        // Starting.
        /// The first start.
        Start {}
            "Paxos Made Simple §2.5" Step
            "{me} starts: it has promised and accepted nothing."
            "{me} 启动：尚未承诺或接受任何提案。",
        /// Back from a crash.
        Restart { promised: Ballot, chosen: u32, last: u32 }
            "Paxos Made Simple §2.5" Step
            "{me} is back. On its disk: the promise for {promised}, slots up to {last}, of which those up to {chosen} are known to be chosen."
            "{me} 恢复运行。磁盘上：已承诺 {promised}，持有槽位至 {last}，其中至 {chosen} 已知选定。",

        // Phase 1.
        /// An election time-out.
        Prepare { ballot: Ballot, first: u32 }
            "Paxos Made Simple §3" Notable
            "{me} has waited too long for a leader: it prepares ballot {ballot} for slot {first} and all that follow, in one message."
            "{me} 等待领导者超时：它用一条消息为槽位 {first} 及其后所有槽位准备轮次 {ballot}。",
        /// Phase 1(b), nothing accepted there.
        Promise { ballot: Ballot, first: u32 }
            "Paxos Made Simple §2.2, phase 1(b)" Step
            "{me} promises, for all slots, to accept nothing below {ballot}. From slot {first} on it has accepted nothing."
            "{me} 就所有槽位承诺不再接受低于 {ballot} 的提案。自槽位 {first} 起它未接受过任何命令。",
        /// Phase 1(b), with what is accepted there.
        PromiseReporting { ballot: Ballot, first: u32, reported: u32 }
            "Paxos Made Simple §3" Step
            "{me} promises, for all slots, to accept nothing below {ballot}, and reports what it holds from slot {first} on: {reported} commands."
            "{me} 就所有槽位承诺不再接受低于 {ballot} 的提案，并报告自槽位 {first} 起持有的 {reported} 条命令。",
        /// A ballot promised before.
        PromiseAgain { ballot: Ballot }
            "Paxos Made Simple §2.2, phase 1(b)" Step
            "{me} has promised {ballot} already and says so again."
            "{me} 已承诺 {ballot}，再次告知。",
        /// Below the promise.
        Refuse { from: NodeId, ballot: Ballot, promised: Ballot }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} refuses what {from} sends in {ballot}: it has promised {promised}."
            "{me} 拒绝 {from} 在 {ballot} 发来的消息：它已承诺 {promised}。",
        /// A promise without a report.
        CountPromise { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.2, phase 2(a)" Step
            "{me} counts {from}'s promise for {ballot}; {from} has nothing to report."
            "{me} 计入 {from} 对 {ballot} 的承诺；{from} 没有可报告的命令。",
        /// A promise with one.
        CountReport { from: NodeId, ballot: Ballot, reported: u32 }
            "Paxos Made Simple §2.2, phase 2(a)" Step
            "{me} counts {from}'s promise for {ballot} and hears what {from} holds in {reported} slots."
            "{me} 计入 {from} 对 {ballot} 的承诺，并得知 {from} 在 {reported} 个槽位中持有的命令。",
        /// A promise that leaves slots out.
        AwaitSnapshot { from: NodeId, ballot: Ballot, first: u32 }
            "Paxos Made Moderately Complex §4.2" Step
            "{from} promises {ballot}, but reports from slot {first} on only: what came before is in its snapshot, and {me} needs that first."
            "{from} 承诺了 {ballot}，但只能从槽位 {first} 起报告：之前的内容在其快照中，{me} 需先取得快照。",
        /// Another's higher ballot ends a candidacy.
        GiveUp { to: NodeId, ballot: Ballot, mine: Ballot }
            "Paxos Made Moderately Complex §2.4" Step
            "{me} hears of ballot {ballot} from {to} and gives up {mine}."
            "{me} 从 {to} 得知轮次 {ballot}，放弃 {mine}。",
        /// Another's higher ballot ends a leadership.
        StepDown { to: NodeId, ballot: Ballot, mine: Ballot }
            "Paxos Made Moderately Complex §2.5" Notable
            "{me} hears of ballot {ballot} from {to}: it is preempted and leads {mine} no more."
            "{me} 从 {to} 得知轮次 {ballot}：它被抢占，不再领导 {mine}。",
        /// A refusal that names a higher ballot.
        HearHigher { from: NodeId, ballot: Ballot, mine: Ballot }
            "Paxos Made Moderately Complex §2.5" Step
            "{from} has promised {ballot}, above {mine}: {me} promises it, too, so that its next ballot is higher."
            "{from} 已承诺高于 {mine} 的 {ballot}：{me} 也作出承诺，以便下次使用更高的轮次。",

        // A new leader.
        /// A quorum has promised.
        BecomeLeader { ballot: Ballot, first: u32, weight: Weight, threshold: Weight }
            "Paxos Made Simple §3" Notable
            "{me} leads in {ballot}: promises of weight {weight} reach the {threshold} needed. For slot {first} and all that follow phase 1 is done."
            "{me} 在 {ballot} 成为领导者：承诺的权重 {weight} 达到所需的 {threshold}。槽位 {first} 及其后的第一阶段已全部完成。",
        /// A slot that may have been chosen.
        ProposeAgain { slot: u32, ballot: Ballot, earlier: Ballot, value: Option<Value> }
            "Paxos Made Simple §3; §2.2, P2c" Notable
            "In slot {slot} something was accepted, last in {earlier}: it may have been chosen, so {me} proposes it ({value}) again in {ballot}."
            "槽位 {slot} 中有已被接受的命令，最近一次在 {earlier}：它可能已被选定，所以 {me} 在 {ballot} 重新提议它（{value}）。",
        /// A slot of which nobody has reported anything.
        FillGap { slot: u32, ballot: Ballot }
            "Paxos Made Simple §3" Notable
            "No promise reports anything for slot {slot}, yet later slots are in use: {me} fills the gap with a no-op in {ballot}."
            "没有承诺报告槽位 {slot} 的内容，但其后的槽位已被使用：{me} 在 {ballot} 用空操作填补空缺。",
        /// A slot that needs no phase 2.
        KnowChosen { slot: u32, value: Option<Value> }
            "Paxos Made Simple §3" Step
            "Slot {slot} ({value}) is known to be chosen: {me} need not propose it again."
            "槽位 {slot}（{value}）已知选定：{me} 无需重新提议。",
        /// The flaw.
        DeferReports { first: u32, reported: u32 }
            "against Paxos Made Simple §3" Notable
            "Mistake: {me} keeps the {reported} commands that its promises report for later and starts with fresh ones in slot {first}."
            "错误：{me} 把承诺所报告的 {reported} 条命令留到以后，从槽位 {first} 起先提议新命令。",

        // Phase 2.
        /// A client's command.
        Propose { client: u32, seq: u32, slot: u32, ballot: Ballot }
            "Paxos Made Simple §3" Step
            "{me} proposes request {seq} of client {client} in slot {slot}, in {ballot}: phase 2 alone, as phase 1 is done."
            "{me} 在轮次 {ballot} 于槽位 {slot} 提议客户端 {client} 的请求 {seq}：第一阶段已完成，只需第二阶段。",
        /// Phase 2(b).
        Accept { slot: u32, ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} has promised nothing above {ballot}: it accepts {value} in slot {slot}."
            "{me} 没有承诺过高于 {ballot} 的轮次：在槽位 {slot} 接受 {value}。",
        /// Likewise, in the place of what an earlier ballot proposed.
        AcceptInstead { slot: u32, ballot: Ballot, value: Option<Value>, before: Option<Value> }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} accepts {value} in slot {slot} in the place of {before}, as {ballot} is not below its promise."
            "{me} 在槽位 {slot} 接受 {value} 以取代 {before}，因为 {ballot} 不低于它的承诺。",
        /// The same again.
        AcceptAgain { slot: u32, ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P1a" Step
            "{me} holds {value} in slot {slot} already and says so again to the leader of {ballot}."
            "{me} 在槽位 {slot} 已持有 {value}，再次告知 {ballot} 的领导者。",
        /// An acceptance that completes no quorum.
        CountAccepted { from: NodeId, slot: u32, ballot: Ballot }
            "Paxos Made Moderately Complex §2.3" Routine
            "{me} counts that {from} accepted slot {slot} in {ballot}."
            "{me} 计入 {from} 在 {ballot} 接受了槽位 {slot}。",
        /// A slot is chosen.
        Choose { slot: u32, ballot: Ballot, value: Option<Value> }
            "Paxos Made Simple §2.2, P2" Notable
            "A quorum has accepted slot {slot} in {me}'s ballot {ballot}: {value} is chosen."
            "一个法定人数在 {me} 的轮次 {ballot} 接受了槽位 {slot}：{value} 被选定。",
        /// A slot is chosen behind one that is not.
        ChooseBehindGap { slot: u32, ballot: Ballot, value: Option<Value>, gap: u32 }
            "Paxos Made Simple §3" Notable
            "A quorum has accepted slot {slot} in {ballot}: {value} is chosen. {me} does not execute it before slot {gap} is chosen, too."
            "一个法定人数在 {ballot} 接受了槽位 {slot}：{value} 被选定。但 {me} 要等槽位 {gap} 也选定后才执行它。",
        /// More acceptances than needed.
        KnewAccepted { from: NodeId, slot: u32, ballot: Ballot }
            "Paxos Made Moderately Complex §2.3" Routine
            "{from} has accepted slot {slot} in {ballot}, too; {me} has executed it already."
            "{from} 也在 {ballot} 接受了槽位 {slot}；{me} 已执行。",
        /// A heartbeat, from the leader.
        SendHeartbeats { ballot: Ballot, chosen: u32 }
            "Paxos Made Moderately Complex §3" Routine
            "{me} makes itself heard as leader of {ballot}: all up to slot {chosen} is chosen."
            "{me} 以 {ballot} 领导者的身份发出心跳：至槽位 {chosen} 均已选定。",
        /// No quorum has accepted in time.
        SendAgain { slot: u32, ballot: Ballot }
            "Paxos Made Simple §2.4" Step
            "{me} has not heard in time that a quorum accepted slot {slot}: it sends the proposal of {ballot} again."
            "{me} 未及时得知法定人数接受了槽位 {slot}：重发 {ballot} 的提案。",

        /// No quorum has accepted for an election time-out.
        MakeRoom { slot: u32, ballot: Ballot }
            "Paxos Made Moderately Complex §3" Notable
            "For an election time-out {me} has not heard that a quorum accepted slot {slot}: it leads {ballot} no more, as others may be heard better."
            "一个选举超时之内 {me} 都未得知法定人数接受了槽位 {slot}：它不再领导 {ballot}，让位给可能更畅通的节点。",

        // Following and learning.
        /// A leader is heard.
        Follow { leader: NodeId, ballot: Ballot }
            "Paxos Made Moderately Complex §3" Step
            "{me} hears that {leader} leads in {ballot} and follows it."
            "{me} 得知 {leader} 在 {ballot} 领导，于是跟随它。",
        /// A heartbeat, at a follower.
        HearHeartbeat { leader: NodeId, ballot: Ballot }
            "Paxos Made Moderately Complex §3" Routine
            "{me} hears that {leader} still leads in {ballot}."
            "{me} 得知 {leader} 仍在 {ballot} 领导。",
        /// What is held turns out to be chosen.
        HearChosen { leader: NodeId, first: u32, ballot: Ballot }
            "Paxos Made Simple §2.3; §3" Step
            "{leader} says that slot {first} is chosen, and {me} has accepted it in {leader}'s own ballot {ballot}: it executes what it holds, up to the first gap."
            "{leader} 告知槽位 {first} 已选定，而 {me} 正是在其轮次 {ballot} 接受的：它执行所持有的命令，直到第一个空缺。",
        /// Something chosen is missing.
        AskChosen { whom: NodeId, first: u32 }
            "Paxos Made Simple §2.3" Step
            "{me} does not know what was chosen in slot {first}, and asks {whom}."
            "{me} 不知道槽位 {first} 选定了什么，询问 {whom}。",
        /// An answer.
        TellChosen { to: NodeId, first: u32, last: u32 }
            "Paxos Made Simple §2.3" Step
            "{me} tells {to} what was chosen in slots {first} to {last}."
            "{me} 告诉 {to} 槽位 {first} 至 {last} 选定了什么。",
        /// No answer.
        NothingToTell { to: NodeId, first: u32 }
            "Paxos Made Simple §2.3" Step
            "{me} does not know either what was chosen in slot {first} and has nothing to tell {to}."
            "{me} 也不知道槽位 {first} 选定了什么，无法告知 {to}。",
        /// What was missing comes.
        LearnChosen { from: NodeId, first: u32, last: u32 }
            "Paxos Made Simple §2.3; §3" Step
            "{me} learns from {from} what was chosen in slots {first} to {last}, and executes it."
            "{me} 从 {from} 学到槽位 {first} 至 {last} 选定的命令，并执行它们。",
        /// What was missing has come before.
        KnewChosen { from: NodeId }
            "Paxos Made Simple §2.3" Routine
            "{me} has executed all that {from} tells it of already, or lacks what comes before."
            "{from} 告知的内容 {me} 已执行，或缺少其前面的槽位。",
        /// The flaw.
        SkipGap { slot: u32, gap: u32, value: Option<Value> }
            "against Paxos Made Simple §3" Notable
            "Mistake: {me} executes slot {slot} ({value}) although it does not know what is chosen in slot {gap}."
            "错误：{me} 尚不知道槽位 {gap} 选定了什么，就执行了槽位 {slot}（{value}）。",

        // Snapshots.
        /// Slots give way to the state after them.
        TakeSnapshot { index: u32, slots: u32 }
            "Paxos Made Moderately Complex §4.2" Step
            "{me} keeps the state after slot {index} and drops {slots} slots."
            "{me} 保存槽位 {index} 之后的状态，丢弃 {slots} 个槽位。",
        /// Somebody needs slots that are gone.
        SendSnapshot { to: NodeId, index: u32 }
            "Paxos Made Moderately Complex §4.2" Step
            "{to} needs slots that {me} has dropped: it gets the state after slot {index}."
            "{to} 需要 {me} 已丢弃的槽位：改为发送槽位 {index} 之后的状态。",
        /// A state instead of slots.
        InstallSnapshot { from: NodeId, index: u32 }
            "Paxos Made Moderately Complex §4.2" Step
            "{me} takes the state after slot {index} from {from}; what it holds beyond stays."
            "{me} 采用 {from} 发来的槽位 {index} 之后的状态；其后持有的内容保留。",

        // Leases.
        /// A candidate has to wait.
        RefuseBound { from: NodeId, ballot: Ballot, promised: Ballot }
            "Paxos Made Live §5.2" Step
            "{me} does not promise {ballot} to {from} yet: the lease that it granted in {promised} may still run."
            "{me} 暂不向 {from} 承诺 {ballot}：它在 {promised} 授出的租约可能仍有效。",
        /// It would have to break its own word.
        StayBound { promised: Ballot }
            "Paxos Made Live §5.2" Step
            "{me} does not stand yet: the lease that it granted in {promised} may still run."
            "{me} 暂不参选：它在 {promised} 授出的租约可能仍有效。",
        /// A candidate is told so.
        CountBound { from: NodeId, ballot: Ballot }
            "Paxos Made Live §5.2" Step
            "{from} may not promise {me}'s ballot {ballot} yet: it is bound by a lease."
            "{from} 暂不能承诺 {me} 的轮次 {ballot}：它受租约约束。",
        /// Too many are bound.
        AwaitLease { ballot: Ballot }
            "Paxos Made Live §5.2" Step
            "So many are bound by a lease that {ballot} can get no quorum: {me} waits for the next time-out."
            "受租约约束的节点太多，{ballot} 不可能得到法定人数：{me} 等待下一次超时。",
        /// A lease is renewed.
        CountHeard { from: NodeId, ballot: Ballot }
            "Paxos Made Live §5.2" Routine
            "{from} has heard {me}, leader of {ballot}, and grants it a lease."
            "{from} 收到了 {ballot} 领导者 {me} 的心跳，授予它租约。",
        /// A local read.
        ReadUnderLease { client: u32, seq: u32, chosen: u32 }
            "Paxos Made Moderately Complex §4.5" Step
            "{me}'s lease runs, so nobody else can have had a command chosen: it answers read {seq} of client {client} from its state after slot {chosen}, without a message."
            "{me} 的租约有效，不可能有他人使命令被选定：它直接以槽位 {chosen} 之后的状态回答客户端 {client} 的读取 {seq}，不发任何消息。",

        // Clients.
        /// A retry of what is done.
        AnswerRetry { client: u32, seq: u32 }
            "Paxos Made Moderately Complex §2.1" Step
            "{me} has executed request {seq} of client {client} already and answers again."
            "{me} 已执行客户端 {client} 的请求 {seq}，再次答复。",
        /// A retry of what is under way.
        AwaitRetry { client: u32, seq: u32 }
            "Paxos Made Moderately Complex §2.1" Step
            "Request {seq} of client {client} is under way at {me} already: it is not proposed twice."
            "客户端 {client} 的请求 {seq} 已在 {me} 处理中：不会重复提议。",
        /// The window is full.
        AwaitWindow { client: u32, seq: u32, window: u32 }
            "Paxos Made Simple §3" Step
            "{window} slots are under way: request {seq} of client {client} waits at {me} until the first of them is chosen."
            "已有 {window} 个槽位在进行中：客户端 {client} 的请求 {seq} 在 {me} 等待其中第一个被选定。",
        /// Somebody else leads.
        Redirect { leader: NodeId }
            "Paxos Made Simple §3" Step
            "{me} does not lead and sends the client to {leader}."
            "{me} 不是领导者，让客户端去找 {leader}。",
        /// Nobody is known to lead.
        NoLeader {}
            "Paxos Made Simple §3" Step
            "{me} does not lead and knows of no leader."
            "{me} 不是领导者，也不知道谁是。",

        // What comes too late, or oddly.
        /// An answer to a ballot that is over, or to what is done.
        IgnoreLate { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.2" Routine
            "{me} has no use for what {from} says of {ballot} any more."
            "{from} 关于 {ballot} 的消息对 {me} 已无作用。",
        /// A proposal from somebody whose ballot it is not.
        IgnoreStranger { from: NodeId, ballot: Ballot }
            "Paxos Made Simple §2.4" Step
            "{me} ignores {from}: ballot {ballot} is not its own to propose in."
            "{me} 忽略 {from}：轮次 {ballot} 不属于它。",
        /// A slot that no leader can have come to.
        RefuseFar { slot: u32, last: u32 }
            "Paxos Made Simple §3" Step
            "{me} does not accept anything in slot {slot}, which is too far beyond the last one that it holds, {last}."
            "{me} 不接受槽位 {slot} 的任何提案：它离所持有的最后槽位 {last} 太远。",
        /// A timer ran out by hand that was not set.
        IgnoreTimer {}
            "Paxos Made Simple §3" Routine
            "{me} waits for nothing of the kind: the time-out changes nothing."
            "{me} 并未等待此事：该超时没有作用。",
    }
}
