//! Multi-Paxos, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    Agreement, Answered, Answers, Goals, Ground, KnownToAll, LeaderReplaced, Leads, NoGap, Overtaken, Point,
    STATE_MACHINE_SAFETY, Spreads, Validity,
};
use crate::explore::Bounded;
use crate::model::{NodeSet, Protocol, Span, Text};
use crate::protocols::multi_paxos::MultiPaxos;

pub(super) const ENTRY: Entry = Entry {
    spec: MultiPaxos::SPEC,
    about: About {
        problem: Text::new(
            "several servers execute the same commands in the same order, one command after another for as long as they run",
            "多台服务器以相同的顺序执行相同的命令，一条接一条，持续运行",
        ),
        guarantees: Text::new(
            "one command a slot, for good, executed in order without a gap; linearizable reads and writes",
            "每个槽位只选定一条命令且永不改变，按序执行、不留空缺；读写可线性化",
        ),
        cost: Text::new(
            "one round trip and 2(n − 1) messages a command under a stable leader; phase 1, once for all slots, when the leader changes; no message for a read under a lease",
            "领导者稳定时每条命令一次往返、2(n − 1) 条消息；更换领导者时为所有槽位执行一次第一阶段；租约下的读取不需要消息",
        ),
        tolerates: Text::new(
            "crashes and restarts with the disk intact, lost, late, doubled and reordered messages, partitions, any number of would-be leaders; to make progress it needs a prepare quorum for a new leader and an accept quorum for each command. With leases, reads also rest on clocks: their rates must differ by less than an eighth",
            "磁盘完好的崩溃与重启，消息丢失、延迟、重复、乱序，网络分区，以及任意多个自认的领导者；推进时，新领导者需要准备法定人数，每条命令需要接受法定人数。启用租约后，读取还依赖时钟：各时钟速率之差须小于八分之一",
        ),
        misreadings: &[
            Text::new(
                "Safety does not rest on there being one leader: two at once only slow each other down. Election is a matter of progress.",
                "安全性并不依赖只有一位领导者：两位同时存在只会互相拖慢。选举只关乎推进。",
            ),
            Text::new(
                "A new leader need not have every chosen command when it is elected, as Raft's must: it learns them from the promises of phase 1.",
                "与 Raft 不同，新领导者当选时不必持有所有已选定的命令：它从第一阶段的承诺中得知。",
            ),
            Text::new(
                "Slots may be chosen out of order, and the order of one leader's commands is not kept when it fails in the middle: a later one may be chosen without an earlier one (that is what Zab adds).",
                "槽位可以不按顺序选定；领导者中途失败时，其命令之间的次序不被保证：后面的可能被选定而前面的没有（这正是 Zab 所增加的保证）。",
            ),
        ],
    },
    // Phases: prepare, accept.
    properties: || {
        vec![
            Box::new(Agreement::new(&STATE_MACHINE_SAFETY).resting_on(0, 1)),
            Box::new(NoGap::new()),
            Box::new(Validity::new()),
        ]
    },
    goals: |setup| Goals {
        eventually: {
            let election = setup.settings.range("election").most.0;
            let heartbeat = setup.settings.span("heartbeat").0;
            let everybody = NodeSet::full(setup.weights.len());
            vec![
                (Box::new(Leads::new(GROUND, 1)), Span(3 * election + heartbeat)),
                (Box::new(Answers::new(GROUND)), Span(3 * election + 2 * heartbeat)),
                (Box::new(Spreads::new(GROUND, everybody)), Span(3 * election + 3 * heartbeat)),
            ]
        },
        sometimes: vec![
            Box::new(Point::leader_elected()),
            Box::new(LeaderReplaced::default()),
            Box::new(Point::decided(true)),
            Box::new(KnownToAll::default()),
            Box::new(Answered),
            Box::new(Overtaken::default()),
        ],
    },
    figures: None,
    model: Some(Model::Kv),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "multi-paxos/new-leader",
        "multi-paxos/gap",
        "multi-paxos/leader-order",
        "multi-paxos/figure-1",
        "multi-paxos/flexible",
        "multi-paxos/snapshot",
        "multi-paxos/rename",
        "multi-paxos/skips-gaps",
        "multi-paxos/fresh-first",
        "multi-paxos/long-lease",
    ],
    explore: Bounded::new::<MultiPaxos>,
    start: start::<MultiPaxos>,
};

const GROUND: Ground = Ground {
    phases: &[(0, MultiPaxos::SPEC.phases[0].name), (1, MultiPaxos::SPEC.phases[1].name)],
    epoch: MultiPaxos::SPEC.epoch,
};
