//! Points that a run may reach.

use super::goals::Sometimes;
use crate::model::{Command, Entry, Inspection, NodeId, NodeSet, PropertyWord, Text};
use crate::sim::{Heard, Nodes, Step};

/// A point that a single step shows.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    word: &'static PropertyWord,
    reached: fn(&Inspection<'_>, &Step<'_>) -> bool,
}

impl Point {
    /// A node leads.
    #[must_use]
    pub fn leader_elected() -> Self {
        Self { word: &LEADER_ELECTED, reached: |now, _| now.leads }
    }

    /// What a client asked for is decided. `log`: it is committed to a log.
    #[must_use]
    pub fn decided(log: bool) -> Self {
        let word = if log { &COMMITTED } else { &CHOSEN };
        Self { word, reached: |_, step| step.decided.iter().any(|(_, entry)| entry.command != Command::NOOP) }
    }

    /// A lock is granted to a node that waits for it.
    #[must_use]
    pub fn lock_granted() -> Self {
        Self { word: &LOCK_GRANTED, reached: |now, _| now.lease.is_some() }
    }

    /// Somebody has written under a lock.
    #[must_use]
    pub fn written() -> Self {
        Self { word: &WRITTEN, reached: |now, _| now.access.is_some_and(|access| access.writes) }
    }

    /// A motion is carried.
    #[must_use]
    pub fn carried() -> Self {
        Self { word: &CARRIED, ..Self::decided(false) }
    }

    /// A motion is rejected: its slot decides on nothing.
    #[must_use]
    pub fn rejected() -> Self {
        Self {
            word: &REJECTED,
            reached: |_, step| step.decided.iter().any(|(_, entry)| entry.command == Command::NOOP),
        }
    }

    /// A transaction is committed.
    #[must_use]
    pub fn transaction_committed() -> Self {
        Self { word: &TRANSACTION_COMMITTED, ..Self::decided(false) }
    }

    /// A transaction is aborted: its slot decides on nothing.
    #[must_use]
    pub fn transaction_aborted() -> Self {
        Self { word: &TRANSACTION_ABORTED, ..Self::rejected() }
    }

    /// A node keeps two versions of a key that do not know of each other.
    #[must_use]
    pub fn siblings() -> Self {
        let reached = |now: &Inspection<'_>, _: &Step<'_>| {
            now.versions.windows(2).any(|pair| pair[0].key == pair[1].key)
        };
        Self { word: &WRITES_CONFLICT, reached }
    }

    /// A node has dropped a version for one of a later clock.
    #[must_use]
    pub fn overruled() -> Self {
        Self { word: &WRITE_OVERRULED, reached: |now, _| now.overruled > 0 }
    }

    /// A node holds a version for another.
    #[must_use]
    pub fn hinted() -> Self {
        Self { word: &STANDS_IN, reached: |now, _| !now.hints.is_empty() }
    }
}

impl Sometimes for Point {
    fn word(&self) -> &'static PropertyWord {
        self.word
    }

    fn observe(&mut self, _nodes: &dyn Nodes, now: &Inspection<'_>, step: &Step<'_>) -> bool {
        (self.reached)(now, step)
    }
}

/// A leader of a later epoch follows the first.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeaderReplaced {
    first: Option<(u32, NodeId)>,
}

impl Sometimes for LeaderReplaced {
    fn word(&self) -> &'static PropertyWord {
        &LEADER_REPLACED
    }

    fn observe(&mut self, _nodes: &dyn Nodes, now: &Inspection<'_>, step: &Step<'_>) -> bool {
        if !now.leads {
            return false;
        }
        let (epoch, node) = *self.first.get_or_insert((now.epoch, step.node));
        epoch < now.epoch && node != step.node
    }
}

/// Two nodes propose in different epochs, and neither has given up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contended;

impl Sometimes for Contended {
    fn word(&self) -> &'static PropertyWord {
        &CONTENDED
    }

    fn observe(&mut self, nodes: &dyn Nodes, now: &Inspection<'_>, step: &Step<'_>) -> bool {
        let Some((ballot, _)) = now.proposed else { return false };
        let others = NodeId::all(nodes.count()).filter(|node| *node != step.node);
        let mut theirs = others.filter_map(|node| nodes.inspect(node).proposed);
        theirs.any(|(other, _)| other != ballot)
    }
}

