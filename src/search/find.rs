//! Runs schedules until one breaks a property.

use super::Schedules;
use super::shrink::told;
use crate::model::{Lang, RuleWord, Violation};
use crate::scenario::Scenario;
use crate::sim::{Cluster, Kind, Progress};

/// Which of all schedules a search takes: those whose number leaves `index` when divided by `of`. No
/// two shards share one, and all `of` together take each.
///
/// ```
/// use quorate::search::Shard;
/// let shard = Shard::new(1, 4).expect("the second of four");
/// assert_eq!([0, 1, 2].map(|place| shard.schedule(place)), [1, 5, 9]);
/// assert_eq!(Shard::new(4, 4), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    of: u64,
}

impl Shard {
    /// All schedules.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// The most shards: with so many, no number of a schedule is too large to be told from another.
    pub const MOST: u64 = 1 << 32;

    /// The shard of a place, counted from 0, among so many; `None` where there is no such place, or
    /// where there are more than [`Self::MOST`].
    #[must_use]
    pub const fn new(index: u64, of: u64) -> Option<Self> {
        if index < of && of <= Self::MOST { Some(Self { index, of }) } else { None }
    }

    /// The number of the schedule at a place in this shard.
    #[must_use]
    pub const fn schedule(self, place: u64) -> u64 {
        self.index.wrapping_add(place.wrapping_mul(self.of))
    }
}

/// What a search looks for, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the chance of all schedules comes from.
    pub seed: u64,
    /// Which of the schedules are tried.
    pub shard: Shard,
    /// How many schedules of the shard are tried at the most; `None`: no end.
    pub schedules: Option<u64>,
    /// Only a violation of this property ends the search; `None`: of any.
    pub property: Option<&'static str>,
    /// Where no property is named: whether what the protocol does not promise is left out.
    pub promised_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, shard: Shard::WHOLE, schedules: None, property: None, promised_only: false }
    }
}

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// It goes on.
    Running,
    /// It has found something: [`Finder::found`].
    Found,
    /// It has tried all that it was to try.
    Exhausted,
}

/// Which rules of a protocol have fired in all schedules tried.
#[derive(Clone, Debug)]
pub struct Coverage {
    words: &'static [RuleWord],
    fired: Vec<bool>,
}

impl Coverage {
    /// How many rules there are.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.words.len()
    }

    /// How many of them have fired.
    #[must_use]
    pub fn fired(&self) -> usize {
        self.fired.iter().filter(|fired| **fired).count()
    }

    /// Those that have not. A rule of a flaw or of a setting that is off never does.
    pub fn never(&self) -> impl Iterator<Item = &'static RuleWord> + '_ {
        self.words.iter().zip(&self.fired).filter(|(_, fired)| !**fired).map(|(word, _)| word)
    }
}

/// A schedule that breaks something.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its number.
    pub schedule: u64,
    /// The schedule, as it was drawn.
    pub scenario: Scenario,
    /// What broke: of the property looked for, or of the first.
    pub violation: Violation,
}

impl Found {
    /// The same, told in both languages and claiming what it shows.
    #[must_use]
    pub fn retold(&self) -> Self {
        Self { scenario: told(&self.scenario, &self.violation, self.schedule), ..self.clone() }
    }

    /// Why it broke, in a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        self.violation.witness.sentence(lang)
    }
}

/// A search under way.
///
/// ```
/// use quorate::{scenario, search::{Finder, Options, Search}};
/// let mut around = scenario::find("paxos/two-proposers").expect("a scenario").clone();
/// around.settings.set_flaw("ignores-accepted", true);
/// let mut finder = Finder::new(&around, Options::default());
/// while finder.advance(10_000) == Search::Running {}
/// let found = finder.found().expect("a schedule that shows the flaw");
/// assert!(found.schedule < 20_000);
/// ```
pub struct Finder {
    schedules: Schedules,
    options: Options,
    /// How many have been run to their end.
    tried: u64,
    coverage: Coverage,
    /// The schedule that is being run.
    run: Option<Run>,
    /// Those that broke first, where another property is looked for.
    others: Vec<&'static str>,
    found: Option<Found>,
}

struct Run {
    scenario: Scenario,
    cluster: Box<dyn Cluster>,
    /// How many records have been looked at.
    seen: usize,
}

/// Work done between two looks at what is broken.
const SLICE: u32 = 256;
/// Work that drawing a schedule and setting it up is about worth.
const SETUP: u32 = 64;

