//! A run that an exhaustive search has found, as a scenario that the player opens.
//!
//! Time is put back in: one step every 10 ms. Messages take longer than the run, so that each arrives, or
//! is lost, only where a step says so, and timers run out by hand alone.

use crate::catalogue;
use crate::explore::{Bounds, Choice, Explorer, Limits};
use crate::model::{Lang, NodeId, PropertyWord, Span, Time};
use crate::scenario::{Claim, INTERVENTIONS_MAX, Planned, Scenario, TEXT_MAX, What, Words};
use crate::sim::{DELAY_MAX, Delay, Fault, FaultKind, Intervention, Network, Progress};
use std::collections::{BTreeMap, BTreeSet};

/// From one step to the next.
const STEP: Span = Span::ms(10);
/// How long a request is on its way, as in every scenario.
const ASKS: Span = Span::ms(1);
/// Events computed at a time.
const SLICE: u32 = 10_000;

/// Why a run that was found does not become a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// It is longer than a scenario may be.
    Long,
    /// A message arrives more than twice, which nobody can do by hand.
    Thrice,
    /// The scenario was run, and the property held: the search and the simulator do not agree.
    Holds {
        /// Which.
        property: &'static str,
    },
}

impl Odd {
    /// What is wrong, in a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Long, Lang::En) => "The run has more steps than a scenario may have.".into(),
            (Self::Long, Lang::Zh) => "该运行的步数超出场景的上限。".into(),
            (Self::Thrice, Lang::En) => {
                "A message arrives more than twice, which no scenario can say.".into()
            }
            (Self::Thrice, Lang::Zh) => "某条消息到达两次以上，场景无法表达。".into(),
            (Self::Holds { property }, Lang::En) => format!(
                "The search found a run that breaks {property}, and in the simulator the same steps do not break it: please report this."
            ),
            (Self::Holds { property }, Lang::Zh) => {
                format!("搜索找到了破坏 {property} 的运行，但模拟器中同样的步骤并未破坏它：请报告此问题。")
            }
        }
    }
}

/// A search over a scenario's protocol with its weights, thresholds, settings and flaws; what breaks when
/// is the search's own choice, within bounds.
///
/// ```
/// use quorate::explore::{Bounds, Limits, Progress};
/// use quorate::{scenario, search};
/// let scenario = scenario::find("vote/counts-heads").expect("in the gallery");
/// let bounds = Bounds { timeouts: 0, requests: 1, ..Bounds::USUAL };
/// let mut explorer = search::explorer(scenario, bounds, Limits::default());
/// while explorer.advance(10_000) == Progress::Running {}
/// let found = search::shortest(&mut explorer, scenario).expect("a violation").expect("a scenario");
/// assert_eq!(found.interventions.len(), 5);
/// ```
#[must_use]
pub fn explorer(scenario: &Scenario, bounds: Bounds, limits: Limits) -> Explorer {
    let system = catalogue::bounded(scenario.entry, &scenario.rule(), &scenario.settings, bounds);
    Explorer::new(Box::new(system), limits)
}

/// The shortest run that breaks a property, if one was found, as a scenario that breaks it too: it has
/// been run.
///
/// `scenario` is the one that the search is about.
///
/// # Errors
/// Where the run cannot be said as a scenario, or does not break the property there.
pub fn shortest(explorer: &mut Explorer, scenario: &Scenario) -> Option<Result<Scenario, Odd>> {
    let found = explorer.violation()?;
    let property = explorer.properties()[found.property].word;
    let count = explorer.path(found.state).len().saturating_sub(1);
    let made = way_to(explorer, found.state, scenario)?;
    Some(made.and_then(|made| {
        let title = Words::new(
            format!("{} is broken in {count} steps", property.name.en),
            format!("{count} 步之内破坏{}", property.name.zh),
        );
        let broken = What::Violated(Some(property));
        let claim = Claim { what: broken, from: Time(0), by: None, at_least: 1, at_most: None };
        verified(Scenario { title, claims: vec![claim], ..made }, property)
    }))
}

/// A shortest run to a state, as a scenario; `None` where no such state was found, or it is not of a
/// protocol.
///
/// # Errors
/// Where the run cannot be said as a scenario.
pub fn way_to(explorer: &mut Explorer, state: u32, scenario: &Scenario) -> Option<Result<Scenario, Odd>> {
    let path = explorer.path(state);
    if path.is_empty() {
        return None;
    }
    let choices = explorer.walk(&path)?;
    let told = |lang| {
        let actions = path.iter().filter_map(|step| step.action).enumerate();
        let lines =
            actions.map(|(place, action)| format!("{}. {}", place + 1, explorer.action(action, lang)));
        let mut text = lines.collect::<Vec<_>>().join("\n");
        if text.chars().count() > TEXT_MAX {
            text = text.chars().take(TEXT_MAX - 1).chain(['…']).collect();
        }
        text
    };
    let text = Words::new(told(Lang::En), told(Lang::Zh));
    Some(steps(scenario, &choices, text))
}

