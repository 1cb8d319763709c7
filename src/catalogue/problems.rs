//! What solves what, at a glance.

use super::Entry;
use crate::model::Text;

/// A problem that protocols solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// All agree on one value, once and for all.
    Value,
    /// All agree on a log, and so on any state machine.
    Log,
    /// A register that behaves as if there were one copy.
    Register,
    /// A store that answers on every side of a partition.
    Available,
    /// A mutual exclusion that failures do not undo.
    Lock,
    /// All take part in a transaction, or none.
    Commit,
    /// Who weighs what decides one motion.
    Vote,
    /// Everybody comes to know a mean.
    Average,
    /// A second copy is kept.
    Backup,
}

/// Every problem, in the order of the columns.
pub const PROBLEMS: [Problem; 9] = [
    Problem::Value,
    Problem::Log,
    Problem::Register,
    Problem::Available,
    Problem::Lock,
    Problem::Commit,
    Problem::Vote,
    Problem::Average,
    Problem::Backup,
];

impl Problem {
    /// In two or three words.
    #[must_use]
    pub const fn name(self) -> Text {
        match self {
            Self::Value => Text::new("one value", "单值一致"),
            Self::Log => Text::new("a log", "日志一致"),
            Self::Register => Text::new("a register", "寄存器"),
            Self::Available => Text::new("always writable", "始终可写"),
            Self::Lock => Text::new("a lock", "锁"),
            Self::Commit => Text::new("atomic commit", "原子提交"),
            Self::Vote => Text::new("a vote", "表决"),
            Self::Average => Text::new("an average", "平均值"),
            Self::Backup => Text::new("a backup", "备份"),
        }
    }
}

/// By the names of protocols.
const SOLVES: &[(&str, &[Problem])] = &[
    ("raft", &[Problem::Log, Problem::Register]),
    ("paxos", &[Problem::Value]),
    ("vote", &[Problem::Vote]),
    ("multi-paxos", &[Problem::Log, Problem::Register]),
    ("zab", &[Problem::Log, Problem::Register]),
    ("caspaxos", &[Problem::Value, Problem::Register]),
    ("abd", &[Problem::Register]),
    ("version-store", &[Problem::Available]),
    ("primary-backup", &[Problem::Backup, Problem::Available]),
    ("two-phase-commit", &[Problem::Commit]),
    ("three-phase-commit", &[Problem::Commit]),
    ("paxos-commit", &[Problem::Commit]),
    ("replicated-commit", &[Problem::Commit, Problem::Log, Problem::Register]),
    ("lock-service", &[Problem::Lock, Problem::Log]),
    ("majority-lock", &[Problem::Lock]),
    ("average", &[Problem::Average]),
];

impl Entry {
    /// The problems that the protocol solves.
    #[must_use]
    pub fn solves(&self) -> &'static [Problem] {
        SOLVES.iter().find(|(id, _)| *id == self.spec.id).map_or(&[], |(_, solves)| solves)
    }
}

#[cfg(test)]
mod tests {
    use crate::catalogue::PROTOCOLS;

    #[test]
    fn every_protocol_solves_something() {
        for entry in PROTOCOLS {
            assert!(!entry.solves().is_empty(), "{} is not among what solves what", entry.spec.id);
        }
    }
}
