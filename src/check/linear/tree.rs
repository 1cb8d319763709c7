//! A small file system, as one process sees it: what is at each path.

use super::shapes::{Shape, held, hold};
use super::{Answer, Datum};
use crate::model::{Path, TreeOp};

/// What is at a path: a directory, an empty file, or from here on a file with a value.
const DIR: u64 = 0;
const EMPTY: u64 = 1;
const VALUE: u64 = 2;

/// What a tree is after an operation, if that changes it, and the answer.
pub(super) fn apply(tree: &[(u32, u64)], op: TreeOp) -> (Option<Shape>, Answer) {
    let after = match op {
        TreeOp::List(path) => return (None, list(tree, path)),
        TreeOp::Make(path) => with(tree, path, EMPTY),
        TreeOp::MakeDir(path) => with(tree, path, DIR),
        TreeOp::Put(path, value) => held(tree, path.0.into()).filter(|item| *item != DIR).map(|_| {
            let mut after = tree.to_vec();
            hold(&mut after, path.0.into(), VALUE + u64::from(value.0));
            after
        }),
        TreeOp::Move(from, to) => renamed(tree, from, to),
        TreeOp::Remove(path) => {
            let is_bare = below(tree, path).all(|(other, _)| other == path);
            held(tree, path.0.into())
                .filter(|_| is_bare)
                .map(|_| tree.iter().copied().filter(|(other, _)| *other != u32::from(path.0)).collect())
        }
    };
    let answer = if after.is_some() { Answer::Done } else { Answer::Differs };
    (after, answer)
}

/// The names in a directory, or what a file holds.
fn list(tree: &[(u32, u64)], path: Path) -> Answer {
    match held(tree, path.0.into()) {
        None if path != Path::ROOT => Answer::Differs,
        None | Some(DIR) => {
            let inside = below(tree, path).filter(|(other, _)| other.parent() == Some(path));
            Answer::Names(
                inside.filter_map(|(other, _)| other.name()).fold(0, |names, name| names | 1 << name),
            )
        }
        Some(EMPTY) => Answer::Value(Datum::NIL),
        Some(value) => Answer::Value(Datum((value - VALUE) as u32)),
    }
}

/// What lies at a path and in it, however deep.
fn below(tree: &[(u32, u64)], path: Path) -> impl Iterator<Item = (Path, u64)> + '_ {
    let items = tree.iter().map(|(other, item)| (Path(*other as u16), *item));
    items.filter(move |(other, _)| other.is_under(path))
}

/// With something where nothing is, in a directory that is there.
fn with(tree: &[(u32, u64)], path: Path, item: u64) -> Option<Shape> {
    let parent = path.parent().filter(|_| path.is_whole())?;
    let has_place = parent == Path::ROOT || held(tree, parent.0.into()) == Some(DIR);
    if !has_place || held(tree, path.0.into()).is_some() {
        return None;
    }
    let mut after = tree.to_vec();
    hold(&mut after, path.0.into(), item);
    Some(after)
}

/// With a file, or a directory and all that is in it, elsewhere; never in itself, nor too deep.
fn renamed(tree: &[(u32, u64)], from: Path, to: Path) -> Option<Shape> {
    let item = held(tree, from.0.into())?;
    if to.is_under(from) {
        return None;
    }
    let mut after = with(tree, to, item)?;
    after.retain(|(path, _)| !Path(*path as u16).is_under(from));
    for (path, item) in below(tree, from) {
        hold(&mut after, path.moved(from, to)?.0.into(), item);
    }
    Some(after)
}
