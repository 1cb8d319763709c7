//! The constants of a specification, as they are written: `acceptors=3,values=2,ballots=2`.

use super::models::{MODELS, Model};
use super::quorums::{Quorums, SETS_MAX};
use crate::model::{Lang, Text};
use crate::quorum::WEIGHT_MAX;
use std::fmt;

/// A number that a specification leaves open.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    /// Its name: `acceptors`.
    pub id: &'static str,
    /// What it counts.
    pub help: Text,
    /// The smallest allowed.
    pub least: u32,
    /// The largest allowed.
    pub most: u32,
    /// Where nothing is said.
    pub default: u32,
}

/// Why something is not explored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such model.
    Model {
        /// What was asked for.
        name: String,
    },
    /// A constant that the model does not have.
    Unknown {
        /// What was asked for.
        name: String,
        /// Those that it has.
        known: String,
    },
    /// Something that is said more than once.
    Twice {
        /// What.
        name: String,
    },
    /// A constant without a number that it may have.
    Number {
        /// Which.
        name: String,
        /// The smallest allowed.
        least: u32,
        /// The largest allowed.
        most: u32,
        /// What was there.
        found: String,
    },
    /// Weights that are none.
    Weights {
        /// What was there.
        found: String,
        /// How many there should be at most.
        most: u32,
    },
    /// A quorum system that is not written as one.
    Quorums {
        /// What was there.
        text: String,
        /// How many acceptors there are.
        acceptors: usize,
    },
    /// Constants of another model.
    Other {
        /// Whose they are.
        theirs: &'static str,
        /// Whose they should be.
        own: &'static str,
    },
    /// A threshold that nobody reaches.
    NoQuorum,
    /// More renamings than are tried.
    Renamings {
        /// How many there are.
        many: u64,
        /// How many are tried.
        most: u64,
    },
    /// Symmetry where there is none.
    NoSymmetry,
    /// A quorum system of too many sets.
    ManyQuorums {
        /// How many.
        many: usize,
    },
}

