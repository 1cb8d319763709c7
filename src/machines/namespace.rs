//! A small file system: directories, files with a value, and a rename that happens at once.

use super::Sessions;
use crate::model::{Command, Op, Outcome, Path, RequestId, TreeOp, Value};
use std::collections::BTreeMap;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// A directory.
    Dir,
    /// A file, with what was written into it.
    File(Option<Value>),
}

/// A tree of names that applies each request at most once. What does not fit the tree as it is changes
/// nothing and is answered [`Outcome::Differs`].
///
/// ```
/// use quorate::machines::Namespace;
/// use quorate::model::{Command, ClientId, Op, Outcome, Path, RequestId, TreeOp};
/// let (mut tree, mut seq) = (Namespace::default(), 0);
/// let mut ask = |op| {
///     seq += 1;
///     tree.apply(&Command { request: RequestId { client: ClientId(0), seq }, op: Op::Tree(op) })
/// };
/// let path = |text| Path::parse(text).unwrap();
/// assert_eq!(ask(TreeOp::MakeDir(path("/a"))), Outcome::Done);
/// assert_eq!(ask(TreeOp::Make(path("/a/b"))), Outcome::Done);
/// assert_eq!(ask(TreeOp::Move(path("/a"), path("/c"))), Outcome::Done);
/// assert_eq!(ask(TreeOp::List(path("/c"))), Outcome::Names(0b10));
/// assert_eq!(ask(TreeOp::Move(path("/c"), path("/c/d"))), Outcome::Differs, "never into itself");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Namespace {
    /// Everything but the root, which is always there.
    items: BTreeMap<Path, Item>,
    applied: Sessions,
    /// Those among them that did not fit.
    differed: Sessions,
}

impl Namespace {
    /// What its items take on the wire, about.
    pub(super) fn bytes(&self) -> u32 {
        8 * self.items.len() as u32 + self.differed.bytes()
    }

