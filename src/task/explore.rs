//! Explore: every state that a model, or a protocol within bounds, can reach.

use super::{Report, Work};
use crate::explore::{self, Bounds, Constants, Expect, Explorer, Limits, Progress, Refusal, Step, System};
use crate::model::{Lang, Text};
use crate::scenario::{Scenario, Words, from_json, to_json};
use crate::search;
use serde::{Deserialize, Serialize};

/// What is to be explored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploreOrder {
    /// Which system.
    pub what: What,
    /// Whether states that differ only in who is who count as one.
    pub symmetry: bool,
    /// Whether it goes on after a violation.
    pub go_on: bool,
    /// How many MB it may take.
    pub memory_mb: u32,
}

/// A system to explore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A specification.
    Model {
        /// Its name in the table of models.
        model: String,
        /// Its constants, as on the command line.
        constants: String,
        /// Its quorum systems as sets, as on the command line.
        quorums: Vec<String>,
    },
    /// A scenario's protocol with its weights, thresholds and settings, within bounds.
    Scenario {
        /// The scenario's document.
        document: String,
        /// What may happen how often, in the order of [`BOUNDS`].
        bounds: [u8; 7],
    },
}

/// What bounds the world around a protocol: how often something happens in all, and the most that
/// is offered.
pub const BOUNDS: [(Text, u8); 7] = [
    (Text::new("requests of clients", "客户端请求数"), 6),
    (Text::new("reads after these", "此后的读取数"), 6),
    (Text::new("time-outs", "超时次数"), 12),
    (Text::new("messages lost", "丢失的消息数"), 12),
    (Text::new("messages that arrive twice", "重复送达的消息数"), 12),
    (Text::new("crashes", "崩溃次数"), 12),
    (Text::new("messages in flight at once", "同时在途的消息数"), 64),
];

/// The usual bounds, in the order of [`BOUNDS`].
#[must_use]
pub fn usual_bounds() -> [u8; 7] {
    let Bounds { losses, duplicates, crashes, timeouts, requests, reads, in_flight } = Bounds::default();
    [requests, reads, timeouts, losses, duplicates, crashes, in_flight]
}

fn bounds_of(numbers: [u8; 7]) -> Bounds {
    let [requests, reads, timeouts, losses, duplicates, crashes, in_flight] = numbers;
    Bounds { losses, duplicates, crashes, timeouts, requests, reads, in_flight }
}

/// How an exploration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reached {
    /// There are states left to visit.
    Going,
    /// Every state was visited.
    Complete,
    /// Every state within the bounds was visited, and successors beyond them were left out.
    Bounded,
    /// It stopped at a violation.
    Violated,
    /// It stopped at its memory limit.
    OutOfMemory,
}

/// How far an exploration is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExploreReport {
    /// How it stands.
    pub reached: Reached,
    /// What that means, in a sentence.
    pub sentence: Words,
    /// Different states.
    pub distinct: u64,
    /// States computed, repeats included.
    pub generated: u64,
    /// States on the longest of the shortest paths.
    pub depth: u32,
    /// States found and not yet visited.
    pub waiting: u64,
    /// Successors left out because they lie beyond the bounds.
    pub outside: u64,
    /// How many bytes it takes.
    pub bytes: u64,
    /// How many bytes it may take.
    pub bytes_max: u64,
    /// What is checked, and how it stands.
    pub properties: Vec<Judged>,
    /// A shortest path to what is broken.
    pub path: Vec<Line>,
    /// That path as a scenario's document, where the player can show it.
    pub document: Option<String>,
    /// Why it cannot.
    pub note: Option<Words>,
}

/// A property, as far as it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Its name.
    pub name: Words,
    /// What it says.
    pub statement: Words,
    /// Whether it must hold somewhere, not everywhere.
    pub sometimes: bool,
    /// Whether a state was found that breaks it, or, where it must hold somewhere, that has it.
    pub seen: bool,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What was done; empty for the first state.
    pub action: Words,
    /// The state after it.
    pub state: Words,
}

impl ExploreReport {
    /// Whether something is broken.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.properties.iter().any(|property| property.seen && !property.sometimes)
    }
}

/// Successors computed in a slice.
const SLICE: u64 = 20_000;

