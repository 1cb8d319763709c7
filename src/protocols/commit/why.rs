//! Why nodes do what they do.

use crate::model::{Ballot, NodeId, Value, because};

because! {
    /// Why a node acts.
    pub enum Why {
        /// The first start.
        Start {}
            "Gray and Lamport §3.1" Routine
            "{me} starts: it knows of no transaction."
            "{me} 启动：尚不知道任何事务。",
        /// Back from a crash.
        Restart { open: u32, log: u32 }
            "Gray 1978 §5.8.3" Step
            "{me} is back. On its disk: {open} transactions in doubt, whose locks it takes again, and {log} commits to be told again."
            "{me} 恢复运行。磁盘上：存疑事务 {open} 个（重新持有其锁），需再次告知的提交 {log} 个。",

        /// A client's transaction begins.
        Begin { tx: Ballot, value: Option<Value>, parties: u32 }
            "Gray and Lamport §3.1" Step
            "{me} locks and writes down what transaction {tx} ({value}) changes here: it is prepared, and asks for the commit ({parties} take part)."
            "{me} 锁住并写下事务 {tx}（{value}）在此处的修改：它已就绪，请求提交（共 {parties} 个参与者）。",
        /// The lock is taken.
        BeginWaits { tx: Ballot }
            "Gray 1978 §5.7" Step
            "Transaction {tx} holds a lock that this one needs: it begins once {me} has it. It holds none while it waits."
            "事务 {tx} 持有所需的锁：{me} 拿到锁后才开始新事务，等待期间不持有任何锁。",
        /// A read finds the lock taken.
        ReadWaits { tx: Ballot }
            "Gray 1978 §5.7" Step
            "{me} may not answer this read: transaction {tx} is in doubt and holds the lock."
            "{me} 不能回答这次读取：事务 {tx} 存疑，仍持有锁。",
        /// A read.
        AnswerRead { value: Option<Value> }
            "Gray 1978 §5.7" Step
            "No transaction holds the lock: {me} answers the read with {value}."
            "没有事务持有该锁：{me} 以 {value} 回答读取。",
        /// A request again.
        AnswerDecided { commit: bool }
            "Gray and Lamport §2" Step
            "{me} has ended this request before (committed: {commit}) and says so again."
            "{me} 此前已结束该请求（提交：{commit}），再次告知。",
        /// A request again.
        UnderWay {}
            "Gray and Lamport §2" Routine
            "{me} has begun the transaction of this request already: its outcome is the answer."
            "{me} 已为该请求开始事务：其结果就是答复。",
        /// A manager that votes no is asked first.
        RefuseClient {}
            "Gray and Lamport §2" Step
            "{me} cannot carry this out, and begins nothing: the client is refused."
            "{me} 无法执行，因此不开始事务：拒绝客户端。",
        /// Not the manager of that key.
        Redirect { to: NodeId }
            "Gray and Lamport §2" Step
            "The register is on {to}: {me} sends the client there."
            "该寄存器在 {to} 上：{me} 让客户端去那里。",
        /// There is nobody.
        NoManagers {}
            "Gray and Lamport §2" Step
            "No node is a resource manager: {me} refuses."
            "没有任何资源管理器：{me} 拒绝。",
        /// Not what a transaction is here.
        IgnoredRequest {}
            "Gray and Lamport §2" Step
            "{me} refuses: a client may read a register, or write one or two in a transaction."
            "{me} 拒绝：客户端只能读取一个寄存器，或以事务写一个或两个寄存器。",

        /// Everybody is asked.
        AskAll { tx: Ballot, value: Option<Value> }
            "Gray and Lamport §3.1" Step
            "{me} is asked to commit transaction {tx} ({value}): it asks the other managers to prepare."
            "{me} 受请提交事务 {tx}（{value}）：它请其余管理器做好准备。",
        /// A yes.
        VoteYes { tx: Ballot, value: Option<Value> }
            "Gray 1978 §5.8.3" Step
            "{me} locks what {tx} ({value}) changes, writes that down, and votes yes. From now on it is in doubt: it may neither commit nor abort without being told."
            "{me} 锁住 {tx}（{value}）要修改的内容并写入磁盘，投赞成票。此后它处于存疑状态：未获通知不得提交，也不得中止。",
        /// A no.
        VoteNo { tx: Ballot }
            "Gray and Lamport §3.1" Notable
            "{me} cannot carry out {tx} and votes no. Nobody can commit without it, so it aborts at once."
            "{me} 无法执行 {tx}，投反对票。没有它谁也不能提交，因此它立即中止。",
        /// A lock is taken by a younger transaction.
        LockWaits { tx: Ballot, holder: Ballot }
            "Rosenkrantz et al. 1978" Step
            "{tx} needs a lock that {holder} holds at {me}. By its number it is the older of the two, so it may wait (wait-die)."
            "{tx} 需要 {holder} 在 {me} 持有的锁。按编号它更早，因此可以等待（wait-die）。",
        /// A lock is taken by an older transaction.
        LockDies { tx: Ballot, holder: Ballot }
            "Rosenkrantz et al. 1978" Notable
            "{tx} needs a lock that {holder} holds at {me}. It may not wait for it: {me} votes no, and no circle of waits can arise."
            "{tx} 需要 {holder} 在 {me} 持有的锁，不得等待：{me} 投反对票，因此不会出现循环等待。",
        /// Asked again.
        RepeatVote { tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{me} is prepared for {tx} already and says so again."
            "{me} 已为 {tx} 就绪，再次告知。",
        /// A yes is counted.
        CountYes { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Step
            "{me} counts that {from} is prepared for {tx}; others are missing."
            "{me} 计入 {from} 已为 {tx} 就绪；尚缺其他节点。",
        /// Everybody is prepared.
        DecideCommit { tx: Ballot }
            "Gray and Lamport §3.1" Notable
            "Everybody is prepared for {tx}: {me} commits it and tells all."
            "所有参与者均已为 {tx} 就绪：{me} 决定提交并告知所有节点。",
        /// Somebody has voted no.
        DecideAbort { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Notable
            "{from} refuses {tx}: {me} aborts it and tells all. It writes nothing down: what is not in its log is aborted."
            "{from} 拒绝 {tx}：{me} 决定中止并告知所有节点。它不写日志：日志里没有的即为中止。",
        /// Votes are missing.
        GiveUp { tx: Ballot }
            "Gray and Lamport §3.1" Notable
            "{me} has not heard from all about {tx} in time: it takes those who are silent for dead, and aborts."
            "{me} 未能及时收到所有参与者对 {tx} 的答复：视沉默者为失效，决定中止。",
        /// A mistake: the commit is told before it is written.
        CommitUnlogged { tx: Ballot }
            "against Gray 1978 §5.8.3" Notable
            "Mistake: {me} tells that {tx} is committed while its log record is still in memory."
            "错误：{me} 宣布 {tx} 已提交，而日志记录仍只在内存中。",
        /// A transaction that is not in the log.
        PresumeAbort { to: NodeId, tx: Ballot }
            "Mohan, Lindsay and Obermarck 1986 §3" Notable
            "{me} finds nothing of {tx} in its log, so it cannot have committed it: it tells {to} that it is aborted (presumed abort)."
            "{me} 的日志中没有 {tx}，因此它不可能提交过：告诉 {to} 已中止（推定中止）。",
        /// An acknowledgement.
        CountDone { from: NodeId, tx: Ballot }
            "Mohan, Lindsay and Obermarck 1986 §3" Routine
            "{from} has the commit of {tx} on its disk; {me} keeps it in its log until all have."
            "{from} 已把 {tx} 的提交写入磁盘；{me} 将其保留在日志中，直到所有参与者都确认。",
        /// All have acknowledged.
        Forget { tx: Ballot }
            "Mohan, Lindsay and Obermarck 1986 §3" Routine
            "Everybody has the commit of {tx} on disk: nobody can ask any more, and {me} forgets it."
            "所有参与者都已将 {tx} 的提交写入磁盘：再无人会询问，{me} 将其遗忘。",
        /// Acknowledgements are missing.
        TellAgain { open: u32 }
            "Mohan, Lindsay and Obermarck 1986 §3" Step
            "{open} commits are not acknowledged by all: {me} tells them again."
            "有 {open} 个提交未获所有参与者确认：{me} 再次告知。",

        /// A commit arrives.
        LearnCommit { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Step
            "{me} hears from {from} that {tx} is committed: it carries it out and frees its locks."
            "{me} 从 {from} 得知 {tx} 已提交：执行修改并释放锁。",
        /// An abort arrives.
        LearnAbort { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Step
            "{me} hears from {from} that {tx} is aborted: it drops it and frees its locks."
            "{me} 从 {from} 得知 {tx} 已中止：放弃修改并释放锁。",
        /// Nobody tells.
        InDoubt { tx: Ballot, open: u32 }
            "Gray and Lamport §3.3" Step
            "{me} voted yes on {tx} and does not know the outcome: it may not guess, keeps its locks, and asks ({open} in doubt)."
            "{me} 对 {tx} 投了赞成票却不知道结果：它不得猜测，保持锁定，并询问（存疑 {open} 个）。",
        /// A mistake: it guesses.
        AbortAlone { tx: Ballot }
            "against Gray 1978 §5.8.3" Notable
            "Mistake: {me} has voted yes on {tx}, grows tired of waiting, and aborts on its own."
            "错误：{me} 已对 {tx} 投赞成票，却等得不耐烦，自行中止。",
        /// The same mistake: it is told otherwise.
        ChangeMind { from: NodeId, tx: Ballot }
            "against Gray and Lamport §2" Notable
            "Mistake: {me} had aborted {tx} on its own; told otherwise by {from}, it commits after all."
            "错误：{me} 曾自行中止 {tx}；{from} 告知相反结果后，它又改为提交。",
        /// An outcome is told on request.
        AnswerOutcome { to: NodeId, tx: Ballot, commit: bool }
            "Gray 1978 §5.8.3" Step
            "{me} knows what came of {tx} and tells {to} (committed: {commit})."
            "{me} 知道 {tx} 的结果并告诉 {to}（提交：{commit}）。",
        /// Nothing to tell.
        CannotTell { to: NodeId, tx: Ballot }
            "Gray and Lamport §3.3" Routine
            "{me} does not know what came of {tx} either, and cannot help {to}."
            "{me} 也不知道 {tx} 的结果，帮不了 {to}。",

        /// Three phases: all have voted yes.
        PreCommitAll { tx: Ballot }
            "Skeen 1981 §5" Notable
            "Everybody has voted yes on {tx}: {me} first lets all know that, before anybody commits."
            "所有参与者都对 {tx} 投了赞成票：在任何节点提交之前，{me} 先让所有节点知道这一点。",
        /// Three phases: a manager hears of it.
        PreCommit { from: NodeId, tx: Ballot }
            "Skeen 1981 §5" Step
            "{me} hears from {from} that all have voted yes on {tx}: it writes that down and says so."
            "{me} 从 {from} 得知所有参与者都对 {tx} 投了赞成票：写入磁盘并确认。",
        /// Three phases: again.
        RepeatAck { from: NodeId, tx: Ballot }
            "Skeen 1981 §5" Routine
            "{me} knows already that all have voted yes on {tx} and tells {from} again."
            "{me} 已知道所有参与者都对 {tx} 投了赞成票，再次告诉 {from}。",
        /// Three phases: an acknowledgement.
        CountAck { from: NodeId, tx: Ballot }
            "Skeen 1981 §5" Step
            "{from} knows that all have voted yes on {tx}; {me} waits for the others."
            "{from} 已知道所有参与者都对 {tx} 投了赞成票；{me} 等待其余节点。",
        /// Three phases: an acknowledgement is missing.
        CommitWithout { tx: Ballot }
            "Skeen 1981 §5" Notable
            "All have voted yes on {tx}, and who has not said that it knows must have stopped: {me} commits."
            "所有参与者都对 {tx} 投了赞成票，未确认者必已停止：{me} 提交。",
        /// Three phases: it is under way.
        NotYet { tx: Ballot }
            "Skeen 1981 §6" Routine
            "{me} is ending {tx} already and gives the others time to answer."
            "{me} 已在了结 {tx}，给其余节点答复的时间。",
        /// Three phases: it was down meanwhile.
        WasAway { tx: Ballot, heard: u32 }
            "Skeen 1981 §6" Notable
            "{me} was down for a while, and only {heard} answered about {tx}: who is silent may have ended it, so {me} may not."
            "{me} 曾停机，而关于 {tx} 只有 {heard} 个节点作答：沉默者可能已了结它，因此 {me} 不得自行了结。",
        /// Three phases: somebody stands in.
        StandIn { tx: Ballot, silence: u32 }
            "Skeen 1981 §6" Notable
            "For {silence} ms {me} has heard nothing of {tx}: it takes the coordinator for dead, stands in for it, and asks all how far they are."
            "{me} 已有 {silence} 毫秒没有 {tx} 的消息：它视协调者为失效，代其行事，询问所有节点的进度。",
        /// Three phases: an answer to that.
        TellState { to: NodeId, tx: Ballot }
            "Skeen 1981 §6" Step
            "{me} tells {to} how far it is with {tx}."
            "{me} 告诉 {to} 自己在 {tx} 上的进度。",
        /// Three phases: an answer is noted.
        CountState { from: NodeId, tx: Ballot }
            "Skeen 1981 §6" Routine
            "{me} notes how far {from} is with {tx}."
            "{me} 记下 {from} 在 {tx} 上的进度。",
        /// Three phases: somebody knows.
        EndAsOne { tx: Ballot, commit: bool }
            "Skeen 1981 §6" Notable
            "Somebody knows what came of {tx}: {me} tells all the same (committed: {commit})."
            "有节点知道 {tx} 的结果：{me} 照此告知所有节点（提交：{commit}）。",
        /// Three phases: somebody knows that all have voted yes.
        EndByCommit { tx: Ballot, heard: u32 }
            "Skeen 1981 §6" Notable
            "Among {me} and the {heard} that answered, one knows that all voted yes on {tx}: somebody may have committed, so {me} leads all there."
            "{me} 与作答的 {heard} 个节点中，有节点知道所有参与者都对 {tx} 投了赞成票：可能已有节点提交，因此 {me} 带领大家提交。",
        /// Three phases: nobody does.
        EndByAbort { tx: Ballot, heard: u32 }
            "Skeen 1981 §6" Notable
            "Neither {me} nor the {heard} that answered know that all voted yes on {tx}, so none of them can have committed: {me} aborts."
            "{me} 与作答的 {heard} 个节点都不知道所有参与者已对 {tx} 投赞成票，因此它们都不可能提交：{me} 决定中止。",

        /// Paxos: a vote is held.
        HoldVote { from: NodeId, tx: Ballot, missing: u32 }
            "Gray and Lamport §4.3" Step
            "{me} has {from}'s vote on {tx} and waits for {missing} more, to write and tell all of them at once."
            "{me} 收到 {from} 对 {tx} 的投票，还差 {missing} 票，以便一次写入并一次告知。",
        /// Paxos, phase 2b.
        Accept { tx: Ballot, ballot: Ballot, yes: u32, no: u32 }
            "Gray and Lamport §4.2" Step
            "{me} accepts in ballot {ballot} for {tx}: {yes} prepared, {no} aborted."
            "{me} 在轮次 {ballot} 接受 {tx} 的投票：就绪 {yes} 个，中止 {no} 个。",
        /// Paxos: again.
        AcceptAgain { tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.2" Routine
            "{me} has accepted that for {tx} in ballot {ballot} already, and says so again."
            "{me} 已在轮次 {ballot} 接受 {tx} 的投票，再次告知。",
        /// A mistake: it tells before it is on the disk.
        AcceptUnlogged { tx: Ballot, ballot: Ballot }
            "against Gray and Lamport §4.2" Notable
            "Mistake: {me} tells that it accepted the votes on {tx} in ballot {ballot} while they are still in memory."
            "错误：{me} 宣布已在轮次 {ballot} 接受 {tx} 的投票，而它们仍只在内存中。",
        /// Paxos: refused.
        RefuseAccept { tx: Ballot, ballot: Ballot, promised: Ballot }
            "Gray and Lamport §4.1" Step
            "{me} has promised ballot {promised} for {tx}, which is above {ballot}, and accepts nothing."
            "{me} 已就 {tx} 承诺轮次 {promised}，高于 {ballot}，因此不接受。",
        /// Paxos: another leads.
        TakeOver { tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.2" Notable
            "{me} has not heard in time what came of {tx}: it leads ballot {ballot} and asks the acceptors what they have accepted."
            "{me} 未及时得知 {tx} 的结果：它发起轮次 {ballot}，询问接受者已接受了什么。",
        /// Paxos, phase 1b.
        Promise { tx: Ballot, ballot: Ballot, votes: u32 }
            "Gray and Lamport §4.1" Step
            "{me} promises to accept nothing below ballot {ballot} for {tx}, and reports {votes} votes that it has accepted."
            "{me} 承诺不再接受 {tx} 低于轮次 {ballot} 的提案，并报告已接受的 {votes} 票。",
        /// Paxos: refused.
        RefusePrepare { tx: Ballot, ballot: Ballot, promised: Ballot }
            "Gray and Lamport §4.1" Step
            "{me} has promised ballot {promised} for {tx}, which is above {ballot}, and promises nothing."
            "{me} 已就 {tx} 承诺轮次 {promised}，高于 {ballot}，因此不作承诺。",
        /// Paxos: a promise is counted.
        CountPromise { from: NodeId, tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.1" Step
            "{me} counts {from}'s promise of ballot {ballot} for {tx}."
            "{me} 计入 {from} 对 {tx} 轮次 {ballot} 的承诺。",
        /// Paxos, phase 2a.
        ProposeRest { tx: Ballot, ballot: Ballot, yes: u32, free: u32 }
            "Gray and Lamport §4.2" Notable
            "A quorum has promised {me} ballot {ballot} for {tx}. It proposes again what was accepted ({yes} prepared), and “aborted” for the {free} of which nothing was."
            "一个法定人数已就 {tx} 向 {me} 承诺轮次 {ballot}。它重新提议已接受的投票（就绪 {yes} 个），其余 {free} 个未被接受的提议为“中止”。",
        /// Paxos: an acceptance is counted.
        CountAccepted { from: NodeId, tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.2" Step
            "{me} counts that {from} accepted the votes on {tx} in ballot {ballot}."
            "{me} 计入 {from} 在轮次 {ballot} 接受了 {tx} 的投票。",
        /// Paxos: a no is chosen.
        Chosen { tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.2" Notable
            "A quorum has accepted “aborted” for one of the managers of {tx} in ballot {ballot}: {me} aborts it and tells all."
            "一个法定人数已在轮次 {ballot} 为 {tx} 的某个管理器接受“中止”：{me} 决定中止并告知所有节点。",
        /// Paxos: a refusal.
        CountNack { from: NodeId, tx: Ballot, promised: Ballot }
            "Gray and Lamport §4.1" Step
            "{from} refuses {me}: it has promised ballot {promised} for {tx}."
            "{from} 拒绝 {me}：它已就 {tx} 承诺轮次 {promised}。",

        /// Late or doubled.
        KnownAlready { from: NodeId, tx: Ballot }
            "Gray and Lamport §2" Routine
            "{me} knows what came of {tx} already; {from}'s message changes nothing."
            "{me} 已知道 {tx} 的结果；{from} 的消息不改变什么。",
        /// Another outcome.
        IgnoredContrary { from: NodeId, tx: Ballot, known: bool }
            "Gray and Lamport §2" Notable
            "{from} says the opposite of what {me} has decided about {tx} (committed: {known}). A decision is never changed."
            "{from} 所说与 {me} 对 {tx} 的决定（提交：{known}）相反。决定永不更改。",
        /// Late or doubled.
        IgnoredBegin { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{me} has begun {tx} already, or cannot know whether it has: {from}'s message opens nothing."
            "{me} 已开始 {tx}，或无从得知是否开始过：{from} 的消息不开启任何事务。",
        /// Late or doubled.
        IgnoredVote { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{me} is not waiting for {from}'s vote on {tx}."
            "{me} 并未等待 {from} 对 {tx} 的投票。",
        /// Late or doubled.
        IgnoredAck { from: NodeId, tx: Ballot }
            "Mohan, Lindsay and Obermarck 1986 §3" Routine
            "{me} has forgotten {tx} already; {from}'s acknowledgement changes nothing."
            "{me} 已遗忘 {tx}；{from} 的确认不再有作用。",
        /// Not asked.
        IgnoredPreCommit { from: NodeId, tx: Ballot }
            "Skeen 1981 §5" Routine
            "{me} has not voted on {tx}: {from}'s message is not for it."
            "{me} 未对 {tx} 投过票：{from} 的消息与它无关。",
        /// Late.
        IgnoredState { from: NodeId, tx: Ballot }
            "Skeen 1981 §6" Routine
            "{me} does not ask any more how far {from} is with {tx}."
            "{me} 不再询问 {from} 在 {tx} 上的进度。",
        /// Late or doubled.
        IgnoredPromise { from: NodeId, tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.1" Routine
            "{me} is not preparing ballot {ballot} of {tx} any more: {from}'s promise changes nothing."
            "{me} 已不在准备 {tx} 的轮次 {ballot}：{from} 的承诺不再有作用。",
        /// Late or doubled.
        IgnoredAccepted { from: NodeId, tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.2" Routine
            "{me} is not waiting to hear that {from} accepted ballot {ballot} of {tx}."
            "{me} 并未等待 {from} 接受 {tx} 轮次 {ballot} 的消息。",
        /// Late or doubled.
        IgnoredNack { from: NodeId, tx: Ballot, ballot: Ballot }
            "Gray and Lamport §4.1" Routine
            "{me} has given up ballot {ballot} of {tx} already: {from}'s refusal changes nothing."
            "{me} 已放弃 {tx} 的轮次 {ballot}：{from} 的拒绝不再有作用。",
        /// Nothing is open.
        IgnoredRetry {}
            "Gray and Lamport §3.1" Routine
            "{me} coordinates nothing: there is nothing to wait for."
            "{me} 没有在协调任何事务：无可等待。",
        /// Nothing is in doubt.
        IgnoredDoubt {}
            "Gray and Lamport §3.3" Routine
            "{me} is in doubt about nothing and asks nobody."
            "{me} 没有存疑的事务，无需询问。",
        /// The coordinator is back.
        NoteLife { from: NodeId, era: u32 }
            "Mohan, Lindsay and Obermarck 1986 §3" Step
            "{from} has started again (start {era}). {me} notes that: what it begins from now on belongs to this life of {from}, which can know of it."
            "{from} 已重新启动（第 {era} 次启动）。{me} 记下这一点：此后开始的事务属于 {from} 的这次运行，{from} 会知道它们。",
    }
}
