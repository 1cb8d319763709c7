//! The keeper: what it has of its keys, and what it holds for others.

use super::shelf::{self, Standing};
use super::{Durable, Here, Message, Out, Purpose, Timer, Why, Write};
use crate::model::{Ballot, Key, NodeId, RequestId, Version};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Replica {
    pub(super) disk: Durable,
    /// The version that came in last.
    pub(super) newest: Ballot,
    /// Whether it keeps siblings.
    pub(super) split: bool,
}

impl Replica {
    pub(super) fn boot(here: Here<'_>, disk: Durable, out: &mut Out) -> Self {
        if disk == Durable::default() {
            out.because(Why::Start {});
        } else {
            out.because(Why::Restart { kept: disk.copies.len() as u32, held: disk.held.len() as u32 });
        }
        if !disk.held.is_empty() {
            out.set_timer(Timer::HandOff, here.config.compare);
        }
        let newest = disk.copies.iter().map(|version| version.event).max().unwrap_or(Ballot::ZERO);
        let mut replica = Self { disk, newest, split: false };
        replica.look();
        replica
    }

    fn look(&mut self) {
        self.split = self.disk.copies.windows(2).any(|pair| pair[0].key == pair[1].key);
    }

    /// The next event of this node in a key, on disk before anybody hears of it.
    pub(super) fn issue(&mut self, here: Here<'_>, key: Key, out: &mut Out) -> Ballot {
        let count = self.disk.issued.get(&key).map_or(1, |count| count + 1);
        if here.config.forgets_count {
            self.disk.issued.insert(key, count);
        } else {
            out.persist(&mut self.disk, Write::Issued(key, count));
        }
        Ballot::new(count, here.me)
    }

    /// The version that a request has made, if it is here.
    pub(super) fn made_by(&self, key: Key, request: RequestId) -> Option<&Version> {
        let held = self.disk.held.iter().map(|(_, version)| version);
        self.disk.copies.iter().chain(held).find(|version| (version.key, version.request) == (key, request))
    }

    pub(super) fn on_get(
        &self,
        here: Here<'_>,
        from: NodeId,
        key: Key,
        request: RequestId,
        owner: NodeId,
        out: &mut Out,
    ) {
        let versions: Vec<Version> = if owner == here.me {
            shelf::of(&self.disk.copies, key).cloned().collect()
        } else {
            let mut versions = Vec::new();
            let held = self.disk.held.iter().filter(|(_, version)| version.key == key);
            held.for_each(|(_, version)| shelf::merge(&mut versions, version, here.config.by_clock));
            versions
        };
        let count = versions.len() as u32;
        out.because(if owner == here.me {
            Why::TellVersions { key, to: from, count }
        } else {
            Why::TellHeld { key, to: from, owner, count }
        });
        out.send(from, Message::Got { key, request, owner, versions });
    }

    pub(super) fn on_put(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        version: Version,
        owner: NodeId,
        purpose: Purpose,
        out: &mut Out,
    ) {
        let (key, event) = (version.key, version.event);
        if owner != here.me {
            self.hold(here, owner, version, out);
        } else if !here.keeps(key) {
            out.because(Why::NotMine { from, key });
            return;
        } else if here.config.repair_replaces && purpose == Purpose::Repair {
            out.because(Why::RepairReplaces { version: event, key, value: version.value });
            out.persist(&mut self.disk, Write::Replace(version));
        } else {
            self.keep(here, from, version, out);
        }
        self.look();
        match purpose {
            Purpose::Write | Purpose::HandOff => {
                out.send(from, Message::Stored { key, event, owner, purpose });
            }
            Purpose::Repair | Purpose::Sync => {}
        }
    }

    fn keep(&mut self, here: Here<'_>, from: NodeId, version: Version, out: &mut Out) {
        let by_clock = here.config.by_clock;
        let standing = shelf::standing(&self.disk.copies, &version, by_clock);
        let (key, value, event) = (version.key, version.value, version.event);
        out.because(match standing {
            Standing::Known | Standing::Grown => Why::KnownAlready { version: event, key },
            Standing::Old(newer) => Why::Old { version: event, key, newer },
            Standing::New(0) => Why::Keep { version: event, key, value, from },
            Standing::New(replaced) => Why::Replace { version: event, key, value, replaced },
            Standing::Sibling(other) => Why::Conflict { version: event, key, value, other },
            Standing::ByClock { winner, loser } => Why::Overrule { winner, loser, key },
        });
        let overruled = matches!(standing, Standing::ByClock { .. });
        if !matches!(standing, Standing::Known | Standing::Old(_)) {
            self.newest = event;
            out.persist(&mut self.disk, Write::Keep { version, by_clock, overruled });
        }
    }

    fn hold(&mut self, here: Here<'_>, owner: NodeId, version: Version, out: &mut Out) {
        let (key, event) = (version.key, version.event);
        let of_owner = self.disk.held.iter().filter(|(other, _)| *other == owner);
        let known = of_owner
            .clone()
            .any(|(_, held)| held.key == key && (held.event == event || version.is_covered_by(held)));
        if known {
            out.because(Why::KnownAlready { version: event, key });
            return;
        }
        out.because(Why::HoldFor { version: event, key, owner });
        out.persist(&mut self.disk, Write::Hold(owner, version));
        if self.disk.held.len() == 1 {
            out.set_timer(Timer::HandOff, here.config.compare);
        }
    }

    pub(super) fn on_hand_off(&self, here: Here<'_>, out: &mut Out) {
        let Some((owner, _)) = self.disk.held.first() else {
            out.because(Why::NothingHeld {});
            return;
        };
        out.because(Why::HandOff { count: self.disk.held.len() as u32, owner: *owner });
        for (owner, version) in &self.disk.held {
            let (owner, version) = (*owner, version.clone());
            out.send(owner, Message::Put { version, owner, purpose: Purpose::HandOff });
        }
        out.set_timer(Timer::HandOff, here.config.compare);
    }

    pub(super) fn on_handed_over(
        &mut self,
        from: NodeId,
        key: Key,
        event: Ballot,
        purpose: Purpose,
        out: &mut Out,
    ) {
        let held = |(owner, held): &(NodeId, Version)| (*owner, held.key, held.event) == (from, key, event);
        if purpose != Purpose::HandOff || !self.disk.held.iter().any(held) {
            out.because(Why::IgnoredAnswer { from, key });
            return;
        }
        out.because(Why::HandedOver { version: event, key, owner: from });
        out.persist(&mut self.disk, Write::HandedOver(from, key, event));
        if self.disk.held.is_empty() {
            out.cancel_timer(Timer::HandOff);
        }
    }
}
