//! Claims: what the author of a scenario says will happen, in a form that a test can replay.
//!
//! A claim counts one kind of event in a window of time and bounds the count:
//!
//! ```json
//! "clean"
//! {"violated": "election-safety"}
//! {"stuck": "decided-in-time", "by": 800}
//! {"reached": "leader-elected", "by": 500}
//! {"role": "leader", "node": "S3", "from": 1010, "by": 1900}
//! {"role": "leader", "by": 500, "at_most": 0}
//! {"rule": "RefuseStaleTerm", "at_least": 3}
//! {"decided": "everywhere", "at_least": 5, "by": 2000}
//! {"decided": "S4", "value": "b", "at_most": 0}
//! {"answered": "c1", "at_least": 20}
//! ```
//!
//! `from` is the start of the run where it is left out, `by` its end; both ends belong to the window.
//! `at_least` is 1 where neither bound is given. `"clean"`, nothing is ever violated, is short for
//! `{"violated": "anything", "at_most": 0}`. What is violated must always hold; what is stuck had to come
//! true in calm and did not in time (it is counted when its time was up); what is reached is a point that
//! a run may come to, once at the most.

use super::hand;
use super::reader::{Fields, Place};
use super::writer::{Json, Object};
use super::{DURATION_MAX, Refusal, Words};
use crate::catalogue::Entry;
use crate::model::{ClientId, NodeId, PropertyKind, PropertyWord, Span, Spec, Time, Value};

/// What an author says will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is counted.
    pub what: What,
    /// From when.
    pub from: Time,
    /// Until when; `None`: to the end of the run.
    pub by: Option<Time>,
    /// How often at the least.
    pub at_least: u32,
    /// How often at the most; `None`: as often as it likes.
    pub at_most: Option<u32>,
}

/// What a claim counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Properties that broke: this one, or any.
    Violated(Option<&'static PropertyWord>),
    /// What did not come true in time: this, or anything.
    Stuck(Option<&'static PropertyWord>),
    /// Whether the run came to a point.
    Reached(&'static PropertyWord),
    /// How often a node took a role, or went on to another epoch in it.
    Role {
        /// A place in [`Spec::roles`].
        role: u8,
        /// Which node; `None`: any.
        node: Option<NodeId>,
    },
    /// How often a rule fired.
    Rule {
        /// A place in [`Spec::rules`].
        rule: u8,
        /// At which node; `None`: any.
        node: Option<NodeId>,
    },
    /// How many slots were decided.
    Decided {
        /// Where.
        at: Where,
        /// With this value; `None`: with any, or none.
        value: Option<Value>,
    },
    /// How many requests were answered.
    Answered {
        /// Of which client; `None`: of any.
        client: Option<ClientId>,
    },
}

/// Where a slot has to be decided to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// At one node at least.
    Anywhere,
    /// At every node.
    Everywhere,
    /// At this node.
    Node(NodeId),
}

/// What claims count, by name.
pub(super) const KINDS: [&str; 7] = ["violated", "stuck", "reached", "role", "rule", "decided", "answered"];
/// Counts in claims are no greater.
pub(super) const COUNT_MAX: u32 = 1_000_000;
/// The claim that nothing is ever violated.
pub(super) const CLEAN: &str = "clean";
/// For any property that can be violated or stuck.
pub(super) const ANYTHING: &str = "anything";
/// For any client.
pub(super) const ANYONE: &str = "anyone";

impl Claim {
    /// That nothing is ever violated.
    pub const CLEAN: Self =
        Self { what: What::Violated(None), from: Time(0), by: None, at_least: 0, at_most: Some(0) };

    /// That something happens at least once in the run.
    #[must_use]
    pub const fn once(what: What) -> Self {
        Self { what, from: Time(0), by: None, at_least: 1, at_most: None }
    }

    /// Whether the node and the client that it names are there.
    #[must_use]
    pub fn fits(&self, nodes: usize, clients: usize) -> bool {
        let there = |node: Option<NodeId>| node.is_none_or(|node| node.index() < nodes);
        match self.what {
            What::Violated(_) | What::Stuck(_) | What::Reached(_) => true,
            What::Role { node, .. } | What::Rule { node, .. } => there(node),
            What::Decided { at: Where::Node(node), .. } => there(Some(node)),
            What::Decided { at: Where::Anywhere | Where::Everywhere, .. } => true,
            What::Answered { client } => client.is_none_or(|client| usize::from(client.0) <= clients),
        }
    }
}

/// A protocol's properties of one kind.
fn properties(entry: &Entry, kind: PropertyKind) -> Vec<&'static PropertyWord> {
    let words = entry.words().into_iter();
    words.filter(|(known, _)| *known == kind).map(|(_, word)| word).collect()
}

/// The names of a protocol's properties of one kind.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn property_names(entry: &Entry, kind: PropertyKind) -> Vec<&'static str> {
    properties(entry, kind).iter().map(|word| word.id).collect()
}

