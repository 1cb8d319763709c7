//! The litmus tests of the papers, odd networks, switches and flaws, storms.

mod clients;
mod elections;
mod figure_7;
mod figure_8;
mod members;
mod network;
mod reads;
mod snapshots;
mod storms;
mod transfer;
mod words;

use super::{COMMIT, Durable, ELECT, Raft, Role, Timer};
use crate::check::{
    Agreement, ElectionSafety, LeaderAppendOnly, LeaderCompleteness, LogMatching, Property,
    STATE_MACHINE_SAFETY,
};
use crate::model::{ClientId, Command, Entry, NodeId, RequestId, SettingValue, Settings};
use crate::protocols::rig::{Rig, s, write};

/// All that must hold of Raft (Figure 3).
fn properties() -> Vec<Box<dyn Property>> {
    vec![
        Box::new(ElectionSafety::new(ELECT)),
        Box::new(LeaderAppendOnly::new()),
        Box::new(LogMatching::new()),
        Box::new(LeaderCompleteness::new(ELECT, COMMIT)),
        Box::new(Agreement::new(&STATE_MACHINE_SAFETY).resting_on(ELECT, COMMIT)),
    ]
}

/// Equal weights, watched.
fn cluster(nodes: usize, tune: impl FnOnce(&mut Settings)) -> Rig<Raft> {
    Rig::tuned(nodes, tune).watch(properties()).after_each(Raft::invariants)
}

fn flaw(id: &'static str) -> impl FnOnce(&mut Settings) {
    move |settings| settings.set_flaw(id, true)
}

fn switch(id: &'static str) -> impl FnOnce(&mut Settings) {
    move |settings| settings.set(id, SettingValue::Switch(true))
}

/// A disk with one entry of each of these terms; which command it is follows from index and term.
fn disk(term: u32, terms: &[u32]) -> Durable {
    let entries = (1..).zip(terms).map(|(index, term)| Entry {
        term: *term,
        command: Command {
            request: RequestId { client: ClientId(1), seq: 100 * *term + index },
            op: write(100 * *term + index),
        },
    });
    Durable { term, log: entries.collect(), ..Durable::default() }
}

/// The terms of a server's log.
fn terms(rig: &Rig<Raft>, node: NodeId) -> Vec<u32> {
    rig.node(node).durable.log.iter_from(1).map(|entry| entry.term).collect()
}

fn term(rig: &Rig<Raft>, node: NodeId) -> u32 {
    rig.node(node).durable.term
}

fn leads(rig: &Rig<Raft>, node: NodeId) -> bool {
    rig.inspect(node).leads
}

/// Makes a server leader with the votes of some, who hear of nothing else yet.
fn elect(rig: &mut Rig<Raft>, leader: NodeId, voters: &[NodeId]) {
    rig.drop_all();
    rig.timeout(leader, Timer::Election);
    for voter in voters {
        if rig.on_way(leader, *voter).contains(&"PreVote") {
            rig.deliver(leader, *voter);
            rig.deliver(*voter, leader);
        }
    }
    for voter in voters {
        while rig.try_deliver(leader, *voter) && !rig.on_way(*voter, leader).contains(&"VoteGranted") {}
        rig.try_deliver(*voter, leader);
    }
    let terms: Vec<u32> = rig.ids().map(|node| term(rig, node)).collect();
    assert!(leads(rig, leader), "{leader} was not elected; terms {terms:?}");
}

/// A leader elected by all, its no-op committed everywhere, nothing on its way.
fn settled(rig: &mut Rig<Raft>, leader: NodeId) {
    rig.timeout(leader, Timer::Election);
    rig.deliver_all();
    beat(rig, leader);
    assert!(leads(rig, leader));
    rig.ids().for_each(|node| assert_eq!(rig.inspect(node).commit, rig.inspect(leader).commit));
}

/// A heartbeat and all that it causes.
fn beat(rig: &mut Rig<Raft>, leader: NodeId) {
    rig.timeout(leader, Timer::Heartbeat);
    rig.deliver_all();
}

fn role(rig: &Rig<Raft>, node: NodeId) -> &Role {
    &rig.node(node).role
}
