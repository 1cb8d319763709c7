//! Why a server does what it does: every rule, where it stands, and its sentence.

use crate::model::{NodeId, Weight, because};

because! {
    /// The rules of Raft.
    pub enum Why {
        // Starting, elections.
        /// A server starts, as a follower.
        Start { term: u32, last_index: u32 }
            "Raft §5.1" Step
            "{me} starts as a follower in term {term}, with {last_index} entries in its log."
            "{me} 以跟随者身份启动：任期 {term}，日志中有 {last_index} 个条目。",
        /// A restart after which the vote is gone.
        ForgetVote { term: u32 }
            "against Raft §5.1" Notable
            "{me} is back in term {term} and has forgotten whom it voted for (the flaw)."
            "{me} 恢复到任期 {term}，却忘记了自己投过谁的票（缺陷）。",
        /// An election time-out, without PreVote or after it was won.
        Campaign { term: u32, last_index: u32, last_term: u32 }
            "Raft §5.2" Notable
            "{me} has waited too long for a leader: it stands for election in term {term} and votes for itself."
            "{me} 等待领导者超时：它成为任期 {term} 的候选者，并投票给自己。",
        /// An election time-out with PreVote.
        AskFirst { term: u32, last_index: u32, last_term: u32 }
            "Raft dissertation §9.6" Notable
            "{me} has waited too long for a leader: before raising its term it asks whether it could win term {term}."
            "{me} 等待领导者超时：在增加任期之前，它先询问自己能否赢得任期 {term}（预投票）。",
        /// Enough would vote for it.
        WinPreVote { term: u32, weight: Weight, threshold: Weight }
            "Raft dissertation §9.6" Notable
            "{me} would get {weight} votes of the {threshold} needed: it stands for election in term {term}."
            "{me} 预计可得 {weight} 票（需要 {threshold} 票）：它成为任期 {term} 的候选者。",
        /// Too many would not.
        LosePreVote { term: u32 }
            "Raft dissertation §9.6" Step
            "{me} could not win term {term}: it stays in its term and waits."
            "{me} 无法赢得任期 {term}：它保持原任期，继续等待。",
        /// A vote.
        GrantVote { candidate: NodeId, term: u32 }
            "Raft §5.2" Step
            "{me} votes for {candidate} in term {term}: it has not voted yet, and {candidate}'s log is no older than its own."
            "{me} 在任期 {term} 投票给 {candidate}：它尚未投票，且 {candidate} 的日志不比自己的旧。",
        /// The same vote again.
        RepeatVote { candidate: NodeId, term: u32 }
            "Raft §5.2" Step
            "{me} has voted for {candidate} in term {term} already, and says so again."
            "{me} 在任期 {term} 已投票给 {candidate}，再次答复赞成。",
        /// A vote without a look at the logs: the flaw.
        GrantVoteBlindly { candidate: NodeId, term: u32 }
            "against Raft §5.4.1" Notable
            "{me} votes for {candidate} in term {term} although {candidate}'s log is older than its own (the flaw)."
            "{me} 在任期 {term} 投票给 {candidate}，尽管 {candidate} 的日志比自己的旧（缺陷）。",
        /// The candidate's term has passed.
        RefuseVoteStale { candidate: NodeId, term: u32, mine: u32 }
            "Raft §5.1" Step
            "{me} refuses {candidate}: it asks for term {term}, and {me} is in term {mine} already."
            "{me} 拒绝 {candidate}：对方请求的是任期 {term}，而自己已在任期 {mine}。",
        /// The vote is given away.
        RefuseVoteTaken { candidate: NodeId, term: u32, voted_for: Option<NodeId> }
            "Raft §5.2" Step
            "{me} refuses {candidate}: its vote in term {term} went to {voted_for}."
            "{me} 拒绝 {candidate}：它在任期 {term} 的票已投给 {voted_for}。",
        /// The candidate's last entry is of an older term.
        RefuseVoteOlder { candidate: NodeId, last_term: u32, mine: u32 }
            "Raft §5.4.1" Notable
            "{me} refuses {candidate}: the last entry of {candidate}'s log is of term {last_term}, its own of term {mine}, which is later."
            "{me} 拒绝 {candidate}：对方日志的最后条目属于任期 {last_term}，而自己的属于更新的任期 {mine}。",
        /// The candidate's log ends in the same term and is shorter.
        RefuseVoteShorter { candidate: NodeId, last_index: u32, mine: u32 }
            "Raft §5.4.1" Notable
            "{me} refuses {candidate}: both logs end in the same term, but {candidate}'s ends at index {last_index} and its own at {mine}."
            "{me} 拒绝 {candidate}：两者日志的最后任期相同，但对方止于索引 {last_index}，自己止于 {mine}。",
        /// It would vote for the sender.
        GrantPreVote { candidate: NodeId, term: u32 }
            "Raft dissertation §9.6" Step
            "{me} would vote for {candidate} in term {term}; this binds it to nothing."
            "{me} 愿意在任期 {term} 投票给 {candidate}；预投票不具约束力。",
        /// It hears of a leader.
        RefusePreVoteLed { candidate: NodeId, term: u32, leader: Option<NodeId> }
            "Raft dissertation §9.6" Notable
            "{me} refuses {candidate}'s pre-vote for term {term}: it has heard from the leader {leader} within the shortest election time-out."
            "{me} 拒绝 {candidate} 对任期 {term} 的预投票：它在最短选举超时之内收到过领导者 {leader} 的消息。",
        /// A request to vote while the leader is heard.
        IgnoreDisruptive { candidate: NodeId, term: u32, leader: Option<NodeId> }
            "Raft dissertation §4.2.3" Notable
            "{me} ignores {candidate}'s request for term {term}: it still hears from the leader {leader}."
            "{me} 忽略 {candidate} 对任期 {term} 的投票请求：它仍能收到领导者 {leader} 的消息。",
        /// A yes.
        CountVote { voter: NodeId, term: u32, weight: Weight, threshold: Weight }
            "Raft §5.2" Step
            "{me} has {voter}'s vote for term {term}: {weight} of {threshold}."
            "{me} 获得 {voter} 在任期 {term} 的赞成票：{weight}／{threshold}。",
        /// A no.
        CountRefusal { voter: NodeId, term: u32, weight: Weight, threshold: Weight }
            "Raft §5.2" Step
            "{me} does not get {voter}'s vote for term {term}: still {weight} of {threshold}."
            "{me} 未获得 {voter} 在任期 {term} 的票：仍为 {weight}／{threshold}。",
        /// A quorum can no longer vote for it.
        LoseElection { term: u32 }
            "Raft §5.2" Notable
            "{me} can no longer win term {term}: it waits for another leader or the next time-out."
            "{me} 已无法赢得任期 {term}：等待其他领导者或下一次超时。",
        /// A quorum voted for it.
        BecomeLeader { term: u32, weight: Weight, threshold: Weight }
            "Raft §5.2" Notable
            "{me} leads term {term}: votes of weight {weight} reach the {threshold} needed."
            "{me} 成为任期 {term} 的领导者：得票 {weight}，达到所需的 {threshold}。",
        /// The first entry of a term.
        StartTerm { term: u32, index: u32 }
            "Raft §8" Step
            "{me} appends a no-op of term {term} at index {index}: once it is committed, so is all before it."
            "{me} 在索引 {index} 追加任期 {term} 的空操作：它一旦提交，之前的条目也随之提交。",
        // Terms.
        /// A follower or candidate hears of a later term.
        AdoptTerm { term: u32, from: NodeId, before: u32 }
            "Raft §5.1" Step
            "{me} hears of term {term} from {from} and leaves term {before}."
            "{me} 从 {from} 得知任期 {term}，离开任期 {before}。",
        /// A leader hears of a later term.
        StepDown { term: u32, from: NodeId, before: u32 }
            "Raft §5.1" Notable
            "{me} no longer leads: {from} is in term {term}, later than its own {before}."
            "{me} 不再是领导者：{from} 已在任期 {term}，比自己的任期 {before} 更新。",
        /// A leader has lost its quorum.
        StepDownAlone { term: u32, weight: Weight, threshold: Weight }
            "Raft dissertation §6.2" Notable
            "{me} gives up leading term {term}: within an election time-out it heard from weight {weight}, less than the {threshold} needed to commit."
            "{me} 放弃领导任期 {term}：一个选举超时内只收到权重 {weight} 的消息，少于提交所需的 {threshold}。",
        /// A leader still has it.
        KeepLeading { term: u32, weight: Weight, threshold: Weight }
            "Raft dissertation §6.2" Routine
            "{me} goes on leading term {term}: it heard from weight {weight} of the {threshold} needed."
            "{me} 继续领导任期 {term}：收到权重 {weight} 的消息，所需为 {threshold}。",
        /// The leader of the term makes itself known.
        FollowLeader { leader: NodeId, term: u32 }
            "Raft §5.2" Step
            "{me} follows {leader}, the leader of term {term}."
            "{me} 跟随任期 {term} 的领导者 {leader}。",
        /// Two leaders in one term.
        RefuseRival { rival: NodeId, term: u32 }
            "Raft §5.2" Notable
            "{me} ignores {rival}: both claim to lead term {term}, which quorums that meet make impossible."
            "{me} 忽略 {rival}：两者都声称领导任期 {term}；若选举法定人数两两相交，这不可能发生。",
        /// The shortest election time-out passed without the leader.
        LoseTouch { leader: Option<NodeId> }
            "Raft dissertation §9.6" Step
            "{me} has not heard from {leader} for the shortest election time-out: it may now help to replace it."
            "{me} 在最短选举超时内没有收到 {leader} 的消息：现在可以支持更换领导者。",
        // Clients.
        /// A request goes into the log.
        AppendRequest { client: u32, seq: u32, index: u32, term: u32 }
            "Raft §5.3" Step
            "{me} appends request {seq} of client {client} at index {index} in term {term}."
            "{me} 将客户端 {client} 的请求 {seq} 追加到索引 {index}（任期 {term}）。",
        /// A retry of what is in the log.
        AwaitRetry { client: u32, seq: u32 }
            "Raft §8" Step
            "{me} has request {seq} of client {client} in its log already: it will answer when it is committed."
            "{me} 的日志中已有客户端 {client} 的请求 {seq}：提交后即答复。",
        /// A retry of what has been applied.
        AnswerRetry { client: u32, seq: u32 }
            "Raft §8" Step
            "{me} has applied request {seq} of client {client} before: it answers again and does not apply it twice."
            "{me} 已应用过客户端 {client} 的请求 {seq}：再次答复，但不重复应用。",
        /// A client asked the wrong server.
        Redirect { leader: NodeId }
            "Raft §8" Step
            "{me} does not lead: it sends the client to {leader}."
            "{me} 不是领导者：让客户端去找 {leader}。",
        /// A client asked while no leader is known.
        NoLeader {}
            "Raft §8" Step
            "{me} knows of no leader: the client has to try again."
            "{me} 不知道谁是领导者：客户端需要重试。",
        // Replication, on the leader.
        /// The heartbeat timer.
        SendHeartbeats { term: u32, commit: u32 }
            "Raft §5.2" Routine
            "{me} sends heartbeats in term {term}: committed up to {commit}."
            "{me} 在任期 {term} 发送心跳：已提交至 {commit}。",
        /// Entries were lost, or the follower is away.
        Suspect { follower: NodeId, next: u32 }
            "Raft §5.3" Step
            "{me} has no answer from {follower} since the last heartbeat: it will start again from index {next}."
            "{me} 自上次心跳以来未收到 {follower} 的答复：将从索引 {next} 重新发送。",
        /// A follower holds entries.
        CountAppended { follower: NodeId, matched: u32 }
            "Raft §5.3" Step
            "{me} knows that {follower}'s log matches its own up to index {matched}."
            "{me} 得知 {follower} 的日志与自己一致，直至索引 {matched}。",
        /// Nothing new in an answer.
        KnewAppended { follower: NodeId, matched: u32 }
            "Raft §5.3" Routine
            "{me} hears from {follower}, and knew already that their logs match up to {matched}."
            "{me} 收到 {follower} 的答复；它已知两者日志在 {matched} 之前一致。",
        /// An append did not fit.
        BackUp { follower: NodeId, prev_index: u32, next: u32 }
            "Raft §5.3" Step
            "{me} learns that {follower}'s log does not match at index {prev_index}: it tries from index {next}."
            "{me} 得知 {follower} 的日志在索引 {prev_index} 处不匹配：改从索引 {next} 开始。",
        /// A refusal that is out of date.
        IgnoreRefusal { follower: NodeId, prev_index: u32 }
            "Raft §5.3" Step
            "{me} ignores {follower}'s refusal at index {prev_index}: it has been dealt with."
            "{me} 忽略 {follower} 在索引 {prev_index} 处的拒绝：该情况已经处理。",
        /// A follower no longer has what it had.
        FollowerLost { follower: NodeId, matched: u32 }
            "left out of Raft" Notable
            "{me} finds that {follower} no longer has the entry at index {matched}, which it had acknowledged: its disk has forgotten."
            "{me} 发现 {follower} 不再拥有曾确认的索引 {matched} 的条目：其磁盘数据已丢失。",
        /// A quorum holds an entry of the leader's term, and no later one waits.
        Commit { index: u32, term: u32, threshold: Weight }
            "Raft §5.3" Notable
            "{me} commits up to index {index}: this entry of its own term {term} is on servers of weight {threshold} or more."
            "{me} 提交至索引 {index}：该条目属于当前任期 {term}，已存于权重不低于 {threshold} 的服务器。",
        /// The same, with more on its way.
        CommitSome { index: u32, term: u32, threshold: Weight }
            "Raft §5.3" Step
            "{me} commits up to index {index} in term {term}: on servers of weight {threshold} or more; later entries are on their way."
            "{me} 在任期 {term} 提交至索引 {index}：已存于权重不低于 {threshold} 的服务器；后续条目仍在途中。",
        /// Earlier terms' entries are committed with it.
        CommitBefore { index: u32, earlier: u32, term: u32 }
            "Raft §5.4.2" Notable
            "{me} commits up to index {index}: with this entry of its own term {term}, those of earlier terms up to {earlier} are committed too."
            "{me} 提交至索引 {index}：随着当前任期 {term} 的条目提交，较早任期的条目（至 {earlier}）也一并提交。",
        /// An earlier term's entry is on a quorum.
        HoldBack { index: u32, entry_term: u32, term: u32 }
            "Raft §5.4.2" Notable
            "{me} does not commit index {index} although a quorum has it: the entry is of term {entry_term}, not of its own term {term}."
            "{me} 不提交索引 {index}，尽管法定人数已拥有它：该条目属于任期 {entry_term}，而非当前任期 {term}。",
        /// It is committed by counting all the same: the flaw.
        CommitOldTerm { index: u32, entry_term: u32, term: u32 }
            "against Raft §5.4.2" Notable
            "{me} commits index {index} of the earlier term {entry_term} by counting, in term {term} (the flaw)."
            "{me} 在任期 {term} 通过计数提交了较早任期 {entry_term} 的索引 {index}（缺陷）。",
        // Replication, on a follower.
        /// A heartbeat with nothing new.
        HearHeartbeat { leader: NodeId, term: u32 }
            "Raft §5.2" Routine
            "{me} hears from {leader}, the leader of term {term}."
            "{me} 收到任期 {term} 的领导者 {leader} 的心跳。",
        /// Entries are appended.
        Append { leader: NodeId, first: u32, last: u32 }
            "Raft §5.3" Step
            "{me} appends what {leader} sent, up to index {last}: its log matches before {first}."
            "{me} 追加 {leader} 发来的条目，直至索引 {last}：索引 {first} 之前的日志匹配。",
        /// All entries are there already.
        HaveAlready { leader: NodeId, last: u32 }
            "Raft §5.3" Step
            "{me} has what {leader} sends, up to index {last}, already: it changes nothing."
            "{me} 已拥有 {leader} 发来的条目（至索引 {last}）：无需改变。",
        /// The log is too short.
        RefuseGap { leader: NodeId, prev_index: u32, last_index: u32 }
            "Raft §5.3" Step
            "{me} refuses {leader}'s append after index {prev_index}: its own log ends at {last_index}."
            "{me} 拒绝 {leader} 在索引 {prev_index} 之后的追加：自己的日志止于 {last_index}。",
        /// The log differs there.
        RefuseMismatch { leader: NodeId, prev_index: u32, prev_term: u32, mine: u32 }
            "Raft §5.3" Step
            "{me} refuses {leader}'s append: at index {prev_index} the leader has term {prev_term} and {me} has term {mine}."
            "{me} 拒绝 {leader} 的追加：索引 {prev_index} 处领导者的任期为 {prev_term}，自己的为 {mine}。",
        /// The leader's term has passed.
        RefuseStaleLeader { leader: NodeId, term: u32, mine: u32 }
            "Raft §5.1" Step
            "{me} refuses {leader}: its term {term} has passed, it is term {mine} now."
            "{me} 拒绝 {leader}：其任期 {term} 已过时，现为任期 {mine}。",
        /// Entries that conflict are removed.
        Truncate { index: u32, mine: u32, theirs: u32, leader: NodeId }
            "Raft §5.3" Notable
            "{me} deletes its entries from index {index} on: it has term {mine} there and the leader {leader} term {theirs}."
            "{me} 删除索引 {index} 起的条目：该处自己的任期为 {mine}，领导者 {leader} 的为 {theirs}。",
        /// Entries are removed although nothing conflicts: the flaw.
        TruncateBlindly { index: u32, last_index: u32, leader: NodeId }
            "against Raft §5.3" Notable
            "{me} cuts its log off after index {index}, where {leader}'s append ends, although it went on to {last_index} (the flaw)."
            "{me} 将日志截断至索引 {index}（{leader} 的追加止于此），尽管原本到 {last_index}（缺陷）。",
        /// Committed entries are removed.
        LoseCommitted { index: u32, commit: u32, leader: NodeId }
            "Raft §5.4" Notable
            "{me} deletes entries from index {index} on at {leader}'s word, although it knew those up to {commit} to be committed."
            "{me} 按 {leader} 的要求删除索引 {index} 起的条目，尽管它已知 {commit} 之前的条目已提交。",
        /// The leader says what is committed.
        LearnCommit { commit: u32, leader: NodeId }
            "Raft §5.3" Step
            "{me} learns from {leader} that entries up to index {commit} are committed."
            "{me} 从 {leader} 得知索引 {commit} 之前的条目已提交。",
        // What comes too late.
        /// A message of a term that has passed.
        IgnoreStale { from: NodeId, term: u32, mine: u32 }
            "Raft §5.1" Step
            "{me} ignores {from}'s answer of term {term}: it is term {mine} now."
            "{me} 忽略 {from} 在任期 {term} 的答复：现为任期 {mine}。",
        /// A vote after the election.
        IgnoreLateVote { voter: NodeId, term: u32 }
            "Raft §5.2" Step
            "{me} no longer gathers votes when {voter}'s for term {term} arrives."
            "{voter} 对任期 {term} 的票到达时，{me} 已不再收集选票。",
        /// An answer to a leader that is none any more.
        IgnoreAnswer { from: NodeId, term: u32 }
            "Raft §5.3" Step
            "{me} does not lead term {term} and ignores {from}'s answer to an append."
            "{me} 不是任期 {term} 的领导者，忽略 {from} 对追加的答复。",
        /// A timer that its role does not know.
        IgnoreTimer {}
            "Raft §5.2" Routine
            "{me} ignores a timer that its role does not use."
            "{me} 忽略当前角色不使用的定时器。",
        // Configurations.
        /// Nobody planned that one.
        RefuseChange { to: u32 }
            "Raft §6" Step
            "{me} refuses to change to configuration {to}: there is no such one."
            "{me} 拒绝变更到配置 {to}：不存在该配置。",
        /// It is in force already.
        ChangeIsMade { to: u32 }
            "Raft §6" Step
            "{me} answers again: the change to configuration {to} has been made."
            "{me} 再次答复：到配置 {to} 的变更已经完成。",
        /// Another is under way.
        OneChangeAtATime { to: u32, under_way: u32 }
            "Raft §6" Step
            "{me} does not begin the change to configuration {to} while that to {under_way} is under way: ask again later."
            "{me} 暂不开始到配置 {to} 的变更，因为到配置 {under_way} 的变更尚未完成：请稍后再试。",
        /// The same is under way.
        AwaitChange { to: u32, index: u32 }
            "Raft §6" Step
            "{me} has the change to configuration {to} in its log, at index {index}: it will answer when it is made."
            "{me} 的日志索引 {index} 处已有到配置 {to} 的变更：完成后即答复。",
        /// It may not know all that is committed.
        AwaitOwnCommit { to: u32, term: u32 }
            "Raft dissertation §4.1, as corrected in 2015" Notable
            "{me} puts the change to configuration {to} off until an entry of its own term {term} is committed: before that it may not know of the last change."
            "{me} 推迟到配置 {to} 的变更，直到自己任期 {term} 的条目提交：在此之前它可能不知道上一次变更。",
        /// A learner is to vote.
        AwaitLearner { to: u32, learner: NodeId, matched: u32, commit: u32 }
            "Raft dissertation §4.2.1" Step
            "{me} puts the change to configuration {to} off until the learner {learner}, which has entries up to {matched} of {commit}, has caught up."
            "{me} 推迟到配置 {to} 的变更，直到学习者 {learner}（已有条目至 {matched}，共需 {commit}）追上进度。",
        /// The first entry of a change.
        BeginJoint { to: u32, index: u32, term: u32 }
            "Raft §6" Notable
            "{me} appends the joint configuration at index {index} in term {term}: from now on it needs quorums of the old weights and of configuration {to}."
            "{me} 在索引 {index}（任期 {term}）追加联合配置：从此同时需要旧权重与配置 {to} 的法定人数。",
        /// A change in one step, where that is safe.
        BeginAtOnce { to: u32, index: u32, term: u32 }
            "Raft dissertation §4.1" Notable
            "{me} appends configuration {to} at index {index} in term {term} and acts by it at once: all its quorums meet those of the old one."
            "{me} 在索引 {index}（任期 {term}）追加配置 {to} 并立即生效：新旧法定人数必然相交。",
        /// A change in one step whatever it is: the flaw.
        BeginBlindly { to: u32, index: u32, term: u32 }
            "against Raft §6" Notable
            "{me} appends configuration {to} at index {index} in term {term} and acts by it at once, without asking whether its quorums meet those of the old one (the flaw)."
            "{me} 在索引 {index}（任期 {term}）追加配置 {to} 并立即生效，而不问新旧法定人数是否相交（缺陷）。",
        /// A change too early: the flaw.
        BeginTooEarly { to: u32, index: u32, term: u32 }
            "against Raft dissertation §4.1, as corrected in 2015" Notable
            "{me} appends configuration {to} at index {index} before anything of its own term {term} is committed (the flaw)."
            "{me} 在自己任期 {term} 尚无条目提交时就在索引 {index} 追加配置 {to}（缺陷）。",
        /// The second entry of a change.
        FinishJoint { to: u32, index: u32, next: u32 }
            "Raft §6" Notable
            "{me} has the joint configuration at index {index} committed: it appends configuration {to} at index {next}, whose quorums are enough from now on."
            "{me} 在索引 {index} 的联合配置已提交：它在索引 {next} 追加配置 {to}，从此只需其法定人数。",
        /// The change is made.
        FinishChange { to: u32, index: u32 }
            "Raft §6" Notable
            "{me} has made the change: configuration {to} is committed at index {index}."
            "{me} 完成变更：配置 {to} 已在索引 {index} 提交。",
        /// A follower has the first entry.
        TakeUpJoint { to: u32, index: u32, leader: NodeId }
            "Raft §6" Step
            "{me} has the joint configuration of {leader} at index {index}: it acts by it at once, and needs quorums of configuration {to} too."
            "{me} 收到 {leader} 在索引 {index} 的联合配置：立即生效，同时需要配置 {to} 的法定人数。",
        /// A follower has the second.
        TakeUpChange { to: u32, index: u32, leader: NodeId }
            "Raft §6" Step
            "{me} has configuration {to} of {leader} at index {index}: it acts by it at once."
            "{me} 收到 {leader} 在索引 {index} 的配置 {to}：立即生效。",
        /// It is not in the log any more.
        RollBackChange { index: u32, leader: NodeId, now: u32 }
            "Raft §6" Notable
            "{me} goes back to configuration {now}: the change from index {index} on was not committed, and {leader}'s log has another entry there."
            "{me} 退回配置 {now}：索引 {index} 起的变更未曾提交，{leader} 的日志在该处另有条目。",
        /// The leader has no vote in it.
        LeaveOffice { term: u32, to: u32 }
            "Raft §6" Notable
            "{me} gives up leading term {term}: configuration {to} is committed, and gives it no vote."
            "{me} 放弃领导任期 {term}：配置 {to} 已提交，它在其中没有票权。",
        /// It has no vote, and so stands for nothing.
        StayLearner { term: u32 }
            "Raft dissertation §4.2.1" Step
            "{me} hears no leader in term {term}, but has no vote: a learner does not stand for election."
            "{me} 在任期 {term} 收不到领导者的消息，但它没有票权：学习者不参选。",
        // Reads.
        /// A read waits for a round.
        HoldRead { client: u32, seq: u32, index: u32, round: u32 }
            "Raft dissertation §6.4" Step
            "{me} notes that read {seq} of client {client} has to see index {index}, and waits for heartbeat round {round} to be sure that it still leads."
            "{me} 记下客户端 {client} 的读取 {seq} 须看到索引 {index}，并等待第 {round} 轮心跳以确认自己仍在领导。",
        /// A read before anything of the term is committed.
        HoldReadForTerm { client: u32, seq: u32, term: u32 }
            "Raft dissertation §6.4" Step
            "{me} keeps read {seq} of client {client} back until an entry of its term {term} is committed: before that it may not know the last commit."
            "{me} 暂缓客户端 {client} 的读取 {seq}，直到任期 {term} 的条目提交：此前它可能不知道最新的提交。",
        /// The same read again.
        AwaitRound { client: u32, seq: u32, round: u32 }
            "Raft dissertation §6.4" Step
            "{me} has read {seq} of client {client} waiting already, after heartbeat round {round}."
            "{me} 已在第 {round} 轮心跳之后等待客户端 {client} 的读取 {seq}。",
        /// A quorum has answered the round.
        ServeRead { client: u32, seq: u32, index: u32, round: u32 }
            "Raft dissertation §6.4" Step
            "{me} answers read {seq} of client {client} from its state at index {index}: a quorum answered heartbeat round {round}, so it still led."
            "{me} 以索引 {index} 处的状态答复客户端 {client} 的读取 {seq}：法定人数已回应第 {round} 轮心跳，它当时仍在领导。",
        /// The lease holds.
        ReadByLease { client: u32, seq: u32, index: u32 }
            "Raft dissertation §6.4.1" Step
            "{me} answers read {seq} of client {client} at once, from its state at index {index}: by its clock nobody else can have been elected yet."
            "{me} 立即以索引 {index} 处的状态答复客户端 {client} 的读取 {seq}：按它的时钟，此时不可能有其他人当选。",
        /// The lease seems to hold: the flaw.
        ReadByBadLease { client: u32, seq: u32, index: u32 }
            "against Raft dissertation §6.4.1" Notable
            "{me} answers read {seq} of client {client} from its state at index {index} by a lease, on a clock that runs slow (the flaw)."
            "{me} 依靠租约以索引 {index} 处的状态答复客户端 {client} 的读取 {seq}，而它的时钟走得太慢（缺陷）。",
        /// Nobody is asked: the flaw.
        ReadLocally { client: u32, seq: u32, index: u32 }
            "against Raft §8" Notable
            "{me} answers read {seq} of client {client} from its own state at index {index}, without making sure that it still leads (the flaw)."
            "{me} 直接以自己在索引 {index} 处的状态答复客户端 {client} 的读取 {seq}，未确认自己仍在领导（缺陷）。",
        /// A time-out by hand within the promise.
        KeepPromise { leader: Option<NodeId> }
            "Raft dissertation §6.4.1" Step
            "{me} does not stand for election: it heard from {leader} within the shortest election time-out, and that leader's lease rests on it."
            "{me} 不参选：它在最短选举超时内收到过 {leader} 的消息，而对方的租约以此为据。",
        /// After a restart.
        HoldStill { term: u32 }
            "Raft dissertation §6.4.1" Step
            "{me} votes for nobody until the shortest election time-out has passed: before it went down in term {term} it may have answered a leader whose lease still holds."
            "{me} 在最短选举超时过去之前不投票：它在任期 {term} 停机之前可能回应过租约仍有效的领导者。",
        // Snapshots.
        /// The log gets shorter.
        TakeSnapshot { index: u32, term: u32, entries: u32 }
            "Raft §7" Notable
            "{me} writes a snapshot up to index {index} of term {term} and discards {entries} entries."
            "{me} 写入快照，覆盖至索引 {index}（任期 {term}），并丢弃 {entries} 个条目。",
        /// A follower lacks what is compacted.
        SendSnapshot { follower: NodeId, next: u32, index: u32 }
            "Raft §7" Notable
            "{me} has discarded index {next}, which {follower} needs next: it sends its snapshot up to index {index}."
            "{me} 已丢弃 {follower} 接下来需要的索引 {next}：它发送覆盖至索引 {index} 的快照。",
        /// A snapshot takes the place of the log.
        InstallSnapshot { leader: NodeId, index: u32, last_index: u32 }
            "Raft §7" Notable
            "{me} takes {leader}'s snapshot up to index {index} in place of its own log, which ended at {last_index}."
            "{me} 以 {leader} 覆盖至索引 {index} 的快照取代自己止于 {last_index} 的日志。",
        /// A snapshot of what is there.
        HaveSnapshot { leader: NodeId, index: u32, commit: u32 }
            "Raft §7" Step
            "{me} needs nothing of {leader}'s snapshot up to index {index}: it has committed up to {commit}."
            "{me} 不需要 {leader} 覆盖至索引 {index} 的快照：自己已提交至 {commit}。",
        // Handing over.
        /// By hand.
        HandOver { to: NodeId, term: u32 }
            "Raft dissertation §3.10" Notable
            "{me} hands the lead of term {term} over to {to}: it takes no more requests and brings {to}'s log up to its own."
            "{me} 将任期 {term} 的领导权移交给 {to}：不再接受请求，并让 {to} 的日志追上自己。",
        /// The successor has it all.
        TellToStand { to: NodeId, index: u32 }
            "Raft dissertation §3.10" Notable
            "{me} tells {to}, which has the whole log up to index {index}, to stand for election at once."
            "{me} 让已拥有全部日志（至索引 {index}）的 {to} 立即参选。",
        /// Told to.
        StandAtOnce { leader: NodeId, term: u32 }
            "Raft dissertation §3.10" Notable
            "{me} stands for election in term {term} without waiting: {leader} has told it to."
            "{me} 无需等待超时，立即参选任期 {term}：这是 {leader} 的要求。",
        /// Too late, or by nobody who may.
        IgnoreTimeoutNow { from: NodeId, term: u32 }
            "Raft dissertation §3.10" Step
            "{me} does not stand although {from} tells it to: it does not follow {from} in term {term}, or has no vote."
            "{me} 不按 {from} 的要求参选：它在任期 {term} 并不跟随 {from}，或没有票权。",
        /// It took too long.
        GiveUpTransfer { to: NodeId }
            "Raft dissertation §3.10" Notable
            "{me} goes on leading: {to} was not elected within an election time-out."
            "{me} 继续领导：{to} 未能在一个选举超时内当选。",
        /// There is no other voter.
        NobodyToHandTo {}
            "Raft dissertation §3.10" Step
            "{me} has nobody to hand over to: no other server has a vote."
            "{me} 无人可移交：没有其他服务器拥有票权。",
        /// A request meanwhile.
        RefuseWhileHanding { to: NodeId }
            "Raft dissertation §3.10" Step
            "{me} takes no request while it hands over to {to}: the client has to try again."
            "{me} 在移交给 {to} 期间不接受请求：客户端需要重试。",
        /// Another change, while this one only waits.
        GiveWay { to: u32, other: u32 }
            "Raft dissertation §4.2.1" Step
            "{me} gives up waiting to change to configuration {to}, of which nothing is in its log yet: it is asked for {other}."
            "{me} 不再等待到配置 {to} 的变更（日志中尚无任何条目），因为有人要求变更到 {other}。",
    }
}
