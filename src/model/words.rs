//! Facts and the sentences made of them, in both languages.
//!
//! A fact is a code and up to four words, so that a run of a million events stays small; the tables
//! of a [`super::Spec`] turn it into a sentence only where someone reads it.

use super::{Ballot, ClientId, Deed, Key, NodeId, NodeSet, Op, Path, Value};
use std::fmt::{self, Write as _};

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// 中文, simplified.
    Zh,
}

/// The same text in every language of the page: one that lacks a translation does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// 中文.
    pub zh: &'static str,
}

impl Text {
    /// A text in both languages.
    #[must_use]
    pub const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }

    /// In one language.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

/// What kind of thing a packed word of a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// A node; `u32::MAX` for none.
    Node,
    /// A count, term, index or weight.
    Number,
    /// A [`Ballot`].
    Ballot,
    /// A [`Value`]; `u32::MAX` for none.
    Value,
    /// A [`Key`].
    Key,
    /// 0 or 1.
    Flag,
    /// A signed number in thousandths: the bits of a [`Milli`].
    Milli,
}

/// A value as it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg {
    /// A packed word of a fact.
    Packed(ArgKind, u32),
    /// Some nodes.
    Nodes(NodeSet),
    /// What a command does: the value it writes, or in words that it writes none.
    Op(Op),
    /// A fixed word.
    Word(Text),
    /// A number beyond 32 bits, or a time in µs.
    Wide(u64),
    /// The name of a register or a lock.
    Key(Key),
    /// A place in a tree of names.
    Path(Path),
    /// A client.
    Client(ClientId),
    /// A client's request and how it ended.
    Deed(Deed),
    /// A signed number in billionths.
    Nano(i64),
    /// How many events of each node: as many nodes as there is room for, and how many are left out.
    Vector([(NodeId, u32); VECTOR_SHOWN], u8),
}

/// As many nodes of a version vector are shown.
pub const VECTOR_SHOWN: usize = 5;

impl Arg {
    /// A version vector as it is shown.
    #[must_use]
    pub fn vector(vector: &super::VersionVector) -> Self {
        let mut shown = [(NodeId(0), 0); VECTOR_SHOWN];
        for (place, known) in shown.iter_mut().zip(vector.counts()) {
            *place = *known;
        }
        let left_out = vector.counts().len().saturating_sub(VECTOR_SHOWN) + vector.beyond().len();
        Self::Vector(shown, u8::try_from(left_out).unwrap_or(u8::MAX))
    }
}

/// A type that packs into one word of a fact.
pub trait Packed: Copy {
    /// What the word is.
    const KIND: ArgKind;
    /// The word.
    fn pack(self) -> u32;
}

/// A sum of weights; a number that is no term and no index.
pub type Weight = u32;

/// A signed number in thousandths: a mean, a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Milli(pub i32);

impl Packed for Milli {
    const KIND: ArgKind = ArgKind::Milli;
    fn pack(self) -> u32 {
        self.0 as u32
    }
}

impl Packed for u32 {
    const KIND: ArgKind = ArgKind::Number;
    fn pack(self) -> u32 {
        self
    }
}

impl Packed for bool {
    const KIND: ArgKind = ArgKind::Flag;
    fn pack(self) -> u32 {
        u32::from(self)
    }
}

impl Packed for NodeId {
    const KIND: ArgKind = ArgKind::Node;
    fn pack(self) -> u32 {
        u32::from(self.0)
    }
}

impl Packed for Option<NodeId> {
    const KIND: ArgKind = ArgKind::Node;
    fn pack(self) -> u32 {
        self.map_or(u32::MAX, NodeId::pack)
    }
}

impl Packed for Ballot {
    const KIND: ArgKind = ArgKind::Ballot;
    fn pack(self) -> u32 {
        self.bits()
    }
}

impl Packed for Key {
    const KIND: ArgKind = ArgKind::Key;
    fn pack(self) -> u32 {
        u32::from(self.0)
    }
}

impl Packed for Value {
    const KIND: ArgKind = ArgKind::Value;
    fn pack(self) -> u32 {
        self.0
    }
}

impl Packed for Option<Value> {
    const KIND: ArgKind = ArgKind::Value;
    fn pack(self) -> u32 {
        self.map_or(u32::MAX, Value::pack)
    }
}

