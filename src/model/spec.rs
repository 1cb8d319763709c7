//! A protocol's description: everything that menus, pictures and checks need to know of it, so that
//! none of them has to know its name.

use super::{ArgKind, RuleWord, Setting, SettingKind, Text};

/// What is fixed about a protocol.
#[derive(Debug)]
pub struct Spec {
    /// Its name in scenario files: `raft`.
    pub id: &'static str,
    /// Its name for people.
    pub name: Text,
    /// What it is, in a sentence or two.
    pub summary: Text,
    /// Where it comes from.
    pub sources: &'static [Source],
    /// What its epochs are called and how they are written.
    pub epoch: Epoch,
    /// The phases that need a quorum.
    pub phases: &'static [PhaseWord],
    /// Which phases must meet for safety.
    pub must_meet: &'static [MeetRule],
    /// What a node can be; [`super::Inspection::role`] is a place in this list.
    pub roles: &'static [RoleWord],
    /// Its messages; the code of [`super::Message::brief`] is a place in this list.
    pub messages: &'static [MessageWord],
    /// Its rules; the code of a `Because` is a place in this list.
    pub rules: &'static [RuleWord],
    /// Its timers; [`super::TimerKind::code`] is a place in this list.
    pub timers: &'static [TimerWord],
    /// What can be set.
    pub settings: &'static [Setting],
    /// Its classic mistakes, as switches.
    pub flaws: &'static [Flaw],
}

/// The setting that says how many nodes keep a copy of a key, where not all do.
pub const COPIES: &str = "copies";

impl Spec {
    /// The thresholds that go without saying, one a phase, of nodes with these weights: more than half of
    /// the weight, or of the usual number of [`COPIES`] where that is less.
    #[must_use]
    pub fn usual(&self, weights: &[u8]) -> Vec<u32> {
        let total: u32 = weights.iter().copied().map(u32::from).sum();
        let copies = self.settings.iter().find_map(|setting| match setting.kind {
            SettingKind::Number { default, .. } if setting.id == COPIES => Some(default),
            SettingKind::Number { .. }
            | SettingKind::Span { .. }
            | SettingKind::Range { .. }
            | SettingKind::Switch { .. }
            | SettingKind::Choice { .. }
            | SettingKind::Links => None,
        });
        vec![copies.map_or(total, |copies| copies.min(total)) / 2 + 1; self.phases.len()]
    }
}

/// A paper.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Authors, title, place.
    pub title: &'static str,
    /// The year.
    pub year: u16,
}

/// How an epoch is called and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Term, ballot, motion…
    pub name: Text,
    /// [`ArgKind::Number`] or [`ArgKind::Ballot`].
    pub kind: ArgKind,
}

/// A phase that needs a quorum.
#[derive(Clone, Copy, Debug)]
pub struct PhaseWord {
    /// Its name in scenario files: `elect`.
    pub id: &'static str,
    /// Its name for people.
    pub name: Text,
}

impl PhaseWord {
    /// Whether it needs everybody who has a weight, whatever threshold is set. A phase that does is
    /// called `all`.
    #[must_use]
    pub fn is_unanimous(&self) -> bool {
        self.id == "all"
    }
}

/// Two phases of which each pair of quorums must share a node.
#[derive(Clone, Copy, Debug)]
pub struct MeetRule {
    /// A place in [`Spec::phases`].
    pub a: usize,
    /// Another, or the same.
    pub b: usize,
    /// What goes wrong where they do not meet.
    pub why: Text,
}

/// What a node can be.
#[derive(Clone, Copy, Debug)]
pub struct RoleWord {
    /// Its name in claims and traces: `leader`.
    pub id: &'static str,
    /// Its name for people.
    pub name: Text,
    /// How much it stands out: 0 an ordinary node, 1 one that seeks something, 2 one that leads.
    pub rank: u8,
}

/// How a message is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// In its epoch's colour.
    Plain,
    /// Grey, and folded in lists: a heartbeat.
    Routine,
    /// A yes, in its epoch's colour: counts in a tally.
    Yes,
    /// A no, red: counts in a tally.
    No,
}

/// A message's names.
#[derive(Clone, Copy, Debug)]
pub struct MessageWord {
    /// Its name in the paper: `RequestVote`.
    pub name: &'static str,
    /// A word for the picture: `Vote?`.
    pub label: Text,
    /// How it is drawn.
    pub tone: Tone,
    /// Its facts' names and kinds, the epoch first.
    pub args: &'static [(&'static str, ArgKind)],
}

/// A timer's names.
#[derive(Clone, Copy, Debug)]
pub struct TimerWord {
    /// Its name in the paper: `Election`.
    pub name: &'static str,
    /// For people.
    pub label: Text,
    /// Whether its arc is drawn around the node, and *time out* offers it.
    pub shown: bool,
}

/// A classic mistake.
#[derive(Clone, Copy, Debug)]
pub struct Flaw {
    /// Its name in scenario files: `commits-old-term`.
    pub id: &'static str,
    /// What it does, in a few words.
    pub name: Text,
    /// What it breaks: the name of a property.
    pub breaks: &'static str,
}
