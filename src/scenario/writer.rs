//! JSON with its fields in the order in which people read them: compact for links, laid out for files.

use crate::model::{NodeId, NodeSet, Span, SpanRange};
use serde_json::Value;
use std::borrow::Cow;

/// A JSON value to be written.
#[derive(Clone, Debug)]
pub(super) enum Json {
    /// A number, text, flag.
    Leaf(Value),
    /// A list.
    List(Vec<Json>),
    /// An object, in this order.
    Object(Object),
}

/// The fields of an object in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Object(Vec<(Cow<'static, str>, Json)>);

/// How wide a line of a file may be.
const WIDTH: usize = 100;

impl Object {
    /// An object of one field.
    pub(super) fn of(name: impl Into<Cow<'static, str>>, value: impl Into<Json>) -> Self {
        let mut object = Self::default();
        object.put(name, value);
        object
    }

    /// Adds a field.
    pub(super) fn put(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Json>) {
        self.0.push((name.into(), value.into()));
    }

    /// Adds a field unless it is at its default.
    pub(super) fn put_unless<T: PartialEq>(
        &mut self,
        name: &'static str,
        value: &T,
        default: &T,
        json: impl FnOnce(&T) -> Json,
    ) {
        if value != default {
            self.put(name, json(value));
        }
    }

    /// Adds an object unless it has no fields.
    pub(super) fn put_filled(&mut self, name: &'static str, object: Self) {
        if !object.is_empty() {
            self.put(name, object);
        }
    }

    /// Adds the fields of another.
    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Json {
    /// A list.
    pub(super) fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// A length of time in ms.
    pub(super) fn ms(span: Span) -> Self {
        if span.0.is_multiple_of(1_000) { (span.0 / 1_000).into() } else { Self::decimal(span.as_ms()) }
    }

    /// A range of lengths, or one length.
    pub(super) fn range(range: SpanRange) -> Self {
        if range.least == range.most {
            Self::ms(range.least)
        } else {
            Self::list([range.least, range.most].map(Self::ms))
        }
    }

    /// Parts per million as a share.
    pub(super) fn share(ppm: u32) -> Self {
        Self::decimal(f64::from(ppm) / 1e6)
    }

    /// A number, without a point where it is whole.
    pub(super) fn decimal(number: f64) -> Self {
        let rounded = (number * 1e6).round() / 1e6;
        if rounded.fract() == 0.0 { Self::Leaf((rounded as i64).into()) } else { Self::Leaf(rounded.into()) }
    }

    /// The names of some nodes.
    pub(super) fn node_set(set: NodeSet) -> Self {
        Self::list(set.iter())
    }

    /// On one line, without spaces.
    pub(super) fn compact(&self) -> String {
        let mut out = String::new();
        self.inline(&mut out, ",", ":");
        out
    }

    /// On as many lines as it takes to read well.
    pub(super) fn pretty(&self) -> String {
        let mut out = String::new();
        self.lay_out(&mut out, 0, 0);
        out.push('\n');
        out
    }

    fn inline(&self, out: &mut String, comma: &str, colon: &str) {
        match self {
            Self::Leaf(value) => out.push_str(&value.to_string()),
            Self::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { comma });
                    item.inline(out, comma, colon);
                }
                out.push(']');
            }
            Self::Object(Object(fields)) => {
                out.push('{');
                for (i, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { comma });
                    out.push_str(&quoted(name));
                    out.push_str(colon);
                    value.inline(out, comma, colon);
                }
                out.push('}');
            }
        }
    }

    /// `taken` is what already stands on the line.
    fn lay_out(&self, out: &mut String, indent: usize, taken: usize) {
        let mut line = String::new();
        self.inline(&mut line, ", ", ": ");
        let deeper = indent + 2;
        match self {
            Self::List(items) if indent == 0 || taken + line.chars().count() > WIDTH => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    new_line(out, i > 0, deeper);
                    item.lay_out(out, deeper, deeper);
                }
                new_line(out, false, indent);
                out.push(']');
            }
            Self::Object(Object(fields)) if indent == 0 || taken + line.chars().count() > WIDTH => {
                out.push('{');
                for (i, (name, value)) in fields.iter().enumerate() {
                    new_line(out, i > 0, deeper);
                    let name = format!("{}: ", quoted(name));
                    out.push_str(&name);
                    value.lay_out(out, deeper, deeper + name.len());
                }
                new_line(out, false, indent);
                out.push('}');
            }
            Self::Leaf(_) | Self::List(_) | Self::Object(_) => out.push_str(&line),
        }
    }
}

fn new_line(out: &mut String, comma: bool, indent: usize) {
    out.push_str(if comma { ",\n" } else { "\n" });
    out.extend(std::iter::repeat_n(' ', indent));
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<NodeId> for Json {
    fn from(node: NodeId) -> Self {
        node.to_string().into()
    }
}

macro_rules! leaves {
    ($($kind:ty),*) => { $(
        impl From<$kind> for Json {
            fn from(value: $kind) -> Self {
                Self::Leaf(value.into())
            }
        }
    )* };
}
leaves!(u8, u16, u32, u64, i32, bool, &str, String);