impl Finder {
    /// A search around a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario, options: Options) -> Self {
        let words = scenario.spec().rules;
        Self {
            schedules: Schedules::new(scenario, options.seed),
            options,
            tried: 0,
            coverage: Coverage { words, fired: vec![false; words.len()] },
            run: None,
            others: Vec::new(),
            found: None,
        }
    }

    /// Goes on for about so much work, in the measure of [`Cluster::advance`]: some thousand take a
    /// few ms.
    pub fn advance(&mut self, work: u32) -> Search {
        let mut left = work;
        while self.found.is_none() {
            if self.run.is_none() {
                if self.options.schedules.is_some_and(|most| self.tried >= most) {
                    return Search::Exhausted;
                }
                if left == 0 {
                    return Search::Running;
                }
                let scenario = self.schedules.nth(self.options.shard.schedule(self.tried));
                self.run = Some(Run { cluster: scenario.run(), scenario, seen: 0 });
                left = left.saturating_sub(SETUP);
            }
            if left == 0 {
                return Search::Running;
            }
            self.go_on();
            left = left.saturating_sub(SLICE);
        }
        Search::Found
    }

    /// A slice of the present run.
    fn go_on(&mut self) {
        let Some(run) = &mut self.run else { return };
        let progress = run.cluster.advance(SLICE);
        let records = run.cluster.trace().records();
        for record in records[run.seen..].iter().filter(|record| record.kind == Kind::Because) {
            if let Some(fired) = self.coverage.fired.get_mut(usize::from(record.code)) {
                *fired = true;
            }
        }
        run.seen = records.len();
        let (Options { property, promised_only, .. }, entry) = (&self.options, run.scenario.entry);
        let wanted = |violation: &&Violation| match property {
            Some(wanted) => violation.property.id == *wanted,
            None => !promised_only || entry.unpromised(violation.property.id).is_none(),
        };
        let violation = run.cluster.violations().iter().find(wanted).cloned();
        if violation.is_none() && progress == Progress::Running {
            return;
        }
        for violation in run.cluster.violations() {
            if !self.others.contains(&violation.property.id) {
                self.others.push(violation.property.id);
            }
        }
        let schedule = self.options.shard.schedule(self.tried);
        self.tried += 1;
        if let (Some(violation), Some(run)) = (violation, self.run.take()) {
            self.found = Some(Found { schedule, scenario: run.scenario, violation });
        }
    }

    /// How many schedules have been run to their end, or to their violation.
    #[must_use]
    pub const fn tried(&self) -> u64 {
        self.tried
    }

    /// Which rules have fired.
    #[must_use]
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The properties that broke, by name, in the order in which they first did.
    #[must_use]
    pub fn broken(&self) -> &[&'static str] {
        &self.others
    }

    /// What was found.
    #[must_use]
    pub const fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use std::collections::BTreeSet;

    #[test]
    fn shards_are_apart_and_make_up_the_whole() {
        for of in 1..8 {
            let mut taken = BTreeSet::new();
            for index in 0..of {
                let shard = Shard::new(index, of).expect("a shard");
                for place in 0..100 {
                    assert!(taken.insert(shard.schedule(place)), "taken twice");
                }
            }
            assert_eq!(taken, (0..100 * of).collect());
        }
    }

    #[test]
    fn slices_of_any_size_give_the_same() {
        let mut around = scenario::find("paxos/two-proposers").expect("a scenario").clone();
        around.settings.set_flaw("accepts-below-promise", true);
        let search = |work| {
            let options = Options { schedules: Some(2_000), ..Options::default() };
            let mut finder = Finder::new(&around, options);
            while finder.advance(work) == Search::Running {}
            (finder.tried(), finder.coverage().fired.clone(), finder.found().cloned())
        };
        let whole = search(u32::MAX);
        assert!(whole.2.is_some());
        assert_eq!(search(1), whole);
        assert_eq!(search(3_001), whole);
    }

    #[test]
    fn a_search_ends_where_it_is_told_to() {
        let around = scenario::find("vote/weights-decide").expect("a scenario");
        let mut finder = Finder::new(around, Options { schedules: Some(9), ..Options::default() });
        while finder.advance(100) == Search::Running {}
        assert_eq!((finder.tried(), finder.found()), (9, None));
        assert_eq!(finder.advance(100), Search::Exhausted);
        let coverage = finder.coverage();
        assert!(coverage.fired() > 3 && coverage.fired() < coverage.rules());
        assert_eq!(coverage.never().count(), coverage.rules() - coverage.fired());
    }
}