/// Runs it and sees whether the property breaks.
fn verified(made: Scenario, property: &'static PropertyWord) -> Result<Scenario, Odd> {
    let mut run = made.run();
    while run.advance(SLICE) == Progress::Running {}
    if run.violations().iter().any(|violation| violation.property.id == property.id) {
        Ok(made)
    } else {
        Err(Odd::Holds { property: property.id })
    }
}

/// What becomes of a message: when it and its copies arrive, and are lost.
#[derive(Default)]
struct Fate {
    copies: usize,
    arrives: Vec<Time>,
    lost: Vec<Time>,
}

impl Fate {
    /// Whether there are two of it. Where one of two is lost, nothing was doubled and nothing lost.
    fn is_doubled(&self) -> bool {
        self.copies > self.lost.len()
    }

    /// What is done by hand to a message of that number.
    fn hands(&self, message: u32) -> impl Iterator<Item = Intervention> {
        let first = self.arrives.first().map(|at| Intervention::Deliver { message, at: *at });
        let by = match *self.arrives.as_slice() {
            [] => STEP,
            [_] => DELAY_MAX,
            [one, other, ..] => other - one,
        };
        let copy = self.is_doubled().then_some(Intervention::Duplicate { message, by });
        let lost = self.lost.get(self.copies).map(|at| Intervention::Drop { message, at: *at });
        first.into_iter().chain(copy).chain(lost)
    }
}

/// The scenario of some choices.
fn steps(scenario: &Scenario, choices: &[Choice], text: Words) -> Result<Scenario, Odd> {
    let mut fates: BTreeMap<u32, Fate> = BTreeMap::new();
    let mut hands = Vec::new();
    let mut faults: Vec<Planned> = Vec::new();
    let mut at = Time(0);
    for choice in choices {
        at = at + STEP;
        match *choice {
            Choice::Deliver { message, .. } => fates.entry(message).or_default().arrives.push(at),
            Choice::Lose { message, .. } => fates.entry(message).or_default().lost.push(at),
            Choice::Duplicate { message, .. } => fates.entry(message).or_default().copies += 1,
            Choice::Timeout { node, timer } => hands.push(Intervention::Timeout { node, timer, at }),
            Choice::Request { node, op } => {
                hands.push(Intervention::Propose { node, op, at: Time(at.0 - ASKS.0) });
            }
            Choice::Crash { node } => {
                let kind = FaultKind::Crash { node, amnesia: false };
                faults.push(Planned { fault: Fault { kind, from: at, until: None }, enabled: true });
            }
            Choice::Restart { node } => {
                let down = faults.iter_mut().rev().find(|planned| is_crash_of(&planned.fault.kind, node));
                if let Some(planned) = down {
                    planned.fault.until = Some(at);
                }
            }
        }
    }
    if fates.values().any(|fate| fate.copies > fate.lost.len() + 1 || fate.arrives.len() > 2) {
        return Err(Odd::Thrice);
    }
    // A copy has the number after its original's, and those behind move up.
    let doubled: BTreeSet<u32> =
        fates.iter().filter(|(_, fate)| fate.is_doubled()).map(|(message, _)| *message).collect();
    for (message, fate) in &fates {
        hands.extend(fate.hands(message + doubled.range(..message).count() as u32));
    }
    let duration = Span(at.0 + 2 * STEP.0);
    if hands.len() > INTERVENTIONS_MAX || duration >= DELAY_MAX {
        return Err(Odd::Long);
    }
    let count = choices.len();
    Ok(Scenario {
        id: String::new(),
        title: Words::new(format!("A run of {count} steps"), format!("{count} 步的运行")),
        text,
        duration,
        start: Time(0),
        network: Network { delay: Delay::Constant(DELAY_MAX.0), ..Network::default() },
        disk: Delay::NONE,
        clocks: Vec::new(),
        timers_by_hand: true,
        clients: Vec::new(),
        faults,
        interventions: hands,
        claims: Vec::new(),
        ..scenario.clone()
    })
}

fn is_crash_of(kind: &FaultKind, node: NodeId) -> bool {
    matches!(kind, FaultKind::Crash { node: down, .. } if *down == node)
}
