//! States that are more than a number, each with a number of its own: equal ones have the same one.

use std::collections::BTreeMap;

/// What is where: names with what they hold, in the order of the names.
pub(super) type Shape = Vec<(u32, u64)>;

/// Shapes that have been seen. Number 0 is the empty one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shapes {
    shapes: Vec<Box<[(u32, u64)]>>,
    known: BTreeMap<Box<[(u32, u64)]>, u32>,
}

impl Default for Shapes {
    /// Just the empty one.
    fn default() -> Self {
        Self { shapes: vec![Box::default()], known: BTreeMap::from([(Box::default(), 0)]) }
    }
}

impl Shapes {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.shapes.len()
    }

    /// The shape of a number.
    pub(super) fn get(&self, number: u32) -> &[(u32, u64)] {
        self.shapes.get(number as usize).map_or(&[], AsRef::as_ref)
    }

    /// The number of a shape, which is kept if it is new.
    pub(super) fn number(&mut self, shape: &[(u32, u64)]) -> u32 {
        if let Some(number) = self.known.get(shape) {
            return *number;
        }
        let number = self.shapes.len() as u32;
        self.shapes.push(shape.into());
        self.known.insert(shape.into(), number);
        number
    }
}

/// What a name holds.
pub(super) fn held(shape: &[(u32, u64)], name: u32) -> Option<u64> {
    let place = shape.binary_search_by_key(&name, |(name, _)| *name).ok()?;
    Some(shape[place].1)
}

/// Has a name hold something else.
pub(super) fn hold(shape: &mut Shape, name: u32, value: u64) {
    match shape.binary_search_by_key(&name, |(name, _)| *name) {
        Ok(place) => shape[place].1 = value,
        Err(place) => shape.insert(place, (name, value)),
    }
}
