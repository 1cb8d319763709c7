//! The ABD register, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{Answered, Answers, Goals, Ground, Validity, Versions};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::abd::Abd;

pub(super) const ENTRY: Entry = Entry {
    spec: Abd::SPEC,
    about: About {
        problem: Text::new(
            "shared memory for machines that only send messages: registers that are read and written",
            "为只能收发消息的机器提供共享内存：可读写的寄存器",
        ),
        guarantees: Text::new(
            "each register is linearizable, as one cell of memory is, and never waits for a slow replica",
            "每个寄存器都可线性化，如同一个内存单元，且从不等待慢的副本",
        ),
        cost: Text::new(
            "two round trips and 4n messages a read or write; with a single writer, one round trip a write",
            "每次读或写两次往返、4n 条消息；单写者时每次写一次往返",
        ),
        tolerates: Text::new(
            "crashes of any minority, restarts with the disk intact, any loss and delay; no timing assumption at all",
            "任意少数派崩溃，磁盘完好的重启，任意的丢失与延迟；完全没有时间假设",
        ),
        misreadings: &[
            Text::new(
                "To read from a majority is not enough: without writing back, a later read may be older.",
                "从多数派读取还不够：若不回写，之后的读可能更旧。",
            ),
            Text::new(
                "Linearizable storage does not need consensus; compare-and-set does.",
                "可线性化存储并不需要共识；比较并设置才需要。",
            ),
        ],
    },
    // Phases: read, write.
    properties: || vec![Box::new(Versions::default()), Box::new(Validity::new())],
    goals: |setup| {
        let resend = setup.settings.range("resend").most.0;
        Goals {
            eventually: vec![(Box::new(Answers::new(GROUND)), Span(4 * resend))],
            sometimes: vec![Box::new(Answered)],
        }
    },
    figures: None,
    model: Some(Model::Kv),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios!["abd/write-back", "abd/single-writer", "abd/quorums-apart", "abd/no-write-back",],
    explore: Bounded::new::<Abd>,
    start: start::<Abd>,
};

const GROUND: Ground = Ground {
    phases: &[(0, Abd::SPEC.phases[0].name), (1, Abd::SPEC.phases[1].name)],
    epoch: Abd::SPEC.epoch,
};