/// Everybody has decided the slot that was the first to decide on something.
#[derive(Clone, Debug, Default)]
pub struct KnownToAll {
    /// Who has decided the first slot that counts.
    first: Option<(u32, NodeSet)>,
}

impl Sometimes for KnownToAll {
    fn word(&self) -> &'static PropertyWord {
        &KNOWN_TO_ALL
    }

    fn observe(&mut self, nodes: &dyn Nodes, _now: &Inspection<'_>, step: &Step<'_>) -> bool {
        for (slot, Entry { command, .. }) in step.decided {
            if self.first.is_none() && *command != Command::NOOP {
                self.first = Some((*slot, NodeSet::EMPTY));
            }
        }
        let Some((slot, who)) = &mut self.first else { return false };
        if step.decided.iter().any(|(other, _)| other == slot) {
            who.insert(step.node);
        }
        who.len() == nodes.count()
    }
}

/// A client is answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered;

impl Sometimes for Answered {
    fn word(&self) -> &'static PropertyWord {
        &ANSWERED
    }

    fn observe(&mut self, _nodes: &dyn Nodes, _now: &Inspection<'_>, _step: &Step<'_>) -> bool {
        false
    }

    fn heard(&mut self, heard: &Heard<'_>) -> Option<NodeId> {
        heard.operation.returned.map(|(_, node, _)| node)
    }
}

macro_rules! points {
    ($($name:ident $id:literal $en:literal $zh:literal $what:literal $was:literal;)*) => {
        $(static $name: PropertyWord = PropertyWord {
            id: $id,
            name: Text::new($en, $zh),
            statement: Text::new($what, $was),
        };)*
    };
}

points! {
    LEADER_ELECTED "leader-elected" "A leader is elected" "选出领导者"
        "a node becomes leader" "有节点成为领导者";
    LEADER_REPLACED "leader-replaced" "The leader changes" "领导者更替"
        "another node leads in a later term" "另一节点在更晚的任期担任领导者";
    COMMITTED "command-committed" "A command is committed" "提交命令"
        "what a client asked for is committed and applied at a node" "客户端请求的命令在某个节点提交并应用";
    CHOSEN "value-learned" "A value is learned" "学到所选的值"
        "a node learns the value that was chosen" "有节点学到选定的值";
    CONTENDED "ballots-contend" "Two ballots contend" "轮次相争"
        "two nodes propose in different ballots at once" "两个节点同时在不同轮次提议";
    CARRIED "motion-carried" "A motion is carried" "动议通过"
        "a node knows that a motion is carried" "有节点得知动议通过";
    REJECTED "motion-rejected" "A motion is rejected" "动议被否决"
        "a node knows that a motion is rejected" "有节点得知动议被否决";
    LOCK_GRANTED "lock-granted" "A lock is granted" "锁被授予"
        "a node holds a lock that it has waited for" "有节点获得了等待的锁";
    WRITTEN "written-under-lock" "A write under a lock" "持锁写入"
        "what a lock protects is written by who was granted it" "获得锁的节点写入了受保护的内容";
    TRANSACTION_COMMITTED "transaction-committed" "A transaction is committed" "事务提交"
        "a node has committed a transaction" "有节点提交了事务";
    TRANSACTION_ABORTED "transaction-aborted" "A transaction is aborted" "事务中止"
        "a node has aborted a transaction" "有节点中止了事务";
    KNOWN_TO_ALL "known-to-all" "All nodes know" "尽人皆知"
        "every node has decided what was decided first" "每个节点都已得知首个决定";
    WRITES_CONFLICT "writes-conflict" "Writes conflict" "写入冲突"
        "a node keeps two versions that do not know of each other" "有节点同时保存两个互不知情的版本";
    WRITE_OVERRULED "write-overruled" "A later clock wins" "时钟较晚者胜"
        "a write is dropped for one of a later clock that did not know of it" "一次写入因另一个互不知情而时钟较晚的写入被丢弃";
    STANDS_IN "stands-in" "A node stands in" "代为保存"
        "a node holds a version for a keeper that does not answer" "有节点为不应答的保存者代存版本";
    ANSWERED "client-answered" "A client is answered" "答复客户端"
        "a client has its answer" "有客户端得到答复";
}