    /// Applies a command and says how it ended. A request that was applied before changes nothing.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        let Command { request, op } = *command;
        match op {
            Op::Tree(TreeOp::List(path)) => {
                // Reading again is harmless, and the only way to answer a retry.
                self.applied.insert(request);
                self.list(path)
            }
            Op::Tree(_) if !self.applied.insert(request) => self.before(request),
            Op::Tree(op) => {
                if self.change(op) {
                    return Outcome::Done;
                }
                self.differed.insert(request);
                Outcome::Differs
            }
            Op::Noop | Op::Clock { .. } => Outcome::Done,
            Op::Read { .. }
            | Op::Write { .. }
            | Op::Cas { .. }
            | Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Pair { .. }
            | Op::End { .. }
            | Op::Reweigh { .. } => Outcome::Refused,
        }
    }

    /// Changes the tree, if that fits it as it is.
    fn change(&mut self, op: TreeOp) -> bool {
        match op {
            TreeOp::Make(path) => self.make(path, Item::File(None)),
            TreeOp::MakeDir(path) => self.make(path, Item::Dir),
            TreeOp::Put(path, value) => match self.items.get_mut(&path) {
                Some(Item::File(held)) => {
                    *held = Some(value);
                    true
                }
                Some(Item::Dir) | None => false,
            },
            TreeOp::Move(from, to) => self.rename(from, to),
            TreeOp::Remove(path) => self.is_bare(path) && self.items.remove(&path).is_some(),
            TreeOp::List(_) => false,
        }
    }

    fn make(&mut self, path: Path, item: Item) -> bool {
        let room = self.has_room(path);
        if room {
            self.items.insert(path, item);
        }
        room
    }

    /// Everything below goes along, or nothing does.
    fn rename(&mut self, from: Path, to: Path) -> bool {
        if from == Path::ROOT || !self.items.contains_key(&from) || to.is_under(from) || !self.has_room(to) {
            return false;
        }
        let moved = self.below(from).map(|(path, item)| Some((path, path.moved(from, to)?, item)));
        let Some(moved) = moved.collect::<Option<Vec<_>>>() else { return false };
        for (old, _, _) in &moved {
            self.items.remove(old);
        }
        self.items.extend(moved.into_iter().map(|(_, new, item)| (new, item)));
        true
    }

    /// Whether something can be put there: nothing is, and its directory exists.
    fn has_room(&self, path: Path) -> bool {
        let parent = path.is_whole().then(|| path.parent()).flatten();
        !self.items.contains_key(&path)
            && parent.is_some_and(|parent| {
                parent == Path::ROOT || self.items.get(&parent).is_some_and(|item| *item == Item::Dir)
            })
    }

    /// Whether nothing lies in it.
    fn is_bare(&self, path: Path) -> bool {
        self.below(path).all(|(other, _)| other == path)
    }

    /// What lies at a path and in it, however deep.
    fn below(&self, path: Path) -> impl Iterator<Item = (Path, Item)> + '_ {
        self.items().filter(move |(other, _)| other.is_under(path))
    }

    /// The names in a directory, or what a file holds.
    fn list(&self, path: Path) -> Outcome {
        match self.items.get(&path) {
            Some(Item::File(value)) => Outcome::Value(*value),
            Some(Item::Dir) => Outcome::Names(self.names(path)),
            None if path == Path::ROOT => Outcome::Names(self.names(path)),
            None => Outcome::Differs,
        }
    }

    fn names(&self, directory: Path) -> u16 {
        let inside = self.items.keys().filter(|path| path.parent() == Some(directory));
        inside.filter_map(|path| path.name()).fold(0, |names, name| names | 1 << name)
    }

    /// Everything that is there, but for the root.
    pub fn items(&self) -> impl Iterator<Item = (Path, Item)> + '_ {
        self.items.iter().map(|(path, item)| (*path, *item))
    }

    /// The answer to what only reads; `None` for everything else.
    #[must_use]
    pub fn read(&self, op: Op) -> Option<Outcome> {
        if let Op::Tree(TreeOp::List(path)) = op { Some(self.list(path)) } else { None }
    }

    fn before(&self, request: RequestId) -> Outcome {
        if self.differed.contains(request) { Outcome::Differs } else { Outcome::Done }
    }

    /// How a retry is to be answered, if the request has been applied and need not be again.
    #[must_use]
    pub fn answer(&self, request: RequestId, op: Op) -> Option<Outcome> {
        let changes = matches!(op, Op::Tree(_)) && self.read(op).is_none();
        (changes && self.applied.contains(request)).then(|| self.before(request))
    }

    /// Notes a request that somebody else has carried out.
    pub fn note(&mut self, request: RequestId) {
        self.applied.insert(request);
    }

    /// Which requests have been applied.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.applied
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ClientId;
    use std::collections::BTreeMap;

    fn command(seq: u32, op: TreeOp) -> Command {
        Command { request: RequestId { client: ClientId(0), seq }, op: Op::Tree(op) }
    }

    /// The same file system, made of directories in directories, with paths as lists of names.
    #[derive(Clone, Debug, PartialEq)]
    enum Plain {
        File(Option<Value>),
        Dir(BTreeMap<u8, Plain>),
    }

    fn names(path: Path) -> Vec<u8> {
        let mut names: Vec<u8> =
            std::iter::successors(Some(path), |path| path.parent()).filter_map(Path::name).collect();
        names.reverse();
        names
    }

    impl Plain {
        fn at(&mut self, names: &[u8]) -> Option<&mut Self> {
            names.iter().try_fold(self, |place, name| match place {
                Self::Dir(inside) => inside.get_mut(name),
                Self::File(_) => None,
            })
        }

        fn depth(&self) -> usize {
            match self {
                Self::File(_) => 0,
                Self::Dir(inside) => inside.values().map(|item| 1 + item.depth()).max().unwrap_or(0),
            }
        }

        fn put(&mut self, names: &[u8], item: Self) -> bool {
            let Some((last, parent)) = names.split_last() else { return false };
            match self.at(parent) {
                Some(Self::Dir(inside)) if !inside.contains_key(last) => {
                    inside.insert(*last, item);
                    true
                }
                _ => false,
            }
        }

        fn apply(&mut self, op: TreeOp) -> Outcome {
            let mut trial = self.clone();
            let done = match op {
                TreeOp::Make(path) => trial.put(&names(path), Self::File(None)),
                TreeOp::MakeDir(path) => trial.put(&names(path), Self::Dir(BTreeMap::new())),
                TreeOp::Put(path, value) => match trial.at(&names(path)) {
                    Some(Self::File(held)) => {
                        *held = Some(value);
                        true
                    }
                    _ => false,
                },
                TreeOp::Move(from, to) => {
                    let (from, to) = (names(from), names(to));
                    let item = trial.take(&from);
                    // In a tree without it, there is nothing to put it under in itself.
                    let fits = !to.starts_with(&from);
                    item.is_some_and(|item| fits && to.len() + item.depth() <= 4 && trial.put(&to, item))
                }
                TreeOp::Remove(path) => trial.take(&names(path)).is_some_and(|item| item.depth() == 0),
                TreeOp::List(path) => {
                    return match self.at(&names(path)) {
                        Some(Self::Dir(inside)) => {
                            Outcome::Names(inside.keys().fold(0, |names, name| names | 1 << name))
                        }
                        Some(Self::File(value)) => Outcome::Value(*value),
                        None => Outcome::Differs,
                    };
                }
            };
            if done {
                *self = trial;
            }
            if done { Outcome::Done } else { Outcome::Differs }
        }

        fn take(&mut self, names: &[u8]) -> Option<Self> {
            let (last, parent) = names.split_last()?;
            match self.at(parent)? {
                Self::Dir(inside) => inside.remove(last),
                Self::File(_) => None,
            }
        }
    }

    #[test]
    fn the_same_as_directories_in_directories() {
        let (mut tree, mut plain) = (Namespace::default(), Plain::Dir(BTreeMap::new()));
        let (mut state, mut done) = (11u64, [0; 6]);
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for seq in 1..=40_000 {
            let mut path = || {
                let mut path = Path::ROOT;
                for _ in 0..draw(5) {
                    path = path.child(draw(3) as u8).unwrap();
                }
                path
            };
            let (from, to) = (path(), path());
            // What makes room for the rest more often.
            let kind = [0, 1, 1, 1, 2, 3, 3, 3, 4, 5][draw(10) as usize];
            let op = match kind {
                0 => TreeOp::Make(from),
                1 => TreeOp::MakeDir(from),
                2 => TreeOp::Put(from, Value(seq)),
                3 => TreeOp::Move(from, to),
                4 => TreeOp::Remove(from),
                _ => TreeOp::List(from),
            };
            let outcome = tree.apply(&command(seq, op));
            assert_eq!(outcome, plain.apply(op), "{op}");
            assert_eq!(tree.list(Path::ROOT), plain.apply(TreeOp::List(Path::ROOT)));
            done[kind] += u32::from(outcome.is_yes());
        }
        assert!(done.iter().all(|count| *count > 50), "each kind is done often: {done:?}");
    }

    #[test]
    fn a_directory_moves_with_all_that_is_in_it_and_a_retry_moves_nothing() {
        let path = |text| Path::parse(text).unwrap();
        let mut tree = Namespace::default();
        let ops = [
            TreeOp::MakeDir(path("/a")),
            TreeOp::Make(path("/a/b")),
            TreeOp::Put(path("/a/b"), Value(3)),
            TreeOp::Move(path("/a"), path("/c")),
        ];
        for (seq, op) in (1..).zip(ops) {
            assert_eq!(tree.apply(&command(seq, op)), Outcome::Done, "{op}");
        }
        assert_eq!(tree.apply(&command(5, TreeOp::List(path("/c/b")))), Outcome::Value(Some(Value(3))));
        assert_eq!(tree.apply(&command(6, TreeOp::List(path("/a")))), Outcome::Differs);
        let before = tree.clone();
        assert_eq!(tree.apply(&command(4, ops[3])), Outcome::Done, "as it was told before");
        assert_eq!(tree, before);
        assert_eq!(tree.apply(&command(7, TreeOp::Remove(path("/c")))), Outcome::Differs, "not empty");
        assert_eq!(tree.apply(&command(8, TreeOp::Move(path("/c"), path("/c/d")))), Outcome::Differs);
    }
}
