//! One algorithm a file, or a folder with a file a role.

pub mod abd;
pub mod average;
pub mod caspaxos;
pub mod commit;
mod inside;
pub mod lock_service;
pub mod locking;
pub mod majority_lock;
pub mod multi_paxos;
pub mod paxos;
pub mod primary_backup;
pub mod raft;
pub mod replicated_commit;
#[cfg(test)]
pub(crate) mod rig;
pub mod versions;
pub mod vote;
pub mod zab;
