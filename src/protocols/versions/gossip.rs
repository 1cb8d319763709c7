//! Anti-entropy: two keepers compare what they have, and give each other what differs.

use super::{Here, Message, Out, Purpose, Timer, Why, shelf};
use crate::model::{Key, NodeId, Version};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Gossip {
    /// With whom it compares next, as a distance.
    next: u8,
}

impl Gossip {
    pub(super) fn boot(here: Here<'_>, out: &mut Out) -> Self {
        if here.config.anti_entropy && here.config.nodes > 1 {
            out.set_timer(Timer::Compare, here.config.compare);
        }
        Self { next: 1 }
    }

    /// The keys of which another is a keeper, too.
    fn shared(here: Here<'_>, copies: &[Version], peer: NodeId) -> Vec<(Key, u32)> {
        let keys: BTreeSet<Key> = copies.iter().map(|version| version.key).collect();
        let keys = keys.into_iter().filter(|key| here.of(*key).keepers.contains(&peer));
        keys.map(|key| (key, shelf::sum(copies, key))).collect()
    }

    pub(super) fn on_compare(&mut self, here: Here<'_>, copies: &[Version], out: &mut Out) {
        let nodes = here.config.nodes;
        if nodes < 2 || !here.config.anti_entropy {
            out.because(Why::NobodyToCompare {});
            return;
        }
        let peer = NodeId::at((here.me.index() + usize::from(self.next)) % nodes);
        self.next = if usize::from(self.next) + 1 < nodes { self.next + 1 } else { 1 };
        out.set_timer(Timer::Compare, here.config.compare);
        let sums = Self::shared(here, copies, peer);
        out.because(Why::Compare { to: peer, keys: sums.len() as u32 });
        out.send(peer, Message::Digest { sums, answer: false });
    }

    pub(super) fn on_digest(
        &self,
        here: Here<'_>,
        copies: &[Version],
        from: NodeId,
        sums: &[(Key, u32)],
        answer: bool,
        out: &mut Out,
    ) {
        let theirs = |key: Key| sums.iter().find(|(known, _)| *known == key).map_or(0, |(_, sum)| *sum);
        let mine = Self::shared(here, copies, from);
        // Of an answer only what it names differs.
        let own = mine.iter().map(|(key, _)| *key).filter(|_| !answer);
        let keys: BTreeSet<Key> = sums.iter().map(|(key, _)| *key).chain(own).collect();
        let differ: Vec<(Key, u32)> = keys
            .into_iter()
            .map(|key| (key, mine.iter().find(|(known, _)| *known == key).map_or(0, |(_, sum)| *sum)))
            .filter(|(key, sum)| theirs(*key) != *sum)
            .collect();
        let Some((key, _)) = differ.first() else {
            out.because(Why::Same { from });
            return;
        };
        out.because(Why::Differ { from, keys: differ.len() as u32, key: *key });
        for (key, _) in &differ {
            for version in shelf::of(copies, *key) {
                let version = version.clone();
                out.send(from, Message::Put { version, owner: from, purpose: Purpose::Sync });
            }
        }
        if !answer {
            out.send(from, Message::Digest { sums: differ, answer: true });
        }
    }
}
