//! Find a failure: schedules around a scenario until one breaks it, and then a smaller one that
//! breaks it the same way.

use super::{Report, Work};
use crate::model::{Lang, NodeSet};
use crate::scenario::{Scenario, Words, from_json, to_json};
use crate::search::{Finder, Options, Search, Shrinker, interesting};
use crate::sim::{Cluster, Kind, Progress};
use serde::{Deserialize, Serialize};

/// What is to be searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindOrder {
    /// The scenario's document.
    pub document: String,
    /// Where the chance of all schedules comes from.
    pub seed: u64,
    /// How many are tried at most.
    pub schedules: u64,
}

/// Where a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Nothing is broken yet.
    Searching,
    /// Something is, and is being made smaller.
    Shrinking,
    /// It has come to its end.
    Over,
}

/// How far a search is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindReport {
    /// Where it is.
    pub stage: Stage,
    /// Schedules tried.
    pub tried: u64,
    /// Schedules to be tried at most.
    pub limit: u64,
    /// How many rules the protocol has.
    pub rules: u32,
    /// Those that no schedule has led to: names, and where each stands in its paper.
    pub never: Vec<[String; 2]>,
    /// Smaller scenarios tried.
    pub tries: u64,
    /// What was found, as small as it is by now.
    pub found: Option<Found>,
}

/// A scenario that breaks a property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its document.
    pub document: String,
    /// The property's name in claims.
    pub property: String,
    /// Its name for people.
    pub name: Words,
    /// Why it is broken, with the values.
    pub sentence: Words,
    /// Two quorums that did not meet, where that is the reason.
    pub quorums: Option<[String; 2]>,
    /// When it breaks, in µs.
    pub at_us: u64,
    /// The schedule that broke it first.
    pub schedule: u64,
    /// What that one came to.
    pub first: Size,
    /// What this one comes to.
    pub size: Size,
}

/// What there is to read in a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Notable events, up to and with the one that breaks.
    pub events: u32,
    /// Nodes.
    pub nodes: u16,
    /// Faults and interventions.
    pub faults: u16,
    /// Requests of clients, up to what breaks.
    pub commands: u32,
    /// How long it runs.
    pub length_us: u64,
}

/// Work of a slice, in the measure of [`Cluster::advance`].
const SLICE: u32 = 4_000;

/// A search under way.
struct Finding {
    finder: Finder,
    shrinker: Option<Shrinker>,
    /// What the schedule that was found comes to.
    first: Size,
    limit: u64,
    stage: Stage,
}

/// Begins a search.
///
/// # Errors
/// Where the document is no scenario.
pub(super) fn begin(order: &FindOrder) -> Result<Box<dyn Work>, Words> {
    let scenario = from_json(&order.document)
        .map_err(|why| Words::new(why.sentence(Lang::En), why.sentence(Lang::Zh)))?;
    let options = Options { seed: order.seed, schedules: Some(order.schedules), ..Options::default() };
    Ok(Box::new(Finding {
        finder: Finder::new(&scenario, options),
        shrinker: None,
        first: Size::default(),
        limit: order.schedules,
        stage: Stage::Searching,
    }))
}

impl Finding {
    fn found(&self) -> Option<Found> {
        let shrunk = self.shrinker.as_ref()?.shrunk()?;
        let schedule = self.finder.found()?.schedule;
        let (scenario, violation) = (&shrunk.scenario, &shrunk.violation);
        let word = violation.property;
        Some(Found {
            document: to_json(scenario),
            property: word.id.to_owned(),
            name: Words::new(word.name.en, word.name.zh),
            sentence: Words::new(violation.witness.sentence(Lang::En), violation.witness.sentence(Lang::Zh)),
            quorums: violation.witness.quorums.map(|(one, other)| [named(one), named(other)]),
            at_us: violation.at.0,
            schedule,
            first: self.first,
            size: Size::of(scenario, word.id),
        })
    }
}

/// `{S1, S2}`.
fn named(nodes: NodeSet) -> String {
    let names: Vec<String> = nodes.iter().map(|node| node.to_string()).collect();
    format!("{{{}}}", names.join(", "))
}

