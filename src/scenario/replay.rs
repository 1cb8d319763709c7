//! Claims held against a run: whether each came true, and what happened instead.

use super::claim::{Claim, What, Where};
use super::reader::ms_text;
use super::{Scenario, Words};
use crate::model::{Fate, NodeId, Outcome, Span, Spec, Time, Value};
use crate::sim::{Cluster, Kind, Progress};
use std::collections::BTreeMap;

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whether it came true.
    pub ok: bool,
    /// What was claimed, in a line.
    pub text: Words,
    /// What happened, in a line.
    pub reason: Words,
}

/// Something that a claim counts: when, and where if it has a place.
type Hit = (Time, Option<NodeId>);

/// Events computed at a time.
const SLICE: u32 = 10_000;

/// Runs a scenario to its end and holds all its claims against it, and those of what stands beside it
/// against the other run. A run that is too long to be kept breaks one more claim: that there is an end.
#[must_use]
pub fn replay(scenario: &Scenario) -> Vec<Kept> {
    let mut kept = replay_one(scenario);
    kept.extend(scenario.swapped().map_or_else(Vec::new, |other| replay_one(&other)));
    kept
}

fn replay_one(scenario: &Scenario) -> Vec<Kept> {
    let mut run = scenario.run();
    let progress = loop {
        match run.advance(SLICE) {
            Progress::Running => {}
            stopped @ (Progress::Done | Progress::TooLong) => break stopped,
        }
    };
    let mut kept: Vec<Kept> = scenario.claims.iter().map(|claim| claim.check(&*run)).collect();
    if progress == Progress::TooLong {
        let at = ms_text(Span(run.computed().0));
        kept.push(Kept {
            ok: false,
            text: Words::new("The run comes to its end.", "运行到达终点。"),
            reason: Words::new(
                format!("it has more events than are kept, by {at} ms"),
                format!("到 {at} 毫秒时事件已超出上限"),
            ),
        });
    }
    kept
}

impl Claim {
    /// Holds it against a run that has come to its end.
    #[must_use]
    pub fn check(&self, run: &dyn Cluster) -> Kept {
        let by = self.by.unwrap_or(run.end());
        let mut hits = self.what.hits(run);
        hits.retain(|(at, _)| (self.from..=by).contains(at));
        hits.sort_unstable();
        let count = hits.len() as u32;
        let ok = count >= self.at_least && self.at_most.is_none_or(|most| count <= most);
        Kept { ok, text: self.text(run.spec()), reason: reason(&hits) }
    }

    /// What it says, in a line.
    #[must_use]
    pub fn text(&self, spec: &Spec) -> Words {
        if *self == Self::CLEAN {
            return Words::new("Nothing is ever violated.", "始终没有性质被违反。");
        }
        let subject = self.what.text(spec);
        let times = match (self.at_least, self.at_most) {
            (_, Some(0)) => Words::new("never", "从不"),
            (1, None) => Words::new("at least once", "至少 1 次"),
            (least, None) => Words::new(format!("at least {least} times"), format!("至少 {least} 次")),
            (least, Some(most)) if least == most => {
                Words::new(format!("{most} times exactly"), format!("恰好 {most} 次"))
            }
            (0, Some(most)) => Words::new(format!("at most {most} times"), format!("最多 {most} 次")),
            (least, Some(most)) => {
                Words::new(format!("{least} to {most} times"), format!("{least} 到 {most} 次"))
            }
        };
        let ms = |at: Time| ms_text(Span(at.0));
        let window = match (self.from, self.by) {
            (Time(0), None) => Words::default(),
            (Time(0), Some(by)) => {
                Words::new(format!(" by {} ms", ms(by)), format!("，在 {} 毫秒之前", ms(by)))
            }
            (from, None) => {
                Words::new(format!(" from {} ms on", ms(from)), format!("，从 {} 毫秒起", ms(from)))
            }
            (from, Some(by)) => Words::new(
                format!(" from {} to {} ms", ms(from), ms(by)),
                format!("，在 {} 到 {} 毫秒之间", ms(from), ms(by)),
            ),
        };
        Words::new(
            format!("{}: {}{}.", subject.en, times.en, window.en),
            format!("{}：{}{}。", subject.zh, times.zh, window.zh),
        )
    }
}

fn reason(hits: &[Hit]) -> Words {
    let Some((at, node)) = hits.first() else { return Words::new("it did not happen", "没有发生") };
    let (at, count) = (ms_text(Span(at.0)), hits.len());
    let (en, zh) = node.map_or_else(Default::default, |node| (format!(" ({node})"), format!("（{node}）")));
    if count == 1 {
        Words::new(format!("it happened once, at {at} ms{en}"), format!("发生 1 次，在 {at} 毫秒{zh}"))
    } else {
        Words::new(
            format!("it happened {count} times, first at {at} ms{en}"),
            format!("发生 {count} 次，第一次在 {at} 毫秒{zh}"),
        )
    }
}

