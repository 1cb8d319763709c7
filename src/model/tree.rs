//! A small file system's operations, as data small enough for a log entry.

use super::Value;
use std::fmt;

/// A place in the tree: up to four names, each a letter from `a` to `o`; none is the root. Four bits a
/// name, the first lowest.
///
/// ```
/// use quorate::model::Path;
/// let path = Path::parse("/a/c").unwrap();
/// assert_eq!(path.to_string(), "/a/c");
/// assert_eq!((path.depth(), path.parent()), (2, Path::parse("/a")));
/// assert!(path.is_under(Path::ROOT) && !Path::ROOT.is_under(path));
/// assert_eq!(Path::parse("/a/b/c/d/e"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Path(pub u16);

/// The most names in a path.
pub const DEPTH_MAX: u32 = 4;
/// How many names there are.
pub const NAMES: u8 = 15;

impl Path {
    /// The root.
    pub const ROOT: Self = Self(0);

    /// How many names it has.
    #[must_use]
    pub const fn depth(self) -> u32 {
        (u16::BITS - self.0.leading_zeros()).div_ceil(4)
    }

    /// The directory that it is in; of the root, none.
    #[must_use]
    pub const fn parent(self) -> Option<Self> {
        let depth = self.depth();
        if depth == 0 { None } else { Some(Self(self.0 & !(0xf << (4 * (depth - 1))))) }
    }

    /// Its last name, counted from 0; of the root, none.
    #[must_use]
    pub const fn name(self) -> Option<u8> {
        let depth = self.depth();
        if depth == 0 { None } else { Some((self.0 >> (4 * (depth - 1)) & 0xf) as u8 - 1) }
    }

    /// What is called `name`, counted from 0, in this directory; `None` where that is too deep or no
    /// name.
    #[must_use]
    pub const fn child(self, name: u8) -> Option<Self> {
        let depth = self.depth();
        if depth >= DEPTH_MAX || name >= NAMES {
            return None;
        }
        Some(Self(self.0 | (name as u16 + 1) << (4 * depth)))
    }

    /// Whether it is this directory or lies in it, however deep.
    #[must_use]
    pub const fn is_under(self, directory: Self) -> bool {
        let depth = directory.depth();
        let mask = if depth >= DEPTH_MAX { u16::MAX } else { (1 << (4 * depth)) - 1 };
        self.0 & mask == directory.0
    }

    /// Where it is when the directory `from`, in which it lies (or which it is), is at `to`; `None` where
    /// that is too deep.
    #[must_use]
    pub const fn moved(self, from: Self, to: Self) -> Option<Self> {
        let (above, below) = (to.depth(), self.depth() - from.depth());
        if above + below > DEPTH_MAX {
            return None;
        }
        let rest = if below == 0 { 0 } else { self.0 >> (4 * from.depth()) };
        Some(Self(to.0 | if rest == 0 { 0 } else { rest << (4 * above) }))
    }

    /// Whether it is one at all: no name is missing before another.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        let (mut rest, mut whole) = (self.0, true);
        while rest != 0 {
            whole = whole && rest & 0xf != 0;
            rest >>= 4;
        }
        whole
    }

    /// Reads what [`fmt::Display`] writes: `/`, `/a`, `/a/b`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let names = text.strip_prefix('/')?;
        if names.is_empty() {
            return Some(Self::ROOT);
        }
        names.split('/').try_fold(Self::ROOT, |path, name| match name.as_bytes() {
            [letter] => path.child(letter.checked_sub(b'a')?),
            _ => None,
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("/");
        }
        for place in 0..self.depth() {
            let name = (self.0 >> (4 * place) & 0xf) as u8;
            write!(f, "/{}", if name == 0 { '?' } else { char::from(b'a' + name - 1) })?;
        }
        Ok(())
    }
}

/// What is done to the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TreeOp {
    /// Makes an empty file where nothing is.
    Make(Path),
    /// Makes a directory where nothing is.
    MakeDir(Path),
    /// Writes into a file that is there.
    Put(Path, Value),
    /// Renames a file or a directory with all that is in it, at once; never into itself, nor onto
    /// something that is there.
    Move(Path, Path),
    /// Removes a file or an empty directory.
    Remove(Path),
    /// Names what is in a directory.
    List(Path),
}

/// `make /a/b`, `/a/b=c`, `/a → /b`.
impl fmt::Display for TreeOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(path) => write!(f, "make {path}"),
            Self::MakeDir(path) => write!(f, "mkdir {path}"),
            Self::Put(path, value) => write!(f, "{path}={value}"),
            Self::Move(from, to) => write!(f, "{from} → {to}"),
            Self::Remove(path) => write!(f, "rm {path}"),
            Self::List(path) => write!(f, "ls {path}"),
        }
    }
}
