//! One algorithm a file, or a folder with a file a role.

pub mod abd;
pub mod caspaxos;
pub mod paxos;
pub mod primary_backup;
pub mod raft;
#[cfg(test)]
pub(crate) mod rig;
pub mod vote;
