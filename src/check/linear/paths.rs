//! The orders behind configurations: a tree, as those of two configurations mostly begin alike.

use super::Call;
use std::collections::BTreeMap;

/// Where in an order an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At this step: it takes effect.
    Here,
    /// After an earlier step, which left a state that it saw.
    After(u32),
    /// Before an earlier step, which overwrote what it wrote.
    Before(u32),
}

/// One operation more.
#[derive(Clone, Copy, Debug)]
struct Step {
    before: u32,
    operation: u32,
    place: Place,
}

/// All steps of all orders.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    /// Step n stands at n − 1.
    steps: Vec<Step>,
    /// How many steps there may be before those that no order needs are let go.
    limit: usize,
}

/// Steps that are kept without a look at whether they are needed.
const TIDY: usize = 8_192;

impl Default for Paths {
    fn default() -> Self {
        Self { steps: Vec::new(), limit: TIDY }
    }
}

impl Paths {
    /// The order of nothing.
    pub(super) const START: u32 = 0;

    /// An order with one operation more.
    pub(super) fn step(&mut self, before: u32, operation: u32, place: Place) -> u32 {
        self.steps.push(Step { before, operation, place });
        self.steps.len() as u32
    }

    fn walk(&self, path: u32) -> impl Iterator<Item = (u32, Step)> {
        let get = |path: u32| Some((path, *self.steps.get((path as usize).checked_sub(1)?)?));
        std::iter::successors(get(path), move |(_, step)| get(step.before))
    }

    /// The operations of an order, first one first.
    pub(super) fn order(&self, path: u32, calls: &[Call]) -> Vec<u32> {
        // By step that takes effect: what stands before it, and after it.
        let mut around: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        let mut effects = Vec::new();
        for (number, step) in self.walk(path) {
            match step.place {
                Place::Here => effects.push((number, step.operation)),
                Place::After(other) => around.entry(other).or_default().1.push(step.operation),
                Place::Before(other) => around.entry(other).or_default().0.push(step.operation),
            }
        }
        // Those in one place overlap or are in the order of their calls.
        let by_call = |operations: &mut Vec<u32>| {
            operations.sort_by_key(|operation| (calls[*operation as usize].called, *operation));
        };
        let mut order = around.remove(&Self::START).map(|(_, mut after)| {
            by_call(&mut after);
            after
        });
        let mut order = order.take().unwrap_or_default();
        for (number, operation) in effects.into_iter().rev() {
            let (mut before, mut after) = around.remove(&number).unwrap_or_default();
            by_call(&mut before);
            by_call(&mut after);
            order.extend(before);
            order.push(operation);
            order.extend(after);
        }
        order
    }

    /// Lets steps go that none of these orders needs, once there are many.
    pub(super) fn tidy<'a, P: Iterator<Item = &'a mut Place>>(
        &mut self,
        heads: impl Iterator<Item = (&'a mut u32, &'a mut u32, P)>,
    ) {
        if self.steps.len() <= self.limit {
            return;
        }
        let heads: Vec<_> = heads.collect();
        let mut needed = vec![false; self.steps.len() + 1];
        needed[0] = true;
        for (path, ..) in &heads {
            for (number, _) in self.walk(**path) {
                if std::mem::replace(&mut needed[number as usize], true) {
                    break;
                }
            }
        }
        let mut new = vec![0; needed.len()];
        let mut count = 0;
        for (number, needed) in needed.iter().enumerate().skip(1) {
            if *needed {
                count += 1;
                new[number] = count;
            }
        }
        let moved = |place: Place| match place {
            Place::Here => Place::Here,
            Place::After(step) => Place::After(new[step as usize]),
            Place::Before(step) => Place::Before(new[step as usize]),
        };
        let mut number = 0;
        self.steps.retain_mut(|step| {
            number += 1;
            *step = Step { before: new[step.before as usize], place: moved(step.place), ..*step };
            needed[number]
        });
        for (path, effect, seen) in heads {
            *path = new[*path as usize];
            *effect = new[*effect as usize];
            seen.for_each(|place| *place = moved(*place));
        }
        self.limit = TIDY.max(2 * self.steps.len());
    }
}