/// An exploration under way.
struct Exploring {
    explorer: Explorer,
    /// Whose protocol it is, where it is one's.
    scenario: Option<Scenario>,
    bytes_max: u64,
    path: Vec<Line>,
    /// The path in the player, or why it cannot be there.
    made: Option<Result<String, Words>>,
}

/// Begins an exploration.
///
/// # Errors
/// Where there is no such model, or not with these constants.
pub(super) fn begin(order: &ExploreOrder) -> Result<Box<dyn Work>, Words> {
    let memory = usize::try_from(u64::from(order.memory_mb) << 20).unwrap_or(usize::MAX);
    let limits = Limits { memory, symmetry: order.symmetry, go_on: order.go_on };
    let (explorer, scenario) = match &order.what {
        What::Model { model, constants, quorums } => {
            let explorer = specification(model, constants, quorums)
                .and_then(|system| Explorer::begin(system, limits))
                .map_err(|why| Words::new(why.sentence(Lang::En), why.sentence(Lang::Zh)))?;
            (explorer, None)
        }
        What::Scenario { document, bounds } => {
            let scenario = from_json(document)
                .map_err(|why| Words::new(why.sentence(Lang::En), why.sentence(Lang::Zh)))?;
            (search::explorer(&scenario, bounds_of(*bounds), limits), Some(scenario))
        }
    };
    let (path, made) = (Vec::new(), None);
    Ok(Box::new(Exploring { explorer, scenario, bytes_max: memory as u64, path, made }))
}

fn specification(name: &str, constants: &str, quorums: &[String]) -> Result<Box<dyn System>, Refusal> {
    let model = explore::model(name).ok_or_else(|| Refusal::Model { name: name.into() })?;
    let quorums: Vec<&str> = quorums.iter().map(String::as_str).collect();
    model.build(&Constants::read(model, constants, &quorums)?)
}

impl Exploring {
    /// The shortest way to what is broken, in words.
    fn shortest(&mut self) -> Vec<Line> {
        let Some(found) = self.explorer.violation() else { return Vec::new() };
        let path = self.explorer.path(found.state);
        let both = |text: &dyn Fn(Lang) -> String| Words::new(text(Lang::En), text(Lang::Zh));
        let line = |step: &Step| Line {
            action: step
                .action
                .map_or_else(Words::default, |action| both(&|lang| self.explorer.action(action, lang))),
            state: both(&|lang| self.explorer.show(&step.state, lang)),
        };
        path.iter().map(line).collect()
    }
}

impl Exploring {
    /// That way as a scenario's document.
    fn made(&mut self) -> Option<Result<String, Words>> {
        let made = search::shortest(&mut self.explorer, self.scenario.as_ref()?)?;
        Some(match made {
            Ok(scenario) => Ok(to_json(&scenario)),
            Err(odd) => Err(Words::new(odd.sentence(Lang::En), odd.sentence(Lang::Zh))),
        })
    }
}

impl Work for Exploring {
    fn advance(&mut self) -> bool {
        let progress = self.explorer.advance(SLICE);
        if self.path.is_empty() && self.explorer.violation().is_some() {
            self.path = self.shortest();
            self.made = self.made();
        }
        progress == Progress::Running
    }

    fn report(&self) -> Report {
        let (explorer, counts) = (&self.explorer, self.explorer.counts());
        let seen = |place| explorer.found().iter().any(|found| found.property == place);
        let properties = explorer.properties().iter().enumerate().map(|(place, property)| Judged {
            name: words(property.word.name),
            statement: words(property.word.statement),
            sometimes: property.expect == Expect::Sometimes,
            seen: seen(place),
        });
        let reached = match explorer.progress() {
            Progress::Running => Reached::Going,
            Progress::Complete => Reached::Complete,
            Progress::Bounded => Reached::Bounded,
            Progress::Violated => Reached::Violated,
            Progress::OutOfMemory => Reached::OutOfMemory,
        };
        Report::Explore(ExploreReport {
            reached,
            sentence: Words::new(explorer.sentence(Lang::En), explorer.sentence(Lang::Zh)),
            distinct: counts.distinct,
            generated: counts.generated,
            depth: counts.depth,
            waiting: counts.waiting,
            outside: counts.outside,
            bytes: explorer.bytes() as u64,
            bytes_max: self.bytes_max,
            properties: properties.collect(),
            path: self.path.clone(),
            document: self.made.as_ref().and_then(|made| made.as_ref().ok().cloned()),
            note: self.made.as_ref().and_then(|made| made.as_ref().err().cloned()),
        })
    }
}

