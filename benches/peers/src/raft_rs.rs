//! The `raft` crate (TiKV's raft-rs): a `RawNode` over its `MemStorage`, driven as its own examples
//! drive it.

use crate::engine::{Command, ELECTION_TICKS, Engine, HEARTBEAT_TICKS, Out};
use raft::eraftpb::{ConfState, Entry, EntryType, Message};
use raft::storage::MemStorage;
use raft::{Config, RawNode, StateRole};

pub struct RaftRs {
    node: RawNode<MemStorage>,
    store: MemStorage,
}

fn send(messages: Vec<Message>, out: &mut Out<Message>) {
    out.messages.extend(messages.into_iter().map(|message| (message.to as usize - 1, message)));
}

fn apply(entries: Vec<Entry>, out: &mut Out<Message>) {
    for entry in entries {
        if entry.get_entry_type() == EntryType::EntryNormal && entry.data.len() == 16 {
            let word = |at: usize| u64::from_le_bytes(entry.data[at..at + 8].try_into().expect("8 bytes"));
            out.decided.push(Command { id: word(0), argument: word(8) });
        }
    }
}

impl Engine for RaftRs {
    type Message = Message;

    fn new(id: usize, nodes: usize) -> Self {
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let voters: Vec<u64> = (1..=nodes as u64).collect();
        let store = MemStorage::new_with_conf_state(ConfState::from((voters, vec![])));
        let config = Config {
            id: id as u64 + 1,
            election_tick: ELECTION_TICKS,
            heartbeat_tick: HEARTBEAT_TICKS,
            max_size_per_msg: 1024 * 1024,
            max_inflight_msgs: 256,
            check_quorum: true,
            ..Default::default()
        };
        Self { node: RawNode::new(&config, store.clone(), &logger).expect("a valid configuration"), store }
    }

    fn campaign(&mut self) {
        self.node.campaign().expect("a follower");
    }

    fn leads(&self) -> bool {
        self.node.raft.state == StateRole::Leader
    }

    fn tick(&mut self) {
        self.node.tick();
    }

    fn receive(&mut self, _from: usize, message: Message) {
        self.node.step(message).expect("a message of a peer");
    }

    fn propose(&mut self, command: Command) {
        let mut data = Vec::with_capacity(16);
        data.extend_from_slice(&command.id.to_le_bytes());
        data.extend_from_slice(&command.argument.to_le_bytes());
        self.node.propose(Vec::new(), data).expect("a leader");
    }

    fn drain(&mut self, out: &mut Out<Message>) {
        while self.node.has_ready() {
            let mut ready = self.node.ready();
            send(ready.take_messages(), out);
            apply(ready.take_committed_entries(), out);
            if !ready.entries().is_empty() {
                self.store.wl().append(ready.entries()).expect("entries that follow");
            }
            if let Some(state) = ready.hs() {
                self.store.wl().set_hardstate(state.clone());
            }
            send(ready.take_persisted_messages(), out);
            let mut light = self.node.advance(ready);
            if let Some(commit) = light.commit_index() {
                self.store.wl().mut_hard_state().set_commit(commit);
            }
            send(light.take_messages(), out);
            apply(light.take_committed_entries(), out);
            self.node.advance_apply();
        }
    }
}
