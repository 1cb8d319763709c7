//! Transaction commit: what every commit protocol must do, whatever its messages.

use super::two_phase::{consistency, state_name};
use super::{CAN_COMMIT, Model, RMS, TC_CONSISTENT, named, row};
use crate::explore::constants::Constants;
use crate::explore::layout::{Field, Layout};
use crate::explore::rename::sorted;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, Text};

pub(super) const MODEL: Model = Model {
    id: "tcommit",
    name: Text::new("Transaction commit", "事务提交"),
    summary: Text::new(
        "Resource managers prepare, and then all commit or all abort.",
        "资源管理器先准备，然后全部提交或全部中止。",
    ),
    source: "J. Gray and L. Lamport, Consensus on Transaction Commit: TCommit.tla",
    constants: &[RMS],
    quorums: &[],
    symmetry: Some(Text::new("resource managers", "资源管理器")),
    start: |constants| Box::new(TCommit::new(constants)),
};

const WORKING: u64 = 0;
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;

struct TCommit {
    rms: usize,
    layout: Layout,
    rm_state: Vec<Field>,
}

impl TCommit {
    fn new(constants: &Constants) -> Self {
        let rms = constants.get("rms") as usize;
        let mut layout = Layout::default();
        let rm_state = layout.fields(rms, 3);
        Self { rms, rm_state, layout }
    }
}

impl System for TCommit {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        let of = |rm: usize| self.rm_state[rm].get(state);
        let can_commit = (0..self.rms).all(|rm| of(rm) == PREPARED || of(rm) == COMMITTED);
        let not_committed = (0..self.rms).all(|rm| of(rm) != COMMITTED);
        for rm in 0..self.rms {
            let mut goes = |to: u64| self.rm_state[rm].set(out.step(to | (rm as u64) << 8, state), to);
            if of(rm) == WORKING {
                goes(PREPARED);
            }
            if of(rm) == PREPARED && can_commit {
                goes(COMMITTED);
            }
            if (of(rm) == WORKING || of(rm) == PREPARED) && not_committed {
                goes(ABORTED);
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&TC_CONSISTENT), Property::sometimes(&CAN_COMMIT)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        consistency(&self.rm_state, state)
    }

    fn symmetry(&self) -> Symmetry {
        Symmetry::Sorted
    }

    fn sorted(&self, state: &[u64], out: &mut [u64]) {
        sorted([&self.rm_state], state, out);
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let rm = named('r', (action >> 8) as usize);
        match action & 0xff {
            PREPARED => format!("Prepare({rm})"),
            to => format!("Decide({rm}): {}", state_name(to)),
        }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let rm_state = row(self.rms, |rm| state_name(self.rm_state[rm].get(state)).into());
        format!("rmState = {rm_state}")
    }
}
