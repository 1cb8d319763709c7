//! Why a shard does what it does.

use crate::model::{Ballot, NodeId, Value, because};

because! {
    /// Why who speaks for a shard acts.
    pub enum Why {
        /// A new leader of a shard with transactions in doubt.
        TakeUp { doubts: u32 }
            "Corbett et al. §4.2.1" Notable
            "{me} leads its shard now. {doubts} transactions are prepared in its log, and their locks are its own: nothing was lost with the leader before."
            "{me} 现在领导本分片。日志中有 {doubts} 个已就绪的事务，其锁由它接管：前任领导者没有带走任何东西。",
        /// A leader no longer.
        LeaveOpen { open: u32, waiting: u32 }
            "Corbett et al. §4.2.1" Step
            "{me} leads no longer and forgets what is in no log: {open} transactions without a vote, {waiting} requests that wait. Nobody has been told anything of them."
            "{me} 不再领导，忘掉未入日志的内容：{open} 个尚无投票的事务，{waiting} 个等待中的请求。没有任何一方得知过它们的结果。",

        /// Not a register of this shard.
        OtherShard { to: Option<NodeId> }
            "Corbett et al. §2.1" Step
            "Another shard keeps this register: {me} sends the client to {to}."
            "该寄存器由另一分片保存：{me} 让客户端去找 {to}。",
        /// Not what a shard offers.
        IgnoredRequest {}
            "Corbett et al. §2.1" Step
            "{me} refuses: a client may read, write, or compare and set one register, or set two in a transaction."
            "{me} 拒绝：客户端只能读、写或比较并设置一个寄存器，或以事务设置两个。",
        /// No number is left.
        NoNumberLeft {}
            "Gray and Lamport §3.1" Step
            "{me} refuses: there is no number left for a transaction of this request."
            "{me} 拒绝：已没有编号可分配给该请求的事务。",
        /// A request again.
        UnderWay {}
            "Corbett et al. §4.2.1" Routine
            "{me} is at this request already: its end is the answer."
            "{me} 已在处理该请求：其结果就是答复。",
        /// The lock is taken.
        AskWaits { holder: Ballot }
            "Rosenkrantz et al. 1978" Step
            "Transaction {holder} holds the lock: {me} takes this request up when it is free. It holds none while it waits."
            "事务 {holder} 持有锁：{me} 待其释放后再处理该请求，等待期间不持有任何锁。",

        /// A transaction over two shards begins.
        Begin { tx: Ballot, value: Option<Value> }
            "Corbett et al. §4.2.1" Step
            "{me} coordinates transaction {tx} ({value}): it locks the register of its own shard and asks the other shard to prepare."
            "{me} 协调事务 {tx}（{value}）：它锁住本分片的寄存器，并请另一分片做好准备。",
        /// No vote came.
        AskAgain { tx: Ballot }
            "Corbett et al. §4.2.1" Step
            "{me} has no vote on {tx} yet: it asks every node of the other shard, whichever leads it by now."
            "{me} 尚未收到对 {tx} 的投票：它询问另一分片的所有节点，无论现在由谁领导。",
        /// No vote came for too long.
        GiveUp { tx: Ballot }
            "Gray and Lamport §3.1" Notable
            "{me} has waited long enough for a vote on {tx}: it puts into its log that the transaction is aborted."
            "{me} 等待对 {tx} 的投票已够久：它在日志中写入该事务中止。",
        /// The other shard is prepared.
        DecideCommit { from: NodeId, tx: Ballot }
            "Corbett et al. §4.2.1" Notable
            "{from} votes yes on {tx} for its shard: {me} puts the commit into its log. Nobody hears of it before a quorum has it."
            "{from} 代表其分片对 {tx} 投赞成票：{me} 把提交写入日志。在法定人数持有它之前，谁也不会得知。",
        /// A mistake: the decision is told before it is replicated.
        DecideUnlogged { from: NodeId, tx: Ballot }
            "Corbett et al. §4.2.1" Notable
            "{from} votes yes on {tx}: {me} commits it and tells the other shard at once, although nobody else has the decision in its log: a mistake."
            "{from} 对 {tx} 投赞成票：{me} 立即提交并告知另一分片，而其他节点的日志里还没有该决定：这是错误。",
        /// The other shard refuses.
        DecideAbort { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Notable
            "{from} refuses {tx} for its shard: {me} puts the abort into its log."
            "{from} 代表其分片拒绝 {tx}：{me} 把中止写入日志。",
        /// A vote that is not waited for.
        IgnoredVote { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{me} does not wait for a vote of {from} on {tx}."
            "{me} 并不在等待 {from} 对 {tx} 的投票。",
        /// The commit is in the logs of a quorum.
        TellCommit { tx: Ballot }
            "Corbett et al. §4.2.1" Notable
            "A quorum of the shard has the commit of {tx} in its logs: no crash undoes it any more, and {me} tells the other shard."
            "本分片的法定人数已在日志中持有 {tx} 的提交：任何崩溃都无法撤销它，{me} 告知另一分片。",
        /// The abort is.
        TellAbort { tx: Ballot }
            "Corbett et al. §4.2.1" Notable
            "A quorum of the shard has the abort of {tx} in its logs: {me} tells the client, and who has asked."
            "本分片的法定人数已在日志中持有 {tx} 的中止：{me} 告知客户端和询问者。",
        /// Somebody asks about what has ended.
        AnswerOutcome { to: NodeId, tx: Ballot, commit: bool }
            "Bernstein, Hadzilacos, Goodman §7.4" Step
            "{me} finds in its log how {tx} ended (committed: {commit}) and tells {to}."
            "{me} 在日志中查到 {tx} 的结果（提交：{commit}），告知 {to}。",
        /// Somebody asks about what is being decided.
        NotYet { from: NodeId, tx: Ballot }
            "Corbett et al. §4.2.1" Step
            "The end of {tx} is in {me}'s log, but not yet in those of a quorum: {from} hears of it when it is."
            "{tx} 的结果已在 {me} 的日志中，但法定人数尚未持有：待其持有后 {from} 才会得知。",
        /// Somebody asks about what is not known.
        AbortUnknown { from: NodeId, tx: Ballot }
            "Mohan, Lindsay, Obermarck §3" Notable
            "{me} has nothing of {tx}, about which {from} asks: whoever began it is gone, and nothing was decided. That it is aborted goes into the log before anybody is told."
            "{from} 询问 {tx}，而 {me} 对它一无所知：发起者已不在，也未作出决定。先把中止写入日志，再告知任何人。",

        /// Asked to prepare.
        Prepare { tx: Ballot, value: Option<Value> }
            "Corbett et al. §4.2.1" Step
            "{me} locks what {tx} ({value}) changes in this shard and puts that into the log. It votes when a quorum has it."
            "{me} 锁住 {tx}（{value}）在本分片要修改的内容并写入日志。待法定人数持有后才投票。",
        /// The record is in the logs of a quorum.
        VoteYes { tx: Ballot }
            "Corbett et al. §4.2.1" Step
            "A quorum of the shard has it that {tx} is prepared: {me} votes yes. From now on the shard is in doubt, whoever leads it."
            "本分片的法定人数已持有 {tx} 的就绪记录：{me} 投赞成票。此后无论由谁领导，本分片都处于存疑状态。",
        /// A mistake: the vote is cast before the record is replicated.
        VoteUnlogged { tx: Ballot }
            "Corbett et al. §4.2.1" Notable
            "{me} votes yes on {tx} at once, although nobody else has the record in its log: a mistake. Whoever leads next knows of nothing."
            "{me} 立即对 {tx} 投赞成票，而其他节点的日志里还没有该记录：这是错误。下一任领导者将一无所知。",
        /// Asked again.
        RepeatVote { tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{me} finds {tx} prepared in the log and votes yes again."
            "{me} 在日志中查到 {tx} 已就绪，再次投赞成票。",
        /// Asked again.
        VoteLater { tx: Ballot }
            "Corbett et al. §4.2.1" Routine
            "{me} is at {tx} already and votes when it may."
            "{me} 已在处理 {tx}，待可以时投票。",
        /// Asked again.
        EndedBefore { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{tx} has ended here: {me} tells {from} what it would have voted."
            "{tx} 在此处已结束：{me} 告知 {from} 与之相应的投票。",
        /// A lock is taken by a younger transaction.
        LockWaits { tx: Ballot, holder: Ballot }
            "Rosenkrantz et al. 1978" Step
            "{tx} needs a lock that {holder} holds in this shard. It is the older of the two, so it may wait (wait-die)."
            "{tx} 需要 {holder} 在本分片持有的锁。它更早，因此可以等待（wait-die）。",
        /// A lock is taken by an older transaction.
        LockDies { tx: Ballot, holder: Ballot }
            "Rosenkrantz et al. 1978" Notable
            "{tx} needs a lock that {holder} holds in this shard, and may not wait for it: {me} votes no, and no circle of waits can arise."
            "{tx} 需要 {holder} 在本分片持有的锁，不得等待：{me} 投反对票，因此不会出现循环等待。",
        /// The outcome is a commit.
        LearnCommit { from: NodeId, tx: Ballot }
            "Corbett et al. §4.2.1" Step
            "{from} says that {tx} is committed: {me} puts that into the log, and the locks are free for what comes behind it."
            "{from} 告知 {tx} 已提交：{me} 将其写入日志，锁对其后的操作即告释放。",
        /// The outcome is an abort.
        LearnAbort { from: NodeId, tx: Ballot }
            "Corbett et al. §4.2.1" Step
            "{from} says that {tx} is aborted: {me} puts that into the log, and the locks are free for what comes behind it."
            "{from} 告知 {tx} 已中止：{me} 将其写入日志，锁对其后的操作即告释放。",
        /// The outcome again.
        KnownAlready { from: NodeId, tx: Ballot }
            "Gray and Lamport §3.1" Routine
            "{me} is not prepared for {tx}, of which {from} tells the end: it has it in its log already, or never began."
            "{from} 告知 {tx} 的结果，而 {me} 并未为其就绪：结果早已在日志中，或从未开始。",
        /// The outcome does not come.
        InDoubt { tx: Ballot, open: u32 }
            "Bernstein, Hadzilacos, Goodman §7.4" Notable
            "The shard of {me} is in doubt about {open} transactions, {tx} first: it asks every node of the shard that coordinates it."
            "{me} 所在分片对 {open} 个事务存疑，首个为 {tx}：它询问协调该事务的分片的所有节点。",

        /// Somebody else speaks for the shard.
        DoesNotLead { from: NodeId }
            "Corbett et al. §2.1" Routine
            "{me} does not lead its shard: what {from} says is for who does."
            "{me} 并不领导本分片：{from} 的消息应由领导者处理。",
        /// Not of that shard, or not of that kind.
        IgnoredStranger { from: NodeId }
            "Corbett et al. §2.1" Routine
            "{me} has nothing to do with what {from} says."
            "{from} 的消息与 {me} 无关。",
        /// A timer that has nothing to do any more.
        IgnoredTimer {}
            "Corbett et al. §4.2.1" Routine
            "{me} waits for nothing of this kind: the timer means nothing."
            "{me} 并未等待此类消息：该定时器没有意义。",
    }
}
