//! Consensus itself: nothing is chosen, and then one value is.
//!
//! The search begins in every state that satisfies the invariant, so that it checks the invariant to
//! be inductive.

use super::{Model, ONE_VALUE, SOME_VALUE, VALUE, named, sent};
use crate::explore::constants::Constants;
use crate::explore::rename::Renamings;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, Text};

pub(super) const MODEL: Model = Model {
    id: "consensus",
    name: Text::new("Consensus", "共识"),
    summary: Text::new(
        "A value is chosen, once. The search begins in every state that satisfies the invariant.",
        "选定一个值，且仅一次。搜索从满足不变式的每个状态开始。",
    ),
    source: "L. Lamport: Consensus.tla with MCConsensus.tla",
    constants: &[VALUE],
    quorums: &[],
    symmetry: Some(Text::new("values", "值")),
    start: |constants| Box::new(Consensus::new(constants)),
};

struct Consensus {
    values: usize,
    renamings: Renamings,
}

impl Consensus {
    fn new(constants: &Constants) -> Self {
        let values = constants.get("values") as usize;
        Self { values, renamings: Renamings::new(values, 0, |_| true) }
    }
}

impl System for Consensus {
    fn width(&self) -> usize {
        1
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &[0]);
        for value in 0..self.values {
            out.step(0, &[1 << value]);
        }
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        if state[0] == 0 {
            for value in 0..self.values {
                out.step(value as u64, &[1 << value]);
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&ONE_VALUE), Property::sometimes(&SOME_VALUE)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        let chosen = state[0].count_ones();
        u32::from(chosen > 1) | u32::from(chosen > 0) << 1
    }

    fn symmetry(&self) -> Symmetry {
        self.renamings.symmetry()
    }

    fn renamed(&self, which: usize, state: &[u64], out: &mut [u64]) {
        let moved = self.renamings.get(which).0.iter().enumerate();
        out[0] = moved.fold(0, |image, (value, to)| image | (state[0] >> value & 1) << to);
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        format!("Next: {}", named('v', action as usize))
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let chosen = (0..self.values).filter(|value| state[0] >> value & 1 == 1);
        format!("chosen = {}", sent(chosen.map(|value| named('v', value)).collect()))
    }
}