impl Size {
    /// What there is to read in a scenario until a property breaks.
    fn of(scenario: &Scenario, property: &str) -> Self {
        let mut run = scenario.run();
        let broken = |run: &dyn Cluster| {
            let broken = run.violations().iter().find(|violation| violation.property.id == property);
            broken.map(|violation| violation.event)
        };
        while broken(&*run).is_none() && run.advance(SLICE) == Progress::Running {}
        let end = broken(&*run).unwrap_or(run.trace().events());
        let calls =
            |event| run.trace().event(event).iter().filter(|record| record.kind == Kind::Call).count();
        let faults = scenario.faults.iter().filter(|planned| planned.enabled).count();
        Self {
            events: interesting(&*run, end),
            nodes: scenario.weights.len() as u16,
            faults: (faults + scenario.interventions.len()) as u16,
            commands: (0..=end).map(calls).sum::<usize>() as u32,
            length_us: scenario.duration.0,
        }
    }
}

impl Work for Finding {
    fn advance(&mut self) -> bool {
        match (self.stage, &mut self.shrinker) {
            (Stage::Searching, _) => match self.finder.advance(SLICE) {
                Search::Running => {}
                Search::Exhausted => self.stage = Stage::Over,
                Search::Found => {
                    if let Some(found) = self.finder.found() {
                        self.first = Size::of(&found.scenario, found.violation.property.id);
                        self.shrinker = Some(Shrinker::new(found));
                    }
                    self.stage = Stage::Shrinking;
                }
            },
            (Stage::Shrinking, Some(shrinker)) => {
                if shrinker.advance(SLICE) {
                    self.stage = Stage::Over;
                }
            }
            (Stage::Shrinking, None) | (Stage::Over, _) => self.stage = Stage::Over,
        }
        self.stage != Stage::Over
    }

    fn report(&self) -> Report {
        let coverage = self.finder.coverage();
        Report::Find(FindReport {
            stage: self.stage,
            tried: self.finder.tried(),
            limit: self.limit,
            rules: coverage.rules() as u32,
            never: coverage.never().map(|rule| [rule.name, rule.cite].map(str::to_owned)).collect(),
            tries: self.shrinker.as_ref().map_or(0, Shrinker::tries).into(),
            found: self.found(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, replay};
    use crate::task::{Order, Said, Task};

    fn run(order: FindOrder) -> FindReport {
        let mut task = Task::new(&Order::Find(order));
        let mut stages = vec![];
        loop {
            let goes_on = task.advance();
            let said = Said { report: task.report(), goes_on, ms: 0 };
            assert_eq!(Said::from_text(&said.to_text()).as_ref(), Some(&said), "reports cross as texts");
            let Report::Find(report) = said.report else { panic!("a report of a search") };
            stages.push(report.stage);
            if !goes_on {
                assert!(stages.is_sorted_by_key(|stage| *stage as u8), "{stages:?}");
                return report;
            }
        }
    }

    fn document(id: &str, flaw: Option<&'static str>) -> String {
        let mut scenario = scenario::find(id).expect("a scenario").clone();
        if let Some(flaw) = flaw {
            scenario.settings.set_flaw(flaw, true);
        }
        to_json(&scenario)
    }

    #[test]
    fn a_flaw_is_found_and_made_small() {
        let document = document("paxos/two-proposers", Some("ignores-accepted"));
        let report = run(FindOrder { document, seed: 0, schedules: 20_000 });
        let found = report.found.expect("a failure");
        assert!(found.size.events <= found.first.events && found.size.nodes <= found.first.nodes);
        assert!(found.size.faults <= found.first.faults, "{found:?}");
        assert!(!found.sentence.en.is_empty() && !found.sentence.zh.is_empty());
        let scenario = from_json(&found.document).expect("a document");
        assert!(!scenario.claims.is_empty() && replay(&scenario).iter().all(|kept| kept.ok));
    }

    #[test]
    fn a_safe_scenario_stays_whole_and_says_how_hard_it_was_tried() {
        let report =
            run(FindOrder { document: document("vote/weights-decide", None), seed: 0, schedules: 40 });
        assert_eq!((report.stage, report.tried, report.limit), (Stage::Over, 40, 40));
        assert_eq!(report.found, None);
        assert!(!report.never.is_empty() && (report.never.len() as u32) < report.rules);
    }

    #[test]
    fn what_is_no_scenario_is_refused() {
        let order = FindOrder { document: "{\"version\": 1}".into(), seed: 0, schedules: 1 };
        let mut task = Task::new(&Order::Find(order));
        assert!(!task.advance());
        let Report::Refused(why) = task.report() else { panic!("a refusal") };
        assert!(why.en.contains("`protocol`") && why.zh.contains("`protocol`"));
    }
}
