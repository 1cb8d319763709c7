//! Makes a schedule that breaks something small enough to be read.
//!
//! Idea: delta debugging on the scenario. A *step* proposes something simpler (see `simpler.rs`); if
//! the same property still breaks, and no more happens until then that a reader has to follow, the
//! proposal takes the place of what there was. When no step has anything left to propose, what is
//! left needs all that it has. The settings and the flaws are never touched.

use super::find::Found;
use super::simpler::{self, Cursor};
use crate::model::{Lang, Notice, Span, Time, Violation};
use crate::quorum::meeting;
use crate::scenario::{Claim, DURATION_LEAST, Scenario, TEXT_MAX, TITLE_MAX, What, Words};
use crate::sim::{Cluster, Kind, Progress};

/// The most proposals that are tried.
const TRIES_MAX: u32 = 6_000;
/// Work done between two looks at what is broken.
const SLICE: u32 = 256;
/// A run that has done so much without a violation breaks nothing worth having.
const WORK_MAX: u32 = 400_000;

/// A schedule made small.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunk {
    /// The scenario, told in both languages and claiming what it shows.
    pub scenario: Scenario,
    /// What breaks in it.
    pub violation: Violation,
    /// How many interesting events there are up to the violation: see [`interesting`].
    pub interesting: u32,
    /// How many proposals were tried.
    pub tries: u32,
}

/// How many of the events up to and with one are notable: those that *next* stops at.
#[must_use]
pub fn interesting(run: &dyn Cluster, event: u32) -> u32 {
    let (trace, spec) = (run.trace(), run.spec());
    let notable =
        |event: &u32| trace.event(*event).iter().any(|record| trace.notice(record, spec) == Notice::Notable);
    (1..=event.min(trace.events())).filter(notable).count() as u32
}

/// A shrinking under way.
///
/// ```
/// use quorate::{scenario, search::{Finder, Options, Search, Shrinker}};
/// let mut around = scenario::find("vote/weights-decide").expect("a scenario").clone();
/// around.settings.set_flaw("counts-heads", true);
/// let mut finder = Finder::new(&around, Options::default());
/// while finder.advance(10_000) == Search::Running {}
/// let mut shrinker = Shrinker::new(finder.found().expect("a failure"));
/// while !shrinker.advance(10_000) {}
/// let small = shrinker.shrunk().expect("the failure, small");
/// assert!(small.interesting <= 25);
/// assert!(quorate::scenario::replay(&small.scenario).iter().all(|kept| kept.ok));
/// ```
pub struct Shrinker {
    best: Scenario,
    violation: Violation,
    /// What has to be followed in the best.
    cost: u32,
    schedule: u64,
    /// Which pairs of phases meet: that stays as it is.
    meets: Vec<bool>,
    cursor: Cursor,
    tries: u32,
    attempt: Option<Attempt>,
    done: bool,
}

struct Attempt {
    scenario: Scenario,
    run: Box<dyn Cluster>,
    work: u32,
}

/// Which of the pairs of phases that have to meet do.
fn meets(scenario: &Scenario) -> Vec<bool> {
    let rule = scenario.rule();
    scenario.spec().must_meet.iter().map(|pair| meeting(&rule, pair.a, pair.b).meets).collect()
}

/// Leaves out what comes after a moment.
fn end_at(scenario: &mut Scenario, at: Time) {
    // A little more, so that the last event is seen to happen.
    let end = Span((at.0 / 10_000 + 2) * 10_000);
    scenario.duration = scenario.duration.min(end.max(DURATION_LEAST));
    scenario.faults.retain(|planned| planned.enabled && planned.fault.from <= at);
    for planned in &mut scenario.faults {
        planned.fault.until = planned.fault.until.filter(|until| *until <= at);
    }
    scenario.changes.retain(|change| change.at <= at);
    scenario.interventions.retain(|hand| simpler::moment(hand).is_none_or(|moment| moment <= at));
}

impl Shrinker {
    /// Begins with what a search has found.
    #[must_use]
    pub fn new(found: &Found) -> Self {
        // What breaks is one protocol: another beside it would only have to be made smaller too.
        let mut best = found.scenario.alone();
        end_at(&mut best, found.violation.at);
        Self {
            meets: meets(&best),
            best,
            violation: found.violation.clone(),
            cost: u32::MAX,
            schedule: found.schedule,
            cursor: Cursor::default(),
            tries: 0,
            attempt: None,
            done: false,
        }
    }

