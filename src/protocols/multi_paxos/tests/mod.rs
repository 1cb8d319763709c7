//! The papers' examples, odd networks, leases and snapshots, flaws, storms.

mod clients;
mod gaps;
mod leases;
mod network;
mod snapshots;
mod storms;
mod words;

use super::{ACCEPT, Durable, Message, MultiPaxos, PREPARE, Role, Slots, Timer};
use crate::check::{Agreement, NoGap, Property, STATE_MACHINE_SAFETY, Validity};
use crate::model::{
    Ballot, ClientId, Command, Entry, NodeId, Op, Outcome, RequestId, SettingValue, Settings, Value,
};
use crate::protocols::rig::{Rig, s, write};

/// All that must hold of each node and slot.
fn properties() -> Vec<Box<dyn Property>> {
    vec![
        Box::new(Agreement::new(&STATE_MACHINE_SAFETY).resting_on(PREPARE, ACCEPT)),
        Box::new(NoGap::new()),
        Box::new(Validity::new()),
    ]
}

/// Equal weights, watched.
fn cluster(nodes: usize, tune: impl FnOnce(&mut Settings)) -> Rig<MultiPaxos> {
    Rig::tuned(nodes, tune).watch(properties()).after_each(MultiPaxos::invariants)
}

fn number(id: &'static str, number: u32) -> impl FnOnce(&mut Settings) {
    move |settings| settings.set(id, SettingValue::Number(number))
}

/// The ballot of a node's round.
fn ballot(round: u32, node: NodeId) -> Ballot {
    Ballot::new(round, node)
}

/// The command that tests put into a slot in a ballot.
fn command(slot: u32) -> Command {
    Command { request: RequestId { client: ClientId(1), seq: slot }, op: write(slot) }
}

/// Slots accepted in a ballot, each with its own command.
fn held(ballot: Ballot, slots: impl IntoIterator<Item = u32>) -> Slots {
    slots.into_iter().map(|slot| (slot, Entry { term: ballot.bits(), command: command(slot) })).collect()
}

/// A disk with these slots, the first so many of which are known to be chosen.
fn disk(ballot: Ballot, slots: impl IntoIterator<Item = u32>, chosen: u32) -> Durable {
    let mut disk = Durable::default();
    let write = super::Write::Hold { slots: held(ballot, slots), chosen };
    crate::model::Durable::apply(&mut disk, &write);
    disk
}

/// Makes a node leader with the promises of some, who hear of nothing else yet.
fn elect(rig: &mut Rig<MultiPaxos>, leader: NodeId, others: &[NodeId]) {
    rig.timeout(leader, Timer::Election);
    for other in others {
        while rig.on_way(leader, *other).contains(&"Prepare") {
            rig.deliver(leader, *other);
        }
        rig.try_deliver(*other, leader);
    }
    assert!(rig.inspect(leader).leads, "{leader} was not elected: {:?}", rig.rules(leader));
}

/// A leader elected by all, of whom all have heard, nothing on its way.
fn settled(rig: &mut Rig<MultiPaxos>, leader: NodeId) {
    rig.timeout(leader, Timer::Election);
    rig.deliver_all();
    assert!(rig.inspect(leader).leads);
}

/// A heartbeat and all that it causes.
fn beat(rig: &mut Rig<MultiPaxos>, leader: NodeId) {
    rig.timeout(leader, Timer::Heartbeat);
    rig.deliver_all();
}

fn chosen(rig: &Rig<MultiPaxos>, node: NodeId) -> u32 {
    rig.node(node).chosen
}