/// A code and the words that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Fact {
    /// A place in one of a [`super::Spec`]'s tables.
    pub code: u8,
    /// What its words are is in the table.
    pub args: [u32; 4],
}

/// How much a rule matters to someone who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Happens all the time: a heartbeat is heard.
    Routine,
    /// A step of the protocol.
    Step,
    /// What people came for: a leader is elected, a value chosen. `n` and `p` jump here.
    Notable,
}

/// A rule's name, place in the paper, and sentences.
#[derive(Clone, Copy, Debug)]
pub struct RuleWord {
    /// Its name in the trace: `GrantVote`.
    pub name: &'static str,
    /// Where it stands: `Raft §5.4.1`.
    pub cite: &'static str,
    /// How much it matters.
    pub notice: Notice,
    /// Its facts' names and kinds.
    pub args: &'static [(&'static str, ArgKind)],
    /// The sentence, with `{me}` and `{name}` for its facts.
    pub text: Text,
}

/// Writes one value as people read it.
pub fn shown(out: &mut String, arg: Arg, lang: Lang) {
    let none = || match lang {
        Lang::En => "none",
        Lang::Zh => "无",
    };
    // Writing to a String cannot fail.
    let _ = match arg {
        Arg::Packed(ArgKind::Node | ArgKind::Value, u32::MAX) => out.write_str(none()),
        Arg::Packed(ArgKind::Node, node) => write!(out, "{}", NodeId(node as u8)),
        Arg::Packed(ArgKind::Number, number) => write!(out, "{number}"),
        Arg::Packed(ArgKind::Ballot, bits) => write!(out, "{}", Ballot::from_bits(bits)),
        Arg::Packed(ArgKind::Value, value) => write!(out, "{}", Value(value)),
        Arg::Packed(ArgKind::Key, key) => write!(out, "{}", Key(key as u8)),
        Arg::Packed(ArgKind::Flag, flag) => out.write_str(match (lang, flag != 0) {
            (Lang::En, true) => "yes",
            (Lang::En, false) => "no",
            (Lang::Zh, true) => "是",
            (Lang::Zh, false) => "否",
        }),
        Arg::Packed(ArgKind::Milli, bits) => {
            let (milli, sign) = (bits as i32, if (bits as i32) < 0 { "−" } else { "" });
            let size = milli.unsigned_abs();
            write!(out, "{sign}{}.{:03}", size / 1_000, size % 1_000)
        }
        Arg::Nodes(set) if set.is_empty() => out.write_str(none()),
        Arg::Nodes(set) => {
            for (i, node) in set.iter().enumerate() {
                let _ = write!(out, "{}{node}", if i == 0 { "" } else { ", " });
            }
            fmt::Result::Ok(())
        }
        Arg::Op(Op::Write { value, .. } | Op::Cas { value, .. }) => write!(out, "{value}"),
        Arg::Op(Op::Noop) => out.write_str(match lang {
            Lang::En => "a no-op",
            Lang::Zh => "空操作",
        }),
        Arg::Op(Op::Read { key }) => match lang {
            Lang::En => write!(out, "a read of {key}"),
            Lang::Zh => write!(out, "对 {key} 的读取"),
        },
        Arg::Op(
            op @ (Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::Reweigh { .. }
            | Op::Clock { .. }
            | Op::End { .. }
            | Op::Tree(_)),
        ) => write!(out, "{op}"),
        Arg::Word(text) => out.write_str(text.get(lang)),
        Arg::Wide(number) => write!(out, "{number}"),
        Arg::Key(key) => write!(out, "{key}"),
        Arg::Path(path) => write!(out, "{path}"),
        Arg::Client(client) => write!(out, "c{}", client.0 + 1),
        Arg::Deed(deed) => write!(out, "{deed}"),
        Arg::Vector(counts, left_out) => {
            let counts = counts.iter().filter(|(_, count)| *count > 0).enumerate();
            for (place, (node, count)) in counts {
                let _ = write!(out, "{}{node}:{count}", if place == 0 { "" } else { " " });
            }
            if left_out > 0 { write!(out, " +{left_out}") } else { fmt::Result::Ok(()) }
        }
        Arg::Nano(nano) => {
            let (sign, size) = (if nano < 0 { "−" } else { "" }, nano.unsigned_abs());
            let parts = format!("{:09}", size % 1_000_000_000);
            let parts = parts.trim_end_matches('0');
            let point = if parts.is_empty() { "" } else { "." };
            write!(out, "{sign}{}{point}{parts}", size / 1_000_000_000)
        }
    };
}