    /// Goes on for about so much work, in the measure of [`Cluster::advance`]; whether it is done.
    pub fn advance(&mut self, work: u32) -> bool {
        let mut left = work;
        while !self.done && left > 0 {
            left = left.saturating_sub(SLICE);
            let Some(attempt) = &mut self.attempt else {
                self.propose();
                continue;
            };
            let progress = attempt.run.advance(SLICE);
            attempt.work = attempt.work.saturating_add(SLICE);
            let broken = attempt.run.violations().iter();
            let broken = broken.clone().find(|v| v.property.id == self.violation.property.id).cloned();
            if broken.is_some() || progress != Progress::Running || attempt.work > WORK_MAX {
                self.judge(broken);
            }
        }
        self.done
    }

    /// Takes up the next proposal.
    fn propose(&mut self) {
        if self.tries >= TRIES_MAX {
            self.done = true;
            return;
        }
        // The first is what was found, as it is.
        let proposal = if self.cost == u32::MAX {
            if self.tries > 0 {
                self.done = true;
                return;
            }
            self.best.clone()
        } else {
            match self.cursor.next(&self.best) {
                None => {
                    self.done = true;
                    return;
                }
                Some(proposal) if proposal == self.best || meets(&proposal) != self.meets => return,
                Some(proposal) => proposal,
            }
        };
        self.tries += 1;
        self.attempt = Some(Attempt { run: proposal.run(), scenario: proposal, work: 0 });
    }

    /// A proposal has been run: takes it if it still shows the failure as briefly.
    fn judge(&mut self, broken: Option<Violation>) {
        let Some(Attempt { mut scenario, run, .. }) = self.attempt.take() else { return };
        let Some(violation) = broken else { return };
        let cost = interesting(&*run, violation.event);
        if cost > self.cost || cost == self.cost && self.cursor.is_sideways() {
            return;
        }
        simpler::limit_clients(&mut scenario, &*run, violation.at);
        end_at(&mut scenario, violation.at);
        self.cursor.taken(&scenario);
        (self.best, self.violation, self.cost) = (scenario, violation, cost);
    }

    /// How many proposals have been tried.
    #[must_use]
    pub const fn tries(&self) -> u32 {
        self.tries
    }

    /// The smallest so far, or none where what was given does not break what it is said to break.
    #[must_use]
    pub fn shrunk(&self) -> Option<Shrunk> {
        let Self { violation, tries, cost, .. } = self;
        (*cost < u32::MAX).then(|| Shrunk {
            scenario: told(&self.best, violation, self.schedule),
            violation: violation.clone(),
            interesting: *cost,
            tries: *tries,
        })
    }
}

/// The scenario of a failure with its title, its text and its claim.
pub(super) fn told(scenario: &Scenario, violation: &Violation, schedule: u64) -> Scenario {
    let word = violation.property;
    let short = |text: String, most: usize| text.chars().take(most).collect::<String>();
    let (en, zh) = (violation.witness.sentence(Lang::En), violation.witness.sentence(Lang::Zh));
    let mut scenario = scenario.clone();
    scenario.id.clear();
    scenario.title = Words::new(
        short(format!("Found by search: {} is violated", word.name.en), TITLE_MAX),
        short(format!("搜索发现：“{}”被违反", word.name.zh), TITLE_MAX),
    );
    scenario.text = Words::new(
        short(format!("{en} The search came upon it in schedule {schedule}."), TEXT_MAX),
        short(format!("{zh}搜索在第 {schedule} 号调度中发现了它。"), TEXT_MAX),
    );
    scenario.claims = vec![Claim::once(What::Violated(Some(word)))];
    scenario.start = Time(0);
    scenario
}

/// How many requests of each client a run has seen up to a moment; the last is whoever acts by hand.
pub(super) fn calls(run: &dyn Cluster, until: Time) -> Vec<u32> {
    let mut counts = vec![0; run.plan().clients.len() + 1];
    let records = run.trace().records().iter().filter(|record| record.kind == Kind::Call && record.link == 1);
    for record in records.take_while(|record| record.at() <= until) {
        if let Some(count) = counts.get_mut(usize::from(record.command().request.client.0)) {
            *count += 1;
        }
    }
    counts
}
