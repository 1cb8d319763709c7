//! Messages on their way: every envelope knows its life, so that no drawing re-derives anything.

use super::faults::{Intervention, Weather};
use super::plan::Plan;
use super::random::{Force, Stream};
use super::trace::Loss;
use crate::model::{Fact, NodeId, Span, Time};
use std::collections::BTreeMap;

/// A message under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Its number in the run, from 1.
    pub id: u32,
    /// Who sent it.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// When.
    pub sent: Time,
    /// When it arrives, or is lost.
    pub arrives: Time,
    /// Why it will be lost, if it will.
    pub lost: Option<Loss>,
    /// What it says, in brief.
    pub brief: Fact,
    /// On a FIFO link, which of its connections it was sent on.
    pub(super) connection: u32,
    /// Whether it is delivered by hand, whatever the network would do to it.
    pub(super) by_hand: bool,
    /// The record that tells of its sending.
    pub(super) record: u32,
}

/// From one node to one other.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    sent: u32,
    /// How often a FIFO link has broken: no connection delivers what was sent on it after a loss.
    connection: u32,
    /// When the last message of this connection arrives.
    last_arrival: Time,
    /// When the last message that is delivered by hand arrives; a new connection waits for it too.
    last_by_hand: Time,
}

impl Link {
    /// Puts a message of a FIFO link behind those before it; `doubled` is how much later it arrives
    /// again.
    fn line_up(&mut self, envelope: &mut Envelope, doubled: Span) {
        envelope.connection = self.connection;
        match envelope.lost {
            None => {
                envelope.arrives = envelope.arrives.max(self.last_arrival);
                self.last_arrival = envelope.arrives + doubled;
                if envelope.by_hand {
                    self.last_by_hand = self.last_by_hand.max(self.last_arrival);
                }
            }
            // It breaks the connection when it is dropped; nothing overtakes it until then.
            Some(Loss::Hand) => self.last_arrival = self.last_arrival.max(envelope.arrives),
            Some(Loss::Chance | Loss::Cut | Loss::Down | Loss::Broken) => self.break_up(),
        }
    }

    fn break_up(&mut self) {
        self.connection += 1;
        self.last_arrival = self.last_by_hand;
    }
}

/// All links and what is on them.
#[derive(Clone, Debug)]
pub(super) struct Network {
    nodes: usize,
    links: Vec<Link>,
    envelopes: Vec<Option<Envelope>>,
    free: Vec<u32>,
    next_id: u32,
}

/// After so many resends a message on a FIFO link is taken to have got through.
const RESENDS_MAX: u32 = 16;

impl Network {
    pub(super) fn new(nodes: usize) -> Self {
        let links = vec![Link::default(); nodes * nodes];
        Self { nodes, links, envelopes: Vec::new(), free: Vec::new(), next_id: 0 }
    }

    /// Draws the fate of a message and puts it on its link: the slot, and that of its duplicate.
    pub(super) fn send(
        &mut self,
        plan: &Plan,
        weather: &Weather,
        hands: &Hands,
        mut envelope: Envelope,
    ) -> (u32, Option<u32>) {
        let Envelope { from, to, sent, .. } = envelope;
        self.next_id += 1;
        envelope.id = self.next_id;
        if from == to {
            return (self.hold(envelope), None);
        }
        let place = self.place(from, to);
        let link = &mut self.links[place];
        link.sent += 1;
        let mut stream = Stream::of(plan.seed, Force::Link, place as u32, link.sent);
        let network = &plan.network;
        let mut delay = network.delay.draw(&mut stream);
        let loss_ppm = network.loss_ppm.saturating_add(weather.loss_ppm());
        let mut lost = None;
        if network.fifo {
            for _ in 0..RESENDS_MAX {
                if !stream.chance(loss_ppm) {
                    break;
                }
                // A resend waits for the answer that does not come: a round trip.
                delay.0 += 2 * network.delay.draw(&mut stream).0;
            }
        } else if stream.chance(loss_ppm) {
            lost = Some(Loss::Chance);
        }
        let copy = !network.fifo && stream.chance(network.duplicate_ppm);
        for law in weather.extra(&plan.faults, from, to) {
            delay.0 += law.draw(&mut stream).0;
        }
        if weather.cuts(from, to) {
            lost = Some(Loss::Cut);
        }
        envelope.arrives = sent + delay;
        let mut copy_delay = copy.then(|| network.delay.draw(&mut stream));
        for hand in hands.of_message(envelope.id) {
            match *hand {
                Intervention::Drop { at, .. } if lost.is_none() => {
                    lost = Some(Loss::Hand);
                    envelope.arrives = at.max(sent);
                }
                Intervention::Deliver { at, .. } => {
                    lost = None;
                    envelope.by_hand = true;
                    envelope.arrives = at.max(sent);
                }
                Intervention::Delay { by, .. } => envelope.arrives = envelope.arrives + by,
                Intervention::Duplicate { by, .. } => copy_delay = Some(by),
                Intervention::Drop { .. } | Intervention::Timeout { .. } | Intervention::Propose { .. } => {}
            }
        }
        envelope.lost = lost;
        if network.fifo {
            link.line_up(&mut envelope, copy_delay.unwrap_or_default());
        }
        if matches!(lost, Some(Loss::Chance | Loss::Cut)) {
            // It is seen to set out, and not to arrive.
            envelope.arrives.0 -= (envelope.arrives.0 - sent.0) / 3;
        }
        let twin = copy_delay.filter(|_| lost.is_none()).map(|later| {
            self.next_id += 1;
            self.hold(Envelope { id: self.next_id, arrives: envelope.arrives + later, ..envelope })
        });
        (self.hold(envelope), twin)
    }

