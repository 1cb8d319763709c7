//! The litmus tests of the paper, the phases one by one, odd networks and flaws, storms.

mod broadcast;
mod elections;
mod figure_1;
mod phases;
mod storms;

use super::{Durable, Message, Timer, Zab, Zxid};
use crate::catalogue;
use crate::model::{ClientId, Command, Entry, NodeId, RequestId, Settings};
use crate::protocols::rig::{Rig, s, write};

/// All that must hold of Zab, watched in a cluster.
fn watched(rig: Rig<Zab>) -> Rig<Zab> {
    rig.watch((catalogue::find("zab").expect("registered").properties)()).after_each(Zab::invariants)
}

/// Equal weights, watched.
fn cluster(nodes: usize, tune: impl FnOnce(&mut Settings)) -> Rig<Zab> {
    watched(Rig::tuned(nodes, tune))
}

/// Lets some nodes talk until nothing moves, elections included.
fn settle(rig: &mut Rig<Zab>, nodes: &[NodeId]) {
    for _ in 0..20 {
        rig.deliver_among(nodes);
        let waits =
            |rig: &Rig<Zab>, node: &NodeId| rig.is_up(*node) && rig.timer(*node, Timer::Settle).is_some();
        let waiting: Vec<NodeId> = nodes.iter().copied().filter(|node| waits(rig, node)).collect();
        if waiting.is_empty() {
            return;
        }
        for node in waiting {
            if rig.timer(node, Timer::Settle).is_some() {
                rig.timeout(node, Timer::Settle);
            }
        }
    }
    panic!("the election never ends");
}

/// A cluster in which the last node leads epoch 1, and everybody serves.
fn led(nodes: usize, tune: impl FnOnce(&mut Settings)) -> Rig<Zab> {
    let mut rig = cluster(nodes, tune);
    rig.deliver_all();
    assert_eq!(role(&rig, s(nodes as u8)), "leader");
    rig
}

fn role(rig: &Rig<Zab>, node: NodeId) -> &'static str {
    super::SPEC.roles[usize::from(rig.inspect(node).role)].id
}

/// A disk: the epoch entered, and a transaction of each of these epochs; which it is follows from its
/// place and epoch.
fn disk(epoch: u32, epochs: &[u32]) -> Durable {
    let entries = (1..).zip(epochs).map(|(index, term)| Entry {
        term: *term,
        command: Command {
            request: RequestId { client: ClientId(1), seq: 100 * *term + index },
            op: write(100 * *term + index),
        },
    });
    Durable { accepted_epoch: epoch, current_epoch: epoch, log: entries.collect(), snapshot: None }
}

/// A cluster that starts with these disks, and nothing on its way.
fn with_disks(disks: &[Durable]) -> Rig<Zab> {
    let mut rig = Rig::majority(disks.len());
    (1..).zip(disks).for_each(|(node, disk)| rig.reseed(s(node), disk.clone()));
    rig.drop_all();
    // Nobody was seen to broadcast, or to ask for, what is on them.
    let mut properties = (catalogue::find("zab").expect("registered").properties)();
    properties.retain(|property| !["integrity", "validity"].contains(&property.word().id));
    rig.watch(properties).after_each(Zab::invariants)
}

/// The zxids of a server's history.
fn history(rig: &Rig<Zab>, node: NodeId) -> Vec<(u32, u32)> {
    let durable = &rig.node(node).durable;
    let zxid = |index| durable.zxid(index).map(|Zxid { epoch, counter }| (epoch, counter));
    (durable.log.first_index()..=durable.log.last_index()).filter_map(zxid).collect()
}

/// The values that a server has delivered, in order.
fn delivered(rig: &Rig<Zab>, node: NodeId) -> Vec<u32> {
    let mine = rig.decides().iter().filter(|(at, _, _)| *at == node);
    mine.filter_map(|(_, _, command)| command.op.value().map(|value| value.0)).collect()
}

#[test]
fn zxids_count_within_their_epoch_and_behind_a_snapshot() {
    let mut disk = disk(4, &[1, 1, 3, 3, 3, 4]);
    let zxid = |epoch, counter| Zxid { epoch, counter };
    let all = [zxid(0, 0), zxid(1, 1), zxid(1, 2), zxid(3, 1), zxid(3, 2), zxid(3, 3), zxid(4, 1)];
    for (index, zxid) in (0..).zip(all) {
        assert_eq!((disk.zxid(index), disk.index_of(zxid)), (Some(zxid), Some(index)));
    }
    for odd in [zxid(2, 1), zxid(3, 4), zxid(5, 1), zxid(1, 0), zxid(1, 9)] {
        assert_eq!(disk.index_of(odd), None, "{odd:?}");
    }
    let snapshot = disk.snapshot_at(4, &Default::default()).expect("within");
    crate::model::Durable::apply(&mut disk, &super::Write::Compact(snapshot));
    for (index, zxid) in (0..).zip(all).skip(4) {
        assert_eq!((disk.zxid(index), disk.index_of(zxid)), (Some(zxid), Some(index)));
    }
    assert_eq!((disk.index_of(zxid(3, 1)), disk.index_of(zxid(1, 1)), disk.last()), (None, None, zxid(4, 1)));
}

/// A notification that somebody could send.
fn notification(rig: &Rig<Zab>, of: NodeId, round: u32) -> Message {
    let node = rig.node(of);
    let vote = super::Vote { epoch: node.durable.current_epoch, zxid: node.durable.last(), leader: of };
    Message::Notification { round, vote, stance: super::Stance::Looking }
}