/// Fills a sentence: `{name}` is replaced by the value of that name; an unknown name stays.
pub fn fill(out: &mut String, template: &str, lang: Lang, value: impl Fn(&str) -> Option<Arg>) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let start = out.len();
        match value(name) {
            Some(arg) => shown(out, arg, lang),
            None => {
                let _ = write!(out, "{{{name}}}");
            }
        }
        // Templates have a space where Chinese meets Latin: a value in Chinese wants none.
        rest = if out[start..].ends_with(is_wide) { tail.strip_prefix(' ').unwrap_or(tail) } else { tail };
        if out[start..].starts_with(is_wide) && out[..start].ends_with(' ') {
            out.remove(start - 1);
        }
    }
    out.push_str(rest);
}

/// Whether a character is of a script that is set without spaces.
const fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

impl RuleWord {
    /// The sentence about a node with the facts of one firing.
    #[must_use]
    pub fn sentence(&self, me: NodeId, fact: &Fact, lang: Lang) -> String {
        let mut out = String::new();
        fill(&mut out, self.text.get(lang), lang, |name| {
            if name == "me" {
                return Some(Arg::Packed(ArgKind::Node, me.pack()));
            }
            let place = self.args.iter().position(|(known, _)| *known == name)?;
            Some(Arg::Packed(self.args[place].1, fact.args[place]))
        });
        out
    }
}

/// Declares why a protocol does what it does: one enum, its facts, and for each rule the place in
/// the paper, how much it matters, and the sentence in both languages, all in one place.
///
/// ```ignore
/// because! {
///     /// Why a server acts.
///     pub enum Why {
///         /// A vote is given.
///         GrantVote { candidate: NodeId, term: u32 }
///             "Raft §5.4.1" Step
///             "{me} votes for {candidate} in term {term}."
///             "{me} 在任期 {term} 投票给 {candidate}。",
///     }
/// }
/// // Why::GrantVote { .. }.into(): Fact, and Why::WORDS: &[RuleWord]
/// ```
macro_rules! because {
    (
        $(#[$doc:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$rule_doc:meta])*
                $rule:ident { $($field:ident : $kind:ty),* $(,)? }
                    $cite:literal $notice:ident
                    $en:literal
                    $zh:literal
            ),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the fields are named in the sentence")]
        $vis enum $name {
            $( $(#[$rule_doc])* $rule { $($field: $kind),* } ),+
        }

        impl $name {
            /// The words of every rule, in the order of their codes.
            pub const WORDS: &'static [$crate::model::RuleWord] = &[$(
                $crate::model::RuleWord {
                    name: stringify!($rule),
                    cite: $cite,
                    notice: $crate::model::Notice::$notice,
                    args: &[$((stringify!($field), <$kind as $crate::model::Packed>::KIND)),*],
                    text: $crate::model::Text::new($en, $zh),
                }
            ),+];
        }

        impl From<$name> for $crate::model::Fact {
            fn from(why: $name) -> Self {
                #[allow(non_camel_case_types, clippy::enum_variant_names)]
                #[derive(Clone, Copy)]
                enum Code { $($rule),+ }
                match why {
                    $( $name::$rule { $($field),* } => {
                        let words: &[u32] = &[$($crate::model::Packed::pack($field)),*];
                        let mut args = [0; 4];
                        args[..words.len()].copy_from_slice(words);
                        $crate::model::Fact { code: Code::$rule as u8, args }
                    } ),+
                }
            }
        }
    };
}
pub(crate) use because;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_value_stands_without_spaces_and_a_latin_one_with_them() {
        let filled = |lang, arg| {
            let mut out = String::new();
            let text = Text::new("{who} holds {what} now.", "{who} 此刻持有 {what} 一项。");
            fill(&mut out, text.get(lang), lang, |name| {
                (name == "who").then_some(Arg::Packed(NodeId::KIND, 0)).or((name == "what").then_some(arg))
            });
            out
        };
        let word = Arg::Word(Text::new("a lock", "一把锁"));
        assert_eq!(filled(Lang::Zh, word), "S1 此刻持有一把锁一项。");
        assert_eq!(filled(Lang::Zh, Arg::Wide(3)), "S1 此刻持有 3 一项。");
        assert_eq!(filled(Lang::En, word), "S1 holds a lock now.");
    }
}