impl What {
    fn hits(self, run: &dyn Cluster) -> Vec<Hit> {
        let records = run.trace().records().iter();
        match self {
            Self::Violated(property) => {
                let broken = run.violations().iter();
                let broken =
                    broken.filter(|violation| property.is_none_or(|word| word.id == violation.property.id));
                broken.map(|violation| (violation.at, None)).collect()
            }
            Self::Stuck(property) => {
                let stuck = run.stuck().iter();
                let stuck = stuck.filter(|stuck| property.is_none_or(|word| word.id == stuck.property.id));
                stuck.map(|stuck| (stuck.at, None)).collect()
            }
            Self::Reached(property) => {
                let standings = run.standings().into_iter();
                let of_it = standings.filter(|standing| standing.word.id == property.id);
                of_it
                    .filter_map(|standing| match standing.fate {
                        Fate::True { at, node, .. } => Some((at, node)),
                        Fate::Open | Fate::Broken(_) | Fate::Stuck(_) | Fate::Unknown { .. } => None,
                    })
                    .collect()
            }
            Self::Role { role, node } => {
                let mut before: BTreeMap<NodeId, (u8, u32)> = BTreeMap::new();
                records
                    .filter(|record| record.kind == Kind::Role)
                    .filter(|record| {
                        let now = (record.code, record.args[0]);
                        before.insert(record.node, now) != Some(now)
                    })
                    .filter(|record| record.code == role && node.is_none_or(|node| record.node == node))
                    .map(|record| (record.at(), Some(record.node)))
                    .collect()
            }
            Self::Rule { rule, node } => {
                // A protocol inside another may have a rule of the same name.
                let name = |code: u8| run.spec().rules.get(usize::from(code)).map(|word| word.name);
                records
                    .filter(|record| record.kind == Kind::Because && name(record.code) == name(rule))
                    .filter(|record| node.is_none_or(|node| record.node == node))
                    .map(|record| (record.at(), Some(record.node)))
                    .collect()
            }
            Self::Decided { at, value } => decided(run, at, value),
            Self::Answered { client } => {
                let operations = run.history().operations().iter();
                let asked = operations.filter(|operation| {
                    client.is_none_or(|client| operation.command.request.client == client)
                });
                asked
                    .filter_map(|operation| operation.returned)
                    // Who waits no longer is not answered.
                    .filter(|(_, _, outcome)| *outcome != Outcome::Unknown)
                    .map(|(at, node, _)| (at, Some(node)))
                    .collect()
            }
        }
    }

    fn text(self, spec: &Spec) -> Words {
        let who = |node: Option<NodeId>| match node {
            Some(node) => Words::new(node.to_string(), format!("{node} ")),
            None => Words::new("some node", "某个节点"),
        };
        match self {
            Self::Violated(Some(property)) => Words::new(
                format!("“{}” is violated", property.name.en),
                format!("“{}”被违反", property.name.zh),
            ),
            Self::Violated(None) => Words::new("some property is violated", "有性质被违反"),
            Self::Stuck(Some(property)) => Words::new(
                format!("“{}” is stuck", property.name.en),
                format!("“{}”停滞不前", property.name.zh),
            ),
            Self::Stuck(None) => Words::new("something is stuck", "有进展停滞"),
            Self::Reached(property) => Words::new(
                format!("the point “{}” is reached", property.name.en),
                format!("到达“{}”", property.name.zh),
            ),
            Self::Role { role, node } => {
                let (who, role) = (who(node), &spec.roles[usize::from(role)].name);
                Words::new(
                    format!("{} becomes “{}”", who.en, role.en),
                    format!("{}成为“{}”", who.zh, role.zh),
                )
            }
            Self::Rule { rule, node } => {
                let (who, rule) = (who(node), spec.rules[usize::from(rule)].name);
                Words::new(
                    format!("rule {rule} fires at {}", who.en),
                    format!("规则 {rule} 在{}触发", who.zh),
                )
            }
            Self::Decided { at, value } => {
                let at = match at {
                    Where::Anywhere => Words::new("at some node", "某个节点上"),
                    Where::Everywhere => Words::new("at every node", "所有节点上"),
                    Where::Node(node) => Words::new(format!("at {node}"), format!(" {node} 上")),
                };
                let (en, zh) = value
                    .map_or_else(Default::default, |value| (format!(" as {value}"), format!("为 {value}")));
                Words::new(format!("a slot is decided{en} {}", at.en), format!("在{}决定一个槽位{zh}", at.zh))
            }
            Self::Answered { client: Some(client) } => {
                let client = client.0 + 1;
                Words::new(format!("client c{client} is answered"), format!("客户端 c{client} 得到答复"))
            }
            Self::Answered { client: None } => Words::new("some client is answered", "某个客户端得到答复"),
        }
    }
}

/// Per slot that counts, when it first did.
fn decided(run: &dyn Cluster, place: Where, value: Option<Value>) -> Vec<Hit> {
    let mut first: BTreeMap<(u32, NodeId), Time> = BTreeMap::new();
    for record in run.trace().records().iter().filter(|record| record.kind == Kind::Decide) {
        if value.is_none() || record.command().op.value() == value {
            first.entry((record.link, record.node)).or_insert(record.at());
        }
    }
    let mut slots: BTreeMap<u32, Vec<Hit>> = BTreeMap::new();
    for ((slot, node), at) in first {
        slots.entry(slot).or_default().push((at, Some(node)));
    }
    let nodes = run.rule().nodes();
    slots
        .into_values()
        .filter_map(|hits| match place {
            Where::Anywhere => hits.into_iter().min(),
            Where::Everywhere if hits.len() < nodes => None,
            Where::Everywhere => hits.into_iter().max(),
            Where::Node(node) => hits.into_iter().find(|(_, at)| *at == Some(node)),
        })
        .collect()
}