impl Refusal {
    /// What is wrong, in a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let en = lang == Lang::En;
        match self {
            Self::Model { name } => {
                let known: Vec<&str> = MODELS.iter().map(|model| model.id).collect();
                let known = known.join(", ");
                if en {
                    format!("There is no model `{name}`; there are {known}.")
                } else {
                    format!("没有模型 `{name}`；现有 {known}。")
                }
            }
            Self::Unknown { name, known } if en => {
                format!("There is no constant `{name}`; there are {known}.")
            }
            Self::Unknown { name, known } => format!("没有常量 `{name}`；现有 {known}。"),
            Self::Twice { name } if en => format!("{name} should be given once."),
            Self::Twice { name } => format!("{name} 只应给出一次。"),
            Self::Number { name, least, most, found } if en => {
                format!("{name} should be a whole number from {least} to {most}, not `{found}`.")
            }
            Self::Number { name, least, most, found } => {
                format!("{name} 应为 {least} 到 {most} 的整数，而不是 `{found}`。")
            }
            Self::Weights { found, most } if en => format!(
                "weights should be 1 to {most} whole numbers from 0 to {WEIGHT_MAX} with colons between them, as in 3:1:1:1, not `{found}`."
            ),
            Self::Weights { found, most } => {
                format!(
                    "weights 应为 1 到 {most} 个 0 到 {WEIGHT_MAX} 的整数，以冒号分隔，如 3:1:1:1，而不是 `{found}`。"
                )
            }
            Self::Quorums { text, acceptors } if en => format!(
                "A quorum system is written as {{{{a1,a2}},{{a1,a3}}}} with acceptors from a1 to a{acceptors}, not `{text}`."
            ),
            Self::Quorums { text, acceptors } => {
                format!(
                    "法定人数系统应写作 {{{{a1,a2}},{{a1,a3}}}}，接受者为 a1 到 a{acceptors}，而不是 `{text}`。"
                )
            }
            Self::Other { theirs, own } if en => format!("These are constants of {theirs}, not of {own}."),
            Self::Other { theirs, own } => format!("这些是 {theirs} 的常量，而不是 {own} 的。"),
            Self::NoQuorum if en => {
                "All acceptors together do not reach the threshold: there is no quorum.".into()
            }
            Self::NoQuorum => "全部接受者合计也达不到阈值：不存在法定人数。".into(),
            Self::Renamings { many, most } if en => format!(
                "Symmetry has {many} renamings here, and at most {most} are tried for a state: take smaller constants, or explore without symmetry."
            ),
            Self::Renamings { many, most } => format!(
                "此处的对称有 {many} 种重命名，而每个状态最多尝试 {most} 种：请减小常量，或不使用对称约简。"
            ),
            Self::NoSymmetry if en => "Nothing is interchangeable here: explore without symmetry.".into(),
            Self::NoSymmetry => "此处没有可互换的成分：请不使用对称约简。".into(),
            Self::ManyQuorums { many } if en => {
                format!("The quorum system has {many} sets, and at most {SETS_MAX} are explored.")
            }
            Self::ManyQuorums { many } => format!("法定人数系统有 {many} 个集合，最多探索 {SETS_MAX} 个。"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl std::error::Error for Refusal {}

/// A value for each constant of a model, and a quorum system for each that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constants {
    model: &'static str,
    numbers: Vec<(&'static str, u32)>,
    quorums: Vec<Quorums>,
}

impl Constants {
    /// Reads constants: `text` is `name=value` with commas between, `systems` are quorum systems as
    /// sets, either `{{a1,a2},{a3}}` for all of the model's or `q1={{a1}}` for one.
    ///
    /// What is not said has its default: one vote each, and majorities. `weights=3:1:1:1` gives votes,
    /// and `q1=4`, or whatever the quorum system is called, the votes that decide.
    ///
    /// The manner of TLC's models is understood too: `Acceptor=4 Ballot=0..1 Quorum={{a1,a2},{a3,a4}}`,
    /// that is, names in any case, singular or plural, sets and ranges for how many they have, and
    /// quorum systems among the constants.
    ///
    /// ```
    /// use quorate::explore::{Constants, model};
    /// let paxos = model("paxos").expect("a specification");
    /// let one = Constants::read(paxos, "acceptors=4,ballots=2", &["{{a1,a2},{a3,a4}}"]);
    /// let other = Constants::read(paxos, "Acceptor=4 Ballot={0,1} Quorum={{a1,a2},{a3,a4}}", &[]);
    /// assert_eq!(one.expect("constants"), other.expect("constants"));
    /// ```
    ///
    /// # Errors
    /// With what is wrong, where something is.
    pub fn read(model: &Model, text: &str, systems: &[&str]) -> Result<Self, Refusal> {
        let mut numbers: Vec<(&'static str, u32)> =
            model.constants.iter().map(|constant| (constant.id, constant.default)).collect();
        let mut weights: Option<Vec<u8>> = None;
        let mut thresholds: Vec<Option<u32>> = vec![None; model.quorums.len()];
        let mut counted = false;
        let mut systems = systems.to_vec();
        for part in parts(text) {
            let (name, found) = part.split_once('=').unwrap_or((part, ""));
            let (name, found) = (name.trim(), found.trim());
            let number = |least: u32, most: u32| {
                let number = count(found).filter(|number| (least..=most).contains(number));
                number.ok_or_else(|| Refusal::Number { name: name.into(), least, most, found: found.into() })
            };
            if let Some(place) = model.constants.iter().position(|constant| alike(constant.id, name)) {
                let Constant { id, least, most, .. } = model.constants[place];
                numbers[place].1 = number(least, most)?;
                counted |= id == ACCEPTORS;
            } else if let Some(place) = model.quorums.iter().position(|phase| alike(phase, name)) {
                if found.starts_with('{') {
                    systems.push(part);
                } else {
                    thresholds[place] = Some(number(1, u32::MAX)?);
                }
            } else if alike("weights", name) && !model.quorums.is_empty() {
                weights = Some(read_weights(found, model)?);
            } else {
                return Err(Refusal::Unknown { name: name.into(), known: known(model) });
            }
        }
        if let Some(weights) = &weights {
            let place = numbers.iter().position(|(id, _)| *id == ACCEPTORS);
            let count = place.map_or(0, |place| numbers[place].1 as usize);
            if counted && count != weights.len() {
                let found = weights.iter().map(u8::to_string).collect::<Vec<_>>().join(":");
                return Err(Refusal::Weights { found, most: count as u32 });
            }
            if let Some(place) = place {
                numbers[place].1 = weights.len() as u32;
            }
        }
        let mut constants = Self { model: model.id, numbers, quorums: Vec::new() };
        let acceptors = constants.get(ACCEPTORS) as usize;
        let weights = weights.unwrap_or_else(|| vec![1; acceptors]);
        let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
        if !model.quorums.is_empty() {
            once(model, &systems)?;
        }
        for (place, phase) in model.quorums.iter().enumerate() {
            let named = |wanted: &dyn Fn(&str) -> bool| {
                let mut pairs = systems.iter().map(|system| system.split_once('=').unwrap_or(("", system)));
                pairs.find_map(|(name, sets)| wanted(name.trim()).then_some(sets))
            };
            let own = named(&|name| alike(phase, name)).or_else(|| named(&str::is_empty));
            constants.quorums.push(match own {
                Some(sets) => Quorums::parse(sets, acceptors)?,
                None => Quorums::weighted(&weights, thresholds[place].unwrap_or(total / 2 + 1))?,
            });
        }
        let mut stray =
            systems.iter().filter_map(|system| system.split_once('=')).map(|(name, _)| name.trim());
        if let Some(name) =
            stray.find(|name| !name.is_empty() && !model.quorums.iter().any(|q| alike(q, name)))
        {
            return Err(Refusal::Unknown { name: name.into(), known: known(model) });
        }
        if model.quorums.is_empty() && !systems.is_empty() {
            return Err(Refusal::Unknown { name: "quorums".into(), known: known(model) });
        }
        Ok(constants)
    }

    /// Whose they are.
    #[must_use]
    pub const fn model(&self) -> &'static str {
        self.model
    }

    /// A constant; 0 for one that the model does not have.
    #[must_use]
    pub fn get(&self, id: &str) -> u32 {
        self.numbers.iter().find(|(known, _)| *known == id).map_or(0, |(_, number)| *number)
    }

    /// Every constant with its value, in the model's order.
    #[must_use]
    pub fn numbers(&self) -> &[(&'static str, u32)] {
        &self.numbers
    }

    /// A quorum system, by its place in the model's list; an empty one beyond it.
    #[must_use]
    pub fn quorums(&self, place: usize) -> Quorums {
        self.quorums.get(place).cloned().unwrap_or_default()
    }
}

/// The constant that quorum systems are about.
pub(super) const ACCEPTORS: &str = "acceptors";

/// Refuses a second system for the same quorums, or a second one for all.
fn once(model: &Model, systems: &[&str]) -> Result<(), Refusal> {
    let name = |system: &&str| system.split_once('=').map_or("", |(name, _)| name.trim()).to_owned();
    let names: Vec<String> = systems.iter().map(name).collect();
    for (place, name) in names.iter().enumerate() {
        if names[..place].iter().any(|before| alike(before, name)) {
            let name = if name.is_empty() { model.quorums.join(", ") } else { name.clone() };
            return Err(Refusal::Twice { name });
        }
    }
    Ok(())
}

/// The constants in a text: commas and spaces outside braces stand between them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0i32;
    let between = move |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth <= 0 && (c == ',' || c.is_whitespace())
    };
    text.split(between).map(str::trim).filter(|part| !part.is_empty())
}

/// Whether two names are one, in any case, singular or plural.
fn alike(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.strip_suffix(['s', 'S']).unwrap_or(name).to_ascii_lowercase();
    one == other || bare(one) == bare(other)
}

/// A number, or how many a range `0..2` or a set `{v1,v2}` has.
fn count(text: &str) -> Option<u32> {
    if let Some((from, to)) = text.split_once("..") {
        let (from, to): (u32, u32) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        return to.checked_sub(from)?.checked_add(1);
    }
    if let Some(inner) = text.strip_prefix('{') {
        let inner = inner.strip_suffix('}')?;
        return u32::try_from(inner.split(',').filter(|one| !one.trim().is_empty()).count()).ok();
    }
    text.parse().ok()
}

fn known(model: &Model) -> String {
    let mut known: Vec<&str> = model.constants.iter().map(|constant| constant.id).collect();
    known.extend(model.quorums);
    if !model.quorums.is_empty() {
        known.push("weights");
    }
    known.join(", ")
}

fn read_weights(found: &str, model: &Model) -> Result<Vec<u8>, Refusal> {
    let most = model.constants.iter().find(|c| c.id == ACCEPTORS).map_or(0, |constant| constant.most);
    let wrong = || Refusal::Weights { found: found.into(), most };
    let weights: Result<Vec<u8>, Refusal> = found
        .split(':')
        .map(|w| w.trim().parse().ok().filter(|w| *w <= WEIGHT_MAX).ok_or_else(wrong))
        .collect();
    weights.and_then(|list| if list.len() <= most as usize { Ok(list) } else { Err(wrong()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::model;

    #[test]
    fn a_quorum_system_is_given_once() {
        let read = |systems: &[&str]| Constants::read(model("fpaxos").expect("a model"), "", systems);
        for (systems, name) in [
            (&["{{a1,a2}}", "{{a1,a2},{a3}}"][..], "q1, q2"),
            (&["q1={{a1}}", "Q1={{a2}}"], "Q1"),
            (&["q1={{a1}}", "q2={{a2}}", "q1={{a1}}"], "q1"),
        ] {
            let refused = read(systems).expect_err(name);
            assert_eq!(refused, Refusal::Twice { name: name.into() });
            assert!([Lang::En, Lang::Zh].iter().all(|lang| refused.sentence(*lang).contains(name)));
        }
        assert!(read(&["{{a1,a2}}", "q2={{a1}}"]).is_ok() && read(&["q2={{a1}}", "q1={{a1}}"]).is_ok());
    }

    #[test]
    fn a_system_with_a_name_comes_before_one_for_all() {
        let model = model("fpaxos").expect("a model");
        let read = |systems: &[&str]| Constants::read(model, "", systems).expect("constants");
        assert_eq!(read(&["{{a1,a2}}", "q1={{a1}}"]), read(&["q1={{a1}}", "{{a1,a2}}"]));
        assert_eq!(read(&["{{a1,a2}}", "q1={{a1}}"]).quorums(0).to_string(), "{{a1}}");
    }

    #[test]
    fn constants_may_be_written_as_tlc_has_them() {
        let read = |id, text, systems: &[&str]| Constants::read(model(id).expect("a model"), text, systems);
        let commit = read("paxos-commit", "RM=2 Acceptor=3 Ballot={0,1}", &[]).expect("constants");
        assert_eq!(commit, read("paxos-commit", "rms=2,acceptors=3,ballots=2", &[]).expect("constants"));
        let two = read("fpaxos", "acceptors=2, values=2, ballots=3", &["q1={{a1},{a2}}", "q2={{a1,a2}}"]);
        let same =
            read("fpaxos", "Acceptor={a1, a2},Value=0..1,Ballot=0..2,Q1={{a1},{a2}},Q2={{a1,a2}}", &[]);
        assert_eq!(two.expect("constants"), same.expect("constants"));
        for bad in ["acceptors", "acceptors=", "acceptors={a1", "acceptors=3..1", "ballots=0..", "}", "rm=2"]
        {
            let refused = read("paxos", bad, &[]).expect_err(bad);
            assert!(!refused.sentence(Lang::En).is_empty() && !refused.sentence(Lang::Zh).is_empty());
        }
    }
}
