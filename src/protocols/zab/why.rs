//! Why a server does what it does: every rule, where it stands, and its sentence.

use crate::model::{NodeId, Weight, because};

because! {
    /// The rules of Zab.
    pub enum Why {
        // Election.
        /// A server starts.
        Start { epoch: u32, of: u32, counter: u32 }
            "Zab §IV" Step
            "{me} starts in epoch {epoch}; its history ends with ({of}, {counter})."
            "{me} 启动：当前纪元 {epoch}，历史止于 ({of}, {counter})。",
        /// A new round.
        Look { round: u32, epoch: u32, counter: u32 }
            "ZooKeeper, FastLeaderElection" Step
            "{me} looks for a leader in round {round}: it begins with a vote for itself, of epoch {epoch}."
            "{me} 在第 {round} 轮寻找领导者：先投给自己（纪元 {epoch}）。",
        /// The vote again.
        RepeatVote { leader: NodeId, round: u32 }
            "ZooKeeper, FastLeaderElection" Routine
            "{me} repeats its vote for {leader} in round {round}."
            "{me} 重发第 {round} 轮投给 {leader} 的票。",
        /// Somebody is further on.
        EnterRound { from: NodeId, round: u32, leader: NodeId }
            "ZooKeeper, FastLeaderElection" Step
            "{me} hears from {from} that it is round {round} already, drops older votes, and votes for {leader}."
            "{me} 从 {from} 得知已是第 {round} 轮：丢弃旧票，改投 {leader}。",
        /// A later epoch wins.
        ChangeVoteEpoch { from: NodeId, leader: NodeId, epoch: u32, mine: u32 }
            "ZooKeeper, FastLeaderElection" Step
            "{me} changes its vote to {leader}, of whom {from} tells: it was last in epoch {epoch}, later than {mine}."
            "{me} 得 {from} 相告后改投 {leader}：对方最后所在的纪元 {epoch} 晚于 {mine}。",
        /// A longer history wins.
        ChangeVoteLonger { from: NodeId, leader: NodeId, epoch: u32, counter: u32 }
            "ZooKeeper, FastLeaderElection" Step
            "{me} changes its vote to {leader}, of whom {from} tells: its history goes on to ({epoch}, {counter})."
            "{me} 得 {from} 相告后改投 {leader}：其历史更长，止于 ({epoch}, {counter})。",
        /// The greater id wins.
        ChangeVoteId { from: NodeId, leader: NodeId, before: NodeId }
            "ZooKeeper, FastLeaderElection" Step
            "{me} changes its vote from {before} to {leader}, of whom {from} tells: the histories are alike, and the greater id wins."
            "{me} 得 {from} 相告后从 {before} 改投 {leader}：历史相同，编号大者优先。",
        /// A vote that changes nothing here.
        CountVote { from: NodeId, leader: NodeId, round: u32 }
            "ZooKeeper, FastLeaderElection" Step
            "{me} notes that {from} votes for {leader} in round {round}."
            "{me} 记下 {from} 在第 {round} 轮投给 {leader}。",
        /// Somebody is behind.
        TellRound { to: NodeId, round: u32, mine: u32 }
            "ZooKeeper, FastLeaderElection" Step
            "{me} tells {to}, who votes in round {round}, that it is round {mine}."
            "{me} 告诉仍在第 {round} 轮的 {to}：现为第 {mine} 轮。",
        /// Somebody still looks.
        TellVote { to: NodeId, leader: NodeId, round: u32 }
            "ZooKeeper, FastLeaderElection" Step
            "{me} tells {to}, who looks for a leader, that it has settled on {leader} in round {round}."
            "{me} 告诉寻找领导者的 {to}：自己已在第 {round} 轮认定 {leader}。",
        /// An observer has no vote.
        AwaitOutcome { from: NodeId }
            "ZooKeeper, observers" Step
            "{me} does not count {from}'s notification: who has no weight takes no part, and joins later."
            "{me} 不计 {from} 的通知：没有权重者不参与选举，事后加入。",
        /// A quorum agrees.
        AwaitBetter { leader: NodeId, weight: Weight, threshold: Weight }
            "ZooKeeper, FastLeaderElection" Step
            "{me} knows of votes for {leader} of weight {weight} (needed: {threshold}), and waits a little for a better one."
            "{me} 得知投给 {leader} 的权重为 {weight}（需要 {threshold}），再稍等更优的票。",
        /// It has won.
        Elected { round: u32, weight: Weight, threshold: Weight }
            "ZooKeeper, FastLeaderElection" Step
            "{me} is elected in round {round} with votes of weight {weight} (needed: {threshold}): it becomes a prospective leader."
            "{me} 在第 {round} 轮以 {weight} 票（需要 {threshold}）当选，成为准领导者。",
        /// Another has won.
        Elect { leader: NodeId, round: u32, weight: Weight, threshold: Weight }
            "ZooKeeper, FastLeaderElection" Step
            "{me} settles on {leader} in round {round}: votes of weight {weight} (needed: {threshold})."
            "{me} 在第 {round} 轮认定 {leader}：得票 {weight}（需要 {threshold}）。",
        /// There is a leader.
        JoinLeader { leader: NodeId, weight: Weight, threshold: Weight }
            "ZooKeeper, FastLeaderElection" Step
            "{me} joins {leader}, who leads, and whom servers of weight {weight} follow (needed: {threshold})."
            "{me} 加入领导者 {leader}：追随者权重 {weight}（需要 {threshold}）。",
        /// There may be a leader.
        HearSettled { from: NodeId, leader: NodeId, weight: Weight, threshold: Weight }
            "ZooKeeper, FastLeaderElection" Step
            "{me} hears that {from} has settled on {leader}: not enough to join yet ({weight} of {threshold}, and {leader} itself has to say so)."
            "{me} 得知 {from} 已认定 {leader}：尚不足以加入（{weight}／{threshold}，且须 {leader} 亲自确认）。",
        /// It has a leader already.
        HaveLeader { from: NodeId, leader: NodeId }
            "ZooKeeper, FastLeaderElection" Routine
            "{me} needs no vote of {from}'s: it has settled on {leader}."
            "{me} 不需要 {from} 的票：已认定 {leader}。",

        // Discovery.
        /// The leader has not answered.
        ConnectAgain { leader: NodeId }
            "Zab §IV, Phase 1" Routine
            "{me} asks {leader} for a connection again."
            "{me} 再次请求与 {leader} 建立连接。",
        /// It does not lead.
        RefuseConnection { from: NodeId }
            "Zab §IV, Phase 1" Step
            "{me} does not lead, or not yet: {from} will have to ask again."
            "{me} 不是（或尚未成为）领导者：{from} 需再次询问。",
        /// A follower tells what it has promised.
        CountInfo { from: NodeId, accepted: u32, weight: Weight, threshold: Weight }
            "Zab §IV, Phase 1" Step
            "{me} learns that {from} has promised epoch {accepted}: it has heard from weight {weight} of {threshold}."
            "{me} 得知 {from} 承诺到纪元 {accepted}：已收到权重 {weight}／{threshold}。",
        /// The next epoch.
        ChooseEpoch { epoch: u32, highest: u32 }
            "Zab §IV, Phase 1" Step
            "{me} proposes epoch {epoch}: a quorum has promised none above {highest}."
            "{me} 提议纪元 {epoch}：法定人数承诺的纪元都不超过 {highest}。",
        /// The next after its own: the flaw.
        ChooseStale { epoch: u32 }
            "against Zab §IV, Phase 1" Notable
            "{me} proposes epoch {epoch}, the one after its own, without asking what others have promised (the flaw)."
            "{me} 不询问他人的承诺，直接提议自己纪元的下一个：{epoch}（缺陷）。",
        /// A follower connects later.
        Connect { from: NodeId, epoch: u32 }
            "Zab §IV, Phase 1" Step
            "{me} opens a connection to {from} and asks it to promise epoch {epoch}."
            "{me} 与 {from} 建立连接，请它承诺纪元 {epoch}。",
        /// It was asked already.
        AskAgain { from: NodeId, epoch: u32 }
            "Zab §IV, Phase 1" Step
            "{me} has asked {from} for epoch {epoch} already, and asks again on the same connection."
            "{me} 已请 {from} 承诺纪元 {epoch}，在同一连接上再问一次。",
        /// Somebody has promised a later epoch.
        Outranked { from: NodeId, accepted: u32, epoch: u32 }
            "Zab §IV, Phase 1" Notable
            "{me} gives epoch {epoch} up: {from} has promised {accepted} and could not follow; a later epoch has room for all."
            "{me} 放弃纪元 {epoch}：{from} 已承诺 {accepted}，无法跟随；更晚的纪元才能容纳所有人。",
        /// A promise.
        Promise { leader: NodeId, epoch: u32, before: u32 }
            "Zab §IV, Phase 1" Step
            "{me} promises epoch {epoch} to {leader} (before: {before}): it hears no older leader any more."
            "{me} 向 {leader} 承诺纪元 {epoch}（此前 {before}）：不再听从更旧的领导者。",
        /// Promised before.
        HavePromised { leader: NodeId, epoch: u32 }
            "ZooKeeper, Learner" Step
            "{me} had promised epoch {epoch} before: it tells {leader} where it stands, but this is no second promise."
            "{me} 此前已承诺纪元 {epoch}：它把自己的状况告诉 {leader}，但这不算第二次承诺。",
        /// An old epoch.
        RefuseOldEpoch { leader: NodeId, epoch: u32, accepted: u32 }
            "Zab §IV, Phase 1" Notable
            "{me} leaves {leader}: it proposes epoch {epoch}, and {me} has promised {accepted}."
            "{me} 离开 {leader}：对方提议纪元 {epoch}，而自己已承诺 {accepted}。",
        /// A promise arrives.
        CountPromise { from: NodeId, epoch: u32, weight: Weight, threshold: Weight }
            "Zab §IV, Phase 1" Step
            "{me} has {from}'s promise of epoch {epoch}: weight {weight} of {threshold}."
            "{me} 得到 {from} 对纪元 {epoch} 的承诺：权重 {weight}／{threshold}。",
        /// It does not count.
        NotAPromise { from: NodeId, epoch: u32 }
            "ZooKeeper, Leader" Notable
            "{me} does not count {from}: its promise of epoch {epoch} was given before, perhaps to another."
            "{me} 不计入 {from}：它对纪元 {epoch} 的承诺此前已给出，可能给了别人。",
        /// A follower has more.
        Ahead { from: NodeId, current: u32, epoch: u32, counter: u32 }
            "ZooKeeper, Leader" Notable
            "{me} closes {from}'s connection: {from} was in epoch {current} with a history up to ({epoch}, {counter}), which is ahead of its own."
            "{me} 关闭与 {from} 的连接：{from} 曾在纪元 {current}，历史到 ({epoch}, {counter})，领先于自己。",
        /// It comes when the quorum is there.
        LateLearner { from: NodeId, epoch: u32 }
            "Zab §IV, Phase 3" Step
            "{me} takes {from} into epoch {epoch}, which has begun already."
            "{me} 让 {from} 加入已开始的纪元 {epoch}。",

        // Synchronisation.
        /// The history with which the epoch begins.
        BeginSync { epoch: u32, of: u32, counter: u32 }
            "Zab §IV, Phase 2" Step
            "{me} has a quorum's promise of epoch {epoch}, and nobody in it is ahead: the epoch begins with its history, up to ({of}, {counter})."
            "{me} 得到法定人数对纪元 {epoch} 的承诺，且无人领先：该纪元以它的历史开始，至 ({of}, {counter})。",
        /// Some are missing.
        SendDifference { to: NodeId, of: u32, counter: u32, count: u32 }
            "ZooKeeper, DIFF" Step
            "{me} sends {to}, whose history ends with ({of}, {counter}), the {count} transactions after it."
            "{me} 向 {to} 补发 ({of}, {counter}) 之后的 {count} 个事务。",
        /// Some are too many.
        SendTruncate { to: NodeId, of: u32, counter: u32, keep: u32 }
            "ZooKeeper, TRUNC" Notable
            "{me} has {to} cut back its history, which ends with ({of}, {counter}) that is not its own: it keeps those up to counter {keep}."
            "{me} 让 {to} 截去历史：其末尾 ({of}, {counter}) 不在自己的历史中；保留至计数 {keep}。",
        /// It is too far behind.
        SendSnapshot { to: NodeId, of: u32, counter: u32 }
            "ZooKeeper, SNAP" Notable
            "{me} sends {to} a snapshot: what follows ({of}, {counter}) is compacted away."
            "{me} 向 {to} 发送快照：({of}, {counter}) 之后的历史已被压缩。",
        /// Nothing is handed over: the flaw.
        SkipSync { to: NodeId, epoch: u32 }
            "against Zab §IV, Phase 2" Step
            "{me} lets {to} into epoch {epoch} with whatever history it has (the flaw)."
            "{me} 让 {to} 带着原有历史直接进入纪元 {epoch}（缺陷）。",
        /// Its history has moved on.
        RefuseSync { leader: NodeId, epoch: u32, counter: u32 }
            "Zab §IV, Phase 2" Notable
            "{me} leaves {leader}: what it hands over is not for a history that ends with ({epoch}, {counter})."
            "{me} 离开 {leader}：对方交来的内容不适用于止于 ({epoch}, {counter}) 的历史。",
        /// A snapshot.
        TakeSnapshot { leader: NodeId, epoch: u32, counter: u32 }
            "ZooKeeper, SNAP" Notable
            "{me} takes {leader}'s snapshot in place of its history: all up to ({epoch}, {counter})."
            "{me} 以 {leader} 的快照代替自己的历史：包含至 ({epoch}, {counter})。",
        /// Cut back.
        Truncate { leader: NodeId, epoch: u32, counter: u32, gone: u32 }
            "ZooKeeper, TRUNC" Notable
            "{me} drops the {gone} transactions after ({epoch}, {counter}), which {leader} does not have: no quorum had them."
            "{me} 丢弃 ({epoch}, {counter}) 之后的 {gone} 个事务：{leader} 没有它们，法定人数也没有。",
        /// There is no such place.
        CannotTruncate { leader: NodeId, epoch: u32, counter: u32 }
            "ZooKeeper, TRUNC" Notable
            "{me} leaves {leader}: it is to keep its history up to ({epoch}, {counter}), which is not in it."
            "{me} 离开 {leader}：对方要它保留至 ({epoch}, {counter})，但其历史中没有。",
        /// What was delivered is cut off.
        LoseDelivered { leader: NodeId, index: u32, commit: u32 }
            "against Zab §VI-B" Notable
            "{me} drops its history from index {index} on at {leader}'s word, although it had delivered up to {commit}."
            "{me} 按 {leader} 的要求丢弃索引 {index} 起的历史，尽管它已交付至 {commit}。",
        /// It has the leader's history.
        TakeHistory { leader: NodeId, count: u32, epoch: u32, counter: u32 }
            "Zab §IV, Phase 2" Step
            "{me} adds {count} transactions of {leader}'s: its history ends with ({epoch}, {counter}), as the leader's does."
            "{me} 添加 {leader} 的 {count} 个事务：历史止于 ({epoch}, {counter})，与领导者一致。",
        /// It enters the epoch.
        EnterEpoch { leader: NodeId, epoch: u32, of: u32, counter: u32 }
            "Zab §IV, Phase 2" Step
            "{me} enters epoch {epoch} with the history up to ({of}, {counter}) on disk, and acknowledges {leader}."
            "{me} 进入纪元 {epoch}，至 ({of}, {counter}) 的历史已落盘，并向 {leader} 确认。",
        /// Before the history is on disk: the flaw.
        EnterEarly { leader: NodeId, epoch: u32, of: u32, counter: u32 }
            "against Zab §IV, Phase 2" Notable
            "{me} acknowledges {leader} and enters epoch {epoch} although its history up to ({of}, {counter}) is not on disk yet (the flaw)."
            "{me} 向 {leader} 确认并进入纪元 {epoch}，尽管至 ({of}, {counter}) 的历史尚未落盘（缺陷）。",
        /// With its own history: the flaw.
        EnterUnsynced { leader: NodeId, epoch: u32, of: u32, counter: u32 }
            "against Zab §IV, Phase 2" Step
            "{me} enters {leader}'s epoch {epoch} with its own history, up to ({of}, {counter}) (the flaw)."
            "{me} 带着自己的历史（至 ({of}, {counter})）进入 {leader} 的纪元 {epoch}（缺陷）。",
        /// An acknowledgement arrives.
        CountHistory { from: NodeId, epoch: u32, weight: Weight, threshold: Weight }
            "Zab §IV, Phase 2" Step
            "{me} knows that {from} is in epoch {epoch} with its history: weight {weight} of {threshold}."
            "{me} 得知 {from} 已带着该历史进入纪元 {epoch}：权重 {weight}／{threshold}。",
        /// The leader is established.
        Establish { epoch: u32, weight: Weight, threshold: Weight }
            "Zab §IV, Phase 2" Notable
            "{me} is established in epoch {epoch} with weight {weight} (needed: {threshold}): it delivers the whole history, and only then proposes."
            "{me} 以权重 {weight}（需要 {threshold}）确立为纪元 {epoch} 的领导者：先交付全部历史，再开始提议。",
        /// A learner may serve.
        Activate { to: NodeId, epoch: u32 }
            "Zab §IV, Phase 3" Step
            "{me} tells {to} that it is up to date in epoch {epoch}."
            "{me} 告知 {to}：它在纪元 {epoch} 已是最新。",
        /// It may serve.
        ServeEpoch { leader: NodeId, epoch: u32, of: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} serves under {leader} in epoch {epoch}: all up to ({of}, {counter}) is committed."
            "{me} 在 {leader} 领导下于纪元 {epoch} 提供服务：至 ({of}, {counter}) 均已提交。",

        // Broadcast.
        /// A transaction.
        Propose { client: u32, seq: u32, epoch: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} proposes request {seq} of client {client} as ({epoch}, {counter})."
            "{me} 将客户端 {client} 的请求 {seq} 提议为 ({epoch}, {counter})。",
        /// A transaction, for a follower's client.
        ProposeFor { from: NodeId, client: u32, seq: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} proposes request {seq} of client {client}, which {from} passes on, with counter {counter}."
            "{me} 提议 {from} 转来的客户端 {client} 的请求 {seq}，计数 {counter}。",
        /// It is taken.
        Accept { leader: NodeId, epoch: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} takes {leader}'s transaction ({epoch}, {counter}), the next in its history, and acknowledges it."
            "{me} 接受 {leader} 的事务 ({epoch}, {counter})，即历史中的下一个，并予以确认。",
        /// It is committed, and taken.
        TakeInformed { leader: NodeId, epoch: u32, counter: u32 }
            "ZooKeeper, observers" Step
            "{me} learns from {leader} that ({epoch}, {counter}) is committed, and delivers it: nobody waits for its word."
            "{me} 从 {leader} 得知 ({epoch}, {counter}) 已提交并予以交付：无人等待它的确认。",
        /// It is taken out of turn: the flaw.
        AcceptHole { leader: NodeId, epoch: u32, counter: u32 }
            "against Zab §III" Notable
            "{me} takes {leader}'s transaction ({epoch}, {counter}) although one before it is missing (the flaw)."
            "{me} 接受 {leader} 的事务 ({epoch}, {counter})，尽管此前还缺事务（缺陷）。",
        /// It is there.
        HaveAlready { leader: NodeId, epoch: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} has {leader}'s transaction ({epoch}, {counter}) already."
            "{me} 已有 {leader} 的事务 ({epoch}, {counter})。",
        /// It does not fit.
        RefuseHole { leader: NodeId, epoch: u32, counter: u32 }
            "Zab §VI-B" Notable
            "{me} leaves {leader}: ({epoch}, {counter}) is not the next transaction of its history."
            "{me} 离开 {leader}：({epoch}, {counter}) 不是其历史中的下一个事务。",
        /// An acknowledgement.
        CountAck { from: NodeId, epoch: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} knows that {from} has all up to ({epoch}, {counter}) on disk."
            "{me} 得知 {from} 已将至 ({epoch}, {counter}) 的事务落盘。",
        /// A quorum has it.
        Commit { epoch: u32, counter: u32, threshold: Weight }
            "Zab §IV, Phase 3" Notable
            "{me} commits up to ({epoch}, {counter}): servers of weight {threshold} or more have it on disk."
            "{me} 提交至 ({epoch}, {counter})：权重不低于 {threshold} 的服务器已将其落盘。",
        /// The same, with more on its way.
        CommitSome { epoch: u32, counter: u32, threshold: Weight }
            "Zab §IV, Phase 3" Step
            "{me} commits up to ({epoch}, {counter}): servers of weight {threshold} or more have it on disk; later ones are on their way."
            "{me} 提交至 ({epoch}, {counter})：权重不低于 {threshold} 的服务器已将其落盘；后续事务仍在途中。",
        /// It is committed.
        LearnCommit { leader: NodeId, epoch: u32, counter: u32 }
            "Zab §IV, Phase 3" Step
            "{me} learns from {leader} that all up to ({epoch}, {counter}) is committed, and delivers it."
            "{me} 从 {leader} 得知至 ({epoch}, {counter}) 均已提交，予以交付。",
        /// Pings go out.
        SendPings { epoch: u32 }
            "ZooKeeper, Leader" Routine
            "{me} shows its followers that it is there, in epoch {epoch}."
            "{me} 在纪元 {epoch} 向跟随者报告在线。",
        /// The leader is there.
        HearPing { leader: NodeId }
            "ZooKeeper, Follower" Routine
            "{me} hears {leader} and answers."
            "{me} 收到 {leader} 的心跳并答复。",
        /// A follower is there.
        HearPong { from: NodeId }
            "ZooKeeper, Leader" Routine
            "{me} hears {from}."
            "{me} 收到 {from} 的答复。",
        /// The quorum is there.
        KeepLeading { epoch: u32, weight: Weight, threshold: Weight }
            "ZooKeeper, Leader" Routine
            "{me} hears weight {weight} of {threshold} and goes on leading epoch {epoch}."
            "{me} 能收到权重 {weight}／{threshold}，继续领导纪元 {epoch}。",
        /// The quorum is gone.
        GiveUp { epoch: u32, weight: Weight, threshold: Weight }
            "Zab §IV, Phase 3" Notable
            "{me} gives epoch {epoch} up: it hears weight {weight} of the {threshold} needed."
            "{me} 放弃纪元 {epoch}：只能收到权重 {weight}（需要 {threshold}）。",
        /// It was never established.
        GiveUpEarly {}
            "Zab §IV, Phase 1" Notable
            "{me} gives up: in all this time no quorum has made it the leader."
            "{me} 放弃：等待多时，仍无法定人数使其成为领导者。",
        /// The leader is not heard.
        LoseLeader { leader: NodeId, epoch: u32 }
            "Zab §IV, Phase 3" Step
            "{me} has not heard from {leader} (epoch {epoch}) for too long: it looks for a leader."
            "{me} 太久没有收到 {leader}（纪元 {epoch}）的消息：重新寻找领导者。",
        /// The history's front goes.
        Compact { epoch: u32, counter: u32, long: u32 }
            "ZooKeeper, snapshots" Step
            "{me} keeps a snapshot in place of {long} delivered transactions, up to ({epoch}, {counter})."
            "{me} 以快照代替 {long} 个已交付的事务，至 ({epoch}, {counter})。",

        // Clients.
        /// Nobody serves here.
        NotServing { client: u32, seq: u32 }
            "ZooKeeper, clients" Step
            "{me} does not serve at present: client {client} has to ask again for request {seq}."
            "{me} 目前不提供服务：客户端 {client} 需重新提出请求 {seq}。",
        /// A request goes on to the leader.
        Forward { leader: NodeId, client: u32, seq: u32 }
            "ZooKeeper, clients" Step
            "{me} passes request {seq} of client {client} on to {leader}, and will answer when it delivers it."
            "{me} 将客户端 {client} 的请求 {seq} 转给 {leader}，待交付后答复。",
        /// A read from what is here.
        ReadLocally { client: u32, seq: u32, epoch: u32, counter: u32 }
            "ZooKeeper, clients" Step
            "{me} answers read {seq} of client {client} from what it has delivered, up to ({epoch}, {counter}): it may be behind."
            "{me} 用已交付的内容（至 ({epoch}, {counter})）回答客户端 {client} 的读取 {seq}：可能落后。",
        /// Applied before.
        AnswerRetry { client: u32, seq: u32 }
            "ZooKeeper, clients" Step
            "{me} has delivered request {seq} of client {client} before: it answers again."
            "{me} 已交付过客户端 {client} 的请求 {seq}：再次答复。",
        /// Under way.
        AwaitRetry { client: u32, seq: u32 }
            "ZooKeeper, clients" Step
            "{me} has request {seq} of client {client} in its history already, and does not propose it twice."
            "{me} 的历史中已有客户端 {client} 的请求 {seq}，不重复提议。",
        /// Passed on too early.
        NotEstablished { client: u32, seq: u32 }
            "Zab §IV, Phase 3" Step
            "{me} is not established and drops request {seq} of client {client}."
            "{me} 尚未确立，丢弃客户端 {client} 的请求 {seq}。",

        // What does not fit.
        /// It came before its turn.
        HoldEarly { from: NodeId, number: u32, waiting: u32 }
            "Zab §III, channels" Step
            "{me} holds message {number} of {from}'s connection back: one before it is missing ({waiting} wait)."
            "{me} 暂存 {from} 连接上的第 {number} 条消息：此前还缺一条（{waiting} 条等待中）。",
        /// It came twice.
        DropDouble { from: NodeId, number: u32 }
            "Zab §III, channels" Step
            "{me} has taken message {number} of {from}'s connection already."
            "{me} 已处理过 {from} 连接上的第 {number} 条消息。",
        /// Too much waits.
        LoseConnection { from: NodeId }
            "Zab §III, channels" Notable
            "{me} gives the connection with {from} up: too much waits for a message that is lost."
            "{me} 放弃与 {from} 的连接：太多消息在等待一条丢失的消息。",
        /// Of a connection that is gone.
        IgnoreConnection { from: NodeId, epoch: u32, session: u32 }
            "Zab §III, channels" Step
            "{me} ignores a message of {from}'s from epoch {epoch}: its connection {session} is not, or no longer, open."
            "{me} 忽略 {from} 在纪元 {epoch} 的消息：其连接 {session} 未打开或已关闭。",
        /// Out of place.
        IgnoreStage { from: NodeId, epoch: u32 }
            "Zab §IV" Step
            "{me} is not at the stage of epoch {epoch} for what {from} says."
            "{me} 在纪元 {epoch} 尚未到达 {from} 所言的阶段。",
        /// From nobody it listens to.
        IgnoreStray { from: NodeId }
            "Zab §IV" Step
            "{me} ignores what {from} says: it is not from its leader, nor to its leader."
            "{me} 忽略 {from} 的消息：与自己的领导者无关。",
        /// A timer that its role does not know.
        IgnoreTimer {}
            "Zab §IV" Routine
            "{me} ignores a timer that its role does not use."
            "{me} 忽略当前角色不使用的定时器。",
    }
}
