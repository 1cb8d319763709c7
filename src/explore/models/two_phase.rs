//! Two-phase commit: a transaction manager and resource managers that prepare on their own.
//!
//! Messages are a set that only grows: whoever has to receive one acts if it is in the set.

use super::{CAN_COMMIT, Model, RMS, TC_CONSISTENT, named, row, sent};
use crate::explore::constants::Constants;
use crate::explore::layout::{Field, Layout};
use crate::explore::rename::sorted;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, Text};

pub(super) const MODEL: Model = Model {
    id: "two-phase",
    name: Text::new("Two-phase commit", "两阶段提交"),
    summary: Text::new(
        "A transaction manager commits when every resource manager has prepared, and may abort until then.",
        "当所有资源管理器都已准备好时事务管理器提交，在此之前可以中止。",
    ),
    source: "J. Gray and L. Lamport, Consensus on Transaction Commit: TwoPhase.tla",
    constants: &[RMS],
    quorums: &[],
    symmetry: Some(Text::new("resource managers", "资源管理器")),
    start: |constants| Box::new(TwoPhase::new(constants)),
};

const WORKING: u64 = 0;
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;
const STATES: [&str; 4] = ["working", "prepared", "committed", "aborted"];
/// The transaction manager's states: init, committed, aborted.
const TM_STATES: [&str; 3] = ["init", "committed", "aborted"];

const ACTIONS: [&str; 7] = [
    "TMCommit",
    "TMAbort",
    "TMRcvPrepared",
    "RMPrepare",
    "RMChooseToAbort",
    "RMRcvCommitMsg",
    "RMRcvAbortMsg",
];

struct TwoPhase {
    rms: usize,
    layout: Layout,
    rm_state: Vec<Field>,
    tm_state: Field,
    tm_prepared: Vec<Field>,
    prepared: Vec<Field>,
    commit: Field,
    abort: Field,
}

impl TwoPhase {
    fn new(constants: &Constants) -> Self {
        let rms = constants.get("rms") as usize;
        let mut layout = Layout::default();
        Self {
            rms,
            rm_state: layout.fields(rms, 3),
            tm_state: layout.field(2),
            tm_prepared: layout.fields(rms, 1),
            prepared: layout.fields(rms, 1),
            commit: layout.field(1),
            abort: layout.field(1),
            layout,
        }
    }
}

impl System for TwoPhase {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        let init = self.tm_state.get(state) == 0;
        if init && (0..self.rms).all(|rm| self.tm_prepared[rm].get(state) == 1) {
            let next = out.step(0, state);
            self.tm_state.set(next, 1);
            self.commit.set(next, 1);
        }
        if init {
            let next = out.step(1, state);
            self.tm_state.set(next, 2);
            self.abort.set(next, 1);
        }
        for rm in 0..self.rms {
            let name = (rm as u64) << 8;
            if init && self.prepared[rm].get(state) == 1 {
                self.tm_prepared[rm].set(out.step(2 | name, state), 1);
            }
            if self.rm_state[rm].get(state) == WORKING {
                let next = out.step(3 | name, state);
                self.rm_state[rm].set(next, PREPARED);
                self.prepared[rm].set(next, 1);
                self.rm_state[rm].set(out.step(4 | name, state), ABORTED);
            }
            if self.commit.get(state) == 1 {
                self.rm_state[rm].set(out.step(5 | name, state), COMMITTED);
            }
            if self.abort.get(state) == 1 {
                self.rm_state[rm].set(out.step(6 | name, state), ABORTED);
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
        sorted([&self.rm_state, &self.tm_prepared, &self.prepared], state, out);
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let (name, rm) = (ACTIONS[(action & 0xff) as usize % ACTIONS.len()], (action >> 8) as usize);
        if action & 0xff < 2 { name.into() } else { format!("{name}({})", named('r', rm)) }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let rm_state = row(self.rms, |rm| STATES[self.rm_state[rm].get(state) as usize].into());
        let those = |fields: &[Field]| {
            let set = (0..self.rms).filter(|rm| fields[*rm].get(state) == 1);
            set.map(|rm| named('r', rm)).collect::<Vec<_>>()
        };
        let mut messages: Vec<String> =
            those(&self.prepared).iter().map(|rm| format!("Prepared({rm})")).collect();
        for (field, name) in [(self.commit, "Commit"), (self.abort, "Abort")] {
            if field.get(state) == 1 {
                messages.push(name.into());
            }
        }
        let tm_state = TM_STATES[self.tm_state.get(state) as usize % 3];
        let tm_prepared = sent(those(&self.tm_prepared));
        let msgs = sent(messages);
        format!("rmState = {rm_state}, tmState = {tm_state}, tmPrepared = {tm_prepared}, msgs = {msgs}")
    }
}

/// The two properties of every commit protocol: nobody aborts where another commits; all commit.
pub(super) fn consistency(rm_state: &[Field], state: &[u64]) -> u32 {
    let any = |value: u64| rm_state.iter().any(|field| field.get(state) == value);
    let all = rm_state.iter().all(|field| field.get(state) == COMMITTED);
    u32::from(any(COMMITTED) && any(ABORTED)) | u32::from(all) << 1
}

pub(super) const fn state_name(value: u64) -> &'static str {
    STATES[(value % 4) as usize]
}
