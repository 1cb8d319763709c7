//! CASPaxos, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{Answered, Answers, ChangeChain, Goals, Ground, Validity, Versions};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::caspaxos::CasPaxos;

pub(super) const ENTRY: Entry = Entry {
    spec: CasPaxos::SPEC,
    about: About {
        problem: Text::new(
            "registers that anybody changes, by compare-and-set too, without a log to keep",
            "任何节点都能修改（含比较并设置）的寄存器，而无需维护日志",
        ),
        guarantees: Text::new(
            "each register is linearizable: its states are one chain of changes",
            "每个寄存器都可线性化：其状态是一条修改链",
        ),
        cost: Text::new(
            "two round trips a change, one where the same node changes the register again; 4n messages, or 2n",
            "每次修改两次往返，同一节点再次修改同一寄存器时只需一次；4n 条消息，或 2n 条",
        ),
        tolerates: Text::new(
            "crashes and restarts with the disk intact, any loss and delay; no leader, so no pause after a crash",
            "磁盘完好的崩溃与重启，任意的丢失与延迟；没有领导者，因此崩溃后没有停顿",
        ),
        misreadings: &[
            Text::new(
                "State machine replication does not need a log: here the state itself is replicated, one key at a time.",
                "状态机复制并不一定需要日志：这里复制的是状态本身，一次一个键。",
            ),
            Text::new(
                "Compare-and-set does not make a retry harmless: a change whose ballot was lost may have taken effect.",
                "比较并设置并不会让重试变得无害：失去轮次的修改可能已经生效。",
            ),
        ],
    },
    // Phases: prepare, accept.
    properties: || {
        vec![Box::new(ChangeChain::new(0, 1)), Box::new(Versions::default()), Box::new(Validity::new())]
    },
    goals: |setup| {
        let retry = setup.settings.range("retry").most.0;
        Goals {
            // Those who compete back off, ever longer.
            eventually: vec![(Box::new(Answers::new(GROUND)), Span(16 * retry))],
            sometimes: vec![Box::new(Answered)],
        }
    },
    figures: None,
    model: Some(Model::Kv),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "caspaxos/without-a-log",
        "caspaxos/wide-area",
        "caspaxos/took-effect",
        "caspaxos/four-nodes",
        "caspaxos/takes-first",
    ],
    explore: Bounded::new::<CasPaxos>,
    start: start::<CasPaxos>,
};

const GROUND: Ground = Ground {
    phases: &[(0, CasPaxos::SPEC.phases[0].name), (1, CasPaxos::SPEC.phases[1].name)],
    epoch: CasPaxos::SPEC.epoch,
};
