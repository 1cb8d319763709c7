//! The lock service, registered.

use super::{About, Entry, scenarios, start};
use crate::check::linear::Model;
use crate::check::{
    Agreement, Answered, ElectionSafety, Goals, Ground, Leads, LeaseExclusion, LockForEach, LockGranted,
    MutualExclusion, Point, STATE_MACHINE_SAFETY, TokensRise,
};
use crate::explore::Bounded;
use crate::model::{Protocol, Span, Text};
use crate::protocols::lock_service::LockService;
use crate::protocols::locking::turns;

pub(super) const ENTRY: Entry = Entry {
    spec: LockService::SPEC,
    about: About {
        problem: Text::new(
            "clients that may stop at any moment work one at a time on a storage that they share",
            "随时可能停顿的客户端，要逐个地使用同一份存储",
        ),
        guarantees: Text::new(
            "no write under an earlier grant once a later one has come in, whatever clocks do; a lock whose holder is gone is granted again",
            "后一次授予进入之后，不再接受更早授予的写入，无论时钟如何；持锁者消失后，锁会再次授予",
        ),
        cost: Text::new(
            "a grant takes a request to the leader and one round trip to a commit quorum; each access to the storage carries a number",
            "授予需要一次到领导者的请求和一次与提交法定人数的往返；每次访问存储附带一个号码",
        ),
        tolerates: Text::new(
            "crashes and pauses of clients, of servers as Raft does, and clocks that are off; the storage has to look at the tokens",
            "客户端崩溃与停顿，服务器故障（与 Raft 相同），以及不准的时钟；但存储必须检查令牌",
        ),
        misreadings: &[Text::new(
            "A lease alone does not keep a late client out: it cannot know at the moment of its write that its lease is over. Only who takes the write can refuse it.",
            "仅有租约挡不住迟到的客户端：写入的那一刻它无从得知租约已过期。能够拒绝的只有接受写入的一方。",
        )],
    },
    // Phases: elect, commit.
    properties: || {
        vec![
            Box::new(MutualExclusion::new()),
            Box::new(TokensRise::new()),
            Box::new(LeaseExclusion::new()),
            Box::new(ElectionSafety::new(0)),
            Box::new(Agreement::new(&STATE_MACHINE_SAFETY).resting_on(0, 1)),
        ]
    },
    goals: |setup| Goals {
        eventually: {
            let settings = setup.settings;
            let (election, heartbeat) = (5 * settings.range("election").most.0, settings.span("heartbeat").0);
            // A server that does not answer costs a retry; there may be as many as servers.
            let retries = (4 + setup.weights.len() as u64) * settings.range("retry").most.0;
            let lease = settings.span("lease").0;
            let anybody = election + heartbeat + retries + 2 * lease;
            vec![
                (Box::new(Leads::new(GROUND, 1)), Span(election + heartbeat)),
                (Box::new(LockGranted::new(GROUND)), Span(anybody)),
                (Box::new(LockForEach::new(GROUND)), Span(anybody + turns(setup))),
            ]
        },
        sometimes: vec![
            Box::new(Point::leader_elected()),
            Box::new(Point::lock_granted()),
            Box::new(Point::written()),
            Box::new(Answered),
        ],
    },
    figures: None,
    model: Some(Model::Kv),
    unpromised: &[],
    fifo: false,
    scenarios: scenarios![
        "lock-service/fencing",
        "lock-service/no-fencing",
        "lock-service/clock-jump",
        "lock-service/holder-crash",
        "lock-service/careless-release",
        "lock-service/no-margin",
    ],
    explore: Bounded::new::<LockService>,
    start: start::<LockService>,
};

const GROUND: Ground = Ground {
    phases: &[(0, LockService::SPEC.phases[0].name), (1, LockService::SPEC.phases[1].name)],
    epoch: LockService::SPEC.epoch,
};