    fn hold(&mut self, envelope: Envelope) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.envelopes[slot as usize] = Some(envelope);
                slot
            }
            None => {
                self.envelopes.push(Some(envelope));
                self.envelopes.len() as u32 - 1
            }
        }
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Envelope> {
        self.envelopes.get(slot as usize)?.as_ref()
    }

    pub(super) fn set_record(&mut self, slot: u32, record: u32) {
        if let Some(Some(envelope)) = self.envelopes.get_mut(slot as usize) {
            envelope.record = record;
        }
    }

    pub(super) fn take(&mut self, slot: u32) -> Option<Envelope> {
        let envelope = self.envelopes.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        Some(envelope)
    }

    /// Whether the connection that a message was sent on has broken since.
    pub(super) fn is_broken(&self, envelope: &Envelope) -> bool {
        envelope.connection != self.links[self.place(envelope.from, envelope.to)].connection
    }

    /// A message is lost on a FIFO link: what is behind it on the same connection is lost too.
    pub(super) fn break_behind(&mut self, envelope: &Envelope) {
        if !self.is_broken(envelope) {
            let place = self.place(envelope.from, envelope.to);
            self.links[place].break_up();
        }
    }

    /// A node has crashed or started again: every connection from and to it breaks.
    pub(super) fn break_all(&mut self, node: NodeId) {
        for peer in NodeId::all(self.nodes).filter(|peer| *peer != node) {
            for place in [self.place(node, peer), self.place(peer, node)] {
                self.links[place].break_up();
            }
        }
    }

    const fn place(&self, from: NodeId, to: NodeId) -> usize {
        from.index() * self.nodes + to.index()
    }

    /// Roughly how many bytes a copy takes.
    pub(super) fn weight(&self) -> usize {
        self.links.len() * size_of::<Link>() + self.envelopes.len() * size_of::<Option<Envelope>>()
    }

    /// Every message under way, in no particular order.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = &Envelope> {
        self.envelopes.iter().flatten()
    }
}

/// Interventions, found by the message that they touch.
#[derive(Clone, Debug, Default)]
pub(super) struct Hands {
    by_message: BTreeMap<u32, Vec<Intervention>>,
}

impl Hands {
    pub(super) fn new(interventions: &[Intervention]) -> Self {
        let mut by_message: BTreeMap<u32, Vec<Intervention>> = BTreeMap::new();
        for hand in interventions {
            match *hand {
                Intervention::Drop { message, .. }
                | Intervention::Deliver { message, .. }
                | Intervention::Delay { message, .. }
                | Intervention::Duplicate { message, .. } => {
                    by_message.entry(message).or_default().push(*hand)
                }
                Intervention::Timeout { .. } | Intervention::Propose { .. } => {}
            }
        }
        Self { by_message }
    }

    fn of_message(&self, id: u32) -> &[Intervention] {
        if self.by_message.is_empty() {
            return &[];
        }
        self.by_message.get(&id).map_or(&[], Vec::as_slice)
    }
}
