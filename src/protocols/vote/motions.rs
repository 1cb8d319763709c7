//! Every motion that a node knows of: found by number and by request, at a cost that hardly grows,
//! and kept in shared pages, so that a checkpoint of a long run costs little.

use super::Record;
use crate::model::{Ballot, ClientId, Command, RequestId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The motions of a disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Motions {
    records: Pages<Ballot, Record>,
    /// By request: the latest motion that moves it.
    latest: Pages<RequestId, Ballot>,
    /// The latest of those that are known to be carried.
    carried: Option<(Ballot, Command)>,
    count: u32,
}

impl Motions {
    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// What is known of a motion.
    #[must_use]
    pub fn get(&self, motion: Ballot) -> Option<&Record> {
        self.records.get(motion)
    }

    /// What is known of the latest motion of a command.
    #[must_use]
    pub fn of(&self, command: Command) -> Option<&Record> {
        let motion = self.latest.get(command.request)?;
        self.get(*motion).filter(|record| record.command == command)
    }

    /// The latest motion that is known to be carried.
    #[must_use]
    pub const fn last_carried(&self) -> Option<(Ballot, Command)> {
        self.carried
    }

    /// All of them, the latest first.
    pub fn backwards(&self) -> impl Iterator<Item = (Ballot, &Record)> {
        self.records
            .pages
            .values()
            .rev()
            .flat_map(|page| page.iter().rev())
            .map(|(key, record)| (*key, record))
    }

    /// Roughly how many bytes a copy takes once it has gone its own way: the lists of pages, and a
    /// page of each.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.records.weight() + self.latest.weight()
    }

    pub(super) fn vote(&mut self, motion: Ballot, command: Command, yes: bool) {
        self.record(motion, command).vote = Some(yes);
    }

    pub(super) fn decide(&mut self, motion: Ballot, command: Command, carried: bool) {
        self.record(motion, command).carried = Some(carried);
        if carried && self.carried.is_none_or(|(last, _)| last < motion) {
            self.carried = Some((motion, command));
        }
    }

    fn record(&mut self, motion: Ballot, command: Command) -> &mut Record {
        if self.get(motion).is_none() {
            self.count += 1;
            let latest = self.latest.entry(command.request, motion);
            *latest = motion.max(*latest);
        }
        self.records.entry(motion, Record { command, vote: None, carried: None })
    }
}

/// An ordered map in shared pages of neighbours: a clone shares all but the list of pages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pages<K: Paged, V> {
    pages: BTreeMap<K::Page, Arc<BTreeMap<K, V>>>,
}

/// A key that knows its page; pages are in the order of their keys.
trait Paged: Copy + Ord {
    type Page: Copy + Ord + std::fmt::Debug + std::hash::Hash;
    fn page(self) -> Self::Page;
}

impl Paged for Ballot {
    type Page = u32;
    fn page(self) -> u32 {
        self.round() / 32
    }
}

impl Paged for RequestId {
    type Page = (ClientId, u32);
    fn page(self) -> (ClientId, u32) {
        (self.client, self.seq / 64)
    }
}

impl<K: Paged, V> Default for Pages<K, V> {
    fn default() -> Self {
        Self { pages: BTreeMap::new() }
    }
}

impl<K: Paged, V: Clone> Pages<K, V> {
    fn get(&self, key: K) -> Option<&V> {
        self.pages.get(&key.page())?.get(&key)
    }

    fn weight(&self) -> usize {
        let page = self.pages.values().next_back().map_or(0, |page| page.len());
        // A tree is about two thirds full.
        (self.pages.len() * size_of::<(K::Page, Arc<()>)>() + page * size_of::<(K, V)>()) * 3 / 2
    }

    /// The value of a key, put there first if there is none.
    fn entry(&mut self, key: K, value: V) -> &mut V {
        let page = self.pages.entry(key.page()).or_default();
        Arc::make_mut(page).entry(key).or_insert(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, NodeId, Op, Value};

    fn command(seq: u32) -> Command {
        let request = RequestId { client: ClientId(0), seq };
        Command { request, op: Op::Write { key: Key(0), value: Value(seq) } }
    }

    /// Motions of three coordinators; some requests are moved twice, most are decided.
    fn some(count: u32) -> Motions {
        let mut motions = Motions::default();
        for number in 0..count {
            let motion = Ballot::new(1 + number / 3, NodeId((number % 3) as u8));
            motions.vote(motion, command(number / 2), number % 5 != 0);
            if number % 7 != 0 {
                motions.decide(motion, command(number / 2), number % 5 != 0);
            }
        }
        motions
    }

    #[test]
    fn the_same_as_a_search_through_all() {
        let motions = some(1_000);
        let all: Vec<(Ballot, Record)> =
            motions.backwards().map(|(motion, record)| (motion, *record)).collect();
        assert_eq!(all.len(), motions.count() as usize);
        assert!(all.windows(2).all(|pair| pair[0].0 > pair[1].0));
        let carried = all.iter().find(|(_, record)| record.carried == Some(true));
        assert_eq!(motions.last_carried(), carried.map(|(motion, record)| (*motion, record.command)));
        for seq in 0..600 {
            let found = all.iter().find(|(_, record)| record.command == command(seq));
            assert_eq!(motions.of(command(seq)).copied(), found.map(|(_, record)| *record), "{seq}");
        }
    }

    #[test]
    fn a_copy_shares_all_but_what_changes() {
        let motions = some(3_000);
        let mut copy = motions.clone();
        copy.decide(Ballot::new(2_000, NodeId(0)), command(5_000), true);
        copy.decide(Ballot::new(1, NodeId(0)), command(0), false);
        let shared = |(one, two): (&Arc<_>, &Arc<_>)| Arc::ptr_eq(one, two);
        let pages = motions.records.pages.values().zip(copy.records.pages.values());
        assert_eq!(pages.filter(|pair| !shared(*pair)).count(), 1);
        assert_ne!(motions, copy);
    }
}