/// Reads a claim about a run of a protocol on so many nodes with so many clients.
pub(super) fn read(place: &Place<'_>, nodes: usize, clients: usize, entry: &Entry) -> Result<Claim, Refusal> {
    if place.value().and_then(serde_json::Value::as_str) == Some(CLEAN) {
        return Ok(Claim::CLEAN);
    }
    let Some(serde_json::Value::Object(_)) = place.value() else {
        let expected = Words::new(
            "\"clean\" or an object such as {\"role\": \"leader\", \"by\": 900}",
            "\"clean\" 或对象，例如 {\"role\": \"leader\", \"by\": 900}",
        );
        return Err(place.refuse(expected));
    };
    let common = ["from", "by", "at_least", "at_most"];
    let all = place.fields(&[&KINDS, common.as_slice(), &["node", "value"]].concat())?;
    let kind = all.one_of(&KINDS)?;
    let own: &[&str] = match kind {
        "role" | "rule" => &["node"],
        "decided" => &["value"],
        _ => &[],
    };
    let fields = place.fields(&[&[kind], own, common.as_slice()].concat())?;
    let what = what(&fields, kind, nodes, clients, entry)?;
    let from = fields.get("from").map_or(Ok(Span(0)), |place| place.span(Span(0), DURATION_MAX))?;
    let by = fields.get("by").map(|place| place.span(from, DURATION_MAX)).transpose()?;
    let at_least = fields.get("at_least").map(|place| place.count(1, COUNT_MAX)).transpose()?;
    let at_most =
        fields.get("at_most").map(|place| place.count(at_least.unwrap_or(0), COUNT_MAX)).transpose()?;
    Ok(Claim {
        what,
        from: Time(from.0),
        by: by.map(|by| Time(by.0)),
        at_least: at_least.unwrap_or(u32::from(at_most.is_none())),
        at_most,
    })
}

fn what(
    fields: &Fields<'_>,
    kind: &str,
    nodes: usize,
    clients: usize,
    entry: &Entry,
) -> Result<What, Refusal> {
    let place = fields.need(kind);
    let spec = entry.spec;
    let node = || fields.get("node").map(|place| place.node(nodes)).transpose();
    Ok(match kind {
        "violated" => What::Violated(property(&place, entry, PropertyKind::Always)?),
        "stuck" => What::Stuck(property(&place, entry, PropertyKind::Eventually)?),
        "reached" => {
            let known = properties(entry, PropertyKind::Sometimes);
            let names: Vec<&str> = known.iter().map(|word| word.id).collect();
            let found = place.choice(&names)?;
            match known.get(found) {
                Some(word) => What::Reached(word),
                None => {
                    return Err(
                        place.refuse(Words::new("a point that a run may reach", "运行可能到达的一点"))
                    );
                }
            }
        }
        "role" => {
            let names: Vec<&str> = spec.roles.iter().map(|role| role.id).collect();
            What::Role { role: place.choice(&names)? as u8, node: node()? }
        }
        "rule" => {
            let names: Vec<&str> = spec.rules.iter().map(|rule| rule.name).collect();
            What::Rule { rule: place.choice(&names)? as u8, node: node()? }
        }
        "decided" => {
            let value = fields.get("value").map(|place| hand::value(&place)).transpose()?;
            let at = match place.value().and_then(serde_json::Value::as_str) {
                Some("anywhere") => Where::Anywhere,
                Some("everywhere") => Where::Everywhere,
                Some(name) if NodeId::parse(name).is_some() => Where::Node(place.node(nodes)?),
                None | Some(_) => {
                    return Err(place.refuse(Words::new(
                        format!("\"anywhere\", \"everywhere\" or a node, \"S1\" to \"S{nodes}\""),
                        format!("\"anywhere\"、\"everywhere\" 或节点名 \"S1\" 到 \"S{nodes}\""),
                    )));
                }
            };
            What::Decided { at, value }
        }
        _ => {
            // The last client is whoever touches the page.
            let names: Vec<String> = (1..=clients + 1).map(|client| format!("c{client}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).chain([ANYONE]).collect();
            let found = place.choice(&names)?;
            What::Answered { client: (found <= clients).then_some(ClientId(found as u16)) }
        }
    })
}

/// A property of one kind; `None`: any.
fn property(
    place: &Place<'_>,
    entry: &Entry,
    kind: PropertyKind,
) -> Result<Option<&'static PropertyWord>, Refusal> {
    let known = properties(entry, kind);
    let names: Vec<&str> = known.iter().map(|word| word.id).chain([ANYTHING]).collect();
    Ok(known.get(place.choice(&names)?).copied())
}

/// Writes a claim about a run of a protocol.
pub(super) fn write(claim: &Claim, spec: &Spec) -> Json {
    if *claim == Claim::CLEAN {
        return CLEAN.into();
    }
    let Claim { what, from, by, at_least, at_most } = claim;
    let mut node_of = None;
    let mut out = match *what {
        What::Violated(property) => Object::of("violated", property.map_or(ANYTHING, |word| word.id)),
        What::Stuck(property) => Object::of("stuck", property.map_or(ANYTHING, |word| word.id)),
        What::Reached(property) => Object::of("reached", property.id),
        What::Role { role, node } => {
            node_of = node;
            Object::of("role", spec.roles.get(usize::from(role)).map_or("?", |role| role.id))
        }
        What::Rule { rule, node } => {
            node_of = node;
            Object::of("rule", spec.rules.get(usize::from(rule)).map_or("?", |rule| rule.name))
        }
        What::Decided { at, value } => {
            let mut out = match at {
                Where::Anywhere => Object::of("decided", "anywhere"),
                Where::Everywhere => Object::of("decided", "everywhere"),
                Where::Node(node) => Object::of("decided", node),
            };
            if let Some(value) = value {
                out.put("value", value.to_string());
            }
            out
        }
        What::Answered { client } => {
            let name = client.map_or_else(|| ANYONE.to_owned(), |client| format!("c{}", client.0 + 1));
            Object::of("answered", name)
        }
    };
    if let Some(node) = node_of {
        out.put("node", node);
    }
    out.put_unless("from", from, &Time(0), |from| Json::ms(Span(from.0)));
    if let Some(by) = by {
        out.put("by", Json::ms(Span(by.0)));
    }
    let unsaid = u32::from(at_most.is_none());
    out.put_unless("at_least", at_least, &unsaid, |count| (*count).into());
    if let Some(at_most) = at_most {
        out.put("at_most", *at_most);
    }
    out.into()
}
