//! One algorithm a file, or a folder with a file a role.

pub mod abd;
pub mod average;
pub mod caspaxos;
pub mod commit;
pub mod multi_paxos;
pub mod paxos;
pub mod raft;
#[cfg(test)]
pub(crate) mod rig;
pub mod versions;
pub mod vote;
pub mod zab;