fn words(text: Text) -> Words {
    Words::new(text.en, text.zh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::task::{Order, Said, Task};

    fn run(what: What, memory_mb: u32) -> Report {
        let order = ExploreOrder { what, symmetry: false, go_on: false, memory_mb };
        let mut task = Task::new(&Order::Explore(order));
        while task.advance() {}
        let said = Said { report: task.report(), goes_on: false, ms: 1 };
        assert_eq!(Said::from_text(&said.to_text()).as_ref(), Some(&said), "reports cross as texts");
        said.report
    }

    fn model(model: &str, constants: &str, quorums: &[&str]) -> What {
        let quorums = quorums.iter().map(|text| (*text).to_owned()).collect();
        What::Model { model: model.into(), constants: constants.into(), quorums }
    }

    #[test]
    fn a_specification_is_counted_to_its_end() {
        let Report::Explore(report) = run(model("two-phase", "rms=3", &[]), 64) else { panic!("a result") };
        assert_eq!((report.reached, report.distinct, report.depth), (Reached::Complete, 288, 11));
        assert_eq!((report.is_bad(), report.waiting, report.path.len()), (false, 0, 0));
    }

    #[test]
    fn quorums_that_do_not_meet_give_a_path_in_words() {
        let what = model("fpaxos", "acceptors=2,ballots=3", &["q1={{a1},{a2}}", "q2={{a1,a2}}"]);
        let Report::Explore(safe) = run(what, 64) else { panic!("a result") };
        assert_eq!(safe.reached, Reached::Complete, "each of the first meets the second");
        let what = model("fpaxos", "acceptors=2,ballots=3", &["q1={{a1},{a2}}", "q2={{a1},{a2}}"]);
        let Report::Explore(report) = run(what, 64) else { panic!("a result") };
        assert_eq!(report.reached, Reached::Violated);
        assert!(report.is_bad() && report.document.is_none());
        assert!(report.path.len() > 2 && report.path[0].action.en.is_empty());
        assert!(report.path[1..].iter().all(|line| !line.action.zh.is_empty() && !line.state.en.is_empty()));
    }

    #[test]
    fn memory_that_is_used_up_ends_it_in_a_sentence() {
        let what = model("paxos-commit", "", &[]);
        let Report::Explore(report) = run(what, 1) else { panic!("a result") };
        assert_eq!(report.reached, Reached::OutOfMemory);
        assert!(report.bytes <= report.bytes_max && report.distinct > 1_000);
        assert!(report.sentence.en.contains("memory limit"));
    }

    #[test]
    fn a_violation_of_a_protocol_opens_in_the_player() {
        let unsafe_one = scenario::find("paxos/unsafe-thresholds").expect("a scenario");
        let mut small = Scenario::plain(unsafe_one.entry, 3);
        small.thresholds = vec![2, 1];
        let document = to_json(&small);
        let what = What::Scenario { document, bounds: usual_bounds() };
        let Report::Explore(report) = run(what, 256) else { panic!("a result") };
        assert_eq!((report.reached, &report.note), (Reached::Violated, &None));
        let scenario = from_json(&report.document.expect("a document")).expect("a scenario");
        assert!(scenario::replay(&scenario).iter().all(|kept| kept.ok) && !scenario.claims.is_empty());
    }

    #[test]
    fn what_bounds_leave_out_is_told() {
        let plain = Scenario::plain(crate::catalogue::find("raft").expect("a protocol"), 3);
        // A candidate asks two others, and one message may be in flight.
        let what = What::Scenario { document: to_json(&plain), bounds: [0, 0, 1, 0, 0, 0, 1] };
        let Report::Explore(report) = run(what, 64) else { panic!("a result") };
        assert_eq!((report.reached, report.distinct, report.outside), (Reached::Bounded, 1, 3));
        assert!(report.sentence.en.contains("left out because they lie beyond: 3"), "{}", report.sentence.en);
        assert!(report.sentence.zh.contains("3 个"), "{}", report.sentence.zh);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let Report::Refused(why) = run(model("two-phase", "rms=many", &[]), 1) else { panic!("a refusal") };
        assert!(why.en.contains("rms") && why.zh.contains("rms"));
        let Report::Refused(why) = run(model("nothing", "", &[]), 1) else { panic!("a refusal") };
        assert!(why.en.contains("nothing"));
    }
}
